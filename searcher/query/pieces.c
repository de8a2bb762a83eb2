/* Cutting a word or quoted string into tokens.
 *
 * The tokenizer knows nothing of patterns. So the text is first rewritten: a wildcard inside a word becomes a
 * rare letter that no token has otherwise and that folding leaves alone, and `~N` at the end of a word
 * becomes
 * `~` and a control character. The tokens are then read off the rewritten text, and the letters turned back.
 */
#include "searcher/query/pieces.h"

#include "common/base/buffer.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

/* Two letters of the Lisu script. Where a query itself has one of them, patterns are not read. */
static const char ANY_MARK[] = "\xEA\x93\x90";
static const char ONE_MARK[] = "\xEA\x93\x91";
enum { MARK_SIZE = 3 };

/* The characters behind `~` in rewritten text. */
enum {
    EDITS_DEFAULT = 1,
    EDITS_FRACTION = 2,
    EDITS_FAR = 3,
    EDITS_NONE = 4, /* EDITS_NONE + n: n edits */
};

enum { FUZZY_CHARACTERS = 3, SHORT_CHARACTERS = 5 };

static uint32_t character_at(const char *p, const char *end)
{
    uint32_t character = ' ';
    if (p < end) {
        csa_utf8_decode(p, end, &character);
    }
    return character;
}

static bool is_word_character(uint32_t character)
{
    return (character >= '0' && character <= '9') || csa_unicode_is_letter(character);
}

/* A script of which pairs are indexed, as far as it can be told. */
static bool is_paired(uint32_t character)
{
    enum csa_script script = csa_unicode_script(character);
    return script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_KANA || script == CSA_SCRIPT_HANGUL ||
           script == CSA_SCRIPT_THAI;
}

/* What the characters between two blanks look like. */
struct chunk {
    const char *end;
    bool path;         /* has one of / : = : a question mark there is no wildcard */
    bool address;      /* has :// : neither is a star */
    const char *fuzzy; /* the `~` that ends it, with its number; null: none */
};

static bool has_letter(const char *p, const char *end)
{
    while (p < end) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        if (csa_unicode_is_letter(character)) {
            return true;
        }
    }
    return false;
}

/* `~`, digits, perhaps with a point, at the end of a chunk, behind a word that is no number. */
static const char *find_fuzzy(const char *start, const char *end)
{
    const char *p = end;
    while (p > start && ((p[-1] >= '0' && p[-1] <= '9') || p[-1] == '.')) {
        p--;
    }
    if (p == start || p[-1] != '~') {
        return NULL;
    }
    const char *tilde = p - 1;
    const char *word = tilde;
    while (word > start && (word[-1] < 0 || is_word_character((uint32_t)word[-1]))) {
        word--;
    }
    return has_letter(word, tilde) ? tilde : NULL;
}

static struct chunk look_at_chunk(const char *start, const char *end)
{
    struct chunk chunk = {.end = start};
    while (chunk.end < end) {
        uint32_t character;
        const char *next = csa_utf8_decode(chunk.end, end, &character);
        if (csa_unicode_is_space(character)) {
            break;
        }
        chunk.path = chunk.path || character == '/' || character == ':' || character == '=';
        chunk.address =
            chunk.address || (character == ':' && end - next >= 2 && next[0] == '/' && next[1] == '/');
        chunk.end = next;
    }
    chunk.fuzzy = find_fuzzy(start, chunk.end);
    return chunk;
}

static uint8_t read_edits(const char *p, const char *end)
{
    if (p == end) {
        return EDITS_DEFAULT;
    }
    for (const char *q = p; q < end; q++) {
        if (*q == '.') {
            return EDITS_FRACTION;
        }
    }
    return end - p > 1 || *p > '2' ? EDITS_FAR : (uint8_t)(EDITS_NONE + (*p - '0'));
}

/* The wildcards from p on in a chunk that begins at `start`. Those inside or before a word become marks, a
 * star behind a word stays. Returns the byte behind them all. */
static const char *rewrite_wildcards(const char *p, const char *start, const struct chunk *chunk,
                                     struct csa_buffer *out, struct csa_pieces *pieces)
{
    const char *behind = p;
    bool questions = false;
    while (behind < chunk->end && (*behind == '*' || *behind == '?')) {
        behind++;
    }
    uint32_t next = character_at(behind, chunk->end);
    bool goes_on = is_word_character(next) && !is_paired(next);
    const char *end = behind;
    while (!goes_on && end > p && end[-1] == '?') {
        end--; /* punctuation */
    }
    for (const char *q = p; q < end; q++) {
        questions = questions || *q == '?';
    }
    bool begun = p > start && (p[-1] < 0 || is_word_character((uint32_t)p[-1]));
    if (chunk->address || (chunk->path && questions) || (!goes_on && !begun && !questions)) {
        pieces->no_pattern = pieces->no_pattern || (!chunk->address && !questions && end > p);
        csa_buffer_append_byte(out, ' ');
        return behind;
    }
    for (const char *q = p; q < end; q++) {
        if (*q == '?') {
            csa_buffer_append(out, ONE_MARK, MARK_SIZE);
        } else if (q + 1 == end && !goes_on) {
            csa_buffer_append_byte(out, '*');
        } else if (q + 1 == end || q[1] != '*') { /* of several stars the last */
            csa_buffer_append(out, ANY_MARK, MARK_SIZE);
        }
    }
    if (end < behind) {
        csa_buffer_append_byte(out, ' ');
    }
    return behind;
}

