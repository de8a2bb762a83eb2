/* CSA's rules for characters: what each folds to, how it behaves between words. Runs at build time only, for
 * generate_tables.c.
 *
 * The data come from utf8proc (decompositions, case folding, categories, widths), libunistring (word break
 * classes, scripts) and ICU (simplified forms of Chinese characters). What CSA adds to Unicode's rules is in
 * the lists, in csa_rules_fold() and in word_class() below. */
#include "common/text/generate_rules.h"

#include "common/text/generate_chinese.h"
#include "common/text/unicode.h"

#include <string.h>
#include <unictype.h>
#include <uniwbrk.h>
#include <utf8proc.h>

/* ---- what CSA folds beyond Unicode ---- */

static const struct {
    uint32_t from;
    uint32_t to[2];
} letters[] = {
    {0x00E6, {'a', 'e'}},                                      /* ae */
    {0x0153, {'o', 'e'}},                                      /* oe */
    {0x00F8, {'o'}},                                           /* o with stroke */
    {0x0111, {'d'}},      {0x00F0, {'d'}},                     /* d with stroke, eth */
    {0x00FE, {'t', 'h'}},                                      /* thorn */
    {0x0142, {'l'}},      {0x0127, {'h'}},    {0x0167, {'t'}}, /* stroked l, h, t */
    {0x01B6, {'z'}},      {0x0180, {'b'}},    {0x0268, {'i'}}, /* stroked z, b, i */
    {0x0131, {'i'}},      {0x0237, {'j'}},    {0x0138, {'k'}}, /* dotless i and j, kra */
    {0x06CC, {0x064A}},   {0x06A9, {0x0643}},                  /* Persian yeh and keheh */
    {0x066B, {'.'}},      {0x066C, {','}},                     /* Arabic decimal and thousands signs */
    {0x05F4, {'"'}},                                           /* gershayim */
    {0x2010, {'-'}},      {0x2212, {'-'}},                     /* hyphen, minus */
};

static bool is_apostrophe(uint32_t character)
{
    static const uint32_t all[] = {'\'',   '`',    0x00B4, 0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x0374, 0x1FEF,
                                   0x1FFD, 0x02C8, 0x05F3, 0x2018, 0x2019, 0x201B, 0x2032, 0xFF07};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i] == character) {
            return true;
        }
    }
    return false;
}

static bool is_quote(uint32_t character)
{
    return character == 0x00AB || character == 0x00BB || (character >= 0x201C && character <= 0x201F) ||
           character == 0x2033;
}

/* ---- properties ---- */

static bool is_letter(uint32_t character)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool csa_rules_is_mark(uint32_t character)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

bool csa_rules_is_surrogate(uint32_t character)
{
    return character >= 0xD800 && character <= 0xDFFF;
}

/* Vowel and final jamo, which compose with the syllable before them. */
static bool is_following_jamo(uint32_t character)
{
    return character >= 0x1160 && character <= 0x11FF;
}

static const char *script_name(uint32_t character)
{
    const uc_script_t *script = uc_script(character);
    return script == NULL ? "" : script->name;
}

static enum csa_script script_of(uint32_t character)
{
    static const struct {
        const char *name;
        enum csa_script script;
    } scripts[] = {
        {"Latin", CSA_SCRIPT_LATIN},
        {"Cyrillic", CSA_SCRIPT_CYRILLIC},
        {"Greek", CSA_SCRIPT_GREEK},
        {"Han", CSA_SCRIPT_HAN},
        {"Hiragana", CSA_SCRIPT_KANA},
        {"Katakana", CSA_SCRIPT_KANA},
        {"Hangul", CSA_SCRIPT_HANGUL},
        {"Arabic", CSA_SCRIPT_ARABIC},
        {"Hebrew", CSA_SCRIPT_HEBREW},
        {"Armenian", CSA_SCRIPT_ARMENIAN},
        {"Devanagari", CSA_SCRIPT_DEVANAGARI},
        {"Tamil", CSA_SCRIPT_TAMIL},
        {"Thai", CSA_SCRIPT_THAI},
    };
    const char *name = script_name(character);
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (strcmp(scripts[i].name, name) == 0) {
            return scripts[i].script;
        }
    }
    if (character == 0x30FC || character == 0xFF70) {
        return CSA_SCRIPT_KANA; /* the prolonged sound mark */
    }
    if (character >= 0x20000 && character <= 0x3FFFD && is_letter(character)) {
        return CSA_SCRIPT_HAN; /* newer than libunistring's tables */
    }
    return CSA_SCRIPT_OTHER;
}

