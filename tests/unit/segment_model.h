/* A random collection of articles in plain arrays, and how to write it as a segment: what the tests of
 * segments, of the check and of indexes compare with. Each test program includes it once. */
#ifndef CSA_TESTS_SEGMENT_MODEL_H
#define CSA_TESTS_SEGMENT_MODEL_H

#include "common/base/error.h"
#include "common/base/memory.h"
#include "common/index/chunk.h"
#include "common/index/index.h"
#include "common/index/segment.h"
#include "common/index/segment_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- random numbers, the same in every run (xorshift, Marsaglia) ---- */

static uint64_t random_state = 88172645463325252U;

static inline uint32_t random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 20) % n);
}

/* ---- a folder for the test ---- */

static char test_folder[] = "csa-test-index-XXXXXX";

static inline int make_test_folder(void **state)
{
    (void)state;
    return mkdtemp(test_folder) == NULL ? -1 : 0;
}

static inline void empty_folder(const char *folder)
{
    char **names;
    size_t count;
    if (csa_file_list_folder(folder, &names, &count, NULL) != CSA_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char *path = csa_file_join(folder, names[i]);
        if (csa_file_is_folder(path)) {
            empty_folder(path);
        }
        remove(path);
        csa_free(path);
    }
    csa_file_names_free(names, count);
}

static inline int remove_test_folder(void **state)
{
    (void)state;
    empty_folder(test_folder);
    return rmdir(test_folder);
}

#define assert_ok(call)                                                                                      \
    do {                                                                                                     \
        if ((call) != CSA_OK) {                                                                              \
            fail_msg("%s: %s", #call, error.message);                                                        \
        }                                                                                                    \
    } while (0)

/* ---- the model ---- */

struct occurrence {
    uint32_t word; /* in the order of the vocabulary */
    uint32_t document;
    uint32_t position;
};

struct model_article {
    char id[CSA_ID_MAXIMUM];
    size_t id_size;
    uint32_t date;
    uint8_t language, stemmer;
    char source[40], author[40];
    uint32_t title_tokens;
    uint32_t first, passages; /* passages: at least 1 */
    char title[40], url[40], note[60];
};

struct model_word {
    char text[CSA_TERM_MAXIMUM];
    size_t size;
};

struct model {
    struct csa_segment_options options;
    struct model_article *articles;
    uint32_t article_count;
    uint32_t passage_count;
    uint32_t *lengths;
    char (*texts)[200];
    struct model_word *words;
    uint32_t word_count;
    struct occurrence *body, *titles; /* by word, document, position; titles: by article */
    size_t body_count, title_count;
    bool stored_articles;
};

struct model_plan {
    uint32_t articles, passages; /* at most so many passages an article */
    uint32_t words;              /* vocabulary */
    uint32_t tokens;             /* at most so many in a passage */
    uint32_t stemmers;           /* 0: none; 1: one for all; else so many different ones, none among them */
    bool constant_columns, long_ids, duplicate_ids;
    bool no_text, no_positions, no_stored;
};

/* Stemmers for the tests, of different temper. */
static inline struct csa_view model_stem(void *context, uint8_t language, struct csa_view word)
{
    static char text[CSA_TERM_MAXIMUM + 4];
    (void)context;
    memcpy(text, word.data, word.size);
    size_t size = word.size;
    switch (language) {
    case 1: /* English in spirit */
        if (size > 4 && memcmp(text + size - 3, "ing", 3) == 0) {
            size -= 3;
        } else if (size > 2 && text[size - 1] == 's') {
            size--;
        }
        break;
    case 2:
        size -= size > 2;
        break;
    case 3:
        size = size > 3 ? 3 : size;
        break;
    case 4: /* longer than the word, too long for the longest ones */
        text[size++] = 'q';
        break;
    case 5: /* far from the order of words */
        for (size_t i = 0; i < size; i++) {
            text[i] = word.data[size - 1 - i];
        }
        break;
    default: /* 6 and others: nothing, which stands for the word */
        size = 0;
    }
    return csa_view_make(text, size);
}

/* What the segment must take as the stem. */
static inline struct csa_view model_stem_rule(uint8_t language, struct csa_view word)
{
    if (language == 0 || (word.data[0] >= '0' && word.data[0] <= '9')) {
        return word;
    }
    struct csa_view stem = model_stem(NULL, language, word);
    return stem.size == 0 || stem.size > CSA_TERM_MAXIMUM ? word : stem;
}

static inline int compare_model_words(const void *a, const void *b)
{
    const struct model_word *one = a;
    const struct model_word *other = b;
    return csa_view_compare(csa_view_make(one->text, one->size), csa_view_make(other->text, other->size));
}

static inline int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *one = a;
    const struct occurrence *other = b;
    if (one->word != other->word) {
        return one->word < other->word ? -1 : 1;
    }
    if (one->document != other->document) {
        return one->document < other->document ? -1 : 1;
    }
    return (one->position > other->position) - (one->position < other->position);
}

