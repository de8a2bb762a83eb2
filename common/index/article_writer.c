/* Collects and writes LENGTHS, FIRST_PASSAGES, ARTICLE_STARTS, ARTICLE_IDS, ARTICLE_HASH, the columns and
 * STRINGS (docs/index-format.md, sections 8 to 10). Owns their values, about 32 bytes an article and 4 a
 * passage; ids go through a temporary file. */
#include "common/index/article_writer.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/bitpack.h"
#include "common/index/hash.h"
#include "common/index/segment_private.h"
#include "common/index/site.h"

#include <stdlib.h>

enum {
    STEP = 4096, /* values that are narrowed at once */
    BUFFERS = 11,
};

static void list_buffers(struct csa_article_writer *writer, struct csa_buffer *list[BUFFERS])
{
    struct csa_buffer *buffers[BUFFERS] = {
        &writer->lengths,   &writer->firsts,           &writer->hashes,     &writer->dates,
        &writer->languages, &writer->article_stemmers, &writer->sources,    &writer->authors,
        &writer->sites,     &writer->titles,           &writer->id_offsets,
    };
    memcpy(list, buffers, sizeof buffers);
}

enum csa_status csa_article_writer_init(struct csa_article_writer *writer, const char *folder,
                                        struct csa_error *error)
{
    *writer = (struct csa_article_writer){.shortest = UINT32_MAX};
    struct csa_buffer *buffers[BUFFERS];
    list_buffers(writer, buffers);
    for (size_t i = 0; i < BUFFERS; i++) {
        csa_buffer_init(buffers[i], SIZE_MAX / 2);
    }
    enum csa_status status = csa_string_set_init(&writer->strings, error);
    return status != CSA_OK ? status : csa_output_open_temporary(&writer->ids, folder, error);
}

void csa_article_writer_release(struct csa_article_writer *writer)
{
    struct csa_buffer *buffers[BUFFERS];
    list_buffers(writer, buffers);
    for (size_t i = 0; i < BUFFERS; i++) {
        csa_buffer_release(buffers[i]);
    }
    csa_string_set_release(&writer->strings);
    csa_output_abandon(&writer->ids, false);
}

/* ---- adding ---- */

static enum csa_status check_article(const struct csa_article_writer *writer,
                                     const struct csa_article_record *article, struct csa_error *error)
{
    if (article->id.size == 0 || article->id.size > CSA_ID_MAXIMUM) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "an article id of %zu bytes: 1 to %d are allowed",
                             article->id.size, (int)CSA_ID_MAXIMUM);
    }
    if (article->language >= 64 || article->stemmer >= 64 || !csa_date_is_possible(article->date) ||
        article->passage_count == 0) {
        return csa_error_set(error, CSA_ERROR_MISUSE,
                             "article %.*s: impossible language, stemmer, date or number of passages",
                             (int)article->id.size, article->id.data);
    }
    if (article->passage_count > CSA_DOCUMENTS_MAXIMUM - writer->passages) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "more than %u passages in a segment",
                             CSA_DOCUMENTS_MAXIMUM);
    }
    for (uint32_t i = 0; i < article->passage_count; i++) {
        if (article->lengths[i] > CSA_PASSAGE_TOKENS_MAXIMUM) {
            return csa_error_set(error, CSA_ERROR_LIMIT, "article %.*s: a passage of more than %d tokens",
                                 (int)article->id.size, article->id.data, (int)CSA_PASSAGE_TOKENS_MAXIMUM);
        }
    }
    return CSA_OK;
}

