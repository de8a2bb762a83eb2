/* The JSON reader; see json.h. Owns nothing: every function moves a cursor over the caller's text and stops
 * at its end. Called by jsonl.c. */
#include "indexer/intake/json.h"

#include "common/base/integer.h"
#include "common/text/unicode.h"

void csa_json_init(struct csa_json *json, struct csa_view text)
{
    *json = (struct csa_json){.start = text.data, .next = text.data, .end = text.data + text.size};
}

size_t csa_json_offset(const struct csa_json *json)
{
    return (size_t)(json->next - json->start);
}

static bool fail(struct csa_json *json, const char *why)
{
    if (json->failure == NULL) {
        json->failure = json->next == json->end ? "ends early" : why;
    }
    return false;
}

static void skip_white(struct csa_json *json)
{
    while (json->next < json->end &&
           (*json->next == ' ' || *json->next == '\n' || *json->next == '\r' || *json->next == '\t')) {
        json->next++;
    }
}

static bool take(struct csa_json *json, char byte)
{
    skip_white(json);
    if (json->next < json->end && *json->next == byte) {
        json->next++;
        return true;
    }
    return false;
}

/* ---- strings ---- */

static int hex_digit(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                        : -1;
}

static bool read_hex4(const char *p, const char *end, uint32_t *value)
{
    if (end - p < 4) {
        return false;
    }
    *value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) {
            return false;
        }
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

/* The first byte at or behind p that is a quote, a backslash or a control; eight bytes at a time. */
static const char *find_special(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101U;
    const uint64_t highs = 0x8080808080808080U;
    while (end - p >= 8) {
        uint64_t word = csa_load_u64(p);
        uint64_t quote = word ^ (ones * '"');
        uint64_t backslash = word ^ (ones * '\\');
        /* The lowest marked byte is exact, and only that one is looked at. */
        uint64_t marks =
            (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - ones * 0x20) & ~word)) &
            highs;
        if (marks != 0) {
            return p + (__builtin_ctzll(marks) >> 3);
        }
        p += 8;
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20) {
        p++;
    }
    return p;
}

/* json->next stands behind the opening quote. */
static bool read_string(struct csa_json *json, struct csa_json_value *value)
{
    const char *start = json->next;
    value->kind = CSA_JSON_STRING;
    value->escaped = false;
    for (;;) {
        json->next = find_special(json->next, json->end);
        if (json->next == json->end) {
            return fail(json, "");
        }
        if (*json->next == '"') {
            value->raw = csa_view_make(start, (size_t)(json->next - start));
            json->next++;
            return true;
        }
        if (*json->next != '\\') {
            return fail(json, "a control character inside a string");
        }
        value->escaped = true;
        if (json->end - json->next < 2) {
            json->next = json->end;
            return fail(json, "");
        }
        uint32_t unit;
        if (json->next[1] == 'u' ? !read_hex4(json->next + 2, json->end, &unit)
                                 : json->next[1] == '\0' || strchr("\"\\/bfnrt", json->next[1]) == NULL) {
            return fail(json, "a wrong escape inside a string");
        }
        json->next += json->next[1] == 'u' ? 6 : 2;
    }
}

/* Decodes the \u escape at p, and its second half if it has one; *next is behind it. */
static uint32_t decode_unicode(const char *p, const char *end, const char **next)
{
    uint32_t unit = 0;
    uint32_t second = 0;
    read_hex4(p + 2, end, &unit);
    *next = p + 6;
    if (unit >= 0xD800 && unit < 0xDC00 && end - *next >= 6 && p[6] == '\\' && p[7] == 'u' &&
        read_hex4(p + 8, end, &second) && second >= 0xDC00 && second < 0xE000) {
        *next = p + 12;
        return 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
    }
    return unit >= 0xD800 && unit < 0xE000 ? 0 : unit;
}

struct csa_view csa_json_string(const struct csa_json_value *value, struct csa_arena *arena,
                                uint64_t *replaced)
{
    if (!value->escaped) {
        return value->raw.data == NULL ? csa_view_make("", 0) : value->raw;
    }
    char *copy = csa_arena_alloc(arena, value->raw.size, 1); /* no escape is shorter than its character */
    if (copy == NULL) {
        return (struct csa_view){NULL, 0};
    }
    char *out = copy;
    const char *p = value->raw.data;
    const char *end = p + value->raw.size;
    while (p < end) {
        const char *backslash = memchr(p, '\\', (size_t)(end - p));
        size_t run = (size_t)((backslash == NULL ? end : backslash) - p);
        memcpy(out, p, run);
        out += run;
        p += run;
        if (p == end) {
            break;
        }
        static const char letters[] = "bfnrt";
        static const char meanings[] = "\b\f\n\r\t";
        if (p[1] == 'u') {
            uint32_t character = decode_unicode(p, end, &p);
            *replaced += character == 0;
            out += csa_utf8_encode(out, character == 0 ? CSA_REPLACEMENT : character);
        } else {
            const char *letter = strchr(letters, p[1]);
            *out++ = letter == NULL ? p[1] : meanings[letter - letters];
            p += 2;
        }
    }
    return csa_view_make(copy, (size_t)(out - copy));
}

/* ---- other values ---- */

static bool is_digit(const struct csa_json *json)
{
    return json->next < json->end && *json->next >= '0' && *json->next <= '9';
}

static bool skip_digits(struct csa_json *json)
{
    if (!is_digit(json)) {
        return fail(json, "a wrong number");
    }
    while (is_digit(json)) {
        json->next++;
    }
    return true;
}

