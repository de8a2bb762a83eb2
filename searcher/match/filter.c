#include "searcher/match/filter.h"

#include "common/index/site.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"

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

bool csa_filter_text_has(struct csa_view text, struct csa_view wanted)
{
    struct csa_tokenizer start;
    struct csa_token token, wanted_token;
    csa_tokenizer_init(&start, text);
    do {
        struct csa_tokenizer at = start, words;
        csa_tokenizer_init(&words, wanted);
        bool more = next_token(&words, &wanted_token);
        if (!more) {
            return false;
        }
        while (more && next_token(&at, &token) && is_token(&wanted_token, &token)) {
            more = next_token(&words, &wanted_token);
        }
        if (!more) {
            return true;
        }
    } while (next_token(&start, &token));
    return false;
}

/* ---- one segment ---- */

struct build {
    const struct csa_segment *segment;
    const struct csa_node *node;
    uint64_t *bits;
    struct csa_view prefix; /* of ids */
    bool known;             /* the language */
    csa_language language;
    struct csa_view site;
};

static void take_article(const struct build *b, uint32_t article)
{
    uint32_t from = csa_segment_first_passage(b->segment, article);
    uint32_t to = csa_segment_first_passage(b->segment, article + 1);
    csa_bits_set_range(b->bits, from, to);
}

static void filter_date(const struct build *b)
{
    const struct csa_column *dates = &b->segment->date;
    uint32_t first = b->node->first_date == 0 ? 1 : b->node->first_date; /* undated is 0 */
    uint32_t last = b->node->last_date;
    for (uint32_t a = 0; a < b->segment->meta.articles; a++) {
        uint32_t date = csa_column_get(dates, a);
        if (date >= first && date <= last) {
            take_article(b, a);
        }
    }
}

static void filter_language(const struct build *b)
{
    for (uint32_t a = 0; b->known && a < b->segment->meta.articles; a++) {
        if (csa_column_get(&b->segment->language, a) == b->language) {
            take_article(b, a);
        }
    }
}

static bool string_fits(const struct build *b, struct csa_view text)
{
    return b->node->field == CSA_FIELD_SITE ? csa_site_is_within(text, b->site)
                                            : csa_filter_text_has(text, b->node->text);
}

/* By a column of numbers in STRINGS: each string that some article has is compared once. */
static enum csa_status filter_strings(const struct build *b, const struct csa_column *column,
                                      struct csa_arena *arena, struct csa_error *error)
{
    enum { NOT_YET, FITS, DIFFERS };
    struct csa_view strings = b->segment->sections[CSA_SECTION_STRINGS];
    uint32_t count = strings.size == 0 ? 0 : csa_load_u32(strings.data);
    uint8_t *verdicts = csa_arena_zalloc(arena, (size_t)count + 1, sizeof *verdicts);
    if (verdicts == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    for (uint32_t a = 0; a < b->segment->meta.articles; a++) {
        uint32_t n = csa_column_get(column, a);
        if (n == 0 || n >= count) {
            continue;
        }
        if (verdicts[n] == NOT_YET) {
            verdicts[n] = string_fits(b, csa_segment_string(b->segment, n)) ? FITS : DIFFERS;
        }
        if (verdicts[n] == FITS) {
            take_article(b, a);
        }
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

static enum csa_status filter_segment(struct build *b, struct csa_arena *arena, struct csa_error *error)
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

enum csa_status csa_filter_build(const struct csa_index *index, const struct csa_node *node,
                                 struct csa_arena *arena, struct csa_filter **filters,
                                 struct csa_error *error)
{
    char site[CSA_SITE_MAXIMUM];
    struct build b = {.node = node};
    b.known = csa_language_find(node->text, &b.language);
    b.site = csa_site_of_text(node->text, site);
    struct csa_filter *made = csa_arena_zalloc(arena, index->segment_count + 1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    for (uint32_t s = 0; s < index->segment_count; s++) {
        b.segment = index->segments[s].segment;
        size_t words = ((size_t)b.segment->meta.passages + 63) / 64;
        b.bits = made[s].bits = csa_arena_zalloc(arena, words + 1, sizeof *b.bits);
        if (b.bits == NULL) {
            return csa_error_set_memory(error, "a filter");
        }
        enum csa_status status = filter_segment(&b, arena, error);
        if (status != CSA_OK) {
            return status;
        }
        for (size_t i = 0; i < words; i++) {
            made[s].count += (uint32_t)__builtin_popcountll(b.bits[i]);
        }
    }
    *filters = made;
    return CSA_OK;
}
