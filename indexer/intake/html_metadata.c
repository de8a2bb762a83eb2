/* Collects a page's fields; see html_metadata.h. A field can stand in many places; each place has a rank, and
 * the best one that is filled wins. Owns the table of meta names and their ranks. Called by html.c. */
#include "indexer/intake/html_metadata.h"

#include "indexer/intake/clean.h"
#include "indexer/intake/date.h"
#include "indexer/intake/json_ld.h"
#include "indexer/intake/readers.h"

#include <string.h>
#include <strings.h>

enum {
    TEXT_MAXIMUM = 4096, /* bytes of an element's text that are looked at */
    RANK_HEADING = 30,
    RANK_TIME = 40,
    RANK_MARKUP = 45, /* classes and rel attributes */
    RANK_TITLE = 50,
    RANK_PAGE_HEADING = 60, /* an h1 outside of the article: often the site's name */
};

/* Meta elements by their name, property or itemprop. JSON-LD stands between those below and above 20. */
static const struct {
    const char *name;
    enum csa_page_field field;
    unsigned rank;
} meta_names[] = {
    {"og:title", CSA_PAGE_TITLE, 10},
    {"citation_title", CSA_PAGE_TITLE, 11},
    {"headline", CSA_PAGE_TITLE, 25},
    {"dc.title", CSA_PAGE_TITLE, 26},
    {"dcterms.title", CSA_PAGE_TITLE, 26},
    {"twitter:title", CSA_PAGE_TITLE, 27},
    {"article:published_time", CSA_PAGE_DATE, 10},
    {"og:article:published_time", CSA_PAGE_DATE, 10},
    {"citation_publication_date", CSA_PAGE_DATE, 11},
    {"citation_date", CSA_PAGE_DATE, 11},
    {"datepublished", CSA_PAGE_DATE, 24},
    {"parsely-pub-date", CSA_PAGE_DATE, 25},
    {"sailthru.date", CSA_PAGE_DATE, 25},
    {"pubdate", CSA_PAGE_DATE, 25},
    {"publishdate", CSA_PAGE_DATE, 25},
    {"publish-date", CSA_PAGE_DATE, 25},
    {"publish_date", CSA_PAGE_DATE, 25},
    {"publication_date", CSA_PAGE_DATE, 25},
    {"date", CSA_PAGE_DATE, 26},
    {"dc.date", CSA_PAGE_DATE, 26},
    {"dc.date.issued", CSA_PAGE_DATE, 26},
    {"dc.date.created", CSA_PAGE_DATE, 27},
    {"dcterms.date", CSA_PAGE_DATE, 26},
    {"dcterms.issued", CSA_PAGE_DATE, 26},
    {"dcterms.created", CSA_PAGE_DATE, 27},
    {"author", CSA_PAGE_AUTHOR, 10},
    {"citation_author", CSA_PAGE_AUTHOR, 11},
    {"parsely-author", CSA_PAGE_AUTHOR, 25},
    {"sailthru.author", CSA_PAGE_AUTHOR, 25},
    {"dc.creator", CSA_PAGE_AUTHOR, 26},
    {"dcterms.creator", CSA_PAGE_AUTHOR, 26},
    {"article:author", CSA_PAGE_AUTHOR, 27},
    {"og:site_name", CSA_PAGE_SOURCE, 10},
    {"citation_journal_title", CSA_PAGE_SOURCE, 11},
    {"dc.publisher", CSA_PAGE_SOURCE, 26},
    {"dcterms.publisher", CSA_PAGE_SOURCE, 26},
    {"application-name", CSA_PAGE_SOURCE, 28},
    {"og:url", CSA_PAGE_URL, 12},
    {"description", CSA_PAGE_DESCRIPTION, 10},
    {"og:description", CSA_PAGE_DESCRIPTION, 11},
    {"dc.description", CSA_PAGE_DESCRIPTION, 26},
    {"twitter:description", CSA_PAGE_DESCRIPTION, 27},
    {"og:locale", CSA_PAGE_LANGUAGE, 12},
    {"content-language", CSA_PAGE_LANGUAGE, 13},
    {"dc.language", CSA_PAGE_LANGUAGE, 26},
    {"language", CSA_PAGE_LANGUAGE, 26},
};

/* ---- the tree ---- */

bool csa_html_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcasecmp((const char *)node->name, name) == 0;
}

