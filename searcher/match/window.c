/* The general evaluator: any tree, a window of 4,096 passages at a time. Each node gives a bitmap of the passages
 * that match in the window; groups combine bitmaps, and a filter keeps what costs (positions, rare probes in long
 * lists) to the passages that are still in question. Scores are added up in an array of doubles for each group.
 * Windows in which nothing can match, or whose bound lies below the bar, are skipped unread. Called by match.c. */
#include "searcher/match/match.h"
#include "searcher/match/phrase.h"

#include <string.h>

enum { WINDOW = 4096, WORDS = WINDOW / 64 };

struct node {
    const struct csa_plan_node *plan;
    float weight;
    struct csa_reader *readers; /* TERM */
    uint32_t reader_count;
    struct csa_reader *titles; /* TITLE; TERM that titles satisfy; one list an element of a TITLE_PHRASE */
    uint32_t title_count;
    struct csa_phrase *phrase;
    struct node **children; /* GROUP: musts, the rarest first; then must-nots; then shoulds */
    size_t must_count, not_count, child_count;
    uint64_t cost;
    bool empty;      /* matches nothing in this segment */
    double *scores;  /* GROUP */
    uint64_t bits[WORDS];
};

struct windows {
    struct csa_match *match;
    struct csa_error *error;
    uint32_t low, high; /* the window */
    bool scoring;
    bool titles;        /* some leaf looks at titles */
    uint32_t first_article, last_article; /* that the window touches, when titles */
    struct node **leaves;
    size_t leaf_count;
    uint32_t frequencies[WINDOW]; /* scratch, zero between uses; by passage or by article of the window */
};

/* ---- building ---- */

static struct node *build(struct windows *w, const struct csa_plan_node *plan);

static struct node *no_memory(struct windows *w)
{
    csa_error_set_memory(w->error, "the query's evaluation");
    return NULL;
}

static bool add_readers(struct windows *w, const struct csa_lists *lists, struct csa_reader **readers,
                        uint32_t *count, uint64_t *documents)
{
    *readers = csa_match_readers(w->match, lists);
    *count = lists->count;
    for (uint32_t i = 0; i < lists->count; i++) {
        *documents += lists->items[i].document_count;
    }
    return *readers != NULL;
}

/* The words of a title phrase in the lists of titles: one after the other, as many for each as it has lists. */
static bool add_title_phrase(struct windows *w, const struct csa_plan_node *plan, struct node *node)
{
    uint32_t total = 0;
    for (size_t i = 0; i < plan->child_count; i++) {
        total += plan->children[i]->titles[w->match->number].count;
    }
    node->titles = csa_arena_alloc(w->match->arena, total + 1, sizeof *node->titles);
    for (size_t i = 0; node->titles != NULL && i < plan->child_count; i++) {
        const struct csa_lists *lists = &plan->children[i]->titles[w->match->number];
        for (uint32_t l = 0; l < lists->count; l++) {
            csa_reader_init(&node->titles[node->title_count++], &lists->items[l], w->match->kernels);
        }
        node->empty = node->empty || lists->count == 0;
    }
    node->cost = total;
    w->titles = true;
    return node->titles != NULL;
}

