/* Collapses white space and drops control characters; see clean.h. Owns nothing. */
#include "indexer/intake/clean.h"

#include "common/base/integer.h"
#include "common/text/unicode.h"
#include "indexer/intake/intake.h"

#include <strings.h>

/* What the bytes at p are: white space, to be dropped, or visible; *size is the length of that character. The
 * characters come from Unicode's White_Space and general category Cc; all of them are at most 3 bytes. */
enum character_kind { VISIBLE, WHITE, DROPPED };

static enum character_kind kind_of(const unsigned char *p, size_t left, size_t *size)
{
    *size = 1;
    if (p[0] < 0x80) {
        return p[0] > 0x20 && p[0] != 0x7F                ? VISIBLE
               : p[0] == ' ' || (p[0] >= 9 && p[0] <= 13) ? WHITE
                                                          : DROPPED;
    }
    if (p[0] == 0xC2 && left >= 2) {
        *size = 2;
        return p[1] == 0x85 || p[1] == 0xA0 ? WHITE : p[1] < 0xA0 ? DROPPED : VISIBLE;
    }
    if (left < 3 || p[0] < 0xE1) {
        return VISIBLE;
    }
    unsigned three = (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];
    bool white = three == 0xE19A80 || (three >= 0xE28080 && three <= 0xE2808A) || three == 0xE280A8 ||
                 three == 0xE280A9 || three == 0xE280AF || three == 0xE2819F || three == 0xE38080;
    if (white || three == 0xEFBBBF) {
        *size = 3;
        return white ? WHITE : DROPPED;
    }
    return VISIBLE;
}

static inline uint64_t repeat(unsigned byte)
{
    return 0x0101010101010101U * byte;
}

/* Whether 8 bytes are printable ASCII without two spaces side by side. */
static inline bool is_plain_word(uint64_t word)
{
    const uint64_t highs = repeat(0x80);
    uint64_t below_space = ~(word + repeat(0x60)); /* the sums do not carry: ASCII is tested beside them */
    uint64_t rubout = word + repeat(0x01);
    uint64_t space = ~((word ^ repeat(0x20)) + repeat(0x7F));
    return ((word | below_space | rubout | (space & (space << 8))) & highs) == 0;
}

/* A byte that, behind a visible character, is copied whatever surrounds it: not white, not a control, and not
 * the first byte of a character that could be either. */
static inline bool is_plain_byte(unsigned char byte)
{
    if (byte < 0x80) {
        return byte > 0x20 && byte != 0x7F;
    }
    return byte != 0xC2 && (byte < 0xE1 || (byte > 0xE3 && byte != 0xEF));
}

size_t csa_clean_copy(char *out, struct csa_view text, enum csa_clean_state *state)
{
    if (text.size == 0) {
        return 0;
    }
    char *start = out;
    const char *p = text.data;
    const char *end = p + text.size;
    enum csa_clean_state now = *state;
    while (p < end) {
        if (now == CSA_CLEAN_TEXT) {
            while (end - p >= 8) {
                uint64_t word = csa_load_u64(p);
                if (!is_plain_word(word)) {
                    break;
                }
                size_t taken = p[7] == ' ' ? 7 : 8; /* what follows the space decides whether it stays */
                memcpy(out, &word, 8);
                out += taken;
                p += taken;
            }
            while (p < end && is_plain_byte((unsigned char)*p)) {
                *out++ = *p++;
            }
            if (p == end) {
                break;
            }
        }
        size_t size;
        enum character_kind kind = kind_of((const unsigned char *)p, (size_t)(end - p), &size);
        if (kind == VISIBLE) {
            if (now == CSA_CLEAN_SPACE) {
                *out++ = ' ';
            }
            memmove(out, p, size);
            out += size;
            now = CSA_CLEAN_TEXT;
        } else if (kind == WHITE && now == CSA_CLEAN_TEXT) {
            now = CSA_CLEAN_SPACE;
        }
        p += size;
    }
    *state = now;
    return (size_t)(out - start);
}

size_t csa_clean_copy_code(char *out, struct csa_view text)
{
    char *start = out;
    for (size_t i = 0, size; i < text.size; i += size) {
        const char *p = text.data + i;
        enum character_kind kind = kind_of((const unsigned char *)p, text.size - i, &size);
        if (kind == VISIBLE || *p == ' ' || *p == '\n' || *p == '\t') {
            memmove(out, *p == '\t' ? " " : p, size);
            out += size;
        } else if (kind == WHITE && *p != '\r') {
            *out++ = ' ';
        }
    }
    return (size_t)(out - start);
}

struct csa_view csa_clean_line(struct csa_arena *arena, struct csa_view text)
{
    /* White space can hide a long string's visible part, but nobody writes 64 KiB of it into a title. */
    text.size = csa_utf8_truncate(text, (size_t)4 * CSA_INTAKE_FIELD_MAXIMUM);
    char *copy = csa_arena_alloc(arena, text.size + 2, 1);
    if (copy == NULL) {
        return (struct csa_view){NULL, 0};
    }
    enum csa_clean_state state = CSA_CLEAN_START;
    struct csa_view line = {copy, 0};
    line.size = csa_clean_copy(copy, text, &state);
    line.size = csa_utf8_truncate(line, CSA_INTAKE_FIELD_MAXIMUM);
    copy[line.size] = '\0';
    return line;
}

bool csa_view_is(struct csa_view text, const char *name)
{
    return strlen(name) == text.size && strncasecmp(text.data, name, text.size) == 0;
}
