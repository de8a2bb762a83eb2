/* What is printed: JSON and HTML escaping, TREC fields, text wrapped to narrow terminals. */
#include "searcher/output/escape.h"
#include "searcher/output/facets.h"
#include "searcher/output/fields.h"
#include "searcher/output/json.h"
#include "searcher/output/link.h"
#include "searcher/output/text.h"
#include "searcher/output/timeline.h"
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
        .number = 1,
        .pages = 1,
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

/* Closing punctuation does not begin a line, also not behind a mark. */
static void test_punctuation_stays_with_its_word(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "治理 gas", "",
               "全球合作治理，提出、全球倡议（合作）治理。 It (the gas), some \"gas\". More gas.");
    for (unsigned width = 16; width < 60; width++) {
        const char *text = sheet_text(&sheet, false, width);
        expect_width(text, width);
        for (const char *line = text; (line = strstr(line, "\n    ")) != NULL; line += 5) {
            static const char *const closing[] = {"，", "。", "）", "、", ",", ")", ". ", ".\n"};
            for (size_t i = 0; i < sizeof closing / sizeof *closing; i++) {
                if (strncmp(line + 5, closing[i], strlen(closing[i])) == 0) {
                    fail_msg("at %u columns: %s", width, text);
                }
            }
        }
    }
    sheet_release(&sheet);
}

static bool is_ascii_word(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* Lines are filled, and neither a number nor a Latin word is cut, whatever a run without spaces begins with.
 */
static void test_chinese_with_digits_and_latin(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2015年3月11日股份在2015年3月11日上市，與WTO成員國（含F16）的GDP增長6.5%"
        "以上，共2031人參加會議並發表聲明。",
        "股份在2015年3月11日上市，與WTO成員國（含F16）的GDP增長6.5%"
        "以上，共2031人參加會議並發表聲明，全球治理倡議。",
        "gas "
        "2015年3月11日股份在香港上市的公司與成員國的全球治理倡議共同增長以上，共2031人參加會議並發表聲明。",
    };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        struct sheet sheet;
        sheet_init(&sheet, "xqxq", "", texts[t]);
        sheet.passage.snippet =
            (struct csa_snippet){.fragments = {{0, (uint32_t)strlen(texts[t])}}, .count = 1};
        for (unsigned width = 24; width < 80; width++) {
            const char *text = strstr(sheet_text(&sheet, false, width), "[1] ");
            assert_non_null(text);
            expect_width(text, width);
            size_t before = 4; /* columns in front */
            for (const char *end; (end = strstr(text, "\n    ")) != NULL; text = end + 5) {
                size_t columns = before + csa_utf8_columns(csa_view_make(text, (size_t)(end - text)));
                before = 4;
                if ((is_ascii_word(end[-1]) && is_ascii_word(end[5])) || columns + 8 < width) {
                    fail_msg("at %u columns: %s", width, sheet.out.data);
                }
            }
        }
        sheet_release(&sheet);
    }
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
                        " 1. a.txt\n    2023-08-11\n    [1] (text not stored)\n\n");
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
        "\"sort\": \"relevance\", \"page\": 1, \"pages\": 1, \"limits\": [\"a \\\"limit\\\"\"], \"hits\": "
        "[{\"rank\": 1, \"score\": 2, \"article\": {\"id\": "
        "\"a.txt\", \"title\": \"R&D \\\"x\\\"\", \"date\": \"2023-08-11\", \"url\": null, \"author\": null, "
        "\"source\": null, \"language\": null}, \"passages\": [{\"number\": 1, \"score\": 0, \"offset\": 0, "
        "\"text\": \"<gas> & a b\", \"snippet\": \"&lt;<mark>gas</mark>&gt; &amp; <mark>a b</mark>\", "
        "\"fragment\": null}]}]}\n");
    sheet_release(&sheet);
}

