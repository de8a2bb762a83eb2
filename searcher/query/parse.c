/* The query parser: recursive descent over the lexer, building groups of clauses.
 *
 *   query  = { either }                        words side by side: any of them, more of them first
 *   either = both { OR both }
 *   both   = clause { AND clause }             AND binds tighter than OR, both tighter than standing side by
 * side clause = [NOT] [+|-] [title:] ( word | "phrase"[~N] | ( query ) ) [^N]
 *
 * An operator without both operands is the word it looks like; so is a parenthesis or quote without its
 * partner. A word that analysis cuts into several tokens (state-owned, 全球治理) stands for any of them when
 * it is optional and for the phrase they form when it is required or excluded. */
#include "searcher/query/parse.h"

#include "common/base/buffer.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/query/lexer.h"

#include <stdarg.h>
#include <stdio.h>

enum { NOTES_MAXIMUM = 8 };

struct parser {
    struct csa_lexer lexer;
    struct csa_lexeme current;
    struct csa_arena *arena;
    struct csa_query *query;
    unsigned depth;
    bool out_of_memory;
    bool full; /* CSA_QUERY_CLAUSES was reached and said */
};

/* A token as the parser keeps it. */
struct piece {
    struct csa_view text;
    uint32_t position;
    size_t begin, end;
    enum csa_node_kind kind; /* WORD, EXACT or PREFIX */
};

struct pieces {
    struct piece *items;
    size_t count;
};

