/* Making the list of common words, and finding those near a word: one pass over what each has in common with
 * the one before. Called by native/stored.c. */
#include "searcher/match/common_words.h"

#include "common/base/buffer.h"
#include "common/text/unicode.h"
#include "searcher/match/acceptor.h"
#include "searcher/match/keeper.h"

/* What is known of a word before they are put in order. */
struct common_word {
    uint32_t begin; /* in the texts */
    uint32_t documents;
    uint8_t size;
};

struct maker {
    struct csa_buffer texts;
    struct csa_buffer words; /* struct common_word */
    size_t maximum;
    bool full;
};

static bool take(void *context, struct csa_view word, uint64_t documents, unsigned distance)
{
    struct maker *maker = context;
    const struct common_word made = {
        .begin = (uint32_t)maker->texts.size, .documents = (uint32_t)documents, .size = (uint8_t)word.size};
    (void)distance;
    maker->full = maker->words.size / sizeof made >= maker->maximum;
    csa_buffer_append_view(&maker->texts, word);
    csa_buffer_append(&maker->words, &made, sizeof made);
    return !maker->full && !maker->texts.failed && !maker->words.failed;
}

static size_t count_characters(struct csa_view word)
{
    size_t count = 0;
    const char *end = word.size == 0 ? word.data : word.data + word.size;
    for (const char *p = word.data; p < end; count++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
    }
    return count;
}

static unsigned level_of(uint64_t documents)
{
    return documents == 0 ? 0 : (unsigned)(63 - __builtin_clzll(documents));
}

static void take_level(struct csa_common_words *common, const struct maker *maker, unsigned level)
{
    const struct common_word *words = (const struct common_word *)(const void *)maker->words.data;
    uint32_t end = common->count == 0 ? 0 : common->ends[common->count - 1];
    struct csa_view before = {0};
    for (size_t i = 0; i < maker->words.size / sizeof *words; i++) {
        if (level_of(words[i].documents) != level) {
            continue;
        }
        struct csa_view word = {maker->texts.data + words[i].begin, words[i].size};
        size_t shared = 0;
        while (shared < before.size && shared < word.size && before.data[shared] == word.data[shared]) {
            shared++;
        }
        memcpy(common->texts + end, word.data, word.size);
        end += words[i].size;
        common->ends[common->count] = end;
        common->documents[common->count] = words[i].documents;
        common->shared[common->count] = (uint8_t)shared;
        common->lengths[common->count] = (uint8_t)count_characters(word);
        common->count++;
        before = word;
    }
    common->levels[level] = common->count;
}

/* Puts the words in their order. False when out of memory. */
static bool put_in_order(struct csa_common_words *common, const struct maker *maker)
{
    size_t count = maker->words.size / sizeof(struct common_word) + 1;
    csa_arena_init(&common->arena, 0);
    common->texts = csa_arena_alloc(&common->arena, maker->texts.size + 1, 1);
    common->ends = csa_arena_alloc(&common->arena, count, sizeof *common->ends);
    common->documents = csa_arena_alloc(&common->arena, count, sizeof *common->documents);
    common->shared = csa_arena_alloc(&common->arena, count, sizeof *common->shared);
    common->lengths = csa_arena_alloc(&common->arena, count, sizeof *common->lengths);
    if (common->lengths == NULL || common->texts == NULL || common->ends == NULL ||
        common->documents == NULL || common->shared == NULL) {
        csa_arena_release(&common->arena);
        return false;
    }
    for (unsigned level = CSA_COMMON_LEVELS; level-- > 0;) {
        take_level(common, maker, level);
    }
    return true;
}

enum csa_status csa_common_words_make(struct csa_common_words *common, const struct csa_index *index,
                                      enum csa_term_kind kind, uint64_t least, size_t maximum,
                                      struct csa_error *error)
{
    enum csa_status status;
    bool again;
    *common = (struct csa_common_words){.least = least};
    do {
        struct csa_arena arena;
        struct maker maker = {.maximum = maximum};
        csa_arena_init(&arena, 0);
        csa_buffer_init(&maker.texts, UINT32_MAX);
        csa_buffer_init(&maker.words, SIZE_MAX);
        status = csa_expand_frequent(index, kind, common->least, &arena, &maker, take, error);
        again = maker.full && common->least < UINT32_MAX;
        if (status == CSA_OK && !put_in_order(common, &maker)) {
            status = csa_error_set_memory(error, "words");
        }
        common->least *= again ? 4 : 1;
        csa_buffer_release(&maker.texts);
        csa_buffer_release(&maker.words);
        csa_arena_release(&arena);
    } while (again);
    common->least = status == CSA_OK ? common->least : UINT64_MAX; /* it holds none */
    return status;
}

enum csa_status csa_common_words_near(const struct csa_common_words *common, struct csa_view word,
                                      unsigned distance, struct csa_expand_limits limits,
                                      struct csa_arena *arena, struct csa_expansion *expansion,
                                      struct csa_error *error)
{
    struct csa_acceptor acceptor = csa_acceptor_of_edits(word, distance, arena);
    *expansion = (struct csa_expansion){0};
    if (acceptor.states == NULL) {
        return csa_error_set_memory(error, "words");
    }
    struct csa_keeper keeper = {.arena = arena, .maximum = limits.words};
    struct csa_acceptor_trail trail = {.acceptor = &acceptor};
    uint64_t least = limits.least < UINT32_MAX ? limits.least : UINT32_MAX;
    unsigned level = level_of(least);
    size_t end = level < CSA_COMMON_LEVELS ? common->levels[level] : 0;
    size_t length = count_characters(word);
    size_t shortest = length < distance ? 0 : length - distance;
    size_t shared = 0;      /* with the word read last */
    size_t dead = SIZE_MAX; /* what shares so much with it is not accepted */
    const uint8_t *shares = common->shared;
    const uint8_t *lengths = common->lengths;
    const uint32_t *documents = common->documents;
    for (size_t i = 0; i < end; i++) {
        shared = shares[i] < shared ? shares[i] : shared;
        /* One branch: each of these alone would be guessed wrong too often. */
        unsigned passed = (unsigned)(shared >= dead) | (unsigned)(documents[i] < least) |
                          (unsigned)(lengths[i] - shortest > length + distance - shortest);
        if (passed != 0) {
            continue;
        }
        uint32_t begin = i == 0 ? 0 : common->ends[i - 1];
        struct csa_expanded found = {csa_view_make(common->texts + begin, common->ends[i] - begin),
                                     documents[i], 0};
        csa_acceptor_read(&trail, found.word, shared);
        shared = CSA_TERM_MAXIMUM;
        dead = trail.dead ? trail.ends[trail.depth + 1] : SIZE_MAX;
        if (!trail.dead && acceptor.accepts(acceptor.states, trail.depth, &found.distance) &&
            !csa_keeper_add(&keeper, &found)) {
            return csa_error_set_memory(error, "words");
        }
    }
    return csa_keeper_give_out(&keeper, expansion, error);
}
