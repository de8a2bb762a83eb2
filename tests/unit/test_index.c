/* Indexes: snapshots over several segments with deletes, which stay as they are while commits replace each
 * other; deletes files; what opening says when files are missing, swapped or damaged. */
#include "segment_model.h"

#include "common/base/integer.h"

#include <sys/wait.h>
#include <zlib.h>

static struct csa_commit commit; /* large */

static int start_empty(void **state)
{
    (void)state;
    empty_folder(test_folder);
    memset(&commit, 0, sizeof commit);
    return 0;
}

static char *at(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", test_folder, name);
    return path;
}

/* Writes a segment and puts it behind the commit's others. */
static void add_segment(uint64_t number, uint32_t articles)
{
    struct csa_error error = {0};
    const struct model_plan plan = {
        .articles = articles, .passages = 4, .words = 50, .tokens = 20, .stemmers = 3};
    struct model *model = model_make(&plan);
    assert_ok(model_write(model, test_folder, number, &commit.segments[commit.segment_count++], &error));
    model_free(model);
}

/* Deletes some articles of a segment of the commit, on top of what was deleted before. */
static void delete_articles(uint32_t place, uint32_t first, uint32_t step)
{
    struct csa_error error = {0};
    struct csa_commit_segment *entry = &commit.segments[place];
    struct csa_segment *segment;
    struct csa_deletes deletes;
    char *path = csa_index_segment_path(test_folder, entry->number);
    assert_ok(csa_segment_open(path, entry->number, &segment, &error));
    csa_free(path);
    if (entry->deletes_generation == 0) {
        assert_ok(csa_deletes_init(&deletes, entry->passages, &error));
    } else {
        path = csa_index_deletes_path(test_folder, entry->number, entry->deletes_generation);
        assert_ok(csa_deletes_read(&deletes, path, entry->passages, &error));
        csa_free(path);
    }
    for (uint32_t i = first; i < entry->articles; i += step) {
        entry->deleted_articles += csa_deletes_add_article(&deletes, segment, i);
        assert_false(csa_deletes_add_article(&deletes, segment, i));
    }
    entry->deleted_passages = deletes.deleted;
    entry->deletes_generation = commit.generation;
    path = csa_index_deletes_path(test_folder, entry->number, commit.generation);
    assert_ok(csa_deletes_write(&deletes, path, &entry->deletes_crc, &error));
    csa_free(path);
    csa_deletes_release(&deletes);
    csa_segment_close(segment);
}

static struct csa_index *open_index(void)
{
    struct csa_error error = {0};
    struct csa_index *index;
    assert_ok(csa_index_open(test_folder, &index, &error));
    return index;
}

/* Adds up the text of everything that is not deleted: changes with any byte of a snapshot. */
static uint64_t sum_index(const struct csa_index *index)
{
    uint64_t sum = 0;
    struct csa_arena arena;
    struct csa_error error = {0};
    csa_arena_init(&arena, 0);
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct csa_index_segment *segment = &index->segments[s];
        uint32_t deleted = 0;
        for (uint32_t p = 0; p < segment->segment->meta.passages; p++) {
            struct csa_stored_passage stored;
            if (csa_deletes_has(&segment->deletes, p)) {
                deleted++;
                continue;
            }
            assert_ok(csa_segment_read_passage(segment->segment, p, NULL, &arena, &stored, &error));
            sum =
                sum * 31 + crc32(segment->base + p, (const Bytef *)stored.text.data, (uInt)stored.text.size);
        }
        assert_int_equal(deleted, segment->deletes.deleted);
    }
    csa_arena_release(&arena);
    return sum;
}

static void test_empty_index(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_index *index;
    assert_int_equal(csa_index_open(test_folder, &index, &error), CSA_ERROR_NOT_FOUND);
    assert_null(index);
    assert_non_null(strstr(error.message, "make one with csa-index -d"));
    commit.generation = 1;
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    index = open_index();
    assert_int_equal(index->segment_count, 0);
    assert_int_equal(index->passages, 0);
    assert_true(index->average == 0);
    csa_index_close(index);
    csa_index_close(NULL);
}

