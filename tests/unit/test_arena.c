/* arena.h: alignment, many and large blocks, the maximum, clearing, no memory. */
#include "common/base/arena.h"
#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Blocks of every small size and some large ones: aligned, apart from each other, keeping what was written.
 */
static void test_blocks(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static unsigned char *blocks[COUNT];
    static size_t sizes[COUNT];
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = i % 500 == 499 ? 2000000 : i % 200;
        blocks[i] = csa_arena_alloc(&arena, sizes[i], 1);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)(i % 251), sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            if (blocks[i][j] != i % 251) {
                fail_msg("block %zu was overwritten", i);
            }
        }
    }
    csa_arena_release(&arena);
    assert_int_equal(arena.used, 0);
    assert_non_null(csa_arena_alloc(&arena, 1, 1));
    csa_arena_release(&arena);
    csa_arena_release(&arena);
}

static void test_maximum(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 1024);
    assert_null(csa_arena_alloc(&arena, 1025, 1));
    assert_non_null(csa_arena_alloc(&arena, 1008, 1));
    assert_null(csa_arena_alloc(&arena, 17, 1));
    assert_non_null(csa_arena_alloc(&arena, 16, 1));
    assert_null(csa_arena_alloc(&arena, 1, 1));
    csa_arena_clear(&arena);
    assert_non_null(csa_arena_alloc(&arena, 1024, 1));
    csa_arena_release(&arena);
}

static void test_sizes_that_overflow(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    assert_null(csa_arena_alloc(&arena, SIZE_MAX, 1));
    assert_null(csa_arena_alloc(&arena, SIZE_MAX - 16, 1));
    assert_null(csa_arena_alloc(&arena, SIZE_MAX / 2, 3));
    assert_null(csa_arena_alloc(&arena, 2, SIZE_MAX / 2 + 2));
    assert_null(csa_arena_zalloc(&arena, SIZE_MAX, SIZE_MAX));
    assert_non_null(csa_arena_alloc(&arena, 0, 8));
    assert_non_null(csa_arena_alloc(&arena, 8, 0));
    csa_arena_release(&arena);
}

static void test_clear(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    csa_arena_clear(&arena);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 1000; i++) {
            unsigned char *block = csa_arena_alloc(&arena, 100, 1);
            assert_non_null(block);
            memset(block, 0xAA, 100);
        }
        csa_arena_clear(&arena);
        assert_int_equal(arena.used, 0);
        /* memory that was used before is cleared by zalloc */
        unsigned char *zeros = csa_arena_zalloc(&arena, 50, 2);
        for (int i = 0; i < 100; i++) {
            assert_int_equal(zeros[i], 0);
        }
    }
    csa_arena_release(&arena);
}

static void test_copy(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct csa_view copy = csa_arena_copy(&arena, csa_view_make("a\0b", 3));
    assert_int_equal(copy.size, 3);
    assert_memory_equal(copy.data, "a\0b", 4);
    copy = csa_arena_copy(&arena, csa_view_make(NULL, 0));
    assert_int_equal(copy.size, 0);
    assert_string_equal(copy.data, "");
    csa_memory_fail_at(1, 1);
    struct csa_arena empty;
    csa_arena_init(&empty, 0);
    assert_null(csa_arena_copy(&empty, csa_view_of("text")).data);
    assert_null(csa_arena_zalloc(&empty, 1, 1));
    csa_memory_fail_at(0, 0);
    assert_non_null(csa_arena_zalloc(&empty, 1, 1));
    csa_arena_release(&empty);
    csa_arena_release(&arena);
}

/* memory.h: an array that grows keeps what is in it. */
static void test_grow(void **state)
{
    (void)state;
    size_t capacity = 0;
    uint32_t *values = NULL;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t *grown = csa_grow(values, &capacity, i + 1, sizeof *grown);
        assert_non_null(grown);
        assert_true(capacity > i);
        values = grown;
        values[i] = i;
    }
    for (uint32_t i = 0; i < 10000; i++) {
        assert_int_equal(values[i], i);
    }
    size_t before = capacity;
    assert_ptr_equal(csa_grow(values, &capacity, capacity, sizeof *values), values);
    csa_memory_fail_at(1, 1);
    assert_null(csa_grow(values, &capacity, capacity + 1, sizeof *values));
    csa_memory_fail_at(0, 0);
    assert_null(csa_grow(values, &capacity, SIZE_MAX / 2, sizeof *values)); /* more bytes than there can be */
    assert_int_equal(capacity, before);
    assert_int_equal(values[9999], 9999);
    csa_free(values);
    capacity = 0;
    values = csa_grow(NULL, &capacity, 0, sizeof *values); /* of nothing: an array all the same */
    assert_non_null(values);
    csa_free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_maximum),
        cmocka_unit_test(test_sizes_that_overflow),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
