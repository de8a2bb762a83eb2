#include "searcher/match/found.h"

enum {
    FEW = 256, /* one passage of so many: beyond, a list is no shorter than the bits that it saves */
    FEW_LEAST = 64,
};

void csa_found_init(struct csa_found *found, struct csa_arena *arena, uint32_t passages)
{
    *found = (struct csa_found){.arena = arena, .passages = passages};
}

static uint32_t room_of(const struct csa_found *found)
{
    return FEW_LEAST + found->passages / FEW;
}

uint64_t *csa_found_bits(struct csa_found *found)
{
    if (found->bits == NULL && !found->failed) {
        found->bits = csa_arena_zalloc(found->arena, (size_t)found->passages / 64 + 1, sizeof *found->bits);
        found->failed = found->bits == NULL;
        for (uint32_t i = 0; i < found->count && !found->failed; i++) {
            found->bits[found->list[i] / 64] |= UINT64_C(1) << (found->list[i] % 64);
        }
    }
    return found->bits;
}

/* Whether `more` passages go into the list. */
static bool goes_into_list(struct csa_found *found, uint32_t more)
{
    if (found->bits != NULL || found->failed || more > room_of(found) - found->count) {
        return false;
    }
    if (found->list == NULL) {
        found->list = csa_arena_alloc(found->arena, room_of(found), sizeof *found->list);
        found->failed = found->list == NULL;
    }
    return !found->failed;
}

void csa_found_add_words(struct csa_found *found, uint32_t first, const uint64_t *words, uint32_t count,
                         uint32_t set)
{
    if (set == 0) {
        return;
    }
    if (goes_into_list(found, set)) {
        for (uint32_t n = 0; n < count; n++) {
            for (uint64_t word = words[n]; word != 0; word &= word - 1) {
                found->list[found->count++] = 64 * (first + n) + (uint32_t)__builtin_ctzll(word);
            }
        }
        return;
    }
    uint64_t *bits = csa_found_bits(found);
    for (uint32_t n = 0; n < count && bits != NULL; n++) {
        bits[first + n] |= words[n];
    }
}

void csa_found_add(struct csa_found *found, const uint32_t *passages, uint32_t count)
{
    if (goes_into_list(found, count)) {
        for (uint32_t i = 0; i < count; i++) {
            found->list[found->count++] = passages[i];
        }
        return;
    }
    uint64_t *bits = csa_found_bits(found);
    for (uint32_t i = 0; i < count && bits != NULL; i++) {
        bits[passages[i] / 64] |= UINT64_C(1) << (passages[i] % 64);
    }
}
