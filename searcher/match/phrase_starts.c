/* Where an exact phrase would start: the words' positions, each less its word's offset, put against each
 * other. Called by phrase.c and join.c. */
#include "searcher/match/phrase.h"

uint32_t csa_phrase_first_starts(const uint32_t *positions, uint32_t count, uint32_t offset, uint32_t *starts)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (positions[i] >= offset) {
            starts[kept++] = positions[i] - offset;
        }
    }
    return kept;
}

uint32_t csa_phrase_keep_starts(uint32_t *starts, uint32_t start_count, const uint32_t *positions,
                                uint32_t count, uint32_t offset)
{
    uint32_t kept = 0, at = 0;
    for (uint32_t i = 0; i < start_count; i++) {
        uint32_t wanted = starts[i] + offset;
        while (at < count && positions[at] < wanted) {
            at++;
        }
        if (at == count) {
            break;
        }
        if (positions[at] == wanted) {
            starts[kept++] = starts[i];
        }
    }
    return kept;
}
