/* The feed of results and the OpenSearch description, read back by libxml2: what RFC 4287 asks for is there
 * once and in its form, and no text of an article, a query or a title becomes an element or an attribute. */
#include "searcher/site/feed.h"
#include "searcher/site/formats.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HITS = 3 };

/* A site, a search and what it found, with texts that a test may change. */
struct world {
    struct csa_site_config config;
    struct csa_words *words;
    struct csa_arena arena;
    struct csa_site_context context;
    struct csa_site_parameters parameters;
    struct csa_page_hit hits[HITS];
    struct csa_page_passage passages[2];
    struct csa_mark mark;
    struct csa_site_answer answer;
    struct csa_buffer out;
    xmlDocPtr document;
    xmlXPathContextPtr paths;
};

static void make_world(struct world *world)
{
    *world = (struct world){0};
    csa_site_config_default(&world->config);
    csa_arena_init(&world->arena, 0);
    csa_buffer_init(&world->out, 1 << 20);
    assert_int_equal(csa_words_open("en", (struct csa_view){0}, "", &world->words, NULL), CSA_OK);
    world->config.title = "News & more";
    world->context = (struct csa_site_context){.committed = 1709251199,
                                               .config = &world->config,
                                               .words = world->words,
                                               .path = csa_view_of("/search"),
                                               .absolute = csa_view_of("https://example.org/search"),
                                               .arena = &world->arena};
    world->parameters = (struct csa_site_parameters){
        .query = csa_view_of("power \"of\" <b>"), .page = 2, .format = CSA_FORMAT_ATOM};
    world->mark = (struct csa_mark){.begin = 4, .end = 9};
    struct csa_marked marked = {.marks = &world->mark, .count = 1};
    world->passages[0] = (struct csa_page_passage){
        .info = {.text = csa_view_of("The power & <glory> of it. And more.")},
        .marked = marked,
        .snippet = {.fragments = {{0, 26}}, .count = 1},
    };
    world->passages[1] = (struct csa_page_passage){.info = {.text = csa_view_of("Not shown.")}};
    world->hits[0] = (struct csa_page_hit){
        .rank = 11,
        .article = {.id = csa_view_of("a/1 \xC3\xBC.html"),
                    .title = csa_view_of("Power & <i>glory</i>"),
                    .url = csa_view_of("https://example.com/a?x=1&y='2'"),
                    .author = csa_view_of("A. \"B\" C"),
                    .date = 20230811,
                    .language = "en"},
        .passages = world->passages,
        .passage_count = 2,
    };
    world->hits[1] = (struct csa_page_hit){
        .article = {.id = csa_view_of("2"), .url = csa_view_of("javascript:alert(1)"), .date = 20240200},
    };
    world->hits[2] = (struct csa_page_hit){.article = {.id = csa_view_of("3"), .language = "x\" y=\""}};
    world->answer = (struct csa_site_answer){
        .parameters = &world->parameters,
        .page = {.hits = world->hits, .hit_count = HITS, .number = 2, .pages = 4},
        .searched = true,
    };
    world->answer.page.result.articles_matched = 37;
}

static void free_world(struct world *world)
{
    xmlXPathFreeContext(world->paths);
    xmlFreeDoc(world->document);
    csa_words_close(world->words);
    csa_arena_release(&world->arena);
    csa_buffer_release(&world->out);
}

static void read_back(struct world *world)
{
    assert_false(world->out.failed);
    world->document = xmlReadMemory(world->out.data, (int)world->out.size, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(world->document);
    world->paths = xmlXPathNewContext(world->document);
    xmlXPathRegisterNs(world->paths, BAD_CAST "a", BAD_CAST "http://www.w3.org/2005/Atom");
    xmlXPathRegisterNs(world->paths, BAD_CAST "o", BAD_CAST "http://a9.com/-/spec/opensearch/1.1/");
}

static void read_feed(struct world *world)
{
    csa_site_atom(&world->out, &world->context, &world->answer);
    read_back(world);
}

/* The string that an XPath expression gives. */
static void expect(struct world *world, const char *path, const char *expected)
{
    char expression[256];
    snprintf(expression, sizeof expression, "string(%s)", path);
    xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST expression, world->paths);
    assert_non_null(found);
    if (strcmp((const char *)found->stringval, expected) != 0) {
        fail_msg("%s is \"%s\", not \"%s\"", path, (const char *)found->stringval, expected);
    }
    xmlXPathFreeObject(found);
}

/* ---- the feed ---- */

