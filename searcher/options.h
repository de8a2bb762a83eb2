/* The command line of csa-search. Called by main.c only. */
#ifndef CSA_SEARCHER_OPTIONS_H
#define CSA_SEARCHER_OPTIONS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/engine.h"

#include <stdbool.h>
#include <stdio.h>

struct csa_search_options {
    const char *index; /* -d, else $CSA_INDEX, else csa.index */
    size_t hits;
    size_t page;
    bool by_passage;
    enum csa_rank rank;
    double k1, b;
    bool json, trec; /* at most one */
    bool explain;
    bool no_colour;
    bool exhaustive;
    const char *topics;
    bool batch, batch_hits;
    bool help, version;
    struct csa_view query; /* the QUERY arguments joined by spaces */
};

/* CSA_ERROR_MISUSE says which option is wrong and why. An argument behind the first word of the query is an
 * option only when it is one by its full name (--json) or -d, -n; so `csa-search pipeline -trade` excludes
 * trade. */
enum csa_status csa_search_options_read(int argc, char **argv, struct csa_arena *arena,
                                        struct csa_search_options *options, struct csa_error *error);

void csa_search_options_help(FILE *out);

#endif
