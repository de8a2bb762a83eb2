/* Synonyms from a plain file, put into the syntax tree of a query.
 *
 * A rule stands on one line; # begins a line that is none:
 *
 *   belt and road, BRI, OBOR, 一带一路        each of them finds all
 *   siberian force => power of siberia       the left side finds the right one also, not the other way round
 *
 * Called by main() for --synonyms and by the site. */
#ifndef CSA_SEARCHER_QUERY_SYNONYMS_H
#define CSA_SEARCHER_QUERY_SYNONYMS_H

#include "searcher/query/pieces.h"
#include "searcher/query/syntax.h"

/* A file beyond these is refused; of a query, what is beyond CSA_SYNONYMS_ADDED is left out with a note. */
enum {
    CSA_SYNONYMS_BYTES = 1 << 20, /* of the file */
    CSA_SYNONYMS_RULES = 10000,
    CSA_SYNONYMS_SIDES = 32, /* of a rule */
    CSA_SYNONYMS_WORDS = 16, /* of a side */
    CSA_SYNONYMS_ADDED = 128 /* words added to one query */
};

/* What a synonym counts beside the words as typed. */
#define CSA_SYNONYMS_WEIGHT 0.8

struct csa_synonyms;

/* CSA_ERROR_DAMAGED for a line that is no rule and CSA_ERROR_LIMIT for one beyond a limit, with the file's
 * name and the line's number; or what reading the file failed with. */
enum csa_status csa_synonyms_open(const char *path, struct csa_synonyms **synonyms, struct csa_error *error);
/* The same from a text; name is for messages. */
enum csa_status csa_synonyms_read(struct csa_view text, const char *name, struct csa_synonyms **synonyms,
                                  struct csa_error *error);
void csa_synonyms_close(struct csa_synonyms *synonyms); /* null is fine */

/* Adds to the tree what its words and phrases have as synonyms. Words as typed side by side, and the words of
 * a phrase or a part of it, are compared after folding; the longest run that is a side of a rule counts. A
 * synonym of bare words is a bare word or a phrase, a synonym inside a phrase makes another phrase; both have
 * the occurrence and the field of what they stand for. Words behind = and in NEAR have none. Call it before
 * stop words are left out. CSA_ERROR_MEMORY only. */
enum csa_status csa_synonyms_apply(const struct csa_synonyms *synonyms, struct csa_query *query,
                                   struct csa_arena *arena, struct csa_error *error);

/* ---- for synonyms_apply.c ---- */

/* A token as it is compared. */
struct csa_synonym_token {
    struct csa_view text;
    bool prefix;  /* a single character of a script that is searched by pairs */
    uint32_t gap; /* in a phrase: positions from the token before; else 0 */
};

/* One of the things that a rule makes equal. */
struct csa_synonym_side {
    struct csa_pieces words; /* as bare words are cut */
    struct csa_pieces parts; /* as phrases are cut */
};

struct csa_synonym_rule {
    struct csa_synonym_side *sides;
    size_t count;
    size_t left; /* sides 0 to left - 1 are looked for; all of them in a two-way rule */
    bool two_way;
};

/* Sides with the same tokens are chained. */
struct csa_synonym_entry {
    const struct csa_synonym_rule *rule;
    size_t side;
    bool phrase; /* by its parts, else by its words */
    uint64_t hash;
    const struct csa_synonym_entry *next;
};

/* The next entry after `entry` (the first: null) that has exactly these tokens, or null. */
const struct csa_synonym_entry *csa_synonyms_find(const struct csa_synonyms *synonyms,
                                                  const struct csa_synonym_token *tokens, size_t count,
                                                  bool phrase, const struct csa_synonym_entry *entry);

#endif
