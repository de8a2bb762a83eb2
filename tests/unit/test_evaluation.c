/* Evaluation: reading judgements and runs, the measures by hand, the randomisation test against enumeration,
 * rank-biased overlap, and what changed between two rankings. */
#include "common/base/memory.h"
#include "searcher/evaluation/change.h"
#include "searcher/evaluation/measures.h"
#include "searcher/evaluation/qrels.h"
#include "searcher/evaluation/randomisation.h"
#include "searcher/evaluation/runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void assert_close(double actual, double expected)
{
    if (!(fabs(actual - expected) < 1e-9)) {
        fail_msg("%.12f instead of %.12f", actual, expected);
    }
}

/* ---- files ---- */

static char path[64];

static void write_file(const void *bytes, size_t size)
{
    unlink(path); /* emptying a file and writing it again would wait for the disk */
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "csa-test-evaluation-%ld", (long)getpid());
    return 0;
}

static int remove_path(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void expect_qrels(const char *text, const char *query, const char *article, double expected)
{
    struct csa_qrels qrels;
    struct csa_error error = {0};
    write_file(text, strlen(text));
    if (csa_qrels_read(&qrels, path, &error) != CSA_OK) {
        fail_msg("%s\n%s", error.message, text);
    }
    double grade = -99;
    assert_true(csa_qrels_grade(csa_qrels_find(&qrels, csa_view_of(query)), csa_view_of(article), &grade));
    assert_close(grade, expected);
    csa_qrels_release(&qrels);
}

static void expect_bad_qrels(const char *text, size_t size, const char *line, const char *why)
{
    struct csa_qrels qrels;
    struct csa_error error = {0};
    write_file(text, size);
    assert_int_equal(csa_qrels_read(&qrels, path, &error), CSA_ERROR_DAMAGED);
    assert_non_null(strstr(error.message, path));
    if (strstr(error.message, line) == NULL || strstr(error.message, why) == NULL) {
        fail_msg("%s; wanted: %s, %s", error.message, line, why);
    }
    csa_qrels_release(&qrels);
}

static void test_qrels_forms(void **state)
{
    (void)state;
    expect_qrels("q1 0 a 2\nq1 0 b 1\n", "q1", "a", 2);
    expect_qrels("  q1  0   a    2  \n", "q1", "a", 2);
    expect_qrels("q1\t0\ta\t2\n", "q1", "a", 2);
    expect_qrels("q1\ta\t2\n", "q1", "a", 2);
    expect_qrels("q1 a 2\n", "q1", "a", 2);
    expect_qrels("query-id\tcorpus-id\tscore\nq1\ta\t2\n", "q1", "a", 2);
    expect_qrels("topic iteration document relevance\nq1 0 a 2", "q1", "a", 2);
    expect_qrels("\xEF\xBB\xBFq1\ta\t2\r\n\r\nq2\tb\t0\r\n", "q1", "a", 2);
    expect_qrels("\xEF\xBB\xBFq1\ta\t2\r\n\r\nq2\tb\t0\r\n", "q2", "b", 0);
    expect_qrels("q1\ta\t2\nq2\tb\t1\nq1\tc\t3\n", "q1", "c", 3);
    /* blanks in ids are written as --trec writes them */
    expect_qrels("q 1\tmy article.txt\t1\n", "q%201", "my%20article.txt", 1);
    expect_qrels("q1\t0\tmy article.txt\t1\n", "q1", "my%20article.txt", 1);
    /* grades: the fraction is dropped, huge and negative ones stay */
    expect_qrels("q1 0 a 1.0\n", "q1", "a", 1);
    expect_qrels("q1 0 a 0.9\n", "q1", "a", 0);
    expect_qrels("q1 0 a -1\n", "q1", "a", -1);
    expect_qrels("q1 0 a 1000000\n", "q1", "a", 1000000);
    expect_qrels("q1 0 a 1e2\n", "q1", "a", 100);
}

static void test_bad_qrels(void **state)
{
    (void)state;
#define BAD(text, line, why) expect_bad_qrels(text, sizeof(text) - 1, line, why)
    BAD("", "", "no judgements");
    BAD("\n\n \t\r\n", "", "no judgements");
    BAD("\xEF\xBB\xBF", "", "no judgements");
    BAD("query-id\tcorpus-id\tscore\n", "", "no judgements");
    BAD("q1\n", "line 1", "neither");
    BAD("q1 a\n", "line 1", "neither");
    BAD("q1 0 a 1 5\n", "line 1", "neither");
    BAD("q1 0 a 1\nq1 0 b\n", "line 2", "four columns");
    BAD("q1 a 1\n\nq1 0 b 1\n", "line 3", "three columns");
    BAD("q1 0 a 1\nq1 0 b x\n", "line 2", "not a number");
    BAD("q1 0 a 0x10\n", "line 1", "not a number");
    BAD("q1 0 a 1\nq1 0 b nan\n", "line 2", "not a number");
    BAD("q1 0 a 1\nq1 0 b inf\n", "line 2", "not a number");
    BAD("q1 0 a 1e999\n", "line 1", "not a number");
    BAD("q1 0 a 1000001\n", "line 1", "1,000,000");
    BAD("q1 0 a -99999999\n", "line 1", "1,000,000");
    BAD("q1 0 a 1\nq2 0 a 1\nq1 0 a 1\n", "line 3", "twice");
    BAD("q1\t\t1\n", "line 1", "empty");
    BAD("q1 0 a 1\0\n", "line 1", "not a number");
    BAD("q1 0 a 11111111111111111111111111111111111111111111111111111111111111111111111\n", "line 1",
        "not a number");
#undef BAD
    struct csa_qrels qrels;
    struct csa_error error = {0};
    unlink(path);
    assert_int_equal(csa_qrels_read(&qrels, path, &error), CSA_ERROR_NOT_FOUND);
    csa_qrels_release(&qrels);
}

static void expect_order(const char *text, const char *expected)
{
    struct csa_run_file run;
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_ranking ranking;
    csa_arena_init(&arena, 0);
    write_file(text, strlen(text));
    if (csa_run_file_read(&run, path, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(csa_run_file_rank(&run, csa_view_of("q1"), &arena, &ranking, &error), CSA_OK);
    char found[64] = "";
    for (size_t i = 0; i < ranking.count; i++) {
        size_t size = strlen(found);
        snprintf(found + size, sizeof found - size, "%s%.*s", i == 0 ? "" : " ",
                 (int)ranking.items[i].id.size, ranking.items[i].id.data);
    }
    assert_string_equal(found, expected);
    csa_arena_release(&arena);
    csa_run_file_release(&run);
}

static void expect_bad_run(const char *text, const char *line, const char *why)
{
    struct csa_run_file run;
    struct csa_error error = {0};
    write_file(text, strlen(text));
    assert_int_equal(csa_run_file_read(&run, path, &error), CSA_ERROR_DAMAGED);
    if (strstr(error.message, line) == NULL || strstr(error.message, why) == NULL) {
        fail_msg("%s; wanted: %s, %s", error.message, line, why);
    }
    csa_run_file_release(&run);
}

static void test_runs(void **state)
{
    (void)state;
    expect_order("", "");
    expect_order("q2 Q0 a 1 5 x\n", "");
    expect_order("q1 Q0 a 9 1 x\nq1 Q0 b 1 2 x\n", "b a"); /* by score, not by the rank written */
    expect_order("q1 Q0 a 1 1 x\nq1 Q0 b 2 1 x\nq1 Q0 A 3 1 x\nq1 Q0 ab 4 1 x\n", "b ab a A"); /* ties */
    expect_order("q1 Q0 a 1 -1.5 x\r\nq2 Q0 a 1 1 x\r\nq1 Q0 b 2 -1e-3 x\r\n", "b a");
    expect_order("\xEF\xBB\xBFq1\tQ0\ta\t1\t1\tmy tag\n", "a");
    expect_bad_run("q1 Q0 a 1 5\n", "line 1", "six columns");
    expect_bad_run("q1 Q0 a 1 5 x\nq1 Q0 b 1 5 x y\n", "line 2", "six columns");
    expect_bad_run("q1 Q0 a 1 five x\n", "line 1", "score");
    expect_bad_run("q1 Q0 a 1 nan x\n", "line 1", "score");
    expect_bad_run("q1 Q0 a 1 5 x\nq2 Q0 a 1 5 x\nq1 Q0 a 2 4 x\n", "line 3",
                   "article a stands twice for query q1");
}

/* A million lines in the worst order: each line another query than the line before. */
static void test_a_million_lines(void **state)
{
    (void)state;
    enum { QUERIES = 1000, ARTICLES = 1000 };
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int article = 0; article < ARTICLES; article++) {
        for (int query = 0; query < QUERIES; query++) {
            fprintf(file, "q%d 0 a%d %d\n", query, article, (query + article) % 5);
        }
    }
    assert_int_equal(fclose(file), 0);
    struct csa_qrels qrels;
    struct csa_error error = {0};
    assert_int_equal(csa_qrels_read(&qrels, path, &error), CSA_OK);
    assert_int_equal(qrels.table.query_count, QUERIES);
    const struct csa_table_query *judged = csa_qrels_find(&qrels, csa_view_of("q7"));
    assert_int_equal(judged->count, ARTICLES);
    assert_int_equal(judged->line, 8);
    assert_int_equal(csa_qrels_relevant(judged), ARTICLES / 5 * 4);
    double grade;
    assert_true(csa_qrels_grade(judged, csa_view_of("a991"), &grade));
    assert_close(grade, (7 + 991) % 5);
    assert_false(csa_qrels_grade(judged, csa_view_of("a1000"), &grade));
    assert_null(csa_qrels_find(&qrels, csa_view_of("q1000")));
    csa_qrels_release(&qrels);
}

static void test_random_bytes(void **state)
{
    (void)state;
    srand(11);
    static const char bytes[] = "q1a \t\n\r0.-e\"\0\xEF\xBB\xBF\xFF";
    for (int round = 0; round < 3000; round++) {
        char text[200];
        size_t size = (size_t)rand() % sizeof text;
        for (size_t i = 0; i < size; i++) {
            text[i] = bytes[(size_t)rand() % (sizeof bytes - 1)];
        }
        write_file(text, size);
        struct csa_qrels qrels;
        struct csa_run_file run;
        struct csa_error error = {0};
        enum csa_status status = csa_qrels_read(&qrels, path, &error);
        assert_true(status == CSA_OK || status == CSA_ERROR_DAMAGED);
        csa_qrels_release(&qrels);
        status = csa_run_file_read(&run, path, &error);
        assert_true(status == CSA_OK || status == CSA_ERROR_DAMAGED);
        csa_run_file_release(&run);
    }
}

/* ---- measures ---- */

/* A ranking of the letters of a word. */
static struct csa_ranking letters(struct csa_ranked *items, const char *word)
{
    struct csa_ranking ranking = {.items = items};
    for (; word[ranking.count] != '\0'; ranking.count++) {
        items[ranking.count] = (struct csa_ranked){.id = csa_view_make(word + ranking.count, 1),
                                                   .score = -(double)ranking.count,
                                                   .passage = (uint32_t)ranking.count};
    }
    return ranking;
}

static void measure(const char *qrels_text, const char *word, double measures[CSA_MEASURE_COUNT])
{
    struct csa_qrels qrels;
    struct csa_ranked items[64];
    struct csa_arena arena;
    struct csa_error error = {0};
    csa_arena_init(&arena, 0);
    write_file(qrels_text, strlen(qrels_text));
    assert_int_equal(csa_qrels_read(&qrels, path, &error), CSA_OK);
    struct csa_ranking ranking = letters(items, word);
    assert_int_equal(
        csa_measures_take(&ranking, csa_qrels_find(&qrels, csa_view_of("q")), &arena, measures, &error),
        CSA_OK);
    csa_qrels_release(&qrels);
    csa_arena_release(&arena);
}

static void test_measures_by_hand(void **state)
{
    (void)state;
    double m[CSA_MEASURE_COUNT];
    const char *qrels = "q 0 a 3\nq 0 b 1\nq 0 c 0\nq 0 d -2\nq 0 z 2\n";
    measure(qrels, "xacbd", m); /* a at 2, b at 4; z is not found */
    double dcg = 3 / log2(3) + 1 / log2(5);
    double ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4);
    assert_close(m[CSA_MEASURE_NDCG], dcg / ideal);
    assert_close(m[CSA_MEASURE_MAP], (1.0 / 2 + 2.0 / 4) / 3);
    assert_close(m[CSA_MEASURE_RECIPROCAL], 0.5);
    assert_close(m[CSA_MEASURE_RECIPROCAL_10], 0.5);
    assert_close(m[CSA_MEASURE_PRECISION], 0.2);
    assert_close(m[CSA_MEASURE_RECALL_100], 2.0 / 3);
    assert_close(m[CSA_MEASURE_RECALL_1000], 2.0 / 3);
    measure(qrels, "azb", m);
    for (int i = 0; i < CSA_MEASURE_COUNT; i++) {
        assert_close(m[i], i == CSA_MEASURE_PRECISION ? 0.3 : 1);
    }
    measure(qrels, "", m);
    for (int i = 0; i < CSA_MEASURE_COUNT; i++) {
        assert_close(m[i], 0);
    }
    /* at 11: nDCG@10, P@10 and MRR@10 do not see it, the others do */
    measure("q 0 a 1\n", "0123456789a", m);
    assert_close(m[CSA_MEASURE_NDCG], 0);
    assert_close(m[CSA_MEASURE_PRECISION], 0);
    assert_close(m[CSA_MEASURE_RECIPROCAL_10], 0);
    assert_close(m[CSA_MEASURE_RECIPROCAL], 1.0 / 11);
    assert_close(m[CSA_MEASURE_MAP], 1.0 / 11);
    assert_close(m[CSA_MEASURE_RECALL_100], 1);
    /* at 10 they do */
    measure("q 0 a 1\n", "012345678a", m);
    assert_close(m[CSA_MEASURE_NDCG], 1 / log2(11));
    assert_close(m[CSA_MEASURE_RECIPROCAL_10], 0.1);
    /* nothing relevant: all 0, never a division by 0 */
    measure("q 0 a 0\nq 0 b -1\n", "ab", m);
    for (int i = 0; i < CSA_MEASURE_COUNT; i++) {
        assert_close(m[i], 0);
    }
    /* huge grades: only their proportion counts */
    measure("q 0 a 1000000\nq 0 b 500000\n", "ba", m);
    double huge = m[CSA_MEASURE_NDCG];
    measure("q 0 a 2\nq 0 b 1\n", "ba", m);
    assert_close(huge, m[CSA_MEASURE_NDCG]);
    assert_close(huge, (1 + 2 / log2(3)) / (2 + 1 / log2(3)));
}

/* ---- the randomisation test ---- */

static struct csa_randomisation test_of(const double *differences, size_t count, uint64_t patterns)
{
    struct csa_randomisation result;
    struct csa_error error = {0};
    assert_int_equal(csa_randomisation_test(differences, count, patterns, 1, &result, &error), CSA_OK);
    assert_true(result.p > 0 && result.p <= 1);
    return result;
}

/* The same by definition: every pattern's sum, one after the other. */
static double enumerate(const double *differences, size_t count)
{
    double observed = 0;
    for (size_t i = 0; i < count; i++) {
        observed += differences[i];
    }
    size_t extreme = 0;
    for (size_t pattern = 0; pattern < (size_t)1 << count; pattern++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += pattern >> i & 1 ? -differences[i] : differences[i];
        }
        extreme += fabs(sum) >= fabs(observed) - 1e-9;
    }
    return (double)extreme / (double)((size_t)1 << count);
}

