/* Walks sources in sorted order; see walk.h. Owns a stack of folders, each with the sorted names that are
 * still to come; depth is bounded by CSA_INTAKE_FOLDER_DEPTH. Folders sort as if their names ended in a
 * slash, so that the order is that of whole paths. Called by the indexer. */
#include "indexer/intake/walk.h"

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/index/index.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct entry {
    char *name;
    bool is_folder;
};

struct folder {
    char *path;
    struct entry *entries;
    size_t count;
    size_t next;
};

struct csa_walk {
    char *const *paths;
    size_t path_count;
    size_t next_path;
    const char **names; /* of the paths, without folders, sorted: to see which are not alone */
    const struct csa_intake_receiver *receiver;
    struct folder stack[CSA_INTAKE_FOLDER_DEPTH];
    size_t depth;
    size_t id_start; /* bytes of a path in front of its id */
    char *path;      /* of the current source */
    struct csa_source source;
};

enum { SHOWN_PATH = 500 }; /* of a longer path the end is shown, so that the reason fits in */

static void report(const struct csa_walk *walk, const char *path, const char *why)
{
    struct csa_error message;
    size_t size = strlen(path);
    bool cut = size > SHOWN_PATH;
    csa_error_set(&message, CSA_ERROR_IO, "%s%s: %s", cut ? "..." : "", cut ? path + size - SHOWN_PATH : path,
                  why);
    walk->receiver->skipped(walk->receiver->context, message.message);
}

static void free_folder(struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        csa_free(folder->entries[i].name);
    }
    csa_free(folder->entries);
    csa_free(folder->path);
    *folder = (struct folder){0};
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

enum csa_status csa_walk_open(char *const *paths, size_t count, const struct csa_intake_receiver *receiver,
                              struct csa_walk **walk, struct csa_error *error)
{
    *walk = csa_calloc(1, sizeof **walk);
    if (*walk == NULL) {
        return csa_error_set_memory(error, "a walk over folders");
    }
    (*walk)->paths = paths;
    (*walk)->path_count = count;
    (*walk)->receiver = receiver;
    (*walk)->names = csa_calloc(count, sizeof *(*walk)->names);
    if ((*walk)->names == NULL) {
        csa_walk_close(*walk);
        *walk = NULL;
        return csa_error_set_memory(error, "a walk over folders");
    }
    for (size_t i = 0; i < count; i++) {
        (*walk)->names[i] = name_of(paths[i]);
    }
    qsort((*walk)->names, count, sizeof *(*walk)->names, compare_names);
    return CSA_OK;
}

void csa_walk_close(struct csa_walk *walk)
{
    if (walk == NULL) {
        return;
    }
    while (walk->depth != 0) {
        free_folder(&walk->stack[--walk->depth]);
    }
    csa_free(walk->names);
    csa_free(walk->path);
    csa_free(walk);
}

/* The byte that stands behind the name in paths: a folder's slash, or the end. */
static int byte_behind(const struct entry *entry, size_t at)
{
    char byte = entry->name[at];
    return byte != '\0' ? (unsigned char)byte : entry->is_folder ? '/' : 0;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *first = a;
    const struct entry *second = b;
    size_t same = 0;
    while (first->name[same] != '\0' && first->name[same] == second->name[same]) {
        same++;
    }
    return byte_behind(first, same) - byte_behind(second, same);
}

/* What a path is. A symbolic link to a folder counts as a link, any other as what it leads to; 0 when it
 * cannot be told, with errno set. */
static mode_t type_of(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        return 0;
    }
    if (!S_ISLNK(status.st_mode)) {
        return status.st_mode & S_IFMT;
    }
    if (stat(path, &status) != 0) {
        return 0;
    }
    return S_ISDIR(status.st_mode) ? S_IFLNK : status.st_mode & S_IFMT;
}

/* Keeps the entries that are folders or files; says why the others are left out. */
static enum csa_status sort_out(struct csa_walk *walk, struct folder *folder, char **names, size_t count,
                                struct csa_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i][0] == '.') {
            continue;
        }
        char *path = csa_file_join(folder->path, names[i]);
        if (path == NULL) {
            return csa_error_set_memory(error, folder->path);
        }
        mode_t type = type_of(path);
        if (type == S_IFREG || type == S_IFDIR) {
            folder->entries[folder->count++] = (struct entry){names[i], type == S_IFDIR};
            names[i] = NULL;
        } else if (type == S_IFLNK) {
            report(walk, path, "a symbolic link to a folder is not followed; name it to index it");
        } else {
            report(walk, path, type == 0 ? strerror(errno) : "not a regular file");
        }
        csa_free(path);
    }
    return CSA_OK;
}

