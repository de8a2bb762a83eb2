/* Random syntax trees of the whole query language, made by hand, without the parser. */
#ifndef CSA_TESTS_SEARCH_RANDOM_QUERY_H
#define CSA_TESTS_SEARCH_RANDOM_QUERY_H

#include "search_compare.h"

enum { TREE_DEPTH = 3 };

struct tree_maker {
    const struct model *model;
    struct csa_arena *arena;
    uint64_t *random;
};

static inline uint32_t tree_below(const struct tree_maker *t, uint32_t n)
{
    return model_below(t->random, n);
}

static inline void *tree_alloc(const struct tree_maker *t, size_t count, size_t size)
{
    void *memory = csa_arena_zalloc(t->arena, count, size);
    assert_non_null(memory);
    return memory;
}

static inline struct csa_node *tree_node(const struct tree_maker *t, enum csa_node_kind kind, bool title)
{
    struct csa_node *node = tree_alloc(t, 1, sizeof *node);
    node->kind = kind;
    node->field = title ? CSA_FIELD_TITLE : CSA_FIELD_TEXT;
    node->boost = 1;
    return node;
}

static inline struct csa_view tree_copy(const struct tree_maker *t, const char *text)
{
    struct csa_view copy = csa_arena_copy(t->arena, csa_view_of(text));
    assert_non_null(copy.data);
    return copy;
}

/* A word with some letters changed, left out, doubled or swapped. */
static inline struct csa_view tree_misspell(const struct tree_maker *t, const char *word)
{
    char text[64];
    snprintf(text, sizeof text, "%s", word);
    for (uint32_t edits = tree_below(t, 3); edits != 0; edits--) {
        size_t size = strlen(text);
        size_t at = tree_below(t, (uint32_t)size);
        char c = text[at];
        switch (tree_below(t, 4)) {
        case 0:
            text[at] = (char)('a' + tree_below(t, 26));
            break;
        case 1:
            memmove(text + at, text + at + 1, size > 1 ? size - at : 0);
            break;
        case 2:
            memmove(text + at + 1, text + at, size - at + 1);
            break;
        default:
            text[at] = at + 1 < size ? text[at + 1] : c;
            text[at + 1 < size ? at + 1 : at] = c;
        }
    }
    return tree_copy(t, text);
}

static inline struct csa_view tree_pattern(const struct tree_maker *t, const char *word)
{
    char text[64];
    size_t size = 0;
    for (const char *p = word; *p != '\0' && size + 2 < sizeof text; p++) {
        uint32_t kind = tree_below(t, 10);
        if (kind < 2) {
            text[size++] = kind == 0 ? '*' : '?';
            p += strlen(p) > 1 && kind == 0 ? tree_below(t, 3) % strlen(p) : 0;
        } else {
            text[size++] = *p;
        }
    }
    text[size++] = '*';
    text[size - tree_below(t, 2)] = '\0';
    return tree_copy(t, text);
}

/* A word, or what stands for words, made from a word that may stand in the collection. */
static inline struct csa_node *tree_word(const struct tree_maker *t, uint8_t word, bool exact, bool title)
{
    static const enum csa_node_kind kinds[] = {CSA_NODE_EXACT, CSA_NODE_EXACT,    CSA_NODE_EXACT,
                                               CSA_NODE_EXACT, CSA_NODE_EXACT,    CSA_NODE_EXACT,
                                               CSA_NODE_FUZZY, CSA_NODE_WILDCARD, CSA_NODE_PREFIX};
    struct csa_node *node = tree_node(t, kinds[tree_below(t, 9)], title);
    const char *text = model_words[word];
    node->text = tree_copy(t, text);
    if (node->kind == CSA_NODE_EXACT && !exact && tree_below(t, 4) != 0) {
        node->kind = CSA_NODE_WORD;
    }
    if (node->kind == CSA_NODE_PREFIX) {
        node->text.size -= tree_below(t, (uint32_t)node->text.size);
    } else if (node->kind == CSA_NODE_WILDCARD) {
        node->text = tree_pattern(t, text);
    } else if (node->kind == CSA_NODE_FUZZY) {
        node->text = tree_misspell(t, text);
        node->distance = 1 + tree_below(t, 2);
    } else if (tree_below(t, 6) == 0) {
        node->variant_count = 1 + tree_below(t, 2);
        node->variants = tree_alloc(t, node->variant_count, sizeof *node->variants);
        for (size_t i = 0; i < node->variant_count; i++) {
            node->variants[i] = csa_view_of(model_words[model_word(t->random)]);
        }
    }
    return node;
}

/* A word of the collection near a place, or any. */
static inline uint8_t tree_word_at(const struct tree_maker *t, uint32_t place)
{
    return place < t->model->token_count && tree_below(t, 8) != 0 ? t->model->tokens[place]
                                                                  : model_word(t->random);
}

static inline void tree_children(const struct tree_maker *t, struct csa_node *node, size_t count)
{
    node->children = tree_alloc(t, count + 1, sizeof(struct csa_node *));
    node->child_count = count;
}

static inline struct csa_node *tree_phrase(const struct tree_maker *t, uint32_t place, bool title)
{
    struct csa_node *phrase = tree_node(t, CSA_NODE_PHRASE, title);
    tree_children(t, phrase, tree_below(t, 40) == 0 ? 0 : 1 + tree_below(t, 4));
    phrase->slop = tree_below(t, 3) == 0 ? 1 + tree_below(t, 6) : 0;
    uint32_t offset = tree_below(t, 3);
    for (size_t i = 0; i < phrase->child_count; i++) {
        phrase->children[i] = tree_word(t, tree_word_at(t, place), true, title);
        phrase->children[i]->offset = offset;
        uint32_t step = tree_below(t, 20) == 0 ? tree_below(t, 3) : 1;
        offset += step;
        place += step;
    }
    return phrase;
}

