/* Filters: by author, source, language, site, id and date; alone, beside words, and too many of them. */
#include "search_fixture.h"
#include "searcher/match/filter.h"
#include "searcher/query/filter.h"

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

static bool same(const char *one, const char *other)
{
    bool found = csa_filter_same_name(csa_view_of(one), csa_view_of(other));
    assert_int_equal(csa_filter_same_name(csa_view_of(other), csa_view_of(one)), found);
    return found;
}

static void test_same_name(void **state)
{
    (void)state;
    assert_true(same("Reuters", "reuters"));
    assert_true(same("Reuters", " \"REUTERS\"!"));
    assert_false(same("Reuters", "Reuters News Agency"));
    assert_false(same("Reuters News Agency", "News Agency"));
    assert_false(same("Reuters", ""));
    assert_true(same("Agence France-Presse", "agence france presse"));
    assert_true(same("AT&T Newsroom", "at&t newsroom"));
    assert_true(same("陸橋觀察", "陆桥观察"));
    assert_false(same("陆桥观察", "陆桥观"));
    assert_false(same("新华社", "新华 华社 社"));
    assert_true(same("", ""));
    assert_true(same("!!!", "!!!"));
    assert_false(same("!!!", "???"));
    assert_false(same("!!!", "! !!"));
    assert_false(same("!!!", "a"));
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
        {"author:=li", ""},
        {"author:=\"LI wei\"", "0 1 5"},
        {"author:=li-wei", "0 1 5"},
        {"author:=\"wei li\"", "2"},
        {"author:=\"Anna Li Wei\"", ""},
        {"source:=news", "2"},
        {"source:=(news \"amur times\")", "2 3"},
        {"+road -author:=\"anna li\"", "0"},
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
        {"+gas lang:en lang:ru", "0 2 3"},
        {"gas lang:ru site:example.org lang:en", "0 2"},
        {"+gas +lang:en +lang:ru", ""},
        {"source:times source:daily", "0 1 3 5"},
        {"id:article-3 id:article-4", "4 5"},
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

/* ---- long lists ---- */

enum { LONG = 12000 };

/* Passages with words so frequent that bounds of blocks say how low the k-th best can lie. Those with the
 * best scores are in Russian, and a few in German. */
static void open_long(struct fixture *f, uint32_t passages)
{
    memset(f, 0, sizeof *f);
    strcpy(f->folder, "csa-test-filter-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    csa_arena_init(&f->arena, 0);
    model_init(&f->model, LONG, LONG, LONG * 16);
    uint64_t random = passages;
    struct model_article *article = NULL;
    for (uint32_t p = 0; p < LONG; p++) {
        uint8_t words[16];
        uint32_t count = 0;
        bool russian = p % 5 == 0;
        if (p % passages == 0) {
            assert_true(model_add_article(&f->model, 0, 0, words, 0));
            article = &f->model.articles[f->model.article_count - 1];
            article->language = russian       ? CSA_LANGUAGE_RUSSIAN
                                : p % 97 == 0 ? CSA_LANGUAGE_GERMAN
                                              : CSA_LANGUAGE_ENGLISH;
            article->date = p % 7 < 3 ? 20230811 : 20240229;
        }
        words[count++] = fixture_word("gas", 3);
        for (uint32_t i = model_below(&random, 4) + (russian ? 6 : 0); i != 0; i--) {
            words[count++] = fixture_word(i % 2 == 0 ? "gas" : "river", i % 2 == 0 ? 3 : 5);
        }
        for (uint32_t i = p % 60 < 2 ? (russian ? 4 : 1) : 0; i != 0; i--) {
            words[count++] = fixture_word("zinc", 4);
        }
        for (uint32_t i = model_below(&random, 3); i != 0; i--) {
            words[count++] = fixture_word("the", 3);
        }
        assert_true(model_add_passage(&f->model, words, count));
    }
    fixture_open(f);
}

static void check_like_exhaustive(struct fixture *f, const char *text, size_t hits, bool count,
                                  enum csa_sort sort)
{
    struct csa_search_request request = fixture_request(f, text);
    request.hits = hits;
    request.count = count;
    request.sort = sort;
    request.by_article = sort != CSA_SORT_RELEVANCE;
    const struct csa_search_result pruned = fixture_search(f, &request);
    request.exhaustive = true;
    const struct csa_search_result all = fixture_search(f, &request);
    assert_int_equal(pruned.hit_count, all.hit_count);
    assert_true(all.hit_count != 0 || hits == 0);
    for (size_t i = 0; i < all.hit_count; i++) {
        if (pruned.hits[i].passage != all.hits[i].passage || pruned.hits[i].score != all.hits[i].score) {
            fail_msg("%s [%s]: hit %zu is passage %u and not %u", text, pruned.strategy, i,
                     pruned.hits[i].passage, all.hits[i].passage);
        }
    }
    assert_int_equal(pruned.passages_matched, all.passages_matched);
    assert_int_equal(pruned.articles_matched, all.articles_matched);
}

static void test_long_lists(void **state)
{
    (void)state;
    static const char *const queries[] = {"gas lang:en",
                                          "+gas lang:en",
                                          "gas river lang:en",
                                          "+gas +river lang:en",
                                          "\"gas river\" lang:en",
                                          "gas -lang:ru",
                                          "gas -(lang:ru OR lang:de)",
                                          "gas river (lang:en OR lang:de)",
                                          "gas lang:en date:2023",
                                          "gas lang:de",
                                          "gas",
                                          "zinc gas lang:en",
                                          "gas river -lang:ru -date:2024",
                                          "+gas river lang:en",
                                          "gas -river lang:en",
                                          "gas OR lang:en",
                                          "lang:en",
                                          "lang:en -date:2023",
                                          "the lang:ru"};
    for (uint32_t passages = 1; passages <= 3; passages++) {
        struct fixture f;
        open_long(&f, passages);
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
            for (size_t hits = 0; hits <= 30; hits += 10) {
                check_like_exhaustive(&f, queries[i], hits, false, CSA_SORT_RELEVANCE);
                check_like_exhaustive(&f, queries[i], hits, true, CSA_SORT_RELEVANCE);
                check_like_exhaustive(&f, queries[i], hits, true, CSA_SORT_NEWEST);
            }
        }
        fixture_release(&f);
    }
}

/* What passes is most of the collection, and the search is that of the words alone. */
static void test_strategies(void **state)
{
    (void)state;
    static const char *const expected[][2] = {{"gas lang:en", "single list"},
                                              {"gas river lang:en", "block-max maxscore"},
                                              {"+gas +river -lang:ru", "conjunction"},
                                              {"\"gas river\" lang:en", "phrase"},
                                              {"gas lang:de", "windows"},
                                              {"gas OR lang:en", "windows"}};
    struct fixture f;
    open_long(&f, 1);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct csa_search_request request = fixture_request(&f, expected[i][0]);
        request.count = false;
        assert_string_equal(fixture_search(&f, &request).strategy, expected[i][1]);
    }
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
        cmocka_unit_test(test_same_name),
        cmocka_unit_test(test_chinese_words),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_strategies),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
