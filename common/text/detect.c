/* Which language a text is written in: csa_language_detect(). The dominant script leaves a group of
 * languages; in it, each frequent word gives points to the languages that have it (fewer languages, more
 * points), and each letter takes points from the languages that do not write it. Names, abbreviations and
 * parts of addresses are no evidence: a list of Madrasas with Al- before their names is not Dutch. Called
 * once an article.
 *
 * Owns one table, built from detect_words.c at the first call and then only read. */
#include "common/text/detect_words.h"
#include "common/text/tokenizer.h"
#include "common/text/tokenizer_parts.h"
#include "common/text/unicode.h"
#include "common/text/unicode_tables.h"

#include <pthread.h>

enum {
    LOOKED_AT = 16384, /* bytes of the text */
    WINDOW = 1024,     /* bytes; of a longer text four windows are looked at, evenly spread */
    WINDOWS = 4,
    SLOTS = 4096, /* of the word table; a power of two, more than twice the words */
    WORD_POINTS = 12,
    LETTER_POINTS = 4,     /* taken from a language for a letter that it does not have */
    OWN_LETTER_POINTS = 1, /* for a letter that it alone has; few, as foreign names have them too */
    LETTER_COUNTED = 20,   /* occurrences of one letter that count */
    LIKELY_POINTS = 3,     /* for the likeliest language of a script */
    WORD_COUNTED = 8,      /* occurrences of one word that count */
    WORDS_A_HIT = 16,      /* of so many words of a language one should be known */
    SCRIPTS = CSA_SCRIPT_THAI + 1,
};

struct slot {
    const char *word; /* null = free */
    size_t size;
    uint64_t languages;
};

static struct slot slots[SLOTS];
static pthread_once_t slots_once = PTHREAD_ONCE_INIT;

static struct slot *find_slot(const char *word, size_t size)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)word[i]) * 16777619U;
    }
    hash ^= hash >> 15;
    for (uint32_t at = hash % SLOTS;; at = (at + 1) % SLOTS) {
        struct slot *slot = &slots[at];
        if (slot->word == NULL || (slot->size == size && memcmp(slot->word, word, size) == 0)) {
            return slot;
        }
    }
}

static void build_slots(void)
{
    for (unsigned i = 0; i < csa_detect_words_count; i++) {
        for (const char *word = csa_detect_words[i].words; *word != '\0';) {
            size_t size = strcspn(word, " ");
            struct slot *slot = find_slot(word, size);
            slot->word = word;
            slot->size = size;
            slot->languages |= UINT64_C(1) << csa_detect_words[i].language;
            word += size + (word[size] == ' ');
        }
    }
}

struct evidence {
    uint32_t scripts[SCRIPTS]; /* letters of each */
    uint32_t letters[CSA_DETECT_LETTERS];
    uint32_t foreign; /* Latin letters that no language here has */
    uint32_t words;   /* known ones */
    uint32_t all_words;
    uint32_t hits[CSA_DETECT_COUNT]; /* known words of each language */
    uint32_t distinct[CSA_DETECT_COUNT];
    uint32_t capitals, small; /* Latin letters of ASCII */
    int64_t points[CSA_DETECT_COUNT];
    uint8_t counts[SLOTS]; /* occurrences of each known word, up to WORD_COUNTED */
};

static void count_letters(struct evidence *evidence, struct csa_view text)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint8_t byte = (uint8_t)*p;
        if (byte < 0x80U) {
            evidence->scripts[CSA_SCRIPT_LATIN] += (uint8_t)((byte | 0x20U) - 'a') < 26;
            evidence->capitals += (uint8_t)(byte - 'A') < 26;
            evidence->small += (uint8_t)(byte - 'a') < 26;
            p++;
            continue;
        }
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        const struct csa_character *properties = csa_character_get(character);
        if ((properties->flags & CSA_CHARACTER_LETTER) == 0) {
            continue;
        }
        evidence->scripts[properties->script]++;
        if (character < CSA_DETECT_LETTERS) {
            evidence->letters[character]++;
        } else if (properties->script == CSA_SCRIPT_LATIN && character < 0x2000) {
            evidence->foreign++; /* Vietnamese and others */
        }
    }
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_capital(char c)
{
    return (uint8_t)(c - 'A') < 26;
}

