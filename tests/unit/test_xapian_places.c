/* Where a Xapian collection lies: folders, files, stubs and addresses, resolved; hostile stubs refused. And
 * what is said where the module is missing. */
#include "common/base/arena.h"
#include "common/base/config.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/xapian/csa_xapian.h"
#include "common/xapian/place.h"
#include "tests/unit/temporary_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct csa_arena arena;
static struct csa_error error;

static int start(void **state)
{
    (void)state;
    csa_arena_init(&arena, 0);
    error = (struct csa_error){0};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    csa_arena_release(&arena);
    return 0;
}

static void put(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void put_text(const char *path, const char *text)
{
    put(path, text, strlen(text));
}

static void make_folder(const char *path, const char *file)
{
    char inside[100];
    assert_int_equal(csa_file_make_folder(path, NULL), CSA_OK);
    snprintf(inside, sizeof inside, "%s/%s", path, file);
    put_text(inside, "");
}

/* What is found, one behind the other: paths, and host>port. */
static void check_found(const char *where, const char *wanted)
{
    struct csa_xapian_place *places;
    size_t count;
    enum csa_status status = csa_xapian_places_find(where, &arena, &places, &count, &error);
    if (status != CSA_OK) {
        fail_msg("%s: %s", where, error.message);
    }
    char text[1000] = "";
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        const struct csa_xapian_place *place = &places[i];
        assert_true((place->path == NULL) == (place->port != 0));
        assert_true(strlen(place->name) != 0);
        size += (size_t)(place->path != NULL
                             ? snprintf(text + size, sizeof text - size, "%s ", place->path)
                             : snprintf(text + size, sizeof text - size, "%s>%u ", place->host, place->port));
        assert_true(size < sizeof text);
    }
    assert_string_equal(text, wanted);
}

static void check_refused(const char *where, enum csa_status wanted, const char *words)
{
    struct csa_xapian_place *places;
    size_t count;
    error = (struct csa_error){0};
    enum csa_status status = csa_xapian_places_find(where, &arena, &places, &count, &error);
    if (status != wanted || strstr(error.message, words) == NULL) {
        fail_msg("%s: status %d: %s", where, (int)status, error.message);
    }
    assert_int_equal(count, 0);
}

static void test_paths(void **state)
{
    (void)state;
    make_folder("glass", "iamglass");
    make_folder("chert", "iamchert");
    make_folder("native", "commit");
    put_text("single", "\x0F\x0DXapian Glass and more");
    put_text("short", "\x0F\x0DXap");
    check_found("glass", "glass ");
    check_found("chert/", "chert/ ");
    check_found("single", "single ");
    check_found("short", "");
    check_found("native", "");
    check_found("nowhere", "");
    check_found("", "");
}

static void test_addresses(void **state)
{
    (void)state;
    struct csa_xapian_place *places;
    size_t count;
    check_found("xapian://127.0.0.1:7001", "127.0.0.1>7001 ");
    check_found("xapian://a.example:1,b.example:65535", "a.example>1 b.example>65535 ");
    check_found("xapian://[::1]:7001", "::1>7001 ");
    assert_int_equal(csa_xapian_places_find("xapian://[::1]:7001", &arena, &places, &count, NULL), CSA_OK);
    assert_string_equal(places[0].name, "[::1]:7001");
    static const char *const wrong[] = {
        "",        "host",    "host:",       ":1",     "host:0", "host:65536", "host:99999999999",
        "host:-1", "host:1,", ",host:1",     "host:x", "[::1]",  "[]:1",       "[::1:1",
        "a b:1",   "a\n:1",   "host:1,,b:2", "host: 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char where[100];
        snprintf(where, sizeof where, "xapian://%s", wrong[i]);
        check_refused(where, CSA_ERROR_MISUSE, "HOST:PORT");
    }
}

static void test_stubs(void **state)
{
    (void)state;
    make_folder("one", "iamglass");
    make_folder("two", "iamglass");
    make_folder("folder", "XAPIANDB");
    put_text("stub",
             "# shards\n\nauto one\r\nglass two\nremote 127.0.0.1:7001\nremote [::1]:7002\nauto missing");
    check_found("stub", "one two 127.0.0.1>7001 ::1>7002 missing ");
    check_found("./stub", "./one ./two 127.0.0.1>7001 ::1>7002 ./missing ");
    put_text("folder/XAPIANDB", "auto ../one\nauto ../stub\nchert /nowhere/else\n");
    check_found("folder",
                "folder/../one folder/../one folder/../two 127.0.0.1>7001 ::1>7002 folder/../missing "
                "/nowhere/else ");
    put_text("text", "A file of somebody's.\nauto one\n");
    check_found("text", "");
    put("zeros", "auto a\0b\n", 9);
    check_found("zeros", "");
}

