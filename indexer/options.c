/* See options.h. */
#include "indexer/options.h"

#include "common/base/memory.h"
#include "indexer/dump.h"
#include "indexer/passages.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char csa_index_help[] =
    "csa-index [-d DIR] [OPTIONS] SOURCE...     a file, a folder, or - for stdin\n"
    "  -d, --directory DIR      the index (default: $CSA_INDEX, else csa.index)\n"
    "  -f, --format NAME        auto, text, html, markdown, jsonl (default: auto)\n"
    "  -l, --language NAME      auto, none (no stemming), english, ru, ... (auto)\n"
    "  -j, --threads N          default: one for each processor, at most 16\n"
    "  -m, --memory SIZE        default: 256M; at least 16M\n"
    "      --passage-words N    words a passage (120); 0: one passage an article\n"
    "      --store text|none    whether passages are stored as text (text)\n"
    "      --engine native      the kind of index\n"
    "      --delete ID          delete an article; may be repeated\n"
    "      --optimize           merge all into one segment without deletes\n"
    "      --reorder yes|no     with --optimize: number articles by likeness (no)\n"
    "      --quiet              no summary, no progress\n"
    "      --progress           progress as lines where it cannot be drawn\n"
    "csa-index [-d DIR] --check     read every byte, say what is broken\n"
    "csa-index [-d DIR] --stats     what is in the index, in numbers\n"
    "csa-index [-d DIR] --dump WHAT, of: terms, stems, title-words, title-stems,\n"
    "      postings:WORD, title-postings:WORD, articles, passages:ID, lengths, meta\n"
    "csa-index --help, --version\n"
    "exit status: 0 all indexed; 1 something was skipped; 2 nothing was done\n";

enum long_option {
    PASSAGE_WORDS = 256,
    ENGINE,
    STORE,
    DELETE,
    OPTIMIZE,
    REORDER,
    CHECK,
    STATS,
    DUMP,
    QUIET,
    PROGRESS,
    HELP,
    VERSION,
};

static const struct option long_options[] = {
    {"directory", required_argument, NULL, 'd'},
    {"format", required_argument, NULL, 'f'},
    {"language", required_argument, NULL, 'l'},
    {"threads", required_argument, NULL, 'j'},
    {"memory", required_argument, NULL, 'm'},
    {"passage-words", required_argument, NULL, PASSAGE_WORDS},
    {"engine", required_argument, NULL, ENGINE},
    {"store", required_argument, NULL, STORE},
    {"delete", required_argument, NULL, DELETE},
    {"optimize", no_argument, NULL, OPTIMIZE},
    {"reorder", required_argument, NULL, REORDER},
    {"check", no_argument, NULL, CHECK},
    {"stats", no_argument, NULL, STATS},
    {"dump", required_argument, NULL, DUMP},
    {"quiet", no_argument, NULL, QUIET},
    {"progress", no_argument, NULL, PROGRESS},
    {"help", no_argument, NULL, HELP},
    {"version", no_argument, NULL, VERSION},
    {NULL, 0, NULL, 0},
};

/* ---- values ---- */

static enum csa_status wrong(const char *option, const char *value, const char *possible,
                             struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_MISUSE, "%s %s: %s", option, value, possible);
}

/* Decimal digits alone, at most `maximum`. Returns what follows them, or null. */
static const char *read_number(const char *text, uint64_t maximum, uint64_t *number)
{
    *number = 0;
    const char *p = text;
    for (; *p >= '0' && *p <= '9'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (*number > (maximum - digit) / 10) {
            return NULL;
        }
        *number = *number * 10 + digit;
    }
    return p == text ? NULL : p;
}

static enum csa_status read_unsigned(const char *option, const char *value, unsigned least, unsigned most,
                                     unsigned *number, struct csa_error *error)
{
    uint64_t wide;
    const char *rest = read_number(value, most, &wide);
    if (rest == NULL || *rest != '\0' || wide < least) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s %s: a number from %u to %u is needed", option,
                             value, least, most);
    }
    *number = (unsigned)wide;
    return CSA_OK;
}

