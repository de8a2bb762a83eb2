/* postings.h and postings_writer.h: lists of every shape there and back, finding blocks, damage. */
#include "common/base/memory.h"
#include "common/index/postings.h"
#include "common/index/postings_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t random_state = 7;

static uint32_t random_u32(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 32);
}

static uint32_t random_below(uint32_t n)
{
    return (uint32_t)((uint64_t)random_u32() * n >> 32);
}

/* ---- a list as it should be, and as it is stored ---- */

enum spread { DENSE, EVERY, SPARSE, CLUSTERED, FAR };
enum counts { ONES, FEW, MANY };

struct model {
    uint32_t n;
    uint32_t *documents, *frequencies;
    uint32_t *positions; /* of all postings, one behind the other */
    size_t *starts;      /* n + 1: where each posting's begin */
    uint32_t limit;      /* documents in the segment */
};

static uint32_t random_gap(enum spread spread, uint32_t n)
{
    switch (spread) {
    case DENSE:
        return random_below(8);
    case EVERY:
        return 0;
    case SPARSE:
        return random_below(5000);
    case CLUSTERED:
        return random_below(50) == 0 ? random_below(30000) : random_below(3);
    default:
        return random_below((UINT32_MAX - 2) / n - 1);
    }
}

static uint32_t random_frequency(enum counts counts)
{
    switch (counts) {
    case ONES:
        return 1;
    case FEW:
        return 1 + random_below(2) * random_below(2) * random_below(6);
    default:
        return random_below(40) == 0 ? 1 + random_below(700) : 1 + random_below(20);
    }
}

static void make_model(struct model *model, uint32_t n, enum spread spread, enum counts counts)
{
    *model = (struct model){.n = n};
    model->documents = csa_malloc(n * sizeof(uint32_t));
    model->frequencies = csa_malloc(n * sizeof(uint32_t));
    model->starts = csa_malloc((n + (size_t)1) * sizeof(size_t));
    uint32_t next = random_gap(spread, n);
    size_t occurrences = 0;
    for (uint32_t i = 0; i < n; i++) {
        model->documents[i] = next;
        model->limit = next + 1;
        next += 1 + random_gap(spread, n);
        model->frequencies[i] = random_frequency(counts);
        model->starts[i] = occurrences;
        occurrences += model->frequencies[i];
    }
    model->starts[n] = occurrences;
    model->positions = csa_malloc(occurrences * sizeof(uint32_t));
    for (uint32_t i = 0; i < n; i++) {
        uint32_t position = random_below(300);
        for (size_t k = model->starts[i]; k < model->starts[i + 1]; k++) {
            model->positions[k] = position;
            position += 1 + (random_below(100) == 0 ? random_u32() >> 12 : random_below(40));
        }
    }
}

static void free_model(struct model *model)
{
    csa_free(model->documents);
    csa_free(model->frequencies);
    csa_free(model->starts);
    csa_free(model->positions);
}

struct stored {
    struct csa_output postings, positions;
    struct csa_postings_writer *writer;
    uint8_t *postings_bytes, *positions_bytes; /* with the format's slack behind them, and no more */
};

static void store_begin(struct stored *stored, bool with_positions)
{
    struct csa_error error = {0};
    *stored = (struct stored){0};
    assert_int_equal(csa_output_open_temporary(&stored->postings, ".", &error), CSA_OK);
    assert_int_equal(csa_output_open_temporary(&stored->positions, ".", &error), CSA_OK);
    /* Offsets count from where the outputs stand. */
    csa_output_write(&stored->postings, "abc", 3);
    csa_output_write(&stored->positions, "abcde", 5);
    assert_int_equal(csa_postings_writer_new(&stored->writer, &stored->postings,
                                             with_positions ? &stored->positions : NULL, &error),
                     CSA_OK);
}