static void rewrite_chunk(const char *start, const struct chunk *chunk, struct csa_buffer *out,
                          struct csa_pieces *pieces)
{
    const char *p = start;
    const char *end = chunk->fuzzy == NULL ? chunk->end : chunk->fuzzy;
    while (p < end) {
        if (*p == '*' || *p == '?') {
            p = rewrite_wildcards(p, start, chunk, out, pieces);
        } else {
            csa_buffer_append_byte(out, *p >= 0 && *p < ' ' ? ' ' : (uint8_t)*p);
            p++;
        }
    }
    if (chunk->fuzzy != NULL) {
        csa_buffer_append_byte(out, '~');
        csa_buffer_append_byte(out, read_edits(chunk->fuzzy + 1, chunk->end));
    }
}

static void rewrite(struct csa_view text, struct csa_buffer *out, struct csa_pieces *pieces)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        struct chunk chunk = look_at_chunk(p, end);
        rewrite_chunk(p, &chunk, out, pieces);
        p = chunk.end;
        if (p < end) { /* the blank */
            uint32_t character;
            p = csa_utf8_decode(p, end, &character);
            csa_buffer_append_byte(out, ' ');
        }
    }
}

static bool has_mark(struct csa_view text)
{
    for (size_t i = 0; i + MARK_SIZE <= text.size; i++) {
        if (memcmp(text.data + i, ANY_MARK, MARK_SIZE) == 0 ||
            memcmp(text.data + i, ONE_MARK, MARK_SIZE) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- tokens ---- */

/* Turns marks back in place; the text is the piece's own copy. Returns whether it has a letter or digit. */
static bool restore_marks(struct csa_view *text, char *bytes)
{
    size_t size = 0;
    for (size_t i = 0; i < text->size;) {
        bool fits = i + MARK_SIZE <= text->size;
        bool any = fits && memcmp(bytes + i, ANY_MARK, MARK_SIZE) == 0;
        bool one = fits && memcmp(bytes + i, ONE_MARK, MARK_SIZE) == 0;
        char byte = any ? '*' : one ? '?' : bytes[i];
        i += any || one ? MARK_SIZE : 1;
        bytes[size++] = byte;
    }
    text->size = size;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9') {
            return true;
        }
    }
    return has_letter(bytes, bytes + size);
}

static size_t count_characters(struct csa_view text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += ((uint8_t)text.data[i] & 0xC0) != 0x80;
    }
    return count;
}

static void set_edits(struct csa_piece *piece, uint8_t edits, bool pair, struct csa_pieces *pieces)
{
    size_t characters = count_characters(piece->text);
    if (!has_letter(piece->text.data, piece->text.data + piece->text.size)) {
        return;
    }
    pieces->far = pieces->far || edits == EDITS_FAR;
    pieces->fraction = pieces->fraction || edits == EDITS_FRACTION;
    unsigned distance = edits == EDITS_FAR               ? 2
                        : edits >= EDITS_NONE            ? (unsigned)(edits - EDITS_NONE)
                        : characters <= SHORT_CHARACTERS ? 1
                                                         : 2;
    if (pair) {
        pieces->pair_pattern = true;
        return;
    }
    pieces->too_short = pieces->too_short || (characters < FUZZY_CHARACTERS && distance != 0);
    bool fuzzy = distance != 0 && characters >= FUZZY_CHARACTERS;
    piece->kind = fuzzy ? CSA_NODE_FUZZY : CSA_NODE_EXACT;
    piece->distance = fuzzy ? distance : 0;
}

/* Where a script follows that is searched by pairs, the word ends: then a question mark at the end is
 * punctuation and a star makes a prefix. There is a letter or digit in the text. */
static void set_pattern(struct csa_piece *piece)
{
    struct csa_view *text = &piece->text;
    while (strchr("?.'", text->data[text->size - 1]) != NULL) {
        text->size--;
    }
    const char *wildcard = text->data;
    const char *end = text->data + text->size;
    while (wildcard < end && *wildcard != '*' && *wildcard != '?') {
        wildcard++;
    }
    if (wildcard + 1 == end) {
        text->size--;
    }
    if (wildcard < end) {
        piece->kind = wildcard + 1 == end ? CSA_NODE_PREFIX : CSA_NODE_WILDCARD;
    }
}

struct reader {
    struct csa_view text; /* rewritten */
    enum csa_pieces_mode mode;
    bool patterns; /* marks, `*` and `~` mean what the rewriting made them */
    struct csa_arena *arena;
    struct csa_pieces *pieces;
    size_t room;
};

