/* The syntax tree in plain words, a line a node, and as JSON. Owns nothing but the stemmers it makes while it
 * works. */
#include "searcher/output/syntax.h"

#include "common/text/language.h"
#include "common/text/unicode.h"
#include "searcher/output/escape.h"
#include "searcher/query/filter.h"
#include "searcher/query/lexer.h"
#include "searcher/query/tree.h"

enum { INDENT = 2, STEM_BYTES = 160 };

struct stem {
    char bytes[STEM_BYTES];
    size_t size;
};

struct printer {
    struct csa_buffer *out;
    uint64_t languages; /* of the collection; 0: unknown */
    struct csa_stemmer *stemmers[CSA_LANGUAGE_COUNT];
    struct stem stems[CSA_LANGUAGE_COUNT]; /* of the word at hand, each once */
    size_t stem_count;
};

static enum csa_status open_stemmers(struct printer *printer, uint64_t languages, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    printer->languages = languages;
    for (unsigned i = 1; i < CSA_LANGUAGE_COUNT && status == CSA_OK; i++) {
        if ((languages >> i & 1) != 0) {
            status = csa_stemmer_new((csa_language)i, &printer->stemmers[i], error);
        }
    }
    return status;
}

static void close_stemmers(struct printer *printer)
{
    for (unsigned i = 0; i < CSA_LANGUAGE_COUNT; i++) {
        csa_stemmer_free(printer->stemmers[i]);
    }
}

/* The stems by which a word is looked up in the collection. */
static void find_stems(struct printer *printer, struct csa_view word)
{
    printer->stem_count = 0;
    for (unsigned i = 0; i < CSA_LANGUAGE_COUNT; i++) {
        if ((printer->languages >> i & 1) == 0) {
            continue;
        }
        struct csa_view found = csa_stemmer_stem(printer->stemmers[i], word);
        bool known = found.size > STEM_BYTES;
        for (size_t j = 0; j < printer->stem_count; j++) {
            known = known ||
                    csa_view_equal(csa_view_make(printer->stems[j].bytes, printer->stems[j].size), found);
        }
        if (!known) {
            struct stem *stem = &printer->stems[printer->stem_count++];
            memcpy(stem->bytes, found.data, found.size);
            stem->size = found.size;
        }
    }
}

/* ---- text ---- */

static void put(struct printer *printer, const char *text)
{
    csa_buffer_append_view(printer->out, csa_view_of(text));
}

/* Text of the query; nothing in it reaches a terminal as a control character. */
static void put_view(struct printer *printer, struct csa_view text)
{
    const char *end = text.size == 0 ? text.data : text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        if (character < 0x20 || (character >= 0x7F && character < 0xA0)) {
            csa_buffer_append_byte(printer->out, '?');
        } else {
            csa_buffer_append(printer->out, p, (size_t)(next - p));
        }
        p = next;
    }
}

static void put_quoted(struct printer *printer, struct csa_view text)
{
    put(printer, "\"");
    put_view(printer, text);
    put(printer, "\"");
}

static void put_stems(struct printer *printer, const struct csa_node *node)
{
    find_stems(printer, node->text);
    if (printer->languages <= 1) { /* no word is stemmed */
        return;
    }
    put(printer, printer->stem_count == 1 ? ", by the stem " : ", by the stems ");
    for (size_t i = 0; i < printer->stem_count; i++) {
        put(printer, i == 0 ? "" : ", ");
        put_quoted(printer, csa_view_make(printer->stems[i].bytes, printer->stems[i].size));
    }
}

static void put_dates(struct printer *printer, const struct csa_node *node)
{
    put(printer, "dated ");
    if (node->first_date == 0) {
        put(printer, "up to ");
        csa_filter_print_date(node->last_date, true, printer->out);
    } else if (node->last_date == UINT32_MAX) {
        put(printer, "from ");
        csa_filter_print_date(node->first_date, false, printer->out);
        put(printer, " on");
    } else {
        size_t start = printer->out->size;
        csa_filter_print(node, printer->out);
        struct csa_view printed = csa_view_make(printer->out->data + start, printer->out->size - start);
        const char *dots = printed.size == 0 ? NULL : memchr(printed.data, '.', printed.size);
        if (dots != NULL) {
            printer->out->size = (size_t)(dots - printer->out->data);
            put(printer, " to ");
            csa_filter_print_date(node->last_date, true, printer->out);
        }
    }
}

