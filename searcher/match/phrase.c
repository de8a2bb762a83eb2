#include "searcher/match/phrase.h"

#include <stdlib.h>
#include <string.h>

static int by_documents(const void *a, const void *b)
{
    const struct csa_phrase_element *x = a, *y = b;
    return (x->documents > y->documents) - (x->documents < y->documents);
}

/* Of the windows that candidates are asked for, and of the longest reach: a query's bytes and slop bound it.
 */
enum { WINDOW_WORDS = 64, REACH_WORDS = 128, REACH_LONGEST = 64 * (REACH_WORDS - 1) };

/* Passages behind its own that an occurrence can touch: those strictly inside it are shorter than it. */
static uint32_t reach_of(const struct csa_segment *segment, uint32_t span)
{
    if (segment->first_passages == NULL || span == 0) {
        return 0;
    }
    uint32_t shortest = segment->meta.shortest > 1 ? segment->meta.shortest : 1;
    uint32_t reach = 1 + (span - 1) / shortest;
    return reach < REACH_LONGEST ? reach : REACH_LONGEST;
}

struct csa_phrase *csa_phrase_new(struct csa_match *match, const struct csa_plan_node *node,
                                  struct csa_error *error)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->lists[match->number].count == 0) {
            return NULL;
        }
    }
    struct csa_phrase *phrase = csa_arena_zalloc(match->arena, 1, sizeof *phrase);
    struct csa_phrase_element *elements = csa_arena_zalloc(match->arena, node->child_count, sizeof *elements);
    if (phrase == NULL || elements == NULL) {
        csa_error_set_memory(error, "a phrase");
        return NULL;
    }
    *phrase = (struct csa_phrase){.match = match,
                                  .elements = elements,
                                  .element_count = node->child_count,
                                  .span = node->span,
                                  .slop = node->slop,
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
        for (uint32_t l = 0; l < lists->count; l++) {
            elements[i].documents += lists->items[l].document_count;
        }
    }
    qsort(elements, node->child_count, sizeof *elements, by_documents);
    while (elements[phrase->first].offset != 0) {
        phrase->first++;
    }
    phrase->article_end = csa_segment_first_passage(match->segment, 1);
    phrase->reach = phrase->title ? 0 : reach_of(match->segment, phrase->span + phrase->slop);
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
    return phrase->slop == 0 && element == phrase->first ? 0 : phrase->reach;
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

