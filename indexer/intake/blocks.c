/* Lays blocks out side by side in an arena; see blocks.h. */
#include "indexer/intake/blocks.h"

#include <stdint.h>

enum { FIRST_BLOCKS = 16 };

void csa_block_writer_init(struct csa_block_writer *writer, struct csa_arena *arena, size_t expected)
{
    *writer = (struct csa_block_writer){.arena = arena, .capacity = expected + 2};
    writer->text = csa_arena_alloc(arena, writer->capacity, 1);
    writer->failed = writer->text == NULL;
}

/* Makes room for `more` bytes; the old copy stays in the arena until it is cleared. */
static bool reserve(struct csa_block_writer *writer, size_t more)
{
    if (writer->failed) {
        return false;
    }
    if (writer->capacity - writer->size >= more) {
        return true;
    }
    size_t capacity = writer->capacity;
    while (capacity - writer->size < more) {
        if (capacity > SIZE_MAX / 2) {
            writer->failed = true;
            return false;
        }
        capacity *= 2;
    }
    char *text = csa_arena_alloc(writer->arena, capacity, 1);
    if (text == NULL) {
        writer->failed = true;
        return false;
    }
    memcpy(text, writer->text, writer->size);
    writer->text = text;
    writer->capacity = capacity;
    return true;
}

void csa_block_writer_put(struct csa_block_writer *writer, struct csa_view text)
{
    if (text.size != 0 && text.size < SIZE_MAX && reserve(writer, text.size + 1)) {
        writer->size += csa_clean_copy(writer->text + writer->size, text, &writer->state);
    }
}

void csa_block_writer_put_code(struct csa_block_writer *writer, struct csa_view text)
{
    if (text.size == 0 || !reserve(writer, text.size)) {
        return;
    }
    size_t added = csa_clean_copy_code(writer->text + writer->size, text);
    writer->size += added;
    if (added != 0) {
        writer->state = CSA_CLEAN_TEXT;
    }
}

void csa_block_writer_space(struct csa_block_writer *writer)
{
    if (writer->state == CSA_CLEAN_TEXT) {
        writer->state = CSA_CLEAN_SPACE;
    }
}

bool csa_block_writer_has_text(const struct csa_block_writer *writer)
{
    return !writer->failed && writer->size != writer->block_start;
}

static bool add_block(struct csa_block_writer *writer, size_t size, enum csa_block_kind kind)
{
    if (writer->count == writer->block_capacity) {
        size_t capacity = writer->block_capacity == 0 ? FIRST_BLOCKS : writer->block_capacity * 2;
        struct csa_block *blocks = csa_arena_alloc(writer->arena, capacity, sizeof *blocks);
        if (blocks == NULL) {
            writer->failed = true;
            return false;
        }
        if (writer->count != 0) {
            memcpy(blocks, writer->blocks, writer->count * sizeof *blocks);
        }
        writer->blocks = blocks;
        writer->block_capacity = capacity;
    }
    writer->blocks[writer->count++] = (struct csa_block){{NULL, size}, kind};
    return true;
}

void csa_block_writer_end(struct csa_block_writer *writer, enum csa_block_kind kind)
{
    writer->state = CSA_CLEAN_START;
    if (writer->failed) {
        return;
    }
    /* Only code can have white space at its ends. */
    size_t end = writer->size;
    while (end > writer->block_start && (writer->text[end - 1] == '\n' || writer->text[end - 1] == ' ')) {
        end--;
    }
    size_t start = writer->block_start;
    while (start < end && writer->text[start] == '\n') {
        start++;
    }
    size_t size = end - start;
    if (start != writer->block_start) {
        memmove(writer->text + writer->block_start, writer->text + start, size);
    }
    writer->size = writer->block_start + size;
    if (size == 0 || !reserve(writer, 1) || !add_block(writer, size, kind)) {
        return;
    }
    writer->text[writer->size++] = '\n';
    writer->block_start = writer->size;
}

enum csa_status csa_block_writer_finish(struct csa_block_writer *writer, struct csa_article *article,
                                        struct csa_error *error)
{
    csa_block_writer_end(writer, CSA_BLOCK_PARAGRAPH);
    if (writer->failed) {
        return csa_error_set_memory(error, "an article's text");
    }
    const char *text = writer->text;
    for (size_t i = 0; i < writer->count; i++) {
        writer->blocks[i].text.data = text;
        text += writer->blocks[i].text.size + 1;
    }
    article->blocks = writer->blocks;
    article->block_count = writer->count;
    return CSA_OK;
}
