/* What the site says to programs, besides JSON (output/json.h): a feed of results in Atom (RFC 4287, with the
 * OpenSearch 1.1 response elements), the OpenSearch description document, and suggestions. */
#ifndef CSA_SEARCHER_SITE_FORMATS_H
#define CSA_SEARCHER_SITE_FORMATS_H

#include "common/base/buffer.h"
#include "searcher/site/answer.h"

void csa_site_atom(struct csa_buffer *out, const struct csa_site_context *context,
                   const struct csa_site_answer *answer);
void csa_site_opensearch(struct csa_buffer *out, const struct csa_site_context *context);
/* ["typed", ["completion", ...]]: the application/x-suggestions+json of OpenSearch. */
enum csa_status csa_site_suggestions(struct csa_buffer *out, const struct csa_site_context *context,
                                     struct csa_view typed, struct csa_error *error);

#endif
