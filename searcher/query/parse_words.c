/* The leaves of the tree: words, phrases, patterns and filters, and what only looks like syntax. */
#include "searcher/query/filter.h"
#include "searcher/query/parser.h"
#include "searcher/query/pieces.h"

/* A leaf, or null when the query has enough of them. */
static struct csa_node *make_leaf(struct csa_parser *parser, const struct csa_piece *piece,
                                  struct csa_view source)
{
    if (parser->query->leaf_count >= CSA_QUERY_CLAUSES) {
        if (!parser->full) {
            parser->full = true;
            csa_parser_note_number(parser, CSA_NOTE_WORDS, CSA_QUERY_CLAUSES);
        }
        return NULL;
    }
    struct csa_node *node = csa_parser_node(parser, piece->kind, source);
    if (node != NULL) {
        node->text = piece->text;
        node->distance = piece->distance;
        node->character = piece->character;
        parser->query->leaf_count++;
    }
    return node;
}

static struct csa_node *make_phrase(struct csa_parser *parser, const struct csa_pieces *pieces,
                                    struct csa_view source)
{
    struct csa_node *phrase = csa_parser_node(parser, CSA_NODE_PHRASE, source);
    for (size_t i = 0; i < pieces->count && phrase != NULL; i++) {
        struct csa_node *word = make_leaf(parser, &pieces->items[i], source);
        if (word == NULL) {
            break;
        }
        word->offset = pieces->items[i].position - pieces->items[0].position;
        csa_parser_push(parser, phrase, word);
    }
    return phrase == NULL || phrase->child_count == 0 ? NULL
           : phrase->child_count == 1                 ? phrase->children[0]
                                                      : phrase;
}

static struct csa_node *make_any(struct csa_parser *parser, const struct csa_pieces *pieces,
                                 struct csa_view source)
{
    struct csa_node *group = csa_parser_node(parser, CSA_NODE_GROUP, source);
    for (size_t i = 0; i < pieces->count && group != NULL; i++) {
        struct csa_node *word = make_leaf(parser, &pieces->items[i], source);
        if (word == NULL) {
            break;
        }
        csa_parser_add(parser, group, word, CSA_LIST_ALTERNATIVES);
    }
    return csa_parser_finish_group(parser, group);
}

static void read_pieces(struct csa_parser *parser, struct csa_view text, enum csa_pieces_mode mode,
                        struct csa_pieces *pieces)
{
    if (csa_pieces_read(text, mode, parser->arena, pieces, NULL) != CSA_OK) {
        parser->out_of_memory = true;
        pieces->count = 0;
    }
}

