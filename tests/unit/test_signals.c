/* signals.h: the flag, the second signal, an ignored signal, and a read that waits. */
#include "common/base/file.h"
#include "common/base/signals.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs body in a process of its own; returns what waitpid says. */
static int in_child(int (*body)(void))
{
    pid_t child = fork();
    if (child == 0) {
        _exit(body());
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int flag_is_set(void)
{
    csa_signals_catch();
    if (csa_interrupted() || csa_signals_caught() != 0) {
        return 1;
    }
    raise(SIGTERM);
    return csa_interrupted() && csa_signals_caught() == SIGTERM ? 0 : 2;
}

static int second_signal_ends(void)
{
    csa_signals_catch();
    raise(SIGINT);
    raise(SIGINT);
    return 0;
}

static int ignored_stays_ignored(void)
{
    signal(SIGINT, SIG_IGN);
    csa_signals_catch();
    raise(SIGINT);
    return csa_interrupted() ? 1 : 0;
}

/* Reads from a pipe that gives nothing; another process sends SIGINT. */
static int waiting_read_returns(void)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return 1;
    }
    csa_signals_catch();
    pid_t reader = getpid();
    pid_t sender = fork();
    if (sender == 0) {
        usleep(100 * 1000);
        kill(reader, SIGINT);
        sleep(2); /* on a very slow machine SIGINT came before the read waited */
        kill(reader, SIGTERM);
        _exit(0);
    }
    struct csa_error error = {0};
    struct csa_buffer buffer;
    csa_buffer_init(&buffer, 100);
    enum csa_status status = csa_file_read_descriptor(ends[0], "-", &buffer, &error);
    csa_buffer_release(&buffer);
    kill(sender, SIGKILL);
    waitpid(sender, NULL, 0);
    return status == CSA_ERROR_INTERRUPTED && strcmp(error.message, "-: interrupted") == 0 ? 0 : 2;
}

static void test_flag(void **state)
{
    (void)state;
    assert_int_equal(in_child(flag_is_set), 0);
}

static void test_second_signal(void **state)
{
    (void)state;
    int status = in_child(second_signal_ends);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

static void test_ignored(void **state)
{
    (void)state;
    assert_int_equal(in_child(ignored_stays_ignored), 0);
}

static void test_waiting_read(void **state)
{
    (void)state;
    assert_int_equal(in_child(waiting_read_returns), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flag),
        cmocka_unit_test(test_second_signal),
        cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_waiting_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
