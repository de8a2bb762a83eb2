/* The different values of a field: the strings and languages that the columns of live articles name. Called
 * where a filter's value may be misspelt. */
#include "searcher/native/native.h"

static const struct csa_column *column_of(const struct csa_segment *segment, enum csa_field field)
{
    switch (field) {
    case CSA_FIELD_AUTHOR:
        return &segment->author;
    case CSA_FIELD_SOURCE:
        return &segment->source;
    case CSA_FIELD_LANGUAGE:
        return &segment->language;
    case CSA_FIELD_SITE:
        return &segment->site;
    default:
        return NULL;
    }
}

static struct csa_view value_of(const struct csa_segment *segment, enum csa_field field, uint32_t number)
{
    return field == CSA_FIELD_LANGUAGE ? csa_view_of(csa_language_code((csa_language)number))
                                       : csa_segment_string(segment, number);
}

/* Counts the passages of the segment's live articles by the number that the column has for them. */
static void count_passages(const struct csa_index_segment *part, const struct csa_column *column,
                           uint32_t *counts, uint32_t count)
{
    const struct csa_segment *segment = part->segment;
    uint32_t passages = segment->meta.passages;
    uint32_t end = csa_segment_first_passage(segment, 0);
    for (uint32_t a = 0; a < segment->meta.articles; a++) {
        uint32_t first = end;
        end = csa_segment_first_passage(segment, a + 1);
        uint32_t number = csa_column_get(column, a);
        if (number < count && first < end && end <= passages && !csa_deletes_has(&part->deletes, first)) {
            counts[number] += end - first;
        }
    }
}

/* *more: visit wants more. False when out of memory. */
static bool visit_segment(struct csa_native *native, const struct csa_index_segment *part,
                          enum csa_field field, void *context,
                          bool (*visit)(void *context, struct csa_view value, uint64_t passages), bool *more)
{
    const struct csa_segment *segment = part->segment;
    const struct csa_column *column = column_of(segment, field);
    struct csa_view strings = segment->sections[CSA_SECTION_STRINGS];
    uint32_t count = field == CSA_FIELD_LANGUAGE ? CSA_LANGUAGE_COUNT
                     : strings.size == 0         ? 0
                                                 : csa_load_u32(strings.data);
    csa_arena_clear(&native->work);
    uint32_t *counts = csa_arena_zalloc(&native->work, (size_t)count + 1, sizeof *counts);
    if (counts == NULL) {
        return false;
    }
    if (column != NULL) {
        count_passages(part, column, counts, count);
    }
    for (uint32_t number = 1; number < count && *more; number++) { /* 0: none */
        if (counts[number] != 0) {
            *more = visit(context, value_of(segment, field, number), counts[number]);
        }
    }
    return true;
}

enum csa_status csa_native_values(struct csa_engine *engine, enum csa_field field, void *context,
                                  bool (*visit)(void *context, struct csa_view value, uint64_t passages),
                                  struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    bool more = true;
    for (uint32_t s = 0; s < native->index->segment_count && more; s++) {
        if (!visit_segment(native, &native->index->segments[s], field, context, visit, &more)) {
            return csa_error_set_memory(error, "values");
        }
    }
    return CSA_OK;
}
