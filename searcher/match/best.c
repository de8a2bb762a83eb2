#include "searcher/match/best.h"

#include "searcher/match/match.h"

#include <math.h>
#include <string.h>

enum {
    FORMS = 24,    /* surface forms of one stem that are looked at */
    SCANNED = 256, /* words of the dictionary that are looked at to find them */
    LONGER = 6,    /* letters that a form may have more than the typed word: stems differ in their endings */
    STEM_SHORTEST = 3 /* bytes: below, only the word as typed */
};

struct word {
    struct csa_reader *forms[FORMS];
    uint32_t form_count;
    double idf;
    uint32_t *positions; /* in the passage looked at, ascending */
    uint32_t position_count;
    size_t position_room;
};

/* A word of the query in the titles of the segment. */
struct title {
    struct csa_reader *readers;
    uint32_t reader_count;
    float weight;
};

struct csa_best {
    struct csa_match *match;
    struct title *titles;
    size_t title_count;
    struct word *words;
    size_t word_count;
    double total; /* sum over pairs of the smaller idf */
    bool failed;
};

float csa_best_title_weight(const struct csa_plan_word *word)
{
    return CSA_BEST_TITLE * word->term->weight;
}

/* ---- forms ---- */

static enum csa_status add_form(struct csa_best *best, struct word *word, const struct csa_term_entry *entry,
                                struct csa_error *error)
{
    struct csa_postings list;
    enum csa_status status = csa_segment_postings(best->match->segment, entry, &list, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_reader *reader = csa_arena_alloc(best->match->arena, 1, sizeof *reader);
    if (reader == NULL) {
        return csa_error_set_memory(error, "word forms");
    }
    csa_reader_init(reader, &list, best->match->kernels);
    if (list.has_positions) {
        word->forms[word->form_count++] = reader;
    }
    return CSA_OK;
}

/* The typed word's stem in one of the collection's languages. */
struct typed_stem {
    struct csa_stemmer *stemmer;
    struct csa_view stem;
};

static enum csa_status stem_typed(const struct csa_best *best, struct csa_stemmer *const *stemmers,
                                  struct csa_view typed, struct typed_stem *stems, size_t *count,
                                  struct csa_error *error)
{
    *count = 0;
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        if ((best->match->plan->index->stemmers >> language & 1) == 0 || stemmers[language] == NULL) {
            continue;
        }
        struct csa_view stem =
            csa_arena_copy(best->match->arena, csa_stemmer_stem(stemmers[language], typed));
        if (stem.data == NULL) {
            return csa_error_set_memory(error, "word forms");
        }
        stems[(*count)++] = (struct typed_stem){stemmers[language], stem};
    }
    return CSA_OK;
}

/* Whether a word of the dictionary has a stem in common with the typed one. */
static bool shares_stem(const struct typed_stem *stems, size_t count, struct csa_view word)
{
    for (size_t i = 0; i < count; i++) {
        if (csa_view_equal(csa_stemmer_stem(stems[i].stemmer, word), stems[i].stem)) {
            return true;
        }
    }
    return false;
}

static size_t common_prefix(struct csa_view a, struct csa_view b)
{
    size_t n = 0;
    while (n < a.size && n < b.size && a.data[n] == b.data[n]) {
        n++;
    }
    return n;
}

/* The surface forms behind a stem: words that begin as it does, until their occurrences add up to the stem's.
 */
