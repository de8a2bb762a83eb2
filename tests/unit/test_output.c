/* What is printed: JSON and HTML escaping, TREC fields, text wrapped to narrow terminals. */
#include "searcher/output/escape.h"
#include "searcher/output/json.h"
#include "searcher/output/text.h"
#include "searcher/output/trec.h"
#include "searcher/query/parse.h"

#include "common/text/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(struct csa_buffer *out, const char *expected)
{
    csa_buffer_append_byte(out, 0);
    assert_false(out->failed);
    assert_string_equal(out->data, expected);
    csa_buffer_clear(out);
}

/* ---- escaping ---- */

static void expect_json(struct csa_view text, const char *expected)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1024);
    csa_json_string(&out, text);
    expect(&out, expected);
    csa_buffer_release(&out);
}

static void test_json_strings(void **state)
{
    (void)state;
    expect_json((struct csa_view){0}, "\"\"");
    expect_json(csa_view_of("a \"b\" \\ /"), "\"a \\\"b\\\" \\\\ /\"");
    expect_json(csa_view_of("\n\t\r\b\x1B\x7F"), "\"\\n\\u0009\\u000d\\u0008\\u001b\\u007f\"");
    expect_json(csa_view_make("a\0b", 3), "\"a\\u0000b\"");
    expect_json(csa_view_of("\xE2\x80\xA8\xE2\x80\xA9"), "\"\\u2028\\u2029\"");
    expect_json(csa_view_of("\xE6\xB2\xBB\xF0\x9F\x9A\x82"), "\"\xE6\xB2\xBB\xF0\x9F\x9A\x82\"");
}

static void test_json_strings_are_valid_utf8(void **state)
{
    (void)state;
    expect_json(csa_view_of("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
    expect_json(csa_view_of("a\xE6\xB2"), "\"a\xEF\xBF\xBD\"");           /* cut short */
    expect_json(csa_view_of("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\""); /* overlong */
    expect_json(csa_view_of("\xE6\""), "\"\xEF\xBF\xBD\\\"\"");           /* a quote behind a broken byte */
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 16);
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b += 3) {
            const char bytes[3] = {(char)a, (char)b, 'x'};
            csa_json_string(&out, csa_view_make(bytes, sizeof bytes));
            assert_true(csa_utf8_is_valid(csa_buffer_view(&out)));
            csa_buffer_clear(&out);
        }
    }
    csa_buffer_release(&out);
}

static void test_nulls_and_dates(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 1024);
    csa_json_string_or_null(&out, (struct csa_view){0});
    expect(&out, "null");
    csa_json_string_or_null(&out, csa_view_of("x"));
    expect(&out, "\"x\"");
    csa_date_append(&out, 20230811);
    expect(&out, "2023-08-11");
    csa_date_append(&out, 20230800);
    expect(&out, "2023-08");
    csa_date_append(&out, 20230000);
    expect(&out, "2023");
    csa_date_append(&out, 9870000);
    expect(&out, "0987");
    csa_date_append(&out, 0);
    expect(&out, "");
    csa_buffer_release(&out);
}

static void test_html(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 1024);
    csa_html_escape(&out, csa_view_of("<a href=\"x\" title='y'>R&D</a> \xD0\xB3"));
    expect(&out, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;R&amp;D&lt;/a&gt; \xD0\xB3");
    csa_html_escape(&out, (struct csa_view){0});
    expect(&out, "");
    csa_buffer_release(&out);
}

static void test_trec(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 1024);
    csa_trec_line(&out, csa_view_of("q 1"), csa_view_of("a\tb\nc d.txt"), 3, 1.5, "csa");
    expect(&out, "q%201 Q0 a%09b%0Ac%20d.txt 3 1.5 csa\n");
    csa_trec_line(&out, (struct csa_view){0}, csa_view_of("\xD0\xB3"), 1, 0.1F, "csa");
    expect(&out, "- Q0 \xD0\xB3 1 0.100000001 csa\n");
    csa_buffer_release(&out);
}

/* ---- a page ---- */

struct sheet {
    struct csa_arena arena;
    struct csa_query query;
    struct csa_page page;
    struct csa_page_hit hit;
    struct csa_page_passage passage;
    struct csa_buffer out;
};

