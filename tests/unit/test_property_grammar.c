/* The whole query language against the naive evaluator: random trees of all kinds of nodes and fields over
 * random described collections, the same trees as text through the parser, that text with bytes changed at
 * random, and an index with bytes changed at random.
 *
 * The normal run takes a few thousand queries. CSA_PROPERTY_QUERIES=100000 test_property_grammar takes that
 * many of each kind, CSA_PROPERTY_SEED=N others. */
#include "search_random_query.h"
#include "temporary_folder.h"

enum { A_COLLECTION = 40 /* queries to each */, NORMAL = 1200 };

static unsigned long setting(const char *name, unsigned long otherwise)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? otherwise : strtoul(value, NULL, 10);
}

static struct shape shape_of(unsigned long i)
{
    return (struct shape){
        .articles = 1 + (uint32_t)(i % 40),
        .passages = i % 3 == 0 ? 1 : 1 + (uint32_t)(i % 5),
        .words = 1 + (uint32_t)(i % 23),
        .titles = i % 2 == 0,
        .deletes = i % 5 == 0,
        .stemmed = i % 4 != 0,
        .unstemmed = i % 4 == 1,
        .segments = i % 40 < 3 ? 1 : 1 + (uint32_t)(i % 3),
        .by_segment = i % 7 == 0,
        .described = true,
    };
}

/* Calls `check` for many queries over one collection after another. */
static void run(void (*check)(struct round *r, uint64_t *random))
{
    unsigned long queries = setting("CSA_PROPERTY_QUERIES", NORMAL);
    unsigned long seed = setting("CSA_PROPERTY_SEED", 1);
    for (unsigned long i = 0; i * A_COLLECTION < queries; i++) {
        uint64_t random = seed * 1000003 + i;
        struct model model;
        bool other = i % 6 == 0;
        struct round r = {.k1 = other ? 0.9 : 1.2, .b = other ? 0.4 : 0.75};
        char folder[] = "csa-test-grammar-XXXXXX";
        const struct shape shape = shape_of(i + seed * 17);
        round_open(&r, &model, &shape, &random, folder);
        for (unsigned q = 0; q < A_COLLECTION; q++) {
            csa_arena_clear(&r.arena);
            check(&r, &random);
        }
        round_close(&r, &model, folder);
    }
}

/* A random tree as text; test_free(). */
static char *print_query(const struct csa_query *query, size_t *size)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_query_print(query, &out);
    assert_false(out.failed);
    char *text = test_malloc(out.size + 1);
    if (out.size != 0) {
        memcpy(text, out.data, out.size);
    }
    text[out.size] = '\0';
    *size = out.size;
    csa_buffer_release(&out);
    return text;
}

static void check_random_tree(struct round *r, uint64_t *random)
{
    size_t size;
    struct csa_query query = tree_query(r->model, &r->arena, random);
    char *text = print_query(&query, &size);
    check_tree(r, text, &query, random);
    test_free(text);
}

static void test_trees(void **state)
{
    (void)state;
    run(check_random_tree);
}

static void check_random_text(struct round *r, uint64_t *random)
{
    size_t size;
    struct csa_query query = tree_query(r->model, &r->arena, random);
    char *text = print_query(&query, &size);
    if (model_below(random, 4) == 0) { /* without its signs of what is required: filters side by side */
        size_t kept = 0;
        for (size_t i = 0; i < size; i++) {
            text[kept] = text[i];
            kept += text[i] != '+';
        }
        size = kept;
    }
    check_text(r, csa_view_make(text, size), random);
    test_free(text);
}

static void test_texts(void **state)
{
    (void)state;
    run(check_random_text);
}

