/* csa_input: files, standard input, gzip, lines; with every way a gzip file can be damaged. */
#include "intake_support.h"

#include "common/base/memory.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <zlib.h>

static unsigned char packed[1 << 20];

/* One gzip member of the text; returns its size in packed[at..]. */
static size_t pack(size_t at, const char *text, size_t size)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)size;
    stream.next_out = packed + at;
    stream.avail_out = (uInt)(sizeof packed - at);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t used = sizeof packed - at - stream.avail_out;
    deflateEnd(&stream);
    return used;
}

static struct csa_input *open_sample(const char *name)
{
    struct csa_input *input;
    struct csa_error error = {0};
    assert_int_equal(csa_input_open(sample_path(name), &input, &error), CSA_OK);
    return input;
}

/* Reads to the end in pieces of `piece` bytes; the last status. */
static enum csa_status read_all(struct csa_input *input, size_t piece, struct csa_buffer *out)
{
    char bytes[4096];
    for (;;) {
        size_t got;
        enum csa_status status = csa_input_read(input, bytes, piece, &got, NULL);
        if (status != CSA_OK || got == 0) {
            return status;
        }
        csa_buffer_append(out, bytes, got);
    }
}

static void check_content(const char *name, const char *expected, size_t size, enum csa_status last)
{
    static const size_t pieces[] = {1, 3, 4096};
    for (size_t i = 0; i < 3; i++) {
        struct csa_buffer out;
        csa_buffer_init(&out, 1 << 24);
        struct csa_input *input = open_sample(name);
        assert_int_equal(read_all(input, pieces[i], &out), last);
        assert_int_equal(out.size, size);
        assert_true(size == 0 || memcmp(out.data, expected, size) == 0);
        csa_input_close(input);
        csa_buffer_release(&out);
    }
}

static void test_plain_file(void **state)
{
    (void)state;
    write_sample("plain", "one\ntwo", 7);
    check_content("plain", "one\ntwo", 7, CSA_OK);
    write_sample("empty", "", 0);
    check_content("empty", "", 0, CSA_OK);
    write_sample("short", "\x1F\x8B", 2); /* as gzip begins, but too short for it */
    check_content("short", "\x1F\x8B", 2, CSA_OK);
}

static void test_gzip(void **state)
{
    (void)state;
    size_t size = pack(0, "hello ", 6);
    write_sample("one.gz", packed, size);
    check_content("one.gz", "hello ", 6, CSA_OK);
    size_t both = size + pack(size, "world", 5);
    write_sample("two.gz", packed, both);
    check_content("two.gz", "hello world", 11, CSA_OK);
    memset(packed + both, 0, 1000);
    write_sample("padded.gz", packed, both + 1000);
    check_content("padded.gz", "hello world", 11, CSA_OK);
    packed[both + 999] = 'x';
    write_sample("garbage.gz", packed, both + 1000);
    check_content("garbage.gz", "hello world", 11, CSA_ERROR_DAMAGED);
    write_sample("nothing.gz", packed, pack(0, "", 0));
    check_content("nothing.gz", "", 0, CSA_OK);
}

static void test_damaged_gzip(void **state)
{
    (void)state;
    char text[3000];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + (i * i / 7) % 26);
    }
    size_t size = pack(0, text, sizeof text);
    for (size_t cut = 3; cut < size; cut += 7) {
        write_sample("cut.gz", packed, cut);
        struct csa_input *input = open_sample("cut.gz");
        struct csa_buffer out;
        csa_buffer_init(&out, 1 << 20);
        assert_int_equal(read_all(input, 100, &out), CSA_ERROR_DAMAGED);
        assert_true(out.size <= sizeof text && (out.size == 0 || memcmp(out.data, text, out.size) == 0));
        csa_buffer_release(&out);
        csa_input_close(input);
    }
    packed[size - 6] ^= 1; /* the check sum */
    write_sample("sum.gz", packed, size);
    check_content("sum.gz", text, sizeof text, CSA_ERROR_DAMAGED);
}

