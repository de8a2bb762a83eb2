/* searcher/feedback/: the terms of texts, RM3, more like this and contrasting words, over an engine of the
 * test's own whose articles and hits are given, so that every weight can be worked out by hand. */
#include "common/base/buffer.h"
#include "common/base/memory.h"
#include "common/text/tokenizer.h"
#include "searcher/feedback/contrast.h"
#include "searcher/feedback/expand.h"
#include "searcher/feedback/like.h"
#include "searcher/feedback/pairs.h"
#include "searcher/feedback/terms.h"
#include "searcher/query/parse.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct csa_error error;

/* Shows the message before it fails. */
static void assert_ok(enum csa_status status)
{
    if (status != CSA_OK) {
        fail_msg("%s", error.message);
    }
}

/* ---- an engine ---- */

enum { PASSAGES = 2 }; /* of each article */

struct article {
    const char *id, *title;
    const char *passages[PASSAGES];
};

struct fake {
    struct csa_engine engine; /* first */
    const struct article *articles;
    uint32_t count;
    csa_language language;
    const struct csa_hit *hits; /* what every search finds */
    size_t hit_count;
    bool no_text;
    struct csa_search_request asked; /* the last one */
};

static struct fake *fake_of(struct csa_engine *engine)
{
    return (struct fake *)engine;
}

static enum csa_status fake_search(struct csa_engine *engine, const struct csa_search_request *request,
                                   struct csa_arena *arena, struct csa_search_result *result,
                                   struct csa_error *problem)
{
    struct fake *fake = fake_of(engine);
    fake->asked = *request;
    *result = (struct csa_search_result){.exact = true, .hit_count = fake->hit_count};
    result->hits = csa_arena_alloc(arena, fake->hit_count + 1, sizeof *result->hits);
    if (result->hits == NULL) {
        return csa_error_set_memory(problem, "hits");
    }
    for (size_t i = 0; i < fake->hit_count; i++) {
        result->hits[i] = fake->hits[i];
    }
    return CSA_OK;
}

static enum csa_status fake_id(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                               struct csa_view *id, struct csa_error *problem)
{
    *id = csa_arena_copy(arena, csa_view_of(fake_of(engine)->articles[article].id));
    return id->data == NULL ? csa_error_set_memory(problem, "id") : CSA_OK;
}

static enum csa_status fake_article(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                                    struct csa_article_info *info, struct csa_error *problem)
{
    const struct fake *fake = fake_of(engine);
    (void)arena;
    (void)problem;
    *info = (struct csa_article_info){
        .title = csa_view_of(fake->articles[article].title),
        .language = csa_language_code(fake->language),
        .passage_count = PASSAGES,
        .first_passage = article * PASSAGES,
        .stemmer = csa_language_has_stemmer(fake->language) ? fake->language : CSA_LANGUAGE_NONE,
    };
    return CSA_OK;
}

static enum csa_status fake_passage(struct csa_engine *engine, uint32_t passage, struct csa_arena *arena,
                                    struct csa_passage_info *info, struct csa_error *problem)
{
    const struct fake *fake = fake_of(engine);
    (void)arena;
    (void)problem;
    const char *text = fake->articles[passage / PASSAGES].passages[passage % PASSAGES];
    *info = (struct csa_passage_info){.text = csa_view_of(fake->no_text ? "" : text),
                                      .number = passage % PASSAGES + 1,
                                      .length = (uint32_t)strlen(text)};
    return CSA_OK;
}

static bool text_has(struct csa_stemmer *stemmer, const char *text, struct csa_view stem)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, csa_view_of(text));
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (csa_view_equal(csa_stemmer_stem(stemmer, token.surface), stem)) {
            return true;
        }
    }
    return false;
}

