/* What the files that complete typed text share: complete.c reads it, complete_words.c finds words,
 * complete_titles.c titles, spelling_of.c how a word is written. */
#ifndef CSA_SEARCHER_NATIVE_COMPLETE_H
#define CSA_SEARCHER_NATIVE_COMPLETE_H

#include "common/base/buffer.h"
#include "common/text/tokenizer.h"
#include "searcher/native/native.h"

enum { CSA_TYPED_WORDS = 8 }; /* before the one that is completed: the last ones */

struct csa_typed {
    struct csa_view folded; /* csa_text_fold() of all, with a space at the end if one was typed */
    struct csa_view words[CSA_TYPED_WORDS]; /* folded, before `last`; without stop words */
    size_t word_count;
    struct csa_view last; /* folded; empty when what was typed does not end with a word */
    size_t begin, end;    /* of the last word, in what was typed */
    bool run;             /* the last word is a character of a script that is searched by pairs */
};

bool csa_native_is_stop_word(const struct csa_native *native, struct csa_view word);

/* A word of the dictionary that may be offered. */
struct csa_word_choice {
    struct csa_view text; /* in native->work */
    uint64_t passages;
    double surplus; /* passages of a sample that hold it beside the word before, beyond chance */
    bool stop;
};

/* At least `room` candidates, if there are so many, best first, in native->work. */
enum csa_status csa_native_choose_words(struct csa_native *native, const struct csa_typed *typed, size_t room,
                                        struct csa_word_choice **candidates, size_t *count,
                                        struct csa_error *error);
/* Of these the first `room` that are found, as they are written. */
enum csa_status csa_native_complete_words(struct csa_native *native, const struct csa_word_choice *candidates,
                                          size_t count, size_t room, struct csa_arena *arena,
                                          struct csa_completions *completions, struct csa_error *error);
enum csa_status csa_native_complete_titles(struct csa_native *native, const struct csa_typed *typed,
                                           size_t room, struct csa_arena *arena,
                                           struct csa_completions *completions, struct csa_error *error);

/* How a word of the dictionary is written most often in the first passages that hold it, into the arena; the
 * word itself when no text is stored. *live false: no passage that is not deleted holds it, as far as was
 * looked. */
enum csa_status csa_native_spelling_of(struct csa_native *native, struct csa_view word,
                                       struct csa_arena *arena, struct csa_view *spelling, bool *live,
                                       struct csa_error *error);

#endif
