/* The command line of csa-search. Called by main.c only. */
#ifndef CSA_SEARCHER_OPTIONS_H
#define CSA_SEARCHER_OPTIONS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/engine.h"
#include "searcher/output/fields.h"

#include <stdbool.h>
#include <stdio.h>

struct csa_synonyms;

struct csa_search_options {
    const char *index; /* -d, else $CSA_INDEX, else csa.index */
    size_t hits;       /* 10, for evaluation 1,000 */
    /* By an option, not by the environment or by default. */
    bool index_given, hits_given, synonyms_given;
    size_t page;
    bool by_passage;
    enum csa_rank rank;
    unsigned without; /* parts of best, as the engine takes them */
    double k1, b;
    bool json, trec; /* at most one */
    bool explain;
    bool no_colour;
    bool colour; /* also where standard output is no terminal */
    enum csa_sort sort;
    unsigned facets; /* as the engine takes them */
    bool timeline;
    struct csa_output_fields fields; /* -o, -1 */
    const char *like;                /* an article, or ID#N */
    unsigned expand;                 /* terms to add; 0: none */
    bool terms;
    bool exhaustive;
    bool syntax;                   /* show how the query is read, search nothing */
    const char *synonyms_file;     /* --synonyms, else $CSA_SYNONYMS; null: none */
    struct csa_synonyms *synonyms; /* opened by main() */
    const char *topics;
    const char *qrels;   /* judgements to measure by; only with topics */
    const char *compare; /* a TREC run to compare with; only with topics */
    bool batch, batch_hits;
    bool interactive;
    bool serve;
    unsigned port; /* of --serve: 8080; 0: any that is free */
    bool help, version;
    struct csa_view query; /* the QUERY arguments joined by spaces */
};

/* CSA_ERROR_MISUSE says which option is wrong and why. An argument behind the first word of the query is an
 * option only when it is one by its full name (--json) or a letter of its own (-d, -n, -o, -1); so
 * `csa-search pipeline -trade` excludes trade. */
enum csa_status csa_search_options_read(int argc, char **argv, struct csa_arena *arena,
                                        struct csa_search_options *options, struct csa_error *error);

/* Whether the options go together; called by csa_search_options_read(). */
enum csa_status csa_search_options_check(const struct csa_search_options *options, struct csa_error *error);

void csa_search_options_help(FILE *out);

#endif
