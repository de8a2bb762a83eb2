/* Reads front matter line by line; see front_matter.h. Understood are `name: value` and `name = value` with
 * plain, quoted and folded values, lists in brackets or with dashes, and the `name` of an object below a
 * name. Owns the value that is being put together. Called by markdown.c. */
#include "indexer/intake/front_matter.h"

#include "common/base/buffer.h"
#include "common/text/unicode.h"
#include "indexer/intake/clean.h"
#include "indexer/intake/date.h"

enum {
    VALUE_MAXIMUM = 128 * 1024,
    VALUE_PIECE_MAXIMUM = 64 * 1024,
    EXTRA_MAXIMUM = 256,
    NAME_BLANKS_MAXIMUM = 2
};

/* What an indented line below a name means. */
enum continuation { FOLDED, NESTED };

struct reader {
    struct csa_arena *arena;
    struct csa_article *article;
    struct csa_view name;
    struct csa_buffer value;
    enum continuation continuation;
    bool out_of_memory;
};

/* ---- values ---- */

static void append_quoted(struct csa_buffer *out, struct csa_view text)
{
    char quote = text.data[0];
    for (size_t i = 1; i < text.size; i++) {
        char byte = text.data[i];
        char following = i + 1 < text.size ? text.data[i + 1] : '\0';
        if (byte == quote && !(quote == '\'' && following == '\'')) {
            return;
        }
        if ((byte == quote && quote == '\'') || (quote == '"' && byte == '\\' && following != '\0')) {
            i++;
            byte = quote == '"' && (following == 'n' || following == 't') ? ' ' : following;
        }
        csa_buffer_append(out, &byte, 1);
    }
}

static void append_scalar(struct csa_buffer *out, struct csa_view text)
{
    text = csa_view_trim(text);
    if (text.size == 0) {
        return;
    }
    if (text.data[0] == '"' || text.data[0] == '\'') {
        append_quoted(out, text);
        return;
    }
    const char *comment = memmem(text.data, text.size, " #", 2);
    if (comment != NULL) {
        text = csa_view_trim(csa_view_make(text.data, (size_t)(comment - text.data)));
    }
    bool nothing = csa_view_is(text, "null") || csa_view_is(text, "~");
    csa_buffer_append(out, text.data, nothing ? 0 : text.size);
}

/* [a, "b, c"]: the elements, joined by commas. */
static void append_list(struct csa_buffer *out, struct csa_view text)
{
    char quote = '\0';
    size_t start = 1;
    for (size_t i = 1; i < text.size; i++) {
        char byte = text.data[i];
        if (quote != '\0') {
            quote = byte == quote ? '\0' : quote;
        } else if ((byte == '"' || byte == '\'') &&
                   csa_view_trim(csa_view_make(text.data + start, i - start)).size == 0) {
            quote = byte;
        } else if (byte == ',' || byte == ']') {
            size_t before = out->size;
            if (before != 0) {
                csa_buffer_append(out, ", ", 2);
            }
            size_t with_comma = out->size;
            append_scalar(out, csa_view_make(text.data + start, i - start));
            if (out->size == with_comma) {
                out->size = before;
            }
            start = i + 1;
            if (byte == ']') {
                return;
            }
        }
    }
}

static void append_value(struct csa_buffer *out, struct csa_view text)
{
    text.size = csa_utf8_truncate(text, VALUE_PIECE_MAXIMUM);
    text = csa_view_trim(text);
    if (text.size != 0 && text.data[0] == '[') {
        append_list(out, text);
    } else {
        append_scalar(out, text);
    }
}

/* ---- names ---- */

static bool is_one_of(struct csa_view name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (csa_view_is(name, *names)) {
            return true;
        }
    }
    return false;
}

