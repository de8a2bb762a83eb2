/* Words that fit a pattern: walks the sorted words of all segments as one list beside an acceptor
 * (acceptor.h), and behind characters that no accepted word begins with goes straight to the next word that
 * can be one. Near words: sweeps one segment after the other (sweep.h) and adds up. Called by plan.c,
 * native/stored.c and common_words.c. */
#include "searcher/match/expand.h"

#include "common/base/clock.h"
#include "common/base/heap.h"
#include "common/text/unicode.h"
#include "searcher/match/acceptor.h"
#include "searcher/match/keeper.h"
#include "searcher/match/sweep.h"

enum {
    LATE_EVERY = 512, /* words between two looks at the clock */
    NEAR_STEPS = 3,   /* words passed by one by one before the dictionary is searched */
    WORD_MAXIMUM = CSA_TERM_MAXIMUM,
};

/* ---- all segments' words as one list ---- */

struct walk {
    const struct csa_index *index;
    enum csa_term_kind kind;
    struct csa_dictionary_cursor *cursors; /* by segment */
    struct csa_heap heap;                  /* segments that have a word left, by it */
    bool more;
    char text[WORD_MAXIMUM]; /* the current word, when more */
    size_t size;
    size_t shared; /* bytes that it has in common with the one before */
    uint64_t documents;
};

static bool comes_before(const void *context, uint64_t a, uint64_t b)
{
    const struct csa_dictionary_cursor *cursors = context;
    return csa_view_compare(cursors[a].text, cursors[b].text) < 0;
}

/* Takes a segment's next word, if it has one of this kind. */
static enum csa_status step(struct walk *walk, uint64_t segment, bool *more, struct csa_error *error)
{
    struct csa_dictionary_cursor *cursor = &walk->cursors[segment];
    enum csa_status status = csa_dictionary_next(cursor, more, error);
    *more = status == CSA_OK && *more && cursor->kind == walk->kind;
    return status == CSA_OK ? CSA_OK : csa_error_prefix(error, walk->index->segments[segment].segment->path);
}

static enum csa_status seek(struct walk *walk, uint64_t segment, struct csa_view text, bool *more,
                            struct csa_error *error)
{
    const struct csa_segment *file = walk->index->segments[segment].segment;
    enum csa_status status =
        csa_dictionary_seek(&file->dictionary, walk->kind, text, &walk->cursors[segment], error);
    return status == CSA_OK ? step(walk, segment, more, error) : csa_error_prefix(error, file->path);
}

