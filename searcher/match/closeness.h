/* How much of a query stands close together in a passage: the largest sum of the weights of different words
 * that stand within a few positions. A part of `best` (best.h), called by best.c only. */
#ifndef CSA_SEARCHER_MATCH_CLOSENESS_H
#define CSA_SEARCHER_MATCH_CLOSENESS_H

#include "searcher/match/forms.h"

struct csa_place; /* where a word stands */

struct csa_closeness {
    struct csa_match *match;
    size_t count;            /* of words; by word: */
    double *weights;         /* the caller's to set */
    bool *here;              /* likewise: whether the passage at hand holds it */
    struct csa_forms *forms; /* likewise; empty: where it stands is not known */
    uint32_t *distinct;      /* how often it stands in the window; zero between uses */
    struct csa_place *places;
    size_t place_room;
    uint32_t *positions; /* scratch */
    size_t position_room;
};

/* Memory is the match's arena. */
enum csa_status csa_closeness_init(struct csa_closeness *c, struct csa_match *match, size_t count,
                                   struct csa_error *error);
/* The sum for a passage whose words `here` names: at least the largest weight of these. Passages in ascending
 * order are fastest. */
enum csa_status csa_closeness_rate(struct csa_closeness *c, uint32_t passage, uint32_t window, double *sum,
                                   struct csa_error *error);
enum csa_status csa_closeness_settle(struct csa_closeness *c, struct csa_error *error);

#endif