static enum csa_status add_id(struct csa_article_writer *writer, struct csa_view id, struct csa_error *error)
{
    uint8_t head[2 * CSA_VARINT_MAXIMUM];
    size_t head_size = 0;
    size_t shared = 0;
    if (writer->articles % CSA_ID_BLOCK == 0) {
        if (writer->ids.offset >
            UINT32_MAX - 4 * (uint64_t)CSA_ID_MAXIMUM * CSA_ID_BLOCK - writer->id_offsets.size) {
            return csa_error_set(error, CSA_ERROR_LIMIT, "more than 4 GiB of article ids in a segment");
        }
        csa_buffer_append_u32(&writer->id_offsets, (uint32_t)writer->ids.offset);
    } else {
        while (shared < id.size && shared < writer->last_id_size &&
               id.data[shared] == writer->last_id[shared]) {
            shared++;
        }
        head_size = csa_varint_encode(head, shared);
    }
    head_size += csa_varint_encode(head + head_size, id.size - shared);
    csa_output_write(&writer->ids, head, head_size);
    csa_output_write(&writer->ids, id.data + shared, id.size - shared);
    memcpy(writer->last_id, id.data, id.size);
    writer->last_id_size = id.size;
    csa_buffer_append_u64(&writer->hashes, csa_hash(id));
    return CSA_OK;
}

static void add_lengths(struct csa_article_writer *writer, const struct csa_article_record *article)
{
    for (uint32_t i = 0; i < article->passage_count; i++) {
        uint32_t length = article->lengths[i];
        csa_buffer_append_u32(&writer->lengths, length);
        writer->tokens += length;
        writer->longest = length > writer->longest ? length : writer->longest;
        writer->shortest = length < writer->shortest ? length : writer->shortest;
    }
}

/* The site of the url in a stored record, which has its size before it. */
static enum csa_status add_site(struct csa_article_writer *writer, struct csa_view stored, uint32_t *number,
                                struct csa_error *error)
{
    char buffer[CSA_SITE_MAXIMUM];
    struct csa_view url = csa_view_make(NULL, 0);
    if (stored.size != 0) {
        const uint8_t *end = (const uint8_t *)stored.data + stored.size;
        uint32_t size = 0;
        const uint8_t *p = csa_varint_decode_u32((const uint8_t *)stored.data, end, &size);
        if (p != NULL && size == (size_t)(end - p)) {
            url = csa_article_find_field(csa_view_make((const char *)p, size), CSA_STORED_URL);
        }
    }
    return csa_string_set_add(&writer->strings, csa_site_of_url(url, buffer), number, error);
}

