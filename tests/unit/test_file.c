/* file.h: mappings, reads, outputs, folders, the lock; each with what goes wrong. */
#include "common/base/file.h"
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/base/system.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char folder[] = "csa-test-file-XXXXXX";
static char path[100]; /* scratch: the last path made by at() */

static const char *at(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    struct csa_error error = {0};
    char **names;
    size_t count;
    if (csa_file_list_folder(folder, &names, &count, &error) != CSA_OK) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        char *victim = csa_file_join(folder, names[i]);
        if (remove(victim) != 0) {
            return -1;
        }
        csa_free(victim);
    }
    csa_file_names_free(names, count);
    return rmdir(folder);
}

static void put(const char *name, const void *bytes, size_t size)
{
    struct csa_error error = {0};
    struct csa_output output;
    assert_int_equal(csa_output_open(&output, at(name), &error), CSA_OK);
    csa_output_write(&output, bytes, size);
    assert_int_equal(csa_output_finish(&output, false, &error), CSA_OK);
}

static int open_descriptors(void)
{
    int count = 0;
    for (int i = 0; i < 256; i++) {
        struct stat status;
        count += fstat(i, &status) == 0;
    }
    return count;
}

/* ---- reading ---- */

static void test_mapping(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_mapping mapping = {0};
    csa_mapping_close(&mapping);

    put("mapped", "bytes", 5);
    assert_int_equal(csa_mapping_open(&mapping, at("mapped"), &error), CSA_OK);
    assert_int_equal(mapping.size, 5);
    assert_memory_equal(mapping.data, "bytes", 5);
    csa_mapping_close(&mapping);
    assert_null(mapping.data);
    csa_mapping_close(&mapping);

    put("empty", "", 0);
    assert_int_equal(csa_mapping_open(&mapping, at("empty"), &error), CSA_OK);
    assert_int_equal(mapping.size, 0);
    assert_null(mapping.data);
    csa_mapping_close(&mapping);
}

static void expect_not_regular(const char *name)
{
    struct csa_error error = {0};
    struct csa_mapping mapping;
    assert_int_equal(csa_mapping_open(&mapping, name, &error), CSA_ERROR_DAMAGED);
    assert_non_null(strstr(error.message, "not a regular file"));
    assert_non_null(strstr(error.message, name));

    struct csa_buffer buffer;
    csa_buffer_init(&buffer, 100);
    assert_int_equal(csa_file_read(name, &buffer, &error), CSA_ERROR_DAMAGED);
    csa_buffer_release(&buffer);
}

static void test_only_regular_files(void **state)
{
    (void)state;
    int before = open_descriptors();
    alarm(20); /* a hang ends the test */
    expect_not_regular(folder);
    expect_not_regular("/dev/null");
    assert_int_equal(mkfifo(at("fifo"), 0600), 0);
    expect_not_regular(at("fifo"));

    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", at("socket"));
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    expect_not_regular(at("socket"));
    close(listener);

    struct csa_error error = {0};
    struct csa_output output;
    int lock;
    assert_int_equal(csa_output_open(&output, at("fifo"), &error), CSA_ERROR_DAMAGED);
    csa_output_abandon(&output, true);
    assert_true(csa_file_exists(at("fifo")));
    assert_int_equal(csa_file_lock(at("fifo"), &lock, &error), CSA_ERROR_DAMAGED);
    assert_int_equal(lock, -1);
    alarm(0);
    assert_int_equal(open_descriptors(), before);
}

static void test_missing(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_mapping mapping;
    assert_int_equal(csa_mapping_open(&mapping, at("no such file"), &error), CSA_ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "no such file: No such file or directory"));
    assert_int_equal(csa_mapping_open(&mapping, at("no such file"), NULL), CSA_ERROR_NOT_FOUND);
    csa_mapping_close(&mapping);

    struct csa_output output;
    assert_int_equal(csa_output_open(&output, at("no folder/file"), &error), CSA_ERROR_NOT_FOUND);
    csa_output_write(&output, "lost", 4);
    assert_int_equal(csa_output_finish(&output, true, &error), CSA_ERROR_NOT_FOUND);
    assert_int_equal(csa_output_open_temporary(&output, at("no folder"), &error), CSA_ERROR_NOT_FOUND);
    csa_output_abandon(&output, true);

    char **names;
    size_t count;
    assert_int_equal(csa_file_list_folder(at("no folder"), &names, &count, &error), CSA_ERROR_NOT_FOUND);
    assert_int_equal(csa_file_rename(at("no such file"), "elsewhere", &error), CSA_ERROR_NOT_FOUND);
    assert_int_equal(csa_file_sync_folder(at("no folder"), &error), CSA_ERROR_NOT_FOUND);
    assert_int_equal(csa_file_remove(at("no such file"), &error), CSA_OK);
}

