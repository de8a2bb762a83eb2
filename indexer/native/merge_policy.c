/* See merge_policy.h. */
#include "indexer/native/merge_policy.h"

enum { LOWEST_LEVEL = 1 << 20, LEVELS = 16 };

/* What of a segment's bytes is not deleted. */
static uint64_t live_bytes(const struct csa_segment_size *segment)
{
    double part = 1.0 - (double)segment->deleted / (double)segment->passages;
    return (uint64_t)((double)segment->bytes * part);
}

static int level_of(const struct csa_segment_size *segment)
{
    uint64_t limit = LOWEST_LEVEL;
    int level = 0;
    for (uint64_t bytes = live_bytes(segment); bytes > limit && level < LEVELS; level++) {
        limit *= CSA_MERGE_FACTOR;
    }
    return level;
}

bool csa_merge_policy_choose(const struct csa_segment_size *segments, size_t segment_count, size_t *first,
                             size_t *count)
{
    for (int level = 0; level <= LEVELS; level++) {
        size_t start = segment_count;
        size_t of_this_level = 0;
        while (start > 0 && level_of(&segments[start - 1]) <= level) {
            start--;
            of_this_level += level_of(&segments[start]) == level;
        }
        if (of_this_level > CSA_MERGE_FACTOR) {
            *first = start;
            *count = segment_count - start;
            return true;
        }
    }
    for (size_t i = 0; i < segment_count; i++) {
        if (segments[i].deleted > segments[i].passages / 2) {
            *first = i;
            *count = 1;
            return true;
        }
    }
    return false;
}
