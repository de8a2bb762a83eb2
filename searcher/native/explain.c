/* How one passage got its score: the plan walked for this passage alone, with the same parts as the
 * strategies. */
#include "common/base/buffer.h"
#include "searcher/match/best.h"
#include "searcher/match/phrase.h"
#include "searcher/native/native.h"

enum { LINES = 4 * CSA_QUERY_CLAUSES + 8, TEXT_MAXIMUM = 4096 };

struct explanation {
    struct csa_match *match;
    uint32_t passage, article; /* of the segment */
    struct csa_arena *arena;   /* the caller's, for the lines */
    struct csa_explanation_line *lines;
    size_t count;
    struct csa_error *error; /* the first failure; explaining goes on, and the whole fails in the end */
};

/* What a node gives to this passage. */
struct share {
    bool matches;
    double score;
};

static void add_line(struct explanation *e, unsigned depth, double value, struct csa_buffer *text)
{
    struct csa_view copy = csa_arena_copy(e->arena, csa_buffer_view(text));
    if (copy.data == NULL || (text->failed && !text->limited)) {
        csa_error_set_memory(e->error, "explanation");
    } else if (e->count < LINES) {
        e->lines[e->count++] = (struct csa_explanation_line){.depth = depth, .value = value, .text = copy};
    }
    csa_buffer_release(text);
}

static void explain_part(struct explanation *e, const struct csa_plan_node *node, unsigned depth, float part,
                         float weight, uint32_t frequency, uint32_t length, double average)
{
    struct csa_buffer text;
    csa_buffer_init(&text, TEXT_MAXIMUM);
    csa_buffer_append_format(&text, "%s %.*s: ", node->label, (int)node->text.size, node->text.data);
    if (weight != node->weight) { /* what `best` adds for a title */
        csa_buffer_append_format(&text, "weight %.4f", (double)weight);
    } else {
        csa_buffer_append_format(&text, "idf %.4f", node->idf);
        if (node->boost != 1) {
            csa_buffer_append_format(&text, " x boost %g", (double)node->boost);
        }
    }
    csa_buffer_append_format(&text, " x tf part %.4f (tf %u, length %u, average %.1f)",
                             weight > 0 ? (double)(part / weight) : 0, frequency, length, average);
    add_line(e, depth, (double)part, &text);
}

static uint32_t sum_frequencies(struct explanation *e, const struct csa_lists *lists, uint32_t document)
{
    struct csa_reader *readers = csa_match_readers(e->match, lists);
    if (readers == NULL) {
        csa_error_set_memory(e->error, "explanation");
        return 0;
    }
    uint32_t sum = 0;
    for (uint32_t i = 0; i < lists->count; i++) {
        sum += csa_reader_lookup(&readers[i], document);
        csa_match_settle(e->match, &readers[i], e->error);
    }
    return sum;
}

static struct share explain_term(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    struct csa_match *match = e->match;
    uint32_t frequency = sum_frequencies(e, &node->lists[match->number], e->passage);
    if (frequency != 0) {
        float part = csa_match_part(match, node->weight, frequency, e->passage);
        explain_part(e, node, depth, part, node->weight, frequency,
                     csa_segment_length(match->segment, e->passage),
                     (double)(float)match->plan->index->average);
        return (struct share){true, (double)part};
    }
    bool title = node->titles != NULL && match->segment->first_passages != NULL &&
                 sum_frequencies(e, &node->titles[match->number], e->article) != 0;
    if (title) {
        struct csa_buffer text;
        csa_buffer_init(&text, TEXT_MAXIMUM);
        csa_buffer_append_format(&text, "%s %.*s: only in the article's title", node->label,
                                 (int)node->text.size, node->text.data);
        add_line(e, depth, 0, &text);
    }
    return (struct share){title, 0};
}

static float title_part(const struct explanation *e, float weight, uint32_t frequency)
{
    uint32_t length = csa_column_get(&e->match->segment->title_tokens, e->article);
    return weight * csa_saturation_value(e->match->title_saturation, frequency, length);
}

static struct share explain_title(struct explanation *e, const struct csa_plan_node *node, float weight,
                                  unsigned depth)
{
    uint32_t frequency = sum_frequencies(e, &node->titles[e->match->number], e->article);
    if (frequency == 0) {
        return (struct share){false, 0};
    }
    float part = title_part(e, weight, frequency);
    explain_part(e, node, depth, part, weight, frequency,
                 csa_column_get(&e->match->segment->title_tokens, e->article), e->match->plan->title_average);
    return (struct share){true, (double)part};
}

