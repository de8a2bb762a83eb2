/* Stored text on its way out: strings for JSON, HTML, XML and URLs, and dates. The one place that knows what
 * must be escaped where. Everything is appended to a buffer, whose sticky error says whether it had room. */
#ifndef CSA_SEARCHER_OUTPUT_ESCAPE_H
#define CSA_SEARCHER_OUTPUT_ESCAPE_H

#include "common/base/buffer.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

/* A JSON string with its quotes: control characters, quotes and backslashes escaped; ill-formed UTF-8 becomes
 * U+FFFD. */
void csa_json_string(struct csa_buffer *out, struct csa_view text);
/* The same, or null when the text is empty. */
void csa_json_string_or_null(struct csa_buffer *out, struct csa_view text);

/* Text for HTML: & < > " ' escaped; other bytes stay as they are. */
void csa_html_escape(struct csa_buffer *out, struct csa_view text);

/* For a page or a feed, where nothing may be trusted. What is not well-formed UTF-8 becomes U+FFFD, so that
 * no cut character can swallow the markup behind it.
 *
 * Text between tags, and in <title> and <textarea>: & < > escaped, control characters (but tab, LF, FF, CR)
 * become U+FFFD. */
void csa_escape_text(struct csa_buffer *out, struct csa_view text);
/* The value of an attribute in quotes of either kind: as text, and both quotes. */
void csa_escape_attribute(struct csa_buffer *out, struct csa_view text);
/* Text and attributes in XML 1.0: & < > " ' and CR escaped; characters that XML forbids are left out. */
void csa_escape_xml(struct csa_buffer *out, struct csa_view text);
/* A component of a URL (a value in a query, a segment of a path): all but A-Z a-z 0-9 - . _ ~ becomes %XX. */
void csa_escape_url_component(struct csa_buffer *out, struct csa_view text);

enum csa_url_rule {
    CSA_URL_LINK,  /* what may be followed: relative, //host, http, https or mailto */
    CSA_URL_LOCAL, /* what a page may load and run: relative to this host, "//host" not */
};
/* Whether the rule lets a URL through. Blanks around it do not count. A scheme is what stands before the
 * first colon, if that comes before / ? and #: so "java<tab>script:" is a scheme too, and a forbidden one. */
bool csa_url_is_allowed(struct csa_view url, enum csa_url_rule rule);
/* A whole URL as the value of an attribute of HTML or XML; "#" when the rule does not let it through. Escapes
 * that it has stay; blanks, control characters, quotes, < > \ ^ ` { | } and all beyond ASCII become %XX. A
 * relative path without a beginning mark gets "./" before it, so that nothing written behind the value can
 * make it a scheme. An empty one stays empty. */
void csa_escape_url(struct csa_buffer *out, struct csa_view url, enum csa_url_rule rule);

/* The same for an attribute of HTML, as an IRI (RFC 3987): behind the first ? or # letters beyond ASCII stand
 * as they are, also those that were %XX (in capitals), and so do the marks behind them. A browser writes them
 * as the same %XX again when it follows the link, in a page of UTF-8. All that is no letter stays %XX, and
 * what is one and not seen: blanks, controls, signs of direction, fillers, selectors. */
void csa_escape_iri(struct csa_buffer *out, struct csa_view url, enum csa_url_rule rule);

/* yyyymmdd as 2023-08-11, 2023-08 or 2023, as far as it is known; nothing when it is not. */
void csa_date_append(struct csa_buffer *out, uint32_t date);

#endif
