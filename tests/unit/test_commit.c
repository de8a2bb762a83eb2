/* The commit file, the lock, litter, and what makes a folder an index. */
#include "segment_model.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/format.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <zlib.h>

static struct csa_commit commit, read_back; /* large */

static struct csa_commit_segment some_segment(uint64_t number)
{
    return (struct csa_commit_segment){
        .number = number,
        .file_size = 1000 + number,
        .table_crc = 0xDEADBEEF,
        .articles = 10,
        .passages = 30,
        .deleted_articles = 1,
        .deleted_passages = 3,
        .tokens = 3000,
        .deletes_generation = 5,
        .deletes_crc = 77,
    };
}

static char *at(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", test_folder, name);
    return path;
}

static void put(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(at(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static int start_empty(void **state)
{
    (void)state;
    empty_folder(test_folder);
    memset(&commit, 0, sizeof commit);
    return 0;
}

static void test_round_trip(void **state)
{
    (void)state;
    struct csa_error error = {0};
    for (uint32_t count = 0; count <= CSA_SEGMENTS_MAXIMUM; count = count * 4 + 1) {
        commit.generation++;
        commit.segment_count = count;
        for (uint32_t i = 0; i < count; i++) {
            commit.segments[i] = some_segment(i + 1);
        }
        assert_ok(csa_commit_write(test_folder, &commit, &error));
        memset(&read_back, 0, sizeof read_back);
        assert_ok(csa_commit_read(test_folder, &read_back, &error));
        assert_memory_equal(&read_back, &commit, sizeof commit);
        assert_false(csa_file_exists(at(CSA_COMMIT_NEW_NAME)));
    }
    commit.segment_count = CSA_SEGMENTS_MAXIMUM + 1;
    assert_int_equal(csa_commit_write(test_folder, &commit, &error), CSA_ERROR_LIMIT);
    assert_ok(csa_commit_read(test_folder, &read_back, &error));
}

static void expect_refused(void)
{
    struct csa_error error = {0};
    assert_int_equal(csa_commit_write(test_folder, &commit, &error), CSA_ERROR_MISUSE);
    assert_int_equal(csa_commit_read(test_folder, &read_back, &error), CSA_ERROR_NOT_FOUND);
}

static void test_impossible_commits(void **state)
{
    (void)state;
    commit.generation = 1;
    commit.segment_count = 2;
    commit.segments[0] = some_segment(1);
    commit.segments[1] = some_segment(1); /* the same number */
    expect_refused();
    commit.segments[1] = some_segment(0);
    expect_refused();
    commit.segments[1] = some_segment(2);
    commit.segments[1].articles = 31;
    expect_refused();
    commit.segments[1] = some_segment(2);
    commit.segments[1].deleted_passages = 31;
    expect_refused();
    commit.segments[1] = some_segment(2);
    commit.segments[1].deletes_generation = 0; /* but there are deletes */
    expect_refused();
    commit.segments[1] = some_segment(2);
    commit.generation = 0;
    expect_refused();
    struct csa_error error = {0};
    commit.generation = 1;
    commit.segments[0].passages = commit.segments[1].passages = UINT32_MAX / 2 + 1;
    assert_int_equal(csa_commit_write(test_folder, &commit, &error), CSA_ERROR_LIMIT);
}

static void expect_read_error(const char *folder, enum csa_status status, const char *expected)
{
    struct csa_error error = {0};
    assert_int_equal(csa_commit_read(folder, &read_back, &error), status);
    if (strstr(error.message, expected) == NULL) {
        fail_msg("\"%s\" where \"%s\" was expected", error.message, expected);
    }
}

static void test_messages(void **state)
{
    (void)state;
    struct csa_error error = {0};
    expect_read_error("no/such.index", CSA_ERROR_NOT_FOUND,
                      "no index at no/such.index: make one with csa-index -d no/such.index SOURCE");
    expect_read_error(test_folder, CSA_ERROR_NOT_FOUND, "the folder has no commit file");
    put("file", "x", 1);
    expect_read_error(at("file"), CSA_ERROR_NOT_FOUND, "is no index, which would be a folder");
    put("commit", "", 0);
    expect_read_error(test_folder, CSA_ERROR_DAMAGED, "commit: is empty");
    put("commit", "tree 123456789012345678901234567890", 30);
    expect_read_error(test_folder, CSA_ERROR_DAMAGED, "commit: is no commit file of a CSA index");
    put("commit", "CSACOMIT", 8);
    expect_read_error(test_folder, CSA_ERROR_DAMAGED, "commit: is cut short");
    static char large[1 << 18];
    memcpy(large, "CSACOMIT", 8);
    put("commit", large, sizeof large);
    expect_read_error(test_folder, CSA_ERROR_DAMAGED, "commit: is too large");
    assert_int_equal(remove(at("commit")), 0);
    assert_int_equal(mkfifo(at("commit"), 0600), 0);
    expect_read_error(test_folder, CSA_ERROR_DAMAGED, "not a regular file");
    assert_int_equal(remove(at("commit")), 0);

    commit.generation = 3;
    commit.segment_count = 1;
    commit.segments[0] = some_segment(1);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    struct csa_buffer bytes;
    csa_buffer_init(&bytes, 1000);
    assert_ok(csa_file_read(at("commit"), &bytes, &error));
    bytes.data[8] = 2;
    put("commit", bytes.data, bytes.size);
    expect_read_error(test_folder, CSA_ERROR_UNSUPPORTED, "format version 2 is newer");
    bytes.data[8] = 1;
    for (size_t i = 0; i < bytes.size; i++) {
        char old = bytes.data[i];
        bytes.data[i] = (char)(old ^ 1 << random_below(8));
        put("commit", bytes.data, bytes.size);
        assert_int_not_equal(csa_commit_read(test_folder, &read_back, NULL), CSA_OK);
        bytes.data[i] = old;
        put("commit", bytes.data, i);
        assert_int_not_equal(csa_commit_read(test_folder, &read_back, NULL), CSA_OK);
    }
    /* under a checksum that fits */
    for (uint32_t i = 0; i < 2000; i++) {
        char copy[200];
        memcpy(copy, bytes.data, bytes.size);
        copy[12 + random_below((uint32_t)bytes.size - 16)] = (char)random_below(256);
        csa_store_u32(copy + bytes.size - 4, (uint32_t)crc32(0, (const Bytef *)copy, (uInt)bytes.size - 4));
        put("commit", copy, bytes.size);
        csa_commit_read(test_folder, &read_back, NULL);
    }
    csa_buffer_release(&bytes);
}

/* ---- folders and litter ---- */

static void test_litter(void **state)
{
    (void)state;
    struct csa_error error = {0};
    static const char *const stay[] = {
        "segment-00000001.csa",
        "deletes-00000001-00000005.csa",
        "lock",
        "segment-0000000A.csa",
        "segment-1.csa",
        "segment-000000001.csa",
        "segment-00000002.csa.bak",
        "notes.txt",
        "deletes-00000001.csa",
        "segment-123456789abcdef.csa",
    };
    static const char *const go[] = {
        "segment-00000002.csa",          "segment-ffffffff.csa",          "segment-123456789.csa",
        "deletes-00000001-00000004.csa", "deletes-00000002-00000005.csa", ".temporary-abc123",
    };
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++) {
        put(stay[i], "x", 1);
    }
    for (size_t i = 0; i < sizeof go / sizeof *go; i++) {
        put(go[i], "x", 1);
    }
    commit.generation = 9;
    commit.segment_count = 2;
    commit.segments[0] = some_segment(1);
    commit.segments[1] = some_segment(0x123456789abcdef);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++) {
        assert_true(csa_file_exists(at(stay[i])));
    }
    for (size_t i = 0; i < sizeof go / sizeof *go; i++) {
        assert_false(csa_file_exists(at(go[i])));
    }
    put("commit.new", "x", 1);
    csa_index_remove_litter(test_folder, &commit);
    assert_false(csa_file_exists(at("commit.new")));
    csa_index_remove_litter("no/such/folder", &commit);
}

static bool is_index(const char *folder)
{
    struct csa_error error = {0};
    bool answer;
    assert_ok(csa_index_is_folder(folder, &answer, &error));
    return answer;
}

static void test_whose_folder(void **state)
{
    (void)state;
    struct csa_error error = {0};
    int lock;
    assert_false(is_index(test_folder));
    assert_false(is_index("no/such.index"));
    put("README", "x", 1);
    assert_int_equal(csa_index_lock(test_folder, &lock, &error), CSA_ERROR_MISUSE);
    assert_non_null(strstr(error.message, "is no index and not empty (it holds README)"));
    assert_false(csa_file_exists(at("lock")));
    assert_int_equal(csa_index_lock(at("README"), &lock, &error), CSA_ERROR_IO);
    assert_int_equal(remove(at("README")), 0);
    put("commit", "somebody else's", 15);
    assert_int_equal(csa_index_lock(test_folder, &lock, &error), CSA_ERROR_MISUSE);
    assert_int_equal(remove(at("commit")), 0);
    put("segment-00000001.csa", "litter of a first run that was killed", 30);
    assert_ok(csa_index_lock(test_folder, &lock, &error));
    csa_index_unlock(lock);
    put("notes.txt", "x", 1);
    commit.generation = 1;
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    assert_true(is_index(test_folder));
    bool lost = true;
    csa_memory_fail_at(1, 0); /* nobody may take it for a folder that is no index */
    assert_int_equal(csa_index_is_folder(test_folder, &lost, &error), CSA_ERROR_MEMORY);
    csa_memory_fail_at(1, 0);
    assert_int_equal(csa_index_lock(test_folder, &lock, &error), CSA_ERROR_MEMORY);
    csa_memory_fail_at(0, 0);
    assert_ok(csa_index_lock(test_folder, &lock, &error)); /* an index stays one whatever else lies there */
    csa_index_unlock(lock);

    static const char *const forms[] = {"new.index", "other.index/", "third.index//"};
    for (size_t i = 0; i < 3; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%s", test_folder, forms[i]);
        assert_ok(csa_index_lock(path, &lock, &error));
        assert_true(csa_file_is_folder(path));
        csa_index_unlock(lock);
    }
    assert_int_equal(csa_index_lock(at("no/such.index"), &lock, &error), CSA_ERROR_NOT_FOUND);
    csa_index_unlock(lock); /* -1: fine */
}

/* ---- the lock ---- */

/* Tries to take the lock in a process of its own. */
static enum csa_status lock_elsewhere(void)
{
    pid_t child = fork();
    if (child == 0) {
        int lock;
        _exit((int)csa_index_lock(test_folder, &lock, NULL));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (enum csa_status)WEXITSTATUS(status);
}

static void test_lock(void **state)
{
    (void)state;
    struct csa_error error = {0};
    int lock;
    int second;
    assert_ok(csa_index_lock(test_folder, &lock, &error));
    assert_int_equal(lock_elsewhere(), CSA_ERROR_BUSY);
    assert_int_equal(csa_index_lock(test_folder, &second, &error), CSA_ERROR_BUSY);
    assert_non_null(strstr(error.message, "another"));
    csa_index_unlock(lock);
    assert_int_equal(lock_elsewhere(), CSA_OK); /* and dies with that process */
    assert_ok(csa_index_lock(test_folder, &lock, &error));
    csa_index_unlock(lock);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct csa_error error = {0};
    enum csa_status status = CSA_ERROR_MEMORY;
    commit.generation = 1;
    commit.segment_count = 1;
    commit.segments[0] = some_segment(1);
    for (size_t n = 1; status != CSA_OK; n++) {
        int lock;
        csa_memory_fail_at(n, n % 2);
        status = csa_index_lock(test_folder, &lock, &error);
        if (status == CSA_OK) {
            status = csa_commit_write(test_folder, &commit, &error);
        }
        if (status == CSA_OK) {
            status = csa_commit_read(test_folder, &read_back, &error);
        }
        csa_memory_fail_at(0, 0);
        csa_index_unlock(lock);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY || status == CSA_ERROR_MISUSE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_round_trip, start_empty),
        cmocka_unit_test_setup(test_impossible_commits, start_empty),
        cmocka_unit_test_setup(test_messages, start_empty),
        cmocka_unit_test_setup(test_litter, start_empty),
        cmocka_unit_test_setup(test_whose_folder, start_empty),
        cmocka_unit_test_setup(test_lock, start_empty),
        cmocka_unit_test_setup(test_no_memory, start_empty),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
