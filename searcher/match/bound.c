#include "searcher/match/bound.h"

unsigned csa_bound_kth_counted(const uint32_t counts[256], size_t k)
{
    size_t seen = 0;
    for (unsigned byte = 255; byte > 0; byte--) {
        seen += counts[byte];
        if (seen >= k) {
            return byte;
        }
    }
    return 0;
}

unsigned csa_bound_kth(const struct csa_postings *list, size_t k)
{
    if (list->block_count < k || list->super_count == 0) {
        return 0;
    }
    uint32_t counts[256] = {0};
    unsigned least = 0;
    if (list->super_count >= k) {
        for (uint32_t super = 0; super < list->super_count; super++) {
            counts[list->super_bound[super]]++;
        }
        least = csa_bound_kth_counted(counts, k);
        for (unsigned i = 0; i < 256; i++) {
            counts[i] = 0;
        }
    }
    for (uint32_t super = 0; super < list->super_count; super++) {
        if (list->super_bound[super] < least) {
            continue;
        }
        uint32_t end = (super + 1) * CSA_SUPER_BLOCK;
        end = end < list->block_count ? end : list->block_count;
        for (uint32_t block = super * CSA_SUPER_BLOCK; block < end; block++) {
            counts[list->block_bound[block]]++;
        }
    }
    return csa_bound_kth_counted(counts, k);
}

void csa_bound_raise(struct csa_match *match, float weight, unsigned byte)
{
    if (byte <= 1 || !match->tight || match->part->deletes.bits != NULL || match->only != NULL) {
        return;
    }
    /* The byte was rounded up by less than one. The last factor is for float rounding. */
    csa_collector_raise(match->collector, weight * ((float)(byte - 1) / 255.0F) * (1 - 1e-5F));
}