static void note_pieces(struct csa_parser *parser, const struct csa_pieces *pieces)
{
    if (pieces->no_pattern) {
        csa_parser_note(parser, CSA_NOTE_PATTERN);
    }
    if (pieces->far) {
        csa_parser_note(parser, CSA_NOTE_DISTANCE_FAR);
    }
    if (pieces->fraction) {
        csa_parser_note(parser, CSA_NOTE_DISTANCE_FRACTION);
    }
    if (pieces->too_short) {
        csa_parser_note(parser, CSA_NOTE_DISTANCE_SHORT);
    }
    if (pieces->pair_pattern) {
        csa_parser_note(parser, CSA_NOTE_DISTANCE_PAIRS);
    }
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* 9/11, 10:30, 24/7: the numbers mean something side by side only. */
static bool is_compound_number(struct csa_view text)
{
    size_t signs = 0;
    for (size_t i = 0; i < text.size; i++) {
        bool sign = text.data[i] == '/' || text.data[i] == ':';
        bool inside = i > 0 && i + 1 < text.size && is_digit(text.data[i - 1]) && is_digit(text.data[i + 1]);
        if (sign ? !inside : !is_digit(text.data[i])) {
            return false;
        }
        signs += sign;
    }
    return signs > 0;
}

/* A pasted address of a page, of which the scheme is left out, or of a person. */
static bool is_address(struct csa_view *text)
{
    for (size_t i = 1; i + 1 < text->size; i++) {
        const char *p = text->data + i;
        if (i + 3 < text->size && memcmp(p, "://", 3) == 0) {
            *text = csa_view_make(p + 3, text->size - i - 3);
            return true;
        }
        if (*p == '@') {
            return true;
        }
    }
    return false;
}

/* The node for text that is a word or stood in quotation marks; null when it holds no token. `strict`:
 * several tokens are a phrase. */
static struct csa_node *make_words(struct csa_parser *parser, struct csa_view text, bool quoted, bool strict,
                                   bool exact, struct csa_view source)
{
    struct csa_pieces pieces;
    bool address = !quoted && is_address(&text);
    bool phrase = strict || exact || address || is_compound_number(text);
    read_pieces(parser, text, address ? CSA_PIECES_PLAIN : CSA_PIECES_WORD, &pieces);
    note_pieces(parser, &pieces);
    struct csa_pieces parts = pieces;
    if (quoted || (phrase && !address && pieces.count > 1)) {
        read_pieces(parser, text, CSA_PIECES_PHRASE, &parts);
    }
    if (quoted ? parts.count > 1 : phrase && pieces.count > 1) {
        return make_phrase(parser, &parts, source);
    }
    if (pieces.count > 1) {
        return make_any(parser, &pieces, source);
    }
    if (pieces.count == 0) {
        return NULL;
    }
    bool as_written = (quoted || exact) && pieces.items[0].kind == CSA_NODE_WORD;
    pieces.items[0].kind = as_written ? CSA_NODE_EXACT : pieces.items[0].kind;
    return make_leaf(parser, &pieces.items[0], source);
}

/* A filter; null also when its value makes no sense, and then *understood is false. */
static struct csa_node *make_filter(struct csa_parser *parser, const struct csa_lexeme *lexeme,
                                    enum csa_field field, bool *understood)
{
    struct csa_piece piece = {.kind = CSA_NODE_FILTER};
    struct csa_node *node = make_leaf(parser, &piece, lexeme->source);
    bool swapped = false;
    *understood = true;
    if (node == NULL) {
        return NULL;
    }
    node->field = field;
    node->whole = lexeme->exact || parser->exact;
    if (csa_filter_read(node, lexeme->text, lexeme->kind == CSA_LEXEME_PHRASE, parser->arena, understood,
                        &swapped, NULL) != CSA_OK) {
        parser->out_of_memory = true;
        return NULL;
    }
    if (!*understood) {
        csa_parser_note_text(parser, CSA_NOTE_VALUE, lexeme->plain);
        parser->query->leaf_count--;
        return NULL;
    }
    if (csa_filter_is_name(field) && memchr(lexeme->text.data, '*', lexeme->text.size) != NULL) {
        csa_parser_note_text(parser, CSA_NOTE_NAME_PATTERN, lexeme->text);
    }
    if (swapped) {
        csa_parser_note_text(parser, CSA_NOTE_SWAPPED, lexeme->text);
    }
    return node;
}

/* Remembers a filter's value as typed; filter is null where it was not understood. */
static void keep_value(struct csa_parser *parser, const struct csa_lexeme *lexeme, enum csa_field field,
                       const struct csa_node *filter)
{
    struct csa_query *query = parser->query;
    bool has_near = field == CSA_FIELD_LANGUAGE || (filter != NULL && field < CSA_FIELD_ID);
    if (parser->excluded || !has_near || query->value_count == CSA_QUERY_VALUES) {
        return;
    }
    if (query->values == NULL) {
        query->values = csa_arena_alloc(parser->arena, CSA_QUERY_VALUES, sizeof *query->values);
    }
    if (query->values == NULL) {
        parser->out_of_memory = true;
        return;
    }
    query->values[query->value_count++] = (struct csa_typed_value){
        .field = field,
        .filter = filter,
        .text = lexeme->text,
        .source = lexeme->plain,
        .quoted = lexeme->kind == CSA_LEXEME_PHRASE,
    };
}

static void set_field(struct csa_node *node, enum csa_field field)
{
    if (node->kind == CSA_NODE_GROUP || node->kind == CSA_NODE_PHRASE) {
        for (size_t i = 0; i < node->child_count; i++) {
            set_field(node->children[i], field);
        }
    }
    if (node->kind != CSA_NODE_GROUP) {
        node->field = field;
    }
}

/* The node for a WORD or PHRASE lexeme. */
struct csa_node *csa_parser_operand(struct csa_parser *parser, const struct csa_lexeme *lexeme, bool strict)
{
    enum csa_field field = lexeme->field == CSA_FIELD_TEXT ? parser->field : lexeme->field;
    struct csa_view text = lexeme->text;
    bool quoted = lexeme->kind == CSA_LEXEME_PHRASE;
    if (field >= CSA_FIELD_AUTHOR) {
        bool understood;
        struct csa_node *filter = make_filter(parser, lexeme, field, &understood);
        if (!understood || filter != NULL) {
            keep_value(parser, lexeme, field, filter);
        }
        if (understood) {
            return filter;
        }
        text = lexeme->plain;
        quoted = false;
        field = CSA_FIELD_TEXT;
    }
    struct csa_node *node =
        make_words(parser, text, quoted, strict, lexeme->exact || parser->exact, lexeme->source);
    if (node != NULL && node->kind == CSA_NODE_PHRASE) {
        node->slop = lexeme->slop;
    }
    if (node != NULL && field == CSA_FIELD_TITLE) {
        set_field(node, field);
    }
    return node;
}
