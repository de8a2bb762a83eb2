/* Unit tests of searcher/query/variants.h and elision.h, over an engine that holds a few sentences. */
#include "common/base/memory.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"
#include "searcher/query/elision.h"
#include "searcher/query/parse.h"
#include "searcher/query/variants.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* ---- an engine over an array of passages ---- */

struct small_engine {
    struct csa_engine engine;
    const char *const *passages;
    uint32_t count;
    struct csa_stemmer *german;
    unsigned searches, look_ups;
    bool broken; /* every operation fails */
};

static struct small_engine *small_of(struct csa_engine *engine)
{
    return (struct small_engine *)engine;
}

static enum csa_status small_words(struct csa_engine *engine, struct csa_view prefix, void *context,
                                   bool (*visit)(void *context, struct csa_view word, uint64_t passages),
                                   struct csa_error *error)
{
    struct small_engine *small = small_of(engine);
    struct csa_view least = {0};
    char bytes[CSA_TOKEN_MAXIMUM];
    small->look_ups++;
    if (small->broken) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "broken");
    }
    for (uint32_t i = 0; i < small->count; i++) {
        struct csa_tokenizer tokenizer;
        struct csa_token token;
        csa_tokenizer_init(&tokenizer, csa_view_of(small->passages[i]));
        while (csa_tokenizer_next(&tokenizer, &token)) {
            if (csa_view_starts_with(token.surface, prefix) &&
                (least.data == NULL || csa_view_compare(token.surface, least) < 0)) {
                memcpy(bytes, token.surface.data, token.surface.size);
                least = csa_view_make(bytes, token.surface.size);
            }
        }
    }
    if (least.data != NULL) {
        visit(context, least, 1); /* the callers under test look at the first word only */
    }
    return CSA_OK;
}

static bool holds(struct small_engine *small, const char *passage, const struct csa_node *node)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    char stem[CSA_TOKEN_MAXIMUM];
    bool by_stem = node->kind == CSA_NODE_WORD;
    struct csa_view wanted = by_stem ? csa_stemmer_stem(small->german, node->text) : node->text;
    memcpy(stem, wanted.data, wanted.size);
    wanted.data = stem;
    csa_tokenizer_init(&tokenizer, csa_view_of(passage));
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (node->kind == CSA_NODE_PREFIX || node->kind == CSA_NODE_WILDCARD) {
            char pattern[CSA_TOKEN_MAXIMUM + 2];
            char text[CSA_TOKEN_MAXIMUM + 1];
            snprintf(pattern, sizeof pattern, "%.*s%s", (int)node->text.size, node->text.data,
                     node->kind == CSA_NODE_PREFIX ? "*" : "");
            snprintf(text, sizeof text, "%.*s", (int)token.surface.size, token.surface.data);
            if (fnmatch(pattern, text, 0) == 0) {
                return true;
            }
            continue;
        }
        struct csa_view word = by_stem ? csa_stemmer_stem(small->german, token.surface) : token.surface;
        if (csa_view_equal(word, wanted)) {
            return true;
        }
    }
    return false;
}

static enum csa_status small_search(struct csa_engine *engine, const struct csa_search_request *request,
                                    struct csa_arena *arena, struct csa_search_result *result,
                                    struct csa_error *error)
{
    struct small_engine *small = small_of(engine);
    small->searches++;
    if (small->broken) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "broken");
    }
    assert_int_equal(request->query->root->child_count, 1);
    *result = (struct csa_search_result){.exact = true};
    result->hits = csa_arena_zalloc(arena, small->count + 1, sizeof *result->hits);
    if (result->hits == NULL) {
        return csa_error_set_memory(error, "hits");
    }
    for (uint32_t i = 0; i < small->count && result->hit_count < request->hits; i++) {
        if (holds(small, small->passages[i], request->query->root->children[0])) {
            result->hits[result->hit_count++].passage = i;
        }
    }
    return CSA_OK;
}

static enum csa_status small_passage(struct csa_engine *engine, uint32_t passage, struct csa_arena *arena,
                                     struct csa_passage_info *info, struct csa_error *error)
{
    (void)arena;
    (void)error;
    *info = (struct csa_passage_info){.text = csa_view_of(small_of(engine)->passages[passage])};
    return CSA_OK;
}

