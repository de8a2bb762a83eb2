/* Completions: peaks, the walk over a segment, the engine's operation and the site's JSON, against a naive
 * model that counts and sorts all words. Collections are written here, with the tokenizer. */
#include "common/base/memory.h"
#include "common/index/chunk.h"
#include "common/index/completions.h"
#include "common/index/index.h"
#include "common/index/peak.h"
#include "common/index/segment_writer.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"
#include "searcher/site/formats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define assert_ok(call)                                                                                      \
    do {                                                                                                     \
        if ((call) != CSA_OK) {                                                                              \
            fail_msg("%s: %s", #call, error.message);                                                        \
        }                                                                                                    \
    } while (0)

/* ---- a collection ---- */

enum { ARTICLES = 400, PASSAGES = 4, OCCURRENCES = 60000, SEGMENTS = 5 };

struct article {
    char title[200];
    char text[PASSAGES][400];
    uint32_t passages, segment;
    uint8_t stemmer;
    bool deleted;
};

struct occurrence {
    char word[CSA_TOKEN_MAXIMUM + 1];
    uint32_t document, position;
};

struct collection {
    char folder[32];
    struct article articles[ARTICLES];
    uint32_t count, segments;
    struct occurrence *words, *titles; /* of the segment being written */
    size_t word_count, title_count;
    struct csa_engine *engine;
    struct csa_arena arena;
};

static struct collection *collection;

static int start(void **state)
{
    (void)state;
    collection = calloc(1, sizeof *collection);
    collection->words = calloc(OCCURRENCES, sizeof *collection->words);
    collection->titles = calloc(OCCURRENCES, sizeof *collection->titles);
    strcpy(collection->folder, "csa-test-complete-XXXXXX");
    csa_arena_init(&collection->arena, 0);
    return mkdtemp(collection->folder) == NULL ? -1 : 0;
}

static int stop(void **state)
{
    (void)state;
    char **names;
    size_t count;
    if (collection->engine != NULL) {
        collection->engine->operations->close(collection->engine);
    }
    csa_arena_release(&collection->arena);
    if (csa_file_list_folder(collection->folder, &names, &count, NULL) == CSA_OK) {
        for (size_t i = 0; i < count; i++) {
            char *path = csa_file_join(collection->folder, names[i]);
            remove(path);
            csa_free(path);
        }
        csa_file_names_free(names, count);
    }
    int result = rmdir(collection->folder);
    free(collection->words);
    free(collection->titles);
    free(collection);
    return result;
}

/* Passages end with null. */
static struct article *add(uint32_t segment, const char *title, ...)
{
    assert_true(collection->count < ARTICLES && segment < SEGMENTS);
    struct article *article = &collection->articles[collection->count++];
    snprintf(article->title, sizeof article->title, "%s", title);
    article->segment = segment;
    collection->segments = segment + 1 > collection->segments ? segment + 1 : collection->segments;
    va_list texts;
    va_start(texts, title);
    for (const char *text = va_arg(texts, const char *); text != NULL; text = va_arg(texts, const char *)) {
        snprintf(article->text[article->passages++], sizeof *article->text, "%s", text);
    }
    va_end(texts);
    return article;
}

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *one = a;
    const struct occurrence *other = b;
    int order = strcmp(one->word, other->word);
    if (order == 0 && one->document != other->document) {
        order = one->document < other->document ? -1 : 1;
    }
    return order != 0 ? order : (one->position > other->position) - (one->position < other->position);
}

static uint32_t take_words(const char *text, struct occurrence *list, size_t *count, uint32_t document,
                           uint32_t base)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    uint32_t end = 0;
    csa_tokenizer_init(&tokenizer, csa_view_of(text));
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if ((token.flags & CSA_TOKEN_EXTRA) != 0) {
            continue;
        }
        assert_true(*count < OCCURRENCES);
        struct occurrence *made = &list[(*count)++];
        memcpy(made->word, token.surface.data, token.surface.size);
        made->word[token.surface.size] = '\0';
        made->document = document;
        made->position = base + token.position;
        end = token.position + 1;
    }
    return end;
}

