/* See messages.h. */
#include "indexer/messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { KEPT_MAXIMUM = 1 << 20 };

void csa_messages_init(struct csa_messages *messages)
{
    *messages = (struct csa_messages){.count = 0};
    csa_buffer_init(&messages->text, KEPT_MAXIMUM);
}

void csa_messages_release(struct csa_messages *messages)
{
    csa_buffer_release(&messages->text);
}

void csa_messages_clear(struct csa_messages *messages)
{
    csa_buffer_clear(&messages->text);
    messages->count = 0;
    messages->kept = 0;
}

void csa_messages_add(struct csa_messages *messages, const char *message)
{
    messages->count++;
    csa_buffer_append(&messages->text, message, strlen(message) + 1);
    messages->kept += !messages->text.failed;
}

void csa_messages_give(const struct csa_messages *messages, void (*message)(void *context, const char *text),
                       void *context)
{
    const char *text = messages->text.data;
    for (uint64_t i = 0; i < messages->kept; i++) {
        message(context, text);
        text += strlen(text) + 1;
    }
    if (messages->count != messages->kept) {
        char more[64];
        snprintf(more, sizeof more, "%" PRIu64 " messages more of this kind",
                 messages->count - messages->kept);
        message(context, more);
    }
}
