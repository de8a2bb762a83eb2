/* From what was typed to the tree that an engine is asked: parsing, synonyms, elision, stop words, spelling
 * variants, in the one order in which they go together. Called for every query (run.c) and to show how one is
 * read. */
#ifndef CSA_SEARCHER_QUERY_PREPARE_H
#define CSA_SEARCHER_QUERY_PREPARE_H

#include "searcher/engine.h"
#include "searcher/query/synonyms.h"

enum csa_stop_words_use {
    CSA_STOP_WORDS_LEFT_OUT,
    CSA_STOP_WORDS_MARKED, /* they stay in the tree, which is to be shown and not searched */
};

/* synonyms may be null. Without an engine, stop words and variants, which depend on the collection, are left
 * as they are. All of the query lives in the arena. CSA_ERROR_MEMORY, or what the engine's index gives. */
enum csa_status csa_query_prepare(struct csa_view text, const struct csa_synonyms *synonyms,
                                  struct csa_engine *engine, enum csa_stop_words_use stop_words,
                                  struct csa_arena *arena, struct csa_query *query, struct csa_error *error);

#endif
