/* Streams as zlib makes them at every level, whole and in steps; every kind of damage, wrong sizes, no
 * memory, several threads. With libdeflate and without it the results are the same. */
#include "segment_model.h"

#include "common/index/inflate.h"

#include <pthread.h>
#include <zlib.h>

enum { TEXT_MAXIMUM = 70000 };

struct packed {
    char *text;
    uint8_t *bytes;
    uint32_t size; /* of the text */
    size_t packed; /* of the bytes */
};

/* Words that repeat, in blocks of few and of many letters. */
static struct packed pack(uint32_t size, int level, int strategy)
{
    struct packed made = {.text = malloc(size + 1), .size = size};
    uint32_t letters = 1 + random_below(60);
    for (uint32_t i = 0; i < size; i++) {
        bool again = i > 100 && random_below(8) == 0;
        if (again) {
            uint32_t from = i - 1 - random_below(i < 40000 ? i : 32767);
            for (uint32_t n = 3 + random_below(40); n > 0 && i + 1 < size; n--) {
                made.text[i++] = made.text[from++];
            }
        }
        letters = random_below(5000) == 0 ? 1 + random_below(256) : letters;
        made.text[i] = (char)random_below(letters);
    }
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, level, Z_DEFLATED, 9 + (int)random_below(7), 8, strategy), Z_OK);
    size_t room = deflateBound(&stream, size) + 64;
    made.bytes = malloc(room);
    stream.next_in = (Bytef *)made.text;
    stream.avail_in = size;
    stream.next_out = made.bytes;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    made.packed = stream.total_out;
    deflateEnd(&stream);
    return made;
}

static void release(struct packed *packed)
{
    free(packed->text);
    free(packed->bytes);
}

/* An exact copy, so that a sanitizer sees a byte read behind the stream. */
static enum csa_status inflate_copy(const uint8_t *bytes, size_t packed, uint32_t size,
                                    struct csa_buffer *raw)
{
    char *copy = malloc(packed == 0 ? 1 : packed);
    memcpy(copy, bytes, packed);
    struct csa_error error = {0};
    enum csa_status status = csa_inflate(csa_view_make(copy, packed), size, raw, &error);
    free(copy);
    assert_int_equal(error.status, status);
    assert_true(status == CSA_OK || (status == CSA_ERROR_DAMAGED && raw->size == 0));
    return status;
}

static void check_text(const struct csa_buffer *raw, const struct packed *packed)
{
    assert_int_equal(raw->size, packed->size);
    assert_memory_equal(raw->data, packed->text, packed->size);
}

static void check_steps(const struct packed *packed, struct csa_buffer *raw)
{
    struct csa_inflation inflation;
    struct csa_error error = {0};
    uint32_t wanted = 0;
    csa_inflation_init(&inflation, csa_view_make((const char *)packed->bytes, packed->packed), packed->size,
                       raw);
    assert_int_equal(raw->size, 0);
    while (wanted < packed->size) {
        wanted += 1 + random_below(packed->size - wanted);
        assert_ok(csa_inflation_reach(&inflation, wanted, &error));
        assert_ok(csa_inflation_reach(&inflation, wanted / 2, &error));
        assert_in_range(raw->size, wanted, packed->size);
        assert_memory_equal(raw->data, packed->text, raw->size);
    }
    csa_inflation_release(&inflation);
    csa_inflation_init(&inflation, csa_view_make("x", 1), 1, raw); /* never begun */
    csa_inflation_release(&inflation);
}

static void test_sound(void **state)
{
    (void)state;
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
    struct csa_buffer raw;
    csa_buffer_init(&raw, 1U << 20);
    for (int i = 0; i < 500; i++) {
        uint32_t size = i < 20 ? (uint32_t)i : random_below(i % 10 == 0 ? TEXT_MAXIMUM : 5000);
        struct packed packed = pack(size, i % 10, strategies[random_below(5)]);
        assert_int_equal(inflate_copy(packed.bytes, packed.packed, size, &raw), CSA_OK);
        check_text(&raw, &packed);
        check_steps(&packed, &raw);
        release(&packed);
    }
    csa_buffer_release(&raw);
}

