/* Parameters of the site: decoding, every bound, links that ask for the same. */
#include "searcher/site/parameters.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct csa_arena arena;
    struct csa_site_parameters parameters;
    struct csa_error error;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    csa_arena_init(&fixture->arena, 0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    csa_arena_release(&fixture->arena);
    test_free(fixture);
    return 0;
}

/* A copy of exactly that size, so that a byte read behind it is found. */
static enum csa_status read_bytes(struct fixture *fixture, const char *bytes, size_t size)
{
    char *exact = malloc(size == 0 ? 1 : size);
    memcpy(exact, bytes, size);
    const struct csa_site_request request = {.query_string = {exact, size}};
    fixture->error = (struct csa_error){0};
    enum csa_status status =
        csa_site_parameters_read(&request, &fixture->arena, &fixture->parameters, &fixture->error);
    free(exact);
    return status;
}

static enum csa_status read_text(struct fixture *fixture, const char *text)
{
    return read_bytes(fixture, text, strlen(text));
}

static void expect_view(struct csa_view view, const char *text)
{
    if (!csa_view_equal(view, csa_view_of(text))) {
        fail_msg("\"%.*s\" is not \"%s\"", (int)view.size, view.data, text);
    }
}

static void expect_query(struct fixture *fixture, const char *text, const char *query)
{
    if (read_text(fixture, text) != CSA_OK) {
        fail_msg("%s: %s", text, fixture->error.message);
    }
    expect_view(fixture->parameters.query, query);
}

static void expect_error(struct fixture *fixture, const char *text, enum csa_status status,
                         const char *message)
{
    if (read_text(fixture, text) != status) {
        fail_msg("%s: %d is not %d: %s", text, (int)fixture->error.status, (int)status,
                 fixture->error.message);
    }
    assert_string_equal(fixture->error.message, message);
}

static void expect_link(struct fixture *fixture, const char *text, const char *link)
{
    char made[512] = "";
    struct csa_buffer out;
    csa_buffer_init(&out, 65536);
    assert_int_equal(read_text(fixture, text), CSA_OK);
    csa_site_parameters_link(&out, &fixture->parameters);
    assert_false(out.failed);
    snprintf(made, sizeof made, "%.*s", (int)out.size, out.data);
    csa_buffer_release(&out);
    assert_string_equal(made, link);
}

static void test_nothing(void **state)
{
    struct fixture *fixture = *state;
    static const char *const texts[] = {
        "",          "&",         "&&&", "q",  "q=",  "q=&page=&n=&format=&sort=&source=&date=&v=",
        "q=+%20%09", "unknown=1", "=",   "=x", "%=1", "q%3D=1",
        "Q=x",       "qq=x"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect_query(fixture, texts[i], "");
        const struct csa_site_parameters *p = &fixture->parameters;
        assert_int_equal(p->page, 1);
        assert_int_equal(p->hits, 0);
        assert_int_equal(p->format, CSA_FORMAT_HTML);
        assert_int_equal(p->sort, CSA_SORT_RELEVANCE);
        assert_int_equal(p->filters[CSA_FILTER_SOURCE].count, 0);
    }
}

static void test_decoding(void **state)
{
    struct fixture *fixture = *state;
    expect_query(fixture, "q=gas+pipeline", "gas pipeline");
    expect_query(fixture, "q=a%2Bb%26c%3Dd%25", "a+b&c=d%");
    expect_query(fixture, "q=%D0%93%D0%B0%D0%B7", "Газ");
    expect_query(fixture, "q=%d0%93", "Г");
    expect_query(fixture, "q=\xD0\x93", "Г");
    expect_query(fixture, "%71=x", "x");
    expect_query(fixture, "q=a=b", "a=b");
    expect_query(fixture, "q=a%0D%0Ab%09c%C2%85d%0Be", "a  b c d e");
    expect_query(fixture, "q=%20%20a%20%20", "a");
    expect_query(fixture, "q=%C2%A0a",
                 "\xC2\xA0"
                 "a");
    expect_query(fixture, "q=<script>'\"", "<script>'\"");
}

