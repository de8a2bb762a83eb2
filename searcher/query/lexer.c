/* Cutting a query into lexemes: signs, fields, quotes of every style, parentheses, suffixes. Works on valid
 * UTF-8, owns nothing, never fails. */
#include "searcher/query/lexer.h"

#include "common/text/unicode.h"

/* A quotation mark of any style opens a phrase, and any of them closes it: people paste “...”, „...“ and
 * «...» as well as "...". An apostrophe is a letter of a word and never quotes. */
static bool is_quote(uint32_t character)
{
    switch (character) {
    case '"':
    case 0x201C: /* left double */
    case 0x201D: /* right double */
    case 0x201E: /* low double */
    case 0x201F:
    case 0x00AB: /* guillemets */
    case 0x00BB:
    case 0x300C: /* corner brackets */
    case 0x300D:
    case 0x300E:
    case 0x300F:
    case 0xFF02: /* full width */
        return true;
    default:
        return false;
    }
}

/* The character at p without consuming it; *size is its length. */
static uint32_t peek(const char *p, const char *end, size_t *size)
{
    uint32_t character;
    *size = (size_t)(csa_utf8_decode(p, end, &character) - p);
    return character;
}

static bool at_space(const char *p, const char *end)
{
    size_t size;
    return p >= end || csa_unicode_is_space(peek(p, end, &size));
}

static void skip_space(struct csa_lexer *lexer)
{
    while (lexer->next < lexer->end && at_space(lexer->next, lexer->end)) {
        size_t size;
        peek(lexer->next, lexer->end, &size);
        lexer->next += size;
    }
}

/* Where the quote that opens at p closes, or null. *inner is the first byte behind the opening mark, *behind
 * the byte behind the closing one. */
static const char *find_closing_quote(const char *p, const char *end, const char **inner, const char **behind)
{
    size_t size;
    peek(p, end, &size);
    *inner = p + size;
    for (const char *q = *inner; q < end; q += size) {
        if (is_quote(peek(q, end, &size))) {
            *behind = q + size;
            return q;
        }
    }
    return NULL;
}

/* Reads digits with at most one point; returns the byte behind them, or p when there are none. */
static const char *read_number(const char *p, const char *end, double *value)
{
    const char *start = p;
    double number = 0;
    double place = 0;
    for (; p < end && p - start < 12; p++) {
        if (*p >= '0' && *p <= '9') {
            number = place == 0 ? number * 10 + (*p - '0') : number + (*p - '0') * place;
            place /= 10;
        } else if (*p == '.' && place == 0 && p > start && p + 1 < end && p[1] >= '0' && p[1] <= '9') {
            place = 0.1;
        } else {
            break;
        }
    }
    *value = number;
    return p;
}

/* `~N` behind a phrase and `^N` behind anything, when blank space, a parenthesis or the end follows. */
static const char *read_suffixes(const char *p, const char *end, bool phrase, struct csa_lexeme *lexeme)
{
    for (int i = 0; i < 2 && p < end; i++) {
        double value;
        if (phrase && *p == '~') {
            const char *behind = read_number(p + 1, end, &value);
            if (behind == p + 1 || value > 1000) {
                break;
            }
            lexeme->slop = (uint32_t)value;
            p = behind;
        } else if (*p == '^') {
            const char *behind = read_number(p + 1, end, &value);
            if (behind == p + 1 || value > 1000) {
                break;
            }
            lexeme->boost = (float)value;
            p = behind;
        }
    }
    return p;
}

bool csa_lexer_is_field(struct csa_view name)
{
    return csa_view_equal(name, csa_view_of("title"));
}

/* `name:` before a word, quote or parenthesis. */
static void read_field(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    const char *p = lexer->next;
    while (p < lexer->end && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))) {
        p++;
    }
    struct csa_view name = csa_view_make(lexer->next, (size_t)(p - lexer->next));
    if (p < lexer->end && *p == ':' && !at_space(p + 1, lexer->end) && csa_lexer_is_field(name)) {
        lexeme->field = name;
        lexer->next = p + 1;
    }
}

