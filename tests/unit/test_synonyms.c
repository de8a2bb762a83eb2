/* Synonyms: reading the file, with what is wrong in it named, and what they make of a query's tree. */
#include "common/base/buffer.h"
#include "searcher/query/parse.h"
#include "searcher/query/synonyms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char RULES[] = "\xEF\xBB\xBF# names of one thing\r\n"
                            "belt and road, BRI, OBOR, 一带一路\r\n"
                            "\n"
                            "  siberian force => Power of Siberia , POS\n"
                            "belt, strap\n"
                            "Shanghai Cooperation Organisation,SCO， ШОС\n"
                            "C++ => cpp\n"
                            "球, sphere\n"
                            "全球治理, global governance\n"
                            "gas, natural gas\n"
                            "gas, gaz";

struct example {
    const char *query;
    const char *parsed;
};

static struct csa_synonyms *read_rules(const char *text)
{
    struct csa_synonyms *synonyms;
    struct csa_error error = {0};
    if (csa_synonyms_read(csa_view_of(text), "rules", &synonyms, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    return synonyms;
}

static char *apply(const struct csa_synonyms *synonyms, struct csa_view text, struct csa_arena *arena,
                   struct csa_query *query)
{
    struct csa_error error = {0};
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    assert_int_equal(csa_query_parse(text, arena, query, &error), CSA_OK);
    assert_int_equal(csa_synonyms_apply(synonyms, query, arena, &error), CSA_OK);
    csa_query_print(query, &out);
    csa_buffer_append_byte(&out, 0);
    assert_false(out.failed);
    return out.data;
}

static void test_queries(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"", ""},
        {"pipeline", "pipeline"},
        {"BRI", "bri \"belt and road\"^0.8 obor^0.8 \"一带一路\"^0.8"},
        {"bri^2 loans", "bri^2 \"belt and road\"^1.6 obor^1.6 \"一带一路\"^1.6 loans"},
        {"Belt  and Road loans", "belt and road bri^0.8 obor^0.8 \"一带一路\"^0.8 loans"},
        {"一带一路", "一带 带一 一路 \"belt and road\"^0.8 bri^0.8 obor^0.8"},
        {"+BRI", "+(bri \"belt and road\"^0.8 obor^0.8 \"一带一路\"^0.8)"},
        {"+BRI x", "+(bri \"belt and road\"^0.8 obor^0.8 \"一带一路\"^0.8) x"},
        {"x -BRI", "x -(bri \"belt and road\"^0.8 obor^0.8 \"一带一路\"^0.8)"},
        {"+belt +and +road", "+((+belt +and +road) bri^0.8 obor^0.8 \"一带一路\"^0.8)"},
        {"title:bri", "title:bri title:\"belt and road\"^0.8 title:obor^0.8 title:\"一带一路\"^0.8"},
        {"(bri OR x) AND y", "+(bri \"belt and road\"^0.8 obor^0.8 \"一带一路\"^0.8 x) +y"},
        {"bri lang:en", "bri \"belt and road\"^0.8 obor^0.8 \"一带一路\"^0.8 +lang:en"},
        /* the longest side counts, and only words that stand side by side */
        {"belt loans", "belt strap^0.8 loans"},
        {"belt loans and road", "belt strap^0.8 loans and road"},
        {"belt -x and road", "belt strap^0.8 -x and road"},
        {"road and belt", "road and belt strap^0.8"},
        /* one way */
        {"siberian force", "siberian force \"power of siberia\"^0.8 pos^0.8"},
        {"power of siberia", "power of siberia"},
        {"POS", "pos"},
        /* several rules */
        {"gas", "gas gaz^0.8 \"natural gas\"^0.8"},
        {"gas gaz", "gas \"natural gas\"^0.8 gaz"},
        /* phrases */
        {"\"belt and road\"", "\"belt and road\" =bri^0.8 =obor^0.8 \"一带一路\"^0.8"},
        {"\"the belt and road initiative\"~2^2",
         "\"the belt and road initiative\"~2^2 \"the bri initiative\"~2^1.6 \"the obor initiative\"~2^1.6 "
         "\"the 一带一路 initiative\"~2^1.6"},
        {"\"the BRI and SCO\"",
         "\"the bri and sco\" \"the belt and road and sco\"^0.8 \"the obor and sco\"^0.8 "
         "\"the 一带一路 and sco\"^0.8 \"the bri and shanghai cooperation organisation\"^0.8 "
         "\"the bri and шос\"^0.8"},
        {"+\"belt and road\" x", "+(\"belt and road\" =bri^0.8 =obor^0.8 \"一带一路\"^0.8) x"},
        {"-\"the bri\" x",
         "-(\"the bri\" \"the belt and road\"^0.8 \"the obor\"^0.8 \"the 一带一路\"^0.8) x"},
        {"+全球治理 x", "+(\"全球治理\" \"global governance\"^0.8) x"},
        {"\"x 全球治理 y\"", "\"x 全球治理 y\" \"x global governance y\"^0.8"},
        {"\"全球治理体系\"", "\"全球治理体系\" \"global governance 体系\"^0.8"},
        {"\"推动全球治理\"", "\"推动全球治理\" \"推动 global governance\"^0.8"},
        {"\"推全球治理上\"", "\"推全球治理上\" \"推* global governance 上*\"^0.8"},
        {"\"推动全球治理 a\"", "\"推动全球治理 a\" \"推动 global governance a\"^0.8"},
        {"\"全球治理体系 sphere\"",
         "\"全球治理体系 sphere\" \"global governance 体系 sphere\"^0.8 \"全球治理体系 球*\"^0.8"},
        {"\"全球 球治 治理\"", "\"全球 球治 治理\""},
        {"球", "球* sphere^0.8"},
        {"sphere", "sphere 球*^0.8"},
        {"球*", "球* sphere^0.8"},
        {"C++", "=c++ cpp^0.8"},
        /* as written */
        {"=bri", "=bri"},
        {"\"bri\"", "=bri"},
        {"bri*", "bri*"},
        {"bri NEAR/3 x", "(bri NEAR/3 x)"},
        {"\"the bri*\"", "\"the bri*\""},
    };
    struct csa_synonyms *synonyms = read_rules(RULES);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct csa_arena arena;
        struct csa_query query;
        csa_arena_init(&arena, 0);
        char *parsed = apply(synonyms, csa_view_of(examples[i].query), &arena, &query);
        if (strcmp(parsed, examples[i].parsed) != 0) {
            fail_msg("%s\n  gave     %s\n  expected %s", examples[i].query, parsed, examples[i].parsed);
        }
        free(parsed);
        csa_arena_release(&arena);
    }
    csa_synonyms_close(synonyms);
}

