/* Why little or nothing was found: how often each clause of the query and each word in it occurs by itself,
 * which required clause left nothing over and what there would be without it, which words of the collection
 * look like one that it lacks, and a query that is known to find something (suggest.h). */
#ifndef CSA_SEARCHER_RESULTS_DIAGNOSIS_H
#define CSA_SEARCHER_RESULTS_DIAGNOSIS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"
#include "searcher/results/suggest.h"

enum { CSA_DIAGNOSIS_CLAUSES = 64 };

struct csa_clause_report {
    const struct csa_node *node;
    struct csa_view clause; /* as typed; a word within a clause: folded */
    unsigned depth;         /* 0: a clause of the query; 1: a part of the last one before it of depth 0 */
    uint64_t passages;      /* that match this clause alone */
    bool emptied;           /* with this clause the clauses before it match nothing any more */
    bool required;          /* or excluded: without says something */
    uint64_t without;       /* passages that match the query with this clause left out */
    const struct csa_candidate
        *near;         /* for a word, or a filter's value, that is not in the collection: what */
    size_t near_count; /* may have been meant */
};

struct csa_diagnosis {
    bool nothing_found;
    struct csa_clause_report *clauses; /* when nothing was found; the first CSA_DIAGNOSIS_CLAUSES */
    size_t count;
    struct csa_suggestion suggestion; /* and what else was tried */
};

/* Looks into a query, read with these synonyms (null: none), and what was found for it; a query of frequent
 * words that found something costs a few lookups in the dictionary. Stops at the request's deadline with what
 * is known by then; counts clauses for 300 milliseconds and looks for a suggestion for 80 at most (without a
 * deadline as long as it takes). A clause typed again is not counted again. All of it lives in the arena. */
enum csa_status csa_diagnosis_make(struct csa_engine *engine, const struct csa_search_request *request,
                                   const struct csa_search_result *result,
                                   const struct csa_synonyms *synonyms, struct csa_arena *arena,
                                   struct csa_diagnosis *diagnosis, struct csa_error *error);

#endif
