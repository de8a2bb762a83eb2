/* Completes typed text: takes it apart here, finds words and titles in complete_words.c and
 * complete_titles.c. Everything is bounded: what was typed, the blocks and passages that are read, the
 * results. Scratch memory is native->work. */
#include "searcher/native/complete.h"

#include "common/text/stop_words.h"
#include "common/text/unicode.h"

/* A stop word of a language that is one of several must also be in one passage of so many. */
enum { FREQUENT_SHARE = 7 };

bool csa_native_is_stop_word(const struct csa_native *native, struct csa_view word)
{
    uint64_t languages = native->engine.stemmers & ~UINT64_C(1);
    bool stop = false;
    for (csa_language language = 1; language < CSA_LANGUAGE_COUNT && !stop; language++) {
        stop = (languages >> language & 1) != 0 && csa_stop_word_is(language, word);
    }
    if (!stop || (languages & (languages - 1)) == 0) {
        return stop;
    }
    uint64_t passages = 0;
    for (uint32_t s = 0; s < native->index->segment_count; s++) {
        struct csa_term_entry entry;
        struct csa_error error;
        bool found = false;
        if (csa_dictionary_find(&native->index->segments[s].segment->dictionary, CSA_TERM_WORD, word, &entry,
                                &found, &error) == CSA_OK &&
            found) {
            passages += entry.document_count;
        }
    }
    return passages >= native->index->passages / FREQUENT_SHARE;
}

/* Keeps the last CSA_TYPED_WORDS words. */
static bool add_word(const struct csa_native *native, struct csa_typed *typed, struct csa_view word,
                     struct csa_arena *arena)
{
    if (csa_native_is_stop_word(native, word)) {
        return true;
    }
    struct csa_view kept = csa_arena_copy(arena, word);
    if (typed->word_count == CSA_TYPED_WORDS) {
        memmove(typed->words, typed->words + 1, (CSA_TYPED_WORDS - 1) * sizeof *typed->words);
        typed->word_count--;
    }
    typed->words[typed->word_count++] = kept;
    return kept.data != NULL;
}

/* The words of the text; the one that ends with it is kept apart. */
static enum csa_status read_words(const struct csa_native *native, struct csa_view text,
                                  struct csa_arena *arena, struct csa_typed *typed, struct csa_error *error)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        bool kept = true;
        bool run_goes_on = (token.flags & CSA_TOKEN_PAIR) != 0; /* its second character comes again */
        if ((token.flags & CSA_TOKEN_EXTRA) != 0) {
            continue;
        }
        if (token.end == text.size && !run_goes_on) {
            typed->last = csa_arena_copy(arena, token.surface);
            kept = typed->last.data != NULL;
            typed->run = (token.flags & CSA_TOKEN_PAIR_END) != 0;
            typed->begin = token.begin;
            typed->end = token.end;
        } else if ((token.flags & CSA_TOKEN_PAIR_END) == 0) {
            kept = add_word(native, typed, token.surface, arena);
        }
        if (!kept) {
            return csa_error_set_memory(error, "completions");
        }
    }
    return CSA_OK;
}

static enum csa_status fold_all(struct csa_view text, struct csa_arena *arena, struct csa_typed *typed,
                                struct csa_error *error)
{
    struct csa_buffer folded;
    csa_buffer_init(&folded, (size_t)64 * CSA_TYPED_MAXIMUM);
    csa_text_fold(text, &folded);
    if (folded.size != 0 && text.data[text.size - 1] == ' ') {
        csa_buffer_append_byte(&folded, ' ');
    }
    enum csa_status status = csa_buffer_check(&folded, "completions", error);
    if (status == CSA_OK) {
        typed->folded = csa_arena_copy(arena, csa_buffer_view(&folded));
        status = typed->folded.data == NULL ? csa_error_set_memory(error, "completions") : CSA_OK;
    }
    csa_buffer_release(&folded);
    return status;
}

enum csa_status csa_native_complete(struct csa_engine *engine, struct csa_view typed_text, size_t room,
                                    struct csa_arena *arena, struct csa_completions *completions,
                                    struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    struct csa_typed typed = {.word_count = 0};
    *completions = (struct csa_completions){.begin = typed_text.size, .end = typed_text.size};
    if (typed_text.size == 0 || typed_text.size > CSA_TYPED_MAXIMUM || room == 0) {
        return CSA_OK;
    }
    csa_arena_clear(&native->work);
    enum csa_status status = fold_all(typed_text, &native->work, &typed, error);
    if (status == CSA_OK) {
        status = read_words(native, typed_text, &native->work, &typed, error);
    }
    struct csa_word_choice *candidates = NULL;
    size_t count = 0;
    if (status == CSA_OK && typed.last.size != 0 && !typed.run) {
        completions->begin = typed.begin;
        completions->end = typed.end;
        status = csa_native_choose_words(native, &typed, room, &candidates, &count, error);
    }
    /* How words are written is dear to find out: the titles come first. */
    size_t words = count < room / 2 ? count : room / 2;
    if (status == CSA_OK && typed.folded.size != 0 && words != room) {
        status = csa_native_complete_titles(native, &typed, room - words, arena, completions, error);
    }
    return status == CSA_OK
               ? csa_native_complete_words(native, candidates, count, room - completions->title_count, arena,
                                           completions, error)
               : status;
}
