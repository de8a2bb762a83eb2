/* Filters: what an article must say of itself.
 *
 * A date is a whole number yyyymmdd in which unknown parts are 0, and so is an article's. A range goes from
 * the least number of its first day, month or year to the greatest of its last: 2023 is 20230000 to 20231231
 * and 2023-05 is 20230500 to 20230531, so that an article of which only the year is known lies in that year,
 * and in none of its months. */
#include "searcher/query/filter.h"

#include "common/base/buffer.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/query/lexer.h"

enum { YEAR = 10000, MONTH = 100, LAST_MONTH = 12, LAST_DAY = 31 };

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* ---- dates ---- */

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
    static const uint8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

/* `count` digits at *p. */
static bool read_digits(const char **p, const char *end, int count, uint32_t *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, (*p)++) {
        if (*p == end || **p < '0' || **p > '9') {
            return false;
        }
        *number = *number * 10 + (uint32_t)(**p - '0');
    }
    return true;
}

/* yyyy, yyyy-mm or yyyy-mm-dd, the whole of text: the least and the greatest number in it. */
static bool read_day(struct csa_view text, uint32_t *first, uint32_t *last)
{
    const char *p = text.data;
    const char *end = text.data + text.size;
    uint32_t year;
    uint32_t month = 0;
    uint32_t day = 0;
    if (!read_digits(&p, end, 4, &year) || year == 0) {
        return false;
    }
    if (p < end && (*p++ != '-' || !read_digits(&p, end, 2, &month) || month < 1 || month > LAST_MONTH)) {
        return false;
    }
    if (p < end &&
        (*p++ != '-' || !read_digits(&p, end, 2, &day) || day < 1 || day > days_of_month(year, month))) {
        return false;
    }
    *first = year * YEAR + month * MONTH + day;
    *last = year * YEAR + (month != 0 ? month : LAST_MONTH) * MONTH + (day != 0 ? day : LAST_DAY);
    return p == end;
}

static bool read_dates(struct csa_node *node, struct csa_view value, bool *swapped)
{
    size_t dots = 0;
    while (dots + 1 < value.size && (value.data[dots] != '.' || value.data[dots + 1] != '.')) {
        dots++;
    }
    if (dots + 1 >= value.size) {
        return read_day(value, &node->first_date, &node->last_date);
    }
    struct csa_view from = csa_view_make(value.data, dots);
    struct csa_view to = csa_view_make(value.data + dots + 2, value.size - dots - 2);
    uint32_t first[2] = {0, 0};
    uint32_t last[2] = {UINT32_MAX, UINT32_MAX};
    if ((from.size == 0 && to.size == 0) || (from.size != 0 && !read_day(from, &first[0], &last[0])) ||
        (to.size != 0 && !read_day(to, &first[1], &last[1]))) {
        return false;
    }
    *swapped = from.size != 0 && to.size != 0 && first[0] > last[1];
    node->first_date = *swapped ? first[1] : first[0];
    node->last_date = *swapped ? last[0] : last[1];
    return true;
}

void csa_filter_print_date(uint32_t date, bool last, struct csa_buffer *out)
{
    uint32_t month = date % YEAR / MONTH;
    uint32_t day = date % MONTH;
    csa_buffer_append_format(out, "%04u", date / YEAR);
    if (last ? month != LAST_MONTH || day != LAST_DAY : month != 0) {
        csa_buffer_append_format(out, "-%02u", month);
        if (last ? day != LAST_DAY : day != 0) {
            csa_buffer_append_format(out, "-%02u", day);
        }
    }
}

static void print_dates(const struct csa_node *node, struct csa_buffer *out)
{
    uint32_t first = node->first_date;
    uint32_t last = node->last_date;
    if (first == last) {
        csa_filter_print_date(first, false, out);
        return;
    }
    if (first != 0) {
        csa_filter_print_date(first, false, out);
    }
    bool month = first % MONTH == 0 && first % YEAR != 0 && last == first + LAST_DAY;
    bool year = first % YEAR == 0 && last == first + LAST_MONTH * MONTH + LAST_DAY;
    if (first != 0 && (month || year)) {
        return;
    }
    csa_buffer_append_view(out, csa_view_of(".."));
    if (last != UINT32_MAX) {
        csa_filter_print_date(last, true, out);
    }
}

/* ---- text ---- */

/* A name, folded, without quotation marks and without punctuation at its ends. */
static void read_name(struct csa_view value, struct csa_buffer *out)
{
    struct csa_buffer plain;
    csa_buffer_init(&plain, out->maximum);
    csa_text_fold(value, &plain);
    struct csa_view folded = csa_buffer_view(&plain);
    size_t begin = SIZE_MAX;
    size_t end = 0;
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, folded);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        begin = begin == SIZE_MAX ? token.begin : begin;
        end = token.end > end ? token.end : end;
    }
    for (size_t i = begin; begin != SIZE_MAX && i < end;) {
        uint32_t character;
        size_t next = (size_t)(csa_utf8_decode(folded.data + i, folded.data + end, &character) - folded.data);
        if (csa_is_quote(character)) {
            csa_buffer_append_byte(out, ' ');
        } else {
            csa_buffer_append(out, folded.data + i, next - i);
        }
        i = next;
    }
    out->failed = out->failed || plain.failed;
    csa_buffer_release(&plain);
}

