/* Cutting a query into lexemes: signs, fields, quotes of every style, parentheses, suffixes. Works on valid
 * UTF-8, owns nothing, never fails. */
#include "searcher/query/lexer.h"

#include "common/text/unicode.h"
#include "searcher/query/tree.h"

enum { NUMBER_BYTES = 12 };

static const struct {
    const char *name;
    enum csa_field field;
} FIELDS[] = {
    {"title", CSA_FIELD_TITLE},   {"author", CSA_FIELD_AUTHOR}, {"source", CSA_FIELD_SOURCE},
    {"lang", CSA_FIELD_LANGUAGE}, {"site", CSA_FIELD_SITE},     {"id", CSA_FIELD_ID},
    {"date", CSA_FIELD_DATE},
};

/* A quotation mark of any style opens a phrase, and any of them closes it: people paste “...”, „...“ and
 * «...» as well as "...". An apostrophe is a letter of a word and never quotes. */
bool csa_is_quote(uint32_t character)
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

static bool is_hebrew(uint32_t character)
{
    return csa_unicode_script(character) == CSA_SCRIPT_HEBREW;
}

/* Whether the character at p, a quotation mark, is one of an abbreviation: Hebrew writes it inside the word.
 */
static bool is_inside_hebrew(const char *p, const char *start, const char *end)
{
    size_t size;
    peek(p, end, &size);
    const char *before = p;
    while (before > start && ((uint8_t)before[-1] & 0xC0) == 0x80) {
        before--;
    }
    if (*p != '"' || before == start || p + size >= end) {
        return false;
    }
    before--;
    return is_hebrew(peek(before, p, &size)) && is_hebrew(peek(p + 1, end, &size));
}

/* What quotation marks hold. */
struct quoted {
    struct csa_view text;
    const char *behind; /* the byte behind the closing mark */
};

/* Reads the quoted string that opens at p; false when it is not closed. What is taken as it is, an id or a
 * whole name, may hold any character in straight quotes, a straight quotation mark doubled. */
static bool read_quoted(const char *p, const char *end, bool verbatim, struct quoted *quoted)
{
    size_t size;
    bool straight = verbatim && *p == '"';
    peek(p, end, &size);
    const char *inner = p + size;
    for (const char *q = inner; q < end; q += size) {
        if (!csa_is_quote(peek(q, end, &size)) || is_inside_hebrew(q, inner, end)) {
            continue;
        }
        if (straight && *q != '"') {
            continue;
        }
        if (straight && q + 1 < end && q[1] == '"') {
            size = 2;
            continue;
        }
        *quoted = (struct quoted){csa_view_make(inner, (size_t)(q - inner)), q + size};
        return true;
    }
    return false;
}

/* Reads digits with at most one point among or before them; returns the byte behind them, or p when there are
 * none. */
static const char *read_number(const char *p, const char *end, double *value)
{
    const char *start = p;
    double number = 0;
    double place = 0;
    for (; p < end && p - start < NUMBER_BYTES; p++) {
        if (*p >= '0' && *p <= '9') {
            number = place == 0 ? number * 10 + (*p - '0') : number + (*p - '0') * place;
            place /= 10;
        } else if (*p == '.' && place == 0 && p + 1 < end && p[1] >= '0' && p[1] <= '9') {
            place = 0.1;
        } else {
            break;
        }
    }
    *value = number;
    return p;
}

static void set_slop(struct csa_lexeme *lexeme, double value)
{
    lexeme->cut = lexeme->cut || value > CSA_QUERY_SLOP;
    lexeme->slop = value > CSA_QUERY_SLOP ? CSA_QUERY_SLOP : (uint32_t)value;
}

