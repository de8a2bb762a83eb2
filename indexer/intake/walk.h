/* Walks files and folders in sorted order (bytes of the path below the source folder), so that the same
 * sources always give the same order.
 *
 * Hidden files and folders (a leading dot) and csa index folders are left out; symbolic links to files are
 * followed, to folders only when named directly (no loops). FIFOs, sockets and devices are skipped and named,
 * but a FIFO that is itself a SOURCE, such as a shell's <(command), is read. */
#ifndef CSA_INDEXER_WALK_H
#define CSA_INDEXER_WALK_H

#include "common/base/error.h"
#include "indexer/intake/intake.h"

struct csa_walk;

/* paths: the SOURCE arguments, in the order given. skipped() of the receiver is told of what cannot be
 * entered or read. */
enum csa_status csa_walk_open(char *const *paths, size_t count, const struct csa_intake_receiver *receiver,
                              struct csa_walk **walk, struct csa_error *error);
/* The next source (valid until the next call), or null at the end. */
enum csa_status csa_walk_next(struct csa_walk *walk, const struct csa_source **source,
                              struct csa_error *error);
void csa_walk_close(struct csa_walk *walk);

#endif
