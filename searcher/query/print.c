/* The syntax tree as one canonical line: "parsed" in JSON, and what --syntax shows. Parsing that line again
 * gives the same tree, as long as it is within the limits; tests/unit/test_query_parse.c holds it to that. */
#include "common/base/buffer.h"
#include "searcher/query/filter.h"
#include "searcher/query/lexer.h"
#include "searcher/query/pieces.h"
#include "searcher/query/syntax.h"
#include "searcher/query/tree.h"

/* bare: a group stands without parentheses. */
static void print_node(const struct csa_node *node, bool bare, struct csa_buffer *out);

/* A word, pattern or word with an edit distance as it stands in a phrase. */
static void print_word(const struct csa_node *word, struct csa_view text, struct csa_buffer *out)
{
    csa_buffer_append_view(out, text);
    if (word->kind == CSA_NODE_PREFIX) {
        csa_buffer_append_byte(out, '*');
    } else if (word->kind == CSA_NODE_FUZZY) {
        csa_buffer_append_format(out, "~%u", word->distance);
    }
}

/* Overlapping pairs are put together again: 全球 球治 治理 is 全球治理. */
static void print_phrase(const struct csa_node *phrase, struct csa_buffer *out)
{
    csa_buffer_append_byte(out, '"');
    for (size_t i = 0; i < phrase->child_count; i++) {
        const struct csa_node *word = phrase->children[i];
        const struct csa_node *before = i == 0 ? NULL : phrase->children[i - 1];
        struct csa_view text = word->text;
        bool overlaps = before != NULL && word->offset == before->offset + 1 &&
                        before->kind == CSA_NODE_EXACT && csa_pieces_overlap(before->text, word->text, &text);
        csa_buffer_append_view(out, csa_view_of(i == 0 || overlaps ? "" : " "));
        print_word(word, text, out);
    }
    csa_buffer_append_byte(out, '"');
    if (phrase->slop != 0) {
        csa_buffer_append_format(out, "~%u", phrase->slop);
    }
}

static void print_near(const struct csa_node *near, struct csa_buffer *out)
{
    csa_buffer_append_byte(out, '(');
    for (size_t i = 0; i < near->child_count; i++) {
        if (i != 0) {
            csa_buffer_append_format(out, " NEAR/%u ", near->slop);
        }
        if (near->children[i]->kind == CSA_NODE_PHRASE) {
            print_phrase(near->children[i], out);
        } else {
            print_word(near->children[i], near->children[i]->text, out);
        }
    }
    csa_buffer_append_byte(out, ')');
}

/* A filter without a sign would be read as required; beside OR it is not. */
static void print_group(const struct csa_node *group, struct csa_buffer *out)
{
    bool alternatives = false;
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_node *child = group->children[i];
        alternatives = alternatives || (child->occurrence == CSA_SHOULD && csa_node_is_filter(child));
    }
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_node *child = group->children[i];
        if (i != 0) {
            csa_buffer_append_view(out, csa_view_of(alternatives ? " OR " : " "));
        }
        if (child->occurrence != CSA_SHOULD && !child->beside_filters) {
            csa_buffer_append_byte(out, child->occurrence == CSA_MUST ? '+' : '-');
        }
        print_node(child, child->beside_filters, out);
    }
}

/* Four places are what a boost has; the zeros at the end are left out. */
static void print_boost(float boost, struct csa_buffer *out)
{
    csa_buffer_append_format(out, "^%.4f", (double)boost);
    while (!out->failed && out->data[out->size - 1] == '0') {
        out->size--;
    }
    if (!out->failed && out->data[out->size - 1] == '.') {
        out->size--;
    }
}

static void print_node(const struct csa_node *node, bool bare, struct csa_buffer *out)
{
    if (node->kind != CSA_NODE_GROUP && node->field != CSA_FIELD_TEXT) {
        csa_buffer_append_view(out, csa_view_of(csa_field_name(node->field)));
        csa_buffer_append_byte(out, ':');
    }
    switch (node->kind) {
    case CSA_NODE_GROUP:
        csa_buffer_append_view(out, csa_view_of(bare ? "" : "("));
        print_group(node, out);
        csa_buffer_append_view(out, csa_view_of(bare ? "" : ")"));
        break;
    case CSA_NODE_EXACT:
        csa_buffer_append_byte(out, '=');
        csa_buffer_append_view(out, node->text);
        break;
    case CSA_NODE_WORD:
    case CSA_NODE_PREFIX:
    case CSA_NODE_WILDCARD:
    case CSA_NODE_FUZZY:
        print_word(node, node->text, out);
        break;
    case CSA_NODE_PHRASE:
        print_phrase(node, out);
        break;
    case CSA_NODE_NEAR:
        print_near(node, out);
        break;
    case CSA_NODE_FILTER:
        csa_filter_print(node, out);
        break;
    }
    if (node->boost != 1.0F) {
        print_boost(node->boost, out);
    }
}

void csa_node_print(const struct csa_node *node, struct csa_buffer *out)
{
    print_node(node, false, out);
}

void csa_query_print(const struct csa_query *query, struct csa_buffer *out)
{
    print_node(query->root, true, out);
}
