/* JSON lines: fields, wrong types, damaged records; and the JSON reader on its own. */
#include "intake_support.h"

#include "indexer/intake/json.h"

static struct kept_article *take_in_record(const char *record, struct kept *kept)
{
    return take_in_one("records.jsonl", record, kept);
}

static void test_fields(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_record("{\"id\": \"a/1\", \"title\": \"A \\\"title\\\"\\n of two lines\", \"text\": "
                       "\"First.\\n\\n  Second \\u00e9.\\n\", "
                       "\"date\": \"11 August 2023\", \"url\": \"https://example.org/1\", \"author\": \"Ann "
                       "Lee\", \"source\": \"The "
                       "Courier\", \"language\": \"de\", \"description\": \"short\", \"tags\": [\"x\", "
                       "{\"y\": 1}], \"score\": 1.50, "
                       "\"note\": \"as it\\tis\", \"nothing\": null}\n",
                       &kept);
    assert_string_equal(article->id, "a/1");
    assert_string_equal(article->title, "A \"title\" of two lines");
    assert_int_equal(article->block_count, 2);
    assert_string_equal(article->blocks[0], "First.");
    assert_string_equal(article->blocks[1], "Second é.");
    assert_int_equal(article->date, 20230811);
    assert_string_equal(article->url, "https://example.org/1");
    assert_string_equal(article->author, "Ann Lee");
    assert_string_equal(article->source, "The Courier");
    assert_string_equal(article->description, "short");
    assert_int_equal(article->language, CSA_LANGUAGE_GERMAN);
    assert_int_equal(article->extra_count, 3);
    assert_string_equal(article->names[0], "tags");
    assert_string_equal(article->values[0], "[\"x\", {\"y\": 1}]");
    assert_string_equal(article->names[1], "score");
    assert_string_equal(article->values[1], "1.50");
    assert_string_equal(article->values[2], "as it is");
    kept_release(&kept);
}

static void test_other_names(void **state)
{
    (void)state;
    struct kept kept = {0};
    static const char *const names[] = {"text", "body", "contents", "content"};
    for (size_t i = 0; i < 4; i++) {
        char record[100];
        snprintf(record, sizeof record, "{\"_id\":\"x\",\"%s\":\"words\"}", names[i]);
        const struct kept_article *article = take_in_record(record, &kept);
        assert_string_equal(article->id, "x");
        assert_string_equal(article->blocks[0], "words");
        kept_release(&kept);
    }
    const struct kept_article *article =
        take_in_record("{\"text\":\"one\",\"body\":\"two\",\"text\":\"three\"}", &kept);
    assert_string_equal(article->blocks[0], "one");
    assert_int_equal(article->extra_count, 2);
    assert_string_equal(article->values[1], "three");
    kept_release(&kept);
}

static void test_ids(void **state)
{
    (void)state;
    struct kept kept = {0};
    take_in("records.jsonl",
            "{\"id\": 17, \"text\": \"a\"}\n"
            "\n"
            "{\"text\": \"b\"}\r\n"
            "{\"id\": null, \"text\": \"c\"}\n"
            "{\"id\": \"\", \"text\": \"d\"}\n"
            "{\"id\": 1.5e3, \"text\": \"e\"}",
            &kept);
    assert_int_equal(kept.count, 5);
    assert_string_equal(kept.articles[0].id, "17");
    assert_string_equal(kept.articles[1].id, "records.jsonl#3");
    assert_string_equal(kept.articles[2].id, "records.jsonl#4");
    assert_string_equal(kept.articles[3].id, "records.jsonl#5");
    assert_string_equal(kept.articles[4].id, "1.5e3");
    kept_release(&kept);
    const struct csa_source source = {"-", "-"};
    const struct csa_intake_options options = {.language_given = true, .language = CSA_LANGUAGE_NONE};
    struct csa_intake_receiver receiver = receiver_for(&kept);
    assert_int_equal(csa_intake_read_jsonl_record(&source, csa_view_of("{\"text\":\"a\",\"lang\":\"de\"}"), 7,
                                                  &options, &receiver, NULL),
                     CSA_OK);
    assert_string_equal(kept.articles[0].id, "-#7");
    assert_int_equal(kept.articles[0].language, CSA_LANGUAGE_GERMAN);
    kept_release(&kept);
}

