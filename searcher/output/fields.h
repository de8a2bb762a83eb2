/* A line a hit for scripts: the fields asked for, separated by tabs; see csa-search(1), -o. */
#ifndef CSA_SEARCHER_OUTPUT_FIELDS_H
#define CSA_SEARCHER_OUTPUT_FIELDS_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "searcher/results/page.h"

enum csa_output_field {
    CSA_OUTPUT_ID,
    CSA_OUTPUT_URL,
    CSA_OUTPUT_TITLE,
    CSA_OUTPUT_DATE,
    CSA_OUTPUT_AUTHOR,
    CSA_OUTPUT_SOURCE,
    CSA_OUTPUT_LANGUAGE,
    CSA_OUTPUT_RANK,
    CSA_OUTPUT_SCORE,
    CSA_OUTPUT_PASSAGE, /* number of the hit's best passage; so the ones below */
    CSA_OUTPUT_OFFSET,
    CSA_OUTPUT_LINK, /* the URL with a text fragment */
    CSA_OUTPUT_SNIPPET,
    CSA_OUTPUT_TEXT,
    CSA_OUTPUT_FIELDS,
};

enum { CSA_FIELDS_MAXIMUM = 32 };

struct csa_output_fields {
    enum csa_output_field items[CSA_FIELDS_MAXIMUM];
    size_t count; /* 0: no lines are wanted */
};

/* Reads "id,url,title"; "ids", "urls" and "titles" are understood too. CSA_ERROR_MISUSE names what is no
 * field. */
enum csa_status csa_output_fields_read(const char *names, struct csa_output_fields *fields,
                                       struct csa_error *error);

/* Whether texts of passages are needed: a page made bare has none. */
bool csa_output_fields_need_text(const struct csa_output_fields *fields);

/* A line for each hit. Control characters in a field (tabs and line ends among them) become spaces; what is
 * not known is empty. query_id, when not empty, is the topic that the query came from: the first field. */
void csa_output_fields_page(struct csa_buffer *out, const struct csa_page *page,
                            const struct csa_output_fields *fields, struct csa_view query_id);

#endif
