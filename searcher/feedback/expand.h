/* Pseudo-relevance feedback: a query is searched, and the terms that its best articles are made of are added
 * to it (`--expand`). Called by run.c.
 *
 * RM3: the relevance model of Lavrenko and Croft (2001) mixed with the query as in Abdul-Jaleel et al.
 * (2004). The model of the best 20 articles D (title and their best passages, three at most) is
 *
 *     P(w) = sum over D of  score(D)^8 * f(w, D),    f = 3 n / (n + 2) / length, n: w's occurrences in D
 *
 * where the power stands for the likelihood of the query, which falls off much faster than a BM25 score, and
 * f is saturated as BM25's frequencies are. Terms in 15 per cent of the passages or more are left out; the
 * best by P(w) * sqrt(idf), and in this proportion, get half of the weight of the expanded query, the words
 * as typed the other half. Words of the query are among the terms. Terms are stems; for each stands the
 * surface form that is most frequent in the texts.
 *
 * Only bare optional words are reweighted. Phrases, required and excluded clauses and filters stay as they
 * are, and where there is any but bare words and what is excluded, the added terms only rank what the query
 * matched by itself. */
#ifndef CSA_SEARCHER_FEEDBACK_EXPAND_H
#define CSA_SEARCHER_FEEDBACK_EXPAND_H

#include "searcher/engine.h"

enum { CSA_EXPANSION_TERMS = 50, CSA_EXPANSION_TERMS_MAXIMUM = 100 };

/* Changes `query`, the one of the request, whose rank, k1, b and deadline are used; added nodes live in the
 * arena. terms: 1 to CSA_EXPANSION_TERMS_MAXIMUM. A query that finds nothing, or nothing but filters, stays
 * as it is. CSA_ERROR_UNSUPPORTED when the index stores no text. */
enum csa_status csa_feedback_expand(struct csa_engine *engine, const struct csa_search_request *request,
                                    struct csa_query *query, unsigned terms, struct csa_arena *arena,
                                    struct csa_error *error);

#endif
