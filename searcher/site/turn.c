/* Headers and errors: what every response has around its body. Called by respond.c. */
#include "searcher/site/turn.h"

#include "searcher/site/view.h"

enum {
    LINK_MAXIMUM = 2048, /* bytes of the Link header: servers bound all headers together, some at 4 KiB */
    FOR_EVER = 31536000, /* seconds: a year */
};

/* ---- headers ---- */

const char *csa_turn_type(enum csa_site_format format)
{
    switch (format) {
    case CSA_FORMAT_JSON:
        return "application/json; charset=utf-8";
    case CSA_FORMAT_ATOM:
        return "application/atom+xml; charset=utf-8";
    case CSA_FORMAT_OPENSEARCH:
        return "application/opensearchdescription+xml; charset=utf-8";
    case CSA_FORMAT_SUGGEST:
        return "application/x-suggestions+json; charset=utf-8";
    case CSA_FORMAT_SCRIPT:
        return "text/javascript; charset=utf-8";
    case CSA_FORMAT_STYLE:
        return "text/css; charset=utf-8";
    default:
        return "text/html; charset=utf-8";
    }
}

/* Whether other sites' pages may read it. */
static bool is_shared(const struct csa_turn *turn)
{
    enum csa_site_format format = turn->parameters.format;
    return turn->site->config->cors != NULL &&
           (format == CSA_FORMAT_JSON || format == CSA_FORMAT_ATOM || format == CSA_FORMAT_SUGGEST);
}

static void add_common_headers(struct csa_turn *turn)
{
    struct csa_site_response *response = turn->response;
    csa_site_response_header(response, "Vary", csa_view_of("Accept-Encoding"));
    if (is_shared(turn)) {
        csa_site_response_header(response, "Access-Control-Allow-Origin",
                                 csa_view_of(turn->site->config->cors));
    }
    csa_site_response_header(response, "Cross-Origin-Resource-Policy",
                             csa_view_of(is_shared(turn) ? "cross-origin" : "same-origin"));
    csa_site_response_guard(response);
}

static void add_cache_headers(struct csa_turn *turn)
{
    struct csa_site_response *response = turn->response;
    if (turn->validator.version == 0) {
        csa_site_response_header(response, "Cache-Control", csa_view_of("no-store"));
        return;
    }
    csa_cache_headers(response, &turn->validator);
    if (turn->for_ever) {
        csa_buffer_append_format(&response->headers, "Cache-Control: public, max-age=%u, immutable\r\n",
                                 (unsigned)FOR_EVER);
    } else if (turn->seconds != 0) {
        csa_buffer_append_format(&response->headers, "Cache-Control: %smax-age=%u\r\n",
                                 turn->request->restricted ? "private, " : "", (unsigned)turn->seconds);
    } else {
        csa_site_response_header(response, "Cache-Control",
                                 csa_view_of(turn->request->restricted ? "private, no-cache" : "no-cache"));
    }
}

/* Compresses the body where that is accepted and worth it. */
static void pack(struct csa_turn *turn)
{
    struct csa_site *site = turn->site;
    struct csa_site_response *response = turn->response;
    if (!turn->validator.gzip || response->body.size < CSA_GZIP_LEAST || response->body.failed) {
        return;
    }
    site->gzip = site->gzip == NULL ? csa_gzip_new() : site->gzip;
    if (site->gzip == NULL || !csa_gzip_make(site->gzip, csa_buffer_view(&response->body), &site->packed)) {
        return;
    }
    struct csa_buffer plain = response->body;
    response->body = site->packed;
    site->packed = plain;
    csa_site_response_header(response, "Content-Encoding", csa_view_of("gzip"));
}

/* One that does not fit is left out. */
static void add_link(struct csa_turn *turn, struct csa_buffer *out,
                     const struct csa_site_parameters *parameters, const char *relation)
{
    size_t before = out->size;
    csa_buffer_append_view(out, csa_view_of(out->size == 0 ? "<" : ", <"));
    csa_buffer_append_view(out, turn->context.path);
    csa_site_parameters_link(out, parameters);
    csa_buffer_append_view(out, csa_view_of(">; rel="));
    csa_buffer_append_view(out, csa_view_of(relation));
    if (out->limited) {
        out->size = before;
        out->failed = out->limited = false;
    }
}

