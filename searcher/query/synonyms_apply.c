/* Putting synonyms into a syntax tree: runs of bare words get further clauses beside them, phrases further
 * phrases. Each group is rebuilt from left to right; nothing that was added is looked at again. */
#include "searcher/query/lexer.h"
#include "searcher/query/notes.h"
#include "searcher/query/synonyms.h"
#include "searcher/query/tree.h"

#include "common/text/unicode.h"

struct applying {
    const struct csa_synonyms *synonyms;
    struct csa_query *query;
    struct csa_arena *arena;
    size_t added; /* words */
    bool full;    /* and no more are */
    bool out_of_memory;
};

static void push(struct applying *a, struct csa_node *parent, struct csa_node *child)
{
    if (!csa_node_push(a->arena, parent, child)) {
        a->out_of_memory = true;
    }
}

static struct csa_node *new_node(struct applying *a, enum csa_node_kind kind, const struct csa_node *like)
{
    struct csa_node *node = csa_node_new(a->arena, kind, like->source);
    a->out_of_memory = a->out_of_memory || node == NULL;
    return node;
}

/* Takes `words` from what may still be added; says so when there is not enough. */
static bool may_add(struct applying *a, size_t words)
{
    if (a->added + words > CSA_SYNONYMS_ADDED || a->query->leaf_count + words > CSA_QUERY_CLAUSES) {
        if (!csa_query_note_number(a->query, a->arena, CSA_NOTE_SYNONYMS, a->added)) {
            a->out_of_memory = true;
        }
        a->full = true;
        return false;
    }
    a->added += words;
    a->query->leaf_count += words;
    return true;
}

static bool has_child(const struct csa_node *group, const struct csa_node *node)
{
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_node *other = group->children[i];
        if (other->occurrence == node->occurrence && csa_node_equal(other, node)) {
            return true;
        }
    }
    return false;
}

/* Adds a synonym to a group unless it is there, or in what was typed around it (null: nothing). */
static void add_synonym(struct applying *a, struct csa_node *group, const struct csa_node *around,
                        struct csa_node *node)
{
    size_t words = node->child_count == 0 ? 1 : node->child_count;
    if (!has_child(group, node) && (around == NULL || !has_child(around, node)) && may_add(a, words)) {
        push(a, group, node);
    }
}

static struct csa_synonym_token token_of(const struct csa_node *word)
{
    return (struct csa_synonym_token){word->text, word->kind == CSA_NODE_PREFIX, 0};
}

/* The i-th word of a phrase, of which a run begins at `first`. */
static struct csa_synonym_token token_in_phrase(const struct csa_node *phrase, size_t first, size_t i)
{
    struct csa_synonym_token token = token_of(phrase->children[i]);
    token.gap = i == first ? 0 : phrase->children[i]->offset - phrase->children[i - 1]->offset;
    return token;
}

static float weight_of(const struct csa_node *node)
{
    return csa_boost_round((double)node->boost * CSA_SYNONYMS_WEIGHT);
}

/* ---- bare words ---- */

static bool is_single_token(const struct csa_node *node)
{
    return node->kind == CSA_NODE_WORD || node->kind == CSA_NODE_EXACT || node->kind == CSA_NODE_PREFIX;
}

/* Whether clauses are words as they were typed: neither in quotation marks nor behind =. */
static bool are_bare(struct csa_node *const *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *end = nodes[i]->source.data + nodes[i]->source.size;
        for (const char *p = nodes[i]->source.data; p < end && nodes[i]->kind != CSA_NODE_WORD;) {
            uint32_t character;
            p = csa_utf8_decode(p, end, &character);
            if (character == '=' || csa_is_quote(character)) {
                return false;
            }
        }
    }
    return true;
}

/* Whether only blanks stand between two clauses of the query, or they come from one word of it. */
static bool is_adjacent(const struct csa_node *before, const struct csa_node *node)
{
    if (before->occurrence != node->occurrence || before->field != node->field) {
        return false;
    }
    if (before->source.data == node->source.data) {
        return true;
    }
    const char *p = before->source.data + before->source.size;
    while (p < node->source.data) {
        uint32_t character;
        p = csa_utf8_decode(p, node->source.data, &character);
        if (!csa_unicode_is_space(character)) {
            return false;
        }
    }
    return p == node->source.data;
}