static void test_read_up_to_the_maximum(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'x', sizeof text);
    put("thousand", text, sizeof text);
    for (size_t maximum = 990; maximum <= 1010; maximum++) {
        struct csa_error error = {0};
        struct csa_buffer buffer;
        csa_buffer_init(&buffer, maximum);
        enum csa_status status = csa_file_read(at("thousand"), &buffer, &error);
        assert_int_equal(status, maximum < 1000 ? CSA_ERROR_LIMIT : CSA_OK);
        assert_true(status != CSA_OK || buffer.size == 1000);
        assert_true(status == CSA_OK || strstr(error.message, "thousand: larger than") != NULL);
        csa_buffer_release(&buffer);
    }
    struct csa_buffer buffer;
    csa_buffer_init(&buffer, 2000);
    assert_int_equal(csa_file_read(at("thousand"), &buffer, NULL), CSA_OK);
    assert_int_equal(csa_file_read(at("thousand"), &buffer, NULL), CSA_OK);
    assert_int_equal(buffer.size, 2000);
    csa_buffer_release(&buffer);
}

/* A pipe, whose size nobody knows and which gives its bytes in small pieces. */
static enum csa_status read_pipe(size_t maximum, size_t *size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t writer = fork();
    if (writer == 0) {
        close(ends[0]);
        signal(SIGPIPE, SIG_DFL);
        for (int i = 0; i < 30000; i++) {
            if (write(ends[1], "0123456789", 10) != 10) {
                _exit(1);
            }
        }
        _exit(0);
    }
    close(ends[1]);
    struct csa_error error = {0};
    struct csa_buffer buffer;
    csa_buffer_init(&buffer, maximum);
    enum csa_status status = csa_file_read_descriptor(ends[0], "a pipe", &buffer, &error);
    *size = buffer.size;
    for (size_t i = 0; i < buffer.size; i++) {
        assert_int_equal(buffer.data[i], '0' + (int)(i % 10));
    }
    close(ends[0]);
    waitpid(writer, NULL, 0);
    csa_buffer_release(&buffer);
    return status;
}

static void test_read_descriptor(void **state)
{
    (void)state;
    size_t size;
    assert_int_equal(read_pipe(1000000, &size), CSA_OK);
    assert_int_equal(size, 300000);
    assert_int_equal(read_pipe(300000, &size), CSA_OK);
    assert_int_equal(size, 300000);
    assert_int_equal(read_pipe(299999, &size), CSA_ERROR_LIMIT);
    assert_int_equal(size, 299999);
    assert_int_equal(read_pipe(7, &size), CSA_ERROR_LIMIT);
    struct csa_buffer buffer;
    csa_buffer_init(&buffer, 10);
    assert_int_equal(csa_file_read_descriptor(-1, "nothing", &buffer, NULL), CSA_ERROR_IO);
    csa_buffer_release(&buffer);
}

