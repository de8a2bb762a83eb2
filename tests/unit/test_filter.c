/* Filters: by author, source, language, site, id and date; alone, beside words, and too many of them. */
#include "search_fixture.h"
#include "searcher/match/filter.h"

static bool has(const char *text, const char *wanted)
{
    return csa_filter_text_has(csa_view_of(text), csa_view_of(wanted));
}

static void test_words_side_by_side(void **state)
{
    (void)state;
    assert_true(has("Li Wei", "li wei"));
    assert_true(has("Li Wei", "WEI"));
    assert_false(has("Li Wei", "wei li"));
    assert_false(has("Li Anna Wei", "li wei"));
    assert_true(has("Anna Li Wei and others", "li wei"));
    assert_true(has("Li Li Wei", "li wei"));
    assert_false(has("Li", "li wei"));
    assert_false(has("Lin", "li"));
    assert_true(has("Agence France-Presse", "france presse"));
    assert_true(has("Nguy\xe1\xbb\x85n V\xc4\x83n", "nguyen van"));
    assert_true(has("Flann O\xe2\x80\x99"
                    "Brien",
                    "o'brien"));
    assert_true(has("AT&T Newsroom", "at&t"));
    assert_false(has("Li Wei", ""));
    assert_false(has("Li Wei", "&!"));
    assert_false(has("", "li"));
}

/* Pairs of characters: two stand together anywhere, one begins any pair. */
static void test_chinese_words(void **state)
{
    (void)state;
    assert_true(has("新华社", "新华"));
    assert_true(has("新华社", "华社"));
    assert_true(has("新华社", "社"));
    assert_true(has("新华社", "新华社"));
    assert_true(has("北京 新华社 Xinhua", "新华社 xinhua"));
    assert_false(has("新华社", "新社"));
    assert_false(has("新华社", "新华社报"));
}

/* 0 and 1 are one article's. */
static void open_described(struct fixture *f)
{
    fixture_init(f);
    fixture_add(f, 0, 1, "", "gas road", "river", NULL);
    fixture_add(f, 0, 1, "", "gas", NULL);
    fixture_add(f, 0, 0, "", "gas silk", NULL);
    fixture_add(f, 1, 0, "", "road", NULL);
    fixture_add(f, 1, 1, "", "coal", NULL);
    static const struct {
        uint32_t date;
        const char *source, *author, *url;
        uint8_t language;
    } facts[] = {
        {20230811, "Daily News", "Li Wei", "https://www.example.org/a", CSA_LANGUAGE_ENGLISH},
        {20230000, "News", "Wei Li", "http://news.example.org:80/", CSA_LANGUAGE_ENGLISH},
        {20221231, "Amur Times", NULL, "https://example.com/", CSA_LANGUAGE_RUSSIAN},
        {0, NULL, "Anna Li", NULL, CSA_LANGUAGE_NONE},
        {20240229, "Daily News", "Li Wei", "https://myexample.org/", CSA_LANGUAGE_CHINESE},
    };
    for (uint32_t a = 0; a < 5; a++) {
        struct model_article *article = &f->model.articles[a];
        article->date = facts[a].date;
        article->source = facts[a].source;
        article->author = facts[a].author;
        article->url = facts[a].url;
        article->language = facts[a].language;
    }
    fixture_open(f);
}

