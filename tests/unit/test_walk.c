/* csa_walk: the order, the ids, what is left out and what is reported. */
#include "intake_support.h"

#include "indexer/intake/walk.h"

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(sample_path(name), 0700), 0);
}

static void touch(const char *name)
{
    write_sample(name, "x", 1);
}

/* Walks the samples of these names; the ids that come, each followed by a semicolon, in `ids`. */
static void walk_samples(const char *const *names, size_t count, char ids[4000], struct kept *kept)
{
    char *paths[8];
    for (size_t i = 0; i < count; i++) {
        paths[i] = strdup(names[i][0] == '-' ? names[i] : sample_path(names[i]));
    }
    struct csa_intake_receiver receiver = receiver_for(kept);
    struct csa_walk *walk;
    const struct csa_source *source;
    assert_int_equal(csa_walk_open(paths, count, &receiver, &walk, NULL), CSA_OK);
    ids[0] = '\0';
    for (;;) {
        assert_int_equal(csa_walk_next(walk, &source, NULL), CSA_OK);
        if (source == NULL) {
            break;
        }
        assert_true(strcmp(source->path, "-") == 0 || access(source->path, F_OK) == 0);
        strcat(strcat(ids, source->id), ";");
    }
    csa_walk_close(walk);
    for (size_t i = 0; i < count; i++) {
        free(paths[i]);
    }
}

static void test_order_and_ids(void **state)
{
    (void)state;
    make_folder("order");
    make_folder("order/a");
    make_folder("order/a/empty");
    make_folder("order/z");
    static const char *const files[] = {"order/a.txt", "order/a-x", "order/a0",   "order/a/2",
                                        "order/a/10",  "order/z/z", "order/B.md", "order/a/ä"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        touch(files[i]);
    }
    touch("order/.hidden");
    make_folder("order/.git");
    touch("order/.git/config");
    struct kept kept = {0};
    char ids[4000];
    static const char *const named[] = {"order"};
    walk_samples(named, 1, ids, &kept);
    assert_string_equal(ids, "B.md;a-x;a.txt;a/10;a/2;a/ä;a0;z/z;");
    static const char *const slashes[] = {"order///"};
    walk_samples(slashes, 1, ids, &kept);
    assert_string_equal(ids, "B.md;a-x;a.txt;a/10;a/2;a/ä;a0;z/z;");
    assert_int_equal(kept.skipped_count, 0);
}

static void test_named_sources(void **state)
{
    (void)state;
    make_folder("named");
    make_folder("named/x");
    touch("named/x/file");
    touch("named/.dot");
    struct kept kept = {0};
    char ids[4000];
    static const char *const named[] = {"named/x/file", "-", "named/.dot", "named/x", "named/missing"};
    walk_samples(named, 5, ids, &kept);
    assert_string_equal(ids, "file;-;.dot;file;");
    assert_int_equal(kept.skipped_count, 1);
    assert_non_null(strstr(kept.skipped[0], "named/missing: No such file or directory"));
    kept_release(&kept);
    walk_samples(named, 0, ids, &kept);
    assert_string_equal(ids, "");
}

static void test_links(void **state)
{
    (void)state;
    make_folder("links");
    make_folder("links/real");
    touch("links/real/file");
    assert_int_equal(symlink("..", sample_path("links/real/loop")), 0);
    assert_int_equal(symlink("real/file", sample_path("links/alias")), 0);
    assert_int_equal(symlink("nowhere", sample_path("links/dangling")), 0);
    assert_int_equal(symlink("self", sample_path("links/self")), 0);
    struct kept kept = {0};
    char ids[4000];
    static const char *const named[] = {"links"};
    walk_samples(named, 1, ids, &kept);
    assert_string_equal(ids, "alias;real/file;");
    assert_int_equal(kept.skipped_count, 3);
    assert_non_null(strstr(kept.skipped[0], "links/dangling: No such file"));
    assert_non_null(strstr(kept.skipped[1], "links/self: "));
    assert_non_null(strstr(kept.skipped[2], "real/loop: a symbolic link to a folder"));
    kept_release(&kept);
    static const char *const through[] = {"links/real/loop"}; /* named directly: followed */
    walk_samples(through, 1, ids, &kept);
    assert_string_equal(ids, "alias;real/file;");
    kept_release(&kept);
}

