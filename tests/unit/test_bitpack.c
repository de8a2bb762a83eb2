/* bitpack.h: every width and count there and back, each kind of loops against arithmetic done bit by bit. */
#include "common/base/memory.h"
#include "common/index/bitpack.h"
#include "common/index/bitpack_kernels.h"
#include "common/index/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST = 300 };

static uint64_t random_state = 1;

static uint32_t random_u32(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 32);
}

static uint32_t random_of_width(unsigned width)
{
    return width == 0 ? 0 : random_u32() >> (32 - width);
}

/* What the page says, one bit after the other. */
static uint32_t value_at(const uint8_t *packed, size_t i, unsigned width)
{
    uint32_t value = 0;
    for (unsigned k = 0; k < width; k++) {
        size_t bit = i * width + k;
        value |= (uint32_t)(packed[bit / 8] >> (bit % 8) & 1) << k;
    }
    return value;
}

/* Exactly the bytes that a reader may see, so that a sanitizer notices one more. */
static uint8_t *pack_new(const uint32_t *values, size_t n, unsigned width)
{
    size_t size = csa_packed_size(n, width);
    uint8_t *packed = csa_malloc(size + CSA_SECTION_SLACK);
    assert_non_null(packed);
    memset(packed + size, 0xEE, CSA_SECTION_SLACK);
    csa_pack(values, n, width, packed);
    for (size_t i = 0; i < CSA_SECTION_SLACK; i++) {
        assert_int_equal(packed[size + i], 0xEE);
    }
    return packed;
}

static const char *const kinds[] = {"portable", "avx2", "avx512"};

static void test_round_trip(void **state)
{
    (void)state;
    uint32_t values[MOST];
    for (unsigned width = 0; width <= 32; width++) {
        for (size_t n = 0; n <= MOST; n++) {
            for (size_t i = 0; i < n; i++) {
                values[i] = random_of_width(width);
            }
            uint8_t *packed = pack_new(values, n, width);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(value_at(packed, i, width), values[i]);
                assert_int_equal(csa_packed_get(packed, i, width), values[i]);
            }
            uint32_t *out = csa_malloc((n + CSA_UNPACK_SLACK) * sizeof *out);
            for (size_t kind = 0; kind < 3; kind++) {
                if (csa_bitpack_select(kinds[kind])) {
                    assert_string_equal(csa_bitpack_selected(), kinds[kind]);
                    memset(out, 0xCC, (n + CSA_UNPACK_SLACK) * sizeof *out);
                    csa_unpack(packed, n, width, out);
                    assert_memory_equal(out, values, n * sizeof *out);
                }
            }
            csa_free(out);
            csa_free(packed);
        }
    }
}

static void check_documents(unsigned width, size_t n, uint32_t previous)
{
    uint32_t gaps[MOST];
    uint32_t expected[MOST];
    uint32_t last = previous;
    for (size_t i = 0; i < n; i++) {
        gaps[i] = random_of_width(width);
        last += gaps[i] + 1;
        expected[i] = last;
    }
    uint8_t *packed = pack_new(gaps, n, width);
    uint32_t *out = csa_malloc((n + CSA_UNPACK_SLACK) * sizeof *out);
    for (size_t kind = 0; kind < 3; kind++) {
        if (csa_bitpack_select(kinds[kind])) {
            csa_unpack_documents(packed, n, width, previous, out);
            assert_memory_equal(out, expected, n * sizeof *out);
        }
    }
    csa_free(out);
    csa_free(packed);
}

static void test_documents(void **state)
{
    (void)state;
    for (unsigned width = 0; width <= 32; width++) {
        for (size_t n = 0; n <= MOST; n++) {
            check_documents(width, n, UINT32_MAX);
            check_documents(width, n, random_u32());
        }
    }
}

