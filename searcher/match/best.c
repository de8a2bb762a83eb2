#include "searcher/match/best.h"

#include "searcher/engine.h"
#include "searcher/match/closeness.h"
#include "searcher/match/phrase.h"

#include <math.h>

/* Passages of an article from which on its postings are walked block by block. */
enum { LONG_ARTICLE = 24 };

/* A list, read once at the candidates and once along their articles, so that neither reader goes back. Where
 * each passage is an article these are the same readers. */
struct lists {
    struct csa_reader *passage, *article;
    uint32_t count;
};

struct word {
    struct lists stem;
    struct lists written;          /* none: the word as written is not in the segment */
    bool written_is_stem;          /* both have the same list */
    double weight, article_weight; /* boost times idf among passages, among articles */
    struct csa_reader *titles;
    uint32_t title_count;
};

struct phrase {
    struct csa_phrase *phrase;
    double weight, article_weight;
};

struct csa_best {
    struct csa_match *match;
    unsigned without;
    struct word *words;
    size_t word_count;
    struct phrase *phrases;
    size_t phrase_count;
    double total; /* of weights */
    struct csa_closeness near;
    uint32_t article; /* that article_part and title_part are about; UINT32_MAX: none */
    double article_part, title_part;
};

static bool has_part(const struct csa_best *best, enum csa_best_part part)
{
    return (best->without >> part & 1) == 0;
}

bool csa_best_keeps_order(const struct csa_plan *plan)
{
    const struct csa_plan_word *word = plan->words;
    return plan->index->articles == plan->index->passages && plan->word_count == 1 &&
           word->term == plan->root && !word->term->by_stem && word->title == NULL;
}

/* ---- preparing ---- */

/* The idf among articles of what stands in so many passages: of as many articles as it would stand in if
 * those passages were strewn evenly over all. Counting them would mean to read the whole list. */
static double article_idf(const struct csa_index *index, uint64_t passages)
{
    double n = (double)index->articles, all = (double)index->passages;
    double share = fmin((double)passages / all, 1);
    double df = n * (1 - pow(1 - share, all / n));
    return log(1 + (n - df + 0.5) / (df + 0.5));
}

static bool open_lists(struct csa_match *match, const struct csa_lists *from, struct lists *to)
{
    to->count = from->count;
    to->passage = csa_match_readers(match, from);
    to->article = match->segment->first_passages == NULL ? to->passage : csa_match_readers(match, from);
    return to->passage != NULL && to->article != NULL;
}

/* A stem with one form shares that word's list. */
static bool is_same_list(const struct csa_lists *lists, const struct csa_postings *list)
{
    const struct csa_postings *only = lists->items;
    return lists->count == 1 && only->data == list->data && only->single_gaps == list->single_gaps &&
           only->document_count == list->document_count && only->occurrence_count == list->occurrence_count &&
           only->first == list->first && only->last == list->last;
}

static enum csa_status open_word(struct csa_best *best, struct csa_stemmer *const *stemmers,
                                 const struct csa_plan_word *from, struct word *word, struct csa_forms *forms,
                                 struct csa_error *error)
{
    struct csa_match *match = best->match;
    const struct csa_plan_node *term = from->term;
    const struct csa_lists *lists = &term->lists[match->number];
    word->weight = (double)term->weight;
    word->article_weight = (double)term->boost * article_idf(match->plan->index, term->documents);
    bool ok = open_lists(match, lists, &word->stem);
    if (from->title != NULL && has_part(best, CSA_BEST_PART_TITLE)) {
        word->titles = csa_match_readers(match, &from->title->titles[match->number]);
        word->title_count = from->title->titles[match->number].count;
        ok = ok && word->titles != NULL;
    }
    struct csa_postings list;
    bool found = false;
    if (ok && term->by_stem) {
        struct csa_term_entry entry;
        enum csa_status status = csa_dictionary_find(&match->segment->dictionary, CSA_TERM_WORD,
                                                     term->node->text, &entry, &found, error);
        if (status == CSA_OK && found) {
            status = csa_segment_postings(match->segment, &entry, &list, error);
        }
        if (status != CSA_OK) {
            return csa_error_prefix(error, match->segment->path);
        }
    }
    word->written_is_stem = !term->by_stem || (found && is_same_list(lists, &list));
    if (ok && found && !word->written_is_stem) {
        ok = open_lists(match, &(struct csa_lists){.items = &list, .count = 1}, &word->written);
    }
    if (!ok) {
        return csa_error_set_memory(error, "the query's words");
    }
    if (match->plan->word_count < 2 || term->node->added || !match->segment->meta.has_positions ||
        !has_part(best, CSA_BEST_PART_NEAR)) {
        return CSA_OK;
    }
    if (!term->by_stem) {
        return csa_forms_of_lists(match, lists, forms, error);
    }
    return csa_forms_find(match, stemmers, term, found ? &list : NULL, forms, error);
}

static size_t count_phrases(const struct csa_plan_node *node)
{
    size_t count = node->kind == CSA_PLAN_PHRASE;
    for (size_t i = 0; node->kind == CSA_PLAN_GROUP && i < node->child_count; i++) {
        count += count_phrases(node->children[i]);
    }
    return count;
}

