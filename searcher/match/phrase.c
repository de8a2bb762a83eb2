#include "searcher/match/phrase.h"

#include <stdlib.h>
#include <string.h>

static int by_documents(const void *a, const void *b)
{
    const struct csa_phrase_element *x = a, *y = b;
    return (x->documents > y->documents) - (x->documents < y->documents);
}

enum {
    WINDOW_WORDS = 64, /* of the windows that candidates are asked for */
    REACH_WORDS = CSA_PHRASE_REACH / 64 + 1,
    STEPS_OF_A_LIST = 128, /* that reading a list's block takes, about */
    STEPS_OF_A_SEEK = 4,
    FEW = 12,      /* candidates in a window that are rather looked at one by one, */
    FEW_REACH = 4, /* where they reach less far than this */
};

struct csa_phrase *csa_phrase_new(struct csa_match *match, const struct csa_plan_node *node,
                                  struct csa_error *error)
{
    bool possible = node->child_count != 0;
    for (size_t i = 0; i < node->child_count; i++) {
        possible = possible && node->children[i]->lists[match->number].count != 0;
    }
    if (!possible) {
        return NULL;
    }
    struct csa_phrase *phrase = csa_arena_zalloc(match->arena, 1, sizeof *phrase);
    struct csa_phrase_element *elements = csa_arena_zalloc(match->arena, node->child_count, sizeof *elements);
    uint32_t *at = csa_arena_alloc(match->arena, node->child_count, sizeof *at);
    if (phrase == NULL || elements == NULL || at == NULL) {
        csa_error_set_memory(error, "a phrase");
        return NULL;
    }
    *phrase = (struct csa_phrase){.match = match,
                                  .elements = elements,
                                  .element_count = node->child_count,
                                  .span = node->span,
                                  .slop = node->slop,
                                  .at = at,
                                  .title = node->kind == CSA_PLAN_TITLE_PHRASE};
    for (size_t i = 0; i < node->child_count; i++) {
        const struct csa_lists *lists = &node->children[i]->lists[match->number];
        elements[i].readers = csa_match_readers(match, lists);
        elements[i].scanners = csa_match_readers(match, lists);
        if (elements[i].readers == NULL || elements[i].scanners == NULL) {
            csa_error_set_memory(error, "a phrase");
            return NULL;
        }
        elements[i].reader_count = lists->count;
        elements[i].offset = node->children[i]->offset;
        elements[i].order = (uint32_t)i;
        for (uint32_t l = 0; l < lists->count; l++) {
            elements[i].documents += lists->items[l].document_count;
        }
    }
    qsort(elements, node->child_count, sizeof *elements, by_documents);
    while (elements[phrase->first].offset != 0) {
        phrase->first++;
    }
    phrase->reach = phrase->title ? 0 : csa_phrase_reach(match->segment, phrase->span + phrase->slop);
    return phrase;
}

