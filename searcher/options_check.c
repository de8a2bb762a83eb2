/* Which options of csa-search go together: a table of those that exclude each other and of those that need
 * another. Called by options.c once all are read. */
#include "searcher/options.h"

#include "searcher/results/page.h"

/* What was given, as bits; the names stand in the same order. */
enum given {
    SYNTAX = 1 << 0,
    INTERACTIVE = 1 << 1,
    BATCH = 1 << 2,
    BATCH_HITS = 1 << 3,
    QRELS = 1 << 4,
    COMPARE = 1 << 5,
    TOPICS = 1 << 6,
    TREC = 1 << 7,
    JSON = 1 << 8,
    EXPLAIN = 1 << 9,
    FIELDS = 1 << 10,
    SORT = 1 << 11,
    FACETS = 1 << 12,
    TIMELINE = 1 << 13,
    TERMS = 1 << 14,
    LIKE = 1 << 15,
    EXPAND = 1 << 16,
    BY_PASSAGE = 1 << 17,
    PAGE = 1 << 18,
    QUERY = 1 << 19,
    SERVE = 1 << 20,
};

static const char *const NAMES[] = {
    "--syntax",  "--interactive", "--batch",      "--batch-hits", "--qrels",
    "--compare", "--topics",      "--trec",       "--json",       "--explain",
    "-o",        "--sort",        "--facets",     "--timeline",   "--terms",
    "--like",    "--expand",      "--by passage", "--page",       "a QUERY on the command line",
    "--serve",
};

enum { EVALUATION = QRELS | COMPARE, NO_PAGE = TREC | BATCH | EVALUATION };

static const struct {
    unsigned option, others;
} EXCLUSIONS[] = {
    {SERVE, SERVE - 1}, /* all others */
    {SYNTAX, BATCH | INTERACTIVE | TOPICS | TREC | LIKE},
    {INTERACTIVE, BATCH | TOPICS | QUERY},
    {BATCH, TOPICS | TREC | JSON | EXPLAIN | QUERY},
    {EVALUATION, TREC | EXPLAIN | BY_PASSAGE | PAGE},
    {TOPICS, QUERY},
    {JSON, TREC},
    {FIELDS, NO_PAGE | JSON | EXPLAIN | FACETS | TIMELINE | TERMS},
    {SORT, NO_PAGE | BY_PASSAGE}, /* passages have no date */
    {FACETS, NO_PAGE},
    {TIMELINE, NO_PAGE},
    {TERMS, NO_PAGE | EXPLAIN},
    {LIKE, BATCH | EXPAND},
    {EXPAND, BATCH},
};

static const struct {
    unsigned option, needed;
} NEEDS[] = {{EVALUATION, TOPICS}, {BATCH_HITS, BATCH}};

static unsigned given_options(const struct csa_search_options *o)
{
    const bool given[] = {
        o->syntax,
        o->interactive,
        o->batch,
        o->batch_hits,
        o->qrels != NULL,
        o->compare != NULL,
        o->topics != NULL,
        o->trec,
        o->json,
        o->explain,
        o->fields.count != 0,
        o->sort != CSA_SORT_RELEVANCE,
        o->facets != 0,
        o->timeline,
        o->terms,
        o->like != NULL,
        o->expand != 0,
        o->by_passage,
        o->page != 1,
        o->query.size != 0,
        o->serve,
    };
    unsigned bits = 0;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        bits |= (unsigned)given[i] << i;
    }
    return bits;
}

static const char *first_name(unsigned bits)
{
    return NAMES[__builtin_ctz(bits)];
}

enum csa_status csa_search_options_check(const struct csa_search_options *options, struct csa_error *error)
{
    unsigned given = given_options(options);
    for (size_t i = 0; i < sizeof NEEDS / sizeof *NEEDS; i++) {
        if ((given & NEEDS[i].option) != 0 && (given & NEEDS[i].needed) == 0) {
            return csa_error_set(error, CSA_ERROR_MISUSE, "%s: only together with %s",
                                 first_name(given & NEEDS[i].option), first_name(NEEDS[i].needed));
        }
    }
    for (size_t i = 0; i < sizeof EXCLUSIONS / sizeof *EXCLUSIONS; i++) {
        unsigned option = given & EXCLUSIONS[i].option;
        unsigned others = given & EXCLUSIONS[i].others;
        if (option != 0 && others != 0) {
            return csa_error_set(error, CSA_ERROR_MISUSE, "%s: not together with %s", first_name(option),
                                 first_name(others));
        }
    }
    if (options->hits > CSA_HITS_MAXIMUM / options->page) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "--page: only the first %d hits can be reached",
                             CSA_HITS_MAXIMUM);
    }
    if ((given & (BATCH | INTERACTIVE | TOPICS | LIKE | SERVE)) == 0 && options->query.data == NULL) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "no QUERY given; see csa-search --help");
    }
    return CSA_OK;
}
