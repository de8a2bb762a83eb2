/* Reads one source whole: opens it, tells text from binary, finds the format, and hands the articles that the
 * format's reader makes to the receiver. What cannot be read is reported and skipped. Owns nothing beyond a
 * call. Called by the indexer, once for each source that walk.c gives. */
#include "indexer/intake/intake.h"

#include "common/base/buffer.h"
#include "common/base/config.h"
#include "indexer/intake/encoding.h"
#include "indexer/intake/finish.h"
#include "indexer/intake/format.h"
#include "indexer/intake/readers.h"

#include <inttypes.h>

enum { READ_SIZE = 256 * 1024, BAD_LINES_AT_FIRST = 20 };

static void skip(const struct csa_intake_receiver *receiver, const struct csa_source *source, const char *why,
                 const char *detail)
{
    struct csa_error message;
    csa_error_set(&message, CSA_ERROR_DAMAGED, "%s: %s%s", csa_input_name(source->path), why, detail);
    receiver->skipped(receiver->context, message.message);
}

/* Whether a failure is the source's own: then it is reported and the intake goes on. */
static bool is_skippable(enum csa_status status)
{
    return status != CSA_OK && status != CSA_ERROR_MEMORY && status != CSA_ERROR_INTERRUPTED;
}

static enum csa_status skip_failed(const struct csa_intake_receiver *receiver,
                                   const struct csa_error *failure, struct csa_error *error)
{
    if (is_skippable(failure->status)) {
        receiver->skipped(receiver->context, failure->message);
        return CSA_OK;
    }
    return csa_error_pass(error, failure);
}

/* ---- JSON lines ---- */

/* Watches a JSON lines file for records that go through. */
struct line_watch {
    const struct csa_intake_receiver *receiver;
    uint64_t articles;
    uint64_t bad;
};

static enum csa_status watch_article(void *context, const struct csa_article *article,
                                     struct csa_error *error)
{
    struct line_watch *watch = context;
    watch->articles++;
    return watch->receiver->article(watch->receiver->context, article, error);
}

static void watch_skipped(void *context, const char *message)
{
    struct line_watch *watch = context;
    watch->bad++;
    watch->receiver->skipped(watch->receiver->context, message);
}

static enum csa_status read_lines(struct csa_input *input, const struct csa_source *source,
                                  const struct csa_intake_options *options,
                                  const struct csa_intake_receiver *receiver, struct csa_error *error)
{
    struct line_watch watch = {receiver, 0, 0};
    const struct csa_intake_receiver watcher = {&watch, watch_article, watch_skipped};
    for (;;) {
        struct csa_view line;
        uint64_t number;
        struct csa_error failure = {0};
        enum csa_status status = csa_input_line(input, &line, &number, &failure);
        if (status == CSA_ERROR_LIMIT) {
            receiver->skipped(receiver->context, failure.message);
            continue;
        }
        if (status != CSA_OK) {
            return skip_failed(receiver, &failure, error);
        }
        if (line.data == NULL) {
            return CSA_OK;
        }
        if (watch.articles == 0 && watch.bad == 0 && csa_intake_is_other_json(line)) {
            skip(receiver, source, CSA_INTAKE_OTHER_JSON, "");
            return CSA_OK;
        }
        status = csa_intake_read_jsonl_record(source, line, number, options, &watcher, error);
        if (status != CSA_OK) {
            return status;
        }
        if (watch.articles == 0 && watch.bad == BAD_LINES_AT_FIRST) {
            skip(receiver, source, "none of its first lines is a JSON record: the rest was left out", "");
            return CSA_OK;
        }
    }
}

/* ---- whole files ---- */

static enum csa_status read_whole(struct csa_input *input, const struct csa_source *source,
                                  struct csa_buffer *bytes, struct csa_error *error)
{
    for (;;) {
        if (bytes->size == bytes->maximum || !csa_buffer_reserve(bytes, 1)) {
            break;
        }
        if (bytes->maximum - bytes->size >= READ_SIZE && !csa_buffer_reserve(bytes, READ_SIZE)) {
            break;
        }
        size_t got;
        enum csa_status status =
            csa_input_read(input, bytes->data + bytes->size, bytes->capacity - bytes->size, &got, error);
        if (status != CSA_OK || got == 0) {
            return status;
        }
        bytes->size += got;
    }
    if (bytes->failed) {
        return csa_error_set_memory(error, csa_input_name(source->path));
    }
    return csa_error_set(error, CSA_ERROR_LIMIT, "%s: larger than %d MiB", csa_input_name(source->path),
                         CSA_INTAKE_FILE_MAXIMUM >> 20);
}

