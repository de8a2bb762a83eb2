/* From a request to a response: which of the site's answers it asks for, and whether the asker has it
 * already. Called by the server interfaces for each request. */
#include "searcher/output/json.h"
#include "searcher/site/formats.h"
#include "searcher/site/origin.h"
#include "searcher/site/turn.h"
#include "searcher/site/view.h"

enum { PREFLIGHT_SECONDS = 86400 /* how long a browser may remember what CORS allows */ };

/* ---- answers ---- */

/* 304 where the asker has this version. */
static bool answer_from_copy(struct csa_turn *turn)
{
    const struct csa_site_request *request = turn->request;
    if (turn->validator.version == 0 || !csa_cache_is_current(request, &turn->validator)) {
        return false;
    }
    csa_turn_finish_empty(turn, 304);
    return true;
}

/* Sets the key of the response: what it is made from, byte by byte. None when it must not be kept. */
static void set_key(struct csa_turn *turn)
{
    const struct csa_validator *validator = &turn->validator;
    struct csa_view path = turn->context.path, absolute = turn->context.absolute;
    struct csa_view query = turn->request->query_string;
    char marks[] = {validator->gzip ? 'z' : '-', turn->request->restricted ? 'r' : '-'};
    if (validator->version == 0 || turn->site->config->cache_memory == 0) {
        return;
    }
    struct csa_buffer key;
    csa_buffer_init(&key,
                    sizeof validator->version + sizeof marks + path.size + absolute.size + query.size + 2);
    csa_buffer_append(&key, (const char *)&validator->version, sizeof validator->version);
    csa_buffer_append(&key, marks, sizeof marks);
    csa_buffer_append_view(&key, path);
    csa_buffer_append_byte(&key, '\0');
    csa_buffer_append_view(&key, absolute);
    csa_buffer_append_byte(&key, '\0');
    csa_buffer_append_view(&key, query);
    turn->key =
        key.failed ? (struct csa_view){0} : csa_arena_copy(turn->context.arena, csa_buffer_view(&key));
    csa_buffer_release(&key);
}

/* The response as it was made for an earlier asker, or 304. */
static bool answer_from_kept(struct csa_turn *turn)
{
    struct csa_kept_response kept;
    set_key(turn);
    if (turn->site->kept == NULL || turn->key.size == 0 ||
        !csa_response_cache_find(turn->site->kept, turn->key, &kept)) {
        return false;
    }
    turn->key.size = 0;
    if (!answer_from_copy(turn)) {
        turn->response->status = 200;
        csa_buffer_append_view(&turn->response->headers, kept.headers);
        csa_buffer_append_view(&turn->response->body, kept.body);
    }
    return true;
}

static void keep(struct csa_turn *turn)
{
    struct csa_site *site = turn->site;
    const struct csa_site_response *response = turn->response;
    if (turn->key.size == 0 || response->status != 200 || turn->validator.version == 0 ||
        response->body.failed || response->headers.failed) {
        return;
    }
    if (site->kept == NULL) {
        site->kept = csa_response_cache_new((size_t)site->config->cache_memory);
    }
    if (site->kept != NULL) {
        const struct csa_kept_response kept = {csa_buffer_view(&response->headers),
                                               csa_buffer_view(&response->body)};
        csa_response_cache_add(site->kept, turn->key, &kept);
    }
}

static void answer_file(struct csa_turn *turn, const struct csa_site_file *file)
{
    turn->validator.version = file->version;
    turn->validator.modified = turn->site->modified;
    turn->for_ever = csa_view_equal(turn->parameters.tag, csa_view_of(file->tag));
    turn->seconds = turn->site->config->cache_seconds;
    if (!answer_from_copy(turn) && !answer_from_kept(turn)) {
        csa_buffer_append_view(&turn->response->body, file->text);
        csa_turn_finish(turn, 200, csa_turn_type(turn->parameters.format));
    }
}

/* What stands outside of the site cannot have relative links. */
static const char nameless[] = "the request names no host, and the site has no url configured";

static void answer_description(struct csa_turn *turn)
{
    if (turn->context.absolute.size == 0) {
        csa_turn_refuse(turn, 400, csa_view_of(nameless));
        return;
    }
    turn->validator.version = csa_cache_mix(turn->site->version, turn->context.absolute);
    turn->validator.modified = turn->site->modified;
    turn->seconds = turn->site->config->cache_seconds;
    if (!answer_from_copy(turn)) {
        csa_site_opensearch(&turn->response->body, &turn->context);
        csa_turn_finish(turn, 200, csa_turn_type(CSA_FORMAT_OPENSEARCH));
    }
}

/* Takes up the newest index; what is made from it may be kept for a while. False: there is none, and that is
 * said. */
