/* The tokenizer: finds words and folds them. Owns the state in struct csa_tokenizer; called for every word of
 * every article, so that most of it is about the fast path: a word of ASCII letters and digits is found,
 * lowered and copied eight bytes at a time, without looking characters up. Any other word takes the general
 * path. Both give the same tokens. */
#include "common/text/tokenizer.h"

#include "common/text/fold.h"
#include "common/text/tokenizer_parts.h"

enum byte_kind {
    BYTE_SEPARATOR,
    BYTE_SIGN,   /* a separator that may make an EXTRA token of the word before it: + # & */
    BYTE_MIDDLE, /* joins words or numbers: ' ` . , ; */
    BYTE_LETTER, /* words begin from here on */
    BYTE_DIGIT,
    BYTE_HIGH, /* not ASCII */
};

/* clang-format off */
static const uint8_t byte_kinds[256] = {
    ['+'] = BYTE_SIGN, ['#'] = BYTE_SIGN, ['&'] = BYTE_SIGN,
    ['\''] = BYTE_MIDDLE, ['`'] = BYTE_MIDDLE, ['.'] = BYTE_MIDDLE, [','] = BYTE_MIDDLE, [';'] = BYTE_MIDDLE,
    ['0' ... '9'] = BYTE_DIGIT, ['A' ... 'Z'] = BYTE_LETTER, ['a' ... 'z'] = BYTE_LETTER,
    [0x80 ... 0xFF] = BYTE_HIGH,
};
/* clang-format on */

static inline enum byte_kind kind_of(const char *p)
{
    return (enum byte_kind)byte_kinds[(uint8_t)*p];
}

void csa_tokenizer_init(struct csa_tokenizer *tokenizer, struct csa_view text)
{
    size_t size = text.size > UINT32_MAX ? UINT32_MAX : text.size;
    tokenizer->start = text.data;
    tokenizer->next = text.data;
    tokenizer->end = size == 0 ? text.data : text.data + size;
    tokenizer->position = 0;
    tokenizer->pending_size = 0;
    tokenizer->character.size = 0;
}

/* ---- giving tokens ---- */

static inline bool give(struct csa_tokenizer *tokenizer, const struct csa_word *word, struct csa_token *token)
{
    token->surface = csa_view_make(tokenizer->surface, word->size);
    token->position = tokenizer->position++;
    token->begin = csa_tokenizer_offset(tokenizer, word->begin);
    token->end = csa_tokenizer_offset(tokenizer, word->end);
    token->flags = (uint8_t)(tokenizer->surface[0] - '0') < 10 ? CSA_TOKEN_NUMBER : 0;
    return true;
}

/* The EXTRA token first, when the word makes one. */
static bool give_with_extra(struct csa_tokenizer *tokenizer, const struct csa_word *word,
                            struct csa_token *token)
{
    const char *begin;
    const char *end;
    uint32_t size = csa_tokenizer_find_extra(tokenizer, word, &begin, &end);
    if (size == 0) {
        return give(tokenizer, word, token);
    }
    tokenizer->pending_size = word->size;
    tokenizer->pending_begin = csa_tokenizer_offset(tokenizer, word->begin);
    tokenizer->pending_end = csa_tokenizer_offset(tokenizer, word->end);
    bool number = (uint8_t)(tokenizer->extra[0] - '0') < 10;
    *token = (struct csa_token){.surface = csa_view_make(tokenizer->extra, size),
                                .position = tokenizer->position,
                                .begin = csa_tokenizer_offset(tokenizer, begin),
                                .end = csa_tokenizer_offset(tokenizer, end),
                                .flags = (uint8_t)(CSA_TOKEN_EXTRA | (number ? CSA_TOKEN_NUMBER : 0))};
    return true;
}

static bool give_pending(struct csa_tokenizer *tokenizer, struct csa_token *token)
{
    struct csa_word word = {.begin = tokenizer->start + tokenizer->pending_begin,
                            .end = tokenizer->start + tokenizer->pending_end,
                            .size = tokenizer->pending_size};
    tokenizer->pending_size = 0;
    return give(tokenizer, &word, token);
}

/* ---- the general path ---- */

static bool is_letter(unsigned word_class)
{
    return word_class == CSA_WORD_LETTER || word_class == CSA_WORD_HEBREW;
}