struct csa_view csa_html_attribute(const xmlNode *element, const char *name)
{
    for (const xmlAttr *attribute = element->properties; attribute != NULL; attribute = attribute->next) {
        if (strcasecmp((const char *)attribute->name, name) == 0) {
            const xmlNode *value = attribute->children;
            return csa_view_of(value == NULL || value->content == NULL ? "" : (const char *)value->content);
        }
    }
    return (struct csa_view){NULL, 0};
}

static bool contains(struct csa_view text, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= text.size; i++) {
        if (strncasecmp(text.data + i, part, size) == 0) {
            return true;
        }
    }
    return false;
}

bool csa_html_is_hidden(const xmlNode *element)
{
    for (const xmlAttr *attribute = element->properties; attribute != NULL; attribute = attribute->next) {
        const char *name = (const char *)attribute->name;
        const xmlNode *node = attribute->children;
        struct csa_view value = csa_view_of(node == NULL ? NULL : (const char *)node->content);
        if (strcmp(name, "hidden") == 0 && !csa_view_is(value, "until-found")) {
            return true;
        }
        if (strcmp(name, "aria-hidden") == 0 && csa_view_is(value, "true")) {
            return true;
        }
        if (strcmp(name, "style") == 0 &&
            (contains(value, "display:none") || contains(value, "display: none") ||
             contains(value, "visibility:hidden") || contains(value, "visibility: hidden"))) {
            return true;
        }
        if (strcmp(name, "role") == 0 &&
            (csa_view_is(value, "navigation") || csa_view_is(value, "banner") ||
             csa_view_is(value, "contentinfo") || csa_view_is(value, "complementary") ||
             csa_view_is(value, "search") || csa_view_is(value, "dialog"))) {
            return true;
        }
    }
    return false;
}

const xmlNode *csa_html_next(const xmlNode *node, const xmlNode *root, bool descend)
{
    if (descend && node->children != NULL && node->type == XML_ELEMENT_NODE) {
        return node->children;
    }
    while (node != root && node->next == NULL) {
        node = node->parent;
    }
    return node == root ? NULL : node->next;
}

struct csa_view csa_page_text(struct csa_page *page, const xmlNode *element)
{
    char text[TEXT_MAXIMUM];
    size_t size = 0;
    for (const xmlNode *node = element; node != NULL; node = csa_html_next(node, element, true)) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            size_t more = strlen((const char *)node->content);
            if (more > sizeof text - size) {
                break;
            }
            memcpy(text + size, node->content, more);
            size += more;
        } else if (node->type == XML_ELEMENT_NODE && csa_html_is(node, "br") && size < sizeof text) {
            text[size++] = ' ';
        }
    }
    struct csa_view line = csa_clean_line(page->arena, csa_view_make(text, size));
    page->out_of_memory |= line.data == NULL;
    return line;
}

/* ---- fields ---- */

void csa_page_offer(struct csa_page *page, enum csa_page_field field, unsigned rank, struct csa_view text)
{
    if (text.size == 0 || (page->fields[field].rank != 0 && page->fields[field].rank <= rank)) {
        return;
    }
    struct csa_view clean = csa_clean_line(page->arena, text);
    page->out_of_memory |= clean.data == NULL;
    csa_language language;
    bool address = csa_view_starts_with(clean, csa_view_of("http://")) ||
                   csa_view_starts_with(clean, csa_view_of("https://"));
    if (clean.size == 0 || (field == CSA_PAGE_DATE && csa_date_parse(clean) == 0) ||
        (field == CSA_PAGE_LANGUAGE && !csa_language_find(clean, &language)) ||
        (field == CSA_PAGE_URL) != address) {
        return;
    }
    page->fields[field].text = clean;
    page->fields[field].rank = rank;
}

static void read_meta(struct csa_page *page, const xmlNode *meta)
{
    static const char *const keys[] = {"name", "property", "itemprop", "http-equiv"};
    struct csa_view content = csa_html_attribute(meta, "content");
    for (size_t k = 0; k < sizeof keys / sizeof *keys && content.size != 0; k++) {
        struct csa_view name = csa_html_attribute(meta, keys[k]);
        for (size_t i = 0; name.size != 0 && i < sizeof meta_names / sizeof *meta_names; i++) {
            if (csa_view_is(name, meta_names[i].name)) {
                csa_page_offer(page, meta_names[i].field, meta_names[i].rank, content);
            }
        }
    }
}

