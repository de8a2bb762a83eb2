/* Articles and stored text of a segment into a writer, chunk by chunk; see segment_copy.h. */
#include "indexer/native/segment_copy.h"

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/index/segment_private.h"

enum {
    RAW_MAXIMUM = CSA_RECORD_MAXIMUM + (4 << 20), /* of a chunk; csa_chunk_inflate() checks before */
    SMALL_CHUNK = CSA_PASSAGE_CHUNK / 2,          /* raw bytes; smaller ones are joined */
    ARTICLES_BETWEEN_LOOKS = 1024,
};

static enum csa_status interrupted(struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
}

/* ---- articles ---- */

struct article_copy {
    const struct csa_segment *segment;
    struct csa_chunk_place chunk; /* the one in raw; records 0: none yet */
    uint32_t next_chunk;
    struct csa_buffer raw;
    struct csa_buffer stored;
    uint32_t *lengths; /* owned */
    size_t lengths_capacity;
};

/* The record of ARTICLE_CHUNKS, with its size before it, into copy->stored. Articles ascend. */
static enum csa_status read_stored(struct article_copy *copy, uint32_t article, struct csa_error *error)
{
    const struct csa_segment *segment = copy->segment;
    csa_buffer_clear(&copy->stored);
    while (article >= copy->chunk.first + copy->chunk.records &&
           copy->next_chunk < csa_chunk_count(segment, &csa_article_chunks)) {
        enum csa_status status =
            csa_chunk_locate(segment, &csa_article_chunks, copy->next_chunk++, &copy->chunk, error);
        if (status == CSA_OK && article < copy->chunk.first + copy->chunk.records) {
            status = csa_chunk_inflate(segment, &csa_article_chunks, &copy->chunk, &copy->raw, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    if (csa_chunk_count(segment, &csa_article_chunks) == 0) {
        return CSA_OK; /* no article has stored fields */
    }
    struct csa_view record;
    if (article < copy->chunk.first || article - copy->chunk.first >= copy->chunk.records ||
        !csa_chunk_find_article(csa_buffer_view(&copy->raw), copy->chunk.records, article - copy->chunk.first,
                                &record)) {
        return csa_segment_damaged(segment, CSA_SECTION_ARTICLE_CHUNKS, error, "article %u: no record",
                                   article);
    }
    csa_buffer_append_varint(&copy->stored, record.size);
    csa_buffer_append_view(&copy->stored, record);
    return csa_buffer_check(&copy->stored, "stored article", error);
}

static enum csa_status read_lengths(struct article_copy *copy, uint32_t first, uint32_t count,
                                    struct csa_error *error)
{
    if (count > copy->lengths_capacity) {
        uint32_t *lengths = csa_realloc(copy->lengths, count, sizeof *lengths);
        if (lengths == NULL) {
            return csa_error_set_memory(error, "lengths of passages");
        }
        copy->lengths = lengths;
        copy->lengths_capacity = count;
    }
    for (uint32_t i = 0; i < count; i++) {
        copy->lengths[i] = csa_segment_length(copy->segment, first + i);
    }
    return CSA_OK;
}

static enum csa_status copy_article(struct article_copy *copy, uint32_t article,
                                    struct csa_segment_writer *writer, struct csa_error *error)
{
    const struct csa_segment *segment = copy->segment;
    char buffer[CSA_ID_MAXIMUM];
    uint32_t first = csa_segment_first_passage(segment, article);
    uint32_t end = csa_segment_first_passage(segment, article + 1);
    if (first >= end) {
        return csa_segment_damaged(segment, CSA_SECTION_FIRST_PASSAGES, error, "article %u: no passages",
                                   article);
    }
    struct csa_article_record record = {
        .date = csa_column_get(&segment->date, article),
        .language = (uint8_t)csa_column_get(&segment->language, article),
        .stemmer = (uint8_t)csa_column_get(&segment->stemmer, article),
        .source = csa_segment_string(segment, csa_column_get(&segment->source, article)),
        .author = csa_segment_string(segment, csa_column_get(&segment->author, article)),
        .title_tokens = csa_column_get(&segment->title_tokens, article),
        .passage_count = end - first,
    };
    enum csa_status status = csa_segment_article_id(segment, article, buffer, &record.id, error);
    if (status == CSA_OK) {
        status = read_stored(copy, article, error);
    }
    if (status == CSA_OK) {
        status = read_lengths(copy, first, end - first, error);
    }
    record.stored = csa_buffer_view(&copy->stored);
    record.lengths = copy->lengths;
    return status == CSA_OK ? csa_segment_writer_add_article(writer, &record, error) : status;
}

enum csa_status csa_segment_copy_articles(const struct csa_segment *segment,
                                          const struct csa_live_set *articles,
                                          struct csa_segment_writer *writer, struct csa_error *error)
{
    struct article_copy copy = {.segment = segment};
    enum csa_status status = CSA_OK;
    csa_buffer_init(&copy.raw, RAW_MAXIMUM);
    csa_buffer_init(&copy.stored, RAW_MAXIMUM);
    for (uint32_t i = 0; i < articles->documents && status == CSA_OK; i++) {
        if (i % ARTICLES_BETWEEN_LOOKS == 0 && csa_interrupted()) {
            status = interrupted(error);
        } else if (csa_live_set_has(articles, i)) {
            status = copy_article(&copy, i, writer, error);
        }
    }
    csa_buffer_release(&copy.raw);
    csa_buffer_release(&copy.stored);
    csa_free(copy.lengths);
    return status;
}

/* ---- text ---- */

enum csa_status csa_segment_copy_flush(struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                       struct csa_error *error)
{
    struct csa_chunk chunk;
    enum csa_status status = csa_chunk_builder_take(builder, &chunk, error);
    return status == CSA_OK && chunk.records != 0
               ? csa_segment_writer_add_passage_chunk(writer, &chunk, error)
               : status;
}

static bool all_live(const struct csa_live_set *passages, const struct csa_chunk_place *place)
{
    uint32_t end = place->first + place->records;
    uint32_t last = csa_live_set_rank(passages, end - 1) + csa_live_set_has(passages, end - 1);
    return last - csa_live_set_rank(passages, place->first) == place->records;
}

static enum csa_status rebuild_chunk(const struct csa_segment *segment, const struct csa_live_set *passages,
                                     const struct csa_chunk_place *place, struct csa_buffer *raw,
                                     struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                     struct csa_error *error)
{
    enum csa_status status = csa_chunk_inflate(segment, &csa_passage_chunks, place, raw, error);
    for (uint32_t i = 0; i < place->records && status == CSA_OK; i++) {
        struct csa_stored_passage passage;
        bool full = false;
        if (!csa_live_set_has(passages, place->first + i)) {
            continue;
        }
        if (!csa_chunk_find_passage(csa_buffer_view(raw), place->records, i, &passage)) {
            return csa_segment_damaged(segment, CSA_SECTION_PASSAGE_CHUNKS, error,
                                       "chunk %u: record %u is broken", place->number, i);
        }
        status = csa_chunk_builder_add_passage(builder, passage.text, passage.offset, &full, error);
        if (status == CSA_OK && full) {
            status = csa_segment_copy_flush(builder, writer, error);
        }
    }
    return status;
}

static enum csa_status copy_chunk(const struct csa_segment *segment, const struct csa_live_set *passages,
                                  const struct csa_chunk_place *place, struct csa_buffer *raw,
                                  struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                  struct csa_error *error)
{
    if (place->raw_size < SMALL_CHUNK || !all_live(passages, place)) {
        return rebuild_chunk(segment, passages, place, raw, builder, writer, error);
    }
    enum csa_status status = csa_segment_copy_flush(builder, writer, error);
    const struct csa_chunk chunk = {
        .compressed = csa_view_make((const char *)place->bytes, place->size),
        .raw_size = place->raw_size,
        .records = place->records,
    };
    return status == CSA_OK ? csa_segment_writer_add_passage_chunk(writer, &chunk, error) : status;
}

enum csa_status csa_segment_copy_text(const struct csa_segment *segment, const struct csa_live_set *passages,
                                      struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                      struct csa_error *error)
{
    struct csa_buffer raw;
    csa_buffer_init(&raw, RAW_MAXIMUM);
    enum csa_status status = CSA_OK;
    uint32_t next = 0;
    uint32_t count = csa_chunk_count(segment, &csa_passage_chunks);
    for (uint32_t i = 0; i < count && status == CSA_OK; i++) {
        struct csa_chunk_place place;
        status = csa_chunk_locate(segment, &csa_passage_chunks, i, &place, error);
        if (status == CSA_OK && (place.first != next || place.records > passages->documents - next)) {
            status = csa_segment_damaged(segment, CSA_SECTION_PASSAGE_CHUNK_TABLE, error,
                                         "chunk %u: does not follow the one before", i);
        }
        if (status == CSA_OK) {
            next += place.records;
            status = csa_interrupted() ? interrupted(error)
                                       : copy_chunk(segment, passages, &place, &raw, builder, writer, error);
        }
    }
    csa_buffer_release(&raw);
    return status;
}
