/* Random templates filled with random values: whatever the values are, libxml2's HTML parser must find
 * exactly the elements and attributes of the template's own, no URL may have a scheme that runs, and nothing
 * may crash. Templates are a sound one with random changes, and random sequences of fragments; both are
 * deterministic. */
#include "searcher/site/template.h"

#include "common/text/unicode.h"

#include <libxml/HTMLparser.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TRIALS = 6000, TEMPLATE_MAXIMUM = 4096, VALUE_MAXIMUM = 64 };

static uint64_t seed = 20261123;

static uint32_t any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % below;
}

/* ---- values ---- */

static const char *const payloads[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    " onclick=alert(1) ",
    "javascript:alert(1)",
    "JaVa\tScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&#58;alert(1)",
    "javascript&colon;alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "//evil.example/a.js",
    "/\\evil.example/a.js",
    "--><script>alert(1)</script><!--",
    "--!><script>",
    "]]><script>",
    "</title><script>alert(1)</script>",
    "</textarea ><img src=x>",
    "</script ",
    "/title ",
    "{{a}}{{#list}}{{{b}}}",
    "&lt;script&gt;",
    "&quot; onclick=&quot;",
    "+ADw-script+AD4-",
    "\xE2\x80\xA8\xE2\x80\xA9",
    "\xC0\xBCscript\xC0\xBE",
    "\xE6\xB2",
    "\xFF\xFE<\xFF",
    "\xEF\xBC\x9Cscript\xEF\xBC\x9E",
    "`onclick=alert(1)`",
    "=x",
    ">",
    "<",
    "'",
    "\"",
    "/",
    "script",
    ":",
    "x\r\ny",
    "java",
    "javascript",
    "script",
    "script:alert(1)",
    ":alert(1)",
};

static size_t make_payload(char *out)
{
    if (any(3) != 0) {
        const char *payload = payloads[any(sizeof payloads / sizeof *payloads)];
        size_t size = strlen(payload);
        memcpy(out, payload, size);
        return size;
    }
    static const char alphabet[] = "<>\"'&=/ -!:;#?\t\nab\0\x80\xC3";
    size_t size = 1 + any(VALUE_MAXIMUM - 1);
    for (size_t i = 0; i < size; i++) {
        out[i] = any(8) == 0 ? (char)any(256) : alphabet[any(sizeof alphabet - 1)];
    }
    return size;
}

static const char *const text_names[] = {"a", "b", "c"};

static struct csa_view make_text(struct csa_arena *arena, bool harmless)
{
    char text[VALUE_MAXIMUM];
    size_t size = harmless ? 1 : make_payload(text);
    if (harmless) {
        text[0] = 'v';
    }
    return csa_arena_copy(arena, csa_view_make(text, size));
}

/* Of one shape (how flags stand and how long the list is) only the texts differ. */
enum { SHAPES = 4 };
static const struct csa_value *make_values(struct csa_arena *arena, unsigned shape, bool harmless)
{
    struct csa_value_builder builder = {.arena = arena};
    struct csa_value *values = csa_value_new_object(&builder);
    for (size_t i = 0; i < 3; i++) {
        csa_value_set_text(&builder, values, text_names[i], make_text(arena, harmless));
    }
    csa_value_set_flag(&builder, values, "yes", shape != 1);
    csa_value_set_flag(&builder, values, "no", shape == 2);
    struct csa_value *list = csa_value_set_list(&builder, values, "list");
    for (unsigned i = 0; i < shape; i++) {
        csa_value_set_text(&builder, csa_value_add_object(&builder, list), "a", make_text(arena, harmless));
    }
    assert_false(builder.failed);
    return values;
}

/* ---- what a parser sees ---- */

