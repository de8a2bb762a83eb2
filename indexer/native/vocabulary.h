/* The vocabulary of one worker's part of an index in the making, with every term's occurrences.
 *
 *   slots (hash -> term)      terms, 32 bytes each              slab
 *   [tag | term + 1]   --->   [key | last occurrence | head] -> [16 bytes | next] -> [32 bytes | next] -> ...
 *
 * A term's occurrences are one byte stream, cut into slices that double in size. An occurrence is a varint
 * `position << 1 | 1` and a varint with the distance from the term's previous document when it is the first
 * in its document, else the varint `(position - previous position) << 1`. As long as a term occurred once,
 * the occurrence stands in its entry and it has no slice.
 *
 * Speed is the point: tokens come in blocks, so that the memory they need is asked for ahead of its use; keys
 * up to 15 bytes are compared as two words and lie in the entry. The hash is seeded anew in each process, so
 * that no text can be written that makes chains long; nothing that is written depends on it.
 *
 * Filled by inverter.c, read by run.c. */
#ifndef CSA_INDEXER_NATIVE_VOCABULARY_H
#define CSA_INDEXER_NATIVE_VOCABULARY_H

#include "common/base/error.h"
#include "common/base/integer.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSA_TOKEN_BLOCK = 256,    /* tokens added at a time */
    CSA_TERM_KEY_INLINE = 15, /* bytes of a term that fit in its entry */
    CSA_TERM_KEY_MAXIMUM = 128,
    CSA_SLICE_FIRST = 16, /* bytes of a term's first slice, the link at its end included */
    CSA_SLICE_LEVELS = 8, /* each is twice the one before; the last size is kept for the rest */
    CSA_SLICE_LINK = 4,
};

/* A term as two words: its first 15 bytes, zero-padded, and its size in the last byte. A longer one has its
 * first eight bytes, then 32 bits for its place in the table's key store, 24 bits of hash and 255. */
struct csa_term_key {
    uint64_t words[2];
};

struct csa_term {
    struct csa_term_key key;
    uint32_t document; /* of the last occurrence */
    uint32_t position;
    uint32_t head;  /* first slice, an offset into the slab; 0: the last occurrence is the only one */
    uint32_t write; /* where the next byte goes */
};

/* A token on its way into the table. */
struct csa_vocabulary_token {
    struct csa_term_key key;
    uint32_t hash;
    uint32_t position;
    uint32_t term; /* filled in by the table */
    uint32_t text; /* of a key past 15 bytes: offset in the block's texts */
};

/* Up to CSA_TOKEN_BLOCK tokens of one document. */
struct csa_token_block {
    unsigned count;
    unsigned text_size;
    struct csa_vocabulary_token tokens[CSA_TOKEN_BLOCK];
    char texts[CSA_TOKEN_BLOCK * (1 + CSA_TERM_KEY_MAXIMUM)]; /* of long keys: size, bytes */
};

struct csa_vocabulary {
    uint64_t *slots; /* hash << 32 | term + 1, 0 = free; owned */
    uint32_t mask;
    struct csa_term *terms; /* owned */
    uint32_t term_count;
    uint32_t term_capacity;
    uint8_t *slab; /* owned; offset 0 is not used */
    size_t slab_used;
    size_t slab_capacity;
    char *keys; /* long terms: size byte, bytes; owned */
    size_t keys_used;
    size_t keys_capacity;
    uint64_t seeds[2];
};

/* Makes no allocation. */
void csa_vocabulary_init(struct csa_vocabulary *table);
void csa_vocabulary_release(struct csa_vocabulary *table);
/* Forgets all terms and keeps the memory. */
void csa_vocabulary_clear(struct csa_vocabulary *table);
/* Gives back the memory that only adding needs; the next add asks for it anew. */
void csa_vocabulary_drop_slots(struct csa_vocabulary *table);

/* Bytes in use, with what sorting the terms will need. */
size_t csa_vocabulary_used(const struct csa_vocabulary *table);
/* Whether the table can take no further block (offsets have 32 bits). */
bool csa_vocabulary_is_full(const struct csa_vocabulary *table);

