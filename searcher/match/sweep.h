/* The words of one segment that an acceptor accepts, found block by block of the dictionary: what all words
 * of a block begin with says most often that none of them is accepted, and then the block is not read. Made
 * for words near another in spelling, of which those in few documents do not matter; called by expand.c. */
#ifndef CSA_SEARCHER_MATCH_SWEEP_H
#define CSA_SEARCHER_MATCH_SWEEP_H

#include "common/base/error.h"
#include "common/index/dictionary.h"
#include "searcher/match/acceptor.h"
#include "searcher/match/expand.h"

struct csa_sweep_request {
    const struct csa_dictionary *dictionary;
    const struct csa_acceptor *acceptor;
    enum csa_term_kind kind; /* of a word: CSA_TERM_WORD or CSA_TERM_TITLE_WORD */
    uint64_t least;          /* only words in at least so many documents */
    uint64_t deadline;       /* monotonic nanoseconds, 0: none */
    void *context;
    csa_expand_take *take;
};

/* Calls take for each word, ascending. *late: the deadline ended it. */
enum csa_status csa_sweep(const struct csa_sweep_request *request, bool *late, struct csa_error *error);

#endif
