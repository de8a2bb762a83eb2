#include "searcher/match/match.h"

#include "common/base/clock.h"
#include "searcher/match/narrow.h"

#include <string.h>

static bool is_apart(const struct csa_match *match, uint32_t passage)
{
    uint32_t low = 0, high = match->apart_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (match->apart[middle] < passage) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < match->apart_count && match->apart[low] == passage;
}

/* Neither deleted nor left out. */
static bool may_match(const struct csa_match *match, uint32_t passage)
{
    return !csa_deletes_has(&match->part->deletes, passage) &&
           (match->only == NULL || (match->only[passage / 64] >> (passage % 64) & 1) != 0);
}

void csa_match_offer_slow(struct csa_match *match, uint32_t passage, double sum)
{
    if (!is_apart(match, passage) && may_match(match, passage)) {
        match->scored++;
        csa_collector_add(match->collector, (float)sum, match->part->base + passage);
    }
}

bool csa_match_late(struct csa_match *match)
{
    match->stopped = match->stopped || (match->deadline != 0 && csa_clock_nanoseconds() > match->deadline);
    return match->stopped;
}

struct csa_reader *csa_match_readers(struct csa_match *match, const struct csa_lists *lists)
{
    struct csa_reader *readers = csa_arena_alloc(match->arena, lists->count + 1, sizeof *readers);
    for (uint32_t i = 0; readers != NULL && i < lists->count; i++) {
        csa_reader_init(&readers[i], &lists->items[i], match->kernels);
    }
    return readers;
}

enum csa_status csa_match_settle(struct csa_match *match, const struct csa_reader *reader,
                                 struct csa_error *error)
{
    match->blocks_read += reader->blocks_read;
    if (reader->damaged) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: POSTINGS or POSITIONS: a block is damaged",
                             match->segment->path);
    }
    return CSA_OK;
}

void csa_match_parts(const struct csa_match *match, float weight, const uint32_t *documents,
                     const uint32_t *frequencies, unsigned n, float *out)
{
    uint32_t lengths[CSA_BLOCK_ROOM];
    const uint8_t *stored = match->segment->lengths;
    switch (match->segment->meta.length_width) {
    case 1:
        for (unsigned i = 0; i < n; i++) {
            lengths[i] = stored[documents[i]];
        }
        break;
    case 2:
        for (unsigned i = 0; i < n; i++) {
            lengths[i] = csa_load_u16(stored + 2 * (size_t)documents[i]);
        }
        break;
    default:
        for (unsigned i = 0; i < n; i++) {
            lengths[i] = csa_load_u32(stored + 4 * (size_t)documents[i]);
        }
    }
    for (unsigned i = n; i % CSA_UNPACK_SLACK != 0; i++) {
        lengths[i] = 0;
    }
    match->kernels->parts(match->saturation, weight, frequencies, lengths, n, out);
}

/* Whether the article that was open at the end of the words before goes on into word n. */
static bool goes_on(const struct csa_article_counter *counter, uint32_t n)
{
    bool open = counter->open;
    for (uint32_t i = counter->next; i < n && open; i++) {
        open = csa_segment_article_starts(counter->segment, i) == 0;
    }
    return open;
}

void csa_article_counter_add(struct csa_article_counter *counter, uint32_t n, uint64_t word)
{
    if (word == 0) {
        return;
    }
    /* Adding ones below each article's last passage carries into it when any of its lower bits is set. */
    uint64_t starts = csa_segment_article_starts(counter->segment, n);
    uint64_t lasts = starts >> 1 | UINT64_C(1) << 63;
    uint64_t any = (((word & ~lasts) + ~lasts) | word) & lasts;
    counter->count += (uint64_t)__builtin_popcountll(any);
    bool first = (starts & 1) == 0 && (any & (lasts & (~lasts + 1))) != 0;
    counter->count -= first && goes_on(counter, n);
    counter->open = any >> 63 != 0;
    counter->next = n + 1;
}

/* Counting a word at a time costs a call on processors that are not asked for more than the least. */
static uint32_t count_set(const uint64_t *words, uint32_t count)
{
    enum { WORDS_AT_ONCE = 1 << 16 };
    uint32_t set = 0;
    for (uint32_t n = 0; n < count; n += WORDS_AT_ONCE) {
        uint32_t more = count - n < WORDS_AT_ONCE ? count - n : WORDS_AT_ONCE;
        set += csa_bitmap_count((const uint8_t *)(words + n), 64 * more);
    }
    return set;
}

void csa_match_take_words(struct csa_match *match, uint32_t first, uint64_t *words, uint32_t count)
{
    const uint64_t *deleted = match->part->deletes.bits;
    for (uint32_t n = 0; n < count && (deleted != NULL || match->only != NULL); n++) {
        words[n] &= deleted == NULL ? UINT64_MAX : ~deleted[first + n];
        words[n] &= match->only == NULL ? UINT64_MAX : match->only[first + n];
    }
    uint32_t set = count_set(words, count);
    match->passages += set;
    if (match->segment->first_passages == NULL || !match->count_articles) {
        match->articles += set;
    } else {
        uint64_t before = match->article_counter.count;
        match->article_counter.segment = match->segment;
        for (uint32_t n = 0; n < count; n++) {
            if (words[n] != 0) {
                csa_article_counter_add(&match->article_counter, first + n, words[n]);
            }
        }
        match->articles += match->article_counter.count - before;
    }
    if (match->found != NULL) {
        csa_found_add_words(match->found, first, words, count, set);
    }
}

