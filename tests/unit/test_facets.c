/* Facets, counts by date and sorting by date, each against counting article by article; timelines. */
#include "common/base/clock.h"
#include "search_fixture.h"
#include "searcher/query/filter.h"
#include "searcher/query/tree.h"
#include "searcher/results/timeline.h"
#include "temporary_folder.h"

static const char *const sources[] = {NULL, "Caspian Ledger", "Test Wire", "Zeta", "Ähre"};
static const char *const authors[] = {NULL, "A. Author", "B. Other", "C. Third"};
static const uint32_t days[] = {0,        20230811, 20230811, 20230812, 20230800, 20230000,
                                20221231, 19991231, 20000229, 10101,    99991231, 20240101};
static const char *const queries[] = {"gas",
                                      "the",
                                      "gas OR river OR belt",
                                      "+gas -river",
                                      "\"gas river\"",
                                      "pipe*",
                                      "title:power",
                                      "summit zinc",
                                      "power river",
                                      "zinc",
                                      "the of gas river pipeline"};
enum { QUERIES = sizeof queries / sizeof queries[0] };

#define PICK(array, state) (array)[model_below(state, sizeof(array) / sizeof *(array))]

static void make_random(struct fixture *f, uint64_t seed, uint32_t segments)
{
    memset(f, 0, sizeof *f);
    strcpy(f->folder, "csa-test-facets-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    csa_arena_init(&f->arena, 0);
    model_init(&f->model, 200, 1000, 20000);
    uint64_t state = seed;
    for (uint32_t a = 0; a < 150; a++) {
        uint8_t words[40];
        for (unsigned i = 0; i < 40; i++) {
            words[i] = model_word(&state);
        }
        assert_true(model_add_article(&f->model, a * segments / 150, CSA_LANGUAGE_ENGLISH * (a % 3 != 0),
                                      words, a % 4));
        struct model_article *article = &f->model.articles[a];
        article->date = PICK(days, &state);
        article->source = PICK(sources, &state);
        article->author = PICK(authors, &state);
        article->deleted = model_below(&state, 8) == 0;
        for (uint32_t p = 0; p < 1 + (seed % 2 == 0 ? 0 : model_below(&state, 9)); p++) {
            for (unsigned i = 0; i < 40; i++) {
                words[i] = model_word(&state);
            }
            assert_true(model_add_passage(&f->model, words, 1 + model_below(&state, 39)));
        }
    }
    fixture_open(f);
}

/* What matches, by passage and by article, from a search that knows nothing of facets and dates. */
struct truth {
    struct csa_search_result all; /* every matching passage */
    float best[2000];             /* by article; below 0: it does not match */
    size_t articles;
};

static void find_truth(struct fixture *f, const struct csa_search_request *asked, struct truth *truth)
{
    struct csa_search_request request = *asked;
    request.by_article = false;
    request.hits = f->model.passage_count;
    request.sort = CSA_SORT_RELEVANCE;
    request.facets = 0;
    request.dates = false;
    truth->all = fixture_search(f, &request);
    assert_int_equal(truth->all.hit_count, truth->all.passages_matched);
    assert_true(f->model.article_count <= 2000);
    truth->articles = 0;
    for (uint32_t a = 0; a < 2000; a++) {
        truth->best[a] = -1;
    }
    for (size_t i = 0; i < truth->all.hit_count; i++) {
        uint32_t article = f->model.passages[truth->all.hits[i].passage].article;
        assert_int_equal(article, truth->all.hits[i].article);
        truth->articles += truth->best[article] < 0;
        if (truth->best[article] < truth->all.hits[i].score) {
            truth->best[article] = truth->all.hits[i].score;
        }
    }
}

/* The value of an article, as the facet has it; empty: unknown. */
static const char *value_of(const struct model_article *article, enum csa_facet facet)
{
    static char text[16];
    switch (facet) {
    case CSA_FACET_SOURCE:
        return article->source == NULL ? "" : article->source;
    case CSA_FACET_AUTHOR:
        return article->author == NULL ? "" : article->author;
    case CSA_FACET_LANGUAGE:
        return csa_language_code(article->stemmer);
    default:
        snprintf(text, sizeof text, facet == CSA_FACET_YEAR ? "%04u" : "%04u-%02u", article->date / 10000,
                 article->date / 100 % 100);
        return article->date == 0 || (facet == CSA_FACET_MONTH && article->date / 100 % 100 == 0) ? "" : text;
    }
}

static uint64_t count_value(const struct fixture *f, const struct truth *truth, enum csa_facet facet,
                            struct csa_view value)
{
    uint64_t count = 0;
    for (uint32_t a = 0; a < f->model.article_count; a++) {
        count +=
            truth->best[a] >= 0 && csa_view_equal(csa_view_of(value_of(&f->model.articles[a], facet)), value);
    }
    return count;
}

static void check_facet(const struct fixture *f, const struct truth *truth,
                        const struct csa_facet_counts *counts)
{
    uint64_t sum = counts->unknown;
    assert_int_equal(counts->unknown, count_value(f, truth, counts->facet, csa_view_of("")));
    assert_int_equal(counts->more, 0);
    for (size_t i = 0; i < counts->count; i++) {
        const struct csa_facet_value *value = &counts->values[i];
        assert_true(value->articles > 0);
        assert_int_equal(value->articles, count_value(f, truth, counts->facet, value->value));
        sum += value->articles;
        if (i == 0) {
            continue;
        }
        int order = csa_view_compare(value[-1].value, value->value);
        bool by_time = counts->facet == CSA_FACET_YEAR || counts->facet == CSA_FACET_MONTH;
        assert_true(by_time ? order < 0
                            : value[-1].articles > value->articles ||
                                  (value[-1].articles == value->articles && order < 0));
    }
    assert_int_equal(sum, truth->articles); /* so no value is lacking */
}

static void check_dates(const struct fixture *f, const struct truth *truth,
                        const struct csa_search_result *result)
{
    uint64_t sum = result->undated;
    for (size_t i = 0; i < result->date_count; i++) {
        const struct csa_date_count *date = &result->dates[i];
        uint64_t count = 0;
        for (uint32_t a = 0; a < f->model.article_count; a++) {
            count += truth->best[a] >= 0 && f->model.articles[a].date == date->date;
        }
        assert_true(date->date != 0 && date->articles != 0);
        assert_int_equal(date->articles, count);
        assert_true(i == 0 || date[-1].date < date->date);
        sum += count;
    }
    assert_int_equal(sum, truth->articles);
}

static void test_facets_are_counts_of_articles(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct fixture f;
        struct truth truth;
        make_random(&f, seed, 1 + (uint32_t)seed % 3);
        for (unsigned q = 0; q < QUERIES; q++) {
            struct csa_search_request request = fixture_request(&f, queries[q]);
            request.rank = q % 2 == 0 ? CSA_RANK_BEST : CSA_RANK_BM25;
            request.by_article = q % 3 != 0;
            request.hits = q % 4; /* 0: no hits, only counts */
            find_truth(&f, &request, &truth);
            request.facets = (1U << CSA_FACET_COUNT) - 1;
            request.dates = true;
            struct csa_search_result result = fixture_search(&f, &request);
            assert_int_equal(result.articles_matched, truth.articles);
            assert_int_equal(result.facet_count, CSA_FACET_COUNT);
            for (unsigned i = 0; i < CSA_FACET_COUNT; i++) {
                assert_int_equal(result.facets[i].facet, i);
                check_facet(&f, &truth, &result.facets[i]);
            }
            check_dates(&f, &truth, &result);
            request.facets = 1U << CSA_FACET_YEAR | 1U << CSA_FACET_AUTHOR;
            request.dates = false;
            result = fixture_search(&f, &request);
            assert_int_equal(result.facet_count, 2);
            assert_int_equal(result.date_count, 0);
            check_facet(&f, &truth, &result.facets[0]);
            check_facet(&f, &truth, &result.facets[1]);
        }
        fixture_release(&f);
    }
}

