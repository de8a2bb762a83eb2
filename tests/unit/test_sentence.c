/* Unit tests of common/text/sentence.h. */
#include "common/base/memory.h"
#include "common/text/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* `marked` holds a | where a sentence must end, other than at the end of the text. */
static void assert_sentences(const char *marked)
{
    char text[1024];
    char found[2048];
    size_t size = 0;
    for (const char *p = marked; *p != '\0'; p++) {
        if (*p != '|') {
            text[size++] = *p;
        }
    }
    size_t used = 0;
    for (size_t start = 0; start < size;) {
        size_t end = csa_sentence_end(csa_view_make(text, size), start);
        assert_in_range(end, start + 1, size);
        memcpy(found + used, text + start, end - start);
        used += end - start;
        if (end < size) {
            found[used++] = '|';
        }
        start = end;
    }
    found[used] = '\0';
    assert_string_equal(found, marked);
}

static void ends_at_full_stops_and_their_kin(void **state)
{
    (void)state;
    assert_sentences("");
    assert_sentences("No end here");
    assert_sentences("One. |Two! |Three? |Four");
    assert_sentences("One.  |Two.\n|Three");
    assert_sentences("What?! |Yes!!! |Well... |So");
    assert_sentences("He left… |Then he came back… and left.");
    assert_sentences("Первое. |Второе! |Третье? |Конец");
    assert_sentences("今天很好。|明天也好！|是吗？|是。");
    assert_sentences("他说：“好。”|然后走了。");
    assert_sentences("هل هذا صحيح؟ |نعم");
    assert_sentences("यह एक है। |वह दो है।");
    assert_sentences("Սա մեկն է։ |Սա երկուսն է։");
}

static void a_line_ends_a_sentence(void **state)
{
    (void)state;
    assert_sentences("A heading\n|The text.\n\n  |More");
    assert_sentences("A heading\r\n|The text");
    assert_sentences("One\u2028|two\u2029|three");
    assert_sentences("small.\n|letters follow a line");
}

static void quotes_and_brackets_belong_to_the_sentence(void **state)
{
    (void)state;
    assert_sentences("He said \"no.\" |Then he left.");
    assert_sentences("He said “no.” |“Why?” |Nobody knew.");
    assert_sentences("“Why?” he asked. |«Да!» |Потом");
    assert_sentences("(It was late.) |They went home.");
    assert_sentences("It rose.[12] |It fell.[3][4] |It rose again.");
    assert_sentences("It rose. |(It fell.) |‘It rose.’");
}

static void abbreviations_do_not_end_a_sentence(void **state)
{
    (void)state;
    assert_sentences("Mr. Smith met Dr. Jones on St. Mark's Place. |They spoke.");
    assert_sentences("J. Smith and A. B. Jones. |А. С. Пушкин родился в Москве.");
    assert_sentences("The U.S. President spoke. |He lives in the U.S. |The talks ended.");
    assert_sentences("He came at 5 p.m. |She left at 6 p.m. and slept.");
    assert_sentences("Some, e.g. Gazprom, i.e. Russia, agreed. |Others did not.");
    assert_sentences("See No. 5 and p. 7, Fig. 3. |He said no. |Then he left.");
    assert_sentences(
        "Gazprom Ltd. and Rosneft Inc. CEO Sechin. |It belongs to Apple Inc. |The company grew.");
    assert_sentences("On Jan. 5 and Sept. 11. |Then");
    assert_sentences("Дом на ул. Ленина, т. е. там, и т. п. вещи. |Потом");
    assert_sentences("Он родился в 1950 г. |Учился в г. Москве. |Умер");
    assert_sentences("Das ist z. B. Gas. |Am 3. Oktober war es kalt. |Es waren 12. |Im 19. Jahrhundert");
    assert_sentences("Prof. Dr. Meyer sprach u. a. Russisch. |Danach");
}

static void numbers_and_names_do_not_end_a_sentence(void **state)
{
    (void)state;
    assert_sentences("It cost 94.8 billion. |In 2023. |That was 1.5 times more.");
    assert_sentences("See example.com/a?b=c or Yahoo!x. |Fine.");
    assert_sentences("1. Introduction.\n|2. Method");
    assert_sentences("version 2. it works");
    assert_sentences("a . b . c");
}

static void makes_progress_on_any_bytes(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (unsigned round = 0; round < 30000; round++) {
        static const char *const pieces[] = {".",    "!",        "。",   "\n",  " ",      "a",  "B", "1",
                                             "\"",   "”",        ")",    "[1]", "…",      "Mr", "г", "U.S.",
                                             "\xFF", "\xE3\x80", "\xE2", "中",  "\u2029", "'",  "(", "No"};
        size_t size = 0;
        char buffer[512];
        unsigned count = round % 40;
        for (unsigned i = 0; i < count; i++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            const char *piece = pieces[(random >> 33) % (sizeof pieces / sizeof pieces[0])];
            memcpy(buffer + size, piece, strlen(piece));
            size += strlen(piece);
        }
        char *text = csa_malloc(size == 0 ? 1 : size); /* so that the sanitizer sees a read past the end */
        memcpy(text, buffer, size);
        for (size_t start = 0; start < size;) {
            size_t end = csa_sentence_end(csa_view_make(text, size), start);
            assert_in_range(end, start + 1, size);
            start = end;
        }
        assert_int_equal(csa_sentence_end(csa_view_make(text, size), size), size);
        assert_int_equal(csa_sentence_end(csa_view_make(text, size), size + 5), size);
        csa_free(text);
    }
}

/* Time grows with the text, not with its square. */
static void is_linear_on_hostile_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {". a", ".", ". ", ".\"", "[1", "Mr. ", ".[1]", "a", "… ", "J. "};
    enum { SIZE = 1 << 20 };
    char *text = csa_malloc(SIZE);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < SIZE; at++) {
            text[at] = pieces[i][at % length];
        }
        for (size_t start = 0; start < SIZE;) {
            start = csa_sentence_end(csa_view_make(text, SIZE), start);
        }
    }
    csa_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_at_full_stops_and_their_kin),
        cmocka_unit_test(a_line_ends_a_sentence),
        cmocka_unit_test(quotes_and_brackets_belong_to_the_sentence),
        cmocka_unit_test(abbreviations_do_not_end_a_sentence),
        cmocka_unit_test(numbers_and_names_do_not_end_a_sentence),
        cmocka_unit_test(makes_progress_on_any_bytes),
        cmocka_unit_test(is_linear_on_hostile_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