static void add_note(struct parser *parser, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_note(struct parser *parser, const char *format, ...)
{
    struct csa_query *query = parser->query;
    if (query->note_count == NOTES_MAXIMUM) {
        return;
    }
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (size < 0) {
        return;
    }
    struct csa_view view =
        csa_view_make(message, (size_t)size < sizeof message ? (size_t)size : sizeof message - 1);
    view.size = csa_utf8_truncate(view, view.size);
    for (size_t i = 0; i < query->note_count; i++) {
        if (csa_view_equal(query->notes[i].message, view)) {
            return;
        }
    }
    if (query->notes == NULL) {
        query->notes = csa_arena_alloc(parser->arena, NOTES_MAXIMUM, sizeof *query->notes);
    }
    struct csa_view copy = csa_arena_copy(parser->arena, view);
    if (query->notes == NULL || copy.data == NULL) {
        parser->out_of_memory = true;
        return;
    }
    query->notes[query->note_count++].message = copy;
}

static void advance(struct parser *parser)
{
    csa_lexer_next(&parser->lexer, &parser->current);
}

static struct csa_node *new_node(struct parser *parser, enum csa_node_kind kind, struct csa_view source)
{
    struct csa_node *node = csa_arena_zalloc(parser->arena, 1, sizeof *node);
    if (node == NULL) {
        parser->out_of_memory = true;
        return NULL;
    }
    node->kind = kind;
    node->boost = 1;
    node->source = source;
    return node;
}

static bool all_children_are(const struct csa_node *group, enum csa_occurrence occurrence)
{
    for (size_t i = 0; i < group->child_count; i++) {
        if (group->children[i]->occurrence != occurrence) {
            return false;
        }
    }
    return group->child_count > 0;
}

/* A word that comes again counts again, as a clause of its own would: its weight is added to the first. */
static bool merge_repeated(struct csa_node *group, const struct csa_node *child)
{
    if (child->kind != CSA_NODE_WORD && child->kind != CSA_NODE_EXACT) {
        return false;
    }
    for (size_t i = 0; i < group->child_count; i++) {
        struct csa_node *other = group->children[i];
        if (other->kind == child->kind && other->occurrence == child->occurrence &&
            other->field == child->field && csa_view_equal(other->text, child->text)) {
            other->boost += child->boost;
            return true;
        }
    }
    return false;
}

/* Puts a child behind the others; the array doubles whenever its count is a power of two. */
static void push_child(struct parser *parser, struct csa_node *parent, struct csa_node *child)
{
    if ((parent->child_count & (parent->child_count - 1)) == 0) {
        size_t room = parent->child_count == 0 ? 1 : parent->child_count * 2;
        struct csa_node **children = csa_arena_alloc(parser->arena, room, sizeof *children);
        if (children == NULL) {
            parser->out_of_memory = true;
            return;
        }
        if (parent->child_count != 0) {
            memcpy(children, parent->children, parent->child_count * sizeof *children);
        }
        parent->children = children;
    }
    parent->children[parent->child_count++] = child;
}

static void append_child(struct parser *parser, struct csa_node *group, struct csa_node *child)
{
    if (!merge_repeated(group, child)) {
        push_child(parser, group, child);
    }
}

/* Adds a clause to a group. An optional group of optional clauses, and a required one of required clauses,
 * mean the same when their clauses stand in the parent itself; flat groups are what engines answer fastest.
 */
static void add_clause(struct parser *parser, struct csa_node *group, struct csa_node *child)
{
    if (child == NULL) {
        return;
    }
    bool splice = child->kind == CSA_NODE_GROUP && child->occurrence != CSA_MUST_NOT &&
                  all_children_are(child, child->occurrence);
    if (!splice) {
        append_child(parser, group, child);
        return;
    }
    for (size_t i = 0; i < child->child_count; i++) {
        child->children[i]->boost *= child->boost;
        append_child(parser, group, child->children[i]);
    }
}

/* Cuts text into tokens. In a word, a token with its sign ($25, 2023-08-11, c++) stands for its parts; in a
 * phrase the parts are used. */
static struct pieces analyse(struct parser *parser, struct csa_view text, bool phrase)
{
    struct pieces pieces = {0};
    size_t room = text.size + 1; /* a token has at least one byte of its own, an extra one has a part */
    pieces.items = csa_arena_alloc(parser->arena, room < 64 ? room : 64, sizeof *pieces.items);
    room = room < 64 ? room : 64;
    if (pieces.items == NULL) {
        parser->out_of_memory = true;
        return pieces;
    }
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    size_t covered = 0; /* bytes that an extra token stands for */
    bool pair_before = false;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        bool covers_last = (token.flags & CSA_TOKEN_PAIR_END) != 0 && pair_before;
        pair_before = (token.flags & CSA_TOKEN_PAIR) != 0;
        bool extra = (token.flags & CSA_TOKEN_EXTRA) != 0;
        if (covers_last || (extra && phrase) || (!extra && token.end <= covered)) {
            continue;
        }
        if (pieces.count == room) {
            struct piece *larger = csa_arena_alloc(parser->arena, room * 2, sizeof *larger);
            if (larger == NULL) {
                parser->out_of_memory = true;
                return pieces;
            }
            memcpy(larger, pieces.items, room * sizeof *larger);
            pieces.items = larger;
            room *= 2;
        }
        struct piece *piece = &pieces.items[pieces.count];
        *piece = (struct piece){csa_arena_copy(parser->arena, token.surface), token.position, token.begin,
                                token.end, phrase || extra ? CSA_NODE_EXACT : CSA_NODE_WORD};
        if (piece->text.data == NULL) {
            parser->out_of_memory = true;
            return pieces;
        }
        bool starred = token.end < text.size && text.data[token.end] == '*' &&
                       (token.end + 1 == text.size || text.data[token.end + 1] == ' ');
        if (starred || (token.flags & CSA_TOKEN_PAIR_END) != 0) {
            piece->kind = CSA_NODE_PREFIX;
        }
        if (extra) {
            covered = token.end;
        }
        pieces.count++;
    }
    return pieces;
}

/* A leaf, or null when the query has enough of them. */
static struct csa_node *make_leaf(struct parser *parser, const struct piece *piece, struct csa_view source)
{
    if (parser->query->leaf_count >= CSA_QUERY_CLAUSES) {
        if (!parser->full) {
            parser->full = true;
            add_note(parser, "only the first %d words of the query were searched", CSA_QUERY_CLAUSES);
        }
        return NULL;
    }
    struct csa_node *node = new_node(parser, piece->kind, source);
    if (node != NULL) {
        node->text = piece->text;
        parser->query->leaf_count++;
    }
    return node;
}

static struct csa_node *make_phrase(struct parser *parser, const struct pieces *pieces,
                                    struct csa_view source)
{
    struct csa_node *phrase = new_node(parser, CSA_NODE_PHRASE, source);
    for (size_t i = 0; i < pieces->count && phrase != NULL; i++) {
        struct piece piece = pieces->items[i];
        if (piece.kind == CSA_NODE_WORD) {
            piece.kind = CSA_NODE_EXACT;
        }
        struct csa_node *word = make_leaf(parser, &piece, source);
        if (word == NULL) {
            break;
        }
        word->offset = piece.position - pieces->items[0].position;
        push_child(parser, phrase, word);
    }
    return phrase == NULL || phrase->child_count == 0 ? NULL
           : phrase->child_count == 1                 ? phrase->children[0]
                                                      : phrase;
}