static void write_terms(struct csa_segment_writer *writer, enum csa_term_kind kind, struct occurrence *list,
                        size_t count)
{
    struct csa_error error = {0};
    qsort(list, count, sizeof *list, compare_occurrences);
    for (size_t i = 0; i < count;) {
        const char *word = list[i].word;
        csa_segment_writer_begin_term(writer, kind, csa_view_of(word));
        while (i < count && strcmp(list[i].word, word) == 0) {
            uint32_t positions[400];
            uint32_t document = list[i].document;
            uint32_t frequency = 0;
            for (; i < count && strcmp(list[i].word, word) == 0 && list[i].document == document; i++) {
                positions[frequency++] = list[i].position;
            }
            csa_segment_writer_add_posting(writer, document, frequency,
                                           kind == CSA_TERM_WORD ? positions : NULL);
        }
        assert_ok(csa_segment_writer_end_term(writer, &error));
    }
}

static void fold(void *context, struct csa_view title, struct csa_buffer *out)
{
    (void)context;
    csa_text_fold(title, out);
}

static void write_article(struct csa_segment_writer *writer, struct csa_chunk_builder *chunks, uint32_t n,
                          struct csa_commit_segment *entry)
{
    struct csa_error error = {0};
    const struct article *article = &collection->articles[n];
    struct csa_buffer record;
    uint32_t lengths[PASSAGES];
    char id[20];
    bool full;
    csa_buffer_init(&record, 1000);
    csa_article_record_encode(&(struct csa_stored_article){.title = csa_view_of(article->title)}, &record);
    snprintf(id, sizeof id, "%u", n);
    uint32_t titles =
        take_words(article->title, collection->titles, &collection->title_count, entry->articles, 0);
    for (uint32_t p = 0; p < article->passages; p++) {
        uint32_t base = 0;
        lengths[p] = 0;
        if (p == 0 && titles != 0) {
            take_words(article->title, collection->words, &collection->word_count, entry->passages, 0);
            base = titles + CSA_TITLE_GAP;
            lengths[p] = titles;
        }
        lengths[p] += take_words(article->text[p], collection->words, &collection->word_count,
                                 entry->passages + p, base);
        entry->tokens += lengths[p];
        assert_ok(csa_chunk_builder_add_passage(chunks, csa_view_of(article->text[p]), 0, &full, &error));
    }
    const struct csa_article_record made = {
        .id = csa_view_of(id),
        .title_tokens = titles,
        .stemmer = article->stemmer,
        .language = article->stemmer,
        .stored = csa_buffer_view(&record),
        .lengths = lengths,
        .passage_count = article->passages,
    };
    assert_ok(csa_segment_writer_add_article(writer, &made, &error));
    entry->articles++;
    entry->passages += article->passages;
    csa_buffer_release(&record);
}

static struct csa_view no_stem(void *context, uint8_t language, struct csa_view word)
{
    (void)context;
    (void)language;
    return word;
}

static void write_deletes(uint32_t segment, struct csa_commit_segment *entry)
{
    struct csa_error error = {0};
    struct csa_deletes deletes;
    uint32_t passage = 0;
    assert_ok(csa_deletes_init(&deletes, entry->passages, &error));
    for (uint32_t n = 0; n < collection->count; n++) {
        const struct article *article = &collection->articles[n];
        for (uint32_t p = 0; p < article->passages && article->segment == segment; p++, passage++) {
            if (article->deleted) {
                deletes.bits[passage / 64] |= UINT64_C(1) << (passage % 64);
                deletes.deleted++;
                entry->deleted_articles += p == 0;
            }
        }
    }
    entry->deleted_passages = deletes.deleted;
    if (deletes.deleted != 0) {
        char *path = csa_index_deletes_path(collection->folder, entry->number, 1);
        assert_ok(csa_deletes_write(&deletes, path, &entry->deletes_crc, &error));
        csa_free(path);
        entry->deletes_generation = 1;
    }
    csa_deletes_release(&deletes);
}