/* Whether the word at [begin, end) is part of an address, a path or a compound name (Al-Azhar). */
static bool is_part_of_more(struct csa_view text, size_t begin, size_t end)
{
    if (begin > 0 && is_one_of(text.data[begin - 1], "./@-_=&\\")) {
        return true;
    }
    bool more = end + 1 < text.size &&
                ((uint8_t)text.data[end + 1] >= 0x80U || (uint8_t)((text.data[end + 1] | 0x20) - 'a') < 26);
    return end < text.size && is_one_of(text.data[end], more ? "./@-_=&\\" : "/@_=&\\");
}

/* Whether the word that begins here with a capital is no sentence's first: a name. */
static bool is_name(struct csa_view text, size_t begin)
{
    while (begin > 0 && text.data[begin - 1] == ' ') {
        begin--;
    }
    if (begin == 0) {
        return false;
    }
    char before = text.data[begin - 1];
    return before == ',' || (uint8_t)before >= 0x80U || (uint8_t)(before - '0') < 10 ||
           (uint8_t)((before | 0x20) - 'a') < 26;
}

/* Whether a word of ASCII letters says nothing about the language of a text that has small letters too. */
static bool is_no_evidence(struct csa_view text, size_t begin, size_t end)
{
    if (is_part_of_more(text, begin, end)) {
        return true;
    }
    if (!is_capital(text.data[begin])) {
        return false;
    }
    bool abbreviation = end - begin > 1 || !is_one_of(text.data[begin], "AEIOUY");
    for (size_t i = begin + 1; i < end; i++) {
        abbreviation = abbreviation && is_capital(text.data[i]);
    }
    return abbreviation || is_name(text, begin);
}

/* The entry of a word; one that is elided is listed with its apostrophe. */
static const struct slot *look_up(struct csa_view text, const struct csa_token *token)
{
    struct csa_view word = token->surface;
    bool apostrophe =
        token->end < text.size &&
        (text.data[token->end] == '\'' ||
         (text.size - token->end >= 3 && memcmp(text.data + token->end, "\xE2\x80\x99", 3) == 0));
    char elided[16];
    if (apostrophe && word.size < sizeof elided && csa_tokenizer_is_elided(word.data, word.size)) {
        memcpy(elided, word.data, word.size);
        elided[word.size] = '\'';
        return find_slot(elided, word.size + 1);
    }
    return find_slot(word.data, word.size);
}

static void count_words(struct evidence *evidence, struct csa_view text)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    bool mixed = evidence->small > evidence->capitals;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (token.flags != 0) {
            continue;
        }
        evidence->all_words++;
        const struct slot *slot = look_up(text, &token);
        uint8_t *count = &evidence->counts[slot - slots];
        if (slot->languages == 0 || *count == WORD_COUNTED ||
            (mixed && is_no_evidence(text, token.begin, token.end))) {
            continue;
        }
        ++*count;
        evidence->words++;
        int64_t points = WORD_POINTS / __builtin_popcountll(slot->languages) + 1;
        for (uint64_t left = slot->languages; left != 0; left &= left - 1) {
            unsigned language = (unsigned)__builtin_ctzll(left);
            evidence->points[language] += points;
            evidence->hits[language]++;
            evidence->distinct[language] += *count == 1;
        }
    }
}

static void look_at(struct evidence *evidence, struct csa_view text)
{
    count_letters(evidence, text);
    count_words(evidence, text);
}

/* The whole of a short text, else windows that begin behind a space or a character's end. */
static void look_at_text(struct evidence *evidence, struct csa_view text)
{
    if (text.size <= (size_t)WINDOW * WINDOWS) {
        look_at(evidence, text);
        return;
    }
    for (size_t i = 0; i < WINDOWS; i++) {
        size_t begin = (text.size - WINDOW) * i / (WINDOWS - 1);
        size_t end = begin + WINDOW;
        size_t skipped = 0;
        while (begin > 0 && skipped < 64 && text.data[begin + skipped - 1] != ' ') {
            skipped++;
        }
        begin += skipped < 64 ? skipped : 0;
        while (begin < end && ((uint8_t)text.data[begin] & 0xC0U) == 0x80U) {
            begin++;
        }
        look_at(evidence, csa_view_make(text.data + begin, end - begin));
    }
}

