/* Articles from passages: enough passages that the wanted articles are among them, and the order of articles.
 *
 * Under `bm25` an article ranks as its best passage does. Under `best` its other passages count too, with
 * what they give by themselves (best.h), each further one a fifth of the one before: score = s1 + p2 / 5 + p3
 * / 25 +
 * ..., over those that are among the best CSA_BEST_CANDIDATES of the collection by BM25, so that the score
 * does not depend on how many articles are asked for. */
#include "searcher/match/best.h"
#include "searcher/native/native.h"

#include <stdlib.h>
#include <string.h>

enum { GROWTH = CSA_BEST_ROOM };

/* How many different articles the hits belong to; the bits are for all articles. */
static size_t count_articles(const struct csa_search_result *result, uint64_t *bits, size_t words)
{
    memset(bits, 0, words * sizeof *bits);
    size_t count = 0;
    for (size_t i = 0; i < result->hit_count; i++) {
        uint32_t article = result->hits[i].article;
        uint64_t bit = UINT64_C(1) << (article % 64);
        count += (bits[article / 64] & bit) == 0;
        bits[article / 64] |= bit;
    }
    return count;
}

int csa_placed_hit_compare(const void *left, const void *right)
{
    const struct csa_placed_hit *a = left;
    const struct csa_placed_hit *b = right;
    if (a->hit.article != b->hit.article) {
        return a->hit.article < b->hit.article ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

static int compare_by_rank(const void *left, const void *right)
{
    const struct csa_placed_hit *a = left;
    const struct csa_placed_hit *b = right;
    if (a->hit.article_score != b->hit.article_score) {
        return a->hit.article_score > b->hit.article_score ? -1 : 1;
    }
    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

/* Puts the hits in the order of their articles' scores, each article's passages together, the best first.
 * `further` is what the next passage of an article counts beside the one before. */
static enum csa_status order_articles(struct csa_native *native, float further,
                                      struct csa_search_result *result, struct csa_error *error)
{
    struct csa_placed_hit *placed = csa_arena_alloc(&native->work, result->hit_count, sizeof *placed);
    if (placed == NULL) {
        return csa_error_set_memory(error, "articles");
    }
    for (size_t i = 0; i < result->hit_count; i++) {
        placed[i] = (struct csa_placed_hit){.hit = result->hits[i], .order = i};
    }
    qsort(placed, result->hit_count, sizeof *placed, csa_placed_hit_compare);
    for (size_t start = 0, end; start < result->hit_count; start = end) {
        float score = 0;
        float share = 1;
        for (end = start; end < result->hit_count && placed[end].hit.article == placed[start].hit.article;
             end++) {
            if (end == start) {
                score = placed[end].hit.score;
            } else if (placed[end].hit.leading) {
                share *= further;
                score += share * placed[end].hit.own;
            }
        }
        for (size_t i = start; i < end; i++) {
            placed[i].hit.article_score = score;
            placed[i].first = placed[start].order;
        }
    }
    qsort(placed, result->hit_count, sizeof *placed, compare_by_rank);
    for (size_t i = 0; i < result->hit_count; i++) {
        result->hits[i] = placed[i].hit;
    }
    return CSA_OK;
}

enum csa_status csa_native_collect_articles(struct csa_native *native,
                                            const struct csa_search_request *request,
                                            const struct csa_plan *plan, struct csa_arena *arena,
                                            struct csa_search_result *result, struct csa_error *error)
{
    size_t words = (size_t)(native->index->articles / 64 + 1);
    uint64_t *bits = csa_arena_alloc(&native->work, words, sizeof *bits);
    if (bits == NULL) {
        return csa_error_set_memory(error, "articles");
    }
    bool single = native->index->articles == native->index->passages;
    bool best = request->rank == CSA_RANK_BEST;
    bool more = !(single && (!best || csa_best_keeps_order(plan))) && request->hits <= SIZE_MAX / GROWTH;
    size_t room = more ? request->hits * GROWTH : request->hits;
    bool further = best && (request->without >> CSA_BEST_PART_FURTHER & 1) == 0;
    struct csa_search_request again = *request;
    for (;;) {
        struct csa_search_result counted = *result;
        enum csa_status status = csa_native_collect(native, &again, plan, room, arena, result, error);
        if (status != CSA_OK) {
            return status;
        }
        if (!again.count) { /* counted in the first pass */
            result->passages_matched = counted.passages_matched;
            result->articles_matched = counted.articles_matched;
        }
        again.count = false;
        if (single || result->hit_count < room || room >= native->index->passages || !result->exact ||
            count_articles(result, bits, words) >= request->hits) {
            if (!single) {
                return order_articles(native, further ? (float)CSA_BEST_FURTHER : 0, result, error);
            }
            result->hit_count = result->hit_count < request->hits ? result->hit_count : request->hits;
            return CSA_OK;
        }
        room = room > SIZE_MAX / GROWTH ? SIZE_MAX : room * GROWTH;
    }
}
