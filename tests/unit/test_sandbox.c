/* The system call filter of FastCGI: each test is a process of its own under it. What an attacker would want
 * ends that process or is refused; what a worker does all day works. Skipped where there is no filter: built
 * without libseccomp, with the compiler's sanitizers, or a kernel that refuses. */
#include "common/base/config.h"
#include "searcher/site/frontends.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORKED = 0, FAILED = 1, REFUSED = 2, UNFILTERED = 77 };

static const char here[] = "csa-test-sandbox"; /* a file, and with .new behind it one that is not to be */
static const char there[] = "csa-test-sandbox.new";

/* What a process does under the filter; its exit status is returned. */
typedef int action(const void *context);

static int run_filtered(action *act, const void *context)
{
    struct csa_error error = {0};
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        _exit(csa_site_sandbox(&error) == CSA_OK ? act(context) : UNFILTERED);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int do_nothing(const void *context)
{
    (void)context;
    return WORKED;
}

static int need_filter(void **state)
{
    (void)state;
    int status = run_filtered(do_nothing, NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) == UNFILTERED) {
        print_message(
            "no filter here: built without libseccomp, with sanitizers, or refused by the kernel\n");
        skip();
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), WORKED);
    FILE *file = fopen(here, "w");
    assert_non_null(file);
    assert_true(fputs("text", file) >= 0);
    assert_int_equal(fclose(file), 0);
    unlink(there);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    unlink(here);
    unlink(there);
    return 0;
}

/* ---- what is taken away ---- */

struct attempt {
    const char *name;
    long number, arguments[5];
};

#define ADDRESS(of) ((long)(intptr_t)(of))

/* Whether the call was refused with EPERM. */
static int attempt(const void *context)
{
    const struct attempt *tried = context;
    const long *a = tried->arguments;
    errno = 0;
    long result = syscall(tried->number, a[0], a[1], a[2], a[3], a[4]);
    return result == -1 && errno == EPERM ? REFUSED : WORKED;
}

static void test_what_ends_the_process(void **state)
{
    need_filter(state);
    static char *const arguments[] = {(char *)"/bin/true", NULL};
    const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "csa-test-sandbox.new"};
    char byte = 0;
    struct iovec piece = {&byte, 1};
    const struct attempt attempts[] = {
        {"execve", SYS_execve, {ADDRESS("/bin/true"), ADDRESS(arguments)}},
        {"execveat", SYS_execveat, {AT_FDCWD, ADDRESS("/bin/true"), ADDRESS(arguments)}},
#ifdef SYS_fork
        {"fork", SYS_fork, {0}},
        {"vfork", SYS_vfork, {0}},
#endif
        {"clone", SYS_clone, {SIGCHLD}},
#ifdef SYS_clone3
        {"clone3", SYS_clone3, {0}},
#endif
        {"socket", SYS_socket, {AF_INET, SOCK_STREAM}},
        {"socket of UDP", SYS_socket, {AF_INET, SOCK_DGRAM}},
        {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, ADDRESS(&piece)}},
        {"connect", SYS_connect, {0, ADDRESS(&address), sizeof address}},
        {"bind", SYS_bind, {0, ADDRESS(&address), sizeof address}},
        {"ptrace", SYS_ptrace, {PTRACE_TRACEME}},
        {"ptrace of another", SYS_ptrace, {PTRACE_ATTACH, getppid()}},
        {"process_vm_readv", SYS_process_vm_readv, {getpid(), ADDRESS(&piece), 1, ADDRESS(&piece), 1}},
        {"process_vm_writev", SYS_process_vm_writev, {getpid(), ADDRESS(&piece), 1, ADDRESS(&piece), 1}},
        {"mount", SYS_mount, {ADDRESS("none"), ADDRESS("/mnt"), ADDRESS("tmpfs")}},
        {"chroot", SYS_chroot, {ADDRESS("/")}},
        {"unshare", SYS_unshare, {0}},
        {"setns", SYS_setns, {0, 0}},
        {"keyctl", SYS_keyctl, {0}},
        {"bpf", SYS_bpf, {0}},
        {"userfaultfd", SYS_userfaultfd, {0}},
#ifdef SYS_io_uring_setup
        {"io_uring_setup", SYS_io_uring_setup, {1, 0}},
#endif
        {"init_module", SYS_init_module, {0}},
