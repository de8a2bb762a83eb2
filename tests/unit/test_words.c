/* The words of the pages: the four built-in files against each other, plural forms, numbers, dates, and a
 * site's own file with its mistakes. */
#include "searcher/site/words.h"

#include "common/base/memory.h"
#include "common/text/language.h"
#include "common/text/unicode.h"
#include "searcher/site/assets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const languages[] = {"en", "ru", "zh", "de"};

static struct csa_arena arena;

static int set_up(void **state)
{
    (void)state;
    csa_arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    csa_arena_release(&arena);
    return 0;
}

static struct csa_words *open_words(const char *language, const char *text)
{
    struct csa_words *words;
    struct csa_error error = {0};
    if (csa_words_open(language, csa_view_of(text), "own.txt", &words, &error) != CSA_OK) {
        fail_msg("%s: %s", language, error.message);
    }
    return words;
}

static void expect(struct csa_view got, const char *expected)
{
    char text[256];
    assert_non_null(got.data);
    assert_in_range(got.size, 0, sizeof text - 1);
    memcpy(text, got.data, got.size);
    text[got.size] = '\0';
    assert_string_equal(text, expected);
}

/* ---- the built-in files ---- */

/* The next line with a key; false at the end. */
static bool next_key(struct csa_view *file, struct csa_view *key, struct csa_view *text)
{
    while (file->size != 0) {
        const char *end = memchr(file->data, '\n', file->size);
        assert_non_null(end);
        struct csa_view line = csa_view_make(file->data, (size_t)(end - file->data));
        *file = csa_view_make(end + 1, file->size - line.size - 1);
        const char *equals =
            line.size == 0 || line.data[0] == '#' ? NULL : memmem(line.data, line.size, " = ", 3);
        if (equals != NULL) {
            *key = csa_view_make(line.data, (size_t)(equals - line.data));
            *text = csa_view_make(equals + 3, line.size - key->size - 3);
            return true;
        }
        assert_true(line.size == 0 || line.data[0] == '#');
    }
    return false;
}

static bool has_key(struct csa_view file, struct csa_view wanted, struct csa_view *text)
{
    struct csa_view key;
    while (next_key(&file, &key, text)) {
        if (csa_view_equal(key, wanted)) {
            return true;
        }
    }
    return false;
}

