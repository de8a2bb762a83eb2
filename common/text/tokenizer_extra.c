/* EXTRA tokens: what people also look for whole. Part of the tokenizer, keeps no state.
 *
 * Everything here looks at the bytes of the text around one word, never further than a date is long. */
#include "common/text/fold.h"
#include "common/text/tokenizer_parts.h"

enum { SHORT_WORD = 3, DATE_SIZE = 10 };

static bool is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

static bool is_ascii_letter(char c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

/* Whether a letter or digit stands at p, or a mark that would change what stands before it. */
static bool word_goes_on(const char *p, const char *end)
{
    if (p == end) {
        return false;
    }
    uint32_t character;
    const struct csa_character *properties;
    csa_tokenizer_decode(p, end, &character, &properties);
    return properties->word_class >= CSA_WORD_EXTEND && properties->word_class <= CSA_WORD_NUMERIC;
}

static size_t count_letters(const char *p, const char *end)
{
    size_t count = 0;
    while (p + count < end && count <= SHORT_WORD && is_ascii_letter(p[count])) {
        count++;
    }
    return count;
}

static uint32_t copy_lower(char *out, const char *begin, const char *end)
{
    uint32_t size = 0;
    for (const char *p = begin; p < end; p++) {
        out[size++] = is_ascii_letter(*p) ? (char)(*p | 0x20) : *p;
    }
    return size;
}

/* A currency sign right before the number. */
static uint32_t find_currency(struct csa_tokenizer *tokenizer, const struct csa_word *word,
                              const char **begin)
{
    const char *p = word->begin;
    for (unsigned back = 0; back < 4 && p > tokenizer->start; back++) {
        p--;
        if (((uint8_t)*p & 0xC0U) != 0x80U) {
            break;
        }
    }
    if (p == word->begin) {
        return 0;
    }
    uint32_t character;
    const struct csa_character *properties;
    const char *next = csa_tokenizer_decode(p, tokenizer->end, &character, &properties);
    if (next != word->begin || properties->word_class != CSA_WORD_CURRENCY) {
        return 0;
    }
    size_t size = csa_fold_append(tokenizer->extra, 0, character);
    if (size + word->size > CSA_TOKEN_MAXIMUM) {
        return 0;
    }
    memcpy(tokenizer->extra + size, tokenizer->surface, word->size);
    *begin = p;
    return (uint32_t)size + word->size;
}

static int days_of_month(int year, int month)
{
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    bool short_month = month == 4 || month == 6 || month == 9 || month == 11;
    return month == 2 ? 28 + leap : 31 - short_month;
}

/* YYYY-MM-DD of a day that there is, also when a time of day follows (T10:00). */
static uint32_t find_date(struct csa_tokenizer *tokenizer, const struct csa_word *word, const char **end)
{
    static const char form[] = "dddd-dd-dd";
    const char *p = word->begin;
    if (word->end - p != 4 || tokenizer->end - p < DATE_SIZE) {
        return 0;
    }
    for (size_t i = 0; i < DATE_SIZE; i++) {
        if (form[i] == 'd' ? !is_digit(p[i]) : p[i] != '-') {
            return 0;
        }
    }
    int year = (p[0] - '0') * 1000 + (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
    int month = (p[5] - '0') * 10 + (p[6] - '0');
    int day = (p[8] - '0') * 10 + (p[9] - '0');
    const char *behind = p + DATE_SIZE;
    bool time = tokenizer->end - behind >= 2 && behind[0] == 'T' && is_digit(behind[1]);
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
        (!time && word_goes_on(behind, tokenizer->end))) {
        return 0;
    }
    memcpy(tokenizer->extra, p, DATE_SIZE);
    *end = behind;
    return DATE_SIZE;
}

/* AT&T, R&D: both sides 1 to 3 letters. */
static uint32_t find_ampersand(struct csa_tokenizer *tokenizer, const struct csa_word *word, const char **end)
{
    const char *right = word->end + 1;
    size_t size = count_letters(right, tokenizer->end);
    if (size == 0 || size > SHORT_WORD || word_goes_on(right + size, tokenizer->end)) {
        return 0;
    }
    *end = right + size;
    return copy_lower(tokenizer->extra, word->begin, *end);
}

/* C++, C#: one or two letters. */
static uint32_t find_programming_language(struct csa_tokenizer *tokenizer, const struct csa_word *word,
                                          const char **end)
{
    const char *p = word->end;
    char sign = *p;
    ptrdiff_t signs = sign == '+' ? 2 : 1;
    if (tokenizer->end - p < signs || p[signs - 1] != sign) {
        return 0;
    }
    const char *behind = p + signs;
    if (behind < tokenizer->end && (*behind == sign || word_goes_on(behind, tokenizer->end))) {
        return 0;
    }
    *end = behind;
    return copy_lower(tokenizer->extra, word->begin, behind);
}

uint32_t csa_tokenizer_find_extra(struct csa_tokenizer *tokenizer, const struct csa_word *word,
                                  const char **begin, const char **end)
{
    *begin = word->begin;
    *end = word->end;
    if (is_digit(tokenizer->surface[0])) {
        uint32_t size = find_currency(tokenizer, word, begin);
        return size != 0 ? size : find_date(tokenizer, word, end);
    }
    size_t letters = (size_t)(word->end - word->begin);
    if (word->end == tokenizer->end || letters > SHORT_WORD ||
        count_letters(word->begin, word->end) != letters) {
        return 0;
    }
    if (*word->end == '&') {
        return find_ampersand(tokenizer, word, end);
    }
    if ((*word->end == '+' || *word->end == '#') && letters <= 2) {
        return find_programming_language(tokenizer, word, end);
    }
    return 0;
}