static struct node *build_leaf(struct windows *w, const struct csa_plan_node *plan)
{
    struct node *node = csa_arena_zalloc(w->match->arena, 1, sizeof *node);
    if (node == NULL) {
        return no_memory(w);
    }
    node->plan = plan;
    node->weight = plan->weight;
    bool ok = true;
    if (plan->kind == CSA_PLAN_TERM) {
        ok = add_readers(w, &plan->lists[w->match->number], &node->readers, &node->reader_count, &node->cost);
    }
    if (plan->kind == CSA_PLAN_TITLE ||
        (plan->kind == CSA_PLAN_TERM && plan->titles != NULL && w->match->segment->first_passages != NULL)) {
        ok = ok && add_readers(w, &plan->titles[w->match->number], &node->titles, &node->title_count, &node->cost);
        w->titles = w->titles || node->title_count != 0;
    }
    if (plan->kind == CSA_PLAN_PHRASE || plan->kind == CSA_PLAN_TITLE_PHRASE) {
        struct csa_error error = {0};
        node->phrase = csa_phrase_new(w->match, plan, &error);
        node->cost = node->phrase == NULL ? 0 : node->phrase->elements[0].documents;
        node->empty = node->phrase == NULL;
        ok = error.status == CSA_OK;
    }
    if (plan->kind == CSA_PLAN_TITLE_PHRASE) {
        ok = ok && add_title_phrase(w, plan, node);
    }
    node->empty = node->empty || node->cost == 0;
    if (!ok) {
        return no_memory(w);
    }
    w->leaves[w->leaf_count++] = node;
    return node;
}

static unsigned rank_of(const struct node *node)
{
    return node->plan->occurrence == CSA_MUST ? 0 : node->plan->occurrence == CSA_MUST_NOT ? 1 : 2;
}

static bool comes_before(const struct node *a, const struct node *b)
{
    return rank_of(a) != rank_of(b) ? rank_of(a) < rank_of(b) : a->cost < b->cost;
}

static struct node *build_group(struct windows *w, const struct csa_plan_node *plan)
{
    struct node *node = csa_arena_zalloc(w->match->arena, 1, sizeof *node);
    if (node == NULL) {
        return no_memory(w);
    }
    node->plan = plan;
    node->scores = csa_arena_alloc(w->match->arena, WINDOW, sizeof *node->scores);
    node->children = csa_arena_alloc(w->match->arena, plan->child_count + 1, sizeof(struct node *));
    if (node->scores == NULL || node->children == NULL) {
        return no_memory(w);
    }
    size_t should_count = 0;
    uint64_t should_cost = 0;
    for (size_t i = 0; i < plan->child_count; i++) {
        struct node *child = build(w, plan->children[i]);
        if (child == NULL) {
            return NULL;
        }
        enum csa_occurrence occurrence = plan->children[i]->occurrence;
        if (child->empty) {
            node->empty = node->empty || occurrence == CSA_MUST;
            continue;
        }
        size_t at = node->child_count++;
        for (; at != 0 && comes_before(child, node->children[at - 1]); at--) {
            node->children[at] = node->children[at - 1];
        }
        node->children[at] = child;
        node->must_count += occurrence == CSA_MUST;
        node->not_count += occurrence == CSA_MUST_NOT;
        should_count += occurrence == CSA_SHOULD;
        should_cost += occurrence == CSA_SHOULD ? child->cost : 0;
    }
    node->empty = node->empty || (node->must_count == 0 && should_count == 0);
    node->cost = node->empty ? 0 : node->must_count != 0 ? node->children[0]->cost : should_cost;
    return node;
}

/* The depth of the tree is that of the query (CSA_QUERY_DEPTH). */
static struct node *build(struct windows *w, const struct csa_plan_node *plan)
{
    return plan->kind == CSA_PLAN_GROUP ? build_group(w, plan) : build_leaf(w, plan);
}

/* ---- where the next match may be, and what it may score ---- */