static const struct csa_engine_operations small_operations = {
    .words = small_words, .search = small_search, .passage = small_passage};

#define BIT(language) (UINT64_C(1) << (language))

static const char *const passages[] = {
    "Herr Müller fährt über die Brücke, und die Märkte öffnen um sieben.",
    "Der Topf heißt pot, das Wort blu heißt blau, und dos heißt zwei.",
    "The poet does not duel with true blue ink; Muller wrote of Goethe.",
    "Fra Århus til København, og Køge ligger ved øen.",
    "Қазақстанның өнер мұражайы, қол мен тұз, он үй.",
    "Второй тур выборов, кол и соль, казак и онуй.",
    "Кыргызстанда өкмөт жаңы көпүрө ачты.",
};

static struct small_engine make_engine(uint64_t stemmers)
{
    struct small_engine small = {.engine = {.operations = &small_operations, .stemmers = stemmers},
                                 .passages = passages,
                                 .count = sizeof passages / sizeof passages[0]};
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_GERMAN, &small.german, NULL), CSA_OK);
    return small;
}

/* ---- what a query becomes ---- */

static void describe_node(const struct csa_node *node, char *out, size_t size)
{
    size_t used = strlen(out);
    if (node->text.size != 0) {
        snprintf(out + used, size - used, "%s%.*s", used == 0 ? "" : " ", (int)node->text.size,
                 node->text.data);
        for (size_t i = 0; i < node->variant_count; i++) {
            used = strlen(out);
            snprintf(out + used, size - used, "|%.*s", (int)node->variants[i].size, node->variants[i].data);
        }
    }
    for (size_t i = 0; i < node->child_count; i++) {
        describe_node(node->children[i], out, size);
    }
}

/* The words of the query, each with its variants: müller -> "muller|mueller". */
static void assert_variants(uint64_t stemmers, const char *text, const char *expected)
{
    struct small_engine small = make_engine(stemmers);
    struct csa_arena arena;
    struct csa_query query;
    struct csa_error error = {0};
    char words[2048] = "";
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_query_parse(csa_view_of(text), &arena, &query, &error), CSA_OK);
    csa_query_leave_out_elided(&query);
    assert_int_equal(csa_query_add_variants(&query, &small.engine, &arena, &error), CSA_OK);
    describe_node(query.root, words, sizeof words);
    assert_string_equal(words, expected);
    csa_arena_release(&arena);
    csa_stemmer_free(small.german);
}

static const uint64_t german = BIT(CSA_LANGUAGE_GERMAN) | BIT(CSA_LANGUAGE_ENGLISH);
static const uint64_t english = BIT(CSA_LANGUAGE_ENGLISH);
static const uint64_t danish = BIT(CSA_LANGUAGE_DANISH);

static void writes_umlauts_out(void **state)
{
    (void)state;
    assert_variants(english, "Müller", "muller|mueller");
    assert_variants(english, "MÜLLER's", "muller|mueller");
    assert_variants(english, "Mu\u0308ller O\u0308l", "muller|mueller ol|oel");
    assert_variants(english, "Göring Käse über", "goring|goering kase|kaese uber|ueber");
    assert_variants(english, "Århus A\u030Arhus Ørsted Æbelø", "arhus|aarhus orsted|oersted aebelo|aebeloe");
    assert_variants(english, "Königsbrück", "konigsbruck|koenigsbrueck");
    assert_variants(english, "\"Herr Müller\"", "herr muller|mueller");
    assert_variants(english, "+Müller -Möbel title:Bär", "muller|mueller mobel|moebel bar|baer");
    assert_variants(english, "Müller* title:Müll* \"herr Mül*\"", "muller|mueller mull|muell herr mul|muel");
    assert_variants(english, "Mü?ler *mül*er Br\u00FC*en", "mu?ler|mue?ler *mul*er|*muel*er bru*en|brue*en");
    assert_variants(english, "Müller~ Brücken~1^2", "muller|mueller brucken|bruecken");
    assert_variants(english, "全* 球", "全 球");
    assert_variants(english, "Müller Muller", "muller|mueller"); /* the same word twice */
    assert_variants(english, "Straße café naïve", "strasse cafe naive");
    assert_variants(english, "\u0308a e\u0308", "a e");
}