/* Takes points for letters from the languages of the group that do not write them. */
static void judge_letters(struct evidence *evidence, uint64_t group)
{
    for (uint32_t c = 0x80; c < CSA_DETECT_LETTERS; c++) {
        uint32_t count = evidence->letters[c];
        uint64_t languages = csa_detect_letters[c] & group;
        if (count == 0) {
            continue;
        }
        count = count < LETTER_COUNTED ? count : LETTER_COUNTED;
        if (languages == 0) {
            bool latin = c >= 0x00C0 && c < 0x02B0;
            bool other_cyrillic = (c >= 0x0400 && c < 0x0410) || (c >= 0x0450 && c < 0x0530);
            bool other_arabic = c >= 0x0670;
            evidence->foreign += latin || other_cyrillic || other_arabic ? count : 0;
            continue;
        }
        for (unsigned language = 1; language < CSA_DETECT_COUNT; language++) {
            uint64_t bit = UINT64_C(1) << language;
            if ((group & bit & ~languages) != 0) {
                /* English texts are full of foreign names. */
                int64_t each = language == CSA_LANGUAGE_ENGLISH ? 1 : LETTER_POINTS;
                evidence->points[language] -= (int64_t)count * each;
            } else if (languages == bit) {
                evidence->points[language] += (int64_t)count * OWN_LETTER_POINTS;
            }
        }
    }
}

static enum csa_script dominant_script(const struct evidence *evidence)
{
    enum csa_script best = CSA_SCRIPT_OTHER;
    uint64_t most = 0;
    for (unsigned script = 0; script < SCRIPTS; script++) {
        /* A Han or Hangul character says as much as some letters. */
        uint64_t weight = script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_HANGUL ? 3 : 1;
        weight = script == CSA_SCRIPT_KANA ? 2 : weight;
        if (evidence->scripts[script] * weight > most) {
            most = evidence->scripts[script] * weight;
            best = (enum csa_script)script;
        }
    }
    return best;
}

/* Whether too little speaks for a Latin language: one word, which may be a foreign one, or few among many, as
 * in a list of names. A word with a letter of the language is a second witness. */
static bool is_weak(const struct evidence *evidence, unsigned language)
{
    uint32_t letters = 0;
    for (uint32_t c = 0x80; c < CSA_DETECT_LETTERS; c++) {
        letters += (csa_detect_letters[c] >> language & 1) != 0 ? evidence->letters[c] : 0;
    }
    return (evidence->distinct[language] < 2 && letters == 0) ||
           evidence->hits[language] * WORDS_A_HIT < evidence->all_words;
}

/* The language of the group with the most points; `likely` wins when nothing speaks for or against it. */
static csa_language best_of(struct evidence *evidence, uint64_t group, csa_language likely, uint32_t letters)
{
    judge_letters(evidence, group);
    unsigned best = CSA_LANGUAGE_NONE;
    int64_t most = 0;
    int64_t second = 0;
    for (unsigned language = 1; language < CSA_DETECT_COUNT; language++) {
        if ((group >> language & 1) == 0) {
            continue;
        }
        int64_t points = evidence->points[language] + (language == likely ? LIKELY_POINTS : 0);
        if (points > most) {
            second = most;
            most = points;
            best = language;
        } else if (points > second) {
            second = points;
        }
    }
    bool foreign = (int64_t)evidence->foreign * LETTER_POINTS > most ||
                   (uint64_t)evidence->foreign * 25 > (uint64_t)letters + 50;
    bool weak = likely == CSA_LANGUAGE_ENGLISH && best != likely && is_weak(evidence, best);
    if (most == second || foreign || weak || best >= CSA_LANGUAGE_COUNT) {
        return CSA_LANGUAGE_NONE;
    }
    return (csa_language)best;
}

#define BIT(language) (UINT64_C(1) << (language))