static void put_filter(struct printer *printer, const struct csa_node *node)
{
    struct csa_view text = node->text;
    bool prefix =
        node->field == CSA_FIELD_ID && !node->whole && text.size > 0 && text.data[text.size - 1] == '*';
    csa_language language = CSA_LANGUAGE_NONE;
    put(printer, node->occurrence == CSA_MUST       ? "only articles "
                 : node->occurrence == CSA_MUST_NOT ? "no articles "
                                                    : "articles ");
    switch (node->field) {
    case CSA_FIELD_AUTHOR:
        put(printer, node->whole ? "whose author is " : "with the author ");
        break;
    case CSA_FIELD_SOURCE:
        put(printer, node->whole ? "whose source is " : "with the source ");
        break;
    case CSA_FIELD_SITE:
        put(printer, "of the site ");
        break;
    case CSA_FIELD_ID:
        put(printer, prefix ? "whose id begins with " : "with the id ");
        text.size -= prefix;
        break;
    case CSA_FIELD_DATE:
        put_dates(printer, node);
        return;
    default:
        if (csa_language_find(text, &language) && language != CSA_LANGUAGE_NONE) {
            put(printer, "in the language ");
            put(printer, csa_language_name(language));
        } else {
            put(printer, "whose language is not known");
        }
        return;
    }
    put_quoted(printer, text);
}

/* The words of a phrase in quotation marks, without field, slop and weight. */
static void put_phrase(struct printer *printer, const struct csa_node *node)
{
    struct csa_node bare = *node;
    bare.field = CSA_FIELD_TEXT;
    bare.slop = 0;
    bare.boost = 1;
    csa_node_print(&bare, printer->out);
}

static void put_node(struct printer *printer, const struct csa_node *node)
{
    switch (node->kind) {
    case CSA_NODE_WORD:
        put(printer, "word ");
        put_quoted(printer, node->text);
        put_stems(printer, node);
        break;
    case CSA_NODE_EXACT:
        put(printer, "word ");
        put_quoted(printer, node->text);
        put(printer, " as written");
        break;
    case CSA_NODE_PREFIX:
        put(printer, "any word that begins with ");
        put_quoted(printer, node->text);
        break;
    case CSA_NODE_WILDCARD:
        put(printer, "any word that fits ");
        put_quoted(printer, node->text);
        break;
    case CSA_NODE_FUZZY:
        csa_buffer_append_format(printer->out, "any word at most %u edit%s from ", node->distance,
                                 node->distance == 1 ? "" : "s");
        put_quoted(printer, node->text);
        break;
    case CSA_NODE_PHRASE:
        put(printer, "phrase ");
        put_phrase(printer, node);
        if (node->slop != 0) {
            csa_buffer_append_format(printer->out, ", its words moved by at most %u place%s", node->slop,
                                     node->slop == 1 ? "" : "s");
        }
        break;
    case CSA_NODE_NEAR:
        csa_buffer_append_format(printer->out, "in any order, with at most %u other word%s between them",
                                 node->slop, node->slop == 1 ? "" : "s");
        break;
    case CSA_NODE_FILTER:
        put_filter(printer, node);
        break;
    case CSA_NODE_GROUP:
        put(printer, csa_node_children_are(node, CSA_SHOULD)     ? "any of these"
                     : csa_node_children_are(node, CSA_MUST)     ? "all of these"
                     : csa_node_children_are(node, CSA_MUST_NOT) ? "nothing, as all is excluded"
                                                                 : "these together");
        break;
    }
}

static void put_variants(struct printer *printer, const struct csa_node *node)
{
    for (size_t i = 0; i < node->variant_count; i++) {
        put(printer, i == 0 ? ", also " : ", ");
        put_quoted(printer, node->variants[i]);
    }
}

