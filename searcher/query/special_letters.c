/* Words typed without the letters that Kazakh, Kyrgyz, Uzbek, Tajik, Mongolian and others add to the Russian
 * alphabet: variants.h. Walks the collection's dictionary letter by letter and follows only beginnings that
 * some word has. Owns nothing. */
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"
#include "searcher/query/variants.h"

#include <string.h>

/* The letter typed, and those that it may stand for, folded. */
static const struct {
    uint32_t typed;
    uint32_t others[5];
} letters[] = {
    {0x0430, {0x04D9}},                         /* a: schwa */
    {0x0433, {0x0493}},                         /* ge: ghayn */
    {0x0438, {0x0456, 0x04E3}},                 /* i: Kazakh i, Tajik long i */
    {0x043A, {0x049B}},                         /* ka: qaf */
    {0x043D, {0x04A3}},                         /* en: eng */
    {0x043E, {0x04E9}},                         /* o: barred o */
    {0x0443, {0x04AF, 0x04B1, 0x04EF, 0x045E}}, /* u: straight u, with stroke, with macron, short */
    {0x0445, {0x04BB, 0x04B3}},                 /* ha: shha, with descender */
    {0x0447, {0x04B7}},                         /* che: with descender */
};

enum { LOOK_UPS_MAXIMUM = 512, CHARACTERS_MAXIMUM = CSA_TOKEN_MAXIMUM / 2 };

static const uint32_t *others_of(uint32_t character)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].typed == character) {
            return letters[i].others;
        }
    }
    return NULL;
}

bool csa_variants_has_special_letter(struct csa_view word)
{
    for (const char *p = word.data; p < word.data + word.size;) {
        uint32_t character;
        p = csa_utf8_decode(p, word.data + word.size, &character);
        for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
            for (const uint32_t *other = letters[i].others; *other != 0; other++) {
                if (*other == character) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* ---- asking the dictionary ---- */

struct question {
    struct csa_view word;
    bool begins, is; /* some word begins with it; it is one */
};

/* The word itself comes first among those that begin with it. */
static bool answer(void *context, struct csa_view word, uint64_t passages)
{
    struct question *question = context;
    (void)passages;
    question->begins = true;
    question->is = csa_view_equal(word, question->word);
    return false;
}

static enum csa_status ask(struct csa_engine *engine, struct question *question, struct csa_error *error)
{
    question->begins = question->is = false;
    return engine->operations->words(engine, question->word, question, answer, error);
}

enum csa_status csa_variants_is_known(struct csa_engine *engine, struct csa_view word, bool *known,
                                      struct csa_error *error)
{
    struct question question = {.word = word};
    enum csa_status status = ask(engine, &question, error);
    *known = question.is;
    return status;
}

/* ---- walking ---- */

/* One letter of the word as typed, and which of its readings is being followed: 0 the letter itself. */
struct step {
    uint32_t typed;
    unsigned reading;
    size_t begin; /* of the letter in the word that is being built */
};

struct walk {
    struct csa_engine *engine;
    struct step steps[CHARACTERS_MAXIMUM];
    size_t count;
    char built[CSA_TOKEN_MAXIMUM + 4];
    unsigned look_ups;
    struct csa_error *error;
};

static bool begin_walk(struct walk *walk, struct csa_view word)
{
    bool any = false;
    for (const char *p = word.data; p < word.data + word.size;) {
        if (walk->count == CHARACTERS_MAXIMUM || word.size > CSA_TOKEN_MAXIMUM) {
            return false;
        }
        struct step *step = &walk->steps[walk->count++];
        *step = (struct step){0};
        p = csa_utf8_decode(p, word.data + word.size, &step->typed);
        any = any || others_of(step->typed) != NULL;
    }
    return any;
}

/* Writes the letter of a step in its reading; false when it has no such reading. *size becomes the bytes
 * built. */
static bool write_letter(struct walk *walk, size_t at, size_t *size)
{
    struct step *step = &walk->steps[at];
    uint32_t letter = step->typed;
    if (step->reading > 0) {
        const uint32_t *others = others_of(letter);
        if (others == NULL || others[step->reading - 1] == 0) {
            return false;
        }
        letter = others[step->reading - 1];
    }
    *size = step->begin + csa_utf8_encode(walk->built + step->begin, letter);
    return *size <= CSA_TOKEN_MAXIMUM;
}

/* Whether to go on from the letters built: some word begins with them, and at the word's end some word is
 * them.
 */
static enum csa_status look_up(struct walk *walk, size_t at, size_t size, bool *good)
{
    struct question question = {.word = csa_view_make(walk->built, size)};
    walk->look_ups++;
    enum csa_status status = ask(walk->engine, &question, walk->error);
    *good = at + 1 == walk->count ? question.is : question.begins;
    return status;
}

enum csa_status csa_variants_find_special(struct csa_engine *engine, struct csa_view word,
                                          struct csa_arena *arena, struct csa_view *found, size_t *count,
                                          struct csa_error *error)
{
    struct walk walk = {.engine = engine, .error = error};
    *count = 0;
    if (!begin_walk(&walk, word)) {
        return CSA_OK;
    }
    size_t at = 0;
    while (walk.look_ups < LOOK_UPS_MAXIMUM && *count < CSA_VARIANTS_MAXIMUM) {
        size_t size;
        if (!write_letter(&walk, at, &size)) { /* all readings of this letter are done: back */
            if (at == 0) {
                break;
            }
            walk.steps[--at].reading++;
            continue;
        }
        bool good;
        enum csa_status status = look_up(&walk, at, size, &good);
        if (status != CSA_OK) {
            return status;
        }
        if (good && at + 1 < walk.count) {
            at++;
            walk.steps[at].begin = size;
            walk.steps[at].reading = 0;
            continue;
        }
        if (good && !csa_view_equal(csa_view_make(walk.built, size), word)) {
            found[*count] = csa_arena_copy(arena, csa_view_make(walk.built, size));
            if (found[*count].data == NULL) {
                return csa_error_set_memory(error, "spellings");
            }
            ++*count;
        }
        walk.steps[at].reading++;
    }
    return CSA_OK;
}
