/* The leaves of the general evaluator: lists, titles, phrases and filters in one window, where they may match
 * next, and what they may score there. Called by window.c. */
#include "searcher/match/window.h"

#include <string.h>

/* ---- where the next match may be, and what it may score ---- */

static uint32_t next_in_list(struct csa_reader *reader, uint32_t document)
{
    if (!csa_reader_seek(reader, document)) {
        return CSA_DOCUMENT_NONE;
    }
    uint32_t floor = reader->list.super_count == 0 && reader->list.document_count > 1 ? reader->list.first
                     : reader->list.document_count == 1                               ? reader->list.last
                                                                                      : reader->floor;
    return floor > document ? floor : document;
}

static uint32_t next_in_lists(struct csa_reader *readers, uint32_t count, uint32_t document)
{
    uint32_t next = CSA_DOCUMENT_NONE;
    for (uint32_t i = 0; i < count && next != document; i++) {
        uint32_t one = next_in_list(&readers[i], document);
        next = one < next ? one : next;
    }
    return next;
}

static uint32_t next_of_phrase(const struct csa_windows *w, struct csa_phrase *phrase, uint32_t document)
{
    uint32_t next = next_in_lists(phrase->elements[0].readers, phrase->elements[0].reader_count, document);
    if (next == CSA_DOCUMENT_NONE && phrase->reach == 0) {
        return next;
    }
    next = next == CSA_DOCUMENT_NONE ? w->match->segment->meta.passages : next;
    return next - document <= phrase->reach ? document : next - phrase->reach;
}

static uint32_t next_in_filter(const struct csa_windows *w, const struct csa_filter *filter,
                               uint32_t document)
{
    uint32_t words = (w->match->segment->meta.passages + 63) / 64;
    for (uint32_t i = document / 64; i < words; i++) {
        uint64_t word = filter->bits[i] & (i == document / 64 ? UINT64_MAX << (document % 64) : UINT64_MAX);
        if (word != 0) {
            return 64 * i + (uint32_t)__builtin_ctzll(word);
        }
    }
    return CSA_DOCUMENT_NONE;
}

uint32_t csa_window_next(const struct csa_windows *w, struct csa_window_node *node, uint32_t document)
{
    switch (node->plan->kind) {
    case CSA_PLAN_TERM:
    case CSA_PLAN_FUZZY:
        return node->title_count != 0 ? document : next_in_lists(node->readers, node->reader_count, document);
    case CSA_PLAN_PHRASE:
        return next_of_phrase(w, node->phrase, document);
    case CSA_PLAN_NEAR:
        return next_of_phrase(w, node->near->phrases[0], document);
    case CSA_PLAN_FILTER:
        return next_in_filter(w, node->filter, document);
    case CSA_PLAN_GROUP: {
        bool all = node->must_count != 0;
        uint32_t best = all ? document : CSA_DOCUMENT_NONE;
        for (size_t i = all ? 0 : node->not_count; i < (all ? node->must_count : node->child_count); i++) {
            uint32_t next = csa_window_next(w, node->children[i], document);
            best = all ? (next > best ? next : best) : (next < best ? next : best);
        }
        return best;
    }
    default:
        return document;
    }
}

static float list_bound(const struct csa_windows *w, struct csa_reader *reader)
{
    if (!csa_reader_seek(reader, w->low) || reader->floor >= w->high) {
        return 0;
    }
    uint32_t from = reader->block;
    return w->match->bounds[csa_reader_range_bound(&reader->list, &from, w->low, w->high - 1)];
}

double csa_window_bound(const struct csa_windows *w, struct csa_window_node *node)
{
    switch (node->plan->kind) {
    case CSA_PLAN_TERM:
    case CSA_PLAN_FUZZY: { /* a word that counts less than one as written has the same bound */
        /* Frequencies of several lists add up, for which their bounds say nothing. */
        if (node->reader_count == 1) {
            return (double)(node->weight * list_bound(w, &node->readers[0]));
        }
        unsigned present = 0;
        float bound = 0;
        for (uint32_t i = 0; i < node->reader_count && present < 2; i++) {
            float one = list_bound(w, &node->readers[i]);
            present += one > 0;
            bound = one > bound ? one : bound;
        }
        return (double)(present < 2 ? node->weight * bound : node->weight);
    }
    case CSA_PLAN_GROUP: {
        double sum = 0;
        for (size_t i = 0; i < node->child_count; i++) {
            sum += node->children[i]->plan->occurrence == CSA_MUST_NOT
                       ? 0
                       : csa_window_bound(w, node->children[i]);
        }
        return sum;
    }
    default:
        return (double)node->weight;
    }
}

