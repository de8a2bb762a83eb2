/* The Xapian shim: queries and matches in one database. */
#include "xapian_queries.h"

#include "common/base/clock.h"

#include <math.h>

/* By id, so that only what matches counts. */
static void check_matches(csa_xapian_node node, const char *wanted)
{
    struct csa_xapian_request request = request_of(database, node);
    request.bm25 = NULL;
    struct csa_xapian_match *match = run(&request);
    assert_string_equal(hits_of(match), wanted);
    const struct csa_xapian_result *result = xapian->match.result(match);
    assert_int_equal(result->least, strlen(wanted));
    assert_int_equal(result->most, strlen(wanted));
    assert_false(result->cut);
    xapian->match.free(match);
}

/* ---- queries ---- */

static void test_operators(void **state)
{
    (void)state;
    check_matches(CSA_XAPIAN_NOTHING, "");
    check_matches(CSA_XAPIAN_EVERYTHING, "1234567");
    check_matches(word("gas"), "134");
    check_matches(word("coal"), "");
    check_matches(words(CSA_XAPIAN_AND, "gas pipeline", 0), "14");
    check_matches(words(CSA_XAPIAN_OR, "oil siberia", 0), "2347");
    check_matches(words(CSA_XAPIAN_AND_NOT, "gas pipeline", 0), "3");
    check_matches(words(CSA_XAPIAN_AND_NOT, "gas oil power", 0), "1");
    check_matches(words(CSA_XAPIAN_XOR, "gas pipeline", 0), "23");
    check_matches(words(CSA_XAPIAN_AND_MAYBE, "gas pipeline", 0), "134");
    check_matches(words(CSA_XAPIAN_FILTER, "gas pipeline", 0), "14");
    check_matches(words(CSA_XAPIAN_SYNONYM, "oil siberia", 0), "2347");
    check_matches(words(CSA_XAPIAN_MAX, "oil siberia", 0), "2347");
    check_matches(xapian->query.group(query, CSA_XAPIAN_AND, NULL, 0, 0), "");
    check_matches(pair(CSA_XAPIAN_AND_NOT, CSA_XAPIAN_EVERYTHING, word("gas")), "2567");
    check_matches(pair(CSA_XAPIAN_AND, words(CSA_XAPIAN_OR, "oil power", 0), word("gas")), "34");
}

static void test_positions(void **state)
{
    (void)state;
    check_matches(words(CSA_XAPIAN_PHRASE, "power of siberia", 3), "4");
    check_matches(words(CSA_XAPIAN_PHRASE, "power of siberia", 0), "4");
    check_matches(words(CSA_XAPIAN_PHRASE, "of power", 2), "");
    check_matches(words(CSA_XAPIAN_PHRASE, "power siberia", 2), "");
    check_matches(words(CSA_XAPIAN_PHRASE, "power siberia", 3), "4");
    check_matches(words(CSA_XAPIAN_PHRASE, "gas and gas", 3), "");
    check_matches(words(CSA_XAPIAN_NEAR, "siberia pipeline", 3), "2");
    check_matches(words(CSA_XAPIAN_NEAR, "siberia pipeline", 4), "24");
    csa_xapian_node phrase[] = {words(CSA_XAPIAN_OR, "power pipeline", 0), word("of"), word("siberia")};
    check_matches(xapian->query.group(query, CSA_XAPIAN_PHRASE, phrase, 3, 3), "24");
    check_matches(pair(CSA_XAPIAN_OR, words(CSA_XAPIAN_PHRASE, "gas pipeline", 2), word("oil")), "137");
}

