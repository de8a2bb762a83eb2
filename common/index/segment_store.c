/* Reads stored text: finds the chunk of a record, inflates it and takes the record out (docs/index-format.md,
 * section 11). Sizes are bounded before anything is allocated; what a chunk says of itself is compared with
 * what comes out of it. */
#include "common/base/integer.h"
#include "common/index/inflate.h"
#include "common/index/segment_private.h"

const struct csa_chunk_kind csa_article_chunks = {CSA_SECTION_ARTICLE_CHUNKS,
                                                  CSA_SECTION_ARTICLE_CHUNK_TABLE};
const struct csa_chunk_kind csa_passage_chunks = {CSA_SECTION_PASSAGE_CHUNKS,
                                                  CSA_SECTION_PASSAGE_CHUNK_TABLE};

enum {
    DEFLATE_RATIO = 1040, /* zlib never compresses better: RFC 1951 gives 258 bytes for 2 bits */
    RAW_MAXIMUM =
        CSA_RECORD_MAXIMUM + (2 << 20), /* the largest record, behind a chunk that was all but full */
};

/* ---- chunks ---- */

uint32_t csa_chunk_count(const struct csa_segment *segment, const struct csa_chunk_kind *kind)
{
    size_t size = segment->sections[kind->table].size;
    return size == 0 ? 0 : (uint32_t)(size / CSA_CHUNK_ENTRY_SIZE - 1);
}

enum csa_status csa_chunk_locate(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                                 uint32_t number, struct csa_chunk_place *place, struct csa_error *error)
{
    struct csa_view chunks = segment->sections[kind->chunks];
    const char *entry = segment->sections[kind->table].data + (size_t)number * CSA_CHUNK_ENTRY_SIZE;
    uint64_t from = csa_load_u64(entry);
    uint64_t to = csa_load_u64(entry + CSA_CHUNK_ENTRY_SIZE);
    uint32_t first = csa_load_u32(entry + 8);
    uint32_t next = csa_load_u32(entry + CSA_CHUNK_ENTRY_SIZE + 8);
    if (from >= to || to > chunks.size || first >= next) {
        return csa_segment_damaged(segment, kind->table, error, "chunk %u: its place is impossible", number);
    }
    *place = (struct csa_chunk_place){
        .number = number,
        .bytes = (const uint8_t *)chunks.data + from,
        .size = (size_t)(to - from),
        .raw_size = csa_load_u32(entry + 12),
        .first = first,
        .records = next - first,
    };
    if (place->raw_size > RAW_MAXIMUM || place->raw_size / DEFLATE_RATIO > place->size ||
        place->raw_size < place->records) {
        return csa_segment_damaged(segment, kind->table, error, "chunk %u: its size is impossible", number);
    }
    return CSA_OK;
}

enum csa_status csa_chunk_find(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                               uint32_t record, struct csa_chunk_place *place, struct csa_error *error)
{
    const char *table = segment->sections[kind->table].data;
    uint32_t low = 0; /* the chunk lies in [low, high) */
    uint32_t high = csa_chunk_count(segment, kind);
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (csa_load_u32(table + (size_t)middle * CSA_CHUNK_ENTRY_SIZE + 8) <= record) {
            low = middle;
        } else {
            high = middle;
        }
    }
    enum csa_status status = csa_chunk_locate(segment, kind, low, place, error);
    if (status == CSA_OK && (record < place->first || record - place->first >= place->records)) {
        status =
            csa_segment_damaged(segment, kind->table, error, "chunk %u: record %u is not in it", low, record);
    }
    return status;
}

enum csa_status csa_chunk_inflate(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                                  const struct csa_chunk_place *place, struct csa_buffer *raw,
                                  struct csa_error *error)
{
    enum csa_status status =
        csa_inflate(csa_view_make((const char *)place->bytes, place->size), place->raw_size, raw, error);
    if (status == CSA_ERROR_DAMAGED) {
        status = csa_segment_damaged(segment, kind->chunks, error, "chunk %u: does not inflate to its size",
                                     place->number);
    }
    return status;
}

void csa_chunk_cache_init(struct csa_chunk_cache *cache)
{
    *cache = (struct csa_chunk_cache){.segment = NULL};
    csa_buffer_init(&cache->raw, (size_t)RAW_MAXIMUM + 1);
}

