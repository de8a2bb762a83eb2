/* Wrapping, colours and links; see wrap.h. */
#include "searcher/output/wrap.h"

#include "common/text/unicode.h"

#include <string.h>

const char *const csa_colour_title = "\033[1m";
const char *const csa_colour_dim = "\033[2m";
const char *const csa_colour_mark = "\033[1;33m";
static const char *const COLOUR_RESET = "\033[0m";

static void set_colour(struct csa_wrapper *wrapper, const char *colour)
{
    if (wrapper->style->colour && colour != wrapper->colour) {
        csa_buffer_append_view(wrapper->out, csa_view_of(colour == NULL ? COLOUR_RESET : colour));
        wrapper->colour = colour;
    }
}

/* OSC 8, as terminals have it: ESC ] 8 ; ; URL ESC \. */
static void set_link(struct csa_wrapper *wrapper, bool linked)
{
    if (wrapper->style->links && linked != wrapper->linked) {
        csa_buffer_append_view(wrapper->out, csa_view_of("\033]8;;"));
        csa_buffer_append_view(wrapper->out, linked ? wrapper->link : (struct csa_view){0});
        csa_buffer_append_view(wrapper->out, csa_view_of("\033\\"));
        wrapper->linked = linked;
    }
}

void csa_wrap_line(struct csa_wrapper *wrapper)
{
    const char *colour = wrapper->colour;
    bool linked = wrapper->linked;
    set_colour(wrapper, NULL);
    set_link(wrapper, false);
    csa_buffer_append_byte(wrapper->out, '\n');
    for (size_t i = 0; i < wrapper->indent; i++) {
        csa_buffer_append_byte(wrapper->out, ' ');
    }
    wrapper->column = wrapper->indent;
    wrapper->blank_pending = false;
    set_link(wrapper, linked);
    set_colour(wrapper, colour);
}

static bool is_printable(uint32_t character)
{
    return character >= 0x20 && character != 0x7F && !(character >= 0x80 && character < 0xA0);
}

void csa_text_printable(struct csa_buffer *out, struct csa_view text)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        char bytes[4];
        csa_buffer_append(out, bytes, csa_utf8_encode(bytes, is_printable(character) ? character : ' '));
    }
}

/* Punctuation that belongs to what stands before it: it does not begin a line. */
static bool closes(uint32_t character)
{
    static const uint32_t marks[] = {0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0xFF01,
                                     0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0x201D, 0x2019};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (character == marks[i]) {
            return true;
        }
    }
    return character != 0 && character < 0x80 && strchr(".,;:!?)]}'\"%", (int)character) != NULL;
}

/* Punctuation that belongs to what stands behind it: it does not end a line. */
static bool opens(uint32_t character)
{
    static const uint32_t marks[] = {0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0x3014,
                                     0xFF08, 0xFF3B, 0xFF5B, 0x201C, 0x2018};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (character == marks[i]) {
            return true;
        }
    }
    return character == '(' || character == '[' || character == '{';
}

static void put_character(struct csa_wrapper *wrapper, uint32_t character, size_t wide)
{
    set_link(wrapper, wrapper->link.size != 0);
    set_colour(wrapper, wrapper->wanted);
    if (is_printable(character)) {
        char bytes[4];
        csa_buffer_append(wrapper->out, bytes, csa_utf8_encode(bytes, character));
    }
    wrapper->column += wide;
}

/* Puts the punctuation that a word begins with behind what was put last; returns what is left of the word. */
static struct csa_view put_closing(struct csa_wrapper *wrapper, struct csa_view word)
{
    const char *end = word.data + word.size;
    const char *p = word.data;
    while (p < end) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        size_t wide = csa_utf8_columns(csa_view_make(p, (size_t)(next - p)));
        if (!closes(character) || wrapper->column + wide > wrapper->style->width) {
            break;
        }
        put_character(wrapper, character, wide);
        p = next;
    }
    return csa_view_make(p, (size_t)(end - p));
}

/* The first part of text without spaces that stays together on a line: a wide character, or all up to the
 * next wide one, with the punctuation that belongs to it. */
static struct csa_view first_unit(struct csa_view text)
{
    const char *end = text.data + text.size;
    const char *p = text.data;
    uint32_t before = 0;
    bool after_wide = false;
    while (p < end) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        size_t wide = csa_utf8_columns(csa_view_make(p, (size_t)(next - p)));
        if (p != text.data && wide != 0 && (after_wide || wide == 2) && !opens(before) &&
            !closes(character)) {
            break;
        }
        if (wide != 0) {
            after_wide = wide == 2;
            before = character;
        }
        p = next;
    }
    return csa_view_make(text.data, (size_t)(p - text.data));
}

/* goes_on: more may follow without a space. */
static void put_unit(struct csa_wrapper *wrapper, struct csa_view unit, bool goes_on)
{
    size_t blank = wrapper->blank_pending ? 1 : 0;
    size_t columns = csa_utf8_columns(unit);
    size_t room = goes_on ? 2 : 0; /* for punctuation */
    size_t width = wrapper->style->width;
    bool fits_a_line = wrapper->indent + columns <= width; /* else it is cut where it stands */
    if (fits_a_line && wrapper->column > wrapper->indent &&
        wrapper->column + blank + columns + room > width) {
        csa_wrap_line(wrapper);
    } else if (blank != 0) {
        csa_buffer_append_byte(wrapper->out, ' ');
        wrapper->column++;
    }
    wrapper->blank_pending = false;
    const char *end = unit.data + unit.size;
    for (const char *p = unit.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        size_t wide = csa_utf8_columns(csa_view_make(p, (size_t)(next - p)));
        if (wrapper->column + wide > width && wide > 0 && wrapper->column > wrapper->indent) {
            csa_wrap_line(wrapper);
        }
        put_character(wrapper, character, wide);
        p = next;
    }
}

static void put_word(struct csa_wrapper *wrapper, struct csa_view word, bool goes_on)
{
    if (!wrapper->blank_pending && wrapper->column > wrapper->indent) {
        word = put_closing(wrapper, word);
    }
    while (word.size != 0) {
        struct csa_view unit = first_unit(word);
        word = csa_view_make(word.data + unit.size, word.size - unit.size);
        put_unit(wrapper, unit, goes_on && word.size == 0);
    }
}

void csa_wrap_text(struct csa_wrapper *wrapper, struct csa_view text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.size; i++) {
        bool blank = i == text.size || text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '\t';
        if (!blank) {
            continue;
        }
        if (i > start) {
            put_word(wrapper, csa_view_make(text.data + start, i - start),
                     wrapper->goes_on && i == text.size);
        }
        if (i < text.size && wrapper->column > wrapper->indent) {
            wrapper->blank_pending = true;
        }
        start = i + 1;
    }
}

void csa_wrap_coloured(struct csa_wrapper *wrapper, struct csa_view text, const char *colour)
{
    csa_wrap_linked(wrapper, text, colour, (struct csa_view){0});
}

void csa_wrap_linked(struct csa_wrapper *wrapper, struct csa_view text, const char *colour,
                     struct csa_view link)
{
    wrapper->wanted = colour;
    wrapper->link = link;
    csa_wrap_text(wrapper, text);
    wrapper->wanted = NULL;
    set_colour(wrapper, NULL);
    set_link(wrapper, false);
    wrapper->link = (struct csa_view){0};
}
