/* expand.h against a naive scan: random words in several segments, random patterns and near words; budgets,
 * deadlines, damage. */
#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/index/segment_writer.h"
#include "common/text/unicode.h"
#include "searcher/match/acceptor.h"
#include "searcher/match/common_words.h"
#include "searcher/match/expand.h"
#include "temporary_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEGMENTS = 3, WORDS = 1500, DOCUMENTS = 8, CHARACTERS = CSA_TERM_MAXIMUM };

static uint64_t random_state = 11;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 32) * n >> 32);
}

struct word {
    char text[CSA_TERM_MAXIMUM];
    size_t size;
    uint32_t documents[SEGMENTS]; /* that hold it; the first so many of a segment */
};

struct collection {
    char folder[32];
    struct word *words; /* ascending */
    size_t count;
    struct csa_index *index;
    struct csa_common_words common;
};

static struct csa_view view_of(const struct word *word)
{
    return csa_view_make(word->text, word->size);
}

static int compare_words(const void *a, const void *b)
{
    return csa_view_compare(view_of(a), view_of(b));
}

/* Few letters, so that words share beginnings and stand near each other; some of several bytes. */
static void random_word(struct word *word, uint32_t longest)
{
    static const char *const letters[] = {"a", "b", "a", "n", "t", "ж", "я", "中", "\U00020000", "s"};
    uint32_t kinds = random_below(4) == 0 ? 10 : 5;
    word->size = 0;
    for (uint32_t left = 1 + random_below(longest); left != 0; left--) {
        struct csa_view letter = csa_view_of(letters[random_below(kinds)]);
        if (word->size + letter.size <= CSA_TERM_MAXIMUM) {
            memcpy(word->text + word->size, letter.data, letter.size);
            word->size += letter.size;
        }
    }
}

static void write_segment(struct collection *collection, uint32_t segment, enum csa_term_kind kind,
                          struct csa_commit_segment *entry)
{
    struct csa_error error = {0};
    struct csa_segment_writer *writer;
    const struct csa_segment_options options = {.passage_words = 120, .store_positions = true};
    assert_int_equal(csa_segment_writer_new(&writer, collection->folder, segment + 1, &options, &error),
                     CSA_OK);
    uint64_t tokens = 0;
    for (uint32_t document = 0; document < DOCUMENTS; document++) {
        uint32_t length = 0;
        for (size_t w = 0; w < collection->count; w++) {
            length += document < collection->words[w].documents[segment] ? 1 : 0;
        }
        char id[32];
        snprintf(id, sizeof id, "%u-%u", segment, document);
        struct csa_article_record record = {.id = csa_view_of(id),
                                            .stored = csa_view_make("\0", 1),
                                            .lengths = &length,
                                            .passage_count = 1,
                                            .title_tokens = kind == CSA_TERM_WORD ? 0 : length};
        assert_int_equal(csa_segment_writer_add_article(writer, &record, &error), CSA_OK);
        tokens += length;
    }
    assert_int_equal(csa_segment_writer_begin_terms(writer, &error), CSA_OK);
    for (size_t w = 0; w < collection->count; w++) {
        const struct word *word = &collection->words[w];
        if (word->documents[segment] == 0) {
            continue;
        }
        csa_segment_writer_begin_term(writer, kind, view_of(word));
        for (uint32_t document = 0; document < word->documents[segment]; document++) {
            uint32_t position = (uint32_t)w;
            csa_segment_writer_add_posting(writer, document, 1, kind == CSA_TERM_WORD ? &position : NULL);
        }
        assert_int_equal(csa_segment_writer_end_term(writer, &error), CSA_OK);
    }
    assert_int_equal(csa_segment_writer_finish(writer, NULL, &entry->file_size, &entry->table_crc, &error),
                     CSA_OK);
    csa_segment_writer_free(writer);
    entry->number = segment + 1;
    entry->articles = entry->passages = DOCUMENTS;
    entry->tokens = tokens;
}

