/* A binary heap of numbers, the one that comes first on top: what a merge of sorted inputs stands on.
 *
 * What the numbers mean and which of two comes first is the caller's matter; equal ones come in any order.
 * Everything is inline, so that a comparison given by name is inlined too. */
#ifndef CSA_BASE_HEAP_H
#define CSA_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_heap {
    uint64_t *items; /* the caller's, with room for all that will be in it; items[0] comes first */
    size_t size;
};

typedef bool csa_heap_order(const void *context, uint64_t a, uint64_t b); /* whether a comes before b */

/* Moves the item at `place` down to where it belongs; the others are in order. */
static inline void csa_heap_sift(struct csa_heap *heap, size_t place, csa_heap_order *before,
                                 const void *context)
{
    uint64_t *items = heap->items;
    uint64_t moving = items[place];
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= heap->size) {
            break;
        }
        if (child + 1 < heap->size && before(context, items[child + 1], items[child])) {
            child++;
        }
        if (!before(context, items[child], moving)) {
            break;
        }
        items[place] = items[child];
        place = child;
    }
    items[place] = moving;
}

/* Puts items that were written in any order into a heap's order. */
static inline void csa_heap_build(struct csa_heap *heap, csa_heap_order *before, const void *context)
{
    for (size_t i = heap->size / 2; i-- > 0;) {
        csa_heap_sift(heap, i, before, context);
    }
}

/* After what stands behind items[0] went on to something later, or (kept = false) came to its end: finds the
 * new first item. */
static inline void csa_heap_update_first(struct csa_heap *heap, bool kept, csa_heap_order *before,
                                         const void *context)
{
    if (!kept) {
        heap->items[0] = heap->items[--heap->size];
    }
    if (heap->size > 1) {
        csa_heap_sift(heap, 0, before, context);
    }
}

#endif
