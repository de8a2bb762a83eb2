/* Trying queries out: how many passages a clause, a tree or a text would find. What diagnosis.c and suggest.c
 * learn, they learn by these searches, which are bounded in number and time. */
#ifndef CSA_SEARCHER_RESULTS_TRIAL_H
#define CSA_SEARCHER_RESULTS_TRIAL_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/query/synonyms.h"

struct csa_trial {
    struct csa_engine *engine;
    const struct csa_search_request *request; /* whose query it is about */
    const struct csa_synonyms *synonyms;      /* that queries are read with; may be null */
    struct csa_arena *arena;
    uint64_t deadline; /* monotonic nanoseconds, 0: none */
    unsigned left;     /* searches that may still be made */
};

/* Whether the searches or the time are used up. */
bool csa_trial_is_over(const struct csa_trial *trial);

/* Passages that a tree matches; 0 when the trial is over. */
enum csa_status csa_trial_count(struct csa_trial *trial, struct csa_node *root, uint64_t *passages,
                                struct csa_error *error);

/* The same for one clause as if it were all of the query; an excluded one as if it were required. */
enum csa_status csa_trial_count_alone(struct csa_trial *trial, const struct csa_node *clause,
                                      uint64_t *passages, struct csa_error *error);

/* Reads a text as it will be read when somebody searches for it (prepare.h). */
enum csa_status csa_trial_read(struct csa_trial *trial, struct csa_view text, struct csa_query *query,
                               struct csa_error *error);

/* The same without synonyms, where it is the typed words that are counted. */
enum csa_status csa_trial_read_words(struct csa_trial *trial, struct csa_view text, struct csa_query *query,
                                     struct csa_error *error);

/* Passages that hold all words of a text as written, side by side. */
enum csa_status csa_trial_count_phrase(struct csa_trial *trial, struct csa_view text, uint64_t *passages,
                                       struct csa_error *error);

/* Passages that hold the word as written, by the dictionary: no search is made. */
enum csa_status csa_trial_count_word(struct csa_trial *trial, struct csa_view word, uint64_t *passages,
                                     struct csa_error *error);

#endif