static void write_segment(uint32_t segment, struct csa_commit_segment *entry)
{
    struct csa_error error = {0};
    struct csa_segment_writer *writer;
    struct csa_chunk_builder *chunks;
    struct csa_chunk chunk;
    const struct csa_segment_options options = {
        .passage_words = 120, .store_positions = true, .store_text = true};
    const struct csa_stem_callback stem = {NULL, no_stem};
    entry->number = segment + 1;
    assert_ok(csa_segment_writer_new(&writer, collection->folder, entry->number, &options, &error));
    csa_segment_writer_fold_titles(writer, (struct csa_fold_callback){NULL, fold});
    assert_ok(csa_chunk_builder_new(&chunks, (size_t)1 << 20, &error));
    collection->word_count = 0;
    collection->title_count = 0;
    for (uint32_t n = 0; n < collection->count; n++) {
        if (collection->articles[n].segment == segment) {
            write_article(writer, chunks, n, entry);
        }
    }
    assert_ok(csa_chunk_builder_take(chunks, &chunk, &error));
    assert_ok(csa_segment_writer_add_passage_chunk(writer, &chunk, &error));
    csa_chunk_builder_free(chunks);
    assert_ok(csa_segment_writer_begin_terms(writer, &error));
    write_terms(writer, CSA_TERM_WORD, collection->words, collection->word_count);
    write_terms(writer, CSA_TERM_TITLE_WORD, collection->titles, collection->title_count);
    assert_ok(csa_segment_writer_finish(writer, &stem, &entry->file_size, &entry->table_crc, &error));
    csa_segment_writer_free(writer);
    write_deletes(segment, entry);
}

static void open_collection(void)
{
    struct csa_error error = {0};
    struct csa_commit *commit = calloc(1, sizeof *commit);
    commit->generation = 1;
    for (uint32_t s = 0; s < collection->segments; s++) {
        write_segment(s, &commit->segments[commit->segment_count++]);
    }
    assert_ok(csa_commit_write(collection->folder, commit, &error));
    for (uint32_t s = 0; s < collection->segments; s++) {
        struct csa_segment *segment;
        char *path = csa_index_segment_path(collection->folder, s + 1);
        assert_ok(csa_segment_open(path, s + 1, &segment, &error));
        assert_ok(csa_segment_check(segment, NULL, NULL, &error));
        csa_segment_close(segment);
        csa_free(path);
    }
    free(commit);
    assert_ok(csa_engine_native_open(collection->folder, &collection->engine, &error));
}

static struct csa_completions complete(const char *typed, size_t room)
{
    struct csa_error error = {0};
    struct csa_completions found;
    assert_ok(collection->engine->operations->complete(collection->engine, csa_view_of(typed), room,
                                                       &collection->arena, &found, &error));
    assert_true(found.word_count + found.title_count <= room);
    return found;
}

/* "word word | =title ~title": for comparing. */
static const char *show(const char *typed, size_t room)
{
    static char out[4096];
    struct csa_completions found = complete(typed, room);
    size_t size = 0;
    for (size_t i = 0; i < found.word_count; i++) {
        size += (size_t)snprintf(out + size, sizeof out - size, "%s%.*s", i == 0 ? "" : " ",
                                 (int)found.words[i].word.size, found.words[i].word.data);
    }
    for (size_t i = 0; i < found.title_count; i++) {
        size += (size_t)snprintf(out + size, sizeof out - size, "%s%s%.*s", size == 0 ? "" : " | ",
                                 found.titles[i].begins ? "=" : "~", (int)found.titles[i].title.size,
                                 found.titles[i].title.data);
    }
    out[size] = '\0';
    return out;
}

/* ---- tests ---- */

static uint64_t random_state = 88172645463325252U;

static uint32_t random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 20) % n);
}

