/* dictionary.h: random terms there and back, looked up, gone through and sought; stems that are words;
 * damage. */
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/dictionary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t random_state = 3;

static uint32_t random_u32(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 32);
}

static uint32_t random_below(uint32_t n)
{
    return (uint32_t)((uint64_t)random_u32() * n >> 32);
}

/* ---- terms as they should be ---- */

struct term {
    char text[CSA_TERM_MAXIMUM];
    size_t size;
    struct csa_term_entry entry;
};

static struct csa_view text_of(const struct term *term)
{
    return csa_view_make(term->text, term->size);
}

static int compare_terms(const void *a, const void *b)
{
    const struct term *one = a;
    const struct term *other = b;
    if (one->entry.kind != other->entry.kind) {
        return one->entry.kind < other->entry.kind ? -1 : 1;
    }
    return csa_view_compare(text_of(one), text_of(other));
}

static void random_text(struct term *term)
{
    static const char *const syllables[] = {"po", "wer", "sib", "eri", "a", "пол",
                                            "юс", "中",  "国",  "gas", "-"};
    term->size = 0;
    if (random_below(3) == 0) {
        term->size = 1 + random_below(random_below(20) == 0 ? CSA_TERM_MAXIMUM : 6);
        for (size_t i = 0; i < term->size; i++) {
            term->text[i] = (char)random_u32();
        }
        return;
    }
    for (uint32_t left = 1 + random_below(7); left != 0; left--) {
        struct csa_view part = csa_view_of(syllables[random_below(11)]);
        memcpy(term->text + term->size, part.data, part.size);
        term->size += part.size;
    }
}

/* The places of entries are given once the terms are in order. */
static void random_entry(struct csa_term_entry *entry)
{
    static const uint32_t counts[] = {1, 1, 1, 2, 3, 100, 128, 129, 5000, 3000000000U};
    bool stem = entry->kind == CSA_TERM_STEM || entry->kind == CSA_TERM_TITLE_STEM;
    entry->document_count = counts[random_below(10)];
    entry->occurrence_count = entry->document_count + (uint64_t)random_below(3) * random_below(4000);
    entry->shared = stem && random_below(3) == 0;
    entry->own_stem = !stem && random_below(3) == 0;
}

static void place_entry(struct csa_term_entry *entry, uint64_t *postings, uint64_t *positions)
{
    if (random_below(500) == 0) {
        *postings += random_below(1000); /* a list that does not follow the one before */
    }
    entry->documents_offset = *postings;
    entry->positions_offset = *positions;
    if (entry->document_count == 1) {
        entry->single_document = random_u32() - (random_u32() == UINT32_MAX);
    } else if (entry->shared) {
        entry->documents_offset = random_u32();
    } else {
        entry->documents_size = 2 + random_below(100000);
        *postings += entry->documents_size;
    }
    if (entry->kind == CSA_TERM_WORD && entry->occurrence_count > 1) {
        entry->positions_size = random_below(100000);
        *positions += entry->positions_size;
    } else if (entry->kind == CSA_TERM_WORD) {
        entry->single_position = random_u32();
    }
}

/* Up to n different terms in order; *n is how many there are. */
static struct term *make_terms(size_t *n)
{
    struct term *terms = csa_calloc(*n, sizeof *terms);
    for (size_t i = 0; i < *n; i++) {
        terms[i].entry.kind = (enum csa_term_kind)(random_below(4) == 0 ? 1 + random_below(4) : 1);
        random_text(&terms[i]);
        random_entry(&terms[i].entry);
    }
    qsort(terms, *n, sizeof *terms, compare_terms);
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        if (kept == 0 || compare_terms(&terms[kept - 1], &terms[i]) != 0) {
            terms[kept++] = terms[i];
        }
    }
    *n = kept;
    uint64_t postings = 0;
    uint64_t positions = UINT64_C(1) << 40;
    for (size_t i = 0; i < kept; i++) {
        place_entry(&terms[i].entry, &postings, &positions);
    }
    return terms;
}

/* ---- stored ---- */

