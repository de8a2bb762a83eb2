/* The site's headers: who accepts gzip, hosts and paths that may stand in links, entity tags and dates, and
 * header lines that no value can break. */
#include "searcher/site/cache.h"
#include "searcher/site/compress.h"
#include "searcher/site/origin.h"
#include "searcher/site/site.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static void test_accept_encoding(void **state)
{
    (void)state;
    static const char *const yes[] = {"gzip",
                                      "GZIP",
                                      "x-gzip",
                                      "deflate, gzip;q=1.0, *;q=0.5",
                                      "gzip;q=0.001",
                                      "*",
                                      "br , gzip",
                                      "gzip ; q=0.8 , identity;q=0.5",
                                      "*;q=0.3,identity;q=0",
                                      "identity;q=0.5, gzip;q=0.5",
                                      ",,gzip,",
                                      "gzip;Q=1"};
    static const char *const no[] = {"",
                                     "br",
                                     "gzip;q=0",
                                     "gzip;q=0.000",
                                     "*;q=0",
                                     "gzip;q=0, *;q=1",
                                     "identity",
                                     "gzip;q=0.5, identity",
                                     "gzipx",
                                     "gzi",
                                     "gzip;q=2",
                                     "gzip;q=-1",
                                     "gzip;q=",
                                     "gzip;q=1.5",
                                     "gzip;q=0.0001",
                                     "gzip;level=9",
                                     "gzip q=1",
                                     ";q=1",
                                     "gzip;"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!csa_gzip_is_accepted(csa_view_of(yes[i]))) {
            fail_msg("%s", yes[i]);
        }
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (csa_gzip_is_accepted(csa_view_of(no[i]))) {
            fail_msg("%s", no[i]);
        }
    }
}

static void test_gzip(void **state)
{
    (void)state;
    struct csa_gzip *gzip = csa_gzip_new();
    assert_non_null(gzip);
    struct csa_buffer out, again;
    csa_buffer_init(&out, 1 << 20);
    csa_buffer_init(&again, 1 << 20);
    char text[5000], back[5000];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i * i % 7);
    }
    assert_true(csa_gzip_make(gzip, csa_view_make(text, sizeof text), &out));
    assert_true(csa_gzip_make(gzip, csa_view_make(text, sizeof text), &again));
    assert_true(csa_view_equal(csa_buffer_view(&out), csa_buffer_view(&again)));
    z_stream stream = {.next_in = (Bytef *)out.data,
                       .avail_in = (uInt)out.size,
                       .next_out = (Bytef *)back,
                       .avail_out = sizeof back};
    assert_int_equal(inflateInit2(&stream, 31), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    assert_int_equal(stream.total_out, sizeof text);
    assert_memory_equal(back, text, sizeof text);
    uint64_t random = 1;
    for (size_t i = 0; i < sizeof text; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
        text[i] = (char)(random >> 56);
    }
    assert_false(csa_gzip_make(gzip, csa_view_make(text, sizeof text), &out)); /* would be longer */
    assert_int_equal(out.size, 0);
    assert_true(csa_gzip_make(gzip, csa_view_make(back, sizeof back), &out)); /* and goes on */
    csa_buffer_release(&out);
    csa_buffer_release(&again);
    csa_gzip_free(gzip);
    csa_gzip_free(NULL);
}

static void test_hosts(void **state)
{
    (void)state;
    static const char *const yes[] = {
        "localhost",         "example.org", "Example.ORG:8080",      "127.0.0.1", "[::1]",
        "[2001:db8::1]:443", "a-b.c",       "xn--e1afmkfd.xn--p1ai", "a:1",       "a.",
        "my_app:8080",       "ex.org.:80"};
    static const char *const no[] = {
        "",    ".",      "a..",      ".a",      "a..b",      "-a",  "a-",  "a b",       "a/b",  "a@b",
        "a:b", "a:",     "a:123456", "a:1:2",   "a\r\nX: y", "a\"", "a<",  "пример.рф", "[::1", "[]",
        "[:]", "[::1]x", "[::1]:",   "[gg::1]", "a%41",      "a?b", "a#b", "a\\b",      "_a",   "a_"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!csa_origin_is_host(csa_view_of(yes[i]))) {
            fail_msg("%s", yes[i]);
        }
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (csa_origin_is_host(csa_view_of(no[i]))) {
            fail_msg("%s", no[i]);
        }
    }
    char label[300];
    memset(label, 'a', sizeof label);
    assert_true(csa_origin_is_host(csa_view_make(label, 63)));
    assert_false(csa_origin_is_host(csa_view_make(label, 64)));
    for (size_t i = 50; i < sizeof label; i += 50) {
        label[i] = '.';
    }
    assert_true(csa_origin_is_host(csa_view_make(label, 255)));
    assert_false(csa_origin_is_host(csa_view_make(label, 256)));
}