static double uniform(void)
{
    return ((double)rand() + 0.5) / ((double)RAND_MAX + 1);
}

static void test_randomisation_by_hand(void **state)
{
    (void)state;
    const double none[] = {0, 0, 0};
    const double one[] = {0.3, 0};
    const double five[] = {0.1, 0.2, 0.3, 0.1, 0.5};
    const double opposed[] = {0.5, -0.5};
    assert_close(test_of(none, 3, 1000).p, 1);
    assert_close(test_of(none, 0, 1000).p, 1);
    assert_int_equal(test_of(none, 3, 1000).differing, 0);
    assert_close(test_of(one, 2, 1000).p, 1);         /* both signs are as far from 0 */
    assert_close(test_of(five, 5, 1000).p, 2.0 / 32); /* all plus, all minus */
    assert_close(test_of(opposed, 2, 1000).p, 1);
    assert_true(test_of(five, 5, 1000).exact);
    assert_int_equal(test_of(five, 5, 1000).patterns, 32);
}

static void test_randomisation_against_enumeration(void **state)
{
    (void)state;
    srand(3);
    for (int round = 0; round < 200; round++) {
        double differences[16];
        size_t count = (size_t)rand() % 13;
        for (size_t i = 0; i < count; i++) { /* few values, so that sums are often equal */
            differences[i] = (double)(rand() % 9 - 3) / 10;
        }
        assert_close(test_of(differences, count, 1000).p, enumerate(differences, count));
    }
    double twenty[CSA_RANDOMISATION_EXACT];
    for (size_t i = 0; i < CSA_RANDOMISATION_EXACT; i++) {
        twenty[i] = uniform() - 0.4;
    }
    struct csa_randomisation result = test_of(twenty, CSA_RANDOMISATION_EXACT, 1000);
    assert_true(result.exact);
    assert_int_equal(result.patterns, 1 << CSA_RANDOMISATION_EXACT);
    assert_close(result.p, enumerate(twenty, CSA_RANDOMISATION_EXACT));
}

