/* Choosing fragments: sentences scored by the marks in them, cut between words when they are too long. */
#include "searcher/results/snippet.h"

#include "common/text/sentence.h"
#include "common/text/unicode.h"

enum {
    SENTENCES_MAXIMUM = 512, /* with marks: further ones are not looked at */
    LEAVES_MAXIMUM = 64,     /* of the query, that are told apart */
    LEAD = 40,               /* bytes before the first mark of a cut sentence */
    COLUMN_MAXIMUM = 16,     /* bytes for each column: characters without width are no way around the limit */
};

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

/* The sentence that begins at `start`, or, where a mark runs over a sentence's end, all that it runs into.
 * *mark is the first mark behind it, before and after. Distinct words of the query count whole, repetitions a
 * tenth. Returns where the sentence ends. */
static size_t read_sentence(struct csa_view text, const struct csa_marked *marked, size_t start, size_t *mark,
                            struct candidate *candidate)
{
    *candidate = (struct candidate){.begin = (uint32_t)start};
    size_t end = csa_sentence_end(text, start);
    for (; *mark < marked->count && marked->marks[*mark].begin < end; (*mark)++) {
        const struct csa_mark *here = &marked->marks[*mark];
        while (here->end > end && end < text.size) {
            end = csa_sentence_end(text, end);
        }
        uint64_t bit = here->leaf < LEAVES_MAXIMUM ? UINT64_C(1) << here->leaf : 0;
        bool repeated = bit == 0 || (candidate->leaves & bit) != 0;
        candidate->score += here->weight * (repeated ? 0.1F : 1.0F);
        candidate->leaves |= bit;
    }
    candidate->end = (uint32_t)end;
    trim(text, &candidate->begin, &candidate->end);
    return end;
}

/* The first sentence and those with marks in them; a sentence further back counts a little less. */
static size_t find_sentences(struct csa_view text, const struct csa_marked *marked,
                             struct candidate *candidates)
{
    size_t count = 0;
    size_t number = 0;
    size_t mark = 0;
    for (size_t start = 0; start < text.size && count < SENTENCES_MAXIMUM;) {
        struct candidate candidate;
        start = read_sentence(text, marked, start, &mark, &candidate);
        if (candidate.end > candidate.begin) {
            candidate.score *= 1.0F + 0.1F / (1.0F + (float)number);
            if (number == 0 || candidate.score > 0) {
                candidates[count++] = candidate;
            }
            number++;
        }
        if (mark == marked->count && count != 0) {
            break;
        }
    }
    return count;
}

static size_t columns_of(struct csa_view text, uint32_t begin, uint32_t end)
{
    return csa_utf8_columns(csa_view_make(text.data + begin, end - begin));
}

/* The bytes of the longest prefix that takes at most `room` columns. */
static size_t truncate_columns(struct csa_view text, size_t room)
{
    const char *end = text.data + text.size;
    size_t used = 0;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        used += csa_utf8_columns(csa_view_make(p, (size_t)(next - p)));
        if (used > room) {
            return (size_t)(p - text.data);
        }
        p = next;
    }
    return text.size;
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
    uint32_t at = begin;
    size_t used = 0;
    size_t mark = 0; /* the first one that ends behind `at` */
    while (at < end) {
        uint32_t word = word_at(marked, at + 1, end);
        used += columns_of(text, at, word);
        if (used > room) {
            break;
        }
        at = word;
        while (mark < marked->count && marked->marks[mark].end <= at) {
            mark++;
        }
        if (mark == marked->count || marked->marks[mark].begin >= at) {
            last = at;
        }
    }
    if (last == begin) { /* one endless word or mark: cut between characters */
        last = begin + (uint32_t)truncate_columns(csa_view_make(text.data + begin, end - begin), room);
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
    size_t size =
        csa_utf8_truncate(csa_view_make(text.data + best, candidate->end - best), room * COLUMN_MAXIMUM);
    candidate->begin = best;
    candidate->end = cut_end(text, marked, best, best + (uint32_t)size, room);
    trim(text, &candidate->begin, &candidate->end);
}

static bool fits(struct csa_view text, const struct candidate *candidate, size_t room)
{
    return candidate->end - candidate->begin <= room * COLUMN_MAXIMUM &&
           columns_of(text, candidate->begin, candidate->end) <= room;
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
    text.size = csa_utf8_truncate(text, CSA_MARK_MAXIMUM);
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
        bool whole = fits(text, best, left);
        if (!whole && chosen > 0 && (best->leaves & ~seen) == 0) {
            break; /* a cut sentence is worth its place only for a word not yet shown */
        }
        best->chosen = true;
        seen |= best->leaves;
        if (!whole) {
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

/* Whether a fragment says by dots of its own, at its end or beginning, that something is left out. */
static bool ends_in_dots(struct csa_view text, struct csa_fragment fragment)
{
    if (fragment.end - fragment.begin < 3) { /* bytes of either */
        return false;
    }
    const char *last = text.data + fragment.end - 3;
    return memcmp(last, "...", 3) == 0 || memcmp(last, "…", 3) == 0;
}

static bool begins_with_dots(struct csa_view text, struct csa_fragment fragment)
{
    struct csa_view shown = {text.data + fragment.begin, fragment.end - fragment.begin};
    return csa_view_starts_with(shown, csa_view_of("...")) || csa_view_starts_with(shown, csa_view_of("…"));
}

static void render_run(struct csa_view text, const struct csa_marked *marked, struct csa_fragment fragment,
                       csa_snippet_visitor *visit, void *context)
{
    uint32_t at = fragment.begin;
    for (size_t i = 0; i < marked->count; i++) {
        const struct csa_mark *mark = &marked->marks[i];
        uint32_t begin = mark->begin > at ? mark->begin : at;
        uint32_t end = mark->end < fragment.end ? mark->end : fragment.end;
        if (begin >= end) {
            continue;
        }
        if (begin > at) {
            visit(context, CSA_SNIPPET_PLAIN, csa_view_make(text.data + at, begin - at));
        }
        visit(context, CSA_SNIPPET_MARKED, csa_view_make(text.data + begin, end - begin));
        at = end;
    }
    if (fragment.end > at) {
        visit(context, CSA_SNIPPET_PLAIN, csa_view_make(text.data + at, fragment.end - at));
    }
}

void csa_snippet_render(struct csa_view text, const struct csa_marked *marked,
                        const struct csa_snippet *snippet, csa_snippet_visitor *visit, void *context)
{
    uint32_t at = 0;
    bool dots = false; /* stand before what is to come */
    for (size_t i = 0; i < snippet->count; i++) {
        struct csa_fragment fragment = snippet->fragments[i];
        bool gap = !touches(text, at, fragment.begin);
        if (gap && !dots && !begins_with_dots(text, fragment)) {
            visit(context, CSA_SNIPPET_GAP, (struct csa_view){0});
        } else if (i != 0 && (gap || at < fragment.begin)) { /* Chinese sentences follow without a space */
            visit(context, CSA_SNIPPET_PLAIN, csa_view_of(" "));
        }
        render_run(text, marked, fragment, visit, context);
        dots = ends_in_dots(text, fragment);
        at = fragment.end;
    }
    if (snippet->count != 0 && !dots && !touches(text, at, (uint32_t)text.size)) {
        visit(context, CSA_SNIPPET_GAP, (struct csa_view){0});
    }
}
