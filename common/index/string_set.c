/* A hash table of numbered strings with open addressing, at most half full. Owns its strings. */
#include "common/index/string_set.h"

#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/hash.h"

enum { FIRST_SLOTS = 256 };

enum csa_status csa_string_set_init(struct csa_string_set *set, struct csa_error *error)
{
    *set = (struct csa_string_set){.slot_count = FIRST_SLOTS, .count = 1};
    csa_buffer_init(&set->offsets, UINT32_MAX - 16);
    csa_buffer_init(&set->bytes, UINT32_MAX);
    csa_buffer_append_u32(&set->offsets, 0);
    csa_buffer_append_u32(&set->offsets, 0);
    set->slots = csa_calloc(set->slot_count, sizeof *set->slots);
    if (set->slots == NULL || set->offsets.failed) {
        csa_string_set_release(set);
        return csa_error_set_memory(error, "sources, authors and sites");
    }
    return CSA_OK;
}

void csa_string_set_release(struct csa_string_set *set)
{
    csa_buffer_release(&set->offsets);
    csa_buffer_release(&set->bytes);
    csa_free(set->slots);
    set->slots = NULL;
}

static struct csa_view string_at(const struct csa_string_set *set, uint32_t number)
{
    uint32_t from = csa_load_u32(set->offsets.data + 4 * (size_t)number);
    uint32_t to = csa_load_u32(set->offsets.data + 4 * (size_t)number + 4);
    return csa_view_make(set->bytes.data + from, to - from);
}

/* The slot of a string, or the free one where it belongs. */
static uint32_t find_slot(const struct csa_string_set *set, struct csa_view text)
{
    uint32_t mask = set->slot_count - 1;
    uint32_t slot = (uint32_t)csa_hash(text) & mask;
    while (set->slots[slot] != 0 && !csa_view_equal(string_at(set, set->slots[slot]), text)) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

static enum csa_status grow(struct csa_string_set *set, struct csa_error *error)
{
    struct csa_string_set larger = *set;
    larger.slot_count = set->slot_count * 2;
    larger.slots = csa_calloc(larger.slot_count, sizeof *larger.slots);
    if (larger.slots == NULL) {
        return csa_error_set_memory(error, "sources, authors and sites");
    }
    for (uint32_t number = 1; number < set->count; number++) {
        larger.slots[find_slot(&larger, string_at(set, number))] = number;
    }
    csa_free(set->slots);
    *set = larger;
    return CSA_OK;
}

enum csa_status csa_string_set_add(struct csa_string_set *set, struct csa_view text, uint32_t *number,
                                   struct csa_error *error)
{
    *number = 0;
    if (text.size == 0) {
        return CSA_OK;
    }
    uint32_t slot = find_slot(set, text);
    if (set->slots[slot] == 0) {
        csa_buffer_append_view(&set->bytes, text);
        csa_buffer_append_u32(&set->offsets, (uint32_t)set->bytes.size);
        if (set->bytes.failed || set->offsets.failed) {
            return csa_buffer_check(set->bytes.failed ? &set->bytes : &set->offsets,
                                    "sources, authors and sites", error);
        }
        set->slots[slot] = set->count++;
        *number = set->slots[slot];
        return set->count > set->slot_count / 2 ? grow(set, error) : CSA_OK;
    }
    *number = set->slots[slot];
    return CSA_OK;
}
