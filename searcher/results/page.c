/* Making a page: search, group by article, fetch what is shown, mark it, cut it to snippets. */
#include "searcher/results/page.h"

#include "common/base/memory.h"

#include <stdlib.h>
#include <time.h>

/* A further passage of an article is shown when its score is at least this share of the best one's. */
static const float PASSAGE_SHARE = 0.4F;

uint64_t csa_clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

struct csa_search_request csa_page_search_request(const struct csa_page_request *request)
{
    return (struct csa_search_request){
        .query = request->query,
        .rank = request->rank,
        .k1 = request->k1,
        .b = request->b,
        .hits = request->hits * request->page,
        .by_article = !request->by_passage,
        .count = true,
        .exhaustive = request->exhaustive,
    };
}

static int compare_reading_order(const void *left, const void *right)
{
    const struct csa_page_passage *a = left;
    const struct csa_page_passage *b = right;
    return (a->passage > b->passage) - (a->passage < b->passage);
}

/* Groups the engine's hits: the first `wanted` distinct articles, in the order of their best passages; those
 * before `skip` are counted but not kept. */
static enum csa_status group_hits(const struct csa_search_result *result, bool by_passage, size_t skip,
                                  size_t wanted, struct csa_arena *arena, struct csa_page *page,
                                  struct csa_error *error)
{
    size_t room = wanted < result->hit_count ? wanted : result->hit_count;
    struct csa_page_hit *groups = csa_arena_zalloc(arena, room, sizeof *groups);
    if (groups == NULL) {
        return csa_error_set_memory(error, "results");
    }
    size_t count = 0;
    for (size_t i = 0; i < result->hit_count; i++) {
        const struct csa_hit *hit = &result->hits[i];
        size_t g = 0;
        while (g < count && (by_passage || groups[g].number != hit->article)) {
            g++;
        }
        if (g == room) {
            continue;
        }
        struct csa_page_hit *group = &groups[g];
        if (g == count) {
            *group = (struct csa_page_hit){
                .rank = (unsigned)g + 1, .score = hit->article_score, .number = hit->article};
            group->passages = csa_arena_zalloc(arena, CSA_PAGE_PASSAGES, sizeof *group->passages);
            if (group->passages == NULL) {
                return csa_error_set_memory(error, "results");
            }
            count++;
        }
        if (group->passage_count < CSA_PAGE_PASSAGES &&
            (group->passage_count == 0 || hit->score >= group->passages[0].score * PASSAGE_SHARE)) {
            group->passages[group->passage_count++] =
                (struct csa_page_passage){.passage = hit->passage, .score = hit->score};
        }
    }
    page->hits = count > skip ? groups + skip : groups;
    page->hit_count = count > skip ? count - skip : 0;
    return CSA_OK;
}

static enum csa_status fill_hit(struct csa_engine *engine, struct csa_marker *marker, struct csa_arena *arena,
                                struct csa_page_hit *hit, struct csa_error *error)
{
    enum csa_status status = engine->operations->article(engine, hit->number, arena, &hit->article, error);
    if (status == CSA_OK) {
        status = csa_marker_mark(marker, hit->article.title, hit->article.stemmer, true, arena,
                                 &hit->title_marks, error);
    }
    qsort(hit->passages, hit->passage_count, sizeof *hit->passages, compare_reading_order);
    for (size_t i = 0; i < hit->passage_count && status == CSA_OK; i++) {
        struct csa_page_passage *passage = &hit->passages[i];
        status = engine->operations->passage(engine, passage->passage, arena, &passage->info, error);
        if (status == CSA_OK) {
            status = csa_marker_mark(marker, passage->info.text, hit->article.stemmer, false, arena,
                                     &passage->marked, error);
        }
        if (status == CSA_OK) {
            csa_snippet_choose(passage->info.text, &passage->marked, CSA_SNIPPET_COLUMNS, &passage->snippet);
        }
    }
    return status;
}

enum csa_status csa_page_make(struct csa_engine *engine, const struct csa_page_request *request,
                              struct csa_arena *arena, struct csa_page *page, struct csa_error *error)
{
    uint64_t start = csa_clock_now();
    *page = (struct csa_page){.query = request->query};
    struct csa_search_request search = csa_page_search_request(request);
    enum csa_status status = engine->operations->search(engine, &search, arena, &page->result, error);
    if (status == CSA_OK) {
        status = group_hits(&page->result, request->by_passage, request->hits * (request->page - 1),
                            search.hits, arena, page, error);
    }
    struct csa_marker *marker = NULL;
    if (status == CSA_OK) {
        status = csa_marker_new(request->query, &page->result, &marker, error);
    }
    for (size_t i = 0; i < page->hit_count && status == CSA_OK; i++) {
        status = fill_hit(engine, marker, arena, &page->hits[i], error);
    }
    csa_marker_free(marker);
    page->nanoseconds = csa_clock_now() - start;
    return status;
}
