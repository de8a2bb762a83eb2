/* HTML -> an article, with libxml2: parses the page, finds the element that holds the article, and walks over
 * it writing blocks. Nesting is bounded by CSA_INTAKE_HTML_DEPTH: at a deeper element the parser is stopped
 * and the rest is read by html_strip.c. No recursion, nothing is loaded from anywhere. Called by intake.c. */
#include "indexer/intake/html_elements.h"
#include "indexer/intake/html_metadata.h"
#include "indexer/intake/html_strip.h"
#include "indexer/intake/intake.h"
#include "indexer/intake/readers.h"

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>

enum {
    DEPTH_MAXIMUM = CSA_INTAKE_HTML_DEPTH + 4, /* html, body and what libxml2 adds */
    ROOT_BYTES = 200,          /* an article or main element with less text does not count as one */
    ATTRIBUTES_MAXIMUM = 1000, /* in one tag; libxml2 compares each with each */
    FLAT_CELL_BYTES = 300,
    FLAT_CELL_NODES = 60,
};

/* ---- parsing ---- */

struct parse {
    size_t rest; /* offset where the parser was stopped; SIZE_MAX: it was not */
};

static void start_element(void *parser_context, const xmlChar *name, const xmlChar **attributes)
{
    htmlParserCtxt *context = parser_context;
    struct parse *parse = context->_private;
    if (context->nodeNr >= CSA_INTAKE_HTML_DEPTH) {
        if (parse->rest == SIZE_MAX) {
            parse->rest =
                (size_t)context->input->consumed + (size_t)(context->input->cur - context->input->base);
            xmlStopParser(context);
        }
        return;
    }
    xmlSAX2StartElement(parser_context, name, attributes);
}

/* Whether one tag has so many attributes that parsing it would take long. */
static bool has_monstrous_tag(struct csa_view html)
{
    const char *end = html.data + html.size;
    for (const char *p = html.data; p < end;) {
        p = memchr(p, '<', (size_t)(end - p));
        if (p == NULL) {
            return false;
        }
        char quote = '\0';
        unsigned spaces = 0;
        for (p++; p < end && (quote != '\0' || *p != '>'); p++) {
            if (quote != '\0') {
                quote = *p == quote ? '\0' : quote;
            } else if ((*p == '"' || *p == '\'') && p[-1] == '=') {
                quote = *p;
            } else if ((*p == ' ' || *p == '\n' || *p == '\t' || *p == '/') &&
                       ++spaces > ATTRIBUTES_MAXIMUM) {
                return true;
            } else if (*p == '<') {
                break;
            }
        }
    }
    return false;
}

static void initialise_library(void)
{
    xmlInitParser();
}

/* Null when out of memory. */
static xmlDoc *parse_document(struct csa_view html, struct parse *parse)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialise_library);
    htmlParserCtxt *context = htmlCreateMemoryParserCtxt(html.data, (int)html.size);
    if (context == NULL) {
        return NULL;
    }
    htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                    HTML_PARSE_NONET | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC);
    context->options |= XML_PARSE_HUGE; /* long texts; depth and attributes are bounded here */
    context->_private = parse;
    context->sax->startElement = start_element;
    xmlCharEncodingHandler *handler = xmlFindCharEncodingHandler("UTF-8");
    if (handler != NULL) {
        xmlSwitchToEncoding(context, handler);
    }
    htmlParseDocument(context);
    xmlDoc *document = context->myDoc;
    context->myDoc = NULL;
    htmlFreeParserCtxt(context);
    return document;
}

/* ---- what is left out ---- */

static const struct csa_html_element *element_of(const xmlNode *node)
{
    return csa_html_element_find(csa_view_of((const char *)node->name));
}

/* Some sites wrap the whole page into a form. */
static bool form_holds_text(const xmlNode *form)
{
    unsigned paragraphs = 0;
    for (const xmlNode *node = form; node != NULL; node = csa_html_next(node, form, true)) {
        if (node->type == XML_ELEMENT_NODE) {
            paragraphs += csa_html_is(node, "p");
            if (paragraphs == 2 || csa_html_is(node, "article") || csa_html_is(node, "main") ||
                csa_html_is(node, "h1")) {
                return true;
            }
        }
    }
    return false;
}

static bool is_left_out(const xmlNode *node, const struct csa_html_element *element)
{
    if (element->effect == CSA_HTML_INVISIBLE) {
        return true;
    }
    if (element->effect == CSA_HTML_LEFT_OUT) {
        return !csa_html_is(node, "form") || !form_holds_text(node);
    }
    return node->properties != NULL && csa_html_is_hidden(node);
}

/* ---- which element holds the article ---- */

struct candidate {
    const xmlNode *node;
    size_t size; /* bytes of text inside */
};

