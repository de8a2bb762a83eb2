/* What `--rank best` makes of a passage that BM25 has found (docs/ranking.md).
 *
 *   score = (BM25 + NEAR * near) * (1 + COVER * cover) + article + title
 *
 * near: the largest sum of the weights (idf times boost) of different words of the query that stand within
 * WINDOW positions. cover: the share of the query's weight that the passage holds. article: BM25 of the
 * passage's whole article, its words by stem and, a part of it, as written. title: BM25 over the title.
 *
 * The best passages by BM25 are the candidates (native/search.c); only they get such a score, and it does not
 * depend on which others there are. So the strategies prune by BM25 alone. Also used by native/explain.c. */
#ifndef CSA_SEARCHER_MATCH_BEST_H
#define CSA_SEARCHER_MATCH_BEST_H

#include "common/base/error.h"
#include "searcher/match/plan.h"

#include <stdbool.h>
#include <stdint.h>

#define CSA_BEST_NEAR 0.2
#define CSA_BEST_COVER 0.15
#define CSA_BEST_EXACT 0.3   /* part of a word's weight in the article that only the word as written gets */
#define CSA_BEST_TITLE 0.8   /* a word of the title beside a word of the passage */
#define CSA_BEST_FURTHER 0.2 /* what an article's next passage counts beside the one before (articles.c) */
enum {
    CSA_BEST_WINDOW = 8,
    CSA_BEST_ROOM = 4,        /* candidates for each passage or article asked for */
    CSA_BEST_CANDIDATES = 50, /* at least */
};

struct csa_match;
struct csa_best;

/* Whether the order by BM25 is the order of `best`, too: one word that has one form, in articles of one
 * passage without that word in a title. */
bool csa_best_keeps_order(const struct csa_plan *plan);

struct csa_best_parts {
    double base;    /* BM25 */
    double near;    /* sum of weights */
    double cover;   /* 0 to 1 */
    double article; /* as it is added to the score */
    double title;   /* likewise */
};

/* For one segment, in the match's arena. `without`: parts to leave out, 1 << enum csa_best_part each. */
enum csa_status csa_best_new(struct csa_match *match, struct csa_stemmer *const *stemmers, unsigned without,
                             struct csa_best **best, struct csa_error *error);
/* The parts of a passage of the segment whose score by BM25 is `base`. Passages in ascending order are
 * fastest. */
enum csa_status csa_best_rate(struct csa_best *best, uint32_t passage, float base,
                              struct csa_best_parts *parts, struct csa_error *error);
/* The article (of the segment) of the passage rated last. */
uint32_t csa_best_article(const struct csa_best *best);
/* The passage's part of the score: all but article and title. */
float csa_best_own(const struct csa_best_parts *parts);
float csa_best_score(const struct csa_best_parts *parts);
/* Adds what was read to the match's counters; CSA_ERROR_DAMAGED. */
enum csa_status csa_best_settle(struct csa_best *best, struct csa_error *error);

#endif
