/* A stream of bytes from a file, a pipe or standard input, with gzip taken off, read in pieces or in lines.
 *
 * Owns the descriptor, zlib's state and one buffer of unpacked bytes that nobody has taken yet: what
 * csa_input_peek() shows stays there for the reads and lines that follow. The buffer grows with the longest
 * line, up to CSA_INTAKE_RECORD_MAXIMUM. A stream is more than file.h offers (it may be a pipe, and is read
 * in pieces), so this file alone outside common/base/ uses system.h. Called by intake.c and by the indexer's
 * threads. */
#include "common/base/memory.h"
#include "common/base/system.h"
#include "indexer/intake/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PACKED_SIZE = 64 * 1024, PIECE_SIZE = 256 * 1024 };

struct csa_input {
    int descriptor;
    bool owned; /* descriptor is closed at the end */
    char *name; /* for messages */

    bool started;             /* the first bytes were looked at: gzip or not is known */
    bool gzip;                /* stream is initialised */
    bool member_open;         /* inside a gzip member */
    bool packed_end;          /* read(2) said so */
    bool end;                 /* no further unpacked bytes will come */
    struct csa_error failure; /* said once all good bytes have been taken */
    z_stream stream;
    uint8_t *packed; /* PACKED_SIZE bytes as they came from the descriptor */
    size_t packed_begin;
    size_t packed_size;

    char *data; /* unpacked: begin to size is not yet taken */
    size_t begin;
    size_t size;
    size_t capacity;
    uint64_t line; /* number of the last line given */
};

const char *csa_input_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Opens without waiting for the other end of a FIFO; a FIFO that nobody writes to then reads as empty. */
static enum csa_status open_descriptor(struct csa_input *input, const char *path, struct csa_error *error)
{
    if (strcmp(path, "-") == 0) {
        input->descriptor = STDIN_FILENO;
        return CSA_OK;
    }
    int failure = csa_system_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, &input->descriptor);
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s", path);
    }
    input->owned = true;
    struct stat status;
    failure = csa_system_stat(input->descriptor, &status);
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s", path);
    }
    if (S_ISDIR(status.st_mode)) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: is a folder", path);
    }
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: not a regular file", path);
    }
    int flags = fcntl(input->descriptor, F_GETFL);
    if (flags < 0 || fcntl(input->descriptor, F_SETFL, flags & ~O_NONBLOCK) < 0) {
        return csa_error_set_system(error, errno, "%s", path);
    }
    return CSA_OK;
}

enum csa_status csa_input_open(const char *path, struct csa_input **input, struct csa_error *error)
{
    *input = NULL;
    struct csa_input *opened = csa_calloc(1, sizeof *opened);
    if (opened == NULL) {
        return csa_error_set_memory(error, path);
    }
    opened->descriptor = -1;
    const char *name = csa_input_name(path);
    opened->name = csa_malloc(strlen(name) + 1);
    opened->packed = csa_malloc(PACKED_SIZE);
    if (opened->name == NULL || opened->packed == NULL) {
        csa_input_close(opened);
        return csa_error_set_memory(error, path);
    }
    memcpy(opened->name, name, strlen(name) + 1);
    enum csa_status status = open_descriptor(opened, path, error);
    if (status != CSA_OK) {
        csa_input_close(opened);
        return status;
    }
    *input = opened;
    return CSA_OK;
}

void csa_input_close(struct csa_input *input)
{
    if (input == NULL) {
        return;
    }
    if (input->gzip) {
        inflateEnd(&input->stream);
    }
    if (input->owned) {
        csa_system_close(input->descriptor);
    }
    csa_free(input->name);
    csa_free(input->packed);
    csa_free(input->data);
    csa_free(input);
}

/* ---- bytes from the descriptor ---- */

/* Bytes read; 0 at the end and, with input->failure set, when reading fails. */
static size_t read_descriptor(struct csa_input *input, void *bytes, size_t size)
{
    size_t got = 0;
    int failure = csa_system_read(input->descriptor, bytes, size, &got);
    if (failure == EINTR) {
        csa_error_set(&input->failure, CSA_ERROR_INTERRUPTED, "%s: interrupted", input->name);
    } else if (failure != 0) {
        csa_error_set_system(&input->failure, failure, "%s", input->name);
    }
    if (failure != 0 || got == 0) {
        input->packed_end = true;
        return 0;
    }
    return got;
}

