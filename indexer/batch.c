/* See batch.h. */
#include "indexer/batch.h"

#include "common/base/signals.h"
#include "common/text/unicode.h"
#include "indexer/passages.h"

#include <string.h>

struct work {
    const struct csa_batch_options *options;
    struct csa_feed_batch *batch;
    struct csa_batch_counts *counts;
    struct csa_arena arena; /* of the article at hand */
    const struct csa_source *source;
};

static void skip_article(struct work *work, const struct csa_article *article, const char *why)
{
    struct csa_error message;
    csa_error_set(&message, CSA_ERROR_LIMIT, "%s: article %.*s: %s", csa_input_name(work->source->path),
                  (int)article->id.size, article->id.data, why);
    csa_messages_add(&work->batch->messages, message.message);
}

static size_t stored_size(const struct csa_article *article)
{
    size_t size = article->title.size + article->url.size + article->description.size;
    for (size_t i = 0; i < article->extra_count; i++) {
        size += article->extra[i].name.size + article->extra[i].value.size;
    }
    return size;
}

static void note_repair(struct csa_batch_counts *counts, const struct csa_article *article)
{
    if (article->replaced != 0 && counts->repaired_articles++ == 0) {
        size_t size = csa_utf8_truncate(article->id, sizeof counts->first_repaired - 1);
        memcpy(counts->first_repaired, article->id.data, size);
        counts->first_repaired[size] = '\0';
    }
    counts->repaired += article->replaced;
}

static enum csa_status take_article(void *context, const struct csa_article *article, struct csa_error *error)
{
    struct work *work = context;
    struct csa_sink *sink = work->options->sink;
    if (csa_interrupted()) {
        return csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
    }
    if (stored_size(article) > CSA_STORED_FIELDS_MAXIMUM) {
        skip_article(work, article, "more than 64 MiB in its fields besides the text");
        return CSA_OK;
    }
    struct csa_passage *passages;
    size_t count;
    csa_arena_clear(&work->arena);
    enum csa_status status =
        csa_passages_cut(article, sink->passage_words, &work->arena, &passages, &count, error);
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (passages[i].text.size > CSA_PASSAGE_BYTES_MAXIMUM) {
            skip_article(work, article,
                         "a passage of more than 32 MB: make an index with smaller --passage-words");
            return CSA_OK;
        }
    }
    note_repair(work->counts, article);
    work->counts->articles++;
    const struct csa_prepared_article prepared = {
        .article = article,
        .passages = passages,
        .passage_count = count,
        .stemmer = work->options->stemming && csa_language_has_stemmer(article->language) ? article->language
                                                                                          : CSA_LANGUAGE_NONE,
    };
    return sink->operations->add(sink, work->options->worker, &prepared, error);
}

static enum csa_status read_lines(struct work *work, const struct csa_intake_receiver *receiver,
                                  struct csa_error *error)
{
    const struct csa_feed_batch *batch = work->batch;
    enum csa_status status = CSA_OK;
    work->source = &batch->sources[0];
    for (size_t i = 0; i < batch->line_count && status == CSA_OK; i++) {
        const struct csa_feed_line *line = &batch->lines[i];
        struct csa_view record = csa_view_make(batch->text.data + line->offset, line->size);
        status = csa_intake_read_jsonl_record(work->source, record, line->number, work->options->intake,
                                              receiver, error);
    }
    return status;
}

static enum csa_status read_files(struct work *work, const struct csa_intake_receiver *receiver,
                                  struct csa_error *error)
{
    const struct csa_feed_batch *batch = work->batch;
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < batch->source_count && status == CSA_OK; i++) {
        work->source = &batch->sources[i];
        bool is_open = batch->input != NULL && i + 1 == batch->source_count;
        status = is_open ? csa_intake_read_input(batch->input, work->source, work->options->intake, receiver,
                                                 error)
                         : csa_intake_read(work->source, work->options->intake, receiver, error);
        if (status == CSA_OK && csa_interrupted()) {
            status = csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
        }
    }
    return status;
}

static void receive_skipped(void *context, const char *message)
{
    struct work *work = context;
    csa_messages_add(&work->batch->messages, message);
}

enum csa_status csa_batch_process(const struct csa_batch_options *options, struct csa_feed_batch *batch,
                                  struct csa_batch_counts *counts, struct csa_error *error)
{
    struct work work = {.options = options, .batch = batch, .counts = counts};
    const struct csa_intake_receiver receiver = {&work, take_article, receive_skipped};
    struct csa_sink *sink = options->sink;
    *counts = (struct csa_batch_counts){.articles = 0};
    enum csa_status status = sink->operations->begin(sink, options->worker, batch->number, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_arena_init(&work.arena, 0);
    status = batch->is_lines ? read_lines(&work, &receiver, error) : read_files(&work, &receiver, error);
    csa_arena_release(&work.arena);
    return status == CSA_OK ? sink->operations->end(sink, options->worker, error) : status;
}
