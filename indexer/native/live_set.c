/* See live_set.h. */
#include "indexer/native/live_set.h"

#include "common/base/memory.h"

static bool make_bits(struct csa_live_set *set, uint32_t documents)
{
    *set = (struct csa_live_set){.documents = documents};
    size_t words = (size_t)documents / 64 + 1;
    set->deleted = csa_calloc(words, sizeof *set->deleted);
    set->before = csa_calloc(words, sizeof *set->before);
    return set->deleted != NULL && set->before != NULL;
}

static void count_live(struct csa_live_set *set)
{
    uint32_t live = 0;
    for (uint32_t i = 0; i < set->documents; i += 64) {
        uint32_t here = set->documents - i < 64 ? set->documents - i : 64;
        set->before[i / 64] = live;
        live += here - (uint32_t)__builtin_popcountll(set->deleted[i / 64]);
    }
    set->live = live;
}

enum csa_status csa_live_set_init_passages(struct csa_live_set *set, const struct csa_deletes *deletes,
                                           struct csa_error *error)
{
    *set = (struct csa_live_set){.documents = deletes->passages, .live = deletes->passages};
    if (deletes->bits == NULL || deletes->deleted == 0) {
        return CSA_OK;
    }
    if (!make_bits(set, deletes->passages)) {
        return csa_error_set_memory(error, "deletes");
    }
    for (uint32_t i = 0; i < deletes->passages; i++) {
        set->deleted[i / 64] |= (uint64_t)csa_deletes_has(deletes, i) << (i % 64);
    }
    count_live(set);
    return CSA_OK;
}

enum csa_status csa_live_set_init_articles(struct csa_live_set *set, const struct csa_segment *segment,
                                           const struct csa_deletes *deletes, struct csa_error *error)
{
    uint32_t articles = segment->meta.articles;
    *set = (struct csa_live_set){.documents = articles, .live = articles};
    if (deletes->bits == NULL || deletes->deleted == 0) {
        return CSA_OK;
    }
    if (!make_bits(set, articles)) {
        return csa_error_set_memory(error, "deletes");
    }
    for (uint32_t i = 0; i < articles; i++) {
        uint32_t first = csa_segment_first_passage(segment, i);
        bool deleted = first >= deletes->passages || csa_deletes_has(deletes, first);
        set->deleted[i / 64] |= (uint64_t)deleted << (i % 64);
    }
    count_live(set);
    return CSA_OK;
}

void csa_live_set_release(struct csa_live_set *set)
{
    csa_free(set->deleted);
    csa_free(set->before);
    *set = (struct csa_live_set){0};
}