struct stored {
    uint8_t *index, *blocks; /* with the format's slack behind them, and no more */
    uint8_t *peaks;
    struct csa_view index_view, blocks_view;
};

static void store(struct stored *stored, const struct term *terms, size_t n)
{
    struct csa_error error = {0};
    struct csa_output output;
    struct csa_dictionary_writer writer;
    struct csa_buffer index;
    assert_int_equal(csa_output_open_temporary(&output, ".", &error), CSA_OK);
    csa_output_write(&output, "xyz", 3);
    csa_dictionary_writer_init(&writer, &output);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(csa_dictionary_writer_add(&writer, text_of(&terms[i]), &terms[i].entry, &error),
                         CSA_OK);
    }
    csa_buffer_init(&index, 1 << 30);
    assert_int_equal(csa_dictionary_writer_finish(&writer, &index, &error), CSA_OK);
    stored->peaks = csa_calloc(writer.peaks.size + 1, 1);
    if (writer.peaks.size != 0) {
        memcpy(stored->peaks, writer.peaks.data, writer.peaks.size);
    }
    csa_dictionary_writer_release(&writer);
    assert_int_equal(csa_output_flush(&output, &error), CSA_OK);
    size_t size = (size_t)output.offset - 3;
    stored->blocks = csa_calloc(size + CSA_SECTION_SLACK, 1);
    assert_int_equal(csa_output_read_at(&output, 3, stored->blocks, size, &error), CSA_OK);
    csa_output_abandon(&output, false);
    stored->index = csa_calloc(index.size + CSA_SECTION_SLACK, 1);
    if (index.size != 0) {
        memcpy(stored->index, index.data, index.size);
    }
    stored->index_view = csa_view_make((const char *)stored->index, index.size);
    stored->blocks_view = csa_view_make((const char *)stored->blocks, size);
    csa_buffer_release(&index);
}

static void store_free(struct stored *stored)
{
    csa_free(stored->index);
    csa_free(stored->blocks);
    csa_free(stored->peaks);
}

static void check_entry(const struct csa_term_entry *entry, const struct csa_term_entry *expected)
{
    assert_int_equal(entry->kind, expected->kind);
    assert_int_equal(entry->document_count, expected->document_count);
    assert_int_equal(entry->occurrence_count, expected->occurrence_count);
    assert_int_equal(entry->own_stem, expected->own_stem);
    assert_int_equal(entry->shared, expected->shared);
    assert_int_equal(entry->single_document, expected->single_document);
    assert_int_equal(entry->single_position, expected->single_position);
    assert_int_equal(entry->documents_size, expected->documents_size);
    assert_int_equal(entry->positions_size, expected->positions_size);
    if (expected->document_count > 1) {
        assert_int_equal(entry->documents_offset, expected->documents_offset);
    }
    if (expected->positions_size != 0) {
        assert_int_equal(entry->positions_offset, expected->positions_offset);
    }
}

static const struct term *lookup(const struct term *terms, size_t n, enum csa_term_kind kind,
                                 struct csa_view text)
{
    struct term key = {.size = text.size, .entry.kind = kind};
    memcpy(key.text, text.data, text.size);
    return bsearch(&key, terms, n, sizeof *terms, compare_terms);
}

/* What find must give for any text. */
static void check_find(const struct csa_dictionary *dictionary, const struct term *terms, size_t n,
                       enum csa_term_kind kind, struct csa_view text)
{
    struct csa_error error = {0};
    struct csa_term_entry entry;
    bool found;
    assert_int_equal(csa_dictionary_find(dictionary, kind, text, &entry, &found, &error), CSA_OK);
    const struct term *expected = lookup(terms, n, kind, text);
    if (expected == NULL && (kind == CSA_TERM_STEM || kind == CSA_TERM_TITLE_STEM)) {
        expected = lookup(terms, n, kind == CSA_TERM_STEM ? CSA_TERM_WORD : CSA_TERM_TITLE_WORD, text);
        expected = expected != NULL && expected->entry.own_stem ? expected : NULL;
    }
    assert_int_equal(found, expected != NULL);
    if (found) {
        check_entry(&entry, &expected->entry);
    }
}