/* Has at least `wanted` packed bytes at hand, unless the file ends before. */
static void fill_packed(struct csa_input *input, size_t wanted)
{
    if (input->packed_begin == input->packed_size) {
        input->packed_begin = 0;
        input->packed_size = 0;
    } else if (input->packed_begin + wanted > PACKED_SIZE) {
        input->packed_size -= input->packed_begin;
        memmove(input->packed, input->packed + input->packed_begin, input->packed_size);
        input->packed_begin = 0;
    }
    while (!input->packed_end && input->packed_size - input->packed_begin < wanted) {
        input->packed_size +=
            read_descriptor(input, input->packed + input->packed_size, PACKED_SIZE - input->packed_size);
    }
}

static void start(struct csa_input *input)
{
    input->started = true;
    fill_packed(input, 3);
    const uint8_t *head = input->packed + input->packed_begin;
    if (input->packed_size - input->packed_begin < 3 || head[0] != 0x1F || head[1] != 0x8B ||
        head[2] != Z_DEFLATED) {
        return;
    }
    if (inflateInit2(&input->stream, 15 + 16) != Z_OK) {
        csa_error_set_memory(&input->failure, input->name);
        input->end = true;
        return;
    }
    input->gzip = true;
    input->member_open = true;
}

static void fail_gzip(struct csa_input *input, const char *why)
{
    if (input->failure.status == CSA_OK) {
        csa_error_set(&input->failure, CSA_ERROR_DAMAGED, "%s: %s", input->name, why);
    }
    input->end = true;
}

/* Behind one gzip member: another one follows, zero bytes pad the end, or the rest is not gzip. */
static void next_member(struct csa_input *input)
{
    fill_packed(input, 3);
    size_t left = input->packed_size - input->packed_begin;
    const uint8_t *head = input->packed + input->packed_begin;
    if (left >= 3 && head[0] == 0x1F && head[1] == 0x8B && head[2] == Z_DEFLATED) {
        inflateReset(&input->stream);
        input->member_open = true;
        return;
    }
    while (left != 0) {
        for (; input->packed_begin < input->packed_size; input->packed_begin++) {
            if (input->packed[input->packed_begin] != 0) {
                fail_gzip(input, "other bytes follow the gzip data; they were left out");
                return;
            }
        }
        fill_packed(input, 1);
        left = input->packed_size - input->packed_begin;
    }
    input->end = true;
}

static size_t unpack(struct csa_input *input, char *bytes, size_t size)
{
    input->stream.next_out = (Bytef *)bytes;
    input->stream.avail_out = size > UINT32_MAX ? UINT32_MAX : (uInt)size;
    uInt room = input->stream.avail_out;
    while (input->stream.avail_out == room && !input->end) {
        if (!input->member_open) {
            next_member(input);
            continue;
        }
        fill_packed(input, 1);
        if (input->packed_begin == input->packed_size) {
            fail_gzip(input, "the gzip data is cut off");
            break;
        }
        input->stream.next_in = input->packed + input->packed_begin;
        input->stream.avail_in = (uInt)(input->packed_size - input->packed_begin);
        int result = inflate(&input->stream, Z_NO_FLUSH);
        input->packed_begin = input->packed_size - input->stream.avail_in;
        if (result == Z_STREAM_END) {
            input->member_open = false;
        } else if (result == Z_MEM_ERROR) {
            csa_error_set_memory(&input->failure, input->name);
            input->end = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            fail_gzip(input, "the gzip data is damaged");
        }
    }
    return room - input->stream.avail_out;
}

/* Up to size unpacked bytes, at least one unless the end is reached. */
static size_t next_bytes(struct csa_input *input, char *bytes, size_t size)
{
    if (!input->started) {
        start(input);
    }
    if (input->end || size == 0) {
        return 0;
    }
    if (input->gzip) {
        return unpack(input, bytes, size);
    }
    size_t held = input->packed_size - input->packed_begin;
    if (held != 0) {
        size_t taken = held < size ? held : size;
        memcpy(bytes, input->packed + input->packed_begin, taken);
        input->packed_begin += taken;
        return taken;
    }
    size_t got = input->packed_end ? 0 : read_descriptor(input, bytes, size);
    input->end = got == 0;
    return got;
}

