/* A search for a request: query, filters, page of results, diagnosis. Called by respond.c for each format
 * that shows results.
 *
 * Facets and dates are counted over what is found; a facet that is filtered by is counted without its own
 * filter, by a search of its own. */
#include "searcher/site/answer.h"

#include "common/base/clock.h"
#include "searcher/site/narrow.h"
#include "searcher/site/recount.h"
#include "searcher/site/ways.h"

static uint64_t deadline_of(const struct csa_site_context *context)
{
    return csa_clock_nanoseconds() + (uint64_t)context->config->deadline_ms * UINT64_C(1000000);
}

/* How a page is asked for; facets and dates as configured. */
static enum csa_status make_request(const struct csa_site_context *context,
                                    const struct csa_site_parameters *parameters,
                                    const struct csa_query *query, struct csa_page_request *request,
                                    struct csa_error *error)
{
    const struct csa_site_config *config = context->config;
    bool listed = parameters->query.size == 0 && parameters->like.size == 0;
    *request = (struct csa_page_request){
        .query = query,
        .rank = CSA_RANK_BEST,
        .k1 = 1.2,
        .b = 0.75,
        .hits = parameters->hits == 0 ? config->hits : parameters->hits,
        .page = parameters->page,
        .sort = listed && parameters->sort == CSA_SORT_RELEVANCE ? CSA_SORT_NEWEST : parameters->sort,
        .facets = config->facets,
        .dates = config->timeline,
        .deadline = deadline_of(context),
    };
    return request->page <= CSA_HITS_MAXIMUM / request->hits
               ? CSA_OK
               : csa_error_set(error, CSA_ERROR_MISUSE, "page: only the first %d results can be shown",
                               (int)CSA_HITS_MAXIMUM);
}

/* A suggestion was tried without the filters; one that finds nothing beside them is none. */
static enum csa_status check_suggestion(const struct csa_site_context *context, uint64_t deadline,
                                        struct csa_site_answer *answer, struct csa_error *error)
{
    struct csa_suggestion *suggestion = &answer->diagnosis.suggestion;
    if (suggestion->query.size == 0) {
        return CSA_OK;
    }
    struct csa_site_parameters parameters = *answer->parameters;
    struct csa_search_result result;
    parameters.query = suggestion->query;
    enum csa_status status = csa_site_recount(context, &parameters, 0, deadline, &result, error);
    if (status == CSA_OK) {
        answer->suggested = result.articles_matched;
        suggestion->passages = result.passages_matched;
        suggestion->query.size = result.passages_matched == 0 ? 0 : suggestion->query.size;
    }
    return status;
}

/* Counts a facet that is filtered by as if its own filter were not there, so that further values of it can be
 * chosen. What there is no time for stays as it was counted. */
static enum csa_status widen_facets(const struct csa_site_context *context, uint64_t deadline,
                                    struct csa_site_answer *answer, struct csa_error *error)
{
    static const enum csa_facet facets[CSA_FILTER_COUNT] = {CSA_FACET_SOURCE, CSA_FACET_LANGUAGE,
                                                            CSA_FACET_YEAR, CSA_FACET_AUTHOR};
    struct csa_search_result *found = &answer->page.result;
    for (unsigned filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        struct csa_site_parameters parameters = *answer->parameters;
        for (size_t i = 0; i < found->facet_count && parameters.filters[filter].count != 0; i++) {
            if (found->facets[i].facet != facets[filter]) {
                continue;
            }
            struct csa_search_result wider;
            parameters.filters[filter].count = 0;
            enum csa_status status =
                csa_site_recount(context, &parameters, 1U << facets[filter], deadline, &wider, error);
            if (status != CSA_OK) {
                return status;
            }
            if (wider.exact && wider.facet_count == 1) {
                found->facets[i] = wider.facets[0];
            }
        }
    }
    return CSA_OK;
}

/* What a page says besides its results. */
static enum csa_status diagnose(const struct csa_site_context *context, struct csa_page_request *request,
                                struct csa_site_answer *answer, struct csa_error *error)
{
    request->facets = 0;
    request->dates = false;
    struct csa_search_request diagnosed = csa_page_search_request(request);
    enum csa_status status = csa_diagnosis_make(context->engine, &diagnosed, &answer->page.result,
                                                context->synonyms, context->arena, &answer->diagnosis, error);
    return status == CSA_OK ? check_suggestion(context, request->deadline, answer, error) : status;
}

static enum csa_status search(const struct csa_site_context *context, struct csa_site_answer *answer,
                              struct csa_error *error)
{
    struct csa_page_request request;
    enum csa_status status = make_request(context, answer->parameters, &answer->query, &request, error);
    if (status == CSA_OK) {
        status = csa_page_make(context->engine, &request, context->arena, &answer->page, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    answer->diagnosis.nothing_found = answer->page.result.passages_matched == 0;
    status = widen_facets(context, request.deadline, answer, error);
    if (status == CSA_OK && answer->parameters->like.size == 0) {
        /* of words that nobody typed there would be nothing to explain */
        status = diagnose(context, &request, answer, error);
    }
    bool explain = answer->diagnosis.nothing_found && answer->parameters->format == CSA_FORMAT_HTML;
    return status == CSA_OK && explain ? csa_site_ways_make(context, answer, request.deadline, error)
                                       : status;
}

enum csa_status csa_site_answer_make(const struct csa_site_context *context,
                                     const struct csa_site_parameters *parameters,
                                     struct csa_site_answer *answer, struct csa_error *error)
{
    *answer = (struct csa_site_answer){.parameters = parameters};
    answer->searched =
        parameters->query.size != 0 || parameters->like.size != 0 || csa_site_has_filters(parameters);
    enum csa_status status = csa_site_query_make(context, parameters, &answer->query, error);
    if (status == CSA_OK && answer->searched) {
        return search(context, answer, error);
    }
    answer->page = (struct csa_page){
        .query = &answer->query, .number = 1, .sort = parameters->sort, .result.exact = true};
    return status;
}
