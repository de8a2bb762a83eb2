/* The command line: a table of options, each with the function that takes its value; what is left is the
 * query. */
#include "searcher/options.h"

#include "common/base/buffer.h"
#include "searcher/feedback/expand.h"
#include "searcher/output/facets.h"
#include "searcher/query/syntax.h"
#include "searcher/results/page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { HITS = 10, EVALUATION_HITS = 1000 }; /* without -n */
enum { PORT = 8080 };                       /* of --serve */

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
    options->index_given = true;
    return *value == '\0' ? csa_error_set(error, CSA_ERROR_MISUSE, "-d: an empty name") : CSA_OK;
}

static enum csa_status set_hits(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    options->hits_given = true;
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

/* bm25, best, or best without parts of it: best:-near,-title. */
static enum csa_status set_rank(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    static const char *const parts[CSA_BEST_PART_COUNT] = {
        [CSA_BEST_PART_NEAR] = "-near",       [CSA_BEST_PART_COVER] = "-cover",
        [CSA_BEST_PART_ARTICLE] = "-article", [CSA_BEST_PART_EXACT] = "-exact",
        [CSA_BEST_PART_TITLE] = "-title",     [CSA_BEST_PART_FURTHER] = "-further"};
    options->rank = strcmp(value, "bm25") == 0 ? CSA_RANK_BM25 : CSA_RANK_BEST;
    options->without = 0;
    const char *p = strncmp(value, "best", 4) == 0 ? value + 4 : "?";
    for (char before = ':'; *p == before; before = ',') {
        struct csa_view name = csa_view_make(p + 1, strcspn(p + 1, ","));
        unsigned part = 0;
        while (part < CSA_BEST_PART_COUNT && !csa_view_equal(name, csa_view_of(parts[part]))) {
            part++;
        }
        if (part == CSA_BEST_PART_COUNT) {
            break;
        }
        options->without |= 1U << part;
        p = name.data + name.size;
    }
    return options->rank == CSA_RANK_BM25 || *p == '\0'
               ? CSA_OK
               : csa_error_set(
                     error, CSA_ERROR_MISUSE,
                     "--rank: bm25, or best, with : and parts to leave out behind it (-near, -cover, "
                     "-article, -exact, -title, -further, separated by commas), not %s",
                     value);
}

static enum csa_status set_sort(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    options->sort = strcmp(value, "oldest") == 0                                 ? CSA_SORT_OLDEST
                    : strcmp(value, "newest") == 0 || strcmp(value, "date") == 0 ? CSA_SORT_NEWEST
                                                                                 : CSA_SORT_RELEVANCE;
    return options->sort != CSA_SORT_RELEVANCE || strcmp(value, "relevance") == 0
               ? CSA_OK
               : csa_error_set(error, CSA_ERROR_MISUSE, "--sort: relevance, newest or oldest, not %s", value);
}

static enum csa_status set_facets(struct csa_search_options *options, const char *value,
                                  struct csa_error *error)
{
    for (const char *p = value;;) {
        struct csa_view name = csa_view_make(p, strcspn(p, ","));
        unsigned facet = 0;
        while (facet < CSA_FACET_COUNT && !csa_view_equal(name, csa_view_of(csa_facet_name(facet)))) {
            facet++;
        }
        if (facet < CSA_FACET_COUNT) {
            options->facets |= 1U << facet;
        } else if (csa_view_equal(name, csa_view_of("all"))) {
            options->facets |= (1U << CSA_FACET_COUNT) - 1;
        } else {
            return csa_error_set(error, CSA_ERROR_MISUSE,
                                 "--facets: source, language, author, year, month or all, separated by "
                                 "commas, not %s",
                                 value);
        }
        if (p[name.size] == '\0') {
            return CSA_OK;
        }
        p += name.size + 1;
    }
}

static enum csa_status set_fields(struct csa_search_options *options, const char *value,
                                  struct csa_error *error)
{
    return csa_output_fields_read(value, &options->fields, error);
}

static enum csa_status set_ids(struct csa_search_options *options, const char *value, struct csa_error *error)
{
    (void)value;
    return csa_output_fields_read("id", &options->fields, error);
}

static enum csa_status set_like(struct csa_search_options *options, const char *value,
                                struct csa_error *error)
{
    options->like = value;
    return *value == '\0' ? csa_error_set(error, CSA_ERROR_MISUSE, "--like: an empty id") : CSA_OK;
}

static enum csa_status set_expand(struct csa_search_options *options, const char *value,
                                  struct csa_error *error)
{
    size_t terms = CSA_EXPANSION_TERMS;
    enum csa_status status =
        value == NULL ? CSA_OK : read_count("--expand", value, CSA_EXPANSION_TERMS_MAXIMUM, &terms, error);
    options->expand = (unsigned)terms;
    return status;
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

static enum csa_status set_qrels(struct csa_search_options *options, const char *value,
                                 struct csa_error *error)
{
    (void)error;
    options->qrels = value;
    return CSA_OK;
}

static enum csa_status set_compare(struct csa_search_options *options, const char *value,
                                   struct csa_error *error)
{
    (void)error;
    options->compare = value;
    return CSA_OK;
}

static enum csa_status set_synonyms(struct csa_search_options *options, const char *value,
                                    struct csa_error *error)
{
    (void)error;
    options->synonyms_file = *value == '\0' ? NULL : value;
    options->synonyms_given = true;
    return CSA_OK;
}

static enum csa_status set_serve(struct csa_search_options *options, const char *value,
                                 struct csa_error *error)
{
    size_t port = PORT;
    bool any = value != NULL && strcmp(value, "0") == 0;
    enum csa_status status =
        value == NULL || any ? CSA_OK : read_count("--serve", value, UINT16_MAX, &port, error);
    options->serve = true;
    options->port = any ? 0 : (unsigned)port;
    return status;
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
FLAG(set_timeline, options->timeline = true)
FLAG(set_terms, options->terms = true)
FLAG(set_colour, options->colour = true)
FLAG(set_no_colour, options->no_colour = true)
FLAG(set_exhaustive, options->exhaustive = true)
FLAG(set_batch, options->batch = true)
FLAG(set_batch_hits, options->batch_hits = true)
FLAG(set_interactive, options->interactive = true)
FLAG(set_help, options->help = true)
FLAG(set_syntax, options->syntax = true)
FLAG(set_version, options->version = true)

static const struct option OPTIONS[] = {
    {"index", 'd', true, set_index},
    {"hits", 'n', true, set_hits},
    {"page", 0, true, set_page},
    {"by", 0, true, set_by},
    {"rank", 0, true, set_rank},
    {"sort", 0, true, set_sort},
    {"facets", 0, true, set_facets},
    {"timeline", 0, false, set_timeline},
    {"output", 'o', true, set_fields},
    {"ids", '1', false, set_ids},
    {"like", 0, true, set_like},
    {"expand", 0, false, set_expand},
    {"expand", 0, true, set_expand}, /* --expand=N */
    {"terms", 0, false, set_terms},
    {"syntax", 0, false, set_syntax},
    {"synonyms", 0, true, set_synonyms},
    {"k1", 0, true, set_k1},
    {"b", 0, true, set_b},
    {"topics", 0, true, set_topics},
    {"qrels", 0, true, set_qrels},
    {"compare", 0, true, set_compare},
    {"json", 0, false, set_json},
    {"trec", 0, false, set_trec},
    {"explain", 0, false, set_explain},
    {"color", 0, false, set_colour},
    {"colour", 0, false, set_colour},
    {"no-color", 0, false, set_no_colour},
    {"no-colour", 0, false, set_no_colour},
    {"exhaustive", 0, false, set_exhaustive},
    {"batch", 0, false, set_batch},
    {"batch-hits", 0, false, set_batch_hits},
    {"interactive", 'i', false, set_interactive},
    {"serve", 0, false, set_serve}, /* a number may follow */
    {"serve", 0, true, set_serve},  /* --serve=PORT */
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

/* Whether it is meant for one, even if it is none; a negative one looks like an option. */
static bool is_port(const char *text)
{
    return *text >= '0' && *text <= '9';
}

enum csa_status csa_search_options_read(int argc, char **argv, struct csa_arena *arena,
                                        struct csa_search_options *options, struct csa_error *error)
{
    const char *index = getenv("CSA_INDEX");
    *options = (struct csa_search_options){
        .index = index != NULL && *index != '\0' ? index : "csa.index", .page = 1, .k1 = 1.2, .b = 0.75};
    const char *synonyms = getenv("CSA_SYNONYMS");
    options->synonyms_file = synonyms != NULL && *synonyms != '\0' ? synonyms : NULL;
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
        } else if (option->set == set_serve && value == NULL && i + 1 < argc && is_port(argv[i + 1])) {
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
    if (options->hits == 0) {
        bool evaluation = options->qrels != NULL || options->compare != NULL;
        options->hits = evaluation ? EVALUATION_HITS : HITS;
    }
    return status != CSA_OK || options->help || options->version ? status
                                                                 : csa_search_options_check(options, error);
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
          "      --sort ORDER     relevance (default), newest or oldest\n"
          "      --facets LIST    count articles by source,language,author,year,month (all)\n"
          "      --timeline       a chart of them over their dates\n"
          "  -1, -o FIELD,...     for scripts: a line a hit, its id, or these fields\n"
          "      --terms          words that set the result apart from the collection\n"
          "      --like ID[#N]    like this article, or its passage N; a QUERY as well\n"
          "      --expand[=N]     add N words (50) that the best articles are made of\n"
          "      --synonyms FILE  names of one thing (default: $CSA_SYNONYMS)\n"
          "      --syntax         how QUERY is read; nothing is searched\n"
          "      --k1 X, --b X    parameters of BM25 (1.2, 0.75)\n"
          "      --json           one JSON object\n"
          "      --trec           a TREC run\n"
          "      --explain        how each score came about\n"
          "      --color, --no-color  colour also in a pipe, for less -R; never\n"
          "      --topics FILE    many queries: `id<TAB>query` lines or JSON lines\n"
          "      --qrels FILE     measure them by these judgements\n"
          "      --compare FILE   compare with this TREC run: what changed, and why\n"
          "      --batch          answer COMMAND<TAB>QUERY lines from standard input\n"
          "      --batch-hits     and name the hits\n"
          "  -i, --interactive    query after query, with line editing and completion\n"
          "      --serve [PORT]   the site's page in your browser, on this machine only\n"
          "      --help, --version\n"
          "\n"
          "QUERY:  siberia pipeline       any word; more and rarer ones first\n"
          "        \"power of siberia\"     the words as written, side by side\n"
          "        +must -not             AND OR NOT ( )   pipe*  sibera~  a NEAR/5 b\n"
          "        lang:en date:2023-03..2024   title: author: source: site: id:\n"
          "\n"
          "Exit status: 0 found, 1 nothing, 2 error. See csa-search(1), csa-query(7).\n",
          out);
}
