/* Whether a token of a shown text is what one word of the query asks for: by its stem, as written, in another
 * spelling, by its beginning, a pattern or a number of edits. Called by marks.c. */
#ifndef CSA_SEARCHER_RESULTS_MATCHER_H
#define CSA_SEARCHER_RESULTS_MATCHER_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "common/text/language.h"
#include "searcher/match/acceptor.h"
#include "searcher/query/syntax.h"

#include <stdbool.h>
#include <stddef.h>

struct csa_matcher {
    const struct csa_node *node;    /* WORD, EXACT, PREFIX, WILDCARD or FUZZY; others match nothing */
    struct csa_acceptor *acceptors; /* WILDCARD, FUZZY: of the text, then of the variants */
    struct csa_view *stems; /* WORD: of the word and its variants, in the language of the text at hand */
    size_t stem_count;
};

/* The acceptors live in the arena; the matcher keeps pointers into the node. CSA_ERROR_MEMORY. */
enum csa_status csa_matcher_init(struct csa_matcher *matcher, const struct csa_node *node,
                                 struct csa_arena *arena, struct csa_error *error);

/* Stems a WORD for a text in the stemmer's language (null: as written); to be called before matches. Sets
 * stem_begins of the stems' first bytes. */
enum csa_status csa_matcher_prepare(struct csa_matcher *matcher, struct csa_stemmer *stemmer,
                                    struct csa_arena *arena, bool stem_begins[256], struct csa_error *error);

/* A token by its folded form and its stem. */
bool csa_matcher_matches(const struct csa_matcher *matcher, struct csa_view surface, struct csa_view stem);

#endif
