/* Chunks that double in size up to a megabyte, blocks cut from the newest; see arena.h. */
#include "common/base/arena.h"

#include "common/base/memory.h"

#include <stdint.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 1024 * 1024 };

struct csa_arena_chunk {
    struct csa_arena_chunk *next;
    size_t capacity;
    size_t used;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

void csa_arena_init(struct csa_arena *arena, size_t maximum)
{
    *arena = (struct csa_arena){.maximum = maximum};
}

static void free_chunks(struct csa_arena_chunk *chunk)
{
    while (chunk != NULL) {
        struct csa_arena_chunk *next = chunk->next;
        csa_free(chunk);
        chunk = next;
    }
}

void csa_arena_release(struct csa_arena *arena)
{
    free_chunks(arena->chunks);
    arena->chunks = NULL;
    arena->used = 0;
}

void csa_arena_clear(struct csa_arena *arena)
{
    if (arena->chunks != NULL) {
        free_chunks(arena->chunks->next);
        arena->chunks->next = NULL;
        arena->chunks->used = 0;
    }
    arena->used = 0;
}

static struct csa_arena_chunk *add_chunk(struct csa_arena *arena, size_t needed)
{
    size_t capacity = arena->chunks == NULL ? FIRST_CHUNK : arena->chunks->capacity * 2;
    if (capacity > LARGEST_CHUNK) {
        capacity = LARGEST_CHUNK;
    }
    if (capacity < needed) {
        capacity = needed;
    }
    if (capacity > SIZE_MAX - sizeof(struct csa_arena_chunk)) {
        return NULL;
    }
    struct csa_arena_chunk *chunk = csa_malloc(sizeof *chunk + capacity);
    if (chunk != NULL) {
        *chunk = (struct csa_arena_chunk){.next = arena->chunks, .capacity = capacity};
        arena->chunks = chunk;
    }
    return chunk;
}

void *csa_arena_alloc(struct csa_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size) {
        return NULL;
    }
    size_t bytes = (count * size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (arena->maximum != 0 && (bytes > arena->maximum || arena->used > arena->maximum - bytes)) {
        return NULL;
    }
    struct csa_arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->capacity - chunk->used < bytes) {
        chunk = add_chunk(arena, bytes);
        if (chunk == NULL) {
            return NULL;
        }
    }
    void *block = chunk->bytes + chunk->used;
    chunk->used += bytes;
    arena->used += bytes;
    return block;
}

void *csa_arena_zalloc(struct csa_arena *arena, size_t count, size_t size)
{
    void *block = csa_arena_alloc(arena, count, size);
    if (block != NULL) {
        memset(block, 0, count * size);
    }
    return block;
}

struct csa_view csa_arena_copy(struct csa_arena *arena, struct csa_view text)
{
    char *copy = csa_arena_alloc(arena, text.size + 1, 1);
    if (copy == NULL) {
        return (struct csa_view){NULL, 0};
    }
    if (text.size != 0) {
        memcpy(copy, text.data, text.size);
    }
    copy[text.size] = '\0';
    return (struct csa_view){copy, text.size};
}
