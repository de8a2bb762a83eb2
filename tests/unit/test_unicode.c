/* Unit tests of common/text/unicode.h and of csa_text_fold(). */
#include "common/base/buffer.h"
#include "common/base/memory.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* ---- decoding ---- */

static void assert_decodes(const char *bytes, size_t size, uint32_t expected, size_t length)
{
    /* Exactly as long as the text, so that the sanitizer sees a read past its end. */
    char *text = csa_malloc(size);
    memcpy(text, bytes, size);
    uint32_t character;
    const char *next = csa_utf8_decode(text, text + size, &character);
    assert_int_equal(character, expected);
    assert_int_equal(next - text, length);
    csa_free(text);
}

static void decodes_well_formed_characters(void **state)
{
    (void)state;
    assert_decodes("a", 1, 'a', 1);
    assert_decodes("\0", 1, 0, 1);
    assert_decodes("\x7F", 1, 0x7F, 1);
    assert_decodes("\xC2\x80", 2, 0x80, 2);
    assert_decodes("\xDF\xBF", 2, 0x7FF, 2);
    assert_decodes("\xE0\xA0\x80", 3, 0x800, 3);
    assert_decodes("\xED\x9F\xBF", 3, 0xD7FF, 3);
    assert_decodes("\xEE\x80\x80", 3, 0xE000, 3);
    assert_decodes("\xEF\xBF\xBF", 3, 0xFFFF, 3);
    assert_decodes("\xF0\x90\x80\x80", 4, 0x10000, 4);
    assert_decodes("\xF4\x8F\xBF\xBF", 4, 0x10FFFF, 4);
}

static void decodes_ill_formed_bytes_as_maximal_subparts(void **state)
{
    (void)state;
    assert_decodes("\x80", 1, CSA_REPLACEMENT, 1);
    assert_decodes("\xC0\x80", 2, CSA_REPLACEMENT, 1); /* overlong */
    assert_decodes("\xC1\xBF", 2, CSA_REPLACEMENT, 1);
    assert_decodes("\xE0\x9F\xBF", 3, CSA_REPLACEMENT, 1);     /* overlong */
    assert_decodes("\xED\xA0\x80", 3, CSA_REPLACEMENT, 1);     /* surrogate */
    assert_decodes("\xF0\x8F\xBF\xBF", 4, CSA_REPLACEMENT, 1); /* overlong */
    assert_decodes("\xF4\x90\x80\x80", 4, CSA_REPLACEMENT, 1); /* past U+10FFFF */
    assert_decodes("\xF5\x80\x80\x80", 4, CSA_REPLACEMENT, 1);
    assert_decodes("\xFF", 1, CSA_REPLACEMENT, 1);
    assert_decodes("\xC3", 1, CSA_REPLACEMENT, 1); /* cut off */
    assert_decodes("\xE2\x82", 2, CSA_REPLACEMENT, 2);
    assert_decodes("\xF0\x9F\x98", 3, CSA_REPLACEMENT, 3);
    assert_decodes("\xF0\x9F", 2, CSA_REPLACEMENT, 2);
    assert_decodes("\xE2\x82z", 3, CSA_REPLACEMENT, 2);
    assert_decodes("\xC3z", 2, CSA_REPLACEMENT, 1);
}

static void encoding_and_decoding_agree_for_every_character(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char bytes[4];
        unsigned size = csa_utf8_encode(bytes, c);
        uint32_t back;
        const char *next = csa_utf8_decode(bytes, bytes + size, &back);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        if (back != (surrogate ? (uint32_t)CSA_REPLACEMENT : c) || next != bytes + size) {
            fail_msg("U+%04X", (unsigned)c);
        }
    }
    char bytes[4];
    assert_int_equal(csa_utf8_encode(bytes, 0x110000), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
    assert_int_equal(csa_utf8_encode(bytes, UINT32_MAX), 3);
}

