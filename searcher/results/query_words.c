/* Finding a query's words: tokens of its text that its syntax tree asks for. Called by suggest.c. */
#include "searcher/results/query_words.h"

#include "common/text/tokenizer.h"

enum { RARE_SHARE = 4000 };

/* The leaf of this text that asks for a word, if any. */
static const struct csa_node *find_leaf(const struct csa_node *node, struct csa_view text, unsigned depth)
{
    if (node->occurrence == CSA_MUST_NOT || depth > 2 * CSA_QUERY_DEPTH) {
        return NULL;
    }
    if (node->kind == CSA_NODE_WORD || node->kind == CSA_NODE_EXACT) {
        bool asks = node->field == CSA_FIELD_TEXT || node->field == CSA_FIELD_TITLE;
        return asks && csa_view_equal(node->text, text) ? node : NULL;
    }
    const struct csa_node *found = NULL;
    for (size_t i = 0; i < node->child_count && found == NULL; i++) {
        found = find_leaf(node->children[i], text, depth + 1);
    }
    return found;
}

bool csa_query_words_has(const struct csa_query *query, struct csa_view text)
{
    return find_leaf(query->root, text, 0) != NULL;
}

static bool is_blank(struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != ' ') {
            return false;
        }
    }
    return true;
}

static enum csa_status count_word(struct csa_trial *trial, const struct csa_node *leaf,
                                  struct csa_query_word *word, struct csa_error *error)
{
    enum csa_status status = csa_trial_count_word(trial, word->text, &word->passages, error);
    word->rare = word->passages <= 1 + trial->engine->passages / RARE_SHARE;
    uint64_t alone = 0;
    if (status == CSA_OK && word->rare) {
        status = csa_trial_count_alone(trial, leaf, &alone, error);
    }
    word->has_stem = alone > word->passages;
    return status;
}

static struct csa_query_word value_word(const struct csa_query *query, const struct csa_doubtful_value *value)
{
    size_t begin = (size_t)(value->typed->text.data - query->text.data);
    return (struct csa_query_word){.begin = begin,
                                   .end = begin + value->typed->text.size,
                                   .text = value->typed->text,
                                   .rare = true,
                                   .value = value->typed,
                                   .candidates = value->candidates};
}

/* Whether a token of the query lies in the value or the name of its field. */
static bool is_of_value(const struct csa_query *query, const struct csa_token *token,
                        const struct csa_doubtful_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct csa_view source = values[i].typed->source;
        size_t begin = (size_t)(source.data - query->text.data);
        if (token->begin >= begin && token->end <= begin + source.size) {
            return true;
        }
    }
    return false;
}

enum csa_status csa_query_words_find(struct csa_trial *trial, const struct csa_doubtful_value *values,
                                     size_t value_count, struct csa_query_word words[CSA_QUERY_WORDS],
                                     size_t *count, struct csa_error *error)
{
    const struct csa_query *query = trial->request->query;
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    enum csa_status status = CSA_OK;
    size_t value = 0;
    *count = 0;
    csa_tokenizer_init(&tokenizer, query->text);
    while (status == CSA_OK && *count < CSA_QUERY_WORDS) {
        bool more = csa_tokenizer_next(&tokenizer, &token);
        if (value < value_count &&
            (!more || query->text.data + token.begin >= values[value].typed->text.data)) {
            words[(*count)++] = value_word(query, &values[value++]);
        }
        if (!more && value == value_count) {
            break;
        }
        const struct csa_node *leaf = more ? find_leaf(query->root, token.surface, 0) : NULL;
        if (leaf == NULL || token.flags != 0 || !csa_candidates_are_possible(token.surface) ||
            is_of_value(query, &token, values, value_count)) {
            continue;
        }
        struct csa_query_word *word = &words[(*count)++];
        *word = (struct csa_query_word){.begin = token.begin, .end = token.end, .text = leaf->text};
        if (word != words && word[-1].value == NULL) {
            struct csa_query_word *before = word - 1;
            struct csa_view between = {query->text.data + before->end, word->begin - before->end};
            before->joins_next = is_blank(between);
        }
        status = count_word(trial, leaf, word, error);
    }
    return status;
}