static void test_refused(void **state)
{
    (void)state;
    make_folder("empty", "XAPIANDB");
    check_refused("empty", CSA_ERROR_DAMAGED, "empty/XAPIANDB: names no");
    put_text("program", "auto one\nremote :ssh elsewhere\n");
    check_refused("program", CSA_ERROR_UNSUPPORTED, "program: line 2 asks for a program");
    put_text("strange", "auto one\n\nsomething else\n");
    check_refused("strange", CSA_ERROR_DAMAGED, "strange: line 3");
    put_text("port", "remote host\n");
    check_refused("port", CSA_ERROR_DAMAGED, "port: line 1");
    put_text("bare", "auto one\nauto\n");
    check_refused("bare", CSA_ERROR_DAMAGED, "bare: line 2");
    put_text("itself", "auto itself\n");
    check_refused("itself", CSA_ERROR_LIMIT, "deep");
    char *many = csa_malloc(CSA_XAPIAN_STUB_MAXIMUM + 100);
    size_t size = 0;
    for (size_t i = 0; i <= CSA_XAPIAN_PLACES_MAXIMUM; i++) {
        size += (size_t)sprintf(many + size, "auto d%zu\n", i);
    }
    put("many", many, size);
    check_refused("many", CSA_ERROR_LIMIT, "more than 1024");
    memset(many, '#', CSA_XAPIAN_STUB_MAXIMUM + 100);
    put("empty/XAPIANDB", many, CSA_XAPIAN_STUB_MAXIMUM + 100);
    check_refused("empty", CSA_ERROR_LIMIT, "XAPIANDB");
    put("large", many, CSA_XAPIAN_STUB_MAXIMUM + 100);
    check_found("large", ""); /* some other file */
    csa_free(many);
}

/* Stubs that name each other twice over: the work is bounded. */
static void test_doubling(void **state)
{
    (void)state;
    put_text("a", "auto b\nauto b\n");
    put_text("b", "auto a\nauto a\n");
    check_refused("a", CSA_ERROR_LIMIT, "deep");
}

static void test_no_memory(void **state)
{
    (void)state;
    make_folder("here", "iamglass");
    put_text("few", "auto here\nremote host:1\nauto here\n");
    for (size_t n = 1; n < 40; n++) {
        struct csa_xapian_place *places;
        size_t count;
        csa_memory_fail_at(n, 0);
        enum csa_status status = csa_xapian_places_find("few", &arena, &places, &count, &error);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_ERROR_MEMORY || (status == CSA_OK && count == 3));
        csa_arena_release(&arena);
    }
}

/* What is missing is said, whether this build has Xapian or not. */
static void test_no_module(void **state)
{
    (void)state;
    static const char *const paths[] = {"nowhere.so", "libm.so.6"};
    for (size_t i = 0; i < 2; i++) {
        const struct csa_xapian *xapian;
        assert_int_equal(csa_xapian_load_file(paths[i], &xapian, &error), CSA_ERROR_UNSUPPORTED);
        assert_null(xapian);
        assert_non_null(strstr(error.message, "libxapian"));
        assert_non_null(strstr(error.message, CSA_WITH_XAPIAN ? "install" : "built without Xapian"));
        assert_int_equal(csa_xapian_load_file(paths[i], &xapian, NULL), CSA_ERROR_UNSUPPORTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_paths, start, stop),
        cmocka_unit_test_setup_teardown(test_addresses, start, stop),
        cmocka_unit_test_setup_teardown(test_stubs, start, stop),
        cmocka_unit_test_setup_teardown(test_refused, start, stop),
        cmocka_unit_test_setup_teardown(test_doubling, start, stop),
        cmocka_unit_test_setup_teardown(test_no_memory, start, stop),
        cmocka_unit_test_setup_teardown(test_no_module, start, stop),
    };
    return cmocka_run_group_tests(tests, temporary_folder_enter, temporary_folder_leave);
}
