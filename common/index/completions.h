/* Completions within one segment: the terms, or the titles, that begin with a prefix, the most frequent first
 * (docs/index-format.md, section 13).
 *
 * A walk is a best-first search. What it has not looked at stands in a heap under a bound: groups of blocks,
 * blocks (their peak), and entries (their count, exactly). What comes to the top is either taken apart or, if
 * it is an entry, the next result: so nearly all that is read belongs to the results, also for a prefix of
 * one letter. Sorted keys with range maxima of their counts: Hsu and Ottaviano, "Space-efficient data
 * structures for top-k completion", WWW 2013. A segment without the sections gives nothing. */
#ifndef CSA_INDEX_COMPLETIONS_H
#define CSA_INDEX_COMPLETIONS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/index/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_completion {
    struct csa_view text; /* the term, or the key of the title: its folded form's first bytes; in the arena */
    uint64_t count;       /* passages of a word, articles of a title word; passages of a title's article */
    uint32_t article;     /* a title's; less than META's articles */
};

struct csa_completion_node;

struct csa_completion_walk { /* private */
    const struct csa_segment *segment;
    bool titles;
    enum csa_term_kind kind;
    struct csa_view prefix;
    struct csa_arena *arena;
    struct csa_completion_node *nodes; /* a heap */
    size_t count, room;
};

/* The terms of a kind, WORD or TITLE_WORD. prefix must stay valid; all memory is the arena's. */
enum csa_status csa_completion_walk_terms(struct csa_completion_walk *walk, const struct csa_segment *segment,
                                          enum csa_term_kind kind, struct csa_view prefix,
                                          struct csa_arena *arena, struct csa_error *error);
/* The titles whose key begins with the prefix, or with its first CSA_TITLE_KEY_MAXIMUM bytes: such a title is
 * still to be compared with the rest. */
enum csa_status csa_completion_walk_titles(struct csa_completion_walk *walk,
                                           const struct csa_segment *segment, struct csa_view prefix,
                                           struct csa_arena *arena, struct csa_error *error);

/* What comes next counts at most so much; 0: there is no more. */
uint64_t csa_completion_walk_bound(const struct csa_completion_walk *walk);
/* The next one: by count descending, then by bytes (titles of one key by article). *more false at the end. */
enum csa_status csa_completion_walk_next(struct csa_completion_walk *walk, struct csa_completion *completion,
                                         bool *more, struct csa_error *error);

/* How many bytes of a folded title its key has. */
size_t csa_title_key_size(struct csa_view folded);

/* Checks the shapes of TERM_PEAKS and TITLES; called when a segment is opened. */
enum csa_status csa_completions_open(const struct csa_segment *segment, struct csa_error *error);

/* The titles of a segment in order, for the check. */
struct csa_title_cursor {
    const struct csa_segment *segment; /* private, as all but key and article */
    uint32_t block;                    /* the next to be read */
    unsigned left;
    const uint8_t *next, *end;
    char buffer[CSA_TITLE_KEY_MAXIMUM];
    struct csa_view key;
    uint32_t article;
};
uint32_t csa_titles_blocks(const struct csa_segment *segment);
uint8_t csa_titles_peak(const struct csa_segment *segment, uint32_t block);
/* Places the cursor before the first title of a block. */
void csa_title_cursor_init(struct csa_title_cursor *cursor, const struct csa_segment *segment,
                           uint32_t block);
/* False in *more at the end of the block; CSA_ERROR_DAMAGED. */
enum csa_status csa_title_cursor_next(struct csa_title_cursor *cursor, bool *more, struct csa_error *error);

#endif