/* One more than what is enumerated: random patterns come near to enumeration. */
static void test_random_patterns(void **state)
{
    (void)state;
    srand(5);
    for (int round = 0; round < 3; round++) {
        double differences[CSA_RANDOMISATION_EXACT + 1];
        for (size_t i = 0; i <= CSA_RANDOMISATION_EXACT; i++) {
            differences[i] = uniform() - 0.4;
        }
        struct csa_randomisation result =
            test_of(differences, CSA_RANDOMISATION_EXACT + 1, CSA_RANDOMISATION_PATTERNS);
        assert_false(result.exact);
        assert_int_equal(result.patterns, CSA_RANDOMISATION_PATTERNS);
        double exact = enumerate(differences, CSA_RANDOMISATION_EXACT + 1);
        assert_true(fabs(result.p - exact) <
                    5 * sqrt(exact * (1 - exact) / CSA_RANDOMISATION_PATTERNS) + 1e-4);
        assert_close(test_of(differences, CSA_RANDOMISATION_EXACT + 1, CSA_RANDOMISATION_PATTERNS).p,
                     result.p);
    }
    double all[300];
    for (size_t i = 0; i < 300; i++) {
        all[i] = 0.01;
    }
    assert_close(test_of(all, 300, 999).p, 1.0 / 1000); /* the least it can be */
}

