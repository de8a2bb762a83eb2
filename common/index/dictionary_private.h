/* What the dictionary's readers share: keys to look for, the resident index, the head of a block and what
 * stands behind a key. dictionary.c looks terms up with it, dictionary_cursor.c goes through them,
 * dictionary_words.c picks the frequent words out. Private to common/index/. */
#ifndef CSA_INDEX_DICTIONARY_PRIVATE_H
#define CSA_INDEX_DICTIONARY_PRIVATE_H

#include "common/base/integer.h"
#include "common/index/dictionary.h"
#include "common/index/dictionary_format.h"

/* A key to look for: its bytes, and the first eight as a number that compares as they do. */
struct csa_dictionary_target {
    uint8_t key[CSA_TERM_MAXIMUM + 2 + 8]; /* room to read eight bytes anywhere; a longer text is cut where it
                                              already differs from every key */
    uint32_t size;
    uint64_t prefix;
};

void csa_dictionary_make_target(struct csa_dictionary_target *target, enum csa_term_kind kind,
                                struct csa_view text);

/* Says which section is damaged and how. */
enum csa_status csa_dictionary_damaged(struct csa_error *error, const char *section, const char *why);

/* The first key of a block, as the resident index has it; null when it lies outside. */
const uint8_t *csa_dictionary_first_key(const struct csa_dictionary *dictionary, uint32_t block,
                                        uint32_t *size);

/* Finds the block where the target is, if it is anywhere: the last one whose first key is not greater, or
 * block 0. False when the index is damaged. */
bool csa_dictionary_find_block(const struct csa_dictionary *dictionary,
                               const struct csa_dictionary_target *target, uint32_t *block);

/* The head of a block; null when it is damaged. */
const uint8_t *csa_dictionary_open_block(const struct csa_dictionary *dictionary, uint32_t block,
                                         const uint8_t **end, uint8_t *entries, uint64_t *postings_place,
                                         uint64_t *positions_place);

/* How many of the first `most` bytes are the same. Both can be read eight bytes further. */
static inline uint32_t csa_dictionary_common_bytes(const uint8_t *a, const uint8_t *b, uint32_t most)
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

static inline const uint8_t *decode(const uint8_t *p, const uint8_t *end, uint64_t *value)
{
    if (p < end && *p < 0x80U) {
        *value = *p;
        return p + 1;
    }
    return csa_varint_decode(p, end, value);
}

/* Reads what stands behind a key of this kind and moves the places on; null when it is damaged. */
static inline const uint8_t *csa_dictionary_decode_entry(const uint8_t *p, const uint8_t *end, unsigned kind,
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

/* The bytes of one varint, 7 bits of each, drawn together. */
static inline uint64_t csa_dictionary_gather_sevens(uint64_t bytes)
{
    bytes = (bytes & UINT64_C(0x7F007F007F007F00)) >> 1 | (bytes & UINT64_C(0x007F007F007F007F));
    bytes = (bytes & UINT64_C(0xFFFF0000FFFF0000)) >> 2 | (bytes & UINT64_C(0x0000FFFF0000FFFF));
    return bytes >> 32 << 28 | (bytes & UINT64_C(0xFFFFFFFF));
}

/* As csa_dictionary_decode_entry(), for an entry that is only passed by. Entries differ so much that branches
 * would be guessed wrong: one of at most eight bytes is taken without any. The eight can be loaded wherever
 * end is: behind it comes the section's slack at the worst. */
static inline const uint8_t *csa_dictionary_pass_entry(const uint8_t *p, const uint8_t *end, unsigned kind,
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
        return csa_dictionary_decode_entry(p, end, kind, postings_place, positions_place, &entry);
    }
    unsigned last_0 = (unsigned)__builtin_ctzll(ends_0); /* the last bit of each */
    unsigned last_1 = (unsigned)__builtin_ctzll(ends_1);
    unsigned last_2 = (unsigned)__builtin_ctzll(ends_2);
    unsigned last_3 = (unsigned)__builtin_ctzll(ends_3);
    uint64_t place = csa_dictionary_gather_sevens(bytes << (63 - last_2) >> (64 - (last_2 - last_1)));
    uint64_t positions = csa_dictionary_gather_sevens(bytes << (63 - last_3) >> (64 - (last_3 - last_2)));
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

#endif
