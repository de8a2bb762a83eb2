/* The engine against the naive evaluator: random collections (one to three segments, deletes, titles, several
 * passages an article, stemmed and not), queries of words, phrases and groups that suit them, default and
 * other parameters, long lists, all kernels. test_property_grammar.c has the whole query language. */
#include "search_compare.h"
#include "temporary_folder.h"

enum { QUERY_SIZE = 512 };

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

static void run_rounds(const struct shape *shape, uint64_t seed, unsigned queries, double k1, double b)
{
    uint64_t random = seed;
    struct model model;
    struct round r = {.k1 = k1, .b = b};
    char folder[] = "csa-test-property-XXXXXX";
    round_open(&r, &model, shape, &random, folder);
    for (unsigned i = 0; i < queries; i++) {
        char query[4 * QUERY_SIZE];
        make_query(query, &model, &random);
        check_text(&r, csa_view_of(query), &random);
    }
    round_close(&r, &model, folder);
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
    return cmocka_run_group_tests(tests, temporary_folder_enter, temporary_folder_leave);
}
