/* HTML: which text is read, how it is cut into blocks, what the page says about itself, and hostile pages. */
#include "intake_support.h"

#define LONG_TEXT                                                                                            \
    "This is the text of the article, which is long enough to count as one: it has to be more than two "     \
    "hundred bytes "                                                                                         \
    "of visible letters, and so it goes on for a while, saying little, until there are surely enough of "    \
    "them, and a "                                                                                           \
    "few more to be safe, since the spaces between the words do not count for it."

/* Blocks joined by " / ". */
static void check_blocks(const char *html, const char *expected)
{
    struct kept kept = {0};
    char joined[8000] = "";
    const struct kept_article *article = take_in_one("page.html", html, &kept);
    for (size_t i = 0; i < article->block_count; i++) {
        strcat(strcat(joined, i == 0 ? "" : " / "), article->blocks[i]);
    }
    assert_string_equal(joined, expected);
    kept_release(&kept);
}

static void test_blocks_and_inline(void **state)
{
    (void)state;
    check_blocks("<p>one</p><p>two</p>", "one / two");
    check_blocks("<div>one<div>two</div>three</div>", "one / two / three");
    check_blocks("<p>a<b>b</b>c <i>d</i>e</p>", "abc de");
    check_blocks("<p>one<br>two</p>", "one two");
    check_blocks("<p>one<br> <br/>two</p>", "one / two");
    check_blocks("<ul><li>one<li>two<ul><li>deep</ul></ul>", "one / two / deep");
    check_blocks("<h2>Head</h2>text", "Head / text");
    check_blocks("<p>a&amp;b &lt;c&gt; &eacute;&#233;&#xe9; &nbsp; d&shy;e</p>", "a&b <c> ééé d\xC2\xAD"
                                                                                 "e");
    check_blocks("<p>  many \n\t spaces </p>", "many spaces");
    check_blocks("<pre>one\n  two\n\n</pre>", "one\n  two");
    check_blocks("<p>word<sup><a href=#1>1</a></sup> m<sup>2</sup></p>", "word 1 m2");
    check_blocks("<p>one<x-thing>two</x-thing></p>", "one two");
    check_blocks("<p>one<wbr>two<img alt=no>three</p>", "onetwothree");
    check_blocks("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字</ruby>", "漢字");
    check_blocks("<blockquote><p>said</p></blockquote><figure><img><figcaption>shown</figcaption></figure>",
                 "said / shown");
    check_blocks("no markup at all", "no markup at all");
}

static void test_kinds(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_one("kinds.html",
                    "<p>p</p><h3>h</h3><ul><li>li<p>p in li</p></ul><blockquote>q<p>p in q</p></blockquote>"
                    "<figcaption>c</figcaption><table><tr><td>a<td>b</table><pre>code</pre>",
                    &kept);
    static const enum csa_block_kind kinds[] = {CSA_BLOCK_PARAGRAPH, CSA_BLOCK_HEADING,   CSA_BLOCK_LIST_ITEM,
                                                CSA_BLOCK_LIST_ITEM, CSA_BLOCK_QUOTE,     CSA_BLOCK_QUOTE,
                                                CSA_BLOCK_CAPTION,   CSA_BLOCK_TABLE_ROW, CSA_BLOCK_CODE};
    assert_int_equal(article->block_count, sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < article->block_count; i++) {
        assert_int_equal(article->kinds[i], kinds[i]);
    }
    kept_release(&kept);
}

static void test_tables(void **state)
{
    (void)state;
    check_blocks("<table><caption>cap</caption><tr><th>Year<th>Trade</tr><tr><td>2023<td>89.4</tr></table>",
                 "cap / Year | Trade / 2023 | 89.4");
    check_blocks("<table><tr><td><p>10</p></td><td></td><td><p>20</p><p>30</p></td></tr></table>",
                 "10 | 20 30");
    check_blocks("<table><tr><td><p>" LONG_TEXT "</p><p>" LONG_TEXT "</p></td><td>side</td></tr></table>",
                 LONG_TEXT " / " LONG_TEXT " / side");
}

static void test_left_out(void **state)
{
    (void)state;
    check_blocks("<header>h</header><nav>n</nav><p>text</p><aside>a</aside><footer>f</footer>", "text");
    check_blocks("<p>one</p><script>var a = '<p>x</p>';</script><style>p {}</style><p>two</p>", "one / two");
    check_blocks(
        "<noscript><p>n</p></noscript><template><p>t</p></template><p>text</p><button>b</button>"
        "<svg><title>s</title></svg><iframe>i</iframe><select><option>o</select><textarea>t</textarea>",
        "text");
    check_blocks("<p>one<!-- a comment -->two</p>", "onetwo");
    check_blocks("<p hidden>h</p><p style='color:red; display:none'>d</p><p aria-hidden=true>a</p>"
                 "<div role=navigation>r</div><p>text</p>",
                 "text");
    check_blocks("<form><input value=x><label>Search</label></form><p>text</p>", "text");
    check_blocks("<form id=page><h1>t</h1><p>one</p><p>two</p></form>", "one / two"); /* wraps the page */
}