static void test_broken_encodings(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cut[] = {"q=%",   "q=a%4", "q=%4",          "q=%%41",
                                      "q=%G0", "q=%0x", "q=100%&page=2", "q=%u0041"};
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        expect_error(fixture, cut[i], CSA_ERROR_MISUSE, "q: a % must have two hexadecimal digits behind it");
    }
    static const char *const ill[] = {"q=%FF",          "q=%C3",  "q=%C0%80", "q=%ED%A0%80",
                                      "q=%F5%80%80%80", "q=a%80", "q=\xFF"};
    for (size_t i = 0; i < sizeof ill / sizeof *ill; i++) {
        expect_error(fixture, ill[i], CSA_ERROR_MISUSE, "q: must be UTF-8");
    }
    static const char *const control[] = {"q=%00", "q=a%1B", "q=%7F", "q=%C2%9B", "q=%08"};
    for (size_t i = 0; i < sizeof control / sizeof *control; i++) {
        expect_error(fixture, control[i], CSA_ERROR_MISUSE, "q: must not have control characters");
    }
    assert_int_equal(read_bytes(fixture, "q=\0", 3), CSA_ERROR_MISUSE);
    expect_query(fixture, "x=%&y=%FF&q=a", "a"); /* unknown names are not even decoded */
}

static void test_numbers(void **state)
{
    struct fixture *fixture = *state;
    static const char *const bad[] = {
        "0",    "-1",     "+1",  "1.5", "1e3", "x", "1x", "10001", "99999999999999999999999",
        "0x10", "%D9%A1", "%20", "1%00"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64];
        snprintf(text, sizeof text, "page=%s", bad[i]);
        assert_int_equal(read_text(fixture, text), CSA_ERROR_MISUSE);
        assert_int_equal(fixture->parameters.page, 1);
        snprintf(text, sizeof text, "n=%s", bad[i]);
        assert_int_equal(read_text(fixture, text), CSA_ERROR_MISUSE);
        assert_int_equal(fixture->parameters.hits, 0);
    }
    expect_error(fixture, "page=x", CSA_ERROR_MISUSE, "page: must be a whole number from 1 to 10000");
    expect_error(fixture, "n=0", CSA_ERROR_MISUSE, "n: must be a whole number from 1 to 10000");
    assert_int_equal(read_text(fixture, "page=10000"), CSA_OK);
    assert_int_equal(fixture->parameters.page, 10000);
    expect_error(fixture, "passage=0", CSA_ERROR_MISUSE,
                 "passage: must be a whole number from 1 to 1000000000");
    expect_error(fixture, "passage=1000000001", CSA_ERROR_MISUSE,
                 "passage: must be a whole number from 1 to 1000000000");
    assert_int_equal(read_text(fixture, "passage=1000000000"), CSA_OK);
    assert_int_equal(fixture->parameters.passage, 1000000000);
    assert_int_equal(read_text(fixture, "page=0007&n=10"), CSA_OK);
    assert_int_equal(fixture->parameters.page, 7);
    assert_int_equal(read_text(fixture, "page=100&n=100"), CSA_OK);
}

/* For errors that come before anything is checked. */
static void test_format_alone(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        enum csa_site_format format;
    } asked[] = {{"", CSA_FORMAT_HTML},
                 {"q=%&&format=json&page=x", CSA_FORMAT_JSON},
                 {"format=atom", CSA_FORMAT_ATOM},
                 {"format=json&format=", CSA_FORMAT_JSON},
                 {"format=jsonx", CSA_FORMAT_HTML},
                 {"xformat=json&format", CSA_FORMAT_HTML}};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        assert_int_equal(csa_site_parameters_format(csa_view_of(asked[i].query)), asked[i].format);
    }
}

static void test_names(void **state)
{
    struct fixture *fixture = *state;
    static const char *const formats[] = {"html", "json", "atom", "opensearch", "suggest", "script", "style"};
    for (unsigned i = 0; i < 7; i++) {
        char text[64];
        snprintf(text, sizeof text, "format=%s", formats[i]);
        assert_int_equal(read_text(fixture, text), CSA_OK);
        assert_int_equal(fixture->parameters.format, i);
    }
    expect_error(fixture, "format=xml", CSA_ERROR_MISUSE, "format: must be html, json or atom");
    expect_error(fixture, "format=JSON", CSA_ERROR_MISUSE, "format: must be html, json or atom");
    assert_int_equal(read_text(fixture, "sort=oldest"), CSA_OK);
    assert_int_equal(fixture->parameters.sort, CSA_SORT_OLDEST);
    expect_error(fixture, "sort=date", CSA_ERROR_MISUSE, "sort: must be relevance, newest or oldest");
}

