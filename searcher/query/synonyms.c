/* Reading a file of synonyms into a hash table of token sequences: both sides of each rule as bare words are
 * cut and as phrases are. The table owns everything in one arena. */
#include "searcher/query/synonyms.h"

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/text/unicode.h"

enum { BUCKETS = 1 << 14 };

struct csa_synonyms {
    struct csa_arena arena;
    size_t rules;
    struct csa_synonym_entry **buckets; /* BUCKETS, in the arena */
};

/* ---- the table ---- */

/* FNV-1a (Fowler, Noll, Vo) over the tokens, with a byte between them that none has. */
static uint64_t hash_tokens(const struct csa_synonym_token *tokens, size_t count)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < tokens[i].text.size; j++) {
            hash = (hash ^ (uint8_t)tokens[i].text.data[j]) * UINT64_C(1099511628211);
        }
        hash = (hash ^ (tokens[i].prefix + 2 * (uint64_t)tokens[i].gap)) * UINT64_C(1099511628211);
    }
    return hash;
}

static const struct csa_pieces *pieces_of(const struct csa_synonym_entry *entry)
{
    const struct csa_synonym_side *side = &entry->rule->sides[entry->side];
    return entry->phrase ? &side->parts : &side->words;
}

static struct csa_synonym_token token_of(const struct csa_synonym_entry *entry, size_t i)
{
    const struct csa_piece *piece = &pieces_of(entry)->items[i];
    uint32_t gap = entry->phrase && i > 0 ? piece->position - piece[-1].position : 0;
    return (struct csa_synonym_token){piece->text, piece->kind == CSA_NODE_PREFIX, gap};
}

static bool has_tokens(const struct csa_synonym_entry *entry, const struct csa_synonym_token *tokens,
                       size_t count)
{
    if (pieces_of(entry)->count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct csa_synonym_token token = token_of(entry, i);
        if (tokens[i].prefix != token.prefix || tokens[i].gap != token.gap ||
            !csa_view_equal(tokens[i].text, token.text)) {
            return false;
        }
    }
    return true;
}

const struct csa_synonym_entry *csa_synonyms_find(const struct csa_synonyms *synonyms,
                                                  const struct csa_synonym_token *tokens, size_t count,
                                                  bool phrase, const struct csa_synonym_entry *entry)
{
    uint64_t hash = entry == NULL ? hash_tokens(tokens, count) : entry->hash;
    entry = entry == NULL ? synonyms->buckets[hash % BUCKETS] : entry->next;
    while (entry != NULL &&
           (entry->hash != hash || entry->phrase != phrase || !has_tokens(entry, tokens, count))) {
        entry = entry->next;
    }
    return entry;
}

static bool add_entry(struct csa_synonyms *synonyms, const struct csa_synonym_rule *rule, size_t side,
                      bool phrase)
{
    struct csa_synonym_entry *entry = csa_arena_zalloc(&synonyms->arena, 1, sizeof *entry);
    if (entry == NULL) {
        return false;
    }
    *entry = (struct csa_synonym_entry){.rule = rule, .side = side, .phrase = phrase};
    size_t count = pieces_of(entry)->count;
    struct csa_synonym_token tokens[CSA_SYNONYMS_WORDS];
    for (size_t i = 0; i < count; i++) {
        tokens[i] = token_of(entry, i);
    }
    entry->hash = hash_tokens(tokens, count);
    struct csa_synonym_entry **last = &synonyms->buckets[entry->hash % BUCKETS];
    entry->next = *last;
    *last = entry;
    return true;
}

/* ---- lines ---- */

struct line {
    const char *name; /* of the file */
    size_t number;
    struct csa_synonyms *synonyms;
    struct csa_error *error;
};

static enum csa_status refuse(const struct line *line, enum csa_status status, const char *why)
{
    return csa_error_set(line->error, status, "%s: line %zu: %s", line->name, line->number, why);
}

static bool same_pieces(const struct csa_pieces *a, const struct csa_pieces *b)
{
    for (size_t i = 0; i < a->count && a->count == b->count; i++) {
        if (a->items[i].kind != b->items[i].kind || a->items[i].position != b->items[i].position ||
            !csa_view_equal(a->items[i].text, b->items[i].text)) {
            return false;
        }
    }
    return a->count == b->count;
}

