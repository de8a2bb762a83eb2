/* Bounds of BM25's saturated part: never below what they bound, for the stored and for any other parameters.
 */
#include "common/index/postings.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const uint32_t lengths[] = {1,   2,   3,   5,   8,    13,   21,   34,    55,     89,      120,    121,
                                   144, 200, 233, 377, 1000, 1001, 4096, 10000, 100000, 1000000, 1 << 24};
enum { LENGTHS = sizeof lengths / sizeof *lengths, MOST = 300 };

static void test_encode(void **state)
{
    (void)state;
    assert_int_equal(csa_bound_encode(0), 0);
    assert_int_equal(csa_bound_encode(1), 255);
    assert_int_equal(csa_bound_encode(2), 255);
    assert_int_equal(csa_bound_encode(-1), 0);
    assert_int_equal(csa_bound_encode(NAN), 255);
    assert_int_equal(csa_bound_encode(1e-20F), 1);
    for (unsigned i = 1; i < 255; i++) {
        float exact = (float)i / 255.0F;
        assert_in_range(csa_bound_encode(exact), i, i + 1); /* one more where the float lies above */
        assert_int_equal(csa_bound_encode(nextafterf(exact, 2)), i + 1);
        assert_in_range(csa_bound_encode(nextafterf(exact, -1)), i, i);
    }
}

static const double k1s[] = {0, 0.01, 0.5, 0.9, 1.2, 2, 10, 1000};
static const double bs[] = {0, 0.1, 0.4, 0.75, 0.9, 1};
static const double averages[] = {0.5, 40, 120.3, 700};

/* All bounds that `stored` gives, against all values that `asked` gives. */
static void check(struct csa_saturation stored, struct csa_saturation asked, size_t from, size_t to)
{
    float table[256];
    csa_bound_table(stored, asked, lengths[from], lengths[to], table);
    for (unsigned i = 0; i < 256; i++) {
        assert_true(table[i] >= 0 && table[i] <= 1);
        assert_true(i == 0 || table[i] >= table[i - 1]);
    }
    for (size_t k = from; k <= to; k++) {
        for (uint32_t t = 1; t <= MOST; t++) {
            uint8_t bound = csa_bound_encode(csa_saturation_value(stored, t, lengths[k]));
            assert_true(table[bound] >= csa_saturation_value(asked, t, lengths[k]));
        }
    }
}

static void test_sound(void **state)
{
    (void)state;
    struct csa_saturation stored = csa_saturation_make(1.2, 0.75, 120.3);
    check(stored, stored, 0, LENGTHS - 1);
    for (size_t i = 0; i < sizeof k1s / sizeof *k1s; i++) {
        for (size_t k = 0; k < sizeof bs / sizeof *bs; k++) {
            for (size_t m = 0; m < sizeof averages / sizeof *averages; m++) {
                struct csa_saturation asked = csa_saturation_make(k1s[i], bs[k], averages[m]);
                check(stored, asked, 0, LENGTHS - 1);
                check(stored, asked, 3, 9);
                check(stored, asked, 5, 5);
                check(csa_saturation_make(1.2, 0.75, averages[m]), stored, 2, LENGTHS - 1);
                check(asked, stored, 0, LENGTHS - 1);
            }
        }
    }
}

static void test_equal_parameters(void **state)
{
    (void)state;
    float table[256];
    struct csa_saturation saturation = csa_saturation_make(1.2, 0.75, 99.5);
    csa_bound_table(saturation, saturation, 1, 1000, table);
    for (unsigned i = 0; i < 256; i++) {
        assert_true(table[i] == (float)i / 255.0F);
    }
}

/* Nearly the same parameters give nearly the same bounds, also when META's shortest length is 0. */
static void test_tight(void **state)
{
    (void)state;
    float table[256];
    csa_bound_table(csa_saturation_make(1.2, 0.75, 100), csa_saturation_make(1.2, 0.75, 100.1), 0, 1000,
                    table);
    for (unsigned i = 1; i < 255; i++) {
        assert_true(fabsf(table[i] - (float)i / 255.0F) < 0.001F);
    }
}

static void test_odd_parameters(void **state)
{
    (void)state;
    struct csa_saturation none = csa_saturation_make(1.2, 0.75, 0);
    assert_true(none.base > 0 && none.slope > 0 && isfinite(none.slope));
    float table[256];
    struct csa_saturation stored = csa_saturation_make(1.2, 0.75, 100);
    struct csa_saturation odd[] = {{NAN, 1}, {-5, 0}, {INFINITY, 1}, {0, 0}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        csa_bound_table(stored, odd[i], 0, UINT32_MAX, table);
        for (unsigned k = 0; k < 256; k++) {
            assert_true(table[k] >= 0 && table[k] <= 1);
        }
    }
    /* k1 = 0: every posting has 1 */
    assert_true(table[1] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode),           cmocka_unit_test(test_sound),
        cmocka_unit_test(test_equal_parameters), cmocka_unit_test(test_tight),
        cmocka_unit_test(test_odd_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
