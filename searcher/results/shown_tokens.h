/* The tokens of a shown text, between those of its neighbours: what marks.c compares with the query. */
#ifndef CSA_SEARCHER_RESULTS_SHOWN_TOKENS_H
#define CSA_SEARCHER_RESULTS_SHOWN_TOKENS_H

#include "searcher/results/marks.h"

/* A token, with its stem where the query asks for stems. Tokens of the neighbours are empty ranges at the
 * text's beginning or end. */
struct csa_shown_token {
    struct csa_view surface;
    struct csa_view stem;
    uint32_t begin, end;
    uint32_t position; /* counted on over the neighbours, as phrases do */
    bool pair;
};

struct csa_shown_tokens {
    struct csa_shown_token *items;
    size_t count;
    size_t room;
    size_t first, last; /* those in [first, last) are the text's own */
    uint32_t positions; /* how many there are */
    bool has_before, has_behind;
    bool cut;                /* the text is longer than what is marked of it */
    const bool *stem_begins; /* by first byte: words that begin so are stemmed */
};

/* Of a neighbour only the part next to the text is read. Everything lives in the arena; false when out of
 * memory. */
bool csa_shown_tokens_read(const struct csa_marker_text *text, struct csa_stemmer *stemmer,
                           const bool stem_begins[256], struct csa_arena *arena,
                           struct csa_shown_tokens *tokens);

/* The first token at this position or behind; the count when there is none. */
size_t csa_shown_token_at(const struct csa_shown_tokens *tokens, int64_t position);

#endif
