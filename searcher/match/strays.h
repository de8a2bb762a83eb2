/* The articles of a segment that are in another language than nearly all others.
 *
 * A stem's list does not say under which language each of its postings was stemmed. In a collection of one
 * language a few articles in others would let a word be looked up under their stems in all articles: under
 * Italian, asia has the stem as. So for the languages of strays only the strays' postings count; where most
 * articles are not stemmed at all, everything does. Found once by the engine (native/search.c), used by
 * plan_terms.c. */
#ifndef CSA_SEARCHER_MATCH_STRAYS_H
#define CSA_SEARCHER_MATCH_STRAYS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/index/segment.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_strays {
    bool found;         /* they have been looked for */
    bool few;           /* there are few enough (or none): what is below holds */
    uint8_t stemmer;    /* of all other articles */
    uint32_t count;     /* of strays */
    uint32_t *articles; /* ascending; owned */
};

enum csa_status csa_strays_find(const struct csa_segment *segment, struct csa_strays *strays,
                                struct csa_error *error);
void csa_strays_release(struct csa_strays *strays);

/* Of the list of a stem that only the languages in `stemmers` (bits) give a word: the postings of strays in
 * these languages, each as a list of its own, into *items (in the arena), so many as *count says. *whole: the
 * list can stay as it is, since nearly all of it is theirs, or none of the languages is one of strays. title:
 * it is a list of articles. */
enum csa_status csa_strays_keep(const struct csa_strays *strays, const struct csa_segment *segment,
                                const struct csa_postings *list, uint64_t stemmers, bool title,
                                struct csa_arena *arena, struct csa_postings **items, uint32_t *count,
                                bool *whole, struct csa_error *error);

#endif