static enum csa_status fake_word_passages(struct csa_engine *engine, struct csa_view word, uint8_t language,
                                          uint64_t *passages, struct csa_error *problem)
{
    const struct fake *fake = fake_of(engine);
    struct csa_stemmer *stemmer = NULL;
    enum csa_status status = csa_stemmer_new(language, &stemmer, problem);
    if (status != CSA_OK) {
        return status;
    }
    char stem[256];
    struct csa_view view = csa_stemmer_stem(stemmer, word);
    assert_true(view.size <= sizeof stem);
    memcpy(stem, view.data, view.size);
    view.data = stem;
    *passages = 0;
    for (uint32_t i = 0; i < fake->count * PASSAGES; i++) {
        const struct article *article = &fake->articles[i / PASSAGES];
        *passages += text_has(stemmer, article->passages[i % PASSAGES], view) ||
                     (i % PASSAGES == 0 && text_has(stemmer, article->title, view));
    }
    csa_stemmer_free(stemmer);
    return CSA_OK;
}

static enum csa_status fake_find(struct csa_engine *engine, struct csa_view id, uint32_t *article,
                                 bool *found, struct csa_error *problem)
{
    const struct fake *fake = fake_of(engine);
    (void)problem;
    *found = false;
    for (uint32_t i = 0; i < fake->count && !*found; i++) {
        *found = csa_view_equal(csa_view_of(fake->articles[i].id), id);
        *article = i;
    }
    return CSA_OK;
}

static const struct csa_engine_operations operations = {
    .search = fake_search,
    .article_id = fake_id,
    .article = fake_article,
    .passage = fake_passage,
    .word_passages = fake_word_passages,
    .find_article = fake_find,
};

static struct fake make_engine(const struct article *articles, uint32_t count, csa_language language)
{
    return (struct fake){
        .engine = {.operations = &operations, .articles = count, .passages = count * (uint64_t)PASSAGES},
        .articles = articles,
        .count = count,
        .language = language};
}

static const struct article GAS[] = {
    {"gas#1", "Gas from Siberia", {"Gazprom sends gas.", "Gazprom and Gazprom again."}},
    {"gas", "Pipelines", {"A pipeline carries gas for Gazprom to 9 towns.", "The towns are cold in winter."}},
    {"bread", "Bread", {"Bakers bake bread.", "Rye bread is dark."}},
    {"rye", "Rye", {"Rye grows in the north.", "Winter rye is sown in autumn."}},
};
static const struct csa_hit GAS_HITS[] = {
    {.passage = 0, .article = 0, .score = 4, .article_score = 4},
    {.passage = 1, .article = 0, .score = 1, .article_score = 4},
    {.passage = 2, .article = 1, .score = 2, .article_score = 2},
};

static struct fake gas_engine(void)
{
    struct fake fake = make_engine(GAS, 4, CSA_LANGUAGE_ENGLISH);
    fake.hits = GAS_HITS;
    fake.hit_count = 3;
    return fake;
}

static struct csa_query parse(const char *text, struct csa_arena *arena)
{
    struct csa_query query;
    assert_ok(csa_query_parse(csa_view_of(text), arena, &query, &error));
    return query;
}

static void assert_view(struct csa_view view, const char *expected)
{
    if (!csa_view_equal(view, csa_view_of(expected))) {
        fail_msg("%.*s, expected %s", (int)view.size, view.data, expected);
    }
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-4 * fmax(1, fabs(expected)))) {
        fail_msg("%.9g, expected %.9g", value, expected);
    }
}

/* ---- terms ---- */

static struct csa_terms *count_text(const char *text, csa_language language)
{
    struct csa_terms *terms;
    assert_ok(csa_terms_new(&terms, &error));
    csa_terms_begin_text(terms, language, csa_language_has_stemmer(language) ? language : CSA_LANGUAGE_NONE,
                         1);
    assert_ok(csa_terms_add(terms, csa_view_of(text), 1, &error));
    csa_terms_end_text(terms);
    return terms;
}