static void test_types(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_record("{\"text\": [\"one\", null, \"two\\nthree\", 4], \"title\": [\"a\", \"b\"], "
                       "\"author\": [{\"name\": \"Ann\"}, "
                       "\"Bob\", {\"x\": 1}], \"source\": {\"@id\": 1, \"name\": \"Paper\"}, \"url\": 5, "
                       "\"date\": 1691740800, "
                       "\"language\": \"martian\"}",
                       &kept);
    assert_int_equal(article->block_count, 3);
    assert_string_equal(article->blocks[2], "three");
    assert_string_equal(article->title, "a, b");
    assert_string_equal(article->author, "Ann, Bob");
    assert_string_equal(article->source, "Paper");
    assert_string_equal(article->url, "5");
    assert_int_equal(article->date, 20230811);
    assert_int_equal(article->extra_count, 1);
    assert_string_equal(article->names[0], "language");
    assert_string_equal(article->values[0], "martian");
    kept_release(&kept);
    article = take_in_record("{\"text\": null, \"title\": \"t\", \"author\": {\"x\": 1}, \"date\": \"soon\"}",
                             &kept);
    assert_int_equal(article->block_count, 0);
    assert_string_equal(article->author, "");
    assert_int_equal(article->extra_count, 2);
    kept_release(&kept);
    article = take_in_record("{\"text\": [], \"date\": 20230811}", &kept);
    assert_int_equal(article->block_count, 0);
    assert_int_equal(article->date, 20230811);
    kept_release(&kept);
}

static void test_wrapped_text(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article = take_in_record(
        "{\"text\":\"Showers continued throughout the week in\\nthe Bahia cocoa zone, alleviating the "
        "drought since early\\nJanuary and improving prospects for the coming "
        "temporao,\\nalthough normal humidity levels have not been restored,\\nComissaria Smith said in "
        "its weekly review.\\n    The dry period means the temporao will be late this year.\"}",
        &kept);
    assert_int_equal(article->block_count, 2);
    assert_string_equal(article->blocks[1], "The dry period means the temporao will be late this year.");
    kept_release(&kept);
}

static void check_bad(const char *record, const char *message)
{
    struct kept kept = {0};
    take_in("bad.jsonl", record, &kept);
    assert_int_equal(kept.count, 0);
    assert_int_equal(kept.skipped_count, 1);
    if (strstr(kept.skipped[0], message) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", kept.skipped[0], message);
    }
    kept_release(&kept);
}

