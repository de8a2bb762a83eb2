/* Unit tests of common/text/tokenizer.h: the rules, the details of folding, and properties over random text.
 */
#include "common/base/memory.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* The tokens of a text as one line: separated by spaces, an EXTRA with + before it, a pair with * behind it,
 * a pair's end with . behind it. */
static void describe(struct csa_view text, bool slowly, char *out, size_t size)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    size_t used = 0;
    out[0] = '\0';
    csa_tokenizer_init(&tokenizer, text);
    while (slowly ? csa_tokenizer_next_slowly(&tokenizer, &token) : csa_tokenizer_next(&tokenizer, &token)) {
        const char *sign = (token.flags & CSA_TOKEN_PAIR) != 0 ? "*" : "";
        sign = (token.flags & CSA_TOKEN_PAIR_END) != 0 ? "." : sign;
        int length = snprintf(out + used, size - used, "%s%s%.*s%s", used == 0 ? "" : " ",
                              (token.flags & CSA_TOKEN_EXTRA) != 0 ? "+" : "", (int)token.surface.size,
                              token.surface.data, sign);
        assert_in_range(length, 1, size - used - 1);
        used += (size_t)length;
    }
}

static void assert_tokens(const char *text, const char *expected)
{
    char tokens[4096];
    describe(csa_view_of(text), false, tokens, sizeof tokens);
    assert_string_equal(tokens, expected);
    describe(csa_view_of(text), true, tokens, sizeof tokens);
    assert_string_equal(tokens, expected);
}

/* ---- word boundaries ---- */

static void finds_words(void **state)
{
    (void)state;
    assert_tokens("", "");
    assert_tokens(" \t\r\n.,;:!?-–—_()[]{}<>/\\|@^~*=+%'\"", "");
    assert_tokens("Power of Siberia", "power of siberia");
    assert_tokens("a", "a");
    assert_tokens("state-owned state–owned state—owned", "state owned state owned state owned");
    assert_tokens("snake_case _emphasis_ __init__", "snake case emphasis init");
    assert_tokens("title:word a:b", "title word a b");
    assert_tokens("and/or (word) [word] \"word\" «word» word…", "and or word word word word word");
    assert_tokens("word,word word;word", "word word word word");
    assert_tokens("A1 3rd 4x4 MP3", "a1 3rd 4x4 mp3");
    assert_tokens("x²", "x");
    assert_tokens("CO₂ CO2", "co2 co2");
    assert_tokens("2½ ½", "2 1\u20442 1\u20442");
    assert_tokens("25% 5° №5 §7 ©2023", "25 5 5 7 2023");
    assert_tokens("😀 🇷🇺 👩‍🚀 ☭ → 1\uFE0F\u20E3", "1");
}

static void joins_words_at_apostrophes_and_full_stops(void **state)
{
    (void)state;
    assert_tokens("don't don’t don`t donʼt don＇t don´t", "don't don't don't don't don't don't");
    assert_tokens("O'Brien rock'n'roll ma'am o'clock", "o'brien rock'n'roll ma'am o'clock");
    assert_tokens("'quoted' ‘quoted’ 'tis dogs' dogs’", "quoted quoted tis dogs dogs");
    assert_tokens("a''b a'.b a..b a.", "a b a b a b a");
    assert_tokens("U.S. U.S e.g. example.com end.Next", "u.s u.s e.g example com end next");
    assert_tokens("a.1 1.a 1'a", "a 1 1 a 1 a");
    assert_tokens("oʻzbek oʻzbekistonʻ м'я м’я", "o'zbek o'zbekiston м'я м'я");
    assert_tokens("col·lecció coŀlecció a·1", "colleccio colleccio a 1");
}

/* What Romance languages shorten before a vowel, h or y is a word of its own; all else keeps its apostrophe.
 */
