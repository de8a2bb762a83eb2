/* Templates: HTML with places for values, logic-less, a subset of Mustache (docs/site.md has the language):
 *
 *   {{name}} {{a.b}} {{.}}   a value, escaped for where it stands: text, attribute or URL
 *   {{#name}}...{{/name}}    once for a true value, once for each item of a list
 *   {{^name}}...{{/name}}    when it is not true
 *   {{> name}}               another template of the site (head, header, footer)
 *   {{! words }}             a comment
 *
 * There is no form without escaping. While a template is read, a small HTML state machine finds out where
 * each value stands; a place where no escaping is safe (a script, a style, an event handler, a tag's or
 * attribute's name, an attribute without quotes, a comment) is an error that names the line. In an attribute
 * that holds a URL (href, src, action, ...) a value at its beginning must be relative, http, https or mailto,
 * else it becomes
 * "#"; a value behind the beginning is percent-encoded. Both branches of a section must leave HTML in the
 * same state (as Samuel, Saxena and Song, "Context-sensitive auto-sanitization in web templating languages
 * using type qualifiers", CCS 2011). */
#ifndef CSA_SEARCHER_SITE_TEMPLATE_H
#define CSA_SEARCHER_SITE_TEMPLATE_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/site/value.h"

enum {
    CSA_TEMPLATE_MAXIMUM = 256 * 1024, /* bytes of one template */
    CSA_TEMPLATE_DEPTH = 32,           /* sections and partials in each other */
    CSA_TEMPLATE_PARTIALS = 8,
};

struct csa_template_source {
    const char *name;     /* "page"; as {{> name}} has it */
    const char *origin;   /* for messages: a file's path, or "built in" */
    struct csa_view text; /* must outlive the template */
};

struct csa_template;

/* Reads sources[0] with the others as its partials (one may use another; not in a circle). CSA_ERROR_DAMAGED
 * "ORIGIN:LINE: why", CSA_ERROR_LIMIT, CSA_ERROR_MEMORY. Free with csa_template_free() (null is fine). */
enum csa_status csa_template_parse(const struct csa_template_source *sources, size_t count,
                                   struct csa_template **parsed, struct csa_error *error);
void csa_template_free(struct csa_template *parsed);

/* Appends the template filled with values: a name is looked up in the innermost section's object first, then
 * outwards; one that is nowhere is empty. Check the buffer afterwards. */
void csa_template_render(const struct csa_template *parsed, const struct csa_value *values,
                         struct csa_buffer *out);

#endif