static void test_snapshots(void **state)
{
    (void)state;
    struct csa_error error = {0};
    commit.generation = 1;
    add_segment(1, 40);
    add_segment(2, 10);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    struct csa_index *first = open_index();
    uint64_t first_sum = sum_index(first);
    assert_int_equal(first->articles, 50);
    assert_int_equal(first->passages, commit.segments[0].passages + commit.segments[1].passages);
    assert_int_equal(first->segments[1].base, commit.segments[0].passages);
    assert_int_equal(first->segments[1].article_base, 40);
    assert_int_equal(first->tokens, commit.segments[0].tokens + commit.segments[1].tokens);
    assert_int_equal(first->deleted_passages, 0);
    assert_true(first->has_positions && first->has_text);
    assert_false(csa_index_is_stale(first));

    commit.generation = 2;
    delete_articles(0, 0, 3);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    assert_true(csa_index_is_stale(first));
    struct csa_index *second = open_index();
    assert_int_equal(second->deleted_articles, 14);
    assert_int_equal(second->deleted_passages, commit.segments[0].deleted_passages);
    assert_int_equal(second->passages, first->passages);
    uint64_t second_sum = sum_index(second);
    assert_true(second_sum != first_sum);

    commit.generation = 3;
    delete_articles(0, 1, 3);
    delete_articles(1, 0, 1);
    add_segment(3, 5);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    assert_false(csa_file_exists(at("deletes-00000001-00000002.csa")));
    assert_true(csa_file_exists(at("deletes-00000001-00000003.csa")));
    struct csa_index *third = open_index();
    assert_int_equal(third->deleted_articles, 14 + 13 + 10);

    commit.generation = 4; /* all is replaced: files of older snapshots go, the snapshots stay */
    commit.segment_count = 0;
    add_segment(4, 7);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    assert_false(csa_file_exists(at("segment-00000001.csa")));
    assert_int_equal(sum_index(first), first_sum);
    assert_int_equal(sum_index(second), second_sum);
    csa_index_close(first);
    csa_index_close(second);
    csa_index_close(third);
}