static void test_terms_are_stems(void **state)
{
    (void)state;
    struct csa_terms *terms =
        count_text("The Pipeline of x and Pipelines: pipelines, PIPELINES 7 and AT&T.", CSA_LANGUAGE_ENGLISH);
    size_t count;
    const struct csa_term_count *all = csa_terms_all(terms, &count);
    assert_int_equal(count, 2); /* the, of, and, at: stop words; x, t, 7: single characters */
    assert_view(all[0].stem, "pipelin");
    assert_view(all[0].word, "pipelines");
    assert_int_equal(all[0].occurrences, 4);
    assert_int_equal(all[0].texts, 1);
    assert_near(all[0].frequency, 4 * 3 / (4 + 2.0) / 5);
    assert_near(all[0].mass, 4);
    assert_view(all[1].word, "at&t");
    assert_true(all[1].extra);
    assert_ptr_equal(csa_terms_find(terms, csa_view_of("pipelined"), CSA_LANGUAGE_ENGLISH), &all[0]);
    assert_null(csa_terms_find(terms, csa_view_of("pipelined"), CSA_LANGUAGE_GERMAN));
    assert_null(csa_terms_find(terms, csa_view_of("the"), CSA_LANGUAGE_ENGLISH));
    csa_terms_free(terms);
}

static void test_terms_keep_spelling(void **state)
{
    (void)state;
    struct csa_terms *terms =
        count_text("Gazprom GAZPROM Gazprom gazprom Gazprom Café", CSA_LANGUAGE_ENGLISH);
    size_t count;
    const struct csa_term_count *all = csa_terms_all(terms, &count);
    assert_int_equal(count, 2);
    assert_view(all[0].word, "gazprom");
    assert_view(all[0].written, "Gazprom");
    assert_view(all[1].word, "cafe");
    assert_view(all[1].written, "Café");
    csa_terms_free(terms);
}

static void test_terms_over_texts(void **state)
{
    (void)state;
    struct csa_terms *terms = count_text("gas gas", CSA_LANGUAGE_ENGLISH);
    csa_terms_begin_text(terms, CSA_LANGUAGE_NONE, CSA_LANGUAGE_NONE, 0.5);
    assert_ok(csa_terms_add(terms, csa_view_of("gas"), 1, &error));
    assert_ok(csa_terms_add(terms, csa_view_of("oil"), 3, &error));
    csa_terms_end_text(terms);
    csa_terms_begin_text(terms, CSA_LANGUAGE_NONE, CSA_LANGUAGE_NONE, 1);
    csa_terms_end_text(terms); /* an empty one */
    size_t count;
    const struct csa_term_count *all = csa_terms_all(terms, &count);
    assert_int_equal(count, 2);
    assert_int_equal(all[0].texts, 2);
    assert_int_equal(all[0].occurrences, 3);
    assert_near(all[0].frequency, 2 * 3 / 4.0 / 2 + 0.5 * 1 / 4.0);
    assert_int_equal(all[1].occurrences, 3);
    csa_terms_free(terms);
}

static void test_terms_many(void **state)
{
    (void)state;
    enum { WORDS = 20000 };
    struct csa_buffer text;
    csa_buffer_init(&text, SIZE_MAX);
    for (unsigned i = 0; i < 2 * WORDS; i++) {
        csa_buffer_append_format(&text, "%sword%u\xff ", i % 3 == 0 ? "\xe4\xb8" : "", i % WORDS);
    }
    struct csa_terms *terms;
    assert_ok(csa_terms_new(&terms, &error));
    csa_terms_begin_text(terms, CSA_LANGUAGE_NONE, CSA_LANGUAGE_NONE, 1);
    assert_ok(csa_terms_add(terms, csa_buffer_view(&text), 1, &error));
    csa_terms_end_text(terms);
    size_t count;
    struct csa_term_count *all = csa_terms_all(terms, &count);
    assert_int_equal(count, WORDS);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(all[i].occurrences, 2);
        all[i].weight = i % 7 == 0 ? (double)i : 0;
    }
    assert_int_equal(csa_terms_best(all, count, 100), 100);
    assert_near(all[0].weight, WORDS - WORDS % 7 - (WORDS % 7 == 0 ? 7 : 0));
    assert_int_equal(csa_terms_best(all, count, WORDS), WORDS / 7); /* number 0 weighs nothing */
    csa_terms_free(terms);
    csa_buffer_release(&text);
}