/* The longest run of bare words from `first` on that is a side of a rule, and the first entry with it. */
static size_t find_run(struct applying *a, const struct csa_node *group, size_t first,
                       const struct csa_synonym_entry **found)
{
    struct csa_synonym_token tokens[CSA_SYNONYMS_WORDS];
    size_t longest = 0;
    for (size_t i = first; i < group->child_count && i - first < CSA_SYNONYMS_WORDS; i++) {
        const struct csa_node *node = group->children[i];
        if (!is_single_token(node) || (i > first && !is_adjacent(group->children[i - 1], node))) {
            break;
        }
        tokens[i - first] = token_of(node);
        const struct csa_synonym_entry *entry =
            csa_synonyms_find(a->synonyms, tokens, i - first + 1, false, NULL);
        if (entry != NULL && are_bare(group->children + first, i - first + 1)) {
            longest = i - first + 1;
            *found = entry;
        }
        if (node->occurrence == CSA_MUST_NOT) {
            break; /* of several words, each is excluded for itself */
        }
    }
    return longest;
}

static struct csa_node *make_word(struct applying *a, const struct csa_piece *piece, bool as_written,
                                  const struct csa_node *like)
{
    enum csa_node_kind kind = as_written && piece->kind == CSA_NODE_WORD ? CSA_NODE_EXACT : piece->kind;
    struct csa_node *node = new_node(a, kind, like);
    if (node != NULL) {
        node->text = piece->text;
        node->character = piece->character;
        node->field = like->field;
        node->synonym = true;
    }
    return node;
}

/* The side as a clause: a bare word, or a phrase of its parts. */
static struct csa_node *make_clause(struct applying *a, const struct csa_synonym_side *side, float boost,
                                    const struct csa_node *like)
{
    struct csa_node *node;
    if (side->words.count == 1) {
        node = make_word(a, &side->words.items[0], false, like);
    } else {
        node = new_node(a, CSA_NODE_PHRASE, like);
        for (size_t i = 0; i < side->parts.count && node != NULL; i++) {
            struct csa_node *word = make_word(a, &side->parts.items[i], true, like);
            if (word != NULL) {
                word->offset = side->parts.items[i].position - side->parts.items[0].position;
                push(a, node, word);
            }
        }
    }
    if (node != NULL) {
        node->field = like->field;
        node->boost = boost;
        node->synonym = true;
    }
    return node;
}

/* Calls `add` for each side that the entries with these tokens lead to. */
static void for_each_synonym(struct applying *a, const struct csa_synonym_entry *entry,
                             const struct csa_synonym_token *tokens, size_t count, void *context,
                             void (*add)(struct applying *, void *, const struct csa_synonym_side *))
{
    for (; entry != NULL && !a->out_of_memory && !a->full;
         entry = csa_synonyms_find(a->synonyms, tokens, count, entry->phrase, entry)) {
        const struct csa_synonym_rule *rule = entry->rule;
        for (size_t i = rule->two_way ? 0 : rule->left; i < rule->count && !a->full; i++) {
            if (i != entry->side) {
                add(a, context, &rule->sides[i]);
            }
        }
    }
}

struct run {
    struct csa_node *group;        /* that gets the clauses */
    const struct csa_node *around; /* the one they come from, when it is the same */
    const struct csa_node *like;
    float boost;
};

static void add_clause(struct applying *a, void *context, const struct csa_synonym_side *side)
{
    const struct run *run = context;
    struct csa_node *node = make_clause(a, side, run->boost, run->like);
    if (node != NULL) {
        add_synonym(a, run->group, run->around, node);
    }
}

/* Puts the `count` words from `first` on into `out`, with their synonyms: beside them where they are
 * optional, else in a group that has their place. */
