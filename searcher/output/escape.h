/* Stored text on its way out: strings for JSON and HTML, and dates. Everything is appended to a buffer, whose
 * sticky error says whether it had room. */
#ifndef CSA_SEARCHER_OUTPUT_ESCAPE_H
#define CSA_SEARCHER_OUTPUT_ESCAPE_H

#include "common/base/buffer.h"
#include "common/base/view.h"

#include <stdint.h>

/* A JSON string with its quotes: control characters, quotes and backslashes escaped; ill-formed UTF-8 becomes
 * U+FFFD. */
void csa_json_string(struct csa_buffer *out, struct csa_view text);
/* The same, or null when the text is empty. */
void csa_json_string_or_null(struct csa_buffer *out, struct csa_view text);

/* Text for HTML: & < > " ' escaped; other bytes stay as they are. */
void csa_html_escape(struct csa_buffer *out, struct csa_view text);

/* yyyymmdd as 2023-08-11, 2023-08 or 2023, as far as it is known; nothing when it is not. */
void csa_date_append(struct csa_buffer *out, uint32_t date);

#endif
