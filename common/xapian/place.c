/* What a user names -> single databases: addresses, folders, files, stubs. libxapian would follow stubs by
 * itself; here they are read by us, so that a shard that fails can be named, waits no longer than it may, and
 * no stub runs a program. */
#include "common/xapian/place.h"

#include "common/base/buffer.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/view.h"

#include <stdio.h>
#include <string.h>

static const char scheme[] = "xapian://";
static const char magic[] = "\x0F\x0DXapian Glass"; /* begins a database in a single file */

struct finder {
    struct csa_arena *arena;
    struct csa_xapian_place *places; /* csa_malloc() */
    size_t count, capacity;
    struct csa_error *error;
};

static enum csa_status find_path(struct finder *finder, const char *path, unsigned depth);

static enum csa_status add_place(struct finder *finder, const struct csa_xapian_place *place)
{
    if (finder->count == CSA_XAPIAN_PLACES_MAXIMUM) {
        return csa_error_set(finder->error, CSA_ERROR_LIMIT, "more than %d databases at once",
                             CSA_XAPIAN_PLACES_MAXIMUM);
    }
    struct csa_xapian_place *grown =
        csa_grow(finder->places, &finder->capacity, finder->count + 1, sizeof *grown);
    if (grown == NULL) {
        return csa_error_set_memory(finder->error, "databases");
    }
    finder->places = grown;
    finder->places[finder->count++] = *place;
    return CSA_OK;
}

static enum csa_status add_local(struct finder *finder, const char *path)
{
    struct csa_view copy = csa_arena_copy(finder->arena, csa_view_of(path));
    if (copy.data == NULL) {
        return csa_error_set_memory(finder->error, "databases");
    }
    return add_place(finder, &(struct csa_xapian_place){.name = copy.data, .path = copy.data});
}

/* "host:port" or "[address]:port". False when it is neither. */
static bool split_address(struct csa_view text, struct csa_view *host, uint16_t *port)
{
    size_t colon = text.size;
    while (colon != 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    unsigned number = 0;
    for (size_t i = colon; i < text.size; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit > 9 || (number = number * 10 + digit) > UINT16_MAX) {
            return false;
        }
    }
    if (colon < 2 || colon == text.size || number == 0) {
        return false;
    }
    *host = csa_view_make(text.data, colon - 1);
    *port = (uint16_t)number;
    if (host->data[0] == '[') {
        if (host->size < 3 || host->data[host->size - 1] != ']') {
            return false;
        }
        *host = csa_view_make(host->data + 1, host->size - 2);
    }
    for (size_t i = 0; i < host->size; i++) {
        if ((unsigned char)host->data[i] <= ' ' || host->data[i] == 0x7F) {
            return false;
        }
    }
    return true;
}

static enum csa_status add_server(struct finder *finder, struct csa_view text, bool *understood)
{
    struct csa_view host;
    struct csa_xapian_place place = {0};
    *understood = split_address(text, &host, &place.port);
    if (!*understood) {
        return CSA_OK;
    }
    place.name = csa_arena_copy(finder->arena, text).data;
    place.host = csa_arena_copy(finder->arena, host).data;
    if (place.name == NULL || place.host == NULL) {
        return csa_error_set_memory(finder->error, "databases");
    }
    return add_place(finder, &place);
}

static enum csa_status find_servers(struct finder *finder, struct csa_view list)
{
    for (;;) {
        const char *comma = list.size == 0 ? NULL : memchr(list.data, ',', list.size);
        struct csa_view one =
            csa_view_make(list.data, comma == NULL ? list.size : (size_t)(comma - list.data));
        bool understood;
        enum csa_status status = add_server(finder, one, &understood);
        if (status != CSA_OK) {
            return status;
        }
        if (!understood) {
            return csa_error_set(finder->error, CSA_ERROR_MISUSE,
                                 "%.*s: not HOST:PORT, as in xapian://127.0.0.1:7001,127.0.0.1:7002",
                                 (int)(one.size > 200 ? 200 : one.size), one.size == 0 ? "" : one.data);
        }
        if (comma == NULL) {
            return CSA_OK;
        }
        list = csa_view_make(comma + 1, list.size - one.size - 1);
    }
}

