/* The values of a page: what its template is filled with. docs/site.md lists every name, for who writes a
 * template. */
#ifndef CSA_SEARCHER_SITE_VIEW_H
#define CSA_SEARCHER_SITE_VIEW_H

#include "searcher/site/answer.h"
#include "searcher/site/value.h"

/* Parts of a page of results that it can do without. */
enum csa_view_part {
    CSA_PART_TIMELINE = 1 << 0,
    CSA_PART_NUMBERS = 1 << 1,  /* of pages; without them the pages beside this one are linked */
    CSA_PART_BACK = 1 << 2,     /* links into the viewer mark what was searched for, and lead back */
    CSA_PART_NEAR = 1 << 3,     /* words like one that is nowhere */
    CSA_PART_PASSAGES = 1 << 4, /* links to passages, more of an article, articles like it */
    CSA_PART_SORTS = 1 << 5,
    CSA_PART_CHIPS = 1 << 6, /* each filter by itself taken away */
    CSA_PART_FEED = 1 << 7,
    CSA_PART_CLEAR = 1 << 8, /* all filters taken away */
    CSA_PART_MEANT = 1 << 9, /* "did you mean" */
    CSA_PART_TURN = 1 << 10, /* links to the pages beside this one */
    CSA_PARTS_ALL = (1 << 11) - 1,
};

/* How much a page of results says; SIZE_MAX: all of it. */
struct csa_view_room {
    unsigned parts;
    size_t columns; /* of an article's best passage; 0: passages are not shown */
    size_t title;   /* letters of a title, of a clause and of a note */
    size_t
        name; /* letters of a source, an author and a filter's value; 0: sources and authors are not shown */
    size_t query;   /* letters of what was searched for, in headings */
    size_t values;  /* of each facet */
    size_t link;    /* bytes of an article's address; a longer one gives way to the viewer's */
    size_t clauses; /* of the query, and ways on, where nothing was found */
    size_t further; /* bytes for further passages and values behind a fold, as they are guessed */
};

/* The search page: form, results or why there are none, filters, timeline, paging. Null without memory.
 * *spent: bytes of room->further. */
struct csa_value *csa_site_view_results(const struct csa_site_context *context,
                                        const struct csa_site_answer *answer,
                                        const struct csa_view_room *room, size_t *spent);
/* The viewer page of one article. */
struct csa_value *csa_site_view_article(const struct csa_site_context *context,
                                        const struct csa_site_parameters *parameters,
                                        const struct csa_site_article *article);
/* A page that says what went wrong: a status and a message for the visitor (empty: the words for the status).
 * parameters may be null. context->engine may be null. */
struct csa_value *csa_site_view_error(const struct csa_site_context *context,
                                      const struct csa_site_parameters *parameters, unsigned status,
                                      struct csa_view message);

struct csa_site;

enum {
    CSA_SITE_FIRST_PAGE = 30 * 1024, /* bytes of a page of results, the built-in style and script, in all */
    CSA_SITE_USUAL_HITS = 10,
};

/* Appends the search page. Of one that is too long less is shown, until it is not (fit.c); a page of
 * more than CSA_SITE_USUAL_HITS articles was asked for, and may be long. False, and nothing is appended, when
 * what was asked for is by itself too long for a page. Check the buffer afterwards. */
bool csa_site_page_write(const struct csa_site *site, const struct csa_site_context *context,
                         const struct csa_site_answer *answer, struct csa_buffer *out);

#endif
