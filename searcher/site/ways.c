/* The ways on: each is tried, and only one that finds something is offered. Called by answer.c when nothing
 * was found, and by view_diagnosis.c for places in the query. */
#include "searcher/site/ways.h"

#include "searcher/site/narrow.h"
#include "searcher/site/recount.h"

#include <string.h>

enum { QUERY_MAXIMUM = 64 * 1024 };

/* ---- places in the query ---- */

static bool lies_within(struct csa_view text, struct csa_view part, size_t *at)
{
    uintptr_t begin = (uintptr_t)text.data, place = (uintptr_t)part.data;
    if (part.size == 0 || text.data == NULL || place < begin || place - begin >= text.size ||
        part.size > text.size - (place - begin)) {
        return false;
    }
    *at = place - begin;
    return true;
}

bool csa_site_find_clause(const struct csa_site_answer *answer, const struct csa_clause_report *report,
                          size_t *at, size_t *size)
{
    struct csa_view typed = answer->query.text;
    struct csa_view clause = report->clause;
    if (!lies_within(typed, clause, at)) {
        bool group = report->node->kind == CSA_NODE_GROUP;
        clause = group ? (struct csa_view){0} : report->node->source;
    }
    *size = clause.size;
    return csa_view_equal(typed, answer->parameters->query) && lies_within(typed, clause, at);
}

static bool is_bound(char byte)
{
    return byte == ' ' || byte == '(' || byte == ')';
}

/* Cuts off an operator at the text's end. */
static bool cut_last(struct csa_view *text, const char *operator)
{
    size_t size = strlen(operator);
    struct csa_view trimmed = csa_view_trim(*text);
    if (trimmed.size < size || memcmp(trimmed.data + trimmed.size - size, operator, size) != 0 ||
        (trimmed.size > size && !is_bound(trimmed.data[trimmed.size - size - 1]))) {
        return false;
    }
    *text = csa_view_make(trimmed.data, trimmed.size - size);
    return true;
}

static bool cut_first(struct csa_view *text, const char *operator)
{
    size_t size = strlen(operator);
    struct csa_view trimmed = csa_view_trim(*text);
    if (trimmed.size < size || memcmp(trimmed.data, operator, size) != 0 ||
        (trimmed.size > size && !is_bound(trimmed.data[size]))) {
        return false;
    }
    *text = csa_view_make(trimmed.data + size, trimmed.size - size);
    return true;
}

/* Appends text, with one blank between it and what is there. */
static void put_part(struct csa_buffer *out, struct csa_view text)
{
    text = csa_view_trim(text);
    if (out->size != 0 && text.size != 0) {
        csa_buffer_append_byte(out, ' ');
    }
    csa_buffer_append_view(out, text);
}

struct csa_view csa_site_exchange_clause(struct csa_view query, size_t at, size_t size, struct csa_view other,
                                         struct csa_arena *arena)
{
    struct csa_buffer text;
    csa_buffer_init(&text, QUERY_MAXIMUM);
    size_t end = at;
    while (end > 0 && (query.data[end - 1] == '+' || query.data[end - 1] == '-')) {
        end--;
    }
    struct csa_view before = csa_view_make(query.data, end);
    struct csa_view behind = csa_view_make(query.data + at + size, query.size - at - size);
    if (other.size == 0) {
        cut_last(&before, "NOT");
        if (!cut_last(&before, "AND") && !cut_last(&before, "OR") && !cut_first(&behind, "AND")) {
            cut_first(&behind, "OR");
        }
    }
    put_part(&text, before);
    put_part(&text, other);
    put_part(&text, behind);
    struct csa_view made = text.failed ? (struct csa_view){0} : csa_arena_copy(arena, csa_buffer_view(&text));
    csa_buffer_release(&text);
    return made;
}

/* ---- ways ---- */