#if defined __x86_64__ && defined __LP64__
        {"execve by the numbers of x32", 0x40000000 + 520, {ADDRESS("/bin/true"), ADDRESS(arguments)}},
#endif
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        int status = run_filtered(attempt, &attempts[i]);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS) {
            fail_msg("%s: did not end the process: status %x", attempts[i].name, (unsigned)status);
        }
    }
    assert_int_not_equal(access(there, F_OK), 0);
}

static void test_what_is_refused(void **state)
{
    need_filter(state);
    char text[16];
    const struct attempt attempts[] = {
        {"openat to write", SYS_openat, {AT_FDCWD, ADDRESS(here), O_WRONLY}},
        {"openat to read and write", SYS_openat, {AT_FDCWD, ADDRESS(here), O_RDWR}},
        {"openat that creates", SYS_openat, {AT_FDCWD, ADDRESS(there), O_RDONLY | O_CREAT, 0600}},
        {"openat that cuts", SYS_openat, {AT_FDCWD, ADDRESS(here), O_RDONLY | O_TRUNC}},
        {"openat that appends", SYS_openat, {AT_FDCWD, ADDRESS(here), O_WRONLY | O_APPEND}},
        {"openat of no name", SYS_openat, {AT_FDCWD, ADDRESS("."), O_RDWR | O_TMPFILE, 0600}},
#ifdef SYS_openat2
        {"openat2", SYS_openat2, {AT_FDCWD, ADDRESS(here), ADDRESS(text), 0}},
#endif
#ifdef SYS_open
        {"open to write", SYS_open, {ADDRESS(here), O_WRONLY}},
        {"creat", SYS_creat, {ADDRESS(there), 0600}},
        {"unlink", SYS_unlink, {ADDRESS(here)}},
        {"rename", SYS_rename, {ADDRESS(here), ADDRESS(there)}},
        {"mkdir", SYS_mkdir, {ADDRESS(there), 0700}},
        {"chmod", SYS_chmod, {ADDRESS(here), 0777}},
        {"symlink", SYS_symlink, {ADDRESS(here), ADDRESS(there)}},
        {"link", SYS_link, {ADDRESS(here), ADDRESS(there)}},
#endif
        {"unlinkat", SYS_unlinkat, {AT_FDCWD, ADDRESS(here), 0}},
        {"renameat2", SYS_renameat2, {AT_FDCWD, ADDRESS(here), AT_FDCWD, ADDRESS(there), 0}},
        {"mkdirat", SYS_mkdirat, {AT_FDCWD, ADDRESS(there), 0700}},
        {"linkat", SYS_linkat, {AT_FDCWD, ADDRESS(here), AT_FDCWD, ADDRESS(there), 0}},
        {"fchmodat", SYS_fchmodat, {AT_FDCWD, ADDRESS(here), 0777}},
        {"truncate", SYS_truncate, {ADDRESS(here), 0}},
        {"memfd_create", SYS_memfd_create, {ADDRESS("x"), 0}},
        {"mmap of what can be run",
         SYS_mmap,
         {0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1}},
        {"mprotect that lets run", SYS_mprotect, {ADDRESS(text) & ~4095L, 4096, PROT_READ | PROT_EXEC}},
        {"kill of another", SYS_kill, {getpid(), 0}}, /* the test's own process is another one there */
        {"kill of all", SYS_kill, {-1, 0}},
        {"tgkill of another", SYS_tgkill, {getpid(), getpid(), 0}},
        {"setuid", SYS_setuid, {0}},
        {"setrlimit", SYS_prlimit64, {0, RLIMIT_NOFILE}},
        {"prctl", SYS_prctl, {PR_SET_DUMPABLE, 1}},
        {"listen", SYS_listen, {0, 1}},
        {"ioctl", SYS_ioctl, {0, 0}},
        {"personality", SYS_personality, {0}},
        {"chdir", SYS_chdir, {ADDRESS("/")}},
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        int status = run_filtered(attempt, &attempts[i]);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != REFUSED) {
            fail_msg("%s: was not refused: status %x", attempts[i].name, (unsigned)status);
        }
    }
    struct stat file;
    assert_int_equal(stat(here, &file), 0);
    assert_int_equal(file.st_size, 4);
    assert_int_equal(file.st_mode & 0111, 0);
    assert_int_not_equal(access(there, F_OK), 0);
}

