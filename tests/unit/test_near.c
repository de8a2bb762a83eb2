/* NEAR: windows, order, cuts, titles, phrases, words that stand for others, the same word twice; how often it
 * is found, and that hard cases end. */
#include "common/base/clock.h"
#include "search_fixture.h"

static void expect(struct fixture *f, const char *query, const char *expected)
{
    const char *matches = fixture_matches(f, query);
    if (strcmp(matches, expected) != 0) {
        fail_msg("%s: %s, not %s", query, matches, expected);
    }
}

static void test_windows(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "gas the of and river", NULL);
    fixture_add(&f, 0, 0, "", "river gas", NULL);
    fixture_add(&f, 0, 0, "", "gas", NULL);
    fixture_add(&f, 0, 0, "", "river the gas of silk", NULL);
    fixture_open(&f);
    expect(&f, "gas NEAR/3 river", "0 1 3");
    expect(&f, "gas NEAR/2 river", "1 3");
    expect(&f, "gas NEAR/1 river", "1 3");
    expect(&f, "gas NEAR/0 river", "1");
    expect(&f, "gas NEAR/2 river NEAR/2 silk", "3");
    expect(&f, "gas NEAR/1 river NEAR/1 silk", "");
    expect(&f, "gas NEAR/4 gas", "");
    expect(&f, "+the -(gas NEAR/1 river)", "0");
    fixture_release(&f);
}

static void test_across_cuts(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "the gas", "of", "river and", NULL); /* 0 1 2 */
    fixture_add(&f, 0, 0, "", "gas", NULL);                        /* 3 */
    fixture_add(&f, 0, 0, "", "river", NULL);                      /* 4 */
    fixture_open(&f);
    expect(&f, "gas NEAR/1 river", "0");
    expect(&f, "river NEAR/1 gas", "0");
    expect(&f, "gas NEAR/0 river", "");
    expect(&f, "of NEAR/0 river", "1");
    expect(&f, "\"the gas\" NEAR/1 \"river and\"", "0");
    expect(&f, "\"the gas\" NEAR/0 \"river and\"", "");
    fixture_release(&f);
}

static void test_titles(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "silk belt road", "gas belt", "coal", NULL); /* 0 1 */
    fixture_add(&f, 0, 0, "road", "silk road", NULL);                  /* 2 */
    fixture_open(&f);
    expect(&f, "title:(road NEAR/1 silk)", "0 1");
    expect(&f, "title:(road NEAR/0 silk)", "");
    expect(&f, "road NEAR/0 silk", "2");
    expect(&f, "road NEAR/1 silk", "0 2");
    expect(&f, "gas NEAR/3 road", ""); /* eight positions lie between title and body */
    fixture_release(&f);
}

/* With bare words in the tree: the parser makes them words as written. */
static void expect_by_stem(struct fixture *f, const char *text, uint64_t passages)
{
    struct csa_search_request request = fixture_request(f, text);
    struct csa_node *near = request.query->root->child_count == 1 ? request.query->root->children[0] : NULL;
    assert_non_null(near);
    assert_int_equal(near->kind, CSA_NODE_NEAR);
    for (size_t i = 0; i < near->child_count; i++) {
        enum csa_node_kind kind = near->children[i]->kind;
        near->children[i]->kind = kind == CSA_NODE_EXACT ? CSA_NODE_WORD : kind;
    }
    struct csa_search_result result = fixture_search(f, &request);
    assert_int_equal(result.passages_matched, passages);
}

static void test_stems_and_patterns(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 1, "", "pipelines the treaties", NULL);
    fixture_add(&f, 0, 1, "", "treaty pipeline", NULL);
    fixture_add(&f, 0, 1, "", "power pipeline", NULL);
    fixture_open(&f);
    expect_by_stem(&f, "pipeline NEAR/1 treaty", 2);
    expect_by_stem(&f, "pipelines NEAR/1 treaties", 2);
    expect_by_stem(&f, "pipelines NEAR/1 trea*", 2);
    expect(&f, "=pipeline NEAR/1 =treaty", "1");
    expect(&f, "pipe* NEAR/1 treat*", "0 1");
    expect(&f, "p?pel?ne NEAR/1 *reaty", "1");
    expect(&f, "pipline~ NEAR/1 traety~", "1");
    expect(&f, "p* NEAR/0 p*", "2");
    expect(&f, "pipe* NEAR/5 pipeline", "");
    fixture_release(&f);
}

static double score_of(struct fixture *f, const char *text)
{
    struct csa_search_request request = fixture_request(f, text);
    struct csa_search_result result = fixture_search(f, &request);
    return result.hit_count == 0 ? 0 : (double)result.hits[0].score;
}

