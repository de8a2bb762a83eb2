#include "indexer/native/title_fold.h"

#include "common/text/tokenizer.h"

static void fold(void *context, struct csa_view title, struct csa_buffer *out)
{
    (void)context;
    csa_text_fold(title, out);
}

const struct csa_fold_callback csa_title_fold = {NULL, fold};