static void check_finds(const struct csa_dictionary *dictionary, const struct term *terms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        check_find(dictionary, terms, n, terms[i].entry.kind, text_of(&terms[i]));
        struct term other = terms[i];
        other.text[other.size - 1] = (char)(other.text[other.size - 1] + 1);
        check_find(dictionary, terms, n, (enum csa_term_kind)(1 + random_below(4)), text_of(&other));
        other.size--;
        if (other.size != 0) {
            check_find(dictionary, terms, n, (enum csa_term_kind)(1 + random_below(4)), text_of(&other));
        }
        random_text(&other);
        check_find(dictionary, terms, n, (enum csa_term_kind)(1 + random_below(4)), text_of(&other));
    }
}

static void check_walk(const struct csa_dictionary *dictionary, const struct term *terms, size_t n)
{
    struct csa_error error = {0};
    struct csa_dictionary_cursor cursor;
    bool more;
    assert_int_equal(csa_dictionary_seek(dictionary, CSA_TERM_WORD, csa_view_of(""), &cursor, &error),
                     CSA_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(csa_dictionary_next(&cursor, &more, &error), CSA_OK);
        assert_true(more);
        assert_int_equal(cursor.kind, terms[i].entry.kind);
        assert_true(csa_view_equal(cursor.text, text_of(&terms[i])));
        check_entry(&cursor.entry, &terms[i].entry);
    }
    assert_int_equal(csa_dictionary_next(&cursor, &more, &error), CSA_OK);
    assert_false(more);
    assert_int_equal(csa_dictionary_next(&cursor, &more, &error), CSA_OK);
    assert_false(more);
}

static void check_seek(const struct csa_dictionary *dictionary, const struct term *terms, size_t n,
                       const struct term *wanted)
{
    struct csa_error error = {0};
    struct csa_dictionary_cursor cursor;
    bool more;
    assert_int_equal(csa_dictionary_seek(dictionary, wanted->entry.kind, text_of(wanted), &cursor, &error),
                     CSA_OK);
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_terms(&terms[middle], wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t i = low; i < low + 40; i++) {
        assert_int_equal(csa_dictionary_next(&cursor, &more, &error), CSA_OK);
        assert_int_equal(more, i < n);
        if (!more) {
            break;
        }
        assert_int_equal(cursor.kind, terms[i].entry.kind);
        assert_true(csa_view_equal(cursor.text, text_of(&terms[i])));
        check_entry(&cursor.entry, &terms[i].entry);
    }
}

/* The words of all blocks that are not left out: every one that is frequent enough. */
static void check_words(struct csa_dictionary *dictionary, const struct term *terms, size_t n,
                        enum csa_term_kind kind, uint64_t least)
{
    struct csa_error error = {0};
    struct csa_dictionary_words words;
    size_t i = 0;
    uint32_t block = 0;
    while ((block = csa_dictionary_frequent_block(dictionary, block, dictionary->block_count, least)) <
           dictionary->block_count) {
        enum csa_term_kind first_kind;
        struct csa_view before;
        assert_true(csa_dictionary_first_term(dictionary, block, &first_kind, &before));
        assert_non_null(lookup(terms, n, first_kind, before));
        char text[CSA_TERM_MAXIMUM];
        assert_int_equal(csa_dictionary_open_words(dictionary, block++, kind, least, &words, &error), CSA_OK);
        for (;;) {
            bool more;
            assert_int_equal(csa_dictionary_next_word(&words, &more, &error), CSA_OK);
            if (!more) {
                break;
            }
            while (i < n && (terms[i].entry.kind != kind || terms[i].entry.document_count < least)) {
                i++;
            }
            assert_true(i < n && csa_view_equal(words.text, text_of(&terms[i])));
            assert_int_equal(words.documents, terms[i++].entry.document_count);
            size_t most = before.size < words.text.size ? before.size : words.text.size;
            size_t same = 0;
            while (same < most && before.data[same] == words.text.data[same]) {
                same++;
            }
            /* Of other kinds nothing is said to be shared; the first itself shares all of it. */
            assert_true((words.shared < most ? words.shared : most) <= same);
            assert_true(words.shared >= same || first_kind != kind);
            first_kind = kind;
            memcpy(text, words.text.data, words.text.size);
            before = csa_view_make(text, words.text.size);
        }
    }
    while (i < n && (terms[i].entry.kind != kind || terms[i].entry.document_count < least)) {
        i++;
    }
    assert_int_equal(i, n);
}

