/* Opens a segment: maps the file, checks header, trailer, table and META by their checksums and each
 * section's shape against META, and hands out views. Nothing here trusts a byte that it has not compared with
 * the size of the file. Ids and stored text are read in segment_ids.c and segment_store.c. */
#include "common/index/segment.h"

#include "common/base/memory.h"
#include "common/index/completions.h"
#include "common/index/segment_private.h"

#include <zlib.h>

/* ---- header, trailer, table ---- */

static enum csa_status damaged_file(const struct csa_segment *segment, struct csa_error *error,
                                    const char *what)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s", segment->path, what);
}

static enum csa_status check_version(const struct csa_segment *segment, uint32_t version,
                                     struct csa_error *error)
{
    if (version == CSA_FORMAT_VERSION) {
        return CSA_OK;
    }
    if (version == 0) {
        return damaged_file(segment, error, "format version 0");
    }
    return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                         "%s: format version %u is newer than this program, which reads version %d",
                         segment->path, version, (int)CSA_FORMAT_VERSION);
}

/* *table and *entries come back checked against the size of the file. */
static enum csa_status read_frame(struct csa_segment *segment, const uint8_t **table, uint32_t *entries,
                                  struct csa_error *error)
{
    const uint8_t *data = segment->file.data;
    size_t size = segment->file.size;
    if (size < 8 || csa_load_u64(data) != CSA_MAGIC_SEGMENT) {
        return damaged_file(segment, error, size == 0 ? "is empty" : "is no segment of a CSA index");
    }
    if (size < CSA_HEADER_SIZE + CSA_SECTION_SLACK + CSA_TRAILER_SIZE) {
        return damaged_file(segment, error, "is cut short");
    }
    enum csa_status status = check_version(segment, csa_load_u32(data + 8), error);
    if (status != CSA_OK) {
        return status;
    }
    if (csa_load_u32(data + 12) != 0) {
        return damaged_file(segment, error, "header: its reserved bytes are not zero");
    }
    const uint8_t *trailer = data + size - CSA_TRAILER_SIZE;
    if (csa_load_u64(trailer + 24) != CSA_MAGIC_SEGMENT) {
        return damaged_file(segment, error, "has no trailer at its end: it is cut short or was added to");
    }
    if (csa_load_u32(trailer + 20) != crc32(0, trailer, 20)) {
        return damaged_file(segment, error, "trailer: checksum does not match");
    }
    status = check_version(segment, csa_load_u32(trailer + 16), error);
    if (status != CSA_OK) {
        return status;
    }
    uint64_t offset = csa_load_u64(trailer);
    *entries = csa_load_u32(trailer + 8);
    if (*entries >= CSA_SECTION_COUNT ||
        offset != size - CSA_TRAILER_SIZE - (size_t)*entries * CSA_TABLE_ENTRY_SIZE ||
        offset % CSA_SECTION_ALIGNMENT != 0 || offset < CSA_SECTION_ALIGNMENT) {
        return damaged_file(segment, error, "trailer: its table does not fit the size of the file");
    }
    *table = data + offset;
    segment->table_checksum = csa_load_u32(trailer + 12);
    if (crc32(0, *table, *entries * CSA_TABLE_ENTRY_SIZE) != segment->table_checksum) {
        return damaged_file(segment, error, "table of sections: checksum does not match");
    }
    return CSA_OK;
}

static uint64_t align(uint64_t offset)
{
    return (offset + CSA_SECTION_ALIGNMENT - 1) / CSA_SECTION_ALIGNMENT * CSA_SECTION_ALIGNMENT;
}

static enum csa_status read_table(struct csa_segment *segment, const uint8_t *table, uint32_t entries,
                                  struct csa_error *error)
{
    uint64_t table_offset = (uint64_t)(table - segment->file.data);
    uint64_t end = CSA_HEADER_SIZE; /* of what came before */
    for (uint32_t i = 0; i < entries; i++) {
        const uint8_t *entry = table + (size_t)i * CSA_TABLE_ENTRY_SIZE;
        uint32_t id = csa_load_u32(entry);
        uint64_t offset = csa_load_u64(entry + 8);
        uint64_t size = csa_load_u64(entry + 16);
        if (id == 0 || id >= CSA_SECTION_COUNT) {
            return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: table of sections: no section has number %u",
                                 segment->path, id);
        }
        if (segment->sections[id].data != NULL) {
            return csa_segment_damaged(segment, (enum csa_section)id, error, "is there twice");
        }
        if (offset != align(end) || size == 0 || offset > table_offset || size > table_offset - offset ||
            csa_load_u64(entry + 24) != 0) {
            return csa_segment_damaged(segment, (enum csa_section)id, error,
                                       "its place in the table is impossible");
        }
        end = offset + size;
        segment->sections[id] = csa_view_make((const char *)segment->file.data + offset, (size_t)size);
        segment->checksums[id] = csa_load_u32(entry + 4);
    }
    if (align(end + CSA_SECTION_SLACK) != table_offset) {
        return damaged_file(segment, error, "table of sections: does not end where the table begins");
    }
    return CSA_OK;
}

