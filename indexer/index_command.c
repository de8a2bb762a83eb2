/* Indexing, deleting, optimizing: from the command line to the commit and its summary. */
#include "indexer/commands.h"

#include "common/base/clock.h"
#include "common/base/signals.h"
#include "indexer/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct run {
    const struct csa_index_options *options;
    FILE *out, *messages;
    struct csa_progress progress;
    struct csa_sink *sink;
    struct csa_pipeline_counts pipeline;
    struct csa_sink_counts counts;
    uint64_t deleted;
    bool unknown_delete;
    double start; /* csa_clock_seconds() */
};

void csa_command_message(FILE *messages, const char *text)
{
    fprintf(messages, "csa-index: %s\n", text);
}

bool csa_command_flush(FILE *out, FILE *messages, const char *also)
{
    if (fflush(out) == 0 && ferror(out) == 0) {
        return true;
    }
    fprintf(messages, "csa-index: standard output: %s%s\n", strerror(errno), also);
    return false;
}

static void pass_message(void *context, const char *text)
{
    csa_command_message(context, text);
}

/* ---- numbers for people ---- */

enum { NUMBER_ROOM = 32 };

/* 21345 -> 21,345 */
static const char *grouped(uint64_t number, char room[NUMBER_ROOM])
{
    char *p = room + NUMBER_ROOM;
    *--p = '\0';
    for (int digits = 0; number != 0 || digits == 0; digits++) {
        if (digits != 0 && digits % 3 == 0) {
            *--p = ',';
        }
        *--p = (char)('0' + number % 10);
        number /= 10;
    }
    return p;
}

static const char *plural(uint64_t number)
{
    return number == 1 ? "" : "s";
}

static const char *bytes_of(uint64_t bytes, char room[NUMBER_ROOM])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double amount = (double)bytes;
    size_t unit = 0;
    while (amount >= 999.95 && unit + 1 < sizeof units / sizeof *units) {
        amount /= 1000;
        unit++;
    }
    snprintf(room, NUMBER_ROOM, "%.*f %s", unit == 0 ? 0 : 1, amount, units[unit]);
    return room;
}

/* ---- the steps ---- */

static enum csa_status open_sink(struct run *run, struct csa_error *error)
{
    const struct csa_index_options *options = run->options;
    const struct csa_sink_options sink_options = {
        .folder = options->folder,
        .threads = options->source_count == 0 ? 1 : options->threads,
        .memory = options->memory,
        .passage_words = options->passage_words,
        .passage_words_given = options->passage_words_given,
        .store_text = options->store_text,
        .store_text_given = options->store_text_given,
        .must_exist = options->source_count == 0,
        .optimize = options->optimize,
    };
    return csa_sink_native_open(&sink_options, &run->sink, error);
}

static enum csa_status delete_articles(struct run *run, struct csa_error *error)
{
    for (size_t i = 0; i < run->options->delete_count; i++) {
        enum csa_status status =
            run->sink->operations->remove(run->sink, csa_view_of(run->options->deletes[i]), error);
        if (status == CSA_ERROR_NOT_FOUND) {
            csa_command_message(run->messages, error->message);
            run->unknown_delete = true;
        } else if (status != CSA_OK) {
            return status;
        } else {
            run->deleted++;
        }
    }
    return CSA_OK;
}

/* Bytes of the sources, when all are plain files; 0 = not known. */
static uint64_t total_bytes(const struct csa_index_options *options)
{
    uint64_t total = 0;
    for (size_t i = 0; i < options->source_count; i++) {
        struct stat status;
        const char *path = options->sources[i];
        size_t size = strlen(path);
        bool packed = size > 3 && strcmp(path + size - 3, ".gz") == 0;
        if (packed || stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
            return 0;
        }
        total += (uint64_t)status.st_size;
    }
    return total;
}

static enum csa_status read_sources(struct run *run, struct csa_error *error)
{
    const struct csa_index_options *options = run->options;
    if (options->source_count == 0) {
        return CSA_OK;
    }
    const struct csa_pipeline_options pipeline = {
        .paths = options->sources,
        .path_count = options->source_count,
        .index = options->folder,
        .intake = {.format = options->format,
                   .language_given = !options->language_auto,
                   .language = options->language},
        .stemming = options->language_auto || options->language != CSA_LANGUAGE_NONE,
        .progress = &run->progress,
        .progress_lines = options->progress && !options->quiet,
        .message = pass_message,
        .context = run->messages,
    };
    csa_progress_start(&run->progress, "indexing", CSA_PROGRESS_BYTES, total_bytes(options));
    return csa_pipeline_run(run->sink, &pipeline, &run->pipeline, error);
}

