/* A request's search once more, or one that differs a little from it, for its counts only: facets without
 * their own filter, what a way on would find. */
#ifndef CSA_SEARCHER_SITE_RECOUNT_H
#define CSA_SEARCHER_SITE_RECOUNT_H

#include "searcher/site/answer.h"

/* The query of these parameters with their filters. CSA_ERROR_MISUSE with a message for the visitor,
 * NOT_FOUND (like=). */
enum csa_status csa_site_query_make(const struct csa_site_context *context,
                                    const struct csa_site_parameters *parameters, struct csa_query *query,
                                    struct csa_error *error);

/* Counts what these parameters find, and these facets of it (1 << enum csa_facet, each), until the deadline
 * (csa_clock_nanoseconds()); result->exact is false where that came first. */
enum csa_status csa_site_recount(const struct csa_site_context *context,
                                 const struct csa_site_parameters *parameters, unsigned facets,
                                 uint64_t deadline, struct csa_search_result *result,
                                 struct csa_error *error);

#endif
