/* Copies into an arena, in lists; see stage.h. */
#include "indexer/native/stage.h"

#include "common/base/memory.h"
#include "common/index/hash.h"

#include <string.h>

struct csa_stage *csa_stage_new(void)
{
    struct csa_stage *stage = csa_calloc(1, sizeof *stage);
    if (stage != NULL) {
        csa_arena_init(&stage->arena, 0);
        csa_stage_clear(stage, 0);
    }
    return stage;
}

void csa_stage_free(struct csa_stage *stage)
{
    if (stage != NULL) {
        csa_arena_release(&stage->arena);
        csa_free(stage);
    }
}

void csa_stage_clear(struct csa_stage *stage, uint64_t batch)
{
    csa_arena_clear(&stage->arena);
    stage->articles = NULL;
    stage->last_article = &stage->articles;
    stage->chunks = NULL;
    stage->last_chunk = &stage->chunks;
    stage->batch = batch;
    stage->article_count = 0;
    stage->passage_count = 0;
    stage->next = NULL;
}

enum csa_status csa_stage_add_article(struct csa_stage *stage, const struct csa_article_record *record,
                                      struct csa_error *error)
{
    struct csa_staged_article *staged = csa_arena_alloc(&stage->arena, 1, sizeof *staged);
    uint32_t *lengths = csa_arena_alloc(&stage->arena, record->passage_count, sizeof *lengths);
    if (staged == NULL || lengths == NULL) {
        return csa_error_set_memory(error, "an article");
    }
    *staged = (struct csa_staged_article){.record = *record, .id_hash = csa_hash(record->id)};
    memcpy(lengths, record->lengths, record->passage_count * sizeof *lengths);
    staged->record.lengths = lengths;
    struct csa_view *strings[] = {&staged->record.id, &staged->record.source, &staged->record.author,
                                  &staged->record.stored};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        *strings[i] = csa_arena_copy(&stage->arena, *strings[i]);
        if (strings[i]->data == NULL) {
            return csa_error_set_memory(error, "an article");
        }
    }
    *stage->last_article = staged;
    stage->last_article = &staged->next;
    stage->article_count++;
    stage->passage_count += record->passage_count;
    return CSA_OK;
}

enum csa_status csa_stage_add_chunk(struct csa_stage *stage, const struct csa_chunk *chunk,
                                    struct csa_error *error)
{
    struct csa_staged_chunk *staged = csa_arena_alloc(&stage->arena, 1, sizeof *staged);
    if (staged == NULL) {
        return csa_error_set_memory(error, "stored text");
    }
    *staged = (struct csa_staged_chunk){.chunk = *chunk};
    staged->chunk.compressed = csa_arena_copy(&stage->arena, chunk->compressed);
    if (staged->chunk.compressed.data == NULL) {
        return csa_error_set_memory(error, "stored text");
    }
    *stage->last_chunk = staged;
    stage->last_chunk = &staged->next;
    return CSA_OK;
}
