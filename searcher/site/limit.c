/* Limits of the kernel on what the process may use (setrlimit), set once before the first request. A limit
 * that is lower already stays: the administrator's word goes before the configuration's. */
#include "common/base/config.h"
#include "searcher/site/frontends.h"

#include <sys/resource.h>

enum { CPU_SECONDS = 5 }; /* beyond the search's deadline */

static void lower(unsigned resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) == 0) {
        limit.rlim_cur = soft < limit.rlim_cur ? soft : limit.rlim_cur;
        limit.rlim_max = hard < limit.rlim_max ? hard : limit.rlim_max;
        setrlimit(resource, &limit);
    }
}

void csa_site_limit(const struct csa_site_config *config, bool cgi)
{
    lower(RLIMIT_CORE, 0, 0);
    /* The address sanitizer reserves more than any machine has. The index is mapped read-only, which
     * RLIMIT_DATA does not count. */
    if (config->memory != 0 && CSA_SANITIZERS[0] == '\0') {
        lower(RLIMIT_DATA, (rlim_t)config->memory, (rlim_t)config->memory);
    }
    if (cgi) {
        rlim_t seconds = config->deadline_ms / 1000 + CPU_SECONDS;
        lower(RLIMIT_CPU, seconds, seconds + 2); /* SIGXCPU, and later SIGKILL */
    }
}
