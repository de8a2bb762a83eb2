/* JSON lines: one record -> one article. Known fields become the article's, all others are kept as they came.
 * Reads with json.c, so that a record costs little more than a copy of its text. Owns nothing; called by
 * intake.c and, line by line, by the indexer's threads. */
#include "common/base/buffer.h"
#include "common/text/unicode.h"
#include "indexer/intake/date.h"
#include "indexer/intake/finish.h"
#include "indexer/intake/json.h"
#include "indexer/intake/paragraphs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field { ID, TITLE, TEXT, DATE, URL, AUTHOR, SOURCE, LANGUAGE, DESCRIPTION, FIELD_COUNT };

enum { FIRST_EXTRA = 8 };

/* What one record says while it is read. */
struct record {
    struct csa_arena *arena;
    struct csa_article *article;
    struct csa_json_value fields[FIELD_COUNT];
    bool present[FIELD_COUNT];
    size_t extra_capacity;
    const char *wrong; /* a field of a type that cannot be used, null so far */
    bool out_of_memory;
};

static int find_field(struct csa_view name)
{
    static const struct {
        const char *name;
        enum field field;
    } names[] = {{"id", ID},         {"_id", ID},
                 {"title", TITLE},   {"text", TEXT},
                 {"body", TEXT},     {"contents", TEXT},
                 {"content", TEXT},  {"date", DATE},
                 {"url", URL},       {"author", AUTHOR},
                 {"source", SOURCE}, {"language", LANGUAGE},
                 {"lang", LANGUAGE}, {"description", DESCRIPTION}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (csa_view_equal(name, csa_view_of(names[i].name))) {
            return (int)names[i].field;
        }
    }
    return -1;
}

static struct csa_view decode(struct record *record, const struct csa_json_value *value)
{
    struct csa_view text = value->raw;
    if (value->kind == CSA_JSON_STRING) {
        text = csa_json_string(value, record->arena, &record->article->replaced);
    }
    record->out_of_memory |= text.data == NULL;
    return text;
}

static struct csa_view decode_line(struct record *record, const struct csa_json_value *value)
{
    struct csa_view line = csa_clean_line(record->arena, decode(record, value));
    record->out_of_memory |= line.data == NULL;
    return line;
}

/* A field that has no place in struct csa_article. Other values than strings are kept as JSON text, whole or
 * not at all. */
static void add_extra(struct record *record, struct csa_view name, const struct csa_json_value *value)
{
    struct csa_article *article = record->article;
    if (value->kind != CSA_JSON_STRING && value->raw.size > CSA_INTAKE_FIELD_MAXIMUM) {
        return;
    }
    if (article->extra_count == record->extra_capacity) {
        size_t capacity = article->extra_count == 0 ? FIRST_EXTRA : article->extra_count * 2;
        struct csa_extra_field *extra = csa_arena_alloc(record->arena, capacity, sizeof *extra);
        if (extra == NULL) {
            record->out_of_memory = true;
            return;
        }
        if (article->extra_count != 0) {
            memcpy(extra, article->extra, article->extra_count * sizeof *extra);
        }
        article->extra = extra;
        record->extra_capacity = capacity;
    }
    struct csa_extra_field *field = &article->extra[article->extra_count++];
    field->name = csa_clean_line(record->arena, name);
    field->value = decode_line(record, value);
    record->out_of_memory |= field->name.data == NULL;
}

static void read_fields(struct record *record, struct csa_json *json)
{
    struct csa_json_value name;
    struct csa_json_value value;
    while (csa_json_next_member(json, &name, &value)) {
        struct csa_view key = csa_json_string(&name, record->arena, &record->article->replaced);
        int field = find_field(key);
        record->out_of_memory |= key.data == NULL;
        if (value.kind == CSA_JSON_NULL) {
            continue;
        }
        if (field < 0 || record->present[field]) {
            add_extra(record, key, &value);
        } else {
            record->fields[field] = value;
            record->present[field] = true;
        }
    }
}

/* ---- fields that may be arrays or objects ---- */

/* The "name" of an object such as {"name": "Ann"}; false when it has none. */
static bool find_name(const struct csa_json_value *object, struct csa_json_value *found)
{
    struct csa_json json;
    struct csa_json_value name;
    csa_json_init(&json, object->raw);
    csa_json_enter(&json, CSA_JSON_OBJECT);
    while (csa_json_next_member(&json, &name, found)) {
        if (csa_view_equal(name.raw, csa_view_of("name")) && found->kind == CSA_JSON_STRING) {
            return true;
        }
    }
    return false;
}

