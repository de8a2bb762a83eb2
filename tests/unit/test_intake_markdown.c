/* Markdown: front matter, blocks, titles, tables, embedded HTML, and text that would stall a parser. */
#include "intake_support.h"

/* Blocks joined by " / ". */
static void check_blocks(const char *markdown, const char *title, const char *expected)
{
    struct kept kept = {0};
    char joined[8000] = "";
    const struct kept_article *article = take_in_one("page.md", markdown, &kept);
    for (size_t i = 0; i < article->block_count; i++) {
        strcat(strcat(joined, i == 0 ? "" : " / "), article->blocks[i]);
    }
    assert_string_equal(joined, expected);
    assert_string_equal(article->title, title);
    kept_release(&kept);
}

static void test_blocks(void **state)
{
    (void)state;
    check_blocks("# Title\n\none *two* **three** `four`\nfive\\\nsix\n", "Title",
                 "one two three four five six");
    check_blocks("text [a link](http://example.org \"t\") and <http://auto.example>\n", "",
                 "text a link and http://auto.example");
    check_blocks("- one\n- two\n  - deep\n\n1. first\n", "", "one / two / deep / first");
    check_blocks("> quoted\n> text\n\nplain\n", "", "quoted text / plain");
    check_blocks("![what is seen](pic.png)\n\ntext ![inline](x.png) text\n", "",
                 "what is seen / text inline text");
    check_blocks("```c\nint a;\n\n  b;\n```\n", "", "int a;\n\n  b;");
    check_blocks("one\n\n---\n\n***\n\ntwo\n", "", "one / two");
    check_blocks("a &amp; b &eacute; \\* c\n", "", "a & b é * c");
    check_blocks("One\n===\n\nTwo\n---\n\ntext\n", "One", "Two / text");
}

static void test_kinds(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_one("kinds.md", "para\n\n## head\n\n- item\n\n> quote\n\n![c](x)\n\n    code\n", &kept);
    assert_int_equal(article->kinds[0], CSA_BLOCK_PARAGRAPH);
    assert_int_equal(article->kinds[1], CSA_BLOCK_HEADING);
    assert_int_equal(article->kinds[2], CSA_BLOCK_LIST_ITEM);
    assert_int_equal(article->kinds[3], CSA_BLOCK_QUOTE);
    assert_int_equal(article->kinds[4], CSA_BLOCK_CAPTION);
    assert_int_equal(article->kinds[5], CSA_BLOCK_CODE);
    kept_release(&kept);
}

static void test_tables(void **state)
{
    (void)state;
    check_blocks("text\n\n| Year | Trade |\n|------|------:|\n| 2023 | **89.4** |\n| 2024 |  |\n\nmore\n", "",
                 "text / Year | Trade / 2023 | 89.4 / 2024 / more");
    struct kept kept = {0};
    take_in_one("table.md", "a | b\n--|--\n1 | 2\n", &kept);
    assert_int_equal(kept.articles[0].block_count, 2);
    assert_int_equal(kept.articles[0].kinds[0], CSA_BLOCK_TABLE_ROW);
    kept_release(&kept);
    check_blocks("a | b\nis no table\n", "", "a | b is no table");
}

static void test_html(void **state)
{
    (void)state;
    check_blocks("<div class=x>\none<br>two &amp; &#233;\n<p>three</p>\n</div>\n\nfour\n", "",
                 "one two & é / three / four");
    check_blocks("a <b>bold</b> word<br/>next <!-- hidden --> end\n", "", "a bold word next end");
    check_blocks("<script>\nvar x = '<p>';\n</script>\n\ntext\n", "", "text");
    check_blocks("<!--\nhidden\n-->\n\ntext\n", "", "text");
    check_blocks("<style>p { a < b }</style>\ntext\n", "", "text");
}

static void test_titles(void **state)
{
    (void)state;
    check_blocks("intro\n\n# Title\n\ntext\n", "Title", "intro / text");
    check_blocks("## Second level first\n\n# Title\n", "Second level first", "Title");
    check_blocks("text\n\n## Part\n", "", "text / Part");
    check_blocks("---\ntitle: Stated\n---\n# Other\n\ntext\n", "Stated", "Other / text");
    check_blocks("---\ntitle: Same\n---\n# Same\n\ntext\n", "Same", "text");
    check_blocks("# *Mark* up `in` [title](x)\n\ntext\n", "Mark up in title", "text");
}

static void check_front(const char *front, const char *title, const char *author, uint32_t date)
{
    char markdown[2000];
    struct kept kept = {0};
    snprintf(markdown, sizeof markdown, "%s\ntext\n", front);
    const struct kept_article *article = take_in_one("front.md", markdown, &kept);
    assert_string_equal(article->title, title);
    assert_string_equal(article->author, author);
    assert_int_equal(article->date, date);
    assert_string_equal(article->blocks[article->block_count - 1], "text");
    kept_release(&kept);
}

