/* The escapes of pages, feeds and URLs: what each writes, and that no payload leaves its place when libxml2
 * reads it. JSON and the terminal's HTML are in test_output.c. */
#include "searcher/output/escape.h"

#include "common/text/unicode.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef void escape_function(struct csa_buffer *out, struct csa_view text);

static void expect(escape_function *escape, struct csa_view text, const char *expected)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 16);
    escape(&out, text);
    csa_buffer_append_byte(&out, 0);
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
}

static void test_text(void **state)
{
    (void)state;
    expect(csa_escape_text, (struct csa_view){0}, "");
    expect(csa_escape_text, csa_view_of("a <b> & \"c\" 'd' `e`"), "a &lt;b&gt; &amp; \"c\" 'd' `e`");
    expect(csa_escape_text, csa_view_of("&lt;"), "&amp;lt;");
    expect(csa_escape_text, csa_view_make("a\0b\x1B\x7F", 5),
           "a\xEF\xBF\xBD"
           "b\xEF\xBF\xBD\xEF\xBF\xBD");
    expect(csa_escape_text, csa_view_of("a\tb\nc\r\nd"), "a\tb\nc\r\nd");
    expect(csa_escape_text, csa_view_of("\xC2\x85\xC2\xA0"), "\xEF\xBF\xBD\xC2\xA0"); /* C1, no-break space */
    expect(csa_escape_text, csa_view_of("\xE6\xB2\xBB\xF0\x9F\x9A\x82\xE2\x80\xA8"),
           "\xE6\xB2\xBB\xF0\x9F\x9A\x82\xE2\x80\xA8");
    expect(csa_escape_text, csa_view_of("+ADw-script+AD4-"), "+ADw-script+AD4-"); /* UTF-7 is text like any */
}

static void test_attributes(void **state)
{
    (void)state;
    expect(csa_escape_attribute, csa_view_of("a\" onclick='x' <&>"),
           "a&#34; onclick=&#39;x&#39; &lt;&amp;&gt;");
    expect(csa_escape_attribute, csa_view_of("\n"), "\n");
}

static void test_ill_formed_utf8(void **state)
{
    (void)state;
    escape_function *const functions[] = {csa_escape_text, csa_escape_attribute, csa_escape_xml};
    for (size_t i = 0; i < 3; i++) {
        expect(functions[i], csa_view_of("a\xFFz"), "a\xEF\xBF\xBDz");
        expect(functions[i], csa_view_of("\xE6\xB2<"), "\xEF\xBF\xBD&lt;");        /* cut short before < */
        expect(functions[i], csa_view_of("\xC0\xBC"), "\xEF\xBF\xBD\xEF\xBF\xBD"); /* overlong < */
        expect(functions[i], csa_view_of("\xED"), "\xEF\xBF\xBD");
    }
    expect(csa_escape_url_component, csa_view_of("\xFF"), "%EF%BF%BD");
}

static void test_xml(void **state)
{
    (void)state;
    expect(csa_escape_xml, csa_view_of("<a b=\"c\" d='e'>&"), "&lt;a b=&#34;c&#34; d=&#39;e&#39;&gt;&amp;");
    expect(csa_escape_xml, csa_view_make("a\0b\x01\x0C\x1F", 6), "ab"); /* forbidden: left out */
    expect(csa_escape_xml, csa_view_of("\xEF\xBF\xBE\xEF\xBF\xBFx"), "x");
    expect(csa_escape_xml, csa_view_of("a\tb\nc\rd]]>"), "a\tb\nc&#13;d]]&gt;");
}

static void test_url_components(void **state)
{
    (void)state;
    expect(csa_escape_url_component, csa_view_of("aZ09-._~"), "aZ09-._~");
    expect(csa_escape_url_component, csa_view_of("a b+c&d=e/f?g#h%i:j'k\"l"),
           "a%20b%2Bc%26d%3De%2Ff%3Fg%23h%25i%3Aj%27k%22l");
    expect(csa_escape_url_component, csa_view_of("\xD0\xB6\n"), "%D0%B6%0A");
    expect(csa_escape_url_component, csa_view_make("\0", 1), "%EF%BF%BD");
}