static void test_terms_pairs(void **state)
{
    (void)state;
    struct csa_terms *terms = count_text("一带一路 是 AI", CSA_LANGUAGE_CHINESE);
    size_t count;
    const struct csa_term_count *all = csa_terms_all(terms, &count);
    assert_int_equal(count, 4);
    assert_view(all[0].word, "一带");
    assert_view(all[2].word, "一路");
    assert_true(all[2].pair);
    assert_view(all[3].word, "ai");
    assert_false(all[3].pair);
    csa_terms_free(terms);
}

/* ---- more like this ---- */

static void find_target(struct fake *fake, const char *name, uint32_t article, uint32_t passage)
{
    struct csa_arena arena;
    struct csa_like_target target;
    csa_arena_init(&arena, 0);
    assert_ok(csa_like_find(&fake->engine, csa_view_of(name), &arena, &target, &error));
    assert_int_equal(target.article, article);
    assert_int_equal(target.passage, passage);
    csa_arena_release(&arena);
}

static void find_nothing(struct fake *fake, const char *name, const char *message)
{
    struct csa_arena arena;
    struct csa_like_target target;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_like_find(&fake->engine, csa_view_of(name), &arena, &target, &error),
                     CSA_ERROR_NOT_FOUND);
    if (strstr(error.message, message) == NULL) {
        fail_msg("%s: %s", name, error.message);
    }
    csa_arena_release(&arena);
}

static void test_like_find(void **state)
{
    (void)state;
    struct fake fake = gas_engine();
    find_target(&fake, "gas", 1, 0);
    find_target(&fake, "gas#1", 0, 0); /* the longest id */
    find_target(&fake, "gas#2", 1, 2);
    find_target(&fake, "gas#1#2", 0, 2);
}

static void test_like_find_nothing(void **state)
{
    (void)state;
    struct fake fake = gas_engine();
    find_nothing(&fake, "oil", "oil");
    find_nothing(&fake, "", "");
    find_nothing(&fake, "#", "#");
    find_nothing(&fake, "#1", "#1");
    find_nothing(&fake, "gas#", "gas#");
    find_nothing(&fake, "gas#0", "gas#0");
    find_nothing(&fake, "gas#-1", "gas#-1");
    find_nothing(&fake, "gas#3", "gas has no passage 3, its last is 2");
    find_nothing(&fake, "gas#4294967295", "no passage 4294967295");
    find_nothing(&fake, "gas#99999999999999999999999999", "gas#999");
    char name[4000];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    find_nothing(&fake, name, "xxxx");
}

static struct csa_query like(struct fake *fake, struct csa_like_target target, const char *text,
                             struct csa_arena *arena)
{
    struct csa_query query = parse(text, arena);
    assert_ok(csa_like_query(&fake->engine, target, &query, arena, &error));
    return query;
}

static void test_like_query(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    struct csa_query query = like(&fake, (struct csa_like_target){.article = 1}, "", &arena);
    const struct csa_node *root = query.root;
    /* pipeline has no other passage; a is a stop word, 9 a single character, and so on */
    assert_int_equal(root->child_count, 4);
    assert_view(root->children[0]->text, "gas");
    assert_view(root->children[1]->text, "winter"); /* as rare as gas; gazprom is not */
    assert_view(root->children[2]->text, "gazprom");
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(root->children[i]->kind, CSA_NODE_WORD);
        assert_int_equal(root->children[i]->occurrence, CSA_SHOULD);
        assert_true(root->children[i]->added);
    }
    const struct csa_node *itself = root->children[3];
    assert_int_equal(itself->kind, CSA_NODE_FILTER);
    assert_int_equal(itself->field, CSA_FIELD_ID);
    assert_int_equal(itself->occurrence, CSA_MUST_NOT);
    assert_true(itself->whole);
    assert_view(itself->text, "gas");
    query = like(&fake, (struct csa_like_target){.article = 1, .passage = 2}, "", &arena);
    assert_int_equal(query.root->child_count, 3);
    assert_view(query.root->children[0]->text, "towns"); /* the article's other passage has it */
    assert_view(query.root->children[1]->text, "winter");
    assert_near((double)query.root->children[0]->boost, 1);
    csa_arena_release(&arena);
}

