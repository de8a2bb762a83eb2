/* Facets as text and as JSON; see csa-search(1). */
#ifndef CSA_SEARCHER_OUTPUT_FACETS_H
#define CSA_SEARCHER_OUTPUT_FACETS_H

#include "common/base/buffer.h"
#include "searcher/output/text.h"
#include "searcher/results/page.h"

enum { CSA_FACET_VALUES_SHOWN = 20 }; /* of one facet, as text; as JSON all that the engine gives */

/* "source", "language", "author", "year", "month", as options and outputs name it. */
const char *csa_facet_name(enum csa_facet facet);

/* A block of lines, one facet after the other; nothing when none was asked for. */
void csa_facets_text(struct csa_buffer *out, const struct csa_page *page, const struct csa_text_style *style);

/* The list of facets. */
void csa_facets_json(struct csa_buffer *out, const struct csa_page *page);

#endif
