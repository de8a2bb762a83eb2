/* The site's configuration file: every kind of value, its errors with their lines. */
#include "searcher/site/config.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char name[] = "csa-test-site.conf";

struct fixture {
    struct csa_arena arena;
    struct csa_site_config config;
    struct csa_error error;
};

static void write_bytes(const char *text, size_t size)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

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
    unlink(name);
    return 0;
}

static enum csa_status read_text(struct fixture *fixture, const char *text)
{
    write_bytes(text, strlen(text));
    fixture->error = (struct csa_error){0};
    return csa_site_config_read(name, &fixture->arena, &fixture->config, &fixture->error);
}

static void expect_error(struct fixture *fixture, const char *text, const char *message)
{
    assert_int_equal(read_text(fixture, text), CSA_ERROR_DAMAGED);
    assert_string_equal(fixture->error.message, message);
}

static void test_defaults(void **state)
{
    struct fixture *fixture = *state;
    const struct csa_site_config *config = &fixture->config;
    assert_int_equal(read_text(fixture, "index = a.index"), CSA_OK);
    assert_string_equal(config->index, "a.index");
    assert_string_equal(config->file, name);
    assert_string_equal(config->language, "en");
    assert_null(config->title);
    assert_null(config->url);
    assert_null(config->cors);
    assert_int_equal(config->hits, 10);
    assert_int_equal(config->hits_maximum, 100);
    assert_int_equal(config->facets,
                     1U << CSA_FACET_SOURCE | 1U << CSA_FACET_LANGUAGE | 1U << CSA_FACET_YEAR);
    assert_true(config->timeline && config->viewer && config->suggestions && config->sandbox);
    assert_false(config->log_addresses);
    assert_int_equal(config->deadline_ms, 2000);
    assert_true(config->memory == UINT64_C(512) << 20);
    assert_int_equal(config->cache_seconds, 60);
    assert_int_equal(config->workers, 1);
    assert_int_equal(config->requests, 0);
    assert_int_equal(config->log, CSA_SITE_LOG_ERRORS);
}

static void test_all_values(void **state)
{
    struct fixture *fixture = *state;
    const struct csa_site_config *config = &fixture->config;
    assert_int_equal(read_text(fixture,
                               "\xEF\xBB\xBF# a site\r\n"
                               "\n"
                               "  index=/srv/a.index  \r\n"
                               "title = Search # = it\n"
                               "language = de\n"
                               "words = w.txt\n"
                               "page = p.html\nhead = h.html\nheader = sub/x.html\nfooter = ../f.html\n"
                               "style = s.css\nsynonyms = /etc/syn.txt\n"
                               "url = https://example.org/search\n"
                               "cors = https://example.org:8080\n"
                               "hits = 20\nhits_maximum = 50\n"
                               "facets = author , year\n"
                               "timeline = no\nviewer = no\nsuggestions = no\n"
                               "deadline_ms = 500\nmemory = 1G\ncache_seconds = 0\n"
                               "workers = 4\nrequests = 100000\n"
                               "log = requests\nlog_addresses = yes\nsandbox = no"),
                     CSA_OK);
    assert_string_equal(config->index, "/srv/a.index");
    assert_string_equal(config->title, "Search # = it");
    assert_string_equal(config->language, "de");
    assert_string_equal(config->words, "w.txt");
    assert_string_equal(config->header, "sub/x.html");
    assert_string_equal(config->footer, "../f.html");
    assert_string_equal(config->synonyms, "/etc/syn.txt");
    assert_string_equal(config->url, "https://example.org/search");
    assert_string_equal(config->cors, "https://example.org:8080");
    assert_int_equal(config->hits, 20);
    assert_int_equal(config->hits_maximum, 50);
    assert_int_equal(config->facets, 1U << CSA_FACET_AUTHOR | 1U << CSA_FACET_YEAR);
    assert_false(config->timeline || config->viewer || config->suggestions || config->sandbox);
    assert_int_equal(config->deadline_ms, 500);
    assert_true(config->memory == UINT64_C(1) << 30);
    assert_int_equal(config->cache_seconds, 0);
    assert_int_equal(config->workers, 4);
    assert_int_equal(config->requests, 100000);
    assert_int_equal(config->log, CSA_SITE_LOG_REQUESTS);
    assert_true(config->log_addresses);
}