static void test_list_folder(void **state)
{
    (void)state;
    struct csa_error error = {0};
    char **names;
    size_t count;
    assert_int_equal(csa_file_make_folder(at("list"), &error), CSA_OK);
    assert_int_equal(csa_file_make_folder(at("list"), &error), CSA_OK);
    assert_int_equal(csa_file_list_folder(at("list"), &names, &count, &error), CSA_OK);
    assert_int_equal(count, 0);
    csa_file_names_free(names, count);

    /* sorted by bytes: upper case before lower, the two bytes of a Cyrillic letter last */
    const char *const sorted[] = {".hidden", "A", "Z", "a", "ab", "b", "\xD1\x8F"};
    const size_t total = sizeof sorted / sizeof sorted[0];
    for (size_t i = 0; i < total; i++) {
        char name[64];
        snprintf(name, sizeof name, "list/%s", sorted[(i * 3) % total]);
        put(name, "", 0);
    }
    assert_int_equal(csa_file_list_folder(at("list"), &names, &count, &error), CSA_OK);
    assert_int_equal(count, total);
    for (size_t i = 0; i < total; i++) {
        assert_string_equal(names[i], sorted[i]);
        char name[64];
        snprintf(name, sizeof name, "list/%s", names[i]);
        assert_int_equal(csa_file_remove(at(name), &error), CSA_OK);
    }
    csa_file_names_free(names, count);

    put("plain", "", 0);
    assert_int_equal(csa_file_make_folder(at("plain"), &error), CSA_ERROR_IO);
    assert_true(csa_file_is_folder(at("list")));
    assert_false(csa_file_is_folder(at("plain")));
    assert_true(csa_file_exists(at("plain")));
    assert_int_equal(csa_file_sync_folder(folder, &error), CSA_OK);
}

static void test_list_large_folder(void **state)
{
    (void)state;
    struct csa_error error = {0};
    assert_int_equal(csa_file_make_folder(at("large"), &error), CSA_OK);
    for (int i = 0; i < 200; i++) {
        char name[64];
        snprintf(name, sizeof name, "large/%03d", (i * 37) % 200);
        put(name, "", 0);
    }
    char **names;
    size_t count;
    /* each allocation on the way fails once: an error, no leak */
    bool listed = false;
    for (size_t n = 1; !listed; n++) {
        csa_memory_fail_at(n, 0);
        enum csa_status status = csa_file_list_folder(at("large"), &names, &count, &error);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
        listed = status == CSA_OK;
    }
    assert_int_equal(count, 200);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(atoi(names[i]), (int)i);
        char name[64];
        snprintf(name, sizeof name, "large/%s", names[i]);
        assert_int_equal(csa_file_remove(at(name), &error), CSA_OK);
    }
    csa_file_names_free(names, count);
}

static void test_join(void **state)
{
    (void)state;
    const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {"/", "b", "/b"}, {"a", "", "a/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *joined = csa_file_join(cases[i][0], cases[i][1]);
        assert_string_equal(joined, cases[i][2]);
        csa_free(joined);
    }
    csa_memory_fail_at(1, 0);
    assert_null(csa_file_join("a", "b"));
}

/* ---- writing ---- */

static uint8_t pattern(uint64_t offset)
{
    return (uint8_t)((offset * 2654435761U) >> 13);
}

/* Writes of every kind of size around the buffer's: one byte, the buffer less one, its size, more. */
static void test_output_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 262143, 262144, 262145, 7, 0, 524288, 1000000, 262143, 2, 3};
    struct csa_error error = {0};
    struct csa_output output;
    uint8_t *bytes = malloc(1000000);
    uint64_t offset = 0;
    uint32_t crc = 0;
    assert_int_equal(csa_output_open(&output, at("sizes"), &error), CSA_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            bytes[j] = pattern(offset + j);
        }
        csa_output_write(&output, bytes, sizes[i]);
        crc = (uint32_t)crc32(crc, bytes, (uInt)sizes[i]);
        offset += sizes[i];
        assert_int_equal(output.offset, offset);
        assert_int_equal(output.crc, crc);
    }
    csa_output_restart_crc(&output);
    assert_int_equal(output.crc, 0);
    assert_int_equal(csa_output_finish(&output, true, &error), CSA_OK);
    free(bytes);

    struct csa_mapping mapping;
    assert_int_equal(csa_mapping_open(&mapping, at("sizes"), &error), CSA_OK);
    assert_int_equal(mapping.size, offset);
    for (uint64_t i = 0; i < offset; i++) {
        if (mapping.data[i] != pattern(i)) {
            fail_msg("byte %llu differs", (unsigned long long)i);
        }
    }
    csa_mapping_close(&mapping);
}