static bool ends_with(struct csa_view text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

static struct csa_view file_of(const char *language)
{
    char name[32];
    snprintf(name, sizeof name, "words/%s.txt", language);
    struct csa_view file = csa_site_asset(name).text;
    assert_in_range(file.size, 1000, CSA_WORDS_FILE_MAXIMUM);
    return file;
}

/* Which of {n}, {0} ... {9} a text has. */
static unsigned places_of(struct csa_view text)
{
    unsigned places = 0;
    for (size_t i = 0; i + 2 < text.size; i++) {
        if (text.data[i] == '{' && text.data[i + 2] == '}') {
            places |= text.data[i + 1] == 'n' ? 1024U : 1U << (unsigned)(text.data[i + 1] - '0');
        }
    }
    return places;
}

/* Keys with one beginning stand together in the English file: so they become one object each. */
static void test_keys_together(void **state)
{
    (void)state;
    struct csa_view file = file_of("en");
    struct csa_view rest = file;
    struct csa_view key, text;
    char last[64] = "", seen[4096] = " ";
    while (next_key(&rest, &key, &text)) {
        for (size_t size = 0; size < key.size; size++) {
            if (key.data[size] != '.' || strncmp(last, key.data, size + 1) == 0) {
                continue;
            }
            char beginning[80];
            snprintf(beginning, sizeof beginning, " %.*s ", (int)size + 1, key.data);
            if (strstr(seen, beginning) != NULL) {
                fail_msg("%.*s stands apart from its like", (int)key.size, key.data);
            }
            strcat(seen, beginning);
            assert_true(strlen(seen) < sizeof seen - sizeof beginning);
        }
        snprintf(last, sizeof last, "%.*s", (int)key.size, key.data);
    }
    assert_true(strlen(seen) > 10);
}

/* Every language has English's keys and no others, with the same places to fill; counted ones in the forms
 * that the language has. */
static void test_the_same_keys(void **state)
{
    (void)state;
    struct csa_view english = file_of("en");
    for (size_t i = 0; i < 4; i++) {
        struct csa_view file = file_of(languages[i]);
        bool slavic = strcmp(languages[i], "ru") == 0;
        bool chinese = strcmp(languages[i], "zh") == 0;
        assert_true(csa_utf8_is_valid(file));
        struct csa_view rest = file;
        struct csa_view key;
        struct csa_view text;
        struct csa_view other;
        while (next_key(&rest, &key, &text)) {
            bool form = ends_with(key, ".few") || ends_with(key, ".many");
            assert_true(!form || slavic);
            assert_true(text.size != 0);
            if (!form && !has_key(english, key, &other)) {
                fail_msg("%s has %.*s, English has not", languages[i], (int)key.size, key.data);
            }
            if (!form && !ends_with(key, ".one") && places_of(text) != places_of(other)) {
                fail_msg("%s: %.*s has other places to fill", languages[i], (int)key.size, key.data);
            }
        }
        rest = english;
        while (next_key(&rest, &key, &text)) {
            if (!has_key(file, key, &other) && !(chinese && ends_with(key, ".one"))) {
                fail_msg("%s lacks %.*s", languages[i], (int)key.size, key.data);
            }
            if (slavic && ends_with(key, ".other")) {
                char few[96];
                int size = snprintf(few, sizeof few, "%.*sfew", (int)key.size - 5, key.data);
                assert_true(has_key(file, csa_view_make(few, (size_t)size), &other));
                size = snprintf(few, sizeof few, "%.*smany", (int)key.size - 5, key.data);
                assert_true(has_key(file, csa_view_make(few, (size_t)size), &other));
            }
        }
    }
}

/* {{words.a}} and {{words.a.b}} cannot both be. */
static void test_no_key_leads_to_another(void **state)
{
    (void)state;
    struct csa_view english = file_of("en");
    struct csa_view rest = english;
    struct csa_view key;
    struct csa_view text;
    while (next_key(&rest, &key, &text)) {
        struct csa_view inner = english;
        struct csa_view other;
        while (next_key(&inner, &other, &text)) {
            bool counted = ends_with(other, ".one") || ends_with(other, ".few") ||
                           ends_with(other, ".many") || ends_with(other, ".other");
            if (!counted && other.size > key.size && csa_view_starts_with(other, key) &&
                other.data[key.size] == '.') {
                fail_msg("%.*s and %.*s", (int)key.size, key.data, (int)other.size, other.data);
            }
        }
    }
}

static void test_names_of_all_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct csa_words *words = open_words(languages[i], "");
        for (csa_language language = 1; language < CSA_LANGUAGE_COUNT; language++) {
            struct csa_view code = csa_view_of(csa_language_code(language));
            assert_false(csa_view_equal(csa_words_language(words, code), code));
        }
        expect(csa_words_language(words, csa_view_of("xx")), "xx");
        expect(csa_words_language(words, csa_view_of("")), "");
        expect(csa_words_language(words, csa_view_of("a-very-long-code-that-nothing-has")),
               "a-very-long-code-that-nothing-has");
        csa_words_close(words);
    }
}

static void test_languages(void **state)
{
    (void)state;
    assert_true(csa_words_has_language("zh"));
    assert_false(csa_words_has_language("fr"));
    assert_false(csa_words_has_language("../en"));
    struct csa_words *words;
    struct csa_error error = {0};
    assert_int_equal(csa_words_open("../en", (struct csa_view){0}, "", &words, &error), CSA_ERROR_NOT_FOUND);
    assert_null(words);
    csa_words_close(NULL);
}

/* ---- texts ---- */