static void parts_elided_words(void **state)
{
    (void)state;
    assert_tokens("l'eau L’EAU l`eau lʼeau l´eau", "l eau l eau l eau l eau l eau");
    assert_tokens("d'Italia l'été L'Île d’Évian l'œuvre l'homme j'y d'Yvelines",
                  "d italia l ete l ile d evian l oeuvre l homme j y d yvelines");
    assert_tokens("c'est n'a s'il t'aime m'a qu'il jusqu'à Lorsqu'elle puisqu'on quoiqu'il",
                  "c est n a s il t aime m a qu il jusqu a lorsqu elle puisqu on quoiqu il");
    assert_tokens(
        "dell'Asia all'alba nell'anno sull'onda dall'Est coll'aiuto un'altra quest'anno quell'uomo",
        "dell asia all alba nell anno sull onda dall est coll aiuto un altra quest anno quell uomo");
    assert_tokens("l'Hospitalet d'Olot s'Agaró", "l hospitalet d olot s agaro");
    assert_tokens("L'Oréal D'Angelo d'Artagnan", "l oreal d angelo d artagnan");
    assert_tokens("l'un'altro l'a's", "l un altro l a");
    assert_tokens("l'e\u0301te\u0301 l\u00AD'eau", "l ete l eau");
    /* no vowel behind, or no such word before */
    assert_tokens("L'viv N'Djamena c'mon m'lord n'sync D'Souza d's l's all's",
                  "l'viv n'djamena c'mon m'lord n'sync d'souza d l all");
    assert_tokens("I'd we'll you're hadn't y'all aujourd'hui prud'homme entr'acte xi'an sana'a qur'an",
                  "i'd we'll you're hadn't y'all aujourd'hui prud'homme entr'acte xi'an sana'a qur'an");
    assert_tokens("o'zbek g'alaba ma'no ta'lim O'Hara", "o'zbek g'alaba ma'no ta'lim o'hara");
    assert_tokens("м'ята об'єкт", "м'ята об'єкт");
    assert_tokens("a'l'eau x.l'eau", "a'l'eau x.l'eau");
    assert_tokens("l' eau l'' eau 'l'eau'", "l eau l eau l eau");
}

static void drops_the_possessive(void **state)
{
    (void)state;
    assert_tokens("china china's China’s CHINA'S China`s", "china china china china china");
    assert_tokens("boss's it's James' s's 's a's's", "boss it james s s a");
    assert_tokens("Россия's 中's", "россия 中. s");
    assert_tokens("children'sbook", "children'sbook");
}

static void keeps_numbers_whole(void **state)
{
    (void)state;
    assert_tokens("94.8 3,5 1.2.3 10.0.0.1", "94.8 3,5 1.2.3 10.0.0.1");
    assert_tokens("94.8. 94,", "94.8 94");
    assert_tokens("1,000 12,345,678 1,234.56 999,999", "1000 12345678 1234.56 999999");
    assert_tokens("1,00 1,0000 1000,000 1,000,00 0,125 0,000", "1,00 1,0000 1000,000 1,000,00 0,125 0,000");
    assert_tokens("1,000km 1,000's", "1000km 1000 s");
    assert_tokens("1,000;2,000", "1000;2,000");
    assert_tokens("１２３ ３．５ １，０００", "123 3.5 1000");
    assert_tokens("٢٠٢٣ ۲۰۲۳ २०२३ ٣٫٥ ١٬٠٠٠", "2023 2023 2023 3.5 1000");
    assert_tokens("1 000 000", "1 000 000");
}

static void segments_hebrew(void **state)
{
    (void)state;
    assert_tokens("צה\"ל צה״ל", "צה\"ל צה\"ל");
    assert_tokens("\"שלום\" צ'ק צ׳ק ג'", "שלום צ'ק צ'ק ג");
    assert_tokens("a\"b", "a b");
    assert_tokens("שָׁלוֹם", "שלום");
}

static void marks_stay_with_their_letter(void **state)
{
    (void)state;
    assert_tokens("a\u0301b\u200Dc", "abc");
    assert_tokens("a'\u0301b", "a'b");
    assert_tokens("\u0301 \u200D \uFEFF", "");
    assert_tokens("\u0301a \uFEFFb", "a b");
    assert_tokens("so\u00ADviet zero\u200Bwidth", "soviet zerowidth");
    assert_tokens("می\u200Cخواهم", "ميخواهم");
}

static void ill_formed_bytes_separate_words(void **state)
{
    (void)state;
    assert_tokens("a\xFF"
                  "b \xC3",
                  "a b");
    assert_tokens("caf\xE9 ol\xC3", "caf ol");
    assert_tokens("\xED\xA0\x80x", "x");
}

/* ---- folding ---- */