static void read_time(struct csa_page *page, const xmlNode *element, bool inside)
{
    struct csa_view stamp = csa_html_attribute(element, "datetime");
    unsigned rank = inside ? RANK_TIME : RANK_TIME + 2;
    if (csa_view_is(csa_html_attribute(element, "itemprop"), "datePublished")) {
        rank = 24;
    }
    csa_page_offer(page, CSA_PAGE_DATE, rank, stamp.size != 0 ? stamp : csa_page_text(page, element));
}

/* An h1 inside the article is its title; one in the page's own header is often the site's name. */
static void read_heading(struct csa_page *page, const xmlNode *element, bool inside)
{
    struct csa_view text = csa_page_text(page, element);
    if (text.size != 0 && (page->heading.size == 0 || inside)) {
        page->heading = text;
    }
    csa_page_offer(page, CSA_PAGE_TITLE, inside ? RANK_HEADING : RANK_PAGE_HEADING, text);
}

/* rel=author, itemprop, and classes that sites use for bylines and dates. */
static void read_habits(struct csa_page *page, const xmlNode *element)
{
    struct csa_view relation = csa_html_attribute(element, "rel");
    struct csa_view property = csa_html_attribute(element, "itemprop");
    struct csa_view class = csa_html_attribute(element, "class");
    bool byline = contains(class, "byline");
    if (csa_view_is(relation, "author") || csa_view_is(property, "author") || byline ||
        contains(class, "author-name") || csa_view_is(class, "author")) {
        struct csa_view text = csa_page_text(page, element);
        struct csa_view name = csa_text_byline(text);
        bool short_enough = text.size <= 80;
        if (name.size != 0 || short_enough) {
            csa_page_offer(page, CSA_PAGE_AUTHOR, RANK_MARKUP + byline, name.size != 0 ? name : text);
        }
    }
    if (csa_view_is(property, "datePublished") || csa_view_is(class, "date") ||
        contains(class, "published") || contains(class, "pubdate") || contains(class, "post-date") ||
        contains(class, "entry-date")) {
        struct csa_view content = csa_html_attribute(element, "content");
        struct csa_view text = content.size != 0 ? content : csa_page_text(page, element);
        if (text.size <= 160) {
            csa_page_offer(page, CSA_PAGE_DATE, RANK_MARKUP, text);
        }
    }
}

static void read_link(struct csa_page *page, const xmlNode *link)
{
    if (csa_view_is(csa_html_attribute(link, "rel"), "canonical")) {
        csa_page_offer(page, CSA_PAGE_URL, 10, csa_html_attribute(link, "href"));
    }
}

static void read_element(struct csa_page *page, const xmlNode *node, bool inside)
{
    if (csa_html_is(node, "meta")) {
        read_meta(page, node);
    } else if (csa_html_is(node, "link")) {
        read_link(page, node);
    } else if (csa_html_is(node, "title") && node->parent != NULL && csa_html_is(node->parent, "head")) {
        csa_page_offer(page, CSA_PAGE_TITLE, RANK_TITLE, csa_page_text(page, node));
    } else if (csa_html_is(node, "h1")) {
        read_heading(page, node, inside);
    } else if (csa_html_is(node, "time")) {
        read_time(page, node, inside);
    } else if (csa_html_is(node, "script")) {
        struct csa_view type = csa_html_attribute(node, "type");
        if (csa_view_is(type, "application/ld+json") && node->children != NULL &&
            node->children->content != NULL) {
            csa_json_ld_read(csa_view_of((const char *)node->children->content), page);
        }
    } else if (node->properties != NULL) {
        read_habits(page, node);
    }
    if (csa_html_is(node, "html")) {
        csa_page_offer(page, CSA_PAGE_LANGUAGE, 10, csa_html_attribute(node, "lang"));
        csa_page_offer(page, CSA_PAGE_LANGUAGE, 11, csa_html_attribute(node, "xml:lang"));
    }
}

