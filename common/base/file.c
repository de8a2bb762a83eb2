/* Mappings, whole reads, folders and the writer's lock; outputs are in output.c. */
#include "common/base/file.h"

#include "common/base/memory.h"
#include "common/base/system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { READ_STEP = 256 * 1024 }; /* bytes asked for at once when the size is not known */

/* ---- reading ---- */

enum csa_status csa_mapping_open(struct csa_mapping *mapping, const char *path, struct csa_error *error)
{
    *mapping = (struct csa_mapping){NULL, 0};
    int descriptor;
    struct stat status;
    enum csa_status result = csa_system_open_regular(path, O_RDONLY, &descriptor, &status, error);
    if (result != CSA_OK) {
        return result;
    }
    if ((uintmax_t)status.st_size > SIZE_MAX / 2) {
        result = csa_error_set(error, CSA_ERROR_LIMIT, "%s: too large to map", path);
    } else if (status.st_size != 0) {
        int failure = csa_system_map(descriptor, (size_t)status.st_size, &mapping->data);
        if (failure != 0) {
            result = csa_error_set_system(error, failure, "%s: cannot map", path);
        } else {
            mapping->size = (size_t)status.st_size;
        }
    }
    csa_system_close(descriptor);
    return result;
}

void csa_mapping_close(struct csa_mapping *mapping)
{
    if (mapping->data != NULL) {
        csa_system_unmap(mapping->data, mapping->size);
    }
    *mapping = (struct csa_mapping){NULL, 0};
}

static enum csa_status too_large(const char *name, const struct csa_buffer *buffer, struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_LIMIT, "%s: larger than %zu bytes", name, buffer->maximum);
}

static enum csa_status read_failed(int failure, const char *name, struct csa_error *error)
{
    if (failure == EINTR) {
        return csa_error_set(error, CSA_ERROR_INTERRUPTED, "%s: interrupted", name);
    }
    return csa_error_set_system(error, failure, "%s", name);
}

/* At a full buffer: fine when the file ends here too. */
static enum csa_status expect_end(int descriptor, const char *name, const struct csa_buffer *buffer,
                                  struct csa_error *error)
{
    char byte;
    size_t got;
    int failure = csa_system_read(descriptor, &byte, 1, &got);
    if (failure != 0) {
        return read_failed(failure, name, error);
    }
    return got == 0 ? CSA_OK : too_large(name, buffer, error);
}

enum csa_status csa_file_read_descriptor(int descriptor, const char *name, struct csa_buffer *buffer,
                                         struct csa_error *error)
{
    for (;;) {
        size_t left = buffer->size < buffer->maximum ? buffer->maximum - buffer->size : 0;
        if (left == 0) {
            return expect_end(descriptor, name, buffer, error);
        }
        size_t room = buffer->capacity - buffer->size;
        if (room == 0) {
            if (!csa_buffer_reserve(buffer, left < READ_STEP ? left : READ_STEP)) {
                return csa_error_set_memory(error, name);
            }
            room = buffer->capacity - buffer->size;
        }
        size_t got;
        int failure =
            csa_system_read(descriptor, buffer->data + buffer->size, room < left ? room : left, &got);
        if (failure != 0) {
            return read_failed(failure, name, error);
        }
        if (got == 0) {
            return CSA_OK;
        }
        buffer->size += got;
    }
}

enum csa_status csa_file_read(const char *path, struct csa_buffer *buffer, struct csa_error *error)
{
    int descriptor;
    struct stat status;
    enum csa_status result = csa_system_open_regular(path, O_RDONLY, &descriptor, &status, error);
    if (result != CSA_OK) {
        return result;
    }
    size_t left = buffer->size < buffer->maximum ? buffer->maximum - buffer->size : 0;
    if ((uintmax_t)status.st_size > left) {
        result = too_large(path, buffer, error);
    } else if (status.st_size != 0 && !csa_buffer_reserve(buffer, (size_t)status.st_size)) {
        result = csa_error_set_memory(error, path);
    } else {
        result = csa_file_read_descriptor(descriptor, path, buffer, error);
    }
    csa_system_close(descriptor);
    return result;
}

enum csa_status csa_file_read_stream(const char *path, struct csa_buffer *buffer, struct csa_error *error)
{
    int descriptor;
    int failure = csa_system_open(path, O_RDONLY | O_NOCTTY, 0, &descriptor);
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s", path);
    }
    enum csa_status result = csa_file_read_descriptor(descriptor, path, buffer, error);
    csa_system_close(descriptor);
    return result;
}

bool csa_file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

bool csa_file_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

