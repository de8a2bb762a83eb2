/* Intake: bytes as found in the world -> articles. One file a format, all behind this header.
 *
 * The way: walk (walk.h) gives sources in sorted order -> intake opens one, takes off gzip, finds the format
 * from content and name -> the format's reader turns it into one or many articles -> each is handed to the
 * receiver. A source that cannot be read, and a record that cannot be parsed, is reported to the receiver
 * (naming file and line or byte) and skipped; the rest goes on. */
#ifndef CSA_INDEXER_INTAKE_H
#define CSA_INDEXER_INTAKE_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "indexer/article.h"

#include <stdbool.h>
#include <stdint.h>

/* The formats; csa_intake_format_find() knows their names (auto, text, html, markdown, jsonl). */
enum csa_format {
    CSA_FORMAT_AUTO,
    CSA_FORMAT_TEXT,
    CSA_FORMAT_HTML,
    CSA_FORMAT_MARKDOWN,
    CSA_FORMAT_JSONL,
};
bool csa_intake_format_find(const char *name, enum csa_format *format);
const char *csa_intake_format_name(enum csa_format format);

/* Limits, each documented in csa-index(1) and tested. */
enum {
    CSA_INTAKE_FILE_MAXIMUM = 256 * 1024 * 1024,   /* bytes of a text, HTML or Markdown file, unpacked */
    CSA_INTAKE_RECORD_MAXIMUM = 256 * 1024 * 1024, /* bytes of a JSON line */
    CSA_INTAKE_ID_MAXIMUM = 1024,                  /* bytes of an article's id */
    CSA_INTAKE_FIELD_MAXIMUM = 16 * 1024,          /* bytes of a title, author, ...; the rest is cut off. An
                                                   extra field's JSON text is then left out whole */
    CSA_INTAKE_HTML_DEPTH = 512,                   /* nested elements; what is deeper is read as flat text */
    CSA_INTAKE_FOLDER_DEPTH = 256,
};

struct csa_intake_options {
    enum csa_format format; /* AUTO: found from content and name */
    bool language_given;    /* -l NAME: `language` goes to every article, nothing is detected */
    csa_language language;  /* NONE: what an article states stays */
};

/* Something to read: a file, standard input, later a member of an archive. */
struct csa_source {
    const char *path; /* to open; "-" is standard input */
    const char *id;   /* the path below the source folder: the article's id unless a record has its own.
                         For a file named directly: its name without folders, or the path as given when another
                         named path has that name. For standard input "-". */
};

/* What intake hands on. article() takes the article during the call only: all of it lives in an arena that is
 * cleared afterwards; a status other than CSA_OK ends the intake and is returned. skipped() is told what
 * could not be taken in and why, `what: why` naming the file and line; the rest goes on. */
struct csa_intake_receiver {
    void *context;
    enum csa_status (*article)(void *context, const struct csa_article *article, struct csa_error *error);
    void (*skipped)(void *context, const char *message);
};

/* Reads one source whole. Returns CSA_OK also when all of it was skipped; anything else is the receiver's own
 * error or CSA_ERROR_MEMORY. Safe from several threads with different receivers. */
enum csa_status csa_intake_read(const struct csa_source *source, const struct csa_intake_options *options,
                                const struct csa_intake_receiver *receiver, struct csa_error *error);

/* Whether a file whose first line that is not blank reads so is JSON of another form than one object a line:
 * an array or an object written over several lines. */
bool csa_intake_is_other_json(struct csa_view first_line);
#define CSA_INTAKE_OTHER_JSON "is JSON, but not JSON lines: one object a line is needed"

/* JSON lines can be large, and are split by the caller so that threads share the work: reads one record.
 * `line` is its number for messages, `source` names the file. */
enum csa_status csa_intake_read_jsonl_record(const struct csa_source *source, struct csa_view record,
                                             uint64_t line, const struct csa_intake_options *options,
                                             const struct csa_intake_receiver *receiver,
                                             struct csa_error *error);

/* A stream of bytes with gzip taken off (recognised by content): files and standard input. */
struct csa_input;
enum csa_status csa_input_open(const char *path, struct csa_input **input, struct csa_error *error);
void csa_input_close(struct csa_input *input);
/* Up to size bytes; *got = 0 at the end. A damaged or cut gzip stream is CSA_ERROR_DAMAGED after the bytes
 * that could be read. */
enum csa_status csa_input_read(struct csa_input *input, char *bytes, size_t size, size_t *got,
                               struct csa_error *error);
/* The next line without its newline (valid until the next call), its number from 1; *line.data is null at the
 * end. A line longer than CSA_INTAKE_RECORD_MAXIMUM is CSA_ERROR_LIMIT, once, and skipped: the next call goes
 * on behind it. */
enum csa_status csa_input_line(struct csa_input *input, struct csa_view *line, uint64_t *number,
                               struct csa_error *error);
/* Shows the first bytes that were not taken yet, without taking them: `size` of them unless the input ends
 * before. Valid until the next call on this input; for guessing the format of what cannot be opened twice. */
enum csa_status csa_input_peek(struct csa_input *input, size_t size, struct csa_view *head,
                               struct csa_error *error);
/* The name for messages: the path, or "standard input" for "-". */
const char *csa_input_name(const char *path);

/* As csa_intake_read(), from an input of the source that is open already; its bytes may have been peeked at.
 */
enum csa_status csa_intake_read_input(struct csa_input *input, const struct csa_source *source,
                                      const struct csa_intake_options *options,
                                      const struct csa_intake_receiver *receiver, struct csa_error *error);

/* What auto finds for this source from its name and its first bytes. */
enum csa_format csa_intake_guess_format(const char *name, struct csa_view head);

#endif
