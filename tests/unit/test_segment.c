/* Segments: what is written is read back, compared with a model in plain arrays; stems against a naive
 * computation; the same bytes each time; what the writer refuses; damage and foreign files. */
#include "segment_model.h"

#include "common/index/stem_sorter.h"

static struct csa_segment *open_segment(uint64_t number)
{
    struct csa_error error = {0};
    struct csa_segment *segment;
    char *path = csa_index_segment_path(test_folder, number);
    assert_ok(csa_segment_open(path, number, &segment, &error));
    csa_free(path);
    return segment;
}

/* ---- articles ---- */

static void compare_ids(const struct csa_segment *segment, const struct model *model)
{
    struct csa_error error = {0};
    for (uint32_t i = 0; i < model->article_count; i++) {
        const struct model_article *article = &model->articles[i];
        char buffer[CSA_ID_MAXIMUM];
        struct csa_view id;
        assert_ok(csa_segment_article_id(segment, i, buffer, &id, &error));
        assert_true(csa_view_equal(id, csa_view_make(article->id, article->id_size)));
        uint32_t last = i; /* the last article with this id */
        for (uint32_t j = i + 1; j < model->article_count; j++) {
            if (model->articles[j].id_size == article->id_size &&
                memcmp(model->articles[j].id, article->id, article->id_size) == 0) {
                last = j;
            }
        }
        uint32_t number;
        bool found;
        assert_ok(csa_segment_find_article(segment, id, &number, &found, &error));
        assert_true(found);
        assert_int_equal(number, last);
        id.size--;
        assert_ok(csa_segment_find_article(segment, id, &number, &found, &error));
        assert_false(found);
    }
    uint32_t number;
    bool found;
    assert_ok(csa_segment_find_article(segment, csa_view_make(NULL, 0), &number, &found, &error));
    assert_false(found);
}

static void compare_article(const struct csa_segment *segment, const struct model *model, uint32_t i)
{
    const struct model_article *article = &model->articles[i];
    assert_int_equal(csa_column_get(&segment->date, i), article->date);
    assert_int_equal(csa_column_get(&segment->language, i), article->language);
    assert_int_equal(csa_column_get(&segment->stemmer, i), article->stemmer);
    assert_int_equal(csa_column_get(&segment->title_tokens, i), article->title_tokens);
    assert_true(csa_view_equal(csa_segment_string(segment, csa_column_get(&segment->source, i)),
                               csa_view_of(article->source)));
    assert_true(csa_view_equal(csa_segment_string(segment, csa_column_get(&segment->author, i)),
                               csa_view_of(article->author)));
    assert_int_equal(csa_segment_first_passage(segment, i), article->first);
    struct csa_error error = {0};
    struct csa_arena arena;
    struct csa_stored_article stored;
    csa_arena_init(&arena, 0);
    assert_ok(csa_segment_read_article(segment, i, NULL, &arena, &stored, &error));
    assert_true(csa_view_equal(stored.title, csa_view_of(article->title)));
    assert_true(csa_view_equal(stored.url, csa_view_of(article->url)));
    assert_int_equal(stored.description.size, 0);
    assert_int_equal(stored.extra_count, article->note[0] != '\0');
    if (stored.extra_count != 0) {
        assert_true(csa_view_equal(stored.extra[0].name, csa_view_of("note")));
        assert_true(csa_view_equal(stored.extra[0].value, csa_view_of(article->note)));
    }
    for (uint32_t p = article->first; p < article->first + article->passages; p++) {
        struct csa_stored_passage passage;
        assert_int_equal(csa_segment_length(segment, p), model->lengths[p]);
        assert_int_equal(csa_segment_article_of(segment, p), i);
        assert_ok(csa_segment_read_passage(segment, p, NULL, &arena, &passage, &error));
        assert_true(
            csa_view_equal(passage.text, csa_view_of(model->options.store_text ? model->texts[p] : "")));
        assert_int_equal(passage.offset, model->options.store_text ? 10 * (p - article->first) : 0);
    }
    csa_arena_release(&arena);
}

