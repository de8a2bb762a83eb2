/* Choosing a suggestion: the words of the query as they stand in its text, what each may have been meant to
 * be, the combinations of that, tried out by searching. Called by diagnosis.c. */
#include "searcher/results/suggest.h"

#include "common/base/buffer.h"
#include "searcher/query/tree.h"
#include "searcher/results/phrase_repair.h"
#include "searcher/results/query_words.h"
#include "searcher/results/spelling.h"
#include "searcher/results/written.h"

#include <math.h>

enum {
    WORDS = 24,          /* of the query, the first of them */
    PASSAGE_WORDS = 100, /* in a passage, about */
    COMBINATIONS = 24,   /* tried, a search each, the likeliest first */
    WEIGHED = 4096,      /* combinations that these are chosen from */
    VERIFIED = 4,        /* searched for as the query would be, before nothing is suggested */
    RARER_SHARE = 20000, /* a word in at most one passage of so many may be meant to be one two edits away */
    FAR_MORE = 20,       /* that one is then so many times as frequent */
    SUGGESTION_MAXIMUM = 2 * CSA_QUERY_MAXIMUM,
};

static const double MARGIN = 1;         /* nats by which a suggestion must be likelier than the query */
static const double KEYBOARD_COST = 4;  /* of having typed all of it on the other keyboard */
static const double LOOSENING_COST = 8; /* of having meant words apart by a phrase */
static const double REPAIR_COST = 3;    /* of another word of a phrase, not alike in spelling */
static const double CHANCE_SHARE = 0.1; /* of the passages that would hold all words by chance */
static const double TITLE_SHARE = 2;    /* passages of a word, of those that have it in their text: at most */
static const double NEVER = 0.01;       /* passages that a word stands in that stands in none, */
static const double UNSEEN = 1;         /* and when other words of its stem do */

struct combination {
    uint8_t choices[WORDS]; /* for each word 0: itself, n: its candidate n - 1 */
    bool changed;
    double cost;
    double by_chance;     /* passages that would hold all words if they were strewn at random */
    double rarest;        /* passages that hold the rarest of the candidates chosen */
    struct csa_view text; /* once it was tried */
    uint64_t passages;    /* that hold all of it */
    double score;
};

struct suggester {
    struct csa_trial *trial;
    uint64_t found;
    struct csa_query_word words[WORDS];
    size_t count;
    struct combination combinations[COMBINATIONS + 4]; /* and those that are made in other ways */
    size_t combination_count;
};

/* ---- candidates ---- */

static enum csa_status find_candidates(struct suggester *suggester, struct csa_suggestion *suggestion,
                                       struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < suggester->count && status == CSA_OK; i++) {
        struct csa_query_word *word = &suggester->words[i];
        if (!word->rare || csa_trial_is_over(suggester->trial) ||
            suggestion->word_count == CSA_DOUBTFUL_WORDS) {
            continue;
        }
        uint64_t rarer = 1 + suggester->trial->engine->passages / RARER_SHARE;
        const struct csa_candidate_bounds bounds = {
            .distance = word->passages <= rarer ? 2 : 1,
            .least = FAR_MORE * word->passages,
        };
        if (word->value == NULL) {
            status = csa_candidates_find(suggester->trial, word->text, bounds, &word->candidates, error);
        }
        suggestion->words[suggestion->word_count++] =
            (struct csa_doubtful_word){word->text, word->value, word->candidates};
    }
    for (size_t i = 0; i + 1 < suggester->count && status == CSA_OK; i++) {
        struct csa_query_word *word = &suggester->words[i];
        if (word->joins_next) {
            double by_chance = (double)word->passages * (double)word[1].passages /
                               (PASSAGE_WORDS * (double)suggester->trial->engine->passages + 1);
            status = csa_candidates_join(suggester->trial, word->text, word[1].text, by_chance,
                                         &word->candidates, error);
        }
    }
    return status;
}

/* For a phrase that is nowhere: what the collection has in the place of each word and, when all words are
 * frequent by themselves, their nearest spellings. */
