/* Facets and dates: all articles that match, counted by what the columns say of them.
 *
 * One walk over a segment's matching articles fills plain arrays: counts by string number, by language, by
 * day. Strings are then brought together over the segments, and spellings that the filters take for one;
 * years, months and dates follow from the days. */
#include "common/base/buffer.h"
#include "common/base/heap.h"
#include "common/index/hash.h"
#include "common/text/tokenizer.h"
#include "searcher/native/matched.h"

#include <stdlib.h>
#include <string.h>

enum {
    YEARS = 10000,
    GROUP = 64, /* years that are looked up together */
    GROUPS = (YEARS + GROUP - 1) / GROUP,
    MONTHS = 13, /* 0: not known, as for days */
    DAYS = 32,
    VALUE_ROOM = 8,                    /* bytes of "2023-08" */
    FOLDED_MAXIMUM = 16 * 1024 * 1024, /* bytes of one value */
};

/* Different values with their counts, while they are brought together over the segments. */
struct values {
    struct csa_facet_value *items;
    size_t count;
    uint32_t *slots; /* hash table of places in items, plus one; null: of one segment, all differ anyway */
    size_t mask;
    uint64_t unknown;
};

struct tally {
    struct csa_native *native;
    unsigned facets;
    bool dates;                  /* days are counted */
    uint32_t *sources, *authors; /* of the segment at hand, by string number; null: not wanted */
    uint32_t string_count;       /* of the segment at hand */
    struct values by_source, by_author;
    uint64_t languages[CSA_LANGUAGE_COUNT];
    uint32_t **years[GROUPS]; /* groups of years: counts by month and day; null: no article, in both */
    uint32_t year_count;
    uint64_t undated;
};

static bool wants(unsigned facets, enum csa_facet facet)
{
    return (facets >> facet & 1) != 0;
}

static uint32_t count_strings(const struct csa_segment *segment)
{
    struct csa_view strings = segment->sections[CSA_SECTION_STRINGS];
    return strings.size == 0 ? 1 : csa_load_u32(strings.data); /* number 0: none */
}

/* ---- counting ---- */

/* A year's counts by month and day; null: no article. */
static const uint32_t *days_of(const struct tally *tally, uint32_t year)
{
    uint32_t **group = tally->years[year / GROUP];
    return group == NULL ? NULL : group[year % GROUP];
}

/* The first year from this one on that has an article; YEARS: none. */
static uint32_t next_year(const struct tally *tally, uint32_t year)
{
    while (year < YEARS && days_of(tally, year) == NULL) {
        year += tally->years[year / GROUP] == NULL ? GROUP - year % GROUP : 1;
    }
    return year < YEARS ? year : YEARS;
}

/* The counts of a year; null when out of memory. */
static uint32_t *make_days(struct tally *tally, uint32_t year)
{
    struct csa_arena *arena = &tally->native->work;
    uint32_t ***group = &tally->years[year / GROUP];
    if (*group == NULL) {
        *group = csa_arena_zalloc(arena, GROUP, sizeof(uint32_t *));
    }
    if (*group != NULL && (*group)[year % GROUP] == NULL) {
        (*group)[year % GROUP] = csa_arena_zalloc(arena, (size_t)MONTHS * DAYS, sizeof(uint32_t));
        tally->year_count++;
    }
    return *group == NULL ? NULL : (*group)[year % GROUP];
}

/* Counts articles of one date. Month and day together are at most 1231. */
static inline bool count_day(struct tally *tally, uint32_t date, uint32_t articles)
{
    uint32_t year = date / 10000;
    uint32_t rest = date - year * 10000;
    uint32_t month = rest / 100;
    uint32_t day = rest - month * 100;
    if (year == 0 || year >= YEARS || month >= MONTHS || day >= DAYS) {
        tally->undated += articles;
        return true;
    }
    uint32_t **group = tally->years[year / GROUP];
    uint32_t *days = group == NULL ? NULL : group[year % GROUP];
    days = days == NULL ? make_days(tally, year) : days;
    if (days == NULL) {
        return false;
    }
    days[month * DAYS + day] += articles;
    return true;
}

static bool count_days(struct tally *tally, const uint32_t *dates, size_t count)
{
    uint64_t undated = 0; /* in some collections, most */
    for (size_t i = 0; i < count; i++) {
        if (dates[i] == 0) {
            undated++;
        } else if (!count_day(tally, dates[i], 1)) {
            return false;
        }
    }
    tally->undated += undated;
    return true;
}

