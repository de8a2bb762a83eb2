/* Names and guesses formats: from the first bytes of a file, then from its name. Owns the tables of
 * signatures and name endings. Called by intake.c, main and the indexer's threads. */
#include "indexer/intake/format.h"

#include "indexer/intake/clean.h"
#include "indexer/intake/encoding.h"
#include "indexer/intake/intake.h"

#include <strings.h>

static const char *const format_names[] = {"auto", "text", "html", "markdown", "jsonl"};

bool csa_intake_format_find(const char *name, enum csa_format *format)
{
    for (size_t i = 0; i < sizeof format_names / sizeof *format_names; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *format = (enum csa_format)i;
            return true;
        }
    }
    return false;
}

const char *csa_intake_format_name(enum csa_format format)
{
    return format_names[format];
}

/* ---- binary files ---- */

static const char *find_signature(struct csa_view head)
{
    static const struct {
        const char *bytes;
        unsigned size;
        const char *kind;
    } signatures[] = {
        {"\x89PNG\r\n\x1A\n", 8, "PNG image"},
        {"\xFF\xD8\xFF", 3, "JPEG image"},
        {"GIF87a", 6, "GIF image"},
        {"GIF89a", 6, "GIF image"},
        {"II*\0", 4, "TIFF image"},
        {"MM\0*", 4, "TIFF image"},
        {"\x7F"
         "ELF",
         4, "executable"},
        {"MZ\x90", 3, "executable"},
        {"\xCF\xFA\xED\xFE", 4, "executable"},
        {"\xCA\xFE\xBA\xBE", 4, "executable"},
        {"%PDF-", 5, "PDF document"},
        {"{\\rtf", 5, "RTF document"},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "Microsoft Office document"},
        {"PK\x03\x04", 4, "ZIP archive or office document"},
        {"PK\x05\x06", 4, "ZIP archive"},
        {"\xFD"
         "7zXZ",
         5, "xz archive"},
        {"\x28\xB5\x2F\xFD", 4, "zstd archive"},
        {"7z\xBC\xAF\x27\x1C", 6, "7z archive"},
        {"Rar!\x1A\x07", 6, "RAR archive"},
        {"\x1F\x8B\x08", 3, "gzip archive inside gzip"},
        {"SQLite format 3", 16, "SQLite database"},
    };
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        if (csa_view_starts_with(head, csa_view_make(signatures[i].bytes, signatures[i].size))) {
            return signatures[i].kind;
        }
    }
    if (head.size >= 10 && memcmp(head.data, "BZh", 3) == 0 && memcmp(head.data + 4, "1AY&SY", 6) == 0) {
        return "bzip2 archive";
    }
    if (head.size >= 262 && memcmp(head.data + 257, "ustar", 5) == 0) {
        return "tar archive";
    }
    return NULL;
}

const char *csa_format_binary_kind(struct csa_view head)
{
    const char *kind = find_signature(head);
    if (kind != NULL) {
        return kind;
    }
    if (csa_encoding_is_wide(head)) {
        return NULL;
    }
    /* Text has hardly any control bytes besides white space, escape (ISO-2022) and control-Z. */
    size_t controls = 0;
    for (size_t i = 0; i < head.size; i++) {
        unsigned char byte = (unsigned char)head.data[i];
        controls +=
            (byte < 0x20 && (byte < '\t' || byte > '\r') && byte != 0x1B && byte != 0x1A) || byte == 0x7F;
    }
    bool many = (controls >= 4 && controls * 50 > head.size) || controls * 3 > head.size;
    return many ? "unknown kind" : NULL;
}

/* ---- formats ---- */

static bool ends_with(struct csa_view name, const char *ending)
{
    size_t size = strlen(ending);
    return name.size > size && csa_view_is(csa_view_make(name.data + name.size - size, size), ending);
}

static enum csa_format guess_from_name(const char *path)
{
    static const struct {
        const char *ending;
        enum csa_format format;
    } endings[] = {
        {".html", CSA_FORMAT_HTML},         {".htm", CSA_FORMAT_HTML},       {".xhtml", CSA_FORMAT_HTML},
        {".shtml", CSA_FORMAT_HTML},        {".xht", CSA_FORMAT_HTML},       {".md", CSA_FORMAT_MARKDOWN},
        {".markdown", CSA_FORMAT_MARKDOWN}, {".mdown", CSA_FORMAT_MARKDOWN}, {".mkd", CSA_FORMAT_MARKDOWN},
        {".jsonl", CSA_FORMAT_JSONL},       {".ndjson", CSA_FORMAT_JSONL},   {".jsonlines", CSA_FORMAT_JSONL},
        {".json", CSA_FORMAT_JSONL},        {".txt", CSA_FORMAT_TEXT},       {".text", CSA_FORMAT_TEXT},
    };
    struct csa_view name = csa_view_of(path);
    if (ends_with(name, ".gz")) {
        name.size -= 3;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (ends_with(name, endings[i].ending)) {
            return endings[i].format;
        }
    }
    return CSA_FORMAT_AUTO;
}

