/* The engine against the naive evaluator: random collections (one to three segments, deletes, titles, several
 * passages an article, stemmed and not), random queries, default and other parameters. Same passages, same
 * scores to the bit, same order, same counts; pruned, exhaustive and batch mode; explain agrees with the
 * score. */
#include "search_naive.h"
#include "searcher/engine.h"

enum { QUERY_SIZE = 512, HITS_MAXIMUM = 50 };

static char folder[] = "csa-test-property-XXXXXX";

/* ---- collections ---- */

struct shape {
    uint32_t articles;
    uint32_t passages; /* of an article, at most */
    uint32_t words;    /* of a passage, at most */
    bool titles, deletes, stemmed, unstemmed;
    uint32_t segments;
    bool by_segment; /* stemmed or not: a segment as a whole */
};

static uint32_t random_words(uint64_t *random, uint8_t *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        /* Some runs repeat, so that phrases are found more than once. */
        out[i] = i > 3 && model_below(random, 4) == 0 ? out[i - 3] : model_word(random);
    }
    return count;
}

static void make_collection(struct model *model, const struct shape *shape, uint64_t *random)
{
    uint32_t passages = shape->articles * shape->passages;
    model_init(model, shape->articles, passages, passages * shape->words + shape->articles * 4 + 64);
    uint8_t *words = test_malloc(shape->words + 8);
    for (uint32_t a = 0; a < shape->articles; a++) {
        uint32_t title = shape->titles ? model_below(random, 4) : 0;
        uint32_t segment = (uint32_t)((uint64_t)a * shape->segments / shape->articles);
        bool stemmed = shape->stemmed && (!shape->unstemmed || model_below(random, 2) == 0);
        stemmed = shape->by_segment ? segment % 2 == 0 : stemmed;
        random_words(random, words, title);
        assert_true(model_add_article(model, segment, stemmed ? CSA_LANGUAGE_ENGLISH : CSA_LANGUAGE_NONE,
                                      words, title));
        model->articles[a].deleted = shape->deletes && model_below(random, 7) == 0;
        uint32_t count = shape->passages == 1 ? 1 : 1 + model_below(random, shape->passages);
        for (uint32_t p = 0; p < count; p++) {
            uint32_t size =
                count == 1 ? model_below(random, shape->words + 1) : 1 + model_below(random, shape->words);
            random_words(random, words, size);
            assert_true(model_add_passage(model, words, size));
        }
    }
    test_free(words);
}

/* ---- queries ---- */

static void put_word(char *out, uint64_t *random)
{
    strcat(out, model_words[model_word(random)]);
}

static void put_phrase(char *out, const struct model *model, uint64_t *random, bool slop)
{
    uint32_t count = 2 + model_below(random, 3);
    uint32_t from = model->token_count > count ? model_below(random, model->token_count - count) : 0;
    strcat(out, "\"");
    for (uint32_t i = 0; i < count; i++) {
        if (i != 0) {
            strcat(out, " ");
        }
        /* Mostly what stands in the collection side by side, also across cuts. With slop: different words. */
        if (slop) {
            static const char *const different[] = {"gas", "the", "river", "silk"};
            strcat(out, different[(from + i) % 4]);
        } else if (from + i < model->token_count && model_below(random, 8) != 0) {
            strcat(out, model_words[model->tokens[from + i]]);
        } else {
            put_word(out, random);
        }
        if (!slop && model_below(random, 12) == 0) {
            strcat(out, "*");
        }
    }
    strcat(out, "\"");
    if (slop) {
        strcat(out, model_below(random, 2) == 0 ? "~1" : "~4");
    }
}

static void put_clause(char *out, const struct model *model, uint64_t *random, unsigned depth, bool plain)
{
    uint32_t kind = model_below(random, plain ? 10 : 14);
    if (strlen(out) > QUERY_SIZE / 2) {
        kind = 0;
    }
    if (kind < 6) {
        put_word(out, random);
    } else if (kind < 8) {
        put_phrase(out, model, random, false);
    } else if (kind == 8) {
        static const char *const prefixes[] = {"r*", "po*", "s*", "tra*", "t*", "pipelin*"};
        strcat(out, prefixes[model_below(random, 6)]);
    } else if (kind == 9) {
        put_phrase(out, model, random, true);
    } else if (kind == 10) {
        strcat(out, "title:");
        put_word(out, random);
    } else if (kind == 11) {
        strcat(out, "title:");
        put_phrase(out, model, random, false);
    } else if (depth < 3) {
        static const char *const signs[] = {"", "", "+", "-", ""};
        strcat(out, "(");
        uint32_t count = 1 + model_below(random, 3);
        for (uint32_t i = 0; i < count; i++) {
            strcat(out, i == 0 ? "" : " ");
            strcat(out, signs[model_below(random, 5)]);
            put_clause(out, model, random, depth + 1, plain);
        }
        strcat(out, ")");
    } else {
        put_word(out, random);
    }
    if (model_below(random, 12) == 0) {
        strcat(out, "^2.5");
    }
}