static void tells_valid_text_from_invalid(void **state)
{
    (void)state;
    assert_true(csa_utf8_is_valid(csa_view_make(NULL, 0)));
    assert_true(csa_utf8_is_valid(csa_view_of("plain words, more than eight bytes of them")));
    assert_true(csa_utf8_is_valid(csa_view_of("Россия 中国 😀")));
    assert_true(csa_utf8_is_valid(csa_view_make("a\0b", 3)));
    assert_false(csa_utf8_is_valid(csa_view_of("more than eight bytes and then \xFF")));
    assert_false(csa_utf8_is_valid(csa_view_of("cut off \xE2\x82")));
}

/* ---- repairing ---- */

static void assert_repaired(struct csa_view text, struct csa_view expected, uint64_t count)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1000);
    uint64_t replaced = 0;
    csa_utf8_repair(text, &out, &replaced);
    assert_int_equal(replaced, count);
    assert_int_equal(out.size, expected.size);
    if (expected.size > 0) {
        assert_memory_equal(out.data, expected.data, expected.size);
    }
    csa_buffer_release(&out);
}

static void repairs_text(void **state)
{
    (void)state;
    assert_repaired(csa_view_make(NULL, 0), csa_view_of(""), 0);
    assert_repaired(csa_view_of("all is well here, ё"), csa_view_of("all is well here, ё"), 0);
    assert_repaired(csa_view_of("\xEF\xBB\xBFmark"), csa_view_of("mark"), 0);
    assert_repaired(csa_view_of("\xEF\xBB\xBF"), csa_view_of(""), 0);
    assert_repaired(csa_view_of("a\xEF\xBB\xBF"), csa_view_of("a\xEF\xBB\xBF"), 0); /* only at the start */
    assert_repaired(csa_view_of("caf\xE9!"), csa_view_of("caf\uFFFD!"), 1);
    assert_repaired(csa_view_make("a\0b", 3), csa_view_of("a\uFFFDb"), 1);
    assert_repaired(csa_view_of("\xF0\x9F\x98"), csa_view_of("\uFFFD"), 1);
    assert_repaired(csa_view_of("\xC0\x80"), csa_view_of("\uFFFD\uFFFD"), 2);
    assert_repaired(csa_view_make("eight more bytes\0 and\xFF\xFF", 23),
                    csa_view_of("eight more bytes\uFFFD and\uFFFD\uFFFD"), 3);
}

static void truncates_between_characters(void **state)
{
    (void)state;
    struct csa_view text = csa_view_of("aё中😀z"); /* 1 + 2 + 3 + 4 + 1 bytes */
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
    for (size_t size = 0; size < sizeof expected / sizeof expected[0]; size++) {
        assert_int_equal(csa_utf8_truncate(text, size), expected[size]);
    }
    assert_int_equal(csa_utf8_truncate(csa_view_make(NULL, 0), 5), 0);
    assert_int_equal(csa_utf8_truncate(csa_view_of("\x80\x80\x80\x80\x80\x80"), 5), 5);
}

static void counts_columns(void **state)
{
    (void)state;
    assert_int_equal(csa_utf8_columns(csa_view_make(NULL, 0)), 0);
    assert_int_equal(csa_utf8_columns(csa_view_of("plain")), 5);
    assert_int_equal(csa_utf8_columns(csa_view_of("中国")), 4);
    assert_int_equal(csa_utf8_columns(csa_view_of("e\u0301")), 1);
    assert_int_equal(csa_utf8_columns(csa_view_of("ＡＢ")), 4);
    assert_int_equal(csa_utf8_columns(csa_view_of("a\tb\n")), 2);
    assert_int_equal(csa_utf8_columns(csa_view_of("a\u200Bb\u00AD")), 2);
    assert_int_equal(csa_utf8_columns(csa_view_of("한국")), 4);
}

/* ---- properties ---- */

