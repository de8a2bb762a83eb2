/* See worker.h. */
#include "indexer/native/worker.h"

#include "common/base/memory.h"
#include "common/index/format.h"
#include "common/index/segment.h"

static enum csa_status new_run(struct csa_worker *worker, struct csa_error *error)
{
    struct csa_run *runs = csa_grow(worker->runs, &worker->run_capacity, worker->run_count + 1, sizeof *runs);
    if (runs == NULL) {
        return csa_error_set_memory(error, "the parts of an index");
    }
    worker->runs = runs;
    csa_run_init(&worker->runs[worker->run_count++]);
    return CSA_OK;
}

/* Notes what the open batch has put into the run, and begins the range of what is to come. */
static enum csa_status close_range(struct csa_worker *worker, struct csa_error *error)
{
    struct csa_run_range *range = &worker->range;
    enum csa_status status =
        range->passages == 0 ? CSA_OK : csa_run_add_range(&worker->runs[worker->run_count - 1], range, error);
    range->passages_before += range->passages;
    range->articles_before += range->articles;
    range->passages = 0;
    range->articles = 0;
    return status;
}

static enum csa_status spill(struct csa_worker *worker, struct csa_error *error)
{
    enum csa_status status = close_range(worker, error);
    if (status == CSA_OK && !worker->spilled) {
        status = csa_output_open_temporary(&worker->spill, worker->folder, error);
        worker->spilled = status == CSA_OK;
    }
    if (status == CSA_OK) {
        status = csa_run_spill(&worker->runs[worker->run_count - 1], worker->inverter, &worker->spill, error);
    }
    csa_inverter_clear(worker->inverter);
    return status == CSA_OK ? new_run(worker, error) : status;
}

static enum csa_status take_chunk(struct csa_worker *worker, struct csa_error *error)
{
    struct csa_chunk chunk;
    enum csa_status status = csa_chunk_builder_take(worker->chunks, &chunk, error);
    return status == CSA_OK && chunk.records != 0 ? csa_stage_add_chunk(worker->stage, &chunk, error)
                                                  : status;
}

static enum csa_status add_passage(struct csa_worker *worker, const struct csa_passage *passage,
                                   const struct csa_view *title, uint32_t *length, uint32_t *title_length,
                                   struct csa_error *error)
{
    enum csa_status status =
        csa_inverter_add(worker->inverter, title, passage->text, length, title_length, error);
    if (status != CSA_OK) {
        return status;
    }
    worker->range.passages++;
    worker->range.articles += title != NULL;
    if (worker->chunks != NULL) {
        bool full;
        status = csa_chunk_builder_add_passage(worker->chunks, passage->text, passage->offset, &full, error);
        if (status == CSA_OK && full) {
            status = take_chunk(worker, error);
        }
    }
    bool spilling =
        csa_inverter_used(worker->inverter) >= worker->share || csa_inverter_is_full(worker->inverter);
    return status == CSA_OK && spilling ? spill(worker, error) : status;
}

/* The fields that are stored, encoded into worker->stored. */
static enum csa_status encode_stored(struct csa_worker *worker, const struct csa_article *article,
                                     struct csa_error *error)
{
    struct csa_stored_article stored = {
        .title = article->title,
        .url = article->url,
        .description = article->description,
        .extra_count = article->extra_count,
    };
    csa_buffer_clear(&worker->stored);
    if (article->extra_count != 0) {
        stored.extra = csa_arena_alloc(&worker->stage->arena, article->extra_count, sizeof *stored.extra);
        if (stored.extra == NULL) {
            return csa_error_set_memory(error, "an article");
        }
    }
    for (size_t i = 0; i < article->extra_count; i++) {
        stored.extra[i] = (struct csa_stored_field){article->extra[i].name, article->extra[i].value};
    }
    csa_article_record_encode(&stored, &worker->stored);
    return csa_buffer_check(&worker->stored, "an article", error);
}