/* `~N` behind a phrase and `^N` behind anything. */
static const char *read_suffixes(const char *p, const char *end, bool phrase, struct csa_lexeme *lexeme)
{
    for (int i = 0; i < 2 && p < end; i++) {
        double value;
        bool negative = *p == '^' && p + 1 < end && p[1] == '-';
        const char *number = p + 1 + negative;
        const char *behind = *p == '^' || (phrase && *p == '~') ? read_number(number, end, &value) : p;
        if (behind <= number || (*p == '~' && *number == '.')) {
            break;
        }
        if (negative) {
            lexeme->wrong_boost = true;
            p = behind;
            continue;
        }
        if (*p == '~') {
            set_slop(lexeme, value);
        } else {
            lexeme->cut = lexeme->cut || value > CSA_QUERY_BOOST_MAXIMUM;
            lexeme->boost = csa_boost_round(value);
        }
        p = behind;
    }
    return p;
}

const char *csa_field_name(enum csa_field field)
{
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        if (FIELDS[i].field == field) {
            return FIELDS[i].name;
        }
    }
    return "";
}

static char small(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_field(struct csa_view name, const char *field)
{
    size_t size = strlen(field);
    for (size_t i = 0; i < size && size == name.size; i++) {
        if (small(name.data[i]) != field[i]) {
            return false;
        }
    }
    return size == name.size;
}

/* `name:` before a word, quotation mark or parenthesis. */
static void read_field(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    const char *p = lexer->next;
    while (p < lexer->end && small(*p) >= 'a' && small(*p) <= 'z') {
        p++;
    }
    struct csa_view name = csa_view_make(lexer->next, (size_t)(p - lexer->next));
    if (p == lexer->end || *p != ':') {
        return;
    }
    bool lonely = at_space(p + 1, lexer->end) || p[1] == ')';
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        if (!is_field(name, FIELDS[i].name)) {
            continue;
        }
        lexeme->lonely_field = lonely;
        if (!lonely) {
            lexeme->field = FIELDS[i].field;
            lexer->next = p + 1;
        }
    }
}

/* Whether the quotation mark at p inside a word ends the word, because a quoted string begins there. In
 * 12" and 24" it does not. */
static bool opens_behind_word(const char *p, const char *start, const char *end)
{
    size_t size;
    struct quoted quoted;
    peek(p, end, &size);
    return !is_inside_hebrew(p, start, end) && (p == start || !at_space(p + size, end)) &&
           read_quoted(p, end, false, &quoted);
}

/* A parenthesis opens a group only where a word could start, and closes one only behind a word, so that
 * "SCO(2023)x" stays a word; inside a word they are ordinary characters for the tokenizer. */
static const char *find_word_end(const char *start, const char *end)
{
    size_t depth = 0;
    size_t size;
    const char *p = start;
    for (; p < end && !at_space(p, end); p += size) {
        uint32_t character = peek(p, end, &size);
        if (csa_is_quote(character)) {
            if (opens_behind_word(p, start, end)) {
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
                lexeme->cut = lexeme->cut || probe.cut;
                lexeme->wrong_boost = lexeme->wrong_boost || probe.wrong_boost;
                lexeme->text.size = (size_t)(p - start);
            }
            return;
        }
        if ((*p < '0' || *p > '9') && *p != '.' && *p != '-') {
            return;
        }
    }
}

/* NEAR, NEAR/N */
static bool is_near(struct csa_lexeme *lexeme)
{
    struct csa_view word = lexeme->text;
    if (!csa_view_starts_with(word, csa_view_of("NEAR"))) {
        return false;
    }
    double distance = CSA_QUERY_NEAR;
    if (word.size > 4) {
        const char *end = word.data + word.size;
        if (word.data[4] != '/' || word.size == 5 || read_number(word.data + 5, end, &distance) != end ||
            memchr(word.data, '.', word.size) != NULL) {
            return false;
        }
    }
    set_slop(lexeme, distance);
    return true;
}

static enum csa_lexeme_kind operator_of(struct csa_lexeme *lexeme)
{
    struct csa_view word = lexeme->text;
    return csa_view_equal(word, csa_view_of("AND"))   ? CSA_LEXEME_AND
           : csa_view_equal(word, csa_view_of("OR"))  ? CSA_LEXEME_OR
           : csa_view_equal(word, csa_view_of("NOT")) ? CSA_LEXEME_NOT
           : is_near(lexeme)                          ? CSA_LEXEME_NEAR
                                                      : CSA_LEXEME_WORD;
}

