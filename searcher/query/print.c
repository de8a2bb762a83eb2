/* The syntax tree as one canonical line: "parsed" in JSON, and what --explain shows. Parsing that line again
 * gives the same tree, but for words that analysis had to change. */
#include "common/base/buffer.h"
#include "searcher/query/syntax.h"

static void print_node(const struct csa_node *node, bool top, struct csa_buffer *out);

static void print_children(const struct csa_node *group, struct csa_buffer *out)
{
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_node *child = group->children[i];
        if (i != 0) {
            csa_buffer_append_byte(out, ' ');
        }
        if (child->occurrence != CSA_SHOULD) {
            csa_buffer_append_byte(out, child->occurrence == CSA_MUST ? '+' : '-');
        }
        print_node(child, false, out);
    }
}

static void print_phrase(const struct csa_node *phrase, struct csa_buffer *out)
{
    csa_buffer_append_byte(out, '"');
    for (size_t i = 0; i < phrase->child_count; i++) {
        const struct csa_node *word = phrase->children[i];
        if (i != 0) {
            csa_buffer_append_byte(out, ' ');
        }
        csa_buffer_append_view(out, word->text);
        if (word->kind == CSA_NODE_PREFIX) {
            csa_buffer_append_byte(out, '*');
        }
    }
    csa_buffer_append_byte(out, '"');
    if (phrase->slop != 0) {
        csa_buffer_append_format(out, "~%u", phrase->slop);
    }
}

static void print_node(const struct csa_node *node, bool top, struct csa_buffer *out)
{
    if (node->kind != CSA_NODE_GROUP && node->field == CSA_FIELD_TITLE) {
        csa_buffer_append_view(out, csa_view_of("title:"));
    }
    switch (node->kind) {
    case CSA_NODE_GROUP:
        csa_buffer_append_view(out, csa_view_of(top ? "" : "("));
        print_children(node, out);
        csa_buffer_append_view(out, csa_view_of(top ? "" : ")"));
        break;
    case CSA_NODE_WORD:
        csa_buffer_append_view(out, node->text);
        break;
    case CSA_NODE_EXACT:
        csa_buffer_append_byte(out, '"');
        csa_buffer_append_view(out, node->text);
        csa_buffer_append_byte(out, '"');
        break;
    case CSA_NODE_PREFIX:
        csa_buffer_append_view(out, node->text);
        csa_buffer_append_byte(out, '*');
        break;
    case CSA_NODE_PHRASE:
        print_phrase(node, out);
        break;
    }
    if (node->boost != 1.0F) {
        csa_buffer_append_format(out, "^%g", (double)node->boost);
    }
}

void csa_query_print(const struct csa_query *query, struct csa_buffer *out)
{
    print_node(query->root, true, out);
}
