/* The sink of the native index: workers (worker.h) invert batches side by side; what the segment writer needs
 * in the order of the articles waits here for its turn; commit() merges all runs into one new segment and
 * commits it.
 *
 * Owns the segment writer, the order of batches and the numbers of passages and articles, all behind one
 * lock. */
#include "indexer/sink.h"

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/index/segment_writer.h"
#include "indexer/native/run_merge.h"
#include "indexer/native/stemmers.h"
#include "indexer/native/title_fold.h"
#include "indexer/native/update.h"
#include "indexer/native/worker.h"

#include <pthread.h>

/* Bytes. A worker with less than the smallest share would write its runs in crumbs; the largest keeps offsets
 * of 32 bits from overflowing in the largest passage. */
#define SHARE_LEAST ((uint64_t)4 << 20)
#define SHARE_MOST ((uint64_t)2 << 30)
#define MERGE_MEMORY ((size_t)8 << 20)

struct native_sink {
    struct csa_sink base;
    struct csa_update update;
    bool optimize;
    struct csa_worker *workers;
    unsigned worker_count;

    pthread_mutex_t lock;
    bool lock_made;
    struct csa_segment_writer *writer; /* null while there is no article */
    uint64_t number;                   /* of its segment */
    struct csa_stage *waiting;         /* batches before their turn, ascending */
    struct csa_stage *spare;
    struct csa_batch_base *bases; /* by batch; those written so far */
    size_t base_count, base_capacity;
    uint64_t *hashes; /* of ids, by article */
    size_t hash_capacity;
    uint32_t articles, passages;
    uint64_t tokens;
    uint64_t deleted;
};

/* ---- in the order of batches, behind the lock ---- */

static enum csa_status open_writer(struct native_sink *sink, struct csa_error *error)
{
    if (sink->writer != NULL) {
        return CSA_OK;
    }
    const struct csa_segment_options options = {
        .passage_words = sink->base.passage_words,
        .store_text = sink->base.store_text,
        .store_positions = true,
    };
    sink->number = csa_update_next_number(&sink->update);
    enum csa_status status =
        csa_segment_writer_new(&sink->writer, sink->update.folder, sink->number, &options, error);
    if (status == CSA_OK) {
        csa_segment_writer_fold_titles(sink->writer, csa_title_fold);
    }
    return status;
}

static enum csa_status note_batch(struct native_sink *sink, const struct csa_stage *stage,
                                  struct csa_error *error)
{
    struct csa_batch_base *bases =
        csa_grow(sink->bases, &sink->base_capacity, sink->base_count + 1, sizeof *bases);
    if (bases == NULL) {
        return csa_error_set_memory(error, "the batches of an index");
    }
    sink->bases = bases;
    if (stage->passage_count > CSA_DOCUMENTS_MAXIMUM - sink->passages) {
        return csa_error_set(error, CSA_ERROR_LIMIT,
                             "more than %u passages at once: give the sources in several parts",
                             CSA_DOCUMENTS_MAXIMUM);
    }
    sink->bases[sink->base_count++] = (struct csa_batch_base){sink->passages, sink->articles};
    return CSA_OK;
}

static enum csa_status write_article(struct native_sink *sink, const struct csa_staged_article *article,
                                     struct csa_error *error)
{
    uint64_t *hashes =
        csa_grow(sink->hashes, &sink->hash_capacity, (size_t)sink->articles + 1, sizeof *hashes);
    if (hashes == NULL) {
        return csa_error_set_memory(error, "the ids of the articles");
    }
    sink->hashes = hashes;
    sink->hashes[sink->articles++] = article->id_hash;
    sink->passages += article->record.passage_count;
    for (uint32_t i = 0; i < article->record.passage_count; i++) {
        sink->tokens += article->record.lengths[i];
    }
    return csa_segment_writer_add_article(sink->writer, &article->record, error);
}

static enum csa_status write_batch(struct native_sink *sink, struct csa_stage *stage, struct csa_error *error)
{
    enum csa_status status = note_batch(sink, stage, error);
    if (status == CSA_OK && stage->articles != NULL) {
        status = open_writer(sink, error);
    }
    for (const struct csa_staged_article *i = stage->articles; i != NULL && status == CSA_OK; i = i->next) {
        status = write_article(sink, i, error);
    }
    for (const struct csa_staged_chunk *i = stage->chunks; i != NULL && status == CSA_OK; i = i->next) {
        status = csa_segment_writer_add_passage_chunk(sink->writer, &i->chunk, error);
    }
    csa_stage_clear(stage, 0);
    stage->next = sink->spare;
    sink->spare = stage;
    return status;
}

static enum csa_status take_turn(struct native_sink *sink, struct csa_stage *stage, struct csa_error *error)
{
    struct csa_stage **place = &sink->waiting;
    while (*place != NULL && (*place)->batch < stage->batch) {
        place = &(*place)->next;
    }
    stage->next = *place;
    *place = stage;
    enum csa_status status = CSA_OK;
    while (sink->waiting != NULL && sink->waiting->batch == sink->base_count && status == CSA_OK) {
        struct csa_stage *first = sink->waiting;
        sink->waiting = first->next;
        status = write_batch(sink, first, error);
    }
    return status;
}

