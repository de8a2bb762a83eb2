/* csa-index --check: every byte of the newest commit. */
#include "indexer/commands.h"

#include "common/index/index.h"

#include <inttypes.h>
#include <signal.h>

struct check {
    FILE *messages;
    uint64_t faults;
};

static void report(void *context, const char *message)
{
    struct check *check = context;
    check->faults++;
    csa_command_message(check->messages, message);
}

int csa_command_check(const struct csa_index_options *options, FILE *out, FILE *messages)
{
    struct csa_error error = {0};
    struct csa_index *index;
    struct check check = {.messages = messages};
    signal(SIGPIPE, SIG_IGN); /* the exit status must come in any case */
    if (csa_index_open(options->folder, &index, &error) != CSA_OK) {
        csa_command_message(messages, error.message);
        return CSA_EXIT_NOTHING;
    }
    for (uint32_t i = 0; i < index->segment_count; i++) {
        uint64_t before = check.faults;
        enum csa_status status = csa_segment_check(index->segments[i].segment, report, &check, &error);
        if (status != CSA_OK && check.faults == before) {
            report(&check, error.message);
        }
    }
    bool written = true;
    if (check.faults == 0 && !options->quiet) {
        fprintf(out, "%s: sound: %" PRIu32 " segment%s, %" PRIu64 " articles, %" PRIu64 " passages\n",
                options->folder, index->segment_count, index->segment_count == 1 ? "" : "s",
                index->articles - index->deleted_articles, index->passages - index->deleted_passages);
        written = csa_command_flush(out, messages, "");
    }
    csa_index_close(index);
    return check.faults == 0 && written ? CSA_EXIT_DONE : CSA_EXIT_NOTHING;
}
