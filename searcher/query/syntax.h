/* The syntax tree of a query, the same for every engine.
 *
 *   query text -> parse (parse.h) -> syntax tree -> an engine's plan over its dictionary
 *
 * A tree is made of clauses: a group holds children, each with an occurrence (should, must, must not), as in
 * `a +b -c`; AND makes both sides must, OR makes both should, NOT makes must-not. Words in the tree are
 * analysed already: folded surface tokens by the same chain as at index time, not stemmed (stems depend on
 * the index). All of it lives in the arena that the parser was given. */
#ifndef CSA_SEARCHER_QUERY_SYNTAX_H
#define CSA_SEARCHER_QUERY_SYNTAX_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csa_node_kind {
    CSA_NODE_GROUP,    /* children with occurrences; without children it matches nothing */
    CSA_NODE_WORD,     /* one token, matched by stem (in an index without stems: as written) */
    CSA_NODE_EXACT,    /* one token, matched as written (folded) */
    CSA_NODE_PREFIX,   /* tokens that start with this one: word*, and a single CJK character */
    CSA_NODE_WILDCARD, /* tokens that fit a pattern: in text `*` stands for any characters, `?` for one */
    CSA_NODE_FUZZY,    /* tokens within `distance` edits of this one */
    CSA_NODE_PHRASE, /* tokens as written, side by side: children EXACT, PREFIX, WILDCARD or FUZZY, each with
                        its `offset` */
    CSA_NODE_NEAR,   /* all of them, in any order, with at most `slop` other tokens between the first and the
                        last; children as in a phrase, or phrases */
    CSA_NODE_FILTER, /* what the article's `field` (from AUTHOR on) says: text, or for DATE a range; adds
                        nothing to the score */
};

enum csa_field {
    CSA_FIELD_TEXT,   /* title and body */
    CSA_FIELD_TITLE,  /* title: */
    CSA_FIELD_AUTHOR, /* author: all words of text stand in the article's author, side by side (see whole) */
    CSA_FIELD_SOURCE, /* source: likewise */
    CSA_FIELD_LANGUAGE, /* lang: a code, as in en */
    CSA_FIELD_SITE,     /* site: the host of the article's url, or a domain above it */
    CSA_FIELD_ID,       /* id: the article's id; with a `*` at the end, ids that begin so */
    CSA_FIELD_DATE,     /* date: a range of days */
};

enum csa_occurrence { CSA_SHOULD, CSA_MUST, CSA_MUST_NOT };

struct csa_node {
    enum csa_node_kind kind;
    enum csa_occurrence occurrence; /* within the parent group */
    enum csa_field field;
    float boost;                    /* 1 unless `^` says otherwise */
    struct csa_view text;           /* WORD, EXACT, PREFIX: the folded token */
    uint32_t offset;                /* within a phrase: position relative to the phrase's first token */
    uint32_t slop;                  /* PHRASE: 0 = exactly side by side; NEAR */
    unsigned distance;              /* FUZZY: 1 or 2 edits, of which swapping two neighbours is one */
    uint32_t first_date, last_date; /* FILTER by DATE: yyyymmdd, both included; 0 and UINT32_MAX: open */
    struct csa_view *variants;      /* other spellings that count as the same word or pattern, folded */
    size_t variant_count;
    bool beside_filters;        /* GROUP, required: the optional clauses of a group in which only filters are
                                   required. One of them has to match; otherwise they are optional as ever.
                                   Printed without its sign and parentheses */
    struct csa_node **children; /* GROUP, PHRASE */
    size_t child_count;
    bool synonym;   /* added by synonyms.h, typed by nobody */
    bool stop_word; /* set by stop_words.h: it is to be left out */
    bool added;     /* by feedback/, typed by nobody: where it stands counts nothing */
    bool whole;     /* FILTER by AUTHOR or SOURCE: text, as typed, is the whole value: its words and no
                       others; without words, its bytes. By ID: a `*` at the end is one of the id */
    bool bare;      /* of filters: required for want of a sign; the parser's, to find its like */
    bool character; /* PREFIX: one character of a script that is searched by pairs, and no pattern */
    struct csa_view source; /* the piece of the query that this came from, for messages */
};