static void test_texts(void **state)
{
    (void)state;
    struct csa_words *words = open_words("de", "");
    expect(csa_words_get(words, "search.button"), "Suchen");
    expect(csa_words_get(words, "no.such.key"), "no.such.key");
    struct csa_view text;
    assert_false(csa_words_find(words, csa_view_of("no.such.key"), &text));
    assert_true(csa_words_find(words, csa_view_of("title"), &text));
    struct csa_view values[] = {csa_view_of("{1}"), csa_view_of("7")};
    expect(csa_words_fill(words, "pages.of", values, 2, &arena), "Seite {1} von 7"); /* not filled twice */
    expect(csa_words_fill(words, "pages.of", values, 1, &arena), "Seite {1} von {1}");
    expect(csa_words_fill(words, "pages.of", NULL, 0, &arena), "Seite {0} von {1}");
    struct csa_arena none;
    csa_arena_init(&none, 1);
    assert_null(csa_words_fill(words, "pages.of", values, 2, &none).data);
    assert_null(csa_words_count(words, "found.articles", 1, NULL, 0, &none).data);
    csa_words_close(words);
}

static void expect_count(const char *language, const char *own, const char *key, uint64_t n,
                         const char *expected)
{
    struct csa_words *words = open_words(language, own);
    expect(csa_words_count(words, key, n, NULL, 0, &arena), expected);
    csa_words_close(words);
}

static void test_counts(void **state)
{
    (void)state;
    const char *key = "found.articles";
    expect_count("en", "", key, 0, "0 articles");
    expect_count("en", "", key, 1, "1 article");
    expect_count("en", "", key, 1234567, "1,234,567 articles");
    expect_count("de", "", "found.passages", 1, "1 Textstelle");
    expect_count("de", "", "found.passages", 2, "2 Textstellen");
    expect_count("zh", "", key, 1, "1 篇文章");
    expect_count("en", "", "no.such.key", 1, "no.such.key");
    static const struct {
        uint64_t n;
        const char *text;
    } russian[] = {{0, "0 статей"},     {1, "1 статья"},     {2, "2 статьи"},     {4, "4 статьи"},
                   {5, "5 статей"},     {11, "11 статей"},   {12, "12 статей"},   {14, "14 статей"},
                   {15, "15 статей"},   {21, "21 статья"},   {22, "22 статьи"},   {25, "25 статей"},
                   {100, "100 статей"}, {101, "101 статья"}, {111, "111 статей"}, {112, "112 статей"},
                   {122, "122 статьи"}};
    for (size_t i = 0; i < sizeof russian / sizeof *russian; i++) {
        expect_count("ru", "", key, russian[i].n, russian[i].text);
    }
}