static void test_an_origin_and_its_links(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "Gas", "Some gas.");
    sheet.hit.article.source = csa_view_of("Wire");
    sheet.hit.article.url = csa_view_of("https://example.org/a b#top");
    assert_string_equal(
        sheet_text(&sheet, false, 80),
        " 1. Gas\n    2023-08-11 · Wire · a.txt · https://example.org/a b#top\n    [1] Some gas.\n\n");
    const struct csa_text_style style = {.links = true, .width = 80};
    csa_buffer_clear(&sheet.out);
    csa_text_page(&sheet.out, &sheet.page, NULL, NULL, (struct csa_view){0}, &style);
    csa_buffer_append_byte(&sheet.out, 0);
    assert_string_equal(strstr(sheet.out.data, "\n\n") + 2,
                        " 1. \033]8;;https://example.org/a%20b#top\033\\Gas\033]8;;\033\\\n"
                        "    2023-08-11 · Wire · a.txt · \033]8;;https://example.org/a%20b#top\033\\"
                        "https://example.org/a b#top\033]8;;\033\\\n"
                        "    \033]8;;https://example.org/a%20b#top:~:text=Some%20gas.\033\\[1]\033]8;;\033\\ "
                        "Some gas.\n\n");
    /* What is no address on the web is no link. */
    sheet.hit.article.url = csa_view_of("javascript:alert(1)");
    csa_buffer_clear(&sheet.out);
    csa_text_page(&sheet.out, &sheet.page, NULL, NULL, (struct csa_view){0}, &style);
    csa_buffer_append_byte(&sheet.out, 0);
    assert_null(strchr(sheet.out.data, '\033'));
    sheet_release(&sheet);
}

static void test_the_line_of_counts(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "Gas", "Some gas.");
    const struct csa_text_style style = {.width = 80};
    sheet.page.sort = CSA_SORT_OLDEST;
    sheet.page.number = 2;
    sheet.page.pages = 3;
    sheet.page.result.passages_matched = 12;
    csa_text_page(&sheet.out, &sheet.page, NULL, NULL, (struct csa_view){0}, &style);
    csa_buffer_append_byte(&sheet.out, 0);
    assert_non_null(strstr(sheet.out.data, "1 article, 12 passages, oldest first, page 2 of 3 (0.0 ms)\n\n"));
    csa_buffer_clear(&sheet.out);
    sheet.page.number = 4;
    csa_text_page(&sheet.out, &sheet.page, NULL, NULL, (struct csa_view){0}, &style);
    csa_buffer_append_byte(&sheet.out, 0);
    assert_non_null(strstr(sheet.out.data, "oldest first, no page 4: there are 3 (0.0 ms)\n\n"));
    sheet_release(&sheet);
}

/* ---- text fragments ---- */

static void expect_link(const char *query, const char *url, const char *text, const char *expected)
{
    struct sheet sheet;
    sheet_init(&sheet, query, "", text);
    csa_link_passage(&sheet.out, csa_view_of(url), &sheet.passage);
    expect(&sheet.out, expected);
    sheet_release(&sheet);
}

static void test_links_to_passages(void **state)
{
    (void)state;
    expect_link("gas", "https://a.org/x", "Some gas, & state-owned.",
                "https://a.org/x#:~:text=Some%20gas%2C%20%26%20state%2Downed.");
    expect_link("gas", "http://a.org/x?q=1&r=2", "gas", "http://a.org/x?q=1&r=2#:~:text=gas");
    expect_link("gas", "HTTPS://a.org/#", "gas", "HTTPS://a.org/#:~:text=gas");
    expect_link("gas", "https://a.org/#id", "gas", "https://a.org/#id:~:text=gas");
    expect_link("gas", "https://a.org/#id:~:text=old", "gas", "https://a.org/#id:~:text=gas");
    expect_link("gas", "https://a.org/#:~:text=old", "gas", "https://a.org/#:~:text=gas");
    expect_link("gas", "https://a.org/a:~:b", "gas", "https://a.org/a:~:b#:~:text=gas"); /* in the path */
    /* Long: the first and the last words. */
    expect_link("gas", "https://a.org/", "One two three four five six gas eight nine ten eleven twelve.",
                "https://a.org/#:~:text=One%20two%20three%20four,nine%20ten%20eleven%20twelve.");
    /* The sentence with the mark in it, not the first. */
    expect_link("gas", "https://a.org/", "Nothing here. Some  gas.", "https://a.org/#:~:text=Some%20gas.");
    expect_link("газ", "https://a.org/\xD0\xB3", "газ", "https://a.org/%D0%B3#:~:text=%D0%B3%D0%B0%D0%B7");
    expect_link("治理", "https://a.org/", "全球治理",
                "https://a.org/#:~:text=%E5%85%A8%E7%90%83%E6%B2%BB%E7%90%86");
    /* Not to be linked to. */
    expect_link("gas", "", "gas", "");
    expect_link("gas", "javascript:alert(1)", "gas", "");
    expect_link("gas", "file:///gas", "gas", "");
    expect_link("gas", "https://a.org/", "", "");
}

