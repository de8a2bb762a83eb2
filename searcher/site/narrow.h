/* The filters of a request, put into the tree of its query. */
#ifndef CSA_SEARCHER_SITE_NARROW_H
#define CSA_SEARCHER_SITE_NARROW_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/query/syntax.h"
#include "searcher/site/parameters.h"

/* Whether there is any: source, lang, year, author or date. */
bool csa_site_has_filters(const struct csa_site_parameters *parameters);

/* Requires them in addition to the query: of one filter with several values any, of different ones each. They
 * mean what source:="VALUE", lang:VALUE and the like in a query mean, so that a filter finds what its facet
 * counts. A query without clauses then finds all that passes; of one that
 * only excludes, what passes and is not excluded. New nodes live in the arena. CSA_ERROR_MEMORY only. */
enum csa_status csa_site_narrow(const struct csa_site_parameters *parameters, struct csa_query *query,
                                struct csa_arena *arena, struct csa_error *error);

#endif