void csa_site_drop_filter(struct csa_site_parameters *parameters, unsigned kind)
{
    for (unsigned filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        if (kind == filter || kind == CSA_SITE_FILTER_KINDS) {
            parameters->filters[filter].count = 0;
        }
    }
    if (kind >= CSA_SITE_DATE) {
        parameters->date = (struct csa_view){0};
    }
}

static bool is_given(const struct csa_site_parameters *parameters, unsigned kind)
{
    return kind == CSA_SITE_DATE ? parameters->date.size != 0 : parameters->filters[kind].count != 0;
}

struct trying {
    const struct csa_site_context *context;
    struct csa_site_answer *answer;
    uint64_t deadline;
};

/* 0 where there was no time, or where nothing is asked for. */
static enum csa_status count(const struct trying *trying, const struct csa_site_parameters *parameters,
                             uint64_t *articles, struct csa_error *error)
{
    struct csa_search_result result = {0};
    *articles = 0;
    if (parameters->query.size == 0 && parameters->like.size == 0 && !csa_site_has_filters(parameters)) {
        return CSA_OK;
    }
    enum csa_status status =
        csa_site_recount(trying->context, parameters, 0, trying->deadline, &result, error);
    *articles = status == CSA_OK ? result.articles_matched : 0;
    return status;
}

static enum csa_status try_words(const struct trying *trying, struct csa_error *error)
{
    struct csa_site_answer *answer = trying->answer;
    struct csa_site_ways *ways = answer->ways;
    const struct csa_diagnosis *diagnosis = &answer->diagnosis;
    size_t tries = 0;
    for (size_t i = 0; i < diagnosis->count && tries < CSA_SITE_WAYS_WORDS; i++) {
        const struct csa_clause_report *report = &diagnosis->clauses[i];
        struct csa_site_way *way = &ways->words[ways->word_count];
        size_t at, size;
        if (!(report->depth == 0 ? report->required : report->passages == 0) ||
            !csa_site_find_clause(answer, report, &at, &size)) {
            continue;
        }
        struct csa_view query = answer->parameters->query;
        *way = (struct csa_site_way){.clause = csa_view_make(query.data + at, size),
                                     .parameters = *answer->parameters};
        way->parameters.page = 1;
        way->parameters.query =
            csa_site_exchange_clause(query, at, size, (struct csa_view){0}, trying->context->arena);
        tries++;
        enum csa_status status = count(trying, &way->parameters, &way->articles, error);
        if (status != CSA_OK) {
            return status;
        }
        ways->word_count += way->articles != 0;
    }
    return CSA_OK;
}

/* Parts of the query that are nowhere by themselves, as places in it, the first one first. */
struct missing {
    struct {
        size_t at, size;
    } places[CSA_DIAGNOSIS_CLAUSES];
    size_t count;
};

static void add_place(struct missing *missing, size_t at, size_t size)
{
    size_t i = missing->count;
    while (i > 0 && missing->places[i - 1].at > at) {
        i--;
    }
    bool within = (i > 0 && missing->places[i - 1].at + missing->places[i - 1].size > at) ||
                  (i < missing->count && at + size > missing->places[i].at);
    if (!within && missing->count < CSA_DIAGNOSIS_CLAUSES) {
        memmove(&missing->places[i + 1], &missing->places[i], (missing->count - i) * sizeof *missing->places);
        missing->places[i].at = at;
        missing->places[i].size = size;
        missing->count++;
    }
}

/* Words of a clause count where the clause itself has to stay, since it is not required. */
static void find_missing(const struct csa_site_answer *answer, struct missing *missing)
{
    const struct csa_diagnosis *diagnosis = &answer->diagnosis;
    missing->count = 0;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct csa_clause_report *report = &diagnosis->clauses[i];
        size_t at, size;
        if (report->passages == 0 && (report->depth != 0 || report->required) &&
            csa_site_find_clause(answer, report, &at, &size)) {
            add_place(missing, at, size);
        }
    }
}

