/* Reading lines with columns, and grouping them by query with no cost that hostile ids could raise: sorting
 * only, no hashing. */
#include "searcher/evaluation/table.h"

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/text/unicode.h"
#include "searcher/run.h"

#include <math.h>
#include <stdlib.h>

enum { ID_SHOWN = 200 };

/* Rows that follow each other in the file and have the same query. Most files have one stretch a query. */
struct stretch {
    struct csa_view query;
    size_t start, count; /* rows */
};

struct loading {
    struct csa_table *table;
    const char *path;
    size_t row_count, row_capacity;
    struct stretch *stretches;
    size_t stretch_count, stretch_capacity;
    struct csa_error *error;
};

/* Columns of a trimmed line: between tabs, where they may be empty, or runs of anything but white space. */
static size_t split(struct csa_view line, bool tabs, struct csa_view columns[CSA_TABLE_COLUMNS])
{
    size_t count = 0;
    const char *end = line.data + line.size;
    for (const char *p = line.data; p < end;) {
        const char *stop = p;
        while (stop < end && (tabs ? *stop != '\t' : !csa_byte_is_white(*stop))) {
            stop++;
        }
        if (count < CSA_TABLE_COLUMNS) {
            columns[count] = csa_view_trim(csa_view_make(p, (size_t)(stop - p)));
        }
        count++;
        p = tabs && stop < end ? stop + 1 : stop;
        while (!tabs && p < end && csa_byte_is_white(*p)) {
            p++;
        }
    }
    return count;
}

