/* Merges postings lists of one segment that is being written: documents and summed frequencies of several
 * words become the list of their stem. Reads the lists back from the file, block by block. Used by
 * segment_stems.c. */
#ifndef CSA_INDEX_LIST_MERGER_H
#define CSA_INDEX_LIST_MERGER_H

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/index/postings.h"
#include "common/index/postings_writer.h"

#include <stdint.h>

/* The lists to read back: `size` bytes of POSTINGS that begin at `start` of the file, all flushed. */
struct csa_list_source {
    const char *path;
    uint64_t start, size;
    uint32_t document_limit;
    bool has_positions;        /* of the lists: their arrays have more columns then */
    const uint8_t *stemmer_of; /* by document; null when all lists count whole */
};

struct csa_list_merger;
/* The source's pointers must stay valid. */
enum csa_status csa_list_merger_new(struct csa_list_merger **merger, const struct csa_list_source *source,
                                    struct csa_error *error);
void csa_list_merger_free(struct csa_list_merger *merger);

/* Adds a word's list to the next merge, restricted to documents whose stemmer is in `languages`. */
enum csa_status csa_list_merger_add(struct csa_list_merger *merger, const struct csa_term_entry *entry,
                                    uint64_t languages, struct csa_error *error);
/* Gives the merged list to the writer (between its begin and end) and forgets the lists. */
enum csa_status csa_list_merger_run(struct csa_list_merger *merger, struct csa_postings_writer *writer,
                                    struct csa_error *error);

#endif