static enum csa_status find_phrase_candidates(struct suggester *suggester, const struct csa_node *node,
                                              bool all_frequent, unsigned depth, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    if (node->occurrence == CSA_MUST_NOT || depth > 2 * CSA_QUERY_DEPTH) {
        return CSA_OK;
    }
    for (size_t i = 0; i < node->child_count && status == CSA_OK; i++) {
        const struct csa_node *child = node->children[i];
        if (node->kind != CSA_NODE_PHRASE) {
            status = find_phrase_candidates(suggester, child, all_frequent, depth + 1, error);
            continue;
        }
        struct csa_query_word *word = suggester->words;
        while (word < suggester->words + suggester->count &&
               (word->value != NULL || !csa_view_equal(word->text, child->text))) {
            word++;
        }
        if (word == suggester->words + suggester->count || csa_trial_is_over(suggester->trial)) {
            continue;
        }
        const struct csa_candidate_bounds bounds = {1, 1 + word->passages / FAR_MORE};
        if (all_frequent) {
            status = csa_candidates_find(suggester->trial, word->text, bounds, &word->candidates, error);
        }
        struct csa_candidate repaired = {.cost = REPAIR_COST, .span = 1};
        if (status == CSA_OK) {
            status = csa_phrase_repair(suggester->trial, node, i, &repaired.text, error);
        }
        if (status == CSA_OK) {
            status = csa_trial_count_word(suggester->trial, repaired.text, &repaired.passages, error);
        }
        if (status == CSA_OK && repaired.passages != 0) {
            csa_candidates_add(&word->candidates, &repaired);
        }
    }
    return status;
}

/* ---- combinations ---- */

/* Takes the least likely candidates away until there are few enough combinations. */
static void limit_combinations(struct suggester *suggester)
{
    for (;;) {
        size_t product = 1;
        struct csa_query_word *most = NULL;
        for (size_t i = 0; i < suggester->count; i++) {
            struct csa_query_word *word = &suggester->words[i];
            product = product > WEIGHED ? product : product * (1 + word->candidates.count);
            most = most == NULL || word->candidates.count > most->candidates.count ? word : most;
        }
        if (product <= WEIGHED) {
            return;
        }
        most->candidates.count--;
    }
}

/* Fills cost and by_chance from the choices. False: two of them claim the same word. */
static bool weigh(const struct suggester *suggester, struct combination *combination)
{
    double all = (double)suggester->trial->engine->passages;
    combination->cost = 0;
    combination->by_chance = all;
    combination->rarest = HUGE_VAL;
    combination->changed = false;
    for (size_t i = 0; i < suggester->count; i++) {
        const struct csa_query_word *word = &suggester->words[i];
        double never = word->has_stem ? UNSEEN : NEVER;
        double passages = word->passages == 0 ? never : (double)word->passages;
        if (combination->choices[i] != 0) {
            const struct csa_candidate *candidate = &word->candidates.items[combination->choices[i] - 1];
            passages = (double)candidate->passages;
            combination->cost += candidate->cost;
            combination->changed = true;
            bool parted = memchr(candidate->text.data, ' ', candidate->text.size) != NULL;
            combination->rarest = !parted && passages < combination->rarest ? passages : combination->rarest;
            if (candidate->span == 2 && combination->choices[++i] != 0) {
                return false;
            }
        }
        combination->by_chance *= passages / all;
    }
    return true;
}

/* Keeps the combination if it is among the likeliest before anything is searched for. */
static void keep_combination(struct suggester *suggester, struct combination *combination)
{
    combination->score = combination->changed ? log(combination->by_chance) - combination->cost : HUGE_VAL;
    size_t place = suggester->combination_count;
    while (place > 0 && combination->score > suggester->combinations[place - 1].score) {
        place--;
    }
    if (place == COMBINATIONS) {
        return;
    }
    suggester->combination_count += suggester->combination_count < COMBINATIONS ? 1 : 0;
    for (size_t i = suggester->combination_count - 1; i > place; i--) {
        suggester->combinations[i] = suggester->combinations[i - 1];
    }
    suggester->combinations[place] = *combination;
}

