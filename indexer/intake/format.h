/* What kind of bytes these are: private to intake. */
#ifndef CSA_INDEXER_INTAKE_FORMAT_H
#define CSA_INDEXER_INTAKE_FORMAT_H

#include "common/base/view.h"

enum { CSA_FORMAT_HEAD = 4096 }; /* bytes of a file's beginning that the format is guessed from */

/* What a file is that holds no text, judged by its first bytes: "PNG image", ..., "unknown kind"; null for
 * text in any encoding. */
const char *csa_format_binary_kind(struct csa_view head);

#endif