static void test_output_align(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_output output;
    assert_int_equal(csa_output_open(&output, at("aligned"), &error), CSA_OK);
    csa_output_align(&output, 64);
    assert_int_equal(output.offset, 0);
    csa_output_write(&output, "a", 1);
    csa_output_align(&output, 1);
    assert_int_equal(output.offset, 1);
    csa_output_align(&output, 8);
    assert_int_equal(output.offset, 8);
    csa_output_align(&output, 8);
    assert_int_equal(output.offset, 8);
    csa_output_align(&output, 65536);
    assert_int_equal(output.offset, 65536);
    uint8_t zeros[65535] = {0};
    uint32_t crc = (uint32_t)crc32(0, (const uint8_t *)"a", 1);
    assert_int_equal(output.crc, (uint32_t)crc32(crc, zeros, sizeof zeros));
    assert_int_equal(csa_output_finish(&output, false, &error), CSA_OK);
}

static void test_output_read_back(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_output output;
    assert_int_equal(csa_output_open_temporary(&output, folder, &error), CSA_OK);
    csa_output_write(&output, "0123456789", 10);
    assert_int_equal(csa_output_flush(&output, &error), CSA_OK);
    char bytes[16];
    assert_int_equal(csa_output_read_at(&output, 3, bytes, 4, &error), CSA_OK);
    assert_memory_equal(bytes, "3456", 4);
    assert_int_equal(csa_output_read_at(&output, 10, bytes, 0, &error), CSA_OK);
    assert_int_equal(csa_output_read_at(&output, 8, bytes, 3, &error), CSA_ERROR_DAMAGED);
    assert_int_equal(csa_output_read_at(&output, UINT64_MAX, bytes, 1, &error), CSA_ERROR_IO);
    /* reading back does not move where the next write goes */
    csa_output_write(&output, "ab", 2);
    assert_int_equal(csa_output_flush(&output, &error), CSA_OK);
    assert_int_equal(csa_output_read_at(&output, 9, bytes, 3, &error), CSA_OK);
    assert_memory_equal(bytes, "9ab", 3);
    csa_output_abandon(&output, false);
    csa_output_abandon(&output, true);

    char **names;
    size_t count;
    assert_int_equal(csa_file_list_folder(folder, &names, &count, &error), CSA_OK);
    for (size_t i = 0; i < count; i++) {
        assert_null(strstr(names[i], "temporary"));
    }
    csa_file_names_free(names, count);
}

static void test_output_abandon(void **state)
{
    (void)state;
    struct csa_error error = {0};
    int before = open_descriptors();
    struct csa_output zeroed = {0};
    csa_output_abandon(&zeroed, true);
    struct csa_output unopened = {0};
    assert_int_equal(csa_output_finish(&unopened, false, &error), CSA_OK);
    assert_int_equal(open_descriptors(), before); /* descriptor 0 was left alone */

    struct csa_output output;
    assert_int_equal(csa_output_open(&output, at("abandoned"), &error), CSA_OK);
    csa_output_abandon(&output, true);
    assert_false(csa_file_exists(at("abandoned")));
    assert_int_equal(csa_output_open(&output, at("abandoned"), &error), CSA_OK);
    csa_output_abandon(&output, false);
    assert_true(csa_file_exists(at("abandoned")));
    assert_int_equal(open_descriptors(), before);

    csa_memory_fail_at(1, 1);
    assert_int_equal(csa_output_open(&output, at("abandoned"), &error), CSA_ERROR_MEMORY);
    csa_memory_fail_at(0, 0);
    csa_output_write(&output, "lost", 4);
    assert_int_equal(csa_output_flush(&output, &error), CSA_ERROR_MEMORY);
    csa_output_abandon(&output, false);
    assert_int_equal(open_descriptors(), before);
    for (size_t n = 1; n <= 2; n++) { /* no file is made for which there is no memory */
        csa_memory_fail_at(n, 0);
        assert_int_equal(csa_output_open(&output, at("never made"), &error), CSA_ERROR_MEMORY);
        csa_memory_fail_at(0, 0);
        assert_false(csa_file_exists(at("never made")));
    }
}

/* What stands in for a nameless file where the file system has none. */
static void test_unlinked(void **state)
{
    (void)state;
    char pattern[300];
    int descriptor;
    snprintf(pattern, sizeof pattern, "%s/.temporary-XXXXXX", folder);
    assert_int_equal(csa_system_open_unlinked(pattern, &descriptor), 0);
    assert_false(csa_file_exists(pattern));
    assert_int_equal(csa_system_write(descriptor, "ab", 2), 0);
    char bytes[2];
    size_t got;
    assert_int_equal(csa_system_read_at(descriptor, 0, bytes, 2, &got), 0);
    assert_int_equal(got, 2);
    assert_int_equal(csa_system_close(descriptor), 0);
    snprintf(pattern, sizeof pattern, "%s/no folder/.temporary-XXXXXX", folder);
    assert_int_equal(csa_system_open_unlinked(pattern, &descriptor), ENOENT);
    assert_int_equal(descriptor, -1);
}