static bool take_index(struct csa_turn *turn)
{
    struct csa_site *site = turn->site;
    enum csa_status status = csa_snapshot_renew(&site->snapshot, turn->trouble);
    if (site->snapshot.engine == NULL) {
        csa_turn_refuse(turn, 503, (struct csa_view){0});
        return false;
    }
    (void)status; /* the former index is served, and *trouble tells why */
    turn->context.engine = site->snapshot.engine;
    turn->context.committed = site->snapshot.stamp.seconds;
    if (turn->request->method != CSA_METHOD_POST) {
        uint64_t index = site->snapshot.version;
        uint64_t version = csa_cache_mix(site->version, csa_view_make((const char *)&index, sizeof index));
        version = csa_cache_mix(version, turn->context.absolute);
        turn->validator.version = csa_cache_mix(version, turn->request->query_string) | 1; /* never 0 */
        turn->validator.weak = true;
        int64_t written = site->snapshot.stamp.seconds;
        turn->validator.modified = written > site->modified ? written : site->modified;
        turn->seconds = site->config->cache_seconds;
    }
    return true;
}

/* 304 where the asker names the tag of this address: it was sent with 200 and with nothing else. What there
 * is only a "*" or a date for is looked up first, since it may be 404 by now, or always was. */
static bool answer_from_tag(struct csa_turn *turn)
{
    if (turn->validator.version == 0 || !csa_cache_is_known(turn->request, &turn->validator)) {
        return false;
    }
    csa_turn_finish_empty(turn, 304);
    return true;
}

static void render(struct csa_turn *turn, const struct csa_value *values)
{
    if (values == NULL) {
        turn->response->body.failed = true;
        return;
    }
    csa_template_render(turn->site->page, values, &turn->response->body);
}

static void answer_article(struct csa_turn *turn)
{
    struct csa_site_article article;
    struct csa_error failure = {0};
    if (csa_site_article_read(&turn->context, &turn->parameters, &article, &failure) != CSA_OK) {
        csa_turn_fail(turn, &failure);
        return;
    }
    if (answer_from_copy(turn)) {
        return;
    }
    render(turn, csa_site_view_article(&turn->context, &turn->parameters, &article));
    csa_turn_add_links(turn);
    csa_turn_finish(turn, 200, csa_turn_type(CSA_FORMAT_HTML));
}

static void answer_suggestions(struct csa_turn *turn)
{
    struct csa_error failure = {0};
    if (answer_from_copy(turn)) { /* there always are some, or none of them in a list */
        return;
    }
    if (csa_site_suggestions(&turn->response->body, &turn->context, turn->parameters.query, &failure) !=
        CSA_OK) {
        csa_turn_fail(turn, &failure);
        return;
    }
    csa_turn_finish(turn, 200, csa_turn_type(CSA_FORMAT_SUGGEST));
}

static void answer_search(struct csa_turn *turn)
{
    struct csa_site_answer answer;
    struct csa_error failure = {0};
    struct csa_buffer *out = &turn->response->body;
    if (csa_site_answer_make(&turn->context, &turn->parameters, &answer, &failure) != CSA_OK) {
        csa_turn_fail(turn, &failure);
        return;
    }
    if (!answer.page.result.exact || answer.page.result.limit_count != 0) {
        turn->validator.version = 0; /* the time ran out: the next answer may be better */
    }
    if (answer_from_copy(turn)) {
        return;
    }
    turn->pages = answer.page.pages;
    switch (turn->parameters.format) {
    case CSA_FORMAT_JSON:
        csa_json_page(out, &answer.page, answer.searched ? &answer.diagnosis : NULL, NULL,
                      (struct csa_view){0});
        break;
    case CSA_FORMAT_ATOM:
        csa_site_atom(out, &turn->context, &answer);
        break;
    default:
        if (!csa_site_page_write(turn->site, &turn->context, &answer, out)) {
            csa_turn_refuse(turn, 414, (struct csa_view){0});
            return;
        }
        break;
    }
    csa_turn_add_links(turn);
    csa_turn_finish(turn, 200, csa_turn_type(turn->parameters.format));
}

/* ---- which of them ---- */

static void answer_from_index(struct csa_turn *turn)
{
    enum csa_site_format format = turn->parameters.format;
    const struct csa_site_config *config = turn->site->config;
    bool article = turn->parameters.article.size != 0 && format != CSA_FORMAT_SUGGEST;
    if (article && format != CSA_FORMAT_HTML) {
        csa_turn_refuse(turn, 400, csa_view_of("article: is shown as a page only, not as json or atom"));
    } else if ((article && !config->viewer) || (format == CSA_FORMAT_SUGGEST && !config->suggestions)) {
        csa_turn_refuse(turn, 404, (struct csa_view){0});
    } else if (format == CSA_FORMAT_ATOM && turn->context.absolute.size == 0) {
        csa_turn_refuse(turn, 400, csa_view_of(nameless));
    } else if (take_index(turn) && !answer_from_tag(turn) && !answer_from_kept(turn)) {
        if (article) {
            answer_article(turn);
        } else if (format == CSA_FORMAT_SUGGEST) {
            answer_suggestions(turn);
        } else {
            answer_search(turn);
        }
    }
}

