/* Counting the union of lists: bits set block by block in a bitmap of a window, then counted. Bitmap blocks
 * go in by words. Called by match.c's strategies; nothing is scored. */
#include "searcher/match/match.h"

#include <string.h>

enum { WINDOW = 1 << 16, WORDS = WINDOW / 64 };

static void set_block(uint64_t *bits, uint32_t low, uint32_t high, struct csa_reader *reader)
{
    if (!csa_reader_load(reader)) {
        return;
    }
    if (reader->form == CSA_FORM_BITS) {
        csa_bits_or(bits, high - low, (int64_t)reader->bits_first - low, reader->bits, reader->bits_size);
        return;
    }
    const uint32_t *documents = reader->documents;
    if (reader->floor >= low && reader->last < high) {
        for (unsigned i = 0; i < reader->size; i++) {
            uint32_t at = documents[i] - low;
            bits[at / 64] |= UINT64_C(1) << (at % 64);
        }
        return;
    }
    for (unsigned i = 0; i < reader->size; i++) {
        uint32_t at = documents[i] - low;
        if (at < high - low) {
            bits[at / 64] |= UINT64_C(1) << (at % 64);
        }
    }
}

void csa_match_set_list(uint64_t *bits, uint32_t low, uint32_t high, struct csa_reader *reader)
{
    bool more = csa_reader_seek(reader, low);
    while (more && reader->floor < high) {
        set_block(bits, low, high, reader);
        more = reader->last < high - 1 && reader->block + 1 < reader->list.block_count;
        if (more) {
            csa_reader_place(reader, reader->block + 1);
        }
    }
}

static uint64_t count_window(const struct csa_match *match, const uint64_t *bits, uint32_t low)
{
    const uint64_t *deleted = match->part->deletes.bits;
    uint32_t words = (match->segment->meta.passages - low + 63) / 64;
    words = words < WORDS ? words : WORDS;
    uint64_t count = 0;
    for (uint32_t i = 0; i < words; i++) {
        uint64_t word = deleted == NULL ? bits[i] : bits[i] & ~deleted[low / 64 + i];
        count += (uint64_t)__builtin_popcountll(word);
    }
    return count;
}

enum csa_status csa_match_count_union(struct csa_match *match, const struct csa_plan_node *const *terms,
                                      size_t count, struct csa_error *error)
{
    uint32_t passages = match->segment->meta.passages;
    struct csa_reader **readers = csa_arena_alloc(match->arena, count + 1, sizeof(struct csa_reader *));
    uint64_t *bits = csa_arena_alloc(match->arena, WORDS, sizeof *bits);
    size_t reader_count = 0;
    for (size_t i = 0; readers != NULL && i < count; i++) {
        if (terms[i]->lists[match->number].count != 0) {
            readers[reader_count] = csa_match_readers(match, &terms[i]->lists[match->number]);
            readers = readers[reader_count] == NULL ? NULL : readers;
            reader_count++;
        }
    }
    if (readers == NULL || bits == NULL) {
        return csa_error_set_memory(error, "a count");
    }
    uint64_t total = 0;
    for (uint32_t low = 0; reader_count != 0 && low < passages && !csa_match_late(match); low += WINDOW) {
        uint32_t high = passages - low > WINDOW ? low + WINDOW : passages;
        memset(bits, 0, WORDS * sizeof *bits);
        for (size_t i = 0; i < reader_count; i++) {
            csa_match_set_list(bits, low, high, readers[i]);
        }
        total += count_window(match, bits, low);
        if (high == passages) {
            break;
        }
    }
    match->passages += total;
    match->articles += total;
    for (size_t i = 0; i < reader_count; i++) {
        enum csa_status status = csa_match_settle(match, readers[i], error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}
