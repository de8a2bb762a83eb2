/* Reads dates; see date.h. Owns the table of month names. A text is first cut into at most TOKEN_LIMIT tokens
 * (numbers, month names, marks), then each pattern is tried at each of them. Called by the readers. */
#include "indexer/intake/date.h"

#include "indexer/intake/clean.h"

#include <stdlib.h>

enum { TOKEN_LIMIT = 192, TEXT_LIMIT = 2048, WORD_LIMIT = 48, YEAR_FIRST = 1000, YEAR_LAST = 2100 };

/* Month names in small letters, in the languages that CSA knows; a star stands for any ending. */
static const char *const month_names[12] = {
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari tammikuu* ianuarie ocak "
    "stycznia ledna január ιανουαρίου январ* янв січ* студзен* қаңтар* yanvar* ýanwar*",
    "february feb februar februari février fevrier févr febrero febbraio fevereiro fev helmikuu* februarie "
    "şubat "
    "lutego února február φεβρουαρίου феврал* фев лют* ақпан* fevral* fewral*",
    "march mar märz maerz mär mrz mars marzo março marco maart mrt maaliskuu* martie mart marca března "
    "március "
    "μαρτίου март* мар берез* сакавік* наурыз*",
    "april apr avril avr abril abr aprile huhtikuu* aprilie nisan kwietnia dubna április απριλίου апрел* апр "
    "квіт* "
    "красавік* сәуір* aprel*",
    "may mai mayo maggio mag maio mei maj toukokuu* mayıs maja května május μαΐου май* мая трав* мамыр*",
    "june jun juni juin junio giugno giu junho kesäkuu* iunie haziran czerwca června június ιουνίου июн* "
    "черв* "
    "чэрвен* маусым* iyun*",
    "july jul juli juillet juil julio luglio lug julho heinäkuu* iulie temmuz lipca července július ιουλίου "
    "июл* лип* "
    "ліпен* шілде* iyul*",
    "august aug août aout agosto ago augustus augusti elokuu* ağustos sierpnia srpna augusztus αυγούστου "
    "август* авг "
    "серп* жніве* тамыз* avgust* awgust*",
    "september sep sept septembre septiembre setiembre settembre setembro set syyskuu* septembrie eylül "
    "września "
    "wrzesnia září szeptember σεπτεμβρίου сентябр* сен сент верес* верасен* қыркүйек* sentabr* sentýabr*",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuu* octombrie ekim października "
    "pazdziernika října október οκτωβρίου октябр* окт жовт* кастрычнік* қазан* oktabr* oktýabr*",
    "november nov novembre noviembre novembro marraskuu* noiembrie kasım listopad* νοεμβρίου ноябр* ноя "
    "листопад* "
    "лістапад* қараша* noyabr* noýabr*",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember joulukuu* "
    "decembrie "
    "aralık grudnia prosince δεκεμβρίου декабр* дек груд* снежан* желтоқсан* dekabr*",
};

/* Words that may stand between a date's parts, and endings of ordinal numbers. */
static const char filler_words[] = "of de del den the da do di d жыл* йил* yil* ýyl* года год";
static const char ordinal_endings[] = "st nd rd th er º ª e го а";

enum token_kind {
    NUMBER,
    MONTH,
    FILLER,
    ORDINAL, /* an ending that stands right behind a number */
    MARK,    /* value is the byte: - / . , */
    YEAR_MARK,
    MONTH_MARK,
    DAY_MARK,
    WORD, /* any other, in an alphabet */
    OTHER,
};

struct token {
    enum token_kind kind;
    unsigned value;
    unsigned digits;
    size_t begin;
    size_t end;
};

struct tokens {
    struct token list[TOKEN_LIMIT + 1]; /* the last one is OTHER */
    size_t count;
};

/* ---- calendar ---- */

static uint32_t make_date(unsigned year, unsigned month, unsigned day)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12 || day < 1) {
        return 0;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    unsigned last = days[month - 1] + (month == 2 && leap ? 1U : 0U);
    return day > last ? 0 : year * 10000 + month * 100 + day;
}

/* The day of Unix time, counted in 400-year cycles that begin on 1 March 2000. */
static uint32_t date_of_days(int64_t days)
{
    enum { TO_MARCH_2000 = 11017, CYCLE = 146097, CENTURY = 36524, FOUR_YEARS = 1461 };
    int64_t rest = days - TO_MARCH_2000;
    int64_t cycles = rest / CYCLE - (rest % CYCLE < 0);
    rest -= cycles * CYCLE;
    int64_t centuries = rest / CENTURY == 4 ? 3 : rest / CENTURY;
    rest -= centuries * CENTURY;
    int64_t fours = rest / FOUR_YEARS;
    rest -= fours * FOUR_YEARS;
    int64_t years = rest / 365 == 4 ? 3 : rest / 365;
    rest -= years * 365;
    static const unsigned char lengths[] = {31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29};
    unsigned month = 0;
    while (rest >= lengths[month]) {
        rest -= lengths[month++];
    }
    int64_t year = 2000 + cycles * 400 + centuries * 100 + fours * 4 + years + (month >= 10);
    return year < YEAR_FIRST ? 0 : make_date((unsigned)year, (month + 2) % 12 + 1, (unsigned)rest + 1);
}

