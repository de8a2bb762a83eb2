/* Why little or nothing was found: how often each word and phrase of the query occurs by itself, which
 * required clause left nothing over, which words of the collection look like one that it lacks, and a query
 * with such a word put in that is known to find something. */
#ifndef CSA_SEARCHER_RESULTS_DIAGNOSIS_H
#define CSA_SEARCHER_RESULTS_DIAGNOSIS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"

enum { CSA_NEAR_FORMS = 5 };

struct csa_near_form {
    struct csa_view word;
    uint64_t passages;
};

struct csa_clause_report {
    struct csa_view clause; /* as typed */
    uint64_t passages;      /* that match this clause alone */
    bool emptied;           /* with this clause the clauses before it match nothing any more */
    struct csa_near_form near[CSA_NEAR_FORMS]; /* for a word that is not in the collection */
    size_t near_count;
};

struct csa_diagnosis {
    struct csa_clause_report *clauses;
    size_t count;
    struct csa_view suggestion; /* a query that finds something; size 0: none */
};

/* Looks into a query for which nothing was found. Stops at the request's deadline, with the clauses looked
 * into by then and without a suggestion. All of it lives in the arena. */
enum csa_status csa_diagnosis_make(struct csa_engine *engine, const struct csa_search_request *request,
                                   struct csa_arena *arena, struct csa_diagnosis *diagnosis,
                                   struct csa_error *error);

#endif