/* Bytes put in, changed, taken out and moved. */
static void check_random_bytes(struct round *r, uint64_t *random)
{
    static const char signs[] = "\"()*?~^:+-/.&' 0123456789";
    size_t size;
    struct csa_query query = tree_query(r->model, &r->arena, random);
    char *printed = print_query(&query, &size);
    size = size > 400 ? 400 : size;
    for (uint32_t edits = 1 + model_below(random, 8); edits != 0 && size != 0; edits--) {
        size_t at = model_below(random, (uint32_t)size);
        char byte = model_below(random, 3) == 0 ? (char)model_random(random)
                                                : signs[model_below(random, sizeof signs - 1)];
        size_t from = model_below(random, (uint32_t)size);
        switch (model_below(random, 3)) {
        case 0:
            printed[at] = byte;
            break;
        case 1:
            memmove(printed + at, printed + at + 1, size - at - 1);
            size--;
            break;
        default:
            printed[at] = printed[from];
        }
    }
    char *exact = test_malloc(size + 1); /* of this size, so that a sanitizer sees reads behind the end */
    memcpy(exact, printed, size);
    check_text(r, csa_view_make(exact, size), random);
    test_free(exact);
    test_free(printed);
}

static void test_bytes(void **state)
{
    (void)state;
    run(check_random_bytes);
}

/* ---- damage ---- */

static void damage_file(const char *path, uint64_t *random)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    /* Behind the sections that are read without a look at their checksums come META, the table and the
     * trailer: damage there is refused at once, and other tests see to it. */
    enum { CHECKED = 1100 };
    long size = ftell(file);
    size -= size > CHECKED ? CHECKED : 0;
    for (uint32_t n = 1 + model_below(random, 8); n != 0; n--) {
        assert_int_equal(fseek(file, (long)model_below(random, (uint32_t)size), SEEK_SET), 0);
        assert_int_not_equal(fputc((int)(model_random(random) & 0xFF), file), EOF);
    }
    assert_int_equal(fclose(file), 0);
}

/* Whatever the bytes say: an answer or an error, for every query. */
static void ask_damaged(struct round *r, uint64_t *random)
{
    struct csa_error error = {0};
    struct csa_search_result result;
    struct csa_explanation explanation;
    for (unsigned q = 0; q < A_COLLECTION; q++) {
        csa_arena_clear(&r->arena);
        struct csa_query query = tree_query(r->model, &r->arena, random);
        struct csa_search_request request = {.query = &query,
                                             .rank = q % 2 == 0 ? CSA_RANK_BEST : CSA_RANK_BM25,
                                             .k1 = 1.2,
                                             .b = 0.75,
                                             .hits = 10,
                                             .count = q % 3 != 0,
                                             .by_article = q % 5 == 0};
        if (r->engine->operations->search(r->engine, &request, &r->arena, &result, &error) == CSA_OK &&
            result.hit_count != 0) {
            assert_true(result.hits[0].passage < r->model->passage_count);
            r->engine->operations->explain(r->engine, &request, &result.hits[0].passage, 1, &r->arena,
                                           &explanation, &error);
        }
    }
}

static void test_damage(void **state)
{
    (void)state;
    unsigned long queries = setting("CSA_PROPERTY_QUERIES", NORMAL);
    unsigned long opened = 0;
    for (unsigned long i = 0; i * A_COLLECTION < 2 * queries; i++) {
        struct csa_error error = {0};
        uint64_t random = setting("CSA_PROPERTY_SEED", 1) * 7 + i;
        struct model model;
        struct round r = {.k1 = 1.2};
        char folder[] = "csa-test-damage-XXXXXX";
        const struct shape shape = shape_of(i);
        round_make(&r, &model, &shape, &random, folder);
        char *path = csa_index_segment_path(folder, 1);
        damage_file(path, &random);
        csa_free(path);
        if (csa_engine_native_open(folder, &r.engine, &error) == CSA_OK) {
            opened++;
            ask_damaged(&r, &random);
            r.engine->operations->close(r.engine);
        }
        round_release(&r, &model, folder);
    }
    assert_true(opened * A_COLLECTION * 2 > queries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, temporary_folder_enter, temporary_folder_leave);
}
