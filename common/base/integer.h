/* Integers in bytes: little-endian loads and stores, LEB128 varints, checked arithmetic.
 *
 * Every decoder takes (p, end) and looks at no byte past end. */
#ifndef CSA_BASE_INTEGER_H
#define CSA_BASE_INTEGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { CSA_VARINT_MAXIMUM = 10 }; /* bytes that a 64-bit value can take */

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "CSA maps its index files as they are and needs a little-endian machine"
#endif

static inline uint16_t csa_load_u16(const void *p)
{
    uint16_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static inline uint32_t csa_load_u32(const void *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static inline uint64_t csa_load_u64(const void *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static inline void csa_store_u16(void *p, uint16_t value)
{
    memcpy(p, &value, sizeof value);
}

static inline void csa_store_u32(void *p, uint32_t value)
{
    memcpy(p, &value, sizeof value);
}

static inline void csa_store_u64(void *p, uint64_t value)
{
    memcpy(p, &value, sizeof value);
}

/* Unsigned LEB128: 7 bits a byte, the lowest first, the top bit set on all bytes but the last. Writes at most
 * CSA_VARINT_MAXIMUM bytes, returns how many. */
static inline size_t csa_varint_encode(uint8_t *out, uint64_t value)
{
    size_t size = 0;
    while (value >= 0x80U) {
        out[size++] = (uint8_t)(value | 0x80U);
        value >>= 7;
    }
    out[size++] = (uint8_t)value;
    return size;
}

/* Reads one varint at p; returns the byte behind it, or null when it runs past end or past 64 bits. */
static inline const uint8_t *csa_varint_decode(const uint8_t *p, const uint8_t *end, uint64_t *value)
{
    uint64_t result = 0;
    for (unsigned shift = 0; p < end; shift += 7) {
        uint8_t byte = *p++;
        if (shift == 63 && byte > 1) {
            return NULL;
        }
        result |= (uint64_t)(byte & 0x7FU) << shift;
        if (byte < 0x80U) {
            *value = result;
            return p;
        }
        if (shift == 63) {
            return NULL;
        }
    }
    return NULL;
}

/* The same for a value that must fit in 32 bits. */
static inline const uint8_t *csa_varint_decode_u32(const uint8_t *p, const uint8_t *end, uint32_t *value)
{
    if (p < end && *p < 0x80U) {
        *value = *p;
        return p + 1;
    }
    uint64_t wide;
    p = csa_varint_decode(p, end, &wide);
    if (p == NULL || wide > UINT32_MAX) {
        return NULL;
    }
    *value = (uint32_t)wide;
    return p;
}

static inline bool csa_multiply_size(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

#endif
