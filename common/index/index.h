/* An index folder: commits, snapshots, deletes and the writer's side of them (docs/index-format.md, sections
 * 1, 2 and 12).
 *
 *   reader: csa_index_open -> a snapshot: segments with their deletes, never changing -> csa_index_close
 *   writer: csa_index_lock -> the newest commit -> new segments and deletes -> csa_commit_write -> unlock
 */
#ifndef CSA_INDEX_INDEX_H
#define CSA_INDEX_INDEX_H

#include "common/base/error.h"
#include "common/index/segment.h"

#include <stdbool.h>
#include <stdint.h>

#define CSA_COMMIT_NAME "commit"
#define CSA_COMMIT_NEW_NAME "commit.new" /* on its way to become the commit */
#define CSA_LOCK_NAME "lock"

/* ---- the commit file ---- */

struct csa_commit_segment {
    uint64_t number;
    uint64_t file_size;
    uint32_t table_crc;
    uint32_t articles, passages;
    uint32_t deleted_articles, deleted_passages;
    uint64_t tokens;
    uint64_t deletes_generation; /* 0: nothing is deleted */
    uint32_t deletes_crc;
};

struct csa_commit {
    uint64_t generation; /* 1, 2, ...; 0: no commit yet */
    uint32_t segment_count;
    struct csa_commit_segment segments[CSA_SEGMENTS_MAXIMUM];
};

/* Reads the newest commit. CSA_ERROR_NOT_FOUND: the folder or its commit is not there ("no index at DIR: make
 * one with csa-index -d DIR SOURCE"); DAMAGED; UNSUPPORTED: a newer version. */
enum csa_status csa_commit_read(const char *folder, struct csa_commit *commit, struct csa_error *error);

/* Makes *commit the newest, atomically and durably: the files it names are already synced; writes commit.new,
 * syncs it and the folder, renames it, syncs the folder again. Then removes litter as below (failures to
 * remove are ignored; the next commit tries again). After an error the old commit is in force, unless the
 * last sync failed: then either may be, whole. */
enum csa_status csa_commit_write(const char *folder, const struct csa_commit *commit,
                                 struct csa_error *error);

/* Removes segment, deletes and temporary files that the newest commit does not name (a killed writer's
 * litter). Only with the lock held. */
void csa_index_remove_litter(const char *folder, const struct csa_commit *commit);

/* Whether the folder looks like an index (holds a commit file with our magic). CSA_ERROR_MEMORY; a commit
 * file that cannot be read is none. */
enum csa_status csa_index_is_folder(const char *folder, bool *is_index, struct csa_error *error);

/* Makes the folder when missing and takes the writer's lock. CSA_ERROR_BUSY "another csa-index is writing". A
 * folder that exists, is not empty and is no index is CSA_ERROR_MISUSE, so that no index is strewn into it.
 */
enum csa_status csa_index_lock(const char *folder, int *lock, struct csa_error *error);
void csa_index_unlock(int lock);

/* Names of files in the folder; csa_free(). Null when out of memory. */
char *csa_index_segment_path(const char *folder, uint64_t number);
char *csa_index_deletes_path(const char *folder, uint64_t number, uint64_t generation);

/* ---- deletes ---- */

/* One bit a passage of a segment. */
struct csa_deletes {
    uint64_t *bits; /* owned; null: nothing is deleted */
    uint32_t passages;
    uint32_t deleted;
    uint32_t crc; /* of the file it was read from */
};
static inline bool csa_deletes_has(const struct csa_deletes *deletes, uint32_t passage)
{
    return deletes->bits != NULL && ((deletes->bits[passage / 64] >> (passage % 64)) & 1U) != 0;
}
enum csa_status csa_deletes_init(struct csa_deletes *deletes, uint32_t passages, struct csa_error *error);
void csa_deletes_release(struct csa_deletes *deletes);
/* Marks all passages of an article; true when any was not marked before. */
bool csa_deletes_add_article(struct csa_deletes *deletes, const struct csa_segment *segment,
                             uint32_t article);
enum csa_status csa_deletes_read(struct csa_deletes *deletes, const char *path, uint32_t passages,
                                 struct csa_error *error);
enum csa_status csa_deletes_write(const struct csa_deletes *deletes, const char *path, uint32_t *crc,
                                  struct csa_error *error);

/* ---- a reader's snapshot ---- */

struct csa_index_segment {
    struct csa_segment *segment;
    struct csa_deletes deletes;
    uint32_t base; /* passages in the segments before: local passage + base = passage of the index */
    uint32_t article_base;
};

struct csa_index {
    char *folder; /* owned */
    uint64_t generation;
    uint32_t segment_count;
    struct csa_index_segment *segments;
    uint64_t passages; /* all, the deleted included: the N of idf, as in Lucene */
    uint64_t articles;
    uint64_t deleted_passages, deleted_articles;
    uint64_t tokens;
    double average;               /* tokens / passages */
    uint64_t stemmers;            /* union over segments */
    bool has_positions, has_text; /* in every segment */
};

/* Opens a segment and its deletes as a commit names them, and compares them with what it says of them:
 * CSA_ERROR_DAMAGED when they are others. Whatever comes back, also with an error, is to be closed and
 * released. */
enum csa_status csa_index_segment_open(const char *folder, const struct csa_commit_segment *named,
                                       struct csa_segment **segment, struct csa_deletes *deletes,
                                       struct csa_error *error);

/* Opens the newest commit. If a writer replaces it meanwhile (a file it names has gone), reads the commit
 * again. Errors name the file. */
enum csa_status csa_index_open(const char *folder, struct csa_index **index, struct csa_error *error);
void csa_index_close(struct csa_index *index);
/* Whether a newer commit is there: one read of the commit file's head. */
bool csa_index_is_stale(const struct csa_index *index);

#endif