/* The format is known also where something else is wrong, whichever stands first. */
static void test_format_of_errors(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_text(fixture, "page=x&q=a&format=json"), CSA_ERROR_MISUSE);
    assert_int_equal(fixture->parameters.format, CSA_FORMAT_JSON);
    expect_view(fixture->parameters.query, "a");
    expect_error(fixture, "page=x&n=x", CSA_ERROR_MISUSE, "page: must be a whole number from 1 to 10000");
}

static void test_last_counts(void **state)
{
    struct fixture *fixture = *state;
    expect_query(fixture, "q=a&q=b", "b");
    expect_query(fixture, "q=a&q=", "a");
    assert_int_equal(read_text(fixture, "page=2&page=3&format=json&format=atom&sort=newest&sort=relevance"),
                     CSA_OK);
    assert_int_equal(fixture->parameters.page, 3);
    assert_int_equal(fixture->parameters.format, CSA_FORMAT_ATOM);
    assert_int_equal(fixture->parameters.sort, CSA_SORT_RELEVANCE);
    expect_error(fixture, "page=x&page=3", CSA_ERROR_MISUSE, "page: must be a whole number from 1 to 10000");
}

static void test_filters(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(
        read_text(fixture, "source=A&source=B&source=A&lang=English&lang=en&year=2023&author=Li+Wei"),
        CSA_OK);
    const struct csa_site_parameters *p = &fixture->parameters;
    assert_int_equal(p->filters[CSA_FILTER_SOURCE].count, 2);
    expect_view(p->filters[CSA_FILTER_SOURCE].items[0], "A");
    expect_view(p->filters[CSA_FILTER_SOURCE].items[1], "B");
    assert_int_equal(p->filters[CSA_FILTER_LANGUAGE].count, 1);
    expect_view(p->filters[CSA_FILTER_LANGUAGE].items[0], "en");
    expect_view(p->filters[CSA_FILTER_YEAR].items[0], "2023");
    expect_view(p->filters[CSA_FILTER_AUTHOR].items[0], "Li Wei");
    static const char *const bad[] = {"lang=xx",     "lang=..%2F..%2Fetc", "year=23",   "year=2023-05",
                                      "year=2023..", "year=0000",          "year=20x3", "year=20231",
                                      "source=%",    "author=%FF",         "author=%01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (read_text(fixture, bad[i]) != CSA_ERROR_MISUSE) {
            fail_msg("%s", bad[i]);
        }
    }
    expect_error(fixture, "year=x", CSA_ERROR_MISUSE, "year: must be a year, such as 2023");
    expect_error(fixture, "lang=x", CSA_ERROR_MISUSE, "lang: must be a language's code, such as en");
    static const char *const odd[] = {"!", "//", "a \"\"b", "..."}; /* as a facet may show them */
    assert_int_equal(read_text(fixture, "source=!&source=%2F%2F&source=a+%22%22b&source=..."), CSA_OK);
    assert_int_equal(p->filters[CSA_FILTER_SOURCE].count, 4);
    for (size_t i = 0; i < 4; i++) {
        expect_view(p->filters[CSA_FILTER_SOURCE].items[i], odd[i]);
    }
}

static void test_dates(void **state)
{
    struct fixture *fixture = *state;
    static const char *const good[] = {"2023", "2023-08", "2023-08-11", "2023..2024", "2023-08..", "..2024"};
    static const char *const bad[] = {"x",  "23",          "2023-13", "2023-02-30",
                                      "..", "2023...2024", "2023/08", "1+2"};
    char text[64];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(text, sizeof text, "date=%s", good[i]);
        assert_int_equal(read_text(fixture, text), CSA_OK);
        expect_view(fixture->parameters.date, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, "date=%s", bad[i]);
        expect_error(fixture, text, CSA_ERROR_MISUSE,
                     "date: must be as 2023, 2023-08, 2023-08-11 or 2023..2024");
    }
    expect_error(fixture, "date=2024..2022", CSA_ERROR_MISUSE, "date: begins after its end");
    assert_int_equal(read_text(fixture, "date=2022..2022"), CSA_OK);
}

