/* UTF-8 in and out, and properties of characters: unicode.h. Owns no state; the tables are generated. */
#include "common/text/unicode.h"

#include "common/text/unicode_tables.h"

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xC0U) == 0x80U;
}

/* How many bytes a lead byte announces, and what its second byte may be (Unicode 15, table 3-7); 0 for a byte
 * that cannot lead. */
static unsigned lead_size(uint8_t lead, uint8_t *lowest, uint8_t *highest)
{
    *lowest = 0x80;
    *highest = 0xBF;
    if (lead < 0xC2U) {
        return 0;
    }
    if (lead < 0xE0U) {
        return 2;
    }
    if (lead < 0xF0U) {
        *lowest = lead == 0xE0U ? 0xA0 : 0x80;
        *highest = lead == 0xEDU ? 0x9F : 0xBF;
        return 3;
    }
    if (lead < 0xF5U) {
        *lowest = lead == 0xF0U ? 0x90 : 0x80;
        *highest = lead == 0xF4U ? 0x8F : 0xBF;
        return 4;
    }
    return 0;
}

/* Sets *character to UINT32_MAX when the bytes are ill-formed. */
static const char *decode(const char *text, const char *end, uint32_t *character)
{
    const uint8_t *p = (const uint8_t *)text;
    size_t left = (size_t)(end - text);
    if (p[0] < 0x80U) {
        *character = p[0];
        return text + 1;
    }
    *character = UINT32_MAX;
    uint8_t lowest;
    uint8_t highest;
    unsigned size = lead_size(p[0], &lowest, &highest);
    if (size == 0 || left < 2 || p[1] < lowest || p[1] > highest) {
        return text + 1;
    }
    uint32_t value = (uint32_t)(p[0] & (0x7FU >> size)) << 6 | (p[1] & 0x3FU);
    for (unsigned i = 2; i < size; i++) {
        if (i >= left || !is_continuation(p[i])) {
            return text + i;
        }
        value = value << 6 | (p[i] & 0x3FU);
    }
    *character = value;
    return text + size;
}

const char *csa_utf8_decode(const char *p, const char *end, uint32_t *character)
{
    const char *next = decode(p, end, character);
    if (*character == UINT32_MAX) {
        *character = CSA_REPLACEMENT;
    }
    return next;
}

unsigned csa_utf8_encode(char out[4], uint32_t character)
{
    if (character < 0x80U) {
        out[0] = (char)character;
        return 1;
    }
    if (character < 0x800U) {
        out[0] = (char)(0xC0U | character >> 6);
        out[1] = (char)(0x80U | (character & 0x3FU));
        return 2;
    }
    if ((character >= 0xD800U && character <= 0xDFFFU) || character > 0x10FFFFU) {
        character = CSA_REPLACEMENT;
    }
    if (character < 0x10000U) {
        out[0] = (char)(0xE0U | character >> 12);
        out[1] = (char)(0x80U | (character >> 6 & 0x3FU));
        out[2] = (char)(0x80U | (character & 0x3FU));
        return 3;
    }
    out[0] = (char)(0xF0U | character >> 18);
    out[1] = (char)(0x80U | (character >> 12 & 0x3FU));
    out[2] = (char)(0x80U | (character >> 6 & 0x3FU));
    out[3] = (char)(0x80U | (character & 0x3FU));
    return 4;
}

/* The byte behind the ASCII characters (U+0000 left out) that start at p. */
static const char *skip_ascii(const char *p, const char *end)
{
    while (end - p >= 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        /* The second part finds a zero byte among bytes below 0x80. */
        if (((word | (word - 0x0101010101010101U)) & 0x8080808080808080U) != 0) {
            break;
        }
        p += 8;
    }
    while (p < end && (uint8_t)(*p - 1) < 0x7FU) {
        p++;
    }
    return p;
}

