/* Choosing the unit of a timeline, and counting by it; see timeline.h. Days are numbered from 1 January of
 * the year 0 (Gregorian, also before 1582). */
#include "searcher/results/timeline.h"

#include <string.h>

/* A range of days, both included: what a date leaves open. */
struct range {
    int32_t from, to;
};

static int32_t divide_down(int32_t a, int32_t b)
{
    return a / b - (a % b < 0);
}

/* A year is taken to begin in March, so that the leap day is its last. */
static int32_t day_number(int32_t year, int32_t month, int32_t day)
{
    int32_t y = month <= 2 ? year - 1 : year;
    int32_t m = month <= 2 ? month + 9 : month - 3; /* March: 0 */
    return 365 * y + divide_down(y, 4) - divide_down(y, 100) + divide_down(y, 400) + (153 * m + 2) / 5 + day -
           1 + 60;
}

/* What lies before the year 1, as the first years of its decade do, is given as its first day. */
static uint32_t date_of_day(int32_t number)
{
    number = number < 366 ? 366 : number;
    int32_t year = number / 366;
    while (day_number(year + 1, 1, 1) <= number) {
        year++;
    }
    int32_t month = 12;
    while (day_number(year, month, 1) > number) {
        month--;
    }
    return (uint32_t)(year * 10000 + month * 100 + number - day_number(year, month, 1) + 1);
}

static struct range range_of(uint32_t date)
{
    int32_t year = (int32_t)(date / 10000);
    int32_t month = (int32_t)(date / 100 % 100);
    int32_t day = (int32_t)(date % 100);
    if (month == 0) {
        return (struct range){day_number(year, 1, 1), day_number(year + 1, 1, 1) - 1};
    }
    int32_t first = day_number(year, month, 1);
    int32_t last = (month == 12 ? day_number(year + 1, 1, 1) : day_number(year, month + 1, 1)) - 1;
    if (day == 0) {
        return (struct range){first, last};
    }
    int32_t exact = first + day - 1 < last ? first + day - 1 : last; /* 31 June */
    return (struct range){exact, exact};
}

/* Number of the bucket of a date that fits the unit; buckets of a unit are numbered without gaps. */
static int32_t bucket_of(enum csa_time_unit unit, uint32_t date)
{
    int32_t year = (int32_t)(date / 10000);
    int32_t month = (int32_t)(date / 100 % 100) - 1;
    switch (unit) {
    case CSA_UNIT_DAY:
        return range_of(date).from;
    case CSA_UNIT_WEEK:
        return divide_down(range_of(date).from - 2, 7); /* day 2, 3 January of the year 0, is a Monday */
    case CSA_UNIT_MONTH:
        return year * 12 + month;
    case CSA_UNIT_QUARTER:
        return year * 4 + month / 3;
    case CSA_UNIT_YEAR:
        return year;
    case CSA_UNIT_FIVE_YEARS:
        return year / 5;
    case CSA_UNIT_DECADE:
        return year / 10;
    case CSA_UNIT_CENTURY:
        return year / 100;
    default:
        return year / 1000;
    }
}

static int32_t first_day_of(enum csa_time_unit unit, int32_t bucket)
{
    switch (unit) {
    case CSA_UNIT_DAY:
        return bucket;
    case CSA_UNIT_WEEK:
        return bucket * 7 + 2;
    case CSA_UNIT_MONTH:
        return day_number(bucket / 12, bucket % 12 + 1, 1);
    case CSA_UNIT_QUARTER:
        return day_number(bucket / 4, bucket % 4 * 3 + 1, 1);
    case CSA_UNIT_YEAR:
        return day_number(bucket, 1, 1);
    case CSA_UNIT_FIVE_YEARS:
        return day_number(bucket * 5, 1, 1);
    case CSA_UNIT_DECADE:
        return day_number(bucket * 10, 1, 1);
    case CSA_UNIT_CENTURY:
        return day_number(bucket * 100, 1, 1);
    default:
        return day_number(bucket * 1000, 1, 1);
    }
}

