/* Marks and snippets: what is marked is what matched, fragments are whole and in reading order; phrases over
 * a passage's end. */
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

static char *snippet_between(const char *query_text, const struct csa_marker_text *text, size_t columns,
                             struct csa_marked *marked)
{
    struct csa_arena arena;
    struct csa_query query;
    struct csa_error error = {0};
    struct csa_marker *marker;
    struct csa_snippet snippet;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_query_parse(csa_view_of(query_text), &arena, &query, &error), CSA_OK);
    assert_int_equal(csa_marker_new(&query, NULL, &marker, &error), CSA_OK);
    assert_int_equal(csa_marker_mark(marker, text, &arena, marked, &error), CSA_OK);
    csa_snippet_choose(text->text, marked, columns, &snippet);
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_snippet_render(text->text, marked, &snippet, bracket, &out);
    csa_buffer_append_byte(&out, 0);
    csa_marker_free(marker);
    csa_arena_release(&arena);
    return out.data;
}

static char *snippet_of(const char *query_text, const char *text, csa_language language, size_t columns)
{
    struct csa_marker_text marked_text = {.text = csa_view_of(text), .stemmer = language};
    struct csa_marked marked;
    return snippet_between(query_text, &marked_text, columns, &marked);
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

/* What stands between neighbouring sentences in the text stands between them here. */
static void test_neighbouring_sentences(void **state)
{
    (void)state;
    expect("治理 倡议", "提出治理。支持倡议。", CSA_LANGUAGE_CHINESE, 200, "提出[治理]。支持[倡议]。");
    expect("gas oil", "Some gas flows. \n Some oil flows.", CSA_LANGUAGE_NONE, 200,
           "Some [gas] flows. Some [oil] flows.");
}

static void test_dots_are_not_doubled(void **state)
{
    (void)state;
    const char *text =
        "Nothing is here. The gas ... Nothing again is here. And the oil. ... the silk. Nothing.";
    struct csa_marker_text marked_text = {.text = csa_view_of(text)};
    struct csa_marked marked = {0};
    struct csa_snippet snippet = {.fragments = {{17, 28}, {52, 64}}, .count = 2};
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_snippet_render(marked_text.text, &marked, &snippet, bracket, &out);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, "~The gas ... And the oil.~");
    csa_buffer_clear(&out);
    snippet = (struct csa_snippet){.fragments = {{0, 16}, {65, 78}}, .count = 2};
    csa_snippet_render(marked_text.text, &marked, &snippet, bracket, &out);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, "Nothing is here. ... the silk.~");
    csa_buffer_clear(&out);
    snippet = (struct csa_snippet){.fragments = {{17, 28}}, .count = 1};
    csa_snippet_render(marked_text.text, &marked, &snippet, bracket, &out);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, "~The gas ...");
    csa_buffer_release(&out);
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

static void test_sloppy_phrases_in_any_order(void **state)
{
    (void)state;
    expect("\"siberia power\"~3", "The Power of Siberia", 0, 200, "The [Power of Siberia]");
    expect("\"siberia power\"~2", "The Power of Siberia", 0, 200, "The Power of Siberia");
    expect("\"power the siberia\"~2", "power of the siberia", 0, 200, "[power of the siberia]");
    expect("\"siberia power\"", "The power siberia", 0, 200, "The power siberia");
}

static void expect_between(const char *query, const char *before, const char *text, const char *behind,
                           const char *expected, bool over_begin, bool over_end)
{
    struct csa_marker_text between = {
        .text = csa_view_of(text), .before = csa_view_of(before), .behind = csa_view_of(behind)};
    struct csa_marked marked;
    char *snippet = snippet_between(query, &between, 200, &marked);
    assert_string_equal(snippet, expected);
    assert_int_equal(marked.over_begin, over_begin);
    assert_int_equal(marked.over_end, over_end);
    free(snippet);
}

