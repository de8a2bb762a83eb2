/* Asked to stop: SIGINT and SIGTERM set a flag, and long work looks at it.
 *
 * The first signal sets the flag; a second one of the same kind ends the process at once. */
#ifndef CSA_BASE_SIGNALS_H
#define CSA_BASE_SIGNALS_H

#include <stdbool.h>

/* Once, from main(), before threads start. */
void csa_signals_catch(void);

/* True after SIGINT or SIGTERM. Cheap; from any thread. The caller gives up with CSA_ERROR_INTERRUPTED. */
bool csa_interrupted(void);

/* The signal that came, 0 = none: main() may raise it again when it has cleaned up, so that a shell sees what
 * happened. */
int csa_signals_caught(void);

#endif
