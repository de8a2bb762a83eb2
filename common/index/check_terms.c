/* The check of the dictionary and of what ties its lists together: order, flags, places, totals, and that the
 * stem lists count in every passage as many occurrences as the word lists; part of csa_segment_check(). */
#include "common/base/memory.h"
#include "common/index/check_private.h"

/* The list of a word, that a stem may share. */
struct word_list {
    uint64_t offset;
    uint64_t occurrence_count;
    uint32_t document_count;
};

struct term_check {
    struct csa_check *check;
    struct csa_dictionary_cursor cursor;
    struct csa_list_check list;
    uint32_t counts[4];      /* terms of each kind */
    uint64_t occurrences[4]; /* of each kind, own stems counted as stems too */
    uint64_t postings_place, positions_place;
    uint32_t *word_sums, *stem_sums; /* by document, of the pair of kinds that is being read */
    struct word_list *word_lists;    /* of the words, or title words, read last; by offset */
    size_t word_list_count, word_list_room;
    unsigned last_kind;
    uint8_t last_text[CSA_TERM_MAXIMUM];
    size_t last_size;
};

static void fault(struct term_check *terms, enum csa_section section, const char *what)
{
    const struct csa_dictionary_cursor *cursor = &terms->cursor;
    csa_check_fault(terms->check, section, "%s \"%.*s\": %s", csa_term_kind_name(cursor->kind),
                    (int)cursor->text.size, cursor->text.data, what);
}

static bool is_word(enum csa_term_kind kind)
{
    return kind == CSA_TERM_WORD || kind == CSA_TERM_TITLE_WORD;
}

/* ---- one term ---- */

static void check_order(struct term_check *terms)
{
    const struct csa_dictionary_cursor *cursor = &terms->cursor;
    struct csa_view last = csa_view_make((const char *)terms->last_text, terms->last_size);
    if (cursor->kind < terms->last_kind ||
        (cursor->kind == terms->last_kind && csa_view_compare(last, cursor->text) >= 0)) {
        fault(terms, CSA_SECTION_TERM_BLOCKS, "is out of order");
    }
    terms->last_kind = cursor->kind;
    terms->last_size = cursor->text.size < CSA_TERM_MAXIMUM ? cursor->text.size : CSA_TERM_MAXIMUM;
    memcpy(terms->last_text, cursor->text.data, terms->last_size);
}

static void check_flags(struct term_check *terms)
{
    const struct csa_term_entry *entry = &terms->cursor.entry;
    bool word = is_word(entry->kind);
    bool stemmed = terms->check->segment->meta.stemmers != 1;
    if ((entry->own_stem && !word) || (entry->shared && word)) {
        fault(terms, CSA_SECTION_TERM_BLOCKS, "a flag that its kind cannot have");
    } else if (!stemmed && (!word || entry->own_stem)) {
        fault(terms, CSA_SECTION_TERM_BLOCKS, "a stem, but nothing was stemmed");
    }
}

/* That a look-up finds the term, and a stem not on its word as well. */
static void check_lookup(struct term_check *terms)
{
    const struct csa_dictionary_cursor *cursor = &terms->cursor;
    const struct csa_dictionary *dictionary = &terms->check->segment->dictionary;
    struct csa_term_entry found;
    bool there;
    struct csa_error error;
    if (csa_dictionary_find(dictionary, cursor->kind, cursor->text, &found, &there, &error) != CSA_OK ||
        !there || found.kind != cursor->kind || found.document_count != cursor->entry.document_count ||
        found.documents_offset != cursor->entry.documents_offset) {
        fault(terms, CSA_SECTION_TERM_INDEX, "a look-up does not find it");
        return;
    }
    if (!is_word(cursor->kind) &&
        csa_dictionary_find(dictionary, (enum csa_term_kind)(cursor->kind - 1), cursor->text, &found, &there,
                            &error) == CSA_OK &&
        there && found.own_stem) {
        fault(terms, CSA_SECTION_TERM_BLOCKS, "its word says that it has the stem's list");
    }
}