bool csa_table_number(struct csa_view column, double *number)
{
    char text[64];
    if (column.size == 0 || column.size >= sizeof text) {
        return false;
    }
    for (size_t i = 0; i < column.size; i++) {
        char c = column.data[i];
        if ((c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E') {
            return false;
        }
        text[i] = c;
    }
    text[column.size] = '\0';
    char *end;
    *number = strtod(text, &end);
    return *end == '\0' && end != text && isfinite(*number);
}

static enum csa_status bad_line(const struct loading *loading, size_t number, const char *why)
{
    return csa_error_set(loading->error, CSA_ERROR_DAMAGED, "%s: line %zu: %s", loading->path, number, why);
}

static enum csa_status add_row(struct loading *loading, const struct csa_table_line *line, size_t number)
{
    struct csa_table *table = loading->table;
    struct csa_view query = csa_run_name(line->query, &table->names);
    struct csa_view article = csa_run_name(line->article, &table->names);
    struct csa_table_row *rows =
        csa_grow(table->rows, &loading->row_capacity, loading->row_count + 1, sizeof *rows);
    table->rows = rows != NULL ? rows : table->rows;
    if (query.data == NULL || article.data == NULL || rows == NULL) {
        return csa_error_set_memory(loading->error, loading->path);
    }
    size_t last = loading->stretch_count - 1;
    if (loading->stretch_count == 0 || !csa_view_equal(loading->stretches[last].query, query)) {
        struct stretch *stretches = csa_grow(loading->stretches, &loading->stretch_capacity,
                                             loading->stretch_count + 1, sizeof *stretches);
        if (stretches == NULL) {
            return csa_error_set_memory(loading->error, loading->path);
        }
        loading->stretches = stretches;
        last = loading->stretch_count++;
        stretches[last] = (struct stretch){.query = query, .start = loading->row_count};
    }
    rows[loading->row_count++] =
        (struct csa_table_row){.article = article, .value = line->value, .line = (uint32_t)number};
    loading->stretches[last].count++;
    return CSA_OK;
}

static enum csa_status read_lines(struct loading *loading, unsigned tabbed, csa_table_reader *reader,
                                  void *context)
{
    const struct csa_buffer *bytes = &loading->table->bytes;
    const char *p = bytes->data;
    const char *end = bytes->size == 0 ? p : p + bytes->size;
    if (bytes->size >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        p += 3;
    }
    bool tabs = false, first = true;
    for (size_t number = 1; p < end; number++) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline == NULL ? end : newline;
        struct csa_view text = csa_view_trim(csa_view_make(p, (size_t)(stop - p)));
        p = newline == NULL ? end : newline + 1;
        if (number > CSA_TABLE_LINES) {
            return csa_error_set(loading->error, CSA_ERROR_LIMIT, "%s: more than %d lines", loading->path,
                                 CSA_TABLE_LINES);
        }
        if (text.size == 0) {
            continue;
        }
        struct csa_view columns[CSA_TABLE_COLUMNS];
        if (first) {
            size_t count = split(text, true, columns);
            tabs = count > 1 && count < 32 && (tabbed >> count & 1U) != 0;
            first = false;
        }
        struct csa_table_line line = {0};
        const char *wrong = reader(context, columns, split(text, tabs, columns), &line);
        if (wrong == NULL && !line.skip && (line.query.size == 0 || line.article.size == 0)) {
            wrong = "an empty id";
        }
        enum csa_status status = wrong != NULL ? bad_line(loading, number, wrong)
                                 : line.skip   ? CSA_OK
                                               : add_row(loading, &line, number);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

static int compare_stretches(const void *left, const void *right)
{
    const struct stretch *a = left;
    const struct stretch *b = right;
    int order = csa_view_compare(a->query, b->query);
    return order != 0 ? order : (a->start > b->start) - (a->start < b->start);
}

static int compare_rows(const void *left, const void *right)
{
    const struct csa_table_row *a = left;
    const struct csa_table_row *b = right;
    int order = csa_view_compare(a->article, b->article);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* How many bytes of an id a message shows. */
static int shown(struct csa_view id)
{
    return (int)csa_utf8_truncate(id, ID_SHOWN);
}

/* Sorts a query's rows by article; one that stands there twice is an error. */
static enum csa_status sort_query(const struct loading *loading, const struct csa_table_query *query)
{
    qsort(query->rows, query->count, sizeof *query->rows, compare_rows);
    for (size_t i = 1; i < query->count; i++) {
        const struct csa_table_row *row = &query->rows[i];
        if (csa_view_equal(row->article, row[-1].article)) {
            return csa_error_set(loading->error, CSA_ERROR_DAMAGED,
                                 "%s: line %u: article %.*s stands twice for query %.*s, first in line %u",
                                 loading->path, row->line, shown(row->article), row->article.data,
                                 shown(query->id), query->id.data, row[-1].line);
        }
    }
    return CSA_OK;
}

/* Brings the stretches of each query together. */
static enum csa_status group(struct loading *loading)
{
    struct csa_table *table = loading->table;
    struct csa_table_row *rows = csa_calloc(loading->row_count + 1, sizeof *rows);
    table->queries = csa_calloc(loading->stretch_count + 1, sizeof *table->queries);
    if (rows == NULL || table->queries == NULL) {
        csa_free(rows);
        return csa_error_set_memory(loading->error, loading->path);
    }
    if (loading->stretch_count != 0) {
        qsort(loading->stretches, loading->stretch_count, sizeof *loading->stretches, compare_stretches);
    }
    size_t placed = 0;
    for (size_t i = 0; i < loading->stretch_count; i++) {
        const struct stretch *stretch = &loading->stretches[i];
        struct csa_table_query *query = &table->queries[table->query_count];
        if (i != 0 && csa_view_equal(stretch->query, query[-1].id)) {
            query--;
        } else {
            *query = (struct csa_table_query){
                .id = stretch->query, .rows = &rows[placed], .line = table->rows[stretch->start].line};
            table->query_count++;
        }
        memcpy(&rows[placed], &table->rows[stretch->start], stretch->count * sizeof *rows);
        placed += stretch->count;
        query->count += stretch->count;
    }
    csa_free(table->rows);
    table->rows = rows;
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < table->query_count && status == CSA_OK; i++) {
        status = sort_query(loading, &table->queries[i]);
    }
    return status;
}

enum csa_status csa_table_read(struct csa_table *table, const char *path, unsigned tabbed,
                               csa_table_reader *reader, void *context, struct csa_error *error)
{
    *table = (struct csa_table){0};
    csa_arena_init(&table->names, 0);
    csa_buffer_init(&table->bytes, CSA_TABLE_BYTES);
    struct loading loading = {.table = table, .path = path, .error = error};
    enum csa_status status = csa_file_read_stream(path, &table->bytes, error);
    if (status == CSA_OK) {
        status = read_lines(&loading, tabbed, reader, context);
    }
    if (status == CSA_OK) {
        status = group(&loading);
    }
    csa_free(loading.stretches);
    return status;
}

void csa_table_release(struct csa_table *table)
{
    csa_free(table->queries);
    csa_free(table->rows);
    csa_buffer_release(&table->bytes);
    csa_arena_release(&table->names);
    *table = (struct csa_table){0};
}

const struct csa_table_query *csa_table_find(const struct csa_table *table, struct csa_view id)
{
    size_t from = 0, to = table->query_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = csa_view_compare(table->queries[middle].id, id);
        if (order == 0) {
            return &table->queries[middle];
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return NULL;
}
