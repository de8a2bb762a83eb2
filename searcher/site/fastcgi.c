/* FastCGI over libfcgi: requests from the listening socket on descriptor 0, one at a time in each process.
 *
 * Called by main_cgi.c. Owns the connection at hand. Connections are accepted here and handed to libfcgi,
 * which by itself would wait in accept() and read() without an end: so each request has its time, signals
 * that stop come in between requests only, and a connection that a server keeps open does not keep others
 * waiting. (It takes the connection from the request's ipcFd, and when keepConnection is set leaves it open
 * before it reads; FCGX_Request has had both since libfcgi 2.2.) libfcgi is loaded when it is needed, so that
 * CGI does not pay for it. FCGI_WEB_SERVER_ADDRS is not heeded: listen on a local socket or the loopback
 * address. */
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/library.h"
#include "searcher/site/frontends.h"
#include "searcher/site/gateway.h"

#include <sys/socket.h>
#include <unistd.h>

bool csa_site_is_fastcgi(void)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

#if CSA_WITH_FASTCGI
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>

enum {
    GRACE_FOR_KEPT = 20, /* milliseconds that a kept connection has while another one waits */
    FAULTS = 100,        /* cut files of an index, until the process gives up */
    PAUSE = 100 * 1000,  /* microseconds, when descriptors are short */
};
static const uint64_t REOPEN_PAUSE = 1000000000; /* nanoseconds between attempts to open a site */

/* What is used of libfcgi, each of the type that its header declares. */
#define LIBFCGI_FUNCTIONS(X)                                                                                 \
    X(FCGX_Init)                                                                                             \
    X(FCGX_InitRequest)                                                                                      \
    X(FCGX_Accept_r)                                                                                         \
    X(FCGX_Finish_r)                                                                                         \
    X(FCGX_GetParam)                                                                                         \
    X(FCGX_GetStr)                                                                                           \
    X(FCGX_PutStr)

struct server {
#define DECLARE(name) __typeof__(&name) name;
    LIBFCGI_FUNCTIONS(DECLARE)
#undef DECLARE
    FCGX_Request gateway; /* libfcgi's; its ipcFd is the connection, -1: none */
    sigset_t waiting;     /* the mask of signals while waiting: those that stop come in */
    int events;           /* an epoll descriptor on the listening socket */
    bool local;           /* the socket is not one of TCP */
    const struct csa_site_config *config;
    struct csa_site **site;
    struct csa_site_response response;
    uint64_t opened; /* when opening the site was tried last */
    unsigned faults;
};

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t connection = -1; /* for the alarms */
static volatile sig_atomic_t late;            /* the request did not come in its time */

static void handle_stop(int number)
{
    (void)number;
    stopped = 1;
}

/* Ends every read of the request: what has come of it is answered, or dropped where that is too little. */
static void on_late(void)
{
    int number = errno;
    late = 1;
    shutdown(connection, SHUT_RD);
    errno = number;
}

/* Ends every read and write of the request, so that the loop goes on to the next one. */
static void on_alarm(void)
{
    static const char words[] = "csa.cgi: a request took too long; its connection is closed\n";
    int number = errno;
    shutdown(connection, SHUT_RDWR);
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written;
    errno = number;
}

static enum csa_status load(struct server *server, struct csa_error *error)
{
#define SYMBOL(name) {#name, &server->name},
    const struct csa_symbol symbols[] = {LIBFCGI_FUNCTIONS(SYMBOL)};
#undef SYMBOL
    if (!csa_library_load("libfcgi.so.0", symbols, sizeof symbols / sizeof *symbols) ||
        server->FCGX_Init() != 0 || server->FCGX_InitRequest(&server->gateway, -1, 0) != 0) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "FastCGI needs libfcgi.so.0 (the package libfcgi0ldbl or fcgi)");
    }
    return CSA_OK;
}

/* The listening socket does not block: of several workers that are woken one gets the connection. Each waits
 * exclusively, so that mostly one is woken. */