static void test_sizes(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_text(fixture, "index=i\nmemory=0"), CSA_OK);
    assert_true(fixture->config.memory == 0);
    assert_int_equal(read_text(fixture, "index=i\nmemory=65536K"), CSA_OK);
    assert_true(fixture->config.memory == UINT64_C(64) << 20);
    assert_int_equal(read_text(fixture, "index=i\nmemory=67108864"), CSA_OK);
    static const char *const bad[] = {"63M", "M",  "-1M",          "512m",
                                      "5 M", "1T", "17179869184G", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[128];
        snprintf(text, sizeof text, "index=i\nmemory=%s", bad[i]);
        expect_error(fixture, text,
                     "csa-test-site.conf:2: memory: is not a size such as 512M: from 64M, or 0 for none");
    }
}

/* Of hits and hits_maximum, the one that is not given follows the other. */
static void test_hits_follow(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_text(fixture, "index=i\nhits_maximum=5"), CSA_OK);
    assert_int_equal(fixture->config.hits, 5);
    assert_int_equal(read_text(fixture, "index=i\nhits=500"), CSA_OK);
    assert_int_equal(fixture->config.hits_maximum, 500);
    expect_error(fixture, "index=i\nhits=6\nhits_maximum=5",
                 "csa-test-site.conf: hits is more than hits_maximum");
}

static void test_errors(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "csa-test-site.conf: has no line `index = DIR`"},
        {"index =", "csa-test-site.conf:1: index: has no value"},
        {"\n\nindex", "csa-test-site.conf:3: is not a line `name = value`"},
        {"index = i\nindex = j", "csa-test-site.conf:2: index: is given twice"},
        {"index = i\nIndex = j", "csa-test-site.conf:2: Index: no setting has this name"},
        {"file = x", "csa-test-site.conf:1: file: no setting has this name"},
        {"= x", "csa-test-site.conf:1: : no setting has this name"},
        {"timeline = true", "csa-test-site.conf:1: timeline: is neither yes nor no"},
        {"hits = 0", "csa-test-site.conf:1: hits: is not a whole number from 1 to 10000"},
        {"hits = 10001", "csa-test-site.conf:1: hits: is not a whole number from 1 to 10000"},
        {"hits = 1e3", "csa-test-site.conf:1: hits: is not a whole number from 1 to 10000"},
        {"deadline_ms = 0", "csa-test-site.conf:1: deadline_ms: is not a whole number from 1 to 600000"},
        {"workers = 0", "csa-test-site.conf:1: workers: is not a whole number from 1 to 256"},
        {"requests = 4294967296",
         "csa-test-site.conf:1: requests: is not a whole number from 0 to 4294967295"},
        {"language = fr", "csa-test-site.conf:1: language: is not a language of the page: en, ru, zh or de"},
        {"language = ../../etc/passwd",
         "csa-test-site.conf:1: language: is not a language of the page: en, ru, zh or de"},
        {"log = all", "csa-test-site.conf:1: log: is neither errors nor requests"},
        {"facets = source, month", "csa-test-site.conf:1: facets: is neither none nor some of source, "
                                   "language, author, year, with commas"},
        {"facets = source,", "csa-test-site.conf:1: facets: is neither none nor some of source, language, "
                             "author, year, with commas"},
        {"url = example.org", "csa-test-site.conf:1: url: is not a URL such as https://example.org/search"},
        {"url = javascript:alert(1)",
         "csa-test-site.conf:1: url: is not a URL such as https://example.org/search"},
        {"url = https:///x", "csa-test-site.conf:1: url: is not a URL such as https://example.org/search"},
        {"url = https://", "csa-test-site.conf:1: url: is not a URL such as https://example.org/search"},
        {"url = https://a/?q=1",
         "csa-test-site.conf:1: url: is not a URL such as https://example.org/search"},
        {"url = https://a/\"x", "csa-test-site.conf:1: url: is not a URL such as https://example.org/search"},
        {"cors = https://a/path",
         "csa-test-site.conf:1: cors: is neither * nor an origin such as https://example.org"},
        {"cors = https://a,b@c",
         "csa-test-site.conf:1: cors: is neither * nor an origin such as https://example.org"},
        {"cors = a", "csa-test-site.conf:1: cors: is neither * nor an origin such as https://example.org"},
        {"title = a\x01", "csa-test-site.conf:1: has a control character"},
        {"title = a\rb", "csa-test-site.conf:1: has a control character"},
        {"title = \xFF", "csa-test-site.conf:1: is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_error(fixture, cases[i].text, cases[i].message);
    }
    write_bytes("index = a\0b\n", 12);
    assert_int_equal(csa_site_config_read(name, &fixture->arena, &fixture->config, &fixture->error),
                     CSA_ERROR_DAMAGED);
}

