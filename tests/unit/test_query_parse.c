/* The query parser: every form of the grammar, what only looks like syntax, and bytes of every kind. */
#include "common/base/buffer.h"
#include "searcher/query/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct example {
    const char *query;
    const char *parsed;
};

static char *parse_to_string(struct csa_view text, struct csa_query *query, struct csa_arena *arena)
{
    struct csa_error error = {0};
    assert_int_equal(csa_query_parse(text, arena, query, &error), CSA_OK);
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 24);
    csa_query_print(query, &out);
    csa_buffer_append_byte(&out, 0);
    assert_false(out.failed);
    return out.data;
}

static void check(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct csa_arena arena;
        csa_arena_init(&arena, 0);
        struct csa_query query;
        char *parsed = parse_to_string(csa_view_of(examples[i].query), &query, &arena);
        if (strcmp(parsed, examples[i].parsed) != 0) {
            fail_msg("%s\n  gave     %s\n  expected %s", examples[i].query, parsed, examples[i].parsed);
        }
        free(parsed);
        csa_arena_release(&arena);
    }
}
#define CHECK(examples) check(examples, sizeof(examples) / sizeof *(examples))

static void test_words_and_phrases(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"", ""},
        {"   ", ""},
        {"siberia", "siberia"},
        {"Siberia  PIPELINE", "siberia pipeline"},
        {"\"Power of Siberia\"", "\"power of siberia\""},
        {"\"siberia\"", "\"siberia\""},
        {"\"\"", ""},
        {"\xE2\x80\x9CPower of Siberia\xE2\x80\x9D", "\"power of siberia\""},
        {"\xC2\xABСила Сибири\xC2\xBB", "\"сила сибири\""},
        {"\"power siberia\"~3", "\"power siberia\"~3"},
        {"gas^2 pipeline", "gas^2 pipeline"},
        {"\"big bank\"^2.5 gun", "\"big bank\"^2.5 gun"},
        {"gas gas pipeline", "gas^2 pipeline"},
        {"pipe*", "pipe*"},
        {"\"central asia*\"", "\"central asia*\""},
        {"title:summit", "title:summit"},
        {"title:\"xi'an summit\" gas", "title:\"xi'an summit\" gas"},
    };
    CHECK(examples);
}

static void test_operators(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"+gas -oil", "+gas -oil"},
        {"gas AND oil", "+gas +oil"},
        {"gas AND oil AND coal", "+gas +oil +coal"},
        {"gas OR oil", "gas oil"},
        {"gas AND NOT oil", "+gas -oil"},
        {"gas NOT oil", "gas -oil"},
        {"gas AND (oil OR coal)", "+gas +(oil coal)"},
        {"gas oil AND coal", "gas (+oil +coal)"},
        {"gas AND oil OR coal AND tin", "(+gas +oil) (+coal +tin)"},
        {"+(gas oil) -\"power of siberia\"", "+(gas oil) -\"power of siberia\""},
        {"(gas oil)^3 tin", "gas^3 oil^3 tin"},
        {"((gas))", "gas"},
        {"+gas +(oil AND coal)", "+gas +oil +coal"},
        {"title:(gas oil)", "title:gas title:oil"},
        {"-gas", "-gas"},
    };
    CHECK(examples);
}

static void test_what_only_looks_like_syntax(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"AND", "and"},
        {"gas AND", "gas and"},
        {"OR gas", "or gas"},
        {"NOT", "not"},
        {"gas and oil", "gas and oil"},
        {"gas - oil", "gas oil"},
        {"(gas", "gas"},
        {"gas)", "gas"},
        {"\"gas oil", "gas oil"},
        {"gas \" oil", "gas oil"},
        {"()", ""},
        {"*", ""},
        {"+", ""},
        {"don't", "don't"},
        {"don\xE2\x80\x99t", "don't"},
        {"china's", "china"},
        {"state-owned", "state owned"},
        {"+state-owned", "+\"state owned\""},
        {"-state-owned gas", "-\"state owned\" gas"},
        {"94.8", "94.8"},
        {"nothing:here", "nothing here"},
        {"gas^", "gas"},
        {"a^b", "a b"},
    };
    CHECK(examples);
}

static void test_chinese(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"全球治理", "全球 球治 治理"},
        {"\"全球治理\"", "\"全球 球治 治理\""},
        {"+全球治理", "+\"全球 球治 治理\""},
        {"球", "球*"},
        {"全球", "全球"},
    };
    CHECK(examples);
}

static void test_phrase_offsets(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct csa_query query;
    free(parse_to_string(csa_view_of("\"a b c\""), &query, &arena));
    const struct csa_node *phrase = query.root->children[0];
    assert_int_equal(phrase->kind, CSA_NODE_PHRASE);
    assert_int_equal(phrase->child_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(phrase->children[i]->offset, i);
    }
    csa_arena_release(&arena);
}

static void test_limits_are_said(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct csa_query query;
    struct csa_error error = {0};
    char *deep = malloc(100001);
    memset(deep, '(', 100000);
    deep[100000] = '\0';
    assert_int_equal(csa_query_parse(csa_view_of(deep), &arena, &query, &error), CSA_OK);
    assert_true(query.note_count >= 2); /* cut, too deep, not closed */
    free(deep);
    csa_arena_clear(&arena);

    char many[4000];
    size_t size = 0;
    for (int i = 0; i < 1100; i++) {
        size += (size_t)snprintf(many + size, sizeof many - size, "%c%c ", 'a' + i / 26 % 26, 'a' + i % 26);
    }
    assert_int_equal(csa_query_parse(csa_view_make(many, size), &arena, &query, &error), CSA_OK);
    assert_int_equal(query.leaf_count, CSA_QUERY_CLAUSES);
    assert_true(query.note_count >= 1);
    csa_arena_release(&arena);
}

/* No bytes make the parser fail, and what it prints is a query that parses to the same print. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "gas",    "\"",  "(",        ")",   "+",  "-",        "AND", " OR ", " NOT ",
        "title:", "*",   "^2",       "~1",  " ",  "全球治理", "'s",  "\xFF", "\xE2\x80",
        "94.8",   "$25", "\xC2\xAB", "x-y", "\n", "\0x",      "C++", ":",    "\xE2\x80\x9D"};
    unsigned seed = 12345;
    for (int round = 0; round < 20000; round++) {
        char text[256];
        size_t size = 0;
        unsigned count = (unsigned)rand_r(&seed) % 14;
        for (unsigned i = 0; i < count; i++) {
            const char *part = parts[(unsigned)rand_r(&seed) % (sizeof parts / sizeof *parts)];
            size_t length = *part == '\0' ? 2 : strlen(part);
            memcpy(text + size, part, length);
            size += length;
        }
        struct csa_arena arena;
        csa_arena_init(&arena, 0);
        struct csa_query query;
        char *first = parse_to_string(csa_view_make(text, size), &query, &arena);
        assert_true(query.leaf_count <= CSA_QUERY_CLAUSES);
        free(first);
        csa_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_phrases),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_what_only_looks_like_syntax),
        cmocka_unit_test(test_chinese),
        cmocka_unit_test(test_phrase_offsets),
        cmocka_unit_test(test_limits_are_said),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