static void check_peak(uint32_t count)
{
    uint8_t peak = csa_peak_of(count);
    assert_true(csa_peak_bound(peak) >= count);
    assert_true(csa_peak_bound(peak) <= count + (uint64_t)count / 8);
    assert_true(peak == 0 || csa_peak_bound((uint8_t)(peak - 1)) < count);
}

static void test_peaks(void **state)
{
    (void)state;
    for (uint32_t count = 0; count < 100000; count++) {
        check_peak(count);
    }
    for (uint32_t i = 0; i < 100000; i++) {
        check_peak((uint32_t)(random_state >> random_below(33)));
        random_below(2);
    }
    check_peak(UINT32_MAX);
    for (unsigned peak = 1; peak < 240; peak++) {
        assert_true(csa_peak_bound((uint8_t)peak) > csa_peak_bound((uint8_t)(peak - 1)));
        assert_int_equal(csa_peak_of((uint32_t)csa_peak_bound((uint8_t)peak)), peak);
    }
}

struct counted {
    char word[24];
    uint64_t all, live;
};

static int by_count(const void *a, const void *b)
{
    const struct counted *one = a;
    const struct counted *other = b;
    return one->all != other->all ? (one->all > other->all ? -1 : 1) : strcmp(one->word, other->word);
}

static size_t count_word(struct counted *counts, size_t count, const char *word, bool deleted)
{
    size_t i = 0;
    while (i < count && strcmp(counts[i].word, word) != 0) {
        i++;
    }
    if (i == count) {
        strcpy(counts[count++].word, word);
    }
    counts[i].all++;
    counts[i].live += !deleted;
    return count;
}

/* All words counted and sorted, and the best that begin so and are not all deleted. */
static void expect_words(struct counted *counts, size_t count, const char *prefix, bool ties)
{
    enum { ROOM = 7 };
    struct csa_completions found = complete(prefix, ROOM);
    size_t at = 0;
    for (size_t i = 0; i < count && at < ROOM; i++) {
        if (strncmp(counts[i].word, prefix, strlen(prefix)) == 0 && counts[i].live != 0) {
            assert_true(at < found.word_count);
            assert_int_equal(found.words[at].passages, counts[i].all);
            if (ties) {
                assert_true(csa_view_equal(found.words[at].folded, csa_view_of(counts[i].word)));
            }
            at++;
        }
    }
    assert_int_equal(found.word_count, at);
    csa_arena_clear(&collection->arena);
}

static void try_words(uint32_t segments)
{
    static struct counted counts[3000];
    size_t count = 0;
    memset(counts, 0, sizeof counts);
    for (uint32_t n = 0; n < 300; n++) {
        struct article *article = add(n % segments, "", "", NULL);
        article->deleted = n % 7 == 3;
        char seen[40][24];
        uint32_t words = 1 + random_below(30);
        size_t size = 0;
        for (uint32_t i = 0; i < words; i++) {
            char *word = seen[i];
            size_t letters = 1 + random_below(4);
            for (size_t j = 0; j < letters; j++) {
                word[j] = (char)('a' + random_below(1 + random_below(8)));
            }
            word[letters] = '\0';
            size += (size_t)snprintf(article->text[0] + size, sizeof article->text[0] - size, "%s ", word);
            bool repeated = false;
            for (uint32_t j = 0; j < i; j++) {
                repeated = repeated || strcmp(seen[j], word) == 0;
            }
            count = repeated ? count : count_word(counts, count, word, article->deleted);
        }
    }
    qsort(counts, count, sizeof *counts, by_count);
    open_collection();
    static const char *const prefixes[] = {"a", "b", "h", "aa", "ab", "ba", "aaa", "abc", "hh", "z", "aaaaa"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        expect_words(counts, count, prefixes[i], segments == 1);
    }
    for (size_t i = 0; i < count; i += 5) {
        expect_words(counts, count, counts[i].word, segments == 1);
    }
}

static void test_words_of_one_segment(void **state)
{
    (void)state;
    try_words(1);
}

static void test_words_of_several_segments(void **state)
{
    (void)state;
    try_words(SEGMENTS);
}

