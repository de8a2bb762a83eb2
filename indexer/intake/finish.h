/* The last step of every reader: an article that is whole goes to the receiver. */
#ifndef CSA_INDEXER_INTAKE_FINISH_H
#define CSA_INDEXER_INTAKE_FINISH_H

#include "indexer/intake/intake.h"

/* Sets the language (given, stated or detected) and the id (the source's unless the article has one), checks
 * the id, and hands the article on; one that cannot be taken is reported. The status is the receiver's, or
 * CSA_ERROR_MEMORY. */
enum csa_status csa_article_finish(struct csa_article *article, const struct csa_source *source,
                                   const struct csa_intake_options *options,
                                   const struct csa_intake_receiver *receiver, struct csa_arena *arena,
                                   struct csa_error *error);

#endif