/* Puts a token of 1 to CSA_TERM_KEY_MAXIMUM bytes into the block, which must have room. */
static inline void csa_token_block_add(struct csa_token_block *block, const struct csa_vocabulary *table,
                                       struct csa_view text, uint32_t position);

/* Adds the block's tokens as occurrences in `document`, and empties the block. Documents must not descend
 * from call to call, nor positions within a document; of a term that stands at one position twice one
 * occurrence is kept. CSA_ERROR_MEMORY, or CSA_ERROR_LIMIT when the table is full; the table is then as it
 * was before. */
enum csa_status csa_vocabulary_add(struct csa_vocabulary *table, struct csa_token_block *block,
                                   uint32_t document, struct csa_error *error);

/* The bytes of a term; valid until the next add. room has space for short keys. */
struct csa_view csa_term_text(const struct csa_vocabulary *table, const struct csa_term *term,
                              char room[CSA_TERM_KEY_INLINE + 1]);

/* The terms in the order of their bytes: term_count numbers in new memory (csa_free()). Drops the slots. */
enum csa_status csa_vocabulary_sort(struct csa_vocabulary *table, uint32_t **order, struct csa_error *error);

/* Bytes of the slice of a level, its link included. */
static inline uint32_t csa_slice_size(unsigned level)
{
    return (uint32_t)CSA_SLICE_FIRST << (level < CSA_SLICE_LEVELS ? level : CSA_SLICE_LEVELS - 1);
}

/* ---- inline parts ---- */

static inline uint64_t csa_hash_mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* size <= 15 bytes as two words, without a look past the end. */
static inline struct csa_term_key csa_term_key_short(const char *p, size_t size)
{
    uint64_t tail = (uint64_t)size << 56;
    if (size >= 8) {
        uint64_t last = csa_load_u64(p + size - 8);
        /* of the last eight bytes those that are not in the first eight; size 8 has none */
        tail |= size == 8 ? 0 : last >> (8 * (16 - size));
        return (struct csa_term_key){{csa_load_u64(p), tail}};
    }
    uint64_t head;
    if (size >= 4) {
        head = csa_load_u32(p) | (uint64_t)csa_load_u32(p + size - 4) << (8 * (size - 4));
    } else {
        head = (uint8_t)p[0] | (uint64_t)(uint8_t)p[size / 2] << (8 * (size / 2)) |
               (uint64_t)(uint8_t)p[size - 1] << (8 * (size - 1));
    }
    return (struct csa_term_key){{head, tail}};
}

static inline bool csa_term_key_is_long(struct csa_term_key key)
{
    return key.words[1] >> 56 == 255;
}

/* Fills key (without its place) and hash of a token of more than 15 bytes. */
void csa_vocabulary_token_set_long(struct csa_vocabulary_token *token, const struct csa_vocabulary *table,
                                   struct csa_view text);

static inline void csa_token_block_add(struct csa_token_block *block, const struct csa_vocabulary *table,
                                       struct csa_view text, uint32_t position)
{
    struct csa_vocabulary_token *token = &block->tokens[block->count++];
    token->position = position;
    if (text.size <= CSA_TERM_KEY_INLINE) {
        token->key = csa_term_key_short(text.data, text.size);
        uint64_t hash =
            csa_hash_mix(token->key.words[0] ^ table->seeds[0], token->key.words[1] ^ table->seeds[1]);
        token->hash = (uint32_t)(hash ^ (hash >> 32));
    } else {
        size_t size = text.size < CSA_TERM_KEY_MAXIMUM ? text.size : CSA_TERM_KEY_MAXIMUM;
        token->text = block->text_size;
        block->texts[block->text_size] = (char)size;
        memcpy(block->texts + block->text_size + 1, text.data, size);
        block->text_size += 1 + (unsigned)size;
        csa_vocabulary_token_set_long(token, table, csa_view_make(text.data, size));
    }
    if (table->slots != NULL) {
        __builtin_prefetch(&table->slots[token->hash & table->mask]);
    }
}

#endif