void csa_phrase_candidates(struct csa_phrase *phrase, uint32_t low, uint32_t high, uint64_t *bits)
{
    uint32_t words = (high - low + 63) / 64;
    uint32_t end = high > CSA_DOCUMENT_NONE - phrase->reach ? CSA_DOCUMENT_NONE : high + phrase->reach;
    uint64_t last = UINT64_MAX >> (words * 64 - (high - low));
    for (size_t e = 0; e < phrase->element_count; e++) {
        struct csa_phrase_element *element = &phrase->elements[e];
        uint64_t here[WINDOW_WORDS + REACH_WORDS] = {0};
        for (uint32_t r = 0; r < element->reader_count; r++) {
            csa_match_set_list(here, low, end, &element->scanners[r]);
        }
        spread_back(here, (end - low + 63) / 64, element_reach(phrase, e));
        here[words - 1] &= last;
        uint64_t any = 0;
        for (uint32_t i = 0; i < words; i++) {
            bits[i] = e == 0 ? here[i] : bits[i] & here[i];
            any |= bits[i];
        }
        if (any == 0) {
            return;
        }
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
        if (!csa_reader_seek(reader, passage) || !csa_reader_holds(reader, passage)) {
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

/* The number of positions that a passage takes up in its article. */
static uint32_t extent_of(const struct csa_segment *segment, uint32_t passage, uint32_t article)
{
    uint32_t extent = csa_segment_length(segment, passage);
    bool titled = csa_segment_first_passage(segment, article) == passage &&
                  csa_column_get(&segment->title_tokens, article) != 0;
    return titled ? extent + CSA_TITLE_GAP : extent;
}

/* ---- counting occurrences ---- */

uint32_t csa_phrase_count_exact(const struct csa_phrase_element *elements, size_t count, uint32_t limit)
{
    enum { AT_ROOM = 64 };
    uint32_t at[AT_ROOM] = {0};
    size_t driver = 0;
    for (size_t e = 1; e < count; e++) {
        driver = elements[e].position_count < elements[driver].position_count ? e : driver;
    }
    if (count > AT_ROOM) {
        return 0; /* the parser allows CSA_QUERY_CLAUSES leaves */
    }
    uint32_t found = 0;
    for (uint32_t i = 0; i < elements[driver].position_count; i++) {
        uint32_t position = elements[driver].positions[i];
        if (position < elements[driver].offset) {
            continue;
        }
        uint32_t start = position - elements[driver].offset;
        if (start >= limit) {
            break;
        }
        bool all = true;
        for (size_t e = 0; e < count && all; e++) {
            if (e == driver) {
                continue;
            }
            uint32_t wanted = start + elements[e].offset;
            while (at[e] < elements[e].position_count && elements[e].positions[at[e]] < wanted) {
                at[e]++;
            }
            if (at[e] == elements[e].position_count) {
                return found;
            }
            all = elements[e].positions[at[e]] == wanted;
        }
        found += all;
    }
    return found;
}

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

static uint32_t count_sloppy(const struct csa_phrase *phrase, uint32_t limit)
{
    enum { AT_ROOM = 64 };
    uint32_t at[AT_ROOM] = {0};
    const struct csa_phrase_element *elements = phrase->elements;
    uint32_t found = 0;
    if (phrase->element_count > AT_ROOM) {
        return 0;
    }
    for (;;) {
        size_t lowest = 0;
        int64_t low = shifted(&elements[0], at[0]), high = low;
        uint32_t start = elements[0].positions[at[0]];
        for (size_t e = 1; e < phrase->element_count; e++) {
            int64_t place = shifted(&elements[e], at[e]);
            high = place > high ? place : high;
            if (place < low || (place == low && elements[e].offset < elements[lowest].offset)) {
                low = place;
                lowest = e;
            }
            uint32_t position = elements[e].positions[at[e]];
            start = position < start ? position : start;
        }
        found += high - low <= (int64_t)phrase->slop && start < limit && !share_a_place(phrase, at);
        if (++at[lowest] == elements[lowest].position_count) {
            return found;
        }
    }
}

/* ---- one passage ---- */

static bool stands_in(struct csa_phrase_element *element, uint32_t passage)
{
    for (uint32_t r = 0; r < element->reader_count; r++) {
        struct csa_reader *reader = &element->readers[r];
        if (csa_reader_seek(reader, passage) && csa_reader_holds(reader, passage)) {
            return true;
        }
    }
    return false;
}

/* Occurrences within one passage; no position reaches limit. */
static uint32_t count_within(struct csa_phrase *phrase, uint32_t passage, uint32_t limit)
{
    for (size_t e = 0; e < phrase->element_count; e++) {
        if (!stands_in(&phrase->elements[e], passage)) {
            return 0;
        }
    }
    for (size_t e = 0; e < phrase->element_count; e++) {
        struct csa_phrase_element *element = &phrase->elements[e];
        element->position_count = 0;
        if (!append_positions(phrase, element, passage, 0, limit) || element->position_count == 0) {
            return 0;
        }
    }
    return phrase->slop == 0 ? csa_phrase_count_exact(phrase->elements, phrase->element_count, UINT32_MAX)
                             : count_sloppy(phrase, UINT32_MAX);
}

/* Occurrences that may run on into the passages up to `last`; inside: every word stands in the passage
 * itself. */
static uint32_t count_across(struct csa_phrase *phrase, uint32_t passage, uint32_t last, bool inside)
{
    const struct csa_segment *segment = phrase->match->segment;
    uint32_t extent = extent_of(segment, passage, phrase->article);
    uint32_t reach = phrase->span + phrase->slop;
    if (!inside && phrase->slop == 0) {
        /* Some word stands only behind the cut: the first one must stand near it. */
        struct csa_phrase_element *first = &phrase->elements[phrase->first];
        first->position_count = 0;
        if (!append_positions(phrase, first, passage, 0, UINT32_MAX) || first->position_count == 0 ||
            first->positions[first->position_count - 1] + reach < extent) {
            return 0;
        }
    }
    for (size_t e = 0; e < phrase->element_count; e++) {
        struct csa_phrase_element *element = &phrase->elements[e];
        element->position_count = 0;
        if (!append_positions(phrase, element, passage, 0, UINT32_MAX)) {
            return 0;
        }
        uint32_t base = extent;
        for (uint32_t p = passage + 1; p <= last && base - extent < reach; p++) {
            if (!append_positions(phrase, element, p, base, reach - (base - extent))) {
                return 0;
            }
            base += csa_segment_length(segment, p);
        }
        if (element->position_count == 0) {
            return 0;
        }
    }
    return phrase->slop == 0 ? csa_phrase_count_exact(phrase->elements, phrase->element_count, extent)
                             : count_sloppy(phrase, extent);
}

/* Makes phrase->article the passage's; candidates ascend, so it is mostly the same one or near. */
static void find_article(struct csa_phrase *phrase, uint32_t passage)
{
    const struct csa_segment *segment = phrase->match->segment;
    if (passage >= phrase->article_first && passage < phrase->article_end) {
        return;
    }
    phrase->article = passage >= phrase->article_end
                          ? csa_segment_article_from(segment, phrase->article, passage)
                          : csa_segment_article_of(segment, passage);
    phrase->article_first = csa_segment_first_passage(segment, phrase->article);
    phrase->article_end = csa_segment_first_passage(segment, phrase->article + 1);
}

uint32_t csa_phrase_frequency(struct csa_phrase *phrase, uint32_t passage)
{
    const struct csa_segment *segment = phrase->match->segment;
    if (phrase->failed) {
        return 0;
    }
    if (phrase->title) {
        uint32_t article = csa_segment_article_of(segment, passage);
        return count_within(phrase, passage, csa_column_get(&segment->title_tokens, article));
    }
    if (phrase->reach == 0) {
        return count_within(phrase, passage, UINT32_MAX);
    }
    find_article(phrase, passage);
    if (phrase->article_end <= passage + 1 || phrase->article_end > segment->meta.passages) {
        return count_within(phrase, passage, UINT32_MAX); /* the article's last passage, or damage */
    }
    uint32_t last =
        phrase->article_end - 1 - passage > phrase->reach ? passage + phrase->reach : phrase->article_end - 1;
    bool inside = true;
    for (size_t e = 0; e < phrase->element_count; e++) {
        bool here = stands_in(&phrase->elements[e], passage);
        bool found = here;
        for (uint32_t p = passage + 1; p <= last && !found; p++) {
            found = stands_in(&phrase->elements[e], p);
        }
        if (!found || (!here && e == phrase->first && phrase->slop == 0)) {
            return 0;
        }
        inside = inside && here;
    }
    return count_across(phrase, passage, last, inside);
}
