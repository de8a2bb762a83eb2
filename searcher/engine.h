/* An engine answers queries over one collection. Two implementations stand behind this header: the native one
 * (engine_native.c over match/) and, later, Xapian.
 *
 * A passage and an article are named by numbers that are valid while the engine is open (one snapshot). All
 * results live in the arena given with the call. An engine is used by one thread at a time. */
#ifndef CSA_SEARCHER_ENGINE_H
#define CSA_SEARCHER_ENGINE_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/query/syntax.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csa_rank {
    CSA_RANK_BEST, /* BM25, lifted where the words stand close together and where the title holds them */
    CSA_RANK_BM25, /* plain BM25 over passages */
};

/* The parts of which `best` is made besides BM25 (match/best.h), each of which can be left out. */
enum csa_best_part {
    CSA_BEST_PART_NEAR,    /* words of the query close together */
    CSA_BEST_PART_COVER,   /* the share of the query that the passage holds */
    CSA_BEST_PART_ARTICLE, /* BM25 of the whole article */
    CSA_BEST_PART_EXACT,   /* words as written in it */
    CSA_BEST_PART_TITLE,
    CSA_BEST_PART_FURTHER, /* the article's further passages */
    CSA_BEST_PART_COUNT,
};

/* What the articles that match are counted by. */
enum csa_facet {
    CSA_FACET_SOURCE,
    CSA_FACET_LANGUAGE,
    CSA_FACET_AUTHOR,
    CSA_FACET_YEAR,
    CSA_FACET_MONTH,
    CSA_FACET_COUNT,
};

enum csa_sort {
    CSA_SORT_RELEVANCE,
    CSA_SORT_NEWEST, /* articles by date, the latest first, undated ones last; of one day by BM25 */
    CSA_SORT_OLDEST,
};

struct csa_search_request {
    const struct csa_query *query;
    enum csa_rank rank;
    unsigned without;   /* parts that `best` leaves out: 1 << enum csa_best_part, each */
    double k1, b;       /* 1.2, 0.75 */
    size_t hits;        /* passages wanted, best first; 0: none, only counts */
    bool by_article;    /* `hits` articles are wanted instead: the passages come article by article, the best
                           article first, in it the best passage first, and at least `hits` articles if there
                           are so many */
    bool count;         /* fill passages_matched and articles_matched exactly */
    bool exhaustive;    /* score every match, no pruning: for tests and --explain; the same hits */
    enum csa_sort sort; /* by_article only */
    unsigned facets;    /* 1 << enum csa_facet, each: which to count, over all articles that match */
    bool dates;         /* count the articles that match by date; this and facets only with `count` */
    bool plain; /* batch mode: a word matches in passages only (never through its article's title), and only
                   passages are counted */
    uint64_t deadline; /* monotonic nanoseconds; 0: none */
};

struct csa_hit {
    uint32_t passage;
    uint32_t article;
    float score;
    float own;    /* of it, what the passage itself gives; the rest is its article's (`best`) */
    bool leading; /* among the very best by BM25: counts for its article beside a better passage of it */
    float article_score; /* what its article ranks by; by_article only */
};

/* One leaf of the query as it was found in the index, for --explain and for empty results. */
struct csa_term_report {
    const struct csa_node *node;
    struct csa_view text; /* the term: surface form or stem */
    const char *kind;     /* "word", "stem", "prefix", "phrase", "title word", ... */
    uint64_t passages;    /* that hold it; of a title's: articles */
    uint64_t occurrences; /* 0 also for filters, which let passages through */
    double idf;
    bool counted; /* false for phrases and NEAR: passages and occurrences say nothing */
    bool title;   /* sought in titles */
    bool pattern; /* it stands for words of the collection */
    size_t words; /* how many were searched */
    bool cut;     /* there are more */
};

/* One facet: its values by count descending, then by value; years and months ascending. Of more than
 * CSA_FACET_VALUES those with the highest counts. Spellings that fold to the same words are one value, shown
 * as it is written most often. Values live as long as the arena and the engine. */
enum { CSA_FACET_VALUES = 1000 };
struct csa_facet_value {
    struct csa_view value; /* "2023", "2023-08", "en", a source; as filters in a query take it */
    uint64_t articles;
};
struct csa_facet_counts {
    enum csa_facet facet;
    struct csa_facet_value *values;
    size_t count;
    size_t more;      /* how many further values there are */
    uint64_t unknown; /* articles without one (no source, undated; for months also those of a year only) */
};

/* How many articles have this date: yyyymmdd, months and days that are not known 0. */
struct csa_date_count {
    uint32_t date;
    uint64_t articles;
};

struct csa_search_result {
    struct csa_hit *hits; /* by score descending, then by passage ascending; see by_article */
    size_t hit_count;
    uint64_t passages_matched, articles_matched; /* when counted; where not exact, at least so many */
    bool exact;                                  /* false when a limit or the deadline cut the work short */
    const char **limits;                         /* which, in words */
    size_t limit_count;
    struct csa_facet_counts *facets; /* those asked for, in the order of enum csa_facet */
    size_t facet_count;
    struct csa_date_count *dates; /* when asked for: ascending, without the undated articles */
    size_t date_count;
    uint64_t undated;
    struct csa_term_report *terms;
    size_t term_count;
    /* what it cost, for --explain */
    const char *strategy; /* "maxscore", "conjunction", "phrase", "single list", ... */
    uint64_t blocks_read, passages_scored;
};

