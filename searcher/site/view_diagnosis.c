/* Why little or nothing was found, and the ways on, as values: "did you mean", how often each part of the
 * query occurs by itself, and the same search without the part that emptied it. Called by view_results.c. */
#include "searcher/query/tree.h"
#include "searcher/site/view_parts.h"
#include "searcher/site/ways.h"

enum { NEAR_SHOWN = 5, NAME_MAXIMUM = 256 * 1024 };

static struct csa_site_parameters with_query(struct csa_view_maker *maker, struct csa_view query)
{
    struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
    wanted.query = query;
    wanted.like = (struct csa_view){0};
    return wanted;
}

/* `near`: words of the collection that look like a word that it lacks, each a link to the query with it. */
static void set_near(struct csa_view_maker *maker, struct csa_value *shown,
                     const struct csa_site_answer *answer, const struct csa_clause_report *clause)
{
    size_t at, size;
    if (clause->near_count == 0 || !csa_view_maker_has(maker, CSA_PART_NEAR) ||
        !csa_site_find_clause(answer, clause, &at, &size)) {
        return;
    }
    struct csa_value *near = csa_value_set_object(&maker->builder, shown, "near");
    struct csa_value *list = csa_value_set_list(&maker->builder, near, "items");
    for (size_t i = 0; i < clause->near_count && i < NEAR_SHOWN; i++) {
        struct csa_view text = clause->near[i].text;
        struct csa_value *word = csa_value_add_object(&maker->builder, list);
        struct csa_view query =
            csa_site_exchange_clause(maker->parameters->query, at, size, text, maker->context->arena);
        struct csa_site_parameters wanted = with_query(maker, query);
        csa_view_maker_set(maker, word, "text", text);
        csa_view_maker_set(maker, word, "link", csa_view_maker_link(maker, &wanted, 0));
    }
}

static void add_clause(struct csa_view_maker *maker, struct csa_value *list,
                       const struct csa_site_answer *answer, const struct csa_clause_report *clause)
{
    size_t at, size;
    bool typed = csa_site_find_clause(answer, clause, &at, &size);
    if (!typed && clause->depth == 0 && csa_node_is_filter(clause->node)) {
        return; /* of the page: shown as a filter */
    }
    if (csa_value_count(list) >= maker->room->clauses) {
        return;
    }
    struct csa_value *shown = csa_value_add_object(&maker->builder, list);
    csa_view_maker_set(maker, shown, "text",
                       csa_view_maker_shorten(maker, clause->clause, maker->room->title));
    struct csa_view count = csa_view_maker_words(
        maker, clause->node->kind == CSA_NODE_FILTER ? "nothing.unfit" : "nothing.nowhere");
    if (clause->passages != 0) {
        count = csa_view_maker_count(maker, "found.passages", clause->passages);
    }
    csa_view_maker_set(maker, shown, "count", count);
    csa_value_set_flag(&maker->builder, shown, "emptied", clause->emptied && answer->diagnosis.count != 1);
    csa_value_set_flag(&maker->builder, shown, "part", clause->depth != 0);
    set_near(maker, shown, answer, clause);
}

static void add_way(struct csa_view_maker *maker, struct csa_value *ways, struct csa_view label,
                    const struct csa_site_parameters *parameters, uint64_t articles)
{
    if (csa_value_count(ways) >= maker->room->clauses) {
        return;
    }
    struct csa_value *way = csa_value_add_object(&maker->builder, ways);
    csa_view_maker_set(maker, way, "label", label);
    csa_view_maker_set(maker, way, "link", csa_view_maker_link(maker, parameters, 0));
    csa_view_maker_set(maker, way, "count", csa_view_maker_count(maker, "found.articles", articles));
}

/* The search without a part of the query. */
static void add_word_way(struct csa_view_maker *maker, struct csa_value *ways, const struct csa_site_way *way)
{
    struct csa_view name = csa_view_maker_shorten(maker, way->clause, maker->room->title);
    name = csa_view_maker_isolate(maker, name);
    add_way(maker, ways, csa_view_maker_fill(maker, "nothing.without", name), &way->parameters,
            way->articles);
}

/* ---- filters ---- */

