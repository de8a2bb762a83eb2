#include "searcher/match/collector.h"

#include <stdlib.h>

/* More than what adding 64 floats in double and rounding the sum to float can change. */
static const double margin = 1 - 1e-6;

static bool is_worse(struct csa_candidate a, struct csa_candidate b)
{
    return a.score < b.score || (a.score == b.score && a.passage > b.passage);
}

static void set_bar(struct csa_collector *collector)
{
    double score = collector->floor;
    if (collector->size == collector->room && collector->room != 0 &&
        (double)collector->heap[0].score > score) {
        score = (double)collector->heap[0].score;
    }
    collector->bar = collector->room == 0 ? (double)INFINITY : score * margin;
}

void csa_collector_init(struct csa_collector *collector, struct csa_candidate *heap, size_t room)
{
    *collector = (struct csa_collector){.heap = heap, .room = room};
    set_bar(collector);
}

void csa_collector_raise(struct csa_collector *collector, float floor)
{
    if (floor > collector->floor) {
        collector->floor = floor;
        set_bar(collector);
    }
}

static void sift_down(struct csa_candidate *heap, size_t size, size_t at, struct csa_candidate value)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= size) {
            break;
        }
        if (child + 1 < size && is_worse(heap[child + 1], heap[child])) {
            child++;
        }
        if (!is_worse(heap[child], value)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = value;
}

void csa_collector_add(struct csa_collector *collector, float score, uint32_t passage)
{
    struct csa_candidate value = {score, passage};
    struct csa_candidate *heap = collector->heap;
    if (collector->size < collector->room) {
        size_t at = collector->size++;
        while (at != 0 && is_worse(value, heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = value;
        if (collector->size == collector->room) {
            set_bar(collector);
        }
    } else if (collector->room != 0 && is_worse(heap[0], value)) {
        sift_down(heap, collector->size, 0, value);
        set_bar(collector);
    }
}

void csa_collector_finish(struct csa_collector *collector)
{
    /* Taking the worst away again and again leaves the best first. */
    for (size_t size = collector->size; size > 1; size--) {
        struct csa_candidate worst = collector->heap[0];
        sift_down(collector->heap, size - 1, 0, collector->heap[size - 1]);
        collector->heap[size - 1] = worst;
    }
}
