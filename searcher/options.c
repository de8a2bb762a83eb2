/* The command line: a table of options, each with the function that takes its value; what is left is the
 * query. */
#include "searcher/options.h"

#include "common/base/buffer.h"
#include "searcher/query/syntax.h"
#include "searcher/results/page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* One option: how it is written and whether a value follows. */
struct option {
    const char *name;
    char letter; /* 0: none */
    bool has_value;
    enum csa_status (*set)(struct csa_search_options *options, const char *value, struct csa_error *error);
};

static enum csa_status read_count(const char *name, const char *value, size_t maximum, size_t *count,
                                  struct csa_error *error)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || errno != 0 || number < 1 || number > maximum) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: not a number from 1 to %zu: %s", name, maximum,
                             value);
    }
    *count = (size_t)number;
    return CSA_OK;
}

static enum csa_status read_parameter(const char *name, const char *value, double maximum, double *parameter,
                                      struct csa_error *error)
{
    char *end;
    double number = strtod(value, &end);
    if (*value == '\0' || *end != '\0' || !isfinite(number) || number < 0 || number > maximum) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: not a number from 0 to %g: %s", name, maximum,
                             value);
    }
    *parameter = number;
    return CSA_OK;
}

static enum csa_status set_index(struct csa_search_options *options, const char *value,
                                 struct csa_error *error)
{
    options->index = value;
    return *value == '\0' ? csa_error_set(error, CSA_ERROR_MISUSE, "-d: an empty name") : CSA_OK;
}

static enum csa_status set_hits(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    return read_count("--hits", value, CSA_HITS_MAXIMUM, &options->hits, error);
}

static enum csa_status set_page(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    return read_count("--page", value, CSA_HITS_MAXIMUM, &options->page, error);
}

static enum csa_status set_by(struct csa_search_options *options, const char *value, struct csa_error *error)
{
    options->by_passage = strcmp(value, "passage") == 0;
    return options->by_passage || strcmp(value, "article") == 0
               ? CSA_OK
               : csa_error_set(error, CSA_ERROR_MISUSE, "--by: article or passage, not %s", value);
}

static enum csa_status set_rank(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    options->rank = strcmp(value, "bm25") == 0 ? CSA_RANK_BM25 : CSA_RANK_BEST;
    return options->rank == CSA_RANK_BM25 || strcmp(value, "best") == 0
               ? CSA_OK
               : csa_error_set(error, CSA_ERROR_MISUSE, "--rank: best or bm25, not %s", value);
}

static enum csa_status set_k1(struct csa_search_options *options, const char *value, struct csa_error *error)
{
    return read_parameter("--k1", value, 100, &options->k1, error);
}

static enum csa_status set_b(struct csa_search_options *options, const char *value, struct csa_error *error)
{
    return read_parameter("--b", value, 1, &options->b, error);
}

static enum csa_status set_topics(struct csa_search_options *options, const char *value,
                                  struct csa_error *error)
{
    (void)error;
    options->topics = value;
    return CSA_OK;
}

/* Options without a value set a flag. */
#define FLAG(function, statement)                                                                            \
    static enum csa_status function(struct csa_search_options *options, const char *value,                   \
                                    struct csa_error *error)                                                 \
    {                                                                                                        \
        (void)value;                                                                                         \
        (void)error;                                                                                         \
        statement;                                                                                           \
        return CSA_OK;                                                                                       \
    }
FLAG(set_json, options->json = true)
FLAG(set_trec, options->trec = true)
FLAG(set_explain, options->explain = true)
FLAG(set_no_colour, options->no_colour = true)
FLAG(set_exhaustive, options->exhaustive = true)
FLAG(set_batch, options->batch = true)
FLAG(set_batch_hits, options->batch_hits = true)
FLAG(set_help, options->help = true)
FLAG(set_version, options->version = true)

static const struct option OPTIONS[] = {
    {"index", 'd', true, set_index},
    {"hits", 'n', true, set_hits},
    {"page", 0, true, set_page},
    {"by", 0, true, set_by},
    {"rank", 0, true, set_rank},
    {"k1", 0, true, set_k1},
    {"b", 0, true, set_b},
    {"topics", 0, true, set_topics},
    {"json", 0, false, set_json},
    {"trec", 0, false, set_trec},
    {"explain", 0, false, set_explain},
    {"no-color", 0, false, set_no_colour},
    {"no-colour", 0, false, set_no_colour},
    {"exhaustive", 0, false, set_exhaustive},
    {"batch", 0, false, set_batch},
    {"batch-hits", 0, false, set_batch_hits},
    {"help", 'h', false, set_help},
    {"version", 0, false, set_version},
};

/* The option that argument names, or null. *inline_value is what stands in the same argument (--hits=5, -n5).
 */
static const struct option *find_option(const char *argument, const char **inline_value)
{
    *inline_value = NULL;
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        const struct option *option = &OPTIONS[i];
        size_t size = strlen(option->name);
        if (argument[0] == '-' && argument[1] == '-') {
            if (strncmp(argument + 2, option->name, size) == 0 && argument[2 + size] == '\0') {
                return option;
            }
            if (option->has_value && strncmp(argument + 2, option->name, size) == 0 &&
                argument[2 + size] == '=') {
                *inline_value = argument + 3 + size;
                return option;
            }
        } else if (option->letter != 0 && argument[0] == '-' && argument[1] == option->letter) {
            if (argument[2] == '\0') {
                return option;
            }
            if (option->has_value) {
                *inline_value = argument + 2;
                return option;
            }
        }
    }
    return NULL;
}

