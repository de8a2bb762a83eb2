/* Damage: whatever is done to a segment's bytes, opening, reading and checking it give an answer or an error,
 * and the check finds every change; also when the checksums have been made to fit. Named damage gives the
 * exact place. */
#include "segment_model.h"

#include "common/base/integer.h"
#include "common/index/completions.h"
#include "common/index/format.h"

#include <sys/stat.h>
#include <zlib.h>

/* ---- segments in memory, so that they can be changed ---- */

struct image {
    uint8_t *bytes;
    size_t size;
};

static struct image make_image(const struct model_plan *plan)
{
    struct csa_error error = {0};
    struct csa_commit_segment entry;
    struct model *model = model_make(plan);
    assert_ok(model_write(model, test_folder, 1, &entry, &error));
    model_free(model);
    char *path = csa_index_segment_path(test_folder, 1);
    struct csa_buffer bytes;
    csa_buffer_init(&bytes, 1 << 26);
    assert_ok(csa_file_read(path, &bytes, &error));
    csa_free(path);
    return (struct image){(uint8_t *)bytes.data, bytes.size};
}

static struct image copy_image(struct image image)
{
    struct image copy = {malloc(image.size + 1), image.size};
    memcpy(copy.bytes, image.bytes, image.size);
    return copy;
}

static const char *store_image(struct image image)
{
    static char path[100];
    snprintf(path, sizeof path, "%s/segment-0000002a.csa", test_folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image.bytes, 1, image.size, file), image.size);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* The table entry of a section. */
static uint8_t *find_entry(struct image image, uint32_t id)
{
    uint8_t *trailer = image.bytes + image.size - CSA_TRAILER_SIZE;
    uint8_t *table = image.bytes + csa_load_u64(trailer);
    for (uint32_t i = 0; i < csa_load_u32(trailer + 8); i++) {
        if (csa_load_u32(table + (size_t)i * CSA_TABLE_ENTRY_SIZE) == id) {
            return table + (size_t)i * CSA_TABLE_ENTRY_SIZE;
        }
    }
    return NULL;
}

static uint8_t *find_bytes(struct image image, uint32_t id)
{
    uint8_t *entry = find_entry(image, id);
    assert_non_null(entry);
    return image.bytes + csa_load_u64(entry + 8);
}

static void sign_frame(struct image image)
{
    uint8_t *trailer = image.bytes + image.size - CSA_TRAILER_SIZE;
    uint64_t offset = csa_load_u64(trailer);
    uint64_t size = csa_load_u32(trailer + 8) * (uint64_t)CSA_TABLE_ENTRY_SIZE;
    if (offset <= image.size && size <= image.size - offset) {
        csa_store_u32(trailer + 12, (uint32_t)crc32_z(0, image.bytes + offset, size));
    }
    csa_store_u32(trailer + 20, (uint32_t)crc32_z(0, trailer, 20));
}

/* Makes all checksums fit. */
static void sign(struct image image)
{
    for (uint32_t id = 1; id < CSA_SECTION_COUNT; id++) {
        uint8_t *entry = find_entry(image, id);
        if (entry != NULL) {
            csa_store_u32(entry + 4, (uint32_t)crc32_z(0, image.bytes + csa_load_u64(entry + 8),
                                                       csa_load_u64(entry + 16)));
        }
    }
    sign_frame(image);
}

/* ---- reading everything, come what may ---- */

static void read_lists(const struct csa_segment *segment, const struct csa_dictionary_cursor *cursor)
{
    struct csa_postings list;
    if (csa_segment_postings(segment, &cursor->entry, &list, NULL) != CSA_OK) {
        return;
    }
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
    for (uint32_t block = 0; block < list.block_count && block < 100; block++) {
        unsigned n = csa_postings_read_documents(&list, block, documents);
        unsigned m = csa_postings_read_frequencies(&list, block, frequencies);
        uint32_t before = 0;
        for (unsigned i = 0; i < n && i < m; i++) {
            uint32_t positions[64];
            uint32_t count = frequencies[i] < 64 ? frequencies[i] : 64;
            assert_true(documents[i] < list.document_limit);
            csa_postings_read_positions(&list, block, before, count, positions);
            before += frequencies[i];
        }
        uint32_t first;
        uint32_t size;
        csa_postings_bitmap(&list, block, &first, &size);
    }
    for (uint32_t i = 0; i < 20; i++) {
        csa_postings_find_block(&list, random_below(list.block_count), random_below(list.document_limit + 1));
    }
}