/* Strings of an array, joined. An element that is neither a string nor, where `names`, an object with a name
 * is left out; null when there is none at all. */
static struct csa_view join_array(struct record *record, const struct csa_json_value *array, const char *glue,
                                  bool names)
{
    struct csa_buffer joined;
    csa_buffer_init(&joined, array->raw.size * 2 + 16);
    struct csa_json json;
    struct csa_json_value element;
    struct csa_json_value found;
    bool any = false;
    csa_json_init(&json, array->raw);
    csa_json_enter(&json, CSA_JSON_ARRAY);
    while (csa_json_next_element(&json, &element)) {
        if (names && element.kind == CSA_JSON_OBJECT && find_name(&element, &found)) {
            element = found;
        }
        if (element.kind != CSA_JSON_STRING) {
            continue;
        }
        if (any) {
            csa_buffer_append(&joined, glue, strlen(glue));
        }
        csa_buffer_append_view(&joined, decode(record, &element));
        any = true;
    }
    struct csa_view result = {NULL, 0};
    if (any) {
        result = csa_arena_copy(record->arena, csa_buffer_view(&joined));
        record->out_of_memory |= result.data == NULL || joined.failed;
    }
    csa_buffer_release(&joined);
    return result;
}

/* A string field; other scalars as JSON writes them, arrays joined by commas, objects by their name. What
 * cannot be read so is kept as an extra field. */
static struct csa_view read_string_field(struct record *record, enum field field, const char *name)
{
    struct csa_view none = {NULL, 0};
    if (!record->present[field]) {
        return none;
    }
    const struct csa_json_value *value = &record->fields[field];
    struct csa_json_value found;
    if (value->kind == CSA_JSON_ARRAY) {
        struct csa_view joined = join_array(record, value, ", ", true);
        if (joined.data != NULL) {
            joined = csa_clean_line(record->arena, joined);
            record->out_of_memory |= joined.data == NULL;
            return joined;
        }
    } else if (value->kind == CSA_JSON_OBJECT) {
        if (find_name(value, &found)) {
            return decode_line(record, &found);
        }
    } else {
        return decode_line(record, value);
    }
    add_extra(record, csa_view_of(name), value);
    return none;
}

static void read_text(struct record *record, struct csa_block_writer *writer)
{
    const struct csa_json_value *value = &record->fields[TEXT];
    struct csa_view text = {NULL, 0};
    if (record->present[TEXT]) {
        if (value->kind == CSA_JSON_STRING) {
            text = decode(record, value);
        } else if (value->kind == CSA_JSON_ARRAY) {
            text = join_array(record, value, "\n", false);
            if (text.data == NULL && value->raw.size > 2 &&
                memchr(value->raw.data, '"', value->raw.size) == NULL) {
                struct csa_view inside = csa_view_make(value->raw.data + 1, value->raw.size - 2);
                record->wrong = csa_view_trim(inside).size == 0 ? NULL : "text";
            }
        } else {
            record->wrong = "text";
        }
    }
    csa_block_writer_init(writer, record->arena, text.size);
    csa_paragraphs_write(text, writer);
}

static void read_date(struct record *record)
{
    if (!record->present[DATE]) {
        return;
    }
    const struct csa_json_value *value = &record->fields[DATE];
    if (value->kind == CSA_JSON_STRING) {
        record->article->date = csa_date_parse(decode_line(record, value));
    } else if (value->kind == CSA_JSON_NUMBER && value->raw.size < 32) {
        char digits[32];
        memcpy(digits, value->raw.data, value->raw.size);
        digits[value->raw.size] = '\0';
        record->article->date = csa_date_from_number(strtod(digits, NULL));
    }
    bool empty = value->kind == CSA_JSON_STRING && value->raw.size == 0;
    if (record->article->date == 0 && !empty) {
        add_extra(record, csa_view_of("date"), value);
    }
}

static void read_language(struct record *record)
{
    if (!record->present[LANGUAGE]) {
        return;
    }
    const struct csa_json_value *value = &record->fields[LANGUAGE];
    bool known = value->kind == CSA_JSON_STRING &&
                 csa_language_find(decode_line(record, value), &record->article->language);
    if (!known) {
        add_extra(record, csa_view_of("language"), value);
    }
}

