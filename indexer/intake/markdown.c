/* Markdown -> an article, with cmark: front matter, then the nodes of the parsed text in their order. Text
 * that would take cmark too long is read as plain text. Owns the tree for the length of a call. Called by
 * intake.c. */
#include "indexer/intake/front_matter.h"
#include "indexer/intake/html_strip.h"
#include "indexer/intake/markdown_guard.h"
#include "indexer/intake/readers.h"

#include <cmark.h>

/* Finds the source line of a node, moving forward only. */
struct line_finder {
    struct csa_view text;
    size_t offset;
    int number; /* of the line at offset, from 1 */
};

struct converter {
    struct csa_block_writer *writer;
    struct line_finder lines;
    unsigned quotes; /* open containers */
    unsigned items;
    enum csa_block_kind kind; /* of the open paragraph or heading */
    bool heading_one;         /* the open block is the first level-1 heading */
    size_t title_block;       /* its index, SIZE_MAX: none yet */
    unsigned row;             /* of the open table, from 1; 0: no table */
    bool cell_pending;
};

/* ---- tables: cmark knows them as paragraphs whose second line is made of dashes and bars ---- */

static struct csa_view line_of(struct line_finder *lines, int number)
{
    const char *end = lines->text.data + lines->text.size;
    const char *p = lines->text.data + lines->offset;
    while (lines->number < number && p < end) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        p = newline == NULL ? end : newline + 1;
        lines->number++;
    }
    lines->offset = (size_t)(p - lines->text.data);
    const char *newline = p == end ? NULL : memchr(p, '\n', (size_t)(end - p));
    return csa_view_make(p, (size_t)((newline == NULL ? end : newline) - p));
}

static bool is_table(struct line_finder *lines, cmark_node *paragraph)
{
    int first = cmark_node_get_start_line(paragraph);
    if (cmark_node_get_end_line(paragraph) <= first) {
        return false;
    }
    struct csa_view line = csa_view_trim(line_of(lines, first + 1));
    unsigned dashes = 0;
    unsigned bars = 0;
    for (size_t i = 0; i < line.size; i++) {
        if (strchr("-|: \t>", line.data[i]) == NULL || line.data[i] == '\0') {
            return false;
        }
        dashes += line.data[i] == '-';
        bars += line.data[i] == '|';
    }
    return dashes >= 3 && bars >= 1;
}

static void put_table_text(struct converter *converter, struct csa_view text)
{
    for (size_t at = 0; at < text.size && converter->row != 2;) {
        const char *bar = memchr(text.data + at, '|', text.size - at);
        size_t end = bar == NULL ? text.size : (size_t)(bar - text.data);
        struct csa_view cell = csa_view_make(text.data + at, end - at);
        if (csa_view_trim(cell).size != 0) {
            if (converter->cell_pending && csa_block_writer_has_text(converter->writer)) {
                csa_block_writer_put(converter->writer, csa_view_make(" | ", 3));
            }
            converter->cell_pending = false;
        }
        csa_block_writer_put(converter->writer, cell);
        converter->cell_pending |= bar != NULL;
        at = end + 1;
    }
}

static void end_row(struct converter *converter)
{
    csa_block_writer_end(converter->writer, CSA_BLOCK_TABLE_ROW);
    converter->cell_pending = false;
    converter->row++;
}

/* ---- nodes ---- */

static struct csa_view literal_of(cmark_node *node)
{
    return csa_view_of(cmark_node_get_literal(node));
}

static void put(struct converter *converter, struct csa_view text)
{
    if (converter->row != 0) {
        put_table_text(converter, text);
    } else {
        csa_block_writer_put(converter->writer, text);
    }
}

static void enter_paragraph(struct converter *converter, cmark_node *node)
{
    cmark_node *only = cmark_node_first_child(node);
    bool image =
        only != NULL && cmark_node_next(only) == NULL && cmark_node_get_type(only) == CMARK_NODE_IMAGE;
    converter->kind = image                    ? CSA_BLOCK_CAPTION
                      : converter->items != 0  ? CSA_BLOCK_LIST_ITEM
                      : converter->quotes != 0 ? CSA_BLOCK_QUOTE
                                               : CSA_BLOCK_PARAGRAPH;
    converter->row = is_table(&converter->lines, node) ? 1 : 0;
}

static void leave_paragraph(struct converter *converter)
{
    bool table = converter->row != 0;
    csa_block_writer_end(converter->writer, table ? CSA_BLOCK_TABLE_ROW : converter->kind);
    converter->row = 0;
    converter->cell_pending = false;
}

static void enter_heading(struct converter *converter, cmark_node *node)
{
    converter->kind = CSA_BLOCK_HEADING;
    bool first = converter->writer->count == 0;
    converter->heading_one =
        converter->title_block == SIZE_MAX && (cmark_node_get_heading_level(node) == 1 || first);
}