static void test_special_files(void **state)
{
    (void)state;
    make_folder("special");
    touch("special/good");
    assert_int_equal(mkfifo(sample_path("special/fifo"), 0600), 0);
    make_folder("special/locked");
    struct kept kept = {0};
    char ids[4000];
    static const char *const named[] = {"special"};
    bool root = geteuid() == 0;
    chmod(sample_path("special/locked"), 0);
    walk_samples(named, 1, ids, &kept);
    assert_string_equal(ids, "good;");
    assert_int_equal(kept.skipped_count, root ? 1 : 2);
    assert_non_null(strstr(kept.skipped[0], "special/fifo: not a regular file"));
    kept_release(&kept);
    char *device = "/dev/null";
    struct csa_intake_receiver receiver = receiver_for(&kept);
    struct csa_walk *walk;
    const struct csa_source *source;
    assert_int_equal(csa_walk_open(&device, 1, &receiver, &walk, NULL), CSA_OK);
    assert_int_equal(csa_walk_next(walk, &source, NULL), CSA_OK);
    assert_null(source);
    assert_int_equal(kept.skipped_count, 1);
    csa_walk_close(walk);
    kept_release(&kept);
}

static void test_deep_folders(void **state)
{
    (void)state;
    make_folder("deep");
    int start = open(".", O_RDONLY | O_DIRECTORY);
    assert_int_equal(chdir(sample_path("deep")), 0);
    for (int i = 0; i < CSA_INTAKE_FOLDER_DEPTH + 3; i++) {
        FILE *file = fopen("f", "w");
        assert_non_null(file);
        fclose(file);
        assert_int_equal(mkdir("d", 0700), 0);
        assert_int_equal(chdir("d"), 0);
    }
    assert_int_equal(fchdir(start), 0);
    close(start);
    struct kept kept = {0};
    char *path = strdup(sample_path("deep"));
    struct csa_intake_receiver receiver = receiver_for(&kept);
    struct csa_walk *walk;
    const struct csa_source *source;
    size_t files = 0;
    assert_int_equal(csa_walk_open(&path, 1, &receiver, &walk, NULL), CSA_OK);
    do {
        assert_int_equal(csa_walk_next(walk, &source, NULL), CSA_OK);
        files += source != NULL;
    } while (source != NULL);
    csa_walk_close(walk);
    free(path);
    assert_int_equal(files, CSA_INTAKE_FOLDER_DEPTH);
    assert_int_equal(kept.skipped_count, 1);
    assert_non_null(strstr(kept.skipped[0], "folders nested too deeply"));
    kept_release(&kept);
}

static void test_stopping_early(void **state)
{
    (void)state;
    make_folder("early");
    make_folder("early/a");
    touch("early/a/1");
    touch("early/a/2");
    struct kept kept = {0};
    char *path = strdup(sample_path("early"));
    struct csa_intake_receiver receiver = receiver_for(&kept);
    struct csa_walk *walk;
    const struct csa_source *source;
    assert_int_equal(csa_walk_open(&path, 1, &receiver, &walk, NULL), CSA_OK);
    assert_int_equal(csa_walk_next(walk, &source, NULL), CSA_OK);
    assert_string_equal(source->id, "a/1");
    csa_walk_close(walk); /* frees what was to come */
    csa_walk_close(NULL);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_ids), cmocka_unit_test(test_named_sources),
        cmocka_unit_test(test_links),         cmocka_unit_test(test_special_files),
        cmocka_unit_test(test_deep_folders),  cmocka_unit_test(test_stopping_early),
    };
    return cmocka_run_group_tests(tests, make_sample_folder, remove_sample_folder);
}
