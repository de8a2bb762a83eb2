/* Writes header, sections, table and trailer of a segment file. Owns the output and the table. */
#include "common/index/section_writer.h"

#include "common/base/integer.h"
#include "common/base/memory.h"

#include <zlib.h>

enum { COPY_STEP = 128 * 1024 };

enum csa_status csa_section_writer_open(struct csa_section_writer *writer, const char *path,
                                        struct csa_error *error)
{
    *writer = (struct csa_section_writer){.count = 0};
    enum csa_status status = csa_output_open(&writer->output, path, error);
    if (status != CSA_OK) {
        return status;
    }
    uint8_t header[CSA_HEADER_SIZE] = {0};
    csa_store_u64(header, CSA_MAGIC_SEGMENT);
    csa_store_u32(header + 8, CSA_FORMAT_VERSION);
    csa_output_write(&writer->output, header, sizeof header);
    return CSA_OK;
}

void csa_section_writer_abandon(struct csa_section_writer *writer)
{
    csa_output_abandon(&writer->output, true);
}

void csa_section_begin(struct csa_section_writer *writer)
{
    csa_output_align(&writer->output, CSA_SECTION_ALIGNMENT);
    csa_output_restart_crc(&writer->output);
    writer->start = writer->output.offset;
}

void csa_section_end(struct csa_section_writer *writer, enum csa_section id)
{
    uint64_t size = writer->output.offset - writer->start;
    if (size != 0 && writer->count < CSA_SECTION_COUNT) {
        writer->entries[writer->count++] =
            (struct csa_section_entry){(uint32_t)id, writer->output.crc, writer->start, size};
    }
}

void csa_section_write(struct csa_section_writer *writer, enum csa_section id, const void *bytes, size_t size)
{
    csa_section_begin(writer);
    csa_output_write(&writer->output, bytes, size);
    csa_section_end(writer, id);
}

enum csa_status csa_section_append_output(struct csa_section_writer *writer, struct csa_output *from,
                                          struct csa_error *error)
{
    enum csa_status status = csa_output_flush(from, error);
    if (status != CSA_OK || from->offset == 0) {
        return status;
    }
    uint8_t *step = csa_malloc(COPY_STEP);
    if (step == NULL) {
        return csa_error_set_memory(error, "copying a section");
    }
    for (uint64_t offset = 0; offset < from->offset && status == CSA_OK;) {
        uint64_t left = from->offset - offset;
        size_t part = left < COPY_STEP ? (size_t)left : COPY_STEP;
        status = csa_output_read_at(from, offset, step, part, error);
        if (status == CSA_OK) {
            csa_output_write(&writer->output, step, part);
        }
        offset += part;
    }
    csa_free(step);
    return status;
}

enum csa_status csa_section_writer_finish(struct csa_section_writer *writer, uint64_t *file_size,
                                          uint32_t *table_crc, struct csa_error *error)
{
    static const uint8_t slack[CSA_SECTION_SLACK];
    struct csa_output *output = &writer->output;
    csa_output_write(output, slack, sizeof slack);
    csa_output_align(output, CSA_SECTION_ALIGNMENT);

    uint8_t trailer[CSA_TRAILER_SIZE] = {0};
    csa_store_u64(trailer, output->offset);
    csa_store_u32(trailer + 8, writer->count);
    csa_output_restart_crc(output);
    for (uint32_t i = 0; i < writer->count; i++) {
        uint8_t entry[CSA_TABLE_ENTRY_SIZE] = {0};
        csa_store_u32(entry, writer->entries[i].id);
        csa_store_u32(entry + 4, writer->entries[i].crc);
        csa_store_u64(entry + 8, writer->entries[i].offset);
        csa_store_u64(entry + 16, writer->entries[i].size);
        csa_output_write(output, entry, sizeof entry);
    }
    *table_crc = output->crc;
    csa_store_u32(trailer + 12, output->crc);
    csa_store_u32(trailer + 16, CSA_FORMAT_VERSION);
    csa_store_u32(trailer + 20, (uint32_t)crc32(0, trailer, 20));
    csa_store_u64(trailer + 24, CSA_MAGIC_SEGMENT);
    csa_output_write(output, trailer, sizeof trailer);
    *file_size = output->offset;
    return csa_output_finish(output, true, error);
}
