/* Finds out how text is encoded and turns it into UTF-8; see encoding.h. Owns the table of names that pages
 * and uchardet give to encodings. Conversion is iconv's. Called by intake.c and format.c. */
#include "indexer/intake/encoding.h"

#include "common/base/config.h"
#include "common/text/unicode.h"
#include "indexer/intake/clean.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>

#if CSA_WITH_UCHARDET
#include <uchardet/uchardet.h>
#endif

enum {
    DECLARATION_BYTES = 4096, /* a declared charset is looked for in these first bytes */
    WIDE_BYTES = 4096,
    DETECTED_BYTES = 64 * 1024, /* given to uchardet */
    NAME_SIZE = 40,
    PIECE = 32 * 1024,
    LAST = 16, /* bytes that a converter can keep back */
};

/* ---- names ---- */

/* Names that mean something else than iconv takes them for, after the Encoding Standard's table of labels
 * (encoding.spec.whatwg.org). */
static const char *const known_names[][2] = {
    {"utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"us-ascii", "WINDOWS-1252"},
    {"ascii", "WINDOWS-1252"},
    {"iso-8859-1", "WINDOWS-1252"},
    {"iso8859-1", "WINDOWS-1252"},
    {"iso_8859-1", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"latin-1", "WINDOWS-1252"},
    {"iso-8859-9", "WINDOWS-1254"},
    {"latin5", "WINDOWS-1254"},
    {"iso-8859-11", "CP874"},
    {"tis-620", "CP874"},
    {"windows-874", "CP874"},
    {"gb2312", "GB18030"},
    {"gb_2312-80", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"cp936", "GB18030"},
    {"gb18030", "GB18030"},
    {"euc-cn", "GB18030"},
    {"hz-gb-2312", "HZ"},
    {"big5", "BIG5-HKSCS"},
    {"big5-hkscs", "BIG5-HKSCS"},
    {"cp950", "BIG5-HKSCS"},
    {"x-x-big5", "BIG5-HKSCS"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"x-sjis", "CP932"},
    {"windows-31j", "CP932"},
    {"ms_kanji", "CP932"},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"uhc", "CP949"},
    {"windows-949", "CP949"},
    {"mac-cyrillic", "MAC-CYRILLIC"},
    {"x-mac-cyrillic", "MAC-CYRILLIC"},
    {"mac-centraleurope", "MAC-CENTRALEUROPE"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"utf-16", "UTF-8"},
    {"utf-16le", "UTF-8"},
    {"utf-16be", "UTF-8"},
    {"unicode", "UTF-8"},
};

/* Beginnings of names that iconv understands as they are. */
static const char *const trusted_names[] = {"iso-8859-", "iso8859-",  "windows-125", "cp125", "koi8-",
                                            "euc-jp",    "euc-tw",    "ibm8",        "cp8",   "viscii",
                                            "iso-2022-", "georgian-", "johab"};

/* What a name stands for, in iconv's words; null when the name is not trusted. */
static const char *find_encoding(const char *name)
{
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++) {
        if (csa_view_is(csa_view_of(name), known_names[i][0])) {
            return known_names[i][1];
        }
    }
    for (size_t i = 0; i < sizeof trusted_names / sizeof *trusted_names; i++) {
        size_t size = strlen(trusted_names[i]);
        if (strlen(name) >= size && csa_view_is(csa_view_make(name, size), trusted_names[i])) {
            return name;
        }
    }
    return NULL;
}

/* ---- conversion ---- */

static bool is_ascii_letter(char byte)
{
    return isalnum((unsigned char)byte) || byte == '-' || byte == '_' || byte == ':' || byte == '.';
}

