/* The preview: HTTP on the loopback addresses for the person who sits here, over libmicrohttpd.
 *
 * The library is loaded when --serve asks for it and not before: no other search pays for it. One thread does
 * everything: it waits for what the library waits for, and for SIGINT and SIGTERM. A request must name a
 * loopback host (Host: 127.0.0.1, localhost or [::1]): otherwise a page on the web could have its own name
 * lead here (DNS rebinding) and read the index. Called by preview.c. */
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/library.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "searcher/site/frontends.h"
#include "searcher/site/loopback.h"

#if CSA_WITH_PREVIEW

#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <strings.h>
#include <sys/select.h>
#include <unistd.h>

enum {
    CONNECTIONS = 64,
    CONNECTION_SECONDS = 30, /* one that says nothing is closed */
    CONNECTION_MEMORY =
        128 * 1024,      /* bytes for a request's head: more than the site takes, so that it can say so */
    LONGEST_WAIT = 1000, /* milliseconds */
};

/* What is used of libmicrohttpd, each of the type that its header declares. */
#define MICROHTTPD_FUNCTIONS(X)                                                                              \
    X(MHD_start_daemon)                                                                                      \
    X(MHD_stop_daemon)                                                                                       \
    X(MHD_run_from_select)                                                                                   \
    X(MHD_get_timeout)                                                                                       \
    X(MHD_get_fdset2)                                                                                        \
    X(MHD_get_daemon_info)                                                                                   \
    X(MHD_lookup_connection_value)                                                                           \
    X(MHD_create_response_from_buffer)                                                                       \
    X(MHD_create_response_from_callback)                                                                     \
    X(MHD_set_response_options)                                                                              \
    X(MHD_add_response_header)                                                                               \
    X(MHD_queue_response)                                                                                    \
    X(MHD_destroy_response)

struct microhttpd {
#define DECLARE(name) __typeof__(&name) name;
    MICROHTTPD_FUNCTIONS(DECLARE)
#undef DECLARE
};

struct preview {
    struct microhttpd http;
    struct csa_site **site; /* the caller's; null when it could not be opened anew */
    const struct csa_site_config *config;
    struct csa_site_response response;     /* of the request at hand */
    size_t length;                         /* of its body, also where HEAD leaves that out */
    int sockets[CSA_LOOPBACK_ADDRESSES];   /* to be closed here; -1: none */
    int listening[CSA_LOOPBACK_ADDRESSES]; /* the daemons' */
    struct MHD_Daemon *daemons[CSA_LOOPBACK_ADDRESSES];
};

/* A request while it comes in. */
struct exchange {
    struct csa_buffer uri; /* as it stands in the request's first line */
    struct csa_buffer body;
    bool begun; /* its headers were seen */
};

static enum csa_status load_microhttpd(struct microhttpd *http, struct csa_error *error)
{
#define SYMBOL(name) {#name, &http->name},
    const struct csa_symbol symbols[] = {MICROHTTPD_FUNCTIONS(SYMBOL)};
#undef SYMBOL
    return csa_library_load("libmicrohttpd.so.12", symbols, sizeof symbols / sizeof *symbols)
               ? CSA_OK
               : csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                               "--serve needs the library libmicrohttpd (libmicrohttpd.so.12), which is not "
                               "here; on Debian and Ubuntu it is the package libmicrohttpd12 or "
                               "libmicrohttpd12t64");
}

/* ---- requests ---- */

static void *begin_exchange(void *context, const char *uri, struct MHD_Connection *connection)
{
    (void)context;
    (void)connection;
    struct exchange *exchange = csa_calloc(1, sizeof *exchange);
    if (exchange != NULL) {
        csa_buffer_init(&exchange->uri, CONNECTION_MEMORY);
        csa_buffer_init(&exchange->body, CSA_SITE_BODY_MAXIMUM);
        csa_buffer_append_view(&exchange->uri, csa_view_of(uri));
    }
    return exchange;
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    (void)context;
    (void)connection;
    (void)why;
    struct exchange *exchange = *state;
    if (exchange != NULL) {
        csa_buffer_release(&exchange->uri);
        csa_buffer_release(&exchange->body);
        csa_free(exchange);
    }
    *state = NULL;
}