static uint32_t next_in_list(struct csa_reader *reader, uint32_t document)
{
    if (!csa_reader_seek(reader, document)) {
        return CSA_DOCUMENT_NONE;
    }
    uint32_t floor = reader->list.super_count == 0 && reader->list.document_count > 1 ? reader->list.first
                     : reader->list.document_count == 1                              ? reader->list.last
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

/* No passage from `document` up to the one returned matches. */
static uint32_t next_match(const struct windows *w, struct node *node, uint32_t document)
{
    switch (node->plan->kind) {
    case CSA_PLAN_TERM:
        return node->title_count != 0 ? document : next_in_lists(node->readers, node->reader_count, document);
    case CSA_PLAN_PHRASE: {
        uint32_t next = next_in_lists(node->phrase->elements[0].readers, node->phrase->elements[0].reader_count,
                                      document);
        if (next == CSA_DOCUMENT_NONE && node->phrase->reach == 0) {
            return next;
        }
        next = next == CSA_DOCUMENT_NONE ? w->match->segment->meta.passages : next;
        return next - document <= node->phrase->reach ? document : next - node->phrase->reach;
    }
    case CSA_PLAN_GROUP: {
        bool all = node->must_count != 0;
        uint32_t best = all ? document : CSA_DOCUMENT_NONE;
        for (size_t i = all ? 0 : node->not_count; i < (all ? node->must_count : node->child_count); i++) {
            uint32_t next = next_match(w, node->children[i], document);
            best = all ? (next > best ? next : best) : (next < best ? next : best);
        }
        return best;
    }
    default:
        return document;
    }
}

static float list_bound(const struct windows *w, struct csa_reader *reader)
{
    if (!csa_reader_seek(reader, w->low) || reader->floor >= w->high) {
        return 0;
    }
    uint32_t from = reader->block;
    return w->match->bounds[csa_reader_range_bound(&reader->list, &from, w->low, w->high - 1)];
}

/* At least the largest score in the window. */
static double bound_of(const struct windows *w, struct node *node)
{
    switch (node->plan->kind) {
    case CSA_PLAN_TERM: {
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
            sum += node->children[i]->plan->occurrence == CSA_MUST_NOT ? 0 : bound_of(w, node->children[i]);
        }
        return sum;
    }
    default:
        return (double)node->weight;
    }
}

/* ---- bitmaps ---- */

static bool any_set(const uint64_t *bits)
{
    uint64_t any = 0;
    for (unsigned i = 0; i < WORDS; i++) {
        any |= bits[i];
    }
    return any != 0;
}

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

static void set_range(uint64_t *bits, uint32_t from, uint32_t to)
{
    for (uint32_t i = from / 64; from < to && i <= (to - 1) / 64; i++) {
        uint64_t word = UINT64_MAX;
        word &= i == from / 64 ? UINT64_MAX << (from % 64) : UINT64_MAX;
        word &= i == (to - 1) / 64 ? UINT64_MAX >> (63 - (to - 1) % 64) : UINT64_MAX;
        bits[i] |= word;
    }
}

/* ---- one list ---- */

/* What is done with each posting of a list in the window. */
struct sink {
    uint64_t *bits;
    const uint64_t *filter; /* null: all passages */
    double *scores;         /* null: none */
    uint32_t *frequencies;  /* not null: frequencies are summed up there instead of scoring */
    float weight;
};

static void take(const struct windows *w, const struct sink *sink, uint32_t document, uint32_t frequency)
{
    uint32_t i = document - w->low;
    sink->bits[i / 64] |= UINT64_C(1) << (i % 64);
    if (sink->frequencies != NULL) {
        sink->frequencies[i] += frequency;
    } else if (sink->scores != NULL) {
        sink->scores[i] += (double)csa_match_part(w->match, sink->weight, frequency, document);
    }
}

static void probe_block(const struct windows *w, const struct sink *sink, struct csa_reader *reader, uint32_t from,
                        uint32_t to)
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

