/* Listening on the loopback addresses, and telling whether a request came by one of them. Called by serve.c.
 */
#include "searcher/site/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket that listens on a loopback address; *port 0 becomes the one that the system chose. -1: errno. */
static int listen_on(int family, unsigned *port, int backlog)
{
    struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)*port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t size = family == AF_INET ? sizeof v4 : sizeof v6;
    int on = 1;
    int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) {
        return -1;
    }
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, address, size) != 0 || listen(listener, backlog) != 0 ||
        getsockname(listener, address, &size) != 0) {
        int reason = errno;
        close(listener);
        errno = reason;
        return -1;
    }
    *port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    return listener;
}

enum csa_status csa_loopback_listen(int sockets[CSA_LOOPBACK_ADDRESSES], unsigned *port, int backlog,
                                    struct csa_error *error)
{
    sockets[0] = listen_on(AF_INET, port, backlog);
    if (sockets[0] >= 0) {
        sockets[1] = listen_on(AF_INET6, port, backlog);
        return CSA_OK;
    }
    if (errno == EADDRINUSE) {
        return csa_error_set(
            error, CSA_ERROR_BUSY,
            "port %u is taken by another program; give another one, as --serve %u, or 0 for any "
            "that is free",
            *port, *port == 65535 ? 8081 : *port + 1);
    }
    if (errno == EACCES) {
        return csa_error_set(error, CSA_ERROR_IO,
                             "port %u may be used by root only; give one above 1023, as "
                             "--serve 8080",
                             *port);
    }
    return csa_error_set_system(error, errno, "port %u", *port);
}

bool csa_loopback_is_host(struct csa_view host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i]);
        if (host.size < size || strncasecmp(host.data, names[i], size) != 0) {
            continue;
        }
        size_t digits = size + 1;
        while (digits < host.size && host.data[digits] >= '0' && host.data[digits] <= '9') {
            digits++;
        }
        if (host.size == size || (host.data[size] == ':' && digits == host.size)) {
            return true;
        }
    }
    return false;
}