/* 1,500 authors in two segments, of whom some have more articles than the others. */
static void test_of_many_values_the_frequent_ones(void **state)
{
    (void)state;
    struct fixture f;
    memset(&f, 0, sizeof f);
    strcpy(f.folder, "csa-test-facets-XXXXXX");
    assert_non_null(mkdtemp(f.folder));
    csa_arena_init(&f.arena, 0);
    model_init(&f.model, 2000, 2000, 4000);
    char(*names)[16] = test_calloc(1500, sizeof *names);
    uint8_t gas[1];
    fixture_words("gas", gas);
    for (uint32_t a = 0; a < 2000; a++) {
        assert_true(model_add_article(&f.model, a / 1000, CSA_LANGUAGE_NONE, NULL, 0));
        snprintf(names[a % 1500], sizeof names[0], "Author %04u", a % 1500);
        f.model.articles[a].author = names[a % 1500]; /* the first 500 have two articles each */
        f.model.articles[a].date = (1 + a) * 10000;
        assert_true(model_add_passage(&f.model, gas, 1));
    }
    fixture_open(&f);
    struct csa_search_request request = fixture_request(&f, "gas");
    request.facets = 1U << CSA_FACET_AUTHOR | 1U << CSA_FACET_YEAR;
    struct csa_search_result result = fixture_search(&f, &request);
    const struct csa_facet_counts *counts = &result.facets[0];
    assert_int_equal(counts->count, CSA_FACET_VALUES);
    assert_int_equal(counts->more, 500);
    for (size_t i = 0; i < counts->count; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "Author %04zu", i);
        assert_true(csa_view_equal(counts->values[i].value, csa_view_of(expected)));
        assert_int_equal(counts->values[i].articles, i < 500 ? 2 : 1);
    }
    assert_int_equal(result.facets[1].count, CSA_FACET_VALUES); /* all equal: the first years */
    assert_true(csa_view_equal(result.facets[1].values[999].value, csa_view_of("1000")));
    fixture_release(&f);
    test_free(names);
}