static enum csa_status open_phrases(struct csa_best *best, const struct csa_plan_node *node,
                                    struct csa_error *error)
{
    if (node->occurrence == CSA_MUST_NOT) {
        return CSA_OK;
    }
    for (size_t i = 0; node->kind == CSA_PLAN_GROUP && i < node->child_count; i++) {
        enum csa_status status = open_phrases(best, node->children[i], error);
        if (status != CSA_OK) {
            return status;
        }
    }
    if (node->kind != CSA_PLAN_PHRASE || node->is_pattern) {
        return CSA_OK;
    }
    struct csa_error own = {0};
    struct phrase *phrase = &best->phrases[best->phrase_count++];
    phrase->weight = (double)node->weight;
    for (size_t i = 0; i < node->child_count; i++) {
        phrase->article_weight +=
            (double)node->boost * article_idf(best->match->plan->index, node->children[i]->documents);
    }
    phrase->phrase = csa_phrase_new(best->match, node, &own);
    if (own.status != CSA_OK && error != NULL) {
        *error = own;
    }
    best->total += phrase->weight;
    return own.status;
}

enum csa_status csa_best_new(struct csa_match *match, struct csa_stemmer *const *stemmers, unsigned without,
                             struct csa_best **made, struct csa_error *error)
{
    const struct csa_plan *plan = match->plan;
    struct csa_best *best = csa_arena_zalloc(match->arena, 1, sizeof *best);
    *made = best;
    if (best == NULL) {
        return csa_error_set_memory(error, "the query's words");
    }
    *best = (struct csa_best){
        .match = match,
        .without = without,
        .words = csa_arena_zalloc(match->arena, plan->word_count + 1, sizeof *best->words),
        .phrases = csa_arena_zalloc(match->arena, count_phrases(plan->root) + 1, sizeof *best->phrases),
        .article = UINT32_MAX,
    };
    if (best->words == NULL || best->phrases == NULL) {
        return csa_error_set_memory(error, "the query's words");
    }
    enum csa_status status = csa_closeness_init(&best->near, match, plan->word_count, error);
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < plan->word_count; i++) {
        struct word *word = &best->words[best->word_count++];
        status = open_word(best, stemmers, &plan->words[i], word, &best->near.forms[i], error);
        if (status != CSA_OK) {
            return status;
        }
        best->near.weights[i] = word->weight;
        best->total += word->weight;
    }
    return open_phrases(best, plan->root, error);
}

/* ---- the article ---- */

/* Occurrences in passages [first, end); the article's length bounds what a damaged list says. */
static uint64_t sum_long(struct csa_reader *reader, uint32_t first, uint32_t end)
{
    uint64_t sum = 0;
    while (first < end && csa_reader_seek(reader, first)) {
        unsigned n = csa_reader_unpack(reader), i = 0;
        for (unsigned high = n; i < high;) {
            unsigned middle = (i + high) / 2;
            if (reader->documents[middle] < first) {
                i = middle + 1;
            } else {
                high = middle;
            }
        }
        for (; i < n && reader->documents[i] < end; i++) {
            sum += csa_reader_frequency(reader, reader->block, i);
        }
        if (reader->last >= end) {
            break;
        }
        first = reader->last + 1;
    }
    return sum;
}

static uint64_t sum_lists(const struct lists *lists, uint32_t first, uint32_t end)
{
    uint64_t sum = 0;
    for (uint32_t l = 0; l < lists->count; l++) {
        struct csa_reader *reader = &lists->article[l];
        if (end - first >= LONG_ARTICLE) {
            sum += sum_long(reader, first, end);
            continue;
        }
        for (uint32_t p = first; p < end && csa_reader_seek(reader, p); p++) {
            sum += csa_reader_lookup(reader, p);
        }
    }
    return sum;
}

static double saturate(struct csa_saturation saturation, uint64_t frequency, uint64_t length)
{
    double t = (double)frequency;
    return t == 0 ? 0 : t / (t + (double)saturation.base + (double)saturation.slope * (double)length);
}

static double rate_article(struct csa_best *best, uint32_t first, uint32_t end)
{
    uint64_t length = 0;
    for (uint32_t p = first; p < end; p++) {
        length += csa_segment_length(best->match->segment, p);
    }
    double exact = has_part(best, CSA_BEST_PART_EXACT) ? CSA_BEST_EXACT : 0;
    double sum = 0;
    for (size_t i = 0; i < best->word_count; i++) {
        const struct word *word = &best->words[i];
        double value = saturate(best->match->article_saturation, sum_lists(&word->stem, first, end), length);
        if (!word->written_is_stem && exact != 0 && value != 0) {
            uint64_t written = sum_lists(&word->written, first, end);
            value = (1 - exact) * value + exact * saturate(best->match->article_saturation, written, length);
        }
        sum += word->article_weight * value;
    }
    for (size_t i = 0; i < best->phrase_count; i++) {
        struct csa_phrase *phrase = best->phrases[i].phrase;
        uint64_t frequency = 0;
        for (uint32_t p = first; p < end && phrase != NULL; p++) {
            frequency += csa_phrase_frequency(phrase, p);
        }
        sum += best->phrases[i].article_weight * saturate(best->match->article_saturation, frequency, length);
    }
    return sum;
}

