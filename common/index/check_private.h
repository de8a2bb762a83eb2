/* What the parts of csa_segment_check() share. */
#ifndef CSA_INDEX_CHECK_PRIVATE_H
#define CSA_INDEX_CHECK_PRIVATE_H

#include "common/index/segment_private.h"

struct csa_check {
    const struct csa_segment *segment;
    const char *name; /* the file's, without its folder */
    void (*report)(void *context, const char *message);
    void *context;
    uint32_t faults; /* reported so far */
    char first[256]; /* the first of them */
};
enum { CSA_CHECK_FAULTS = 100 }; /* no more are reported */

/* Reports a fault: "FILE: SECTION: what". */
void csa_check_fault(struct csa_check *check, enum csa_section section, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static inline bool csa_check_is_full(const struct csa_check *check)
{
    return check->faults >= CSA_CHECK_FAULTS;
}

/* These return an error only when the check cannot be made: CSA_ERROR_MEMORY. */
enum csa_status csa_check_ids(struct csa_check *check, struct csa_error *error);
enum csa_status csa_check_stored(struct csa_check *check, struct csa_error *error);
enum csa_status csa_check_terms(struct csa_check *check, struct csa_error *error);
enum csa_status csa_check_completions(struct csa_check *check, struct csa_error *error);

/* ---- lists ---- */

struct csa_list_check {
    struct csa_check *check;
    const struct csa_dictionary_cursor *term;
    uint32_t *sums;      /* by document: frequencies are added up here */
    uint32_t *positions; /* owned by csa_check_terms() */
    size_t position_room;
};
/* Reads the list of the cursor's term whole and compares it with what its entry and its arrays say. */
enum csa_status csa_check_list(struct csa_list_check *check, struct csa_error *error);

#endif
