/* Where sentences end: sentence.h. Owns no state; called by the passage maker for all text and by snippets.
 *
 * The scan stops at bytes that may begin the end of a sentence and then looks at a few characters on either
 * side; no place is looked at more than a few times. */
#include "common/text/sentence.h"

#include "common/text/unicode.h"

#include <stdint.h>

enum {
    LOOK_BACK = 32,        /* bytes of the word before a full stop that are looked at */
    ABBREVIATION = 6,      /* bytes of the longest of the lists below, other than ordinals */
    ABBREVIATION_HIGH = 8, /* the same for Cyrillic */
};

enum mark {
    MARK_NONE,
    MARK_LINE,       /* a line or paragraph ends */
    MARK_STOP,       /* full stop or ellipsis: also in numbers, abbreviations, initials */
    MARK_STRONG,     /* exclamation and question marks, danda, Armenian and Arabic stops */
    MARK_EAST_ASIAN, /* needs no space behind it */
};

/* Bytes that begin no character of interest are skipped without decoding. */
/* clang-format off */
static const uint8_t interesting[256] = {
    ['\n'] = 1, ['\r'] = 1, ['.'] = 1, ['!'] = 1, ['?'] = 1,
    [0xC2] = 1, [0xD6] = 1, [0xD8] = 1, [0xDB] = 1, [0xE0] = 1, [0xE1] = 1, [0xE2] = 1, [0xE3] = 1, [0xEF] = 1,
};
/* clang-format on */

static enum mark mark_of(uint32_t character)
{
    switch (character) {
    case '\n':
    case '\r':
    case 0x0085:
    case 0x2028:
    case 0x2029:
        return MARK_LINE;
    case '.':
    case 0x2026:
        return MARK_STOP;
    case '!':
    case '?':
    case 0x0589: /* Armenian */
    case 0x061F: /* Arabic */
    case 0x06D4:
    case 0x0964: /* danda */
    case 0x0965:
    case 0x104B: /* Burmese */
    case 0x17D4: /* Khmer */
    case 0x203C:
    case 0x203D:
    case 0x2047:
    case 0x2048:
    case 0x2049:
        return MARK_STRONG;
    case 0x3002: /* ideographic full stop and the full-width forms */
    case 0xFF01:
    case 0xFF0E:
    case 0xFF1F:
    case 0xFF61:
        return MARK_EAST_ASIAN;
    default:
        return MARK_NONE;
    }
}

static bool is_quote(uint32_t character)
{
    return character == '"' || character == '\'' || character == 0x00BB || character == 0x00AB ||
           (character >= 0x2018 && character <= 0x201F) || character == 0x203A || character == 0x2039 ||
           character == 0x300D || character == 0x300F;
}

static bool is_closing(uint32_t character)
{
    return is_quote(character) || character == ')' || character == ']' || character == '}' ||
           character == 0xFF09 || character == 0x300B || character == 0x3009 || character == 0x3011;
}

static bool is_opening(uint32_t character)
{
    return is_quote(character) || character == '(' || character == '[' || character == 0x201E ||
           character == 0x201A || character == 0x00BF || character == 0x00A1 || character == 0x300C ||
           character == 0x300E;
}

/* The character at p, or 0 at the end (a null byte is no letter either). */
static uint32_t character_at(const char *p, const char *end, const char **next)
{
    uint32_t character = 0;
    *next = p < end ? csa_utf8_decode(p, end, &character) : p;
    return character;
}

static const char *skip_spaces(const char *p, const char *end)
{
    const char *next;
    while (p < end && csa_unicode_is_space(character_at(p, end, &next))) {
        p = next;
    }
    return p;
}

/* The footnote numbers [1][23] that follow a full stop in encyclopedias. */
static const char *skip_footnotes(const char *p, const char *end)
{
    while (p < end && *p == '[') {
        const char *q = p + 1;
        while (q < end && q - p < 5 && *q >= '0' && *q <= '9') {
            q++;
        }
        if (q == p + 1 || q == end || *q != ']') {
            break;
        }
        p = q + 1;
    }
    return p;
}

/* Behind further marks, closing quotes and brackets. */
static const char *skip_closing(const char *p, const char *end, bool *quoted)
{
    *quoted = false;
    while (p < end) {
        const char *next;
        uint32_t character = character_at(p, end, &next);
        enum mark mark = mark_of(character);
        if (!is_closing(character) && (mark == MARK_NONE || mark == MARK_LINE)) {
            break;
        }
        *quoted = *quoted || is_quote(character);
        p = next;
    }
    return p;
}

/* ---- the words around a full stop ---- */

/* Whether the list, sorted by bytes, has the word. */
static bool is_in(const char *const *list, size_t count, struct csa_view word)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = (low + count) / 2;
        int order = csa_view_compare(csa_view_of(list[middle]), word);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return false;
}

#define IS_IN(list, word) is_in(list, sizeof(list) / sizeof((list)[0]), word)