static void warn_repaired(const struct run *run)
{
    char rooms[2][NUMBER_ROOM];
    const struct csa_pipeline_counts *counts = &run->pipeline;
    if (counts->repaired != 0) {
        fprintf(run->messages, "csa-index: %s broken byte%s became U+FFFD in %s article%s, the first: %s\n",
                grouped(counts->repaired, rooms[0]), plural(counts->repaired),
                grouped(counts->repaired_articles, rooms[1]), plural(counts->repaired_articles),
                counts->first_repaired);
    }
}

static void warn_repeated(const struct run *run)
{
    char room[NUMBER_ROOM];
    const struct csa_sink_counts *counts = &run->counts;
    if (counts->repeated != 0) {
        fprintf(
            run->messages,
            "csa-index: %s article%s gave way to a later one of this run with the same id, the first: %s\n",
            grouped(counts->repeated, room), plural(counts->repeated), counts->first_repeated);
    }
}

static void print_summary(const struct run *run)
{
    char rooms[7][NUMBER_ROOM];
    const struct csa_sink_counts *counts = &run->counts;
    if (run->options->source_count != 0) {
        fprintf(run->out, "indexed %s article%s (%s replaced), %s passage%s, %s word%s in %.1f s; ",
                grouped(counts->added, rooms[0]), plural(counts->added), grouped(counts->replaced, rooms[1]),
                grouped(counts->passages, rooms[2]), plural(counts->passages),
                grouped(counts->tokens, rooms[3]), plural(counts->tokens), csa_clock_seconds() - run->start);
    }
    if (run->options->delete_count != 0) {
        fprintf(run->out, "deleted %s; ", grouped(counts->deleted, rooms[4]));
    }
    fprintf(run->out, "index %s: %s article%s, %s\n", run->options->folder,
            grouped(counts->index_articles, rooms[5]), plural(counts->index_articles),
            bytes_of(counts->index_bytes, rooms[6]));
}

/* Whether there is nothing to commit although something was asked for: every source and id was at fault. */
static bool nothing_done(const struct run *run)
{
    return run->pipeline.articles == 0 && run->deleted == 0 && !run->options->optimize &&
           (run->pipeline.skipped != 0 || run->unknown_delete);
}

static enum csa_status do_all(struct run *run, struct csa_error *error)
{
    enum csa_status status = open_sink(run, error);
    if (status == CSA_OK) {
        status = delete_articles(run, error);
    }
    if (status == CSA_OK) {
        status = read_sources(run, error);
    }
    if (status == CSA_OK && !nothing_done(run)) {
        warn_repaired(run);
        status = run->sink->operations->commit(run->sink, &run->counts, error);
        if (status == CSA_OK) {
            warn_repeated(run);
        }
    }
    return status;
}

static int give_up(const struct run *run, enum csa_status status, const struct csa_error *error)
{
    if (status == CSA_ERROR_INTERRUPTED) {
        csa_command_message(run->messages, "interrupted: nothing was changed");
        return 128 + csa_signals_caught();
    }
    csa_command_message(run->messages, error->message);
    return CSA_EXIT_NOTHING;
}

int csa_command_index(const struct csa_index_options *options, FILE *out, FILE *messages)
{
    struct run run = {.options = options, .out = out, .messages = messages, .start = csa_clock_seconds()};
    struct csa_error error = {0};
    csa_progress_init(&run.progress, STDERR_FILENO, !options->quiet);
    signal(SIGPIPE, SIG_IGN); /* the summary's reader may be gone; the index matters more */
    if (options->reorder && !options->quiet) {
        csa_command_message(messages, "--reorder yes: this version keeps the order of articles");
    }
    enum csa_status status = do_all(&run, &error);
    if (run.sink != NULL) {
        run.sink->operations->close(run.sink);
    }
    if (status != CSA_OK) {
        return give_up(&run, status, &error);
    }
    int result = run.pipeline.skipped != 0 || run.unknown_delete ? CSA_EXIT_SKIPPED : CSA_EXIT_DONE;
    if (nothing_done(&run)) {
        return options->source_count == 0 ? CSA_EXIT_SKIPPED : CSA_EXIT_NOTHING;
    }
    if (!options->quiet) {
        print_summary(&run);
        if (!csa_command_flush(out, messages, " (the index is written all the same)")) {
            result = CSA_EXIT_SKIPPED;
        }
    }
    return result;
}
