/* Text wrapped to a terminal's width, in colour and with links where the style says so. Wide characters count
 * two columns, marks none. No byte of stored text reaches a terminal as an escape or control character. Used
 * by the outputs for people: text.c, facets.c, timeline.c. */
#ifndef CSA_SEARCHER_OUTPUT_WRAP_H
#define CSA_SEARCHER_OUTPUT_WRAP_H

#include "common/base/buffer.h"
#include "common/base/view.h"
#include "searcher/output/text.h"

extern const char *const csa_colour_title;
extern const char *const csa_colour_dim;
extern const char *const csa_colour_mark;

/* Text being wrapped: words go to the next line when they do not fit. */
struct csa_wrapper {
    struct csa_buffer *out;
    const struct csa_text_style *style;
    size_t indent;
    size_t column;        /* of the line so far */
    bool blank_pending;   /* a space is due before the next word */
    bool goes_on;         /* behind what is appended more may follow without a space */
    const char *colour;   /* in force, null: none */
    const char *wanted;   /* for the words to come */
    struct csa_view link; /* where the words to come lead, printable ASCII; empty: nowhere */
    bool linked;          /* it is in force */
};

/* Starts a new line, at the indent. */
void csa_wrap_line(struct csa_wrapper *wrapper);
/* Appends words; white space between them is one space or a new line. */
void csa_wrap_text(struct csa_wrapper *wrapper, struct csa_view text);
/* The same in a colour; null: in none. */
void csa_wrap_coloured(struct csa_wrapper *wrapper, struct csa_view text, const char *colour);
/* The same, leading to the URL `link`, where the terminal has links and link is not empty. */
void csa_wrap_linked(struct csa_wrapper *wrapper, struct csa_view text, const char *colour,
                     struct csa_view link);

/* Appends text with each control character replaced by a space. */
void csa_text_printable(struct csa_buffer *out, struct csa_view text);

#endif
