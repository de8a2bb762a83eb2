/* The values of a page: what is set is found, what is wrong is ignored, what fails sticks. */
#include "searcher/site/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_building_values(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct csa_value_builder builder = {.arena = &arena};
    struct csa_value *object = csa_value_new_object(&builder);
    csa_value_set_text(&builder, object, "a", csa_view_of("1"));
    csa_value_set_flag(&builder, object, "a", true);
    csa_value_set_number(&builder, object, "a", UINT64_MAX); /* the last one counts */
    const struct csa_value *found = csa_value_find(object, csa_view_of("a"));
    assert_true(csa_view_equal(csa_value_text(found), csa_view_of("18446744073709551615")));
    assert_null(csa_value_find(object, csa_view_of("b")));
    assert_null(csa_value_find(found, csa_view_of("a")));
    assert_null(csa_value_find(NULL, csa_view_of("a")));
    struct csa_value *list = csa_value_set_list(&builder, object, "list");
    assert_false(csa_value_is_true(list));
    for (unsigned i = 0; i < 1000; i++) {
        csa_value_set_number(&builder, csa_value_add_object(&builder, list), "i", i);
    }
    assert_int_equal(csa_value_count(list), 1000);
    assert_true(csa_value_is_true(list));
    assert_int_equal(csa_value_kind_of(csa_value_item(list, 999)), CSA_VALUE_OBJECT);
    assert_null(csa_value_item(list, 1000));
    assert_int_equal(csa_value_count(object), 0);
    assert_int_equal(csa_value_text(list).size, 0);
    /* What is no object or list, or null, takes nothing and breaks nothing. */
    csa_value_set_text(&builder, NULL, "x", csa_view_of("1"));
    csa_value_set_text(&builder, list, "x", csa_view_of("1"));
    csa_value_add_text(&builder, object, csa_view_of("1"));
    csa_value_add_text(&builder, NULL, csa_view_of("1"));
    assert_null(csa_value_set_list(&builder, NULL, "x"));
    assert_null(csa_value_find(object, csa_view_of("x")));
    assert_false(builder.failed);
    csa_arena_release(&arena);
}

static void test_building_without_memory(void **state)
{
    (void)state;
    for (size_t maximum = 16; maximum < 2048; maximum += 16) {
        struct csa_arena small;
        csa_arena_init(&small, maximum);
        struct csa_value_builder builder = {.arena = &small};
        struct csa_value *object = csa_value_new_object(&builder);
        struct csa_value *list = csa_value_set_list(&builder, object, "list");
        for (unsigned i = 0; i < 20; i++) {
            csa_value_set_number(&builder, csa_value_add_object(&builder, list), "n", i);
        }
        assert_true(builder.failed);
        assert_null(csa_value_new_object(&builder)); /* it sticks */
        csa_arena_release(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_building_values),
        cmocka_unit_test(test_building_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