void csa_turn_add_links(struct csa_turn *turn)
{
    const struct csa_site_parameters *asked = &turn->parameters;
    struct csa_site_parameters linked = {.page = 1, .format = CSA_FORMAT_OPENSEARCH};
    struct csa_buffer links;
    csa_buffer_init(&links, LINK_MAXIMUM);
    add_link(turn, &links, &linked, "search; type=\"application/opensearchdescription+xml\"");
    bool results = asked->article.size == 0 && asked->format <= CSA_FORMAT_ATOM && turn->pages != 0;
    if (results) {
        linked = *asked;
        linked.format = CSA_FORMAT_JSON;
        add_link(turn, &links, &linked, "alternate; type=\"application/json\"");
        linked.format = CSA_FORMAT_ATOM;
        add_link(turn, &links, &linked, "alternate; type=\"application/atom+xml\"");
    }
    if (results && asked->page > 1) {
        linked = *asked;
        linked.page = asked->page - 1 < turn->pages ? asked->page - 1 : turn->pages;
        add_link(turn, &links, &linked, "prev");
    }
    if (results && asked->page < turn->pages) {
        linked = *asked;
        linked.page = asked->page + 1;
        add_link(turn, &links, &linked, "next");
    }
    if (links.size != 0) {
        csa_site_response_header(turn->response, "Link", csa_buffer_view(&links));
    }
    turn->response->headers.failed = turn->response->headers.failed || links.failed;
    csa_buffer_release(&links);
}

void csa_turn_finish(struct csa_turn *turn, unsigned status, const char *type)
{
    struct csa_site_response *response = turn->response;
    response->status = status;
    csa_site_response_header(response, "Content-Type", csa_view_of(type));
    pack(turn);
    csa_site_response_length(response, response->body.size);
    add_cache_headers(turn);
    add_common_headers(turn);
}

void csa_turn_finish_empty(struct csa_turn *turn, unsigned status)
{
    turn->response->status = status;
    add_cache_headers(turn);
    add_common_headers(turn);
}

/* ---- errors ---- */

/* The HTTP status for what failed inside; the visitor is told nothing else. */
static unsigned status_of(enum csa_status status)
{
    switch (status) {
    case CSA_ERROR_MISUSE:
        return 400;
    case CSA_ERROR_NOT_FOUND:
        return 404;
    case CSA_ERROR_LIMIT:
    case CSA_ERROR_UNSUPPORTED:
        return 500;
    default: /* no memory, an index that is missing or damaged: it may be better in a moment */
        return 503;
    }
}

void csa_turn_refuse(struct csa_turn *turn, unsigned status, struct csa_view message)
{
    struct csa_site_response *response = turn->response;
    enum csa_site_format format = turn->parameters.format;
    const char *type = csa_turn_type(CSA_FORMAT_HTML);
    csa_buffer_clear(&response->headers);
    csa_buffer_clear(&response->body);
    turn->validator.version = 0;
    if (format != CSA_FORMAT_HTML) {
        type = csa_site_error_write(&response->body, format, status, message);
    } else {
        const struct csa_value *values =
            csa_site_view_error(&turn->context, &turn->parameters, status, message);
        if (values == NULL) {
            csa_site_respond_plainly(response, format, status);
            return;
        }
        csa_template_render(turn->site->page, values, &response->body);
    }
    if (status == 503) {
        csa_site_response_header(response, "Retry-After", csa_view_of(CSA_SITE_RETRY_AFTER));
    }
    if (status == 405) {
        csa_site_response_header(
            response, "Allow",
            csa_view_of(turn->site->config->cors == NULL ? "GET, HEAD, POST" : "GET, HEAD, POST, OPTIONS"));
    }
    csa_turn_finish(turn, status, type);
}

void csa_turn_fail(struct csa_turn *turn, const struct csa_error *failure)
{
    unsigned status = status_of(failure->status);
    if (status >= 500) {
        *turn->trouble = *failure;
    }
    if (failure->status == CSA_ERROR_DAMAGED || failure->status == CSA_ERROR_IO) {
        csa_snapshot_doubt(&turn->site->snapshot);
    }
    csa_turn_refuse(turn, status, status == 400 ? csa_view_of(failure->message) : (struct csa_view){0});
}
