/* Postings lists: documents, frequencies and positions of one term in one segment
 * (docs/index-format.md, sections 6 and 7). Reading here; writing in postings_writer.h.
 *
 *   arrays of super-blocks | arrays of blocks | block 0 | block 1 | ...      POSTINGS
 *                                               block 0 | block 1 | ...      POSITIONS
 *
 * A csa_postings is a view of mapped bytes: it holds no memory and may be copied. Readers check what they
 * trust: a block whose documents do not ascend up to its `last`, or run past the document count of the
 * segment, is reported as damaged and never returned. */
#ifndef CSA_INDEX_POSTINGS_H
#define CSA_INDEX_POSTINGS_H

#include "common/base/error.h"
#include "common/base/integer.h"
#include "common/index/bitpack.h"
#include "common/index/dictionary.h"
#include "common/index/format.h"

#include <stdbool.h>
#include <stdint.h>

enum { CSA_BLOCK_ROOM = CSA_BLOCK + CSA_UNPACK_SLACK }; /* room that block readers need in out */

struct csa_postings {
    uint32_t document_count;
    uint64_t occurrence_count;
    uint32_t block_count;    /* at least 1 */
    uint32_t super_count;    /* 0 for a list of one block */
    uint32_t document_limit; /* documents in the segment: every document is less */
    bool has_positions;
    /* longer than one block: arrays, little-endian, unaligned */
    const uint8_t *super_last, *super_documents, *super_positions, *super_bound;
    const uint8_t *block_last, *block_documents, *block_positions, *block_bound;
    const uint8_t *document_encoding, *frequency_encoding;
    const uint8_t *data, *data_end;           /* behind the arrays */
    const uint8_t *positions, *positions_end; /* null without */
    /* a list of one block */
    uint32_t first, last;
    uint8_t single_document_encoding, single_frequency_encoding;
    const uint8_t *single_gaps, *single_frequencies;
    uint32_t single_position;  /* document_count = occurrence_count = 1 */
    uint64_t single_frequency; /* document_count = 1: its frequency - 1, as if packed */
    uint8_t bound; /* of the whole list; 255 for a list of one block until the reader computes better */
};

/* Opens the list of an entry. postings and positions are the segment's sections, positions empty when the
 * index stores none; document_limit is the number of passages (or articles, for title kinds). Checks the
 * shape of everything but the packed data. CSA_ERROR_DAMAGED. */
enum csa_status csa_postings_open(struct csa_postings *list, const struct csa_term_entry *entry,
                                  struct csa_view postings, struct csa_view positions,
                                  uint32_t document_limit, struct csa_error *error);

static inline unsigned csa_postings_block_size(const struct csa_postings *list, uint32_t block)
{
    return block + 1 < list->block_count ? CSA_BLOCK : list->document_count - block * CSA_BLOCK;
}

/* The last document of a block. */
static inline uint32_t csa_postings_block_last(const struct csa_postings *list, uint32_t block)
{
    return list->super_count == 0 ? list->last : csa_load_u32(list->block_last + 4 * (size_t)block);
}

static inline uint8_t csa_postings_block_bound(const struct csa_postings *list, uint32_t block)
{
    return list->super_count == 0 ? list->bound : list->block_bound[block];
}

static inline uint32_t csa_postings_super_last(const struct csa_postings *list, uint32_t super)
{
    return list->super_count == 0 ? list->last : csa_load_u32(list->super_last + 4 * (size_t)super);
}

static inline uint8_t csa_postings_super_bound(const struct csa_postings *list, uint32_t super)
{
    return list->super_count == 0 ? list->bound : list->super_bound[super];
}

/* The first block from `block` on whose last document is at least `document`, or block_count. Gallops over
 * super-blocks, then blocks. */
uint32_t csa_postings_find_block(const struct csa_postings *list, uint32_t block, uint32_t document);

/* The documents of a block, ascending; returns how many, 0 when the block is damaged. out has room for
 * CSA_BLOCK_ROOM. */
unsigned csa_postings_read_documents(const struct csa_postings *list, uint32_t block, uint32_t *out);

/* A block that is a bitmap, for counting and intersecting without unpacking: bit i of *bits is document
 * *first + i, i < *size. Null when the block is packed (or damaged: reading its documents then says so). Up
 * to 7 bytes behind the bits may be read. */
const uint8_t *csa_postings_bitmap(const struct csa_postings *list, uint32_t block, uint32_t *first,
                                   uint32_t *size);

/* The frequencies of a block, each from 1 to CSA_PASSAGE_TOKENS_MAXIMUM; same count as its documents; 0 when
 * damaged. out has room for CSA_BLOCK_ROOM. */
unsigned csa_postings_read_frequencies(const struct csa_postings *list, uint32_t block, uint32_t *out);

/* For lazy reading of single frequencies, each minus 1, with csa_packed_get(): the packed bytes and their
 * width. False when damaged. All are 1 when *width is 0. *packed lives as long as *list. */
bool csa_postings_frequencies(const struct csa_postings *list, uint32_t block, const uint8_t **packed,
                              unsigned *width);

/* The positions of one posting, ascending: `before` is the sum of the frequencies that come before it in its
 * block, `count` its own frequency. False when damaged (or the list has none). out has room for count. */
bool csa_postings_read_positions(const struct csa_postings *list, uint32_t block, uint32_t before,
                                 uint32_t count, uint32_t *out);

/* ---- bounds ---- */

/* BM25's saturated part: t / (t + k1 * (1 - b + b * l / average)) = t / (t + base + slope * l). */
struct csa_saturation {
    float base;  /* k1 * (1 - b) */
    float slope; /* k1 * b / average */
};
struct csa_saturation csa_saturation_make(double k1, double b, double average);
static inline float csa_saturation_value(struct csa_saturation s, uint32_t frequency, uint32_t length)
{
    float t = (float)frequency;
    return t / (t + s.base + s.slope * (float)length);
}
/* The bound byte of a value, rounded up; and what it stands for under the default parameters. */
uint8_t csa_bound_encode(float value);

/* Fills out[256]: what each bound byte bounds under the parameters `asked`, given that it was made under
 * `stored` for lengths from shortest to longest (section 6). */
void csa_bound_table(struct csa_saturation stored, struct csa_saturation asked, uint32_t shortest,
                     uint32_t longest, float out[256]);

#endif
