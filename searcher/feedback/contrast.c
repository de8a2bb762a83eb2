/* From hits to the words that mark them. */
#include "searcher/feedback/contrast.h"

#include "searcher/feedback/pairs.h"
#include "searcher/feedback/terms.h"

#include <math.h>

/* Words in fewer of the passages are chance, once there are several; and numbers count half, since few of
 * them say what a text is about. */
enum { SEVERAL = 5, FEWEST = 2 };
static const double NUMBER = 0.5;

struct work {
    struct csa_engine *engine;
    struct csa_arena *arena;
    struct csa_terms *terms;
    struct csa_view *texts;
    size_t text_count;
    struct csa_error *error;
};

static enum csa_status read_passages(struct work *work, const struct csa_search_result *result)
{
    work->texts = csa_arena_alloc(work->arena, result->hit_count + 1, sizeof *work->texts);
    if (work->texts == NULL) {
        return csa_error_set_memory(work->error, "terms");
    }
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < result->hit_count && status == CSA_OK; i++) {
        struct csa_article_info article;
        struct csa_passage_info passage;
        status = work->engine->operations->article(work->engine, result->hits[i].article, work->arena,
                                                   &article, work->error);
        if (status == CSA_OK) {
            status = work->engine->operations->passage(work->engine, result->hits[i].passage, work->arena,
                                                       &passage, work->error);
        }
        if (status == CSA_OK) {
            csa_terms_begin_article(work->terms, &article, 1);
            status = csa_terms_add_passage(work->terms, &passage, work->error);
            csa_terms_end_text(work->terms);
            work->texts[work->text_count++] = passage.text;
        }
    }
    return status;
}

/* Finds the words that were typed, those of phrases too. */
static void find_typed(struct work *work, const struct csa_node *node)
{
    if (node->occurrence == CSA_MUST_NOT || node->added) {
        return;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        find_typed(work, node->children[i]);
    }
    if (node->child_count != 0 || node->kind == CSA_NODE_GROUP || node->kind == CSA_NODE_FILTER) {
        return;
    }
    for (size_t i = 0; i <= node->variant_count; i++) {
        struct csa_view word = i == 0 ? node->text : node->variants[i - 1];
        for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
            struct csa_term_count *term = csa_terms_find(work->terms, word, (csa_language)language);
            if (term != NULL) {
                term->typed = true;
            }
        }
    }
}

static double log_likelihood(double observed, double expected)
{
    return observed > 0 ? observed * log(observed / expected) : 0;
}

/* Dunning's ratio for a word in `here` of `looked` passages and in `all` of `documents`, these among them; 0
 * where its share is no larger than in the rest. */
static double ratio(double here, double looked, double all, double documents)
{
    all = fmax(all, here);
    double there = fmin(all - here, documents - looked);
    double rest = documents - looked;
    if (rest <= 0 || here / looked <= there / rest) {
        return 0;
    }
    double share = (here + there) / documents;
    double sum = log_likelihood(here, looked * share) + log_likelihood(looked - here, looked * (1 - share)) +
                 log_likelihood(there, rest * share) + log_likelihood(rest - there, rest * (1 - share));
    return 2 * sum;
}

static enum csa_status choose_words(struct work *work, struct csa_contrast *contrast)
{
    size_t all;
    struct csa_term_count *terms = csa_terms_all(work->terms, &all);
    uint32_t fewest = work->text_count < SEVERAL ? 1 : FEWEST;
    for (size_t i = 0; i < all; i++) {
        if (terms[i].texts < fewest) {
            continue; /* its weight is 0 */
        }
        enum csa_status status = csa_terms_look_up(work->engine, &terms[i], work->error);
        if (status != CSA_OK) {
            return status;
        }
        terms[i].weight = ratio(terms[i].texts, (double)work->text_count, (double)terms[i].passages,
                                (double)work->engine->passages) *
                          (terms[i].number ? NUMBER : 1);
    }
    size_t best = csa_terms_best(terms, all, all);
    enum csa_status status =
        csa_pairs_join(terms, best, work->texts, work->text_count, work->arena, work->error);
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < best; i++) {
        terms[i].weight = terms[i].typed ? 0 : terms[i].weight;
    }
    best = csa_terms_best(terms, all, CSA_CONTRAST_WORDS);
    contrast->words = csa_arena_alloc(work->arena, best + 1, sizeof *contrast->words);
    if (contrast->words == NULL) {
        return csa_error_set_memory(work->error, "terms");
    }
    for (; contrast->count < best; contrast->count++) {
        const struct csa_term_count *term = &terms[contrast->count];
        struct csa_view word = csa_arena_copy(work->arena, term->written);
        if (word.data == NULL) {
            return csa_error_set_memory(work->error, "terms");
        }
        contrast->words[contrast->count] = (struct csa_contrast_word){word, term->weight, term->texts};
    }
    return CSA_OK;
}

enum csa_status csa_contrast_make(struct csa_engine *engine, const struct csa_search_request *request,
                                  struct csa_arena *arena, struct csa_contrast *contrast,
                                  struct csa_error *error)
{
    *contrast = (struct csa_contrast){0};
    const struct csa_search_request search = {
        .query = request->query,
        .rank = request->rank,
        .k1 = request->k1,
        .b = request->b,
        .hits = CSA_CONTRAST_PASSAGES,
        .exhaustive = request->exhaustive,
        .deadline = request->deadline,
    };
    struct csa_search_result result;
    enum csa_status status = engine->operations->search(engine, &search, arena, &result, error);
    struct work work = {.engine = engine, .arena = arena, .error = error};
    if (status != CSA_OK || (status = csa_terms_new(&work.terms, error)) != CSA_OK) {
        return status;
    }
    status = read_passages(&work, &result);
    if (status == CSA_OK) {
        find_typed(&work, request->query->root);
        status = choose_words(&work, contrast);
    }
    contrast->passages = work.text_count;
    csa_terms_free(work.terms);
    return status;
}