/* Whether a star stands at a word, as one of a pattern does. */
static bool has_pattern(struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        bool begun = i > 0 && strchr(" \t*", text.data[i - 1]) == NULL;
        bool goes_on = i + 1 < text.size && strchr(" \t*", text.data[i + 1]) == NULL;
        if (text.data[i] == '*' && (begun || goes_on)) {
            return true;
        }
    }
    return false;
}

/* Adds a side to the rule, unless it has these words already. */
static enum csa_status add_side(const struct line *line, struct csa_synonym_rule *rule, struct csa_view text)
{
    struct csa_synonym_side side;
    struct csa_arena *arena = &line->synonyms->arena;
    enum csa_status status = csa_pieces_read(text, CSA_PIECES_PLAIN, arena, &side.parts, line->error);
    if (status == CSA_OK) {
        status = csa_pieces_read(text, CSA_PIECES_BARE, arena, &side.words, line->error);
    }
    if (status != CSA_OK) {
        return status;
    }
    if (has_pattern(text)) {
        return refuse(line, CSA_ERROR_DAMAGED, "a side with a star: synonyms are words and no patterns");
    }
    if (side.parts.count == 0) {
        return refuse(line, CSA_ERROR_DAMAGED, "a side without a word");
    }
    if (side.parts.count > CSA_SYNONYMS_WORDS) {
        return csa_error_set(line->error, CSA_ERROR_LIMIT, "%s: line %zu: a side of more than %d words",
                             line->name, line->number, CSA_SYNONYMS_WORDS);
    }
    for (size_t i = 0; i < rule->count; i++) {
        if (same_pieces(&rule->sides[i].parts, &side.parts) &&
            same_pieces(&rule->sides[i].words, &side.words)) {
            return CSA_OK;
        }
    }
    if (rule->count == CSA_SYNONYMS_SIDES) {
        return csa_error_set(line->error, CSA_ERROR_LIMIT, "%s: line %zu: a rule of more than %d sides",
                             line->name, line->number, CSA_SYNONYMS_SIDES);
    }
    rule->sides[rule->count++] = side;
    return CSA_OK;
}

/* Bytes of the comma at p, 0 when there is none; also the one of full width. */
static size_t comma_at(const char *p, const char *end)
{
    return *p == ',' ? 1 : end - p >= 3 && memcmp(p, "\xEF\xBC\x8C", 3) == 0 ? 3 : 0;
}

static enum csa_status add_sides(const struct line *line, struct csa_synonym_rule *rule, struct csa_view text)
{
    const char *end = text.data + text.size;
    const char *start = text.data;
    enum csa_status status = CSA_OK;
    for (const char *p = start; status == CSA_OK; p++) {
        size_t comma = p == end ? 0 : comma_at(p, end);
        if (p == end || comma != 0) {
            status = add_side(line, rule, csa_view_make(start, (size_t)(p - start)));
            start = p + comma;
        }
        if (p == end) {
            break;
        }
    }
    return status;
}

static const char *find_arrow(struct csa_view text)
{
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (text.data[i] == '=' && text.data[i + 1] == '>') {
            return text.data + i;
        }
    }
    return NULL;
}

static enum csa_status read_sides(const struct line *line, struct csa_synonym_rule *rule,
                                  struct csa_view text)
{
    const char *end = text.data + text.size;
    const char *arrow = find_arrow(text);
    if (arrow == NULL) {
        enum csa_status status = add_sides(line, rule, text);
        rule->left = rule->count;
        rule->two_way = true;
        return status != CSA_OK || rule->count > 1 ? status
                                                   : refuse(line, CSA_ERROR_DAMAGED, "no second side");
    }
    struct csa_view right = csa_view_make(arrow + 2, (size_t)(end - arrow - 2));
    if (find_arrow(right) != NULL) {
        return refuse(line, CSA_ERROR_DAMAGED, "a second =>");
    }
    enum csa_status status = add_sides(line, rule, csa_view_make(text.data, (size_t)(arrow - text.data)));
    rule->left = rule->count;
    if (status == CSA_OK) {
        status = add_sides(line, rule, right);
    }
    return status != CSA_OK || rule->count > rule->left
               ? status
               : refuse(line, CSA_ERROR_DAMAGED, "the right side says the same as the left one");
}

