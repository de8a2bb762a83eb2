/* Reads the beginning of a chunk of passages (docs/index-format.md, section 11): first enough to know where
 * its passages lie, then up to the last one that is wanted. On average that is half of it; inflate.c may take
 * the whole. Called for the spelling of words, of which each completion needs several. */
#include "common/base/integer.h"
#include "common/index/inflate.h"
#include "common/index/segment_private.h"

struct peek {
    const struct csa_segment *segment;
    struct csa_chunk_place place;
    const uint32_t *passages;
    size_t count;
    struct csa_view *texts;
    struct csa_buffer *raw;
    struct csa_inflation inflation;
    bool broken;
};

static enum csa_status damaged(const struct peek *peek, struct csa_error *error)
{
    return csa_segment_damaged(peek->segment, CSA_SECTION_PASSAGE_CHUNKS, error, "chunk %u: is broken",
                               peek->place.number);
}

static enum csa_status inflate_to(struct peek *peek, size_t wanted, struct csa_error *error)
{
    enum csa_status status = csa_inflation_reach(&peek->inflation, (uint32_t)wanted, error);
    return status == CSA_ERROR_DAMAGED ? damaged(peek, error) : status;
}

/* Goes through the numbers at the chunk's beginning. *head: how many bytes they take, 0 when not all are
 * there yet; *end: where the last text that is wanted ends. With `take` the texts are noted, head being
 * known. */
static void locate(struct peek *peek, bool take, size_t *head, size_t *end)
{
    const uint8_t *begin = (const uint8_t *)peek->raw->data;
    const uint8_t *limit = begin + peek->raw->size;
    const uint8_t *p = begin;
    uint64_t before = 0; /* sizes of the texts before this one */
    uint64_t wanted = 0;
    size_t found = 0;
    for (uint32_t i = 0; i < peek->place.records; i++) {
        uint32_t offset;
        uint32_t size;
        p = csa_varint_decode_u32(p, limit, &offset);
        p = p == NULL ? NULL : csa_varint_decode_u32(p, limit, &size);
        if (p == NULL) {
            *head = 0;
            return;
        }
        if (found < peek->count && peek->passages[found] - peek->place.first == i) {
            if (take) {
                peek->texts[found] = csa_view_make(peek->raw->data + *head + before, size);
            }
            found++;
            wanted = before + size;
        }
        before += size;
    }
    *head = (size_t)(p - begin);
    *end = *head + (size_t)wanted;
    peek->broken = *head + before != peek->place.raw_size || found != peek->count;
}

static enum csa_status read_texts(struct peek *peek, struct csa_error *error)
{
    size_t all = peek->place.raw_size;
    size_t wanted = 8 * (size_t)peek->place.records + 256;
    size_t head = 0;
    size_t end = 0;
    while (head == 0) {
        wanted = wanted < all ? wanted : all;
        enum csa_status status = inflate_to(peek, wanted, error);
        if (status != CSA_OK) {
            return status;
        }
        locate(peek, false, &head, &end);
        if (peek->broken || (head == 0 && peek->raw->size == all)) {
            return damaged(peek, error);
        }
        wanted *= 2;
    }
    enum csa_status status = inflate_to(peek, end, error);
    if (status == CSA_OK) {
        locate(peek, true, &head, &end);
    }
    return status;
}

enum csa_status csa_segment_peek_passages(const struct csa_segment *segment, const uint32_t *passages,
                                          size_t count, struct csa_buffer *raw, struct csa_view *texts,
                                          size_t *read, struct csa_error *error)
{
    struct peek peek = {.segment = segment, .passages = passages, .texts = texts, .raw = raw};
    *read = 0;
    if (!segment->meta.has_text || count == 0) {
        return CSA_OK;
    }
    enum csa_status status = csa_chunk_find(segment, &csa_passage_chunks, passages[0], &peek.place, error);
    if (status != CSA_OK) {
        return status;
    }
    while (peek.count < count && passages[peek.count] - peek.place.first < peek.place.records) {
        peek.count++;
    }
    csa_inflation_init(&peek.inflation, csa_view_make((const char *)peek.place.bytes, peek.place.size),
                       peek.place.raw_size, raw);
    status = read_texts(&peek, error);
    csa_inflation_release(&peek.inflation);
    *read = status == CSA_OK ? peek.count : 0;
    return status;
}