static enum csa_status read_size(const char *value, uint64_t *bytes, struct csa_error *error)
{
    static const char suffixes[] = "KMGT";
    const char *rest = read_number(value, UINT64_MAX >> 20, bytes);
    const char *suffix = rest == NULL || *rest == '\0' ? NULL : strchr(suffixes, *rest & ~0x20);
    if (suffix != NULL) {
        for (const char *i = suffixes; i <= suffix; i++) {
            *bytes = *bytes > UINT64_MAX >> 11 ? UINT64_MAX >> 1 : *bytes << 10;
        }
        rest++;
        rest += (*rest == 'B' || *rest == 'b');
    }
    if (rest == NULL || *rest != '\0') {
        return wrong("--memory", value, "a size such as 64M or 2G is needed", error);
    }
    if (*bytes < CSA_MEMORY_MINIMUM) {
        return wrong("--memory", value, "at least 16M are needed", error);
    }
    return CSA_OK;
}

static enum csa_status read_language(const char *value, struct csa_index_options *options,
                                     struct csa_error *error)
{
    options->language_auto = strcmp(value, "auto") == 0;
    options->language = CSA_LANGUAGE_NONE;
    if (!options->language_auto && !csa_language_find(csa_view_of(value), &options->language)) {
        return wrong("--language", value,
                     "no such language; auto, none, english, en, russian, ... are possible", error);
    }
    return CSA_OK;
}

/* One of two words. */
static enum csa_status read_choice(const char *option, const char *value, const char *yes, const char *no,
                                   bool *choice, struct csa_error *error)
{
    *choice = strcmp(value, yes) == 0;
    if (!*choice && strcmp(value, no) != 0) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s %s: %s or %s is needed", option, value, yes, no);
    }
    return CSA_OK;
}

static enum csa_status read_engine(const char *value, struct csa_error *error)
{
    if (strcmp(value, "xapian") == 0) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "--engine xapian: this build has no Xapian engine");
    }
    return strcmp(value, "native") == 0 ? CSA_OK
                                        : wrong("--engine", value, "native or xapian is needed", error);
}

static enum csa_status add_delete(struct csa_index_options *options, const char *id, struct csa_error *error)
{
    const char **deletes = csa_realloc(options->deletes, options->delete_count + 1, sizeof *deletes);
    if (deletes == NULL) {
        return csa_error_set_memory(error, "the command line");
    }
    options->deletes = deletes;
    options->deletes[options->delete_count++] = id;
    return CSA_OK;
}

static enum csa_status set_action(struct csa_index_options *options, enum csa_action action,
                                  struct csa_error *error)
{
    if (options->action != CSA_ACTION_INDEX && options->action != action) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "only one of --check, --stats and --dump at a time");
    }
    options->action = action;
    return CSA_OK;
}

/* ---- the whole line ---- */

static enum csa_status take_option(int option, const char *value, struct csa_index_options *options,
                                   struct csa_error *error)
{
    switch (option) {
    case 'd':
        options->folder = value;
        return *value == '\0' ? wrong("--directory", "''", "a folder is needed", error) : CSA_OK;
    case 'f':
        return csa_intake_format_find(value, &options->format)
                   ? CSA_OK
                   : wrong("--format", value, "auto, text, html, markdown or jsonl is needed", error);
    case 'l':
        return read_language(value, options, error);
    case 'j':
        return read_unsigned("--threads", value, 1, CSA_THREADS_MAXIMUM, &options->threads, error);
    case 'm':
        return read_size(value, &options->memory, error);
    case PASSAGE_WORDS:
        options->passage_words_given = true;
        return read_unsigned("--passage-words", value, 0, CSA_PASSAGE_WORDS_MAXIMUM, &options->passage_words,
                             error);
    case ENGINE:
        return read_engine(value, error);
    case STORE:
        options->store_text_given = true;
        return read_choice("--store", value, "text", "none", &options->store_text, error);
    case DELETE:
        return add_delete(options, value, error);
    case OPTIMIZE:
        options->optimize = true;
        return CSA_OK;
    case REORDER:
        return read_choice("--reorder", value, "yes", "no", &options->reorder, error);
    case CHECK:
        return set_action(options, CSA_ACTION_CHECK, error);
    case STATS:
        return set_action(options, CSA_ACTION_STATS, error);
    case DUMP:
        options->dump = value;
        return csa_dump_knows(value) ? set_action(options, CSA_ACTION_DUMP, error)
                                     : wrong("--dump", value, "is not something to dump; see --help", error);
    case QUIET:
        options->quiet = true;
        return CSA_OK;
    case PROGRESS:
        options->progress = true;
        return CSA_OK;
    default:
        return CSA_ERROR_MISUSE;
    }
}

