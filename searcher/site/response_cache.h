/* Responses that were made, kept in memory for the next asker of the same: what is searched for on a site
 * repeats itself, and so does what is suggested while somebody types. Of a process that answers many
 * requests; a worker has its own. */
#ifndef CSA_SEARCHER_SITE_RESPONSE_CACHE_H
#define CSA_SEARCHER_SITE_RESPONSE_CACHE_H

#include "common/base/view.h"

#include <stddef.h>

struct csa_response_cache;

/* limit: bytes of all that is kept. Null without memory. */
struct csa_response_cache *csa_response_cache_new(size_t limit);
void csa_response_cache_free(struct csa_response_cache *cache);

/* A response of status 200: header lines and body, valid until the next csa_response_cache_add(). */
struct csa_kept_response {
    struct csa_view headers, body;
};

/* key: every byte that the response was made from, the version of the index among them, so that what is out
 * of date is never asked for again, and leaves as others come. False: it is not kept. */
bool csa_response_cache_find(struct csa_response_cache *cache, struct csa_view key,
                             struct csa_kept_response *kept);

/* Keeps a copy; those that were asked for longest ago make room. One that would take more than an eighth of
 * the limit is not kept, nor one that there is no memory for. The key must not be in the cache. */
void csa_response_cache_add(struct csa_response_cache *cache, struct csa_view key,
                            const struct csa_kept_response *response);

#endif
