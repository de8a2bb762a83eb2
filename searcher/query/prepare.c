#include "searcher/query/prepare.h"

#include "searcher/query/elision.h"
#include "searcher/query/parse.h"
#include "searcher/query/stop_words.h"
#include "searcher/query/variants.h"

static enum csa_status leave_out_stop_words(struct csa_query *query, struct csa_engine *engine,
                                            struct csa_arena *arena, struct csa_error *error)
{
    enum csa_status status = csa_query_leave_out_stop_words(query, engine, error);
    return status == CSA_OK ? csa_query_tidy(query, arena, error) : status;
}

enum csa_status csa_query_prepare(struct csa_view text, const struct csa_synonyms *synonyms,
                                  struct csa_engine *engine, enum csa_stop_words_use stop_words,
                                  struct csa_arena *arena, struct csa_query *query, struct csa_error *error)
{
    enum csa_status status = csa_query_parse(text, arena, query, error);
    if (status == CSA_OK && synonyms != NULL) {
        status = csa_synonyms_apply(synonyms, query, arena, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    csa_query_leave_out_elided(query);
    if (engine == NULL) {
        return CSA_OK;
    }
    status = stop_words == CSA_STOP_WORDS_MARKED ? csa_query_mark_stop_words(query, engine, error)
                                                 : leave_out_stop_words(query, engine, arena, error);
    return status == CSA_OK ? csa_query_add_variants(query, engine, arena, error) : status;
}
