/* Pages: hits grouped by article, page by page; phrases that run over into the next passage. The engine is
 * one made of arrays. */
#include "common/base/buffer.h"
#include "searcher/query/parse.h"
#include "searcher/results/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Passages 0 to 3 are article 0, 4 is article 1, 5 and 6 are article 2. */
static const char *const texts[] = {"Gas first.",  "Then the power", "of Siberia, and gas.", "The end.",
                                    "Some power.", "Gas, gas, gas.", "Of Siberia."};
static const uint32_t firsts[] = {0, 4, 5, 7};
static uint32_t article_of(uint32_t passage)
{
    return passage < firsts[1] ? 0 : passage < firsts[2] ? 1 : 2;
}

struct arrays {
    struct csa_engine engine; /* first */
    const struct csa_hit *hits;
    size_t hit_count;
};

static enum csa_status search(struct csa_engine *engine, const struct csa_search_request *request,
                              struct csa_arena *arena, struct csa_search_result *result,
                              struct csa_error *error)
{
    const struct arrays *arrays = (const struct arrays *)engine;
    (void)request;
    (void)error;
    *result = (struct csa_search_result){.exact = true, .hit_count = arrays->hit_count};
    result->hits = csa_arena_alloc(arena, arrays->hit_count, sizeof *result->hits);
    assert_non_null(result->hits);
    for (size_t i = 0; i < arrays->hit_count; i++) {
        result->hits[i] = arrays->hits[i];
        result->hits[i].article = article_of(arrays->hits[i].passage);
    }
    return CSA_OK;
}

static enum csa_status article(struct csa_engine *engine, uint32_t number, struct csa_arena *arena,
                               struct csa_article_info *info, struct csa_error *error)
{
    (void)engine;
    (void)arena;
    (void)error;
    assert_true(number < 3);
    *info = (struct csa_article_info){.id = csa_view_of("id"),
                                      .language = "",
                                      .first_passage = firsts[number],
                                      .passage_count = firsts[number + 1] - firsts[number]};
    return CSA_OK;
}

static enum csa_status passage(struct csa_engine *engine, uint32_t number, struct csa_arena *arena,
                               struct csa_passage_info *info, struct csa_error *error)
{
    (void)engine;
    (void)arena;
    (void)error;
    assert_true(number < firsts[3]);
    *info = (struct csa_passage_info){.text = csa_view_of(texts[number]),
                                      .number = number - firsts[article_of(number)] + 1};
    return CSA_OK;
}

static const struct csa_engine_operations operations = {
    .search = search, .article = article, .passage = passage};

/* The page as text: rank, then its passages, "+" before one that continues the one before, marks counted. */
static void expect(const char *query_text, const struct csa_hit *hits, size_t count,
                   struct csa_page_request request, const char *expected)
{
    struct arrays arrays = {.engine = {.operations = &operations}, .hits = hits, .hit_count = count};
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_query query;
    struct csa_page page;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_query_parse(csa_view_of(query_text), &arena, &query, &error), CSA_OK);
    request.query = &query;
    assert_int_equal(csa_page_make(&arrays.engine, &request, &arena, &page, &error), CSA_OK);
    struct csa_buffer out;
    csa_buffer_init(&out, 4096);
    for (size_t i = 0; i < page.hit_count; i++) {
        const struct csa_page_hit *hit = &page.hits[i];
        csa_buffer_append_format(&out, "%s%u:", i == 0 ? "" : " ", hit->rank);
        for (size_t p = 0; p < hit->passage_count; p++) {
            const struct csa_page_passage *shown = &hit->passages[p];
            csa_buffer_append_format(&out, " %s%u(%zu)", shown->continuation ? "+" : "", shown->passage,
                                     shown->marked.count);
        }
    }
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
    csa_arena_release(&arena);
}

static const struct csa_hit hits[] = {
    {.passage = 5, .score = 5, .own = 5, .article_score = 6},
    {.passage = 2, .score = 4, .own = 4, .article_score = 5},
    {.passage = 0, .score = 3, .own = 3, .article_score = 5},
    {.passage = 3, .score = 1, .own = 1, .article_score = 5},
    {.passage = 4, .score = 2, .own = 2, .article_score = 2},
};
enum { HITS = sizeof hits / sizeof hits[0] };

static void test_grouping(void **state)
{
    (void)state;
    struct csa_page_request request = {.hits = 10, .page = 1};
    /* Passage 3 scores too little beside passage 2. */
    expect("gas", hits, HITS, request, "1: 5(3) 2: 0(1) 2(1) 3: 4(0)");
    request.by_passage = true;
    expect("gas", hits, HITS, request, "1: 5(3) 2: 2(1) 3: 0(1) 4: 3(0) 5: 4(0)");
    expect("gas", hits, 0, request, "");
}

static void test_pages(void **state)
{
    (void)state;
    struct csa_page_request request = {.hits = 1, .page = 2};
    expect("gas", hits, HITS, request, "2: 0(1) 2(1)");
    request.page = 3;
    expect("gas", hits, HITS, request, "3: 4(0)");
    request.page = 4;
    expect("gas", hits, HITS, request, "");
    request = (struct csa_page_request){.hits = 2, .page = 2, .by_passage = true};
    expect("gas", hits, HITS, request, "3: 0(1) 4: 3(0)");
}

static void test_a_phrase_that_runs_on(void **state)
{
    (void)state;
    struct csa_page_request request = {.hits = 10, .page = 1};
    const struct csa_hit one[] = {{.passage = 1, .score = 1}};
    expect("\"power of siberia\"", one, 1, request, "1: 1(1) +2(1)");
    expect("\"the power\"", one, 1, request, "1: 1(1)");
    expect("\"power of zinc\"", one, 1, request, "1: 1(0)");
    const struct csa_hit both[] = {{.passage = 2, .score = 2}, {.passage = 1, .score = 1}};
    expect("\"power of siberia\" gas", both, 2, request, "1: 1(1) 2(2)");
    /* The next passage is another article's. */
    const struct csa_hit last[] = {{.passage = 4, .score = 1}};
    expect("\"power gas\"", last, 1, request, "1: 4(0)");
    /* The phrase begins in a passage that is not shown. */
    const struct csa_hit behind[] = {{.passage = 2, .score = 1}};
    expect("\"power of siberia\"", behind, 1, request, "1: 2(1)");
    /* As many continuations as there are passages. */
    const struct csa_hit each[] = {
        {.passage = 1, .score = 1}, {.passage = 0, .score = 1}, {.passage = 2, .score = 1}};
    expect("\"first then\" \"power of\" \"gas the end\"", each, 3, request, "1: 0(1) 1(2) 2(2) +3(1)");
}

static void test_a_passed_deadline_still_marks_a_page(void **state)
{
    (void)state;
    struct csa_page_request request = {.hits = 10, .page = 1, .deadline = 1};
    expect("gas", hits, HITS, request, "1: 5(3) 2: 0(1) 2(1) 3: 4(0)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grouping),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_a_phrase_that_runs_on),
        cmocka_unit_test(test_a_passed_deadline_still_marks_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
