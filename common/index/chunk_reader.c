/* Steps through the table of a section of chunks; see chunk_reader.h. */
#include "common/index/chunk_reader.h"

#include "common/index/segment_private.h"

void csa_chunk_reader_init(struct csa_chunk_reader *reader, const struct csa_segment *segment,
                           enum csa_section chunks)
{
    *reader = (struct csa_chunk_reader){
        .segment = segment,
        .kind = chunks == CSA_SECTION_ARTICLE_CHUNKS ? &csa_article_chunks : &csa_passage_chunks,
    };
    csa_buffer_init(&reader->raw, SIZE_MAX / 2); /* csa_chunk_locate() bounds what a chunk may take */
}

void csa_chunk_reader_release(struct csa_chunk_reader *reader)
{
    csa_buffer_release(&reader->raw);
}

enum csa_status csa_chunk_reader_next(struct csa_chunk_reader *reader, bool *more, struct csa_error *error)
{
    const struct csa_segment *segment = reader->segment;
    bool articles = reader->kind == &csa_article_chunks;
    csa_buffer_clear(&reader->raw);
    *more = reader->next < csa_chunk_count(segment, reader->kind);
    if (!*more) {
        return CSA_OK;
    }
    struct csa_chunk_place place;
    enum csa_status status = csa_chunk_locate(segment, reader->kind, reader->next, &place, error);
    if (status != CSA_OK) {
        return status;
    }
    uint32_t records = articles ? segment->meta.articles : segment->meta.passages;
    if (place.first > records || place.records > records - place.first) {
        return csa_segment_damaged(segment, reader->kind->table, error,
                                   "chunk %u: more records than there are", place.number);
    }
    reader->first = place.first;
    reader->chunk = (struct csa_chunk){
        .compressed = csa_view_make((const char *)place.bytes, place.size),
        .raw_size = place.raw_size,
        .records = place.records,
    };
    reader->next++;
    return CSA_OK;
}

/* Inflates the current chunk unless it is already. */
static enum csa_status inflate_current(struct csa_chunk_reader *reader, struct csa_error *error)
{
    if (reader->raw.size != 0) {
        return CSA_OK;
    }
    const struct csa_chunk_place place = {
        .number = reader->next - 1,
        .bytes = (const uint8_t *)reader->chunk.compressed.data,
        .size = reader->chunk.compressed.size,
        .raw_size = reader->chunk.raw_size,
        .first = reader->first,
        .records = reader->chunk.records,
    };
    return csa_chunk_inflate(reader->segment, reader->kind, &place, &reader->raw, error);
}

static enum csa_status broken_record(const struct csa_chunk_reader *reader, uint32_t record,
                                     struct csa_error *error)
{
    return csa_segment_damaged(reader->segment, reader->kind->chunks, error, "chunk %u: record %u is broken",
                               reader->next - 1, record);
}

enum csa_status csa_chunk_reader_passage(struct csa_chunk_reader *reader, uint32_t passage,
                                         struct csa_stored_passage *stored, struct csa_error *error)
{
    enum csa_status status = inflate_current(reader, error);
    if (status == CSA_OK && !csa_chunk_find_passage(csa_buffer_view(&reader->raw), reader->chunk.records,
                                                    passage - reader->first, stored)) {
        status = broken_record(reader, passage, error);
    }
    return status;
}

enum csa_status csa_chunk_reader_article(struct csa_chunk_reader *reader, uint32_t article,
                                         struct csa_view *record, struct csa_error *error)
{
    enum csa_status status = inflate_current(reader, error);
    if (status == CSA_OK && !csa_chunk_find_article(csa_buffer_view(&reader->raw), reader->chunk.records,
                                                    article - reader->first, record)) {
        status = broken_record(reader, article, error);
    }
    return status;
}
