/* Reading the term dictionary (docs/index-format.md, section 5): a bisection over the first keys in the
 * resident index, then a scan of one block. Owns nothing: everything points into the mapped segment. Called
 * by the matcher for each term of a query, and by whatever lists or checks terms. */
#include "common/index/dictionary.h"

#include "common/base/integer.h"
#include "common/index/dictionary_format.h"
#include "common/index/peak.h"

enum { INDEX_HEAD = 8 }; /* bytes before TERM_INDEX's arrays */

static enum csa_status damaged(struct csa_error *error, const char *section, const char *why)
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
        return damaged(error, "TERM_INDEX", "too short");
    }
    const uint8_t *index = (const uint8_t *)term_index.data;
    uint64_t blocks = csa_load_u32(index);
    uint64_t key_bytes = csa_load_u32(index + 4);
    if (blocks == 0 || INDEX_HEAD + 8 * blocks + 4 + key_bytes != term_index.size) {
        return damaged(error, "TERM_INDEX", "its counts do not fit its size");
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

/* A key to look for: its bytes, and the first eight as a number that compares as they do. */
struct target {
    uint8_t key[CSA_TERM_MAXIMUM + 2 + 8]; /* room to read eight bytes anywhere; a longer text is cut where it
                                              already differs from every key */
    uint32_t size;
    uint64_t prefix;
};

/* The first eight bytes as a number that compares as they do; zeros behind the end. */
static uint64_t prefix_of(const uint8_t *key, size_t size)
{
    uint64_t prefix = 0;
    memcpy(&prefix, key, size < 8 ? size : 8);
    return __builtin_bswap64(prefix);
}

static void make_target(struct target *target, enum csa_term_kind kind, struct csa_view text)
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

/* The first key of a block, as the resident index has it; null when it lies outside. */
static const uint8_t *first_key(const struct csa_dictionary *dictionary, uint32_t block, uint32_t *size)
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

/* Finds the block where the target is, if it is anywhere: the last one whose first key is not greater, or
 * block 0. False when the index is damaged. */
static bool find_block(const struct csa_dictionary *dictionary, const struct target *target, uint32_t *block)
{
    uint32_t low = 0; /* the answer is in [low, low + size) */
    uint32_t size = dictionary->block_count;
    while (size > 1) {
        uint32_t half = size / 2;
        uint32_t key_size;
        const uint8_t *key = first_key(dictionary, low + half, &key_size);
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

/* The head of a block; null when it is damaged. */
static const uint8_t *open_block(const struct csa_dictionary *dictionary, uint32_t block, const uint8_t **end,
                                 uint8_t *entries, uint64_t *postings_place, uint64_t *positions_place)
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

static inline const uint8_t *decode(const uint8_t *p, const uint8_t *end, uint64_t *value)
{
    if (p < end && *p < 0x80U) {
        *value = *p;
        return p + 1;
    }
    return csa_varint_decode(p, end, value);
}

/* Reads what stands behind a key of this kind and moves the places on; null when it is damaged. */
static inline const uint8_t *decode_entry(const uint8_t *p, const uint8_t *end, unsigned kind,
                                          uint64_t *postings_place, uint64_t *positions_place,
                                          struct csa_term_entry *entry)
{
    uint64_t head;
    uint64_t more;
    uint64_t place;
    uint64_t positions = 0;
    if ((p = decode(p, end, &head)) == NULL || (p = decode(p, end, &more)) == NULL ||
        (p = decode(p, end, &place)) == NULL ||
        (kind == CSA_TERM_WORD && (p = decode(p, end, &positions)) == NULL)) {
        return NULL;
    }
    uint64_t documents = head >> DICTIONARY_FLAG_BITS;
    bool stem = kind == CSA_TERM_STEM || kind == CSA_TERM_TITLE_STEM;
    entry->own_stem = (head & DICTIONARY_OWN_STEM) != 0;
    entry->shared = (head & DICTIONARY_SHARED) != 0;
    if (documents == 0 || documents > CSA_DOCUMENTS_MAXIMUM || (stem ? entry->own_stem : entry->shared) ||
        more > UINT64_MAX - documents) {
        return NULL;
    }
    entry->kind = (enum csa_term_kind)kind;
    entry->document_count = (uint32_t)documents;
    entry->occurrence_count = documents + more;
    entry->single_document = 0;
    entry->single_position = 0;
    entry->documents_offset = *postings_place;
    entry->documents_size = 0;
    entry->positions_offset = *positions_place;
    entry->positions_size = 0;
    if (documents == 1) {
        if (place > CSA_DOCUMENTS_MAXIMUM) {
            return NULL;
        }
        entry->single_document = (uint32_t)place;
    } else if (entry->shared) {
        entry->documents_offset = place;
    } else {
        entry->documents_size = place;
        if (__builtin_add_overflow(*postings_place, place, postings_place)) {
            return NULL;
        }
    }
    if (kind == CSA_TERM_WORD && entry->occurrence_count == 1) {
        entry->single_position = (uint32_t)positions;
        return positions <= UINT32_MAX ? p : NULL;
    }
    if (kind == CSA_TERM_WORD) {
        entry->positions_size = positions;
        if (__builtin_add_overflow(*positions_place, positions, positions_place)) {
            return NULL;
        }
    }
    return p;
}

/* ---- looking one up ---- */

/* How many of the first `most` bytes are the same. Both can be read eight bytes further. */
static inline uint32_t common_bytes(const uint8_t *a, const uint8_t *b, uint32_t most)
{
    uint32_t same = 0;
    while (same < most) {
        uint64_t difference = csa_load_u64(a + same) ^ csa_load_u64(b + same);
        if (difference != 0) {
            same += (uint32_t)__builtin_ctzll(difference) / 8;
            return same < most ? same : most;
        }
        same += 8;
    }
    return most;
}

/* The bytes of one varint, 7 bits of each, drawn together. */
static inline uint64_t gather_sevens(uint64_t bytes)
{
    bytes = (bytes & UINT64_C(0x7F007F007F007F00)) >> 1 | (bytes & UINT64_C(0x007F007F007F007F));
    bytes = (bytes & UINT64_C(0xFFFF0000FFFF0000)) >> 2 | (bytes & UINT64_C(0x0000FFFF0000FFFF));
    return bytes >> 32 << 28 | (bytes & UINT64_C(0xFFFFFFFF));
}

/* As decode_entry(), for an entry that is only passed by. Entries differ so much that branches would be
 * guessed wrong: one of at most eight bytes is taken without any. The eight can be loaded wherever end is:
 * behind it comes the section's slack at the worst. */
static inline const uint8_t *pass_entry(const uint8_t *p, const uint8_t *end, unsigned kind,
                                        uint64_t *postings_place, uint64_t *positions_place)
{
    uint64_t bytes = csa_load_u64(p);
    /* The ends of varints; then without the first, the second, the third. */
    uint64_t ends_0 = ~bytes & UINT64_C(0x8080808080808080);
    uint64_t ends_1 = ends_0 & (ends_0 - 1);
    uint64_t ends_2 = ends_1 & (ends_1 - 1);
    uint64_t ends_3 = ends_2 & (ends_2 - 1);
    if (__builtin_expect(ends_3 == 0, 0)) {
        struct csa_term_entry entry;
        return decode_entry(p, end, kind, postings_place, positions_place, &entry);
    }
    unsigned last_0 = (unsigned)__builtin_ctzll(ends_0); /* the last bit of each */
    unsigned last_1 = (unsigned)__builtin_ctzll(ends_1);
    unsigned last_2 = (unsigned)__builtin_ctzll(ends_2);
    unsigned last_3 = (unsigned)__builtin_ctzll(ends_3);
    uint64_t place = gather_sevens(bytes << (63 - last_2) >> (64 - (last_2 - last_1)));
    uint64_t positions = gather_sevens(bytes << (63 - last_3) >> (64 - (last_3 - last_2)));
    uint64_t count = (bytes & 0xFF) >> DICTIONARY_FLAG_BITS; /* of documents, where the head has one byte */
    bool single = count == 1;
    bool once = (bytes >> (last_0 + 1) & 0xFF) == 0 ? single : false;
    place = single || (bytes & DICTIONARY_SHARED) != 0 ? 0 : place;
    positions = once || kind != CSA_TERM_WORD ? 0 : positions;
    p += (kind == CSA_TERM_WORD ? last_3 : last_2) / 8 + 1;
    bool too_large = __builtin_add_overflow(*postings_place, place, postings_place);
    too_large = __builtin_add_overflow(*positions_place, positions, positions_place) || too_large;
    return p <= end && !too_large && count != 0 ? p : NULL;
}

/* Scans a block for the target without building its keys: `matched` is how many bytes of the target the key
 * before has in common with it, all keys so far being less. */
static enum csa_status scan_block(const struct csa_dictionary *dictionary, uint32_t block,
                                  const struct target *target, struct csa_term_entry *entry, bool *found,
                                  struct csa_error *error)
{
    const uint8_t *end;
    uint8_t left;
    uint64_t postings_place;
    uint64_t positions_place;
    const uint8_t *p = open_block(dictionary, block, &end, &left, &postings_place, &positions_place);
    uint32_t matched = 0;
    uint32_t key_size = 0;
    unsigned kind = 0;
    for (; p != NULL && left != 0; left--) {
        if (end - p < 3) {
            return damaged(error, "TERM_BLOCKS", "a block ends early");
        }
        uint32_t shared = p[0];
        uint32_t added = p[1];
        p += 2;
        kind = shared == 0 ? p[0] : kind;
        key_size = shared > key_size ? UINT32_MAX / 2 : shared + added;
        if (added == 0 || key_size > CSA_TERM_MAXIMUM + 1 || added > (size_t)(end - p) ||
            kind - CSA_TERM_WORD > CSA_TERM_TITLE_STEM - CSA_TERM_WORD) {
            return damaged(error, "TERM_BLOCKS", "a broken key");
        }
        if (shared <= matched) {
            if (shared < matched) {
                return CSA_OK; /* parts from the target earlier than a key that was less */
            }
            uint32_t most = target->size - matched < added ? target->size - matched : added;
            uint32_t same = common_bytes(p, target->key + matched, most);
            matched += same;
            if (matched == target->size || (same < added && p[same] > target->key[matched])) {
                /* It, or the first that is greater. */
                if (matched != target->size || key_size != matched) {
                    return CSA_OK;
                }
                p = decode_entry(p + added, end, kind, &postings_place, &positions_place, entry);
                *found = p != NULL;
                break;
            }
        }
        p = pass_entry(p + added, end, kind, &postings_place, &positions_place);
    }
    return p != NULL ? CSA_OK : damaged(error, "TERM_BLOCKS", "a broken entry");
}

static enum csa_status find_key(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                struct csa_view text, struct csa_term_entry *entry, bool *found,
                                struct csa_error *error)
{
    struct target target;
    make_target(&target, kind, text);
    uint32_t block;
    if (!find_block(dictionary, &target, &block)) {
        return damaged(error, "TERM_INDEX", "a key lies outside");
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

/* ---- going through ---- */

/* Whether the block to be loaded has no word that is frequent enough. */
static bool is_left_out(const struct csa_dictionary_cursor *cursor)
{
    const uint8_t *peaks = cursor->dictionary->peaks;
    return cursor->least != 0 && peaks != NULL && csa_peak_bound(peaks[cursor->block]) < cursor->least;
}

enum csa_status csa_dictionary_next(struct csa_dictionary_cursor *cursor, bool *more, struct csa_error *error)
{
    const struct csa_dictionary *dictionary = cursor->dictionary;
    *more = false;
    bool first = cursor->left == 0;
    if (first) {
        while (cursor->block < dictionary->block_count && is_left_out(cursor)) {
            cursor->block++;
        }
        if (cursor->block == dictionary->block_count) {
            return CSA_OK;
        }
        cursor->next = open_block(dictionary, cursor->block, &cursor->end, &cursor->left,
                                  &cursor->postings_place, &cursor->positions_place);
        if (cursor->next == NULL) {
            cursor->left = 0;
            return damaged(error, "TERM_BLOCKS", "a block lies outside or has no entries");
        }
        cursor->block++;
    }
    const uint8_t *p = cursor->next;
    uint32_t shared = cursor->end - p < 2 ? UINT32_MAX : p[0];
    if (shared > (first ? 0 : cursor->key_size) || p[1] == 0 || shared + p[1] > CSA_TERM_MAXIMUM + 1 ||
        p[1] > cursor->end - p - 2) {
        return damaged(error, "TERM_BLOCKS", "a broken key");
    }
    uint32_t added = p[1];
    p += 2;
    /* Across blocks the whole keys are compared, within one the first bytes that differ. */
    bool ascends = first ? csa_view_compare(csa_view_make((const char *)cursor->key, cursor->key_size),
                                            csa_view_make((const char *)p, added)) < 0
                         : shared == cursor->key_size || cursor->key[shared] < p[0];
    memcpy(cursor->key + shared, p, added);
    cursor->key_size = shared + added;
    unsigned kind = cursor->key[0];
    if (!ascends || kind < CSA_TERM_WORD || kind > CSA_TERM_TITLE_STEM || cursor->key_size < 2) {
        return damaged(error, "TERM_BLOCKS", "keys do not ascend");
    }
    if (first) {
        uint32_t size;
        const uint8_t *key = first_key(dictionary, cursor->block - 1, &size);
        if (key == NULL || size != added || memcmp(key, cursor->key, size) != 0) {
            return damaged(error, "TERM_INDEX", "a key that its block does not begin with");
        }
    }
    p = decode_entry(p + added, cursor->end, kind, &cursor->postings_place, &cursor->positions_place,
                     &cursor->entry);
    if (p == NULL || (cursor->left == 1 && p != cursor->end)) {
        return damaged(error, "TERM_BLOCKS", "a broken entry");
    }
    cursor->left--;
    cursor->next = p;
    cursor->kind = (enum csa_term_kind)kind;
    cursor->text = csa_view_make((const char *)cursor->key + 1, cursor->key_size - 1);
    *more = true;
    return CSA_OK;
}

/* The next key must be greater than, or go on from, so many bytes of the target. */
static void know_key(struct csa_dictionary_cursor *cursor, const struct target *target, uint32_t size)
{
    size = size < target->size ? size : target->size;
    cursor->key_size = size < sizeof cursor->key ? size : (uint32_t)sizeof cursor->key;
    memcpy(cursor->key, target->key, cursor->key_size);
}

/* Places the cursor in its block, before the first key that is not less than the target or behind all; as
 * scan_block() it builds no key that is passed by. */
static enum csa_status pass_keys(struct csa_dictionary_cursor *cursor, const struct target *target,
                                 struct csa_error *error)
{
    const uint8_t *p = open_block(cursor->dictionary, cursor->block, &cursor->end, &cursor->left,
                                  &cursor->postings_place, &cursor->positions_place);
    uint32_t matched = 0;
    unsigned kind = 0;
    const uint8_t entries = cursor->left;
    for (; p != NULL && cursor->left != 0; cursor->left--) {
        if (cursor->end - p < 3 || p[1] == 0 || p[1] > cursor->end - p - 2) {
            return damaged(error, "TERM_BLOCKS", "a broken key");
        }
        uint32_t shared = p[0];
        uint32_t added = p[1];
        const uint8_t *rest = p + 2;
        kind = shared == 0 ? rest[0] : kind;
        if (kind - CSA_TERM_WORD > CSA_TERM_TITLE_STEM - CSA_TERM_WORD) {
            return damaged(error, "TERM_BLOCKS", "a broken key");
        }
        if (shared < matched) { /* parts from the target earlier than a key that was less */
            if (rest[0] <= target->key[shared]) {
                return damaged(error, "TERM_BLOCKS", "keys do not ascend");
            }
            break;
        }
        if (shared == matched) {
            uint32_t most = target->size - matched < added ? target->size - matched : added;
            uint32_t same = common_bytes(rest, target->key + matched, most);
            if (matched + same == target->size ||
                (same < added && rest[same] > target->key[matched + same])) {
                break;
            }
            matched += same;
        }
        p = pass_entry(rest + added, cursor->end, kind, &cursor->postings_place, &cursor->positions_place);
    }
    if (p == NULL) {
        return damaged(error, "TERM_BLOCKS", "a broken entry");
    }
    if (cursor->left == entries) { /* the block's first, which is compared with the index when it is loaded */
        cursor->left = 0;
        return CSA_OK;
    }
    cursor->next = p;
    cursor->block++;
    /* What the key shares with the one before it, it shares with the target; the next block is behind. */
    know_key(cursor, target, cursor->left == 0 ? target->size : p[0]);
    return CSA_OK;
}

enum csa_status csa_dictionary_seek_frequent(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                             struct csa_view text, uint64_t least,
                                             struct csa_dictionary_cursor *cursor, struct csa_error *error)
{
    *cursor = (struct csa_dictionary_cursor){.dictionary = dictionary, .least = least};
    if (dictionary->block_count == 0) {
        return CSA_OK;
    }
    struct target target;
    make_target(&target, kind, text);
    if (!find_block(dictionary, &target, &cursor->block)) {
        return damaged(error, "TERM_INDEX", "a key lies outside");
    }
    if (is_left_out(cursor)) {
        know_key(cursor, &target, target.size);
        cursor->block++;
        return CSA_OK;
    }
    return pass_keys(cursor, &target, error);
}

enum csa_status csa_dictionary_seek(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                    struct csa_view text, struct csa_dictionary_cursor *cursor,
                                    struct csa_error *error)
{
    return csa_dictionary_seek_frequent(dictionary, kind, text, 0, cursor, error);
}

void csa_dictionary_seek_block(const struct csa_dictionary *dictionary, uint32_t block,
                               struct csa_dictionary_cursor *cursor)
{
    *cursor = (struct csa_dictionary_cursor){.dictionary = dictionary, .block = block};
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
    struct target low;
    struct target high;
    make_target(&low, kind, prefix);
    high = low;
    high.key[high.size++] = 0xFF; /* behind all that begins so: no byte of UTF-8 is as high */
    memset(high.key + high.size, 0, 8);
    high.prefix = prefix_of(high.key, high.size);
    uint32_t last;
    if (!find_block(dictionary, &low, first) || !find_block(dictionary, &high, &last)) {
        return damaged(error, "TERM_INDEX", "a key lies outside");
    }
    *end = last + 1;
    return CSA_OK;
}
