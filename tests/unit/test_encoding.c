/* encoding.h: text in every encoding that is promised comes out as the same UTF-8; what is broken is counted.
 */
#include "common/base/config.h"
#include "common/base/memory.h"
#include "common/text/unicode.h"
#include "indexer/intake/encoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <iconv.h>

static const char russian[] =
    "Сила Сибири: от контракта до полной мощности. Переговоры с Пекином начались в девяностые годы и год за "
    "годом упирались в цену. Дело решила политика: Газпром и китайская компания подписали контракт на "
    "тридцать "
    "лет.\n";
static const char chinese[] = "西安峰会：中国与中亚五国的第一次线下元首会晤。中国与中亚五国领导人在西安举行峰"
                              "会，签署了多项合作协议，讨论了"
                              "天然气管道和铁路建设。\n参加会议的还有其他国家的代表。\n";
static const char traditional[] =
    "從上海五國到天津：上合組織走過的路。領導人在天津舉行峰會，討論了安全與經濟合作，並簽署了多項協議。\n";
static const char japanese[] = "東京の天気は晴れです。中央アジアの首脳会議がサマルカンドで開催され、日本政府"
                               "は経済協力を発表しました。\n";
static const char korean[] =
    "중앙아시아 정상회의가 사마르칸트에서 열렸고, 한국 정부는 경제 협력을 발표했습니다. 철도와 가스관에 대한 "
    "논의도 있었습니다.\n";
static const char german[] =
    "Die Gespräche über die Größe der Röhren führten zu längeren Verzögerungen; später "
    "überraschte Straßburg die Öffentlichkeit mit höheren Gebühren.\n";
static const char polish[] =
    "Źródła w Warszawie twierdzą, że żaden z ministrów nie chciał podpisać umowy, choć "
    "rozmowy trwały już ponad pięć lat i kosztowały wiele pieniędzy.\n";
static const char greek[] =
    "Η ελληνική κυβέρνηση ανακοίνωσε ότι οι συνομιλίες για τον αγωγό φυσικού αερίου θα "
    "συνεχιστούν το επόμενο έτος στην Αθήνα.\n";
static const char turkish[] =
    "Türkiye'nin başkenti Ankara'da yapılan görüşmelerde doğal gaz boru hattı için yeni "
    "bir anlaşma imzalandı; şirketler çalışmalara başlayacak.\n";

struct decoded {
    struct csa_buffer converted;
    struct csa_view text;
    uint64_t replaced;
};

static void decode(struct decoded *decoded, const char *bytes, size_t size, bool markup)
{
    csa_buffer_init(&decoded->converted, 1 << 22);
    decoded->replaced = 0;
    assert_int_equal(csa_encoding_decode(csa_view_make(bytes, size), markup, &decoded->converted,
                                         &decoded->text, &decoded->replaced, NULL),
                     CSA_OK);
    assert_true(csa_utf8_is_valid(decoded->text));
    assert_true(decoded->text.size == 0 || memchr(decoded->text.data, '\0', decoded->text.size) == NULL);
}

static void check(const char *bytes, size_t size, bool markup, const char *expected, uint64_t replaced)
{
    struct decoded decoded;
    decode(&decoded, bytes, size, markup);
    if (decoded.text.size != strlen(expected) || !csa_view_equal(decoded.text, csa_view_of(expected))) {
        fail_msg("\"%.*s\" instead of \"%s\"", (int)decoded.text.size, decoded.text.data, expected);
    }
    assert_int_equal(decoded.replaced, replaced);
    csa_buffer_release(&decoded.converted);
}