enum csa_status csa_phrase_settle(struct csa_phrase *phrase, struct csa_error *error)
{
    if (phrase->failed) {
        return csa_error_set_memory(error, "a phrase's positions");
    }
    for (size_t e = 0; e < phrase->element_count; e++) {
        const struct csa_phrase_element *element = &phrase->elements[e];
        for (uint32_t r = 0; r < element->reader_count; r++) {
            enum csa_status status = csa_match_settle(phrase->match, &element->readers[r], error);
            if (status == CSA_OK) {
                status = csa_match_settle(phrase->match, &element->scanners[r], error);
            }
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    return CSA_OK;
}

/* ---- candidates ---- */

/* How far ahead of an occurrence's passage an element may stand: an exact phrase begins with its first one.
 */
static uint32_t element_reach(const struct csa_phrase *phrase, size_t element)
{
    return phrase->slop == 0 && element == phrase->first && !phrase->part ? 0 : phrase->reach;
}

/* Lets each bit also set the `reach` bits before it. */
static void spread_back(uint64_t *bits, uint32_t words, uint32_t reach)
{
    for (uint32_t step = 1; reach != 0; step *= 2) {
        uint32_t by = step < reach ? step : reach;
        for (uint32_t i = 0; i + by / 64 < words; i++) {
            uint32_t from = i + by / 64;
            uint64_t ahead = bits[from] >> (by % 64);
            if (by % 64 != 0 && from + 1 < words) {
                ahead |= bits[from + 1] << (64 - by % 64);
            }
            bits[i] |= ahead;
        }
        reach -= by;
    }
}

/* Whether one of the element's words stands in one of the passages [first, last]. */
static bool is_near(struct csa_phrase *phrase, struct csa_phrase_element *element, uint32_t first,
                    uint32_t last)
{
    for (uint32_t r = 0; r < element->reader_count && !phrase->match->stopped; r++) {
        struct csa_reader *scanner = &element->scanners[r];
        for (uint32_t p = first; p <= last && !csa_match_spend(phrase->match, STEPS_OF_A_SEEK); p++) {
            if (csa_reader_seek(scanner, p) && csa_reader_holds(scanner, p)) {
                return true;
            }
        }
    }
    return false;
}

/* Drops candidates, of which there are few, that an element does not stand near to; returns how many are
 * left. */
static unsigned keep_near(struct csa_phrase *phrase, size_t e, uint32_t low, uint32_t words, uint64_t *bits)
{
    uint32_t reach = element_reach(phrase, e);
    uint32_t end = phrase->match->segment->meta.passages - 1;
    unsigned kept = 0;
    for (uint32_t i = 0; i < words; i++) {
        for (uint64_t word = bits[i]; word != 0; word &= word - 1) {
            uint32_t p = low + 64 * i + (uint32_t)__builtin_ctzll(word);
            uint32_t last = end - p < reach ? end : p + reach;
            bool near = is_near(phrase, &phrase->elements[e], p, last);
            bits[i] &= near ? UINT64_MAX : ~(word & (~word + 1));
            kept += near;
        }
    }
    return kept;
}

void csa_phrase_candidates(struct csa_phrase *phrase, uint32_t low, uint32_t high, uint64_t *bits)
{
    uint32_t words = (high - low + 63) / 64;
    uint32_t end = high > CSA_DOCUMENT_NONE - phrase->reach ? CSA_DOCUMENT_NONE : high + phrase->reach;
    uint64_t last = UINT64_MAX >> (words * 64 - (high - low));
    bool few = false;
    for (size_t e = 0; e < phrase->element_count; e++) {
        struct csa_phrase_element *element = &phrase->elements[e];
        if (few && element_reach(phrase, e) < FEW_REACH) {
            if (keep_near(phrase, e, low, words, bits) == 0) {
                return;
            }
            continue;
        }
        uint64_t here[WINDOW_WORDS + REACH_WORDS] = {0};
        for (uint32_t r = 0; r < element->reader_count; r++) {
            csa_match_set_list(here, low, end, &element->scanners[r]);
            if (csa_match_spend(phrase->match, STEPS_OF_A_LIST)) {
                memset(bits, 0, words * sizeof *bits);
                return;
            }
        }
        spread_back(here, (end - low + 63) / 64, element_reach(phrase, e));
        here[words - 1] &= last;
        for (uint32_t i = 0; i < words; i++) {
            bits[i] = e == 0 ? here[i] : bits[i] & here[i];
        }
        unsigned left = csa_bitmap_count((const uint8_t *)bits, 64 * words);
        if (left == 0) {
            return;
        }
        few = left <= FEW;
    }
}

/* ---- positions ---- */

static bool make_room(struct csa_phrase *phrase, struct csa_phrase_element *element, uint32_t more)
{
    if (more <= element->position_room - element->position_count) {
        return true;
    }
    uint64_t room = ((uint64_t)element->position_count + more) * 2 + 16;
    uint32_t *positions =
        room > UINT32_MAX ? NULL : csa_arena_alloc(phrase->match->arena, (size_t)room, sizeof *positions);
    if (positions == NULL) {
        phrase->failed = true;
        return false;
    }
    if (element->position_count != 0) {
        memcpy(positions, element->positions, element->position_count * sizeof *positions);
    }
    element->positions = positions;
    element->position_room = (uint32_t)room;
    return true;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Puts positions from several lists in order and takes doubles out. */
static void put_in_order(struct csa_phrase_element *element, uint32_t from)
{
    uint32_t *positions = element->positions;
    qsort(positions + from, element->position_count - from, sizeof *positions, ascending);
    uint32_t kept = from;
    for (uint32_t i = from; i < element->position_count; i++) {
        if (kept == from || positions[i] != positions[kept - 1]) {
            positions[kept++] = positions[i];
        }
    }
    element->position_count = kept;
}

/* Appends the element's positions in one passage, `base` added, those below `limit`. */
static bool append_positions(struct csa_phrase *phrase, struct csa_phrase_element *element, uint32_t passage,
                             uint32_t base, uint32_t limit)
{
    uint32_t from = element->position_count;
    unsigned lists = 0;
    for (uint32_t r = 0; r < element->reader_count; r++) {
        struct csa_reader *reader = &element->readers[r];
        if (csa_match_spend(phrase->match, STEPS_OF_A_SEEK)) {
            return false;
        }
        if (!csa_reader_seek(reader, passage) || !csa_reader_holds_next(reader, passage)) {
            continue;
        }
        unsigned index = csa_reader_index(reader, passage);
        uint32_t frequency = csa_reader_frequency(reader, reader->block, index);
        if (frequency > csa_segment_length(phrase->match->segment, passage)) {
            reader->damaged = true;
            return false;
        }
        if (!make_room(phrase, element, frequency + CSA_UNPACK_SLACK)) {
            return false;
        }
        uint32_t *out = element->positions + element->position_count;
        if (!csa_reader_positions(reader, reader->block, index, frequency, out)) {
            return false;
        }
        csa_match_spend(phrase->match, frequency);
        lists++;
        for (uint32_t i = 0; i < frequency && out[i] < limit; i++) {
            out[i] += base;
            element->position_count++;
        }
    }
    if (lists > 1) {
        put_in_order(element, from);
    }
    return true;
}

/* ---- counting occurrences ---- */

static int64_t shifted(const struct csa_phrase_element *element, uint32_t at)
{
    return (int64_t)element->positions[at] - element->offset;
}

/* Whether two elements that may be the same word stand at the same place: then one of them is missing. */
static bool share_a_place(const struct csa_phrase *phrase, const uint32_t *at)
{
    const struct csa_phrase_element *elements = phrase->elements;
    for (size_t a = 0; a < phrase->element_count; a++) {
        for (size_t b = a + 1; b < phrase->element_count; b++) {
            if (elements[a].offset != elements[b].offset &&
                elements[a].positions[at[a]] == elements[b].positions[at[b]]) {
                return true;
            }
        }
    }
    return false;
}

/* Adds an occurrence to phrase->spans. */
static bool add_span(struct csa_phrase *phrase, uint32_t first, uint32_t last)
{
    if (phrase->span_count == phrase->span_room) {
        uint32_t room = phrase->span_room * 2 + 16;
        struct csa_phrase_span *spans = csa_arena_alloc(phrase->match->arena, room, sizeof *spans);
        if (spans == NULL) {
            phrase->failed = true;
            return false;
        }
        if (phrase->span_count != 0) {
            memcpy(spans, phrase->spans, phrase->span_count * sizeof *spans);
        }
        phrase->spans = spans;
        phrase->span_room = room;
    }
    phrase->spans[phrase->span_count++] = (struct csa_phrase_span){first, last};
    return true;
}

static bool comes_before(const struct csa_phrase_element *a, const struct csa_phrase_element *b)
{
    return a->offset != b->offset ? a->offset < b->offset : a->order < b->order;
}

/* Occurrences with slop that start below `limit`, as many as there is time for; to `collect` them, they are
 * added to phrase->spans. */
static uint32_t count_sloppy(struct csa_phrase *phrase, uint32_t limit, bool collect)
{
    uint32_t *at = phrase->at;
    const struct csa_phrase_element *elements = phrase->elements;
    uint32_t found = 0;
    uint64_t pairs = (uint64_t)phrase->element_count * (phrase->element_count - 1) / 2;
    memset(at, 0, phrase->element_count * sizeof *at);
    while (!csa_match_spend(phrase->match, phrase->element_count)) {
        size_t lowest = 0;
        int64_t low = shifted(&elements[0], at[0]), high = low;
        uint32_t start = elements[0].positions[at[0]], end = start;
        for (size_t e = 1; e < phrase->element_count; e++) {
            int64_t place = shifted(&elements[e], at[e]);
            high = place > high ? place : high;
            if (place < low || (place == low && comes_before(&elements[e], &elements[lowest]))) {
                low = place;
                lowest = e;
            }
            uint32_t position = elements[e].positions[at[e]];
            start = position < start ? position : start;
            end = position > end ? position : end;
        }
        if (high - low <= (int64_t)phrase->slop && start < limit) {
            csa_match_spend(phrase->match, pairs);
            if (!share_a_place(phrase, at)) {
                found++;
                if (collect && !add_span(phrase, start, end)) {
                    return 0;
                }
            }
        }
        if (++at[lowest] == elements[lowest].position_count) {
            break;
        }
    }
    return found;
}

/* ---- one passage ---- */

static bool stands_in(struct csa_phrase *phrase, struct csa_phrase_element *element, uint32_t passage)
{
    for (uint32_t r = 0; r < element->reader_count && !csa_match_spend(phrase->match, STEPS_OF_A_SEEK); r++) {
        struct csa_reader *reader = &element->readers[r];
        if (csa_reader_seek(reader, passage) && csa_reader_holds_next(reader, passage)) {
            return true;
        }
    }
    return false;
}

/* The element's positions in an area. */
static bool gather(struct csa_phrase *phrase, struct csa_phrase_element *element,
                   const struct csa_phrase_area *area)
{
    const struct csa_segment *segment = phrase->match->segment;
    element->position_count = 0;
    bool read = append_positions(phrase, element, area->passage, 0, area->limit);
    uint32_t base = area->extent;
    for (uint32_t p = area->passage + 1; read && p <= area->last && base - area->extent < area->reach; p++) {
        read = append_positions(phrase, element, p, base, area->reach - (base - area->extent));
        base += csa_segment_length(segment, p);
    }
    return read && element->position_count != 0;
}

static bool make_start_room(struct csa_phrase *phrase, uint32_t count)
{
    if (count > phrase->start_room) {
        phrase->starts = csa_arena_alloc(phrase->match->arena, 2 * (size_t)count, sizeof *phrase->starts);
        phrase->start_room = phrase->starts == NULL ? 0 : 2 * count;
        phrase->failed = phrase->failed || phrase->starts == NULL;
    }
    return !phrase->failed;
}

/* Starts of the exact phrase in an area, into phrase->starts. The words' positions are read from the rarest
 * on, for as long as some start is left. The phrase's first word has been gathered already if `begun` says
 * so. */
static uint32_t find_starts(struct csa_phrase *phrase, const struct csa_phrase_area *area, bool begun)
{
    uint32_t count = 0;
    for (size_t e = 0; e < phrase->element_count; e++) {
        struct csa_phrase_element *element = &phrase->elements[e];
        if (!(begun && e == phrase->first) && !gather(phrase, element, area)) {
            return 0;
        }
        if (e == 0) {
            count = !make_start_room(phrase, element->position_count)
                        ? 0
                        : csa_phrase_first_starts(element->positions, element->position_count,
                                                  element->offset, phrase->starts);
        } else {
            count = csa_phrase_keep_starts(phrase->starts, count, element->positions, element->position_count,
                                           element->offset);
        }
        if (count == 0) {
            return 0;
        }
    }
    return count;
}

static bool gather_all(struct csa_phrase *phrase, const struct csa_phrase_area *area)
{
    for (size_t e = 0; e < phrase->element_count; e++) {
        if (!gather(phrase, &phrase->elements[e], area)) {
            return false;
        }
    }
    return true;
}

static uint32_t count_within(struct csa_phrase *phrase, const struct csa_phrase_area *area)
{
    for (size_t e = 0; e < phrase->element_count; e++) {
        if (!stands_in(phrase, &phrase->elements[e], area->passage)) {
            return 0;
        }
    }
    if (phrase->slop == 0) {
        return find_starts(phrase, area, false);
    }
    return gather_all(phrase, area) ? count_sloppy(phrase, UINT32_MAX, false) : 0;
}

/* Occurrences that may run on into the passages behind; inside: every word stands in the passage itself. */
static uint32_t count_across(struct csa_phrase *phrase, struct csa_phrase_area *area, bool inside)
{
    const struct csa_segment *segment = phrase->match->segment;
    if (phrase->slop != 0) {
        csa_phrase_area_measure(segment, area);
        return gather_all(phrase, area) ? count_sloppy(phrase, area->extent, false) : 0;
    }
    /* Only an occurrence whose first word stands near the cut can run on behind it. */
    struct csa_phrase_area own = *area;
    own.last = area->passage;
    struct csa_phrase_element *first = &phrase->elements[phrase->first];
    if (!gather(phrase, first, &own)) {
        return 0;
    }
    if (first->positions[first->position_count - 1] + phrase->span <
        csa_segment_length(segment, area->passage)) {
        return inside ? find_starts(phrase, &own, true) : 0;
    }
    csa_phrase_area_measure(segment, area);
    uint32_t count = find_starts(phrase, area, false);
    while (count != 0 && phrase->starts[count - 1] >= area->extent) {
        count--;
    }
    return count;
}

uint32_t csa_phrase_frequency(struct csa_phrase *phrase, uint32_t passage)
{
    const struct csa_segment *segment = phrase->match->segment;
    if (phrase->failed || phrase->match->stopped) {
        return 0;
    }
    struct csa_phrase_area area =
        phrase->title ? csa_phrase_area_of_title(segment, passage)
                      : csa_phrase_area_of(segment, passage, phrase->span + phrase->slop, phrase->reach);
    if (area.last == passage) {
        return count_within(phrase, &area);
    }
    bool inside = true;
    for (size_t e = 0; e < phrase->element_count; e++) {
        bool here = stands_in(phrase, &phrase->elements[e], passage);
        bool found = here;
        for (uint32_t p = passage + 1; p <= area.last && !found; p++) {
            found = stands_in(phrase, &phrase->elements[e], p);
        }
        if (!found || (!here && e == phrase->first && phrase->slop == 0)) {
            return 0;
        }
        inside = inside && here;
    }
    return count_across(phrase, &area, inside);
}

static int by_place(const void *a, const void *b)
{
    const struct csa_phrase_span *x = a, *y = b;
    return x->first != y->first ? (x->first > y->first) - (x->first < y->first)
                                : (x->last > y->last) - (x->last < y->last);
}

bool csa_phrase_spans(struct csa_phrase *phrase, const struct csa_phrase_area *area)
{
    phrase->span_count = 0;
    if (phrase->failed) {
        return false;
    }
    if (phrase->slop == 0) {
        uint32_t count = find_starts(phrase, area, false);
        for (uint32_t i = 0; i < count; i++) {
            if (!add_span(phrase, phrase->starts[i], phrase->starts[i] + phrase->span)) {
                return false;
            }
        }
    } else if (gather_all(phrase, area)) {
        count_sloppy(phrase, UINT32_MAX, true);
        if (phrase->span_count != 0) {
            qsort(phrase->spans, phrase->span_count, sizeof *phrase->spans, by_place);
        }
    }
    return phrase->span_count != 0 && !phrase->failed;
}
