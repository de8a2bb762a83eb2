/* The parts of a dump that read dictionaries and lists; private to dump.c. */
#ifndef CSA_INDEXER_DUMP_TERMS_H
#define CSA_INDEXER_DUMP_TERMS_H

#include "common/base/error.h"
#include "common/index/index.h"

#include <stdio.h>

enum csa_status csa_dump_terms(const struct csa_index *index, enum csa_term_kind kind, FILE *out,
                               struct csa_error *error);
/* kind: WORD or TITLE_WORD. */
enum csa_status csa_dump_postings(const struct csa_index *index, enum csa_term_kind kind,
                                  struct csa_view term, FILE *out, struct csa_error *error);
/* Writes a text with its tabs, newlines and backslashes escaped. */
void csa_dump_text(struct csa_view text, FILE *out);

#endif
