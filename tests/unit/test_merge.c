/* Merging segments: the policy, what is live, and a merged index against one that was made at once. */
#include "sink_support.h"

#include "indexer/native/live_set.h"
#include "indexer/native/merge_policy.h"

/* ---- policy ---- */

static void test_policy_leaves_few_alone(void **state)
{
    (void)state;
    struct csa_segment_size sizes[8];
    size_t first;
    size_t count;
    for (size_t i = 0; i < 8; i++) {
        sizes[i] = (struct csa_segment_size){1000, 10, 5};
    }
    for (size_t n = 0; n <= 8; n++) {
        assert_false(csa_merge_policy_choose(sizes, n, &first, &count));
    }
}

static void test_policy_merges_the_small_at_the_end(void **state)
{
    (void)state;
    struct csa_segment_size sizes[12];
    size_t first;
    size_t count;
    for (size_t i = 0; i < 12; i++) {
        sizes[i] = (struct csa_segment_size){i < 3 ? 100U << 20 : 1000, 10, 0};
    }
    assert_false(csa_merge_policy_choose(sizes, 11, &first, &count));
    assert_true(csa_merge_policy_choose(sizes, 12, &first, &count));
    assert_int_equal(first, 3);
    assert_int_equal(count, 9);
    /* deletes count: what is large but nearly all deleted is small */
    sizes[2].deleted = 10;
    assert_true(csa_merge_policy_choose(sizes, 11, &first, &count));
    assert_int_equal(first, 2);
    assert_int_equal(count, 9);
}

static void test_policy_rewrites_what_is_mostly_deleted(void **state)
{
    (void)state;
    const struct csa_segment_size sizes[] = {{5000, 100, 50}, {5000, 100, 51}, {5000, 100, 100}};
    size_t first;
    size_t count;
    assert_true(csa_merge_policy_choose(sizes, 3, &first, &count));
    assert_int_equal(first, 1);
    assert_int_equal(count, 1);
    assert_false(csa_merge_policy_choose(sizes, 1, &first, &count));
}

/* Ten thousand commits of one size: never many segments, and each byte is written again only a few times. */
static void test_policy_over_time(void **state)
{
    (void)state;
    struct csa_segment_size sizes[200];
    size_t segments = 0;
    uint64_t written = 0;
    for (int commit = 0; commit < 10000; commit++) {
        sizes[segments++] = (struct csa_segment_size){1 << 20, 1, 0};
        size_t first;
        size_t count;
        while (csa_merge_policy_choose(sizes, segments, &first, &count)) {
            struct csa_segment_size sum = {0, 1, 0};
            for (size_t i = first; i < first + count; i++) {
                sum.bytes += sizes[i].bytes;
            }
            written += sum.bytes;
            assert_int_equal(first + count, segments);
            sizes[first] = sum;
            segments = first + 1;
        }
        assert_true(segments <= 5 * CSA_MERGE_FACTOR);
    }
    assert_true(written >> 20 < 10000 * 6);
}

/* ---- live sets ---- */

static void test_live_set(void **state)
{
    (void)state;
    for (uint32_t passages = 1; passages < 200; passages += 7) {
        struct csa_deletes deletes;
        assert_int_equal(csa_deletes_init(&deletes, passages, NULL), CSA_OK);
        for (uint32_t i = 0; i < passages; i++) {
            if (i % 3 == 1 || (i > 60 && i < 70)) {
                deletes.bits[i / 64] |= UINT64_C(1) << (i % 64);
                deletes.deleted++;
            }
        }
        struct csa_live_set set;
        assert_int_equal(csa_live_set_init_passages(&set, &deletes, NULL), CSA_OK);
        uint32_t live = 0;
        for (uint32_t i = 0; i < passages; i++) {
            assert_int_equal(csa_live_set_has(&set, i), !csa_deletes_has(&deletes, i));
            assert_int_equal(csa_live_set_rank(&set, i), live);
            live += !csa_deletes_has(&deletes, i);
        }
        assert_int_equal(set.live, live);
        csa_live_set_release(&set);
        csa_deletes_release(&deletes);
    }
}

/* ---- whole merges ---- */

enum { ARTICLES = 300 };

/* Article i: some common words, some rare, one to four passages, of about 100 to 20,000 bytes. */
static void make_article(int i, char *text, char *title)
{
    unsigned random = (unsigned)i * 2654435761U + 12345;
    size_t words = i % 50 == 0 ? 2500 : 20 + (unsigned)i % 90;
    size_t used = 0;
    for (size_t j = 0; j < words; j++) {
        random = random * 1664525 + 1013904223;
        unsigned pick = random >> 10;
        used += (size_t)sprintf(text + used, "%s%s%u", j != 0 && j % (words / 3 + 1) == 0 ? "|" : " ",
                                pick % 2 == 0 ? "flows" : "pipe", pick % 2 == 0 ? pick % 7 : pick % 900);
    }
    sprintf(title, "title%u running", random % 17);
}

