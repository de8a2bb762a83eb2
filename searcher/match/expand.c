/* Walks the sorted words of all segments as one list beside an acceptor (acceptor.h): what a word has in
 * common with the one before it is not read again, and behind characters that no accepted word begins with
 * the walk goes straight to the next word that can be one. Keeps the best words in a heap. Called by plan.c
 * and native/stored.c. */
#include "searcher/match/expand.h"

#include "common/base/clock.h"
#include "common/base/heap.h"
#include "common/text/unicode.h"
#include "searcher/match/acceptor.h"

#include <stdlib.h>

enum {
    LATE_EVERY = 512, /* words between two looks at the clock */
    NEAR_STEPS = 3,   /* words passed by one by one before the dictionary is searched */
    KEPT_AT_FIRST = 64,
    TEXT_UNIT = 16, /* bytes: a kept word's room is a multiple */
    WORD_MAXIMUM = CSA_TERM_MAXIMUM,
};

/* ---- all segments' words as one list ---- */

struct walk {
    const struct csa_index *index;
    enum csa_term_kind kind;
    uint64_t least;                        /* documents of a word that is asked for */
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
    /* In one segment of several a word may be rarer. */
    uint64_t least = walk->index->segment_count == 1 ? walk->least : 0;
    enum csa_status status = csa_dictionary_seek_frequent(&file->dictionary, walk->kind, text, least,
                                                          &walk->cursors[segment], error);
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

/* ---- the words kept ---- */

struct kept {
    struct csa_expanded word;
    size_t room; /* bytes that word.data can hold */
};

struct keeper {
    struct csa_arena *arena;
    struct kept *words;
    size_t room;
    size_t maximum;
    struct csa_heap heap; /* numbers of words, the worst first; built when there are `maximum` of them */
    bool cut;
};

static bool is_worse(const struct csa_expanded *a, const struct csa_expanded *b)
{
    if (a->distance != b->distance) {
        return a->distance > b->distance;
    }
    if (a->documents != b->documents) {
        return a->documents < b->documents;
    }
    return csa_view_compare(a->word, b->word) > 0;
}

static bool worse_first(const void *context, uint64_t a, uint64_t b)
{
    const struct kept *words = context;
    return is_worse(&words[a].word, &words[b].word);
}

/* Puts a word in a place, with its text. */
static bool put_word(struct keeper *keeper, size_t place, const struct csa_expanded *word)
{
    struct kept *kept = &keeper->words[place];
    char *text = (char *)(uintptr_t)kept->word.word.data;
    if (kept->room < word->word.size) {
        kept->room = (word->word.size + TEXT_UNIT - 1) / TEXT_UNIT * TEXT_UNIT;
        text = csa_arena_alloc(keeper->arena, kept->room, 1);
        if (text == NULL) {
            return false;
        }
    }
    memcpy(text, word->word.data, word->word.size);
    kept->word = *word;
    kept->word.word.data = text;
    return true;
}

static bool grow_keeper(struct keeper *keeper)
{
    size_t room = keeper->room == 0 ? KEPT_AT_FIRST : 2 * keeper->room;
    room = room < keeper->maximum ? room : keeper->maximum;
    struct kept *words = csa_arena_zalloc(keeper->arena, room, sizeof *words);
    if (words == NULL) {
        return false;
    }
    if (keeper->room != 0) {
        memcpy(words, keeper->words, keeper->heap.size * sizeof *words);
    }
    keeper->words = words;
    keeper->room = room;
    return true;
}

static bool build_heap(struct keeper *keeper)
{
    keeper->heap.items = csa_arena_alloc(keeper->arena, keeper->maximum, sizeof *keeper->heap.items);
    if (keeper->heap.items == NULL) {
        return false;
    }
    for (size_t i = 0; i < keeper->maximum; i++) {
        keeper->heap.items[i] = i;
    }
    csa_heap_build(&keeper->heap, worse_first, keeper->words);
    return true;
}

/* False when out of memory. */
static bool keep(struct keeper *keeper, const struct csa_expanded *word)
{
    if (keeper->heap.size < keeper->maximum) {
        if (keeper->heap.size == keeper->room && !grow_keeper(keeper)) {
            return false;
        }
        return put_word(keeper, keeper->heap.size++, word);
    }
    keeper->cut = true;
    if (keeper->maximum == 0) {
        return true;
    }
    if (keeper->heap.items == NULL && !build_heap(keeper)) {
        return false;
    }
    size_t worst = (size_t)keeper->heap.items[0];
    if (!is_worse(&keeper->words[worst].word, word)) {
        return true;
    }
    bool put = put_word(keeper, worst, word);
    csa_heap_sift(&keeper->heap, 0, worse_first, keeper->words);
    return put;
}

static int compare_texts(const void *a, const void *b)
{
    const struct csa_expanded *left = a;
    const struct csa_expanded *right = b;
    return csa_view_compare(left->word, right->word);
}

static enum csa_status give_out(const struct keeper *keeper, struct csa_expansion *expansion,
                                struct csa_error *error)
{
    size_t count = keeper->heap.size;
    expansion->words = csa_arena_alloc(keeper->arena, count + 1, sizeof *expansion->words);
    if (expansion->words == NULL) {
        return csa_error_set_memory(error, "words");
    }
    for (size_t i = 0; i < count; i++) {
        expansion->words[i] = keeper->words[i].word;
    }
    qsort(expansion->words, count, sizeof *expansion->words, compare_texts);
    expansion->count = count;
    expansion->cut = expansion->cut || keeper->cut;
    return CSA_OK;
}

/* ---- reading the walk's words ---- */

/* How far into the current word the acceptor has read. */
struct reading {
    const struct csa_acceptor *acceptor;
    size_t depth;                      /* characters read that lead on */
    bool dead;                         /* and that one more does not */
    uint32_t characters[WORD_MAXIMUM]; /* those, and the one more */
    size_t ends[WORD_MAXIMUM + 1];     /* bytes up to and with so many characters */
};

/* Reads what of the current word is new. */
static void read_word(struct reading *reading, const struct walk *walk)
{
    if (reading->dead && reading->ends[reading->depth + 1] <= walk->shared) {
        return;
    }
    reading->dead = false;
    while (reading->ends[reading->depth] > walk->shared) {
        reading->depth--;
    }
    const char *end = walk->text + walk->size;
    for (const char *p = walk->text + reading->ends[reading->depth]; p < end && !reading->dead;) {
        size_t depth = reading->depth;
        if ((uint8_t)*p < 0x80U) {
            reading->characters[depth] = (uint8_t)*p++;
        } else {
            p = csa_utf8_decode(p, end, &reading->characters[depth]);
        }
        reading->ends[depth + 1] = (size_t)(p - walk->text);
        reading->dead =
            !reading->acceptor->read(reading->acceptor->states, depth, reading->characters[depth]);
        reading->depth = reading->dead ? depth : depth + 1;
    }
}

/* Appends the smallest characters that lead on from state `depth`, up to the first accepted word and as long
 * as not any would do. */
static size_t complete(const struct csa_acceptor *acceptor, size_t depth, char *target, size_t size)
{
    uint32_t character;
    unsigned distance;
    while (depth < CSA_ACCEPTOR_DEPTH && size + 4 <= WORD_MAXIMUM &&
           !acceptor->accepts(acceptor->states, depth, &distance) &&
           acceptor->next(acceptor->states, depth, 0, &character) == CSA_NEXT_ONE &&
           acceptor->read(acceptor->states, depth, character)) {
        size += csa_utf8_encode(target + size, character);
        depth++;
    }
    return size;
}

/* The least text behind all that begins as the current word does up to the character that leads nowhere;
 * size 0: there is no accepted word behind it. The states behind that character are used up. */
static struct csa_view next_target(struct reading *reading, const struct walk *walk,
                                   char target[WORD_MAXIMUM + 8])
{
    const struct csa_acceptor *acceptor = reading->acceptor;
    for (size_t depth = reading->depth + 1; depth-- > 0;) {
        uint32_t character;
        if (acceptor->next(acceptor->states, depth, reading->characters[depth] + 1, &character) ==
            CSA_NEXT_NONE) {
            continue;
        }
        size_t size = reading->ends[depth];
        memcpy(target, walk->text, size);
        size += csa_utf8_encode(target + size, character);
        if (depth < CSA_ACCEPTOR_DEPTH && acceptor->read(acceptor->states, depth, character)) {
            size = complete(acceptor, depth + 1, target, size);
        }
        reading->depth = depth;
        reading->dead = false;
        return csa_view_make(target, size);
    }
    return (struct csa_view){0};
}

/* ---- the whole ---- */

static bool is_late(uint64_t deadline)
{
    return deadline != 0 && csa_clock_nanoseconds() > deadline;
}

/* Goes from a word that is not accepted to the next that may be; ends the walk when there is none. */
static enum csa_status pass_by(struct walk *walk, struct reading *reading, unsigned *passed,
                               struct csa_error *error)
{
    if (++*passed <= NEAR_STEPS) {
        return take_word(walk, error);
    }
    *passed = 0;
    char bytes[WORD_MAXIMUM + 8];
    struct csa_view target = next_target(reading, walk, bytes);
    if (target.size == 0) {
        walk->more = false;
        return CSA_OK;
    }
    /* In a damaged dictionary a word need not be UTF-8, and what follows it by characters not by bytes. */
    bool ahead = csa_view_compare(target, csa_view_make(walk->text, walk->size)) > 0;
    return ahead ? skip_to(walk, target, error) : take_word(walk, error);
}

static enum csa_status go_through(struct walk *walk, const struct csa_acceptor *acceptor,
                                  struct csa_expand_limits limits, struct keeper *keeper, bool *late,
                                  struct csa_error *error)
{
    struct reading reading = {.acceptor = acceptor};
    unsigned passed = 0;
    enum csa_status status = CSA_OK;
    for (size_t seen = 1; status == CSA_OK && walk->more; seen++) {
        if (seen % LATE_EVERY == 0 && is_late(limits.deadline)) {
            *late = true;
            break;
        }
        read_word(&reading, walk);
        if (reading.dead) {
            status = pass_by(walk, &reading, &passed, error);
            continue;
        }
        passed = 0;
        struct csa_expanded word = {csa_view_make(walk->text, walk->size), walk->documents, 0};
        if (word.documents >= limits.least &&
            acceptor->accepts(acceptor->states, reading.depth, &word.distance) && !keep(keeper, &word)) {
            return csa_error_set_memory(error, "words");
        }
        status = take_word(walk, error);
    }
    return status;
}

static enum csa_status expand(const struct csa_index *index, enum csa_term_kind kind,
                              const struct csa_acceptor *acceptor, struct csa_expand_limits limits,
                              struct csa_arena *arena, struct csa_expansion *expansion,
                              struct csa_error *error)
{
    *expansion = (struct csa_expansion){0};
    if (acceptor->states == NULL) {
        return csa_error_set_memory(error, "words");
    }
    struct keeper keeper = {.arena = arena, .maximum = limits.words};
    uint32_t character;
    if (acceptor->next(acceptor->states, 0, 0, &character) != CSA_NEXT_NONE) {
        struct walk walk = {.index = index, .kind = kind, .least = limits.least};
        char first[WORD_MAXIMUM];
        size_t size = complete(acceptor, 0, first, 0);
        enum csa_status status = start_walk(&walk, csa_view_make(first, size), arena, error);
        if (status == CSA_OK) {
            status = go_through(&walk, acceptor, limits, &keeper, &expansion->cut, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return give_out(&keeper, expansion, error);
}

enum csa_status csa_expand_pattern(const struct csa_index *index, enum csa_term_kind kind,
                                   struct csa_view pattern, struct csa_expand_limits limits,
                                   struct csa_arena *arena, struct csa_expansion *expansion,
                                   struct csa_error *error)
{
    struct csa_acceptor acceptor = csa_acceptor_of_pattern(pattern, arena);
    return expand(index, kind, &acceptor, limits, arena, expansion, error);
}

enum csa_status csa_expand_fuzzy(const struct csa_index *index, enum csa_term_kind kind, struct csa_view word,
                                 unsigned distance, struct csa_expand_limits limits, struct csa_arena *arena,
                                 struct csa_expansion *expansion, struct csa_error *error)
{
    struct csa_acceptor acceptor = csa_acceptor_of_edits(word, distance, arena);
    return expand(index, kind, &acceptor, limits, arena, expansion, error);
}
