/* Libraries that a program needs only for some of its work: loaded when that begins, so that nothing else
 * waits for them, and kept until the process ends. Called where such work begins. */
#ifndef CSA_BASE_LIBRARY_H
#define CSA_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A function that is wanted, and the address of a pointer of its type. */
struct csa_symbol {
    const char *name;
    void *place;
};

/* Loads the shared library of this name ("libfcgi.so.0") and sets each pointer to the function of its name.
 * False when the library, or one of the functions, is not here: the pointers are then not to be used. */
bool csa_library_load(const char *library, const struct csa_symbol *symbols, size_t count);

#endif
