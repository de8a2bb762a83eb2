/* Articles and stored text of a segment into a writer, chunk by chunk; see segment_copy.h. */
#include "indexer/native/segment_copy.h"

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/index/chunk_reader.h"

enum {
    SMALL_CHUNK = CSA_PASSAGE_CHUNK / 2, /* raw bytes; smaller ones are joined */
    ARTICLES_BETWEEN_LOOKS = 1024,
};

static enum csa_status interrupted(struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
}

/* ---- articles ---- */

struct article_copy {
    const struct csa_segment *segment;
    struct csa_chunk_reader chunks;
    struct csa_buffer stored;
    uint32_t *lengths; /* owned */
    size_t lengths_capacity;
};

/* The record of ARTICLE_CHUNKS, with its size before it, into copy->stored. Articles ascend. */
static enum csa_status read_stored(struct article_copy *copy, uint32_t article, struct csa_error *error)
{
    struct csa_chunk_reader *chunks = &copy->chunks;
    csa_buffer_clear(&copy->stored);
    while (article >= chunks->first + chunks->chunk.records) {
        bool more;
        enum csa_status status = csa_chunk_reader_next(chunks, &more, error);
        if (status != CSA_OK || !more) {
            return status; /* without chunks no article has stored fields */
        }
    }
    struct csa_view record;
    enum csa_status status = csa_chunk_reader_article(chunks, article, &record, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_buffer_append_varint(&copy->stored, record.size);
    csa_buffer_append_view(&copy->stored, record);
    return csa_buffer_check(&copy->stored, "stored article", error);
}

static enum csa_status read_lengths(struct article_copy *copy, uint32_t first, uint32_t count,
                                    struct csa_error *error)
{
    uint32_t *lengths = csa_grow(copy->lengths, &copy->lengths_capacity, count, sizeof *lengths);
    if (lengths == NULL) {
        return csa_error_set_memory(error, "lengths of passages");
    }
    copy->lengths = lengths;
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
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s: article %u: no passages", segment->path,
                             csa_section_name(CSA_SECTION_FIRST_PASSAGES), article);
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
    csa_chunk_reader_init(&copy.chunks, segment, CSA_SECTION_ARTICLE_CHUNKS);
    csa_buffer_init(&copy.stored, CSA_RECORD_MAXIMUM + CSA_VARINT_MAXIMUM);
    for (uint32_t i = 0; i < articles->documents && status == CSA_OK; i++) {
        if (i % ARTICLES_BETWEEN_LOOKS == 0 && csa_interrupted()) {
            status = interrupted(error);
        } else if (csa_live_set_has(articles, i)) {
            status = copy_article(&copy, i, writer, error);
        }
    }
    csa_chunk_reader_release(&copy.chunks);
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

/* The current chunk's part of the live passages is all of it. */
static bool all_live(const struct csa_live_set *passages, const struct csa_chunk_reader *chunks)
{
    uint32_t last = chunks->first + chunks->chunk.records - 1;
    uint32_t live = csa_live_set_rank(passages, last) + csa_live_set_has(passages, last) -
                    csa_live_set_rank(passages, chunks->first);
    return live == chunks->chunk.records;
}

static enum csa_status rebuild_chunk(struct csa_chunk_reader *chunks, const struct csa_live_set *passages,
                                     struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                     struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < chunks->chunk.records && status == CSA_OK; i++) {
        struct csa_stored_passage passage;
        bool full = false;
        if (!csa_live_set_has(passages, chunks->first + i)) {
            continue;
        }
        status = csa_chunk_reader_passage(chunks, chunks->first + i, &passage, error);
        if (status == CSA_OK) {
            status = csa_chunk_builder_add_passage(builder, passage.text, passage.offset, &full, error);
        }
        if (status == CSA_OK && full) {
            status = csa_segment_copy_flush(builder, writer, error);
        }
    }
    return status;
}

static enum csa_status copy_chunk(struct csa_chunk_reader *chunks, const struct csa_live_set *passages,
                                  struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                  struct csa_error *error)
{
    if (chunks->chunk.raw_size < SMALL_CHUNK || !all_live(passages, chunks)) {
        return rebuild_chunk(chunks, passages, builder, writer, error);
    }
    enum csa_status status = csa_segment_copy_flush(builder, writer, error);
    return status == CSA_OK ? csa_segment_writer_add_passage_chunk(writer, &chunks->chunk, error) : status;
}

enum csa_status csa_segment_copy_text(const struct csa_segment *segment, const struct csa_live_set *passages,
                                      struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                      struct csa_error *error)
{
    struct csa_chunk_reader chunks;
    csa_chunk_reader_init(&chunks, segment, CSA_SECTION_PASSAGE_CHUNKS);
    bool more;
    enum csa_status status = csa_chunk_reader_next(&chunks, &more, error);
    while (status == CSA_OK && more) {
        status =
            csa_interrupted() ? interrupted(error) : copy_chunk(&chunks, passages, builder, writer, error);
        if (status == CSA_OK) {
            status = csa_chunk_reader_next(&chunks, &more, error);
        }
    }
    csa_chunk_reader_release(&chunks);
    return status;
}
