/* Runs and their merge against a plain list of what was added: in memory, spilled, cut anywhere. */
#include "indexer/native/run_merge.h"

#include "common/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- what must come out ---- */

struct occurrence {
    char text[CSA_TERM_KEY_MAXIMUM + 1];
    int table;
    uint32_t document, position;
};

struct expected {
    struct occurrence *all;
    size_t count, capacity, next;
    /* the term that is open */
    bool open;
    char text[CSA_TERM_KEY_MAXIMUM + 1];
    int table;
    size_t terms;
};

static void expect(struct expected *expected, int table, const char *text, uint32_t document,
                   uint32_t position)
{
    if (expected->count == expected->capacity) {
        expected->capacity = expected->capacity * 2 + 1024;
        expected->all = realloc(expected->all, expected->capacity * sizeof *expected->all);
    }
    struct occurrence *occurrence = &expected->all[expected->count++];
    snprintf(occurrence->text, sizeof occurrence->text, "%s", text);
    occurrence->table = table;
    occurrence->document = document;
    occurrence->position = position;
}

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a;
    const struct occurrence *y = b;
    if (x->table != y->table) {
        return x->table - y->table;
    }
    int order = strcmp(x->text, y->text);
    if (order != 0) {
        return order;
    }
    if (x->document != y->document) {
        return x->document < y->document ? -1 : 1;
    }
    return (x->position > y->position) - (x->position < y->position);
}

static void got_begin(void *context, enum csa_run_table table, struct csa_view text)
{
    struct expected *expected = context;
    assert_false(expected->open);
    expected->open = true;
    expected->table = (int)table;
    memcpy(expected->text, text.data, text.size);
    expected->text[text.size] = '\0';
}

static void got_posting(void *context, uint32_t document, uint32_t frequency, const uint32_t *positions)
{
    struct expected *expected = context;
    assert_true(expected->open);
    for (uint32_t i = 0; i < frequency; i++) {
        assert_true(expected->next < expected->count);
        const struct occurrence *occurrence = &expected->all[expected->next++];
        assert_int_equal(occurrence->table, expected->table);
        assert_string_equal(occurrence->text, expected->text);
        assert_int_equal(occurrence->document, document);
        if (expected->table == CSA_RUN_WORDS) {
            assert_int_equal(occurrence->position, positions[i]);
        } else {
            assert_null(positions);
        }
    }
    /* the whole posting came at once */
    if (expected->next < expected->count) {
        const struct occurrence *after = &expected->all[expected->next];
        assert_false(after->table == expected->table && strcmp(after->text, expected->text) == 0 &&
                     after->document == document);
    }
}

static enum csa_status got_end(void *context, struct csa_error *error)
{
    (void)error;
    struct expected *expected = context;
    assert_true(expected->open);
    expected->open = false;
    expected->terms++;
    return CSA_OK;
}

/* ---- a small sink: several workers, spilling when told ---- */

enum { WORKERS = 3, RUNS = 4096 };

struct model {
    struct csa_inverter inverters[WORKERS];
    struct csa_run runs[RUNS];
    size_t run_count;
    struct csa_output file;
    struct csa_run_range ranges[WORKERS][4096];
    size_t range_counts[WORKERS];
    struct expected expected;
};

static const char *word(char room[32])
{
    int kind = rand() % 100;
    if (kind < 50) {
        snprintf(room, 32, "the%d", rand() % 3);
    } else if (kind < 90) {
        snprintf(room, 32, "word%d", rand() % 500);
    } else {
        snprintf(room, 32, "averyveryverylongword%d", rand() % 3000);
    }
    return room;
}

