/* Term entries on their way into the dictionary: a temporary file, since stems are made from all words and
 * the words' flags are known only then. Appended in order, then read in order or by ordinal. The bytes are
 * this process's own and never outlive it. Used by term_writer.c and segment_stems.c. */
#ifndef CSA_INDEX_TERM_TABLE_H
#define CSA_INDEX_TERM_TABLE_H

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/view.h"
#include "common/index/dictionary.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_stored_term {
    struct csa_term_entry entry;
    uint64_t languages; /* in a segment with several stemmers: those of the articles that have the word */
    uint32_t text_size;
};

struct csa_term_table {
    struct csa_output terms; /* struct csa_stored_term */
    struct csa_output texts;
    uint64_t count;
};

enum csa_status csa_term_table_open(struct csa_term_table *table, const char *folder,
                                    struct csa_error *error);
/* May be called on a zeroed struct, and twice. */
void csa_term_table_close(struct csa_term_table *table);
void csa_term_table_add(struct csa_term_table *table, struct csa_view text,
                        const struct csa_term_entry *entry, uint64_t languages);
/* Before reading; says the first failure of all writes. */
enum csa_status csa_term_table_flush(struct csa_term_table *table, struct csa_error *error);

/* A part of a table: where the reading begins, and how many terms. */
struct csa_term_range {
    uint64_t first, count;
    uint64_t text_offset;
};

/* Reads a range in order. */
struct csa_term_reader;
enum csa_status csa_term_reader_new(struct csa_term_reader **reader, struct csa_term_table *table,
                                    struct csa_term_range range, struct csa_error *error);
void csa_term_reader_free(struct csa_term_reader *reader);
/* *term is null at the end; it and text are valid until the next call. */
enum csa_status csa_term_reader_next(struct csa_term_reader *reader, const struct csa_stored_term **term,
                                     struct csa_view *text, struct csa_error *error);

/* Terms by ordinal, from a window of neighbours: cheap when one asks for ordinals that lie close together. */
enum { CSA_TERM_WINDOW = 128 };
struct csa_term_window {
    struct csa_stored_term terms[CSA_TERM_WINDOW];
    uint64_t first;
    uint32_t count; /* 0: nothing is loaded */
};
enum csa_status csa_term_window_get(struct csa_term_window *window, struct csa_term_table *table,
                                    uint64_t ordinal, const struct csa_stored_term **term,
                                    struct csa_error *error);

#endif
