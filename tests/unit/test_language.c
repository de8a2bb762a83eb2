/* Unit tests of common/text/language.h: names, detection, stems. */
#include "common/base/memory.h"
#include "common/text/detect_words.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* ---- names ---- */

static void assert_found(const char *name, csa_language expected)
{
    csa_language language = 99;
    if (!csa_language_find(csa_view_of(name), &language) || language != expected) {
        fail_msg("%s -> %u", name, language);
    }
}

static void finds_languages_by_name_and_code(void **state)
{
    (void)state;
    assert_found("english", CSA_LANGUAGE_ENGLISH);
    assert_found("English", CSA_LANGUAGE_ENGLISH);
    assert_found("EN", CSA_LANGUAGE_ENGLISH);
    assert_found("en-GB", CSA_LANGUAGE_ENGLISH);
    assert_found("en_US.UTF-8", CSA_LANGUAGE_ENGLISH);
    assert_found(" en , de", CSA_LANGUAGE_ENGLISH);
    assert_found("eng", CSA_LANGUAGE_ENGLISH);
    assert_found("zh_TW", CSA_LANGUAGE_CHINESE);
    assert_found("zh-Hant-HK", CSA_LANGUAGE_CHINESE);
    assert_found("cmn", CSA_LANGUAGE_CHINESE);
    assert_found("deu", CSA_LANGUAGE_GERMAN);
    assert_found("ger", CSA_LANGUAGE_GERMAN);
    assert_found("Deutsch", CSA_LANGUAGE_GERMAN);
    assert_found("nb-NO", CSA_LANGUAGE_NORWEGIAN);
    assert_found("uz-Cyrl", CSA_LANGUAGE_UZBEK);
    assert_found("o'zbek", CSA_LANGUAGE_UZBEK);
    assert_found("fas", CSA_LANGUAGE_PERSIAN);
    assert_found("none", CSA_LANGUAGE_NONE);
    assert_found("русский", CSA_LANGUAGE_RUSSIAN);
    for (unsigned i = 1; i < CSA_LANGUAGE_COUNT; i++) {
        assert_found(csa_language_name((csa_language)i), (csa_language)i);
        assert_found(csa_language_code((csa_language)i), (csa_language)i);
        assert_int_equal(strlen(csa_language_code((csa_language)i)), 2);
    }
}

static void does_not_find_what_is_no_language(void **state)
{
    (void)state;
    csa_language language;
    static const char *const names[] = {
        "",      " ",    "-",   "-en",     "xx",
        "e",     "engl", "und", "klingon", "a name that is longer than any language could ever have",
        "русски"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_false(csa_language_find(csa_view_of(names[i]), &language));
    }
    assert_false(csa_language_find(csa_view_make(NULL, 0), &language));
    assert_false(csa_language_find(csa_view_make("en\0x", 4), &language) && language != CSA_LANGUAGE_ENGLISH);
    assert_string_equal(csa_language_code(CSA_LANGUAGE_NONE), "");
    assert_string_equal(csa_language_name(CSA_LANGUAGE_NONE), "none");
    assert_string_equal(csa_language_code(200), "");
    assert_string_equal(csa_language_name(200), "none");
}

/* ---- detection ---- */

static void the_words_are_folded_and_not_repeated(void **state)
{
    (void)state;
    for (unsigned i = 0; i < csa_detect_words_count; i++) {
        assert_true(csa_detect_words[i].language < CSA_DETECT_COUNT);
        for (const char *word = csa_detect_words[i].words; *word != '\0';) {
            size_t size = strcspn(word, " ");
            struct csa_tokenizer tokenizer;
            struct csa_token token;
            csa_tokenizer_init(&tokenizer, csa_view_make(word, size));
            /* An elided word has its apostrophe. */
            size_t letters = size - (word[size - 1] == '\'');
            bool good = csa_tokenizer_next(&tokenizer, &token) && token.flags == 0 &&
                        csa_view_equal(token.surface, csa_view_make(word, letters));
            const char *rest = word + size + (word[size] == ' ');
            for (const char *p = rest; *p != '\0';) {
                size_t other = strcspn(p, " ");
                good = good && !csa_view_equal(csa_view_make(p, other), csa_view_make(word, size));
                p += other + (p[other] == ' ');
            }
            if (!good) {
                fail_msg("language %u: %.*s", csa_detect_words[i].language, (int)size, word);
            }
            word = rest;
        }
    }
}

