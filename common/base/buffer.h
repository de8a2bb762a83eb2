/* A growing byte buffer with a maximum and a sticky error: append, append, append, check once.
 *
 * After a failed append (no memory, or past the maximum) the buffer keeps what it had and ignores every
 * later append; `failed` says so. */
#ifndef CSA_BASE_BUFFER_H
#define CSA_BASE_BUFFER_H

#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_buffer {
    char *data; /* owned; null while nothing was appended */
    size_t size;
    size_t capacity;
    size_t maximum; /* bytes; given at init */
    bool failed;
    bool limited; /* failed, and because of the maximum */
};

void csa_buffer_init(struct csa_buffer *buffer, size_t maximum);
void csa_buffer_release(struct csa_buffer *buffer);
/* Empties it and forgets the failure; keeps the memory. */
void csa_buffer_clear(struct csa_buffer *buffer);
/* Makes room for `more` bytes behind size; false (and failed) when that cannot be. */
bool csa_buffer_reserve(struct csa_buffer *buffer, size_t more);

void csa_buffer_append(struct csa_buffer *buffer, const void *bytes, size_t size);
void csa_buffer_append_view(struct csa_buffer *buffer, struct csa_view text);
void csa_buffer_append_byte(struct csa_buffer *buffer, uint8_t byte);
void csa_buffer_append_u32(struct csa_buffer *buffer, uint32_t value);    /* little-endian, 4 bytes */
void csa_buffer_append_u64(struct csa_buffer *buffer, uint64_t value);    /* little-endian, 8 bytes */
void csa_buffer_append_varint(struct csa_buffer *buffer, uint64_t value); /* see integer.h */
void csa_buffer_append_format(struct csa_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline struct csa_view csa_buffer_view(const struct csa_buffer *buffer)
{
    return (struct csa_view){buffer->data, buffer->size};
}

/* CSA_OK, or CSA_ERROR_MEMORY / CSA_ERROR_LIMIT naming `what`. */
enum csa_status csa_buffer_check(const struct csa_buffer *buffer, const char *what, struct csa_error *error);

#endif