static void make_collection(struct collection *collection, size_t words, uint32_t longest,
                            enum csa_term_kind kind)
{
    struct csa_error error = {0};
    *collection = (struct collection){.folder = "csa-test-expand-XXXXXX"};
    assert_non_null(mkdtemp(collection->folder));
    collection->words = csa_calloc(words, sizeof *collection->words);
    assert_non_null(collection->words);
    for (size_t i = 0; i < words; i++) {
        random_word(&collection->words[i], longest);
    }
    qsort(collection->words, words, sizeof *collection->words, compare_words);
    for (size_t i = 0; i < words; i++) {
        if (i == 0 || compare_words(&collection->words[collection->count - 1], &collection->words[i]) != 0) {
            struct word *word = &collection->words[collection->count++];
            *word = collection->words[i];
            for (unsigned s = 0; s < SEGMENTS; s++) {
                word->documents[s] = random_below(3) == 0 ? 1 + random_below(DOCUMENTS) : 0;
            }
        }
    }
    struct csa_commit *commit = csa_calloc(1, sizeof *commit);
    assert_non_null(commit);
    commit->generation = 1;
    commit->segment_count = SEGMENTS;
    for (uint32_t s = 0; s < SEGMENTS; s++) {
        write_segment(collection, s, kind, &commit->segments[s]);
    }
    assert_int_equal(csa_commit_write(collection->folder, commit, &error), CSA_OK);
    csa_free(commit);
    if (csa_index_open(collection->folder, &collection->index, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    if (csa_common_words_make(&collection->common, collection->index, kind, 3, words, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
}

static void release_collection(struct collection *collection)
{
    struct csa_error error = {0};
    csa_arena_release(&collection->common.arena);
    csa_index_close(collection->index);
    char **names;
    size_t count;
    assert_int_equal(csa_file_list_folder(collection->folder, &names, &count, &error), CSA_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = csa_file_join(collection->folder, names[i]);
        assert_int_equal(remove(path), 0);
        csa_free(path);
    }
    csa_file_names_free(names, count);
    assert_int_equal(rmdir(collection->folder), 0);
    csa_free(collection->words);
}

/* ---- the naive side ---- */

static size_t to_characters(struct csa_view text, uint32_t *characters)
{
    size_t count = 0;
    for (size_t at = 0; at < text.size;) {
        const char *p = text.data + at;
        at += (size_t)(csa_utf8_decode(p, text.data + text.size, &characters[count++]) - p);
    }
    return count;
}

/* The whole table. */
static unsigned naive_distance(struct csa_view a, struct csa_view b)
{
    static unsigned table[CHARACTERS + 1][CHARACTERS + 1];
    uint32_t x[CHARACTERS];
    uint32_t y[CHARACTERS];
    size_t m = to_characters(a, x);
    size_t n = to_characters(b, y);
    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            unsigned least = i == 0 ? (unsigned)j : j == 0 ? (unsigned)i : UINT32_MAX;
            if (i != 0 && j != 0) {
                least = table[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
                least = table[i - 1][j] + 1 < least ? table[i - 1][j] + 1 : least;
                least = table[i][j - 1] + 1 < least ? table[i][j - 1] + 1 : least;
            }
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] &&
                table[i - 2][j - 2] + 1 < least) {
                least = table[i - 2][j - 2] + 1;
            }
            table[i][j] = least;
        }
    }
    return table[m][n];
}

/* A table of which beginnings of the pattern fit which beginnings of the word. */
static bool naive_fits(struct csa_view pattern, struct csa_view word)
{
    uint32_t x[4 * CHARACTERS];
    uint32_t y[CHARACTERS];
    static bool fits[4 * CHARACTERS + 1][CHARACTERS + 1];
    size_t m = to_characters(pattern, x);
    size_t n = to_characters(word, y);
    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            if (i == 0) {
                fits[i][j] = j == 0;
            } else if (x[i - 1] == '*') {
                fits[i][j] = fits[i - 1][j] || (j > 0 && fits[i][j - 1]);
            } else {
                fits[i][j] = j > 0 && fits[i - 1][j - 1] && (x[i - 1] == '?' || x[i - 1] == y[j - 1]);
            }
        }
    }
    return fits[m][n];
}

