/* Leaving stop words out of the syntax tree. Works for any engine: it asks for the collection's languages and
 * for how frequent a word is. */
#include "searcher/query/stop_words.h"

#include "common/text/stop_words.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"
#include "searcher/query/tree.h"

/* In a mixed collection: at least one passage in this many holds the word. */
enum { FREQUENT_SHARE = 7 };

static enum csa_script script_of_language(csa_language language)
{
    switch (language) {
    case CSA_LANGUAGE_RUSSIAN:
        return CSA_SCRIPT_CYRILLIC;
    case CSA_LANGUAGE_GREEK:
        return CSA_SCRIPT_GREEK;
    case CSA_LANGUAGE_ARABIC:
        return CSA_SCRIPT_ARABIC;
    case CSA_LANGUAGE_ARMENIAN:
        return CSA_SCRIPT_ARMENIAN;
    default:
        return CSA_SCRIPT_LATIN;
    }
}

struct frequency {
    struct csa_view word;
    uint64_t passages;
};

/* The word itself comes first among those that begin with it. */
static bool take_first(void *context, struct csa_view word, uint64_t passages)
{
    struct frequency *frequency = context;
    if (csa_view_equal(word, frequency->word)) {
        frequency->passages = passages;
    }
    return false;
}

static enum csa_status is_stop_word(struct csa_engine *engine, struct csa_view word, bool *stop,
                                    struct csa_error *error)
{
    uint32_t first;
    csa_utf8_decode(word.data, word.data + word.size, &first);
    enum csa_script script = csa_unicode_script(first);
    unsigned languages = 0; /* of this script, in the collection */
    *stop = false;
    for (csa_language language = 1; language < CSA_LANGUAGE_COUNT; language++) {
        if ((engine->stemmers >> language & 1) != 0 && script_of_language(language) == script) {
            languages++;
            *stop = *stop || csa_stop_word_is(language, word);
        }
    }
    if (!*stop || languages == 1) {
        return CSA_OK;
    }
    struct frequency frequency = {.word = word};
    enum csa_status status = engine->operations->words(engine, word, &frequency, take_first, error);
    *stop = frequency.passages >= engine->passages / FREQUENT_SHARE;
    return status;
}

/* Whether the word stands in its source right beside another one, as only a word beside characters searched
 * by pairs can: the A of A股 is no article. */
static bool is_joined(const struct csa_node *word)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    bool found = false;
    uint32_t end = UINT32_MAX;
    csa_tokenizer_init(&tokenizer, word->source);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (found && token.begin == end) {
            return true;
        }
        found = csa_view_equal(token.surface, word->text);
        if (found && token.begin == end) {
            return true;
        }
        end = token.end;
    }
    return false;
}

static enum csa_status mark(struct csa_node *group, struct csa_engine *engine, struct csa_error *error)
{
    size_t kept = 0; /* clauses that can be found and ranked by */
    for (size_t i = 0; i < group->child_count; i++) {
        struct csa_node *child = group->children[i];
        enum csa_status status = CSA_OK;
        if (child->kind == CSA_NODE_GROUP) {
            status = mark(child, engine, error);
        } else if (child->kind == CSA_NODE_WORD && child->occurrence == CSA_SHOULD &&
                   child->field == CSA_FIELD_TEXT) {
            status = is_stop_word(engine, child->text, &child->stop_word, error);
            if (child->stop_word && is_joined(child)) {
                child->stop_word = false;
                child->kind = CSA_NODE_EXACT; /* so that it stays when what is printed is read again */
            }
        }
        if (status != CSA_OK) {
            return status;
        }
        kept += !child->stop_word && child->occurrence != CSA_MUST_NOT && !csa_node_is_filter(child);
    }
    for (size_t i = 0; kept == 0 && i < group->child_count; i++) {
        group->children[i]->stop_word = false;
    }
    return CSA_OK;
}

static void leave_out(struct csa_node *group)
{
    size_t kept = 0;
    for (size_t i = 0; i < group->child_count; i++) {
        struct csa_node *child = group->children[i];
        if (child->kind == CSA_NODE_GROUP) {
            leave_out(child);
        }
        if (!child->stop_word) {
            group->children[kept++] = child;
        }
    }
    group->child_count = kept;
}

enum csa_status csa_query_mark_stop_words(struct csa_query *query, struct csa_engine *engine,
                                          struct csa_error *error)
{
    return engine->stemmers <= 1 ? CSA_OK : mark(query->root, engine, error);
}

enum csa_status csa_query_leave_out_stop_words(struct csa_query *query, struct csa_engine *engine,
                                               struct csa_error *error)
{
    enum csa_status status = csa_query_mark_stop_words(query, engine, error);
    if (status == CSA_OK) {
        leave_out(query->root);
    }
    return status;
}
