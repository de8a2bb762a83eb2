/* Content-Encoding: gzip (RFC 1952) for who accepts it (RFC 9110, 12.5.3). */
#ifndef CSA_SEARCHER_SITE_COMPRESS_H
#define CSA_SEARCHER_SITE_COMPRESS_H

#include "common/base/buffer.h"
#include "common/base/view.h"

#include <stdbool.h>

enum { CSA_GZIP_LEAST = 1024 }; /* bytes; less is not worth it */

/* Whether Accept-Encoding allows gzip and does not prefer the bytes as they are. A header that breaks the
 * rules allows nothing. */
bool csa_gzip_is_accepted(struct csa_view accept_encoding);

/* A compressor that is used again from response to response. */
struct csa_gzip;
struct csa_gzip *csa_gzip_new(void); /* null without memory */
void csa_gzip_free(struct csa_gzip *gzip);
/* Fills `out`, which is cleared first; the same bytes for the same text. False when there is no memory or the
 * text does not become shorter. */
bool csa_gzip_make(struct csa_gzip *gzip, struct csa_view text, struct csa_buffer *out);

#endif