/* A browser looks for each end within one block of the page. */
static void test_a_link_does_not_go_over_lines(void **state)
{
    (void)state;
    struct sheet sheet;
    const char *text = "One\ntwo gas four\nfive six seven eight\nnine";
    sheet_init(&sheet, "gas", "", text);
    sheet.passage.snippet = (struct csa_snippet){.fragments = {{0, (uint32_t)strlen(text)}}, .count = 1};
    csa_link_passage(&sheet.out, csa_view_of("https://a.org/"), &sheet.passage);
    expect(&sheet.out, "https://a.org/#:~:text=One,nine");
    sheet_release(&sheet);
}

static void test_a_link_ends_at_punctuation_where_words_are_not_apart(void **state)
{
    (void)state;
    struct sheet sheet;
    /* 90 characters: a clause of 3, one of 80, one of 4. */
    char text[512] = "习近平，";
    for (unsigned i = 0; i < 80; i++) {
        strcat(text, i == 40 ? "治" : i == 41 ? "理" : "提");
    }
    strcat(text, "，全球倡议。");
    sheet_init(&sheet, "治理", "", text);
    sheet.passage.snippet = (struct csa_snippet){.fragments = {{0, (uint32_t)strlen(text)}}, .count = 1};
    csa_link_passage(&sheet.out, csa_view_of("https://a.org/"), &sheet.passage);
    expect(&sheet.out, "https://a.org/#:~:text=%E4%B9%A0%E8%BF%91%E5%B9%B3,"
                       "%E5%85%A8%E7%90%83%E5%80%A1%E8%AE%AE%E3%80%82");
    sheet_release(&sheet);
}

/* No byte of a link needs quoting, whatever the text and the URL are made of. */
static void test_links_are_plain(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (unsigned round = 0; round < 3000; round++) {
        char text[200], url[60] = "https://a.org/";
        size_t size = 1 + round % 190;
        for (size_t i = 0; i < size; i++) {
            random = random * UINT64_C(6364136223846793005) + 1;
            text[i] = round % 2 == 0 ? "ab ,.-&\n\xE6\xB2\xBB"[random >> 60 & 10] : (char)(random >> 56);
        }
        for (size_t i = 14; i < 59; i++) {
            random = random * UINT64_C(6364136223846793005) + 1;
            url[i] = (char)(1 + (random >> 57));
        }
        url[59] = '\0';
        struct csa_page_passage passage = {.info = {.text = csa_view_make(text, size)}};
        passage.snippet = (struct csa_snippet){.fragments = {{0, (uint32_t)size}}, .count = 1};
        struct csa_buffer out;
        csa_buffer_init(&out, 1 << 16);
        csa_link_passage(&out, csa_view_of(url), &passage);
        for (size_t i = 0; i < out.size; i++) {
            assert_true(out.data[i] > ' ' && out.data[i] < 0x7F && out.data[i] != '"' && out.data[i] != '<');
        }
        csa_buffer_append_byte(&out, 0);
        const char *directive = strstr(out.data, ":~:text=");
        for (const char *p = directive == NULL ? "" : directive + 8; *p != '\0'; p++) {
            assert_true(strchr("&-", *p) == NULL);
        }
        csa_buffer_release(&out);
    }
}

/* ---- lines of fields ---- */

