/* The plan: a syntax tree bound to the dictionaries of one snapshot.
 *
 *   group ── should / must / must not ── term     one or more postings lists of passages in each segment
 *                                        fuzzy    the same, words further away counting less
 *                                        phrase   elements, each one or more lists with positions
 *                                        near     phrases (of one element, too), in any order
 *                                        title    lists of articles; matches all passages of the article
 *                                        title phrase, title near
 *                                        filter   a set of passages, by what is known of their articles
 *
 * Groups are flattened where that changes nothing, so that a strategy sees a query's true shape. Statistics
 * (document counts, idf) are those of the whole snapshot, so that scores do not depend on how it is cut into
 * segments. Everything lives in the arena given to csa_plan_build(). Built by plan.c (the tree), plan_terms.c
 * (words and what patterns stand for), plan_lists.c, plan_phrases.c and filter.c. */
#ifndef CSA_SEARCHER_MATCH_PLAN_H
#define CSA_SEARCHER_MATCH_PLAN_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/index/index.h"
#include "common/text/language.h"
#include "searcher/match/filter.h"
#include "searcher/match/strays.h"
#include "searcher/query/syntax.h"

#include <stdbool.h>
#include <stdint.h>

enum csa_plan_kind {
    CSA_PLAN_GROUP,
    CSA_PLAN_TERM,
    CSA_PLAN_FUZZY,
    CSA_PLAN_PHRASE,
    CSA_PLAN_NEAR,
    CSA_PLAN_TITLE,
    CSA_PLAN_TITLE_PHRASE,
    CSA_PLAN_TITLE_NEAR,
    CSA_PLAN_FILTER,
};

/* The lists of one term in one segment. */
struct csa_lists {
    struct csa_postings *items;
    uint8_t *shares; /* FUZZY: what an occurrence in each list counts, in CSA_FUZZY_UNIT parts; else null */
    uint32_t count;
};

/* A word at a distance of d edits counts 1 / (1 + d) of one as written: frequencies of fuzzy words are summed
 * up in sixths. */
enum { CSA_FUZZY_UNIT = 6 };

struct csa_plan_node {
    enum csa_plan_kind kind;
    enum csa_occurrence occurrence;
    const struct csa_node *node; /* where it came from; null for a group made by simplifying */
    const char *label;           /* "word", "stem", "prefix", ... */
    struct csa_view text;        /* the term looked up; for several stems the first */
    double idf;
    float boost;
    float weight; /* boost * idf */
    uint64_t
        documents; /* passages (title kinds: articles) that hold it, summed over its lists, at most all */
    uint64_t occurrences;
    struct csa_lists *lists;  /* TERM, FUZZY and elements of phrases: by segment */
    struct csa_lists *titles; /* TITLE; TERM that the article's title satisfies too (else null); elements of a
                                 TITLE_PHRASE */
    struct csa_plan_node **children; /* GROUP; PHRASE: elements, all of kind TERM; NEAR: all of kind PHRASE;
                                        the same for titles */
    size_t child_count;
    struct csa_filter *filters; /* FILTER: by segment */
    uint32_t offset;            /* an element's, relative to the smallest of its phrase */
    uint32_t span;              /* PHRASE: largest offset */
    uint32_t slop;              /* PHRASE, NEAR */
    size_t expansions;          /* words that its patterns became */
    bool is_pattern;            /* stands for words of the dictionary, or has elements that do */
    bool cut;                   /* there are more of them than the budget allows */
    bool by_stem;               /* TERM: looked up by stem */
};

/* The words of a query in their order, for the evidence that `best` adds (best.h). */
struct csa_plan_word {
    const struct csa_plan_node *term;
    struct csa_plan_node *title; /* TITLE node of the same word; null when no title holds it */
};

struct csa_plan {
    const struct csa_index *index;
    struct csa_plan_node *root;    /* never null; a group without children matches nothing */
    struct csa_plan_node **leaves; /* terms, phrases, titles, filters, in the order of the query */
    size_t leaf_count;
    struct csa_plan_word *words;
    size_t word_count;
    double title_average; /* tokens a title */
    const char **limits;  /* what was cut short, in words */
    size_t limit_count;
};

struct csa_plan_options {
    bool plain;                          /* batch mode: words match in passages only, not in titles */
    bool best;                           /* fill words */
    struct csa_stemmer *const *stemmers; /* by language, null where there is none */
    const struct csa_strays *strays;     /* by segment; null: not known */
    uint64_t deadline;                   /* monotonic nanoseconds, 0: none; expanding patterns stops then */
};

enum csa_status csa_plan_build(struct csa_plan *plan, const struct csa_index *index,
                               const struct csa_query *query, const struct csa_plan_options *options,
                               struct csa_arena *arena, struct csa_error *error);

/* Lucene's idf: log(1 + (n - df + 0.5) / (df + 0.5)). */
double csa_idf(uint64_t documents, uint64_t all);

/* What a frequency of `sum` sixths (CSA_FUZZY_UNIT) of a fuzzy word gives: BM25's saturated part. */
static inline float csa_fuzzy_saturation(struct csa_saturation s, uint32_t sum, uint32_t length)
{
    float t = (float)sum / CSA_FUZZY_UNIT;
    return t / (t + s.base + s.slope * (float)length);
}

#endif