static enum csa_status store_list(struct stored *stored, const struct model *model, enum csa_term_kind kind,
                                  struct csa_term_entry *entry)
{
    struct csa_error error = {0};
    csa_postings_writer_begin(stored->writer, kind);
    for (uint32_t i = 0; i < model->n; i++) {
        csa_postings_writer_add(stored->writer, model->documents[i], model->frequencies[i],
                                kind == CSA_TERM_WORD ? model->positions + model->starts[i] : NULL);
    }
    return csa_postings_writer_end(stored->writer, entry, &error);
}

static uint8_t *read_back(struct csa_output *output, size_t skip)
{
    struct csa_error error = {0};
    assert_int_equal(csa_output_flush(output, &error), CSA_OK);
    size_t size = (size_t)output->offset - skip;
    uint8_t *bytes = csa_calloc(size + CSA_SECTION_SLACK, 1);
    assert_int_equal(csa_output_read_at(output, skip, bytes, size, &error), CSA_OK);
    return bytes;
}

static void store_end(struct stored *stored)
{
    stored->postings_bytes = read_back(&stored->postings, 3);
    stored->positions_bytes = read_back(&stored->positions, 5);
}

static struct csa_view postings_view(const struct stored *stored)
{
    return csa_view_make((const char *)stored->postings_bytes, (size_t)stored->postings.offset - 3);
}

static struct csa_view positions_view(const struct stored *stored)
{
    return csa_view_make((const char *)stored->positions_bytes, (size_t)stored->positions.offset - 5);
}

static void store_free(struct stored *stored)
{
    csa_postings_writer_free(stored->writer);
    csa_output_abandon(&stored->postings, false);
    csa_output_abandon(&stored->positions, false);
    csa_free(stored->postings_bytes);
    csa_free(stored->positions_bytes);
}

/* ---- comparing ---- */

static void check_positions(const struct csa_postings *list, const struct model *model, uint32_t block,
                            unsigned n)
{
    uint32_t out[1024];
    uint32_t before = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t k = block * CSA_BLOCK + i;
        uint32_t count = model->frequencies[k];
        assert_true(csa_postings_read_positions(list, block, before, count, out));
        assert_memory_equal(out, model->positions + model->starts[k], count * sizeof *out);
        before += count;
    }
}

static void check_bitmap(const struct csa_postings *list, uint32_t block, const uint32_t *documents,
                         unsigned n)
{
    uint32_t first;
    uint32_t size;
    const uint8_t *bits = csa_postings_bitmap(list, block, &first, &size);
    if (bits == NULL) {
        return;
    }
    unsigned seen = 0;
    for (uint32_t i = 0; i < size; i++) {
        if ((bits[i / 8] >> (i % 8) & 1) != 0) {
            assert_true(seen < n);
            assert_int_equal(documents[seen++], first + i);
        }
    }
    assert_int_equal(seen, n);
}

static void check_list(const struct csa_postings *list, const struct model *model)
{
    uint32_t out[CSA_BLOCK_ROOM];
    assert_int_equal(list->document_count, model->n);
    assert_int_equal(list->occurrence_count, model->starts[model->n]);
    assert_int_equal(list->block_count, (model->n + CSA_BLOCK - 1) / CSA_BLOCK);
    assert_int_equal(list->last, model->documents[model->n - 1]);
    for (uint32_t block = 0; block < list->block_count; block++) {
        const uint32_t *documents = model->documents + (size_t)block * CSA_BLOCK;
        unsigned n = csa_postings_read_documents(list, block, out);
        assert_int_equal(n, csa_postings_block_size(list, block));
        assert_memory_equal(out, documents, n * sizeof *out);
        assert_int_equal(csa_postings_block_last(list, block), documents[n - 1]);
        check_bitmap(list, block, documents, n);
        const uint32_t *frequencies = model->frequencies + (size_t)block * CSA_BLOCK;
        assert_int_equal(csa_postings_read_frequencies(list, block, out), n);
        assert_memory_equal(out, frequencies, n * sizeof *out);
        const uint8_t *packed;
        unsigned width;
        assert_true(csa_postings_frequencies(list, block, &packed, &width));
        for (unsigned i = 0; i < n; i++) {
            assert_int_equal(width == 0 ? 1 : csa_packed_get(packed, i, width) + 1, frequencies[i]);
        }
        if (list->has_positions) {
            check_positions(list, model, block, n);
        }
    }
    assert_int_equal(csa_postings_read_documents(list, list->block_count, out), 0);
    assert_int_equal(csa_postings_read_frequencies(list, list->block_count, out), 0);
    assert_false(csa_postings_read_positions(list, list->block_count, 0, 1, out));
}