static void test_damage_is_said_once(void **state)
{
    (void)state;
    size_t size = pack(0, "one\ntwo\n", 8);
    write_sample("cut.gz", packed, size - 4);
    struct csa_input *input = open_sample("cut.gz");
    struct csa_view line;
    uint64_t number;
    struct csa_error error = {0};
    assert_int_equal(csa_input_line(input, &line, &number, &error), CSA_OK);
    assert_int_equal(csa_input_line(input, &line, &number, &error), CSA_OK);
    assert_int_equal(number, 2);
    assert_int_equal(csa_input_line(input, &line, &number, &error), CSA_ERROR_DAMAGED);
    assert_non_null(strstr(error.message, "cut.gz: the gzip data is cut off"));
    assert_int_equal(csa_input_line(input, &line, &number, &error), CSA_OK);
    assert_null(line.data);
    csa_input_close(input);
}

static void check_line(struct csa_input *input, const char *text, uint64_t expected)
{
    struct csa_view line;
    uint64_t number;
    assert_int_equal(csa_input_line(input, &line, &number, NULL), CSA_OK);
    assert_non_null(line.data);
    assert_int_equal(number, expected);
    assert_int_equal(line.size, strlen(text));
    assert_memory_equal(line.data, text, line.size);
}

static void check_no_line(struct csa_input *input)
{
    struct csa_view line;
    uint64_t number;
    assert_int_equal(csa_input_line(input, &line, &number, NULL), CSA_OK);
    assert_null(line.data);
}

static void test_lines(void **state)
{
    (void)state;
    static const char text[] = "first\n\n  third\r\nlast without newline";
    write_sample("lines", text, sizeof text - 1);
    write_sample("lines.gz", packed, pack(0, text, sizeof text - 1));
    for (int i = 0; i < 2; i++) {
        struct csa_input *input = open_sample(i == 0 ? "lines" : "lines.gz");
        check_line(input, "first", 1);
        check_line(input, "", 2);
        check_line(input, "  third\r", 3);
        check_line(input, "last without newline", 4);
        check_no_line(input);
        check_no_line(input);
        csa_input_close(input);
    }
    write_sample("ends", "a\n", 2);
    struct csa_input *input = open_sample("ends");
    check_line(input, "a", 1);
    check_no_line(input);
    csa_input_close(input);
}

/* Lines of all lengths around the sizes of the buffers. */
static void test_many_lines(void **state)
{
    (void)state;
    FILE *file = fopen(sample_path("many"), "wb");
    assert_non_null(file);
    enum { LINES = 300 };
    for (size_t i = 0; i < LINES; i++) {
        for (size_t j = 0; j < i * i * 7 % 70001; j++) {
            fputc('a' + (int)(i % 26), file);
        }
        fputc('\n', file);
    }
    fclose(file);
    struct csa_input *input = open_sample("many");
    for (size_t i = 0; i < LINES; i++) {
        struct csa_view line;
        uint64_t number;
        assert_int_equal(csa_input_line(input, &line, &number, NULL), CSA_OK);
        assert_int_equal(number, i + 1);
        assert_int_equal(line.size, i * i * 7 % 70001);
        for (size_t j = 0; j < line.size; j++) {
            assert_true(line.data[j] == 'a' + (int)(i % 26));
        }
    }
    check_no_line(input);
    csa_input_close(input);
}