static void test_like_with_query(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    struct csa_query query = like(&fake, (struct csa_like_target){.article = 1}, "siberia -oil", &arena);
    const struct csa_node *root = query.root;
    assert_int_equal(root->child_count, 3);
    assert_int_equal(root->children[0]->occurrence, CSA_MUST);
    assert_int_equal(root->children[0]->child_count, 2);
    assert_int_equal(root->children[1]->occurrence, CSA_MUST);
    assert_int_equal(root->children[1]->child_count, 3);
    assert_int_equal(root->children[2]->occurrence, CSA_MUST_NOT);
    csa_arena_release(&arena);
}

/* ---- RM3 ---- */

static struct csa_query expand(struct fake *fake, const char *text, unsigned terms, struct csa_arena *arena)
{
    struct csa_query query = parse(text, arena);
    struct csa_search_request request = {.query = &query, .k1 = 1.2, .b = 0.75};
    assert_ok(csa_feedback_expand(&fake->engine, &request, &query, terms, arena, &error));
    return query;
}

static const struct csa_node *find_child(const struct csa_node *group, const char *text)
{
    for (size_t i = 0; i < group->child_count; i++) {
        if (csa_view_equal(group->children[i]->text, csa_view_of(text))) {
            return group->children[i];
        }
    }
    return NULL;
}

/* A term that n passages of 8 hold, by the relevance model and by Bo1 (Amati 2003). */
struct models {
    double relevance, divergence;
};

static struct models rate(double frequency, double mass, double n)
{
    double root = sqrt(log(1 + (8 - n + 0.5) / (n + 0.5)));
    double p = n / 8;
    return (struct models){frequency * root, (mass * log2((1 + p) / p) + log2(1 + p)) * root};
}

static void test_expand_weights(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    struct csa_query query = expand(&fake, "siberia", 25, &arena);
    assert_true(fake.asked.by_article);
    assert_int_equal(fake.asked.hits, 20);
    /* article 0: gas siberia gazprom sends gas gazprom gazprom again, of weight 1; article 1: pipelines
     * pipeline carries gas gazprom towns, of weight (2 / 4)^5 */
    enum { GAS_TERM, SIBERIA, GAZPROM, SENDS, AGAIN, PIPELINE, CARRIES, TOWNS, TERMS };
    double w = pow(0.5, 5);
    const struct models models[TERMS] = {
        [GAS_TERM] = rate(2 * 3 / 4.0 / 8 + w / 6, 2 + w, 2),
        [SIBERIA] = rate(1 / 8.0, 1, 1),
        [GAZPROM] = rate(3 * 3 / 5.0 / 8 + w / 6, 3 + w, 3),
        [SENDS] = rate(1 / 8.0, 1, 1),
        [AGAIN] = rate(1 / 8.0, 1, 1),
        [PIPELINE] = rate(2 * 3 / 4.0 * w / 6, 2 * w, 1),
        [CARRIES] = rate(w / 6, w, 1),
        [TOWNS] = rate(w / 6, w, 2),
    };
    double relevance = 0, divergence = 0;
    for (size_t i = 0; i < TERMS; i++) {
        relevance += models[i].relevance;
        divergence += models[i].divergence;
    }
    double boosts[TERMS]; /* six tenths of the weight are the terms', for four tenths of one word typed */
    for (size_t i = 0; i < TERMS; i++) {
        boosts[i] = 0.6 / 0.4 * (models[i].relevance / relevance + models[i].divergence / divergence) / 2;
    }
    const struct csa_node *root = query.root;
    assert_int_equal(root->child_count, 8);
    assert_view(root->children[0]->text, "siberia");
    assert_false(root->children[0]->added);
    assert_near((double)root->children[0]->boost, 1 + boosts[SIBERIA]);
    assert_near((double)find_child(root, "gazprom")->boost, boosts[GAZPROM]);
    assert_near((double)find_child(root, "gas")->boost, boosts[GAS_TERM]);
    assert_near((double)find_child(root, "pipelines")->boost, boosts[PIPELINE]);
    assert_near((double)find_child(root, "towns")->boost, boosts[TOWNS]);
    assert_true(find_child(root, "towns")->added);
    query = expand(&fake, "siberia", 2, &arena);
    assert_int_equal(query.root->child_count, 3);
    assert_non_null(find_child(query.root, "gazprom"));
    assert_non_null(find_child(query.root, "gas"));
    assert_near((double)query.root->children[0]->boost, 1);
    csa_arena_release(&arena);
}

