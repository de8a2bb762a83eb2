/* buffer.h: growing, the maximum, the sticky failure, numbers and formats. */
#include "common/base/buffer.h"
#include "common/base/integer.h"
#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_append(void **state)
{
    (void)state;
    struct csa_buffer buffer;
    csa_buffer_init(&buffer, 1U << 20);
    csa_buffer_append(&buffer, NULL, 0);
    assert_null(buffer.data);
    csa_buffer_append(&buffer, "ab", 2);
    csa_buffer_append_view(&buffer, csa_view_of("cd"));
    csa_buffer_append_byte(&buffer, 0xFF);
    csa_buffer_append_u32(&buffer, 0x01020304);
    csa_buffer_append_u64(&buffer, 0x1122334455667788);
    csa_buffer_append_varint(&buffer, 300);
    csa_buffer_append_format(&buffer, "%d%s", 42, "!");
    static const char expected[] = "abcd\xFF\x04\x03\x02\x01\x88\x77\x66\x55\x44\x33\x22\x11\xAC\x02"
                                   "42!";
    assert_int_equal(buffer.size, sizeof expected - 1);
    assert_memory_equal(buffer.data, expected, sizeof expected - 1);
    assert_true(csa_view_equal(csa_buffer_view(&buffer), csa_view_make(expected, sizeof expected - 1)));
    assert_int_equal(csa_buffer_check(&buffer, "it", NULL), CSA_OK);
    csa_buffer_release(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.maximum, 1U << 20);
    csa_buffer_release(&buffer);
}

/* Byte by byte and in lumps, to exactly the maximum and one more. */
static void test_maximum(void **state)
{
    (void)state;
    static const size_t maxima[] = {0, 1, 2, 63, 64, 65, 1000, 4096, 100000};
    static const size_t steps[] = {1, 7, 64, 333};
    static const char lump[333];
    for (size_t i = 0; i < sizeof maxima / sizeof maxima[0]; i++) {
        for (size_t j = 0; j < sizeof steps / sizeof steps[0]; j++) {
            struct csa_buffer buffer;
            csa_buffer_init(&buffer, maxima[i]);
            size_t size = 0;
            for (; size + steps[j] <= maxima[i]; size += steps[j]) {
                csa_buffer_append(&buffer, lump, steps[j]);
            }
            assert_false(buffer.failed);
            assert_int_equal(buffer.size, size);
            csa_buffer_append(&buffer, lump, maxima[i] - size);
            assert_false(buffer.failed);
            assert_int_equal(buffer.size, maxima[i]);
            csa_buffer_append(&buffer, "x", 1);
            assert_true(buffer.failed);
            assert_int_equal(buffer.size, maxima[i]);
            struct csa_error error = {0};
            assert_int_equal(csa_buffer_check(&buffer, "it", &error), CSA_ERROR_LIMIT);
            csa_buffer_release(&buffer);
        }
    }
}

static void test_failure_sticks(void **state)
{
    (void)state;
    struct csa_buffer buffer;
    struct csa_error error = {0};
    csa_buffer_init(&buffer, 16);
    csa_buffer_append(&buffer, "0123456789", 10);
    csa_buffer_append(&buffer, "0123456789", 10);
    csa_buffer_append(&buffer, "a", 1); /* would fit, comes too late */
    csa_buffer_append_format(&buffer, "a");
    assert_false(csa_buffer_reserve(&buffer, 1));
    assert_int_equal(buffer.size, 10);
    assert_int_equal(csa_buffer_check(&buffer, "the field", &error), CSA_ERROR_LIMIT);
    assert_string_equal(error.message, "the field: larger than 16 bytes");
    csa_buffer_clear(&buffer);
    csa_buffer_append(&buffer, "a", 1);
    assert_int_equal(csa_buffer_check(&buffer, "the field", &error), CSA_OK);
    csa_buffer_append(&buffer, "0123456789012345678901234567890123456789", 40); /* far past it */
    assert_int_equal(csa_buffer_check(&buffer, "the field", &error), CSA_ERROR_LIMIT);
    assert_int_equal(buffer.size, 1);
    csa_buffer_release(&buffer);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct csa_buffer buffer;
    struct csa_error error = {0};
    csa_buffer_init(&buffer, SIZE_MAX);
    csa_buffer_append(&buffer, "kept", 4);
    csa_memory_fail_at(1, 0);
    assert_false(csa_buffer_reserve(&buffer, 1000));
    assert_int_equal(csa_buffer_check(&buffer, "it", &error), CSA_ERROR_MEMORY);
    assert_memory_equal(buffer.data, "kept", 4);
    csa_buffer_clear(&buffer);
    csa_buffer_append(&buffer, "kept", 4);
    assert_false(csa_buffer_reserve(&buffer, SIZE_MAX));
    assert_false(csa_buffer_reserve(&buffer, SIZE_MAX - 4));
    csa_buffer_release(&buffer);
}

static void test_format_fits_exactly(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'f', sizeof text - 1);
    for (size_t size = 0; size < sizeof text; size++) {
        text[size] = '\0';
        struct csa_buffer buffer;
        csa_buffer_init(&buffer, 150);
        csa_buffer_append_format(&buffer, "%s", text);
        /* one byte of room is wanted for the null byte that vsnprintf writes */
        assert_int_equal(buffer.failed, size + 1 > 150);
        assert_int_equal(buffer.size, buffer.failed ? 0 : size);
        csa_buffer_release(&buffer);
        text[size] = 'f';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_maximum),
        cmocka_unit_test(test_failure_sticks),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_format_fits_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