static size_t encode(const char *text, const char *encoding, char *out, size_t room)
{
    iconv_t converter = iconv_open(encoding, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    char *from = (char *)(uintptr_t)text;
    size_t left = strlen(text);
    size_t rest = room;
    assert_true(iconv(converter, &from, &left, &out, &rest) != (size_t)-1);
    assert_true(iconv(converter, NULL, NULL, &out, &rest) != (size_t)-1);
    iconv_close(converter);
    return room - rest;
}

static void check_encoded(const char *text, const char *encoding)
{
    char bytes[4096];
    size_t size = encode(text, encoding, bytes, sizeof bytes);
    check(bytes, size, false, text, 0);
}

static void test_utf8(void **state)
{
    (void)state;
    check("", 0, false, "", 0);
    check("plain", 5, false, "plain", 0);
    check(russian, sizeof russian - 1, false, russian, 0);
    check("\xEF\xBB\xBF"
          "text",
          7, false, "text", 0);
    struct decoded decoded; /* valid text is not copied */
    decode(&decoded, chinese, sizeof chinese - 1, false);
    assert_ptr_equal(decoded.text.data, chinese);
}

static void test_broken_utf8(void **state)
{
    (void)state;
    check("Сила \xFF Сибири", strlen("Сила \xFF Сибири"), false, "Сила \xEF\xBF\xBD Сибири", 1);
    check("it’s cut \xE2\x80", strlen("it’s cut \xE2\x80"), false, "it’s cut \xEF\xBF\xBD", 1);
    check("nul\0byte", 8, false,
          "nul\xEF\xBF\xBD"
          "byte",
          1);
    check("\xEF\xBB\xBF"
          "a\xFF"
          "b",
          6, false,
          "a\xEF\xBF\xBD"
          "b",
          1); /* the mark says UTF-8 */
    check("<meta charset=utf-8>a\xFF\xC3\xA9", 25 - 1, true,
          "<meta charset=utf-8>a\xEF\xBF\xBD"
          "é",
          1);
}

static void test_wide(void **state)
{
    (void)state;
    static const char *const encodings[] = {"UTF-16LE", "UTF-16BE", "UTF-32LE",
                                            "UTF-32BE", "UTF-16",   "UTF-32"};
    static const char *const texts[] = {russian, chinese, german, japanese, korean};
    for (size_t e = 0; e < sizeof encodings / sizeof *encodings; e++) {
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            check_encoded(texts[t], encodings[e]);
        }
    }
    check("\xFF\xFE"
          "a\0b\0c",
          7, false, "ab\xEF\xBF\xBD", 1); /* half a unit at the end */
    check("\xFF\xFE"
          "a\0\x00\xD8"
          "b\0",
          8, false,
          "a\xEF\xBF\xBD"
          "b",
          1); /* half a pair */
    check("\xFE\xFF\0a\0\0\0b", 8, false,
          "a\xEF\xBF\xBD"
          "b",
          1); /* U+0000 */
    check("\xFF\xFE", 2, false, "", 0);
}

#if CSA_WITH_UCHARDET
static void test_detected(void **state)
{
    (void)state;
    static const char *const cyrillic[] = {"WINDOWS-1251", "KOI8-R", "CP866", "ISO-8859-5"};
    for (size_t i = 0; i < 4; i++) {
        check_encoded(russian, cyrillic[i]);
    }
    check_encoded(chinese, "GB18030");
    check_encoded(chinese, "GBK");
    check_encoded(traditional, "BIG5");
    check_encoded(japanese, "SHIFT_JIS");
    check_encoded(japanese, "EUC-JP");
    check_encoded(japanese, "ISO-2022-JP");
    check_encoded(korean, "EUC-KR");
    check_encoded(korean, "ISO-2022-KR");
    check_encoded(german, "WINDOWS-1252");
    check_encoded(german, "ISO-8859-1");
    check_encoded(german, "ISO-8859-15");
    check_encoded(polish, "WINDOWS-1250");
    check_encoded(polish, "ISO-8859-2");
    check_encoded(greek, "WINDOWS-1253");
    check_encoded(greek, "ISO-8859-7");
    check_encoded(turkish, "WINDOWS-1254");
    check_encoded(turkish, "ISO-8859-9");
}
#endif