static enum csa_status listen_well(struct server *server, struct csa_error *error)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof address;
    server->local = getsockname(STDIN_FILENO, (struct sockaddr *)&address, &size) != 0 ||
                    (address.ss_family != AF_INET && address.ss_family != AF_INET6);
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    server->events = epoll_create1(EPOLL_CLOEXEC);
    if (flags < 0 || fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) != 0 || server->events < 0 ||
        epoll_ctl(server->events, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) {
        return csa_error_set_system(error, errno, "the FastCGI socket");
    }
    return CSA_OK;
}

static void catch_stops(struct server *server)
{
    static const int stops[] = {SIGTERM, SIGINT, SIGUSR1};
    struct sigaction action = {.sa_handler = handle_stop};
    sigset_t blocked;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        sigaction(stops[i], &action, NULL);
        sigaddset(&blocked, stops[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, &server->waiting);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        sigdelset(&server->waiting, stops[i]);
    }
    signal(SIGPIPE, SIG_IGN);
}

/* Not by libfcgi, which waits for the other side to close first: that is needed only where something was sent
 * that nobody has read. */
static void close_connection(struct server *server)
{
    close(server->gateway.ipcFd);
    server->gateway.ipcFd = -1;
}

/* Whether the kept connection has the next request. When another connection waits meanwhile, it is closed
 * after a moment. */
static bool wait_on_kept(struct server *server)
{
    struct pollfd both[] = {{.fd = server->gateway.ipcFd, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};
    if (ppoll(both, 2, NULL, &server->waiting) <= 0 || stopped) {
        return false;
    }
    if (both[0].revents != 0 || poll(both, 1, GRACE_FOR_KEPT) > 0) {
        return true;
    }
    if (poll(&both[1], 1, 0) > 0) { /* no other worker has taken it */
        close_connection(server);
    }
    return false;
}

static enum csa_status accept_connection(struct server *server, struct csa_error *error)
{
    struct epoll_event event;
    if (epoll_pwait(server->events, &event, 1, -1, &server->waiting) <= 0 || stopped) {
        return CSA_OK;
    }
    int accepted = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
    if (accepted < 0) {
        if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK || errno == EOPNOTSUPP) {
            return csa_error_set_system(error, errno, "the FastCGI socket");
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            usleep(PAUSE);
        }
        return CSA_OK; /* another worker was quicker, or the server has given up */
    }
    int at_once = 1;
    if (!server->local) {
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    }
    server->gateway.ipcFd = accepted;
    return CSA_OK;
}

static const char *variable(void *context, const char *name)
{
    struct server *server = context;
    return server->FCGX_GetParam(name, server->gateway.envp);
}

/* Reads what the server sends behind the body, to the end of the request. */
static void drain(struct server *server)
{
    char dropped[4096];
    while (!late && server->FCGX_GetStr(dropped, sizeof dropped, server->gateway.in) > 0) {
    }
    if (late) {
        server->gateway.keepConnection = 0;
    }
}

static void put(struct server *server, struct csa_view text)
{
    while (text.size != 0) {
        int part = text.size > INT16_MAX ? INT16_MAX : (int)text.size;
        if (server->FCGX_PutStr(text.data, part, server->gateway.out) != part) {
            return; /* the server has gone */
        }
        text.data += part;
        text.size -= (size_t)part;
    }
}

static void put_response(struct server *server)
{
    const struct csa_site_response *response = &server->response;
    char status[80];
    int size = snprintf(status, sizeof status, "Status: %u %s\r\n", response->status,
                        csa_site_status_words(response->status));
    put(server, csa_view_make(status, (size_t)size));
    put(server, csa_buffer_view(&response->headers));
    put(server, csa_view_of("\r\n"));
    put(server, csa_buffer_view(&response->body));
}

/* Sends what is left of the response, and closes the connection unless it is to be kept. */
static void finish(struct server *server)
{
    bool keep = server->gateway.keepConnection != 0;
    server->gateway.keepConnection = 1;
    server->FCGX_Finish_r(&server->gateway);
    if (!keep && server->gateway.ipcFd >= 0) {
        close_connection(server);
    }
}

