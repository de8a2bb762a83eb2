/* Articles by date: all that match, not the best of some; of one day the one with the best passage by BM25
 * first (also under `best`, which knows the candidates of BM25 only), then by number. A date of which only
 * the year or the month is known counts as its beginning; undated articles come last.
 *
 * A first pass marks what matches. The dates of the articles in it say which are wanted, but for the last
 * day, of which there may be more than are wanted: there a second pass, over that day's passages only, finds
 * the best. The last passes score the passages of the articles that were chosen and no others. Where the time
 * allowed ends in between, what was marked by then is shown all the same: of the last day the first articles
 * by number, and passages that there was no time for with a score of 0. */
#include "common/base/heap.h"
#include "searcher/native/matched.h"

#include <stdlib.h>
#include <string.h>

enum {
    GROWTH = 4,
    FEW = 32, /* fewer than this part of the passages are better scored each than searched for the best */
};
static const uint32_t UNDATED = UINT32_MAX;

/* The choice of articles. Sets are by segment. */
struct choice {
    struct csa_native *native;
    enum csa_sort sort;
    size_t wanted;
    uint64_t *heap;       /* place in time << 32 | article; the last on top */
    uint32_t last_day;    /* place in time of the last article wanted */
    size_t from_last;     /* how many articles of that day are wanted */
    size_t last_passages; /* in `last` */
    uint64_t **matched;   /* all passages that match */
    uint64_t **last;      /* all matching passages of that day's articles, when not all are wanted */
    uint64_t **chosen;    /* the matching passages of the articles to be shown */
    size_t chosen_passages;
};

/* Where an article with this date stands in time: a smaller number comes first. */
static uint32_t place_in_time(enum csa_sort sort, uint32_t date)
{
    return date == 0 ? UNDATED : sort == CSA_SORT_NEWEST ? UNDATED - 1 - date : date;
}

static bool comes_later(const void *context, uint64_t a, uint64_t b)
{
    (void)context;
    return a > b;
}

/* Keeps the `wanted` items that come first. */
static inline void offer(struct csa_heap *heap, size_t wanted, uint64_t item)
{
    if (heap->size == wanted) {
        if (item < heap->items[0]) {
            heap->items[0] = item;
            csa_heap_sift(heap, 0, comes_later, NULL);
        }
        return;
    }
    heap->items[heap->size++] = item;
    if (heap->size == wanted) {
        csa_heap_build(heap, comes_later, NULL);
    }
}

/* Finds the first `wanted` articles, and so the last day of which some are wanted. */
static void find_last_day(struct choice *choice)
{
    const struct csa_index *index = choice->native->index;
    struct csa_heap heap = {.items = choice->heap};
    uint32_t articles[CSA_WALK_ROOM + CSA_WALK_SLACK], dates[CSA_WALK_ROOM];
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct csa_index_segment *part = &index->segments[s];
        struct csa_article_walk walk;
        csa_article_walk_init(&walk, part->segment, choice->matched[s]);
        for (size_t count; (count = csa_article_walk_next(&walk, articles)) != 0;) {
            csa_article_walk_read(&part->segment->date, articles, count, dates);
            for (size_t i = 0; i < count; i++) {
                offer(&heap, choice->wanted,
                      (uint64_t)place_in_time(choice->sort, dates[i]) << 32 |
                          (part->article_base + articles[i]));
            }
        }
    }
    choice->last_day = heap.size < choice->wanted ? UNDATED : (uint32_t)(heap.items[0] >> 32);
    for (size_t i = 0; i < heap.size; i++) {
        choice->from_last += heap.items[i] >> 32 == choice->last_day;
    }
}

/* Adds the bits of passages [begin, end) that are set in `from`; returns how many. */
static size_t add_range(uint64_t *to, const uint64_t *from, uint32_t begin, uint32_t end)
{
    size_t count = 0;
    for (uint32_t at = begin; at < end;) {
        uint32_t next = (at | 63) < end - 1 ? (at | 63) + 1 : end;
        uint64_t mask = (next - at == 64 ? UINT64_MAX : (UINT64_C(1) << (next - at)) - 1) << (at % 64);
        to[at / 64] |= from[at / 64] & mask;
        count += (size_t)__builtin_popcountll(from[at / 64] & mask);
        at = next;
    }
    return count;
}