static void read_terms(const struct csa_segment *segment)
{
    struct csa_dictionary_cursor cursor;
    bool more = true;
    if (csa_dictionary_seek(&segment->dictionary, CSA_TERM_WORD, csa_view_make("", 0), &cursor, NULL) !=
        CSA_OK) {
        return;
    }
    for (uint32_t i = 0; i < 100000; i++) {
        if (csa_dictionary_next(&cursor, &more, NULL) != CSA_OK || !more) {
            return;
        }
        read_lists(segment, &cursor);
        struct csa_term_entry entry;
        bool found;
        csa_dictionary_find(&segment->dictionary, cursor.kind, cursor.text, &entry, &found, NULL);
    }
}

static void read_completions(const struct csa_segment *segment)
{
    static const char *const prefixes[] = {"", "a", "title ", "title 12"};
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    for (size_t i = 0; i < 8; i++) {
        struct csa_completion_walk walk;
        struct csa_completion found;
        bool more = true;
        struct csa_view prefix = csa_view_of(prefixes[i / 2]);
        enum csa_status status =
            i % 2 == 0 ? csa_completion_walk_titles(&walk, segment, prefix, &arena, NULL)
                       : csa_completion_walk_terms(&walk, segment, CSA_TERM_WORD, prefix, &arena, NULL);
        for (size_t n = 0; n < 100 && status == CSA_OK && more; n++) {
            status = csa_completion_walk_next(&walk, &found, &more, NULL);
            assert_true(status != CSA_OK || !more || found.article < segment->meta.articles);
        }
        csa_arena_clear(&arena);
    }
    csa_arena_release(&arena);
}

/* Some passages from one on, as they are read whole. */
static void peek(const struct csa_segment *segment, uint32_t passage)
{
    const uint32_t passages[] = {passage, passage + 1, passage + 5};
    struct csa_view texts[3];
    struct csa_buffer raw;
    struct csa_arena arena;
    size_t read;
    csa_buffer_init(&raw, 1 << 20);
    csa_arena_init(&arena, 0);
    if (csa_segment_peek_passages(segment, passages, 3, &raw, texts, &read, NULL) == CSA_OK) {
        for (size_t i = 0; i < read; i++) {
            struct csa_stored_passage stored;
            if (csa_segment_read_passage(segment, passages[i], NULL, &arena, &stored, NULL) == CSA_OK) {
                assert_true(csa_view_equal(stored.text, texts[i]));
            }
        }
    }
    csa_buffer_release(&raw);
    csa_arena_release(&arena);
}

static void read_all(const struct csa_segment *segment)
{
    struct csa_arena arena;
    csa_arena_init(&arena, 0);
    for (uint32_t i = 0; i < segment->meta.articles && i < 200; i += 1 + random_below(20)) {
        char buffer[CSA_ID_MAXIMUM];
        struct csa_view id;
        uint32_t article;
        bool found;
        struct csa_stored_article stored;
        if (csa_segment_article_id(segment, i, buffer, &id, NULL) == CSA_OK) {
            csa_segment_find_article(segment, id, &article, &found, NULL);
        }
        csa_segment_read_article(segment, i, NULL, &arena, &stored, NULL);
        csa_segment_string(segment, csa_column_get(&segment->source, i));
        csa_segment_string(segment, csa_column_get(&segment->author, i));
        csa_column_get(&segment->date, i);
        csa_column_get(&segment->title_tokens, i);
        assert_true(csa_segment_first_passage(segment, i) <= segment->meta.passages);
    }
    for (uint32_t i = 0; i < segment->meta.passages && i < 200; i += 1 + random_below(40)) {
        struct csa_stored_passage stored;
        csa_segment_read_passage(segment, i, NULL, &arena, &stored, NULL);
        peek(segment, i);
        csa_segment_length(segment, i);
        assert_true(csa_segment_article_of(segment, i) < segment->meta.articles);
    }
    csa_arena_release(&arena);
    read_completions(segment);
    read_terms(segment);
}

/* What became of an image: 'o' opening refused it, 'c' the check did, '.' nothing was found. */
static char judge(struct image image)
{
    struct csa_segment *segment;
    if (csa_segment_open(store_image(image), 42, &segment, NULL) != CSA_OK) {
        return 'o';
    }
    read_all(segment);
    enum csa_status status = csa_segment_check(segment, NULL, NULL, NULL);
    csa_segment_close(segment);
    assert_true(status == CSA_OK || status == CSA_ERROR_DAMAGED);
    return status == CSA_OK ? '.' : 'c';
}

