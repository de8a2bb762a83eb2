/* Which segments to merge: decided from their sizes alone, so that the same history gives the same index.
 *
 * Levels of bytes, each eight times the one below (up to 1 MiB, 8 MiB, 64 MiB, ...). When at the end of the
 * index stand more than eight segments of one level, with none of a higher level between them, they become
 * one, with the smaller ones that stand among them or behind them; so an article is written again about once
 * a level. Only neighbours are merged, since the order of segments is that of documents. A segment of which
 * more than half is deleted is written anew. (The scheme of Lucene's LogMergePolicy.) */
#ifndef CSA_INDEXER_NATIVE_MERGE_POLICY_H
#define CSA_INDEXER_NATIVE_MERGE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSA_MERGE_FACTOR = 8 };

struct csa_segment_size {
    uint64_t bytes;
    uint32_t passages; /* at least 1 */
    uint32_t deleted;
};

/* The next merge: `count` segments from `first` on. False when all is well. Ends when repeated. */
bool csa_merge_policy_choose(const struct csa_segment_size *segments, size_t segment_count, size_t *first,
                             size_t *count);

#endif
