/* The numbers of the index format, as docs/index-format.md defines them. For common/index/ only. */
#ifndef CSA_INDEX_FORMAT_H
#define CSA_INDEX_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CSA_FORMAT_VERSION = 1,
    CSA_ANALYSIS_VERSION = 1,
    CSA_BLOCK = 128,      /* documents in a block */
    CSA_SUPER_BLOCK = 32, /* blocks in a super-block */
    CSA_DICTIONARY_BLOCK = 32,
    CSA_ID_BLOCK = 16,
    CSA_TITLE_BLOCK = 32,
    CSA_TITLE_KEY_MAXIMUM = 32, /* bytes */
    CSA_TITLES_HEAD = 8,
    CSA_SECTION_ALIGNMENT = 64,
    CSA_SECTION_SLACK = 64, /* zero bytes behind the last section */
    CSA_TERM_MAXIMUM = 128, /* bytes, without the kind */
    CSA_TITLE_GAP = 8,      /* positions between a title and the body in an article's first passage */
    CSA_PASSAGE_TOKENS_MAXIMUM = 1 << 24,
    CSA_SEGMENTS_MAXIMUM = 1024,
    CSA_PASSAGE_CHUNK = 16 * 1024,
    CSA_ARTICLE_CHUNK = 4 * 1024,
    CSA_RECORD_MAXIMUM = 256 * 1024 * 1024,
    CSA_ENCODING_BITMAP = 64,
};
#define CSA_DOCUMENT_NONE UINT32_MAX            /* behind the last document; never a document */
#define CSA_DOCUMENTS_MAXIMUM (UINT32_MAX - 1U) /* documents in a segment */

enum csa_section {
    CSA_SECTION_META = 1,
    CSA_SECTION_TERM_INDEX = 2,
    CSA_SECTION_TERM_BLOCKS = 3,
    CSA_SECTION_POSTINGS = 4,
    CSA_SECTION_POSITIONS = 5,
    CSA_SECTION_LENGTHS = 6,
    CSA_SECTION_FIRST_PASSAGES = 7,
    CSA_SECTION_ARTICLE_IDS = 8,
    CSA_SECTION_ARTICLE_HASH = 9,
    CSA_SECTION_COLUMN_DATE = 10,
    CSA_SECTION_COLUMN_LANGUAGE = 11,
    CSA_SECTION_COLUMN_STEMMER = 12,
    CSA_SECTION_COLUMN_SOURCE = 13,
    CSA_SECTION_COLUMN_AUTHOR = 14,
    CSA_SECTION_COLUMN_TITLE_TOKENS = 15,
    CSA_SECTION_STRINGS = 16,
    CSA_SECTION_ARTICLE_CHUNKS = 17,
    CSA_SECTION_ARTICLE_CHUNK_TABLE = 18,
    CSA_SECTION_PASSAGE_CHUNKS = 19,
    CSA_SECTION_PASSAGE_CHUNK_TABLE = 20,
    CSA_SECTION_ARTICLE_STARTS = 21,
    CSA_SECTION_COLUMN_SITE = 22,
    CSA_SECTION_TERM_PEAKS = 23,
    CSA_SECTION_TITLES = 24,
    CSA_SECTION_COUNT = 25,
};

/* The kind of a term: the first byte of its key in the dictionary. */
enum csa_term_kind {
    CSA_TERM_WORD = 1,       /* folded surface form; lists passages, with positions */
    CSA_TERM_STEM = 2,       /* lists passages */
    CSA_TERM_TITLE_WORD = 3, /* lists articles */
    CSA_TERM_TITLE_STEM = 4, /* lists articles */
};

/* A field of a stored article. */
enum csa_article_field {
    CSA_STORED_TITLE = 1,
    CSA_STORED_URL = 2,
    CSA_STORED_DESCRIPTION = 3,
    CSA_STORED_OTHER = 16, /* the value is name, a zero byte, value */
};

/* Magic numbers: eight letters as a little-endian u64. */
#define CSA_MAGIC_COMMIT UINT64_C(0x54494d4f43415343)  /* CSACOMIT */
#define CSA_MAGIC_SEGMENT UINT64_C(0x544d474553415343) /* CSASEGMT */
#define CSA_MAGIC_DELETES UINT64_C(0x54454c4544415343) /* CSADELET */

/* Bits of META's flags. */
enum { CSA_META_POSITIONS = 1, CSA_META_TEXT = 2 };

/* Sizes in bytes. */
enum {
    CSA_HEADER_SIZE = 16, /* of a segment file */
    CSA_TABLE_ENTRY_SIZE = 32,
    CSA_TRAILER_SIZE = 32,
    CSA_META_SIZE = 80,
    CSA_CHUNK_ENTRY_SIZE = 16, /* of a chunk table */
};

/* META's length_width for the largest length. */
static inline uint32_t csa_length_width(uint32_t longest)
{
    return longest <= UINT8_MAX ? 1 : longest <= UINT16_MAX ? 2 : 4;
}

/* META's average; 1 when there are no tokens, since it divides. */
static inline float csa_average_length(uint64_t tokens, uint32_t passages)
{
    return tokens == 0 ? 1.0F : (float)((double)tokens / (double)passages);
}

/* Whether a date (year * 10000 + month * 100 + day) is none or has parts that can be: a month without a day
 * and a year without a month are fine. */
static inline bool csa_date_is_possible(uint32_t date)
{
    uint32_t year = date / 10000;
    uint32_t month = date / 100 % 100;
    uint32_t day = date % 100;
    return date == 0 || (year >= 1 && year <= 9999 && month <= 12 && day <= 31 && (month != 0 || day == 0));
}

#endif
