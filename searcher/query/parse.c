/* The query parser: recursive descent over the lexer, building groups of clauses.
 *
 *   query  = { either }                        words side by side: any of them, more of them first
 *   either = both { OR both }
 *   both   = near { AND near }
 *   near   = clause { NEAR[/N] clause }
 *   clause = [NOT] [+|-] [field:] [=] ( word | "phrase"[~N] | ( query ) ) [^N]
 *
 * An operator without both operands is the word it looks like; a parenthesis or quotation mark without its
 * partner is left out. A word that analysis cuts into several tokens (state-owned, 全球治理) stands for any
 * of them when it is optional and for the phrase they form when it is required or excluded. */
#include "searcher/query/parse.h"

#include "common/base/buffer.h"
#include "common/text/unicode.h"
#include "searcher/query/parser.h"

static void advance(struct csa_parser *parser)
{
    parser->read = parser->lexer.next;
    csa_lexer_next(&parser->lexer, &parser->current);
}

/* What was typed from `start` to the last lexeme taken. */
static struct csa_view source_since(const struct csa_parser *parser, const char *start)
{
    return csa_view_make(start, parser->read > start ? (size_t)(parser->read - start) : 0);
}

/* ---- clauses ---- */

static struct csa_node *parse_list(struct csa_parser *parser);

/* Whether the current lexeme can begin a clause. */
static bool at_clause(const struct csa_parser *parser)
{
    enum csa_lexeme_kind kind = parser->current.kind;
    return kind == CSA_LEXEME_WORD || kind == CSA_LEXEME_PHRASE || kind == CSA_LEXEME_OPEN;
}

/* Steps over an operator when what it needs follows; else stays before it. */
static bool take_operator(struct csa_parser *parser, enum csa_lexeme_kind kind)
{
    if (parser->current.kind != kind) {
        return false;
    }
    struct csa_parser before = *parser;
    advance(parser);
    if (at_clause(parser) || (kind != CSA_LEXEME_NOT && parser->current.kind == CSA_LEXEME_NOT)) {
        return true;
    }
    *parser = before;
    return false;
}

static bool next_is(const struct csa_parser *parser, enum csa_lexeme_kind kind)
{
    struct csa_lexer ahead = parser->lexer;
    struct csa_lexeme lexeme;
    csa_lexer_next(&ahead, &lexeme);
    return lexeme.kind == kind;
}

/* Leaves out an excluded parenthesis that stands too deep, as its words must not become wanted ones. */
static void skip_parenthesis(struct csa_parser *parser)
{
    size_t open = 0;
    do {
        open += parser->current.kind == CSA_LEXEME_OPEN;
        open -= parser->current.kind == CSA_LEXEME_CLOSE;
        advance(parser);
    } while (open > 0 && parser->current.kind != CSA_LEXEME_END);
}

static struct csa_node *parse_parenthesis(struct csa_parser *parser, struct csa_lexeme *opening,
                                          bool excluded)
{
    if (parser->depth >= CSA_QUERY_DEPTH) {
        csa_parser_note_number(parser, CSA_NOTE_DEEP, CSA_QUERY_DEPTH);
        if (excluded) {
            skip_parenthesis(parser);
        } else {
            advance(parser);
            parser->flattened++;
        }
        return NULL;
    }
    enum csa_field field = parser->field;
    bool exact = parser->exact;
    advance(parser);
    parser->depth++;
    parser->field = opening->field == CSA_FIELD_TEXT ? field : opening->field;
    parser->exact = exact || opening->exact;
    struct csa_node *group = parse_list(parser);
    parser->depth--;
    parser->field = field;
    parser->exact = exact;
    if (parser->current.kind == CSA_LEXEME_CLOSE) {
        opening->boost = parser->current.boost;
        opening->cut = parser->current.cut;
        opening->wrong_boost = parser->current.wrong_boost;
        advance(parser);
    } else {
        csa_parser_note(parser, CSA_NOTE_UNCLOSED);
    }
    struct csa_node *node = csa_parser_finish_group(parser, group);
    if (node != NULL) {
        node->source = source_since(parser, opening->source.data);
    }
    return node;
}

