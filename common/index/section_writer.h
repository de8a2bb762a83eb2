/* The container of a segment file: header, aligned sections, table, trailer (docs/index-format.md, section
 * 3).
 *
 * Sections are written one after the other, from begin to end; which ones, and what is in them, is the matter
 * of segment_writer.c. An empty section leaves no trace. */
#ifndef CSA_INDEX_SECTION_WRITER_H
#define CSA_INDEX_SECTION_WRITER_H

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/index/format.h"

#include <stddef.h>
#include <stdint.h>

struct csa_section_entry {
    uint32_t id;
    uint32_t crc;
    uint64_t offset;
    uint64_t size;
};

struct csa_section_writer {
    struct csa_output output; /* what lies between begin and end is the caller's to write */
    struct csa_section_entry entries[CSA_SECTION_COUNT];
    uint32_t count;
    uint64_t start; /* of the section being written */
};

/* Creates the file and writes its header. */
enum csa_status csa_section_writer_open(struct csa_section_writer *writer, const char *path,
                                        struct csa_error *error);
/* Closes and removes an unfinished file; does nothing after finish, or to a zeroed struct. */
void csa_section_writer_abandon(struct csa_section_writer *writer);

/* Each id once. */
void csa_section_begin(struct csa_section_writer *writer);
void csa_section_end(struct csa_section_writer *writer, enum csa_section id);
/* A whole section at once. */
void csa_section_write(struct csa_section_writer *writer, enum csa_section id, const void *bytes,
                       size_t size);
/* Appends all of a temporary output to what is being written. */
enum csa_status csa_section_append_output(struct csa_section_writer *writer, struct csa_output *from,
                                          struct csa_error *error);

/* Writes table and trailer, syncs and closes the file. */
enum csa_status csa_section_writer_finish(struct csa_section_writer *writer, uint64_t *file_size,
                                          uint32_t *table_crc, struct csa_error *error);

#endif