static void folds_latin(void **state)
{
    (void)state;
    assert_tokens("Straße STRASSE ẞ ﬁre ﬆ ĳ", "strasse strasse ss fire st ij");
    assert_tokens("café cafe\u0301 CAFÉ Ångström A\u030Angstro\u0308m", "cafe cafe cafe angstrom angstrom");
    assert_tokens("Ærø Øre Łódź Đorđe Þór œuvre ħ", "aero ore lodz dorde thor oeuvre h");
    /* One letter for search, as a text's language is not always known: ISTANBUL is written in both ways. */
    assert_tokens("ı İ I i İSTANBUL ISTANBUL ıstanbul i\u0307stanbul",
                  "i i i i istanbul istanbul istanbul istanbul");
    assert_tokens("ILIK ılık ilik", "ilik ilik ilik");
    assert_tokens("oʻ o' o’ o‘ gʻ Oʻzbekiston o‘zbekiston o`zbekiston",
                  "o o o o g o'zbekiston o'zbekiston o'zbekiston");
    assert_tokens("ŉ ǆ ǈ ſ K Å", "n dz lj s k a");
    assert_tokens("ＡＢＣ 𝐀𝒷 Ⅳ ⓐ ª", "abc ab iv a a");
    assert_tokens("Việt Nam Vie\u0323\u0302t", "viet nam viet");
}

static void folds_cyrillic(void **state)
{
    (void)state;
    assert_tokens("Ёлка е\u0308лка", "елка елка");
    assert_tokens("Йод И\u0306од й и\u0306", "йод йод й й");
    assert_tokens("Їжак і\u0308жак Ґанок", "їжак їжак ґанок");
    assert_tokens("ўсё У\u0306", "ўсе ў");
    assert_tokens("Влади\u0301мир за\u0301мок Ѐ ѝ", "владимир замок е и");
    assert_tokens("Ќ ѓ к\u0301", "ќ ѓ ќ");
    assert_tokens("Қазақстан Өзбекстан ҚҒҢҰҮҺІӘ Тоҷикӣ", "қазақстан өзбекстан қғңұүһіә тоҷикӣ");
}

static void folds_greek_arabic_and_others(void **state)
{
    (void)state;
    assert_tokens("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ ᾳ α\u0345 Ϊ ΐ", "οδυσσευσ οδυσσευσ α α ι ι");
    assert_tokens("العَرَبِيَّة مـــرحبا أحمد آسيا إيران", "العربية مرحبا احمد اسيا ايران");
    assert_tokens("ایران ايران کتاب كتاب", "ايران ايران كتاب كتاب");
    assert_tokens("ﻻ ﺏ کی", "لا ب كي");
    assert_tokens("և ԵՒ ՀԱՅ", "եւ եւ հայ");
    assert_tokens("हिन्दी क़िताब क\u093Cिताब", "हिन्दी क\u093Cिताब क\u093Cिताब");
    assert_tokens("கொ கெ\u0BBE", "கொ கொ");
    assert_tokens("ᲥᲐᲠᲗᲣᲚᲘ", "ქართული");
}

/* ---- pairs ---- */

static void gives_pairs(void **state)
{
    (void)state;
    assert_tokens("北京大学", "北京* 京大* 大学* 学.");
    assert_tokens("中", "中.");
    assert_tokens("中。国", "中. 国.");
    assert_tokens("中 国", "中. 国.");
    assert_tokens("東京タワー", "东京* 京タ* タワ* ワー* ー.");
    assert_tokens("人々 〇〇 いすゞ", "人々* 々. 〇〇* 〇. いす* すゞ* ゞ.");
    assert_tokens("한국 경제", "한국* 국. 경제* 제.");
    assert_tokens("第3回 Gazprom在中国", "第. 3 回. gazprom 在中* 中国* 国.");
    assert_tokens("ＡＢＣ公司１２３", "abc 公司* 司. 123");
    assert_tokens("𠀀𠀁", "𠀀𠀁* 𠀁.");
    assert_tokens("⼈⽇", "人日* 日."); /* radicals for characters */
    assert_tokens("\uF900", "岂.");
}

