/* More like this (`--like ID`): the terms of an article, or of one passage of it, as a query that leaves the
 * article itself out. Called by run.c.
 *
 * The terms with the largest BM25 weight in the text, seen as a document of the collection (k1 1.2, b 0.75,
 * the title twice), become boosted words; the boost is the saturated frequency, so that a term counts by its
 * frequency in both texts and by its idf once. Stop words, single letters and terms that no other passage
 * holds are left out; numbers count half. In Chinese and other running scripts, whose texts are counted in
 * pairs of characters, a term that occurs once counts a fifth: such pairs often lie across two words. */
#ifndef CSA_SEARCHER_FEEDBACK_LIKE_H
#define CSA_SEARCHER_FEEDBACK_LIKE_H

#include "searcher/engine.h"

enum { CSA_LIKE_TERMS = 30 };

/* What is to be likened: ID, or ID#N for passage N. An id that has a `#` itself is tried whole first. */
struct csa_like_target {
    uint32_t article;
    uint32_t passage; /* its number in the article; 0: all of it */
};

/* CSA_ERROR_NOT_FOUND names the id, or the passage that the article does not have. */
enum csa_status csa_like_find(struct csa_engine *engine, struct csa_view name, struct csa_arena *arena,
                              struct csa_like_target *target, struct csa_error *error);

/* Changes `query` to one for articles like the target; what it was is required in addition, unless it is
 * empty. New nodes live in the arena. CSA_ERROR_UNSUPPORTED when the index stores no text. */
enum csa_status csa_like_query(struct csa_engine *engine, struct csa_like_target target,
                               struct csa_query *query, struct csa_arena *arena, struct csa_error *error);

#endif
