/* Stems: Snowball's algorithms (libstemmer) on folded words. A struct csa_stemmer owns one libstemmer handle
 * and the bytes of the last stem. Called by the indexer for every new term and by the query parser. */
#include "common/base/memory.h"
#include "common/text/fold.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

#include <libstemmer.h>

struct csa_stemmer {
    struct sb_stemmer *snowball;
    csa_language language;
    char stem[CSA_TOKEN_MAXIMUM + CSA_FOLD_GROWTH];
};

bool csa_language_has_stemmer(csa_language language)
{
    return language >= CSA_LANGUAGE_ENGLISH && language <= CSA_LANGUAGE_ARMENIAN;
}

enum csa_status csa_stemmer_new(csa_language language, struct csa_stemmer **stemmer, struct csa_error *error)
{
    *stemmer = NULL;
    if (!csa_language_has_stemmer(language)) {
        return CSA_OK;
    }
    struct csa_stemmer *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "a stemmer");
    }
    made->snowball = sb_stemmer_new(csa_language_name(language), "UTF_8");
    if (made->snowball == NULL) {
        csa_free(made);
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED, "stemmer: libstemmer has none for %s",
                             csa_language_name(language));
    }
    made->language = language;
    *stemmer = made;
    return CSA_OK;
}

void csa_stemmer_free(struct csa_stemmer *stemmer)
{
    if (stemmer != NULL) {
        sb_stemmer_delete(stemmer->snowball);
        csa_free(stemmer);
    }
}

/* Numbers, names with a full stop, C++ and the like have no stem; nor have pairs. */
static bool is_plain_word(struct csa_view word)
{
    if (word.size == 0 || word.size > CSA_TOKEN_MAXIMUM) {
        return false;
    }
    for (size_t i = 0; i < word.size; i++) {
        uint8_t byte = (uint8_t)word.data[i];
        if (byte < 0x80U && !(byte >= 'a' && byte <= 'z') && byte != '\'') {
            return false;
        }
    }
    uint32_t first;
    csa_utf8_decode(word.data, word.data + word.size, &first);
    return csa_character_get(first)->word_class != CSA_WORD_RUN;
}

/* In Turkish an apostrophe parts a name from its endings: istanbul'da is istanbul. The endings begin with one
 * of a few letters and have a vowel, so that don't and o'brien in a Turkish text stay what they are. */
static struct csa_view without_endings(struct csa_view word)
{
    static const char beginnings[] = "acdegiklmnostuy";
    static const char vowels[] = "aeiou";
    enum { SHORTEST_NAME = 2 };
    size_t at = word.size;
    while (at > 0 && word.data[at - 1] != '\'') {
        at--;
    }
    if (at <= SHORTEST_NAME || at == word.size) {
        return word;
    }
    bool dotless = (uint8_t)word.data[at] == 0xC4U;
    bool vowel = false;
    for (size_t i = at; i < word.size; i++) {
        vowel = vowel || (uint8_t)word.data[i] >= 0x80U || strchr(vowels, word.data[i]) != NULL;
    }
    bool ending = vowel && (dotless || strchr(beginnings, word.data[at]) != NULL);
    return ending ? csa_view_make(word.data, at - 1) : word;
}

static bool is_ascii(const char *p, size_t size)
{
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++) {
        all |= (uint8_t)p[i];
    }
    return all < 0x80U;
}

/* Some algorithms write letters with accents; 0 when the folded stem would be longer than a token. */
static size_t fold_stem(char *out, const char *stem, size_t size)
{
    size_t folded = 0;
    for (const char *p = stem; p < stem + size;) {
        uint32_t character;
        p = csa_utf8_decode(p, stem + size, &character);
        folded = csa_fold_append(out, folded, character);
        if (folded > CSA_TOKEN_MAXIMUM) {
            return 0;
        }
    }
    return folded;
}

struct csa_view csa_stemmer_stem(struct csa_stemmer *stemmer, struct csa_view word)
{
    if (stemmer == NULL || !is_plain_word(word)) {
        return word;
    }
    if (stemmer->language == CSA_LANGUAGE_TURKISH) {
        word = without_endings(word);
    }
    const char *stem =
        (const char *)sb_stemmer_stem(stemmer->snowball, (const sb_symbol *)word.data, (int)word.size);
    if (stem == NULL) {
        return word;
    }
    size_t size = (size_t)sb_stemmer_length(stemmer->snowball);
    if (size == 0) {
        return word;
    }
    if (is_ascii(stem, size)) {
        return csa_view_make(stem, size);
    }
    size = fold_stem(stemmer->stem, stem, size);
    return size == 0 ? word : csa_view_make(stemmer->stem, size);
}