static bool is_inherited(uint32_t character)
{
    const char *name = script_name(character);
    return strcmp(name, "Inherited") == 0 || strcmp(name, "Common") == 0 || name[0] == '\0';
}

/* Marks are taken off these letters. */
static bool is_bare(uint32_t character)
{
    enum csa_script script = script_of(character);
    return is_letter(character) && (script == CSA_SCRIPT_LATIN || script == CSA_SCRIPT_GREEK ||
                                    script == CSA_SCRIPT_HEBREW || script == CSA_SCRIPT_ARABIC);
}

static bool keeps_marks(uint32_t character)
{
    enum csa_script script = script_of(character);
    return (is_letter(character) || csa_rules_is_mark(character)) && !is_inherited(character) &&
           !is_bare(character) && script != CSA_SCRIPT_CYRILLIC && script != CSA_SCRIPT_HAN &&
           script != CSA_SCRIPT_KANA && script != CSA_SCRIPT_HANGUL;
}

/* ---- folding ---- */

static void append(struct csa_rules_sequence *sequence, uint32_t character)
{
    if (sequence->size == CSA_RULES_MAXIMUM) {
        sequence->failed = true;
        return;
    }
    sequence->at[sequence->size++] = character;
}

static void append_with_options(struct csa_rules_sequence *out, uint32_t character, utf8proc_option_t options)
{
    utf8proc_int32_t parts[CSA_RULES_MAXIMUM];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)character, parts, CSA_RULES_MAXIMUM, options, &boundary);
    if (count < 0 || count > CSA_RULES_MAXIMUM) {
        out->failed = true;
        return;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        append(out, (uint32_t)parts[i]);
    }
}

/* The canonical composition of two characters, or 0. */
static uint32_t compose(uint32_t first, uint32_t second)
{
    utf8proc_int32_t parts[2] = {(utf8proc_int32_t)first, (utf8proc_int32_t)second};
    utf8proc_ssize_t count = utf8proc_normalize_utf32(parts, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    return count == 1 ? (uint32_t)parts[0] : 0;
}

/* Whether a Cyrillic letter loses this mark although the two compose: stress marks, and io -> ie. */
static bool is_dropped_cyrillic(uint32_t base, uint32_t mark)
{
    if (mark == 0x0301) {
        return base != 0x0433 && base != 0x043A; /* Macedonian gje and kje are letters of their own */
    }
    return mark == 0x0300 || (mark == 0x0308 && base == 0x0435);
}

static bool keeps_mark(uint32_t base, uint32_t mark)
{
    if (is_bare(base)) {
        return false;
    }
    if (compose(base, mark) != 0 &&
        !(script_of(base) == CSA_SCRIPT_CYRILLIC && is_dropped_cyrillic(base, mark))) {
        return true;
    }
    return !is_inherited(mark) && keeps_marks(base);
}

static void strip_marks(struct csa_rules_sequence *sequence)
{
    struct csa_rules_sequence out = {.failed = sequence->failed};
    uint32_t base = 0;
    for (size_t i = 0; i < sequence->size; i++) {
        uint32_t character = sequence->at[i];
        if (!csa_rules_is_mark(character)) {
            base = character;
        } else if (base != 0 && !keeps_mark(base, character)) {
            continue;
        }
        append(&out, character);
    }
    *sequence = out;
}

static void map_letters(struct csa_rules_sequence *sequence)
{
    struct csa_rules_sequence out = {.failed = sequence->failed};
    for (size_t i = 0; i < sequence->size; i++) {
        uint32_t character = sequence->at[i];
        const uint32_t *to = NULL;
        for (size_t k = 0; k < sizeof letters / sizeof letters[0]; k++) {
            if (letters[k].from == character) {
                to = letters[k].to;
            }
        }
        int digit = uc_decimal_value(character);
        utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);
        if (to != NULL) {
            append(&out, to[0]);
            if (to[1] != 0) {
                append(&out, to[1]);
            }
        } else if (category == UTF8PROC_CATEGORY_ND && digit >= 0) {
            append(&out, (uint32_t)('0' + digit));
        } else if (is_apostrophe(character)) {
            append(&out, '\'');
        } else if (is_quote(character)) {
            append(&out, '"');
        } else if (category == UTF8PROC_CATEGORY_PD) {
            append(&out, '-');
        } else {
            append(&out, csa_chinese_simplify(character));
        }
    }
    *sequence = out;
}

static bool is_dropped(uint32_t character)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);
    return utf8proc_get_property((utf8proc_int32_t)character)->ignorable ||
           category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ME ||
           character == 0x0640 /* Arabic tatweel */;
}