static const uint32_t sizes[] = {1, 2, 3, 16, 17, 127, 128, 129, 256, 257, 4095, 4096, 4097, 8200, 100000};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void round_trip(enum csa_term_kind kind, bool with_positions)
{
    for (int spread = DENSE; spread <= FAR; spread++) {
        for (int counts = ONES; counts <= MANY; counts++) {
            struct model models[SIZES];
            struct csa_term_entry entries[SIZES];
            struct stored stored;
            store_begin(&stored, with_positions);
            for (size_t i = 0; i < SIZES; i++) {
                make_model(&models[i], counts == MANY && sizes[i] > 9000 ? 9000 : sizes[i],
                           (enum spread)spread, (enum counts)counts);
                assert_int_equal(store_list(&stored, &models[i], kind, &entries[i]), CSA_OK);
            }
            store_end(&stored);
            for (size_t i = 0; i < SIZES; i++) {
                struct csa_error error = {0};
                struct csa_postings list;
                assert_int_equal(
                    csa_postings_open(&list, &entries[i], postings_view(&stored),
                                      with_positions ? positions_view(&stored) : csa_view_of(NULL),
                                      models[i].limit, &error),
                    CSA_OK);
                assert_int_equal(list.has_positions,
                                 kind == CSA_TERM_WORD && (with_positions || list.occurrence_count == 1));
                if (!with_positions) {
                    list.has_positions = false;
                }
                check_list(&list, &models[i]);
                if (i != 0) {
                    assert_int_equal(entries[i].documents_offset,
                                     entries[i - 1].documents_offset + entries[i - 1].documents_size);
                    assert_int_equal(entries[i].positions_offset,
                                     entries[i - 1].positions_offset + entries[i - 1].positions_size);
                }
                free_model(&models[i]);
            }
            store_free(&stored);
        }
    }
}

static void test_round_trip_words(void **state)
{
    (void)state;
    static const char *const kinds[] = {"portable", "avx2", "avx512"};
    for (size_t i = 0; i < 3; i++) {
        if (csa_bitpack_select(kinds[i])) {
            round_trip(CSA_TERM_WORD, true);
        }
    }
    csa_bitpack_select(NULL);
}

static void test_round_trip_others(void **state)
{
    (void)state;
    round_trip(CSA_TERM_STEM, true);
    round_trip(CSA_TERM_WORD, false);
    round_trip(CSA_TERM_TITLE_WORD, false);
}

/* The bytes that the page gives for small lists. */
static void test_bytes(void **state)
{
    (void)state;
    struct stored stored;
    store_begin(&stored, true);
    uint32_t documents[] = {5, 7, 12};
    uint32_t frequencies[] = {1, 2, 1};
    uint32_t positions[] = {3, 0, 9, 4};
    size_t starts[] = {0, 1, 3, 4};
    struct model model = {3, documents, frequencies, positions, starts, 13};
    struct csa_term_entry entry;
    assert_int_equal(store_list(&stored, &model, CSA_TERM_WORD, &entry), CSA_OK);
    store_end(&stored);
    /* first 5; gaps 1, 4 in 3 bits; frequencies 0, 1, 0 in 1 bit */
    static const uint8_t expected[] = {5, 3, 1, 0x21, 0x02};
    assert_int_equal(entry.documents_size, sizeof expected);
    assert_memory_equal(stored.postings_bytes, expected, sizeof expected);
    /* 3; 0, 9-0-1; 4 in 4 bits */
    static const uint8_t expected_positions[] = {4, 0x03, 0x48};
    assert_int_equal(entry.positions_size, sizeof expected_positions);
    assert_memory_equal(stored.positions_bytes, expected_positions, sizeof expected_positions);
    store_free(&stored);
}