/* A phrase keeps the positions of the words around what was replaced. */
static void test_offsets(void **state)
{
    (void)state;
    struct csa_synonyms *synonyms = read_rules(RULES);
    struct csa_arena arena;
    struct csa_query query;
    csa_arena_init(&arena, 0);
    free(apply(synonyms, csa_view_of("\"the bri x\""), &arena, &query));
    assert_int_equal(query.root->child_count, 4);
    const struct csa_node *english = query.root->children[1]; /* the belt and road x */
    assert_int_equal(english->child_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(english->children[i]->offset, i);
    }
    const struct csa_node *chinese = query.root->children[3]; /* the 一带一路 x: four characters */
    static const uint32_t OFFSETS[] = {0, 1, 2, 3, 5};
    assert_int_equal(chinese->child_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(chinese->children[i]->offset, OFFSETS[i]);
    }
    csa_arena_release(&arena);
    csa_synonyms_close(synonyms);
}

static void test_bad_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum csa_status status;
        const char *message;
    } examples[] = {
        {"a, b\nonly one\n", CSA_ERROR_DAMAGED, "rules: line 2: no second side"},
        {"same, Same", CSA_ERROR_DAMAGED, "rules: line 1: no second side"},
        {"# x\n\na, , b", CSA_ERROR_DAMAGED, "rules: line 3: a side without a word"},
        {"a, b,", CSA_ERROR_DAMAGED, "rules: line 1: a side without a word"},
        {"=> b", CSA_ERROR_DAMAGED, "rules: line 1: a side without a word"},
        {"a =>", CSA_ERROR_DAMAGED, "rules: line 1: a side without a word"},
        {"a => A", CSA_ERROR_DAMAGED, "rules: line 1: the right side says the same as the left one"},
        {"a => b => c", CSA_ERROR_DAMAGED, "rules: line 1: a second =>"},
        {"a, b\na, \xFF", CSA_ERROR_DAMAGED, "rules: line 2: not UTF-8"},
        {"gas, pipe*", CSA_ERROR_DAMAGED,
         "rules: line 1: a side with a star: synonyms are words and no patterns"},
        {"a, ***", CSA_ERROR_DAMAGED, "rules: line 1: a side without a word"},
        {"a, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", CSA_ERROR_LIMIT,
         "rules: line 1: a side of more than 16 words"},
        {"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33",
         CSA_ERROR_LIMIT, "rules: line 1: a rule of more than 32 sides"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct csa_synonyms *synonyms;
        struct csa_error error = {0};
        assert_int_equal(csa_synonyms_read(csa_view_of(examples[i].text), "rules", &synonyms, &error),
                         examples[i].status);
        assert_null(synonyms);
        assert_string_equal(error.message, examples[i].message);
    }
}

