#include "searcher/match/plan.h"

#include <math.h>
#include <string.h>

enum { STEMS_MAXIMUM = CSA_LANGUAGE_COUNT };

struct builder {
    struct csa_plan *plan;
    const struct csa_index *index;
    const struct csa_plan_options *options;
    struct csa_arena *arena;
    uint32_t *expansions; /* words that prefixes became, by segment */
    size_t leaf_room;
    bool cut; /* an expansion was cut short */
    struct csa_error *error;
};

double csa_idf(uint64_t documents, uint64_t all)
{
    double n = (double)all, df = (double)(documents < all ? documents : all);
    return log(1 + (n - df + 0.5) / (df + 0.5));
}

static enum csa_status no_memory(struct builder *b)
{
    return csa_error_set_memory(b->error, "the query's plan");
}

/* ---- looking terms up ---- */

/* Appends a list to lists, which has room for *room; grows by doubling. */
static enum csa_status add_list(struct builder *b, uint32_t segment, const struct csa_term_entry *entry,
                                struct csa_lists *lists, uint32_t *room)
{
    if (lists->count == *room) {
        uint32_t more = *room == 0 ? 1 : *room * 2;
        struct csa_postings *items = csa_arena_alloc(b->arena, more, sizeof *items);
        if (items == NULL) {
            return no_memory(b);
        }
        if (lists->count != 0) {
            memcpy(items, lists->items, lists->count * sizeof *items);
        }
        lists->items = items;
        *room = more;
    }
    const struct csa_segment *s = b->index->segments[segment].segment;
    enum csa_status status = csa_segment_postings(s, entry, &lists->items[lists->count], b->error);
    if (status != CSA_OK) {
        return csa_error_prefix(b->error, s->path);
    }
    lists->count++;
    return CSA_OK;
}

/* A segment in which nothing was stemmed has words only. */
static enum csa_term_kind kind_in(const struct csa_segment *segment, enum csa_term_kind kind)
{
    bool unstemmed = segment->meta.stemmers == 1;
    return unstemmed && kind == CSA_TERM_STEM         ? CSA_TERM_WORD
           : unstemmed && kind == CSA_TERM_TITLE_STEM ? CSA_TERM_TITLE_WORD
                                                      : kind;
}

/* The lists of some terms, each looked up as it is. */
static enum csa_status find_terms(struct builder *b, enum csa_term_kind kind, const struct csa_view *terms,
                                  size_t count, struct csa_lists **found)
{
    struct csa_lists *lists = csa_arena_zalloc(b->arena, b->index->segment_count, sizeof *lists);
    if (lists == NULL) {
        return no_memory(b);
    }
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        uint32_t room = 0;
        for (size_t i = 0; i < count; i++) {
            struct csa_term_entry entry;
            bool there = false;
            const struct csa_segment *segment = b->index->segments[s].segment;
            enum csa_status status = csa_dictionary_find(&segment->dictionary, kind_in(segment, kind),
                                                         terms[i], &entry, &there, b->error);
            if (status != CSA_OK) {
                return csa_error_prefix(b->error, segment->path);
            }
            if (there && (status = add_list(b, s, &entry, &lists[s], &room)) != CSA_OK) {
                return status;
            }
        }
    }
    *found = lists;
    return CSA_OK;
}

/* The lists of all words that start with a prefix, as long as the budget lasts. */
static enum csa_status find_prefix(struct builder *b, enum csa_term_kind kind, struct csa_view prefix,
                                   struct csa_lists **found)
{
    struct csa_lists *lists = csa_arena_zalloc(b->arena, b->index->segment_count, sizeof *lists);
    if (lists == NULL) {
        return no_memory(b);
    }
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        const struct csa_segment *segment = b->index->segments[s].segment;
        struct csa_dictionary_cursor cursor;
        uint32_t room = 0;
        enum csa_status status = csa_dictionary_seek(&segment->dictionary, kind, prefix, &cursor, b->error);
        while (status == CSA_OK) {
            bool more = false;
            status = csa_dictionary_next(&cursor, &more, b->error);
            if (status != CSA_OK || !more || cursor.kind != kind ||
                !csa_view_starts_with(cursor.text, prefix)) {
                break;
            }
            if (b->expansions[s] == CSA_QUERY_EXPANSIONS) {
                b->cut = true;
                break;
            }
            b->expansions[s]++;
            status = add_list(b, s, &cursor.entry, &lists[s], &room);
            if (status != CSA_OK) {
                return status;
            }
        }
        if (status != CSA_OK) {
            return csa_error_prefix(b->error, segment->path);
        }
    }
    *found = lists;
    return CSA_OK;
}