static enum csa_status convert(struct csa_view bytes, const char *encoding, size_t unit,
                               struct csa_buffer *out, uint64_t *replaced, struct csa_error *error)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1) {
        converter = iconv_open("UTF-8", "WINDOWS-1252");
    }
    if (converter == (iconv_t)-1) {
        csa_utf8_repair(bytes, out, replaced);
        return csa_buffer_check(out, "converted text", error);
    }
    char *from = (char *)bytes.data; /* iconv does not write there */
    size_t left = bytes.size;
    while (left != 0 && csa_buffer_reserve(out, PIECE)) {
        char *to = out->data + out->size;
        size_t room = out->capacity - out->size;
        size_t result = iconv(converter, &from, &left, &to, &room);
        int reason = errno;
        out->size = out->capacity - room;
        if (result == (size_t)-1 && reason != E2BIG) {
            csa_buffer_append(out, "\xEF\xBF\xBD", 3);
            (*replaced)++;
            size_t skipped = reason == EINVAL || left < unit ? left : unit;
            from += skipped;
            left -= skipped;
        }
    }
    if (csa_buffer_reserve(out, LAST)) { /* a letter that iconv kept, lest an accent followed */
        char *to = out->data + out->size;
        size_t room = out->capacity - out->size;
        iconv(converter, NULL, NULL, &to, &room);
        out->size = out->capacity - room;
    }
    iconv_close(converter);
    return csa_buffer_check(out, "converted text", error);
}

/* ---- UTF-16 and UTF-32 ---- */

/* 4, 2 or 0 bytes a unit; *big is the byte order, *mark the size of the byte order mark. */
static size_t find_mark(struct csa_view bytes, bool *big, size_t *mark)
{
    static const struct {
        char bytes[4];
        unsigned char size;
        unsigned char unit;
        bool big;
    } marks[] = {{"\xFF\xFE\0", 4, 4, false},
                 {"\0\0\xFE\xFF", 4, 4, true},
                 {"\xFF\xFE", 2, 2, false},
                 {"\xFE\xFF", 2, 2, true}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (csa_view_starts_with(bytes, csa_view_make(marks[i].bytes, marks[i].size))) {
            *big = marks[i].big;
            *mark = marks[i].size;
            return marks[i].unit;
        }
    }
    return 0;
}

static bool is_utf32(struct csa_view head, bool big)
{
    size_t units = head.size / 4;
    size_t basic = 0; /* characters below U+10000, as most are */
    for (size_t i = 0; i < units; i++) {
        const unsigned char *p = (const unsigned char *)head.data + i * 4;
        uint32_t value = big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                             : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
        if (value < 9 || value > 0x10FFFF) {
            return false;
        }
        basic += value < 0x10000;
    }
    return units >= 2 && basic * 2 > units;
}

/* What 16-bit units read like in one byte order. */
struct utf16_counts {
    bool possible; /* none of them is a control, half a pair, or no character */
    size_t ascii;
    size_t separators; /* spaces, newlines and the commonest punctuation of Chinese and Japanese */
};

static struct utf16_counts count_utf16(struct csa_view head, bool big)
{
    struct utf16_counts counts = {true, 0, 0};
    bool high = false; /* the first half of a pair came last */
    for (size_t i = 0; i + 1 < head.size; i += 2) {
        unsigned first = (unsigned char)head.data[i];
        unsigned second = (unsigned char)head.data[i + 1];
        unsigned unit = big ? first << 8 | second : second << 8 | first;
        bool low = unit >= 0xDC00 && unit < 0xE000;
        if (unit < 9 || (unit > 13 && unit < 0x20) || unit >= 0xFFFE || low != high) {
            counts.possible = false;
            return counts;
        }
        high = unit >= 0xD800 && unit < 0xDC00;
        counts.ascii += unit < 0x80;
        counts.separators +=
            unit == ' ' || unit == '\n' || unit == 0x3001 || unit == 0x3002 || unit == 0xFF0C;
    }
    return counts;
}

/* Whether nearly all bytes but the zeros are printable ASCII or white space. */
static bool is_ascii_but_for_zeros(struct csa_view head)
{
    size_t zeros = 0;
    size_t printable = 0;
    for (size_t i = 0; i < head.size; i++) {
        unsigned char byte = (unsigned char)head.data[i];
        zeros += byte == 0;
        printable += (byte >= 0x20 && byte < 0x7F) || (byte >= 9 && byte <= 13);
    }
    return printable * 10 >= (head.size - zeros) * 9;
}

