/* Chunks of stored text: when a chunk is full, what it takes, that the same records give the same bytes, and
 * the records of articles. Reading chunks back is tested with segments. */
#include "segment_model.h"

#include "common/base/integer.h"

#include <zlib.h>

static struct csa_chunk_builder *new_builder(uint32_t limit)
{
    struct csa_error error = {0};
    struct csa_chunk_builder *builder;
    assert_ok(csa_chunk_builder_new(&builder, limit, &error));
    return builder;
}

static void inflate_chunk(const struct csa_chunk *chunk, uint8_t *raw, size_t room)
{
    uLongf size = room;
    assert_int_equal(uncompress(raw, &size, (const Bytef *)chunk->compressed.data, chunk->compressed.size),
                     Z_OK);
    assert_int_equal(size, chunk->raw_size);
}

static void test_passages(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_chunk_builder *builder = new_builder(100);
    struct csa_chunk chunk;
    uint8_t raw[1000];
    bool full;
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_int_equal(chunk.records, 0);

    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_of("first"), 0, &full, &error));
    assert_false(full);
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_make(NULL, 0), 300, &full, &error));
    assert_false(full);
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_int_equal(chunk.records, 2);
    inflate_chunk(&chunk, raw, sizeof raw);
    static const uint8_t expected[] = {0, 5, 0xAC, 2, 0, 'f', 'i', 'r', 's', 't'};
    assert_int_equal(chunk.raw_size, sizeof expected);
    assert_memory_equal(raw, expected, sizeof expected);

    char text[98];
    memset(text, 'x', sizeof text);
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_make(text, 97), 1, &full, &error));
    assert_false(full); /* with its two numbers 99 bytes */
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_make(text, 98), 1, &full, &error));
    assert_true(full);
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_int_equal(chunk.raw_size, 100);
    assert_int_equal(chunk.records, 1);
    csa_chunk_builder_free(builder);
    csa_chunk_builder_free(NULL);
}

static void test_large_records(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_chunk_builder *builder = new_builder(CSA_PASSAGE_CHUNK);
    struct csa_chunk chunk;
    bool full;
    size_t size = 3 << 20;
    char *text = malloc(size);
    uint8_t *raw = malloc(size + 100);
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)random_below(256); /* does not compress */
    }
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_make(text, size), 7, &full, &error));
    assert_true(full);
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    inflate_chunk(&chunk, raw, size + 100);
    assert_int_equal(chunk.raw_size, size + 5);
    assert_memory_equal(raw + 5, text, size);
    assert_int_equal(csa_chunk_builder_add_passage(
                         builder, csa_view_make(text, (size_t)CSA_RECORD_MAXIMUM + 1), 0, &full, &error),
                     CSA_ERROR_LIMIT); /* told by its size: the bytes are not read */
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_of("goes on"), 0, &full, &error));
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_int_equal(chunk.records, 1);
    free(text);
    free(raw);
    csa_chunk_builder_free(builder);
}

static void test_many_empty(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_chunk_builder *builder = new_builder(UINT32_MAX); /* full only by the number of records */
    struct csa_chunk chunk;
    bool full = false;
    uint32_t count = 0;
    while (!full) {
        assert_ok(csa_chunk_builder_add_passage(builder, csa_view_of(""), UINT32_MAX, &full, &error));
        count++;
    }
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_int_equal(chunk.records, count);
    assert_int_equal(chunk.raw_size, 6 * count);
    csa_chunk_builder_free(builder);
}

/* A used builder gives the same bytes as a new one. */
static void test_same_bytes(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_chunk_builder *used = new_builder(CSA_PASSAGE_CHUNK);
    for (int round = 0; round < 20; round++) {
        struct csa_chunk_builder *fresh = new_builder(CSA_PASSAGE_CHUNK);
        bool full = false;
        while (!full) {
            char text[400];
            size_t size = random_below(sizeof text);
            for (size_t i = 0; i < size; i++) {
                text[i] = (char)('a' + random_below(1 + random_below(20)));
            }
            assert_ok(csa_chunk_builder_add_passage(used, csa_view_make(text, size), 9, &full, &error));
            assert_ok(csa_chunk_builder_add_passage(fresh, csa_view_make(text, size), 9, &full, &error));
        }
        struct csa_chunk one;
        struct csa_chunk other;
        assert_ok(csa_chunk_builder_take(used, &one, &error));
        assert_ok(csa_chunk_builder_take(fresh, &other, &error));
        assert_true(csa_view_equal(one.compressed, other.compressed));
        csa_chunk_builder_free(fresh);
    }
    csa_chunk_builder_free(used);
}

static void test_article_records(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 1000);
    csa_article_record_encode(&(struct csa_stored_article){.extra_count = 0}, &out);
    assert_int_equal(out.size, 1);
    assert_int_equal(out.data[0], 0);

    csa_buffer_clear(&out);
    struct csa_stored_field extra[] = {
        {csa_view_of("k"), csa_view_of("v")},
        {csa_view_make("cut\0here", 8), csa_view_of("")},
    };
    csa_article_record_encode(
        &(struct csa_stored_article){
            .title = csa_view_of("T"), .description = csa_view_of("dd"), .extra = extra, .extra_count = 2},
        &out);
    static const uint8_t expected[] = {18,  1, 1,   'T', 3, 2,   'd', 'd', 16, 3,
                                       'k', 0, 'v', 16,  4, 'c', 'u', 't', 0};
    assert_int_equal(out.size, sizeof expected);
    assert_memory_equal(out.data, expected, sizeof expected);
    csa_buffer_release(&out);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct csa_error error = {0};
    enum csa_status status = CSA_ERROR_MEMORY;
    for (size_t n = 1; status != CSA_OK; n++) {
        struct csa_chunk_builder *builder;
        struct csa_chunk chunk;
        bool full;
        csa_memory_fail_at(n, 0);
        status = csa_chunk_builder_new(&builder, 100, &error);
        if (status == CSA_OK) {
            status = csa_chunk_builder_add_passage(builder, csa_view_of("text"), 0, &full, &error);
        }
        if (status == CSA_OK) {
            status = csa_chunk_builder_take(builder, &chunk, &error);
        }
        csa_memory_fail_at(0, 0);
        csa_chunk_builder_free(builder);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passages),        cmocka_unit_test(test_large_records),
        cmocka_unit_test(test_many_empty),      cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_article_records), cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
