/* Takes the host out of a url; see site.h. Follows the general syntax of RFC 3986, section 3, and reads a
 * backslash as browsers do, as a slash. */
#include "common/index/site.h"

static bool ends_authority(char c)
{
    return c == '/' || c == '?' || c == '#' || c == '\\';
}

static bool is_scheme_character(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (!first && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'));
}

/* What stands behind "scheme://" or "//"; data is null when the text has neither. */
static struct csa_view skip_scheme(struct csa_view url)
{
    size_t at = 0;
    while (at < url.size && is_scheme_character(url.data[at], at == 0)) {
        at++;
    }
    at = at != 0 && at < url.size && url.data[at] == ':' ? at + 1 : 0;
    if (url.size - at < 2 || url.data[at] != '/' || url.data[at + 1] != '/') {
        return csa_view_make(NULL, 0);
    }
    return csa_view_make(url.data + at + 2, url.size - at - 2);
}

/* Without user and port. An address in brackets keeps its colons. */
static struct csa_view host_of(struct csa_view text)
{
    size_t from = 0, end = 0;
    if (text.size == 0) {
        return text;
    }
    while (end < text.size && !ends_authority(text.data[end])) {
        end++;
        from = text.data[end - 1] == '@' ? end : from;
    }
    size_t to = end;
    for (size_t i = end; i > from && text.data[i - 1] != ']'; i--) {
        to = text.data[i - 1] == ':' ? i - 1 : to;
    }
    return csa_view_make(text.data + from, to - from);
}

static struct csa_view normalize(struct csa_view host, char buffer[CSA_SITE_MAXIMUM])
{
    static const struct csa_view www = {"www.", 4};
    if (host.size != 0 && host.data[host.size - 1] == '.') {
        host.size--;
    }
    if (host.size > CSA_SITE_MAXIMUM) {
        return csa_view_make(buffer, 0);
    }
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        if ((unsigned char)c <= ' ' || c == 0x7f) {
            return csa_view_make(buffer, 0);
        }
        buffer[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    struct csa_view site = csa_view_make(buffer, host.size);
    bool more = csa_view_starts_with(site, www) && memchr(buffer + www.size, '.', site.size - www.size);
    return more ? csa_view_make(buffer + www.size, site.size - www.size) : site;
}

struct csa_view csa_site_of_url(struct csa_view url, char buffer[CSA_SITE_MAXIMUM])
{
    struct csa_view rest = skip_scheme(url);
    return rest.data == NULL ? csa_view_make(buffer, 0) : normalize(host_of(rest), buffer);
}

struct csa_view csa_site_of_text(struct csa_view text, char buffer[CSA_SITE_MAXIMUM])
{
    struct csa_view rest = skip_scheme(text);
    return normalize(host_of(rest.data == NULL ? text : rest), buffer);
}

bool csa_site_is_within(struct csa_view site, struct csa_view domain)
{
    if (domain.size == 0 || site.size < domain.size) {
        return false;
    }
    size_t before = site.size - domain.size;
    return memcmp(site.data + before, domain.data, domain.size) == 0 &&
           (before == 0 || site.data[before - 1] == '.');
}
