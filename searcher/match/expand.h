/* The words of an index that fit a pattern or stand near a word in spelling.
 *
 * Called by plan.c for prefixes, wildcards and edit distance, and by native/stored.c for suggestions. Walks
 * the dictionaries of all segments; nothing is read twice that a bound excludes. */
#ifndef CSA_SEARCHER_MATCH_EXPAND_H
#define CSA_SEARCHER_MATCH_EXPAND_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/index/index.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word, as some segment has it. */
struct csa_expanded {
    struct csa_view word;
    uint64_t documents; /* over all segments */
    unsigned distance;  /* edits; 0 for patterns */
};

struct csa_expansion {
    struct csa_expanded *words; /* ascending by text; in the arena */
    size_t count;
    bool cut; /* there are more: the budget or the deadline ended it. Those kept are the nearest, then the
                 most frequent ones */
};

struct csa_expand_limits {
    size_t words;      /* at most so many */
    uint64_t deadline; /* monotonic nanoseconds, 0: none */
    uint64_t least;    /* only words in at least so many documents */
};

/* kind: CSA_TERM_WORD or CSA_TERM_TITLE_WORD. In the pattern `*` stands for any characters, also none, `?`
 * for one character (a code point); all else for itself. */
enum csa_status csa_expand_pattern(const struct csa_index *index, enum csa_term_kind kind,
                                   struct csa_view pattern, struct csa_expand_limits limits,
                                   struct csa_arena *arena, struct csa_expansion *expansion,
                                   struct csa_error *error);

/* Words within `distance` (0 to 2) edits of a word: inserting, leaving out or changing a code point, or
 * swapping two neighbours (restricted Damerau-Levenshtein distance). */
enum csa_status csa_expand_fuzzy(const struct csa_index *index, enum csa_term_kind kind, struct csa_view word,
                                 unsigned distance, struct csa_expand_limits limits, struct csa_arena *arena,
                                 struct csa_expansion *expansion, struct csa_error *error);

/* Takes a word, which is valid until it returns; false: out of memory. */
typedef bool csa_expand_take(void *context, struct csa_view word, uint64_t documents, unsigned distance);

/* Gives out all words in at least `least` documents, ascending. */
enum csa_status csa_expand_frequent(const struct csa_index *index, enum csa_term_kind kind, uint64_t least,
                                    struct csa_arena *arena, void *context, csa_expand_take *take,
                                    struct csa_error *error);

#endif
