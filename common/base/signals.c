/* The handler of SIGINT and SIGTERM and its flag; see signals.h. */
#include "common/base/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int caught; /* lock-free, so that the handler may write it */
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler needs a lock-free flag");

static void handle(int number)
{
    atomic_store_explicit(&caught, number, memory_order_relaxed);
}

/* A signal that was ignored from the start (nohup, a background job) stays ignored. Without SA_RESTART a read
 * that waits for input returns, and its caller can look at the flag. */
static void catch_one(int number)
{
    struct sigaction old;
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        struct sigaction action = {.sa_handler = handle, .sa_flags = (int)SA_RESETHAND};
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, NULL);
    }
}

void csa_signals_catch(void)
{
    catch_one(SIGINT);
    catch_one(SIGTERM);
}

bool csa_interrupted(void)
{
    return atomic_load_explicit(&caught, memory_order_relaxed) != 0;
}

int csa_signals_caught(void)
{
    return atomic_load_explicit(&caught, memory_order_relaxed);
}