/* Fills the piece for a token, with what stands behind it in the text. False when it is a pattern of nothing
 * but wildcards, or when memory ran out (then its text has no data). */
static bool fill_piece(struct reader *reader, const struct csa_token *token, struct csa_piece *piece)
{
    const char *end = reader->text.data + reader->text.size;
    const char *behind = reader->patterns ? reader->text.data + token->end : end;
    bool pair = (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END)) != 0;
    bool starred = behind < end && *behind == '*';
    char *bytes = csa_arena_alloc(reader->arena, token->surface.size + 1, 1);
    piece->text = csa_view_make(bytes, token->surface.size);
    if (bytes == NULL) {
        return false;
    }
    memcpy(bytes, token->surface.data, token->surface.size);
    if (reader->patterns && has_mark(token->surface)) {
        if (!restore_marks(&piece->text, bytes)) {
            reader->pieces->no_pattern = true;
            return false;
        }
        if (starred) {
            bytes[piece->text.size++] = '*';
        }
        set_pattern(piece);
    } else if (starred || (token->flags & CSA_TOKEN_PAIR_END) != 0) {
        piece->kind = CSA_NODE_PREFIX;
        piece->character = (token->flags & CSA_TOKEN_PAIR_END) != 0;
    } else if (end - behind >= 2 && *behind == '~' && behind[1] > 0 && behind[1] < ' ') {
        set_edits(piece, (uint8_t)behind[1], pair, reader->pieces);
    }
    return true;
}

static bool add_piece(struct reader *reader, const struct csa_piece *piece)
{
    struct csa_pieces *pieces = reader->pieces;
    if (pieces->count == reader->room) {
        size_t larger = reader->room == 0 ? 8 : reader->room * 2;
        struct csa_piece *items = csa_arena_alloc(reader->arena, larger, sizeof *items);
        if (items == NULL) {
            return false;
        }
        if (pieces->count != 0) {
            memcpy(items, pieces->items, pieces->count * sizeof *items);
        }
        pieces->items = items;
        reader->room = larger;
    }
    pieces->items[pieces->count++] = *piece;
    return true;
}

/* False when out of memory. */
static bool read_tokens(struct reader *reader)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    size_t covered = 0;   /* bytes that an extra token stands for */
    uint32_t dropped = 0; /* positions of patterns that are none */
    bool pair_before = false;
    bool words = reader->mode == CSA_PIECES_WORD || reader->mode == CSA_PIECES_BARE;
    csa_tokenizer_init(&tokenizer, reader->text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        bool extra = (token.flags & CSA_TOKEN_EXTRA) != 0;
        bool covers_last = (token.flags & CSA_TOKEN_PAIR_END) != 0 && pair_before;
        pair_before = extra ? pair_before : (token.flags & CSA_TOKEN_PAIR) != 0;
        if (covers_last && reader->pieces->count != 0) {
            reader->pieces->items[reader->pieces->count - 1].ends_run = true;
        }
        if (covers_last || (extra && !words) || (!extra && token.end <= covered)) {
            continue;
        }
        struct csa_piece piece = {.position = token.position - dropped,
                                  .kind = words && !extra ? CSA_NODE_WORD : CSA_NODE_EXACT};
        bool kept = fill_piece(reader, &token, &piece);
        if (piece.text.data == NULL || (kept && !add_piece(reader, &piece))) {
            return false;
        }
        dropped += !kept && !extra;
        covered = extra ? token.end : covered;
    }
    return true;
}

enum csa_status csa_pieces_read(struct csa_view text, enum csa_pieces_mode mode, struct csa_arena *arena,
                                struct csa_pieces *pieces, struct csa_error *error)
{
    *pieces = (struct csa_pieces){0};
    struct reader reader = {.mode = mode,
                            .patterns =
                                (mode == CSA_PIECES_WORD || mode == CSA_PIECES_PHRASE) && !has_mark(text),
                            .arena = arena,
                            .pieces = pieces};
    struct csa_buffer rewritten;
    csa_buffer_init(&rewritten, text.size * MARK_SIZE + 16);
    if (reader.patterns) {
        rewrite(text, &rewritten, pieces);
    } else {
        csa_buffer_append_view(&rewritten, text);
    }
    reader.text = csa_buffer_view(&rewritten);
    bool read = !rewritten.failed && read_tokens(&reader);
    csa_buffer_release(&rewritten);
    return read ? CSA_OK : csa_error_set_memory(error, "query");
}

bool csa_pieces_overlap(struct csa_view first, struct csa_view second, struct csa_view *tail)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, first);
    if (!csa_tokenizer_next(&tokenizer, &token) || (token.flags & CSA_TOKEN_PAIR) == 0 ||
        !csa_tokenizer_next(&tokenizer, &token) || !csa_view_starts_with(second, token.surface) ||
        second.size == token.surface.size) {
        return false;
    }
    *tail = csa_view_make(second.data + token.surface.size, second.size - token.surface.size);
    csa_tokenizer_init(&tokenizer, second);
    return csa_tokenizer_next(&tokenizer, &token) && (token.flags & CSA_TOKEN_PAIR) != 0;
}