static enum csa_status read_rule(const struct line *line, struct csa_view text)
{
    struct csa_synonyms *synonyms = line->synonyms;
    if (++synonyms->rules > CSA_SYNONYMS_RULES) {
        return csa_error_set(line->error, CSA_ERROR_LIMIT, "%s: line %zu: more than %d rules", line->name,
                             line->number, CSA_SYNONYMS_RULES);
    }
    struct csa_synonym_side sides[CSA_SYNONYMS_SIDES];
    struct csa_synonym_rule *rule = csa_arena_zalloc(&synonyms->arena, 1, sizeof *rule);
    if (rule == NULL) {
        return csa_error_set_memory(line->error, "synonyms");
    }
    rule->sides = sides;
    enum csa_status status = read_sides(line, rule, text);
    if (status != CSA_OK) {
        return status;
    }
    rule->sides = csa_arena_alloc(&synonyms->arena, rule->count, sizeof *rule->sides);
    bool added = rule->sides != NULL;
    if (added) {
        memcpy(rule->sides, sides, rule->count * sizeof *rule->sides);
    }
    for (size_t i = 0; i < rule->left && added; i++) {
        added = add_entry(synonyms, rule, i, false) && add_entry(synonyms, rule, i, true);
    }
    return added ? CSA_OK : csa_error_set_memory(line->error, "synonyms");
}

static enum csa_status read_lines(struct csa_view text, struct line *line)
{
    const char *end = text.size == 0 ? text.data : text.data + text.size;
    enum csa_status status = CSA_OK;
    for (const char *p = text.data; p < end && status == CSA_OK;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline == NULL ? end : newline;
        struct csa_view content = csa_view_trim(csa_view_make(p, (size_t)(stop - p)));
        line->number++;
        if (!csa_utf8_is_valid(content)) {
            status = refuse(line, CSA_ERROR_DAMAGED, "not UTF-8");
        } else if (content.size != 0 && content.data[0] != '#') {
            status = read_rule(line, content);
        }
        p = newline == NULL ? end : newline + 1;
    }
    return status;
}

/* ---- the whole ---- */

enum csa_status csa_synonyms_read(struct csa_view text, const char *name, struct csa_synonyms **synonyms,
                                  struct csa_error *error)
{
    struct csa_synonyms *made = csa_calloc(1, sizeof *made);
    *synonyms = NULL;
    if (made == NULL) {
        return csa_error_set_memory(error, "synonyms");
    }
    csa_arena_init(&made->arena, 0);
    made->buckets = csa_arena_zalloc(&made->arena, BUCKETS, sizeof(struct csa_synonym_entry *));
    enum csa_status status =
        made->buckets == NULL ? csa_error_set_memory(error, "synonyms")
        : text.size > CSA_SYNONYMS_BYTES
            ? csa_error_set(error, CSA_ERROR_LIMIT, "%s: more than %d bytes", name, CSA_SYNONYMS_BYTES)
            : CSA_OK;
    if (csa_view_starts_with(text, csa_view_of("\xEF\xBB\xBF"))) {
        text = csa_view_make(text.data + 3, text.size - 3);
    }
    if (status == CSA_OK) {
        struct line line = {.name = name, .synonyms = made, .error = error};
        status = read_lines(text, &line);
    }
    if (status != CSA_OK) {
        csa_synonyms_close(made);
        return status;
    }
    *synonyms = made;
    return CSA_OK;
}

enum csa_status csa_synonyms_open(const char *path, struct csa_synonyms **synonyms, struct csa_error *error)
{
    struct csa_buffer text;
    *synonyms = NULL;
    csa_buffer_init(&text, CSA_SYNONYMS_BYTES);
    enum csa_status status = csa_file_read_stream(path, &text, error);
    if (status == CSA_OK) {
        status = csa_synonyms_read(csa_buffer_view(&text), path, synonyms, error);
    }
    csa_buffer_release(&text);
    return status;
}

void csa_synonyms_close(struct csa_synonyms *synonyms)
{
    if (synonyms != NULL) {
        csa_arena_release(&synonyms->arena);
        csa_free(synonyms);
    }
}
