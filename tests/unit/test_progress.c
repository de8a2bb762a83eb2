/* progress.h and terminal.h: what the line says in every width, and that a pipe gets nothing. */
#include "common/base/progress.h"
#include "common/base/terminal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

static void expect_line(struct csa_progress *progress, uint64_t done, double seconds, unsigned width,
                        const char *expected)
{
    char line[300];
    size_t length = csa_progress_format(progress, done, seconds, width, line, sizeof line);
    assert_string_equal(line, expected);
    assert_int_equal(length, strlen(expected));
}

static void test_line(void **state)
{
    (void)state;
    struct csa_progress progress = {.shown = false};
    csa_progress_start(&progress, "indexing", CSA_PROGRESS_BYTES, 2000000000);
    expect_line(&progress, 0, 0, 79, "indexing [------------------------------]   0%  0 B of 2.0 GB");
    expect_line(&progress, 500000000, 10, 79,
                "indexing [######-------------------]  25%  500 MB of 2.0 GB  50 MB/s  0:30 left");
    expect_line(&progress, 500000000, 10, 50, "indexing  25%  500 MB of 2.0 GB  50 MB/s  0:30 lef");
    expect_line(&progress, 3000000000, 10, 99,
                "indexing [##############################] 100%  3.0 GB of 2.0 GB  300 MB/s");
    expect_line(&progress, 100000, 10, 99,
                "indexing [------------------------------]   0%  100 kB of 2.0 GB  10 kB/s  55:33:10 left");
    csa_progress_start(&progress, "reading", CSA_PROGRESS_BYTES, 0);
    expect_line(&progress, 999, 0.1, 79, "reading 999 B");
    expect_line(&progress, 999600, 2, 79, "reading 1.0 MB  500 kB/s");
    expect_line(&progress, UINT64_MAX, 2, 79, "reading 18447 PB  9223 PB/s");
    csa_progress_start(&progress, "merging", CSA_PROGRESS_ARTICLES, 1000);
    expect_line(&progress, 999, 3, 79,
                "merging [#######################-]  99%  999 of 1000 articles  333/s  0:00 left");
}

/* No width and no array size makes it write past the end. */
static void test_every_width(void **state)
{
    (void)state;
    struct csa_progress progress = {.shown = false};
    csa_progress_start(&progress, "indexing", CSA_PROGRESS_BYTES, 100);
    for (unsigned width = 0; width < 120; width++) {
        for (size_t size = 0; size < 120; size++) {
            char *line = malloc(size == 0 ? 1 : size);
            size_t length = csa_progress_format(&progress, 50, 1, width, line, size);
            assert_true(length <= width && (size == 0 || length < size));
            assert_true(size == 0 || strlen(line) == length);
            free(line);
        }
    }
}

static void test_nothing_in_a_pipe(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    setenv("TERM", "xterm", 1);
    struct csa_progress progress;
    csa_progress_init(&progress, ends[1], true);
    csa_progress_start(&progress, "indexing", CSA_PROGRESS_BYTES, 100);
    csa_progress_update(&progress, 50);
    csa_progress_erase(&progress);
    close(ends[1]);
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

static int open_terminal(int *master)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0) {
        return -1;
    }
    return open(ptsname(*master), O_RDWR | O_NOCTTY);
}

static void test_on_a_terminal(void **state)
{
    (void)state;
    int master;
    int terminal = open_terminal(&master);
    if (terminal < 0) {
        skip(); /* no pseudo-terminals here */
    }
    struct winsize size = {.ws_row = 24, .ws_col = 60};
    assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
    assert_int_equal(csa_terminal_width(terminal), 60);
    assert_true(csa_terminal_is(terminal));

    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "", 1);
    assert_true(csa_terminal_colour(terminal, false));
    assert_false(csa_terminal_colour(terminal, true));
    setenv("NO_COLOR", "1", 1);
    assert_false(csa_terminal_colour(terminal, false));

    struct csa_progress progress;
    csa_progress_init(&progress, terminal, true);
    csa_progress_start(&progress, "indexing", CSA_PROGRESS_BYTES, 100);
    for (int i = 0; i < 1000; i++) {
        csa_progress_update(&progress, 50); /* drawn once: a second drawing is 0.1 s away */
    }
    csa_progress_erase(&progress);
    csa_progress_erase(&progress);
    static const char expected[] =
        "\rindexing [##############--------------]  50%  50 B of 100 B\033[K\r\033[K";
    char drawn[sizeof expected] = "";
    for (size_t have = 0; have < sizeof expected - 1;) { /* a terminal may give it in pieces */
        ssize_t got = read(master, drawn + have, sizeof expected - 1 - have);
        assert_true(got > 0);
        have += (size_t)got;
    }
    assert_string_equal(drawn, expected);
    int waiting = 0;
    assert_int_equal(ioctl(master, FIONREAD, &waiting), 0);
    assert_int_equal(waiting, 0);

    setenv("TERM", "dumb", 1);
    unsetenv("NO_COLOR");
    assert_false(csa_terminal_colour(terminal, false));
    csa_progress_init(&progress, terminal, true);
    assert_false(progress.shown);
    unsetenv("TERM");
    assert_false(csa_terminal_can_redraw(terminal));
    setenv("TERM", "xterm", 1);
    csa_progress_init(&progress, terminal, false);
    assert_false(progress.shown);
    close(terminal);
    close(master);
}

static void test_width_from_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *columns;
        unsigned width;
    } cases[] = {
        {"100", 100}, {"5", 20},   {"99999999999999999999999", 80}, {"5000", 1000}, {"-3", 80},
        {"", 80},     {"12x", 80},
    };
    int null = open("/dev/null", O_RDWR);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("COLUMNS", cases[i].columns, 1);
        assert_int_equal(csa_terminal_width(null), cases[i].width);
    }
    unsetenv("COLUMNS");
    assert_int_equal(csa_terminal_width(null), 80);
    assert_int_equal(csa_terminal_width(-1), 80);
    assert_false(csa_terminal_is(null));
    close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_every_width),
        cmocka_unit_test(test_nothing_in_a_pipe),
        cmocka_unit_test(test_on_a_terminal),
        cmocka_unit_test(test_width_from_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
