/* An index being changed: the newest commit, its segments with their deletes, and what the next commit will
 * say.
 *
 *   open -> remove* -> add_segment -> replace -> merge -> commit -> close
 *
 * Holds the writer's lock from open to close. Nothing that the old commit names is touched before the new one
 * stands; what a close without a commit leaves behind is removed. */
#ifndef CSA_INDEXER_NATIVE_UPDATE_H
#define CSA_INDEXER_NATIVE_UPDATE_H

#include "common/base/error.h"
#include "common/base/view.h"
#include "common/index/index.h"
#include "indexer/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_update_segment {
    struct csa_commit_segment entry; /* as the next commit will have it, but for new deletes */
    struct csa_segment *segment;     /* owned */
    struct csa_deletes deletes;
    bool deletes_changed;
};

struct csa_update {
    char *folder; /* owned */
    int lock;
    struct csa_commit *commit;           /* the newest one; generation 0: none yet; owned */
    struct csa_update_segment *segments; /* room for CSA_SEGMENTS_MAXIMUM + 1; owned */
    size_t segment_count;
    uint64_t last_number; /* of a segment or generation that was given out */
    bool changed;
};

/* must_exist: an index that is not there is CSA_ERROR_NOT_FOUND and is not made. Call csa_update_close() also
 * after an error. */
enum csa_status csa_update_open(struct csa_update *update, const char *folder, bool must_exist,
                                struct csa_error *error);
void csa_update_close(struct csa_update *update);

/* A number for a segment that is going to be written. */
uint64_t csa_update_next_number(struct csa_update *update);

/* Marks the article with this id as deleted; CSA_ERROR_NOT_FOUND when there is none (or none any more). */
enum csa_status csa_update_remove(struct csa_update *update, struct csa_view id, struct csa_error *error);

/* Takes a finished segment in behind the others: entry->number and file_size say which. */
enum csa_status csa_update_add_segment(struct csa_update *update, const struct csa_commit_segment *entry,
                                       struct csa_error *error);
/* In the newest segment the last article of an id stands: marks all earlier ones, here and in older segments,
 * as deleted. hashes: csa_hash() of its articles' ids, in order. Fills counts->replaced, repeated and
 * first_repeated. */
enum csa_status csa_update_replace(struct csa_update *update, const uint64_t *hashes,
                                   struct csa_sink_counts *counts, struct csa_error *error);
/* Drops segments that are wholly deleted, and merges those that merge_policy.h names; all: into one segment
 * without deletes. */
enum csa_status csa_update_merge(struct csa_update *update, bool all, struct csa_error *error);

/* Writes deletes and the commit, durably. Without any change there is no new commit, unless there was none.
 */
enum csa_status csa_update_commit(struct csa_update *update, struct csa_error *error);

/* What the commit holds: articles without the deleted, and bytes of all files but the commit itself. */
void csa_update_totals(const struct csa_update *update, uint64_t *articles, uint64_t *bytes);

#endif