/* ---- META ---- */

static enum csa_status parse_meta(struct csa_segment *segment, struct csa_error *error)
{
    struct csa_view view = segment->sections[CSA_SECTION_META];
    struct csa_segment_meta *meta = &segment->meta;
    if (view.size != CSA_META_SIZE) {
        return csa_segment_damaged(segment, CSA_SECTION_META, error, "has %zu bytes instead of %d", view.size,
                                   (int)CSA_META_SIZE);
    }
    if (crc32(0, (const Bytef *)view.data, CSA_META_SIZE) != segment->checksums[CSA_SECTION_META]) {
        return csa_segment_damaged(segment, CSA_SECTION_META, error, "checksum does not match");
    }
    const uint8_t *p = (const uint8_t *)view.data;
    meta->articles = csa_load_u32(p);
    meta->passages = csa_load_u32(p + 4);
    meta->tokens = csa_load_u64(p + 8);
    meta->title_tokens = csa_load_u64(p + 16);
    for (size_t i = 0; i < 4; i++) {
        meta->terms[i] = csa_load_u32(p + 24 + 4 * i);
    }
    meta->stemmers = csa_load_u64(p + 40);
    meta->passage_words = csa_load_u32(p + 48);
    uint32_t flags = csa_load_u32(p + 52);
    meta->has_positions = (flags & CSA_META_POSITIONS) != 0;
    meta->has_text = (flags & CSA_META_TEXT) != 0;
    uint32_t analysis = csa_load_u32(p + 56);
    meta->length_width = csa_load_u32(p + 60);
    meta->longest = csa_load_u32(p + 64);
    meta->shortest = csa_load_u32(p + 68);
    memcpy(&meta->average, p + 72, 4);
    if (analysis > CSA_ANALYSIS_VERSION) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "%s: was analysed by version %u of the rules; this program knows version %d",
                             segment->path, analysis, (int)CSA_ANALYSIS_VERSION);
    }
    if ((flags & ~(uint32_t)(CSA_META_POSITIONS | CSA_META_TEXT)) != 0 || analysis == 0 ||
        csa_load_u32(p + 76) != 0) {
        return csa_segment_damaged(segment, CSA_SECTION_META, error, "has an unknown flag");
    }
    return CSA_OK;
}

static enum csa_status check_meta(const struct csa_segment *segment, struct csa_error *error)
{
    const struct csa_segment_meta *meta = &segment->meta;
    const char *wrong = NULL;
    if (meta->articles == 0 || meta->passages < meta->articles || meta->passages > CSA_DOCUMENTS_MAXIMUM) {
        wrong = "the numbers of articles and passages are impossible";
    } else if (meta->longest > CSA_PASSAGE_TOKENS_MAXIMUM || meta->shortest > meta->longest ||
               meta->tokens > (uint64_t)meta->passages * meta->longest ||
               meta->tokens < (uint64_t)meta->passages * meta->shortest) {
        wrong = "the numbers of tokens are impossible";
    } else if (meta->length_width != csa_length_width(meta->longest)) {
        wrong = "the width of lengths does not fit the longest";
    } else if (meta->average != csa_average_length(meta->tokens, meta->passages)) {
        wrong = "the average length is not tokens / passages";
    } else if (meta->stemmers == 0) {
        wrong = "no stemmers";
    }
    return wrong == NULL ? CSA_OK : csa_segment_damaged(segment, CSA_SECTION_META, error, "%s", wrong);
}

/* ---- the shapes of sections ---- */

static enum csa_status expect_size(const struct csa_segment *segment, enum csa_section section, uint64_t size,
                                   struct csa_error *error)
{
    uint64_t there = segment->sections[section].size;
    if (there == size) {
        return CSA_OK;
    }
    return csa_segment_damaged(segment, section, error, "has %llu bytes instead of %llu",
                               (unsigned long long)there, (unsigned long long)size);
}

