/* Cuts articles into passages; see passages.h. Owns nothing: one pass over the body, sentence by sentence,
 * that allocates only the list of passages. Called by the indexer's threads for each article. */
#include "indexer/passages.h"

#include "common/base/integer.h"
#include "common/text/sentence.h"
#include "common/text/unicode.h"

enum {
    FIRST_PASSAGES = 8,
    SENTENCE_BYTES_MAXIMUM = 32 * 1024, /* a "sentence" without spaces is cut here, at a character */
    HALF_WORD_BYTES =
        32, /* so many bytes count for half a word at least: text without spaces also fills a passage */
};

/* ---- the body ---- */

/* Whether the blocks already lie side by side, a newline between each two, as block_writer leaves them. */
static bool lie_side_by_side(const struct csa_article *article)
{
    const struct csa_block *blocks = article->blocks;
    for (size_t i = 1; i < article->block_count; i++) {
        const char *end = blocks[i - 1].text.data + blocks[i - 1].text.size;
        if (blocks[i].text.data != end + 1 || *end != '\n') {
            return false;
        }
    }
    return true;
}

enum csa_status csa_article_body(const struct csa_article *article, struct csa_arena *arena,
                                 struct csa_view *body, struct csa_error *error)
{
    *body = csa_view_make("", 0);
    if (article->block_count == 0) {
        return CSA_OK;
    }
    const struct csa_block *blocks = article->blocks;
    size_t size = article->block_count - 1;
    for (size_t i = 0; i < article->block_count; i++) {
        if (__builtin_add_overflow(size, blocks[i].text.size, &size)) {
            return csa_error_set_memory(error, "an article's body");
        }
    }
    if (size > UINT32_MAX) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "an article of %zu bytes, at most %u are possible", size,
                             UINT32_MAX);
    }
    if (lie_side_by_side(article)) {
        *body = csa_view_make(blocks[0].text.data, size);
        return CSA_OK;
    }
    char *out = csa_arena_alloc(arena, size + 1, 1);
    if (out == NULL) {
        return csa_error_set_memory(error, "an article's body");
    }
    *body = csa_view_make(out, size);
    for (size_t i = 0; i < article->block_count; i++) {
        if (i != 0) {
            *out++ = '\n';
        }
        memcpy(out, blocks[i].text.data, blocks[i].text.size);
        out += blocks[i].text.size;
    }
    return CSA_OK;
}

/* ---- counting ---- */

/* What the first byte of a character beyond ASCII says of it: 0xE3 to 0xED begin the characters of Chinese,
 * Japanese and Korean, 0xC2, 0xE2 and 0xEF marks and symbols, the others letters. */
enum lead_class { LETTER, CONTINUATION, WIDE, MARK };

static enum lead_class class_of(const char *p, const char *end)
{
    unsigned char byte = (unsigned char)*p;
    if (byte < 0xC0) {
        return CONTINUATION;
    }
    if (byte == 0xC2 || byte == 0xE2 || byte == 0xEF) {
        return MARK;
    }
    if (byte == 0xE3 && end - p >= 2 && (unsigned char)p[1] == 0x80) { /* U+3000 to U+303F */
        return MARK;
    }
    return byte >= 0xE3 && byte <= 0xED ? WIDE : LETTER;
}

/* Marks (0x80) the bytes of an ASCII word that lie between two others. */
static inline uint64_t mark_range(uint64_t word, unsigned low, unsigned high)
{
    const uint64_t ones = 0x0101010101010101U;
    return (word + ones * (0x80 - low)) & ~(word + ones * (0x7F - high));
}

/* Counts the half words of whole ASCII text eight bytes at a time, up to about `limit`; returns where it
 * stopped. Letters, digits and the apostrophe make words. */
static const char *count_ascii(const char *p, const char *end, size_t limit, size_t *halves, bool *inside)
{
    const uint64_t highs = 0x8080808080808080U;
    uint64_t before = *inside ? 0x80 : 0;
    while (end - p >= 8 && *halves + 8 < limit) {
        uint64_t word = csa_load_u64(p);
        if ((word & highs) != 0) {
            break;
        }
        uint64_t letters = (mark_range(word | highs >> 2, 'a', 'z') | mark_range(word, '0', '9') |
                            mark_range(word, '\'', '\'')) &
                           highs;
        *halves += 2 * (size_t)__builtin_popcountll(letters & ~(letters << 8 | before));
        before = letters >> 56;
        p += 8;
    }
    *inside = before != 0;
    return p;
}

