/* docs/index-format.md, "A worked example": the bytes on the page are a segment, which holds what the page
 * says, and the calls that the page names write these bytes. The page's path comes from the build. */
#include "segment_model.h"

#include "common/index/completions.h"

#include <zlib.h>

#ifndef CSA_SOURCE_ROOT
#define CSA_SOURCE_ROOT "."
#endif

static struct csa_buffer page_bytes; /* the dump, as bytes */

/* ---- the page ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One line of the dump: four spaces, the offset, two spaces, bytes, and what stands behind a semicolon. Lines
 * that hold nothing but zeros are left out on the page. */
static void take_line(const char *line)
{
    size_t offset = 0;
    for (int i = 4; i < 8; i++) {
        if (hex_digit(line[i]) < 0) {
            return;
        }
        offset = offset * 16 + (size_t)hex_digit(line[i]);
    }
    if (strncmp(line, "    ", 4) != 0 || strncmp(line + 8, "  ", 2) != 0) {
        return;
    }
    assert_true(offset >= page_bytes.size);
    while (page_bytes.size < offset) {
        csa_buffer_append_byte(&page_bytes, 0);
    }
    for (const char *p = line + 10; hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0; p += 3) {
        csa_buffer_append_byte(&page_bytes, (uint8_t)(hex_digit(p[0]) * 16 + hex_digit(p[1])));
        if (p[2] != ' ') {
            break;
        }
    }
}

static int read_page(void **state)
{
    struct csa_error error = {0};
    struct csa_buffer page;
    csa_buffer_init(&page, 1 << 20);
    csa_buffer_init(&page_bytes, 1 << 20);
    if (make_test_folder(state) != 0 ||
        csa_file_read(CSA_SOURCE_ROOT "/docs/index-format.md", &page, &error) != CSA_OK) {
        return -1;
    }
    csa_buffer_append_byte(&page, 0);
    const char *line = strstr(page.data, "\n## A worked example\n");
    for (; line != NULL && line[1] != '\0'; line = strchr(line, '\n')) {
        line++;
        const char *end = strchr(line, '\n');
        if (end == NULL) {
            break;
        }
        char text[200] = {0};
        memcpy(text, line, (size_t)(end - line) < sizeof text - 1 ? (size_t)(end - line) : sizeof text - 1);
        take_line(text);
    }
    csa_buffer_release(&page);
    return 0;
}

static int forget_page(void **state)
{
    csa_buffer_release(&page_bytes);
    return remove_test_folder(state);
}

/* ---- the calls ---- */

/* What Snowball's English stemmer makes of the example's words. */
static struct csa_view example_stem(void *context, uint8_t language, struct csa_view word)
{
    static const char *const stems[][2] = {
        {"carry", "carri"},  {"leaks", "leak"},        {"pipeline", "pipelin"},
        {"trains", "train"}, {"pipelines", "pipelin"},
    };
    (void)context;
    assert_int_equal(language, 1);
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        if (csa_view_equal(word, csa_view_of(stems[i][0]))) {
            return csa_view_of(stems[i][1]);
        }
    }
    return word;
}

/* Capitals become small: all that folding does to the example's title. */
static void example_fold(void *context, struct csa_view title, struct csa_buffer *out)
{
    (void)context;
    for (size_t i = 0; i < title.size; i++) {
        char c = title.data[i];
        csa_buffer_append_byte(out, (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
}

static void add_text(struct csa_segment_writer *writer)
{
    struct csa_error error = {0};
    struct csa_chunk_builder *builder;
    struct csa_chunk chunk;
    bool full;
    assert_ok(csa_chunk_builder_new(&builder, CSA_PASSAGE_CHUNK, &error));
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_of("Pipelines carry gas."), 0, &full, &error));
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_of("Trains carry coal."), 21, &full, &error));
    assert_ok(csa_chunk_builder_add_passage(builder, csa_view_of("A pipeline leaks."), 0, &full, &error));
    assert_ok(csa_chunk_builder_take(builder, &chunk, &error));
    assert_ok(csa_segment_writer_add_passage_chunk(writer, &chunk, &error));
    csa_chunk_builder_free(builder);
}

static void add_articles(struct csa_segment_writer *writer)
{
    struct csa_error error = {0};
    static const uint32_t lengths[] = {5, 3, 3};
    struct csa_buffer record;
    csa_buffer_init(&record, 1000);
    csa_article_record_encode(&(struct csa_stored_article){.title = csa_view_of("Gas pipelines")}, &record);
    struct csa_article_record article = {
        .id = csa_view_of("2023/a.txt"),
        .date = 20230811,
        .language = 1,
        .stemmer = 1,
        .source = csa_view_of("Daily"),
        .title_tokens = 2,
        .stored = csa_buffer_view(&record),
        .lengths = lengths,
        .passage_count = 2,
    };
    assert_ok(csa_segment_writer_add_article(writer, &article, &error));
    article = (struct csa_article_record){
        .id = csa_view_of("2023/b.txt"),
        .date = 20230000,
        .language = 1,
        .stemmer = 1,
        .source = csa_view_of("Daily"),
        .author = csa_view_of("Li Wei"),
        .lengths = lengths + 2,
        .passage_count = 1,
    };
    assert_ok(csa_segment_writer_add_article(writer, &article, &error));
    csa_buffer_release(&record);
}