static void test_ranges(void **state)
{
    (void)state;
    const struct csa_view first = csa_view_of("20230000"), last = csa_view_of("20240101"),
                          odd = csa_view_of("3");
    check_matches(xapian->query.range(query, 0, &first, &last), "124");
    check_matches(xapian->query.range(query, 0, &first, NULL), "1246");
    check_matches(xapian->query.range(query, 0, NULL, &last), "12457"); /* not 3, which has no date */
    check_matches(xapian->query.range(query, 0, NULL, NULL), "1234567");
    check_matches(xapian->query.range(query, 0, &last, &first), "");
    check_matches(xapian->query.range(query, 9, &odd, NULL), "");
    check_matches(pair(CSA_XAPIAN_FILTER, word("gas"), xapian->query.range(query, 0, &first, &last)), "14");
    check_matches(pair(CSA_XAPIAN_FILTER, word("gas"), xapian->query.range(query, 0, NULL, &last)), "14");
}

static void test_prefixes(void **state)
{
    (void)state;
    const struct csa_view power = csa_view_of("power"), p = csa_view_of("p");
    check_matches(xapian->query.prefix(query, power, 0, CSA_XAPIAN_EXCESS_ERROR, CSA_XAPIAN_SYNONYM), "456");
    check_matches(xapian->query.prefix(query, power, 3, CSA_XAPIAN_EXCESS_ERROR, CSA_XAPIAN_OR), "456");
    check_matches(xapian->query.prefix(query, csa_view_of("x"), 1, CSA_XAPIAN_EXCESS_ERROR, CSA_XAPIAN_OR),
                  "");
    check_matches(xapian->query.prefix(query, p, 1, CSA_XAPIAN_EXCESS_FIRST, CSA_XAPIAN_MAX), "124");
    check_matches(xapian->query.prefix(query, power, 1, CSA_XAPIAN_EXCESS_FREQUENT, CSA_XAPIAN_SYNONYM),
                  "45");
    csa_xapian_node many = xapian->query.prefix(query, power, 2, CSA_XAPIAN_EXCESS_ERROR, CSA_XAPIAN_OR);
    struct csa_xapian_request request = request_of(database, many);
    struct csa_xapian_match *match;
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_LIMIT, "power");
    assert_null(match);
}

/* The first failure is told, and nothing found by what was made after it. */
static void test_failed_query(void **state)
{
    (void)state;
    struct csa_view text;
    check_ok(xapian->query.check(query, &error));
    csa_xapian_node first = words(CSA_XAPIAN_OR, "gas oil", 0);
    check_ok(xapian->query.describe(query, first, &text, &error));
    check_view(text, "Query((gas OR oil))");
    check_fails(xapian->query.describe(query, 1000, &text, &error), CSA_ERROR_MISUSE, "no node 1000");
    char longest[300];
    memset(longest, 'x', sizeof longest);
    check_matches(xapian->query.term(query, csa_view_make(longest, sizeof longest), 1), "");
    assert_int_equal(xapian->query.scale(query, first, -1), CSA_XAPIAN_NOTHING);
    assert_int_equal(word("gas"), CSA_XAPIAN_NOTHING);
    assert_int_equal(xapian->query.scale(query, 1000, 1), CSA_XAPIAN_NOTHING);
    check_fails(xapian->query.check(query, &error), CSA_ERROR_MISUSE, "scaled");
    struct csa_xapian_request request = request_of(database, first);
    struct csa_xapian_match *match;
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_MISUSE, "scaled");
    xapian->query.clear(query);
    check_ok(xapian->query.check(query, &error));
    check_matches(word("gas"), "134");
    assert_int_equal(xapian->query.scale(query, word("gas"), NAN), CSA_XAPIAN_NOTHING);
    check_fails(xapian->query.check(query, &error), CSA_ERROR_MISUSE, "scaled");
    xapian->query.clear(query);
    csa_xapian_node parts[] = {pair(CSA_XAPIAN_AND, word("gas"), word("oil")), word("pipeline")};
    csa_xapian_node near = xapian->query.group(query, CSA_XAPIAN_NEAR, parts, 2, 5);
    request = request_of(database, near);
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_UNSUPPORTED, "OP_NEAR");
    xapian->query.clear(query);
    request = request_of(database, 77);
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_MISUSE, "77");
    xapian->match.free(NULL);
    xapian->query.free(NULL);
}

/* ---- matches ---- */

