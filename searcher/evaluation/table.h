/* A file of lines with columns, grouped by query: what judgements and runs have in common. Owns the file's
 * bytes while the table lives. Called by qrels.c and runs.c. */
#ifndef CSA_SEARCHER_EVALUATION_TABLE_H
#define CSA_SEARCHER_EVALUATION_TABLE_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSA_TABLE_COLUMNS = 6,      /* looked at; those behind them are passed over */
    CSA_TABLE_LINES = 20000000, /* of a file */
};
#define CSA_TABLE_BYTES ((size_t)1 << 30) /* of a file */

struct csa_table_row {
    struct csa_view article; /* as csa_run_name() writes it */
    double value;            /* grade or score */
    uint32_t line;           /* of the file, from 1 */
};

struct csa_table_query {
    struct csa_view id;         /* as csa_run_name() writes it */
    struct csa_table_row *rows; /* by article */
    size_t count;               /* at least 1 */
    uint32_t line;              /* of its first row in the file */
};

struct csa_table {
    struct csa_table_query *queries; /* by id */
    size_t query_count;
    struct csa_buffer bytes;    /* of the file; ids point into it */
    struct csa_arena names;     /* ids that had to be written anew */
    struct csa_table_row *rows; /* all, owned */
};

/* What a reader makes of a line: the query, the article and the value. */
struct csa_table_line {
    struct csa_view query, article;
    double value;
    bool skip; /* a header */
};

/* Reads one line of `count` columns (more than CSA_TABLE_COLUMNS: the first so many are given). Returns null,
 * or what is wrong with the line, in words. */
typedef const char *csa_table_reader(void *context, const struct csa_view *columns, size_t count,
                                     struct csa_table_line *line);

/* Reads a regular file. Blank lines, a byte order mark, carriage returns and white space at both ends of a
 * line are passed over. Columns are parted by tabs when the first line has at least one and gives as many
 * columns as `tabbed` has a bit for (1 << n), otherwise by white space. A bad line, or an article that stands
 * twice for a query, is CSA_ERROR_DAMAGED naming file and line. Release the table also after an error. */
enum csa_status csa_table_read(struct csa_table *table, const char *path, unsigned tabbed,
                               csa_table_reader *reader, void *context, struct csa_error *error);
void csa_table_release(struct csa_table *table);

/* The query with this id, or null. */
const struct csa_table_query *csa_table_find(const struct csa_table *table, struct csa_view id);

/* A whole column as a finite number; false when it is none. No form but decimal digits, sign, point and
 * exponent. */
bool csa_table_number(struct csa_view column, double *number);

#endif