static void test_counts(void **state)
{
    struct fixture *fixture = *state;
    char text[8192] = "";
    for (unsigned i = 0; i < CSA_SITE_FILTERS; i++) {
        snprintf(text + strlen(text), 16, "&source=s%u", i);
    }
    assert_int_equal(read_text(fixture, text), CSA_OK);
    assert_int_equal(fixture->parameters.filters[CSA_FILTER_SOURCE].count, CSA_SITE_FILTERS);
    strcat(text, "&source=s1"); /* there already */
    assert_int_equal(read_text(fixture, text), CSA_OK);
    strcat(text, "&source=t");
    expect_error(fixture, text, CSA_ERROR_MISUSE, "source: stands too often");

    memset(text, 0, sizeof text);
    for (unsigned i = 0; i < CSA_SITE_PARAMETERS - 1; i++) {
        strcat(text, "x&&");
    }
    strcat(text, "q=a");
    expect_query(fixture, text, "a");
    strcat(text, "&x");
    expect_error(fixture, text, CSA_ERROR_MISUSE, "the request: has too many parameters");
}

static void test_lengths(void **state)
{
    struct fixture *fixture = *state;
    char text[CSA_SITE_URL_MAXIMUM + 8];
    memset(text, 'a', sizeof text);
    memcpy(text, "q=", 2);
    assert_int_equal(read_bytes(fixture, text, 2 + CSA_SITE_VALUE), CSA_OK);
    assert_int_equal(fixture->parameters.query.size, CSA_SITE_VALUE);
    assert_int_equal(read_bytes(fixture, text, 3 + CSA_SITE_VALUE), CSA_ERROR_LIMIT);
    assert_string_equal(fixture->error.message, "q: is too long");
    memcpy(text, "source=", 7);
    assert_int_equal(read_bytes(fixture, text, 7 + CSA_SITE_VALUE), CSA_OK);
    assert_int_equal(read_bytes(fixture, text, 8 + CSA_SITE_VALUE), CSA_ERROR_MISUSE);
    memset(text, 'a', sizeof text);
    assert_int_equal(read_bytes(fixture, text, CSA_SITE_URL_MAXIMUM), CSA_OK);
    assert_int_equal(read_bytes(fixture, text, CSA_SITE_URL_MAXIMUM + 1), CSA_ERROR_LIMIT);
    assert_string_equal(fixture->error.message, "the address is too long");
}

static enum csa_status post(struct fixture *fixture, const char *type, const char *query, const char *body)
{
    const struct csa_site_request request = {.method = CSA_METHOD_POST,
                                             .content_type = csa_view_of(type),
                                             .query_string = csa_view_of(query),
                                             .body = csa_view_of(body)};
    return csa_site_parameters_read(&request, &fixture->arena, &fixture->parameters, &fixture->error);
}

static void test_post(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(post(fixture, "application/x-www-form-urlencoded", "q=a&page=2", "q=b"), CSA_OK);
    expect_view(fixture->parameters.query, "b");
    assert_int_equal(fixture->parameters.page, 2);
    assert_int_equal(post(fixture, "Application/X-WWW-Form-Urlencoded ; charset=UTF-8", "", "q=b"), CSA_OK);
    expect_view(fixture->parameters.query, "b");
    assert_int_equal(post(fixture, "", "q=a", ""), CSA_OK);
    static const char *const types[] = {"",
                                        "application/json",
                                        "multipart/form-data; boundary=x",
                                        "application/x-www-form-urlencodedx",
                                        "application/x-www-form-urlencode",
                                        ";"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_int_equal(post(fixture, types[i], "", "q=b"), CSA_ERROR_UNSUPPORTED);
    }
    const struct csa_site_request get = {.content_type = csa_view_of("application/x-www-form-urlencoded"),
                                         .body = csa_view_of("q=b")};
    assert_int_equal(csa_site_parameters_read(&get, &fixture->arena, &fixture->parameters, NULL), CSA_OK);
    expect_view(fixture->parameters.query, "");
}