static bool is_word_byte(char byte)
{
    return byte < 0 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* Whether the sign stands in the word behind a letter or digit and before a letter. */
static bool has_inside(struct csa_view word, char sign)
{
    for (size_t i = 1; i + 1 < word.size; i++) {
        char next = word.data[i + 1];
        if (word.data[i] == sign && is_word_byte(word.data[i - 1]) && is_word_byte(next) &&
            !(next >= '0' && next <= '9')) {
            return true;
        }
    }
    return false;
}

/* Says what of a word looks like a sign of the language and was read as text. */
static void note_lookalikes(struct csa_parser *parser, const struct csa_lexeme *lexeme)
{
    struct csa_view text = lexeme->text;
    if (lexeme->kind != CSA_LEXEME_WORD || (lexeme->field >= CSA_FIELD_AUTHOR)) {
        return;
    }
    if (lexeme->lonely_field) {
        csa_parser_note_text(parser, CSA_NOTE_FIELD, text);
    } else if (csa_view_starts_with(text, csa_view_of("NEAR/"))) {
        csa_parser_note_text(parser, CSA_NOTE_NEAR_NUMBER, text);
    } else if (has_inside(text, '~')) {
        csa_parser_note_text(parser, CSA_NOTE_DISTANCE_SIGN, text);
    } else if (has_inside(text, '^')) {
        csa_parser_note_text(parser, CSA_NOTE_WEIGHT_SIGN, text);
    }
}

static struct csa_node *parse_word(struct csa_parser *parser, struct csa_lexeme *lexeme, bool strict)
{
    if (lexeme->kind != CSA_LEXEME_WORD && lexeme->kind != CSA_LEXEME_PHRASE) {
        csa_parser_note_text(parser, CSA_NOTE_OPERATOR, lexeme->text);
        lexeme->kind = CSA_LEXEME_WORD;
        lexeme->cut = false;
    }
    if (lexeme->unclosed) {
        csa_parser_note(parser, CSA_NOTE_QUOTE);
    }
    note_lookalikes(parser, lexeme);
    struct csa_node *node = csa_parser_operand(parser, lexeme, strict);
    advance(parser);
    return node;
}

/* One clause with its occurrence; `strict` when AND, NEAR or NOT stands beside it. Null when it came to
 * nothing. */
static struct csa_node *parse_clause(struct csa_parser *parser, bool strict)
{
    bool negated = take_operator(parser, CSA_LEXEME_NOT);
    struct csa_lexeme lexeme = parser->current;
    bool excluded = negated || lexeme.sign == '-';
    bool excluded_around = parser->excluded;
    parser->excluded = excluded_around || excluded;
    struct csa_node *node = lexeme.kind == CSA_LEXEME_OPEN
                                ? parse_parenthesis(parser, &lexeme, excluded)
                                : parse_word(parser, &lexeme, strict || excluded || lexeme.sign == '+');
    parser->excluded = excluded_around;
    if (lexeme.cut) {
        csa_parser_note_number(parser, CSA_NOTE_LARGE, CSA_QUERY_SLOP);
    }
    if (lexeme.wrong_boost) {
        csa_parser_note(parser, CSA_NOTE_WEIGHT_BELOW);
    }
    if (node == NULL) {
        return NULL;
    }
    if (node->kind != CSA_NODE_FILTER) {
        node->boost = csa_boost_round((double)node->boost * (double)lexeme.boost);
    }
    node->occurrence = excluded ? CSA_MUST_NOT : lexeme.sign == '+' ? CSA_MUST : CSA_SHOULD;
    return node;
}

/* ---- operators ---- */

static bool may_be_near(const struct csa_node *operand, const struct csa_node *first)
{
    bool word = operand->kind == CSA_NODE_WORD || operand->kind == CSA_NODE_EXACT ||
                operand->kind == CSA_NODE_PREFIX || operand->kind == CSA_NODE_WILDCARD ||
                operand->kind == CSA_NODE_FUZZY || operand->kind == CSA_NODE_PHRASE;
    return word && operand->field == first->field &&
           (operand == first || operand->occurrence != CSA_MUST_NOT);
}

/* Makes the operands, children of `near`, words as written side by side; or clauses of AND, where one of them
 * is none that NEAR can have. */
static struct csa_node *finish_near(struct csa_parser *parser, struct csa_node *near)
{
    if (near == NULL || near->child_count <= 1) {
        return near == NULL || near->child_count == 0 ? NULL : near->children[0];
    }
    bool allowed = true;
    for (size_t i = 0; i < near->child_count; i++) {
        allowed = allowed && may_be_near(near->children[i], near->children[0]);
    }
    if (!allowed) {
        csa_parser_note(parser, CSA_NOTE_NEAR_SIDES);
        struct csa_node *group = csa_parser_node(parser, CSA_NODE_GROUP, near->source);
        for (size_t i = 0; group != NULL && i < near->child_count; i++) {
            csa_parser_add(parser, group, near->children[i], CSA_LIST_REQUIRED);
        }
        return csa_parser_finish_group(parser, group);
    }
    double boost = 1;
    near->occurrence = near->children[0]->occurrence;
    near->field = near->children[0]->field;
    for (size_t i = 0; i < near->child_count; i++) {
        struct csa_node *operand = near->children[i];
        operand->kind = operand->kind == CSA_NODE_WORD ? CSA_NODE_EXACT : operand->kind;
        operand->occurrence = CSA_SHOULD;
        boost *= (double)operand->boost;
        operand->boost = 1;
    }
    near->boost = csa_boost_round(boost);
    return near;
}

static struct csa_node *parse_near(struct csa_parser *parser, bool strict)
{
    const char *start = parser->current.source.data;
    bool joined = next_is(parser, CSA_LEXEME_NEAR) || next_is(parser, CSA_LEXEME_AND);
    struct csa_node *node = parse_clause(parser, strict || joined);
    if (parser->current.kind != CSA_LEXEME_NEAR) {
        return node;
    }
    uint32_t slop = parser->current.slop;
    bool cut = parser->current.cut;
    struct csa_node *near = NULL;
    while (take_operator(parser, CSA_LEXEME_NEAR)) {
        if (near == NULL) {
            near = csa_parser_node(parser, CSA_NODE_NEAR, (struct csa_view){0});
            if (near == NULL) {
                return NULL;
            }
            near->slop = slop;
            if (node != NULL) {
                csa_parser_push(parser, near, node);
            }
        }
        near->slop = slop > near->slop ? slop : near->slop;
        node = parse_clause(parser, true);
        if (node != NULL) {
            csa_parser_push(parser, near, node);
        }
        near->source = source_since(parser, start);
        slop = parser->current.slop;
        cut = cut || (parser->current.kind == CSA_LEXEME_NEAR && parser->current.cut);
    }
    if (cut && near != NULL) {
        csa_parser_note_number(parser, CSA_NOTE_LARGE, CSA_QUERY_SLOP);
    }
    return near == NULL ? node : finish_near(parser, near);
}

/* Operands with an operator between them, of the next tighter kind. */
static struct csa_node *parse_joined(struct csa_parser *parser, enum csa_lexeme_kind kind)
{
    const char *start = parser->current.source.data;
    bool both = kind == CSA_LEXEME_AND;
    struct csa_node *node = both ? parse_near(parser, false) : parse_joined(parser, CSA_LEXEME_AND);
    struct csa_node *group = NULL;
    enum csa_parser_list list = both ? CSA_LIST_REQUIRED : CSA_LIST_ALTERNATIVES;
    while (take_operator(parser, kind)) {
        if (group == NULL) {
            group = csa_parser_node(parser, CSA_NODE_GROUP, (struct csa_view){0});
            if (group == NULL) {
                return NULL;
            }
            csa_parser_add(parser, group, node, list);
        }
        csa_parser_add(parser, group, both ? parse_near(parser, true) : parse_joined(parser, CSA_LEXEME_AND),
                       list);
        group->source = source_since(parser, start);
    }
    return group == NULL ? node : csa_parser_finish_group(parser, group);
}

static struct csa_node *parse_list(struct csa_parser *parser)
{
    struct csa_node *group = csa_parser_node(parser, CSA_NODE_GROUP, parser->current.source);
    enum csa_parser_list list = parser->field >= CSA_FIELD_AUTHOR ? CSA_LIST_ALTERNATIVES : CSA_LIST_PLAIN;
    while (group != NULL && !parser->out_of_memory && parser->current.kind != CSA_LEXEME_END) {
        if (parser->current.kind == CSA_LEXEME_CLOSE && parser->flattened > 0) {
            parser->flattened--;
            advance(parser);
        } else if (parser->current.kind == CSA_LEXEME_CLOSE && parser->depth > 0) {
            break;
        } else if (parser->current.kind == CSA_LEXEME_CLOSE) {
            csa_parser_note(parser, CSA_NOTE_UNOPENED);
            advance(parser);
        } else {
            csa_parser_add(parser, group, parse_joined(parser, CSA_LEXEME_OR), list);
        }
    }
    return group;
}

/* ---- the whole ---- */

static bool has_text(struct csa_view text)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        if (!csa_unicode_is_space(character)) {
            return true;
        }
    }
    return false;
}