/* A reader that opens while another process commits: each snapshot is one that was committed. */
static void test_commits_while_opening(void **state)
{
    (void)state;
    struct csa_error error = {0};
    enum { COMMITS = 60 };
    commit.generation = 1;
    add_segment(1, 3);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    pid_t child = fork();
    if (child == 0) {
        for (uint64_t g = 2; g <= COMMITS; g++) {
            commit.generation = g;
            commit.segment_count = 0;
            add_segment(g, 1 + (uint32_t)g);
            delete_articles(0, 0, 2);
            if (csa_commit_write(test_folder, &commit, &error) != CSA_OK) {
                _exit(1);
            }
        }
        _exit(0);
    }
    uint64_t last = 0;
    while (last < COMMITS) {
        struct csa_index *index = open_index();
        assert_true(index->generation >= last);
        last = index->generation;
        assert_int_equal(index->articles, last == 1 ? 3 : 1 + last);
        assert_int_equal(index->deleted_articles, last == 1 ? 0 : (2 + last) / 2);
        csa_index_close(index);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- what is wrong with an index ---- */

static void expect_error(enum csa_status status, const char *expected)
{
    struct csa_error error = {0};
    struct csa_index *index;
    assert_int_equal(csa_index_open(test_folder, &index, &error), status);
    assert_null(index);
    if (strstr(error.message, expected) == NULL) {
        fail_msg("\"%s\" where \"%s\" was expected", error.message, expected);
    }
}

static void put(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(at(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void test_wrong_files(void **state)
{
    (void)state;
    struct csa_error error = {0};
    commit.generation = 1;
    add_segment(1, 20);
    add_segment(2, 20);
    delete_articles(1, 0, 2);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    csa_index_close(open_index());
    struct csa_buffer one;
    struct csa_buffer two;
    struct csa_buffer deletes;
    csa_buffer_init(&one, 1 << 24);
    csa_buffer_init(&two, 1 << 24);
    csa_buffer_init(&deletes, 1 << 24);
    assert_ok(csa_file_read(at("segment-00000001.csa"), &one, &error));
    assert_ok(csa_file_read(at("segment-00000002.csa"), &two, &error));
    assert_ok(csa_file_read(at("deletes-00000002-00000001.csa"), &deletes, &error));

    put("segment-00000002.csa", two.data, two.size - 100);
    expect_error(CSA_ERROR_DAMAGED, "segment-00000002.csa: has no trailer at its end: it is cut short");
    put("segment-00000002.csa", one.data, one.size);
    expect_error(CSA_ERROR_DAMAGED,
                 "segment-00000002.csa: another checksum or size: it is not the file that the");
    remove(at("segment-00000002.csa"));
    expect_error(CSA_ERROR_DAMAGED, "segment-00000002.csa: No such file");
    put("segment-00000002.csa", two.data, two.size);
    csa_index_close(open_index());

    remove(at("deletes-00000002-00000001.csa"));
    expect_error(CSA_ERROR_DAMAGED, "deletes-00000002-00000001.csa: No such file");
    for (size_t i = 0; i < deletes.size; i++) {
        deletes.data[i] ^= 0x20;
        put("deletes-00000002-00000001.csa", deletes.data, deletes.size);
        expect_error(i == 9 || i == 10 || i == 11 || i == 8 ? CSA_ERROR_UNSUPPORTED : CSA_ERROR_DAMAGED,
                     "deletes-00000002-00000001.csa: ");
        deletes.data[i] ^= 0x20;
        put("deletes-00000002-00000001.csa", deletes.data, i);
        expect_error(CSA_ERROR_DAMAGED, "deletes-00000002-00000001.csa: ");
    }
    deletes.data[24] ^= 3; /* bits 0 and 1 belong together, or not: another file with a sum that fits */
    csa_store_u32(deletes.data + deletes.size - 4,
                  (uint32_t)crc32(0, (const Bytef *)deletes.data, (uInt)deletes.size - 4));
    put("deletes-00000002-00000001.csa", deletes.data, deletes.size);
    expect_error(CSA_ERROR_DAMAGED, "deletes-00000002-00000001.csa: ");
    csa_buffer_release(&one);
    csa_buffer_release(&two);
    csa_buffer_release(&deletes);
}

static void test_other_numbers(void **state)
{
    (void)state;
    struct csa_error error = {0};
    commit.generation = 1;
    add_segment(1, 20);
    commit.segments[0].tokens++;
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    expect_error(CSA_ERROR_DAMAGED, "other numbers of articles, passages or tokens");
}

static void test_deletes(void **state)
{
    (void)state;
    struct csa_error error = {0};
    for (uint32_t passages = 1; passages < 300; passages += 1 + random_below(20)) {
        struct csa_deletes deletes;
        struct csa_deletes back;
        uint32_t crc;
        assert_ok(csa_deletes_init(&deletes, passages, &error));
        for (uint32_t i = 0; i < passages; i++) {
            if (random_below(3) == 0) {
                deletes.bits[i / 64] |= UINT64_C(1) << (i % 64);
                deletes.deleted++;
            }
        }
        assert_ok(csa_deletes_write(&deletes, at("bits"), &crc, &error));
        assert_ok(csa_deletes_read(&back, at("bits"), passages, &error));
        assert_int_equal(back.crc, crc);
        assert_int_equal(back.deleted, deletes.deleted);
        for (uint32_t i = 0; i < passages; i++) {
            assert_int_equal(csa_deletes_has(&back, i), csa_deletes_has(&deletes, i));
        }
        csa_deletes_release(&back);
        assert_int_equal(csa_deletes_read(&back, at("bits"), passages + 1, &error), CSA_ERROR_DAMAGED);
        csa_deletes_release(&deletes);
    }
    struct csa_deletes none = {.passages = 5};
    assert_false(csa_deletes_has(&none, 4));
}

static void test_no_memory(void **state)
{
    (void)state;
    struct csa_error error = {0};
    commit.generation = 1;
    add_segment(1, 20);
    add_segment(2, 3);
    delete_articles(0, 0, 2);
    assert_ok(csa_commit_write(test_folder, &commit, &error));
    enum csa_status status = CSA_ERROR_MEMORY;
    for (size_t n = 1; status != CSA_OK; n++) {
        struct csa_index *index;
        csa_memory_fail_at(n, n % 2);
        status = csa_index_open(test_folder, &index, &error);
        csa_memory_fail_at(0, 0);
        csa_index_close(index);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty_index, start_empty),
        cmocka_unit_test_setup(test_snapshots, start_empty),
        cmocka_unit_test_setup(test_commits_while_opening, start_empty),
        cmocka_unit_test_setup(test_wrong_files, start_empty),
        cmocka_unit_test_setup(test_other_numbers, start_empty),
        cmocka_unit_test_setup(test_deletes, start_empty),
        cmocka_unit_test_setup(test_no_memory, start_empty),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