static void detects_languages(void **state)
{
    (void)state;
    /* An empty code: a language that CSA does not know, or nothing to tell it by. */
    static const struct {
        const char *code;
        const char *text;
    } texts[] = {
        {"en",
         "The two presidents signed an agreement on gas deliveries after talks that lasted three hours."},
        {"en", "Russia and China open a new bridge over the Amur"},
        {"en", "POWER OF SIBERIA PIPELINE REACHES ITS FULL CAPACITY"},
        {"ru", "Президенты двух стран подписали соглашение о поставках газа после трёхчасовых переговоров."},
        {"ru", "РОССИЯ И КИТАЙ ОТКРЫЛИ НОВЫЙ МОСТ ЧЕРЕЗ АМУР"},
        {"ru",
         "Нурсултан Назарбаев прибыл в город Қостанай, где он встретился с учителями и врачами района."},
        {"ru", "Новости Москвы"},
        {"de", "Die beiden Präsidenten unterzeichneten nach dreistündigen Gesprächen ein Abkommen über "
               "Gaslieferungen."},
        {"de", "Russland und China eröffnen neue Brücke"},
        {"de", "DIE NEUE STRASSE FÜHRT NACH SÜDEN"},
        {"fr", "Les deux présidents ont signé un accord sur les livraisons de gaz après trois heures "
               "d'entretiens."},
        {"fr", "La Chine et la Russie ouvrent un nouveau pont"},
        {"es", "Los dos presidentes firmaron un acuerdo sobre el suministro de gas después de tres horas de "
               "conversaciones."},
        {"es", "El puente nuevo y la ciudad vieja"},
        {"it", "I due presidenti hanno firmato un accordo sulle forniture di gas dopo tre ore di colloqui."},
        {"it", "Il ponte nuovo della città è aperto anche di notte"},
        {"pt", "Os dois presidentes assinaram um acordo sobre o fornecimento de gás após três horas de "
               "conversações."},
        {"pt", "A cidade não tem água e os moradores protestam"},
        {"nl", "De twee presidenten tekenden na drie uur praten een akkoord over de levering van gas."},
        {"nl", "Het nieuwe huis van de burgemeester is niet groot"},
        {"sv", "De två presidenterna undertecknade ett avtal om gasleveranser efter tre timmars samtal och "
               "åkte sedan hem."},
        {"sv", "Jag vill inte att du går ut i regnet"},
        {"no",
         "De to presidentene undertegnet en avtale om gass etter tre timers samtaler, og så reiste de hjem."},
        {"no", "Jeg vil ikke at du skal gå ut i regnet nå, sier hun"},
        {"da",
         "De to præsidenter underskrev en aftale om gas efter tre timers samtaler, og så rejste de hjem."},
        {"da", "Jeg vil ikke have, at du går ud i regnen nu, siger hun til sig selv"},
        {"fi", "Presidentit allekirjoittivat sopimuksen kaasun toimituksista, kun he olivat ensin "
               "neuvotelleet kolme tuntia."},
        {"fi", "Uusi silta on nyt avattu ja se on pitkä"},
        {"hu",
         "A két elnök háromórás tárgyalás után írta alá a megállapodást, amely szerint több gáz érkezik."},
        {"hu", "Az új híd már nem volt olyan drága"},
        {"ro", "Cei doi președinți au semnat un acord privind livrările de gaze după trei ore de discuții."},
        {"ro", "Podul cel nou a fost deschis și pentru camioane"},
        {"tr", "İki devlet başkanı üç saat süren görüşmelerin ardından doğal gaz için bir anlaşma imzaladı."},
        {"tr", "Yeni köprü ve eski şehir arasında bir yol var"},
        {"pl", "Obaj prezydenci podpisali umowę o dostawach gazu po trzech godzinach rozmów, które nie były "
               "łatwe."},
        {"pl", "Nowy most jest już otwarty dla pieszych"},
        {"cs",
         "Oba prezidenti podepsali dohodu o dodávkách plynu po třech hodinách jednání, která nebyla snadná."},
        {"cs", "Nový most je již otevřen pro chodce a také pro kola"},
        {"kk", "Екі елдің президенттері үш сағатқа созылған келіссөзден кейін газ жеткізу туралы келісімге "
               "қол қойды."},
        {"kk", "Қазақстан мен Қытай жаңа көпір ашты"},
        {"ky", "Эки өлкөнүн президенттери үч саатка созулган сүйлөшүүлөрдөн кийин газ жеткирүү боюнча "
               "келишимге кол коюшту."},
        {"ky", "Кыргызстан жана Кытай жаңы көпүрө ачты"},
        {"uk", "Президенти двох країн підписали угоду про постачання газу після тригодинних переговорів."},
        {"uk", "Новий міст відкрили для пішоходів та велосипедів"},
        {"be",
         "Прэзідэнты дзвюх краін падпісалі пагадненне аб пастаўках газу пасля трохгадзінных перамоваў."},
        {"be", "Новы мост адкрылі ўжо для пешаходаў і ровараў"},
        {"uz", "Ikki davlat prezidentlari uch soatlik muzokaralardan keyin gaz yetkazib berish bo'yicha "
               "bitim imzoladi va bu haqida e'lon qildi."},
        {"uz", "Икки давлат президентлари музокаралардан сўнг газ етказиб бериш бўйича битим имзоладилар ва "
               "бу ҳақда эълон қилинди."},
        {"uz", "Oʻzbekiston va Xitoy yangi koʻprik ochdi"},
        {"tg", "Президентҳои ду кишвар баъд аз гуфтушунидҳои сесоата дар бораи интиқоли газ созишнома имзо "
               "карданд."},
        {"tg", "Тоҷикистон ва Чин купруки нав сохтанд"},
        {"mn", "Хоёр улсын ерөнхийлөгч гурван цагийн хэлэлцээрийн дараа байгалийн хий нийлүүлэх тухай "
               "гэрээнд гарын үсэг зурав."},
        {"mn", "Монгол Улсын шинэ гүүр нээгдсэн нь олон хүн баярлуулсан юм"},
        {"tk", "Iki ýurduň prezidentleri üç sagatlyk gepleşiklerden soň gaz bermek barada şertnama gol "
               "çekdiler we bu barada habar berildi."},
        {"el", "Οι δύο πρόεδροι υπέγραψαν συμφωνία για το φυσικό αέριο."},
        {"ar", "وقع الرئيسان اتفاقا بشأن إمدادات الغاز بعد محادثات استمرت ثلاث ساعات في العاصمة."},
        {"fa", "دو رئیس جمهور پس از سه ساعت گفتگو به خانه رفتند."},
        {"hy", "Երկու նախագահները երեք ժամ տևած բանակցություններից հետո համաձայնագիր ստորագրեցին։"},
        {"zh", "两国总统在三个小时的会谈之后签署了天然气供应协议。"},
        {"zh", "兩國總統在會談之後簽署了天然氣供應協議,俄羅斯天然氣工業公司(Gazprom)負責運送。"},
        {"ja", "両国の大統領は三時間の会談のあと、天然ガス供給の協定に署名しました。"},
        {"ja", "東京タワーへ行く"},
        {"ko", "두 나라의 대통령은 세 시간의 회담 끝에 가스 공급 협정에 서명했다."},
        {"he", "שני הנשיאים חתמו על הסכם לאספקת גז לאחר שיחות של שלוש שעות."},
        {"hi", "दोनों राष्ट्रपतियों ने तीन घंटे की बातचीत के बाद गैस समझौते पर हस्ताक्षर किए।"},
        {"th", "ประธานาธิบดีทั้งสองลงนามในข้อตกลงเรื่องก๊าซหลังจากการเจรจา"},
        {"", "Bakı şəhərində iki ölkənin prezidentləri üç saatlıq danışıqlardan sonra qaz haqqında müqavilə "
             "imzaladılar və evə getdilər."},
        {"", "Hai vị tổng thống đã ký thỏa thuận về cung cấp khí đốt sau ba giờ đàm phán."},
        {"", "Els dos presidents van signar un acord sobre el gas després de tres hores de converses, i "
             "aquest acord és molt important per al país."},
        {"", "Kedua presiden itu telah menandatangani perjanjian gas yang akan berlaku untuk sepuluh tahun "
             "dengan harga tetap."},
        {"", "Двамата президенти подписаха споразумение за доставките на газ след тричасови преговори, което "
             "ще бъде в сила десет години."},
        {"", "Двојица председника су потписала споразум о испоруци гаса после тросатних разговора и отишли "
             "својим кућама."},
        {"", "ორმა პრეზიდენტმა ხელი მოაწერა შეთანხმებას."},
        {"", "12345 67890"},
        {"", "Gazprom"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *code = csa_language_code(csa_language_detect(csa_view_of(texts[i].text)));
        if (strcmp(code, texts[i].code) != 0) {
            fail_msg("%s instead of %s: %s", code, texts[i].code, texts[i].text);
        }
    }
    assert_int_equal(csa_language_detect(csa_view_make(NULL, 0)), CSA_LANGUAGE_NONE);
    assert_int_equal(csa_language_detect(csa_view_of("\xFF\xFE\x80")), CSA_LANGUAGE_NONE);
}

/* The body decides, not a heading in another language. */
static void looks_at_more_than_the_beginning(void **state)
{
    (void)state;
    static char text[40000];
    size_t size =
        (size_t)snprintf(text, sizeof text, "Share this with your friends and follow us on the web. ");
    while (size < sizeof text - 300) {
        size +=
            (size_t)snprintf(text + size, sizeof text - size,
                             "Стороны договорились о поставках газа, и строительство начнётся в этом году. ");
    }
    assert_int_equal(csa_language_detect(csa_view_make(text, size)), CSA_LANGUAGE_RUSSIAN);
    assert_int_equal(csa_language_detect(csa_view_make(text, 900)), CSA_LANGUAGE_RUSSIAN);
}

/* Names, abbreviations and parts of addresses are no evidence, nor is one short word that several languages
 * have; what is left may be too little to tell. */
static void is_not_led_astray_by_names(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        const char *text;
    } texts[] = {
        {"en", "Jackson kept her post as secretary of the treasury."},
        {"en", "Kallo is a settlement in Vara Parish in the east of the county."},
        {"en", "Anna Weber painted in her studio on Paraguay Street in Buenos Aires until her death."},
        {"en", "Pld = played; W = won; D = drawn; L = lost; the order of the teams was settled by goals."},
        {"en", "See http://www.lib.example.edu/ud/spec/af/og/det.htm for the papers of the family."},
        {"en",
         "Ft. Lee, VA; Pope AFB, NC; Eglin AFB, FL; Altus AFB, OK: all of these were closed by the army."},
        {"", "Car door"},
        {"", "Ise Railway"},
        {"de", "Das Wetter wird in den kommenden Tagen schlechter."},
        {"de", "Viele Menschen kommen jetzt wieder in die Stadt."},
        {"fr", "L’école d’à côté n’est plus ouverte depuis l’été."},
        {"it", "L'acqua dell'isola non è più buona come un'altra volta."},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *code = csa_language_code(csa_language_detect(csa_view_of(texts[i].text)));
        if (strcmp(code, texts[i].code) != 0) {
            fail_msg("%s instead of %s: %s", code, texts[i].code, texts[i].text);
        }
    }
}

