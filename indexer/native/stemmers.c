/* From a language's number to its stemmer; see stemmers.h. */
#include "indexer/native/stemmers.h"

enum csa_status csa_stemmers_init(struct csa_stemmers *stemmers, uint64_t languages, struct csa_error *error)
{
    *stemmers = (struct csa_stemmers){0};
    for (unsigned i = 1; i < CSA_LANGUAGE_COUNT; i++) {
        if ((languages >> i & 1) != 0) {
            enum csa_status status = csa_stemmer_new((csa_language)i, &stemmers->by_language[i], error);
            if (status != CSA_OK) {
                csa_stemmers_release(stemmers);
                return status;
            }
        }
    }
    return CSA_OK;
}

void csa_stemmers_release(struct csa_stemmers *stemmers)
{
    for (unsigned i = 0; i < CSA_LANGUAGE_COUNT; i++) {
        csa_stemmer_free(stemmers->by_language[i]);
        stemmers->by_language[i] = NULL;
    }
}

static struct csa_view stem(void *context, uint8_t language, struct csa_view word)
{
    struct csa_stemmers *stemmers = context;
    return language < CSA_LANGUAGE_COUNT ? csa_stemmer_stem(stemmers->by_language[language], word) : word;
}

struct csa_stem_callback csa_stemmers_callback(struct csa_stemmers *stemmers)
{
    return (struct csa_stem_callback){stemmers, stem};
}
