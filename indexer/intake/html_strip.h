/* Markup taken off without a parser, for what the parser is spared: HTML inside Markdown, and the part of a
 * page that is nested too deeply. */
#ifndef CSA_INDEXER_INTAKE_HTML_STRIP_H
#define CSA_INDEXER_INTAKE_HTML_STRIP_H

#include "indexer/intake/blocks.h"

/* Adds the text between the tags; tags of block elements end blocks, `kind` is theirs. Scripts, styles and
 * comments are dropped, the commonest character references are decoded. Linear in time. */
void csa_html_strip(struct csa_view html, enum csa_block_kind kind, struct csa_block_writer *writer);

/* What one tag, from its `<` to its `>`, does to the text inside a block: br and unknown tags keep words
 * apart. */
void csa_html_strip_inline(struct csa_view tag, struct csa_block_writer *writer);

#endif
