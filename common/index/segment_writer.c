/* Writes a segment file: chunks stream into it while articles come, then postings, and at the end everything
 * that was kept or went through temporary files (docs/index-format.md, section 3 gives the order of
 * sections). Owns the file until finish and leaves its parts to article_writer.h, chunk_table.h and
 * term_writer.h; called by the indexer's build and its merge. */
#include "common/index/segment_writer.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/article_writer.h"
#include "common/index/chunk.h"
#include "common/index/chunk_table.h"
#include "common/index/index.h"
#include "common/index/term_writer.h"
#include "common/index/title_writer.h"

enum phase { ARTICLES, TERMS, FINISHED };

struct csa_segment_writer {
    char *folder, *path; /* owned */
    struct csa_segment_options options;
    enum phase phase;

    struct csa_section_writer file;
    struct csa_article_writer articles;
    struct csa_title_writer titles;
    struct csa_chunk_table passage_chunks, article_chunks;
    struct csa_chunk_builder *article_builder;
    struct csa_output article_file; /* temporary: ARTICLE_CHUNKS */
    bool any_stored;
    struct csa_term_writer terms;
};

static enum csa_status misuse(struct csa_segment_writer *writer, struct csa_error *error, const char *what)
{
    return csa_error_set(error, CSA_ERROR_MISUSE, "%s: %s", writer->path, what);
}

/* ---- from new to begin_terms: articles ---- */

static enum csa_status open_files(struct csa_segment_writer *writer, struct csa_error *error)
{
    if (writer->folder == NULL || writer->path == NULL) {
        return csa_error_set_memory(error, "segment");
    }
    enum csa_status status = csa_section_writer_open(&writer->file, writer->path, error);
    if (status == CSA_OK) {
        status = csa_article_writer_init(&writer->articles, writer->folder, error);
    }
    if (status == CSA_OK) {
        status = csa_chunk_builder_new(&writer->article_builder, CSA_ARTICLE_CHUNK, error);
    }
    if (status == CSA_OK) {
        status = csa_output_open_temporary(&writer->article_file, writer->folder, error);
    }
    return status;
}

enum csa_status csa_segment_writer_new(struct csa_segment_writer **writer, const char *folder,
                                       uint64_t number, const struct csa_segment_options *options,
                                       struct csa_error *error)
{
    *writer = NULL;
    struct csa_segment_writer *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "segment");
    }
    made->options = *options;
    csa_chunk_table_init(&made->passage_chunks);
    csa_chunk_table_init(&made->article_chunks);
    csa_title_writer_init(&made->titles);
    made->folder = csa_file_join("", folder);
    made->path = csa_index_segment_path(folder, number);
    enum csa_status status = open_files(made, error);
    if (status != CSA_OK) {
        csa_segment_writer_free(made);
        return status;
    }
    csa_section_begin(&made->file); /* PASSAGE_CHUNKS, until begin_terms */
    *writer = made;
    return CSA_OK;
}

void csa_segment_writer_free(struct csa_segment_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    csa_section_writer_abandon(&writer->file);
    csa_article_writer_release(&writer->articles);
    csa_title_writer_release(&writer->titles);
    csa_chunk_table_release(&writer->passage_chunks);
    csa_chunk_table_release(&writer->article_chunks);
    csa_chunk_builder_free(writer->article_builder);
    csa_output_abandon(&writer->article_file, false);
    csa_term_writer_release(&writer->terms);
    csa_free(writer->path);
    csa_free(writer->folder);
    csa_free(writer);
}

static enum csa_status take_article_chunk(struct csa_segment_writer *writer, struct csa_error *error)
{
    struct csa_chunk chunk;
    enum csa_status status = csa_chunk_builder_take(writer->article_builder, &chunk, error);
    return status != CSA_OK
               ? status
               : csa_chunk_table_add(&writer->article_chunks, &chunk, &writer->article_file, error);
}

void csa_segment_writer_fold_titles(struct csa_segment_writer *writer, struct csa_fold_callback fold)
{
    writer->titles.fold = fold;
}

