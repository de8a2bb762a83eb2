/* Runs read and put into trec_eval's order. */
#include "searcher/evaluation/runs.h"

#include <stdlib.h>

enum { COLUMN_QUERY = 0, COLUMN_ARTICLE = 2, COLUMN_SCORE = 4, COLUMNS = 6 };

static const char *read_line(void *context, const struct csa_view *columns, size_t count,
                             struct csa_table_line *line)
{
    (void)context;
    if (count != COLUMNS) {
        return "not the six columns of a TREC run: query Q0 article rank score tag";
    }
    line->query = columns[COLUMN_QUERY];
    line->article = columns[COLUMN_ARTICLE];
    return csa_table_number(columns[COLUMN_SCORE], &line->value) ? NULL : "the score is not a number";
}

enum csa_status csa_run_file_read(struct csa_run_file *run, const char *path, struct csa_error *error)
{
    return csa_table_read(&run->table, path, 1U << COLUMNS, read_line, NULL, error);
}

void csa_run_file_release(struct csa_run_file *run)
{
    csa_table_release(&run->table);
}

static int compare_ranked(const void *left, const void *right)
{
    const struct csa_ranked *a = left;
    const struct csa_ranked *b = right;
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return csa_view_compare(b->id, a->id);
}

void csa_ranking_sort(struct csa_ranking *ranking)
{
    if (ranking->count > 1) {
        qsort(ranking->items, ranking->count, sizeof *ranking->items, compare_ranked);
    }
}

enum csa_status csa_run_file_rank(const struct csa_run_file *run, struct csa_view query,
                                  struct csa_arena *arena, struct csa_ranking *ranking,
                                  struct csa_error *error)
{
    *ranking = (struct csa_ranking){0};
    const struct csa_table_query *found = csa_table_find(&run->table, query);
    if (found == NULL) {
        return CSA_OK;
    }
    ranking->items = csa_arena_alloc(arena, found->count, sizeof *ranking->items);
    if (ranking->items == NULL) {
        return csa_error_set_memory(error, "run");
    }
    for (size_t i = 0; i < found->count; i++) {
        ranking->items[i] = (struct csa_ranked){
            .id = found->rows[i].article, .score = found->rows[i].value, .passage = CSA_NO_PASSAGE};
    }
    ranking->count = found->count;
    csa_ranking_sort(ranking);
    return CSA_OK;
}
