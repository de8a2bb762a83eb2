/* Entity tags and HTTP dates, written and read; owns nothing. Called by respond.c. */
#include "searcher/site/cache.h"

#include "common/index/hash.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TAG_MAXIMUM = 64, DATE_SIZE = 29 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" */

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

uint64_t csa_cache_mix(uint64_t version, struct csa_view bytes)
{
    return (version ^ csa_hash(bytes)) * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

/* ---- dates ---- */

/* False for a time that has no such date. */
static bool write_date(int64_t seconds, char out[DATE_SIZE + 1])
{
    time_t moment = (time_t)seconds;
    struct tm parts;
    if (seconds <= 0 || gmtime_r(&moment, &parts) == NULL || parts.tm_year > 9999 - 1900) {
        return false;
    }
    int size =
        snprintf(out, DATE_SIZE + 1, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * parts.tm_wday,
                 parts.tm_mday % 100, months + 3 * parts.tm_mon, (parts.tm_year + 1900) % 10000,
                 parts.tm_hour % 100, parts.tm_min % 100, parts.tm_sec % 100);
    return size == DATE_SIZE;
}

static int two_digits(const char *p)
{
    bool digits = p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
    return digits ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

/* Seconds since 1970 of a date in the one form that is sent nowadays; -1 for any other, which then counts as
 * not given. */
static int64_t read_date(struct csa_view text)
{
    const char *p = text.data;
    if (text.size != DATE_SIZE || p[3] != ',' || p[4] != ' ' || p[7] != ' ' || p[11] != ' ' || p[16] != ' ' ||
        p[19] != ':' || p[22] != ':' || memcmp(p + 25, " GMT", 4) != 0) {
        return -1;
    }
    int month = 0;
    while (month < 12 && memcmp(p + 8, months + 3 * month, 3) != 0) {
        month++;
    }
    int century = two_digits(p + 12);
    int year = two_digits(p + 14);
    struct tm parts = {.tm_mday = two_digits(p + 5),
                       .tm_mon = month,
                       .tm_year = century * 100 + year - 1900,
                       .tm_hour = two_digits(p + 17),
                       .tm_min = two_digits(p + 20),
                       .tm_sec = two_digits(p + 23)};
    if (month == 12 || century < 0 || year < 0 || parts.tm_mday < 1 || parts.tm_mday > 31 ||
        parts.tm_hour < 0 || parts.tm_hour > 23 || parts.tm_min < 0 || parts.tm_min > 59 ||
        parts.tm_sec < 0 || parts.tm_sec > 60) {
        return -1;
    }
    return (int64_t)timegm(&parts);
}

/* ---- tags ---- */

/* The tag without W/, with its quotes. */
static struct csa_view write_tag(const struct csa_validator *validator, char out[TAG_MAXIMUM])
{
    int size = snprintf(out, TAG_MAXIMUM, "\"%016llx%s\"", (unsigned long long)validator->version,
                        validator->gzip ? "-gzip" : "");
    return csa_view_make(out, size < 0 ? 0 : (size_t)size);
}

/* If-None-Match compares weakly: W/ says nothing here. any: whether "*" counts as the tag. */
static bool lists_tag(struct csa_view list, struct csa_view tag, bool any)
{
    const char *p = list.size == 0 ? "" : list.data;
    const char *end = p + list.size;
    while (p < end) {
        if (*p == '*') {
            return any;
        }
        if (*p == ' ' || *p == '\t' || *p == ',') {
            p++;
            continue;
        }
        if (end - p > 2 && p[0] == 'W' && p[1] == '/') {
            p += 2;
        }
        if (*p != '"') {
            return false;
        }
        const char *quote = memchr(p + 1, '"', (size_t)(end - p) - 1);
        if (quote == NULL) {
            return false;
        }
        if (csa_view_equal(csa_view_make(p, (size_t)(quote - p) + 1), tag)) {
            return true;
        }
        p = quote + 1;
    }
    return false;
}

void csa_cache_headers(struct csa_site_response *response, const struct csa_validator *validator)
{
    char text[TAG_MAXIMUM + 2] = "W/";
    struct csa_view tag = write_tag(validator, text + 2);
    csa_site_response_header(response, "ETag", validator->weak ? csa_view_make(text, tag.size + 2) : tag);
    char date[DATE_SIZE + 1];
    int64_t now = (int64_t)time(NULL); /* a file from the future is as if written now */
    if (write_date(validator->modified < now ? validator->modified : now, date)) {
        csa_site_response_header(response, "Last-Modified", csa_view_of(date));
    }
}

bool csa_cache_is_known(const struct csa_site_request *request, const struct csa_validator *validator)
{
    char text[TAG_MAXIMUM];
    return lists_tag(request->if_none_match, write_tag(validator, text), false);
}

bool csa_cache_is_current(const struct csa_site_request *request, const struct csa_validator *validator)
{
    if (request->if_none_match.size != 0) {
        char text[TAG_MAXIMUM];
        return lists_tag(request->if_none_match, write_tag(validator, text), true);
    }
    int64_t since = request->if_modified_since.size == 0 ? -1 : read_date(request->if_modified_since);
    return since >= 0 && validator->modified > 0 && validator->modified <= since;
}