/* The distinct stems of a word under the languages of the index. */
static enum csa_status find_stems(struct builder *b, struct csa_view word,
                                  struct csa_view stems[STEMS_MAXIMUM], size_t *count)
{
    *count = 0;
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        if ((b->index->stemmers >> language & 1) == 0) {
            continue;
        }
        struct csa_stemmer *stemmer = b->options->stemmers == NULL ? NULL : b->options->stemmers[language];
        struct csa_view stem = stemmer == NULL ? word : csa_stemmer_stem(stemmer, word);
        bool known = false;
        for (size_t i = 0; i < *count; i++) {
            known = known || csa_view_equal(stems[i], stem);
        }
        if (known || stem.size == 0) {
            continue;
        }
        stem = csa_arena_copy(b->arena, stem);
        if (stem.data == NULL) {
            return no_memory(b);
        }
        stems[(*count)++] = stem;
    }
    return CSA_OK;
}

/* ---- leaves ---- */

static struct csa_plan_node *new_node(struct builder *b, enum csa_plan_kind kind, const struct csa_node *node)
{
    struct csa_plan_node *made = csa_arena_zalloc(b->arena, 1, sizeof *made);
    if (made == NULL) {
        no_memory(b);
        return NULL;
    }
    made->kind = kind;
    made->node = node;
    made->boost = 1;
    made->text = node == NULL ? (struct csa_view){NULL, 0} : node->text;
    return made;
}

static void sum_lists(const struct builder *b, struct csa_plan_node *node, const struct csa_lists *lists,
                      uint64_t all)
{
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        for (uint32_t i = 0; i < lists[s].count; i++) {
            node->documents += lists[s].items[i].document_count;
            node->occurrences += lists[s].items[i].occurrence_count;
        }
    }
    node->documents = node->documents < all ? node->documents : all;
    node->idf = csa_idf(node->documents, all);
}

/* Fills one kind of lists of a leaf by how its word is to be matched. */
static enum csa_status look_up(struct builder *b, const struct csa_node *node, bool by_stem, bool title,
                               struct csa_plan_node *leaf)
{
    struct csa_lists **lists = title ? &leaf->titles : &leaf->lists;
    enum csa_term_kind word = title ? CSA_TERM_TITLE_WORD : CSA_TERM_WORD;
    if (node->kind == CSA_NODE_PREFIX) {
        leaf->label = title ? "title prefix" : "prefix";
        return find_prefix(b, word, node->text, lists);
    }
    if (!by_stem) {
        leaf->label = title ? "title word" : "word";
        return find_terms(b, word, &node->text, 1, lists);
    }
    struct csa_view stems[STEMS_MAXIMUM];
    size_t count;
    enum csa_status status = find_stems(b, node->text, stems, &count);
    if (status != CSA_OK) {
        return status;
    }
    leaf->label = title ? "title stem" : "stem";
    leaf->text = count == 0 ? node->text : stems[0];
    leaf->by_stem = true;
    return find_terms(b, title ? CSA_TERM_TITLE_STEM : CSA_TERM_STEM, stems, count, lists);
}

static bool matched_by_stem(const struct builder *b, const struct csa_node *node)
{
    return node->kind == CSA_NODE_WORD && b->index->stemmers != 1;
}

static void set_weight(struct csa_plan_node *leaf, double boost)
{
    leaf->boost = (float)boost;
    leaf->weight = (float)(boost * leaf->idf);
}

static bool any_list(const struct builder *b, const struct csa_lists *lists)
{
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        if (lists[s].count != 0) {
            return true;
        }
    }
    return false;
}

static struct csa_plan_node *make_title(struct builder *b, const struct csa_node *node, double boost)
{
    struct csa_plan_node *leaf = new_node(b, CSA_PLAN_TITLE, node);
    if (leaf == NULL || look_up(b, node, matched_by_stem(b, node), true, leaf) != CSA_OK) {
        return NULL;
    }
    sum_lists(b, leaf, leaf->titles, b->index->articles);
    set_weight(leaf, boost);
    return leaf;
}