static void test_the_feed(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    read_feed(&world);
    expect(&world, "/a:feed/a:title", "Search results: power \"of\" <b>");
    expect(&world, "/a:feed/a:id", "https://example.org/search?q=power+%22of%22+%3Cb%3E&format=atom");
    expect(&world, "/a:feed/a:updated", "2024-02-29T23:59:59Z"); /* the commit */
    expect(&world, "/a:feed/a:author/a:name", "News & more");
    expect(&world, "/a:feed/@xml:lang", "en");
    expect(&world, "/a:feed/o:totalResults", "37");
    expect(&world, "/a:feed/o:startIndex", "11");
    expect(&world, "/a:feed/o:itemsPerPage", "10");
    expect(&world, "/a:feed/o:Query[@role='request']/@searchTerms", "power \"of\" <b>");
    expect(&world, "/a:feed/o:Query/@startPage", "2");
    expect(&world, "count(/a:feed/a:entry)", "3");
    free_world(&world);
}

static void test_links_of_the_feed(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.parameters.query = csa_view_of("x");
    read_feed(&world);
    static const char *const links[][2] = {
        {"self", "https://example.org/search?q=x&page=2&format=atom"},
        {"alternate", "https://example.org/search?q=x&page=2"},
        {"first", "https://example.org/search?q=x&format=atom"},
        {"previous", "https://example.org/search?q=x&format=atom"},
        {"next", "https://example.org/search?q=x&page=3&format=atom"},
        {"last", "https://example.org/search?q=x&page=4&format=atom"},
        {"search", "https://example.org/search?format=opensearch"},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char path[64];
        snprintf(path, sizeof path, "/a:feed/a:link[@rel='%s']/@href", links[i][0]);
        expect(&world, path, links[i][1]);
    }
    expect(&world, "count(/a:feed/a:link)", "7");
    free_world(&world);
}

static void test_entries(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    read_feed(&world);
    expect(&world, "//a:entry[1]/a:title", "Power & <i>glory</i>");
    expect(&world, "//a:entry[1]/a:title/@type", ""); /* text */
    expect(&world, "//a:entry[1]/a:id", "https://example.org/search?article=a%2F1+%C3%BC.html");
    expect(&world, "//a:entry[1]/a:updated", "2023-08-11T00:00:00Z");
    expect(&world, "//a:entry[1]/a:published", "2023-08-11T00:00:00Z");
    expect(&world, "//a:entry[1]/a:author/a:name", "A. \"B\" C");
    expect(&world, "//a:entry[1]/a:link[@rel='alternate']/@href", "https://example.com/a?x=1&y='2'");
    expect(&world, "//a:entry[1]/a:summary/@type", "html");
    expect(&world, "//a:entry[1]/a:summary/@xml:lang", "en");
    expect(&world, "//a:entry[1]/a:summary",
           "<p>The <mark>power</mark> &amp; &lt;glory&gt; of it. \xE2\x80\xA6 </p>");
    /* A URL that is not of the web is no link; the viewer is. */
    expect(&world, "//a:entry[2]/a:title", "Untitled");
    expect(&world, "//a:entry[2]/a:link/@href", "https://example.org/search?article=2");
    expect(&world, "//a:entry[2]/a:updated", "2024-02-01T00:00:00Z");
    expect(&world, "count(//a:entry[2]/a:author)", "0");
    expect(&world, "count(//a:entry[2]/a:summary)", "0");
    /* Undated, and a language that is none. */
    expect(&world, "//a:entry[3]/a:updated", "1970-01-01T00:00:00Z");
    expect(&world, "count(//a:entry[3]/a:published)", "0");
    expect(&world, "count(//a:entry[3]/a:title/@*)", "0");
    free_world(&world);
}

/* RFC 4287, 4.1: what a feed and an entry must have, and have once. */
static void test_what_must_be_there(void **state)
{
    (void)state;
    static const char *const once[] = {
        "/a:feed/a:id",      "/a:feed/a:title",      "/a:feed/a:updated",      "/a:feed/a:author",
        "//a:entry[1]/a:id", "//a:entry[1]/a:title", "//a:entry[1]/a:updated", "//a:entry[2]/a:link",
        "//a:entry[3]/a:id", "//a:entry[3]/a:title", "//a:entry[3]/a:updated", "//a:entry[3]/a:link"};
    struct world world;
    make_world(&world);
    read_feed(&world);
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        char path[64];
        snprintf(path, sizeof path, "count(%s)", once[i]);
        expect(&world, path, "1");
    }
    expect(&world, "//a:entry[1]/a:id = //a:entry[2]/a:id", "false");
    expect(&world,
           "count(//a:*[self::a:id or self::a:title or self::a:name or self::a:updated][not(text())])", "0");
    free_world(&world);
}

