/* Dates as people and machines write them -> year * 10000 + month * 100 + day, as in struct csa_article. */
#ifndef CSA_INDEXER_INTAKE_DATE_H
#define CSA_INDEXER_INTAKE_DATE_H

#include "common/base/view.h"

#include <stddef.h>
#include <stdint.h>

/* The date that a field holds: ISO 8601 dates and times, 20230811, RFC 2822, everything that csa_date_find()
 * knows, "August 2023", "2023-08", "2023". 0 when there is none, or none that exists: years are 1000 to 2100,
 * 30 February is no date. */
uint32_t csa_date_parse(struct csa_view text);

/* The same from a number: a year, YYYYMM, YYYYMMDD, or Unix time, in seconds or (above 10^11) milliseconds.
 */
uint32_t csa_date_from_number(double number);

/* The first whole date (year, month and day) that a clean text (clean.h) states in its first 2,048 bytes: "11
 * August 2023", "August 11th, 2023", "11. August 2023", "11 de agosto de 2023", "11 августа 2023", "2023
 * жылғы 11 тамыз", "2023年8月11日", "2023-08-11", "11.08.2023", and "08/11/2023" only where one of the two
 * cannot be a month. *begin and *end are its bytes (both may be null). 0 when there is none. */
uint32_t csa_date_find(struct csa_view text, size_t *begin, size_t *end);

#endif
