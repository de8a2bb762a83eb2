/* One search: plan, the segments one after the other with one collector, results. */
#include "searcher/match/best.h"
#include "searcher/native/matched.h"

#include <stdlib.h>
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

/* Tokens an article. */
static double article_average(const struct csa_index *index)
{
    return index->articles == 0 ? 1 : (double)index->tokens / (double)index->articles;
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
        .strays = &native->strays[segment],
        .saturation = asked,
        .title_saturation = csa_saturation_make(request->k1, request->b, plan->title_average),
        .article_saturation = csa_saturation_make(request->k1, request->b, article_average(native->index)),
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
        .strays = native->strays,
        .deadline = request->deadline,
    };
    bool several = (native->index->stemmers & (native->index->stemmers - 1)) != 0;
    for (uint32_t s = 0; several && s < native->index->segment_count; s++) {
        struct csa_strays *strays = &native->strays[s];
        if (!strays->found && csa_strays_find(native->index->segments[s].segment, strays, error) != CSA_OK) {
            return CSA_ERROR_MEMORY;
        }
    }
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
        match.only = native->only == NULL ? NULL : native->only[s];
        match.found = native->found == NULL || !request->count ? NULL : &native->found[s];
        enum csa_status status = csa_match_run(&match, error);
        if (status != CSA_OK) {
            return status;
        }
        if (match.found != NULL && match.found->failed) {
            return csa_error_set_memory(error, "the query's evaluation");
        }
        if (match.found != NULL) {
            match.found->articles = match.articles;
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
static void name_articles(const struct csa_native *native, struct csa_hit *hits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct csa_index_segment *part =
            &native->index->segments[csa_native_segment_of_passage(native, hits[i].passage)];
        hits[i].article =
            part->article_base + csa_segment_article_of(part->segment, hits[i].passage - part->base);
    }
}

static int compare_passages(const void *left, const void *right)
{
    const struct csa_hit *a = left;
    const struct csa_hit *b = right;
    return (a->passage > b->passage) - (a->passage < b->passage);
}

static int compare_scores(const void *left, const void *right)
{
    const struct csa_hit *a = left;
    const struct csa_hit *b = right;
    return a->score != b->score ? (a->score > b->score ? -1 : 1) : compare_passages(left, right);
}

/* Gives candidates of one segment the score of `best`; they ascend by passage. */
static enum csa_status rate_segment(struct csa_native *native, const struct csa_search_request *request,
                                    const struct csa_plan *plan, uint32_t s, struct csa_hit *hits,
                                    size_t count, struct csa_search_result *result, struct csa_error *error)
{
    struct csa_match match;
    struct csa_best *best;
    csa_arena_clear(&native->scratch);
    csa_native_prepare(native, request, plan, s, &match);
    enum csa_status status = csa_best_new(&match, native->stemmers, request->without, &best, error);
    size_t i = 0;
    for (; i < count && status == CSA_OK && !csa_match_late(&match); i++) {
        struct csa_best_parts parts;
        status = csa_best_rate(best, hits[i].passage - match.part->base, hits[i].score, &parts, error);
        hits[i].score = hits[i].article_score = csa_best_score(&parts);
        hits[i].own = csa_best_own(&parts);
        hits[i].article = match.part->article_base + csa_best_article(best);
    }
    if (status == CSA_OK) {
        status = csa_best_settle(best, error);
    }
    result->exact = result->exact && !match.stopped;
    name_articles(native, hits + i, count - i); /* those that there was no time for */
    result->blocks_read += match.blocks_read;
    return status;
}

/* Turns the candidates' scores by BM25 into those of `best`, and puts them in their order. */
static enum csa_status rate(struct csa_native *native, const struct csa_search_request *request,
                            const struct csa_plan *plan, struct csa_search_result *result,
                            struct csa_error *error)
{
    struct csa_hit *hits = result->hits;
    enum csa_status status = CSA_OK;
    qsort(hits, result->hit_count, sizeof *hits, compare_passages);
    for (size_t start = 0, end; start < result->hit_count && status == CSA_OK; start = end) {
        uint32_t s = csa_native_segment_of_passage(native, hits[start].passage);
        bool last = s + 1 == native->index->segment_count;
        for (end = start + 1; end < result->hit_count; end++) {
            if (!last && hits[end].passage >= native->index->segments[s + 1].base) {
                break;
            }
        }
        status = rate_segment(native, request, plan, s, hits + start, end - start, result, error);
    }
    qsort(hits, result->hit_count, sizeof *hits, compare_scores);
    return status;
}

