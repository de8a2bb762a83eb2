/* From a query string, or a form's body, to checked parameters, and back to a link. Owns what each name means
 * and its bounds; called by respond.c and by whoever writes links. */
#include "searcher/site/parameters.h"

#include "common/text/unicode.h"
#include "searcher/query/filter.h"
#include "searcher/results/page.h"

#include <string.h>

enum { NAME_MAXIMUM = 16 }; /* bytes of a name, decoded; a longer one is unknown */

static const char *const format_names[] = {"html",    "json",   "atom", "opensearch",
                                           "suggest", "script", "style"};
static const char *const filter_names[] = {"source", "lang", "year", "author"};
static const enum csa_field filter_fields[] = {CSA_FIELD_SOURCE, CSA_FIELD_LANGUAGE, CSA_FIELD_DATE,
                                               CSA_FIELD_AUTHOR};

const char *csa_site_filter_name(enum csa_site_filter filter)
{
    return (unsigned)filter < CSA_FILTER_COUNT ? filter_names[filter] : "";
}

/* ---- decoding ---- */

static int hexadecimal(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                                        : -1;
}

/* Decodes into `out`, which has room for encoded.size bytes; false: a % without two digits behind it. */
static bool decode(struct csa_view encoded, char *out, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < encoded.size; i++) {
        char byte = encoded.data[i];
        if (byte == '%') {
            int high = encoded.size - i > 2 ? hexadecimal(encoded.data[i + 1]) : -1;
            int low = encoded.size - i > 2 ? hexadecimal(encoded.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            byte = (char)(high << 4 | low);
            i += 2;
        }
        out[(*size)++] = encoded.data[i] == '+' && byte == '+' ? ' ' : byte;
    }
    return true;
}

/* Puts blanks in the place of white space among the control characters; false: there are others. */
static bool clean(char *text, size_t *size)
{
    size_t kept = 0;
    for (size_t i = 0; i < *size; i++) {
        unsigned char byte = (unsigned char)text[i];
        unsigned char next = i + 1 < *size ? (unsigned char)text[i + 1] : 0;
        if (byte == 0xC2 && next < 0xA0) { /* U+0080 to U+009F */
            if (next != 0x85) {
                return false;
            }
            i++;
            byte = ' ';
        } else if (byte >= '\t' && byte <= '\r') {
            byte = ' ';
        } else if (byte < ' ' || byte == 0x7F) {
            return false;
        }
        text[kept++] = (char)byte;
    }
    *size = kept;
    return true;
}

/* ---- one parameter ---- */

struct reading {
    struct csa_site_parameters *parameters;
    struct csa_arena *arena;
    struct csa_error *error;
    enum csa_status status; /* the first failure */
    size_t count;           /* of pairs */
};

/* Keeps the first failure of all; the rest is read nevertheless. */
static void refuse(struct reading *reading, enum csa_status status, const char *name, const char *why)
{
    if (reading->status == CSA_OK) {
        reading->status = csa_error_set(reading->error, status, "%s: %s", name, why);
    }
}

static void run_out_of_memory(struct reading *reading)
{
    if (reading->status != CSA_ERROR_MEMORY) {
        reading->status = csa_error_set_memory(reading->error, "the request");
    }
}

/* From 1 to maximum, which `expected` names. */
static void read_count(struct reading *reading, const char *name, struct csa_view value, size_t maximum,
                       const char *expected, size_t *number)
{
    size_t read = 0;
    size_t i = 0;
    while (i < value.size && value.data[i] >= '0' && value.data[i] <= '9' && read <= maximum) {
        read = read * 10 + (size_t)(value.data[i++] - '0');
    }
    if (i != value.size || read == 0 || read > maximum) {
        refuse(reading, CSA_ERROR_MISUSE, name, expected);
    } else {
        *number = read;
    }
}

static const char to_hits[] = "must be a whole number from 1 to 10000";
static const char to_passages[] = "must be a whole number from 1 to 1000000000";
_Static_assert(CSA_HITS_MAXIMUM == 10000 && CSA_SITE_PASSAGE_MAXIMUM == 1000000000, "the messages say so");