/* Xapian::BM25Weight, for one term and no k2: the part of the frequency is BM25's; the idf is Robertson and
 * Sparck Jones's, bent where it would be small so that it never falls below 0. */
static double weight_of(double documents, double holding, double wdf, double length, double average)
{
    double odds = (documents - holding + 0.5) / (holding + 0.5);
    double idf = log(odds < 2 ? odds / 2 + 1 : odds);
    double normal = bm25.k1 * (1 - bm25.b + bm25.b * length / average);
    return idf * (bm25.k1 + 1) * wdf / (normal + wdf);
}

static void test_weights(void **state)
{
    (void)state;
    csa_xapian_node node = word("gas");
    struct csa_xapian_request request = request_of(database, node);
    struct csa_xapian_match *match = run(&request);
    const struct csa_xapian_result *result = xapian->match.result(match);
    struct csa_xapian_statistics statistics;
    check_ok(xapian->database.statistics(database, &statistics, &error));
    assert_string_equal(hits_of(match), "314");
    static const double wdf[] = {3, 2, 1}, length[] = {8, 6, 9};
    for (size_t i = 0; i < 3; i++) {
        double weight = weight_of(7, 3, wdf[i], length[i], statistics.average_length);
        assert_true(fabs(result->hits[i].weight - weight) < 1e-9);
    }
    assert_true(result->greatest == result->hits[0].weight);
    assert_true(result->greatest_possible >= result->greatest);
    uint32_t documents;
    check_ok(xapian->match.frequency(match, csa_view_of("gas"), &documents, &error));
    assert_int_equal(documents, 3);
    xapian->match.free(match);

    request.node = words(CSA_XAPIAN_ELITE, "gas state", 1);
    match = run(&request);
    assert_string_equal(hits_of(match), "6");
    xapian->match.free(match);
    request.node = xapian->query.scale(query, node, 3);
    match = run(&request);
    double wanted = 3 * weight_of(7, 3, 3, 8, statistics.average_length);
    assert_true(fabs(xapian->match.result(match)->hits[0].weight - wanted) < 1e-9);
    xapian->match.free(match);
    request.first = 1;
    request.hits = 1;
    match = run(&request);
    assert_string_equal(hits_of(match), "1");
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    check_fails(xapian->match.read(match, 1, document, &error), CSA_ERROR_MISUSE, "no hit 1");
    xapian->document.free(document);
    xapian->match.free(match);
}

static void test_orders(void **state)
{
    (void)state;
    struct csa_xapian_request request = request_of(database, words(CSA_XAPIAN_OR, "gas pipeline", 0));
    static const struct {
        enum csa_xapian_order order;
        bool descending, newest;
        const char *wanted;
    } cases[] = {
        {CSA_XAPIAN_BY_VALUE, true, false, "2413"},
        {CSA_XAPIAN_BY_VALUE, true, true, "4213"},
        {CSA_XAPIAN_BY_VALUE, false, false, "3124"},
        {CSA_XAPIAN_BY_VALUE_THEN_WEIGHT, true, false, "4213"},
    };
    request.order_slot = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request.order = cases[i].order;
        request.order_descending = cases[i].descending;
        request.newest_first = cases[i].newest;
        struct csa_xapian_match *match = run(&request);
        assert_string_equal(hits_of(match), cases[i].wanted);
        xapian->match.free(match);
    }
    struct csa_xapian_match *match;
    request.order_slot = -1;
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_MISUSE, "slot");
    request = request_of(database, CSA_XAPIAN_EVERYTHING);
    request.order = CSA_XAPIAN_BY_WEIGHT_THEN_VALUE; /* all weights are 0 */
    request.order_slot = 0;
    request.order_descending = true;
    match = run(&request);
    assert_string_equal(hits_of(match), "6241573");
    xapian->match.free(match);
}