static void test_expand_keeps_what_is_fixed(void **state)
{
    (void)state;
    static const char *const QUERIES[] = {"\"gazprom sends\"", "+gazprom gas", "title:siberia", "=gas",
                                          "gas \"gazprom sends\" -bread"};
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    for (size_t i = 0; i < sizeof QUERIES / sizeof *QUERIES; i++) {
        struct csa_query plain = parse(QUERIES[i], &arena);
        struct csa_query query = expand(&fake, QUERIES[i], 25, &arena);
        assert_true(query.root->child_count > 3);
        assert_int_equal(query.root->children[0]->occurrence, CSA_MUST);
        assert_int_equal(query.root->children[0]->child_count, plain.root->child_count);
        for (size_t c = 1; c < query.root->child_count; c++) {
            assert_int_equal(query.root->children[c]->occurrence, CSA_SHOULD);
        }
    }
    struct csa_query query = expand(&fake, "+gazprom gas", 25, &arena);
    assert_null(find_child(query.root, "gazprom"));
    assert_near((double)find_child(query.root->children[0], "gazprom")->boost, 1);
    assert_true((double)find_child(query.root->children[0], "gas")->boost > 1);
    query = expand(&fake, "gas -bread", 25, &arena);
    assert_int_equal(find_child(query.root, "bread")->occurrence, CSA_MUST_NOT);
    assert_near((double)find_child(query.root, "bread")->boost, 1);
    csa_arena_release(&arena);
}

static void test_expand_nothing(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    assert_int_equal(expand(&fake, "", 25, &arena).root->child_count, 0);
    assert_int_equal(expand(&fake, "-gas", 25, &arena).root->child_count, 1);
    fake.hit_count = 0;
    assert_int_equal(expand(&fake, "gas", 25, &arena).root->child_count, 1);
    csa_arena_release(&arena);
}

static void test_no_text(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    fake.no_text = true;
    struct csa_query query = parse("gas", &arena);
    struct csa_search_request request = {.query = &query};
    struct csa_contrast contrast;
    assert_int_equal(csa_feedback_expand(&fake.engine, &request, &query, 25, &arena, &error),
                     CSA_ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "--store none"));
    assert_int_equal(
        csa_like_query(&fake.engine, (struct csa_like_target){.article = 0}, &query, &arena, &error),
        CSA_ERROR_UNSUPPORTED);
    assert_int_equal(csa_contrast_make(&fake.engine, &request, &arena, &contrast, &error),
                     CSA_ERROR_UNSUPPORTED);
    csa_arena_release(&arena);
}

/* ---- contrast ---- */

static struct csa_contrast contrast_of(struct fake *fake, const char *text, struct csa_arena *arena)
{
    struct csa_query query = parse(text, arena);
    struct csa_search_request request = {.query = &query, .by_article = true, .hits = 3};
    struct csa_contrast contrast;
    assert_ok(csa_contrast_make(&fake->engine, &request, arena, &contrast, &error));
    assert_false(fake->asked.by_article);
    assert_int_equal(fake->asked.hits, CSA_CONTRAST_PASSAGES);
    return contrast;
}

static void test_contrast(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = gas_engine();
    struct csa_contrast contrast = contrast_of(&fake, "gas", &arena);
    assert_int_equal(contrast.passages, 3);
    assert_view(contrast.words[0].word, "Gazprom");
    assert_int_equal(contrast.words[0].passages, 3);
    /* in 3 of 3 and in 0 of the other 5 */
    assert_near(contrast.words[0].weight, 2 * (3 * log(8 / 3.0) + 5 * log(8 / 5.0)));
    for (size_t i = 0; i < contrast.count; i++) {
        assert_false(csa_view_equal(contrast.words[i].word, csa_view_of("gas")));
        assert_false(csa_view_equal(contrast.words[i].word, csa_view_of("winter")));
    }
    contrast = contrast_of(&fake, "\"gas gazproms\"", &arena);
    assert_true(contrast.count > 0);
    assert_false(csa_view_equal(contrast.words[0].word, csa_view_of("Gazprom")));
    fake.hit_count = 0;
    contrast = contrast_of(&fake, "gas", &arena);
    assert_int_equal(contrast.count, 0);
    csa_arena_release(&arena);
}

