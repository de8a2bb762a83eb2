/* Lines -> blocks; see paragraphs.h. Owns no state: one pass over the first part of the text finds out
 * whether its lines were broken at a fixed width, a second pass over all of it writes the blocks. Called by
 * text.c and jsonl.c. */
#include "indexer/intake/paragraphs.h"

#include "common/text/unicode.h"

enum {
    WIDTH_MAXIMUM = 160, /* columns; a wider line was not broken by a program */
    LINE_BYTES = 4 * WIDTH_MAXIMUM,
    SAMPLE_SIZE = 128 * 1024, /* bytes looked at to tell whether lines were broken */
    LEAST_WIDTH = 30,
    HEADING_BYTES = 160,
    ENOUGH_LONG = 8, /* after so many wide lines the others are not looked at */
};

struct line {
    struct csa_view text; /* without white space at its ends */
    unsigned indent;      /* bytes of white space in front */
    unsigned width;       /* columns with the indent; at most WIDTH_MAXIMUM + 1 */
    unsigned first_word;  /* columns of its first word */
};

struct lines {
    const char *next;
    const char *end;
    char separator;
};

static bool is_wide(uint32_t character)
{
    enum csa_script script = character < 0x1100 ? CSA_SCRIPT_LATIN : csa_unicode_script(character);
    return script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_KANA || script == CSA_SCRIPT_HANGUL ||
           (character >= 0x3000 && character < 0x3040) || (character >= 0xFF00 && character < 0xFFE7);
}

/* Columns, counted roughly: two for each wide character, one for any other; *first_word as in struct line. */
static unsigned measure(struct csa_view text, unsigned *first_word)
{
    const char *p = text.data;
    const char *end = p + text.size;
    unsigned width = 0;
    bool in_first = true;
    *first_word = 0;
    while (p < end && width <= WIDTH_MAXIMUM) {
        unsigned columns = 1;
        bool wide = false;
        bool space = *p == ' ';
        if ((unsigned char)*p < 0x80) {
            p++;
        } else {
            uint32_t character;
            p = csa_utf8_decode(p, end, &character);
            wide = is_wide(character);
            columns += wide;
        }
        if (in_first && (space || (wide && width != 0))) {
            in_first = false;
        }
        *first_word += in_first ? columns : 0;
        in_first = in_first && !wide;
        width += columns;
    }
    return width;
}

static bool next_line(struct lines *lines, struct line *line)
{
    if (lines->next == lines->end) {
        return false;
    }
    const char *start = lines->next;
    const char *newline = memchr(start, lines->separator, (size_t)(lines->end - start));
    lines->next = newline == NULL ? lines->end : newline + 1;
    struct csa_view whole = csa_view_make(start, (size_t)((newline == NULL ? lines->end : newline) - start));
    line->text = csa_view_trim(whole);
    size_t indent = line->text.size == 0 ? 0 : (size_t)(line->text.data - start);
    line->indent = indent > WIDTH_MAXIMUM ? WIDTH_MAXIMUM : (unsigned)indent;
    return true;
}

static void measure_line(struct line *line)
{
    line->first_word = WIDTH_MAXIMUM;
    line->width = WIDTH_MAXIMUM + 1;
    if (line->text.size <= LINE_BYTES) {
        line->width = line->indent + measure(line->text, &line->first_word);
    }
    if (line->width > WIDTH_MAXIMUM) {
        line->width = WIDTH_MAXIMUM + 1;
    }
}

static struct lines lines_of(struct csa_view text, size_t size)
{
    size_t looked_at = text.size < SAMPLE_SIZE ? text.size : SAMPLE_SIZE;
    bool old_mac = memchr(text.data, '\n', looked_at) == NULL && memchr(text.data, '\r', looked_at) != NULL;
    return (struct lines){text.data, text.data + (size < text.size ? size : text.size),
                          old_mac ? '\r' : '\n'};
}

/* ---- was it broken at a fixed width? ---- */

/* Counts of the lines that another line follows without a blank one between. */
struct line_counts {
    unsigned by_width[WIDTH_MAXIMUM + 2];
    unsigned all;
    unsigned ending_sentences;
};