/* Counts half words up to `limit` of them: a run of letters and digits is two, a Chinese, Japanese or Korean
 * character one. Returns where it stopped: behind the text, or before a word. */
static const char *count_halves(const char *p, const char *end, size_t limit, size_t *halves)
{
    bool inside = false;
    *halves = 0;
    while (p < end) {
        p = count_ascii(p, end, limit, halves, &inside);
        const char *stop = end - p < 8 ? end : p + 8;
        for (; p < stop; p++) {
            unsigned char byte = (unsigned char)*p;
            unsigned char small = byte | 0x20;
            enum lead_class class = MARK;
            if (byte >= 0x80) {
                class = class_of(p, end);
            } else if ((small >= 'a' && small <= 'z') || (byte >= '0' && byte <= '9') || byte == '\'') {
                class = LETTER;
            }
            if ((class == LETTER && !inside) || class == WIDE) {
                if (*halves >= limit) {
                    return p;
                }
                *halves += class == WIDE ? 1 : 2;
            }
            inside = class == LETTER || (class == CONTINUATION && inside);
        }
    }
    return p;
}

/* The end of the sentence at `start` and its half words. One that is too long ends where its last word that
 * fits does. */
static size_t next_sentence(struct csa_view body, size_t start, size_t *halves)
{
    size_t left = body.size - start;
    struct csa_view window =
        csa_view_make(body.data, left > SENTENCE_BYTES_MAXIMUM ? start + SENTENCE_BYTES_MAXIMUM : body.size);
    size_t end = csa_sentence_end(window, start);
    bool cut = end == window.size && end != body.size;
    const char *stop =
        count_halves(body.data + start, body.data + end, (size_t)2 * CSA_SENTENCE_WORDS_MAXIMUM, halves);
    size_t counted = (size_t)(stop - body.data);
    size_t least = (counted - start) / HALF_WORD_BYTES;
    *halves = *halves < least ? least : *halves;
    if (counted != end) {
        return counted;
    }
    if (!cut) {
        return end;
    }
    for (size_t space = end; space > start + SENTENCE_BYTES_MAXIMUM / 2; space--) {
        if (body.data[space - 1] == ' ' || body.data[space - 1] == '\n') {
            return space;
        }
    }
    return start + csa_utf8_truncate(csa_view_make(body.data + start, left), end - start);
}

/* ---- cutting ---- */

struct cutter {
    struct csa_arena *arena;
    struct csa_view body;
    size_t target; /* half words of a passage */
    struct csa_passage *passages;
    size_t count;
    size_t capacity;
    size_t last_halves; /* of the last passage */
    size_t start;       /* of the passage being filled */
    size_t halves;      /* in it */
    size_t heading;     /* where the headings at its end start; SIZE_MAX when it does not end with one */
    size_t heading_halves;
};

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\n';
}

/* Text between two offsets without the white space at its ends. */
static struct csa_passage make_passage(struct csa_view body, size_t start, size_t end)
{
    while (start < end && is_white(body.data[start])) {
        start++;
    }
    while (end > start && is_white(body.data[end - 1])) {
        end--;
    }
    return (struct csa_passage){csa_view_make(body.data + start, end - start), (uint32_t)start};
}

/* Ends the passage at `end`; one that has no visible text joins what follows. */
static bool close_passage(struct cutter *cutter, size_t end, size_t halves)
{
    struct csa_passage passage = make_passage(cutter->body, cutter->start, end);
    if (passage.text.size == 0) {
        return true;
    }
    if (cutter->count == cutter->capacity) {
        size_t capacity = cutter->capacity == 0 ? FIRST_PASSAGES : cutter->capacity * 2;
        struct csa_passage *passages = csa_arena_alloc(cutter->arena, capacity, sizeof *passages);
        if (passages == NULL) {
            return false;
        }
        if (cutter->count != 0) {
            memcpy(passages, cutter->passages, cutter->count * sizeof *passages);
        }
        cutter->passages = passages;
        cutter->capacity = capacity;
    }
    cutter->passages[cutter->count++] = passage;
    cutter->last_halves = halves;
    cutter->start = end;
    cutter->halves -= halves;
    if (cutter->heading != SIZE_MAX && cutter->heading < end) {
        cutter->heading = SIZE_MAX;
    }
    return true;
}

