/* csa-index: reads the command line, does what it says, exits. */
#include "common/base/signals.h"
#include "common/base/version.h"
#include "indexer/commands.h"

#include <stdlib.h>

static int run(const struct csa_index_options *options)
{
    switch (options->action) {
    case CSA_ACTION_HELP:
        fputs(csa_index_help, stdout);
        return csa_command_flush(stdout, stderr, "") ? CSA_EXIT_DONE : CSA_EXIT_NOTHING;
    case CSA_ACTION_VERSION:
        csa_version_print(stdout, "csa-index");
        return csa_command_flush(stdout, stderr, "") ? CSA_EXIT_DONE : CSA_EXIT_NOTHING;
    case CSA_ACTION_CHECK:
        return csa_command_check(options, stdout, stderr);
    case CSA_ACTION_STATS:
        return csa_command_stats(options, stdout, stderr);
    case CSA_ACTION_DUMP:
        return csa_command_dump(options, stdout, stderr);
    case CSA_ACTION_INDEX:
        break;
    }
    csa_signals_catch();
    return csa_command_index(options, stdout, stderr);
}

int main(int argc, char **argv)
{
    struct csa_index_options options;
    struct csa_error error = {0};
    int result = CSA_EXIT_NOTHING;
    if (csa_index_options_parse(argc, argv, &options, &error) == CSA_OK) {
        result = run(&options);
    } else {
        csa_command_message(stderr, error.message);
    }
    csa_index_options_release(&options);
    return result;
}
