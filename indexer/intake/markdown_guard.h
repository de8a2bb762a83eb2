/* Tells Markdown that cmark would take too long for. Private to intake. */
#ifndef CSA_INDEXER_INTAKE_MARKDOWN_GUARD_H
#define CSA_INDEXER_INTAKE_MARKDOWN_GUARD_H

#include "common/base/view.h"

#include <stdbool.h>

/* Whether cmark parses the text in time that grows about as its size does. Not so are: more than 64 MiB, a
 * line that opens more than 100 quotes or list items, and paragraphs with very many brackets, stars,
 * backquotes and the like, of which cmark compares each with each in the worst case. */
bool csa_markdown_is_tame(struct csa_view text);

#endif
