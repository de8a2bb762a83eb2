/* Front matter of Markdown files: the lines between --- and --- (the simple part of YAML) or +++ and +++ (the
 * simple part of TOML). Private to intake. */
#ifndef CSA_INDEXER_INTAKE_FRONT_MATTER_H
#define CSA_INDEXER_INTAKE_FRONT_MATTER_H

#include "common/base/error.h"
#include "indexer/article.h"

/* Reads the front matter that the text begins with into the article: known names into its fields, all others
 * as extra fields; lists are joined by commas. *size is what it takes, 0 when there is none. CSA_OK or
 * CSA_ERROR_MEMORY. */
enum csa_status csa_front_matter_read(struct csa_view text, struct csa_arena *arena,
                                      struct csa_article *article, size_t *size, struct csa_error *error);

#endif