static void test_links(void **state)
{
    struct fixture *fixture = *state;
    expect_link(fixture, "", "?");
    expect_link(fixture, "q=gas+pipeline", "?q=gas+pipeline");
    expect_link(fixture, "q=gas&passage=663&article=a%2Fb", "?q=gas&article=a%2Fb&passage=663");
    expect_link(fixture, "q=gas&passage=663", "?q=gas"); /* of no article */
    expect_link(fixture, "q=%22%3C%3E%26%23%25%2B%0D%0A%D0%93'", "?q=%22%3C%3E%26%23%25%2B++%D0%93%27");
    expect_link(fixture, "page=1&sort=relevance&format=html&q=-._~%2F", "?q=-._~%2F");
    expect_link(
        fixture,
        "format=atom&page=3&n=20&sort=newest&date=2023..&year=2023&lang=de&source=b&source=a&q=x&"
        "author=y&like=l&article=z&v=t&unknown=u",
        "?q=x&article=z&like=l&source=b&source=a&lang=de&year=2023&author=y&date=2023..&sort=newest&n=20&"
        "page=3&format=atom&v=t");
}

/* What completes a text repeats it as it was typed. */
static void test_suggest_keeps_blanks(void **state)
{
    struct fixture *fixture = *state;
    expect_query(fixture, "q=gas+&format=suggest", "gas ");
}

/* A link asks for what it was made from, whatever bytes the values have. */
static void test_links_return(void **state)
{
    struct fixture *fixture = *state;
    struct csa_buffer first, second;
    csa_buffer_init(&first, 65536);
    csa_buffer_init(&second, 65536);
    uint64_t random = 1;
    for (unsigned round = 0; round < 3000; round++) {
        char text[96] = "q=";
        size_t size = 2;
        for (unsigned i = 0; i < 24; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
            size +=
                (size_t)snprintf(text + size, sizeof text - size, "%%%02X", (unsigned)(random >> 56) & 0x7F);
        }
        if (read_text(fixture, text) != CSA_OK) {
            continue;
        }
        csa_buffer_clear(&first);
        csa_buffer_clear(&second);
        csa_site_parameters_link(&first, &fixture->parameters);
        assert_int_equal(read_bytes(fixture, first.data + 1, first.size - 1), CSA_OK);
        csa_site_parameters_link(&second, &fixture->parameters);
        assert_true(csa_view_equal(csa_buffer_view(&first), csa_buffer_view(&second)));
        for (size_t i = 0; i < first.size; i++) {
            assert_true(strchr("<>\"'\\ \r\n#", first.data[i]) == NULL);
        }
        csa_arena_clear(&fixture->arena);
    }
    csa_buffer_release(&first);
    csa_buffer_release(&second);
}

static void test_any_bytes(void **state)
{
    struct fixture *fixture = *state;
    static const char alphabet[] = "q=&%+a4F \xD0\x93pagentsourcelngyd.-2023\0\r\n";
    uint64_t random = 7;
    for (unsigned round = 0; round < 20000; round++) {
        char text[40];
        size_t size = 0;
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
            text[size++] = alphabet[(random >> 33) % (sizeof alphabet - 1)];
        }
        enum csa_status status = read_bytes(fixture, text, (size_t)((random >> 40) % sizeof text));
        assert_true(status == CSA_OK || status == CSA_ERROR_MISUSE);
        csa_arena_clear(&fixture->arena);
    }
}

static void test_no_memory(void **state)
{
    struct fixture *fixture = *state;
    enum csa_status status = CSA_ERROR_MEMORY;
    size_t n = 1;
    for (; n < 100 && status != CSA_OK; n++) {
        csa_arena_release(&fixture->arena);
        csa_memory_fail_at(n, 0);
        status = read_text(fixture, "q=a&source=b&lang=en&year=2023&date=2023&author=c");
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
    }
    assert_int_equal(status, CSA_OK);
    assert_true(n > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_decoding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_broken_encodings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
        cmocka_unit_test(test_format_alone),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_format_of_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_last_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_filters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_post, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_suggest_keeps_blanks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links_return, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
