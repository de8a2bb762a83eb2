/* One search: plan, the segments one after the other with one collector, results. */
#include "searcher/match/best.h"
#include "searcher/native/native.h"

#include <string.h>

static const char *const deadline_limit = "the search was stopped after the time allowed for a query";

uint32_t csa_native_segment_of_passage(const struct csa_native *native, uint32_t passage)
{
    uint32_t s = native->index->segment_count - 1;
    while (s != 0 && native->index->segments[s].base > passage) {
        s--;
    }
    return s;
}

uint32_t csa_native_segment_of_article(const struct csa_native *native, uint32_t article)
{
    uint32_t s = native->index->segment_count - 1;
    while (s != 0 && native->index->segments[s].article_base > article) {
        s--;
    }
    return s;
}

static const struct csa_native_bounds *bounds_for(struct csa_native *native, uint32_t s,
                                                  struct csa_saturation asked)
{
    struct csa_native_bounds *bounds = &native->bounds[s];
    if (!bounds->made || bounds->saturation.base != asked.base || bounds->saturation.slope != asked.slope) {
        const struct csa_segment *segment = native->index->segments[s].segment;
        csa_bound_table(segment->saturation, asked, segment->meta.shortest, segment->meta.longest,
                        bounds->values);
        bounds->saturation = asked;
        bounds->made = true;
    }
    return bounds;
}

void csa_native_prepare(struct csa_native *native, const struct csa_search_request *request,
                        const struct csa_plan *plan, uint32_t segment, struct csa_match *match)
{
    const struct csa_index_segment *part = &native->index->segments[segment];
    /* As a segment states it, in float: a lone segment's stored bounds then hold as they are. */
    double average = (double)(float)native->index->average;
    struct csa_saturation asked = csa_saturation_make(request->k1, request->b, average);
    *match = (struct csa_match){
        .plan = plan,
        .number = segment,
        .part = part,
        .segment = part->segment,
        .saturation = asked,
        .title_saturation = csa_saturation_make(request->k1, request->b, plan->title_average),
        .bounds = bounds_for(native, segment, asked)->values,
        .tight =
            asked.base == part->segment->saturation.base && asked.slope == part->segment->saturation.slope,
        .kernels = csa_match_kernels(),
        .exhaustive = request->exhaustive,
        .count = request->count,
        .count_articles = !request->plain,
        .arena = &native->scratch,
        .deadline = request->deadline,
    };
}

enum csa_status csa_native_plan(struct csa_native *native, const struct csa_search_request *request,
                                struct csa_plan *plan, struct csa_error *error)
{
    const struct csa_plan_options options = {
        .plain = request->plain,
        .best = request->rank == CSA_RANK_BEST,
        .stemmers = native->stemmers,
    };
    csa_arena_clear(&native->work);
    return csa_plan_build(plan, native->index, request->query, &options, &native->work, error);
}

