/* The timeline as values: bars in a box of timeline.width by timeline.height units, each a link that narrows
 * the search to its span of time, with words for those who do not see the bars. Called by view_results.c. */
#include "searcher/output/escape.h"
#include "searcher/results/timeline.h"
#include "searcher/site/view_parts.h"

#include <stdio.h>

enum {
    BARS = 24, /* at most: a bar must be wide enough for a finger */
    STEP = 10, /* units from one bar to the next */
    WIDTH = 8, /* of a bar */
    HEIGHT = 60,
    SPAN_MAXIMUM = 64, /* bytes of two dates */
};

static const char *unit_key(enum csa_time_unit unit)
{
    static const char *const keys[CSA_UNIT_COUNT] = {
        "timeline.day",  "timeline.week", "timeline.month", "timeline.quarter", "timeline.year",
        "timeline.span", "timeline.span", "timeline.span",  "timeline.span",
    };
    return keys[unit];
}

/* What of a date names a span of this unit: days, months or years. */
static uint32_t cut_of(enum csa_time_unit unit)
{
    return unit <= CSA_UNIT_WEEK ? 1 : unit <= CSA_UNIT_QUARTER ? 100 : 10000;
}

static struct csa_view date_words(struct csa_view_maker *maker, uint32_t date)
{
    struct csa_view words = csa_words_date(maker->context->words, date, maker->context->arena);
    maker->builder.failed = maker->builder.failed || words.data == NULL;
    return words;
}

static struct csa_view digits(struct csa_view_maker *maker, const char *format, unsigned first,
                              unsigned second)
{
    char text[32];
    int size = snprintf(text, sizeof text, format, first, second);
    struct csa_view kept = csa_arena_copy(maker->context->arena, csa_view_make(text, (size_t)size));
    maker->builder.failed = maker->builder.failed || kept.data == NULL;
    return kept;
}

/* A bucket as people name it: "August 2023", "2020–2024". */
static struct csa_view name_bucket(struct csa_view_maker *maker, enum csa_time_unit unit,
                                   const struct csa_bucket *bucket)
{
    unsigned year = bucket->from / 10000;
    switch (unit) {
    case CSA_UNIT_DAY:
        return date_words(maker, bucket->from);
    case CSA_UNIT_WEEK:
        return csa_view_maker_fill(maker, "timeline.of.week", date_words(maker, bucket->from));
    case CSA_UNIT_MONTH:
        return date_words(maker, bucket->from / 100 * 100);
    case CSA_UNIT_QUARTER:
        return csa_view_maker_fill_two(maker, "timeline.of.quarter",
                                       digits(maker, "%u", (bucket->from / 100 % 100 - 1) / 3 + 1, 0),
                                       date_words(maker, year * 10000));
    case CSA_UNIT_YEAR:
        return date_words(maker, year * 10000);
    default:
        return digits(maker, "%u–%u", year, bucket->to / 10000);
    }
}

/* The shortest filter that means the bucket: "2023-08", "2020..2024". */
static struct csa_view span_of(struct csa_view_maker *maker, enum csa_time_unit unit,
                               const struct csa_bucket *bucket)
{
    struct csa_buffer span;
    csa_buffer_init(&span, SPAN_MAXIMUM);
    uint32_t cut = cut_of(unit);
    csa_date_append(&span, bucket->from / cut * cut);
    if (unit != CSA_UNIT_DAY && unit != CSA_UNIT_MONTH && unit != CSA_UNIT_YEAR) {
        csa_buffer_append_view(&span, csa_view_of(".."));
        csa_date_append(&span, bucket->to / cut * cut);
    }
    return csa_view_maker_keep(maker, &span);
}

static void add_bar(struct csa_view_maker *maker, struct csa_value *bars, const struct csa_timeline *timeline,
                    size_t i, uint64_t peak)
{
    const struct csa_bucket *bucket = &timeline->buckets[i];
    if (bucket->articles == 0) {
        return;
    }
    struct csa_value *bar = csa_value_add_object(&maker->builder, bars);
    struct csa_value_builder *builder = &maker->builder;
    uint64_t height = (uint64_t)((double)bucket->articles / (double)peak * HEIGHT + 0.5);
    height = height < 2 ? 2 : height; /* what is not nothing is seen */
    csa_value_set_number(builder, bar, "x", i * STEP);
    csa_value_set_number(builder, bar, "y", HEIGHT - height);
    csa_value_set_number(builder, bar, "height", height);
    struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
    wanted.date = span_of(maker, timeline->unit, bucket);
    wanted.filters[CSA_FILTER_YEAR].count = 0; /* the bar lies within them */
    csa_view_maker_set(maker, bar, "link", csa_view_maker_link(maker, &wanted, 0));
    struct csa_view name = name_bucket(maker, timeline->unit, bucket);
    struct csa_view count = csa_words_number(maker->context->words, bucket->articles, maker->context->arena);
    builder->failed = builder->failed || count.data == NULL;
    csa_view_maker_set(maker, bar, "name", name);
    csa_view_maker_set(maker, bar, "count", count);
    csa_view_maker_set(maker, bar, "label", csa_view_maker_fill_two(maker, "timeline.bar", name, count));
}

void csa_view_maker_set_timeline(struct csa_view_maker *maker, struct csa_value *results,
                                 const struct csa_page *page)
{
    const struct csa_search_result *found = &page->result;
    if (!page->has_dates || found->date_count == 0) {
        return;
    }
    struct csa_timeline timeline;
    csa_timeline_make(found->dates, found->date_count, found->undated, BARS, &timeline);
    if (timeline.count < 2) {
        return;
    }
    uint64_t peak = 1;
    for (size_t i = 0; i < timeline.count; i++) {
        peak = timeline.buckets[i].articles > peak ? timeline.buckets[i].articles : peak;
    }
    struct csa_value_builder *builder = &maker->builder;
    struct csa_value *shown = csa_value_set_object(builder, results, "timeline");
    uint32_t cut = cut_of(timeline.unit);
    uint32_t first = timeline.buckets[0].from / cut * cut;
    uint32_t last = timeline.buckets[timeline.count - 1].to / cut * cut;
    csa_value_set_number(builder, shown, "width", timeline.count * STEP - (STEP - WIDTH));
    csa_value_set_number(builder, shown, "height", HEIGHT);
    csa_value_set_number(builder, shown, "bar", WIDTH);
    csa_view_maker_set(maker, shown, "unit", csa_view_maker_words(maker, unit_key(timeline.unit)));
    csa_view_maker_set(maker, shown, "first", date_words(maker, first));
    csa_view_maker_set(maker, shown, "last", date_words(maker, last));
    if (timeline.undated != 0) {
        csa_view_maker_set(maker, shown, "undated",
                           csa_view_maker_count(maker, "timeline.undated", timeline.undated));
    }
    struct csa_value *bars = csa_value_set_list(builder, shown, "bars");
    for (size_t i = 0; i < timeline.count; i++) {
        add_bar(maker, bars, &timeline, i, peak);
    }
}