static void expect_path(struct csa_arena *arena, const char *path, const char *expected)
{
    const struct csa_site_request request = {.path = csa_view_of(path)};
    struct csa_view made = csa_origin_path(&request, arena);
    assert_non_null(made.data);
    if (!csa_view_equal(made, csa_view_of(expected))) {
        fail_msg("%s: %.*s", path, (int)made.size, made.data);
    }
}

static void test_paths(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    expect_path(&arena, "/cgi-bin/csa.cgi", "/cgi-bin/csa.cgi");
    expect_path(&arena, "/", "/");
    expect_path(&arena, "/~u/a b/\"><script>", "/~u/a%20b/%22%3E%3Cscript%3E");
    expect_path(&arena, "/100%?#\\'&\xD0\x93", "/100%25%3F%23%5C%27%26%D0%93");
    expect_path(&arena, "", "");
    expect_path(&arena, "x", "");
    expect_path(&arena, "//evil.example", "");
    expect_path(&arena, "/a\r\nX: y", "");
    expect_path(&arena, "javascript:x", "");
    char path[1026] = "/";
    memset(path + 1, 'a', 1024);
    path[1025] = '\0';
    expect_path(&arena, path, "");
    path[1024] = '\0';
    expect_path(&arena, path, path);
    csa_arena_release(&arena);
}

static void expect_url(struct csa_arena *arena, const struct csa_site_request *request, const char *url,
                       const char *expected)
{
    struct csa_view made = csa_origin_url(request, url, csa_view_of("/s"), arena);
    assert_non_null(made.data);
    if (!csa_view_equal(made, csa_view_of(expected))) {
        fail_msg("%.*s is not %s", (int)made.size, made.data, expected);
    }
}

static void test_urls(void **state)
{
    (void)state;
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    struct csa_site_request request = {.host = csa_view_of("a.example:81")};
    expect_url(&arena, &request, NULL, "http://a.example:81/s");
    request.secure = true;
    expect_url(&arena, &request, NULL, "https://a.example:81/s");
    expect_url(&arena, &request, "https://b.example/t", "https://b.example/t");
    request.host = csa_view_of("a/b");
    expect_url(&arena, &request, NULL, "");
    static const struct {
        bool secure;
        const char *name, *port, *expected;
    } servers[] = {{false, "b.example", "80", "http://b.example/s"},
                   {true, "b.example", "443", "https://b.example/s"},
                   {false, "b.example", "443", "http://b.example:443/s"},
                   {false, "[::1]", "8080", "http://[::1]:8080/s"},
                   {false, "b.example", "", "http://b.example/s"},
                   {false, "b.example:1", "2", ""},
                   {false, "b.example", "123456", ""},
                   {false, "b.example", "8x", ""},
                   {false, "_/", "80", ""},
                   {false, "", "80", ""}};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        request.secure = servers[i].secure;
        request.server = csa_view_of(servers[i].name);
        request.port = csa_view_of(servers[i].port);
        expect_url(&arena, &request, NULL, servers[i].expected);
    }
    request.server = csa_view_of("b.example");
    request.host = csa_view_of("a.example");
    expect_url(&arena, &request, NULL, "http://a.example/s");
    csa_arena_release(&arena);
}

static bool is_current(const char *tags, const char *since, const struct csa_validator *validator)
{
    const struct csa_site_request request = {.if_none_match = csa_view_of(tags),
                                             .if_modified_since = csa_view_of(since)};
    return csa_cache_is_current(&request, validator);
}