static void compare_meta(const struct csa_segment *segment, const struct model *model)
{
    uint64_t tokens = 0;
    uint64_t title_tokens = 0;
    uint64_t stemmers = 0;
    for (uint32_t i = 0; i < model->passage_count; i++) {
        tokens += model->lengths[i];
    }
    for (uint32_t i = 0; i < model->article_count; i++) {
        title_tokens += model->articles[i].title_tokens;
        stemmers |= UINT64_C(1) << model->articles[i].stemmer;
    }
    assert_int_equal(segment->meta.articles, model->article_count);
    assert_int_equal(segment->meta.passages, model->passage_count);
    assert_int_equal(segment->meta.tokens, tokens);
    assert_int_equal(segment->meta.title_tokens, title_tokens);
    assert_int_equal(segment->meta.stemmers, stemmers);
    assert_int_equal(segment->meta.has_text, model->options.store_text);
    assert_int_equal(segment->meta.has_positions, model->options.store_positions);
    assert_int_equal(segment->meta.passage_words, 120);
    assert_int_equal(csa_segment_first_passage(segment, model->article_count), model->passage_count);
}

/* ---- lists ---- */

/* Reads a list as occurrences; position: the number of the occurrence in its document when `positions` is
 * false. */
static size_t read_list(const struct csa_segment *segment, const struct csa_term_entry *entry, bool positions,
                        struct occurrence *out)
{
    struct csa_error error = {0};
    struct csa_postings list;
    size_t count = 0;
    uint32_t documents = 0;
    assert_ok(csa_segment_postings(segment, entry, &list, &error));
    for (uint32_t block = 0; block < list.block_count; block++) {
        uint32_t ids[CSA_BLOCK_ROOM];
        uint32_t frequencies[CSA_BLOCK_ROOM];
        unsigned n = csa_postings_read_documents(&list, block, ids);
        assert_true(n != 0);
        assert_int_equal(csa_postings_read_frequencies(&list, block, frequencies), n);
        uint32_t before = 0;
        for (unsigned i = 0; i < n; i++) {
            uint32_t places[600];
            if (positions) {
                assert_true(csa_postings_read_positions(&list, block, before, frequencies[i], places));
            }
            for (uint32_t j = 0; j < frequencies[i]; j++) {
                out[count++] = (struct occurrence){0, ids[i], positions ? places[j] : j};
            }
            before += frequencies[i];
        }
        documents += n;
    }
    assert_int_equal(count, entry->occurrence_count);
    assert_int_equal(documents, entry->document_count);
    return count;
}

static void compare_words(const struct csa_segment *segment, const struct model *model,
                          enum csa_term_kind kind)
{
    struct csa_error error = {0};
    const struct occurrence *list = kind == CSA_TERM_WORD ? model->body : model->titles;
    size_t count = kind == CSA_TERM_WORD ? model->body_count : model->title_count;
    struct occurrence *read = calloc(count + 1, sizeof *read);
    bool positions = kind == CSA_TERM_WORD && model->options.store_positions;
    uint32_t words = 0;
    for (size_t i = 0; i < count; words++) {
        const struct model_word *word = &model->words[list[i].word];
        struct csa_term_entry entry;
        bool found;
        assert_ok(csa_dictionary_find(&segment->dictionary, kind, csa_view_make(word->text, word->size),
                                      &entry, &found, &error));
        assert_true(found);
        size_t n = read_list(segment, &entry, positions, read);
        for (size_t j = 0; j < n; j++) {
            assert_true(i + j < count);
            assert_int_equal(list[i + j].word, list[i].word);
            assert_int_equal(list[i + j].document, read[j].document);
            if (positions) {
                assert_int_equal(list[i + j].position, read[j].position);
            }
        }
        i += n;
        assert_true(i == count || list[i].word != list[i - 1].word);
    }
    assert_int_equal(segment->meta.terms[kind - 1], words);
    free(read);
}

/* ---- stems, naively ---- */

struct stemmed {
    struct model_word stem;
    uint32_t document;
};