bool csa_utf8_is_valid(struct csa_view text)
{
    const char *p = text.data;
    const char *end = text.size == 0 ? p : p + text.size;
    while (p < end) {
        p = skip_ascii(p, end);
        if (p < end) {
            uint32_t character;
            p = decode(p, end, &character);
            if (character == UINT32_MAX) {
                return false;
            }
        }
    }
    return true;
}

void csa_utf8_repair(struct csa_view text, struct csa_buffer *out, uint64_t *replaced)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    static const char replacement[] = "\xEF\xBF\xBD";
    if (csa_view_starts_with(text, csa_view_make(byte_order_mark, 3))) {
        text.data += 3;
        text.size -= 3;
    }
    if (text.size == 0) {
        return;
    }
    const char *end = text.data + text.size;
    const char *good = text.data; /* what stands from here to p is well-formed and not yet appended */
    for (const char *p = text.data; p < end;) {
        p = skip_ascii(p, end);
        if (p == end) {
            break;
        }
        uint32_t character;
        const char *next = decode(p, end, &character);
        if (character == UINT32_MAX || character == 0) {
            csa_buffer_append(out, good, (size_t)(p - good));
            csa_buffer_append(out, replacement, 3);
            good = next;
            ++*replaced;
        }
        p = next;
    }
    csa_buffer_append(out, good, (size_t)(end - good));
}

size_t csa_utf8_truncate(struct csa_view text, size_t size)
{
    if (size >= text.size) {
        return text.size;
    }
    const uint8_t *bytes = (const uint8_t *)text.data;
    size_t back = size;
    while (back > 0 && size - back < 3 && is_continuation(bytes[back])) {
        back--;
    }
    /* Among ill-formed bytes any place is between characters. */
    uint32_t character;
    const char *next = csa_utf8_decode(text.data + back, text.data + text.size, &character);
    return next > text.data + size ? back : size;
}

size_t csa_utf8_columns(struct csa_view text)
{
    size_t columns = 0;
    const char *p = text.data;
    const char *end = text.size == 0 ? p : p + text.size;
    while (p < end) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        columns += csa_character_get(character)->width;
    }
    return columns;
}

static const struct csa_character *get(uint32_t character)
{
    return csa_character_get(character > 0x10FFFFU ? CSA_REPLACEMENT : character);
}

enum csa_script csa_unicode_script(uint32_t character)
{
    return (enum csa_script)get(character)->script;
}

bool csa_unicode_is_letter(uint32_t character)
{
    return (get(character)->flags & CSA_CHARACTER_LETTER) != 0;
}

bool csa_unicode_is_mark(uint32_t character)
{
    return (get(character)->flags & CSA_CHARACTER_MARK) != 0;
}

/* In their blocks the small letter follows its capital, or stands a row or two further on. */
uint32_t csa_unicode_lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F)) {
        return c + 0x20;
    }
    if (c >= 0x400 && c <= 0x40F) {
        return c + 0x50;
    }
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) {
        return c + (c & 1);
    }
    bool pairs = (c >= 0x100 && c <= 0x12F) || (c >= 0x132 && c <= 0x137) || (c >= 0x14A && c <= 0x177) ||
                 (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F) || (c >= 0x1EA0 && c <= 0x1EFF);
    return pairs ? c | 1 : c;
}

bool csa_unicode_is_upper(uint32_t character)
{
    return (get(character)->flags & CSA_CHARACTER_UPPER) != 0;
}

bool csa_unicode_is_space(uint32_t character)
{
    return (get(character)->flags & CSA_CHARACTER_SPACE) != 0;
}

bool csa_unicode_is_apostrophe(uint32_t character)
{
    return get(character)->word_class == CSA_WORD_APOSTROPHE;
}

bool csa_unicode_is_quote(uint32_t character)
{
    if (character == '"' || (character >= 0x300C && character <= 0x300F)) {
        return true;
    }
    const uint8_t *folded =
        csa_fold_bytes + csa_fold_get(character > 0x10FFFFU ? CSA_REPLACEMENT : character);
    return folded[0] == 1 && folded[1] == '"';
}
