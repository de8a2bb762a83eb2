/* Evaluation: runs the topics, measures each by the judgements, and holds the run against another one. Called
 * by main.c for --qrels and --compare; report.h prints what comes out. */
#ifndef CSA_SEARCHER_EVALUATION_EVALUATE_H
#define CSA_SEARCHER_EVALUATION_EVALUATE_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/evaluation/change.h"
#include "searcher/evaluation/measures.h"
#include "searcher/evaluation/randomisation.h"
#include "searcher/options.h"

#include <stdbool.h>
#include <stddef.h>

/* A query that counts: with judgements, one that has a relevant article; without, each topic. */
struct csa_evaluated {
    struct csa_view id;    /* as a run has it */
    struct csa_view query; /* size 0: a judged query that is not among the topics */
    size_t relevant;       /* articles judged so */
    size_t found;          /* articles in the run */
    double now[CSA_MEASURE_COUNT];
    double before[CSA_MEASURE_COUNT]; /* in the run compared with */
    double overlap;                   /* csa_rank_overlap() of the two whole lists */
    struct csa_change *change;        /* null: with judgements, the same nDCG@10; without, the same top ten */
};

/* Both runs by one measure. */
struct csa_measure_comparison {
    size_t better, worse; /* queries */
    struct csa_randomisation test;
};

struct csa_evaluation {
    bool judged;                   /* there are judgements; else nothing is measured */
    const char *compared;          /* the other run's file, or null */
    size_t depth;                  /* articles asked for */
    struct csa_evaluated *queries; /* in the order of the topics, then of the judgements */
    size_t query_count;
    struct csa_evaluated *
        *changed; /* the largest change of nDCG@10 first; without judgements the least alike */
    size_t changed_count;
    double now[CSA_MEASURE_COUNT], before[CSA_MEASURE_COUNT]; /* means */
    struct csa_measure_comparison measures[CSA_MEASURE_COUNT];
    double overlap; /* mean */
    /* For the notes. */
    size_t unjudged_topics;  /* left out: no judgements */
    size_t irrelevant;       /* judged queries left out: nothing in them is relevant */
    size_t missing_topics;   /* judged queries that are not among the topics: they count 0 */
    size_t missing_compared; /* queries that count and that the other run lacks */
    size_t elsewhere;        /* queries whose nDCG@10 is the same, but another measure is not */
};

/* Reads the topics, judgements and the run that the options name, and does all the work. Everything lives in
 * the arena. CSA_ERROR_DAMAGED names the file and line at fault. */
enum csa_status csa_evaluation_make(struct csa_engine *engine, const struct csa_search_options *options,
                                    struct csa_arena *arena, struct csa_evaluation *evaluation,
                                    struct csa_error *error);

#endif