static void test_widths(void **state)
{
    (void)state;
    uint32_t values[3] = {0, 0, 0};
    assert_int_equal(csa_bit_width(values, 0), 0);
    assert_int_equal(csa_bit_width(values, 3), 0);
    for (unsigned width = 1; width <= 32; width++) {
        values[width % 3] = (uint32_t)1 << (width - 1);
        assert_int_equal(csa_bit_width(values, 3), width);
    }
    assert_int_equal(csa_packed_size(0, 32), 0);
    assert_int_equal(csa_packed_size(3, 3), 2);
    assert_int_equal(csa_packed_size(128, 32), 512);
}

static void test_worked_example(void **state)
{
    (void)state;
    static const uint32_t values[] = {1, 2, 3, 4, 5};
    uint8_t packed[2];
    csa_pack(values, 5, 3, packed);
    assert_int_equal(packed[0], 0xD1); /* 011 010 001, the lowest eight */
    assert_int_equal(packed[1], 0x58); /* 101 100 0 */
}

static void test_count_less(void **state)
{
    (void)state;
    uint8_t bytes[1 + 32 * 4];
    for (unsigned round = 0; round < 2000; round++) {
        uint32_t number = random_u32() >> (round % 2 == 0 ? 24 : 6);
        uint32_t numbers[32];
        for (unsigned i = 0; i < 32; i++) {
            numbers[i] = number;
            csa_store_u32(bytes + 1 + 4 * (size_t)i, number);
            uint32_t more = number + 1 + (random_u32() >> 6);
            number = more > number ? more : number;
        }
        uint32_t limits[] = {0,          1,           UINT32_MAX,          random_u32(),
                             numbers[0], numbers[31], numbers[round % 32], numbers[round % 32] + 1};
        for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
            unsigned expected = 0;
            for (unsigned i = 0; i < 32; i++) {
                expected += numbers[i] < limits[k];
            }
            for (size_t kind = 0; kind < 3; kind++) {
                if (csa_bitpack_select(kinds[kind])) {
                    assert_int_equal(csa_kernels->count_less(bytes + 1, limits[k]), expected);
                }
            }
        }
    }
}

static void test_bitmaps(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        uint32_t size = 1 + random_u32() % 700;
        uint32_t documents[700];
        uint8_t *bits = csa_calloc((size + 7) / 8 + 7, 1);
        unsigned n = 0;
        unsigned density = 1 + random_u32() % 255;
        uint32_t first = random_u32();
        for (uint32_t i = 0; i < size; i++) {
            if (random_u32() % 256 < density) {
                bits[i / 8] = (uint8_t)(bits[i / 8] | 1U << (i % 8));
                documents[n++] = first + i;
            }
        }
        /* Bits behind the end are not looked at. */
        assert_int_equal(csa_bitmap_count(bits, 0), 0);
        if (size % 8 != 0) {
            bits[size / 8] = (uint8_t)(bits[size / 8] | 0xFFU << (size % 8));
        }
        uint32_t *out = csa_malloc((n + 1 + CSA_UNPACK_SLACK) * sizeof *out);
        for (size_t kind = 0; kind < 3; kind++) {
            if (!csa_bitpack_select(kinds[kind])) {
                continue;
            }
            assert_int_equal(csa_bitmap_count(bits, size), n);
            assert_int_equal(csa_kernels->bitmap_documents(bits, size, first, n, out), n);
            assert_memory_equal(out, documents, n * sizeof *out);
            assert_int_equal(csa_kernels->bitmap_documents(bits, size, first, n + 1, out), 0);
            if (n > 1) {
                /* One too many must not be written either: the room ends there. */
                uint32_t *less = csa_malloc((n - 1 + CSA_UNPACK_SLACK) * sizeof *less);
                assert_int_equal(csa_kernels->bitmap_documents(bits, size, first, n - 1, less), 0);
                csa_free(less);
            }
        }
        csa_free(out);
        csa_free(bits);
    }
}

static void test_select(void **state)
{
    (void)state;
    assert_false(csa_bitpack_select("mmx"));
    assert_true(csa_bitpack_select("portable"));
    assert_string_equal(csa_bitpack_selected(), "portable");
    assert_true(csa_bitpack_select(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_documents),
        cmocka_unit_test(test_widths),     cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_count_less), cmocka_unit_test(test_bitmaps),
        cmocka_unit_test(test_select),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