void csa_chunk_cache_release(struct csa_chunk_cache *cache)
{
    csa_buffer_release(&cache->raw);
    cache->segment = NULL;
}

/* Makes the chunk of a record the one in the cache. */
static enum csa_status read_chunk(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                                  uint32_t record, struct csa_chunk_cache *cache, struct csa_error *error)
{
    if (cache->segment == segment && cache->chunks == kind->chunks && record >= cache->first &&
        record - cache->first < cache->records) {
        return CSA_OK;
    }
    struct csa_chunk_place place;
    cache->segment = NULL;
    enum csa_status status = csa_chunk_find(segment, kind, record, &place, error);
    if (status == CSA_OK) {
        status = csa_chunk_inflate(segment, kind, &place, &cache->raw, error);
    }
    if (status == CSA_OK) {
        cache->segment = segment;
        cache->chunks = kind->chunks;
        cache->number = place.number;
        cache->first = place.first;
        cache->records = place.records;
    }
    return status;
}

static enum csa_status broken_record(const struct csa_chunk_cache *cache, uint32_t record,
                                     struct csa_error *error)
{
    return csa_segment_damaged(cache->segment, cache->chunks, error, "chunk %u: record %u is broken",
                               cache->number, record);
}

/* ---- passages ---- */

bool csa_chunk_find_passage(struct csa_view raw, uint32_t records, uint32_t index,
                            struct csa_stored_passage *passage)
{
    const uint8_t *p = (const uint8_t *)raw.data;
    const uint8_t *end = p + raw.size;
    uint64_t before = 0; /* sizes of the texts before this one */
    uint64_t all = 0;
    for (uint32_t i = 0; i < records; i++) {
        uint32_t offset;
        uint32_t size;
        p = csa_varint_decode_u32(p, end, &offset);
        p = p == NULL ? NULL : csa_varint_decode_u32(p, end, &size);
        if (p == NULL) {
            return false;
        }
        if (i == index) {
            before = all;
            passage->offset = offset;
            passage->text.size = size;
        }
        all += size;
    }
    if (all != (uint64_t)(end - p)) {
        return false;
    }
    passage->text.data = (const char *)p + before;
    return true;
}

enum csa_status csa_segment_read_passage(const struct csa_segment *segment, uint32_t passage,
                                         struct csa_chunk_cache *cache, struct csa_arena *arena,
                                         struct csa_stored_passage *stored, struct csa_error *error)
{
    *stored = (struct csa_stored_passage){.offset = 0};
    if (!segment->meta.has_text) {
        return CSA_OK;
    }
    struct csa_chunk_cache own;
    csa_chunk_cache_init(&own);
    cache = cache == NULL ? &own : cache;
    struct csa_stored_passage found;
    enum csa_status status = read_chunk(segment, &csa_passage_chunks, passage, cache, error);
    if (status == CSA_OK && !csa_chunk_find_passage(csa_buffer_view(&cache->raw), cache->records,
                                                    passage - cache->first, &found)) {
        status = broken_record(cache, passage, error);
    }
    if (status == CSA_OK) {
        stored->offset = found.offset;
        stored->text = csa_arena_copy(arena, found.text);
        if (stored->text.data == NULL) {
            status = csa_error_set_memory(error, "stored text");
        }
    }
    csa_chunk_cache_release(&own);
    return status;
}

/* ---- articles ---- */

bool csa_chunk_find_article(struct csa_view raw, uint32_t records, uint32_t index, struct csa_view *record)
{
    const uint8_t *p = (const uint8_t *)raw.data;
    const uint8_t *end = p + raw.size;
    for (uint32_t i = 0; i < records; i++) {
        uint32_t size;
        p = csa_varint_decode_u32(p, end, &size);
        if (p == NULL || size > (size_t)(end - p)) {
            return false;
        }
        if (i == index) {
            *record = csa_view_make((const char *)p, size);
        }
        p += size;
    }
    return p == end;
}

