/* Keeping the served index up to date. Called by respond.c before each request that searches. */
#include "searcher/site/snapshot.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/index/index.h"
#include "searcher/site/cache.h"

#include <sys/stat.h>

static const uint64_t PAUSE = UINT64_C(1000000000);

enum csa_status csa_snapshot_init(struct csa_snapshot *snapshot, const char *folder, struct csa_error *error)
{
    *snapshot = (struct csa_snapshot){.folder = folder, .commit = csa_file_join(folder, CSA_COMMIT_NAME)};
    return snapshot->commit == NULL ? csa_error_set_memory(error, folder) : CSA_OK;
}

static void close_engine(struct csa_snapshot *snapshot)
{
    if (snapshot->engine != NULL) {
        snapshot->engine->operations->close(snapshot->engine);
        snapshot->engine = NULL;
    }
}

void csa_snapshot_release(struct csa_snapshot *snapshot)
{
    close_engine(snapshot);
    csa_free(snapshot->commit);
    *snapshot = (struct csa_snapshot){0};
}

static struct csa_commit_stamp look(const char *path)
{
    struct stat status;
    struct csa_commit_stamp stamp = {0};
    if (stat(path, &status) == 0) {
        stamp = (struct csa_commit_stamp){
            .device = (uint64_t)status.st_dev,
            .inode = (uint64_t)status.st_ino,
            .size = (uint64_t)status.st_size,
            .seconds = (int64_t)status.st_mtim.tv_sec,
            .nanoseconds = status.st_mtim.tv_nsec,
            .there = true,
        };
    }
    return stamp;
}

static bool same(const struct csa_commit_stamp *a, const struct csa_commit_stamp *b)
{
    return a->there == b->there && a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

/* Neither device nor inode: copies of an index on several machines are one version. */
static uint64_t version_of(const struct csa_commit_stamp *stamp, uint64_t generation)
{
    const uint64_t parts[] = {generation, stamp->size, (uint64_t)stamp->seconds,
                              (uint64_t)stamp->nanoseconds};
    return csa_cache_mix(0, csa_view_make((const char *)parts, sizeof parts));
}

enum csa_status csa_snapshot_renew(struct csa_snapshot *snapshot, struct csa_error *error)
{
    /* Looked at before it is opened: a commit in between is then seen at the next request. */
    struct csa_commit_stamp now = look(snapshot->commit);
    if (snapshot->engine != NULL) {
        if (same(&now, &snapshot->stamp)) {
            return CSA_OK;
        }
        if (same(&now, &snapshot->tried) && csa_clock_nanoseconds() < snapshot->try_again) {
            return CSA_OK;
        }
    }
    struct csa_engine *engine;
    enum csa_status status = csa_engine_native_open(snapshot->folder, &engine, error);
    if (status != CSA_OK) {
        snapshot->tried = now;
        snapshot->try_again = csa_clock_nanoseconds() + PAUSE;
        return status;
    }
    close_engine(snapshot);
    snapshot->engine = engine;
    snapshot->stamp = now;
    snapshot->version = version_of(&now, engine->generation);
    return CSA_OK;
}

void csa_snapshot_doubt(struct csa_snapshot *snapshot)
{
    snapshot->stamp = (struct csa_commit_stamp){0};
}
