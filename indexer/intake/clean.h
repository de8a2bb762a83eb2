/* Clean strings: white space collapsed, control characters gone.
 *
 * All text that enters an article passes through here. The input is valid UTF-8 (encoding.h, json.h). */
#ifndef CSA_INDEXER_INTAKE_CLEAN_H
#define CSA_INDEXER_INTAKE_CLEAN_H

#include "common/base/arena.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>

/* What stands before the next character that csa_clean_copy() meets. */
enum csa_clean_state {
    CSA_CLEAN_START, /* nothing yet: white space is dropped */
    CSA_CLEAN_TEXT,  /* a visible character */
    CSA_CLEAN_SPACE, /* a visible character, then white space that is not written yet */
};

/* Copies text to out (text.size + 1 bytes of room; may be text.data itself when *state is not CLEAN_SPACE):
 * every run of white space of any kind becomes one space, written only when a visible character follows;
 * control characters and byte order marks are dropped. *state goes from one piece of a text to the next.
 * Returns the bytes written. */
size_t csa_clean_copy(char *out, struct csa_view text, enum csa_clean_state *state);

/* The same without touching spaces, tabs and newlines: for code. Carriage returns are dropped. */
size_t csa_clean_copy_code(char *out, struct csa_view text);

/* A copy as one clean line, without white space at its ends, cut at a character to at most
 * CSA_INTAKE_FIELD_MAXIMUM bytes; .data is null when out of memory. */
struct csa_view csa_clean_line(struct csa_arena *arena, struct csa_view text);

/* Whether two ASCII strings are the same but for case; `name` is null-terminated. */
bool csa_view_is(struct csa_view text, const char *name);

#endif