static void knows_scripts(void **state)
{
    (void)state;
    assert_int_equal(csa_unicode_script('a'), CSA_SCRIPT_LATIN);
    assert_int_equal(csa_unicode_script(0x00DF), CSA_SCRIPT_LATIN);
    assert_int_equal(csa_unicode_script(0x0416), CSA_SCRIPT_CYRILLIC);
    assert_int_equal(csa_unicode_script(0x03B1), CSA_SCRIPT_GREEK);
    assert_int_equal(csa_unicode_script(0x4E2D), CSA_SCRIPT_HAN);
    assert_int_equal(csa_unicode_script(0x3005), CSA_SCRIPT_HAN);
    assert_int_equal(csa_unicode_script(0x3007), CSA_SCRIPT_HAN);
    assert_int_equal(csa_unicode_script(0x2A6D6), CSA_SCRIPT_HAN);
    assert_int_equal(csa_unicode_script(0x31350), CSA_SCRIPT_HAN);
    assert_int_equal(csa_unicode_script(0x3042), CSA_SCRIPT_KANA);
    assert_int_equal(csa_unicode_script(0x30FC), CSA_SCRIPT_KANA);
    assert_int_equal(csa_unicode_script(0xAC00), CSA_SCRIPT_HANGUL);
    assert_int_equal(csa_unicode_script(0x0628), CSA_SCRIPT_ARABIC);
    assert_int_equal(csa_unicode_script(0x05D0), CSA_SCRIPT_HEBREW);
    assert_int_equal(csa_unicode_script(0x0561), CSA_SCRIPT_ARMENIAN);
    assert_int_equal(csa_unicode_script(0x0915), CSA_SCRIPT_DEVANAGARI);
    assert_int_equal(csa_unicode_script(0x0B95), CSA_SCRIPT_TAMIL);
    assert_int_equal(csa_unicode_script(0x0E01), CSA_SCRIPT_THAI);
    assert_int_equal(csa_unicode_script('1'), CSA_SCRIPT_OTHER);
    assert_int_equal(csa_unicode_script(UINT32_MAX), CSA_SCRIPT_OTHER);
}

static void knows_letters_and_spaces(void **state)
{
    (void)state;
    assert_true(csa_unicode_is_letter('z') && csa_unicode_is_letter(0x44F) && csa_unicode_is_letter(0x4E2D));
    assert_false(csa_unicode_is_letter('1') || csa_unicode_is_letter('_') || csa_unicode_is_letter(0x301));
    assert_true(csa_unicode_is_upper('A') && csa_unicode_is_upper(0x042F) && csa_unicode_is_upper(0x01C5));
    assert_false(csa_unicode_is_upper('a') || csa_unicode_is_upper(0x4E2D) || csa_unicode_is_upper('1'));
    assert_true(csa_unicode_is_space(' ') && csa_unicode_is_space('\n') && csa_unicode_is_space(0xA0));
    assert_true(csa_unicode_is_space(0x3000) && csa_unicode_is_space(0x2028) && csa_unicode_is_space(0x202F));
    assert_false(csa_unicode_is_space('a') || csa_unicode_is_space(0x200B) || csa_unicode_is_space(0xFEFF));
    assert_false(csa_unicode_is_letter(UINT32_MAX) || csa_unicode_is_upper(0x110000));
}

/* ---- folding whole strings ---- */

static void assert_folds(const char *text, const char *expected)
{
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 20);
    csa_text_fold(csa_view_of(text), &out);
    csa_buffer_append_byte(&out, 0);
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    csa_buffer_release(&out);
}

static void knows_apostrophes_and_quotes(void **state)
{
    (void)state;
    static const uint32_t apostrophes[] = {'\'', '`', 0x2019, 0x2018, 0x02BB, 0x02BC, 0xFF07};
    static const uint32_t quotes[] = {'"', 0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x300C, 0x300F, 0xFF02};
    for (size_t i = 0; i < sizeof apostrophes / sizeof apostrophes[0]; i++) {
        assert_true(csa_unicode_is_apostrophe(apostrophes[i]));
        assert_false(csa_unicode_is_quote(apostrophes[i]));
    }
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        assert_true(csa_unicode_is_quote(quotes[i]));
        assert_false(csa_unicode_is_apostrophe(quotes[i]));
    }
    static const uint32_t others[] = {'a',      ' ',       ',', 0x4E2D, 0x00DF, 0x300A, CSA_REPLACEMENT,
                                      0x110000, UINT32_MAX};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(csa_unicode_is_quote(others[i]));
        assert_false(csa_unicode_is_apostrophe(others[i]));
    }
}

