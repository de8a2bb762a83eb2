/* csa-search --interactive: query after query, with editing, history and completion from the dictionary.
 *
 *   csa> power of siberia       a query
 *   csa> :next                  its next page; :previous, :first
 *   csa> :help   :quit
 *
 * Reads from a terminal or, without prompts, from a pipe. What answers a query is the caller's. */
#ifndef CSA_SEARCHER_INTERACTIVE_INTERACTIVE_H
#define CSA_SEARCHER_INTERACTIVE_INTERACTIVE_H

#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/engine.h"

#include <stddef.h>
#include <stdio.h>

/* Prints one page (from 1) of answers to a query. An error ends the session. */
typedef enum csa_status csa_interactive_answer(void *context, struct csa_view query, size_t page,
                                               struct csa_error *error);

/* Until the end of the input or :quit; prints to out. pages: the last page that may be asked for. */
enum csa_status csa_interactive_run(struct csa_engine *engine, size_t pages, csa_interactive_answer *answer,
                                    void *context, FILE *out, struct csa_error *error);

#endif
