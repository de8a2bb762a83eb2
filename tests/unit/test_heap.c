/* heap.h: what comes out comes out in order, whatever went in and came later. */
#include "common/base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 300 };

/* Items are numbers of sequences; each sequence ascends. */
struct sequences {
    unsigned next[MOST], end[MOST];
    unsigned values[MOST][8];
};

static bool comes_first(const void *context, uint64_t a, uint64_t b)
{
    const struct sequences *all = context;
    unsigned one = all->values[a][all->next[a]];
    unsigned other = all->values[b][all->next[b]];
    return one != other ? one < other : a < b;
}

static void test_merge(void **state)
{
    (void)state;
    static struct sequences all;
    srand(7);
    for (size_t count = 0; count < MOST; count += count < 10 ? 1 : 29) {
        uint64_t items[MOST];
        struct csa_heap heap = {.items = items};
        unsigned left = 0;
        for (size_t i = 0; i < count; i++) {
            unsigned value = 0;
            all.next[i] = 0;
            all.end[i] = (unsigned)rand() % 8;
            for (unsigned j = 0; j < all.end[i]; j++) {
                value += (unsigned)rand() % 20;
                all.values[i][j] = value;
            }
            left += all.end[i];
            if (all.end[i] != 0) {
                items[heap.size++] = i;
            }
        }
        csa_heap_build(&heap, comes_first, &all);
        unsigned last_value = 0;
        uint64_t last = 0;
        for (; heap.size != 0; left--) {
            uint64_t first = items[0];
            unsigned value = all.values[first][all.next[first]];
            assert_true(value > last_value || (value == last_value && first >= last));
            last_value = value;
            last = first;
            all.next[first]++;
            csa_heap_update_first(&heap, all.next[first] != all.end[first], comes_first, &all);
        }
        assert_int_equal(left, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
