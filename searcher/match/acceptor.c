/* Reading words with an acceptor: whole ones, and those of a sorted list of which each begins as the one
 * before it did. Called by whatever walks a dictionary (expand.c, sweep.c) or marks words in a text. */
#include "searcher/match/acceptor.h"

#include "common/text/unicode.h"

bool csa_acceptor_accepts(const struct csa_acceptor *acceptor, struct csa_view word, unsigned *distance)
{
    size_t depth = 0;
    const char *end = word.size == 0 ? word.data : word.data + word.size;
    for (const char *p = word.data; p < end; depth++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        if (depth == CSA_ACCEPTOR_DEPTH || !acceptor->read(acceptor->states, depth, character)) {
            return false;
        }
    }
    return acceptor->accepts(acceptor->states, depth, distance);
}

void csa_acceptor_read(struct csa_acceptor_trail *trail, struct csa_view word, size_t shared)
{
    const struct csa_acceptor *acceptor = trail->acceptor;
    if (trail->dead && trail->ends[trail->depth + 1] <= shared) {
        return;
    }
    size_t depth = trail->depth;
    while (trail->ends[depth] > shared) {
        depth--;
    }
    bool dead = false;
    const char *end = word.data + word.size;
    for (const char *p = word.data + trail->ends[depth]; p < end && !dead;) {
        uint32_t character = (uint8_t)*p;
        if (character < 0x80U) {
            p++;
        } else {
            p = csa_utf8_decode(p, end, &character);
        }
        trail->characters[depth] = character;
        trail->ends[depth + 1] = (size_t)(p - word.data);
        dead = !acceptor->read(acceptor->states, depth, character);
        depth += dead ? 0 : 1;
    }
    trail->depth = depth;
    trail->dead = dead;
}

size_t csa_acceptor_complete(const struct csa_acceptor *acceptor, size_t depth, char *target, size_t size)
{
    uint32_t character;
    unsigned distance;
    while (depth < CSA_ACCEPTOR_DEPTH && size + 4 <= CSA_TERM_MAXIMUM &&
           !acceptor->accepts(acceptor->states, depth, &distance) &&
           acceptor->next(acceptor->states, depth, 0, &character) == CSA_NEXT_ONE &&
           acceptor->read(acceptor->states, depth, character)) {
        size += csa_utf8_encode(target + size, character);
        depth++;
    }
    return size;
}

struct csa_view csa_acceptor_next_target(struct csa_acceptor_trail *trail, struct csa_view word,
                                         char target[CSA_ACCEPTOR_TARGET])
{
    const struct csa_acceptor *acceptor = trail->acceptor;
    for (size_t depth = trail->depth + 1; depth-- > 0;) {
        uint32_t character;
        if (acceptor->next(acceptor->states, depth, trail->characters[depth] + 1, &character) ==
            CSA_NEXT_NONE) {
            continue;
        }
        size_t size = trail->ends[depth];
        memcpy(target, word.data, size);
        size += csa_utf8_encode(target + size, character);
        if (depth < CSA_ACCEPTOR_DEPTH && acceptor->read(acceptor->states, depth, character)) {
            size = csa_acceptor_complete(acceptor, depth + 1, target, size);
        }
        trail->depth = depth;
        trail->dead = false;
        return csa_view_make(target, size);
    }
    return (struct csa_view){0};
}