static void make_query(char *out, const struct model *model, uint64_t *random)
{
    uint32_t shape = model_below(random, 6);
    uint32_t count = 1 + model_below(random, 5);
    out[0] = '\0';
    if (shape == 0) {
        put_phrase(out, model, random, false);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        strcat(out, i == 0 ? "" : " ");
        if (shape == 1 || shape == 2) { /* only words: any, or all */
            strcat(out, shape == 1 ? "" : "+");
            put_word(out, random);
            continue;
        }
        static const char *const signs[] = {"", "", "", "+", "-", "+"};
        strcat(out, signs[model_below(random, 6)]);
        put_clause(out, model, random, 0, shape == 3);
    }
}

/* ---- comparing ---- */

struct expected {
    uint32_t passage;
    float score;
};

static int by_score(const void *a, const void *b)
{
    const struct expected *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->passage > y->passage) - (x->passage < y->passage);
}

static void check_hits(const char *query, const char *mode, const struct csa_search_result *result,
                       const struct expected *expected, size_t count)
{
    if (result->hit_count != count) {
        fail_msg("%s [%s, %s]: %zu hits, expected %zu", query, mode, result->strategy, result->hit_count,
                 count);
    }
    for (size_t i = 0; i < count; i++) {
        if (result->hits[i].passage != expected[i].passage || result->hits[i].score != expected[i].score) {
            fail_msg("%s [%s, %s]: hit %zu is %u with %.9g, expected %u with %.9g", query, mode,
                     result->strategy, i, result->hits[i].passage, (double)result->hits[i].score,
                     expected[i].passage, (double)expected[i].score);
        }
    }
}

struct round {
    const struct model *model;
    struct csa_engine *engine;
    struct csa_arena arena;
    struct expected *expected;
    double k1, b;
};

static size_t expect(const struct round *r, const struct csa_query *query, bool plain, uint64_t *articles)
{
    struct naive naive;
    naive_init(&naive, r->model, plain, r->k1, r->b);
    size_t count = 0;
    uint32_t last = UINT32_MAX;
    *articles = 0;
    for (uint32_t p = 0; p < r->model->passage_count; p++) {
        uint32_t article = r->model->passages[p].article;
        struct naive_answer answer = naive_node(&naive, query->root, p, (double)query->root->boost, false);
        if (answer.matches && !r->model->articles[article].deleted) {
            r->expected[count++] = (struct expected){p, (float)answer.score};
            *articles += article != last;
            last = article;
        }
    }
    naive_release(&naive);
    qsort(r->expected, count, sizeof *r->expected, by_score);
    return count;
}

static struct csa_search_result search(struct round *r, const struct csa_search_request *request)
{
    struct csa_error error = {0};
    struct csa_search_result result;
    if (r->engine->operations->search(r->engine, request, &r->arena, &result, &error) != CSA_OK) {
        fail_msg("%.*s: %s", (int)request->query->text.size, request->query->text.data, error.message);
    }
    return result;
}

static void check_explanation(struct round *r, const char *query, const struct csa_search_request *request,
                              const struct csa_hit *hit)
{
    struct csa_error error = {0};
    struct csa_explanation explanation;
    assert_int_equal(
        r->engine->operations->explain(r->engine, request, hit->passage, &r->arena, &explanation, &error),
        CSA_OK);
    assert_true(explanation.count > 0);
    if ((float)explanation.lines[0].value != hit->score) {
        fail_msg("%s: passage %u is explained with %.9g, scored %.9g", query, hit->passage,
                 explanation.lines[0].value, (double)hit->score);
    }
}

/* `best` has no naive twin here: its pruned search must equal its exhaustive one, and its explanation. */
static void check_best(struct round *r, const char *query, struct csa_search_request request, size_t count)
{
    request.rank = CSA_RANK_BEST;
    request.plain = false;
    request.count = false;
    request.exhaustive = true;
    struct csa_search_result all = search(r, &request);
    assert_int_equal(all.hit_count, count < request.hits ? count : request.hits);
    request.exhaustive = false;
    struct csa_search_result pruned = search(r, &request);
    struct expected expected[HITS_MAXIMUM];
    for (size_t i = 0; i < all.hit_count; i++) {
        expected[i] = (struct expected){all.hits[i].passage, all.hits[i].score};
    }
    check_hits(query, "best", &pruned, expected, all.hit_count);
    if (all.hit_count != 0) {
        check_explanation(r, query, &request, &all.hits[all.hit_count / 2]);
    }
}

