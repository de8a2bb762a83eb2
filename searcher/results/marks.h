/* Marks: which bytes of a shown text answer the query. The text is analysed again by the same chain as at
 * indexing, so that what is marked is what matched: words by stem, quoted words as written, phrases whole,
 * also those that begin or end in a neighbouring passage. Called by page.c. */
#ifndef CSA_SEARCHER_RESULTS_MARKS_H
#define CSA_SEARCHER_RESULTS_MARKS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "common/text/language.h"
#include "searcher/query/syntax.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_mark {
    uint32_t begin, end; /* bytes of the text */
    uint32_t leaf;       /* which word or phrase of the query, counted from 0 */
    float weight;        /* of that leaf: its idf */
};

/* A text with its marks. */
struct csa_marked {
    struct csa_mark *marks; /* ascending, disjoint */
    size_t count;
    uint32_t *word_begins; /* where each word begins, ascending: where a text may be cut */
    size_t word_count;
    /* A phrase reaches over the text's beginning, or its end; where the neighbour was not given, it may. */
    bool over_begin, over_end;
};

/* Of a longer text only this many bytes are marked, and shown in snippets. */
enum { CSA_MARK_MAXIMUM = 1024 * 1024 };

/* What is marked: a title, or a passage with the passages of its article before and behind it as far as they
 * are known (else empty). */
struct csa_marker_text {
    struct csa_view text, before, behind;
    csa_language stemmer; /* of the article; 0: none */
    bool title;           /* leaves of title: count in titles only */
};

struct csa_marker;
struct csa_search_result;

/* Prepares for a query. Weights come from the result's term reports (1 where there is none). Null result is
 * fine. The marker keeps pointers into query. */
enum csa_status csa_marker_new(const struct csa_query *query, const struct csa_search_result *result,
                               struct csa_marker **marker, struct csa_error *error);
void csa_marker_free(struct csa_marker *marker);

/* Marks text->text. Everything in *marked lives in the arena. CSA_ERROR_MEMORY. */
enum csa_status csa_marker_mark(struct csa_marker *marker, const struct csa_marker_text *text,
                                struct csa_arena *arena, struct csa_marked *marked, struct csa_error *error);

#endif
