/* The native engine: opens a snapshot of an index folder and answers through native/ and match/. */
#include "common/base/memory.h"
#include "searcher/native/native.h"

enum {
    PLAN_MEMORY = 256 * 1024 * 1024, /* bytes that a query may take, besides its results */
    SCRATCH_MEMORY = 512 * 1024 * 1024,
};

static void close_engine(struct csa_engine *engine)
{
    struct csa_native *native = csa_native_of(engine);
    if (native == NULL) {
        return;
    }
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        csa_stemmer_free(native->stemmers[language]);
    }
    csa_chunk_cache_release(&native->articles);
    csa_chunk_cache_release(&native->passages);
    csa_buffer_release(&native->peeked);
    csa_arena_release(&native->common.arena);
    csa_arena_release(&native->work);
    csa_arena_release(&native->scratch);
    for (uint32_t i = 0; native->strays != NULL && i < native->index->segment_count; i++) {
        csa_strays_release(&native->strays[i]);
    }
    csa_free(native->strays);
    csa_free(native->bounds);
    csa_index_close(native->index);
    csa_free(native);
}

static const struct csa_engine_operations operations = {
    .search = csa_native_search,
    .article_id = csa_native_article_id,
    .article = csa_native_article,
    .passage = csa_native_passage,
    .explain = csa_native_explain,
    .words = csa_native_words,
    .values = csa_native_values,
    .complete = csa_native_complete,
    .similar = csa_native_similar,
    .word_passages = csa_native_word_passages,
    .find_article = csa_native_find_article,
    .close = close_engine,
};

static enum csa_status open_parts(struct csa_native *native, const char *folder, struct csa_error *error)
{
    enum csa_status status = csa_index_open(folder, &native->index, error);
    if (status != CSA_OK) {
        return status;
    }
    const struct csa_index *index = native->index;
    native->bounds = csa_calloc(index->segment_count + (size_t)1, sizeof *native->bounds);
    native->strays = csa_calloc(index->segment_count + (size_t)1, sizeof *native->strays);
    if (native->bounds == NULL || native->strays == NULL) {
        return csa_error_set_memory(error, "index");
    }
    for (unsigned language = 1; language < CSA_LANGUAGE_COUNT; language++) {
        if ((index->stemmers >> language & 1) != 0 && csa_language_has_stemmer((csa_language)language)) {
            status = csa_stemmer_new((csa_language)language, &native->stemmers[language], error);
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    native->engine = (struct csa_engine){
        .operations = &operations,
        .generation = index->generation,
        .articles = index->articles - index->deleted_articles,
        .passages = index->passages - index->deleted_passages,
        .stemmers = index->stemmers,
    };
    return CSA_OK;
}

enum csa_status csa_engine_native_open(const char *folder, struct csa_engine **engine,
                                       struct csa_error *error)
{
    *engine = NULL;
    struct csa_native *native = csa_calloc(1, sizeof *native);
    if (native == NULL) {
        return csa_error_set_memory(error, "index");
    }
    csa_chunk_cache_init(&native->articles);
    csa_chunk_cache_init(&native->passages);
    csa_buffer_init(&native->peeked, SIZE_MAX / 2);
    csa_arena_init(&native->work, PLAN_MEMORY);
    csa_arena_init(&native->scratch, SCRATCH_MEMORY);
    enum csa_status status = open_parts(native, folder, error);
    if (status != CSA_OK) {
        close_engine(&native->engine);
        return status;
    }
    *engine = &native->engine;
    return CSA_OK;
}