static bool find_format(struct csa_view value, enum csa_site_format *format)
{
    for (unsigned i = 0; i < sizeof format_names / sizeof *format_names; i++) {
        if (csa_view_equal(value, csa_view_of(format_names[i]))) {
            *format = (enum csa_site_format)i;
            return true;
        }
    }
    return false;
}

static void read_format(struct reading *reading, struct csa_view value)
{
    if (!find_format(value, &reading->parameters->format)) {
        refuse(reading, CSA_ERROR_MISUSE, "format", "must be html, json or atom");
    }
}

static void read_sort(struct reading *reading, struct csa_view value)
{
    for (unsigned i = CSA_SORT_RELEVANCE; i <= CSA_SORT_OLDEST; i++) {
        if (csa_view_equal(value, csa_view_of(csa_sort_name((enum csa_sort)i)))) {
            reading->parameters->sort = (enum csa_sort)i;
            return;
        }
    }
    refuse(reading, CSA_ERROR_MISUSE, "sort", "must be relevance, newest or oldest");
}

/* Whether the value means something as a filter of the query language; *node is that filter. */
static bool is_filter(struct reading *reading, enum csa_field field, struct csa_view value,
                      struct csa_node *node, bool *swapped)
{
    bool understood = false;
    *node = (struct csa_node){.kind = CSA_NODE_FILTER, .field = field, .whole = csa_filter_is_name(field)};
    if (csa_filter_read(node, value, false, reading->arena, &understood, swapped, NULL) != CSA_OK) {
        run_out_of_memory(reading);
        return false;
    }
    return understood;
}

static void read_filter(struct reading *reading, enum csa_site_filter filter, struct csa_view value)
{
    static const char *const expected[] = {"must not be empty", "must be a language's code, such as en",
                                           "must be a year, such as 2023", "must not be empty"};
    struct csa_node node;
    bool swapped = false;
    bool good = is_filter(reading, filter_fields[filter], value, &node, &swapped);
    if (!good || (filter == CSA_FILTER_YEAR && value.size != 4)) {
        refuse(reading, CSA_ERROR_MISUSE, filter_names[filter], expected[filter]);
        return;
    }
    struct csa_site_filter_values *values = &reading->parameters->filters[filter];
    value = filter == CSA_FILTER_LANGUAGE ? node.text : value;
    for (size_t i = 0; i < values->count; i++) {
        if (csa_view_equal(values->items[i], value)) {
            return;
        }
    }
    if (values->count == CSA_SITE_FILTERS) {
        refuse(reading, CSA_ERROR_MISUSE, filter_names[filter], "stands too often");
        return;
    }
    values->items[values->count++] = value;
}

static void read_date(struct reading *reading, struct csa_view value)
{
    struct csa_node node;
    bool swapped = false;
    if (!is_filter(reading, CSA_FIELD_DATE, value, &node, &swapped)) {
        refuse(reading, CSA_ERROR_MISUSE, "date", "must be as 2023, 2023-08, 2023-08-11 or 2023..2024");
    } else if (swapped) {
        refuse(reading, CSA_ERROR_MISUSE, "date", "begins after its end");
    } else {
        reading->parameters->date = value;
    }
}

/* ---- names ---- */

enum name {
    QUERY,
    PAGE,
    HITS,
    FORMAT,
    SORT,
    DATE,
    ARTICLE,
    PASSAGE,
    LIKE,
    TAG,
    FILTERS,
    UNKNOWN = FILTERS + CSA_FILTER_COUNT
};

static const char *const names[FILTERS] = {"q",    "page",    "n",       "format", "sort",
                                           "date", "article", "passage", "like",   "v"};

static const char *name_text(enum name name)
{
    return name < FILTERS ? names[name] : filter_names[name - FILTERS];
}