static void test_article_element(void **state)
{
    (void)state;
    check_blocks("<p>outside</p><article><header><h1>Head</h1><p>dek</p></header><p>" LONG_TEXT
                 "</p></article>"
                 "<p>also outside</p>",
                 LONG_TEXT);
    check_blocks("<p>outside</p><main><p>" LONG_TEXT "</p></main>", LONG_TEXT);
    check_blocks("<p>before</p><article>short</article>",
                 "before / short"); /* too little to be the article */
    /* A list of articles is read whole. */
    check_blocks("<main><article>" LONG_TEXT "</article><article>" LONG_TEXT "</article><article>" LONG_TEXT
                 "</article></main><p>outside</p>",
                 LONG_TEXT " / " LONG_TEXT " / " LONG_TEXT);
}

static void test_metadata(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_one("meta.html",
                    "<!DOCTYPE html><html lang='de-AT'><head><title>Titel - Der Bote</title>"
                    "<meta property='og:title' content='Der  Titel | Der Bote'><meta property=og:site_name "
                    "content='Der Bote'>"
                    "<meta name=Author content='Ann Lee'><meta property=article:published_time "
                    "content=2023-08-11T10:00:00Z>"
                    "<meta name=description content='Worum es &quot;geht&quot;'><link rel=canonical "
                    "href='https://www.bote.example.org/a?b=1'></head><body><h1>Der Titel</h1><p>Ein "
                    "Satz.</p></body></html>",
                    &kept);
    assert_string_equal(article->title, "Der Titel");
    assert_string_equal(article->source, "Der Bote");
    assert_string_equal(article->author, "Ann Lee");
    assert_int_equal(article->date, 20230811);
    assert_string_equal(article->description, "Worum es \"geht\"");
    assert_string_equal(article->url, "https://www.bote.example.org/a?b=1");
    assert_int_equal(article->language, CSA_LANGUAGE_GERMAN);
    assert_int_equal(article->block_count, 1); /* the heading is the title and not repeated */
    kept_release(&kept);
}

static void test_json_ld(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article = take_in_one(
        "ld.html",
        "<title>Other</title><script "
        "type='application/ld+json'>{\"@context\":\"x\",\"@graph\":[{\"@type\":\"Person\","
        "\"name\":\"No\"},{\"@type\":[\"NewsArticle\"],\"headline\":\"From "
        "JSON-LD\",\"datePublished\":\"2024-02-29\","
        "\"author\":[{\"@type\":\"Person\",\"name\":\"Ann\"},\"Bob\"],\"publisher\":{\"name\":\"Paper\"},"
        "\"inLanguage\":\"fr\",\"url\":\"https://example.org/ld\",\"description\":\"d\"}]}</script>"
        "<script type='application/ld+json'>{not json</script><script type='application/ld+json'>[]</script>"
        "<p>Some text.</p>",
        &kept);
    assert_string_equal(article->title, "From JSON-LD");
    assert_string_equal(article->author, "Ann, Bob");
    assert_string_equal(article->source, "Paper");
    assert_int_equal(article->date, 20240229);
    assert_int_equal(article->language, CSA_LANGUAGE_FRENCH);
    assert_string_equal(article->url, "https://example.org/ld");
    kept_release(&kept);
}

static void check_field(const char *html, const char *title, const char *author, uint32_t date,
                        const char *source)
{
    struct kept kept = {0};
    const struct kept_article *article = take_in_one("field.html", html, &kept);
    assert_string_equal(article->title, title);
    assert_string_equal(article->author, author);
    assert_int_equal(article->date, date);
    assert_string_equal(article->source, source);
    kept_release(&kept);
}