/* A page of one hit of one passage. */
static void sheet_init(struct sheet *sheet, const char *query, const char *title, const char *text)
{
    struct csa_error error = {0};
    *sheet = (struct sheet){0};
    csa_arena_init(&sheet->arena, 0);
    csa_buffer_init(&sheet->out, 1 << 20);
    assert_int_equal(csa_query_parse(csa_view_of(query), &sheet->arena, &sheet->query, &error), CSA_OK);
    struct csa_marker *marker;
    assert_int_equal(csa_marker_new(&sheet->query, NULL, &marker, &error), CSA_OK);
    struct csa_marker_text marked = {.text = csa_view_of(text)};
    assert_int_equal(csa_marker_mark(marker, &marked, &sheet->arena, &sheet->passage.marked, &error), CSA_OK);
    csa_marker_free(marker);
    csa_snippet_choose(marked.text, &sheet->passage.marked, CSA_SNIPPET_COLUMNS, &sheet->passage.snippet);
    sheet->passage.info = (struct csa_passage_info){.text = marked.text, .number = 1};
    sheet->hit = (struct csa_page_hit){
        .rank = 1,
        .score = 2,
        .article = {.id = csa_view_of("a.txt"),
                    .title = csa_view_of(title),
                    .language = "",
                    .date = 20230811},
        .passages = &sheet->passage,
        .passage_count = 1,
    };
    sheet->page = (struct csa_page){
        .query = &sheet->query,
        .result = {.exact = true, .passages_matched = 1, .articles_matched = 1},
        .hits = &sheet->hit,
        .hit_count = 1,
    };
}

static void sheet_release(struct sheet *sheet)
{
    csa_buffer_release(&sheet->out);
    csa_arena_release(&sheet->arena);
}

/* The page without its first two lines (the counts, and an empty one). */
static const char *sheet_text(struct sheet *sheet, bool colour, unsigned width)
{
    const struct csa_text_style style = {.colour = colour, .width = width};
    csa_buffer_clear(&sheet->out);
    csa_text_page(&sheet->out, &sheet->page, NULL, NULL, (struct csa_view){0}, &style);
    csa_buffer_append_byte(&sheet->out, 0);
    assert_false(sheet->out.failed);
    const char *body = strstr(sheet->out.data, "\n\n");
    assert_non_null(body);
    return body + 2;
}

static void expect_width(const char *text, size_t width)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        if (csa_utf8_columns(csa_view_make(text, size)) > width) {
            fail_msg("wider than %zu: %.*s", width, (int)size, text);
        }
        text += size + (text[size] != '\0');
    }
}

static void test_wrapping(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "The price of natural gas", "Some gas flows through many lines.");
    assert_string_equal(sheet_text(&sheet, false, 20), " 1. The price of\n"
                                                       "    natural gas\n"
                                                       "    2023-08-11 ·\n"
                                                       "    a.txt\n"
                                                       "    [1] Some gas\n"
                                                       "    flows through\n"
                                                       "    many lines.\n\n");
    assert_string_equal(sheet_text(&sheet, true, 80),
                        " 1. \033[1mThe price of natural gas\033[0m\n"
                        "    \033[2m2023-08-11 · a.txt\033[0m\n"
                        "    \033[2m[1]\033[0m Some \033[1;33mgas\033[0m flows through many lines.\n\n");
    sheet_release(&sheet);
}

static void test_wide_characters(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "治理", "提出全球治理倡议提出全球治理倡议",
               "提出全球治理倡议提出全球治理倡议提出全球治理倡议");
    const char *text = sheet_text(&sheet, false, 20);
    expect_width(text, 20);
    assert_memory_equal(text, " 1. 提出全球治理倡议\n    提出全球治理倡议\n",
                        sizeof " 1. 提出全球治理倡议\n    提出全球治理倡议\n" - 1);
    for (unsigned width = 6; width < 60; width++) {
        expect_width(sheet_text(&sheet, false, width), width > 16 ? width : 16);
    }
    sheet_release(&sheet);
}