static enum csa_status find_forms(struct csa_best *best, struct word *word, const struct csa_plan_node *term,
                                  struct csa_stemmer *const *stemmers, struct csa_error *error)
{
    const struct csa_dictionary *dictionary = &best->match->segment->dictionary;
    struct csa_view typed = term->node->text;
    struct csa_term_entry entry;
    bool found = false;
    enum csa_status status = csa_dictionary_find(dictionary, CSA_TERM_WORD, typed, &entry, &found, error);
    if (status == CSA_OK && found) {
        status = add_form(best, word, &entry, error);
    }
    const struct csa_lists *lists = &term->lists[best->match->number];
    uint64_t wanted = 0, sum = found ? entry.occurrence_count : 0;
    for (uint32_t i = 0; i < lists->count; i++) {
        wanted += lists->items[i].occurrence_count;
    }
    size_t prefix = common_prefix(typed, term->text);
    if (status != CSA_OK || !term->by_stem || stemmers == NULL || prefix < STEM_SHORTEST || sum >= wanted) {
        return status;
    }
    size_t longest = typed.size + (size_t)LONGER * ((typed.data[0] & 0x80) != 0 ? 2 : 1);
    struct typed_stem stems[CSA_LANGUAGE_COUNT];
    size_t stem_count;
    status = stem_typed(best, stemmers, typed, stems, &stem_count, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_dictionary_cursor cursor;
    status =
        csa_dictionary_seek(dictionary, CSA_TERM_WORD, csa_view_make(typed.data, prefix), &cursor, error);
    for (unsigned scanned = 0; status == CSA_OK && scanned < SCANNED && sum < wanted; scanned++) {
        bool more = false;
        status = csa_dictionary_next(&cursor, &more, error);
        if (status != CSA_OK || !more || cursor.kind != CSA_TERM_WORD || word->form_count == FORMS ||
            common_prefix(cursor.text, typed) < prefix) {
            break;
        }
        if (cursor.text.size <= longest && !csa_view_equal(cursor.text, typed) &&
            shares_stem(stems, stem_count, cursor.text)) {
            sum += cursor.entry.occurrence_count;
            status = add_form(best, word, &cursor.entry, error);
        }
    }
    return status;
}

static enum csa_status add_titles(struct csa_best *best, struct csa_error *error)
{
    struct csa_match *match = best->match;
    const struct csa_plan *plan = match->plan;
    best->titles = csa_arena_alloc(match->arena, plan->word_count + 1, sizeof *best->titles);
    if (best->titles == NULL) {
        return csa_error_set_memory(error, "titles");
    }
    for (size_t i = 0; i < plan->word_count; i++) {
        const struct csa_plan_node *node = plan->words[i].title;
        if (node == NULL || node->titles[match->number].count == 0) {
            continue;
        }
        struct title *title = &best->titles[best->title_count++];
        title->readers = csa_match_readers(match, &node->titles[match->number]);
        title->reader_count = node->titles[match->number].count;
        title->weight = csa_best_title_weight(&plan->words[i]);
        if (title->readers == NULL) {
            return csa_error_set_memory(error, "titles");
        }
        match->extra += (double)title->weight;
    }
    return CSA_OK;
}

static enum csa_status add_words(struct csa_best *best, struct csa_stemmer *const *stemmers,
                                 struct csa_error *error)
{
    const struct csa_plan *plan = best->match->plan;
    best->words = csa_arena_zalloc(best->match->arena, plan->word_count + 1, sizeof *best->words);
    if (best->words == NULL) {
        return csa_error_set_memory(error, "the query's words");
    }
    for (size_t i = 0; i < plan->word_count; i++) {
        const struct csa_plan_node *term = plan->words[i].term;
        struct word *word = &best->words[best->word_count++];
        word->idf = term->idf;
        enum csa_status status = find_forms(best, word, term, stemmers, error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, best->match->segment->path);
        }
        best->total += i == 0 ? 0 : fmin(best->words[i - 1].idf, word->idf);
    }
    return CSA_OK;
}

enum csa_status csa_best_prepare(struct csa_match *match, struct csa_stemmer *const *stemmers,
                                 struct csa_error *error)
{
    const struct csa_plan *plan = match->plan;
    struct csa_best *best = csa_arena_zalloc(match->arena, 1, sizeof *best);
    if (best == NULL) {
        return csa_error_set_memory(error, "the query's words");
    }
    best->match = match;
    enum csa_status status = add_titles(best, error);
    if (status == CSA_OK && plan->word_count > 1 && match->segment->meta.has_positions) {
        status = add_words(best, stemmers, error);
    }
    match->best = best->word_count == 0 && best->title_count == 0 ? NULL : best;
    return status;
}

