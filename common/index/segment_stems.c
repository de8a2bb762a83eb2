/* Stem lists from word lists: each word is stemmed as every language of its articles, the pairs are sorted by
 * stem, and a stem becomes a flag on its word, a reference to a word's list, or a merged list. Owns nothing
 * beyond one run; the temporary files are those of its parts. */
#include "common/index/segment_stems.h"

#include "common/base/memory.h"
#include "common/index/stem_sorter.h"

enum { LANGUAGES = 64 };

/* A word of a stem. */
struct member {
    uint64_t word;
    uint64_t languages;
    bool same, covered;
};

struct stem_work {
    struct csa_stem_job *job;
    struct csa_stem_sorter *sorter;
    struct csa_list_merger *merger;
    struct csa_term_window *window;
    struct member *members;
    uint32_t member_count;
    size_t member_capacity;
    char stem[CSA_TERM_MAXIMUM]; /* of the members */
    size_t stem_size;
};

/* ---- words to pairs ---- */

static struct csa_view stem_word(const struct csa_stem_job *job, uint8_t language, struct csa_view word)
{
    bool digit = word.data[0] >= '0' && word.data[0] <= '9';
    if (language == 0 || digit) {
        return word;
    }
    struct csa_view stem = job->stem->stem(job->stem->context, language, word);
    return stem.size == 0 || stem.size > CSA_TERM_MAXIMUM ? word : stem;
}

/* A word in articles of several languages: a pair for each different stem. */
static enum csa_status add_mixed(struct stem_work *work, struct csa_view word, uint64_t ordinal,
                                 uint64_t languages, struct csa_error *error)
{
    struct csa_stem_pair pairs[LANGUAGES];
    char texts[LANGUAGES][CSA_TERM_MAXIMUM];
    size_t count = 0;
    for (uint8_t language = 0; language < LANGUAGES; language++) {
        if ((languages >> language & 1) == 0) {
            continue;
        }
        struct csa_view stem = stem_word(work->job, language, word);
        size_t i = 0;
        while (i < count && !csa_view_equal(pairs[i].stem, stem)) {
            i++;
        }
        if (i == count) {
            memcpy(texts[i], stem.data, stem.size);
            pairs[i] = (struct csa_stem_pair){.stem = csa_view_make(texts[i], stem.size),
                                              .word = ordinal,
                                              .same = csa_view_equal(stem, word)};
            count++;
        }
        pairs[i].languages |= UINT64_C(1) << language;
    }
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < count && status == CSA_OK; i++) {
        pairs[i].covered = count == 1;
        status = csa_stem_sorter_add(work->sorter, &pairs[i], error);
    }
    return status;
}

static enum csa_status add_word(struct stem_work *work, struct csa_view word, uint64_t ordinal,
                                uint64_t languages, struct csa_error *error)
{
    if ((languages & (languages - 1)) != 0) {
        return add_mixed(work, word, ordinal, languages, error);
    }
    struct csa_view stem = stem_word(work->job, (uint8_t)__builtin_ctzll(languages), word);
    const struct csa_stem_pair pair = {stem, ordinal, languages, csa_view_equal(stem, word), true};
    return csa_stem_sorter_add(work->sorter, &pair, error);
}

static enum csa_status make_pairs(struct stem_work *work, struct csa_error *error)
{
    const struct csa_stem_job *job = work->job;
    bool mixed = (job->stemmers & (job->stemmers - 1)) != 0;
    struct csa_term_reader *reader;
    enum csa_status status = csa_term_reader_new(&reader, job->words, job->range, error);
    for (uint64_t ordinal = job->range.first; status == CSA_OK; ordinal++) {
        const struct csa_stored_term *term;
        struct csa_view word;
        status = csa_term_reader_next(reader, &term, &word, error);
        if (status != CSA_OK || term == NULL) {
            break;
        }
        status = add_word(work, word, ordinal, mixed ? term->languages : job->stemmers, error);
    }
    csa_term_reader_free(reader);
    return status;
}

/* ---- pairs to lists ---- */

