/* Reading the term dictionary (docs/index-format.md, section 5): a bisection over the first keys in the
 * resident index, then a scan of one block. Owns nothing: everything points into the mapped segment. Called
 * by the matcher for each term of a query, and by whatever lists or checks terms. */
#include "common/index/dictionary_private.h"

enum { INDEX_HEAD = 8 }; /* bytes before TERM_INDEX's arrays */

enum csa_status csa_dictionary_damaged(struct csa_error *error, const char *section, const char *why)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s", section, why);
}

enum csa_status csa_dictionary_open(struct csa_dictionary *dictionary, struct csa_view term_index,
                                    struct csa_view term_blocks, struct csa_error *error)
{
    *dictionary = (struct csa_dictionary){0};
    if (term_index.size == 0 && term_blocks.size == 0) {
        return CSA_OK;
    }
    if (term_index.size < INDEX_HEAD + 4) {
        return csa_dictionary_damaged(error, "TERM_INDEX", "too short");
    }
    const uint8_t *index = (const uint8_t *)term_index.data;
    uint64_t blocks = csa_load_u32(index);
    uint64_t key_bytes = csa_load_u32(index + 4);
    if (blocks == 0 || INDEX_HEAD + 8 * blocks + 4 + key_bytes != term_index.size) {
        return csa_dictionary_damaged(error, "TERM_INDEX", "its counts do not fit its size");
    }
    dictionary->index = index;
    dictionary->index_end = index + term_index.size;
    dictionary->blocks = (const uint8_t *)term_blocks.data;
    dictionary->blocks_end = dictionary->blocks + term_blocks.size;
    dictionary->block_count = (uint32_t)blocks;
    dictionary->block_offsets = index + INDEX_HEAD;
    dictionary->key_offsets = dictionary->block_offsets + 4 * blocks;
    dictionary->keys = dictionary->key_offsets + 4 * (blocks + 1);
    return CSA_OK;
}

/* ---- keys ---- */

/* The first eight bytes as a number that compares as they do; zeros behind the end. */
static uint64_t prefix_of(const uint8_t *key, size_t size)
{
    uint64_t prefix = 0;
    memcpy(&prefix, key, size < 8 ? size : 8);
    return __builtin_bswap64(prefix);
}

void csa_dictionary_make_target(struct csa_dictionary_target *target, enum csa_term_kind kind,
                                struct csa_view text)
{
    size_t size = text.size < CSA_TERM_MAXIMUM + 1 ? text.size : CSA_TERM_MAXIMUM + 1;
    target->key[0] = (uint8_t)kind;
    if (size != 0) {
        memcpy(target->key + 1, text.data, size);
    }
    memset(target->key + 1 + size, 0, 8);
    target->size = (uint32_t)size + 1;
    target->prefix = prefix_of(target->key, target->size);
}

const uint8_t *csa_dictionary_first_key(const struct csa_dictionary *dictionary, uint32_t block,
                                        uint32_t *size)
{
    uint32_t begin = csa_load_u32(dictionary->key_offsets + 4 * (size_t)block);
    uint32_t end = csa_load_u32(dictionary->key_offsets + 4 * (size_t)block + 4);
    if (begin >= end || end > (size_t)(dictionary->index_end - dictionary->keys) ||
        end - begin > CSA_TERM_MAXIMUM + 1) {
        return NULL;
    }
    *size = end - begin;
    return dictionary->keys + begin;
}

bool csa_dictionary_find_block(const struct csa_dictionary *dictionary,
                               const struct csa_dictionary_target *target, uint32_t *block)
{
    uint32_t low = 0; /* the answer is in [low, low + size) */
    uint32_t size = dictionary->block_count;
    while (size > 1) {
        uint32_t half = size / 2;
        uint32_t key_size;
        const uint8_t *key = csa_dictionary_first_key(dictionary, low + half, &key_size);
        if (key == NULL) {
            return false;
        }
        /* Eight bytes can be read: behind a short key stands the next one, or the section's slack. */
        uint64_t prefix = __builtin_bswap64(csa_load_u64(key));
        if (key_size < 8) {
            prefix &= ~(UINT64_MAX >> (8 * key_size));
        }
        bool greater = prefix > target->prefix;
        if (prefix == target->prefix) {
            greater = csa_view_compare(csa_view_make((const char *)key, key_size),
                                       csa_view_make((const char *)target->key, target->size)) > 0;
        }
        low = greater ? low : low + half;
        size = greater ? half : size - half;
    }
    *block = low;
    return true;
}

/* ---- entries ---- */