static bool is_url_name(const char *name)
{
    static const char *const names[] = {"href", "src", "action", "formaction", "cite", "poster", "data"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether following the URL runs something. As a browser reads it: leading blanks and controls, and tabs and
 * line ends anywhere, do not count. */
static bool is_running(const xmlChar *url)
{
    char plain[32];
    size_t size = 0;
    for (; *url != '\0' && size + 1 < sizeof plain; url++) {
        if ((size == 0 && *url <= ' ') || *url == '\t' || *url == '\n' || *url == '\r') {
            continue;
        }
        plain[size++] = (char)(*url >= 'A' && *url <= 'Z' ? *url + 32 : *url);
    }
    plain[size] = '\0';
    return strncmp(plain, "javascript:", 11) == 0 || strncmp(plain, "vbscript:", 9) == 0 ||
           strncmp(plain, "data:", 5) == 0;
}

/* Appends the elements with their attributes' names; comments by their text, which must be the template's. A
 * URL that runs something is marked: only the template's own letters may make one. */
static void describe(xmlNodePtr first, struct csa_buffer *out)
{
    for (xmlNodePtr node = first; node != NULL; node = node->next) {
        if (node->type == XML_COMMENT_NODE) {
            csa_buffer_append_format(out, "<!--%s-->", (const char *)node->content);
        }
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        csa_buffer_append_format(out, "<%s", (const char *)node->name);
        for (xmlAttrPtr attribute = node->properties; attribute != NULL; attribute = attribute->next) {
            csa_buffer_append_format(out, " %s", (const char *)attribute->name);
            xmlChar *value = xmlGetProp(node, attribute->name);
            if (value != NULL && is_url_name((const char *)attribute->name) && is_running(value)) {
                csa_buffer_append_view(out, csa_view_of(" RUNS"));
            }
            xmlFree(value);
        }
        csa_buffer_append_byte(out, '>');
        describe(node->children, out);
        csa_buffer_append_view(out, csa_view_of("</>"));
    }
}

/* Fills the template and says what libxml2 finds in the page. */
static void look_at(const struct csa_template *parsed, unsigned shape, bool harmless, struct csa_buffer *page,
                    struct csa_buffer *found)
{
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    csa_buffer_clear(page);
    csa_buffer_clear(found);
    csa_buffer_append_view(page, csa_view_of("<div>"));
    csa_template_render(parsed, make_values(&arena, shape, harmless), page);
    csa_buffer_append_view(page, csa_view_of("</div>"));
    assert_false(page->failed);
    assert_true(csa_utf8_is_valid(csa_buffer_view(page)));
    htmlDocPtr document = htmlReadMemory(page->data, (int)page->size, NULL, "UTF-8",
                                         HTML_PARSE_NOIMPLIED | HTML_PARSE_NODEFDTD | HTML_PARSE_NOERROR |
                                             HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    assert_non_null(document);
    describe(document->children, found);
    xmlFreeDoc(document);
    csa_buffer_append_byte(found, 0);
    csa_buffer_append_byte(page, 0);
    csa_arena_release(&arena);
}

/* Returns whether the template is a good one. */
static bool try_template(const char *text, size_t size)
{
    struct csa_template_source sources[] = {{"page", "page", csa_view_make(text, size)},
                                            {"part", "part", csa_view_of("<i title='{{a}}'>{{b}}</i>")}};
    struct csa_template *parsed;
    struct csa_error error = {0};
    enum csa_status status = csa_template_parse(sources, 2, &parsed, &error);
    if (status != CSA_OK) {
        assert_true(status == CSA_ERROR_DAMAGED || status == CSA_ERROR_LIMIT);
        assert_true(error.message[0] != '\0');
        return false;
    }
    struct csa_buffer page;
    struct csa_buffer expected;
    struct csa_buffer found;
    csa_buffer_init(&page, 1 << 22);
    csa_buffer_init(&expected, 1 << 22);
    csa_buffer_init(&found, 1 << 22);
    for (unsigned i = 0; i < 2 * SHAPES; i++) {
        look_at(parsed, i / 2, true, &page, &expected);
        look_at(parsed, i / 2, false, &page, &found);
        if (strcmp(expected.data, found.data) != 0) {
            fail_msg("template:\n%.*s\npage:\n%s\nexpected:\n%s\nfound:\n%s", (int)size, text, page.data,
                     expected.data, found.data);
        }
    }
    csa_buffer_release(&page);
    csa_buffer_release(&expected);
    csa_buffer_release(&found);
    csa_template_free(parsed);
    return true;
}

/* ---- templates ---- */

static const char *const fragments[] = {
    "<p>",
    "</p>",
    "<b class=\"x {{a}}\">{{b}}</b>",
    "<a href=\"{{a}}\">",
    "</a>",
    "<a href='?q={{a}}&amp;b={{b}}'>{{c}}</a>",
    "<a href=\"{{a}}{{b}}\" title='{{c}}'>",
    "<a href=\"{{#yes}}{{a}}{{/yes}}{{^yes}}#{{/yes}}\">x</a>",
    "<a href=\"{{#list}}{{a}}{{/list}}\">",
    "<img src=\"{{a}}\" alt=\"{{b}}\">",
    "<input value=\"{{a}}\"{{#yes}} checked{{/yes}}>",
    "<option {{#yes}}selected{{/yes}} value='{{a}}'>",
    "<form action=\"{{a}}\">",
    "{{a}}",
    "{{#list}}{{a}}{{/list}}",
    "{{#list}}",
    "{{/list}}",
    "{{#yes}}",
    "{{/yes}}",
    "{{^no}}",
    "{{/no}}",
    "{{> part}}",
    "{{! words }}",
    "\n",
    " ",
    "text & more < than",
    "<!-- a comment -->",
    "<br>",
    "<a href=\"",
    "\">x</a>",
    ":",
    "<p",
    ">",
    " title=\"",
    " id='{{a}}'",
    " onclick=\"",
    " href=",
    "\"",
    "'",
    "=",
    "/",
    "<",
    "java",
    "script:",
    "&",
    "-->",
    "<!--",
    "http://",
    "javascript:",
};

static size_t put_fragment(char *text, size_t size)
{
    const char *fragment = fragments[any(sizeof fragments / sizeof *fragments)];
    size_t more = strlen(fragment);
    if (size + more > TEMPLATE_MAXIMUM) {
        return size;
    }
    memcpy(text + size, fragment, more);
    return size + more;
}

static void test_fragments(void **state)
{
    (void)state;
    unsigned good = 0;
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        char text[TEMPLATE_MAXIMUM];
        size_t size = 0;
        for (uint32_t count = 1 + any(6); count > 0; count--) {
            size = put_fragment(text, size);
        }
        good += try_template(text, size);
    }
    print_message("%u of %u sequences were templates\n", good, (unsigned)TRIALS);
    assert_in_range(good, TRIALS / 20, TRIALS - 1);
}

/* What stands in one URL, put together at random: no scheme may come of it. */
static void test_urls(void **state)
{
    static const char *const parts[] = {
        "{{a}}",      "{{b}}",    "{{#list}}{{a}}{{/list}}",
        "{{#yes}}",   "{{/yes}}", "{{^no}}",
        "{{/no}}",    "java",     "script",
        "javascript", ":",        "/",
        "?",          "#",        "&amp;",
        "http",       "https:",   "mailto:",
        " ",          "\n",       "{{#list}}",
        "{{/list}}",
    };
    (void)state;
    unsigned good = 0;
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        char text[512] = "<a href=\"";
        size_t size = strlen(text);
        for (uint32_t count = 1 + any(5); count > 0; count--) {
            const char *part = parts[any(sizeof parts / sizeof *parts)];
            memcpy(text + size, part, strlen(part));
            size += strlen(part);
        }
        memcpy(text + size, "\">x</a>", 8);
        text[size + 8] = '\0';
        good += try_template(text, size + 7);
    }
    print_message("%u of %u URLs were good\n", good, (unsigned)TRIALS);
    assert_in_range(good, TRIALS / 20, TRIALS - 1);
}

static const char sound[] =
    "<h1 class=\"x\">{{a}}</h1>\n"
    "{{#yes}}\n"
    "<a href=\"{{a}}\" title='{{b}}'{{#yes}} class=\"y {{c}}\"{{/yes}}>{{c}}</a>\n"
    "{{/yes}}\n"
    "<ul>{{#list}}<li value=\"{{a}}\"><a href=\"?q={{a}}&amp;p={{b}}#x\">{{a}}</a>{{/list}}</ul>\n"
    "{{^no}}<img alt=\"{{b}}\" src='/i/{{a}}'>{{/no}}\n"
    "<input{{#yes}} disabled{{/yes}} value='{{a}}'>\n"
    "{{> part}}<!-- words --><p id=p{{#no}} lang=\"{{a}}\"{{/no}}>{{b}}</p>\n";

/* Takes bytes away, doubles them, moves them, changes them, or puts a fragment in. */
static size_t change(char *text, size_t size)
{
    size_t at = any((uint32_t)size);
    size_t length = 1 + any(8);
    length = length < size - at ? length : size - at;
    switch (any(4)) {
    case 0:
        memmove(text + at, text + at + length, size - at - length);
        return size - length;
    case 1:
        memmove(text + at + length, text + at, size - at);
        return size + length;
    case 2: {
        static const char bytes[] = "<>\"'={}#/^! -ax&:";
        text[at] = bytes[any(sizeof bytes - 1)];
        return size;
    }
    default: {
        const char *fragment = fragments[any(sizeof fragments / sizeof *fragments)];
        size_t more = strlen(fragment);
        memmove(text + at + more, text + at, size - at);
        memcpy(text + at, fragment, more);
        return size + more;
    }
    }
}

static void test_changed_templates(void **state)
{
    (void)state;
    assert_true(try_template(sound, sizeof sound - 1));
    unsigned good = 0;
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        char text[TEMPLATE_MAXIMUM];
        size_t size = sizeof sound - 1;
        memcpy(text, sound, size);
        for (uint32_t count = 1 + any(3); count > 0; count--) {
            size = change(text, size);
        }
        good += try_template(text, size);
    }
    print_message("%u of %u changed templates were good\n", good, (unsigned)TRIALS);
    assert_in_range(good, TRIALS / 20, TRIALS - 1);
}

static void test_random_bytes(void **state)
{
    (void)state;
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        static const char bytes[] = "{{}}#/^>!<>=\"'a.b -";
        char text[64];
        size_t size = any(sizeof text);
        for (size_t i = 0; i < size; i++) {
            text[i] = bytes[any(sizeof bytes - 1)];
        }
        try_template(text, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fragments),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_changed_templates),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