/* Counts through the choices; false behind the last. */
static bool next_choices(const struct suggester *suggester, struct combination *combination)
{
    for (size_t i = 0; i < suggester->count; i++) {
        if (combination->choices[i] < suggester->words[i].candidates.count) {
            combination->choices[i]++;
            return true;
        }
        combination->choices[i] = 0;
    }
    return false;
}

static void choose_combinations(struct suggester *suggester)
{
    struct combination combination = {.choices = {0}};
    limit_combinations(suggester);
    do {
        if (weigh(suggester, &combination)) {
            keep_combination(suggester, &combination);
        }
    } while (next_choices(suggester, &combination));
}

/* The query's text with the chosen candidates put in. */
static void put_together(const struct suggester *suggester, const uint8_t choices[WORDS],
                         struct csa_buffer *text)
{
    struct csa_view query = suggester->trial->request->query->text;
    size_t done = 0; /* bytes of the query */
    for (size_t i = 0; i < suggester->count; i++) {
        const struct csa_query_word *word = &suggester->words[i];
        if (choices[i] != 0) {
            const struct csa_candidate *candidate = &word->candidates.items[choices[i] - 1];
            csa_buffer_append(text, query.data + done, word->begin - done);
            csa_buffer_append_view(text, candidate->text);
            done = word[candidate->span - 1].end;
        }
    }
    csa_buffer_append(text, query.data + done, query.size - done);
}

/* Whether a word of a text to be tried stands in for another, or is one that others may stand in for. */
static bool is_in_doubt(const struct suggester *suggester, struct csa_view text)
{
    for (size_t i = 0; i < suggester->count; i++) {
        if (suggester->words[i].value == NULL && csa_view_equal(suggester->words[i].text, text)) {
            return suggester->words[i].rare;
        }
    }
    return !csa_query_words_has(suggester->trial->request->query, text);
}

/* All of the text is required, of several values of a filter one. Words in doubt are counted as written,
 * since that is how they were weighed. */
static void prepare_tree(const struct suggester *suggester, struct csa_node *node, bool require,
                         unsigned depth)
{
    size_t others =
        0; /* children that are no filters: of one group beside filters, all words are required too */
    for (size_t i = 0; i < node->child_count; i++) {
        others += csa_node_is_filter(node->children[i]) ? 0 : 1;
    }
    for (size_t i = 0; i < node->child_count && depth <= 2 * CSA_QUERY_DEPTH; i++) {
        struct csa_node *child = node->children[i];
        bool filter = csa_node_is_filter(child);
        if (require && child->occurrence == CSA_SHOULD && !filter) {
            child->occurrence = CSA_MUST;
        }
        if (child->kind == CSA_NODE_WORD && is_in_doubt(suggester, child->text)) {
            child->kind = CSA_NODE_EXACT;
        }
        prepare_tree(suggester, child, require && others == 1 && child->kind == CSA_NODE_GROUP && !filter,
                     depth + 1);
    }
}

static void score_combination(struct combination *combination)
{
    combination->score =
        log((double)combination->passages + CHANCE_SHARE * combination->by_chance) - combination->cost;
}

/* Searches for all words of the text, the way it asks for them, and scores the combination. */
static enum csa_status try_text(struct suggester *suggester, struct csa_buffer *text,
                                struct combination *combination, struct csa_error *error)
{
    struct csa_query query;
    combination->text = csa_arena_copy(suggester->trial->arena, csa_buffer_view(text));
    bool failed = text->failed || combination->text.data == NULL;
    csa_buffer_release(text);
    if (failed) {
        return csa_error_set_memory(error, "suggestion");
    }
    enum csa_status status = csa_trial_read_words(suggester->trial, combination->text, &query, error);
    if (status == CSA_OK) {
        prepare_tree(suggester, query.root, true, 0);
        status = csa_trial_count(suggester->trial, query.root, &combination->passages, error);
    }
    score_combination(combination);
    return status;
}

/* Whether the combination may be as likely as this score, however many passages hold all of it. */
static bool may_reach(const struct combination *combination, double score)
{
    return log((TITLE_SHARE + CHANCE_SHARE) * combination->rarest) - combination->cost >= score;
}

