/* The walk over the sources, and the JSON lines file that is being cut; see feed.h. */
#include "indexer/feed.h"

#include "common/base/memory.h"
#include "indexer/intake/format.h"
#include "indexer/intake/walk.h"

#include <string.h>
#include <sys/stat.h>

enum { BAD_LINES_AT_FIRST = 20, PATH_LONGEST = 1 << 20 };

struct csa_feed {
    enum csa_format format;
    struct csa_walk *walk;
    struct csa_intake_receiver receiver; /* of the walk's messages */
    const struct csa_source *next;       /* taken from the walk, not yet in a batch */
    bool walked;                         /* to the end */
    uint64_t batches;
    uint64_t bytes;
    struct csa_messages early;     /* said before the first batch */
    struct csa_messages *messages; /* where the walk's messages go now */
    /* what is left out */
    struct stat index;
    bool index_known;
    struct csa_buffer folder; /* of the last source */
    bool folder_is_index;
    /* the JSON lines file that is being cut; null: none */
    struct csa_input *input;
    struct csa_arena arena;
    struct csa_source source;
    unsigned strange; /* first lines that were no objects */
    bool trusted;     /* one was */
};

/* ---- batches ---- */

void csa_feed_batch_init(struct csa_feed_batch *batch)
{
    *batch = (struct csa_feed_batch){.number = 0};
    csa_arena_init(&batch->arena, 0);
    csa_buffer_init(&batch->text, (size_t)CSA_BATCH_BYTES + CSA_INTAKE_RECORD_MAXIMUM);
    csa_messages_init(&batch->messages);
}

void csa_feed_batch_release(struct csa_feed_batch *batch)
{
    csa_input_close(batch->input);
    csa_buffer_release(&batch->text);
    csa_free(batch->lines);
    csa_messages_release(&batch->messages);
    csa_arena_release(&batch->arena);
}

/* A batch is used again and again; one huge line must not keep its memory for ever. */
static void clear_batch(struct csa_feed_batch *batch)
{
    csa_input_close(batch->input);
    batch->input = NULL;
    batch->sources = NULL;
    batch->source_count = 0;
    batch->is_lines = false;
    batch->line_count = 0;
    if (batch->text.capacity > 4 * (size_t)CSA_BATCH_BYTES) {
        csa_buffer_release(&batch->text);
    }
    csa_buffer_clear(&batch->text);
    csa_messages_clear(&batch->messages);
    csa_arena_clear(&batch->arena);
}

static enum csa_status copy_source(struct csa_arena *arena, const struct csa_source *source,
                                   struct csa_source *copy, struct csa_error *error)
{
    copy->path = csa_arena_copy(arena, csa_view_of(source->path)).data;
    copy->id = csa_arena_copy(arena, csa_view_of(source->id)).data;
    return copy->path != NULL && copy->id != NULL ? CSA_OK
                                                  : csa_error_set_memory(error, "the name of a source");
}

static enum csa_status add_source(struct csa_feed_batch *batch, const struct csa_source *source,
                                  struct csa_error *error)
{
    if (batch->sources == NULL) {
        batch->sources = csa_arena_alloc(&batch->arena, CSA_BATCH_FILES, sizeof *batch->sources);
        if (batch->sources == NULL) {
            return csa_error_set_memory(error, "a batch of files");
        }
    }
    return copy_source(&batch->arena, source, &batch->sources[batch->source_count++], error);
}

/* ---- opening ---- */

static void walk_skipped(void *context, const char *message)
{
    struct csa_feed *feed = context;
    csa_messages_add(feed->messages, message);
}

enum csa_status csa_feed_open(char *const *paths, size_t count, enum csa_format format, const char *index,
                              struct csa_feed **feed, struct csa_error *error)
{
    *feed = NULL;
    struct csa_feed *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "the sources");
    }
    made->format = format;
    made->index_known = stat(index, &made->index) == 0;
    csa_buffer_init(&made->folder, PATH_LONGEST);
    csa_messages_init(&made->early);
    csa_arena_init(&made->arena, 0);
    made->messages = &made->early;
    made->receiver = (struct csa_intake_receiver){.context = made, .skipped = walk_skipped};
    enum csa_status status = csa_walk_open(paths, count, &made->receiver, &made->walk, error);
    if (status != CSA_OK) {
        csa_feed_close(made);
        return status;
    }
    *feed = made;
    return CSA_OK;
}

void csa_feed_close(struct csa_feed *feed)
{
    if (feed == NULL) {
        return;
    }
    if (feed->walk != NULL) {
        csa_walk_close(feed->walk);
    }
    csa_input_close(feed->input);
    csa_messages_release(&feed->early);
    csa_buffer_release(&feed->folder);
    csa_arena_release(&feed->arena);
    csa_free(feed);
}

