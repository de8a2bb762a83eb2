/* All that a query matches: the passages of each segment, and the articles that they stand for. What facets,
 * the timeline and sorting by date work on. Used by search.c, facets.c and dated.c. */
#ifndef CSA_SEARCHER_NATIVE_MATCHED_H
#define CSA_SEARCHER_NATIVE_MATCHED_H

#include "searcher/native/native.h"

/* For what matches, one a segment, in native->work, empty; null when out of memory. */
struct csa_found *csa_native_found(struct csa_native *native);
/* The same as bits: empty ones, those of native->found. */
uint64_t **csa_native_sets(struct csa_native *native);
uint64_t **csa_native_found_sets(struct csa_native *native);

/* Walks over the articles that have a passage in a set, ascending, each once. */
struct csa_article_walk {
    const struct csa_segment *segment;
    const struct csa_match_kernels *kernels;
    const uint64_t *bits; /* null: a list */
    const uint32_t *list; /* of passages, ascending */
    uint32_t list_count, list_at;
    uint32_t word;   /* of the bits, the next to look at */
    uint32_t starts; /* articles that begin in the words before */
    uint32_t last;   /* article given last; UINT32_MAX: none */
};
enum { CSA_WALK_ROOM = 1024, CSA_WALK_SLACK = CSA_UNPACK_SLACK };

void csa_article_walk_init(struct csa_article_walk *walk, const struct csa_segment *segment,
                           const uint64_t *bits);
void csa_article_walk_init_found(struct csa_article_walk *walk, const struct csa_segment *segment,
                                 const struct csa_found *found);
/* The next articles of the segment, at most CSA_WALK_ROOM; 0 at the end. All are below meta.articles. */
size_t csa_article_walk_next(struct csa_article_walk *walk,
                             uint32_t articles[CSA_WALK_ROOM + CSA_WALK_SLACK]);

/* What a column says of them. */
void csa_article_walk_read(const struct csa_column *column, const uint32_t *articles, size_t count,
                           uint32_t *values);

#endif