static void test_single(void **state)
{
    (void)state;
    struct stored stored;
    store_begin(&stored, true);
    uint32_t document = 41;
    uint32_t frequency = 1;
    uint32_t positions[] = {17, 30, 31};
    size_t starts[] = {0, 1};
    struct model model = {1, &document, &frequency, positions, starts, 42};
    struct csa_term_entry entry;
    assert_int_equal(store_list(&stored, &model, CSA_TERM_WORD, &entry), CSA_OK);
    assert_int_equal(entry.single_document, 41);
    assert_int_equal(entry.single_position, 17);
    assert_int_equal(entry.documents_size, 0);
    assert_int_equal(entry.positions_size, 0);
    frequency = 3;
    starts[1] = 3;
    struct csa_term_entry three;
    assert_int_equal(store_list(&stored, &model, CSA_TERM_WORD, &three), CSA_OK);
    assert_int_equal(three.documents_size, 0);
    assert_int_equal(three.positions_offset, 0);
    assert_int_equal(three.positions_size, 1 + 2);
    store_end(&stored);
    struct csa_postings list;
    struct csa_error error = {0};
    assert_int_equal(
        csa_postings_open(&list, &entry, postings_view(&stored), positions_view(&stored), 42, &error),
        CSA_OK);
    uint32_t out[CSA_BLOCK_ROOM];
    assert_true(csa_postings_read_positions(&list, 0, 0, 1, out));
    assert_int_equal(out[0], 17);
    assert_false(csa_postings_read_positions(&list, 0, 0, 2, out));
    assert_int_equal(
        csa_postings_open(&list, &entry, postings_view(&stored), positions_view(&stored), 41, &error),
        CSA_ERROR_DAMAGED);
    assert_int_equal(
        csa_postings_open(&list, &three, postings_view(&stored), positions_view(&stored), 42, &error),
        CSA_OK);
    assert_int_equal(csa_postings_read_frequencies(&list, 0, out), 1);
    assert_int_equal(out[0], 3);
    assert_true(csa_postings_read_positions(&list, 0, 0, 3, out));
    assert_memory_equal(out, positions, sizeof positions);
    store_free(&stored);
}

/* A stem that shares a word's list reads the same documents, and no positions. */
static void test_shared(void **state)
{
    (void)state;
    struct stored stored;
    store_begin(&stored, true);
    for (size_t i = 0; i < SIZES; i++) {
        struct model model;
        struct csa_term_entry entry;
        make_model(&model, sizes[i], SPARSE, FEW);
        assert_int_equal(store_list(&stored, &model, CSA_TERM_WORD, &entry), CSA_OK);
        csa_free(stored.postings_bytes);
        csa_free(stored.positions_bytes);
        store_end(&stored);
        entry.kind = CSA_TERM_STEM;
        entry.shared = true;
        entry.documents_size = 0;
        entry.positions_offset = entry.positions_size = 0;
        struct csa_postings list;
        struct csa_error error = {0};
        assert_int_equal(csa_postings_open(&list, &entry, postings_view(&stored), positions_view(&stored),
                                           model.limit, &error),
                         CSA_OK);
        assert_false(list.has_positions);
        check_list(&list, &model);
        free_model(&model);
    }
    store_free(&stored);
}

