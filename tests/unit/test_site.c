/* The site of a url: hosts as they are found in the world, broken ones, and what lies within a domain. */
#include "common/index/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* From a copy of exact size, so that a sanitizer sees reads behind the end. */
static void expect(struct csa_view (*site_of)(struct csa_view, char *), const char *text,
                   const char *expected)
{
    char buffer[CSA_SITE_MAXIMUM];
    size_t size = strlen(text);
    char *copy = test_malloc(size + 1);
    memcpy(copy, text, size);
    struct csa_view site = site_of(csa_view_make(copy, size), buffer);
    if (!csa_view_equal(site, csa_view_of(expected))) {
        fail_msg("%s: %.*s, not %s", text, (int)site.size, site.data, expected);
    }
    test_free(copy);
}

static void test_urls(void **state)
{
    (void)state;
    static const char *const urls[][2] = {
        {"https://example.org/a/b?c#d", "example.org"},
        {"http://WWW.Example.ORG", "example.org"},
        {"https://www.example.org:8080/", "example.org"},
        {"https://www.org/", "www.org"},
        {"https://wwwexample.org/", "wwwexample.org"},
        {"//news.example.org/x", "news.example.org"},
        {"ftp://anna:secret@example.org:21/x@y:80", "example.org"},
        {"https://a@b@example.org", "example.org"},
        {"https://example.org.", "example.org"},
        {"https://example.org?q=http://other.org/", "example.org"},
        {"https://example.org#at", "example.org"},
        {"https:\\\\example.org\\x", ""},
        {"https://example.org\\x", "example.org"},
        {"http://[2001:DB8::1]:80/x", "[2001:db8::1]"},
        {"http://[2001:db8::1]/x", "[2001:db8::1]"},
        {"http://127.0.0.1:8000/", "127.0.0.1"},
        {"http://m\xc3\xbcnchen.de/", "m\xc3\xbcnchen.de"},
        {"http:///path", ""},
        {"http://", ""},
        {"http:/", ""},
        {"http:", ""},
        {"", ""},
        {"/", ""},
        {"2023/a.html", ""},
        {"example.org/x", ""},
        {"mailto:anna@example.org", ""},
        {"1http://example.org/", ""},
        {"http://exa mple.org/", ""},
        {"http://exa\nmple.org/", ""},
        {"http://:80/", ""},
        {"http://.", ""},
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        expect(csa_site_of_url, urls[i][0], urls[i][1]);
    }
}

static void test_long(void **state)
{
    (void)state;
    char url[CSA_SITE_MAXIMUM + 20] = "http://";
    memset(url + 7, 'a', CSA_SITE_MAXIMUM);
    expect(csa_site_of_url, url, url + 7);
    url[7 + CSA_SITE_MAXIMUM] = 'a';
    expect(csa_site_of_url, url, "");
}

static void test_typed(void **state)
{
    (void)state;
    expect(csa_site_of_text, "Example.org", "example.org");
    expect(csa_site_of_text, "www.example.org", "example.org");
    expect(csa_site_of_text, "example.org/news", "example.org");
    expect(csa_site_of_text, "example.org:80", "example.org");
    expect(csa_site_of_text, "https://www.example.org/x", "example.org");
    expect(csa_site_of_text, "org", "org");
    expect(csa_site_of_text, "", "");
}

static bool is_within(const char *site, const char *domain)
{
    return csa_site_is_within(csa_view_of(site), csa_view_of(domain));
}

static void test_within(void **state)
{
    (void)state;
    assert_true(is_within("example.org", "example.org"));
    assert_true(is_within("news.example.org", "example.org"));
    assert_true(is_within("news.example.org", "org"));
    assert_false(is_within("example.org", "news.example.org"));
    assert_false(is_within("myexample.org", "example.org"));
    assert_false(is_within("example.org", "xample.org"));
    assert_false(is_within("example.org", ""));
    assert_false(is_within("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_typed),
        cmocka_unit_test(test_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