const uint8_t *csa_dictionary_open_block(const struct csa_dictionary *dictionary, uint32_t block,
                                         const uint8_t **end, uint8_t *entries, uint64_t *postings_place,
                                         uint64_t *positions_place)
{
    size_t size = (size_t)(dictionary->blocks_end - dictionary->blocks);
    size_t begin = csa_load_u32(dictionary->block_offsets + 4 * (size_t)block);
    size_t next = size;
    if (block + 1 < dictionary->block_count) {
        next = csa_load_u32(dictionary->block_offsets + 4 * (size_t)block + 4);
    }
    if (begin >= next || next > size) {
        return NULL;
    }
    const uint8_t *p = dictionary->blocks + begin;
    *end = dictionary->blocks + next;
    for (size_t i = 64; i < next - begin && i < 512; i += 64) {
        __builtin_prefetch(p + i);
    }
    *entries = *p++;
    if (*entries == 0 || *entries > CSA_DICTIONARY_BLOCK) {
        return NULL;
    }
    p = csa_varint_decode(p, *end, postings_place);
    return p == NULL ? NULL : csa_varint_decode(p, *end, positions_place);
}

/* ---- looking one up ---- */

/* Scans a block for the target without building its keys: `matched` is how many bytes of the target the key
 * before has in common with it, all keys so far being less. */
static enum csa_status scan_block(const struct csa_dictionary *dictionary, uint32_t block,
                                  const struct csa_dictionary_target *target, struct csa_term_entry *entry,
                                  bool *found, struct csa_error *error)
{
    const uint8_t *end;
    uint8_t left;
    uint64_t postings_place;
    uint64_t positions_place;
    const uint8_t *p =
        csa_dictionary_open_block(dictionary, block, &end, &left, &postings_place, &positions_place);
    uint32_t matched = 0;
    uint32_t key_size = 0;
    unsigned kind = 0;
    for (; p != NULL && left != 0; left--) {
        if (end - p < 3) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a block ends early");
        }
        uint32_t shared = p[0];
        uint32_t added = p[1];
        p += 2;
        kind = shared == 0 ? p[0] : kind;
        key_size = shared > key_size ? UINT32_MAX / 2 : shared + added;
        if (added == 0 || key_size > CSA_TERM_MAXIMUM + 1 || added > (size_t)(end - p) ||
            kind - CSA_TERM_WORD > CSA_TERM_TITLE_STEM - CSA_TERM_WORD) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken key");
        }
        if (shared <= matched) {
            if (shared < matched) {
                return CSA_OK; /* parts from the target earlier than a key that was less */
            }
            uint32_t most = target->size - matched < added ? target->size - matched : added;
            uint32_t same = csa_dictionary_common_bytes(p, target->key + matched, most);
            matched += same;
            if (matched == target->size || (same < added && p[same] > target->key[matched])) {
                /* It, or the first that is greater. */
                if (matched != target->size || key_size != matched) {
                    return CSA_OK;
                }
                p = csa_dictionary_decode_entry(p + added, end, kind, &postings_place, &positions_place,
                                                entry);
                *found = p != NULL;
                break;
            }
        }
        p = csa_dictionary_pass_entry(p + added, end, kind, &postings_place, &positions_place);
    }
    return p != NULL ? CSA_OK : csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken entry");
}

static enum csa_status find_key(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                struct csa_view text, struct csa_term_entry *entry, bool *found,
                                struct csa_error *error)
{
    struct csa_dictionary_target target;
    csa_dictionary_make_target(&target, kind, text);
    uint32_t block;
    if (!csa_dictionary_find_block(dictionary, &target, &block)) {
        return csa_dictionary_damaged(error, "TERM_INDEX", "a key lies outside");
    }
    return scan_block(dictionary, block, &target, entry, found, error);
}

enum csa_status csa_dictionary_find(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                    struct csa_view text, struct csa_term_entry *entry, bool *found,
                                    struct csa_error *error)
{
    *found = false;
    if (dictionary->block_count == 0 || text.size == 0 || text.size > CSA_TERM_MAXIMUM) {
        return CSA_OK;
    }
    enum csa_status status = find_key(dictionary, kind, text, entry, found, error);
    if (status != CSA_OK || *found || (kind != CSA_TERM_STEM && kind != CSA_TERM_TITLE_STEM)) {
        return status;
    }
    enum csa_term_kind word = kind == CSA_TERM_STEM ? CSA_TERM_WORD : CSA_TERM_TITLE_WORD;
    status = find_key(dictionary, word, text, entry, found, error);
    *found = *found && entry->own_stem;
    return status;
}

enum csa_status csa_dictionary_find_blocks(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                           struct csa_view prefix, uint32_t *first, uint32_t *end,
                                           struct csa_error *error)
{
    *first = 0;
    *end = 0;
    if (dictionary->block_count == 0 || prefix.size > CSA_TERM_MAXIMUM) {
        return CSA_OK;
    }
    struct csa_dictionary_target low;
    struct csa_dictionary_target high;
    csa_dictionary_make_target(&low, kind, prefix);
    high = low;
    high.key[high.size++] = 0xFF; /* behind all that begins so: no byte of UTF-8 is as high */
    memset(high.key + high.size, 0, 8);
    high.prefix = prefix_of(high.key, high.size);
    uint32_t last;
    if (!csa_dictionary_find_block(dictionary, &low, first) ||
        !csa_dictionary_find_block(dictionary, &high, &last)) {
        return csa_dictionary_damaged(error, "TERM_INDEX", "a key lies outside");
    }
    *end = last + 1;
    return CSA_OK;
}
