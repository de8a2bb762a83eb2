/* Query text -> syntax tree. Never fails for what is written in the query: what cannot be parsed is searched
 * as plain words, with a note. The only error is CSA_ERROR_MEMORY. The grammar stands in csa-query(7) and in
 * parse.c's head. */
#ifndef CSA_SEARCHER_QUERY_PARSE_H
#define CSA_SEARCHER_QUERY_PARSE_H

#include "searcher/query/syntax.h"

enum csa_status csa_query_parse(struct csa_view text, struct csa_arena *arena, struct csa_query *query,
                                struct csa_error *error);

/* Puts the tree together anew after clauses were left out of it (elision.h, stop_words.h), as the parser
 * would have without them: what is printed of it and parsed again gives the same tree. CSA_ERROR_MEMORY only.
 */
enum csa_status csa_query_tidy(struct csa_query *query, struct csa_arena *arena, struct csa_error *error);

#endif