enum csa_status csa_native_collect(struct csa_native *native, const struct csa_search_request *request,
                                   const struct csa_plan *plan, size_t room, struct csa_arena *arena,
                                   struct csa_search_result *result, struct csa_error *error)
{
    bool best = request->rank == CSA_RANK_BEST && room != 0;
    room = best && room < CSA_BEST_CANDIDATES && !csa_best_keeps_order(plan) ? CSA_BEST_CANDIDATES : room;
    room = room < native->index->passages ? room : (size_t)native->index->passages;
    struct csa_candidate *heap = csa_arena_alloc(&native->work, room + 1, sizeof *heap);
    if (heap == NULL) {
        return csa_error_set_memory(error, "hits");
    }
    struct csa_collector collector;
    csa_collector_init(&collector, heap, room);
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
            .passage = heap[i].passage,
            .score = heap[i].score,
            .own = heap[i].score,
            .leading = i < CSA_BEST_CANDIDATES,
            .article_score = heap[i].score,
        };
    }
    if (best && collector.size != 0) {
        return rate(native, request, plan, result, error);
    }
    name_articles(native, result->hits, result->hit_count);
    return CSA_OK;
}

/* The best passages, whichever articles they belong to. */
static enum csa_status collect_passages(struct csa_native *native, const struct csa_search_request *request,
                                        const struct csa_plan *plan, struct csa_arena *arena,
                                        struct csa_search_result *result, struct csa_error *error)
{
    bool more = request->rank == CSA_RANK_BEST && !csa_best_keeps_order(plan) &&
                request->hits <= SIZE_MAX / CSA_BEST_ROOM;
    size_t room = more ? request->hits * CSA_BEST_ROOM : request->hits;
    enum csa_status status = csa_native_collect(native, request, plan, room, arena, result, error);
    result->hit_count = result->hit_count < request->hits ? result->hit_count : request->hits;
    return status;
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

/* What stands for a list knows how long it is; a phrase would have to be looked for everywhere. */
static bool is_counted(const struct csa_plan_node *leaf)
{
    return leaf->kind == CSA_PLAN_TERM || leaf->kind == CSA_PLAN_FUZZY || leaf->kind == CSA_PLAN_TITLE ||
           leaf->kind == CSA_PLAN_FILTER;
}

static bool is_title(const struct csa_plan_node *leaf)
{
    return leaf->kind == CSA_PLAN_TITLE || leaf->kind == CSA_PLAN_TITLE_PHRASE ||
           leaf->kind == CSA_PLAN_TITLE_NEAR;
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
            .counted = is_counted(leaf),
            .title = is_title(leaf),
            .pattern = leaf->is_pattern,
            .words = leaf->expansions,
            .cut = leaf->cut,
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
    bool dated = request->by_article && request->sort != CSA_SORT_RELEVANCE && request->hits != 0;
    bool facets = request->count && (request->facets != 0 || request->dates);
    enum csa_status status = csa_native_plan(native, request, &plan, error);
    native->found = status == CSA_OK && (dated || facets) ? csa_native_found(native) : NULL;
    if (status == CSA_OK && (dated || facets) && native->found == NULL) {
        status = csa_error_set_memory(error, "the query's evaluation");
    }
    if (status == CSA_OK) {
        status = dated ? csa_native_collect_dated(native, request, &plan, arena, result, error)
                 : request->by_article
                     ? csa_native_collect_articles(native, request, &plan, arena, result, error)
                     : collect_passages(native, request, &plan, arena, result, error);
    }
    if (status == CSA_OK && facets) {
        status = csa_native_count_facets(native, request, arena, result, error);
    }
    native->found = NULL;
    if (status == CSA_OK && request->count && !result->exact) {
        count_hits(request, result);
    }
    if (status == CSA_OK && !request->plain) {
        status = report(&plan, arena, result, error);
    }
    return status;
}
