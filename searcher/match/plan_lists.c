/* Postings lists of terms in each segment, and what they say of a leaf: how many passages and occurrences. */
#include "searcher/match/plan_builder.h"
#include <string.h>

/* Makes room for one more list, by doubling. */
static enum csa_status grow(struct csa_plan_builder *b, bool shares, struct csa_lists *lists, uint32_t *room)
{
    if (lists->count < *room) {
        return CSA_OK;
    }
    uint32_t more = *room == 0 ? 1 : *room * 2;
    struct csa_postings *items = csa_arena_alloc(b->arena, more, sizeof *items);
    uint8_t *moved = shares ? csa_arena_alloc(b->arena, more, sizeof *moved) : NULL;
    if (items == NULL || (shares && moved == NULL)) {
        return csa_plan_no_memory(b);
    }
    if (lists->count != 0) {
        memcpy(items, lists->items, lists->count * sizeof *items);
    }
    if (lists->count != 0 && shares) {
        memcpy(moved, lists->shares, lists->count * sizeof *moved);
    }
    lists->items = items;
    lists->shares = moved;
    *room = more;
    return CSA_OK;
}

/* Appends a list to lists, which has room for *room. share: 0 when lists have none. */
static enum csa_status add_list(struct csa_plan_builder *b, uint32_t segment,
                                const struct csa_term_entry *entry, uint8_t share, struct csa_lists *lists,
                                uint32_t *room)
{
    if (grow(b, share != 0, lists, room) != CSA_OK) {
        return b->error->status;
    }
    const struct csa_segment *s = b->index->segments[segment].segment;
    enum csa_status status = csa_segment_postings(s, entry, &lists->items[lists->count], b->error);
    if (status != CSA_OK) {
        return csa_error_prefix(b->error, s->path);
    }
    if (share != 0) {
        lists->shares[lists->count] = share;
    }
    lists->count++;
    return CSA_OK;
}

/* The list just added is that of a stem under some languages: leaves what they have of it. */
static enum csa_status leave_strays(struct csa_plan_builder *b, uint32_t segment, uint64_t languages,
                                    bool title, struct csa_lists *lists, uint32_t *room)
{
    if (b->options->strays == NULL) {
        return CSA_OK;
    }
    struct csa_postings list = lists->items[lists->count - 1], *kept;
    uint32_t count;
    bool whole;
    enum csa_status status =
        csa_strays_keep(&b->options->strays[segment], b->index->segments[segment].segment, &list, languages,
                        title, b->arena, &kept, &count, &whole, b->error);
    if (status != CSA_OK || whole) {
        return status;
    }
    lists->count--;
    for (uint32_t i = 0; i < count; i++) {
        if (grow(b, false, lists, room) != CSA_OK) {
            return b->error->status;
        }
        lists->items[lists->count++] = kept[i];
    }
    return CSA_OK;
}

/* The strategies take the longest list first. */
static void put_longest_first(struct csa_lists *lists)
{
    uint32_t longest = 0;
    for (uint32_t i = 1; i < lists->count; i++) {
        longest = lists->items[i].document_count > lists->items[longest].document_count ? i : longest;
    }
    if (longest != 0 && lists->shares == NULL) {
        struct csa_postings first = lists->items[0];
        lists->items[0] = lists->items[longest];
        lists->items[longest] = first;
    }
}

/* A segment in which nothing was stemmed has words only. */
static enum csa_term_kind kind_in(const struct csa_segment *segment, enum csa_term_kind kind)
{
    bool unstemmed = segment->meta.stemmers == 1;
    return unstemmed && kind == CSA_TERM_STEM         ? CSA_TERM_WORD
           : unstemmed && kind == CSA_TERM_TITLE_STEM ? CSA_TERM_TITLE_WORD
                                                      : kind;
}

enum csa_status csa_plan_find_lists(struct csa_plan_builder *b, enum csa_term_kind kind,
                                    const struct csa_plan_words *words, struct csa_lists **found)
{
    struct csa_lists *lists = csa_arena_zalloc(b->arena, b->index->segment_count + 1, sizeof *lists);
    if (lists == NULL) {
        return csa_plan_no_memory(b);
    }
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        const struct csa_segment *segment = b->index->segments[s].segment;
        uint32_t room = 0;
        for (size_t i = 0; i < words->count; i++) {
            struct csa_term_entry entry;
            bool there = false;
            enum csa_status status = csa_dictionary_find(&segment->dictionary, kind_in(segment, kind),
                                                         words->items[i], &entry, &there, b->error);
            if (status != CSA_OK) {
                return csa_error_prefix(b->error, segment->path);
            }
            uint8_t share = words->shares == NULL ? 0 : words->shares[i];
            if (there && (status = add_list(b, s, &entry, share, &lists[s], &room)) != CSA_OK) {
                return status;
            }
            if (there && words->languages != NULL) {
                status =
                    leave_strays(b, s, words->languages[i], kind == CSA_TERM_TITLE_STEM, &lists[s], &room);
            }
            if (status != CSA_OK) {
                return status;
            }
        }
        put_longest_first(&lists[s]);
    }
    *found = lists;
    return CSA_OK;
}

void csa_plan_sum_lists(const struct csa_plan_builder *b, struct csa_plan_node *node,
                        const struct csa_lists *lists, uint64_t all)
{
    node->documents = node->occurrences = 0;
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        for (uint32_t i = 0; i < lists[s].count; i++) {
            node->documents += lists[s].items[i].document_count;
            node->occurrences += lists[s].items[i].occurrence_count;
        }
    }
    node->documents = node->documents < all ? node->documents : all;
    node->idf = csa_idf(node->documents, all);
}

bool csa_plan_any_list(const struct csa_plan_builder *b, const struct csa_lists *lists)
{
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        if (lists[s].count != 0) {
            return true;
        }
    }
    return false;
}

void csa_plan_set_weight(struct csa_plan_node *leaf, double boost)
{
    leaf->boost = (float)boost;
    leaf->weight = (float)(boost * leaf->idf);
}
