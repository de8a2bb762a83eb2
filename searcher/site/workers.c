/* Several processes that answer requests side by side, and one that watches over them (a "prefork" server).
 *
 * Called by main_cgi.c under FastCGI: every worker accepts from the same listening socket. Owns the workers.
 * The supervisor answers nothing and holds no index, and keeps the signals that it waits for blocked, so that
 * it has no handler. A worker that ends is replaced at once; one that fails within YOUNG of its start is
 * replaced after a pause, which doubles each time. When the supervisor dies, the kernel tells its workers. */
#include "common/base/clock.h"
#include "common/base/memory.h"
#include "searcher/site/frontends.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nanoseconds. */
static const uint64_t YOUNG = UINT64_C(2000000000);
static const uint64_t FIRST_PAUSE = UINT64_C(100000000), LONGEST_PAUSE = UINT64_C(10000000000);
static const uint64_t GRACE = UINT64_C(20000000000); /* from being told to stop to being killed */

struct worker {
    pid_t process; /* 0: none */
    uint64_t started;
    uint64_t due; /* when it is to be started */
    uint64_t pause;
};

struct supervisor {
    struct worker *workers;
    uint32_t count;
    sigset_t watched, before; /* the signals that it waits for; the mask that it was started with */
};

/* Until a signal comes, or to the moment `end`. 0: the time is over. */
static int wait_signal(const struct supervisor *supervisor, uint64_t end)
{
    uint64_t now = csa_clock_nanoseconds();
    uint64_t rest = end > now ? end - now : 0;
    struct timespec time = {.tv_sec = (time_t)(rest / 1000000000), .tv_nsec = (long)(rest % 1000000000)};
    int number = end == UINT64_MAX ? sigwaitinfo(&supervisor->watched, NULL)
                                   : sigtimedwait(&supervisor->watched, NULL, &time);
    return number < 0 ? 0 : number;
}

/* Notes every worker that has ended. */
static void reap(struct supervisor *supervisor, bool stopping)
{
    pid_t process;
    int status;
    while ((process = waitpid(-1, &status, WNOHANG)) > 0) {
        uint64_t now = csa_clock_nanoseconds();
        for (uint32_t i = 0; i < supervisor->count; i++) {
            struct worker *worker = &supervisor->workers[i];
            if (worker->process != process) {
                continue;
            }
            /* One that returns has answered as many requests as it was to. */
            bool done = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
            bool young = !done && now - worker->started < YOUNG;
            uint64_t longer = worker->pause == 0 ? FIRST_PAUSE : worker->pause * 2;
            worker->pause = !young ? 0 : longer > LONGEST_PAUSE ? LONGEST_PAUSE : longer;
            worker->due = now + worker->pause;
            worker->process = 0;
            if (!stopping && WIFSIGNALED(status)) {
                struct csa_error error;
                csa_error_set(&error, CSA_ERROR_IO, "signal %d", WTERMSIG(status));
                csa_site_log_event("a worker was ended and is replaced", &error);
            }
        }
    }
}

/* Starts the workers that are due. True in a worker. *next: when the next one is due. */
static bool start_due(struct supervisor *supervisor, uint64_t *next)
{
    pid_t parent = getpid();
    uint64_t now = csa_clock_nanoseconds();
    *next = UINT64_MAX;
    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct worker *worker = &supervisor->workers[i];
        if (worker->process == 0 && worker->due <= now) {
            pid_t process = fork();
            if (process == 0) {
                sigprocmask(SIG_SETMASK, &supervisor->before, NULL);
                prctl(PR_SET_PDEATHSIG, SIGTERM);
                if (getppid() != parent) {
                    raise(SIGTERM); /* it died before it could be heard of */
                }
                return true;
            }
            worker->process = process < 0 ? 0 : process;
            worker->started = now;
            worker->due = process < 0 ? now + FIRST_PAUSE : 0;
        }
        if (worker->process == 0 && worker->due < *next) {
            *next = worker->due;
        }
    }
    return false;
}

static bool any_left(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++) {
        if (supervisor->workers[i].process != 0) {
            return true;
        }
    }
    return false;
}

static void tell_all(const struct supervisor *supervisor, int number)
{
    for (uint32_t i = 0; i < supervisor->count; i++) {
        if (supervisor->workers[i].process != 0) {
            kill(supervisor->workers[i].process, number);
        }
    }
}

/* Lets every worker finish what it is at, and kills those that do not. */
static void stop_all(struct supervisor *supervisor)
{
    uint64_t end = csa_clock_nanoseconds() + GRACE;
    tell_all(supervisor, SIGTERM);
    reap(supervisor, true);
    while (any_left(supervisor) && csa_clock_nanoseconds() < end) {
        wait_signal(supervisor, end);
        reap(supervisor, true);
    }
    tell_all(supervisor, SIGKILL);
    while (any_left(supervisor)) {
        wait_signal(supervisor, UINT64_MAX);
        reap(supervisor, true);
    }
}

int csa_site_run_workers(const struct csa_site_config *config, int (*work)(void *context), void *context)
{
    if (config->workers <= 1) {
        return work(context);
    }
    struct supervisor supervisor = {.count = config->workers};
    supervisor.workers = csa_calloc(supervisor.count, sizeof *supervisor.workers);
    if (supervisor.workers == NULL) {
        csa_site_log_event("out of memory", NULL);
        return EXIT_FAILURE;
    }
    sigemptyset(&supervisor.watched);
    sigaddset(&supervisor.watched, SIGCHLD);
    sigaddset(&supervisor.watched, SIGTERM);
    sigaddset(&supervisor.watched, SIGINT);
    sigaddset(&supervisor.watched, SIGUSR1);
    signal(SIGCHLD, SIG_DFL); /* a server may have had it ignored: there would be nothing to wait for */
    sigprocmask(SIG_BLOCK, &supervisor.watched, &supervisor.before);
    int number = SIGCHLD;
    bool is_worker = false;
    while (!is_worker && (number == 0 || number == SIGCHLD)) {
        uint64_t next;
        reap(&supervisor, false);
        is_worker = start_due(&supervisor, &next);
        if (!is_worker) {
            number = wait_signal(&supervisor, next);
        }
    }
    if (!is_worker) {
        stop_all(&supervisor);
    }
    csa_free(supervisor.workers);
    return is_worker ? work(context) : EXIT_SUCCESS;
}