/* The lists are sorted by bytes. Never the end, whatever follows: */
static const char *const titles[] = {
    "Abs",  "Adm",  "Apr", "Art",  "Aug",  "Ave",  "Bd",   "Blvd",   "Capt", "Cmdr", "Col",    "Cpl",  "Dec",
    "Dott", "Dr",   "Dra", "Feb",  "Fr",   "Ft",   "Gen",  "Gov",    "Hon",  "Hr",   "Hrsg",   "Ing",  "Jan",
    "Jr",   "Jul",  "Jun", "Lt",   "MM",   "Maj",  "Mar",  "Messrs", "Mio",  "Mlle", "Mme",    "Mr",   "Mrd",
    "Mrs",  "Ms",   "Mt",  "Nov",  "Nr",   "Oct",  "Pres", "Prof",   "Rep",  "Rev",  "Sen",    "Sep",  "Sept",
    "Sgt",  "Sig",  "Sr",  "Sra",  "Srta", "St",   "Str",  "Ud",     "Uds",  "al",   "approx", "bzw",  "ca",
    "cf",   "evtl", "geb", "gest", "ggf",  "inkl", "sog",  "vgl",    "viz",  "vs",   "zzgl",   "акад", "англ",
    "изд",  "им",   "кит", "лат",  "млн",  "млрд", "напр", "нем",    "обл",  "пл",   "пос",    "пр",   "проф",
    "ред",  "рис",  "рус", "см",   "стр",  "тел",  "тыс",  "ул",     "фр"};

/* The end only before one of the words below that often begin a sentence. */
static const char *const companies[] = {"Bros", "Co",  "Corp", "Dept", "Est", "Inc",
                                        "LLC",  "Ltd", "Plc",  "Univ", "etc"};

static const char *const starters[] = {
    "A",         "After", "Although", "An",    "And",     "As",   "At",    "Both", "But", "By",    "For",
    "From",      "He",    "Her",      "His",   "However", "I",    "If",    "In",   "It",  "Its",   "Many",
    "Meanwhile", "Most",  "On",       "She",   "Since",   "So",   "Some",  "That", "The", "Their", "There",
    "These",     "They",  "This",     "Those", "We",      "When", "While", "With", "Yet", "You"};

/* These have full stops inside, and end a sentence before a capital. */
static const char *const closing_abbreviations[] = {"a.m", "p.m", "т.д", "т.п"};

/* Russian signs for years and centuries. */
static const char *const year_signs[] = {"в", "вв", "г", "гг"};

/* Numbers follow these. */
static const char *const before_numbers[] = {"Abb", "Art", "Ch",  "Eq",  "Fig", "Figs", "No", "Nos",
                                             "Nr",  "S",   "Sec", "Vol", "art", "ch",   "eq", "fig",
                                             "no",  "nos", "p",   "pp",  "sec", "vol"};

/* What follows an ordinal in German and its neighbours. */
static const char *const after_ordinals[] = {
    "April",     "August", "Bundestag", "Dezember", "Februar",   "Jahrhundert", "Jahrhunderts", "Januar",
    "Januari",   "Juli",   "Juni",      "Mai",      "Mal",       "März",        "November",     "Oktober",
    "Parteitag", "Platz",  "September", "Tag",      "Weltkrieg", "Woche"};

/* The word that ends at `end`, looking back at most LOOK_BACK bytes: what stands behind the last space, quote
 * or bracket. */
static struct csa_view word_before(const char *begin, const char *end)
{
    const char *p = end;
    while (p > begin && end - p < LOOK_BACK && strchr(" \t\n\r([{\"'/-", p[-1]) == NULL) {
        p--;
    }
    /* A no-break space or curly quote leads the word: drop it. */
    for (const char *next; p < end; p = next) {
        uint32_t character = character_at(p, end, &next);
        if (!csa_unicode_is_space(character) && !is_opening(character) && character != CSA_REPLACEMENT) {
            break;
        }
    }
    return csa_view_make(p, (size_t)(end - p));
}

static struct csa_view word_behind(const char *p, const char *end)
{
    const char *q = p;
    while (q < end) {
        const char *next;
        if (!csa_unicode_is_letter(character_at(q, end, &next)) || q - p > LOOK_BACK) {
            break;
        }
        q = next;
    }
    return csa_view_make(p, (size_t)(q - p));
}

static size_t count_letters(struct csa_view word, bool *dotted, bool *upper)
{
    size_t letters = 0;
    size_t single = 0; /* letters since the last full stop */
    *dotted = false;
    *upper = true;
    bool only_single = true;
    for (const char *p = word.data, *end = p + word.size, *next; p < end; p = next) {
        uint32_t character = character_at(p, end, &next);
        if (character == '.') {
            *dotted = true;
            single = 0;
        } else if (csa_unicode_is_letter(character)) {
            letters++;
            single++;
            only_single = only_single && single == 1;
            *upper = *upper && csa_unicode_is_upper(character);
        } else {
            return 0;
        }
    }
    *dotted = *dotted && only_single;
    return letters;
}

