/* Goes over a dictionary's blocks by their first terms, which lie side by side in its index. The acceptor
 * reads what a block's first term has in common with the next block's; blocks whose most frequent word is too
 * rare are not even looked at. Called by expand.c. */
#include "searcher/match/sweep.h"

#include "common/base/clock.h"
#include "common/base/integer.h"
#include "common/text/unicode.h"

enum {
    LATE_EVERY = 512, /* blocks between two looks at the clock */
    NEAR_BLOCKS = 6,  /* passed by one by one before the next that matters is searched for */
};

struct sweep {
    const struct csa_sweep_request *request;
    struct csa_acceptor_trail trail;
    char text[CSA_TERM_MAXIMUM]; /* what the trail has read */
    size_t size;
    uint32_t block, end;
};

static size_t common_bytes(const char *a, const char *b, size_t most)
{
    size_t same = 0;
    while (same + 8 <= most) {
        uint64_t difference = csa_load_u64(a + same) ^ csa_load_u64(b + same);
        if (difference != 0) {
            return same + (size_t)__builtin_ctzll(difference) / 8;
        }
        same += 8;
    }
    while (same < most && a[same] == b[same]) {
        same++;
    }
    return same;
}

static bool is_late(uint64_t deadline)
{
    return deadline != 0 && csa_clock_nanoseconds() > deadline;
}

static enum csa_status outside(struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "TERM_INDEX: a key lies outside");
}

/* The first term of a block; an empty text when it is of another kind. */
static bool first_term(const struct sweep *sweep, uint32_t block, struct csa_view *text)
{
    enum csa_term_kind kind;
    if (!csa_dictionary_first_term(sweep->request->dictionary, block, &kind, text)) {
        return false;
    }
    text->size = kind == sweep->request->kind ? text->size : 0;
    return true;
}

/* Whether a word between the two first terms, which begin with the same `size` bytes, may be accepted: by the
 * next character. */
static bool leads_on(const struct sweep *sweep, struct csa_view first, struct csa_view next, size_t size)
{
    const struct csa_acceptor *acceptor = sweep->trail.acceptor;
    uint32_t least;
    uint32_t most;
    uint32_t found;
    if (first.size == size || next.size == size) {
        return true;
    }
    csa_utf8_decode(first.data + size, first.data + first.size, &least);
    csa_utf8_decode(next.data + size, next.data + next.size, &most);
    enum csa_acceptor_next leading = acceptor->next(acceptor->states, sweep->trail.depth, least, &found);
    return leading == CSA_NEXT_ANY || (leading == CSA_NEXT_ONE && found <= most);
}

/* Reads what all words of the block begin with; *alive: one of them may be accepted. */
static bool read_beginning(struct sweep *sweep, bool *alive)
{
    struct csa_view first;
    struct csa_view next = {0};
    if (!first_term(sweep, sweep->block, &first) ||
        (sweep->block + 1 < sweep->end && !first_term(sweep, sweep->block + 1, &next))) {
        return false;
    }
    size_t size = common_bytes(first.data, next.data, first.size < next.size ? first.size : next.size);
    while (size != 0 && size < next.size && ((uint8_t)next.data[size] & 0xC0U) == 0x80) {
        size--; /* whole characters */
    }
    size_t shared = common_bytes(sweep->text, first.data, size < sweep->size ? size : sweep->size);
    csa_acceptor_read(&sweep->trail, csa_view_make(first.data, size), shared);
    memcpy(sweep->text + shared, first.data + shared, size - shared);
    sweep->size = size;
    *alive = !sweep->trail.dead && leads_on(sweep, first, next, size);
    return true;
}

/* Gives out the accepted words of the block. Behind it the trail knows what all of them begin with. */
static enum csa_status read_words(struct sweep *sweep, struct csa_error *error)
{
    const struct csa_sweep_request *request = sweep->request;
    const struct csa_acceptor *acceptor = request->acceptor;
    struct csa_dictionary_words words;
    bool more;
    unsigned distance;
    enum csa_status status = csa_dictionary_open_words(request->dictionary, sweep->block, request->kind,
                                                       request->least, &words, error);
    while (status == CSA_OK && (status = csa_dictionary_next_word(&words, &more, error)) == CSA_OK && more) {
        csa_acceptor_read(&sweep->trail, words.text, words.shared);
        if (!sweep->trail.dead && acceptor->accepts(acceptor->states, sweep->trail.depth, &distance) &&
            !request->take(request->context, words.text, words.documents, distance)) {
            return csa_error_set_memory(error, "words");
        }
    }
    return status;
}

/* Goes on to the block where the next word behind a beginning that leads nowhere may be. */
static void leap(struct sweep *sweep)
{
    char bytes[CSA_ACCEPTOR_TARGET];
    struct csa_view target =
        csa_acceptor_next_target(&sweep->trail, csa_view_make(sweep->text, sweep->size), bytes);
    size_t known = sweep->trail.ends[sweep->trail.depth];
    sweep->size = known < sweep->size ? known : sweep->size;
    sweep->block++;
    if (target.size == 0) {
        sweep->block = sweep->end;
    } else if (sweep->block < sweep->end) {
        sweep->block = csa_dictionary_skip_blocks(sweep->request->dictionary, sweep->block, sweep->end,
                                                  sweep->request->kind, target);
    }
}

enum csa_status csa_sweep(const struct csa_sweep_request *request, bool *late, struct csa_error *error)
{
    const struct csa_dictionary *dictionary = request->dictionary;
    struct sweep sweep = {.request = request, .trail = {.acceptor = request->acceptor}};
    unsigned passed = 0;
    enum csa_status status = csa_dictionary_find_blocks(dictionary, request->kind, csa_view_make("", 0),
                                                        &sweep.block, &sweep.end, error);
    for (size_t seen = 1; status == CSA_OK; seen++) {
        bool alive;
        sweep.block = csa_dictionary_frequent_block(dictionary, sweep.block, sweep.end, request->least);
        *late = *late || (seen % LATE_EVERY == 0 && is_late(request->deadline));
        if (sweep.block == sweep.end || *late) {
            break;
        }
        if (!read_beginning(&sweep, &alive)) {
            return outside(error);
        }
        if (alive) {
            status = read_words(&sweep, error);
        }
        passed = sweep.trail.dead && !alive ? passed + 1 : 0;
        if (passed > NEAR_BLOCKS) {
            passed = 0;
            leap(&sweep);
        } else {
            sweep.block++;
        }
    }
    return status;
}
