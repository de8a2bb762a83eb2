/* What --version says. */
#ifndef CSA_BASE_VERSION_H
#define CSA_BASE_VERSION_H

#include <stdio.h>

/* The program's name and version, then which optional parts this build has and lacks, a line each. */
void csa_version_print(FILE *out, const char *program);

#endif
