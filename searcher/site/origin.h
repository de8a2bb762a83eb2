/* Where the page is: the path and host that a server says, which any client may have made up, as far as they
 * may stand in links. */
#ifndef CSA_SEARCHER_SITE_ORIGIN_H
#define CSA_SEARCHER_SITE_ORIGIN_H

#include "common/base/arena.h"
#include "searcher/site/request.h"

/* The program's path, percent-encoded: empty, when it does not begin with one '/' or has a control character
 * or more than 1024 bytes. In the arena; .data null without memory. */
struct csa_view csa_origin_path(const struct csa_site_request *request, struct csa_arena *arena);

/* Whether text is a host, with or without a port: labels of letters, digits, '-' and '_' between full stops
 * (and one at the end), or an IPv6 address in brackets. */
bool csa_origin_is_host(struct csa_view text);

/* The page's URL: `url` of the configuration (null: none), else made from host (where that cannot be used,
 * from what the server calls itself) and path; empty when there is none. In the arena; .data null without
 * memory. */
struct csa_view csa_origin_url(const struct csa_site_request *request, const char *url, struct csa_view path,
                               struct csa_arena *arena);

#endif