static struct csa_node *make_any(struct parser *parser, const struct pieces *pieces, struct csa_view source)
{
    struct csa_node *group = new_node(parser, CSA_NODE_GROUP, source);
    for (size_t i = 0; i < pieces->count && group != NULL; i++) {
        struct csa_node *word = make_leaf(parser, &pieces->items[i], source);
        if (word == NULL) {
            break;
        }
        append_child(parser, group, word);
    }
    return group == NULL || group->child_count == 0 ? NULL : group;
}

static void set_field(struct csa_node *node, enum csa_field field)
{
    node->field = field;
    for (size_t i = 0; i < node->child_count; i++) {
        set_field(node->children[i], field);
    }
}

/* The node for the current WORD or PHRASE lexeme; null when it holds no token. `strict`: several tokens are a
 * phrase. */
static struct csa_node *make_operand(struct parser *parser, const struct csa_lexeme *lexeme, bool strict)
{
    bool quoted = lexeme->kind == CSA_LEXEME_PHRASE;
    struct pieces pieces = analyse(parser, lexeme->text, quoted);
    struct csa_node *node = NULL;
    if (pieces.count == 1) {
        node = make_leaf(parser, &pieces.items[0], lexeme->source);
    } else if (pieces.count > 1) {
        node = quoted || strict ? make_phrase(parser, &pieces, lexeme->source)
                                : make_any(parser, &pieces, lexeme->source);
    }
    if (node != NULL && node->kind == CSA_NODE_PHRASE) {
        node->slop = lexeme->slop;
    }
    return node;
}

static struct csa_node *parse_group(struct parser *parser);

/* Whether the current lexeme can begin a clause. */
static bool at_clause(const struct parser *parser)
{
    enum csa_lexeme_kind kind = parser->current.kind;
    return kind == CSA_LEXEME_WORD || kind == CSA_LEXEME_PHRASE || kind == CSA_LEXEME_OPEN;
}

/* Steps over an operator when what it needs follows; else stays before it. */
static bool take_operator(struct parser *parser, enum csa_lexeme_kind operator)
{
    if (parser->current.kind != operator) {
        return false;
    }
    struct parser before = *parser;
    advance(parser);
    if (at_clause(parser) || (operator!= CSA_LEXEME_NOT && parser->current.kind == CSA_LEXEME_NOT)) {
        return true;
    }
    *parser = before;
    return false;
}

static struct csa_node *parse_parenthesis(struct parser *parser, struct csa_lexeme *opening)
{
    advance(parser);
    if (parser->depth >= CSA_QUERY_DEPTH) {
        add_note(parser, "parentheses nested deeper than %d were ignored", CSA_QUERY_DEPTH);
        return NULL;
    }
    parser->depth++;
    struct csa_node *group = parse_group(parser);
    parser->depth--;
    if (parser->current.kind == CSA_LEXEME_CLOSE) {
        opening->boost = parser->current.boost;
        advance(parser);
    } else {
        add_note(parser, "a parenthesis was not closed");
    }
    if (group == NULL || group->child_count == 0) {
        return NULL;
    }
    if (group->child_count == 1 && group->children[0]->occurrence != CSA_MUST_NOT) {
        return group->children[0];
    }
    return group;
}

/* One clause with its occurrence; `strict` when AND or NOT stands beside it. Null when it came to nothing. */
static struct csa_node *parse_clause(struct parser *parser, bool strict)
{
    bool negated = take_operator(parser, CSA_LEXEME_NOT);
    struct csa_lexeme lexeme = parser->current;
    struct csa_node *node;
    if (lexeme.kind == CSA_LEXEME_OPEN) {
        node = parse_parenthesis(parser, &lexeme);
    } else {
        if (lexeme.kind == CSA_LEXEME_AND || lexeme.kind == CSA_LEXEME_OR || lexeme.kind == CSA_LEXEME_NOT) {
            add_note(parser, "%.*s was searched as a word", (int)lexeme.text.size, lexeme.text.data);
            lexeme.kind = CSA_LEXEME_WORD;
        }
        if (lexeme.unclosed) {
            add_note(parser, "a quotation mark was not closed");
        }
        node = make_operand(parser, &lexeme, strict || negated || lexeme.sign != 0);
        advance(parser);
    }
    if (node == NULL) {
        return NULL;
    }
    node->boost *= lexeme.boost;
    node->occurrence = negated || lexeme.sign == '-' ? CSA_MUST_NOT
                       : lexeme.sign == '+'          ? CSA_MUST
                                                     : CSA_SHOULD;
    if (lexeme.field.size != 0) {
        set_field(node, CSA_FIELD_TITLE);
    }
    return node;
}