static void test_bad_records(void **state)
{
    (void)state;
    check_bad("[1, 2]", "bad.jsonl:1: not a JSON record: byte 1: not a JSON object");
    check_bad("\"text\"", "not a JSON object");
    check_bad("text", "not a JSON object");
    check_bad("{", "is JSON, but not JSON lines");
    check_bad("[", "is JSON, but not JSON lines");
    check_bad("[{\"a\": 1},", "is JSON, but not JSON lines");
    check_bad("{\"a\"", "ends early");
    check_bad("{\"a\":", "ends early");
    check_bad("{\"a\":\"b", "ends early");
    check_bad("{\"a\":\"b\\", "ends early");
    check_bad("{\"a\":\"\\u12\"}", "a wrong escape");
    check_bad("{\"a\":\"\\x\"}", "byte 7: a wrong escape");
    check_bad("{\"a\":\"\t\"}", "a control character");
    check_bad("{\"a\":1,}", "a name in quotes is missing");
    check_bad("{a:1}", "a name in quotes is missing");
    check_bad("{\"a\" 1}", "a colon is missing");
    check_bad("{\"a\":1 \"b\":2}", "a comma is missing");
    check_bad("{\"a\":01}", "a comma is missing");
    check_bad("{\"a\":-}", "a wrong number");
    check_bad("{\"a\":1.}", "a wrong number");
    check_bad("{\"a\":1e}", "a wrong number");
    check_bad("{\"a\":tru}", "not a JSON value");
    check_bad("{\"a\":nul", "not a JSON value");
    check_bad("{\"a\":[1,]}", "not a JSON value");
    check_bad("{\"a\":[1}", "a comma is missing");
    check_bad("{\"a\":[,1]}", "not a JSON value");
    check_bad("{\"a\":{\"b\"}}", "a colon is missing");
    check_bad("{\"a\":{1:2}}", "a name in quotes is missing");
    check_bad("{\"a\":1} x", "something follows the object");
    check_bad("{\"text\":5}", "bad.jsonl:1: text: neither a string");
    check_bad("{\"text\":{\"a\":\"b\"}}", "text: neither a string");
    check_bad("{\"text\":[1]}", "text: neither a string");
    check_bad("{\"id\":[1],\"text\":\"a\"}", "id: neither a string");
}

static void test_bad_records_among_good_ones(void **state)
{
    (void)state;
    struct kept kept = {0};
    take_in("mixed.jsonl", "{\"id\":1,\"text\":\"a\"}\nbroken\n{\"id\":2,\"text\":\"b\"}\n{\"id\":3", &kept);
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.skipped_count, 2);
    assert_non_null(strstr(kept.skipped[0], "mixed.jsonl:2: "));
    assert_non_null(strstr(kept.skipped[1], "mixed.jsonl:4: "));
    kept_release(&kept);
    static char lines[2000];
    for (size_t i = 0; i + 3 < sizeof lines; i += 2) {
        memcpy(lines + i, "x\n", 2);
    }
    take_in("never.jsonl", lines, &kept); /* a file of another kind is given up soon */
    assert_int_equal(kept.count, 0);
    assert_int_equal(kept.skipped_count, 21);
    kept_release(&kept);
}

static void test_broken_strings(void **state)
{
    (void)state;
    struct kept kept = {0};
    static const char bytes[] = "{\"text\":\"a\xFF"
                                "b\0c \\ud83d\\ude00 \\ud83d \\u0000\"}";
    take_in_bytes("bytes.jsonl", bytes, sizeof bytes - 1, &kept);
    assert_int_equal(kept.count, 1);
    assert_string_equal(kept.articles[0].blocks[0], "a\xEF\xBF\xBD"
                                                    "b\xEF\xBF\xBD"
                                                    "c 😀 \xEF\xBF\xBD \xEF\xBF\xBD");
    assert_int_equal(kept.articles[0].replaced, 4);
    kept_release(&kept);
    take_in("mark.jsonl", "\xEF\xBB\xBF{\"text\":\"a\"}", &kept);
    assert_int_equal(kept.count, 1);
    kept_release(&kept);
}

static void test_deep_nesting(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *record = malloc(DEPTH * 2 + 100);
    assert_non_null(record);
    strcpy(record, "{\"text\":\"a\",\"x\":");
    size_t start = strlen(record);
    for (int depth = CSA_JSON_DEPTH; depth <= DEPTH; depth += depth == CSA_JSON_DEPTH ? 1 : DEPTH) {
        struct kept kept = {0};
        memset(record + start, '[', (size_t)depth);
        memset(record + start + depth, ']', (size_t)depth);
        strcpy(record + start + depth * 2, "}");
        take_in("deep.jsonl", record, &kept);
        assert_int_equal(kept.count, depth == CSA_JSON_DEPTH);
        kept_release(&kept);
    }
    free(record);
    struct kept kept = {0};
    take_in_record("{\"text\":\"a\",\"x\":[{\"a\":[]},{},[[ ],{\"b\" : { } } ] ]}", &kept);
    assert_string_equal(kept.articles[0].values[0], "[{\"a\":[]},{},[[ ],{\"b\" : { } } ] ]");
    kept_release(&kept);
}

