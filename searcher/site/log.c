/* Lines on standard error: a request's, and what happens to the program. Each goes out in one write(), so
 * that the lines of several workers do not mix; where it cannot go (a full disk, a closed descriptor) it is
 * lost, and the visitor is answered all the same. Holds no query, and no address unless the configuration
 * asks. */
#include "searcher/site/frontends.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct line {
    char text[2048];
    size_t size;
};

enum { LINE_ROOM = sizeof((struct line *)0)->text - 5 }; /* for an escaped byte or "\n" at the end */

/* Bytes that are not printable ASCII as \xNN, but for UTF-8 (which a file's name may hold), and the
 * backslash. C1 control characters are UTF-8 too, and some terminals obey them: 0xC2 0x80-0x9F. */
static void add(struct line *line, struct csa_view text)
{
    for (size_t i = 0; i < text.size && line->size < LINE_ROOM; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool c1 = byte == 0xC2 && i + 1 < text.size && ((unsigned char)text.data[i + 1] & 0xE0) == 0x80;
        c1 = c1 || ((byte & 0xE0) == 0x80 && i != 0 && (unsigned char)text.data[i - 1] == 0xC2);
        if (byte < 0x20 || byte == 0x7F || byte == '\\' || c1) {
            static const char digits[] = "0123456789abcdef";
            char escaped[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
            memcpy(line->text + line->size, escaped, sizeof escaped);
            line->size += sizeof escaped;
        } else {
            line->text[line->size++] = (char)byte;
        }
    }
}

static void add_words(struct line *line, const char *words)
{
    add(line, csa_view_of(words));
}

static void send(struct line *line)
{
    line->text[line->size++] = '\n';
    ssize_t written = write(STDERR_FILENO, line->text, line->size);
    (void)written;
}

/* UTC: TZ is part of an environment that csa.cgi does not look at. */
static void add_time(struct line *line)
{
    char text[40];
    time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts) != NULL && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ ", &parts) != 0) {
        add_words(line, text);
    }
}

void csa_site_log_request(const struct csa_site_config *config, const struct csa_site_request *request,
                          const struct csa_site_response *response, uint64_t nanoseconds,
                          const struct csa_error *trouble)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "OPTIONS", "other"};
    bool failed = response->status >= 500 || trouble->status != CSA_OK;
    if (config->log == CSA_SITE_LOG_ERRORS && !failed) {
        return;
    }
    struct line line = {.size = 0};
    char figures[128];
    add_words(&line, "csa.cgi: ");
    add_time(&line);
    if (config->log_addresses && request->address.size != 0) {
        add(&line, request->address);
        add_words(&line, " ");
    }
    snprintf(figures, sizeof figures, "%s %u, %zu bytes, %.1f ms", methods[request->method], response->status,
             response->body.size, (double)nanoseconds / 1e6);
    add_words(&line, figures);
    if (trouble->status != CSA_OK) {
        add_words(&line, ": ");
        add_words(&line, trouble->message);
    }
    send(&line);
}

void csa_site_log_event(const char *words, const struct csa_error *error)
{
    struct line line = {.size = 0};
    add_words(&line, "csa.cgi: ");
    add_words(&line, words);
    if (error != NULL) {
        add_words(&line, ": ");
        add_words(&line, error->message);
    }
    send(&line);
}