/* Traditional characters become simplified ones; where several became one, all of them. */
static void simplifies_chinese(void **state)
{
    (void)state;
    static const struct {
        const char *traditional, *simplified;
    } texts[] = {
        {"中國與俄羅斯簽署天然氣協議", "中国与俄罗斯签署天然气协议"},
        {"臺灣鐵路", "台湾铁路"},
        {"發展頭髮", "发展头发"},
        {"皇后後來", "皇后后来"},
        {"裡面裏面", "里面里面"},
        {"麵包面子", "面包面子"},
        {"乾燥幹部干預", "干燥干部干预"},
        {"複雜恢復", "复杂恢复"},
        {"説話說話", "说话说话"},
        {"遊覽週末佔領衆人羣島", "游览周末占领众人群岛"},
        {"一帶一路", "一带一路"},
    };
    char expected[1024];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        describe(csa_view_of(texts[i].simplified), false, expected, sizeof expected);
        assert_tokens(texts[i].traditional, expected);
        assert_tokens(texts[i].simplified, expected);
    }
    /* Forms of Japan alone, and kana, stay apart. */
    assert_tokens("沢", "沢.");
    assert_tokens("澤", "泽.");
    assert_tokens("戦 広 売 芸 弁", "戦. 広. 売. 芸. 弁.");
    assert_tokens("戰 廣 賣 藝 辯", "战. 广. 卖. 艺. 辩.");
    assert_tokens("覆 着 著", "覆. 着. 着.");
    /* A pair of forms that ICU's data turn into each other is one character. */
    assert_tokens("苎 苧 薴", "苎. 苎. 苎.");
}

/* Names, numbers and full-width letters inside a sentence without blanks. */
static void finds_other_scripts_in_chinese(void **state)
{
    (void)state;
    assert_tokens("中国与Gazprom签署", "中国* 国与* 与. gazprom 签署* 署.");
    assert_tokens("2023年10月", "2023 年. 10 月.");
    assert_tokens("ＧＡＺＰＲＯＭ与Ｂ２Ｂ", "gazprom 与. b2b");
    assert_tokens("中国，俄罗斯、蒙古", "中国* 国. 俄罗* 罗斯* 斯. 蒙古* 古.");
}

static void composes_kana_and_hangul(void **state)
{
    (void)state;
    assert_tokens("ｶﾞｷﾞ ガギ カ\u3099キ\u3099 カ゛", "ガギ* ギ. ガギ* ギ. ガギ* ギ. ガ.");
    assert_tokens("ﾊﾟﾝ", "パン* ン.");
    assert_tokens("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글* 글.");
    assert_tokens("하\u11AB", "한.");
    assert_tokens("\u1112 \u1161", "\u1112. \u1161.");
    assert_tokens("中\uFE00国\U000E0100", "中国* 国.");
    for (uint32_t c = 0xAC00; c <= 0xD7A3; c++) {
        char composed[4];
        unsigned size = csa_utf8_encode(composed, c);
        char parts[12];
        unsigned used = csa_utf8_encode(parts, 0x1100 + (c - 0xAC00) / 588);
        used += csa_utf8_encode(parts + used, 0x1161 + (c - 0xAC00) % 588 / 28);
        if ((c - 0xAC00) % 28 != 0) {
            used += csa_utf8_encode(parts + used, 0x11A7 + (c - 0xAC00) % 28);
        }
        struct csa_tokenizer tokenizer;
        struct csa_token token;
        csa_tokenizer_init(&tokenizer, csa_view_make(parts, used));
        assert_true(csa_tokenizer_next(&tokenizer, &token));
        assert_int_equal(token.flags, CSA_TOKEN_PAIR_END);
        assert_true(csa_view_equal(token.surface, csa_view_make(composed, size)));
        assert_int_equal(token.end, used);
        assert_false(csa_tokenizer_next(&tokenizer, &token));
    }
}

static void gives_pairs_of_southeast_asian_scripts(void **state)
{
    (void)state;
    assert_tokens("สวัสดี", "สวั* วัส* สดี* ดี.");
    assert_tokens("ไทย abc", "ไท* ทย* ย. abc");
    assert_tokens("ខ្មែរ", "ខ្មែ* មែរ* រ.");
}

/* ---- EXTRA tokens ---- */

