/* Strings numbered in the order in which they first come, each kept once: what becomes STRINGS. Number 0 is
 * the empty string. Used by segment_writer.c. */
#ifndef CSA_INDEX_STRING_SET_H
#define CSA_INDEX_STRING_SET_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdint.h>

struct csa_string_set {
    struct csa_buffer offsets; /* u32: where each string begins in bytes, then their end */
    struct csa_buffer bytes;
    uint32_t *slots;     /* owned; numbers by hash, 0 = free */
    uint32_t slot_count; /* a power of two */
    uint32_t count;
};

enum csa_status csa_string_set_init(struct csa_string_set *set, struct csa_error *error);
void csa_string_set_release(struct csa_string_set *set);
/* The number of a string, which is added when it is new. */
enum csa_status csa_string_set_add(struct csa_string_set *set, struct csa_view text, uint32_t *number,
                                   struct csa_error *error);

#endif
