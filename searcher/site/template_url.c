/* How far a template has written a URL, and so whether a value may stand there and how it is escaped:
 * template_parts.h. What must not happen is that a value, or a value together with the template's letters,
 * becomes a scheme such as javascript:. A whole value cannot (csa_escape_url() puts "./" before it), a part
 * cannot (its colon is escaped); so it is enough to watch the template's own colons. Owns no state; called by
 * template_context.c. */
#include "searcher/site/template_parts.h"

#include <string.h>

void csa_html_name_add(struct csa_html_state *state, char byte)
{
    if (state->name_size < CSA_HTML_NAME_MAXIMUM) {
        state->name[state->name_size] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    state->name_size++;
}

void csa_html_name_clear(struct csa_html_state *state)
{
    memset(state->name, 0, sizeof state->name);
    state->name_size = 0;
}

const char *csa_html_url_read(struct csa_html_state *state, char byte)
{
    bool local = state->attribute == CSA_HTML_URL_LOCAL;
    bool slash = byte == '/' || byte == '\\';
    switch (state->url) {
    case CSA_HTML_URL_START:
        if ((unsigned char)byte <= ' ') {
            return NULL; /* browsers strip it */
        }
        if (local && slash) {
            state->url = CSA_HTML_URL_SLASH;
            return NULL;
        }
        break;
    case CSA_HTML_URL_SLASH:
        if ((unsigned char)byte > ' ') {
            state->url = slash ? CSA_HTML_URL_ALIEN : CSA_HTML_URL_SAFE;
        }
        return NULL;
    case CSA_HTML_URL_SAFE:
    case CSA_HTML_URL_ALIEN:
        return NULL;
    case CSA_HTML_URL_OPEN:
        if (byte == ':') {
            return "a colon behind a value, before any / ? or #, could make the value a URL's scheme";
        }
        if (local && slash) {
            return NULL; /* with a value that is empty or "/" this may begin a host */
        }
        break;
    case CSA_HTML_URL_PREFIX:
        break;
    }
    if (slash || byte == '?' || byte == '#') {
        state->url = CSA_HTML_URL_SAFE;
    } else if (byte == ':') {
        bool good = csa_html_name_is(state, "http") || csa_html_name_is(state, "https") ||
                    csa_html_name_is(state, "mailto");
        state->url = good && !local ? CSA_HTML_URL_SAFE : CSA_HTML_URL_ALIEN;
    } else if (byte == '&') {
        state->url = CSA_HTML_URL_ALIEN;
    } else if (state->url != CSA_HTML_URL_OPEN) {
        csa_html_name_add(state, byte);
        state->url = CSA_HTML_URL_PREFIX;
        return NULL;
    }
    csa_html_name_clear(state);
    return NULL;
}

const char *csa_html_url_value(struct csa_html_state *state, enum csa_template_escape *escape)
{
    bool local = state->attribute == CSA_HTML_URL_LOCAL;
    *escape = CSA_ESCAPE_PART;
    switch (state->url) {
    case CSA_HTML_URL_START:
        *escape = local ? CSA_ESCAPE_LOCAL : CSA_ESCAPE_LINK;
        break;
    case CSA_HTML_URL_ALIEN:
        return "no value may stand in a URL behind a scheme that is not http, https or mailto, or behind a "
               "character reference before its first / ? or #";
    case CSA_HTML_URL_OPEN:
    case CSA_HTML_URL_SLASH:
        if (local) {
            return "what a page loads and runs must be named by one value, or by values behind a ? or #";
        }
        break;
    case CSA_HTML_URL_SAFE:
        return NULL;
    case CSA_HTML_URL_PREFIX:
        break;
    }
    csa_html_name_clear(state);
    state->url = CSA_HTML_URL_OPEN;
    return NULL;
}

const char *csa_html_url_join(const struct csa_html_state *begin, struct csa_html_state *state)
{
    bool same = begin->url == state->url && begin->name_size == state->name_size &&
                memcmp(begin->name, state->name, sizeof state->name) == 0;
    if (same) {
        return NULL;
    }
    if (state->attribute == CSA_HTML_URL_LOCAL && begin->url == CSA_HTML_URL_START) {
        return "a section must not hold the beginning of a URL that the page loads and runs";
    }
    bool alien = begin->url == CSA_HTML_URL_ALIEN || state->url == CSA_HTML_URL_ALIEN;
    state->url = alien ? CSA_HTML_URL_ALIEN : CSA_HTML_URL_OPEN;
    csa_html_name_clear(state);
    return NULL;
}
