/* Phrases: in a passage, across cuts, over short passages, in titles, with slop and prefixes. */
#include "search_fixture.h"

static void test_side_by_side(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "the silk road and the silk road", NULL);
    fixture_add(&f, 0, 0, "", "silk the road", NULL);
    fixture_add(&f, 0, 0, "", "road silk", NULL);
    fixture_add(&f, 0, 0, "", "gas", NULL);
    fixture_open(&f);
    assert_string_equal(fixture_matches(&f, "\"silk road\""), "0");
    assert_string_equal(fixture_matches(&f, "\"road silk\""), "2");
    assert_string_equal(fixture_matches(&f, "\"silk the road\""), "1");
    assert_string_equal(fixture_matches(&f, "\"the silk road and the silk road\""), "0");
    assert_string_equal(fixture_matches(&f, "\"road road\""), "");
    assert_string_equal(fixture_matches(&f, "\"silk summit\""), "");
    assert_string_equal(fixture_matches(&f, "\"silk roa*\""), "0");
    assert_string_equal(fixture_matches(&f, "\"ro* s*\""), "2");
    assert_string_equal(fixture_matches(&f, "gas \"silk road\""), "0 3");
    assert_string_equal(fixture_matches(&f, "+the -\"silk road\""), "1");
    fixture_release(&f);
}

static void test_across_cuts(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "the power", "of siberia", "gas", NULL);       /* 0 1 2 */
    fixture_add(&f, 0, 0, "", "silk", "road", "belt", "and", "trade", NULL); /* 3 4 5 6 7 */
    fixture_add(&f, 0, 0, "", "of power", NULL);                             /* 8 */
    fixture_add(&f, 0, 0, "", "siberia", "power of", NULL);                  /* 9 10 */
    fixture_open(&f);
    assert_string_equal(fixture_matches(&f, "\"power of siberia\""), "0");
    assert_string_equal(fixture_matches(&f, "\"of siberia\""), "1");
    assert_string_equal(fixture_matches(&f, "\"siberia gas\""), "1");
    assert_string_equal(fixture_matches(&f, "\"the power of siberia gas\""), "0");
    assert_string_equal(fixture_matches(&f, "\"silk road belt and trade\""), "3");
    assert_string_equal(fixture_matches(&f, "\"road belt and\""), "4");
    /* Not from one article into the next. */
    assert_string_equal(fixture_matches(&f, "\"gas silk\""), "");
    assert_string_equal(fixture_matches(&f, "\"trade of\""), "");
    assert_string_equal(fixture_matches(&f, "\"power siberia\""), "");
    fixture_release(&f);
}

static void test_titles(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "silk road", "gas pipeline", "oil pipeline", NULL); /* 0 1 */
    fixture_add(&f, 0, 0, "road", "silk road", "coal", NULL);                 /* 2 3 */
    fixture_open(&f);
    assert_string_equal(fixture_matches(&f, "\"silk road\""), "0 2");
    assert_string_equal(fixture_matches(&f, "title:\"silk road\""), "0 1");
    assert_string_equal(fixture_matches(&f, "title:road"), "0 1 2 3");
    assert_string_equal(fixture_matches(&f, "title:silk"), "0 1");
    assert_string_equal(fixture_matches(&f, "title:gas"), "");
    assert_string_equal(fixture_matches(&f, "title:roa*"), "0 1 2 3");
    /* No phrase reaches from a title into the body. */
    assert_string_equal(fixture_matches(&f, "\"road gas\""), "");
    assert_string_equal(fixture_matches(&f, "\"road silk\""), "");
    /* A required or excluded word is found in the title for all passages; an optional one where it stands. */
    assert_string_equal(fixture_matches(&f, "+silk +pipeline"), "0 1");
    assert_string_equal(fixture_matches(&f, "+pipeline -silk"), "");
    assert_string_equal(fixture_matches(&f, "silk coal"), "0 2 3");
    fixture_release(&f);
}

static void test_slop(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "silk road", NULL);
    fixture_add(&f, 0, 0, "", "silk the road", NULL);
    fixture_add(&f, 0, 0, "", "road silk", NULL);
    fixture_add(&f, 0, 0, "", "silk the of and road", NULL);
    fixture_add(&f, 0, 0, "", "silk", NULL);
    fixture_open(&f);
    assert_string_equal(fixture_matches(&f, "\"silk road\"~1"), "0 1");
    assert_string_equal(fixture_matches(&f, "\"silk road\"~2"), "0 1 2");
    assert_string_equal(fixture_matches(&f, "\"silk road\"~3"), "0 1 2 3");
    assert_string_equal(fixture_matches(&f, "\"silk silk\"~3"), "");
    fixture_release(&f);
}

static void test_many_words(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "the of gas river and road silk siberia power rail border in amur port", NULL);
    fixture_open(&f);
    assert_string_equal(
        fixture_matches(&f, "\"the of gas river and road silk siberia power rail border in amur port\""),
        "0");
    assert_string_equal(
        fixture_matches(&f, "\"the of gas river and road silk siberia power rail border in port amur\""), "");
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_side_by_side), cmocka_unit_test(test_across_cuts),
        cmocka_unit_test(test_titles),       cmocka_unit_test(test_slop),
        cmocka_unit_test(test_many_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
