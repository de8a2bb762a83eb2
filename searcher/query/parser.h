/* The parser's inside: what parse.c (clauses and operators), parse_groups.c (how clauses are put together)
 * and parse_words.c (words, phrases, filters) share. Only these three include it. */
#ifndef CSA_SEARCHER_QUERY_PARSER_H
#define CSA_SEARCHER_QUERY_PARSER_H

#include "searcher/query/lexer.h"
#include "searcher/query/notes.h"
#include "searcher/query/tree.h"

struct csa_parser {
    struct csa_lexer lexer;
    struct csa_lexeme current;
    const char *read; /* behind the last lexeme taken */
    struct csa_arena *arena;
    struct csa_query *query;
    unsigned depth;
    unsigned flattened;   /* parentheses that are open beyond the greatest depth and do not count */
    enum csa_field field; /* of the parenthesis around */
    bool exact;           /* likewise */
    bool excluded;        /* what is parsed lies within something excluded */
    bool out_of_memory;
    bool full; /* CSA_QUERY_CLAUSES was reached and said */
};

static inline void csa_parser_note_text(struct csa_parser *parser, enum csa_note_kind kind,
                                        struct csa_view value)
{
    if (!csa_query_note(parser->query, parser->arena, kind, value)) {
        parser->out_of_memory = true;
    }
}

static inline void csa_parser_note_number(struct csa_parser *parser, enum csa_note_kind kind, size_t number)
{
    if (!csa_query_note_number(parser->query, parser->arena, kind, number)) {
        parser->out_of_memory = true;
    }
}

static inline void csa_parser_note(struct csa_parser *parser, enum csa_note_kind kind)
{
    csa_parser_note_text(parser, kind, (struct csa_view){0});
}

/* A node of the query's arena; null and out_of_memory when there is no memory. */
struct csa_node *csa_parser_node(struct csa_parser *parser, enum csa_node_kind kind, struct csa_view source);
void csa_parser_push(struct csa_parser *parser, struct csa_node *parent, struct csa_node *child);

/* How the clauses of a group stand beside each other. */
enum csa_parser_list {
    CSA_LIST_PLAIN,        /* side by side: a filter without a sign is required */
    CSA_LIST_ALTERNATIVES, /* by OR, or values of one filter: it is one of several */
    CSA_LIST_REQUIRED,     /* by AND */
};

/* Adds a clause (null: none) to a group: as its occurrence and the list say, merged with the same word, and a
 * group that means the same without its parentheses clause by clause. */
void csa_parser_add(struct csa_parser *parser, struct csa_node *group, struct csa_node *child,
                    enum csa_parser_list list);

/* Where only filters are required, requires one of the optional clauses (beside_filters in syntax.h). */
void csa_parser_require_one(struct csa_parser *parser, struct csa_node *group);

/* A group as a clause: one clause alone is that clause, an empty group (or null) is null. */
struct csa_node *csa_parser_finish_group(struct csa_parser *parser, struct csa_node *group);

/* The node for a WORD or PHRASE lexeme, null when there is no token in it. `strict`: several tokens are a
 * phrase, and not any of them. */
struct csa_node *csa_parser_operand(struct csa_parser *parser, const struct csa_lexeme *lexeme, bool strict);

#endif
