/* Counting terms: a hash table of surface forms, each pointing at the term that its stem is. */
#include "searcher/feedback/terms.h"

#include "common/base/memory.h"
#include "common/index/hash.h"
#include "common/text/stop_words.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

#include <stdlib.h>

/* A surface form under one stemmer. */
struct form {
    struct csa_view surface;
    struct csa_view written; /* the spelling that most often stood for it, by majority vote */
    int64_t votes;           /* for that spelling, less those against it (Boyer and Moore 1981) */
    uint32_t count;
    uint32_t term; /* NO_TERM: a stop word or the like */
    csa_language stemmer;
};

/* What a term has beside what is given out. */
struct state {
    uint32_t best_form;
    uint32_t text;        /* the last that held it, from 1 */
    uint32_t occurrences; /* in the text at hand */
};

enum { NO_TERM = UINT32_MAX, FIRST_SLOTS = 1024 };

/* What further occurrences of a term in one text count: three times as many are less than twice as much. */
static const double SATURATION = 2;

/* Open addressing: slots hold a number from 1, 0 is free; at most half of them are used. */
struct table {
    uint32_t *slots;
    size_t size; /* a power of two */
};

struct csa_terms {
    struct csa_arena arena; /* the texts of forms and stems */
    struct table forms_by_surface, terms_by_stem;
    struct form *forms;
    struct csa_term_count *terms;
    struct state *states;
    size_t form_count, form_room, term_count, term_room, state_room;
    struct csa_stemmer *stemmers[CSA_LANGUAGE_COUNT];
    /* the text at hand */
    csa_language language, stemmer;
    double weight;
    uint32_t text;
    uint64_t length; /* in terms */
    uint32_t *held;  /* the terms it holds */
    size_t held_count, held_room;
};

static enum csa_status no_memory(struct csa_error *error)
{
    return csa_error_set_memory(error, "the terms of a text");
}

enum csa_status csa_terms_new(struct csa_terms **terms, struct csa_error *error)
{
    struct csa_terms *made = csa_calloc(1, sizeof *made);
    *terms = made;
    if (made == NULL) {
        return no_memory(error);
    }
    csa_arena_init(&made->arena, 0);
    made->forms_by_surface.slots = csa_calloc(FIRST_SLOTS, sizeof(uint32_t));
    made->terms_by_stem.slots = csa_calloc(FIRST_SLOTS, sizeof(uint32_t));
    made->forms_by_surface.size = made->terms_by_stem.size = FIRST_SLOTS;
    if (made->forms_by_surface.slots == NULL || made->terms_by_stem.slots == NULL) {
        csa_terms_free(made);
        *terms = NULL;
        return no_memory(error);
    }
    return CSA_OK;
}

void csa_terms_free(struct csa_terms *terms)
{
    if (terms == NULL) {
        return;
    }
    for (size_t i = 0; i < CSA_LANGUAGE_COUNT; i++) {
        csa_stemmer_free(terms->stemmers[i]);
    }
    csa_free(terms->forms_by_surface.slots);
    csa_free(terms->terms_by_stem.slots);
    csa_free(terms->forms);
    csa_free(terms->terms);
    csa_free(terms->states);
    csa_free(terms->held);
    csa_arena_release(&terms->arena);
    csa_free(terms);
}

/* ---- the tables ---- */

