/* Writing the term dictionary (docs/index-format.md, section 5): blocks of up to 32 front-coded entries go to
 * the output, their first keys and offsets are kept for the resident index. Called by the segment writer. */
#include "common/index/dictionary.h"

#include "common/base/integer.h"
#include "common/index/dictionary_format.h"
#include "common/index/peak.h"

enum {
    ENTRY_ROOM = 2 + CSA_TERM_MAXIMUM + 1 + 5 * CSA_VARINT_MAXIMUM, /* bytes of the largest entry */
    BLOCK_ROOM = CSA_DICTIONARY_BLOCK * ENTRY_ROOM,
};

void csa_dictionary_writer_init(struct csa_dictionary_writer *writer, struct csa_output *blocks)
{
    *writer = (struct csa_dictionary_writer){.blocks = blocks, .start = blocks->offset};
    csa_buffer_init(&writer->block, BLOCK_ROOM);
    csa_buffer_init(&writer->offsets, UINT32_MAX);
    csa_buffer_init(&writer->key_offsets, UINT32_MAX);
    csa_buffer_init(&writer->keys, UINT32_MAX);
    csa_buffer_init(&writer->peaks, UINT32_MAX);
}

void csa_dictionary_writer_release(struct csa_dictionary_writer *writer)
{
    csa_buffer_release(&writer->block);
    csa_buffer_release(&writer->offsets);
    csa_buffer_release(&writer->key_offsets);
    csa_buffer_release(&writer->keys);
    csa_buffer_release(&writer->peaks);
}

static enum csa_status check_buffers(const struct csa_dictionary_writer *writer, struct csa_error *error)
{
    enum csa_status status = csa_buffer_check(&writer->block, "a block of the dictionary", error);
    if (status == CSA_OK) {
        status = csa_buffer_check(&writer->offsets, "the dictionary's index", error);
    }
    if (status == CSA_OK) {
        status = csa_buffer_check(&writer->key_offsets, "the dictionary's index", error);
    }
    if (status == CSA_OK) {
        status = csa_buffer_check(&writer->peaks, "the dictionary's peaks", error);
    }
    return status == CSA_OK ? csa_buffer_check(&writer->keys, "the dictionary's index", error) : status;
}

static enum csa_status close_block(struct csa_dictionary_writer *writer, struct csa_error *error)
{
    if (writer->entries == 0) {
        return CSA_OK;
    }
    uint8_t head[1 + 2 * CSA_VARINT_MAXIMUM];
    size_t size = 0;
    head[size++] = (uint8_t)writer->entries;
    size += csa_varint_encode(head + size, writer->postings_base);
    size += csa_varint_encode(head + size, writer->positions_base);
    csa_output_write(writer->blocks, head, size);
    csa_output_write(writer->blocks, writer->block.data, writer->block.size);
    csa_buffer_clear(&writer->block);
    writer->entries = 0;
    return csa_error_pass(error, &writer->blocks->error);
}

static enum csa_status open_block(struct csa_dictionary_writer *writer, const uint8_t *key, uint32_t key_size,
                                  struct csa_error *error)
{
    uint64_t offset = writer->blocks->offset - writer->start;
    if (offset > UINT32_MAX) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "the dictionary takes more than 4 GiB");
    }
    csa_buffer_append_u32(&writer->offsets, (uint32_t)offset);
    csa_buffer_append_u32(&writer->key_offsets, (uint32_t)writer->keys.size);
    csa_buffer_append(&writer->keys, key, key_size);
    csa_buffer_append_byte(&writer->peaks, 0);
    writer->key_size = 0;
    writer->block_count++;
    writer->postings_base = writer->postings_place;
    writer->positions_base = writer->positions_place;
    writer->postings_known = false;
    writer->positions_known = false;
    return CSA_OK;
}

/* Whether the entry has a list of its own, and positions in the section. */
static bool has_list(const struct csa_term_entry *entry)
{
    return entry->document_count > 1 && !entry->shared;
}

static bool has_positions(const struct csa_term_entry *entry)
{
    return entry->kind == CSA_TERM_WORD && entry->occurrence_count > 1;
}

static bool entry_is_sound(const struct csa_term_entry *entry)
{
    bool stem = entry->kind == CSA_TERM_STEM || entry->kind == CSA_TERM_TITLE_STEM;
    return entry->kind >= CSA_TERM_WORD && entry->kind <= CSA_TERM_TITLE_STEM && entry->document_count != 0 &&
           entry->document_count <= CSA_DOCUMENTS_MAXIMUM &&
           entry->occurrence_count >= entry->document_count && !(entry->own_stem && stem) &&
           !(entry->shared && !stem);
}

