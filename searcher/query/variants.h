/* Other spellings that count as the same word: fills the `variants` of a query's words.
 *
 * Analysis takes accents off, so that Muller finds Müller. What it cannot decide, as it knows neither
 * language nor collection, is decided here, when a query is asked:
 *
 * - Umlauts and their Nordic kin written out. `Müller` also finds Mueller, `Århus` also Aarhus. `Mueller`
 * also finds Müller, but only if a text of the collection really has the umlaut in that place: poet does not
 * find pot, nor does blue find blu.
 * - Letters that a Russian keyboard does not have. `онер` also finds өнер: the letter typed stands for itself
 *   and its neighbours, not the other way round (asymmetric search, Unicode Technical Standard 10, section
 * 8), so that кол and қол stay two words in Kazakh. Only where a word of the query is unknown as typed, or
 * has such a letter: a query whose words are all there is taken at its word. */
#ifndef CSA_SEARCHER_QUERY_VARIANTS_H
#define CSA_SEARCHER_QUERY_VARIANTS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/query/syntax.h"

struct csa_engine;

enum { CSA_VARIANTS_MAXIMUM = 8 }; /* of one word */

/* For every word, also in phrases, and for umlauts every pattern and word with an edit distance; variants
 * that nodes have already stay. Spellings that the collection does not have may be among them. Reads a few
 * passages for a word with ae, oe or ue. */
enum csa_status csa_query_add_variants(struct csa_query *query, struct csa_engine *engine,
                                       struct csa_arena *arena, struct csa_error *error);

/* ---- inside searcher/query/ ---- */

/* Whether the word has a letter that a Russian keyboard does not have. */
bool csa_variants_has_special_letter(struct csa_view word);

/* The words of the collection that are this one but for such letters (at most CSA_VARIANTS_MAXIMUM, without
 * the word itself), into found. */
enum csa_status csa_variants_find_special(struct csa_engine *engine, struct csa_view word,
                                          struct csa_arena *arena, struct csa_view *found, size_t *count,
                                          struct csa_error *error);

/* Whether the collection has the word, as it is written here. */
enum csa_status csa_variants_is_known(struct csa_engine *engine, struct csa_view word, bool *known,
                                      struct csa_error *error);

#endif
