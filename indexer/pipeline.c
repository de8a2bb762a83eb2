/* Threads, the order of batches, messages and progress; what a thread does with a batch is in batch.c. See
 * pipeline.h. */
#include "indexer/pipeline.h"

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "indexer/batch.h"
#include "indexer/feed.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    WINDOW = 2,       /* batches a thread that may be open or wait for their turn */
    TICK = 100,       /* milliseconds between looks at progress and signals */
    LINE_SECONDS = 5, /* between lines of progress */
    LINE_MAXIMUM = 256,
    LINE_WIDTH = 100,
};

/* What a finished batch has to say, until its turn. */
struct report {
    bool done;
    struct csa_messages messages;
    struct csa_batch_counts counts;
};

struct pipeline {
    struct csa_sink *sink;
    const struct csa_pipeline_options *options;
    struct csa_pipeline_counts *counts;

    pthread_mutex_t feed_lock; /* taken before the other one */
    struct csa_feed *feed;
    uint64_t taken; /* batches */
    bool fed;       /* nothing more comes */

    pthread_mutex_t lock; /* everything below */
    pthread_cond_t changed;
    uint64_t finished; /* batches that had their turn */
    uint64_t bytes;
    struct report *reports; /* a ring of `window` */
    uint64_t window;
    unsigned running;
    bool stop;
    struct csa_error error; /* the first one */
};

struct worker {
    struct pipeline *pipeline;
    pthread_t thread;
    unsigned number;
};

/* ---- the order of batches ---- */

static void give_report(struct pipeline *pipeline, struct report *report)
{
    struct csa_pipeline_counts *counts = pipeline->counts;
    const struct csa_pipeline_options *options = pipeline->options;
    if (report->messages.count != 0 && options->progress != NULL) {
        csa_progress_erase(options->progress);
    }
    csa_messages_give(&report->messages, options->message, options->context);
    counts->skipped += report->messages.count;
    if (counts->repaired_articles == 0) {
        memcpy(counts->first_repaired, report->counts.first_repaired, sizeof counts->first_repaired);
    }
    counts->articles += report->counts.articles;
    counts->repaired += report->counts.repaired;
    counts->repaired_articles += report->counts.repaired_articles;
    csa_messages_clear(&report->messages);
    report->done = false;
}

static void finish_batch(struct pipeline *pipeline, uint64_t number, struct csa_messages *messages,
                         const struct csa_batch_counts *counts)
{
    pthread_mutex_lock(&pipeline->lock);
    struct report *report = &pipeline->reports[number % pipeline->window];
    struct csa_messages given = report->messages;
    report->messages = *messages;
    *messages = given;
    report->counts = *counts;
    report->done = true;
    while (pipeline->reports[pipeline->finished % pipeline->window].done) {
        give_report(pipeline, &pipeline->reports[pipeline->finished % pipeline->window]);
        pipeline->finished++;
    }
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->lock);
}

static void stop(struct pipeline *pipeline, const struct csa_error *error)
{
    pthread_mutex_lock(&pipeline->lock);
    if (!pipeline->stop) {
        pipeline->stop = true;
        pipeline->error = *error;
    }
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->lock);
}

/* Waits until so few batches are open that the next one may be; false when there is nothing more to do. */
static bool wait_for_room(struct pipeline *pipeline, uint64_t next)
{
    pthread_mutex_lock(&pipeline->lock);
    while (!pipeline->stop && next >= pipeline->finished + pipeline->window) {
        pthread_cond_wait(&pipeline->changed, &pipeline->lock);
    }
    bool go = !pipeline->stop;
    pthread_mutex_unlock(&pipeline->lock);
    return go;
}

/* ---- a thread ---- */

/* The next batch. *more false: there is none; the batch may have messages all the same, and `last` says that
 * they are this thread's to hand on. */
static enum csa_status take_batch(struct pipeline *pipeline, struct csa_feed_batch *batch, bool *more,
                                  bool *last, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    *more = false;
    *last = false;
    pthread_mutex_lock(&pipeline->feed_lock);
    if (!pipeline->fed && wait_for_room(pipeline, pipeline->taken)) {
        status = csa_feed_next(pipeline->feed, batch, more, error);
        pipeline->fed = status != CSA_OK || !*more;
        *last = status == CSA_OK && !*more;
        pipeline->taken++;
        pthread_mutex_lock(&pipeline->lock);
        pipeline->bytes = csa_feed_bytes(pipeline->feed);
        pthread_mutex_unlock(&pipeline->lock);
    }
    pthread_mutex_unlock(&pipeline->feed_lock);
    return status;
}

