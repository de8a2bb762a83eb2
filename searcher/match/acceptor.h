/* A set of words, given by a pattern or by a word and a number of edits, that reads a word one character at a
 * time and remembers its state behind each: the words of a sorted dictionary share their first characters,
 * which are then read once.
 *
 * pattern.c and edits.c make acceptors; expand.c and sweep.c walk dictionaries with one. State 0 is that
 * before the first character, state n that behind n characters. */
#ifndef CSA_SEARCHER_MATCH_ACCEPTOR_H
#define CSA_SEARCHER_MATCH_ACCEPTOR_H

#include "common/base/arena.h"
#include "common/base/view.h"
#include "common/index/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSA_ACCEPTOR_DEPTH = CSA_TERM_MAXIMUM }; /* characters in a word at most */

/* Which characters lead on from a state. */
enum csa_acceptor_next {
    CSA_NEXT_NONE, /* none that is as great as asked */
    CSA_NEXT_ONE,  /* *character is the smallest that is; not all do */
    CSA_NEXT_ANY,  /* every character does */
};

struct csa_acceptor {
    void *states;
    /* Makes state depth + 1 from state `depth` (< CSA_ACCEPTOR_DEPTH); false when no accepted word goes on
     * this way. */
    bool (*read)(void *states, size_t depth, uint32_t character);
    /* Whether the word that led to state `depth` is accepted; *distance: its edits. */
    bool (*accepts)(const void *states, size_t depth, unsigned *distance);
    enum csa_acceptor_next (*next)(const void *states, size_t depth, uint32_t least, uint32_t *character);
};

/* In the pattern `*` stands for any characters, also none, `?` for one. Reading a character takes the same
 * time whatever the pattern: its places are bits (Baeza-Yates and Gonnet 1992, shift-and). A pattern that no
 * word can be long enough for accepts nothing. Null states: out of memory. */
struct csa_acceptor csa_acceptor_of_pattern(struct csa_view pattern, struct csa_arena *arena);

/* Words within `distance` (0 to 2) of word in the restricted Damerau-Levenshtein distance (optimal string
 * alignment): only the 2 * distance + 1 places of a row that can be within it are kept. Null states: out of
 * memory. */
struct csa_acceptor csa_acceptor_of_edits(struct csa_view word, unsigned distance, struct csa_arena *arena);

/* Reads a whole word from state 0: for words that do not come from a dictionary. */
bool csa_acceptor_accepts(const struct csa_acceptor *acceptor, struct csa_view word, unsigned *distance);

/* How far into a word an acceptor has read. */
struct csa_acceptor_trail {
    const struct csa_acceptor *acceptor;
    size_t depth;                            /* characters read that lead on */
    bool dead;                               /* and that one more does not */
    uint32_t characters[CSA_ACCEPTOR_DEPTH]; /* those, and the one more */
    size_t ends[CSA_ACCEPTOR_DEPTH + 1];     /* bytes up to and with so many characters */
};

/* Reads a word of at most CSA_TERM_MAXIMUM bytes that has `shared` bytes in common with the one read before:
 * only what is new in it. */
void csa_acceptor_read(struct csa_acceptor_trail *trail, struct csa_view word, size_t shared);

/* Appends to the `size` bytes of target, which led to state `depth`, the smallest characters that lead on, up
 * to the first accepted word and as long as not any would do; the new size. */
size_t csa_acceptor_complete(const struct csa_acceptor *acceptor, size_t depth, char *target, size_t size);

enum { CSA_ACCEPTOR_TARGET = CSA_TERM_MAXIMUM + 8 };

/* The least text that may be accepted behind all that begins as the word read up to the character that leads
 * nowhere; size 0: there is none. The trail then knows a beginning of the word. */
struct csa_view csa_acceptor_next_target(struct csa_acceptor_trail *trail, struct csa_view word,
                                         char target[CSA_ACCEPTOR_TARGET]);

#endif
