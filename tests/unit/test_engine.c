/* The native engine's operations: hits by article, articles and passages, words, limits, damage; the batch
 * mode. */
#include "search_fixture.h"
#include "searcher/batch.h"

#include <fcntl.h>
#include <sys/stat.h>

static void make_collection(struct fixture *f)
{
    fixture_init(f);
    fixture_add(f, 0, CSA_LANGUAGE_ENGLISH, "gas pipeline", "siberia gas pipelines", "power of siberia",
                NULL);
    fixture_add(f, 0, CSA_LANGUAGE_ENGLISH, "trade", "gas gas gas gas", "gas gas gas", "gas gas", "gas",
                NULL);
    fixture_add(f, 1, CSA_LANGUAGE_NONE, "", "pipelines gas", NULL);
    fixture_add(f, 1, CSA_LANGUAGE_NONE, "", "pipeline", NULL);
    f->model.articles[3].deleted = false;
    fixture_open(f);
}

static void test_stems(void **state)
{
    (void)state;
    struct fixture f;
    make_collection(&f);
    assert_int_equal(f.engine->articles, 4);
    assert_int_equal(f.engine->passages, 8);
    /* In the English articles by stem, in the others as written. */
    assert_string_equal(fixture_matches(&f, "pipeline"), "0 7");
    assert_string_equal(fixture_matches(&f, "pipelines"), "0 6");
    assert_string_equal(fixture_matches(&f, "\"pipelines\""), "0 6");
    assert_string_equal(fixture_matches(&f, "pipe*"), "0 6 7");
    assert_string_equal(fixture_matches(&f, "+siberia -gas"), "");
    assert_string_equal(fixture_matches(&f, "-gas"), "");
    assert_string_equal(fixture_matches(&f, "summit"), "");
    assert_string_equal(fixture_matches(&f, ""), "");
    fixture_release(&f);
}

static void test_by_article(void **state)
{
    (void)state;
    struct fixture f;
    make_collection(&f);
    struct csa_search_request request = fixture_request(&f, "gas");
    request.hits = 3;
    request.by_article = true;
    struct csa_search_result result = fixture_search(&f, &request);
    bool seen[4] = {false};
    for (size_t i = 0; i < result.hit_count; i++) {
        const struct csa_hit *hit = &result.hits[i];
        if (i != 0 && hit->article == hit[-1].article) {
            assert_true(hit->score <= hit[-1].score && hit->article_score == hit[-1].article_score);
            continue;
        }
        assert_false(seen[hit->article]); /* an article's passages come together */
        seen[hit->article] = true;
        assert_true(hit->article_score == hit->score); /* bm25: as its best passage */
        assert_true(i == 0 || hit->article_score <= hit[-1].article_score);
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    assert_int_equal(result.passages_matched, 6);
    assert_int_equal(result.articles_matched, 3);
    fixture_release(&f);
}

/* A deadline in the past stops each strategy at once; what comes back is marked as cut short. */
static void test_deadline(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "gas", "gas pipeline", "+gas +pipelines", "\"siberia gas\"", "title:gas coal", "pipe* -trade"};
    struct fixture f;
    make_collection(&f);
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
        for (unsigned i = 0; i < 4; i++) {
            struct csa_search_request request = fixture_request(&f, queries[q]);
            request.deadline = 1;
            request.by_article = (i & 1) != 0;
            request.rank = (i & 2) != 0 ? CSA_RANK_BEST : CSA_RANK_BM25;
            struct csa_search_result result = fixture_search(&f, &request);
            assert_false(result.exact);
            assert_int_equal(result.limit_count, 1);
            assert_non_null(strstr(result.limits[0], "time"));
            assert_true(result.passages_matched >= result.hit_count);
            assert_true(result.hit_count == 0 || result.articles_matched != 0);
            request.deadline = UINT64_MAX;
            assert_true(fixture_search(&f, &request).exact);
        }
    }
    fixture_release(&f);
}

