/* The index that is served: opened at the first request that needs it, taken up anew when a writer has
 * committed. */
#ifndef CSA_SEARCHER_SITE_SNAPSHOT_H
#define CSA_SEARCHER_SITE_SNAPSHOT_H

#include "common/base/error.h"
#include "searcher/engine.h"

#include <stdint.h>

/* What tells one commit from another, also when an index was made anew at the same place. */
struct csa_commit_stamp {
    uint64_t device, inode, size;
    int64_t seconds;
    long nanoseconds;
    bool there;
};

struct csa_snapshot {
    char *commit;                  /* path of the commit file; owned */
    const char *folder;            /* the caller's */
    struct csa_engine *engine;     /* null: none could be opened yet */
    struct csa_commit_stamp stamp; /* of what is open */
    uint64_t version;              /* for ETag: of the commit that is open */
    struct csa_commit_stamp tried; /* the newest one that could not be opened */
    uint64_t try_again;            /* when it is tried once more: csa_clock_nanoseconds() */
};

enum csa_status csa_snapshot_init(struct csa_snapshot *snapshot, const char *folder, struct csa_error *error);
void csa_snapshot_release(struct csa_snapshot *snapshot);

/* Takes up the newest commit: a stat(2) when nothing has changed. When that fails the error says why, and the
 * engine is the former one if there was one, else null. A commit that cannot be opened beside a former
 * snapshot is tried again once a second. */
enum csa_status csa_snapshot_renew(struct csa_snapshot *snapshot, struct csa_error *error);

/* To be called when reading the open index failed: it is opened anew at the next request. */
void csa_snapshot_doubt(struct csa_snapshot *snapshot);

#endif