static size_t add_article(const struct choice *choice, uint64_t **to, uint32_t s, uint32_t local)
{
    const struct csa_segment *segment = choice->native->index->segments[s].segment;
    return add_range(to[s], choice->matched[s], csa_segment_first_passage(segment, local),
                     csa_segment_first_passage(segment, local + 1));
}

/* Takes the articles before the last day into `chosen`, those of that day into `last`. */
static size_t part_days(struct choice *choice)
{
    const struct csa_index *index = choice->native->index;
    size_t of_last_day = 0;
    uint32_t articles[CSA_WALK_ROOM + CSA_WALK_SLACK], dates[CSA_WALK_ROOM];
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct csa_segment *segment = index->segments[s].segment;
        struct csa_article_walk walk;
        csa_article_walk_init(&walk, segment, choice->matched[s]);
        for (size_t count; (count = csa_article_walk_next(&walk, articles)) != 0;) {
            csa_article_walk_read(&segment->date, articles, count, dates);
            for (size_t i = 0; i < count; i++) {
                uint32_t place = place_in_time(choice->sort, dates[i]);
                if (place < choice->last_day) {
                    choice->chosen_passages += add_article(choice, choice->chosen, s, articles[i]);
                } else if (place == choice->last_day) {
                    choice->last_passages += add_article(choice, choice->last, s, articles[i]);
                    of_last_day++;
                }
            }
        }
    }
    return of_last_day;
}

/* Of the hits, which come in the order of scores, takes the first articles, as many as are wanted of the last
 * day. Returns how many there were. */
static size_t take_best(struct choice *choice, const struct csa_search_result *result, uint64_t *seen,
                        bool take)
{
    const struct csa_native *native = choice->native;
    size_t count = 0;
    memset(seen, 0, (size_t)(native->index->articles / 64 + 1) * sizeof *seen);
    for (size_t i = 0; i < result->hit_count && count < choice->from_last; i++) {
        uint32_t article = result->hits[i].article;
        if ((seen[article / 64] >> (article % 64) & 1) != 0) {
            continue;
        }
        seen[article / 64] |= UINT64_C(1) << (article % 64);
        count++;
        if (take) {
            uint32_t s = csa_native_segment_of_article(native, article);
            choice->chosen_passages +=
                add_article(choice, choice->chosen, s, article - native->index->segments[s].article_base);
        }
    }
    return count;
}

/* Takes the last day's articles by number, those not in `seen`, until `wanted` more are taken: what is left
 * when there is no time to find the best. */
static void take_first(struct choice *choice, const uint64_t *seen, size_t wanted)
{
    const struct csa_index *index = choice->native->index;
    uint32_t articles[CSA_WALK_ROOM + CSA_WALK_SLACK];
    for (uint32_t s = 0; s < index->segment_count && wanted != 0; s++) {
        struct csa_article_walk walk;
        csa_article_walk_init(&walk, index->segments[s].segment, choice->last[s]);
        for (size_t count; wanted != 0 && (count = csa_article_walk_next(&walk, articles)) != 0;) {
            for (size_t i = 0; i < count && wanted != 0; i++) {
                uint32_t article = index->segments[s].article_base + articles[i];
                if ((seen[article / 64] >> (article % 64) & 1) == 0) {
                    choice->chosen_passages += add_article(choice, choice->chosen, s, articles[i]);
                    wanted--;
                }
            }
        }
    }
}

/* More and more of the last day's passages, the best first, until enough articles are among them. */
static enum csa_status choose_of_last_day(struct choice *choice, const struct csa_search_request *request,
                                          const struct csa_plan *plan, struct csa_arena *arena,
                                          struct csa_search_result *result, struct csa_error *error)
{
    struct csa_native *native = choice->native;
    uint64_t *seen = csa_arena_alloc(&native->work, (size_t)(native->index->articles / 64 + 1), sizeof *seen);
    if (seen == NULL) {
        return csa_error_set_memory(error, "articles");
    }
    native->only = choice->last;
    struct csa_search_request pass = *request;
    pass.exhaustive = pass.exhaustive || choice->last_passages < native->index->passages / FEW;
    pass.rank = CSA_RANK_BM25;
    for (size_t room = choice->from_last;; room *= GROWTH) {
        enum csa_status status = csa_native_collect(native, &pass, plan, room, arena, result, error);
        if (status != CSA_OK) {
            return status;
        }
        if (result->hit_count < room || room > SIZE_MAX / GROWTH || !result->exact ||
            take_best(choice, result, seen, false) == choice->from_last) {
            take_first(choice, seen, choice->from_last - take_best(choice, result, seen, true));
            return CSA_OK;
        }
    }
}