/* Up to two documents with up to two positions. */
struct example_term {
    const char *text;
    uint32_t documents[2], frequencies[2];
    uint32_t positions[2][2];
};

static const struct example_term words[] = {
    {"a", {2}, {1}, {{0}}},
    {"carry", {0, 1}, {1, 1}, {{11}, {1}}},
    {"coal", {1}, {1}, {{2}}},
    {"gas", {0}, {2}, {{0, 12}}},
    {"leaks", {2}, {1}, {{2}}},
    {"pipeline", {2}, {1}, {{1}}},
    {"pipelines", {0}, {2}, {{1, 10}}},
    {"trains", {1}, {1}, {{0}}},
};
static const struct example_term title_words[] = {
    {"gas", {0}, {1}, {{0}}},
    {"pipelines", {0}, {1}, {{0}}},
};

static void add_terms(struct csa_segment_writer *writer, enum csa_term_kind kind,
                      const struct example_term *terms, size_t count)
{
    struct csa_error error = {0};
    for (size_t i = 0; i < count; i++) {
        csa_segment_writer_begin_term(writer, kind, csa_view_of(terms[i].text));
        for (size_t j = 0; j < 2 && terms[i].frequencies[j] != 0; j++) {
            csa_segment_writer_add_posting(writer, terms[i].documents[j], terms[i].frequencies[j],
                                           kind == CSA_TERM_WORD ? terms[i].positions[j] : NULL);
        }
        assert_ok(csa_segment_writer_end_term(writer, &error));
    }
}

static struct csa_segment *write_example(void)
{
    struct csa_error error = {0};
    struct csa_segment_writer *writer;
    const struct csa_segment_options options = {
        .passage_words = 4, .store_text = true, .store_positions = true};
    const struct csa_stem_callback stem = {NULL, example_stem};
    uint64_t size;
    uint32_t crc;
    assert_ok(csa_segment_writer_new(&writer, test_folder, 1, &options, &error));
    csa_segment_writer_fold_titles(writer, (struct csa_fold_callback){NULL, example_fold});
    add_text(writer);
    add_articles(writer);
    assert_ok(csa_segment_writer_begin_terms(writer, &error));
    add_terms(writer, CSA_TERM_WORD, words, sizeof words / sizeof *words);
    add_terms(writer, CSA_TERM_TITLE_WORD, title_words, sizeof title_words / sizeof *title_words);
    assert_ok(csa_segment_writer_finish(writer, &stem, &size, &crc, &error));
    csa_segment_writer_free(writer);
    struct csa_segment *segment;
    char *path = csa_index_segment_path(test_folder, 1);
    assert_ok(csa_segment_open(path, 1, &segment, &error));
    csa_free(path);
    return segment;
}

static void test_calls_write_the_page(void **state)
{
    (void)state;
    struct csa_segment *segment = write_example();
    const char *wanted = getenv("CSA_WRITE_EXAMPLE"); /* where to put the bytes, to make the page anew */
    if (wanted != NULL) {
        FILE *file = fopen(wanted, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(segment->file.data, 1, segment->file.size, file), segment->file.size);
        assert_int_equal(fclose(file), 0);
    }
    bool other_zlib = strstr(zlibVersion(), "ng") != NULL; /* compresses to other bytes */
    if (!other_zlib) {
        for (size_t i = 0; i < segment->file.size && i < page_bytes.size; i++) {
            if (segment->file.data[i] != (uint8_t)page_bytes.data[i]) {
                fail_msg("byte 0x%04zx is %02x, on the page %02x", i, segment->file.data[i],
                         (unsigned)(uint8_t)page_bytes.data[i]);
            }
        }
        assert_int_equal(segment->file.size, page_bytes.size);
    }
    csa_segment_close(segment);
}

/* ---- the page's segment ---- */

static void report_fault(void *context, const char *message)
{
    (void)context;
    print_message("%s\n", message);
}

static void expect_term(const struct csa_segment *segment, enum csa_term_kind kind, const char *text,
                        bool own, bool shared, uint32_t documents, const uint32_t *expected,
                        const uint32_t *frequencies)
{
    struct csa_error error = {0};
    struct csa_term_entry entry;
    struct csa_postings list;
    bool found;
    uint32_t numbers[CSA_BLOCK_ROOM];
    assert_ok(csa_dictionary_find(&segment->dictionary, kind, csa_view_of(text), &entry, &found, &error));
    assert_true(found);
    assert_int_equal(entry.own_stem, own);
    assert_int_equal(entry.shared, shared);
    assert_ok(csa_segment_postings(segment, &entry, &list, &error));
    assert_int_equal(csa_postings_read_documents(&list, 0, numbers), documents);
    assert_memory_equal(numbers, expected, documents * sizeof *expected);
    assert_int_equal(csa_postings_read_frequencies(&list, 0, numbers), documents);
    assert_memory_equal(numbers, frequencies, documents * sizeof *frequencies);
}

