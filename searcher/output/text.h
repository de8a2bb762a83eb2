/* The page of results for a person at a terminal, and the same words without colour for a pipe. */
#ifndef CSA_SEARCHER_OUTPUT_TEXT_H
#define CSA_SEARCHER_OUTPUT_TEXT_H

#include "common/base/buffer.h"
#include "searcher/results/diagnosis.h"
#include "searcher/results/page.h"

#include <stdbool.h>

struct csa_text_style {
    bool colour;
    bool links;     /* hyperlinks (OSC 8) */
    bool unicode;   /* block characters may be drawn; else ASCII */
    unsigned width; /* columns to wrap at */
};

/* The page, ended by a newline. diagnosis and explanations (one for each hit) may be null. query_id, when not
 * empty, is the topic that the query came from. */
void csa_text_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, struct csa_view query_id,
                   const struct csa_text_style *style);

#endif