static int best_first(const void *a, const void *b)
{
    const struct csa_expanded *x = a;
    const struct csa_expanded *y = b;
    if (x->distance != y->distance) {
        return x->distance < y->distance ? -1 : 1;
    }
    if (x->documents != y->documents) {
        return x->documents > y->documents ? -1 : 1;
    }
    return csa_view_compare(x->word, y->word);
}

static int by_text(const void *a, const void *b)
{
    return csa_view_compare(((const struct csa_expanded *)a)->word, ((const struct csa_expanded *)b)->word);
}

struct question {
    bool fuzzy;
    struct csa_view text;
    unsigned distance;
    uint64_t least; /* documents */
};

static size_t naive_expand(const struct collection *collection, const struct question *question, size_t words,
                           struct csa_expanded *out)
{
    size_t count = 0;
    for (size_t w = 0; w < collection->count; w++) {
        const struct word *word = &collection->words[w];
        struct csa_expanded found = {.word = view_of(word)};
        for (unsigned s = 0; s < SEGMENTS; s++) {
            found.documents += word->documents[s];
        }
        bool in = found.documents != 0;
        if (in && question->fuzzy) {
            found.distance = naive_distance(found.word, question->text);
            in = found.distance <= question->distance && found.documents >= question->least;
        } else {
            in = in && naive_fits(question->text, found.word);
        }
        if (in) {
            out[count++] = found;
        }
    }
    qsort(out, count, sizeof *out, best_first);
    qsort(out, count < words ? count : words, sizeof *out, by_text);
    return count;
}

static enum csa_status ask(const struct collection *collection, enum csa_term_kind kind,
                           const struct question *question, struct csa_expand_limits limits,
                           struct csa_arena *arena, struct csa_expansion *expansion, struct csa_error *error)
{
    return question->fuzzy
               ? csa_expand_fuzzy(collection->index, kind, question->text, question->distance, limits, arena,
                                  expansion, error)
               : csa_expand_pattern(collection->index, kind, question->text, limits, arena, expansion, error);
}

static void check_expansion(const struct question *question, const struct csa_expansion *expansion,
                            const struct csa_expanded *expected, size_t count, size_t words)
{
    size_t kept = count < words ? count : words;
    if (expansion->count != kept || expansion->cut != (count > words)) {
        fail_msg("%.*s ~%u: %zu words of %zu (cut %d), not %zu", (int)question->text.size,
                 question->text.data, question->distance, expansion->count, count, expansion->cut, kept);
    }
    for (size_t i = 0; i < kept; i++) {
        assert_true(csa_view_equal(expansion->words[i].word, expected[i].word));
        assert_int_equal(expansion->words[i].documents, expected[i].documents);
        assert_int_equal(expansion->words[i].distance, expected[i].distance);
    }
}

static void compare(const struct collection *collection, enum csa_term_kind kind,
                    const struct question *question, size_t words)
{
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_expansion expansion;
    csa_arena_init(&arena, 0);
    struct csa_expanded *expected = csa_calloc(collection->count, sizeof *expected);
    assert_non_null(expected);
    size_t count = naive_expand(collection, question, words, expected);
    const struct csa_expand_limits limits = {.words = words, .least = question->least};
    if (question->fuzzy && question->least >= collection->common.least) {
        assert_int_equal(csa_common_words_near(&collection->common, question->text, question->distance,
                                               limits, &arena, &expansion, &error),
                         CSA_OK);
        check_expansion(question, &expansion, expected, count, words);
    }
    assert_int_equal(ask(collection, kind, question, limits, &arena, &expansion, &error), CSA_OK);
    check_expansion(question, &expansion, expected, count, words);
    csa_free(expected);
    csa_arena_release(&arena);
}