static void scan_block(const struct windows *w, const struct sink *sink, struct csa_reader *reader)
{
    bool wanted = sink->scores != NULL || sink->frequencies != NULL;
    if (!wanted && csa_reader_load(reader) && reader->form == CSA_FORM_BITS) {
        csa_bits_or(sink->bits, WINDOW, (int64_t)reader->bits_first - w->low, reader->bits, reader->bits_size);
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

static void scan_list(const struct windows *w, const struct sink *sink, struct csa_reader *reader)
{
    enum { FEW = 24 }; /* probing fewer than this costs less than going through the block */
    bool more = csa_reader_seek(reader, w->low);
    while (more && reader->floor < w->high) {
        uint32_t from = reader->floor > w->low ? reader->floor : w->low;
        uint32_t to = reader->last < w->high ? reader->last + 1 : w->high;
        unsigned wanted = sink->filter == NULL ? WINDOW : count_range(sink->filter, from - w->low, to - w->low);
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
static void sum_titles(struct windows *w, struct csa_reader *titles, uint32_t count)
{
    for (uint32_t t = 0; t < count; t++) {
        struct csa_reader *reader = &titles[t];
        bool more = csa_reader_seek(reader, w->first_article);
        while (more && reader->floor <= w->last_article) {
            unsigned n = csa_reader_unpack(reader);
            if (!csa_reader_unpack_frequencies(reader)) {
                return;
            }
            for (unsigned i = 0; i < n && reader->documents[i] <= w->last_article; i++) {
                if (reader->documents[i] >= w->first_article) {
                    w->frequencies[reader->documents[i] - w->first_article] += reader->frequencies[i];
                }
            }
            more = reader->last < w->last_article && reader->block + 1 < reader->list.block_count;
            if (more) {
                csa_reader_place(reader, reader->block + 1);
            }
        }
    }
}

/* The passages of an article that lie in the window, relative to it. */
static void article_range(const struct windows *w, uint32_t article, uint32_t *from, uint32_t *to)
{
    uint32_t first = csa_segment_first_passage(w->match->segment, article);
    uint32_t end = csa_segment_first_passage(w->match->segment, article + 1);
    first = first > w->low ? first : w->low;
    end = end < w->high ? end : w->high;
    *from = first - w->low;
    *to = end > first ? end - w->low : *from;
}

static void add_article(const struct windows *w, uint32_t article, float part, uint64_t *bits, double *scores)
{
    uint32_t from, to;
    article_range(w, article, &from, &to);
    set_range(bits, from, to);
    for (uint32_t i = from; scores != NULL && i < to; i++) {
        scores[i] += (double)part;
    }
}

static float title_part(const struct windows *w, float weight, uint32_t frequency, uint32_t article)
{
    uint32_t length = csa_column_get(&w->match->segment->title_tokens, article);
    return weight * csa_saturation_value(w->match->title_saturation, frequency, length);
}

/* All passages of articles whose titles hold the word; scores may be null. */
static void scan_titles(struct windows *w, struct node *node, double *scores)
{
    sum_titles(w, node->titles, node->title_count);
    for (uint32_t a = 0; a <= w->last_article - w->first_article; a++) {
        uint32_t frequency = w->frequencies[a];
        if (frequency != 0) {
            w->frequencies[a] = 0;
            float part = scores == NULL ? 0 : title_part(w, node->weight, frequency, w->first_article + a);
            add_article(w, w->first_article + a, part, node->bits, scores);
        }
    }
}

static void scan_title_phrase(struct windows *w, struct node *node, double *scores)
{
    /* Every word that may stand in the phrase is counted; the phrase itself is then looked up in the article's
     * first passage. */
    sum_titles(w, node->titles, node->title_count);
    for (uint32_t a = 0; a <= w->last_article - w->first_article; a++) {
        uint32_t words = w->frequencies[a];
        w->frequencies[a] = 0;
        uint32_t article = w->first_article + a;
        if (words == 0) {
            continue;
        }
        uint32_t frequency =
            csa_phrase_frequency(node->phrase, csa_segment_first_passage(w->match->segment, article));
        if (frequency != 0) {
            add_article(w, article, title_part(w, node->weight, frequency, article), node->bits, scores);
        }
    }
}

/* ---- nodes ---- */

static void evaluate(struct windows *w, struct node *node, const uint64_t *filter, double *scores);

static void evaluate_term(struct windows *w, struct node *node, const uint64_t *filter, double *scores)
{
    struct sink sink = {.bits = node->bits, .filter = filter, .scores = scores, .weight = node->weight};
    bool summing = scores != NULL && node->reader_count > 1;
    sink.frequencies = summing ? w->frequencies : NULL;
    for (uint32_t i = 0; i < node->reader_count; i++) {
        scan_list(w, &sink, &node->readers[i]);
    }
    for (unsigned i = 0; summing && i < WORDS; i++) {
        for (uint64_t word = node->bits[i]; word != 0; word &= word - 1) {
            uint32_t at = 64 * i + (uint32_t)__builtin_ctzll(word);
            scores[at] +=
                (double)csa_match_part(w->match, node->weight, w->frequencies[at], w->low + at);
            w->frequencies[at] = 0;
        }
    }
    if (node->title_count != 0) {
        scan_titles(w, node, NULL);
    }
}

static void evaluate_phrase(struct windows *w, struct node *node, const uint64_t *filter, double *scores)
{
    csa_phrase_candidates(node->phrase, w->low, w->high, node->bits);
    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t found = 0;
        uint64_t word = filter == NULL ? node->bits[i] : node->bits[i] & filter[i];
        for (; word != 0; word &= word - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(word);
            uint32_t at = 64 * i + bit;
            uint32_t frequency = csa_phrase_frequency(node->phrase, w->low + at);
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

/* A child's scores go straight into its parent's array, except those of a group, whose own filter is not known
 * before all of its children are. */
static void evaluate_child(struct windows *w, struct node *child, const uint64_t *filter, double *scores)
{
    bool nested = child->plan->kind == CSA_PLAN_GROUP;
    evaluate(w, child, filter, nested && scores != NULL ? child->scores : scores);
    for (unsigned i = 0; nested && scores != NULL && i < WORDS; i++) {
        for (uint64_t word = child->bits[i]; word != 0; word &= word - 1) {
            uint32_t at = 64 * i + (uint32_t)__builtin_ctzll(word);
            scores[at] += child->scores[at];
        }
    }
}

static void evaluate_group(struct windows *w, struct node *node, const uint64_t *filter, double *scores)
{
    if (scores != NULL) {
        memset(scores, 0, WINDOW * sizeof *scores);
    }
    const uint64_t *wanted = filter;
    for (size_t i = 0; i < node->must_count; i++) {
        struct node *child = node->children[i];
        evaluate_child(w, child, wanted, scores);
        for (unsigned k = 0; k < WORDS; k++) {
            node->bits[k] = child->bits[k] & (wanted == NULL ? UINT64_MAX : wanted[k]);
        }
        wanted = node->bits;
        if (!any_set(node->bits)) {
            return;
        }
    }
    size_t shoulds = node->must_count + node->not_count;
    if (node->must_count == 0) {
        for (size_t i = shoulds; i < node->child_count; i++) {
            evaluate_child(w, node->children[i], filter, scores);
            for (unsigned k = 0; k < WORDS; k++) {
                node->bits[k] |= node->children[i]->bits[k] & (filter == NULL ? UINT64_MAX : filter[k]);
            }
        }
    }
    for (size_t i = node->must_count; i < shoulds && any_set(node->bits); i++) {
        evaluate_child(w, node->children[i], node->bits, NULL);
        for (unsigned k = 0; k < WORDS; k++) {
            node->bits[k] &= ~node->children[i]->bits[k];
        }
    }
    if (node->must_count != 0 && scores != NULL && any_set(node->bits)) {
        for (size_t i = shoulds; i < node->child_count; i++) {
            evaluate_child(w, node->children[i], node->bits, scores);
        }
    }
}

/* Sets node->bits for the window; where scores is given, adds the node's part for each of its passages (for others
 * what is added means nothing). Outside the filter, bits may be set or not. */
static void evaluate(struct windows *w, struct node *node, const uint64_t *filter, double *scores)
{
    memset(node->bits, 0, sizeof node->bits);
    switch (node->plan->kind) {
    case CSA_PLAN_GROUP:
        evaluate_group(w, node, filter, scores);
        break;
    case CSA_PLAN_TERM:
        evaluate_term(w, node, filter, scores);
        break;
    case CSA_PLAN_PHRASE:
        evaluate_phrase(w, node, filter, scores);
        break;
    case CSA_PLAN_TITLE:
        scan_titles(w, node, scores);
        break;
    case CSA_PLAN_TITLE_PHRASE:
        scan_title_phrase(w, node, scores);
        break;
    }
}

/* ---- all windows ---- */

static void take_window(struct windows *w, struct node *root, double *scores, struct csa_article_counter *articles)
{
    struct csa_match *match = w->match;
    const uint64_t *deleted = match->part->deletes.bits;
    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t word = root->bits[i];
        if (word != 0 && deleted != NULL) {
            word &= ~deleted[w->low / 64 + i];
        }
        if (match->count) {
            match->passages += (uint64_t)__builtin_popcountll(word);
        }
        for (; word != 0 && (w->scoring || (match->count && match->count_articles)); word &= word - 1) {
            uint32_t at = 64 * i + (uint32_t)__builtin_ctzll(word);
            if (match->count && match->count_articles) {
                csa_article_counter_add(articles, w->low + at);
            }
            if (w->scoring) {
                csa_match_offer(match, w->low + at, scores[at]);
            }
        }
    }
}

static enum csa_status run(struct windows *w, struct node *root, double *scores)
{
    struct csa_match *match = w->match;
    const struct csa_segment *segment = match->segment;
    struct csa_article_counter articles = {.segment = segment};
    uint32_t low = next_match(w, root, 0);
    while (low < segment->meta.passages && !csa_match_late(match)) {
        w->low = low & ~UINT32_C(63);
        w->high = segment->meta.passages - w->low > WINDOW ? w->low + WINDOW : segment->meta.passages;
        if (match->count || match->exhaustive || bound_of(w, root) >= csa_match_bar(match)) {
            if (w->titles) {
                w->first_article = csa_segment_article_of(segment, w->low);
                w->last_article = csa_segment_article_of(segment, w->high - 1);
            }
            if (root->plan->kind != CSA_PLAN_GROUP && w->scoring) {
                memset(scores, 0, WINDOW * sizeof *scores);
            }
            evaluate(w, root, NULL, w->scoring ? scores : NULL);
            take_window(w, root, scores, &articles);
        }
        if (w->high == segment->meta.passages) {
            break;
        }
        low = next_match(w, root, w->high);
    }
    match->articles += articles.count;
    for (size_t i = 0; i < w->leaf_count; i++) {
        struct node *leaf = w->leaves[i];
        enum csa_status status = leaf->phrase == NULL ? CSA_OK : csa_phrase_settle(leaf->phrase, w->error);
        for (uint32_t r = 0; status == CSA_OK && r < leaf->reader_count; r++) {
            status = csa_match_settle(match, &leaf->readers[r], w->error);
        }
        for (uint32_t r = 0; status == CSA_OK && r < leaf->title_count; r++) {
            status = csa_match_settle(match, &leaf->titles[r], w->error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

enum csa_status csa_match_window(struct csa_match *match, struct csa_error *error)
{
    struct csa_error unused = {0};
    const struct csa_plan *plan = match->plan;
    struct windows *w = csa_arena_zalloc(match->arena, 1, sizeof *w);
    double *scores = csa_arena_alloc(match->arena, WINDOW, sizeof *scores);
    if (w == NULL || scores == NULL) {
        return csa_error_set_memory(error, "the query's evaluation");
    }
    w->match = match;
    w->error = error == NULL ? &unused : error;
    w->scoring = match->collector->room != 0;
    w->leaves = csa_arena_alloc(match->arena, plan->leaf_count + 1, sizeof(struct node *));
    struct node *root = w->leaves == NULL ? no_memory(w) : build(w, plan->root);
    if (root == NULL) {
        return w->error->status;
    }
    return root->empty ? CSA_OK : run(w, root, scores);
}
