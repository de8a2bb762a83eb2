/* The words of one language by key: words.h. Files are read in layers, each over the one before: English, the
 * language, the site's own. Owns the table of keys, its texts and those of the built-in files; called by the
 * site at its start, its views at every request. words_fill.c fills and counts. */
#include "searcher/site/words.h"

#include "common/base/memory.h"
#include "common/text/unicode.h"
#include "searcher/site/assets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAXIMUM = 64, KEY_PARTS = 4 };

struct entry {
    struct csa_view key, text;
    unsigned layer;
    bool counted;                 /* its last part names a plural form */
    const char *parts[KEY_PARTS]; /* of the key, each with a null byte behind it */
    size_t part_count;
};

struct csa_words {
    struct csa_arena arena;
    struct entry *entries;
    size_t count, capacity;
    uint32_t *slots; /* hash table: index of an entry + 1; 0: free */
    size_t slot_count;
};

static const char *const languages[] = {"en", "ru", "zh", "de"};
static const char *const plurals[] = {"none", "one", "french", "slavic", "polish", "czech"};

/* One file on its way in. */
struct layer {
    struct csa_words *words;
    const char *origin;
    unsigned number; /* 0: English */
    bool closed;     /* takes only keys that are there */
    size_t line;
    struct csa_error *error;
};

/* ---- the table ---- */

static uint64_t hash_of(struct csa_view key)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (size_t i = 0; i < key.size; i++) {
        hash = (hash ^ (unsigned char)key.data[i]) * 1099511628211U;
    }
    return hash;
}

/* Where the key is, or would be put; slot_count is a power of two and more than the entries. */
static uint32_t *find_slot(const struct csa_words *words, struct csa_view key)
{
    size_t at = (size_t)hash_of(key) & (words->slot_count - 1);
    while (words->slots[at] != 0 && !csa_view_equal(words->entries[words->slots[at] - 1].key, key)) {
        at = (at + 1) & (words->slot_count - 1);
    }
    return &words->slots[at];
}

static struct entry *find_entry(const struct csa_words *words, struct csa_view key)
{
    uint32_t slot = words->slot_count == 0 ? 0 : *find_slot(words, key);
    return slot == 0 ? NULL : &words->entries[slot - 1];
}

static bool grow_slots(struct csa_words *words)
{
    if (words->slot_count > words->count * 2) {
        return true;
    }
    size_t slot_count = words->slot_count == 0 ? 512 : words->slot_count * 2;
    uint32_t *slots = csa_calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    csa_free(words->slots);
    words->slots = slots;
    words->slot_count = slot_count;
    for (size_t i = 0; i < words->count; i++) {
        *find_slot(words, words->entries[i].key) = (uint32_t)(i + 1);
    }
    return true;
}

bool csa_words_find(const struct csa_words *words, struct csa_view key, struct csa_view *text)
{
    const struct entry *entry = find_entry(words, key);
    if (entry != NULL) {
        *text = entry->text;
    }
    return entry != NULL;
}

struct csa_view csa_words_get(const struct csa_words *words, const char *key)
{
    struct csa_view text = csa_view_of(key);
    csa_words_find(words, text, &text);
    return text;
}

/* ---- files ---- */

static enum csa_status fail(const struct layer *layer, const char *why, struct csa_view what)
{
    return csa_error_set(layer->error, CSA_ERROR_DAMAGED, "%s:%zu: %s%.*s", layer->origin, layer->line, why,
                         (int)(what.size < KEY_MAXIMUM ? what.size : KEY_MAXIMUM),
                         what.size == 0 ? "" : what.data);
}