static enum name find_name(struct csa_view encoded)
{
    char text[3 * NAME_MAXIMUM];
    size_t size = 0;
    if (encoded.size > sizeof text || !decode(encoded, text, &size)) {
        return UNKNOWN;
    }
    unsigned name = 0;
    while (name < UNKNOWN &&
           !csa_view_equal(csa_view_make(text, size), csa_view_of(name_text((enum name)name)))) {
        name++;
    }
    return (enum name)name;
}

static void set(struct reading *reading, enum name name, struct csa_view value)
{
    struct csa_site_parameters *parameters = reading->parameters;
    switch (name) {
    case QUERY:
        parameters->query = value;
        break;
    case PAGE:
        read_count(reading, "page", value, CSA_HITS_MAXIMUM, to_hits, &parameters->page);
        break;
    case HITS:
        read_count(reading, "n", value, CSA_HITS_MAXIMUM, to_hits, &parameters->hits);
        break;
    case FORMAT:
        read_format(reading, value);
        break;
    case SORT:
        read_sort(reading, value);
        break;
    case DATE:
        read_date(reading, value);
        break;
    case ARTICLE:
        parameters->article = value;
        break;
    case PASSAGE:
        read_count(reading, "passage", value, CSA_SITE_PASSAGE_MAXIMUM, to_passages, &parameters->passage);
        break;
    case LIKE:
        parameters->like = value;
        break;
    case TAG:
        parameters->tag = value;
        break;
    default:
        read_filter(reading, (enum csa_site_filter)(name - FILTERS), value);
        break;
    }
}

/* ---- all of them ---- */

static void read_pair(struct reading *reading, struct csa_view pair)
{
    const char *sign = memchr(pair.data, '=', pair.size);
    size_t size = sign == NULL ? pair.size : (size_t)(sign - pair.data);
    enum name name = find_name(csa_view_make(pair.data, size));
    if (name == UNKNOWN || sign == NULL || size + 1 == pair.size) {
        return;
    }
    struct csa_view encoded = csa_view_make(sign + 1, pair.size - size - 1);
    char *text = csa_arena_alloc(reading->arena, encoded.size + 1, 1);
    if (text == NULL) {
        run_out_of_memory(reading);
        return;
    }
    size_t decoded = 0;
    if (!decode(encoded, text, &decoded)) {
        refuse(reading, CSA_ERROR_MISUSE, name_text(name), "a % must have two hexadecimal digits behind it");
    } else if (decoded > CSA_SITE_VALUE) {
        refuse(reading, name == QUERY ? CSA_ERROR_LIMIT : CSA_ERROR_MISUSE, name_text(name), "is too long");
    } else if (!csa_utf8_is_valid(csa_view_make(text, decoded))) {
        refuse(reading, CSA_ERROR_MISUSE, name_text(name), "must be UTF-8");
    } else if (!clean(text, &decoded)) {
        refuse(reading, CSA_ERROR_MISUSE, name_text(name), "must not have control characters");
    } else {
        set(reading, name, csa_view_make(text, decoded));
    }
}

static void read_pairs(struct reading *reading, struct csa_view text)
{
    for (size_t begin = 0, end; begin < text.size; begin = end + 1) {
        const char *sign = memchr(text.data + begin, '&', text.size - begin);
        end = sign == NULL ? text.size : (size_t)(sign - text.data);
        if (end == begin) {
            continue;
        }
        if (reading->count++ == CSA_SITE_PARAMETERS) {
            refuse(reading, CSA_ERROR_MISUSE, "the request", "has too many parameters");
            return;
        }
        read_pair(reading, csa_view_make(text.data + begin, end - begin));
    }
}

/* application/x-www-form-urlencoded, whatever parameters (charset) follow. */
static bool is_form(struct csa_view type)
{
    static const char form[] = "application/x-www-form-urlencoded";
    size_t size = 0;
    while (size < type.size && type.data[size] != ';') {
        size++;
    }
    struct csa_view media = csa_view_trim(csa_view_make(type.data, size));
    if (media.size != sizeof form - 1) {
        return false;
    }
    for (size_t i = 0; i < media.size; i++) {
        char byte = media.data[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte) != form[i]) {
            return false;
        }
    }
    return true;
}

