/* The command line of csa-index. */
#ifndef CSA_INDEXER_OPTIONS_H
#define CSA_INDEXER_OPTIONS_H

#include "common/base/error.h"
#include "common/text/language.h"
#include "indexer/intake/intake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csa_action {
    CSA_ACTION_INDEX, /* sources, --delete, --optimize, in any combination */
    CSA_ACTION_CHECK,
    CSA_ACTION_STATS,
    CSA_ACTION_DUMP,
    CSA_ACTION_HELP,
    CSA_ACTION_VERSION,
};

enum {
    CSA_THREADS_MAXIMUM = 64,
    CSA_THREADS_DEFAULT_MAXIMUM = 16,
    CSA_PASSAGE_WORDS_MAXIMUM = 1000000,
};
#define CSA_MEMORY_MINIMUM ((uint64_t)16 << 20)
#define CSA_MEMORY_DEFAULT ((uint64_t)256 << 20)

/* All strings are the caller's argv or environment. */
struct csa_index_options {
    enum csa_action action;
    const char *folder;
    enum csa_format format;
    bool language_auto; /* -l auto; else every article is of `language` */
    csa_language language;
    unsigned threads;
    uint64_t memory; /* bytes */
    unsigned passage_words;
    bool passage_words_given;
    bool store_text;
    bool store_text_given;
    bool optimize;
    bool reorder; /* --reorder yes */
    bool quiet;
    bool progress;
    const char *dump;
    const char **deletes; /* ids; owned: csa_index_options_release() */
    size_t delete_count;
    char *const *sources;
    size_t source_count;
};

/* CSA_ERROR_MISUSE says what is wrong with the command line; CSA_ERROR_UNSUPPORTED: what this build lacks.
 * Call release also after an error. May reorder argv. */
enum csa_status csa_index_options_parse(int argc, char **argv, struct csa_index_options *options,
                                        struct csa_error *error);
void csa_index_options_release(struct csa_index_options *options);

extern const char csa_index_help[];

#endif
