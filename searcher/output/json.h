/* The page of results as the contract has it: one JSON object on one line; see csa-search(1). */
#ifndef CSA_SEARCHER_OUTPUT_JSON_H
#define CSA_SEARCHER_OUTPUT_JSON_H

#include "common/base/buffer.h"
#include "common/base/view.h"
#include "searcher/results/diagnosis.h"
#include "searcher/results/page.h"

/* The page as one JSON object and a newline. diagnosis and explanations (one for each hit) may be null.
 * query_id, when not empty, is the topic that the query came from. */
void csa_json_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, struct csa_view query_id);

#endif