/* A column by string number. */
static void count_strings_of(const struct csa_column *column, const uint32_t *articles, size_t count,
                             uint32_t string_count, uint32_t *counts)
{
    uint32_t numbers[CSA_WALK_ROOM];
    csa_article_walk_read(column, articles, count, numbers);
    for (size_t i = 0; i < count; i++) {
        counts[numbers[i] < string_count ? numbers[i] : 0]++;
    }
}

static void count_languages(struct tally *tally, const struct csa_column *column, const uint32_t *articles,
                            size_t count)
{
    uint32_t languages[CSA_WALK_ROOM];
    /* Most are one language: two counters each do not wait for one another. */
    uint32_t counts[2][CSA_LANGUAGE_COUNT] = {{0}};
    csa_article_walk_read(column, articles, count, languages);
    for (size_t i = 0; i < count; i++) {
        counts[i % 2][languages[i] < CSA_LANGUAGE_COUNT ? languages[i] : CSA_LANGUAGE_NONE]++;
    }
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        tally->languages[language] += counts[0][language] + counts[1][language];
    }
}

static bool varies(const struct csa_column *column)
{
    return column->width != 0;
}

/* What differs from article to article. */
static bool count_articles(struct tally *tally, const struct csa_segment *segment, const uint32_t *articles,
                           size_t count)
{
    if (tally->sources != NULL && varies(&segment->source)) {
        count_strings_of(&segment->source, articles, count, tally->string_count, tally->sources);
    }
    if (tally->authors != NULL && varies(&segment->author)) {
        count_strings_of(&segment->author, articles, count, tally->string_count, tally->authors);
    }
    if (wants(tally->facets, CSA_FACET_LANGUAGE) && varies(&segment->language)) {
        count_languages(tally, &segment->language, articles, count);
    }
    if (tally->dates && varies(&segment->date)) {
        uint32_t dates[CSA_WALK_ROOM];
        csa_article_walk_read(&segment->date, articles, count, dates);
        return count_days(tally, dates, count);
    }
    return true;
}

/* What all of a segment's articles have in common. */
static bool count_constants(struct tally *tally, const struct csa_segment *segment, uint64_t articles)
{
    if (tally->sources != NULL && !varies(&segment->source)) {
        uint32_t n = segment->source.constant;
        tally->sources[n < tally->string_count ? n : 0] = (uint32_t)articles;
    }
    if (tally->authors != NULL && !varies(&segment->author)) {
        uint32_t n = segment->author.constant;
        tally->authors[n < tally->string_count ? n : 0] = (uint32_t)articles;
    }
    if (wants(tally->facets, CSA_FACET_LANGUAGE) && !varies(&segment->language)) {
        uint32_t n = segment->language.constant;
        tally->languages[n < CSA_LANGUAGE_COUNT ? n : CSA_LANGUAGE_NONE] += articles;
    }
    return !tally->dates || varies(&segment->date) ||
           count_day(tally, segment->date.constant, (uint32_t)articles);
}

/* Whether something that is wanted differs from article to article. */
static bool needs_walk(const struct tally *tally, const struct csa_segment *segment)
{
    return (tally->sources != NULL && varies(&segment->source)) ||
           (tally->authors != NULL && varies(&segment->author)) ||
           (wants(tally->facets, CSA_FACET_LANGUAGE) && varies(&segment->language)) ||
           (tally->dates && varies(&segment->date));
}

/* ---- strings over several segments ---- */

static bool values_init(struct values *values, struct csa_native *native)
{
    const struct csa_index *index = native->index;
    size_t room = 1;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        room += count_strings(index->segments[s].segment);
    }
    *values = (struct values){.items = csa_arena_alloc(&native->work, room, sizeof *values->items)};
    if (index->segment_count > 1) {
        size_t slots = 16;
        while (slots < 2 * room) {
            slots *= 2;
        }
        values->slots = csa_arena_zalloc(&native->work, slots, sizeof *values->slots);
        values->mask = slots - 1;
    }
    return values->items != NULL && (index->segment_count <= 1 || values->slots != NULL);
}

/* Where the value stands, or where it is to be put. */
static struct csa_facet_value *find_value(struct values *values, struct csa_view value)
{
    if (values->slots == NULL) {
        return &values->items[values->count];
    }
    size_t slot = (size_t)csa_hash(value) & values->mask;
    while (values->slots[slot] != 0) {
        struct csa_facet_value *item = &values->items[values->slots[slot] - 1];
        if (csa_view_equal(item->value, value)) {
            return item;
        }
        slot = (slot + 1) & values->mask;
    }
    values->slots[slot] = (uint32_t)values->count + 1;
    return &values->items[values->count];
}

