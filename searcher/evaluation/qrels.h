/* Relevance judgements: which articles answer which query, and how well (qrels, in the field's word). Called
 * by evaluate.c and its parts. */
#ifndef CSA_SEARCHER_EVALUATION_QRELS_H
#define CSA_SEARCHER_EVALUATION_QRELS_H

#include "searcher/evaluation/table.h"

enum { CSA_GRADE_MAXIMUM = 1000000 }; /* either side of 0 */

/* The judgements of a query are its rows, by article; value is the grade, a whole number. */
struct csa_qrels {
    struct csa_table table;
};

/* Reads judgements in either form, told by the first line: TREC's four columns (query, anything, article,
 * grade) or three (query, article, grade), with or without a line of headings. Ids in files whose columns are
 * parted by tabs may have blanks. A grade is a number; its fraction is dropped, as the field's tools do.
 * CSA_ERROR_DAMAGED names file and line. Release also after an error. */
enum csa_status csa_qrels_read(struct csa_qrels *qrels, const char *path, struct csa_error *error);
void csa_qrels_release(struct csa_qrels *qrels);

/* The judgements of a query, or null where it has none. */
const struct csa_table_query *csa_qrels_find(const struct csa_qrels *qrels, struct csa_view query);

/* Finds the grade of an article among a query's judgements (null: none); false when it was not judged. */
bool csa_qrels_grade(const struct csa_table_query *judged, struct csa_view article, double *grade);

/* How many articles are relevant: a grade of at least 1. */
size_t csa_qrels_relevant(const struct csa_table_query *judged);

#endif
