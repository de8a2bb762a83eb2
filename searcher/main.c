/* csa-search: options -> an engine -> queries -> output. Prints the only messages of the searcher. */
#include "common/base/buffer.h"
#include "common/base/clock.h"
#include "common/base/terminal.h"
#include "common/base/version.h"
#include "searcher/batch.h"
#include "searcher/evaluation/report.h"
#include "searcher/feedback/contrast.h"
#include "searcher/interactive/interactive.h"
#include "searcher/options.h"
#include "searcher/output/json.h"
#include "searcher/output/syntax.h"
#include "searcher/output/text.h"
#include "searcher/query/prepare.h"
#include "searcher/query/synonyms.h"
#include "searcher/results/page.h"
#include "searcher/run.h"
#include "searcher/site/preview.h"
#include "searcher/topics.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { EXIT_FOUND = 0, EXIT_NOTHING = 1, EXIT_FAILED = 2, TEXT_WIDTH_MAXIMUM = 100 };

/* Nanoseconds for the search and the page of one query. A run and a batch, which are for measuring, have no
 * deadline: what they print must not depend on the machine. */
static const uint64_t TIME_ALLOWED = UINT64_C(2000000000);

/* What a run of the program works with. */
struct session {
    const struct csa_search_options *options;
    struct csa_engine *engine;
    struct csa_arena arena; /* of the query at hand */
    struct csa_buffer out;  /* its output */
    struct csa_text_style style;
    bool found; /* any query found something */
};

static int fail(const struct csa_error *error)
{
    fprintf(stderr, "csa-search: %s\n", error->message);
    return EXIT_FAILED;
}

/* Sends the output buffer on; a full disk or a closed descriptor is an error, said once. */
static enum csa_status flush_output(struct session *session, struct csa_error *error)
{
    enum csa_status status = csa_buffer_check(&session->out, "output", error);
    if (status == CSA_OK && session->out.size != 0 &&
        (fwrite(session->out.data, 1, session->out.size, stdout) != session->out.size ||
         fflush(stdout) != 0)) {
        status = csa_error_set_system(error, errno, "standard output");
    }
    csa_buffer_clear(&session->out);
    return status;
}

static enum csa_status run_trec(struct session *session, const struct csa_query *query, struct csa_view id,
                                struct csa_error *error)
{
    const struct csa_search_options *options = session->options;
    struct csa_search_request request = csa_run_request(options, query);
    struct csa_ranking ranking;
    enum csa_status status = csa_run_rank(session->engine, &request, &session->arena, &ranking, error);
    if (status == CSA_OK) {
        size_t skipped = options->hits * (options->page - 1);
        csa_run_write(&session->out, id, &ranking, skipped + 1);
        session->found = session->found || ranking.count > skipped;
    }
    return status;
}

/* An article's score, when it is more than its best passage's, above the lines on that passage. */
static enum csa_status explain_article(struct session *session, const struct csa_page_hit *hit, float best,
                                       struct csa_explanation *explanation, struct csa_error *error)
{
    if (hit->score == best) {
        return CSA_OK;
    }
    struct csa_explanation_line *lines =
        csa_arena_alloc(&session->arena, explanation->count + 1, sizeof *lines);
    if (lines == NULL) {
        return csa_error_set_memory(error, "explanation");
    }
    lines[0] = (struct csa_explanation_line){
        .value = (double)hit->score,
        .text = csa_view_of("article: its best passage, and what further ones give by themselves, each a "
                            "fifth of the one before; the best:")};
    for (size_t i = 0; i < explanation->count; i++) {
        lines[i + 1] = explanation->lines[i];
        lines[i + 1].depth++;
    }
    explanation->lines = lines;
    explanation->count++;
    return CSA_OK;
}

static const struct csa_page_passage *best_passage(const struct csa_page_hit *hit)
{
    const struct csa_page_passage *best = &hit->passages[0];
    for (size_t j = 1; j < hit->passage_count; j++) {
        best = hit->passages[j].score > best->score ? &hit->passages[j] : best;
    }
    return best;
}

static enum csa_status explain_hits(struct session *session, const struct csa_page_request *request,
                                    const struct csa_page *page, struct csa_explanation **explanations,
                                    struct csa_error *error)
{
    struct csa_search_request search = csa_page_search_request(request);
    *explanations = csa_arena_zalloc(&session->arena, page->hit_count, sizeof **explanations);
    uint32_t *passages = csa_arena_zalloc(&session->arena, page->hit_count + 1, sizeof *passages);
    if (*explanations == NULL || passages == NULL) {
        return csa_error_set_memory(error, "explanation");
    }
    for (size_t i = 0; i < page->hit_count; i++) {
        passages[i] = best_passage(&page->hits[i])->passage;
    }
    enum csa_status status = session->engine->operations->explain(
        session->engine, &search, passages, page->hit_count, &session->arena, *explanations, error);
    for (size_t i = 0; i < page->hit_count && status == CSA_OK; i++) {
        const struct csa_page_hit *hit = &page->hits[i];
        status = explain_article(session, hit, best_passage(hit)->score, &(*explanations)[i], error);
    }
    return status;
}