/* UAX #29, rules WB6, WB7, WB7b, WB7c, WB11, WB12: whether the class in the middle joins its neighbours. */
static bool joins(unsigned before, unsigned middle, unsigned behind)
{
    switch (middle) {
    case CSA_WORD_MID_LETTER:
        return is_letter(before) && is_letter(behind);
    case CSA_WORD_MID_NUMBER:
        return before == CSA_WORD_NUMERIC && behind == CSA_WORD_NUMERIC;
    case CSA_WORD_MID_BOTH:
    case CSA_WORD_APOSTROPHE:
        return (is_letter(before) && is_letter(behind)) ||
               (before == CSA_WORD_NUMERIC && behind == CSA_WORD_NUMERIC);
    case CSA_WORD_DOUBLE_QUOTE:
        return before == CSA_WORD_HEBREW && behind == CSA_WORD_HEBREW;
    default:
        return false;
    }
}

/* The character behind p and the marks there that belong to the character before p (rule WB4). */
static const char *skip_extending(const char *p, const char *end, unsigned *word_class)
{
    *word_class = CSA_WORD_OTHER;
    while (p < end) {
        uint32_t character;
        const struct csa_character *properties;
        const char *next = csa_tokenizer_decode(p, end, &character, &properties);
        *word_class = properties->word_class;
        if (properties->word_class != CSA_WORD_EXTEND) {
            break;
        }
        *word_class = CSA_WORD_OTHER;
        p = next;
    }
    return p;
}

/* Appends the folding of the character to a word; what is past the maximum is dropped. */
static inline size_t append(char *out, size_t size, uint32_t character,
                            const struct csa_character *properties)
{
    if (size > CSA_TOKEN_MAXIMUM) {
        return size;
    }
    uint32_t offset = csa_fold_get(character);
    if ((properties->flags & CSA_CHARACTER_COMBINES) != 0) {
        return csa_fold_append(out, size, character);
    }
    if (offset == 0) {
        if (character < 0x80U) {
            out[size] = (char)character;
            return size + 1;
        }
        return size + csa_utf8_encode(out + size, character);
    }
    const uint8_t *folded = csa_fold_bytes + offset;
    size_t length = folded[0];
    if (length <= 8) {
        memcpy(out + size, folded + 1, 8);
    } else {
        memcpy(out + size, folded + 1, length);
    }
    return size + length;
}

/* Whether exactly one letter stands from p to where, which is still one when folded (not so a ligature). */
static bool is_single_letter(const char *p, const char *where, const char *end)
{
    uint32_t character;
    const struct csa_character *properties;
    unsigned word_class;
    char folded[CSA_TOKEN_MAXIMUM];
    const char *next = csa_tokenizer_decode(p, end, &character, &properties);
    size_t size = append(folded, 0, character, properties);
    return skip_extending(next, end, &word_class) == where &&
           csa_utf8_decode(folded, folded + size, &character) == folded + size;
}

/* Whether the period at p, between letters, belongs to an abbreviation like U.S. or e.g.: one letter stands
 * on either side of it, `segment` being where the letters before it begin. Else it ends a sentence whose
 * blank was lost (end.Then) or parts a host name, and the words on both sides should be found by themselves.
 */
static bool abbreviates(const char *segment, const char *p, const char *letter, const char *end)
{
    uint32_t character;
    const struct csa_character *properties;
    unsigned behind;
    const char *next = csa_tokenizer_decode(letter, end, &character, &properties);
    next = skip_extending(next, end, &behind);
    return !is_letter(behind) && behind != CSA_WORD_NUMERIC && is_single_letter(segment, p, end) &&
           is_single_letter(letter, next, end);
}

/* Copies the letters at p that fold to themselves and that most words of two alphabets are made of: a to z,
 * and the small letters of Russian but for io. Returns how many bytes. */
static inline size_t copy_plain_letters(const char *p, const char *end, char *out, size_t size)
{
    const char *begin = p;
    while (p < end && size <= CSA_TOKEN_MAXIMUM) {
        uint8_t byte = (uint8_t)p[0];
        if ((uint8_t)(byte - 'a') < 26) {
            out[size++] = (char)byte;
            p++;
            continue;
        }
        if ((byte & 0xFEU) != 0xD0U || end - p < 2) {
            break;
        }
        /* One test for both lead bytes, as they change within a word without a pattern. */
        uint8_t second = (uint8_t)p[1];
        unsigned letter = ((byte & 1U) << 6 | (second & 0x3FU)) - 0x30U;
        if ((letter >= 0x20U) | ((second & 0xC0U) != 0x80U)) {
            break;
        }
        out[size++] = (char)byte;
        out[size++] = (char)second;
        p += 2;
    }
    return (size_t)(p - begin);
}

/* Whether the letter at p is one before which Romance languages elide: a vowel, h or y. */
static bool begins_elided_word(const char *p, const char *end)
{
    uint32_t character;
    const struct csa_character *properties;
    char folded[CSA_TOKEN_MAXIMUM];
    csa_tokenizer_decode(p, end, &character, &properties);
    size_t size = append(folded, 0, character, properties);
    return size > 0 && memchr("aeiouhy", folded[0], 7) != NULL;
}