static void check_skip(const struct csa_dictionary *dictionary, const struct term *wanted)
{
    uint32_t blocks = dictionary->block_count;
    uint32_t from = random_below(blocks);
    uint32_t expected = from;
    for (uint32_t block = from; block < blocks; block++) {
        enum csa_term_kind kind;
        struct csa_view text;
        assert_true(csa_dictionary_first_term(dictionary, block, &kind, &text));
        bool less = kind < wanted->entry.kind ||
                    (kind == wanted->entry.kind && csa_view_compare(text, text_of(wanted)) <= 0);
        expected = less ? block : expected;
    }
    assert_int_equal(
        csa_dictionary_skip_blocks(dictionary, from, blocks, wanted->entry.kind, text_of(wanted)), expected);
}

static void check_all(size_t n)
{
    struct csa_error error = {0};
    struct term *terms = make_terms(&n);
    struct stored stored;
    struct csa_dictionary dictionary;
    store(&stored, terms, n);
    assert_int_equal(csa_dictionary_open(&dictionary, stored.index_view, stored.blocks_view, &error), CSA_OK);
    check_finds(&dictionary, terms, n);
    check_walk(&dictionary, terms, n);
    for (size_t i = 0; i < n + 20 && i < 3000; i++) {
        struct term wanted = terms[random_below((uint32_t)n)];
        if (i % 3 == 0) {
            random_text(&wanted);
        } else if (i % 3 == 1 && wanted.size > 2) {
            wanted.size -= 1 + random_below(2);
        }
        wanted.entry.kind = i % 5 == 0 ? (enum csa_term_kind)(1 + random_below(4)) : wanted.entry.kind;
        check_seek(&dictionary, terms, n, &wanted);
        if (i % 16 == 0) {
            check_skip(&dictionary, &wanted);
        }
    }
    static const uint64_t least[] = {0, 1, 2, 31, 32, 33, 100, 128, 129, 4096, 3000000000U, 3000000001U};
    for (size_t i = 0; i < sizeof least / sizeof *least; i++) {
        dictionary.peaks = i % 2 == 0 ? stored.peaks : NULL;
        check_words(&dictionary, terms, n, CSA_TERM_WORD, least[i]);
        check_words(&dictionary, terms, n, CSA_TERM_TITLE_WORD, least[i]);
    }
    store_free(&stored);
    csa_free(terms);
}

static void test_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 31, 32, 33, 64, 65, 1000, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_all(sizes[i]);
    }
}

static void test_empty(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct stored stored;
    struct csa_dictionary dictionary;
    struct csa_dictionary_cursor cursor;
    struct csa_term_entry entry;
    bool found = true;
    store(&stored, NULL, 0);
    assert_int_equal(stored.index_view.size, 0);
    assert_int_equal(stored.blocks_view.size, 0);
    assert_int_equal(csa_dictionary_open(&dictionary, csa_view_of(NULL), csa_view_of(NULL), &error), CSA_OK);
    assert_int_equal(
        csa_dictionary_find(&dictionary, CSA_TERM_STEM, csa_view_of("a"), &entry, &found, &error), CSA_OK);
    assert_false(found);
    assert_int_equal(csa_dictionary_seek(&dictionary, CSA_TERM_STEM, csa_view_of("a"), &cursor, &error),
                     CSA_OK);
    assert_int_equal(csa_dictionary_next(&cursor, &found, &error), CSA_OK);
    assert_false(found);
    store_free(&stored);
}