static inline void make_words(struct model *model, uint32_t count)
{
    static const char *const ends[] = {"", "", "s", "ing", "es"};
    model->words = calloc(count, sizeof *model->words);
    for (uint32_t i = 0; i < count; i++) {
        struct model_word *word = &model->words[i];
        size_t letters = 1 + random_below(5);
        if (random_below(100) == 0) {
            letters = CSA_TERM_MAXIMUM - random_below(3);
        }
        for (size_t j = 0; j < letters; j++) {
            word->text[j] = (char)('a' + random_below(6));
        }
        if (random_below(10) == 0) {
            word->text[0] = (char)('0' + random_below(10));
        } else if (random_below(20) == 0) {
            word->text[0] = (char)(0xC0 + random_below(0x3F));
        }
        word->size = letters;
        const char *end = ends[random_below(5)];
        if (letters + strlen(end) <= CSA_TERM_MAXIMUM) {
            memcpy(word->text + letters, end, strlen(end));
            word->size += strlen(end);
        }
    }
    qsort(model->words, count, sizeof *model->words, compare_model_words);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || compare_model_words(&model->words[model->word_count - 1], &model->words[i]) != 0) {
            model->words[model->word_count++] = model->words[i];
        }
    }
}

/* A word, low numbers among `count` far more often. */
static inline uint32_t random_word(uint32_t count)
{
    uint32_t limit = count;
    for (uint32_t i = random_below(8); i > 0 && limit > 1; i--) {
        limit = limit / 2 + 1;
    }
    return (random_below(limit) * 7919U) % count;
}

/* A text with a number, or none. */
static inline void maybe(char *out, size_t room, const char *text, uint32_t number)
{
    if (random_below(4) != 0) {
        snprintf(out, room, "%s%u", text, number);
    }
}

static inline void make_article(struct model *model, const struct model_plan *plan, uint32_t i)
{
    struct model_article *article = &model->articles[i];
    article->id_size = (size_t)snprintf(article->id, sizeof article->id, "articles/%02u/%06u.html", i / 10,
                                        random_below(1000000));
    if (plan->long_ids && random_below(3) == 0) {
        size_t size = CSA_ID_MAXIMUM - random_below(3);
        memset(article->id + article->id_size, 'x', size - article->id_size);
        article->id_size = size;
    }
    if (plan->duplicate_ids && i > 0 && random_below(4) == 0) {
        const struct model_article *other = &model->articles[random_below(i)];
        memcpy(article->id, other->id, sizeof article->id);
        article->id_size = other->id_size;
    }
    article->date = 20230811;
    article->language = 1;
    article->stemmer = plan->stemmers == 1 ? 1 : 0;
    snprintf(article->source, sizeof article->source, "source");
    if (!plan->constant_columns) {
        article->date =
            random_below(3) == 0 ? 0 : 10000 * (1900 + random_below(200)) + 100 * (1 + random_below(12));
        article->language = (uint8_t)random_below(36);
        snprintf(article->source, sizeof article->source, "source %u", random_below(4));
        maybe(article->author, sizeof article->author, "author ", random_below(1000));
    }
    if (plan->stemmers > 1) {
        article->stemmer = (uint8_t)random_below(plan->stemmers);
    }
    if (!plan->no_stored) {
        maybe(article->title, sizeof article->title, "title ", i);
        maybe(article->url, sizeof article->url, "https://example.org/", i);
        maybe(article->note, sizeof article->note, "note ", i);
    }
    article->title_tokens = random_below(5) == 0 ? 0 : random_below(6);
    article->first = model->passage_count;
    article->passages = 1 + random_below(plan->passages);
    model->passage_count += article->passages;
}