static struct csa_view read_header(const struct preview *preview, struct MHD_Connection *connection,
                                   const char *name)
{
    struct csa_view value =
        csa_view_of(preview->http.MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
    return value.size > CSA_SITE_HEADER_MAXIMUM ? (struct csa_view){0} : value;
}

static enum csa_site_method read_method(const char *method)
{
    return strcmp(method, "GET") == 0       ? CSA_METHOD_GET
           : strcmp(method, "HEAD") == 0    ? CSA_METHOD_HEAD
           : strcmp(method, "POST") == 0    ? CSA_METHOD_POST
           : strcmp(method, "OPTIONS") == 0 ? CSA_METHOD_OPTIONS
                                            : CSA_METHOD_OTHER;
}

/* The preview stands at "/"; what is asked for below that is the rest, which the site knows nothing of. A URI
 * in absolute form names the host, whatever the header says (RFC 9112, 3.2.2). */
static void split_uri(struct csa_view uri, struct csa_site_request *request)
{
    static const char scheme[] = "http://";
    if (uri.size >= sizeof scheme - 1 && strncasecmp(uri.data, scheme, sizeof scheme - 1) == 0) {
        const char *host = uri.data + sizeof scheme - 1, *end = uri.data + uri.size;
        const char *path = host;
        while (path < end && *path != '/' && *path != '?') {
            path++;
        }
        request->host = csa_view_make(host, (size_t)(path - host));
        uri = csa_view_make(path, (size_t)(end - path));
    }
    const char *mark = uri.size == 0 ? NULL : memchr(uri.data, '?', uri.size);
    size_t path = mark == NULL ? uri.size : (size_t)(mark - uri.data);
    request->path = csa_view_of("/");
    bool root = path == 0 || (path == 1 && uri.data[0] == '/');
    request->rest = root ? (struct csa_view){0} : csa_view_make(uri.data, path);
    if (mark != NULL) {
        request->query_string = csa_view_make(mark + 1, uri.size - path - 1);
    }
}

static void refuse_host(struct csa_site_response *response)
{
    static const char words[] =
        "This preview answers only where it is called by 127.0.0.1, localhost or [::1].\n";
    csa_site_response_clear(response);
    response->status = MHD_HTTP_MISDIRECTED_REQUEST;
    csa_site_response_header(response, "Content-Type", csa_view_of("text/plain; charset=utf-8"));
    csa_buffer_append_view(&response->body, csa_view_of(words));
}

/* ---- responses ---- */

static ssize_t give_nothing(void *context, uint64_t position, char *bytes, size_t maximum)
{
    (void)context;
    (void)position;
    (void)bytes;
    (void)maximum;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* The header lines one by one, each ended with null bytes in its place. Content-Length is the library's to
 * write.
 */
static bool add_headers(const struct preview *preview, struct MHD_Response *to, struct csa_buffer *headers)
{
    for (char *p = headers->data, *end = p + headers->size; p != NULL && p < end;) {
        char *line = p;
        char *line_end = memchr(line, '\r', (size_t)(end - p));
        char *colon = line_end == NULL ? NULL : memchr(line, ':', (size_t)(line_end - line));
        if (colon == NULL || end - line_end < 2) {
            return false;
        }
        *colon = *line_end = '\0';
        p = line_end + 2;
        const char *value = colon + 1 + strspn(colon + 1, " ");
        if (strcasecmp(line, "Content-Length") != 0 &&
            preview->http.MHD_add_response_header(to, line, value) == MHD_NO) {
            return false;
        }
    }
    return true;
}

static enum MHD_Result send_response(struct preview *preview, struct MHD_Connection *connection, bool head)
{
    struct csa_site_response *response = &preview->response;
    if (response->headers.failed || response->body.failed) {
        csa_site_respond_plainly(response, CSA_FORMAT_HTML, 500);
        preview->length = response->body.size;
    }
    /* For HEAD the library writes the length of a body that it never asks for; for 304 none is to be said. */
    bool bodiless = head || response->status == MHD_HTTP_NOT_MODIFIED;
    uint64_t length = response->status == MHD_HTTP_NOT_MODIFIED ? MHD_SIZE_UNKNOWN : preview->length;
    struct MHD_Response *made =
        bodiless ? preview->http.MHD_create_response_from_callback(length, 1024, give_nothing, NULL, NULL)
                 : preview->http.MHD_create_response_from_buffer(response->body.size, response->body.data,
                                                                 MHD_RESPMEM_MUST_COPY);
    if (made != NULL &&
        response->status == MHD_HTTP_NOT_MODIFIED) { /* else it would say "chunked"; it ends the connection */
        preview->http.MHD_set_response_options(made, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
    }
    enum MHD_Result result = MHD_NO;
    if (made != NULL && add_headers(preview, made, &response->headers)) {
        result = preview->http.MHD_queue_response(connection, response->status, made);
    }
    if (made != NULL) {
        preview->http.MHD_destroy_response(made);
    }
    return result;
}

/* A site whose index was cut while it was read is left as it is, and another one opened in its place. */
static void respond(struct preview *preview, const struct csa_site_request *request,
                    struct csa_error *trouble)
{
    struct csa_error failure = {0};
    if (*preview->site == NULL && csa_site_open(preview->config, preview->site, &failure) != CSA_OK) {
        *preview->site = NULL;
        *trouble = failure;
    }
    if (!csa_site_respond_guarded(*preview->site, request, &preview->response, trouble)) {
        *preview->site = NULL;
    }
}

static void answer(struct preview *preview, struct MHD_Connection *connection, const char *method,
                   const struct exchange *exchange)
{
    struct csa_site_request request = {
        .method = read_method(method),
        .host = read_header(preview, connection, "Host"),
        .content_type = read_header(preview, connection, "Content-Type"),
        .accept_encoding = read_header(preview, connection, "Accept-Encoding"),
        .if_none_match = read_header(preview, connection, "If-None-Match"),
        .if_modified_since = read_header(preview, connection, "If-Modified-Since"),
        .body = csa_buffer_view(&exchange->body),
        .body_too_long = exchange->body.limited,
        .address = csa_view_of("127.0.0.1"),
    };
    uint64_t start = csa_clock_nanoseconds();
    struct csa_error trouble = {0};
    bool head = request.method == CSA_METHOD_HEAD; /* the site makes what GET would have, to be measured */
    request.method = head ? CSA_METHOD_GET : request.method;
    split_uri(csa_buffer_view(&exchange->uri), &request);
    if (exchange->uri.failed || (exchange->body.failed && !exchange->body.limited)) {
        csa_site_respond_plainly(&preview->response, CSA_FORMAT_HTML, 500);
    } else if (csa_loopback_is_host(request.host)) {
        respond(preview, &request, &trouble);
    } else {
        refuse_host(&preview->response);
    }
    preview->length = preview->response.body.size;
    if (head) {
        csa_buffer_clear(&preview->response.body);
        request.method = CSA_METHOD_HEAD;
    }
    csa_site_log_request(preview->config, &request, &preview->response, csa_clock_nanoseconds() - start,
                         &trouble);
}

/* Called by the library first when a request's headers are there, then for each piece of its body, then once
 * more without one. */
static enum MHD_Result take_request(void *context, struct MHD_Connection *connection, const char *path,
                                    const char *method, const char *version, const char *piece,
                                    size_t *piece_size, void **state)
{
    (void)path;
    (void)version;
    struct preview *preview = context;
    struct exchange *exchange = *state;
    if (exchange == NULL) {
        return MHD_NO;
    }
    if (!exchange->begun) {
        exchange->begun = true;
        return MHD_YES;
    }
    if (*piece_size != 0) {
        csa_buffer_append(&exchange->body, piece, *piece_size);
        *piece_size = 0;
        return MHD_YES;
    }
    answer(preview, connection, method, exchange);
    return send_response(preview, connection, read_method(method) == CSA_METHOD_HEAD);
}

/* ---- listening ---- */

static enum csa_status start(struct preview *preview, struct csa_error *error)
{
    for (size_t i = 0; i < CSA_LOOPBACK_ADDRESSES; i++) {
        if (preview->sockets[i] < 0) {
            continue;
        }
        preview->daemons[i] = preview->http.MHD_start_daemon(
            MHD_NO_FLAG, 0, NULL, NULL, take_request, preview, MHD_OPTION_LISTEN_SOCKET, preview->sockets[i],
            MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, preview, MHD_OPTION_NOTIFY_COMPLETED, end_exchange,
            preview, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)CONNECTION_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
            MHD_OPTION_END);
        if (preview->daemons[i] == NULL) {
            return csa_error_set(error, CSA_ERROR_IO, "libmicrohttpd cannot be started");
        }
        preview->listening[i] = preview->sockets[i];
        preview->sockets[i] = -1; /* the library closes it */
    }
    return CSA_OK;
}

static void stop(struct preview *preview)
{
    for (size_t i = 0; i < CSA_LOOPBACK_ADDRESSES; i++) {
        if (preview->daemons[i] != NULL) {
            preview->http.MHD_stop_daemon(preview->daemons[i]);
        }
        if (preview->sockets[i] >= 0) {
            close(preview->sockets[i]);
        }
    }
}

static bool is_full(const struct preview *preview, struct MHD_Daemon *daemon)
{
    return preview->http.MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections >=
           CONNECTIONS;
}

/* Waits until there is something to do for the daemons, and does it, or until a signal comes; not long,
 * whatever the library says. Whoever comes when there are CONNECTIONS waits until one of them ends. (An epoll
 * descriptor of the library would tell neither that it may listen again nor that a visitor left before he was
 * accepted.)
 */
static enum csa_status wait_and_work(const struct preview *preview, const sigset_t *signals,
                                     struct csa_error *error)
{
    fd_set reading, writing, failing;
    int highest = -1;
    unsigned long long shortest = LONGEST_WAIT, timeout;
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    FD_ZERO(&failing);
    for (size_t i = 0; i < CSA_LOOPBACK_ADDRESSES; i++) {
        if (preview->daemons[i] == NULL) {
            continue;
        }
        if (preview->http.MHD_get_fdset2(preview->daemons[i], &reading, &writing, &failing, &highest,
                                         FD_SETSIZE) != MHD_YES) {
            return csa_error_set(error, CSA_ERROR_LIMIT, "waiting for requests: too many files are open");
        }
        if (is_full(preview, preview->daemons[i])) {
            FD_CLR(preview->listening[i], &reading);
        }
        if (preview->http.MHD_get_timeout(preview->daemons[i], &timeout) == MHD_YES && timeout < shortest) {
            shortest = timeout;
        }
    }
    struct timespec wait = {.tv_sec = (time_t)(shortest / 1000),
                            .tv_nsec = (long)(shortest % 1000) * 1000000};
    if (pselect(highest + 1, &reading, &writing, &failing, &wait, signals) < 0) {
        return errno == EINTR ? CSA_OK : csa_error_set_system(error, errno, "waiting for requests");
    }
    for (size_t i = 0; i < CSA_LOOPBACK_ADDRESSES; i++) {
        if (preview->daemons[i] != NULL) {
            preview->http.MHD_run_from_select(preview->daemons[i], &reading, &writing, &failing);
        }
    }
    return CSA_OK;
}

/* Until Ctrl-C. Signals come in only while it waits, so that none is missed between looking and waiting. */
static enum csa_status run(struct preview *preview, struct csa_error *error)
{
    sigset_t stopping, before;
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGINT);
    sigaddset(&stopping, SIGTERM);
    sigprocmask(SIG_BLOCK, &stopping, &before);
    enum csa_status status = CSA_OK;
    while (status == CSA_OK && !csa_interrupted()) {
        status = wait_and_work(preview, &before, error);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

enum csa_status csa_site_serve(struct csa_site **site, const struct csa_site_config *config, unsigned port,
                               struct csa_error *error)
{
    struct preview preview = {.site = site, .config = config, .sockets = {-1, -1}};
    enum csa_status status = load_microhttpd(&preview.http, error);
    if (status != CSA_OK) {
        return status;
    }
    signal(SIGPIPE, SIG_IGN);
    csa_signals_catch(); /* from the moment at which somebody can know that it serves */
    csa_site_response_init(&preview.response);
    status = csa_loopback_listen(preview.sockets, &port, CONNECTIONS, error);
    if (status == CSA_OK) {
        status = start(&preview, error);
    }
    if (status == CSA_OK &&
        (fprintf(stdout, "http://127.0.0.1:%u/  on this machine only; Ctrl-C ends it\n", port) < 0 ||
         fflush(stdout) != 0)) {
        status = csa_error_set_system(error, errno, "standard output");
    }
    if (status == CSA_OK) {
        status = run(&preview, error);
    }
    stop(&preview);
    csa_site_response_release(&preview.response);
    return status;
}

#else

enum csa_status csa_site_serve(struct csa_site **site, const struct csa_site_config *config, unsigned port,
                               struct csa_error *error)
{
    (void)site;
    (void)config;
    (void)port;
    return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                         "--serve: this build has no preview; it needs libmicrohttpd when CSA is built");
}

#endif
