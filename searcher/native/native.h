/* The native engine's inside: one snapshot of an index, and memory that is used again from query to query.
 * Shared by engine_native.c and the files of native/. */
#ifndef CSA_SEARCHER_NATIVE_NATIVE_H
#define CSA_SEARCHER_NATIVE_NATIVE_H

#include "common/index/index.h"
#include "common/text/language.h"
#include "searcher/engine.h"
#include "searcher/match/common_words.h"
#include "searcher/match/match.h"

/* What a segment's bound bytes stand for under the parameters asked for last. */
struct csa_native_bounds {
    struct csa_saturation saturation;
    bool made;
    float values[256];
};

struct csa_native {
    struct csa_engine engine; /* first: the public part */
    struct csa_index *index;
    struct csa_stemmer *stemmers[CSA_LANGUAGE_COUNT]; /* of the index's languages */
    struct csa_native_bounds *bounds;                 /* by segment */
    struct csa_strays *strays;                        /* by segment */
    struct csa_chunk_cache articles, passages;        /* stored text read last */
    struct csa_buffer peeked;                         /* the same, for the spelling of words */
    struct csa_common_words common; /* for near words, once they were asked for often enough */
    unsigned near_asked;            /* how often they were */
    uint64_t **only; /* by segment: bits of the passages that the passes at hand may find; null: any */
    struct csa_found *found;  /* by segment: where passes that count leave what matches; null: nowhere */
    struct csa_arena work;    /* the plan of the query at hand */
    struct csa_arena scratch; /* its evaluation in one segment */
};

static inline struct csa_native *csa_native_of(struct csa_engine *engine)
{
    return (struct csa_native *)engine;
}

/* Plans a query in native->work, which is cleared first. */
enum csa_status csa_native_plan(struct csa_native *native, const struct csa_search_request *request,
                                struct csa_plan *plan, struct csa_error *error);
/* Prepares the evaluation of a plan in one segment. Everything but collector is set. */
void csa_native_prepare(struct csa_native *native, const struct csa_search_request *request,
                        const struct csa_plan *plan, uint32_t segment, struct csa_match *match);
/* The segment of a passage or article of the index; the number must be in range. */
uint32_t csa_native_segment_of_passage(const struct csa_native *native, uint32_t passage);
uint32_t csa_native_segment_of_article(const struct csa_native *native, uint32_t article);

/* One pass for the best `room` passages: hits by score, counts as the request asks. Under `best` at least
 * CSA_BEST_CANDIDATES (there may be more hits than asked for): the best ones by BM25, in the order that the
 * further evidence puts them in. */
enum csa_status csa_native_collect(struct csa_native *native, const struct csa_search_request *request,
                                   const struct csa_plan *plan, size_t room, struct csa_arena *arena,
                                   struct csa_search_result *result, struct csa_error *error);

/* More and more passages, until the wanted number of articles is among them or there are no more; then in the
 * order of articles. */
enum csa_status csa_native_collect_articles(struct csa_native *native,
                                            const struct csa_search_request *request,
                                            const struct csa_plan *plan, struct csa_arena *arena,
                                            struct csa_search_result *result, struct csa_error *error);

/* A hit on its way to its place among the articles. */
struct csa_placed_hit {
    struct csa_hit hit;
    size_t order;    /* among the hits as they were found */
    size_t first;    /* by score: order of its article's best passage */
    uint32_t place;  /* by date: in time */
    float relevance; /* by date: of the article */
};
/* For qsort: by article, of one article by order. */
int csa_placed_hit_compare(const void *left, const void *right);

/* The same by date (request->sort), exactly, over all that matches. Needs native->found. An article's score
 * is that of its best passage. */
enum csa_status csa_native_collect_dated(struct csa_native *native, const struct csa_search_request *request,
                                         const struct csa_plan *plan, struct csa_arena *arena,
                                         struct csa_search_result *result, struct csa_error *error);

/* Counts the articles of native->found by request->facets and request->dates. */
enum csa_status csa_native_count_facets(struct csa_native *native, const struct csa_search_request *request,
                                        struct csa_arena *arena, struct csa_search_result *result,
                                        struct csa_error *error);

enum csa_status csa_native_search(struct csa_engine *engine, const struct csa_search_request *request,
                                  struct csa_arena *arena, struct csa_search_result *result,
                                  struct csa_error *error);
enum csa_status csa_native_explain(struct csa_engine *engine, const struct csa_search_request *request,
                                   const uint32_t *passages, size_t count, struct csa_arena *arena,
                                   struct csa_explanation *explanations, struct csa_error *error);
enum csa_status csa_native_article_id(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                                      struct csa_view *id, struct csa_error *error);
enum csa_status csa_native_article(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                                   struct csa_article_info *info, struct csa_error *error);
enum csa_status csa_native_passage(struct csa_engine *engine, uint32_t passage, struct csa_arena *arena,
                                   struct csa_passage_info *info, struct csa_error *error);
enum csa_status csa_native_word_passages(struct csa_engine *engine, struct csa_view word, uint8_t stemmer,
                                         uint64_t *passages, struct csa_error *error);
enum csa_status csa_native_find_article(struct csa_engine *engine, struct csa_view id, uint32_t *article,
                                        bool *found, struct csa_error *error);
enum csa_status csa_native_similar(struct csa_engine *engine, struct csa_view word, unsigned distance,
                                   uint64_t least, size_t room, struct csa_arena *arena,
                                   struct csa_word_count **words, size_t *count, struct csa_error *error);
enum csa_status csa_native_complete(struct csa_engine *engine, struct csa_view typed, size_t room,
                                    struct csa_arena *arena, struct csa_completions *completions,
                                    struct csa_error *error);
enum csa_status csa_native_words(struct csa_engine *engine, struct csa_view prefix, void *context,
                                 bool (*visit)(void *context, struct csa_view word, uint64_t passages),
                                 struct csa_error *error);
enum csa_status csa_native_values(struct csa_engine *engine, enum csa_field field, void *context,
                                  bool (*visit)(void *context, struct csa_view value, uint64_t passages),
                                  struct csa_error *error);

#endif