static const uint64_t latin_group =
    BIT(CSA_LANGUAGE_ENGLISH) | BIT(CSA_LANGUAGE_GERMAN) | BIT(CSA_LANGUAGE_FRENCH) |
    BIT(CSA_LANGUAGE_SPANISH) | BIT(CSA_LANGUAGE_ITALIAN) | BIT(CSA_LANGUAGE_PORTUGUESE) |
    BIT(CSA_LANGUAGE_DUTCH) | BIT(CSA_LANGUAGE_SWEDISH) | BIT(CSA_LANGUAGE_NORWEGIAN) |
    BIT(CSA_LANGUAGE_DANISH) | BIT(CSA_LANGUAGE_FINNISH) | BIT(CSA_LANGUAGE_HUNGARIAN) |
    BIT(CSA_LANGUAGE_ROMANIAN) | BIT(CSA_LANGUAGE_TURKISH) | BIT(CSA_LANGUAGE_POLISH) |
    BIT(CSA_LANGUAGE_CZECH) | BIT(CSA_LANGUAGE_UZBEK) | BIT(CSA_LANGUAGE_TURKMEN) | BIT(CSA_DETECT_CATALAN) |
    BIT(CSA_DETECT_CROATIAN) | BIT(CSA_DETECT_INDONESIAN) | BIT(CSA_DETECT_SLOVAK);

static const uint64_t cyrillic_group = BIT(CSA_LANGUAGE_RUSSIAN) | BIT(CSA_LANGUAGE_UKRAINIAN) |
                                       BIT(CSA_LANGUAGE_BELARUSIAN) | BIT(CSA_LANGUAGE_KAZAKH) |
                                       BIT(CSA_LANGUAGE_KYRGYZ) | BIT(CSA_LANGUAGE_TAJIK) |
                                       BIT(CSA_LANGUAGE_MONGOLIAN) | BIT(CSA_LANGUAGE_UZBEK) |
                                       BIT(CSA_DETECT_BULGARIAN) | BIT(CSA_DETECT_SERBIAN);

csa_language csa_language_detect(struct csa_view text)
{
    if (text.size == 0) {
        return CSA_LANGUAGE_NONE;
    }
    pthread_once(&slots_once, build_slots);
    text.size = csa_utf8_truncate(text, LOOKED_AT);
    struct evidence evidence = {0};
    look_at_text(&evidence, text);
    const uint32_t *scripts = evidence.scripts;
    switch (dominant_script(&evidence)) {
    case CSA_SCRIPT_LATIN:
        return best_of(&evidence, latin_group, evidence.words > 0 ? CSA_LANGUAGE_ENGLISH : CSA_LANGUAGE_NONE,
                       scripts[CSA_SCRIPT_LATIN]);
    case CSA_SCRIPT_CYRILLIC:
        return best_of(&evidence, cyrillic_group, CSA_LANGUAGE_RUSSIAN, scripts[CSA_SCRIPT_CYRILLIC]);
    case CSA_SCRIPT_ARABIC:
        return best_of(&evidence, BIT(CSA_LANGUAGE_ARABIC) | BIT(CSA_LANGUAGE_PERSIAN), CSA_LANGUAGE_ARABIC,
                       scripts[CSA_SCRIPT_ARABIC]);
    case CSA_SCRIPT_HAN:
    case CSA_SCRIPT_KANA:
        /* Japanese has kana in nearly every sentence; Chinese quotes some at most. */
        return scripts[CSA_SCRIPT_KANA] * 5 > scripts[CSA_SCRIPT_HAN] ? CSA_LANGUAGE_JAPANESE
                                                                      : CSA_LANGUAGE_CHINESE;
    case CSA_SCRIPT_HANGUL:
        return CSA_LANGUAGE_KOREAN;
    case CSA_SCRIPT_GREEK:
        return CSA_LANGUAGE_GREEK;
    case CSA_SCRIPT_HEBREW:
        return CSA_LANGUAGE_HEBREW;
    case CSA_SCRIPT_ARMENIAN:
        return CSA_LANGUAGE_ARMENIAN;
    case CSA_SCRIPT_DEVANAGARI:
        return CSA_LANGUAGE_HINDI;
    case CSA_SCRIPT_THAI:
        return CSA_LANGUAGE_THAI;
    default:
        return CSA_LANGUAGE_NONE;
    }
}
