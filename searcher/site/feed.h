/* What the two XML documents of the site have in common: elements, links and dates. Private to atom.c and
 * opensearch.c. Every text and every attribute goes through output/escape.h here and nowhere else. */
#ifndef CSA_SEARCHER_SITE_FEED_H
#define CSA_SEARCHER_SITE_FEED_H

#include "common/base/buffer.h"
#include "searcher/site/answer.h"

/* <name>text</name> and a newline; `name` may hold attributes and is the program's own. */
void csa_feed_element(struct csa_buffer *out, const char *name, struct csa_view text);

/* The page's absolute URL with these parameters, escaped for XML. */
void csa_feed_url(struct csa_buffer *out, const struct csa_site_context *context,
                  const struct csa_site_parameters *parameters);

/* A date of the index as RFC 3339 at midnight UTC: what is not known is 1, what no calendar has is brought to
 * the nearest day that it has; 1970 for a date that is not known at all. */
void csa_feed_date(struct csa_buffer *out, uint32_t date);

/* Seconds since 1970 as RFC 3339; 1970 for what is not in the years 1970 to 9999. */
void csa_feed_time(struct csa_buffer *out, int64_t seconds);

#endif
