/* JSON-LD -> a page's fields; see json_ld.h. jansson builds the tree (it bounds the nesting); of the tree
 * only the top level, arrays and @graph are looked at. Called by html_metadata.c. */
#include "indexer/intake/json_ld.h"

#include <jansson.h>
#include <string.h>

enum { SCRIPT_MAXIMUM = 1 << 20, GRAPH_DEPTH = 4, AUTHORS_MAXIMUM = 16, NAMES_SIZE = 2048 };

static void offer_string(struct csa_page *page, enum csa_page_field field, unsigned rank, const json_t *value)
{
    if (json_is_string(value)) {
        csa_page_offer(page, field, rank, csa_view_make(json_string_value(value), json_string_length(value)));
    }
}

/* A name as schema.org allows it: a string, or an object's name. */
static const json_t *name_of(const json_t *value)
{
    return json_is_object(value) ? json_object_get(value, "name") : value;
}

/* Authors: one, or an array whose names are joined by commas. */
static void offer_names(struct csa_page *page, enum csa_page_field field, unsigned rank, const json_t *value)
{
    if (!json_is_array(value)) {
        offer_string(page, field, rank, name_of(value));
        return;
    }
    char joined[NAMES_SIZE];
    size_t size = 0;
    for (size_t i = 0; i < json_array_size(value) && i < AUTHORS_MAXIMUM; i++) {
        const json_t *name = name_of(json_array_get(value, i));
        size_t length = json_is_string(name) ? json_string_length(name) : 0;
        if (length == 0 || length + 2 > sizeof joined - size) {
            continue;
        }
        if (size != 0) {
            memcpy(joined + size, ", ", 2);
            size += 2;
        }
        memcpy(joined + size, json_string_value(name), length);
        size += length;
    }
    csa_page_offer(page, field, rank, csa_view_make(joined, size));
}

/* Whether "@type" names an article: NewsArticle, Report, BlogPosting, ... */
static bool is_article_type(const json_t *type)
{
    if (json_is_array(type)) {
        bool any = false;
        for (size_t i = 0; i < json_array_size(type) && i < AUTHORS_MAXIMUM; i++) {
            const json_t *element = json_array_get(type, i);
            any |= json_is_string(element) && is_article_type(element);
        }
        return any;
    }
    const char *name = json_string_value(type);
    return name != NULL &&
           (strstr(name, "Article") != NULL || strstr(name, "Posting") != NULL ||
            strcmp(name, "Report") == 0 || strcmp(name, "Review") == 0 || strcmp(name, "Book") == 0);
}

static void read_object(const json_t *object, struct csa_page *page)
{
    bool article = is_article_type(json_object_get(object, "@type"));
    const char *type = json_string_value(json_object_get(object, "@type"));
    if (!article && (type == NULL || strcmp(type, "WebPage") != 0)) {
        return;
    }
    unsigned rank = article ? CSA_RANK_JSON_LD : CSA_RANK_JSON_LD + 30;
    offer_string(page, CSA_PAGE_TITLE, rank, json_object_get(object, "headline"));
    offer_string(page, CSA_PAGE_TITLE, rank + 1, json_object_get(object, "name"));
    offer_string(page, CSA_PAGE_DATE, rank, json_object_get(object, "datePublished"));
    offer_string(page, CSA_PAGE_DATE, rank + 1, json_object_get(object, "dateCreated"));
    offer_names(page, CSA_PAGE_AUTHOR, rank, json_object_get(object, "author"));
    offer_names(page, CSA_PAGE_AUTHOR, rank + 1, json_object_get(object, "creator"));
    offer_names(page, CSA_PAGE_SOURCE, rank, json_object_get(object, "publisher"));
    offer_string(page, CSA_PAGE_DESCRIPTION, rank, json_object_get(object, "description"));
    offer_string(page, CSA_PAGE_LANGUAGE, rank, json_object_get(object, "inLanguage"));
    offer_string(page, CSA_PAGE_URL, rank, json_object_get(object, "url"));
}

static void read_value(const json_t *value, struct csa_page *page, unsigned depth)
{
    if (depth == GRAPH_DEPTH) {
        return;
    }
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            read_value(json_array_get(value, i), page, depth + 1);
        }
    } else if (json_is_object(value)) {
        read_object(value, page);
        read_value(json_object_get(value, "@graph"), page, depth + 1);
        read_value(json_object_get(value, "mainEntity"), page, depth + 1);
    }
}

void csa_json_ld_read(struct csa_view script, struct csa_page *page)
{
    if (script.size > SCRIPT_MAXIMUM) {
        return;
    }
    json_t *tree = json_loadb(script.data, script.size, JSON_DISABLE_EOF_CHECK, NULL);
    read_value(tree, page, 0);
    json_decref(tree);
}