static enum csa_status open_lengths(struct csa_segment *segment, struct csa_error *error)
{
    const struct csa_segment_meta *meta = &segment->meta;
    enum csa_status status =
        expect_size(segment, CSA_SECTION_LENGTHS, (uint64_t)meta->passages * meta->length_width, error);
    if (status != CSA_OK) {
        return status;
    }
    segment->lengths = (const uint8_t *)segment->sections[CSA_SECTION_LENGTHS].data;
    uint64_t firsts = meta->passages == meta->articles ? 0 : 4 * ((uint64_t)meta->articles + 1);
    status = expect_size(segment, CSA_SECTION_FIRST_PASSAGES, firsts, error);
    if (status == CSA_OK && firsts == 0) {
        status = expect_size(segment, CSA_SECTION_ARTICLE_STARTS, 0, error);
    }
    if (status != CSA_OK || firsts == 0) {
        return status;
    }
    segment->first_passages = (const uint8_t *)segment->sections[CSA_SECTION_FIRST_PASSAGES].data;
    if (csa_load_u32(segment->first_passages) != 0 ||
        csa_load_u32(segment->first_passages + 4 * (size_t)meta->articles) != meta->passages) {
        return csa_segment_damaged(segment, CSA_SECTION_FIRST_PASSAGES, error,
                                   "does not begin with 0 and end with the number of passages");
    }
    segment->article_starts = (const uint8_t *)segment->sections[CSA_SECTION_ARTICLE_STARTS].data;
    return expect_size(segment, CSA_SECTION_ARTICLE_STARTS, 8 * (((uint64_t)meta->passages + 63) / 64),
                       error);
}

static enum csa_status open_ids(const struct csa_segment *segment, struct csa_error *error)
{
    struct csa_view ids = segment->sections[CSA_SECTION_ARTICLE_IDS];
    uint32_t articles = segment->meta.articles;
    uint64_t blocks = ((uint64_t)articles + CSA_ID_BLOCK - 1) / CSA_ID_BLOCK;
    if (ids.size < 4 + 4 * blocks || csa_load_u32(ids.data) != blocks ||
        csa_load_u32(ids.data + 4) != 4 + 4 * blocks) {
        return csa_segment_damaged(segment, CSA_SECTION_ARTICLE_IDS, error,
                                   "its blocks do not fit the number of articles");
    }
    return expect_size(segment, CSA_SECTION_ARTICLE_HASH,
                       csa_packed_size(articles, csa_segment_hash_width(articles)), error);
}

static enum csa_status open_column(const struct csa_segment *segment, enum csa_section section,
                                   struct csa_column *column, struct csa_error *error)
{
    struct csa_view view = segment->sections[section];
    *column = (struct csa_column){NULL, 0, 0};
    if (view.size == 0) {
        return CSA_OK;
    }
    if (view.size < 8) {
        return csa_segment_damaged(segment, section, error, "is cut short");
    }
    column->width = csa_load_u32(view.data);
    column->constant = csa_load_u32(view.data + 4);
    if ((column->width != 0 && column->width != 1 && column->width != 2 && column->width != 4) ||
        (column->width == 0) != (column->constant != 0)) {
        return csa_segment_damaged(segment, section, error, "its width is impossible");
    }
    if (column->width != 0) {
        column->values = (const uint8_t *)view.data + 8;
    }
    return expect_size(segment, section, 8 + (uint64_t)segment->meta.articles * column->width, error);
}