static struct share explain_phrase(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    bool title = node->kind == CSA_PLAN_TITLE_PHRASE;
    struct csa_phrase *phrase = csa_phrase_new(e->match, node, e->error);
    if (phrase == NULL) {
        return (struct share){false, 0};
    }
    const struct csa_segment *segment = e->match->segment;
    uint32_t passage = title ? csa_segment_first_passage(segment, e->article) : e->passage;
    uint32_t frequency = csa_phrase_frequency(phrase, passage);
    csa_phrase_settle(phrase, e->error);
    if (frequency == 0) {
        return (struct share){false, 0};
    }
    float part = title ? title_part(e, node->weight, frequency)
                       : csa_match_part(e->match, node->weight, frequency, passage);
    explain_part(e, node, depth, part, node->weight, frequency,
                 title ? csa_column_get(&segment->title_tokens, e->article)
                       : csa_segment_length(segment, passage),
                 title ? e->match->plan->title_average : (double)(float)e->match->plan->index->average);
    return (struct share){true, (double)part};
}

static struct share explain_node(struct explanation *e, const struct csa_plan_node *node, unsigned depth);

/* The lines of children that do not count in the end are taken back. */
static struct share explain_group(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    size_t start = e->count;
    bool has_must = false, any = false, all = true;
    double score = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct csa_plan_node *child = node->children[i];
        size_t before = e->count;
        struct share share = explain_node(e, child, depth);
        if (child->occurrence == CSA_MUST_NOT) {
            e->count = before;
            all = all && !share.matches;
            continue;
        }
        has_must = has_must || child->occurrence == CSA_MUST;
        all = all && (child->occurrence == CSA_SHOULD || share.matches);
        any = any || (child->occurrence == CSA_SHOULD && share.matches);
        if (share.matches) {
            score += share.score;
        } else {
            e->count = before;
        }
    }
    bool matches = all && (has_must || any);
    if (!matches) {
        e->count = start;
    }
    return (struct share){matches, matches ? score : 0};
}

static struct share explain_node(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    switch (node->kind) {
    case CSA_PLAN_GROUP:
        return explain_group(e, node, depth);
    case CSA_PLAN_TERM:
        return explain_term(e, node, depth);
    case CSA_PLAN_TITLE:
        return explain_title(e, node, node->weight, depth);
    default:
        return explain_phrase(e, node, depth);
    }
}

/* What `best` adds to a passage whose parts sum up to base: lines for it, and the score that comes out. */
static enum csa_status explain_best(struct explanation *e, struct csa_native *native, double base,
                                    float *score)
{
    const struct csa_plan *plan = e->match->plan;
    enum csa_status status = csa_best_prepare(e->match, native->stemmers, e->error);
    struct csa_best *best = e->match->best;
    if (status != CSA_OK || best == NULL) {
        return status;
    }
    for (size_t i = 0; i < plan->word_count; i++) {
        if (plan->words[i].title != NULL) {
            base += explain_title(e, plan->words[i].title, csa_best_title_weight(&plan->words[i]), 1).score;
        }
    }
    double nearness = csa_best_nearness(best, e->passage);
    if (nearness > 0) {
        struct csa_buffer text;
        csa_buffer_init(&text, TEXT_MAXIMUM);
        csa_buffer_append_format(&text, "words near each other: %.4f x %g of the sum above", nearness,
                                 CSA_BEST_NEAR);
        add_line(e, 1, base * CSA_BEST_NEAR * nearness, &text);
    }
    *score = csa_best_score(best, e->passage, base);
    return csa_best_settle(best, e->error);
}

static enum csa_status explain_all(struct explanation *e, struct csa_native *native,
                                   const struct csa_search_request *request)
{
    struct csa_buffer text;
    csa_buffer_init(&text, TEXT_MAXIMUM);
    csa_buffer_append_format(&text, "score");
    add_line(e, 0, 0, &text);
    struct share share = explain_node(e, e->match->plan->root, 1);
    float score = (float)share.score;
    if (share.matches && request->rank == CSA_RANK_BEST) {
        enum csa_status status = explain_best(e, native, share.score, &score);
        if (status != CSA_OK) {
            return status;
        }
    }
    if (e->count != 0) {
        e->lines[0].value = share.matches ? (double)score : 0;
    }
    return e->error->status;
}

enum csa_status csa_native_explain(struct csa_engine *engine, const struct csa_search_request *request,
                                   uint32_t passage, struct csa_arena *arena,
                                   struct csa_explanation *explanation, struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    struct csa_error own = {0};
    *explanation =
        (struct csa_explanation){.lines = csa_arena_alloc(arena, LINES, sizeof *explanation->lines)};
    if (explanation->lines == NULL) {
        return csa_error_set_memory(error, "explanation");
    }
    if (passage >= native->index->passages) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "passage %u: no such number", passage);
    }
    csa_arena_clear(&native->scratch);
    struct csa_plan plan;
    uint32_t segment = csa_native_segment_of_passage(native, passage);
    enum csa_status status = csa_native_plan(native, request, &plan, &own);
    if (status == CSA_OK) {
        struct csa_match match;
        csa_native_prepare(native, request, &plan, segment, &match);
        struct explanation e = {.match = &match,
                                .passage = passage - match.part->base,
                                .arena = arena,
                                .lines = explanation->lines,
                                .error = &own};
        e.article = csa_segment_article_of(match.segment, e.passage);
        status = explain_all(&e, native, request);
        explanation->count = e.count;
    }
    if (status != CSA_OK && error != NULL) {
        *error = own;
    }
    return status;
}
