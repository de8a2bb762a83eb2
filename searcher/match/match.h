/* Evaluating a plan in one segment: what all strategies share.
 *
 *   csa_match_run() looks at the plan's shape and calls one of
 *     single.c       one list
 *     union.c        any of some lists (block-max MaxScore)
 *     join.c         all of some lists, or a phrase of them
 *     apart.c        before these: what stands in the short ones of a word's several lists
 *     window.c       everything else, and the yardstick for the others: any tree, window by window
 *
 * All find the best passages by BM25; what `best` makes of these is added afterwards (best.h).
 *
 * Each strategy offers the passages that can become hits to the collector and, when `count` is set, counts
 * all matches: union.c and single.c leave that to count.c, the others do it as they go. All give the same
 * hits, scores and counts. */
#ifndef CSA_SEARCHER_MATCH_MATCH_H
#define CSA_SEARCHER_MATCH_MATCH_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/index/index.h"
#include "searcher/match/collector.h"
#include "searcher/match/found.h"
#include "searcher/match/kernels.h"
#include "searcher/match/plan.h"
#include "searcher/match/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* Counts articles along ascending passages, 64 at a time. */
struct csa_article_counter {
    const struct csa_segment *segment;
    uint64_t count;
    uint32_t next; /* the word behind the last one counted */
    bool open;     /* the article at that one's end is counted and may go on */
};
/* Counts the articles of the set bits' passages, bit i being passage 64 * n + i, a passage that exists; n
 * ascends from call to call. */
void csa_article_counter_add(struct csa_article_counter *counter, uint32_t n, uint64_t word);

struct csa_match {
    const struct csa_plan *plan;
    uint32_t number; /* of the segment */
    const struct csa_index_segment *part;
    const struct csa_segment *segment;
    const struct csa_strays *strays;  /* of the segment; null: not known */
    struct csa_saturation saturation; /* as asked */
    struct csa_saturation title_saturation, article_saturation;
    const float *bounds; /* [256]: what each bound byte bounds of the saturated part */
    bool tight;          /* bounds are those the bytes were made for: some posting comes near each */
    const struct csa_match_kernels *kernels;
    bool exhaustive;
    bool count;
    bool count_articles;
    struct csa_collector *collector;
    bool several;    /* words may have several lists: see csa_match_apart() */
    uint32_t *apart; /* passages that are offered already, ascending: strategies leave them out */
    uint32_t apart_count;
    bool count_only;             /* the hits are found: what is left is to count */
    struct csa_arena *arena;     /* for this segment; the caller clears it afterwards */
    const uint64_t *only;        /* bits of the passages that may match at all; null: any */
    struct csa_found *found;     /* when not null: takes each matching passage */
    uint64_t deadline;           /* monotonic nanoseconds, 0: none */
    bool stopped;                /* it has passed */
    uint64_t steps;              /* of work since the last look at the clock: csa_match_spend() */
    uint64_t passages, articles; /* counted */
    struct csa_article_counter
        article_counter; /* of csa_match_take_words(); what it counted is in articles */
    uint64_t blocks_read, scored;
    const char *strategy;
};

enum csa_status csa_match_run(struct csa_match *match, struct csa_error *error);

/* The strategies. Each checks its own readers for damage at the end. */
enum csa_status csa_match_window(struct csa_match *match, struct csa_error *error);
/* Whether the plan is a flat one of words of which some have several lists, all but the longest of each
 * short. Then csa_match_apart() offers the passages in the short ones and remembers them in match->apart; the
 * other strategies read the longest lists only, and cannot count. */
bool csa_match_can_part(const struct csa_match *match);
enum csa_status csa_match_apart(struct csa_match *match, struct csa_error *error);
enum csa_status csa_match_single(struct csa_match *match, const struct csa_plan_node *term,
                                 struct csa_error *error);
