/* Writes a segment file: chunks stream into it while articles come, then postings, and at the end everything
 * that was kept or went through temporary files (docs/index-format.md, section 3 gives the order of
 * sections). Owns the file until finish; called by the indexer's build and its merge. */
#include "common/index/segment_writer.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/article_writer.h"
#include "common/index/chunk.h"
#include "common/index/chunk_table.h"
#include "common/index/index.h"
#include "common/index/postings_writer.h"
#include "common/index/segment_stems.h"
#include "common/index/term_table.h"

enum phase { ARTICLES, TERMS, TITLES, FINISHED };

struct csa_segment_writer {
    char *folder, *path; /* owned */
    struct csa_segment_options options;
    enum phase phase;
    struct csa_error error; /* the first misuse of the calls that return nothing */

    struct csa_section_writer file;
    struct csa_article_writer articles;
    struct csa_chunk_table passage_chunks, article_chunks;
    struct csa_chunk_builder *article_builder;
    struct csa_output article_file; /* temporary: ARTICLE_CHUNKS */
    bool any_stored;

    uint64_t postings_start; /* in the file */
    uint64_t titles_start;   /* in POSTINGS: the lists of title words, behind those of stems */
    struct csa_output positions, title_postings; /* temporary */
    struct csa_postings_writer *postings, *titles;
    struct csa_term_table words, stems; /* title words behind words, title stems behind stems */
    struct csa_term_range ranges[4];    /* words, stems, title words, title stems in those */
    uint8_t *own_stem;                  /* a bit for each entry of words */
    uint8_t *stemmer_of;                /* by passage; null when all articles have the same */
    struct csa_saturation saturation;