/* ---- batches ---- */

static enum csa_status begin(struct csa_sink *base, unsigned number, uint64_t batch, struct csa_error *error)
{
    struct native_sink *sink = (struct native_sink *)base;
    pthread_mutex_lock(&sink->lock);
    struct csa_stage *stage = sink->spare;
    if (stage != NULL) {
        sink->spare = stage->next;
    }
    pthread_mutex_unlock(&sink->lock);
    if (stage == NULL) {
        stage = csa_stage_new();
    }
    if (stage == NULL) {
        return csa_error_set_memory(error, "a batch of articles");
    }
    csa_worker_begin(&sink->workers[number], stage, batch);
    return CSA_OK;
}

static enum csa_status add(struct csa_sink *base, unsigned number, const struct csa_prepared_article *article,
                           struct csa_error *error)
{
    struct native_sink *sink = (struct native_sink *)base;
    return csa_worker_add(&sink->workers[number], article, error);
}

static enum csa_status end(struct csa_sink *base, unsigned number, struct csa_error *error)
{
    struct native_sink *sink = (struct native_sink *)base;
    struct csa_stage *stage;
    enum csa_status status = csa_worker_end(&sink->workers[number], &stage, error);
    if (status == CSA_OK) {
        pthread_mutex_lock(&sink->lock);
        status = take_turn(sink, stage, error);
        pthread_mutex_unlock(&sink->lock);
    }
    return status;
}

static enum csa_status sink_remove(struct csa_sink *base, struct csa_view id, struct csa_error *error)
{
    struct native_sink *sink = (struct native_sink *)base;
    enum csa_status status = csa_update_remove(&sink->update, id, error);
    sink->deleted += status == CSA_OK;
    return status;
}

/* ---- commit ---- */

static void receive_begin(void *context, enum csa_run_table table, struct csa_view text)
{
    csa_segment_writer_begin_term(context, table == CSA_RUN_WORDS ? CSA_TERM_WORD : CSA_TERM_TITLE_WORD,
                                  text);
}

static void receive_posting(void *context, uint32_t document, uint32_t frequency, const uint32_t *positions)
{
    csa_segment_writer_add_posting(context, document, frequency, positions);
}

static enum csa_status receive_end(void *context, struct csa_error *error)
{
    return csa_segment_writer_end_term(context, error);
}

/* All runs of all workers in one array (csa_free(); the runs stay the workers'), resolved. */
static enum csa_status gather_runs(struct native_sink *sink, struct csa_run **runs, size_t *count,
                                   struct csa_error *error)
{
    size_t all = 0;
    *count = 0;
    for (unsigned i = 0; i < sink->worker_count; i++) {
        all += sink->workers[i].run_count;
    }
    *runs = csa_calloc(all, sizeof **runs);
    if (*runs == NULL) {
        return csa_error_set_memory(error, "the parts of an index");
    }
    for (unsigned i = 0; i < sink->worker_count; i++) {
        struct csa_worker *worker = &sink->workers[i];
        enum csa_status status = csa_worker_finish(worker, sink->bases, sink->base_count, error);
        if (status != CSA_OK) {
            return status;
        }
        for (size_t j = 0; j < worker->run_count; j++) {
            (*runs)[(*count)++] = worker->runs[j];
        }
    }
    return CSA_OK;
}

static enum csa_status write_terms(struct native_sink *sink, struct csa_error *error)
{
    struct csa_run *runs;
    size_t count;
    enum csa_status status = csa_segment_writer_begin_terms(sink->writer, error);
    if (status != CSA_OK) {
        return status;
    }
    status = gather_runs(sink, &runs, &count, error);
    if (status == CSA_OK) {
        const struct csa_posting_receiver receiver = {sink->writer, receive_begin, receive_posting,
                                                      receive_end};
        status = csa_runs_merge(runs, count, MERGE_MEMORY, &receiver, error);
    }
    csa_free(runs);
    for (unsigned i = 0; i < sink->worker_count; i++) {
        csa_worker_release_runs(&sink->workers[i]);
    }
    return status;
}

