/* This machine's loopback addresses, for the preview: who sits here can reach it, and nobody else. */
#ifndef CSA_SEARCHER_SITE_LOOPBACK_H
#define CSA_SEARCHER_SITE_LOOPBACK_H

#include "common/base/error.h"
#include "common/base/view.h"

enum { CSA_LOOPBACK_ADDRESSES = 2 /* 127.0.0.1, ::1 */ };

/* Sockets that listen on 127.0.0.1 and, where there is one and its port is free, on ::1 (else -1), for the
 * caller to close; they do not block. *port 0 becomes the port that the system chose. CSA_ERROR_BUSY, _IO
 * with a message that says what to do. */
enum csa_status csa_loopback_listen(int sockets[CSA_LOOPBACK_ADDRESSES], unsigned *port, int backlog,
                                    struct csa_error *error);
/* Whether a Host header names the loopback, with any port or none: behind a tunnel of ssh the port is another
 * one. */
bool csa_loopback_is_host(struct csa_view host);

#endif
