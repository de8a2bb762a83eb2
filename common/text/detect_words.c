/* The words and letters by which languages are told apart: detect_words.h. Data only, chosen by hand from the
 * most frequent short words of each language; those that many neighbours share weigh little (detect.c). For
 * English, which most collections have and which short texts without a verb are often in, some nouns too. */
#include "common/text/detect_words.h"

const struct csa_detect_words csa_detect_words[] = {
    {CSA_LANGUAGE_ENGLISH,
     "the of and to in a is was for on with as that by at from it his be are an this were which has had "
     "not or have but their its who will would been after more about they he she said than when into you "
     "we can other new between over also what how there under through all one two first could no may "
     "refers known used her him my if so only some most such where while during until many because these "
     "those any each see since year years people government state world city school university company "
     "official external links references history season club team album film released born died million "
     "against"},
    {CSA_LANGUAGE_GERMAN,
     "der die und in das den von zu mit sich des auf fur ist im dem nicht ein eine als auch es an werden "
     "aus er hat dass sie nach wird bei einer um am sind noch wie einem uber einen so zum war haben nur "
     "oder aber vor zur bis mehr durch man sein wurde sei ich wir gegen unter zwischen ab seit ihre "
     "seine konnen wenn kein dieser diese was wer hatte kann jahre wegen vom beim ihr ihm ihren ihrem "
     "seinen seiner eines diesem diesen wurden hatten gibt sagt soll sollen alle alles denn doch dann "
     "schon wieder weiter jetzt immer sehr viel viele neue neuen jahr prozent uns weil ohne selbst heute "
     "muss kommt kommen damit dazu ersten zwei worden steht"},
    {CSA_LANGUAGE_FRENCH,
     "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec "
     "son aux d' l' qu' ou cette ont mais comme nous sa ses elle leur entre deux fait ete etre aussi "
     "apres tout sans c' n' s' j' lorsqu' peut je vous depuis contre y on meme ainsi encore vers chez "
     "sous selon"},
    {CSA_LANGUAGE_SPANISH,
     "de la que el en y a los del se las por un para con no una su al lo como mas pero sus le ya o este "
     "si porque esta entre cuando muy sin sobre tambien me hasta hay donde quien desde todo nos durante "
     "todos uno les ni contra otros ese eso ante ellos fue era son ha han ser es segun dos anos hacia"},
    {CSA_LANGUAGE_ITALIAN,
     "di e il la che in un per del una non sono con della da al si alla nel i le dei lo ha delle gli "
     "come piu anche ma dal se ai suo nella degli dalla sua questo questa o tra essere stato fra dopo "
     "cui era hanno c' l' d' un' dell' all' nell' dall' sull' due sulla sul nei perche quando tutti "
     "contro gia ancora stata loro anni verso"},
    {CSA_LANGUAGE_PORTUGUESE,
     "de a o que e do da em um para com nao uma os no se na por mais as dos como mas ao ele das tem seu "
     "sua ou quando muito nos ja eu tambem so pelo pela ate isso ela entre depois sem mesmo aos seus quem "
     "nas me esse eles foi ser sao esta era ha anos sobre pode segundo num desde dois contra paises"},
    {CSA_LANGUAGE_DUTCH,
     "de en het van een in is dat op te zijn met voor niet aan er die om ook als dan bij maar door over "
     "werd uit wordt heeft naar hij had hebben kan nog worden tot deze tegen zich of meer haar onder dit "
     "geen ze wel na was veel wat waar hun ik al zou tussen jaar twee kunnen moet zo andere sinds volgens"},
    {CSA_LANGUAGE_SWEDISH,
     "och i att det som en pa ar av for med till den har de inte om ett han men var jag sig fran vi sa "
     "kan nar man efter vid under eller over mot hon in ut skulle alla nu ska dar mer blev sin hade ingen "
     "detta vara mellan ocksa bara genom sedan ur mycket finns upp dem sina sverige"},
    {CSA_LANGUAGE_NORWEGIAN,
     "og i det pa som er en til av for med at den har de ikke om et var fra han men vi seg jeg kan sa ble "
     "etter ved hadde skal ha vil ut ma blir enn nar opp under mot mellom ogsa eller over hun noen bare "
     "sin sine hvor disse selv mer flere norge ifolge kunne ville uten gjennom nye ikkje eg dei mye hva"},
    {CSA_LANGUAGE_DANISH,
     "og i det at en den til er som pa de med han af for ikke der var et fra har men om vi havde ved "
     "eller sig kan nar efter jeg over blev ud skal op mod under nu hun bliver mellem ogsa kun vil hvor "
     "deres mere fik meget selv danmark noget nogle ifolge uden gennem have hvad kunne ville siden"},
    {CSA_LANGUAGE_FINNISH,
     "ja on olivat ensin ei se etta oli mutta ovat joka kun kuin myos han ole tai sen sita niin mukaan ne "
     "jos vain "
     "kanssa vuonna hanen olla nyt mita voi mika naiden ollut olisi jotka seka tama taman siita ennen "
     "jalkeen viela kuitenkin koska vuoden uusi jo suomen suomi yli noin eivat eika naita jonka kaikki"},
    {CSA_LANGUAGE_HUNGARIAN,
     "a az es hogy nem is egy van meg volt ez mint csak de ha el mar sem ki ezt lehet vagy kell azt amely "
     "minden fel aki szerint majd ami amit pedig valamint lesz utan kozott mert nagy voltak azonban lett "
     "ket olyan itt igy sok magyar evben ahol akkor alatt ellen"},
    {CSA_LANGUAGE_ROMANIAN,
     "de si in la a cu pe nu un care o din ca se al mai sa au fost este pentru ce sunt ale lui prin sau "
     "dar cele fi dupa era cei acest aceasta intre ar lor sub pana fara unei unui doar iar cea ori "
     "asupra acum catre romaniei tarii despre foarte anul cand spus"},
    {CSA_LANGUAGE_TURKISH,
     "ve bir bu da de icin ile cok olarak daha gibi kadar olan ne o ama en sonra var ise ya iki ki her mi "
     "degil oldu oldugunu oldugu dedi yeni buyuk turkiye turk gore arasinda tarafindan uzerinde yil ilk "
     "ancak diye edildi etti onun ben bin hem son yok ayni birlikte bunun"},
    {CSA_LANGUAGE_POLISH,
     "w i na z sie nie do to ze o jest a po jak od za przez co dla jego ale czy tylko tym oraz ktory "
     "ktore ktora byl byla bylo moze tak juz sa go przy bardzo jako pod przed miedzy roku jej ich gdy "
     "polski polska wszystko nawet jeszcze zostal aby bez mnie tego tej lat te u we"},
    {CSA_LANGUAGE_CZECH,
     "a v se na je ze s z do o to ve za i pro jako po by jsou podle bylo byl byla ale od jeho jak uz k "
     "aby tak ktery ktere ktera pri jen nebo mezi jeste roku jsem co pred az take proti u jejich pak jsme "
     "kdy pod ani bude jeji lze tento toho bez protoze let ma nejsou"},
    {CSA_LANGUAGE_UZBEK,
     "va bilan uchun bu ham bo'lgan bir o'z esa deb ushbu edi qilish kerak bo'lib yil o'zbekiston haqida "
     "tomonidan qildi bo'yicha hamda emas keyin kabi qilgan boshqa davlat yangi bo'ladi ва билан учун бу "
     "ҳам бўлган бир ўз эса деб ушбу эди ўзбекистон ҳақида томонидан бўйича ҳамда эмас"},
    {CSA_LANGUAGE_TURKMEN,
     "we bilen ucin bu hem bir seyle turkmenistanyn turkmenistan barada boyunca halk yurdun onun bolup "
     "olan edip boldy cenli yyl yylyn etmek hemme hormatly prezidentimiz doly yokary"},
    {CSA_LANGUAGE_RUSSIAN,
     "и в на не что с по как это к из за его но для от до так о же при или был была были также во она они "
     "все мы бы если только уже еще может году года после этого между том который которые которая чтобы "
     "когда более есть под со об ее их нет где над россии лет будет он сообщил через"},
    {CSA_LANGUAGE_UKRAINIAN,
     "і в на не що з у до та як за для це від про його але також або є був була були після між який які "
     "яка щоб коли більше й під ще вже може через року років україни україні цього тому бути при із а "
     "вони він вона ми їх її"},
    {CSA_LANGUAGE_BELARUSIAN,
     "і у на не што з па як за для гэта ад да яго але таксама або быў была былі пасля паміж які якія якая "
     "каб калі больш ў пад яшчэ ужо можа праз года гадоў беларусі гэтага таму быць пры а яны ен яна мы іх "
     "яе"},
    {CSA_LANGUAGE_KAZAKH,
     "және мен бұл бір үшін деп де да болып бойынша туралы осы ол қазақстан жылы еді болған керек емес "
     "сол кейін жоқ бар екі оның бірақ арасында дейін қазақ ретінде барлық жаңа ең өз дейді тиіс сондай "
     "ақ бен пен еліміз"},
    {CSA_LANGUAGE_KYRGYZ,
     "жана менен бул бир учун үчүн деп да де болуп боюнча тууралуу ошол ал кыргызстан жылы эле болгон "
     "керек эмес кийин жок бар эки анын бирок ортосунда чейин кыргыз катары бардык жаңы эң өз дейт тийиш "
     "ошондой аны ушул деген"},
    {CSA_LANGUAGE_TAJIK,
     "ва дар аз ба бо ки ин барои буд аст шуд худ он ҳам низ то кард тоҷикистон ҷумҳурии соли бояд "
     "мешавад мекунад бар вале як е дигар байни ҷумҳурӣ тавассути шудааст"},
    {CSA_LANGUAGE_MONGOLIAN,
     "нь юм байна энэ тэр бол болон гэж ба байсан нэг хүн онд оны монгол улсын дээр өөр байгаа юу их бид "
     "би та гэсэн болсон бөгөөд ч гэх билээ хамт тухай тул маш"},
    {CSA_LANGUAGE_ARABIC,
     "في من على الى ان عن مع هذا هذه التي الذي ما لا كان بعد كما قد هو هي بين كل او ذلك وقال قال وفي خلال "
     "حيث منذ عام لم ولا عند ثم حتى كانت تم قبل وقد"},
    {CSA_LANGUAGE_PERSIAN,
     "و در به از كه اين است را با براي ان يك خود تا كرد بر هم نيز شده بود شد ما اما يا هاي وي كرده شود دو "
     "مي گفت بايد ايران سال پس هر كنند او انها اند"},
    {CSA_DETECT_CATALAN,
     "de la i el que en les a els per un del al amb una es no se va com dels mes seu ser pel aquest ha "
     "seva fou als sobre aquesta entre molt o tambe d' l' s' n' son fins pero quan perque despres any"},
    {CSA_DETECT_CROATIAN,
     "i u je na se za da su od s a o koji koja koje kao iz ili sa bi nije po ce sto do ne biti ali samo "
     "te nakon kako bio bila jos god vise moze prije izmedu uz pri kad hrvatske srbije godine"},
    {CSA_DETECT_INDONESIAN,
     "yang dan di dari untuk dengan pada ini dalam itu tidak adalah oleh ke akan juga sebagai tersebut "
     "bahwa atau telah lebih karena menjadi ada mereka dapat tahun bisa saat kata saya negara secara "
     "antara"},
    {CSA_DETECT_BULGARIAN,
     "и на за от да се в е са с не по че до като при но ще след които който която или този тази това беше "
     "през още най му има може само българия години година както към във със бе без тя те той"},
    {CSA_DETECT_SERBIAN,
     "и у је да се на за су од са о који која које као из или би није по што до не бити али само после "
     "како био била још више може пре између уз при кад србије године ће"},
    {CSA_DETECT_SLOVAK,
     "a v sa na je ze s z do o to vo za i pre ako po by su podla bolo bol bola ale od jeho aj uz k aby "
     "tak ktory ktore ktora pri len alebo medzi este roku som co pred az tiez proti u ich potom sme ked "
     "pod ani bude jej"},
};
const unsigned csa_detect_words_count = sizeof csa_detect_words / sizeof csa_detect_words[0];