static void add_article(struct csa_sink *sink, int i)
{
    static char text[40000];
    char title[64];
    char id[16];
    make_article(i, text, title);
    snprintf(id, sizeof id, "id%d", i);
    sink_add(sink, 0, id, title, text);
}

static bool is_kept(int i)
{
    return i % 5 != 2 && (i < 100 || i > 120);
}

static const char *const dumps[] = {
    "articles",        "lengths",         "passages:id0",          "passages:id150",         "passages:id299",
    "postings:flows3", "postings:pipe77", "title-postings:title3", "title-postings:running", "passages:id2"};

static void assert_same_index(const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
        char *first = index_dump(a, dumps[i]);
        char *second = index_dump(b, dumps[i]);
        assert_string_equal(first, second);
        free(first);
        free(second);
    }
    static const char *const terms[] = {"terms", "stems", "title-words", "title-stems"};
    for (size_t i = 0; i < 4; i++) {
        char *texts[2] = {index_dump(a, terms[i]), index_dump(b, terms[i])};
        for (int j = 0; j < 2; j++) { /* without the segment's number */
            char *to = texts[j];
            for (char *line = texts[j]; *line != '\0';) {
                char *end = strchr(line, '\n') + 1;
                char *from = strchr(line, '\t');
                memmove(to, from, (size_t)(end - from));
                to += end - from;
                line = end;
            }
            *to = '\0';
        }
        assert_string_equal(texts[0], texts[1]);
        free(texts[0]);
        free(texts[1]);
    }
}

/* Many commits, with deletes between them, then --optimize: the index of what is left. */
static void check_merging(int step, bool store_text)
{
    char *one = folder_make();
    char *many = folder_make();
    struct csa_sink_options options = sink_defaults(one);
    options.store_text = store_text;
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    for (int i = 0; i < ARTICLES; i++) {
        if (is_kept(i)) {
            add_article(sink, i);
        }
    }
    sink_end(sink, 0);
    sink_commit(sink);

    options.folder = many;
    for (int i = 0; i < ARTICLES; i += step) {
        sink = sink_open(&options);
        sink_begin(sink, 0, 0);
        for (int j = i; j < i + step && j < ARTICLES; j++) {
            add_article(sink, j);
        }
        sink_end(sink, 0);
        sink_commit(sink);
    }
    sink = sink_open(&options);
    for (int i = 0; i < ARTICLES; i++) {
        if (!is_kept(i)) {
            char id[16];
            snprintf(id, sizeof id, "id%d", i);
            assert_int_equal(sink->operations->remove(sink, csa_view_of(id), NULL), CSA_OK);
        }
    }
    sink_commit(sink);
    struct csa_index *index = index_open_checked(many);
    assert_in_range(index->segment_count, 1, 2 * CSA_MERGE_FACTOR);
    csa_index_close(index);

    options.optimize = true;
    sink = sink_open(&options);
    sink_commit(sink);
    index = index_open_checked(many);
    uint64_t generation = index->generation;
    assert_int_equal(index->segment_count, 1);
    assert_int_equal(index->deleted_passages, 0);
    csa_index_close(index);
    assert_same_index(one, many);

    sink = sink_open(&options); /* once more changes nothing */
    sink_commit(sink);
    index = index_open_checked(many);
    assert_int_equal(index->generation, generation);
    csa_index_close(index);
    folder_remove(one);
    folder_remove(many);
}

static void test_merging(void **state)
{
    (void)state;
    check_merging(7, true);
    check_merging(40, true);
    check_merging(ARTICLES, true);
    check_merging(40, false);
}

/* A segment of which nothing is left is dropped without being read. */
static void test_all_deleted(void **state)
{
    (void)state;
    char *folder = folder_make();
    const struct csa_sink_options options = sink_defaults(folder);
    for (int round = 0; round < 3; round++) {
        struct csa_sink *sink = sink_open(&options);
        sink_begin(sink, 0, 0);
        add_article(sink, 1);
        sink_end(sink, 0);
        struct csa_sink_counts counts = sink_commit(sink);
        assert_int_equal(counts.replaced, round != 0);
        assert_int_equal(folder_count(folder, "segment-"), 1);
        assert_int_equal(folder_count(folder, "deletes-"), 0);
    }
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy_leaves_few_alone),
        cmocka_unit_test(test_policy_merges_the_small_at_the_end),
        cmocka_unit_test(test_policy_rewrites_what_is_mostly_deleted),
        cmocka_unit_test(test_policy_over_time),
        cmocka_unit_test(test_live_set),
        cmocka_unit_test(test_merging),
        cmocka_unit_test(test_all_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
