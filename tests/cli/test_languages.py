"""Words as people of many languages type them: scripts, accents, keyboards, apostrophes. Every sentence is our own."""
import re
import unittest

import support

ARTICLES = [
    ("zh-simplified", "zh", "中国与Gazprom签署了天然气协议。2023年10月，第三届论坛在北京召开。他在皇后大道的理发店工作。"),
    ("zh-traditional", "zh", "俄羅斯與中國簽署天然氣合同，發展關係。理髮師說，後來他買了麵包。臺灣鐵路２０２３年通車。"),
    ("zh-apart", "zh", "他住在城中。国外的人不多。"),
    ("ja", "ja", "東京の国会で産業の関係者が発言した。沢田さんはガスを運ぶ。"),
    ("ko", "ko", "한국 경제는 中國과의 무역이 크다. 가스관 건설도 논의했다."),
    ("ru", "ru", "Ёлка стоит у самолёта, а йод лежит в ящике. Второй тур выборов прошёл спокойно."),
    ("de", "de", "Herr Müller fährt mit der Straßenbahn nach München, und die Brücken sind für ihn nicht zu groß."),
    ("de-ascii", "de", "Herr Mueller faehrt mit der Strassenbahn nach Muenchen, und die Bruecken sind nicht zu gross."),
    ("de-words", "de", "Der Topf heißt auf Englisch pot, und blu ist ein fremdes Wort."),
    ("en", "en", "The poet wrote about a coloured duel of true values."),
    ("da", "da", "Toget kører fra Århus til København, og det er dyrt at rejse over øen."),
    ("tr", "tr", "İstanbul ve Isparta arasında yeni bir yol var. Ilık su çok iyi geldi."),
    ("tr-capitals", "tr", "ISTANBUL ve İZMİR için yeni bir karar daha oldu."),
    ("tr-endings", "tr", "Bakan, dün Ankara'dan geldi ve Diyarbakır'da konuştu. Irak’ın yanıtı çok açık oldu."),
    ("kk", "kk", "Қазақстанның өнер мұражайы жаңа ғимаратқа көшті. Келісімге қол қойылды, һәм бұл үлкен оқиға."),
    ("ky", "ky", "Кыргызстанда өкмөт жаңы көпүрө ачты жана бул үчүн эң маанилүү."),
    ("uz", "uz", "Oʻzbekiston va Gʻarbiy Yevropa o‘rtasida yangi ko`prik qurildi."),
    ("tg", "tg", "Тоҷикистон бо ҳамсояҳо барои об созишнома имзо кард, ва ин муҳим аст."),
    ("fr", "fr", "L’eau de la rivière n'est pas potable, mais l'école d’à côté reste ouverte. Aujourd'hui, on joue aux échecs."),
    ("it", "it", "L'acqua dell'Italia è buona, e un'altra città della regione l’ha comprata."),
    ("en-names", "en", "Mr. O'Brien and D'Angelo don't play rock'n'roll in L'viv. It was the boss's idea."),
    ("ar", "ar", "وقع الرئيسان اتفاقًا بشأن إمدادات الغـــاز في العاصِمة."),
    ("fa", "fa", "ایران و روسیه در تهران قرارداد گاز را امضا کردند که این است."),
]


class LanguagesCase(support.Case):
    def setUp(self):
        super().setUp()
        self.write_articles("articles.jsonl", [{"id": i, "language": l, "text": t} for i, l, t in ARTICLES])
        self.index("-d", "my.index", "--quiet", "articles.jsonl")
        self.environment["CSA_INDEX"] = "my.index"

    def check(self, query, *expected):
        self.assertEqual(sorted(self.found("--", query)), sorted(expected), query)

    def marks(self, query, article):
        """What is marked in the best passage of an article, as in the text."""
        for hit in self.search_json("--", query)["hits"]:
            if hit["article"]["id"] == article:
                return re.findall("<mark>(.*?)</mark>", hit["passages"][0]["snippet"])
        self.fail(f"{query} does not find {article}")


