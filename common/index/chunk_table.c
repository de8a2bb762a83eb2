/* Places of chunks on their way into a chunk table. Owns the entries. */
#include "common/index/chunk_table.h"

void csa_chunk_table_init(struct csa_chunk_table *table)
{
    *table = (struct csa_chunk_table){.offset = 0};
    csa_buffer_init(&table->entries, SIZE_MAX / 2);
}

void csa_chunk_table_release(struct csa_chunk_table *table)
{
    csa_buffer_release(&table->entries);
}

static void append_entry(struct csa_chunk_table *table, uint32_t raw_size)
{
    csa_buffer_append_u64(&table->entries, table->offset);
    csa_buffer_append_u32(&table->entries, (uint32_t)table->records);
    csa_buffer_append_u32(&table->entries, raw_size);
}

enum csa_status csa_chunk_table_add(struct csa_chunk_table *table, const struct csa_chunk *chunk,
                                    struct csa_output *output, struct csa_error *error)
{
    if (chunk->records == 0) {
        return CSA_OK;
    }
    if (chunk->records > CSA_DOCUMENTS_MAXIMUM - table->records) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "more than %u stored records in a segment",
                             CSA_DOCUMENTS_MAXIMUM);
    }
    append_entry(table, chunk->raw_size);
    csa_output_write(output, chunk->compressed.data, chunk->compressed.size);
    table->offset += chunk->compressed.size;
    table->records += chunk->records;
    return csa_buffer_check(&table->entries, "table of stored text", error);
}

enum csa_status csa_chunk_table_write(struct csa_chunk_table *table, struct csa_section_writer *file,
                                      enum csa_section section, struct csa_error *error)
{
    if (table->entries.size == 0) {
        return CSA_OK;
    }
    append_entry(table, 0);
    csa_section_write(file, section, table->entries.data, table->entries.size);
    return csa_buffer_check(&table->entries, "table of stored text", error);
}