void csa_match_take(struct csa_match *match, const uint32_t *passages, uint32_t count)
{
    uint32_t live[CSA_BLOCK];
    for (uint32_t at = 0, end; at < count; at = end) {
        uint32_t size = 0;
        end = count - at < CSA_BLOCK ? count : at + CSA_BLOCK;
        for (uint32_t i = at; i < end; i++) {
            live[size] = passages[i];
            size += may_match(match, passages[i]);
        }
        match->passages += size;
        match->articles += size;
        if (match->found != NULL) {
            csa_found_add(match->found, live, size);
        }
    }
}

/* 64 bits from bit `at` on. */
static inline uint64_t bits_at(const uint8_t *source, uint32_t at)
{
    const uint8_t *p = source + at / 8;
    unsigned shift = at % 8;
    uint64_t low = csa_load_u64(p) >> shift;
    return shift == 0 ? low : low | (uint64_t)p[8] << (64 - shift);
}

void csa_bits_or(uint64_t *dest, uint32_t dest_bits, int64_t offset, const uint8_t *source,
                 uint32_t source_bits)
{
    uint32_t skip = offset < 0 ? (uint32_t)-offset : 0;
    uint32_t to = offset < 0 ? 0 : (uint32_t)offset;
    if (skip >= source_bits || to >= dest_bits) {
        return;
    }
    uint32_t left = source_bits - skip < dest_bits - to ? source_bits - skip : dest_bits - to;
    uint64_t *word = dest + to / 64;
    unsigned shift = to % 64;
    while (left > 64) {
        uint64_t bits = bits_at(source, skip);
        word[0] |= bits << shift;
        if (shift != 0) {
            word[1] |= bits >> (64 - shift);
        }
        word++;
        skip += 64;
        left -= 64;
    }
    uint64_t bits = bits_at(source, skip) & (left == 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1);
    word[0] |= bits << shift;
    if (shift != 0 && left > 64 - shift) {
        word[1] |= bits >> (64 - shift);
    }
}

/* ---- the choice of a strategy ---- */

static bool is_plain_term(const struct csa_match *match, const struct csa_plan_node *node)
{
    return node->kind == CSA_PLAN_TERM && (node->lists[match->number].count <= 1 || match->several) &&
           (node->titles == NULL || node->titles[match->number].count == 0 ||
            match->segment->first_passages == NULL);
}

static bool is_plain_phrase(const struct csa_match *match, const struct csa_plan_node *node)
{
    if (node->kind != CSA_PLAN_PHRASE || node->slop != 0 || match->segment->first_passages != NULL) {
        return false;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->lists[match->number].count > 1) {
            return false;
        }
    }
    return true;
}

/* Children that are all plain terms of one occurrence. */
static bool is_plain_group(const struct csa_match *match, const struct csa_plan_node *group,
                           enum csa_occurrence occurrence)
{
    if (group->kind != CSA_PLAN_GROUP || group->child_count == 0) {
        return false;
    }
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_plan_node *child = group->children[i];
        if (child->occurrence != occurrence || !is_plain_term(match, child) || !(child->weight > 0)) {
            return false;
        }
    }
    return true;
}

static enum csa_status run_single(struct csa_match *match, struct csa_error *error)
{
    return csa_match_single(match, match->plan->root, error);
}

/* The fastest evaluator that knows the plan's shape. */
static enum csa_status (*choose(const struct csa_match *match, const char **strategy))(struct csa_match *,
                                                                                       struct csa_error *)
{
    const struct csa_plan_node *root = match->plan->root;
    if (is_plain_term(match, root)) {
        *strategy = "single list";
        return run_single;
    }
    if (is_plain_group(match, root, CSA_SHOULD)) {
        *strategy = "block-max maxscore";
        return csa_match_union;
    }
    if (is_plain_group(match, root, CSA_MUST) || is_plain_phrase(match, root)) {
        *strategy = root->kind == CSA_PLAN_PHRASE ? "phrase" : "conjunction";
        return csa_match_join;
    }
    *strategy = "windows";
    return csa_match_window;
}

enum csa_status csa_match_run(struct csa_match *match, struct csa_error *error)
{
    match->strategy = "none";
    if (match->segment->meta.passages == 0 || (match->collector->room == 0 && !match->count)) {
        return CSA_OK;
    }
    if (match->exhaustive) {
        match->strategy = "exhaustive";
        return csa_match_window(match, error);
    }
    enum csa_status narrowed = csa_match_narrow(match, error);
    if (narrowed != CSA_OK) {
        return narrowed;
    }
    match->several = match->collector->room != 0 && csa_match_can_part(match);
    enum csa_status (*run)(struct csa_match *, struct csa_error *) = choose(match, &match->strategy);
    if (match->several && run != csa_match_window) {
        enum csa_status status = csa_match_apart(match, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    /* A join is not to count what stands in the lists that it does not read, nor articles of several
     * passages. */
    bool several = match->count_articles && match->segment->first_passages != NULL;
    bool at_once = run == csa_match_join && match->apart_count == 0 && !several;
    if (!match->count || run == csa_match_window || at_once) {
        return run(match, error);
    }
    enum csa_status status = CSA_OK;
    if (match->collector->room != 0) { /* without counting, so that blocks can be skipped */
        match->count = false;
        status = run(match, error);
        match->count = true;
        match->count_only = true;
    }
    return status != CSA_OK        ? status
           : run == csa_match_join ? csa_match_window(match, error)
                                   : csa_match_count_union(match, error);
}
