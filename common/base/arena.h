/* An arena: memory for what a query or an article needs, given back all at once.
 *
 * Blocks are 16-byte aligned and not cleared. Not thread-safe: one thread, one arena. */
#ifndef CSA_BASE_ARENA_H
#define CSA_BASE_ARENA_H

#include "common/base/view.h"

#include <stddef.h>

struct csa_arena_chunk;

struct csa_arena {
    struct csa_arena_chunk *chunks; /* the newest first */
    size_t used;                    /* bytes handed out since init or clear */
    size_t maximum;                 /* csa_arena_alloc() returns null beyond; 0 = no maximum */
};

void csa_arena_init(struct csa_arena *arena, size_t maximum);
/* Frees everything; the arena may be used again. */
void csa_arena_release(struct csa_arena *arena);
/* Forgets everything that was handed out, keeps the newest chunk for reuse. */
void csa_arena_clear(struct csa_arena *arena);

/* Null when out of memory or past the maximum. Lives until clear or release. */
void *csa_arena_alloc(struct csa_arena *arena, size_t count, size_t size);
/* The same, cleared. */
void *csa_arena_zalloc(struct csa_arena *arena, size_t count, size_t size);
/* A copy with a null byte behind it; .data is null when out of memory. */
struct csa_view csa_arena_copy(struct csa_arena *arena, struct csa_view text);

#endif
