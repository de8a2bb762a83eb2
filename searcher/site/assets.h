/* Files that are part of the program: templates, style, script, words. Generated from assets/ when CSA is
 * built (embed.py). */
#ifndef CSA_SEARCHER_SITE_ASSETS_H
#define CSA_SEARCHER_SITE_ASSETS_H

#include "common/base/view.h"

/* By its name below assets/: "page.html", "style.css", "script.js", "words/en.txt"; size 0: there is none. */
struct csa_view csa_site_asset(const char *name);

#endif
