/* A phrase searched for with a gap, and what passages have in the gap. Called by suggest.c. */
#include "searcher/results/phrase_repair.h"

#include "common/text/tokenizer.h"

enum { PASSAGES_READ = 8, PHRASE_WORDS = 8, WINDOW = 16 };

/* The last words of a text being read, in a ring. */
struct window {
    char text[WINDOW][CSA_TOKEN_MAXIMUM];
    size_t size[WINDOW];
    uint64_t seen;
};

static struct csa_view word_at(const struct window *window, uint64_t position)
{
    return csa_view_make(window->text[position % WINDOW], window->size[position % WINDOW]);
}

/* Whether the phrase, but for its gap, ends with the word read last. */
static bool phrase_ends_here(const struct window *window, const struct csa_node *phrase, size_t gap)
{
    const struct csa_node *const *children = (const struct csa_node *const *)phrase->children;
    uint32_t last = children[phrase->child_count - 1]->offset;
    if (window->seen <= last) {
        return false;
    }
    uint64_t first = window->seen - 1 - last;
    for (size_t i = 0; i < phrase->child_count; i++) {
        if (i != gap && !csa_view_equal(word_at(window, first + children[i]->offset), children[i]->text)) {
            return false;
        }
    }
    return true;
}

/* The word in the gap where the phrase first stands; size 0: it does not. */
static struct csa_view read_gap(struct csa_view text, const struct csa_node *phrase, size_t gap,
                                struct window *window)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    window->seen = 0;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if ((token.flags & CSA_TOKEN_EXTRA) != 0) {
            continue;
        }
        size_t place = window->seen++ % WINDOW;
        window->size[place] = token.surface.size;
        memcpy(window->text[place], token.surface.data, token.surface.size);
        if (phrase_ends_here(window, phrase, gap)) {
            uint32_t back = phrase->children[phrase->child_count - 1]->offset - phrase->children[gap]->offset;
            return word_at(window, window->seen - 1 - back);
        }
    }
    return (struct csa_view){0};
}

static bool can_be_repaired(const struct csa_node *phrase, size_t number)
{
    bool plain = phrase->slop == 0 && phrase->child_count >= 3 && phrase->child_count <= PHRASE_WORDS &&
                 number != 0 && number + 1 < phrase->child_count && phrase->field == CSA_FIELD_TEXT;
    for (size_t i = 0; i < phrase->child_count && plain; i++) {
        plain = phrase->children[i]->kind == CSA_NODE_EXACT && phrase->children[i]->offset < WINDOW;
    }
    return plain;
}

/* Searches for passages with the phrase but for one of its children. */
static enum csa_status search_with_gap(struct csa_trial *trial, const struct csa_node *phrase, size_t gap,
                                       struct csa_search_result *result, struct csa_error *error)
{
    struct csa_node *children[PHRASE_WORDS];
    struct csa_node part = *phrase;
    struct csa_node *parts[] = {&part};
    struct csa_node root = {.kind = CSA_NODE_GROUP, .boost = 1, .children = parts, .child_count = 1};
    part.occurrence = CSA_SHOULD;
    part.children = children;
    part.child_count = 0;
    for (size_t i = 0; i < phrase->child_count; i++) {
        if (i != gap) {
            children[part.child_count++] = phrase->children[i];
        }
    }
    struct csa_query query = *trial->request->query;
    query.root = &root;
    struct csa_search_request request = *trial->request;
    request.query = &query;
    request.hits = PASSAGES_READ;
    request.by_article = false;
    request.count = false;
    request.facets = 0;
    request.dates = false;
    request.deadline = trial->deadline;
    trial->left--;
    return trial->engine->operations->search(trial->engine, &request, trial->arena, result, error);
}

enum csa_status csa_phrase_repair(struct csa_trial *trial, const struct csa_node *phrase, size_t number,
                                  struct csa_view *word, struct csa_error *error)
{
    struct csa_view words[PASSAGES_READ];
    uint64_t counts[PASSAGES_READ];
    size_t count = 0;
    *word = (struct csa_view){0};
    uint64_t most = 0;
    if (!can_be_repaired(phrase, number) || csa_trial_is_over(trial)) {
        return CSA_OK;
    }
    struct csa_search_result result;
    enum csa_status status = search_with_gap(trial, phrase, number, &result, error);
    struct window *window = csa_arena_alloc(trial->arena, 1, sizeof *window);
    if (status == CSA_OK && window == NULL) {
        return csa_error_set_memory(error, "phrase");
    }
    for (size_t i = 0; status == CSA_OK && i < result.hit_count && i < PASSAGES_READ; i++) {
        struct csa_passage_info info;
        status = trial->engine->operations->passage(trial->engine, result.hits[i].passage, trial->arena,
                                                    &info, error);
        if (status != CSA_OK) {
            return status;
        }
        struct csa_view found = read_gap(info.text, phrase, number, window);
        size_t place = 0;
        while (place < count && !csa_view_equal(words[place], found)) {
            place++;
        }
        if (found.size == 0) {
            continue;
        }
        if (place == count) {
            words[count] = csa_arena_copy(trial->arena, found);
            if (words[count].data == NULL) {
                return csa_error_set_memory(error, "phrase");
            }
            counts[count++] = 0;
        }
        counts[place]++;
        if (counts[place] > most) {
            *word = words[place];
            most = counts[place];
        }
    }
    return status;
}
