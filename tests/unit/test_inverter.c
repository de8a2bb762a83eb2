/* The vocabulary and the inverter: what is found again, in which order, under any sizes of keys and lists. */
#include "indexer/native/inverter.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct csa_view text_of(const struct csa_vocabulary *table, uint32_t term, char room[16])
{
    return csa_term_text(table, &table->terms[term], room);
}

static void add_one(struct csa_vocabulary *table, struct csa_view text, uint32_t document, uint32_t position)
{
    static struct csa_token_block block;
    csa_token_block_add(&block, table, text, position);
    assert_int_equal(csa_vocabulary_add(table, &block, document, NULL), CSA_OK);
    assert_int_equal(block.count, 0);
}

/* Every size from 1 to the maximum, twice: found again, not added again, and its bytes come back. */
static void test_keys_of_every_size(void **state)
{
    (void)state;
    struct csa_vocabulary table;
    csa_vocabulary_init(&table);
    char bytes[CSA_TERM_KEY_MAXIMUM];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)('a' + i % 23);
    }
    for (uint32_t round = 0; round < 2; round++) {
        for (size_t size = 1; size <= sizeof bytes; size++) {
            /* an exact copy, so that a sanitizer sees a look past the end */
            char *exact = malloc(size);
            memcpy(exact, bytes, size);
            add_one(&table, csa_view_make(exact, size), round, 7);
            free(exact);
        }
    }
    assert_int_equal(table.term_count, CSA_TERM_KEY_MAXIMUM);
    for (uint32_t i = 0; i < table.term_count; i++) {
        char room[16];
        struct csa_view text = text_of(&table, i, room);
        assert_int_equal(text.size, i + 1);
        assert_memory_equal(text.data, bytes, text.size);
        assert_int_equal(table.terms[i].document, 1);
    }
    csa_vocabulary_release(&table);
}

/* Long keys that differ in one byte only, wherever it is, are different terms. */
static void test_long_keys_differ(void **state)
{
    (void)state;
    struct csa_vocabulary table;
    csa_vocabulary_init(&table);
    char bytes[100];
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 'y';
        add_one(&table, csa_view_make(bytes, sizeof bytes), 0, (uint32_t)i);
        bytes[i] = 'x';
    }
    assert_int_equal(table.term_count, sizeof bytes);
    csa_vocabulary_release(&table);
}

static int compare_terms(const struct csa_vocabulary *table, uint32_t a, uint32_t b)
{
    char rooms[2][16];
    return csa_view_compare(text_of(table, a, rooms[0]), text_of(table, b, rooms[1]));
}

static void check_order(struct csa_vocabulary *table)
{
    uint32_t *order;
    assert_int_equal(csa_vocabulary_sort(table, &order, NULL), CSA_OK);
    for (uint32_t i = 1; i < table->term_count; i++) {
        assert_true(compare_terms(table, order[i - 1], order[i]) < 0);
    }
    csa_free(order);
}

/* Random bytes of few kinds, so that many keys share long beginnings. */
static void test_sorts_like_memcmp(void **state)
{
    (void)state;
    srand(1);
    for (int kinds = 2; kinds <= 256; kinds *= 2) {
        struct csa_vocabulary table;
        csa_vocabulary_init(&table);
        for (int i = 0; i < 20000; i++) {
            char bytes[CSA_TERM_KEY_MAXIMUM];
            size_t size = 1 + (size_t)rand() % (i % 10 == 0 ? sizeof bytes : 20);
            for (size_t j = 0; j < size; j++) {
                bytes[j] = (char)(rand() % kinds + (kinds < 100 ? 'a' : 0));
            }
            add_one(&table, csa_view_make(bytes, size), 0, 0);
        }
        check_order(&table);
        csa_vocabulary_release(&table);
    }
}

/* 128-byte keys that agree in all but the last bytes take the deepest path. */
static void test_sorts_deep_keys(void **state)
{
    (void)state;
    struct csa_vocabulary table;
    csa_vocabulary_init(&table);
    char bytes[CSA_TERM_KEY_MAXIMUM + 1];
    for (int i = 0; i < 3000; i++) {
        memset(bytes, 'q', sizeof bytes);
        snprintf(bytes + 124, 5, "%04d", (i * 7919) % 3000);
        add_one(&table, csa_view_make(bytes, CSA_TERM_KEY_MAXIMUM), 0, 0);
    }
    assert_int_equal(table.term_count, 3000);
    check_order(&table);
    csa_vocabulary_release(&table);
}

