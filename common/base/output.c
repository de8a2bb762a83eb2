/* Outputs: append-only files with a buffer, a checksum and a sticky error; declared in file.h. */
#include "common/base/file.h"

#include "common/base/memory.h"
#include "common/base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <zlib.h>

enum {
    OUTPUT_BUFFER = 256 * 1024, /* bytes; a larger write goes to the file directly */
    LARGEST_CHECKSUM = 1 << 30, /* zlib counts in 32 bits */
};

/* ---- opening ---- */

/* The output's memory, asked for before the file is made: nothing lies about when there is none. */
static bool output_allocate(struct csa_output *output, const char *path)
{
    *output = (struct csa_output){.descriptor = -1};
    output->path = csa_file_join("", path);
    output->buffer = csa_malloc(OUTPUT_BUFFER);
    if (output->path == NULL || output->buffer == NULL) {
        csa_error_set_memory(&output->error, path);
        return false;
    }
    return true;
}

/* An output that did not open gives back its memory and keeps its error, so that writes to it do nothing. */
static enum csa_status output_opened(struct csa_output *output, struct csa_error *error)
{
    if (output->error.status != CSA_OK) {
        csa_free(output->path);
        csa_free(output->buffer);
        output->path = NULL;
        output->buffer = NULL;
        output->descriptor = -1;
    }
    return csa_error_pass(error, &output->error);
}

enum csa_status csa_output_open(struct csa_output *output, const char *path, struct csa_error *error)
{
    if (output_allocate(output, path)) {
        struct stat status;
        csa_system_open_regular(path, O_RDWR | O_CREAT | O_TRUNC, &output->descriptor, &status,
                                &output->error);
    }
    return output_opened(output, error);
}

/* Where the file system knows no nameless files, one that is unlinked at once. */
static int make_temporary(const char *folder, int *descriptor)
{
    int failure = csa_system_open_nameless(folder, descriptor);
    if (failure != EOPNOTSUPP) {
        return failure;
    }
    char *pattern = csa_file_join(folder, ".temporary-XXXXXX");
    if (pattern == NULL) {
        return ENOMEM;
    }
    failure = csa_system_open_unlinked(pattern, descriptor);
    csa_free(pattern);
    return failure;
}

enum csa_status csa_output_open_temporary(struct csa_output *output, const char *folder,
                                          struct csa_error *error)
{
    if (output_allocate(output, folder)) {
        int failure = make_temporary(folder, &output->descriptor);
        if (failure != 0) {
            csa_error_set_system(&output->error, failure, "%s: cannot make a temporary file", folder);
        }
    }
    return output_opened(output, error);
}

/* ---- writing ---- */

static void output_send(struct csa_output *output, const void *bytes, size_t size)
{
    int failure = csa_system_write(output->descriptor, bytes, size);
    if (failure != 0) {
        csa_error_set_system(&output->error, failure, "%s: cannot write", output->path);
    }
}

static void output_empty_buffer(struct csa_output *output)
{
    if (output->error.status == CSA_OK && output->used != 0) {
        output_send(output, output->buffer, output->used);
        output->used = 0;
    }
}

static uint32_t checksum(uint32_t crc, const uint8_t *bytes, size_t size)
{
    while (size != 0) {
        size_t part = size < LARGEST_CHECKSUM ? size : LARGEST_CHECKSUM;
        crc = (uint32_t)crc32(crc, bytes, (uInt)part);
        bytes += part;
        size -= part;
    }
    return crc;
}

void csa_output_write(struct csa_output *output, const void *bytes, size_t size)
{
    if (output->error.status != CSA_OK || size == 0) {
        return;
    }
    if (size > OUTPUT_BUFFER - output->used) {
        output_empty_buffer(output);
        if (output->error.status != CSA_OK) {
            return;
        }
    }
    if (size >= OUTPUT_BUFFER) {
        output_send(output, bytes, size);
    } else {
        memcpy(output->buffer + output->used, bytes, size);
        output->used += size;
    }
    output->crc = checksum(output->crc, bytes, size);
    output->offset += size;
}

void csa_output_align(struct csa_output *output, size_t alignment)
{
    static const uint8_t zeros[4096];
    uint64_t left = (0 - output->offset) & (uint64_t)(alignment - 1);
    while (left != 0 && output->error.status == CSA_OK) {
        size_t part = left < sizeof zeros ? (size_t)left : sizeof zeros;
        csa_output_write(output, zeros, part);
        left -= part;
    }
}

void csa_output_restart_crc(struct csa_output *output)
{
    output->crc = 0;
}

enum csa_status csa_output_flush(struct csa_output *output, struct csa_error *error)
{
    output_empty_buffer(output);
    return csa_error_pass(error, &output->error);
}

enum csa_status csa_output_read_at(struct csa_output *output, uint64_t offset, void *bytes, size_t size,
                                   struct csa_error *error)
{
    size_t got;
    int failure = csa_system_read_at(output->descriptor, offset, bytes, size, &got);
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s: cannot read back", output->path);
    }
    if (got != size) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: ends before byte %llu", output->path,
                             (unsigned long long)offset + size);
    }
    return CSA_OK;
}

/* ---- closing ---- */

static void output_release(struct csa_output *output)
{
    csa_free(output->path);
    csa_free(output->buffer);
    *output = (struct csa_output){.descriptor = -1};
}

enum csa_status csa_output_finish(struct csa_output *output, bool durable, struct csa_error *error)
{
    output_empty_buffer(output);
    if (durable && output->error.status == CSA_OK) {
        int failure = csa_system_sync(output->descriptor);
        if (failure != 0) {
            csa_error_set_system(&output->error, failure, "%s: cannot sync", output->path);
        }
    }
    /* Only an output that opened has a buffer; a zeroed struct's descriptor 0 is somebody else's. */
    if (output->buffer != NULL) {
        int failure = csa_system_close(output->descriptor);
        if (failure != 0 && output->error.status == CSA_OK) {
            csa_error_set_system(&output->error, failure, "%s: cannot close", output->path);
        }
    }
    enum csa_status result = csa_error_pass(error, &output->error);
    output_release(output);
    return result;
}

void csa_output_abandon(struct csa_output *output, bool unlink_it)
{
    if (output->buffer != NULL) {
        csa_system_close(output->descriptor);
        if (unlink_it) {
            csa_system_unlink(output->path);
        }
    }
    output_release(output);
}
