/* csa.cgi: finds out how it was started, and hands over. The only file of the program that reads the
 * environment's CSA_CONFIG, and that prints to a person.
 *
 * A web server may make arguments out of a URL's query string, and once that let strangers give options to
 * PHP: main() does not even take them. Started by hand, without a request, the program says what it is. */
#include "common/base/version.h"
#include "searcher/site/frontends.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Everything of the process. */
struct program {
    struct csa_site_config config;
    bool configured; /* false: the configuration could not be read, and every request is a 500 */
};

/* Descriptors that are closed would be taken by the next files opened, and what is written to standard error
 * would land there. */
static void hold_descriptors(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", O_RDWR) != i) {
            return;
        }
    }
}

static int introduce(void)
{
    csa_version_print(stdout, "csa.cgi");
    fputs(
        "\nThe search page of a site, run by a web server through CGI/1.1 or FastCGI; it takes no "
        "arguments.\n"
        "Its configuration is the file that the environment's CSA_CONFIG names, else " CSA_CONFIG_DEFAULT_PATH
        ".\n\nTo see the page without a web server:     csa-search --index FOLDER --serve\n"
        "To set up Apache, nginx or lighttpd:      docs/site.md, man csa.cgi, man csa.conf\n",
        stdout);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void open_site(struct program *program, struct csa_site **site)
{
    struct csa_error error = {0};
    *site = NULL;
    if (program->configured && csa_site_open(&program->config, site, &error) != CSA_OK) {
        *site = NULL;
        csa_site_log_event("the site cannot be opened", &error);
    }
}

static void close_site(struct csa_site *site)
{
    if (site != NULL) {
        csa_site_close(site);
    }
}

static int run_cgi(struct program *program)
{
    struct csa_site *site;
    program->config.cache_memory = 0; /* no other request comes */
    open_site(program, &site);
    int result = csa_site_run_cgi(site, &program->config);
    if (result == EXIT_SUCCESS) { /* else it may be of no use any more */
        close_site(site);
    }
    return result;
}

/* In each worker: a supervisor that had the index open would hold on to it for ever. */
static int run_fastcgi(void *context)
{
    struct program *program = context;
    struct csa_site *site;
    struct csa_error error = {0};
    open_site(program, &site);
    enum csa_status status = csa_site_run_fastcgi(&site, &program->config, &error);
    close_site(site);
    if (status != CSA_OK) {
        csa_site_log_event("FastCGI ended", &error);
    }
    return status == CSA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    hold_descriptors();
    bool fastcgi = csa_site_is_fastcgi();
    if (!fastcgi && getenv("GATEWAY_INTERFACE") == NULL && getenv("REQUEST_METHOD") == NULL) {
        return introduce();
    }
    struct csa_arena arena;
    struct program program;
    struct csa_error error = {0};
    const char *path = getenv("CSA_CONFIG");
    csa_arena_init(&arena, 0);
    program.configured = csa_site_config_read(path == NULL || *path == '\0' ? CSA_CONFIG_DEFAULT_PATH : path,
                                              &arena, &program.config, &error) == CSA_OK;
    if (!program.configured) {
        csa_site_log_event("no configuration", &error);
        csa_site_config_default(&program.config);
    }
    csa_site_limit(&program.config, !fastcgi);
    int result = fastcgi ? csa_site_run_workers(&program.config, run_fastcgi, &program) : run_cgi(&program);
    csa_arena_release(&arena);
    return result;
}