static void detects_in_any_bytes(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (unsigned round = 0; round < 3000; round++) {
        size_t size = 1 + round * 7 % 6000;
        char *text = csa_malloc(size);
        for (size_t i = 0; i < size; i++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            text[i] = (char)(random >> 56);
        }
        csa_language first = csa_language_detect(csa_view_make(text, size));
        assert_int_equal(csa_language_detect(csa_view_make(text, size)), first);
        assert_true(first < CSA_LANGUAGE_COUNT);
        csa_free(text);
    }
}

/* ---- stems ---- */

static void stem_of(struct csa_stemmer *stemmer, const char *text, char *out, size_t size)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, csa_view_of(text));
    assert_true(csa_tokenizer_next(&tokenizer, &token));
    struct csa_view stem = csa_stemmer_stem(stemmer, token.surface);
    assert_in_range(stem.size, 1, size - 1);
    memcpy(out, stem.data, stem.size);
    out[stem.size] = '\0';
}

static void assert_same_stem(csa_language language, const char *a, const char *b)
{
    struct csa_stemmer *stemmer;
    assert_int_equal(csa_stemmer_new(language, &stemmer, NULL), CSA_OK);
    char x[256];
    char y[256];
    stem_of(stemmer, a, x, sizeof x);
    stem_of(stemmer, b, y, sizeof y);
    assert_string_equal(x, y);
    csa_stemmer_free(stemmer);
}

