/* JSON-LD in pages: what schema.org's article types say about the page. */
#ifndef CSA_INDEXER_INTAKE_JSON_LD_H
#define CSA_INDEXER_INTAKE_JSON_LD_H

#include "indexer/intake/html_metadata.h"

/* Ranks that its values take among the places in a page; see html_metadata.c. */
enum { CSA_RANK_JSON_LD = 20 };

/* Reads one script's content and offers what it finds. What is no JSON is passed over. */
void csa_json_ld_read(struct csa_view script, struct csa_page *page);

#endif
