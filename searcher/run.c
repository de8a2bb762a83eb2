/* One topic's articles by rank, and how they are written. */
#include "searcher/run.h"

#include "common/base/clock.h"
#include "searcher/feedback/expand.h"
#include "searcher/feedback/like.h"
#include "searcher/output/trec.h"
#include "searcher/query/prepare.h"

/* Nanoseconds for the first search of an expanded query. */
static const uint64_t EXPANSION_ALLOWED = UINT64_C(1000000000);

enum csa_status csa_run_query(struct csa_engine *engine, const struct csa_search_options *options,
                              struct csa_view text, struct csa_arena *arena, struct csa_query *query,
                              struct csa_error *error)
{
    enum csa_status status =
        csa_query_prepare(text, options->synonyms, engine, CSA_STOP_WORDS_LEFT_OUT, arena, query, error);
    struct csa_like_target target;
    if (status == CSA_OK && options->like != NULL) {
        status = csa_like_find(engine, csa_view_of(options->like), arena, &target, error);
        status = status == CSA_OK ? csa_like_query(engine, target, query, arena, error) : status;
    }
    if (status == CSA_OK && options->expand != 0) {
        struct csa_search_request request = csa_run_request(options, query);
        bool measured =
            options->exhaustive || options->trec || options->qrels != NULL || options->compare != NULL;
        request.deadline = measured ? 0 : csa_clock_nanoseconds() + EXPANSION_ALLOWED;
        status = csa_feedback_expand(engine, &request, query, options->expand, arena, error);
    }
    return status;
}

struct csa_search_request csa_run_request(const struct csa_search_options *options,
                                          const struct csa_query *query)
{
    return (struct csa_search_request){.query = query,
                                       .rank = options->rank,
                                       .without = options->without,
                                       .k1 = options->k1,
                                       .b = options->b,
                                       .hits = options->hits * options->page,
                                       .by_article = true,
                                       .exhaustive = options->exhaustive};
}

struct csa_view csa_run_name(struct csa_view id, struct csa_arena *arena)
{
    bool plain = id.size != 0;
    for (size_t i = 0; plain && i < id.size; i++) {
        unsigned char byte = (unsigned char)id.data[i];
        plain = byte > ' ' && byte != 0x7F;
    }
    if (plain) {
        return id;
    }
    struct csa_buffer name;
    csa_buffer_init(&name, SIZE_MAX);
    csa_trec_field(&name, id);
    struct csa_view copy = {0};
    if (!name.failed) {
        copy = csa_arena_copy(arena, csa_buffer_view(&name));
    }
    csa_buffer_release(&name);
    return copy;
}

enum csa_status csa_run_rank(struct csa_engine *engine, const struct csa_search_request *request,
                             struct csa_arena *arena, struct csa_ranking *ranking, struct csa_error *error)
{
    struct csa_search_result result;
    *ranking = (struct csa_ranking){0};
    enum csa_status status = engine->operations->search(engine, request, arena, &result, error);
    if (status != CSA_OK) {
        return status;
    }
    size_t room = result.hit_count < request->hits ? result.hit_count : request->hits;
    ranking->items = csa_arena_alloc(arena, room + 1, sizeof *ranking->items);
    if (ranking->items == NULL) {
        return csa_error_set_memory(error, "run");
    }
    for (size_t i = 0; i < result.hit_count && ranking->count < room; i++) {
        const struct csa_hit *hit = &result.hits[i];
        if (i != 0 && hit->article == hit[-1].article) {
            continue;
        }
        struct csa_view id;
        status = engine->operations->article_id(engine, hit->article, arena, &id, error);
        if (status != CSA_OK) {
            return status;
        }
        id = csa_run_name(id, arena);
        if (id.data == NULL) {
            return csa_error_set_memory(error, "run");
        }
        ranking->items[ranking->count++] =
            (struct csa_ranked){.id = id, .score = (double)hit->article_score, .passage = hit->passage};
    }
    return CSA_OK;
}

void csa_run_write(struct csa_buffer *out, struct csa_view topic, const struct csa_ranking *ranking,
                   size_t from)
{
    for (size_t i = from - 1; i < ranking->count; i++) {
        csa_trec_line(out, topic, ranking->items[i].id, (unsigned)i + 1, ranking->items[i].score, "csa");
    }
}
