/* Filters as values: those that are applied, each with a link that takes it away, and those that can be, by
 * source, language and year with their counts. A further value of the same filter is another choice: any of
 * them will do. Called by view_results.c and view.c. */
#include "searcher/query/filter.h"
#include "searcher/site/narrow.h"
#include "searcher/site/view_parts.h"

#include <string.h>

enum {
    VALUES_FURTHER = 12, /* of one facet, behind a fold */
    VALUE_FRAME = 60,    /* bytes around a value that is shown */
    LABEL_MAXIMUM = 64 * 1024,
};

static const char *const LABELS[] = {"filter.source", "filter.lang", "filter.year", "filter.author",
                                     "filter.date"};

struct csa_view csa_view_maker_filter_name(const struct csa_view_maker *maker, unsigned kind)
{
    return csa_view_maker_words(maker, LABELS[kind]);
}

struct csa_view csa_view_maker_filter_label(const struct csa_view_maker *maker, enum csa_site_filter filter,
                                            struct csa_view value)
{
    return filter == CSA_FILTER_LANGUAGE ? csa_words_language(maker->context->words, value) : value;
}

void csa_site_parameters_drop(struct csa_site_parameters *parameters, enum csa_site_filter filter, size_t i)
{
    struct csa_site_filter_values *values = &parameters->filters[filter];
    values->count--;
    memmove(&values->items[i], &values->items[i + 1], (values->count - i) * sizeof *values->items);
}

/* ---- dates ---- */

/* yyyy, yyyy-mm or yyyy-mm-dd as yyyymmdd; 0 when it is none of them. */
static uint32_t read_date(struct csa_view text)
{
    uint32_t date = 0;
    if (text.size != 4 && text.size != 7 && text.size != 10) {
        return 0;
    }
    for (size_t i = 0; i < text.size; i++) {
        bool dash = i == 4 || i == 7;
        if (dash ? text.data[i] != '-' : text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }
        date = dash ? date : 10 * date + (uint32_t)(text.data[i] - '0');
    }
    return text.size == 4 ? date * 10000 : text.size == 7 ? date * 100 : date;
}

static void put_date(struct csa_view_maker *maker, struct csa_buffer *label, struct csa_view text)
{
    uint32_t date = read_date(text);
    struct csa_view named = text;
    if (date != 0) {
        named = csa_words_date(maker->context->words, date, maker->context->arena);
    }
    csa_buffer_append_view(label, named);
}

struct csa_view csa_view_maker_date_label(struct csa_view_maker *maker, struct csa_view date)
{
    struct csa_buffer label;
    csa_buffer_init(&label, LABEL_MAXIMUM);
    size_t at = 0;
    while (at + 1 < date.size && memcmp(date.data + at, "..", 2) != 0) {
        at++;
    }
    if (at + 1 >= date.size) {
        put_date(maker, &label, date);
    } else {
        put_date(maker, &label, csa_view_make(date.data, at));
        csa_buffer_append_view(&label, csa_view_of(" – "));
        put_date(maker, &label, csa_view_make(date.data + at + 2, date.size - at - 2));
    }
    return csa_view_maker_keep(maker, &label);
}

/* ---- what is applied ---- */

static struct csa_view value_label(struct csa_view_maker *maker, enum csa_site_filter filter,
                                   struct csa_view value)
{
    struct csa_view label = csa_view_maker_filter_label(maker, filter, value);
    return csa_view_maker_shorten(maker, label, maker->room->name);
}

/* "Remove the filter Source Gazette". */
static struct csa_view name_removal(struct csa_view_maker *maker, struct csa_view field,
                                    struct csa_view label)
{
    struct csa_buffer whole;
    csa_buffer_init(&whole, LABEL_MAXIMUM);
    csa_buffer_append_view(&whole, field);
    csa_buffer_append_byte(&whole, ' ');
    csa_buffer_append_view(&whole, label);
    struct csa_view named = csa_view_maker_isolate(maker, csa_view_maker_keep(maker, &whole));
    return csa_view_maker_fill(maker, "filter.remove", named);
}

