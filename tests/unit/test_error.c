/* error.h: statuses, messages, their cutting and tidying. */
#include "common/base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_set(void **state)
{
    (void)state;
    struct csa_error error = {0};
    assert_int_equal(csa_error_set(&error, CSA_ERROR_LIMIT, "%s: %d too many", "a.txt", 7), CSA_ERROR_LIMIT);
    assert_int_equal(error.status, CSA_ERROR_LIMIT);
    assert_string_equal(error.message, "a.txt: 7 too many");
    assert_int_equal(csa_error_set(NULL, CSA_ERROR_MISUSE, "nobody listens"), CSA_ERROR_MISUSE);
    assert_int_equal(csa_error_set_memory(&error, "postings"), CSA_ERROR_MEMORY);
    assert_string_equal(error.message, "out of memory: postings");
}

static void test_set_system(void **state)
{
    (void)state;
    struct csa_error error = {0};
    assert_int_equal(csa_error_set_system(&error, ENOENT, "%s", "x"), CSA_ERROR_NOT_FOUND);
    assert_string_equal(error.message, "x: No such file or directory");
    assert_int_equal(csa_error_set_system(&error, ENOMEM, "x"), CSA_ERROR_MEMORY);
    assert_int_equal(csa_error_set_system(&error, ENOSPC, "x: cannot write"), CSA_ERROR_IO);
    assert_string_equal(error.message, "x: cannot write: No space left on device");
    assert_int_equal(csa_error_set_system(NULL, EIO, "x"), CSA_ERROR_IO);
    /* the reason is cut where there is no room */
    char name[1000];
    memset(name, 'n', sizeof name - 1);
    for (size_t size = 700; size < 800; size++) {
        name[size] = '\0';
        assert_int_equal(csa_error_set_system(&error, EACCES, "%s", name), CSA_ERROR_IO);
        assert_true(strlen(error.message) < sizeof error.message);
        assert_true(strlen(error.message) >= (size < 767 ? size : 767));
        name[size] = 'n';
    }
}

static void test_pass(void **state)
{
    (void)state;
    struct csa_error kept = {0};
    struct csa_error error = {0};
    assert_int_equal(csa_error_pass(&error, &kept), CSA_OK);
    csa_error_set(&kept, CSA_ERROR_LIMIT, "kept");
    assert_int_equal(csa_error_pass(NULL, &kept), CSA_ERROR_LIMIT);
    assert_int_equal(csa_error_pass(&error, &kept), CSA_ERROR_LIMIT);
    assert_int_equal(error.status, CSA_ERROR_LIMIT);
    assert_string_equal(error.message, "kept");
    kept = (struct csa_error){0};
    assert_int_equal(csa_error_pass(&error, &kept), CSA_OK);
    assert_string_equal(error.message, "kept"); /* no error overwrites none */
}

static void test_prefix(void **state)
{
    (void)state;
    struct csa_error error = {0};
    csa_error_set(&error, CSA_ERROR_DAMAGED, "postings: wrong checksum");
    assert_int_equal(csa_error_prefix(&error, "csa.index"), CSA_ERROR_DAMAGED);
    assert_string_equal(error.message, "csa.index: postings: wrong checksum");
    assert_int_equal(csa_error_prefix(NULL, "x"), CSA_ERROR_IO);

    char longer[2000];
    memset(longer, 'p', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(csa_error_prefix(&error, longer), CSA_ERROR_DAMAGED);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);

    csa_error_set(&error, CSA_ERROR_IO, "%s", longer);
    csa_error_prefix(&error, "q");
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_memory_equal(error.message, "q: ppp", 6);
    for (size_t size = 760; size < 770; size++) {
        csa_error_set(&error, CSA_ERROR_IO, "end");
        csa_error_prefix(&error, longer + (sizeof longer - 1 - size));
        size_t expected = size + strlen(": end");
        assert_int_equal(strlen(error.message), expected < 767 ? expected : 767);
    }
}

/* A message that is cut ends on a whole character, wherever the cut falls. */
static void test_cut_on_a_character(void **state)
{
    (void)state;
    static const char *const characters[] = {"\xC3\xA9", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"};
    for (size_t i = 0; i < 3; i++) {
        size_t width = strlen(characters[i]);
        for (size_t pad = 0; pad < 8; pad++) {
            struct csa_error error = {0};
            char text[2000];
            size_t size = 0;
            memset(text, 'x', pad);
            for (size = pad; size + width < sizeof text; size += width) {
                memcpy(text + size, characters[i], width);
            }
            text[size] = '\0';
            csa_error_set(&error, CSA_ERROR_IO, "%s", text);
            size_t length = strlen(error.message);
            assert_true(length <= sizeof error.message - 1 && length > sizeof error.message - 1 - width);
            assert_int_equal((length - pad) % width, 0);
            assert_memory_equal(error.message, text, length);
        }
    }
}

static void test_one_tidy_line(void **state)
{
    (void)state;
    struct csa_error error = {0};
    csa_error_set(&error, CSA_ERROR_IO, "a\nb\033[31mc\x7F\xC3\xA9");
    assert_string_equal(error.message, "a?b?[31mc?\xC3\xA9");
    csa_error_set(&error, CSA_ERROR_IO, "%s", "");
    assert_string_equal(error.message, "");
    csa_error_set(&error, CSA_ERROR_IO, "%s", "\x80\x80\x80\x80\x80"); /* no character at all */
    assert_int_equal(strlen(error.message), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_set_system),
        cmocka_unit_test(test_pass),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_cut_on_a_character),
        cmocka_unit_test(test_one_tidy_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
