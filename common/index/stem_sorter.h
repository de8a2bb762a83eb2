/* Sorts (stem, word) pairs by stem, then word. Pairs are gathered in runs of bounded size; when there are
 * more than one, sorted runs go to a temporary file and are merged while reading. Used by segment_stems.c. */
#ifndef CSA_INDEX_STEM_SORTER_H
#define CSA_INDEX_STEM_SORTER_H

#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_stem_pair {
    struct csa_view stem; /* at most CSA_TERM_MAXIMUM bytes */
    uint64_t word;        /* ordinal */
    uint64_t languages;   /* those as which the word has this stem */
    bool same;            /* the stem is the word */
    bool covered;         /* no other language of its documents gives the word another stem */
};

struct csa_stem_sorter;
/* folder is where a temporary file goes when one is needed; it must stay valid. run: pairs in a run, 0 for
 * the default (tests ask for small ones). */
enum csa_status csa_stem_sorter_new(struct csa_stem_sorter **sorter, const char *folder, uint32_t run,
                                    struct csa_error *error);
void csa_stem_sorter_free(struct csa_stem_sorter *sorter);
/* The stem is copied. */
enum csa_status csa_stem_sorter_add(struct csa_stem_sorter *sorter, const struct csa_stem_pair *pair,
                                    struct csa_error *error);
/* Ends adding. */
enum csa_status csa_stem_sorter_sort(struct csa_stem_sorter *sorter, struct csa_error *error);
/* The next pair in order, its stem valid until the next call; *more false at the end. */
enum csa_status csa_stem_sorter_next(struct csa_stem_sorter *sorter, struct csa_stem_pair *pair, bool *more,
                                     struct csa_error *error);

#endif
