/* A small random collection in plain arrays, and an index of it: what the search tests compare the engine
 * with. The naive evaluator over the arrays is in search_naive.h. Included by one test program at a time. */
#ifndef CSA_TESTS_SEARCH_MODEL_H
#define CSA_TESTS_SEARCH_MODEL_H

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/index/chunk.h"
#include "common/index/index.h"
#include "common/index/segment_writer.h"
#include "common/text/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MODEL_SEGMENTS = 3, MODEL_STEMS = 2 };

/* Words with several forms of one stem, very common ones first, in no order of bytes. */
static const char *const model_words[] = {
    "the",     "of",      "gas",      "river",   "pipeline", "pipelines", "rivers", "and",
    "road",    "roads",   "silk",     "siberia", "siberian", "power",     "powers", "rail",
    "rails",   "railing", "border",   "borders", "in",       "amur",      "port",   "ports",
    "porting", "treaty",  "treaties", "summit",  "dam",      "dams",      "oil",    "oils",
    "coal",    "trade",   "traded",   "trading", "trades",   "belt",      "belts",  "zinc",
};
enum { MODEL_WORDS = sizeof model_words / sizeof model_words[0] };

struct model_article {
    uint32_t segment;
    uint8_t stemmer; /* CSA_LANGUAGE_NONE or ENGLISH */
    bool deleted;
    uint32_t first_passage, passage_count;
    uint32_t title_begin, title_count; /* in tokens */
    uint32_t date;
    const char *source, *author, *url; /* null: none */
    uint8_t language;                  /* the stemmer unless set otherwise */
};

struct model_passage {
    uint32_t article;
    uint32_t begin, count; /* in tokens, without the title */
};

struct model {
    struct model_article *articles;
    struct model_passage *passages;
    uint8_t *tokens; /* numbers of words */
    uint32_t article_count, passage_count, token_count;
    uint32_t article_room, passage_room, token_room;
    uint32_t segment_count;
    uint64_t stemmers;
    char stems[MODEL_WORDS][32]; /* English */
};

static inline uint32_t model_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = *state ^ (*state >> 33);
    return (uint32_t)((x * UINT64_C(0xff51afd7ed558ccd)) >> 32);
}

static inline uint32_t model_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(((uint64_t)model_random(state) * n) >> 32);
}

/* Words early in the list far more often than late ones. */
static inline uint8_t model_word(uint64_t *state)
{
    uint32_t n = model_below(state, MODEL_WORDS) + 1;
    return (uint8_t)model_below(state, model_below(state, n) + 1);
}

static inline void model_init(struct model *model, uint32_t articles, uint32_t passages, uint32_t tokens)
{
    *model = (struct model){.article_room = articles, .passage_room = passages, .token_room = tokens};
    model->articles = test_calloc(articles, sizeof *model->articles);
    model->passages = test_calloc(passages, sizeof *model->passages);
    model->tokens = test_calloc(tokens, 1);
    struct csa_error error = {0};
    struct csa_stemmer *stemmer;
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_ENGLISH, &stemmer, &error), CSA_OK);
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        struct csa_view stem = csa_stemmer_stem(stemmer, csa_view_of(model_words[w]));
        assert_true(stem.size < sizeof model->stems[w]);
        memcpy(model->stems[w], stem.data, stem.size);
    }
    csa_stemmer_free(stemmer);
}

static inline void model_release(struct model *model)
{
    test_free(model->articles);
    test_free(model->passages);
    test_free(model->tokens);
}

static inline bool model_add_article(struct model *model, uint32_t segment, uint8_t stemmer,
                                     const uint8_t *title, uint32_t title_count)
{
    if (model->article_count == model->article_room || model->token_count + title_count > model->token_room) {
        return false;
    }
    struct model_article *article = &model->articles[model->article_count++];
    *article = (struct model_article){.segment = segment,
                                      .stemmer = stemmer,
                                      .language = stemmer,
                                      .first_passage = model->passage_count,
                                      .title_begin = model->token_count,
                                      .title_count = title_count};
    if (title_count != 0) {
        memcpy(model->tokens + model->token_count, title, title_count);
    }
    model->token_count += title_count;
    model->stemmers |= UINT64_C(1) << stemmer;
    model->segment_count = segment + 1;
    return true;
}

