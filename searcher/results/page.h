/* A page of results: articles with their best passages, read from the engine, marked and cut to snippets.
 * What every output (terminal, JSON, later the site) prints. All of it lives in one arena. */
#ifndef CSA_SEARCHER_RESULTS_PAGE_H
#define CSA_SEARCHER_RESULTS_PAGE_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/results/marks.h"
#include "searcher/results/snippet.h"

#include <stdbool.h>

enum {
    CSA_PAGE_PASSAGES = 3,    /* shown of one article, and those into which a phrase of theirs runs on */
    CSA_HITS_MAXIMUM = 10000, /* -n, and how deep pages go */
};

struct csa_page_passage {
    struct csa_passage_info info;
    uint32_t passage; /* the engine's number */
    float score;
    bool continuation; /* shown only because a phrase of the passage before it ends here; its score is 0 */
    struct csa_marked marked;
    struct csa_snippet snippet; /* no fragments when the index stores no text */
};

struct csa_page_hit {
    unsigned rank;   /* from 1, over all pages */
    float score;     /* of the article; by passage, of the passage */
    uint32_t number; /* the engine's number of the article */
    struct csa_article_info article;
    struct csa_marked title_marks;
    struct csa_page_passage *passages; /* in reading order */
    size_t passage_count;
};

struct csa_page_request {
    const struct csa_query *query;
    enum csa_rank rank;
    unsigned without; /* parts of best */
    double k1, b;
    size_t hits; /* a page, at least 1 */
    size_t page; /* from 1 */
    bool by_passage;
    bool bare;          /* articles only: no passage is read or marked */
    bool exhaustive;    /* no pruning: for tests */
    enum csa_sort sort; /* not together with by_passage */
    unsigned facets;    /* as the engine takes them */
    bool dates;         /* counts by date, for a timeline */
    uint64_t deadline;  /* csa_clock_nanoseconds(); 0: none. What is found by then is shown, not exact */
};

struct csa_page {
    const struct csa_query *query;
    struct csa_search_result result;
    struct csa_page_hit *hits;
    size_t hit_count;
    size_t number; /* of this page */
    size_t pages;  /* how many can be shown: CSA_HITS_MAXIMUM hits at most; 0: nothing was found */
    enum csa_sort sort;
    bool has_dates;                      /* result.dates were asked for */
    uint64_t nanoseconds;                /* from the query to the finished page */
    const struct csa_contrast *contrast; /* feedback/contrast.h; null: not asked for */
};

/* Searches and fills the page. */
enum csa_status csa_page_make(struct csa_engine *engine, const struct csa_page_request *request,
                              struct csa_arena *arena, struct csa_page *page, struct csa_error *error);

const char *csa_sort_name(enum csa_sort sort); /* "relevance", "newest", "oldest" */

/* The engine's request behind a page request, for csa_engine's explain. */
struct csa_search_request csa_page_search_request(const struct csa_page_request *request);

#endif