static void test_find_block(void **state)
{
    (void)state;
    static const char *const kinds[] = {"portable", "avx2", "avx512"};
    for (size_t round = 0; round < 60; round++) {
        csa_bitpack_select(kinds[round % 3]);
        struct stored stored;
        struct model model;
        struct csa_term_entry entry;
        store_begin(&stored, false);
        make_model(&model, round < SIZES ? sizes[round] : 1 + random_below(30000), (enum spread)(round % 5),
                   ONES);
        assert_int_equal(store_list(&stored, &model, CSA_TERM_STEM, &entry), CSA_OK);
        store_end(&stored);
        struct csa_postings list;
        struct csa_error error = {0};
        assert_int_equal(
            csa_postings_open(&list, &entry, postings_view(&stored), csa_view_of(NULL), model.limit, &error),
            CSA_OK);
        for (unsigned k = 0; k < 3000; k++) {
            uint32_t block = random_below(list.block_count + 2);
            uint32_t document = random_below(model.limit + 2);
            if (k % 3 != 0) {
                document = model.documents[random_below(model.n)] + random_below(3) - 1;
            }
            uint32_t expected = block;
            while (expected < list.block_count && csa_postings_block_last(&list, expected) < document) {
                expected++;
            }
            expected = expected < list.block_count ? expected : list.block_count;
            assert_int_equal(csa_postings_find_block(&list, block, document), expected);
        }
        assert_int_equal(csa_postings_find_block(&list, 0, UINT32_MAX), list.block_count);
        assert_int_equal(csa_postings_find_block(&list, 0, 0), 0);
        free_model(&model);
        store_free(&stored);
    }
    csa_bitpack_select(NULL);
}

static void test_bounds(void **state)
{
    (void)state;
    struct model model;
    make_model(&model, 20000, DENSE, FEW);
    uint32_t *lengths = csa_malloc(model.limit * sizeof *lengths);
    for (uint32_t i = 0; i < model.limit; i++) {
        lengths[i] = 1 + random_below(400);
    }
    struct csa_saturation saturation = csa_saturation_make(1.2, 0.75, 200);
    struct stored stored;
    struct csa_term_entry entry;
    store_begin(&stored, false);
    csa_postings_writer_set_lengths(stored.writer, lengths, saturation);
    assert_int_equal(store_list(&stored, &model, CSA_TERM_STEM, &entry), CSA_OK);
    store_end(&stored);
    struct csa_postings list;
    struct csa_error error = {0};
    assert_int_equal(
        csa_postings_open(&list, &entry, postings_view(&stored), csa_view_of(NULL), model.limit, &error),
        CSA_OK);
    uint8_t whole = 0;
    for (uint32_t super = 0; super < list.super_count; super++) {
        uint8_t highest = 0;
        uint32_t last = 0;
        for (uint32_t block = super * 32; block < list.block_count && block < super * 32 + 32; block++) {
            float value = 0;
            for (uint32_t i = block * 128; i < block * 128 + csa_postings_block_size(&list, block); i++) {
                float one =
                    csa_saturation_value(saturation, model.frequencies[i], lengths[model.documents[i]]);
                value = one > value ? one : value;
            }
            assert_int_equal(csa_postings_block_bound(&list, block), csa_bound_encode(value));
            highest = csa_bound_encode(value) > highest ? csa_bound_encode(value) : highest;
            last = csa_postings_block_last(&list, block);
        }
        assert_int_equal(csa_postings_super_bound(&list, super), highest);
        assert_int_equal(csa_postings_super_last(&list, super), last);
        whole = highest > whole ? highest : whole;
    }
    assert_int_equal(list.bound, whole);
    csa_free(lengths);
    free_model(&model);
    store_free(&stored);
}

/* ---- misuse ---- */

