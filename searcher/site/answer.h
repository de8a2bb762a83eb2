/* What was found for a request, before it becomes a page, JSON or a feed. */
#ifndef CSA_SEARCHER_SITE_ANSWER_H
#define CSA_SEARCHER_SITE_ANSWER_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/results/diagnosis.h"
#include "searcher/results/page.h"
#include "searcher/site/config.h"
#include "searcher/site/parameters.h"
#include "searcher/site/words.h"

struct csa_synonyms;
struct csa_site_ways;

/* What a request is answered with; all owned by the site. */
struct csa_site_context {
    const struct csa_site_config *config;
    const struct csa_words *words;
    struct csa_engine *engine; /* the snapshot for this request */
    const struct csa_synonyms *synonyms;
    struct csa_view path;     /* of the program, for links and forms: checked, "" when unusable */
    struct csa_view absolute; /* the page's own absolute URL without '?'; for feeds and descriptions */
    struct csa_view style_tag,
        script_tag;          /* short hashes of the assets, for links that may be cached for ever */
    struct csa_arena *arena; /* of the request */
    int64_t committed;       /* when the snapshot was written: seconds since 1970; 0: not known */
};

/* A search: the query with its filters, the page of results, and why little was found. */
struct csa_site_answer {
    const struct csa_site_parameters *parameters;
    struct csa_query query;
    struct csa_page page;
    struct csa_diagnosis diagnosis;
    uint64_t suggested;         /* articles that the diagnosis's suggestion finds */
    struct csa_site_ways *ways; /* ways.h: where a page says that nothing was found, else null */
    bool searched;              /* false: there was no query and no filter; everything else is then empty */
};

/* Searches. The filters of the parameters are required beside the query (several values of one: any of them);
 * a query that is empty with filters lists all that passes them, the newest first unless sorted otherwise.
 * CSA_ERROR_MISUSE with a message for the visitor, NOT_FOUND (like=), or what the index gives. */
enum csa_status csa_site_answer_make(const struct csa_site_context *context,
                                     const struct csa_site_parameters *parameters,
                                     struct csa_site_answer *answer, struct csa_error *error);

/* One article for the viewer, whole or the part of it that was asked for: its passages in reading order, the
 * query's words marked. */
struct csa_site_article {
    uint32_t number; /* the engine's */
    struct csa_article_info info;
    struct csa_marked title_marks;
    struct csa_site_article_passage {
        struct csa_passage_info info;
        struct csa_marked marked;
    } * passages;
    size_t passage_count; /* CSA_SITE_ARTICLE_PASSAGES at most */
    uint32_t before;      /* passages of the article before these; info.passage_count has all */
    bool has_text;        /* false: the index stores none */
};

enum { CSA_SITE_ARTICLE_PASSAGES = 200 };

/* The part that holds parameters->passage: parts begin at every CSA_SITE_ARTICLE_PASSAGES-th passage, but
 * where passages are so long that a part ends earlier, the next begins there. A passage behind the article's
 * end is its last. CSA_ERROR_NOT_FOUND when no article has the id. */
enum csa_status csa_site_article_read(const struct csa_site_context *context,
                                      const struct csa_site_parameters *parameters,
                                      struct csa_site_article *article, struct csa_error *error);

#endif