static void test_spelling(void **state)
{
    (void)state;
    add(0, "", "Die Größe zählt, die Größe von Köln.", "Nur die Größe: groß ist grosse Kunst.", NULL);
    add(0, "", "В лесу родилась ёлка, зелёная ёлка.", "Ёлка стоит. Это елка.", NULL);
    add(0, "", "Herr Müller kommt. Müller geht.", "Man sah Müller.", NULL);
    add(0, "", "Walking is fun. We went walking; China's walls, 1,000 of them.", "NATO met, said NATO.",
        NULL);
    add(0, "Überschrift allein", "nichts", NULL);
    open_collection();
    assert_string_equal(show("grosse", 4), "Größe"); /* written so more often than grosse */
    assert_string_equal(show("GRÖSS", 4), "Größe groß");
    assert_string_equal(show("елк", 4), "ёлка");
    assert_string_equal(show("ёл", 4), "ёлка");
    assert_string_equal(show("mull", 4), "Müller");
    assert_string_equal(show("MÜLL", 4), "Müller");
    assert_string_equal(show("walk", 4), "walking");
    assert_string_equal(show("chin", 4), "china"); /* never without the possessive */
    assert_string_equal(show("100", 4), "1000");
    assert_string_equal(show("nat", 4), "NATO");
    assert_string_equal(show("uber", 4), "überschrift | =Überschrift allein");
}

static void test_titles(void **state)
{
    (void)state;
    static const char *const text = "text";
    add(0, "Siberia", text, NULL);
    add(0, "Siberia and its railways", text, text, text, NULL);
    add(1, "Siberian pipelines", text, text, NULL);
    add(1, "siberia", text, text, text, text, NULL); /* the same as the first, and longer */
    add(1, "Power of Siberia", text, text, NULL);
    add(1, "The gas of Siberia", text, NULL);
    add(0, "Siberia forgotten", text, text, text, text, NULL)->deleted = true;
    add(0, "A title that is much longer than any key: one", text, NULL);
    add(0, "A title that is much longer than any key: two", text, text, NULL);
    add(1, "中国天然气管道", text, NULL);
    add(1, "天然气价格", text, text, NULL);
    open_collection();
    assert_string_equal(show("sib", 20),
                        "siberia siberian | =siberia | =Siberia and its railways | =Siberian pipelines | "
                        "~Power of Siberia | ~The gas of Siberia");
    assert_string_equal(show("Siberia A", 20), "and a any | =Siberia and its railways");
    assert_string_equal(show("POWER  of sib", 4), "siberia siberian | =Power of Siberia");
    struct csa_completions found = complete("gas sib", 8);
    assert_int_equal(found.title_count, 1);
    assert_true(csa_view_equal(found.titles[0].title, csa_view_of("The gas of Siberia")));
    assert_false(found.titles[0].begins);
    assert_int_equal(found.begin, 4);
    assert_int_equal(found.end, 7);
    found = complete("a title that is much longer than any key: t", 8);
    assert_int_equal(found.title_count, 1);
    found = complete("a title that is much longer than any key", 8);
    assert_int_equal(found.title_count, 2);
    assert_true(
        csa_view_equal(found.titles[0].title, csa_view_of("A title that is much longer than any key: two")));
    assert_string_equal(show("天然", 8), "=天然气价格 | ~中国天然气管道");
    assert_string_equal(show("天", 8), "=天然气价格 | ~中国天然气管道");
    assert_string_equal(show("国天", 8), "~中国天然气管道");
    assert_string_equal(show("气天", 8), "");
    assert_string_equal(show("siberia ", 8),
                        "=Siberia and its railways | ~siberia | ~Power of Siberia | ~The gas of Siberia");
}