static void test_best_prefers_title_and_nearness(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_add(&f, 0, 0, "", "silk the of and in the of and in road", NULL);
    fixture_add(&f, 0, 0, "", "the of and in the of and in silk road", NULL);
    fixture_add(&f, 0, 0, "road", "coal", "the of and in silk the of and in road", NULL);
    fixture_open(&f);
    struct csa_search_request request = fixture_request(&f, "silk road");
    struct csa_search_result result = fixture_search(&f, &request);
    assert_int_equal(result.hits[0].passage, 0);
    assert_true(result.hits[0].score == result.hits[1].score);
    request.rank = CSA_RANK_BEST;
    result = fixture_search(&f, &request);
    assert_int_equal(result.hits[2].passage, 0);
    assert_true(result.hits[0].score > result.hits[2].score && result.hits[1].score > result.hits[2].score);
    fixture_release(&f);
}

static void test_articles_and_passages(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct fixture f;
    make_collection(&f);
    const struct csa_engine_operations *operations = f.engine->operations;
    struct csa_article_info article;
    assert_int_equal(operations->article(f.engine, 1, &f.arena, &article, &error), CSA_OK);
    assert_true(csa_view_equal(article.id, csa_view_of("article-1")));
    assert_int_equal(article.first_passage, 2);
    assert_int_equal(article.passage_count, 4);
    assert_string_equal(article.language, "en");
    assert_int_equal(article.stemmer, CSA_LANGUAGE_ENGLISH);
    assert_int_equal(operations->article(f.engine, 3, &f.arena, &article, &error), CSA_OK);
    assert_int_equal(article.first_passage, 7);
    assert_string_equal(article.language, "");
    assert_int_equal(operations->article(f.engine, 4, &f.arena, &article, &error), CSA_ERROR_NOT_FOUND);
    struct csa_passage_info passage;
    assert_int_equal(operations->passage(f.engine, 4, &f.arena, &passage, &error), CSA_OK);
    assert_int_equal(passage.number, 3);
    assert_int_equal(passage.length, 2);
    assert_int_equal(operations->passage(f.engine, 0, &f.arena, &passage, &error), CSA_OK);
    assert_int_equal(passage.length, 5); /* with the title */
    assert_int_equal(operations->passage(f.engine, 8, &f.arena, &passage, &error), CSA_ERROR_NOT_FOUND);
    fixture_release(&f);
}

static bool append_word(void *context, struct csa_view word, uint64_t passages)
{
    char *out = context;
    sprintf(out + strlen(out), "%.*s:%u ", (int)word.size, word.data, (unsigned)passages);
    return strlen(out) < 60;
}

static void test_words(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct fixture f;
    make_collection(&f);
    char out[256] = "";
    assert_int_equal(f.engine->operations->words(f.engine, csa_view_of("p"), out, append_word, &error),
                     CSA_OK);
    assert_string_equal(out, "pipeline:2 pipelines:2 power:1 ");
    out[0] = '\0';
    assert_int_equal(f.engine->operations->words(f.engine, csa_view_of("zz"), out, append_word, &error),
                     CSA_OK);
    assert_string_equal(out, "");
    fixture_release(&f);
}

static void test_reports(void **state)
{
    (void)state;
    struct fixture f;
    make_collection(&f);
    struct csa_search_request request = fixture_request(&f, "siberia zinc");
    struct csa_search_result result = fixture_search(&f, &request);
    assert_int_equal(result.term_count, 2);
    assert_string_equal(result.terms[0].kind, "stem");
    assert_int_equal(result.terms[0].passages, 2);
    assert_int_equal(result.terms[1].passages, 0);
    assert_true(result.terms[0].counted && result.terms[1].counted);
    assert_true(result.exact);
    request = fixture_request(&f, "\"power of\" (power NEAR/2 siberia) title:siberia");
    result = fixture_search(&f, &request);
    assert_int_equal(result.term_count, 3);
    assert_false(result.terms[0].counted || result.terms[1].counted); /* no list says how often */
    assert_true(result.terms[2].counted && result.terms[2].title && !result.terms[1].title);
    fixture_release(&f);
}