static void add_extra(struct reader *reader, struct csa_view value)
{
    struct csa_article *article = reader->article;
    if (article->extra == NULL) {
        article->extra = csa_arena_alloc(reader->arena, EXTRA_MAXIMUM, sizeof *article->extra);
        reader->out_of_memory |= article->extra == NULL;
    }
    if (article->extra != NULL && article->extra_count < EXTRA_MAXIMUM) {
        struct csa_view name = csa_clean_line(reader->arena, reader->name);
        reader->out_of_memory |= name.data == NULL;
        article->extra[article->extra_count++] = (struct csa_extra_field){name, value};
    }
}

/* The value of the last name is complete. */
static void finish_value(struct reader *reader)
{
    static const char *const titles[] = {"title", "headline", NULL};
    static const char *const dates[] = {"date",           "published", "pubdate", "publishdate",
                                        "date_published", "created",   NULL};
    static const char *const authors[] = {"author", "authors", "by", NULL};
    static const char *const sources[] = {"source", "publication", "publisher", "site", NULL};
    static const char *const addresses[] = {"url",  "canonical",    "canonical_url",
                                            "link", "original_url", NULL};
    static const char *const languages[] = {"language", "lang", "locale", NULL};
    static const char *const descriptions[] = {"description", "summary", "excerpt", "abstract", NULL};
    struct csa_article *article = reader->article;
    struct csa_view name = reader->name;
    struct csa_view value = csa_clean_line(reader->arena, csa_buffer_view(&reader->value));
    reader->out_of_memory |= value.data == NULL;
    if (name.size == 0 || value.size == 0) {
        return;
    }
    if (is_one_of(name, titles) && article->title.size == 0) {
        article->title = value;
    } else if (is_one_of(name, dates) && article->date == 0 && csa_date_parse(value) != 0) {
        article->date = csa_date_parse(value);
    } else if (is_one_of(name, authors) && article->author.size == 0) {
        article->author = value;
    } else if (is_one_of(name, sources) && article->source.size == 0) {
        article->source = value;
    } else if (is_one_of(name, addresses) && article->url.size == 0) {
        article->url = value;
    } else if (is_one_of(name, descriptions) && article->description.size == 0) {
        article->description = value;
    } else if (!is_one_of(name, languages) || !csa_language_find(value, &article->language)) {
        add_extra(reader, value);
    }
}

/* ---- lines ---- */

/* Where the name of a `name: value` line ends; 0 when it is no such line. */
static size_t find_sign(struct csa_view line, char sign)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == sign && i != 0 &&
            (sign == '=' || i + 1 == line.size || line.data[i + 1] == ' ' || line.data[i + 1] == '\t')) {
            return i;
        }
        if (line.data[i] == '"' || line.data[i] == '{' || line.data[i] == '[') {
            return 0;
        }
    }
    return 0;
}

static void begin_value(struct reader *reader, struct csa_view line, size_t sign)
{
    finish_value(reader);
    csa_buffer_clear(&reader->value);
    reader->name = csa_view_trim(csa_view_make(line.data, sign));
    struct csa_view rest = csa_view_trim(csa_view_make(line.data + sign + 1, line.size - sign - 1));
    reader->continuation = rest.size == 0 ? NESTED : FOLDED;
    bool block = rest.size != 0 && rest.size <= 3 && (rest.data[0] == '|' || rest.data[0] == '>');
    if (!block) {
        append_value(&reader->value, rest);
    }
}

/* A line that belongs to the name above it: more text, an element of a list, or a member of an object. */
static void continue_value(struct reader *reader, struct csa_view line)
{
    bool element = line.size > 1 && line.data[0] == '-' && (line.data[1] == ' ' || line.data[1] == '\t');
    if (element) {
        line = csa_view_trim(csa_view_make(line.data + 1, line.size - 1));
    }
    if (reader->continuation == NESTED) {
        size_t sign = find_sign(line, ':');
        if (sign != 0 && !csa_view_is(csa_view_trim(csa_view_make(line.data, sign)), "name")) {
            return;
        }
        if (sign != 0) {
            line = csa_view_make(line.data + sign + 1, line.size - sign - 1);
        }
    }
    if (reader->value.size != 0) {
        csa_buffer_append(&reader->value, reader->continuation == NESTED ? ", " : " ",
                          reader->continuation == NESTED ? 2 : 1);
    }
    append_value(&reader->value, line);
}