/* ---- stubs ---- */

enum line_kind { LINE_NONE, LINE_ANY, LINE_DATABASE, LINE_SERVER, LINE_UNKNOWN };

/* What a line asks for; *rest is what follows its first word. */
static enum line_kind classify(struct csa_view line, struct csa_view *rest)
{
    static const struct {
        const char *word;
        enum line_kind kind;
    } words[] = {
        {"auto", LINE_ANY}, {"glass", LINE_DATABASE}, {"chert", LINE_DATABASE}, {"remote", LINE_SERVER}};
    if (line.size == 0 || line.data[0] == '#') {
        return LINE_NONE;
    }
    const char *space = memchr(line.data, ' ', line.size);
    struct csa_view word = csa_view_make(line.data, space == NULL ? line.size : (size_t)(space - line.data));
    *rest = csa_view_make(line.data + word.size, line.size - word.size);
    if (space != NULL) {
        *rest = csa_view_make(rest->data + 1, rest->size - 1);
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (csa_view_equal(word, csa_view_of(words[i].word)) && rest->size != 0 &&
            memchr(rest->data, '\0', rest->size) == NULL) {
            return words[i].kind;
        }
    }
    return LINE_UNKNOWN;
}

/* A path named in a stub, null-terminated, as seen from here. */
static const char *resolve(struct csa_arena *arena, const char *stub, struct csa_view path)
{
    const char *slash = strrchr(stub, '/');
    if (path.data[0] == '/' || slash == NULL) {
        return csa_arena_copy(arena, path).data;
    }
    size_t folder = (size_t)(slash - stub) + 1;
    char *joined = csa_arena_alloc(arena, folder + path.size + 1, 1);
    if (joined != NULL) {
        memcpy(joined, stub, folder);
        memcpy(joined + folder, path.data, path.size);
        joined[folder + path.size] = '\0';
    }
    return joined;
}

static enum csa_status follow_line(struct finder *finder, const char *stub, size_t number,
                                   struct csa_view line, unsigned depth)
{
    struct csa_view rest = {0};
    enum line_kind kind = classify(line, &rest);
    bool understood = kind != LINE_UNKNOWN;
    if (kind == LINE_SERVER) {
        if (rest.data[0] == ':') {
            return csa_error_set(finder->error, CSA_ERROR_UNSUPPORTED,
                                 "%s: line %zu asks for a program to be run, which CSA does not do", stub,
                                 number);
        }
        enum csa_status status = add_server(finder, rest, &understood);
        if (status != CSA_OK) {
            return status;
        }
    } else if (kind == LINE_DATABASE || kind == LINE_ANY) {
        const char *path = resolve(finder->arena, stub, rest);
        if (path == NULL) {
            return csa_error_set_memory(finder->error, "databases");
        }
        return kind == LINE_ANY ? find_path(finder, path, depth + 1) : add_local(finder, path);
    }
    return understood ? CSA_OK
                      : csa_error_set(finder->error, CSA_ERROR_DAMAGED,
                                      "%s: line %zu names no Xapian database (auto PATH, remote HOST:PORT)",
                                      stub, number);
}

/* Calls for each line of a text. */
static bool next_line(struct csa_view *text, struct csa_view *line)
{
    if (text->size == 0) {
        return false;
    }
    const char *end = memchr(text->data, '\n', text->size);
    size_t size = end == NULL ? text->size : (size_t)(end - text->data);
    *line = csa_view_make(text->data, size);
    size_t step = size + (end != NULL);
    *text = csa_view_make(text->data + step, text->size - step);
    if (line->size != 0 && line->data[line->size - 1] == '\r') {
        line->size--;
    }
    return true;
}

