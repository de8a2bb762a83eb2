/* What the files that build a plan share: plan.c, plan_terms.c, plan_phrases.c. Private to them.
 *
 * A function that fails returns null (or the error's status) with builder->error set. */
#ifndef CSA_SEARCHER_MATCH_PLAN_BUILDER_H
#define CSA_SEARCHER_MATCH_PLAN_BUILDER_H

#include "searcher/match/plan.h"

struct csa_plan_builder {
    struct csa_plan *plan;
    const struct csa_index *index;
    const struct csa_plan_options *options;
    struct csa_arena *arena;
    size_t patterns;   /* nodes still to come that stand for words of the dictionary */
    size_t budget;     /* words that these may still become */
    size_t characters; /* the same of single characters (`character` in syntax.h) */
    size_t pairs;
    size_t filters; /* so far */
    size_t leaf_room;
    bool cut;          /* a pattern was cut short */
    bool many_filters; /* some were left out */
    struct csa_error *error;
};

/* ---- plan.c ---- */

enum csa_status csa_plan_no_memory(struct csa_plan_builder *b);
struct csa_plan_node *csa_plan_node_new(struct csa_plan_builder *b, enum csa_plan_kind kind,
                                        const struct csa_node *node);

/* ---- plan_lists.c ---- */

/* Words to be looked up, and what an occurrence of each counts (null: the same). */
struct csa_plan_words {
    struct csa_view *items;
    uint8_t *shares;
    uint64_t *languages; /* of stems: those under which the word has each (bits); else null */
    size_t count;
};

/* The lists of some terms, each looked up as it is: one struct a segment. */
enum csa_status csa_plan_find_lists(struct csa_plan_builder *b, enum csa_term_kind kind,
                                    const struct csa_plan_words *words, struct csa_lists **found);
/* Sets documents (at most `all`), occurrences and idf from lists. */
void csa_plan_sum_lists(const struct csa_plan_builder *b, struct csa_plan_node *node,
                        const struct csa_lists *lists, uint64_t all);
bool csa_plan_any_list(const struct csa_plan_builder *b, const struct csa_lists *lists);
void csa_plan_set_weight(struct csa_plan_node *leaf, double boost);

/* ---- plan_terms.c ---- */

/* Whether the node stands for words of the dictionary. near: it is a child of NEAR. */
bool csa_plan_is_pattern(const struct csa_plan_builder *b, const struct csa_node *node, bool near);
/* TITLE */
struct csa_plan_node *csa_plan_title(struct csa_plan_builder *b, const struct csa_node *node, double boost);
/* TERM or FUZZY. with_title: the word is required or excluded, and a title's word counts for all passages of
 * its article. */
struct csa_plan_node *csa_plan_term(struct csa_plan_builder *b, const struct csa_node *node, double boost,
                                    bool with_title);
/* An element of a phrase: the words it stands for as written; in NEAR (near) also the other forms of a bare
 * word. Its idf is that of titles if `title` says so. */
struct csa_plan_node *csa_plan_element(struct csa_plan_builder *b, const struct csa_node *node, bool title,
                                       bool near);

/* ---- plan_phrases.c ---- */

/* PHRASE or TITLE_PHRASE */
struct csa_plan_node *csa_plan_phrase(struct csa_plan_builder *b, const struct csa_node *node, double boost);
/* NEAR or TITLE_NEAR */
struct csa_plan_node *csa_plan_near(struct csa_plan_builder *b, const struct csa_node *node, double boost);

#endif