/* A file that may not grow past 300,000 bytes stands for a full disk. */
static void test_output_full(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct rlimit old;
    getrlimit(RLIMIT_FSIZE, &old);
    struct rlimit small = {300000, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    struct csa_output output;
    uint8_t bytes[1000] = {0};
    enum csa_status opened = csa_output_open(&output, at("full"), &error);
    for (int i = 0; i < 1000; i++) {
        csa_output_write(&output, bytes, sizeof bytes);
    }
    csa_output_align(&output, 1U << 30);
    uint64_t offset = output.offset;
    enum csa_status flushed = csa_output_flush(&output, NULL);
    csa_output_write(&output, bytes, sizeof bytes);
    uint64_t offset_after = output.offset;
    enum csa_status finished = csa_output_finish(&output, true, &error);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(opened, CSA_OK);
    assert_int_equal(flushed, CSA_ERROR_IO);
    assert_int_equal(finished, CSA_ERROR_IO);
    assert_int_equal(offset, offset_after);
    assert_non_null(strstr(error.message, "full: cannot write: File too large"));
}

static void test_rename(void **state)
{
    (void)state;
    struct csa_error error = {0};
    put("new", "new", 3);
    put("old", "old", 3);
    char *from = csa_file_join(folder, "new");
    assert_int_equal(csa_file_rename(from, at("old"), &error), CSA_OK);
    csa_free(from);
    struct csa_buffer buffer;
    csa_buffer_init(&buffer, 100);
    assert_int_equal(csa_file_read(at("old"), &buffer, &error), CSA_OK);
    assert_int_equal(buffer.size, 3);
    assert_memory_equal(buffer.data, "new", 3);
    csa_buffer_release(&buffer);
    assert_false(csa_file_exists(at("new")));
}

/* ---- the lock ---- */

static void test_lock(void **state)
{
    (void)state;
    struct csa_error error = {0};
    int first;
    int second;
    assert_int_equal(csa_file_lock(at("lock"), &first, &error), CSA_OK);
    /* it also holds inside one process */
    assert_int_equal(csa_file_lock(at("lock"), &second, &error), CSA_ERROR_BUSY);
    assert_int_equal(second, -1);
    assert_non_null(strstr(error.message, "lock: locked"));
    csa_file_unlock(first);
    assert_int_equal(csa_file_lock(at("lock"), &second, &error), CSA_OK);
    csa_file_unlock(second);
    csa_file_unlock(-1);
}

static void test_lock_dies_with_its_process(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t holder = fork();
    if (holder == 0) {
        int lock;
        enum csa_status status = csa_file_lock(at("lock"), &lock, NULL);
        if (write(ends[1], status == CSA_OK ? "y" : "n", 1) == 1) {
            pause();
        }
        _exit(0);
    }
    char answer;
    assert_int_equal(read(ends[0], &answer, 1), 1);
    assert_int_equal(answer, 'y');
    struct csa_error error = {0};
    int lock;
    assert_int_equal(csa_file_lock(at("lock"), &lock, &error), CSA_ERROR_BUSY);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    assert_int_equal(csa_file_lock(at("lock"), &lock, &error), CSA_OK);
    csa_file_unlock(lock);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapping),
        cmocka_unit_test(test_only_regular_files),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_read_up_to_the_maximum),
        cmocka_unit_test(test_read_descriptor),
        cmocka_unit_test(test_list_folder),
        cmocka_unit_test(test_list_large_folder),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_output_sizes),
        cmocka_unit_test(test_output_align),
        cmocka_unit_test(test_output_read_back),
        cmocka_unit_test(test_output_abandon),
        cmocka_unit_test(test_unlinked),
        cmocka_unit_test(test_output_full),
        cmocka_unit_test(test_rename),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_lock_dies_with_its_process),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
