/* JSON: a small writer that escapes what it is given, and the page of results as the contract has it
 * (one object on one line; see csa-search(1)). */
#ifndef CSA_SEARCHER_OUTPUT_JSON_H
#define CSA_SEARCHER_OUTPUT_JSON_H

#include "common/base/buffer.h"
#include "common/base/view.h"
#include "searcher/results/diagnosis.h"
#include "searcher/results/page.h"

/* A JSON string with its quotes: control characters, quotes and backslashes escaped; ill-formed UTF-8 becomes
 * U+FFFD. */
void csa_json_string(struct csa_buffer *out, struct csa_view text);
/* The same, or null when the text is empty. */
void csa_json_string_or_null(struct csa_buffer *out, struct csa_view text);
/* "2023-08-11", "2023-08", "2023" or null. */
void csa_json_date(struct csa_buffer *out, uint32_t date);

/* Text for HTML: & < > " ' escaped. */
void csa_html_escape(struct csa_buffer *out, struct csa_view text);

struct csa_explanation {
    struct csa_explanation_line *lines;
    size_t count;
};

/* The page as one JSON object and a newline. diagnosis and explanations (one for each hit) may be null.
 * query_id, when not empty, is the topic that the query came from. */
void csa_json_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, struct csa_view query_id);

#endif