static void check_shared(struct term_check *terms)
{
    const struct csa_term_entry *entry = &terms->cursor.entry;
    size_t low = 0; /* the first list that does not begin before it lies in [low, high] */
    size_t high = terms->word_list_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (terms->word_lists[middle].offset < entry->documents_offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct word_list *list = &terms->word_lists[low];
    if (low == terms->word_list_count || list->offset != entry->documents_offset ||
        list->document_count != entry->document_count || list->occurrence_count != entry->occurrence_count) {
        fault(terms, CSA_SECTION_TERM_BLOCKS, "shares a list that no word has");
    }
}

static enum csa_status remember_list(struct term_check *terms, struct csa_error *error)
{
    const struct csa_term_entry *entry = &terms->cursor.entry;
    if (terms->word_list_count == terms->word_list_room) {
        size_t room = terms->word_list_room == 0 ? 1024 : 2 * terms->word_list_room;
        struct word_list *larger = csa_realloc(terms->word_lists, room, sizeof *larger);
        if (larger == NULL) {
            return csa_error_set_memory(error, "checking terms");
        }
        terms->word_lists = larger;
        terms->word_list_room = room;
    }
    terms->word_lists[terms->word_list_count++] =
        (struct word_list){entry->documents_offset, entry->occurrence_count, entry->document_count};
    return CSA_OK;
}

/* That lists lie one behind the other. */
static enum csa_status check_places(struct term_check *terms, struct csa_error *error)
{
    const struct csa_term_entry *entry = &terms->cursor.entry;
    enum csa_status status = CSA_OK;
    if (entry->document_count > 1 && entry->shared) {
        check_shared(terms);
    } else if (entry->document_count > 1) {
        if (entry->documents_offset != terms->postings_place) {
            fault(terms, CSA_SECTION_POSTINGS, "is not where the list before it ends");
        }
        terms->postings_place = entry->documents_offset + entry->documents_size;
        status = is_word(entry->kind) ? remember_list(terms, error) : CSA_OK;
    }
    if (entry->kind == CSA_TERM_WORD && entry->occurrence_count > 1) {
        if (terms->check->segment->meta.has_positions && entry->positions_offset != terms->positions_place) {
            fault(terms, CSA_SECTION_POSITIONS, "is not where the list before it ends");
        }
        terms->positions_place = entry->positions_offset + entry->positions_size;
    }
    return status;
}

static enum csa_status check_term(struct term_check *terms, struct csa_error *error)
{
    const struct csa_term_entry *entry = &terms->cursor.entry;
    unsigned kind = (unsigned)entry->kind - CSA_TERM_WORD;
    bool word = is_word(entry->kind);
    check_order(terms);
    check_flags(terms);
    check_lookup(terms);
    terms->counts[kind]++;
    terms->occurrences[kind] += entry->occurrence_count;
    enum csa_status status = check_places(terms, error);
    if (status == CSA_OK) {
        terms->list.sums = word ? terms->word_sums : terms->stem_sums;
        status = csa_check_list(&terms->list, error);
    }
    if (status == CSA_OK && entry->own_stem && word) { /* the same list once more, as a stem's */
        struct csa_dictionary_cursor as_stem = terms->cursor;
        as_stem.entry.shared = true;
        as_stem.entry.kind = entry->kind == CSA_TERM_WORD ? CSA_TERM_STEM : CSA_TERM_TITLE_STEM;
        struct csa_list_check again = terms->list;
        again.term = &as_stem;
        again.sums = terms->stem_sums;
        status = csa_check_list(&again, error);
    }
    return status;
}

/* ---- all terms ---- */

/* The words, or title words, and their stems have been read: each passage, or article, has as many of both.
 */
static void compare_sums(struct term_check *terms, uint32_t documents, const char *what)
{
    if (terms->check->segment->meta.stemmers == 1) {
        return;
    }
    for (uint32_t i = 0; i < documents; i++) {
        if (terms->word_sums[i] != terms->stem_sums[i]) {
            csa_check_fault(terms->check, CSA_SECTION_POSTINGS,
                            "%s %u: the stems' lists have %u occurrences, the words' %u", what, i,
                            terms->stem_sums[i], terms->word_sums[i]);
            return;
        }
    }
}

static void check_totals(struct term_check *terms)
{
    const struct csa_segment *segment = terms->check->segment;
    const struct csa_segment_meta *meta = &segment->meta;
    for (unsigned i = 0; i < 4; i++) {
        if (terms->counts[i] != meta->terms[i]) {
            csa_check_fault(terms->check, CSA_SECTION_TERM_BLOCKS, "%u terms of kind %u (%s), META has %u",
                            terms->counts[i], i + 1, csa_term_kind_name((enum csa_term_kind)(i + 1)),
                            meta->terms[i]);
        }
    }
    if (terms->postings_place != segment->sections[CSA_SECTION_POSTINGS].size) {
        csa_check_fault(terms->check, CSA_SECTION_POSTINGS, "does not end with the last list");
    }
    if (terms->positions_place != segment->sections[CSA_SECTION_POSITIONS].size) {
        csa_check_fault(terms->check, CSA_SECTION_POSITIONS, "does not end with the last list");
    }
    if (terms->occurrences[0] < meta->tokens) {
        csa_check_fault(terms->check, CSA_SECTION_POSTINGS, "%llu occurrences of words, META has %llu tokens",
                        (unsigned long long)terms->occurrences[0], (unsigned long long)meta->tokens);
    }
}

static enum csa_status check_all(struct term_check *terms, struct csa_error *error)
{
    const struct csa_segment *segment = terms->check->segment;
    const struct csa_segment_meta *meta = &segment->meta;
    struct csa_error inner = {0};
    bool more = true;
    bool titles = false;
    enum csa_status status = csa_dictionary_seek(&segment->dictionary, CSA_TERM_WORD, csa_view_make("", 0),
                                                 &terms->cursor, &inner);
    while (status == CSA_OK && !csa_check_is_full(terms->check)) {
        status = csa_dictionary_next(&terms->cursor, &more, &inner);
        if (status != CSA_OK || !more) {
            break;
        }
        if (!titles && terms->cursor.kind >= CSA_TERM_TITLE_WORD) {
            titles = true;
            compare_sums(terms, meta->passages, "passage");
            memset(terms->word_sums, 0, meta->passages * sizeof *terms->word_sums);
            memset(terms->stem_sums, 0, meta->passages * sizeof *terms->stem_sums);
            terms->word_list_count = 0;
        }
        enum csa_status term_status = check_term(terms, error);
        if (term_status != CSA_OK) {
            return term_status;
        }
    }
    if (status == CSA_ERROR_MEMORY) {
        return csa_error_pass(error, &inner);
    }
    if (status != CSA_OK) {
        csa_check_fault(terms->check, 0, "%s", inner.message);
    } else {
        compare_sums(terms, titles ? meta->articles : meta->passages, titles ? "article" : "passage");
        check_totals(terms);
    }
    return CSA_OK;
}

enum csa_status csa_check_terms(struct csa_check *check, struct csa_error *error)
{
    struct term_check *terms = csa_calloc(1, sizeof *terms);
    if (terms == NULL) {
        return csa_error_set_memory(error, "checking terms");
    }
    uint32_t passages = check->segment->meta.passages;
    terms->check = check;
    terms->list = (struct csa_list_check){.check = check, .term = &terms->cursor};
    terms->word_sums = csa_calloc(passages, sizeof *terms->word_sums);
    terms->stem_sums = csa_calloc(passages, sizeof *terms->stem_sums);
    enum csa_status status = terms->word_sums == NULL || terms->stem_sums == NULL
                                 ? csa_error_set_memory(error, "checking terms")
                                 : check_all(terms, error);
    csa_free(terms->word_sums);
    csa_free(terms->stem_sums);
    csa_free(terms->word_lists);
    csa_free(terms->list.positions);
    csa_free(terms);
    return status;
}