/* The site could not be opened; perhaps its files have been put right. */
static void open_again(struct server *server)
{
    uint64_t now = csa_clock_nanoseconds();
    struct csa_error error = {0};
    if (*server->site != NULL || server->config->index == NULL || now - server->opened < REOPEN_PAUSE) {
        return;
    }
    server->opened = now;
    if (csa_site_open(server->config, server->site, &error) != CSA_OK) {
        *server->site = NULL;
        csa_site_log_event("the site cannot be opened", &error);
    }
}

static void answer(struct server *server)
{
    struct csa_site_request request;
    struct csa_error trouble = {0};
    char body[CSA_SITE_BODY_MAXIMUM];
    size_t length;
    uint64_t begin = csa_clock_nanoseconds();
    bool well = csa_gateway_read(variable, server, &request, &length);
    int got = length == 0 ? 0 : server->FCGX_GetStr(body, (int)length, server->gateway.in);
    drain(server);
    csa_site_set_alarm(csa_site_time_allowed(server->config), on_alarm);
    open_again(server);
    if (late && !request.body_too_long) {
        csa_site_refuse(&request, &server->response, 408);
    } else if (!well || got != (int)length) {
        csa_site_refuse(&request, &server->response, 400);
    } else {
        request.body = csa_view_make(body, length);
        if (!csa_site_respond_guarded(*server->site, &request, &server->response, &trouble)) {
            *server->site = NULL;
            server->opened = 0;
            server->faults++;
        }
    }
    put_response(server);
    uint64_t end = csa_clock_nanoseconds();
    csa_site_log_request(server->config, &request, &server->response, end - begin, &trouble);
    finish(server); /* sends it; request and envp are gone then */
    csa_site_response_clear(&server->response);
}

/* Waits for a request and answers it; true when one was. */
static bool serve_one(struct server *server, struct csa_error *error)
{
    if (server->gateway.ipcFd >= 0) {
        if (!wait_on_kept(server)) {
            return false;
        }
    } else if (accept_connection(server, error) != CSA_OK || server->gateway.ipcFd < 0) {
        return false;
    }
    connection = server->gateway.ipcFd;
    late = 0;
    csa_site_set_alarm(CSA_SITE_BODY_MS, on_late);
    server->gateway.keepConnection = 1;
    bool begun = server->FCGX_Accept_r(&server->gateway) >= 0;
    if (begun) {
        answer(server);
    }
    csa_site_set_alarm(0, NULL);
    connection = -1;
    return begun;
}

enum csa_status csa_site_run_fastcgi(struct csa_site **site, const struct csa_site_config *config,
                                     struct csa_error *error)
{
    struct server server = {.config = config, .site = site, .opened = csa_clock_nanoseconds()};
    struct csa_error trouble = {0};
    enum csa_status status = load(&server, error);
    if (status == CSA_OK) {
        status = listen_well(&server, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    csa_site_response_init(&server.response);
    catch_stops(&server);
    if (config->sandbox && csa_site_sandbox(&trouble) != CSA_OK && trouble.status != CSA_ERROR_UNSUPPORTED) {
        csa_site_log_event("without a sandbox", &trouble);
    }
    uint32_t answered = 0;
    trouble = (struct csa_error){0};
    while (!stopped && trouble.status == CSA_OK && (config->requests == 0 || answered < config->requests) &&
           server.faults < FAULTS) {
        answered += serve_one(&server, &trouble) ? 1 : 0;
    }
    if (server.gateway.ipcFd >= 0) {
        close_connection(&server);
    }
    csa_site_response_release(&server.response);
    close(server.events);
    if (server.faults == FAULTS) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "files of the index were cut %d times", FAULTS);
    }
    return csa_error_pass(error, &trouble);
}
#else
enum csa_status csa_site_run_fastcgi(struct csa_site **site, const struct csa_site_config *config,
                                     struct csa_error *error)
{
    (void)site;
    (void)config;
    return csa_error_set(error, CSA_ERROR_UNSUPPORTED, "this csa.cgi was built without FastCGI (libfcgi)");
}
#endif