static void gives_extra_tokens(void **state)
{
    (void)state;
    assert_tokens("$25 €94.8 £5 ¥100 ₹350 ￥7", "+$25 25 +€94.8 94.8 +£5 5 +¥100 100 +₹350 350 +¥7 7");
    assert_tokens("US$25bn $1,000 $ 25 25$ 25 € $x", "us +$25bn 25bn +$1000 1000 25 25 25 x");
    assert_tokens("$25%", "+$25 25");
    assert_tokens("2023-08-11", "+2023-08-11 2023 08 11");
    assert_tokens("(2023-08-11), 2023-08-11T10:00", "+2023-08-11 2023 08 11 +2023-08-11 2023 08 11t10 00");
    assert_tokens("2023-02-29 2023-04-31 1900-02-29", "2023 02 29 2023 04 31 1900 02 29");
    assert_tokens("2024-02-29 2000-02-29", "+2024-02-29 2024 02 29 +2000-02-29 2000 02 29");
    assert_tokens("2023-13-11 2023-00-11 2023-08-32 2023-08-111 2023-08-1 12023-08-11 2023-08",
                  "2023 13 11 2023 00 11 2023 08 32 2023 08 111 2023 08 1 12023 08 11 2023 08");
    assert_tokens("AT&T AT&T's R&D, Q&A&B", "+at&t at t +at&t at t +r&d r d +q&a q +a&b a b");
    assert_tokens("abcd&e a&bcde a & b a&1 a&b1 a&é", "abcd e a bcde a b a 1 a b1 a e");
    assert_tokens("C++ C# F#. g++, (C++)", "+c++ c +c# c +f# f +g++ g +c++ c");
    assert_tokens("abc++ C+ C#5 C#a C++a C+++ C## #c C#语", "abc c c 5 c a c a c c c +c# c 语.");
}

static void extra_tokens_share_a_position(void **state)
{
    (void)state;
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, csa_view_of("on 2023-08-11 €5"));
    static const struct {
        uint32_t position, begin, end;
        uint8_t flags;
    } expected[] = {
        {0, 0, 2, 0},
        {1, 3, 13, CSA_TOKEN_EXTRA | CSA_TOKEN_NUMBER},
        {1, 3, 7, CSA_TOKEN_NUMBER},
        {2, 8, 10, CSA_TOKEN_NUMBER},
        {3, 11, 13, CSA_TOKEN_NUMBER},
        {4, 14, 18, CSA_TOKEN_EXTRA},
        {4, 17, 18, CSA_TOKEN_NUMBER},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_true(csa_tokenizer_next(&tokenizer, &token));
        assert_int_equal(token.position, expected[i].position);
        assert_int_equal(token.begin, expected[i].begin);
        assert_int_equal(token.end, expected[i].end);
        assert_int_equal(token.flags, expected[i].flags);
    }
    assert_false(csa_tokenizer_next(&tokenizer, &token));
    assert_false(csa_tokenizer_next(&tokenizer, &token));
}

static void tells_where_pairs_stand(void **state)
{
    (void)state;
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, csa_view_of("x 北京 y"));
    static const uint32_t expected[][3] = {{0, 0, 1}, {1, 2, 8}, {2, 5, 8}, {3, 9, 10}};
    for (size_t i = 0; i < 4; i++) {
        assert_true(csa_tokenizer_next(&tokenizer, &token));
        assert_int_equal(token.position, expected[i][0]);
        assert_int_equal(token.begin, expected[i][1]);
        assert_int_equal(token.end, expected[i][2]);
    }
}

/* ---- properties over random text ---- */

static uint64_t random_state;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((random_state >> 33) % bound);
}

/* Characters of all word break classes, more often than chance would have them. */
static uint32_t random_character(void)
{
    static const uint32_t interesting[] = {
        'a',    's',    'S',     'Z',     '0',    '1',    '9',    '\'',   '.',    ',',    ';',    '-',
        '_',    '"',    '&',     '+',     '#',    '$',    'T',    '`',    ' ',    ' ',    '\n',   ':',
        0x301,  0x308,  0x306,   0xAD,    0x200B, 0x200D, 0x2019, 0xB7,   0x5D0,  0x5F4,  0x5F3,  0x430,
        0x438,  0x435,  0x451,   0x456,   0xDF,   0xE9,   0x130,  0x4E2D, 0x3042, 0x30AB, 0x3099, 0xFF76,
        0xFF9E, 0x30FC, 0xAC00,  0x1100,  0x1161, 0x11A8, 0xE01,  0xE31,  0xE33,  0x915,  0x93C,  0x93F,
        0x644,  0x654,  0x640,   0x660,   0x66B,  0x66C,  0x20AC, 0xBD,   0xB2,   0x2082, 0xFF0C, 0xFF0E,
        0xFF11, 0xFF21, 0x1F600, 0x1F1F7, 0x2F00, 0xFDFA, 0x0B95, 0xBC6,  0xBBE,  0x345,  0x149,  0x1C5,
        0x33A1, 0x3300, 0x1780,  0x17D2,  0x1000, 0x103B, 0xFFFD};
    uint32_t kind = random_below(10);
    if (kind < 8) {
        return interesting[random_below(sizeof interesting / sizeof interesting[0])];
    }
    return kind == 8 ? random_below(0x3000) : random_below(0x110000);
}