uint64_t csa_feed_bytes(const struct csa_feed *feed)
{
    return feed->bytes;
}

/* ---- lines ---- */

static void end_lines(struct csa_feed *feed)
{
    csa_input_close(feed->input);
    feed->input = NULL;
    csa_arena_clear(&feed->arena);
}

/* Whether a line looks like a record; only the first lines of a file are asked. */
static bool starts_like_object(struct csa_view line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '{') {
            return true;
        }
        if (strchr(" \t\r\xEF\xBB\xBF", line.data[i]) == NULL) {
            return false;
        }
    }
    return false;
}

static bool is_blank(struct csa_view line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r') {
            return false;
        }
    }
    return true;
}

static enum csa_status add_line(struct csa_feed_batch *batch, struct csa_view line, uint64_t number,
                                struct csa_error *error)
{
    struct csa_feed_line *lines =
        csa_grow(batch->lines, &batch->line_capacity, batch->line_count + 1, sizeof *lines);
    if (lines == NULL) {
        return csa_error_set_memory(error, "a batch of lines");
    }
    batch->lines = lines;
    batch->lines[batch->line_count++] = (struct csa_feed_line){batch->text.size, line.size, number};
    csa_buffer_append_view(&batch->text, line);
    return csa_buffer_check(&batch->text, "a batch of lines", error);
}

/* Leaves the rest of the file out and says why. */
static void give_up_lines(struct csa_feed *feed, struct csa_feed_batch *batch, const char *why)
{
    struct csa_error message;
    csa_error_set(&message, CSA_ERROR_DAMAGED, "%s: %s", csa_input_name(feed->source.path), why);
    csa_messages_add(&batch->messages, message.message);
    end_lines(feed);
}

/* A line of the file into the batch. The file is closed at its end, or when it is plainly no JSON lines. */
static enum csa_status take_line(struct csa_feed *feed, struct csa_feed_batch *batch, struct csa_error *error)
{
    struct csa_view line;
    uint64_t number;
    struct csa_error failure = {0};
    enum csa_status status = csa_input_line(feed->input, &line, &number, &failure);
    if (status == CSA_ERROR_MEMORY || status == CSA_ERROR_INTERRUPTED) {
        return csa_error_pass(error, &failure);
    }
    if (status != CSA_OK) {
        csa_messages_add(&batch->messages, failure.message);
    }
    if (status == CSA_ERROR_LIMIT) {
        return CSA_OK;
    }
    if (status != CSA_OK || line.data == NULL) {
        end_lines(feed);
        return CSA_OK;
    }
    feed->bytes += line.size + 1;
    if (is_blank(line)) {
        return CSA_OK;
    }
    bool first = !feed->trusted && feed->strange == 0;
    if (first && csa_intake_is_other_json(line)) {
        give_up_lines(feed, batch, CSA_INTAKE_OTHER_JSON);
        return CSA_OK;
    }
    feed->trusted = feed->trusted || starts_like_object(line);
    if (!feed->trusted && ++feed->strange > BAD_LINES_AT_FIRST) {
        give_up_lines(feed, batch, "none of its first lines is a JSON record: the rest was left out");
        return CSA_OK;
    }
    return add_line(batch, line, number, error);
}

static enum csa_status fill_with_lines(struct csa_feed *feed, struct csa_feed_batch *batch,
                                       struct csa_error *error)
{
    enum csa_status status = add_source(batch, &feed->source, error);
    batch->is_lines = true;
    while (status == CSA_OK && feed->input != NULL && batch->text.size < CSA_BATCH_BYTES) {
        status = take_line(feed, batch, error);
    }
    return status;
}

/* ---- files ---- */

/* Whether the source stands in the folder of the index. Sources come folder by folder, so that few are asked.
 */
static bool is_in_index(struct csa_feed *feed, const struct csa_source *source)
{
    const char *slash = strrchr(source->path, '/');
    if (!feed->index_known || slash == NULL) {
        return false;
    }
    struct csa_view folder = csa_view_make(source->path, (size_t)(slash + 1 - source->path));
    if (feed->folder.size != folder.size + 1 || memcmp(feed->folder.data, folder.data, folder.size) != 0) {
        struct stat status;
        csa_buffer_clear(&feed->folder);
        csa_buffer_append_view(&feed->folder, folder);
        csa_buffer_append_byte(&feed->folder, 0);
        feed->folder_is_index = !feed->folder.failed && stat(feed->folder.data, &status) == 0 &&
                                status.st_dev == feed->index.st_dev && status.st_ino == feed->index.st_ino;
    }
    return feed->folder_is_index;
}

