/* The Xapian shim: what the errors of libxapian become, and what else is thrown. */
#include "xapian_support.h"

#include "common/base/file.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const struct sample samples[] = {
    {"one", "gas flows through the gas pipeline", "20230811", "a"},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static const struct csa_xapian_writer_options defaults;

/* Overwrites the middle of a file. */
static void damage(const char *path)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fseek(file, 0, SEEK_SET);
    for (long i = 0; i < size; i++) {
        fputc(0x5A, file);
    }
    assert_int_equal(fclose(file), 0);
}

static void test_damage(void **state)
{
    (void)state;
    make_samples("damaged", samples, SAMPLES, 0, 1);
    damage("damaged/postlist.glass");
    uint64_t faults = 0;
    if (xapian->tool.check("damaged", NULL, NULL, &faults, &error) == CSA_OK) {
        assert_true(faults > 0);
    }
    struct csa_xapian_database *database;
    uint32_t documents;
    enum csa_status status = xapian->database.open("damaged", &database, &error);
    if (status == CSA_OK) {
        status = xapian->database.frequency(database, csa_view_of("gas"), &documents, NULL, &error);
        xapian->database.close(database);
    }
    assert_int_equal(status, CSA_ERROR_DAMAGED);

    make_samples("version", samples, SAMPLES, 0, 1);
    damage("version/iamglass");
    check_fails(xapian->database.open("version", &database, &error), CSA_ERROR_DAMAGED, "version: ");
    assert_null(database);
}

static void test_missing(void **state)
{
    (void)state;
    struct csa_xapian_database *database;
    struct csa_xapian_writer *writer;
    struct csa_xapian_writer_options options = {.creation = CSA_XAPIAN_OPEN};
    check_fails(xapian->database.open("nowhere", &database, &error), CSA_ERROR_NOT_FOUND, "nowhere: No such");
    assert_null(database);
    check_ok(csa_file_make_folder("empty", &error));
    check_fails(xapian->database.open("empty", &database, &error), CSA_ERROR_NOT_FOUND, "no Xapian database");
    check_fails(xapian->writer.open("nowhere", &options, &writer, &error), CSA_ERROR_NOT_FOUND, "nowhere");
    assert_null(writer);
    check_fails(xapian->writer.open("no/where", &defaults, &writer, &error), CSA_ERROR_NOT_FOUND, "no/where");
    xapian->database.close(NULL);
    xapian->writer.close(NULL);

    make_samples("there", samples, SAMPLES, 0, 1);
    options.creation = CSA_XAPIAN_CREATE;
    check_fails(xapian->writer.open("there", &options, &writer, &error), CSA_ERROR_MISUSE, "there");
    options.creation = CSA_XAPIAN_OVERWRITE;
    check_ok(xapian->writer.open("there", &options, &writer, &error));
    assert_int_equal(count_documents(xapian->writer.database(writer)), 0);
    xapian->writer.close(writer);
}

/* Only databases that were asked for: a stub could name a program to be run. */
static void test_stub_refused(void **state)
{
    (void)state;
    struct csa_xapian_database *database;
    check_ok(csa_file_make_folder("stubs", &error));
    static const char *const paths[] = {"stub", "stubs/XAPIANDB"};
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(paths[i], "w");
        assert_non_null(file);
        fputs("remote :touch ran\n", file);
        assert_int_equal(fclose(file), 0);
        check_fails(xapian->database.open(i == 0 ? "stub" : "stubs", &database, &error), CSA_ERROR_MISUSE,
                    "stub");
    }
    assert_false(csa_file_exists("ran"));
}

static void test_lock(void **state)
{
    (void)state;
    struct csa_xapian_writer *writer = open_writer("locked"), *second;
    check_fails(xapian->writer.open("locked", &defaults, &second, &error), CSA_ERROR_BUSY, "already locked");
    assert_null(second);
    xapian->writer.close(writer);
    xapian->writer.close(open_writer("locked"));
}

