/* Why nothing was found, and what may have been meant, as text and as JSON. Called by text.c and json.c. */
#ifndef CSA_SEARCHER_OUTPUT_DIAGNOSIS_H
#define CSA_SEARCHER_OUTPUT_DIAGNOSIS_H

#include "common/base/buffer.h"
#include "searcher/results/diagnosis.h"

/* Lines; nothing when there is nothing to say. */
void csa_diagnosis_text(struct csa_buffer *out, const struct csa_diagnosis *diagnosis);

/* A member `"diagnosis": {...}` with a comma before it; nothing when there is nothing to say. */
void csa_diagnosis_json(struct csa_buffer *out, const struct csa_diagnosis *diagnosis);

#endif
