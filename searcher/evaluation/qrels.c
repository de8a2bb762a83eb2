/* Judgements read and looked up. */
#include "searcher/evaluation/qrels.h"

#include <math.h>

/* What the lines of one file look like. */
struct form {
    size_t columns; /* 3 or 4; 0: no line read yet */
};

static bool starts_with_letter(struct csa_view text)
{
    return text.size != 0 &&
           ((text.data[0] >= 'a' && text.data[0] <= 'z') || (text.data[0] >= 'A' && text.data[0] <= 'Z'));
}

static const char *read_line(void *context, const struct csa_view *columns, size_t count,
                             struct csa_table_line *line)
{
    struct form *form = context;
    bool first = form->columns == 0;
    if ((count != 3 && count != 4) || (!first && count != form->columns)) {
        return first                ? "neither `query article grade` nor `query 0 article grade`"
               : form->columns == 3 ? "not three columns, as the first line has"
                                    : "not four columns, as the first line has";
    }
    form->columns = count;
    line->query = columns[0];
    line->article = columns[count - 2];
    if (!csa_table_number(columns[count - 1], &line->value)) {
        line->skip = first && starts_with_letter(columns[count - 1]);
        return line->skip ? NULL : "the grade is not a number";
    }
    line->value = trunc(line->value);
    return fabs(line->value) <= CSA_GRADE_MAXIMUM ? NULL : "the grade is not from -1,000,000 to 1,000,000";
}

enum csa_status csa_qrels_read(struct csa_qrels *qrels, const char *path, struct csa_error *error)
{
    struct form form = {0};
    enum csa_status status = csa_table_read(&qrels->table, path, 1U << 3 | 1U << 4, read_line, &form, error);
    if (status == CSA_OK && qrels->table.query_count == 0) {
        status = csa_error_set(error, CSA_ERROR_DAMAGED, "%s: no judgements in it", path);
    }
    return status;
}

void csa_qrels_release(struct csa_qrels *qrels)
{
    csa_table_release(&qrels->table);
}

const struct csa_table_query *csa_qrels_find(const struct csa_qrels *qrels, struct csa_view query)
{
    return csa_table_find(&qrels->table, query);
}

bool csa_qrels_grade(const struct csa_table_query *judged, struct csa_view article, double *grade)
{
    size_t from = 0, to = judged == NULL ? 0 : judged->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = csa_view_compare(judged->rows[middle].article, article);
        if (order == 0) {
            *grade = judged->rows[middle].value;
            return true;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return false;
}

size_t csa_qrels_relevant(const struct csa_table_query *judged)
{
    size_t relevant = 0;
    for (size_t i = 0; judged != NULL && i < judged->count; i++) {
        relevant += judged->rows[i].value >= 1;
    }
    return relevant;
}
