/* A file of queries: `id <TAB> query` lines, or JSON lines {"_id", "text"}; found by the first byte. */
#ifndef CSA_SEARCHER_TOPICS_H
#define CSA_SEARCHER_TOPICS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stddef.h>

enum { CSA_TOPICS_MAXIMUM = 256 * 1024 * 1024 }; /* bytes of the file */

struct csa_topic {
    struct csa_view id;
    struct csa_view query;
};

struct csa_topics {
    struct csa_topic *items;
    size_t count;
};

/* "-" reads standard input. Blank lines are skipped; a line that is neither form, or has the id of an earlier
 * one, is CSA_ERROR_DAMAGED naming file and line. The topics live in the arena. */
enum csa_status csa_topics_read(const char *path, struct csa_arena *arena, struct csa_topics *topics,
                                struct csa_error *error);

#endif
