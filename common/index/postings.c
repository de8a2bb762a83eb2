/* Reading postings lists: opening, finding a block, its documents and frequencies (docs/index-format.md,
 * section 6). Positions are in postings_positions.c. Owns nothing: everything points into the mapped segment.
 * Called by the matcher, the segment's check, the stem lists' maker and the merge. */
#include "common/index/postings.h"

#include "common/index/bitpack_kernels.h"

enum {
    FREQUENCY_WIDTH_MAXIMUM = 24,   /* a passage has at most 2^24 tokens */
    BITMAP_MAXIMUM = CSA_BLOCK * 4, /* bytes; a packed block is never larger, and the smaller one is stored */
};

static enum csa_status damaged(struct csa_error *error, const char *why)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "POSTINGS: %s", why);
}

/* A place in a section: false when it does not lie in it. */
static bool locate(struct csa_view section, uint64_t offset, uint64_t size, const uint8_t **begin,
                   const uint8_t **end)
{
    if (offset > section.size || size > section.size - offset) {
        return false;
    }
    *begin = (const uint8_t *)section.data + offset;
    *end = *begin + size;
    return true;
}

/* Whether n gaps of this width behind `previous` can only ascend, without passing 2^32. */
static bool always_ascends(uint32_t previous, size_t n, unsigned width)
{
    return (uint64_t)(uint32_t)(previous + 1) + ((uint64_t)n << width) <= UINT32_MAX;
}

static bool ascends(uint32_t previous, const uint32_t *documents, size_t n)
{
    if (n != 0 && previous != UINT32_MAX && documents[0] <= previous) {
        return false;
    }
    for (size_t i = 1; i < n; i++) {
        if (documents[i] <= documents[i - 1]) {
            return false;
        }
    }
    return true;
}

/* The documents behind the first of a list of one block. */
static bool read_short(const struct csa_postings *list, uint32_t *out)
{
    size_t n = list->document_count - 1;
    csa_unpack_documents(list->single_gaps, n, list->single_document_encoding, list->first, out);
    return always_ascends(list->first, n, list->single_document_encoding) || ascends(list->first, out, n);
}

static enum csa_status open_short(struct csa_postings *list, struct csa_error *error)
{
    const uint8_t *end = list->data_end;
    const uint8_t *p = csa_varint_decode_u32(list->data, end, &list->first);
    bool with_frequencies = list->occurrence_count > list->document_count;
    if (p == NULL || end - p < 1 + with_frequencies) {
        return damaged(error, "a list ends early");
    }
    list->single_document_encoding = *p++;
    list->single_frequency_encoding = with_frequencies ? *p++ : 0;
    if (list->single_document_encoding > 32 || list->single_frequency_encoding > FREQUENCY_WIDTH_MAXIMUM) {
        return damaged(error, "an unknown encoding");
    }
    size_t gaps = csa_packed_size(list->document_count - 1, list->single_document_encoding);
    size_t frequencies = csa_packed_size(list->document_count, list->single_frequency_encoding);
    if (gaps + frequencies > (size_t)(end - p)) {
        return damaged(error, "a list ends early");
    }
    list->single_gaps = p;
    list->single_frequencies = p + gaps;
    uint32_t documents[CSA_BLOCK_ROOM];
    if (!read_short(list, documents)) {
        return damaged(error, "documents do not ascend");
    }
    list->last = documents[list->document_count - 2];
    return list->last < list->document_limit ? CSA_OK : damaged(error, "a document that is not there");
}

/* Takes count elements of some bytes from the arrays. */
static const uint8_t *take(const uint8_t **p, size_t count, size_t size)
{
    const uint8_t *array = *p;
    *p += count * size;
    return array;
}