/* ---- bitmaps ---- */

static unsigned count_range(const uint64_t *bits, uint32_t from, uint32_t to)
{
    unsigned count = 0;
    for (uint32_t i = from / 64; i <= (to - 1) / 64; i++) {
        uint64_t word = bits[i];
        word &= i == from / 64 ? UINT64_MAX << (from % 64) : UINT64_MAX;
        word &= i == (to - 1) / 64 ? UINT64_MAX >> (63 - (to - 1) % 64) : UINT64_MAX;
        count += (unsigned)__builtin_popcountll(word);
    }
    return count;
}

/* ---- one list ---- */

/* What is done with each posting of a list in the window. */
struct sink {
    uint64_t *bits;
    const uint64_t *filter; /* null: all passages */
    double *scores;         /* null: none */
    uint32_t *frequencies;  /* not null: frequencies, times `share`, are summed up there instead of scoring */
    uint32_t share;
    float weight;
};

static void take(const struct csa_windows *w, const struct sink *sink, uint32_t document, uint32_t frequency)
{
    uint32_t i = document - w->low;
    sink->bits[i / 64] |= UINT64_C(1) << (i % 64);
    if (sink->frequencies != NULL) {
        sink->frequencies[i] += frequency * sink->share;
    } else if (sink->scores != NULL) {
        sink->scores[i] += (double)csa_match_part(w->match, sink->weight, frequency, document);
    }
}

static void probe_block(const struct csa_windows *w, const struct sink *sink, struct csa_reader *reader,
                        uint32_t from, uint32_t to)
{
    bool wanted = sink->scores != NULL || sink->frequencies != NULL;
    for (uint32_t i = (from - w->low) / 64; i <= (to - 1 - w->low) / 64; i++) {
        for (uint64_t word = sink->filter[i]; word != 0; word &= word - 1) {
            uint32_t document = w->low + 64 * i + (uint32_t)__builtin_ctzll(word);
            if (document < from || document >= to || !csa_reader_holds(reader, document)) {
                continue;
            }
            uint32_t frequency = 1;
            if (wanted) {
                frequency = csa_reader_frequency(reader, reader->block, csa_reader_index(reader, document));
            }
            take(w, sink, document, frequency);
        }
    }
}

static void scan_block(const struct csa_windows *w, const struct sink *sink, struct csa_reader *reader)
{
    bool wanted = sink->scores != NULL || sink->frequencies != NULL;
    if (!wanted && csa_reader_load(reader) && reader->form == CSA_FORM_BITS) {
        csa_bits_or(sink->bits, CSA_WINDOW, (int64_t)reader->bits_first - w->low, reader->bits,
                    reader->bits_size);
        return;
    }
    unsigned n = csa_reader_unpack(reader);
    unsigned from = 0;
    while (from < n && reader->documents[from] < w->low) {
        from++;
    }
    unsigned to = n;
    while (to > from && reader->documents[to - 1] >= w->high) {
        to--;
    }
    if (wanted && !csa_reader_unpack_frequencies(reader)) {
        return;
    }
    if (sink->scores != NULL && sink->frequencies == NULL) {
        float parts[CSA_BLOCK_ROOM];
        csa_match_parts(w->match, sink->weight, reader->documents, reader->frequencies, n, parts);
        for (unsigned i = from; i < to; i++) {
            uint32_t at = reader->documents[i] - w->low;
            sink->bits[at / 64] |= UINT64_C(1) << (at % 64);
            sink->scores[at] += (double)parts[i];
        }
        return;
    }
    for (unsigned i = from; i < to; i++) {
        take(w, sink, reader->documents[i], wanted ? reader->frequencies[i] : 1);
    }
}

