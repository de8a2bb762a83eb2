/* One list: only blocks that can hold one of the best k are read. The stored bounds say how low the k-th best
 * can lie before anything is read: each block's bound is reached, to a 255th, by one of its postings. Called
 * by match.c; counting is count.c's. */
#include "searcher/match/bound.h"
#include "searcher/match/match.h"

static void score_block(struct csa_match *match, struct csa_reader *reader, float weight)
{
    unsigned n = csa_reader_unpack(reader);
    if (n == 0 || !csa_reader_unpack_frequencies(reader)) {
        return;
    }
    float parts[CSA_BLOCK_ROOM];
    csa_match_parts(match, weight, reader->documents, reader->frequencies, n, parts);
    uint8_t places[CSA_BLOCK_ROOM];
    unsigned count = csa_match_above(match, parts, n, csa_match_bar(match), places);
    for (unsigned i = 0; i < count; i++) {
        csa_match_offer(match, reader->documents[places[i]], (double)parts[places[i]]);
    }
}

/* Scores all blocks whose bound byte lies in [least, most], as long as the bar allows. */
static void score_blocks(struct csa_match *match, struct csa_reader *reader, float weight, unsigned least,
                         unsigned most)
{
    const struct csa_postings *list = &reader->list;
    for (uint32_t super = 0; super < list->super_count && !csa_match_late(match); super++) {
        unsigned bound = csa_postings_super_bound(list, super);
        if (bound < least || (double)(weight * match->bounds[bound]) < csa_match_bar(match)) {
            continue;
        }
        uint32_t end = (super + 1) * CSA_SUPER_BLOCK;
        end = end < list->block_count ? end : list->block_count;
        for (uint32_t block = super * CSA_SUPER_BLOCK; block < end; block++) {
            bound = list->block_bound[block];
            if (bound >= least && bound <= most &&
                (double)(weight * match->bounds[bound]) >= csa_match_bar(match)) {
                csa_reader_place(reader, block);
                score_block(match, reader, weight);
            }
        }
    }
}

enum csa_status csa_match_single(struct csa_match *match, const struct csa_plan_node *term,
                                 struct csa_error *error)
{
    const struct csa_lists *lists = &term->lists[match->number];
    if (lists->count == 0) {
        return CSA_OK;
    }
    struct csa_reader *reader = csa_match_readers(match, lists);
    if (reader == NULL) {
        return csa_error_set_memory(error, "a list");
    }
    if (reader->list.super_count == 0) {
        csa_reader_place(reader, 0);
        score_block(match, reader, term->weight);
    } else {
        unsigned byte = csa_bound_kth(&reader->list, match->collector->room);
        csa_bound_raise(match, term->weight, byte);
        score_blocks(match, reader, term->weight, byte + 1, UINT8_MAX);
        score_blocks(match, reader, term->weight, 0, byte);
    }
    return csa_match_settle(match, reader, error);
}