static inline struct csa_node *tree_near(const struct tree_maker *t, bool title)
{
    struct csa_node *near = tree_node(t, CSA_NODE_NEAR, title);
    uint32_t place = t->model->token_count == 0 ? 0 : tree_below(t, t->model->token_count);
    tree_children(t, near, tree_below(t, 40) == 0 ? tree_below(t, 2) : 2 + tree_below(t, 3));
    near->slop = tree_below(t, 9);
    for (size_t i = 0; i < near->child_count; i++) {
        uint32_t at = place + tree_below(t, 6);
        near->children[i] = tree_word(t, tree_word_at(t, at), false, title);
        if (tree_below(t, 4) == 0) {
            near->children[i] = tree_phrase(t, at, title);
            near->children[i]->child_count += near->children[i]->child_count == 0;
            if (near->children[i]->children[0] == NULL) {
                near->children[i]->children[0] = tree_word(t, tree_word_at(t, at), true, title);
            }
        }
    }
    return near;
}

static inline struct csa_node *tree_filter(const struct tree_maker *t)
{
    static const char *const names[] = {"li",         "wei", "li wei", "Wei LI", "anna",
                                        "news daily", "of",  "news",   "daily",  "daily news"};
    static const char *const wholes[] = {"Li Wei",   "anna \"li\" wei", "ANNA Smith Li",
                                         "AMUR",     "Daily-News",      "the daily news of amur",
                                         "Wei \"Li", "daily*",          "(news)"};
    static const char *const languages[] = {"en", "ru", "none", "de", "russian"};
    static const char *const sites[] = {"example.org",      "org",         "www.example.org",
                                        "news.example.org", "example.com", "mple.org"};
    static const char *const ids[] = {"article-1", "article-1*", "article-17", "article-*", "article", "*"};
    struct csa_node *node = tree_node(t, CSA_NODE_FILTER, false);
    uint32_t first, last;
    switch (tree_below(t, 6)) {
    case 0:
    case 1:
        node->field = tree_below(t, 2) == 0 ? CSA_FIELD_AUTHOR : CSA_FIELD_SOURCE;
        node->text = csa_view_of(SHAPE_PICK(t->random, names));
        node->whole = tree_below(t, 2) == 0;
        if (node->whole && tree_below(t, 3) != 0) {
            node->text = csa_view_of(SHAPE_PICK(t->random, wholes));
        }
        break;
    case 2:
        node->field = CSA_FIELD_LANGUAGE;
        node->text = csa_view_of(SHAPE_PICK(t->random, languages));
        break;
    case 3:
        node->field = CSA_FIELD_SITE;
        node->text = csa_view_of(SHAPE_PICK(t->random, sites));
        break;
    case 4:
        node->field = CSA_FIELD_ID;
        node->text = csa_view_of(SHAPE_PICK(t->random, ids));
        node->whole = node->text.data[node->text.size - 1] == '*' && tree_below(t, 4) == 0;
        break;
    default:
        first = SHAPE_PICK(t->random, shape_dates);
        last = SHAPE_PICK(t->random, shape_dates);
        node->field = CSA_FIELD_DATE;
        node->first_date = first < last ? first : last;
        node->last_date = tree_below(t, 3) == 0 ? UINT32_MAX : first < last ? last : first;
    }
    node->source = node->text;
    return node;
}

static inline struct csa_node *tree_any(const struct tree_maker *t, unsigned depth);

static inline struct csa_node *tree_group(const struct tree_maker *t, unsigned depth)
{
    static const enum csa_occurrence occurrences[] = {CSA_SHOULD, CSA_SHOULD, CSA_SHOULD,
                                                      CSA_MUST,   CSA_MUST,   CSA_MUST_NOT};
    struct csa_node *group = tree_node(t, CSA_NODE_GROUP, false);
    uint32_t alike = tree_below(t, 12);
    tree_children(t, group, tree_below(t, 40) == 0 ? 0 : 1 + tree_below(t, 4));
    for (size_t i = 0; i < group->child_count; i++) {
        group->children[i] = tree_any(t, depth + 1);
        group->children[i]->occurrence = occurrences[alike < 6 ? alike : tree_below(t, 6)];
    }
    return group;
}

static inline struct csa_node *tree_any(const struct tree_maker *t, unsigned depth)
{
    static const float boosts[] = {2.5F, 0.5F, 1, 3, 0};
    uint32_t kind = tree_below(t, 16);
    bool title = tree_below(t, 6) == 0;
    uint32_t place = t->model->token_count == 0 ? 0 : tree_below(t, t->model->token_count);
    struct csa_node *node;
    if (kind < 4 && depth < TREE_DEPTH) {
        node = tree_group(t, depth);
    } else if (kind < 6) {
        node = tree_phrase(t, place, title);
    } else if (kind < 8) {
        node = tree_near(t, title);
    } else if (kind < 10) {
        node = tree_filter(t);
    } else {
        node = tree_word(t, tree_word_at(t, place), false, title);
    }
    if (tree_below(t, 10) == 0) {
        node->boost = SHAPE_PICK(t->random, boosts);
    }
    return node;
}

/* A whole query; its root is a group, as the parser makes it. */
static inline struct csa_query tree_query(const struct model *model, struct csa_arena *arena,
                                          uint64_t *random)
{
    const struct tree_maker t = {.model = model, .arena = arena, .random = random};
    return (struct csa_query){.root = tree_group(&t, 0)};
}

#endif
