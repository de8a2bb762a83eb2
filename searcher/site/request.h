/* A request and its response as every server interface (CGI, FastCGI, the preview) hands them over. */
#ifndef CSA_SEARCHER_SITE_REQUEST_H
#define CSA_SEARCHER_SITE_REQUEST_H

#include "common/base/buffer.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CSA_SITE_URL_MAXIMUM = 8192,          /* bytes of the query string; beyond: 414 */
    CSA_SITE_BODY_MAXIMUM = 8192,         /* bytes of a POST's body; beyond: 413 */
    CSA_SITE_HEADER_MAXIMUM = 4096,       /* bytes of any header looked at; a longer one counts as absent */
    CSA_SITE_RESPONSE_MAXIMUM = 16 << 20, /* bytes of a response's body */
};

#define CSA_SITE_RETRY_AFTER "10" /* seconds, as a header has them */

enum csa_site_method {
    CSA_METHOD_GET,
    CSA_METHOD_HEAD,
    CSA_METHOD_POST,
    CSA_METHOD_OPTIONS,
    CSA_METHOD_OTHER,
};

/* All hostile bytes. Views are valid until the request is answered; empty: not given. */
struct csa_site_request {
    enum csa_site_method method;
    struct csa_view path;         /* of the program on its site, for links: SCRIPT_NAME, "/cgi-bin/csa.cgi" */
    struct csa_view rest;         /* of the path behind it: PATH_INFO; anything but "" and "/" is 404 */
    struct csa_view query_string; /* without '?' */
    struct csa_view content_type, body;
    bool body_too_long;
    struct csa_view host;         /* HTTP_HOST; shown only in absolute links when no `url` is configured */
    struct csa_view server, port; /* SERVER_NAME, SERVER_PORT: for the same, where the host is of no use */
    bool restricted;              /* the asker proved who he is: the response is for him alone */
    bool secure;                  /* https */
    struct csa_view accept_encoding, if_none_match, if_modified_since;
    struct csa_view address; /* the visitor's, for the log, when it is asked for */
};

struct csa_site_response {
    unsigned status;           /* 200, 304, 400, ... */
    struct csa_buffer headers; /* "Name: value\r\n" lines without Status, ready to be sent */
    struct csa_buffer body;    /* empty for 304 and HEAD (Content-Length then tells what GET would have) */
};

/* Takes a little memory at once, so that csa_site_respond_plainly() has room when there is none left. */
void csa_site_response_init(struct csa_site_response *response);
/* Keeps memory, for the next request, but not that of an uncommonly long one. */
void csa_site_response_clear(struct csa_site_response *response);
void csa_site_response_release(struct csa_site_response *response);

/* Appends one header line; control characters and bytes beyond ASCII in the value become '?', so that no
 * value can begin another line. The one way in which headers are written. */
void csa_site_response_header(struct csa_site_response *response, const char *name, struct csa_view value);

void csa_site_response_length(struct csa_site_response *response, size_t size); /* Content-Length */
/* What every response has: what a browser may do with it. */
void csa_site_response_guard(struct csa_site_response *response);

/* "Not Found"; "Unknown" for a status that the site never gives. */
const char *csa_site_status_words(unsigned status);

#endif
