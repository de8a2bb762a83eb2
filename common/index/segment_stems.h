/* Makes the stem lists of a segment from its word lists (docs/index-format.md, section 5). Used by
 * term_writer.c at the end. */
#ifndef CSA_INDEX_SEGMENT_STEMS_H
#define CSA_INDEX_SEGMENT_STEMS_H

#include "common/index/list_merger.h"
#include "common/index/segment_writer.h"
#include "common/index/term_table.h"

struct csa_stem_job {
    enum csa_term_kind kind; /* to make: STEM or TITLE_STEM */
    const char *folder;      /* for temporary files */
    struct csa_list_source source;
    struct csa_term_table *words; /* flushed */
    struct csa_term_range range;  /* in words: the WORDs or the TITLE_WORDs */
    uint64_t stemmers;            /* META's */
    const struct csa_stem_callback *stem;
    struct csa_postings_writer *postings; /* where merged lists go */
    struct csa_term_table *stems;         /* where their entries go, in order */
    uint8_t *own_stem;                    /* a bit for each term in words: set here */
    uint32_t made;                        /* entries added to stems */
};

/* A stem that is not 1 to CSA_TERM_MAXIMUM bytes long counts as the word itself. */
enum csa_status csa_stem_job_run(struct csa_stem_job *job, struct csa_error *error);

#endif
