/* What of a query may be marked in a text: its words and phrases, and NEAR with its parts, each with a
 * matcher for every word. Called by marks.c. */
#ifndef CSA_SEARCHER_RESULTS_MARK_LEAVES_H
#define CSA_SEARCHER_RESULTS_MARK_LEAVES_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/results/matcher.h"

/* A word, or a phrase with its words. */
struct csa_mark_part {
    const struct csa_node *node;
    struct csa_matcher *words;
    size_t count;
};

/* What of the query may be marked: a word or phrase (one part), or NEAR. */
struct csa_mark_leaf {
    const struct csa_node *node;
    float weight;
    struct csa_mark_part *parts;
    size_t count;
};

struct csa_mark_leaves {
    struct csa_mark_leaf *items; /* in the order of the query */
    size_t count;
    bool stems;             /* some word is matched by stem */
    struct csa_arena arena; /* all of it */
};

/* Takes the clauses that are not excluded; each has the weight that it has in the result (may be null). The
 * query must outlive the leaves. Release also after a failure. */
enum csa_status csa_mark_leaves_init(struct csa_mark_leaves *leaves, const struct csa_query *query,
                                     const struct csa_search_result *result, struct csa_error *error);
void csa_mark_leaves_release(struct csa_mark_leaves *leaves);

#endif
