/* An evaluation for a person, and as JSON for a program. Called by main.c. */
#ifndef CSA_SEARCHER_EVALUATION_REPORT_H
#define CSA_SEARCHER_EVALUATION_REPORT_H

#include "common/base/buffer.h"
#include "searcher/evaluation/evaluate.h"
#include "searcher/output/text.h"

/* Without another run: a line a query, then the means. With one: both means by each measure with the test,
 * then the queries that changed most. Without judgements: the queries whose first ten differ. Columns are
 * padded with spaces, and no id has one. */
void csa_report_text(struct csa_buffer *out, const struct csa_evaluation *evaluation,
                     const struct csa_text_style *style);

/* The whole evaluation as one JSON object and a newline; see csa-search(1). */
void csa_report_json(struct csa_buffer *out, const struct csa_evaluation *evaluation);

#endif
