/* A folder for what a test program writes: the group's setup makes it among the system's temporary files and
 * works in it, the group's teardown removes it with all that failed tests left there. */
#ifndef CSA_TESTS_TEMPORARY_FOLDER_H
#define CSA_TESTS_TEMPORARY_FOLDER_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char temporary_folder[PATH_MAX];

static inline int temporary_folder_enter(void **state)
{
    const char *parent = getenv("TMPDIR");
    (void)state;
    int size = snprintf(temporary_folder, sizeof temporary_folder, "%s/csa-test-XXXXXX",
                        parent == NULL || *parent == '\0' ? P_tmpdir : parent);
    return size > 0 && size < (int)sizeof temporary_folder && mkdtemp(temporary_folder) != NULL &&
                   chdir(temporary_folder) == 0
               ? 0
               : -1;
}

static inline int temporary_folder_remove_one(const char *path, const struct stat *status, int kind,
                                              struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline int temporary_folder_leave(void **state)
{
    (void)state;
    return chdir("/") != 0 ? -1
                           : nftw(temporary_folder, temporary_folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
