/* What the strategies stand on: the reader of a list, bitmaps, counting articles, idf; and which strategy is
 * taken. */
#include "search_fixture.h"
#include "searcher/match/match.h"
#include "temporary_folder.h"

#include <math.h>

enum { PASSAGES = 6000 };

/* Lists of each kind of block: the is in every passage, of in every third (bitmaps), zinc in few (packed). */
static void make_long_lists(struct model *model)
{
    uint64_t random = 3;
    model_init(model, PASSAGES, PASSAGES, PASSAGES * 8);
    for (uint32_t p = 0; p < PASSAGES; p++) {
        uint8_t words[8];
        uint32_t count = 0;
        words[count++] = fixture_word("the", 3);
        if (p % 3 == 0) {
            words[count++] = fixture_word("of", 2);
        }
        for (uint32_t i = model_below(&random, 30); i < 4; i++) {
            words[count++] = fixture_word("zinc", 4);
        }
        assert_true(model_add_article(model, 0, 0, NULL, 0));
        assert_true(model_add_passage(model, words, count));
    }
}

static void check_reader(const struct model *model, const struct csa_segment *segment, const char *word)
{
    struct csa_error error = {0};
    struct csa_term_entry entry;
    bool found;
    assert_int_equal(
        csa_dictionary_find(&segment->dictionary, CSA_TERM_WORD, csa_view_of(word), &entry, &found, &error),
        CSA_OK);
    assert_true(found);
    struct csa_postings list;
    assert_int_equal(csa_segment_postings(segment, &entry, &list, &error), CSA_OK);
    struct csa_reader *reader = test_malloc(sizeof *reader);
    csa_reader_init(reader, &list, csa_match_kernels());
    uint8_t number = fixture_word(word, strlen(word));
    static const uint32_t steps[] = {1, 7, 300, 1, 5000};
    for (unsigned s = 0; s < 5; s++) { /* the second 1 starts over backwards */
        for (uint32_t p = 0; p < PASSAGES; p += steps[s]) {
            uint32_t expected[16], positions[16 + CSA_UNPACK_SLACK];
            uint32_t count = model_positions(model, p, number, expected);
            assert_int_equal(csa_reader_lookup(reader, p), count);
            if (count != 0) {
                unsigned index = csa_reader_index(reader, p);
                assert_true(csa_reader_sum_up(reader, reader->block));
                assert_int_equal(reader->ends[index + 1] - reader->ends[index], count);
                assert_true(csa_reader_positions(reader, reader->block, index, count, positions));
                assert_memory_equal(positions, expected, count * sizeof positions[0]);
            }
        }
    }
    assert_false(csa_reader_seek(reader, list.last + 1));
    assert_false(reader->damaged);
    /* The bound of a range is at least that of each posting in it. */
    uint32_t from = 0;
    uint8_t whole = csa_reader_range_bound(&list, &from, 0, PASSAGES - 1);
    assert_int_equal(from, 0);
    for (uint32_t block = 0; block < list.block_count; block++) {
        uint32_t start = 0, last = csa_postings_block_last(&list, block);
        assert_true(csa_reader_range_bound(&list, &start, last, last) >=
                    csa_postings_block_bound(&list, block));
        assert_int_equal(start, block);
        assert_true(whole >= csa_postings_block_bound(&list, block));
    }
    test_free(reader);
}

static void test_reader(void **state)
{
    (void)state;
    struct csa_error error = {0};
    char folder[] = "csa-test-match-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct model model;
    make_long_lists(&model);
    model_write(&model, folder);
    struct csa_index *index;
    assert_int_equal(csa_index_open(folder, &index, &error), CSA_OK);
    check_reader(&model, index->segments[0].segment, "the");
    check_reader(&model, index->segments[0].segment, "of");
    check_reader(&model, index->segments[0].segment, "zinc");
    csa_index_close(index);
    model_release(&model);
    model_remove_folder(folder);
}

static void test_bits_or(void **state)
{
    (void)state;
    uint64_t random = 17;
    for (unsigned round = 0; round < 2000; round++) {
        uint8_t source[64 + 16];
        uint64_t dest[4] = {0}, expected[4] = {0};
        uint32_t size = 1 + model_below(&random, 512);
        int64_t offset = (int64_t)model_below(&random, 900) - 500;
        for (unsigned i = 0; i < sizeof source; i++) {
            source[i] = (uint8_t)model_random(&random);
        }
        for (uint32_t i = 0; i < size; i++) {
            int64_t at = offset + i;
            if (at >= 0 && at < 256 && (source[i / 8] >> (i % 8) & 1) != 0) {
                expected[at / 64] |= UINT64_C(1) << (at % 64);
            }
        }
        csa_bits_or(dest, 256, offset, source, size);
        assert_memory_equal(dest, expected, sizeof dest);
    }
}

