/* One article for the viewer: read part by part, the query's words marked while there is time. Called by
 * respond.c. */
#include "common/base/clock.h"
#include "searcher/query/prepare.h"
#include "searcher/site/answer.h"

enum { TEXT_MAXIMUM = 2 * 1024 * 1024 }; /* bytes of passages; a part that has them ends */

/* What marking works with. */
struct marking {
    struct csa_marker *marker; /* null: the query is empty */
    struct csa_site_article *article;
    struct csa_view before, behind; /* the part's neighbours in the article; empty: none */
    struct csa_arena *arena;
    uint64_t deadline;
};

static enum csa_status read_passage(const struct csa_site_context *context,
                                    const struct csa_site_article *article, uint32_t place,
                                    struct csa_passage_info *info, struct csa_error *error)
{
    struct csa_engine *engine = context->engine;
    return engine->operations->passage(engine, article->info.first_passage + place, context->arena, info,
                                       error);
}

/* The passages behind article->before, as many as fit into a part. */
static enum csa_status read_part(const struct csa_site_context *context, struct csa_site_article *article,
                                 struct csa_error *error)
{
    size_t bytes = 0;
    size_t left = article->info.passage_count - article->before;
    size_t count = left < CSA_SITE_ARTICLE_PASSAGES ? left : CSA_SITE_ARTICLE_PASSAGES;
    article->passage_count = 0;
    while (article->passage_count < count && bytes <= TEXT_MAXIMUM) {
        struct csa_passage_info *info = &article->passages[article->passage_count].info;
        uint32_t place = article->before + (uint32_t)article->passage_count;
        enum csa_status status = read_passage(context, article, place, info, error);
        if (status != CSA_OK) {
            return status;
        }
        article->has_text = article->has_text || info->text.size != 0;
        article->passage_count++;
        bytes += info->text.size;
    }
    return CSA_OK;
}

static enum csa_status read_passages(const struct csa_site_context *context, size_t wanted,
                                     struct csa_site_article *article, struct csa_error *error)
{
    article->passages =
        csa_arena_zalloc(context->arena, CSA_SITE_ARTICLE_PASSAGES, sizeof *article->passages);
    if (article->passages == NULL) {
        return csa_error_set_memory(error, "the article");
    }
    size_t last = article->info.passage_count == 0 ? 0 : article->info.passage_count - 1;
    size_t place = wanted == 0 ? 0 : wanted - 1 < last ? wanted - 1 : last;
    article->before = (uint32_t)(place - place % CSA_SITE_ARTICLE_PASSAGES);
    enum csa_status status = read_part(context, article, error);
    if (status == CSA_OK && article->passage_count != 0 &&
        place >= article->before + article->passage_count) {
        article->before = (uint32_t)place;
        status = read_part(context, article, error);
    }
    return status;
}

/* What a phrase may come from, or run on into, beyond the part. */
static enum csa_status read_neighbours(const struct csa_site_context *context, struct marking *marking,
                                       struct csa_error *error)
{
    const struct csa_site_article *article = marking->article;
    uint32_t end = article->before + (uint32_t)article->passage_count;
    struct csa_passage_info info;
    enum csa_status status = CSA_OK;
    if (article->before != 0) {
        status = read_passage(context, article, article->before - 1, &info, error);
        marking->before = status == CSA_OK ? info.text : marking->before;
    }
    if (status == CSA_OK && end < article->info.passage_count) {
        status = read_passage(context, article, end, &info, error);
        marking->behind = status == CSA_OK ? info.text : marking->behind;
    }
    return status;
}

static enum csa_status mark(const struct marking *marking, const struct csa_marker_text *text,
                            struct csa_marked *marked, struct csa_error *error)
{
    *marked = (struct csa_marked){0};
    if (marking->marker == NULL || csa_clock_nanoseconds() > marking->deadline) {
        return CSA_OK;
    }
    return csa_marker_mark(marking->marker, text, marking->arena, marked, error);
}

/* A phrase may reach into the neighbours. */
static enum csa_status mark_passage(const struct marking *marking, size_t i, struct csa_error *error)
{
    const struct csa_site_article *article = marking->article;
    struct csa_site_article_passage *passage = &article->passages[i];
    struct csa_marker_text text = {.text = passage->info.text, .stemmer = article->info.stemmer};
    enum csa_status status = mark(marking, &text, &passage->marked, error);
    struct csa_view before = i != 0 ? passage[-1].info.text : marking->before;
    struct csa_view behind = i + 1 < article->passage_count ? passage[1].info.text : marking->behind;
    bool from_before = before.size != 0 && passage->marked.over_begin;
    bool on_behind = behind.size != 0 && passage->marked.over_end;
    if (status == CSA_OK && (from_before || on_behind)) {
        text.before = from_before ? before : text.before;
        text.behind = on_behind ? behind : text.behind;
        status = mark(marking, &text, &passage->marked, error);
    }
    return status;
}

static enum csa_status mark_all(const struct marking *marking, struct csa_error *error)
{
    struct csa_site_article *article = marking->article;
    const struct csa_marker_text title = {
        .text = article->info.title, .stemmer = article->info.stemmer, .title = true};
    enum csa_status status = mark(marking, &title, &article->title_marks, error);
    for (size_t i = 0; i < article->passage_count && status == CSA_OK; i++) {
        status = mark_passage(marking, i, error);
    }
    return status;
}

static enum csa_status find(const struct csa_site_context *context, struct csa_view id,
                            struct csa_site_article *article, struct csa_error *error)
{
    bool found = false;
    struct csa_engine *engine = context->engine;
    enum csa_status status = engine->operations->find_article(engine, id, &article->number, &found, error);
    if (status == CSA_OK && !found) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "no article has this id");
    }
    return status != CSA_OK
               ? status
               : engine->operations->article(engine, article->number, context->arena, &article->info, error);
}

enum csa_status csa_site_article_read(const struct csa_site_context *context,
                                      const struct csa_site_parameters *parameters,
                                      struct csa_site_article *article, struct csa_error *error)
{
    *article = (struct csa_site_article){0};
    struct marking marking = {.article = article, .arena = context->arena};
    marking.deadline = csa_clock_nanoseconds() + (uint64_t)context->config->deadline_ms * UINT64_C(1000000);
    struct csa_query query;
    enum csa_status status = find(context, parameters->article, article, error);
    if (status == CSA_OK) {
        status = read_passages(context, parameters->passage, article, error);
    }
    if (status == CSA_OK && parameters->query.size != 0) {
        status = csa_query_prepare(parameters->query, context->synonyms, context->engine,
                                   CSA_STOP_WORDS_LEFT_OUT, context->arena, &query, error);
        if (status == CSA_OK) {
            status = csa_marker_new(&query, NULL, &marking.marker, error);
        }
    }
    if (status == CSA_OK && marking.marker != NULL) {
        status = read_neighbours(context, &marking, error);
    }
    if (status == CSA_OK) {
        status = mark_all(&marking, error);
    }
    csa_marker_free(marking.marker);
    return status;
}