/* Spellings that a filter cannot tell apart are one value, shown as it is written most often; over segments.
 */
static void test_spellings_of_one_value(void **state)
{
    (void)state;
    static const char *const spellings[] = {"陸橋觀察", "陆桥观察", "陆桥观察",   "Ähre", "AHRE", "ahre",
                                            "Reuters",  "reuters",  "Reuters UK", "!!!",  "???"};
    enum { ARTICLES = sizeof spellings / sizeof *spellings };
    for (uint32_t segments = 1; segments <= 3; segments++) {
        struct fixture f;
        fixture_init(&f);
        for (uint32_t a = 0; a < ARTICLES; a++) {
            fixture_add(&f, a * segments / ARTICLES, CSA_LANGUAGE_NONE, "", "gas", NULL);
            f.model.articles[a].source = spellings[a];
        }
        fixture_open(&f);
        struct csa_search_request request = fixture_request(&f, "gas");
        request.facets = 1U << CSA_FACET_SOURCE;
        const struct csa_facet_counts *counts = &fixture_search(&f, &request).facets[0];
        static const struct {
            const char *value;
            uint64_t articles;
        } expected[] = {{"AHRE", 3}, {"陆桥观察", 3}, {"Reuters", 2},
                        {"!!!", 1},  {"???", 1},      {"Reuters UK", 1}};
        assert_int_equal(counts->count, sizeof expected / sizeof *expected);
        for (size_t i = 0; i < counts->count; i++) {
            assert_true(csa_view_equal(counts->values[i].value, csa_view_of(expected[i].value)));
            assert_int_equal(counts->values[i].articles, expected[i].articles);
        }
        request = fixture_request(&f, "source:\"陸橋觀察\"");
        assert_int_equal(fixture_search(&f, &request).articles_matched, 3);
        fixture_release(&f);
    }
}

/* The clause that a click on a value adds, required beside the clauses of the query. */
static struct csa_query narrow_to(struct csa_query query, struct csa_node *filter, struct csa_node **children)
{
    static struct csa_node root, wanted;
    wanted = *query.root;
    wanted.occurrence = CSA_MUST;
    wanted.beside_filters = csa_node_children_are(&wanted, CSA_SHOULD);
    children[0] = &wanted;
    children[1] = filter;
    root = (struct csa_node){.kind = CSA_NODE_GROUP, .boost = 1, .children = children, .child_count = 2};
    query.root = &root;
    return query;
}