static void test_other_places(void **state)
{
    (void)state;
    check_field("<title>Only a title</title><p>x</p>", "Only a title", "", 0, "");
    check_field("<title>T</title><article><header><h1>The head</h1></header><p>" LONG_TEXT "</p></article>",
                "The head", "", 0, "");
    check_field("<title>The title</title><header><h1>The Site</h1></header><p>x</p>", "The title", "", 0, "");
    check_field("<h1>H</h1><p class=byline>By Ann Lee, <time datetime=2024-01-16>16 Jan</time></p><p>x</p>",
                "H", "Ann Lee", 20240116, "");
    check_field("<h1>H</h1><a rel=author>Ann Lee</a><span class=date>11. August 2023</span><p>x</p>", "H",
                "Ann Lee", 20230811, "");
    check_field("<h1>H</h1><p>11 August 2023</p><p>" LONG_TEXT "</p>", "H", "", 20230811, "");
    check_field("<meta name=date content=nonsense><meta name=dc.date content=2023-08><p>x</p>", "", "",
                20230800, "");
    check_field("<link rel=canonical href=https://www.example.org/x><p>x</p>", "", "", 0, "example.org");
    check_field("<link rel=canonical href=/relative><p>x</p>", "", "", 0, "");
    check_field("<meta name=author content='https://social.example/ann'><p>x</p>", "", "", 0, "");
    check_field("<meta property=og:site_name content=Site><title>Site: A long way</title><p>x</p>",
                "A long way", "", 0, "Site");
    check_field("<meta property=og:site_name content=Site><title>Site</title><p>x</p>", "Site", "", 0,
                "Site");
    check_field("<nav><time datetime=2001-01-01>x</time></nav><p>x <time>3 July 2025</time></p>", "", "",
                20250703, "");
}

static void test_encodings(void **state)
{
    (void)state;
    check_blocks("<meta charset=windows-1251><p>\xC4\xE0</p>", "Да");
    check_blocks("<meta http-equiv=content-type content='text/html; charset=big5'><p>\xA4\xD1\xAC\x7A</p>",
                 "天津");
    check_blocks("<meta charset=koi8-r><p>Да, это уже UTF-8</p>",
                 "Да, это уже UTF-8"); /* valid UTF-8 is UTF-8 */
    struct kept kept = {0};
    take_in("bad.html", "<meta charset=utf-8><p>a\xFF\xC3\xA9</p>", &kept);
    assert_int_equal(kept.articles[0].replaced, 1);
    kept_release(&kept);
}

static char *repeat(const char *before, const char *piece, size_t times, const char *after)
{
    size_t size = strlen(piece);
    char *text = malloc(strlen(before) + size * times + strlen(after) + 1);
    assert_non_null(text);
    char *end = text + sprintf(text, "%s", before);
    for (size_t i = 0; i < times; i++) {
        memcpy(end, piece, size);
        end += size;
    }
    strcpy(end, after);
    return text;
}

/* Reads a hostile page; its text must contain `part`. */
static void check_hostile(char *html, const char *part)
{
    struct kept kept = {0};
    take_in("hostile.html", html, &kept);
    free(html);
    assert_int_equal(kept.count, 1);
    bool found = false;
    for (size_t i = 0; i < kept.articles[0].block_count && i < KEPT_BLOCKS; i++) {
        found |= strstr(kept.articles[0].blocks[i], part) != NULL;
    }
    assert_true(found);
    kept_release(&kept);
}

static void test_hostile_pages(void **state)
{
    (void)state;
    check_hostile(repeat("<p>start</p>", "<div>", 100000, "deep <b>text</b>"), "deep text");
    check_hostile(repeat("<p>start</p>", "<div>", CSA_INTAKE_HTML_DEPTH + 1, "deep text"), "deep text");
    check_hostile(repeat("<p>start</p>", "<div>", 400, "deep text"), "deep text");
    check_hostile(repeat("<p>start</p>", "<b><i>", 100000, "deep text"), "deep text");
    check_hostile(repeat("", "<table><tr><td>", 50000, "deep text"), "deep text");
    check_hostile(repeat("<p ", "a=1 b=2 ", 200000, ">text</p>"), "text");
    check_hostile(repeat("<p>text", "</p>", 200000, ""), "text");
    check_hostile(repeat("<p>text</p>", "<", 500000, ""), "text");
    check_hostile(repeat("<p>text</p>", "<!--", 100000, ""), "text");
    check_hostile(repeat("<p>text ", "&", 500000, "</p>"), "text");
    check_hostile(repeat("<p>text</p>", "<script>", 50000, ""), "text");
    check_hostile(repeat("<p>text ", "word ", 4000000, "</p>"), "text");
    struct kept kept = {0};
    take_in("nothing.html", "<html><head><script>x</script></head><body></body></html>", &kept);
    assert_int_equal(kept.count, 0);
    assert_non_null(strstr(kept.skipped[0], "holds no text"));
    kept_release(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_and_inline),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_article_element),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_json_ld),
        cmocka_unit_test(test_other_places),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_hostile_pages),
    };
    return cmocka_run_group_tests(tests, make_sample_folder, remove_sample_folder);
}
