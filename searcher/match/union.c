/* Any of some lists, best k: MaxScore (Turtle and Flood 1995) with block-max bounds (Ding and Suel 2011),
 * window by window. Each list's largest part is known for each window of passages before anything is read;
 * windows are visited only if these sum up to the bar, the most promising few first, so that the bar is high
 * when the rest is gone through. In a window the lists whose bounds together stay below the bar are not read,
 * only probed for passages that the other lists bring near it. Called by match.c; counting is count.c's. */
#include "searcher/match/bound.h"
#include "searcher/match/match.h"

#include <float.h>
#include <string.h>

enum {
    WINDOWS_WANTED = 256,
    WINDOW_SHIFT_LEAST = 9, /* at least 16 passages a group */
    WINDOW_SHIFT_MOST = 12,
    SHORT = 1024, /* lists up to this are scored whole before */
    FIRST = 8,    /* windows visited first */
};

struct list {
    float weight;
    struct csa_reader *reader;
    const uint32_t *documents; /* a short list: all documents and their parts; else null */
    const float *parts;
    uint32_t size;
    float *bounds;    /* by window: the largest part, or more */
    uint32_t *starts; /* by window, one more at the end: the first block, or posting of a short list, that may
                         lie in it */
    const float *byte_bounds;
};

struct state {
    struct csa_match *match;
    struct list *lists;
    size_t count;
    unsigned shift;
    uint32_t windows;
    float *totals;    /* by window: sum of the lists' bounds; -1 once visited */
    double *scores;   /* of the window's passages; zero between windows */
    uint64_t touched; /* groups of passages that have a score; 64 groups a window */
    unsigned group_shift;
    uint16_t *places;
    /* the window at hand */
    uint32_t window, low, high;
    const struct list **order; /* by bound in the window, ascending */
    float *bounds;             /* of the same */
    double *sums;              /* sums[i]: of the bounds of the lists before i */
    size_t present, essential; /* lists from `essential` on are read */
};

/* ---- bounds by window ---- */

/* What one pass over a long list gives: bounds, starts. At the level of super-blocks where these are fine
 * enough. */
static void spread_bounds(const struct state *s, struct list *list, bool by_super)
{
    const struct csa_postings *postings = &list->reader->list;
    uint32_t units = by_super ? postings->super_count : postings->block_count;
    uint32_t next = 0;   /* first window without a start */
    uint32_t window = 0; /* of the unit's first possible document */
    for (uint32_t unit = 0; unit < units; unit++) {
        uint32_t last =
            by_super ? csa_postings_super_last(postings, unit) : csa_postings_block_last(postings, unit);
        uint8_t byte = by_super ? postings->super_bound[unit] : postings->block_bound[unit];
        float bound = list->byte_bounds[byte];
        uint32_t end = last >> s->shift;
        if (end >= s->windows) {
            break; /* only in a damaged list */
        }
        for (; next <= end; next++) {
            list->starts[next] = by_super ? unit * CSA_SUPER_BLOCK : unit;
        }
        for (; window < end; window++) {
            list->bounds[window] = bound > list->bounds[window] ? bound : list->bounds[window];
        }
        list->bounds[end] = bound > list->bounds[end] ? bound : list->bounds[end];
        window = (last + 1) >> s->shift;
    }
    for (; next <= s->windows; next++) {
        list->starts[next] = postings->block_count;
    }
}

/* Scores a short list whole. */
static bool score_short(const struct state *s, struct list *list)
{
    struct csa_match *match = s->match;
    struct csa_reader *reader = list->reader;
    uint32_t count = reader->list.document_count;
    uint32_t *documents = csa_arena_alloc(match->arena, count + CSA_UNPACK_SLACK, sizeof *documents);
    float *parts = csa_arena_alloc(match->arena, count + CSA_UNPACK_SLACK, sizeof *parts);
    if (documents == NULL || parts == NULL) {
        return false;
    }
    uint32_t size = 0;
    for (uint32_t block = 0; block < reader->list.block_count; block++) {
        csa_reader_place(reader, block);
        unsigned n = csa_reader_unpack(reader);
        if (n == 0 || n > count - size || !csa_reader_unpack_frequencies(reader)) {
            break; /* damaged: said at the end */
        }
        memcpy(documents + size, reader->documents, n * sizeof *documents);
        csa_match_parts(match, list->weight, reader->documents, reader->frequencies, n, parts + size);
        size += n;
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < size; i++) {
        uint32_t window = documents[i] >> s->shift;
        for (; next <= window; next++) {
            list->starts[next] = i;
        }
        list->bounds[window] = parts[i] > list->bounds[window] ? parts[i] : list->bounds[window];
    }
    for (; next <= s->windows; next++) {
        list->starts[next] = size;
    }
    list->documents = documents;
    list->parts = parts;
    list->size = size;
    return true;
}