static void test_facets_none_and_star(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_text(fixture, "index=i\nfacets=none\ncors=*"), CSA_OK);
    assert_int_equal(fixture->config.facets, 0);
    assert_string_equal(fixture->config.cors, "*");
}

static void test_the_facet_of_the_language_has_two_names(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_text(fixture, "index=i\nfacets = language, year"), CSA_OK);
    unsigned facets = fixture->config.facets;
    assert_int_equal(facets, 1U << CSA_FACET_LANGUAGE | 1U << CSA_FACET_YEAR);
    assert_int_equal(read_text(fixture, "index=i\nfacets = year, lang"), CSA_OK);
    assert_int_equal(fixture->config.facets, facets);
    assert_int_equal(read_text(fixture, "index=i\nfacets = langs"), CSA_ERROR_DAMAGED);
}

static void test_folder_of_the_file(void **state)
{
    struct fixture *fixture = *state;
    write_bytes("index = i\nwords = /w\n", 21);
    assert_int_equal(
        csa_site_config_read("./csa-test-site.conf", &fixture->arena, &fixture->config, &fixture->error),
        CSA_OK);
    assert_string_equal(fixture->config.index, "./i");
    assert_string_equal(fixture->config.words, "/w");
}

static void test_files(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(
        csa_site_config_read("csa-test-no.conf", &fixture->arena, &fixture->config, &fixture->error),
        CSA_ERROR_NOT_FOUND);
    assert_int_equal(csa_site_config_read(".", &fixture->arena, &fixture->config, &fixture->error),
                     CSA_ERROR_DAMAGED);
    char *large = test_malloc(CSA_CONFIG_FILE_MAXIMUM + 1);
    memset(large, '\n', CSA_CONFIG_FILE_MAXIMUM + 1);
    write_bytes(large, CSA_CONFIG_FILE_MAXIMUM + 1);
    test_free(large);
    assert_int_equal(csa_site_config_read(name, &fixture->arena, &fixture->config, &fixture->error),
                     CSA_ERROR_LIMIT);
}

static void test_fingerprint(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_text(fixture, "index=i\n"), CSA_OK);
    uint64_t one = fixture->config.fingerprint;
    assert_int_equal(read_text(fixture, "index=i\ntitle=t\n"), CSA_OK);
    assert_true(fixture->config.fingerprint != one && one != 0);
}

static void test_no_memory(void **state)
{
    struct fixture *fixture = *state;
    write_bytes("index = i\ntitle = t\nstyle = s\n", 30);
    enum csa_status status = CSA_ERROR_MEMORY;
    for (size_t n = 1; n < 100 && status != CSA_OK; n++) {
        csa_arena_release(&fixture->arena);
        csa_memory_fail_at(n, 0);
        status = csa_site_config_read(name, &fixture->arena, &fixture->config, &fixture->error);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
    }
    assert_int_equal(status, CSA_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hits_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_facets_none_and_star, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_facet_of_the_language_has_two_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder_of_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fingerprint, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
