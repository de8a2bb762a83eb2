/* Reading topics: lines of either form, and the little JSON that BEIR's query files are made of. */
#include "searcher/topics.h"

#include "common/base/buffer.h"
#include "common/base/file.h"
#include "common/text/unicode.h"

#include <stdlib.h>
#include <unistd.h>

enum { ID_SHOWN = 200 /* bytes, in a message */ };

/* A strict reader of one flat JSON object: strings and numbers are kept, anything nested is passed over.
 * csa-search links no JSON library, since it must start in a millisecond. */
struct reader {
    const char *p, *end;
    struct csa_buffer *text;
};

static void skip_blank(struct reader *reader)
{
    while (reader->p < reader->end && (*reader->p == ' ' || *reader->p == '\t' || *reader->p == '\r')) {
        reader->p++;
    }
}

static bool take(struct reader *reader, char byte)
{
    skip_blank(reader);
    if (reader->p < reader->end && *reader->p == byte) {
        reader->p++;
        return true;
    }
    return false;
}

static bool read_hex(struct reader *reader, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++, reader->p++) {
        if (reader->p >= reader->end) {
            return false;
        }
        char c = *reader->p;
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16) {
            return false;
        }
        *value = *value * 16 + digit;
    }
    return true;
}

static bool read_escape(struct reader *reader)
{
    if (reader->p >= reader->end) {
        return false;
    }
    char c = *reader->p++;
    const char *plain = "\"\\/bfnrt";
    const char *meaning = "\"\\/\b\f\n\r\t";
    const char *found = c == '\0' ? NULL : strchr(plain, c);
    if (found != NULL) {
        csa_buffer_append_byte(reader->text, (uint8_t)meaning[found - plain]);
        return true;
    }
    uint32_t character;
    if (c != 'u' || !read_hex(reader, &character)) {
        return false;
    }
    uint32_t low;
    if (character >= 0xD800 && character < 0xDC00 && reader->end - reader->p >= 6 && reader->p[0] == '\\' &&
        reader->p[1] == 'u') {
        reader->p += 2;
        if (!read_hex(reader, &low)) {
            return false;
        }
        character = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00)
                                                  : CSA_REPLACEMENT;
    }
    char bytes[4];
    csa_buffer_append(reader->text, bytes, csa_utf8_encode(bytes, character));
    return true;
}

/* A string, its text in reader->text. */
static bool read_string(struct reader *reader)
{
    csa_buffer_clear(reader->text);
    if (!take(reader, '"')) {
        return false;
    }
    while (reader->p < reader->end) {
        char c = *reader->p++;
        if (c == '"') {
            return !reader->text->failed;
        }
        if (c != '\\') {
            csa_buffer_append_byte(reader->text, (uint8_t)c);
        } else if (!read_escape(reader)) {
            return false;
        }
    }
    return false;
}