/* The k-th best of a short list, roughly from below. */
static void raise_by_short(const struct state *s, const struct list *list)
{
    size_t k = s->match->collector->room;
    bool all = s->match->part->deletes.bits == NULL && s->match->only == NULL; /* may become hits */
    if (list->size < k || !all || !(list->weight > 0)) {
        return;
    }
    uint32_t counts[256] = {0};
    float scale = 255 / list->weight;
    for (uint32_t i = 0; i < list->size; i++) {
        float scaled = list->parts[i] * scale;
        counts[scaled < 255 ? (unsigned)scaled : 255]++;
    }
    unsigned byte = csa_bound_kth_counted(counts, k);
    csa_collector_raise(s->match->collector, (float)byte / scale * (1 - 1e-5F));
}

static bool prepare_list(const struct state *s, struct list *list, const struct csa_plan_node *term)
{
    struct csa_match *match = s->match;
    list->weight = term->weight;
    list->reader = csa_match_readers(match, &term->lists[match->number]);
    list->bounds = csa_arena_zalloc(match->arena, s->windows, sizeof *list->bounds);
    list->starts = csa_arena_alloc(match->arena, (size_t)s->windows + 1, sizeof *list->starts);
    if (list->reader == NULL || list->bounds == NULL || list->starts == NULL) {
        return false;
    }
    const struct csa_postings *postings = &list->reader->list;
    if (postings->document_count <= SHORT) {
        if (!score_short(s, list)) {
            return false;
        }
        raise_by_short(s, list);
        return true;
    }
    float *bounds = csa_arena_alloc(match->arena, 256, sizeof *bounds);
    if (bounds == NULL) {
        return false;
    }
    for (unsigned i = 0; i < 256; i++) {
        bounds[i] = list->weight * match->bounds[i];
    }
    list->byte_bounds = bounds;
    bool by_super = postings->block_count > 2 * s->windows;
    spread_bounds(s, list, by_super);
    csa_bound_raise(match, list->weight, csa_bound_kth(postings, match->collector->room));
    return true;
}

/* ---- one window ---- */

/* Where a document stands in a short list's part of the window, or size. */
static uint32_t find_short(const struct list *list, uint32_t window, uint32_t document)
{
    uint32_t low = list->starts[window], size = list->starts[window + 1] - low;
    while (size != 0) {
        uint32_t half = size / 2;
        bool less = list->documents[low + half] < document;
        low = less ? low + half + 1 : low;
        size = less ? size - half - 1 : half;
    }
    return low < list->size && list->documents[low] == document ? low : list->size;
}

/* Adds the parts of the lists that were not read, the strongest first, as long as the bar can be reached. */
static void complete(struct state *s, uint32_t document, double score)
{
    struct csa_match *match = s->match;
    for (size_t i = s->essential; i-- > 0;) {
        if (score + s->sums[i + 1] < csa_match_bar(match)) {
            return;
        }
        const struct list *list = s->order[i];
        if (list->documents != NULL) {
            uint32_t at = find_short(list, s->window, document);
            score += at < list->size ? (double)list->parts[at] : 0;
            continue;
        }
        struct csa_reader *reader = list->reader;
        if (!csa_reader_seek(reader, document)) {
            continue;
        }
        float bound = list->byte_bounds[csa_postings_block_bound(&reader->list, reader->block)];
        if (score + s->sums[i] + (double)bound < csa_match_bar(match)) {
            return;
        }
        if (csa_reader_holds(reader, document)) {
            uint32_t frequency =
                csa_reader_frequency(reader, reader->block, csa_reader_index(reader, document));
            score += (double)csa_match_part(match, list->weight, frequency, document);
        }
    }
    csa_match_offer(match, document, score);
}

static inline void add_score(struct state *s, uint32_t document, float part)
{
    uint32_t at = document - s->low;
    s->touched |= UINT64_C(1) << (at >> s->group_shift);
    s->scores[at] += (double)part;
}