void csa_page_collect(struct csa_page *page, xmlDoc *document, const xmlNode *root)
{
    const xmlNode *top = xmlDocGetRootElement(document);
    const xmlNode *behind = NULL; /* the first node behind the article */
    bool inside = false;
    bool body = csa_html_is(root, "body");
    for (const xmlNode *node = top; node != NULL;) {
        if (node == root) {
            inside = true;
            behind = csa_html_next(node, top, false);
        } else if (node == behind) {
            inside = false;
        }
        bool descend = true;
        if (node->type == XML_ELEMENT_NODE) {
            bool header = body && csa_html_is(node, "header");
            read_element(page, node, inside && !header);
            descend =
                !csa_html_is(node, "nav") && !csa_html_is(node, "footer") && !csa_html_is(node, "aside");
            if (header) { /* what the page's header holds counts as outside; its h1 may be the site's name */
                for (const xmlNode *part = node; part != NULL; part = csa_html_next(part, node, true)) {
                    if (part->type == XML_ELEMENT_NODE) {
                        read_element(page, part, false);
                    }
                }
                descend = false;
            }
        }
        node = csa_html_next(node, top, descend);
    }
}

/* ---- the article ---- */

/* Takes " - Site" or " | Site" off a title's end, and "Site: " off its start. */
static struct csa_view without_site(struct csa_view title, struct csa_view site)
{
    static const char *const signs[] = {"-", "|", "–", "—", "·", ":", "::", "»", "•"};
    if (site.size == 0 || title.size <= site.size) {
        return title;
    }
    struct csa_view end = csa_view_make(title.data + title.size - site.size, site.size);
    struct csa_view start = csa_view_make(title.data, site.size);
    bool at_end = strncasecmp(end.data, site.data, site.size) == 0;
    bool at_start = strncasecmp(start.data, site.data, site.size) == 0;
    if (!at_end && !at_start) {
        return title;
    }
    struct csa_view rest =
        csa_view_make(at_end ? title.data : title.data + site.size, title.size - site.size);
    rest = csa_view_trim(rest);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t size = strlen(signs[i]);
        if (rest.size > size && at_end && memcmp(rest.data + rest.size - size, signs[i], size) == 0) {
            return csa_view_trim(csa_view_make(rest.data, rest.size - size));
        }
        if (rest.size > size && !at_end && memcmp(rest.data, signs[i], size) == 0) {
            return csa_view_trim(csa_view_make(rest.data + size, rest.size - size));
        }
    }
    return title;
}

/* The host in an address, without "www.". */
static struct csa_view host_of(struct csa_view url)
{
    const char *start = url.size == 0 ? NULL : memmem(url.data, url.size, "://", 3);
    if (start == NULL) {
        return (struct csa_view){NULL, 0};
    }
    struct csa_view host = csa_view_make(start + 3, (size_t)(url.data + url.size - start) - 3);
    if (csa_view_starts_with(host, csa_view_of("www."))) {
        host = csa_view_make(host.data + 4, host.size - 4);
    }
    size_t size = 0;
    while (size < host.size && strchr("/:?#", host.data[size]) == NULL) {
        size++;
    }
    host.size = size;
    return host;
}

/* A heading of the text that says no more than the title does. */
static void drop_repeated_title(struct csa_article *article)
{
    size_t kept = 0;
    for (size_t i = 0; i < article->block_count; i++) {
        const struct csa_block *block = &article->blocks[i];
        if (i >= 3 || block->kind != CSA_BLOCK_HEADING || !csa_view_equal(block->text, article->title)) {
            article->blocks[kept++] = *block;
        }
    }
    article->block_count = kept;
}

void csa_page_apply(struct csa_page *page, struct csa_article *article)
{
    article->url = page->fields[CSA_PAGE_URL].text;
    article->author = page->fields[CSA_PAGE_AUTHOR].text;
    article->description = page->fields[CSA_PAGE_DESCRIPTION].text;
    article->source = page->fields[CSA_PAGE_SOURCE].text;
    article->title = without_site(page->fields[CSA_PAGE_TITLE].text, article->source);
    if (article->source.size == 0) {
        article->source = host_of(article->url);
    }
    article->date = csa_date_parse(page->fields[CSA_PAGE_DATE].text);
    if (article->date == 0) {
        article->date = csa_text_find_date(article->blocks, article->block_count);
    }
    csa_language_find(page->fields[CSA_PAGE_LANGUAGE].text, &article->language);
    if (page->fields[CSA_PAGE_LANGUAGE].text.size == 0) {
        article->language = CSA_LANGUAGE_NONE;
    }
    drop_repeated_title(article);
}