static void reads_umlauts_back_where_the_collection_has_them(void **state)
{
    (void)state;
    assert_variants(german, "Mueller", "mueller|muller");
    assert_variants(german, "mueller MUELLERS", "mueller|muller muellers|mullers");
    assert_variants(german, "Bruecke Bruecken", "bruecke|brucke bruecken|brucken");
    assert_variants(german, "Maerkten oeffnen", "maerkten|markten oeffnen|offnen");
    assert_variants(german, "\"herr mueller\"", "herr mueller|muller");
    assert_variants(german, "Muelle* Bruec* \"herr muell*\"", "muelle|mulle bruec|bruc herr muell|mull");
    assert_variants(german, "Muel*er *uecke oeffn?n", "muel*er|mul*er *uecke|*ucke oeffn?n|offn?n");
    assert_variants(german, "Mueller~ Bruecke~1", "mueller|muller bruecke|brucke");
    assert_variants(german, "poet* doe?l *duel* poet~", "poet doe?l *duel* poet");
    /* no umlaut there: other words */
    assert_variants(german, "poet does duel blue true", "poet does duel blue true");
    assert_variants(german, "Goethe neue quer Feuer", "goethe neue quer feuer");
    assert_variants(german, "ue oe ae uee", "ue oe ae uee");
    /* not in a collection without such languages */
    assert_variants(english, "Mueller Bruecke", "mueller bruecke");
    assert_variants(danish, "Aarhus Koebenhavn Koege aa", "aarhus|arhus koebenhavn|kobenhavn koege|koge aa");
    assert_variants(german, "Aarhus", "aarhus");
}

static void finds_letters_that_keyboards_lack(void **state)
{
    (void)state;
    assert_variants(english, "онер", "онер|өнер");
    assert_variants(english, "казакстаннын муражайы", "казакстаннын|қазақстанның муражайы|мұражайы");
    assert_variants(english, "окмот копуро", "окмот|өкмөт копуро|көпүрө");
    assert_variants(english, "\"жаны копуро\"", "жаны|жаңы копуро|көпүрө");
    /* words that are there are taken as typed, as long as no word says otherwise */
    assert_variants(english, "кол", "кол");
    assert_variants(english, "тур выборов", "тур выборов");
    assert_variants(english, "кол онер", "кол|қол онер|өнер");
    assert_variants(english, "кол өнер", "кол|қол өнер");
    /* a letter that was typed means itself */
    assert_variants(english, "қол тұз", "қол тұз");
    assert_variants(english, "йод ион", "йод ион");
    assert_variants(english, "coль", "coль"); /* Latin letters */
    assert_variants(english, "неизвестное", "неизвестное");
}

static void leaves_elided_words_out(void **state)
{
    (void)state;
    assert_variants(english, "l'eau", "eau");
    assert_variants(english, "L’Été dell'Italia", "ete italia");
    assert_variants(english, "+l'eau -d'Italia", "eau italia");
    assert_variants(english, "l'eau AND d'argent", "eau argent");
    assert_variants(english, "title:l'eau", "eau");
    assert_variants(english, "(l'eau OR d'argent) qu'il", "eau argent il");
    assert_variants(english, "+l'eau-forte", "eau forte");
    /* a quoted phrase has every word */
    assert_variants(english, "\"l'eau\"", "l eau");
    assert_variants(english, "«l’eau de vie»", "l eau de vie");
    /* not elided */
    assert_variants(english, "l eau", "l eau");
    assert_variants(english, "d day", "d day");
    assert_variants(english, "d-day", "d day");
    assert_variants(english, "o'brien don't l'viv", "o'brien don't l'viv");
    assert_variants(english, "l'", "l");
}