static void add_strings(struct values *values, const struct csa_segment *segment, const uint32_t *counts,
                        uint32_t string_count)
{
    values->unknown += counts[0];
    for (uint32_t i = 1; i < string_count; i++) {
        if (counts[i] == 0) {
            continue;
        }
        struct csa_view value = csa_segment_string(segment, i);
        if (value.size == 0) {
            values->unknown += counts[i];
            continue;
        }
        struct csa_facet_value *item = find_value(values, value);
        if (item == &values->items[values->count]) {
            *item = (struct csa_facet_value){.value = value};
            values->count++;
        }
        item->articles += counts[i];
    }
}

/* ---- spellings of one value ---- */

/* The words of a value, folded: what the filters compare, so that 陸橋觀察 and 陆桥观察 are one. A value
 * without words is itself. */
static struct csa_view fold_value(struct csa_view value, struct csa_buffer *folded)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_buffer_clear(folded);
    csa_tokenizer_init(&tokenizer, value);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if ((token.flags & CSA_TOKEN_EXTRA) == 0) {
            csa_buffer_append_view(folded, token.surface);
            csa_buffer_append_byte(folded, ' ');
        }
    }
    return folded->size == 0 ? value : csa_buffer_view(folded);
}

/* A value while its spellings are brought together. */
struct spelled {
    struct csa_view folded;
    uint64_t leading; /* articles with the spelling that is shown */
};

/* Adds a value to the group with the same folded form, or makes it one. */
static bool group_value(struct values *groups, struct spelled *spelled, const struct csa_facet_value *value,
                        struct csa_view folded, struct csa_arena *arena)
{
    size_t slot = (size_t)csa_hash(folded) & groups->mask;
    while (groups->slots[slot] != 0) {
        size_t at = groups->slots[slot] - 1;
        struct csa_facet_value *group = &groups->items[at];
        if (csa_view_equal(spelled[at].folded, folded)) {
            uint64_t leading = spelled[at].leading;
            if (value->articles > leading ||
                (value->articles == leading && csa_view_compare(value->value, group->value) < 0)) {
                group->value = value->value;
                spelled[at].leading = value->articles;
            }
            group->articles += value->articles;
            return true;
        }
        slot = (slot + 1) & groups->mask;
    }
    spelled[groups->count] = (struct spelled){csa_arena_copy(arena, folded), value->articles};
    groups->items[groups->count] = *value;
    groups->slots[slot] = (uint32_t)++groups->count;
    return spelled[groups->count - 1].folded.data != NULL;
}

/* Brings values with the same folded form together, each under its most frequent spelling. */
static bool group_spellings(struct values *values, struct csa_native *native)
{
    struct values groups = {.items = values->items, .unknown = values->unknown};
    size_t slots = 16;
    while (slots < 2 * values->count) {
        slots *= 2;
    }
    groups.mask = slots - 1;
    groups.slots = csa_arena_zalloc(&native->work, slots, sizeof *groups.slots);
    struct spelled *spelled = csa_arena_alloc(&native->work, values->count + 1, sizeof *spelled);
    if (groups.slots == NULL || spelled == NULL) {
        return false;
    }
    struct csa_buffer folded;
    csa_buffer_init(&folded, FOLDED_MAXIMUM);
    bool enough = true;
    for (size_t i = 0; i < values->count && enough; i++) { /* groups.count is at most i */
        const struct csa_facet_value value = values->items[i];
        struct csa_view key = fold_value(value.value, &folded);
        enough = !folded.failed && group_value(&groups, spelled, &value, key, &native->work);
    }
    csa_buffer_release(&folded);
    *values = groups;
    return enough;
}