/* One open article or main element during the count. */
struct open_candidate {
    const xmlNode *node;
    size_t before;
};

struct root_search {
    struct open_candidate open[DEPTH_MAXIMUM + 1];
    size_t open_count;
    struct candidate best_article;
    struct candidate best_main;
    size_t articles; /* bytes in all articles that are not inside another one */
    size_t size;     /* bytes seen so far */
};

static bool is_candidate(const xmlNode *node)
{
    return csa_html_is(node, "article") || csa_html_is(node, "main") ||
           csa_view_is(csa_html_attribute(node, "role"), "main");
}

static void close_candidate(struct root_search *search)
{
    struct open_candidate closed = search->open[--search->open_count];
    size_t size = search->size - closed.before;
    bool article = csa_html_is(closed.node, "article");
    struct candidate *best = article ? &search->best_article : &search->best_main;
    if (size > best->size) {
        *best = (struct candidate){closed.node, size};
    }
    bool nested = false;
    for (size_t i = 0; i < search->open_count; i++) {
        nested |= csa_html_is(search->open[i].node, "article");
    }
    search->articles += article && !nested ? size : 0;
}

static size_t visible_size(const char *text)
{
    size_t size = 0;
    for (; *text != '\0'; text++) {
        size += (unsigned char)*text > ' ';
    }
    return size;
}

/* The article or main element with enough text, else the body. */
static const xmlNode *find_root(const xmlNode *body)
{
    struct root_search search = {.open_count = 0};
    const xmlNode *node = body;
    while (node != NULL) {
        bool descend = true;
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            search.size += visible_size((const char *)node->content);
        } else if (node->type == XML_ELEMENT_NODE && node != body) {
            descend = !is_left_out(node, element_of(node));
            if (descend && node->children != NULL && is_candidate(node) &&
                search.open_count < DEPTH_MAXIMUM) {
                search.open[search.open_count++] = (struct open_candidate){node, search.size};
            }
        }
        if (descend && node->children != NULL && node->type == XML_ELEMENT_NODE) {
            node = node->children;
            continue;
        }
        while (node != body && node->next == NULL) {
            node = node->parent;
            if (search.open_count != 0 && search.open[search.open_count - 1].node == node) {
                close_candidate(&search);
            }
        }
        node = node == body ? NULL : node->next;
    }
    if (search.best_article.size >= ROOT_BYTES && search.best_article.size * 2 >= search.articles) {
        return search.best_article.node;
    }
    return search.best_main.size >= ROOT_BYTES ? search.best_main.node : body;
}

/* ---- blocks ---- */

struct walker {
    struct csa_block_writer *writer;
    enum csa_block_kind kinds[DEPTH_MAXIMUM + 1]; /* of the text at each depth */
    size_t depth;
    size_t flat_depth; /* a short table cell: blocks inside do not end its row; 0 = not inside one */
    unsigned breaks;   /* br elements since the last text */
    bool cell_pending; /* a cell of the row began: its text is kept apart from the last one's */
};

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n\f")] == '\0';
}

static void put_text(struct walker *walker, const char *text)
{
    struct csa_view view = csa_view_of(text);
    enum csa_block_kind kind = walker->kinds[walker->depth];
    if (!is_blank(text)) {
        if (walker->breaks >= 2 && kind != CSA_BLOCK_CODE) {
            csa_block_writer_end(walker->writer, kind);
        }
        walker->breaks = 0;
        if (walker->cell_pending && csa_block_writer_has_text(walker->writer)) {
            csa_block_writer_put(walker->writer, csa_view_make(" | ", 3));
        }
        walker->cell_pending = false;
    }
    if (kind == CSA_BLOCK_CODE) {
        csa_block_writer_put_code(walker->writer, view);
    } else {
        csa_block_writer_put(walker->writer, view);
    }
}

static void end_block(struct walker *walker)
{
    if (walker->flat_depth != 0) {
        csa_block_writer_space(walker->writer);
        return;
    }
    csa_block_writer_end(walker->writer, walker->kinds[walker->depth]);
    walker->cell_pending = false;
    walker->breaks = 0;
}

/* Whether a cell holds so little that its paragraphs are parts of the row. */
static bool is_short_cell(const xmlNode *cell)
{
    size_t size = 0;
    unsigned nodes = 0;
    for (const xmlNode *node = cell; node != NULL; node = csa_html_next(node, cell, true)) {
        if (node->type == XML_TEXT_NODE) {
            size += visible_size((const char *)node->content);
        }
        if (size > FLAT_CELL_BYTES || ++nodes > FLAT_CELL_NODES ||
            (node != cell && csa_html_is(node, "table"))) {
            return false;
        }
    }
    return true;
}

/* A superscript that holds a link is a footnote's mark, not part of the word before it. */
static bool is_footnote_mark(const xmlNode *node)
{
    return csa_html_is(node, "sup") && node->children != NULL && csa_html_is(node->children, "a");
}

