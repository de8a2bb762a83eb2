/* Libraries that are loaded when they are needed. */
#include "common/base/library.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char mathematics[] = "libm.so.6"; /* the GNU C library's */

static void test_functions_are_found(void **state)
{
    (void)state;
    __typeof__(&cos) cosine = NULL;
    __typeof__(&hypot) root = NULL;
    const struct csa_symbol symbols[] = {{"cos", &cosine}, {"hypot", &root}};
    if (!csa_library_load(mathematics, symbols, 0)) {
        print_message("%s is not here\n", mathematics);
        skip();
    }
    assert_true(csa_library_load(mathematics, symbols, 2));
    assert_true(cosine(0) == 1);
    assert_true(root(3, 4) == 5);
}

static void test_what_is_not_there(void **state)
{
    (void)state;
    __typeof__(&cos) cosine = NULL, none = NULL;
    const struct csa_symbol symbols[] = {{"cos", &cosine}, {"csa_no_such_function", &none}};
    assert_false(csa_library_load(mathematics, symbols, 2));
    assert_null(none);
    assert_false(csa_library_load("libcsa-no-such-library.so.0", symbols, 1));
    assert_false(csa_library_load("libcsa-no-such-library.so.0", symbols, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_are_found),
        cmocka_unit_test(test_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