static inline void make_tokens(struct model *model, const struct model_plan *plan)
{
    size_t room = (size_t)model->passage_count * (plan->tokens + 8);
    model->body = calloc(room, sizeof *model->body);
    model->titles = calloc((size_t)model->article_count * 6 + 1, sizeof *model->titles);
    for (uint32_t i = 0; i < model->article_count; i++) {
        const struct model_article *article = &model->articles[i];
        for (uint32_t t = 0; t < article->title_tokens; t++) {
            uint32_t word = random_word(model->word_count);
            model->titles[model->title_count++] = (struct occurrence){word, i, t};
            model->body[model->body_count++] = (struct occurrence){word, article->first, t};
        }
        for (uint32_t p = article->first; p < article->first + article->passages; p++) {
            uint32_t tokens = random_below(plan->tokens + 1);
            uint32_t start = 0;
            model->lengths[p] = tokens;
            if (p == article->first && article->title_tokens != 0) {
                start = article->title_tokens + CSA_TITLE_GAP;
                model->lengths[p] += article->title_tokens;
            }
            for (uint32_t t = 0; t < tokens; t++) {
                model->body[model->body_count++] =
                    (struct occurrence){random_word(model->word_count), p, start + t};
            }
            snprintf(model->texts[p], sizeof model->texts[p], "The text of passage %u, %u tokens: %0*u.", p,
                     tokens, 1 + (int)random_below(120), random_below(1000000));
        }
    }
    qsort(model->body, model->body_count, sizeof *model->body, compare_occurrences);
    qsort(model->titles, model->title_count, sizeof *model->titles, compare_occurrences);
}

static inline struct model *model_make(const struct model_plan *plan)
{
    struct model *model = calloc(1, sizeof *model);
    model->options = (struct csa_segment_options){120, !plan->no_text, !plan->no_positions};
    model->stored_articles = !plan->no_stored;
    make_words(model, plan->words);
    model->article_count = plan->articles;
    model->articles = calloc(plan->articles, sizeof *model->articles);
    for (uint32_t i = 0; i < plan->articles; i++) {
        make_article(model, plan, i);
    }
    model->lengths = calloc(model->passage_count, sizeof *model->lengths);
    model->texts = calloc(model->passage_count, sizeof *model->texts);
    make_tokens(model, plan);
    return model;
}

static inline void model_free(struct model *model)
{
    free(model->articles);
    free(model->lengths);
    free(model->texts);
    free(model->words);
    free(model->body);
    free(model->titles);
    free(model);
}

/* ---- writing it ---- */