static void count_lines(struct csa_view text, struct line_counts *counts)
{
    struct lines lines = lines_of(text, SAMPLE_SIZE);
    struct line line;
    struct line next;
    bool have = next_line(&lines, &line);
    while (have && next_line(&lines, &next)) {
        if (line.text.size != 0 && next.text.size != 0) {
            measure_line(&line);
            counts->by_width[line.width]++;
            counts->all++;
            counts->ending_sentences += csa_text_ends_sentence(line.text);
            if (counts->by_width[WIDTH_MAXIMUM + 1] >= ENOUGH_LONG) {
                return;
            }
        }
        line = next;
    }
}

/* How many such lines have no room for the next line's first word within `width`. */
static unsigned count_full_lines(struct csa_view text, unsigned width)
{
    struct lines lines = lines_of(text, SAMPLE_SIZE);
    struct line line;
    struct line next;
    unsigned full = 0;
    bool have = next_line(&lines, &line);
    while (have && next_line(&lines, &next)) {
        if (line.text.size != 0 && next.text.size != 0) {
            measure_line(&line);
            measure_line(&next);
            full += line.width + 1 + next.first_word + 2 > width;
        }
        line = next;
    }
    return full;
}

/* The width at which the lines were broken; 0 when they were not. */
static unsigned find_width(struct csa_view text)
{
    struct line_counts counts = {{0}, 0, 0};
    count_lines(text, &counts);
    unsigned wide = counts.by_width[WIDTH_MAXIMUM + 1];
    if (counts.all < 3 || wide >= ENOUGH_LONG || wide * 5 > counts.all ||
        counts.ending_sentences * 2 > counts.all) {
        return 0;
    }
    unsigned seen = 0;
    unsigned width = 0;
    while (width < WIDTH_MAXIMUM && (seen + counts.by_width[width]) * 10 < counts.all * 9) {
        seen += counts.by_width[width++];
    }
    return width >= LEAST_WIDTH && count_full_lines(text, width) * 10 >= counts.all * 6 ? width : 0;
}

/* ---- blocks ---- */

static uint32_t first_character(struct csa_view text)
{
    uint32_t character = 0;
    if (text.size != 0) {
        csa_utf8_decode(text.data, text.data + text.size, &character);
    }
    return character;
}

static uint32_t last_character(struct csa_view text, size_t *start)
{
    size_t at = text.size;
    while (at != 0 && ((unsigned char)text.data[--at] & 0xC0U) == 0x80U) {
    }
    *start = at;
    return first_character(csa_view_make(text.data + at, text.size - at));
}

bool csa_text_ends_sentence(struct csa_view text)
{
    while (text.size != 0) {
        size_t start;
        uint32_t last = last_character(text, &start);
        switch (last) {
        case '.':
        case '!':
        case '?':
        case ':':
        case ';':
        case 0x2026: /* ellipsis */
        case 0x3002: /* the full stops and marks of Chinese and Japanese */
        case 0xFF01:
        case 0xFF1A:
        case 0xFF1B:
        case 0xFF1F:
        case 0xFF61:
        case 0x061F: /* Arabic */
        case 0x06D4:
        case 0x0964: /* Devanagari */
        case 0x0589: /* Armenian */
            return true;
        case '"':
        case '\'':
        case ')':
        case ']':
        case 0x00BB: /* closing quotes */
        case 0x2019:
        case 0x201D:
        case 0x300D:
        case 0x300F:
        case 0xFF09:
            text.size = start;
            break;
        default:
            return false;
        }
    }
    return false;
}

bool csa_text_is_list_item(struct csa_view text)
{
    uint32_t first = first_character(text);
    if (first == 0x2022 || first == 0x25CF || first == 0x25A0 || first == 0x25AA || first == 0x2023 ||
        first == 0x00B7) {
        return true;
    }
    struct csa_view rest = text;
    size_t size = first == 0x2013 || first == 0x2014             ? 3
                  : first == '-' || first == '*' || first == '+' ? 1
                                                                 : 0;
    if (size == 0 || rest.size < size + 2) {
        return false;
    }
    return rest.data[size] == ' ' || rest.data[size] == '\t';
}