static void test_a_site_without_viewer(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.config.viewer = false;
    read_feed(&world);
    expect(&world, "count(//a:entry[1]/a:content)", "0");
    expect(&world, "count(//a:entry[3]/a:link)", "0");
    expect(&world, "count(//a:entry[3]/a:content[@type='html'])", "1"); /* instead of the link */
    free_world(&world);
}

static void expect_time(int64_t seconds, const char *expected)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 64);
    csa_feed_time(&out, seconds);
    csa_buffer_append_byte(&out, 0);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
}

static void test_times(void **state)
{
    (void)state;
    expect_time(0, "1970-01-01T00:00:00Z");
    expect_time(1709251199, "2024-02-29T23:59:59Z");
    expect_time(253402300799, "9999-12-31T23:59:59Z");
    expect_time(253402300800, "1970-01-01T00:00:00Z");
    expect_time(INT64_MAX, "1970-01-01T00:00:00Z");
    expect_time(-1, "1970-01-01T00:00:00Z");
}

static void test_an_empty_feed(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.parameters = (struct csa_site_parameters){.page = 1, .format = CSA_FORMAT_ATOM};
    world.answer = (struct csa_site_answer){.parameters = &world.parameters};
    world.config.title = NULL;
    read_feed(&world);
    expect(&world, "/a:feed/a:title", "Search");
    expect(&world, "/a:feed/a:author/a:name", "Search");
    expect(&world, "/a:feed/a:updated", "2024-02-29T23:59:59Z");
    expect(&world, "/a:feed/o:totalResults", "0");
    expect(&world, "count(/a:feed/a:link[@rel='previous' or @rel='next'])", "0");
    expect(&world, "count(/a:feed/a:link[@rel='last'])", "1");
    expect(&world, "count(//a:entry)", "0");
    free_world(&world);
}

/* ---- hostile texts ---- */

static const char *const payloads[] = {
    "</title><script>alert(1)</script>",
    "]]><x/>",
    "\" x=\"",
    "' x='",
    "<!-- ",
    "<?xml?>",
    "&x; &#0; &amp;",
    "\x01\x02\x0B\x1F\x7F",
    "\xFF\xFE \xC0\xBC \xED\xA0\x80 \xE6\xB2",
    "\xEF\xBF\xBE\xEF\xBF\xBF",
    "<mark onclick=alert(1)>",
    "javascript:alert(1)",
    "http://h/\" onclick=\"alert(1)",
    "{searchTerms}",
    "\r\n\r\n",
};

static size_t count_nodes(xmlNodePtr first)
{
    size_t count = 0;
    for (xmlNodePtr node = first; node != NULL; node = node->next) {
        count += node->type != XML_TEXT_NODE;
        if (node->type == XML_ELEMENT_NODE) {
            for (xmlAttrPtr attribute = node->properties; attribute != NULL; attribute = attribute->next) {
                count++;
            }
            count += count_nodes(node->children);
        }
    }
    return count;
}

/* Puts the payload everywhere; the document must have the same elements and attributes as with harmless text.
 */
static size_t nodes_with(const char *payload, const char *url, struct csa_buffer *summary)
{
    struct world world;
    make_world(&world);
    struct csa_view text = csa_view_of(payload);
    world.config.title = payload;
    world.parameters.query = text;
    for (size_t i = 0; i < HITS; i++) {
        struct csa_article_info *article = &world.hits[i].article;
        article->id = article->title = article->author = article->source = text;
        article->url = csa_view_of(url);
        article->language = payload;
    }
    world.passages[0].info.text = text;
    uint32_t end = (uint32_t)text.size;
    world.passages[0].snippet.fragments[0] = (struct csa_fragment){0, end};
    world.mark = (struct csa_mark){.begin = 0, .end = end};
    read_feed(&world);
    xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST "string(//a:summary)", world.paths);
    csa_buffer_append_view(summary, csa_view_of((const char *)found->stringval));
    xmlXPathFreeObject(found);
    size_t count = count_nodes(world.document->children);
    free_world(&world);
    return count;
}