enum csa_status csa_site_parameters_read(const struct csa_site_request *request, struct csa_arena *arena,
                                         struct csa_site_parameters *parameters, struct csa_error *error)
{
    *parameters = (struct csa_site_parameters){.page = 1};
    struct reading reading = {.parameters = parameters, .arena = arena, .error = error};
    if (request->query_string.size > CSA_SITE_URL_MAXIMUM) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "the address is too long");
    }
    read_pairs(&reading, request->query_string);
    if (request->method == CSA_METHOD_POST && request->body.size != 0) {
        if (is_form(request->content_type)) {
            read_pairs(&reading, request->body);
        } else if (reading.status == CSA_OK) {
            reading.status =
                csa_error_set(error, CSA_ERROR_UNSUPPORTED, "what was sent is not a form that was filled in");
        }
    }
    if (parameters->format != CSA_FORMAT_SUGGEST) { /* what completes a text has to repeat it as it is */
        parameters->query = csa_view_trim(parameters->query);
    }
    return reading.status;
}

enum csa_site_format csa_site_parameters_format(struct csa_view query_string)
{
    struct csa_view name = csa_view_of("format=");
    enum csa_site_format format = CSA_FORMAT_HTML;
    for (size_t begin = 0, end; begin < query_string.size; begin = end + 1) {
        const char *sign = memchr(query_string.data + begin, '&', query_string.size - begin);
        end = sign == NULL ? query_string.size : (size_t)(sign - query_string.data);
        struct csa_view pair = csa_view_make(query_string.data + begin, end - begin);
        if (csa_view_starts_with(pair, name)) {
            find_format(csa_view_make(pair.data + name.size, pair.size - name.size), &format);
        }
    }
    return format;
}

/* ---- links ---- */

static void append_encoded(struct csa_buffer *out, struct csa_view text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
        if (plain || byte == ' ') {
            csa_buffer_append_byte(out, plain ? byte : '+');
        } else {
            const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
            csa_buffer_append(out, encoded, sizeof encoded);
        }
    }
}

static void append(struct csa_buffer *out, size_t *count, const char *name, struct csa_view value)
{
    if (value.size != 0) {
        csa_buffer_append_view(out, csa_view_of((*count)++ == 0 ? "" : "&"));
        csa_buffer_append_view(out, csa_view_of(name));
        csa_buffer_append_byte(out, '=');
        append_encoded(out, value);
    }
}

static void append_number(struct csa_buffer *out, size_t *count, const char *name, size_t number)
{
    csa_buffer_append_format(out, "%s%s=%zu", (*count)++ == 0 ? "" : "&", name, number);
}

void csa_site_parameters_link(struct csa_buffer *out, const struct csa_site_parameters *parameters)
{
    size_t count = 0;
    csa_buffer_append_byte(out, '?');
    append(out, &count, "q", parameters->query);
    append(out, &count, "article", parameters->article);
    if (parameters->article.size != 0 && parameters->passage != 0) {
        append_number(out, &count, "passage", parameters->passage);
    }
    append(out, &count, "like", parameters->like);
    for (unsigned filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        const struct csa_site_filter_values *values = &parameters->filters[filter];
        for (size_t i = 0; i < values->count; i++) {
            append(out, &count, filter_names[filter], values->items[i]);
        }
    }
    append(out, &count, "date", parameters->date);
    if (parameters->sort != CSA_SORT_RELEVANCE) {
        append(out, &count, "sort", csa_view_of(csa_sort_name(parameters->sort)));
    }
    if (parameters->hits != 0) {
        append_number(out, &count, "n", parameters->hits);
    }
    if (parameters->page > 1) {
        append_number(out, &count, "page", parameters->page);
    }
    if (parameters->format != CSA_FORMAT_HTML) {
        append(out, &count, "format", csa_view_of(format_names[parameters->format]));
    }
    append(out, &count, "v", parameters->tag);
}
