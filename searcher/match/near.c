#include "searcher/match/near.h"

#include <stdlib.h>
#include <string.h>

enum {
    LENGTH_LONGEST = 1 << 24,
};

/* A child while one passage is looked at. */
struct csa_near_child {
    const struct csa_phrase_span *spans; /* by first position */
    uint32_t count;
    uint32_t from;   /* the first one that does not start before the position at hand */
    uint32_t cursor; /* the next one to try */
    uint32_t chosen;
};

static uint64_t documents_of(const struct csa_phrase *phrase)
{
    return phrase->elements[0].documents;
}

static int by_documents(const void *a, const void *b)
{
    uint64_t x = documents_of(*(struct csa_phrase *const *)a);
    uint64_t y = documents_of(*(struct csa_phrase *const *)b);
    return (x > y) - (x < y);
}

struct csa_near *csa_near_new(struct csa_match *match, const struct csa_plan_node *node,
                              struct csa_error *error)
{
    struct csa_near *near = csa_arena_zalloc(match->arena, 1, sizeof *near);
    struct csa_phrase **phrases =
        csa_arena_zalloc(match->arena, node->child_count + 1, sizeof(struct csa_phrase *));
    struct csa_near_child *children = csa_arena_zalloc(match->arena, node->child_count + 1, sizeof *children);
    size_t *order = csa_arena_zalloc(match->arena, node->child_count + 1, sizeof *order);
    if (near == NULL || phrases == NULL || children == NULL || order == NULL) {
        csa_error_set_memory(error, "words near each other");
        return NULL;
    }
    *near = (struct csa_near){.match = match,
                              .phrases = phrases,
                              .children = children,
                              .order = order,
                              .count = node->child_count,
                              .title = node->kind == CSA_PLAN_TITLE_NEAR};
    uint64_t length = node->slop;
    for (size_t i = 0; i < node->child_count; i++) {
        phrases[i] = csa_phrase_new(match, node->children[i], error);
        if (phrases[i] == NULL) {
            return NULL;
        }
        length += (uint64_t)phrases[i]->span + 1;
    }
    near->length = length < LENGTH_LONGEST ? (uint32_t)length : LENGTH_LONGEST;
    near->reach = near->title ? 0 : csa_phrase_reach(match->segment, near->length - 1);
    for (size_t i = 0; i < node->child_count; i++) {
        phrases[i]->reach = near->reach;
        phrases[i]->part = true;
    }
    qsort(phrases, near->count, sizeof(struct csa_phrase *), by_documents);
    return near;
}