/* with_title: the word is required or excluded, and a title's word counts for all passages of its article. */
static struct csa_plan_node *make_term(struct builder *b, const struct csa_node *node, double boost,
                                       bool with_title)
{
    struct csa_plan_node *leaf = new_node(b, CSA_PLAN_TERM, node);
    bool by_stem = matched_by_stem(b, node);
    if (leaf == NULL) {
        return NULL;
    }
    if (with_title && !b->options->plain && node->kind != CSA_NODE_PREFIX) {
        if (look_up(b, node, by_stem, true, leaf) != CSA_OK) {
            return NULL;
        }
        if (!any_list(b, leaf->titles)) {
            leaf->titles = NULL;
        }
    }
    if (look_up(b, node, by_stem, false, leaf) != CSA_OK) {
        return NULL;
    }
    sum_lists(b, leaf, leaf->lists, b->index->passages);
    set_weight(leaf, boost);
    return leaf;
}

/* ---- phrases ---- */

static struct csa_plan_node *make_phrase(struct builder *b, const struct csa_node *node, double boost)
{
    bool title = node->field == CSA_FIELD_TITLE;
    struct csa_plan_node *phrase = new_node(b, title ? CSA_PLAN_TITLE_PHRASE : CSA_PLAN_PHRASE, node);
    if (phrase == NULL) {
        return NULL;
    }
    phrase->label = title ? "title phrase" : "phrase";
    phrase->text = node->source;
    phrase->slop = node->slop;
    phrase->children = csa_arena_alloc(b->arena, node->child_count, sizeof(struct csa_plan_node *));
    if (phrase->children == NULL) {
        no_memory(b);
        return NULL;
    }
    uint32_t smallest = UINT32_MAX, largest = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        uint32_t offset = node->children[i]->offset;
        smallest = offset < smallest ? offset : smallest;
        largest = offset > largest ? offset : largest;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        struct csa_plan_node *element = make_term(b, node->children[i], 1, false);
        if (element == NULL) {
            return NULL;
        }
        if (title) {
            if (look_up(b, node->children[i], false, true, element) != CSA_OK) {
                return NULL;
            }
            element->documents = element->occurrences = 0;
            sum_lists(b, element, element->titles, b->index->articles);
        }
        element->offset = node->children[i]->offset - smallest;
        phrase->idf += element->idf;
        phrase->children[phrase->child_count++] = element;
    }
    phrase->span = largest - smallest;
    set_weight(phrase, boost);
    return phrase;
}

/* ---- the tree ---- */

static bool add_leaf(struct builder *b, struct csa_plan_node *leaf)
{
    struct csa_plan *plan = b->plan;
    if (plan->leaf_count == b->leaf_room) {
        size_t room = b->leaf_room == 0 ? 8 : b->leaf_room * 2;
        struct csa_plan_node **leaves = csa_arena_alloc(b->arena, room, sizeof(struct csa_plan_node *));
        if (leaves == NULL) {
            no_memory(b);
            return false;
        }
        if (plan->leaf_count != 0) {
            memcpy(leaves, plan->leaves, plan->leaf_count * sizeof(struct csa_plan_node *));
        }
        plan->leaves = leaves;
        b->leaf_room = room;
    }
    plan->leaves[plan->leaf_count++] = leaf;
    return true;
}

static struct csa_plan_node *make_leaf(struct builder *b, const struct csa_node *node, double boost,
                                       bool with_title)
{
    struct csa_plan_node *leaf;
    if (node->kind == CSA_NODE_PHRASE && node->child_count == 1) {
        node = node->children[0];
        leaf = node->field == CSA_FIELD_TITLE ? make_title(b, node, boost)
                                              : make_term(b, node, boost, with_title);
    } else if (node->kind == CSA_NODE_PHRASE) {
        leaf = make_phrase(b, node, boost);
    } else if (node->field == CSA_FIELD_TITLE) {
        leaf = make_title(b, node, boost);
    } else {
        leaf = make_term(b, node, boost, with_title);
    }
    return leaf != NULL && add_leaf(b, leaf) ? leaf : NULL;
}

static bool all_occur(const struct csa_plan_node *group, enum csa_occurrence occurrence)
{
    for (size_t i = 0; i < group->child_count; i++) {
        if (group->children[i]->occurrence != occurrence) {
            return false;
        }
    }
    return true;
}

/* Whether a group's children may stand in its parent's place: (a b) beside shoulds, (+a +b) beside musts. */
static bool dissolves(const struct csa_plan_node *child, bool parent_has_must)
{
    if (child->kind != CSA_PLAN_GROUP || child->child_count == 0) {
        return false;
    }
    if (child->occurrence == CSA_MUST) {
        return all_occur(child, CSA_MUST);
    }
    return child->occurrence == CSA_SHOULD && !parent_has_must && all_occur(child, CSA_SHOULD);
}