static void test_limits_of_the_file(void **state)
{
    (void)state;
    struct csa_synonyms *synonyms;
    struct csa_error error = {0};
    struct csa_buffer text;
    csa_buffer_init(&text, 1 << 22);
    for (unsigned i = 0; i < CSA_SYNONYMS_RULES; i++) {
        csa_buffer_append_format(&text, "a%u, b%u\n", i, i);
    }
    assert_int_equal(csa_synonyms_read(csa_buffer_view(&text), "rules", &synonyms, &error), CSA_OK);
    csa_synonyms_close(synonyms);
    csa_buffer_append_format(&text, "a, b\n");
    assert_int_equal(csa_synonyms_read(csa_buffer_view(&text), "rules", &synonyms, &error), CSA_ERROR_LIMIT);
    assert_string_equal(error.message, "rules: line 10001: more than 10000 rules");
    csa_buffer_clear(&text);
    while (text.size <= CSA_SYNONYMS_BYTES) {
        csa_buffer_append_format(&text, "# nothing\n");
    }
    assert_int_equal(csa_synonyms_read(csa_buffer_view(&text), "rules", &synonyms, &error), CSA_ERROR_LIMIT);
    csa_buffer_release(&text);

    assert_int_equal(csa_synonyms_read((struct csa_view){0}, "rules", &synonyms, &error), CSA_OK);
    csa_synonyms_close(synonyms);
    assert_int_equal(csa_synonyms_open("no/such/file", &synonyms, &error), CSA_ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "no/such/file"));
    csa_synonyms_close(NULL);
}

/* A query does not grow beyond CSA_SYNONYMS_ADDED words, however many rules its words have. */
static void test_limit_of_a_query(void **state)
{
    (void)state;
    struct csa_buffer rules;
    csa_buffer_init(&rules, 1 << 20);
    for (unsigned i = 0; i < 300; i++) {
        csa_buffer_append_format(&rules, "gas, natural gas%u\n", i);
    }
    csa_buffer_append_byte(&rules, 0);
    struct csa_synonyms *synonyms = read_rules(rules.data);
    csa_buffer_release(&rules);
    struct csa_arena arena;
    struct csa_query query;
    csa_arena_init(&arena, 0);
    free(apply(synonyms, csa_view_of("gas"), &arena, &query));
    assert_int_equal(query.leaf_count, 1 + CSA_SYNONYMS_ADDED);
    assert_int_equal(query.root->child_count, 1 + CSA_SYNONYMS_ADDED / 2);
    assert_int_equal(query.note_count, 1);
    assert_string_equal(query.notes[0].message.data,
                        "more synonyms than fit: only the first 128 words were added");
    csa_arena_clear(&arena);

    char many[4096];
    size_t size = (size_t)snprintf(many, sizeof many, "gas ");
    for (int i = 0; i < 1022; i++) {
        size += (size_t)snprintf(many + size, sizeof many - size, "%c%c ", 'a' + i / 26 % 26, 'a' + i % 26);
    }
    free(apply(synonyms, csa_view_make(many, size), &arena, &query));
    assert_true(query.leaf_count <= CSA_QUERY_CLAUSES);
    csa_arena_release(&arena);
    csa_synonyms_close(synonyms);
}

static void test_random(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "belt ", "and ",   "road ",    "BRI ", "\"", "(",  ")",      "+",    "-", "一带一路", " AND ",
        " OR ",  "title:", "lang:en ", "gas ", "=",  "球", " NEAR ", "C++ ", "*", "~1",       "^2"};
    static const char *const pieces[] = {"a",        "b c",  ",",  " => ", "\n", "#",
                                         "一带一路", "\xFF", "\r", "=",    " "};
    unsigned seed = 5;
    struct csa_synonyms *synonyms = read_rules(RULES);
    for (int round = 0; round < 20000; round++) {
        char text[400];
        size_t size = 0;
        for (unsigned i = (unsigned)rand_r(&seed) % 20; i > 0; i--) {
            const char *part = parts[(unsigned)rand_r(&seed) % (sizeof parts / sizeof *parts)];
            memcpy(text + size, part, strlen(part));
            size += strlen(part);
        }
        struct csa_arena arena;
        struct csa_query query;
        csa_arena_init(&arena, 0);
        free(apply(synonyms, csa_view_make(text, size), &arena, &query));
        csa_arena_release(&arena);

        size = 0;
        for (unsigned i = (unsigned)rand_r(&seed) % 20; i > 0; i--) {
            const char *piece = pieces[(unsigned)rand_r(&seed) % (sizeof pieces / sizeof *pieces)];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        struct csa_synonyms *other;
        struct csa_error error = {0};
        if (csa_synonyms_read(csa_view_make(text, size), "x", &other, &error) == CSA_OK) {
            csa_synonyms_close(other);
        }
    }
    csa_synonyms_close(synonyms);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct csa_synonyms *synonyms = read_rules(RULES);
    for (size_t maximum = 1; maximum < 20000; maximum += 97) {
        struct csa_arena arena;
        struct csa_query query;
        struct csa_error error = {0};
        csa_arena_init(&arena, maximum);
        enum csa_status status =
            csa_query_parse(csa_view_of("+bri \"the belt and road\" -gas sphere"), &arena, &query, &error);
        if (status == CSA_OK) {
            status = csa_synonyms_apply(synonyms, &query, &arena, &error);
        }
        assert_true(status == CSA_OK || (status == CSA_ERROR_MEMORY && error.status == status));
        csa_arena_release(&arena);
    }
    csa_synonyms_close(synonyms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queries),          cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_bad_lines),        cmocka_unit_test(test_limits_of_the_file),
        cmocka_unit_test(test_limit_of_a_query), cmocka_unit_test(test_random),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
