/* Words that fit a pattern with `*` and `?`: a state is a set of places in the pattern, as bits. Called
 * through acceptor.h. */
#include "searcher/match/acceptor.h"

#include "common/text/unicode.h"

typedef unsigned __int128 place_set; /* bit i: the pattern's element i was the last one read */

enum { PLACES = CSA_ACCEPTOR_DEPTH, ASCII = 128 };

struct state {
    place_set places;
    bool at_start; /* no element is read yet */
};

struct pattern {
    unsigned count;         /* elements: characters and `?`; behind PLACES: too many */
    bool start_repeats;     /* a `*` stands first */
    place_set repeats;      /* a `*` stands behind these elements */
    place_set any;          /* these are `?` */
    place_set ascii[ASCII]; /* the elements that are this character */
    uint32_t characters[PLACES];
    struct state states[CSA_ACCEPTOR_DEPTH + 1];
};

static const place_set ONE = 1;

/* Which of the candidates are this character. */
static place_set elements_of(const struct pattern *pattern, place_set candidates, uint32_t character)
{
    if (character < ASCII) {
        return candidates & pattern->ascii[character];
    }
    place_set found = 0;
    for (unsigned i = 0; i < pattern->count && candidates >> i != 0; i++) {
        if ((candidates >> i & 1) != 0 && pattern->characters[i] == character) {
            found |= ONE << i;
        }
    }
    return found;
}

/* The elements that may be read next. */
static place_set candidates_of(const struct pattern *pattern, const struct state *state)
{
    place_set all = pattern->count == PLACES ? ~(place_set)0 : (ONE << pattern->count) - 1;
    return (state->places << 1 | (state->at_start ? 1 : 0)) & all;
}

static bool read_character(void *states, size_t depth, uint32_t character)
{
    struct pattern *pattern = states;
    const struct state *state = &pattern->states[depth];
    struct state *next = &pattern->states[depth + 1];
    place_set candidates = candidates_of(pattern, state);
    next->places = elements_of(pattern, candidates, character) | (candidates & pattern->any) |
                   (state->places & pattern->repeats);
    next->at_start = state->at_start && pattern->start_repeats;
    return next->places != 0 || next->at_start;
}

static bool accepts(const void *states, size_t depth, unsigned *distance)
{
    const struct pattern *pattern = states;
    const struct state *state = &pattern->states[depth];
    *distance = 0;
    return pattern->count == 0 ? state->at_start : (state->places >> (pattern->count - 1) & 1) != 0;
}

static enum csa_acceptor_next next_character(const void *states, size_t depth, uint32_t least,
                                             uint32_t *character)
{
    const struct pattern *pattern = states;
    const struct state *state = &pattern->states[depth];
    place_set candidates = candidates_of(pattern, state);
    if ((state->places & pattern->repeats) != 0 || (state->at_start && pattern->start_repeats) ||
        (candidates & pattern->any) != 0) {
        *character = least;
        return CSA_NEXT_ANY;
    }
    enum csa_acceptor_next found = CSA_NEXT_NONE;
    for (unsigned i = 0; i < pattern->count && candidates >> i != 0; i++) {
        uint32_t candidate = pattern->characters[i];
        if ((candidates >> i & 1) != 0 && candidate >= least &&
            (found == CSA_NEXT_NONE || candidate < *character)) {
            *character = candidate;
            found = CSA_NEXT_ONE;
        }
    }
    return found;
}

static void add_element(struct pattern *pattern, uint32_t character)
{
    if (character == '*' && pattern->count == 0) {
        pattern->start_repeats = true;
    } else if (character == '*') {
        pattern->repeats |= ONE << (pattern->count - 1);
    } else {
        place_set place = ONE << pattern->count;
        pattern->characters[pattern->count++] = character;
        if (character == '?') {
            pattern->any |= place;
        } else if (character < ASCII) {
            pattern->ascii[character] |= place;
        }
    }
}

struct csa_acceptor csa_acceptor_of_pattern(struct csa_view pattern_text, struct csa_arena *arena)
{
    struct pattern *pattern = csa_arena_zalloc(arena, 1, sizeof *pattern);
    struct csa_acceptor acceptor = {
        .states = pattern, .read = read_character, .accepts = accepts, .next = next_character};
    if (pattern == NULL) {
        return acceptor;
    }
    pattern->states[0].at_start = true;
    const char *end = pattern_text.size == 0 ? pattern_text.data : pattern_text.data + pattern_text.size;
    for (const char *p = pattern_text.data; p < end;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        if (pattern->count == PLACES && character != '*') {
            pattern->states[0].at_start = false; /* longer than any word */
            break;
        }
        add_element(pattern, character);
    }
    return acceptor;
}