static void test_long_fields(void **state)
{
    (void)state;
    enum { SIZE = CSA_INTAKE_FIELD_MAXIMUM * 2 };
    char *record = malloc(SIZE * 3);
    assert_non_null(record);
    char *end = record + sprintf(record, "{\"title\":\"");
    memset(end, 't', SIZE);
    end += SIZE;
    end += sprintf(end, "\",\"numbers\":[");
    for (int i = 0; i < SIZE / 2; i++) {
        end += sprintf(end, "1,");
    }
    sprintf(end, "1]}");
    struct kept kept = {0};
    take_in_record(record, &kept);
    assert_int_equal(strlen(kept.articles[0].title), CSA_INTAKE_FIELD_MAXIMUM);
    assert_int_equal(kept.articles[0].extra_count, 0); /* JSON is kept whole or not at all */
    kept_release(&kept);
    free(record);
}

/* Every prefix of a record, in memory of exactly that size, is read without a step past its end. */
static void test_prefixes(void **state)
{
    (void)state;
    static const char record[] =
        "{\"id\":1,\"text\":\"caf\\u00e9 \\ud83d\\ude00 words words\",\"x\":[{\"a\":[true,null]},"
        "-1.5e+10],\"y\":\"\"}";
    const struct csa_intake_options options = {.language_given = true};
    const struct csa_source source = {"prefix", "prefix"};
    for (size_t size = 0; size < sizeof record; size++) {
        struct kept kept = {0};
        struct csa_intake_receiver receiver = receiver_for(&kept);
        char *exact = malloc(size == 0 ? 1 : size);
        assert_non_null(exact);
        memcpy(exact, record, size);
        assert_int_equal(
            csa_intake_read_jsonl_record(&source, csa_view_make(exact, size), 1, &options, &receiver, NULL),
            CSA_OK);
        assert_int_equal(kept.count, size == sizeof record - 1);
        free(exact);
        kept_release(&kept);
    }
}

static void test_reader(void **state)
{
    (void)state;
    struct csa_json json;
    struct csa_json_value name;
    struct csa_json_value value;
    csa_json_init(&json, csa_view_of(" { \"a\" : \"b\" , \"c\" : [ 1 , \"x\" ] } "));
    assert_true(csa_json_enter(&json, CSA_JSON_OBJECT));
    assert_true(csa_json_next_member(&json, &name, &value));
    assert_true(csa_view_equal(name.raw, csa_view_of("a")));
    assert_int_equal(value.kind, CSA_JSON_STRING);
    assert_true(csa_json_next_member(&json, &name, &value));
    assert_int_equal(value.kind, CSA_JSON_ARRAY);
    assert_false(csa_json_next_member(&json, &name, &value));
    assert_null(json.failure);
    assert_true(csa_json_finish(&json));
    struct csa_json inner;
    csa_json_init(&inner, value.raw);
    assert_true(csa_json_enter(&inner, CSA_JSON_ARRAY));
    assert_true(csa_json_next_element(&inner, &value));
    assert_int_equal(value.kind, CSA_JSON_NUMBER);
    assert_true(csa_json_next_element(&inner, &value));
    assert_false(csa_json_next_element(&inner, &value));
    assert_true(csa_json_finish(&inner));
    csa_json_init(&inner, csa_view_of("{}"));
    assert_false(csa_json_enter(&inner, CSA_JSON_ARRAY));
    assert_string_equal(inner.failure, "not a JSON array");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_wrapped_text),
        cmocka_unit_test(test_bad_records),
        cmocka_unit_test(test_bad_records_among_good_ones),
        cmocka_unit_test(test_broken_strings),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_long_fields),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_reader),
    };
    return cmocka_run_group_tests(tests, make_sample_folder, remove_sample_folder);
}
