/* Writes terms; see term_writer.h. Lists of words stream into POSTINGS, those of title words into a temporary
 * file, since the stems of words come between them (docs/index-format.md, sections 5 and 6). */
#include "common/index/term_writer.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/segment_stems.h"

static struct csa_term_range *range_of(struct csa_term_writer *writer, enum csa_term_kind kind)
{
    return &writer->ranges[kind - CSA_TERM_WORD];
}

/* Where the next term of a table will stand. */
static struct csa_term_range begin_range(const struct csa_term_table *table)
{
    return (struct csa_term_range){.first = table->count, .text_offset = table->texts.offset};
}

/* ---- opening ---- */

/* The stemmer of each passage, when articles differ in theirs. */
static enum csa_status spread_stemmers(struct csa_term_writer *writer, struct csa_error *error)
{
    const struct csa_article_writer *articles = writer->articles;
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

static enum csa_status open_lists(struct csa_term_writer *writer, struct csa_error *error)
{
    struct csa_output *positions = writer->store_positions ? &writer->positions : NULL;
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
        status = csa_postings_writer_new(&writer->postings, &writer->file->output, positions, error);
    }
    if (status == CSA_OK) {
        status = csa_postings_writer_new(&writer->titles, &writer->title_postings, NULL, error);
    }
    return status;
}

enum csa_status csa_term_writer_open(struct csa_term_writer *writer, struct csa_section_writer *file,
                                     const struct csa_article_writer *articles, const char *folder,
                                     bool store_positions, struct csa_error *error)
{
    writer->file = file;
    writer->articles = articles;
    writer->folder = folder;
    writer->store_positions = store_positions;
    csa_buffer_init(&writer->peaks, UINT32_MAX);
    enum csa_status status = spread_stemmers(writer, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_section_begin(file); /* POSTINGS, until the stems are made */
    writer->postings_start = file->output.offset;
    status = open_lists(writer, error);
    if (status == CSA_OK) {
        writer->saturation =
            csa_saturation_make(1.2, 0.75, (double)csa_average_length(articles->tokens, articles->passages));
        csa_postings_writer_set_lengths(writer->postings, csa_article_writer_lengths(articles),
                                        writer->saturation);
    }
    return status;
}

void csa_term_writer_release(struct csa_term_writer *writer)
{
    csa_postings_writer_free(writer->postings);
    csa_postings_writer_free(writer->titles);
    csa_output_abandon(&writer->positions, false);
    csa_output_abandon(&writer->title_postings, false);
    csa_term_table_close(&writer->words);
    csa_term_table_close(&writer->stems);
    csa_free(writer->own_stem);
    csa_buffer_release(&writer->peaks);
    csa_free(writer->stemmer_of);
    *writer = (struct csa_term_writer){0};
}

/* ---- adding ---- */

static void fail(struct csa_term_writer *writer, const char *what)
{
    if (writer->error.status == CSA_OK) {
        csa_error_set(&writer->error, CSA_ERROR_MISUSE, "%s: %s", writer->file->output.path, what);
    }
}

void csa_term_writer_begin(struct csa_term_writer *writer, enum csa_term_kind kind, struct csa_view text)
{
    bool title = kind == CSA_TERM_TITLE_WORD;
    if (title && !writer->titles_begun) {
        writer->titles_begun = true;
        writer->text_size = 0;
    }
    if (title != writer->titles_begun || (!title && kind != CSA_TERM_WORD)) {
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

void csa_term_writer_add(struct csa_term_writer *writer, uint32_t document, uint32_t frequency,
                         const uint32_t *positions)
{
    if (writer->error.status != CSA_OK) {
        return;
    }
    const struct csa_article_writer *articles = writer->articles;
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
                            title || !writer->store_positions ? NULL : positions);
}

enum csa_status csa_term_writer_end(struct csa_term_writer *writer, struct csa_error *error)
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
    struct csa_term_range *range = range_of(writer, writer->kind);
    if (range->count == 0) {
        *range = begin_range(&writer->words);
    }
    if (range->count == UINT32_MAX) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "%s: more than 2^32 - 1 terms",
                             writer->file->output.path);
    }
    range->count++;
    csa_term_table_add(&writer->words, csa_view_make(writer->text, writer->text_size), &entry,
                       writer->languages);
    return CSA_OK;
}

/* ---- the end ---- */

