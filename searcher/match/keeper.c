/* A heap of words with the worst one first, which is built when there are too many. Called by expand.c. */
#include "searcher/match/keeper.h"

#include <stdlib.h>

enum {
    KEPT_AT_FIRST = 64,
    TEXT_UNIT = 16, /* bytes: a kept word's room is a multiple */
};

static bool is_worse(const struct csa_expanded *a, const struct csa_expanded *b)
{
    if (a->distance != b->distance) {
        return a->distance > b->distance;
    }
    if (a->documents != b->documents) {
        return a->documents < b->documents;
    }
    return csa_view_compare(a->word, b->word) > 0;
}

static bool worse_first(const void *context, uint64_t a, uint64_t b)
{
    const struct csa_kept_word *words = context;
    return is_worse(&words[a].word, &words[b].word);
}

/* Puts a word in a place, with its text. */
static bool put_word(struct csa_keeper *keeper, size_t place, const struct csa_expanded *word)
{
    struct csa_kept_word *kept = &keeper->words[place];
    char *text = (char *)(uintptr_t)kept->word.word.data;
    if (kept->room < word->word.size) {
        kept->room = (word->word.size + TEXT_UNIT - 1) / TEXT_UNIT * TEXT_UNIT;
        text = csa_arena_alloc(keeper->arena, kept->room, 1);
        if (text == NULL) {
            return false;
        }
    }
    memcpy(text, word->word.data, word->word.size);
    kept->word = *word;
    kept->word.word.data = text;
    return true;
}

static bool grow_keeper(struct csa_keeper *keeper)
{
    size_t room = keeper->room == 0 ? KEPT_AT_FIRST : 2 * keeper->room;
    room = room < keeper->maximum ? room : keeper->maximum;
    struct csa_kept_word *words = csa_arena_zalloc(keeper->arena, room, sizeof *words);
    if (words == NULL) {
        return false;
    }
    if (keeper->room != 0) {
        memcpy(words, keeper->words, keeper->heap.size * sizeof *words);
    }
    keeper->words = words;
    keeper->room = room;
    return true;
}

static bool build_heap(struct csa_keeper *keeper)
{
    keeper->heap.items = csa_arena_alloc(keeper->arena, keeper->maximum, sizeof *keeper->heap.items);
    if (keeper->heap.items == NULL) {
        return false;
    }
    for (size_t i = 0; i < keeper->maximum; i++) {
        keeper->heap.items[i] = i;
    }
    csa_heap_build(&keeper->heap, worse_first, keeper->words);
    return true;
}

bool csa_keeper_add(struct csa_keeper *keeper, const struct csa_expanded *word)
{
    if (keeper->heap.size < keeper->maximum) {
        if (keeper->heap.size == keeper->room && !grow_keeper(keeper)) {
            return false;
        }
        return put_word(keeper, keeper->heap.size++, word);
    }
    keeper->cut = true;
    if (keeper->maximum == 0) {
        return true;
    }
    if (keeper->heap.items == NULL && !build_heap(keeper)) {
        return false;
    }
    size_t worst = (size_t)keeper->heap.items[0];
    if (!is_worse(&keeper->words[worst].word, word)) {
        return true;
    }
    bool put = put_word(keeper, worst, word);
    csa_heap_sift(&keeper->heap, 0, worse_first, keeper->words);
    return put;
}

static int compare_texts(const void *a, const void *b)
{
    const struct csa_expanded *left = a;
    const struct csa_expanded *right = b;
    return csa_view_compare(left->word, right->word);
}

enum csa_status csa_keeper_give_out(const struct csa_keeper *keeper, struct csa_expansion *expansion,
                                    struct csa_error *error)
{
    size_t count = keeper->heap.size;
    expansion->words = csa_arena_alloc(keeper->arena, count + 1, sizeof *expansion->words);
    if (expansion->words == NULL) {
        return csa_error_set_memory(error, "words");
    }
    for (size_t i = 0; i < count; i++) {
        expansion->words[i] = keeper->words[i].word;
    }
    qsort(expansion->words, count, sizeof *expansion->words, compare_texts);
    expansion->count = count;
    expansion->cut = expansion->cut || keeper->cut;
    return CSA_OK;
}
