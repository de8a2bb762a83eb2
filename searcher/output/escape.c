/* Escaping: escape.h. Owns no state; called by json.c and text.c, and by the site for its pages and feeds. */
#include "searcher/output/escape.h"

#include "common/text/unicode.h"

void csa_json_string(struct csa_buffer *out, struct csa_view text)
{
    csa_buffer_append_byte(out, '"');
    const char *p = text.size == 0 ? "" : text.data;
    const char *end = p + text.size;
    while (p < end) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        if (character == '"' || character == '\\') {
            csa_buffer_append_byte(out, '\\');
            csa_buffer_append_byte(out, (uint8_t)character);
        } else if (character == '\n') {
            csa_buffer_append(out, "\\n", 2);
        } else if (character < 0x20 || character == 0x7F || character == 0x2028 || character == 0x2029) {
            csa_buffer_append_format(out, "\\u%04x", character);
        } else {
            char bytes[4];
            csa_buffer_append(out, bytes, csa_utf8_encode(bytes, character));
        }
        p = next;
    }
    csa_buffer_append_byte(out, '"');
}

void csa_json_string_or_null(struct csa_buffer *out, struct csa_view text)
{
    if (text.size == 0) {
        csa_buffer_append(out, "null", 4);
    } else {
        csa_json_string(out, text);
    }
}

void csa_html_escape(struct csa_buffer *out, struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        const char *entity = NULL;
        switch (text.data[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            csa_buffer_append_byte(out, (uint8_t)text.data[i]);
            continue;
        }
        csa_buffer_append_view(out, csa_view_of(entity));
    }
}

/* Bytes that may go out as they are in every form of markup: runs of them are appended at once. */
static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '&' && byte != '<' && byte != '>' && byte != '"' &&
           byte != '\'';
}

