/* Finds and loads the module when Xapian is first asked for, and says what is missing where it cannot.
 * Nothing else of CSA links libxapian or the C++ library, so that no other search starts slower. */
#include "common/xapian/csa_xapian.h"

#include "common/base/config.h"
#include "common/base/library.h"

#include <dlfcn.h> /* dlerror() */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#if CSA_WITH_XAPIAN

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct csa_xapian *loaded; /* under the lock */

/* The module of the build folder for a program that stands in it, else the installed one. Neither can be had
 * by who only chooses the current folder or the environment. */
static const char *module_path(void)
{
    static const char build[] = CSA_BUILD_ROOT "/";
    char program[4096];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program);
    bool built = size > (ssize_t)strlen(build) && memcmp(program, build, strlen(build)) == 0;
    return built ? CSA_BUILD_ROOT "/common/xapian/csa-xapian.so" : CSA_XAPIAN_MODULE;
}

static enum csa_status load(const char *path, struct csa_error *error)
{
    csa_xapian_functions_type *functions = NULL;
    if (!csa_library_load(path, &(struct csa_symbol){CSA_XAPIAN_SYMBOL, &functions}, 1)) {
        const char *why = dlerror();
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "this needs libxapian: %s; install CSA's module csa-xapian and libxapian",
                             why == NULL ? path : why);
    }
    const struct csa_xapian *found = functions();
    if (found->interface != CSA_XAPIAN_INTERFACE) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "%s: is not the csa-xapian of this version of CSA; install the one that is",
                             path);
    }
    loaded = found;
    return CSA_OK;
}

enum csa_status csa_xapian_load_file(const char *path, const struct csa_xapian **xapian,
                                     struct csa_error *error)
{
    pthread_mutex_lock(&lock);
    enum csa_status status = loaded == NULL ? load(path, error) : CSA_OK;
    *xapian = loaded;
    pthread_mutex_unlock(&lock);
    return status;
}

enum csa_status csa_xapian_load(const struct csa_xapian **xapian, struct csa_error *error)
{
    return csa_xapian_load_file(module_path(), xapian, error);
}

#else

enum csa_status csa_xapian_load_file(const char *path, const struct csa_xapian **xapian,
                                     struct csa_error *error)
{
    (void)path;
    return csa_xapian_load(xapian, error);
}

enum csa_status csa_xapian_load(const struct csa_xapian **xapian, struct csa_error *error)
{
    *xapian = NULL;
    return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                         "this needs libxapian: this CSA was built without Xapian");
}

#endif
