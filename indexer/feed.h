/* Cuts the sources into batches: the work that threads take, one after the other.
 *
 * A batch is up to 64 files (or half a megabyte of them), or half a megabyte of lines of one JSON lines file,
 * so that one large file is shared out too. Where batches are cut depends on the sources alone, never on
 * threads. Reading lines is done here; reading files and all parsing is left to who takes the batch. */
#ifndef CSA_INDEXER_FEED_H
#define CSA_INDEXER_FEED_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "indexer/intake/intake.h"
#include "indexer/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSA_BATCH_BYTES = 512 * 1024, /* of lines, or of files; a batch ends with the one that passes it */
    CSA_BATCH_FILES = 64,
    CSA_FEED_SMALL_FILE = 64 * 1024, /* a file up to this size is not looked into: it is read whole */
};

struct csa_feed_line {
    size_t offset; /* in text */
    size_t size;
    uint64_t number; /* in its file */
};

/* Files to read, or lines of sources[0]. */
struct csa_feed_batch {
    uint64_t number; /* 0, 1, 2, ... */
    struct csa_source *sources;
    size_t source_count;
    struct csa_input *input; /* not null: the last source is open, and is read from here; owned */
    bool is_lines;
    struct csa_buffer text;
    struct csa_feed_line *lines; /* owned */
    size_t line_count;
    size_t line_capacity;
    struct csa_messages messages; /* about sources before and in this batch */
    struct csa_arena arena;       /* holds the sources */
};

void csa_feed_batch_init(struct csa_feed_batch *batch);
void csa_feed_batch_release(struct csa_feed_batch *batch);

struct csa_feed;
/* The sources as in csa_walk_open(). What lies in the folder `index` itself is left out: a walk tells an
 * index by its commit, which a new one has not yet. */
enum csa_status csa_feed_open(char *const *paths, size_t count, enum csa_format format, const char *index,
                              struct csa_feed **feed, struct csa_error *error);
void csa_feed_close(struct csa_feed *feed); /* null is fine */
/* Fills the batch, which was initialised or used before. At the end *more is false; the batch has then no
 * sources, but may have messages. One thread at a time. */
enum csa_status csa_feed_next(struct csa_feed *feed, struct csa_feed_batch *batch, bool *more,
                              struct csa_error *error);
/* Bytes given out so far: sizes of files as they lie on the disk, and lines as they are unpacked. */
uint64_t csa_feed_bytes(const struct csa_feed *feed);

#endif