static void test_counts_of_other_languages(void **state)
{
    (void)state;
    const char *polish = "plural = polish\nfound.articles.one = one\nfound.articles.few = few\n"
                         "found.articles.many = many\nfound.articles.other = other\n";
    static const char *const forms[] = {"many", "one", "few", "few", "few", "many"};
    for (uint64_t n = 0; n < 6; n++) {
        expect_count("en", polish, "found.articles", n, forms[n]);
    }
    expect_count("en", polish, "found.articles", 21, "many");
    expect_count("en", polish, "found.articles", 12, "many");
    expect_count("en", polish, "found.articles", 22, "few");
    const char *czech = "plural = czech\nfound.articles.few = few\nfound.articles.other = other\n";
    expect_count("en", czech, "found.articles", 4, "few");
    expect_count("en", czech, "found.articles", 5, "other");
    expect_count("en", czech, "found.articles", 22, "other");
    expect_count("en", "plural = french\n", "found.articles", 0, "0 article");
    expect_count("en", "plural = none\n", "found.articles", 1, "1 articles");
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *const texts[][3] = {{"en", "1,234", "18,446,744,073,709,551,615"},
                                           {"de", "1.234", "18.446.744.073.709.551.615"},
                                           {"ru",
                                            "1\xC2\xA0"
                                            "234",
                                            "18\xC2\xA0"
                                            "446\xC2\xA0"
                                            "744\xC2\xA0"
                                            "073\xC2\xA0"
                                            "709\xC2\xA0"
                                            "551\xC2\xA0"
                                            "615"},
                                           {"zh", "1,234", "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < 4; i++) {
        struct csa_words *words = open_words(texts[i][0], "");
        expect(csa_words_number(words, 0, &arena), "0");
        expect(csa_words_number(words, 999, &arena), "999");
        expect(csa_words_number(words, 1234, &arena), texts[i][1]);
        expect(csa_words_number(words, UINT64_MAX, &arena), texts[i][2]);
        csa_words_close(words);
    }
    struct csa_words *words = open_words("en", "number.group =\n");
    expect(csa_words_number(words, 1234567, &arena), "1234567");
    csa_words_close(words);
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        uint32_t date;
        const char *text;
    } dates[] = {
        {"en", 20230811, "11 August 2023"},
        {"en", 20230800, "August 2023"},
        {"en", 20230000, "2023"},
        {"en", 0, ""},
        {"en", 20231399, "2023"},
        {"en", 9990102, "2 January 999"},
        {"en", 811, ""},
        {"ru", 20230811, "11 августа 2023"},
        {"ru", 20230800, "август 2023"},
        {"de", 20230811, "11. August 2023"},
        {"de", 20230300, "März 2023"},
        {"zh", 20230811, "2023年8月11日"},
        {"zh", 20231200, "2023年12月"},
        {"zh", 20230000, "2023年"},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct csa_words *words = open_words(dates[i].language, "");
        expect(csa_words_date(words, dates[i].date, &arena), dates[i].text);
        csa_words_close(words);
    }
}

/* ---- a site's own file ---- */

static void test_an_own_file(void **state)
{
    (void)state;
    struct csa_words *words = open_words("ru", "\xEF\xBB\xBF# ours\r\n\r\n  title=  Архив = сайт \r\n"
                                               "found.articles.one = {n} текст\n"
                                               "skip =\n"
                                               "code = uk");
    expect(csa_words_get(words, "title"), "Архив = сайт");
    expect(csa_words_get(words, "skip"), "");
    expect(csa_words_get(words, "code"), "uk");
    expect(csa_words_get(words, "search.button"), "Найти");
    expect(csa_words_count(words, "found.articles", 1, NULL, 0, &arena), "1 текст");
    expect(csa_words_count(words, "found.articles", 2, NULL, 0, &arena), "2 статьи");
    csa_words_close(words);
}

static void refuse(const char *text, const char *message)
{
    struct csa_words *words;
    struct csa_error error = {0};
    assert_int_equal(csa_words_open("en", csa_view_of(text), "own.txt", &words, &error), CSA_ERROR_DAMAGED);
    assert_null(words);
    assert_string_equal(error.message, message);
}

static void test_mistakes(void **state)
{
    (void)state;
    refuse("title = a\n\nno.such.key = b\n", "own.txt:3: no such key: no.such.key");
    refuse("title.one = b\n", "own.txt:1: no such key: title.one");
    refuse("title = a\ntitle = b", "own.txt:2: this key stands in the file already: title");
    refuse("title", "own.txt:1: a line must be \"key = text\"");
    refuse("title = a\x01", "own.txt:1: a control character in the text of title");
    refuse("title = \xFF", "own.txt:1: not UTF-8");
    refuse("\n= x", "own.txt:2: a key has letters, digits and -, in up to four parts joined by dots: ");
    refuse("a..b = x",
           "own.txt:1: a key has letters, digits and -, in up to four parts joined by dots: a..b");
    refuse("a. = x", "own.txt:1: a key has letters, digits and -, in up to four parts joined by dots: a.");
    refuse("a.b.c.d.e = x",
           "own.txt:1: a key has letters, digits and -, in up to four parts joined by dots: a.b.c.d.e");
    refuse("Title = x",
           "own.txt:1: a key has letters, digits and -, in up to four parts joined by dots: Title");
    refuse("plural = many", "own.txt:1: plural must be none, one, french, slavic, polish or czech");
    char *large = calloc(1, CSA_WORDS_FILE_MAXIMUM + 2);
    memset(large, '\n', CSA_WORDS_FILE_MAXIMUM + 1);
    struct csa_words *words;
    struct csa_error error = {0};
    assert_int_equal(csa_words_open("en", csa_view_of(large), "own.txt", &words, &error), CSA_ERROR_LIMIT);
    large[CSA_WORDS_FILE_MAXIMUM] = '\0';
    assert_int_equal(csa_words_open("en", csa_view_of(large), "own.txt", &words, &error), CSA_OK);
    csa_words_close(words);
    free(large);
}

