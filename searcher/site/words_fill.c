/* Texts of words.h filled with numbers, dates and names: plural forms after CLDR 42's rules for whole
 * numbers, digits in groups of three. Owns no state: all that a language does differently is in its keys.
 * Called by the views of the site. */
#include "searcher/site/words.h"

#include "common/base/buffer.h"

#include <stdio.h>
#include <string.h>

enum { FILLED_MAXIMUM = 1 << 20, KEY_MAXIMUM = 96 };

/* The buffer's text in the arena; releases the buffer. */
static struct csa_view keep(struct csa_buffer *buffer, struct csa_arena *arena)
{
    struct csa_view kept = {0};
    if (!buffer->failed) {
        kept = csa_arena_copy(arena, csa_buffer_view(buffer));
    }
    csa_buffer_release(buffer);
    return kept;
}

/* The value that {n} or a digit in braces at p stands for; false: it is a plain brace. */
static bool find_value(const char *p, const char *end, const struct csa_view *number,
                       const struct csa_view *values, size_t count, struct csa_view *value)
{
    if (end - p < 3 || p[0] != '{' || p[2] != '}') {
        return false;
    }
    if (p[1] == 'n' && number != NULL) {
        *value = *number;
        return true;
    }
    if (p[1] < '0' || p[1] > '9' || (size_t)(p[1] - '0') >= count) {
        return false;
    }
    *value = values[p[1] - '0'];
    return true;
}

static struct csa_view fill(struct csa_view text, const struct csa_view *number,
                            const struct csa_view *values, size_t count, struct csa_arena *arena)
{
    struct csa_buffer out;
    csa_buffer_init(&out, FILLED_MAXIMUM);
    const char *p = text.size == 0 ? "" : text.data;
    const char *end = p + text.size;
    while (p < end) {
        struct csa_view value;
        if (find_value(p, end, number, values, count, &value)) {
            csa_buffer_append_view(&out, value);
            p += 3;
            continue;
        }
        const char *next = memchr(p + 1, '{', (size_t)(end - p - 1));
        next = next == NULL ? end : next;
        csa_buffer_append(&out, p, (size_t)(next - p));
        p = next;
    }
    return keep(&out, arena);
}

struct csa_view csa_words_fill(const struct csa_words *words, const char *key, const struct csa_view *values,
                               size_t count, struct csa_arena *arena)
{
    return fill(csa_words_get(words, key), NULL, values, count, arena);
}

static const char *slavic_form(uint64_t n)
{
    if (n % 10 == 1 && n % 100 != 11) {
        return "one";
    }
    return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? "few" : "many";
}

/* CLDR's category of n in a language that counts like this. */
static const char *form_of(struct csa_view plural, uint64_t n)
{
    if (csa_view_equal(plural, csa_view_of("slavic"))) {
        return slavic_form(n);
    }
    if (csa_view_equal(plural, csa_view_of("polish"))) {
        const char *form = slavic_form(n);
        return n == 1 ? "one" : strcmp(form, "few") == 0 ? "few" : "many";
    }
    if (csa_view_equal(plural, csa_view_of("czech"))) {
        return n == 1 ? "one" : n >= 2 && n <= 4 ? "few" : "other";
    }
    if (csa_view_equal(plural, csa_view_of("french"))) {
        return n <= 1 ? "one" : "other";
    }
    return csa_view_equal(plural, csa_view_of("one")) && n == 1 ? "one" : "other";
}

static bool find_form(const struct csa_words *words, const char *key, const char *form, struct csa_view *text)
{
    char whole[KEY_MAXIMUM];
    int size = snprintf(whole, sizeof whole, "%s.%s", key, form);
    return size > 0 && (size_t)size < sizeof whole &&
           csa_words_find(words, csa_view_make(whole, (size_t)size), text);
}

struct csa_view csa_words_count(const struct csa_words *words, const char *key, uint64_t n,
                                const struct csa_view *values, size_t count, struct csa_arena *arena)
{
    struct csa_view text = csa_view_of(key);
    if (!find_form(words, key, form_of(csa_words_get(words, "plural"), n), &text)) {
        find_form(words, key, "other", &text);
    }
    struct csa_view number = csa_words_number(words, n, arena);
    return number.data == NULL ? (struct csa_view){0} : fill(text, &number, values, count, arena);
}

struct csa_view csa_words_number(const struct csa_words *words, uint64_t n, struct csa_arena *arena)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    struct csa_view group = csa_words_get(words, "number.group");
    struct csa_buffer out;
    csa_buffer_init(&out, FILLED_MAXIMUM);
    for (int i = 0; i < size; i++) {
        if (i != 0 && (size - i) % 3 == 0) {
            csa_buffer_append_view(&out, group);
        }
        csa_buffer_append_byte(&out, (uint8_t)digits[i]);
    }
    return keep(&out, arena);
}

struct csa_view csa_words_date(const struct csa_words *words, uint32_t date, struct csa_arena *arena)
{
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    if (year == 0) {
        return csa_view_of("");
    }
    char year_digits[16];
    char day_digits[16];
    char name[32];
    snprintf(year_digits, sizeof year_digits, "%u", year);
    snprintf(day_digits, sizeof day_digits, "%u", day);
    if (month == 0 || month > 12) {
        struct csa_view values[] = {csa_view_of(year_digits)};
        return csa_words_fill(words, "date.year", values, 1, arena);
    }
    snprintf(name, sizeof name, day == 0 ? "month.%u" : "month.day.%u", month);
    struct csa_view words_month = csa_words_get(words, name);
    if (day == 0) {
        struct csa_view values[] = {words_month, csa_view_of(year_digits)};
        return csa_words_fill(words, "date.month", values, 2, arena);
    }
    struct csa_view values[] = {csa_view_of(day_digits), words_month, csa_view_of(year_digits)};
    return csa_words_fill(words, "date.day", values, 3, arena);
}

struct csa_view csa_words_language(const struct csa_words *words, struct csa_view code)
{
    char key[32] = "language.";
    size_t used = strlen(key);
    struct csa_view name = code;
    if (code.size != 0 && code.size < sizeof key - used) {
        memcpy(key + used, code.data, code.size);
        csa_words_find(words, csa_view_make(key, used + code.size), &name);
    }
    return name;
}
