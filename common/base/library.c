/* dlopen() and dlsym(), which nobody else calls; see library.h. */
#include "common/base/library.h"

#include <dlfcn.h>
#include <string.h>

bool csa_library_load(const char *library, const struct csa_symbol *symbols, size_t count)
{
    void *loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; loaded != NULL && i < count; i++) {
        void *address = dlsym(loaded, symbols[i].name);
        if (address == NULL) {
            return false;
        }
        memcpy(symbols[i].place, &address,
               sizeof address); /* as POSIX has it: a function pointer in a void * */
    }
    return loaded != NULL;
}