static void test_long_texts(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct term terms[2] = {{.size = CSA_TERM_MAXIMUM, .entry = {.kind = CSA_TERM_WORD}},
                            {.size = 1, .text = "b", .entry = {.kind = CSA_TERM_WORD}}};
    memset(terms[0].text, 'a', CSA_TERM_MAXIMUM);
    for (size_t i = 0; i < 2; i++) {
        terms[i].entry.document_count = 1;
        terms[i].entry.occurrence_count = 1;
    }
    struct stored stored;
    struct csa_dictionary dictionary;
    struct csa_dictionary_cursor cursor;
    struct csa_term_entry entry;
    bool found;
    store(&stored, terms, 2);
    assert_int_equal(csa_dictionary_open(&dictionary, stored.index_view, stored.blocks_view, &error), CSA_OK);
    char text[CSA_TERM_MAXIMUM + 50];
    memset(text, 'a', sizeof text);
    struct csa_view longer = csa_view_make(text, CSA_TERM_MAXIMUM + 1);
    assert_int_equal(csa_dictionary_find(&dictionary, CSA_TERM_WORD, longer, &entry, &found, &error), CSA_OK);
    assert_false(found);
    assert_int_equal(csa_dictionary_seek(&dictionary, CSA_TERM_WORD, longer, &cursor, &error), CSA_OK);
    assert_int_equal(csa_dictionary_next(&cursor, &found, &error), CSA_OK);
    assert_true(found && csa_view_equal(cursor.text, csa_view_of("b")));
    longer.size = sizeof text;
    assert_int_equal(csa_dictionary_seek(&dictionary, CSA_TERM_WORD, longer, &cursor, &error), CSA_OK);
    assert_int_equal(csa_dictionary_next(&cursor, &found, &error), CSA_OK);
    assert_true(found && csa_view_equal(cursor.text, csa_view_of("b")));
    store_free(&stored);
}

static void test_misuse(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_output output;
    struct csa_dictionary_writer writer;
    char longest[CSA_TERM_MAXIMUM + 1] = {0};
    assert_int_equal(csa_output_open_temporary(&output, ".", &error), CSA_OK);
    csa_dictionary_writer_init(&writer, &output);
    struct csa_term_entry entry = {.kind = CSA_TERM_WORD, .document_count = 1, .occurrence_count = 1};
    assert_int_equal(csa_dictionary_writer_add(&writer, csa_view_of("b"), &entry, &error), CSA_OK);
    assert_int_equal(csa_dictionary_writer_add(&writer, csa_view_of("b"), &entry, &error), CSA_ERROR_MISUSE);
    assert_int_equal(csa_dictionary_writer_add(&writer, csa_view_of("a"), &entry, &error), CSA_ERROR_MISUSE);
    assert_int_equal(csa_dictionary_writer_add(&writer, csa_view_of(""), &entry, &error), CSA_ERROR_MISUSE);
    assert_int_equal(
        csa_dictionary_writer_add(&writer, csa_view_make(longest, sizeof longest), &entry, &error),
        CSA_ERROR_MISUSE);
    struct csa_term_entry wrong[] = {
        {.kind = 0, .document_count = 1, .occurrence_count = 1},
        {.kind = 5, .document_count = 1, .occurrence_count = 1},
        {.kind = CSA_TERM_WORD, .document_count = 0, .occurrence_count = 1},
        {.kind = CSA_TERM_WORD, .document_count = 2, .occurrence_count = 1},
        {.kind = CSA_TERM_WORD, .document_count = 1, .occurrence_count = 1, .shared = true},
        {.kind = CSA_TERM_STEM, .document_count = 1, .occurrence_count = 1, .own_stem = true},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(csa_dictionary_writer_add(&writer, csa_view_of("c"), &wrong[i], &error),
                         CSA_ERROR_MISUSE);
    }
    csa_dictionary_writer_release(&writer);
    csa_output_abandon(&output, false);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    size_t n = 3000;
    struct term *terms = make_terms(&n);
    for (size_t at = 1;; at++) {
        struct csa_error error = {0};
        struct csa_output output;
        struct csa_dictionary_writer writer;
        struct csa_buffer index;
        assert_int_equal(csa_output_open_temporary(&output, ".", &error), CSA_OK);
        csa_dictionary_writer_init(&writer, &output);
        csa_buffer_init(&index, 1 << 30);
        csa_memory_fail_at(at, 0);
        enum csa_status status = CSA_OK;
        for (size_t i = 0; i < n && status == CSA_OK; i++) {
            status = csa_dictionary_writer_add(&writer, text_of(&terms[i]), &terms[i].entry, &error);
        }
        if (status == CSA_OK) {
            status = csa_dictionary_writer_finish(&writer, &index, &error);
        }
        csa_memory_fail_at(0, 0);
        csa_dictionary_writer_release(&writer);
        csa_buffer_release(&index);
        csa_output_abandon(&output, false);
        if (status == CSA_OK) {
            assert_true(at > 5);
            break;
        }
        assert_int_equal(status, CSA_ERROR_MEMORY);
    }
    csa_free(terms);
}