static size_t random_text(char *text, size_t most, unsigned kind)
{
    size_t size = 0;
    size_t wanted = random_below((uint32_t)most - 4);
    while (size < wanted) {
        if (kind == 0) {
            text[size++] = (char)random_below(256);
        } else if (kind == 1) {
            static const char ascii[] = "aabcdsSTZ0011239'.,;-_ &+#$:`\"\n";
            text[size++] = ascii[random_below(sizeof ascii - 1)];
        } else if (kind == 2) {
            size += csa_utf8_encode(text + size, random_character());
        } else {
            size += csa_utf8_encode(text + size,
                                    random_below(3) == 0 ? random_character() : 'a' + random_below(26));
        }
    }
    if (kind == 3 && size > 0) {
        text[random_below((uint32_t)size)] = (char)random_below(256); /* one byte damaged */
    }
    return size;
}

/* An ordinary word's surface is tokenized to itself. */
static void assert_idempotent(const struct csa_token *token)
{
    char surface[CSA_TOKEN_MAXIMUM];
    memcpy(surface, token->surface.data, token->surface.size);
    struct csa_view word = csa_view_make(surface, token->surface.size);
    struct csa_tokenizer tokenizer;
    struct csa_token again;
    csa_tokenizer_init(&tokenizer, word);
    assert_true(csa_tokenizer_next(&tokenizer, &again));
    if (!csa_view_equal(again.surface, word)) {
        fail_msg("%.*s -> %.*s", (int)word.size, word.data, (int)again.surface.size, again.surface.data);
    }
    assert_int_equal(again.flags, token->flags);
    assert_false(csa_tokenizer_next(&tokenizer, &again));
}

static void assert_properties(struct csa_view text)
{
    struct csa_tokenizer fast;
    struct csa_tokenizer slow;
    struct csa_token token;
    struct csa_token other;
    uint32_t position = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
    csa_tokenizer_init(&fast, text);
    csa_tokenizer_init(&slow, text);
    while (csa_tokenizer_next(&fast, &token)) {
        assert_true(csa_tokenizer_next_slowly(&slow, &other));
        assert_true(csa_view_equal(token.surface, other.surface));
        assert_int_equal(token.position, other.position);
        assert_int_equal(token.begin, other.begin);
        assert_int_equal(token.end, other.end);
        assert_int_equal(token.flags, other.flags);
        assert_in_range(token.surface.size, 1, CSA_TOKEN_MAXIMUM);
        assert_true(csa_utf8_is_valid(token.surface));
        assert_int_equal(token.position, position);
        assert_true(token.begin >= begin && token.begin < token.end && token.end <= text.size);
        begin = token.begin;
        if ((token.flags & CSA_TOKEN_EXTRA) != 0) {
            continue;
        }
        position++;
        assert_true(token.end >= end);
        end = token.end;
        bool digit = token.surface.data[0] >= '0' && token.surface.data[0] <= '9';
        assert_true(digit == ((token.flags & CSA_TOKEN_NUMBER) != 0));
        if ((token.flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END)) == 0) {
            assert_idempotent(&token);
        }
    }
    assert_false(csa_tokenizer_next_slowly(&slow, &other));
}

static void holds_its_properties_on_random_text(void **state)
{
    (void)state;
    random_state = 2023;
    static char text[512];
    for (unsigned round = 0; round < 60000; round++) {
        size_t size = random_text(text, round % 50 == 0 ? sizeof text : 64, round % 4);
        char *copy = csa_malloc(size == 0 ? 1 : size); /* so that the sanitizer sees a read past the end */
        memcpy(copy, text, size);
        assert_properties(csa_view_make(copy, size));
        csa_free(copy);
    }
}

/* ---- long words ---- */

