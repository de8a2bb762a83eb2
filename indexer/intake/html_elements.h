/* How the elements of HTML bear on the text inside them. Private to intake: html.c and html_strip.c. */
#ifndef CSA_INDEXER_INTAKE_HTML_ELEMENTS_H
#define CSA_INDEXER_INTAKE_HTML_ELEMENTS_H

#include "common/base/view.h"
#include "indexer/article.h"

#include <stdbool.h>

enum csa_html_effect {
    CSA_HTML_UNKNOWN,   /* no element of HTML: keeps words apart, no more */
    CSA_HTML_INLINE,    /* part of the running text */
    CSA_HTML_BLOCK,     /* a block of its own */
    CSA_HTML_BREAK,     /* br, hr */
    CSA_HTML_CELL,      /* td, th */
    CSA_HTML_INVISIBLE, /* left out as if it were not there: script, style */
    CSA_HTML_LEFT_OUT,  /* left out, and what stands before and behind it is kept apart: nav, aside */
};

struct csa_html_element {
    const char *name;
    enum csa_html_effect effect;
    enum csa_block_kind kind; /* of a block; PARAGRAPH where the element does not say */
};

/* The element of that name (in any case), never null. */
const struct csa_html_element *csa_html_element_find(struct csa_view name);

#endif