/* Tries the combinations as long as the trial goes on, the query itself first, and forgets the rest and those
 * that could not be likelier than the query. */
static enum csa_status try_combinations(struct suggester *suggester, struct csa_error *error)
{
    size_t tried = 0;
    double least = -HUGE_VAL;
    enum csa_status status = CSA_OK;
    for (size_t i = 0;
         i < suggester->combination_count && status == CSA_OK && !csa_trial_is_over(suggester->trial); i++) {
        if (!may_reach(&suggester->combinations[i], least)) {
            continue;
        }
        struct combination *combination = &suggester->combinations[tried++];
        *combination = suggester->combinations[i];
        if (!combination->changed && suggester->found == 0) { /* it is known to find nothing */
            combination->text = suggester->trial->request->query->text;
            score_combination(combination);
            continue;
        }
        struct csa_buffer text;
        csa_buffer_init(&text, SUGGESTION_MAXIMUM);
        put_together(suggester, combination->choices, &text);
        status = try_text(suggester, &text, combination, error);
        least = combination->changed ? least : combination->score + MARGIN;
    }
    suggester->combination_count = tried;
    return status;
}

/* Whether all of the query is words and phrases of the text: a pattern or a field's name means nothing in
 * other letters. */
static bool is_plain(const struct csa_node *node, unsigned depth)
{
    if (node->kind == CSA_NODE_WORD || node->kind == CSA_NODE_EXACT) {
        return node->field == CSA_FIELD_TEXT;
    }
    bool plain = (node->kind == CSA_NODE_GROUP || node->kind == CSA_NODE_PHRASE) &&
                 node->field == CSA_FIELD_TEXT && depth <= 2 * CSA_QUERY_DEPTH;
    for (size_t i = 0; i < node->child_count && plain; i++) {
        plain = is_plain(node->children[i], depth + 1);
    }
    return plain;
}

/* All of the query typed on the other keyboard: kept when all of it is found. */
static enum csa_status try_keyboard(struct suggester *suggester, bool to_russian, struct csa_error *error)
{
    struct combination *combination = &suggester->combinations[suggester->combination_count];
    *combination = (struct combination){.cost = KEYBOARD_COST, .changed = true};
    struct csa_buffer text;
    csa_buffer_init(&text, SUGGESTION_MAXIMUM);
    if (!csa_spelling_other_keyboard(suggester->trial->request->query->text, to_russian, &text)) {
        csa_buffer_release(&text);
        return CSA_OK;
    }
    enum csa_status status = try_text(suggester, &text, combination, error);
    suggester->combination_count += combination->passages != 0 ? 1 : 0;
    return status;
}

/* The likeliest combination without its quotation marks, when none was found as a phrase: kept when passages
 * hold all of its words. */
static enum csa_status try_loosened(struct suggester *suggester, struct csa_error *error)
{
    struct csa_view query = suggester->trial->request->query->text;
    if (suggester->combination_count == 0 || memchr(query.data, '"', query.size) == NULL) {
        return CSA_OK;
    }
    const struct combination *likeliest = suggester->combinations;
    for (size_t i = 0; i < suggester->combination_count; i++) {
        if (suggester->combinations[i].passages != 0) {
            return CSA_OK;
        }
        if (likeliest->score < suggester->combinations[i].score) {
            likeliest = &suggester->combinations[i];
        }
    }
    struct combination *combination = &suggester->combinations[suggester->combination_count];
    *combination = *likeliest;
    combination->cost += LOOSENING_COST;
    combination->changed = true;
    struct csa_buffer text;
    csa_buffer_init(&text, SUGGESTION_MAXIMUM);
    for (size_t i = 0; i < likeliest->text.size; i++) {
        if (likeliest->text.data[i] != '"') {
            csa_buffer_append_byte(&text, (uint8_t)likeliest->text.data[i]);
        }
    }
    enum csa_status status = try_text(suggester, &text, combination, error);
    suggester->combination_count += combination->passages != 0 ? 1 : 0;
    return status;
}