static struct csa_plan_node *make_node(struct builder *b, const struct csa_node *node, double boost,
                                       bool with_title);

static struct csa_plan_node *make_group(struct builder *b, const struct csa_node *node, double boost,
                                        bool with_title)
{
    struct csa_plan_node *group = new_node(b, CSA_PLAN_GROUP, node);
    struct csa_plan_node **made =
        csa_arena_alloc(b->arena, node->child_count + 1, sizeof(struct csa_plan_node *));
    if (group == NULL || made == NULL) {
        no_memory(b);
        return NULL;
    }
    bool has_must = false;
    size_t total = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct csa_node *child = node->children[i];
        bool required = child->occurrence != CSA_SHOULD;
        made[i] = make_node(b, child, boost * (child->boost > 0 ? child->boost : 0), with_title || required);
        if (made[i] == NULL) {
            return NULL;
        }
        made[i]->occurrence = child->occurrence;
        has_must = has_must || child->occurrence == CSA_MUST;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        total += dissolves(made[i], has_must) ? made[i]->child_count : 1;
    }
    group->children = csa_arena_alloc(b->arena, total + 1, sizeof(struct csa_plan_node *));
    if (group->children == NULL) {
        no_memory(b);
        return NULL;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (dissolves(made[i], has_must)) {
            memcpy(group->children + group->child_count, made[i]->children,
                   made[i]->child_count * sizeof(struct csa_plan_node *));
            group->child_count += made[i]->child_count;
        } else {
            group->children[group->child_count++] = made[i];
        }
    }
    if (group->child_count == 1 && group->children[0]->occurrence != CSA_MUST_NOT) {
        return group->children[0];
    }
    return group;
}

/* The parser bounds the depth (CSA_QUERY_DEPTH). */
static struct csa_plan_node *make_node(struct builder *b, const struct csa_node *node, double boost,
                                       bool with_title)
{
    return node->kind == CSA_NODE_GROUP ? make_group(b, node, boost, with_title)
                                        : make_leaf(b, node, boost, with_title);
}

/* ---- the words of `best` ---- */

static bool collect_words(struct builder *b, const struct csa_plan_node *node)
{
    if (node->occurrence == CSA_MUST_NOT) {
        return true;
    }
    for (size_t i = 0; node->kind == CSA_PLAN_GROUP && i < node->child_count; i++) {
        if (!collect_words(b, node->children[i])) {
            return false;
        }
    }
    if (node->kind != CSA_PLAN_TERM || node->node->kind == CSA_NODE_PREFIX || node->documents == 0) {
        return true;
    }
    struct csa_plan_word *word = &b->plan->words[b->plan->word_count++];
    word->term = node;
    word->title = make_title(b, node->node, 1);
    if (word->title == NULL) {
        return false;
    }
    if (!any_list(b, word->title->titles)) {
        word->title = NULL;
    }
    return true;
}

enum csa_status csa_plan_build(struct csa_plan *plan, const struct csa_index *index,
                               const struct csa_query *query, const struct csa_plan_options *options,
                               struct csa_arena *arena, struct csa_error *error)
{
    struct csa_error unused = {0};
    *plan = (struct csa_plan){.index = index};
    struct builder b = {.plan = plan,
                        .index = index,
                        .options = options,
                        .arena = arena,
                        .error = error == NULL ? &unused : error};
    b.expansions = csa_arena_zalloc(arena, index->segment_count + 1, sizeof *b.expansions);
    if (b.expansions == NULL) {
        return no_memory(&b);
    }
    plan->root = make_node(&b, query->root, query->root->boost, false);
    if (plan->root == NULL) {
        return b.error->status;
    }
    plan->root->occurrence = CSA_SHOULD;
    uint64_t title_tokens = 0;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        title_tokens += index->segments[s].segment->meta.title_tokens;
    }
    plan->title_average = index->articles == 0 ? 1 : (double)title_tokens / (double)index->articles;
    if (options->best) {
        plan->words = csa_arena_alloc(arena, plan->leaf_count + 1, sizeof *plan->words);
        if (plan->words == NULL) {
            return no_memory(&b);
        }
        if (!collect_words(&b, plan->root)) {
            return b.error->status;
        }
    }
    if (b.cut) {
        static const char *const limit = "a prefix stands for more words than a query may search";
        plan->limits = csa_arena_alloc(arena, 1, sizeof *plan->limits);
        if (plan->limits == NULL) {
            return no_memory(&b);
        }
        plan->limits[plan->limit_count++] = limit;
    }
    return CSA_OK;
}