static void answer(struct csa_turn *turn)
{
    switch (turn->parameters.format) {
    case CSA_FORMAT_STYLE:
        answer_file(turn, &turn->site->style);
        break;
    case CSA_FORMAT_SCRIPT:
        answer_file(turn, &turn->site->script);
        break;
    case CSA_FORMAT_OPENSEARCH:
        answer_description(turn);
        break;
    default:
        answer_from_index(turn);
        break;
    }
}

/* What a browser asks before it lets another site's script send something unusual. */
static void answer_options(struct csa_turn *turn)
{
    struct csa_site_response *response = turn->response;
    response->status = 204;
    csa_site_response_header(response, "Allow", csa_view_of("GET, HEAD, POST, OPTIONS"));
    csa_site_response_header(response, "Access-Control-Allow-Origin", csa_view_of(turn->site->config->cors));
    csa_site_response_header(response, "Access-Control-Allow-Methods", csa_view_of("GET, HEAD, POST"));
    csa_site_response_header(response, "Access-Control-Allow-Headers", csa_view_of("Accept, Content-Type"));
    csa_buffer_append_format(&response->headers, "Access-Control-Max-Age: %u\r\n",
                             (unsigned)PREFLIGHT_SECONDS);
    csa_site_response_guard(response);
}

/* The request as a whole, before its parameters are looked at; 0: it is fine. */
static unsigned check_request(const struct csa_site_request *request)
{
    if (request->method == CSA_METHOD_OTHER || request->method == CSA_METHOD_OPTIONS) {
        return 405;
    }
    if (request->rest.size != 0 && !csa_view_equal(request->rest, csa_view_of("/"))) {
        return 404;
    }
    if (request->query_string.size > CSA_SITE_URL_MAXIMUM) {
        return 414;
    }
    return request->body_too_long || request->body.size > CSA_SITE_BODY_MAXIMUM ? 413 : 0;
}

static void take_turn(struct csa_turn *turn)
{
    struct csa_site *site = turn->site;
    const struct csa_site_request *request = turn->request;
    if (request->method == CSA_METHOD_OPTIONS && site->config->cors != NULL) {
        answer_options(turn);
        return;
    }
    turn->parameters.format = csa_site_parameters_format(request->query_string);
    unsigned refused = check_request(request);
    if (refused != 0) {
        csa_turn_refuse(turn, refused, (struct csa_view){0});
        return;
    }
    struct csa_error failure = {0};
    enum csa_status status = csa_site_parameters_read(request, &site->arena, &turn->parameters, &failure);
    if (turn->parameters.hits > site->config->hits_maximum) { /* links repeat what is shown */
        turn->parameters.hits = site->config->hits_maximum;
    }
    switch (status) {
    case CSA_OK:
        answer(turn);
        break;
    case CSA_ERROR_LIMIT:
        csa_turn_refuse(turn, 414, csa_view_of(failure.message));
        break;
    case CSA_ERROR_UNSUPPORTED:
        csa_turn_refuse(turn, 415, csa_view_of(failure.message));
        break;
    default:
        csa_turn_fail(turn, &failure);
        break;
    }
}

/* A body or headers that could not be written: without memory, or beyond what a response may have. */
static void settle(struct csa_turn *turn)
{
    struct csa_site_response *response = turn->response;
    if (response->body.failed || response->headers.failed) {
        bool limited = response->body.limited || response->headers.limited;
        if (turn->trouble->status == CSA_OK) {
            csa_error_set(turn->trouble, limited ? CSA_ERROR_LIMIT : CSA_ERROR_MEMORY, "%s",
                          limited ? "the response is larger than a response may be"
                                  : "out of memory: the response");
        }
        csa_site_respond_plainly(response, turn->parameters.format, limited ? 500 : 503);
    }
    if (turn->request->method == CSA_METHOD_HEAD) {
        csa_buffer_clear(&response->body);
    }
}

void csa_site_respond(struct csa_site *site, const struct csa_site_request *request,
                      struct csa_site_response *response, struct csa_error *trouble)
{
    *trouble = (struct csa_error){0};
    csa_site_response_clear(response);
    struct csa_turn turn = {
        .site = site,
        .request = request,
        .response = response,
        .trouble = trouble,
        .context = {.config = site->config,
                    .words = site->words,
                    .synonyms = site->synonyms,
                    .style_tag = csa_view_of(site->style.tag),
                    .script_tag = csa_view_of(site->script.tag),
                    .arena = &site->arena},
        .parameters = {.page = 1},
        .validator = {.gzip = csa_gzip_is_accepted(request->accept_encoding)},
    };
    turn.context.path = csa_origin_path(request, &site->arena);
    turn.context.absolute = csa_origin_url(request, site->config->url, turn.context.path, &site->arena);
    if (turn.context.path.data == NULL || turn.context.absolute.data == NULL) {
        csa_error_set_memory(trouble, "the request");
        csa_site_respond_plainly(response, CSA_FORMAT_HTML, 503);
    } else {
        take_turn(&turn);
    }
    keep(&turn);
    settle(&turn);
    if (site->arena.used > CSA_SITE_KEPT_MEMORY) {
        csa_arena_release(&site->arena);
    }
    csa_arena_clear(&site->arena);
}