static void scan_list(const struct csa_windows *w, const struct sink *sink, struct csa_reader *reader)
{
    enum { FEW = 24 }; /* probing fewer than this costs less than going through the block */
    bool more = csa_reader_seek(reader, w->low);
    while (more && reader->floor < w->high) {
        uint32_t from = reader->floor > w->low ? reader->floor : w->low;
        uint32_t to = reader->last < w->high ? reader->last + 1 : w->high;
        unsigned wanted =
            sink->filter == NULL ? CSA_WINDOW : count_range(sink->filter, from - w->low, to - w->low);
        if (wanted >= FEW) {
            scan_block(w, sink, reader);
        } else if (wanted != 0) {
            probe_block(w, sink, reader, from, to);
        }
        more = reader->last < w->high - 1 && reader->block + 1 < reader->list.block_count;
        if (more) {
            csa_reader_place(reader, reader->block + 1);
        }
    }
}

/* ---- titles ---- */

/* Sums up, for each article of the window, the frequencies in lists of titles. */
static void sum_titles(struct csa_windows *w, const struct csa_window_node *node)
{
    for (uint32_t t = 0; t < node->title_count; t++) {
        struct csa_reader *reader = &node->titles[t];
        uint32_t share = node->shares == NULL || node->plan->kind != CSA_PLAN_TITLE ? 1 : node->shares[t];
        bool more = csa_reader_seek(reader, w->first_article);
        while (more && reader->floor <= w->last_article) {
            unsigned n = csa_reader_unpack(reader);
            if (!csa_reader_unpack_frequencies(reader)) {
                return;
            }
            for (unsigned i = 0; i < n && reader->documents[i] <= w->last_article; i++) {
                if (reader->documents[i] >= w->first_article) {
                    uint32_t a = reader->documents[i] - w->first_article;
                    w->frequencies[a] += reader->frequencies[i] * share;
                    w->touched[a / 64] |= UINT64_C(1) << (a % 64);
                }
            }
            more = reader->last < w->last_article && reader->block + 1 < reader->list.block_count;
            if (more) {
                csa_reader_place(reader, reader->block + 1);
            }
        }
    }
}

/* The passages of an article that lie in the window, relative to it: [*from, *to). */
static void article_range(const struct csa_windows *w, uint32_t article, uint32_t *from, uint32_t *to)
{
    uint32_t first = csa_segment_first_passage(w->match->segment, article);
    uint32_t end = csa_segment_first_passage(w->match->segment, article + 1);
    first = first > w->low ? first : w->low;
    end = end < w->high ? end : w->high;
    *from = first - w->low;
    *to = end > first ? end - w->low : *from;
}

static void add_article(const struct csa_windows *w, uint32_t article, float part, uint64_t *bits,
                        double *scores)
{
    uint32_t from, to;
    article_range(w, article, &from, &to);
    csa_bits_set_range(bits, from, to);
    for (uint32_t i = from; scores != NULL && i < to; i++) {
        scores[i] += (double)part;
    }
}

/* From what sum_titles() made of an article's title. */
static float title_part(const struct csa_windows *w, const struct csa_window_node *node, uint32_t frequency,
                        uint32_t article)
{
    uint32_t length = csa_column_get(&w->match->segment->title_tokens, article);
    return node->weight * (node->shares == NULL
                               ? csa_saturation_value(w->match->title_saturation, frequency, length)
                               : csa_fuzzy_saturation(w->match->title_saturation, frequency, length));
}

/* The next article that sum_titles() marked, and its sum; forgets both. False when there are no more. */
static bool take_touched(struct csa_windows *w, uint32_t *article, uint32_t *frequency)
{
    for (; w->touched_word < CSA_WINDOW_WORDS; w->touched_word++) {
        uint64_t word = w->touched[w->touched_word];
        if (word != 0) {
            *article = 64 * w->touched_word + (uint32_t)__builtin_ctzll(word);
            *frequency = w->frequencies[*article];
            w->frequencies[*article] = 0;
            w->touched[w->touched_word] = word & (word - 1);
            return true;
        }
    }
    w->touched_word = 0;
    return false;
}

/* All passages of articles whose titles hold the word; scores may be null. */
static void scan_titles(struct csa_windows *w, struct csa_window_node *node, double *scores)
{
    uint32_t a;
    uint32_t frequency;
    sum_titles(w, node);
    while (take_touched(w, &a, &frequency)) {
        float part = scores == NULL ? 0 : title_part(w, node, frequency, w->first_article + a);
        add_article(w, w->first_article + a, part, node->bits, scores);
    }
}