static enum csa_status run_page(struct session *session, const struct csa_query *query, struct csa_view id,
                                struct csa_error *error)
{
    const struct csa_search_options *options = session->options;
    struct csa_page_request request = {.query = query,
                                       .rank = options->rank,
                                       .without = options->without,
                                       .k1 = options->k1,
                                       .b = options->b,
                                       .hits = options->hits,
                                       .page = options->page,
                                       .by_passage = options->by_passage,
                                       .bare = options->fields.count != 0 &&
                                               !csa_output_fields_need_text(&options->fields),
                                       .sort = options->sort,
                                       .facets = options->facets,
                                       .dates = options->timeline,
                                       .exhaustive = options->exhaustive};
    if (!options->exhaustive) {
        request.deadline = csa_clock_nanoseconds() + TIME_ALLOWED;
    }
    struct csa_page page;
    enum csa_status status = csa_page_make(session->engine, &request, &session->arena, &page, error);
    if (status == CSA_OK && options->fields.count != 0) {
        session->found = session->found || page.hit_count != 0;
        csa_output_fields_page(&session->out, &page, &options->fields, id);
        return CSA_OK;
    }
    request.facets = 0; /* counted; what follows asks for hits and counts only */
    request.dates = false;
    struct csa_contrast contrast;
    if (status == CSA_OK && options->terms) {
        struct csa_search_request search = csa_page_search_request(&request);
        status = csa_contrast_make(session->engine, &search, &session->arena, &contrast, error);
        page.contrast = &contrast;
    }
    struct csa_explanation *explanations = NULL;
    if (status == CSA_OK && options->explain) {
        status = explain_hits(session, &request, &page, &explanations, error);
    }
    struct csa_diagnosis diagnosis;
    if (status == CSA_OK) {
        struct csa_search_request search = csa_page_search_request(&request);
        status = csa_diagnosis_make(session->engine, &search, &page.result, options->synonyms,
                                    &session->arena, &diagnosis, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    session->found = session->found || page.hit_count != 0;
    if (options->json) {
        csa_json_page(&session->out, &page, &diagnosis, explanations, id);
        return CSA_OK;
    }
    csa_text_page(&session->out, &page, &diagnosis, explanations, id, &session->style);
    return CSA_OK;
}

static enum csa_status answer(struct session *session, struct csa_view text, struct csa_view id,
                              struct csa_error *error)
{
    struct csa_query query;
    enum csa_status status =
        csa_run_query(session->engine, session->options, text, &session->arena, &query, error);
    if (status == CSA_OK) {
        status = session->options->trec
                     ? run_trec(session, &query, id.size == 0 ? csa_view_of("1") : id, error)
                     : run_page(session, &query, id, error);
    }
    if (status == CSA_OK) {
        status = flush_output(session, error);
    }
    csa_arena_clear(&session->arena);
    return status;
}

static enum csa_status answer_topics(struct session *session, struct csa_error *error)
{
    struct csa_arena arena;
    struct csa_topics topics;
    csa_arena_init(&arena, 0);
    enum csa_status status = csa_topics_read(session->options->topics, &arena, &topics, error);
    for (size_t i = 0; i < topics.count && status == CSA_OK; i++) {
        status = answer(session, topics.items[i].query, topics.items[i].id, error);
    }
    csa_arena_release(&arena);
    return status;
}

static enum csa_status evaluate(struct session *session, struct csa_error *error)
{
    struct csa_evaluation evaluation;
    enum csa_status status =
        csa_evaluation_make(session->engine, session->options, &session->arena, &evaluation, error);
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < evaluation.query_count; i++) {
        session->found = session->found || evaluation.queries[i].found != 0;
    }
    if (session->options->json) {
        csa_report_json(&session->out, &evaluation);
    } else {
        csa_report_text(&session->out, &evaluation, &session->style);
    }
    return flush_output(session, error);
}

static enum csa_status answer_line(void *context, struct csa_view query, size_t page, struct csa_error *error)
{
    struct session *session = context;
    const struct csa_search_options *options = session->options;
    struct csa_search_options current = *options;
    current.page = page;
    session->options = &current;
    enum csa_status status = answer(session, query, (struct csa_view){0}, error);
    session->options = options;
    return status;
}

static enum csa_status answer_lines(struct session *session, struct csa_error *error)
{
    session->found = true; /* a dialogue has no result of its own */
    return csa_interactive_run(session->engine, CSA_HITS_MAXIMUM / session->options->hits, answer_line,
                               session, stdout, error);
}

static int run(const struct csa_search_options *options)
{
    struct csa_error error = {0};
    struct session session = {.options = options};
    enum csa_status status = csa_engine_native_open(options->index, &session.engine, &error);
    if (status != CSA_OK) {
        return fail(&error);
    }
    csa_arena_init(&session.arena, 0);
    csa_buffer_init(&session.out, (size_t)1 << 32);
    unsigned width = csa_terminal_width(STDOUT_FILENO);
    session.style = (struct csa_text_style){
        .colour = (options->colour && !options->no_colour) ||
                  csa_terminal_colour(STDOUT_FILENO, options->no_colour),
        .links = csa_terminal_links(STDOUT_FILENO, options->no_colour),
        .unicode = csa_terminal_unicode(),
        .width = width < TEXT_WIDTH_MAXIMUM ? width : TEXT_WIDTH_MAXIMUM,
    };
    if (options->batch) {
        status = csa_batch_run(session.engine, options->batch_hits, &error);
        session.found = true;
    } else if (options->interactive) {
        status = answer_lines(&session, &error);
    } else if (options->qrels != NULL || options->compare != NULL) {
        status = evaluate(&session, &error);
    } else if (options->topics != NULL) {
        status = answer_topics(&session, &error);
    } else {
        status = answer(&session, options->query, (struct csa_view){0}, &error);
    }
    csa_buffer_release(&session.out);
    csa_arena_release(&session.arena);
    session.engine->operations->close(session.engine);
    return status != CSA_OK ? fail(&error) : session.found ? EXIT_FOUND : EXIT_NOTHING;
}

/* The query as csa_run_query() makes it, but that stop words are marked and not left out. Without an index
 * (engine: null) what depends on it is left as it is. */
static enum csa_status show_syntax(struct session *session, struct csa_error *error)
{
    const struct csa_search_options *options = session->options;
    struct csa_query query;
    uint64_t stemmers = session->engine == NULL ? 0 : session->engine->stemmers;
    enum csa_status status = csa_query_prepare(options->query, options->synonyms, session->engine,
                                               CSA_STOP_WORDS_MARKED, &session->arena, &query, error);
    if (status == CSA_OK) {
        status = options->json ? csa_syntax_json(&session->out, &query, stemmers, error)
                               : csa_syntax_text(&session->out, &query, stemmers, error);
    }
    return status == CSA_OK ? flush_output(session, error) : status;
}

static int explain_syntax(const struct csa_search_options *options)
{
    struct csa_error error = {0};
    struct session session = {.options = options};
    enum csa_status status = csa_engine_native_open(options->index, &session.engine, &error);
    bool engine = status == CSA_OK;
    csa_arena_init(&session.arena, 0);
    csa_buffer_init(&session.out, (size_t)1 << 24);
    if (status == CSA_ERROR_NOT_FOUND || engine) {
        session.engine = engine ? session.engine : NULL;
        status = show_syntax(&session, &error);
    }
    csa_buffer_release(&session.out);
    csa_arena_release(&session.arena);
    if (engine) {
        session.engine->operations->close(session.engine);
    }
    return status != CSA_OK ? fail(&error) : EXIT_FOUND;
}

int main(int argc, char **argv)
{
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_search_options options;
    csa_arena_init(&arena, 0);
    int result;
    if (csa_search_options_read(argc, argv, &arena, &options, &error) != CSA_OK) {
        result = fail(&error);
    } else if (options.help) {
        csa_search_options_help(stdout);
        result = fflush(stdout) == 0 ? EXIT_FOUND : EXIT_FAILED;
    } else if (options.version) {
        csa_version_print(stdout, "csa-search");
        result = fflush(stdout) == 0 ? EXIT_FOUND : EXIT_FAILED;
    } else if (options.serve) {
        result = csa_site_preview(&options, &error) == CSA_OK ? EXIT_FOUND : fail(&error);
    } else if (options.synonyms_file != NULL &&
               csa_synonyms_open(options.synonyms_file, &options.synonyms, &error) != CSA_OK) {
        csa_error_prefix(&error, "synonyms");
        result = fail(&error);
    } else if (options.syntax) {
        result = explain_syntax(&options);
    } else {
        result = run(&options);
    }
    csa_synonyms_close(options.synonyms);
    csa_arena_release(&arena);
    return result;
}
