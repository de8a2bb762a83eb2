/* The words of an index that stand in many passages, as one list in memory. Misspelt words are looked for
 * among far more frequent ones: the list is gone through many times faster than the dictionary, which holds
 * ten times as many words. It takes some milliseconds to make and about 20 bytes a word; so a process that
 * asks often makes it (native/stored.c), and one that answers a single request goes to the dictionary. */
#ifndef CSA_SEARCHER_MATCH_COMMON_WORDS_H
#define CSA_SEARCHER_MATCH_COMMON_WORDS_H

#include "searcher/match/expand.h"

enum { CSA_COMMON_LEVELS = 32 };

struct csa_common_words {
    struct csa_arena arena; /* holds the rest; all private but least and count */
    uint64_t least;         /* the list holds every word in at least so many documents */
    size_t count;
    size_t levels[CSA_COMMON_LEVELS]; /* where the words of level l end: those in 2^l documents and more, but
                                         not twice as many. The highest level stands first */
    char *texts;                      /* side by side, of a level ascending */
    uint32_t *ends;                   /* in texts, by word */
    uint32_t *documents;              /* over all segments */
    uint8_t *shared;                  /* bytes in common with the word before; 0 for a level's first */
    uint8_t *lengths;                 /* characters */
};

/* Makes the list of words in at least `least` documents; in four times as many, and so on, where there would
 * be more than `maximum` words. The caller releases the arena, after an error too. */
enum csa_status csa_common_words_make(struct csa_common_words *common, const struct csa_index *index,
                                      enum csa_term_kind kind, uint64_t least, size_t maximum,
                                      struct csa_error *error);

/* As csa_expand_fuzzy() for limits.least of at least common->least; the deadline is not looked at. */
enum csa_status csa_common_words_near(const struct csa_common_words *common, struct csa_view word,
                                      unsigned distance, struct csa_expand_limits limits,
                                      struct csa_arena *arena, struct csa_expansion *expansion,
                                      struct csa_error *error);

#endif