/* Adds a passage to the last article. */
static inline bool model_add_passage(struct model *model, const uint8_t *tokens, uint32_t count)
{
    if (model->passage_count == model->passage_room || model->token_count + count > model->token_room) {
        return false;
    }
    model->passages[model->passage_count++] = (struct model_passage){
        .article = model->article_count - 1, .begin = model->token_count, .count = count};
    if (count != 0) {
        memcpy(model->tokens + model->token_count, tokens, count);
    }
    model->token_count += count;
    model->articles[model->article_count - 1].passage_count++;
    return true;
}

static inline bool model_is_first(const struct model *model, uint32_t passage)
{
    return model->articles[model->passages[passage].article].first_passage == passage;
}

static inline uint32_t model_length(const struct model *model, uint32_t passage)
{
    uint32_t title =
        model_is_first(model, passage) ? model->articles[model->passages[passage].article].title_count : 0;
    return model->passages[passage].count + title;
}

/* The positions of one word in a passage, as an index states them; returns how many. */
static inline uint32_t model_positions(const struct model *model, uint32_t passage, uint8_t word,
                                       uint32_t *out)
{
    const struct model_passage *p = &model->passages[passage];
    const struct model_article *a = &model->articles[p->article];
    uint32_t count = 0, base = 0;
    if (model_is_first(model, passage) && a->title_count != 0) {
        for (uint32_t i = 0; i < a->title_count; i++) {
            if (model->tokens[a->title_begin + i] == word) {
                out[count++] = i;
            }
        }
        base = a->title_count + CSA_TITLE_GAP;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        if (model->tokens[p->begin + i] == word) {
            out[count++] = base + i;
        }
    }
    return count;
}

/* ---- the index ---- */

static inline struct csa_view model_stem(void *context, uint8_t language, struct csa_view word)
{
    const struct model *model = context;
    for (unsigned w = 0; language == CSA_LANGUAGE_ENGLISH && w < MODEL_WORDS; w++) {
        if (csa_view_equal(word, csa_view_of(model_words[w]))) {
            return csa_view_of(model->stems[w]);
        }
    }
    return word;
}

static inline int model_by_bytes(const void *a, const void *b)
{
    return strcmp(model_words[*(const uint8_t *)a], model_words[*(const uint8_t *)b]);
}

static inline void model_add_articles(const struct model *model, uint32_t segment,
                                      struct csa_segment_writer *writer)
{
    struct csa_error error = {0};
    uint32_t *lengths = test_malloc((model->passage_count + 1) * sizeof *lengths);
    for (uint32_t a = 0; a < model->article_count; a++) {
        const struct model_article *article = &model->articles[a];
        if (article->segment != segment) {
            continue;
        }
        for (uint32_t i = 0; i < article->passage_count; i++) {
            lengths[i] = model_length(model, article->first_passage + i);
        }
        char id[32];
        struct csa_buffer stored;
        csa_buffer_init(&stored, 1000);
        csa_article_record_encode(&(struct csa_stored_article){.url = csa_view_of(article->url)}, &stored);
        snprintf(id, sizeof id, "article-%u", a);
        struct csa_article_record record = {.id = csa_view_of(id),
                                            .stemmer = article->stemmer,
                                            .language = article->language,
                                            .date = article->date,
                                            .source = csa_view_of(article->source),
                                            .author = csa_view_of(article->author),
                                            .title_tokens = article->title_count,
                                            .stored = csa_buffer_view(&stored),
                                            .lengths = lengths,
                                            .passage_count = article->passage_count};
        if (csa_segment_writer_add_article(writer, &record, &error) != CSA_OK) {
            fail_msg("%s", error.message);
        }
        csa_buffer_release(&stored);
    }
    test_free(lengths);
}