uint32_t csa_date_from_number(double number)
{
    if (!(number >= YEAR_FIRST && number < 1e15)) {
        return 0;
    }
    if (number > 1e8) {
        double seconds = number > 1e11 ? number / 1000 : number;
        return date_of_days((int64_t)(seconds / 86400));
    }
    unsigned whole = (unsigned)number;
    if (whole <= YEAR_LAST) {
        return whole * 10000;
    }
    if (whole < 1000000) {
        return make_date(whole / 100, whole % 100, 1) == 0 ? 0 : whole * 100;
    }
    return make_date(whole / 10000, whole / 100 % 100, whole % 100);
}

/* ---- tokens ---- */

/* One character in small letters: ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic, as far as the names
 * of months go. Both forms have two bytes. */
static void lower_two_bytes(unsigned char *p)
{
    unsigned code = (unsigned)(p[0] & 0x1FU) << 6 | (p[1] & 0x3FU);
    if ((code >= 0xC0 && code <= 0xDE) || (code >= 0x391 && code <= 0x3A9) ||
        (code >= 0x410 && code <= 0x42F)) {
        code += 0x20;
    } else if (code >= 0x400 && code <= 0x40F) {
        code += 0x50;
    } else if ((code >= 0x100 && code <= 0x177) ||
               (code >= 0x48A && code <= 0x4FF && (code < 0x4C0 || code > 0x4CE))) {
        code |= code >= 0x139 && code <= 0x148 ? 0U : 1U;
    }
    p[0] = (unsigned char)(0xC0U | code >> 6);
    p[1] = (unsigned char)(0x80U | (code & 0x3FU));
}

/* The word in small letters; 0 when it is longer than any that matters. */
static size_t lower_word(struct csa_view word, char out[WORD_LIMIT])
{
    if (word.size >= WORD_LIMIT) {
        return 0;
    }
    memcpy(out, word.data, word.size);
    for (size_t i = 0; i < word.size; i++) {
        unsigned char byte = (unsigned char)out[i];
        if (byte >= 'A' && byte <= 'Z') {
            out[i] = (char)(byte + 0x20);
        } else if (byte >= 0xC3 && byte <= 0xD3 && i + 1 < word.size) {
            lower_two_bytes((unsigned char *)out + i);
            i++;
        }
    }
    return word.size;
}

/* Whether the word is one of those in the list; names that end with a star match by their beginning. */
static bool in_list(const char *list, const char *word, size_t size)
{
    while (*list != '\0') {
        size_t length = strcspn(list, " ");
        bool open = list[length - 1] == '*';
        size_t fixed = length - open;
        if ((open ? size >= fixed : size == fixed) && memcmp(list, word, fixed) == 0) {
            return true;
        }
        list += length;
        list += *list == ' ';
    }
    return false;
}

static void classify_word(struct csa_view word, bool behind_number, struct token *token)
{
    char lower[WORD_LIMIT];
    size_t size = lower_word(word, lower);
    token->kind = WORD;
    if (size == 0) {
        return;
    }
    if (behind_number && in_list(ordinal_endings, lower, size)) {
        token->kind = ORDINAL;
        return;
    }
    for (unsigned month = 0; month < 12; month++) {
        if (in_list(month_names[month], lower, size)) {
            token->kind = MONTH;
            token->value = month + 1;
            return;
        }
    }
    if (in_list(filler_words, lower, size)) {
        token->kind = FILLER;
    }
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Bytes of words in alphabets; Chinese, Japanese and Korean characters (led by 0xE3 to 0xED) stand alone. */
static bool is_word_byte(char byte)
{
    unsigned char code = (unsigned char)byte;
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= 0x80 && code < 0xE2);
}

static enum token_kind classify_three_bytes(const char *p)
{
    static const struct {
        char text[4];
        enum token_kind kind;
    } marks[] = {{"年", YEAR_MARK}, {"년", YEAR_MARK}, {"月", MONTH_MARK}, {"월", MONTH_MARK},
                 {"日", DAY_MARK},  {"일", DAY_MARK},  {"號", DAY_MARK},   {"号", DAY_MARK}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (memcmp(p, marks[i].text, 3) == 0) {
            return marks[i].kind;
        }
    }
    return OTHER;
}

