/* The lists of stop words, and looking one up. Data by hand; see stop_words.h. */
#include "common/text/stop_words.h"

/* Folded words between single spaces, one blank at both ends. Chosen by hand: words that say nothing about
 * what a text is about, however often they come. */
static const char *const STOP_WORDS[CSA_LANGUAGE_COUNT] = {
    [CSA_LANGUAGE_ENGLISH] =
        " a an and are as at be been being but by did do does for from has he her his how i if in "
        "into is it its me my no not of on or our she should so such than that the their them then there "
        "these "
        "they this those to was we were what when where which who whom whose why will with would you your ",
    [CSA_LANGUAGE_RUSSIAN] = " а без бы был была были было быть в во вот вы где да для до его ее если же за "
                             "и из или им их к как какая "
                             "какие какой какое ко когда который которая которые кто ли мы на над не нее "
                             "него ней нет ни них но о об "
                             "он она они оно от по под почему при про с сколько со так такой там то того "
                             "только том ты у уже чем что "
                             "чтобы эта эти это этот я ",
    [CSA_LANGUAGE_GERMAN] = " aber als am an auch auf aus bei bin bis da dann das dass dem den der des die "
                            "dies diese diesem diesen "
                            "dieser dieses du durch ein eine einem einen einer eines er es fur gegen hat "
                            "hatte hatten habe haben ich "
                            "ihr ihre ihrem ihren ihrer im in ist ja kann kein keine man mit nach nicht noch "
                            "nun nur ob oder ohne sein "
                            "seine seinem seinen seiner sich sie sind so uber um und uns unter vom von vor "
                            "wann war waren warum was "
                            "welche welchem welchen welcher welches wenn wer werden wie wieviel viele wir "
                            "wird wo wurde wurden zu zum "
                            "zur zwischen ",
    [CSA_LANGUAGE_FRENCH] = " a au aux avec ce ces cet cette comme dans de des du elle "
                            "elles en est et ete etre eu il "
                            "ils je l la le les leur leurs lui ma mais me meme mes mon ne nos "
                            "notre nous on ont ou par pas "
                            "pour que quel quelle quelles quels qui sa sans se ses si son sont sur ta "
                            "te tes ton tu un une vos "
                            "votre vous y ",
    [CSA_LANGUAGE_SPANISH] = " a al como con cual cuales cuando de del donde e el ella ellas ellos en entre "
                             "era es esa ese eso esta "
                             "estas este esto estos fue ha han hay la las le les lo los me mi mis muy no nos "
                             "o para pero por que quien "
                             "se ser si sin sobre son su sus te tu un una unas uno unos y ya yo ",
    [CSA_LANGUAGE_ITALIAN] = " a ai agli al alla alle allo anche che chi ci come con cui da dagli dai dal "
                             "dalla dalle degli dei del "
                             "della delle dello di e ed era gli ha hanno i il in io la le lei lo loro lui ma "
                             "mi ne negli nei nel nella "
                             "nelle non o per perche quale quando quanto se si sono su sua sue sui sul sulla "
                             "suo ti tra un una uno vi ",
    [CSA_LANGUAGE_PORTUGUESE] = " a ao aos as com como da das de do dos e ela elas ele eles em entre era "
                                "essa esse esta este eu foi ha isso "
                                "isto ja lhe mais mas me mesmo meu na nas no nos o os ou para pela pelas "
                                "pelo pelos por qual quando que "
                                "quem se sem ser seu seus sua suas tambem te um uma umas uns ",
    [CSA_LANGUAGE_DUTCH] = " aan als bij dan dat de der deze die dit door een en er geen had heeft het hij "
                           "hoe hun ik in is je kan "
                           "met na naar niet of om onder ons ook op over te tot uit van voor waar was wat we "
                           "wel werd wie wordt ze zich "
                           "zij zijn zo ",
    [CSA_LANGUAGE_SWEDISH] = " att av de dem den denna det detta du eller en ett for fran han har hon hur i "
                             "inte jag kan man med men nar "
                             "och om pa sa sig sin som till var vad vi vid ar ",
    [CSA_LANGUAGE_NORWEGIAN] = " at av da de den denne det dette du eller en er et for fra han har hun hva "
                               "hvor hvem i ikke jeg kan man med "
                               "men nar og om pa sa seg sin som til ved vi var ",
    [CSA_LANGUAGE_DANISH] = " af at da de den denne der det dette du eller en er et for fra han har hun hvad "
                            "hvem hvor i ikke jeg kan man "
                            "med men nar og om pa sa sig sin som til ved vi var ",
    [CSA_LANGUAGE_FINNISH] = " ei ja joka jos kuin kun me mika mutta mita ne niin nyt oli olla olivat on "
                             "ovat se sen siina sita tai tama "
                             "tassa te vain ",
    [CSA_LANGUAGE_HUNGARIAN] =
        " a az azt de egy es ez ezt ha hogy ki is itt meg mi mint mit nem ott s van volt ",
    [CSA_LANGUAGE_ROMANIAN] = " a al ale au ca care ce cu de din e este fi in la lui mai nu o pe pentru prin "
                              "sa sau se si sunt un una unui ",
    [CSA_LANGUAGE_TURKISH] = " bir bu da de gibi ile icin ki mi ne o su ve veya ya ",
    [CSA_LANGUAGE_GREEK] = " απο αν αυτο για δε δεν ειναι και με μας μια να ο οι στα στη στην στις στο στον "
                           "τα τη την της τι το τον του "
                           "των που η θα ως ",
    [CSA_LANGUAGE_ARABIC] = " ان او الى التي الذي عن على في كان لا ما مع من هذا هذه هو هي و ",
    [CSA_LANGUAGE_ARMENIAN] = " այդ այս եւ է էր ին իր կամ որ ու ",
};

bool csa_stop_word_is(csa_language language, struct csa_view word)
{
    if (language >= CSA_LANGUAGE_COUNT || STOP_WORDS[language] == NULL || word.size == 0) {
        return false;
    }
    const char *list = STOP_WORDS[language];
    size_t size = strlen(list);
    for (const char *p = list; (p = memmem(p, size - (size_t)(p - list), word.data, word.size)) != NULL;
         p++) {
        if (p[-1] == ' ' && p[word.size] == ' ') {
            return true;
        }
    }
    return false;
}
