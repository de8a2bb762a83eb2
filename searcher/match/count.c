/* Counting what any of some words matches: bits set block by block in a bitmap of a window, then counted.
 * Bitmap blocks go in by words. Called by match.c, and by phrase.c for single lists; nothing is scored. */
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

static size_t term_count(const struct csa_plan_node *root)
{
    return root->kind == CSA_PLAN_GROUP ? root->child_count : 1;
}

static const struct csa_lists *lists_of(const struct csa_match *match, size_t term)
{
    const struct csa_plan_node *root = match->plan->root;
    return &(root->kind == CSA_PLAN_GROUP ? root->children[term] : root)->lists[match->number];
}

/* One list of which all matches, each in an article of its own. */
static bool count_lone_list(struct csa_match *match)
{
    const struct csa_lists *lists = lists_of(match, 0);
    bool articles = match->count_articles && match->segment->first_passages != NULL;
    if (term_count(match->plan->root) != 1 || lists->count > 1 || match->part->deletes.bits != NULL ||
        match->only != NULL || match->found != NULL || articles) {
        return false;
    }
    match->passages += lists->count == 0 ? 0 : lists->items[0].document_count;
    match->articles += lists->count == 0 ? 0 : lists->items[0].document_count;
    return true;
}

/* The smallest passage that any of the lists can hold from `document` on; CSA_DOCUMENT_NONE: none. */
static uint32_t next_passage(struct csa_reader *readers, size_t count, uint32_t document)
{
    uint32_t next = CSA_DOCUMENT_NONE;
    for (size_t i = 0; i < count; i++) {
        if (csa_reader_seek(&readers[i], document)) {
            uint32_t floor = readers[i].floor > document ? readers[i].floor : document;
            next = floor < next ? floor : next;
        }
    }
    return next;
}

static enum csa_status count_windows(struct csa_match *match, struct csa_reader *readers, size_t count,
                                     struct csa_error *error)
{
    uint32_t passages = match->segment->meta.passages;
    uint64_t *bits = csa_arena_alloc(match->arena, WORDS, sizeof *bits);
    if (bits == NULL) {
        return csa_error_set_memory(error, "a count");
    }
    uint32_t low = next_passage(readers, count, 0);
    while (low < passages && !csa_match_late(match)) {
        low &= ~UINT32_C(63);
        uint32_t high = passages - low > WINDOW ? low + WINDOW : passages;
        uint32_t words = (high - low + 63) / 64;
        memset(bits, 0, words * sizeof *bits);
        for (size_t i = 0; i < count; i++) {
            csa_match_set_list(bits, low, high, &readers[i]);
        }
        csa_match_take_words(match, low / 64, bits, words);
        low = high == passages ? passages : next_passage(readers, count, high);
    }
    for (size_t i = 0; i < count; i++) {
        enum csa_status status = csa_match_settle(match, &readers[i], error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

enum csa_status csa_match_count_union(struct csa_match *match, struct csa_error *error)
{
    if (count_lone_list(match)) {
        return CSA_OK;
    }
    size_t terms = term_count(match->plan->root), count = 0;
    for (size_t i = 0; i < terms; i++) {
        count += lists_of(match, i)->count;
    }
    struct csa_reader *readers = csa_arena_alloc(match->arena, count + 1, sizeof *readers);
    if (readers == NULL) {
        return csa_error_set_memory(error, "a count");
    }
    count = 0;
    for (size_t i = 0; i < terms; i++) {
        const struct csa_lists *lists = lists_of(match, i);
        for (uint32_t l = 0; l < lists->count; l++) {
            csa_reader_init(&readers[count++], &lists->items[l], match->kernels);
        }
    }
    return count == 0 ? CSA_OK : count_windows(match, readers, count, error);
}