/* What there is to say at the end of the bytes, said once. */
static enum csa_status end_status(struct csa_input *input, struct csa_error *error)
{
    enum csa_status status = csa_error_pass(error, &input->failure);
    input->failure.status = CSA_OK;
    return status;
}

/* ---- the buffer of bytes not yet taken ---- */

/* Adds what one read gives behind the buffered bytes; *got = 0 at the end. */
static enum csa_status buffer_more(struct csa_input *input, size_t *got, struct csa_error *error)
{
    *got = 0;
    if (input->begin == input->size) {
        input->begin = 0;
        input->size = 0;
    }
    if (input->capacity - input->size < PIECE_SIZE / 4 && input->begin > input->capacity / 2) {
        input->size -= input->begin;
        memmove(input->data, input->data + input->begin, input->size);
        input->begin = 0;
    }
    if (input->capacity - input->size < PIECE_SIZE / 4) {
        size_t capacity = input->capacity == 0 ? PIECE_SIZE : input->capacity * 2;
        char *data = csa_realloc(input->data, capacity, 1);
        if (data == NULL) {
            return csa_error_set_memory(error, input->name);
        }
        input->data = data;
        input->capacity = capacity;
    }
    *got = next_bytes(input, input->data + input->size, input->capacity - input->size);
    input->size += *got;
    return CSA_OK;
}

enum csa_status csa_input_peek(struct csa_input *input, size_t size, struct csa_view *head,
                               struct csa_error *error)
{
    size_t got = 1;
    while (got != 0 && input->size - input->begin < size) {
        enum csa_status status = buffer_more(input, &got, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    size_t held = input->size - input->begin;
    *head = csa_view_make(held == 0 ? "" : input->data + input->begin, held < size ? held : size);
    return held == 0 ? end_status(input, error) : CSA_OK;
}

enum csa_status csa_input_read(struct csa_input *input, char *bytes, size_t size, size_t *got,
                               struct csa_error *error)
{
    size_t held = input->size - input->begin;
    if (held != 0) {
        *got = held < size ? held : size;
        memcpy(bytes, input->data + input->begin, *got);
        input->begin += *got;
        return CSA_OK;
    }
    *got = next_bytes(input, bytes, size);
    return *got == 0 && size != 0 ? end_status(input, error) : CSA_OK;
}

/* Drops the rest of a line that is too long. */
static enum csa_status skip_line(struct csa_input *input, struct csa_error *error)
{
    for (;;) {
        size_t held = input->size - input->begin;
        const char *newline = held == 0 ? NULL : memchr(input->data + input->begin, '\n', held);
        if (newline != NULL) {
            input->begin = (size_t)(newline - input->data) + 1;
            break;
        }
        input->begin = input->size;
        size_t got;
        enum csa_status status = buffer_more(input, &got, error);
        if (status != CSA_OK) {
            return status;
        }
        if (got == 0) {
            break;
        }
    }
    return csa_error_set(error, CSA_ERROR_LIMIT, "%s:%llu: a line longer than %d MiB was left out",
                         input->name, (unsigned long long)input->line, CSA_INTAKE_RECORD_MAXIMUM >> 20);
}

enum csa_status csa_input_line(struct csa_input *input, struct csa_view *line, uint64_t *number,
                               struct csa_error *error)
{
    *line = (struct csa_view){NULL, 0};
    size_t searched = 0;
    for (;;) {
        size_t held = input->size - input->begin;
        const char *newline = NULL;
        if (held > searched) {
            newline = memchr(input->data + input->begin + searched, '\n', held - searched);
        }
        size_t size = newline == NULL ? held : (size_t)(newline - (input->data + input->begin));
        if (size > CSA_INTAKE_RECORD_MAXIMUM) {
            *number = ++input->line;
            return skip_line(input, error);
        }
        searched = held;
        size_t got = 0;
        if (newline == NULL) {
            enum csa_status status = buffer_more(input, &got, error);
            if (status != CSA_OK) {
                return status;
            }
        }
        if (newline != NULL || (got == 0 && size != 0)) {
            *line = csa_view_make(input->data + input->begin, size);
            input->begin += size + (newline != NULL);
            *number = ++input->line;
            return CSA_OK;
        }
        if (got == 0) {
            *number = input->line;
            return end_status(input, error);
        }
    }
}
