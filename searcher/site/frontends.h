/* The ways in which a web server talks to csa.cgi; main_cgi.c finds out which it is. */
#ifndef CSA_SEARCHER_SITE_FRONTENDS_H
#define CSA_SEARCHER_SITE_FRONTENDS_H

#include "common/base/error.h"
#include "searcher/site/config.h"
#include "searcher/site/site.h"

/* ---- CGI and FastCGI; a site of null (it could not be opened) is answered with 500 ---- */

/* One request from the environment and standard input (CGI/1.1, RFC 3875), answered on standard output.
 * Returns the exit status. */
int csa_site_run_cgi(struct csa_site *site, const struct csa_site_config *config);

/* Whether standard input is a listening socket, as FastCGI has it. */
bool csa_site_is_fastcgi(void);
/* Answers requests until told to stop (SIGTERM, SIGINT, SIGUSR1) or config->requests are done. *site may be
 * opened anew, and null, meanwhile. CSA_ERROR_UNSUPPORTED without libfcgi, CSA_ERROR_IO when the socket is of
 * no use, CSA_ERROR_DAMAGED when the index is cut again and again. */
enum csa_status csa_site_run_fastcgi(struct csa_site **site, const struct csa_site_config *config,
                                     struct csa_error *error);

/* config->workers processes, each calling work(context); one that dies is started again (with a growing pause
 * when it dies at once), one that returns is replaced. Returns when told to stop (SIGTERM, SIGINT, SIGUSR1),
 * and in each worker with what its work returned: the caller then ends the process either way. With one
 * worker: work(context) here. */
int csa_site_run_workers(const struct csa_site_config *config, int (*work)(void *context), void *context);

/* ---- what keeps a request within bounds ---- */

enum { CSA_SITE_BODY_MS = 5000 }; /* for a request to come in: 408 for one that takes longer */

/* csa_site_respond() or, without a site, 500; and when a file of the index is cut while it is mapped, so that
 * its bytes are gone (SIGBUS), a plain 503 and false: the site is then neither to be used nor closed. */
bool csa_site_respond_guarded(struct csa_site *site, const struct csa_site_request *request,
                              struct csa_site_response *response, struct csa_error *trouble);

/* A plain page, or what a program reads, for a request that never gets to the site. */
void csa_site_refuse(const struct csa_site_request *request, struct csa_site_response *response,
                     unsigned status);

/* The time for a whole request, reading and writing included: milliseconds from now, 0 ends it. When they are
 * over, on_alarm (which may do only what a signal's handler may) is called, and a second later the process
 * ends by SIGALRM. */
void csa_site_set_alarm(uint32_t milliseconds, void (*on_alarm)(void));
/* How long that is: config->deadline_ms for the search, and time for a slow server. */
uint32_t csa_site_time_allowed(const struct csa_site_config *config);

/* Takes away what answering requests does not need: no new program, no file opened for writing, no socket but
 * the one at hand (seccomp, where built in and where the kernel has it). CSA_ERROR_UNSUPPORTED where it is
 * not built in, and with the compiler's sanitizers, which need more. */
enum csa_status csa_site_sandbox(struct csa_error *error);
/* RLIMIT_DATA and RLIMIT_CORE, and for CGI RLIMIT_CPU, as configured. */
void csa_site_limit(const struct csa_site_config *config, bool cgi);

/* ---- what is told ---- */

/* One line on standard error: time, status, bytes, milliseconds, trouble; no query and no address unless the
 * configuration asks for it. Control characters are escaped. */
void csa_site_log_request(const struct csa_site_config *config, const struct csa_site_request *request,
                          const struct csa_site_response *response, uint64_t nanoseconds,
                          const struct csa_error *trouble);
/* "csa.cgi: words: why" on standard error; error may be null. */
void csa_site_log_event(const char *words, const struct csa_error *error);

/* ---- the preview ---- */

/* HTTP on the loopback address, until Ctrl-C. 0: a port that is free; the URL is printed on
 * standard output. *site may be opened anew, and null, meanwhile. Needs libmicrohttpd, loaded here;
 * CSA_ERROR_UNSUPPORTED says so. */
enum csa_status csa_site_serve(struct csa_site **site, const struct csa_site_config *config, unsigned port,
                               struct csa_error *error);

#endif
