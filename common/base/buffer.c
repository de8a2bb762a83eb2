/* Growing, and the failure that sticks; see buffer.h. */
#include "common/base/buffer.h"

#include "common/base/integer.h"
#include "common/base/memory.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_CAPACITY = 64 };

void csa_buffer_init(struct csa_buffer *buffer, size_t maximum)
{
    *buffer = (struct csa_buffer){.maximum = maximum};
}

void csa_buffer_release(struct csa_buffer *buffer)
{
    csa_free(buffer->data);
    *buffer = (struct csa_buffer){.maximum = buffer->maximum};
}

void csa_buffer_clear(struct csa_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
    buffer->limited = false;
}

bool csa_buffer_reserve(struct csa_buffer *buffer, size_t more)
{
    if (buffer->failed) {
        return false;
    }
    if (buffer->capacity - buffer->size >= more) {
        return true;
    }
    if (more > buffer->maximum || buffer->size > buffer->maximum - more) {
        buffer->failed = true;
        buffer->limited = true;
        return false;
    }
    size_t needed = buffer->size + more;
    size_t capacity = buffer->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : buffer->capacity;
    capacity = capacity < buffer->maximum ? capacity : buffer->maximum;
    while (capacity < needed) {
        capacity = capacity > buffer->maximum / 2 ? buffer->maximum : capacity * 2;
    }
    char *data = csa_realloc(buffer->data, capacity, 1);
    if (data == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void csa_buffer_append(struct csa_buffer *buffer, const void *bytes, size_t size)
{
    if (size != 0 && csa_buffer_reserve(buffer, size)) {
        memcpy(buffer->data + buffer->size, bytes, size);
        buffer->size += size;
    }
}

void csa_buffer_append_view(struct csa_buffer *buffer, struct csa_view text)
{
    csa_buffer_append(buffer, text.data, text.size);
}

void csa_buffer_append_byte(struct csa_buffer *buffer, uint8_t byte)
{
    if (csa_buffer_reserve(buffer, 1)) {
        buffer->data[buffer->size++] = (char)byte;
    }
}

void csa_buffer_append_u32(struct csa_buffer *buffer, uint32_t value)
{
    uint8_t bytes[4];
    csa_store_u32(bytes, value);
    csa_buffer_append(buffer, bytes, sizeof bytes);
}

void csa_buffer_append_u64(struct csa_buffer *buffer, uint64_t value)
{
    uint8_t bytes[8];
    csa_store_u64(bytes, value);
    csa_buffer_append(buffer, bytes, sizeof bytes);
}

void csa_buffer_append_varint(struct csa_buffer *buffer, uint64_t value)
{
    uint8_t bytes[CSA_VARINT_MAXIMUM];
    csa_buffer_append(buffer, bytes, csa_varint_encode(bytes, value));
}

void csa_buffer_append_format(struct csa_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0) {
        buffer->failed = true;
    } else if (csa_buffer_reserve(buffer, (size_t)needed + 1)) {
        vsnprintf(buffer->data + buffer->size, (size_t)needed + 1, format, again);
        buffer->size += (size_t)needed;
    }
    va_end(again);
}

enum csa_status csa_buffer_check(const struct csa_buffer *buffer, const char *what, struct csa_error *error)
{
    if (!buffer->failed) {
        return CSA_OK;
    }
    if (buffer->limited) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "%s: larger than %zu bytes", what, buffer->maximum);
    }
    return csa_error_set_memory(error, what);
}
