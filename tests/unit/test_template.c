/* Templates: what is written where, what is refused with which line, sections, partials, whole lines, limits;
 * and the values that they are filled with. test_property_template.c tries them at random. */
#include "searcher/site/template.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct csa_arena arena;
static struct csa_value *values;

static int set_up(void **state)
{
    (void)state;
    csa_arena_init(&arena, 0);
    struct csa_value_builder builder = {.arena = &arena};
    values = csa_value_new_object(&builder);
    csa_value_set_text(&builder, values, "a", csa_view_of("<&\"'>"));
    csa_value_set_text(&builder, values, "q", csa_view_of("x y&c/\xC3\xBC"));
    csa_value_set_text(&builder, values, "js", csa_view_of("javascript:alert(1)"));
    csa_value_set_text(&builder, values, "word", csa_view_of("javascript"));
    csa_value_set_text(&builder, values, "slash", csa_view_of("/"));
    csa_value_set_text(&builder, values, "url", csa_view_of("https://h/?a=1&b=2"));
    csa_value_set_text(&builder, values, "path", csa_view_of("?q=1"));
    csa_value_set_text(&builder, values, "empty", csa_view_of(""));
    csa_value_set_number(&builder, values, "n", 1234567);
    csa_value_set_flag(&builder, values, "yes", true);
    csa_value_set_flag(&builder, values, "no", false);
    csa_value_set_list(&builder, values, "none");
    struct csa_value *list = csa_value_set_list(&builder, values, "list");
    for (unsigned i = 1; i <= 3; i++) {
        struct csa_value *item = csa_value_add_object(&builder, list);
        csa_value_set_number(&builder, item, "i", i);
        csa_value_set_flag(&builder, item, "second", i == 2);
    }
    struct csa_value *texts = csa_value_set_list(&builder, values, "texts");
    csa_value_add_text(&builder, texts, csa_view_of("A"));
    csa_value_add_text(&builder, texts, csa_view_of("<"));
    struct csa_value *object = csa_value_set_object(&builder, values, "o");
    csa_value_set_text(&builder, object, "a", csa_view_of("inner"));
    csa_value_set_text(&builder, csa_value_set_object(&builder, object, "p"), "deep", csa_view_of("deep"));
    assert_false(builder.failed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    csa_arena_release(&arena);
    return 0;
}

static const char *const partial_names[] = {"page", "head", "again", "circle", "broken", "outer"};
static const char *const partial_texts[] = {
    "", "<b>{{a}}</b>\n", "{{> head}}{{> head}}", "{{> circle}}", "\n<p {{", "{{#yes}}{{> head}}{{/yes}}"};

static enum csa_status parse(const char *text, struct csa_template **parsed, struct csa_error *error)
{
    struct csa_template_source sources[6];
    for (size_t i = 0; i < 6; i++) {
        sources[i] = (struct csa_template_source){partial_names[i], partial_names[i],
                                                  csa_view_of(i == 0 ? text : partial_texts[i])};
    }
    return csa_template_parse(sources, 6, parsed, error);
}

static void expect(const char *text, const char *expected)
{
    struct csa_template *parsed;
    struct csa_error error = {0};
    if (parse(text, &parsed, &error) != CSA_OK) {
        fail_msg("%s\nis refused: %s", text, error.message);
    }
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_template_render(parsed, values, &out);
    csa_buffer_append_byte(&out, 0);
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
    csa_template_free(parsed);
}

static void expect_error(const char *text, enum csa_status status, const char *part)
{
    struct csa_template *parsed;
    struct csa_error error = {0};
    enum csa_status got = parse(text, &parsed, &error);
    if (got != status || strstr(error.message, part) == NULL) {
        fail_msg("%s\ngives %d \"%s\", not %d \"%s\"", text, got, error.message, status, part);
    }
    assert_null(parsed);
}

static void refuse(const char *text, const char *part)
{
    expect_error(text, CSA_ERROR_DAMAGED, part);
}

/* ---- values ---- */

static void test_values_as_text(void **state)
{
    (void)state;
    expect("", "");
    expect("plain < & text", "plain < & text");
    expect("<p>{{a}}</p>", "<p>&lt;&amp;\"'&gt;</p>");
    expect("{{ a }}{{nothing}}{{yes}}{{list}}{{o}}{{empty}}|{{n}}", "&lt;&amp;\"'&gt;|1234567");
    expect("{{o.a}} {{o.p.deep}} {{o.x}} {{o.a.b}} {{a.b}}", "inner deep   ");
    expect("<title>{{a}}</title>", "<title>&lt;&amp;\"'&gt;</title>");
    expect("<textarea rows=2>\n{{a}}</textarea >x", "<textarea rows=2>\n&lt;&amp;\"'&gt;</textarea >x");
    expect("<TITLE>a < b {{q}}</TiTle><p>", "<TITLE>a < b x y&amp;c/\xC3\xBC</TiTle><p>");
}

static void test_values_in_attributes(void **state)
{
    (void)state;
    expect("<p title=\"{{a}}\" class='x {{a}}'>",
           "<p title=\"&lt;&amp;&#34;&#39;&gt;\" class='x &lt;&amp;&#34;&#39;&gt;'>");
    expect("<input value = \"{{q}}\"/>", "<input value = \"x y&amp;c/\xC3\xBC\"/>");
    expect("<a data-href=\"{{js}}\" xml:lang=\"{{a}}\">", "<a data-href=\"javascript:alert(1)\" "
                                                          "xml:lang=\"&lt;&amp;&#34;&#39;&gt;\">");
    expect("<meta name=description content=\"{{a}}\">",
           "<meta name=description content=\"&lt;&amp;&#34;&#39;&gt;\">");
}

static void test_values_in_urls(void **state)
{
    (void)state;
    expect("<a href=\"{{url}}\">", "<a href=\"https://h/?a=1&amp;b=2\">");
    expect("<a href='{{js}}'>", "<a href='#'>");
    expect("<a HREF=\" {{js}}\">", "<a HREF=\" #\">");
    expect("<a href=\"?q={{q}}&amp;x\">", "<a href=\"?q=x%20y%26c%2F%C3%BC&amp;x\">");
    expect("<a href=\"{{path}}#p{{n}}\">", "<a href=\"?q=1#p1234567\">");
    expect("<a href=\"{{word}}{{js}}\">", "<a href=\"./javascriptjavascript%3Aalert%281%29\">");
    expect("<a href=\"{{empty}}{{js}}\">", "<a href=\"javascript%3Aalert%281%29\">");
    expect("<a href=\"java{{js}}\">", "<a href=\"javajavascript%3Aalert%281%29\">");
    expect("<a href=\"https://{{q}}/{{q}}\">", "<a href=\"https://x%20y%26c%2F%C3%BC/x%20y%26c%2F%C3%BC\">");
    expect("<a href=\"mailto:{{n}}\">", "<a href=\"mailto:1234567\">");
    expect("<form action=\"{{js}}\"><input formaction=\"{{js}}\"><img src=\"{{js}}\"><q cite=\"{{js}}\">",
           "<form action=\"#\"><input formaction=\"#\"><img src=\"#\"><q cite=\"#\">");
    expect("<svg><a xlink:href=\"{{js}}\"></a></svg>", "<svg><a xlink:href=\"#\"></a></svg>");
    expect("<a href=\"{{#yes}}{{url}}{{/yes}}{{^yes}}{{js}}{{/yes}}\">",
           "<a href=\"https://h/?a=1&amp;b=2\">");
    expect("<a href=\"{{#no}}{{url}}{{/no}}{{^no}}/{{js}}{{/no}}\">",
           "<a href=\"/javascript%3Aalert%281%29\">"); /* behind a section a value is a part */
    expect("<a href=\"{{#texts}}{{.}}{{/texts}}\">", "<a href=\"./A./%3C\">");
    expect("<a href=\"tel:112\"><link rel=icon href=\"data:image/png;base64,AA\">",
           "<a href=\"tel:112\"><link rel=icon href=\"data:image/png;base64,AA\">");
}

static void test_urls_that_run(void **state)
{
    (void)state;
    expect("<script src=\"{{path}}\"></script>", "<script src=\"?q=1\"></script>");
    expect("<script src=\"{{url}}\"></script>", "<script src=\"#\"></script>");
    expect("<iframe src='/x/{{url}}'></iframe>",
           "<iframe src='/x/https%3A%2F%2Fh%2F%3Fa%3D1%26b%3D2'></iframe>");
    expect("<script src=\"{{path}}&amp;x\"></script>", "<script src=\"?q=1&amp;x\"></script>");
    expect("<script src=\"app.js?v={{q}}\"></script>",
           "<script src=\"app.js?v=x%20y%26c%2F%C3%BC\"></script>");
    refuse("<script src=\"{{slash}}/{{q}}\"></script>", "loads and runs");
    refuse("<script src=\"/{{q}}/a.js\"></script>", "loads and runs");
    refuse("<script src=\"//{{q}}/a.js\"></script>", "no value may stand");
    refuse("<script src=\"https://{{q}}/a.js\"></script>", "no value may stand");
    refuse("<object data=\"{{slash}}{{q}}\">", "loads and runs");
    refuse("<embed src=\"{{#texts}}{{.}}{{/texts}}\">", "loads and runs");
}

static void test_places_without_a_safe_form(void **state)
{
    (void)state;
    refuse("<{{a}}>", "tag's name");
    refuse("<b{{a}}>", "tag's name");
    refuse("</{{a}}>", "tag's name");
    refuse("<b {{a}}>", "attribute's name");
    refuse("<b {{a}}=\"x\">", "attribute's name");
    refuse("<b x{{a}}>", "attribute's name");
    refuse("<b x ={{a}}>", "quotes");
    refuse("<b x=y{{a}}>", "quotes");
    refuse("<b x={{#yes}}\"a\"{{/yes}}>", "another place");
    refuse("<script>{{a}}</script>", "script");
    refuse("<script>var a = \"{{a}}\"</script>", "script");
    refuse("<style>p { color: {{a}} }</style>", "style");
    refuse("<iframe>{{a}}</iframe>", "script");
    refuse("<!-- {{a}} -->", "comment");
    refuse("<!doctype {{a}}>", "declaration");
    refuse("<b onclick=\"{{a}}\">", "takes no value");
    refuse("<b OnClick='x({{n}})'>", "takes no value");
    refuse("<b style=\"{{a}}\">", "takes no value");
    refuse("<img srcset=\"{{url}}\">", "takes no value");
    refuse("<iframe srcdoc=\"{{a}}\"></iframe>", "takes no value");
    refuse("<a ping=\"{{url}}\">", "takes no value");
    refuse("<a @click=\"{{a}}\" >", "takes no value");
    refuse("<a v:on=\"{{a}}\">", "takes no value");
    refuse("<base href=\"{{url}}\">", "takes no value");
    refuse("<svg><set attributeName=href to=\"{{js}}\"/></svg>", "takes no value");
    refuse("<meta charset=\"{{a}}\">", "takes no value");
    refuse("<meta http-equiv=refresh content=\"{{url}}\">", "http-equiv");
    refuse("<meta content=\"{{url}}\" http-equiv=refresh>", "http-equiv");
    refuse("<meta {{#yes}}http-equiv=refresh{{/yes}} content=\"{{url}}\">", "http-equiv");
    refuse("<title><{{a}}</title>", "behind <");
    refuse("<a href=\"javascript:x('{{q}}')\">", "scheme");
    refuse("<a href=\"JAVA\nscript:{{q}}\">", "scheme");
    refuse("<a href=\"javascript&colon;{{q}}\">", "scheme");
    refuse("<a href=\"data:text/html,{{q}}\">", "scheme");
    refuse("<a href=\"{{word}}:{{q}}\">", "colon");
    refuse("<a href=\"java{{word}}:alert(1)\">", "colon");
    refuse("<a href=\"{{#yes}}java{{/yes}}script:{{q}}\">", "colon");
    refuse("<a href=\"{{#yes}}javascript:{{/yes}}{{q}}\">", "scheme");
}

static void test_markup_that_is_refused(void **state)
{
    (void)state;
    refuse("<p", "ends inside a tag");
    refuse("<p title=\"x>", "ends inside");
    refuse("<!-- a", "ends inside");
    refuse("<title>a", "ends inside");
    refuse("<script>x</scriptx>", "script");
    refuse("<script>if (a<b) {}</script>", "put a blank");
    refuse("<script><!--<script></script>", "put a blank");
    refuse("<title><b>x</b></title>", "put a blank");
    refuse("<svg><![CDATA[x]]></svg>", "<!");
    refuse("<?php ?>", "<?");
    refuse("<plaintext>", "never ends");
    refuse("<p title=\"a\"\"b\">", "name must stand");
    refuse("<p ti\"tle>", "a quote missing");
    refuse("<p a=b\"c>", "without quotes");
    refuse("<p a=>", "missing");
    refuse("<p$>", "tag's name");
    refuse("<a hr/ef=\"{{a}}\">", "slash");
    refuse("<a title}=\"{{a}}\">", "attribute's name");
    refuse("</ p>", "without a tag's name");
    refuse("<!-- a --!>", "--!");
    refuse("<!-->", "no comments");
    refuse("<!--->", "no comments");
    expect("<!doctype html><!-- a - b -- c --><!----><!-----><!--a--->",
           "<!doctype html><!-- a - b -- c --><!----><!-----><!--a--->");
    expect("<script>a < b && c << 2;</script><style>a > b {}</style>",
           "<script>a < b && c << 2;</script><style>a > b {}</style>");
}

/* ---- sections ---- */

static void test_sections(void **state)
{
    (void)state;
    expect("{{#yes}}1{{/yes}}{{#no}}2{{/no}}{{^yes}}3{{/yes}}{{^no}}4{{/no}}", "14");
    expect("{{#a}}1{{/a}}{{#empty}}2{{/empty}}{{^empty}}3{{/empty}}{{#nothing}}4{{/nothing}}", "13");
    expect("{{#none}}1{{/none}}{{^none}}2{{/none}}{{#o}}3{{/o}}", "23");
    expect("{{#list}}{{i}}{{#second}}!{{/second}},{{/list}}", "1,2!,3,");
    expect("{{#texts}}[{{.}}]{{/texts}}", "[A][&lt;]");
    expect("{{#a}}{{.}}{{/a}}", "&lt;&amp;\"'&gt;");
    expect("{{#o}}{{a}} {{n}} {{p.deep}}{{/o}}", "inner 1234567 deep"); /* innermost first, then outwards */
    expect("{{#list}}{{#list}}{{i}}{{/list}} {{/list}}", "123 123 123 ");
    expect("{{#o.p}}{{deep}}{{/o.p}}", "deep");
}

static void test_sections_in_tags(void **state)
{
    (void)state;
    expect("<option{{#yes}} selected{{/yes}}>", "<option selected>");
    expect("<option{{#no}} selected{{/no}}>", "<option>");
    expect("<option value=a{{#yes}} selected{{/yes}}>", "<option value=a selected>");
    expect("<option {{#yes}}selected{{/yes}}>", "<option selected >");
    expect("<option {{#list}}selected{{/list}} x>", "<option selected selected selected  x>");
    expect("<a{{#yes}} href=\"{{url}}\"{{/yes}} class=\"a{{#no}} b{{/no}}\">",
           "<a href=\"https://h/?a=1&amp;b=2\" "
           "class=\"a\">");
    expect("<a x {{#yes}}y{{/yes}}>", "<a x y >");
    expect("<p title='{{#list}}{{i}}{{/list}}'>", "<p title='123'>");
    expect("<!-- {{#yes}}x{{/yes}} -->", "<!-- x -->");
    refuse("<option{{#yes}} selected{{/yes}}x>", "a blank must stand between");
    refuse("<option{{#yes}}selected{{/yes}}>", "a blank must stand between");
    refuse("<br{{#yes}}/{{/yes}}>", "blank must stand");
    refuse("<a href=x{{#yes}}y{{/yes}}>", "a blank must stand between");
    refuse("<a x{{#yes}} y{{/yes}}=\"z\">", "a blank must stand between");
    refuse("<a x {{#yes}}{{/yes}}=\"z\">", "name must stand");
    refuse("{{#yes}}<p{{/yes}}>", "another place");
    refuse("<p {{#yes}}title=\"{{/yes}}\">", "another place");
    refuse("<p title=\"{{#yes}}\"{{/yes}}>", "another place");
    refuse("{{#yes}}<title>{{/yes}}</title>", "another place");
    refuse("{{#yes}}<!--{{/yes}}-->", "another place");
    /* Twice in a row this would be an onclick. */
    expect("<a {{#list}}nclick=\"{{i}}\" o{{/list}}>", "<a nclick=\"1\" o nclick=\"2\" o nclick=\"3\" o >");
}

/* ---- tags ---- */

static void test_whole_lines(void **state)
{
    (void)state;
    expect("a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n");
    expect("a\r\n  {{#yes}}  \r\nb\r\n\t{{/yes}}\r\nc", "a\r\nb\r\nc");
    expect("{{! x }}\na\n{{! y\nz }}", "a\n");
    expect("  {{#no}}\nx\n  {{/no}}\n", "");
    expect(" {{n}} \n", " 1234567 \n"); /* a value keeps its line */
    expect("a {{! x }}\nb", "a \nb");
    expect("{{#yes}}{{/yes}}\n", "\n"); /* two tags on a line */
    expect("{{#list}}\n<li>{{i}}\n{{/list}}\n", "<li>1\n<li>2\n<li>3\n");
    expect("<p\n{{#yes}}\n class=x\n{{/yes}}\n>", "<p\n class=x\n>");
    expect("x\n{{> head}}\ny", "x\n<b>&lt;&amp;\"'&gt;</b>\ny");
}

static void test_tags_that_are_refused(void **state)
{
    (void)state;
    refuse("a\n\n{{b", "page:3: {{ without }}");
    refuse("{{}}", "a name must stand");
    refuse("{{a b}}", "a name must stand");
    refuse("{{a..b}}", "a name must stand");
    refuse("{{.a}}", "a name must stand");
    refuse("{{a.}}", "a name must stand");
    refuse("{{=<% %>=}}", "a name must stand");
    refuse("{{\xC3\xBC}}", "a name must stand");
    refuse("{{a.b.c.d.e.f.g.h.i}}", "a name must stand");
    refuse("{{{a}}}", "no form without escaping");
    refuse("{{&a}}", "no form without escaping");
    refuse("x\n{{/a}}", "page:2: {{/a}}: no section is open");
    refuse("{{#a}}\n\n{{/b}}", "page:3: {{/b}}: the section open here is a, of line 1");
    refuse("\n{{#a}}", "page:2: {{#a}}: this section is not closed");
    refuse("{{> nowhere}}", "no template of this name");
    refuse("{{> circle}}", "circle:1: {{>circle}}: a template that uses itself");
    refuse("{{> broken}}", "broken:2: {{ without }}");
    refuse("<p {{> head}}>", "cannot stand inside a tag");
    refuse("a\n\xFF", "page:2: not UTF-8");
    refuse("\xED\xA0\x80", "not UTF-8");
}

static void test_partials(void **state)
{
    (void)state;
    expect("{{>head}}|{{> again }}",
           "<b>&lt;&amp;\"'&gt;</b>\n|<b>&lt;&amp;\"'&gt;</b>\n<b>&lt;&amp;\"'&gt;</b>\n");
    expect("{{#o}}{{> head}}{{/o}}", "<b>inner</b>\n");
    expect("\xEF\xBB\xBFx", "x");
}

/* ---- limits ---- */

static void put(char **text, const char *part)
{
    size_t size = strlen(part);
    memcpy(*text, part, size);
    *text += size;
    **text = '\0';
}

static void test_depth(void **state)
{
    (void)state;
    for (unsigned depth = 31; depth <= 33; depth++) {
        char text[4096];
        char *end = text;
        for (unsigned i = 0; i < depth; i++) {
            put(&end, "{{#yes}}");
        }
        put(&end, "x");
        for (unsigned i = 0; i < depth; i++) {
            put(&end, "{{/yes}}");
        }
        if (depth <= CSA_TEMPLATE_DEPTH) {
            expect(text, "x");
        } else {
            expect_error(text, CSA_ERROR_LIMIT, "more than 32");
        }
    }
    for (unsigned depth = 29; depth <= 31; depth++) { /* outer: a section and a partial more */
        char text[4096];
        char *end = text;
        for (unsigned i = 0; i < depth; i++) {
            put(&end, "{{#yes}}");
        }
        put(&end, "{{> outer}}");
        for (unsigned i = 0; i < depth; i++) {
            put(&end, "{{/yes}}");
        }
        if (depth == 29) {
            expect(text, "<b>&lt;&amp;\"'&gt;</b>\n");
        } else {
            expect_error(text, CSA_ERROR_LIMIT, "more than 32");
        }
    }
}

static void test_size(void **state)
{
    (void)state;
    char *text = calloc(1, CSA_TEMPLATE_MAXIMUM + 1);
    memset(text, 'x', CSA_TEMPLATE_MAXIMUM + 1);
    struct csa_template_source source = {"page", "page", csa_view_make(text, CSA_TEMPLATE_MAXIMUM)};
    struct csa_template *parsed;
    struct csa_error error = {0};
    assert_int_equal(csa_template_parse(&source, 1, &parsed, &error), CSA_OK);
    csa_template_free(parsed);
    source.text.size++;
    assert_int_equal(csa_template_parse(&source, 1, &parsed, &error), CSA_ERROR_LIMIT);
    source.text = csa_view_make("a\0", 2);
    assert_int_equal(csa_template_parse(&source, 1, &parsed, &error), CSA_ERROR_DAMAGED);
    struct csa_template_source many[10] = {{"a", "a", {"", 0}}};
    assert_int_equal(csa_template_parse(many, 10, &parsed, &error), CSA_ERROR_LIMIT);
    assert_int_equal(csa_template_parse(many, 0, &parsed, &error), CSA_ERROR_LIMIT);
    csa_template_free(NULL);
    free(text);
}

/* A template that multiplies itself stops at the limit of steps, though it writes nothing. */
static void test_endless_work(void **state)
{
    (void)state;
    char text[4096];
    char *end = text;
    for (unsigned i = 0; i < 20; i++) {
        put(&end, "{{#list}}");
    }
    put(&end, "{{empty}}");
    for (unsigned i = 0; i < 20; i++) {
        put(&end, "{{/list}}");
    }
    struct csa_template *parsed;
    assert_int_equal(parse(text, &parsed, NULL), CSA_OK);
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_template_render(parsed, values, &out);
    assert_true(out.failed && out.limited);
    csa_buffer_release(&out);
    csa_template_free(parsed);
}

static void test_a_full_buffer(void **state)
{
    (void)state;
    struct csa_template *parsed;
    assert_int_equal(parse("{{#list}}{{n}}{{/list}}", &parsed, NULL), CSA_OK);
    struct csa_buffer out;
    csa_buffer_init(&out, 10);
    csa_template_render(parsed, values, &out);
    assert_true(out.failed && out.limited);
    csa_buffer_release(&out);
    csa_template_free(parsed);
}

static void test_no_memory(void **state)
{
    (void)state;
    const char *text = "<a{{#yes}} title=\"{{o.a}}\"{{/yes}}>{{> again}}{{#list}}{{i}}{{/list}}";
    bool done = false;
    for (size_t n = 1; !done; n++) {
        struct csa_template *parsed;
        csa_memory_fail_at(n, 1);
        enum csa_status status = parse(text, &parsed, NULL);
        csa_memory_fail_at(0, 0);
        done = status == CSA_OK;
        assert_true(done || status == CSA_ERROR_MEMORY);
        csa_template_free(parsed);
        assert_in_range(n, 1, 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_as_text),
        cmocka_unit_test(test_values_in_attributes),
        cmocka_unit_test(test_values_in_urls),
        cmocka_unit_test(test_urls_that_run),
        cmocka_unit_test(test_places_without_a_safe_form),
        cmocka_unit_test(test_markup_that_is_refused),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_sections_in_tags),
        cmocka_unit_test(test_whole_lines),
        cmocka_unit_test(test_tags_that_are_refused),
        cmocka_unit_test(test_partials),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_endless_work),
        cmocka_unit_test(test_a_full_buffer),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