/* Any bytes are a file, or an error that names a line. */
static void test_random_files(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (unsigned trial = 0; trial < 2000; trial++) {
        static const char bytes[] = "title=plural.one \n\r#\xC3\xBC\xFF{}0n";
        char text[64];
        size_t size = trial % sizeof text;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            text[i] = bytes[(seed >> 33) % (sizeof bytes - 1)];
        }
        struct csa_words *words;
        struct csa_error error = {0};
        enum csa_status status = csa_words_open("en", csa_view_make(text, size), "own.txt", &words, &error);
        assert_true(status == CSA_OK ||
                    (status == CSA_ERROR_DAMAGED && strncmp(error.message, "own.txt:", 8) == 0));
        csa_words_close(words);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        struct csa_words *words;
        csa_memory_fail_at(n, 1);
        enum csa_status status = csa_words_open("ru", csa_view_of("title = x\n"), "own.txt", &words, NULL);
        csa_memory_fail_at(0, 0);
        done = status == CSA_OK;
        assert_true(done || status == CSA_ERROR_MEMORY);
        csa_words_close(words);
        assert_in_range(n, 1, 1000);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct csa_words *words = open_words("de", "");
    struct csa_value_builder builder = {.arena = &arena};
    struct csa_value *values = csa_words_values(words, &builder);
    assert_false(builder.failed);
    expect(csa_value_text(csa_value_find(values, csa_view_of("title"))), "Suche");
    const struct csa_value *sort = csa_value_find(values, csa_view_of("sort"));
    expect(csa_value_text(csa_value_find(sort, csa_view_of("newest"))), "Neueste zuerst");
    const struct csa_value *month = csa_value_find(values, csa_view_of("month"));
    expect(csa_value_text(csa_value_find(month, csa_view_of("10"))), "Oktober");
    const struct csa_value *day = csa_value_find(month, csa_view_of("day"));
    expect(csa_value_text(csa_value_find(day, csa_view_of("12"))), "Dezember");
    const struct csa_value *found = csa_value_find(values, csa_view_of("found"));
    assert_null(csa_value_find(csa_value_find(found, csa_view_of("articles")), csa_view_of("one")));
    /* Each plain key of the file is there. */
    struct csa_view rest = file_of("de");
    struct csa_view key;
    struct csa_view text;
    while (next_key(&rest, &key, &text)) {
        const struct csa_value *value = values;
        struct csa_view left = key;
        for (const char *dot = left.data; dot != NULL && value != NULL;) {
            dot = memchr(left.data, '.', left.size);
            size_t size = dot == NULL ? left.size : (size_t)(dot - left.data);
            value = csa_value_find(value, csa_view_make(left.data, size));
            left = dot == NULL ? left : csa_view_make(dot + 1, left.size - size - 1);
        }
        bool counted = ends_with(key, ".one") || ends_with(key, ".other");
        assert_true(counted || csa_view_equal(csa_value_text(value), text));
    }
    csa_words_close(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_together),
        cmocka_unit_test(test_the_same_keys),
        cmocka_unit_test(test_no_key_leads_to_another),
        cmocka_unit_test(test_names_of_all_languages),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_counts_of_other_languages),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_an_own_file),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_random_files),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