static size_t read_token(struct csa_view text, size_t at, bool behind_number, struct token *token)
{
    size_t end = at;
    char byte = text.data[at];
    if (is_digit(byte)) {
        token->kind = NUMBER;
        for (; end < text.size && is_digit(text.data[end]); end++) {
            token->value =
                token->value > 99999999 ? token->value : token->value * 10 + (unsigned)(text.data[end] - '0');
        }
        token->digits = (unsigned)(end - at);
    } else if (is_word_byte(byte)) {
        while (end < text.size && (is_word_byte(text.data[end]))) {
            end++;
        }
        classify_word(csa_view_make(text.data + at, end - at), behind_number, token);
    } else if ((unsigned char)byte >= 0xE2 && text.size - at >= 3) {
        bool en_dash = memcmp(text.data + at, "\xE2\x80\x93", 3) == 0;
        token->kind = en_dash ? MARK : classify_three_bytes(text.data + at);
        token->value = en_dash ? '-' : 0;
        end = at + 3;
    } else {
        token->kind = strchr("-/.,", byte) != NULL && byte != '\0' ? MARK : OTHER;
        token->value = (unsigned char)byte;
        end = at + 1;
    }
    token->begin = at;
    token->end = end;
    return end;
}

static void cut_tokens(struct csa_view text, struct tokens *tokens)
{
    size_t at = 0;
    tokens->count = 0;
    while (at < text.size && tokens->count < TOKEN_LIMIT) {
        char byte = text.data[at];
        if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
            at++;
            continue;
        }
        struct token *token = &tokens->list[tokens->count];
        *token = (struct token){.kind = OTHER};
        const struct token *before = tokens->count == 0 ? NULL : token - 1;
        bool behind_number = before != NULL && before->kind == NUMBER && before->end == at;
        bool glued = before != NULL && before->kind == WORD && before->end == at;
        at = read_token(text, at, behind_number, token);
        if (token->kind == NUMBER && glued) {
            token->kind = OTHER;
        }
        tokens->count++;
    }
    tokens->list[tokens->count] = (struct token){.kind = OTHER};
}

/* ---- patterns: each looks at the tokens from `t` on, which end with an OTHER, and gives the last one used
 * ---- */

static bool is_year(const struct token *t)
{
    return t->kind == NUMBER && t->digits == 4;
}

static bool is_small(const struct token *t)
{
    return t->kind == NUMBER && t->digits <= 2;
}

static bool is_mark(const struct token *t, char mark)
{
    return t->kind == MARK && t->value == (unsigned char)mark;
}

static const struct token *skip_between(const struct token *t)
{
    while (t->kind == FILLER || t->kind == ORDINAL || (t->kind == MARK && t->value != '/')) {
        t++;
    }
    return t;
}

/* 2023-08-11, 2023/08/11, 2023.08.11 and 11.08.2023, 08/11/2023. */
static uint32_t match_numbers(const struct token *t, const struct token **last)
{
    if (t->kind != NUMBER || t[1].kind != MARK || t[1].value == ',' || t[1].begin != t->end ||
        t[2].kind != NUMBER || t[2].begin != t[1].end) {
        return 0;
    }
    bool spaced = t[3].kind != MARK || t[3].value != t[1].value || t[4].kind != NUMBER;
    if (spaced || !is_small(&t[2]) || t[3].begin != t[2].end) {
        return 0;
    }
    *last = t + 4;
    if (is_year(t) && is_small(&t[4])) {
        return make_date(t->value, t[2].value, t[4].value);
    }
    if (!is_small(t) || !is_year(&t[4])) {
        return 0;
    }
    if (t[1].value == '.' || t[2].value == t->value || t->value > 12) {
        return make_date(t[4].value, t[2].value, t->value);
    }
    return t[2].value > 12 ? make_date(t[4].value, t->value, t[2].value) : 0;
}

/* 2023年8月11日 and the Korean form. */
static uint32_t match_marks(const struct token *t, const struct token **last)
{
    if (!is_year(t) || t[1].kind != YEAR_MARK || !is_small(&t[2]) || t[3].kind != MONTH_MARK ||
        !is_small(&t[4])) {
        return 0;
    }
    *last = t[5].kind == DAY_MARK ? t + 5 : t + 4;
    return make_date(t->value, t[2].value, t[4].value);
}

/* 11 August 2023, 11th of August, 2023, 11-Aug-2023, 11 de agosto de 2023. */
static uint32_t match_day_first(const struct token *t, const struct token **last)
{
    if (!is_small(t)) {
        return 0;
    }
    const struct token *month = skip_between(t + 1);
    month += is_mark(month, '/');
    if (month->kind != MONTH) {
        return 0;
    }
    const struct token *year = skip_between(month + 1);
    year += is_mark(year, '/');
    *last = year;
    return is_year(year) ? make_date(year->value, month->value, t->value) : 0;
}