/* The unit size of text without a byte order mark, 0 when it is not wide. */
static size_t find_wide(struct csa_view bytes, bool *big)
{
    struct csa_view head = csa_view_make(bytes.data, bytes.size < WIDE_BYTES ? bytes.size : WIDE_BYTES);
    if (head.size < 4 || memchr(head.data, '\0', head.size) == NULL) {
        return 0;
    }
    for (int order = 0; order < 2; order++) {
        *big = order == 1;
        if (is_utf32(head, *big)) {
            return 4;
        }
    }
    struct utf16_counts little = count_utf16(head, false);
    struct utf16_counts large = count_utf16(head, true);
    *big = large.possible && (!little.possible || large.separators > little.separators ||
                              (large.separators == little.separators && large.ascii > little.ascii));
    const struct utf16_counts *found = *big ? &large : &little;
    if (!found->possible || found->ascii == 0) {
        return 0;
    }
    /* ASCII with a zero byte somewhere is no UTF-16, in which half of all bytes would be zero. */
    return is_ascii_but_for_zeros(head) && found->ascii * 20 < head.size / 2 * 9 ? 0 : 2;
}

bool csa_encoding_is_wide(struct csa_view head)
{
    bool big;
    size_t mark;
    return find_mark(head, &big, &mark) != 0 || find_wide(head, &big) != 0;
}

/* ---- one-byte and multi-byte encodings ---- */

/* Whether the bytes are UTF-8 with a few broken places: well-formed characters, weighed by how unlikely
 * chance makes them, against ill-formed ones. */
static bool is_broken_utf8(struct csa_view bytes, bool declared)
{
    const char *end = bytes.data + bytes.size;
    size_t good = 0;
    size_t broken = 0;
    for (const char *p = bytes.data; p < end;) {
        if ((unsigned char)*p < 0x80) {
            p++;
            continue;
        }
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        bool ill = character == CSA_REPLACEMENT && !(next - p == 3 && memcmp(p, "\xEF\xBF\xBD", 3) == 0);
        broken += ill;
        good += ill ? 0 : next - p == 2 ? 1 : 3;
        p = next;
    }
    return good >= (declared ? 1 : 2) * broken;
}

/* The name behind `key` and an equals sign; false when there is none. */
static bool find_declared(struct csa_view head, const char *key, char name[NAME_SIZE])
{
    size_t key_size = strlen(key);
    for (size_t i = 0; i + key_size < head.size; i++) {
        if (!csa_view_is(csa_view_make(head.data + i, key_size), key)) {
            continue;
        }
        size_t at = i + key_size;
        size_t signs = 0;
        while (at < head.size &&
               (strchr(" \t\r\n\"'", head.data[at]) != NULL || (head.data[at] == '=' && signs == 0)) &&
               head.data[at] != '\0') {
            signs += head.data[at++] == '=';
        }
        size_t size = 0;
        while (at < head.size && size + 1 < NAME_SIZE && is_ascii_letter(head.data[at])) {
            name[size++] = head.data[at++];
        }
        name[size] = '\0';
        if (signs == 1 && size != 0 && find_encoding(name) != NULL) {
            return true;
        }
    }
    return false;
}

static const char *declared_encoding(struct csa_view bytes, char name[NAME_SIZE])
{
    struct csa_view head =
        csa_view_make(bytes.data, bytes.size < DECLARATION_BYTES ? bytes.size : DECLARATION_BYTES);
    struct csa_view trimmed = csa_view_trim(head);
    const char *end = NULL;
    if (csa_view_starts_with(trimmed, csa_view_of("<?xml"))) {
        end = memchr(trimmed.data, '>', trimmed.size);
    }
    if (end != NULL &&
        find_declared(csa_view_make(trimmed.data, (size_t)(end - trimmed.data)), "encoding", name)) {
        return find_encoding(name);
    }
    return find_declared(head, "charset", name) ? find_encoding(name) : NULL;
}

/* ISO-2022 hides in ASCII behind escape sequences. */
static const char *escaped_encoding(struct csa_view bytes)
{
    const char *escape = bytes.size < 3 ? NULL : memchr(bytes.data, 0x1B, bytes.size - 2);
    if (escape == NULL || (escape[1] != '$' && escape[1] != '(')) {
        return NULL;
    }
    return escape[1] == '$' && escape[2] == ')' ? "ISO-2022-KR" : "ISO-2022-JP-2";
}

#if CSA_WITH_UCHARDET
/* uchardet takes ISO 8859-2 for windows-1250: none of the letters that stand from 0x80 to 0x9F there occur,
 * but bytes that are letters here and signs there. */
static bool is_latin2(struct csa_view bytes)
{
    bool letters = false;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte >= 0x80 && byte < 0xA0) {
            return false;
        }
        letters |= byte == 0xB1 || byte == 0xB6 || byte == 0xBC || byte == 0xA6 || byte == 0xAC;
    }
    return letters;
}
#endif

