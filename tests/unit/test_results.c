/* Marks and snippets: what is marked is what matched, fragments are whole and in reading order. */
#include "common/base/buffer.h"
#include "searcher/query/parse.h"
#include "searcher/results/marks.h"
#include "searcher/results/snippet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void bracket(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct csa_buffer *out = context;
    csa_buffer_append_view(out, csa_view_of(part == CSA_SNIPPET_MARKED ? "["
                                            : part == CSA_SNIPPET_GAP  ? "~"
                                                                       : ""));
    csa_buffer_append_view(out, text);
    csa_buffer_append_view(out, csa_view_of(part == CSA_SNIPPET_MARKED ? "]" : ""));
}

static char *snippet_of(const char *query_text, const char *text, csa_language language, size_t columns)
{
    struct csa_arena arena;
    struct csa_query query;
    struct csa_error error = {0};
    struct csa_marker *marker;
    struct csa_marked marked;
    struct csa_snippet snippet;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_query_parse(csa_view_of(query_text), &arena, &query, &error), CSA_OK);
    assert_int_equal(csa_marker_new(&query, NULL, &marker, &error), CSA_OK);
    assert_int_equal(csa_marker_mark(marker, csa_view_of(text), language, false, &arena, &marked, &error),
                     CSA_OK);
    csa_snippet_choose(csa_view_of(text), &marked, columns, &snippet);
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_snippet_render(csa_view_of(text), &marked, &snippet, bracket, &out);
    csa_buffer_append_byte(&out, 0);
    csa_marker_free(marker);
    csa_arena_release(&arena);
    return out.data;
}

static void expect(const char *query, const char *text, csa_language language, size_t columns,
                   const char *expected)
{
    char *snippet = snippet_of(query, text, language, columns);
    assert_string_equal(snippet, expected);
    free(snippet);
}

static void test_marks(void **state)
{
    (void)state;
    expect("pipelines", "One pipeline, two Pipelines.", CSA_LANGUAGE_ENGLISH, 200,
           "One [pipeline], two [Pipelines].");
    expect("pipelines", "One pipeline, two Pipelines.", CSA_LANGUAGE_NONE, 200,
           "One pipeline, two [Pipelines].");
    expect("\"pipelines\"", "One pipeline, two Pipelines.", CSA_LANGUAGE_ENGLISH, 200,
           "One pipeline, two [Pipelines].");
    expect("\"power of siberia\"", "The Power of Siberia 2; power, of Siberia", CSA_LANGUAGE_ENGLISH, 200,
           "The [Power of Siberia] 2; [power, of Siberia]");
    expect("\"power siberia\"~1", "The Power of Siberia", CSA_LANGUAGE_ENGLISH, 200,
           "The [Power of Siberia]");
    expect("gas -oil", "gas and oil", CSA_LANGUAGE_ENGLISH, 200, "[gas] and oil");
    expect("title:gas oil", "gas and oil", CSA_LANGUAGE_ENGLISH, 200, "gas and [oil]");
    expect("pipe*", "a pipeline and pipes", CSA_LANGUAGE_ENGLISH, 200, "a [pipeline] and [pipes]");
    expect("turkiye", "In T\xC3\xBCrkiye", CSA_LANGUAGE_ENGLISH, 200, "In [T\xC3\xBCrkiye]");
    expect("china", "China\xE2\x80\x99s plan", CSA_LANGUAGE_ENGLISH, 200, "[China\xE2\x80\x99s] plan");
    expect("治理", "全球治理倡议", CSA_LANGUAGE_CHINESE, 200, "全球[治理]倡议");
    expect("\"全球治理\"", "提出全球治理倡议", CSA_LANGUAGE_CHINESE, 200, "提出[全球治理]倡议");
    expect("球", "全球治理", CSA_LANGUAGE_CHINESE, 200, "全[球]治理");
}

static void test_the_sentence_with_more_words_is_chosen(void **state)
{
    (void)state;
    expect(
        "gas pipeline",
        "Coal is not the subject here. Gas prices rose last winter in the north. The gas pipeline opened in "
        "December. Nothing else happened that year.",
        CSA_LANGUAGE_ENGLISH, 60, "~The [gas] [pipeline] opened in December.~");
}

static void test_fragments_keep_reading_order(void **state)
{
    (void)state;
    char *snippet =
        snippet_of("alpha omega",
                   "The alpha stands first. Then come many words that nobody asked for at all. More of "
                   "them follow here. At the end stands omega.",
                   CSA_LANGUAGE_ENGLISH, 70);
    assert_string_equal(snippet, "The [alpha] stands first.~At the end stands [omega].");
    free(snippet);
}

static void test_a_long_sentence_is_cut_between_words(void **state)
{
    (void)state;
    struct csa_buffer text;
    csa_buffer_init(&text, 1 << 20);
    for (int i = 0; i < 200; i++) {
        csa_buffer_append_format(&text, "word%d ", i);
    }
    csa_buffer_append_view(&text, csa_view_of("needle "));
    for (int i = 0; i < 200; i++) {
        csa_buffer_append_format(&text, "word%d ", i);
    }
    csa_buffer_append_byte(&text, 0);
    char *snippet = snippet_of("needle", text.data, CSA_LANGUAGE_NONE, 120);
    assert_non_null(strstr(snippet, "[needle]"));
    assert_true(strlen(snippet) < 140);
    assert_memory_equal(snippet, "~word", 5);
    free(snippet);
    csa_buffer_release(&text);
}

static void test_without_a_match_the_beginning_is_shown(void **state)
{
    (void)state;
    expect("absent", "First sentence. Second sentence.", CSA_LANGUAGE_NONE, 20, "First sentence.~");
    expect("absent", "", CSA_LANGUAGE_NONE, 20, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_the_sentence_with_more_words_is_chosen),
        cmocka_unit_test(test_fragments_keep_reading_order),
        cmocka_unit_test(test_a_long_sentence_is_cut_between_words),
        cmocka_unit_test(test_without_a_match_the_beginning_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