static void test_contrast_joins_pairs(void **state)
{
    (void)state;
    static const struct article BELT[] = {
        {"1", "一带一路倡议", {"中国提出一带一路倡议。", "俄罗斯支持一带一路。"}},
        {"2", "会议", {"俄罗斯天然气很多。", "天然气运到俄罗斯。"}},
        {"3", "面包", {"面包很好吃。", "黑麦面包。"}},
    };
    static const struct csa_hit hits[] = {{.passage = 0, .article = 0, .score = 1},
                                          {.passage = 1, .article = 0, .score = 1},
                                          {.passage = 2, .article = 1, .score = 1},
                                          {.passage = 3, .article = 1, .score = 1}};
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct fake fake = make_engine(BELT, 3, CSA_LANGUAGE_CHINESE);
    fake.hits = hits;
    fake.hit_count = 4;
    struct csa_contrast contrast = contrast_of(&fake, "中国", &arena);
    bool belt = false, russia = false, gas = false;
    for (size_t i = 0; i < contrast.count; i++) {
        struct csa_view word = contrast.words[i].word;
        belt = belt || csa_view_starts_with(word, csa_view_of("一带一路"));
        russia = russia || csa_view_equal(word, csa_view_of("俄罗斯"));
        gas = gas || csa_view_equal(word, csa_view_of("天然气"));
        assert_false(csa_view_equal(word, csa_view_of("带一")));
        assert_false(csa_view_equal(word, csa_view_of("罗斯")));
        assert_false(csa_view_equal(word, csa_view_of("斯天")));
    }
    assert_true(belt && russia && gas);
    csa_arena_release(&arena);
}

/* ---- out of memory ---- */

static enum csa_status run_all(struct csa_arena *arena)
{
    struct fake fake = gas_engine();
    struct csa_query query;
    struct csa_contrast contrast;
    struct csa_like_target target;
    struct csa_search_request request = {.query = &query};
    enum csa_status status = csa_query_parse(csa_view_of("gas \"gazprom sends\""), arena, &query, &error);
    if (status == CSA_OK) {
        status = csa_feedback_expand(&fake.engine, &request, &query, 25, arena, &error);
    }
    if (status == CSA_OK) {
        status = csa_contrast_make(&fake.engine, &request, arena, &contrast, &error);
    }
    if (status == CSA_OK) {
        status = csa_like_find(&fake.engine, csa_view_of("gas"), arena, &target, &error);
    }
    return status == CSA_OK ? csa_like_query(&fake.engine, target, &query, arena, &error) : status;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct csa_arena arena;
        csa_arena_init(&arena, 0);
        csa_memory_fail_at(n, 0);
        enum csa_status status = run_all(&arena);
        csa_memory_fail_at(0, 0);
        csa_arena_release(&arena);
        if (status == CSA_OK) {
            assert_true(n > 10);
            return;
        }
        assert_int_equal(status, CSA_ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms_are_stems),
        cmocka_unit_test(test_terms_keep_spelling),
        cmocka_unit_test(test_terms_over_texts),
        cmocka_unit_test(test_terms_many),
        cmocka_unit_test(test_terms_pairs),
        cmocka_unit_test(test_like_find),
        cmocka_unit_test(test_like_find_nothing),
        cmocka_unit_test(test_like_query),
        cmocka_unit_test(test_like_with_query),
        cmocka_unit_test(test_expand_weights),
        cmocka_unit_test(test_expand_keeps_what_is_fixed),
        cmocka_unit_test(test_expand_nothing),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_contrast_joins_pairs),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