static void test_phrases_over_a_cut(void **state)
{
    (void)state;
    const char *query = "\"power of siberia\"";
    /* Alone, a text says only that a phrase may reach over its end. */
    expect_between(query, "", "The power of", "", "The power of", false, true);
    expect_between(query, "", "siberia, gas", "", "siberia, gas", true, false);
    expect_between(query, "", "The power of siberia, gas", "", "The [power of siberia], gas", false, false);
    /* With its neighbours, what is here of the phrase is marked. */
    expect_between(query, "", "The power of", "Siberia is long", "The [power of]", false, true);
    expect_between(query, "", "The power of", "Moscow", "The power of", false, false);
    expect_between(query, "Gas power", "of Siberia.", "", "[of Siberia].", true, false);
    expect_between(query, "the power", "of", "siberia", "[of]", true, true);
    /* A phrase that stands in a neighbour whole is none of this text. */
    expect_between(query, "power of siberia", "gas", "power of siberia", "gas", false, false);
    expect_between("\"siberia power\"~3", "", "gas power", "of siberia", "gas [power]", false, true);
    expect_between("siberia", "siberia", "gas", "siberia", "gas", false, false);
    /* Of a long neighbour only the near end is looked at. */
    char *filler = calloc(1, 20001);
    assert_non_null(filler);
    for (size_t i = 0; i < 20000; i += 5) {
        memcpy(filler + i, i + 5 < 20000 ? "word " : "power", 5);
    }
    expect_between(query, filler, "of siberia", "", "[of siberia]", true, false);
    free(filler);
}

static void test_a_mark_over_two_sentences(void **state)
{
    (void)state;
    expect("\"siberia the\"", "Coal is dear. Gas comes from Siberia. The line is long. It was built.", 0, 60,
           "~Gas comes from [Siberia. The] line is long.~");
}

/* The match lies behind thousands of sentences without one. */
static void test_a_late_match_is_shown(void **state)
{
    (void)state;
    struct csa_buffer text;
    csa_buffer_init(&text, 4U << 20);
    for (int i = 0; i < 3000; i++) {
        csa_buffer_append_format(&text, "Sentence %d says little. ", i);
    }
    csa_buffer_append_view(&text, csa_view_of("A needle lies here. Hay follows."));
    csa_buffer_append_byte(&text, 0);
    char *snippet = snippet_of("needle", text.data, CSA_LANGUAGE_NONE, 100);
    assert_string_equal(snippet, "~A [needle] lies here.~");
    free(snippet);
    csa_buffer_release(&text);
}

/* Only the beginning of a very long text is looked at, whatever is in it. */
static void test_long_texts_are_bounded(void **state)
{
    (void)state;
    static const char *const pieces[] = {"needle ", "x", "\xCC\x81", "\xE5\x85\xA8", " \xCC\x81"};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        struct csa_buffer text;
        csa_buffer_init(&text, 16U << 20);
        while (text.size < 8U << 20) {
            csa_buffer_append_view(&text, csa_view_of(pieces[p]));
        }
        struct csa_view late = csa_view_of(" late");
        csa_buffer_append_view(&text, late);
        struct csa_marker_text long_text = {.text = csa_buffer_view(&text),
                                            .behind = csa_view_of("needle late")};
        struct csa_marked marked;
        char *snippet =
            snippet_between("needle late \"needle late\"~100 \"late late\"", &long_text, 100, &marked);
        assert_true(strlen(snippet) < 2000);
        assert_null(strstr(snippet, "late"));
        assert_false(marked.over_end);
        free(snippet);
        csa_buffer_release(&text);
    }
}

static void test_a_mark_longer_than_the_snippet_is_cut(void **state)
{
    (void)state;
    expect("\"one two three four five six\"", "one two three four five six", 0, 12, "[one two thre]~");
    expect("\"全球治理\"", "全球治理", CSA_LANGUAGE_CHINESE, 5, "[全球]~");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_neighbouring_sentences),
        cmocka_unit_test(test_dots_are_not_doubled),
        cmocka_unit_test(test_the_sentence_with_more_words_is_chosen),
        cmocka_unit_test(test_fragments_keep_reading_order),
        cmocka_unit_test(test_a_long_sentence_is_cut_between_words),
        cmocka_unit_test(test_without_a_match_the_beginning_is_shown),
        cmocka_unit_test(test_sloppy_phrases_in_any_order),
        cmocka_unit_test(test_phrases_over_a_cut),
        cmocka_unit_test(test_a_mark_over_two_sentences),
        cmocka_unit_test(test_a_late_match_is_shown),
        cmocka_unit_test(test_long_texts_are_bounded),
        cmocka_unit_test(test_a_mark_longer_than_the_snippet_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
