/* The timeline as a chart for a terminal and as JSON; see csa-search(1). */
#ifndef CSA_SEARCHER_OUTPUT_TIMELINE_H
#define CSA_SEARCHER_OUTPUT_TIMELINE_H

#include "common/base/buffer.h"
#include "searcher/output/text.h"
#include "searcher/results/page.h"

/* Columns of bars, side by side, in the style's width; nothing when no timeline was asked for. */
void csa_timeline_text(struct csa_buffer *out, const struct csa_page *page,
                       const struct csa_text_style *style);

/* One object. */
void csa_timeline_json(struct csa_buffer *out, const struct csa_page *page);

#endif