static enum csa_status open_long(struct csa_postings *list, struct csa_error *error)
{
    size_t blocks = list->block_count;
    size_t supers = (blocks + CSA_SUPER_BLOCK - 1) / CSA_SUPER_BLOCK;
    size_t arrays = supers * (list->has_positions ? 17 : 9) + blocks * (list->has_positions ? 13 : 9);
    if (arrays > (size_t)(list->data_end - list->data)) {
        return damaged(error, "a list ends early");
    }
    list->super_count = (uint32_t)supers;
    const uint8_t *p = list->data;
    list->super_last = take(&p, supers, 4);
    list->super_documents = take(&p, supers, 4);
    list->super_positions = list->has_positions ? take(&p, supers, 8) : NULL;
    list->super_bound = take(&p, supers, 1);
    list->block_last = take(&p, blocks, 4);
    list->block_documents = take(&p, blocks, 2);
    list->block_positions = list->has_positions ? take(&p, blocks, 4) : NULL;
    list->block_bound = take(&p, blocks, 1);
    list->document_encoding = take(&p, blocks, 1);
    list->frequency_encoding = take(&p, blocks, 1);
    list->data = p;
    list->last = csa_load_u32(list->block_last + 4 * (blocks - 1));
    if (list->last >= list->document_limit) {
        return damaged(error, "a document that is not there");
    }
    list->bound = 0;
    for (size_t i = 0; i < supers; i++) {
        list->bound = list->super_bound[i] > list->bound ? list->super_bound[i] : list->bound;
    }
    return CSA_OK;
}

static enum csa_status open_positions(struct csa_postings *list, const struct csa_term_entry *entry,
                                      struct csa_view positions, struct csa_error *error)
{
    if (entry->kind != CSA_TERM_WORD) {
        return CSA_OK;
    }
    if (entry->occurrence_count == 1) {
        list->has_positions = true;
        list->single_position = entry->single_position;
        return CSA_OK;
    }
    if (positions.size == 0 && entry->positions_size == 0) {
        return CSA_OK; /* an index without positions */
    }
    if (entry->positions_size == 0 || !locate(positions, entry->positions_offset, entry->positions_size,
                                              &list->positions, &list->positions_end)) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "POSITIONS: a list lies outside");
    }
    list->has_positions = true;
    return CSA_OK;
}

enum csa_status csa_postings_open(struct csa_postings *list, const struct csa_term_entry *entry,
                                  struct csa_view postings, struct csa_view positions,
                                  uint32_t document_limit, struct csa_error *error)
{
    *list = (struct csa_postings){
        .document_count = entry->document_count,
        .occurrence_count = entry->occurrence_count,
        .block_count = entry->document_count / CSA_BLOCK + (entry->document_count % CSA_BLOCK != 0),
        .document_limit = document_limit,
        .bound = UINT8_MAX,
    };
    if (entry->document_count == 0 || entry->document_count > document_limit ||
        entry->occurrence_count < entry->document_count) {
        return damaged(error, "a list with an impossible count of documents");
    }
    enum csa_status status = open_positions(list, entry, positions, error);
    if (status != CSA_OK) {
        return status;
    }
    if (entry->document_count == 1) {
        list->first = list->last = entry->single_document;
        list->single_frequency = entry->occurrence_count - 1;
        if (entry->occurrence_count > CSA_PASSAGE_TOKENS_MAXIMUM) {
            return damaged(error, "a frequency beyond the longest passage");
        }
        return list->last < document_limit ? CSA_OK : damaged(error, "a document that is not there");
    }
    uint64_t size = entry->documents_size;
    if (entry->shared) {
        size = entry->documents_offset < postings.size ? postings.size - entry->documents_offset : 0;
    }
    if (!locate(postings, entry->documents_offset, size, &list->data, &list->data_end)) {
        return damaged(error, "a list lies outside");
    }
    if (list->block_count == 1) {
        return open_short(list, error);
    }
    /* A stem that shares a word's list sees that list's arrays, but has no positions. */
    bool has_positions = list->has_positions;
    list->has_positions =
        has_positions || (entry->shared && entry->kind == CSA_TERM_STEM && positions.size != 0);
    status = open_long(list, error);
    list->has_positions = has_positions;
    return status;
}

/* ---- finding a block ---- */

