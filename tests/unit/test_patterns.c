/* The budget of words that a query's patterns may become: all of them together, shared between them, said in
 * the answer; the most frequent and the nearest kept. */
#include "search_fixture.h"

enum { WORDS = 3000, PASSAGES = 40 };

/* Words w0000 to w2999, each in one passage, those whose number ends in 00 in all; and v0000 likewise, 20 of
 * them. */
static void write_words(const char *folder)
{
    struct csa_error error = {0};
    struct csa_segment_writer *writer;
    struct csa_commit *commit = test_calloc(1, sizeof *commit);
    const struct csa_segment_options options = {.passage_words = 120, .store_positions = true};
    uint32_t lengths[PASSAGES];
    for (uint32_t p = 0; p < PASSAGES; p++) {
        lengths[p] = WORDS;
    }
    assert_int_equal(csa_segment_writer_new(&writer, folder, 1, &options, &error), CSA_OK);
    const struct csa_article_record record = {
        .id = csa_view_of("a"), .lengths = lengths, .passage_count = PASSAGES};
    assert_int_equal(csa_segment_writer_add_article(writer, &record, &error), CSA_OK);
    assert_int_equal(csa_segment_writer_begin_terms(writer, &error), CSA_OK);
    for (uint32_t i = 0; i < WORDS + 20; i++) {
        char word[16];
        uint32_t number = i < 20 ? i : i - 20;
        snprintf(word, sizeof word, "%c%04u", i < 20 ? 'v' : 'w', number);
        csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of(word));
        bool everywhere = number % 100 == 0;
        for (uint32_t p = everywhere ? 0 : number % PASSAGES; p < PASSAGES; p++) {
            csa_segment_writer_add_posting(writer, p, 1, &number);
            p = everywhere ? p : PASSAGES;
        }
        assert_int_equal(csa_segment_writer_end_term(writer, &error), CSA_OK);
    }
    struct csa_commit_segment *entry = &commit->segments[0];
    *commit = (struct csa_commit){.generation = 1, .segment_count = 1};
    *entry = (struct csa_commit_segment){
        .number = 1, .articles = 1, .passages = PASSAGES, .tokens = (uint64_t)PASSAGES * WORDS};
    assert_int_equal(csa_segment_writer_finish(writer, NULL, &entry->file_size, &entry->table_crc, &error),
                     CSA_OK);
    csa_segment_writer_free(writer);
    assert_int_equal(csa_commit_write(folder, commit, &error), CSA_OK);
    test_free(commit);
}

static int open_words(void **state)
{
    struct csa_error error = {0};
    struct fixture *f = test_malloc(sizeof *f);
    fixture_init(f);
    write_words(f->folder);
    *state = f;
    return csa_engine_native_open(f->folder, &f->engine, &error) == CSA_OK ? 0 : -1;
}

static int close_words(void **state)
{
    fixture_release(*state);
    test_free(*state);
    return 0;
}

static struct csa_search_result ask(struct fixture *f, const char *query)
{
    struct csa_search_request request = fixture_request(f, query);
    return fixture_search(f, &request);
}

static void test_within_budget(void **state)
{
    struct csa_search_result result = ask(*state, "w00* v*");
    assert_true(result.exact);
    assert_int_equal(result.limit_count, 0);
    assert_int_equal(result.term_count, 2);
    assert_int_equal(result.terms[0].words, 100);
    assert_int_equal(result.terms[1].words, 20);
    assert_false(result.terms[0].cut);
    assert_int_equal(result.passages_matched, PASSAGES);
}

static void test_over_budget(void **state)
{
    struct csa_search_result result = ask(*state, "w*");
    assert_false(result.exact);
    assert_int_equal(result.limit_count, 1);
    assert_int_equal(result.terms[0].words, CSA_QUERY_EXPANSIONS);
    assert_true(result.terms[0].cut);
    /* The frequent ones are among those kept. */
    assert_true(result.terms[0].occurrences >= 30 * PASSAGES);
}

/* A small pattern behind a greedy one has its part, and what a small one leaves is the next one's. */
static void test_shared(void **state)
{
    struct csa_search_result result = ask(*state, "w* v*");
    assert_int_equal(result.terms[0].words, CSA_QUERY_EXPANSIONS / 2);
    assert_int_equal(result.terms[1].words, 20);
    result = ask(*state, "v* w*");
    assert_int_equal(result.terms[0].words, 20);
    assert_int_equal(result.terms[1].words, CSA_QUERY_EXPANSIONS - 20);
    result = ask(*state, "\"w* w*\" NEAR/3 w*");
    assert_int_equal(result.term_count, 1);
    assert_true(result.terms[0].cut);
    assert_true(result.terms[0].words <= CSA_QUERY_EXPANSIONS);
}

/* Of words near a typed one, that itself is never lost. */
static void test_nearest_kept(void **state)
{
    struct csa_search_result result = ask(*state, "+w1234~2 -w0100 -w1200");
    assert_true(result.terms[0].pattern);
    assert_true(result.terms[0].words > 1);
    struct fixture *f = *state;
    struct csa_node nodes[17] = {0}, *children[17],
                    root = {.boost = 1, .children = children, .child_count = 17};
    for (unsigned i = 0; i < 17; i++) {
        nodes[i] = (struct csa_node){.kind = CSA_NODE_PREFIX, .boost = 1, .text = csa_view_of("w")};
        children[i] = &nodes[i];
    }
    nodes[16] = (struct csa_node){.kind = CSA_NODE_FUZZY,
                                  .boost = 1,
                                  .distance = 2,
                                  .text = csa_view_of("w1234"),
                                  .occurrence = CSA_MUST};
    const struct csa_query query = {.root = &root};
    struct csa_search_request request = {
        .query = &query, .rank = CSA_RANK_BM25, .k1 = 1.2, .b = 0.75, .hits = PASSAGES, .count = true};
    result = fixture_search(f, &request);
    assert_int_equal(result.terms[16].words, CSA_QUERY_EXPANSIONS / 17 + 1);
    bool found = false; /* the word as typed stands in this one passage */
    for (size_t i = 0; i < result.hit_count; i++) {
        found = found || result.hits[i].passage == 1234 % PASSAGES;
    }
    assert_true(found);
}

static void test_deadline(void **state)
{
    struct fixture *f = *state;
    struct csa_search_request request = fixture_request(f, "*1*2* OR w2?4?~2");
    request.deadline = 1; /* long ago */
    struct csa_search_result result = fixture_search(f, &request);
    assert_false(result.exact);
    assert_true(result.limit_count >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_within_budget), cmocka_unit_test(test_over_budget),
        cmocka_unit_test(test_shared),        cmocka_unit_test(test_nearest_kept),
        cmocka_unit_test(test_deadline),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
