/* csa-search --serve: the site as its owner will have it, on this machine only. */
#ifndef CSA_SEARCHER_SITE_PREVIEW_H
#define CSA_SEARCHER_SITE_PREVIEW_H

#include "common/base/error.h"
#include "searcher/options.h"

/* Serves until Ctrl-C. The site is that of $CSA_CONFIG, the file of csa.cgi; without one it has the defaults,
 * in the language of the locale where there are words for it. -d, -n and --synonyms go before the file. An
 * index that cannot be opened is an error at once, since a person is waiting. */
enum csa_status csa_site_preview(const struct csa_search_options *options, struct csa_error *error);

#endif
