/* --syntax: a query's tree in plain words and as JSON. */
#include "common/base/buffer.h"
#include "common/text/language.h"
#include "searcher/output/syntax.h"
#include "searcher/query/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef enum csa_status (*show_function)(struct csa_buffer *, const struct csa_query *, uint64_t,
                                         struct csa_error *);

static void check(const char *text, uint64_t stemmers, show_function show, const char *expected)
{
    struct csa_arena arena;
    struct csa_query query;
    struct csa_buffer out;
    struct csa_error error = {0};
    csa_arena_init(&arena, 0);
    csa_buffer_init(&out, 1 << 20);
    assert_int_equal(csa_query_parse(csa_view_of(text), &arena, &query, &error), CSA_OK);
    assert_int_equal(show(&out, &query, stemmers, &error), CSA_OK);
    csa_buffer_append_byte(&out, 0);
    assert_false(out.failed);
    if (strcmp(out.data, expected) != 0) {
        fail_msg("%s\n  gave\n%s\n  expected\n%s", text, out.data, expected);
    }
    csa_buffer_release(&out);
    csa_arena_release(&arena);
}

static const uint64_t NO_STEMS = 1; /* an index in which nothing is stemmed */
static const uint64_t ENGLISH = UINT64_C(1) << CSA_LANGUAGE_ENGLISH;

static void test_text(void **state)
{
    (void)state;
    static const struct {
        const char *query, *text;
    } examples[] = {
        {"", "nothing to search for\n"},
        {"gas", "word \"gas\"\n"},
        {"=gas", "word \"gas\" as written\n"},
        {"\"power of siberia\"~1", "phrase \"power of siberia\", its words moved by at most 1 place\n"},
        {"pipe*", "any word that begins with \"pipe\"\n"},
        {"p?pe^2", "any word that fits \"p?pe\", weight 2\n"},
        {"title:sibera~1", "any word at most 1 edit from \"sibera\", in titles only\n"},
        {"gas -oil +tin", "these together:\n"
                          "  may: word \"gas\"\n"
                          "  must not: word \"oil\"\n"
                          "  must: word \"tin\"\n"},
        {"gas OR (oil AND tin)", "any of these:\n"
                                 "  word \"gas\"\n"
                                 "  all of these:\n"
                                 "    must: word \"oil\"\n"
                                 "    must: word \"tin\"\n"},
        {"a NEAR/1 \"b c\"", "in any order, with at most 1 other word between them:\n"
                             "  word \"a\" as written\n"
                             "  phrase \"b c\"\n"},
        {"gas oil lang:en -author:li", "these together:\n"
                                       "  any of these:\n"
                                       "    word \"gas\"\n"
                                       "    word \"oil\"\n"
                                       "  only articles in the language english\n"
                                       "  no articles with the author \"li\"\n"},
        {"gas date:2023-03-01..2024-12-31", "all of these:\n"
                                            "  must: word \"gas\"\n"
                                            "  only articles dated 2023-03-01 to 2024\n"},
        {"date:2023-05-07", "only articles dated 2023-05-07\n"},
        {"date:..2020 OR date:2021-05.. OR lang:none OR site:x.org OR id:a/* OR id:a OR source:x",
         "any of these:\n"
         "  articles dated up to 2020\n"
         "  articles dated from 2021-05 on\n"
         "  articles whose language is not known\n"
         "  articles of the site \"x.org\"\n"
         "  articles whose id begins with \"a/\"\n"
         "  articles with the id \"a\"\n"
         "  articles with the source \"x\"\n"},
        {"id:\"a\x1B[31m\"", "only articles with the id \"a?[31m\"\n"},
        {"-gas", "nothing, as all is excluded:\n"
                 "  must not: word \"gas\"\n"
                 "note: the query only excludes words: nothing can be found\n"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        check(examples[i].query, NO_STEMS, csa_syntax_text, examples[i].text);
    }
    check("pipelines", ENGLISH, csa_syntax_text, "word \"pipelines\", by the stem \"pipelin\"\n");
    check("pipelines", ENGLISH | 1, csa_syntax_text,
          "word \"pipelines\", by the stems \"pipelines\", \"pipelin\"\n");
    check("gas", 0, csa_syntax_text,
          "word \"gas\"\nnote: there is no index: stems and stop words are not known\n");
}

static void test_json(void **state)
{
    (void)state;
    check("pipelines", ENGLISH, csa_syntax_json,
          "{\"query\": \"pipelines\", \"parsed\": \"pipelines\", \"index\": true, \"tree\": {\"kind\": "
          "\"group\", \"occurrence\": \"should\", \"clauses\": [{\"kind\": \"word\", \"occurrence\": "
          "\"should\", \"text\": \"pipelines\", \"stems\": [\"pipelin\"]}]}, \"notes\": []}\n");
    check("-title:sibera~^0.5 \"a b\"~2 date:..2020 *", 0, csa_syntax_json,
          "{\"query\": \"-title:sibera~^0.5 \\\"a b\\\"~2 date:..2020 *\", \"parsed\": \"\\\"a b\\\"~2 "
          "-title:sibera~2^0.5 +date:..2020\", \"index\": false, \"tree\": {\"kind\": \"group\", "
          "\"occurrence\": \"should\", \"clauses\": [{\"kind\": \"group\", \"occurrence\": \"must\", "
          "\"clauses\": [{\"kind\": \"phrase\", \"occurrence\": \"should\", \"slop\": 2, \"clauses\": "
          "[{\"kind\": \"exact\", \"occurrence\": \"should\", \"text\": \"a\"}, {\"kind\": \"exact\", "
          "\"occurrence\": \"should\", \"text\": \"b\"}]}]}, {\"kind\": \"fuzzy\", \"occurrence\": \"must "
          "not\", \"field\": \"title\", \"text\": \"sibera\", \"boost\": 0.5, \"distance\": 2}, {\"kind\": "
          "\"filter\", \"occurrence\": \"must\", \"field\": \"date\", \"from\": null, \"to\": \"2020\"}]}, "
          "\"notes\": [\"* and ? without a letter or digit beside them were left out\"]}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
