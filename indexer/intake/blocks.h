/* Writes an article's blocks one after the other, so that they lie side by side in memory, joined by '\n':
 * the article's body is then there without another copy (csa_article_body()). Used by every reader. */
#ifndef CSA_INDEXER_INTAKE_BLOCKS_H
#define CSA_INDEXER_INTAKE_BLOCKS_H

#include "common/base/error.h"
#include "indexer/article.h"
#include "indexer/intake/clean.h"

struct csa_block_writer {
    struct csa_arena *arena;
    char *text; /* the blocks so far, then the one that is being written */
    size_t size;
    size_t capacity;
    struct csa_block *blocks; /* finished ones; their text.data is set by finish */
    size_t count;
    size_t block_capacity;
    size_t block_start; /* offset of the block being written */
    enum csa_clean_state state;
    bool failed; /* out of memory; later calls do nothing */
};

/* `expected` bytes of text are foreseen; more is possible. Everything lives in the arena. */
void csa_block_writer_init(struct csa_block_writer *writer, struct csa_arena *arena, size_t expected);

/* Adds text to the current block, white space collapsed and controls dropped. */
void csa_block_writer_put(struct csa_block_writer *writer, struct csa_view text);
/* Adds code: spaces and newlines stay. */
void csa_block_writer_put_code(struct csa_block_writer *writer, struct csa_view text);
/* The next character is kept apart from the last one by a space. */
void csa_block_writer_space(struct csa_block_writer *writer);
/* Whether the current block has visible text. */
bool csa_block_writer_has_text(const struct csa_block_writer *writer);
/* Ends the current block; one without visible text is dropped. */
void csa_block_writer_end(struct csa_block_writer *writer, enum csa_block_kind kind);

/* Ends the last block as a paragraph and gives all of them to the article. CSA_OK or CSA_ERROR_MEMORY. */
enum csa_status csa_block_writer_finish(struct csa_block_writer *writer, struct csa_article *article,
                                        struct csa_error *error);

#endif