enum csa_status csa_match_union(struct csa_match *match, struct csa_error *error);
enum csa_status csa_match_join(struct csa_match *match, struct csa_error *error);
/* Sets bit i for each document low + i of the list, low + i < high. */
void csa_match_set_list(uint64_t *bits, uint32_t low, uint32_t high, struct csa_reader *reader);
/* Counts what any of the plan's words matches; nothing is scored. For a lone word and a flat group of them.
 */
enum csa_status csa_match_count_union(struct csa_match *match, struct csa_error *error);

/* Takes passages that match, from the smallest on, for counting: bit i of words[n] stands for passage 64 *
 * (first + n) + i. Clears the bits of those that may not match after all (deleted, left out), counts the
 * others and their articles and gives them to match->found. */
void csa_match_take_words(struct csa_match *match, uint32_t first, uint64_t *words, uint32_t count);
/* The same for ascending passages behind all that were taken before, where each passage is an article or
 * articles are not counted. */
void csa_match_take(struct csa_match *match, const uint32_t *passages, uint32_t count);

/* What the sum of a passage's parts must reach. */
static inline double csa_match_bar(const struct csa_match *match)
{
    return match->collector->bar;
}

/* Offers a passage (of this segment) with the sum of its parts, in ascending or any other order. */
void csa_match_offer_slow(struct csa_match *match, uint32_t passage, double sum);
static inline void csa_match_offer(struct csa_match *match, uint32_t passage, double sum)
{
    if (sum >= csa_match_bar(match)) {
        csa_match_offer_slow(match, passage, sum);
    }
}

/* True when the deadline has passed; sets stopped. */
bool csa_match_late(struct csa_match *match);

/* Steps of a few nanoseconds: some 0.1 milliseconds. */
enum { CSA_STEPS_BETWEEN_LOOKS = 1 << 15 };
/* For loops within a passage or a window: counts steps of work, and looks at the clock every so many. True
 * when the deadline has passed: what is at hand is then left as if nothing more were found. */
static inline bool csa_match_spend(struct csa_match *match, uint64_t steps)
{
    match->steps += steps;
    if (match->steps >= CSA_STEPS_BETWEEN_LOOKS) {
        match->steps = 0;
        return csa_match_late(match);
    }
    return match->stopped;
}

/* A reader for each list, in the match's arena; null when out of memory. */
struct csa_reader *csa_match_readers(struct csa_match *match, const struct csa_lists *lists);
/* Adds what a reader did to the counters; CSA_ERROR_DAMAGED when it found damage. */
enum csa_status csa_match_settle(struct csa_match *match, const struct csa_reader *reader,
                                 struct csa_error *error);

/* A leaf's part of the score: weight * t / (t + base + slope * length), in float. */
static inline float csa_match_part(const struct csa_match *match, float weight, uint32_t frequency,
                                   uint32_t passage)
{
    return weight *
           csa_saturation_value(match->saturation, frequency, csa_segment_length(match->segment, passage));
}
/* The same for n <= CSA_BLOCK postings. Frequencies can be read, and out written, up to CSA_UNPACK_SLACK
 * behind n. */
void csa_match_parts(const struct csa_match *match, float weight, const uint32_t *documents,
                     const uint32_t *frequencies, unsigned n, float *out);

/* The places of the values in a block that are at least `least`, which is above 0; as
 * csa_match_kernels.above. */
static inline unsigned csa_match_above(const struct csa_match *match, const float *values, unsigned n,
                                       double least, uint8_t *out)
{
    float bar = (float)least;
    /* Rounding up must not lose a value; one too many does no harm. */
    return match->kernels->above(values, n, bar - bar * 1e-7F, out);
}

/* dest bit (offset + i) |= source bit i, for i < source_bits, where that lies in [0, dest_bits). dest_bits is
 * a multiple of 64. Up to 16 bytes behind the source's bits are read. */
void csa_bits_or(uint64_t *dest, uint32_t dest_bits, int64_t offset, const uint8_t *source,
                 uint32_t source_bits);

#endif
