/* Merges segments into one, leaving out what is deleted. */
#ifndef CSA_INDEXER_NATIVE_SEGMENT_MERGE_H
#define CSA_INDEXER_NATIVE_SEGMENT_MERGE_H

#include "common/base/error.h"
#include "common/index/index.h"

#include <stddef.h>

struct csa_merge_source {
    const struct csa_segment *segment;
    const struct csa_deletes *deletes;
};

/* Writes the segment entry->number: the live articles of the sources, in their order. Together they must have
 * at least one. Fills in file_size and table_crc. CSA_ERROR_DAMAGED names a source that is broken;
 * CSA_ERROR_INTERRUPTED when asked to stop. */
enum csa_status csa_segments_merge(const char *folder, const struct csa_merge_source *sources, size_t count,
                                   struct csa_commit_segment *entry, struct csa_error *error);

#endif