/* "Language German, Russian". */
static struct csa_view name_filter(struct csa_view_maker *maker, unsigned kind)
{
    const struct csa_site_parameters *parameters = maker->parameters;
    struct csa_buffer name;
    csa_buffer_init(&name, NAME_MAXIMUM);
    csa_buffer_append_view(&name, csa_view_maker_filter_name(maker, kind));
    if (kind == CSA_SITE_DATE) {
        csa_buffer_append_byte(&name, ' ');
        csa_buffer_append_view(&name, csa_view_maker_date_label(maker, parameters->date));
        return csa_view_maker_keep(maker, &name);
    }
    for (size_t i = 0; i < parameters->filters[kind].count; i++) {
        csa_buffer_append_view(&name, csa_view_of(i == 0 ? " " : ", "));
        csa_buffer_append_view(&name, csa_view_maker_filter_label(maker, (enum csa_site_filter)kind,
                                                                  parameters->filters[kind].items[i]));
    }
    return csa_view_maker_keep(maker, &name);
}

/* How many articles each of the page's filters lets through, and the ways without it. */
static void add_filters(struct csa_view_maker *maker, struct csa_value *clauses, struct csa_value *ways,
                        const struct csa_site_ways *found)
{
    for (unsigned kind = 0; kind < CSA_SITE_FILTER_KINDS; kind++) {
        const struct csa_site_filter_way *filter = &found->filters[kind];
        if (!filter->given) {
            continue;
        }
        struct csa_view name = csa_view_maker_shorten(maker, name_filter(maker, kind), maker->room->title);
        struct csa_value *shown = csa_value_add_object(&maker->builder, clauses);
        bool only = found->filter_count == 1 && found->unfiltered != 0;
        csa_view_maker_set(maker, shown, "text", name);
        csa_view_maker_set(maker, shown, "count",
                           filter->alone == 0 ? csa_view_maker_words(maker, "nothing.unfit")
                                              : csa_view_maker_count(maker, "found.articles", filter->alone));
        csa_value_set_flag(&maker->builder, shown, "emptied", only || filter->without != 0);
        if (filter->without != 0) {
            struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
            csa_site_drop_filter(&wanted, kind);
            name = csa_view_maker_isolate(maker, name);
            add_way(maker, ways, csa_view_maker_fill(maker, "nothing.without", name), &wanted,
                    filter->without);
        }
    }
    if (found->filters_emptied) {
        struct csa_value *shown = csa_value_add_object(&maker->builder, clauses);
        csa_view_maker_set(maker, shown, "text", csa_view_maker_words(maker, "filter.heading"));
        csa_view_maker_set(maker, shown, "count", csa_view_maker_words(maker, "nothing.together"));
    }
    if (found->unfiltered != 0) {
        struct csa_site_parameters bare = csa_view_maker_parameters(maker);
        csa_site_drop_filter(&bare, CSA_SITE_FILTER_KINDS);
        add_way(maker, ways, csa_view_maker_words(maker, "nothing.unfiltered"), &bare, found->unfiltered);
    }
}

static void set_nothing(struct csa_view_maker *maker, struct csa_value *results,
                        const struct csa_site_answer *answer)
{
    struct csa_value *nothing = csa_value_set_object(&maker->builder, results, "nothing");
    struct csa_value *clauses = csa_value_set_list(&maker->builder, nothing, "clauses");
    struct csa_value *ways = csa_value_set_list(&maker->builder, nothing, "ways");
    const struct csa_site_ways *found = answer->ways;
    for (size_t i = 0; i < answer->diagnosis.count; i++) {
        add_clause(maker, clauses, answer, &answer->diagnosis.clauses[i]);
    }
    for (size_t i = 0; found != NULL && i < found->word_count; i++) {
        add_word_way(maker, ways, &found->words[i]);
    }
    if (found != NULL && found->missing.articles != 0) {
        add_word_way(maker, ways, &found->missing);
    }
    if (found != NULL) {
        add_filters(maker, clauses, ways, found);
    }
}

void csa_view_maker_set_diagnosis(struct csa_view_maker *maker, struct csa_value *results,
                                  const struct csa_site_answer *answer)
{
    const struct csa_suggestion *meant = &answer->diagnosis.suggestion;
    if (meant->query.size != 0 && csa_view_maker_has(maker, CSA_PART_MEANT)) {
        struct csa_value *suggestion = csa_value_set_object(&maker->builder, results, "suggestion");
        struct csa_site_parameters wanted = with_query(maker, meant->query);
        csa_view_maker_set(maker, suggestion, "query", meant->query);
        csa_view_maker_set(maker, suggestion, "link", csa_view_maker_link(maker, &wanted, 0));
        csa_view_maker_set(maker, suggestion, "count",
                           csa_view_maker_count(maker, "found.articles", answer->suggested));
    }
    if (answer->page.result.articles_matched == 0) {
        set_nothing(maker, results, answer);
    }
}
