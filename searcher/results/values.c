/* Finding candidates for filter values: every value of the field is looked at, cheap comparisons first. No
 * search is made. Called by suggest.c. */
#include "searcher/results/values.h"

#include "common/base/buffer.h"
#include "common/base/clock.h"
#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/query/lexer.h"
#include "searcher/results/spelling.h"

#include <string.h>

enum {
    NEAREST = 5,     /* values that are kept */
    WORDS = 32,      /* of an author or a source that are looked at */
    LABELS = 16,     /* of a host */
    ROOM = 512,      /* bytes of words put together; what is longer is near nothing */
    BUCKETS = 32,    /* that characters are counted in */
    CODE = 2,        /* characters of a language's code */
    SHORT_VALUE = 5, /* characters: one edit; of a longer value two */
    BRIEFEST = 3,    /* characters: of a shorter value none */
    BETWEEN = 64,    /* values between looks at the clock */
    MAXIMUM = 2 * CSA_QUERY_MAXIMUM,
};

static const double PARTS_COST = 2; /* nats, of a word or label more or fewer */
static const struct csa_spelling_costs edits = {.edit = 1};

struct letters {
    size_t count;
    uint8_t buckets[BUCKETS];
};

struct near_value {
    struct csa_view text;  /* as the collection has it */
    struct csa_view plain; /* as it was compared: it tells values apart */
    double cost;
    uint64_t passages;
    uint64_t leading; /* of the value whose spelling is shown */
    unsigned value;   /* the one it was last seen in */
};

struct search {
    struct csa_trial *trial;
    const struct csa_typed_value *typed;
    char wanted[ROOM]; /* what the values are compared with */
    size_t wanted_size;
    size_t parts; /* words or labels of it */
    struct letters letters;
    unsigned most;     /* edits */
    uint64_t deadline; /* 0: none */
    uint32_t present;  /* buckets of the letters */
    unsigned value;    /* at hand: its number, */
    uint64_t passages; /* and how many have it */
    bool known;        /* the collection has the wanted value */
    struct near_value nearest[NEAREST];
    size_t count;
    bool out_of_memory;
};

/* ---- nearness ---- */

static void count_letters(struct csa_view text, struct letters *letters)
{
    *letters = (struct letters){0};
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end; letters->count++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        uint8_t *bucket = &letters->buckets[character % BUCKETS];
        *bucket = (uint8_t)(*bucket + (*bucket != UINT8_MAX));
    }
}

static unsigned difference(size_t a, size_t b)
{
    return (unsigned)(a > b ? a - b : b - a);
}

/* Whether few enough edits lie between the wanted value and this one; their cost. Most values differ so much
 * in their letters that nothing else has to be compared. */
static bool is_near(const struct search *search, struct csa_view text, double *cost)
{
    struct letters letters;
    count_letters(text, &letters);
    unsigned apart = difference(letters.count, search->letters.count);
    if (apart > search->most) {
        return false;
    }
    for (unsigned i = 0; i < BUCKETS; i++) {
        apart += difference(letters.buckets[i], search->letters.buckets[i]);
    }
    if (apart > 2 * search->most + difference(letters.count, search->letters.count)) {
        return false;
    }
    struct csa_view wanted = {search->wanted, search->wanted_size};
    double distance = csa_spelling_cost(&edits, wanted, text);
    *cost = csa_spelling_cost(&csa_spelling_costs, wanted, text);
    return distance >= 0 && distance <= search->most;
}

/* Adds what the value at hand has to what was kept before. */
static bool keep_again(struct search *search, struct csa_view text, struct csa_view plain)
{
    for (size_t i = 0; i < search->count; i++) {
        struct near_value *near = &search->nearest[i];
        if (!csa_view_equal(near->plain, plain)) {
            continue;
        }
        if (near->value != search->value) {
            near->passages += search->passages;
            near->value = search->value;
        }
        if (search->passages > near->leading) {
            near->leading = search->passages;
            near->text = csa_arena_copy(search->trial->arena, text);
            search->out_of_memory = search->out_of_memory || near->text.data == NULL;
        }
        return true;
    }
    return false;
}