static void test_no_width_hangs(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "提出 gas", "gas 提出 \xCC\x81 gas");
    for (unsigned width = 0; width < 8; width++) {
        assert_non_null(strstr(sheet_text(&sheet, true, width), "g"));
    }
    sheet_release(&sheet);
}

static void test_no_escape_reaches_a_terminal(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas \x1B[31m", "a\x1B[31mb\xC2\x9B", "gas \x1B]0;x\x07 \x7F\r\b");
    sheet.hit.article.source = csa_view_of("\x1B[2J");
    sheet.query.notes = csa_arena_alloc(&sheet.arena, 1, sizeof *sheet.query.notes);
    assert_non_null(sheet.query.notes);
    sheet.query.notes[0].message = csa_view_of("not read: \x1B[5m");
    sheet.query.note_count = 1;
    const struct csa_text_style style = {.width = 40};
    csa_text_page(&sheet.out, &sheet.page, NULL, NULL, csa_view_of("topic\x1B"), &style);
    for (size_t i = 0; i < sheet.out.size; i++) {
        unsigned char byte = (unsigned char)sheet.out.data[i];
        assert_true(byte == '\n' || (byte >= ' ' && byte != 0x7F));
    }
    csa_buffer_append_byte(&sheet.out, 0);
    assert_null(strstr(sheet.out.data, "\xC2\x9B"));
    assert_non_null(strstr(sheet.out.data, "== topic : gas  [31m\n"));
    sheet_release(&sheet);
}

static void test_a_text_that_is_not_stored(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "", "");
    assert_string_equal(sheet_text(&sheet, false, 80),
                        " 1. a.txt\n    2023-08-11 · a.txt\n    [1] (text not stored)\n\n");
    sheet_release(&sheet);
}

static void test_a_page_as_json(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas +\"a b\"", "R&D \"x\"", "<gas> & a b");
    static const char *limits[] = {"a \"limit\""};
    sheet.page.result.limits = limits;
    sheet.page.result.limit_count = 1;
    sheet.page.result.exact = false;
    csa_json_page(&sheet.out, &sheet.page, NULL, NULL, csa_view_of("7"));
    expect(
        &sheet.out,
        "{\"id\": \"7\", \"query\": \"gas +\\\"a b\\\"\", \"parsed\": \"gas +\\\"a b\\\"\", \"articles\": 1, "
        "\"passages\": 1, \"exact\": false, \"took_ms\": 0.00, \"suggestion\": null, "
        "\"limits\": [\"a \\\"limit\\\"\"], \"hits\": [{\"rank\": 1, \"score\": 2, \"article\": {\"id\": "
        "\"a.txt\", \"title\": \"R&D \\\"x\\\"\", \"date\": \"2023-08-11\", \"url\": null, \"author\": null, "
        "\"source\": null, \"language\": null}, \"passages\": [{\"number\": 1, \"score\": 0, \"offset\": 0, "
        "\"text\": \"<gas> & a b\", \"snippet\": \"&lt;<mark>gas</mark>&gt; &amp; <mark>a b</mark>\"}]}]}\n");
    sheet_release(&sheet);
}

static void test_a_full_buffer_is_said(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "title", "some gas");
    for (size_t room = 0; room < 400; room += 7) {
        struct csa_buffer out;
        struct csa_error error = {0};
        csa_buffer_init(&out, room);
        csa_json_page(&out, &sheet.page, NULL, NULL, (struct csa_view){0});
        assert_true(out.size <= room);
        assert_int_equal(csa_buffer_check(&out, "output", &error), out.failed ? CSA_ERROR_LIMIT : CSA_OK);
        assert_true(out.failed || out.data[out.size - 1] == '\n');
        csa_buffer_release(&out);
    }
    sheet_release(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_strings),
        cmocka_unit_test(test_json_strings_are_valid_utf8),
        cmocka_unit_test(test_nulls_and_dates),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_trec),
        cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_wide_characters),
        cmocka_unit_test(test_no_width_hangs),
        cmocka_unit_test(test_no_escape_reaches_a_terminal),
        cmocka_unit_test(test_a_text_that_is_not_stored),
        cmocka_unit_test(test_a_page_as_json),
        cmocka_unit_test(test_a_full_buffer_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
