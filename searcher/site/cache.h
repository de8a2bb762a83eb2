/* Caching: what tells one version of a response from another, and whether the asker has it already (RFC 9110,
 * 8.8 and 13). */
#ifndef CSA_SEARCHER_SITE_CACHE_H
#define CSA_SEARCHER_SITE_CACHE_H

#include "searcher/site/request.h"

#include <stdint.h>

/* What a response is made from. Tags of results are weak, since a page tells the time that it took; those of
 * a style or script, which never differ in a byte, are strong. What is sent with gzip has a tag of its own.
 */
struct csa_validator {
    uint64_t version; /* a hash of everything that the response depends on besides its address */
    int64_t modified; /* seconds since 1970; 0: not known */
    bool weak;
    bool gzip;
};

/* ETag and Last-Modified. */
void csa_cache_headers(struct csa_site_response *response, const struct csa_validator *validator);

/* Whether the asker names this very version in If-None-Match: then it was sent to him once. */
bool csa_cache_is_known(const struct csa_site_request *request, const struct csa_validator *validator);

/* Whether the asker's copy is this version: If-None-Match, "*" included, or If-Modified-Since where that is
 * not given. Of a response that is there: both say nothing of whether it is. */
bool csa_cache_is_current(const struct csa_site_request *request, const struct csa_validator *validator);

/* Mixes bytes into a version. */
uint64_t csa_cache_mix(uint64_t version, struct csa_view bytes);

#endif