static bool read_number(struct csa_json *json)
{
    if (*json->next == '-') {
        json->next++;
    }
    if (json->next < json->end && *json->next == '0') {
        json->next++;
    } else if (!skip_digits(json)) {
        return false;
    }
    if (json->next < json->end && *json->next == '.') {
        json->next++;
        if (!skip_digits(json)) {
            return false;
        }
    }
    if (json->next < json->end && (*json->next == 'e' || *json->next == 'E')) {
        json->next++;
        if (json->next < json->end && (*json->next == '+' || *json->next == '-')) {
            json->next++;
        }
        return skip_digits(json);
    }
    return true;
}

static bool read_word(struct csa_json *json, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(json->end - json->next) < size || memcmp(json->next, word, size) != 0) {
        return fail(json, "not a JSON value");
    }
    json->next += size;
    return true;
}

/* A value that holds no others. */
static bool read_scalar(struct csa_json *json, struct csa_json_value *value)
{
    const char *start = json->next;
    bool good;
    value->escaped = false;
    switch (json->next < json->end ? *json->next : '\0') {
    case '"':
        json->next++;
        return read_string(json, value);
    case 't':
        value->kind = CSA_JSON_TRUE;
        good = read_word(json, "true");
        break;
    case 'f':
        value->kind = CSA_JSON_FALSE;
        good = read_word(json, "false");
        break;
    case 'n':
        value->kind = CSA_JSON_NULL;
        good = read_word(json, "null");
        break;
    default:
        value->kind = CSA_JSON_NUMBER;
        good = json->next < json->end && (*json->next == '-' || is_digit(json))
                   ? read_number(json)
                   : fail(json, "not a JSON value");
        break;
    }
    value->raw = csa_view_make(start, (size_t)(json->next - start));
    return good;
}

/* Checks a whole object or array. Which of the two is open at each depth is one bit of `objects`. */
static bool skip_nested(struct csa_json *json)
{
    uint64_t objects[CSA_JSON_DEPTH / 64] = {0};
    size_t depth = 0;
    bool after_value = false; /* a value was read last, not a comma or an opening bracket */
    bool just_opened = false;
    struct csa_json_value value;
    do {
        skip_white(json);
        bool object = depth != 0 && (objects[(depth - 1) / 64] >> ((depth - 1) % 64) & 1) != 0;
        char byte = json->next < json->end ? *json->next : '\0';
        if (depth != 0 && byte == (object ? '}' : ']') && (after_value || just_opened)) {
            json->next++;
            depth--;
            after_value = true;
            just_opened = false;
            continue;
        }
        if (after_value) {
            if (!take(json, ',')) {
                return fail(json, "a comma is missing");
            }
            skip_white(json);
            byte = json->next < json->end ? *json->next : '\0';
        }
        after_value = false;
        just_opened = false;
        if (object) {
            if (byte != '"') {
                return fail(json, "a name in quotes is missing");
            }
            json->next++;
            if (!read_string(json, &value) || !(take(json, ':') || fail(json, "a colon is missing"))) {
                return false;
            }
            skip_white(json);
            byte = json->next < json->end ? *json->next : '\0';
        }
        if (byte == '{' || byte == '[') {
            if (depth == CSA_JSON_DEPTH) {
                return fail(json, "nested too deeply");
            }
            uint64_t bit = (uint64_t)1 << (depth % 64);
            objects[depth / 64] = byte == '{' ? objects[depth / 64] | bit : objects[depth / 64] & ~bit;
            depth++;
            json->next++;
            just_opened = true;
        } else if (!read_scalar(json, &value)) {
            return false;
        } else {
            after_value = true;
        }
    } while (depth != 0);
    return true;
}

static bool read_value(struct csa_json *json, struct csa_json_value *value)
{
    skip_white(json);
    const char *start = json->next;
    if (start == json->end || (*start != '{' && *start != '[')) {
        return read_scalar(json, value);
    }
    value->kind = *start == '{' ? CSA_JSON_OBJECT : CSA_JSON_ARRAY;
    value->escaped = false;
    bool good = skip_nested(json);
    value->raw = csa_view_make(start, (size_t)(json->next - start));
    return good;
}

/* ---- walking ---- */

bool csa_json_enter(struct csa_json *json, enum csa_json_kind kind)
{
    json->first = true;
    return take(json, kind == CSA_JSON_OBJECT ? '{' : '[') ||
           fail(json, kind == CSA_JSON_OBJECT ? "not a JSON object" : "not a JSON array");
}

/* False at the closing bracket and on failure; else the next item starts at json->next. */
static bool next_item(struct csa_json *json, char closing)
{
    if (json->failure != NULL || take(json, closing)) {
        return false;
    }
    if (!json->first && !take(json, ',')) {
        return fail(json, "a comma is missing");
    }
    json->first = false;
    return true;
}

bool csa_json_next_member(struct csa_json *json, struct csa_json_value *name, struct csa_json_value *value)
{
    if (!next_item(json, '}')) {
        return false;
    }
    if (!take(json, '"')) {
        return fail(json, "a name in quotes is missing");
    }
    return read_string(json, name) && (take(json, ':') || fail(json, "a colon is missing")) &&
           read_value(json, value);
}

bool csa_json_next_element(struct csa_json *json, struct csa_json_value *value)
{
    return next_item(json, ']') && read_value(json, value);
}

bool csa_json_finish(struct csa_json *json)
{
    skip_white(json);
    if (json->failure == NULL && json->next != json->end) {
        json->failure = "something follows the object";
    }
    return json->failure == NULL;
}
