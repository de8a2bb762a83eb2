/* The system calls behind file I/O, one thin function each: the only place in CSA that opens, writes, syncs,
 * renames, unlinks or maps a file. Tests that make a call fail hook in here.
 *
 * For file.c, output.c and the input stream of indexer/intake; everybody else uses file.h. Each function
 * gives 0 or an errno and takes up EINTR and short counts again. A failed sync is never tried again: the
 * kernel may have dropped the pages, so the file must be given up. */
#ifndef CSA_BASE_SYSTEM_H
#define CSA_BASE_SYSTEM_H

#include "common/base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

int csa_system_open(const char *path, int flags, mode_t mode, int *descriptor);
int csa_system_close(int descriptor);
/* A new file without a name in the folder, open for reading and writing. EOPNOTSUPP where the kernel or the
 * file system has none. */
int csa_system_open_nameless(const char *folder, int *descriptor);
/* A new file whose name is unlinked at once. pattern: a path that ends in XXXXXX, which is overwritten. */
int csa_system_open_unlinked(char *pattern, int *descriptor);
int csa_system_stat(int descriptor, struct stat *status);
/* One read: *got may be less than size before the end; 0 is the end. EINTR once csa_interrupted(), since a
 * read from a terminal or a pipe may wait for ever. */
int csa_system_read(int descriptor, void *bytes, size_t size, size_t *got);
/* *got is less than size only at the end of the file. */
int csa_system_read_at(int descriptor, uint64_t offset, void *bytes, size_t size, size_t *got);
int csa_system_write(int descriptor, const void *bytes, size_t size);
int csa_system_sync(int descriptor);
/* Read-only; size is not 0. */
int csa_system_map(int descriptor, size_t size, const uint8_t **data);
void csa_system_unmap(const uint8_t *data, size_t size);
int csa_system_make_folder(const char *path);
int csa_system_rename(const char *from, const char *to);
int csa_system_unlink(const char *path);
/* An exclusive lock without waiting; EAGAIN when another holds it. */
int csa_system_lock(int descriptor);

/* Opens what must be a regular file (anything else is CSA_ERROR_DAMAGED, never a hang) and says its status.
 * *descriptor is -1 on failure. A file that flags make gets mode 0666 less the umask. */
enum csa_status csa_system_open_regular(const char *path, int flags, int *descriptor, struct stat *status,
                                        struct csa_error *error);

#endif