/* Every value of a facet, as a filter, finds as many articles as the facet counts. */
static void check_clicks(struct fixture *f, const char *text, enum csa_facet facet, enum csa_field field)
{
    struct csa_search_request request = fixture_request(f, text);
    const struct csa_query query = *request.query;
    request.by_article = true;
    request.facets = 1U << facet;
    const struct csa_search_result all = fixture_search(f, &request);
    for (size_t i = 0; i < all.facets[0].count; i++) {
        const struct csa_facet_value *value = &all.facets[0].values[i];
        struct csa_node filter = {
            .kind = CSA_NODE_FILTER, .occurrence = CSA_MUST, .field = field, .boost = 1, .whole = true};
        struct csa_node *children[2];
        bool understood, swapped;
        assert_int_equal(
            csa_filter_read(&filter, value->value, false, &f->arena, &understood, &swapped, NULL), CSA_OK);
        assert_true(understood);
        const struct csa_query narrowed = narrow_to(query, &filter, children);
        request.query = &narrowed;
        const struct csa_search_result found = fixture_search(f, &request);
        if (found.articles_matched != value->articles) {
            fail_msg("%s, %.*s: %llu articles, counted %llu", text, (int)value->value.size, value->value.data,
                     (unsigned long long)found.articles_matched, (unsigned long long)value->articles);
        }
        assert_int_equal(found.facets[0].count, 1);
        assert_int_equal(found.facets[0].values[0].articles, value->articles);
        assert_true(csa_view_equal(found.facets[0].values[0].value, value->value));
    }
}

static void test_clicks_find_what_is_counted(void **state)
{
    (void)state;
    enum { ARTICLES = 64 };
    static const char *const names[] = {NULL,          "Reuters",
                                        "REUTERS",     "Reuters News Agency",
                                        "News Agency", "Agency",
                                        "陸橋觀察",    "陆桥观察",
                                        "陆桥",        "观察",
                                        "AT&T",        "at t",
                                        "!!!",         "!",
                                        "Ähre",        "a \"\"b\"\" c",
                                        "a b c",       "צה\"ל",
                                        "צה ל",        "\xEF\xBC\x9F",
                                        "?",           "l'eau",
                                        "L eau",       "C++",
                                        "1,000 news",  "1000 NEWS",
                                        "x\xC2\xA0y",  "X Y",
                                        " x y ",       "\xE2\x80\x9Cx\xE2\x80\x9D",
                                        "*",           "News*"};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct fixture f;
        fixture_init(&f);
        uint64_t random = seed;
        for (uint32_t a = 0; a < ARTICLES; a++) {
            fixture_add(&f, a * (1 + (uint32_t)seed % 3) / ARTICLES, a % 2, "power", "gas",
                        a % 3 == 0 ? "river" : "belt", NULL);
            f.model.articles[a].source = PICK(names, &random);
            f.model.articles[a].author = PICK(names, &random);
        }
        fixture_open(&f);
        for (unsigned q = 0; q < QUERIES; q++) {
            check_clicks(&f, queries[q], CSA_FACET_SOURCE, CSA_FIELD_SOURCE);
            check_clicks(&f, queries[q], CSA_FACET_AUTHOR, CSA_FIELD_AUTHOR);
        }
        fixture_release(&f);
    }
}

/* ---- by date ---- */

struct expected_article {
    uint32_t article, place;
    float best;
};

static int compare_expected(const void *left, const void *right)
{
    const struct expected_article *a = left;
    const struct expected_article *b = right;
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    if (a->best != b->best) {
        return a->best > b->best ? -1 : 1;
    }
    return a->article < b->article ? -1 : 1;
}

static size_t expect_order(const struct fixture *f, const struct truth *truth, enum csa_sort sort,
                           struct expected_article *expected)
{
    size_t count = 0;
    for (uint32_t a = 0; a < f->model.article_count; a++) {
        uint32_t date = f->model.articles[a].date;
        uint32_t place = date == 0 ? UINT32_MAX : sort == CSA_SORT_OLDEST ? date : 1000000000 - date;
        if (truth->best[a] >= 0) {
            expected[count++] = (struct expected_article){a, place, truth->best[a]};
        }
    }
    qsort(expected, count, sizeof *expected, compare_expected);
    return count;
}

/* The hits are the expected articles in their order, each with all its matching passages by score. */
static void check_order(const struct truth *truth, const struct expected_article *expected, size_t count,
                        const struct csa_search_result *result)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t h = 0; h < truth->all.hit_count; h++) {
            if (truth->all.hits[h].article != expected[i].article) {
                continue;
            }
            assert_true(at < result->hit_count);
            assert_int_equal(result->hits[at].article, expected[i].article);
            assert_int_equal(result->hits[at].passage, truth->all.hits[h].passage);
            assert_true(result->hits[at].score == truth->all.hits[h].score);
            assert_true(result->hits[at].article_score == truth->best[expected[i].article]);
            at++;
        }
    }
    assert_int_equal(at, result->hit_count);
}