static bool count_segment(struct tally *tally, const struct csa_segment *segment,
                          const struct csa_found *found)
{
    struct csa_native *native = tally->native;
    tally->string_count = count_strings(segment);
    csa_arena_clear(&native->scratch);
    if (wants(tally->facets, CSA_FACET_SOURCE)) {
        tally->sources = csa_arena_zalloc(&native->scratch, tally->string_count, sizeof *tally->sources);
    }
    if (wants(tally->facets, CSA_FACET_AUTHOR)) {
        tally->authors = csa_arena_zalloc(&native->scratch, tally->string_count, sizeof *tally->authors);
    }
    if ((wants(tally->facets, CSA_FACET_SOURCE) && tally->sources == NULL) ||
        (wants(tally->facets, CSA_FACET_AUTHOR) && tally->authors == NULL)) {
        return false;
    }
    struct csa_article_walk walk;
    csa_article_walk_init_found(&walk, segment, found);
    uint32_t articles[CSA_WALK_ROOM + CSA_WALK_SLACK];
    bool walks = needs_walk(tally, segment);
    for (size_t count; walks && (count = csa_article_walk_next(&walk, articles)) != 0;) {
        if (!count_articles(tally, segment, articles, count)) {
            return false;
        }
    }
    if (found->articles != 0 && !count_constants(tally, segment, found->articles)) {
        return false;
    }
    if (tally->sources != NULL) {
        add_strings(&tally->by_source, segment, tally->sources, tally->string_count);
    }
    if (tally->authors != NULL) {
        add_strings(&tally->by_author, segment, tally->authors, tally->string_count);
    }
    return true;
}

/* ---- what is given out ---- */

/* Positive when a comes behind b: by count descending, then by value. */
static int compare_by_count(const void *left, const void *right)
{
    const struct csa_facet_value *a = left;
    const struct csa_facet_value *b = right;
    if (a->articles != b->articles) {
        return a->articles > b->articles ? -1 : 1;
    }
    return csa_view_compare(a->value, b->value);
}

static int compare_by_value(const void *left, const void *right)
{
    return csa_view_compare(((const struct csa_facet_value *)left)->value,
                            ((const struct csa_facet_value *)right)->value);
}

static bool comes_behind(const void *context, uint64_t a, uint64_t b)
{
    const struct csa_facet_value *items = context;
    return compare_by_count(&items[a], &items[b]) > 0;
}

/* Copies the first CSA_FACET_VALUES in the order of counts. */
static bool give_values(const struct values *values, struct csa_arena *arena, struct csa_facet_counts *counts)
{
    uint64_t best[CSA_FACET_VALUES];
    struct csa_heap heap = {.items = best};
    for (; heap.size < values->count && heap.size < CSA_FACET_VALUES; heap.size++) {
        best[heap.size] = heap.size;
    }
    if (heap.size < values->count) {
        csa_heap_build(&heap, comes_behind, values->items); /* on top what comes last */
        for (size_t i = heap.size; i < values->count; i++) {
            if (comes_behind(values->items, best[0], i)) {
                best[0] = i;
                csa_heap_sift(&heap, 0, comes_behind, values->items);
            }
        }
    }
    counts->values = csa_arena_alloc(arena, heap.size + 1, sizeof *counts->values);
    if (counts->values == NULL) {
        return false;
    }
    for (size_t i = 0; i < heap.size; i++) {
        counts->values[i] = values->items[best[i]];
    }
    qsort(counts->values, heap.size, sizeof *counts->values, compare_by_count);
    counts->count = heap.size;
    counts->more = values->count - heap.size;
    counts->unknown = values->unknown;
    return true;
}

static bool give_languages(const struct tally *tally, struct csa_arena *arena,
                           struct csa_facet_counts *counts)
{
    struct csa_facet_value items[CSA_LANGUAGE_COUNT];
    struct values values = {.items = items};
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        const char *code = csa_language_code((csa_language)language);
        if (code[0] == '\0') {
            values.unknown += tally->languages[language];
        } else if (tally->languages[language] != 0) {
            items[values.count++] = (struct csa_facet_value){csa_view_of(code), tally->languages[language]};
        }
    }
    return give_values(&values, arena, counts);
}

/* Writes a year, or a year and a month. */
static struct csa_view name_month(char *out, uint32_t year, uint32_t month)
{
    for (unsigned i = 4; i-- > 0; year /= 10) {
        out[i] = (char)('0' + year % 10);
    }
    out[4] = '-';
    out[5] = (char)('0' + month / 10);
    out[6] = (char)('0' + month % 10);
    return csa_view_make(out, month == 0 ? 4 : 7);
}

static uint64_t add_days(const uint32_t *days, size_t count)
{
    uint64_t articles = 0;
    for (size_t i = 0; i < count; i++) {
        articles += days[i];
    }
    return articles;
}