static void test_context_and_stop_words(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        add(0, "", "the state and the theatre", "steam there", NULL)->stemmer = CSA_LANGUAGE_ENGLISH;
    }
    add(0, "", "united station", NULL)->stemmer = CSA_LANGUAGE_ENGLISH;
    add(0, "", "united station", NULL)->stemmer = CSA_LANGUAGE_ENGLISH;
    open_collection();
    assert_string_equal(show("st", 8), "state steam station");
    assert_string_equal(show("united st", 8), "station state steam");
    assert_string_equal(show("the", 8), "theatre the there");
    struct csa_completions found = complete("the", 8);
    assert_false(found.words[0].stop);
    assert_true(found.words[1].stop);
}

static void test_hostile(void **state)
{
    (void)state;
    static char typed[CSA_TYPED_MAXIMUM + 2];
    static const char letters[] = "sibega \xd0\xb5\"+-(";
    add(0, "Siberia", "gas", NULL);
    open_collection();
    assert_string_equal(show("", 8), "");
    assert_string_equal(show(" ", 8), "");
    assert_string_equal(show("\xff\xfe", 8), "");
    assert_string_equal(show("sib", 0), "");
    for (int i = 0; i < 2000; i++) {
        size_t size = 1 + random_below(i % 10 == 0 ? CSA_TYPED_MAXIMUM : 20);
        for (size_t j = 0; j < size; j++) {
            typed[j] = i % 2 == 0 ? (char)(1 + random_below(255)) : letters[random_below(13)];
        }
        typed[size] = '\0';
        complete(typed, 8);
        csa_arena_clear(&collection->arena);
    }
    memset(typed, 's', CSA_TYPED_MAXIMUM + 1);
    complete(typed, 8);
    typed[CSA_TYPED_MAXIMUM] = '\0';
    complete(typed, 8);
}

/* ---- the site ---- */

static const char *suggest(const char *typed)
{
    static char out[4096];
    struct csa_error error = {0};
    struct csa_buffer json;
    const struct csa_site_config config = {.deadline_ms = 60000};
    const struct csa_site_context context = {
        .config = &config, .engine = collection->engine, .arena = &collection->arena};
    csa_buffer_init(&json, sizeof out - 1);
    assert_ok(csa_site_suggestions(&json, &context, csa_view_of(typed), &error));
    memcpy(out, json.data, json.size);
    out[json.size] = '\0';
    csa_buffer_release(&json);
    return out;
}

static void test_suggestions(void **state)
{
    (void)state;
    add(0, "Siberian (gas)", "It is in Siberia.", NULL);
    add(0, "Siberia", "The siberians said \"siesta\".", NULL);
    add(0, "Sichuan NOT Sichuan", "nothing", NULL);
    open_collection();
    assert_string_equal(suggest("sib"),
                        "[\"sib\",[\"Siberia\",\"siberian\",\"Siberian (gas)\",\"siberians\"]]\n");
    assert_string_equal(suggest("in sib"),
                        "[\"in sib\",[\"in siberian\",\"in Siberia\",\"in siberians\"]]\n");
    assert_string_equal(suggest("Siberia"),
                        "[\"Siberia\",[\"siberian\",\"Siberian (gas)\",\"siberians\"]]\n");
    assert_string_equal(suggest("sich"), "[\"sich\",[\"Sichuan\"]]\n"); /* that title finds nothing */
    assert_string_equal(suggest("-siberia sib"), "[\"-siberia sib\",[]]\n");
    assert_string_equal(suggest(""), "[\"\",[]]\n");
    assert_string_equal(suggest("\"<sie"), "[\"\\\"<sie\",[\"\\\"<siesta\"]]\n");
    assert_string_equal(suggest("\xff"), "[\"\xef\xbf\xbd\",[]]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peaks),
        cmocka_unit_test_setup_teardown(test_words_of_one_segment, start, stop),
        cmocka_unit_test_setup_teardown(test_words_of_several_segments, start, stop),
        cmocka_unit_test_setup_teardown(test_spelling, start, stop),
        cmocka_unit_test_setup_teardown(test_titles, start, stop),
        cmocka_unit_test_setup_teardown(test_context_and_stop_words, start, stop),
        cmocka_unit_test_setup_teardown(test_hostile, start, stop),
        cmocka_unit_test_setup_teardown(test_suggestions, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