static void test_sorting_by_date_is_exact(void **state)
{
    (void)state;
    static struct expected_article expected[200];
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct fixture f;
        struct truth truth, by_bm25; /* of one day BM25 decides */
        make_random(&f, seed, 1 + (uint32_t)seed % 3);
        for (unsigned q = 0; q < QUERIES; q++) {
            struct csa_search_request request = fixture_request(&f, queries[q]);
            find_truth(&f, &request, &by_bm25);
            request.rank = (q + seed) % 2 == 0 ? CSA_RANK_BEST : CSA_RANK_BM25;
            find_truth(&f, &request, &truth);
            request.by_article = true;
            request.count = q % 3 != 0;
            request.exhaustive = q % 4 == 3;
            for (unsigned sort = CSA_SORT_NEWEST; sort <= CSA_SORT_OLDEST; sort++) {
                request.sort = sort;
                size_t count = expect_order(&f, &by_bm25, sort, expected);
                for (request.hits = 1; request.hits < 160; request.hits += 1 + request.hits / 3) {
                    struct csa_search_result result = fixture_search(&f, &request);
                    check_order(&truth, expected, count < request.hits ? count : request.hits, &result);
                    assert_int_equal(result.articles_matched, truth.articles);
                    assert_int_equal(result.passages_matched, truth.all.hit_count);
                    assert_true(result.exact);
                }
            }
        }
        fixture_release(&f);
    }
}

/* After a search by date the next one knows nothing of it. */
static void test_nothing_is_left_over(void **state)
{
    (void)state;
    struct fixture f;
    make_random(&f, 3, 2);
    struct csa_search_request request = fixture_request(&f, "gas river");
    request.by_article = true;
    struct csa_search_result before = fixture_search(&f, &request);
    request.sort = CSA_SORT_OLDEST;
    request.facets = 1;
    request.hits = 1;
    fixture_search(&f, &request);
    request.sort = CSA_SORT_RELEVANCE;
    request.facets = 0;
    request.hits = 10;
    struct csa_search_result after = fixture_search(&f, &request);
    assert_int_equal(after.hit_count, before.hit_count);
    for (size_t i = 0; i < before.hit_count; i++) {
        assert_int_equal(after.hits[i].passage, before.hits[i].passage);
        assert_true(after.hits[i].score == before.hits[i].score);
        assert_true(after.hits[i].article_score == before.hits[i].article_score);
    }
    assert_int_equal(after.facet_count, 0);
    fixture_release(&f);
}

static void test_a_passed_deadline(void **state)
{
    (void)state;
    struct fixture f;
    make_random(&f, 1, 3);
    struct csa_search_request request = fixture_request(&f, "gas river");
    request.by_article = true;
    request.sort = CSA_SORT_NEWEST;
    request.facets = 31;
    request.dates = true;
    request.deadline = 1;
    struct csa_search_result result = fixture_search(&f, &request);
    assert_false(result.exact);
    assert_int_equal(result.facet_count, CSA_FACET_COUNT);
    fixture_release(&f);
}

/* Wherever a deadline falls, what is counted is shown, as far as it was asked for. */
static void test_a_deadline_in_between(void **state)
{
    (void)state;
    enum { DEADLINES = 400, APART = 2000 /* nanoseconds */ };
    struct fixture f;
    make_random(&f, 1, 3);
    struct csa_search_request request = fixture_request(&f, "gas \"the of\"~4");
    request.by_article = true;
    request.rank = CSA_RANK_BEST;
    for (unsigned i = 0; i < DEADLINES; i++) {
        request.sort = i % 2 == 0 ? CSA_SORT_NEWEST : CSA_SORT_OLDEST;
        request.hits = 1 + i % 7;
        request.deadline = csa_clock_nanoseconds() + (uint64_t)i * APART;
        struct csa_search_result result = fixture_search(&f, &request);
        size_t articles = 0;
        for (size_t h = 0; h < result.hit_count; h++) {
            articles += h == 0 || result.hits[h].article != result.hits[h - 1].article;
        }
        size_t wanted =
            result.articles_matched < request.hits ? (size_t)result.articles_matched : request.hits;
        assert_int_equal(articles, wanted);
    }
    fixture_release(&f);
}