static uint64_t form_hash(struct csa_view surface, csa_language stemmer)
{
    return csa_hash(surface) + stemmer * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t hash_of(const struct csa_terms *terms, const struct table *table, uint32_t item)
{
    return table == &terms->forms_by_surface
               ? form_hash(terms->forms[item].surface, terms->forms[item].stemmer)
               : csa_hash(terms->terms[item].stem);
}

static void put(struct table *table, uint64_t hash, uint32_t item)
{
    size_t slot = (size_t)hash & (table->size - 1);
    while (table->slots[slot] != 0) {
        slot = (slot + 1) & (table->size - 1);
    }
    table->slots[slot] = item + 1;
}

/* Puts the newest item of a table in; doubles the table before it is more than half full. */
static enum csa_status insert(struct csa_terms *terms, struct table *table, uint32_t item,
                              struct csa_error *error)
{
    if ((size_t)item + 1 > table->size / 2) {
        struct table larger = {csa_calloc(table->size * 2, sizeof(uint32_t)), table->size * 2};
        if (larger.slots == NULL) {
            return no_memory(error);
        }
        for (uint32_t i = 0; i < item; i++) {
            put(&larger, hash_of(terms, table, i), i);
        }
        csa_free(table->slots);
        *table = larger;
    }
    put(table, hash_of(terms, table, item), item);
    return CSA_OK;
}

static uint32_t find_form(const struct csa_terms *terms, struct csa_view surface)
{
    const struct table *table = &terms->forms_by_surface;
    size_t slot = (size_t)form_hash(surface, terms->stemmer) & (table->size - 1);
    for (; table->slots[slot] != 0; slot = (slot + 1) & (table->size - 1)) {
        const struct form *form = &terms->forms[table->slots[slot] - 1];
        if (form->stemmer == terms->stemmer && csa_view_equal(form->surface, surface)) {
            return table->slots[slot] - 1;
        }
    }
    return NO_TERM;
}

static uint32_t find_term(const struct csa_terms *terms, struct csa_view stem)
{
    const struct table *table = &terms->terms_by_stem;
    size_t slot = (size_t)csa_hash(stem) & (table->size - 1);
    for (; table->slots[slot] != 0; slot = (slot + 1) & (table->size - 1)) {
        if (csa_view_equal(terms->terms[table->slots[slot] - 1].stem, stem)) {
            return table->slots[slot] - 1;
        }
    }
    return NO_TERM;
}

static bool make_room(struct csa_terms *terms)
{
    struct form *forms = csa_grow(terms->forms, &terms->form_room, terms->form_count + 1, sizeof *forms);
    terms->forms = forms == NULL ? terms->forms : forms;
    struct csa_term_count *counts =
        csa_grow(terms->terms, &terms->term_room, terms->term_count + 1, sizeof *counts);
    terms->terms = counts == NULL ? terms->terms : counts;
    struct state *states = csa_grow(terms->states, &terms->state_room, terms->term_count + 1, sizeof *states);
    terms->states = states == NULL ? terms->states : states;
    return forms != NULL && counts != NULL && states != NULL;
}

/* ---- words ---- */

/* A pair of grammar: with a Chinese function word in it, or of two hiragana, which mostly write endings. */
static bool is_grammar(struct csa_view pair)
{
    static const char FUNCTION[] = "的了是在和与與及也都就这這那其之";
    const char *end = pair.data + pair.size;
    unsigned hiragana = 0;
    for (const char *p = pair.data, *next; p < end; p = next) {
        uint32_t character;
        next = csa_utf8_decode(p, end, &character);
        hiragana += character >= 0x3041 && character <= 0x309F;
        for (const char *f = FUNCTION; *f != '\0'; f += 3) { /* three bytes each */
            if (next - p == 3 && memcmp(p, f, 3) == 0) {
                return true;
            }
        }
    }
    return hiragana > 1;
}

/* Whether a token is no term: a stop word, a single letter, a character of a running script alone. */
static bool left_out(const struct csa_terms *terms, const struct csa_token *token)
{
    if ((token->flags & CSA_TOKEN_PAIR_END) != 0) {
        return true;
    }
    if ((token->flags & CSA_TOKEN_PAIR) != 0) {
        return is_grammar(token->surface);
    }
    uint32_t first;
    const char *end = token->surface.data + token->surface.size;
    return csa_utf8_decode(token->surface.data, end, &first) == end ||
           csa_stop_word_is(terms->language, token->surface) ||
           (terms->stemmer != terms->language && csa_stop_word_is(terms->stemmer, token->surface));
}

static enum csa_status find_stemmer(struct csa_terms *terms, struct csa_stemmer **stemmer,
                                    struct csa_error *error)
{
    csa_language language = terms->stemmer;
    *stemmer = NULL;
    if (language >= CSA_LANGUAGE_COUNT || !csa_language_has_stemmer(language)) {
        return CSA_OK;
    }
    enum csa_status status = CSA_OK;
    if (terms->stemmers[language] == NULL) {
        status = csa_stemmer_new(language, &terms->stemmers[language], error);
    }
    *stemmer = terms->stemmers[language];
    return status;
}

static enum csa_status add_term(struct csa_terms *terms, const struct csa_token *token, uint32_t form,
                                struct csa_error *error)
{
    struct csa_stemmer *stemmer;
    enum csa_status status = find_stemmer(terms, &stemmer, error);
    if (status != CSA_OK) {
        return status;
    }
    bool whole = (token->flags & (CSA_TOKEN_EXTRA | CSA_TOKEN_PAIR)) != 0;
    struct csa_view stem = terms->forms[form].surface;
    if (!whole) {
        stem = csa_stemmer_stem(stemmer, stem);
    }
    uint32_t term = find_term(terms, stem);
    if (term == NO_TERM && terms->term_count < CSA_TERMS_MAXIMUM) {
        term = (uint32_t)terms->term_count;
        terms->states[term] = (struct state){.best_form = form};
        terms->terms[term] = (struct csa_term_count){
            .stem = csa_arena_copy(&terms->arena, stem),
            .stemmer = terms->stemmer,
            .number = (token->flags & CSA_TOKEN_NUMBER) != 0,
            .pair = (token->flags & CSA_TOKEN_PAIR) != 0,
            .extra = (token->flags & CSA_TOKEN_EXTRA) != 0,
        };
        if (terms->terms[term].stem.data == NULL) {
            return no_memory(error);
        }
        terms->term_count++;
        status = insert(terms, &terms->terms_by_stem, term, error);
    }
    terms->forms[form].term = term;
    return status;
}

static enum csa_status add_form(struct csa_terms *terms, const struct csa_token *token, uint32_t *form,
                                struct csa_error *error)
{
    *form = find_form(terms, token->surface);
    if (*form != NO_TERM || terms->form_count >= CSA_TERMS_MAXIMUM) {
        return CSA_OK;
    }
    if (!make_room(terms)) {
        return no_memory(error);
    }
    *form = (uint32_t)terms->form_count;
    struct csa_view surface = csa_arena_copy(&terms->arena, token->surface);
    if (surface.data == NULL) {
        return no_memory(error);
    }
    terms->forms[*form] = (struct form){.surface = surface, .term = NO_TERM, .stemmer = terms->stemmer};
    terms->form_count++;
    enum csa_status status = insert(terms, &terms->forms_by_surface, *form, error);
    return status == CSA_OK && !left_out(terms, token) ? add_term(terms, token, *form, error) : status;
}

/* Counts a spelling of a form for or against the one that leads. */
static enum csa_status vote(struct csa_terms *terms, struct form *form, struct csa_view written,
                            uint32_t times, struct csa_error *error)
{
    if (form->votes > 0) {
        form->votes += csa_view_equal(form->written, written) ? (int64_t)times : -(int64_t)times;
        return CSA_OK;
    }
    form->votes = times;
    if (!csa_view_equal(form->written, written)) {
        form->written = csa_arena_copy(&terms->arena, written);
    }
    return form->written.data == NULL ? no_memory(error) : CSA_OK;
}

static enum csa_status count_token(struct csa_terms *terms, const struct csa_token *token,
                                   struct csa_view written, uint32_t times, struct csa_error *error)
{
    uint32_t number;
    enum csa_status status = add_form(terms, token, &number, error);
    if (status != CSA_OK || number == NO_TERM || terms->forms[number].term == NO_TERM) {
        return status;
    }
    struct form *form = &terms->forms[number];
    struct state *state = &terms->states[form->term];
    if (state->text != terms->text) {
        uint32_t *held = csa_grow(terms->held, &terms->held_room, terms->held_count + 1, sizeof *held);
        if (held == NULL) {
            return no_memory(error);
        }
        terms->held = held;
        held[terms->held_count++] = form->term;
        state->text = terms->text;
        state->occurrences = 0;
    }
    state->occurrences += times;
    terms->length += times;
    form->count += times;
    if (form->count > terms->forms[state->best_form].count) {
        state->best_form = number;
    }
    return vote(terms, form, written, times, error);
}

void csa_terms_begin_text(struct csa_terms *terms, csa_language language, csa_language stemmer, double weight)
{
    terms->language = language;
    terms->stemmer = stemmer;
    terms->weight = weight;
    terms->text++;
    terms->length = 0;
    terms->held_count = 0;
}

enum csa_status csa_terms_add(struct csa_terms *terms, struct csa_view text, uint32_t times,
                              struct csa_error *error)
{
    text.size =
        csa_utf8_truncate(text, text.size < CSA_TERMS_TEXT_MAXIMUM ? text.size : CSA_TERMS_TEXT_MAXIMUM);
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    enum csa_status status = CSA_OK;
    csa_tokenizer_init(&tokenizer, text);
    while (status == CSA_OK && csa_tokenizer_next(&tokenizer, &token)) {
        struct csa_view written = csa_view_make(text.data + token.begin, token.end - token.begin);
        status = count_token(terms, &token, written, times, error);
    }
    return status;
}

void csa_terms_end_text(struct csa_terms *terms)
{
    for (size_t i = 0; i < terms->held_count; i++) {
        struct csa_term_count *term = &terms->terms[terms->held[i]];
        uint32_t occurrences = terms->states[terms->held[i]].occurrences;
        term->occurrences += occurrences;
        term->texts++;
        term->mass += terms->weight * occurrences;
        double share = occurrences * (SATURATION + 1) / (occurrences + SATURATION) / (double)terms->length;
        term->frequency += terms->weight * share;
    }
    terms->held_count = 0;
}

void csa_terms_begin_article(struct csa_terms *terms, const struct csa_article_info *article, double weight)
{
    csa_language language;
    if (!csa_language_find(csa_view_of(article->language), &language)) {
        language = CSA_LANGUAGE_NONE;
    }
    csa_terms_begin_text(terms, language, article->stemmer, weight);
}

enum csa_status csa_terms_add_passage(struct csa_terms *terms, const struct csa_passage_info *passage,
                                      struct csa_error *error)
{
    if (passage->text.size == 0 && passage->length != 0) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "the index stores no text to take terms from (it was made with --store none)");
    }
    return csa_terms_add(terms, passage->text, 1, error);
}

