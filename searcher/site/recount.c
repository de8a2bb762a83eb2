/* Counts of searches that are like a request's. Called by answer.c and ways.c; all is in the request's arena.
 */
#include "searcher/site/recount.h"

#include "searcher/feedback/like.h"
#include "searcher/query/prepare.h"
#include "searcher/site/narrow.h"

enum csa_status csa_site_query_make(const struct csa_site_context *context,
                                    const struct csa_site_parameters *parameters, struct csa_query *query,
                                    struct csa_error *error)
{
    struct csa_engine *engine = context->engine;
    struct csa_arena *arena = context->arena;
    enum csa_status status = csa_query_prepare(parameters->query, context->synonyms, engine,
                                               CSA_STOP_WORDS_LEFT_OUT, arena, query, error);
    if (status == CSA_OK && parameters->like.size != 0) {
        struct csa_like_target target;
        status = csa_like_find(engine, parameters->like, arena, &target, error);
        if (status == CSA_OK) {
            status = csa_like_query(engine, target, query, arena, error);
            status = status == CSA_ERROR_UNSUPPORTED
                         ? csa_error_set(error, CSA_ERROR_MISUSE, "like: this collection stores no text")
                         : status;
        }
    }
    return status == CSA_OK ? csa_site_narrow(parameters, query, arena, error) : status;
}

enum csa_status csa_site_recount(const struct csa_site_context *context,
                                 const struct csa_site_parameters *parameters, unsigned facets,
                                 uint64_t deadline, struct csa_search_result *result, struct csa_error *error)
{
    struct csa_query query;
    const struct csa_search_request request = {
        .query = &query,
        .rank = CSA_RANK_BEST,
        .k1 = 1.2,
        .b = 0.75,
        .count = true,
        .facets = facets,
        .deadline = deadline,
    };
    enum csa_status status = csa_site_query_make(context, parameters, &query, error);
    return status == CSA_OK
               ? context->engine->operations->search(context->engine, &request, context->arena, result, error)
               : status;
}
