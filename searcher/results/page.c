/* Making a page: search, group by article, fetch what is shown, mark it, cut it to snippets. */
#include "searcher/results/page.h"

#include "common/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* A further passage of an article is shown when its own part of the score is at least this share of the best
 * one's. */
static const float PASSAGE_SHARE = 0.4F;

/* Nanoseconds for marking that a page has even when the search took all the time there was. */
static const uint64_t MARKS_ALLOWED = UINT64_C(250000000);

const char *csa_sort_name(enum csa_sort sort)
{
    static const char *const names[] = {"relevance", "newest", "oldest"};
    return (unsigned)sort < sizeof names / sizeof *names ? names[sort] : "";
}

struct csa_search_request csa_page_search_request(const struct csa_page_request *request)
{
    return (struct csa_search_request){
        .query = request->query,
        .rank = request->rank,
        .without = request->without,
        .k1 = request->k1,
        .b = request->b,
        .hits = request->hits * request->page,
        .by_article = !request->by_passage,
        .count = true,
        .exhaustive = request->exhaustive,
        .sort = request->sort,
        .facets = request->facets,
        .dates = request->dates,
        .deadline = request->deadline,
    };
}

static int compare_reading_order(const void *left, const void *right)
{
    const struct csa_page_passage *a = left;
    const struct csa_page_passage *b = right;
    return (a->passage > b->passage) - (a->passage < b->passage);
}

/* Takes the best passages of one article, hits[0 .. count), the best first, in reading order. */
static enum csa_status take_passages(const struct csa_hit *hits, size_t count, struct csa_arena *arena,
                                     struct csa_page_hit *taken, struct csa_error *error)
{
    size_t most = count < CSA_PAGE_PASSAGES ? count : CSA_PAGE_PASSAGES;
    taken->passages = csa_arena_zalloc(arena, 2 * most, sizeof *taken->passages); /* with continuations */
    if (taken->passages == NULL) {
        return csa_error_set_memory(error, "results");
    }
    while (taken->passage_count < most && hits[taken->passage_count].own >= hits[0].own * PASSAGE_SHARE) {
        const struct csa_hit *hit = &hits[taken->passage_count];
        taken->passages[taken->passage_count++] =
            (struct csa_page_passage){.passage = hit->passage, .score = hit->score};
    }
    qsort(taken->passages, taken->passage_count, sizeof *taken->passages, compare_reading_order);
    return CSA_OK;
}

