/* Reading positions (docs/index-format.md, section 7): those of one posting, found among its block's without
 * unpacking the others. Called by the matcher for phrases and proximity, and by the segment's check. */
#include "common/index/postings.h"

enum { FEW = 16 }; /* so many values are read one by one; more are unpacked together */

/* Where the positions of a block begin; null when that is not in the list. */
static const uint8_t *block_positions(const struct csa_postings *list, uint32_t block)
{
    if (list->super_count == 0) {
        return list->positions;
    }
    uint64_t super = csa_load_u64(list->super_positions + 8 * (size_t)(block / CSA_SUPER_BLOCK));
    uint64_t offset = super + csa_load_u32(list->block_positions + 4 * (size_t)block);
    uint64_t size = (uint64_t)(list->positions_end - list->positions);
    return super <= size && offset <= size ? list->positions + offset : NULL;
}

/* Values [from, from + n) of the group that begins at p, all in it, summed up from `next`, the least that the
 * first can be. Returns the least that the one behind them can be, more than UINT32_MAX when they lie behind
 * end or pass 2^32. */
static inline uint64_t read_few(const uint8_t *p, const uint8_t *end, uint32_t from, uint32_t n,
                                uint64_t next, uint32_t *out)
{
    unsigned width = *p++;
    if (width > 32 || csa_packed_size((size_t)from + n, width) > (size_t)(end - p)) {
        return UINT64_MAX;
    }
    uint64_t mask = (UINT64_C(1) << width) - 1;
    uint32_t bit = from * width;
    for (uint32_t i = 0; i < n; i++) {
        next += csa_load_u64(p + bit / 8) >> bit % 8 & mask;
        out[i] = (uint32_t)next++;
        bit += width;
    }
    return next;
}

/* The same for many values. */
static uint64_t read_many(const uint8_t *p, const uint8_t *end, uint32_t from, uint32_t n, uint64_t next,
                          uint32_t *out)
{
    unsigned width = *p++;
    if (width > 32 || csa_packed_size((size_t)from + n, width) > (size_t)(end - p)) {
        return UINT64_MAX;
    }
    /* Eight values begin at a byte. */
    uint32_t distances[CSA_BLOCK_ROOM];
    csa_unpack(p + (size_t)(from / 8) * width, from % 8 + n, width, distances);
    for (uint32_t i = 0; i < n; i++) {
        next += distances[from % 8 + i];
        out[i] = (uint32_t)next++;
    }
    return next;
}

/* The group behind the one at p; end when there is none. */
static inline const uint8_t *next_group(const uint8_t *p, const uint8_t *end)
{
    size_t size = 1 + (size_t)*p * (CSA_BLOCK / 8);
    return size < (size_t)(end - p) ? p + size : end;
}

bool csa_postings_read_positions(const struct csa_postings *list, uint32_t block, uint32_t before,
                                 uint32_t count, uint32_t *out)
{
    if (!list->has_positions || block >= list->block_count || count == 0) {
        return false;
    }
    if (list->occurrence_count == 1) {
        out[0] = list->single_position;
        return before == 0 && count == 1;
    }
    const uint8_t *end = list->positions_end;
    const uint8_t *p = block_positions(list, block);
    p = p != NULL ? p : end;
    for (; before >= CSA_BLOCK && p < end; before -= CSA_BLOCK) {
        p = next_group(p, end);
    }
    if (p < end && count <= FEW && count <= CSA_BLOCK - before) {
        return read_few(p, end, before, count, 0, out) <= UINT32_MAX;
    }
    for (uint64_t next = 0; p < end && next <= UINT32_MAX; p = next_group(p, end)) {
        uint32_t n = count < CSA_BLOCK - before ? count : CSA_BLOCK - before;
        next = read_many(p, end, before, n, next, out);
        if (n == count) {
            return next <= UINT32_MAX;
        }
        out += n;
        count -= n;
        before = 0;
    }
    return false;
}
