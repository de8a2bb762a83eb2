/* Suggestions as application/x-suggestions+json: ["typed", ["completion", ...]], at most SUGGESTIONS of them.
 *
 * The engine gives words and titles, each best first (engine.h, complete). They are mixed so: behind a single
 * word, words and titles by turns, a word first, since the one that is meant is mostly just longer; behind
 * several words by turns too, but a title first, since one that begins with all of them says more than a
 * likely next word. When the one kind is used up, the other goes on. Stop words stand behind all else. A word
 * takes the place of the one begun, and what was typed before it stays; a title stands for all that was
 * typed. Nothing comes twice, folded, nor what was typed already.
 *
 * Every suggestion finds something. A word or title as a bare word of the query does, since the engine gives
 * what is there, and a query of bare words asks for any of them; where what was typed or a title holds signs
 * of the query language, or a stop word may be left out, the suggestion is searched before it is shown. */
#include "common/base/clock.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/output/escape.h"
#include "searcher/query/parse.h"
#include "searcher/query/prepare.h"
#include "searcher/site/formats.h"

enum {
    SUGGESTIONS = 8,
    SHARE = 8, /* of the time for a request that searching suggestions may take: one in so many parts */
};

struct suggestions {
    const struct csa_site_context *context;
    struct csa_view typed;
    struct csa_view texts[SUGGESTIONS];
    struct csa_view folded[SUGGESTIONS + 1]; /* of the texts, and of what was typed behind them */
    size_t count;
    uint64_t deadline;
    bool failed; /* no memory */
};

static struct csa_view fold(struct suggestions *suggestions, struct csa_view text)
{
    struct csa_buffer folded;
    csa_buffer_init(&folded, SIZE_MAX / 2);
    csa_text_fold(text, &folded);
    struct csa_view kept = csa_arena_copy(suggestions->context->arena, csa_buffer_view(&folded));
    suggestions->failed = suggestions->failed || folded.failed || kept.data == NULL;
    csa_buffer_release(&folded);
    return kept;
}

/* ---- what finds something ---- */

/* Whether the query asks for any of some words, and for nothing else. */
static bool asks_for_any(const struct csa_query *query)
{
    const struct csa_node *root = query->root;
    bool any = root->child_count != 0;
    for (size_t i = 0; i < root->child_count && any; i++) {
        const struct csa_node *child = root->children[i];
        bool word = child->kind == CSA_NODE_WORD || child->kind == CSA_NODE_PHRASE ||
                    (child->kind == CSA_NODE_PREFIX && child->character);
        any = word && child->occurrence == CSA_SHOULD && child->field == CSA_FIELD_TEXT;
    }
    return any;
}

static enum csa_status search(struct suggestions *suggestions, struct csa_view text, bool *found,
                              struct csa_error *error)
{
    const struct csa_site_context *context = suggestions->context;
    struct csa_query query;
    struct csa_search_result result;
    *found = false;
    if (csa_clock_nanoseconds() >= suggestions->deadline) {
        return CSA_OK;
    }
    enum csa_status status = csa_query_prepare(text, context->synonyms, context->engine,
                                               CSA_STOP_WORDS_LEFT_OUT, context->arena, &query, error);
    const struct csa_search_request request = {
        .query = &query,
        .rank = CSA_RANK_BM25,
        .k1 = 1.2,
        .b = 0.75,
        .hits = 1,
        .deadline = suggestions->deadline,
    };
    if (status == CSA_OK) {
        status =
            context->engine->operations->search(context->engine, &request, context->arena, &result, error);
    }
    *found = status == CSA_OK && result.hit_count != 0;
    return status;
}

static enum csa_status finds_something(struct suggestions *suggestions, struct csa_view text, bool stop,
                                       bool *found, struct csa_error *error)
{
    struct csa_query query;
    enum csa_status status = csa_query_parse(text, suggestions->context->arena, &query, error);
    *found = status == CSA_OK && asks_for_any(&query) && !(stop && query.root->child_count > 1);
    return status != CSA_OK || *found ? status : search(suggestions, text, found, error);
}

/* ---- taking them ---- */

