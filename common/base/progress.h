/* A progress line for long work: `indexing [####------]  41%  1.2 GB of 2.9 GB  58 MB/s  0:29 left`.
 *
 * Drawn on one line of a terminal (standard error), at most ten times a second, erased at the end; nothing at
 * all in a pipe or on a dumb terminal. All calls come from one thread. */
#ifndef CSA_BASE_PROGRESS_H
#define CSA_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csa_progress_unit {
    CSA_PROGRESS_BYTES,
    CSA_PROGRESS_ARTICLES,
};

struct csa_progress {
    int descriptor;
    bool shown; /* false: every call does nothing */
    bool colour;
    bool drawn; /* the line stands on the terminal now */
    const char *what;
    enum csa_progress_unit unit;
    uint64_t total; /* 0 = unknown */
    double started; /* seconds, monotonic */
    double last_drawn;
};

/* wanted: false switches it off (--quiet). */
void csa_progress_init(struct csa_progress *progress, int descriptor, bool wanted);
/* Begins a piece of work; what (ASCII, a constant) names it. */
void csa_progress_start(struct csa_progress *progress, const char *what, enum csa_progress_unit unit,
                        uint64_t total);
/* How far it is; cheap enough for every article. */
void csa_progress_update(struct csa_progress *progress, uint64_t done);
/* Takes the line away so that a message can be printed; the next update may draw it again. Also at the end.
 */
void csa_progress_erase(struct csa_progress *progress);

/* The line as text without colour, at most width columns and size - 1 bytes; for tests and for drawing. */
size_t csa_progress_format(const struct csa_progress *progress, uint64_t done, double seconds, unsigned width,
                           char *line, size_t size);

#endif