static void add_chip(struct csa_view_maker *maker, struct csa_value *chips, const char *key,
                     struct csa_view label, const struct csa_site_parameters *without)
{
    struct csa_value *chip = csa_value_add_object(&maker->builder, chips);
    struct csa_view field = csa_view_maker_words(maker, key);
    csa_view_maker_set(maker, chip, "field", field);
    csa_view_maker_set(maker, chip, "label", label);
    csa_view_maker_set(maker, chip, "link", csa_view_maker_link(maker, without, 0));
    csa_view_maker_set(maker, chip, "remove", name_removal(maker, field, label));
}

/* `chips`, and `clear` where there are more than one. */
static void set_chips(struct csa_view_maker *maker, struct csa_value *results)
{
    const struct csa_site_parameters *parameters = maker->parameters;
    struct csa_value *chips = csa_value_set_list(&maker->builder, results, "chips");
    struct csa_site_parameters none = csa_view_maker_parameters(maker);
    bool chosen = csa_site_has_filters(parameters), each = csa_view_maker_has(maker, CSA_PART_CHIPS);
    for (enum csa_site_filter filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        const struct csa_site_filter_values *values = &parameters->filters[filter];
        for (size_t i = 0; i < values->count && each; i++) {
            struct csa_site_parameters without = csa_view_maker_parameters(maker);
            csa_site_parameters_drop(&without, filter, i);
            add_chip(maker, chips, LABELS[filter], value_label(maker, filter, values->items[i]), &without);
        }
        none.filters[filter].count = 0;
    }
    if (parameters->date.size != 0 && each) {
        struct csa_site_parameters without = csa_view_maker_parameters(maker);
        without.date = (struct csa_view){0};
        add_chip(maker, chips, "filter.date", csa_view_maker_date_label(maker, parameters->date), &without);
    }
    none.date = (struct csa_view){0};
    bool several = each ? csa_value_count(chips) > 1 : chosen;
    if (several && csa_view_maker_has(maker, CSA_PART_CLEAR)) {
        csa_view_maker_set(maker, results, "clear", csa_view_maker_link(maker, &none, 0));
    }
}

/* ---- what can be applied ---- */

/* A name may have been applied in another spelling than the one that leads now. */
static bool find_value(const struct csa_site_filter_values *values, struct csa_view value, size_t *place)
{
    size_t i = 0;
    while (i < values->count && !csa_filter_same_name(values->items[i], value)) {
        i++;
    }
    *place = i;
    return i < values->count;
}

static void add_value(struct csa_view_maker *maker, struct csa_value *list, enum csa_site_filter filter,
                      const struct csa_facet_value *value)
{
    struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
    struct csa_site_filter_values *values = &wanted.filters[filter];
    size_t place;
    bool applied = find_value(values, value->value, &place);
    if (applied) {
        csa_site_parameters_drop(&wanted, filter, place);
    } else if (values->count < CSA_SITE_FILTERS) {
        values->items[values->count++] = value->value;
    } else {
        return;
    }
    struct csa_view link = csa_view_maker_link(maker, &wanted, 0);
    if (value->value.size > CSA_SITE_VALUE || link.size > CSA_SITE_URL_MAXIMUM) {
        return; /* the site itself would refuse it */
    }
    struct csa_value *shown = csa_value_add_object(&maker->builder, list);
    struct csa_view count = csa_words_number(maker->context->words, value->articles, maker->context->arena);
    maker->builder.failed = maker->builder.failed || count.data == NULL;
    csa_view_maker_set(maker, shown, "label", value_label(maker, filter, value->value));
    csa_view_maker_set(maker, shown, "count", count);
    csa_view_maker_set(maker, shown, "link", link);
    csa_value_set_flag(&maker->builder, shown, "current", applied);
    if (applied) {
        csa_view_maker_set(maker, shown, "remove",
                           name_removal(maker, csa_view_maker_filter_name(maker, filter),
                                        value_label(maker, filter, value->value)));
    }
}

