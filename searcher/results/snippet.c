/* Choosing fragments: sentences scored by the marks in them, cut between words when they are too long. */
#include "searcher/results/snippet.h"

#include "common/text/sentence.h"
#include "common/text/unicode.h"

enum { SENTENCES_MAXIMUM = 512, LEAVES_MAXIMUM = 64, LEAD = 40 };

/* A sentence with its score. */
struct candidate {
    uint32_t begin, end;
    uint64_t leaves; /* set of the query's first 64 leaves that it holds */
    float score;
    bool chosen;
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

static void trim(struct csa_view text, uint32_t *begin, uint32_t *end)
{
    while (*begin < *end && is_blank(text.data[*begin])) {
        (*begin)++;
    }
    while (*end > *begin && is_blank(text.data[*end - 1])) {
        (*end)--;
    }
}

/* Distinct words of the query count whole, repetitions a tenth; a sentence further back a little less. */
static void score_candidate(const struct csa_marked *marked, struct candidate *candidate, size_t number)
{
    for (size_t i = 0; i < marked->count; i++) {
        const struct csa_mark *mark = &marked->marks[i];
        if (mark->begin < candidate->begin || mark->end > candidate->end) {
            continue;
        }
        uint64_t bit = mark->leaf < LEAVES_MAXIMUM ? UINT64_C(1) << mark->leaf : 0;
        bool repeated = bit == 0 || (candidate->leaves & bit) != 0;
        candidate->score += mark->weight * (repeated ? 0.1F : 1.0F);
        candidate->leaves |= bit;
    }
    candidate->score *= 1.0F + 0.1F / (1.0F + (float)number);
}

static size_t find_sentences(struct csa_view text, const struct csa_marked *marked,
                             struct candidate *candidates)
{
    size_t count = 0;
    for (size_t start = 0; start < text.size && count < SENTENCES_MAXIMUM;) {
        size_t end = csa_sentence_end(text, start);
        if (end <= start) {
            break;
        }
        struct candidate candidate = {.begin = (uint32_t)start, .end = (uint32_t)end};
        trim(text, &candidate.begin, &candidate.end);
        if (candidate.end > candidate.begin) {
            score_candidate(marked, &candidate, count);
            candidates[count++] = candidate;
        }
        start = end;
    }
    return count;
}

static size_t columns_of(struct csa_view text, uint32_t begin, uint32_t end)
{
    return csa_utf8_columns(csa_view_make(text.data + begin, end - begin));
}

/* The first word that begins at or behind `place`, or limit. */
static uint32_t word_at(const struct csa_marked *marked, uint32_t place, uint32_t limit)
{
    size_t low = 0;
    size_t high = marked->word_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (marked->word_begins[middle] < place) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < marked->word_count && marked->word_begins[low] < limit ? marked->word_begins[low] : limit;
}

/* The byte behind `room` columns from begin, cut back to the start of a word, never inside a mark. */
static uint32_t cut_end(struct csa_view text, const struct csa_marked *marked, uint32_t begin, uint32_t end,
                        size_t room)
{
    uint32_t last = begin;
    for (uint32_t word = word_at(marked, begin + 1, end);; word = word_at(marked, word + 1, end)) {
        bool inside = false;
        for (size_t i = 0; i < marked->count && !inside; i++) {
            inside = marked->marks[i].begin < word && word < marked->marks[i].end;
        }
        if (!inside) {
            if (columns_of(text, begin, word) > room) {
                break;
            }
            last = word;
        }
        if (word >= end) {
            break;
        }
    }
    if (last == begin) { /* one endless word: cut between characters */
        last = begin + (uint32_t)csa_utf8_truncate(csa_view_make(text.data + begin, end - begin), room);
    }
    return last;
}

/* Narrows a sentence to the stretch of about `room` columns that holds the most weight of marks. */
static void narrow(struct csa_view text, const struct csa_marked *marked, struct candidate *candidate,
                   size_t room)
{
    uint32_t best = candidate->begin;
    float best_weight = -1;
    for (size_t i = 0; i < marked->count; i++) {
        uint32_t first = marked->marks[i].begin;
        if (first < candidate->begin || first >= candidate->end) {
            continue;
        }
        float weight = 0;
        uint64_t seen = 0;
        for (size_t j = i; j < marked->count && marked->marks[j].end <= candidate->end &&
                           marked->marks[j].end - first < room;
             j++) {
            uint64_t bit = marked->marks[j].leaf < LEAVES_MAXIMUM ? UINT64_C(1) << marked->marks[j].leaf : 0;
            weight += marked->marks[j].weight * ((seen & bit) != 0 ? 0.1F : 1.0F);
            seen |= bit;
        }
        if (weight > best_weight) {
            best_weight = weight;
            best = first;
        }
    }
    if (best > candidate->begin + LEAD) {
        uint32_t start = word_at(marked, best - LEAD, best);
        best = start;
    } else {
        best = candidate->begin;
    }
    candidate->begin = best;
    candidate->end = cut_end(text, marked, best, candidate->end, room);
    trim(text, &candidate->begin, &candidate->end);
}

static struct candidate *best_candidate(struct candidate *candidates, size_t count, uint64_t seen)
{
    struct candidate *best = NULL;
    float best_score = 0;
    for (size_t i = 0; i < count; i++) {
        struct candidate *candidate = &candidates[i];
        float score =
            (candidate->leaves & ~seen) == 0 && seen != 0 ? candidate->score * 0.2F : candidate->score;
        if (!candidate->chosen && score > best_score) {
            best = candidate;
            best_score = score;
        }
    }
    return best;
}

void csa_snippet_choose(struct csa_view text, const struct csa_marked *marked, size_t columns,
                        struct csa_snippet *snippet)
{
    struct candidate candidates[SENTENCES_MAXIMUM];
    size_t count = find_sentences(text, marked, candidates);
    snippet->count = 0;
    if (count == 0) {
        return;
    }
    uint64_t seen = 0;
    size_t left = columns;
    for (size_t chosen = 0; chosen < CSA_SNIPPET_FRAGMENTS && left > columns / 5; chosen++) {
        struct candidate *best = best_candidate(candidates, count, seen);
        if (best == NULL) {
            best = chosen == 0 ? &candidates[0] : NULL;
        }
        if (best == NULL) {
            break;
        }
        bool fits = columns_of(text, best->begin, best->end) <= left;
        if (!fits && chosen > 0 && (best->leaves & ~seen) == 0) {
            break; /* a cut sentence is worth its place only for a word not yet shown */
        }
        best->chosen = true;
        seen |= best->leaves;
        if (!fits) {
            narrow(text, marked, best, left);
        }
        size_t used = columns_of(text, best->begin, best->end);
        left = used < left ? left - used : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].chosen && candidates[i].end > candidates[i].begin) {
            snippet->fragments[snippet->count++] =
                (struct csa_fragment){candidates[i].begin, candidates[i].end};
        }
    }
}

