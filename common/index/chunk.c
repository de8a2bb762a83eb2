/* Chunks of stored records, built and compressed; how they lie in a segment is segment_writer.c's matter,
 * reading them segment_store.c's. Owns the zlib stream, which is reset, not remade, for each chunk. */
#include "common/index/chunk.h"
#include "common/index/zlib_memory.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/format.h"
#include "common/index/segment.h"

enum {
    /* Text in 16 KiB chunks: level 4 takes 1.5 % more room than 6 and two thirds of its time; 9 gains
       nothing. */
    COMPRESSION_LEVEL = 4,
    HEADS_MAXIMUM = 1 << 20,
    FIRST_ROOM = 4096,
};

struct csa_chunk_builder {
    z_stream stream;
    uint32_t limit;
    uint32_t records;
    struct csa_buffer heads; /* of passages: offset, size */
    struct csa_buffer texts;
    struct csa_buffer compressed; /* the chunk taken last */
};

enum csa_status csa_chunk_builder_new(struct csa_chunk_builder **builder, uint32_t limit,
                                      struct csa_error *error)
{
    *builder = NULL;
    struct csa_chunk_builder *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "chunk of stored text");
    }
    made->stream.zalloc = csa_zlib_allocate;
    made->stream.zfree = csa_zlib_release;
    if (deflateInit(&made->stream, COMPRESSION_LEVEL) != Z_OK) {
        csa_free(made);
        return csa_error_set_memory(error, "chunk of stored text");
    }
    made->limit = limit;
    csa_buffer_init(&made->heads, HEADS_MAXIMUM);
    csa_buffer_init(&made->texts, (size_t)limit + CSA_RECORD_MAXIMUM);
    csa_buffer_init(&made->compressed, UINT32_MAX);
    *builder = made;
    return CSA_OK;
}

void csa_chunk_builder_free(struct csa_chunk_builder *builder)
{
    if (builder == NULL) {
        return;
    }
    deflateEnd(&builder->stream);
    csa_buffer_release(&builder->heads);
    csa_buffer_release(&builder->texts);
    csa_buffer_release(&builder->compressed);
    csa_free(builder);
}

/* Adds a record's bytes; what stood in the builder stays when there is no room. */
static enum csa_status add_bytes(struct csa_chunk_builder *builder, struct csa_view bytes, bool *full,
                                 struct csa_error *error)
{
    csa_buffer_append_view(&builder->texts, bytes);
    if (builder->texts.failed || builder->heads.failed) {
        return csa_error_set_memory(error, "chunk of stored text");
    }
    builder->records++;
    *full = builder->heads.size + builder->texts.size >= builder->limit ||
            builder->heads.size + 2 * (size_t)CSA_VARINT_MAXIMUM > HEADS_MAXIMUM;
    return CSA_OK;
}

static enum csa_status check_size(struct csa_view bytes, struct csa_error *error)
{
    if (bytes.size > CSA_RECORD_MAXIMUM) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "a stored record of %zu bytes: at most %d fit",
                             bytes.size, (int)CSA_RECORD_MAXIMUM);
    }
    return CSA_OK;
}

