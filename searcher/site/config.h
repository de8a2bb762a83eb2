/* The site's configuration: one file of lines `name = value`, # comments; csa.conf(5) describes each name.
 * Read once at the start; never from a request. */
#ifndef CSA_SEARCHER_SITE_CONFIG_H
#define CSA_SEARCHER_SITE_CONFIG_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSA_CONFIG_DEFAULT_PATH "/etc/csa/csa.conf"

enum { CSA_CONFIG_FILE_MAXIMUM = 64 * 1024 };

enum csa_site_log { CSA_SITE_LOG_ERRORS, CSA_SITE_LOG_REQUESTS };

/* The fields' names are those of the file, but for the first two. Paths are absolute, or relative to the
 * configuration file's folder (which is put before them here). Null: not given. */
struct csa_site_config {
    const char *file;                          /* that this was read from; null: defaults */
    uint64_t fingerprint;                      /* a hash of that file's bytes */
    const char *index;                         /* must be there */
    const char *title;                         /* of the site's search: "Search" in the page's language */
    const char *language;                      /* of the page: en, ru, zh, de ("en") */
    const char *words;                         /* file: the site's own words */
    const char *page, *head, *header, *footer; /* template files: the whole page, and its parts */
    const char *style;                         /* file: CSS added behind the built-in */
    const char *synonyms;                      /* file */
    const char *url; /* of the search page itself, for feeds and descriptions: "https://example.org/search" */
    const char *cors; /* value for Access-Control-Allow-Origin on json, atom and suggestions; null: none */
    size_t hits, hits_maximum; /* a page: 10, 100 */
    unsigned facets;           /* as the engine takes them: source, language, year */
    bool timeline;             /* yes */
    bool viewer;               /* articles without a URL (or asked for) are shown by the site itself: yes */
    bool suggestions;          /* while typing: yes */
    uint32_t deadline_ms;      /* a request's search: 2000 */
    uint64_t memory;           /* bytes a process may allocate beyond the index: 512 MiB; 0: no limit */
    uint64_t cache_memory;     /* bytes of responses that a FastCGI process keeps: 8 MiB; 0: none */
    uint32_t cache_seconds;    /* Cache-Control max-age of results: 60 */
    uint32_t workers;          /* FastCGI processes under one supervisor: 1 (no supervisor) */
    uint32_t requests;         /* a FastCGI worker ends after so many: 0, never */
    enum csa_site_log log;     /* what goes to stderr: errors */
    bool log_addresses;        /* the visitor's address in log lines: no */
    bool sandbox;              /* FastCGI: seccomp where built in: yes */
};

/* Fills the defaults: for a site without a file (csa-search --serve). */
void csa_site_config_default(struct csa_site_config *config);

/* Reads a file. CSA_ERROR_NOT_FOUND, CSA_ERROR_DAMAGED "FILE:LINE: why" for an unknown name, a bad value, a
 * name given twice or a missing index. All strings live in the arena. */
enum csa_status csa_site_config_read(const char *path, struct csa_arena *arena,
                                     struct csa_site_config *config, struct csa_error *error);

#endif