/* What its place in the group makes of a clause; a filter says it itself. */
static const char *role_of(const struct csa_node *node, bool some_required)
{
    if (node->kind == CSA_NODE_FILTER || node->beside_filters) {
        return "";
    }
    return node->occurrence == CSA_MUST       ? "must: "
           : node->occurrence == CSA_MUST_NOT ? "must not: "
           : some_required                    ? "may: "
                                              : "";
}

/* The depth is the parser's. */
static void put_line(struct printer *printer, const struct csa_node *node, const char *role, unsigned depth)
{
    if (node->beside_filters && node->child_count == 1) {
        put_line(printer, node->children[0], "must: ", depth);
        return;
    }
    bool some_required = false;
    csa_buffer_append_format(printer->out, "%*s%s", (int)(depth * INDENT), "", role);
    put_node(printer, node);
    put(printer, node->field == CSA_FIELD_TITLE && node->kind != CSA_NODE_GROUP ? ", in titles only" : "");
    put_variants(printer, node);
    if (node->boost != 1) {
        csa_buffer_append_format(printer->out, ", weight %.6g", (double)node->boost);
    }
    put(printer, node->synonym ? ", a synonym" : "");
    put(printer, node->stop_word ? ", left out as a stop word" : "");
    bool lists = node->child_count > 0 && node->kind != CSA_NODE_PHRASE;
    put(printer, lists ? ":\n" : "\n");
    for (size_t i = 0; i < node->child_count; i++) {
        some_required =
            some_required || (node->kind == CSA_NODE_GROUP && node->children[i]->occurrence == CSA_MUST);
    }
    for (size_t i = 0; lists && i < node->child_count; i++) {
        put_line(printer, node->children[i], role_of(node->children[i], some_required), depth + 1);
    }
}

enum csa_status csa_syntax_text(struct csa_buffer *out, const struct csa_query *query, uint64_t stemmers,
                                struct csa_error *error)
{
    struct printer printer = {.out = out};
    const struct csa_node *root = query->root;
    enum csa_status status = open_stemmers(&printer, stemmers, error);
    if (status == CSA_OK) {
        if (root->child_count == 0) {
            put(&printer, "nothing to search for\n");
        } else if (root->child_count == 1 && root->children[0]->occurrence != CSA_MUST_NOT) {
            put_line(&printer, root->children[0], "", 0);
        } else {
            put_line(&printer, root, "", 0);
        }
        for (size_t i = 0; i < query->note_count; i++) {
            put(&printer, "note: ");
            put_view(&printer, query->notes[i].message);
            put(&printer, "\n");
        }
        if (stemmers == 0) {
            put(&printer, "note: there is no index: stems and stop words are not known\n");
        }
    }
    close_stemmers(&printer);
    return status;
}

/* ---- JSON ---- */

static const char *const KINDS[] = {
    [CSA_NODE_GROUP] = "group",   [CSA_NODE_WORD] = "word",   [CSA_NODE_EXACT] = "exact",
    [CSA_NODE_PREFIX] = "prefix", [CSA_NODE_FUZZY] = "fuzzy", [CSA_NODE_WILDCARD] = "wildcard",
    [CSA_NODE_PHRASE] = "phrase", [CSA_NODE_NEAR] = "near",   [CSA_NODE_FILTER] = "filter",
};

static const char *const OCCURRENCES[] = {
    [CSA_SHOULD] = "should", [CSA_MUST] = "must", [CSA_MUST_NOT] = "must not"};

static void json_dates(struct printer *printer, const struct csa_node *node)
{
    put(printer, ", \"from\": ");
    if (node->first_date == 0) {
        put(printer, "null");
    } else {
        put(printer, "\"");
        csa_filter_print_date(node->first_date, false, printer->out);
        put(printer, "\"");
    }
    put(printer, ", \"to\": ");
    if (node->last_date == UINT32_MAX) {
        put(printer, "null");
    } else {
        put(printer, "\"");
        csa_filter_print_date(node->last_date, true, printer->out);
        put(printer, "\"");
    }
}