    /* the term being written */
    enum csa_term_kind kind;
    char text[CSA_TERM_MAXIMUM];
    size_t text_size;
    uint64_t languages;
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
    csa_chunk_table_release(&writer->passage_chunks);
    csa_chunk_table_release(&writer->article_chunks);
    csa_chunk_builder_free(writer->article_builder);
    csa_output_abandon(&writer->article_file, false);
    csa_postings_writer_free(writer->postings);
    csa_postings_writer_free(writer->titles);
    csa_output_abandon(&writer->positions, false);
    csa_output_abandon(&writer->title_postings, false);
    csa_term_table_close(&writer->words);
    csa_term_table_close(&writer->stems);
    csa_free(writer->own_stem);
    csa_free(writer->stemmer_of);
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

enum csa_status csa_segment_writer_add_article(struct csa_segment_writer *writer,
                                               const struct csa_article_record *article,
                                               struct csa_error *error)
{
    static const char nothing = 0; /* the record of an article without stored fields */
    if (writer->phase != ARTICLES) {
        return misuse(writer, error, "an article behind the terms");
    }
    enum csa_status status = csa_article_writer_add(&writer->articles, article, error);
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

/* The stemmer of each passage, when articles differ in theirs. */
static enum csa_status spread_stemmers(struct csa_segment_writer *writer, struct csa_error *error)
{
    const struct csa_article_writer *articles = &writer->articles;
    if ((articles->stemmers & (articles->stemmers - 1)) == 0) {
        return CSA_OK;
    }
    writer->stemmer_of = csa_malloc(articles->passages);
    if (writer->stemmer_of == NULL) {
        return csa_error_set_memory(error, "stemmers of passages");
    }
    const uint8_t *stemmers = csa_article_writer_stemmers(articles);
    for (uint32_t i = 0; i < articles->articles; i++) {
        uint32_t first = csa_article_writer_first(articles, i);
        uint32_t end =
            i + 1 < articles->articles ? csa_article_writer_first(articles, i + 1) : articles->passages;
        memset(writer->stemmer_of + first, stemmers[i], end - first);
    }
    return CSA_OK;
}

static enum csa_status open_lists(struct csa_segment_writer *writer, struct csa_error *error)
{
    struct csa_output *positions = writer->options.store_positions ? &writer->positions : NULL;
    enum csa_status status = CSA_OK;
    if (positions != NULL) {
        status = csa_output_open_temporary(positions, writer->folder, error);
    }
    if (status == CSA_OK) {
        status = csa_output_open_temporary(&writer->title_postings, writer->folder, error);
    }
    if (status == CSA_OK) {
        status = csa_term_table_open(&writer->words, writer->folder, error);
    }
    if (status == CSA_OK) {
        status = csa_term_table_open(&writer->stems, writer->folder, error);
    }
    if (status == CSA_OK) {
        status = csa_postings_writer_new(&writer->postings, &writer->file.output, positions, error);
    }
    if (status == CSA_OK) {
        status = csa_postings_writer_new(&writer->titles, &writer->title_postings, NULL, error);
    }
    return status;
}

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
    if (status == CSA_OK) {
        status = spread_stemmers(writer, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    csa_section_begin(&writer->file); /* POSTINGS, until the stems are made */
    writer->postings_start = writer->file.output.offset;
    status = open_lists(writer, error);
    if (status == CSA_OK) {
        writer->saturation =
            csa_saturation_make(1.2, 0.75, (double)csa_average_length(articles->tokens, articles->passages));
        csa_postings_writer_set_lengths(writer->postings, csa_article_writer_lengths(articles),
                                        writer->saturation);
    }
    return status;
}

static void fail(struct csa_segment_writer *writer, const char *what)
{
    if (writer->error.status == CSA_OK) {
        misuse(writer, &writer->error, what);
    }
}

void csa_segment_writer_begin_term(struct csa_segment_writer *writer, enum csa_term_kind kind,
                                   struct csa_view text)
{
    bool title = kind == CSA_TERM_TITLE_WORD;
    if (title && writer->phase == TERMS) {
        writer->phase = TITLES;
        writer->text_size = 0;
    }
    if (writer->phase != (title ? TITLES : TERMS) || (!title && kind != CSA_TERM_WORD)) {
        fail(writer, "a term of a kind that does not come here");
    } else if (text.size == 0 || text.size > CSA_TERM_MAXIMUM) {
        fail(writer, "an empty term, or one of more than 128 bytes");
    } else if (csa_view_compare(csa_view_make(writer->text, writer->text_size), text) >= 0) {
        fail(writer, "terms do not ascend");
    }
    if (writer->error.status != CSA_OK) {
        return;
    }
    memcpy(writer->text, text.data, text.size);
    writer->text_size = text.size;
    writer->kind = kind;
    writer->languages = 0;
    csa_postings_writer_begin(title ? writer->titles : writer->postings, kind);
}

void csa_segment_writer_add_posting(struct csa_segment_writer *writer, uint32_t document, uint32_t frequency,
                                    const uint32_t *positions)
{
    if (writer->error.status != CSA_OK) {
        return;
    }
    const struct csa_article_writer *articles = &writer->articles;
    bool title = writer->kind == CSA_TERM_TITLE_WORD;
    if (document >= (title ? articles->articles : articles->passages)) {
        fail(writer, "a posting of a passage or article that is not there");
        return;
    }
    if (writer->stemmer_of != NULL) {
        uint8_t stemmer =
            title ? csa_article_writer_stemmers(articles)[document] : writer->stemmer_of[document];
        writer->languages |= UINT64_C(1) << stemmer;
    }
    csa_postings_writer_add(title ? writer->titles : writer->postings, document, frequency,
                            title || !writer->options.store_positions ? NULL : positions);
}

enum csa_status csa_segment_writer_end_term(struct csa_segment_writer *writer, struct csa_error *error)
{
    if (writer->error.status != CSA_OK) {
        return csa_error_pass(error, &writer->error);
    }
    bool title = writer->kind == CSA_TERM_TITLE_WORD;
    struct csa_term_entry entry;
    enum csa_status status =
        csa_postings_writer_end(title ? writer->titles : writer->postings, &entry, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_term_range *range = &writer->ranges[title ? 2 : 0];
    if (range->count == 0) {
        range->first = writer->words.count;
        range->text_offset = writer->words.texts.offset;
    }
    if (range->count == UINT32_MAX) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "%s: more than 2^32 - 1 terms", writer->path);
    }
    range->count++;
    csa_term_table_add(&writer->words, csa_view_make(writer->text, writer->text_size), &entry,
                       writer->languages);
    return CSA_OK;
}

/* ---- finish ---- */

/* Makes the stems of words, or of title words, whose lists begin at `start` in POSTINGS and are the last in
 * it. */
static enum csa_status make_stems(struct csa_segment_writer *writer, const struct csa_stem_callback *stem,
                                  uint64_t start, bool title, struct csa_error *error)
{
    const struct csa_article_writer *articles = &writer->articles;
    const uint8_t *stemmer_of = title ? csa_article_writer_stemmers(articles) : writer->stemmer_of;
    enum csa_status status = csa_output_flush(&writer->file.output, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_stem_job job = {
        .kind = title ? CSA_TERM_TITLE_STEM : CSA_TERM_STEM,
        .folder = writer->folder,
        .source = {.path = writer->path,
                   .start = writer->postings_start + start,
                   .size = writer->file.output.offset - writer->postings_start - start,
                   .document_limit = title ? articles->articles : articles->passages,
                   .has_positions = !title && writer->options.store_positions,
                   .stemmer_of = writer->stemmer_of == NULL ? NULL : stemmer_of},
        .words = &writer->words,
        .range = writer->ranges[title ? 2 : 0],
        .stemmers = articles->stemmers,
        .stem = stem,
        .postings = writer->postings,
        .stems = &writer->stems,
        .own_stem = writer->own_stem,
    };
    struct csa_term_range *range = &writer->ranges[title ? 3 : 1];
    range->first = writer->stems.count;
    range->text_offset = writer->stems.texts.offset;
    status = csa_stem_job_run(&job, error);
    range->count = job.made;
    return status;
}

/* Completes POSTINGS: behind the words' lists come those of stems, of title words and of their stems. */
static enum csa_status finish_lists(struct csa_segment_writer *writer, const struct csa_stem_callback *stem,
                                    struct csa_error *error)
{
    writer->own_stem = csa_calloc((size_t)(writer->words.count / 8 + 1), 1);
    if (writer->own_stem == NULL) {
        return csa_error_set_memory(error, "stems");
    }
    enum csa_status status = csa_term_table_flush(&writer->words, error);
    if (status == CSA_OK) {
        status = make_stems(writer, stem, 0, false, error);
    }
    writer->titles_start = writer->file.output.offset - writer->postings_start;
    if (status == CSA_OK) {
        status = csa_section_append_output(&writer->file, &writer->title_postings, error);
    }
    csa_postings_writer_set_lengths(writer->postings, NULL, writer->saturation);
    if (status == CSA_OK) {
        status = make_stems(writer, stem, writer->titles_start, true, error);
    }
    csa_section_end(&writer->file, CSA_SECTION_POSTINGS);
    if (status == CSA_OK && writer->options.store_positions) {
        csa_section_begin(&writer->file);
        status = csa_section_append_output(&writer->file, &writer->positions, error);
        csa_section_end(&writer->file, CSA_SECTION_POSITIONS);
    }
    return status;
}

/* Gives the terms of one kind to the dictionary. */
static enum csa_status write_kind(struct csa_segment_writer *writer, struct csa_dictionary_writer *dictionary,
                                  enum csa_term_kind kind, struct csa_error *error)
{
    bool words = kind == CSA_TERM_WORD || kind == CSA_TERM_TITLE_WORD;
    struct csa_term_reader *reader;
    struct csa_term_range range = writer->ranges[kind - CSA_TERM_WORD];
    enum csa_status status =
        csa_term_reader_new(&reader, words ? &writer->words : &writer->stems, range, error);
    for (uint64_t ordinal = range.first; status == CSA_OK; ordinal++) {
        const struct csa_stored_term *term;
        struct csa_view text;
        status = csa_term_reader_next(reader, &term, &text, error);
        if (status != CSA_OK || term == NULL) {
            break;
        }
        struct csa_term_entry entry = term->entry;
        entry.own_stem = words && (writer->own_stem[ordinal / 8] >> (ordinal % 8) & 1) != 0;
        /* Title words were written apart; their offsets, and those of stems that share them, count from
         * there. */
        if (entry.document_count > 1 &&
            (kind == CSA_TERM_TITLE_WORD || (kind == CSA_TERM_TITLE_STEM && entry.shared))) {
            entry.documents_offset += writer->titles_start;
        }
        status = csa_dictionary_writer_add(dictionary, text, &entry, error);
    }
    csa_term_reader_free(reader);
    return status;
}

static enum csa_status write_dictionary(struct csa_segment_writer *writer, struct csa_buffer *term_index,
                                        struct csa_error *error)
{
    struct csa_dictionary_writer dictionary;
    csa_section_begin(&writer->file);
    csa_dictionary_writer_init(&dictionary, &writer->file.output);
    enum csa_status status = csa_term_table_flush(&writer->stems, error);
    for (int kind = CSA_TERM_WORD; kind <= CSA_TERM_TITLE_STEM && status == CSA_OK; kind++) {
        status = write_kind(writer, &dictionary, (enum csa_term_kind)kind, error);
    }
    if (status == CSA_OK && writer->words.count != 0) {
        status = csa_dictionary_writer_finish(&dictionary, term_index, error);
    }
    csa_dictionary_writer_release(&dictionary);
    csa_section_end(&writer->file, CSA_SECTION_TERM_BLOCKS);
    return status;
}

static void write_meta(struct csa_segment_writer *writer)
{
    const struct csa_article_writer *articles = &writer->articles;
    uint8_t meta[CSA_META_SIZE] = {0};
    float average = csa_average_length(articles->tokens, articles->passages);
    csa_store_u32(meta, articles->articles);
    csa_store_u32(meta + 4, articles->passages);
    csa_store_u64(meta + 8, articles->tokens);
    csa_store_u64(meta + 16, articles->title_tokens);
    for (size_t i = 0; i < 4; i++) {
        csa_store_u32(meta + 24 + 4 * i, (uint32_t)writer->ranges[i].count);
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

static enum csa_status write_rest(struct csa_segment_writer *writer, struct csa_error *error)
{
    struct csa_buffer term_index;
    csa_buffer_init(&term_index, UINT32_MAX);
    enum csa_status status = write_dictionary(writer, &term_index, error);
    if (status == CSA_OK) {
        status = csa_article_writer_write_ids(&writer->articles, &writer->file, error);
    }
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
        csa_section_write(&writer->file, CSA_SECTION_TERM_INDEX, term_index.data, term_index.size);
        write_meta(writer);
    }
    csa_buffer_release(&term_index);
    return status;
}

enum csa_status csa_segment_writer_finish(struct csa_segment_writer *writer,
                                          const struct csa_stem_callback *stem, uint64_t *file_size,
                                          uint32_t *table_crc, struct csa_error *error)
{
    if (writer->phase != TERMS && writer->phase != TITLES) {
        return misuse(writer, error, "finished before its terms were begun");
    }
    if (writer->error.status != CSA_OK) {
        return csa_error_pass(error, &writer->error);
    }
    if (stem == NULL && writer->articles.stemmers != 1) {
        return misuse(writer, error, "stemmed articles, but nothing to stem with");
    }
    writer->phase = FINISHED;
    enum csa_status status = finish_lists(writer, stem, error);
    if (status == CSA_OK) {
        status = write_rest(writer, error);
    }
    return status != CSA_OK ? status : csa_section_writer_finish(&writer->file, file_size, table_crc, error);
}
