/* The site: from a request to a response, whatever server stands before it. Used by csa.cgi (CGI, FastCGI)
 * and by the preview of csa-search. One thread at a time. */
#ifndef CSA_SEARCHER_SITE_SITE_H
#define CSA_SEARCHER_SITE_SITE_H

#include "common/base/error.h"
#include "searcher/site/config.h"
#include "searcher/site/parameters.h"
#include "searcher/site/request.h"

struct csa_site;

/* Reads templates, words and synonyms; an error names the file. An index that is missing or damaged is no
 * error here: each request then gets 503 until it is there. *config must outlive the site. */
enum csa_status csa_site_open(const struct csa_site_config *config, struct csa_site **site,
                              struct csa_error *error);
void csa_site_close(struct csa_site *site);
/* Of a site whose request was left in the middle: gives back what that cannot have harmed. */
void csa_site_abandon(struct csa_site *site);

/* Answers: always a whole response, errors included. The index's newest commit is taken up first. What went
 * wrong inside is put in *trouble (status CSA_OK: nothing), for the log and never for the visitor. */
void csa_site_respond(struct csa_site *site, const struct csa_site_request *request,
                      struct csa_site_response *response, struct csa_error *trouble);

/* The response when nothing else can be said: fixed bytes in the format's kind, for out of memory and a
 * broken configuration (500, 503). */
void csa_site_respond_plainly(struct csa_site_response *response, enum csa_site_format format,
                              unsigned status);

/* Writes an error for a program, and returns its type: JSON where that was asked for, else plain text.
 * message: empty, the words for the status. */
const char *csa_site_error_write(struct csa_buffer *out, enum csa_site_format format, unsigned status,
                                 struct csa_view message);

#endif
