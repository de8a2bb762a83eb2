/* What is said of a query: kinds, values, limits; every kind has a name and words of its own. */
#include "searcher/query/notes.h"
#include "searcher/query/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_every_kind_has_a_name_and_words(void **state)
{
    (void)state;
    for (int a = 0; a < CSA_NOTE_COUNT; a++) {
        const char *name = csa_note_name((enum csa_note_kind)a);
        assert_non_null(name);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz."), strlen(name));
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(name, csa_note_name((enum csa_note_kind)b));
        }
        struct csa_arena arena;
        struct csa_query query = {0};
        csa_arena_init(&arena, 0);
        assert_true(csa_query_note(&query, &arena, (enum csa_note_kind)a, csa_view_of("a:b")));
        assert_int_equal(query.note_count, 1);
        assert_true(query.notes[0].message.size > 10);
        assert_null(strstr(query.notes[0].message.data, "{0}"));
        csa_arena_release(&arena);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct csa_arena arena;
    struct csa_query query = {0};
    csa_arena_init(&arena, 0);
    char text[] = "lang:xx";
    assert_true(csa_query_note(&query, &arena, CSA_NOTE_VALUE, csa_view_of(text)));
    memset(text, 'x', sizeof text - 1); /* it was copied */
    assert_true(csa_query_note_number(&query, &arena, CSA_NOTE_BYTES, 4096));
    assert_true(csa_query_note(&query, &arena, CSA_NOTE_QUOTE, (struct csa_view){0}));
    assert_int_equal(query.note_count, 3);
    assert_string_equal(query.notes[0].message.data, "lang:xx was not understood and searched as words");
    assert_string_equal(query.notes[0].value.data, "lang:xx");
    assert_string_equal(query.notes[1].message.data, "only the first 4096 bytes of the query were read");
    assert_string_equal(query.notes[1].value.data, "4096");
    assert_string_equal(query.notes[2].message.data, "a quotation mark was not closed");
    assert_int_equal(query.notes[2].value.size, 0);
    csa_query_drop_notes(&query, CSA_NOTE_BYTES);
    assert_int_equal(query.note_count, 2);
    assert_int_equal(query.notes[1].kind, CSA_NOTE_QUOTE);
    csa_arena_release(&arena);
}

static void test_each_once_and_not_too_many(void **state)
{
    (void)state;
    struct csa_arena arena;
    struct csa_query query = {0};
    csa_arena_init(&arena, 0);
    for (size_t i = 0; i < 100; i++) {
        assert_true(csa_query_note_number(&query, &arena, CSA_NOTE_LARGE, i / 2));
        assert_true(query.note_count == i / 2 + 1 || query.note_count == CSA_QUERY_NOTES);
    }
    assert_int_equal(query.note_count, CSA_QUERY_NOTES);
    csa_arena_release(&arena);
}

/* A value of any length is cut between characters, and so is what is said of it. */
static void test_long_values(void **state)
{
    (void)state;
    struct csa_arena arena;
    static char text[3000];
    for (size_t i = 0; i < sizeof text; i += 3) {
        memcpy(text + i, "\xE6\xB2\xB3", 3);
    }
    csa_arena_init(&arena, 0);
    for (size_t size = 0; size <= sizeof text; size += 3) {
        struct csa_query query = {0};
        assert_true(csa_query_note(&query, &arena, CSA_NOTE_OPERATOR, csa_view_make(text, size)));
        assert_true(query.notes[0].value.size <= 255 && query.notes[0].value.size % 3 == 0);
        assert_true(query.notes[0].message.size <= 255);
        assert_true(size < 255 || query.notes[0].message.size >= 252);
        assert_true(size == 0 || size < 255 || query.notes[0].message.size % 3 == 0);
        csa_arena_clear(&arena);
    }
    csa_arena_release(&arena);
}

static void test_of_the_parser(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        enum csa_note_kind kind;
        const char *value;
    } examples[] = {
        {"lang:xx", CSA_NOTE_VALUE, "lang:xx"},
        {"river \"gate", CSA_NOTE_QUOTE, ""},
        {"(river", CSA_NOTE_UNCLOSED, ""},
        {"river)", CSA_NOTE_UNOPENED, ""},
        {"-river", CSA_NOTE_EXCLUDES, ""},
        {"!!!", CSA_NOTE_WORDLESS, ""},
        {"river~7", CSA_NOTE_DISTANCE_FAR, ""},
        {"river^-1", CSA_NOTE_WEIGHT_BELOW, ""},
        {"river^9999999", CSA_NOTE_LARGE, "1000"},
        {"AND river", CSA_NOTE_OPERATOR, "AND"},
        {"author:ab*", CSA_NOTE_NAME_PATTERN, "ab*"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct csa_arena arena;
        struct csa_query query;
        struct csa_error error = {0};
        csa_arena_init(&arena, 0);
        assert_int_equal(csa_query_parse(csa_view_of(examples[i].query), &arena, &query, &error), CSA_OK);
        assert_int_equal(query.note_count, 1);
        assert_int_equal(query.notes[0].kind, examples[i].kind);
        assert_string_equal(query.notes[0].value.data, examples[i].value);
        csa_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_a_name_and_words),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_each_once_and_not_too_many),
        cmocka_unit_test(test_long_values),
        cmocka_unit_test(test_of_the_parser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
