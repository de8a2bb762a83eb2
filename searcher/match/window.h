/* The general evaluator's nodes and window: what window.c (building, groups, the run) and window_leaf.c
 * (lists, titles, phrases, bounds) share. Private to these two. */
#ifndef CSA_SEARCHER_MATCH_WINDOW_H
#define CSA_SEARCHER_MATCH_WINDOW_H

#include "searcher/match/match.h"
#include "searcher/match/near.h"
#include "searcher/match/phrase.h"

enum { CSA_WINDOW = 4096, CSA_WINDOW_WORDS = CSA_WINDOW / 64 };

/* Sums of parts, by passage of the window. */
struct csa_window_scores {
    double *values; /* CSA_WINDOW; zero but where dirty says */
    uint64_t dirty; /* bit i: something was added to values[64 * i] to values[64 * i + 63] */
};

struct csa_window_node {
    const struct csa_plan_node *plan;
    float weight;
    struct csa_reader *readers; /* TERM, FUZZY */
    uint32_t reader_count;
    struct csa_reader *titles; /* TITLE; TERM that titles satisfy; those of each element of a TITLE_PHRASE */
    uint32_t title_count;
    const uint8_t *shares; /* FUZZY: of readers; TITLE of a fuzzy word: of titles; else null */
    struct csa_phrase *phrase;
    struct csa_near *near;
    const struct csa_filter *filter;
    struct csa_window_node **children; /* GROUP: musts, the rarest first; then must-nots; then shoulds */
    size_t must_count, not_count, child_count;
    uint64_t cost;
    bool empty;                      /* matches nothing in this segment */
    struct csa_window_scores scores; /* GROUP */
    uint64_t bits[CSA_WINDOW_WORDS];
};

struct csa_windows {
    struct csa_match *match;
    struct csa_error *error;
    uint32_t low, high; /* the window */
    bool scoring;
    bool scoreless;                       /* all scores are 0 */
    struct csa_window_scores scores;      /* of the root */
    bool titles;                          /* some leaf looks at titles */
    uint32_t first_article, last_article; /* that the window touches, when titles */
    struct csa_window_node **leaves;
    size_t leaf_count;
    uint64_t touched[CSA_WINDOW_WORDS]; /* articles of the window with a frequency; zero between uses */
    uint32_t touched_word;
    uint32_t frequencies[CSA_WINDOW]; /* scratch, zero between uses; by passage or by article of the window */
};

/* Sets a leaf's bits (cleared before) for the window; where scores is given, adds the leaf's part for each of
 * its passages. Outside the filter (null: all passages), bits may be set or not, and what is added means
 * nothing. */
void csa_window_leaf(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                     struct csa_window_scores *scores);
/* Says that values at the set bits were added to. */
static inline void csa_window_scores_touch(struct csa_window_scores *scores,
                                           const uint64_t bits[CSA_WINDOW_WORDS])
{
    for (unsigned i = 0; i < CSA_WINDOW_WORDS; i++) {
        scores->dirty |= (uint64_t)(bits[i] != 0) << i;
    }
}

/* No passage from `document` up to the one returned matches. */
uint32_t csa_window_next(const struct csa_windows *w, struct csa_window_node *node, uint32_t document);
/* At least the largest score in the window. */
double csa_window_bound(const struct csa_windows *w, struct csa_window_node *node);

#endif