static void test_lines_of_fields(void **state)
{
    (void)state;
    struct sheet sheet;
    struct csa_error error = {0};
    struct csa_output_fields fields;
    sheet_init(&sheet, "gas", "A\ttitle\nof \x1B[31m two\xC2\x9B lines", "Some gas\tflows.");
    sheet.hit.article.id = csa_view_of("\xFFid\xC2");
    sheet.hit.article.url = csa_view_of("https://a.org/");
    sheet.passage.info.number = 7;
    sheet.passage.info.offset = 5120;
    assert_int_equal(
        csa_output_fields_read("ids,title,urls,date,author,score,rank,passage,offset,snippet,link", &fields,
                               &error),
        CSA_OK);
    csa_output_fields_page(&sheet.out, &sheet.page, &fields, (struct csa_view){0});
    expect(&sheet.out,
           "\xFFid\xC2\tA title of  [31m two  lines\thttps://a.org/\t2023-08-11\t\t2\t1\t7\t5120\t"
           "Some gas flows.\thttps://a.org/#:~:text=Some%20gas%20flows.\n");
    assert_true(csa_output_fields_need_text(&fields));
    assert_int_equal(csa_output_fields_read("id", &fields, &error), CSA_OK);
    assert_false(csa_output_fields_need_text(&fields));
    csa_output_fields_page(&sheet.out, &sheet.page, &fields, csa_view_of("q\t1"));
    expect(&sheet.out, "q 1\t\xFFid\xC2\n");
    sheet_release(&sheet);
}

static void test_fields_that_are_none(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", ",", "id,", ",id", "s", "dates", "ID", "id title", "nonsense"};
    struct csa_output_fields fields;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct csa_error error = {0};
        assert_int_equal(csa_output_fields_read(wrong[i], &fields, &error), CSA_ERROR_MISUSE);
    }
    struct csa_error error = {0};
    char many[200] = "id";
    for (unsigned i = 1; i < CSA_FIELDS_MAXIMUM; i++) {
        strcat(many, ",id");
    }
    assert_int_equal(csa_output_fields_read(many, &fields, &error), CSA_OK);
    assert_int_equal(fields.count, CSA_FIELDS_MAXIMUM);
    strcat(many, ",id");
    assert_int_equal(csa_output_fields_read(many, &fields, &error), CSA_ERROR_MISUSE);
}

/* ---- facets and the timeline ---- */

static void test_facets_as_text(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "Gas", "Some gas.");
    struct csa_facet_value values[30];
    char names[30][8];
    for (unsigned i = 0; i < 30; i++) {
        snprintf(names[i], sizeof names[i], "v%02u", i);
        values[i] = (struct csa_facet_value){csa_view_of(names[i]), i < 5 ? 1 : 2};
    }
    struct csa_facet_value source[] = {{csa_view_of("Caspian Ledger"), 12}, {csa_view_of("a\x1B[31m治"), 3}};
    struct csa_facet_counts facets[] = {
        {.facet = CSA_FACET_SOURCE, .values = source, .count = 2, .unknown = 4},
        {.facet = CSA_FACET_AUTHOR, .values = values, .count = 30, .more = 7},
        {.facet = CSA_FACET_YEAR, .unknown = 1},
    };
    sheet.page.result.facets = facets;
    sheet.page.result.facet_count = 3;
    const struct csa_text_style style = {.width = 36};
    csa_facets_text(&sheet.out, &sheet.page, &style);
    expect(&sheet.out, "source    Caspian Ledger (12) ·\n"
                       "          a[31m治 (3) · unknown (4)\n"
                       "author    v05 (2) · v06 (2) ·\n"
                       "          v07 (2) · v08 (2) ·\n"
                       "          v09 (2) · v10 (2) ·\n"
                       "          v11 (2) · v12 (2) ·\n"
                       "          v13 (2) · v14 (2) ·\n"
                       "          v15 (2) · v16 (2) ·\n"
                       "          v17 (2) · v18 (2) ·\n"
                       "          v19 (2) · v20 (2) ·\n"
                       "          v21 (2) · v22 (2) ·\n"
                       "          v23 (2) · v24 (2) ·\n"
                       "          17 more\n"
                       "year      unknown (1)\n\n");
    csa_facets_json(&sheet.out, &sheet.page);
    csa_buffer_append_byte(&sheet.out, 0);
    static const char begin[] =
        "[{\"field\": \"source\", \"values\": [{\"value\": \"Caspian Ledger\", \"articles\": 12}, "
        "{\"value\": "
        "\"a\\u001b[31m治\", \"articles\": 3}], \"unknown\": 4, \"more\": 0}, {\"field\": \"author\"";
    assert_memory_equal(sheet.out.data, begin, sizeof begin - 1);
    assert_non_null(strstr(sheet.out.data, "\"v29\", \"articles\": 2}], \"unknown\": 0, \"more\": 7}"));
    sheet_release(&sheet);
}