/* The next line without its newline; *next is the offset of the one behind it. */
static struct csa_view line_at(struct csa_view text, size_t at, size_t *next)
{
    const char *newline = memchr(text.data + at, '\n', text.size - at);
    size_t end = newline == NULL ? text.size : (size_t)(newline - text.data);
    *next = newline == NULL ? text.size : end + 1;
    return csa_view_make(text.data + at, end - at);
}

static bool is_fence(struct csa_view line, const char *fence)
{
    return csa_view_starts_with(line, csa_view_of(fence)) && csa_view_trim(line).size == 3;
}

/* The offset behind the closing fence; 0 when the text does not begin with front matter. */
static size_t find_end(struct csa_view text, const char *fence, size_t *inside_end)
{
    size_t next;
    if (text.size == 0 || !is_fence(line_at(text, 0, &next), fence)) {
        return 0;
    }
    while (next < text.size) {
        *inside_end = next;
        struct csa_view line = line_at(text, next, &next);
        if (is_fence(line, fence) || (fence[0] == '-' && is_fence(line, "..."))) {
            return next;
        }
    }
    return 0;
}

/* "Last updated by" may be a name, half a sentence before a colon is none. */
static bool begins_with_name(struct csa_view line)
{
    size_t sign = find_sign(line, ':');
    size_t blanks = 0;
    for (size_t i = 0; i < sign; i++) {
        blanks += line.data[i] == ' ';
    }
    return sign != 0 && blanks <= NAME_BLANKS_MAXIMUM;
}

/* A text may also begin with a rule, have a paragraph, and another rule. Front matter begins with a name. */
static bool is_prose(struct csa_view text, size_t end)
{
    size_t next;
    for (line_at(text, 0, &next); next < end;) {
        struct csa_view line = csa_view_trim(line_at(text, next, &next));
        if (line.size != 0 && line.data[0] != '#') {
            bool quoted_name = memmem(line.data, line.size, "\":", 2) != NULL;
            return !begins_with_name(line) && !quoted_name && line.data[0] != '{';
        }
    }
    return false;
}

enum csa_status csa_front_matter_read(struct csa_view text, struct csa_arena *arena,
                                      struct csa_article *article, size_t *size, struct csa_error *error)
{
    size_t end = 0;
    bool toml = false;
    *size = find_end(text, "---", &end);
    if (*size != 0 && is_prose(text, end)) {
        *size = 0;
        return CSA_OK;
    }
    if (*size == 0) {
        *size = find_end(text, "+++", &end);
        toml = true;
    }
    if (*size == 0) {
        return CSA_OK;
    }
    struct reader reader = {.arena = arena, .article = article};
    csa_buffer_init(&reader.value, VALUE_MAXIMUM);
    size_t next;
    for (line_at(text, 0, &next); next < end;) {
        struct csa_view line = line_at(text, next, &next);
        struct csa_view content = csa_view_trim(line);
        if (content.size == 0 || content.data[0] == '#') {
            continue;
        }
        if (toml && content.data[0] == '[') {
            break; /* a table: its members are not the page's */
        }
        bool indented = content.data != line.data || csa_view_starts_with(content, csa_view_of("- "));
        size_t sign = indented ? 0 : find_sign(content, toml ? '=' : ':');
        if (sign != 0) {
            begin_value(&reader, content, sign);
        } else {
            continue_value(&reader, content);
        }
    }
    finish_value(&reader);
    csa_buffer_release(&reader.value);
    return reader.out_of_memory ? csa_error_set_memory(error, "front matter") : CSA_OK;
}