/* A passage of random words; notes what must come out for it. */
static void add_passage(struct model *model, int worker, bool first, uint32_t passage, uint32_t article)
{
    char text[8192] = "";
    char title_text[256] = "";
    char room[32];
    size_t used = 0;
    uint32_t title_words = 0;
    if (first && rand() % 4 != 0) {
        title_words = (uint32_t)(rand() % 3);
        size_t title_used = 0;
        for (uint32_t i = 0; i < title_words; i++) {
            const char *made = word(room);
            title_used +=
                (size_t)snprintf(title_text + title_used, sizeof title_text - title_used, "%s ", made);
            expect(&model->expected, CSA_RUN_TITLES, made, article, i);
            expect(&model->expected, CSA_RUN_WORDS, made, passage, i);
        }
    }
    uint32_t start = title_words == 0 ? 0 : title_words + 8;
    uint32_t words = rand() % 20 == 0 ? 0 : (uint32_t)(rand() % 300);
    for (uint32_t i = 0; i < words; i++) {
        const char *made = word(room);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s ", made);
        expect(&model->expected, CSA_RUN_WORDS, made, passage, start + i);
    }
    struct csa_view title = csa_view_of(title_text);
    uint32_t length;
    uint32_t title_length;
    assert_int_equal(csa_inverter_add(&model->inverters[worker], first ? &title : NULL,
                                      csa_view_make(text, used), &length, &title_length, NULL),
                     CSA_OK);
    assert_int_equal(length, title_words + words);
}

static void end_run(struct model *model, int worker, bool spill)
{
    struct csa_run *run = &model->runs[model->run_count++];
    csa_run_init(run);
    for (size_t i = 0; i < model->range_counts[worker]; i++) {
        assert_int_equal(csa_run_add_range(run, &model->ranges[worker][i], NULL), CSA_OK);
    }
    model->range_counts[worker] = 0;
    if (spill) {
        assert_int_equal(csa_run_spill(run, &model->inverters[worker], &model->file, NULL), CSA_OK);
        csa_inverter_clear(&model->inverters[worker]);
    } else {
        assert_int_equal(csa_run_hold(run, &model->inverters[worker], NULL), CSA_OK);
    }
}

/* Batches go to random workers; spill_odds in a thousand passages a run ends, also amid a batch or an
 * article. */
static void check_merge(unsigned seed, int batches, int workers, int spill_odds)
{
    srand(seed);
    struct model *model = calloc(1, sizeof *model);
    assert_int_equal(csa_output_open_temporary(&model->file, ".", NULL), CSA_OK);
    struct csa_batch_base *bases = calloc((size_t)batches + 1, sizeof *bases);
    for (int i = 0; i < workers; i++) {
        csa_inverter_init(&model->inverters[i]);
    }
    uint32_t passage = 0;
    uint32_t article = 0;
    for (int batch = 0; batch < batches; batch++) {
        int worker = rand() % workers;
        bases[batch] = (struct csa_batch_base){passage, article};
        struct csa_run_range range = {.batch = (uint64_t)batch};
        for (int articles = rand() % 6; articles > 0; articles--) {
            int passages = 1 + rand() % 4;
            for (int i = 0; i < passages; i++) {
                if (rand() % 1000 < spill_odds) {
                    model->ranges[worker][model->range_counts[worker]++] = range;
                    range.passages_before += range.passages;
                    range.articles_before += range.articles;
                    range.passages = 0;
                    range.articles = 0;
                    end_run(model, worker, true);
                }
                add_passage(model, worker, i == 0, passage++, article);
                range.passages++;
                range.articles += i == 0;
            }
            article++;
        }
        model->ranges[worker][model->range_counts[worker]++] = range;
    }
    for (int i = 0; i < workers; i++) {
        end_run(model, i, spill_odds != 0 && i == 1);
    }
    for (size_t i = 0; i < model->run_count; i++) {
        assert_int_equal(csa_run_resolve(&model->runs[i], bases, (size_t)batches, NULL), CSA_OK);
    }
    if (model->expected.count != 0) {
        qsort(model->expected.all, model->expected.count, sizeof *model->expected.all, compare_occurrences);
    }
    struct csa_posting_receiver receiver = {&model->expected, got_begin, got_posting, got_end};
    assert_int_equal(csa_runs_merge(model->runs, model->run_count, 0, &receiver, NULL), CSA_OK);
    assert_int_equal(model->expected.next, model->expected.count);
    assert_false(model->expected.open);

    for (size_t i = 0; i < model->run_count; i++) {
        csa_run_release(&model->runs[i]);
    }
    for (int i = 0; i < workers; i++) {
        csa_inverter_release(&model->inverters[i]);
    }
    csa_output_abandon(&model->file, false);
    free(model->expected.all);
    free(bases);
    free(model);
}

static void test_one_run_in_memory(void **state)
{
    (void)state;
    check_merge(1, 60, 1, 0);
}

