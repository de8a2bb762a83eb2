/* Finding candidates for one word of a query, and weighing them. Called by suggest.c. */
#include "searcher/results/candidates.h"

#include "common/text/unicode.h"
#include "searcher/results/spelling.h"

#include <math.h>

enum {
    NEAR_WORDS = 512, /* looked at, the nearest and then the most frequent */
    SHORT_WORD = 2,   /* characters: only one edit */
    PART_LEAST = 2,   /* characters of a part of a parted word */
    PARTS_TRIED = 3,
    FAR_MORE = 20, /* times as frequent */
};

static const double PART_COST = 4;
static const double JOIN_COST = 4;
static const double JOIN_SHARE = 2; /* a tenth of FAR_MORE: chance is only roughly known */

static double weight(const struct csa_candidate *candidate)
{
    return log((double)candidate->passages) - candidate->cost;
}

void csa_candidates_add(struct csa_candidates *candidates, const struct csa_candidate *candidate)
{
    for (size_t i = 0; i < candidates->count; i++) {
        if (csa_view_equal(candidates->items[i].text, candidate->text)) {
            return;
        }
    }
    size_t place = candidates->count;
    while (place > 0 && weight(candidate) > weight(&candidates->items[place - 1])) {
        place--;
    }
    if (place == CSA_CANDIDATES) {
        return;
    }
    candidates->count += candidates->count < CSA_CANDIDATES ? 1 : 0;
    for (size_t i = candidates->count - 1; i > place; i--) {
        candidates->items[i] = candidates->items[i - 1];
    }
    candidates->items[place] = *candidate;
}

static size_t count_characters(struct csa_view word)
{
    size_t count = 0;
    const char *end = word.data + word.size;
    for (const char *p = word.data; p < end; count++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
    }
    return count;
}

bool csa_candidates_are_possible(struct csa_view word)
{
    size_t letters = 0;
    const char *end = word.data + word.size;
    for (const char *p = word.data; p < end; letters++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        enum csa_script script = csa_unicode_script(character);
        if ((character >= '0' && character <= '9') || script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_KANA ||
            script == CSA_SCRIPT_HANGUL || script == CSA_SCRIPT_THAI) {
            return false;
        }
    }
    return letters >= 2 && letters <= CSA_SPELLING_CHARACTERS;
}

static enum csa_status add_near_words(struct csa_trial *trial, struct csa_view word,
                                      struct csa_candidate_bounds bounds, struct csa_candidates *candidates,
                                      struct csa_error *error)
{
    struct csa_word_count *near;
    size_t count;
    unsigned distance = count_characters(word) <= SHORT_WORD ? 1 : bounds.distance;
    enum csa_status status = trial->engine->operations->similar(
        trial->engine, word, distance, bounds.least, NEAR_WORDS, trial->arena, &near, &count, error);
    for (size_t i = 0; status == CSA_OK && i < count; i++) {
        struct csa_candidate candidate = {.text = near[i].word, .passages = near[i].passages, .span = 1};
        candidate.cost = csa_spelling_cost(&csa_spelling_costs, word, near[i].word);
        if (near[i].distance != 0 && candidate.cost >= 0 && csa_candidates_are_possible(near[i].word)) {
            csa_candidates_add(candidates, &candidate);
        }
    }
    return status;
}

/* A way to part a word. */
struct parting {
    size_t size; /* bytes of the left part */
    double weight;
};

static enum csa_status find_partings(struct csa_trial *trial, struct csa_view word,
                                     struct parting partings[PARTS_TRIED], size_t *count,
                                     struct csa_error *error)
{
    size_t characters = count_characters(word);
    const char *end = word.data + word.size;
    const char *p = word.data;
    *count = 0;
    for (size_t i = 1; i + PART_LEAST <= characters; i++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        uint64_t left = 0;
        uint64_t right = 0;
        if (i < PART_LEAST) {
            continue;
        }
        struct parting parting = {.size = (size_t)(p - word.data)};
        enum csa_status status =
            csa_trial_count_word(trial, csa_view_make(word.data, parting.size), &left, error);
        if (status == CSA_OK && left != 0) {
            status = csa_trial_count_word(trial, csa_view_make(p, (size_t)(end - p)), &right, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        if (left == 0 || right == 0) {
            continue;
        }
        parting.weight = log((double)left) + log((double)right);
        size_t place = *count;
        while (place > 0 && parting.weight > partings[place - 1].weight) {
            place--;
        }
        if (place == PARTS_TRIED) {
            continue;
        }
        *count += *count < PARTS_TRIED ? 1 : 0;
        for (size_t k = *count - 1; k > place; k--) {
            partings[k] = partings[k - 1];
        }
        partings[place] = parting;
    }
    return CSA_OK;
}

static enum csa_status add_partings(struct csa_trial *trial, struct csa_view word,
                                    struct csa_candidate_bounds bounds, struct csa_candidates *candidates,
                                    struct csa_error *error)
{
    struct parting partings[PARTS_TRIED];
    size_t count;
    enum csa_status status = find_partings(trial, word, partings, &count, error);
    for (size_t i = 0; status == CSA_OK && i < count; i++) {
        struct csa_candidate candidate = {.cost = PART_COST, .span = 1};
        char *text = csa_arena_alloc(trial->arena, word.size + 1, 1);
        if (text == NULL) {
            return csa_error_set_memory(error, "suggestion");
        }
        memcpy(text, word.data, partings[i].size);
        text[partings[i].size] = ' ';
        memcpy(text + partings[i].size + 1, word.data + partings[i].size, word.size - partings[i].size);
        candidate.text = csa_view_make(text, word.size + 1);
        status = csa_trial_count_phrase(trial, candidate.text, &candidate.passages, error);
        if (status == CSA_OK && candidate.passages != 0 && candidate.passages >= bounds.least) {
            csa_candidates_add(candidates, &candidate);
        }
    }
    return status;
}

enum csa_status csa_candidates_find(struct csa_trial *trial, struct csa_view word,
                                    struct csa_candidate_bounds bounds, struct csa_candidates *candidates,
                                    struct csa_error *error)
{
    enum csa_status status = add_near_words(trial, word, bounds, candidates, error);
    return status != CSA_OK ? status : add_partings(trial, word, bounds, candidates, error);
}

enum csa_status csa_candidates_join(struct csa_trial *trial, struct csa_view left, struct csa_view right,
                                    double by_chance, struct csa_candidates *candidates,
                                    struct csa_error *error)
{
    size_t size = left.size + right.size;
    char *joined = csa_arena_alloc(trial->arena, 2 * size + 1, 1);
    if (joined == NULL) {
        return csa_error_set_memory(error, "suggestion");
    }
    char *apart = joined + size;
    memcpy(joined, left.data, left.size);
    memcpy(joined + left.size, right.data, right.size);
    memcpy(apart, left.data, left.size);
    apart[left.size] = ' ';
    memcpy(apart + left.size + 1, right.data, right.size);
    struct csa_candidate candidate = {.text = {joined, size}, .cost = JOIN_COST, .span = 2};
    uint64_t passages = 0;
    enum csa_status status = csa_trial_count_word(trial, candidate.text, &candidate.passages, error);
    if ((double)candidate.passages < JOIN_SHARE * by_chance) { /* of "of the" there are too many to count */
        return status;
    }
    if (status == CSA_OK && candidate.passages > 0) {
        status = csa_trial_count_phrase(trial, csa_view_make(apart, size + 1), &passages, error);
    }
    if (status == CSA_OK && candidate.passages / FAR_MORE >= passages && candidate.passages > passages) {
        csa_candidates_add(candidates, &candidate);
    }
    return status;
}