static void test_idf(void **state)
{
    (void)state;
    assert_true(fabs(csa_idf(1, 10) - log(1 + 9.5 / 1.5)) < 1e-12);
    assert_true(csa_idf(10, 10) > 0);
    assert_true(csa_idf(20, 10) == csa_idf(10, 10));
    assert_true(isfinite(csa_idf(0, 0)));
}

static void test_strategies(void **state)
{
    (void)state;
    static const struct {
        const char *query, *strategy;
    } expected[] = {
        {"gas", "single list"},
        {"gas oil", "block-max maxscore"},
        {"+gas +oil", "conjunction"},
        {"\"gas oil\"", "phrase"},
        {"gas -oil", "windows"},
        {"+gas +(oil coal)", "windows"},
        {"(gas oil) coal", "block-max maxscore"},
        {"gas AND oil AND coal", "conjunction"},
    };
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "gas oil coal", NULL);
    fixture_add(&f, 0, 0, "", "gas oil", NULL);
    fixture_open(&f);
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct csa_search_request request = fixture_request(&f, expected[i].query);
        struct csa_search_result result = fixture_search(&f, &request);
        assert_string_equal(result.strategy, expected[i].strategy);
        assert_true(result.hit_count >= 1 || i == 4);
    }
    fixture_release(&f);
}

enum { COUNTED_WORDS = 12 };

/* Bits of passages at random, of articles from one passage to several words of them. */
static void test_article_counter(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (unsigned round = 0; round < 4000; round++) {
        uint8_t starts[8 * COUNTED_WORDS] = {1};
        uint32_t longest = 1 + (round % 4) * (round % 4) * 60;
        for (uint32_t at = 0; at < 64 * COUNTED_WORDS; at += 1 + model_below(&random, longest)) {
            starts[at / 8] |= (uint8_t)(1 << at % 8);
        }
        const struct csa_segment segment = {.first_passages = starts, .article_starts = starts};
        struct csa_article_counter counter = {.segment = &segment};
        uint64_t expected = 0;
        bool counted = false;
        for (uint32_t n = 0; n < COUNTED_WORDS; n++) {
            uint64_t word = round % 3 == 0 && n % 3 != 0 ? 0 : model_random(&random);
            for (unsigned thin = 0; thin < round % 5; thin++) {
                word &= model_random(&random);
            }
            csa_article_counter_add(&counter, n, word);
            for (uint32_t at = 64 * n; at < 64 * n + 64; at++) {
                counted = counted && (starts[at / 8] >> (at % 8) & 1) == 0;
                if ((word >> (at % 64) & 1) != 0 && !counted) {
                    counted = true;
                    expected++;
                }
            }
        }
        assert_int_equal(counter.count, expected);
    }
}

enum { FOUND_PASSAGES = 20000 };

/* Passages given one by one and by words, few enough for a list and more than that. */
static void test_found(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (unsigned round = 0; round < 60; round++) {
        struct csa_arena arena;
        struct csa_found found;
        csa_arena_init(&arena, 0);
        csa_found_init(&found, &arena, FOUND_PASSAGES);
        static uint64_t expected[FOUND_PASSAGES / 64 + 1];
        memset(expected, 0, sizeof expected);
        uint32_t set = 0, most = 1 + round * round;
        for (uint32_t at = 0; at < FOUND_PASSAGES && set < most;) {
            uint64_t words[3] = {0};
            uint32_t passages[100], count = 0;
            for (uint32_t i = 0; i < 3 * 64 && at < FOUND_PASSAGES; i++, at++) {
                if (model_below(&random, 12) == 0 && set < most && count < 100) {
                    words[i / 64] |= UINT64_C(1) << (i % 64);
                    expected[at / 64] |= UINT64_C(1) << (at % 64);
                    passages[count++] = at;
                    set++;
                }
            }
            if (model_below(&random, 2) == 0) {
                csa_found_add(&found, passages, count);
            } else {
                csa_found_add_words(&found, (at - 1) / 192 * 3, words, 3, count);
            }
        }
        assert_true(found.bits != NULL || found.count == set);
        for (uint32_t i = 0; found.bits == NULL && i < found.count; i++) {
            assert_true((expected[found.list[i] / 64] >> (found.list[i] % 64) & 1) != 0);
            assert_true(i == 0 || found.list[i - 1] < found.list[i]);
        }
        assert_memory_equal(csa_found_bits(&found), expected, sizeof expected);
        assert_false(found.failed);
        csa_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_bits_or),
        cmocka_unit_test(test_idf),
        cmocka_unit_test(test_strategies),
        cmocka_unit_test(test_article_counter),
        cmocka_unit_test(test_found),
    };
    return cmocka_run_group_tests(tests, temporary_folder_enter, temporary_folder_leave);
}
