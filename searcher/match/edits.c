/* Words that are a few edits away from one: rows of the distance table, a row a character read, kept only
 * near the diagonal. What can be reached by so many edits is a bit for each place of a row, so that a row is
 * made from those above it by a few operations (Wu and Manber 1992, here along the diagonal). Called through
 * acceptor.h. */
#include "searcher/match/acceptor.h"

#include "common/text/unicode.h"

enum {
    DISTANCE_MAXIMUM = 2,
    CHARACTERS = CSA_ACCEPTOR_DEPTH,
    MARGIN = DISTANCE_MAXIMUM + 2, /* places before and behind the word that a row looks at */
    ASCII = 128,
    SHORT = 64 - 2 * MARGIN, /* characters: their places are bits of a number */
};

/* reached[e], bit k: e edits lead from the i characters read to the first i - distance + k of the word. */
struct row {
    uint8_t reached[DISTANCE_MAXIMUM + 1];
};

struct edits {
    unsigned distance;
    size_t count;
    uint32_t word[MARGIN + CHARACTERS + MARGIN]; /* UINT32_MAX, which is no character, before and behind */
    uint32_t read[CSA_ACCEPTOR_DEPTH];           /* of the word being read */
    uint64_t ascii[ASCII]; /* bit MARGIN + j: the word's character j is this one. Of a short word */
    struct row rows[CSA_ACCEPTOR_DEPTH + 1];
};

/* The bits of row i whose columns are the table's. */
static unsigned columns_of(const struct edits *edits, size_t i)
{
    size_t last = edits->count + edits->distance; /* less i: the place of the last column */
    unsigned all = (2U << 2 * edits->distance) - 1;
    unsigned columns = last < i ? 0 : last - i >= 2 * edits->distance ? all : (2U << (last - i)) - 1;
    return i >= edits->distance ? columns : columns & (all << (edits->distance - i));
}

/* Bit k: the character that leads to column i - distance + k - 1 is this one. */
static unsigned places_of(const struct edits *edits, size_t i, uint32_t character)
{
    size_t first = MARGIN - 2 - edits->distance + i;
    if (character < ASCII && edits->count <= SHORT) {
        return (unsigned)(edits->ascii[character] >> first) & ((2U << (2 * DISTANCE_MAXIMUM + 1)) - 1);
    }
    const uint32_t *word = edits->word + first;
    unsigned places = 0;
    for (unsigned k = 0; k <= 2 * DISTANCE_MAXIMUM + 1; k++) {
        places |= (unsigned)(word[k] == character) << k;
    }
    return places;
}

static bool read_character(void *states, size_t depth, uint32_t character)
{
    struct edits *edits = states;
    const uint8_t *above = edits->rows[depth].reached;
    uint8_t *row = edits->rows[depth + 1].reached;
    unsigned columns = columns_of(edits, depth + 1);
    unsigned places = places_of(edits, depth + 1, character);
    edits->read[depth] = character;
    row[0] = (uint8_t)(above[0] & places >> 1 & columns);
    if (edits->distance == 0) {
        return row[0] != 0;
    }
    const uint8_t *swapped = depth == 0 ? NULL : edits->rows[depth - 1].reached;
    unsigned swaps = depth == 0 ? 0 : places & places_of(edits, depth + 1, edits->read[depth - 1]) >> 1;
    for (unsigned e = 1; e <= edits->distance; e++) {
        unsigned changed = above[e - 1];
        unsigned left_out = above[e - 1] >> 1;
        unsigned inserted = (unsigned)row[e - 1] << 1;
        unsigned swap = swaps == 0 ? 0 : swapped[e - 1] & swaps;
        row[e] = (uint8_t)(((above[e] & places >> 1) | changed | left_out | inserted | swap) & columns);
    }
    return row[edits->distance] != 0;
}

static bool accepts(const void *states, size_t depth, unsigned *distance)
{
    const struct edits *edits = states;
    size_t k = edits->count + edits->distance - depth; /* wraps round when the word read is too long */
    if (edits->count + edits->distance < depth || k > 2 * edits->distance) {
        return false;
    }
    for (*distance = 0; *distance <= edits->distance; ++*distance) {
        if ((edits->rows[depth].reached[*distance] >> k & 1) != 0) {
            return true;
        }
    }
    return false;
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
    const uint8_t *row = edits->rows[depth].reached;
    const uint32_t *word = edits->word + MARGIN;
    enum csa_acceptor_next found = CSA_NEXT_NONE;
    if (edits->distance != 0 && row[edits->distance - 1] != 0) {
        *character = least;
        return CSA_NEXT_ANY;
    }
    unsigned swapped =
        edits->distance != 0 && depth != 0 ? edits->rows[depth - 1].reached[edits->distance - 1] : 0;
    for (size_t k = 0; k <= 2 * edits->distance; k++) {
        size_t j = depth + k - edits->distance; /* of no use where it is none of the columns */
        if ((row[edits->distance] >> k & 1) != 0 && j < edits->count) {
            take_smaller(word[j], least, &found, character);
        }
        /* The swap that would lead to column j + 1 of the row to come. */
        if ((swapped >> k & 1) != 0 && j >= 1 && j < edits->count && word[j] == edits->read[depth - 1]) {
            take_smaller(word[j - 1], least, &found, character);
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
    memset(edits->word, 0xFF, sizeof edits->word);
    const char *end = word.size == 0 ? word.data : word.data + word.size; /* null and 0 is null */
    bool fits = true;
    for (const char *p = word.data; p < end && fits;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        fits = edits->count < CHARACTERS;
        if (fits) {
            edits->ascii[character % ASCII] |=
                character < ASCII && edits->count < SHORT ? UINT64_C(1) << (MARGIN + edits->count) : 0;
            edits->word[MARGIN + edits->count++] = character;
        }
    }
    for (unsigned e = 0; e <= edits->distance && fits;
         e++) { /* without anything read: its first e characters */
        unsigned reached = ((2U << e) - 1) << edits->distance;
        edits->rows[0].reached[e] = (uint8_t)(reached & columns_of(edits, 0));
    }
    return acceptor;
}