/* Makes the stems of a kind of words, whose lists begin at `start` in POSTINGS and are the last in it. */
static enum csa_status make_stems(struct csa_term_writer *writer, const struct csa_stem_callback *stem,
                                  enum csa_term_kind words, uint64_t start, struct csa_error *error)
{
    const struct csa_article_writer *articles = writer->articles;
    bool title = words == CSA_TERM_TITLE_WORD;
    enum csa_term_kind stems = title ? CSA_TERM_TITLE_STEM : CSA_TERM_STEM;
    const uint8_t *stemmer_of = title ? csa_article_writer_stemmers(articles) : writer->stemmer_of;
    enum csa_status status = csa_output_flush(&writer->file->output, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_stem_job job = {
        .kind = stems,
        .folder = writer->folder,
        .source = {.path = writer->file->output.path,
                   .start = writer->postings_start + start,
                   .size = writer->file->output.offset - writer->postings_start - start,
                   .document_limit = title ? articles->articles : articles->passages,
                   .has_positions = !title && writer->store_positions,
                   .stemmer_of = writer->stemmer_of == NULL ? NULL : stemmer_of},
        .words = &writer->words,
        .range = *range_of(writer, words),
        .stemmers = articles->stemmers,
        .stem = stem,
        .postings = writer->postings,
        .stems = &writer->stems,
        .own_stem = writer->own_stem,
    };
    struct csa_term_range *range = range_of(writer, stems);
    *range = begin_range(&writer->stems);
    status = csa_stem_job_run(&job, error);
    range->count = job.made;
    return status;
}

/* Completes POSTINGS: behind the words' lists come those of stems, of title words and of their stems. */
static enum csa_status finish_lists(struct csa_term_writer *writer, const struct csa_stem_callback *stem,
                                    struct csa_error *error)
{
    writer->own_stem = csa_calloc((size_t)(writer->words.count / 8 + 1), 1);
    if (writer->own_stem == NULL) {
        return csa_error_set_memory(error, "stems");
    }
    enum csa_status status = csa_term_table_flush(&writer->words, error);
    if (status == CSA_OK) {
        status = make_stems(writer, stem, CSA_TERM_WORD, 0, error);
    }
    writer->titles_start = writer->file->output.offset - writer->postings_start;
    if (status == CSA_OK) {
        status = csa_section_append_output(writer->file, &writer->title_postings, error);
    }
    csa_postings_writer_set_lengths(writer->postings, NULL, writer->saturation);
    if (status == CSA_OK) {
        status = make_stems(writer, stem, CSA_TERM_TITLE_WORD, writer->titles_start, error);
    }
    csa_section_end(writer->file, CSA_SECTION_POSTINGS);
    if (status == CSA_OK && writer->store_positions) {
        csa_section_begin(writer->file);
        status = csa_section_append_output(writer->file, &writer->positions, error);
        csa_section_end(writer->file, CSA_SECTION_POSITIONS);
    }
    return status;
}

/* Gives the terms of one kind to the dictionary. */
static enum csa_status write_kind(struct csa_term_writer *writer, struct csa_dictionary_writer *dictionary,
                                  enum csa_term_kind kind, struct csa_error *error)
{
    bool words = kind == CSA_TERM_WORD || kind == CSA_TERM_TITLE_WORD;
    struct csa_term_reader *reader;
    struct csa_term_range range = *range_of(writer, kind);
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

static enum csa_status write_dictionary(struct csa_term_writer *writer, struct csa_buffer *term_index,
                                        struct csa_error *error)
{
    struct csa_dictionary_writer dictionary;
    csa_section_begin(writer->file);
    csa_dictionary_writer_init(&dictionary, &writer->file->output);
    enum csa_status status = csa_term_table_flush(&writer->stems, error);
    for (int kind = CSA_TERM_WORD; kind <= CSA_TERM_TITLE_STEM && status == CSA_OK; kind++) {
        status = write_kind(writer, &dictionary, (enum csa_term_kind)kind, error);
    }
    if (status == CSA_OK && writer->words.count != 0) {
        status = csa_dictionary_writer_finish(&dictionary, term_index, error);
        csa_buffer_append_view(&writer->peaks, csa_buffer_view(&dictionary.peaks));
    }
    if (status == CSA_OK) {
        status = csa_buffer_check(&writer->peaks, "the dictionary's peaks", error);
    }
    csa_dictionary_writer_release(&dictionary);
    csa_section_end(writer->file, CSA_SECTION_TERM_BLOCKS);
    return status;
}

enum csa_status csa_term_writer_finish(struct csa_term_writer *writer, const struct csa_stem_callback *stem,
                                       struct csa_buffer *term_index, struct csa_error *error)
{
    enum csa_status status = finish_lists(writer, stem, error);
    return status == CSA_OK ? write_dictionary(writer, term_index, error) : status;
}