static const struct model_plan small = {
    .articles = 9, .passages = 3, .words = 30, .tokens = 12, .stemmers = 3};
static const struct model_plan large = {
    .articles = 90, .passages = 6, .words = 40, .tokens = 9, .stemmers = 1};

static uint32_t rounds(uint32_t usual)
{
    const char *factor = getenv("CSA_TEST_ROUNDS"); /* for longer runs */
    return usual * (factor == NULL ? 1 : (uint32_t)atoi(factor));
}

static void test_every_byte(void **state)
{
    (void)state;
    struct image image = make_image(&small);
    assert_int_equal(judge(image), '.');
    for (size_t i = 0; i < image.size; i++) {
        uint8_t old = image.bytes[i];
        image.bytes[i] = (uint8_t)(old ^ 1U << random_below(8));
        if (judge(image) == '.') {
            fail_msg("a flipped bit of byte %zu was not found", i);
        }
        image.bytes[i] = old;
    }
    free(image.bytes);
}

static void test_truncation(void **state)
{
    (void)state;
    struct image image = make_image(&small);
    for (size_t size = 0; size < image.size; size += 1 + random_below(7)) {
        assert_int_equal(judge((struct image){image.bytes, size}), 'o');
    }
    struct image longer = copy_image(image);
    longer.bytes[longer.size++] = 0;
    assert_int_equal(judge(longer), 'o');
    free(longer.bytes);
    free(image.bytes);
}

/* Damage under checksums that fit: whoever reads must look at every number. */
static void test_signed_damage(void **state)
{
    (void)state;
    const struct model_plan *plans[] = {&small, &large};
    for (uint32_t p = 0; p < 2; p++) {
        struct image image = make_image(plans[p]);
        uint32_t found = 0;
        uint32_t count = rounds(3000);
        for (uint32_t i = 0; i < count; i++) {
            struct image copy = copy_image(image);
            uint32_t id = 1 + random_below(CSA_SECTION_COUNT - 1);
            uint8_t *entry = find_entry(copy, id);
            if (entry != NULL) {
                uint8_t *bytes = copy.bytes + csa_load_u64(entry + 8);
                size_t size = csa_load_u64(entry + 16);
                for (uint32_t n = 1 + random_below(3); n > 0; n--) {
                    static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};
                    size_t place = random_below(3) == 0 ? random_below((uint32_t)(size < 64 ? size : 64))
                                                        : random_below((uint32_t)size);
                    bytes[place] = random_below(2) ? values[random_below(5)]
                                                   : (uint8_t)(bytes[place] + 1 + random_below(255));
                }
                sign(copy);
                found += judge(copy) != '.';
            }
            free(copy.bytes);
        }
        assert_true(found > count / 2);
        free(image.bytes);
    }
}

static void test_table_damage(void **state)
{
    (void)state;
    struct image image = make_image(&small);
    uint64_t table = csa_load_u64(image.bytes + image.size - CSA_TRAILER_SIZE);
    for (uint32_t i = 0; i < rounds(1500); i++) {
        static const uint64_t values[] = {0, 1, 63, 64, 65, UINT32_MAX, UINT64_MAX, INT64_MAX, 1U << 20};
        struct image copy = copy_image(image);
        size_t words = (image.size - table) / 8;
        uint8_t *word = copy.bytes + table + 8 * random_below((uint32_t)words);
        uint64_t old = csa_load_u64(word);
        csa_store_u64(word,
                      random_below(2) ? values[random_below(9)] : old ^ UINT64_C(1) << random_below(64));
        sign_frame(copy);
        if (csa_load_u64(word) != old) {
            assert_true(judge(copy) != '.');
        }
        free(copy.bytes);
    }
    free(image.bytes);
}

/* ---- named damage ---- */

static char message[1000];

static void keep_message(void *context, const char *text)
{
    (void)context;
    if (message[0] == '\0') {
        snprintf(message, sizeof message, "%s", text);
    }
}