class Chinese(LanguagesCase):
    def test_traditional_and_simplified_find_each_other(self):
        for query in "中国", "中國":
            self.check(query, "zh-simplified", "zh-traditional", "ko")
        for query in "天然气", "天然氣", '"天然气"', '"天然氣"', "+天然氣":
            self.check(query, "zh-simplified", "zh-traditional")
        for query in '"發展關係"', '"发展关系"', '"發展关系"':
            self.check(query, "zh-traditional")
        for query in '"臺灣鐵路"', '"台湾铁路"':
            self.check(query, "zh-traditional")

    def test_many_to_one(self):
        for query in "理发", "理髮", "理發":
            self.check(query, "zh-simplified", "zh-traditional")
        for query in "+皇后", "+皇後":
            self.check(query, "zh-simplified")
        for query in "+后来", "+後來":
            self.check(query, "zh-traditional")
        for query in "面包", "麵包":
            self.check(query, "zh-traditional")

    def test_marks_stand_in_the_text_as_it_is_written(self):
        self.assertEqual(self.marks("理发", "zh-traditional"), ["理髮"])
        self.assertEqual(self.marks('"天然氣協議"', "zh-simplified"), ["天然气协议"])
        self.assertEqual(self.marks("氣", "zh-simplified"), ["气"])
        self.assertEqual(self.marks('"2023年"', "zh-simplified"), ["2023年"])

    def test_a_character_that_begins_many_pairs(self):
        many = "".join(f"年{chr(0x5000 + i)}。" for i in range(1200)) * 2
        self.write_articles("many.jsonl", [("many", many), ("few", "他在5年龘前。")])
        self.index("-d", "many.index", "--quiet", "many.jsonl")
        for query, found in ('"5年"', ["few"]), ("5年", ["few", "many"]), ("年", ["few", "many"]), ("+年*", ["few", "many"]):
            result = self.search_json("-d", "many.index", "--", query)
            self.assertEqual(sorted(hit["article"]["id"] for hit in result["hits"]), found, query)
            self.assertTrue(result["exact"], query)
            self.assertNotIn("limits", result, query)

    def test_a_letter_in_a_chinese_word_is_no_article(self):
        self.write_articles("shares.jsonl", [{"id": "a", "language": "en", "text": "The price of A股 rose on the day."},
                                             {"id": "b", "language": "en", "text": "A price of the 股 fell on a day."}])
        self.index("-d", "shares.index", "--quiet", "shares.jsonl")
        self.assertEqual(self.search_json("-d", "shares.index", "A股")["parsed"], "=a 股*")
        self.assertEqual(self.search_json("-d", "shares.index", "a price")["parsed"], "price")

    def test_one_and_two_characters(self):
        self.check("气", "zh-simplified", "zh-traditional")
        self.check("臺", "zh-traditional")
        self.check("召开", "zh-simplified")
        self.check("协议", "zh-simplified")
        self.check("议", "zh-simplified")
        self.check('"议协"')

    def test_characters_over_punctuation_are_no_neighbours(self):
        self.check("中国", "zh-simplified", "zh-traditional", "ko")  # not zh-apart: 中。国
        self.check('"城中国外"')
        self.check("国外", "zh-apart")

    def test_latin_and_numbers_without_blanks(self):
        self.check("gazprom", "zh-simplified")
        self.check("ＧＡＺＰＲＯＭ", "zh-simplified")
        self.check('"中国与gazprom签署"', "zh-simplified")
        self.check('"與Gazprom簽署"', "zh-simplified")
        self.check('"2023年10月"', "zh-simplified")
        self.check("+2023", "zh-simplified", "zh-traditional")

    def test_japanese_and_korean(self):
        self.check('"産業の関係者"', "ja")
        self.check("沢田", "ja")
        self.check("澤田")  # forms of Japan alone are not merged with Chinese ones
        self.check("ガス", "ja")
        self.check("ｶﾞｽ", "ja")
        self.check("경제", "ko")


class Cyrillic(LanguagesCase):
    def test_russian_io_and_short_i(self):
        for query in "ёлка", "елка", "ЁЛКА", '"елка стоит"', "самолет", "самолёты":
            self.check(query, "ru")
        self.check("йод", "ru")
        self.check("иод")

    def test_letters_that_a_russian_keyboard_lacks(self):
        for query in "өнер", "онер", '"онер муражайы"', "казакстаннын":
            self.check(query, "kk")
        self.check("окмот копуро", "ky")
        self.check("точикистон", "tg")
        self.assertEqual(self.marks("онер", "kk"), ["өнер"])
        self.assertEqual(self.marks('"онер муражайы"', "kk"), ["өнер мұражайы"])

    def test_words_that_are_there_mean_themselves(self):
        self.check("тур", "ru")
        self.check("қол", "kk")
        self.check("онер тур", "ru", "kk")