static void folds_strings(void **state)
{
    (void)state;
    assert_folds("", "");
    assert_folds("  The\tPower \n of\u00A0Siberia  ", "the power of siberia");
    assert_folds("Straße ÅNGSTRÖM Ærø Łódź", "strasse angstrom aero lodz");
    assert_folds("“Quoted” — ‘text’ «х»", "\"quoted\" - 'text' \"х\"");
    assert_folds("Ёлка И\u0306ОД ЙОД", "елка йод йод");
    assert_folds("ＡＢＣ　１２３ ﬁ ½", "abc 123 fi 1\u20442");
    assert_folds("\u1112\u1161\u11ab\u1100\u1173\u11af 한글", "한글 한글");
    assert_folds("ｶﾞ か\u3099", "ガ が");
    assert_folds("a\u00ADb\u200Bc", "abc");
    assert_folds("\u00AD x \u200B y \u00AD", "x y");
    assert_folds("bad\xFF"
                 "bytes",
                 "bad\uFFFDbytes");
    assert_folds("ὀδυσσεύς ΟΔΥΣΣΕΎΣ", "οδυσσευσ οδυσσευσ");
}

static void folds_long_strings_in_pieces(void **state)
{
    (void)state;
    struct csa_buffer text;
    struct csa_buffer whole;
    csa_buffer_init(&text, 1 << 20);
    csa_buffer_init(&whole, 1 << 20);
    struct csa_buffer expected;
    csa_buffer_init(&expected, 1 << 20);
    for (int i = 0; i < 2000; i++) {
        csa_buffer_append(&text, "И\u0306е\u0301", 8);
        csa_buffer_append(&expected, "йе", 4);
    }
    csa_text_fold(csa_buffer_view(&text), &whole);
    assert_true(csa_view_equal(csa_buffer_view(&whole), csa_buffer_view(&expected)));
    csa_buffer_release(&text);
    csa_buffer_release(&whole);
    csa_buffer_release(&expected);
}

/* A base with very many marks costs little and keeps a bounded number of them. */
static void folds_towers_of_marks(void **state)
{
    (void)state;
    struct csa_buffer text;
    struct csa_buffer out;
    csa_buffer_init(&text, 1 << 20);
    csa_buffer_init(&out, 1 << 20);
    csa_buffer_append(&text, "क", 3);
    for (int i = 0; i < 100000; i++) {
        csa_buffer_append(&text, i % 2 == 0 ? "\u093C" : "\u094D", 3);
    }
    csa_text_fold(csa_buffer_view(&text), &out);
    assert_in_range(out.size, 6, 64);
    csa_buffer_release(&text);
    csa_buffer_release(&out);
}

static void folding_is_idempotent_for_every_character(void **state)
{
    (void)state;
    struct csa_buffer once;
    struct csa_buffer twice;
    csa_buffer_init(&once, 1000);
    csa_buffer_init(&twice, 1000);
    for (uint32_t c = 1; c < 0x110000; c++) {
        char bytes[4];
        csa_buffer_clear(&once);
        csa_buffer_clear(&twice);
        csa_text_fold(csa_view_make(bytes, csa_utf8_encode(bytes, c)), &once);
        csa_text_fold(csa_buffer_view(&once), &twice);
        if (!csa_view_equal(csa_buffer_view(&once), csa_buffer_view(&twice))) {
            fail_msg("U+%04X", (unsigned)c);
        }
    }
    csa_buffer_release(&once);
    csa_buffer_release(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_well_formed_characters),
        cmocka_unit_test(decodes_ill_formed_bytes_as_maximal_subparts),
        cmocka_unit_test(encoding_and_decoding_agree_for_every_character),
        cmocka_unit_test(tells_valid_text_from_invalid),
        cmocka_unit_test(repairs_text),
        cmocka_unit_test(truncates_between_characters),
        cmocka_unit_test(counts_columns),
        cmocka_unit_test(knows_scripts),
        cmocka_unit_test(knows_letters_and_spaces),
        cmocka_unit_test(knows_apostrophes_and_quotes),
        cmocka_unit_test(folds_strings),
        cmocka_unit_test(folds_long_strings_in_pieces),
        cmocka_unit_test(folds_towers_of_marks),
        cmocka_unit_test(folding_is_idempotent_for_every_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