/* A word, changed a little now and then. */
static void near_word(const struct collection *collection, struct word *word)
{
    *word = collection->words[random_below((uint32_t)collection->count)];
    struct word other;
    random_word(&other, 8);
    if (random_below(3) == 0) {
        *word = other;
    } else if (random_below(2) == 0) {
        size_t size = csa_utf8_truncate(view_of(word), random_below((uint32_t)word->size + 1));
        word->size = size == 0 ? word->size : size;
    }
}

static size_t random_pattern(const struct collection *collection, char *pattern, size_t room)
{
    struct word word;
    near_word(collection, &word);
    uint32_t characters[CHARACTERS];
    size_t count = to_characters(view_of(&word), characters);
    size_t size = 0;
    for (size_t i = 0; i < count && size + 6 < room; i++) {
        uint32_t chance = random_below(8);
        if (chance == 0) {
            pattern[size++] = '*';
        } else if (chance == 1) {
            pattern[size++] = '?';
        } else if (chance == 2) {
            pattern[size++] = '*';
            size += csa_utf8_encode(pattern + size, characters[i]);
        } else {
            size += csa_utf8_encode(pattern + size, characters[i]);
        }
    }
    if (random_below(3) == 0) {
        pattern[size++] = '*';
    }
    return size;
}

static void compare_randomly(size_t words, uint32_t longest, enum csa_term_kind kind, int rounds)
{
    struct collection collection;
    make_collection(&collection, words, longest, kind);
    for (int i = 0; i < rounds; i++) {
        struct word word;
        char pattern[2 * CSA_TERM_MAXIMUM];
        size_t budget = random_below(3) == 0 ? random_below(20) : 100000;
        near_word(&collection, &word);
        compare(&collection, kind, &(struct question){true, view_of(&word), random_below(3), 0}, budget);
        compare(
            &collection, kind,
            &(struct question){true, view_of(&word), 1 + random_below(2), 1 + random_below(2 * DOCUMENTS)},
            budget);
        struct question question = {
            false, {pattern, random_pattern(&collection, pattern, sizeof pattern)}, 0, 0};
        compare(&collection, kind, &question, budget);
    }
    release_collection(&collection);
}

static void test_random_words(void **state)
{
    (void)state;
    compare_randomly(WORDS, 7, CSA_TERM_WORD, 600);
    compare_randomly(WORDS, 3, CSA_TERM_TITLE_WORD, 200);
    compare_randomly(200, 60, CSA_TERM_WORD, 100);
}

static void test_edges(void **state)
{
    (void)state;
    struct collection collection;
    make_collection(&collection, WORDS, 6, CSA_TERM_WORD);
    static const char *const patterns[] = {"",   "*",   "?",    "**",   "???",  "*?*", "a",    "a*",
                                           "*a", "a*a", "*a*b", "?ж*я", "*中*", "z*",  "aaaa", "\xFF*"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        compare(&collection, CSA_TERM_WORD, &(struct question){false, csa_view_of(patterns[i]), 0, 0},
                100000);
    }
    static const char *const words[] = {"", "a", "ab", "b", "ж", "中", "zzzzzzzzz"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (unsigned distance = 0; distance <= 2; distance++) {
            compare(&collection, CSA_TERM_WORD, &(struct question){true, csa_view_of(words[i]), distance, 0},
                    100000);
            compare(&collection, CSA_TERM_WORD, &(struct question){true, csa_view_of(words[i]), distance, 0},
                    0);
        }
    }
    compare(&collection, CSA_TERM_WORD, &(struct question){false, {NULL, 0}, 0, 0}, 10);
    compare(&collection, CSA_TERM_WORD, &(struct question){true, {NULL, 0}, 2, 0}, 10);
    /* Longer than any word; more elements than a word has bytes. */
    char text[4 * CSA_TERM_MAXIMUM];
    memset(text, 'a', sizeof text);
    compare(&collection, CSA_TERM_WORD, &(struct question){false, {text, 129}, 0, 0}, 10);
    memset(text, '?', sizeof text);
    compare(&collection, CSA_TERM_WORD, &(struct question){false, {text, 128}, 0, 0}, 10);
    memset(text, '*', sizeof text);
    compare(&collection, CSA_TERM_WORD, &(struct question){false, {text, 300}, 0, 0}, 10);
    release_collection(&collection);
}

