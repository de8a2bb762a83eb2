/* Files that are part of the program: templates, style, script, words. Generated from assets/ when CSA is
 * built (embed.py). */
#ifndef CSA_SEARCHER_SITE_ASSETS_H
#define CSA_SEARCHER_SITE_ASSETS_H

#include "common/base/view.h"

#include <stdint.h>

struct csa_asset {
    struct csa_view text;
    uint64_t version; /* a hash of text, made when CSA was built */
};

/* By its name below assets/: "page.html", "style.css", "script.js", "words/en.txt"; no text: there is none.
 */
struct csa_asset csa_site_asset(const char *name);

#endif
