/* Elided words of bare queries: `l'eau` asks for eau, in every form, as `water` asks for waters. */
#ifndef CSA_SEARCHER_QUERY_ELISION_H
#define CSA_SEARCHER_QUERY_ELISION_H

#include "searcher/query/syntax.h"

/* Takes the shortened word of Romance languages (the l of l'eau, the dell of dell'Asia), which analysis makes
 * a token of its own, out of everything that is not quoted, wherever the word behind it stays. Where that
 * word had to stand behind it (+l'eau) it is then matched by stem, as a bare word is. Allocates nothing,
 * cannot fail; called before stop words are left out. */
void csa_query_leave_out_elided(struct csa_query *query);

#endif