class Latin(LanguagesCase):
    def test_german(self):
        for query in "Müller", "Mueller", "mueller", "\"herr müller\"", "\"Herr Mueller\"", "+Mueller +Bruecke":
            self.check(query, "de", "de-ascii")
        self.check("muller", "de")
        for query in "Straßenbahn", "strassenbahn", "STRASSENBAHN", "München", "muenchen", "Brücken", "bruecke":
            self.check(query, "de", "de-ascii")
        self.assertEqual(self.marks("Mueller", "de"), ["Müller"])
        self.assertEqual(self.marks("Müller", "de-ascii"), ["Mueller"])
        self.assertEqual(self.marks('"herr mueller"', "de"), ["Herr Müller"])

    def test_umlauts_in_patterns_and_edit_distance(self):
        for query in "Mueller*", "Müller*", "mül*r", "muel*r", "Mueller~1", "Müller~1", '"herr müll*"', '"herr muell*"':
            self.check(query, "de", "de-ascii")
        self.check("title:müll* OR poet*", "en")
        self.assertEqual(self.marks("Mueller*", "de"), ["Müller"])
        self.assertEqual(self.marks("Müller*", "de-ascii"), ["Mueller"])
        self.assertEqual(self.marks("m?ller", "de"), ["Müller"])
        self.assertEqual(self.marks("mü?ler", "de-ascii"), ["Mueller"])
        self.assertEqual(self.marks("Brücken~1", "de-ascii"), ["Bruecken"])

    def test_english_words_with_the_same_letters(self):
        self.check("poet", "en")
        self.check("pot", "de-words")
        self.check('"duel"', "en")

    def test_nordic(self):
        for query in "Århus", "aarhus", "København", "koebenhavn", "kobenhavn", '"århus til koebenhavn"':
            self.check(query, "da")

    def test_turkish(self):
        for query in "istanbul", "İSTANBUL", "ISTANBUL", "İstanbul", "ıstanbul":
            self.check(query, "tr", "tr-capitals")
        for query in "izmir", "İZMİR", "IZMIR":
            self.check(query, "tr-capitals")
        self.check('"ılık su"', "tr")

    def test_turkish_endings_behind_an_apostrophe(self):
        for query in "ankara", "Ankara'nın", "Diyarbakır", "diyarbakir", "+Irak", "ırak", "Irak'a":
            self.check(query, "tr-endings")
        self.assertEqual(self.marks("ankara", "tr-endings"), ["Ankara&#39;dan"])
        self.check('"ankara\'dan geldi"', "tr-endings")

    def test_uzbek_apostrophes(self):
        for query in "o'zbekiston", "oʻzbekiston", "o‘zbekiston", "O’ZBEKISTON", "o`zbekiston":
            self.check(query, "uz")
        self.check("g'arbiy", "uz")
        self.check("ko‘prik", "uz")

    def test_elision(self):
        for query in "+eau", "+l'eau", "+l’eau", "\"l'eau\"", '"L’eau de la rivière"', "\"l`eau\"", "«l'eau de la riviere»":
            self.check(query, "fr")
        self.assertEqual(self.marks("eau", "fr"), ["eau"])
        self.assertEqual(self.marks("l'eau", "fr"), ["eau"])
        self.check("+école", "fr")
        self.check("\"d'à côté\"", "fr")
        self.check('"d\'a cote"', "fr")
        self.check('"aujourd’hui"', "fr")
        for query in "acqua", "+dell'Italia", "+Italia", "+un'altra", "\"un’altra città\"", "\"l'ha comprata\"":
            self.check(query, "it")
        self.check('"dall\'Italia"')

    def test_apostrophes_of_english_stay(self):
        for query in "o'brien", "O’Brien", '"don’t play"', "\"don't play rock'n'roll\"", "l'viv", "d'angelo", "angelo":
            self.check(query, "en-names")
        for query in "brien", "viv", '"don play"':
            self.check(query)


class Semitic(LanguagesCase):
    def test_arabic_and_persian(self):
        self.check("الغاز", "ar")
        self.check("اتفاقا", "ar")
        self.check("العاصمة", "ar")
        for query in "ایران", "ايران", "إيران":
            self.check(query, "fa")
        self.check('"قرارداد گاز"', "fa")


class AccentsAndQuotes(LanguagesCase):
    """The same words in the same order, however accents and quotes are typed."""

    def test_phrases(self):
        for words, article in [
            ("de la rivière n'est pas potable", "fr"),
            ("côté reste ouverte", "fr"),
            ("è buona, e un'altra città", "it"),
            ("die Brücken sind für ihn", "de"),
            ("Ёлка стоит у самолёта", "ru"),
            ("İstanbul ve Isparta arasında", "tr"),
            ("København, og det", "da"),
        ]:
            plain = words
            for accented, letter in zip("èéôàßüёİıøö", ["e", "e", "o", "a", "ss", "u", "е", "I", "i", "o", "o"]):
                plain = plain.replace(accented, letter)
            for form in words, plain, words.upper().replace("SS", "ß"), words.replace("'", "’"), words.replace("'", "ʼ"):
                for left, right in ('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("«\u00a0", "\u00a0»"), ("「", "」"):
                    self.check(left + form + right, article)

    def test_the_order_counts(self):
        self.check('"ouverte reste côté"')
        self.check("“ouverte reste cote”")


if __name__ == "__main__":
    support.main()
