/* The languages' names and codes: language.h. Owns the one table of them. */
#include "common/text/language.h"

#include <stddef.h>

struct name {
    const char *code;    /* ISO 639-1 */
    const char *name;    /* English, as Snowball names its algorithms */
    const char *aliases; /* what else it is called, in lower case, a blank before and behind each */
};

/* clang-format off */
static const struct name names[CSA_LANGUAGE_COUNT] = {
    [CSA_LANGUAGE_NONE] = {"", "none", ""},
    [CSA_LANGUAGE_ENGLISH] = {"en", "english", " eng "},
    [CSA_LANGUAGE_RUSSIAN] = {"ru", "russian", " rus русский "},
    [CSA_LANGUAGE_GERMAN] = {"de", "german", " deu ger deutsch "},
    [CSA_LANGUAGE_FRENCH] = {"fr", "french", " fra fre français francais "},
    [CSA_LANGUAGE_SPANISH] = {"es", "spanish", " spa español espanol castellano "},
    [CSA_LANGUAGE_ITALIAN] = {"it", "italian", " ita italiano "},
    [CSA_LANGUAGE_PORTUGUESE] = {"pt", "portuguese", " por português portugues "},
    [CSA_LANGUAGE_DUTCH] = {"nl", "dutch", " nld dut nederlands flemish "},
    [CSA_LANGUAGE_SWEDISH] = {"sv", "swedish", " swe svenska "},
    [CSA_LANGUAGE_NORWEGIAN] = {"no", "norwegian", " nb nn nor nob nno norsk bokmål bokmal nynorsk "},
    [CSA_LANGUAGE_DANISH] = {"da", "danish", " dan dansk "},
    [CSA_LANGUAGE_FINNISH] = {"fi", "finnish", " fin suomi "},
    [CSA_LANGUAGE_HUNGARIAN] = {"hu", "hungarian", " hun magyar "},
    [CSA_LANGUAGE_ROMANIAN] = {"ro", "romanian", " ron rum mo mol română romana moldavian "},
    [CSA_LANGUAGE_TURKISH] = {"tr", "turkish", " tur türkçe turkce "},
    [CSA_LANGUAGE_GREEK] = {"el", "greek", " ell gre ελληνικά "},
    [CSA_LANGUAGE_ARABIC] = {"ar", "arabic", " ara arb العربية "},
    [CSA_LANGUAGE_ARMENIAN] = {"hy", "armenian", " hye arm հայերեն "},
    [CSA_LANGUAGE_CHINESE] = {"zh", "chinese", " zho chi cmn yue mandarin 中文 汉语 漢語 "},
    [CSA_LANGUAGE_JAPANESE] = {"ja", "japanese", " jpn 日本語 "},
    [CSA_LANGUAGE_KOREAN] = {"ko", "korean", " kor 한국어 "},
    [CSA_LANGUAGE_KAZAKH] = {"kk", "kazakh", " kaz қазақ қазақша "},
    [CSA_LANGUAGE_KYRGYZ] = {"ky", "kyrgyz", " kir kirghiz кыргызча "},
    [CSA_LANGUAGE_UKRAINIAN] = {"uk", "ukrainian", " ukr українська "},
    [CSA_LANGUAGE_BELARUSIAN] = {"be", "belarusian", " bel беларуская "},
    [CSA_LANGUAGE_POLISH] = {"pl", "polish", " pol polski "},
    [CSA_LANGUAGE_CZECH] = {"cs", "czech", " ces cze čeština cestina "},
    [CSA_LANGUAGE_HEBREW] = {"he", "hebrew", " iw heb עברית "},
    [CSA_LANGUAGE_PERSIAN] = {"fa", "persian", " fas per prs pes farsi dari فارسی "},
    [CSA_LANGUAGE_UZBEK] = {"uz", "uzbek", " uzb uzn o'zbek oʻzbek ўзбек "},
    [CSA_LANGUAGE_HINDI] = {"hi", "hindi", " hin हिन्दी "},
    [CSA_LANGUAGE_TAJIK] = {"tg", "tajik", " tgk тоҷикӣ "},
    [CSA_LANGUAGE_TURKMEN] = {"tk", "turkmen", " tuk türkmençe "},
    [CSA_LANGUAGE_MONGOLIAN] = {"mn", "mongolian", " mon khk монгол "},
    [CSA_LANGUAGE_THAI] = {"th", "thai", " tha ไทย "},
};
/* clang-format on */

const char *csa_language_code(csa_language language)
{
    return language < CSA_LANGUAGE_COUNT ? names[language].code : "";
}

const char *csa_language_name(csa_language language)
{
    return language < CSA_LANGUAGE_COUNT ? names[language].name : "none";
}

static bool is_alias(const char *aliases, struct csa_view name)
{
    for (const char *p = aliases; p[0] == ' ' && p[1] != '\0';) {
        size_t size = strcspn(p + 1, " ");
        if (csa_view_equal(csa_view_make(p + 1, size), name)) {
            return true;
        }
        p += 1 + size;
    }
    return false;
}

static bool find_exactly(struct csa_view name, csa_language *language)
{
    for (unsigned i = 0; i < CSA_LANGUAGE_COUNT && name.size > 0; i++) {
        if (csa_view_equal(csa_view_of(names[i].name), name) ||
            csa_view_equal(csa_view_of(names[i].code), name) || is_alias(names[i].aliases, name)) {
            *language = (csa_language)i;
            return true;
        }
    }
    return false;
}

bool csa_language_find(struct csa_view name, csa_language *language)
{
    char lower[32];
    while (name.size > 0 && csa_byte_is_white(name.data[0])) {
        name.data++;
        name.size--;
    }
    size_t size = 0;
    size_t stem = 0; /* what is before the region, script, encoding or second language */
    for (; size < name.size && size < sizeof lower; size++) {
        char c = name.data[size];
        lower[size] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
        if (stem == 0 && (csa_byte_is_white(c) || strchr("-_.,;@(/", c) != NULL)) {
            stem = size;
        }
    }
    while (size > 0 && csa_byte_is_white(lower[size - 1])) {
        size--;
    }
    if (find_exactly(csa_view_make(lower, size), language)) {
        return true;
    }
    return stem != 0 && find_exactly(csa_view_make(lower, stem), language);
}
