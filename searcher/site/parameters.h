/* What a request asks for: its parameters decoded, checked and bounded, and links that ask for the like.
 *
 *   q        the query                         page, n   which page, how many hits on it
 *   format   html json atom; opensearch suggest script style for what a page needs besides itself
 *   sort     relevance newest oldest           source, lang, year, author   filters, each may stand several
 *   times
 *   date     2023-08, 2023..2024: a span       article   the viewer page of one article, by id
 *   like     articles like this one, by id     v         which version of a style or script, by its tag
 *   passage  which passage of the article the viewer shows the part around, from 1
 *
 * Unknown names are ignored. A known one with a bad value is 400, so that nothing is searched that was not
 * meant; an empty one counts as not given. Of a name that stands once, the last one given counts. */
#ifndef CSA_SEARCHER_SITE_PARAMETERS_H
#define CSA_SEARCHER_SITE_PARAMETERS_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/engine.h"
#include "searcher/site/request.h"

#include <stddef.h>

enum {
    CSA_SITE_PARAMETERS = 64, /* names in a request; beyond: 400 */
    CSA_SITE_FILTERS = 16,    /* values of one filter; beyond: 400 */
    CSA_SITE_VALUE = 4096,    /* bytes of a value, decoded; beyond: 400 (q: 414) */
    CSA_SITE_PASSAGE_MAXIMUM = 1000000000,
};

enum csa_site_format {
    CSA_FORMAT_HTML,
    CSA_FORMAT_JSON,
    CSA_FORMAT_ATOM,
    CSA_FORMAT_OPENSEARCH, /* the description document */
    CSA_FORMAT_SUGGEST,    /* application/x-suggestions+json for q */
    CSA_FORMAT_SCRIPT,
    CSA_FORMAT_STYLE,
};

enum csa_site_filter {
    CSA_FILTER_SOURCE,
    CSA_FILTER_LANGUAGE,
    CSA_FILTER_YEAR,
    CSA_FILTER_AUTHOR,
    CSA_FILTER_COUNT,
};

struct csa_site_parameters {
    struct csa_view query;
    size_t page; /* from 1 */
    size_t hits; /* a page; 0: not given */
    enum csa_site_format format;
    enum csa_sort sort;
    struct csa_site_filter_values {
        struct csa_view items[CSA_SITE_FILTERS]; /* distinct, in the order given */
        size_t count;
    } filters[CSA_FILTER_COUNT];
    struct csa_view date;
    struct csa_view article; /* id; empty: a search */
    size_t passage;          /* of the article; 0: not given */
    struct csa_view like;
    struct csa_view tag; /* v */
};

/* Reads the query string and a POST's body, the latter last. CSA_ERROR_MISUSE (400), CSA_ERROR_LIMIT (414)
 * and CSA_ERROR_UNSUPPORTED (415: a body that is no form) with a message that is fit for the visitor: it
 * names the parameter, never quotes its value. What was understood is set then too, for the error's page.
 * Values are well-formed UTF-8 without control characters: tab, line ends and other white space become
 * blanks, other control characters and ill-formed bytes are 400. Of a language the filter has the code ("en"
 * for "english"). */
enum csa_status csa_site_parameters_read(const struct csa_site_request *request, struct csa_arena *arena,
                                         struct csa_site_parameters *parameters, struct csa_error *error);

/* The format that a query string asks for, before anything else of it is checked: for errors. */
enum csa_site_format csa_site_parameters_format(struct csa_view query_string);

/* Appends "?q=...&page=2": what asks for these parameters, defaults left out, percent-encoded ("?" when
 * nothing is left: the empty form, where an empty reference would be the page itself). So every link of the
 * page is made: copy the parameters, change what the link changes, write. */
void csa_site_parameters_link(struct csa_buffer *out, const struct csa_site_parameters *parameters);

const char *csa_site_filter_name(enum csa_site_filter filter); /* "source", "lang", "year", "author" */

#endif
