/* What csa-index does, one function for each action; main() calls one of them and exits with what it returns.
 */
#ifndef CSA_INDEXER_COMMANDS_H
#define CSA_INDEXER_COMMANDS_H

#include "indexer/options.h"

#include <stdio.h>

/* Exit statuses, as csa-index(1) says. */
enum csa_exit {
    CSA_EXIT_DONE = 0,
    CSA_EXIT_SKIPPED = 1, /* something was left out and named; the rest is committed */
    CSA_EXIT_NOTHING = 2, /* nothing was done; or, for --check, the index is damaged */
};

/* Each prints results to `out` and messages to `messages`; 128 + a signal's number when asked to stop. A
 * result that cannot be written is an error, but for a reader that closed the pipe on --dump and --stats. */
int csa_command_index(const struct csa_index_options *options, FILE *out, FILE *messages);
int csa_command_check(const struct csa_index_options *options, FILE *out, FILE *messages);
int csa_command_stats(const struct csa_index_options *options, FILE *out, FILE *messages);
int csa_command_dump(const struct csa_index_options *options, FILE *out, FILE *messages);

/* "csa-index: text" */
void csa_command_message(FILE *messages, const char *text);
/* Flushes out; false, and says why, when something of it could not be written. */
bool csa_command_flush(FILE *out, FILE *messages, const char *also);

#endif
