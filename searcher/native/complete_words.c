/* The words that begin as typed, by the number of passages that hold them, over all segments.
 *
 * Each segment gives its words best first (common/index/completions.h). They are put together by the
 * threshold algorithm (Fagin, Lotem and Naor 2003): take the next word where the highest may come from, look
 * up what the other segments have of it, and stop when no word that was not yet seen can have as many as
 * those wanted. Where words stand before the one that is typed, a larger choice is made, and of it those lead
 * that stand with the word before in more passages than chance would bring, counted in a sample of that
 * word's passages. Stop words go behind all others. */
#include "common/index/completions.h"
#include "searcher/native/complete.h"

#include <math.h>
#include <stdlib.h>

enum {
    SPARE = 12,          /* chosen beyond the room: stop words go last, deleted words go altogether */
    CHOICE = 48,         /* where there is context to choose by */
    STEPS_MAXIMUM = 512, /* words taken from segments; the order is exact where that suffices */
    SAMPLE = 48,         /* passages of the word before */
    SAMPLED_SEGMENTS = 4,
};

struct choice {
    struct csa_native *native;
    struct csa_completion_walk *walks; /* by segment */
    struct csa_word_choice *items;     /* by passages descending, then by text */
    size_t count, room;
    struct csa_word_choice *seen; /* all that were looked up */
    size_t seen_count;
};

/* ---- by frequency ---- */

static enum csa_status look_up(const struct choice *choice, uint32_t given, struct csa_word_choice *candidate,
                               struct csa_error *error)
{
    const struct csa_index *index = choice->native->index;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        struct csa_term_entry entry;
        bool found = false;
        const struct csa_segment *segment = index->segments[s].segment;
        if (s == given) {
            continue;
        }
        enum csa_status status =
            csa_dictionary_find(&segment->dictionary, CSA_TERM_WORD, candidate->text, &entry, &found, error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, segment->path);
        }
        candidate->passages += found ? entry.document_count : 0;
    }
    return CSA_OK;
}

static bool was_seen(const struct choice *choice, struct csa_view text)
{
    for (size_t i = 0; i < choice->seen_count; i++) {
        if (csa_view_equal(choice->seen[i].text, text)) {
            return true;
        }
    }
    return false;
}

static bool is_more_frequent(const struct csa_word_choice *a, const struct csa_word_choice *b)
{
    return a->passages != b->passages ? a->passages > b->passages : csa_view_compare(a->text, b->text) < 0;
}

static void keep(struct choice *choice, const struct csa_word_choice *candidate)
{
    size_t at = choice->count;
    while (at != 0 && is_more_frequent(candidate, &choice->items[at - 1])) {
        at--;
    }
    if (at < choice->room) {
        choice->count += choice->count < choice->room;
        memmove(&choice->items[at + 1], &choice->items[at], (choice->count - at - 1) * sizeof *choice->items);
        choice->items[at] = *candidate;
    }
}

/* The segment whose next word may be the highest; *all: what a word not yet seen can have in all. */
static uint32_t highest(const struct choice *choice, uint64_t *all)
{
    uint32_t best = 0;
    *all = 0;
    for (uint32_t s = 0; s < choice->native->index->segment_count; s++) {
        uint64_t bound = csa_completion_walk_bound(&choice->walks[s]);
        *all += bound;
        best = bound > csa_completion_walk_bound(&choice->walks[best]) ? s : best;
    }
    return best;
}

