/* The readers of whole files: each takes a file's text, valid UTF-8 without NUL bytes, and makes one article
 * in the arena. They set what the text states (title, date, author, ...) and the blocks; intake.c sets the
 * id, and detects the language where none is stated. CSA_OK or CSA_ERROR_MEMORY, nothing else: no text is
 * wrong. */
#ifndef CSA_INDEXER_INTAKE_READERS_H
#define CSA_INDEXER_INTAKE_READERS_H

#include "common/base/error.h"
#include "indexer/article.h"

enum csa_status csa_text_read(struct csa_view text, struct csa_arena *arena, struct csa_article *article,
                              struct csa_error *error);
enum csa_status csa_html_read(struct csa_view text, struct csa_arena *arena, struct csa_article *article,
                              struct csa_error *error);
enum csa_status csa_markdown_read(struct csa_view text, struct csa_arena *arena, struct csa_article *article,
                                  struct csa_error *error);

/* The date that the first of these blocks state in a line of its own or before the first sentence; 0 = none.
 */
uint32_t csa_text_find_date(const struct csa_block *blocks, size_t count);
/* The name in a byline ("By Marta Lindqvist, 14 December 2024"), a part of the text; empty when it is none.
 */
struct csa_view csa_text_byline(struct csa_view text);

#endif
