/* Errors: one enum that tells damage from misuse, and a message that the caller owns.
 *
 * Every function of CSA that can fail returns an enum csa_status and, when that is not CSA_OK, fills the
 * struct csa_error it was given (a null pointer is allowed: the message is then dropped). Nothing but main()
 * prints a message or exits. */
#ifndef CSA_BASE_ERROR_H
#define CSA_BASE_ERROR_H

enum csa_status {
    CSA_OK = 0,
    CSA_ERROR_DAMAGED,     /* stored or given bytes break the rules of their format */
    CSA_ERROR_MISUSE,      /* the caller asked for what makes no sense: a wrong option, a bad argument */
    CSA_ERROR_MEMORY,      /* an allocation failed */
    CSA_ERROR_IO,          /* a system call failed; the message ends with its reason */
    CSA_ERROR_LIMIT,       /* a documented limit was passed */
    CSA_ERROR_NOT_FOUND,   /* a file, folder, article or index is not there */
    CSA_ERROR_UNSUPPORTED, /* a newer format version, or a feature that this build lacks */
    CSA_ERROR_BUSY,        /* another writer holds the lock */
    CSA_ERROR_INTERRUPTED, /* the user asked to stop (SIGINT, SIGTERM) */
};

/* A failure's description, owned by the caller; start with {0}. The message is one line without a newline,
 * `what: why`, cut at the array's end on a whole UTF-8 character. */
struct csa_error {
    enum csa_status status;
    char message[768];
};

/* Fills *error (when not null) and returns status, so that `return csa_error_set(...)` is one statement. */
enum csa_status csa_error_set(struct csa_error *error, enum csa_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: ": " and the words for error_number are added. ENOENT becomes
 * CSA_ERROR_NOT_FOUND, ENOMEM CSA_ERROR_MEMORY, everything else CSA_ERROR_IO. */
enum csa_status csa_error_set_system(struct csa_error *error, int error_number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* CSA_ERROR_MEMORY with "out of memory: what". */
enum csa_status csa_error_set_memory(struct csa_error *error, const char *what);

/* Hands on an error that was kept: copies *kept into *error (when not null) unless it is none. Returns its
 * status. */
enum csa_status csa_error_pass(struct csa_error *error, const struct csa_error *kept);

/* Puts "prefix: " before the message that *error holds; returns its status. */
enum csa_status csa_error_prefix(struct csa_error *error, const char *prefix);

#endif