/* `values`, the most frequent ones, and more of them in `rest`; of years the latest. */
static void add_facet(struct csa_view_maker *maker, struct csa_value *facets, enum csa_site_filter filter,
                      const struct csa_facet_counts *counts)
{
    const struct csa_site_filter_values *applied = &maker->parameters->filters[filter];
    size_t place, values_shown = maker->room->values;
    bool one =
        counts->count == 1 && counts->unknown == 0 && !find_value(applied, counts->values[0].value, &place);
    if (counts->count == 0 || one) { /* no choice */
        return;
    }
    struct csa_value *facet = csa_value_add_object(&maker->builder, facets);
    csa_view_maker_set(maker, facet, "name", csa_view_of(csa_site_filter_name(filter)));
    csa_view_maker_set(maker, facet, "label", csa_view_maker_words(maker, LABELS[filter]));
    struct csa_value *shown = csa_value_set_list(&maker->builder, facet, "values");
    struct csa_value *rest = NULL, *further = NULL;
    for (size_t i = 0; i < counts->count; i++) {
        size_t at = filter == CSA_FILTER_YEAR ? counts->count - 1 - i : i; /* years ascend */
        const struct csa_facet_value *value = &counts->values[at];
        if (i < values_shown || find_value(applied, value->value, &place)) {
            add_value(maker, shown, filter, value);
        } else if (i < values_shown + VALUES_FURTHER &&
                   csa_view_maker_spend(maker, VALUE_FRAME + 2 * value->value.size +
                                                   csa_view_link_size(maker->parameters))) {
            if (rest == NULL) {
                rest = csa_value_set_object(&maker->builder, facet, "rest");
                further = csa_value_set_list(&maker->builder, rest, "values");
            }
            add_value(maker, further, filter, value);
        }
    }
}

void csa_view_maker_set_filters(struct csa_view_maker *maker, struct csa_value *results,
                                const struct csa_page *page)
{
    static const struct {
        enum csa_facet facet;
        enum csa_site_filter filter;
    } kinds[] = {{CSA_FACET_SOURCE, CSA_FILTER_SOURCE},
                 {CSA_FACET_LANGUAGE, CSA_FILTER_LANGUAGE},
                 {CSA_FACET_AUTHOR, CSA_FILTER_AUTHOR},
                 {CSA_FACET_YEAR, CSA_FILTER_YEAR}};
    set_chips(maker, results);
    struct csa_value *facets = csa_value_set_list(&maker->builder, results, "facets");
    for (size_t i = 0; i < page->result.facet_count && maker->room->values != 0; i++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            if (page->result.facets[i].facet == kinds[k].facet) {
                add_facet(maker, facets, kinds[k].filter, &page->result.facets[i]);
            }
        }
    }
}

/* ---- what a further search keeps ---- */

static void keep(struct csa_view_maker *maker, struct csa_value *kept, const char *name,
                 struct csa_view value)
{
    struct csa_value *input = csa_value_add_object(&maker->builder, kept);
    csa_view_maker_set(maker, input, "name", csa_view_of(name));
    csa_view_maker_set(maker, input, "value", value);
}

void csa_view_maker_set_kept(struct csa_view_maker *maker)
{
    const struct csa_site_parameters *parameters = maker->parameters;
    struct csa_value *kept = csa_value_set_list(&maker->builder, maker->page, "kept");
    for (enum csa_site_filter filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        for (size_t i = 0; i < parameters->filters[filter].count; i++) {
            keep(maker, kept, csa_site_filter_name(filter), parameters->filters[filter].items[i]);
        }
    }
    if (parameters->date.size != 0) {
        keep(maker, kept, "date", parameters->date);
    }
    if (parameters->sort != CSA_SORT_RELEVANCE) {
        keep(maker, kept, "sort", csa_view_of(csa_sort_name(parameters->sort)));
    }
    if (parameters->hits != 0) {
        struct csa_buffer digits;
        csa_buffer_init(&digits, 32);
        csa_buffer_append_format(&digits, "%zu", parameters->hits);
        keep(maker, kept, "n", csa_view_maker_keep(maker, &digits));
    }
}