static void test_fields(void **state)
{
    (void)state;
    struct fixture f;
    open_described(&f);
    static const char *const expected[][2] = {
        {"author:li", "0 1 2 4 5"},
        {"author:\"li wei\"", "0 1 5"},
        {"author:anna", "4"},
        {"author:nobody", ""},
        {"source:news", "0 1 2 5"},
        {"source:\"daily news\"", "0 1 5"},
        {"source:times", "3"},
        {"lang:en", "0 1 2"},
        {"lang:ru", "3"},
        {"lang:zh", "5"},
        {"lang:de", ""},
        {"site:example.org", "0 1 2"},
        {"site:www.example.org", "0 1 2"},
        {"site:news.example.org", "2"},
        {"site:com", "3"},
        {"site:myexample.org", "5"},
        {"id:article-3", "4"},
        {"id:article-*", "0 1 2 3 4 5"},
        {"id:article", ""},
        {"date:2023", "0 1 2"},
        {"date:2023-08-11", "0 1"},
        {"date:2023-08", "0 1"},
        {"date:2023..", "0 1 2 5"},
        {"date:..2022", "3"},
        {"date:2022-12..2023-08", "0 1 2 3"},
        {"-date:2000..2030 +road", "4"},
        {"+gas +lang:en", "0 2"},
        {"+gas -lang:en", "3"},
        {"+road +author:li", "0 4"},
        {"+date:2023 +source:news +gas", "0 2"},
        {"+(lang:ru OR lang:zh)", "3 5"},
        {"+\"gas road\" +site:example.org", "0"},
        {"+\"gas road\" +site:example.com", ""},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *matches = fixture_matches(&f, expected[i][0]);
        if (strcmp(matches, expected[i][1]) != 0) {
            fail_msg("%s: %s, not %s", expected[i][0], matches, expected[i][1]);
        }
    }
    fixture_release(&f);
}

static void test_scores(void **state)
{
    (void)state;
    struct fixture f;
    open_described(&f);
    struct csa_search_request request = fixture_request(&f, "date:2023");
    struct csa_search_result result = fixture_search(&f, &request);
    assert_int_equal(result.hit_count, 3);
    assert_int_equal(result.articles_matched, 2);
    for (uint32_t i = 0; i < 3; i++) { /* all alike: in the order of passages */
        assert_int_equal(result.hits[i].passage, i);
        assert_true(result.hits[i].score == 0);
    }
    assert_int_equal(result.term_count, 1);
    assert_string_equal(result.terms[0].kind, "date");
    assert_int_equal(result.terms[0].passages, 3);
    request = fixture_request(&f, "gas");
    struct csa_search_result plain = fixture_search(&f, &request);
    request = fixture_request(&f, "+gas +lang:ru");
    result = fixture_search(&f, &request);
    assert_int_equal(result.hit_count, 1);
    assert_int_equal(plain.hit_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(plain.hits[i].passage != 3 || plain.hits[i].score == result.hits[0].score);
    }
    struct csa_error error = {0};
    struct csa_explanation explanation;
    uint32_t passage = 3;
    assert_int_equal(
        f.engine->operations->explain(f.engine, &request, &passage, 1, &f.arena, &explanation, &error),
        CSA_OK);
    bool named = false;
    for (size_t i = 0; i < explanation.count; i++) {
        named =
            named || csa_view_starts_with(explanation.lines[i].text, csa_view_of("language ru: lets this"));
    }
    assert_true(named);
    fixture_release(&f);
}

/* Filters beyond the maximum match nothing, and the answer says so. */
static void test_many(void **state)
{
    (void)state;
    enum { MOST = 64 };
    struct fixture f;
    open_described(&f);
    struct csa_node nodes[MOST + 1] = {0}, *children[MOST + 1], root = {.boost = 1};
    for (unsigned i = 0; i <= MOST; i++) {
        nodes[i] = (struct csa_node){.kind = CSA_NODE_FILTER,
                                     .field = CSA_FIELD_LANGUAGE,
                                     .boost = 1,
                                     .text = csa_view_of(i == MOST ? "ru" : "en")};
        children[i] = &nodes[i];
    }
    root.children = children;
    const struct csa_query query = {.root = &root};
    struct csa_search_request request = {
        .query = &query, .rank = CSA_RANK_BM25, .k1 = 1.2, .b = 0.75, .hits = 10, .count = true};
    root.child_count = MOST;
    struct csa_search_result result = fixture_search(&f, &request);
    assert_int_equal(result.passages_matched, 3);
    assert_true(result.exact);
    root.child_count = MOST + 1;
    result = fixture_search(&f, &request);
    assert_int_equal(result.passages_matched, 3);
    assert_false(result.exact);
    assert_int_equal(result.limit_count, 1);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_side_by_side),
        cmocka_unit_test(test_chinese_words),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
