/* The values of a page: what its template is filled with. docs/site.md lists every name, for who writes a
 * template. */
#ifndef CSA_SEARCHER_SITE_VIEW_H
#define CSA_SEARCHER_SITE_VIEW_H

#include "searcher/site/answer.h"
#include "searcher/site/value.h"

/* The search page: form, results or why there are none, filters, timeline, paging. Null without memory. */
struct csa_value *csa_site_view_results(const struct csa_site_context *context,
                                        const struct csa_site_answer *answer);
/* The viewer page of one article. */
struct csa_value *csa_site_view_article(const struct csa_site_context *context,
                                        const struct csa_site_parameters *parameters,
                                        const struct csa_site_article *article);
/* A page that says what went wrong: a status and a message for the visitor (empty: the words for the status).
 * parameters may be null. context->engine may be null. */
struct csa_value *csa_site_view_error(const struct csa_site_context *context,
                                      const struct csa_site_parameters *parameters, unsigned status,
                                      struct csa_view message);

#endif