static enum csa_status choose(struct choice *choice, struct csa_error *error)
{
    for (size_t step = 0; step < STEPS_MAXIMUM; step++) {
        uint64_t all;
        uint32_t s = highest(choice, &all);
        if (all == 0 || (choice->count == choice->room && choice->items[choice->count - 1].passages >= all)) {
            return CSA_OK;
        }
        struct csa_completion next;
        bool more;
        enum csa_status status = csa_completion_walk_next(&choice->walks[s], &next, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        if (!more || (choice->native->index->segment_count > 1 && was_seen(choice, next.text))) {
            continue;
        }
        struct csa_word_choice candidate = {.text = next.text, .passages = next.count};
        status = look_up(choice, s, &candidate, error);
        if (status != CSA_OK) {
            return status;
        }
        choice->seen[choice->seen_count++] = candidate;
        keep(choice, &candidate);
    }
    return CSA_OK;
}

static enum csa_status open_choice(struct choice *choice, struct csa_view prefix, struct csa_error *error)
{
    struct csa_arena *work = &choice->native->work;
    const struct csa_index *index = choice->native->index;
    choice->walks = csa_arena_alloc(work, index->segment_count + (size_t)1, sizeof *choice->walks);
    choice->items = csa_arena_alloc(work, choice->room + 1, sizeof *choice->items);
    choice->seen = csa_arena_alloc(work, STEPS_MAXIMUM, sizeof *choice->seen);
    if (choice->walks == NULL || choice->items == NULL || choice->seen == NULL) {
        return csa_error_set_memory(error, "completions");
    }
    enum csa_status status = CSA_OK;
    for (uint32_t s = 0; s < index->segment_count && status == CSA_OK; s++) {
        status = csa_completion_walk_terms(&choice->walks[s], index->segments[s].segment, CSA_TERM_WORD,
                                           prefix, work, error);
    }
    return status;
}

/* ---- by context ---- */

static enum csa_status open_list(const struct csa_segment *segment, struct csa_view word,
                                 struct csa_postings *list, bool *found, struct csa_error *error)
{
    struct csa_term_entry entry;
    enum csa_status status =
        csa_dictionary_find(&segment->dictionary, CSA_TERM_WORD, word, &entry, found, error);
    if (status == CSA_OK && *found) {
        status = csa_segment_postings(segment, &entry, list, error);
    }
    return status == CSA_OK ? CSA_OK : csa_error_prefix(error, segment->path);
}

/* Up to `most` of the list's passages, from blocks spread over it. */
static size_t draw_sample(const struct csa_postings *list, size_t most, uint32_t sample[SAMPLE])
{
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t blocks = list->block_count < 4 ? list->block_count : 4;
    size_t count = 0;
    for (uint32_t b = 0; b < blocks; b++) {
        unsigned size = csa_postings_read_documents(
            list, (uint32_t)((uint64_t)b * list->block_count / blocks), documents);
        size_t share = most / blocks;
        for (size_t i = 0; i < share && i < size && count < most; i++) {
            sample[count++] = documents[size <= share ? i : i * size / share];
        }
    }
    return count;
}

static size_t count_common(const struct csa_postings *list, const uint32_t *sample, size_t count)
{
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t block = 0;
    uint32_t loaded = UINT32_MAX;
    unsigned size = 0;
    unsigned at = 0;
    size_t common = 0;
    for (size_t i = 0; i < count; i++) {
        block = csa_postings_find_block(list, block, sample[i]);
        if (block == list->block_count) {
            break;
        }
        if (block != loaded) {
            size = csa_postings_read_documents(list, block, documents);
            loaded = block;
            at = 0;
        }
        while (at < size && documents[at] < sample[i]) {
            at++;
        }
        common += at < size && documents[at] == sample[i];
    }
    return common;
}

/* Adds to each candidate's surplus what this segment says. */
static enum csa_status weigh_in(const struct choice *choice, const struct csa_segment *segment,
                                struct csa_view before, size_t most, struct csa_error *error)
{
    struct csa_postings list;
    uint32_t sample[SAMPLE];
    bool found;
    enum csa_status status = open_list(segment, before, &list, &found, error);
    if (status != CSA_OK || !found) {
        return status;
    }
    size_t drawn = draw_sample(&list, most, sample);
    for (size_t i = 0; i < choice->count && status == CSA_OK; i++) {
        struct csa_word_choice *candidate = &choice->items[i];
        status = open_list(segment, candidate->text, &list, &found, error);
        if (status == CSA_OK && found) {
            double chance = (double)drawn * list.document_count / segment->meta.passages;
            candidate->surplus += (double)count_common(&list, sample, drawn) - chance;
        }
    }
    return status;
}

/* Segments of the index by size, the largest first, so many as are sampled. */
static size_t largest_segments(const struct csa_index *index, uint32_t largest[SAMPLED_SEGMENTS])
{
    size_t count = 0;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        uint32_t passages = index->segments[s].segment->meta.passages;
        size_t at = count;
        while (at != 0 && index->segments[largest[at - 1]].segment->meta.passages < passages) {
            at--;
        }
        if (at < SAMPLED_SEGMENTS) {
            count += count < SAMPLED_SEGMENTS;
            memmove(&largest[at + 1], &largest[at], (count - at - 1) * sizeof *largest);
            largest[at] = s;
        }
    }
    return count;
}

