/* Reading the configuration file: a table of names, each with the kind of its value and where it goes. Called
 * once, before the first request, by main_cgi.c and csa-search --serve.
 *
 * A line is `name = value`; one that begins with # is a comment. A value goes to the end of its line, so that
 * it may hold any character but control ones. */
#include "searcher/site/config.h"

#include "common/base/buffer.h"
#include "common/base/file.h"
#include "common/index/hash.h"
#include "common/text/unicode.h"
#include "searcher/output/facets.h"
#include "searcher/results/page.h"
#include "searcher/site/origin.h"
#include "searcher/site/parameters.h"
#include "searcher/site/words.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum kind { TEXT, PATH, URL, CORS, LANGUAGE, COUNT, NUMBER, SIZE, FLAG, FACETS, LOG };

struct setting {
    const char *name;
    enum kind kind;
    size_t offset; /* of the field in struct csa_site_config */
    uint64_t least, most;
};

#define SETTING(kind, field, least, most)                                                                    \
    {                                                                                                        \
#field, kind, offsetof(struct csa_site_config, field), least, most                                   \
    }

static const struct setting settings[] = {
    SETTING(PATH, index, 0, 0),
    SETTING(TEXT, title, 0, 0),
    SETTING(LANGUAGE, language, 0, 0),
    SETTING(PATH, words, 0, 0),
    SETTING(PATH, page, 0, 0),
    SETTING(PATH, head, 0, 0),
    SETTING(PATH, header, 0, 0),
    SETTING(PATH, footer, 0, 0),
    SETTING(PATH, style, 0, 0),
    SETTING(PATH, synonyms, 0, 0),
    SETTING(URL, url, 0, 0),
    SETTING(CORS, cors, 0, 0),
    SETTING(COUNT, hits, 1, CSA_HITS_MAXIMUM),
    SETTING(COUNT, hits_maximum, 1, CSA_HITS_MAXIMUM),
    SETTING(FACETS, facets, 0, 0),
    SETTING(FLAG, timeline, 0, 0),
    SETTING(FLAG, viewer, 0, 0),
    SETTING(FLAG, suggestions, 0, 0),
    SETTING(NUMBER, deadline_ms, 1, 600000),
    SETTING(SIZE, memory, UINT64_C(64) << 20, UINT64_MAX),
    SETTING(SIZE, cache_memory, UINT64_C(1) << 20, UINT64_MAX),
    SETTING(NUMBER, cache_seconds, 0, 31536000),
    SETTING(NUMBER, workers, 1, 256),
    SETTING(NUMBER, requests, 0, UINT32_MAX),
    SETTING(LOG, log, 0, 0),
    SETTING(FLAG, log_addresses, 0, 0),
    SETTING(FLAG, sandbox, 0, 0),
};

enum { SETTINGS = sizeof settings / sizeof *settings, HITS = 10, HITS_MAXIMUM = 100 };

void csa_site_config_default(struct csa_site_config *config)
{
    *config = (struct csa_site_config){
        .language = "en",
        .hits = HITS,
        .hits_maximum = HITS_MAXIMUM,
        .facets = 1U << CSA_FACET_SOURCE | 1U << CSA_FACET_LANGUAGE | 1U << CSA_FACET_YEAR,
        .timeline = true,
        .viewer = true,
        .suggestions = true,
        .deadline_ms = 2000,
        .memory = UINT64_C(512) << 20,
        .cache_memory = UINT64_C(8) << 20,
        .cache_seconds = 60,
        .workers = 1,
        .log = CSA_SITE_LOG_ERRORS,
        .sandbox = true,
    };
}

/* What reading works with; `why` is what is wrong with the value at hand. */
struct reader {
    struct csa_arena *arena;
    struct csa_site_config *config;
    struct csa_view folder; /* of the file, with its last slash; empty: the current one */
    unsigned given;         /* lines of settings so far: 1 << their place in the table */
    const char *why;
    char range[80]; /* where `why` is made */
    bool out_of_memory;
};

_Static_assert(SETTINGS <= 32, "reader.given has a bit for each setting");

/* ---- values ---- */

static const char *keep(struct reader *reader, struct csa_view first, struct csa_view second)
{
    char *text = csa_arena_alloc(reader->arena, first.size + second.size + 1, 1);
    if (text == NULL) {
        reader->out_of_memory = true;
        return NULL;
    }
    if (first.size != 0) {
        memcpy(text, first.data, first.size);
    }
    memcpy(text + first.size, second.data, second.size);
    text[first.size + second.size] = '\0';
    return text;
}

static bool read_number(struct csa_view text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte < '0' || byte > '9' || *number > (UINT64_MAX - 9) / 10) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(byte - '0');
    }
    return text.size != 0;
}

/* 512M: a number and K, M or G, or nothing. 0 is none. */
static bool read_size(struct csa_view text, uint64_t least, uint64_t *size)
{
    unsigned shift = 0;
    char last = text.size == 0 ? '\0' : text.data[text.size - 1];
    if (last == 'K' || last == 'M' || last == 'G') {
        shift = last == 'K' ? 10 : last == 'M' ? 20 : 30;
        text.size--;
    }
    if (!read_number(text, size) || *size > UINT64_MAX >> shift) {
        return false;
    }
    *size <<= shift;
    return *size == 0 || *size >= least;
}