/* A title is taken in the place of a word that folds alike, for its spelling. */
static enum csa_status add(struct suggestions *suggestions, struct csa_view text, bool title, bool stop,
                           struct csa_error *error)
{
    struct csa_view folded = fold(suggestions, text);
    for (size_t i = 0; i < suggestions->count; i++) {
        if (csa_view_equal(suggestions->folded[i], folded)) {
            suggestions->texts[i] = title ? text : suggestions->texts[i];
            return CSA_OK;
        }
    }
    if (suggestions->count == SUGGESTIONS || csa_view_equal(folded, suggestions->folded[SUGGESTIONS])) {
        return CSA_OK;
    }
    bool found;
    enum csa_status status = finds_something(suggestions, text, stop, &found, error);
    if (status == CSA_OK && found) {
        suggestions->texts[suggestions->count] = text;
        suggestions->folded[suggestions->count++] = folded;
    }
    return status;
}

static enum csa_status add_word(struct suggestions *suggestions, const struct csa_completions *completions,
                                const struct csa_completed_word *word, struct csa_error *error)
{
    size_t size = completions->begin + word->word.size;
    char *text = csa_arena_alloc(suggestions->context->arena, size + 1, 1);
    if (text == NULL) {
        return csa_error_set_memory(error, "suggestions");
    }
    memcpy(text, suggestions->typed.data, completions->begin);
    memcpy(text + completions->begin, word->word.data, word->word.size);
    return add(suggestions, csa_view_make(text, size), false, word->stop, error);
}

/* By turns; stop words, which are the last of the words, wait for the titles. */
static enum csa_status mix(struct suggestions *suggestions, const struct csa_completions *completions,
                           struct csa_error *error)
{
    bool turn = completions->begin != 0; /* a title's */
    size_t word = 0;
    size_t title = 0;
    enum csa_status status = CSA_OK;
    while (status == CSA_OK && (word < completions->word_count || title < completions->title_count)) {
        bool words_wait = word == completions->word_count || completions->words[word].stop;
        if (title < completions->title_count && (turn || words_wait)) {
            status = add(suggestions, completions->titles[title++].title, true, false, error);
        } else if (word < completions->word_count) {
            status = add_word(suggestions, completions, &completions->words[word++], error);
        }
        turn = !turn;
    }
    return status;
}

enum csa_status csa_site_suggestions(struct csa_buffer *out, const struct csa_site_context *context,
                                     struct csa_view typed, struct csa_error *error)
{
    struct csa_buffer repaired;
    struct csa_completions completions = {.begin = 0};
    uint64_t replaced = 0;
    csa_buffer_init(&repaired, SIZE_MAX / 2);
    csa_utf8_repair(typed, &repaired, &replaced);
    struct suggestions suggestions = {
        .context = context,
        .typed = csa_arena_copy(context->arena, csa_buffer_view(&repaired)),
        .deadline =
            csa_clock_nanoseconds() + (uint64_t)context->config->deadline_ms * UINT64_C(1000000) / SHARE,
    };
    suggestions.failed = repaired.failed || suggestions.typed.data == NULL;
    csa_buffer_release(&repaired);
    enum csa_status status = CSA_OK;
    if (!suggestions.failed) {
        suggestions.folded[SUGGESTIONS] = fold(&suggestions, suggestions.typed);
        status = context->engine->operations->complete(context->engine, suggestions.typed, SUGGESTIONS,
                                                       context->arena, &completions, error);
    }
    if (status == CSA_OK && !suggestions.failed) {
        status = mix(&suggestions, &completions, error);
    }
    if (status != CSA_OK || suggestions.failed) {
        return status != CSA_OK ? status : csa_error_set_memory(error, "suggestions");
    }
    csa_buffer_append_byte(out, '[');
    csa_json_string(out, suggestions.typed);
    csa_buffer_append(out, ",[", 2);
    for (size_t i = 0; i < suggestions.count; i++) {
        if (i != 0) {
            csa_buffer_append_byte(out, ',');
        }
        csa_json_string(out, suggestions.texts[i]);
    }
    csa_buffer_append(out, "]]\n", 3);
    return csa_buffer_check(out, "suggestions", error);
}