/* ---- damage ---- */

/* A block made by hand with one fault is refused by the cursor. */
static void check_block(const void *bytes, size_t size, bool sound)
{
    static const uint8_t key[] = {1, 'a'};
    struct csa_buffer index;
    csa_buffer_init(&index, 1000);
    csa_buffer_append_u32(&index, 1);
    csa_buffer_append_u32(&index, sizeof key);
    csa_buffer_append_u32(&index, 0);
    csa_buffer_append_u32(&index, 0);
    csa_buffer_append_u32(&index, sizeof key);
    csa_buffer_append(&index, key, sizeof key);
    size_t index_size = index.size;
    csa_buffer_reserve(&index, CSA_SECTION_SLACK);
    struct csa_dictionary dictionary;
    struct csa_error error = {0};
    assert_int_equal(csa_dictionary_open(&dictionary, csa_view_make(index.data, index_size),
                                         csa_view_make(bytes, size), &error),
                     CSA_OK);
    struct csa_dictionary_cursor cursor;
    bool more;
    enum csa_status status =
        csa_dictionary_seek(&dictionary, CSA_TERM_WORD, csa_view_of(""), &cursor, &error);
    do {
        if (status == CSA_OK) {
            status = csa_dictionary_next(&cursor, &more, &error);
        }
    } while (status == CSA_OK && more);
    assert_int_equal(status, sound ? CSA_OK : CSA_ERROR_DAMAGED);
    csa_buffer_release(&index);
}

static void test_named_damage(void **state)
{
    (void)state;
    /* entries, bases; then shared, added, bytes, head, more, place ... */
    static const uint8_t sound[] = {2, 0, 0, 0, 2, 1, 'a', 4, 0, 9, 7, 1, 1, 'b', 4, 0, 9, 7};
    check_block(sound, sizeof sound, true);
    static const struct {
        size_t at;
        uint8_t byte;
    } faults[] = {
        {0, 0},               /* no entries */
        {0, 1},               /* bytes left over */
        {0, 3},               /* more entries than bytes */
        {0, 33},              /* more entries than a block may have */
        {3, 1},               /* the first shares with nothing */
        {4, 0},               /* added nothing */
        {4, 200},             /* added more than a key may have */
        {5, 0},               /* kinds that are not there */
        {5, 5},     {6, 'b'}, /* not the key of the resident index; also not ascending */
        {7, 0},               /* no documents */
        {7, 6},               /* a word whose list is shared */
        {8, 0x80},            /* a varint that goes on into the next entry */
        {11, 3},              /* shared more than the key before has */
        {12, 0},              /* added nothing: the key before again */
        {12, 3},              /* added more than is left */
        {13, 'a'},            /* the same key again */
        {13, 'A'},            /* descending */
        {11, 0},              /* a kind byte 'b' */
        {17, 0x80},           /* the last varint has no end */
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        uint8_t *bytes = csa_calloc(sizeof sound + CSA_SECTION_SLACK, 1);
        memcpy(bytes, sound, sizeof sound);
        bytes[faults[i].at] = faults[i].byte;
        check_block(bytes, sizeof sound, false);
        csa_free(bytes);
    }
    for (size_t size = 0; size < sizeof sound; size++) {
        check_block(sound, size, false);
    }
    /* Places past 2^64: a word with two documents whose list is endless. */
    static const uint8_t endless[] = {2,    1,    0,    0,    2, 1, 'a', 8, 0,   0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 1,   1, 'b', 4,    0,    9,    7};
    check_block(endless, sizeof endless, false);
}