static enum csa_status work(struct worker *worker, struct csa_feed_batch *batch, struct csa_error *error)
{
    struct pipeline *pipeline = worker->pipeline;
    const struct csa_batch_options options = {
        .sink = pipeline->sink,
        .worker = worker->number,
        .intake = &pipeline->options->intake,
        .stemming = pipeline->options->stemming,
    };
    for (;;) {
        bool more;
        bool last;
        struct csa_batch_counts counts = {.articles = 0};
        enum csa_status status = take_batch(pipeline, batch, &more, &last, error);
        if (status == CSA_OK && more) {
            status = csa_batch_process(&options, batch, &counts, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        if (more || last) {
            finish_batch(pipeline, batch->number, &batch->messages, &counts);
        }
        if (!more) {
            return CSA_OK;
        }
    }
}

static void *run_worker(void *context)
{
    struct worker *worker = context;
    struct pipeline *pipeline = worker->pipeline;
    struct csa_feed_batch batch;
    struct csa_error error = {0};
    csa_feed_batch_init(&batch);
    if (work(worker, &batch, &error) != CSA_OK) {
        stop(pipeline, &error);
    }
    csa_feed_batch_release(&batch);
    pthread_mutex_lock(&pipeline->lock);
    pipeline->running--;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->lock);
    return NULL;
}

/* ---- the main thread ---- */

static void show_progress(struct pipeline *pipeline, double seconds, double *next_line)
{
    struct csa_progress *progress = pipeline->options->progress;
    if (progress == NULL) {
        return;
    }
    csa_progress_update(progress, pipeline->bytes);
    if (pipeline->options->progress_lines && !progress->shown && seconds >= *next_line) {
        char line[LINE_MAXIMUM];
        csa_progress_format(progress, pipeline->bytes, seconds, LINE_WIDTH, line, sizeof line);
        pipeline->options->message(pipeline->options->context, line);
        *next_line = seconds + LINE_SECONDS;
    }
}

static void ignore_signal(int number)
{
    (void)number;
}

/* Lets a thread that waits for input come back, so that it sees that it shall stop. */
static void wake(const struct worker *workers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        pthread_kill(workers[i].thread, SIGUSR1);
    }
}

/* Until all threads have ended: progress, and signals. */
static void wait_for_workers(struct pipeline *pipeline, const struct worker *workers, unsigned count)
{
    double start = csa_clock_seconds();
    double next_line = LINE_SECONDS;
    pthread_mutex_lock(&pipeline->lock);
    while (pipeline->running != 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&pipeline->changed, &pipeline->lock, &until);
        show_progress(pipeline, csa_clock_seconds() - start, &next_line);
        if (csa_interrupted()) {
            if (!pipeline->stop) {
                pipeline->stop = true;
                csa_error_set(&pipeline->error, CSA_ERROR_INTERRUPTED, "interrupted");
                pthread_cond_broadcast(&pipeline->changed);
            }
            wake(workers, count);
        }
    }
    if (pipeline->options->progress != NULL) {
        csa_progress_erase(pipeline->options->progress);
    }
    pthread_mutex_unlock(&pipeline->lock);
}

static enum csa_status run_threads(struct pipeline *pipeline, struct csa_error *error)
{
    unsigned count = pipeline->sink->threads;
    struct worker *workers = csa_calloc(count, sizeof *workers);
    if (workers == NULL) {
        return csa_error_set_memory(error, "threads");
    }
    struct sigaction action = {.sa_handler = ignore_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    unsigned started = 0;
    for (; started < count; started++) {
        workers[started] = (struct worker){.pipeline = pipeline, .number = started};
        pthread_mutex_lock(&pipeline->lock);
        pipeline->running++;
        pthread_mutex_unlock(&pipeline->lock);
        int failure = pthread_create(&workers[started].thread, NULL, run_worker, &workers[started]);
        if (failure != 0) {
            struct csa_error cannot = {0};
            csa_error_set_system(&cannot, failure, "cannot start a thread");
            stop(pipeline, &cannot);
            pthread_mutex_lock(&pipeline->lock);
            pipeline->running--;
            pthread_mutex_unlock(&pipeline->lock);
            break;
        }
    }
    wait_for_workers(pipeline, workers, started);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    csa_free(workers);
    if (pipeline->stop) {
        return csa_error_pass(error, &pipeline->error);
    }
    return CSA_OK;
}

static bool make_locks(struct pipeline *pipeline)
{
    pthread_condattr_t attributes;
    return pthread_mutex_init(&pipeline->feed_lock, NULL) == 0 &&
           pthread_mutex_init(&pipeline->lock, NULL) == 0 && pthread_condattr_init(&attributes) == 0 &&
           pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&pipeline->changed, &attributes) == 0;
}

enum csa_status csa_pipeline_run(struct csa_sink *sink, const struct csa_pipeline_options *options,
                                 struct csa_pipeline_counts *counts, struct csa_error *error)
{
    struct pipeline pipeline = {.sink = sink, .options = options, .counts = counts};
    *counts = (struct csa_pipeline_counts){0};
    pipeline.window = (uint64_t)WINDOW * sink->threads + 1;
    pipeline.reports = csa_calloc(pipeline.window, sizeof *pipeline.reports);
    if (pipeline.reports == NULL || !make_locks(&pipeline)) {
        csa_free(pipeline.reports);
        return csa_error_set_memory(error, "threads");
    }
    for (uint64_t i = 0; i < pipeline.window; i++) {
        csa_messages_init(&pipeline.reports[i].messages);
    }
    enum csa_status status = csa_feed_open(options->paths, options->path_count, options->intake.format,
                                           options->index, &pipeline.feed, error);
    if (status == CSA_OK) {
        status = run_threads(&pipeline, error);
    }
    csa_feed_close(pipeline.feed);
    for (uint64_t i = 0; i < pipeline.window; i++) {
        csa_messages_release(&pipeline.reports[i].messages);
    }
    csa_free(pipeline.reports);
    pthread_cond_destroy(&pipeline.changed);
    pthread_mutex_destroy(&pipeline.lock);
    pthread_mutex_destroy(&pipeline.feed_lock);
    return status;
}