char *csa_file_join(const char *folder, const char *name)
{
    size_t folder_size = strlen(folder);
    size_t name_size = strlen(name);
    size_t slash = folder_size != 0 && folder[folder_size - 1] != '/';
    if (name_size > SIZE_MAX - 2 - folder_size) {
        return NULL;
    }
    char *path = csa_malloc(folder_size + slash + name_size + 1);
    if (path != NULL) {
        memcpy(path, folder, folder_size);
        if (slash != 0) {
            path[folder_size] = '/';
        }
        memcpy(path + folder_size + slash, name, name_size + 1);
    }
    return path;
}

/* ---- folders ---- */

struct name_list {
    char **names;
    size_t count;
    size_t capacity;
};

static bool name_list_add(struct name_list *list, const char *name)
{
    char **names = csa_grow(list->names, &list->capacity, list->count + 1, sizeof *names);
    if (names == NULL) {
        return false;
    }
    list->names = names;
    char *copy = csa_file_join("", name);
    if (copy == NULL) {
        return false;
    }
    names[list->count++] = copy;
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum csa_status read_names(DIR *folder, const char *path, struct name_list *list,
                                  struct csa_error *error)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            return errno == 0 ? CSA_OK : csa_error_set_system(error, errno, "%s", path);
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (!name_list_add(list, entry->d_name)) {
            return csa_error_set_memory(error, path);
        }
    }
}

enum csa_status csa_file_list_folder(const char *path, char ***names, size_t *count, struct csa_error *error)
{
    *names = NULL;
    *count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return csa_error_set_system(error, errno, "%s", path);
    }
    struct name_list list = {NULL, 0, 0};
    enum csa_status result = read_names(folder, path, &list, error);
    closedir(folder);
    if (result != CSA_OK) {
        csa_file_names_free(list.names, list.count);
        return result;
    }
    if (list.count != 0) {
        qsort(list.names, list.count, sizeof *list.names, compare_names);
    }
    *names = list.names;
    *count = list.count;
    return CSA_OK;
}

void csa_file_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        csa_free(names[i]);
    }
    csa_free(names);
}

enum csa_status csa_file_make_folder(const char *path, struct csa_error *error)
{
    int failure = csa_system_make_folder(path);
    if (failure == 0 || (failure == EEXIST && csa_file_is_folder(path))) {
        return CSA_OK;
    }
    if (failure == EEXIST) {
        return csa_error_set_system(error, ENOTDIR, "%s", path);
    }
    return csa_error_set_system(error, failure, "%s: cannot make the folder", path);
}

bool csa_file_make_private(const char *path)
{
    char folder[4096];
    size_t size = strlen(path);
    if (size >= sizeof folder) {
        return false;
    }
    for (size_t i = 1; i < size; i++) {
        if (path[i] == '/') {
            memcpy(folder, path, i);
            folder[i] = '\0';
            csa_system_make_folder(folder); /* it may be there already; what fails shows below */
        }
    }
    int descriptor;
    if (csa_system_open(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600, &descriptor) != 0) {
        return false;
    }
    csa_system_close(descriptor);
    return true;
}

enum csa_status csa_file_sync_folder(const char *path, struct csa_error *error)
{
    int descriptor;
    int failure = csa_system_open(path, O_RDONLY | O_DIRECTORY, 0, &descriptor);
    if (failure != 0) {
        return csa_error_set_system(error, failure, "%s", path);
    }
    failure = csa_system_sync(descriptor);
    csa_system_close(descriptor);
    /* EINVAL: this file system keeps no folder data of its own to sync */
    if (failure != 0 && failure != EINVAL) {
        return csa_error_set_system(error, failure, "%s: cannot sync the folder", path);
    }
    return CSA_OK;
}

enum csa_status csa_file_rename(const char *from, const char *to, struct csa_error *error)
{
    int failure = csa_system_rename(from, to);
    return failure == 0 ? CSA_OK : csa_error_set_system(error, failure, "%s: cannot rename to %s", from, to);
}

enum csa_status csa_file_remove(const char *path, struct csa_error *error)
{
    int failure = csa_system_unlink(path);
    if (failure == 0 || failure == ENOENT) {
        return CSA_OK;
    }
    return csa_error_set_system(error, failure, "%s: cannot remove", path);
}

/* ---- the writer's lock ---- */

enum csa_status csa_file_lock(const char *path, int *descriptor, struct csa_error *error)
{
    *descriptor = -1;
    int file;
    struct stat status;
    enum csa_status result = csa_system_open_regular(path, O_RDWR | O_CREAT, &file, &status, error);
    if (result != CSA_OK) {
        return result;
    }
    int failure = csa_system_lock(file);
    if (failure == 0) {
        *descriptor = file;
        return CSA_OK;
    }
    csa_system_close(file);
    if (failure == EAGAIN) {
        return csa_error_set(error, CSA_ERROR_BUSY, "%s: locked: another process is writing this index",
                             path);
    }
    return csa_error_set_system(error, failure, "%s: cannot lock", path);
}

void csa_file_unlock(int descriptor)
{
    if (descriptor >= 0) {
        csa_system_close(descriptor);
    }
}
