/* The index folder: names of its files, what in it is ours, litter, the writer's lock. The files themselves
 * are the matter of commit.c, deletes.c and segment.c. */
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/index.h"

#include <stdio.h>

enum {
    NAME_ROOM = 64,
    DIGITS_LEAST = 8, /* hex digits of a number in a file name; more when it needs them */
    DIGITS_MOST = 16,
    HEAD = 8, /* bytes of the commit file that tell it from others */
};

/* ---- names ---- */

char *csa_index_segment_path(const char *folder, uint64_t number)
{
    char name[NAME_ROOM];
    snprintf(name, sizeof name, "segment-%08llx.csa", (unsigned long long)number);
    return csa_file_join(folder, name);
}

char *csa_index_deletes_path(const char *folder, uint64_t number, uint64_t generation)
{
    char name[NAME_ROOM];
    snprintf(name, sizeof name, "deletes-%08llx-%08llx.csa", (unsigned long long)number,
             (unsigned long long)generation);
    return csa_file_join(folder, name);
}

/* Reads the hex digits of a number as the names above have them; null when it is written in another way. */
static const char *parse_number(const char *p, uint64_t *number)
{
    *number = 0;
    int digits = 0;
    for (; (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'f'); p++) {
        if (++digits > DIGITS_MOST) {
            return NULL;
        }
        *number = *number << 4 | (uint64_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
    }
    bool plain = digits == DIGITS_LEAST || (digits > DIGITS_LEAST && *number >> (4 * (digits - 1)) != 0);
    return plain ? p : NULL;
}

static const char *skip(const char *p, const char *text)
{
    size_t size = strlen(text);
    return p != NULL && strncmp(p, text, size) == 0 ? p + size : NULL;
}

static bool is_segment_name(const char *name, uint64_t *number)
{
    const char *p = skip(name, "segment-");
    p = p == NULL ? NULL : parse_number(p, number);
    p = skip(p, ".csa");
    return p != NULL && *p == '\0';
}

static bool is_deletes_name(const char *name, uint64_t *number, uint64_t *generation)
{
    const char *p = skip(name, "deletes-");
    p = p == NULL ? NULL : parse_number(p, number);
    p = skip(p, "-");
    p = p == NULL ? NULL : parse_number(p, generation);
    p = skip(p, ".csa");
    return p != NULL && *p == '\0';
}

/* A file that lives only while one is being made (common/base/file.h: temporary outputs). */
static bool is_passing_name(const char *name)
{
    return strcmp(name, CSA_COMMIT_NEW_NAME) == 0 || skip(name, ".temporary-") != NULL;
}

/* ---- litter ---- */

static bool is_named(const struct csa_commit *commit, const char *name)
{
    uint64_t number;
    uint64_t generation;
    bool segment = is_segment_name(name, &number);
    bool deletes = !segment && is_deletes_name(name, &number, &generation);
    for (uint32_t i = 0; i < commit->segment_count && (segment || deletes); i++) {
        if (commit->segments[i].number == number &&
            (segment || commit->segments[i].deletes_generation == generation)) {
            return true;
        }
    }
    return !segment && !deletes && !is_passing_name(name);
}

void csa_index_remove_litter(const char *folder, const struct csa_commit *commit)
{
    char **names;
    size_t count;
    if (csa_file_list_folder(folder, &names, &count, NULL) != CSA_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_named(commit, names[i])) {
            char *path = csa_file_join(folder, names[i]);
            if (path != NULL) {
                csa_file_remove(path, NULL);
                csa_free(path);
            }
        }
    }
    csa_file_names_free(names, count);
}

/* ---- whose folder it is ---- */

enum csa_status csa_index_is_folder(const char *folder, bool *is_index, struct csa_error *error)
{
    *is_index = false;
    char *path = csa_file_join(folder, CSA_COMMIT_NAME);
    if (path == NULL) {
        return csa_error_set_memory(error, folder);
    }
    struct csa_mapping file;
    enum csa_status status = csa_mapping_open(&file, path, error);
    if (status == CSA_OK) {
        *is_index = file.size >= HEAD && csa_load_u64(file.data) == CSA_MAGIC_COMMIT;
        csa_mapping_close(&file);
    }
    csa_free(path);
    return status == CSA_ERROR_MEMORY ? status : CSA_OK;
}

/* Whether a writer may make an index here: all that is in the folder is an index's. */
static enum csa_status check_folder(const char *folder, struct csa_error *error)
{
    bool is_index;
    enum csa_status status = csa_index_is_folder(folder, &is_index, error);
    if (status != CSA_OK || is_index) {
        return status;
    }
    char **names;
    size_t count;
    status = csa_file_list_folder(folder, &names, &count, error);
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < count && status == CSA_OK; i++) {
        uint64_t number;
        uint64_t generation;
        if (!is_segment_name(names[i], &number) && !is_deletes_name(names[i], &number, &generation) &&
            !is_passing_name(names[i]) && strcmp(names[i], CSA_LOCK_NAME) != 0) {
            status = csa_error_set(error, CSA_ERROR_MISUSE,
                                   "%s: is no index and not empty (it holds %s): choose another folder",
                                   folder, names[i]);
        }
    }
    csa_file_names_free(names, count);
    return status;
}

/* ---- the lock ---- */

/* Makes the name of a new folder durable. */
static enum csa_status sync_parent(const char *folder, struct csa_error *error)
{
    size_t size = strlen(folder);
    while (size > 1 && folder[size - 1] == '/') {
        size--;
    }
    while (size > 0 && folder[size - 1] != '/') {
        size--;
    }
    char *parent = csa_file_join("", size == 0 ? "." : folder);
    if (parent == NULL) {
        return csa_error_set_memory(error, folder);
    }
    if (size != 0) {
        parent[size] = '\0';
    }
    enum csa_status status = csa_file_sync_folder(parent, error);
    csa_free(parent);
    return status;
}

enum csa_status csa_index_lock(const char *folder, int *lock, struct csa_error *error)
{
    *lock = -1;
    enum csa_status status;
    if (csa_file_exists(folder)) {
        status = check_folder(folder, error);
    } else {
        status = csa_file_make_folder(folder, error);
        if (status == CSA_OK) {
            status = sync_parent(folder, error);
        }
    }
    if (status != CSA_OK) {
        return status;
    }
    char *path = csa_file_join(folder, CSA_LOCK_NAME);
    if (path == NULL) {
        return csa_error_set_memory(error, folder);
    }
    status = csa_file_lock(path, lock, error);
    csa_free(path);
    return status;
}

void csa_index_unlock(int lock)
{
    csa_file_unlock(lock);
}