static void test_wrong_sizes(void **state)
{
    (void)state;
    struct csa_buffer raw;
    csa_buffer_init(&raw, 1U << 20);
    for (int i = 0; i < 30; i++) {
        struct packed packed = pack(1 + random_below(3000), i % 10, Z_DEFAULT_STRATEGY);
        assert_int_equal(inflate_copy(packed.bytes, packed.packed, packed.size + 1, &raw), CSA_ERROR_DAMAGED);
        assert_int_equal(inflate_copy(packed.bytes, packed.packed, packed.size - 1, &raw), CSA_ERROR_DAMAGED);
        assert_int_equal(inflate_copy(packed.bytes, packed.packed, 0, &raw), CSA_ERROR_DAMAGED);
        for (size_t size = 0; size < packed.packed; size++) {
            assert_int_equal(inflate_copy(packed.bytes, size, packed.size, &raw), CSA_ERROR_DAMAGED);
        }
        packed.bytes[packed.packed] = 0; /* there is room */
        assert_int_equal(inflate_copy(packed.bytes, packed.packed + 1, packed.size, &raw), CSA_ERROR_DAMAGED);
        struct csa_inflation inflation;
        csa_inflation_init(&inflation, csa_view_make((const char *)packed.bytes, packed.packed),
                           packed.size + 1, &raw);
        assert_int_equal(csa_inflation_reach(&inflation, packed.size + 1, NULL), CSA_ERROR_DAMAGED);
        csa_inflation_release(&inflation);
        release(&packed);
    }
    csa_buffer_release(&raw);
}

/* Whatever is changed in a stream, no other text comes out of it: at best the change was in a bit that says
 * nothing, as those between the last block and the checksum. */
static void test_damage(void **state)
{
    (void)state;
    struct csa_buffer raw;
    csa_buffer_init(&raw, 1U << 20);
    size_t found = 0;
    size_t tried = 0;
    for (int i = 0; i < 20; i++) {
        struct packed packed = pack(1 + random_below(600), i % 10, i % 3 == 0 ? Z_FIXED : Z_DEFAULT_STRATEGY);
        for (size_t bit = 0; bit < 8 * packed.packed; bit++) {
            packed.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            tried++;
            if (inflate_copy(packed.bytes, packed.packed, packed.size, &raw) == CSA_OK) {
                check_text(&raw, &packed);
            } else {
                found++;
            }
            packed.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        release(&packed);
    }
    assert_true(found > tried - tried / 100);
    for (int i = 0; i < 3000; i++) { /* bytes of chance, half of them behind a sound head */
        uint8_t bytes[300] = {0};
        size_t size = random_below(sizeof bytes);
        for (size_t n = 0; n < size; n++) {
            bytes[n] = (uint8_t)random_below(256);
        }
        if (i % 2 == 0) {
            bytes[0] = 0x78;
            bytes[1] = 0x9C;
        }
        assert_int_equal(inflate_copy(bytes, size, random_below(2000), &raw), CSA_ERROR_DAMAGED);
        struct csa_inflation inflation;
        csa_inflation_init(&inflation, csa_view_make((const char *)bytes, size), 1000, &raw);
        for (uint32_t wanted = 1; wanted <= 1000; wanted += random_below(300)) {
            if (csa_inflation_reach(&inflation, wanted, NULL) != CSA_OK) {
                break;
            }
            assert_in_range(raw.size, wanted, 1000);
        }
        csa_inflation_release(&inflation);
    }
    csa_buffer_release(&raw);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct packed packed = pack(5000, 6, Z_DEFAULT_STRATEGY);
    struct csa_view stream = csa_view_make((const char *)packed.bytes, packed.packed);
    for (int steps = 0; steps < 2; steps++) {
        enum csa_status status = CSA_ERROR_MEMORY;
        size_t n = 0;
        while (status != CSA_OK) {
            struct csa_buffer raw;
            struct csa_inflation inflation;
            csa_buffer_init(&raw, 1U << 20);
            csa_inflation_init(&inflation, stream, packed.size, &raw);
            csa_memory_fail_at(++n, 0);
            status = steps == 0 ? csa_inflate(stream, packed.size, &raw, NULL)
                                : csa_inflation_reach(&inflation, packed.size, NULL);
            csa_memory_fail_at(0, 0);
            assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
            assert_int_equal(raw.size, status == CSA_OK ? packed.size : 0);
            csa_inflation_release(&inflation);
            csa_buffer_release(&raw);
        }
        assert_true(n > 2); /* the text's room and what inflates it */
    }
    struct csa_buffer small;
    csa_buffer_init(&small, 100);
    assert_int_equal(csa_inflate(stream, packed.size, &small, NULL), CSA_ERROR_MEMORY);
    csa_buffer_release(&small);
    release(&packed);
}

static void *inflate_often(void *given)
{
    const struct packed *packed = given;
    struct csa_buffer raw;
    bool sound = true;
    csa_buffer_init(&raw, 1U << 20);
    for (int i = 0; i < 200 && sound; i++) {
        sound = csa_inflate(csa_view_make((const char *)packed->bytes, packed->packed), packed->size, &raw,
                            NULL) == CSA_OK &&
                raw.size == packed->size && memcmp(raw.data, packed->text, packed->size) == 0;
    }
    csa_buffer_release(&raw);
    return sound ? given : NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct packed packed = pack(3000, 4, Z_DEFAULT_STRATEGY);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, inflate_often, &packed), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *result;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, &packed);
    }
    release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads), /* first: nothing was inflated before */
        cmocka_unit_test(test_sound),   cmocka_unit_test(test_wrong_sizes),
        cmocka_unit_test(test_damage),  cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
