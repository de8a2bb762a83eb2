/* Cutting one word or quoted string of a query into tokens, patterns and words with an edit distance: the
 * step between the lexer and the syntax tree. Called by the parser and the synonyms. */
#ifndef CSA_SEARCHER_QUERY_PIECES_H
#define CSA_SEARCHER_QUERY_PIECES_H

#include "searcher/query/syntax.h"

/* One token. */
struct csa_piece {
    struct csa_view text;    /* as in a node's text, in the arena */
    enum csa_node_kind kind; /* WORD, EXACT, PREFIX, WILDCARD or FUZZY */
    uint32_t position;       /* from 0, within the text */
    unsigned distance;       /* of FUZZY */
    bool ends_run;           /* the last pair of a run: what follows it stands two positions further */
    bool character;          /* PREFIX: as in a node */
};

struct csa_pieces {
    struct csa_piece *items;
    size_t count;
    bool no_pattern;   /* a pattern without a letter or digit was left out */
    bool far;          /* ~N with more than two edits was read as ~2 */
    bool fraction;     /* ~N was no whole number and not used */
    bool too_short;    /* ~ behind a word of one or two characters was not used */
    bool pair_pattern; /* a pattern or ~ was not used inside a script that is searched by pairs */
};

enum csa_pieces_mode {
    CSA_PIECES_WORD,   /* plain tokens are WORD; one with its sign ($25, c++) stands for its parts, EXACT */
    CSA_PIECES_PHRASE, /* plain tokens are EXACT; only the parts count */
    CSA_PIECES_BARE,   /* as WORD, and `*`, `?`, `~` mean nothing */
    CSA_PIECES_PLAIN,  /* as PHRASE, and `*`, `?`, `~` mean nothing */
};

/* `*` at the end of a word makes a PREFIX, other `*` and `?` inside a word a WILDCARD, `~N` at the end of
 * what blanks separate a FUZZY. A `?` is punctuation when no letter, digit or `*` follows, or in what looks
 * like a path, an address or a time (with one of / : =). CSA_ERROR_MEMORY only. */
enum csa_status csa_pieces_read(struct csa_view text, enum csa_pieces_mode mode, struct csa_arena *arena,
                                struct csa_pieces *pieces, struct csa_error *error);

/* Whether two tokens that follow each other are pairs that overlap, as 全球 and 球治 do; *tail is then what
 * the second adds, and both are written as one. */
bool csa_pieces_overlap(struct csa_view first, struct csa_view second, struct csa_view *tail);

#endif
