/* Finding a block's tokens in the table and writing down where they stand; see vocabulary.h. */
#include "indexer/native/vocabulary.h"

#include "common/base/memory.h"

#include <string.h>
#include <sys/auxv.h>

enum {
    FIRST_SLOTS = 4096,
    FIRST_SLAB = 1 << 20,
    OCCURRENCE_MAXIMUM = 10, /* bytes: two varints of 32-bit values */
    SLICE_LARGEST = CSA_SLICE_FIRST << (CSA_SLICE_LEVELS - 1),
};

/* What one block can take from the slab: each token one slice of the largest size, and one of the first size
 * before it when its term occurs for the second time. */
#define BLOCK_SLAB ((size_t)CSA_TOKEN_BLOCK * (SLICE_LARGEST + CSA_SLICE_FIRST))
#define BLOCK_KEYS ((size_t)CSA_TOKEN_BLOCK * (1 + CSA_TERM_KEY_MAXIMUM))

/* Short of 2^32, so that no offset overflows within a block. */
#define SLAB_MAXIMUM ((size_t)UINT32_MAX - BLOCK_SLAB)
#define TERMS_MAXIMUM ((uint32_t)1 << 30)
#define SLOTS_MAXIMUM ((size_t)1 << 31)

/* Shifts that cannot hold a 33-bit position: a position has at most 25 bits. */
_Static_assert(OCCURRENCE_MAXIMUM <= CSA_SLICE_FIRST - CSA_SLICE_LINK, "an occurrence fits in a slice");

void csa_vocabulary_init(struct csa_vocabulary *table)
{
    *table = (struct csa_vocabulary){.slab_used = CSA_SLICE_FIRST};
    table->seeds[0] = UINT64_C(0x9e3779b97f4a7c15);
    table->seeds[1] = UINT64_C(0xd1b54a32d192ed03);
    unsigned long random = getauxval(AT_RANDOM);
    if (random != 0) {
        uint64_t words[2];
        memcpy(words, (const void *)random,
               sizeof words); /* 16 bytes that the kernel made for this process */
        table->seeds[0] ^= words[0];
        table->seeds[1] ^= words[1];
    }
}

void csa_vocabulary_release(struct csa_vocabulary *table)
{
    csa_free(table->slots);
    csa_free(table->terms);
    csa_free(table->slab);
    csa_free(table->keys);
    csa_vocabulary_init(table);
}

void csa_vocabulary_clear(struct csa_vocabulary *table)
{
    if (table->slots != NULL) {
        memset(table->slots, 0, ((size_t)table->mask + 1) * sizeof *table->slots);
    }
    table->term_count = 0;
    table->slab_used = CSA_SLICE_FIRST;
    table->keys_used = 0;
}

void csa_vocabulary_drop_slots(struct csa_vocabulary *table)
{
    csa_free(table->slots);
    table->slots = NULL;
    table->mask = 0;
}

size_t csa_vocabulary_used(const struct csa_vocabulary *table)
{
    size_t slots = table->slots == NULL ? 0 : ((size_t)table->mask + 1) * sizeof *table->slots;
    size_t sorting = 2 * 16; /* bytes a term: two arrays of csa_vocabulary_sort() */
    return table->slab_used + table->keys_used + slots +
           (size_t)table->term_count * (sizeof(struct csa_term) + sorting);
}

bool csa_vocabulary_is_full(const struct csa_vocabulary *table)
{
    return table->slab_used + BLOCK_SLAB > SLAB_MAXIMUM || table->keys_used + BLOCK_KEYS > SLAB_MAXIMUM ||
           table->term_count + CSA_TOKEN_BLOCK > TERMS_MAXIMUM;
}

/* ---- room ---- */

/* Grows an array of bytes to at least `needed`, by half its size at a time. */
static bool make_room(void **block, size_t *capacity, size_t needed, size_t first)
{
    if (needed <= *capacity) {
        return true;
    }
    size_t grown = *capacity + *capacity / 2;
    grown = grown < first ? first : grown;
    grown = grown < needed ? needed : grown;
    void *moved = csa_realloc(*block, grown, 1);
    if (moved == NULL) {
        return false;
    }
    *block = moved;
    *capacity = grown;
    return true;
}