/* Whether only white space stands between two places. */
static bool touches(struct csa_view text, uint32_t end, uint32_t begin)
{
    while (end < begin && is_blank(text.data[end])) {
        end++;
    }
    return end >= begin;
}

static void render_run(struct csa_view text, const struct csa_marked *marked, struct csa_fragment fragment,
                       csa_snippet_visitor *visit, void *context)
{
    uint32_t at = fragment.begin;
    for (size_t i = 0; i < marked->count; i++) {
        const struct csa_mark *mark = &marked->marks[i];
        if (mark->begin < at || mark->end > fragment.end) {
            continue;
        }
        if (mark->begin > at) {
            visit(context, CSA_SNIPPET_PLAIN, csa_view_make(text.data + at, mark->begin - at));
        }
        visit(context, CSA_SNIPPET_MARKED, csa_view_make(text.data + mark->begin, mark->end - mark->begin));
        at = mark->end;
    }
    if (fragment.end > at) {
        visit(context, CSA_SNIPPET_PLAIN, csa_view_make(text.data + at, fragment.end - at));
    }
}

void csa_snippet_render(struct csa_view text, const struct csa_marked *marked,
                        const struct csa_snippet *snippet, csa_snippet_visitor *visit, void *context)
{
    uint32_t at = 0;
    for (size_t i = 0; i < snippet->count; i++) {
        struct csa_fragment fragment = snippet->fragments[i];
        if (!touches(text, at, fragment.begin)) {
            visit(context, CSA_SNIPPET_GAP, (struct csa_view){0});
        } else if (i != 0) {
            visit(context, CSA_SNIPPET_PLAIN, csa_view_of(" "));
        }
        render_run(text, marked, fragment, visit, context);
        at = fragment.end;
    }
    if (snippet->count != 0 && !touches(text, at, (uint32_t)text.size)) {
        visit(context, CSA_SNIPPET_GAP, (struct csa_view){0});
    }
}
