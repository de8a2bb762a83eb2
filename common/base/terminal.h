/* What a program may ask about the terminal it writes to. */
#ifndef CSA_BASE_TERMINAL_H
#define CSA_BASE_TERMINAL_H

#include <stdbool.h>

bool csa_terminal_is(int descriptor);

/* Columns, 20 to 1,000: from the terminal, else from the environment's COLUMNS, else 80. */
unsigned csa_terminal_width(int descriptor);

/* Whether to colour what is written there: on a terminal only, and never with --no-color (switched_off), with
 * a NO_COLOR that is not empty (https://no-color.org), or with TERM unset or "dumb". */
bool csa_terminal_colour(int descriptor, bool switched_off);

/* Whether it shows hyperlinks (OSC 8): where it takes colours and is known to. Terminals within tmux or
 * screen are not. */
bool csa_terminal_links(int descriptor, bool switched_off);

/* Whether the environment's locale (LC_ALL, LC_CTYPE, LANG) is one of UTF-8. */
bool csa_terminal_unicode(void);

/* Whether the cursor can be moved with escape sequences: a terminal whose TERM is not "dumb". */
bool csa_terminal_can_redraw(int descriptor);

#endif
