/* The page of results for a person at a terminal, and the same words without colour for a pipe. */
#ifndef CSA_SEARCHER_OUTPUT_TEXT_H
#define CSA_SEARCHER_OUTPUT_TEXT_H

#include "common/base/buffer.h"
#include "searcher/output/json.h"
#include "searcher/results/diagnosis.h"
#include "searcher/results/page.h"

#include <stdbool.h>

struct csa_text_style {
    bool colour;
    unsigned width; /* columns to wrap at */
};

/* diagnosis and explanations may be null. */
void csa_text_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, const struct csa_text_style *style);

#endif