/* Cuts the key into parts, in the arena; false with *why when it is none. */
static bool cut_key(struct csa_words *words, struct csa_view key, struct entry *entry, const char **why)
{
    *why = "a key has letters, digits and -, in up to four parts joined by dots: ";
    struct csa_view copy = csa_arena_copy(&words->arena, key);
    if (copy.data == NULL) {
        *why = NULL;
        return false;
    }
    if (key.size == 0 || key.size > KEY_MAXIMUM) {
        return false;
    }
    char *p = (char *)copy.data; /* our own copy, not shown to anybody yet */
    entry->parts[entry->part_count++] = p;
    for (size_t i = 0; i < key.size; i++) {
        bool dot = p[i] == '.';
        bool letter = (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= '0' && p[i] <= '9') || p[i] == '-';
        bool empty = &p[i] == entry->parts[entry->part_count - 1];
        if ((!dot && !letter) || (dot && (empty || i + 1 == key.size || entry->part_count == KEY_PARTS))) {
            return false;
        }
        if (dot) {
            p[i] = '\0';
            entry->parts[entry->part_count++] = p + i + 1;
        }
    }
    const char *last = entry->parts[entry->part_count - 1];
    entry->counted = entry->part_count > 1 && (strcmp(last, "one") == 0 || strcmp(last, "few") == 0 ||
                                               strcmp(last, "many") == 0 || strcmp(last, "other") == 0);
    return true;
}

/* Whether another key of the table makes a counted key of this form known. */
static bool is_counted_key(const struct csa_words *words, struct csa_view key)
{
    char other[KEY_MAXIMUM + 8];
    size_t size = key.size;
    while (size > 0 && key.data[size - 1] != '.') {
        size--;
    }
    int written = snprintf(other, sizeof other, "%.*sother", (int)size, key.data);
    return written > 0 && find_entry(words, csa_view_make(other, (size_t)written)) != NULL;
}

static enum csa_status add_entry(struct layer *layer, struct csa_view key, struct csa_view text)
{
    struct csa_words *words = layer->words;
    struct entry *known = find_entry(words, key);
    if (known != NULL) {
        if (known->layer == layer->number) {
            return fail(layer, "this key stands in the file already: ", key);
        }
        known->text = text;
        known->layer = layer->number;
        return CSA_OK;
    }
    struct entry entry = {.text = text, .layer = layer->number};
    const char *why;
    if (!cut_key(words, key, &entry, &why)) {
        return why == NULL ? csa_error_set_memory(layer->error, "words") : fail(layer, why, key);
    }
    if (layer->closed && (!entry.counted || !is_counted_key(words, key))) {
        return fail(layer, "no such key: ", key);
    }
    entry.key = csa_arena_copy(&words->arena, key);
    struct entry *entries = csa_grow(words->entries, &words->capacity, words->count + 1, sizeof *entries);
    if (entries != NULL) {
        words->entries = entries;
    }
    if (entry.key.data == NULL || entries == NULL || !grow_slots(words)) {
        return csa_error_set_memory(layer->error, "words");
    }
    *find_slot(words, entry.key) = (uint32_t)(words->count + 1);
    words->entries[words->count++] = entry;
    return CSA_OK;
}

static enum csa_status read_line(struct layer *layer, struct csa_view line)
{
    line = csa_view_trim(line);
    if (line.size == 0 || line.data[0] == '#') {
        return CSA_OK;
    }
    const char *equals = memchr(line.data, '=', line.size);
    if (equals == NULL) {
        return fail(layer, "a line must be \"key = text\"", (struct csa_view){0});
    }
    size_t size = (size_t)(equals - line.data);
    struct csa_view key = csa_view_trim(csa_view_make(line.data, size));
    struct csa_view text = csa_view_trim(csa_view_make(equals + 1, line.size - size - 1));
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7F) {
            return fail(layer, "a control character in the text of ", key);
        }
    }
    if (!csa_utf8_is_valid(line)) {
        return fail(layer, "not UTF-8", (struct csa_view){0});
    }
    if (csa_view_equal(key, csa_view_of("plural"))) {
        bool good = false;
        for (size_t i = 0; i < sizeof plurals / sizeof *plurals; i++) {
            good = good || csa_view_equal(text, csa_view_of(plurals[i]));
        }
        if (!good) {
            return fail(layer, "plural must be none, one, french, slavic, polish or czech",
                        (struct csa_view){0});
        }
    }
    return add_entry(layer, key, text);
}