#define BIT(language) (UINT64_C(1) << (language))
#define EN BIT(CSA_LANGUAGE_ENGLISH)
#define DE BIT(CSA_LANGUAGE_GERMAN)
#define FR BIT(CSA_LANGUAGE_FRENCH)
#define ES BIT(CSA_LANGUAGE_SPANISH)
#define IT BIT(CSA_LANGUAGE_ITALIAN)
#define PT BIT(CSA_LANGUAGE_PORTUGUESE)
#define NL BIT(CSA_LANGUAGE_DUTCH)
#define SV BIT(CSA_LANGUAGE_SWEDISH)
#define NO BIT(CSA_LANGUAGE_NORWEGIAN)
#define DA BIT(CSA_LANGUAGE_DANISH)
#define FI BIT(CSA_LANGUAGE_FINNISH)
#define HU BIT(CSA_LANGUAGE_HUNGARIAN)
#define RO BIT(CSA_LANGUAGE_ROMANIAN)
#define TR BIT(CSA_LANGUAGE_TURKISH)
#define PL BIT(CSA_LANGUAGE_POLISH)
#define CS BIT(CSA_LANGUAGE_CZECH)
#define UZ BIT(CSA_LANGUAGE_UZBEK)
#define TK BIT(CSA_LANGUAGE_TURKMEN)
#define CA BIT(CSA_DETECT_CATALAN)
#define HR BIT(CSA_DETECT_CROATIAN)
#define SK BIT(CSA_DETECT_SLOVAK)
#define RU BIT(CSA_LANGUAGE_RUSSIAN)
#define UK BIT(CSA_LANGUAGE_UKRAINIAN)
#define BE BIT(CSA_LANGUAGE_BELARUSIAN)
#define KK BIT(CSA_LANGUAGE_KAZAKH)
#define KY BIT(CSA_LANGUAGE_KYRGYZ)
#define TG BIT(CSA_LANGUAGE_TAJIK)
#define MN BIT(CSA_LANGUAGE_MONGOLIAN)
#define BG BIT(CSA_DETECT_BULGARIAN)
#define SR BIT(CSA_DETECT_SERBIAN)
#define AR BIT(CSA_LANGUAGE_ARABIC)
#define FA BIT(CSA_LANGUAGE_PERSIAN)