static void test_misuse(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_term_entry entry;
    struct stored stored;
    store_begin(&stored, true);
    struct csa_postings_writer *writer = stored.writer;
    uint32_t positions[] = {4, 4};
    csa_postings_writer_begin(writer, CSA_TERM_WORD);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_MISUSE);
    csa_postings_writer_begin(writer, CSA_TERM_WORD);
    csa_postings_writer_add(writer, 3, 1, NULL);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_MISUSE);
    csa_postings_writer_begin(writer, CSA_TERM_WORD);
    csa_postings_writer_add(writer, 3, 2, positions);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_MISUSE);
    csa_postings_writer_begin(writer, CSA_TERM_STEM);
    csa_postings_writer_add(writer, 3, 1, NULL);
    csa_postings_writer_add(writer, 3, 1, NULL);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_MISUSE);
    csa_postings_writer_begin(writer, CSA_TERM_STEM);
    csa_postings_writer_add(writer, 3, 0, NULL);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_MISUSE);
    csa_postings_writer_begin(writer, CSA_TERM_STEM);
    csa_postings_writer_add(writer, UINT32_MAX, 1, NULL);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_MISUSE);
    csa_postings_writer_begin(writer, CSA_TERM_STEM);
    csa_postings_writer_add(writer, 1, CSA_PASSAGE_TOKENS_MAXIMUM + 1, NULL);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_ERROR_LIMIT);
    /* A failed list does not spoil the next. */
    csa_postings_writer_begin(writer, CSA_TERM_STEM);
    csa_postings_writer_add(writer, 1, CSA_PASSAGE_TOKENS_MAXIMUM, NULL);
    assert_int_equal(csa_postings_writer_end(writer, &entry, &error), CSA_OK);
    assert_int_equal(entry.document_count, 1);
    assert_int_equal(entry.occurrence_count, CSA_PASSAGE_TOKENS_MAXIMUM);
    store_free(&stored);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct model model;
    make_model(&model, 20000, SPARSE, FEW);
    for (size_t n = 1;; n++) {
        struct stored stored;
        struct csa_error error = {0};
        struct csa_term_entry entry;
        store_begin(&stored, true);
        csa_memory_fail_at(n, 1);
        enum csa_status status = store_list(&stored, &model, CSA_TERM_WORD, &entry);
        csa_memory_fail_at(0, 0);
        if (status == CSA_OK) {
            assert_true(n > 5);
            store_free(&stored);
            break;
        }
        assert_int_equal(status, CSA_ERROR_MEMORY);
        struct csa_postings_writer *none;
        csa_memory_fail_at(1, 0);
        assert_int_equal(csa_postings_writer_new(&none, &stored.postings, NULL, &error), CSA_ERROR_MEMORY);
        assert_null(none);
        store_free(&stored);
    }
    free_model(&model);
}

/* ---- damage ---- */

/* Reads what a matcher would; whatever comes out keeps the promises of the header. */
static void read_damaged(const struct csa_postings *list)
{
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
    uint32_t block = random_below(list->block_count);
    unsigned n = csa_postings_read_documents(list, block, documents);
    if (n != 0) {
        assert_int_equal(n, csa_postings_block_size(list, block));
        for (unsigned i = 0; i < n; i++) {
            assert_true(documents[i] < list->document_limit && (i == 0 || documents[i] > documents[i - 1]));
        }
        assert_int_equal(documents[n - 1], csa_postings_block_last(list, block));
    }
    uint32_t first;
    uint32_t size;
    if (csa_postings_bitmap(list, block, &first, &size) != NULL) {
        assert_int_equal(n, csa_postings_block_size(list, block));
        assert_int_equal(first + size - 1, documents[n - 1]);
    }
    unsigned frequency_count = csa_postings_read_frequencies(list, block, frequencies);
    if (frequency_count != 0) {
        assert_int_equal(frequency_count, csa_postings_block_size(list, block));
        uint32_t before = 0;
        for (unsigned i = 0; i < frequency_count; i++) {
            assert_in_range(frequencies[i], 1, CSA_PASSAGE_TOKENS_MAXIMUM);
            static uint32_t positions[2048];
            if (frequencies[i] <= 2048 && i % 7 == 0 &&
                csa_postings_read_positions(list, block, before, frequencies[i], positions)) {
                for (uint32_t k = 1; k < frequencies[i]; k++) {
                    assert_true(positions[k] > positions[k - 1]);
                }
            }
            before += frequencies[i];
        }
    }
    for (unsigned k = 0; k < 3; k++) {
        uint32_t from = random_below(list->block_count + 1);
        uint32_t document = random_below(list->last + 2);
        uint32_t found = csa_postings_find_block(list, from, document);
        assert_true(found >= from && found <= list->block_count);
        assert_true(found == list->block_count || csa_postings_block_last(list, found) >= document);
    }
}

