/* The system calls behind file I/O; see system.h. */
#include "common/base/system.h"

#include "common/base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGEST_CALL = 1 << 30 }; /* bytes in one read or write; Linux stops at 2 GiB - 4 KiB */

int csa_system_open(const char *path, int flags, mode_t mode, int *descriptor)
{
    do {
        *descriptor = open(path, flags | O_CLOEXEC, mode);
    } while (*descriptor < 0 && errno == EINTR);
    return *descriptor < 0 ? errno : 0;
}

/* The descriptor is gone whatever close says: a second close could hit another thread's file. */
int csa_system_close(int descriptor)
{
    return close(descriptor) == 0 || errno == EINTR ? 0 : errno;
}

int csa_system_read(int descriptor, void *bytes, size_t size, size_t *got)
{
    ssize_t count;
    do {
        count = read(descriptor, bytes, size < LARGEST_CALL ? size : LARGEST_CALL);
    } while (count < 0 && errno == EINTR && !csa_interrupted());
    *got = count < 0 ? 0 : (size_t)count;
    return count < 0 ? errno : 0;
}

int csa_system_read_at(int descriptor, uint64_t offset, void *bytes, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        size_t rest = size - *got;
        ssize_t count = pread(descriptor, (char *)bytes + *got, rest < LARGEST_CALL ? rest : LARGEST_CALL,
                              (off_t)(offset + *got));
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        if (count == 0) {
            return 0;
        }
        *got += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

int csa_system_write(int descriptor, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size != 0) {
        ssize_t count = write(descriptor, next, size < LARGEST_CALL ? size : LARGEST_CALL);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        if (count == 0) {
            return EIO;
        }
        if (count > 0) {
            next += count;
            size -= (size_t)count;
        }
    }
    return 0;
}

int csa_system_sync(int descriptor)
{
    int result;
    do {
        result = fsync(descriptor);
    } while (result != 0 && errno == EINTR);
    return result != 0 ? errno : 0;
}

int csa_system_stat(int descriptor, struct stat *status)
{
    return fstat(descriptor, status) == 0 ? 0 : errno;
}

int csa_system_map(int descriptor, size_t size, const uint8_t **data)
{
    void *address = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    *data = address == MAP_FAILED ? NULL : address;
    return address == MAP_FAILED ? errno : 0;
}

void csa_system_unmap(const uint8_t *data, size_t size)
{
    munmap((void *)(uintptr_t)data, size);
}

int csa_system_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 ? 0 : errno;
}

int csa_system_rename(const char *from, const char *to)
{
    return rename(from, to) == 0 ? 0 : errno;
}

int csa_system_unlink(const char *path)
{
    return unlink(path) == 0 ? 0 : errno;
}

int csa_system_open_nameless(const char *folder, int *descriptor)
{
    *descriptor = -1;
#ifdef O_TMPFILE
    int failure = csa_system_open(folder, O_TMPFILE | O_RDWR, 0600, descriptor);
    /* An old kernel takes O_TMPFILE for opening the folder itself. */
    return failure == EISDIR || failure == EINVAL ? EOPNOTSUPP : failure;
#else
    (void)folder;
    return EOPNOTSUPP;
#endif
}

int csa_system_open_unlinked(char *pattern, int *descriptor)
{
    *descriptor = mkostemp(pattern, O_CLOEXEC);
    if (*descriptor < 0) {
        return errno;
    }
    int failure = csa_system_unlink(pattern);
    if (failure != 0) {
        csa_system_close(*descriptor);
        *descriptor = -1;
    }
    return failure;
}

int csa_system_lock(int descriptor)
{
#ifdef F_OFD_SETLK
    const int command = F_OFD_SETLK;
#else
    const int command = F_SETLK;
#endif
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, command, &lock) == 0) {
        return 0;
    }
    return errno == EACCES ? EAGAIN : errno;
}

/* O_NONBLOCK keeps a FIFO without a writer from hanging the open; on a regular file it means nothing. A
 * socket cannot be opened at all and says ENXIO. */
enum csa_status csa_system_open_regular(const char *path, int flags, int *descriptor, struct stat *status,
                                        struct csa_error *error)
{
    int failure = csa_system_open(path, flags | O_NONBLOCK | O_NOCTTY, 0666, descriptor);
    if (failure == ENXIO) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: not a regular file", path);
    }
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s", path);
    }
    failure = csa_system_stat(*descriptor, status);
    if (failure == 0 && S_ISREG(status->st_mode)) {
        return CSA_OK;
    }
    csa_system_close(*descriptor);
    *descriptor = -1;
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s", path);
    }
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: not a regular file", path);
}
