/* Where a Xapian collection lies: what a user names, resolved into single databases, each of which can be
 * opened, and fail, alone.
 *
 *   a folder or a file with a database
 *   a stub: a file, or a folder with one called XAPIANDB, that names databases, a line each (auto PATH, glass
 * PATH, chert PATH, remote HOST:PORT; # begins a comment); paths are relative to the stub's folder
 *   xapian://HOST:PORT[,HOST:PORT...]   served by xapian-tcpsrv; an IPv6 address stands in brackets
 *
 * Needs no libxapian. */
#ifndef CSA_XAPIAN_PLACE_H
#define CSA_XAPIAN_PLACE_H

#include "common/base/arena.h"
#include "common/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSA_XAPIAN_PLACES_MAXIMUM = 1024,
    CSA_XAPIAN_STUB_MAXIMUM = 1 << 20, /* bytes */
    CSA_XAPIAN_STUB_DEPTH = 4,         /* stubs that name stubs */
};

struct csa_xapian_place {
    const char *name; /* for messages: the path, or host:port */
    const char *path; /* of a local database; null: */
    const char *host; /* of a server */
    uint16_t port;
};

/* Resolves what the user named, in the order in which it names databases. *count is 0, and the status CSA_OK,
 * where it is nothing of Xapian's (which is not to say that it exists). CSA_ERROR_DAMAGED names a stub's line
 * that makes no sense; a line that asks for a program to be run is CSA_ERROR_UNSUPPORTED; an address that
 * makes no sense is CSA_ERROR_MISUSE. The databases themselves are not opened. All lives in the arena. */
enum csa_status csa_xapian_places_find(const char *where, struct csa_arena *arena,
                                       struct csa_xapian_place **places, size_t *count,
                                       struct csa_error *error);

#endif
