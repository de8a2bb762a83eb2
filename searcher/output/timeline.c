/* The timeline. As text:
 *
 *     by month: 123 articles, most in 2022-03 (31); 4 undated
 *       31      █
 *             ▂▇█▃  ▁
 *            ▄████▄▁█▂   ▁  ▃
 *            2022-01         2023-01
 */
#include "searcher/output/timeline.h"

#include "searcher/output/escape.h"
#include "searcher/output/wrap.h"
#include "searcher/results/timeline.h"

#include <stdio.h>

enum {
    INDENT = 2,
    ROWS = 6,
    STEPS = 8, /* of a row: how finely a bar's height is shown */
    BAR_WIDEST = 6,
    LABEL_ROOM = 32,
};

static const char *const BLOCKS[STEPS + 1] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/* A bucket as people name it. */
static void name_bucket(char out[LABEL_ROOM], enum csa_time_unit unit, const struct csa_bucket *bucket)
{
    unsigned year = bucket->from / 10000 % 10000;
    unsigned month = bucket->from / 100 % 100;
    unsigned day = bucket->from % 100;
    switch (unit) {
    case CSA_UNIT_DAY:
    case CSA_UNIT_WEEK:
        snprintf(out, LABEL_ROOM, "%04u-%02u-%02u", year, month, day);
        break;
    case CSA_UNIT_MONTH:
        snprintf(out, LABEL_ROOM, "%04u-%02u", year, month);
        break;
    case CSA_UNIT_QUARTER:
        snprintf(out, LABEL_ROOM, "%04u-Q%u", year, (month - 1) / 3 + 1);
        break;
    case CSA_UNIT_YEAR:
        snprintf(out, LABEL_ROOM, "%04u", year);
        break;
    default:
        snprintf(out, LABEL_ROOM, "%04u-%04u", year, bucket->to / 10000 % 10000);
        break;
    }
}

static const struct csa_bucket *highest(const struct csa_timeline *timeline)
{
    const struct csa_bucket *peak = &timeline->buckets[0];
    for (size_t i = 1; i < timeline->count; i++) {
        peak = timeline->buckets[i].articles > peak->articles ? &timeline->buckets[i] : peak;
    }
    return peak;
}

/* "by month: 123 articles, most in 2022-03 (31); 4 undated" and the dates that are in no bar. */
static void put_heading(struct csa_wrapper *wrapper, const struct csa_timeline *timeline)
{
    char line[160];
    char label[LABEL_ROOM];
    const struct csa_bucket *peak = highest(timeline);
    name_bucket(label, timeline->unit, peak);
    csa_wrap_coloured(wrapper, csa_view_of("by"), csa_colour_title);
    wrapper->blank_pending = true;
    csa_wrap_coloured(wrapper, csa_view_of(csa_time_unit_name(timeline->unit)), csa_colour_title);
    snprintf(line, sizeof line, ": %llu article%s, most in %s%s (%llu)", (unsigned long long)timeline->dated,
             timeline->dated == 1 ? "" : "s", timeline->unit == CSA_UNIT_WEEK ? "the week from " : "", label,
             (unsigned long long)peak->articles);
    csa_wrap_text(wrapper, csa_view_of(line));
    for (size_t i = 0; i < timeline->vague_count; i++) {
        const struct csa_date_count *vague = &timeline->vague[i];
        bool year = vague->date / 100 % 100 == 0;
        int size = snprintf(line, sizeof line, "; %04u", vague->date / 10000);
        if (!year) {
            size += snprintf(line + size, sizeof line - (size_t)size, "-%02u", vague->date / 100 % 100);
        }
        snprintf(line + size, sizeof line - (size_t)size, ", no %s: %llu", year ? "month" : "day",
                 (unsigned long long)vague->articles);
        csa_wrap_text(wrapper, csa_view_of(line));
    }
    if (timeline->undated != 0) {
        snprintf(line, sizeof line, "; %llu undated", (unsigned long long)timeline->undated);
        csa_wrap_text(wrapper, csa_view_of(line));
    }
}

/* Height of a bar in steps; what is not nothing is seen. */
static size_t height_of(uint64_t articles, uint64_t peak, size_t rows)
{
    if (articles == 0) {
        return 0;
    }
    size_t height = (size_t)((double)articles / (double)peak * (double)(rows * STEPS) + 0.5);
    return height == 0 ? 1 : height;
}

/* A piece of a bar: `filled` of its row's steps. Without Unicode a row has two. */
static void put_piece(struct csa_buffer *out, size_t filled, size_t width, bool unicode)
{
    const char *piece = BLOCKS[filled];
    if (!unicode) {
        piece = filled == 0 ? " " : filled < STEPS / 2 ? "." : filled < STEPS ? ":" : "#";
    }
    for (size_t i = 0; i < width; i++) {
        csa_buffer_append_view(out, csa_view_of(piece));
    }
}

/* What a chart is drawn with. */
struct chart {
    struct csa_buffer *out;
    const struct csa_text_style *style;
    const struct csa_timeline *timeline;
    const struct csa_bucket *peak;
    size_t rows;  /* no more than the highest bar has articles */
    size_t scale; /* columns in front of the bars */
    size_t cell;  /* of a bar, with the gap behind it */
    size_t bar;
};

/* Lines do not end in blanks. */
static void end_line(struct csa_buffer *out)
{
    while (out->size != 0 && out->data[out->size - 1] == ' ') {
        out->size--;
    }
    csa_buffer_append_byte(out, '\n');
}