/* What is dropped for its cost has the same cost whenever it comes again, so that all of what stays is
 * counted. */
static void keep(struct search *search, struct csa_view text, struct csa_view plain, double cost)
{
    search->known = search->known || cost == 0;
    if (keep_again(search, text, plain)) {
        return;
    }
    size_t place = search->count;
    while (place > 0 && cost < search->nearest[place - 1].cost) {
        place--;
    }
    if (place == NEAREST) {
        return;
    }
    struct near_value near = {
        .cost = cost, .passages = search->passages, .leading = search->passages, .value = search->value};
    near.text = csa_arena_copy(search->trial->arena, text);
    near.plain = csa_arena_copy(search->trial->arena, plain);
    if (near.text.data == NULL || near.plain.data == NULL) {
        search->out_of_memory = true;
        return;
    }
    search->count += search->count < NEAREST ? 1 : 0;
    for (size_t i = search->count - 1; i > place; i--) {
        search->nearest[i] = search->nearest[i - 1];
    }
    search->nearest[place] = near;
}

/* ---- authors and sources ---- */

/* The words of a name without what lies between them; of pairs of characters each character is one. */
struct name {
    char bytes[ROOM];
    size_t ends[WORDS]; /* in bytes, of each word */
    uint32_t begins_typed[WORDS], ends_typed[WORDS];
    size_t count;
};

static size_t first_character(const char *text, size_t size)
{
    uint32_t character;
    return size == 0 ? 0 : (size_t)(csa_utf8_decode(text, text + size, &character) - text);
}

static void read_name(struct csa_view text, struct name *name)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    size_t size = 0;
    name->count = 0;
    csa_tokenizer_init(&tokenizer, text);
    while (name->count < WORDS && csa_tokenizer_next(&tokenizer, &token)) {
        if ((token.flags & CSA_TOKEN_EXTRA) != 0) {
            continue;
        }
        if ((token.flags & CSA_TOKEN_PAIR) != 0) {
            const char *typed = text.data + token.begin;
            token.surface.size = first_character(token.surface.data, token.surface.size);
            token.end = token.begin + (uint32_t)first_character(typed, token.end - token.begin);
        }
        if (token.surface.size > ROOM - size) {
            return;
        }
        memcpy(name->bytes + size, token.surface.data, token.surface.size);
        size += token.surface.size;
        name->ends[name->count] = size;
        name->begins_typed[name->count] = token.begin;
        name->ends_typed[name->count++] = token.end;
    }
}

/* Whether too many letters of the wanted value are missing in this one for anything in it to be near;
 * quickly, and only for ASCII, which folds to itself. */
static bool lacks_letters(const struct search *search, struct csa_view value)
{
    uint32_t present = 0;
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        if (byte >= 0x80) {
            return false;
        }
        present |= UINT32_C(1) << byte % BUCKETS;
    }
    return (unsigned)__builtin_popcount(search->present & ~present) > search->most;
}

static void compare_name(struct search *search, struct csa_view value)
{
    struct name name;
    if (lacks_letters(search, value)) {
        return;
    }
    read_name(value, &name);
    bool whole = search->typed->filter->whole;
    for (size_t first = 0; first < (whole && name.count != 0 ? 1 : name.count); first++) {
        size_t begin = first == 0 ? 0 : name.ends[first - 1];
        size_t least = whole ? name.count : search->parts > 1 ? search->parts - 1 : 1;
        for (size_t words = least; words <= search->parts + 1 && first + words <= name.count; words++) {
            size_t last = first + words - 1;
            struct csa_view plain = {name.bytes + begin, name.ends[last] - begin};
            struct csa_view text = {value.data + name.begins_typed[first],
                                    name.ends_typed[last] - name.begins_typed[first]};
            double cost;
            if (is_near(search, plain, &cost)) {
                keep(search, text, plain, cost + (words == search->parts ? 0 : PARTS_COST));
            }
        }
    }
}

/* ---- hosts ---- */

