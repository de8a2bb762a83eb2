/* What changed for one query between two rankings: which judged articles moved, what came in unjudged, and
 * the parts of one moved article's score. Called by evaluate.c. */
#ifndef CSA_SEARCHER_EVALUATION_CHANGE_H
#define CSA_SEARCHER_EVALUATION_CHANGE_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/evaluation/measures.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CSA_CHANGE_PARTS = 3,   /* of an explained score */
    CSA_CHANGE_REASONS = 2, /* articles explained for a query */
};

/* An article that is among the first CSA_MEASURE_TOP in one of the two rankings. */
struct csa_moved {
    struct csa_view article;
    double grade;         /* of a judged article */
    size_t before, after; /* ranks from 1; 0: not in that list */
};

/* How an article got its score in the ranking after. */
struct csa_change_reason {
    struct csa_view article;
    size_t rank;
    double score;                                        /* the article's */
    double passage_score;                                /* its best passage's, of which the parts are */
    struct csa_explanation_line parts[CSA_CHANGE_PARTS]; /* the largest, in descending order */
    size_t part_count;
};

struct csa_change {
    struct csa_moved *judged; /* those whose rank changed, what matters most to nDCG first */
    size_t judged_count;
    struct csa_moved *unjudged; /* new among the first ten, by rank */
    size_t unjudged_count;
    struct csa_change_reason reasons[CSA_CHANGE_REASONS];
    size_t reason_count;
    size_t shared;    /* articles among the first ten of both */
    size_t different; /* the first rank at which the lists differ, from 1; 0: the first ten are the same */
    struct csa_view before, after; /* the articles there; size 0: a list ends before */
};

/* Compares two rankings in the order of csa_ranking_sort(). judged may be null: then no article counts as
 * judged. Ids are not copied; lists live in the arena. There are no reasons yet. */
enum csa_status csa_change_find(const struct csa_ranking *before, const struct csa_ranking *after,
                                const struct csa_table_query *judged, struct csa_arena *arena,
                                struct csa_change *change, struct csa_error *error);

/* Fills the reasons from the engine's explanation: the article that matters most, the first judged one or
 * else the first unjudged one, if it is in the ranking after; and where it fell, the article that now has its
 * place. `request` is the search that gave that ranking. */
enum csa_status csa_change_explain(struct csa_change *change, struct csa_engine *engine,
                                   const struct csa_search_request *request, const struct csa_ranking *after,
                                   struct csa_arena *arena, struct csa_error *error);

/* Copies everything that the change points to into another arena. */
enum csa_status csa_change_copy(struct csa_change *change, struct csa_arena *arena, struct csa_error *error);

#endif
