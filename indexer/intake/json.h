/* A strict reader of JSON (RFC 8259) for records of JSON lines: walks over a text without building a tree, so
 * that reading costs little more than looking at the bytes once. Nested values are checked and passed over;
 * open them with a reader of their own. Trees (JSON-LD) are jansson's.
 *
 * Allocates nothing but decoded strings. Nesting is bounded by CSA_JSON_DEPTH; no recursion. */
#ifndef CSA_INDEXER_INTAKE_JSON_H
#define CSA_INDEXER_INTAKE_JSON_H

#include "common/base/arena.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

enum { CSA_JSON_DEPTH = 512 };

enum csa_json_kind {
    CSA_JSON_NULL,
    CSA_JSON_FALSE,
    CSA_JSON_TRUE,
    CSA_JSON_NUMBER,
    CSA_JSON_STRING,
    CSA_JSON_ARRAY,
    CSA_JSON_OBJECT,
};

struct csa_json_value {
    struct csa_view raw; /* a part of the text: a string without its quotes, anything else as it stands */
    enum csa_json_kind kind;
    bool escaped; /* a string that holds backslashes */
};

struct csa_json {
    const char *start;
    const char *next;
    const char *end;
    const char *failure; /* why the text is not JSON, null so far; `next` is then where */
    bool first;          /* no member or element of the open object or array was read yet */
};

/* The text is valid UTF-8. */
void csa_json_init(struct csa_json *json, struct csa_view text);
/* Byte offset, from 0, of the place that the reader stands at. */
size_t csa_json_offset(const struct csa_json *json);

/* Enters the object or array that comes next; false when something else comes (`failure` says what). */
bool csa_json_enter(struct csa_json *json, enum csa_json_kind kind);
/* The next member of the entered object, or element of the entered array. False at the end, and when the text
 * is wrong: `failure` tells the two apart. */
bool csa_json_next_member(struct csa_json *json, struct csa_json_value *name, struct csa_json_value *value);
bool csa_json_next_element(struct csa_json *json, struct csa_json_value *value);
/* After the last member: whether nothing but white space is left. */
bool csa_json_finish(struct csa_json *json);

/* The characters of a string: a part of the text when it holds no escapes, else decoded into the arena. Half
 * surrogate pairs and U+0000 become U+FFFD and are added to *replaced. .data is null when out of memory. */
struct csa_view csa_json_string(const struct csa_json_value *value, struct csa_arena *arena,
                                uint64_t *replaced);

#endif
