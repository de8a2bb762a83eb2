#include "searcher/match/forms.h"

enum {
    SCANNED = 256, /* words of the dictionary that are looked at */
    LONGER = 6,    /* letters that a form may have more than the typed word: stems differ in their endings */
    STEM_SHORTEST = 3 /* bytes: below, only the word as typed */
};

/* The typed word's stem in one of the collection's languages. */
struct typed_stem {
    struct csa_stemmer *stemmer;
    struct csa_view stem;
};

static enum csa_status add_form(struct csa_match *match, const struct csa_postings *list,
                                struct csa_forms *forms, struct csa_error *error)
{
    if (!list->has_positions) {
        return CSA_OK;
    }
    struct csa_reader *reader = csa_arena_alloc(match->arena, 1, sizeof *reader);
    if (reader == NULL) {
        return csa_error_set_memory(error, "word forms");
    }
    csa_reader_init(reader, list, match->kernels);
    forms->readers[forms->count++] = reader;
    return CSA_OK;
}

/* In a segment of one language the few articles in others are passed over. */
static bool is_stemmed_as(const struct csa_match *match, unsigned language)
{
    return match->strays != NULL && match->strays->few ? language == match->strays->stemmer
                                                       : (match->segment->meta.stemmers >> language & 1) != 0;
}

static enum csa_status stem_typed(const struct csa_match *match, struct csa_stemmer *const *stemmers,
                                  struct csa_view typed, struct typed_stem *stems, size_t *count,
                                  struct csa_error *error)
{
    *count = 0;
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        if (!is_stemmed_as(match, language) || stemmers[language] == NULL) {
            continue;
        }
        struct csa_view stem = csa_arena_copy(match->arena, csa_stemmer_stem(stemmers[language], typed));
        if (stem.data == NULL) {
            return csa_error_set_memory(error, "word forms");
        }
        stems[(*count)++] = (struct typed_stem){stemmers[language], stem};
    }
    return CSA_OK;
}

static bool shares_stem(const struct typed_stem *stems, size_t count, struct csa_view word)
{
    for (size_t i = 0; i < count; i++) {
        if (csa_view_equal(csa_stemmer_stem(stems[i].stemmer, word), stems[i].stem)) {
            return true;
        }
    }
    return false;
}

static enum csa_status scan(struct csa_match *match, struct csa_stemmer *const *stemmers,
                            struct csa_view typed, size_t prefix, uint64_t wanted, struct csa_forms *forms,
                            struct csa_error *error)
{
    struct typed_stem stems[CSA_LANGUAGE_COUNT];
    size_t stem_count;
    enum csa_status status = stem_typed(match, stemmers, typed, stems, &stem_count, error);
    size_t longest = typed.size + (size_t)LONGER * ((typed.data[0] & 0x80) != 0 ? 2 : 1);
    struct csa_dictionary_cursor cursor;
    if (status == CSA_OK) {
        status = csa_dictionary_seek(&match->segment->dictionary, CSA_TERM_WORD,
                                     csa_view_make(typed.data, prefix), &cursor, error);
    }
    uint64_t sum = 0;
    for (unsigned scanned = 0; status == CSA_OK && scanned < SCANNED && sum < wanted; scanned++) {
        bool more = false;
        status = csa_dictionary_next(&cursor, &more, error);
        if (status != CSA_OK || !more || cursor.kind != CSA_TERM_WORD || forms->count == CSA_FORMS ||
            csa_view_common_prefix(cursor.text, typed) < prefix) {
            break;
        }
        if (cursor.text.size <= longest && !csa_view_equal(cursor.text, typed) &&
            shares_stem(stems, stem_count, cursor.text)) {
            struct csa_postings list;
            sum += cursor.entry.occurrence_count;
            status = csa_segment_postings(match->segment, &cursor.entry, &list, error);
            if (status == CSA_OK) {
                status = add_form(match, &list, forms, error);
            }
        }
    }
    return status == CSA_OK ? CSA_OK : csa_error_prefix(error, match->segment->path);
}

enum csa_status csa_forms_find(struct csa_match *match, struct csa_stemmer *const *stemmers,
                               const struct csa_plan_node *term, const struct csa_postings *written,
                               struct csa_forms *forms, struct csa_error *error)
{
    struct csa_view typed = term->node->text;
    const struct csa_lists *lists = &term->lists[match->number];
    uint64_t wanted = 0, sum = written == NULL ? 0 : written->occurrence_count;
    *forms = (struct csa_forms){0};
    enum csa_status status = written == NULL ? CSA_OK : add_form(match, written, forms, error);
    for (uint32_t i = 0; i < lists->count; i++) {
        wanted += lists->items[i].occurrence_count;
    }
    size_t prefix = csa_view_common_prefix(typed, term->text);
    if (status != CSA_OK || !term->by_stem || stemmers == NULL || prefix < STEM_SHORTEST || sum >= wanted) {
        return status;
    }
    return scan(match, stemmers, typed, prefix, wanted - sum, forms, error);
}

enum csa_status csa_forms_of_lists(struct csa_match *match, const struct csa_lists *lists,
                                   struct csa_forms *forms, struct csa_error *error)
{
    *forms = (struct csa_forms){0};
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < lists->count && forms->count < CSA_FORMS && status == CSA_OK; i++) {
        status = add_form(match, &lists->items[i], forms, error);
    }
    return status;
}

enum csa_status csa_forms_settle(struct csa_match *match, const struct csa_forms *forms,
                                 struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < forms->count && status == CSA_OK; i++) {
        status = csa_match_settle(match, forms->readers[i], error);
    }
    return status;
}