static void stems_forms_of_a_word_alike(void **state)
{
    (void)state;
    assert_same_stem(CSA_LANGUAGE_ENGLISH, "pipelines", "Pipeline");
    assert_same_stem(CSA_LANGUAGE_ENGLISH, "agreed", "agree");
    assert_same_stem(CSA_LANGUAGE_ENGLISH, "China's", "china");
    assert_same_stem(CSA_LANGUAGE_RUSSIAN, "газопровода", "ГАЗОПРОВОДЫ");
    assert_same_stem(CSA_LANGUAGE_RUSSIAN, "самолётами", "самолет");
    assert_same_stem(CSA_LANGUAGE_GERMAN, "Gespräche", "gesprache");
    assert_same_stem(CSA_LANGUAGE_FRENCH, "présidents", "president");
    assert_same_stem(CSA_LANGUAGE_SPANISH, "naciones", "nación");
}

static void stems_are_the_same_without_accents(void **state)
{
    (void)state;
    static const struct {
        csa_language language;
        const char *accented, *plain;
    } words[] = {
        {CSA_LANGUAGE_GERMAN, "Brücken", "brucken"},
        {CSA_LANGUAGE_GERMAN, "Straßen", "strassen"},
        {CSA_LANGUAGE_FRENCH, "généralement", "generalement"},
        {CSA_LANGUAGE_SPANISH, "habitación", "habitacion"},
        {CSA_LANGUAGE_ITALIAN, "città", "citta"},
        {CSA_LANGUAGE_PORTUGUESE, "nações", "nacoes"},
        {CSA_LANGUAGE_DUTCH, "geïnteresseerd", "geinteresseerd"},
        {CSA_LANGUAGE_SWEDISH, "människor", "manniskor"},
        {CSA_LANGUAGE_NORWEGIAN, "prøver", "prover"},
        {CSA_LANGUAGE_DANISH, "bjælkerne", "bjaelkerne"},
        {CSA_LANGUAGE_FINNISH, "yhtiöitä", "yhtioita"},
        {CSA_LANGUAGE_HUNGARIAN, "házakból", "hazakbol"},
        {CSA_LANGUAGE_ROMANIAN, "președinții", "presedintii"},
        {CSA_LANGUAGE_TURKISH, "görüşmelerin", "gorusmelerin"},
        {CSA_LANGUAGE_TURKISH, "istanbul'da", "istanbul"},
        {CSA_LANGUAGE_TURKISH, "istanbul'un", "istanbul"},
        {CSA_LANGUAGE_TURKISH, "\u0131rak'\u0131n", "\u0131rak"},
        {CSA_LANGUAGE_TURKISH, "o'nun", "o'nun"},
        {CSA_LANGUAGE_TURKISH, "don't", "don't"},
        {CSA_LANGUAGE_TURKISH, "we've", "we've"},
        {CSA_LANGUAGE_ENGLISH, "istanbul'da", "istanbul'da"},
        {CSA_LANGUAGE_GREEK, "πρόεδροι", "προεδροι"},
        {CSA_LANGUAGE_ARABIC, "أحمد", "احمد"},
        {CSA_LANGUAGE_RUSSIAN, "ёлками", "елками"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_same_stem(words[i].language, words[i].accented, words[i].plain);
    }
}

/* Words of every language with a stemmer; what comes out is folded and not empty. */
static void stems_are_folded(void **state)
{
    (void)state;
    for (unsigned language = 1; language < CSA_LANGUAGE_COUNT; language++) {
        struct csa_stemmer *stemmer;
        assert_int_equal(csa_stemmer_new((csa_language)language, &stemmer, NULL), CSA_OK);
        assert_true(csa_language_has_stemmer((csa_language)language) == (stemmer != NULL));
        for (unsigned i = 0; i < csa_detect_words_count; i++) {
            const char *words = csa_detect_words[i].words;
            for (; *words != '\0'; words += strcspn(words, " "), words += *words == ' ') {
                struct csa_view stem = csa_stemmer_stem(stemmer, csa_view_make(words, strcspn(words, " ")));
                assert_in_range(stem.size, 1, CSA_TOKEN_MAXIMUM);
                char copy[CSA_TOKEN_MAXIMUM];
                memcpy(copy, stem.data, stem.size);
                struct csa_tokenizer tokenizer;
                struct csa_token token;
                csa_tokenizer_init(&tokenizer, csa_view_make(copy, stem.size));
                assert_true(csa_tokenizer_next(&tokenizer, &token));
                assert_memory_equal(token.surface.data, copy, token.surface.size);
            }
        }
        csa_stemmer_free(stemmer);
    }
}

static void leaves_numbers_pairs_and_names_alone(void **state)
{
    (void)state;
    struct csa_stemmer *stemmer;
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_ENGLISH, &stemmer, NULL), CSA_OK);
    static const char *const words[] = {"2000s", "u.s",  "c++",      "$25",         "at&t",
                                        "中国",  "한국", "1\u20442", "examples.com"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct csa_view word = csa_view_of(words[i]);
        assert_true(csa_view_equal(csa_stemmer_stem(stemmer, word), word));
    }
    assert_int_equal(csa_stemmer_stem(stemmer, csa_view_make("", 0)).size, 0);
    char huge[1000];
    memset(huge, 'a', sizeof huge);
    assert_int_equal(csa_stemmer_stem(stemmer, csa_view_make(huge, sizeof huge)).size, sizeof huge);
    csa_stemmer_free(stemmer);
    struct csa_view word = csa_view_of("words");
    assert_true(csa_view_equal(csa_stemmer_stem(NULL, word), word));
}