static void expect_url(const char *url, enum csa_url_rule rule, const char *expected)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 16);
    csa_escape_url(&out, csa_view_of(url), rule);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
}

static void test_urls(void **state)
{
    (void)state;
    expect_url("", CSA_URL_LINK, "");
    expect_url(" \n", CSA_URL_LINK, "");
    expect_url("?q=a&page=2", CSA_URL_LINK, "?q=a&amp;page=2");
    expect_url("/a b/\"'<>\\", CSA_URL_LINK, "/a%20b/%22&#39;%3C%3E%5C");
    expect_url("//evil.example/x", CSA_URL_LINK, "//evil.example/x");
    expect_url("http://h/%41%zz%", CSA_URL_LINK, "http://h/%41%25zz%25");
    expect_url(" HTTPS://h/ ", CSA_URL_LINK, "HTTPS://h/");
    expect_url("http://[::1]:80/#a", CSA_URL_LINK, "http://[::1]:80/#a");
    expect_url("mailto:a@b", CSA_URL_LINK, "mailto:a@b");
    expect_url("http://\xD0\xB6/", CSA_URL_LINK, "http://%D0%B6/");
    expect_url("page.html", CSA_URL_LINK, "./page.html");
    expect_url("../page", CSA_URL_LINK, "../page");
    expect_url("a/b:c", CSA_URL_LINK, "./a/b:c");
    expect_url("http", CSA_URL_LINK, "./http");
}

static void expect_iri(const char *url, const char *expected)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 16);
    csa_escape_iri(&out, csa_view_of(url), CSA_URL_LINK);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
}

static void test_iris(void **state)
{
    (void)state;
    expect_iri("?q=%D0%B3%D0%B0%D0%B7+\xE5\xA4\xA9&page=2",
               "?q=\xD0\xB3\xD0\xB0\xD0\xB7+\xE5\xA4\xA9&amp;page=2");
    expect_iri("http://h/\xD0\xB6#:~:text=%E5%A4%A9%20b,%F0%A0%80%80",
               "http://h/%D0%B6#:~:text=\xE5\xA4\xA9%20b,\xF0\xA0\x80\x80");
    expect_iri("?%E0%A4%95%E0%A4%BF\xE0\xA4\x95", "?\xE0\xA4\x95\xE0\xA4\xBF\xE0\xA4\x95"); /* a vowel sign */
    expect_iri("http://\xD0\xB6/%D0%B6", "http://%D0%B6/%D0%B6"); /* a host and a path stay ASCII */
    expect_iri("%D0%B6", "./%D0%B6");
    /* As they were: small digits, what ASCII has, what is cut or ill-formed, what is no letter. */
    static const char *const same[] = {
        "?%d0%b6",     "?%41%3C%22%27%26%3A%00%0A",
        "?%D0",        "?%E5%A4",
        "?%ED%A0%80",  "?%C0%BC",
        "?%FF%FE",     "?%F4%90%80%80",
        "?%25D0%25B6", "?%D0x%B6",
        "?%E5%A4%a9",  "?%F0%9F%9A%82",
        "?%E2%80%9C",  "?%C2%A0",
        "?e%CC%81",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        expect_iri(same[i], same[i]);
    }
    expect_iri("javascript:\xD0\xB6", "#");
    expect_iri("javascript:?\xD0\xB6", "#");
    expect_iri("%D0%B6:x", "#");
    expect_iri("?a%D0%B6\"<>'\xD0", "?a\xD0\xB6%22%3C%3E&#39;%EF%BF%BD");
}

