/* The check of article ids and stored text; part of csa_segment_check(). */
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/check_private.h"
#include "common/index/hash.h"
#include "common/index/site.h"

/* ---- ids ---- */

/* Reads the ids of a block into hashes; false when it is broken. */
static bool check_block(struct csa_check *check, uint32_t block, uint64_t *hashes)
{
    const struct csa_segment *segment = check->segment;
    struct csa_view ids = segment->sections[CSA_SECTION_ARTICLE_IDS];
    const uint8_t *start = (const uint8_t *)ids.data;
    uint32_t blocks = csa_load_u32(start);
    size_t from = csa_load_u32(start + 4 + 4 * (size_t)block);
    size_t to = block + 1 < blocks ? csa_load_u32(start + 8 + 4 * (size_t)block) : ids.size;
    if (from > to || to > ids.size) {
        csa_check_fault(check, CSA_SECTION_ARTICLE_IDS, "block %u: its offset is impossible", block);
        return false;
    }
    char buffer[CSA_ID_MAXIMUM];
    size_t size = 0;
    const uint8_t *p = start + from;
    uint32_t first = block * CSA_ID_BLOCK;
    for (uint32_t i = first; i < segment->meta.articles && i < first + CSA_ID_BLOCK; i++) {
        p = csa_segment_decode_id(p, start + to, i == first, buffer, &size);
        if (p == NULL || size == 0) {
            csa_check_fault(check, CSA_SECTION_ARTICLE_IDS, "article %u: its id is broken", i);
            return false;
        }
        hashes[i] = csa_hash(csa_view_make(buffer, size));
    }
    if (p != start + to) {
        csa_check_fault(check, CSA_SECTION_ARTICLE_IDS, "block %u: does not end with its last id", block);
        return false;
    }
    return true;
}

static void check_hash_order(struct csa_check *check, const uint64_t *hashes)
{
    uint32_t articles = check->segment->meta.articles;
    uint32_t previous = 0;
    for (uint32_t i = 0; i < articles; i++) {
        uint32_t article = csa_segment_hash_entry(check->segment, i);
        /* Strictly ascending (hash, article) pairs are different articles, so each is there once. */
        if (article >= articles ||
            (i != 0 && (hashes[article] < hashes[previous] ||
                        (hashes[article] == hashes[previous] && article <= previous)))) {
            csa_check_fault(check, CSA_SECTION_ARTICLE_HASH, "entry %u: article %u is out of order", i,
                            article);
            return;
        }
        previous = article;
    }
}

enum csa_status csa_check_ids(struct csa_check *check, struct csa_error *error)
{
    uint32_t articles = check->segment->meta.articles;
    uint64_t *hashes = csa_calloc(articles, sizeof *hashes);
    if (hashes == NULL) {
        return csa_error_set_memory(error, "checking ids");
    }
    bool whole = true;
    for (uint32_t block = 0;
         block < (articles + CSA_ID_BLOCK - 1) / CSA_ID_BLOCK && !csa_check_is_full(check); block++) {
        whole = check_block(check, block, hashes) && whole;
    }
    if (whole) {
        check_hash_order(check, hashes);
    }
    csa_free(hashes);
    return CSA_OK;
}

/* ---- stored text ---- */

static void check_site(struct csa_check *check, uint32_t article, struct csa_view url)
{
    const struct csa_segment *segment = check->segment;
    char buffer[CSA_SITE_MAXIMUM];
    struct csa_view site = csa_segment_string(segment, csa_column_get(&segment->site, article));
    if (!csa_view_equal(site, csa_site_of_url(url, buffer))) {
        csa_check_fault(check, CSA_SECTION_COLUMN_SITE, "article %u: is not the host of its url", article);
    }
}

/* Parses every record of a chunk of articles. */
static enum csa_status check_articles(struct csa_check *check, const struct csa_chunk_place *place,
                                      struct csa_view raw, struct csa_arena *arena, struct csa_error *error)
{
    const uint8_t *p = (const uint8_t *)raw.data;
    const uint8_t *end = p + raw.size;
    for (uint32_t i = 0; i < place->records; i++) {
        uint32_t size;
        struct csa_stored_article stored;
        bool broken = true;
        p = csa_varint_decode_u32(p, end, &size);
        if (p != NULL && size <= (size_t)(end - p)) {
            csa_arena_clear(arena);
            enum csa_status status =
                csa_article_parse(csa_view_make((const char *)p, size), arena, &stored, &broken, error);
            if (status != CSA_OK) {
                return status;
            }
            p += size;
        }
        if (!broken) {
            check_site(check, place->first + i, stored.url);
        }
        if (broken) {
            csa_check_fault(check, CSA_SECTION_ARTICLE_CHUNKS, "chunk %u: the record of article %u is broken",
                            place->number, place->first + i);
            return CSA_OK;
        }
    }
    if (p != end) {
        csa_check_fault(check, CSA_SECTION_ARTICLE_CHUNKS, "chunk %u: bytes behind its last record",
                        place->number);
    }
    return CSA_OK;
}

static enum csa_status check_chunk(struct csa_check *check, const struct csa_chunk_kind *kind,
                                   uint32_t number, struct csa_buffer *raw, struct csa_arena *arena,
                                   struct csa_error *error)
{
    struct csa_chunk_place place;
    struct csa_stored_passage passage;
    struct csa_error fault = {0};
    enum csa_status status = csa_chunk_locate(check->segment, kind, number, &place, &fault);
    if (status == CSA_OK) {
        status = csa_chunk_inflate(check->segment, kind, &place, raw, &fault);
    }
    if (status == CSA_ERROR_DAMAGED) {
        csa_check_fault(check, kind->chunks, "chunk %u: does not inflate to what the table says", number);
        return CSA_OK;
    }
    if (status != CSA_OK) {
        return csa_error_pass(error, &fault);
    }
    if (kind->chunks == CSA_SECTION_ARTICLE_CHUNKS) {
        return check_articles(check, &place, csa_buffer_view(raw), arena, error);
    }
    if (!csa_chunk_find_passage(csa_buffer_view(raw), place.records, 0, &passage)) {
        csa_check_fault(check, kind->chunks, "chunk %u: its passages do not fill it", number);
    }
    return CSA_OK;
}

enum csa_status csa_check_stored(struct csa_check *check, struct csa_error *error)
{
    const struct csa_chunk_kind *kinds[] = {&csa_article_chunks, &csa_passage_chunks};
    struct csa_buffer raw;
    struct csa_arena arena;
    csa_buffer_init(&raw, SIZE_MAX / 2); /* csa_chunk_locate() bounds what a chunk may take */
    csa_arena_init(&arena, 0);
    enum csa_status status = CSA_OK;
    bool sites = check->segment->sections[CSA_SECTION_COLUMN_SITE].size != 0;
    if (sites && csa_chunk_count(check->segment, &csa_article_chunks) == 0) {
        csa_check_fault(check, CSA_SECTION_COLUMN_SITE, "is there, but no article has a url");
    }
    for (uint32_t k = 0; k < 2; k++) {
        uint32_t chunks = csa_chunk_count(check->segment, kinds[k]);
        for (uint32_t i = 0; i < chunks && status == CSA_OK && !csa_check_is_full(check); i++) {
            status = check_chunk(check, kinds[k], i, &raw, &arena, error);
        }
    }
    csa_buffer_release(&raw);
    csa_arena_release(&arena);
    return status;
}