static inline void model_add_words(const struct model *model, uint32_t segment, uint32_t base,
                                   struct csa_segment_writer *writer)
{
    struct csa_error error = {0};
    uint8_t order[MODEL_WORDS];
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        order[w] = (uint8_t)w;
    }
    qsort(order, MODEL_WORDS, 1, model_by_bytes);
    uint32_t *positions = test_malloc((model->token_count + 64) * sizeof *positions);
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        bool begun = false;
        for (uint32_t p = base; p < model->passage_count; p++) {
            if (model->articles[model->passages[p].article].segment != segment) {
                continue;
            }
            uint32_t count = model_positions(model, p, order[w], positions);
            if (count != 0 && !begun) {
                csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of(model_words[order[w]]));
                begun = true;
            }
            if (count != 0) {
                csa_segment_writer_add_posting(writer, p - base, count, positions);
            }
        }
        if (begun) {
            assert_int_equal(csa_segment_writer_end_term(writer, &error), CSA_OK);
        }
    }
    test_free(positions);
    uint32_t article_base = model->passages[base].article;
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        bool begun = false;
        for (uint32_t a = article_base; a < model->article_count && model->articles[a].segment == segment;
             a++) {
            uint32_t count = 0;
            for (uint32_t i = 0; i < model->articles[a].title_count; i++) {
                count += model->tokens[model->articles[a].title_begin + i] == order[w];
            }
            if (count != 0 && !begun) {
                csa_segment_writer_begin_term(writer, CSA_TERM_TITLE_WORD,
                                              csa_view_of(model_words[order[w]]));
                begun = true;
            }
            if (count != 0) {
                csa_segment_writer_add_posting(writer, a - article_base, count, NULL);
            }
        }
        if (begun) {
            assert_int_equal(csa_segment_writer_end_term(writer, &error), CSA_OK);
        }
    }
}

static inline void model_write_deletes(const struct model *model, const char *folder, uint32_t segment,
                                       uint32_t base, struct csa_commit_segment *entry)
{
    struct csa_error error = {0};
    struct csa_deletes deletes;
    assert_int_equal(csa_deletes_init(&deletes, entry->passages, &error), CSA_OK);
    for (uint32_t p = base; p < model->passage_count; p++) {
        const struct model_article *article = &model->articles[model->passages[p].article];
        if (article->segment == segment && article->deleted) {
            deletes.bits[(p - base) / 64] |= UINT64_C(1) << ((p - base) % 64);
            deletes.deleted++;
            entry->deleted_articles += model_is_first(model, p);
        }
    }
    entry->deleted_passages = deletes.deleted;
    if (deletes.deleted != 0) {
        char *path = csa_index_deletes_path(folder, entry->number, 1);
        assert_int_equal(csa_deletes_write(&deletes, path, &entry->deletes_crc, &error), CSA_OK);
        csa_free(path);
        entry->deletes_generation = 1;
    }
    csa_deletes_release(&deletes);
}

/* Writes the collection as an index; the folder must be there and empty. */
static inline void model_write(struct model *model, const char *folder)
{
    struct csa_error error = {0};
    struct csa_commit *commit = test_calloc(1, sizeof *commit);
    commit->generation = 1;
    uint32_t base = 0;
    for (uint32_t s = 0; s < model->segment_count; s++) {
        struct csa_segment_writer *writer;
        const struct csa_segment_options options = {.passage_words = 120, .store_positions = true};
        if (csa_segment_writer_new(&writer, folder, s + 1, &options, &error) != CSA_OK) {
            fail_msg("%s", error.message);
        }
        model_add_articles(model, s, writer);
        assert_int_equal(csa_segment_writer_begin_terms(writer, &error), CSA_OK);
        model_add_words(model, s, base, writer);
        struct csa_commit_segment *entry = &commit->segments[commit->segment_count++];
        entry->number = s + 1;
        const struct csa_stem_callback stem = {model, model_stem};
        if (csa_segment_writer_finish(writer, &stem, &entry->file_size, &entry->table_crc, &error) !=
            CSA_OK) {
            fail_msg("%s", error.message);
        }
        csa_segment_writer_free(writer);
        for (uint32_t p = base; p < model->passage_count; p++) {
            if (model->articles[model->passages[p].article].segment == s) {
                entry->passages++;
                entry->articles += model_is_first(model, p);
                entry->tokens += model_length(model, p);
            }
        }
        model_write_deletes(model, folder, s, base, entry);
        base += entry->passages;
    }
    if (csa_commit_write(folder, commit, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    test_free(commit);
}

/* Removes a folder and the files in it. */
static inline void model_remove_folder(const char *folder)
{
    struct csa_error error = {0};
    char **names;
    size_t count;
    assert_int_equal(csa_file_list_folder(folder, &names, &count, &error), CSA_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = csa_file_join(folder, names[i]);
        assert_int_equal(remove(path), 0);
        csa_free(path);
    }
    csa_file_names_free(names, count);
    assert_int_equal(rmdir(folder), 0);
}

#endif
