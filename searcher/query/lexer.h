/* Query text -> lexemes: words, quoted strings, operators, parentheses. Called by the parser only.
 *
 * The lexer never fails: what has no meaning as syntax is part of a word. */
#ifndef CSA_SEARCHER_QUERY_LEXER_H
#define CSA_SEARCHER_QUERY_LEXER_H

#include "common/base/view.h"
#include "searcher/query/syntax.h"

enum csa_lexeme_kind {
    CSA_LEXEME_END,
    CSA_LEXEME_WORD,   /* text: a run without blanks, quotes or outer parentheses */
    CSA_LEXEME_PHRASE, /* text: what stands between the quotes */
    CSA_LEXEME_OPEN,
    CSA_LEXEME_CLOSE,
    CSA_LEXEME_AND,
    CSA_LEXEME_OR,
    CSA_LEXEME_NOT,
    CSA_LEXEME_NEAR,
};

struct csa_lexeme {
    enum csa_lexeme_kind kind;
    struct csa_view text;
    struct csa_view source; /* all of it as typed: sign, field, quotes, suffixes */
    struct csa_view plain;  /* the same without the sign: what is searched when the field makes no sense */
    char sign;              /* '+', '-' or 0; for WORD, PHRASE and OPEN */
    enum csa_field field;   /* CSA_FIELD_TEXT without */
    bool exact;             /* = before it */
    uint32_t slop;          /* of "..."~N and NEAR/N */
    float boost;            /* of ^N; 1 without */
    bool cut;               /* slop or boost was larger than its limit, which stands here instead */
    bool lonely_field;      /* the name of a field with its colon and nothing behind it */
    bool wrong_boost;       /* `^-N` was left out */
    bool unclosed;          /* behind a quotation mark without its partner, which was left out */
};

struct csa_lexer {
    const char *next;
    const char *end;
    const char *quoted_end; /* where the last quoted string ended; null before */
    bool all_capitals; /* a sentence in capitals, in which AND, OR, NOT and NEAR do not stand out: words */
};

void csa_lexer_init(struct csa_lexer *lexer, struct csa_view text);

void csa_lexer_next(struct csa_lexer *lexer, struct csa_lexeme *lexeme);

/* `title` and the like, as typed before the colon. */
const char *csa_field_name(enum csa_field field);

/* A quotation mark of any style but the apostrophe. */
bool csa_is_quote(uint32_t character);

#endif
