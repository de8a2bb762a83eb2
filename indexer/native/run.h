/* A run: what one inverter held when it was full or when all articles were in, and reading it back in order.
 *
 *   batches in source order     0    1    2    3    4    5          final numbers count through these
 *   run 1 (worker 0)           [0]       [2]                        local numbers 0..., range after range
 *   run 2 (worker 1)                [1]       [3]  [4, first half]
 *   run 3 (worker 1)                               [4, the rest] [5]
 *
 * A run numbers its passages and articles for itself; its ranges say to which batch they belong, and when all
 * batches are known, csa_run_resolve() turns that into final numbers. A run stays in memory, or lies in a
 * temporary file: for each table its terms in order, each `size u8, bytes, stream size varint, stream`
 * (vocabulary.h says what a stream is), then a zero byte. */
#ifndef CSA_INDEXER_NATIVE_RUN_H
#define CSA_INDEXER_NATIVE_RUN_H

#include "common/base/error.h"
#include "common/base/file.h"
#include "indexer/native/inverter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The two tables of an inverter. */
enum csa_run_table {
    CSA_RUN_WORDS,  /* documents are passages, with positions */
    CSA_RUN_TITLES, /* documents are articles; positions have no meaning */
    CSA_RUN_TABLES,
};

/* Consecutive passages of one batch. The articles are those that begin among them. */
struct csa_run_range {
    uint64_t batch;
    uint32_t passages_before; /* of the batch, in earlier runs */
    uint32_t articles_before;
    uint32_t passages;
    uint32_t articles;
};

/* Consecutive local numbers whose final numbers are consecutive too. */
struct csa_run_piece {
    uint32_t first; /* local */
    uint32_t end;
    uint32_t final; /* of first */
};

struct csa_run {
    struct csa_run_range *ranges; /* in local order; owned */
    size_t range_count;
    size_t range_capacity;
    struct csa_run_piece *pieces[CSA_RUN_TABLES]; /* made by csa_run_resolve(); owned */
    size_t piece_counts[CSA_RUN_TABLES];
    /* in memory */
    const struct csa_inverter *inverter; /* the caller's; null: spilled */
    uint32_t *orders[CSA_RUN_TABLES];    /* terms in order; owned */
    /* spilled */
    struct csa_output *file; /* the caller's */
    uint64_t offsets[CSA_RUN_TABLES];
    uint64_t ends[CSA_RUN_TABLES];
};

void csa_run_init(struct csa_run *run);
void csa_run_release(struct csa_run *run);

enum csa_status csa_run_add_range(struct csa_run *run, const struct csa_run_range *range,
                                  struct csa_error *error);
/* Sorts the inverter's terms. The run then reads from it: the inverter must stay as it is. */
enum csa_status csa_run_hold(struct csa_run *run, struct csa_inverter *inverter, struct csa_error *error);
/* The same, and writes it all behind what the file has; the inverter may be cleared. */
enum csa_status csa_run_spill(struct csa_run *run, struct csa_inverter *inverter, struct csa_output *file,
                              struct csa_error *error);

/* The first passage and article of each batch. */
struct csa_batch_base {
    uint32_t passage;
    uint32_t article;
};
enum csa_status csa_run_resolve(struct csa_run *run, const struct csa_batch_base *bases, size_t base_count,
                                struct csa_error *error);

/* ---- reading ---- */

/* Goes through the terms of a run, and through each term's postings. */
struct csa_run_cursor {
    const struct csa_run *run;
    enum csa_run_table table;
    bool has_term;        /* false at the end of the run */
    struct csa_view text; /* of the term; valid until the next term */
    uint64_t prefix;      /* its first eight bytes as a number in their order, zero-padded */
    bool has_posting;     /* false at the end of the term */
    uint32_t document;    /* of the posting: its final number */
    uint32_t piece_end;   /* local documents before this one are of the same piece */
    uint32_t local_document;
    /* private */
    uint32_t first_position;
    size_t piece;
    uint32_t next_term;
    uint64_t file_next;
    uint8_t *buffer; /* owned */
    size_t capacity;
    size_t loaded;          /* bytes in buffer */
    const uint8_t *p, *end; /* of the stream, within buffer */
    uint64_t stream_rest;   /* bytes of the stream behind end; in memory: 1 while there are any */
    uint32_t slice;         /* in memory: what comes next */
    uint32_t slice_left;
    unsigned level;
    uint32_t stream_write;
    char room[CSA_TERM_KEY_MAXIMUM];
};

enum { CSA_RUN_BUFFER_MINIMUM = 4096 };

/* Places the cursor at the first term. buffer: bytes to read the file with, at least CSA_RUN_BUFFER_MINIMUM.
 * The run must be resolved. */
enum csa_status csa_run_cursor_open(struct csa_run_cursor *cursor, const struct csa_run *run,
                                    enum csa_run_table table, size_t buffer, struct csa_error *error);
void csa_run_cursor_close(struct csa_run_cursor *cursor);
/* To the next term and its first posting; the postings of the term before must all be taken. */
enum csa_status csa_run_cursor_next_term(struct csa_run_cursor *cursor, struct csa_error *error);

/* The positions of one posting, a growing array. */
struct csa_positions {
    uint32_t *values; /* owned */
    size_t count;
    size_t capacity;
};
void csa_positions_release(struct csa_positions *positions);
/* Takes the posting that the cursor is at, positions->count being its frequency, and steps to the next. */
enum csa_status csa_run_cursor_take(struct csa_run_cursor *cursor, struct csa_positions *positions,
                                    struct csa_error *error);

#endif