/* Behind the query's first word only full names and bare -d, -n, -n5 are options: anything else that begins
 * with a minus is part of the query. */
static bool counts_behind_query(const char *argument, const char *inline_value)
{
    return argument[1] == '-' || inline_value == NULL || (*inline_value >= '0' && *inline_value <= '9');
}

static enum csa_status check(const struct csa_search_options *options, struct csa_error *error)
{
    if (options->hits > CSA_HITS_MAXIMUM / options->page) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "--page: only the first %d hits can be reached",
                             CSA_HITS_MAXIMUM);
    }
    if ((options->json && options->trec) ||
        (options->batch && (options->json || options->trec || options->explain))) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "--%s: not together with --%s",
                             options->batch ? "batch" : "json",
                             options->trec   ? "trec"
                             : options->json ? "json"
                                             : "explain");
    }
    if (options->batch && options->topics != NULL) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "--batch: not together with --topics");
    }
    if (options->batch_hits && !options->batch) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "--batch-hits: only together with --batch");
    }
    if ((options->batch || options->topics != NULL) && options->query.size != 0) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: takes no QUERY on the command line",
                             options->batch ? "--batch" : "--topics");
    }
    if (!options->batch && options->topics == NULL && options->query.data == NULL) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "no QUERY given; see csa-search --help");
    }
    return CSA_OK;
}

enum csa_status csa_search_options_read(int argc, char **argv, struct csa_arena *arena,
                                        struct csa_search_options *options, struct csa_error *error)
{
    const char *index = getenv("CSA_INDEX");
    *options = (struct csa_search_options){.index = index != NULL && *index != '\0' ? index : "csa.index",
                                           .hits = 10,
                                           .page = 1,
                                           .k1 = 1.2,
                                           .b = 0.75};
    struct csa_buffer query;
    csa_buffer_init(&query, (size_t)1 << 24);
    bool in_query = false;
    bool only_query = false;
    enum csa_status status = CSA_OK;
    for (int i = 1; i < argc && status == CSA_OK; i++) {
        const char *argument = argv[i];
        if (!only_query && strcmp(argument, "--") == 0) {
            only_query = true;
            continue;
        }
        const char *value;
        const struct option *option = only_query || argument[0] != '-' ? NULL : find_option(argument, &value);
        if (option != NULL && in_query && !counts_behind_query(argument, value)) {
            option = NULL;
        }
        if (option == NULL) {
            bool looks_wrong = !only_query && !in_query && argument[0] == '-' && argument[1] != '\0' &&
                               strpbrk(argument, " \"") == NULL;
            if (looks_wrong) {
                status = csa_error_set(
                    error, CSA_ERROR_MISUSE,
                    "%s: no such option; see --help (a query that begins with a minus goes behind --)",
                    argument);
                break;
            }
            csa_buffer_append_view(&query, csa_view_of(in_query ? " " : ""));
            csa_buffer_append_view(&query, csa_view_of(argument));
            in_query = true;
            continue;
        }
        if (option->has_value && value == NULL) {
            if (i + 1 == argc) {
                status = csa_error_set(error, CSA_ERROR_MISUSE, "%s: needs a value", argument);
                break;
            }
            value = argv[++i];
        }
        status = option->set(options, value, error);
    }
    if (status == CSA_OK && in_query) {
        status = csa_buffer_check(&query, "query", error);
        options->query = csa_arena_copy(arena, csa_buffer_view(&query));
        if (status == CSA_OK && options->query.data == NULL) {
            status = csa_error_set_memory(error, "query");
        }
    }
    csa_buffer_release(&query);
    return status != CSA_OK || options->help || options->version ? status : check(options, error);
}

void csa_search_options_help(FILE *out)
{
    fputs("Usage: csa-search [OPTIONS] QUERY...\n"
          "Finds the passages that answer QUERY and shows the articles they stand in.\n"
          "\n"
          "  -d, --index DIR      the index (default: $CSA_INDEX, else csa.index)\n"
          "  -n, --hits N         hits on a page (10)\n"
          "      --page N         which page (1)\n"
          "      --by WHAT        article (default) or passage\n"
          "      --rank HOW       best (default) or bm25\n"
          "      --k1 X, --b X    parameters of BM25 (1.2, 0.75)\n"
          "      --json           one JSON object\n"
          "      --trec           a TREC run\n"
          "      --explain        how each score came about\n"
          "      --no-color       no colour, also on a terminal\n"
          "      --topics FILE    many queries: `id<TAB>query` lines or JSON lines\n"
          "      --batch          answer COMMAND<TAB>QUERY lines from standard input\n"
          "      --batch-hits     and name the hits\n"
          "      --help, --version\n"
          "\n"
          "QUERY:  siberia pipeline       any word; more and rarer ones first\n"
          "        \"power of siberia\"     the words as written, side by side\n"
          "        +must -not             AND OR NOT ( )   pipe*   title:summit\n"
          "\n"
          "Exit status: 0 found, 1 nothing, 2 error. See csa-search(1), csa-query(7).\n",
          out);
}