static int compare_stemmed(const void *a, const void *b)
{
    const struct stemmed *one = a;
    const struct stemmed *other = b;
    int order = compare_model_words(&one->stem, &other->stem);
    return order != 0 ? order : (one->document > other->document) - (one->document < other->document);
}

static uint32_t article_of(const struct model *model, uint32_t passage)
{
    uint32_t i = 0;
    while (model->articles[i].first + model->articles[i].passages <= passage) {
        i++;
    }
    return i;
}

static void compare_stems(const struct csa_segment *segment, const struct model *model,
                          enum csa_term_kind kind)
{
    struct csa_error error = {0};
    bool title = kind == CSA_TERM_TITLE_STEM;
    const struct occurrence *list = title ? model->titles : model->body;
    size_t count = title ? model->title_count : model->body_count;
    struct stemmed *all = calloc(count + 1, sizeof *all);
    struct occurrence *read = calloc(count + 1, sizeof *read);
    for (size_t i = 0; i < count; i++) {
        uint32_t article = title ? list[i].document : article_of(model, list[i].document);
        const struct model_word *word = &model->words[list[i].word];
        struct csa_view stem =
            model_stem_rule(model->articles[article].stemmer, csa_view_make(word->text, word->size));
        memcpy(all[i].stem.text, stem.data, stem.size);
        all[i].stem.size = stem.size;
        all[i].document = list[i].document;
    }
    qsort(all, count, sizeof *all, compare_stemmed);
    uint32_t own = 0;
    uint32_t separate = 0;
    for (size_t i = 0; i < count;) {
        struct csa_term_entry entry;
        bool found;
        assert_ok(csa_dictionary_find(&segment->dictionary, kind,
                                      csa_view_make(all[i].stem.text, all[i].stem.size), &entry, &found,
                                      &error));
        if (segment->meta.stemmers == 1) {
            assert_false(found);
            break;
        }
        assert_true(found);
        own += entry.own_stem;
        separate += !entry.own_stem;
        size_t n = read_list(segment, &entry, false, read);
        for (size_t j = 0; j < n; j++) {
            assert_true(i + j < count);
            assert_int_equal(compare_model_words(&all[i + j].stem, &all[i].stem), 0);
            assert_int_equal(all[i + j].document, read[j].document);
        }
        i += n;
        assert_true(i == count || compare_model_words(&all[i].stem, &all[i - 1].stem) != 0);
    }
    assert_int_equal(segment->meta.terms[kind - 1], separate);
    struct csa_dictionary_cursor cursor;
    enum csa_term_kind word = title ? CSA_TERM_TITLE_WORD : CSA_TERM_WORD;
    assert_ok(csa_dictionary_seek(&segment->dictionary, word, csa_view_make("", 0), &cursor, &error));
    for (bool more = true; more;) {
        assert_ok(csa_dictionary_next(&cursor, &more, &error));
        own -= more && cursor.kind == word && cursor.entry.own_stem;
    }
    assert_int_equal(own, 0);
    free(all);
    free(read);
}

static void report_fault(void *context, const char *message)
{
    (void)context;
    print_message("%s\n", message);
}

static void round_trip(const struct model_plan *plan)
{
    struct csa_error error = {0};
    struct csa_commit_segment entry;
    struct model *model = model_make(plan);
    assert_ok(model_write(model, test_folder, 7, &entry, &error));
    struct csa_segment *segment = open_segment(7);
    assert_int_equal(segment->file.size, entry.file_size);
    assert_int_equal(segment->table_checksum, entry.table_crc);
    compare_meta(segment, model);
    for (uint32_t i = 0; i < model->article_count; i++) {
        compare_article(segment, model, i);
    }
    compare_ids(segment, model);
    compare_words(segment, model, CSA_TERM_WORD);
    compare_words(segment, model, CSA_TERM_TITLE_WORD);
    compare_stems(segment, model, CSA_TERM_STEM);
    compare_stems(segment, model, CSA_TERM_TITLE_STEM);
    assert_ok(csa_segment_check(segment, report_fault, NULL, &error));

    struct csa_commit_segment again;
    assert_ok(model_write(model, test_folder, 8, &again, &error));
    struct csa_segment *second = open_segment(8);
    assert_int_equal(second->file.size, segment->file.size);
    assert_memory_equal(second->file.data, segment->file.data, segment->file.size);
    csa_segment_close(second);
    csa_segment_close(segment);
    model_free(model);
}

