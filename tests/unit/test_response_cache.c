/* Responses kept in memory: what is found again, who leaves when the limit is reached, what is never kept. */
#include "searcher/site/response_cache.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 64 * 1024, BODY = 5000 /* bytes: about a dozen fit */ };

static void add(struct csa_response_cache *cache, const char *key, const char *headers, struct csa_view body)
{
    const struct csa_kept_response response = {csa_view_of(headers), body};
    csa_response_cache_add(cache, csa_view_of(key), &response);
}

static bool has(struct csa_response_cache *cache, const char *key)
{
    struct csa_kept_response kept;
    return csa_response_cache_find(cache, csa_view_of(key), &kept);
}

static void test_found_as_it_was(void **state)
{
    (void)state;
    struct csa_response_cache *cache = csa_response_cache_new(LIMIT);
    struct csa_kept_response kept;
    char key[] = "a\0b";
    assert_false(csa_response_cache_find(cache, csa_view_make(key, 3), &kept));
    const struct csa_kept_response response = {csa_view_of("A: b\r\n"), csa_view_make("x\0y", 3)};
    csa_response_cache_add(cache, csa_view_make(key, 3), &response);
    csa_response_cache_add(cache, csa_view_make(key, 2), &(struct csa_kept_response){0});
    key[0] = 'c'; /* it has copies of its own */
    assert_false(csa_response_cache_find(cache, csa_view_make(key, 3), &kept));
    assert_true(csa_response_cache_find(cache, csa_view_make("a\0b", 3), &kept));
    assert_true(csa_view_equal(kept.headers, csa_view_of("A: b\r\n")));
    assert_true(csa_view_equal(kept.body, csa_view_make("x\0y", 3)));
    assert_true(csa_response_cache_find(cache, csa_view_make("a\0", 2), &kept));
    assert_int_equal(kept.headers.size + kept.body.size, 0);
    assert_false(has(cache, "a"));
    csa_response_cache_free(cache);
}

static void test_last_used_stay(void **state)
{
    (void)state;
    static char text[BODY];
    struct csa_response_cache *cache = csa_response_cache_new(LIMIT);
    char key[16];
    memset(text, 'x', sizeof text);
    add(cache, "first", "", csa_view_make(text, sizeof text));
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "%u", i);
        add(cache, key, "", csa_view_make(text, sizeof text));
        assert_true(has(cache, key));
        assert_true(has(cache, "first")); /* it is asked for all the time */
    }
    unsigned kept = 0;
    bool begun = false;
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "%u", i);
        bool there = has(cache, key);
        assert_true(there || !begun); /* the newest ones, without a hole */
        begun = begun || there;
        kept += there ? 1 : 0;
    }
    assert_true((kept + 1) * BODY <= LIMIT && (kept + 3) * BODY > LIMIT);
    csa_response_cache_free(cache);
}

static void test_too_large(void **state)
{
    (void)state;
    static char text[LIMIT];
    struct csa_response_cache *cache = csa_response_cache_new(LIMIT);
    memset(text, 'x', sizeof text);
    add(cache, "small", "", csa_view_of("body"));
    add(cache, "large", "", csa_view_make(text, LIMIT / 8));
    add(cache, "all", "", csa_view_make(text, LIMIT));
    assert_true(has(cache, "small"));
    assert_false(has(cache, "large"));
    assert_false(has(cache, "all"));
    add(cache, "fits", "", csa_view_make(text, LIMIT / 8 - 200));
    assert_true(has(cache, "fits"));
    csa_response_cache_free(cache);
}

static void test_without_memory(void **state)
{
    (void)state;
    csa_memory_fail_at(1, 0);
    assert_null(csa_response_cache_new(LIMIT));
    struct csa_response_cache *cache = csa_response_cache_new(LIMIT);
    add(cache, "one", "", csa_view_of("body"));
    csa_memory_fail_at(1, 0);
    add(cache, "two", "", csa_view_of("body"));
    assert_true(has(cache, "one"));
    assert_false(has(cache, "two"));
    csa_response_cache_free(cache);
    csa_response_cache_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_as_it_was),
        cmocka_unit_test(test_last_used_stay),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
