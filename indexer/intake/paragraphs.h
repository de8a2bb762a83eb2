/* Cuts running text into blocks: at blank lines and at line ends, but lines that were broken at a fixed width
 * (mail, old news wires, books) are put together again, so that no sentence ends where a line did. */
#ifndef CSA_INDEXER_INTAKE_PARAGRAPHS_H
#define CSA_INDEXER_INTAKE_PARAGRAPHS_H

#include "indexer/intake/blocks.h"

/* Adds the text's blocks: list items where a line starts like one, headings where a short line without a
 * sentence's end stands before a longer block, else paragraphs. */
void csa_paragraphs_write(struct csa_view text, struct csa_block_writer *writer);

/* Whether text ends like a sentence (its closing quotes and brackets aside). */
bool csa_text_ends_sentence(struct csa_view text);
/* Whether text starts with the mark of a list item: a bullet, or a dash or star and a space. */
bool csa_text_is_list_item(struct csa_view text);

#endif