/* August 11th, 2023; of "March 20-22, 2023" the first day. */
static uint32_t match_month_first(const struct token *t, const struct token **last)
{
    if (t->kind != MONTH) {
        return 0;
    }
    const struct token *day = skip_between(t + 1);
    if (!is_small(day)) {
        return 0;
    }
    const struct token *year = skip_between(day + 1);
    if (is_small(year) && is_mark(year - 1, '-')) {
        year = skip_between(year + 1);
    }
    *last = year;
    return is_year(year) ? make_date(year->value, t->value, day->value) : 0;
}

/* 2023 August 11, 2023. augusztus 11., 2023 жылғы 11 тамыз, 2023-жылдын 11-августу. */
static uint32_t match_year_first(const struct token *t, const struct token **last)
{
    if (!is_year(t)) {
        return 0;
    }
    const struct token *second = skip_between(t + 1);
    if (is_mark(t + 1, ',') || (second->kind != MONTH && !is_small(second))) {
        return 0;
    }
    const struct token *third = skip_between(second + 1);
    *last = third;
    if (second->kind == MONTH && is_small(third)) {
        return make_date(t->value, second->value, third->value);
    }
    return third->kind == MONTH ? make_date(t->value, third->value, second->value) : 0;
}

static uint32_t find_in_tokens(const struct tokens *tokens, const struct token **first,
                               const struct token **last)
{
    static uint32_t (*const patterns[])(const struct token *, const struct token **) = {
        match_numbers, match_marks, match_day_first, match_month_first, match_year_first};
    for (size_t i = 0; i < tokens->count; i++) {
        *first = &tokens->list[i];
        /* The longest pattern looks at 6 tokens and at runs of fillers, which the closing OTHER ends. */
        bool enough = tokens->count - i >= 5;
        for (size_t p = enough ? 0 : 2; p < sizeof patterns / sizeof *patterns; p++) {
            uint32_t date = patterns[p](*first, last);
            if (date != 0) {
                return date;
            }
        }
    }
    return 0;
}

uint32_t csa_date_find(struct csa_view text, size_t *begin, size_t *end)
{
    if (text.size > TEXT_LIMIT) {
        text.size = TEXT_LIMIT;
    }
    struct tokens tokens;
    const struct token *first;
    const struct token *last = NULL;
    cut_tokens(text, &tokens);
    uint32_t date = find_in_tokens(&tokens, &first, &last);
    if (date != 0 && begin != NULL) {
        *begin = first->begin;
    }
    if (date != 0 && end != NULL) {
        *end = last->end;
    }
    return date;
}

/* "August 2023", "2023年8月", "2023-08", "2023": a month and a year, or a year. */
static uint32_t find_month_or_year(const struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *t = &tokens->list[i];
        const struct token *next = skip_between(t + 1);
        if (t->kind == MONTH && is_year(next)) {
            return make_date(next->value, t->value, 1) / 100 * 100;
        }
        if (is_year(t) && next->kind == MONTH) {
            return make_date(t->value, next->value, 1) / 100 * 100;
        }
        bool dashed = is_mark(t + 1, '-') && tokens->count == 3;
        if (is_year(t) && (t[1].kind == YEAR_MARK || dashed) && is_small(&t[2])) {
            return make_date(t->value, t[2].value, 1) / 100 * 100;
        }
    }
    const struct token *only = &tokens->list[0];
    bool alone = tokens->count == 1 || (tokens->count == 2 && only[1].kind == YEAR_MARK);
    return alone && is_year(only) ? make_date(only->value, 1, 1) / 10000 * 10000 : 0;
}

uint32_t csa_date_parse(struct csa_view text)
{
    text = csa_view_trim(text);
    if (text.size > TEXT_LIMIT) {
        text.size = TEXT_LIMIT;
    }
    struct tokens tokens;
    const struct token *first;
    const struct token *last;
    cut_tokens(text, &tokens);
    const struct token *head = &tokens.list[0];
    if (tokens.count != 0 && head->kind == NUMBER && head->digits == 8) { /* 20230811, 20230811T100000Z */
        return csa_date_from_number(head->value);
    }
    if (tokens.count == 1 && head->kind == NUMBER && (head->digits == 6 || head->digits >= 9) &&
        text.size < 16) {
        char digits[16];
        memcpy(digits, text.data, text.size);
        digits[text.size] = '\0';
        return csa_date_from_number(strtod(digits, NULL));
    }
    uint32_t date = find_in_tokens(&tokens, &first, &last);
    return date != 0 ? date : find_month_or_year(&tokens);
}