static void leave_heading(struct converter *converter)
{
    if (converter->heading_one && csa_block_writer_has_text(converter->writer)) {
        converter->title_block = converter->writer->count;
    }
    csa_block_writer_end(converter->writer, CSA_BLOCK_HEADING);
}

/* The nodes that have an inside. */
static void convert_container(struct converter *converter, cmark_node *node, bool entering)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_BLOCK_QUOTE:
        converter->quotes += entering ? 1U : -1U;
        break;
    case CMARK_NODE_ITEM:
        converter->items += entering ? 1U : -1U;
        break;
    case CMARK_NODE_PARAGRAPH:
        if (entering) {
            enter_paragraph(converter, node);
        } else {
            leave_paragraph(converter);
        }
        break;
    case CMARK_NODE_HEADING:
        if (entering) {
            enter_heading(converter, node);
        } else {
            leave_heading(converter);
        }
        break;
    default:
        break;
    }
}

static void convert_leaf(struct converter *converter, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
        put(converter, literal_of(node));
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        if (converter->row != 0) {
            end_row(converter);
        } else {
            csa_block_writer_space(converter->writer);
        }
        break;
    case CMARK_NODE_CODE_BLOCK:
        csa_block_writer_put_code(converter->writer, literal_of(node));
        csa_block_writer_end(converter->writer, CSA_BLOCK_CODE);
        break;
    case CMARK_NODE_HTML_BLOCK:
        csa_html_strip(literal_of(node), CSA_BLOCK_PARAGRAPH, converter->writer);
        csa_block_writer_end(converter->writer, CSA_BLOCK_PARAGRAPH);
        break;
    case CMARK_NODE_HTML_INLINE:
        csa_html_strip_inline(literal_of(node), converter->writer);
        break;
    default:
        break;
    }
}

static bool is_leaf(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    return type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_SOFTBREAK ||
           type == CMARK_NODE_LINEBREAK || type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK ||
           type == CMARK_NODE_HTML_INLINE;
}

static void convert(struct converter *converter, cmark_node *document)
{
    cmark_iter *iterator = cmark_iter_new(document);
    for (cmark_event_type event = cmark_iter_next(iterator); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator)) {
        cmark_node *node = cmark_iter_get_node(iterator);
        if (is_leaf(node)) {
            convert_leaf(converter, node);
        } else {
            convert_container(converter, node, event == CMARK_EVENT_ENTER);
        }
    }
    cmark_iter_free(iterator);
}

/* ---- the article ---- */

/* The first heading is the title where none was stated; a heading that is the title is not repeated. */
static void take_title(struct csa_article *article, size_t block)
{
    if (block >= article->block_count) {
        return;
    }
    if (article->title.size == 0) {
        article->title = article->blocks[block].text;
    }
    if (csa_view_equal(article->title, article->blocks[block].text)) {
        article->block_count--;
        memmove(article->blocks + block, article->blocks + block + 1,
                (article->block_count - block) * sizeof *article->blocks);
    }
}

enum { BYLINE_BLOCKS = 5 };

static void read_head(struct csa_article *article)
{
    for (size_t i = 0; i < article->block_count && i < BYLINE_BLOCKS && article->author.size == 0; i++) {
        article->author = csa_text_byline(article->blocks[i].text);
    }
    if (article->date == 0) {
        article->date = csa_text_find_date(article->blocks, article->block_count);
    }
}

enum csa_status csa_markdown_read(struct csa_view text, struct csa_arena *arena, struct csa_article *article,
                                  struct csa_error *error)
{
    size_t front;
    enum csa_status status = csa_front_matter_read(text, arena, article, &front, error);
    if (status != CSA_OK) {
        return status;
    }
    struct csa_view body = csa_view_make(text.data + front, text.size - front);
    if (!csa_markdown_is_tame(body)) {
        struct csa_article plain = {0};
        status = csa_text_read(body, arena, &plain, error);
        article->title = article->title.size == 0 ? plain.title : article->title;
        article->blocks = plain.blocks;
        article->block_count = plain.block_count;
        return status;
    }
    struct csa_block_writer writer;
    struct converter converter = {.writer = &writer, .lines = {body, 0, 1}, .title_block = SIZE_MAX};
    csa_block_writer_init(&writer, arena, body.size);
    cmark_node *document =
        cmark_parse_document(body.size == 0 ? "" : body.data, body.size, CMARK_OPT_DEFAULT);
    convert(&converter, document);
    cmark_node_free(document);
    status = csa_block_writer_finish(&writer, article, error);
    if (status == CSA_OK) {
        take_title(article, converter.title_block);
        read_head(article);
    }
    return status;
}