static bool make_slots(struct csa_vocabulary *table)
{
    size_t needed = ((size_t)table->term_count + CSA_TOKEN_BLOCK) * 8 / 5;
    size_t count = table->slots == NULL ? FIRST_SLOTS : (size_t)table->mask + 1;
    if (table->slots != NULL && needed <= count) {
        return true;
    }
    while (count < needed) {
        count *= 2;
    }
    uint64_t *slots = count > SLOTS_MAXIMUM ? NULL : csa_calloc(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    uint32_t mask = (uint32_t)(count - 1);
    for (size_t i = 0; table->slots != NULL && i <= table->mask; i++) {
        if (table->slots[i] != 0) {
            size_t place = (size_t)(table->slots[i] >> 32) & mask;
            while (slots[place] != 0) {
                place = (place + 1) & mask;
            }
            slots[place] = table->slots[i];
        }
    }
    csa_free(table->slots);
    table->slots = slots;
    table->mask = mask;
    return true;
}

/* Has room for a whole block, so that nothing behind it can fail. */
static enum csa_status prepare(struct csa_vocabulary *table, struct csa_error *error)
{
    if (csa_vocabulary_is_full(table)) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "term table: full");
    }
    size_t capacity = (size_t)table->term_capacity * sizeof *table->terms;
    size_t terms = ((size_t)table->term_count + CSA_TOKEN_BLOCK) * sizeof *table->terms;
    void *term_bytes = table->terms;
    void *slab = table->slab;
    void *keys = table->keys;
    bool made = make_slots(table);
    made = make_room(&term_bytes, &capacity, terms, 4 * terms) && made;
    made = make_room(&slab, &table->slab_capacity, table->slab_used + BLOCK_SLAB, FIRST_SLAB) && made;
    made = make_room(&keys, &table->keys_capacity, table->keys_used + BLOCK_KEYS, BLOCK_KEYS) && made;
    table->terms = term_bytes;
    table->term_capacity = (uint32_t)(capacity / sizeof *table->terms);
    table->slab = slab;
    table->keys = keys;
    return made ? CSA_OK : csa_error_set_memory(error, "the terms of an index; a smaller -m may help");
}

/* ---- keys ---- */

void csa_vocabulary_token_set_long(struct csa_vocabulary_token *token, const struct csa_vocabulary *table,
                                   struct csa_view text)
{
    const char *p = text.data;
    uint64_t hash = table->seeds[0] ^ text.size;
    for (size_t left = text.size; left > 16; left -= 16, p += 16) {
        hash = csa_hash_mix(csa_load_u64(p) ^ table->seeds[1], csa_load_u64(p + 8) ^ hash);
    }
    p = text.data + text.size - 16;
    hash = csa_hash_mix(csa_load_u64(p) ^ table->seeds[1], csa_load_u64(p + 8) ^ hash);
    token->hash = (uint32_t)(hash ^ (hash >> 32));
    token->key.words[0] = csa_load_u64(text.data);
    token->key.words[1] = UINT64_C(255) << 56 | (hash & 0xFFFFFF) << 32;
}

static struct csa_view stored_text(const char *p)
{
    return csa_view_make(p + 1, (uint8_t)*p);
}

static const char *long_key(const struct csa_vocabulary *table, struct csa_term_key key)
{
    return table->keys + (uint32_t)key.words[1];
}

struct csa_view csa_term_text(const struct csa_vocabulary *table, const struct csa_term *term,
                              char room[CSA_TERM_KEY_INLINE + 1])
{
    if (csa_term_key_is_long(term->key)) {
        return stored_text(long_key(table, term->key));
    }
    memcpy(room, term->key.words, sizeof term->key.words);
    return csa_view_make(room, term->key.words[1] >> 56);
}

static bool long_key_matches(const struct csa_vocabulary *table, const struct csa_token_block *block,
                             const struct csa_term *term, const struct csa_vocabulary_token *token)
{
    return term->key.words[0] == token->key.words[0] &&
           term->key.words[1] >> 32 == token->key.words[1] >> 32 &&
           csa_view_equal(stored_text(long_key(table, term->key)), stored_text(block->texts + token->text));
}

/* ---- finding ---- */

static uint32_t add_term(struct csa_vocabulary *table, const struct csa_token_block *block,
                         const struct csa_vocabulary_token *token, size_t place)
{
    uint32_t number = table->term_count++;
    struct csa_term *term = &table->terms[number];
    *term = (struct csa_term){.key = token->key, .document = UINT32_MAX};
    if (csa_term_key_is_long(token->key)) {
        const char *text = block->texts + token->text;
        size_t size = 1 + (size_t)(uint8_t)*text;
        term->key.words[1] |= (uint32_t)table->keys_used;
        memcpy(table->keys + table->keys_used, text, size);
        table->keys_used += size;
    }
    table->slots[place] = (uint64_t)token->hash << 32 | (number + 1);
    return number;
}