static void test_tags(void **state)
{
    (void)state;
    struct csa_validator validator = {.version = 0x1234, .modified = 784111777};
    struct csa_site_response response;
    csa_site_response_init(&response);
    csa_cache_headers(&response, &validator);
    static const char strong[] =
        "ETag: \"0000000000001234\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    assert_true(csa_view_equal(csa_buffer_view(&response.headers), csa_view_of(strong)));
    csa_buffer_clear(&response.headers);
    validator.weak = validator.gzip = true;
    validator.modified = 0;
    csa_cache_headers(&response, &validator);
    static const char weak[] = "ETag: W/\"0000000000001234-gzip\"\r\n";
    assert_true(csa_view_equal(csa_buffer_view(&response.headers), csa_view_of(weak)));
    csa_site_response_release(&response);

    validator.gzip = false;
    struct csa_site_request asked = {.if_none_match = csa_view_of("\"x\", W/\"0000000000001234\"")};
    assert_true(csa_cache_is_known(&asked, &validator));
    asked.if_none_match = csa_view_of("\"x\", *");
    assert_false(csa_cache_is_known(&asked, &validator));
    static const char *const same[] = {"*",
                                       "\"0000000000001234\"",
                                       "W/\"0000000000001234\"",
                                       "\"x\", W/\"y\",\"0000000000001234\"",
                                       " , \"0000000000001234\"",
                                       "\"a,b\", *"};
    static const char *const other[] = {"\"\"",
                                        "0000000000001234",
                                        "\"0000000000001234",
                                        "W/",
                                        "W/0000000000001234",
                                        "\"0000000000001234-gzip\"",
                                        "\"000000000000123\"",
                                        "w/\"0000000000001234\"",
                                        "\"x\" y \"0000000000001234\"",
                                        "\"",
                                        ","};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (!is_current(same[i], "", &validator)) {
            fail_msg("%s", same[i]);
        }
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        if (is_current(other[i], "", &validator)) {
            fail_msg("%s", other[i]);
        }
    }
}

static void test_dates(void **state)
{
    (void)state;
    struct csa_validator validator = {.version = 1, .modified = 784111777};
    assert_true(is_current("", "Sun, 06 Nov 1994 08:49:37 GMT", &validator));
    assert_true(is_current("", "Mon, 07 Nov 1994 00:00:00 GMT", &validator));
    assert_false(is_current("", "Sun, 06 Nov 1994 08:49:36 GMT", &validator));
    /* a tag that is given and differs decides alone */
    assert_false(is_current("\"x\"", "Mon, 07 Nov 2094 00:00:00 GMT", &validator));
    static const char *const bad[] = {"",
                                      "x",
                                      "Sunday, 06-Nov-94 08:49:37 GMT",
                                      "Mon, 99 Nov 2094 00:00:00 GMT",
                                      "Mon, 07 Nvv 2094 00:00:00 GMT",
                                      "Mon, 07 Nov 20x4 00:00:00 GMT",
                                      "Mon, 07 Nov 2094 24:00:00 GMT",
                                      "Mon, 07 Nov 2094 00:00:00 CET",
                                      "Mon, 07 Nov 2094 00:00:00 GMT "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(is_current("", bad[i], &validator));
    }
    validator.modified = 0;
    assert_false(is_current("", "Mon, 07 Nov 2094 00:00:00 GMT", &validator));
}

static void test_header_lines(void **state)
{
    (void)state;
    struct csa_site_response response;
    csa_site_response_init(&response);
    csa_site_response_header(&response, "X", csa_view_make("a\r\nSet-Cookie: b\0\t\x7F\xD0\x93", 21));
    assert_true(
        csa_view_equal(csa_buffer_view(&response.headers), csa_view_of("X: a??Set-Cookie: b?????\r\n")));
    csa_site_response_release(&response);
}

static void test_plainly(void **state)
{
    (void)state;
    struct csa_site_response response;
    csa_site_response_init(&response);
    csa_memory_fail_at(1, 1);
    csa_site_respond_plainly(&response, CSA_FORMAT_HTML, 503);
    csa_memory_fail_at(0, 0);
    assert_int_equal(response.status, 503);
    assert_false(response.headers.failed || response.body.failed);
    assert_true(response.headers.size != 0 && response.body.size != 0);
    csa_site_response_release(&response);
    /* without any memory from the beginning: a status alone */
    csa_memory_fail_at(1, 1);
    csa_site_response_init(&response);
    csa_site_respond_plainly(&response, CSA_FORMAT_HTML, 500);
    csa_memory_fail_at(0, 0);
    assert_int_equal(response.status, 500);
    assert_int_equal(response.headers.size, 0);
    assert_false(response.headers.failed || response.body.failed);
    csa_site_response_release(&response);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept_encoding),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_header_lines),
        cmocka_unit_test(test_plainly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