/* When the signs are chance, p is below x about x of the time: the largest distance (Kolmogorov-Smirnov)
 * stays within what 1,000 draws allow at one in a thousand. */
static void expect_uniform(size_t count, uint64_t patterns)
{
    enum { DRAWS = 1000, STEPS = 50 };
    double p[DRAWS];
    for (size_t draw = 0; draw < DRAWS; draw++) {
        double differences[40];
        for (size_t i = 0; i < count; i++) {
            differences[i] = (rand() % 2 == 0 ? 1 : -1) * uniform();
        }
        p[draw] = test_of(differences, count, patterns).p;
    }
    for (int step = 1; step <= STEPS; step++) {
        double level = (double)step / STEPS;
        size_t below = 0;
        for (size_t draw = 0; draw < DRAWS; draw++) {
            below += p[draw] <= level;
        }
        assert_true(fabs((double)below / DRAWS - level) < 1.95 / sqrt(DRAWS));
    }
}

static void test_uniform_under_the_null(void **state)
{
    (void)state;
    srand(2007);
    expect_uniform(11, 0);
    expect_uniform(30, 999);
}

/* ---- rank-biased overlap ---- */

static double overlap_of(const char *a, const char *b)
{
    struct csa_ranked first[64], second[64];
    struct csa_ranking one = letters(first, a), two = letters(second, b);
    struct csa_arena arena;
    struct csa_error error = {0};
    double forth, back;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_rank_overlap(&one, &two, &arena, &forth, &error), CSA_OK);
    assert_int_equal(csa_rank_overlap(&two, &one, &arena, &back, &error), CSA_OK);
    assert_close(forth, back);
    csa_arena_release(&arena);
    return forth;
}

