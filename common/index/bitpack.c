/* Bit packing: the packer, and the choice of the unpacking loops (bitpack_portable.c, bitpack_avx2.c,
 * bitpack_avx512.c). Owns the one pointer to the chosen loops; called by whatever reads or writes packed
 * values in common/index/. */
#include "common/index/bitpack.h"

#include "common/index/bitpack_kernels.h"

#include <string.h>

const struct csa_kernels *csa_kernels = &csa_kernels_portable;

static const struct csa_kernels *best_kernels(void)
{
    const struct csa_kernels *kernels = csa_kernels_avx512();
    if (kernels == NULL) {
        kernels = csa_kernels_avx2();
    }
    return kernels != NULL ? kernels : &csa_kernels_portable;
}

/* Before main() there is one thread, so that the pointer needs no lock afterwards. */
__attribute__((constructor)) static void choose_kernels(void)
{
    csa_kernels = best_kernels();
}

int csa_bitpack_select(const char *name)
{
    const struct csa_kernels *kernels = NULL;
    if (name == NULL) {
        kernels = best_kernels();
    } else if (strcmp(name, "portable") == 0) {
        kernels = &csa_kernels_portable;
    } else if (strcmp(name, "avx2") == 0) {
        kernels = csa_kernels_avx2();
    } else if (strcmp(name, "avx512") == 0) {
        kernels = csa_kernels_avx512();
    }
    if (kernels == NULL) {
        return 0;
    }
    csa_kernels = kernels;
    return 1;
}

const char *csa_bitpack_selected(void)
{
    return csa_kernels->name;
}

void csa_unpack(const uint8_t *in, size_t n, unsigned width, uint32_t *out)
{
    csa_kernels->unpack(in, n, width, 0, out);
}

void csa_unpack_documents(const uint8_t *in, size_t n, unsigned width, uint32_t previous, uint32_t *out)
{
    csa_kernels->unpack_documents(in, n, width, previous, out);
}

unsigned csa_bitmap_count(const uint8_t *bits, uint32_t size)
{
    return csa_kernels->bitmap_count(bits, size);
}

void csa_bitmap_documents(const uint8_t *bits, uint32_t size, uint32_t first, unsigned n, uint32_t *out)
{
    csa_kernels->bitmap_documents(bits, size, first, n, out);
}

unsigned csa_bit_width(const uint32_t *values, size_t n)
{
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++) {
        all |= values[i];
    }
    return all == 0 ? 0 : 32U - (unsigned)__builtin_clz(all);
}

void csa_pack(const uint32_t *values, size_t n, unsigned width, uint8_t *out)
{
    if (width == 0) {
        return;
    }
    uint64_t pending = 0; /* fewer than 32 bits between the rounds */
    unsigned bits = 0;
    for (size_t i = 0; i < n; i++) {
        pending |= (uint64_t)values[i] << bits;
        bits += width;
        if (bits >= 32) {
            csa_store_u32(out, (uint32_t)pending);
            out += 4;
            pending >>= 32;
            bits -= 32;
        }
    }
    while (bits != 0) {
        *out++ = (uint8_t)pending;
        pending >>= 8;
        bits = bits > 8 ? bits - 8 : 0;
    }
}