static enum csa_status look_ahead(struct csa_feed *feed, struct csa_error *error)
{
    while (feed->next == NULL && !feed->walked) {
        enum csa_status status = csa_walk_next(feed->walk, &feed->next, error);
        feed->walked = status != CSA_OK || feed->next == NULL;
        if (status != CSA_OK) {
            return status;
        }
        if (feed->next != NULL && is_in_index(feed, feed->next)) {
            feed->next = NULL;
        }
    }
    return CSA_OK;
}

/* The size of a file; *once: it is standard input or a FIFO, and can be opened only once. */
static uint64_t look_at(const char *path, bool *once)
{
    struct stat status;
    *once = strcmp(path, "-") == 0;
    if (*once || stat(path, &status) != 0) {
        return 0;
    }
    *once = S_ISFIFO(status.st_mode);
    return status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

/* Opens the source when it must be looked into; *input stays null when it is for a batch of files. *lines: it
 * is JSON lines. What is wrong with it is for its reader to say; feed->next is null when that was done. */
static enum csa_status look_into(struct csa_feed *feed, uint64_t size, bool once, struct csa_input **input,
                                 bool *lines, struct csa_error *error)
{
    const struct csa_source *source = feed->next;
    *input = NULL;
    *lines = false;
    if (!once && size <= CSA_FEED_SMALL_FILE) {
        return CSA_OK;
    }
    if (!once && feed->format != CSA_FORMAT_AUTO && feed->format != CSA_FORMAT_JSONL) {
        return CSA_OK;
    }
    struct csa_view head;
    struct csa_error failure = {0};
    enum csa_status status = csa_input_open(source->path, input, &failure);
    if (status == CSA_OK) {
        status = csa_input_peek(*input, CSA_FORMAT_HEAD, &head, &failure);
    }
    if (status == CSA_ERROR_MEMORY || status == CSA_ERROR_INTERRUPTED) {
        return csa_error_pass(error, &failure);
    }
    if (status != CSA_OK && once && *input != NULL) { /* what cannot be read again is reported here */
        csa_messages_add(feed->messages, failure.message);
        csa_input_close(*input);
        *input = NULL;
        feed->next = NULL;
        return CSA_OK;
    }
    if (status == CSA_OK && head.size != 0 && csa_format_binary_kind(head) == NULL) {
        *lines = feed->format == CSA_FORMAT_JSONL ||
                 (feed->format == CSA_FORMAT_AUTO &&
                  csa_intake_guess_format(source->path, head) == CSA_FORMAT_JSONL);
    }
    if (!*lines && !once) {
        csa_input_close(*input);
        *input = NULL;
    }
    return CSA_OK;
}

static enum csa_status begin_lines(struct csa_feed *feed, struct csa_input *input, struct csa_error *error)
{
    feed->input = input;
    feed->strange = 0;
    feed->trusted = false;
    return copy_source(&feed->arena, feed->next, &feed->source, error);
}

/* Puts the next source into the batch. *full: it must end before or behind it. */
static enum csa_status take_source(struct csa_feed *feed, struct csa_feed_batch *batch, uint64_t *bytes,
                                   bool *full, struct csa_error *error)
{
    struct csa_input *input;
    bool lines;
    bool once;
    uint64_t size = look_at(feed->next->path, &once);
    enum csa_status status = look_into(feed, size, once, &input, &lines, error);
    if (status != CSA_OK) {
        csa_input_close(input);
        return status;
    }
    if (feed->next == NULL) {
        return CSA_OK;
    }
    *full = true;
    if (lines) { /* files that are in the batch already are a batch of their own */
        status = begin_lines(feed, input, error);
        feed->next = NULL;
        return status == CSA_OK && batch->source_count == 0 ? fill_with_lines(feed, batch, error) : status;
    }
    batch->input = input;
    status = add_source(batch, feed->next, error);
    feed->next = NULL;
    feed->bytes += size;
    *bytes += size;
    *full = input != NULL || *bytes >= CSA_BATCH_BYTES || batch->source_count == CSA_BATCH_FILES;
    return status;
}

enum csa_status csa_feed_next(struct csa_feed *feed, struct csa_feed_batch *batch, bool *more,
                              struct csa_error *error)
{
    clear_batch(batch);
    struct csa_messages early = batch->messages;
    batch->messages = feed->early; /* empty but at the first batch */
    feed->early = early;
    feed->messages = &batch->messages;
    enum csa_status status = CSA_OK;
    if (feed->input != NULL) {
        status = fill_with_lines(feed, batch, error);
    } else {
        uint64_t bytes = 0;
        bool full = false;
        status = look_ahead(feed, error);
        while (status == CSA_OK && !full && feed->next != NULL) {
            status = take_source(feed, batch, &bytes, &full, error);
            if (status == CSA_OK && !full) {
                status = look_ahead(feed, error);
            }
        }
    }
    feed->messages = &feed->early;
    *more = batch->source_count != 0;
    batch->number = feed->batches;
    feed->batches += *more;
    return status;
}