enum csa_status csa_segment_writer_add_article(struct csa_segment_writer *writer,
                                               const struct csa_article_record *article,
                                               struct csa_error *error)
{
    static const char nothing = 0; /* the record of an article without stored fields */
    if (writer->phase != ARTICLES) {
        return misuse(writer, error, "an article behind the terms");
    }
    enum csa_status status = csa_article_writer_add(&writer->articles, article, error);
    if (status == CSA_OK) {
        status = csa_title_writer_add(&writer->titles, writer->articles.articles - 1, article->stored, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    struct csa_view stored = article->stored.size == 0 ? csa_view_make(&nothing, 1) : article->stored;
    writer->any_stored = writer->any_stored || stored.size > 1;
    bool full;
    status = csa_chunk_builder_add_record(writer->article_builder, stored, &full, error);
    return status == CSA_OK && full ? take_article_chunk(writer, error) : status;
}

enum csa_status csa_segment_writer_add_passage_chunk(struct csa_segment_writer *writer,
                                                     const struct csa_chunk *chunk, struct csa_error *error)
{
    if (writer->phase != ARTICLES || !writer->options.store_text) {
        return misuse(writer, error, "stored text where none is expected");
    }
    return csa_chunk_table_add(&writer->passage_chunks, chunk, &writer->file.output, error);
}

/* ---- terms ---- */

enum csa_status csa_segment_writer_begin_terms(struct csa_segment_writer *writer, struct csa_error *error)
{
    const struct csa_article_writer *articles = &writer->articles;
    if (writer->phase != ARTICLES || articles->articles == 0) {
        return misuse(writer, error, "a segment without articles");
    }
    if (writer->options.store_text && writer->passage_chunks.records != articles->passages) {
        return misuse(writer, error, "the stored text has another number of passages than the articles");
    }
    writer->phase = TERMS;
    csa_section_end(&writer->file, CSA_SECTION_PASSAGE_CHUNKS);
    enum csa_status status = take_article_chunk(writer, error);
    if (status == CSA_OK && writer->any_stored) {
        csa_section_begin(&writer->file);
        status = csa_section_append_output(&writer->file, &writer->article_file, error);
        csa_section_end(&writer->file, CSA_SECTION_ARTICLE_CHUNKS);
    }
    csa_output_abandon(&writer->article_file, false);
    csa_chunk_builder_free(writer->article_builder);
    writer->article_builder = NULL;
    return status == CSA_OK ? csa_term_writer_open(&writer->terms, &writer->file, articles, writer->folder,
                                                   writer->options.store_positions, error)
                            : status;
}

void csa_segment_writer_begin_term(struct csa_segment_writer *writer, enum csa_term_kind kind,
                                   struct csa_view text)
{
    if (writer->phase == TERMS) {
        csa_term_writer_begin(&writer->terms, kind, text);
    } else if (writer->terms.error.status == CSA_OK) {
        misuse(writer, &writer->terms.error, "a term where none is expected");
    }
}

void csa_segment_writer_add_posting(struct csa_segment_writer *writer, uint32_t document, uint32_t frequency,
                                    const uint32_t *positions)
{
    csa_term_writer_add(&writer->terms, document, frequency, positions);
}

enum csa_status csa_segment_writer_end_term(struct csa_segment_writer *writer, struct csa_error *error)
{
    return csa_term_writer_end(&writer->terms, error);
}

/* ---- finish ---- */

static void write_meta(struct csa_segment_writer *writer)
{
    const struct csa_article_writer *articles = &writer->articles;
    uint8_t meta[CSA_META_SIZE] = {0};
    float average = csa_average_length(articles->tokens, articles->passages);
    csa_store_u32(meta, articles->articles);
    csa_store_u32(meta + 4, articles->passages);
    csa_store_u64(meta + 8, articles->tokens);
    csa_store_u64(meta + 16, articles->title_tokens);
    for (int kind = CSA_TERM_WORD; kind <= CSA_TERM_TITLE_STEM; kind++) {
        csa_store_u32(meta + 24 + 4 * (size_t)(kind - CSA_TERM_WORD),
                      csa_term_writer_count(&writer->terms, (enum csa_term_kind)kind));
    }
    csa_store_u64(meta + 40, articles->stemmers);
    csa_store_u32(meta + 48, writer->options.passage_words);
    csa_store_u32(meta + 52, (writer->options.store_positions ? CSA_META_POSITIONS : 0U) |
                                 (writer->options.store_text ? CSA_META_TEXT : 0U));
    csa_store_u32(meta + 56, CSA_ANALYSIS_VERSION);
    csa_store_u32(meta + 60, csa_length_width(articles->longest));
    csa_store_u32(meta + 64, articles->longest);
    csa_store_u32(meta + 68, articles->shortest);
    memcpy(meta + 72, &average, 4);
    csa_section_write(&writer->file, CSA_SECTION_META, meta, sizeof meta);
}

/* Everything behind the terms. */
static enum csa_status write_rest(struct csa_segment_writer *writer, const struct csa_buffer *term_index,
                                  struct csa_error *error)
{
    enum csa_status status = csa_article_writer_write_ids(&writer->articles, &writer->file, error);
    if (status == CSA_OK) {
        status = csa_chunk_table_write(&writer->passage_chunks, &writer->file,
                                       CSA_SECTION_PASSAGE_CHUNK_TABLE, error);
    }
    if (status == CSA_OK && writer->any_stored) {
        status = csa_chunk_table_write(&writer->article_chunks, &writer->file,
                                       CSA_SECTION_ARTICLE_CHUNK_TABLE, error);
    }
    if (status == CSA_OK) {
        status = csa_article_writer_write_rest(&writer->articles, &writer->file, error);
    }
    if (status == CSA_OK) {
        status = csa_title_writer_write(&writer->titles, &writer->articles, &writer->file, error);
    }
    if (status == CSA_OK) {
        const struct csa_buffer *peaks = &writer->terms.peaks;
        csa_section_write(&writer->file, CSA_SECTION_TERM_PEAKS, peaks->data, peaks->size);
        csa_section_write(&writer->file, CSA_SECTION_TERM_INDEX, term_index->data, term_index->size);
        write_meta(writer);
    }
    return status;
}

enum csa_status csa_segment_writer_finish(struct csa_segment_writer *writer,
                                          const struct csa_stem_callback *stem, uint64_t *file_size,
                                          uint32_t *table_crc, struct csa_error *error)
{
    if (writer->phase != TERMS) {
        return misuse(writer, error, "finished before its terms were begun");
    }
    if (writer->terms.error.status != CSA_OK) {
        return csa_error_pass(error, &writer->terms.error);
    }
    if (stem == NULL && writer->articles.stemmers != 1) {
        return misuse(writer, error, "stemmed articles, but nothing to stem with");
    }
    writer->phase = FINISHED;
    struct csa_buffer term_index;
    csa_buffer_init(&term_index, UINT32_MAX);
    enum csa_status status = csa_term_writer_finish(&writer->terms, stem, &term_index, error);
    if (status == CSA_OK) {
        status = write_rest(writer, &term_index, error);
    }
    csa_buffer_release(&term_index);
    return status != CSA_OK ? status : csa_section_writer_finish(&writer->file, file_size, table_crc, error);
}