enum csa_status csa_best_settle(struct csa_best *best, struct csa_error *error)
{
    if (best->failed) {
        return csa_error_set_memory(error, "positions");
    }
    for (size_t i = 0; i < best->title_count; i++) {
        for (uint32_t r = 0; r < best->titles[i].reader_count; r++) {
            enum csa_status status = csa_match_settle(best->match, &best->titles[i].readers[r], error);
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    for (size_t i = 0; i < best->word_count; i++) {
        for (uint32_t f = 0; f < best->words[i].form_count; f++) {
            enum csa_status status = csa_match_settle(best->match, best->words[i].forms[f], error);
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    return CSA_OK;
}

/* ---- titles ---- */

double csa_best_title(struct csa_best *best, uint32_t passage)
{
    if (best->title_count == 0) {
        return 0;
    }
    const struct csa_match *match = best->match;
    uint32_t article = csa_segment_article_of(match->segment, passage);
    uint32_t length = csa_column_get(&match->segment->title_tokens, article);
    double sum = 0;
    for (size_t i = 0; length != 0 && i < best->title_count; i++) {
        uint32_t frequency = 0;
        for (uint32_t r = 0; r < best->titles[i].reader_count; r++) {
            frequency += csa_reader_lookup(&best->titles[i].readers[r], article);
        }
        if (frequency != 0) {
            sum += (double)(best->titles[i].weight *
                            csa_saturation_value(match->title_saturation, frequency, length));
        }
    }
    return sum;
}

/* ---- nearness ---- */

static bool make_room(struct csa_best *best, struct word *word, size_t more)
{
    if (more <= word->position_room - word->position_count) {
        return true;
    }
    size_t room = (word->position_count + more) * 2 + 32;
    uint32_t *positions = csa_arena_alloc(best->match->arena, room, sizeof *positions);
    if (positions == NULL) {
        best->failed = true;
        return false;
    }
    if (word->position_count != 0) {
        memcpy(positions, word->positions, word->position_count * sizeof *positions);
    }
    word->positions = positions;
    word->position_room = room;
    return true;
}

/* Merges `more` ascending positions, which stand `more` places behind the word's own, into these: from the
 * back, so that nothing is written over before it is read. */
static void merge(struct word *word, uint32_t more)
{
    uint32_t *all = word->positions;
    const uint32_t *added = all + word->position_count + more;
    uint32_t own = word->position_count, left = more;
    while (left != 0) {
        bool take_own = own != 0 && all[own - 1] > added[left - 1];
        all[own + left - 1] = take_own ? all[own - 1] : added[left - 1];
        own -= take_own;
        left -= !take_own;
    }
    word->position_count += more;
}

static void read_word(struct csa_best *best, struct word *word, uint32_t passage)
{
    word->position_count = 0;
    for (uint32_t f = 0; f < word->form_count; f++) {
        struct csa_reader *reader = word->forms[f];
        if (!csa_reader_seek(reader, passage) || !csa_reader_holds(reader, passage)) {
            continue;
        }
        unsigned index = csa_reader_index(reader, passage);
        uint32_t frequency = csa_reader_frequency(reader, reader->block, index);
        if (frequency > csa_segment_length(best->match->segment, passage)) {
            reader->damaged = true;
            return;
        }
        if (!make_room(best, word, 2 * (size_t)frequency + CSA_UNPACK_SLACK) ||
            !csa_reader_positions(reader, reader->block, index, frequency,
                                  word->positions + word->position_count + frequency)) {
            return;
        }
        merge(word, frequency);
    }
}

/* What the closest pair of positions is worth, 0 to 1. */
static double pair_value(const struct word *a, const struct word *b)
{
    uint32_t in_order = UINT32_MAX, reversed = UINT32_MAX;
    uint32_t k = 0;
    for (uint32_t i = 0; i < a->position_count; i++) {
        uint32_t at = a->positions[i];
        while (k < b->position_count && b->positions[k] <= at) {
            k++;
        }
        if (k < b->position_count && b->positions[k] - at < in_order) {
            in_order = b->positions[k] - at;
        }
        if (k != 0 && at - b->positions[k - 1] < reversed && at != b->positions[k - 1]) {
            reversed = at - b->positions[k - 1];
        }
    }
    double value = 0;
    if (in_order <= CSA_BEST_WINDOW) {
        value = 1.0 / in_order;
    }
    if (reversed <= CSA_BEST_WINDOW) {
        value = fmax(value, 0.5 / reversed);
    }
    return value;
}

double csa_best_nearness(struct csa_best *best, uint32_t passage)
{
    if (best->word_count < 2 || !(best->total > 0)) {
        return 0;
    }
    double near = 0;
    for (size_t i = 0; i < best->word_count; i++) {
        read_word(best, &best->words[i], passage);
        if (i != 0 && best->words[i].position_count != 0 && best->words[i - 1].position_count != 0) {
            near += fmin(best->words[i - 1].idf, best->words[i].idf) *
                    pair_value(&best->words[i - 1], &best->words[i]);
        }
    }
    return fmin(near / best->total, 1);
}

float csa_best_score(struct csa_best *best, uint32_t passage, double base)
{
    return (float)(base * (1 + CSA_BEST_NEAR * csa_best_nearness(best, passage)));
}