/* Whether a paragraph ends between two lines that stand side by side in text broken at `width`; `first` says
 * that the line begins its paragraph. */
static bool ends_paragraph(const struct line *line, const struct line *next, bool first, unsigned width)
{
    if (csa_text_is_list_item(next->text)) {
        return true;
    }
    if (next->indent >= line->indent + 2) {
        return !csa_text_is_list_item(line->text);
    }
    bool room = line->width + 1 + next->first_word + 4 < width;
    if (!room) {
        return false;
    }
    if (csa_text_ends_sentence(line->text)) {
        return true;
    }
    uint32_t character = first_character(next->text);
    if (csa_unicode_is_letter(character) && !csa_unicode_is_upper(character) && !is_wide(character)) {
        return false;
    }
    /* A wire's first line is short where its place and date were taken off; full lines follow it. */
    return !(first && line->width * 2 >= width && next->width * 4 >= width * 3);
}

static void join_lines(struct csa_block_writer *writer, const struct line *line, const struct line *next)
{
    size_t start;
    uint32_t last = last_character(line->text, &start);
    uint32_t following = first_character(next->text);
    size_t before;
    uint32_t letter = last_character(csa_view_make(line->text.data, start), &before);
    bool hyphen = last == '-' && csa_unicode_is_letter(letter) && csa_unicode_is_letter(following);
    if (!hyphen && !(is_wide(last) && is_wide(following))) {
        csa_block_writer_space(writer);
    }
}

static void write_joined(struct lines lines, unsigned width, struct csa_block_writer *writer)
{
    struct line line;
    struct line next;
    bool first = true;
    enum csa_block_kind kind = CSA_BLOCK_PARAGRAPH;
    for (bool have = next_line(&lines, &line); have; line = next) {
        have = next_line(&lines, &next);
        if (line.text.size == 0) {
            continue;
        }
        if (first) {
            kind = csa_text_is_list_item(line.text) ? CSA_BLOCK_LIST_ITEM : CSA_BLOCK_PARAGRAPH;
        }
        csa_block_writer_put(writer, line.text);
        bool ends = !have || next.text.size == 0;
        if (!ends) {
            measure_line(&line);
            measure_line(&next);
            ends = ends_paragraph(&line, &next, first, width);
        }
        if (ends) {
            csa_block_writer_end(writer, kind);
        } else {
            join_lines(writer, &line, &next);
        }
        first = ends;
    }
}

static void write_lines(struct lines lines, struct csa_block_writer *writer)
{
    struct line line;
    while (next_line(&lines, &line)) {
        if (line.text.size != 0) {
            bool item = csa_text_is_list_item(line.text);
            csa_block_writer_put(writer, line.text);
            csa_block_writer_end(writer, item ? CSA_BLOCK_LIST_ITEM : CSA_BLOCK_PARAGRAPH);
        }
    }
}

static void mark_headings(struct csa_block_writer *writer, size_t first)
{
    const char *text = writer->text;
    for (size_t i = 0; i < first; i++) {
        text += writer->blocks[i].text.size + 1;
    }
    for (size_t i = first; i + 1 < writer->count; i++) {
        struct csa_block *block = &writer->blocks[i];
        size_t size = block->text.size;
        if (size <= HEADING_BYTES && block->kind == CSA_BLOCK_PARAGRAPH &&
            writer->blocks[i + 1].text.size > HEADING_BYTES &&
            !csa_text_ends_sentence(csa_view_make(text, size))) {
            block->kind = CSA_BLOCK_HEADING;
        }
        text += size + 1;
    }
}

void csa_paragraphs_write(struct csa_view text, struct csa_block_writer *writer)
{
    if (text.size == 0) {
        return;
    }
    size_t first = writer->count;
    unsigned width = find_width(text);
    struct lines lines = lines_of(text, text.size);
    if (width == 0) {
        write_lines(lines, writer);
    } else {
        write_joined(lines, width, writer);
    }
    if (!writer->failed) {
        mark_headings(writer, first);
    }
}