static enum csa_status read_file(struct layer *layer, struct csa_view file)
{
    if (file.size > CSA_WORDS_FILE_MAXIMUM) {
        return csa_error_set(layer->error, CSA_ERROR_LIMIT, "%s: a file of words has at most %d bytes",
                             layer->origin, CSA_WORDS_FILE_MAXIMUM);
    }
    size_t at = csa_view_starts_with(file, csa_view_of("\xEF\xBB\xBF")) ? 3 : 0; /* byte order mark */
    while (at < file.size) {
        const char *end = memchr(file.data + at, '\n', file.size - at);
        size_t size = end == NULL ? file.size - at : (size_t)(end - file.data) - at;
        layer->line++;
        enum csa_status status = read_line(layer, csa_view_make(file.data + at, size));
        if (status != CSA_OK) {
            return status;
        }
        at += size + 1;
    }
    return CSA_OK;
}

/* ---- all of them ---- */

bool csa_words_has_language(const char *language)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        if (strcmp(languages[i], language) == 0) {
            return true;
        }
    }
    return false;
}

static enum csa_status read_layers(struct csa_words *words, const char *language, struct csa_view text,
                                   const char *origin, struct csa_error *error)
{
    char name[32];
    snprintf(name, sizeof name, "words/%s.txt", language);
    struct layer english = {.words = words, .origin = "words/en.txt", .error = error};
    struct layer base = {.words = words, .origin = name, .number = 1, .closed = true, .error = error};
    struct layer own = {.words = words, .origin = origin, .number = 2, .closed = true, .error = error};
    enum csa_status status = read_file(&english, csa_site_asset("words/en.txt").text);
    if (status == CSA_OK && strcmp(language, "en") != 0) {
        status = read_file(&base, csa_site_asset(name).text);
    }
    if (status == CSA_OK && text.size != 0) {
        struct csa_view copy = csa_arena_copy(&words->arena, text);
        status = copy.data == NULL ? csa_error_set_memory(error, "words") : read_file(&own, copy);
    }
    return status;
}

enum csa_status csa_words_open(const char *language, struct csa_view text, const char *origin,
                               struct csa_words **words, struct csa_error *error)
{
    *words = NULL;
    if (!csa_words_has_language(language)) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND,
                             "no words for the language '%.16s': there are en, ru, zh and de", language);
    }
    struct csa_words *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "words");
    }
    csa_arena_init(&made->arena, 0);
    enum csa_status status = read_layers(made, language, text, origin, error);
    if (status != CSA_OK) {
        csa_words_close(made);
        return status;
    }
    *words = made;
    return CSA_OK;
}

void csa_words_close(struct csa_words *words)
{
    if (words == NULL) {
        return;
    }
    csa_free(words->entries);
    csa_free(words->slots);
    csa_arena_release(&words->arena);
    csa_free(words);
}

/* Keys of one beginning stand together, since they do so in the English file, which has all plain ones. */
struct csa_value *csa_words_values(const struct csa_words *words, struct csa_value_builder *builder)
{
    struct csa_value *objects[KEY_PARTS] = {csa_value_new_object(builder)};
    const struct entry *last = NULL;
    for (size_t i = 0; i < words->count; i++) {
        const struct entry *entry = &words->entries[i];
        if (entry->counted) {
            continue;
        }
        size_t depth = 0; /* parts that lead through the same objects as the last key's */
        while (last != NULL && depth + 1 < entry->part_count && depth + 1 < last->part_count &&
               strcmp(entry->parts[depth], last->parts[depth]) == 0) {
            depth++;
        }
        for (; depth + 1 < entry->part_count; depth++) {
            objects[depth + 1] = csa_value_set_object(builder, objects[depth], entry->parts[depth]);
        }
        csa_value_set_text(builder, objects[depth], entry->parts[depth], entry->text);
        last = entry;
    }
    return objects[0];
}
