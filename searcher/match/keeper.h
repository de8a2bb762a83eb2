/* The best of the words that an expansion comes across, as many as it may have: the nearest, then the most
 * frequent ones. The words and their texts live in the arena. Called by expand.c. */
#ifndef CSA_SEARCHER_MATCH_KEEPER_H
#define CSA_SEARCHER_MATCH_KEEPER_H

#include "common/base/heap.h"
#include "searcher/match/expand.h"

struct csa_kept_word {
    struct csa_expanded word;
    size_t room; /* bytes that word.data can hold */
};

/* Set arena and maximum; all else is private. */
struct csa_keeper {
    struct csa_arena *arena;
    struct csa_kept_word *words;
    size_t room;
    size_t maximum;
    struct csa_heap heap; /* numbers of words, the worst first; built when there are `maximum` of them */
    bool cut;
};

/* Copies the word if it is among the best so far. False when out of memory. */
bool csa_keeper_add(struct csa_keeper *keeper, const struct csa_expanded *word);

/* The words kept, ascending by text; sets cut when others had to go. */
enum csa_status csa_keeper_give_out(const struct csa_keeper *keeper, struct csa_expansion *expansion,
                                    struct csa_error *error);

#endif