/* Reads the reader's block and gives the range of its postings in the window. */
static bool read_block(const struct state *s, const struct list *list, float *parts, unsigned *from,
                       unsigned *to)
{
    struct csa_reader *reader = list->reader;
    unsigned n = csa_reader_unpack(reader);
    if (n == 0 || !csa_reader_unpack_frequencies(reader)) {
        return false;
    }
    unsigned begin = 0, end = n;
    if (reader->floor < s->low) {
        while (begin < end && reader->documents[begin] < s->low) {
            begin++;
        }
    }
    if (reader->last >= s->high) {
        while (end > begin && reader->documents[end - 1] >= s->high) {
            end--;
        }
    }
    csa_match_parts(s->match, list->weight, reader->documents + begin, reader->frequencies + begin,
                    end - begin, parts + begin);
    *from = begin;
    *to = end;
    return begin < end;
}

/* The blocks of a long list in the window that can help to reach the bar; `others` is what the other lists
 * may add. Each is given to one of two ends. */
static void read_list(struct state *s, const struct list *list, double others, bool alone)
{
    struct csa_reader *reader = list->reader;
    const struct csa_postings *postings = &reader->list;
    uint32_t block = csa_postings_find_block(postings, list->starts[s->window], s->low);
    for (; block < postings->block_count; block++) {
        float bound = list->byte_bounds[postings->block_bound[block]];
        if ((double)bound + others >= csa_match_bar(s->match)) {
            csa_reader_place(reader, block);
            if (reader->floor >= s->high) {
                return;
            }
            float parts[CSA_BLOCK_ROOM];
            unsigned from, to;
            if (read_block(s, list, parts, &from, &to)) {
                if (alone) {
                    uint8_t places[CSA_BLOCK_ROOM];
                    unsigned count = csa_match_above(s->match, parts + from, to - from,
                                                     csa_match_bar(s->match) - others, places);
                    for (unsigned i = 0; i < count; i++) {
                        unsigned at = from + places[i];
                        complete(s, reader->documents[at], (double)parts[at]);
                    }
                } else {
                    for (unsigned i = from; i < to; i++) {
                        add_score(s, reader->documents[i], parts[i]);
                    }
                }
            }
        }
        if (csa_postings_block_last(postings, block) >= s->high - 1) {
            return;
        }
    }
}

static void read_short(struct state *s, const struct list *list, double others, bool alone)
{
    uint32_t end = list->starts[s->window + 1];
    for (uint32_t i = list->starts[s->window]; i < end; i++) {
        if (!alone) {
            add_score(s, list->documents[i], list->parts[i]);
        } else if ((double)list->parts[i] + others >= csa_match_bar(s->match)) {
            complete(s, list->documents[i], (double)list->parts[i]);
        }
    }
}

/* Looks through the summed scores and clears them: only groups of passages that were touched. */
static void take_scores(struct state *s)
{
    unsigned size = 1U << s->group_shift;
    for (; s->touched != 0; s->touched &= s->touched - 1) {
        uint32_t from = (uint32_t)__builtin_ctzll(s->touched) << s->group_shift;
        double least = csa_match_bar(s->match) - s->sums[s->essential];
        unsigned count = s->match->kernels->above_sums(s->scores + from, size,
                                                       least > DBL_MIN ? least : DBL_MIN, s->places);
        for (unsigned i = 0; i < count; i++) {
            complete(s, s->low + from + s->places[i], s->scores[from + s->places[i]]);
        }
        memset(s->scores + from, 0, size * sizeof *s->scores);
    }
}

static void order_lists(struct state *s)
{
    s->present = 0;
    for (size_t i = 0; i < s->count; i++) {
        float bound = s->lists[i].bounds[s->window];
        if (!(bound > 0)) {
            continue;
        }
        size_t at = s->present++;
        for (; at != 0 && s->bounds[at - 1] > bound; at--) {
            s->bounds[at] = s->bounds[at - 1];
            s->order[at] = s->order[at - 1];
        }
        s->bounds[at] = bound;
        s->order[at] = &s->lists[i];
    }
    s->sums[0] = 0;
    for (size_t i = 0; i < s->present; i++) {
        s->sums[i + 1] = s->sums[i] + (double)s->bounds[i];
    }
    s->essential = 0;
    while (s->essential < s->present && s->sums[s->essential + 1] < csa_match_bar(s->match)) {
        s->essential++;
    }
}