/* Every character, raw and as %XX: what stands bare is a letter or a mark behind one, and seen. */
static void test_all_characters_in_iris(void **state)
{
    (void)state;
    static const struct span {
        uint32_t first, last;
    } never[] = {{0x80, 0xA9},       {0x34F, 0x34F},     {0x61C, 0x61C},   {0x115F, 0x1160},
                 {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x2000, 0x206F}, {0x3000, 0x3000},
                 {0x3164, 0x3164},   {0xD800, 0xF8FF},   {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},
                 {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFF}, {0x1BCA0, 0x1BCA3},
                 {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}};
    struct csa_buffer url, out;
    csa_buffer_init(&url, 64);
    csa_buffer_init(&out, 64);
    size_t bare_count = 0;
    for (uint32_t c = 0x80; c <= 0x10FFFF; c++) {
        char bytes[4];
        struct csa_view raw = csa_view_make(bytes, csa_utf8_encode(bytes, c));
        for (unsigned form = 0; form < 4; form++) { /* alone, behind a letter; raw, as %XX */
            csa_buffer_clear(&url);
            csa_buffer_clear(&out);
            csa_buffer_append_view(&url, csa_view_of((form & 1) != 0 ? "?\xE5\xA4\xA9" : "?"));
            if ((form & 2) != 0) {
                csa_escape_url_component(&url, raw);
            } else {
                csa_buffer_append_view(&url, raw);
            }
            csa_escape_iri(&out, csa_buffer_view(&url), CSA_URL_LINK);
            size_t before = (form & 1) != 0 ? 4 : 1;
            assert_true(out.size > before);
            bool bare = out.data[before] != '%';
            if (bare) {
                assert_true(csa_unicode_is_letter(c) || ((form & 1) != 0 && csa_unicode_is_mark(c)));
                assert_int_equal(out.size, before + raw.size);
                assert_memory_equal(out.data + before, raw.data, raw.size);
                for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
                    assert_false(c >= never[i].first && c <= never[i].last);
                }
                bare_count++;
            } else {
                assert_int_equal(out.size, before + 3 * raw.size);
            }
        }
    }
    assert_true(bare_count > 400000);
    csa_buffer_release(&url);
    csa_buffer_release(&out);
}

static void test_urls_with_other_schemes(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:x",
        "\x01javascript:x",
        "java\tscript:x",
        "java\nscript:x",
        "javascript\t:x",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "http javascript:x",
        "javascript:http://h/",
        "view-source:x",
        ":x",
        "\xE2\x80\x8Bjavascript:x",
        "java\xC2\xADscript:x",
        "httpx:y",
        "mailtojavascript:",
        "feed:javascript:x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(csa_url_is_allowed(csa_view_of(bad[i]), CSA_URL_LINK));
        expect_url(bad[i], CSA_URL_LINK, "#");
        expect_url(bad[i], CSA_URL_LOCAL, "#");
    }
    /* No colon: no scheme, and none can come of it. */
    expect_url("javascript&#58;alert(1)", CSA_URL_LINK, "./javascript&amp;#58;alert(1)");
    expect_url("javascript&colon;alert(1)", CSA_URL_LINK, "./javascript&amp;colon;alert(1)");
    expect_url("javascript%3Aalert(1)", CSA_URL_LINK, "./javascript%3Aalert(1)");
    expect_url("javascript\xEF\xBC\x9A"
               "1",
               CSA_URL_LINK, "./javascript%EF%BC%9A1");
}

static void test_local_urls(void **state)
{
    (void)state;
    expect_url("?format=script", CSA_URL_LOCAL, "?format=script");
    expect_url("/a.js", CSA_URL_LOCAL, "/a.js");
    expect_url("a.js", CSA_URL_LOCAL, "./a.js");
    static const char *const bad[] = {"http://h/a.js", "//h/a.js", "/\\h/a.js",
                                      "\\\\h\\a.js",   " //h",     "mailto:a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_url(bad[i], CSA_URL_LOCAL, "#");
    }
    expect_url("/\t/h/a.js", CSA_URL_LOCAL, "/%09/h/a.js"); /* a browser would drop a raw tab */
}