/* Whether the entry's lists begin where the reader will look for them in the block as it stands. */
static bool follows(const struct csa_dictionary_writer *writer, const struct csa_term_entry *entry)
{
    return !(has_list(entry) && writer->postings_known &&
             entry->documents_offset != writer->postings_place) &&
           !(has_positions(entry) && writer->positions_known &&
             entry->positions_offset != writer->positions_place);
}

/* Stems are not completed: they have no part in the peak of their block. */
static void raise_peak(struct csa_dictionary_writer *writer, const struct csa_term_entry *entry)
{
    bool word = entry->kind == CSA_TERM_WORD || entry->kind == CSA_TERM_TITLE_WORD;
    if (word && writer->peaks.size != 0) {
        uint8_t *last = (uint8_t *)writer->peaks.data + writer->peaks.size - 1;
        uint8_t peak = csa_peak_of(entry->document_count);
        *last = peak > *last ? peak : *last;
    }
}

static void append_entry(struct csa_dictionary_writer *writer, const struct csa_term_entry *entry)
{
    struct csa_buffer *block = &writer->block;
    unsigned flags = (entry->own_stem ? (unsigned)DICTIONARY_OWN_STEM : 0) |
                     (entry->shared ? (unsigned)DICTIONARY_SHARED : 0);
    csa_buffer_append_varint(block, (uint64_t)entry->document_count << DICTIONARY_FLAG_BITS | flags);
    csa_buffer_append_varint(block, entry->occurrence_count - entry->document_count);
    if (entry->document_count == 1) {
        csa_buffer_append_varint(block, entry->single_document);
    } else if (entry->shared) {
        csa_buffer_append_varint(block, entry->documents_offset);
    } else {
        csa_buffer_append_varint(block, entry->documents_size);
        if (!writer->postings_known) {
            writer->postings_known = true;
            writer->postings_base = entry->documents_offset;
        }
        writer->postings_place = entry->documents_offset + entry->documents_size;
    }
    if (has_positions(entry)) {
        csa_buffer_append_varint(block, entry->positions_size);
        if (!writer->positions_known) {
            writer->positions_known = true;
            writer->positions_base = entry->positions_offset;
        }
        writer->positions_place = entry->positions_offset + entry->positions_size;
    } else if (entry->kind == CSA_TERM_WORD) {
        csa_buffer_append_varint(block, entry->single_position);
    }
}

enum csa_status csa_dictionary_writer_add(struct csa_dictionary_writer *writer, struct csa_view text,
                                          const struct csa_term_entry *entry, struct csa_error *error)
{
    if (text.size == 0 || text.size > CSA_TERM_MAXIMUM || !entry_is_sound(entry)) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "a term that the dictionary cannot hold");
    }
    uint8_t key[CSA_TERM_MAXIMUM + 1];
    uint32_t size = (uint32_t)text.size + 1;
    key[0] = (uint8_t)entry->kind;
    memcpy(key + 1, text.data, text.size);
    uint32_t most = size < writer->key_size ? size : writer->key_size;
    uint32_t shared = 0;
    while (shared < most && key[shared] == writer->key[shared]) {
        shared++;
    }
    if (shared == size || (shared < writer->key_size && key[shared] < writer->key[shared])) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "terms do not ascend");
    }
    enum csa_status status = CSA_OK;
    if (writer->entries == CSA_DICTIONARY_BLOCK || !follows(writer, entry)) {
        status = close_block(writer, error);
    }
    if (status == CSA_OK && writer->entries == 0) {
        status = open_block(writer, key, size, error);
        shared = 0;
    }
    if (status != CSA_OK) {
        return status;
    }
    csa_buffer_append_byte(&writer->block, (uint8_t)shared);
    csa_buffer_append_byte(&writer->block, (uint8_t)(size - shared));
    csa_buffer_append(&writer->block, key + shared, size - shared);
    append_entry(writer, entry);
    raise_peak(writer, entry);
    memcpy(writer->key, key, size);
    writer->key_size = size;
    writer->entries++;
    return check_buffers(writer, error);
}

enum csa_status csa_dictionary_writer_finish(struct csa_dictionary_writer *writer,
                                             struct csa_buffer *term_index, struct csa_error *error)
{
    enum csa_status status = close_block(writer, error);
    if (status != CSA_OK || writer->block_count == 0) {
        return status;
    }
    csa_buffer_append_u32(term_index, writer->block_count);
    csa_buffer_append_u32(term_index, (uint32_t)writer->keys.size);
    csa_buffer_append_view(term_index, csa_buffer_view(&writer->offsets));
    csa_buffer_append_view(term_index, csa_buffer_view(&writer->key_offsets));
    csa_buffer_append_u32(term_index, (uint32_t)writer->keys.size);
    csa_buffer_append_view(term_index, csa_buffer_view(&writer->keys));
    return csa_buffer_check(term_index, "the dictionary's index", error);
}
