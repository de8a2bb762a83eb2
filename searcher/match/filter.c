#include "searcher/match/filter.h"

#include "common/index/site.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "searcher/query/filter.h"

#include <string.h>

/* ---- words side by side ---- */

/* The next ordinary token: one that shares its position with its own parts says nothing more than they. */
static bool next_token(struct csa_tokenizer *tokenizer, struct csa_token *token)
{
    do {
        if (!csa_tokenizer_next(tokenizer, token)) {
            return false;
        }
    } while ((token->flags & CSA_TOKEN_EXTRA) != 0);
    return true;
}

/* The last character of a run is found as the beginning of a pair, as in a phrase of the text. */
static bool is_token(const struct csa_token *wanted, const struct csa_token *token)
{
    return (wanted->flags & CSA_TOKEN_PAIR_END) != 0 ? csa_view_starts_with(token->surface, wanted->surface)
                                                     : csa_view_equal(token->surface, wanted->surface);
}

/* Whether the words that are left of `wanted` are the next ones of the text. */
static bool goes_on(const struct csa_tokenizer *text, const struct csa_tokenizer *wanted)
{
    struct csa_tokenizer at = *text, words = *wanted;
    struct csa_token token, wanted_token;
    while (next_token(&words, &wanted_token)) {
        if (!next_token(&at, &token) || !is_token(&wanted_token, &token)) {
            return false;
        }
    }
    return true;
}

bool csa_filter_text_has(struct csa_view text, struct csa_view wanted)
{
    struct csa_tokenizer at, words;
    struct csa_token token, first;
    csa_tokenizer_init(&at, text);
    csa_tokenizer_init(&words, wanted);
    if (!next_token(&words, &first)) {
        return false;
    }
    while (next_token(&at, &token)) {
        if (is_token(&first, &token) && goes_on(&at, &words)) {
            return true;
        }
    }
    return false;
}

/* ---- letters ---- */

static const uint64_t BEYOND_ASCII = UINT64_C(1) << 63;

/* A bit for each byte: ASCII letters, small and capital as one, and digits; other ASCII has none. */
struct letters {
    uint64_t of[256];
};

static void letters_init(struct letters *letters)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        bool digit = byte >= '0' && byte <= '9';
        letters->of[byte] = byte >= 0x80 ? BEYOND_ASCII
                            : letter     ? UINT64_C(1) << (byte & 31)
                            : digit      ? UINT64_C(1) << (32 + (byte - '0'))
                                         : 0;
    }
}

static uint64_t letters_in(const struct letters *letters, struct csa_view text)
{
    uint64_t found = 0;
    for (size_t i = 0; i < text.size; i++) {
        found |= letters->of[(unsigned char)text.data[i]];
    }
    return found;
}

/* Those of the words of a name, folded. */
static uint64_t letters_in_words(const struct letters *letters, struct csa_view name)
{
    struct csa_tokenizer words;
    struct csa_token token;
    uint64_t found = 0;
    csa_tokenizer_init(&words, name);
    while (next_token(&words, &token)) {
        found |= letters_in(letters, token.surface);
    }
    return found;
}

/* ---- articles ---- */

struct build {
    const struct csa_segment *segment;
    const struct csa_node *node;
    uint64_t *articles;     /* bits of those that fit */
    struct csa_view prefix; /* of ids */
    bool known;             /* the language */
    csa_language language;
    struct csa_view site;
    struct letters letters;
    uint64_t wanted; /* letters in the words of a name */
};

static void take_article(const struct build *b, uint32_t article)
{
    b->articles[article / 64] |= UINT64_C(1) << (article % 64);
}