/* Closes before the sentence that comes next, or before the headings that would otherwise end the passage. */
static bool close_before(struct cutter *cutter, size_t next)
{
    bool heading_last =
        cutter->heading != SIZE_MAX && cutter->halves - cutter->heading_halves >= cutter->target / 3;
    return heading_last ? close_passage(cutter, cutter->heading, cutter->halves - cutter->heading_halves)
                        : close_passage(cutter, next, cutter->halves);
}

static bool add_sentence(struct cutter *cutter, size_t start, size_t halves)
{
    size_t with = cutter->halves + halves;
    if (cutter->halves != 0 && with > cutter->target) {
        size_t over = with - cutter->target;
        size_t short_of = cutter->halves > cutter->target ? 0 : cutter->target - cutter->halves;
        if (over > short_of && !close_before(cutter, start)) {
            return false;
        }
    }
    cutter->halves += halves;
    return true;
}

/* What a block's end means: the passage closes when it is nearly full, but never behind a heading. */
static bool end_block(struct cutter *cutter, const struct csa_block *block, size_t start, size_t end,
                      size_t halves)
{
    if (block->kind == CSA_BLOCK_HEADING) {
        if (cutter->heading == SIZE_MAX) {
            cutter->heading = start > cutter->start ? start : cutter->start;
            cutter->heading_halves = 0;
        }
        cutter->heading_halves += halves;
        return true;
    }
    cutter->heading = SIZE_MAX;
    return cutter->halves * 3 < cutter->target * 2 || close_passage(cutter, end, cutter->halves);
}

static bool cut_block(struct cutter *cutter, const struct csa_block *block, size_t start, size_t end)
{
    struct csa_view part = csa_view_make(cutter->body.data, end);
    bool heading = block->kind == CSA_BLOCK_HEADING;
    size_t sum = 0;
    if (heading && cutter->heading == SIZE_MAX && cutter->halves * 2 >= cutter->target &&
        !close_passage(cutter, start, cutter->halves)) {
        return false;
    }
    for (size_t at = start; at < end;) {
        size_t halves;
        size_t next = next_sentence(part, at, &halves);
        if (!add_sentence(cutter, at, halves)) {
            return false;
        }
        if (!heading) {
            cutter->heading = SIZE_MAX;
        }
        sum += halves;
        at = next;
    }
    return end_block(cutter, block, start, end, sum);
}

/* The last passage joins the one before it when it is short. */
static void join_last(struct cutter *cutter)
{
    if (cutter->count >= 2 && cutter->last_halves * 3 < cutter->target) {
        struct csa_passage *before = &cutter->passages[cutter->count - 2];
        const struct csa_passage *last = &cutter->passages[cutter->count - 1];
        before->text.size = (size_t)(last->text.data + last->text.size - before->text.data);
        cutter->count--;
    }
}

static enum csa_status give_one(struct csa_view body, struct csa_arena *arena, struct csa_passage **passages,
                                size_t *count, struct csa_error *error)
{
    *passages = csa_arena_alloc(arena, 1, sizeof **passages);
    if (*passages == NULL) {
        return csa_error_set_memory(error, "an article's passages");
    }
    **passages = make_passage(body, 0, body.size);
    *count = 1;
    return CSA_OK;
}

enum csa_status csa_passages_cut(const struct csa_article *article, unsigned words, struct csa_arena *arena,
                                 struct csa_passage **passages, size_t *count, struct csa_error *error)
{
    struct cutter cutter = {.arena = arena, .target = (size_t)words * 2, .heading = SIZE_MAX};
    *passages = NULL;
    *count = 0;
    enum csa_status status = csa_article_body(article, arena, &cutter.body, error);
    if (status != CSA_OK) {
        return status;
    }
    size_t start = 0;
    for (size_t i = 0; words != 0 && i < article->block_count; i++) {
        size_t end = start + article->blocks[i].text.size;
        if (!cut_block(&cutter, &article->blocks[i], start, end)) {
            return csa_error_set_memory(error, "an article's passages");
        }
        start = end + 1;
    }
    if (words != 0 && !close_passage(&cutter, cutter.body.size, cutter.halves)) {
        return csa_error_set_memory(error, "an article's passages");
    }
    if (cutter.count == 0) {
        return give_one(cutter.body, arena, passages, count, error);
    }
    join_last(&cutter);
    *passages = cutter.passages;
    *count = cutter.count;
    return CSA_OK;
}
