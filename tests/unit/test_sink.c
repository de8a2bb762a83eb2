/* The native sink: what a commit holds after adding, replacing, deleting, and after giving up. */
#include "sink_support.h"

static void test_one_batch(void **state)
{
    (void)state;
    char *folder = folder_make();
    const struct csa_sink_options options = sink_defaults(folder);
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    sink_add(sink, 0, "a", "Power of Siberia", "Gas flows east.|It flows to China.");
    sink_add(sink, 0, "b", "", "Rail");
    sink_end(sink, 0);
    struct csa_sink_counts counts = sink_commit(sink);
    assert_int_equal(counts.added, 2);
    assert_int_equal(counts.replaced, 0);
    assert_int_equal(counts.passages, 3);
    assert_int_equal(counts.tokens, 3 + 3 + 4 + 1);
    assert_int_equal(counts.index_articles, 2);
    assert_dump(folder, "articles",
                "0\ta\t20230811\ten\ten\t2\t3\ta source\t\thttps://example.org/\tPower of Siberia\n"
                "1\tb\t20230811\ten\ten\t1\t0\ta source\t\thttps://example.org/\t\n");
    assert_dump(folder, "postings:flows", "0\t1\t12\n1\t1\t1\n");
    assert_dump(folder, "postings:siberia", "0\t1\t2\n");
    assert_dump(folder, "title-postings:siberia", "0\t1\n");
    assert_dump(folder, "title-postings:gas", "none\n");
    assert_dump(folder, "lengths", "0\t6\n1\t4\n2\t1\n");
    assert_dump(folder, "passages:a", "0\t0\t6\tGas flows east.\n1\t16\t4\tIt flows to China.\n");
    assert_int_equal(folder_count(folder, ".temporary-"), 0);
    folder_remove(folder);
}

/* Batches end in any order; the index is in the order of their numbers. */
static void test_batches_out_of_order(void **state)
{
    (void)state;
    char *folder = folder_make();
    struct csa_sink_options options = sink_defaults(folder);
    options.threads = 3;
    struct csa_sink *sink = sink_open(&options);
    assert_int_equal(sink->threads, 3);
    sink_begin(sink, 0, 0);
    sink_begin(sink, 1, 1);
    sink_begin(sink, 2, 2);
    sink_add(sink, 2, "five", "t2", "common e");
    sink_add(sink, 1, "three", "t1", "common c");
    sink_add(sink, 0, "one", "t0", "common a");
    sink_end(sink, 2);
    sink_begin(sink, 2, 3);
    sink_add(sink, 1, "four", "t1", "common d");
    sink_end(sink, 1);
    sink_begin(sink, 1, 4);
    sink_add(sink, 0, "two", "t0", "common b|common bb");
    sink_end(sink, 0);
    sink_end(sink, 2); /* an empty batch */
    sink_add(sink, 1, "six", "t4", "common f");
    sink_end(sink, 1);
    struct csa_sink_counts counts = sink_commit(sink);
    assert_int_equal(counts.added, 6);
    char *articles = index_dump(folder, "articles");
    const char *at = articles;
    static const char *const order[] = {"\tone\t", "\ttwo\t", "\tthree\t", "\tfour\t", "\tfive\t", "\tsix\t"};
    for (size_t i = 0; i < 6; i++) {
        at = strstr(at, order[i]);
        assert_non_null(at);
    }
    free(articles);
    assert_dump(folder, "postings:common", "0\t1\t9\n1\t1\t9\n2\t1\t0\n3\t1\t9\n4\t1\t9\n5\t1\t9\n6\t1\t9\n");
    assert_dump(folder, "title-postings:t1", "2\t1\n3\t1\n");
    assert_dump(folder, "title-postings:t4", "5\t1\n");
    folder_remove(folder);
}

/* The last of several articles with one id stands, within a run and across runs. */
static void test_replacing(void **state)
{
    (void)state;
    char *folder = folder_make();
    const struct csa_sink_options options = sink_defaults(folder);
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    sink_add(sink, 0, "a", "", "first");
    sink_add(sink, 0, "b", "", "other");
    sink_add(sink, 0, "a", "", "second|more");
    sink_end(sink, 0);
    sink_begin(sink, 0, 1);
    sink_add(sink, 0, "a", "", "third");
    sink_end(sink, 0);
    struct csa_sink_counts counts = sink_commit(sink);
    assert_int_equal(counts.added, 4);
    assert_int_equal(counts.replaced, 2);
    assert_int_equal(counts.index_articles, 2);
    /* more than half of the segment was replaced: it was written anew */
    assert_dump(folder, "passages:a", "1\t0\t1\tthird\n");
    assert_dump(folder, "lengths", "0\t1\n1\t1\n");

    sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    sink_add(sink, 0, "a", "", "fourth");
    sink_add(sink, 0, "c", "", "new");
    sink_end(sink, 0);
    counts = sink_commit(sink);
    assert_int_equal(counts.added, 2);
    assert_int_equal(counts.replaced, 1);
    assert_int_equal(counts.index_articles, 3);
    struct csa_index *index = index_open_checked(folder);
    assert_int_equal(index->articles, 4);
    assert_int_equal(index->deleted_articles, 1);
    csa_index_close(index);
    folder_remove(folder);
}

