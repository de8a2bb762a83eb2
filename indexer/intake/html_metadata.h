/* What a page says about itself: title, date, author, ... from meta elements, Open Graph, JSON-LD, time
 * elements and a few habits of markup. Private to intake: html.c collects it, json_ld.c adds to it. */
#ifndef CSA_INDEXER_INTAKE_HTML_METADATA_H
#define CSA_INDEXER_INTAKE_HTML_METADATA_H

#include "indexer/article.h"

#include <libxml/tree.h>

enum csa_page_field {
    CSA_PAGE_TITLE,
    CSA_PAGE_DATE,
    CSA_PAGE_AUTHOR,
    CSA_PAGE_SOURCE,
    CSA_PAGE_URL,
    CSA_PAGE_LANGUAGE,
    CSA_PAGE_DESCRIPTION,
    CSA_PAGE_FIELD_COUNT,
};

struct csa_page {
    struct csa_arena *arena;
    struct {
        struct csa_view text; /* clean, in the arena */
        unsigned rank;        /* of the place it stood in, 1 is the best; 0: nothing found yet */
    } fields[CSA_PAGE_FIELD_COUNT];
    struct csa_view heading; /* the page's h1 */
    bool out_of_memory;
};

/* Keeps the text unless the field has one from a place of the same or a better rank. Empty texts, dates that
 * are none and languages that are unknown are not kept. */
void csa_page_offer(struct csa_page *page, enum csa_page_field field, unsigned rank, struct csa_view text);

/* Collects everything from a document. `root` is the element that holds the article; `text` its blocks, for a
 * date that only the text states. */
void csa_page_collect(struct csa_page *page, xmlDoc *document, const xmlNode *root);
/* Gives what was found to the article, whose blocks are set. */
void csa_page_apply(struct csa_page *page, struct csa_article *article);

/* All text inside an element as one clean line in the arena. */
struct csa_view csa_page_text(struct csa_page *page, const xmlNode *element);

/* The value of an attribute that is one text; empty when there is none. Points into the document. */
struct csa_view csa_html_attribute(const xmlNode *element, const char *name);
/* Whether the element is drawn nowhere, by its attributes: hidden, aria-hidden, display: none. */
bool csa_html_is_hidden(const xmlNode *element);
/* Whether the element's name is that one. */
bool csa_html_is(const xmlNode *node, const char *name);
/* The node behind this one in the order of the document, its children first when `descend`; null at the end
 * of root's. */
const xmlNode *csa_html_next(const xmlNode *node, const xmlNode *root, bool descend);

#endif