static enum csa_status make_article(struct csa_view text, enum csa_format format, struct csa_arena *arena,
                                    struct csa_article *article, struct csa_error *error)
{
#if CSA_WITH_HTML
    if (format == CSA_FORMAT_HTML) {
        return csa_html_read(text, arena, article, error);
    }
#endif
#if CSA_WITH_MARKDOWN
    if (format == CSA_FORMAT_MARKDOWN) {
        return csa_markdown_read(text, arena, article, error);
    }
#endif
    (void)format;
    return csa_text_read(text, arena, article, error);
}

static enum csa_status read_text(struct csa_view bytes, enum csa_format format,
                                 const struct csa_source *source, const struct csa_intake_options *options,
                                 const struct csa_intake_receiver *receiver, struct csa_arena *arena,
                                 struct csa_error *error)
{
    struct csa_article article = {0};
    struct csa_buffer converted;
    struct csa_view text;
    csa_buffer_init(&converted, (size_t)3 * CSA_INTAKE_FILE_MAXIMUM + READ_SIZE);
    bool markup = format == CSA_FORMAT_HTML;
    enum csa_status status = csa_encoding_decode(bytes, markup, &converted, &text, &article.replaced, error);
    if (status == CSA_OK) {
        status = make_article(text, format, arena, &article, error);
    }
    csa_buffer_release(&converted);
    if (status != CSA_OK) {
        return status;
    }
    if (article.block_count == 0 && article.title.size == 0) {
        skip(receiver, source, bytes.size == 0 ? "empty file" : "holds no text", "");
        return CSA_OK;
    }
    return csa_article_finish(&article, source, options, receiver, arena, error);
}

static enum csa_status read_file(struct csa_input *input, enum csa_format format,
                                 const struct csa_source *source, const struct csa_intake_options *options,
                                 const struct csa_intake_receiver *receiver, struct csa_error *error)
{
    struct csa_buffer bytes;
    struct csa_error failure = {0};
    csa_buffer_init(&bytes, CSA_INTAKE_FILE_MAXIMUM);
    enum csa_status status = read_whole(input, source, &bytes, &failure);
    if (status == CSA_OK) {
        struct csa_arena arena;
        csa_arena_init(&arena, 0);
        status = read_text(csa_buffer_view(&bytes), format, source, options, receiver, &arena, error);
        csa_arena_release(&arena);
    } else {
        status = skip_failed(receiver, &failure, error);
    }
    csa_buffer_release(&bytes);
    return status;
}

enum csa_status csa_intake_read_input(struct csa_input *input, const struct csa_source *source,
                                      const struct csa_intake_options *options,
                                      const struct csa_intake_receiver *receiver, struct csa_error *error)
{
    struct csa_view head;
    struct csa_error failure = {0};
    enum csa_status status = csa_input_peek(input, CSA_FORMAT_HEAD, &head, &failure);
    if (status != CSA_OK) {
        return skip_failed(receiver, &failure, error);
    }
    if (head.size == 0) {
        skip(receiver, source, "empty file", "");
        return CSA_OK;
    }
    const char *kind = csa_format_binary_kind(head);
    if (kind != NULL) {
        skip(receiver, source, "binary file: ", kind);
        return CSA_OK;
    }
    enum csa_format format = options->format;
    if (format == CSA_FORMAT_AUTO) {
        format = csa_intake_guess_format(source->path, head);
    }
#if !CSA_WITH_HTML
    if (format == CSA_FORMAT_HTML) {
        skip(receiver, source, "HTML, which this csa-index was built without (libxml2)", "");
        return CSA_OK;
    }
#endif
    if (format == CSA_FORMAT_JSONL) {
        return read_lines(input, source, options, receiver, error);
    }
    return read_file(input, format, source, options, receiver, error);
}

enum csa_status csa_intake_read(const struct csa_source *source, const struct csa_intake_options *options,
                                const struct csa_intake_receiver *receiver, struct csa_error *error)
{
    struct csa_input *input;
    struct csa_error failure = {0};
    enum csa_status status = csa_input_open(source->path, &input, &failure);
    if (status != CSA_OK) {
        return skip_failed(receiver, &failure, error);
    }
    status = csa_intake_read_input(input, source, options, receiver, error);
    csa_input_close(input);
    return status;
}
