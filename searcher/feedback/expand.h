/* Pseudo-relevance feedback: a query is searched, and the terms that its best articles are made of are added
 * to it (`--expand`). Called by run.c.
 *
 * RM3, that is a model of terms mixed with the query as in Abdul-Jaleel et al. (2004), where the model is
 * the mean of two, as Soskin, Kurland and Domshlak (2009) average models whose errors differ. Of the best 20
 * articles D (title and their best passages, three at most), n being w's occurrences in D, they are
 *
 *     R(w) = sum over D of  score(D)^5 * f(w, D),    f = 3 n / (n + 2) / length
 *     B(w) = F log2((1 + p) / p) + log2(1 + p),      F = sum over D of score(D)^5 * n,  p: share of passages
 *
 * R is the relevance model of Lavrenko and Croft (2001): the power stands for the likelihood of the query,
 * which falls off much faster than a BM25 score, and f is saturated as BM25's frequencies are. B is Bo1, the
 * divergence from randomness of Amati (2003), in which long articles and repeated terms count in full. Scores
 * are shares of the best one. Both are multiplied by sqrt(idf) and scaled to the sum 1. Terms in 15 per cent
 * of the passages or more are left out; the best by the mean, and in this proportion, get six tenths of the
 * weight of the expanded query, the words as typed four tenths. Words of the query are among the terms. Terms
 * are stems; for each stands the surface form that is most frequent in the texts.
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