/* False when the element's content is left out. */
static bool enter(struct walker *walker, const xmlNode *node, const struct csa_html_element *element)
{
    if (is_left_out(node, element)) {
        if (element->effect == CSA_HTML_LEFT_OUT) {
            csa_block_writer_space(walker->writer);
        } else if (element->effect == CSA_HTML_BLOCK) {
            end_block(walker);
        }
        return false;
    }
    enum csa_block_kind kind = walker->kinds[walker->depth];
    switch (element->effect) {
    case CSA_HTML_BLOCK:
    case CSA_HTML_LEFT_OUT: /* a form that holds the page */
        end_block(walker);
        if (element->kind != CSA_BLOCK_PARAGRAPH) {
            kind = element->kind;
        } else if (kind == CSA_BLOCK_TABLE_ROW && walker->flat_depth == 0) {
            kind = CSA_BLOCK_PARAGRAPH;
        }
        break;
    case CSA_HTML_CELL:
        walker->cell_pending = true;
        kind = CSA_BLOCK_TABLE_ROW;
        if (walker->flat_depth == 0 && is_short_cell(node)) {
            walker->flat_depth = walker->depth + 1;
        }
        break;
    case CSA_HTML_BREAK:
        walker->breaks++;
        if (kind == CSA_BLOCK_CODE) {
            csa_block_writer_put_code(walker->writer, csa_view_make("\n", 1));
        }
        csa_block_writer_space(walker->writer);
        break;
    case CSA_HTML_UNKNOWN:
        csa_block_writer_space(walker->writer);
        break;
    default:
        if (is_footnote_mark(node)) {
            csa_block_writer_space(walker->writer);
        }
        break;
    }
    if (node->children != NULL && walker->depth < DEPTH_MAXIMUM) {
        walker->kinds[++walker->depth] = kind;
        return true;
    }
    return false;
}

static void leave(struct walker *walker, const xmlNode *node)
{
    const struct csa_html_element *element = element_of(node);
    if (element->effect == CSA_HTML_BLOCK || element->effect == CSA_HTML_LEFT_OUT) {
        end_block(walker);
    } else if (element->effect != CSA_HTML_INLINE) {
        csa_block_writer_space(walker->writer);
    }
    if (walker->flat_depth == walker->depth) {
        walker->flat_depth = 0;
    }
    walker->depth--;
}

static void write_blocks(const xmlNode *root, struct csa_block_writer *writer)
{
    struct walker walker = {.writer = writer};
    walker.kinds[0] = CSA_BLOCK_PARAGRAPH;
    const xmlNode *node = root->children;
    while (node != NULL) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            put_text(&walker, (const char *)node->content);
        } else if (node->type == XML_ELEMENT_NODE && enter(&walker, node, element_of(node))) {
            node = node->children;
            continue;
        }
        while (node->next == NULL && node->parent != root) {
            node = node->parent;
            leave(&walker, node);
        }
        node = node->next;
    }
    csa_block_writer_end(writer, CSA_BLOCK_PARAGRAPH);
}

static const xmlNode *find_body(xmlDoc *document)
{
    const xmlNode *top = xmlDocGetRootElement(document);
    for (const xmlNode *node = top == NULL ? NULL : top->children; node != NULL; node = node->next) {
        if (csa_html_is(node, "body")) {
            return node;
        }
    }
    return top;
}

enum csa_status csa_html_read(struct csa_view text, struct csa_arena *arena, struct csa_article *article,
                              struct csa_error *error)
{
    struct csa_block_writer writer;
    struct parse parse = {SIZE_MAX};
    bool parse_it = text.size != 0 && text.size <= INT_MAX && !has_monstrous_tag(text);
    xmlDoc *document = parse_it ? parse_document(text, &parse) : NULL;
    const xmlNode *body = document == NULL ? NULL : find_body(document);
    struct csa_page page = {.arena = arena};
    csa_block_writer_init(&writer, arena, text.size / 2);
    if (body != NULL) {
        const xmlNode *root = parse.rest == SIZE_MAX ? find_root(body) : body;
        write_blocks(root, &writer);
        csa_page_collect(&page, document, root);
    }
    size_t rest = document == NULL ? 0 : parse.rest;
    if (rest < text.size) {
        csa_html_strip(csa_view_make(text.data + rest, text.size - rest), CSA_BLOCK_PARAGRAPH, &writer);
    }
    xmlFreeDoc(document);
    enum csa_status status = csa_block_writer_finish(&writer, article, error);
    if (status != CSA_OK || page.out_of_memory) {
        return status != CSA_OK ? status : csa_error_set_memory(error, "a page's fields");
    }
    csa_page_apply(&page, article);
    return CSA_OK;
}