enum csa_status csa_article_writer_add(struct csa_article_writer *writer,
                                       const struct csa_article_record *article, struct csa_error *error)
{
    enum csa_status status = check_article(writer, article, error);
    if (status == CSA_OK) {
        status = add_id(writer, article->id, error);
    }
    uint32_t source = 0;
    uint32_t author = 0;
    uint32_t site = 0;
    if (status == CSA_OK) {
        status = csa_string_set_add(&writer->strings, article->source, &source, error);
    }
    if (status == CSA_OK) {
        status = csa_string_set_add(&writer->strings, article->author, &author, error);
    }
    if (status == CSA_OK) {
        status = add_site(writer, article->stored, &site, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    uint32_t title = article->title_tokens < UINT16_MAX ? article->title_tokens : UINT16_MAX;
    csa_buffer_append_u32(&writer->firsts, writer->passages);
    csa_buffer_append_u32(&writer->dates, article->date);
    csa_buffer_append_byte(&writer->languages, article->language);
    csa_buffer_append_byte(&writer->article_stemmers, article->stemmer);
    csa_buffer_append_u32(&writer->sources, source);
    csa_buffer_append_u32(&writer->authors, author);
    csa_buffer_append_u32(&writer->sites, site);
    csa_buffer_append(&writer->titles, &(uint16_t){(uint16_t)title}, 2);
    add_lengths(writer, article);
    writer->title_tokens += article->title_tokens;
    writer->stemmers |= UINT64_C(1) << article->stemmer;
    writer->passages += article->passage_count;
    writer->articles++;
    struct csa_buffer *buffers[BUFFERS];
    list_buffers(writer, buffers);
    for (size_t i = 0; i < BUFFERS; i++) {
        if (buffers[i]->failed) {
            return csa_error_set_memory(error, "what is kept of articles");
        }
    }
    return CSA_OK;
}

const uint32_t *csa_article_writer_lengths(const struct csa_article_writer *writer)
{
    return (const uint32_t *)(const void *)writer->lengths.data;
}

const uint8_t *csa_article_writer_stemmers(const struct csa_article_writer *writer)
{
    return (const uint8_t *)writer->article_stemmers.data;
}

uint32_t csa_article_writer_first(const struct csa_article_writer *writer, uint32_t article)
{
    return csa_load_u32(writer->firsts.data + 4 * (size_t)article);
}

/* ---- ids ---- */

enum csa_status csa_article_writer_write_ids(struct csa_article_writer *writer,
                                             struct csa_section_writer *file, struct csa_error *error)
{
    uint32_t blocks = (uint32_t)(writer->id_offsets.size / 4);
    uint8_t number[4];
    csa_section_begin(file);
    csa_store_u32(number, blocks);
    csa_output_write(&file->output, number, sizeof number);
    for (uint32_t i = 0; i < blocks; i++) {
        uint32_t offset = csa_load_u32(writer->id_offsets.data + 4 * (size_t)i);
        csa_store_u32(number, 4 + 4 * blocks + offset);
        csa_output_write(&file->output, number, sizeof number);
    }
    enum csa_status status = csa_section_append_output(file, &writer->ids, error);
    csa_section_end(file, CSA_SECTION_ARTICLE_IDS);
    return status;
}

static int compare_hashes(const void *a, const void *b, void *context)
{
    uint32_t one = *(const uint32_t *)a;
    uint32_t other = *(const uint32_t *)b;
    const char *hashes = context;
    uint64_t one_hash = csa_load_u64(hashes + 8 * (size_t)one);
    uint64_t other_hash = csa_load_u64(hashes + 8 * (size_t)other);
    if (one_hash != other_hash) {
        return one_hash < other_hash ? -1 : 1;
    }
    return (one > other) - (one < other);
}

static enum csa_status write_hash(const struct csa_article_writer *writer, struct csa_section_writer *file,
                                  struct csa_error *error)
{
    uint32_t *order = csa_malloc(writer->articles * sizeof *order);
    unsigned width = csa_segment_hash_width(writer->articles);
    size_t size = csa_packed_size(writer->articles, width);
    uint8_t *packed = csa_malloc(size + 8);
    if (order == NULL || packed == NULL) {
        csa_free(order);
        csa_free(packed);
        return csa_error_set_memory(error, "ARTICLE_HASH");
    }
    for (uint32_t i = 0; i < writer->articles; i++) {
        order[i] = i;
    }
    qsort_r(order, writer->articles, sizeof *order, compare_hashes, writer->hashes.data);
    csa_pack(order, writer->articles, width, packed);
    csa_section_write(file, CSA_SECTION_ARTICLE_HASH, packed, size);
    csa_free(order);
    csa_free(packed);
    return CSA_OK;
}

/* ---- numbers ---- */

static uint32_t value_at(const struct csa_buffer *values, uint32_t width, uint32_t i)
{
    const char *p = values->data + (size_t)i * width;
    return width == 1 ? (uint8_t)*p : width == 2 ? csa_load_u16(p) : csa_load_u32(p);
}

/* Writes `count` values that are kept in `width` bytes each, in `narrow` bytes. */
static void write_values(struct csa_output *output, const struct csa_buffer *values, uint32_t width,
                         uint32_t count, uint32_t narrow)
{
    uint8_t step[4 * STEP];
    for (uint32_t i = 0; i < count;) {
        uint32_t part = count - i < STEP ? count - i : STEP;
        for (uint32_t j = 0; j < part; j++) {
            uint8_t number[4];
            csa_store_u32(number, value_at(values, width, i + j));
            memcpy(step + (size_t)j * narrow, number, narrow);
        }
        csa_output_write(output, step, (size_t)part * narrow);
        i += part;
    }
}

static void write_column(struct csa_section_writer *file, enum csa_section section,
                         const struct csa_buffer *values, uint32_t width, uint32_t count)
{
    uint32_t first = value_at(values, width, 0);
    uint32_t largest = first;
    bool constant = true;
    for (uint32_t i = 1; i < count; i++) {
        uint32_t value = value_at(values, width, i);
        largest = value > largest ? value : largest;
        constant = constant && value == first;
    }
    if (constant && first == 0) {
        return;
    }
    uint8_t head[8];
    uint32_t narrow = constant ? 0 : csa_length_width(largest);
    csa_store_u32(head, narrow);
    csa_store_u32(head + 4, constant ? first : 0);
    csa_section_begin(file);
    csa_output_write(&file->output, head, sizeof head);
    if (!constant) {
        write_values(&file->output, values, width, count, narrow);
    }
    csa_section_end(file, section);
}

/* A bit for each passage that begins an article. */
static void write_starts(const struct csa_article_writer *writer, struct csa_section_writer *file)
{
    csa_section_begin(file);
    uint32_t article = 0;
    for (uint32_t base = 0; base < writer->passages; base += 64) {
        uint64_t bits = 0;
        for (; article < writer->articles && csa_article_writer_first(writer, article) - base < 64;
             article++) {
            bits |= UINT64_C(1) << (csa_article_writer_first(writer, article) - base);
        }
        uint8_t bytes[8];
        csa_store_u64(bytes, bits);
        csa_output_write(&file->output, bytes, sizeof bytes);
    }
    csa_section_end(file, CSA_SECTION_ARTICLE_STARTS);
}

static void write_lengths(const struct csa_article_writer *writer, struct csa_section_writer *file)
{
    csa_section_begin(file);
    write_values(&file->output, &writer->lengths, 4, writer->passages, csa_length_width(writer->longest));
    csa_section_end(file, CSA_SECTION_LENGTHS);
    if (writer->passages != writer->articles) {
        uint8_t end[4];
        csa_store_u32(end, writer->passages);
        csa_section_begin(file);
        csa_output_write(&file->output, writer->firsts.data, writer->firsts.size);
        csa_output_write(&file->output, end, sizeof end);
        csa_section_end(file, CSA_SECTION_FIRST_PASSAGES);
        write_starts(writer, file);
    }
}

static void write_strings(const struct csa_string_set *strings, struct csa_section_writer *file)
{
    if (strings->count == 1) {
        return;
    }
    uint8_t count[4];
    csa_store_u32(count, strings->count);
    csa_section_begin(file);
    csa_output_write(&file->output, count, sizeof count);
    csa_output_write(&file->output, strings->offsets.data, strings->offsets.size);
    csa_output_write(&file->output, strings->bytes.data, strings->bytes.size);
    csa_section_end(file, CSA_SECTION_STRINGS);
}

enum csa_status csa_article_writer_write_rest(struct csa_article_writer *writer,
                                              struct csa_section_writer *file, struct csa_error *error)
{
    uint32_t count = writer->articles;
    write_lengths(writer, file);
    enum csa_status status = write_hash(writer, file, error);
    write_column(file, CSA_SECTION_COLUMN_DATE, &writer->dates, 4, count);
    write_column(file, CSA_SECTION_COLUMN_LANGUAGE, &writer->languages, 1, count);
    write_column(file, CSA_SECTION_COLUMN_STEMMER, &writer->article_stemmers, 1, count);
    write_column(file, CSA_SECTION_COLUMN_SOURCE, &writer->sources, 4, count);
    write_column(file, CSA_SECTION_COLUMN_AUTHOR, &writer->authors, 4, count);
    write_column(file, CSA_SECTION_COLUMN_TITLE_TOKENS, &writer->titles, 2, count);
    write_column(file, CSA_SECTION_COLUMN_SITE, &writer->sites, 4, count);
    write_strings(&writer->strings, file);
    return status;
}