static inline enum csa_status model_add_articles(const struct model *model, struct csa_segment_writer *writer,
                                                 struct csa_error *error)
{
    struct csa_chunk_builder *chunks;
    struct csa_chunk chunk;
    struct csa_buffer record;
    csa_buffer_init(&record, 1 << 20);
    enum csa_status status = csa_chunk_builder_new(&chunks, CSA_PASSAGE_CHUNK, error);
    for (uint32_t i = 0; i < model->article_count && status == CSA_OK; i++) {
        const struct model_article *article = &model->articles[i];
        struct csa_stored_field note = {csa_view_of("note"), csa_view_of(article->note)};
        const struct csa_stored_article fields = {
            .title = csa_view_of(article->title),
            .url = csa_view_of(article->url),
            .extra = &note,
            .extra_count = article->note[0] != '\0',
        };
        csa_buffer_clear(&record);
        csa_article_record_encode(&fields, &record);
        const struct csa_article_record kept = {
            .id = csa_view_make(article->id, article->id_size),
            .date = article->date,
            .language = article->language,
            .stemmer = article->stemmer,
            .source = csa_view_of(article->source),
            .author = csa_view_of(article->author),
            .title_tokens = article->title_tokens,
            .stored = csa_buffer_view(&record),
            .lengths = model->lengths + article->first,
            .passage_count = article->passages,
        };
        status = csa_segment_writer_add_article(writer, &kept, error);
        for (uint32_t p = 0; p < article->passages && model->options.store_text && status == CSA_OK; p++) {
            bool full;
            status = csa_chunk_builder_add_passage(chunks, csa_view_of(model->texts[article->first + p]),
                                                   10 * p, &full, error);
            if (status == CSA_OK && full) {
                status = csa_chunk_builder_take(chunks, &chunk, error);
                if (status == CSA_OK) {
                    status = csa_segment_writer_add_passage_chunk(writer, &chunk, error);
                }
            }
        }
    }
    if (status == CSA_OK && model->options.store_text) {
        status = csa_chunk_builder_take(chunks, &chunk, error);
        if (status == CSA_OK) {
            status = csa_segment_writer_add_passage_chunk(writer, &chunk, error);
        }
    }
    csa_chunk_builder_free(chunks);
    csa_buffer_release(&record);
    return status;
}

/* The model's titles are small letters and numbers, folded as they are. */
static inline void model_fold(void *context, struct csa_view title, struct csa_buffer *out)
{
    (void)context;
    csa_buffer_append_view(out, title);
}

static inline enum csa_status model_add_terms(const struct model *model, struct csa_segment_writer *writer,
                                              enum csa_term_kind kind, struct csa_error *error)
{
    const struct occurrence *list = kind == CSA_TERM_WORD ? model->body : model->titles;
    size_t count = kind == CSA_TERM_WORD ? model->body_count : model->title_count;
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < count && status == CSA_OK;) {
        const struct model_word *word = &model->words[list[i].word];
        uint32_t number = list[i].word;
        csa_segment_writer_begin_term(writer, kind, csa_view_make(word->text, word->size));
        while (i < count && list[i].word == number) {
            uint32_t positions[600];
            uint32_t document = list[i].document;
            uint32_t frequency = 0;
            for (; i < count && list[i].word == number && list[i].document == document; i++) {
                positions[frequency++] = list[i].position;
            }
            csa_segment_writer_add_posting(writer, document, frequency,
                                           kind == CSA_TERM_WORD ? positions : NULL);
        }
        status = csa_segment_writer_end_term(writer, error);
    }
    return status;
}

static inline enum csa_status model_write(const struct model *model, const char *folder, uint64_t number,
                                          struct csa_commit_segment *entry, struct csa_error *error)
{
    const struct csa_stem_callback stem = {NULL, model_stem};
    struct csa_segment_writer *writer;
    *entry = (struct csa_commit_segment){
        .number = number, .articles = model->article_count, .passages = model->passage_count};
    for (uint32_t i = 0; i < model->passage_count; i++) {
        entry->tokens += model->lengths[i];
    }
    enum csa_status status = csa_segment_writer_new(&writer, folder, number, &model->options, error);
    if (status == CSA_OK) {
        csa_segment_writer_fold_titles(writer, (struct csa_fold_callback){NULL, model_fold});
        status = model_add_articles(model, writer, error);
    }
    if (status == CSA_OK) {
        status = csa_segment_writer_begin_terms(writer, error);
    }
    if (status == CSA_OK) {
        status = model_add_terms(model, writer, CSA_TERM_WORD, error);
    }
    if (status == CSA_OK) {
        status = model_add_terms(model, writer, CSA_TERM_TITLE_WORD, error);
    }
    if (status == CSA_OK) {
        status = csa_segment_writer_finish(writer, &stem, &entry->file_size, &entry->table_crc, error);
    }
    csa_segment_writer_free(writer);
    return status;
}

#endif