static bool next_is(const struct parser *parser, enum csa_lexeme_kind operator)
{
    struct csa_lexer ahead = parser->lexer;
    struct csa_lexeme lexeme;
    csa_lexer_next(&ahead, &lexeme);
    return lexeme.kind == operator;
}

static struct csa_node *parse_both(struct parser *parser)
{
    struct csa_lexeme first = parser->current;
    struct csa_node *node =
        parse_clause(parser, first.kind != CSA_LEXEME_OPEN && next_is(parser, CSA_LEXEME_AND));
    if (parser->current.kind != CSA_LEXEME_AND) {
        return node;
    }
    struct csa_node *group = NULL;
    while (take_operator(parser, CSA_LEXEME_AND)) {
        if (group == NULL) {
            group = new_node(parser, CSA_NODE_GROUP, first.source);
            if (group == NULL) {
                return NULL;
            }
            if (node != NULL && node->occurrence == CSA_SHOULD) {
                node->occurrence = CSA_MUST;
            }
            add_clause(parser, group, node);
        }
        struct csa_node *next = parse_clause(parser, true);
        if (next != NULL && next->occurrence == CSA_SHOULD) {
            next->occurrence = CSA_MUST;
        }
        add_clause(parser, group, next);
    }
    return group == NULL ? node : group;
}

static struct csa_node *parse_either(struct parser *parser)
{
    struct csa_view source = parser->current.source;
    struct csa_node *node = parse_both(parser);
    if (parser->current.kind != CSA_LEXEME_OR) {
        return node;
    }
    struct csa_node *group = NULL;
    while (take_operator(parser, CSA_LEXEME_OR)) {
        if (group == NULL) {
            group = new_node(parser, CSA_NODE_GROUP, source);
            if (group == NULL) {
                return NULL;
            }
            add_clause(parser, group, node);
        }
        add_clause(parser, group, parse_both(parser));
    }
    return group == NULL ? node : group;
}

static struct csa_node *parse_group(struct parser *parser)
{
    struct csa_node *group = new_node(parser, CSA_NODE_GROUP, parser->current.source);
    while (group != NULL && !parser->out_of_memory && parser->current.kind != CSA_LEXEME_END) {
        if (parser->current.kind == CSA_LEXEME_CLOSE) {
            if (parser->depth > 0) {
                break;
            }
            add_note(parser, "a parenthesis was not opened");
            advance(parser);
            continue;
        }
        add_clause(parser, group, parse_either(parser));
    }
    return group;
}

enum csa_status csa_query_parse(struct csa_view text, struct csa_arena *arena, struct csa_query *query,
                                struct csa_error *error)
{
    *query = (struct csa_query){0};
    struct parser parser = {.arena = arena, .query = query};
    struct csa_buffer repaired;
    csa_buffer_init(&repaired, (size_t)CSA_QUERY_MAXIMUM * 4);
    uint64_t replaced = 0;
    bool cut = text.size > CSA_QUERY_MAXIMUM;
    if (cut) {
        text.size = csa_utf8_truncate(text, CSA_QUERY_MAXIMUM);
        add_note(&parser, "only the first %d bytes of the query were read", CSA_QUERY_MAXIMUM);
    }
    csa_utf8_repair(text, &repaired, &replaced);
    query->text = csa_arena_copy(arena, csa_buffer_view(&repaired));
    bool failed = repaired.failed || query->text.data == NULL;
    csa_buffer_release(&repaired);
    if (failed) {
        return csa_error_set_memory(error, "query");
    }
    csa_lexer_init(&parser.lexer, query->text);
    advance(&parser);
    query->root = parse_group(&parser);
    if (parser.out_of_memory || query->root == NULL) {
        return csa_error_set_memory(error, "query");
    }
    struct csa_node *root = query->root;
    if (root->child_count == 1 && root->children[0]->kind == CSA_NODE_GROUP &&
        root->children[0]->occurrence != CSA_MUST_NOT && root->children[0]->boost == 1) {
        query->root = root->children[0];
        query->root->occurrence = CSA_SHOULD;
    }
    if (all_children_are(query->root, CSA_MUST_NOT)) {
        add_note(&parser, "the query only excludes words: nothing can be found");
    }
    return parser.out_of_memory ? csa_error_set_memory(error, "query") : CSA_OK;
}
