/* Spellings by majority vote over a few passages. Called by suggest.c. */
#include "searcher/results/written.h"

#include "common/base/buffer.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/results/query_words.h"

enum { WORDS = 24, PASSAGES_READ = 8, TEXT_MAXIMUM = 8 * CSA_QUERY_MAXIMUM };

/* A word to be shown. */
struct word {
    struct csa_view folded;
    char spelling[CSA_TOKEN_MAXIMUM]; /* that leads, in lower case as queries are mostly typed */
    size_t spelling_size;             /* 0: none yet */
    int64_t votes;                    /* for it, less those against it (Boyer and Moore 1981) */
    uint32_t begin, end;              /* in the text */
};

struct words {
    struct word items[WORDS];
    size_t count;
};

/* The words that are new, and stand in the text folded. */
static enum csa_status find_words(const struct csa_trial *trial, struct csa_view text,
                                  const struct csa_query *query, struct words *words, struct csa_error *error)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    words->count = 0;
    csa_tokenizer_init(&tokenizer, text);
    while (words->count < WORDS && csa_tokenizer_next(&tokenizer, &token)) {
        struct csa_view typed = {text.data + token.begin, token.end - token.begin};
        if (token.flags != 0 || !csa_view_equal(typed, token.surface) ||
            !csa_query_words_has(query, token.surface) ||
            csa_query_words_has(trial->request->query, token.surface)) {
            continue;
        }
        struct csa_view folded = csa_arena_copy(trial->arena, token.surface);
        if (folded.data == NULL) {
            return csa_error_set_memory(error, "suggestion");
        }
        words->items[words->count++] =
            (struct word){.folded = folded, .begin = token.begin, .end = token.end};
    }
    return CSA_OK;
}

static void vote(struct word *word, struct csa_view typed)
{
    char spelling[CSA_TOKEN_MAXIMUM];
    size_t size = 0;
    const char *end = typed.data + typed.size;
    for (const char *p = typed.data; p < end;) {
        uint32_t character;
        if (size + 4 > sizeof spelling) {
            return; /* longer than anybody types */
        }
        p = csa_utf8_decode(p, end, &character);
        size += csa_utf8_encode(spelling + size, csa_unicode_lower(character));
    }
    bool same = word->spelling_size == size && memcmp(word->spelling, spelling, size) == 0;
    if (word->votes == 0) {
        memcpy(word->spelling, spelling, size);
        word->spelling_size = size;
        same = true;
    }
    word->votes += same ? 1 : -1;
}

/* Lets the words of a text vote; only_unseen: for words that have no spelling yet. */
static void count_votes(struct words *words, struct csa_view text, bool only_unseen)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        for (size_t i = 0; i < words->count && token.flags == 0; i++) {
            struct word *word = &words->items[i];
            if (csa_view_equal(word->folded, token.surface) && !(only_unseen && word->spelling_size != 0)) {
                vote(word, csa_view_make(text.data + token.begin, token.end - token.begin));
            }
        }
    }
}

static enum csa_status read_passages(struct csa_trial *trial, const struct csa_query *query,
                                     struct words *words, struct csa_error *error)
{
    struct csa_search_request request = *trial->request;
    request.query = query;
    request.hits = PASSAGES_READ;
    request.sort = CSA_SORT_RELEVANCE;
    request.by_article = false;
    request.count = false;
    request.facets = 0;
    request.dates = false;
    struct csa_search_result result;
    enum csa_status status =
        trial->engine->operations->search(trial->engine, &request, trial->arena, &result, error);
    for (size_t i = 0; status == CSA_OK && i < result.hit_count; i++) {
        struct csa_passage_info passage;
        status = trial->engine->operations->passage(trial->engine, result.hits[i].passage, trial->arena,
                                                    &passage, error);
        if (status == CSA_OK) {
            count_votes(words, passage.text, false);
        }
    }
    for (size_t i = 0; status == CSA_OK && i < result.hit_count; i++) {
        struct csa_article_info article;
        status = trial->engine->operations->article(trial->engine, result.hits[i].article, trial->arena,
                                                    &article, error);
        if (status == CSA_OK) {
            count_votes(words, article.title, true);
        }
    }
    return status;
}

static void put_together(const struct words *words, struct csa_view text, struct csa_buffer *out)
{
    uint32_t done = 0;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->items[i];
        csa_buffer_append(out, text.data + done, word->begin - done);
        csa_buffer_append_view(out, word->spelling_size != 0
                                        ? csa_view_make(word->spelling, word->spelling_size)
                                        : word->folded);
        done = word->end;
    }
    csa_buffer_append(out, text.data + done, text.size - done);
}

/* Whether the text is read as `query` was. */
static enum csa_status is_read_alike(struct csa_trial *trial, struct csa_view text,
                                     const struct csa_query *query, bool *alike, struct csa_error *error)
{
    struct csa_query read;
    struct csa_buffer before;
    struct csa_buffer after;
    enum csa_status status = csa_trial_read(trial, text, &read, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_buffer_init(&before, TEXT_MAXIMUM);
    csa_buffer_init(&after, TEXT_MAXIMUM);
    csa_node_print(query->root, &before);
    csa_node_print(read.root, &after);
    *alike =
        !before.failed && !after.failed && csa_view_equal(csa_buffer_view(&before), csa_buffer_view(&after));
    csa_buffer_release(&before);
    csa_buffer_release(&after);
    return CSA_OK;
}

enum csa_status csa_written_words(struct csa_trial *trial, struct csa_view text,
                                  const struct csa_query *query, struct csa_view *written,
                                  struct csa_error *error)
{
    *written = text;
    struct words *words = csa_arena_alloc(trial->arena, 1, sizeof *words);
    if (words == NULL) {
        return csa_error_set_memory(error, "suggestion");
    }
    enum csa_status status = find_words(trial, text, query, words, error);
    if (status != CSA_OK || words->count == 0) {
        return status;
    }
    status = read_passages(trial, query, words, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_buffer out;
    csa_buffer_init(&out, TEXT_MAXIMUM);
    put_together(words, text, &out);
    struct csa_view made = csa_arena_copy(trial->arena, csa_buffer_view(&out));
    bool failed = out.failed || made.data == NULL;
    csa_buffer_release(&out);
    if (failed) {
        return csa_error_set_memory(error, "suggestion");
    }
    bool alike = false;
    status = is_read_alike(trial, made, query, &alike, error);
    if (status == CSA_OK && alike) {
        *written = made;
    }
    return status;
}