static void visit_window(struct state *s, uint32_t window)
{
    uint32_t passages = s->match->segment->meta.passages;
    s->window = window;
    s->low = window << s->shift;
    s->high = passages - s->low > UINT32_C(1) << s->shift ? s->low + (UINT32_C(1) << s->shift) : passages;
    order_lists(s);
    bool alone = s->present - s->essential == 1;
    for (size_t i = s->essential; i < s->present; i++) {
        double others = s->sums[s->present] - (double)s->bounds[i];
        if (s->order[i]->documents != NULL) {
            read_short(s, s->order[i], others, alone);
        } else {
            read_list(s, s->order[i], others, alone);
        }
    }
    if (!alone && s->essential < s->present) {
        take_scores(s);
    }
}

/* ---- all windows ---- */

static void visit_best_windows(struct state *s)
{
    uint32_t best[FIRST];
    unsigned count = 0;
    for (uint32_t w = 0; w < s->windows; w++) {
        if (count == FIRST && !(s->totals[w] > s->totals[best[count - 1]])) {
            continue;
        }
        unsigned at = count < FIRST ? count++ : FIRST - 1;
        for (; at != 0 && s->totals[best[at - 1]] < s->totals[w]; at--) {
            best[at] = best[at - 1];
        }
        best[at] = w;
    }
    for (unsigned i = 0; i < count; i++) {
        if ((double)s->totals[best[i]] >= csa_match_bar(s->match)) {
            visit_window(s, best[i]);
        }
        s->totals[best[i]] = -1;
    }
}

static bool prepare(struct state *s, const struct csa_plan_node *group)
{
    struct csa_match *match = s->match;
    uint32_t passages = match->segment->meta.passages;
    s->shift = WINDOW_SHIFT_LEAST;
    while (s->shift < WINDOW_SHIFT_MOST && passages >> s->shift > WINDOWS_WANTED) {
        s->shift++;
    }
    s->group_shift = s->shift - 6 > 4 ? s->shift - 6 : 4;
    s->windows = ((passages - 1) >> s->shift) + 1;
    s->lists = csa_arena_zalloc(match->arena, group->child_count, sizeof *s->lists);
    s->order = csa_arena_alloc(match->arena, group->child_count, sizeof(struct list *));
    s->bounds = csa_arena_alloc(match->arena, group->child_count, sizeof *s->bounds);
    s->sums = csa_arena_alloc(match->arena, group->child_count + 1, sizeof *s->sums);
    s->totals = csa_arena_zalloc(match->arena, s->windows, sizeof *s->totals);
    s->scores = csa_arena_zalloc(match->arena, (size_t)1 << s->shift, sizeof *s->scores);
    s->places = csa_arena_alloc(match->arena, ((size_t)1 << s->shift) + 16, sizeof *s->places);
    if (s->lists == NULL || s->order == NULL || s->bounds == NULL || s->sums == NULL || s->totals == NULL ||
        s->scores == NULL || s->places == NULL) {
        return false;
    }
    for (size_t i = 0; i < group->child_count; i++) {
        if (group->children[i]->lists[match->number].count == 0) {
            continue;
        }
        struct list *list = &s->lists[s->count++];
        if (!prepare_list(s, list, group->children[i])) {
            return false;
        }
        for (uint32_t w = 0; w < s->windows; w++) {
            s->totals[w] += list->bounds[w];
        }
    }
    for (uint32_t w = 0; w < s->windows; w++) {
        s->totals[w] *= 1.00001F; /* the sum was made in float */
    }
    return true;
}

enum csa_status csa_match_union(struct csa_match *match, struct csa_error *error)
{
    const struct csa_plan_node *group = match->plan->root;
    struct state s = {.match = match};
    if (!prepare(&s, group)) {
        return csa_error_set_memory(error, "the query's evaluation");
    }
    visit_best_windows(&s);
    for (uint32_t w = 0; w < s.windows; w++) {
        if (s.totals[w] > 0 && (double)s.totals[w] >= csa_match_bar(match)) {
            visit_window(&s, w);
            if (csa_match_late(match)) {
                break;
            }
        }
    }
    for (size_t i = 0; i < s.count; i++) {
        enum csa_status status = csa_match_settle(match, s.lists[i].reader, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}
