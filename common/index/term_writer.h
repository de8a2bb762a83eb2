/* The terms of a segment while it is written: lists, the entries that say where they are, the stems made from
 * them, and at the end the dictionary. Writes the sections POSTINGS, POSITIONS and TERM_BLOCKS, and hands out
 * TERM_INDEX. Used by segment_writer.c.
 *
 *   open -> (begin, add*, end)* for the words, then for the title words -> finish
 */
#ifndef CSA_INDEX_TERM_WRITER_H
#define CSA_INDEX_TERM_WRITER_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/view.h"
#include "common/index/article_writer.h"
#include "common/index/postings.h"
#include "common/index/postings_writer.h"
#include "common/index/section_writer.h"
#include "common/index/segment_writer.h"
#include "common/index/term_table.h"

#include <stdbool.h>
#include <stdint.h>

enum { CSA_TERM_KINDS = 4 };

struct csa_term_writer {
    struct csa_section_writer *file;           /* the segment's */
    const struct csa_article_writer *articles; /* all of the segment's */
    const char *folder;                        /* for temporary files */
    bool store_positions;
    struct csa_error error; /* the first misuse of the calls that return nothing */

    uint64_t postings_start;                     /* of POSTINGS, in the file */
    uint64_t titles_start;                       /* in POSTINGS: the lists of title words */
    struct csa_output positions, title_postings; /* temporary */
    struct csa_postings_writer *postings, *titles;
    struct csa_saturation saturation;
    uint8_t *stemmer_of; /* by passage; null when all articles have the same */

    struct csa_term_table words, stems;           /* title words behind words, title stems behind stems */
    struct csa_term_range ranges[CSA_TERM_KINDS]; /* of each kind in its table */
    uint8_t *own_stem;                            /* a bit for each entry of words */
    struct csa_buffer peaks;                      /* TERM_PEAKS, at the end */

    /* the term being written */
    enum csa_term_kind kind;
    bool titles_begun;
    char text[CSA_TERM_MAXIMUM];
    size_t text_size;
    uint64_t languages; /* bit L: a document is stemmed as language L; kept when articles differ */
};

/* Begins POSTINGS. *writer is zeroed but for an error it may have. What is given must stay valid; release
 * also after a failure. */
enum csa_status csa_term_writer_open(struct csa_term_writer *writer, struct csa_section_writer *file,
                                     const struct csa_article_writer *articles, const char *folder,
                                     bool store_positions, struct csa_error *error);
/* May be called on a zeroed struct. */
void csa_term_writer_release(struct csa_term_writer *writer);

/* As csa_segment_writer_begin_term(), _add_posting() and _end_term(). */
void csa_term_writer_begin(struct csa_term_writer *writer, enum csa_term_kind kind, struct csa_view text);
void csa_term_writer_add(struct csa_term_writer *writer, uint32_t document, uint32_t frequency,
                         const uint32_t *positions);
enum csa_status csa_term_writer_end(struct csa_term_writer *writer, struct csa_error *error);

/* Makes the stems, completes POSTINGS and POSITIONS, writes TERM_BLOCKS and appends TERM_INDEX to
 * *term_index and TERM_PEAKS to writer->peaks. stem may be null when no article was stemmed. */
enum csa_status csa_term_writer_finish(struct csa_term_writer *writer, const struct csa_stem_callback *stem,
                                       struct csa_buffer *term_index, struct csa_error *error);

/* How many terms of a kind there are. */
static inline uint32_t csa_term_writer_count(const struct csa_term_writer *writer, enum csa_term_kind kind)
{
    return (uint32_t)writer->ranges[kind - CSA_TERM_WORD].count;
}

#endif