static enum csa_status follow_stub(struct finder *finder, const char *stub, struct csa_view text,
                                   unsigned depth)
{
    if (depth == CSA_XAPIAN_STUB_DEPTH) {
        return csa_error_set(finder->error, CSA_ERROR_LIMIT, "%s: stubs name stubs more than %d deep", stub,
                             CSA_XAPIAN_STUB_DEPTH);
    }
    size_t before = finder->count;
    struct csa_view line;
    for (size_t number = 1; next_line(&text, &line); number++) {
        enum csa_status status = follow_line(finder, stub, number, line, depth);
        if (status != CSA_OK) {
            return status;
        }
    }
    return finder->count != before
               ? CSA_OK
               : csa_error_set(finder->error, CSA_ERROR_DAMAGED, "%s: names no Xapian database", stub);
}

/* A file is a stub when its first line that says something is one of a stub. */
static bool looks_like_stub(struct csa_view text)
{
    struct csa_view line, rest;
    while (next_line(&text, &line)) {
        enum line_kind kind = classify(line, &rest);
        if (kind != LINE_NONE) {
            return kind != LINE_UNKNOWN;
        }
    }
    return false;
}

/* A stub, `must` be one, or else a file that may be. */
static enum csa_status find_stub(struct finder *finder, const char *path, bool must, unsigned depth)
{
    struct csa_buffer text;
    csa_buffer_init(&text, CSA_XAPIAN_STUB_MAXIMUM);
    struct csa_error error = {0};
    enum csa_status status = csa_file_read(path, &text, &error);
    if (status != CSA_OK) {
        status = must || status != CSA_ERROR_LIMIT ? csa_error_pass(finder->error, &error) : CSA_OK;
    } else if (must || looks_like_stub(csa_buffer_view(&text))) {
        status = follow_stub(finder, path, csa_buffer_view(&text), depth);
    }
    csa_buffer_release(&text);
    return status;
}

/* ---- paths ---- */

static bool is_single_file(const char *path)
{
    struct csa_mapping mapping = {0};
    bool is = csa_mapping_open(&mapping, path, NULL) == CSA_OK && mapping.size >= sizeof magic - 1 &&
              memcmp(mapping.data, magic, sizeof magic - 1) == 0;
    csa_mapping_close(&mapping);
    return is;
}

static enum csa_status find_folder(struct finder *finder, const char *path, unsigned depth)
{
    static const char *const names[] = {"iamglass", "iamchert", "XAPIANDB"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *file = csa_file_join(path, names[i]);
        if (file == NULL) {
            return csa_error_set_memory(finder->error, "databases");
        }
        bool there = csa_file_exists(file);
        enum csa_status status = CSA_OK;
        if (there) {
            status = i == 2 ? find_stub(finder, file, true, depth) : add_local(finder, path);
        }
        csa_free(file);
        if (there) {
            return status;
        }
    }
    return CSA_OK;
}

static enum csa_status find_path(struct finder *finder, const char *path, unsigned depth)
{
    size_t before = finder->count;
    enum csa_status status = CSA_OK;
    if (csa_file_is_folder(path)) {
        status = find_folder(finder, path, depth);
    } else if (is_single_file(path)) {
        status = add_local(finder, path);
    } else if (csa_file_exists(path)) {
        status = find_stub(finder, path, false, depth);
    }
    if (status == CSA_OK && depth != 0 && finder->count == before) {
        return add_local(finder, path); /* named by a stub: opening it will say what is wrong */
    }
    return status;
}

enum csa_status csa_xapian_places_find(const char *where, struct csa_arena *arena,
                                       struct csa_xapian_place **places, size_t *count,
                                       struct csa_error *error)
{
    struct finder finder = {.arena = arena, .error = error};
    struct csa_view text = csa_view_of(where);
    *places = NULL;
    *count = 0;
    enum csa_status status;
    if (csa_view_starts_with(text, csa_view_of(scheme))) {
        size_t skip = sizeof scheme - 1;
        status = find_servers(&finder, csa_view_make(text.data + skip, text.size - skip));
    } else {
        status = find_path(&finder, where, 0);
    }
    if (status == CSA_OK && finder.count != 0) {
        *places = csa_arena_alloc(arena, finder.count, sizeof **places);
        if (*places == NULL) {
            status = csa_error_set_memory(error, "databases");
        } else {
            memcpy(*places, finder.places, finder.count * sizeof **places);
            *count = finder.count;
        }
    }
    csa_free(finder.places);
    return status;
}