static void json_words(struct printer *printer, const struct csa_node *node)
{
    if (node->kind == CSA_NODE_WORD && printer->languages != 0) {
        find_stems(printer, node->text);
        put(printer, ", \"stems\": [");
        for (size_t i = 0; i < printer->stem_count; i++) {
            put(printer, i == 0 ? "" : ", ");
            csa_json_string(printer->out, csa_view_make(printer->stems[i].bytes, printer->stems[i].size));
        }
        put(printer, "]");
    }
    for (size_t i = 0; i < node->variant_count; i++) {
        put(printer, i == 0 ? ", \"variants\": [" : ", ");
        csa_json_string(printer->out, node->variants[i]);
        put(printer, i + 1 == node->variant_count ? "]" : "");
    }
}

static void json_node(struct printer *printer, const struct csa_node *node)
{
    struct csa_buffer *out = printer->out;
    bool dated = node->kind == CSA_NODE_FILTER && node->field == CSA_FIELD_DATE;
    csa_buffer_append_format(out, "{\"kind\": \"%s\", \"occurrence\": \"%s\"", KINDS[node->kind],
                             OCCURRENCES[node->occurrence]);
    if (node->field != CSA_FIELD_TEXT && node->kind != CSA_NODE_GROUP) {
        csa_buffer_append_format(out, ", \"field\": \"%s\"", csa_field_name(node->field));
    }
    if (node->child_count == 0 && node->kind != CSA_NODE_GROUP && !dated) {
        put(printer, ", \"text\": ");
        csa_json_string(out, node->text);
    }
    if (node->whole) {
        put(printer, ", \"whole\": true");
    }
    if (node->boost != 1) {
        csa_buffer_append_format(out, ", \"boost\": %.6g", (double)node->boost);
    }
    if (node->kind == CSA_NODE_PHRASE || node->kind == CSA_NODE_NEAR) {
        csa_buffer_append_format(out, ", \"slop\": %u", node->slop);
    }
    if (node->kind == CSA_NODE_FUZZY) {
        csa_buffer_append_format(out, ", \"distance\": %u", node->distance);
    }
    if (dated) {
        json_dates(printer, node);
    }
    json_words(printer, node);
    put(printer, node->stop_word ? ", \"left_out\": true" : "");
    put(printer, node->synonym ? ", \"synonym\": true" : "");
    if (node->child_count != 0 || node->kind == CSA_NODE_GROUP) {
        put(printer, ", \"clauses\": [");
        for (size_t i = 0; i < node->child_count; i++) {
            put(printer, i == 0 ? "" : ", ");
            json_node(printer, node->children[i]);
        }
        put(printer, "]");
    }
    put(printer, "}");
}

enum csa_status csa_syntax_json(struct csa_buffer *out, const struct csa_query *query, uint64_t stemmers,
                                struct csa_error *error)
{
    struct printer printer = {.out = out};
    struct csa_buffer parsed;
    csa_buffer_init(&parsed, out->maximum);
    enum csa_status status = open_stemmers(&printer, stemmers, error);
    csa_query_print(query, &parsed);
    if (status == CSA_OK) {
        put(&printer, "{\"query\": ");
        csa_json_string(out, query->text);
        put(&printer, ", \"parsed\": ");
        csa_json_string(out, csa_buffer_view(&parsed));
        csa_buffer_append_format(out, ", \"index\": %s, \"tree\": ", stemmers == 0 ? "false" : "true");
        json_node(&printer, query->root);
        put(&printer, ", \"notes\": [");
        for (size_t i = 0; i < query->note_count; i++) {
            put(&printer, i == 0 ? "" : ", ");
            csa_json_string(out, query->notes[i].message);
        }
        put(&printer, "]}\n");
    }
    if (parsed.failed && status == CSA_OK) {
        status = csa_error_set_memory(error, "query");
    }
    csa_buffer_release(&parsed);
    close_stemmers(&printer);
    return status;
}