static void test_hostile_texts(void **state)
{
    (void)state;
    struct csa_buffer summary;
    csa_buffer_init(&summary, 1 << 16);
    size_t expected = nodes_with("harmless!", "no URL", &summary);
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        csa_buffer_clear(&summary);
        const char *url = strncmp(payloads[i], "http", 4) == 0 ? "http:" : payloads[i];
        assert_int_equal(nodes_with(payloads[i], url, &summary), expected);
        /* The summary is HTML once more: a paragraph and a mark, nothing else. */
        htmlDocPtr html = htmlReadMemory(summary.data, (int)summary.size, NULL, "UTF-8",
                                         HTML_PARSE_NOIMPLIED | HTML_PARSE_NODEFDTD | HTML_PARSE_NOERROR |
                                             HTML_PARSE_NOWARNING);
        assert_int_equal(count_nodes(html->children), 2);
        xmlFreeDoc(html);
    }
    csa_buffer_release(&summary);
}

static void test_a_hostile_url(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.hits[0].article.url = csa_view_of("http://h/\" onclick=\"a<b>\xFF");
    world.context.absolute = csa_view_of("http://h\"<>/");
    read_feed(&world);
    expect(&world, "//a:entry[1]/a:link/@href", "http://h/%22%20onclick=%22a%3Cb%3E%EF%BF%BD");
    expect(&world, "//a:entry[2]/a:id", "http://h%22%3C%3E/?article=2");
    free_world(&world);
}

/* ---- dates ---- */

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        uint32_t date;
        const char *text;
    } dates[] = {
        {20230811, "2023-08-11T00:00:00Z"}, {20230800, "2023-08-01T00:00:00Z"},
        {20230000, "2023-01-01T00:00:00Z"}, {0, "1970-01-01T00:00:00Z"},
        {20230231, "2023-02-28T00:00:00Z"}, {20240231, "2024-02-29T00:00:00Z"},
        {19000230, "1900-02-28T00:00:00Z"}, {20000230, "2000-02-29T00:00:00Z"},
        {20231399, "2023-12-31T00:00:00Z"}, {20230431, "2023-04-30T00:00:00Z"},
        {9990102, "0999-01-02T00:00:00Z"},  {UINT32_MAX, "1970-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct csa_buffer out;
        csa_buffer_init(&out, 64);
        csa_feed_date(&out, dates[i].date);
        csa_buffer_append_byte(&out, 0);
        assert_string_equal(out.data, dates[i].text);
        csa_buffer_release(&out);
    }
}

/* ---- the description ---- */

static void test_the_description(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.config.title = "Новости и ещё что-то & <more>";
    csa_site_opensearch(&world.out, &world.context);
    read_back(&world);
    expect(&world, "/o:OpenSearchDescription/o:ShortName", "Новости и ещё чт"); /* 16 characters */
    expect(&world, "/*/o:LongName", "Новости и ещё что-то & <more>");
    expect(&world, "/*/o:Description", "Search the articles of this site");
    expect(&world, "/*/o:Url[@type='text/html']/@template",
           "https://example.org/search?q={searchTerms}&n={count?}&page={startPage?}");
    expect(&world, "/*/o:Url[@type='application/atom+xml']/@template",
           "https://example.org/search?q={searchTerms}&n={count?}&page={startPage?}&format=atom");
    expect(&world, "/*/o:Url[@rel='suggestions']/@template",
           "https://example.org/search?q={searchTerms}&format=suggest");
    expect(&world, "/*/o:Url[@rel='self']/@template", "https://example.org/search?format=opensearch");
    expect(&world, "/*/o:Language", "en");
    expect(&world, "/*/o:InputEncoding", "UTF-8");
    free_world(&world);
}

static void test_the_description_of_a_hostile_site(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.config.title = "\xFF<\"";
    world.config.suggestions = false;
    world.context.absolute = csa_view_of("http://h/{searchTerms}\"<");
    csa_site_opensearch(&world.out, &world.context);
    read_back(&world);
    expect(&world, "/*/o:ShortName", "\xEF\xBF\xBD<\"");
    expect(&world, "/*/o:Url[@rel='self']/@template", "http://h/%7BsearchTerms%7D%22%3C?format=opensearch");
    expect(&world, "count(/*/o:Url)", "3");
    free_world(&world);
}

static void test_a_full_buffer(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.out.maximum = 1000;
    csa_site_atom(&world.out, &world.context, &world.answer);
    assert_true(world.out.failed && world.out.limited);
    free_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_feed),
        cmocka_unit_test(test_links_of_the_feed),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_what_must_be_there),
        cmocka_unit_test(test_a_site_without_viewer),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_an_empty_feed),
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_a_hostile_url),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_the_description),
        cmocka_unit_test(test_the_description_of_a_hostile_site),
        cmocka_unit_test(test_a_full_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