/* ---- the choice ---- */

static void sort_combinations(struct suggester *suggester)
{
    for (size_t i = 1; i < suggester->combination_count; i++) {
        struct combination moving = suggester->combinations[i];
        size_t place = i;
        while (place > 0 && moving.score > suggester->combinations[place - 1].score) {
            suggester->combinations[place] = suggester->combinations[place - 1];
            place--;
        }
        suggester->combinations[place] = moving;
    }
}

static enum csa_status choose(struct suggester *suggester, struct csa_suggestion *suggestion,
                              struct csa_error *error)
{
    double least = -HUGE_VAL;
    size_t verified = 0;
    sort_combinations(suggester);
    suggester->trial->left += VERIFIED; /* what was found to be likely is not dropped for lack of time */
    suggester->trial->deadline = suggester->trial->request->deadline;
    for (size_t i = 0; i < suggester->combination_count; i++) {
        const struct combination *combination = &suggester->combinations[i];
        if (combination->changed && suggestion->tried_count < CSA_TRIED) {
            suggestion->tried[suggestion->tried_count++] =
                (struct csa_tried){combination->text, combination->passages};
        }
        if (!combination->changed && suggester->found != 0) {
            least = combination->score + MARGIN;
        }
    }
    for (size_t i = 0; i < suggester->combination_count && verified < VERIFIED; i++) {
        const struct combination *combination = &suggester->combinations[i];
        if (!combination->changed || combination->score < least) {
            continue;
        }
        struct csa_query query;
        uint64_t passages = 0;
        enum csa_status status = csa_trial_read(suggester->trial, combination->text, &query, error);
        if (status == CSA_OK) {
            status = csa_trial_count(suggester->trial, query.root, &passages, error);
        }
        verified++;
        if (status != CSA_OK) {
            return status;
        }
        if (passages > 0) {
            suggestion->passages = passages;
            return csa_written_words(suggester->trial, combination->text, &query, &suggestion->query, error);
        }
    }
    return CSA_OK;
}

enum csa_status csa_suggest(struct csa_trial *trial, uint64_t found, struct csa_suggestion *suggestion,
                            struct csa_error *error)
{
    *suggestion = (struct csa_suggestion){0};
    struct suggester *suggester = csa_arena_zalloc(trial->arena, 1, sizeof *suggester);
    suggestion->words = csa_arena_alloc(trial->arena, CSA_DOUBTFUL_WORDS, sizeof *suggestion->words);
    if (suggester == NULL || suggestion->words == NULL) {
        return csa_error_set_memory(error, "suggestion");
    }
    suggester->trial = trial;
    suggester->found = found;
    struct csa_doubtful_value values[CSA_QUERY_VALUES];
    size_t value_count = 0;
    enum csa_status status = csa_doubtful_values_find(trial, found, values, &value_count, error);
    if (status == CSA_OK) {
        status = csa_query_words_find(trial, values, value_count, suggester->words, &suggester->count, error);
    }
    if (status == CSA_OK) {
        status = find_candidates(suggester, suggestion, error);
    }
    size_t rare = 0;
    size_t candidates = 0;
    for (size_t i = 0; i < suggester->count; i++) {
        rare += suggester->words[i].rare;
        candidates += suggester->words[i].candidates.count;
    }
    if (status == CSA_OK && found == 0) {
        status = find_phrase_candidates(suggester, trial->request->query->root, rare == 0, 0, error);
    }
    if (status == CSA_OK && suggester->count != 0 && (rare != 0 || candidates != 0 || found == 0)) {
        choose_combinations(suggester);
        status = try_combinations(suggester, error);
    }
    bool keyboard =
        suggester->count != 0 && rare == suggester->count && is_plain(trial->request->query->root, 0);
    for (int to_russian = 0; to_russian <= 1 && status == CSA_OK && keyboard; to_russian++) {
        status = try_keyboard(suggester, to_russian != 0, error);
    }
    if (status == CSA_OK && found == 0) {
        status = try_loosened(suggester, error);
    }
    return status != CSA_OK ? status : choose(suggester, suggestion, error);
}