static bool is_number(struct csa_view word, size_t most)
{
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] < '0' || word.data[i] > '9') {
            return false;
        }
    }
    return word.size > 0 && word.size <= most;
}

/* Russian year and century signs close a sentence behind a number (1950 g.), not before a name (g. Moskva).
 */
static bool is_year_sign(struct csa_view word, const char *begin)
{
    if (!IS_IN(year_signs, word)) {
        return false;
    }
    const char *p = word.data;
    while (p > begin && (p[-1] == ' ' || p[-1] == '\xA0' || p[-1] == '\xC2')) {
        p--;
    }
    return p > begin && ((p[-1] >= '0' && p[-1] <= '9') || p[-1] == 'I' || p[-1] == 'V' || p[-1] == 'X');
}

/* Whether the full stop at `stop` ends the sentence that begins at `begin`, when what follows it (at
 * `behind`, past spaces and opening quotes) does not begin with a small letter. */
static bool stop_ends(const char *begin, const char *stop, const char *behind, const char *end)
{
    struct csa_view word = word_before(begin, stop);
    const char *next;
    uint32_t following = character_at(behind, end, &next);
    bool number_follows = following >= '0' && following <= '9';
    if (word.size == 0) {
        return true;
    }
    size_t longest = (uint8_t)word.data[0] < 0x80U ? ABBREVIATION : ABBREVIATION_HIGH;
    if (word.size > longest && memchr(word.data, '.', word.size) == NULL) {
        return true;
    }
    if (IS_IN(titles, word) || (number_follows && IS_IN(before_numbers, word))) {
        return false;
    }
    if (is_number(word, 3)) {
        bool numbers_line = word.data == begin && word.size < 3; /* "1. Introduction" */
        return !numbers_line && !(word.size < 3 && IS_IN(after_ordinals, word_behind(behind, end)));
    }
    bool dotted;
    bool upper;
    size_t letters = count_letters(word, &dotted, &upper);
    if (letters == 1 && !dotted) {
        return is_year_sign(word, begin);
    }
    if (IS_IN(closing_abbreviations, word)) {
        return true;
    }
    if ((dotted && upper) || IS_IN(companies, word)) {
        return IS_IN(starters, word_behind(behind, end));
    }
    return !dotted;
}

/* Where the sentence ends because of the mark at [p, next), or null when it goes on. */
static const char *end_at(const char *begin, const char *p, const char *next, const char *end, enum mark mark)
{
    bool quoted;
    const char *behind = skip_closing(next, end, &quoted);
    behind = skip_footnotes(behind, end);
    const char *following = skip_spaces(behind, end);
    if (mark == MARK_EAST_ASIAN || following == end) {
        return following;
    }
    if (following == behind) {
        /* Nothing between: 94.8, example.com, a?b=c; but some scripts write no space. */
        uint32_t character = character_at(behind, end, &next);
        enum csa_script script = csa_unicode_script(character);
        bool spaceless = script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_KANA;
        return mark == MARK_STRONG && spaceless ? following : NULL;
    }
    for (const char *q = behind; q < following;) {
        if (mark_of(character_at(q, following, &q)) == MARK_LINE) {
            return following;
        }
    }
    const char *word = following;
    while (word < end && is_opening(character_at(word, end, &next))) {
        word = next;
    }
    uint32_t first = character_at(word, end, &next);
    bool cased =
        csa_unicode_script(first) == CSA_SCRIPT_LATIN || csa_unicode_script(first) == CSA_SCRIPT_CYRILLIC ||
        csa_unicode_script(first) == CSA_SCRIPT_GREEK || csa_unicode_script(first) == CSA_SCRIPT_ARMENIAN;
    bool small = cased && csa_unicode_is_letter(first) && !csa_unicode_is_upper(first);
    if (mark == MARK_STRONG) {
        return small && quoted ? NULL : following;
    }
    return !small && (quoted || stop_ends(begin, p, word, end)) ? following : NULL;
}

size_t csa_sentence_end(struct csa_view text, size_t start)
{
    if (start >= text.size) {
        return text.size;
    }
    const char *begin = text.data + start;
    const char *end = text.data + text.size;
    for (const char *p = begin; p < end;) {
        if (interesting[(uint8_t)*p] == 0) {
            p++;
            continue;
        }
        const char *next;
        enum mark mark = mark_of(character_at(p, end, &next));
        if (mark == MARK_LINE) {
            return (size_t)(skip_spaces(next, end) - text.data);
        }
        if (mark != MARK_NONE) {
            const char *found = end_at(begin, p, next, end, mark);
            if (found != NULL) {
                return (size_t)(found - text.data);
            }
            bool quoted;
            next = skip_closing(next, end, &quoted);
        }
        p = next;
    }
    return text.size;
}
