/* Ways on where nothing was found: the same search without a word, without all the words that are nowhere,
 * without a filter, without all of them, each known to find something; and which filter it was that left
 * nothing over. */
#ifndef CSA_SEARCHER_SITE_WAYS_H
#define CSA_SEARCHER_SITE_WAYS_H

#include "searcher/site/answer.h"

enum {
    CSA_SITE_DATE = CSA_FILTER_COUNT, /* among the filters: date= */
    CSA_SITE_FILTER_KINDS,
    CSA_SITE_WAYS_WORDS = 6, /* at most so many ways without a word */
};

struct csa_site_ways {
    struct csa_site_way {
        struct csa_view clause; /* as typed, of one without a word */
        struct csa_site_parameters parameters;
        uint64_t articles;
    } words[CSA_SITE_WAYS_WORDS];
    size_t word_count;
    struct csa_site_way missing; /* without all that is nowhere by itself, where that is more than one;
                                    `clause` names them. articles 0: there is no such way */
    struct csa_site_filter_way {
        bool given;
        uint64_t alone;   /* articles that pass it, whatever the query */
        uint64_t without; /* that the query and the other filters find; 0 also where it is the only one */
    } filters[CSA_SITE_FILTER_KINDS];
    size_t filter_count;  /* of those given */
    uint64_t unfiltered;  /* articles that the query finds without any filter */
    bool filters_emptied; /* without them something is found, without any one of them nothing */
};

/* Where the clause of a report, or the word that it is about, stands in the query as typed; false: it was not
 * typed there. */
bool csa_site_find_clause(const struct csa_site_answer *answer, const struct csa_clause_report *report,
                          size_t *at, size_t *size);
/* The query as typed with `other` in the place of what stands at `at` and of the sign before it; without
 * other also without the AND or OR that has no two sides then. In the arena; null without memory. */
struct csa_view csa_site_exchange_clause(struct csa_view query, size_t at, size_t size, struct csa_view other,
                                         struct csa_arena *arena);
/* The parameters without a filter, or without any: CSA_SITE_FILTER_KINDS. */
void csa_site_drop_filter(struct csa_site_parameters *parameters, unsigned kind);

/* Fills answer->ways, in the arena. What the deadline leaves no time for is no way. */
enum csa_status csa_site_ways_make(const struct csa_site_context *context, struct csa_site_answer *answer,
                                   uint64_t deadline, struct csa_error *error);

#endif
