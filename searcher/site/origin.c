/* Checking SCRIPT_NAME and Host; owns nothing. Called by respond.c for each request. */
#include "searcher/site/origin.h"

#include <string.h>

enum { PATH_MAXIMUM = 1024, HOST_MAXIMUM = 255, LABEL_MAXIMUM = 63, PORT_DIGITS = 5 };

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

struct csa_view csa_origin_path(const struct csa_site_request *request, struct csa_arena *arena)
{
    static const char digits[] = "0123456789ABCDEF";
    struct csa_view path = request->path;
    bool good = path.size != 0 && path.size <= PATH_MAXIMUM && path.data[0] == '/' &&
                (path.size == 1 || path.data[1] != '/');
    for (size_t i = 0; good && i < path.size; i++) {
        unsigned char byte = (unsigned char)path.data[i];
        good = byte >= ' ' && byte != 0x7F;
    }
    if (!good) {
        return csa_view_of("");
    }
    char *out = csa_arena_alloc(arena, path.size, 3);
    if (out == NULL) {
        return (struct csa_view){0};
    }
    size_t size = 0;
    for (size_t i = 0; i < path.size; i++) {
        char byte = path.data[i];
        if (is_alphanumeric(byte) || strchr("/-._~!$*+,;=:@()", byte) != NULL) {
            out[size++] = byte;
        } else {
            out[size++] = '%';
            out[size++] = digits[(unsigned char)byte >> 4];
            out[size++] = digits[(unsigned char)byte & 15];
        }
    }
    return csa_view_make(out, size);
}

/* An address in brackets: only its letters are checked, which is enough for a link. */
static size_t ipv6_size(struct csa_view text)
{
    size_t i = 1;
    size_t colons = 0;
    while (i < text.size && (is_alphanumeric(text.data[i]) || text.data[i] == ':' || text.data[i] == '.')) {
        char low = (char)(text.data[i] | 0x20);
        if (low > 'f' && low <= 'z') {
            return 0;
        }
        colons += text.data[i++] == ':';
    }
    return i < text.size && text.data[i] == ']' && colons >= 2 ? i + 1 : 0;
}

/* Labels between full stops; one more full stop may end the name. '_' stands within names of containers. */
static size_t name_size(struct csa_view text)
{
    size_t i = 0;
    while (i < text.size && text.data[i] != ':') {
        size_t begin = i;
        while (i < text.size &&
               (is_alphanumeric(text.data[i]) || text.data[i] == '-' || text.data[i] == '_')) {
            i++;
        }
        bool bounded = i > begin && i - begin <= LABEL_MAXIMUM && is_alphanumeric(text.data[begin]) &&
                       is_alphanumeric(text.data[i - 1]);
        if (!bounded) {
            return 0;
        }
        if (i == text.size || text.data[i] == ':') {
            return i;
        }
        if (text.data[i++] != '.') {
            return 0;
        }
        if (i == text.size || text.data[i] == ':') {
            return i;
        }
    }
    return 0;
}

bool csa_origin_is_host(struct csa_view text)
{
    if (text.size == 0 || text.size > HOST_MAXIMUM) {
        return false;
    }
    size_t size = text.data[0] == '[' ? ipv6_size(text) : name_size(text);
    if (size == 0 || size == text.size) {
        return size != 0;
    }
    size_t port = size + 1;
    bool good = text.data[size] == ':' && port < text.size && text.size - port <= PORT_DIGITS;
    for (; good && port < text.size; port++) {
        good = text.data[port] >= '0' && text.data[port] <= '9';
    }
    return good;
}

/* What the server calls itself, as a host: with its port, unless that is the scheme's own. 0: of no use. */
static size_t name_server(const struct csa_site_request *request, char out[HOST_MAXIMUM + PORT_DIGITS + 2])
{
    struct csa_view name = request->server, port = request->port;
    if (name.size == 0 || name.size > HOST_MAXIMUM || port.size > PORT_DIGITS) {
        return 0;
    }
    size_t size = name.size;
    memcpy(out, name.data, size);
    if (port.size != 0 && !csa_view_equal(port, csa_view_of(request->secure ? "443" : "80"))) {
        out[size++] = ':';
        memcpy(out + size, port.data, port.size);
        size += port.size;
    }
    return csa_origin_is_host(csa_view_make(out, size)) ? size : 0;
}

struct csa_view csa_origin_url(const struct csa_site_request *request, const char *url, struct csa_view path,
                               struct csa_arena *arena)
{
    if (url != NULL) {
        return csa_view_of(url);
    }
    char named[HOST_MAXIMUM + PORT_DIGITS + 2];
    struct csa_view host = request->host;
    if (!csa_origin_is_host(host)) {
        host = csa_view_make(named, name_server(request, named));
    }
    if (host.size == 0) {
        return csa_view_of("");
    }
    struct csa_view scheme = csa_view_of(request->secure ? "https://" : "http://");
    path = path.size == 0 ? csa_view_of("/") : path;
    char *out = csa_arena_alloc(arena, scheme.size + host.size + path.size, 1);
    if (out == NULL) {
        return (struct csa_view){0};
    }
    memcpy(out, scheme.data, scheme.size);
    memcpy(out + scheme.size, host.data, host.size);
    memcpy(out + scheme.size + host.size, path.data, path.size);
    return csa_view_make(out, scheme.size + host.size + path.size);
}
