/* The stemmers that a segment writer asks for, one for each language in use. */
#ifndef CSA_INDEXER_NATIVE_STEMMERS_H
#define CSA_INDEXER_NATIVE_STEMMERS_H

#include "common/base/error.h"
#include "common/index/segment_writer.h"
#include "common/text/language.h"

#include <stdint.h>

struct csa_stemmers {
    struct csa_stemmer *by_language[CSA_LANGUAGE_COUNT];
};

/* languages: bit L for language L. Nothing to release after an error. */
enum csa_status csa_stemmers_init(struct csa_stemmers *stemmers, uint64_t languages, struct csa_error *error);
void csa_stemmers_release(struct csa_stemmers *stemmers);
/* Valid as long as the stemmers; one thread. */
struct csa_stem_callback csa_stemmers_callback(struct csa_stemmers *stemmers);

#endif