/* scheme://host and more, in printable ASCII without what would end it in a header, an attribute or XML. */
static bool is_url(struct csa_view text)
{
    struct csa_view http = csa_view_of("http://");
    struct csa_view https = csa_view_of("https://");
    size_t scheme = csa_view_starts_with(text, http)    ? http.size
                    : csa_view_starts_with(text, https) ? https.size
                                                        : text.size;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= ' ' || byte >= 0x7F || strchr("\"'<>\\^`{|}?#", byte) != NULL) {
            return false;
        }
    }
    return scheme < text.size && text.data[scheme] != '/';
}

/* An origin: scheme and host, no path. */
static bool is_origin(struct csa_view text)
{
    const char *slashes = text.size < 3 ? NULL : memmem(text.data, text.size, "//", 2);
    return is_url(text) && slashes != NULL &&
           csa_origin_is_host(csa_view_make(slashes + 2, (size_t)(text.data + text.size - slashes) - 2));
}

/* The names of the facets; that of the language also as its filter is called in links. */
static bool read_facets(struct csa_view text, unsigned *facets)
{
    static const enum csa_facet offered[] = {CSA_FACET_SOURCE, CSA_FACET_LANGUAGE, CSA_FACET_AUTHOR,
                                             CSA_FACET_YEAR};
    *facets = 0;
    if (csa_view_equal(text, csa_view_of("none"))) {
        return true;
    }
    for (size_t begin = 0, end; begin <= text.size; begin = end + 1) {
        for (end = begin; end < text.size && text.data[end] != ',';) {
            end++;
        }
        struct csa_view name = csa_view_trim(csa_view_make(text.data + begin, end - begin));
        if (csa_view_equal(name, csa_view_of(csa_site_filter_name(CSA_FILTER_LANGUAGE)))) {
            name = csa_view_of(csa_facet_name(CSA_FACET_LANGUAGE));
        }
        size_t i = 0;
        while (i < sizeof offered / sizeof *offered &&
               !csa_view_equal(name, csa_view_of(csa_facet_name(offered[i])))) {
            i++;
        }
        if (i == sizeof offered / sizeof *offered) {
            return false;
        }
        *facets |= 1U << offered[i];
    }
    return true;
}

static bool read_flag(struct csa_view text, bool *flag)
{
    *flag = csa_view_equal(text, csa_view_of("yes"));
    return *flag || csa_view_equal(text, csa_view_of("no"));
}

static void set_text(struct reader *reader, const struct setting *setting, struct csa_view value)
{
    struct csa_view folder = {0};
    switch (setting->kind) {
    case PATH:
        folder = value.data[0] == '/' ? folder : reader->folder;
        break;
    case URL:
        reader->why = is_url(value) ? NULL : "is not a URL such as https://example.org/search";
        break;
    case CORS:
        reader->why = csa_view_equal(value, csa_view_of("*")) || is_origin(value)
                          ? NULL
                          : "is neither * nor an origin such as https://example.org";
        break;
    default:
        break;
    }
    const char *text = reader->why == NULL ? keep(reader, folder, value) : NULL;
    if (setting->kind == LANGUAGE && text != NULL && !csa_words_has_language(text)) {
        reader->why = "is not a language of the page: en, ru, zh or de";
    }
    if (text != NULL) {
        memcpy((char *)reader->config + setting->offset, &text, sizeof text);
    }
}

static void set_number(struct reader *reader, const struct setting *setting, struct csa_view value)
{
    void *field = (char *)reader->config + setting->offset;
    uint64_t number;
    if (setting->kind == SIZE) {
        if (read_size(value, setting->least, &number)) {
            memcpy(field, &number, sizeof number);
        } else {
            snprintf(reader->range, sizeof reader->range,
                     "is not a size such as 512M: from %lluM, or 0 for none",
                     (unsigned long long)setting->least >> 20);
            reader->why = reader->range;
        }
        return;
    }
    if (!read_number(value, &number) || number < setting->least || number > setting->most) {
        snprintf(reader->range, sizeof reader->range, "is not a whole number from %llu to %llu",
                 (unsigned long long)setting->least, (unsigned long long)setting->most);
        reader->why = reader->range;
    } else if (setting->kind == COUNT) {
        size_t count = (size_t)number;
        memcpy(field, &count, sizeof count);
    } else {
        uint32_t small = (uint32_t)number;
        memcpy(field, &small, sizeof small);
    }
}

