/* A timeline: how many articles match in each of a few equal spans of time, from the first date to the last.
 * The span is chosen so that at most as many come out as are wanted, the finest that fits. Made from the
 * engine's counts by date; printed by output/timeline.c and output/json.c. */
#ifndef CSA_SEARCHER_RESULTS_TIMELINE_H
#define CSA_SEARCHER_RESULTS_TIMELINE_H

#include "searcher/engine.h"

#include <stddef.h>
#include <stdint.h>

enum csa_time_unit {
    CSA_UNIT_DAY,
    CSA_UNIT_WEEK, /* from Monday */
    CSA_UNIT_MONTH,
    CSA_UNIT_QUARTER,
    CSA_UNIT_YEAR,
    CSA_UNIT_FIVE_YEARS, /* 2020 to 2024 */
    CSA_UNIT_DECADE,     /* 2020 to 2029 */
    CSA_UNIT_CENTURY,
    CSA_UNIT_MILLENNIUM,
    CSA_UNIT_COUNT,
};

enum { CSA_TIMELINE_BUCKETS = 40, CSA_TIMELINE_FEWEST = 10, CSA_TIMELINE_VAGUE = 16 };

struct csa_timeline {
    enum csa_time_unit unit;
    struct csa_bucket {
        uint32_t from, to; /* yyyymmdd, both included */
        uint64_t articles; /* 0: a gap */
    } buckets[CSA_TIMELINE_BUCKETS];
    size_t count; /* 0: nothing that matches has a date */
    /* Dates of which too little is known for this unit, as a year without its month for months; they are in
     * no bucket. Ascending. */
    struct csa_date_count vague[CSA_TIMELINE_VAGUE];
    size_t vague_count;
    uint64_t dated; /* articles in buckets and vague */
    uint64_t undated;
};

/* dates ascend. most is the number of buckets wanted at most, CSA_TIMELINE_FEWEST to CSA_TIMELINE_BUCKETS
 * (else taken for the nearer of them). A unit that more than a tenth of the dated articles do not fit is left
 * for a larger one. */
void csa_timeline_make(const struct csa_date_count *dates, size_t count, uint64_t undated, size_t most,
                       struct csa_timeline *timeline);

const char *csa_time_unit_name(enum csa_time_unit unit); /* "day" */

#endif