/* Two words that are nowhere: without one of them still nothing is found, so all of them go at once. */
static enum csa_status try_missing(const struct trying *trying, struct csa_error *error)
{
    struct csa_site_answer *answer = trying->answer;
    struct csa_site_way *way = &answer->ways->missing;
    struct csa_view query = answer->parameters->query;
    struct csa_arena *arena = trying->context->arena;
    struct missing missing;
    find_missing(answer, &missing);
    if (missing.count < 2) {
        return CSA_OK;
    }
    struct csa_buffer names;
    csa_buffer_init(&names, QUERY_MAXIMUM);
    for (size_t i = 0; i < missing.count; i++) {
        csa_buffer_append_view(&names, csa_view_of(i == 0 ? "" : ", "));
        csa_buffer_append(&names, query.data + missing.places[i].at, missing.places[i].size);
    }
    way->clause = names.failed ? (struct csa_view){0} : csa_arena_copy(arena, csa_buffer_view(&names));
    csa_buffer_release(&names);
    way->parameters = *answer->parameters;
    way->parameters.page = 1;
    for (size_t i = missing.count; i > 0; i--) { /* from the end: places before it stay as they are */
        query = csa_site_exchange_clause(query, missing.places[i - 1].at, missing.places[i - 1].size,
                                         (struct csa_view){0}, arena);
    }
    way->parameters.query = query;
    return way->clause.size == 0 || query.size == 0 ? CSA_OK
                                                    : count(trying, &way->parameters, &way->articles, error);
}

static enum csa_status try_filter(const struct trying *trying, unsigned kind, struct csa_error *error)
{
    struct csa_site_ways *ways = trying->answer->ways;
    struct csa_site_filter_way *way = &ways->filters[kind];
    struct csa_site_parameters alone = {.page = 1}, without = *trying->answer->parameters;
    if (kind == CSA_SITE_DATE) {
        alone.date = without.date;
    } else {
        alone.filters[kind] = without.filters[kind];
    }
    csa_site_drop_filter(&without, kind);
    way->given = true;
    enum csa_status status = count(trying, &alone, &way->alone, error);
    if (status == CSA_OK && ways->filter_count > 1) {
        status = count(trying, &without, &way->without, error);
    }
    return status;
}

static enum csa_status try_filters(const struct trying *trying, struct csa_error *error)
{
    struct csa_site_ways *ways = trying->answer->ways;
    struct csa_site_parameters bare = *trying->answer->parameters;
    for (unsigned kind = 0; kind < CSA_SITE_FILTER_KINDS; kind++) {
        ways->filter_count += is_given(&bare, kind);
    }
    if (ways->filter_count == 0) {
        return CSA_OK;
    }
    bool one_did = ways->filter_count == 1;
    enum csa_status status = CSA_OK;
    for (unsigned kind = 0; kind < CSA_SITE_FILTER_KINDS && status == CSA_OK; kind++) {
        if (is_given(&bare, kind)) {
            status = try_filter(trying, kind, error);
            one_did = one_did || ways->filters[kind].without != 0;
        }
    }
    csa_site_drop_filter(&bare, CSA_SITE_FILTER_KINDS);
    status = status == CSA_OK ? count(trying, &bare, &ways->unfiltered, error) : status;
    ways->filters_emptied = ways->unfiltered != 0 && !one_did;
    return status;
}

enum csa_status csa_site_ways_make(const struct csa_site_context *context, struct csa_site_answer *answer,
                                   uint64_t deadline, struct csa_error *error)
{
    const struct trying trying = {context, answer, deadline};
    answer->ways = csa_arena_zalloc(context->arena, 1, sizeof *answer->ways);
    if (answer->ways == NULL) {
        return csa_error_set_memory(error, "the ways on");
    }
    enum csa_status status = try_filters(&trying, error);
    status = status == CSA_OK ? try_words(&trying, error) : status;
    return status == CSA_OK ? try_missing(&trying, error) : status;
}