static void there_is_no_stemmer_for_some_languages(void **state)
{
    (void)state;
    struct csa_stemmer *stemmer;
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_NONE, &stemmer, NULL), CSA_OK);
    assert_null(stemmer);
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_CHINESE, &stemmer, NULL), CSA_OK);
    assert_null(stemmer);
    assert_int_equal(csa_stemmer_new(250, &stemmer, NULL), CSA_OK);
    assert_null(stemmer);
    csa_stemmer_free(NULL);
    assert_false(csa_language_has_stemmer(CSA_LANGUAGE_NONE));
    assert_true(csa_language_has_stemmer(CSA_LANGUAGE_RUSSIAN));
}

static void says_when_memory_runs_out(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_stemmer *stemmer;
    csa_memory_fail_at(1, 0);
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_ENGLISH, &stemmer, &error), CSA_ERROR_MEMORY);
    csa_memory_fail_at(0, 0);
    assert_null(stemmer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_languages_by_name_and_code),
        cmocka_unit_test(does_not_find_what_is_no_language),
        cmocka_unit_test(the_words_are_folded_and_not_repeated),
        cmocka_unit_test(detects_languages),
        cmocka_unit_test(looks_at_more_than_the_beginning),
        cmocka_unit_test(is_not_led_astray_by_names),
        cmocka_unit_test(detects_in_any_bytes),
        cmocka_unit_test(stems_forms_of_a_word_alike),
        cmocka_unit_test(stems_are_the_same_without_accents),
        cmocka_unit_test(stems_are_folded),
        cmocka_unit_test(leaves_numbers_pairs_and_names_alone),
        cmocka_unit_test(there_is_no_stemmer_for_some_languages),
        cmocka_unit_test(says_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