static void check_query(struct round *r, const char *text, uint64_t *random)
{
    static const size_t sizes[] = {1, 3, 10, HITS_MAXIMUM};
    struct csa_error error = {0};
    struct csa_query query;
    csa_arena_clear(&r->arena);
    assert_int_equal(csa_query_parse(csa_view_of(text), &r->arena, &query, &error), CSA_OK);
    for (unsigned mode = 0; mode < 2; mode++) {
        bool plain = mode == 1;
        uint64_t articles;
        size_t count = expect(r, &query, plain, &articles);
        struct csa_search_request request = {.query = &query,
                                             .rank = CSA_RANK_BM25,
                                             .k1 = r->k1,
                                             .b = r->b,
                                             .hits = sizes[model_below(random, 4)],
                                             .plain = plain};
        size_t wanted = count < request.hits ? count : request.hits;
        const char *name = plain ? "plain" : "normal";
        struct csa_search_result pruned = search(r, &request);
        check_hits(text, name, &pruned, r->expected, wanted);
        request.count = true;
        struct csa_search_result counted = search(r, &request);
        check_hits(text, name, &counted, r->expected, wanted);
        request.exhaustive = true;
        struct csa_search_result exhaustive = search(r, &request);
        check_hits(text, name, &exhaustive, r->expected, wanted);
        request.exhaustive = false;
        size_t hits = request.hits;
        request.hits = 0;
        struct csa_search_result only_count = search(r, &request);
        request.hits = hits;
        const struct csa_search_result *const results[] = {&counted, &exhaustive, &only_count};
        for (unsigned i = 0; i < 3; i++) {
            if (results[i]->passages_matched != count ||
                (!plain && results[i]->articles_matched != articles)) {
                fail_msg(
                    "%s [%s, %s, %u]: counted %llu passages in %llu articles, expected %zu in %llu", text,
                    name, results[i]->strategy, i, (unsigned long long)results[i]->passages_matched,
                    (unsigned long long)results[i]->articles_matched, count, (unsigned long long)articles);
            }
        }
        if (wanted != 0) {
            check_explanation(r, text, &request, &counted.hits[wanted - 1]);
        }
        if (!plain) {
            check_best(r, text, request, count);
        }
    }
}

static void run_rounds(const struct shape *shape, uint64_t seed, unsigned queries, double k1, double b)
{
    struct csa_error error = {0};
    uint64_t random = seed;
    struct model model;
    make_collection(&model, shape, &random);
    strcpy(folder, "csa-test-property-XXXXXX");
    assert_non_null(mkdtemp(folder));
    model_write(&model, folder);
    struct round r = {.model = &model, .k1 = k1, .b = b};
    r.expected = test_malloc((model.passage_count + 1) * sizeof *r.expected);
    csa_arena_init(&r.arena, 0);
    if (csa_engine_native_open(folder, &r.engine, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    for (unsigned i = 0; i < queries; i++) {
        char query[4 * QUERY_SIZE];
        make_query(query, &model, &random);
        check_query(&r, query, &random);
    }
    r.engine->operations->close(r.engine);
    csa_arena_release(&r.arena);
    test_free(r.expected);
    model_release(&model);
    model_remove_folder(folder);
}

static void test_small(void **state)
{
    (void)state;
    static const uint64_t seed = 1000;
    for (unsigned i = 0; i < 120; i++) {
        const struct shape shape = {
            .articles = 1 + i % 40,
            .passages = i % 3 == 0 ? 1 : 1 + i % 5,
            .words = 1 + i % 23,
            .titles = i % 2 == 0,
            .deletes = i % 5 == 0,
            .stemmed = i % 4 != 0,
            .unstemmed = i % 4 == 1,
            .segments = i % 40 < 3 ? 1 : 1 + i % 3,
            .by_segment = i % 7 == 0,
        };
        bool other = i % 6 == 0;
        run_rounds(&shape, seed + i, 40, other ? 0.9 : 1.2, other ? 0.4 : 0.75);
    }
}

/* Lists of several blocks and super-blocks, packed and as bitmaps. */
static void test_large(void **state)
{
    (void)state;
    static const struct shape shapes[] = {
        {.articles = 9000, .passages = 1, .words = 6, .segments = 1},
        {.articles = 6000, .passages = 1, .words = 9, .segments = 2, .deletes = true},
        {.articles = 1500, .passages = 4, .words = 7, .segments = 1, .titles = true, .stemmed = true},
    };
    for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        run_rounds(&shapes[i], 77 + i, 40, 1.2, 0.75);
    }
}

/* The same with the loops for lesser processors. */
static void test_kernels(void **state)
{
    (void)state;
    static const struct shape shape = {.articles = 4000, .passages = 1, .words = 8, .segments = 1};
    static const char *const names[] = {"portable", "avx2"};
    for (unsigned i = 0; i < 2; i++) {
        if (csa_bitpack_select(names[i])) {
            run_rounds(&shape, 777, 30, 1.2, 0.75);
        }
    }
    csa_bitpack_select(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
