/* See dump_terms.h and dump.h. */
#include "indexer/dump_terms.h"

#include "common/base/memory.h"
#include "common/index/postings.h"

#include <inttypes.h>

static bool is_title_kind(enum csa_term_kind kind)
{
    return kind == CSA_TERM_TITLE_WORD || kind == CSA_TERM_TITLE_STEM;
}

/* ---- terms ---- */

static void print_entry(FILE *out, uint64_t segment, struct csa_view text, const struct csa_term_entry *entry)
{
    fprintf(out, "%" PRIx64 "\t", segment);
    csa_dump_text(text, out);
    fprintf(out, "\t%" PRIu32 "\t%" PRIu64 "\n", entry->document_count, entry->occurrence_count);
}

/* A cursor over the entries of one kind; for words those whose list is a stem's too, when only these are
 * wanted. */
struct walk {
    struct csa_dictionary_cursor cursor;
    enum csa_term_kind kind;
    bool own_stems_only;
    bool more;
};

static enum csa_status step(struct walk *walk, struct csa_error *error)
{
    do {
        enum csa_status status = csa_dictionary_next(&walk->cursor, &walk->more, error);
        if (status != CSA_OK) {
            return status;
        }
        walk->more = walk->more && walk->cursor.kind == walk->kind;
    } while (walk->more && walk->own_stems_only && !walk->cursor.entry.own_stem);
    return CSA_OK;
}

static enum csa_status begin(struct walk *walk, const struct csa_segment *segment, enum csa_term_kind kind,
                             bool own_stems_only, struct csa_error *error)
{
    walk->kind = kind;
    walk->own_stems_only = own_stems_only;
    walk->more = false;
    enum csa_status status =
        csa_dictionary_seek(&segment->dictionary, kind, csa_view_of(""), &walk->cursor, error);
    return status == CSA_OK ? step(walk, error) : status;
}

/* Stems have entries of their own, or stand in the entry of the word that is spelt the same. */
static enum csa_status dump_segment(const struct csa_segment *segment, enum csa_term_kind kind, FILE *out,
                                    struct csa_error *error)
{
    bool stems = kind == CSA_TERM_STEM || kind == CSA_TERM_TITLE_STEM;
    enum csa_term_kind words = is_title_kind(kind) ? CSA_TERM_TITLE_WORD : CSA_TERM_WORD;
    struct walk own;
    struct walk other = {.more = false};
    enum csa_status status = begin(&own, segment, kind, false, error);
    if (status == CSA_OK && stems) {
        status = begin(&other, segment, words, true, error);
    }
    while (status == CSA_OK && (own.more || other.more)) {
        bool first = own.more && (!other.more || csa_view_compare(own.cursor.text, other.cursor.text) <= 0);
        struct walk *walk = first ? &own : &other;
        print_entry(out, segment->number, walk->cursor.text, &walk->cursor.entry);
        status = step(walk, error);
    }
    return status;
}

enum csa_status csa_dump_terms(const struct csa_index *index, enum csa_term_kind kind, FILE *out,
                               struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < index->segment_count && status == CSA_OK; i++) {
        status = dump_segment(index->segments[i].segment, kind, out, error);
    }
    return status;
}

/* ---- postings ---- */

static enum csa_status damaged(const struct csa_segment *segment, struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: a postings list is broken", segment->path);
}

static bool print_positions(const struct csa_postings *list, uint32_t block, uint32_t before,
                            uint32_t frequency, FILE *out)
{
    uint32_t *positions = csa_malloc(frequency * sizeof *positions);
    bool read = positions != NULL && csa_postings_read_positions(list, block, before, frequency, positions);
    for (uint32_t i = 0; read && i < frequency; i++) {
        fprintf(out, "%c%" PRIu32, i == 0 ? '\t' : ',', positions[i]);
    }
    csa_free(positions);
    return read;
}

/* The postings of one block; *ok false when it is broken. */
static void print_block(const struct csa_index_segment *segment, bool title, const struct csa_postings *list,
                        uint32_t block, FILE *out, bool *ok)
{
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
    unsigned count = csa_postings_read_documents(list, block, documents);
    *ok = count != 0 && csa_postings_read_frequencies(list, block, frequencies) == count;
    uint32_t before = 0;
    for (unsigned i = 0; i < count && *ok; i++) {
        uint32_t passage = title ? csa_segment_first_passage(segment->segment, documents[i]) : documents[i];
        if (!csa_deletes_has(&segment->deletes, passage)) {
            fprintf(out, "%" PRIu32 "\t%" PRIu32,
                    documents[i] + (title ? segment->article_base : segment->base), frequencies[i]);
            if (list->has_positions) {
                *ok = frequencies[i] <= CSA_PASSAGE_TOKENS_MAXIMUM &&
                      print_positions(list, block, before, frequencies[i], out);
            }
            fputc('\n', out);
        }
        before += frequencies[i];
    }
}

static enum csa_status dump_list(const struct csa_index_segment *segment, enum csa_term_kind kind,
                                 const struct csa_term_entry *entry, FILE *out, struct csa_error *error)
{
    struct csa_postings list;
    enum csa_status status = csa_segment_postings(segment->segment, entry, &list, error);
    for (uint32_t block = 0; status == CSA_OK && block < list.block_count; block++) {
        bool ok;
        print_block(segment, is_title_kind(kind), &list, block, out, &ok);
        status = ok ? CSA_OK : damaged(segment->segment, error);
    }
    return status;
}

enum csa_status csa_dump_postings(const struct csa_index *index, enum csa_term_kind kind,
                                  struct csa_view term, FILE *out, struct csa_error *error)
{
    bool any = false;
    for (uint32_t i = 0; i < index->segment_count; i++) {
        const struct csa_index_segment *segment = &index->segments[i];
        struct csa_term_entry entry;
        bool found;
        enum csa_status status =
            csa_dictionary_find(&segment->segment->dictionary, kind, term, &entry, &found, error);
        if (status == CSA_OK && found) {
            any = true;
            status = dump_list(segment, kind, &entry, out, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return any ? CSA_OK
               : csa_error_set(error, CSA_ERROR_NOT_FOUND, "%.*s: no such term in %s", (int)term.size,
                               term.data, index->folder);
}