/* What uchardet finds around the first bytes that are not ASCII; null when it finds nothing. */
static const char *detected_encoding(struct csa_view bytes, char name[NAME_SIZE])
{
#if CSA_WITH_UCHARDET
    size_t first = 0;
    while (first < bytes.size && (unsigned char)bytes.data[first] < 0x80) {
        first++;
    }
    first = first < 256 ? 0 : first - 256;
    size_t size = bytes.size - first < DETECTED_BYTES ? bytes.size - first : DETECTED_BYTES;
    uchardet_t detector = uchardet_new();
    if (detector == NULL) {
        return NULL;
    }
    bool good = uchardet_handle_data(detector, bytes.data + first, size) == 0;
    uchardet_data_end(detector);
    const char *found = uchardet_get_charset(detector);
    name[0] = '\0';
    if (good && strlen(found) < NAME_SIZE) {
        memcpy(name, found, strlen(found) + 1);
    }
    uchardet_delete(detector);
    const char *encoding = name[0] == '\0' ? NULL : find_encoding(name);
    bool central = encoding != NULL && csa_view_is(csa_view_of(encoding), "windows-1250");
    return central && is_latin2(csa_view_make(bytes.data + first, size)) ? "ISO-8859-2" : encoding;
#else
    (void)bytes;
    (void)name;
    return NULL;
#endif
}

/* The encoding of bytes that no mark and no zero bytes tell. */
static const char *choose_encoding(struct csa_view bytes, bool markup, char name[NAME_SIZE])
{
    if (csa_utf8_is_valid(bytes)) {
        const char *escaped = escaped_encoding(bytes);
        return escaped == NULL ? "UTF-8" : escaped;
    }
    const char *encoding = markup ? declared_encoding(bytes, name) : NULL;
    bool declared = encoding != NULL && strcmp(encoding, "UTF-8") == 0;
    if (is_broken_utf8(bytes, declared)) {
        return "UTF-8";
    }
    if (encoding == NULL || declared) {
        encoding = detected_encoding(bytes, name);
    }
    return encoding == NULL || strcmp(encoding, "UTF-8") == 0 ? "WINDOWS-1252" : encoding;
}

static enum csa_status repair(struct csa_view bytes, struct csa_buffer *out, struct csa_view *text,
                              uint64_t *replaced, struct csa_error *error)
{
    csa_utf8_repair(bytes, out, replaced);
    *text = csa_buffer_view(out);
    return csa_buffer_check(out, "converted text", error);
}

static bool has_zero(struct csa_view text)
{
    return text.size != 0 && memchr(text.data, '\0', text.size) != NULL;
}

enum csa_status csa_encoding_decode(struct csa_view bytes, bool markup, struct csa_buffer *converted,
                                    struct csa_view *text, uint64_t *replaced, struct csa_error *error)
{
    char name[NAME_SIZE];
    bool big = false;
    size_t mark = 0;
    size_t unit = find_mark(bytes, &big, &mark);
    if (unit == 0) {
        unit = find_wide(bytes, &big);
    }
    bool utf8_mark = unit == 0 && csa_view_starts_with(bytes, csa_view_of("\xEF\xBB\xBF"));
    mark = utf8_mark ? 3 : mark;
    bytes = csa_view_make(bytes.data + mark, bytes.size - mark);
    const char *encoding = unit == 4   ? (big ? "UTF-32BE" : "UTF-32LE")
                           : unit == 2 ? (big ? "UTF-16BE" : "UTF-16LE")
                           : utf8_mark ? "UTF-8"
                                       : choose_encoding(bytes, markup, name);
    if (strcmp(encoding, "UTF-8") == 0) {
        *text = bytes;
        bool good = csa_utf8_is_valid(bytes) && !has_zero(bytes);
        return good ? CSA_OK : repair(bytes, converted, text, replaced, error);
    }
    enum csa_status status = convert(bytes, encoding, unit == 0 ? 1 : unit, converted, replaced, error);
    *text = csa_buffer_view(converted);
    if (status != CSA_OK || !has_zero(*text)) {
        return status;
    }
    struct csa_buffer repaired;
    csa_buffer_init(&repaired, converted->maximum);
    status = repair(*text, &repaired, text, replaced, error);
    csa_buffer_release(converted);
    *converted = repaired;
    return status;
}
