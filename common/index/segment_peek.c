/* Reads the beginning of a chunk of passages (docs/index-format.md, section 11): first enough to know where
 * its passages lie, then up to the last one that is wanted. On average that is half of it. Called for the
 * spelling of words, of which each completion needs several. */
#include "common/base/integer.h"
#include "common/index/segment_private.h"
#include "common/index/zlib_memory.h"

struct peek {
    const struct csa_segment *segment;
    struct csa_chunk_place place;
    const uint32_t *passages;
    size_t count;
    struct csa_view *texts;
    struct csa_buffer *raw;
    z_stream stream;
    bool broken;
};

static enum csa_status damaged(const struct peek *peek, struct csa_error *error)
{
    return csa_segment_damaged(peek->segment, CSA_SECTION_PASSAGE_CHUNKS, error, "chunk %u: is broken",
                               peek->place.number);
}

/* Inflates up to `wanted` bytes of the chunk, at most its size. */
static enum csa_status inflate_to(struct peek *peek, size_t wanted, struct csa_error *error)
{
    struct csa_buffer *raw = peek->raw;
    peek->stream.next_out = (Bytef *)raw->data + raw->size;
    peek->stream.avail_out = (uInt)(wanted - raw->size);
    int result = inflate(&peek->stream, Z_SYNC_FLUSH);
    if (result == Z_MEM_ERROR) {
        return csa_error_set_memory(error, "stored text");
    }
    bool sound = result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
    if (!sound || peek->stream.avail_out != 0) {
        return damaged(peek, error);
    }
    raw->size = wanted;
    return CSA_OK;
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
        if (peek->broken || (head == 0 && wanted == all)) {
            return damaged(peek, error);
        }
        wanted *= 2;
    }
    enum csa_status status = end <= peek->raw->size ? CSA_OK : inflate_to(peek, end, error);
    if (status == CSA_OK) {
        locate(peek, true, &head, &end);
    }
    return status;
}

enum csa_status csa_segment_peek_passages(const struct csa_segment *segment, const uint32_t *passages,
                                          size_t count, struct csa_buffer *raw, struct csa_view *texts,
                                          size_t *read, struct csa_error *error)
{
    struct peek peek = {.segment = segment,
                        .passages = passages,
                        .texts = texts,
                        .raw = raw,
                        .stream = {.zalloc = csa_zlib_allocate, .zfree = csa_zlib_release}};
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
    csa_buffer_clear(raw);
    if (!csa_buffer_reserve(raw, peek.place.raw_size) || inflateInit(&peek.stream) != Z_OK) {
        return csa_error_set_memory(error, "stored text");
    }
    peek.stream.next_in = (Bytef *)(uintptr_t)peek.place.bytes;
    peek.stream.avail_in = (uInt)(peek.place.size > UINT32_MAX ? UINT32_MAX : peek.place.size);
    status = read_texts(&peek, error);
    inflateEnd(&peek.stream);
    *read = status == CSA_OK ? peek.count : 0;
    return status;
}