#define CYRILLIC (RU | UK | BE | KK | KY | TG | MN | BG | UZ)
/* A letter and its small form, `step` further on. */
#define BOTH(capital, step, languages) [capital] = (languages), [(capital) + (step)] = (languages)

/* clang-format off */
const uint64_t csa_detect_letters[CSA_DETECT_LETTERS] = {
    /* Latin-1 */
    BOTH(0x00C0, 32, FR | IT | PT | CA),                     /* a grave */
    BOTH(0x00C1, 32, ES | PT | HU | CS | SK),                /* a acute */
    BOTH(0x00C2, 32, FR | PT | RO | TR),                     /* a circumflex */
    BOTH(0x00C3, 32, PT),                                    /* a tilde */
    BOTH(0x00C4, 32, DE | SV | FI | TK | SK),                /* a diaeresis */
    BOTH(0x00C5, 32, SV | NO | DA),                          /* a ring */
    BOTH(0x00C6, 32, NO | DA),                               /* ae */
    BOTH(0x00C7, 32, FR | PT | TR | TK | CA),                /* c cedilla */
    BOTH(0x00C8, 32, FR | IT | CA),                          /* e grave */
    BOTH(0x00C9, 32, FR | ES | IT | PT | HU | CS | SK | NL | CA), /* e acute */
    BOTH(0x00CA, 32, FR | PT),                               /* e circumflex */
    BOTH(0x00CB, 32, FR | NL),                               /* e diaeresis */
    BOTH(0x00CC, 32, IT),                                    /* i grave */
    BOTH(0x00CD, 32, ES | PT | HU | CS | SK | CA),           /* i acute */
    BOTH(0x00CE, 32, FR | RO),                               /* i circumflex */
    BOTH(0x00CF, 32, FR | NL | CA),                          /* i diaeresis */
    BOTH(0x00D1, 32, ES),                                    /* n tilde */
    BOTH(0x00D2, 32, IT | CA),                               /* o grave */
    BOTH(0x00D3, 32, ES | PT | HU | CS | PL | SK | CA),      /* o acute */
    BOTH(0x00D4, 32, FR | PT | SK),                          /* o circumflex */
    BOTH(0x00D5, 32, PT),                                    /* o tilde */
    BOTH(0x00D6, 32, DE | SV | FI | HU | TR | TK),           /* o diaeresis */
    BOTH(0x00D8, 32, NO | DA),                               /* o stroke */
    BOTH(0x00D9, 32, FR | IT),                               /* u grave */
    BOTH(0x00DA, 32, ES | PT | HU | CS | SK | CA),           /* u acute */
    BOTH(0x00DB, 32, FR | TR),                               /* u circumflex */
    BOTH(0x00DC, 32, DE | ES | HU | TR | TK | FR | CA),      /* u diaeresis */
    BOTH(0x00DD, 32, CS | TK | SK),                          /* y acute */
    [0x00DF] = DE,                                           /* sharp s */
    /* Latin Extended-A and -B */
    BOTH(0x0102, 1, RO),           BOTH(0x0104, 1, PL),           BOTH(0x0106, 1, PL | HR),
    BOTH(0x010C, 1, CS | HR | SK), BOTH(0x010E, 1, CS | SK),      BOTH(0x0110, 1, HR),
    BOTH(0x0118, 1, PL),           BOTH(0x011A, 1, CS),           BOTH(0x011E, 1, TR),
    BOTH(0x0130, 1, TR),           BOTH(0x0139, 1, SK),           BOTH(0x013D, 1, SK),
    BOTH(0x0141, 1, PL),           BOTH(0x0143, 1, PL),           BOTH(0x0147, 1, CS | TK | SK),
    BOTH(0x0150, 1, HU),           BOTH(0x0152, 1, FR),           BOTH(0x0158, 1, CS),
    BOTH(0x015A, 1, PL),           BOTH(0x015E, 1, TR | TK | RO), BOTH(0x0160, 1, CS | HR | SK),
    BOTH(0x0162, 1, RO),           BOTH(0x0164, 1, CS | SK),      BOTH(0x016E, 1, CS),
    BOTH(0x0170, 1, HU),           BOTH(0x0179, 1, PL),           BOTH(0x017B, 1, PL),
    BOTH(0x017D, 1, CS | HR | TK | SK), BOTH(0x0218, 1, RO),      BOTH(0x021A, 1, RO),
    [0x02BB] = UZ,
    /* Cyrillic: the letters that not all of its languages have */
    BOTH(0x0401, 80, RU | BE | KK | KY | TG | MN | UZ),      /* io */
    BOTH(0x0404, 80, UK),                                    /* ye */
    BOTH(0x0406, 80, UK | BE | KK),                          /* i */
    BOTH(0x0407, 80, UK),                                    /* yi */
    BOTH(0x0402, 80, SR),
    BOTH(0x0408, 80, SR),
    BOTH(0x0409, 80, SR),
    BOTH(0x040A, 80, SR),
    BOTH(0x040B, 80, SR),
    BOTH(0x040F, 80, SR),                                    /* dje, je, lje, nje, tshe, dzhe */
    BOTH(0x0419, 32, CYRILLIC),                              /* short i */
    BOTH(0x042E, 32, CYRILLIC),                              /* yu */
    BOTH(0x042F, 32, CYRILLIC),                              /* ya */
    BOTH(0x040E, 80, BE | UZ),                               /* short u */
    BOTH(0x0418, 32, (CYRILLIC | SR) & ~BE),                        /* i as in Russian */
    BOTH(0x0426, 32, (CYRILLIC | SR) & ~TG),                        /* tse */
    BOTH(0x0429, 32, CYRILLIC & ~(BE | TG | UZ)),            /* shcha */
    BOTH(0x042A, 32, CYRILLIC & ~(UK | BE)),                 /* hard sign */
    BOTH(0x042B, 32, RU | BE | KK | KY | MN),                /* yeru */
    BOTH(0x042C, 32, CYRILLIC & ~TG),                        /* soft sign */
    BOTH(0x042D, 32, RU | BE | KK | KY | TG | MN | UZ),      /* e */
    BOTH(0x0490, 1, UK),                                     /* ghe with upturn */
    BOTH(0x0492, 1, KK | TG | UZ),                           /* ghayn */
    BOTH(0x049A, 1, KK | TG | UZ),                           /* qaf */
    BOTH(0x04A2, 1, KK | KY),                                /* eng */
    BOTH(0x04AE, 1, KK | KY | MN),                           /* straight u */
    BOTH(0x04B0, 1, KK),                                     /* straight u with stroke */
    BOTH(0x04B2, 1, TG | UZ),                                /* ha with descender */
    BOTH(0x04B6, 1, TG),                                     /* che with descender */
    BOTH(0x04BA, 1, KK),                                     /* shha */
    BOTH(0x04D8, 1, KK),                                     /* schwa */
    BOTH(0x04E2, 1, TG),                                     /* i with macron */
    BOTH(0x04E8, 1, KK | KY | MN),                           /* barred o */
    BOTH(0x04EE, 1, TG),                                     /* u with macron */
    /* Arabic */
    [0x0629] = AR, [0x0649] = AR, [0x0623] = AR | FA, [0x0625] = AR, [0x0643] = AR, [0x064A] = AR,
    [0x067E] = FA, [0x0686] = FA, [0x0698] = FA, [0x06A9] = FA, [0x06AF] = FA, [0x06CC] = FA,
};
/* clang-format on */