/* ---- timelines ---- */

static struct csa_timeline make_timeline(const struct csa_date_count *dates, size_t count, size_t most)
{
    struct csa_timeline timeline;
    csa_timeline_make(dates, count, 7, most, &timeline);
    return timeline;
}

static void expect_timeline(uint32_t first, uint32_t last, enum csa_time_unit unit, size_t count,
                            uint32_t from, uint32_t to)
{
    const struct csa_date_count dates[] = {{first, 3}, {last, 5}};
    struct csa_timeline timeline = make_timeline(dates, 2, 40);
    assert_int_equal(timeline.unit, unit);
    assert_int_equal(timeline.count, count);
    assert_int_equal(timeline.buckets[0].from, from);
    assert_int_equal(timeline.buckets[count - 1].to, to);
    assert_int_equal(timeline.buckets[0].articles, count == 1 ? 8 : 3);
    assert_int_equal(timeline.buckets[count - 1].articles, count == 1 ? 8 : 5);
    assert_int_equal(timeline.dated, 8);
    assert_int_equal(timeline.undated, 7);
    assert_int_equal(timeline.vague_count, 0);
}

static void test_units_follow_from_the_span(void **state)
{
    (void)state;
    expect_timeline(20230811, 20230811, CSA_UNIT_DAY, 1, 20230811, 20230811);
    expect_timeline(20240228, 20240301, CSA_UNIT_DAY, 3, 20240228, 20240301);
    expect_timeline(20230228, 20230301, CSA_UNIT_DAY, 2, 20230228, 20230301);
    expect_timeline(20230101, 20230209, CSA_UNIT_DAY, 40, 20230101, 20230209);
    expect_timeline(20230101, 20230210, CSA_UNIT_WEEK, 7, 20221226, 20230212); /* Monday to Sunday */
    expect_timeline(19870226, 19871020, CSA_UNIT_WEEK, 35, 19870223, 19871025);
    expect_timeline(20220115, 20230302, CSA_UNIT_MONTH, 15, 20220101, 20230331);
    expect_timeline(20200229, 20230531, CSA_UNIT_MONTH, 40, 20200201, 20230531);
    expect_timeline(20200229, 20230601, CSA_UNIT_QUARTER, 14, 20200101, 20230630);
    expect_timeline(20100101, 20201231, CSA_UNIT_YEAR, 11, 20100101, 20201231);
    expect_timeline(20200000, 20210000, CSA_UNIT_YEAR, 2, 20200101, 20211231);
    expect_timeline(19000505, 20230811, CSA_UNIT_FIVE_YEARS, 25, 19000101, 20241231);
    expect_timeline(17890714, 20230811, CSA_UNIT_DECADE, 25, 17800101, 20291231);
    expect_timeline(10101, 20230811, CSA_UNIT_CENTURY, 21, 10101, 20991231);
    expect_timeline(10101, 99991231, CSA_UNIT_MILLENNIUM, 10, 10101, 99991231);
    expect_timeline(20230631, 20230701, CSA_UNIT_DAY, 2, 20230630, 20230701); /* 31 June is no day */
}

static void test_fewer_buckets(void **state)
{
    (void)state;
    const struct csa_date_count dates[] = {{20230101, 1}, {20230130, 1}};
    assert_int_equal(make_timeline(dates, 2, 40).unit, CSA_UNIT_DAY);
    assert_int_equal(make_timeline(dates, 2, 29).unit, CSA_UNIT_WEEK);
    assert_int_equal(make_timeline(dates, 2, 0).unit, CSA_UNIT_WEEK); /* as 10 */
    assert_int_equal(make_timeline(dates, 2, SIZE_MAX).unit, CSA_UNIT_DAY);
}