/* ---- what came of it ---- */

struct csa_term_count *csa_terms_find(struct csa_terms *terms, struct csa_view word, csa_language stemmer)
{
    struct csa_stemmer *made = stemmer < CSA_LANGUAGE_COUNT ? terms->stemmers[stemmer] : NULL;
    if (stemmer != CSA_LANGUAGE_NONE && made == NULL) {
        return NULL;
    }
    uint32_t term = find_term(terms, csa_stemmer_stem(made, word));
    return term == NO_TERM ? NULL : &terms->terms[term];
}

struct csa_term_count *csa_terms_all(struct csa_terms *terms, size_t *count)
{
    for (size_t i = 0; i < terms->term_count; i++) {
        const struct form *form = &terms->forms[terms->states[i].best_form];
        terms->terms[i].word = form->surface;
        terms->terms[i].written = form->written;
    }
    *count = terms->term_count;
    return terms->terms;
}

enum csa_status csa_terms_look_up(struct csa_engine *engine, struct csa_term_count *term,
                                  struct csa_error *error)
{
    csa_language stemmer = term->extra || term->pair ? CSA_LANGUAGE_NONE : term->stemmer;
    return engine->operations->word_passages(engine, term->word, stemmer, &term->passages, error);
}

static int compare_weights(const void *left, const void *right)
{
    const struct csa_term_count *a = left;
    const struct csa_term_count *b = right;
    if (a->weight != b->weight) {
        return a->weight > b->weight ? -1 : 1;
    }
    return csa_view_compare(a->stem, b->stem);
}

size_t csa_terms_best(struct csa_term_count *terms, size_t count, size_t room)
{
    if (count != 0) {
        qsort(terms, count, sizeof *terms, compare_weights);
    }
    size_t best = 0;
    while (best < count && best < room && terms[best].weight > 0) {
        best++;
    }
    return best;
}