/* A value: the text of a string or number; of anything nested nothing, without recursion. */
static bool read_value(struct reader *reader)
{
    skip_blank(reader);
    if (reader->p < reader->end && *reader->p == '"') {
        return read_string(reader);
    }
    csa_buffer_clear(reader->text);
    size_t depth = 0;
    const char *start = reader->p;
    while (reader->p < reader->end && (depth > 0 || (*reader->p != ',' && *reader->p != '}'))) {
        char c = *reader->p;
        if (c == '"') {
            if (!read_string(reader)) {
                return false;
            }
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= depth > 0 && (c == '}' || c == ']');
        reader->p++;
    }
    bool nested = start < reader->end && (*start == '{' || *start == '[');
    csa_buffer_clear(reader->text);
    if (!nested) {
        csa_buffer_append(reader->text, start, (size_t)(reader->p - start));
    }
    return reader->p > start && depth == 0;
}

static bool parse_json(struct csa_view line, struct csa_buffer *text, struct csa_arena *arena,
                       struct csa_topic *topic)
{
    struct reader reader = {line.data, line.data + line.size, text};
    if (!take(&reader, '{')) {
        return false;
    }
    do {
        if (!read_string(&reader)) {
            return false;
        }
        struct csa_view name = csa_buffer_view(text);
        bool is_id = csa_view_equal(name, csa_view_of("_id")) || csa_view_equal(name, csa_view_of("id"));
        bool is_text =
            csa_view_equal(name, csa_view_of("text")) || csa_view_equal(name, csa_view_of("query"));
        if (!take(&reader, ':') || !read_value(&reader)) {
            return false;
        }
        if (is_id) {
            topic->id = csa_arena_copy(arena, csa_buffer_view(text));
        } else if (is_text) {
            topic->query = csa_arena_copy(arena, csa_buffer_view(text));
        }
    } while (take(&reader, ','));
    return take(&reader, '}') && topic->id.size != 0 && topic->query.data != NULL;
}

static bool parse_tabbed(struct csa_view line, struct csa_topic *topic)
{
    const char *tab = memchr(line.data, '\t', line.size);
    if (tab == NULL || tab == line.data) {
        return false;
    }
    topic->id = csa_view_make(line.data, (size_t)(tab - line.data));
    topic->query = csa_view_make(tab + 1, line.size - topic->id.size - 1);
    return true;
}

static size_t count_lines(struct csa_view bytes)
{
    size_t lines = 1;
    for (size_t i = 0; i < bytes.size; i++) {
        lines += bytes.data[i] == '\n';
    }
    return lines;
}

/* A topic's id and the line it stands in. */
struct place {
    struct csa_view id;
    size_t line;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    int order = csa_view_compare(a->id, b->id);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* An id that two topics have would give a run in which articles stand twice for it. */
static enum csa_status expect_different(const char *path, struct place *places, size_t count,
                                        struct csa_error *error)
{
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 1; i < count; i++) {
        if (csa_view_equal(places[i].id, places[i - 1].id)) {
            return csa_error_set(error, CSA_ERROR_DAMAGED,
                                 "%s: line %zu: topic %.*s stands twice, first in line %zu", path,
                                 places[i].line, (int)csa_utf8_truncate(places[i].id, ID_SHOWN),
                                 places[i].id.data, places[i - 1].line);
        }
    }
    return CSA_OK;
}

static enum csa_status parse_lines(const char *path, struct csa_view bytes, struct csa_buffer *text,
                                   struct csa_arena *arena, struct csa_topics *topics,
                                   struct csa_error *error)
{
    size_t lines = count_lines(bytes);
    topics->items = csa_arena_zalloc(arena, lines, sizeof *topics->items);
    struct place *places = csa_arena_alloc(arena, lines, sizeof *places);
    if (topics->items == NULL || places == NULL) {
        return csa_error_set_memory(error, path);
    }
    const char *end = bytes.data + bytes.size;
    size_t number = 0;
    for (const char *p = bytes.data; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline == NULL ? end : newline;
        struct csa_view line = csa_view_make(p, (size_t)(stop - p));
        number++;
        p = newline == NULL ? end : newline + 1;
        if (line.size != 0 && line.data[line.size - 1] == '\r') {
            line.size--;
        }
        if (line.size == 0) {
            continue;
        }
        struct csa_topic *topic = &topics->items[topics->count];
        bool fine = line.data[0] == '{' ? parse_json(line, text, arena, topic) : parse_tabbed(line, topic);
        if (!fine) {
            return csa_error_set(error, CSA_ERROR_DAMAGED,
                                 "%s: line %zu: neither `id<TAB>query` nor a JSON object with _id and text",
                                 path, number);
        }
        places[topics->count++] = (struct place){topic->id, number};
    }
    return expect_different(path, places, topics->count, error);
}

enum csa_status csa_topics_read(const char *path, struct csa_arena *arena, struct csa_topics *topics,
                                struct csa_error *error)
{
    *topics = (struct csa_topics){0};
    struct csa_buffer bytes;
    csa_buffer_init(&bytes, CSA_TOPICS_MAXIMUM);
    enum csa_status status = strcmp(path, "-") == 0
                                 ? csa_file_read_descriptor(STDIN_FILENO, "standard input", &bytes, error)
                                 : csa_file_read_stream(path, &bytes, error);
    struct csa_view copy = {0};
    if (status == CSA_OK) {
        copy = csa_arena_copy(arena, csa_buffer_view(&bytes));
        status = copy.data == NULL ? csa_error_set_memory(error, path) : CSA_OK;
    }
    csa_buffer_release(&bytes);
    if (status != CSA_OK) {
        return status;
    }
    if (copy.size >= 3 && memcmp(copy.data, "\xEF\xBB\xBF", 3) == 0) {
        copy.data += 3;
        copy.size -= 3;
    }
    struct csa_buffer text;
    csa_buffer_init(&text, CSA_TOPICS_MAXIMUM);
    status = parse_lines(path, copy, &text, arena, topics, error);
    csa_buffer_release(&text);
    return status;
}