static enum csa_status unknown_option(int result, char *const *argv, struct csa_error *error)
{
    if (result == ':') {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: needs a value; see csa-index --help",
                             argv[optind - 1]);
    }
    if (optopt != 0 && optopt < 256) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "-%c: unknown option; see csa-index --help", optopt);
    }
    return csa_error_set(error, CSA_ERROR_MISUSE, "%s: unknown option; see csa-index --help",
                         argv[optind - 1]);
}

static enum csa_status check_combination(const struct csa_index_options *options, bool reorder_given,
                                         struct csa_error *error)
{
    bool changes = options->source_count != 0 || options->delete_count != 0 || options->optimize;
    if (options->action != CSA_ACTION_INDEX && changes) {
        return csa_error_set(
            error, CSA_ERROR_MISUSE,
            "--check, --stats and --dump stand alone, without sources, --delete or --optimize");
    }
    if (options->action == CSA_ACTION_INDEX && !changes) {
        return csa_error_set(error, CSA_ERROR_MISUSE,
                             "nothing to index: name a file, a folder, or - for standard input; see --help");
    }
    if (reorder_given && !options->optimize) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "--reorder: goes with --optimize");
    }
    return CSA_OK;
}

static unsigned default_threads(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1                             ? 1
           : processors > CSA_THREADS_DEFAULT_MAXIMUM ? CSA_THREADS_DEFAULT_MAXIMUM
                                                      : (unsigned)processors;
}

enum csa_status csa_index_options_parse(int argc, char **argv, struct csa_index_options *options,
                                        struct csa_error *error)
{
    const char *folder = getenv("CSA_INDEX");
    *options = (struct csa_index_options){
        .action = CSA_ACTION_INDEX,
        .folder = folder == NULL || *folder == '\0' ? "csa.index" : folder,
        .format = CSA_FORMAT_AUTO,
        .language_auto = true,
        .threads = default_threads(),
        .memory = CSA_MEMORY_DEFAULT,
        .passage_words = CSA_PASSAGE_WORDS_DEFAULT,
        .store_text = true,
    };
    bool reorder_given = false;
    opterr = 0;
    optind = 1;
    for (;;) {
        optopt = 0;
        int option = getopt_long(argc, argv, ":d:f:l:j:m:", long_options, NULL);
        if (option == -1) {
            break;
        }
        if (option == '?' || option == ':') {
            return unknown_option(option, argv, error);
        }
        if (option == HELP || option == VERSION) { /* whatever else there is */
            options->action = option == HELP ? CSA_ACTION_HELP : CSA_ACTION_VERSION;
            return CSA_OK;
        }
        reorder_given = reorder_given || option == REORDER;
        enum csa_status status = take_option(option, optarg, options, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    options->sources = argv + optind;
    options->source_count = (size_t)(argc - optind);
    return check_combination(options, reorder_given, error);
}

void csa_index_options_release(struct csa_index_options *options)
{
    csa_free(options->deletes);
    options->deletes = NULL;
}