static void drop(struct csa_rules_sequence *sequence, bool (*predicate)(uint32_t))
{
    size_t size = 0;
    for (size_t i = 0; i < sequence->size; i++) {
        if (!predicate(sequence->at[i])) {
            sequence->at[size++] = sequence->at[i];
        }
    }
    sequence->size = size;
}

static bool is_space(uint32_t character)
{
    return uc_is_property_white_space(character);
}

static bool is_no_part_of_word(uint32_t character)
{
    return is_space(character) || character == 0x00B7 || character == '\'';
}

static void fold_once(struct csa_rules_sequence *sequence)
{
    /* Decomposed before case folding, so that Greek iota subscript is still a mark and goes. */
    struct csa_rules_sequence decomposed = {.failed = sequence->failed};
    for (size_t i = 0; i < sequence->size; i++) {
        append_with_options(&decomposed, sequence->at[i],
                            UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE);
    }
    struct csa_rules_sequence lower = {.failed = decomposed.failed};
    for (size_t i = 0; i < decomposed.size; i++) {
        if (csa_rules_is_mark(decomposed.at[i])) {
            append(&lower, decomposed.at[i]);
        } else {
            append_with_options(&lower, decomposed.at[i],
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
        }
    }
    strip_marks(&lower);
    map_letters(&lower);
    drop(&lower, is_dropped);
    utf8proc_int32_t *points = (utf8proc_int32_t *)lower.at;
    utf8proc_ssize_t count =
        utf8proc_normalize_utf32(points, (utf8proc_ssize_t)lower.size, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    lower.failed = lower.failed || count < 0;
    lower.size = count < 0 ? 0 : (size_t)count;
    *sequence = lower;
}

static bool same(const struct csa_rules_sequence *a, const struct csa_rules_sequence *b)
{
    return a->size == b->size && memcmp(a->at, b->at, a->size * sizeof a->at[0]) == 0;
}

struct csa_rules_sequence csa_rules_fold(uint32_t character)
{
    struct csa_rules_sequence result = {.size = 1, .at = {character}};
    if (csa_rules_is_surrogate(character)) {
        return result;
    }
    if (is_apostrophe(character)) {
        result.at[0] = '\'';
        return result;
    }
    if (is_space(character)) {
        result.at[0] = ' ';
        return result;
    }
    if (character == 0x309B || character == 0x309C) {
        result.at[0] = character == 0x309B ? 0x3099 : 0x309A; /* kana voicing, spacing and combining */
        return result;
    }
    if (character == 0x0E33 || character == 0x0EB3) {
        return result; /* Thai and Lao am: their decomposition would start with a mark */
    }
    for (int round = 0; round < 4; round++) {
        struct csa_rules_sequence before = result;
        fold_once(&result);
        if (same(&before, &result)) {
            break;
        }
    }
    /* A spacing form of a mark decomposes to a space and the mark, Catalan's l with dot and Afrikaans' 'n to
     * two characters each: only the letter is a word. */
    if (result.size != 1 || result.at[0] == ' ') {
        drop(&result, is_no_part_of_word);
    }
    return result;
}

/* ---- word break classes ---- */

static bool is_subscript_digit(uint32_t character)
{
    return character >= 0x2080 && character <= 0x2089;
}

static bool is_fraction(uint32_t character, const struct csa_rules_sequence *folded)
{
    return utf8proc_category((utf8proc_int32_t)character) == UTF8PROC_CATEGORY_NO && folded->size >= 3 &&
           folded->at[1] == 0x2044;
}

static uint8_t run_class(uint32_t character, const struct csa_rules_sequence *folded)
{
    enum csa_script script = script_of(character);
    bool asian = script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_KANA || script == CSA_SCRIPT_HANGUL;
    bool written =
        is_letter(character) || utf8proc_category((utf8proc_int32_t)character) == UTF8PROC_CATEGORY_NL;
    int property = uc_wordbreak_property(character);
    if (property == WBP_EXTEND || csa_rules_is_mark(character) || folded->size == 0) {
        return CSA_WORD_OTHER;
    }
    bool known = script_name(character)[0] != '\0'; /* else it is newer than libunistring's tables */
    if (property == WBP_KATAKANA || (asian && written) ||
        (property == WBP_OTHER && is_letter(character) && known)) {
        return CSA_WORD_RUN;
    }
    /* Kangxi radicals, which documents made from PDF hold in place of the characters. */
    bool radical = script == CSA_SCRIPT_HAN && folded->size == 1 && folded->at[0] != character;
    return radical && is_letter(folded->at[0]) ? CSA_WORD_RUN : CSA_WORD_OTHER;
}

static uint8_t word_class(uint32_t character, const struct csa_rules_sequence *folded)
{
    if (csa_rules_is_surrogate(character) || character == ':' || character == 0xFE13 || character == 0xFE55 ||
        character == 0xFF1A) {
        return CSA_WORD_OTHER; /* the colon joins no words, as since Unicode 15.1 */
    }
    if (utf8proc_category((utf8proc_int32_t)character) == UTF8PROC_CATEGORY_PD) {
        return CSA_WORD_OTHER;
    }
    if (is_apostrophe(character)) {
        return CSA_WORD_APOSTROPHE;
    }
    if (character == 0x200B || (folded->size > 0 && csa_rules_is_mark(folded->at[0]))) {
        return CSA_WORD_EXTEND;
    }
    if (character == 0x066B) {
        return CSA_WORD_MID_NUMBER;
    }
    if (character == 0x05F4 || character == '"') {
        return CSA_WORD_DOUBLE_QUOTE;
    }
    if (is_subscript_digit(character)) {
        return CSA_WORD_NUMERIC;
    }
    if (is_fraction(character, folded)) {
        return CSA_WORD_FRACTION;
    }
    if (utf8proc_category((utf8proc_int32_t)character) == UTF8PROC_CATEGORY_SC) {
        return CSA_WORD_CURRENCY;
    }
    if (run_class(character, folded) == CSA_WORD_RUN) {
        return CSA_WORD_RUN;
    }
    switch (uc_wordbreak_property(character)) {
    case WBP_EXTEND:
    case WBP_FORMAT:
    case WBP_ZWJ:
        return CSA_WORD_EXTEND;
    case WBP_ALETTER:
        return folded->size == 0 ? CSA_WORD_EXTEND : CSA_WORD_LETTER;
    case WBP_HL:
        return CSA_WORD_HEBREW;
    case WBP_NUMERIC:
        return folded->size == 0 ? CSA_WORD_EXTEND : CSA_WORD_NUMERIC;
    case WBP_MIDLETTER:
        return CSA_WORD_MID_LETTER;
    case WBP_MIDNUM:
        return CSA_WORD_MID_NUMBER;
    case WBP_MIDNUMLET:
        return CSA_WORD_MID_BOTH;
    default:
        break;
    }
    if (csa_rules_is_mark(character) || is_dropped(character)) {
        return CSA_WORD_EXTEND;
    }
    return is_letter(character) && folded->size > 0 ? CSA_WORD_LETTER : CSA_WORD_OTHER;
}

static uint8_t flags_of(uint32_t character, const struct csa_rules_sequence *folded)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);
    unsigned flags = 0;
    flags |= is_letter(character) ? CSA_CHARACTER_LETTER : 0U;
    flags |= category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT ? CSA_CHARACTER_UPPER : 0U;
    flags |= is_space(character) ? CSA_CHARACTER_SPACE : 0U;
    if (folded->size > 0 && (csa_rules_is_mark(folded->at[0]) || is_following_jamo(folded->at[0]))) {
        flags |= CSA_CHARACTER_COMBINES;
    }
    flags |= csa_rules_is_mark(character) ? CSA_CHARACTER_MARK : 0U;
    flags |= csa_rules_is_mark(character) && is_inherited(character) ? CSA_CHARACTER_INHERITED : 0U;
    flags |= is_bare(character) ? CSA_CHARACTER_BARE : 0U;
    flags |= keeps_marks(character) ? CSA_CHARACTER_KEEPS : 0U;
    return (uint8_t)flags;
}

