/* Reading the tokens of a shown text and its neighbours: shown_tokens.h. The same analysis as at indexing. */
#include "searcher/results/shown_tokens.h"

#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

#include <string.h>

enum { NEIGHBOUR_MAXIMUM = 4096 }; /* bytes of a neighbouring passage that are looked at */

static bool append_token(struct csa_shown_tokens *tokens, const struct csa_token *token,
                         struct csa_stemmer *stemmer, struct csa_arena *arena)
{
    if (tokens->count == tokens->room) {
        size_t room = tokens->room == 0 ? 256 : tokens->room * 2;
        struct csa_shown_token *items = csa_arena_alloc(arena, room, sizeof *items);
        if (items == NULL) {
            return false;
        }
        if (tokens->count != 0) {
            memcpy(items, tokens->items, tokens->count * sizeof *items);
        }
        tokens->items = items;
        tokens->room = room;
    }
    struct csa_shown_token *item = &tokens->items[tokens->count++];
    *item = (struct csa_shown_token){.begin = token->begin,
                                     .end = token->end,
                                     .position = tokens->positions + token->position,
                                     .pair = (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END)) != 0};
    item->surface = csa_arena_copy(arena, token->surface);
    item->stem = item->surface;
    if (item->surface.data == NULL) {
        return false;
    }
    if (stemmer != NULL && tokens->stem_begins[(unsigned char)item->surface.data[0]] &&
        (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END | CSA_TOKEN_NUMBER)) == 0) {
        item->stem = csa_arena_copy(arena, csa_stemmer_stem(stemmer, item->surface));
    }
    return item->stem.data != NULL;
}

/* Appends the tokens of a text; those of a neighbour are all put at the byte `at`. */
static bool append_text(struct csa_shown_tokens *tokens, struct csa_view text, struct csa_stemmer *stemmer,
                        const uint32_t *at, struct csa_arena *arena)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        token.begin = at == NULL ? token.begin : *at;
        token.end = at == NULL ? token.end : *at;
        if (!append_token(tokens, &token, stemmer, arena)) {
            return false;
        }
    }
    tokens->positions += tokenizer.position;
    return true;
}

static bool is_continuation(char byte)
{
    return ((uint8_t)byte & 0xC0U) == 0x80;
}

/* The end of the passage before and the beginning of the one behind, cut between words or, where there is no
 * space, between characters. */
static struct csa_view last_part(struct csa_view text)
{
    if (text.size <= NEIGHBOUR_MAXIMUM) {
        return text;
    }
    size_t start = text.size - NEIGHBOUR_MAXIMUM;
    const char *blank = memchr(text.data + start, ' ', text.size - start);
    start = blank == NULL ? start : (size_t)(blank - text.data);
    while (start < text.size && is_continuation(text.data[start])) {
        start++;
    }
    return csa_view_make(text.data + start, text.size - start);
}

static struct csa_view first_part(struct csa_view text)
{
    if (text.size <= NEIGHBOUR_MAXIMUM) {
        return text;
    }
    size_t size = csa_utf8_truncate(text, NEIGHBOUR_MAXIMUM);
    const char *blank = memrchr(text.data, ' ', size);
    return csa_view_make(text.data, blank == NULL ? size : (size_t)(blank - text.data));
}

bool csa_shown_tokens_read(const struct csa_marker_text *text, struct csa_stemmer *stemmer,
                           const bool stem_begins[256], struct csa_arena *arena,
                           struct csa_shown_tokens *tokens)
{
    struct csa_view own = csa_view_make(text->text.data, csa_utf8_truncate(text->text, CSA_MARK_MAXIMUM));
    bool whole = own.size == text->text.size;
    const uint32_t begin = 0, end = (uint32_t)own.size;
    *tokens = (struct csa_shown_tokens){.stem_begins = stem_begins,
                                        .has_before = text->before.size != 0,
                                        .has_behind = text->behind.size != 0 && whole,
                                        .cut = !whole};
    if (!append_text(tokens, last_part(text->before), stemmer, &begin, arena)) {
        return false;
    }
    tokens->first = tokens->count;
    if (!append_text(tokens, own, stemmer, NULL, arena)) {
        return false;
    }
    tokens->last = tokens->count;
    return !tokens->has_behind || append_text(tokens, first_part(text->behind), stemmer, &end, arena);
}

size_t csa_shown_token_at(const struct csa_shown_tokens *tokens, int64_t position)
{
    size_t low = 0;
    size_t high = tokens->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tokens->items[middle].position < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