static enum csa_status share_list(struct stem_work *work, const struct member *member,
                                  struct csa_error *error)
{
    struct csa_stem_job *job = work->job;
    if (member->same) {
        job->own_stem[member->word / 8] |= (uint8_t)(1U << (member->word % 8));
        return CSA_OK;
    }
    const struct csa_stored_term *term;
    enum csa_status status = csa_term_window_get(work->window, job->words, member->word, &term, error);
    if (status != CSA_OK) {
        return status;
    }
    const struct csa_term_entry entry = {
        .kind = job->kind,
        .document_count = term->entry.document_count,
        .occurrence_count = term->entry.occurrence_count,
        .shared = true,
        .single_document = term->entry.single_document,
        .documents_offset = term->entry.document_count == 1 ? 0 : term->entry.documents_offset,
    };
    csa_term_table_add(job->stems, csa_view_make(work->stem, work->stem_size), &entry, 0);
    job->made++;
    return CSA_OK;
}

static enum csa_status merge_lists(struct stem_work *work, struct csa_error *error)
{
    struct csa_stem_job *job = work->job;
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < work->member_count && status == CSA_OK; i++) {
        const struct csa_stored_term *term;
        status = csa_term_window_get(work->window, job->words, work->members[i].word, &term, error);
        if (status == CSA_OK) {
            status = csa_list_merger_add(work->merger, &term->entry, work->members[i].languages, error);
        }
    }
    if (status != CSA_OK) {
        return status;
    }
    struct csa_term_entry entry;
    csa_postings_writer_begin(job->postings, job->kind);
    status = csa_list_merger_run(work->merger, job->postings, error);
    if (status == CSA_OK) {
        status = csa_postings_writer_end(job->postings, &entry, error);
    }
    if (status == CSA_OK) {
        csa_term_table_add(job->stems, csa_view_make(work->stem, work->stem_size), &entry, 0);
        job->made++;
    }
    return status;
}

static enum csa_status finish_stem(struct stem_work *work, struct csa_error *error)
{
    if (work->member_count == 0) {
        return CSA_OK;
    }
    enum csa_status status = work->member_count == 1 && work->members[0].covered
                                 ? share_list(work, &work->members[0], error)
                                 : merge_lists(work, error);
    work->member_count = 0;
    return status;
}

static enum csa_status add_member(struct stem_work *work, const struct csa_stem_pair *pair,
                                  struct csa_error *error)
{
    struct member *members =
        csa_grow(work->members, &work->member_capacity, (size_t)work->member_count + 1, sizeof *members);
    if (members == NULL) {
        return csa_error_set_memory(error, "words of a stem");
    }
    work->members = members;
    work->members[work->member_count++] =
        (struct member){pair->word, pair->languages, pair->same, pair->covered};
    return CSA_OK;
}

static enum csa_status make_lists(struct stem_work *work, struct csa_error *error)
{
    enum csa_status status = csa_stem_sorter_sort(work->sorter, error);
    while (status == CSA_OK) {
        struct csa_stem_pair pair;
        bool more;
        status = csa_stem_sorter_next(work->sorter, &pair, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        if (!more) {
            return finish_stem(work, error);
        }
        if (!csa_view_equal(pair.stem, csa_view_make(work->stem, work->stem_size))) {
            status = finish_stem(work, error);
            memcpy(work->stem, pair.stem.data, pair.stem.size);
            work->stem_size = pair.stem.size;
        }
        if (status == CSA_OK) {
            status = add_member(work, &pair, error);
        }
    }
    return status;
}

enum csa_status csa_stem_job_run(struct csa_stem_job *job, struct csa_error *error)
{
    if (job->range.count == 0 || job->stemmers == 1) {
        return CSA_OK;
    }
    struct stem_work work = {.job = job};
    enum csa_status status = CSA_OK;
    work.window = csa_calloc(1, sizeof *work.window);
    if (work.window == NULL) {
        status = csa_error_set_memory(error, "words of a stem");
    }
    if (status == CSA_OK) {
        status = csa_stem_sorter_new(&work.sorter, job->folder, 0, error);
    }
    if (status == CSA_OK) {
        status = csa_list_merger_new(&work.merger, &job->source, error);
    }
    if (status == CSA_OK) {
        status = make_pairs(&work, error);
    }
    if (status == CSA_OK) {
        status = make_lists(&work, error);
    }
    csa_free(work.window);
    csa_free(work.members);
    csa_stem_sorter_free(work.sorter);
    csa_list_merger_free(work.merger);
    return status;
}