/* Every byte of the segment flipped in turn: an answer or an error. */
static void test_damage(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct fixture f;
    make_collection(&f);
    struct csa_search_request requests[] = {fixture_request(&f, "gas pipeline"),
                                            fixture_request(&f, "\"siberia gas\" +pipe* -title:trade"),
                                            fixture_request(&f, "+gas +siberia")};
    f.engine->operations->close(f.engine);
    f.engine = NULL;
    char *path = csa_index_segment_path(f.folder, 1);
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    struct stat status;
    assert_int_equal(fstat(file, &status), 0);
    for (off_t at = 0; at < status.st_size; at++) {
        uint8_t byte, broken;
        assert_int_equal(pread(file, &byte, 1, at), 1);
        broken = (uint8_t)(byte ^ (1U << (at % 8)));
        assert_int_equal(pwrite(file, &broken, 1, at), 1);
        struct csa_engine *engine;
        if (csa_engine_native_open(f.folder, &engine, &error) == CSA_OK) {
            for (unsigned i = 0; i < 3; i++) {
                struct csa_search_result result;
                requests[i].rank = at % 2 == 0 ? CSA_RANK_BEST : CSA_RANK_BM25;
                (void)engine->operations->search(engine, &requests[i], &f.arena, &result, &error);
            }
            engine->operations->close(engine);
        }
        assert_int_equal(pwrite(file, &byte, 1, at), 1);
    }
    close(file);
    csa_free(path);
    fixture_release(&f);
}

/* ---- batch ---- */

struct pipes {
    int to[2], from[2];
};

static void check_batch(struct fixture *f, const char *input, bool with_hits, const char *const *expected)
{
    struct csa_error error = {0};
    struct pipes pipes;
    assert_int_equal(pipe(pipes.to), 0);
    assert_int_equal(pipe(pipes.from), 0);
    assert_int_equal(write(pipes.to[1], input, strlen(input)), (ssize_t)strlen(input));
    close(pipes.to[1]);
    assert_int_equal(csa_batch_serve(f->engine, pipes.to[0], pipes.from[1], with_hits, &error), CSA_OK);
    close(pipes.from[1]);
    char out[4096];
    ssize_t got = read(pipes.from[0], out, sizeof out - 1);
    assert_true(got >= 0);
    out[got] = '\0';
    char *line = out;
    for (size_t i = 0; expected[i] != NULL; i++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        char first[256] = "", third[1024] = "";
        unsigned long long time;
        sscanf(line, "%255[^\t]\t%llu\t%1023[^\n]", first, &time, third);
        char both[1400];
        snprintf(both, sizeof both, "%s|%s", first, third);
        assert_string_equal(both, expected[i]);
        line = end + 1;
    }
    assert_string_equal(line, "");
    close(pipes.to[0]);
    close(pipes.from[0]);
}

static void test_batch(void **state)
{
    (void)state;
    struct fixture f;
    make_collection(&f);
    static const char *const counts[] = {"6|",           "1|",           "2|",           "6|",
                                         "UNSUPPORTED|", "UNSUPPORTED|", "UNSUPPORTED|", "UNSUPPORTED|",
                                         "UNSUPPORTED|", "0|",           "1|",           NULL};
    check_batch(
        &f,
        "COUNT\tgas\nCOUNT\t+gas +siberia\nTOP_2\tgas\r\nTOP_2_COUNT\tgas\nTOP_0\tgas\nTOP_10001\tgas\n"
        "TOP_3_COUNTS\tgas\nNOTHING\n\nCOUNT\t\nTOP_10000\t\"power of siberia\"",
        false, counts);
    struct csa_search_request request = fixture_request(&f, "siberia");
    request.plain = true;
    struct csa_search_result result = fixture_search(&f, &request);
    char hits[128];
    snprintf(hits, sizeof hits, "2|article-0:%.6g article-0:%.6g", (double)result.hits[0].score,
             (double)result.hits[1].score);
    const char *const with_hits[] = {hits, "2|", "0|", NULL};
    check_batch(&f, "TOP_10\tsiberia\nCOUNT\tsiberia\nTOP_1\tzinc\n", true, with_hits);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stems),
        cmocka_unit_test(test_by_article),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_best_prefers_title_and_nearness),
        cmocka_unit_test(test_articles_and_passages),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