struct csa_article_info {
    struct csa_view id, title, url, author, source, description; /* size 0: unknown */
    uint32_t date;                                               /* yyyymmdd, parts may be 0; 0: unknown */
    const char *language;                                        /* code, "" when unknown */
    struct csa_engine_field {
        struct csa_view name, value;
    } * extra;
    size_t extra_count;
    uint32_t passage_count;
    uint32_t first_passage;
    uint8_t
        stemmer; /* the language (common/text/language.h) whose stems index this article's words, 0: none */
};

struct csa_passage_info {
    struct csa_view text;
    uint32_t number; /* within its article, from 1 */
    uint32_t offset; /* bytes, in the article's body */
    uint32_t length; /* tokens */
};

/* How one hit got its score, line by line. */
struct csa_explanation_line {
    unsigned depth;
    double value;
    struct csa_view text; /* "word siberia: idf 3.21 x tf part 0.61 (tf 2, length 118, average 104.2)" */
};

struct csa_explanation {
    struct csa_explanation_line *lines;
    size_t count;
};

/* A word of the collection (folded surface form). */
struct csa_word_count {
    struct csa_view word;
    uint64_t passages;
    unsigned distance; /* edits from the word asked about */
};

/* What typed text may become. Both lists stand best first; both hold only what is found when it is searched
 * alone. */
struct csa_completed_word {
    struct csa_view word;   /* as it is written most often in a few passages that hold it */
    struct csa_view folded; /* as the dictionary has it */
    uint64_t passages;      /* deleted ones included */
    bool stop;              /* a stop word: behind all others */
};
struct csa_completed_title {
    struct csa_view title;  /* as written */
    struct csa_view folded; /* csa_text_fold() of it; no two are the same */
    uint32_t article;
    bool begins; /* with what was typed; otherwise it holds the words that were, one of them begun */
};
enum { CSA_TYPED_MAXIMUM = 4096 };
struct csa_completions {
    size_t begin, end; /* bytes of what was typed: the word at its end, which `words` complete */
    struct csa_completed_word *words;
    size_t word_count;
    struct csa_completed_title *titles; /* those that begin so first */
    size_t title_count;
};

struct csa_engine;
struct csa_engine_operations {
    enum csa_status (*search)(struct csa_engine *engine, const struct csa_search_request *request,
                              struct csa_arena *arena, struct csa_search_result *result,
                              struct csa_error *error);
    /* Only the id of an article (cheap); for lists of ids. */
    enum csa_status (*article_id)(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                                  struct csa_view *id, struct csa_error *error);
    enum csa_status (*article)(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                               struct csa_article_info *info, struct csa_error *error);
    enum csa_status (*passage)(struct csa_engine *engine, uint32_t passage, struct csa_arena *arena,
                               struct csa_passage_info *info, struct csa_error *error);
    /* One explanation for each of `count` passages. */
    enum csa_status (*explain)(struct csa_engine *engine, const struct csa_search_request *request,
                               const uint32_t *passages, size_t count, struct csa_arena *arena,
                               struct csa_explanation *explanations, struct csa_error *error);
    /* Calls visit for words (surface forms) that start with prefix, in order, until it returns false. */
    enum csa_status (*words)(struct csa_engine *engine, struct csa_view prefix, void *context,
                             bool (*visit)(void *context, struct csa_view word, uint64_t passages),
                             struct csa_error *error);
    /* At most `room` words and titles that typed text may become, half and half where there are enough of
     * both. None for an empty text, and for one of more than CSA_TYPED_MAXIMUM bytes. Any bytes may be typed.
     */
    enum csa_status (*complete)(struct csa_engine *engine, struct csa_view typed, size_t room,
                                struct csa_arena *arena, struct csa_completions *completions,
                                struct csa_error *error);
    /* The words within `distance` (0, 1 or 2) edits of a word that stand in at least `least` passages, by
     * distance, then by passages descending; at most `room` of them. */
    enum csa_status (*similar)(struct csa_engine *engine, struct csa_view word, unsigned distance,
                               uint64_t least, size_t room, struct csa_arena *arena,
                               struct csa_word_count **words, size_t *count, struct csa_error *error);
    /* Calls visit for the different values that articles have in a field (AUTHOR, SOURCE, LANGUAGE: codes,
     * SITE: hosts without www.) with the number of these articles' passages, until it returns false. In no
     * order; a value may come in parts, of which the numbers add up. */
    enum csa_status (*values)(struct csa_engine *engine, enum csa_field field, void *context,
                              bool (*visit)(void *context, struct csa_view value, uint64_t passages),
                              struct csa_error *error);
    /* In how many passages a word of an article in this language (`stemmer`) stands, counted as a query for
     * it does: by its stem where there is one. */
    enum csa_status (*word_passages)(struct csa_engine *engine, struct csa_view word, uint8_t stemmer,
                                     uint64_t *passages, struct csa_error *error);
    /* The article with this id. */
    enum csa_status (*find_article)(struct csa_engine *engine, struct csa_view id, uint32_t *article,
                                    bool *found, struct csa_error *error);
    void (*close)(struct csa_engine *engine);
};

struct csa_engine {
    const struct csa_engine_operations *operations;
    uint64_t generation;
    uint64_t articles, passages; /* live ones */
    uint64_t stemmers;           /* set of languages (bit 0: unstemmed articles) */
};

enum csa_status csa_engine_native_open(const char *folder, struct csa_engine **engine,
                                       struct csa_error *error);

#endif
