/* Trial searches, counted and bounded. Called by diagnosis.c, suggest.c and candidates.c. */
#include "searcher/results/trial.h"

#include "common/base/clock.h"
#include "common/text/tokenizer.h"
#include "searcher/query/prepare.h"

enum { PHRASE_WORDS = 8 };

bool csa_trial_is_over(const struct csa_trial *trial)
{
    return trial->left == 0 || (trial->deadline != 0 && csa_clock_nanoseconds() > trial->deadline);
}

enum csa_status csa_trial_count(struct csa_trial *trial, struct csa_node *root, uint64_t *passages,
                                struct csa_error *error)
{
    *passages = 0;
    if (csa_trial_is_over(trial)) {
        return CSA_OK;
    }
    trial->left--;
    struct csa_query query = *trial->request->query;
    query.root = root;
    struct csa_search_request count = *trial->request;
    count.query = &query;
    count.hits = 0;
    count.by_article = false;
    count.count = true;
    count.facets = 0;
    count.dates = false;
    count.exhaustive = false;
    count.deadline = trial->deadline;
    struct csa_search_result result;
    enum csa_status status =
        trial->engine->operations->search(trial->engine, &count, trial->arena, &result, error);
    *passages = status == CSA_OK ? result.passages_matched : 0;
    return status;
}

enum csa_status csa_trial_count_alone(struct csa_trial *trial, const struct csa_node *clause,
                                      uint64_t *passages, struct csa_error *error)
{
    struct csa_node copy = *clause;
    struct csa_node *children[] = {&copy};
    struct csa_node group = {.kind = CSA_NODE_GROUP, .boost = 1, .children = children, .child_count = 1};
    /* What is required, or excluded, may stand in the title: it is counted as it counts in the query. */
    copy.occurrence = copy.occurrence == CSA_SHOULD ? CSA_SHOULD : CSA_MUST;
    return csa_trial_count(trial, &group, passages, error);
}

enum csa_status csa_trial_read(struct csa_trial *trial, struct csa_view text, struct csa_query *query,
                               struct csa_error *error)
{
    return csa_query_prepare(text, trial->synonyms, trial->engine, CSA_STOP_WORDS_LEFT_OUT, trial->arena,
                             query, error);
}

enum csa_status csa_trial_read_words(struct csa_trial *trial, struct csa_view text, struct csa_query *query,
                                     struct csa_error *error)
{
    return csa_query_prepare(text, NULL, trial->engine, CSA_STOP_WORDS_LEFT_OUT, trial->arena, query, error);
}

enum csa_status csa_trial_count_phrase(struct csa_trial *trial, struct csa_view text, uint64_t *passages,
                                       struct csa_error *error)
{
    struct csa_node words[PHRASE_WORDS];
    struct csa_node *children[PHRASE_WORDS];
    struct csa_node phrase = {.kind = CSA_NODE_PHRASE, .boost = 1, .children = children};
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    *passages = 0;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if ((token.flags & CSA_TOKEN_EXTRA) != 0) {
            continue;
        }
        if (phrase.child_count == PHRASE_WORDS) {
            return CSA_OK;
        }
        struct csa_node *word = &words[phrase.child_count];
        *word = (struct csa_node){.kind = CSA_NODE_EXACT, .boost = 1, .offset = (uint32_t)phrase.child_count};
        word->text = csa_arena_copy(trial->arena, token.surface);
        if (word->text.data == NULL) {
            return csa_error_set_memory(error, "phrase");
        }
        children[phrase.child_count++] = word;
    }
    return phrase.child_count == 0
               ? CSA_OK
               : csa_trial_count_alone(trial, phrase.child_count == 1 ? words : &phrase, passages, error);
}

enum csa_status csa_trial_count_word(struct csa_trial *trial, struct csa_view word, uint64_t *passages,
                                     struct csa_error *error)
{
    struct csa_word_count *words;
    size_t count;
    enum csa_status status =
        trial->engine->operations->similar(trial->engine, word, 0, 0, 1, trial->arena, &words, &count, error);
    *passages = status == CSA_OK && count != 0 ? words[0].passages : 0;
    return status;
}
