/* Unit tests of searcher/results/marks.h: what of a text is marked, for every kind of clause; snippets are
 * tested in test_results.c. */
#include "common/base/buffer.h"
#include "common/base/memory.h"
#include "searcher/query/parse.h"
#include "searcher/results/marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static struct csa_arena arena;
static struct csa_query query;

static void parse(const char *text)
{
    csa_arena_clear(&arena);
    assert_int_equal(csa_query_parse(csa_view_of(text), &arena, &query, NULL), CSA_OK);
}

/* The text with brackets around its marks. */
static void assert_marked_text(const struct csa_marker_text *text, const char *expected)
{
    struct csa_marker *marker;
    struct csa_marked marked;
    struct csa_buffer out;
    uint32_t at = 0;
    assert_int_equal(csa_marker_new(&query, NULL, &marker, NULL), CSA_OK);
    assert_int_equal(csa_marker_mark(marker, text, &arena, &marked, NULL), CSA_OK);
    csa_buffer_init(&out, 1 << 20);
    for (size_t i = 0; i < marked.count; i++) {
        assert_true(marked.marks[i].begin >= at && marked.marks[i].end > marked.marks[i].begin);
        csa_buffer_append(&out, text->text.data + at, marked.marks[i].begin - at);
        csa_buffer_append_byte(&out, '[');
        csa_buffer_append(&out, text->text.data + marked.marks[i].begin,
                          marked.marks[i].end - marked.marks[i].begin);
        csa_buffer_append_byte(&out, ']');
        at = marked.marks[i].end;
    }
    csa_buffer_append(&out, text->text.data + at, text->text.size - at);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
    csa_marker_free(marker);
}

static void assert_marks(const char *text, const char *expected)
{
    struct csa_marker_text marked = {.text = csa_view_of(text), .stemmer = CSA_LANGUAGE_ENGLISH};
    assert_marked_text(&marked, expected);
}

static void expect(const char *words, const char *text, const char *expected)
{
    parse(words);
    assert_marks(text, expected);
}

static void marks_words_and_phrases(void **state)
{
    (void)state;
    expect("pipelines", "One pipeline, two Pipelines.", "One [pipeline], two [Pipelines].");
    expect("\"two pipelines\"", "One pipeline, two Pipelines.", "One pipeline, [two Pipelines].");
    expect("pipe* -line", "pipes and a line", "[pipes] and a line");
    expect("\"b a\"~2", "a b, a x b", "[a b, a] x b");
    expect("nothing", "One pipeline", "One pipeline");
    expect("", "One pipeline", "One pipeline");
}

static void marks_patterns_and_near_spellings(void **state)
{
    (void)state;
    expect("p?pe", "a pipe, a pope, a pie", "a [pipe], a [pope], a pie");
    expect("*stan", "Kazakhstan and Uzbekistan stand", "[Kazakhstan] and [Uzbekistan] stand");
    expect("sibera~", "Siberia, Sibera, Serbia", "[Siberia], [Sibera], Serbia");
    expect("sibirea~2", "Siberia and Bavaria", "[Siberia] and Bavaria");
    expect("\"power of sib*ia\"", "the Power of Siberia; Siberia", "the [Power of Siberia]; Siberia");
}

static void marks_the_parts_of_near(void **state)
{
    (void)state;
    expect("gas NEAR/2 china", "gas one two China", "[gas] one two [China]");
    expect("gas NEAR/2 china", "China one two gas", "[China] one two [gas]");
    expect("gas NEAR/2 china", "gas one two three China", "gas one two three China");
    expect("gas NEAR/2 china", "gas and more and more of China's gas",
           "gas and more and more of [China's] [gas]");
    expect("\"power of siberia\" NEAR/1 china", "the Power of Siberia to China; Power of Asia to China",
           "the [Power of Siberia] to [China]; Power of Asia to China");
    expect("gas NEAR/3 china NEAR/3 power", "gas, power, China", "[gas], [power], [China]");
    expect("gas NEAR/3 china NEAR/3 power", "gas, power", "gas, power");
}