/* Groups the engine's hits, which come article by article; the first `skip` groups are left out. */
static enum csa_status group_hits(const struct csa_page_request *request, struct csa_arena *arena,
                                  struct csa_page *page, struct csa_error *error)
{
    const struct csa_search_result *result = &page->result;
    size_t room = request->hits < result->hit_count ? request->hits : result->hit_count;
    size_t skip = request->hits * (request->page - 1);
    page->hits = csa_arena_zalloc(arena, room, sizeof *page->hits);
    if (page->hits == NULL) {
        return csa_error_set_memory(error, "results");
    }
    size_t rank = 0;
    for (size_t i = 0, end; i < result->hit_count && page->hit_count < room; i = end) {
        const struct csa_hit *hit = &result->hits[i];
        end = i + 1;
        while (!request->by_passage && end < result->hit_count && result->hits[end].article == hit->article) {
            end++;
        }
        if (rank++ < skip) {
            continue;
        }
        struct csa_page_hit *taken = &page->hits[page->hit_count++];
        *taken = (struct csa_page_hit){
            .rank = (unsigned)rank, .score = hit->article_score, .number = hit->article};
        enum csa_status status = take_passages(hit, end - i, arena, taken, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

/* What filling the hits works with. */
struct filler {
    struct csa_engine *engine;
    struct csa_marker *marker;
    struct csa_arena *arena;
    bool bare;
    uint64_t deadline;
    bool late; /* it has passed: the rest is shown without marks */
};

static enum csa_status mark(struct filler *filler, const struct csa_marker_text *text,
                            struct csa_marked *marked, struct csa_error *error)
{
    filler->late = filler->late || (filler->deadline != 0 && csa_clock_nanoseconds() > filler->deadline);
    if (filler->late) {
        *marked = (struct csa_marked){0};
        return CSA_OK;
    }
    return csa_marker_mark(filler->marker, text, filler->arena, marked, error);
}

static enum csa_status read_text(struct filler *filler, uint32_t passage, struct csa_view *text,
                                 struct csa_error *error)
{
    struct csa_passage_info info;
    enum csa_status status =
        filler->engine->operations->passage(filler->engine, passage, filler->arena, &info, error);
    *text = info.text;
    return status;
}

/* Marks a passage; where a phrase may reach over one of its ends, the neighbour there is looked at too.
 * *runs_on says that one ends in the next passage. */
static enum csa_status mark_passage(struct filler *filler, const struct csa_article_info *article,
                                    struct csa_page_passage *passage, bool *runs_on, struct csa_error *error)
{
    struct csa_marker_text text = {.text = passage->info.text, .stemmer = article->stemmer};
    struct csa_marked *marked = &passage->marked;
    enum csa_status status = mark(filler, &text, marked, error);
    bool before = marked->over_begin && passage->info.number > 1;
    bool behind = marked->over_end && passage->info.number < article->passage_count;
    *runs_on = false;
    if (status == CSA_OK && before) {
        status = read_text(filler, passage->passage - 1, &text.before, error);
    }
    if (status == CSA_OK && behind) {
        status = read_text(filler, passage->passage + 1, &text.behind, error);
    }
    if (status == CSA_OK && (before || behind)) {
        status = mark(filler, &text, marked, error);
        *runs_on = behind && marked->over_end;
    }
    return status;
}

static void insert_continuation(struct csa_page_hit *hit, size_t i)
{
    uint32_t next = hit->passages[i].passage + 1;
    if (i + 1 < hit->passage_count && hit->passages[i + 1].passage == next) {
        return;
    }
    memmove(&hit->passages[i + 2], &hit->passages[i + 1],
            (hit->passage_count - i - 1) * sizeof *hit->passages);
    hit->passages[i + 1] = (struct csa_page_passage){.passage = next, .continuation = true};
    hit->passage_count++;
}

static enum csa_status fill_hit(struct filler *filler, struct csa_page_hit *hit, struct csa_error *error)
{
    struct csa_engine *engine = filler->engine;
    enum csa_status status =
        engine->operations->article(engine, hit->number, filler->arena, &hit->article, error);
    if (filler->bare) {
        for (size_t i = 0; i < hit->passage_count; i++) {
            hit->passages[i].info.number = hit->passages[i].passage - hit->article.first_passage + 1;
        }
        return status;
    }
    if (status == CSA_OK) {
        const struct csa_marker_text title = {
            .text = hit->article.title, .stemmer = hit->article.stemmer, .title = true};
        status = mark(filler, &title, &hit->title_marks, error);
    }
    for (size_t i = 0; i < hit->passage_count && status == CSA_OK; i++) {
        struct csa_page_passage *passage = &hit->passages[i];
        bool runs_on = false;
        status = engine->operations->passage(engine, passage->passage, filler->arena, &passage->info, error);
        if (status == CSA_OK) {
            status = mark_passage(filler, &hit->article, passage, &runs_on, error);
        }
        if (status == CSA_OK) {
            csa_snippet_choose(passage->info.text, &passage->marked, CSA_SNIPPET_COLUMNS, &passage->snippet);
        }
        if (runs_on && !passage->continuation) {
            insert_continuation(hit, i);
        }
    }
    return status;
}

static size_t count_pages(const struct csa_page_request *request, const struct csa_search_result *result)
{
    uint64_t found = request->by_passage ? result->passages_matched : result->articles_matched;
    uint64_t pages = found / request->hits + (found % request->hits != 0);
    size_t most = CSA_HITS_MAXIMUM / request->hits;
    return pages < most ? (size_t)pages : most;
}

static enum csa_status add_limit(struct csa_page *page, const char *limit, struct csa_arena *arena,
                                 struct csa_error *error)
{
    struct csa_search_result *result = &page->result;
    const char **limits = csa_arena_alloc(arena, result->limit_count + 1, sizeof *limits);
    if (limits == NULL) {
        return csa_error_set_memory(error, "results");
    }
    for (size_t i = 0; i < result->limit_count; i++) {
        limits[i] = result->limits[i];
    }
    limits[result->limit_count++] = limit;
    result->limits = limits;
    return CSA_OK;
}

enum csa_status csa_page_make(struct csa_engine *engine, const struct csa_page_request *request,
                              struct csa_arena *arena, struct csa_page *page, struct csa_error *error)
{
    uint64_t start = csa_clock_nanoseconds();
    *page = (struct csa_page){
        .query = request->query, .number = request->page, .sort = request->sort, .has_dates = request->dates};
    struct csa_search_request search = csa_page_search_request(request);
    enum csa_status status = engine->operations->search(engine, &search, arena, &page->result, error);
    if (status == CSA_OK) {
        page->pages = count_pages(request, &page->result);
        status = group_hits(request, arena, page, error);
    }
    struct filler filler = {
        .engine = engine, .arena = arena, .bare = request->bare, .deadline = request->deadline};
    uint64_t soonest = csa_clock_nanoseconds() + MARKS_ALLOWED;
    if (filler.deadline != 0 && filler.deadline < soonest) {
        filler.deadline = soonest;
    }
    if (status == CSA_OK) {
        status = csa_marker_new(request->query, &page->result, &filler.marker, error);
    }
    for (size_t i = 0; i < page->hit_count && status == CSA_OK; i++) {
        status = fill_hit(&filler, &page->hits[i], error);
    }
    if (status == CSA_OK && filler.late) {
        status = add_limit(page, "there was no time left to mark all of the hits", arena, error);
    }
    csa_marker_free(filler.marker);
    page->nanoseconds = csa_clock_nanoseconds() - start;
    return status;
}