static void test_round_trips(void **state)
{
    (void)state;
    static const struct model_plan plans[] = {
        {.articles = 1, .passages = 1, .words = 1, .tokens = 1},
        {.articles = 1, .passages = 1, .words = 3, .tokens = 0, .stemmers = 1, .no_stored = true},
        {.articles = 2, .passages = 2, .words = 5, .tokens = 4, .stemmers = 1},
        {.articles = 17, .passages = 1, .words = 40, .tokens = 20, .stemmers = 3, .constant_columns = true},
        {.articles = 50, .passages = 5, .words = 300, .tokens = 30, .stemmers = 7, .long_ids = true},
        {.articles = 80, .passages = 3, .words = 200, .tokens = 40, .duplicate_ids = true, .no_text = true},
        {.articles = 90, .passages = 3, .words = 200, .tokens = 30, .stemmers = 1, .no_positions = true},
        {.articles = 40, .passages = 9, .words = 30, .tokens = 400, .stemmers = 6, .no_stored = true},
        {.articles = 300,
         .passages = 4,
         .words = 2000,
         .tokens = 60,
         .stemmers = 1,
         .constant_columns = true},
    };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        round_trip(&plans[i]);
    }
}

static void test_many_passages(void **state)
{
    (void)state;
    const struct model_plan one = {.articles = 900, .passages = 20, .words = 60, .tokens = 6, .stemmers = 1};
    const struct model_plan mixed = {
        .articles = 700, .passages = 20, .words = 90, .tokens = 6, .stemmers = 4};
    round_trip(&one);
    round_trip(&mixed);
}

static void test_random_plans(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        const struct model_plan plan = {
            .articles = 1 + random_below(60),
            .passages = 1 + random_below(6),
            .words = 1 + random_below(200),
            .tokens = random_below(30),
            .stemmers = random_below(8),
            .constant_columns = random_below(3) == 0,
            .long_ids = random_below(3) == 0,
            .duplicate_ids = random_below(3) == 0,
            .no_text = random_below(3) == 0,
            .no_positions = random_below(3) == 0,
            .no_stored = random_below(3) == 0,
        };
        round_trip(&plan);
    }
}

/* ---- sorting stems in runs ---- */

static void test_stem_runs(void **state)
{
    (void)state;
    struct csa_error error = {0};
    for (uint32_t run = 1; run <= 1000; run *= 10) {
        struct csa_stem_sorter *sorter;
        assert_ok(csa_stem_sorter_new(&sorter, test_folder, run, &error));
        uint64_t sum = 0;
        for (uint32_t i = 0; i < 500; i++) {
            char text[CSA_TERM_MAXIMUM];
            size_t size = random_below(20) == 0 ? CSA_TERM_MAXIMUM : 1 + random_below(12);
            for (size_t j = 0; j < size; j++) {
                text[j] = (char)random_below(3); /* zero bytes too */
            }
            const struct csa_stem_pair pair = {csa_view_make(text, size), i, UINT64_C(1) << (i % 64), i % 2,
                                               i % 3};
            assert_ok(csa_stem_sorter_add(sorter, &pair, &error));
            sum += i;
        }
        assert_ok(csa_stem_sorter_sort(sorter, &error));
        struct model_word last = {.size = 0};
        uint64_t last_word = 0;
        for (uint32_t i = 0;; i++) {
            struct csa_stem_pair pair;
            bool more;
            assert_ok(csa_stem_sorter_next(sorter, &pair, &more, &error));
            if (!more) {
                assert_int_equal(i, 500);
                break;
            }
            int order = csa_view_compare(csa_view_make(last.text, last.size), pair.stem);
            assert_true(order < 0 || (order == 0 && last_word < pair.word));
            assert_int_equal(pair.languages, UINT64_C(1) << (pair.word % 64));
            assert_int_equal(pair.same, pair.word % 2);
            assert_int_equal(pair.covered, pair.word % 3 != 0);
            memcpy(last.text, pair.stem.data, pair.stem.size);
            last.size = pair.stem.size;
            last_word = pair.word;
            sum -= pair.word;
        }
        assert_int_equal(sum, 0);
        csa_stem_sorter_free(sorter);
    }
}