static void check_declared(const char *declaration, const char *text, const char *encoding)
{
    char bytes[4096];
    char expected[4096];
    size_t size = strlen(declaration);
    memcpy(bytes, declaration, size);
    size += encode(text, encoding, bytes + size, sizeof bytes - size);
    snprintf(expected, sizeof expected, "%s%s", declaration, text);
    check(bytes, size, true, expected, 0);
}

static void test_declared(void **state)
{
    (void)state;
    check_declared("<meta charset=\"windows-1251\">", "Да", "WINDOWS-1251");
    check_declared("<META CHARSET = koi8-r>", "Да", "KOI8-R");
    check_declared("<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>", "朱镕基",
                   "GB18030");
    check_declared("<?xml version='1.0' encoding='Shift_JIS'?>", "東京", "CP932");
    check_declared("<meta charset=big5>", "天津", "BIG5");
    check_declared("<meta charset=euc-kr>", "한국", "EUC-KR");
    check_declared("<meta charset=iso-8859-1>", "“€”", "WINDOWS-1252"); /* as browsers do */
    check_declared("<meta charset=nonsense><meta charset=iso-8859-2>", "żółw", "ISO-8859-2");
    check_declared("<meta charset=windows-1258>", "Sài Gòn", "CP1258"); /* iconv keeps the last letter back */
    check_declared("<meta charset=utf-8>", german, "WINDOWS-1252");     /* a lie */
}

static void test_last_resort(void **state)
{
    (void)state;
    check("caf\xE9", 4, false, "café", 0);
    check("\x80"
          "5 \x93yes\x94",
          8, false, "€5 “yes”", 0);
}

static void test_is_wide(void **state)
{
    (void)state;
    assert_true(csa_encoding_is_wide(csa_view_make("\xFF\xFE"
                                                   "a\0",
                                                   4)));
    assert_true(csa_encoding_is_wide(csa_view_make("h\0e\0l\0l\0o\0", 10)));
    assert_true(csa_encoding_is_wide(csa_view_make("\0h\0e\0l\0l\0o", 10)));
    assert_false(csa_encoding_is_wide(csa_view_make("hello\0world!", 12)));
    assert_false(csa_encoding_is_wide(csa_view_make("hello", 5)));
    assert_false(csa_encoding_is_wide(csa_view_make("\0\0\0\0\0\0\0\0", 8)));
    assert_false(csa_encoding_is_wide(csa_view_make("\1\0\2\0\3\0\4\0", 8)));
    assert_false(csa_encoding_is_wide(csa_view_make("", 0)));
}

/* Any bytes give valid UTF-8. */
static void test_random_bytes(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252U;
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        size_t size = (size_t)round % sizeof bytes;
        for (size_t i = 0; i < size; i++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            bytes[i] = (char)(round % 3 == 0   ? seed & 0xFF
                              : round % 3 == 1 ? 0x80 | (seed & 0x7F)
                                               : seed & 0x81);
        }
        char *exact = test_malloc(size + 1);
        memcpy(exact, bytes, size);
        struct decoded decoded;
        decode(&decoded, exact, size, round % 2 == 0);
        csa_buffer_release(&decoded.converted);
        test_free(exact);
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct csa_buffer small;
    struct csa_view text;
    uint64_t replaced = 0;
    csa_buffer_init(&small, 10);
    struct csa_view bytes = csa_view_of("caf\xE9 caf\xE9 caf\xE9 caf\xE9");
    assert_int_not_equal(csa_encoding_decode(bytes, false, &small, &text, &replaced, NULL), CSA_OK);
    csa_buffer_release(&small);
    csa_buffer_init(&small, 1 << 20);
    csa_memory_fail_at(1, 1);
    assert_int_equal(csa_encoding_decode(bytes, false, &small, &text, &replaced, NULL), CSA_ERROR_MEMORY);
    csa_memory_fail_at(0, 0);
    csa_buffer_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_broken_utf8),
        cmocka_unit_test(test_wide),
#if CSA_WITH_UCHARDET
        cmocka_unit_test(test_detected),
#endif
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_last_resort),
        cmocka_unit_test(test_is_wide),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
