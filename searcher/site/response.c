/* Responses: their memory, their headers, and the one that is said when nothing else can be. Called by
 * respond.c, cache.c and the server interfaces. */
#include "searcher/site/site.h"

#include "searcher/output/escape.h"

enum {
    HEADERS_MAXIMUM = 64 * 1024,
    ROOM = 2048,           /* bytes of each buffer from the beginning: what respond_plainly() needs */
    KEPT_MAXIMUM = 1 << 20 /* of a body's buffer, from one request to the next */
};

void csa_site_response_init(struct csa_site_response *response)
{
    *response = (struct csa_site_response){.status = 500};
    csa_buffer_init(&response->headers, HEADERS_MAXIMUM);
    csa_buffer_init(&response->body, CSA_SITE_RESPONSE_MAXIMUM);
    csa_site_response_clear(response);
}

void csa_site_response_clear(struct csa_site_response *response)
{
    response->status = 500;
    if (response->body.capacity > KEPT_MAXIMUM) {
        csa_buffer_release(&response->body);
        csa_buffer_init(&response->body, CSA_SITE_RESPONSE_MAXIMUM);
    }
    csa_buffer_clear(&response->headers);
    csa_buffer_clear(&response->body);
    csa_buffer_reserve(&response->headers, ROOM);
    csa_buffer_reserve(&response->body, ROOM);
    csa_buffer_clear(&response->headers);
    csa_buffer_clear(&response->body);
}

void csa_site_response_release(struct csa_site_response *response)
{
    csa_buffer_release(&response->headers);
    csa_buffer_release(&response->body);
}

void csa_site_response_header(struct csa_site_response *response, const char *name, struct csa_view value)
{
    struct csa_buffer *out = &response->headers;
    csa_buffer_append_view(out, csa_view_of(name));
    csa_buffer_append_view(out, csa_view_of(": "));
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        csa_buffer_append_byte(out, byte < ' ' || byte >= 0x7F ? '?' : byte);
    }
    csa_buffer_append_view(out, csa_view_of("\r\n"));
}

void csa_site_response_length(struct csa_site_response *response, size_t size)
{
    csa_buffer_append_format(&response->headers, "Content-Length: %zu\r\n", size);
}

void csa_site_response_guard(struct csa_site_response *response)
{
    static const char *const guards[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; "
         "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        csa_site_response_header(response, guards[i][0], csa_view_of(guards[i][1]));
    }
}

const char *csa_site_status_words(unsigned status)
{
    static const struct {
        unsigned status;
        const char *words;
    } known[] = {
        {200, "OK"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].status == status) {
            return known[i].words;
        }
    }
    return "Unknown";
}

const char *csa_site_error_write(struct csa_buffer *out, enum csa_site_format format, unsigned status,
                                 struct csa_view message)
{
    message = message.size == 0 ? csa_view_of(csa_site_status_words(status)) : message;
    if (format == CSA_FORMAT_JSON || format == CSA_FORMAT_SUGGEST) {
        csa_buffer_append_format(out, "{\"error\": {\"status\": %u, \"message\": ", status);
        csa_json_string(out, message);
        csa_buffer_append_view(out, csa_view_of("}}\n"));
        return "application/json; charset=utf-8";
    }
    csa_buffer_append_view(out, message);
    csa_buffer_append_byte(out, '\n');
    return "text/plain; charset=utf-8";
}

static const char *write_page(struct csa_buffer *out, unsigned status)
{
    csa_buffer_append_format(out,
                             "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                             "<meta name=\"viewport\" content=\"width=device-width\">\n"
                             "<title>%s</title>\n<h1>%s</h1>\n<p>%s</p>\n</html>\n",
                             csa_site_status_words(status), csa_site_status_words(status),
                             status == 503 ? "The search is out of service for a moment. Please try again."
                                           : "The search cannot be answered.");
    return "text/html; charset=utf-8";
}

void csa_site_respond_plainly(struct csa_site_response *response, enum csa_site_format format,
                              unsigned status)
{
    csa_site_response_clear(response);
    response->status = status;
    const char *type = format == CSA_FORMAT_HTML
                           ? write_page(&response->body, status)
                           : csa_site_error_write(&response->body, format, status, (struct csa_view){0});
    csa_site_response_header(response, "Content-Type", csa_view_of(type));
    csa_site_response_length(response, response->body.size);
    csa_site_response_header(response, "Cache-Control", csa_view_of("no-store"));
    if (status == 503) {
        csa_site_response_header(response, "Retry-After", csa_view_of(CSA_SITE_RETRY_AFTER));
    }
    csa_site_response_guard(response);
    if (response->headers.failed || response->body.failed) {
        csa_buffer_clear(&response->headers); /* not even so much memory: a status alone */
        csa_buffer_clear(&response->body);
    }
}
