/* How a query was read, for --syntax: the tree in plain words, or as JSON. Called by main(). */
#ifndef CSA_SEARCHER_OUTPUT_SYNTAX_H
#define CSA_SEARCHER_OUTPUT_SYNTAX_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "searcher/query/syntax.h"

/* stemmers: the collection's languages (engine.h), by whose stems words are looked up; 0: there is no index,
 * stems and stop words are not known. Words marked as stop words are shown as left out. CSA_ERROR_MEMORY
 * only; that the buffer was full, it says itself. */
enum csa_status csa_syntax_text(struct csa_buffer *out, const struct csa_query *query, uint64_t stemmers,
                                struct csa_error *error);

/* One object: query, parsed, index (whether there is one), tree, notes. A node has kind and occurrence, and
 * of field, text, boost, slop, distance, from, to, stems, variants, left_out, synonym and clauses what it
 * needs. */
enum csa_status csa_syntax_json(struct csa_buffer *out, const struct csa_query *query, uint64_t stemmers,
                                struct csa_error *error);

#endif