/* ---- what the writer refuses ---- */

static struct csa_segment_writer *new_writer(bool text)
{
    struct csa_error error = {0};
    struct csa_segment_writer *writer;
    const struct csa_segment_options options = {120, text, true};
    assert_ok(csa_segment_writer_new(&writer, test_folder, 9, &options, &error));
    return writer;
}

static const uint32_t three_tokens = 3;

static struct csa_article_record plain_article(void)
{
    return (struct csa_article_record){
        .id = csa_view_of("a"), .lengths = &three_tokens, .passage_count = 1, .language = 1, .stemmer = 1};
}

static void test_refused_articles(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_segment_writer *writer = new_writer(false);
    char id[CSA_ID_MAXIMUM + 1];
    memset(id, 'i', sizeof id);
    struct csa_article_record article = plain_article();
    article.id = csa_view_make(id, sizeof id);
    assert_int_equal(csa_segment_writer_add_article(writer, &article, &error), CSA_ERROR_LIMIT);
    article.id.size = 0;
    assert_int_equal(csa_segment_writer_add_article(writer, &article, &error), CSA_ERROR_LIMIT);
    article = plain_article();
    article.date = 20231301;
    assert_int_equal(csa_segment_writer_add_article(writer, &article, &error), CSA_ERROR_MISUSE);
    article = plain_article();
    article.stemmer = 64;
    assert_int_equal(csa_segment_writer_add_article(writer, &article, &error), CSA_ERROR_MISUSE);
    article = plain_article();
    article.passage_count = 0;
    assert_int_equal(csa_segment_writer_add_article(writer, &article, &error), CSA_ERROR_MISUSE);
    article = plain_article();
    const uint32_t length = CSA_PASSAGE_TOKENS_MAXIMUM + 1;
    article.lengths = &length;
    assert_int_equal(csa_segment_writer_add_article(writer, &article, &error), CSA_ERROR_LIMIT);
    assert_int_equal(csa_segment_writer_begin_terms(writer, &error), CSA_ERROR_MISUSE); /* no articles */
    uint64_t size;
    uint32_t crc;
    assert_int_equal(csa_segment_writer_finish(writer, NULL, &size, &crc, &error), CSA_ERROR_MISUSE);
    char *path = csa_index_segment_path(test_folder, 9);
    assert_true(csa_file_exists(path));
    csa_segment_writer_free(writer);
    assert_false(csa_file_exists(path));
    csa_free(path);

    writer = new_writer(true);
    article = plain_article();
    assert_ok(csa_segment_writer_add_article(writer, &article, &error));
    assert_int_equal(csa_segment_writer_begin_terms(writer, &error), CSA_ERROR_MISUSE); /* no text */
    csa_segment_writer_free(writer);
}

/* A writer with one article of three tokens, ready for terms. */
static struct csa_segment_writer *ready_writer(void)
{
    struct csa_error error = {0};
    struct csa_segment_writer *writer = new_writer(false);
    struct csa_article_record article = plain_article();
    assert_ok(csa_segment_writer_add_article(writer, &article, &error));
    assert_ok(csa_segment_writer_begin_terms(writer, &error));
    return writer;
}

static void expect_refused(struct csa_segment_writer *writer)
{
    struct csa_error error = {0};
    const struct csa_stem_callback stem = {NULL, model_stem};
    uint64_t size;
    uint32_t crc;
    assert_int_equal(csa_segment_writer_end_term(writer, &error), CSA_ERROR_MISUSE);
    csa_segment_writer_finish(writer, &stem, &size, &crc, &error);
    csa_segment_writer_free(writer);
}

