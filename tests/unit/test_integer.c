/* integer.h and view.h: little-endian bytes, varints at every border and cut, checked arithmetic, views. */
#include "common/base/integer.h"
#include "common/base/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_load_and_store(void **state)
{
    (void)state;
    uint8_t bytes[16] = {0};
    for (size_t at = 0; at < 8; at++) { /* aligned or not */
        csa_store_u16(bytes + at, 0x0102);
        assert_memory_equal(bytes + at, "\x02\x01", 2);
        assert_int_equal(csa_load_u16(bytes + at), 0x0102);
        csa_store_u32(bytes + at, 0x01020384);
        assert_memory_equal(bytes + at, "\x84\x03\x02\x01", 4);
        assert_int_equal(csa_load_u32(bytes + at), 0x01020384);
        csa_store_u64(bytes + at, 0x8102030405060788);
        assert_memory_equal(bytes + at, "\x88\x07\x06\x05\x04\x03\x02\x81", 8);
        assert_int_equal(csa_load_u64(bytes + at), 0x8102030405060788);
    }
}

/* One value: round trip, and every shorter piece of it is refused. The bytes are on the heap in their exact
 * size, so that the sanitizer sees a read past the end. */
static void check_varint(uint64_t value)
{
    uint8_t bytes[CSA_VARINT_MAXIMUM];
    size_t size = csa_varint_encode(bytes, value);
    assert_in_range(size, 1, CSA_VARINT_MAXIMUM);
    for (size_t length = 0; length <= size; length++) {
        uint8_t *copy = malloc(length == 0 ? 1 : length);
        memcpy(copy, bytes, length);
        uint64_t decoded = 1234;
        uint32_t narrow = 1234;
        const uint8_t *end = csa_varint_decode(copy, copy + length, &decoded);
        const uint8_t *narrow_end = csa_varint_decode_u32(copy, copy + length, &narrow);
        if (length < size) {
            assert_null(end);
            assert_null(narrow_end);
        } else {
            assert_ptr_equal(end, copy + size);
            assert_int_equal(decoded, value);
            assert_true(value > UINT32_MAX ? narrow_end == NULL
                                           : narrow_end == copy + size && narrow == value);
        }
        free(copy);
    }
}

static void test_varints(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t power = (uint64_t)1 << bit;
        check_varint(power - 1);
        check_varint(power);
        check_varint(power + 1);
    }
    check_varint(UINT64_MAX);
    check_varint(UINT32_MAX);
    uint64_t random = 88172645463325252U;
    for (int i = 0; i < 20000; i++) { /* xorshift64, Marsaglia 2003 */
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        check_varint(random >> (i % 64));
    }
}

static void test_damaged_varints(void **state)
{
    (void)state;
    uint64_t value;
    uint32_t narrow;
    static const uint8_t too_long[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    assert_null(csa_varint_decode(too_long, too_long + sizeof too_long, &value));
    static const uint8_t too_large[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
    assert_null(csa_varint_decode(too_large, too_large + sizeof too_large, &value));
    static const uint8_t largest[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
    assert_non_null(csa_varint_decode(largest, largest + sizeof largest, &value));
    assert_int_equal(value, UINT64_MAX);
    static const uint8_t past_32_bits[] = {0x80, 0x80, 0x80, 0x80, 0x10};
    assert_null(csa_varint_decode_u32(past_32_bits, past_32_bits + sizeof past_32_bits, &narrow));
    assert_null(csa_varint_decode(largest, largest, &value));
    assert_null(csa_varint_decode_u32(largest, largest, &narrow));
}

static void test_arithmetic(void **state)
{
    (void)state;
    size_t result;
    assert_true(csa_multiply_size(SIZE_MAX, 0, &result));
    assert_int_equal(result, 0);
    assert_true(csa_multiply_size(SIZE_MAX / 3, 3, &result));
    assert_false(csa_multiply_size(SIZE_MAX / 3 + 1, 3, &result));
}

static void test_views(void **state)
{
    (void)state;
    struct csa_view none = csa_view_of(NULL);
    struct csa_view empty = csa_view_of("");
    struct csa_view a = csa_view_of("a");
    struct csa_view ab = csa_view_of("ab");
    struct csa_view high = csa_view_of("\xFF");
    assert_true(csa_view_equal(none, empty));
    assert_false(csa_view_equal(a, ab));
    assert_false(csa_view_equal(a, csa_view_of("b")));
    assert_int_equal(csa_view_compare(none, empty), 0);
    assert_true(csa_view_compare(none, a) < 0);
    assert_true(csa_view_compare(ab, a) > 0);
    assert_true(csa_view_compare(a, ab) < 0);
    assert_true(csa_view_compare(high, a) > 0); /* bytes are unsigned */
    assert_int_equal(csa_view_compare(ab, csa_view_make("abc", 2)), 0);
    assert_true(csa_view_starts_with(ab, a));
    assert_true(csa_view_starts_with(ab, none));
    assert_true(csa_view_starts_with(none, empty));
    assert_false(csa_view_starts_with(a, ab));
    assert_false(csa_view_starts_with(ab, csa_view_of("b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_and_store),  cmocka_unit_test(test_varints),
        cmocka_unit_test(test_damaged_varints), cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