static void test_overlap(void **state)
{
    (void)state;
    const double p = CSA_OVERLAP_PERSISTENCE;
    assert_close(overlap_of("", ""), 1);
    assert_close(overlap_of("", "abc"), 0);
    assert_close(overlap_of("abc", "xyz"), 0);
    assert_close(overlap_of("a", "a"), 1);
    assert_close(overlap_of("abcdefghij", "abcdefghij"), 1);
    assert_close(overlap_of("abc", "abcdef"), 1); /* extrapolated: they agree as far as both go */
    /* lists of one length: (1 - p) / p * sum of X_d / d p^d, and X_k / k p^k for what is not seen */
    assert_close(overlap_of("ab", "ba"), (1 - p) / p * (p * p) + p * p);
    assert_close(overlap_of("abc", "axb"),
                 (1 - p) / p * (p + p * p / 2 + 2.0 / 3 * p * p * p) + 2.0 / 3 * p * p * p);
    /* lengths 1 and 2: X_1 = 0, X_2 = 1; what is beyond the shorter list is taken to agree as before */
    assert_close(overlap_of("b", "ab"), (1 - p) / p * (p * p / 2) + (1.0 / 2 + 0) * p * p);
    /* the higher the difference, the less alike */
    assert_true(overlap_of("abcdefgh", "bacdefgh") < overlap_of("abcdefgh", "abcdefhg"));
}