static bool starts_with_name(struct csa_view text, const char *start)
{
    size_t size = strlen(start);
    return text.size >= size && strncasecmp(text.data, start, size) == 0;
}

static struct csa_view skip_bytes(struct csa_view text, size_t size)
{
    return csa_view_trim(csa_view_make(text.data + size, text.size - size));
}

/* Skips comments and an XML declaration. */
static struct csa_view skip_prologue(struct csa_view text)
{
    text = csa_view_trim(text);
    for (;;) {
        const char *closing = starts_with_name(text, "<!--")    ? "-->"
                              : starts_with_name(text, "<?xml") ? "?>"
                                                                : NULL;
        const char *end = closing == NULL ? NULL : memmem(text.data, text.size, closing, strlen(closing));
        if (end == NULL) {
            return text;
        }
        text = skip_bytes(text, (size_t)(end - text.data) + strlen(closing));
    }
}

static bool looks_like_html(struct csa_view text)
{
    static const char *const starts[] = {"<!doctype html", "<html", "<head", "<body",    "<title", "<meta ",
                                         "<div",           "<p>",   "<h1",   "<article", "<main",  "<table"};
    bool xml = starts_with_name(text, "<?xml");
    text = skip_prologue(text);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (starts_with_name(text, starts[i])) {
            return true;
        }
    }
    return xml && text.size != 0 && text.data[0] == '<';
}

/* An object's start: a brace, then a name in quotes and a colon, or at once the closing brace. */
static bool looks_like_json(struct csa_view text)
{
    if (text.size < 2 || text.data[0] != '{') {
        return false;
    }
    struct csa_view rest = skip_bytes(text, 1);
    if (rest.size != 0 && rest.data[0] == '}') {
        return true;
    }
    const char *end = rest.size < 2 || rest.data[0] != '"' ? NULL : memchr(rest.data + 1, '"', rest.size - 1);
    if (end == NULL) {
        return false;
    }
    rest = skip_bytes(rest, (size_t)(end - rest.data) + 1);
    return rest.size != 0 && rest.data[0] == ':';
}

/* Front matter between lines of three dashes (or pluses) with at least one `name: value` (`name = value`). */
static bool has_front_matter(struct csa_view text)
{
    char mark = text.size < 8 ? '\0' : text.data[0];
    if ((mark != '-' && mark != '+') || text.data[1] != mark || text.data[2] != mark) {
        return false;
    }
    const char *line = memchr(text.data, '\n', text.size);
    struct csa_view between = csa_view_make(text.data + 3, line == NULL ? 0 : (size_t)(line - text.data) - 3);
    if (line == NULL || csa_view_trim(between).size != 0) {
        return false;
    }
    struct csa_view rest = csa_view_make(line, (size_t)(text.data + text.size - line));
    const char *closing = memmem(rest.data, rest.size, mark == '-' ? "\n---" : "\n+++", 4);
    const char *sign = memchr(rest.data, mark == '-' ? ':' : '=', rest.size);
    return closing != NULL && sign != NULL && sign < closing;
}

/* A heading on the first line and one more sign of Markdown. */
static bool looks_like_markdown(struct csa_view text)
{
    static const char *const signs[] = {"\n## ", "](http", "\n- ", "\n* ", "\n```", "**", "\n> ", "\n1. "};
    if (!csa_view_starts_with(text, csa_view_of("# "))) {
        return false;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (memmem(text.data, text.size, signs[i], strlen(signs[i])) != NULL) {
            return true;
        }
    }
    return false;
}

enum csa_format csa_intake_guess_format(const char *name, struct csa_view head)
{
    /* UTF-16 and UTF-32 without their zero bytes read like ASCII where they hold ASCII. */
    char bytes[CSA_FORMAT_HEAD];
    size_t size = 0;
    size_t limit = head.size < sizeof bytes ? head.size : sizeof bytes;
    for (size_t i = 0; i < limit; i++) {
        bytes[size] = head.data[i];
        size += head.data[i] != '\0';
    }
    struct csa_view text = csa_view_make(bytes, size);
    static const char *const marks[] = {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (csa_view_starts_with(text, csa_view_of(marks[i]))) {
            text = csa_view_make(bytes + strlen(marks[i]), size - strlen(marks[i]));
        }
    }
    enum csa_format named = guess_from_name(name);
    struct csa_view trimmed = csa_view_trim(text);
    if (named == CSA_FORMAT_HTML || named == CSA_FORMAT_MARKDOWN || named == CSA_FORMAT_JSONL) {
        return named;
    }
    if (looks_like_html(trimmed)) {
        return CSA_FORMAT_HTML;
    }
    if (looks_like_json(trimmed)) {
        return CSA_FORMAT_JSONL;
    }
    if (has_front_matter(text)) {
        return CSA_FORMAT_MARKDOWN;
    }
    return named == CSA_FORMAT_AUTO && looks_like_markdown(text) ? CSA_FORMAT_MARKDOWN : CSA_FORMAT_TEXT;
}