/* The fields of the article are not in its text. */
static void marks_nothing_for_filters(void **state)
{
    (void)state;
    parse("gas");
    query.root->children[0]->kind = CSA_NODE_FILTER;
    query.root->children[0]->field = CSA_FIELD_AUTHOR;
    assert_marks("gas and oil", "gas and oil");
}

static void marks_variants(void **state)
{
    (void)state;
    struct csa_view variants[] = {csa_view_of("mueller"), csa_view_of("molar")};
    parse("Müller \"herr muller\"");
    for (size_t i = 0; i < 2; i++) {
        struct csa_node *node = query.root->children[i];
        node = node->child_count == 0 ? node : node->children[1];
        node->variants = variants;
        node->variant_count = 2;
    }
    struct csa_marker_text text = {.text = csa_view_of("Müller, Muellers, Herr Mueller, Miller"),
                                   .stemmer = CSA_LANGUAGE_GERMAN};
    assert_marked_text(&text, "[Müller], [Muellers], [Herr Mueller], Miller");
    text.text = csa_view_of("Müllers Frau, mueller");
    text.stemmer = CSA_LANGUAGE_NONE;
    assert_marked_text(&text, "Müllers Frau, [mueller]");
}

static void marks_chinese_as_it_is_written(void **state)
{
    (void)state;
    expect("中國", "中国和中國", "[中国]和[中國]");
    expect("\"天然气协议\"", "簽署天然氣協議。", "簽署[天然氣協議]。");
    expect("气", "天然氣和天然气", "天然[氣]和天然[气]");
    expect("\"2023年\"", "在2023年夏天", "在[2023年]夏天");
    expect("人", "\U0002F804人", "\U0002F804[人]"); /* a form whose folding has fewer bytes */
    expect("\u4F60", "a\U0002F804人", "a[\U0002F804]人");
    expect("ガ", "ｶﾞｽとガス", "[ｶﾞ]ｽと[ガ]ス");
}

static void marks_over_the_ends_of_a_passage(void **state)
{
    (void)state;
    parse("\"power of siberia\" gas NEAR/3 oil");
    struct csa_marker_text text = {.text = csa_view_of("of Siberia brings gas"),
                                   .before = csa_view_of("the Power"),
                                   .behind = csa_view_of("and oil."),
                                   .stemmer = CSA_LANGUAGE_ENGLISH};
    assert_marked_text(&text, "[of Siberia] brings [gas]");
}

static void says_when_memory_runs_out(void **state)
{
    (void)state;
    parse("gas \"power of sib*\" p?pe NEAR/3 oil~");
    struct csa_marker_text text = {.text = csa_view_of("pipe and oil"), .stemmer = CSA_LANGUAGE_ENGLISH};
    bool done = false;
    for (uint64_t at = 1; at < 200 && !done; at++) {
        struct csa_marker *marker;
        struct csa_marked marked;
        struct csa_error error = {0};
        csa_memory_fail_at(at, 0);
        enum csa_status status = csa_marker_new(&query, NULL, &marker, &error);
        if (status == CSA_OK) {
            status = csa_marker_mark(marker, &text, &arena, &marked, &error);
            csa_marker_free(marker);
        }
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
        done = status == CSA_OK;
    }
    assert_true(done);
}

static int set_up(void **state)
{
    (void)state;
    csa_arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    csa_arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_words_and_phrases),
        cmocka_unit_test(marks_patterns_and_near_spellings),
        cmocka_unit_test(marks_the_parts_of_near),
        cmocka_unit_test(marks_nothing_for_filters),
        cmocka_unit_test(marks_variants),
        cmocka_unit_test(marks_chinese_as_it_is_written),
        cmocka_unit_test(marks_over_the_ends_of_a_passage),
        cmocka_unit_test(says_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
