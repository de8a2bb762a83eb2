/* Filters: the passages of the articles whose author, source, language, site, id or date is as asked.
 *
 * Evaluated from the columns when a query is planned, once for each segment: a bitmap of articles, and from
 * it one of passages. Strategies see that, or are kept to it (narrow.h). An author or a source matches when
 * the words of the filter stand in it side by side, by the rules of the text's own analysis, or are all of it
 * (`whole`); each of a segment's different strings is looked at once. Called by plan.c. */
#ifndef CSA_SEARCHER_MATCH_FILTER_H
#define CSA_SEARCHER_MATCH_FILTER_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/index/index.h"
#include "searcher/query/syntax.h"

#include <stdint.h>

/* What a filter lets through of one segment. */
struct csa_filter {
    uint64_t *bits; /* by passage, in whole words */
    uint32_t count; /* of set bits */
};

/* *filters: one a segment, in the arena. */
enum csa_status csa_filter_build(const struct csa_index *index, const struct csa_node *node,
                                 struct csa_arena *arena, struct csa_filter **filters,
                                 struct csa_error *error);

/* Whether the words of `wanted` stand side by side among those of `text`. A wanted text without words stands
 * nowhere. */
bool csa_filter_text_has(struct csa_view text, struct csa_view wanted);

/* Sets bits [from, to). */
static inline void csa_bits_set_range(uint64_t *bits, uint32_t from, uint32_t to)
{
    for (uint32_t i = from / 64; from < to && i <= (to - 1) / 64; i++) {
        uint64_t word = UINT64_MAX;
        word &= i == from / 64 ? UINT64_MAX << (from % 64) : UINT64_MAX;
        word &= i == (to - 1) / 64 ? UINT64_MAX >> (63 - (to - 1) % 64) : UINT64_MAX;
        bits[i] |= word;
    }
}

#endif