enum csa_status csa_near_settle(struct csa_near *near, struct csa_error *error)
{
    for (size_t i = 0; i < near->count; i++) {
        enum csa_status status = csa_phrase_settle(near->phrases[i], error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

void csa_near_candidates(struct csa_near *near, uint32_t low, uint32_t high, uint64_t *bits)
{
    enum { WORDS = 64 }; /* of a window */
    uint32_t words = (high - low + 63) / 64;
    for (size_t i = 0; i < near->count; i++) {
        uint64_t here[WORDS] = {0};
        uint64_t any = 0;
        csa_phrase_candidates(near->phrases[i], low, high, here); /* none when there is no time */
        for (uint32_t k = 0; k < words; k++) {
            bits[k] = i == 0 ? here[k] : bits[k] & here[k];
            any |= bits[k];
        }
        if (any == 0) {
            return;
        }
    }
}

/* ---- one position ---- */

/* Whether the child at this level can take its span k beside what those at the levels before have taken. */
static bool is_free(const struct csa_near *near, size_t level, uint32_t k)
{
    const struct csa_phrase_span span = near->children[near->order[level]].spans[k];
    for (size_t i = 0; i < level; i++) {
        const struct csa_near_child *other = &near->children[near->order[i]];
        const struct csa_phrase_span taken = other->spans[other->chosen];
        if (span.first <= taken.last && taken.first <= span.last) {
            return false;
        }
    }
    return true;
}

/* Lets the child at this level take the next span that fits between start and end; false when there is none,
 * or no time. Only the first level's must begin at the start. */
static bool take_next(struct csa_near *near, size_t level, uint32_t start, uint32_t end)
{
    struct csa_near_child *child = &near->children[near->order[level]];
    for (uint32_t k = child->cursor; k < child->count && child->spans[k].first <= end; k++) {
        if (csa_match_spend(near->match, level + 1)) {
            return false;
        }
        bool anchored = level != 0 || child->spans[k].first == start;
        if (anchored && child->spans[k].last <= end && is_free(near, level, k)) {
            child->chosen = k;
            child->cursor = k + 1;
            return true;
        }
    }
    return false;
}

/* Whether an occurrence begins with a span of the child `anchor` that starts at `start`; uses up *steps. */
static bool begins_with(struct csa_near *near, size_t anchor, uint32_t start, uint32_t end, unsigned *steps)
{
    size_t level = 0;
    near->order[0] = anchor;
    for (size_t i = 0, place = 1; i < near->count; i++) {
        near->order[place] = i;
        place += i != anchor;
    }
    near->children[anchor].cursor = near->children[anchor].from;
    csa_match_spend(near->match, near->count);
    for (; *steps != 0; --*steps) {
        if (take_next(near, level, start, end)) {
            if (++level == near->count) {
                return true;
            }
            struct csa_near_child *next = &near->children[near->order[level]];
            next->cursor = next->from;
        } else if (level-- == 0) {
            return false;
        }
    }
    return false;
}

static bool begins_at(struct csa_near *near, uint32_t start)
{
    uint32_t end = start > UINT32_MAX - near->length ? UINT32_MAX : start + near->length - 1;
    for (size_t i = 0; i < near->count; i++) {
        const struct csa_near_child *child = &near->children[i];
        if (child->spans[child->from].first > end) {
            return false;
        }
    }
    unsigned steps = CSA_NEAR_STEPS;
    for (size_t i = 0; i < near->count; i++) {
        const struct csa_near_child *child = &near->children[i];
        if (child->spans[child->from].first == start && begins_with(near, i, start, end, &steps)) {
            return true;
        }
    }
    return false;
}

/* ---- one passage ---- */

/* The next position at which some child starts, from what each has left; false when a child has none. */
static bool next_start(const struct csa_near *near, uint32_t *start)
{
    *start = UINT32_MAX;
    for (size_t i = 0; i < near->count; i++) {
        const struct csa_near_child *child = &near->children[i];
        if (child->from == child->count) {
            return false;
        }
        uint32_t first = child->spans[child->from].first;
        *start = first < *start ? first : *start;
    }
    return near->count != 0;
}

static void move_on(struct csa_near *near, uint32_t start)
{
    for (size_t i = 0; i < near->count; i++) {
        struct csa_near_child *child = &near->children[i];
        while (child->from < child->count && child->spans[child->from].first <= start) {
            child->from++;
        }
    }
}

uint32_t csa_near_frequency(struct csa_near *near, uint32_t passage)
{
    const struct csa_segment *segment = near->match->segment;
    struct csa_phrase_area area = near->title
                                      ? csa_phrase_area_of_title(segment, passage)
                                      : csa_phrase_area_of(segment, passage, near->length - 1, near->reach);
    csa_phrase_area_measure(segment, &area);
    for (size_t i = 0; i < near->count; i++) {
        if (!csa_phrase_spans(near->phrases[i], &area)) {
            return 0;
        }
        near->children[i] =
            (struct csa_near_child){.spans = near->phrases[i]->spans, .count = near->phrases[i]->span_count};
    }
    uint32_t found = 0, start;
    while (next_start(near, &start) && start < area.extent && !csa_match_spend(near->match, near->count)) {
        found += begins_at(near, start);
        move_on(near, start);
    }
    return found;
}
