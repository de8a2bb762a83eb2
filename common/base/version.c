/* The version and the build's optional parts, from the config.h that Meson makes. */
#include "common/base/version.h"

#include "common/base/config.h"

#include <stdbool.h>

struct part {
    const char *name;
    bool built;
};

static const struct part parts[] = {
    {"HTML (libxml2)", CSA_WITH_HTML},
    {"Markdown (cmark)", CSA_WITH_MARKDOWN},
    {"encoding detection (uchardet)", CSA_WITH_UCHARDET},
    {"line editing (libedit)", CSA_WITH_INTERACTIVE},
    {"FastCGI (libfcgi)", CSA_WITH_FASTCGI},
    {"sandbox (libseccomp)", CSA_WITH_SANDBOX},
    {"preview (libmicrohttpd)", CSA_WITH_PREVIEW},
    {"fast inflation (libdeflate)", CSA_WITH_LIBDEFLATE},
    {"Xapian (libxapian)", CSA_WITH_XAPIAN},
};

static void print_parts(FILE *out, const char *heading, bool built)
{
    const char *separator = heading;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].built == built) {
            fprintf(out, "%s%s", separator, parts[i].name);
            separator = ", ";
        }
    }
    if (separator != heading) {
        fputc('\n', out);
    }
}

void csa_version_print(FILE *out, const char *program)
{
    fprintf(out, "%s %s\n", program, CSA_VERSION);
    print_parts(out, "with: ", true);
    print_parts(out, "without: ", false);
    if (CSA_SANITIZERS[0] != '\0') {
        fprintf(out, "sanitizers: %s\n", CSA_SANITIZERS);
    }
}