static uint32_t find_term(struct csa_vocabulary *table, const struct csa_token_block *block,
                          const struct csa_vocabulary_token *token)
{
    bool is_long = csa_term_key_is_long(token->key);
    for (size_t place = token->hash & table->mask;; place = (place + 1) & table->mask) {
        uint64_t slot = table->slots[place];
        if (slot == 0) {
            return add_term(table, block, token, place);
        }
        if (slot >> 32 != token->hash) {
            continue;
        }
        uint32_t number = (uint32_t)slot - 1;
        const struct csa_term *term = &table->terms[number];
        bool same = is_long ? long_key_matches(table, block, term, token)
                            : ((term->key.words[0] ^ token->key.words[0]) |
                               (term->key.words[1] ^ token->key.words[1])) == 0;
        if (same) {
            return number;
        }
    }
}

/* ---- writing ---- */

/* A new slice. The first byte of its link is not 0 as long as the link is not set: that is how a writer, who
 * finds only zeros before him, sees the slice's end. */
static uint32_t add_slice(struct csa_vocabulary *table, unsigned level)
{
    uint32_t size = csa_slice_size(level);
    uint32_t start = (uint32_t)table->slab_used;
    table->slab_used += size;
    memset(table->slab + start, 0, size);
    table->slab[start + size - CSA_SLICE_LINK] = (uint8_t)(level + 1);
    return start;
}

static void put_byte(struct csa_vocabulary *table, struct csa_term *term, uint8_t byte)
{
    uint8_t *p = table->slab + term->write;
    if (*p != 0) {
        unsigned level = *p;
        uint32_t next = add_slice(table, level < CSA_SLICE_LEVELS ? level : CSA_SLICE_LEVELS - 1);
        csa_store_u32(p, next);
        term->write = next;
        p = table->slab + next;
    }
    *p = byte;
    term->write++;
}

static inline void put_varint(struct csa_vocabulary *table, struct csa_term *term, uint32_t value)
{
    while (value >= 0x80U) {
        put_byte(table, term, (uint8_t)(value | 0x80U));
        value >>= 7;
    }
    put_byte(table, term, (uint8_t)value);
}

/* One occurrence behind the last one, which is already written. */
static inline void put_occurrence(struct csa_vocabulary *table, struct csa_term *term, uint32_t document,
                                  uint32_t position)
{
    if (document != term->document) {
        put_varint(table, term, position << 1 | 1);
        put_varint(table, term, document - term->document);
    } else if (position != term->position) {
        put_varint(table, term, (position - term->position) << 1);
    }
    term->document = document;
    term->position = position;
}

/* The second occurrence: the first one moves from the entry to a slice. */
static void begin_stream(struct csa_vocabulary *table, struct csa_term *term)
{
    uint32_t document = term->document;
    uint32_t position = term->position;
    term->head = add_slice(table, 0);
    term->write = term->head;
    term->document = UINT32_MAX; /* so that the first distance is document + 1 */
    put_occurrence(table, term, document, position);
}

enum csa_status csa_vocabulary_add(struct csa_vocabulary *table, struct csa_token_block *block,
                                   uint32_t document, struct csa_error *error)
{
    enum csa_status status = prepare(table, error);
    if (status != CSA_OK) {
        return status;
    }
    for (unsigned i = 0; i < block->count; i++) { /* where most tokens will find their term */
        uint64_t slot = table->slots[block->tokens[i].hash & table->mask];
        if (slot != 0) {
            __builtin_prefetch(&table->terms[(uint32_t)slot - 1]);
        }
    }
    for (unsigned i = 0; i < block->count; i++) {
        struct csa_vocabulary_token *token = &block->tokens[i];
        token->term = find_term(table, block, token);
        __builtin_prefetch(table->slab + table->terms[token->term].write, 1);
    }
    for (unsigned i = 0; i < block->count; i++) {
        struct csa_term *term = &table->terms[block->tokens[i].term];
        uint32_t position = block->tokens[i].position;
        if (term->head != 0) {
            put_occurrence(table, term, document, position);
        } else if (term->document == UINT32_MAX) {
            term->document = document;
            term->position = position;
        } else if (term->document != document || term->position != position) {
            begin_stream(table, term);
            put_occurrence(table, term, document, position);
        }
    }
    block->count = 0;
    block->text_size = 0;
    return CSA_OK;
}
