/* Reading lines from a person: with editing, history and completion where libedit is there, else as they
 * come.
 *
 * libedit is loaded when a terminal asks for it and not before: a search that prints and ends pays nothing
 * for it. Built without the option `interactive`, or where the library is missing, lines are read plainly.
 * Called by interactive.c only. */
#ifndef CSA_SEARCHER_INTERACTIVE_EDITOR_H
#define CSA_SEARCHER_INTERACTIVE_EDITOR_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdio.h>

enum { CSA_EDITOR_HISTORY = 1000 }; /* lines kept */

struct csa_editor;

/* What the word that ends at the cursor may become. `head` is the line up to the cursor. Appends to `more`
 * what is to be put in behind the cursor, and to `choices` the words to choose from, one a line, where there
 * are several; either may stay empty. */
typedef void csa_editor_complete(void *context, struct csa_view head, struct csa_buffer *more,
                                 struct csa_buffer *choices);

/* Prompts and choices go to out. history: the file that is read, and written at the end (made with its folder
 * if need be; readable by its owner only); null: none. complete may be null. There is one editor at a time,
 * since Ctrl-C and libedit's callbacks know of no other. CSA_ERROR_MEMORY. */
enum csa_status csa_editor_open(FILE *out, const char *history, csa_editor_complete *complete, void *context,
                                struct csa_editor **editor, struct csa_error *error);
void csa_editor_close(struct csa_editor *editor); /* null is fine */

enum csa_editor_event {
    CSA_EDITOR_LINE,
    CSA_EDITOR_CANCELLED, /* Ctrl-C: the line is forgotten */
    CSA_EDITOR_END,
};
/* The next line, without its end, valid until the next call. A line longer than 1 MiB is cut there. */
enum csa_editor_event csa_editor_read(struct csa_editor *editor, struct csa_view *line);

/* Puts a line into the history. */
void csa_editor_remember(struct csa_editor *editor, struct csa_view line);

/* Whether lines can be edited here. */
bool csa_editor_edits(const struct csa_editor *editor);

#endif