/* The image, its checksums made to fit, must open, and the check must say `expected` first. */
static void expect_fault(struct image image, const char *expected)
{
    struct csa_error error = {0};
    struct csa_segment *segment;
    sign(image);
    assert_ok(csa_segment_open(store_image(image), 42, &segment, &error));
    message[0] = '\0';
    assert_int_equal(csa_segment_check(segment, keep_message, NULL, &error), CSA_ERROR_DAMAGED);
    if (strstr(message, expected) == NULL) {
        fail_msg("\"%s\" where \"%s\" was expected", message, expected);
    }
    assert_int_equal(strncmp(message, "segment-0000002a.csa: ", 22), 0);
    assert_non_null(strstr(error.message, "damaged ("));
    csa_segment_close(segment);
    free(image.bytes);
}

/* Finds a word's list of more than `blocks` blocks; the place of what is asked for in the image. */
static size_t find_long_list(struct image image, uint32_t blocks, struct csa_postings *list)
{
    struct csa_error error = {0};
    struct csa_segment *segment;
    struct csa_dictionary_cursor cursor;
    bool more = true;
    assert_ok(csa_segment_open(store_image(image), 42, &segment, &error));
    assert_ok(
        csa_dictionary_seek(&segment->dictionary, CSA_TERM_WORD, csa_view_make("", 0), &cursor, &error));
    do {
        assert_ok(csa_dictionary_next(&cursor, &more, &error));
        assert_true(more && cursor.kind == CSA_TERM_WORD);
        assert_ok(csa_segment_postings(segment, &cursor.entry, list, &error));
    } while (list->block_count <= blocks);
    size_t start = (size_t)(list->super_last - segment->file.data);
    csa_segment_close(segment);
    return start;
}

static void test_named_lists(void **state)
{
    (void)state;
    struct image image = make_image(&large);
    struct csa_postings list;
    size_t start = find_long_list(image, 1, &list);
    struct image copy = copy_image(image);
    copy.bytes[start + (size_t)(list.block_bound - list.super_last)] = 1;
    copy.bytes[start + (size_t)(list.super_bound - list.super_last)] = 255;
    expect_fault(copy, "block 0: a posting is above its bound");

    copy = copy_image(image);
    copy.bytes[start + (size_t)(list.super_bound - list.super_last)] ^= 0x10;
    expect_fault(copy, "block 0: its super-block has another bound");

    copy = copy_image(image);
    copy.bytes[start + (size_t)(list.block_last - list.super_last)]++;
    expect_fault(copy, "block 0: ");

    copy = copy_image(image);
    copy.bytes[start + (size_t)(list.block_documents + 2 - list.super_last)]++;
    expect_fault(copy, "block 1: is not where the block before it ends");

    copy = copy_image(image);
    copy.bytes[start + (size_t)(list.block_positions + 4 - list.super_last)]++;
    expect_fault(copy, "POSITIONS: word \"");
    free(image.bytes);
}

static void test_named_sections(void **state)
{
    (void)state;
    struct image image = make_image(&large);
    struct image copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_LENGTHS)[3] ^= 1;
    expect_fault(copy, "LENGTHS: ");

    copy = copy_image(image);
    csa_store_u32(find_bytes(copy, CSA_SECTION_FIRST_PASSAGES) + 4, 0);
    expect_fault(copy, "FIRST_PASSAGES: article 0 has no passage");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_ARTICLE_STARTS)[0] ^= 2;
    expect_fault(copy, "ARTICLE_STARTS: the bit of passage 1 is wrong");

    copy = copy_image(image);
    csa_store_u32(find_bytes(copy, CSA_SECTION_COLUMN_DATE) + 8, 20231399);
    expect_fault(copy, "COLUMN_DATE: article 0: 20231399 is no date");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_COLUMN_LANGUAGE)[8 + 5] = 64;
    expect_fault(copy, "COLUMN_LANGUAGE: article 5: there is no language 64");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_COLUMN_SOURCE)[8 + 6] = 200;
    expect_fault(copy, "COLUMN_SOURCE: article 6: there is no string 200");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_COLUMN_TITLE_TOKENS)[8]++;
    expect_fault(copy, "COLUMN_TITLE_TOKENS: ");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_ARTICLE_HASH)[0] ^= 1;
    expect_fault(copy, "ARTICLE_HASH: entry ");

    copy = copy_image(image);
    uint8_t *ids = find_bytes(copy, CSA_SECTION_ARTICLE_IDS);
    csa_store_u32(ids + 8, csa_load_u32(ids + 8) + 1);
    expect_fault(copy, "ARTICLE_IDS: block 0: does not end with its last id");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_PASSAGE_CHUNKS)[100] ^= 0x55;
    expect_fault(copy, "PASSAGE_CHUNKS: chunk 0: ");

    copy = copy_image(image);
    csa_store_u32(find_bytes(copy, CSA_SECTION_META) + 24,
                  csa_load_u32(find_bytes(copy, CSA_SECTION_META) + 24) + 1);
    expect_fault(copy, "TERM_BLOCKS: ");

    copy = copy_image(image);
    find_bytes(copy, CSA_SECTION_TERM_PEAKS)[2]++;
    expect_fault(copy, "TERM_PEAKS: block 2: peak ");

    copy = copy_image(image);
    uint8_t *titles = find_bytes(copy, CSA_SECTION_TITLES);
    titles[CSA_TITLES_HEAD + 4 * (size_t)csa_load_u32(titles + 4)]++;
    expect_fault(copy, "TITLES: block 0: peak ");

    copy = copy_image(image);
    titles = find_bytes(copy, CSA_SECTION_TITLES);
    titles[csa_load_u32(titles + CSA_TITLES_HEAD) + 2] = 'z'; /* the first letter of the first title */
    expect_fault(copy, "TITLES: the title of article ");

    copy = copy_image(image);
    const uint8_t *entry = find_entry(copy, CSA_SECTION_META);
    copy.bytes[csa_load_u64(entry + 8) + CSA_META_SIZE] = 1; /* behind META is padding */
    expect_fault(copy, "padding at byte ");
    free(image.bytes);
}