static void test_deleting(void **state)
{
    (void)state;
    char *folder = folder_make();
    struct csa_sink_options options = sink_defaults(folder);
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    for (int i = 0; i < 5; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i);
        sink_add(sink, 0, id, "title", "some text");
    }
    sink_end(sink, 0);
    sink_commit(sink);
    options.must_exist = true;
    sink = sink_open(&options);
    assert_int_equal(sink->operations->remove(sink, csa_view_of("3"), NULL), CSA_OK);
    assert_int_equal(sink->operations->remove(sink, csa_view_of("3"), NULL), CSA_ERROR_NOT_FOUND);
    assert_int_equal(sink->operations->remove(sink, csa_view_of("9"), NULL), CSA_ERROR_NOT_FOUND);
    struct csa_sink_counts counts = sink_commit(sink);
    assert_int_equal(counts.deleted, 1);
    assert_int_equal(counts.index_articles, 4);
    assert_int_equal(folder_count(folder, "deletes-"), 1);
    assert_dump(folder, "title-postings:title", "0\t1\n1\t1\n2\t1\n4\t1\n");

    options.optimize = true;
    sink = sink_open(&options);
    sink_commit(sink);
    assert_int_equal(folder_count(folder, "deletes-"), 0);
    assert_int_equal(folder_count(folder, "segment-"), 1);
    assert_dump(folder, "title-postings:title", "0\t1\n1\t1\n2\t1\n3\t1\n");

    /* all of them: no segment is left, and the index is still one */
    options.optimize = false;
    sink = sink_open(&options);
    for (int i = 0; i < 5; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i);
        assert_int_equal(sink->operations->remove(sink, csa_view_of(id), NULL),
                         i == 3 ? CSA_ERROR_NOT_FOUND : CSA_OK);
    }
    counts = sink_commit(sink);
    assert_int_equal(counts.index_articles, 0);
    assert_int_equal(folder_count(folder, "segment-"), 0);
    assert_dump(folder, "articles", "");
    folder_remove(folder);
}

/* Closing without a commit leaves the old index and no files. */
static void test_giving_up(void **state)
{
    (void)state;
    char *folder = folder_make();
    struct csa_sink_options options = sink_defaults(folder);
    options.memory = 16 << 20;
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    sink_add(sink, 0, "old", "", "old text");
    sink_end(sink, 0);
    sink_commit(sink);
    for (int ended = 0; ended < 2; ended++) {
        sink = sink_open(&options);
        assert_int_equal(sink->operations->remove(sink, csa_view_of("old"), NULL), CSA_OK);
        sink_begin(sink, 0, 0);
        sink_add(sink, 0, "new", "", "new text");
        if (ended != 0) {
            sink_end(sink, 0);
        }
        sink->operations->close(sink);
        assert_int_equal(folder_count(folder, "segment-"), 1);
        assert_int_equal(folder_count(folder, ""), 3); /* commit, lock, segment */
        assert_dump(folder, "postings:old", "0\t1\t0\n");
        assert_dump(folder, "postings:new", "none\n");
    }
    folder_remove(folder);
}

static void test_one_writer(void **state)
{
    (void)state;
    char *folder = folder_make();
    const struct csa_sink_options options = sink_defaults(folder);
    struct csa_sink *sink = sink_open(&options);
    struct csa_sink *other;
    assert_int_equal(csa_sink_native_open(&options, &other, NULL), CSA_ERROR_BUSY);
    assert_null(other);
    sink->operations->close(sink);
    sink = sink_open(&options);
    sink_commit(sink); /* nothing: an empty index */
    assert_dump(folder, "articles", "");
    folder_remove(folder);
}

/* An index keeps what it was made with; another value is an error only when it was given. */
static void test_options_stay(void **state)
{
    (void)state;
    char *folder = folder_make();
    struct csa_sink_options options = sink_defaults(folder);
    options.passage_words = 0;
    options.store_text = false;
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    sink_add(sink, 0, "a", "", "text");
    sink_end(sink, 0);
    sink_commit(sink);
    options = sink_defaults(folder);
    sink = sink_open(&options);
    assert_int_equal(sink->passage_words, 0);
    assert_false(sink->store_text);
    sink->operations->close(sink);
    struct csa_error error = {0};
    options.passage_words_given = true;
    assert_int_equal(csa_sink_native_open(&options, &sink, &error), CSA_ERROR_MISUSE);
    assert_non_null(strstr(error.message, "--passage-words 0"));
    options.passage_words_given = false;
    options.store_text_given = true;
    assert_int_equal(csa_sink_native_open(&options, &sink, &error), CSA_ERROR_MISUSE);
    assert_non_null(strstr(error.message, "--store none"));
    assert_dump(folder, "passages:a", "0\t0\t1\t\n");
    folder_remove(folder);
}

