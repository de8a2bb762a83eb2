/* Phrases, and NEAR, which is made of phrases: a child that is a word is a phrase of one element. */
#include "searcher/match/plan_builder.h"

static struct csa_plan_node *make_phrase(struct csa_plan_builder *b, const struct csa_node *node,
                                         struct csa_node *const *words, size_t count, bool title, bool near)
{
    struct csa_plan_node *phrase =
        csa_plan_node_new(b, title ? CSA_PLAN_TITLE_PHRASE : CSA_PLAN_PHRASE, node);
    if (phrase == NULL) {
        return NULL;
    }
    phrase->label = title ? "title phrase" : "phrase";
    phrase->text = node->source;
    phrase->slop = count == 1 ? 0 : node->slop;
    phrase->children = csa_arena_alloc(b->arena, count + 1, sizeof(struct csa_plan_node *));
    if (phrase->children == NULL) {
        csa_plan_no_memory(b);
        return NULL;
    }
    uint32_t smallest = UINT32_MAX, largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t offset = count == 1 ? 0 : words[i]->offset;
        smallest = offset < smallest ? offset : smallest;
        largest = offset > largest ? offset : largest;
    }
    for (size_t i = 0; i < count; i++) {
        struct csa_plan_node *element = csa_plan_element(b, words[i], title, near);
        if (element == NULL) {
            return NULL;
        }
        element->offset = count == 1 ? 0 : words[i]->offset - smallest;
        phrase->idf += element->idf;
        phrase->expansions += element->expansions;
        phrase->is_pattern = phrase->is_pattern || element->is_pattern;
        phrase->cut = phrase->cut || element->cut;
        phrase->children[phrase->child_count++] = element;
    }
    phrase->span = largest - smallest;
    return phrase;
}

struct csa_plan_node *csa_plan_phrase(struct csa_plan_builder *b, const struct csa_node *node, double boost)
{
    bool title = node->field == CSA_FIELD_TITLE;
    struct csa_plan_node *phrase = make_phrase(b, node, node->children, node->child_count, title, false);
    if (phrase != NULL) {
        csa_plan_set_weight(phrase, boost);
    }
    return phrase;
}

struct csa_plan_node *csa_plan_near(struct csa_plan_builder *b, const struct csa_node *node, double boost)
{
    bool title = node->field == CSA_FIELD_TITLE;
    struct csa_plan_node *near = csa_plan_node_new(b, title ? CSA_PLAN_TITLE_NEAR : CSA_PLAN_NEAR, node);
    if (near == NULL) {
        return NULL;
    }
    near->label = title ? "title near" : "near";
    near->text = node->source;
    near->slop = node->slop;
    near->children = csa_arena_alloc(b->arena, node->child_count + 1, sizeof(struct csa_plan_node *));
    if (near->children == NULL) {
        csa_plan_no_memory(b);
        return NULL;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        struct csa_node *const child = node->children[i];
        struct csa_plan_node *phrase =
            child->kind == CSA_NODE_PHRASE
                ? make_phrase(b, child, child->children, child->child_count, title, false)
                : make_phrase(b, child, &child, 1, title, true);
        if (phrase == NULL) {
            return NULL;
        }
        near->idf += phrase->idf;
        near->expansions += phrase->expansions;
        near->is_pattern = near->is_pattern || phrase->is_pattern;
        near->cut = near->cut || phrase->cut;
        near->children[near->child_count++] = phrase;
    }
    csa_plan_set_weight(near, boost);
    return near;
}