static const char *entity_of(uint32_t character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&#34;";
    case '\'':
        return "&#39;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

static void append_character(struct csa_buffer *out, uint32_t character)
{
    char bytes[4];
    csa_buffer_append(out, bytes, csa_utf8_encode(bytes, character));
}

enum markup { MARKUP_TEXT, MARKUP_ATTRIBUTE, MARKUP_XML };

/* A character that the form of markup has no place for: controls, and in XML also two noncharacters. */
static bool is_forbidden(uint32_t character, enum markup markup)
{
    if (character == '\t' || character == '\n' || character == '\r' ||
        (character == '\f' && markup != MARKUP_XML)) {
        return false;
    }
    if (markup == MARKUP_XML) {
        return character < 0x20 || character == 0xFFFE || character == 0xFFFF;
    }
    return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

static void escape_markup(struct csa_buffer *out, struct csa_view text, enum markup markup)
{
    const char *p = text.size == 0 ? "" : text.data;
    const char *end = p + text.size;
    while (p < end) {
        const char *run = p;
        while (p < end && is_plain((unsigned char)*p)) {
            p++;
        }
        csa_buffer_append(out, run, (size_t)(p - run));
        if (p == end) {
            break;
        }
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        bool quote = character == '"' || character == '\'';
        const char *entity = entity_of(character);
        if (is_forbidden(character, markup)) {
            if (markup != MARKUP_XML) {
                append_character(out, CSA_REPLACEMENT);
            }
        } else if (entity == NULL || (quote && markup == MARKUP_TEXT) ||
                   (character == '\r' && markup != MARKUP_XML)) {
            append_character(out, character);
        } else {
            csa_buffer_append_view(out, csa_view_of(entity));
        }
    }
}

void csa_escape_text(struct csa_buffer *out, struct csa_view text)
{
    escape_markup(out, text, MARKUP_TEXT);
}

void csa_escape_attribute(struct csa_buffer *out, struct csa_view text)
{
    escape_markup(out, text, MARKUP_ATTRIBUTE);
}

void csa_escape_xml(struct csa_buffer *out, struct csa_view text)
{
    escape_markup(out, text, MARKUP_XML);
}

static bool is_alphanumeric(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static void percent_encode(struct csa_buffer *out, uint32_t character)
{
    static const char digits[] = "0123456789ABCDEF";
    char bytes[4];
    unsigned size = csa_utf8_encode(bytes, character);
    for (unsigned i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        char encoded[3] = {'%', digits[byte >> 4], digits[byte & 15]};
        csa_buffer_append(out, encoded, sizeof encoded);
    }
}

void csa_escape_url_component(struct csa_buffer *out, struct csa_view text)
{
    const char *p = text.size == 0 ? "" : text.data;
    const char *end = p + text.size;
    while (p < end) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        bool kept = character < 0x80 &&
                    (is_alphanumeric((unsigned char)character) || strchr("-._~", (int)character) != NULL);
        if (kept && character != 0) {
            csa_buffer_append_byte(out, (uint8_t)character);
        } else {
            percent_encode(out, character == 0 ? CSA_REPLACEMENT : character);
        }
    }
}

static struct csa_view trim_blanks(struct csa_view url)
{
    while (url.size != 0 && (unsigned char)url.data[0] <= ' ') {
        url = csa_view_make(url.data + 1, url.size - 1);
    }
    while (url.size != 0 && (unsigned char)url.data[url.size - 1] <= ' ') {
        url.size--;
    }
    return url;
}

/* The bytes before a colon that stands before / ? # and backslash; false: there is no scheme. */
static bool find_scheme(struct csa_view url, struct csa_view *scheme)
{
    for (size_t i = 0; i < url.size; i++) {
        char byte = url.data[i];
        if (byte == ':') {
            *scheme = csa_view_make(url.data, i);
            return true;
        }
        if (byte == '/' || byte == '?' || byte == '#' || byte == '\\') {
            return false;
        }
    }
    return false;
}

static bool equal_without_case(struct csa_view text, const char *lower)
{
    size_t i = 0;
    while (i < text.size && lower[i] != '\0') {
        char byte = text.data[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte + 32 : byte) != lower[i]) {
            return false;
        }
        i++;
    }
    return i == text.size && lower[i] == '\0';
}

bool csa_url_is_allowed(struct csa_view url, enum csa_url_rule rule)
{
    url = trim_blanks(url);
    struct csa_view scheme;
    bool has_scheme = find_scheme(url, &scheme);
    if (rule == CSA_URL_LOCAL) {
        bool host = url.size >= 2 && (url.data[0] == '/' || url.data[0] == '\\') &&
                    (url.data[1] == '/' || url.data[1] == '\\');
        return !has_scheme && !host;
    }
    return !has_scheme || equal_without_case(scheme, "http") || equal_without_case(scheme, "https") ||
           equal_without_case(scheme, "mailto");
}

static bool is_hexadecimal(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* Letters and marks that are not seen: of Default_Ignorable_Code_Point, what has these categories. */
static bool is_unseen(uint32_t character)
{
    return character == 0x34F || (character >= 0x115F && character <= 0x1160) ||
           (character >= 0x17B4 && character <= 0x17B5) || (character >= 0x180B && character <= 0x180F) ||
           character == 0x3164 || (character >= 0xFE00 && character <= 0xFE0F) || character == 0xFFA0 ||
           character >= 0xE0000;
}

/* A mark only behind a letter: it could otherwise compose with a sign of the URL or a quote. */
static bool stands_bare(uint32_t character, bool behind_letter)
{
    return character >= 0x80 && !is_unseen(character) &&
           (csa_unicode_is_letter(character) || (behind_letter && csa_unicode_is_mark(character)));
}

static int capital_hexadecimal(char byte)
{
    return byte >= '0' && byte <= '9' ? byte - '0' : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* The character that %XX, one or several, spell at p; p, when they spell none. */
static const char *decode_escaped(const char *p, const char *end, uint32_t *character)
{
    char bytes[4];
    unsigned size = 0;
    for (const char *at = p; size < sizeof bytes && end - at > 2 && at[0] == '%'; at += 3) {
        int high = capital_hexadecimal(at[1]);
        int low = capital_hexadecimal(at[2]);
        if (high < 0 || low < 0) {
            break;
        }
        bytes[size++] = (char)(high << 4 | low);
    }
    return size == 0 ? p : p + 3 * (csa_utf8_decode(bytes, bytes + size, character) - bytes);
}

static void escape_url(struct csa_buffer *out, struct csa_view url, enum csa_url_rule rule, bool iri)
{
    url = trim_blanks(url);
    if (url.size == 0) {
        return;
    }
    if (!csa_url_is_allowed(url, rule)) {
        csa_buffer_append_byte(out, '#');
        return;
    }
    struct csa_view scheme;
    if (!find_scheme(url, &scheme) && strchr("/?#.", url.data[0]) == NULL) {
        csa_buffer_append(out, "./", 2);
    }
    const char *p = url.data;
    const char *end = p + url.size;
    bool behind_letter = false, bare = false;
    while (p < end) {
        const char *at = p;
        uint32_t character;
        bare = bare || (iri && (*p == '?' || *p == '#')); /* hosts and paths stay ASCII */
        const char *escaped = bare ? decode_escaped(p, end, &character) : p;
        if (escaped != p && stands_bare(character, behind_letter)) {
            behind_letter = true;
            append_character(out, character);
            p = escaped;
            continue;
        }
        p = csa_utf8_decode(p, end, &character);
        bool escape = character == '%' && end - at > 2 && is_hexadecimal(at[1]) && is_hexadecimal(at[2]);
        behind_letter = bare && stands_bare(character, behind_letter);
        if (behind_letter) {
            append_character(out, character);
        } else if (character == '&' || character == '\'') {
            csa_buffer_append_view(out, csa_view_of(entity_of(character)));
        } else if (escape ||
                   (character > ' ' && character < 0x7F && strchr("\"%<>\\^`{|}", (int)character) == NULL)) {
            csa_buffer_append_byte(out, (uint8_t)character);
        } else {
            percent_encode(out, character == 0 ? CSA_REPLACEMENT : character);
        }
    }
}

void csa_escape_url(struct csa_buffer *out, struct csa_view url, enum csa_url_rule rule)
{
    escape_url(out, url, rule, false);
}

void csa_escape_iri(struct csa_buffer *out, struct csa_view url, enum csa_url_rule rule)
{
    escape_url(out, url, rule, true);
}

void csa_date_append(struct csa_buffer *out, uint32_t date)
{
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    if (year == 0) {
        return;
    }
    csa_buffer_append_format(out, "%04u", year);
    if (month != 0) {
        csa_buffer_append_format(out, "-%02u", month);
    }
    if (month != 0 && day != 0) {
        csa_buffer_append_format(out, "-%02u", day);
    }
}