/* Where the labels begin; their number. */
static size_t find_labels(struct csa_view host, size_t begins[LABELS])
{
    size_t count = 0;
    for (size_t i = 0; i < host.size && count < LABELS; i++) {
        if (i == 0 || host.data[i - 1] == '.') {
            begins[count++] = i;
        }
    }
    return count;
}

/* The host or a domain above it; a name alone also without what stands behind it (exmaple: example.org). */
static void compare_host(struct search *search, struct csa_view value)
{
    size_t begins[LABELS];
    size_t count = find_labels(value, begins);
    for (size_t i = 0; i < count; i++) {
        size_t labels = count - i;
        struct csa_view domain = {value.data + begins[i], value.size - begins[i]};
        double cost;
        bool alike = labels + 1 >= search->parts && labels <= search->parts + 1;
        if (alike && (labels > 1 || search->parts == 1) && is_near(search, domain, &cost)) {
            keep(search, domain, domain, cost + (labels == search->parts ? 0 : PARTS_COST));
        } else if (search->parts == 1 && labels > 1) {
            struct csa_view name = {domain.data, begins[i + 1] - begins[i] - 1};
            if (is_near(search, name, &cost)) {
                keep(search, domain, domain, cost + PARTS_COST);
            }
        }
    }
}

/* ---- languages ---- */

/* By code what is as short as one, else by name. */
static void compare_language(struct search *search, struct csa_view code)
{
    csa_language language;
    double cost;
    if (csa_language_find(code, &language)) {
        struct csa_view name =
            search->letters.count <= CODE ? code : csa_view_of(csa_language_name(language));
        if (is_near(search, name, &cost)) {
            keep(search, name, name, cost);
        }
    }
}

/* ---- a value ---- */

static bool visit_value(void *context, struct csa_view value, uint64_t passages)
{
    struct search *search = context;
    search->value++;
    search->passages = passages;
    switch (search->typed->field) {
    case CSA_FIELD_LANGUAGE:
        compare_language(search, value);
        break;
    case CSA_FIELD_SITE:
        compare_host(search, value);
        break;
    default:
        compare_name(search, value);
        break;
    }
    bool late =
        search->value % BETWEEN == 0 && search->deadline != 0 && csa_clock_nanoseconds() > search->deadline;
    return !late && !search->known && !search->out_of_memory;
}

/* Fills what values are compared with; false: nothing can be near it. */
static bool prepare(struct search *search)
{
    const struct csa_typed_value *typed = search->typed;
    struct csa_view text = typed->filter == NULL ? typed->text : typed->filter->text;
    struct csa_view counted; /* whose length says how many edits there may be */
    struct name name;
    if (typed->field == CSA_FIELD_LANGUAGE || typed->field == CSA_FIELD_SITE) {
        bool www = csa_view_starts_with(text, csa_view_of("www."));
        text = www ? csa_view_make(text.data + 4, text.size - 4) : text;
        if (text.size > ROOM) {
            return false;
        }
        size_t labels[LABELS];
        search->parts = find_labels(text, labels);
        for (size_t i = 0; i < text.size; i++) {
            bool capital = text.data[i] >= 'A' && text.data[i] <= 'Z';
            search->wanted[i] = (char)(text.data[i] + (capital ? 'a' - 'A' : 0));
        }
        search->wanted_size = text.size;
        counted = csa_view_make(search->wanted, text.size);
        counted.size -= search->parts > 1 ? text.size - labels[search->parts - 1] + 1 : 0;
    } else {
        read_name(text, &name);
        search->parts = name.count;
        search->wanted_size = name.count == 0 ? 0 : name.ends[name.count - 1];
        memcpy(search->wanted, name.bytes, search->wanted_size);
        counted = csa_view_make(search->wanted, search->wanted_size);
    }
    count_letters(counted, &search->letters);
    bool code = typed->field == CSA_FIELD_LANGUAGE && search->letters.count == CODE;
    search->most = search->letters.count > SHORT_VALUE         ? 2
                   : search->letters.count >= BRIEFEST || code ? 1
                                                               : 0;
    count_letters(csa_view_make(search->wanted, search->wanted_size), &search->letters);
    for (unsigned i = 0; i < BUCKETS; i++) {
        search->present |= (uint32_t)(search->letters.buckets[i] != 0) << i;
    }
    return search->most != 0;
}

