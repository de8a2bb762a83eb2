/* One request on its way to its response: what it asks for, where it stands, and how a response is finished.
 * Shared by respond.c, which decides what is answered, and turn.c, which writes headers and errors. */
#ifndef CSA_SEARCHER_SITE_TURN_H
#define CSA_SEARCHER_SITE_TURN_H

#include "searcher/site/answer.h"
#include "searcher/site/cache.h"
#include "searcher/site/state.h"

struct csa_turn {
    struct csa_site *site;
    const struct csa_site_request *request;
    struct csa_site_response *response;
    struct csa_error *trouble;
    struct csa_site_context context;
    struct csa_site_parameters parameters;
    struct csa_validator validator; /* of the answer; version 0: it must not be kept */
    struct csa_view key;            /* that the response is kept under; empty: it is not, or it is already */
    uint32_t seconds;               /* for which a copy is good */
    bool for_ever;                  /* it never changes at its address */
    size_t pages;                   /* that there are: for links to the next */
};

/* "text/html; charset=utf-8" and so on. */
const char *csa_turn_type(enum csa_site_format format);

/* The headers of a body that is made, which is compressed where that is accepted and worth it. */
void csa_turn_finish(struct csa_turn *turn, unsigned status, const char *type);
/* Those of a response without a body: 304. */
void csa_turn_finish_empty(struct csa_turn *turn, unsigned status);
/* The Link header: other forms of these results, the pages before and behind. */
void csa_turn_add_links(struct csa_turn *turn);

/* An error's whole response, in the form that was asked for. message: for the visitor; empty: the words for
 * the status. */
void csa_turn_refuse(struct csa_turn *turn, unsigned status, struct csa_view message);
/* The same for what failed inside: told to the log; told to the visitor only where it is about his request.
 */
void csa_turn_fail(struct csa_turn *turn, const struct csa_error *failure);

#endif