static void add_run(struct applying *a, const struct csa_node *group, size_t first, size_t count,
                    const struct csa_synonym_entry *entry, struct csa_node *out)
{
    struct csa_node *like = group->children[first];
    enum csa_occurrence occurrence = like->occurrence;
    struct csa_synonym_token tokens[CSA_SYNONYMS_WORDS];
    struct run run = {.group = out, .around = group, .like = like, .boost = weight_of(like)};
    struct csa_node *typed = out; /* gets the words as typed */
    if (occurrence != CSA_SHOULD) {
        run.group = new_node(a, CSA_NODE_GROUP, like);
        run.around = NULL;
        typed = run.group;
        if (count > 1 && typed != NULL) {
            typed = new_node(a, CSA_NODE_GROUP, like);
        }
        if (typed == NULL) {
            return;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct csa_node *word = group->children[first + i];
        tokens[i] = token_of(word);
        run.boost = weight_of(word) < run.boost ? weight_of(word) : run.boost;
        word->occurrence = typed == run.group ? CSA_SHOULD : CSA_MUST;
        push(a, typed, word);
    }
    if (typed != run.group) {
        push(a, run.group, typed);
    }
    for_each_synonym(a, entry, tokens, count, &run, add_clause);
    if (run.group != out) {
        run.group->occurrence = occurrence;
        push(a, out, run.group);
    }
}

/* ---- phrases ---- */

/* The longest part of a phrase from `first` on that is a side of a rule. */
static size_t find_part(struct applying *a, const struct csa_node *phrase, size_t first,
                        const struct csa_synonym_entry **found)
{
    struct csa_synonym_token tokens[CSA_SYNONYMS_WORDS];
    size_t longest = 0;
    for (size_t i = first; i < phrase->child_count && i - first < CSA_SYNONYMS_WORDS; i++) {
        const struct csa_node *word = phrase->children[i];
        if (word->kind != CSA_NODE_EXACT && word->kind != CSA_NODE_PREFIX) {
            break;
        }
        tokens[i - first] = token_in_phrase(phrase, first, i);
        const struct csa_synonym_entry *entry =
            csa_synonyms_find(a->synonyms, tokens, i - first + 1, true, NULL);
        if (entry != NULL) {
            longest = i - first + 1;
            *found = entry;
        }
    }
    return longest;
}

struct part {
    struct csa_node *group; /* that gets the phrases */
    const struct csa_node *phrase;
    size_t first, count; /* the words that are replaced */
};

/* The pairs at the ends of what stays of a phrase beside a part that is replaced. */
struct seam {
    size_t before;                 /* words before the part that stay */
    size_t rest;                   /* the first word behind it that stays */
    uint32_t from;                 /* the offset at which what is behind the part begins */
    struct csa_node *left, *right; /* single characters that stand for a pair cut in two; null: none */
};

static bool overlap_at(const struct csa_node *phrase, size_t first, struct csa_view *tail)
{
    const struct csa_node *a = phrase->children[first];
    const struct csa_node *b = phrase->children[first + 1];
    return b->offset == a->offset + 1 && csa_pieces_overlap(a->text, b->text, tail);
}

static struct csa_node *make_character(struct applying *a, struct csa_view text, uint32_t offset,
                                       const struct csa_node *like)
{
    struct csa_node *node = new_node(a, CSA_NODE_PREFIX, like);
    if (node != NULL) {
        node->text = text;
        node->character = true;
        node->field = like->field;
        node->offset = offset;
    }
    return node;
}

/* A pair that is half in the part says nothing when the part is replaced: it goes, and its other half stays,
 * by the pair next to it or as a single character. */
static struct seam find_seam(struct applying *a, const struct part *part)
{
    const struct csa_node *phrase = part->phrase;
    struct seam seam = {.before = part->first, .rest = part->first + part->count};
    struct csa_view tail;
    if (seam.before > 0 && overlap_at(phrase, seam.before - 1, &tail)) {
        seam.before--;
        const struct csa_node *cut = phrase->children[seam.before];
        size_t shared = phrase->children[part->first]->text.size - tail.size;
        if (seam.before == 0 || !overlap_at(phrase, seam.before - 1, &tail)) {
            seam.left = make_character(a, csa_view_make(cut->text.data, cut->text.size - shared), cut->offset,
                                       phrase);
        }
    }
    seam.from = seam.rest < phrase->child_count ? phrase->children[seam.rest]->offset : 0;
    if (seam.rest < phrase->child_count && overlap_at(phrase, seam.rest - 1, &tail)) {
        struct csa_view half = tail;
        seam.from++;
        if (seam.rest + 1 == phrase->child_count || !overlap_at(phrase, seam.rest, &tail)) {
            seam.right = make_character(a, half, seam.from, phrase);
        }
        seam.rest++;
    }
    return seam;
}

/* The phrase with a part replaced. */
static void add_phrase(struct applying *a, void *context, const struct csa_synonym_side *side)
{
    const struct part *part = context;
    const struct csa_node *phrase = part->phrase;
    struct csa_node *made = new_node(a, CSA_NODE_PHRASE, phrase);
    uint32_t at = phrase->children[part->first]->offset;
    uint32_t behind = at;
    struct seam seam = find_seam(a, part);
    for (size_t i = 0; i < seam.before && made != NULL; i++) {
        push(a, made, phrase->children[i]);
    }
    if (seam.left != NULL && made != NULL) {
        push(a, made, seam.left);
    }
    for (size_t i = 0; i < side->parts.count && made != NULL; i++) {
        const struct csa_piece *piece = &side->parts.items[i];
        struct csa_node *word = make_word(a, piece, true, phrase);
        if (word != NULL) {
            word->offset = at + piece->position - side->parts.items[0].position;
            behind = word->offset + (piece->ends_run ? 2 : 1);
            push(a, made, word);
        }
    }
    if (seam.right != NULL && made != NULL) {
        seam.right->offset = behind;
        push(a, made, seam.right);
    }
    for (size_t i = seam.rest; i < phrase->child_count && made != NULL; i++) {
        struct csa_node *word = new_node(a, phrase->children[i]->kind, phrase);
        if (word != NULL) {
            *word = *phrase->children[i];
            word->offset = behind + word->offset - seam.from;
            push(a, made, word);
        }
    }
    if (made == NULL || a->out_of_memory) {
        return;
    }
    made = made->child_count == 1 ? made->children[0] : made;
    made->slop = made->child_count == 0 ? 0 : phrase->slop;
    made->field = phrase->field;
    made->boost = weight_of(phrase);
    made->synonym = true;
    add_synonym(a, part->group, NULL, made);
}

/* Puts a phrase into `out`, with the phrases that its parts' synonyms make. */
static void add_phrases(struct applying *a, struct csa_node *phrase, struct csa_node *out)
{
    enum csa_occurrence occurrence = phrase->occurrence;
    struct part part = {.group = out, .phrase = phrase};
    const struct csa_synonym_entry *entry = NULL;
    size_t first = 0;
    while (first < phrase->child_count && (part.count = find_part(a, phrase, first, &entry)) == 0) {
        first++;
    }
    if (part.count != 0 && occurrence != CSA_SHOULD) {
        part.group = new_node(a, CSA_NODE_GROUP, phrase);
        if (part.group == NULL) {
            return;
        }
        phrase->occurrence = CSA_SHOULD;
    }
    push(a, part.group, phrase);
    for (part.first = first; part.first < phrase->child_count && !a->out_of_memory;) {
        part.count = find_part(a, phrase, part.first, &entry);
        if (part.count == 0) {
            part.first++;
            continue;
        }
        struct csa_synonym_token tokens[CSA_SYNONYMS_WORDS];
        for (size_t i = 0; i < part.count; i++) {
            tokens[i] = token_in_phrase(phrase, part.first, part.first + i);
        }
        for_each_synonym(a, entry, tokens, part.count, &part, add_phrase);
        part.first += part.count;
    }
    if (part.group != out) {
        part.group->occurrence = occurrence;
        push(a, out, part.group);
    }
}

/* ---- the tree ---- */

/* The depth is the parser's. */
static void apply(struct applying *a, struct csa_node *group)
{
    struct csa_node out = {.kind = CSA_NODE_GROUP};
    for (size_t i = 0; i < group->child_count && !a->out_of_memory;) {
        struct csa_node *child = group->children[i];
        const struct csa_synonym_entry *entry = NULL;
        size_t run = find_run(a, group, i, &entry);
        if (run != 0) {
            add_run(a, group, i, run, entry, &out);
            i += run;
            continue;
        }
        if (child->kind == CSA_NODE_PHRASE) {
            add_phrases(a, child, &out);
        } else {
            if (child->kind == CSA_NODE_GROUP) {
                apply(a, child);
            }
            push(a, &out, child);
        }
        i++;
    }
    if (!a->out_of_memory) {
        group->children = out.children;
        group->child_count = out.child_count;
    }
}

enum csa_status csa_synonyms_apply(const struct csa_synonyms *synonyms, struct csa_query *query,
                                   struct csa_arena *arena, struct csa_error *error)
{
    struct applying applying = {.synonyms = synonyms, .query = query, .arena = arena};
    apply(&applying, query->root);
    return applying.out_of_memory ? csa_error_set_memory(error, "synonyms") : CSA_OK;
}