static void test_dates_of_which_too_little_is_known(void **state)
{
    (void)state;
    const struct csa_date_count few[] = {{20220000, 2}, {20220105, 50}, {20230000, 3}, {20230302, 50}};
    struct csa_timeline timeline = make_timeline(few, 4, 40);
    assert_int_equal(timeline.unit, CSA_UNIT_MONTH);
    assert_int_equal(timeline.count, 15);
    assert_int_equal(timeline.vague_count, 2);
    assert_int_equal(timeline.vague[1].date, 20230000);
    assert_int_equal(timeline.vague[1].articles, 3);
    assert_int_equal(timeline.dated, 105);
    /* Too many of them: years. */
    const struct csa_date_count many[] = {{20220000, 20}, {20220105, 50}, {20230000, 3}, {20230302, 50}};
    timeline = make_timeline(many, 4, 40);
    assert_int_equal(timeline.unit, CSA_UNIT_YEAR);
    assert_int_equal(timeline.vague_count, 0);
    assert_int_equal(timeline.buckets[0].articles, 70);
    /* A year does not make the span of exact dates longer than it must. */
    const struct csa_date_count within[] = {{20230000, 1}, {20230300, 1}, {20230310, 50}, {20230312, 50}};
    timeline = make_timeline(within, 4, 40);
    assert_int_equal(timeline.unit, CSA_UNIT_DAY);
    assert_int_equal(timeline.count, 3);
    assert_int_equal(timeline.vague_count, 2);
    assert_int_equal(make_timeline(NULL, 0, 40).count, 0);
}

/* Buckets follow one another without gaps, and hold what lies between their ends. */
static void test_buckets_hold_what_lies_in_them(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (unsigned round = 0; round < 400; round++) {
        struct csa_date_count dates[30];
        uint32_t year = 1 + model_below(&random, 9990);
        uint32_t years = 1 + model_below(&random, 1U << model_below(&random, 14));
        size_t count = 0;
        for (uint32_t date = year * 10000; count < 30; count++) {
            date += 1 + model_below(&random, years * 40) * model_below(&random, 20);
            date = date % 100 > 28 ? date / 100 * 100 + 100 : date;
            date = date / 100 % 100 > 12 ? date / 10000 * 10000 + 10000 : date;
            date = date / 100 % 100 == 0 ? date / 10000 * 10000 : date;
            if (date > 99991231 || (count != 0 && date <= dates[count - 1].date)) {
                break;
            }
            dates[count] = (struct csa_date_count){date, 1 + model_below(&random, 50)};
        }
        if (count == 0) {
            continue;
        }
        struct csa_timeline timeline = make_timeline(dates, count, 10 + model_below(&random, 31));
        uint64_t sum = 0;
        for (size_t i = 0; i < timeline.count; i++) {
            const struct csa_bucket *bucket = &timeline.buckets[i];
            assert_true(bucket->from <= bucket->to && (i == 0 || bucket[-1].to < bucket->from));
            uint64_t inside = 0;
            for (size_t d = 0; d < count; d++) {
                uint32_t last = dates[d].date / 100 % 100 == 0 ? dates[d].date + 1231
                                : dates[d].date % 100 == 0     ? dates[d].date + 28
                                                               : dates[d].date;
                uint32_t first = dates[d].date / 100 % 100 == 0 ? dates[d].date + 101
                                 : dates[d].date % 100 == 0     ? dates[d].date + 1
                                                                : dates[d].date;
                bool month_crosses = dates[d].date % 100 == 0 && dates[d].date / 100 % 100 != 0 &&
                                     timeline.unit <= CSA_UNIT_WEEK;
                if (bucket->from <= first && last <= bucket->to && !month_crosses) {
                    inside += dates[d].articles;
                }
            }
            assert_int_equal(bucket->articles, inside);
            sum += bucket->articles;
        }
        for (size_t i = 0; i < timeline.vague_count; i++) {
            sum += timeline.vague[i].articles;
        }
        assert_int_equal(sum, timeline.dated);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facets_are_counts_of_articles),
        cmocka_unit_test(test_of_many_values_the_frequent_ones),
        cmocka_unit_test(test_spellings_of_one_value),
        cmocka_unit_test(test_clicks_find_what_is_counted),
        cmocka_unit_test(test_sorting_by_date_is_exact),
        cmocka_unit_test(test_nothing_is_left_over),
        cmocka_unit_test(test_a_passed_deadline),
        cmocka_unit_test(test_a_deadline_in_between),
        cmocka_unit_test(test_units_follow_from_the_span),
        cmocka_unit_test(test_fewer_buckets),
        cmocka_unit_test(test_dates_of_which_too_little_is_known),
        cmocka_unit_test(test_buckets_hold_what_lies_in_them),
    };
    return cmocka_run_group_tests(tests, temporary_folder_enter, temporary_folder_leave);
}