static void test_front_matter(void **state)
{
    (void)state;
    check_front("---\ntitle: A title: with a colon # and a comment\nauthor: Ann Lee\ndate: 2023-08-11\n---",
                "A title: with a colon", "Ann Lee", 20230811);
    check_front("---\ntitle: \"Quoted \\\"title\\\"\" # c\nauthor: 'It''s me'\ndate: \"11 August 2023\"\n...",
                "Quoted \"title\"", "It's me", 20230811);
    check_front("---\r\ntitle: T\r\nauthors: [Ann, \"Bob, Jr\", 'C']\r\n---\r\n", "T", "Ann, Bob, Jr, C", 0);
    check_front("---\ntitle: >\n  folded over\n  two lines\nauthor:\n  - Ann\n  - Bob\n---",
                "folded over two lines", "Ann, Bob", 0);
    check_front("---\nauthor:\n  name: Ann\n  email: x@example.org\ntitle: plain\n  goes on\n---",
                "plain goes on", "Ann", 0);
    check_front("---\nauthor:\n- name: Ann\n  email: x\n- name: Bob\n# a comment\n\ntitle: ~\n---", "",
                "Ann, Bob", 0);
    check_front("+++\ntitle = \"In TOML\"\nauthor = 'Ann'\ndate = 2023-08-11T10:00:00Z\ntags = "
                "[\"a\"]\n[params]\ntitle = "
                "\"no\"\n+++",
                "In TOML", "Ann", 20230811);
    check_front("---\n---", "", "", 0);
    check_front("---\nnot: closed\n", "", "", 0);
    check_front("----\ntitle: x\n----\n", "title: x", "", 0); /* a heading, no front matter */
    check_front("---\n\n# comment\n\ntitle: T\n---\n", "T", "", 0);
    check_front("---\n\"title\": T\n---\n", "", "", 0);
}

static void test_prose_between_rules(void **state)
{
    (void)state;
    check_blocks("---\n\nA paragraph, and no name: it is kept.\n\n---\n", "",
                 "A paragraph, and no name: it is kept.");
    check_blocks("---\n\nOne paragraph.\n\n---\n\nAnother.\n", "", "One paragraph. / Another.");
}

static void test_all_fields(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article = take_in_one(
        "fields.md",
        "---\ntitle: T\nlang: ru\ndescription: D\nsource: S\nurl: https://example.org/\ntags:\n  - a\n  - "
        "b\ndraft: false\ndate: someday\n---\ntext\n",
        &kept);
    assert_int_equal(article->language, CSA_LANGUAGE_RUSSIAN);
    assert_string_equal(article->description, "D");
    assert_string_equal(article->source, "S");
    assert_string_equal(article->url, "https://example.org/");
    assert_string_equal(article->id, "fields.md");
    assert_int_equal(article->extra_count, 3);
    assert_string_equal(article->names[0], "tags");
    assert_string_equal(article->values[0], "a, b");
    assert_string_equal(article->names[1], "draft");
    assert_string_equal(article->values[2], "someday");
    kept_release(&kept);
    article =
        take_in_one("byline.md", "# T\n\n*By Ann Lee, 14 December 2024*\n\nThis is the text of it.\n", &kept);
    assert_string_equal(article->author, "Ann Lee");
    assert_int_equal(article->date, 20241214);
    kept_release(&kept);
}

static char *repeat(const char *piece, size_t times, const char *after)
{
    size_t size = strlen(piece);
    char *text = malloc(size * times + strlen(after) + 1);
    assert_non_null(text);
    for (size_t i = 0; i < times; i++) {
        memcpy(text + i * size, piece, size);
    }
    strcpy(text + size * times, after);
    return text;
}

static void check_hostile(const char *piece, size_t times, const char *after)
{
    struct kept kept = {0};
    char *text = repeat(piece, times, after);
    take_in("hostile.md", text, &kept);
    free(text);
    assert_int_equal(kept.count, 1);
    kept_release(&kept);
}

static void test_hostile_text(void **state)
{
    (void)state;
    check_hostile(">", 1000000, " text");
    check_hostile("> - ", 100000, " text");
    check_hostile("[", 1000000, " text");
    check_hostile("[a](b", 200000, " text");
    check_hostile("![[]()", 200000, " text");
    check_hostile("*a _b ", 200000, " text");
    check_hostile("**", 200000, "text");
    check_hostile("`a``b", 200000, " text");
    check_hostile("<!a", 200000, " text");
    check_hostile("<?", 200000, " text");
    check_hostile("<![CDATA[", 100000, " text");
    check_hostile("&", 1000000, " text");
    check_hostile("[a]: b\n", 50000, "\n[a]\n\ntext");
    check_hostile("a\n\n", 100000, "text");
    check_hostile("- ", 90, "text");
    check_hostile("* * ", 100000, "\n\ntext"); /* a rule */
    check_hostile("# a\n", 100000, "text");
    check_hostile("|a", 200000, "\n-|-\ntext");
    check_hostile("\t", 500000, "text");
}

/* A value longer than a field can be is cut, not dropped, and what follows is read. */
static void test_long_value(void **state)
{
    (void)state;
    struct kept kept = {0};
    char *text = repeat("word ", 100000, "\nauthor: Ann\n---\n\ntext\n");
    memcpy(text, "---\ntitle: ", 11);
    const struct kept_article *article = take_in_one("long.md", text, &kept);
    free(text);
    assert_in_range(strlen(article->title), CSA_INTAKE_FIELD_MAXIMUM - 5, CSA_INTAKE_FIELD_MAXIMUM);
    assert_string_equal(article->author, "Ann");
    kept_release(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_front_matter),
        cmocka_unit_test(test_prose_between_rules),
        cmocka_unit_test(test_long_value),
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_hostile_text),
    };
    return cmocka_run_group_tests(tests, make_sample_folder, remove_sample_folder);
}
