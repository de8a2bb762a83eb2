/* The one seam for file I/O: mapping, whole reads, buffered output, durable replacement, the writer's lock.
 *
 * Nothing in common/index/ or indexer/ calls open, write, fsync, rename, unlink or mmap around it; the system
 * calls themselves are in system.c. EINTR is taken up again inside. File names in messages are as given. */
#ifndef CSA_BASE_FILE_H
#define CSA_BASE_FILE_H

#include "common/base/buffer.h"
#include "common/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- reading ---- */

/* A file mapped read-only. */
struct csa_mapping {
    const uint8_t *data; /* null when size is 0 */
    size_t size;
};

/* Maps a regular file; a folder, FIFO, device or socket is CSA_ERROR_DAMAGED "not a regular file", never a
 * hang. Unmap with csa_mapping_close(), which may be called on a zeroed struct. */
enum csa_status csa_mapping_open(struct csa_mapping *mapping, const char *path, struct csa_error *error);
void csa_mapping_close(struct csa_mapping *mapping);

/* Appends the whole regular file (as above) to *buffer; past the buffer's maximum it is CSA_ERROR_LIMIT
 * naming the file. */
enum csa_status csa_file_read(const char *path, struct csa_buffer *buffer, struct csa_error *error);
/* The same from an open descriptor, to its end; name is for messages. */
enum csa_status csa_file_read_descriptor(int descriptor, const char *name, struct csa_buffer *buffer,
                                         struct csa_error *error);

/* The same for a file that somebody names to be read once, which may be a pipe: waits for what writes to it.
 */
enum csa_status csa_file_read_stream(const char *path, struct csa_buffer *buffer, struct csa_error *error);

bool csa_file_exists(const char *path);
bool csa_file_is_folder(const char *path);

/* The names in a folder, without "." and "..", sorted by bytes. Free with csa_file_names_free(). */
enum csa_status csa_file_list_folder(const char *path, char ***names, size_t *count, struct csa_error *error);
void csa_file_names_free(char **names, size_t count);

/* folder/name in new memory (csa_free()), or null when out of memory. */
char *csa_file_join(const char *folder, const char *name);

/* ---- writing ---- */

/* Makes sure that a file is there: a new one is empty and its owner's alone, and folders missing above it are
 * made. False when it cannot be, or is a symbolic link. */
bool csa_file_make_private(const char *path);

/* An append-only file with a sticky error: write, write, write, check once at finish. */
struct csa_output {
    int descriptor;
    char *path;             /* owned */
    uint8_t *buffer;        /* owned */
    size_t used;            /* bytes in buffer */
    uint64_t offset;        /* bytes written so far, those in buffer included */
    uint32_t crc;           /* crc32 (zlib) of what was written since csa_output_restart_crc() */
    struct csa_error error; /* the first failure; later writes do nothing */
};

/* Creates (or empties) the file; when there is no memory it is left alone. */
enum csa_status csa_output_open(struct csa_output *output, const char *path, struct csa_error *error);
/* Adopts an unlinked temporary file in `folder`; it vanishes with its descriptor, also after a crash. Read it
 * back with csa_output_read_at() after csa_output_flush(). */
enum csa_status csa_output_open_temporary(struct csa_output *output, const char *folder,
                                          struct csa_error *error);
void csa_output_write(struct csa_output *output, const void *bytes, size_t size);
/* Zero bytes up to the next multiple of alignment (a power of two). */
void csa_output_align(struct csa_output *output, size_t alignment);
void csa_output_restart_crc(struct csa_output *output);
enum csa_status csa_output_flush(struct csa_output *output, struct csa_error *error);
/* Reads exactly size bytes at offset of a flushed output. Safe from several threads at once. */
enum csa_status csa_output_read_at(struct csa_output *output, uint64_t offset, void *bytes, size_t size,
                                   struct csa_error *error);
/* Flushes, syncs (when durable) and closes; says the first failure of all. The struct is then released. */
enum csa_status csa_output_finish(struct csa_output *output, bool durable, struct csa_error *error);
/* Closes without a word, for error paths; unlinks the file when unlink_it. May be called on a zeroed struct
 * or after finish. */
void csa_output_abandon(struct csa_output *output, bool unlink_it);

/* Makes the folder; an existing one is fine. */
enum csa_status csa_file_make_folder(const char *path, struct csa_error *error);
enum csa_status csa_file_sync_folder(const char *path, struct csa_error *error);
/* rename(2), then nothing more: the caller syncs the folder. */
enum csa_status csa_file_rename(const char *from, const char *to, struct csa_error *error);
/* A file that is not there is fine. */
enum csa_status csa_file_remove(const char *path, struct csa_error *error);

/* ---- the writer's lock ---- */

/* Takes an exclusive lock on the file (made if missing) that dies with this process (an open file description
 * lock through fcntl); CSA_ERROR_BUSY at once when another holds it. *descriptor is closed with
 * csa_file_unlock(). */
enum csa_status csa_file_lock(const char *path, int *descriptor, struct csa_error *error);
void csa_file_unlock(int descriptor);

#endif