static void cuts_long_words(void **state)
{
    (void)state;
    char text[1200];
    static const char *const patterns[] = {"a",      "ё",       "1",       "a'",      "1,000,", "ß",
                                           "\u1E9E", "e\u0301", "क\u093C", "a's",     "a.",     "ё's",
                                           "1.",     "1;",      "א\"",     "a\u0301'"};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        for (size_t repeats = 1; repeats < 190; repeats++) {
            size_t size = 0;
            for (size_t k = 0; k < repeats; k++) {
                memcpy(text + size, patterns[i], strlen(patterns[i]));
                size += strlen(patterns[i]);
            }
            struct csa_tokenizer tokenizer;
            struct csa_token token;
            csa_tokenizer_init(&tokenizer, csa_view_make(text, size));
            assert_true(csa_tokenizer_next(&tokenizer, &token));
            assert_in_range(token.surface.size, 1, CSA_TOKEN_MAXIMUM);
            assert_true(csa_utf8_is_valid(token.surface));
            assert_false(csa_tokenizer_next(&tokenizer, &token));
            assert_properties(csa_view_make(text, size));
        }
    }
    memset(text, 'x', sizeof text);
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, csa_view_make(text, sizeof text));
    assert_true(csa_tokenizer_next(&tokenizer, &token));
    assert_int_equal(token.surface.size, CSA_TOKEN_MAXIMUM);
    assert_int_equal(token.end, sizeof text);
}

/* Every prefix of a text that has something of everything. */
static void holds_its_properties_on_every_prefix(void **state)
{
    (void)state;
    static const char text[] =
        "China’s $1,000 2023-08-11 AT&T C++ 北京 한국 ｶﾞ สวัสดี क़ צה\"ל U.S. don't 94.8% Й ß ½ 😀";
    for (size_t size = 0; size < sizeof text; size++) {
        char *copy = csa_malloc(size == 0 ? 1 : size);
        memcpy(copy, text, size);
        assert_properties(csa_view_make(copy, size));
        csa_free(copy);
    }
}

/* A character alone gives a token that is its own folding. */
static void holds_its_properties_on_every_character(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char text[16] = "a";
        size_t size = 1 + csa_utf8_encode(text + 1, c);
        text[size++] = 'b';
        assert_properties(csa_view_make(text, size));
        assert_properties(csa_view_make(text + 1, size - 2));
    }
}

/* A word reads the same beside a space as beside a character that is not ASCII. */
static void neighbours_do_not_change_a_word(void **state)
{
    (void)state;
    random_state = 7;
    for (unsigned round = 0; round < 20000; round++) {
        char word[40];
        size_t size = 0;
        size_t wanted = 1 + random_below(20);
        while (size < wanted) {
            static const char ascii[] = "abcXYZs019'.,";
            word[size++] = ascii[random_below(sizeof ascii - 1)];
        }
        char plain[64];
        char other[64];
        char expected[512];
        char tokens[512];
        int plain_size = snprintf(plain, sizeof plain, "%.*s ", (int)size, word);
        int other_size = snprintf(other, sizeof other, "–%.*s–", (int)size, word);
        describe(csa_view_make(plain, (size_t)plain_size), false, expected, sizeof expected);
        describe(csa_view_make(other, (size_t)other_size), false, tokens, sizeof tokens);
        assert_string_equal(tokens, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_words),
        cmocka_unit_test(joins_words_at_apostrophes_and_full_stops),
        cmocka_unit_test(parts_elided_words),
        cmocka_unit_test(drops_the_possessive),
        cmocka_unit_test(keeps_numbers_whole),
        cmocka_unit_test(segments_hebrew),
        cmocka_unit_test(marks_stay_with_their_letter),
        cmocka_unit_test(ill_formed_bytes_separate_words),
        cmocka_unit_test(folds_latin),
        cmocka_unit_test(folds_cyrillic),
        cmocka_unit_test(folds_greek_arabic_and_others),
        cmocka_unit_test(gives_pairs),
        cmocka_unit_test(simplifies_chinese),
        cmocka_unit_test(finds_other_scripts_in_chinese),
        cmocka_unit_test(composes_kana_and_hangul),
        cmocka_unit_test(gives_pairs_of_southeast_asian_scripts),
        cmocka_unit_test(gives_extra_tokens),
        cmocka_unit_test(extra_tokens_share_a_position),
        cmocka_unit_test(tells_where_pairs_stand),
        cmocka_unit_test(cuts_long_words),
        cmocka_unit_test(holds_its_properties_on_random_text),
        cmocka_unit_test(holds_its_properties_on_every_prefix),
        cmocka_unit_test(holds_its_properties_on_every_character),
        cmocka_unit_test(neighbours_do_not_change_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
