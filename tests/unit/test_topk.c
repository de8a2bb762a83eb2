/* collector.h and bound.h: the best k, ties, bars; and each table of kernels against plain loops. */
#include "common/index/bitpack.h"
#include "searcher/match/bound.h"
#include "searcher/match/collector.h"
#include "searcher/match/kernels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1;
    return (uint32_t)(*state >> 33);
}

static int by_order(const void *a, const void *b)
{
    const struct csa_candidate *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->passage > y->passage) - (x->passage < y->passage);
}

static void test_best_in_any_order(void **state)
{
    (void)state;
    enum { N = 500 };
    uint64_t random = 5;
    for (size_t k = 1; k < 40; k += 3) {
        struct csa_candidate all[N], heap[40];
        struct csa_collector collector;
        csa_collector_init(&collector, heap, k);
        for (uint32_t i = 0; i < N; i++) {
            all[i] = (struct csa_candidate){(float)(next_random(&random) % 50), i};
        }
        for (uint32_t i = N; i > 1; i--) { /* shuffled */
            uint32_t j = next_random(&random) % i;
            struct csa_candidate swap = all[i - 1];
            all[i - 1] = all[j];
            all[j] = swap;
        }
        for (uint32_t i = 0; i < N; i++) {
            csa_collector_add(&collector, all[i].score, all[i].passage);
        }
        csa_collector_finish(&collector);
        qsort(all, N, sizeof all[0], by_order);
        assert_int_equal(collector.size, k);
        for (size_t i = 0; i < k; i++) {
            assert_int_equal(heap[i].passage, all[i].passage);
            assert_true(heap[i].score == all[i].score);
        }
    }
}

static void test_bar(void **state)
{
    (void)state;
    struct csa_candidate heap[3];
    struct csa_collector collector;
    csa_collector_init(&collector, heap, 2);
    assert_true(collector.bar == 0);
    csa_collector_add(&collector, 3, 7);
    assert_true(collector.bar == 0);
    csa_collector_raise(&collector, 1.5F);
    assert_true(collector.bar > 1.49 && collector.bar < 1.5);
    csa_collector_raise(&collector, 1);
    assert_true(collector.bar > 1.49);
    csa_collector_add(&collector, 6, 8);
    assert_true(collector.bar > 2.99 && collector.bar < 3);
    csa_collector_add(&collector, 6, 5);
    assert_true(collector.bar > 5.99 && collector.bar < 6);
    csa_collector_add(&collector, 6, 9); /* as good, but later */
    csa_collector_finish(&collector);
    assert_int_equal(heap[0].passage, 5);
    assert_int_equal(heap[1].passage, 8);
}

static void test_nothing_wanted(void **state)
{
    (void)state;
    struct csa_candidate heap[1];
    struct csa_collector collector;
    csa_collector_init(&collector, heap, 0);
    assert_true(collector.bar > 1e300);
    csa_collector_add(&collector, 1, 1);
    assert_int_equal(collector.size, 0);
}

static void test_kth(void **state)
{
    (void)state;
    uint32_t counts[256] = {0};
    counts[200] = 2;
    counts[100] = 1;
    counts[3] = 4;
    assert_int_equal(csa_bound_kth_counted(counts, 1), 200);
    assert_int_equal(csa_bound_kth_counted(counts, 2), 200);
    assert_int_equal(csa_bound_kth_counted(counts, 3), 100);
    assert_int_equal(csa_bound_kth_counted(counts, 7), 3);
    assert_int_equal(csa_bound_kth_counted(counts, 8), 0);
}

static void check_kernels(void)
{
    const struct csa_match_kernels *kernels = csa_match_kernels();
    uint64_t random = 9;
    struct csa_saturation saturation = csa_saturation_make(1.2, 0.75, 87.3);
    for (unsigned round = 0; round < 300; round++) {
        unsigned n = round % 129;
        uint32_t frequencies[CSA_BLOCK_ROOM] = {0}, lengths[CSA_BLOCK_ROOM] = {0}, ascending[CSA_BLOCK];
        float parts[CSA_BLOCK_ROOM];
        for (unsigned i = 0; i < n; i++) {
            frequencies[i] = 1 + next_random(&random) % (i % 5 == 0 ? 1U << 24 : 9);
            lengths[i] = next_random(&random) % (i % 7 == 0 ? 1U << 24 : 300);
        }
        kernels->parts(saturation, 3.7F, frequencies, lengths, n, parts);
        for (unsigned i = 0; i < n; i++) {
            float expected = 3.7F * csa_saturation_value(saturation, frequencies[i], lengths[i]);
            assert_memory_equal(&parts[i], &expected, sizeof expected);
        }
        float least = n == 0 ? 1 : parts[next_random(&random) % n];
        uint8_t places[CSA_BLOCK_ROOM];
        unsigned count = kernels->above(parts, n, least, places), at = 0;
        for (unsigned i = 0; i < n; i++) {
            if (parts[i] >= least) {
                assert_int_equal(places[at++], i);
            }
        }
        assert_int_equal(count, at);
        double sums[256];
        uint16_t found[256 + 16];
        for (unsigned i = 0; i < 256; i++) {
            sums[i] = next_random(&random) % 9;
        }
        count = kernels->above_sums(sums, 256, 7.0, found);
        at = 0;
        for (unsigned i = 0; i < 256; i++) {
            if (sums[i] >= 7) {
                assert_int_equal(found[at++], i);
            }
        }
        assert_int_equal(count, at);
        uint64_t mask = 0, bits = 0, expected = 0;
        for (unsigned i = 0; i < 64; i++) {
            mask |= (uint64_t)(next_random(&random) % (1 + round % 9) == 0) << i;
            bits |= (uint64_t)(next_random(&random) % 2) << i;
        }
        at = 0;
        for (unsigned i = 0; i < 64; i++) {
            if ((mask >> i & 1) != 0) {
                expected |= (bits >> i & 1) << at++;
            }
        }
        assert_true(kernels->extract(bits, mask, &count) == expected);
        assert_int_equal(count, at);
        uint32_t value = round % 3 == 0 ? UINT32_MAX - 4000 : 0;
        for (unsigned i = 0; i < CSA_BLOCK; i++) {
            value += 1 + next_random(&random) % 20;
            ascending[i] = i < n ? value : UINT32_MAX;
        }
        for (unsigned i = 0; i < CSA_BLOCK; i++) {
            assert_int_equal(kernels->count_less(ascending, ascending[i]), i < n ? i : n);
            assert_int_equal(kernels->count_less(ascending, ascending[i < n    ? i
                                                                      : n == 0 ? 0
                                                                               : n - 1] +
                                                                1),
                             n == 0 ? 0 : (i < n ? i : n - 1) + 1);
        }
    }
}

static void test_kernels(void **state)
{
    (void)state;
    static const char *const names[] = {"portable", "avx2", "avx512"};
    for (unsigned i = 0; i < 3; i++) {
        if (csa_bitpack_select(names[i])) {
            check_kernels();
        }
    }
    csa_bitpack_select(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best_in_any_order), cmocka_unit_test(test_bar),
        cmocka_unit_test(test_nothing_wanted),    cmocka_unit_test(test_kth),
        cmocka_unit_test(test_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