static void put_row(const struct chart *chart, size_t row)
{
    struct csa_buffer *out = chart->out;
    const struct csa_timeline *timeline = chart->timeline;
    if (row == chart->rows - 1) {
        csa_buffer_append_format(out, "%*llu ", (int)chart->scale - 1,
                                 (unsigned long long)chart->peak->articles);
    } else {
        csa_buffer_append_format(out, "%*s", (int)chart->scale, "");
    }
    for (size_t i = 0; i < timeline->count; i++) {
        const struct csa_bucket *bucket = &timeline->buckets[i];
        size_t height = height_of(bucket->articles, chart->peak->articles, chart->rows);
        size_t above = height > row * STEPS ? height - row * STEPS : 0;
        bool marked = chart->style->colour && bucket == chart->peak && above != 0;
        csa_buffer_append_view(out, csa_view_of(marked ? csa_colour_mark : ""));
        put_piece(out, above > STEPS ? STEPS : above, chart->bar, chart->style->unicode);
        csa_buffer_append_view(out, csa_view_of(marked ? "\033[0m" : ""));
        csa_buffer_append_format(out, "%*s", (int)(chart->cell - chart->bar), "");
    }
    end_line(out);
}

/* Names of as many bars as have room, each below its bar's beginning. */
static void put_labels(const struct chart *chart)
{
    const struct csa_timeline *timeline = chart->timeline;
    char label[LABEL_ROOM];
    size_t column = chart->scale;
    csa_buffer_append_format(chart->out, "%*s", (int)chart->scale, "");
    csa_buffer_append_view(chart->out, csa_view_of(chart->style->colour ? csa_colour_dim : ""));
    for (size_t i = 0; i < timeline->count; i++) {
        size_t place = chart->scale + i * chart->cell;
        name_bucket(label, timeline->unit, &timeline->buckets[i]);
        size_t size = strlen(label);
        bool follows = i != 0;
        if ((follows && place < column + 2) || (follows && place + size > chart->style->width)) {
            continue;
        }
        csa_buffer_append_format(chart->out, "%*s%s", (int)(place - column), "", label);
        column = place + size;
    }
    csa_buffer_append_view(chart->out, csa_view_of(chart->style->colour ? "\033[0m\n" : "\n"));
}

void csa_timeline_text(struct csa_buffer *out, const struct csa_page *page,
                       const struct csa_text_style *style)
{
    if (!page->has_dates) {
        return;
    }
    struct csa_wrapper wrapper = {.out = out, .style = style, .indent = INDENT};
    const struct csa_search_result *result = &page->result;
    char digits[32];
    if (result->date_count == 0) {
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)result->undated);
        csa_wrap_coloured(&wrapper, csa_view_of("by"), csa_colour_title);
        wrapper.blank_pending = true;
        csa_wrap_coloured(&wrapper, csa_view_of("date"), csa_colour_title);
        csa_wrap_text(&wrapper, csa_view_of(": no article has one; undated: "));
        csa_wrap_text(&wrapper, csa_view_of(digits));
        csa_buffer_append_view(out, csa_view_of("\n\n"));
        return;
    }
    uint64_t most = 0; /* what a bar can hold at most, for the scale's width */
    for (size_t i = 0; i < result->date_count; i++) {
        most += result->dates[i].articles;
    }
    size_t scale = INDENT + 1 + (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)most);
    size_t room = style->width > scale ? style->width - scale : 0;
    struct csa_timeline timeline;
    csa_timeline_make(result->dates, result->date_count, result->undated, room, &timeline);
    const struct csa_bucket *peak = highest(&timeline);
    size_t rows = peak->articles < ROWS ? (size_t)peak->articles : ROWS;
    struct chart chart = {out, style, &timeline, peak, rows, scale, 1, 1};
    if (room / timeline.count > 1) {
        chart.cell = room / timeline.count < BAR_WIDEST ? room / timeline.count : BAR_WIDEST;
        chart.bar = chart.cell > 2 ? chart.cell - 1 : chart.cell;
    }
    put_heading(&wrapper, &timeline);
    csa_buffer_append_byte(out, '\n');
    for (size_t row = rows; row-- > 0;) {
        put_row(&chart, row);
    }
    put_labels(&chart);
    csa_buffer_append_byte(out, '\n');
}

static void json_date(struct csa_buffer *out, const char *name, uint32_t date)
{
    csa_buffer_append_format(out, "\"%s\": \"", name);
    csa_date_append(out, date);
    csa_buffer_append_byte(out, '"');
}

void csa_timeline_json(struct csa_buffer *out, const struct csa_page *page)
{
    const struct csa_search_result *result = &page->result;
    struct csa_timeline timeline;
    csa_timeline_make(result->dates, result->date_count, result->undated, CSA_TIMELINE_BUCKETS, &timeline);
    csa_buffer_append_format(out, "{\"unit\": \"%s\", \"undated\": %llu, \"buckets\": [",
                             csa_time_unit_name(timeline.unit), (unsigned long long)timeline.undated);
    for (size_t i = 0; i < timeline.count; i++) {
        const struct csa_bucket *bucket = &timeline.buckets[i];
        csa_buffer_append_view(out, csa_view_of(i == 0 ? "{" : ", {"));
        json_date(out, "from", bucket->from);
        csa_buffer_append_view(out, csa_view_of(", "));
        json_date(out, "to", bucket->to);
        csa_buffer_append_format(out, ", \"articles\": %llu}", (unsigned long long)bucket->articles);
    }
    csa_buffer_append_view(out, csa_view_of("], \"vague\": ["));
    for (size_t i = 0; i < timeline.vague_count; i++) {
        csa_buffer_append_view(out, csa_view_of(i == 0 ? "{" : ", {"));
        json_date(out, "date", timeline.vague[i].date);
        csa_buffer_append_format(out, ", \"articles\": %llu}",
                                 (unsigned long long)timeline.vague[i].articles);
    }
    csa_buffer_append_view(out, csa_view_of("]}"));
}
