/* Messages of a batch about what was skipped, kept until it is the batch's turn to speak. */
#ifndef CSA_INDEXER_MESSAGES_H
#define CSA_INDEXER_MESSAGES_H

#include "common/base/buffer.h"

#include <stdint.h>

struct csa_messages {
    struct csa_buffer text; /* each ends in a zero byte */
    uint64_t count;         /* all of them */
    uint64_t kept;
};

void csa_messages_init(struct csa_messages *messages);
void csa_messages_release(struct csa_messages *messages);
void csa_messages_clear(struct csa_messages *messages);
/* Adds one line; past a megabyte it is only counted. */
void csa_messages_add(struct csa_messages *messages, const char *message);
/* Hands all of them on, and at last how many were only counted. */
void csa_messages_give(const struct csa_messages *messages, void (*message)(void *context, const char *text),
                       void *context);

#endif