/* The word that had to be a phrase's second one is matched by stem. */
static void a_required_elided_word_becomes_a_word(void **state)
{
    (void)state;
    struct csa_arena arena;
    struct csa_query query;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_query_parse(csa_view_of("+l'eau +potable"), &arena, &query, NULL), CSA_OK);
    csa_query_leave_out_elided(&query);
    const struct csa_node *node = query.root->children[0];
    assert_int_equal(node->kind, CSA_NODE_WORD);
    assert_int_equal(node->occurrence, CSA_MUST);
    assert_int_equal(node->child_count, 0);
    assert_true(csa_view_equal(node->text, csa_view_of("eau")));
    csa_arena_release(&arena);
}

static void bounds_its_work(void **state)
{
    (void)state;
    struct small_engine small = make_engine(german | danish);
    struct csa_arena arena;
    struct csa_query query;
    char text[CSA_TOKEN_MAXIMUM + 8];
    csa_arena_init(&arena, 0);
    for (size_t i = 0; i < CSA_TOKEN_MAXIMUM; i++) {
        text[i] = "bae"[i % 3];
    }
    assert_int_equal(csa_query_parse(csa_view_make(text, CSA_TOKEN_MAXIMUM), &arena, &query, NULL), CSA_OK);
    assert_int_equal(csa_query_add_variants(&query, &small.engine, &arena, NULL), CSA_OK);
    assert_in_range(small.searches, 1, 7);
    small.look_ups = 0;
    for (size_t i = 0; i + 2 <= CSA_TOKEN_MAXIMUM; i += 2) {
        memcpy(text + i, "\xD0\xB0", 2);
    }
    assert_int_equal(csa_query_parse(csa_view_make(text, CSA_TOKEN_MAXIMUM), &arena, &query, NULL), CSA_OK);
    assert_int_equal(csa_query_add_variants(&query, &small.engine, &arena, NULL), CSA_OK);
    assert_in_range(small.look_ups, 1, 1100);
    csa_arena_release(&arena);
    csa_stemmer_free(small.german);
}

static void passes_errors_on(void **state)
{
    (void)state;
    static const char *const texts[] = {"Mueller", "онер", "кол"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct small_engine small = make_engine(german);
        struct csa_arena arena;
        struct csa_query query;
        struct csa_error error = {0};
        small.broken = true;
        csa_arena_init(&arena, 0);
        assert_int_equal(csa_query_parse(csa_view_of(texts[i]), &arena, &query, &error), CSA_OK);
        assert_int_equal(csa_query_add_variants(&query, &small.engine, &arena, &error), CSA_ERROR_DAMAGED);
        assert_string_equal(error.message, "broken");
        csa_arena_release(&arena);
        csa_stemmer_free(small.german);
    }
}

static void survives_any_query(void **state)
{
    (void)state;
    struct small_engine small = make_engine(german | danish);
    uint64_t random = 11;
    for (unsigned round = 0; round < 3000; round++) {
        static const char *const pieces[] = {"l'", "ue", "ü", "a\u0308", "ко", "ө",  "\"", " ",
                                             "+",  "(",  "é", "m",       "中", "年", "'",  "\xFF"};
        char text[128];
        size_t size = 0;
        for (unsigned i = 0; i < 12; i++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            const char *piece = pieces[(random >> 33) % (sizeof pieces / sizeof pieces[0])];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        struct csa_arena arena;
        struct csa_query query;
        csa_arena_init(&arena, 0);
        assert_int_equal(csa_query_parse(csa_view_make(text, size), &arena, &query, NULL), CSA_OK);
        csa_query_leave_out_elided(&query);
        assert_int_equal(csa_query_add_variants(&query, &small.engine, &arena, NULL), CSA_OK);
        csa_arena_release(&arena);
    }
    csa_stemmer_free(small.german);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_umlauts_out),
        cmocka_unit_test(reads_umlauts_back_where_the_collection_has_them),
        cmocka_unit_test(finds_letters_that_keyboards_lack),
        cmocka_unit_test(leaves_elided_words_out),
        cmocka_unit_test(a_required_elided_word_becomes_a_word),
        cmocka_unit_test(bounds_its_work),
        cmocka_unit_test(passes_errors_on),
        cmocka_unit_test(survives_any_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