static int compare_articles(const void *left, const void *right)
{
    const struct csa_placed_hit *a = left;
    const struct csa_placed_hit *b = right;
    return (a->hit.article > b->hit.article) - (a->hit.article < b->hit.article);
}

static int compare_by_place(const void *left, const void *right)
{
    const struct csa_placed_hit *a = left;
    const struct csa_placed_hit *b = right;
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    if (a->relevance != b->relevance) {
        return a->relevance > b->relevance ? -1 : 1;
    }
    return csa_placed_hit_compare(left, right);
}

/* The articles of hits by BM25, by number, with their places. */
static struct csa_placed_hit *place_articles(const struct choice *choice,
                                             const struct csa_search_result *result, size_t *count)
{
    const struct csa_native *native = choice->native;
    struct csa_placed_hit *articles =
        csa_arena_alloc(&choice->native->work, result->hit_count + 1, sizeof *articles);
    if (articles == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < result->hit_count; i++) {
        uint32_t article = result->hits[i].article;
        const struct csa_index_segment *part =
            &native->index->segments[csa_native_segment_of_article(native, article)];
        uint32_t date = csa_column_get(&part->segment->date, article - part->article_base);
        articles[i] = (struct csa_placed_hit){.hit = result->hits[i],
                                              .place = place_in_time(choice->sort, date),
                                              .relevance = result->hits[i].score,
                                              .order = i};
    }
    qsort(articles, result->hit_count, sizeof *articles, csa_placed_hit_compare);
    *count = 0;
    for (size_t i = 0; i < result->hit_count; i++) {
        if (i == 0 || articles[i].hit.article != articles[*count - 1].hit.article) {
            articles[(*count)++] = articles[i];
        }
    }
    return articles;
}

/* Puts hits in the order of their articles, each article's best passage first. */
static enum csa_status order_hits(const struct choice *choice, const struct csa_placed_hit *articles,
                                  size_t count, struct csa_search_result *result, struct csa_error *error)
{
    struct csa_placed_hit *placed =
        csa_arena_alloc(&choice->native->work, result->hit_count + 1, sizeof *placed);
    if (placed == NULL) {
        return csa_error_set_memory(error, "articles");
    }
    size_t kept = 0;
    for (size_t i = 0; i < result->hit_count; i++) {
        const struct csa_placed_hit wanted = {.hit = result->hits[i]};
        const struct csa_placed_hit *article =
            bsearch(&wanted, articles, count, sizeof *articles, compare_articles);
        if (article != NULL) {
            placed[kept++] = (struct csa_placed_hit){
                .hit = result->hits[i], .order = i, .place = article->place, .relevance = article->relevance};
        }
    }
    qsort(placed, kept, sizeof *placed, compare_by_place);
    result->hit_count = kept;
    for (size_t i = 0; i < kept; i++) {
        bool first = i == 0 || placed[i].hit.article != placed[i - 1].hit.article;
        placed[i].hit.article_score = first ? placed[i].hit.score : placed[i - 1].hit.article_score;
        result->hits[i] = placed[i].hit;
    }
    return CSA_OK;
}

/* Makes hits of the chosen passages that the time allowed did not suffice for. */
static enum csa_status add_unscored(const struct choice *choice, struct csa_arena *arena,
                                    struct csa_search_result *result, struct csa_error *error)
{
    struct csa_native *native = choice->native;
    struct csa_hit *hits = csa_arena_alloc(arena, choice->chosen_passages + 1, sizeof *hits);
    uint64_t **left = csa_native_sets(native);
    if (hits == NULL || left == NULL) {
        return csa_error_set_memory(error, "hits");
    }
    size_t count = 0;
    for (uint32_t s = 0; s < native->index->segment_count; s++) {
        add_range(left[s], choice->chosen[s], 0, native->index->segments[s].segment->meta.passages);
    }
    for (; count < result->hit_count; count++) {
        hits[count] = result->hits[count];
        uint32_t s = csa_native_segment_of_passage(native, hits[count].passage);
        uint32_t passage = hits[count].passage - native->index->segments[s].base;
        left[s][passage / 64] &= ~(UINT64_C(1) << (passage % 64));
    }
    for (uint32_t s = 0; s < native->index->segment_count; s++) {
        const struct csa_index_segment *part = &native->index->segments[s];
        for (uint32_t i = 0; i <= part->segment->meta.passages / 64; i++) {
            for (uint64_t word = left[s][i]; word != 0; word &= word - 1) {
                uint32_t passage = 64 * i + (uint32_t)__builtin_ctzll(word);
                hits[count++] = (struct csa_hit){.passage = part->base + passage,
                                                 .article = part->article_base +
                                                            csa_segment_article_of(part->segment, passage)};
            }
        }
    }
    result->hits = hits;
    result->hit_count = count;
    return CSA_OK;
}