/* Words that reach the limit of the dictionary, and patterns as long as they. */
static void test_long_words(void **state)
{
    (void)state;
    struct collection collection;
    make_collection(&collection, 300, 200, CSA_TERM_WORD);
    for (int i = 0; i < 60; i++) {
        struct word word = collection.words[random_below((uint32_t)collection.count)];
        char pattern[CSA_TERM_MAXIMUM];
        memcpy(pattern, word.text, word.size);
        compare(&collection, CSA_TERM_WORD, &(struct question){true, view_of(&word), 2, 0}, 100);
        compare(&collection, CSA_TERM_WORD, &(struct question){false, {pattern, word.size}, 0, 0}, 100);
        for (size_t at = 0; at < word.size; at++) {
            if ((uint8_t)pattern[at] < 0x80U && random_below(4) == 0) {
                pattern[at] = random_below(2) == 0 ? '?' : '*';
            }
        }
        compare(&collection, CSA_TERM_WORD, &(struct question){false, {pattern, word.size}, 0, 0}, 100);
    }
    release_collection(&collection);
}

static void test_known_distances(void **state)
{
    (void)state;
    static const struct {
        const char *one, *other;
        unsigned distance; /* 3: more than 2 */
    } cases[] = {
        {"siberia", "siberia", 0},
        {"sibera", "siberia", 1},
        {"siebria", "siberia", 1},
        {"isberia", "siberia", 1},
        {"sberai", "siberia", 2},
        {"ca", "abc", 3},
        {"москва", "мсоква", 1},
        {"straße", "strasse", 2},
        {"a", "", 1},
        {"", "", 0},
        {"abcdef", "badcef", 2},
        {"abcdef", "badcfe", 3},
        {"kitten", "sitting", 3},
        {"gas", "gasoline", 3},
        {"\xFF", "\xFE", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int turned = 0; turned < 2; turned++) {
            struct csa_arena arena;
            csa_arena_init(&arena, 0);
            unsigned distance = 3;
            struct csa_view one = csa_view_of(turned ? cases[i].other : cases[i].one);
            struct csa_acceptor acceptor = csa_acceptor_of_edits(one, 2, &arena);
            bool in = csa_acceptor_accepts(&acceptor, csa_view_of(turned ? cases[i].one : cases[i].other),
                                           &distance);
            assert_int_equal(in, cases[i].distance <= 2);
            assert_int_equal(in ? distance : 3, cases[i].distance);
            csa_arena_release(&arena);
        }
    }
}

static void test_deadline(void **state)
{
    (void)state;
    struct collection collection;
    make_collection(&collection, 4 * WORDS, 9, CSA_TERM_WORD);
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_expansion expansion;
    csa_arena_init(&arena, 0);
    const struct csa_expand_limits past = {.words = 100000, .deadline = csa_clock_nanoseconds() - 1};
    assert_int_equal(csa_expand_pattern(collection.index, CSA_TERM_WORD, csa_view_of("*"), past, &arena,
                                        &expansion, &error),
                     CSA_OK);
    assert_true(expansion.cut);
    assert_true(expansion.count > 0 && expansion.count < collection.count);
    csa_arena_release(&arena);
    release_collection(&collection);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct collection collection;
    make_collection(&collection, WORDS, 4, CSA_TERM_WORD);
    const struct question questions[] = {{false, csa_view_of("*a*"), 0, 0}, {true, csa_view_of("aba"), 2, 0}};
    for (size_t q = 0; q < 2; q++) {
        bool failed = true;
        for (size_t n = 1; failed; n++) {
            struct csa_error error = {0};
            struct csa_arena arena;
            struct csa_expansion expansion;
            csa_arena_init(&arena, 0);
            csa_memory_fail_at(n, 1);
            enum csa_status status =
                ask(&collection, CSA_TERM_WORD, &questions[q], (struct csa_expand_limits){.words = 500},
                    &arena, &expansion, &error);
            csa_memory_fail_at(0, 0);
            failed = status != CSA_OK;
            assert_true(!failed || status == CSA_ERROR_MEMORY);
            csa_arena_release(&arena);
        }
    }
    release_collection(&collection);
}

