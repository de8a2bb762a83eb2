/* Snippets: the part of a passage that is shown, chosen by content. Sentences are scored like small documents
 * by the words of the query that they hold; early ones win ties; a sentence that is too long is cut between
 * words. */
#ifndef CSA_SEARCHER_RESULTS_SNIPPET_H
#define CSA_SEARCHER_RESULTS_SNIPPET_H

#include "searcher/results/marks.h"

/* A shown part of the text, bytes. */
struct csa_fragment {
    uint32_t begin, end;
};

enum { CSA_SNIPPET_FRAGMENTS = 3, CSA_SNIPPET_COLUMNS = 280 };

struct csa_snippet {
    struct csa_fragment fragments[CSA_SNIPPET_FRAGMENTS]; /* in reading order, disjoint */
    size_t count;
};

/* Chooses fragments of together about `columns` terminal columns. */
void csa_snippet_choose(struct csa_view text, const struct csa_marked *marked, size_t columns,
                        struct csa_snippet *snippet);

/* What a renderer is told, in order: runs of text, plain or marked, and gaps (text left out, size 0). */
enum csa_snippet_part { CSA_SNIPPET_PLAIN, CSA_SNIPPET_MARKED, CSA_SNIPPET_GAP };
typedef void csa_snippet_visitor(void *context, enum csa_snippet_part part, struct csa_view text);
void csa_snippet_render(struct csa_view text, const struct csa_marked *marked,
                        const struct csa_snippet *snippet, csa_snippet_visitor *visit, void *context);

#endif