/* Two commits later the blocks that a reader knows may be gone. */
static void test_overtaken(void **state)
{
    (void)state;
    struct csa_xapian_writer *writer = open_writer("overtaken");
    enum { MANY = 2000 };
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    for (unsigned i = 0; i < MANY; i++) {
        char word[50];
        snprintf(word, sizeof word, "w%u common", i);
        check_ok(xapian->document.clear(document, &error));
        add_words(document, word);
        check_ok(xapian->writer.replace_at(writer, i + 1, document, &error));
    }
    check_ok(xapian->writer.commit(writer, &error));
    struct csa_xapian_database *reader = open_database("overtaken");
    for (unsigned round = 0; round < 4; round++) {
        for (unsigned i = 0; i < MANY; i += 2) {
            check_ok(xapian->writer.replace_at(writer, i + 1, document, &error));
        }
        check_ok(xapian->writer.commit(writer, &error));
        check_ok(xapian->document.clear(document, &error));
        add_words(document, round % 2 == 0 ? "some other words here" : "w1 common");
    }
    enum csa_status status = CSA_OK;
    uint32_t documents;
    for (unsigned i = 0; i < MANY && status == CSA_OK; i++) {
        char word[50];
        snprintf(word, sizeof word, "w%u", i);
        status = xapian->database.frequency(reader, csa_view_of(word), &documents, NULL, &error);
    }
    assert_int_equal(status, CSA_ERROR_BUSY);
    check_ok(xapian->database.reopen(reader, NULL, &error));
    check_ok(xapian->database.frequency(reader, csa_view_of("w1"), &documents, NULL, &error));
    xapian->document.free(document);
    xapian->database.close(reader);
    xapian->writer.close(writer);
}

/* A port of this machine on which nobody listens. */
static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(descriptor >= 0);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(descriptor, (struct sockaddr *)&address, &size), 0);
    close(descriptor);
    return ntohs(address.sin_port);
}

/* One on which somebody listens and says nothing; the descriptor in *descriptor. */
static uint16_t silent_port(int *descriptor)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(*descriptor >= 0);
    assert_int_equal(bind(*descriptor, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(*descriptor, 4), 0);
    assert_int_equal(getsockname(*descriptor, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

static void test_servers_that_fail(void **state)
{
    (void)state;
    struct csa_xapian_database *database;
    int descriptor;
    check_fails(xapian->database.open_remote("127.0.0.1", free_port(), 2000, 2000, &database, &error),
                CSA_ERROR_IO, "Connection refused");
    assert_null(database);
    check_fails(
        xapian->database.open_remote("127.0.0.1", silent_port(&descriptor), 2000, 100, &database, &error),
        CSA_ERROR_IO, "imeout");
    assert_null(database);
    close(descriptor);
    check_fails(xapian->database.open_remote("no host", 1, 100, 100, &database, &error), CSA_ERROR_IO,
                "no host");
}

/* What is thrown inside comes out as a status, also what is not Xapian's; an error nobody wants is no fault.
 */
static void test_border(void **state)
{
    (void)state;
    struct csa_xapian_document *document;
    check_ok(xapian->document.make(&document, &error));
    check_fails(xapian->document.set_data(document, csa_view_make("x", SIZE_MAX - 1), &error),
                CSA_ERROR_LIMIT, "more bytes");
    assert_int_equal(xapian->document.set_data(document, csa_view_make("x", SIZE_MAX - 1), NULL),
                     CSA_ERROR_LIMIT);
#ifndef __SANITIZE_ADDRESS__ /* whose operator new, in GCC, ends the program instead */
    check_fails(xapian->document.set_data(document, csa_view_make("x", SIZE_MAX / 4), &error),
                CSA_ERROR_MEMORY, "out of memory");
#endif
    char path[3000] = "\xC3\xA9\n";
    for (size_t i = 3; i < sizeof path - 3; i += 2) {
        memcpy(path + i, "\xC3\xA9", 3);
    }
    struct csa_xapian_database *database;
    assert_int_not_equal(xapian->database.open(path, &database, &error), CSA_OK);
    size_t size = strlen(error.message);
    assert_true(size >= sizeof error.message - 2); /* cut, on a whole character, in one line */
    assert_memory_equal(error.message + size - 2, "\xC3\xA9", 2);
    assert_null(strchr(error.message, '\n'));
    xapian->document.free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_missing),
        cmocka_unit_test(test_stub_refused), cmocka_unit_test(test_lock),
        cmocka_unit_test(test_overtaken),    cmocka_unit_test(test_servers_that_fail),
        cmocka_unit_test(test_border),
    };
    if (!CSA_WITH_XAPIAN) {
        puts("skipped: built without Xapian");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, load_xapian, temporary_folder_leave);
}