/* One pass that scores the chosen passages, all of which become hits. */
static enum csa_status score_pass(const struct choice *choice, const struct csa_search_request *pass,
                                  const struct csa_plan *plan, struct csa_arena *arena,
                                  struct csa_search_result *result, struct csa_error *error)
{
    enum csa_status status =
        csa_native_collect(choice->native, pass, plan, choice->chosen_passages, arena, result, error);
    bool all = result->exact || result->hit_count >= choice->chosen_passages;
    return status != CSA_OK || all ? status : add_unscored(choice, arena, result, error);
}

/* Scores the chosen passages. */
static enum csa_status score_chosen(const struct choice *choice, const struct csa_search_request *request,
                                    const struct csa_plan *plan, struct csa_arena *arena,
                                    struct csa_search_result *result, struct csa_error *error)
{
    struct csa_native *native = choice->native;
    struct csa_search_request pass = *request;
    pass.exhaustive = true; /* there is nothing to skip but windows without a chosen passage */
    pass.rank = CSA_RANK_BM25;
    native->only = choice->chosen;
    enum csa_status status = score_pass(choice, &pass, plan, arena, result, error);
    if (status != CSA_OK) {
        return status;
    }
    size_t count;
    struct csa_placed_hit *articles = place_articles(choice, result, &count);
    if (articles == NULL) {
        return csa_error_set_memory(error, "articles");
    }
    if (request->rank != CSA_RANK_BM25) {
        pass.rank = request->rank;
        status = score_pass(choice, &pass, plan, arena, result, error);
    }
    return status == CSA_OK ? order_hits(choice, articles, count, result, error) : status;
}

static enum csa_status choose(struct choice *choice, const struct csa_search_request *request,
                              const struct csa_plan *plan, struct csa_arena *arena,
                              struct csa_search_result *result, struct csa_error *error)
{
    struct csa_native *native = choice->native;
    choice->heap = csa_arena_alloc(&native->work, choice->wanted, sizeof *choice->heap);
    choice->matched = csa_native_found_sets(native);
    choice->last = csa_native_sets(native);
    choice->chosen = csa_native_sets(native);
    if (choice->heap == NULL || choice->matched == NULL || choice->last == NULL || choice->chosen == NULL) {
        return csa_error_set_memory(error, "articles");
    }
    find_last_day(choice);
    if (part_days(choice) > choice->from_last) {
        return choose_of_last_day(choice, request, plan, arena, result, error);
    }
    for (uint32_t s = 0; s < native->index->segment_count; s++) {
        choice->chosen_passages += add_range(choice->chosen[s], choice->last[s], 0,
                                             native->index->segments[s].segment->meta.passages);
    }
    return CSA_OK;
}

enum csa_status csa_native_collect_dated(struct csa_native *native, const struct csa_search_request *request,
                                         const struct csa_plan *plan, struct csa_arena *arena,
                                         struct csa_search_result *result, struct csa_error *error)
{
    struct csa_search_request pass = *request;
    pass.count = true;
    enum csa_status status = csa_native_collect(native, &pass, plan, 0, arena, result, error);
    const struct csa_search_result counted = *result;
    struct choice choice = {.native = native, .sort = request->sort};
    choice.wanted =
        request->hits < counted.articles_matched ? request->hits : (size_t)counted.articles_matched;
    pass.count = false;
    if (status == CSA_OK && choice.wanted != 0) {
        status = choose(&choice, &pass, plan, arena, result, error);
    }
    if (status == CSA_OK && choice.wanted != 0) {
        status = score_chosen(&choice, &pass, plan, arena, result, error);
    }
    native->only = NULL;
    result->passages_matched = counted.passages_matched;
    result->articles_matched = counted.articles_matched;
    return status;
}
