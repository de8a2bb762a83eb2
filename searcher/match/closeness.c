#include "searcher/match/closeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct csa_place {
    uint32_t position, word;
};

enum csa_status csa_closeness_init(struct csa_closeness *c, struct csa_match *match, size_t count,
                                   struct csa_error *error)
{
    *c = (struct csa_closeness){
        .match = match,
        .count = count,
        .weights = csa_arena_zalloc(match->arena, count + 1, sizeof *c->weights),
        .here = csa_arena_zalloc(match->arena, count + 1, sizeof *c->here),
        .forms = csa_arena_zalloc(match->arena, count + 1, sizeof *c->forms),
        .distinct = csa_arena_zalloc(match->arena, count + 1, sizeof *c->distinct),
    };
    bool ok = c->weights != NULL && c->here != NULL && c->forms != NULL && c->distinct != NULL;
    return ok ? CSA_OK : csa_error_set_memory(error, "the query's words");
}

static bool make_room(struct csa_closeness *c, size_t places, size_t positions)
{
    if (places > c->place_room) {
        struct csa_place *more = csa_arena_alloc(c->match->arena, 2 * places, sizeof *more);
        if (more == NULL) {
            return false;
        }
        if (c->place_room != 0) {
            memcpy(more, c->places, c->place_room * sizeof *more);
        }
        c->places = more;
        c->place_room = 2 * places;
    }
    if (positions > c->position_room) {
        c->positions = csa_arena_alloc(c->match->arena, 2 * positions, sizeof *c->positions);
        c->position_room = c->positions == NULL ? 0 : 2 * positions;
    }
    return c->positions != NULL;
}

/* Appends the places of one form in the passage. False when out of memory. */
static bool add_places(struct csa_closeness *c, uint32_t word, struct csa_reader *reader, uint32_t passage,
                       size_t *count)
{
    if (!csa_reader_seek(reader, passage) || !csa_reader_holds(reader, passage)) {
        return true;
    }
    unsigned index = csa_reader_index(reader, passage);
    uint32_t frequency = csa_reader_frequency(reader, reader->block, index);
    if (frequency > csa_segment_length(c->match->segment, passage)) {
        reader->damaged = true;
        return true;
    }
    if (!make_room(c, *count + frequency, (size_t)frequency + CSA_UNPACK_SLACK)) {
        return false;
    }
    if (csa_reader_positions(reader, reader->block, index, frequency, c->positions)) {
        for (uint32_t i = 0; i < frequency; i++) {
            c->places[(*count)++] = (struct csa_place){c->positions[i], word};
        }
    }
    return true;
}

static int compare_places(const void *left, const void *right)
{
    const struct csa_place *a = left;
    const struct csa_place *b = right;
    return a->position != b->position ? (a->position < b->position ? -1 : 1)
                                      : (a->word > b->word) - (a->word < b->word);
}

static void sort_places(struct csa_place *places, size_t count)
{
    enum { FEW = 24 };
    if (count > FEW) {
        qsort(places, count, sizeof *places, compare_places);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct csa_place place = places[i];
        size_t at = i;
        for (; at != 0 && compare_places(&place, &places[at - 1]) < 0; at--) {
            places[at] = places[at - 1];
        }
        places[at] = place;
    }
}

/* The words that stand in the window, in their order in the query, so that the sum does not depend on how the
 * window came about. */
static double sum_window(const struct csa_closeness *c)
{
    double sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        sum += c->distinct[i] != 0 ? c->weights[i] : 0;
    }
    return sum;
}

enum csa_status csa_closeness_rate(struct csa_closeness *c, uint32_t passage, uint32_t window, double *sum,
                                   struct csa_error *error)
{
    size_t here = 0, count = 0;
    *sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        here += c->here[i];
        *sum = c->here[i] ? fmax(*sum, c->weights[i]) : *sum;
    }
    if (here < 2) {
        return CSA_OK;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        for (uint32_t f = 0; f < c->forms[i].count && c->here[i]; f++) {
            if (!add_places(c, i, c->forms[i].readers[f], passage, &count)) {
                return csa_error_set_memory(error, "positions");
            }
        }
    }
    if (count > 1) {
        sort_places(c->places, count);
    }
    size_t low = 0;
    for (size_t i = 0; i < count; i++) {
        for (; c->places[i].position - c->places[low].position >= window; low++) {
            c->distinct[c->places[low].word]--;
        }
        if (c->distinct[c->places[i].word]++ == 0) {
            *sum = fmax(*sum, sum_window(c));
        }
    }
    memset(c->distinct, 0, c->count * sizeof *c->distinct);
    return CSA_OK;
}

enum csa_status csa_closeness_settle(struct csa_closeness *c, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < c->count && status == CSA_OK; i++) {
        status = csa_forms_settle(c->match, &c->forms[i], error);
    }
    return status;
}