static enum csa_status run_segments(struct csa_native *native, const struct csa_search_request *request,
                                    const struct csa_plan *plan, struct csa_collector *collector,
                                    struct csa_search_result *result, struct csa_error *error)
{
    bool stopped = false;
    for (uint32_t s = 0; s < native->index->segment_count && !stopped; s++) {
        struct csa_match match;
        csa_arena_clear(&native->scratch);
        csa_native_prepare(native, request, plan, s, &match);
        match.collector = collector;
        enum csa_status status = CSA_OK;
        if (request->rank == CSA_RANK_BEST && collector->room != 0) {
            status = csa_best_prepare(&match, native->stemmers, error);
        }
        if (status == CSA_OK) {
            status = csa_match_run(&match, error);
        }
        if (status == CSA_OK && match.best != NULL) {
            status = csa_best_settle(match.best, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        result->passages_matched += match.passages;
        result->articles_matched += match.articles;
        result->blocks_read += match.blocks_read;
        result->passages_scored += match.scored;
        result->strategy = s == 0 ? match.strategy : result->strategy;
        stopped = match.stopped;
    }
    if (stopped) {
        result->exact = false;
    }
    return CSA_OK;
}

/* The article of each hit, as a number of the index. */
static void name_articles(const struct csa_native *native, struct csa_search_result *result)
{
    for (size_t i = 0; i < result->hit_count; i++) {
        struct csa_hit *hit = &result->hits[i];
        const struct csa_index_segment *part =
            &native->index->segments[csa_native_segment_of_passage(native, hit->passage)];
        hit->article = part->article_base + csa_segment_article_of(part->segment, hit->passage - part->base);
    }
}

enum csa_status csa_native_collect(struct csa_native *native, const struct csa_search_request *request,
                                   const struct csa_plan *plan, size_t room, struct csa_arena *arena,
                                   struct csa_search_result *result, struct csa_error *error)
{
    room = room < native->index->passages ? room : (size_t)native->index->passages;
    struct csa_candidate *heap = csa_arena_alloc(&native->work, room + 1, sizeof *heap);
    if (heap == NULL) {
        return csa_error_set_memory(error, "hits");
    }
    struct csa_collector collector;
    csa_collector_init(&collector, heap, room, plan->word_count > 1 ? 1 + CSA_BEST_NEAR : 1);
    result->passages_matched = result->articles_matched = 0;
    enum csa_status status = run_segments(native, request, plan, &collector, result, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_collector_finish(&collector);
    result->hits = csa_arena_alloc(arena, collector.size + 1, sizeof *result->hits);
    if (result->hits == NULL) {
        return csa_error_set_memory(error, "hits");
    }
    result->hit_count = collector.size;
    for (size_t i = 0; i < collector.size; i++) {
        result->hits[i] = (struct csa_hit){
            .passage = heap[i].passage, .score = heap[i].score, .article_score = heap[i].score};
    }
    name_articles(native, result);
    return CSA_OK;
}

/* What was counted before the deadline is no less than what the hits show. */
static void count_hits(const struct csa_search_request *request, struct csa_search_result *result)
{
    uint64_t articles = result->hit_count != 0;
    for (size_t i = 1; request->by_article && i < result->hit_count; i++) {
        articles += result->hits[i].article != result->hits[i - 1].article;
    }
    if (result->passages_matched < result->hit_count) {
        result->passages_matched = result->hit_count;
    }
    if (result->articles_matched < articles) {
        result->articles_matched = articles;
    }
}

static enum csa_status report(const struct csa_plan *plan, struct csa_arena *arena,
                              struct csa_search_result *result, struct csa_error *error)
{
    size_t limits = plan->limit_count + 1;
    result->terms = csa_arena_zalloc(arena, plan->leaf_count + 1, sizeof *result->terms);
    result->limits = csa_arena_zalloc(arena, limits, sizeof *result->limits);
    if (result->terms == NULL || result->limits == NULL) {
        return csa_error_set_memory(error, "the query's report");
    }
    if (!result->exact) { /* so far only the deadline says so */
        result->limits[result->limit_count++] = deadline_limit;
    }
    for (size_t i = 0; i < plan->limit_count; i++) {
        result->limits[result->limit_count++] = plan->limits[i];
        result->exact = false;
    }
    for (size_t i = 0; i < plan->leaf_count; i++) {
        const struct csa_plan_node *leaf = plan->leaves[i];
        struct csa_view text = csa_arena_copy(arena, leaf->text);
        if (text.data == NULL) {
            return csa_error_set_memory(error, "the query's report");
        }
        result->terms[result->term_count++] = (struct csa_term_report){
            .node = leaf->node,
            .text = text,
            .kind = leaf->label,
            .passages = leaf->documents,
            .occurrences = leaf->occurrences,
            .idf = leaf->idf,
        };
    }
    return CSA_OK;
}

enum csa_status csa_native_search(struct csa_engine *engine, const struct csa_search_request *request,
                                  struct csa_arena *arena, struct csa_search_result *result,
                                  struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    *result = (struct csa_search_result){.exact = true, .strategy = "none"};
    struct csa_plan plan;
    enum csa_status status = csa_native_plan(native, request, &plan, error);
    if (status == CSA_OK) {
        status = request->by_article
                     ? csa_native_collect_articles(native, request, &plan, arena, result, error)
                     : csa_native_collect(native, request, &plan, request->hits, arena, result, error);
    }
    if (status == CSA_OK && request->count && !result->exact) {
        count_hits(request, result);
    }
    if (status == CSA_OK && !request->plain) {
        status = report(&plan, arena, result, error);
    }
    return status;
}