static void test_refused_terms(void **state)
{
    (void)state;
    struct csa_error error = {0};
    const uint32_t positions[] = {0, 1, 1};
    char text[CSA_TERM_MAXIMUM + 1];
    memset(text, 't', sizeof text);

    struct csa_segment_writer *writer = ready_writer();
    csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_make(text, sizeof text));
    csa_segment_writer_add_posting(writer, 0, 1, positions);
    expect_refused(writer);

    writer = ready_writer();
    csa_segment_writer_begin_term(writer, CSA_TERM_STEM, csa_view_of("a"));
    csa_segment_writer_add_posting(writer, 0, 1, positions);
    expect_refused(writer);

    writer = ready_writer();
    csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of("a"));
    csa_segment_writer_add_posting(writer, 1, 1, positions); /* there is only passage 0 */
    expect_refused(writer);

    writer = ready_writer();
    csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of("a"));
    csa_segment_writer_add_posting(writer, 0, 3, positions); /* positions do not ascend */
    expect_refused(writer);

    writer = ready_writer();
    csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of("a")); /* no documents */
    expect_refused(writer);

    for (int order = 0; order < 2; order++) {
        writer = ready_writer();
        csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of("b"));
        csa_segment_writer_add_posting(writer, 0, 2, positions);
        assert_ok(csa_segment_writer_end_term(writer, &error));
        csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of(order == 0 ? "a" : "b"));
        csa_segment_writer_add_posting(writer, 0, 1, positions);
        expect_refused(writer);
    }
    writer = ready_writer();
    csa_segment_writer_begin_term(writer, CSA_TERM_TITLE_WORD, csa_view_of("a"));
    csa_segment_writer_add_posting(writer, 0, 1, NULL);
    assert_ok(csa_segment_writer_end_term(writer, &error));
    csa_segment_writer_begin_term(writer, CSA_TERM_WORD, csa_view_of("b")); /* behind the title words */
    expect_refused(writer);

    writer = ready_writer();
    uint64_t size;
    uint32_t crc;
    assert_int_equal(csa_segment_writer_finish(writer, NULL, &size, &crc, &error), CSA_ERROR_MISUSE);
    csa_segment_writer_free(writer);
    writer = NULL;
    const struct csa_segment_options options = {120, false, true};
    assert_int_equal(csa_segment_writer_new(&writer, "no/such/folder", 1, &options, &error),
                     CSA_ERROR_NOT_FOUND);
    assert_null(writer);
}

/* Memory that fails at each allocation in turn: a clean error, and no file is left. */
static void test_no_memory(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_commit_segment entry;
    const struct model_plan plan = {.articles = 20, .passages = 3, .words = 60, .tokens = 20, .stemmers = 3};
    struct model *model = model_make(&plan);
    char *path = csa_index_segment_path(test_folder, 11);
    enum csa_status status = CSA_ERROR_MEMORY;
    for (size_t n = 1; status != CSA_OK; n++) {
        csa_memory_fail_at(n, n % 2);
        status = model_write(model, test_folder, 11, &entry, &error);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
        assert_int_equal(csa_file_exists(path), status == CSA_OK);
    }
    status = CSA_ERROR_MEMORY;
    for (size_t n = 1; status != CSA_OK; n++) {
        struct csa_segment *segment;
        csa_memory_fail_at(n, n % 2);
        status = csa_segment_open(path, 11, &segment, &error);
        if (status == CSA_OK) {
            status = csa_segment_check(segment, NULL, NULL, &error);
        }
        csa_memory_fail_at(0, 0);
        csa_segment_close(segment);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
    }
    csa_free(path);
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),      cmocka_unit_test(test_many_passages),
        cmocka_unit_test(test_random_plans),     cmocka_unit_test(test_stem_runs),
        cmocka_unit_test(test_refused_articles), cmocka_unit_test(test_refused_terms),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
