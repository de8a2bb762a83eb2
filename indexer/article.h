/* An article, as intake makes it from bytes and as passages are cut from it. */
#ifndef CSA_INDEXER_ARTICLE_H
#define CSA_INDEXER_ARTICLE_H

#include "common/base/arena.h"
#include "common/base/view.h"
#include "common/text/language.h"

#include <stddef.h>
#include <stdint.h>

/* What a block of text was in its source. */
enum csa_block_kind {
    CSA_BLOCK_PARAGRAPH,
    CSA_BLOCK_HEADING,
    CSA_BLOCK_LIST_ITEM,
    CSA_BLOCK_QUOTE,
    CSA_BLOCK_CAPTION,
    CSA_BLOCK_TABLE_ROW,
    CSA_BLOCK_CODE,
};

struct csa_block {
    struct csa_view text; /* valid UTF-8, no control characters but '\n', not empty */
    enum csa_block_kind kind;
};

/* A field that CSA has no column for, stored and shown as it came. */
struct csa_extra_field {
    struct csa_view name;
    struct csa_view value; /* a string as it is, any other JSON value as its JSON text */
};

/* Everything lives in the arena that the article was made in. Missing strings have size 0. */
struct csa_article {
    struct csa_view id; /* path below the source folder, the record's own id, or its url; 1 to 1,024 bytes */
    struct csa_view title;
    struct csa_view url;
    struct csa_view author;
    struct csa_view source;
    struct csa_view description;
    uint32_t date;         /* year * 10000 + month * 100 + day; day or month 0 when only the year (and month)
                              is known; 0 = no date */
    csa_language language; /* as stated by the source or by -l, else detected; NONE when unknown */
    struct csa_block *blocks;
    size_t block_count;
    struct csa_extra_field *extra;
    size_t extra_count;
    uint64_t replaced; /* broken bytes that became U+FFFD */
};

/* One passage: whole sentences of one article. */
struct csa_passage {
    struct csa_view text; /* blocks and sentences joined by '\n' and ' '; see passages.h */
    uint32_t offset;      /* byte where it starts in the article's body (blocks joined by '\n') */
};

#endif