static double rate_title(const struct csa_best *best, uint32_t article)
{
    uint32_t length = 0; /* read for titles that hold a word only: those of candidates lie far apart */
    double sum = 0;
    for (size_t i = 0; i < best->word_count; i++) {
        const struct word *word = &best->words[i];
        uint64_t frequency = 0;
        for (uint32_t r = 0; r < word->title_count; r++) {
            frequency += csa_reader_lookup(&word->titles[r], article);
        }
        if (frequency != 0 && length == 0) {
            length = csa_column_get(&best->match->segment->title_tokens, article);
        }
        sum += length == 0 ? 0 : word->weight * saturate(best->match->title_saturation, frequency, length);
    }
    return CSA_BEST_TITLE * sum;
}

static void rate_whole(struct csa_best *best, uint32_t passage)
{
    const struct csa_segment *segment = best->match->segment;
    bool ahead = best->article != UINT32_MAX && passage >= csa_segment_first_passage(segment, best->article);
    uint32_t article = csa_segment_article_from(segment, ahead ? best->article : 0, passage);
    if (article == best->article) {
        return;
    }
    uint32_t first = csa_segment_first_passage(segment, article);
    uint32_t end = csa_segment_first_passage(segment, article + 1);
    best->article = article;
    best->article_part = has_part(best, CSA_BEST_PART_ARTICLE) ? rate_article(best, first, end) : 0;
    best->title_part = rate_title(best, article);
}

/* ---- all ---- */

/* Which words the passage holds, and the share of the weights that they are. */
static double rate_cover(struct csa_best *best, uint32_t passage)
{
    double sum = 0;
    for (size_t i = 0; i < best->word_count; i++) {
        const struct word *word = &best->words[i];
        bool here = false;
        for (uint32_t l = 0; l < word->stem.count && !here; l++) {
            struct csa_reader *reader = &word->stem.passage[l];
            here = csa_reader_seek(reader, passage) && csa_reader_holds(reader, passage);
        }
        best->near.here[i] = here;
        sum += here ? word->weight : 0;
    }
    for (size_t i = 0; i < best->phrase_count; i++) {
        struct phrase *phrase = &best->phrases[i];
        bool here = phrase->phrase != NULL && csa_phrase_frequency(phrase->phrase, passage) != 0;
        sum += here ? phrase->weight : 0;
    }
    return best->total > 0 ? fmin(sum / best->total, 1) : 0;
}

enum csa_status csa_best_rate(struct csa_best *best, uint32_t passage, float base,
                              struct csa_best_parts *parts, struct csa_error *error)
{
    *parts = (struct csa_best_parts){.base = (double)base};
    parts->cover = rate_cover(best, passage);
    enum csa_status status = CSA_OK;
    if (has_part(best, CSA_BEST_PART_NEAR)) {
        status = csa_closeness_rate(&best->near, passage, CSA_BEST_WINDOW, &parts->near, error);
    }
    if (!has_part(best, CSA_BEST_PART_COVER)) {
        parts->cover = 0;
    }
    rate_whole(best, passage);
    parts->article = best->article_part;
    parts->title = best->title_part;
    return status;
}

uint32_t csa_best_article(const struct csa_best *best)
{
    return best->article;
}

static double own(const struct csa_best_parts *parts)
{
    return (parts->base + CSA_BEST_NEAR * parts->near) * (1 + CSA_BEST_COVER * parts->cover);
}

float csa_best_own(const struct csa_best_parts *parts)
{
    return (float)own(parts);
}

float csa_best_score(const struct csa_best_parts *parts)
{
    return (float)(own(parts) + parts->article + parts->title);
}

static enum csa_status settle_lists(struct csa_match *match, const struct lists *lists,
                                    struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (uint32_t l = 0; l < lists->count && status == CSA_OK; l++) {
        status = csa_match_settle(match, &lists->passage[l], error);
        if (status == CSA_OK && lists->article != lists->passage) {
            status = csa_match_settle(match, &lists->article[l], error);
        }
    }
    return status;
}

enum csa_status csa_best_settle(struct csa_best *best, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < best->word_count && status == CSA_OK; i++) {
        const struct word *word = &best->words[i];
        status = settle_lists(best->match, &word->stem, error);
        if (status == CSA_OK) {
            status = settle_lists(best->match, &word->written, error);
        }
        for (uint32_t r = 0; r < word->title_count && status == CSA_OK; r++) {
            status = csa_match_settle(best->match, &word->titles[r], error);
        }
    }
    if (status == CSA_OK) {
        status = csa_closeness_settle(&best->near, error);
    }
    for (size_t i = 0; i < best->phrase_count && status == CSA_OK; i++) {
        if (best->phrases[i].phrase != NULL) {
            status = csa_phrase_settle(best->phrases[i].phrase, error);
        }
    }
    return status;
}