static void test_peek(void **state)
{
    (void)state;
    write_sample("peek", "one\ntwo\n", 8);
    struct csa_input *input = open_sample("peek");
    struct csa_view head;
    assert_int_equal(csa_input_peek(input, 5, &head, NULL), CSA_OK);
    assert_int_equal(head.size, 5);
    assert_memory_equal(head.data, "one\nt", 5);
    assert_int_equal(csa_input_peek(input, 100, &head, NULL), CSA_OK);
    assert_int_equal(head.size, 8);
    check_line(input, "one", 1);
    char bytes[10];
    size_t got;
    assert_int_equal(csa_input_read(input, bytes, 2, &got, NULL), CSA_OK);
    assert_int_equal(got, 2);
    assert_memory_equal(bytes, "tw", 2);
    check_line(input, "o", 2);
    assert_int_equal(csa_input_peek(input, 100, &head, NULL), CSA_OK);
    assert_int_equal(head.size, 0);
    csa_input_close(input);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    struct csa_input *input;
    struct csa_error error = {0};
    assert_int_equal(csa_input_open(sample_path("missing"), &input, &error), CSA_ERROR_NOT_FOUND);
    assert_null(input);
    assert_non_null(strstr(error.message, "missing: "));
    assert_int_equal(csa_input_open(sample_folder, &input, &error), CSA_ERROR_MISUSE);
    assert_int_equal(csa_input_open("/dev/null", &input, &error), CSA_ERROR_MISUSE);
    assert_null(input);
    csa_input_close(NULL);
}

static void test_fifo(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(sample_path("fifo"), 0600), 0);
    check_content("fifo", "", 0, CSA_OK); /* nobody writes: no waiting */
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "from a pipe\n", 12), 12);
    close(ends[1]);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct csa_input *input;
    assert_int_equal(csa_input_open(path, &input, NULL), CSA_OK);
    check_line(input, "from a pipe", 1);
    check_no_line(input);
    csa_input_close(input);
    close(ends[0]);
}

static void test_standard_input(void **state)
{
    (void)state;
    write_sample("stdin.gz", packed, pack(0, "through standard input", 22));
    int saved = dup(STDIN_FILENO);
    int file = open(sample_path("stdin.gz"), O_RDONLY);
    assert_true(file >= 0 && dup2(file, STDIN_FILENO) >= 0);
    struct csa_input *input;
    assert_int_equal(csa_input_open("-", &input, NULL), CSA_OK);
    check_line(input, "through standard input", 1);
    csa_input_close(input);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* not closed */
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(file);
    assert_string_equal(csa_input_name("-"), "standard input");
    assert_string_equal(csa_input_name("a"), "a");
}

static void test_out_of_memory(void **state)
{
    (void)state;
    write_sample("memory", "one\n", 4);
    for (size_t n = 1; n < 10; n++) {
        struct csa_input *input = NULL;
        csa_memory_fail_at(n, 1);
        enum csa_status status = csa_input_open(sample_path("memory"), &input, NULL);
        struct csa_view line = {NULL, 0};
        uint64_t number;
        if (status == CSA_OK) {
            status = csa_input_line(input, &line, &number, NULL);
        }
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_ERROR_MEMORY || line.size == 3);
        csa_input_close(input);
    }
}

static void test_line_that_is_too_long(void **state)
{
    (void)state;
    FILE *file = fopen(sample_path("long"), "wb");
    assert_non_null(file);
    fputs("before\n", file);
    fseek(file, (long)CSA_INTAKE_RECORD_MAXIMUM + 20, SEEK_CUR); /* a hole of zero bytes */
    fputs("\nafter\n", file);
    fclose(file);
    struct csa_input *input = open_sample("long");
    struct csa_view line;
    uint64_t number;
    struct csa_error error = {0};
    check_line(input, "before", 1);
    assert_int_equal(csa_input_line(input, &line, &number, &error), CSA_ERROR_LIMIT);
    assert_int_equal(number, 2);
    assert_non_null(strstr(error.message, "long:2: a line longer than 256 MiB"));
    check_line(input, "after", 3);
    check_no_line(input);
    csa_input_close(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_file),    cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_damaged_gzip),  cmocka_unit_test(test_damage_is_said_once),
        cmocka_unit_test(test_lines),         cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_peek),          cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_fifo),          cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_out_of_memory), cmocka_unit_test(test_line_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, make_sample_folder, remove_sample_folder);
}