static void finish_root(struct csa_parser *parser)
{
    struct csa_query *query = parser->query;
    struct csa_node *root = query->root;
    csa_parser_require_one(parser, root);
    if (root->child_count == 1 && root->children[0]->kind == CSA_NODE_GROUP &&
        root->children[0]->occurrence != CSA_MUST_NOT && root->children[0]->boost == 1) {
        query->root = root->children[0];
        query->root->occurrence = CSA_SHOULD;
    }
    if (root->child_count == 0 && has_text(query->text)) {
        csa_parser_note(parser, CSA_NOTE_WORDLESS);
    }
    if (csa_node_children_are(query->root, CSA_MUST_NOT)) {
        csa_parser_note(parser, CSA_NOTE_EXCLUDES);
    }
}

enum csa_status csa_query_parse(struct csa_view text, struct csa_arena *arena, struct csa_query *query,
                                struct csa_error *error)
{
    *query = (struct csa_query){0};
    struct csa_parser parser = {.arena = arena, .query = query};
    struct csa_buffer repaired;
    csa_buffer_init(&repaired, (size_t)CSA_QUERY_MAXIMUM * 4);
    uint64_t replaced = 0;
    if (text.size > CSA_QUERY_MAXIMUM) {
        text.size = csa_utf8_truncate(text, CSA_QUERY_MAXIMUM);
        csa_parser_note_number(&parser, CSA_NOTE_BYTES, CSA_QUERY_MAXIMUM);
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
    query->root = parse_list(&parser);
    if (!parser.out_of_memory && query->root != NULL) {
        finish_root(&parser);
    }
    return parser.out_of_memory || query->root == NULL ? csa_error_set_memory(error, "query") : CSA_OK;
}