/* The first i in [from, count) with array[i] >= document, or count. The array ascends (u32, unaligned). */
static uint32_t gallop(const uint8_t *array, uint32_t from, uint32_t count, uint32_t document)
{
    uint32_t low = from; /* everything before is less */
    uint32_t step = 1;
    while (step <= count - low && csa_load_u32(array + 4 * ((size_t)low + step - 1)) < document) {
        low += step;
        step *= 2;
    }
    uint32_t size = step <= count - low ? step - 1 : count - low;
    while (size != 0) {
        uint32_t half = size / 2;
        bool less = csa_load_u32(array + 4 * ((size_t)low + half)) < document;
        low = less ? low + half + 1 : low;
        size = less ? size - half - 1 : half;
    }
    return low;
}

/* The first block of a super-block, not before `from`, that ends at or behind document; block_count when the
 * arrays do not ascend and there is none. */
static uint32_t find_in_super(const struct csa_postings *list, uint32_t super, uint32_t from,
                              uint32_t document)
{
    uint32_t end = list->block_count;
    uint32_t found;
    if (end >= CSA_SUPER_BLOCK) {
        /* Always 32 blocks: those before the last super-block fill up what it lacks. */
        uint32_t begin = super * CSA_SUPER_BLOCK;
        begin = begin > end - CSA_SUPER_BLOCK ? end - CSA_SUPER_BLOCK : begin;
        found = begin + csa_kernels->count_less(list->block_last + 4 * (size_t)begin, document);
    } else {
        found = gallop(list->block_last, from, end, document);
    }
    if (found >= from && found < end && csa_load_u32(list->block_last + 4 * (size_t)found) >= document) {
        return found;
    }
    /* Damaged: the blocks do not ascend, or not up to what the super-block says. */
    uint32_t stop = end - from < CSA_SUPER_BLOCK ? end : from + CSA_SUPER_BLOCK;
    for (found = from; found < stop; found++) {
        if (csa_load_u32(list->block_last + 4 * (size_t)found) >= document) {
            return found;
        }
    }
    return end;
}

uint32_t csa_postings_find_block(const struct csa_postings *list, uint32_t block, uint32_t document)
{
    if (block >= list->block_count || document > list->last) {
        return list->block_count;
    }
    if (list->super_count == 0) {
        return block;
    }
    if (csa_load_u32(list->block_last + 4 * (size_t)block) >= document) {
        return block;
    }
    block++;
    if (block < list->block_count && csa_load_u32(list->block_last + 4 * (size_t)block) >= document) {
        return block;
    }
    uint32_t super = gallop(list->super_last, block / CSA_SUPER_BLOCK, list->super_count, document);
    if (super == list->super_count) {
        return list->block_count; /* damaged: the last super-block ends before the list does */
    }
    uint32_t from = super * CSA_SUPER_BLOCK;
    return find_in_super(list, super, from > block ? from : block, document);
}

/* ---- a block ---- */

/* Where the bytes of a block of a long list begin; null when that is not in the list. */
static const uint8_t *block_data(const struct csa_postings *list, uint32_t block)
{
    uint64_t offset = (uint64_t)csa_load_u32(list->super_documents + 4 * (size_t)(block / CSA_SUPER_BLOCK)) +
                      csa_load_u16(list->block_documents + 2 * (size_t)block);
    return offset <= (uint64_t)(list->data_end - list->data) ? list->data + offset : NULL;
}

static uint32_t block_previous(const struct csa_postings *list, uint32_t block)
{
    return block == 0 ? UINT32_MAX : csa_load_u32(list->block_last + 4 * (size_t)(block - 1));
}

/* Bytes of a block's documents; SIZE_MAX when its encoding is unknown or its ends are out of order. */
static size_t documents_size(const struct csa_postings *list, uint32_t block, uint32_t previous,
                             uint32_t last)
{
    unsigned width = list->document_encoding[block];
    if (last >= list->document_limit || (last <= previous && previous != UINT32_MAX)) {
        return SIZE_MAX;
    }
    if (width <= 32) {
        return csa_packed_size(csa_postings_block_size(list, block), width);
    }
    uint32_t bits = last - previous;
    return width == CSA_ENCODING_BITMAP && bits <= 8 * BITMAP_MAXIMUM ? (bits + 7) / 8 : SIZE_MAX;
}