/* Each position at which an occurrence begins counts once. */
static void test_frequency(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "gas river gas the of and in oil coal", NULL);
    fixture_open(&f);
    struct csa_error error = {0};
    struct csa_explanation explanation;
    struct csa_search_request request = fixture_request(&f, "gas NEAR/1 river");
    assert_true(score_of(&f, "gas NEAR/1 river") > 0);
    uint32_t passage = 0;
    assert_int_equal(
        f.engine->operations->explain(f.engine, &request, &passage, 1, &f.arena, &explanation, &error),
        CSA_OK);
    bool twice = false; /* gas river, river gas; of the second gas nothing begins */
    for (size_t i = 0; i < explanation.count; i++) {
        char line[512];
        snprintf(line, sizeof line, "%.*s", (int)explanation.lines[i].text.size,
                 explanation.lines[i].text.data);
        twice = twice || (strncmp(line, "near ", 5) == 0 && strstr(line, "(tf 2,") != NULL);
    }
    assert_true(twice);
    fixture_release(&f);
}

/* Many children for the same few words: the search for a way to place them is given up, not endless. */
static void test_hard(void **state)
{
    (void)state;
    struct fixture f;
    char query[1024] = "g*";
    fixture_init(&f);
    for (unsigned i = 0; i < 20; i++) {
        fixture_add(&f, 0, 0, "", "gas gas gas gas gas gas gas gas gas gas gas gas the the the", NULL);
    }
    fixture_open(&f);
    for (unsigned i = 1; i < 13; i++) {
        strcat(query, i % 2 == 0 ? " NEAR/9 g*" : " NEAR/9 ga*");
    }
    expect(&f, query, ""); /* thirteen, and there are twelve */
    fixture_release(&f);
}

/* How often the query's one clause is found in passage 0, as explaining says. */
static unsigned frequency_of(struct fixture *f, const char *query, uint64_t deadline)
{
    struct csa_error error = {0};
    struct csa_explanation explanation;
    struct csa_search_request request = fixture_request(f, query);
    request.deadline = deadline;
    uint32_t passage = 0;
    assert_int_equal(
        f->engine->operations->explain(f->engine, &request, &passage, 1, &f->arena, &explanation, &error),
        CSA_OK);
    for (size_t i = 0; i < explanation.count; i++) {
        char line[16384];
        snprintf(line, sizeof line, "%.*s", (int)explanation.lines[i].text.size,
                 explanation.lines[i].text.data);
        const char *found = strstr(line, "(tf ");
        if (found != NULL) {
            return (unsigned)strtoul(found + 4, NULL, 10);
        }
    }
    return 0;
}

enum { TIMES = 200, OPERANDS = 60 };

/* One passage of one word, many times. */
static void open_hard(struct fixture *f)
{
    static char text[4 * TIMES + 1];
    text[0] = '\0';
    for (unsigned i = 0; i < TIMES; i++) {
        strcat(text, i == 0 ? "the" : " the");
    }
    fixture_init(f);
    fixture_add(f, 0, 0, "", text, NULL);
    fixture_open(f);
}

static void hard_query(char *out, const char *before, const char *between, const char *behind)
{
    strcpy(out, before);
    for (unsigned i = 0; i < OPERANDS; i++) {
        strcat(strcat(out, i == 0 ? "" : between), "the");
    }
    strcat(out, behind);
}

/* Within one passage the work is counted, so that a deadline holds there too: what comes is less. */
static void test_deadline_within_a_passage(void **state)
{
    (void)state;
    static char near[16 * OPERANDS], sloppy[8 * OPERANDS];
    struct fixture f;
    hard_query(near, "", " NEAR/5 ", "");
    hard_query(sloppy, "\"", " ", "\"~60");
    open_hard(&f);
    assert_int_equal(frequency_of(&f, near, 0), TIMES - OPERANDS + 1);
    assert_in_range(frequency_of(&f, near, 1), 0, (TIMES - OPERANDS) / 2);
    unsigned all = frequency_of(&f, sloppy, 0);
    assert_in_range(frequency_of(&f, sloppy, 1), 0, all / 2);
    fixture_release(&f);
}

/* What is excluded stays out wherever a deadline falls, also within the search for it. */
static void test_deadline_within_what_is_excluded(void **state)
{
    (void)state;
    enum { DEADLINES = 200, APART = 5000 /* nanoseconds */ };
    static char query[16 * OPERANDS + 16];
    struct fixture f;
    open_hard(&f);
    hard_query(query, "+the -(", " NEAR/5 ", ")");
    for (unsigned i = 0; i < DEADLINES; i++) {
        struct csa_search_request request = fixture_request(&f, query);
        request.deadline = csa_clock_nanoseconds() + (uint64_t)i * APART;
        struct csa_search_result result = fixture_search(&f, &request);
        assert_int_equal(result.passages_matched, 0);
        assert_int_equal(result.hit_count, 0);
    }
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_across_cuts),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_stems_and_patterns),
        cmocka_unit_test(test_frequency),
        cmocka_unit_test(test_hard),
        cmocka_unit_test(test_deadline_within_a_passage),
        cmocka_unit_test(test_deadline_within_what_is_excluded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