/* No letter but A to Z, so many words of them that it is a sentence, and no other sign of the query language.
 */
static bool is_all_capitals(struct csa_view text)
{
    enum { SENTENCE_WORDS = 6 };
    size_t words = 0;
    bool in_word = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 || strchr("\"()+=*?~^:", c) != NULL) {
            return false;
        }
        bool letter = c >= 'A' && c <= 'Z';
        words += letter && !in_word;
        in_word = letter;
    }
    return words >= SENTENCE_WORDS;
}

void csa_lexer_init(struct csa_lexer *lexer, struct csa_view text)
{
    *lexer = (struct csa_lexer){.next = text.data,
                                .end = text.size == 0 ? text.data : text.data + text.size,
                                .all_capitals = is_all_capitals(text)};
}

static void read_word(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    const char *end = find_word_end(lexer->next, lexer->end);
    lexeme->kind = CSA_LEXEME_WORD;
    lexeme->text = csa_view_make(lexer->next, (size_t)(end - lexer->next));
    lexer->next = end;
    if (lexeme->sign == 0 && lexeme->field == CSA_FIELD_TEXT && !lexeme->exact && !lexeme->unclosed &&
        !lexer->all_capitals) {
        lexeme->kind = operator_of(lexeme);
    }
    if (lexeme->kind == CSA_LEXEME_WORD && lexeme->field != CSA_FIELD_ID) {
        split_boost(lexeme);
    }
}

/* A sign or `=`, which stand directly before a word, a quotation mark or a parenthesis. */
static bool is_before_operand(const char *p, const char *end)
{
    return !at_space(p + 1, end) && strchr("+-=)", p[1]) == NULL;
}

static void read_quoted_or_word(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    size_t size;
    struct quoted quoted;
    bool name = lexeme->field == CSA_FIELD_AUTHOR || lexeme->field == CSA_FIELD_SOURCE;
    bool verbatim = lexeme->field == CSA_FIELD_ID || (lexeme->exact && name);
    if (!csa_is_quote(peek(lexer->next, lexer->end, &size))) {
        read_word(lexer, lexeme);
    } else if (read_quoted(lexer->next, lexer->end, verbatim, &quoted)) {
        lexeme->kind = CSA_LEXEME_PHRASE;
        lexeme->text = quoted.text;
        lexer->next = read_suffixes(quoted.behind, lexer->end, true, lexeme);
        lexer->quoted_end = lexer->next;
    } else {
        lexer->next += size;
        lexeme->unclosed = true;
        read_word(lexer, lexeme);
    }
}

void csa_lexer_next(struct csa_lexer *lexer, struct csa_lexeme *lexeme)
{
    *lexeme = (struct csa_lexeme){.boost = 1};
    skip_space(lexer);
    const char *start = lexer->next;
    const char *end = lexer->end;
    if (start >= end) {
        return;
    }
    if ((*start == '+' || *start == '-') &&
        (is_before_operand(start, end) || (start + 1 < end && start[1] == '='))) {
        lexeme->sign = start == lexer->quoted_end ? 0 : *start; /* "Model C"-Schulen excludes nothing */
        lexer->next++;
    }
    const char *plain = lexer->next;
    read_field(lexer, lexeme);
    if (*lexer->next == '=' && is_before_operand(lexer->next, end)) {
        lexeme->exact = true;
        lexer->next++;
    }
    if (*lexer->next == '(') {
        lexeme->kind = CSA_LEXEME_OPEN;
        lexer->next++;
    } else if (*lexer->next == ')') {
        lexeme->kind = CSA_LEXEME_CLOSE;
        lexer->next = read_suffixes(lexer->next + 1, end, false, lexeme);
    } else {
        read_quoted_or_word(lexer, lexeme);
    }
    lexeme->source = csa_view_make(start, (size_t)(lexer->next - start));
    lexeme->plain = csa_view_make(plain, (size_t)(lexer->next - plain));
}