/* The word that begins with the letter or digit at p; false when nothing of it is left after folding. */
static bool read_word(struct csa_tokenizer *tokenizer, const char *p, struct csa_word *word)
{
    const char *end = tokenizer->end;
    char *out = tokenizer->surface;
    size_t size = 0;
    bool joined = false;
    unsigned before = CSA_WORD_OTHER; /* class of the last letter or digit */
    const char *segment = p;          /* where the letters behind the last joint begin */
    word->begin = p;
    for (;;) {
        size_t plain = copy_plain_letters(p, end, out, size);
        size += plain;
        p += plain;
        before = plain > 0 ? CSA_WORD_LETTER : before;
        if (p == end) {
            break;
        }
        uint32_t character;
        const struct csa_character *properties;
        const char *next = csa_tokenizer_decode(p, end, &character, &properties);
        unsigned word_class = properties->word_class;
        if (is_letter(word_class) || word_class == CSA_WORD_NUMERIC) {
            before = word_class;
        } else if (word_class != CSA_WORD_EXTEND) {
            unsigned behind;
            const char *letter = skip_extending(next, end, &behind);
            if (!joins(before, word_class, behind) || (word_class == CSA_WORD_MID_BOTH && is_letter(before) &&
                                                       !abbreviates(segment, p, letter, end))) {
                break;
            }
            if (word_class == CSA_WORD_APOSTROPHE && !joined && csa_tokenizer_is_elided(out, size) &&
                begins_elided_word(letter, end)) {
                break;
            }
            joined = true;
            next = letter;
            if (word_class == CSA_WORD_MID_LETTER) {
                p = next;
                continue; /* the dot of Catalan l.l, a hyphenation point: joins and goes */
            }
            segment = letter;
        }
        size = append(out, size, character, properties);
        p = next;
    }
    word->end = p;
    tokenizer->next = p;
    if (size > CSA_TOKEN_MAXIMUM) {
        size = csa_tokenizer_cut(out, size);
    }
    word->size = (uint32_t)(joined ? csa_tokenizer_finish_joined(out, size) : size);
    return word->size > 0;
}

/* One half and its kin. */
static void read_fraction(struct csa_tokenizer *tokenizer, const char *p, const char *next,
                          uint32_t character, struct csa_word *word)
{
    word->begin = p;
    word->end = next;
    word->size = (uint32_t)csa_fold_append(tokenizer->surface, 0, character);
    tokenizer->next = next;
}

/* Gives the word or run at p when one begins there, else sets *behind to the byte behind the character. */
static bool give_at(struct csa_tokenizer *tokenizer, const char *p, struct csa_token *token,
                    const char **behind)
{
    uint32_t character;
    const struct csa_character *properties;
    const char *next = csa_tokenizer_decode(p, tokenizer->end, &character, &properties);
    struct csa_word word;
    *behind = next;
    switch (properties->word_class) {
    case CSA_WORD_LETTER:
    case CSA_WORD_HEBREW:
    case CSA_WORD_NUMERIC:
        if (read_word(tokenizer, p, &word)) {
            return give_with_extra(tokenizer, &word, token);
        }
        *behind = word.end;
        return false;
    case CSA_WORD_FRACTION:
        read_fraction(tokenizer, p, next, character, &word);
        return give(tokenizer, &word, token);
    case CSA_WORD_RUN:
        tokenizer->next = p;
        csa_tokenizer_begin_run(tokenizer);
        return csa_tokenizer_next_in_run(tokenizer, token);
    default:
        return false;
    }
}

/* ---- the fast path ---- */

#define REPEAT(byte) (0x0101010101010101U * (byte))

/* Copies the letters and digits at p, lowered, to out; returns how many, at most `most` (less than 8 more may
 * be written). */
static inline size_t copy_letters(const char *p, const char *end, char *out, size_t most)
{
    size_t size = 0;
    while (size < most && end - p >= 8) {
        uint64_t bytes;
        memcpy(&bytes, p, sizeof bytes);
        /* In each byte without its top bit: set bit 7 by adding when it is at least a bound, so that two sums
         * tell whether it lies between the bounds. Nothing carries into the next byte. */
        uint64_t seven = bytes & REPEAT(0x7FU);
        uint64_t lower = seven | REPEAT(0x20U);
        uint64_t letters = (lower + REPEAT(0x80U - 'a')) & ~(lower + REPEAT(0x7FU - 'z'));
        uint64_t digits = (seven + REPEAT(0x80U - '0')) & ~(seven + REPEAT(0x7FU - '9'));
        uint64_t others = ~((letters | digits) & ~bytes) & REPEAT(0x80U);
        memcpy(out + size, &lower, sizeof lower); /* digits have bit 5 set already */
        if (others != 0) {
            return size + ((size_t)__builtin_ctzll(others) >> 3);
        }
        size += 8;
        p += 8;
    }
    while (size < most && p < end && (kind_of(p) == BYTE_LETTER || kind_of(p) == BYTE_DIGIT)) {
        out[size++] = (char)(*p++ | 0x20);
    }
    return size;
}