static void damage(uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    for (uint32_t changes = 1 + random_below(4); changes != 0; changes--) {
        /* Heads and arrays stand at the front: there most often. */
        size_t most = random_below(2) == 0 ? size : size < 64 ? size : 64;
        size_t at = random_below((uint32_t)most);
        switch (random_below(4)) {
        case 0:
            bytes[at] = (uint8_t)(bytes[at] ^ 1U << random_below(8));
            break;
        case 1:
            bytes[at] = 0xFF;
            break;
        case 2:
            bytes[at] = (uint8_t)random_below(65);
            break;
        default:
            bytes[at] = (uint8_t)random_u32();
        }
    }
}

static void damage_entry(struct csa_term_entry *entry)
{
    switch (random_below(8)) {
    case 0:
        entry->documents_size = random_below((uint32_t)entry->documents_size + 2);
        break;
    case 1:
        entry->documents_offset += random_below(100);
        break;
    case 2:
        entry->documents_offset = UINT64_MAX - random_below(3);
        break;
    case 3:
        entry->positions_size = random_below((uint32_t)entry->positions_size + 2);
        break;
    case 4:
        entry->positions_offset = UINT64_MAX - random_below(100);
        break;
    case 5:
        entry->document_count = 1 + random_below(random_below(2) == 0 ? 5000 : UINT32_MAX);
        break;
    case 6:
        entry->occurrence_count = (uint64_t)random_u32() << random_below(32);
        break;
    default:
        entry->kind = (enum csa_term_kind)(1 + random_below(4));
        entry->shared = random_below(2) == 0;
        entry->single_document = random_u32();
    }
}

static void fuzz_list(uint32_t n, enum spread spread, enum counts counts, unsigned rounds)
{
    struct model model;
    struct stored stored;
    struct csa_term_entry entry;
    make_model(&model, n, spread, counts);
    store_begin(&stored, true);
    assert_int_equal(store_list(&stored, &model, CSA_TERM_WORD, &entry), CSA_OK);
    store_end(&stored);
    struct csa_view postings = postings_view(&stored);
    struct csa_view positions = positions_view(&stored);
    uint8_t *sound = csa_malloc(postings.size + positions.size + 1);
    memcpy(sound, postings.data, postings.size);
    memcpy(sound + postings.size, positions.data, positions.size);
    for (unsigned round = 0; round < rounds; round++) {
        struct csa_term_entry changed = entry;
        uint32_t limit = model.limit;
        if (random_below(8) != 0) {
            damage(stored.postings_bytes, postings.size);
        }
        if (random_below(4) == 0) {
            damage(stored.positions_bytes, positions.size);
        }
        if (random_below(4) == 0) {
            damage_entry(&changed);
        }
        if (random_below(8) == 0) {
            limit = UINT32_MAX - 1;
        }
        struct csa_postings list;
        if (csa_postings_open(&list, &changed, postings, positions, limit, NULL) == CSA_OK) {
            read_damaged(&list);
        }
        memcpy(stored.postings_bytes, sound, postings.size);
        memcpy(stored.positions_bytes, sound + postings.size, positions.size);
    }
    csa_free(sound);
    store_free(&stored);
    free_model(&model);
}

static void test_damage(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 2, 5, 60, 128, 129, 300, 4200};
    static const char *const kinds[] = {"portable", "avx2", "avx512"};
    for (size_t kind = 0; kind < 3; kind++) {
        if (!csa_bitpack_select(kinds[kind])) {
            continue;
        }
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            for (int spread = DENSE; spread <= FAR; spread++) {
                unsigned rounds = counts[i] > 1000 ? 300 : 1500;
                fuzz_list(counts[i], (enum spread)spread, MANY, rounds);
                fuzz_list(counts[i], (enum spread)spread, ONES, rounds);
            }
        }
    }
    csa_bitpack_select(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_words),
        cmocka_unit_test(test_round_trip_others),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_single),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_find_block),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
