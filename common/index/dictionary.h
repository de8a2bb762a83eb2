/* The term dictionary of a segment: sorted, front-coded in blocks that are found from a small resident index
 * (docs/index-format.md, section 5). */
#ifndef CSA_INDEX_DICTIONARY_H
#define CSA_INDEX_DICTIONARY_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/view.h"
#include "common/index/format.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a term's list is. */
struct csa_term_entry {
    enum csa_term_kind kind;
    uint32_t document_count;   /* at least 1 */
    uint64_t occurrence_count; /* at least document_count */
    bool own_stem;             /* a word: its list is also that of the stem of the same text */
    bool shared;               /* a stem: its list is a word's */
    uint32_t single_document;  /* document_count = 1: the document; there is no list */
    uint32_t single_position;  /* and occurrence_count = 1, words only: its position */
    uint64_t documents_offset; /* in POSTINGS */
    uint64_t documents_size;   /* 0 for a shared list: what lies up to the section's end bounds it */
    uint64_t positions_offset; /* in POSITIONS, words only */
    uint64_t positions_size;
};

/* ---- reading: views into a mapped segment ---- */

struct csa_dictionary {
    const uint8_t *index, *index_end;
    const uint8_t *blocks, *blocks_end;
    uint32_t block_count;
    const uint8_t *block_offsets, *key_offsets, *keys;
    const uint8_t *peaks; /* TERM_PEAKS, a byte a block, set by the segment; null: not known */
};

/* Takes the two sections (both empty: no terms); checks the resident index's shape. CSA_ERROR_DAMAGED. */
enum csa_status csa_dictionary_open(struct csa_dictionary *dictionary, struct csa_view term_index,
                                    struct csa_view term_blocks, struct csa_error *error);

/* Looks a term up; *found false when it is not there. CSA_ERROR_DAMAGED when a block is broken. For kinds
 * STEM and TITLE_STEM a word with own_stem is found too (entry->kind is then the word's kind). */
enum csa_status csa_dictionary_find(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                    struct csa_view text, struct csa_term_entry *entry, bool *found,
                                    struct csa_error *error);

/* The blocks from *first, before *end, are those that can hold terms of `kind` which begin with prefix. */
enum csa_status csa_dictionary_find_blocks(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                           struct csa_view prefix, uint32_t *first, uint32_t *end,
                                           struct csa_error *error);

/* Goes through terms in order. */
struct csa_dictionary_cursor {
    const struct csa_dictionary *dictionary; /* private, as all but kind, text, entry */
    uint32_t block;                          /* the next to be loaded */
    uint8_t left;                            /* entries of the block that are still to come */
    const uint8_t *next, *end;
    uint64_t postings_place, positions_place;
    uint8_t key[CSA_TERM_MAXIMUM + 1];
    uint32_t key_size;
    enum csa_term_kind kind;
    struct csa_view text; /* of the current term, without its kind; valid until the next call */
    struct csa_term_entry entry;
};
/* Places the cursor before the first term of `kind` that is not less than text. */
enum csa_status csa_dictionary_seek(const struct csa_dictionary *dictionary, enum csa_term_kind kind,
                                    struct csa_view text, struct csa_dictionary_cursor *cursor,
                                    struct csa_error *error);
/* Places the cursor before the first term of a block, less than block_count. */
void csa_dictionary_seek_block(const struct csa_dictionary *dictionary, uint32_t block,
                               struct csa_dictionary_cursor *cursor);
/* Steps to the next term (of whatever kind); *more false at the end. */
enum csa_status csa_dictionary_next(struct csa_dictionary_cursor *cursor, bool *more,
                                    struct csa_error *error);

/* ---- picking the frequent words out ---- */

/* The first block from `block` on, before end, that can hold a word in at least `least` documents, by the
 * peaks; end when there is none. */
uint32_t csa_dictionary_frequent_block(const struct csa_dictionary *dictionary, uint32_t block, uint32_t end,
                                       uint64_t least);

/* The first term of a block, less than block_count; the block itself is not read. Eight bytes can be read
 * anywhere in the text. False when it lies outside. */
bool csa_dictionary_first_term(const struct csa_dictionary *dictionary, uint32_t block,
                               enum csa_term_kind *kind, struct csa_view *text);

/* Of the blocks from `block` on, before end, the last one that begins with a term of `kind` not greater than
 * text; `block` itself when there is none. */
uint32_t csa_dictionary_skip_blocks(const struct csa_dictionary *dictionary, uint32_t block, uint32_t end,
                                    enum csa_term_kind kind, struct csa_view text);

/* Goes through the terms of one kind in a block that stand in at least so many documents. */
enum { CSA_DICTIONARY_WORDS_SLACK = 16 };
struct csa_dictionary_words {
    const uint8_t *next, *end; /* private, as all but text, shared and documents */
    enum csa_term_kind kind;
    uint64_t least;
    unsigned least_size; /* bytes that such a count takes at least */
    uint8_t left;
    uint32_t key_size;
    uint8_t key[CSA_TERM_MAXIMUM + 1 + CSA_DICTIONARY_WORDS_SLACK];
    struct csa_view text; /* of the current term; valid until the next call */
    size_t shared;        /* bytes that it has in common with the one before it that was given out; the first
                             one with the block's first term */
    uint64_t documents;
};
enum csa_status csa_dictionary_open_words(const struct csa_dictionary *dictionary, uint32_t block,
                                          enum csa_term_kind kind, uint64_t least,
                                          struct csa_dictionary_words *words, struct csa_error *error);
/* Steps to the next one; *more false at the block's end. */
enum csa_status csa_dictionary_next_word(struct csa_dictionary_words *words, bool *more,
                                         struct csa_error *error);

/* ---- writing ---- */

struct csa_dictionary_writer {
    struct csa_output *blocks;                    /* TERM_BLOCKS goes here as it is made */
    uint64_t start;                               /* output offset where the section began */
    struct csa_buffer block;                      /* the entries of the block being filled */
    struct csa_buffer offsets, key_offsets, keys; /* TERM_INDEX */
    struct csa_buffer peaks;                      /* TERM_PEAKS: a byte a block */
    uint8_t key[CSA_TERM_MAXIMUM + 1];            /* the last one */
    uint32_t key_size;
    unsigned entries; /* in the block */
    uint32_t block_count;
    uint64_t postings_base, postings_place; /* where the block's lists begin, and where the next must */
    uint64_t positions_base, positions_place;
    bool postings_known, positions_known; /* the block has a list that fixes its base */
};
void csa_dictionary_writer_init(struct csa_dictionary_writer *writer, struct csa_output *blocks);
/* Keys must ascend. A list that does not begin where the one before it ended begins a new block. */
enum csa_status csa_dictionary_writer_add(struct csa_dictionary_writer *writer, struct csa_view text,
                                          const struct csa_term_entry *entry, struct csa_error *error);
/* Ends TERM_BLOCKS; *term_index then holds the bytes of TERM_INDEX (append-only, caller's buffer). */
enum csa_status csa_dictionary_writer_finish(struct csa_dictionary_writer *writer,
                                             struct csa_buffer *term_index, struct csa_error *error);
void csa_dictionary_writer_release(struct csa_dictionary_writer *writer);

#endif