/* What was read in another way than it may have been meant, or left out (notes.h). */
enum csa_note_kind {
    CSA_NOTE_DEEP,
    CSA_NOTE_UNCLOSED,
    CSA_NOTE_UNOPENED,
    CSA_NOTE_QUOTE,
    CSA_NOTE_FIELD,
    CSA_NOTE_OPERATOR,
    CSA_NOTE_NEAR_NUMBER,
    CSA_NOTE_NEAR_SIDES,
    CSA_NOTE_DISTANCE_SIGN,
    CSA_NOTE_DISTANCE_FAR,
    CSA_NOTE_DISTANCE_FRACTION,
    CSA_NOTE_DISTANCE_SHORT,
    CSA_NOTE_DISTANCE_PAIRS,
    CSA_NOTE_WEIGHT_SIGN,
    CSA_NOTE_WEIGHT_BELOW,
    CSA_NOTE_LARGE,
    CSA_NOTE_PATTERN,
    CSA_NOTE_NAME_PATTERN,
    CSA_NOTE_VALUE,
    CSA_NOTE_SWAPPED,
    CSA_NOTE_WORDLESS,
    CSA_NOTE_EXCLUDES,
    CSA_NOTE_BYTES,
    CSA_NOTE_WORDS,
    CSA_NOTE_SYNONYMS,
    CSA_NOTE_COUNT,
};

struct csa_note {
    enum csa_note_kind kind;
    struct csa_view value;   /* what it is about: a piece of the query, or a number; empty: nothing */
    struct csa_view message; /* in English, with the value */
};

/* What was typed behind author: source: lang: or site:, where it is not excluded: to find its misspelling. */
struct csa_typed_value {
    enum csa_field field;
    const struct csa_node *filter; /* null: of lang:, not understood, and so searched as words */
    struct csa_view text;          /* in the query's text; without its quotation marks */
    struct csa_view source;        /* and with them and the field's name, if that is beside it */
    bool quoted;
};

struct csa_query {
    struct csa_view text;  /* as typed, repaired to valid UTF-8, cut at CSA_QUERY_MAXIMUM */
    struct csa_node *root; /* a GROUP; never null */
    struct csa_note *notes;
    size_t note_count;
    size_t leaf_count;              /* words, prefixes, phrase elements */
    struct csa_typed_value *values; /* the first CSA_QUERY_VALUES */
    size_t value_count;
};

/* Limits; beyond them the rest is dropped with a note (csa-query(7)). */
enum {
    CSA_QUERY_MAXIMUM = 4096, /* bytes */
    CSA_QUERY_CLAUSES =
        1024, /* leaves: words, prefixes, words of phrases; a long topic of a test collection has 340 */
    CSA_QUERY_DEPTH = 16,        /* nested parentheses */
    CSA_QUERY_EXPANSIONS = 1024, /* terms that prefixes, wildcards and edit distance may become, in all */
    CSA_QUERY_PAIRS = 65536,     /* pairs that single characters may become, in all */
    CSA_QUERY_SLOP = 1000,       /* of a phrase and of NEAR */
    CSA_QUERY_NEAR = 10,         /* the slop of NEAR without a number */
    CSA_QUERY_BOOST_MAXIMUM = 1000,
    CSA_QUERY_NOTES = 8,
    CSA_QUERY_VALUES = 8, /* that are remembered as typed */
};

/* The tree in one line, canonical and unambiguous ("parsed" in JSON), e.g. +"power of siberia" -trade
 * title:gas (silk belt)^2 pipe* +lang:en. Parsed again it gives the same tree, as long as it is within the
 * limits. Appended to out. */
struct csa_buffer;
void csa_query_print(const struct csa_query *query, struct csa_buffer *out);
/* One node of it, without the sign of its occurrence. */
void csa_node_print(const struct csa_node *node, struct csa_buffer *out);

#endif