/* Which of eight bytes are zero, as eight bits. */
static unsigned find_zeros(uint64_t bytes)
{
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
    uint64_t zeros = ~(((bytes & low) + low) | bytes | low); /* the top bits of zero bytes */
    return (unsigned)((zeros >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

static void filter_language(const struct build *b)
{
    const struct csa_column *languages = &b->segment->language;
    uint32_t count = b->segment->meta.articles;
    uint32_t a = 0;
    if (!b->known) {
        return;
    }
    if (languages->width == 0) {
        csa_bits_set_range(b->articles, 0, languages->constant == b->language ? count : 0);
        return;
    }
    for (; languages->width == 1 && count - a >= 8; a += 8) {
        uint64_t differ = csa_load_u64(languages->values + a) ^ UINT64_C(0x0101010101010101) * b->language;
        b->articles[a / 64] |= (uint64_t)find_zeros(differ) << (a % 64);
    }
    for (; a < count; a++) {
        if (csa_column_get(languages, a) == b->language) {
            take_article(b, a);
        }
    }
}

static void filter_date(const struct build *b)
{
    const struct csa_column *dates = &b->segment->date;
    uint32_t first = b->node->first_date == 0 ? 1 : b->node->first_date; /* undated is 0 */
    uint32_t last = b->node->last_date;
    for (uint32_t a = 0; a < b->segment->meta.articles; a++) {
        uint32_t date = csa_column_get(dates, a);
        b->articles[a / 64] |= (uint64_t)(date >= first && date <= last) << (a % 64);
    }
}

/* Most names differ in their letters already; of ASCII, folding changes no more than capitals. */
static bool string_fits(const struct build *b, struct csa_view text)
{
    uint64_t letters = b->wanted == 0 ? 0 : letters_in(&b->letters, text);
    if ((letters & BEYOND_ASCII) == 0 && (b->wanted & ~letters) != 0) {
        return false;
    }
    return b->node->field == CSA_FIELD_SITE ? csa_site_is_within(text, b->site)
           : b->node->whole                 ? csa_filter_same_name(text, b->node->text)
                                            : csa_filter_text_has(text, b->node->text);
}

/* By a column of numbers in STRINGS: each string that some article has is compared once. */
static enum csa_status filter_strings(const struct build *b, const struct csa_column *column,
                                      struct csa_arena *arena, struct csa_error *error)
{
    enum { DIFFERS, FITS, NOT_YET };
    struct csa_view strings = b->segment->sections[CSA_SECTION_STRINGS];
    uint32_t count = strings.size == 0 ? 0 : csa_load_u32(strings.data);
    uint8_t *verdicts = csa_arena_alloc(arena, (size_t)count + 1, sizeof *verdicts);
    if (verdicts == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    memset(verdicts, NOT_YET, (size_t)count + 1);
    verdicts[0] = DIFFERS; /* none */
    for (uint32_t a = 0; a < b->segment->meta.articles; a++) {
        uint32_t n = csa_column_get(column, a);
        n = n < count ? n : 0;
        if (verdicts[n] == NOT_YET) {
            verdicts[n] = string_fits(b, csa_segment_string(b->segment, n)) ? FITS : DIFFERS;
        }
        b->articles[a / 64] |= (uint64_t)verdicts[n] << (a % 64);
    }
    return CSA_OK;
}

static void visit_id(void *context, uint32_t article, struct csa_view id)
{
    const struct build *b = context;
    if (csa_view_starts_with(id, b->prefix)) {
        take_article(b, article);
    }
}

static enum csa_status filter_id(struct build *b, struct csa_error *error)
{
    struct csa_view text = b->node->text;
    if (!b->node->whole && text.size != 0 && text.data[text.size - 1] == '*') {
        b->prefix = csa_view_make(text.data, text.size - 1);
        return csa_segment_visit_ids(b->segment, b, visit_id, error);
    }
    uint32_t article = 0;
    bool found = false;
    enum csa_status status = csa_segment_find_article(b->segment, text, &article, &found, error);
    if (status == CSA_OK && found) {
        take_article(b, article);
    }
    return status;
}

static enum csa_status find_articles(struct build *b, struct csa_arena *arena, struct csa_error *error)
{
    switch (b->node->field) {
    case CSA_FIELD_AUTHOR:
        return filter_strings(b, &b->segment->author, arena, error);
    case CSA_FIELD_SOURCE:
        return filter_strings(b, &b->segment->source, arena, error);
    case CSA_FIELD_SITE:
        return filter_strings(b, &b->segment->site, arena, error);
    case CSA_FIELD_ID:
        return filter_id(b, error);
    case CSA_FIELD_LANGUAGE:
        filter_language(b);
        return CSA_OK;
    case CSA_FIELD_DATE:
        filter_date(b);
        return CSA_OK;
    default:
        return CSA_OK;
    }
}

/* ---- their passages ---- */

/* 64 bits from that of article `first` on; zero behind the last. */
static uint64_t articles_at(const struct build *b, uint32_t first)
{
    uint32_t words = b->segment->meta.articles / 64 + 1;
    uint32_t n = first / 64;
    unsigned shift = first % 64;
    uint64_t low = n < words ? b->articles[n] >> shift : 0;
    return shift == 0 || n + 1 >= words ? low : low | b->articles[n + 1] << (64 - shift);
}

/* Sets each bit in which the number of bits below it and in it is odd. */
static uint64_t fill_between(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

/* From articles to passages, a word at a time: where an article begins, and fits when the one before does
 * not, or the other way round, the passages change sides. */
static void find_passages(const struct build *b, uint64_t *bits)
{
    const struct csa_segment *segment = b->segment;
    uint32_t words = (segment->meta.passages + 63) / 64;
    uint32_t article = 0; /* the next to begin */
    uint64_t fits = 0;    /* whether the last that began does */
    for (uint32_t n = 0; n < words; n++) {
        uint64_t starts = csa_segment_article_starts(segment, n);
        unsigned count = (unsigned)__builtin_popcountll(starts);
        uint64_t verdicts = articles_at(b, article);
        uint64_t turns = verdicts ^ (verdicts << 1 | fits);
        turns &= count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
        uint64_t turning = 0;
        for (uint64_t left = starts; turns != 0; left &= left - 1, turns >>= 1) {
            turning |= (turns & 1) == 0 ? 0 : left & (~left + 1);
        }
        bits[n] = fill_between(turning) ^ (0 - fits);
        fits = bits[n] >> 63;
        article += count;
    }
    if (segment->meta.passages % 64 != 0) {
        bits[words - 1] &= (UINT64_C(1) << (segment->meta.passages % 64)) - 1;
    }
}

static enum csa_status filter_segment(struct build *b, struct csa_filter *filter, struct csa_arena *arena,
                                      struct csa_error *error)
{
    size_t words = ((size_t)b->segment->meta.passages + 63) / 64;
    filter->bits = csa_arena_zalloc(arena, words + 1, sizeof *filter->bits);
    b->articles = filter->bits;
    if (b->segment->first_passages != NULL) {
        b->articles =
            csa_arena_zalloc(arena, (size_t)b->segment->meta.articles / 64 + 1, sizeof *b->articles);
    }
    if (filter->bits == NULL || b->articles == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    enum csa_status status = find_articles(b, arena, error);
    if (b->segment->first_passages != NULL) {
        find_passages(b, filter->bits);
    }
    for (size_t i = 0; i < words; i++) {
        filter->count += (uint32_t)__builtin_popcountll(filter->bits[i]);
    }
    return status;
}

enum csa_status csa_filter_build(const struct csa_index *index, const struct csa_node *node,
                                 struct csa_arena *arena, struct csa_filter **filters,
                                 struct csa_error *error)
{
    char site[CSA_SITE_MAXIMUM];
    struct build b = {.node = node};
    b.known = csa_language_find(node->text, &b.language);
    b.site = csa_site_of_text(node->text, site);
    letters_init(&b.letters);
    b.wanted = csa_filter_is_name(node->field) ? letters_in_words(&b.letters, node->text) : 0;
    struct csa_filter *made = csa_arena_zalloc(arena, index->segment_count + 1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    for (uint32_t s = 0; s < index->segment_count; s++) {
        b.segment = index->segments[s].segment;
        enum csa_status status = filter_segment(&b, &made[s], arena, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    *filters = made;
    return CSA_OK;
}
