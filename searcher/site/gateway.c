/* A request from the variables of CGI/1.1 (RFC 3875, section 4.1), for cgi.c and fastcgi.c.
 *
 * These are all that is looked at: nothing else of the environment has a meaning here, HTTP_PROXY (which a
 * visitor can set with a header) and the variables of the command line programs least of all. Whether the
 * visitor came by https says HTTPS, which the server sets, and never a header. */
#include "searcher/site/gateway.h"

#include <string.h>
#include <strings.h>

/* A header or the like; one that is too long counts as absent. */
static struct csa_view bounded(csa_gateway_variable *variable, void *context, const char *name)
{
    const char *value = variable(context, name);
    size_t size = value == NULL ? 0 : strnlen(value, CSA_SITE_HEADER_MAXIMUM + 1);
    return size > CSA_SITE_HEADER_MAXIMUM ? csa_view_make("", 0) : csa_view_make(value, size);
}

static bool is_given(csa_gateway_variable *variable, void *context, const char *name)
{
    const char *value = variable(context, name);
    return value != NULL && *value != '\0';
}

static enum csa_site_method method_of(const char *name)
{
    if (name == NULL) {
        return CSA_METHOD_OTHER;
    }
    return strcmp(name, "GET") == 0       ? CSA_METHOD_GET
           : strcmp(name, "HEAD") == 0    ? CSA_METHOD_HEAD
           : strcmp(name, "POST") == 0    ? CSA_METHOD_POST
           : strcmp(name, "OPTIONS") == 0 ? CSA_METHOD_OPTIONS
                                          : CSA_METHOD_OTHER;
}

/* Digits only; what does not fit is as large as can be. */
static bool read_length(const char *text, uint64_t *length)
{
    *length = 0;
    for (; text != NULL && *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(*text - '0');
        *length = *length > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *length * 10 + digit;
    }
    return true;
}

bool csa_gateway_read(csa_gateway_variable *variable, void *context, struct csa_site_request *request,
                      size_t *length)
{
    const char *https = variable(context, "HTTPS");
    *request = (struct csa_site_request){
        .method = method_of(variable(context, "REQUEST_METHOD")),
        .path = bounded(variable, context, "SCRIPT_NAME"),
        .rest = csa_view_of(variable(context, "PATH_INFO")),
        .query_string = csa_view_of(variable(context, "QUERY_STRING")),
        .content_type = bounded(variable, context, "CONTENT_TYPE"),
        .host = bounded(variable, context, "HTTP_HOST"),
        .server = bounded(variable, context, "SERVER_NAME"),
        .port = bounded(variable, context, "SERVER_PORT"),
        .restricted =
            is_given(variable, context, "REMOTE_USER") || is_given(variable, context, "HTTP_AUTHORIZATION"),
        .secure = https != NULL && *https != '\0' && strcasecmp(https, "off") != 0,
        .accept_encoding = bounded(variable, context, "HTTP_ACCEPT_ENCODING"),
        .if_none_match = bounded(variable, context, "HTTP_IF_NONE_MATCH"),
        .if_modified_since = bounded(variable, context, "HTTP_IF_MODIFIED_SINCE"),
        .address = bounded(variable, context, "REMOTE_ADDR"),
    };
    uint64_t declared;
    *length = 0;
    if (!read_length(variable(context, "CONTENT_LENGTH"), &declared)) {
        return false;
    }
    if (request->method == CSA_METHOD_POST) {
        request->body_too_long = declared > CSA_SITE_BODY_MAXIMUM;
        *length = request->body_too_long ? 0 : (size_t)declared;
    }
    return true;
}