/* Steps over one field of an article's record; null when it runs past end. */
static const uint8_t *next_field(const uint8_t *p, const uint8_t *end, uint64_t *field,
                                 struct csa_view *value)
{
    uint32_t size;
    p = csa_varint_decode(p, end, field);
    p = p == NULL ? NULL : csa_varint_decode_u32(p, end, &size);
    if (p == NULL || size > (size_t)(end - p)) {
        return NULL;
    }
    *value = csa_view_make((const char *)p, size);
    return p + size;
}

/* Takes one field into *stored, whose `extra` has room; false for a field that breaks the rules. */
static bool take_field(uint64_t field, struct csa_view value, struct csa_stored_article *stored)
{
    struct csa_view *known = field == CSA_STORED_TITLE         ? &stored->title
                             : field == CSA_STORED_URL         ? &stored->url
                             : field == CSA_STORED_DESCRIPTION ? &stored->description
                                                               : NULL;
    if (known != NULL) {
        bool first = known->size == 0 && value.size != 0;
        *known = value;
        return first;
    }
    const char *zero =
        field != CSA_STORED_OTHER || value.size == 0 ? NULL : memchr(value.data, '\0', value.size);
    if (zero == NULL) {
        return false;
    }
    size_t name = (size_t)(zero - value.data);
    stored->extra[stored->extra_count++] = (struct csa_stored_field){
        csa_view_make(value.data, name), csa_view_make(zero + 1, value.size - name - 1)};
    return true;
}

struct csa_view csa_article_find_field(struct csa_view record, enum csa_article_field wanted)
{
    const uint8_t *end = (const uint8_t *)record.data + record.size;
    uint64_t field;
    struct csa_view value;
    for (const uint8_t *p = (const uint8_t *)record.data; p != NULL && p < end;) {
        p = next_field(p, end, &field, &value);
        if (p != NULL && field == (uint64_t)wanted) {
            return value;
        }
    }
    return csa_view_make(NULL, 0);
}

enum csa_status csa_article_parse(struct csa_view record, struct csa_arena *arena,
                                  struct csa_stored_article *stored, bool *broken, struct csa_error *error)
{
    *stored = (struct csa_stored_article){.extra_count = 0};
    *broken = false;
    const uint8_t *end = (const uint8_t *)record.data + record.size;
    uint64_t field;
    struct csa_view value;
    size_t extra = 0;
    for (const uint8_t *p = (const uint8_t *)record.data; p < end;) {
        p = next_field(p, end, &field, &value);
        if (p == NULL) {
            *broken = true;
            return CSA_OK;
        }
        extra += field == CSA_STORED_OTHER;
    }
    stored->extra = extra == 0 ? NULL : csa_arena_alloc(arena, extra, sizeof *stored->extra);
    if (extra != 0 && stored->extra == NULL) {
        return csa_error_set_memory(error, "stored article");
    }
    for (const uint8_t *p = (const uint8_t *)record.data; p < end && !*broken;) {
        p = next_field(p, end, &field, &value);
        *broken = !take_field(field, value, stored);
    }
    return CSA_OK;
}

enum csa_status csa_segment_read_article(const struct csa_segment *segment, uint32_t article,
                                         struct csa_chunk_cache *cache, struct csa_arena *arena,
                                         struct csa_stored_article *stored, struct csa_error *error)
{
    *stored = (struct csa_stored_article){.extra_count = 0};
    if (segment->sections[CSA_SECTION_ARTICLE_CHUNKS].size == 0) {
        return CSA_OK;
    }
    struct csa_chunk_cache own;
    csa_chunk_cache_init(&own);
    cache = cache == NULL ? &own : cache;
    struct csa_view record;
    bool broken = false;
    enum csa_status status = read_chunk(segment, &csa_article_chunks, article, cache, error);
    if (status == CSA_OK) {
        broken = !csa_chunk_find_article(csa_buffer_view(&cache->raw), cache->records, article - cache->first,
                                         &record);
    }
    if (status == CSA_OK && !broken) {
        record = csa_arena_copy(arena, record);
        status = record.data == NULL ? csa_error_set_memory(error, "stored article")
                                     : csa_article_parse(record, arena, stored, &broken, error);
    }
    if (status == CSA_OK && broken) {
        status = broken_record(cache, article, error);
    }
    if (status != CSA_OK) {
        *stored = (struct csa_stored_article){.extra_count = 0};
    }
    csa_chunk_cache_release(&own);
    return status;
}
