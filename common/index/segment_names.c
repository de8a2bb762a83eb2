/* What messages call the parts of a segment: sections, kinds of terms, and where damage was found. Owns the
 * table of names. */
#include "common/index/segment_private.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const section_names[CSA_SECTION_COUNT] = {
    [CSA_SECTION_META] = "META",
    [CSA_SECTION_TERM_INDEX] = "TERM_INDEX",
    [CSA_SECTION_TERM_BLOCKS] = "TERM_BLOCKS",
    [CSA_SECTION_POSTINGS] = "POSTINGS",
    [CSA_SECTION_POSITIONS] = "POSITIONS",
    [CSA_SECTION_LENGTHS] = "LENGTHS",
    [CSA_SECTION_FIRST_PASSAGES] = "FIRST_PASSAGES",
    [CSA_SECTION_ARTICLE_IDS] = "ARTICLE_IDS",
    [CSA_SECTION_ARTICLE_HASH] = "ARTICLE_HASH",
    [CSA_SECTION_COLUMN_DATE] = "COLUMN_DATE",
    [CSA_SECTION_COLUMN_LANGUAGE] = "COLUMN_LANGUAGE",
    [CSA_SECTION_COLUMN_STEMMER] = "COLUMN_STEMMER",
    [CSA_SECTION_COLUMN_SOURCE] = "COLUMN_SOURCE",
    [CSA_SECTION_COLUMN_AUTHOR] = "COLUMN_AUTHOR",
    [CSA_SECTION_COLUMN_TITLE_TOKENS] = "COLUMN_TITLE_TOKENS",
    [CSA_SECTION_STRINGS] = "STRINGS",
    [CSA_SECTION_ARTICLE_CHUNKS] = "ARTICLE_CHUNKS",
    [CSA_SECTION_ARTICLE_CHUNK_TABLE] = "ARTICLE_CHUNK_TABLE",
    [CSA_SECTION_PASSAGE_CHUNKS] = "PASSAGE_CHUNKS",
    [CSA_SECTION_PASSAGE_CHUNK_TABLE] = "PASSAGE_CHUNK_TABLE",
    [CSA_SECTION_ARTICLE_STARTS] = "ARTICLE_STARTS",
    [CSA_SECTION_COLUMN_SITE] = "COLUMN_SITE",
    [CSA_SECTION_TERM_PEAKS] = "TERM_PEAKS",
    [CSA_SECTION_TITLES] = "TITLES",
};

const char *csa_section_name(enum csa_section section)
{
    return section > 0 && section < CSA_SECTION_COUNT ? section_names[section] : "?";
}

const char *csa_term_kind_name(enum csa_term_kind kind)
{
    switch (kind) {
    case CSA_TERM_WORD:
        return "word";
    case CSA_TERM_STEM:
        return "stem";
    case CSA_TERM_TITLE_WORD:
        return "title word";
    case CSA_TERM_TITLE_STEM:
        return "title stem";
    }
    return "term";
}

enum csa_status csa_segment_damaged(const struct csa_segment *segment, enum csa_section section,
                                    struct csa_error *error, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s: %s", segment->path, csa_section_name(section),
                         what);
}