/* A parenthesis opens a group only where a word could start, and closes one only behind a word, so that
 * "SCO(2023)x" stays a word; inside a word they are ordinary characters for the tokenizer. */
static const char *find_word_end(const char *p, const char *end)
{
    size_t depth = 0;
    size_t size;
    for (; p < end && !at_space(p, end); p += size) {
        uint32_t character = peek(p, end, &size);
        if (is_quote(character)) {
            const char *inner;
            const char *behind;
            if (find_closing_quote(p, end, &inner, &behind) != NULL) {
                break;
            }
        } else if (character == '(') {
            depth++;
        } else if (character == ')') {
            if (depth == 0) {
                break;
            }
            depth--;
        }
    }
    return p;
}

/* Takes `^N` off a word's end. */
static void split_boost(struct csa_lexeme *lexeme)
{
    const char *start = lexeme->text.data;
    const char *end = start + lexeme->text.size;
    for (const char *p = end; p > start + 1;) {
        p--;
        if (*p == '^') {
            struct csa_lexeme probe = {.boost = 1};
            if (read_suffixes(p, end, false, &probe) == end) {
                lexeme->boost = probe.boost;
                lexeme->text.size = (size_t)(p - start);
            }
            return;
        }
        if ((*p < '0' || *p > '9') && *p != '.') {
            return;
        }
    }
}

static enum csa_lexeme_kind operator_of(struct csa_view word)
{
    return csa_view_equal(word, csa_view_of("AND"))   ? CSA_LEXEME_AND
           : csa_view_equal(word, csa_view_of("OR"))  ? CSA_LEXEME_OR
           : csa_view_equal(word, csa_view_of("NOT")) ? CSA_LEXEME_NOT
                                                      : CSA_LEXEME_WORD;
}

static void read_word(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    const char *end = find_word_end(lexer->next, lexer->end);
    if (end == lexer->next) { /* an unclosed quote or the like: one character, for the tokenizer to drop */
        size_t size;
        peek(lexer->next, lexer->end, &size);
        end = lexer->next + size;
    }
    lexeme->kind = CSA_LEXEME_WORD;
    lexeme->text = csa_view_make(lexer->next, (size_t)(end - lexer->next));
    lexer->next = end;
    if (lexeme->sign == 0 && lexeme->field.size == 0) {
        lexeme->kind = operator_of(lexeme->text);
    }
    if (lexeme->kind == CSA_LEXEME_WORD) {
        split_boost(lexeme);
    }
}

void csa_lexer_next(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    *lexeme = (struct csa_lexeme){.boost = 1};
    skip_space(lexer);
    const char *start = lexer->next;
    if (lexer->next >= lexer->end) {
        return;
    }
    char first = *lexer->next;
    if ((first == '+' || first == '-') && !at_space(lexer->next + 1, lexer->end)) {
        lexeme->sign = first;
        lexer->next++;
    }
    read_field(lexer, lexeme);
    size_t size;
    uint32_t character = peek(lexer->next, lexer->end, &size);
    const char *inner;
    const char *behind;
    if (character == '(') {
        lexeme->kind = CSA_LEXEME_OPEN;
        lexer->next += size;
    } else if (character == ')') {
        lexeme->kind = CSA_LEXEME_CLOSE;
        lexer->next = read_suffixes(lexer->next + size, lexer->end, false, lexeme);
    } else if (is_quote(character)) {
        const char *closing = find_closing_quote(lexer->next, lexer->end, &inner, &behind);
        if (closing != NULL) {
            lexeme->kind = CSA_LEXEME_PHRASE;
            lexeme->text = csa_view_make(inner, (size_t)(closing - inner));
            lexer->next = read_suffixes(behind, lexer->end, true, lexeme);
        } else {
            lexer->next += size;
            lexeme->unclosed = true;
            lexeme->kind = CSA_LEXEME_WORD;
            lexeme->text = csa_view_make(lexer->next, 0);
        }
    } else {
        read_word(lexer, lexeme);
    }
    lexeme->source = csa_view_make(start, (size_t)(lexer->next - start));
}