/* Occurrences of a phrase, or of NEAR, that start in the passage. */
static uint32_t occurrences(const struct csa_window_node *node, uint32_t passage)
{
    return node->near != NULL ? csa_near_frequency(node->near, passage)
                              : csa_phrase_frequency(node->phrase, passage);
}

static void scan_title_phrase(struct csa_windows *w, struct csa_window_node *node, double *scores)
{
    /* Every word that may stand in the phrase is counted; the phrase itself is then looked up in the
     * article's first passage. */
    sum_titles(w, node);
    uint32_t a;
    uint32_t words;
    while (take_touched(w, &a, &words)) {
        uint32_t article = w->first_article + a;
        uint32_t frequency = occurrences(node, csa_segment_first_passage(w->match->segment, article));
        if (frequency != 0) {
            add_article(w, article, title_part(w, node, frequency, article), node->bits, scores);
        }
    }
}

/* ---- leaves ---- */

/* The part of a passage whose frequencies in the node's lists were summed up. */
static float summed_part(const struct csa_windows *w, const struct csa_window_node *node, uint32_t sum,
                         uint32_t passage)
{
    return node->shares == NULL
               ? csa_match_part(w->match, node->weight, sum, passage)
               : node->weight * csa_fuzzy_saturation(w->match->saturation, sum,
                                                     csa_segment_length(w->match->segment, passage));
}

static void evaluate_term(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                          double *scores)
{
    struct sink sink = {
        .bits = node->bits, .filter = filter, .scores = scores, .share = 1, .weight = node->weight};
    bool summing = scores != NULL && (node->reader_count > 1 || node->shares != NULL);
    sink.frequencies = summing ? w->frequencies : NULL;
    for (uint32_t i = 0; i < node->reader_count; i++) {
        sink.share = node->shares == NULL ? 1 : node->shares[i];
        scan_list(w, &sink, &node->readers[i]);
    }
    for (unsigned i = 0; summing && i < CSA_WINDOW_WORDS; i++) {
        for (uint64_t word = node->bits[i]; word != 0; word &= word - 1) {
            uint32_t at = 64 * i + (uint32_t)__builtin_ctzll(word);
            scores[at] += (double)summed_part(w, node, w->frequencies[at], w->low + at);
            w->frequencies[at] = 0;
        }
    }
    if (node->title_count != 0) {
        scan_titles(w, node, NULL);
    }
}

static void evaluate_phrase(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                            double *scores)
{
    if (node->near != NULL) {
        csa_near_candidates(node->near, w->low, w->high, node->bits);
    } else {
        csa_phrase_candidates(node->phrase, w->low, w->high, node->bits);
    }
    for (unsigned i = 0; i < CSA_WINDOW_WORDS; i++) {
        uint64_t found = 0;
        uint64_t word = filter == NULL ? node->bits[i] : node->bits[i] & filter[i];
        for (; word != 0 && !w->match->stopped; word &= word - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(word);
            uint32_t at = 64 * i + bit;
            uint32_t frequency = occurrences(node, w->low + at);
            if (frequency != 0) {
                found |= UINT64_C(1) << bit;
                if (scores != NULL) {
                    scores[at] += (double)csa_match_part(w->match, node->weight, frequency, w->low + at);
                }
            }
        }
        node->bits[i] = found;
    }
}

static void evaluate_filter(const struct csa_windows *w, struct csa_window_node *node)
{
    size_t words = (w->high - w->low + 63) / 64;
    memcpy(node->bits, node->filter->bits + w->low / 64, words * sizeof *node->bits);
}

void csa_window_leaf(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                     struct csa_window_scores *scores)
{
    double *values = scores == NULL ? NULL : scores->values;
    switch (node->plan->kind) {
    case CSA_PLAN_TERM:
    case CSA_PLAN_FUZZY:
        evaluate_term(w, node, filter, values);
        break;
    case CSA_PLAN_PHRASE:
    case CSA_PLAN_NEAR:
        evaluate_phrase(w, node, filter, values);
        break;
    case CSA_PLAN_TITLE:
        scan_titles(w, node, values);
        break;
    case CSA_PLAN_FILTER:
        evaluate_filter(w, node);
        return;
    default:
        scan_title_phrase(w, node, values);
    }
    if (scores != NULL) { /* each adds only where its bit is set */
        csa_window_scores_touch(scores, node->bits);
    }
}
