/* Elements, links and dates of the site's XML: feed.h. Owns no state. */
#include "searcher/site/feed.h"

#include "searcher/output/escape.h"

#include <string.h>
#include <time.h>

void csa_feed_element(struct csa_buffer *out, const char *name, struct csa_view text)
{
    csa_buffer_append_format(out, "<%s>", name);
    csa_escape_xml(out, text);
    csa_buffer_append_format(out, "</%.*s>\n", (int)strcspn(name, " "), name);
}

void csa_feed_url(struct csa_buffer *out, const struct csa_site_context *context,
                  const struct csa_site_parameters *parameters)
{
    struct csa_buffer url;
    csa_buffer_init(&url, out->maximum);
    csa_buffer_append_view(&url, context->absolute);
    csa_site_parameters_link(&url, parameters);
    csa_escape_url(out, csa_buffer_view(&url), CSA_URL_LINK);
    out->failed = out->failed || url.failed;
    out->limited = out->limited || url.limited;
    csa_buffer_release(&url);
}

static unsigned days_of(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

void csa_feed_date(struct csa_buffer *out, uint32_t date)
{
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    if (year == 0 || year > 9999) {
        year = 1970;
        month = 1;
        day = 1;
    }
    month = month == 0 ? 1 : month > 12 ? 12 : month;
    day = day == 0 ? 1 : day > days_of(year, month) ? days_of(year, month) : day;
    csa_buffer_append_format(out, "%04u-%02u-%02uT00:00:00Z", year, month, day);
}

void csa_feed_time(struct csa_buffer *out, int64_t seconds)
{
    static const int64_t year_10000 = 253402300800;
    time_t moment = (time_t)(seconds < 0 || seconds >= year_10000 ? 0 : seconds);
    struct tm utc = {.tm_year = 70, .tm_mday = 1};
    gmtime_r(&moment, &utc);
    csa_buffer_append_format(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                             utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}
