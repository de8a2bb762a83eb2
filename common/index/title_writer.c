/* Collects folded titles, sorts and writes them; see title_writer.h. */
#include "common/index/title_writer.h"

#include "common/base/integer.h"
#include "common/index/completions.h"
#include "common/index/peak.h"
#include "common/index/segment_private.h"

#include <stdlib.h>

enum {
    ENTRY_ROOM = 2 + CSA_TITLE_KEY_MAXIMUM + 5, /* bytes of the largest entry */
    TITLE_READ = 4096, /* bytes of a title that are folded: far more than a key takes */
};

struct title {
    char key[CSA_TITLE_KEY_MAXIMUM]; /* zeros behind its end */
    uint32_t size, article;
};

void csa_title_writer_init(struct csa_title_writer *writer)
{
    *writer = (struct csa_title_writer){.fold = {NULL, NULL}};
    csa_buffer_init(&writer->titles, SIZE_MAX / 2);
    csa_buffer_init(&writer->folded, SIZE_MAX / 2);
}

void csa_title_writer_release(struct csa_title_writer *writer)
{
    csa_buffer_release(&writer->titles);
    csa_buffer_release(&writer->folded);
}

/* The title in a stored record, which has its size before it. */
static struct csa_view find_title(struct csa_view stored)
{
    if (stored.size == 0) {
        return stored;
    }
    const uint8_t *end = (const uint8_t *)stored.data + stored.size;
    uint32_t size = 0;
    const uint8_t *p = csa_varint_decode_u32((const uint8_t *)stored.data, end, &size);
    if (p == NULL || size != (size_t)(end - p)) {
        return csa_view_make(NULL, 0);
    }
    struct csa_view title = csa_article_find_field(csa_view_make((const char *)p, size), CSA_STORED_TITLE);
    title.size = title.size < TITLE_READ ? title.size : TITLE_READ;
    return title;
}

enum csa_status csa_title_writer_add(struct csa_title_writer *writer, uint32_t article,
                                     struct csa_view stored, struct csa_error *error)
{
    struct csa_view title = writer->fold.fold == NULL ? csa_view_make(NULL, 0) : find_title(stored);
    if (title.size == 0) {
        return CSA_OK;
    }
    csa_buffer_clear(&writer->folded);
    writer->fold.fold(writer->fold.context, title, &writer->folded);
    struct csa_view folded = csa_buffer_view(&writer->folded);
    struct title made = {.size = (uint32_t)csa_title_key_size(folded), .article = article};
    if (made.size != 0) {
        memcpy(made.key, folded.data, made.size);
        csa_buffer_append(&writer->titles, &made, sizeof made);
    }
    enum csa_status status = csa_buffer_check(&writer->folded, "titles", error);
    return status == CSA_OK ? csa_buffer_check(&writer->titles, "titles", error) : status;
}

static int compare_titles(const void *a, const void *b)
{
    const struct title *one = a;
    const struct title *other = b;
    int order = memcmp(one->key, other->key, sizeof one->key);
    if (order == 0 && one->size != other->size) {
        order = one->size < other->size ? -1 : 1;
    }
    return order != 0 ? order : (one->article > other->article) - (one->article < other->article);
}

static uint32_t passages_of(const struct csa_article_writer *articles, uint32_t article)
{
    uint32_t end = article + 1 < articles->articles ? csa_article_writer_first(articles, article + 1)
                                                    : articles->passages;
    return end - csa_article_writer_first(articles, article);
}

static void append_block(struct csa_buffer *blocks, const struct title *titles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct csa_view key = {titles[i].key, titles[i].size};
        size_t shared =
            i == 0 ? 0 : csa_view_common_prefix(key, csa_view_make(titles[i - 1].key, titles[i - 1].size));
        csa_buffer_append_byte(blocks, (uint8_t)shared);
        csa_buffer_append_byte(blocks, (uint8_t)(key.size - shared));
        csa_buffer_append(blocks, key.data + shared, key.size - shared);
        csa_buffer_append_varint(blocks, titles[i].article);
    }
}

/* Blocks, and what stands before them: offsets and peaks. */
static void make_blocks(const struct title *titles, size_t count, const struct csa_article_writer *articles,
                        struct csa_buffer *head, struct csa_buffer *peaks, struct csa_buffer *blocks)
{
    size_t block_count = (count + CSA_TITLE_BLOCK - 1) / CSA_TITLE_BLOCK;
    size_t start = CSA_TITLES_HEAD + 5 * block_count;
    csa_buffer_append_u32(head, (uint32_t)count);
    csa_buffer_append_u32(head, (uint32_t)block_count);
    for (size_t first = 0; first < count; first += CSA_TITLE_BLOCK) {
        size_t size = count - first < CSA_TITLE_BLOCK ? count - first : CSA_TITLE_BLOCK;
        uint32_t most = 0;
        for (size_t i = first; i < first + size; i++) {
            uint32_t passages = passages_of(articles, titles[i].article);
            most = passages > most ? passages : most;
        }
        csa_buffer_append_u32(head, (uint32_t)(start + blocks->size));
        csa_buffer_append_byte(peaks, csa_peak_of(most));
        append_block(blocks, titles + first, size);
    }
}

enum csa_status csa_title_writer_write(struct csa_title_writer *writer,
                                       const struct csa_article_writer *articles,
                                       struct csa_section_writer *file, struct csa_error *error)
{
    size_t count = writer->titles.size / sizeof(struct title);
    if (count == 0 || count > UINT32_MAX / (ENTRY_ROOM + 1)) {
        return CSA_OK; /* so many that their places would not fit: none can be completed */
    }
    struct title *titles = (struct title *)(void *)writer->titles.data;
    qsort(titles, count, sizeof *titles, compare_titles);
    struct csa_buffer head;
    struct csa_buffer peaks;
    struct csa_buffer blocks;
    csa_buffer_init(&head, UINT32_MAX);
    csa_buffer_init(&peaks, UINT32_MAX);
    csa_buffer_init(&blocks, UINT32_MAX);
    make_blocks(titles, count, articles, &head, &peaks, &blocks);
    enum csa_status status = csa_buffer_check(&head, "titles", error);
    if (status == CSA_OK) {
        status = csa_buffer_check(&peaks, "titles", error);
    }
    if (status == CSA_OK) {
        status = csa_buffer_check(&blocks, "titles", error);
    }
    if (status == CSA_OK) {
        csa_section_begin(file);
        csa_output_write(&file->output, head.data, head.size);
        csa_output_write(&file->output, peaks.data, peaks.size);
        csa_output_write(&file->output, blocks.data, blocks.size);
        csa_section_end(file, CSA_SECTION_TITLES);
    }
    csa_buffer_release(&head);
    csa_buffer_release(&peaks);
    csa_buffer_release(&blocks);
    return status;
}