/* Every byte, alone and between others, in every place: read back by a parser it is the same text. */
static void test_round_trips(void **state)
{
    (void)state;
    for (unsigned byte = 1; byte < 0x80; byte++) {
        if ((byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F) {
            continue;
        }
        char text[] = {'a', (char)byte, 'b', '\0'};
        struct csa_buffer out;
        csa_buffer_init(&out, 1024);
        csa_buffer_append_view(&out, csa_view_of("<p title=\""));
        csa_escape_attribute(&out, csa_view_of(text));
        csa_buffer_append_view(&out, csa_view_of("\" lang='"));
        csa_escape_attribute(&out, csa_view_of(text));
        csa_buffer_append_view(&out, csa_view_of("'>"));
        csa_escape_text(&out, csa_view_of(text));
        csa_buffer_append_view(&out, csa_view_of("</p>"));
        htmlDocPtr document =
            htmlReadMemory(out.data, (int)out.size, NULL, "UTF-8",
                           HTML_PARSE_NOIMPLIED | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
        xmlNodePtr root = xmlDocGetRootElement(document);
        xmlChar *title = xmlGetProp(root, BAD_CAST "title");
        xmlChar *lang = xmlGetProp(root, BAD_CAST "lang");
        xmlChar *content = xmlNodeGetContent(root);
        assert_string_equal((char *)title, text);
        assert_string_equal((char *)lang, text);
        assert_string_equal((char *)content, text);
        xmlFree(title);
        xmlFree(lang);
        xmlFree(content);
        xmlFreeDoc(document);
        csa_buffer_clear(&out);
        csa_buffer_append_view(&out, csa_view_of("<p>"));
        csa_escape_xml(&out, csa_view_of(text));
        csa_buffer_append_view(&out, csa_view_of("</p>"));
        document = xmlReadMemory(out.data, (int)out.size, NULL, "UTF-8", XML_PARSE_NONET);
        assert_non_null(document);
        content = xmlNodeGetContent(xmlDocGetRootElement(document));
        assert_string_equal((char *)content, text);
        xmlFree(content);
        xmlFreeDoc(document);
        csa_buffer_release(&out);
    }
}

/* Whatever two bytes are escaped, the result is well-formed UTF-8 and XML. */
static void test_all_pairs_of_bytes(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 22);
    csa_buffer_append_view(&out, csa_view_of("<p>"));
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            char text[] = {(char)a, (char)b};
            csa_escape_xml(&out, csa_view_make(text, 2));
        }
    }
    csa_buffer_append_view(&out, csa_view_of("</p>"));
    assert_false(out.failed);
    assert_true(csa_utf8_is_valid(csa_buffer_view(&out)));
    xmlDocPtr document = xmlReadMemory(out.data, (int)out.size, NULL, "UTF-8", XML_PARSE_NONET);
    assert_non_null(document);
    xmlFreeDoc(document);
    csa_buffer_clear(&out);
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            char text[] = {(char)a, (char)b};
            csa_escape_text(&out, csa_view_make(text, 2));
            csa_escape_attribute(&out, csa_view_make(text, 2));
            csa_escape_url(&out, csa_view_make(text, 2), CSA_URL_LINK);
            csa_escape_iri(&out, csa_view_make(text, 2), CSA_URL_LINK);
            csa_escape_url_component(&out, csa_view_make(text, 2));
        }
    }
    assert_false(out.failed);
    assert_true(csa_utf8_is_valid(csa_buffer_view(&out)));
    assert_null(memchr(out.data, '<', out.size));
    assert_null(memchr(out.data, '\0', out.size));
    csa_buffer_release(&out);
}

static void test_a_full_buffer(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 4);
    csa_escape_text(&out, csa_view_of("<<<"));
    assert_true(out.failed && out.limited);
    csa_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_ill_formed_utf8),
        cmocka_unit_test(test_xml),
        cmocka_unit_test(test_url_components),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_iris),
        cmocka_unit_test(test_all_characters_in_iris),
        cmocka_unit_test(test_urls_with_other_schemes),
        cmocka_unit_test(test_local_urls),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_all_pairs_of_bytes),
        cmocka_unit_test(test_a_full_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
