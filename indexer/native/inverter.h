/* Turns one worker's articles into terms with their occurrences, in memory.
 *
 * Passages and articles are numbered 0, 1, 2, ... in the order in which this inverter gets them since it was
 * last cleared; run.h tells how these numbers become those of a segment. Two tables: the words of passages
 * (of titles too: they stand first in their article's first passage), and the words of titles, which list
 * articles. */
#ifndef CSA_INDEXER_NATIVE_INVERTER_H
#define CSA_INDEXER_NATIVE_INVERTER_H

#include "common/base/error.h"
#include "common/base/view.h"
#include "common/text/tokenizer.h"
#include "indexer/native/vocabulary.h"

#include <stddef.h>
#include <stdint.h>

struct csa_inverter {
    struct csa_vocabulary words;
    struct csa_vocabulary titles;
    uint32_t passages; /* so far */
    uint32_t articles;
    struct csa_tokenizer tokenizer;
    struct csa_token_block block;
    struct csa_token_block title_block;
};

void csa_inverter_init(struct csa_inverter *inverter);
void csa_inverter_release(struct csa_inverter *inverter);
/* Starts anew with passage and article 0; keeps the memory. */
void csa_inverter_clear(struct csa_inverter *inverter);

/* Adds the next passage. With a title (not null; it may be empty) it is the first of the next article, else
 * it goes on with the article before. *length: its tokens, the title's included, of which *title_length.
 * After an error the inverter can only be cleared or released. */
enum csa_status csa_inverter_add(struct csa_inverter *inverter, const struct csa_view *title,
                                 struct csa_view text, uint32_t *length, uint32_t *title_length,
                                 struct csa_error *error);

/* Bytes in use. */
size_t csa_inverter_used(const struct csa_inverter *inverter);
/* No further passage should be added before it is cleared. */
bool csa_inverter_is_full(const struct csa_inverter *inverter);

#endif