static void test_workers_in_memory(void **state)
{
    (void)state;
    check_merge(2, 120, WORKERS, 0);
}

static void test_one_worker_spills(void **state)
{
    (void)state;
    check_merge(3, 60, 1, 50);
}

static void test_workers_spill(void **state)
{
    (void)state;
    for (unsigned seed = 4; seed < 10; seed++) {
        check_merge(seed, 60, WORKERS, (int)seed * 20);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    check_merge(10, 0, 1, 0);
    check_merge(11, 1, WORKERS, 0);
    struct expected expected = {0};
    struct csa_posting_receiver receiver = {&expected, got_begin, got_posting, got_end};
    assert_int_equal(csa_runs_merge(NULL, 0, 0, &receiver, NULL), CSA_OK);
}

/* A run of a batch that nobody ended is an error, not a wrong number. */
static void test_unknown_batch(void **state)
{
    (void)state;
    struct csa_run run;
    csa_run_init(&run);
    struct csa_run_range range = {.batch = 5, .passages = 1, .articles = 1};
    assert_int_equal(csa_run_add_range(&run, &range, NULL), CSA_OK);
    struct csa_batch_base base = {0, 0};
    assert_int_equal(csa_run_resolve(&run, &base, 1, NULL), CSA_ERROR_MISUSE);
    csa_run_release(&run);
}

/* A temporary file whose bytes changed gives an error or other terms, never a read past a buffer. */
static void test_damaged_file(void **state)
{
    (void)state;
    static struct csa_inverter inverter;
    csa_inverter_init(&inverter);
    struct csa_view title = csa_view_of("one two three two one");
    uint32_t length;
    uint32_t title_length;
    for (int i = 0; i < 40; i++) {
        csa_inverter_add(&inverter, &title, title, &length, &title_length, NULL);
    }
    struct csa_output good;
    assert_int_equal(csa_output_open_temporary(&good, ".", NULL), CSA_OK);
    struct csa_run run;
    csa_run_init(&run);
    struct csa_run_range range = {.passages = 40, .articles = 40};
    assert_int_equal(csa_run_add_range(&run, &range, NULL), CSA_OK);
    assert_int_equal(csa_run_spill(&run, &inverter, &good, NULL), CSA_OK);
    csa_inverter_release(&inverter);
    struct csa_batch_base base = {0, 0};
    assert_int_equal(csa_run_resolve(&run, &base, 1, NULL), CSA_OK);
    size_t size = (size_t)run.ends[CSA_RUN_TITLES];
    char *bytes = malloc(size);
    assert_int_equal(csa_output_read_at(&good, 0, bytes, size, NULL), CSA_OK);
    for (size_t i = 0; i < size; i++) {
        for (int change = 1; change < 256; change *= 2) {
            struct csa_output file;
            assert_int_equal(csa_output_open_temporary(&file, ".", NULL), CSA_OK);
            bytes[i] = (char)(bytes[i] ^ change);
            csa_output_write(&file, bytes, size);
            bytes[i] = (char)(bytes[i] ^ change);
            assert_int_equal(csa_output_flush(&file, NULL), CSA_OK);
            struct csa_run changed = run;
            changed.file = &file;
            for (int table = 0; table < CSA_RUN_TABLES; table++) {
                struct csa_run_cursor cursor;
                struct csa_positions positions = {0};
                enum csa_status status =
                    csa_run_cursor_open(&cursor, &changed, (enum csa_run_table)table, 0, NULL);
                while (status == CSA_OK && cursor.has_term) {
                    status = cursor.has_posting ? csa_run_cursor_take(&cursor, &positions, NULL)
                                                : csa_run_cursor_next_term(&cursor, NULL);
                }
                csa_positions_release(&positions);
                csa_run_cursor_close(&cursor);
            }
            csa_output_abandon(&file, false);
        }
    }
    free(bytes);
    csa_run_release(&run);
    csa_output_abandon(&good, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_run_in_memory), cmocka_unit_test(test_workers_in_memory),
        cmocka_unit_test(test_one_worker_spills), cmocka_unit_test(test_workers_spill),
        cmocka_unit_test(test_nothing),           cmocka_unit_test(test_unknown_batch),
        cmocka_unit_test(test_damaged_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
