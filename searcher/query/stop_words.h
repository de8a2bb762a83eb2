/* Takes stop words out of a query of bare words: `history of the railway` is answered better, and faster, as
 * `history railway`. */
#ifndef CSA_SEARCHER_QUERY_STOP_WORDS_H
#define CSA_SEARCHER_QUERY_STOP_WORDS_H

#include "common/base/error.h"
#include "searcher/query/syntax.h"

struct csa_engine;

/* Marks (stop_word) optional bare words that are stop words of the collection's language, wherever another
 * clause that is neither excluded nor a filter stays beside them; quoted, required, excluded and prefixed
 * words stay, and so does a query of nothing but stop words. One that is written together with characters
 * searched by pairs (A股) stays too, as written. In a collection of several languages of one
 * script a stop word must also be frequent, since `war` is one in German only. */
enum csa_status csa_query_mark_stop_words(struct csa_query *query, struct csa_engine *engine,
                                          struct csa_error *error);

/* Marks and removes them. */
enum csa_status csa_query_leave_out_stop_words(struct csa_query *query, struct csa_engine *engine,
                                               struct csa_error *error);

#endif