static void test_a_timeline_as_text(void **state)
{
    (void)state;
    struct sheet sheet;
    sheet_init(&sheet, "gas", "Gas", "Some gas.");
    struct csa_date_count dates[] = {{20230100, 12}, {20230105, 36}, {20230301, 1},
                                     {20230430, 96}, {20240000, 2},  {20240115, 48}};
    sheet.page.has_dates = true;
    sheet.page.result.dates = dates;
    sheet.page.result.date_count = 6;
    sheet.page.result.undated = 9;
    struct csa_text_style style = {.width = 80, .unicode = true};
    csa_timeline_text(&sheet.out, &sheet.page, &style);
    expect(&sheet.out, "by month: 195 articles, most in 2023-04 (96); 2024, no month: 2; 9 undated\n"
                       "   96                ████\n"
                       "                     ████\n"
                       "                     ████\n"
                       "      ████           ████                                         ████\n"
                       "      ████           ████                                         ████\n"
                       "      ████      ▁▁▁▁ ████                                         ████\n"
                       "      2023-01   2023-03   2023-05   2023-07   2023-09   2023-11   2024-01\n\n");
    style = (struct csa_text_style){.width = 34};
    csa_timeline_text(&sheet.out, &sheet.page, &style);
    expect(&sheet.out, "by month: 195 articles, most in\n"
                       "  2023-04 (96); 2024, no month: 2;\n"
                       "  9 undated\n"
                       "   96       ##\n"
                       "            ##\n"
                       "            ##\n"
                       "      ##    ##                ##\n"
                       "      ##    ##                ##\n"
                       "      ##  ..##                ##\n"
                       "      2023-01   2023-06   2023-11\n\n");
    for (unsigned width = 20; width < 130; width++) {
        style = (struct csa_text_style){.width = width, .unicode = width % 2 == 0};
        csa_timeline_text(&sheet.out, &sheet.page, &style);
        csa_buffer_append_byte(&sheet.out, 0);
        expect_width(sheet.out.data, width);
        csa_buffer_clear(&sheet.out);
    }
    sheet.page.result.date_count = 0;
    csa_timeline_text(&sheet.out, &sheet.page, &style);
    expect(&sheet.out, "by date: no article has one; undated: 9\n\n");
    csa_timeline_json(&sheet.out, &sheet.page);
    expect(&sheet.out, "{\"unit\": \"day\", \"undated\": 9, \"buckets\": [], \"vague\": []}");
    sheet.page.result.date_count = 2;
    csa_timeline_json(&sheet.out, &sheet.page);
    expect(&sheet.out,
           "{\"unit\": \"month\", \"undated\": 9, \"buckets\": [{\"from\": \"2023-01-01\", \"to\": "
           "\"2023-01-31\", \"articles\": 48}], \"vague\": []}");
    sheet.page.result.date_count = 6;
    csa_timeline_json(&sheet.out, &sheet.page);
    csa_buffer_append_byte(&sheet.out, 0);
    assert_non_null(strstr(sheet.out.data, "], \"vague\": [{\"date\": \"2024\", \"articles\": 2}]}"));
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
        cmocka_unit_test(test_punctuation_stays_with_its_word),
        cmocka_unit_test(test_chinese_with_digits_and_latin),
        cmocka_unit_test(test_no_width_hangs),
        cmocka_unit_test(test_no_escape_reaches_a_terminal),
        cmocka_unit_test(test_a_text_that_is_not_stored),
        cmocka_unit_test(test_a_page_as_json),
        cmocka_unit_test(test_an_origin_and_its_links),
        cmocka_unit_test(test_the_line_of_counts),
        cmocka_unit_test(test_links_to_passages),
        cmocka_unit_test(test_a_link_does_not_go_over_lines),
        cmocka_unit_test(test_a_link_ends_at_punctuation_where_words_are_not_apart),
        cmocka_unit_test(test_links_are_plain),
        cmocka_unit_test(test_lines_of_fields),
        cmocka_unit_test(test_fields_that_are_none),
        cmocka_unit_test(test_facets_as_text),
        cmocka_unit_test(test_a_timeline_as_text),
        cmocka_unit_test(test_a_full_buffer_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
