/* Leaving elided words out of the syntax tree: elision.h. Works on the tree and on the text that its nodes
 * came from, which alone tells `l'eau` from `l eau`. */
#include "searcher/query/elision.h"

#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

/* Whether in the source of a node this token stands right before an apostrophe and another word. */
static bool is_elided(struct csa_view source, struct csa_view text)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    bool found = false;
    uint32_t end = 0;
    csa_tokenizer_init(&tokenizer, source);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        /* One character is between the two: only an apostrophe can part words that are so close and elided.
         */
        uint32_t character = 0;
        if (found && token.begin > end &&
            csa_utf8_decode(source.data + end, source.data + source.size, &character) ==
                source.data + token.begin &&
            csa_unicode_is_apostrophe(character)) {
            return true;
        }
        found = csa_view_equal(token.surface, text);
        end = token.end;
    }
    return false;
}

static bool same_source(const struct csa_node *a, const struct csa_node *b)
{
    return a->source.data == b->source.data && a->source.size == b->source.size;
}

static bool is_quoted(struct csa_view source)
{
    for (size_t i = 0; i < source.size;) {
        uint32_t character;
        i = (size_t)(csa_utf8_decode(source.data + i, source.data + source.size, &character) - source.data);
        if (csa_unicode_is_quote(character)) {
            return true;
        }
    }
    return false;
}

/* Takes the elided words off the front of a phrase that the parser made of one bare word. */
static void shorten_phrase(struct csa_node *phrase)
{
    if (is_quoted(phrase->source)) {
        return;
    }
    while (phrase->child_count > 1 && is_elided(phrase->source, phrase->children[0]->text)) {
        phrase->children++;
        phrase->child_count--;
    }
    uint32_t first = phrase->children[0]->offset;
    for (size_t i = 0; i < phrase->child_count; i++) {
        phrase->children[i]->offset -= first;
    }
    if (phrase->child_count == 1 && phrase->children[0]->kind == CSA_NODE_EXACT && first > 0) {
        phrase->kind = CSA_NODE_WORD;
        phrase->text = phrase->children[0]->text;
        phrase->slop = 0;
        phrase->children = NULL;
        phrase->child_count = 0;
    }
}

/* The parser bounds the depth (CSA_QUERY_DEPTH). */
static void leave_out(struct csa_node *group)
{
    size_t kept = 0;
    for (size_t i = 0; i < group->child_count; i++) {
        struct csa_node *child = group->children[i];
        const struct csa_node *next = i + 1 < group->child_count ? group->children[i + 1] : NULL;
        if (child->kind == CSA_NODE_GROUP) {
            leave_out(child);
        } else if (child->kind == CSA_NODE_PHRASE && child->child_count > 1) {
            shorten_phrase(child);
        } else if (child->kind == CSA_NODE_WORD && next != NULL && same_source(child, next) &&
                   is_elided(child->source, child->text)) {
            continue;
        }
        group->children[kept++] = child;
    }
    group->child_count = kept;
}

void csa_query_leave_out_elided(struct csa_query *query)
{
    leave_out(query->root);
}
