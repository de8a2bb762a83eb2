/* A reader of one postings list: finds documents, and reads frequencies and positions only where asked.
 *
 * It keeps the block it stands in (as a bitmap or unpacked) and, apart from that, the block whose frequencies
 * it last summed up, so that a join can go ahead in documents while positions of earlier ones are read. A
 * damaged block acts as an empty one and sets `damaged`, which the evaluator turns into an error at the end.
 * Used by every strategy of match/; memory is the evaluator's. */
#ifndef CSA_SEARCHER_MATCH_READER_H
#define CSA_SEARCHER_MATCH_READER_H

#include "common/base/arena.h"
#include "common/index/postings.h"
#include "searcher/match/kernels.h"

#include <stdbool.h>
#include <stdint.h>

#define CSA_NO_BLOCK UINT32_MAX

enum csa_block_form { CSA_FORM_NONE, CSA_FORM_BITS, CSA_FORM_DOCUMENTS };

struct csa_reader {
    struct csa_postings list;
    const struct csa_match_kernels *kernels;
    uint32_t block;       /* where it stands; CSA_NO_BLOCK at first and behind the end */
    uint32_t floor, last; /* documents that this block can hold */
    uint8_t form;         /* enum csa_block_form: what of it has been read */
    bool damaged;
    unsigned size;       /* documents of the block, once unpacked */
    unsigned at;         /* where the last csa_reader_holds() found its document (unpacked) */
    const uint8_t *bits; /* bitmap: bit i is document bits_first + i, i < bits_size */
    uint32_t bits_first, bits_size;
    uint32_t packed_block; /* block that packed and width are about */
    const uint8_t *packed;
    unsigned width;
    uint32_t summed_block; /* block that ends is about */
    uint64_t blocks_read;  /* blocks whose documents or frequencies were unpacked */
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
    uint32_t ends[CSA_BLOCK_ROOM + 1]; /* ends[i + 1]: sum of the frequencies up to posting i */
};

void csa_reader_init(struct csa_reader *reader, const struct csa_postings *list,
                     const struct csa_match_kernels *kernels);

/* Moves to the first block whose last document is at least `document`; false when there is none. Backwards is
 * allowed and searches from the start. */
bool csa_reader_seek_far(struct csa_reader *reader, uint32_t document);
static inline bool csa_reader_seek(struct csa_reader *reader, uint32_t document)
{
    if (reader->block != CSA_NO_BLOCK && document <= reader->last && document >= reader->floor) {
        return true;
    }
    return csa_reader_seek_far(reader, document);
}
/* Moves to a block by number (less than block_count). */
void csa_reader_place(struct csa_reader *reader, uint32_t block);

/* Reads the block it stands in: as a bitmap if it is stored as one, else unpacked. False when damaged. */
bool csa_reader_load(struct csa_reader *reader);
/* Unpacks the block's documents, also those of a bitmap; returns how many, 0 when damaged. Behind them the
 * array is filled with CSA_DOCUMENT_NONE up to CSA_BLOCK. */
unsigned csa_reader_unpack(struct csa_reader *reader);
/* Unpacks the block's frequencies into reader->frequencies (without sums); false when damaged. */
bool csa_reader_unpack_frequencies(struct csa_reader *reader);

/* Whether the list holds the document; the reader must stand in its block (after csa_reader_seek). */
bool csa_reader_holds(struct csa_reader *reader, uint32_t document);
/* The same, faster where documents are asked for twice or one after the other. */
bool csa_reader_holds_next(struct csa_reader *reader, uint32_t document);
/* The place within the block of the document that csa_reader_holds() just found. */
unsigned csa_reader_index(const struct csa_reader *reader, uint32_t document);

/* The frequency of one posting. */
uint32_t csa_reader_frequency(struct csa_reader *reader, uint32_t block, unsigned index);
/* Frequency of a document: 0 when the list does not hold it. */
uint32_t csa_reader_lookup(struct csa_reader *reader, uint32_t document);
/* Sums a block's frequencies up in `ends`: what positions need. */
bool csa_reader_sum_up(struct csa_reader *reader, uint32_t block);
/* Asks the processor for the bytes of positions behind the first `before` of a block; where they lie is a
 * guess. */
static inline void csa_reader_prefetch(const struct csa_reader *reader, uint32_t block, uint32_t before)
{
    enum { BITS_LIKELY = 5 };
    const struct csa_postings *list = &reader->list;
    if (list->super_count != 0 && list->positions != NULL) {
        uintptr_t start = (uintptr_t)list->positions +
                          csa_load_u64(list->super_positions + 8 * (size_t)(block / CSA_SUPER_BLOCK)) +
                          csa_load_u32(list->block_positions + 4 * (size_t)block);
        __builtin_prefetch((const void *)start); /* harmless wherever it points */
        __builtin_prefetch((const void *)(start + (uintptr_t)before * BITS_LIKELY / 8 + 1));
    }
}
/* The `frequency` positions of one posting, ascending, into out. */
bool csa_reader_positions(struct csa_reader *reader, uint32_t block, unsigned index, uint32_t frequency,
                          uint32_t *out);

/* The largest bound byte over all blocks that may hold documents from first to last; 0 when there is none.
 * The search starts at block *from, which becomes the block of `first` (block_count when behind the end). */
uint8_t csa_reader_range_bound(const struct csa_postings *list, uint32_t *from, uint32_t first,
                               uint32_t last);

#endif
