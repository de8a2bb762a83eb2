/* Reads article ids: by ordinal from the front-coded blocks of ARTICLE_IDS, and by id through the order of
 * hashes in ARTICLE_HASH (docs/index-format.md, section 9). */
#include "common/base/integer.h"
#include "common/index/bitpack.h"
#include "common/index/hash.h"
#include "common/index/segment_private.h"

unsigned csa_segment_hash_width(uint32_t articles)
{
    uint32_t largest = articles - 1;
    return csa_bit_width(&largest, 1);
}

uint32_t csa_segment_hash_entry(const struct csa_segment *segment, uint32_t i)
{
    unsigned width = csa_segment_hash_width(segment->meta.articles);
    return width == 0
               ? 0
               : csa_packed_get((const uint8_t *)segment->sections[CSA_SECTION_ARTICLE_HASH].data, i, width);
}

const uint8_t *csa_segment_decode_id(const uint8_t *p, const uint8_t *end, bool first,
                                     char buffer[CSA_ID_MAXIMUM], size_t *size)
{
    uint32_t shared = 0;
    uint32_t added;
    if (!first) {
        p = csa_varint_decode_u32(p, end, &shared);
    }
    p = p == NULL ? NULL : csa_varint_decode_u32(p, end, &added);
    if (p == NULL || shared > *size || added > CSA_ID_MAXIMUM - shared || added > (size_t)(end - p)) {
        return NULL;
    }
    memcpy(buffer + shared, p, added);
    *size = (size_t)shared + added;
    return p + added;
}

/* Where a block of ids begins and ends. */
static enum csa_status find_block(const struct csa_segment *segment, uint32_t block, const uint8_t **from,
                                  const uint8_t **to, struct csa_error *error)
{
    struct csa_view ids = segment->sections[CSA_SECTION_ARTICLE_IDS];
    const uint8_t *start = (const uint8_t *)ids.data;
    uint32_t blocks = csa_load_u32(start);
    size_t begin = csa_load_u32(start + 4 + 4 * (size_t)block);
    size_t end = block + 1 < blocks ? csa_load_u32(start + 8 + 4 * (size_t)block) : ids.size;
    if (begin > end || end > ids.size) {
        return csa_segment_damaged(segment, CSA_SECTION_ARTICLE_IDS, error,
                                   "block %u: its offset is impossible", block);
    }
    *from = start + begin;
    *to = start + end;
    return CSA_OK;
}

static enum csa_status broken_id(const struct csa_segment *segment, uint32_t article, struct csa_error *error)
{
    return csa_segment_damaged(segment, CSA_SECTION_ARTICLE_IDS, error, "article %u: its id is broken",
                               article);
}

enum csa_status csa_segment_article_id(const struct csa_segment *segment, uint32_t article,
                                       char buffer[CSA_ID_MAXIMUM], struct csa_view *id,
                                       struct csa_error *error)
{
    const uint8_t *p = NULL, *end = NULL;
    *id = csa_view_make(buffer, 0);
    enum csa_status status = find_block(segment, article / CSA_ID_BLOCK, &p, &end, error);
    size_t size = 0;
    for (uint32_t i = 0; i <= article % CSA_ID_BLOCK && status == CSA_OK; i++) {
        p = csa_segment_decode_id(p, end, i == 0, buffer, &size);
        status = p == NULL ? broken_id(segment, article - article % CSA_ID_BLOCK + i, error) : CSA_OK;
    }
    if (status == CSA_OK) {
        *id = csa_view_make(buffer, size);
    }
    return status;
}

enum csa_status csa_segment_visit_ids(const struct csa_segment *segment, void *context,
                                      void (*visit)(void *context, uint32_t article, struct csa_view id),
                                      struct csa_error *error)
{
    char buffer[CSA_ID_MAXIMUM];
    const uint8_t *p = NULL, *end = NULL;
    size_t size = 0;
    for (uint32_t article = 0; article < segment->meta.articles; article++) {
        bool first = article % CSA_ID_BLOCK == 0;
        enum csa_status status =
            first ? find_block(segment, article / CSA_ID_BLOCK, &p, &end, error) : CSA_OK;
        if (status == CSA_OK) {
            size = first ? 0 : size;
            p = csa_segment_decode_id(p, end, first, buffer, &size);
            status = p == NULL ? broken_id(segment, article, error) : CSA_OK;
        }
        if (status != CSA_OK) {
            return status;
        }
        visit(context, article, csa_view_make(buffer, size));
    }
    return CSA_OK;
}

/* The id of entry i of ARTICLE_HASH. */
static enum csa_status hash_entry_id(const struct csa_segment *segment, uint32_t i, uint32_t *article,
                                     char buffer[CSA_ID_MAXIMUM], struct csa_view *id,
                                     struct csa_error *error)
{
    *article = csa_segment_hash_entry(segment, i);
    if (*article >= segment->meta.articles) {
        return csa_segment_damaged(segment, CSA_SECTION_ARTICLE_HASH, error,
                                   "entry %u: there is no article %u", i, *article);
    }
    return csa_segment_article_id(segment, *article, buffer, id, error);
}

enum csa_status csa_segment_find_article(const struct csa_segment *segment, struct csa_view id,
                                         uint32_t *article, bool *found, struct csa_error *error)
{
    char buffer[CSA_ID_MAXIMUM];
    struct csa_view other;
    uint64_t hash = csa_hash(id);
    uint32_t low = 0; /* the first entry with a greater hash lies in [low, high] */
    uint32_t high = segment->meta.articles;
    *found = false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        enum csa_status status = hash_entry_id(segment, middle, article, buffer, &other, error);
        if (status != CSA_OK) {
            return status;
        }
        if (csa_hash(other) <= hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low > 0) { /* equal hashes are ordered by article: the last one comes first here */
        enum csa_status status = hash_entry_id(segment, --low, article, buffer, &other, error);
        if (status != CSA_OK) {
            return status;
        }
        if (csa_hash(other) != hash) {
            return CSA_OK;
        }
        if (csa_view_equal(other, id)) {
            *found = true;
            return CSA_OK;
        }
    }
    return CSA_OK;
}
