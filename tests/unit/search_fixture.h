/* A small collection written by hand (search_model.h) behind an open engine, for the search tests. */
#ifndef CSA_TESTS_SEARCH_FIXTURE_H
#define CSA_TESTS_SEARCH_FIXTURE_H

#include "search_model.h"
#include "searcher/engine.h"
#include "searcher/query/parse.h"

struct fixture {
    char folder[32];
    struct model model;
    struct csa_engine *engine;
    struct csa_arena arena;
};

static inline uint8_t fixture_word(const char *text, size_t size)
{
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        if (strlen(model_words[w]) == size && memcmp(model_words[w], text, size) == 0) {
            return (uint8_t)w;
        }
    }
    fail_msg("%.*s is not in the vocabulary", (int)size, text);
    return 0;
}

static inline uint32_t fixture_words(const char *text, uint8_t *out)
{
    uint32_t count = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        if (size != 0) {
            out[count++] = fixture_word(text, size);
        }
        text += size + (text[size] != '\0');
    }
    return count;
}

static inline void fixture_init(struct fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    strcpy(fixture->folder, "csa-test-search-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    model_init(&fixture->model, 64, 256, 8192);
    csa_arena_init(&fixture->arena, 0);
}

/* Adds an article: title, then its passages, null at the end. */
static inline void fixture_add(struct fixture *fixture, uint32_t segment, uint8_t stemmer, const char *title,
                               ...)
{
    uint8_t words[256];
    uint32_t count = fixture_words(title, words);
    assert_true(model_add_article(&fixture->model, segment, stemmer, words, count));
    va_list passages;
    va_start(passages, title);
    for (const char *text = va_arg(passages, const char *); text != NULL;
         text = va_arg(passages, const char *)) {
        count = fixture_words(text, words);
        assert_true(model_add_passage(&fixture->model, words, count));
    }
    va_end(passages);
}

static inline void fixture_open(struct fixture *fixture)
{
    struct csa_error error = {0};
    model_write(&fixture->model, fixture->folder);
    if (csa_engine_native_open(fixture->folder, &fixture->engine, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
}

static inline void fixture_release(struct fixture *fixture)
{
    if (fixture->engine != NULL) {
        fixture->engine->operations->close(fixture->engine);
    }
    csa_arena_release(&fixture->arena);
    model_release(&fixture->model);
    model_remove_folder(fixture->folder);
}

static inline struct csa_search_request fixture_request(struct fixture *fixture, const char *text)
{
    struct csa_error error = {0};
    struct csa_query *query = csa_arena_alloc(&fixture->arena, 1, sizeof *query);
    assert_non_null(query);
    assert_int_equal(csa_query_parse(csa_view_of(text), &fixture->arena, query, &error), CSA_OK);
    return (struct csa_search_request){
        .query = query, .rank = CSA_RANK_BM25, .k1 = 1.2, .b = 0.75, .hits = 10, .count = true};
}

static inline struct csa_search_result fixture_search(struct fixture *fixture,
                                                      const struct csa_search_request *request)
{
    struct csa_error error = {0};
    struct csa_search_result result;
    if (fixture->engine->operations->search(fixture->engine, request, &fixture->arena, &result, &error) !=
        CSA_OK) {
        fail_msg("%s", error.message);
    }
    return result;
}

/* The passages that match, ascending, as text: "0 3 4". */
static inline const char *fixture_matches(struct fixture *fixture, const char *text)
{
    static char out[1024];
    struct csa_search_request request = fixture_request(fixture, text);
    request.hits = 256;
    struct csa_search_result result = fixture_search(fixture, &request);
    assert_int_equal(result.passages_matched, result.hit_count);
    out[0] = '\0';
    for (uint32_t p = 0; p < fixture->model.passage_count; p++) {
        for (size_t i = 0; i < result.hit_count; i++) {
            if (result.hits[i].passage == p) {
                snprintf(out + strlen(out), sizeof out - strlen(out), out[0] == '\0' ? "%u" : " %u", p);
            }
        }
    }
    return out;
}

#endif
