/* How one passage got its score: the plan walked for this passage alone, with the same parts as the
 * strategies. */
#include "common/base/buffer.h"
#include "searcher/match/best.h"
#include "searcher/match/near.h"
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

/* "prefix pipe* (12 words): " */
static void begin_line(struct csa_buffer *text, const struct csa_plan_node *node)
{
    csa_buffer_init(text, TEXT_MAXIMUM);
    csa_buffer_append_format(text, "%s %.*s", node->label, (int)node->text.size, node->text.data);
    if (node->is_pattern) {
        csa_buffer_append_format(text, " (%zu word%s%s)", node->expansions, node->expansions == 1 ? "" : "s",
                                 node->cut ? " of more" : "");
    }
    csa_buffer_append_view(text, csa_view_of(": "));
}

/* Whether frequencies are counted in parts (CSA_FUZZY_UNIT). */
static bool is_fuzzy(const struct csa_plan_node *node)
{
    return node->kind == CSA_PLAN_FUZZY ||
           (node->kind == CSA_PLAN_TITLE && node->node->kind == CSA_NODE_FUZZY);
}

static void explain_part(struct explanation *e, const struct csa_plan_node *node, unsigned depth, float part,
                         uint32_t frequency, uint32_t length, double average)
{
    struct csa_buffer text;
    begin_line(&text, node);
    csa_buffer_append_format(&text, "idf %.4f", node->idf);
    if (node->boost != 1) {
        csa_buffer_append_format(&text, " x boost %g", (double)node->boost);
    }
    double tf = is_fuzzy(node) ? (double)frequency / CSA_FUZZY_UNIT : (double)frequency;
    csa_buffer_append_format(&text, " x tf part %.4f (tf %.4g, length %u, average %.1f)",
                             node->weight > 0 ? (double)(part / node->weight) : 0, tf, length, average);
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
        uint32_t share = lists->shares == NULL ? 1 : lists->shares[i];
        sum += csa_reader_lookup(&readers[i], document) * share;
        csa_match_settle(e->match, &readers[i], e->error);
    }
    return sum;
}

static struct share explain_term(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    struct csa_match *match = e->match;
    uint32_t frequency = sum_frequencies(e, &node->lists[match->number], e->passage);
    if (frequency != 0) {
        uint32_t length = csa_segment_length(match->segment, e->passage);
        float part = is_fuzzy(node)
                         ? node->weight * csa_fuzzy_saturation(match->saturation, frequency, length)
                         : csa_match_part(match, node->weight, frequency, e->passage);
        explain_part(e, node, depth, part, frequency, length, (double)(float)match->plan->index->average);
        return (struct share){true, (double)part};
    }
    bool title = node->titles != NULL && match->segment->first_passages != NULL &&
                 sum_frequencies(e, &node->titles[match->number], e->article) != 0;
    if (title) {
        struct csa_buffer text;
        begin_line(&text, node);
        csa_buffer_append_view(&text, csa_view_of("only in the article's title"));
        add_line(e, depth, 0, &text);
    }
    return (struct share){title, 0};
}

static float title_part(const struct explanation *e, const struct csa_plan_node *node, uint32_t frequency)
{
    uint32_t length = csa_column_get(&e->match->segment->title_tokens, e->article);
    return node->weight * (is_fuzzy(node)
                               ? csa_fuzzy_saturation(e->match->title_saturation, frequency, length)
                               : csa_saturation_value(e->match->title_saturation, frequency, length));
}

static struct share explain_title(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    uint32_t frequency = sum_frequencies(e, &node->titles[e->match->number], e->article);
    if (frequency == 0) {
        return (struct share){false, 0};
    }
    float part = title_part(e, node, frequency);
    explain_part(e, node, depth, part, frequency,
                 csa_column_get(&e->match->segment->title_tokens, e->article), e->match->plan->title_average);
    return (struct share){true, (double)part};
}

/* Of a phrase or NEAR, in a passage. */
static uint32_t occurrences(struct explanation *e, const struct csa_plan_node *node, uint32_t passage)
{
    uint32_t frequency = 0;
    if (node->kind == CSA_PLAN_NEAR || node->kind == CSA_PLAN_TITLE_NEAR) {
        struct csa_near *near = csa_near_new(e->match, node, e->error);
        if (near != NULL) {
            frequency = csa_near_frequency(near, passage);
            csa_near_settle(near, e->error);
        }
        return frequency;
    }
    struct csa_phrase *phrase = csa_phrase_new(e->match, node, e->error);
    if (phrase != NULL) {
        frequency = csa_phrase_frequency(phrase, passage);
        csa_phrase_settle(phrase, e->error);
    }
    return frequency;
}

