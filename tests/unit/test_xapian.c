/* The Xapian shim: writing, and reading what was written. */
#include "xapian_support.h"

static const struct sample samples[] = {
    {"one", "gas flows through the gas pipeline", "20230811", "a"},
    {"two", "a pipeline of siberia", "20240101", "a"},
    {"three", "gas and oil", NULL, "b"},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static void test_table(void **state)
{
    (void)state;
    const struct csa_xapian *again;
    check_ok(csa_xapian_load(&again, &error));
    assert_ptr_equal(again, xapian);
    check_ok(csa_xapian_load_file("elsewhere.so", &again, &error)); /* what is loaded stays */
    assert_ptr_equal(again, xapian);
    assert_int_equal(xapian->interface, CSA_XAPIAN_INTERFACE);
    assert_true(xapian->version[0] == '1');
    const void *const *functions = (const void *const *)&xapian->document;
    for (size_t i = 0; i < (sizeof *xapian - offsetof(struct csa_xapian, document)) / sizeof *functions;
         i++) {
        assert_non_null(functions[i]);
    }
}

/* ---- writing and reading ---- */

static void test_round_trip(void **state)
{
    (void)state;
    make_samples("round", samples, SAMPLES, 0, 1);
    struct csa_xapian_database *database = open_database("round");
    struct csa_xapian_statistics statistics;
    check_ok(xapian->database.statistics(database, &statistics, &error));
    assert_int_equal(statistics.documents, 3);
    assert_int_equal(statistics.last_document, 3);
    assert_int_equal(statistics.total_length, 13);
    assert_true(statistics.average_length > 4.33 && statistics.average_length < 4.34);
    assert_true(statistics.least_length <= 3 && statistics.greatest_length >= 6);
    assert_true(statistics.has_positions);
    assert_int_equal(statistics.shards, 1);
    assert_int_equal(statistics.remote_shards, 0);

    uint32_t documents, length;
    uint64_t occurrences, revision;
    struct csa_view uuid;
    check_ok(xapian->database.frequency(database, csa_view_of("gas"), &documents, &occurrences, &error));
    assert_int_equal(documents, 2);
    assert_int_equal(occurrences, 3);
    check_ok(xapian->database.frequency(database, csa_view_of("coal"), &documents, NULL, &error));
    assert_int_equal(documents, 0);
    check_ok(xapian->database.frequency(database, csa_view_of(""), &documents, NULL, &error));
    assert_int_equal(documents, 3);
    check_ok(xapian->database.length(database, 1, &length, &error));
    assert_int_equal(length, 6);
    check_ok(xapian->database.uuid(database, &uuid, &error));
    assert_int_equal(uuid.size, 36);
    check_ok(xapian->database.revision(database, &revision, &error));
    assert_true(revision > 0);
    check_fails(xapian->database.length(database, 4, &length, &error), CSA_ERROR_NOT_FOUND, "4");
    check_fails(xapian->database.length(database, 0, &length, &error), CSA_ERROR_MISUSE, "Document ID 0");
    xapian->database.close(database);
}

static void test_lists(void **state)
{
    (void)state;
    make_samples("lists", samples, SAMPLES, 0, 1);
    struct csa_xapian_database *database = open_database("lists");
    const struct csa_view nothing = {0};

    struct listing terms = {.room = 100};
    check_ok(xapian->database.terms(database, nothing, nothing, &terms, list_counted, &error));
    assert_string_equal(terms.text, "Qone:1 Qthree:1 Qtwo:1 a:1 and:1 flows:1 gas:2 of:1 oil:1 pipeline:2 "
                                    "siberia:1 the:1 through:1 ");
    terms = (struct listing){.room = 1};
    check_ok(xapian->database.terms(database, csa_view_of("t"), nothing, &terms, list_counted, &error));
    assert_string_equal(terms.text, "the:1 ");
    terms = (struct listing){.room = 100};
    check_ok(xapian->database.terms(database, csa_view_of("t"), csa_view_of("the0"), &terms, list_counted,
                                    &error));
    assert_string_equal(terms.text, "through:1 ");
    terms = (struct listing){.room = 100};
    check_ok(
        xapian->database.terms(database, csa_view_of("t"), csa_view_of("u"), &terms, list_counted, &error));
    assert_string_equal(terms.text, "");

    struct listing postings = {.room = 100};
    check_ok(xapian->database.postings(database, csa_view_of("gas"), 1, &postings, list_posting, &error));
    assert_string_equal(postings.text, "1:2 3:1 ");
    postings = (struct listing){.room = 100};
    check_ok(xapian->database.postings(database, nothing, 2, &postings, list_posting, &error));
    assert_string_equal(postings.text, "2:1 3:1 ");

    struct listing values = {.room = 100};
    check_ok(xapian->database.values(database, 0, &values, list_value, &error));
    assert_string_equal(values.text, "20230811:1 20240101:2 ");

    terms = (struct listing){.room = 100};
    check_ok(xapian->database.document_terms(database, 1, csa_view_of("t"), &terms, list_counted, &error));
    assert_string_equal(terms.text, "the:1 through:1 ");
    terms = (struct listing){.room = 2};
    check_ok(xapian->database.document_terms(database, 3, nothing, &terms, list_counted, &error));
    assert_string_equal(terms.text, "Qthree:0 and:1 ");
    check_fails(xapian->database.document_terms(database, 9, nothing, &terms, list_counted, &error),
                CSA_ERROR_NOT_FOUND, "9");

    const uint32_t *positions;
    size_t count;
    check_ok(xapian->database.positions(database, 1, csa_view_of("gas"), &positions, &count, &error));
    assert_int_equal(count, 2);
    assert_int_equal(positions[0], 1);
    assert_int_equal(positions[1], 5);
    check_ok(xapian->database.positions(database, 1, csa_view_of("oil"), &positions, &count, &error));
    assert_int_equal(count, 0);
    xapian->database.close(database);
}

static void test_documents(void **state)
{
    (void)state;
    make_samples("documents", samples, SAMPLES, 0, 1);
    struct csa_xapian_database *database = open_database("documents");
    struct csa_xapian_document *document;
    struct csa_view data, value;
    check_ok(xapian->document.make(&document, &error));
    check_ok(xapian->document.data(document, &data, &error));
    assert_int_equal(data.size, 0);
    check_ok(xapian->database.read(database, 2, document, &error));
    check_ok(xapian->document.data(document, &data, &error));
    check_ok(xapian->document.value(document, 0, &value, &error));
    check_view(data, "two");
    check_view(value, "20240101");
    check_ok(xapian->document.value(document, 77, &value, &error));
    assert_int_equal(value.size, 0);
    check_fails(xapian->database.read(database, 4, document, &error), CSA_ERROR_NOT_FOUND, "4");
    check_ok(xapian->database.read(database, 3, document, &error));
    xapian->database.close(database);
    check_ok(xapian->document.data(document, &data, &error)); /* the document lives on by itself */
    check_view(data, "three");
    check_ok(xapian->document.clear(document, &error));
    check_ok(xapian->document.data(document, &data, &error));
    assert_int_equal(data.size, 0);
    check_fails(xapian->document.set_value(document, UINT32_MAX, csa_view_of("x"), &error), CSA_ERROR_MISUSE,
                "slot");
    xapian->document.free(document);
    xapian->document.free(NULL);
}

/* Positions in any order and twice; frequencies that add up; every byte in terms and data. */
static void test_terms(void **state)
{
    (void)state;
    static const uint32_t first[] = {9, 3, 3}, second[] = {5, UINT32_MAX - 1};
    const struct csa_xapian_term terms[] = {
        {csa_view_make("b\0c", 3), 2, first, 3},
        {csa_view_make("b\0c", 3), 5, second, 2},
        {csa_view_of("silent"), 0, first, 1},
    };
    struct csa_xapian_writer *writer = open_writer("terms");
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    check_ok(xapian->document.add_terms(document, terms, 3, &error));
    check_ok(xapian->document.set_data(document, csa_view_make("\0\xFF", 2), &error));
    uint32_t id;
    check_ok(xapian->writer.add(writer, document, &id, &error));
    assert_int_equal(id, 1);
    check_ok(xapian->writer.commit(writer, &error));

    struct csa_xapian_database *database = xapian->writer.database(writer);
    const uint32_t *positions;
    size_t count;
    uint64_t occurrences;
    struct csa_view data;
    check_ok(xapian->database.positions(database, 1, csa_view_make("b\0c", 3), &positions, &count, &error));
    assert_int_equal(count, 4);
    assert_int_equal(positions[0], 3);
    assert_int_equal(positions[1], 5);
    assert_int_equal(positions[2], 9);
    assert_int_equal(positions[3], UINT32_MAX - 1);
    check_ok(xapian->database.frequency(database, csa_view_make("b\0c", 3), NULL, &occurrences, &error));
    assert_int_equal(occurrences, 7);
    check_ok(xapian->database.read(database, 1, document, &error));
    check_ok(xapian->document.data(document, &data, &error));
    assert_int_equal(data.size, 2);
    assert_memory_equal(data.data, "\0\xFF", 2);
    xapian->document.free(document);
    xapian->writer.close(writer);
}

/* The longest term is written and found; one byte more is said before anything is written. */
static void test_long_terms(void **state)
{
    (void)state;
    char bytes[CSA_XAPIAN_TERM_MAXIMUM + 1];
    memset(bytes, 'x', sizeof bytes);
    struct csa_xapian_writer *writer = open_writer("long");
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    static const uint32_t position = 1;
    struct csa_xapian_term term = {csa_view_make(bytes, CSA_XAPIAN_TERM_MAXIMUM), 1, &position, 1};
    check_ok(xapian->document.add_terms(document, &term, 1, &error));
    term.term.size++;
    check_fails(xapian->document.add_terms(document, &term, 1, &error), CSA_ERROR_LIMIT, "245 bytes: xxx");
    memset(bytes, 0, sizeof bytes); /* each counts as two */
    term.term.size = 122;
    check_ok(xapian->document.add_terms(document, &term, 1, &error));
    term.term.size = 123;
    check_fails(xapian->document.add_terms(document, &term, 1, &error), CSA_ERROR_LIMIT, "245");
    term.term.size = 0;
    check_fails(xapian->document.add_terms(document, &term, 1, &error), CSA_ERROR_MISUSE, "empty term");
    check_ok(xapian->writer.add(writer, document, NULL, &error));
    check_ok(xapian->writer.commit(writer, &error));
    memset(bytes, 'x', sizeof bytes);
    uint32_t found;
    struct csa_xapian_database *database = xapian->writer.database(writer);
    check_ok(xapian->database.frequency(database, csa_view_make(bytes, 245), &found, NULL, &error));
    assert_int_equal(found, 1);
    check_ok(xapian->database.frequency(database, csa_view_make(bytes, 246), &found, NULL, &error));
    assert_int_equal(found, 0);
    check_fails(xapian->writer.remove(writer, csa_view_make(bytes, 246), &error), CSA_ERROR_LIMIT, "245");
    check_fails(xapian->writer.replace(writer, csa_view_of(""), document, NULL, &error), CSA_ERROR_MISUSE,
                "1 to 245");
    check_fails(xapian->writer.set_metadata(writer, csa_view_make(bytes, 246), csa_view_of("v"), &error),
                CSA_ERROR_LIMIT, "245");
    check_ok(xapian->writer.set_metadata(writer, csa_view_make(bytes, 245), csa_view_of("v"), &error));
    check_ok(xapian->writer.commit(writer, &error));
    xapian->document.free(document);
    xapian->writer.close(writer);
}

static void test_replace_and_remove(void **state)
{
    (void)state;
    make_samples("replace", samples, SAMPLES, 0, 1);
    struct csa_xapian_writer *writer = open_writer("replace");
    struct csa_xapian_database *database = xapian->writer.database(writer);
    const struct sample changed = {"two", "coal", NULL, NULL};
    assert_int_equal(add_sample(writer, &changed), 2);
    assert_int_equal(count_documents(database), 3);
    uint32_t found;
    check_ok(xapian->database.frequency(database, csa_view_of("siberia"), &found, NULL, &error));
    assert_int_equal(found, 0);
    check_ok(xapian->writer.remove(writer, csa_view_of("Qone"), &error));
    check_ok(xapian->writer.remove(writer, csa_view_of("Qnobody"), &error));
    assert_int_equal(count_documents(database), 2);
    check_ok(xapian->writer.remove_at(writer, 3, &error));
    check_fails(xapian->writer.remove_at(writer, 3, &error), CSA_ERROR_NOT_FOUND, "3");
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    check_ok(xapian->writer.replace_at(writer, 17, document, &error));
    check_ok(xapian->writer.add(writer, document, &found, &error));
    assert_int_equal(found, 18);
    assert_int_equal(count_documents(database), 3);
    xapian->document.free(document);
    xapian->writer.close(writer); /* without a commit: all that was nothing */

    database = open_database("replace");
    assert_int_equal(count_documents(database), 3);
    check_ok(xapian->database.frequency(database, csa_view_of("siberia"), &found, NULL, &error));
    assert_int_equal(found, 1);
    xapian->database.close(database);
}

static void test_metadata(void **state)
{
    (void)state;
    struct csa_xapian_writer *writer = open_writer("metadata");
    struct csa_view value;
    check_ok(xapian->writer.set_metadata(writer, csa_view_of("csa.one"), csa_view_of("1"), &error));
    check_ok(xapian->writer.set_metadata(writer, csa_view_of("csa.two"), csa_view_make("\0", 1), &error));
    check_ok(xapian->writer.set_metadata(writer, csa_view_of("other"), csa_view_of("3"), &error));
    check_ok(xapian->writer.commit(writer, &error));
    check_ok(xapian->writer.set_metadata(writer, csa_view_of("csa.one"), csa_view_of(""), &error));
    check_ok(xapian->writer.commit(writer, &error));
    struct csa_xapian_database *database = open_database("metadata");
    struct listing keys = {.room = 10};
    check_ok(xapian->database.metadata_keys(database, csa_view_of("csa."), &keys, list_key, &error));
    assert_string_equal(keys.text, "csa.two:0 ");
    check_ok(xapian->database.metadata(database, csa_view_of("csa.two"), &value, &error));
    assert_int_equal(value.size, 1);
    check_ok(xapian->database.metadata(database, csa_view_of("csa.one"), &value, &error));
    assert_int_equal(value.size, 0);
    check_fails(xapian->database.metadata(database, csa_view_of(""), &value, &error), CSA_ERROR_MISUSE,
                "mpty");
    xapian->database.close(database);
    xapian->writer.close(writer);
}

static void test_transactions(void **state)
{
    (void)state;
    struct csa_xapian_writer *writer = open_writer("transactions");
    struct csa_xapian_database *reader;
    add_sample(writer, &samples[0]);
    check_ok(xapian->writer.begin(writer, &error)); /* commits the first */
    add_sample(writer, &samples[1]);
    check_fails(xapian->writer.begin(writer, &error), CSA_ERROR_MISUSE, "transaction");
    check_fails(xapian->writer.commit(writer, &error), CSA_ERROR_MISUSE, "transaction");
    check_ok(xapian->writer.cancel(writer, &error));
    assert_int_equal(count_documents(xapian->writer.database(writer)), 1);
    check_ok(xapian->writer.begin(writer, &error));
    add_sample(writer, &samples[2]);
    reader = open_database("transactions");
    assert_int_equal(count_documents(reader), 1);
    check_ok(xapian->writer.end(writer, &error));
    bool changed;
    assert_int_equal(count_documents(reader), 1);
    check_ok(xapian->database.reopen(reader, &changed, &error));
    assert_true(changed);
    assert_int_equal(count_documents(reader), 2);
    check_ok(xapian->database.reopen(reader, &changed, &error));
    assert_false(changed);
    check_ok(xapian->writer.begin(writer, &error));
    add_sample(writer, &samples[1]);
    xapian->writer.close(writer); /* in the middle of one */
    check_ok(xapian->database.reopen(reader, NULL, &error));
    assert_int_equal(count_documents(reader), 2);
    xapian->database.close(reader);
}

/* Far more documents than are kept in memory: still nothing is to be seen before the end. */
static void test_flush_threshold(void **state)
{
    (void)state;
    struct csa_xapian_writer_options options = {.flush = 3, .no_sync = true, .block_size = 2048};
    struct csa_xapian_writer *writer;
    setenv("XAPIAN_FLUSH_THRESHOLD", "5", 1);
    check_ok(xapian->writer.open("flush", &options, &writer, &error));
    assert_string_equal(getenv("XAPIAN_FLUSH_THRESHOLD"), "5");
    unsetenv("XAPIAN_FLUSH_THRESHOLD");
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    add_words(document, "gas");
    for (int i = 0; i < 4; i++) { /* the third is followed by a commit */
        check_ok(xapian->writer.add(writer, document, NULL, &error));
    }
    struct csa_xapian_database *reader = open_database("flush");
    assert_int_equal(count_documents(reader), 3);
    check_ok(xapian->writer.begin(writer, &error));
    for (int i = 0; i < 100; i++) {
        check_ok(xapian->writer.add(writer, document, NULL, &error));
    }
    check_ok(xapian->database.reopen(reader, NULL, &error));
    assert_int_equal(count_documents(reader), 4);
    check_ok(xapian->writer.end(writer, &error));
    check_ok(xapian->database.reopen(reader, NULL, &error));
    assert_int_equal(count_documents(reader), 104);
    xapian->document.free(document);
    xapian->database.close(reader);
    xapian->writer.close(writer);
}

/* ---- whole databases ---- */

struct said {
    size_t lines;
    bool all_whole; /* no line with a newline, none empty at the end */
};

static void say(void *context, struct csa_view line)
{
    struct said *said = context;
    said->lines++;
    said->all_whole = said->all_whole && (line.size == 0 || memchr(line.data, '\n', line.size) == NULL);
}

static void test_compact_and_check(void **state)
{
    (void)state;
    make_samples("loose", samples, SAMPLES, 0, 1);
    struct csa_xapian_database *database = open_database("loose");
    struct csa_xapian_compaction folder = {.keep_ids = true, .block_size = 4096},
                                 file = {.single_file = true};
    check_ok(xapian->tool.compact(database, "tight", &folder, &error));
    check_ok(xapian->tool.compact(database, "tight.file", &file, &error));
    check_fails(xapian->tool.compact(database, "tight", &folder, &error), CSA_ERROR_MISUSE, "there already");
    xapian->database.close(database);
    static const char *const paths[] = {"loose", "tight", "tight.file"};
    for (size_t i = 0; i < 3; i++) {
        database = open_database(paths[i]);
        assert_int_equal(count_documents(database), 3);
        xapian->database.close(database);
        struct said said = {.all_whole = true};
        uint64_t faults;
        check_ok(xapian->tool.check(paths[i], &said, say, &faults, &error));
        assert_int_equal(faults, 0);
        assert_true(said.lines > 3 && said.all_whole);
        check_ok(xapian->tool.check(paths[i], NULL, NULL, &faults, &error));
    }
    struct csa_xapian_writer *writer = open_writer("loose");
    add_sample(writer, &samples[0]);
    check_fails(xapian->tool.compact(xapian->writer.database(writer), "uncommitted", &folder, &error),
                CSA_ERROR_MISUSE, "uncommitted");
    xapian->writer.close(writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_long_terms),
        cmocka_unit_test(test_replace_and_remove),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_transactions),
        cmocka_unit_test(test_flush_threshold),
        cmocka_unit_test(test_compact_and_check),
    };
    if (!CSA_WITH_XAPIAN) {
        puts("skipped: built without Xapian");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, load_xapian, temporary_folder_leave);
}