/* The next token that is not given beside its own parts. */
static bool next_word(struct csa_tokenizer *tokenizer, struct csa_token *token)
{
    bool more;
    do {
        more = csa_tokenizer_next(tokenizer, token);
    } while (more && (token->flags & CSA_TOKEN_EXTRA) != 0);
    return more;
}

bool csa_filter_same_name(struct csa_view one, struct csa_view other)
{
    struct csa_tokenizer words, other_words;
    struct csa_token word, other_word;
    csa_tokenizer_init(&words, one);
    csa_tokenizer_init(&other_words, other);
    bool more = next_word(&words, &word);
    bool other_more = next_word(&other_words, &other_word);
    if (!more && !other_more) {
        return csa_view_equal(one, other);
    }
    while (more && other_more && csa_view_equal(word.surface, other_word.surface)) {
        more = next_word(&words, &word);
        other_more = next_word(&other_words, &other_word);
    }
    return !more && !other_more;
}

/* The host in small letters, of a whole address too; nothing when it cannot be one. */
static void read_site(struct csa_view value, struct csa_buffer *out)
{
    const char *p = value.data;
    const char *end = value.data + value.size;
    for (const char *q = p; q + 2 < end; q++) {
        if (q[0] == ':' && q[1] == '/' && q[2] == '/') {
            p = q + 3;
            break;
        }
    }
    if (end - p >= 2 && p[0] == '*' && p[1] == '.') {
        p++;
    }
    while (p < end && *p == '.') {
        p++;
    }
    while (p < end && *p != '/' && *p != ':' && *p != '?' && *p != '#') {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        bool fits = character >= 0x80 ? !csa_is_quote(character) && !csa_unicode_is_space(character)
                                      : is_alphanumeric(*p) || *p == '-' || *p == '.' || *p == '_';
        if (!fits) {
            csa_buffer_clear(out);
            return;
        }
        if (*p >= 'A' && *p <= 'Z') {
            csa_buffer_append_byte(out, (uint8_t)(*p - 'A' + 'a'));
        } else {
            csa_buffer_append(out, p, (size_t)(next - p));
        }
        p = next;
    }
    while (out->size > 0 && out->data[out->size - 1] == '.') {
        out->size--;
    }
}

/* A value as it is; in quotation marks a doubled one stands for one. */
static void read_verbatim(struct csa_view value, bool quoted, struct csa_buffer *out)
{
    for (size_t i = 0; i < value.size; i++) {
        csa_buffer_append_byte(out, (uint8_t)value.data[i]);
        i += quoted && value.data[i] == '"' && i + 1 < value.size && value.data[i + 1] == '"';
    }
}

static void read_language(struct csa_view value, struct csa_buffer *out)
{
    csa_language language;
    if (csa_language_find(value, &language)) {
        csa_buffer_append_view(out, csa_view_of(language == CSA_LANGUAGE_NONE ? csa_language_name(language)
                                                                              : csa_language_code(language)));
    }
}

bool csa_filter_is_name(enum csa_field field)
{
    return field == CSA_FIELD_AUTHOR || field == CSA_FIELD_SOURCE;
}

/* Whether it makes a difference that the whole value is meant. */
static bool is_whole(const struct csa_node *node)
{
    bool starred =
        node->field == CSA_FIELD_ID && node->text.size != 0 && node->text.data[node->text.size - 1] == '*';
    return node->whole && (starred || csa_filter_is_name(node->field));
}

enum csa_status csa_filter_read(struct csa_node *node, struct csa_view value, bool quoted,
                                struct csa_arena *arena, bool *understood, bool *swapped,
                                struct csa_error *error)
{
    *swapped = false;
    if (node->field == CSA_FIELD_DATE) {
        node->whole = false;
        *understood = read_dates(node, value, swapped);
        return CSA_OK;
    }
    struct csa_buffer text;
    csa_buffer_init(&text, (value.size + 1) * 64);
    if (node->field == CSA_FIELD_ID || (node->whole && csa_filter_is_name(node->field))) {
        read_verbatim(value, quoted, &text);
    } else if (node->field == CSA_FIELD_SITE) {
        read_site(value, &text);
    } else if (node->field == CSA_FIELD_LANGUAGE) {
        read_language(value, &text);
    } else {
        read_name(value, &text);
    }
    *understood = text.size != 0;
    node->text = csa_arena_copy(arena, csa_buffer_view(&text));
    bool failed = text.failed || node->text.data == NULL;
    node->whole = !failed && is_whole(node);
    csa_buffer_release(&text);
    return failed ? csa_error_set_memory(error, "query") : CSA_OK;
}

void csa_filter_print(const struct csa_node *node, struct csa_buffer *out)
{
    if (node->field == CSA_FIELD_DATE) {
        print_dates(node, out);
        return;
    }
    if (is_whole(node)) {
        csa_buffer_append_byte(out, '=');
    }
    bool plain = true;
    for (size_t i = 0; i < node->text.size; i++) {
        char byte = node->text.data[i];
        plain = plain && (is_alphanumeric(byte) || (byte == '*' && i > 0) ||
                          (i > 0 && strchr("._-/", byte) != NULL && byte != 0));
    }
    if (plain) {
        csa_buffer_append_view(out, node->text);
        return;
    }
    csa_buffer_append_byte(out, '"');
    for (size_t i = 0; i < node->text.size; i++) {
        csa_buffer_append_view(out, csa_view_of(node->text.data[i] == '"' ? "\"" : ""));
        csa_buffer_append_byte(out, (uint8_t)node->text.data[i]);
    }
    csa_buffer_append_byte(out, '"');
}
