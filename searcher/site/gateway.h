/* The variables of a request, as CGI/1.1 (RFC 3875) names them and FastCGI takes them over. */
#ifndef CSA_SEARCHER_SITE_GATEWAY_H
#define CSA_SEARCHER_SITE_GATEWAY_H

#include "searcher/site/request.h"

#include <stdint.h>

/* A variable of the request by its name; null: not given. */
typedef const char *csa_gateway_variable(void *context, const char *name);

/* Fills *request except for its body. *length: bytes of a body that are to be read (POST only,
 * CSA_SITE_BODY_MAXIMUM at most; a longer one sets body_too_long instead). False: CONTENT_LENGTH is no
 * number, which is to be answered with 400. */
bool csa_gateway_read(csa_gateway_variable *variable, void *context, struct csa_site_request *request,
                      size_t *length);

#endif
