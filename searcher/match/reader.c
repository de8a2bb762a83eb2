#include "searcher/match/reader.h"

void csa_reader_init(struct csa_reader *reader, const struct csa_postings *list,
                     const struct csa_match_kernels *kernels)
{
    reader->list = *list;
    reader->kernels = kernels;
    reader->block = CSA_NO_BLOCK;
    reader->floor = 0;
    reader->last = 0;
    reader->form = CSA_FORM_NONE;
    reader->damaged = false;
    reader->size = 0;
    reader->at = 0;
    reader->bits = NULL;
    reader->packed_block = CSA_NO_BLOCK;
    reader->summed_block = CSA_NO_BLOCK;
    reader->blocks_read = 0;
}

void csa_reader_place(struct csa_reader *reader, uint32_t block)
{
    if (reader->block == block) {
        return;
    }
    reader->block = block;
    reader->form = CSA_FORM_NONE;
    reader->last = csa_postings_block_last(&reader->list, block);
    reader->floor = block == 0 ? 0 : csa_postings_block_last(&reader->list, block - 1) + 1;
}

bool csa_reader_seek_far(struct csa_reader *reader, uint32_t document)
{
    uint32_t start = reader->block != CSA_NO_BLOCK && document > reader->last ? reader->block + 1 : 0;
    uint32_t block = start < reader->list.block_count
                         ? csa_postings_find_block(&reader->list, start, document)
                         : reader->list.block_count;
    if (block >= reader->list.block_count) {
        reader->block = CSA_NO_BLOCK;
        return false;
    }
    csa_reader_place(reader, block);
    return true;
}

/* A damaged block is read as one without documents. */
static void set_damaged(struct csa_reader *reader)
{
    reader->damaged = true;
    reader->size = 0;
    for (unsigned i = 0; i < CSA_BLOCK; i++) {
        reader->documents[i] = CSA_DOCUMENT_NONE;
    }
    reader->form = CSA_FORM_DOCUMENTS;
}

unsigned csa_reader_unpack(struct csa_reader *reader)
{
    if (reader->form == CSA_FORM_DOCUMENTS) {
        return reader->size;
    }
    unsigned size = csa_postings_read_documents(&reader->list, reader->block, reader->documents);
    if (size == 0) {
        set_damaged(reader);
        return 0;
    }
    for (unsigned i = size; i < CSA_BLOCK; i++) {
        reader->documents[i] = CSA_DOCUMENT_NONE;
    }
    reader->size = size;
    reader->form = CSA_FORM_DOCUMENTS;
    reader->blocks_read++;
    return size;
}

bool csa_reader_load(struct csa_reader *reader)
{
    if (reader->form != CSA_FORM_NONE) {
        return !reader->damaged;
    }
    reader->bits = csa_postings_bitmap(&reader->list, reader->block, &reader->bits_first, &reader->bits_size);
    if (reader->bits != NULL) {
        reader->form = CSA_FORM_BITS;
        return true;
    }
    return csa_reader_unpack(reader) != 0;
}

bool csa_reader_holds(struct csa_reader *reader, uint32_t document)
{
    if (reader->form == CSA_FORM_NONE && !csa_reader_load(reader)) {
        return false;
    }
    if (reader->form == CSA_FORM_BITS) {
        uint32_t bit = document - reader->bits_first;
        return bit < reader->bits_size && ((reader->bits[bit / 8] >> (bit % 8)) & 1U) != 0;
    }
    unsigned at = reader->kernels->count_less(reader->documents, document);
    reader->at = at;
    return at < CSA_BLOCK && reader->documents[at] == document;
}

bool csa_reader_holds_next(struct csa_reader *reader, uint32_t document)
{
    unsigned at = reader->at;
    if (reader->form == CSA_FORM_DOCUMENTS && at < CSA_BLOCK - 1 && reader->documents[at] <= document &&
        reader->documents[at + 1] >= document) {
        at += reader->documents[at] < document;
        reader->at = at;
        return reader->documents[at] == document;
    }
    return csa_reader_holds(reader, document);
}