static void expect_terms(const struct csa_segment *segment)
{
    static const uint32_t counts[] = {8, 4, 2, 1};
    static const uint32_t both[] = {0, 1};
    static const uint32_t once[] = {1, 1};
    static const uint32_t twice[] = {2};
    static const uint32_t outer[] = {0, 2};
    static const uint32_t pipelin[] = {2, 1};
    assert_memory_equal(segment->meta.terms, counts, sizeof counts);
    expect_term(segment, CSA_TERM_WORD, "carry", false, false, 2, both, once);
    expect_term(segment, CSA_TERM_STEM, "carri", false, true, 2, both, once);
    expect_term(segment, CSA_TERM_WORD, "gas", true, false, 1, both, twice);
    expect_term(segment, CSA_TERM_STEM, "gas", true, false, 1, both, twice);
    expect_term(segment, CSA_TERM_STEM, "leak", false, true, 1, twice, once);
    expect_term(segment, CSA_TERM_STEM, "pipelin", false, false, 2, outer, pipelin);
    expect_term(segment, CSA_TERM_TITLE_WORD, "gas", true, false, 1, both, once);
    expect_term(segment, CSA_TERM_TITLE_STEM, "pipelin", false, true, 1, both, once);
}

static void expect_articles(const struct csa_segment *segment)
{
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_stored_article article;
    struct csa_stored_passage passage;
    char buffer[CSA_ID_MAXIMUM];
    struct csa_view id;
    csa_arena_init(&arena, 0);
    assert_ok(csa_segment_article_id(segment, 1, buffer, &id, &error));
    assert_true(csa_view_equal(id, csa_view_of("2023/b.txt")));
    assert_ok(csa_segment_read_article(segment, 0, NULL, &arena, &article, &error));
    assert_true(csa_view_equal(article.title, csa_view_of("Gas pipelines")));
    assert_ok(csa_segment_read_passage(segment, 1, NULL, &arena, &passage, &error));
    assert_true(csa_view_equal(passage.text, csa_view_of("Trains carry coal.")));
    assert_int_equal(passage.offset, 21);
    assert_int_equal(csa_column_get(&segment->date, 0), 20230811);
    assert_int_equal(csa_column_get(&segment->date, 1), 20230000);
    assert_true(csa_view_equal(csa_segment_string(segment, csa_column_get(&segment->source, 1)),
                               csa_view_of("Daily")));
    assert_true(csa_view_equal(csa_segment_string(segment, csa_column_get(&segment->author, 1)),
                               csa_view_of("Li Wei")));
    assert_int_equal(csa_segment_article_of(segment, 2), 1);
    assert_int_equal(csa_segment_length(segment, 0), 5);
    csa_arena_release(&arena);
}

static void expect_completions(const struct csa_segment *segment)
{
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_completion_walk walk;
    struct csa_completion found;
    bool more;
    csa_arena_init(&arena, 0);
    assert_ok(csa_completion_walk_terms(&walk, segment, CSA_TERM_WORD, csa_view_of("c"), &arena, &error));
    assert_ok(csa_completion_walk_next(&walk, &found, &more, &error));
    assert_true(more && csa_view_equal(found.text, csa_view_of("carry")));
    assert_int_equal(found.count, 2);
    assert_ok(csa_completion_walk_titles(&walk, segment, csa_view_of("gas"), &arena, &error));
    assert_ok(csa_completion_walk_next(&walk, &found, &more, &error));
    assert_true(more && csa_view_equal(found.text, csa_view_of("gas pipelines")));
    assert_int_equal(found.article, 0);
    assert_ok(csa_completion_walk_next(&walk, &found, &more, &error));
    assert_false(more);
    csa_arena_release(&arena);
}

static void test_page_is_a_segment(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_segment *segment;
    char path[100];
    assert_true(page_bytes.size > 1000);
    snprintf(path, sizeof path, "%s/page.csa", test_folder);
    struct csa_output output;
    assert_ok(csa_output_open(&output, path, &error));
    csa_output_write(&output, page_bytes.data, page_bytes.size);
    assert_ok(csa_output_finish(&output, false, &error));
    assert_ok(csa_segment_open(path, 1, &segment, &error));
    assert_ok(csa_segment_check(segment, report_fault, NULL, &error));
    expect_articles(segment);
    expect_terms(segment);
    expect_completions(segment);
    csa_segment_close(segment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_write_the_page),
        cmocka_unit_test(test_page_is_a_segment),
    };
    return cmocka_run_group_tests(tests, read_page, forget_page);
}
