/* Reads the section TITLES (docs/index-format.md, section 13): its shape, its blocks, its entries. Owns
 * nothing; called by the walk in completions.c, by the check and when a segment is opened. */
#include "common/base/integer.h"
#include "common/index/completions.h"
#include "common/index/segment_private.h"

static uint32_t title_count(const struct csa_segment *segment)
{
    return csa_load_u32(segment->sections[CSA_SECTION_TITLES].data);
}

uint32_t csa_titles_blocks(const struct csa_segment *segment)
{
    struct csa_view titles = segment->sections[CSA_SECTION_TITLES];
    return titles.size == 0 ? 0 : csa_load_u32(titles.data + 4);
}

uint8_t csa_titles_peak(const struct csa_segment *segment, uint32_t block)
{
    size_t offsets = 4 * (size_t)csa_titles_blocks(segment);
    return (uint8_t)segment->sections[CSA_SECTION_TITLES].data[CSA_TITLES_HEAD + offsets + block];
}

enum csa_status csa_completions_open(const struct csa_segment *segment, struct csa_error *error)
{
    size_t peaks = segment->sections[CSA_SECTION_TERM_PEAKS].size;
    if (peaks != 0 && peaks != segment->dictionary.block_count) {
        return csa_segment_damaged(segment, CSA_SECTION_TERM_PEAKS, error,
                                   "has %zu bytes for %u blocks of terms", peaks,
                                   segment->dictionary.block_count);
    }
    struct csa_view titles = segment->sections[CSA_SECTION_TITLES];
    if (titles.size == 0) {
        return CSA_OK;
    }
    uint64_t count = titles.size < CSA_TITLES_HEAD ? 0 : title_count(segment);
    uint64_t blocks = titles.size < CSA_TITLES_HEAD ? 0 : csa_titles_blocks(segment);
    if (count == 0 || count > segment->meta.articles ||
        blocks != (count + CSA_TITLE_BLOCK - 1) / CSA_TITLE_BLOCK ||
        titles.size < CSA_TITLES_HEAD + 5 * blocks + 3 * count ||
        csa_load_u32(titles.data + CSA_TITLES_HEAD) != CSA_TITLES_HEAD + 5 * blocks) {
        return csa_segment_damaged(segment, CSA_SECTION_TITLES, error, "its counts do not fit its size");
    }
    return CSA_OK;
}

size_t csa_title_key_size(struct csa_view folded)
{
    size_t size = folded.size;
    if (size > CSA_TITLE_KEY_MAXIMUM) {
        size = CSA_TITLE_KEY_MAXIMUM;
        while (size != 0 && ((uint8_t)folded.data[size] & 0xC0U) == 0x80U) {
            size--; /* not within a character */
        }
    }
    return size;
}

void csa_title_cursor_init(struct csa_title_cursor *cursor, const struct csa_segment *segment, uint32_t block)
{
    *cursor = (struct csa_title_cursor){.segment = segment, .block = block};
    struct csa_view titles = segment->sections[CSA_SECTION_TITLES];
    uint32_t blocks = csa_titles_blocks(segment);
    if (block >= blocks) {
        return;
    }
    const char *offsets = titles.data + CSA_TITLES_HEAD;
    size_t from = csa_load_u32(offsets + 4 * (size_t)block);
    size_t to = block + 1 < blocks ? csa_load_u32(offsets + 4 * (size_t)block + 4) : titles.size;
    cursor->left = block + 1 < blocks ? CSA_TITLE_BLOCK : title_count(segment) - block * CSA_TITLE_BLOCK;
    if (from < CSA_TITLES_HEAD + 5 * (size_t)blocks || from > to || to > titles.size) {
        from = to = titles.size; /* its first entry is then found to be broken */
    }
    cursor->next = (const uint8_t *)titles.data + from;
    cursor->end = (const uint8_t *)titles.data + to;
}

enum csa_status csa_title_cursor_next(struct csa_title_cursor *cursor, bool *more, struct csa_error *error)
{
    *more = cursor->left != 0;
    if (cursor->left == 0) {
        return CSA_OK;
    }
    const uint8_t *p = cursor->next;
    size_t room = (size_t)(cursor->end - p);
    size_t shared = room < 2 ? SIZE_MAX / 2 : p[0];
    size_t added = room < 2 ? 0 : p[1];
    if (shared > cursor->key.size || shared + added == 0 || shared + added > CSA_TITLE_KEY_MAXIMUM ||
        added > room - 2) {
        return csa_segment_damaged(cursor->segment, CSA_SECTION_TITLES, error, "block %u: a broken key",
                                   cursor->block);
    }
    memcpy(cursor->buffer + shared, p + 2, added);
    cursor->key = csa_view_make(cursor->buffer, shared + added);
    p = csa_varint_decode_u32(p + 2 + added, cursor->end, &cursor->article);
    cursor->left--;
    if (p == NULL || cursor->article >= cursor->segment->meta.articles ||
        (cursor->left == 0 && p != cursor->end)) {
        return csa_segment_damaged(cursor->segment, CSA_SECTION_TITLES, error, "block %u: a broken entry",
                                   cursor->block);
    }
    cursor->next = p;
    return CSA_OK;
}
