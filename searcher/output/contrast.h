/* The words that set a result apart (`--terms`), as text and as JSON; see csa-search(1). */
#ifndef CSA_SEARCHER_OUTPUT_CONTRAST_H
#define CSA_SEARCHER_OUTPUT_CONTRAST_H

#include "common/base/buffer.h"
#include "searcher/output/text.h"
#include "searcher/results/page.h"

/* One block of lines; nothing when they were not asked for. */
void csa_contrast_text(struct csa_buffer *out, const struct csa_page *page,
                       const struct csa_text_style *style);

/* The list of words. */
void csa_contrast_json(struct csa_buffer *out, const struct csa_page *page);

#endif
