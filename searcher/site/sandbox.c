/* What a FastCGI process may ask of the kernel once it answers requests: a list of system calls, enforced by
 * seccomp, through libseccomp. Called by fastcgi.c when everything is loaded and open; there is no way back.
 *
 * What is not in the list fails with EPERM, and the kernel's audit log has it where that is on: a new C
 * library that needs one more call then gives an error page and not a dead process. What an attacker would
 * want and CSA never asks for (a new program, process or socket, a look into another process) ends the
 * process. Files open for reading only; memory is never made executable. libseccomp is loaded when it is
 * needed, so that CGI, one process a request, does not pay for it. */
#include "common/base/config.h"
#include "common/base/library.h"
#include "searcher/site/frontends.h"

#if CSA_WITH_SANDBOX
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is used of libseccomp, each of the type that its header declares. */
#define LIBSECCOMP_FUNCTIONS(X)                                                                              \
    X(seccomp_init)                                                                                          \
    X(seccomp_release)                                                                                       \
    X(seccomp_attr_set)                                                                                      \
    X(seccomp_rule_add_array)                                                                                \
    X(seccomp_load)

struct libseccomp {
#define DECLARE(name) __typeof__(&name) name;
    LIBSECCOMP_FUNCTIONS(DECLARE)
#undef DECLARE
};

/* Negative numbers are calls that this machine's kernel has under another name only; libseccomp knows. */
static const int allowed[] = {
    /* connections */
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(recvfrom), SCMP_SYS(write),
    SCMP_SYS(writev), SCMP_SYS(sendto), SCMP_SYS(shutdown), SCMP_SYS(close), SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(select), SCMP_SYS(_newselect), SCMP_SYS(pselect6), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2),
    /* files, read */
    SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(stat),
    SCMP_SYS(stat64), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(fadvise64), SCMP_SYS(fadvise64_64), SCMP_SYS(readahead),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* time, signals, the process itself */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_nanosleep_time64), SCMP_SYS(setitimer),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
    SCMP_SYS(restart_syscall), SCMP_SYS(futex), SCMP_SYS(futex_time64), SCMP_SYS(sched_yield),
    SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrlimit),
    SCMP_SYS(ugetrlimit), SCMP_SYS(exit), SCMP_SYS(exit_group)};

static const int deadly[] = {
    SCMP_SYS(execve),         SCMP_SYS(execveat), SCMP_SYS(fork),        SCMP_SYS(vfork),
    SCMP_SYS(clone),          SCMP_SYS(clone3),   SCMP_SYS(socket),      SCMP_SYS(socketpair),
    SCMP_SYS(connect),        SCMP_SYS(bind),     SCMP_SYS(ptrace),      SCMP_SYS(process_vm_readv),
    SCMP_SYS(mount),          SCMP_SYS(bpf),      SCMP_SYS(init_module), SCMP_SYS(process_vm_writev),
    SCMP_SYS(keyctl),         SCMP_SYS(chroot),   SCMP_SYS(unshare),     SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(setns)};

/* Calls that are allowed when (argument & mask) == value. */
static const struct condition {
    int call;
    unsigned argument;
    uint64_t mask, value;
} conditions[] = {
    {SCMP_SYS(open), 1, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, O_RDONLY},
    {SCMP_SYS(openat), 2, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, O_RDONLY},
    {SCMP_SYS(mmap), 2, PROT_EXEC, 0},
    {SCMP_SYS(mmap2), 2, PROT_EXEC, 0},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFD},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFD},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFL},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFL},
    {SCMP_SYS(fcntl64), 1, UINT32_MAX, F_GETFL},
};

static bool load(struct libseccomp *libseccomp)
{
#define SYMBOL(name) {#name, &libseccomp->name},
    const struct csa_symbol symbols[] = {LIBSECCOMP_FUNCTIONS(SYMBOL)};
#undef SYMBOL
    return csa_library_load("libseccomp.so.2", symbols, sizeof symbols / sizeof *symbols);
}

static int add_lists(const struct libseccomp *libseccomp, scmp_filter_ctx filter)
{
    int result = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0] && result == 0; i++) {
        result = libseccomp->seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, allowed[i], 0, NULL);
    }
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0] && result == 0; i++) {
        result = libseccomp->seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0, NULL);
    }
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0] && result == 0; i++) {
        const struct condition *condition = &conditions[i];
        struct scmp_arg_cmp compare = {.arg = condition->argument,
                                       .op = SCMP_CMP_MASKED_EQ,
                                       .datum_a = condition->mask,
                                       .datum_b = condition->value};
        result = libseccomp->seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, condition->call, 1, &compare);
    }
    return result;
}

/* A process may send signals to itself only: raise() and abort(). */
static int add_own_signals(const struct libseccomp *libseccomp, scmp_filter_ctx filter)
{
    struct scmp_arg_cmp own = {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)getpid()};
    return libseccomp->seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own);
}

enum csa_status csa_site_sandbox(struct csa_error *error)
{
    struct libseccomp libseccomp;
    if (CSA_SANITIZERS[0] != '\0') {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED, "not with the compiler's sanitizers");
    }
    if (!load(&libseccomp)) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "libseccomp.so.2: not here");
    }
    scmp_filter_ctx filter = libseccomp.seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        return csa_error_set_memory(error, "sandbox");
    }
    /* Both are niceties that an older kernel or libseccomp may lack: logging, and a tree in place of a list.
     */
    libseccomp.seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
    libseccomp.seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    int result = add_lists(&libseccomp, filter);
    if (result == 0) {
        result = add_own_signals(&libseccomp, filter);
    }
    if (result == 0) {
        result = libseccomp.seccomp_load(filter); /* sets no_new_privs too */
    }
    libseccomp.seccomp_release(filter);
    return result == 0 ? CSA_OK : csa_error_set_system(error, -result, "seccomp");
}
#else
enum csa_status csa_site_sandbox(struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_UNSUPPORTED, "built without libseccomp");
}
#endif