/* Whatever a damaged dictionary says, the walk ends, with an error or with words. */
static void test_damage(void **state)
{
    (void)state;
    struct collection collection;
    make_collection(&collection, WORDS, 6, CSA_TERM_WORD);
    struct csa_segment *segment = collection.index->segments[0].segment;
    struct csa_dictionary whole = segment->dictionary;
    size_t size = (size_t)(whole.blocks_end - whole.blocks);
    uint8_t *copy = csa_calloc(1, size + CSA_SECTION_SLACK);
    assert_non_null(copy);
    for (int i = 0; i < 3000; i++) {
        memcpy(copy, whole.blocks, size);
        for (uint32_t faults = 1 + random_below(4); faults != 0; faults--) {
            copy[random_below((uint32_t)size)] = (uint8_t)random_below(256);
        }
        segment->dictionary.blocks = copy;
        segment->dictionary.blocks_end = copy + size;
        struct word word;
        near_word(&collection, &word);
        struct csa_error error = {0};
        struct csa_arena arena;
        struct csa_expansion expansion;
        csa_arena_init(&arena, 0);
        struct question question = {true, view_of(&word), 1 + random_below(2), random_below(4)};
        if (random_below(2) == 0) {
            question = (struct question){false, csa_view_of("?a*b"), 0, 0};
        }
        enum csa_status status =
            ask(&collection, CSA_TERM_WORD, &question,
                (struct csa_expand_limits){.words = 50, .least = question.least}, &arena, &expansion, &error);
        assert_true(status == CSA_OK || status == CSA_ERROR_DAMAGED);
        csa_arena_release(&arena);
    }
    segment->dictionary = whole;
    csa_free(copy);
    release_collection(&collection);
}

/* A list that may not hold all of them holds the most frequent ones, and says down to what. */
static void test_common_words(void **state)
{
    (void)state;
    struct collection collection;
    make_collection(&collection, WORDS, 6, CSA_TERM_WORD);
    for (size_t maximum = 0; maximum < WORDS; maximum = 2 * maximum + 1) {
        struct csa_error error = {0};
        struct csa_common_words common;
        assert_int_equal(csa_common_words_make(&common, collection.index, CSA_TERM_WORD, 1, maximum, &error),
                         CSA_OK);
        size_t count = 0;
        for (size_t w = 0; w < collection.count; w++) {
            uint32_t documents = 0;
            for (unsigned s = 0; s < SEGMENTS; s++) {
                documents += collection.words[w].documents[s];
            }
            count += documents >= common.least;
        }
        assert_int_equal(common.count, count);
        assert_true(count <= maximum);
        csa_arena_release(&common.arena);
    }
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        struct csa_error error = {0};
        struct csa_common_words common;
        csa_memory_fail_at(n, 1);
        enum csa_status status =
            csa_common_words_make(&common, collection.index, CSA_TERM_WORD, 2, WORDS, &error);
        csa_memory_fail_at(0, 0);
        failed = status != CSA_OK;
        assert_true(!failed || status == CSA_ERROR_MEMORY);
        csa_arena_release(&common.arena);
    }
    release_collection(&collection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_words), cmocka_unit_test(test_edges),
        cmocka_unit_test(test_long_words),   cmocka_unit_test(test_known_distances),
        cmocka_unit_test(test_deadline),     cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_common_words),
    };
    return cmocka_run_group_tests(tests, temporary_folder_enter, temporary_folder_leave);
}