unsigned csa_postings_read_documents(const struct csa_postings *list, uint32_t block, uint32_t *out)
{
    if (block >= list->block_count) {
        return 0;
    }
    if (list->super_count == 0) {
        out[0] = list->first;
        if (list->document_count > 1 &&
            (!read_short(list, out + 1) || out[list->document_count - 1] != list->last)) {
            return 0;
        }
        return list->document_count;
    }
    const uint8_t *data = block_data(list, block);
    uint32_t previous = block_previous(list, block);
    uint32_t last = csa_load_u32(list->block_last + 4 * (size_t)block);
    size_t size = documents_size(list, block, previous, last);
    if (data == NULL || size > (size_t)(list->data_end - data)) {
        return 0;
    }
    unsigned n = csa_postings_block_size(list, block);
    unsigned width = list->document_encoding[block];
    if (width == CSA_ENCODING_BITMAP) {
        uint32_t bits = last - previous;
        n = csa_kernels->bitmap_documents(data, bits, previous + 1, n, out);
        return n != 0 && out[n - 1] == last ? n : 0;
    }
    csa_kernels->unpack_documents(data, n, width, previous, out);
    if (out[n - 1] != last || (!always_ascends(previous, n, width) && !ascends(previous, out, n))) {
        return 0;
    }
    return n;
}

const uint8_t *csa_postings_bitmap(const struct csa_postings *list, uint32_t block, uint32_t *first,
                                   uint32_t *size)
{
    if (list->super_count == 0 || block >= list->block_count ||
        list->document_encoding[block] != CSA_ENCODING_BITMAP) {
        return NULL;
    }
    const uint8_t *data = block_data(list, block);
    uint32_t previous = block_previous(list, block);
    uint32_t last = csa_load_u32(list->block_last + 4 * (size_t)block);
    size_t bytes = documents_size(list, block, previous, last);
    if (data == NULL || bytes > (size_t)(list->data_end - data)) {
        return NULL;
    }
    *first = previous + 1;
    *size = last - previous;
    bool last_is_set = (data[(*size - 1) / 8] >> ((*size - 1) % 8) & 1) != 0;
    unsigned count = csa_kernels->bitmap_count(data, *size);
    return last_is_set && count == csa_postings_block_size(list, block) ? data : NULL;
}

bool csa_postings_frequencies(const struct csa_postings *list, uint32_t block, const uint8_t **packed,
                              unsigned *width)
{
    if (block >= list->block_count) {
        return false;
    }
    if (list->super_count == 0) {
        bool single = list->document_count == 1;
        *packed = single ? (const uint8_t *)&list->single_frequency : list->single_frequencies;
        *width =
            single && list->single_frequency != 0 ? FREQUENCY_WIDTH_MAXIMUM : list->single_frequency_encoding;
        return true;
    }
    const uint8_t *data = block_data(list, block);
    size_t skip = documents_size(list, block, block_previous(list, block),
                                 csa_load_u32(list->block_last + 4 * (size_t)block));
    *width = list->frequency_encoding[block];
    size_t size = csa_packed_size(csa_postings_block_size(list, block), *width);
    if (data == NULL || *width > FREQUENCY_WIDTH_MAXIMUM || skip > (size_t)(list->data_end - data) ||
        size > (size_t)(list->data_end - data) - skip) {
        return false;
    }
    *packed = data + skip;
    return true;
}

unsigned csa_postings_read_frequencies(const struct csa_postings *list, uint32_t block, uint32_t *out)
{
    if (list->document_count == 1 && block == 0) {
        out[0] = (uint32_t)list->single_frequency + 1;
        return 1;
    }
    const uint8_t *packed;
    unsigned width;
    if (!csa_postings_frequencies(list, block, &packed, &width)) {
        return 0;
    }
    unsigned n = csa_postings_block_size(list, block);
    csa_kernels->unpack(packed, n, width, 1, out);
    return n;
}