/* ---- what changed ---- */

static const struct csa_table_query *read_judged(struct csa_qrels *qrels, const char *text)
{
    struct csa_error error = {0};
    write_file(text, strlen(text));
    assert_int_equal(csa_qrels_read(qrels, path, &error), CSA_OK);
    return csa_qrels_find(qrels, csa_view_of("q"));
}

static void expect_moved(const struct csa_moved *moved, char article, double grade, size_t before,
                         size_t after)
{
    assert_int_equal(moved->article.size, 1);
    assert_int_equal(moved->article.data[0], article);
    assert_close(moved->grade, grade);
    assert_int_equal(moved->before, before);
    assert_int_equal(moved->after, after);
}

static void test_change(void **state)
{
    (void)state;
    struct csa_qrels qrels;
    struct csa_arena arena, kept;
    struct csa_error error = {0};
    struct csa_ranked first[64], second[64];
    struct csa_change change;
    csa_arena_init(&arena, 0);
    csa_arena_init(&kept, 0);
    const struct csa_table_query *judged =
        read_judged(&qrels, "q 0 a 1\nq 0 b 3\nq 0 c 2\nq 0 d 0\nq 0 m 1\n");
    struct csa_ranking before = letters(first, "abcd012345m");
    struct csa_ranking after = letters(second, "bacxyz01234");
    assert_int_equal(csa_change_find(&before, &after, judged, &arena, &change, &error), CSA_OK);
    assert_int_equal(csa_change_copy(&change, &kept, &error), CSA_OK);
    csa_arena_release(&arena);                /* the copy stands alone */
    assert_int_equal(change.judged_count, 3); /* c stayed at 3; m was and is below the first ten */
    expect_moved(&change.judged[0], 'b', 3, 2, 1);
    expect_moved(&change.judged[1], 'a', 1, 1, 2);
    expect_moved(&change.judged[2], 'd', 0, 4, 0);
    assert_int_equal(change.unjudged_count, 3);
    expect_moved(&change.unjudged[0], 'x', 0, 0, 4);
    expect_moved(&change.unjudged[2], 'z', 0, 0, 6);
    assert_int_equal(change.shared, 7);
    assert_int_equal(change.different, 1);
    assert_int_equal(change.before.data[0], 'a');
    assert_int_equal(change.after.data[0], 'b');
    assert_int_equal(change.reason_count, 0);
    csa_arena_clear(&kept);

    /* the same ten: no first difference; a shorter list differs where it ends */
    csa_arena_init(&arena, 0);
    after = letters(second, "abcd012345x");
    assert_int_equal(csa_change_find(&before, &after, judged, &arena, &change, &error), CSA_OK);
    assert_int_equal(change.different, 0);
    assert_int_equal(change.judged_count + change.unjudged_count, 0);
    assert_int_equal(change.shared, 10);
    after = letters(second, "abc");
    assert_int_equal(csa_change_find(&before, &after, NULL, &arena, &change, &error), CSA_OK);
    assert_int_equal(change.different, 4);
    assert_int_equal(change.before.data[0], 'd');
    assert_int_equal(change.after.size, 0);
    assert_int_equal(change.judged_count, 0);
    csa_qrels_release(&qrels);
    csa_arena_release(&arena);
    csa_arena_release(&kept);
}