static void test_must_exist(void **state)
{
    (void)state;
    struct csa_sink_options options = sink_defaults("there-is-no-such-folder");
    options.must_exist = true;
    struct csa_sink *sink;
    assert_int_equal(csa_sink_native_open(&options, &sink, NULL), CSA_ERROR_NOT_FOUND);
    assert_false(csa_file_exists("there-is-no-such-folder"));
}

/* So little memory that runs are spilled, by threads: the files are the same. */
static void fill(const char *folder, unsigned threads, uint64_t memory)
{
    struct csa_sink_options options = sink_defaults(folder);
    options.threads = threads;
    options.memory = memory;
    struct csa_sink *sink = sink_open(&options);
    char *text = malloc(70000);
    unsigned random = 1;
    for (unsigned batch = 0; batch < 60; batch++) {
        unsigned worker = batch * 7 % sink->threads;
        sink_begin(sink, worker, batch);
        for (int article = 0; article < 10; article++) {
            char id[32];
            size_t used = 0;
            snprintf(id, sizeof id, "%u-%d", batch % 50, article);
            while (used < 60000) {
                random = random * 1664525 + 1013904223;
                unsigned word = random >> 8;
                used += (size_t)sprintf(text + used, "%s%x%s", word % 64 == 0 ? "|" : "",
                                        word % 3 == 0 ? word % 100 : word % 100000,
                                        word % 5 == 0 ? " the " : " ");
                if (word % 2000 == 0) {
                    break;
                }
            }
            for (size_t i = 0, bars = 0; i < used; i++) {
                bars += text[i] == '|';
                text[i] = text[i] == '|' && bars > 60 ? ' ' : text[i];
            }
            sink_add(sink, worker, id, "some title", text);
        }
        sink_end(sink, worker);
    }
    free(text);
    sink_commit(sink);
}

static void test_same_bytes_for_any_threads_and_memory(void **state)
{
    (void)state;
    static const struct {
        unsigned threads;
        uint64_t memory;
    } ways[] = {{1, 256 << 20}, {1, 1 << 20}, {4, 64 << 20}, {3, 12 << 20}};
    struct csa_buffer first;
    csa_buffer_init(&first, 1 << 30);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char *folder = folder_make();
        fill(folder, ways[i].threads, ways[i].memory);
        struct csa_index *index = index_open_checked(folder);
        csa_index_close(index);
        char *path = csa_index_segment_path(folder, 1);
        if (i == 0) {
            assert_int_equal(csa_file_read(path, &first, NULL), CSA_OK);
        }
        struct csa_buffer bytes;
        csa_buffer_init(&bytes, 1 << 30);
        assert_int_equal(csa_file_read(path, &bytes, NULL), CSA_OK);
        assert_true(csa_view_equal(csa_buffer_view(&first), csa_buffer_view(&bytes)));
        csa_buffer_release(&bytes);
        csa_free(path);
        folder_remove(folder);
    }
    csa_buffer_release(&first);
}

/* Each allocation failing once: an error or a good commit, never half of one. */
static void test_out_of_memory(void **state)
{
    (void)state;
    char *folder = folder_make();
    struct csa_sink_options options = sink_defaults(folder);
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    sink_add(sink, 0, "a", "old", "old");
    sink_end(sink, 0);
    sink_commit(sink);
    bool done = false;
    for (size_t n = 1; !done && n < 2000; n++) {
        const struct csa_article article = {.id = csa_view_of("a"), .title = csa_view_of("new")};
        const struct csa_passage passage = {csa_view_of("new text"), 0};
        const struct csa_prepared_article prepared = {&article, &passage, 1, CSA_LANGUAGE_ENGLISH};
        struct csa_sink_counts counts;
        csa_memory_fail_at(n, 0);
        enum csa_status status = csa_sink_native_open(&options, &sink, NULL);
        if (status == CSA_OK) {
            status = sink->operations->begin(sink, 0, 0, NULL);
            status = status == CSA_OK ? sink->operations->add(sink, 0, &prepared, NULL) : status;
            status = status == CSA_OK ? sink->operations->end(sink, 0, NULL) : status;
            status = status == CSA_OK ? sink->operations->commit(sink, &counts, NULL) : status;
            sink->operations->close(sink);
        }
        done = status == CSA_OK;
        csa_memory_fail_at(0, 0);
        if (!done) {
            assert_dump(folder, "postings:old", "0\t2\t0,9\n");
        }
    }
    assert_true(done);
    assert_dump(folder, "postings:old", "none\n");
    assert_dump(folder, "passages:a", "0\t0\t3\tnew text\n");
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_batch),
        cmocka_unit_test(test_batches_out_of_order),
        cmocka_unit_test(test_replacing),
        cmocka_unit_test(test_deleting),
        cmocka_unit_test(test_giving_up),
        cmocka_unit_test(test_one_writer),
        cmocka_unit_test(test_options_stay),
        cmocka_unit_test(test_must_exist),
        cmocka_unit_test(test_same_bytes_for_any_threads_and_memory),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