static bool joins_bytes(const char *middle)
{
    enum byte_kind before = kind_of(middle - 1);
    enum byte_kind behind = kind_of(middle + 1);
    return before == behind &&
           (before == BYTE_DIGIT || (before == BYTE_LETTER && *middle != ',' && *middle != ';'));
}

/* Whether the character that is not ASCII at p may go on with the word before it. */
static bool may_go_on(const char *p, const char *end)
{
    uint32_t character;
    const struct csa_character *properties;
    csa_tokenizer_decode(p, end, &character, &properties);
    return properties->word_class >= CSA_WORD_EXTEND && properties->word_class <= CSA_WORD_APOSTROPHE;
}

/* The word of ASCII letters and digits that begins at p; false when the general path must read it. */
static inline bool read_ascii_word(struct csa_tokenizer *tokenizer, const char *p, struct csa_word *word,
                                   bool *sign)
{
    const char *end = tokenizer->end;
    char *out = tokenizer->surface;
    const char *segment = p; /* where the letters behind the last joint begin */
    bool joined = false;
    size_t size = 0;
    word->begin = p;
    for (;;) {
        size_t count = copy_letters(p, end, out + size, CSA_TOKEN_MAXIMUM + 1 - size);
        size += count;
        p += count;
        if (size > CSA_TOKEN_MAXIMUM) {
            return false;
        }
        enum byte_kind kind = p == end ? BYTE_SEPARATOR : kind_of(p);
        if (kind == BYTE_SEPARATOR) {
            break;
        }
        if (kind == BYTE_SIGN) {
            *sign = true;
            break;
        }
        if (kind == BYTE_HIGH) {
            if (may_go_on(p, end)) {
                return false;
            }
            break;
        }
        if (end - p < 2) {
            break;
        }
        if (kind_of(p + 1) == BYTE_HIGH) {
            return false;
        }
        if (!joins_bytes(p)) {
            break;
        }
        if (*p == '.' && kind_of(p + 1) == BYTE_LETTER) {
            enum byte_kind second = end - p < 3 ? BYTE_SEPARATOR : kind_of(p + 2);
            if (second == BYTE_HIGH) {
                return false;
            }
            if (p - segment != 1 || second == BYTE_LETTER || second == BYTE_DIGIT) {
                break; /* no abbreviation, see abbreviates() */
            }
        }
        if ((*p == '\'' || *p == '`') && !joined && csa_tokenizer_is_elided(out, size) &&
            begins_elided_word(p + 1, end)) {
            break;
        }
        segment = p + 1;
        out[size++] = *p == '`' ? '\'' : *p;
        p++;
        joined = true;
    }
    word->end = p;
    word->size = (uint32_t)(joined ? csa_tokenizer_finish_joined(out, size) : size);
    tokenizer->next = p;
    return true;
}

static inline bool next_token(struct csa_tokenizer *tokenizer, struct csa_token *token, bool fast)
{
    if (tokenizer->pending_size != 0) {
        return give_pending(tokenizer, token);
    }
    if (tokenizer->character.size != 0) {
        return csa_tokenizer_next_in_run(tokenizer, token);
    }
    const char *p = tokenizer->next;
    const char *end = tokenizer->end;
    for (;;) {
        while (p < end && kind_of(p) < BYTE_LETTER) {
            p++;
        }
        if (p == end) {
            tokenizer->next = end;
            return false;
        }
        enum byte_kind kind = kind_of(p);
        struct csa_word word;
        bool sign = false;
        if (fast && kind != BYTE_HIGH && read_ascii_word(tokenizer, p, &word, &sign)) {
            return sign || kind == BYTE_DIGIT ? give_with_extra(tokenizer, &word, token)
                                              : give(tokenizer, &word, token);
        }
        if (give_at(tokenizer, p, token, &p)) {
            return true;
        }
    }
}

bool csa_tokenizer_next(struct csa_tokenizer *tokenizer, struct csa_token *token)
{
    return next_token(tokenizer, token, true);
}

bool csa_tokenizer_next_slowly(struct csa_tokenizer *tokenizer, struct csa_token *token)
{
    return next_token(tokenizer, token, false);
}