static uint8_t width_of(uint32_t character)
{
    int width = utf8proc_charwidth((utf8proc_int32_t)character);
    if (width <= 0 || is_dropped(character) || is_following_jamo(character)) {
        return 0;
    }
    return width >= 2 ? 2 : 1;
}

struct csa_character csa_rules_character(uint32_t character, const struct csa_rules_sequence *folded)
{
    struct csa_character result = {.word_class = word_class(character, folded),
                                   .script = (uint8_t)script_of(character),
                                   .flags = flags_of(character, folded),
                                   .width = width_of(character)};
    if (!csa_rules_is_surrogate(character)) {
        result.combining = (uint8_t)utf8proc_get_property((utf8proc_int32_t)character)->combining_class;
    }
    return result;
}

uint32_t csa_rules_split(uint32_t character, uint32_t *second)
{
    struct csa_rules_sequence parts = {0};
    append_with_options(&parts, character, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
    if (parts.size < 2) {
        return 0;
    }
    *second = parts.at[--parts.size];
    utf8proc_int32_t *points = (utf8proc_int32_t *)parts.at;
    utf8proc_ssize_t size =
        utf8proc_normalize_utf32(points, (utf8proc_ssize_t)parts.size, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    return size == 1 && compose(parts.at[0], *second) == character ? parts.at[0] : 0;
}