/* ---- what is left ---- */

static int read_file(const void *context)
{
    (void)context;
    char text[8];
    struct stat status;
    int file = open(here, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0 || status.st_size != 4 || pread(file, text, 4, 0) != 4 ||
        memcmp(text, "text", 4) != 0) {
        return FAILED;
    }
    const char *mapped = mmap(NULL, 4, PROT_READ, MAP_PRIVATE, file, 0);
    bool same = mapped != MAP_FAILED && memcmp(mapped, "text", 4) == 0 && munmap((void *)mapped, 4) == 0;
    return same && close(file) == 0 && stat(here, &status) == 0 && access(here, R_OK) == 0 ? WORKED : FAILED;
}

static int use_memory_and_time(const void *context)
{
    (void)context;
    struct timespec pause = {0, 1000000};
    char *large = malloc(8 << 20);
    if (large == NULL) {
        return FAILED;
    }
    memset(large, 1, 8 << 20);
    char *larger = realloc(large, 32 << 20);
    large = larger == NULL ? large : larger;
    bool kept = larger != NULL && large[(8 << 20) - 1] == 1;
    free(large);
    return kept && nanosleep(&pause, NULL) == 0 && time(NULL) != (time_t)-1 ? WORKED : FAILED;
}

static volatile sig_atomic_t alarms;

static void count_alarm(int number)
{
    (void)number;
    alarms++;
}

static int use_signals(const void *context)
{
    (void)context;
    struct sigaction counting = {.sa_handler = count_alarm};
    if (sigaction(SIGALRM, &counting, NULL) != 0 || raise(SIGALRM) != 0 || alarms != 1) {
        return FAILED;
    }
    csa_site_set_alarm(1000, NULL);
    csa_site_set_alarm(0, NULL);
    return WORKED;
}

static void test_what_works(void **state)
{
    need_filter(state);
    static const struct {
        const char *name;
        action *act;
    } actions[] = {
        {"reading a file", read_file},
        {"memory and time", use_memory_and_time},
        {"signals", use_signals},
    };
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        int status = run_filtered(actions[i].act, NULL);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKED) {
            fail_msg("%s: status %x", actions[i].name, (unsigned)status);
        }
    }
}

static int answer(const void *context)
{
    const int *listening = context;
    char asked[16] = "";
    int connection = accept(*listening, NULL, NULL);
    struct iovec parts[] = {{(void *)"Echo: ", 6}, {asked, 4}};
    bool done = connection >= 0 && read(connection, asked, 4) == 4 && writev(connection, parts, 2) == 10 &&
                write(connection, "!", 1) == 1 && shutdown(connection, SHUT_WR) == 0 &&
                close(connection) == 0;
    return done ? WORKED : FAILED;
}

static void test_connections(void **state)
{
    need_filter(state);
    const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "csa-test-sandbox.new"};
    int listening = socket(AF_UNIX, SOCK_STREAM, 0), asking = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listening, 1), 0);
    assert_int_equal(connect(asking, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(asking, "ping", 4), 4);
    int status = run_filtered(answer, &listening);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), WORKED);
    char answered[16] = "";
    assert_int_equal(recv(asking, answered, 11, MSG_WAITALL), 11);
    assert_string_equal(answered, "Echo: ping!");
    close(listening);
    close(asking);
}

static int log_line(const void *context)
{
    (void)context;
    csa_site_log_event("something happened", NULL);
    return WORKED;
}

static void test_the_log(void **state)
{
    need_filter(state);
    int ends[2], before = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    int status = run_filtered(log_line, NULL);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    close(ends[1]);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), WORKED);
    char line[256] = "";
    assert_true(read(ends[0], line, sizeof line - 1) > 0);
    close(ends[0]);
    assert_non_null(strstr(line, "something happened"));
}

static int abort_here(const void *context)
{
    (void)context;
    abort();
}

static void test_abort(void **state)
{
    need_filter(state);
    int status = run_filtered(abort_here, NULL);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_what_ends_the_process, clean_up),
        cmocka_unit_test_teardown(test_what_is_refused, clean_up),
        cmocka_unit_test_teardown(test_what_works, clean_up),
        cmocka_unit_test_teardown(test_connections, clean_up),
        cmocka_unit_test_teardown(test_the_log, clean_up),
        cmocka_unit_test_teardown(test_abort, clean_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
