/* The layout of the generated Unicode tables, and how a character is looked up in them.
 *
 * Written by generate_tables.c at build time, read by unicode.c, fold.c and the tokenizer; nothing outside
 * common/text/ includes this. Three two-stage tables, each indexed first by character >> 7: the properties
 * (one byte, the number of a record), the folding (an offset into csa_fold_bytes, 0 = folds to itself), and a
 * sorted list of the pairs that compose. */
#ifndef CSA_TEXT_UNICODE_TABLES_H
#define CSA_TEXT_UNICODE_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* How a character behaves in word segmentation: the classes of UAX #29, as CSA uses them. */
enum csa_word_class {
    CSA_WORD_OTHER,        /* separates words: spaces, signs, dashes, colon, underscore */
    CSA_WORD_EXTEND,       /* belongs to what stands before it: marks, format characters */
    CSA_WORD_LETTER,       /* ALetter */
    CSA_WORD_HEBREW,       /* Hebrew_Letter */
    CSA_WORD_NUMERIC,      /* Numeric, and subscript digits */
    CSA_WORD_MID_LETTER,   /* joins letters */
    CSA_WORD_MID_NUMBER,   /* joins digits */
    CSA_WORD_MID_BOTH,     /* MidNumLet: joins letters, and joins digits */
    CSA_WORD_APOSTROPHE,   /* all apostrophes; joins like MID_BOTH */
    CSA_WORD_DOUBLE_QUOTE, /* joins Hebrew letters */
    CSA_WORD_RUN,          /* a character of a script written without spaces: tokens are pairs */
    CSA_WORD_FRACTION,     /* one half and its kin: a word alone */
    CSA_WORD_CURRENCY,     /* separates words; before a number it makes an extra token */
};

enum csa_character_flag {
    CSA_CHARACTER_LETTER = 1,     /* general category L* */
    CSA_CHARACTER_UPPER = 2,      /* Lu, Lt */
    CSA_CHARACTER_SPACE = 4,      /* White_Space */
    CSA_CHARACTER_COMBINES = 8,   /* what it folds to starts with a mark or a vowel or final jamo */
    CSA_CHARACTER_INHERITED = 16, /* a mark of no one script: kept only where it composes */
    CSA_CHARACTER_MARK = 32,      /* Mn, Mc */
    CSA_CHARACTER_BARE = 64,      /* marks are taken off this letter: Latin, Greek, Hebrew, Arabic */
    CSA_CHARACTER_KEEPS = 128,    /* keeps marks of its own script: letters and marks of the other scripts */
};

struct csa_character {
    uint8_t word_class; /* enum csa_word_class */
    uint8_t script;     /* enum csa_script */
    uint8_t flags;      /* enum csa_character_flag */
    uint8_t combining;  /* canonical combining class */
    uint8_t width;      /* columns on a terminal: 0, 1, 2 */
};

struct csa_composition {
    uint32_t first;
    uint32_t second;
    uint32_t composed;
};

extern const struct csa_character csa_character_records[];
extern const uint16_t csa_character_blocks[];
extern const uint8_t csa_character_index[];
extern const uint16_t csa_fold_blocks[];
extern const uint16_t csa_fold_index[];
/* At an offset: the number of bytes (0 to 63), then as many bytes of UTF-8. At least 8 bytes may be read
 * behind every offset. */
extern const uint8_t csa_fold_bytes[];
extern const struct csa_composition csa_compositions[]; /* by first, then second */
extern const size_t csa_composition_count;

enum { CSA_BLOCK_BITS = 7 };

/* character is at most 0x10FFFF. */
static inline const struct csa_character *csa_character_get(uint32_t character)
{
    size_t block = csa_character_blocks[character >> CSA_BLOCK_BITS];
    return &csa_character_records[csa_character_index[(block << CSA_BLOCK_BITS) + (character & 0x7FU)]];
}

/* 0, or the offset of what character folds to in csa_fold_bytes. */
static inline uint32_t csa_fold_get(uint32_t character)
{
    size_t block = csa_fold_blocks[character >> CSA_BLOCK_BITS];
    return csa_fold_index[(block << CSA_BLOCK_BITS) + (character & 0x7FU)];
}

#endif