static void set_value(struct reader *reader, const struct setting *setting, struct csa_view value)
{
    void *field = (char *)reader->config + setting->offset;
    reader->why = NULL;
    switch (setting->kind) {
    case FLAG:
        reader->why = read_flag(value, field) ? NULL : "is neither yes nor no";
        break;
    case FACETS:
        reader->why = read_facets(value, field)
                          ? NULL
                          : "is neither none nor some of source, language, author, year, with commas";
        break;
    case LOG:
        reader->config->log =
            csa_view_equal(value, csa_view_of("requests")) ? CSA_SITE_LOG_REQUESTS : CSA_SITE_LOG_ERRORS;
        reader->why =
            reader->config->log == CSA_SITE_LOG_REQUESTS || csa_view_equal(value, csa_view_of("errors"))
                ? NULL
                : "is neither errors nor requests";
        break;
    case COUNT:
    case NUMBER:
    case SIZE:
        set_number(reader, setting, value);
        break;
    default:
        set_text(reader, setting, value);
        break;
    }
}

/* ---- lines ---- */

static bool has_control(struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7F) {
            return true;
        }
    }
    return false;
}

static const struct setting *find_setting(struct csa_view name)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        if (csa_view_equal(name, csa_view_of(settings[i].name))) {
            return &settings[i];
        }
    }
    return NULL;
}

static enum csa_status read_line(struct reader *reader, const char *path, unsigned number,
                                 struct csa_view line, struct csa_error *error)
{
    line = csa_view_trim(line);
    if (line.size == 0 || line.data[0] == '#') {
        return CSA_OK;
    }
    if (has_control(line) || !csa_utf8_is_valid(line)) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s:%u: %s", path, number,
                             has_control(line) ? "has a control character" : "is not UTF-8");
    }
    const char *sign = memchr(line.data, '=', line.size);
    if (sign == NULL) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s:%u: is not a line `name = value`", path, number);
    }
    struct csa_view name = csa_view_trim(csa_view_make(line.data, (size_t)(sign - line.data)));
    struct csa_view value =
        csa_view_trim(csa_view_make(sign + 1, (size_t)(line.data + line.size - sign) - 1));
    const struct setting *setting = find_setting(name);
    int shown = (int)(name.size < 64 ? name.size : csa_utf8_truncate(name, 64));
    if (setting == NULL) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s:%u: %.*s: no setting has this name", path, number,
                             shown, name.data);
    }
    unsigned bit = 1U << (setting - settings);
    if ((reader->given & bit) != 0) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s:%u: %s: is given twice", path, number,
                             setting->name);
    }
    reader->given |= bit;
    if (value.size == 0) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s:%u: %s: has no value", path, number,
                             setting->name);
    }
    set_value(reader, setting, value);
    if (reader->out_of_memory) {
        return csa_error_set_memory(error, path);
    }
    return reader->why == NULL ? CSA_OK
                               : csa_error_set(error, CSA_ERROR_DAMAGED, "%s:%u: %s: %s", path, number,
                                               setting->name, reader->why);
}

/* Of the two, the one that is not given (0) follows the other where it has to. */
static bool settle_hits(struct csa_site_config *config)
{
    size_t hits = config->hits != 0 ? config->hits : HITS;
    size_t maximum = config->hits_maximum != 0 ? config->hits_maximum : HITS_MAXIMUM;
    config->hits = config->hits == 0 && hits > maximum ? maximum : hits;
    config->hits_maximum = config->hits_maximum == 0 && hits > maximum ? hits : maximum;
    return config->hits <= config->hits_maximum;
}

static enum csa_status read_lines(struct reader *reader, const char *path, struct csa_view text,
                                  struct csa_error *error)
{
    struct csa_view mark = csa_view_of("\xEF\xBB\xBF");
    size_t begin = csa_view_starts_with(text, mark) ? mark.size : 0;
    for (unsigned number = 1; begin < text.size; number++) {
        const char *line = text.data + begin;
        const char *newline = memchr(line, '\n', text.size - begin);
        size_t size = newline == NULL ? text.size - begin : (size_t)(newline - line);
        enum csa_status status = read_line(reader, path, number, csa_view_make(line, size), error);
        if (status != CSA_OK) {
            return status;
        }
        begin += size + 1;
    }
    if (reader->config->index == NULL) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: has no line `index = DIR`", path);
    }
    if (!settle_hits(reader->config)) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: hits is more than hits_maximum", path);
    }
    return CSA_OK;
}

enum csa_status csa_site_config_read(const char *path, struct csa_arena *arena,
                                     struct csa_site_config *config, struct csa_error *error)
{
    struct csa_buffer text;
    csa_buffer_init(&text, CSA_CONFIG_FILE_MAXIMUM);
    csa_site_config_default(config);
    config->hits = config->hits_maximum = 0;
    enum csa_status status = csa_file_read(path, &text, error);
    if (status == CSA_OK) {
        const char *slash = strrchr(path, '/');
        struct reader reader = {
            .arena = arena,
            .config = config,
            .folder = csa_view_make(path, slash == NULL ? 0 : (size_t)(slash - path) + 1),
        };
        config->fingerprint = csa_hash(csa_buffer_view(&text));
        config->file = keep(&reader, (struct csa_view){0}, csa_view_of(path));
        status = config->file == NULL ? csa_error_set_memory(error, path)
                                      : read_lines(&reader, path, csa_buffer_view(&text), error);
    }
    csa_buffer_release(&text);
    return status;
}