static void read_id(struct record *record, const struct csa_source *source, uint64_t line)
{
    if (record->present[ID]) {
        const struct csa_json_value *value = &record->fields[ID];
        if (value->kind == CSA_JSON_STRING || value->kind == CSA_JSON_NUMBER) {
            record->article->id = decode(record, value);
        } else {
            record->wrong = "id";
        }
    }
    if (record->article->id.size == 0) {
        size_t size = strlen(source->id) + 24;
        char *id = csa_arena_alloc(record->arena, size, 1);
        if (id == NULL) {
            record->out_of_memory = true;
            return;
        }
        int written = snprintf(id, size, "%s#%" PRIu64, source->id, line);
        record->article->id = csa_view_make(id, (size_t)written);
    }
}

/* ---- one record ---- */

static void report(const struct csa_intake_receiver *receiver, const struct csa_source *source, uint64_t line,
                   const char *why, const char *detail)
{
    struct csa_error message;
    csa_error_set(&message, CSA_ERROR_DAMAGED, "%s:%" PRIu64 ": %s%s", csa_input_name(source->path), line,
                  why, detail);
    receiver->skipped(receiver->context, message.message);
}

static enum csa_status read_record(struct csa_view text, const struct csa_source *source, uint64_t line,
                                   const struct csa_intake_options *options,
                                   const struct csa_intake_receiver *receiver, struct csa_article *article,
                                   struct csa_arena *arena, struct csa_error *error)
{
    struct record record = {.arena = arena, .article = article};
    struct csa_json json;
    csa_json_init(&json, text);
    if (csa_json_enter(&json, CSA_JSON_OBJECT)) {
        read_fields(&record, &json);
    }
    if (!csa_json_finish(&json)) {
        char why[160];
        snprintf(why, sizeof why, "byte %zu: %s", csa_json_offset(&json) + 1, json.failure);
        report(receiver, source, line, "not a JSON record: ", why);
        return CSA_OK;
    }
    struct csa_block_writer writer;
    read_text(&record, &writer);
    read_id(&record, source, line);
    article->title = read_string_field(&record, TITLE, "title");
    article->url = read_string_field(&record, URL, "url");
    article->author = read_string_field(&record, AUTHOR, "author");
    article->source = read_string_field(&record, SOURCE, "source");
    article->description = read_string_field(&record, DESCRIPTION, "description");
    read_date(&record);
    read_language(&record);
    if (record.wrong != NULL) {
        report(receiver, source, line, record.wrong,
               ": neither a string nor anything that could stand for one");
        return CSA_OK;
    }
    if (record.out_of_memory) {
        return csa_error_set_memory(error, "a JSON record");
    }
    enum csa_status status = csa_block_writer_finish(&writer, article, error);
    return status == CSA_OK ? csa_article_finish(article, source, options, receiver, arena, error) : status;
}

bool csa_intake_is_other_json(struct csa_view first_line)
{
    size_t size = first_line.size;
    while (size != 0 && strchr(" \t\r", first_line.data[size - 1]) != NULL) {
        size--;
    }
    size_t start = size >= 3 && memcmp(first_line.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (start < size && strchr(" \t", first_line.data[start]) != NULL) {
        start++;
    }
    struct csa_view line = csa_view_make(first_line.data + start, size - start);
    return csa_view_equal(line, csa_view_of("[")) || csa_view_equal(line, csa_view_of("{")) ||
           (csa_view_starts_with(line, csa_view_of("[{")) && line.data[line.size - 1] != ']');
}

enum csa_status csa_intake_read_jsonl_record(const struct csa_source *source, struct csa_view record,
                                             uint64_t line, const struct csa_intake_options *options,
                                             const struct csa_intake_receiver *receiver,
                                             struct csa_error *error)
{
    if (line == 1 && csa_view_starts_with(record, csa_view_of("\xEF\xBB\xBF"))) {
        record.data += 3;
        record.size -= 3;
    }
    if (csa_view_trim(record).size == 0) {
        return CSA_OK;
    }
    struct csa_article article = {0};
    struct csa_buffer repaired;
    csa_buffer_init(&repaired, (size_t)3 * CSA_INTAKE_RECORD_MAXIMUM + 1);
    if (!csa_utf8_is_valid(record) || memchr(record.data, '\0', record.size) != NULL) {
        csa_utf8_repair(record, &repaired, &article.replaced);
        record = csa_buffer_view(&repaired);
    }
    enum csa_status status = csa_buffer_check(&repaired, "a JSON record", error);
    if (status == CSA_OK) {
        struct csa_arena arena;
        csa_arena_init(&arena, 0);
        status = read_record(record, source, line, options, receiver, &article, &arena, error);
        csa_arena_release(&arena);
    }
    csa_buffer_release(&repaired);
    return status;
}