/* ---- what opening says ---- */

static void expect_open_error(const char *path, enum csa_status status, const char *expected)
{
    struct csa_error error = {0};
    struct csa_segment *segment;
    assert_int_equal(csa_segment_open(path, 42, &segment, &error), status);
    assert_null(segment);
    if (strstr(error.message, expected) == NULL || strncmp(error.message, path, strlen(path)) != 0) {
        fail_msg("\"%s\" where \"%s\" was expected", error.message, expected);
    }
}

static void test_open_messages(void **state)
{
    (void)state;
    struct image image = make_image(&small);
    expect_open_error(store_image((struct image){image.bytes, 0}), CSA_ERROR_DAMAGED, "is empty");
    expect_open_error(store_image((struct image){(uint8_t *)"%PDF-1.4 and so on", 18}), CSA_ERROR_DAMAGED,
                      "is no segment of a CSA index");
    expect_open_error(store_image((struct image){image.bytes, 50}), CSA_ERROR_DAMAGED, "is cut short");
    expect_open_error(store_image((struct image){image.bytes, image.size - 1}), CSA_ERROR_DAMAGED,
                      "has no trailer at its end");
    struct image copy = copy_image(image);
    copy.bytes[8] = 2;
    expect_open_error(store_image(copy), CSA_ERROR_UNSUPPORTED,
                      "format version 2 is newer than this program");
    copy.bytes[8] = 1;
    find_bytes(copy, CSA_SECTION_META)[0]++;
    expect_open_error(store_image(copy), CSA_ERROR_DAMAGED, "META: checksum does not match");
    sign(copy);
    expect_open_error(store_image(copy), CSA_ERROR_DAMAGED, ": ");
    find_bytes(copy, CSA_SECTION_META)[0]--;
    csa_store_u32(find_entry(copy, CSA_SECTION_LENGTHS), 77);
    sign_frame(copy);
    expect_open_error(store_image(copy), CSA_ERROR_DAMAGED, "no section has number 77");
    csa_store_u32(find_entry(copy, 77), CSA_SECTION_META);
    sign_frame(copy);
    expect_open_error(store_image(copy), CSA_ERROR_DAMAGED, "META: is there twice");
    free(copy.bytes);
    free(image.bytes);

    char path[100];
    snprintf(path, sizeof path, "%s/fifo", test_folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_open_error(path, CSA_ERROR_DAMAGED, "not a regular file");
    remove(path);
    assert_int_equal(symlink(".", path), 0);
    expect_open_error(path, CSA_ERROR_DAMAGED, "not a regular file");
    remove(path);
    expect_open_error(path, CSA_ERROR_NOT_FOUND, "No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte),    cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_signed_damage), cmocka_unit_test(test_table_damage),
        cmocka_unit_test(test_named_lists),   cmocka_unit_test(test_named_sections),
        cmocka_unit_test(test_open_messages),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
