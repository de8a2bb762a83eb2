/* The progress line: when to draw it, and what it says. Owns one line of the terminal while it is drawn. */
#include "common/base/progress.h"

#include "common/base/clock.h"
#include "common/base/system.h"
#include "common/base/terminal.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAXIMUM = 256, BAR_WIDEST = 30, BAR_NARROWEST = 5 };

static const double REDRAW_SECONDS = 0.1;
static const double RATE_SECONDS = 0.5; /* no rate before: it would jump */

void csa_progress_init(struct csa_progress *progress, int descriptor, bool wanted)
{
    *progress = (struct csa_progress){
        .descriptor = descriptor,
        .shown = wanted && csa_terminal_can_redraw(descriptor),
        .colour = csa_terminal_colour(descriptor, false),
        .what = "",
    };
}

void csa_progress_start(struct csa_progress *progress, const char *what, enum csa_progress_unit unit,
                        uint64_t total)
{
    progress->what = what;
    progress->unit = unit;
    progress->total = total;
    if (progress->shown) {
        progress->started = csa_clock_seconds();
        progress->last_drawn = 0;
    }
}

/* ---- the text ---- */

/* An amount in four figures or so; bytes in powers of 1,000, articles as they are. */
static void format_amount(char *out, size_t size, double amount, enum csa_progress_unit unit)
{
    static const char *const names[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    if (unit == CSA_PROGRESS_ARTICLES) {
        snprintf(out, size, "%.0f", amount);
        return;
    }
    size_t power = 0;
    while (amount >= 999.5 && power + 1 < sizeof names / sizeof names[0]) {
        amount /= 1000;
        power++;
    }
    snprintf(out, size, "%.*f %s", power != 0 && amount < 9.95 ? 1 : 0, amount, names[power]);
}

static void format_seconds(char *out, size_t size, double seconds)
{
    unsigned long long whole = seconds < 0     ? 0
                               : seconds > 1e9 ? 1000000000
                                               : (unsigned long long)(seconds + 0.5);
    if (whole >= 3600) {
        snprintf(out, size, "%llu:%02llu:%02llu", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        snprintf(out, size, "%llu:%02llu", whole / 60, whole % 60);
    }
}

/* "41%  1.2 GB of 2.9 GB  58 MB/s  0:29 left", or without a total "1.2 GB  58 MB/s". */
static void format_figures(const struct csa_progress *progress, uint64_t done, double seconds, char *out,
                           size_t size)
{
    const char *noun = progress->unit == CSA_PROGRESS_ARTICLES ? " articles" : "";
    char amount[32];
    char total[32];
    char rate[64] = "";
    char left[64] = "";
    format_amount(amount, sizeof amount, (double)done, progress->unit);
    if (seconds >= RATE_SECONDS && done != 0) {
        double per_second = (double)done / seconds;
        char figure[32];
        format_amount(figure, sizeof figure, per_second, progress->unit);
        snprintf(rate, sizeof rate, "  %s/s", figure);
        if (progress->total > done) {
            format_seconds(figure, sizeof figure, (double)(progress->total - done) / per_second);
            snprintf(left, sizeof left, "  %s left", figure);
        }
    }
    if (progress->total == 0) {
        snprintf(out, size, "%s%s%s", amount, noun, rate);
        return;
    }
    double part = done >= progress->total ? 1 : (double)done / (double)progress->total;
    format_amount(total, sizeof total, (double)progress->total, progress->unit);
    snprintf(out, size, "%3d%%  %s of %s%s%s%s", (int)(part * 100), amount, total, noun, rate, left);
}

size_t csa_progress_format(const struct csa_progress *progress, uint64_t done, double seconds, unsigned width,
                           char *line, size_t size)
{
    char figures[LINE_MAXIMUM];
    char bar[BAR_WIDEST + 4] = "";
    format_figures(progress, done, seconds, figures, sizeof figures);
    size_t taken = strlen(progress->what) + 1 + strlen(figures);
    if (progress->total != 0 && taken + BAR_NARROWEST + 3 <= width) {
        size_t cells = width - taken - 3;
        cells = cells > BAR_WIDEST ? BAR_WIDEST : cells;
        double part = done >= progress->total ? 1 : (double)done / (double)progress->total;
        size_t full = (size_t)(part * (double)cells);
        bar[0] = '[';
        memset(bar + 1, '#', full);
        memset(bar + 1 + full, '-', cells - full);
        memcpy(bar + 1 + cells, "] ", 3);
    }
    int written = snprintf(line, size, "%s %s%s", progress->what, bar, figures);
    size_t length = written < 0 || size == 0 ? 0 : (size_t)written < size ? (size_t)written : size - 1;
    if (length > width) {
        length = width;
    }
    if (size != 0) {
        line[length] = '\0';
    }
    return length;
}

/* ---- the terminal ---- */

void csa_progress_update(struct csa_progress *progress, uint64_t done)
{
    if (!progress->shown) {
        return;
    }
    double time = csa_clock_seconds();
    if (time - progress->last_drawn < REDRAW_SECONDS) {
        return;
    }
    progress->last_drawn = time;
    progress->drawn = true;
    char line[LINE_MAXIMUM];
    csa_progress_format(progress, done, time - progress->started,
                        csa_terminal_width(progress->descriptor) - 1, line, sizeof line);
    char drawing[LINE_MAXIMUM + 32];
    int size = snprintf(drawing, sizeof drawing, "\r%s%s%s\033[K", progress->colour ? "\033[36m" : "", line,
                        progress->colour ? "\033[0m" : "");
    if (size > 0) {
        csa_system_write(progress->descriptor, drawing, (size_t)size);
    }
}

void csa_progress_erase(struct csa_progress *progress)
{
    if (progress->drawn) {
        static const char erase[] = "\r\033[K";
        csa_system_write(progress->descriptor, erase, sizeof erase - 1);
        progress->drawn = false;
        progress->last_drawn = 0;
    }
}