static int best_first(const void *a, const void *b)
{
    const struct csa_word_choice *one = a;
    const struct csa_word_choice *other = b;
    double one_surplus = one->surplus > 0 ? one->surplus : 0;
    double other_surplus = other->surplus > 0 ? other->surplus : 0;
    if (one->stop != other->stop) {
        return one->stop ? 1 : -1;
    }
    if (fabs(one_surplus - other_surplus) > 1e-9) {
        return one_surplus > other_surplus ? -1 : 1;
    }
    return is_more_frequent(one, other) ? -1 : 1;
}

static enum csa_status weigh(struct choice *choice, const struct csa_typed *typed, struct csa_error *error)
{
    uint32_t largest[SAMPLED_SEGMENTS + 1];
    size_t segments = typed->word_count == 0 ? 0 : largest_segments(choice->native->index, largest);
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < segments && status == CSA_OK; i++) {
        status = weigh_in(choice, choice->native->index->segments[largest[i]].segment,
                          typed->words[typed->word_count - 1], SAMPLE / segments, error);
    }
    for (size_t i = 0; i < choice->count; i++) {
        choice->items[i].stop = csa_native_is_stop_word(choice->native, choice->items[i].text);
    }
    qsort(choice->items, choice->count, sizeof *choice->items, best_first);
    return status;
}

/* ---- what is given out ---- */

enum csa_status csa_native_choose_words(struct csa_native *native, const struct csa_typed *typed, size_t room,
                                        struct csa_word_choice **candidates, size_t *count,
                                        struct csa_error *error)
{
    struct choice choice = {.native = native, .room = room + SPARE};
    /* In several segments each word of the choice is looked up in all of them. */
    size_t larger = native->index->segment_count > 1 ? CHOICE / 2 : CHOICE;
    if (typed->word_count != 0 && choice.room < larger) {
        choice.room = larger;
    }
    enum csa_status status = open_choice(&choice, typed->last, error);
    if (status == CSA_OK) {
        status = choose(&choice, error);
    }
    if (status == CSA_OK) {
        status = weigh(&choice, typed, error);
    }
    *candidates = choice.items;
    *count = choice.count;
    return status;
}

enum csa_status csa_native_complete_words(struct csa_native *native, const struct csa_word_choice *candidates,
                                          size_t count, size_t room, struct csa_arena *arena,
                                          struct csa_completions *completions, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    completions->words = csa_arena_alloc(arena, room + 1, sizeof *completions->words);
    if (completions->words == NULL) {
        return csa_error_set_memory(error, "completions");
    }
    for (size_t i = 0; i < count && completions->word_count < room && status == CSA_OK; i++) {
        struct csa_completed_word word = {
            .passages = candidates[i].passages,
            .stop = candidates[i].stop,
            .folded = csa_arena_copy(arena, candidates[i].text),
        };
        bool live = false;
        status = csa_native_spelling_of(native, candidates[i].text, arena, &word.word, &live, error);
        if (status == CSA_OK && word.folded.data == NULL) {
            return csa_error_set_memory(error, "completions");
        }
        if (status == CSA_OK && live) {
            completions->words[completions->word_count++] = word;
        }
    }
    return status;
}