static struct share explain_phrase(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    bool title = node->kind == CSA_PLAN_TITLE_PHRASE || node->kind == CSA_PLAN_TITLE_NEAR;
    const struct csa_segment *segment = e->match->segment;
    uint32_t passage = title ? csa_segment_first_passage(segment, e->article) : e->passage;
    uint32_t frequency = occurrences(e, node, passage);
    if (frequency == 0) {
        return (struct share){false, 0};
    }
    float part =
        title ? title_part(e, node, frequency) : csa_match_part(e->match, node->weight, frequency, passage);
    explain_part(e, node, depth, part, frequency,
                 title ? csa_column_get(&segment->title_tokens, e->article)
                       : csa_segment_length(segment, passage),
                 title ? e->match->plan->title_average : (double)(float)e->match->plan->index->average);
    return (struct share){true, (double)part};
}

static struct share explain_filter(struct explanation *e, const struct csa_plan_node *node, unsigned depth)
{
    const struct csa_filter *filter = &node->filters[e->match->number];
    bool matches = filter->bits != NULL && (filter->bits[e->passage / 64] >> (e->passage % 64) & 1) != 0;
    if (matches) {
        struct csa_buffer text;
        begin_line(&text, node);
        csa_buffer_append_view(&text, csa_view_of("lets this article through, adds nothing"));
        add_line(e, depth, 0, &text);
    }
    return (struct share){matches, 0};
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
    case CSA_PLAN_FUZZY:
        return explain_term(e, node, depth);
    case CSA_PLAN_TITLE:
        return explain_title(e, node, depth);
    case CSA_PLAN_FILTER:
        return explain_filter(e, node, depth);
    default:
        return explain_phrase(e, node, depth);
    }
}

static void explain_evidence(struct explanation *e, double value, const char *format, double a, double b)
{
    struct csa_buffer text;
    csa_buffer_init(&text, TEXT_MAXIMUM);
    csa_buffer_append_format(&text, format, a, b);
    add_line(e, 1, value, &text);
}

/* What `best` adds to a passage whose parts sum up to *score: lines for it, and the score that comes out. */
static enum csa_status explain_best(struct explanation *e, struct csa_native *native, unsigned without,
                                    float *score)
{
    struct csa_best *best;
    struct csa_best_parts parts;
    enum csa_status status = csa_best_new(e->match, native->stemmers, without, &best, e->error);
    if (status == CSA_OK) {
        status = csa_best_rate(best, e->passage, *score, &parts, e->error);
    }
    if (status != CSA_OK) {
        return status;
    }
    double near = CSA_BEST_NEAR * parts.near;
    if (near > 0) {
        explain_evidence(e, near, "words close together: weights %.4f x %g", parts.near, CSA_BEST_NEAR);
    }
    if (parts.cover > 0) {
        explain_evidence(e, (parts.base + near) * CSA_BEST_COVER * parts.cover,
                         "share of the query that is here: %.4f x %g of the sum above", parts.cover,
                         CSA_BEST_COVER);
    }
    if (parts.article > 0) {
        explain_evidence(e, parts.article, "the whole article: idf x tf part, by stem %g, as written %g",
                         1 - CSA_BEST_EXACT, CSA_BEST_EXACT);
    }
    if (parts.title > 0) {
        explain_evidence(e, parts.title, "the article's title: idf x tf part %.4f x %g",
                         parts.title / CSA_BEST_TITLE, CSA_BEST_TITLE);
    }
    *score = csa_best_score(&parts);
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
        enum csa_status status = explain_best(e, native, request->without, &score);
        if (status != CSA_OK) {
            return status;
        }
    }
    if (e->count != 0) {
        e->lines[0].value = share.matches ? (double)score : 0;
    }
    return e->error->status;
}

static enum csa_status explain_passage(struct csa_native *native, const struct csa_search_request *request,
                                       const struct csa_plan *plan, uint32_t passage, struct csa_arena *arena,
                                       struct csa_explanation *explanation, struct csa_error *error)
{
    struct csa_match match;
    *explanation =
        (struct csa_explanation){.lines = csa_arena_alloc(arena, LINES, sizeof *explanation->lines)};
    if (explanation->lines == NULL) {
        return csa_error_set_memory(error, "explanation");
    }
    if (passage >= native->index->passages) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "passage %u: no such number", passage);
    }
    csa_arena_clear(&native->scratch);
    csa_native_prepare(native, request, plan, csa_native_segment_of_passage(native, passage), &match);
    struct explanation e = {.match = &match,
                            .passage = passage - match.part->base,
                            .arena = arena,
                            .lines = explanation->lines,
                            .error = error};
    e.article = csa_segment_article_of(match.segment, e.passage);
    enum csa_status status = explain_all(&e, native, request);
    explanation->count = e.count;
    return status;
}

/* Planning may cost more than explaining: one plan serves all passages. */
enum csa_status csa_native_explain(struct csa_engine *engine, const struct csa_search_request *request,
                                   const uint32_t *passages, size_t count, struct csa_arena *arena,
                                   struct csa_explanation *explanations, struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    struct csa_error own = {0};
    struct csa_plan plan;
    enum csa_status status = csa_native_plan(native, request, &plan, &own);
    for (size_t i = 0; i < count && status == CSA_OK; i++) {
        status = explain_passage(native, request, &plan, passages[i], arena, &explanations[i], &own);
    }
    if (status != CSA_OK && error != NULL) {
        *error = own;
    }
    return status;
}