enum csa_status csa_worker_add(struct csa_worker *worker, const struct csa_prepared_article *prepared,
                               struct csa_error *error)
{
    const struct csa_article *article = prepared->article;
    uint32_t *lengths =
        csa_grow(worker->lengths, &worker->lengths_capacity, prepared->passage_count, sizeof *lengths);
    if (lengths == NULL) {
        return csa_error_set_memory(error, "an article");
    }
    worker->lengths = lengths;
    uint32_t title_tokens = 0;
    for (size_t i = 0; i < prepared->passage_count; i++) {
        uint32_t title_length;
        enum csa_status status = add_passage(worker, &prepared->passages[i], i == 0 ? &article->title : NULL,
                                             &worker->lengths[i], &title_length, error);
        if (status != CSA_OK) {
            return status;
        }
        title_tokens += title_length;
    }
    enum csa_status status = encode_stored(worker, article, error);
    if (status != CSA_OK) {
        return status;
    }
    worker->languages |= UINT64_C(1) << prepared->stemmer;
    const struct csa_article_record record = {
        .id = article->id,
        .date = article->date,
        .language = article->language,
        .stemmer = prepared->stemmer,
        .source = article->source,
        .author = article->author,
        .title_tokens = title_tokens,
        .stored = csa_buffer_view(&worker->stored),
        .lengths = worker->lengths,
        .passage_count = (uint32_t)prepared->passage_count,
    };
    return csa_stage_add_article(worker->stage, &record, error);
}

void csa_worker_begin(struct csa_worker *worker, struct csa_stage *stage, uint64_t batch)
{
    csa_stage_clear(stage, batch);
    worker->stage = stage;
    worker->range = (struct csa_run_range){.batch = batch};
}

enum csa_status csa_worker_end(struct csa_worker *worker, struct csa_stage **stage, struct csa_error *error)
{
    enum csa_status status = close_range(worker, error);
    if (status == CSA_OK && worker->chunks != NULL) {
        status = take_chunk(worker, error);
    }
    if (status == CSA_OK) {
        *stage = worker->stage;
        worker->stage = NULL;
    }
    return status;
}

enum csa_status csa_worker_finish(struct csa_worker *worker, const struct csa_batch_base *bases,
                                  size_t base_count, struct csa_error *error)
{
    enum csa_status status = csa_run_hold(&worker->runs[worker->run_count - 1], worker->inverter, error);
    for (size_t i = 0; i < worker->run_count && status == CSA_OK; i++) {
        status = csa_run_resolve(&worker->runs[i], bases, base_count, error);
    }
    return status;
}

/* ---- opening and closing ---- */

enum csa_status csa_worker_init(struct csa_worker *worker, const char *folder, uint64_t share,
                                bool store_text, struct csa_error *error)
{
    *worker = (struct csa_worker){.folder = folder, .share = share};
    csa_buffer_init(&worker->stored, SIZE_MAX / 2);
    worker->inverter = csa_malloc(sizeof *worker->inverter);
    if (worker->inverter == NULL) {
        return csa_error_set_memory(error, "a thread's part of the index");
    }
    csa_inverter_init(worker->inverter);
    enum csa_status status = new_run(worker, error);
    return status == CSA_OK && store_text ? csa_chunk_builder_new(&worker->chunks, CSA_PASSAGE_CHUNK, error)
                                          : status;
}

void csa_worker_release_runs(struct csa_worker *worker)
{
    for (size_t i = 0; i < worker->run_count; i++) {
        csa_run_release(&worker->runs[i]);
    }
    csa_free(worker->runs);
    worker->runs = NULL;
    worker->run_count = 0;
    worker->run_capacity = 0;
    if (worker->inverter != NULL) {
        csa_inverter_release(worker->inverter);
    }
    if (worker->spilled) {
        csa_output_abandon(&worker->spill, false);
        worker->spilled = false;
    }
}

void csa_worker_release(struct csa_worker *worker)
{
    csa_worker_release_runs(worker);
    csa_free(worker->inverter);
    csa_chunk_builder_free(worker->chunks);
    csa_stage_free(worker->stage);
    csa_buffer_release(&worker->stored);
    csa_free(worker->lengths);
}
