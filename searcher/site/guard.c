/* What stands between a request and a process that hangs or dies: the alarm, and the guard against files that
 * are cut while they are mapped. Used by cgi.c, fastcgi.c and serve.c, which are single-threaded; owns the
 * handlers of SIGALRM and SIGBUS and what these look at.
 *
 * A mapped page that lies beyond the end of its file raises SIGBUS at the instruction that reads it. That is
 * always one of the engine, never within the allocator, so that leaving it by siglongjmp() costs no more than
 * the memory which the site held. */
#include "searcher/site/frontends.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

enum { SLOW_SERVER = 15000 }; /* milliseconds for reading the request and writing the response */

static sigjmp_buf way_out;
static volatile sig_atomic_t guarded;
static bool installed;
static void (*volatile alarmed)(void);

static void handle_fault(int number)
{
    if (guarded) {
        guarded = 0;
        siglongjmp(way_out, 1);
    }
    signal(number, SIG_DFL); /* the instruction runs again, and the process ends as it would have */
}

void csa_site_refuse(const struct csa_site_request *request, struct csa_site_response *response,
                     unsigned status)
{
    csa_site_respond_plainly(response, csa_site_parameters_format(request->query_string), status);
    if (request->method == CSA_METHOD_HEAD) {
        csa_buffer_clear(&response->body);
    }
}

bool csa_site_respond_guarded(struct csa_site *site, const struct csa_site_request *request,
                              struct csa_site_response *response, struct csa_error *trouble)
{
    if (site == NULL) {
        csa_site_refuse(request, response, 500);
        return true;
    }
    if (!installed) {
        /* SA_NODEFER: the handler is left by a jump that does not restore the mask of signals. */
        struct sigaction action = {.sa_handler = handle_fault, .sa_flags = SA_NODEFER};
        sigemptyset(&action.sa_mask);
        installed = sigaction(SIGBUS, &action, NULL) == 0;
    }
    if (sigsetjmp(way_out, 0) != 0) {
        csa_site_abandon(site);
        csa_site_response_clear(response);
        csa_site_refuse(request, response, 503);
        csa_error_set(trouble, CSA_ERROR_DAMAGED, "a file of the index was cut while it was read");
        return false;
    }
    guarded = 1;
    csa_site_respond(site, request, response, trouble);
    guarded = 0;
    return true;
}

static void handle_alarm(int number)
{
    void (*action)(void) = alarmed;
    (void)number;
    signal(SIGALRM, SIG_DFL); /* what comes a second later ends the process */
    signal(SIGXCPU, SIG_DFL);
    if (action != NULL) {
        action();
    }
}

void csa_site_set_alarm(uint32_t milliseconds, void (*on_alarm)(void))
{
    struct itimerval timer = {
        .it_value = {.tv_sec = milliseconds / 1000, .tv_usec = (milliseconds % 1000) * 1000},
        .it_interval = {.tv_sec = 1},
    };
    if (milliseconds != 0) {
        struct sigaction action = {.sa_handler = handle_alarm};
        sigemptyset(&action.sa_mask);
        alarmed = on_alarm;
        sigaction(SIGALRM, &action, NULL);
        sigaction(SIGXCPU, &action, NULL); /* RLIMIT_CPU, of which the same is to be said */
    }
    setitimer(ITIMER_REAL, &timer, NULL);
}

uint32_t csa_site_time_allowed(const struct csa_site_config *config)
{
    return config->deadline_ms > UINT32_MAX - SLOW_SERVER ? UINT32_MAX : config->deadline_ms + SLOW_SERVER;
}