static void test_collapse_and_counts(void **state)
{
    (void)state;
    static const uint32_t slots[] = {0, 1};
    struct csa_xapian_request request = request_of(database, CSA_XAPIAN_EVERYTHING);
    request.collapse_slot = 1;
    request.collapse = 1;
    struct csa_xapian_match *match = run(&request);
    const struct csa_xapian_result *result = xapian->match.result(match);
    assert_string_equal(hits_of(match), "1356"); /* 5 and 6 have no group */
    assert_int_equal(result->hits[0].collapsed, 2);
    assert_int_equal(result->hits[1].collapsed, 1);
    assert_int_equal(result->hits[2].collapsed, 0);
    check_view(result->hits[1].collapse_key, "b");
    assert_int_equal(result->all_least, 7);
    assert_int_equal(result->all_most, 7);
    xapian->match.free(match);

    request.collapse = 2;
    request.count_slots = slots;
    request.count_slot_count = 2;
    request.hits = 0;
    match = run(&request);
    assert_int_equal(xapian->match.result(match)->hit_count, 0);
    struct listing dates = {.room = 100}, groups = {.room = 1};
    uint64_t counted;
    check_ok(xapian->match.counts(match, 0, &dates, list_counted, &counted, &error));
    assert_string_equal(dates.text, "20210101:1 20221231:1 20230811:1 20240101:2 20250505:1 ");
    assert_int_equal(counted, 7);
    check_ok(xapian->match.counts(match, 1, &groups, list_counted, NULL, &error));
    assert_string_equal(groups.text, "a:3 ");
    check_fails(xapian->match.counts(match, 2, &groups, list_counted, NULL, &error), CSA_ERROR_MISUSE,
                "slot");
    xapian->match.free(match);
}

/* A deadline far away changes nothing, one that has passed leaves the answer empty; documents that were
 * deleted stay away. */
static void test_deadline(void **state)
{
    (void)state;
    struct csa_xapian_writer *writer = open_writer("db");
    check_ok(xapian->writer.remove_at(writer, 3, &error));
    check_ok(xapian->writer.commit(writer, &error));
    xapian->writer.close(writer);
    check_ok(xapian->database.reopen(database, NULL, &error));
    const csa_xapian_node nodes[] = {
        CSA_XAPIAN_EVERYTHING,
        words(CSA_XAPIAN_OR, "gas oil", 0),
        words(CSA_XAPIAN_PHRASE, "power of siberia", 3),
        pair(CSA_XAPIAN_AND_NOT, CSA_XAPIAN_EVERYTHING, word("oil")),
    };
    static const char *const wanted[] = {"124567", "147", "4", "12456"};
    for (size_t i = 0; i < 4; i++) {
        struct csa_xapian_request request = request_of(database, nodes[i]);
        request.bm25 = NULL;
        request.deadline = csa_clock_nanoseconds() + UINT64_C(100000000000);
        struct csa_xapian_match *match = run(&request);
        assert_string_equal(hits_of(match), wanted[i]);
        assert_false(xapian->match.result(match)->cut);
        assert_int_equal(xapian->match.result(match)->least, strlen(wanted[i]));
        xapian->match.free(match);
        request.deadline = 1;
        match = run(&request);
        assert_string_equal(hits_of(match), "");
        assert_true(xapian->match.result(match)->cut);
        xapian->match.free(match);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_operators, start, stop),
        cmocka_unit_test_setup_teardown(test_positions, start, stop),
        cmocka_unit_test_setup_teardown(test_ranges, start, stop),
        cmocka_unit_test_setup_teardown(test_prefixes, start, stop),
        cmocka_unit_test_setup_teardown(test_failed_query, start, stop),
        cmocka_unit_test_setup_teardown(test_weights, start, stop),
        cmocka_unit_test_setup_teardown(test_orders, start, stop),
        cmocka_unit_test_setup_teardown(test_collapse_and_counts, start, stop),
        cmocka_unit_test_setup_teardown(test_deadline, start, stop),
    };
    if (!CSA_WITH_XAPIAN) {
        puts("skipped: built without Xapian");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, load_xapian, temporary_folder_leave);
}
