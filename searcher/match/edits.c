/* Words that are a few edits away from one: rows of the distance table, a row a character read, kept only
 * near the diagonal. Called through acceptor.h. */
#include "searcher/match/acceptor.h"

#include "common/text/unicode.h"

enum { DISTANCE_MAXIMUM = 2, BAND = 2 * DISTANCE_MAXIMUM + 1, CHARACTERS = CSA_ACCEPTOR_DEPTH };

struct edits {
    unsigned distance;
    size_t count;
    uint32_t characters[CHARACTERS];            /* of the word asked about */
    uint32_t read[CSA_ACCEPTOR_DEPTH];          /* of the word being read */
    uint8_t rows[CSA_ACCEPTOR_DEPTH + 1][BAND]; /* [i][k]: edits from i characters read to the first
                                                   i - distance + k of the word; above distance: too many */
};

/* Whether column i - distance + k of row i is one of the table's. */
static bool is_column(const struct edits *edits, size_t i, size_t k)
{
    return i + k >= edits->distance && i + k - edits->distance <= edits->count;
}

static bool read_character(void *states, size_t depth, uint32_t character)
{
    struct edits *edits = states;
    const unsigned distance = edits->distance;
    const uint32_t *word = edits->characters;
    const uint8_t *above = edits->rows[depth];
    uint8_t *row = edits->rows[depth + 1];
    bool alive = false;
    edits->read[depth] = character;
    for (size_t k = 0; k <= 2 * distance; k++) {
        unsigned least = distance + 1;
        if (is_column(edits, depth + 1, k)) {
            size_t j = depth + 1 + k - distance;
            unsigned change = j == 0 ? distance + 1U : above[k] + (word[j - 1] != character ? 1U : 0U);
            unsigned leave_out = k == 2 * distance ? distance + 1U : above[k + 1] + 1U;
            unsigned insert = k == 0 ? distance + 1U : row[k - 1] + 1U;
            least = change < least ? change : least;
            least = leave_out < least ? leave_out : least;
            least = insert < least ? insert : least;
            if (j >= 2 && depth >= 1 && word[j - 2] == character && word[j - 1] == edits->read[depth - 1]) {
                unsigned swap = edits->rows[depth - 1][k] + 1U;
                least = swap < least ? swap : least;
            }
        }
        row[k] = (uint8_t)least;
        alive = alive || least <= distance;
    }
    return alive;
}

static bool accepts(const void *states, size_t depth, unsigned *distance)
{
    const struct edits *edits = states;
    size_t k = edits->count + edits->distance - depth; /* wraps round when the word read is too long */
    if (edits->count + edits->distance < depth || k > 2 * edits->distance) {
        return false;
    }
    *distance = edits->rows[depth][k];
    return *distance <= edits->distance;
}

static void take_smaller(uint32_t candidate, uint32_t least, enum csa_acceptor_next *found,
                         uint32_t *character)
{
    if (candidate >= least && (*found == CSA_NEXT_NONE || candidate < *character)) {
        *character = candidate;
        *found = CSA_NEXT_ONE;
    }
}

/* With an edit left any character leads on; without, only those that the word itself goes on with, or that
 * complete a swap. */
static enum csa_acceptor_next next_character(const void *states, size_t depth, uint32_t least,
                                             uint32_t *character)
{
    const struct edits *edits = states;
    const uint8_t *row = edits->rows[depth];
    enum csa_acceptor_next found = CSA_NEXT_NONE;
    for (size_t k = 0; k <= 2 * edits->distance; k++) {
        if (row[k] < edits->distance) {
            *character = least;
            return CSA_NEXT_ANY;
        }
        if (!is_column(edits, depth, k)) {
            continue;
        }
        size_t j = depth + k - edits->distance;
        if (row[k] == edits->distance && j < edits->count) {
            take_smaller(edits->characters[j], least, &found, character);
        }
        /* The swap that would lead to column j + 1 of the row to come. */
        if (j >= 1 && j < edits->count && depth >= 1 && edits->characters[j] == edits->read[depth - 1] &&
            edits->rows[depth - 1][k] < edits->distance) {
            take_smaller(edits->characters[j - 1], least, &found, character);
        }
    }
    return found;
}

struct csa_acceptor csa_acceptor_of_edits(struct csa_view word, unsigned distance, struct csa_arena *arena)
{
    struct edits *edits = csa_arena_zalloc(arena, 1, sizeof *edits);
    struct csa_acceptor acceptor = {
        .states = edits, .read = read_character, .accepts = accepts, .next = next_character};
    if (edits == NULL) {
        return acceptor;
    }
    edits->distance = distance < DISTANCE_MAXIMUM ? distance : DISTANCE_MAXIMUM;
    const char *end = word.size == 0 ? word.data : word.data + word.size; /* null and 0 is null */
    bool fits = true;
    for (const char *p = word.data; p < end && fits;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        fits = edits->count < CHARACTERS;
        if (fits) {
            edits->characters[edits->count++] = character;
        }
    }
    for (size_t k = 0; k <= 2 * edits->distance; k++) {
        size_t edits_needed = k >= edits->distance ? k - edits->distance : SIZE_MAX;
        bool within = fits && is_column(edits, 0, k) && edits_needed <= edits->distance;
        edits->rows[0][k] = (uint8_t)(within ? edits_needed : edits->distance + 1);
    }
    return acceptor;
}

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
