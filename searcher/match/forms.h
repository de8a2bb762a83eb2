/* The surface forms behind a word that is matched by stem. Stems have no positions in an index, words have:
 * whoever wants to know where a bare word stands reads the lists of its forms. Used by closeness.c and
 * best.c. */
#ifndef CSA_SEARCHER_MATCH_FORMS_H
#define CSA_SEARCHER_MATCH_FORMS_H

#include "common/base/error.h"
#include "searcher/match/match.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSA_FORMS = 24 }; /* of one stem that are looked at */

struct csa_forms {
    struct csa_reader *readers[CSA_FORMS]; /* lists with positions; the word as written first, if any */
    uint32_t count;
};

/* The forms in the match's segment of a TERM that is no pattern: words that begin as it does and have a stem
 * in common with it, until their occurrences add up to those of the stem. `written`: the list of the word as
 * written in this segment, null when there is none. */
enum csa_status csa_forms_find(struct csa_match *match, struct csa_stemmer *const *stemmers,
                               const struct csa_plan_node *term, const struct csa_postings *written,
                               struct csa_forms *forms, struct csa_error *error);
/* The forms of a word that is not matched by stem: its lists. */
enum csa_status csa_forms_of_lists(struct csa_match *match, const struct csa_lists *lists,
                                   struct csa_forms *forms, struct csa_error *error);
enum csa_status csa_forms_settle(struct csa_match *match, const struct csa_forms *forms,
                                 struct csa_error *error);

#endif
