#include "searcher/batch.h"

#include "common/base/buffer.h"
#include "common/base/clock.h"
#include "searcher/output/trec.h"
#include "searcher/query/parse.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024,
    LINE_MAXIMUM = 1024 * 1024, /* bytes; what the parser does not want of them, it cuts off */
    OUTPUT_MAXIMUM = 64 * 1024 * 1024,
    OUTPUT_ENOUGH = 64 * 1024, /* written out at this size, whatever waits */
    TOP_MAXIMUM = 10000,
    QUERY_MEMORY = 64 * 1024 * 1024,
};

struct batch {
    struct csa_engine *engine;
    bool with_hits;
    struct csa_arena arena;
    struct csa_buffer input, output;
};

struct command {
    bool known, count;
    size_t hits;
};

/* COUNT, TOP_k, TOP_k_COUNT. */
static struct command read_command(struct csa_view text)
{
    struct command command = {0};
    if (csa_view_equal(text, csa_view_of("COUNT"))) {
        command.known = command.count = true;
        return command;
    }
    if (!csa_view_starts_with(text, csa_view_of("TOP_"))) {
        return command;
    }
    size_t i = 4;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9' && command.hits <= TOP_MAXIMUM; i++) {
        command.hits = command.hits * 10 + (size_t)(text.data[i] - '0');
    }
    struct csa_view rest = {text.data + i, text.size - i};
    command.count = csa_view_equal(rest, csa_view_of("_COUNT"));
    command.known = (command.count || rest.size == 0) && command.hits >= 1 && command.hits <= TOP_MAXIMUM;
    return command;
}

static enum csa_status append_hits(struct batch *batch, const struct csa_search_result *result,
                                   struct csa_error *error)
{
    csa_buffer_append_byte(&batch->output, '\t');
    for (size_t i = 0; i < result->hit_count; i++) {
        struct csa_view id;
        enum csa_status status = batch->engine->operations->article_id(batch->engine, result->hits[i].article,
                                                                       &batch->arena, &id, error);
        if (status != CSA_OK) {
            return status;
        }
        if (i != 0) {
            csa_buffer_append_byte(&batch->output, ' ');
        }
        csa_trec_field(&batch->output, id);
        csa_buffer_append_format(&batch->output, ":%.6g", (double)result->hits[i].score);
    }
    return CSA_OK;
}

static enum csa_status answer(struct batch *batch, struct csa_view line, struct csa_error *error)
{
    uint64_t started = csa_clock_nanoseconds();
    const char *tab = line.size == 0 ? NULL : memchr(line.data, '\t', line.size);
    size_t command_size = tab == NULL ? line.size : (size_t)(tab - line.data);
    struct command command = read_command(csa_view_make(line.data, command_size));
    if (!command.known || tab == NULL) {
        csa_buffer_append_view(&batch->output, csa_view_of("UNSUPPORTED\n"));
        return CSA_OK;
    }
    csa_arena_clear(&batch->arena);
    struct csa_query query;
    struct csa_search_result result;
    struct csa_view text = {tab + 1, line.size - command_size - 1};
    enum csa_status status = csa_query_parse(text, &batch->arena, &query, error);
    if (status != CSA_OK) {
        return status;
    }
    const struct csa_search_request request = {
        .query = &query,
        .rank = CSA_RANK_BM25,
        .k1 = 1.2,
        .b = 0.75,
        .hits = command.hits,
        .count = command.count,
        .plain = true,
    };
    status = batch->engine->operations->search(batch->engine, &request, &batch->arena, &result, error);
    if (status != CSA_OK) {
        return status;
    }
    uint64_t taken = csa_clock_nanoseconds() - started;
    uint64_t n = command.count ? result.passages_matched : result.hit_count;
    csa_buffer_append_format(&batch->output, "%llu\t%llu", (unsigned long long)n, (unsigned long long)taken);
    if (batch->with_hits) {
        status = append_hits(batch, &result, error);
    }
    csa_buffer_append_byte(&batch->output, '\n');
    return status;
}

static enum csa_status write_out(struct batch *batch, int out, struct csa_error *error)
{
    enum csa_status status = csa_buffer_check(&batch->output, "answers", error);
    for (size_t done = 0; status == CSA_OK && done < batch->output.size;) {
        ssize_t written = write(out, batch->output.data + done, batch->output.size - done);
        if (written < 0 && errno != EINTR) {
            status = csa_error_set_system(error, errno, "standard output");
        }
        done += written > 0 ? (size_t)written : 0;
    }
    csa_buffer_clear(&batch->output);
    return status;
}

/* Answers the whole lines in the input buffer and keeps the rest; at the end of the input, the rest too. */
static enum csa_status answer_lines(struct batch *batch, int out, bool at_end, struct csa_error *error)
{
    char *data = batch->input.data;
    size_t size = batch->input.size, begin = 0;
    enum csa_status status = CSA_OK;
    while (status == CSA_OK && begin < size) {
        const char *end = memchr(data + begin, '\n', size - begin);
        if (end == NULL && !at_end) {
            break;
        }
        size_t length = end == NULL ? size - begin : (size_t)(end - (data + begin));
        size_t kept = length != 0 && data[begin + length - 1] == '\r' ? length - 1 : length;
        status = answer(batch, csa_view_make(data + begin, kept), error);
        begin += length + (end != NULL);
        if (status == CSA_OK && batch->output.size >= OUTPUT_ENOUGH) {
            status = write_out(batch, out, error);
        }
    }
    if (begin != 0) {
        memmove(data, data + begin, size - begin);
        batch->input.size = size - begin;
    }
    return status == CSA_OK ? write_out(batch, out, error) : status;
}

static enum csa_status run(struct batch *batch, int in, int out, struct csa_error *error)
{
    for (;;) {
        if (!csa_buffer_reserve(&batch->input, READ_SIZE)) {
            return csa_error_set(error, CSA_ERROR_LIMIT, "standard input: a line is longer than %d bytes",
                                 LINE_MAXIMUM);
        }
        ssize_t got = read(in, batch->input.data + batch->input.size, READ_SIZE);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return csa_error_set_system(error, errno, "standard input");
        }
        batch->input.size += (size_t)got;
        enum csa_status status = answer_lines(batch, out, got == 0, error);
        if (status != CSA_OK || got == 0) {
            return status;
        }
    }
}

enum csa_status csa_batch_serve(struct csa_engine *engine, int in, int out, bool with_hits,
                                struct csa_error *error)
{
    struct batch batch = {.engine = engine, .with_hits = with_hits};
    csa_arena_init(&batch.arena, QUERY_MEMORY);
    csa_buffer_init(&batch.input, LINE_MAXIMUM + READ_SIZE);
    csa_buffer_init(&batch.output, OUTPUT_MAXIMUM);
    enum csa_status status = run(&batch, in, out, error);
    csa_arena_release(&batch.arena);
    csa_buffer_release(&batch.input);
    csa_buffer_release(&batch.output);
    return status;
}

enum csa_status csa_batch_run(struct csa_engine *engine, bool with_hits, struct csa_error *error)
{
    return csa_batch_serve(engine, STDIN_FILENO, STDOUT_FILENO, with_hits, error);
}