static enum csa_status open_columns(struct csa_segment *segment, struct csa_error *error)
{
    struct {
        enum csa_section section;
        struct csa_column *column;
    } columns[] = {
        {CSA_SECTION_COLUMN_DATE, &segment->date},
        {CSA_SECTION_COLUMN_LANGUAGE, &segment->language},
        {CSA_SECTION_COLUMN_STEMMER, &segment->stemmer},
        {CSA_SECTION_COLUMN_SOURCE, &segment->source},
        {CSA_SECTION_COLUMN_AUTHOR, &segment->author},
        {CSA_SECTION_COLUMN_TITLE_TOKENS, &segment->title_tokens},
        {CSA_SECTION_COLUMN_SITE, &segment->site},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        enum csa_status status = open_column(segment, columns[i].section, columns[i].column, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    struct csa_view strings = segment->sections[CSA_SECTION_STRINGS];
    if (strings.size == 0) {
        return CSA_OK;
    }
    uint64_t count = strings.size < 12 ? 0 : csa_load_u32(strings.data);
    uint64_t head = 8 + 4 * count;
    if (count == 0 || strings.size < head || csa_load_u32(strings.data + 4) != 0 ||
        csa_load_u32(strings.data + 8) != 0 ||
        csa_load_u32(strings.data + 4 + 4 * count) != strings.size - head) {
        return csa_segment_damaged(segment, CSA_SECTION_STRINGS, error, "its offsets do not fit its size");
    }
    return CSA_OK;
}

static enum csa_status open_chunks(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                                   bool required, uint32_t records, struct csa_error *error)
{
    struct csa_view chunks = segment->sections[kind->chunks];
    struct csa_view table = segment->sections[kind->table];
    if (chunks.size == 0 && table.size == 0 && !required) {
        return CSA_OK;
    }
    if (chunks.size == 0) {
        return csa_segment_damaged(segment, kind->chunks, error, "is missing");
    }
    if (table.size < 2 * CSA_CHUNK_ENTRY_SIZE || table.size % CSA_CHUNK_ENTRY_SIZE != 0 ||
        table.size / CSA_CHUNK_ENTRY_SIZE - 1 > records) {
        return csa_segment_damaged(segment, kind->table, error, "its size is impossible");
    }
    const char *last = table.data + table.size - CSA_CHUNK_ENTRY_SIZE;
    if (csa_load_u64(table.data) != 0 || csa_load_u32(table.data + 8) != 0 ||
        csa_load_u64(last) != chunks.size || csa_load_u32(last + 8) != records ||
        csa_load_u32(last + 12) != 0) {
        return csa_segment_damaged(segment, kind->table, error, "does not begin and end with its chunks");
    }
    return CSA_OK;
}

static enum csa_status open_stored(const struct csa_segment *segment, struct csa_error *error)
{
    const struct csa_segment_meta *meta = &segment->meta;
    if (!meta->has_text && (segment->sections[CSA_SECTION_PASSAGE_CHUNKS].size != 0 ||
                            segment->sections[CSA_SECTION_PASSAGE_CHUNK_TABLE].size != 0)) {
        return csa_segment_damaged(segment, CSA_SECTION_PASSAGE_CHUNKS, error,
                                   "is there, but META says no text");
    }
    if (!meta->has_positions && segment->sections[CSA_SECTION_POSITIONS].size != 0) {
        return csa_segment_damaged(segment, CSA_SECTION_POSITIONS, error,
                                   "is there, but META says no positions");
    }
    enum csa_status status = open_chunks(segment, &csa_passage_chunks, meta->has_text, meta->passages, error);
    if (status == CSA_OK) {
        status = open_chunks(segment, &csa_article_chunks, false, meta->articles, error);
    }
    return status;
}

static enum csa_status open_terms(struct csa_segment *segment, struct csa_error *error)
{
    struct csa_error inner = {0};
    enum csa_status status =
        csa_dictionary_open(&segment->dictionary, segment->sections[CSA_SECTION_TERM_INDEX],
                            segment->sections[CSA_SECTION_TERM_BLOCKS], &inner);
    if (status != CSA_OK) {
        return csa_error_set(error, status, "%s: %s", segment->path, inner.message);
    }
    struct csa_view peaks = segment->sections[CSA_SECTION_TERM_PEAKS];
    bool known = peaks.size != 0 && peaks.size == segment->dictionary.block_count;
    segment->dictionary.peaks = known ? (const uint8_t *)peaks.data : NULL;
    const struct csa_segment_meta *meta = &segment->meta;
    uint64_t terms = (uint64_t)meta->terms[0] + meta->terms[1] + meta->terms[2] + meta->terms[3];
    uint64_t blocks = segment->dictionary.block_count;
    if (terms > blocks * CSA_DICTIONARY_BLOCK || terms < blocks) {
        return csa_segment_damaged(segment, CSA_SECTION_TERM_INDEX, error,
                                   "its blocks do not fit META's number of terms");
    }
    segment->saturation = csa_saturation_make(1.2, 0.75, (double)meta->average);
    return CSA_OK;
}

/* ---- opening ---- */

static enum csa_status open_mapped(struct csa_segment *segment, struct csa_error *error)
{
    const uint8_t *table = NULL;
    uint32_t entries = 0;
    enum csa_status status = read_frame(segment, &table, &entries, error);
    if (status == CSA_OK) {
        status = read_table(segment, table, entries, error);
    }
    if (status == CSA_OK) {
        status = parse_meta(segment, error);
    }
    if (status == CSA_OK) {
        status = check_meta(segment, error);
    }
    if (status == CSA_OK) {
        status = open_lengths(segment, error);
    }
    if (status == CSA_OK) {
        status = open_ids(segment, error);
    }
    if (status == CSA_OK) {
        status = open_columns(segment, error);
    }
    if (status == CSA_OK) {
        status = open_stored(segment, error);
    }
    if (status == CSA_OK) {
        status = open_terms(segment, error);
    }
    if (status == CSA_OK) {
        status = csa_completions_open(segment, error);
    }
    return status;
}

enum csa_status csa_segment_open(const char *path, uint64_t number, struct csa_segment **segment,
                                 struct csa_error *error)
{
    *segment = NULL;
    struct csa_segment *opened = csa_calloc(1, sizeof *opened);
    if (opened == NULL || (opened->path = csa_file_join("", path)) == NULL) {
        csa_free(opened);
        return csa_error_set_memory(error, path);
    }
    opened->number = number;
    enum csa_status status = csa_mapping_open(&opened->file, path, error);
    if (status == CSA_OK) {
        status = open_mapped(opened, error);
    }
    if (status != CSA_OK) {
        csa_segment_close(opened);
        return status;
    }
    *segment = opened;
    return CSA_OK;
}

void csa_segment_close(struct csa_segment *segment)
{
    if (segment != NULL) {
        csa_mapping_close(&segment->file);
        csa_free(segment->path);
        csa_free(segment);
    }
}

/* ---- views ---- */

uint32_t csa_segment_article_from(const struct csa_segment *segment, uint32_t article, uint32_t passage)
{
    if (segment->first_passages == NULL) {
        return passage;
    }
    /* Passages are spread evenly over articles, more or less: a guess and doubling steps from there touch
     * less memory than bisecting all. The answer lies in [low, high). */
    uint32_t articles = segment->meta.articles;
    uint32_t start = article < articles ? article : articles - 1;
    uint32_t first = csa_segment_first_passage(segment, start);
    uint64_t ahead = passage > first ? passage - first : 0;
    uint64_t guess = start + ahead * articles / segment->meta.passages;
    uint32_t low = guess < articles ? (uint32_t)guess : articles - 1;
    uint32_t high = low;
    uint32_t step = 1;
    if (csa_segment_first_passage(segment, low) <= passage) {
        while (step < articles - low && csa_segment_first_passage(segment, low + step) <= passage) {
            low += step;
            step *= 2;
        }
        high = step < articles - low ? low + step : articles;
    } else {
        while (step < high - start && csa_segment_first_passage(segment, high - step) > passage) {
            high -= step;
            step *= 2;
        }
        low = step < high - start ? high - step : start;
    }
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (csa_segment_first_passage(segment, middle) <= passage) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t csa_segment_article_end(const struct csa_segment *segment, uint32_t passage, uint32_t limit)
{
    if (segment->first_passages == NULL) {
        return passage + 1 < limit ? passage + 1 : limit;
    }
    for (uint32_t at = passage + 1; at < limit; at = (at | 63) + 1) {
        uint64_t starts = csa_segment_article_starts(segment, at / 64) >> (at % 64);
        if (starts != 0) {
            uint32_t end = at + (uint32_t)__builtin_ctzll(starts);
            return end < limit ? end : limit;
        }
    }
    return limit;
}

uint32_t csa_segment_article_of(const struct csa_segment *segment, uint32_t passage)
{
    return csa_segment_article_from(segment, 0, passage);
}

struct csa_view csa_segment_string(const struct csa_segment *segment, uint32_t n)
{
    struct csa_view strings = segment->sections[CSA_SECTION_STRINGS];
    if (strings.size == 0 || n >= csa_load_u32(strings.data)) {
        return csa_view_make(NULL, 0);
    }
    size_t head = 8 + 4 * (size_t)csa_load_u32(strings.data);
    size_t from = csa_load_u32(strings.data + 4 + 4 * (size_t)n);
    size_t to = csa_load_u32(strings.data + 8 + 4 * (size_t)n);
    if (from > to || to > strings.size - head) {
        return csa_view_make(NULL, 0);
    }
    return csa_view_make(strings.data + head + from, to - from);
}
