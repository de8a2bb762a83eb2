/* Picking frequent words out of the term dictionary: blocks without one are passed by, and in a block nothing
 * is decoded but keys and document counts. Owns nothing. Called for words that are near one in spelling, of
 * which a search looks at thousands of blocks (searcher/match/sweep.c). */
#include "common/index/dictionary_private.h"
#include "common/index/peak.h"

/* The least peak that stands for at least so many documents; 256: none does. */
static unsigned least_peak(uint64_t least)
{
    unsigned peak = least <= UINT32_MAX ? csa_peak_of((uint32_t)least) : 256;
    return peak > UINT8_MAX ? 256 : peak;
}

uint32_t csa_dictionary_frequent_block(const struct csa_dictionary *dictionary, uint32_t block, uint32_t end,
                                       uint64_t least)
{
    const uint8_t *peaks = dictionary->peaks;
    if (peaks == NULL || least <= 1) {
        return block < end ? block : end;
    }
    unsigned peak = least_peak(least);
    while (block < end && peaks[block] < peak) {
        block++;
    }
    return block;
}

bool csa_dictionary_first_term(const struct csa_dictionary *dictionary, uint32_t block,
                               enum csa_term_kind *kind, struct csa_view *text)
{
    uint32_t size;
    const uint8_t *key = csa_dictionary_first_key(dictionary, block, &size);
    if (key == NULL) {
        return false;
    }
    *kind = (enum csa_term_kind)key[0];
    *text = csa_view_make((const char *)key + 1, size - 1);
    return true;
}

/* Whether the block begins with a term that is not greater than the target. */
static bool begins_before(const struct csa_dictionary *dictionary, uint32_t block,
                          const struct csa_dictionary_target *target)
{
    uint32_t size;
    const uint8_t *key = csa_dictionary_first_key(dictionary, block, &size);
    return key != NULL && csa_view_compare(csa_view_make((const char *)key, size),
                                           csa_view_make((const char *)target->key, target->size)) <= 0;
}

uint32_t csa_dictionary_skip_blocks(const struct csa_dictionary *dictionary, uint32_t block, uint32_t end,
                                    enum csa_term_kind kind, struct csa_view text)
{
    struct csa_dictionary_target target;
    csa_dictionary_make_target(&target, kind, text);
    uint32_t size = 1; /* the answer is in [block, block + size) */
    while (size < end - block && begins_before(dictionary, block + size, &target)) {
        block += size;
        size *= 2;
    }
    size = size < end - block ? size : end - block;
    while (size > 1) {
        uint32_t half = size / 2;
        bool before = begins_before(dictionary, block + half, &target);
        block = before ? block + half : block;
        size = before ? size - half : half;
    }
    return block;
}

/* How many bytes the smallest count takes that is asked for, five at most. */
static unsigned size_of_count(uint64_t least)
{
    unsigned size = 1;
    for (uint64_t head = least << DICTIONARY_FLAG_BITS; head >= 0x80 && size < 5; head >>= 7) {
        size++;
    }
    return size;
}

enum csa_status csa_dictionary_open_words(const struct csa_dictionary *dictionary, uint32_t block,
                                          enum csa_term_kind kind, uint64_t least,
                                          struct csa_dictionary_words *words, struct csa_error *error)
{
    uint64_t postings_place;
    uint64_t positions_place;
    words->next = csa_dictionary_open_block(dictionary, block, &words->end, &words->left, &postings_place,
                                            &positions_place);
    words->kind = kind;
    words->least = least > 1 ? least : 1;
    words->least_size = size_of_count(least);
    words->key_size = 0;
    return words->next != NULL
               ? CSA_OK
               : csa_dictionary_damaged(error, "TERM_BLOCKS", "a block lies outside or has no entries");
}

/* Passes by what stands behind a key but the number of documents; null when it is damaged. As
 * csa_dictionary_pass_entry(), with fewer sums. A count of fewer bytes than `size` is not told from 0. */
static inline const uint8_t *take_count(const uint8_t *p, const uint8_t *end, unsigned kind, unsigned size,
                                        uint64_t *documents)
{
    uint64_t bytes = csa_load_u64(p);
    uint64_t ends_0 = ~bytes & UINT64_C(0x8080808080808080);
    uint64_t ends_1 = ends_0 & (ends_0 - 1);
    uint64_t ends_2 = ends_1 & (ends_1 - 1);
    uint64_t ends_3 = kind == CSA_TERM_WORD ? ends_2 & (ends_2 - 1) : ends_2;
    if (__builtin_expect(ends_3 == 0, 0)) {
        struct csa_term_entry entry = {.document_count = 0};
        uint64_t postings_place = 0;
        uint64_t positions_place = 0;
        p = csa_dictionary_decode_entry(p, end, kind, &postings_place, &positions_place, &entry);
        *documents = entry.document_count;
        return p;
    }
    *documents = 0;
    if ((ends_0 & ((UINT64_C(1) << (8 * size - 8)) - 1)) == 0) {
        *documents = csa_dictionary_gather_sevens(bytes & (ends_0 ^ (ends_0 - 1))) >> DICTIONARY_FLAG_BITS;
    }
    p += (unsigned)__builtin_ctzll(ends_3) / 8 + 1;
    return p <= end ? p : NULL;
}

/* What a term found is written to lies in `words` only at the end: between bytes of a key that are stored,
 * nothing there would stay in a register. */
enum csa_status csa_dictionary_next_word(struct csa_dictionary_words *words, bool *more,
                                         struct csa_error *error)
{
    const uint8_t *p = words->next;
    const uint8_t *end = words->end;
    const unsigned least_size = words->least_size;
    const uint64_t least = words->least;
    const unsigned wanted = words->kind;
    uint8_t *key = words->key;
    uint32_t key_size = words->key_size;
    unsigned kind = key_size == 0 ? 0 : key[0];
    unsigned left = words->left;
    uint32_t common = key_size == 0 ? UINT32_MAX : key_size; /* bytes of the key */
    uint64_t documents = 0;
    bool found = false;
    for (; left != 0 && !found; left--) {
        if (end - p < 3) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a block ends early");
        }
        uint32_t shared = p[0];
        uint32_t added = p[1];
        p += 2;
        kind = shared == 0 ? p[0] : kind;
        if (shared > key_size || added == 0 || shared + added > CSA_TERM_MAXIMUM + 1 ||
            added > (size_t)(end - p) || kind - CSA_TERM_WORD > CSA_TERM_TITLE_STEM - CSA_TERM_WORD) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken key");
        }
        memcpy(key + shared, p, CSA_DICTIONARY_WORDS_SLACK); /* most of them; both sides have room */
        if (__builtin_expect(added > CSA_DICTIONARY_WORDS_SLACK, 0)) {
            memcpy(key + shared, p, added);
        }
        common = key_size != 0 && shared < common ? shared : common;
        key_size = shared + added;
        p = take_count(p + added, end, kind, least_size, &documents);
        if (p == NULL) {
            return csa_dictionary_damaged(error, "TERM_BLOCKS", "a broken entry");
        }
        found = documents >= least && kind == wanted;
    }
    words->next = p;
    words->left = (uint8_t)left;
    words->key_size = key_size;
    words->documents = documents;
    words->shared = common == 0 ? 0 : common - 1;
    words->text = csa_view_make((const char *)key + 1, key_size - 1);
    *more = found;
    return CSA_OK;
}