/* The value as it is put into the query: without quotation marks of its own, in such where it needs them. */
static enum csa_status write_value(const struct search *search, struct csa_view value, struct csa_view *out,
                                   struct csa_error *error)
{
    struct csa_buffer text;
    csa_buffer_init(&text, MAXIMUM);
    bool plain = true;
    const char *end = value.data + value.size;
    for (const char *p = value.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        if (csa_is_quote(character) || character == ' ') {
            csa_buffer_append_view(&text,
                                   csa_view_of(text.size != 0 && text.data[text.size - 1] == ' ' ? "" : " "));
            plain = false;
        } else {
            csa_buffer_append(&text, p, (size_t)(next - p));
            bool ascii = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
                         (character >= 'A' && character <= 'Z') || character == '.' || character == '-';
            plain = plain && (ascii || (character >= 0x80 && !csa_unicode_is_space(character)));
        }
        p = next;
    }
    struct csa_view written = csa_buffer_view(&text);
    struct csa_buffer quoted;
    csa_buffer_init(&quoted, MAXIMUM + 2);
    if (!plain && !search->typed->quoted) {
        csa_buffer_append_byte(&quoted, '"');
        csa_buffer_append_view(&quoted, written);
        csa_buffer_append_byte(&quoted, '"');
        written = csa_buffer_view(&quoted);
    }
    *out = csa_arena_copy(search->trial->arena, written);
    bool failed = text.failed || quoted.failed || out->data == NULL;
    csa_buffer_release(&text);
    csa_buffer_release(&quoted);
    return failed ? csa_error_set_memory(error, "suggestion") : CSA_OK;
}

static enum csa_status find_near(struct csa_trial *trial, const struct csa_typed_value *typed,
                                 uint64_t deadline, struct csa_candidates *candidates,
                                 struct csa_error *error)
{
    struct search search = {.trial = trial, .typed = typed, .deadline = deadline};
    candidates->count = 0;
    if (!prepare(&search)) {
        return CSA_OK;
    }
    enum csa_status status =
        trial->engine->operations->values(trial->engine, typed->field, &search, visit_value, error);
    if (status == CSA_OK && search.out_of_memory) {
        status = csa_error_set_memory(error, "suggestion");
    }
    for (size_t i = 0; i < search.count && status == CSA_OK && !search.known; i++) {
        struct csa_candidate candidate = {
            .passages = search.nearest[i].passages, .cost = search.nearest[i].cost, .span = 1};
        status = write_value(&search, search.nearest[i].text, &candidate.text, error);
        csa_candidates_add(candidates, &candidate);
    }
    return status;
}

enum csa_status csa_doubtful_values_find(struct csa_trial *trial, uint64_t found,
                                         struct csa_doubtful_value values[CSA_QUERY_VALUES], size_t *count,
                                         struct csa_error *error)
{
    const struct csa_query *query = trial->request->query;
    uint64_t now = trial->deadline == 0 ? 0 : csa_clock_nanoseconds();
    uint64_t deadline = now >= trial->deadline ? trial->deadline : now + (trial->deadline - now) / 2;
    enum csa_status status = CSA_OK;
    *count = 0;
    for (size_t i = 0; i < query->value_count && status == CSA_OK; i++) {
        struct csa_doubtful_value *value = &values[*count];
        value->typed = &query->values[i];
        bool understood = value->typed->filter != NULL;
        if (understood && (found != 0 || value->typed->field == CSA_FIELD_LANGUAGE)) {
            continue;
        }
        if (!csa_trial_is_over(trial) && (deadline == 0 || csa_clock_nanoseconds() <= deadline)) {
            status = find_near(trial, value->typed, deadline, &value->candidates, error);
            *count += status == CSA_OK && value->candidates.count != 0;
        }
    }
    return status;
}