/* Whether enough of a date is known to put it into a bucket. */
static bool fits(enum csa_time_unit unit, uint32_t date)
{
    return date % 100 != 0 || unit >= CSA_UNIT_YEAR || (date / 100 % 100 != 0 && unit >= CSA_UNIT_MONTH);
}

/* The shortest range that has a day of each date in it. Dates ascend: of the exact ones the first and the
 * last suffice. */
static struct range span_of(const struct csa_date_count *dates, size_t count)
{
    struct range first = range_of(dates[0].date);
    int32_t earliest_end = first.to;
    int32_t latest_begin = first.from;
    size_t last_exact = 0;
    bool seen_exact = false;
    for (size_t i = 0; i < count; i++) {
        bool exact = dates[i].date % 100 != 0;
        last_exact = exact ? i : last_exact;
        if (exact && seen_exact) {
            continue;
        }
        seen_exact = seen_exact || exact;
        struct range range = range_of(dates[i].date);
        earliest_end = range.to < earliest_end ? range.to : earliest_end;
        latest_begin = range.from > latest_begin ? range.from : latest_begin;
    }
    struct range last = range_of(dates[last_exact].date);
    latest_begin = last.from > latest_begin ? last.from : latest_begin;
    return earliest_end < latest_begin ? (struct range){earliest_end, latest_begin}
                                       : (struct range){latest_begin, earliest_end};
}

static uint64_t count_vague(const struct csa_date_count *dates, size_t count, enum csa_time_unit unit)
{
    uint64_t vague = 0;
    for (size_t i = 0; i < count; i++) {
        vague += fits(unit, dates[i].date) ? 0 : dates[i].articles;
    }
    return vague;
}

void csa_timeline_make(const struct csa_date_count *dates, size_t count, uint64_t undated, size_t most,
                       struct csa_timeline *timeline)
{
    *timeline = (struct csa_timeline){.undated = undated};
    if (count == 0) {
        return;
    }
    most = most < CSA_TIMELINE_FEWEST    ? CSA_TIMELINE_FEWEST
           : most > CSA_TIMELINE_BUCKETS ? CSA_TIMELINE_BUCKETS
                                         : most;
    for (size_t i = 0; i < count; i++) {
        timeline->dated += dates[i].articles;
    }
    struct range span = span_of(dates, count);
    uint32_t begin = date_of_day(span.from);
    uint32_t end = date_of_day(span.to);
    enum csa_time_unit unit = CSA_UNIT_DAY;
    while (unit < CSA_UNIT_MILLENNIUM && ((size_t)(bucket_of(unit, end) - bucket_of(unit, begin)) >= most ||
                                          count_vague(dates, count, unit) > timeline->dated / 10)) {
        unit++;
    }
    int32_t first = bucket_of(unit, begin);
    timeline->unit = unit;
    timeline->count = (size_t)(bucket_of(unit, end) - first) + 1;
    for (size_t i = 0; i < timeline->count; i++) {
        int32_t from = first_day_of(unit, first + (int32_t)i);
        int32_t to = first_day_of(unit, first + (int32_t)i + 1) - 1;
        timeline->buckets[i] = (struct csa_bucket){.from = date_of_day(from), .to = date_of_day(to)};
    }
    for (size_t i = 0; i < count; i++) {
        if (fits(unit, dates[i].date)) {
            timeline->buckets[bucket_of(unit, dates[i].date) - first].articles += dates[i].articles;
        } else if (timeline->vague_count < CSA_TIMELINE_VAGUE) {
            timeline->vague[timeline->vague_count++] = dates[i];
        }
    }
}

const char *csa_time_unit_name(enum csa_time_unit unit)
{
    static const char *const names[CSA_UNIT_COUNT] = {"day",        "week",   "month",   "quarter",   "year",
                                                      "five years", "decade", "century", "millennium"};
    return unit < CSA_UNIT_COUNT ? names[unit] : "";
}
