/* Going through the term dictionary in order (docs/index-format.md, section 5): a cursor that has its key and
 * the places of its lists, and is placed without building the keys that it passes. Called by whatever lists,
 * merges or checks terms, and for patterns. */
#include "common/index/dictionary_private.h"

enum csa_status csa_dictionary_next(struct csa_dictionary_cursor *cursor, bool *more, struct csa_error *error)
{
    const struct csa_dictionary *dictionary = cursor->dictionary;
    *more = false;
    bool first = cursor->left == 0;
    if (first) {
        if (cursor->block == dictionary->block_count) {
            return CSA_OK;
        }
        cursor->next = csa_dictionary_open_block(dictionary, cursor->block, &cursor->end, &cursor->left,
                                                 &cursor->postings_place, &cursor->positions_place);
        if (cursor->next == NULL) {
            cursor->left = 0;
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a block lies outside or has no entries");
        }
        cursor->block++;
    }
    const uint8_t *p = cursor->next;
    uint32_t shared = cursor->end - p < 2 ? UINT32_MAX : p[0];
    if (shared > (first ? 0 : cursor->key_size) || p[1] == 0 || shared + p[1] > CSA_TERM_MAXIMUM + 1 ||
        p[1] > cursor->end - p - 2) {
        return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken key");
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
        return csa_dictionary_damaged(error, "TERM_BLOCKS", "keys do not ascend");
    }
    if (first) {
        uint32_t size;
        const uint8_t *key = csa_dictionary_first_key(dictionary, cursor->block - 1, &size);
        if (key == NULL || size != added || memcmp(key, cursor->key, size) != 0) {
            return csa_dictionary_damaged(error, "TERM_INDEX", "a key that its block does not begin with");
        }
    }
    p = csa_dictionary_decode_entry(p + added, cursor->end, kind, &cursor->postings_place,
                                    &cursor->positions_place, &cursor->entry);
    if (p == NULL || (cursor->left == 1 && p != cursor->end)) {
        return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken entry");
    }
    cursor->left--;
    cursor->next = p;
    cursor->kind = (enum csa_term_kind)kind;
    cursor->text = csa_view_make((const char *)cursor->key + 1, cursor->key_size - 1);
    *more = true;
    return CSA_OK;
}

/* The next key must be greater than, or go on from, so many bytes of the target. */
static void know_key(struct csa_dictionary_cursor *cursor, const struct csa_dictionary_target *target,
                     uint32_t size)
{
    size = size < target->size ? size : target->size;
    cursor->key_size = size < sizeof cursor->key ? size : (uint32_t)sizeof cursor->key;
    memcpy(cursor->key, target->key, cursor->key_size);
}

/* Places the cursor in its block, before the first key that is not less than the target or behind all; as
 * scan_block() it builds no key that is passed by. */
static enum csa_status pass_keys(struct csa_dictionary_cursor *cursor,
                                 const struct csa_dictionary_target *target, struct csa_error *error)
{
    const uint8_t *p =
        csa_dictionary_open_block(cursor->dictionary, cursor->block, &cursor->end, &cursor->left,
                                  &cursor->postings_place, &cursor->positions_place);
    uint32_t matched = 0;
    unsigned kind = 0;
    const uint8_t entries = cursor->left;
    for (; p != NULL && cursor->left != 0; cursor->left--) {
        if (cursor->end - p < 3 || p[1] == 0 || p[1] > cursor->end - p - 2) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken key");
        }
        uint32_t shared = p[0];
        uint32_t added = p[1];
        const uint8_t *rest = p + 2;
        kind = shared == 0 ? rest[0] : kind;
        if (kind - CSA_TERM_WORD > CSA_TERM_TITLE_STEM - CSA_TERM_WORD) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken key");
        }
        if (shared < matched) { /* parts from the target earlier than a key that was less */
            if (rest[0] <= target->key[shared]) {
                return csa_dictionary_damaged(error, "TERM_BLOCKS", "keys do not ascend");
            }
            break;
        }
        if (shared == matched) {
            uint32_t most = target->size - matched < added ? target->size - matched : added;
            uint32_t same = csa_dictionary_common_bytes(rest, target->key + matched, most);
            if (matched + same == target->size ||
                (same < added && rest[same] > target->key[matched + same])) {
                break;
            }
            matched += same;
        }
        p = csa_dictionary_pass_entry(rest + added, cursor->end, kind, &cursor->postings_place,
                                      &cursor->positions_place);
    }
    if (p == NULL) {
        return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken entry");
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

enum csa_status csa_dictionary_seek(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                    struct csa_view text, struct csa_dictionary_cursor *cursor,
                                    struct csa_error *error)
{
    *cursor = (struct csa_dictionary_cursor){.dictionary = dictionary};
    if (dictionary->block_count == 0) {
        return CSA_OK;
    }
    struct csa_dictionary_target target;
    csa_dictionary_make_target(&target, kind, text);
    if (!csa_dictionary_find_block(dictionary, &target, &cursor->block)) {
        return csa_dictionary_damaged(error, "TERM_INDEX", "a key lies outside");
    }
    return pass_keys(cursor, &target, error);
}

void csa_dictionary_seek_block(const struct csa_dictionary *dictionary, uint32_t block,
                               struct csa_dictionary_cursor *cursor)
{
    *cursor = (struct csa_dictionary_cursor){.dictionary = dictionary, .block = block};
}