/* Makes the first word of the heap the current one and moves on the segments that have it. */
static enum csa_status take_word(struct walk *walk, struct csa_error *error)
{
    walk->more = walk->heap.size != 0;
    if (!walk->more) {
        return CSA_OK;
    }
    struct csa_view word = walk->cursors[walk->heap.items[0]].text;
    size_t common = word.size < walk->size ? word.size : walk->size;
    size_t shared = 0;
    while (shared < common && walk->text[shared] == word.data[shared]) {
        shared++;
    }
    memcpy(walk->text + shared, word.data + shared, word.size - shared);
    walk->shared = shared;
    walk->size = word.size;
    walk->documents = 0;
    struct csa_view current = {walk->text, walk->size};
    do {
        uint64_t segment = walk->heap.items[0];
        walk->documents += walk->cursors[segment].entry.document_count;
        bool more;
        enum csa_status status = step(walk, segment, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        csa_heap_update_first(&walk->heap, more, comes_before, walk->cursors);
    } while (walk->index->segment_count > 1 && walk->heap.size != 0 &&
             csa_view_equal(walk->cursors[walk->heap.items[0]].text, current));
    return CSA_OK;
}

/* Goes to the first word that is not less than text. */
static enum csa_status start_walk(struct walk *walk, struct csa_view text, struct csa_arena *arena,
                                  struct csa_error *error)
{
    uint32_t segments = walk->index->segment_count;
    walk->cursors = csa_arena_alloc(arena, segments + (size_t)1, sizeof *walk->cursors);
    walk->heap.items = csa_arena_alloc(arena, segments + (size_t)1, sizeof *walk->heap.items);
    if (walk->cursors == NULL || walk->heap.items == NULL) {
        return csa_error_set_memory(error, "words");
    }
    for (uint32_t s = 0; s < segments; s++) {
        bool more;
        enum csa_status status = seek(walk, s, text, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        if (more) {
            walk->heap.items[walk->heap.size++] = s;
        }
    }
    csa_heap_build(&walk->heap, comes_before, walk->cursors);
    return take_word(walk, error);
}

/* Goes on to the first word that is not less than text, which is greater than the current word. */
static enum csa_status skip_to(struct walk *walk, struct csa_view text, struct csa_error *error)
{
    while (walk->heap.size != 0) {
        uint64_t segment = walk->heap.items[0];
        if (csa_view_compare(walk->cursors[segment].text, text) >= 0) {
            break;
        }
        bool more;
        enum csa_status status = seek(walk, segment, text, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        csa_heap_update_first(&walk->heap, more, comes_before, walk->cursors);
    }
    return take_word(walk, error);
}

/* ---- patterns ---- */

static bool is_late(uint64_t deadline)
{
    return deadline != 0 && csa_clock_nanoseconds() > deadline;
}

/* Goes from a word that is not accepted to the next that may be; ends the walk when there is none. */
static enum csa_status pass_by(struct walk *walk, struct csa_acceptor_trail *trail, unsigned *passed,
                               struct csa_error *error)
{
    if (++*passed <= NEAR_STEPS) {
        return take_word(walk, error);
    }
    *passed = 0;
    char bytes[CSA_ACCEPTOR_TARGET];
    struct csa_view target = csa_acceptor_next_target(trail, csa_view_make(walk->text, walk->size), bytes);
    if (target.size == 0) {
        walk->more = false;
        return CSA_OK;
    }
    /* In a damaged dictionary a word need not be UTF-8, and what follows it by characters not by bytes. */
    bool ahead = csa_view_compare(target, csa_view_make(walk->text, walk->size)) > 0;
    return ahead ? skip_to(walk, target, error) : take_word(walk, error);
}

static enum csa_status go_through(struct walk *walk, const struct csa_acceptor *acceptor,
                                  struct csa_expand_limits limits, struct csa_keeper *keeper, bool *late,
                                  struct csa_error *error)
{
    struct csa_acceptor_trail trail = {.acceptor = acceptor};
    unsigned passed = 0;
    enum csa_status status = CSA_OK;
    for (size_t seen = 1; status == CSA_OK && walk->more; seen++) {
        if (seen % LATE_EVERY == 0 && is_late(limits.deadline)) {
            *late = true;
            break;
        }
        csa_acceptor_read(&trail, csa_view_make(walk->text, walk->size), walk->shared);
        if (trail.dead) {
            status = pass_by(walk, &trail, &passed, error);
            continue;
        }
        passed = 0;
        struct csa_expanded word = {csa_view_make(walk->text, walk->size), walk->documents, 0};
        if (acceptor->accepts(acceptor->states, trail.depth, &word.distance) &&
            !csa_keeper_add(keeper, &word)) {
            return csa_error_set_memory(error, "words");
        }
        status = take_word(walk, error);
    }
    return status;
}

enum csa_status csa_expand_pattern(const struct csa_index *index, enum csa_term_kind kind,
                                   struct csa_view pattern, struct csa_expand_limits limits,
                                   struct csa_arena *arena, struct csa_expansion *expansion,
                                   struct csa_error *error)
{
    struct csa_acceptor acceptor = csa_acceptor_of_pattern(pattern, arena);
    *expansion = (struct csa_expansion){0};
    if (acceptor.states == NULL) {
        return csa_error_set_memory(error, "words");
    }
    struct csa_keeper keeper = {.arena = arena, .maximum = limits.words};
    uint32_t character;
    if (acceptor.next(acceptor.states, 0, 0, &character) != CSA_NEXT_NONE) {
        struct walk walk = {.index = index, .kind = kind};
        char first[WORD_MAXIMUM];
        size_t size = csa_acceptor_complete(&acceptor, 0, first, 0);
        enum csa_status status = start_walk(&walk, csa_view_make(first, size), arena, error);
        if (status == CSA_OK) {
            status = go_through(&walk, &acceptor, limits, &keeper, &expansion->cut, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return csa_keeper_give_out(&keeper, expansion, error);
}

/* ---- block by block ---- */

/* Counts a word in the segments where it was too rare to be found. */
static enum csa_status count_word(const struct csa_index *index, enum csa_term_kind kind,
                                  struct csa_expanded *word, struct csa_error *error)
{
    word->documents = 0;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct csa_segment *segment = index->segments[s].segment;
        struct csa_term_entry entry;
        bool found;
        enum csa_status status =
            csa_dictionary_find(&segment->dictionary, kind, word->word, &entry, &found, error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, segment->path);
        }
        word->documents += found ? entry.document_count : 0;
    }
    return CSA_OK;
}

/* Makes one of the same words of several segments, which stand side by side, and gives out those that are
 * frequent enough. complete: each segment has given out all words. */
static enum csa_status sum_up(const struct csa_index *index, const struct csa_sweep_request *request,
                              const struct csa_expansion *found, bool complete, struct csa_error *error)
{
    for (size_t i = 0; i < found->count;) {
        struct csa_expanded word = found->words[i++];
        for (; i < found->count && csa_view_equal(found->words[i].word, word.word); i++) {
            word.documents += found->words[i].documents;
        }
        enum csa_status status = complete ? CSA_OK : count_word(index, request->kind, &word, error);
        if (status != CSA_OK) {
            return status;
        }
        if (word.documents >= request->least &&
            !request->take(request->context, word.word, word.documents, word.distance)) {
            return csa_error_set_memory(error, "words");
        }
    }
    return CSA_OK;
}

static bool keep(void *context, struct csa_view word, uint64_t documents, unsigned distance)
{
    struct csa_keeper *keeper = context;
    return csa_keeper_add(keeper, &(struct csa_expanded){word, documents, distance});
}

/* Sweeps all segments for a request that says all but the dictionary. */
static enum csa_status sweep(const struct csa_index *index, const struct csa_sweep_request *request,
                             struct csa_arena *arena, bool *late, struct csa_error *error)
{
    uint32_t segments = index->segment_count;
    struct csa_keeper several = {.arena = arena, .maximum = SIZE_MAX};
    struct csa_sweep_request one = *request;
    if (segments > 1) { /* in one of them a word is as frequent as on average */
        one.least = request->least / segments + (request->least % segments != 0 ? 1 : 0);
        one.context = &several;
        one.take = keep;
    }
    for (uint32_t s = 0; s < segments; s++) {
        one.dictionary = &index->segments[s].segment->dictionary;
        enum csa_status status = csa_sweep(&one, late, error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, index->segments[s].segment->path);
        }
    }
    if (segments <= 1) {
        return CSA_OK;
    }
    struct csa_expansion found = {0};
    enum csa_status status = csa_keeper_give_out(&several, &found, error);
    return status == CSA_OK ? sum_up(index, request, &found, one.least <= 1, error) : status;
}

enum csa_status csa_expand_fuzzy(const struct csa_index *index, enum csa_term_kind kind, struct csa_view word,
                                 unsigned distance, struct csa_expand_limits limits, struct csa_arena *arena,
                                 struct csa_expansion *expansion, struct csa_error *error)
{
    struct csa_acceptor acceptor = csa_acceptor_of_edits(word, distance, arena);
    *expansion = (struct csa_expansion){0};
    if (acceptor.states == NULL) {
        return csa_error_set_memory(error, "words");
    }
    struct csa_keeper keeper = {.arena = arena, .maximum = limits.words};
    const struct csa_sweep_request request = {.acceptor = &acceptor,
                                              .kind = kind,
                                              .least = limits.least,
                                              .deadline = limits.deadline,
                                              .context = &keeper,
                                              .take = keep};
    enum csa_status status = sweep(index, &request, arena, &expansion->cut, error);
    return status == CSA_OK ? csa_keeper_give_out(&keeper, expansion, error) : status;
}

enum csa_status csa_expand_frequent(const struct csa_index *index, enum csa_term_kind kind, uint64_t least,
                                    struct csa_arena *arena, void *context, csa_expand_take *take,
                                    struct csa_error *error)
{
    struct csa_acceptor acceptor = csa_acceptor_of_pattern(csa_view_of("*"), arena);
    bool late = false;
    if (acceptor.states == NULL) {
        return csa_error_set_memory(error, "words");
    }
    const struct csa_sweep_request request = {
        .acceptor = &acceptor, .kind = kind, .least = least, .context = context, .take = take};
    return sweep(index, &request, arena, &late, error);
}