/* The new segment, from the runs to its place in the update. */
static enum csa_status finish_segment(struct native_sink *sink, struct csa_sink_counts *counts,
                                      struct csa_error *error)
{
    uint64_t languages = 0;
    for (unsigned i = 0; i < sink->worker_count; i++) {
        languages |= sink->workers[i].languages;
    }
    enum csa_status status = write_terms(sink, error);
    struct csa_stemmers stemmers;
    if (status == CSA_OK) {
        status = csa_stemmers_init(&stemmers, languages, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    struct csa_commit_segment entry = {.number = sink->number};
    struct csa_stem_callback stem = csa_stemmers_callback(&stemmers);
    status = csa_segment_writer_finish(sink->writer, &stem, &entry.file_size, &entry.table_crc, error);
    csa_stemmers_release(&stemmers);
    csa_segment_writer_free(sink->writer);
    sink->writer = NULL;
    if (status == CSA_OK) {
        status = csa_update_add_segment(&sink->update, &entry, error);
    }
    return status == CSA_OK ? csa_update_replace(&sink->update, sink->hashes, counts, error) : status;
}

static enum csa_status commit(struct csa_sink *base, struct csa_sink_counts *counts, struct csa_error *error)
{
    struct native_sink *sink = (struct native_sink *)base;
    *counts = (struct csa_sink_counts){
        .added = sink->articles,
        .deleted = sink->deleted,
        .passages = sink->passages,
        .tokens = sink->tokens,
    };
    enum csa_status status = CSA_OK;
    if (sink->waiting != NULL) {
        status = csa_error_set(error, CSA_ERROR_MISUSE, "batch %zu was never ended", sink->base_count);
    }
    if (status == CSA_OK && sink->articles != 0) {
        status = finish_segment(sink, counts, error);
    }
    if (status == CSA_OK) {
        status = csa_update_merge(&sink->update, sink->optimize, error);
    }
    if (status == CSA_OK && csa_interrupted()) {
        status = csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
    }
    if (status == CSA_OK) {
        status = csa_update_commit(&sink->update, error);
    }
    csa_update_totals(&sink->update, &counts->index_articles, &counts->index_bytes);
    return status;
}

/* ---- opening and closing ---- */

static void free_stages(struct csa_stage *stage)
{
    while (stage != NULL) {
        struct csa_stage *next = stage->next;
        csa_stage_free(stage);
        stage = next;
    }
}

static void close_sink(struct csa_sink *base)
{
    struct native_sink *sink = (struct native_sink *)base;
    for (unsigned i = 0; sink->workers != NULL && i < sink->worker_count; i++) {
        csa_worker_release(&sink->workers[i]);
    }
    csa_free(sink->workers);
    free_stages(sink->waiting);
    free_stages(sink->spare);
    csa_segment_writer_free(sink->writer);
    csa_free(sink->bases);
    csa_free(sink->hashes);
    csa_update_close(&sink->update);
    if (sink->lock_made) {
        pthread_mutex_destroy(&sink->lock);
    }
    csa_free(sink);
}

/* What an existing index was made with stays. */
static enum csa_status settle_options(struct native_sink *sink, const struct csa_sink_options *options,
                                      struct csa_error *error)
{
    sink->base.passage_words = options->passage_words;
    sink->base.store_text = options->store_text;
    if (sink->update.segment_count == 0) {
        return CSA_OK;
    }
    const struct csa_segment_meta *meta = &sink->update.segments[0].segment->meta;
    sink->base.passage_words = meta->passage_words;
    sink->base.store_text = meta->has_text;
    if (options->passage_words_given && options->passage_words != meta->passage_words) {
        return csa_error_set(error, CSA_ERROR_MISUSE,
                             "%s: was made with --passage-words %u, which cannot become %u: make a new index",
                             options->folder, meta->passage_words, options->passage_words);
    }
    if (options->store_text_given && options->store_text != meta->has_text) {
        return csa_error_set(
            error, CSA_ERROR_MISUSE, "%s: was made with --store %s, which cannot become %s: make a new index",
            options->folder, meta->has_text ? "text" : "none", options->store_text ? "text" : "none");
    }
    return CSA_OK;
}

static enum csa_status init_sink(struct native_sink *sink, const struct csa_sink_options *options,
                                 struct csa_error *error)
{
    if (pthread_mutex_init(&sink->lock, NULL) != 0) {
        return csa_error_set_memory(error, "a lock");
    }
    sink->lock_made = true;
    enum csa_status status = csa_update_open(&sink->update, options->folder, options->must_exist, error);
    if (status == CSA_OK) {
        status = settle_options(sink, options, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    uint64_t most = options->memory / SHARE_LEAST;
    sink->worker_count = options->threads <= most ? options->threads : most == 0 ? 1 : (unsigned)most;
    sink->base.threads = sink->worker_count;
    uint64_t share = options->memory / sink->worker_count;
    share = share > SHARE_MOST ? SHARE_MOST : share;
    sink->optimize = options->optimize;
    sink->workers = csa_calloc(sink->worker_count, sizeof *sink->workers);
    if (sink->workers == NULL) {
        return csa_error_set_memory(error, "threads");
    }
    for (unsigned i = 0; i < sink->worker_count && status == CSA_OK; i++) {
        status = csa_worker_init(&sink->workers[i], sink->update.folder, share, sink->base.store_text, error);
    }
    return status;
}

enum csa_status csa_sink_native_open(const struct csa_sink_options *options, struct csa_sink **sink,
                                     struct csa_error *error)
{
    static const struct csa_sink_operations operations = {begin, add, end, sink_remove, commit, close_sink};
    *sink = NULL;
    struct native_sink *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "an index");
    }
    made->base.operations = &operations;
    made->update.lock = -1;
    enum csa_status status = init_sink(made, options, error);
    if (status != CSA_OK) {
        close_sink(&made->base);
        return status;
    }
    *sink = &made->base;
    return CSA_OK;
}
