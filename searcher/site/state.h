/* The inside of a site: what was read when it was opened, and what is used again from request to request.
 * Shared by site.c, which owns it, and respond.c. */
#ifndef CSA_SEARCHER_SITE_STATE_H
#define CSA_SEARCHER_SITE_STATE_H

#include "common/base/arena.h"
#include "searcher/query/synonyms.h"
#include "searcher/site/compress.h"
#include "searcher/site/response_cache.h"
#include "searcher/site/site.h"
#include "searcher/site/snapshot.h"
#include "searcher/site/template.h"
#include "searcher/site/words.h"

enum {
    CSA_SITE_TAG = 12, /* characters of an asset's tag */
    CSA_SITE_REQUEST_MEMORY =
        256 * 1024 * 1024,                  /* bytes that a request may take, besides the search itself */
    CSA_SITE_KEPT_MEMORY = 4 * 1024 * 1024, /* of them, from one request to the next */
};

/* A style or script as it is sent. */
struct csa_site_file {
    struct csa_buffer joined; /* the built-in one with the site's own behind it; empty when there is none */
    struct csa_view text;
    uint64_t version; /* a hash of text */
    char tag[CSA_SITE_TAG + 1];
};

/* The configuration's files that make up the page. */
enum { CSA_SITE_PAGE, CSA_SITE_HEAD, CSA_SITE_HEADER, CSA_SITE_FOOTER, CSA_SITE_TEMPLATES };

struct csa_site {
    const struct csa_site_config *config;
    struct csa_buffer texts[CSA_SITE_TEMPLATES]; /* of template files */
    struct csa_template *page;
    struct csa_words *words;
    struct csa_synonyms *synonyms; /* null: none */
    struct csa_site_file style, script;
    uint64_t version; /* a hash of all that pages are made from besides the index */
    int64_t modified; /* when the newest of the files above was written; 0: there is none */
    struct csa_snapshot snapshot;
    struct csa_arena arena;          /* of the request at hand */
    struct csa_gzip *gzip;           /* null until it is needed */
    struct csa_response_cache *kept; /* null: none is kept, or none was made yet */
    struct csa_buffer packed;
};

#endif
