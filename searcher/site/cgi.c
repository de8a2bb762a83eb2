/* CGI/1.1 (RFC 3875): one request from the environment and standard input, its response on standard output.
 *
 * Called by main_cgi.c. Owns both descriptors for the time of the request. A body comes within
 * CSA_SITE_BODY_MS or is answered with 408; the whole within csa_site_time_allowed(), else with 503 when
 * nothing was written yet. A server that has gone away (EPIPE) is no trouble of ours. */
#include "common/base/clock.h"
#include "searcher/site/frontends.h"
#include "searcher/site/gateway.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DRAINED = 1024 * 1024 }; /* bytes of a body that are read only to be dropped */

static volatile sig_atomic_t writing;

static const char *variable(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

/* Reads exactly size bytes. 0, or the status to answer with: 400 when fewer are there than was said, 408 when
 * they do not come. */
static unsigned read_body(char *body, size_t size)
{
    uint64_t end = csa_clock_nanoseconds() + (uint64_t)CSA_SITE_BODY_MS * 1000000;
    for (size_t got = 0; got < size;) {
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        uint64_t now = csa_clock_nanoseconds();
        int ready = now >= end ? 0 : poll(&input, 1, (int)((end - now) / 1000000) + 1);
        if (ready == 0) {
            return 408;
        }
        ssize_t count = ready < 0 ? -1 : read(STDIN_FILENO, body + got, size - got);
        if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) {
            return 400;
        }
        got += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

/* Takes in a body that is too long and forgets it, up to DRAINED bytes: servers that cannot hand a body over
 * answer with an error of their own (fcgiwrap) or not at all (mod_cgid). */
static void drop_body(char *room, size_t size)
{
    const char *given = getenv("CONTENT_LENGTH");
    unsigned long long left = given == NULL ? 0 : strtoull(given, NULL, 10);
    left = left < DRAINED ? left : DRAINED;
    for (size_t piece; left > 0; left -= piece) {
        piece = left < size ? (size_t)left : size;
        if (read_body(room, piece) != 0) {
            return;
        }
    }
}

static void write_all(struct iovec *parts, int count)
{
    writing = 1;
    while (count > 0) {
        ssize_t written = writev(STDOUT_FILENO, parts, count);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0 && errno == EAGAIN) {
            struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
            poll(&output, 1, -1);
            continue;
        }
        if (written < 0) {
            return;
        }
        size_t rest = (size_t)written;
        for (; count > 0 && rest >= parts->iov_len; parts++, count--) {
            rest -= parts->iov_len;
        }
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + rest;
            parts->iov_len -= rest;
        }
    }
}

static void write_response(const struct csa_site_response *response)
{
    char status[80];
    int size = snprintf(status, sizeof status, "Status: %u %s\r\n", response->status,
                        csa_site_status_words(response->status));
    char end[] = "\r\n";
    struct iovec parts[] = {
        {.iov_base = status, .iov_len = (size_t)size},
        {.iov_base = response->headers.data, .iov_len = response->headers.size},
        {.iov_base = end, .iov_len = 2},
        {.iov_base = response->body.data, .iov_len = response->body.size},
    };
    write_all(parts, (int)(sizeof parts / sizeof parts[0]));
}

static void on_alarm(void)
{
    static const char response[] = "Status: 503 Service Unavailable\r\n"
                                   "Retry-After: " CSA_SITE_RETRY_AFTER "\r\n"
                                   "Content-Type: text/plain; charset=utf-8\r\n"
                                   "X-Content-Type-Options: nosniff\r\n"
                                   "\r\n"
                                   "The search took too long.\n";
    static const char words[] = "csa.cgi: the request took too long; the process ends\n";
    if (!writing) {
        ssize_t written = write(STDOUT_FILENO, response, sizeof response - 1);
        (void)written;
    }
    ssize_t logged = write(STDERR_FILENO, words, sizeof words - 1);
    (void)logged;
    raise(SIGALRM); /* by now the signal's own action: the end, when this handler returns */
}

int csa_site_run_cgi(struct csa_site *site, const struct csa_site_config *config)
{
    struct csa_site_request request;
    struct csa_site_response response;
    struct csa_error trouble = {0};
    char body[CSA_SITE_BODY_MAXIMUM];
    size_t length;
    uint64_t begin = csa_clock_nanoseconds();
    signal(SIGPIPE, SIG_IGN);
    csa_site_set_alarm(csa_site_time_allowed(config), on_alarm);
    csa_site_response_init(&response);
    unsigned refused = csa_gateway_read(variable, NULL, &request, &length) ? read_body(body, length) : 400;
    bool whole = true;
    if (refused != 0) {
        csa_site_refuse(&request, &response, refused);
    } else {
        if (request.body_too_long) {
            drop_body(body, sizeof body);
        }
        request.body = csa_view_make(body, length);
        whole = csa_site_respond_guarded(site, &request, &response, &trouble);
    }
    /* The response goes first, and its end is seen: nobody waits for the log, or for memory to be given back.
     */
    write_response(&response);
    close(STDOUT_FILENO);
    csa_site_log_request(config, &request, &response, csa_clock_nanoseconds() - begin, &trouble);
    csa_site_response_release(&response);
    csa_site_set_alarm(0, NULL);
    return whole && site != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
