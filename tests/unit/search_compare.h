/* Random collections, and comparing the engine's answers over them with the naive evaluator's: the same
 * passages, the same scores to the bit, the same order and counts, however the search is asked; `best` pruned
 * and exhaustive; explain agrees with the score. For the property tests. */
#ifndef CSA_TESTS_SEARCH_COMPARE_H
#define CSA_TESTS_SEARCH_COMPARE_H

#include "common/base/buffer.h"
#include "search_naive.h"
#include "searcher/engine.h"

enum { HITS_MAXIMUM = 50 };

/* ---- collections ---- */

struct shape {
    uint32_t articles;
    uint32_t passages; /* of an article, at most */
    uint32_t words;    /* of a passage, at most */
    bool titles, deletes, stemmed, unstemmed;
    uint32_t segments;
    bool by_segment; /* stemmed or not: a segment as a whole */
    bool described;  /* dates, authors, sources, urls */
};

static const char *const shape_authors[] = {NULL, "Li Wei", "Wei Li", "Anna Smith-Li", "anna LI wei"};
static const char *const shape_sources[] = {NULL, "Daily News", "The Daily News of Amur", "News", "Amur"};
static const char *const shape_urls[] = {NULL,
                                         "https://example.org/a",
                                         "https://www.example.org/b",
                                         "http://news.example.org/",
                                         "https://example.com/x/y",
                                         "https://myexample.org",
                                         "article.html"};
static const uint32_t shape_dates[] = {0,        20221231, 20230000, 20230101,
                                       20230811, 20230800, 20231231, 20240229};
#define SHAPE_PICK(random, array) (array)[model_below(random, sizeof(array) / sizeof(array)[0])]

static inline void describe(struct model_article *article, uint64_t *random)
{
    static const uint8_t languages[] = {CSA_LANGUAGE_NONE, CSA_LANGUAGE_ENGLISH, CSA_LANGUAGE_RUSSIAN};
    article->author = SHAPE_PICK(random, shape_authors);
    article->source = SHAPE_PICK(random, shape_sources);
    article->url = SHAPE_PICK(random, shape_urls);
    article->date = SHAPE_PICK(random, shape_dates);
    article->language = SHAPE_PICK(random, languages);
}

static inline uint32_t random_words(uint64_t *random, uint8_t *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        /* Some runs repeat, so that phrases are found more than once. */
        out[i] = i > 3 && model_below(random, 4) == 0 ? out[i - 3] : model_word(random);
    }
    return count;
}

static inline void make_collection(struct model *model, const struct shape *shape, uint64_t *random)
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
        if (shape->described) {
            describe(&model->articles[a], random);
        }
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

/* ---- comparing ---- */

struct expected {
    uint32_t passage;
    float score;
};

static inline int by_score(const void *a, const void *b)
{
    const struct expected *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->passage > y->passage) - (x->passage < y->passage);
}

static inline void check_hits(const char *query, const char *mode, const struct csa_search_result *result,
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

static inline size_t expect(const struct round *r, const struct csa_query *query, bool plain,
                            uint64_t *articles)
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

static inline struct csa_search_result search(struct round *r, const struct csa_search_request *request)
{
    struct csa_error error = {0};
    struct csa_search_result result;
    if (r->engine->operations->search(r->engine, request, &r->arena, &result, &error) != CSA_OK) {
        fail_msg("%.*s: %s", (int)request->query->text.size, request->query->text.data, error.message);
    }
    return result;
}

static inline void check_explanation(struct round *r, const char *query,
                                     const struct csa_search_request *request, const struct csa_hit *hit)
{
    struct csa_error error = {0};
    struct csa_explanation explanation;
    assert_int_equal(
        r->engine->operations->explain(r->engine, request, &hit->passage, 1, &r->arena, &explanation, &error),
        CSA_OK);
    assert_true(explanation.count > 0);
    if ((float)explanation.lines[0].value != hit->score) {
        fail_msg("%s: passage %u is explained with %.9g, scored %.9g", query, hit->passage,
                 explanation.lines[0].value, (double)hit->score);
    }
}

/* `best` has no naive twin here: its pruned search must equal its exhaustive one, and its explanation. */
static inline void check_best(struct round *r, const char *query, struct csa_search_request request,
                              size_t count)
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

/* text: what messages call the query, which lives in r->arena. */
static inline void check_tree(struct round *r, const char *text, const struct csa_query *query,
                              uint64_t *random)
{
    static const size_t sizes[] = {1, 3, 10, HITS_MAXIMUM};
    for (unsigned mode = 0; mode < 2; mode++) {
        bool plain = mode == 1;
        uint64_t articles;
        size_t count = expect(r, query, plain, &articles);
        struct csa_search_request request = {.query = query,
                                             .rank = CSA_RANK_BM25,
                                             .k1 = r->k1,
                                             .b = r->b,
                                             .hits = sizes[model_below(random, 4)],
                                             .plain = plain};
        size_t wanted = count < request.hits ? count : request.hits;
        const char *name = plain ? "plain" : "normal";
        struct csa_search_result pruned = search(r, &request);
        if (pruned.limit_count != 0) { /* more patterns than the budget is for */
            return;
        }
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

/* The same for a query as a person types it. */
static inline void check_text(struct round *r, struct csa_view text, uint64_t *random)
{
    struct csa_error error = {0};
    struct csa_query query;
    char name[4096];
    csa_arena_clear(&r->arena);
    assert_int_equal(csa_query_parse(text, &r->arena, &query, &error), CSA_OK);
    snprintf(name, sizeof name, "%.*s", (int)query.text.size, query.text.data);
    check_tree(r, name, &query, random);
}

/* ---- a collection and its engine ---- */

/* Without the engine: makes the folder, whose name is a template. */
static inline void round_make(struct round *r, struct model *model, const struct shape *shape,
                              uint64_t *random, char *folder)
{
    make_collection(model, shape, random);
    assert_non_null(mkdtemp(folder));
    model_write(model, folder);
    r->model = model;
    r->expected = test_malloc((model->passage_count + 1) * sizeof *r->expected);
    csa_arena_init(&r->arena, 0);
}

static inline void round_release(struct round *r, struct model *model, const char *folder)
{
    csa_arena_release(&r->arena);
    test_free(r->expected);
    model_release(model);
    model_remove_folder(folder);
}

static inline void round_open(struct round *r, struct model *model, const struct shape *shape,
                              uint64_t *random, char *folder)
{
    struct csa_error error = {0};
    round_make(r, model, shape, random, folder);
    if (csa_engine_native_open(folder, &r->engine, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
}

static inline void round_close(struct round *r, struct model *model, const char *folder)
{
    r->engine->operations->close(r->engine);
    round_release(r, model, folder);
}

#endif