static void test_bad_index(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_dictionary dictionary;
    uint8_t bytes[64 + CSA_SECTION_SLACK] = {0};
    struct csa_view some = csa_view_make((const char *)bytes, 10);
    for (size_t size = 0; size < 64; size++) {
        assert_int_equal(
            csa_dictionary_open(&dictionary, csa_view_make((const char *)bytes, size), some, &error),
            CSA_ERROR_DAMAGED);
    }
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(csa_dictionary_open(&dictionary, csa_view_make((const char *)bytes, 64), some, &error),
                     CSA_ERROR_DAMAGED);
}

/* Reads the words of a damaged dictionary's block, down to nothing or an error. */
static void use_words(const struct csa_dictionary *dictionary, enum csa_term_kind kind)
{
    struct csa_error error = {0};
    struct csa_dictionary_words words;
    enum csa_term_kind first_kind;
    struct csa_view first;
    uint32_t block = dictionary->block_count == 0 ? 0 : random_below(dictionary->block_count);
    bool more = dictionary->block_count != 0 &&
                csa_dictionary_first_term(dictionary, block, &first_kind, &first) &&
                csa_dictionary_open_words(dictionary, block, kind, random_below(3), &words, &error) == CSA_OK;
    for (unsigned k = 0; more; k++) {
        assert_true(k <= CSA_DICTIONARY_BLOCK);
        if (csa_dictionary_next_word(&words, &more, &error) != CSA_OK) {
            break;
        }
    }
}

static void fuzz(size_t n, unsigned rounds)
{
    struct term *terms = make_terms(&n);
    struct stored stored;
    store(&stored, terms, n);
    size_t index_size = stored.index_view.size;
    size_t blocks_size = stored.blocks_view.size;
    uint8_t *sound = csa_malloc(index_size + blocks_size);
    memcpy(sound, stored.index, index_size);
    memcpy(sound + index_size, stored.blocks, blocks_size);
    for (unsigned round = 0; round < rounds; round++) {
        for (uint32_t changes = 1 + random_below(3); changes != 0; changes--) {
            uint8_t byte = (uint8_t)(random_below(2) == 0 ? random_u32() : random_below(4));
            if (random_below(3) == 0) {
                stored.index[random_below((uint32_t)index_size)] = byte;
            } else {
                stored.blocks[random_below((uint32_t)blocks_size)] = byte;
            }
        }
        struct csa_error error = {0};
        struct csa_dictionary dictionary;
        if (csa_dictionary_open(&dictionary, stored.index_view, stored.blocks_view, &error) == CSA_OK) {
            const struct term *term = &terms[random_below((uint32_t)n)];
            struct csa_term_entry entry;
            bool found;
            if (csa_dictionary_find(&dictionary, term->entry.kind, text_of(term), &entry, &found, &error) ==
                    CSA_OK &&
                found) {
                assert_true(entry.document_count != 0 && entry.occurrence_count >= entry.document_count);
            }
            struct csa_dictionary_cursor cursor;
            bool more = true;
            if (csa_dictionary_seek(&dictionary, term->entry.kind, text_of(term), &cursor, &error) ==
                CSA_OK) {
                for (unsigned k = 0; k < 100 && more; k++) {
                    if (csa_dictionary_next(&cursor, &more, &error) != CSA_OK) {
                        break;
                    }
                }
            }
            use_words(&dictionary, term->entry.kind);
        }
        memcpy(stored.index, sound, index_size);
        memcpy(stored.blocks, sound + index_size, blocks_size);
    }
    csa_free(sound);
    store_free(&stored);
    csa_free(terms);
}

static void test_damage(void **state)
{
    (void)state;
    fuzz(1, 20000);
    fuzz(20, 60000);
    fuzz(100, 80000);
    fuzz(1000, 40000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),         cmocka_unit_test(test_empty),
        cmocka_unit_test(test_long_texts),    cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_out_of_memory), cmocka_unit_test(test_named_damage),
        cmocka_unit_test(test_bad_index),     cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
