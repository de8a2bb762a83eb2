/* The inside of a template, shared by template_parse.c (tags to operations), template_context.c (where in
 * HTML they stand) and template_render.c (operations to a page). Nothing else includes it. */
#ifndef CSA_SEARCHER_SITE_TEMPLATE_PARTS_H
#define CSA_SEARCHER_SITE_TEMPLATE_PARTS_H

#include "searcher/site/template.h"

#include "common/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* ---- where in HTML a template stands ---- */

/* Names as in the tokenizer of the HTML standard (13.2.5), of which this is the part that templates need:
 * what is left out (<?, CDATA, tags inside raw text, quotes in names, ...) is an error instead. */
enum csa_html_place {
    CSA_HTML_TEXT,
    CSA_HTML_OPEN,     /* behind < */
    CSA_HTML_END_OPEN, /* behind </ */
    CSA_HTML_NAME,     /* in a tag's name */
    CSA_HTML_TAG,      /* in a tag, where an attribute may begin */
    CSA_HTML_BREAK,    /* in a tag, where a name or a value may just have ended: a blank or > must follow */
    CSA_HTML_SLASH,    /* in a tag, behind /: > must follow */
    CSA_HTML_ATTRIBUTE,
    CSA_HTML_AFTER_ATTRIBUTE, /* behind an attribute's name and a blank */
    CSA_HTML_BEFORE_VALUE,    /* behind = */
    CSA_HTML_DOUBLE,          /* in "..." */
    CSA_HTML_SINGLE,          /* in '...' */
    CSA_HTML_UNQUOTED,
    CSA_HTML_MARKUP,      /* behind <! */
    CSA_HTML_MARKUP_DASH, /* behind <!- */
    CSA_HTML_DECLARATION, /* in <!doctype ...> */
    CSA_HTML_COMMENT,
    CSA_HTML_RAW,      /* in an element whose content is no markup: script, style, title, textarea, ... */
    CSA_HTML_RAW_OPEN, /* there, behind < */
    CSA_HTML_RAW_END,  /* there, in the name behind </ */
};

/* What an attribute holds. */
enum csa_html_attribute {
    CSA_HTML_PLAIN,
    CSA_HTML_URL,
    CSA_HTML_URL_LOCAL, /* of something that runs: a script, a frame */
    CSA_HTML_CONTENT,   /* of <meta>: plain unless it is a refresh */
    CSA_HTML_UNSAFE,    /* code, a style, a list of URLs: takes no value */
};

/* How far a URL is written, as to its scheme. */
enum csa_html_url {
    CSA_HTML_URL_START,
    CSA_HTML_URL_SLASH,  /* URL_LOCAL only: one / */
    CSA_HTML_URL_PREFIX, /* letters of the template that may be a scheme */
    CSA_HTML_URL_OPEN,   /* values or letters that must not become a scheme */
    CSA_HTML_URL_SAFE,   /* behind a good scheme, or / ? #: no scheme can come */
    CSA_HTML_URL_ALIEN,  /* behind another scheme or a character reference: takes no value */
};

enum { CSA_HTML_NAME_MAXIMUM = 24 };

struct csa_html_state {
    enum csa_html_place place;
    unsigned element;            /* index of template_context.c's table; 0: of no interest */
    bool end_tag;                /* in </...> */
    bool refresh, content_value; /* in <meta>: has http-equiv; has a value in content */
    enum csa_html_attribute attribute;
    enum csa_html_url url;
    unsigned dashes;                  /* of a comment, in a row; see COMMENT_BEGUN */
    char name[CSA_HTML_NAME_MAXIMUM]; /* being read, in lower case: a tag's, an attribute's, a URL's scheme */
    size_t name_size;                 /* of the whole name, which may be longer than what is kept */
};

/* How a value is written. */
enum csa_template_escape {
    CSA_ESCAPE_TEXT,
    CSA_ESCAPE_ATTRIBUTE,
    CSA_ESCAPE_LINK,  /* a whole URL */
    CSA_ESCAPE_LOCAL, /* a whole URL of this host */
    CSA_ESCAPE_PART,  /* behind the beginning of a URL */
};

/* Each returns null, or what is wrong in words; *state begins as all zero. */

/* A byte of the template's own. */
const char *csa_html_read(struct csa_html_state *state, char byte);
/* A value: how it must be written here. */
const char *csa_html_value(struct csa_html_state *state, enum csa_template_escape *escape);
/* A section begins: *state is made one that its end can be compared with. */
const char *csa_html_section_begin(struct csa_html_state *state);
/* A section ends in *state that began in *begin: *state becomes what holds whether it was written never, once
 * or often. *blank: a blank must be written at its end. */
const char *csa_html_section_end(const struct csa_html_state *begin, struct csa_html_state *state,
                                 bool *blank);
/* A template ends, or a partial is written here. */
const char *csa_html_whole(const struct csa_html_state *state);

/* The part of the machine that follows a URL in an attribute (template_url.c); url and name of *state. */
const char *csa_html_url_read(struct csa_html_state *state, char byte);
const char *csa_html_url_value(struct csa_html_state *state, enum csa_template_escape *escape);
const char *csa_html_url_join(const struct csa_html_state *begin, struct csa_html_state *state);

void csa_html_name_add(struct csa_html_state *state, char byte);
void csa_html_name_clear(struct csa_html_state *state);
/* name: in lower case, shorter than CSA_HTML_NAME_MAXIMUM. */
static inline bool csa_html_name_is(const struct csa_html_state *state, const char *name)
{
    return name[0] == state->name[0] && state->name_size < CSA_HTML_NAME_MAXIMUM &&
           strlen(name) == state->name_size && memcmp(state->name, name, state->name_size) == 0;
}

/* ---- operations ---- */

enum csa_template_operation_kind {
    CSA_TEMPLATE_LITERAL,
    CSA_TEMPLATE_VALUE,
    CSA_TEMPLATE_SECTION,
    CSA_TEMPLATE_INVERTED,
    CSA_TEMPLATE_PARTIAL,
};

struct csa_template_operation {
    enum csa_template_operation_kind kind;
    enum csa_template_escape escape; /* VALUE */
    struct csa_view text;            /* LITERAL */
    const struct csa_view *path;     /* VALUE, SECTION, INVERTED: parts of a dotted name; none: {{.}} */
    size_t path_count;
    size_t end;     /* SECTION, INVERTED: the operation behind it */
    size_t program; /* PARTIAL */
};

/* One source, compiled. */
struct csa_template_program {
    struct csa_template_operation *operations;
    size_t count, capacity;
    unsigned depth; /* of sections and partials in each other */
    enum { CSA_PROGRAM_NEW, CSA_PROGRAM_BEGUN, CSA_PROGRAM_DONE } progress;
};

struct csa_template {
    struct csa_arena arena; /* of the paths */
    struct csa_template_program programs[1 + CSA_TEMPLATE_PARTIALS];
};

#endif