unsigned csa_reader_index(const struct csa_reader *reader, uint32_t document)
{
    if (reader->form == CSA_FORM_DOCUMENTS) {
        return reader->at;
    }
    uint32_t bit = document - reader->bits_first;
    unsigned index = csa_bitmap_count(reader->bits, bit);
    return index < CSA_BLOCK ? index : CSA_BLOCK - 1; /* more only in a damaged bitmap */
}

static bool read_packed(struct csa_reader *reader, uint32_t block)
{
    if (!csa_postings_frequencies(&reader->list, block, &reader->packed, &reader->width)) {
        reader->damaged = true;
        reader->packed_block = CSA_NO_BLOCK;
        return false;
    }
    reader->packed_block = block;
    return true;
}

uint32_t csa_reader_frequency(struct csa_reader *reader, uint32_t block, unsigned index)
{
    if (reader->list.occurrence_count == reader->list.document_count) {
        return 1;
    }
    if (reader->packed_block != block && !read_packed(reader, block)) {
        return 1;
    }
    return reader->width == 0 ? 1 : 1 + csa_packed_get(reader->packed, index, reader->width);
}

uint32_t csa_reader_lookup(struct csa_reader *reader, uint32_t document)
{
    if (!csa_reader_seek(reader, document) || !csa_reader_holds(reader, document)) {
        return 0;
    }
    return csa_reader_frequency(reader, reader->block, csa_reader_index(reader, document));
}

bool csa_reader_unpack_frequencies(struct csa_reader *reader)
{
    if (csa_postings_read_frequencies(&reader->list, reader->block, reader->frequencies) == 0) {
        reader->damaged = true;
        return false;
    }
    return true;
}

bool csa_reader_sum_up(struct csa_reader *reader, uint32_t block)
{
    const uint8_t *packed;
    unsigned width;
    reader->summed_block = CSA_NO_BLOCK;
    if (!csa_postings_frequencies(&reader->list, block, &packed, &width)) {
        reader->damaged = true;
        return false;
    }
    /* Packed is the frequency less 1, and summing documents up adds 1 to each gap: ends[i + 1] less 1 comes
     * out. */
    unsigned size = csa_postings_block_size(&reader->list, block);
    csa_unpack_documents(packed, size, width, UINT32_MAX, reader->ends + 1);
    reader->ends[0] = 0;
    for (unsigned i = 1; i <= size; i++) {
        reader->ends[i]++;
    }
    reader->summed_block = block;
    reader->blocks_read++;
    return true;
}

bool csa_reader_positions(struct csa_reader *reader, uint32_t block, unsigned index, uint32_t frequency,
                          uint32_t *out)
{
    uint32_t before = index;
    if (reader->list.occurrence_count != reader->list.document_count) {
        if (reader->summed_block != block && !csa_reader_sum_up(reader, block)) {
            return false;
        }
        before = reader->ends[index];
    }
    if (!csa_postings_read_positions(&reader->list, block, before, frequency, out)) {
        reader->damaged = true;
        return false;
    }
    return true;
}

uint8_t csa_reader_range_bound(const struct csa_postings *list, uint32_t *from, uint32_t first, uint32_t last)
{
    uint32_t block =
        *from < list->block_count ? csa_postings_find_block(list, *from, first) : list->block_count;
    *from = block;
    uint8_t bound = 0;
    while (block < list->block_count) {
        if (list->super_count != 0 && block % CSA_SUPER_BLOCK == 0) {
            uint32_t super = block / CSA_SUPER_BLOCK;
            if (csa_postings_super_last(list, super) < last) {
                uint8_t value = csa_postings_super_bound(list, super);
                bound = value > bound ? value : bound;
                block += CSA_SUPER_BLOCK;
                continue;
            }
        }
        uint8_t value = csa_postings_block_bound(list, block);
        bound = value > bound ? value : bound;
        if (csa_postings_block_last(list, block) >= last) {
            break;
        }
        block++;
    }
    return bound;
}