static void test_clear_forgets(void **state)
{
    (void)state;
    struct csa_vocabulary table;
    csa_vocabulary_init(&table);
    add_one(&table, csa_view_of("one"), 0, 0);
    size_t used = csa_vocabulary_used(&table);
    add_one(&table, csa_view_of("one"), 1, 0);
    add_one(&table, csa_view_of("a-word-of-more-than-fifteen-bytes"), 2, 0);
    assert_true(csa_vocabulary_used(&table) > used);
    csa_vocabulary_clear(&table);
    assert_int_equal(table.term_count, 0);
    add_one(&table, csa_view_of("one"), 0, 0);
    assert_int_equal(csa_vocabulary_used(&table), used);
    assert_int_equal(table.term_count, 1);
    csa_vocabulary_release(&table);
}

/* Out of memory at each allocation: an error, nothing leaks, and the tokens can be added again. */
static void test_out_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1; n < 10; n++) {
        struct csa_vocabulary table;
        struct csa_token_block block = {0};
        csa_vocabulary_init(&table);
        csa_token_block_add(&block, &table, csa_view_of("siberia"), 0);
        csa_memory_fail_at(n, 0);
        enum csa_status status = csa_vocabulary_add(&table, &block, 0, NULL);
        csa_memory_fail_at(0, 0);
        if (status != CSA_OK) {
            assert_int_equal(status, CSA_ERROR_MEMORY);
            assert_int_equal(csa_vocabulary_add(&table, &block, 0, NULL), CSA_OK);
        }
        assert_int_equal(table.term_count, 1);
        csa_memory_fail_at(n, 1);
        uint32_t *order = NULL;
        status = csa_vocabulary_sort(&table, &order, NULL);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || (status == CSA_ERROR_MEMORY && order == NULL));
        csa_free(order);
        csa_vocabulary_release(&table);
    }
}

static uint32_t find(const struct csa_vocabulary *table, const char *text)
{
    for (uint32_t i = 0; i < table->term_count; i++) {
        char room[16];
        if (csa_view_equal(text_of(table, i, room), csa_view_of(text))) {
            return i;
        }
    }
    fail_msg("'%s' is not in the table", text);
    return 0;
}

/* The title stands first, the body 8 behind it; without a title the body begins at 0. */
static void test_positions_of_title_and_body(void **state)
{
    (void)state;
    static struct csa_inverter inverter;
    csa_inverter_init(&inverter);
    struct csa_view title = csa_view_of("Power of Siberia");
    uint32_t length;
    uint32_t title_length;
    assert_int_equal(
        csa_inverter_add(&inverter, &title, csa_view_of("gas flows"), &length, &title_length, NULL), CSA_OK);
    assert_int_equal(length, 5);
    assert_int_equal(title_length, 3);
    const struct csa_vocabulary *words = &inverter.words;
    assert_int_equal(words->terms[find(words, "siberia")].position, 2);
    assert_int_equal(words->terms[find(words, "gas")].position, 3 + 8);
    assert_int_equal(words->terms[find(words, "flows")].position, 3 + 9);
    assert_int_equal(inverter.titles.term_count, 3);

    assert_int_equal(csa_inverter_add(&inverter, NULL, csa_view_of("east"), &length, &title_length, NULL),
                     CSA_OK);
    assert_int_equal(length, 1);
    assert_int_equal(title_length, 0);
    assert_int_equal(words->terms[find(words, "east")].position, 0);
    assert_int_equal(words->terms[find(words, "east")].document, 1);

    struct csa_view empty = csa_view_of("");
    assert_int_equal(csa_inverter_add(&inverter, &empty, csa_view_of("west"), &length, &title_length, NULL),
                     CSA_OK);
    assert_int_equal(words->terms[find(words, "west")].position, 0);
    assert_int_equal(inverter.articles, 2);
    assert_int_equal(inverter.passages, 3);

    struct csa_view last = csa_view_of("Siberia");
    assert_int_equal(csa_inverter_add(&inverter, &last, csa_view_of(""), &length, &title_length, NULL),
                     CSA_OK);
    assert_int_equal(length, 1);
    assert_int_equal(inverter.titles.terms[find(&inverter.titles, "siberia")].document, 2);
    csa_inverter_release(&inverter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_of_every_size),
        cmocka_unit_test(test_long_keys_differ),
        cmocka_unit_test(test_sorts_like_memcmp),
        cmocka_unit_test(test_sorts_deep_keys),
        cmocka_unit_test(test_clear_forgets),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_positions_of_title_and_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
