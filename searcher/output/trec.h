/* A TREC run: `query Q0 article rank score tag`, a line a hit. White space in ids becomes %20 and the like,
 * since fields are separated by blanks. */
#ifndef CSA_SEARCHER_OUTPUT_TREC_H
#define CSA_SEARCHER_OUTPUT_TREC_H

#include "common/base/buffer.h"
#include "common/base/view.h"

/* One field of it; nothing is written as -. */
void csa_trec_field(struct csa_buffer *out, struct csa_view text);

void csa_trec_line(struct csa_buffer *out, struct csa_view query, struct csa_view article, unsigned rank,
                   double score, const char *tag);

#endif