/* Reads a folder and puts it on the stack; path becomes the walk's, also on failure. */
static enum csa_status enter_folder(struct csa_walk *walk, char *path, struct csa_error *error)
{
    struct folder folder = {.path = path};
    if (walk->depth == CSA_INTAKE_FOLDER_DEPTH) {
        report(walk, path, "folders nested too deeply");
        free_folder(&folder);
        return CSA_OK;
    }
    bool is_index;
    enum csa_status status = csa_index_is_folder(path, &is_index, error);
    if (status != CSA_OK || is_index) {
        if (is_index && walk->depth == 0) {
            report(walk, path, "an index, not a folder of articles");
        }
        free_folder(&folder);
        return status;
    }
    char **names;
    size_t count;
    struct csa_error failure = {0};
    status = csa_file_list_folder(path, &names, &count, &failure);
    if (status != CSA_OK) {
        free_folder(&folder);
        if (status == CSA_ERROR_MEMORY) {
            return csa_error_set_memory(error, "reading a folder");
        }
        walk->receiver->skipped(walk->receiver->context, failure.message);
        return CSA_OK;
    }
    folder.entries = csa_calloc(count, sizeof *folder.entries);
    status = folder.entries == NULL ? csa_error_set_memory(error, path)
                                    : sort_out(walk, &folder, names, count, error);
    csa_file_names_free(names, count); /* those that sort_out() took are null */
    if (status != CSA_OK) {
        free_folder(&folder);
        return status;
    }
    if (folder.count != 0) {
        qsort(folder.entries, folder.count, sizeof *folder.entries, compare_entries);
    }
    walk->stack[walk->depth++] = folder;
    return CSA_OK;
}

static void set_source(struct csa_walk *walk, char *path, size_t id_start)
{
    csa_free(walk->path);
    walk->path = path;
    walk->source = (struct csa_source){path, path + id_start};
}

static char *copy_text(const char *text)
{
    char *copy = csa_malloc(strlen(text) + 1);
    return copy == NULL ? NULL : strcpy(copy, text);
}

/* Whether no other path has this one's name: then the name is its id, else the path as given is, so that
 * a/index.html and b/index.html do not take each other's place. */
static bool is_alone(const struct csa_walk *walk, const char *path)
{
    const char *name = name_of(path);
    const char **found = bsearch(&name, walk->names, walk->path_count, sizeof *walk->names, compare_names);
    if (found == NULL) {
        return true;
    }
    size_t at = (size_t)(found - walk->names);
    return (at == 0 || strcmp(walk->names[at - 1], name) != 0) &&
           (at + 1 == walk->path_count || strcmp(walk->names[at + 1], name) != 0);
}

/* How many bytes of "./" stand before a path. */
static size_t without_dots(const char *path)
{
    size_t start = 0;
    while (path[start] == '.' && path[start + 1] == '/') {
        start += 2;
    }
    return start;
}

/* Takes up the next of the paths that were named: *found when it is a source itself. */
static enum csa_status next_named(struct csa_walk *walk, bool *found, struct csa_error *error)
{
    const char *named = walk->paths[walk->next_path++];
    struct stat status;
    bool input = strcmp(named, "-") == 0;
    if (!input && stat(named, &status) != 0) {
        report(walk, named, strerror(errno));
        return CSA_OK;
    }
    if (!input && !S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
        report(walk, named, "not a regular file");
        return CSA_OK;
    }
    char *path = copy_text(named);
    if (path == NULL) {
        return csa_error_set_memory(error, named);
    }
    if (input || !S_ISDIR(status.st_mode)) {
        set_source(walk, path, is_alone(walk, path) ? (size_t)(name_of(path) - path) : without_dots(path));
        *found = true;
        return CSA_OK;
    }
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') {
        path[--size] = '\0';
    }
    walk->id_start = path[size - 1] == '/' ? size : size + 1;
    return enter_folder(walk, path, error);
}

enum csa_status csa_walk_next(struct csa_walk *walk, const struct csa_source **source,
                              struct csa_error *error)
{
    *source = NULL;
    for (;;) {
        enum csa_status status;
        bool found = false;
        if (walk->depth == 0) {
            if (walk->next_path == walk->path_count) {
                return CSA_OK;
            }
            status = next_named(walk, &found, error);
        } else {
            struct folder *folder = &walk->stack[walk->depth - 1];
            if (folder->next == folder->count) {
                free_folder(folder);
                walk->depth--;
                continue;
            }
            const struct entry *entry = &folder->entries[folder->next++];
            char *path = csa_file_join(folder->path, entry->name);
            if (path == NULL) {
                return csa_error_set_memory(error, folder->path);
            }
            if (entry->is_folder) {
                status = enter_folder(walk, path, error);
            } else {
                set_source(walk, path, walk->id_start);
                found = true;
                status = CSA_OK;
            }
        }
        if (status != CSA_OK) {
            return status;
        }
        if (found) {
            *source = &walk->source;
            return CSA_OK;
        }
    }
}
