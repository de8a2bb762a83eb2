/* The site of a url: its host, as COLUMN_SITE keeps it (docs/index-format.md, section 10).
 *
 * Lower-cased (ASCII letters only), without user, port, a full stop at the end and a leading "www.". Used
 * when articles are written, when an index is checked, and for the filter `site:`. */
#ifndef CSA_INDEX_SITE_H
#define CSA_INDEX_SITE_H

#include "common/base/view.h"

#include <stdbool.h>

enum { CSA_SITE_MAXIMUM = 255 }; /* bytes; a longer host is none */

/* The site of a url that names its host (scheme://host/... or //host/...); else, and when the host breaks the
 * rules, an empty view. The bytes are put into buffer. */
struct csa_view csa_site_of_url(struct csa_view url, char buffer[CSA_SITE_MAXIMUM]);
/* The same for what a person types: a url or a bare host. */
struct csa_view csa_site_of_text(struct csa_view text, char buffer[CSA_SITE_MAXIMUM]);
/* Whether a site is the domain or lies below it. */
bool csa_site_is_within(struct csa_view site, struct csa_view domain);

#endif