/* ---- no memory ---- */

/* All that allocates, once through; the first failure is handed on. */
static enum csa_status work_once(struct csa_error *error)
{
    struct csa_qrels qrels = {0};
    struct csa_run_file run = {0};
    struct csa_arena arena;
    struct csa_ranking before, after = {0};
    struct csa_change change;
    struct csa_randomisation test;
    struct csa_ranked items[64];
    double found[CSA_MEASURE_COUNT], overlap;
    const double differences[] = {1, 2, 3};
    csa_arena_init(&arena, 0);
    enum csa_status status = csa_qrels_read(&qrels, path, error);
    if (status == CSA_OK) {
        status = csa_run_file_read(&run, "csa-test-evaluation.run", error);
    }
    if (status == CSA_OK) {
        status = csa_run_file_rank(&run, csa_view_of("q"), &arena, &before, error);
    }
    if (status == CSA_OK) {
        after = letters(items, "cbax");
        status = csa_measures_take(&after, csa_qrels_find(&qrels, csa_view_of("q")), &arena, found, error);
    }
    if (status == CSA_OK) {
        status = csa_rank_overlap(&before, &after, &arena, &overlap, error);
    }
    if (status == CSA_OK) {
        status = csa_change_find(&before, &after, csa_qrels_find(&qrels, csa_view_of("q")), &arena, &change,
                                 error);
    }
    if (status == CSA_OK) {
        status = csa_change_copy(&change, &arena, error);
    }
    if (status == CSA_OK) {
        status = csa_randomisation_test(differences, 3, 100, 1, &test, error);
    }
    csa_arena_release(&arena);
    csa_run_file_release(&run);
    csa_qrels_release(&qrels);
    return status;
}

static void test_no_memory(void **state)
{
    (void)state;
    static const char run[] = "q Q0 a 1 3 x\nq Q0 b 2 2 x\nq Q0 c 3 1 x\n";
    char qrels_path[sizeof path];
    strcpy(qrels_path, path);
    strcpy(path, "csa-test-evaluation.run");
    write_file(run, sizeof run - 1);
    strcpy(path, qrels_path);
    static const char judged[] = "q\t0\ta\t1\nq\t0\tb\t2\nq2\t0\tc d\t1\n";
    write_file(judged, sizeof judged - 1);
    for (int for_ever = 0; for_ever < 2; for_ever++) {
        size_t n = 1;
        for (;; n++) {
            struct csa_error error = {0};
            csa_memory_fail_at(n, for_ever);
            enum csa_status status = work_once(&error);
            csa_memory_fail_at(0, 0);
            if (status == CSA_OK) {
                break;
            }
            assert_int_equal(status, CSA_ERROR_MEMORY);
            assert_int_equal(error.status, CSA_ERROR_MEMORY);
        }
        assert_true(n > 10);
    }
    unlink("csa-test-evaluation.run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qrels_forms),
        cmocka_unit_test(test_bad_qrels),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_a_million_lines),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_measures_by_hand),
        cmocka_unit_test(test_randomisation_by_hand),
        cmocka_unit_test(test_randomisation_against_enumeration),
        cmocka_unit_test(test_random_patterns),
        cmocka_unit_test(test_uniform_under_the_null),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