static bool give_years(const struct tally *tally, enum csa_facet facet, struct csa_arena *arena,
                       struct csa_facet_counts *counts)
{
    bool months = facet == CSA_FACET_MONTH;
    size_t room = tally->year_count * (size_t)(months ? MONTHS - 1 : 1) + 1;
    struct values values = {.items = csa_arena_alloc(arena, room, sizeof *values.items),
                            .unknown = tally->undated};
    char *names = csa_arena_alloc(arena, room, VALUE_ROOM);
    if (values.items == NULL || names == NULL) {
        return false;
    }
    for (uint32_t year = next_year(tally, 0); year < YEARS; year = next_year(tally, year + 1)) {
        const uint32_t *days = days_of(tally, year);
        for (uint32_t month = 0; month < (months ? MONTHS : 1); month++) {
            uint64_t articles =
                months ? add_days(days + (size_t)month * DAYS, DAYS) : add_days(days, MONTHS * DAYS);
            if (months && month == 0) {
                values.unknown += articles;
            } else if (articles != 0) {
                struct csa_view name = name_month(names + values.count * VALUE_ROOM, year, month);
                values.items[values.count++] = (struct csa_facet_value){name, articles};
            }
        }
    }
    if (!give_values(&values, arena, counts)) {
        return false;
    }
    qsort(counts->values, counts->count, sizeof *counts->values, compare_by_value);
    return true;
}

static bool give_dates(const struct tally *tally, struct csa_arena *arena, struct csa_search_result *result)
{
    size_t count = 0;
    for (unsigned pass = 0; pass < 2; pass++) { /* how many, then which */
        if (pass == 1) {
            result->dates = csa_arena_alloc(arena, count + 1, sizeof *result->dates);
            if (result->dates == NULL) {
                return false;
            }
        }
        count = 0;
        for (uint32_t year = next_year(tally, 0); year < YEARS; year = next_year(tally, year + 1)) {
            const uint32_t *days = days_of(tally, year);
            for (uint32_t i = 0; i < MONTHS * DAYS; i++) {
                if (days[i] != 0 && pass == 1) {
                    result->dates[count] =
                        (struct csa_date_count){year * 10000 + i / DAYS * 100 + i % DAYS, days[i]};
                }
                count += days[i] != 0;
            }
        }
    }
    result->date_count = count;
    result->undated = tally->undated;
    return true;
}

static bool give(const struct tally *tally, bool dates, struct csa_arena *arena,
                 struct csa_search_result *result)
{
    result->facets = csa_arena_zalloc(arena, CSA_FACET_COUNT, sizeof *result->facets);
    if (result->facets == NULL) {
        return false;
    }
    for (unsigned facet = 0; facet < CSA_FACET_COUNT; facet++) {
        if (!wants(tally->facets, facet)) {
            continue;
        }
        struct csa_facet_counts *counts = &result->facets[result->facet_count++];
        counts->facet = facet;
        bool given = facet == CSA_FACET_SOURCE     ? give_values(&tally->by_source, arena, counts)
                     : facet == CSA_FACET_AUTHOR   ? give_values(&tally->by_author, arena, counts)
                     : facet == CSA_FACET_LANGUAGE ? give_languages(tally, arena, counts)
                                                   : give_years(tally, facet, arena, counts);
        if (!given) {
            return false;
        }
    }
    return !dates || give_dates(tally, arena, result);
}

enum csa_status csa_native_count_facets(struct csa_native *native, const struct csa_search_request *request,
                                        struct csa_arena *arena, struct csa_search_result *result,
                                        struct csa_error *error)
{
    struct tally *tally = csa_arena_zalloc(&native->work, 1, sizeof *tally);
    if (tally == NULL) {
        return csa_error_set_memory(error, "facets");
    }
    tally->native = native;
    tally->facets = request->facets;
    tally->dates =
        request->dates || wants(request->facets, CSA_FACET_YEAR) || wants(request->facets, CSA_FACET_MONTH);
    bool enough = (!wants(tally->facets, CSA_FACET_SOURCE) || values_init(&tally->by_source, native)) &&
                  (!wants(tally->facets, CSA_FACET_AUTHOR) || values_init(&tally->by_author, native));
    for (uint32_t s = 0; enough && s < native->index->segment_count; s++) {
        enough = count_segment(tally, native->index->segments[s].segment, &native->found[s]);
    }
    enough =
        enough && group_spellings(&tally->by_source, native) && group_spellings(&tally->by_author, native);
    return enough && give(tally, request->dates, arena, result) ? CSA_OK
                                                                : csa_error_set_memory(error, "facets");
}
