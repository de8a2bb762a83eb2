/* Query text -> lexemes: words, quoted strings, operators, parentheses. Called by the parser only.
 *
 * The lexer never fails: what has no meaning as syntax is part of a word. */
#ifndef CSA_SEARCHER_QUERY_LEXER_H
#define CSA_SEARCHER_QUERY_LEXER_H

#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

enum csa_lexeme_kind {
    CSA_LEXEME_END,
    CSA_LEXEME_WORD,   /* text: a run without blanks, quotes or outer parentheses */
    CSA_LEXEME_PHRASE, /* text: what stands between the quotes */
    CSA_LEXEME_OPEN,
    CSA_LEXEME_CLOSE,
    CSA_LEXEME_AND,
    CSA_LEXEME_OR,
    CSA_LEXEME_NOT,
};

struct csa_lexeme {
    enum csa_lexeme_kind kind;
    struct csa_view text;
    struct csa_view source; /* all of it as typed: sign, field, quotes, suffixes */
    char sign;              /* '+', '-' or 0; for WORD, PHRASE and OPEN */
    struct csa_view field;  /* `title` in title:word; empty without */
    uint32_t slop;          /* of "..."~N */
    float boost;            /* of ^N; 1 without */
    bool unclosed;          /* a quote without its partner: read as a plain word character */
};

struct csa_lexer {
    const char *next;
    const char *end;
    const char *start;
};

static inline void csa_lexer_init(struct csa_lexer *lexer, struct csa_view text)
{
    *lexer = (struct csa_lexer){text.data, text.size == 0 ? text.data : text.data + text.size, text.data};
}

void csa_lexer_next(struct csa_lexer *lexer, struct csa_lexeme *lexeme);

/* The fields that the query language has (title); others are words. */
bool csa_lexer_is_field(struct csa_view name);

#endif