enum csa_status csa_chunk_builder_add_passage(struct csa_chunk_builder *builder, struct csa_view text,
                                              uint32_t offset, bool *full, struct csa_error *error)
{
    *full = false;
    enum csa_status status = check_size(text, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_buffer_append_varint(&builder->heads, offset);
    csa_buffer_append_varint(&builder->heads, text.size);
    return add_bytes(builder, text, full, error);
}

enum csa_status csa_chunk_builder_add_record(struct csa_chunk_builder *builder, struct csa_view record,
                                             bool *full, struct csa_error *error)
{
    *full = false;
    enum csa_status status = check_size(record, error);
    return status != CSA_OK ? status : add_bytes(builder, record, full, error);
}

/* One part of the raw bytes through zlib, which finds room for all that can come out. */
static bool compress_part(struct csa_chunk_builder *builder, const struct csa_buffer *part, int flush)
{
    z_stream *stream = &builder->stream;
    struct csa_buffer *out = &builder->compressed;
    unsigned char none = 0;
    stream->next_in = part->size == 0 ? &none : (unsigned char *)part->data;
    stream->avail_in = (uInt)part->size;
    for (;;) {
        size_t bound = deflateBound(stream, stream->avail_in);
        if (!csa_buffer_reserve(out, bound < FIRST_ROOM ? FIRST_ROOM : bound)) {
            return false;
        }
        size_t room = out->capacity - out->size;
        room = room > UINT32_MAX ? UINT32_MAX : room;
        stream->next_out = (unsigned char *)out->data + out->size;
        stream->avail_out = (uInt)room;
        int result = deflate(stream, flush);
        out->size += room - stream->avail_out;
        if (result == Z_STREAM_END) {
            return true;
        }
        if (result != Z_OK && result != Z_BUF_ERROR) {
            return false;
        }
        if (flush == Z_NO_FLUSH && stream->avail_in == 0) {
            return true;
        }
    }
}

enum csa_status csa_chunk_builder_take(struct csa_chunk_builder *builder, struct csa_chunk *chunk,
                                       struct csa_error *error)
{
    *chunk = (struct csa_chunk){.records = builder->records};
    if (builder->records == 0) {
        return CSA_OK;
    }
    csa_buffer_clear(&builder->compressed);
    if (deflateReset(&builder->stream) != Z_OK || !compress_part(builder, &builder->heads, Z_NO_FLUSH) ||
        !compress_part(builder, &builder->texts, Z_FINISH)) {
        return csa_error_set_memory(error, "compressing a chunk of stored text");
    }
    chunk->compressed = csa_buffer_view(&builder->compressed);
    chunk->raw_size = (uint32_t)(builder->heads.size + builder->texts.size);
    builder->records = 0;
    csa_buffer_clear(&builder->heads);
    csa_buffer_clear(&builder->texts);
    return CSA_OK;
}

/* ---- records of articles ---- */

static size_t varint_size(uint64_t value)
{
    uint8_t bytes[CSA_VARINT_MAXIMUM];
    return csa_varint_encode(bytes, value);
}

static size_t field_size(size_t field, size_t size)
{
    return varint_size(field) + varint_size(size) + size;
}

/* A name ends at its first zero byte: one stands between name and value. */
static struct csa_view cut_name(struct csa_view name)
{
    const char *zero = name.size == 0 ? NULL : memchr(name.data, '\0', name.size);
    return zero == NULL ? name : csa_view_make(name.data, (size_t)(zero - name.data));
}

static void append_field(struct csa_buffer *out, uint64_t field, struct csa_view value)
{
    if (value.size != 0) {
        csa_buffer_append_varint(out, field);
        csa_buffer_append_varint(out, value.size);
        csa_buffer_append_view(out, value);
    }
}

void csa_article_record_encode(const struct csa_stored_article *fields, struct csa_buffer *out)
{
    const struct csa_view values[] = {fields->title, fields->url, fields->description};
    size_t size = 0;
    for (size_t i = 0; i < 3; i++) {
        size += values[i].size == 0 ? 0 : field_size(i + CSA_STORED_TITLE, values[i].size);
    }
    for (size_t i = 0; i < fields->extra_count; i++) {
        const struct csa_stored_field *extra = &fields->extra[i];
        size += field_size(CSA_STORED_OTHER, cut_name(extra->name).size + 1 + extra->value.size);
    }
    csa_buffer_append_varint(out, size);
    for (size_t i = 0; i < 3; i++) {
        append_field(out, i + CSA_STORED_TITLE, values[i]);
    }
    for (size_t i = 0; i < fields->extra_count; i++) {
        const struct csa_stored_field *extra = &fields->extra[i];
        struct csa_view name = cut_name(extra->name);
        csa_buffer_append_varint(out, CSA_STORED_OTHER);
        csa_buffer_append_varint(out, name.size + 1 + extra->value.size);
        csa_buffer_append_view(out, name);
        csa_buffer_append_byte(out, 0);
        csa_buffer_append_view(out, extra->value);
    }
}
