/* Reading a run: its terms in order, and each term's postings under their final numbers; see run.h.
 *
 * Whether a run lies in memory or in a file, a term's stream passes through one buffer: refill() puts what
 * comes next behind what is left, and everything else decodes from there. */
#include "indexer/native/run.h"

#include "common/base/memory.h"

#include <string.h>

enum {
    TERMS_AHEAD = 16,    /* in memory they lie anywhere: asked for ahead of their use */
    DECODE_MAXIMUM = 20, /* bytes that one step of decoding takes at most */
    TERM_HEAD_MAXIMUM = 1 + CSA_TERM_KEY_MAXIMUM + CSA_VARINT_MAXIMUM,
};

static enum csa_status damaged(const struct csa_run_cursor *cursor, struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "a temporary file of the index has changed: term '%.*s'",
                         (int)cursor->text.size, cursor->text.data == NULL ? "" : cursor->text.data);
}

static const struct csa_vocabulary *vocabulary(const struct csa_run_cursor *cursor)
{
    return cursor->table == CSA_RUN_WORDS ? &cursor->run->inverter->words : &cursor->run->inverter->titles;
}

/* ---- bytes ---- */

/* From a file: has at least `wanted` bytes from p on, or all that the run has; buffer[0] is then at p. */
static enum csa_status load(struct csa_run_cursor *cursor, size_t wanted, struct csa_error *error)
{
    size_t left = (size_t)(cursor->buffer + cursor->loaded - cursor->p);
    if (left < wanted) {
        memmove(cursor->buffer, cursor->p, left);
        uint64_t rest = cursor->run->ends[cursor->table] - cursor->file_next;
        size_t room = cursor->capacity - left;
        size_t part = rest < room ? (size_t)rest : room;
        enum csa_status status =
            csa_output_read_at(cursor->run->file, cursor->file_next, cursor->buffer + left, part, error);
        if (status != CSA_OK) {
            return status;
        }
        cursor->file_next += part;
        cursor->loaded = left + part;
        cursor->p = cursor->buffer;
    }
    return CSA_OK;
}

/* Lets `end` stand where the stream, or what is loaded of it, ends; size: bytes of the stream from p on. */
static void set_end(struct csa_run_cursor *cursor, uint64_t size)
{
    size_t left = (size_t)(cursor->buffer + cursor->loaded - cursor->p);
    size_t here = size < left ? (size_t)size : left;
    cursor->end = cursor->p + here;
    cursor->stream_rest = size - here;
}

/* From memory: copies slices behind what is left. */
static void copy_slices(struct csa_run_cursor *cursor)
{
    size_t left = (size_t)(cursor->end - cursor->p);
    memmove(cursor->buffer, cursor->p, left);
    const uint8_t *slab = vocabulary(cursor)->slab;
    while (cursor->stream_rest != 0 && left < cursor->capacity) {
        bool last = cursor->stream_write >= cursor->slice &&
                    cursor->stream_write - cursor->slice <= cursor->slice_left;
        size_t size = last ? cursor->stream_write - cursor->slice : cursor->slice_left;
        size_t part = size < cursor->capacity - left ? size : cursor->capacity - left;
        memcpy(cursor->buffer + left, slab + cursor->slice, part);
        left += part;
        cursor->slice += (uint32_t)part;
        cursor->slice_left -= (uint32_t)part;
        if (part == size && last) {
            cursor->stream_rest = 0;
        } else if (part == size) {
            cursor->slice = csa_load_u32(slab + cursor->slice);
            cursor->slice_left = csa_slice_size(++cursor->level) - CSA_SLICE_LINK;
        }
    }
    cursor->p = cursor->buffer;
    cursor->end = cursor->buffer + left;
}

/* Has the bytes for one step of decoding, unless the stream ends before. */
static enum csa_status refill(struct csa_run_cursor *cursor, struct csa_error *error)
{
    if (cursor->run->inverter != NULL) {
        copy_slices(cursor);
        return CSA_OK;
    }
    uint64_t size = cursor->stream_rest + (uint64_t)(cursor->end - cursor->p);
    enum csa_status status = load(cursor, DECODE_MAXIMUM, error);
    set_end(cursor, size);
    return status;
}

static inline enum csa_status need(struct csa_run_cursor *cursor, struct csa_error *error)
{
    if (cursor->end - cursor->p >= DECODE_MAXIMUM || cursor->stream_rest == 0) {
        return CSA_OK;
    }
    return refill(cursor, error);
}

/* ---- postings ---- */

/* The final number of the local document; pieces ascend within a term. */
static bool find_piece(struct csa_run_cursor *cursor)
{
    const struct csa_run_piece *pieces = cursor->run->pieces[cursor->table];
    size_t count = cursor->run->piece_counts[cursor->table];
    size_t low = cursor->piece;
    size_t high = count;
    while (low < high) { /* the first piece that ends behind the document */
        size_t middle = low + (high - low) / 2;
        if (pieces[middle].end <= cursor->local_document) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count) {
        return false;
    }
    cursor->piece = low;
    cursor->piece_end = pieces[low].end;
    return true;
}

/* Steps to the posting whose first varint was read; the rest of its head is in the window. */
static enum csa_status begin_posting(struct csa_run_cursor *cursor, uint32_t value, struct csa_error *error)
{
    uint32_t distance;
    cursor->p = csa_varint_decode_u32(cursor->p, cursor->end, &distance);
    if (cursor->p == NULL || (value & 1) == 0) {
        cursor->p = cursor->end;
        return damaged(cursor, error);
    }
    cursor->first_position = value >> 1;
    cursor->local_document += distance;
    if (cursor->local_document >= cursor->piece_end && !find_piece(cursor)) {
        return damaged(cursor, error);
    }
    const struct csa_run_piece *piece = &cursor->run->pieces[cursor->table][cursor->piece];
    cursor->document = piece->final + (cursor->local_document - piece->first);
    cursor->has_posting = true;
    return CSA_OK;
}

static bool add_position(struct csa_positions *positions, uint32_t position)
{
    if (positions->count == positions->capacity) {
        uint32_t *values =
            csa_grow(positions->values, &positions->capacity, positions->count + 1, sizeof *values);
        if (values == NULL) {
            return false;
        }
        positions->values = values;
    }
    positions->values[positions->count++] = position;
    return true;
}

void csa_positions_release(struct csa_positions *positions)
{
    csa_free(positions->values);
    *positions = (struct csa_positions){0};
}

enum csa_status csa_run_cursor_take(struct csa_run_cursor *cursor, struct csa_positions *positions,
                                    struct csa_error *error)
{
    uint32_t position = cursor->first_position;
    positions->count = 0;
    for (;;) {
        if (!add_position(positions, position)) {
            return csa_error_set_memory(error, "the positions of a word");
        }
        enum csa_status status = need(cursor, error);
        if (status != CSA_OK) {
            return status;
        }
        if (cursor->p == cursor->end) {
            cursor->has_posting = false;
            return CSA_OK;
        }
        uint32_t value;
        const uint8_t *next = csa_varint_decode_u32(cursor->p, cursor->end, &value);
        if (next == NULL) {
            return damaged(cursor, error);
        }
        cursor->p = next;
        if ((value & 1) != 0) {
            return begin_posting(cursor, value, error);
        }
        position += value >> 1;
    }
}

/* ---- terms ---- */

static uint64_t text_prefix(struct csa_view text)
{
    uint64_t bytes = 0;
    memcpy(&bytes, text.data, text.size < 8 ? text.size : 8);
    return __builtin_bswap64(bytes);
}

static void next_term_in_memory(struct csa_run_cursor *cursor)
{
    const struct csa_vocabulary *table = vocabulary(cursor);
    cursor->has_term = cursor->next_term < table->term_count;
    if (!cursor->has_term) {
        return;
    }
    const uint32_t *order = cursor->run->orders[cursor->table];
    uint32_t ahead = cursor->next_term + TERMS_AHEAD;
    if (ahead < table->term_count) {
        __builtin_prefetch(&table->terms[order[ahead]]);
        __builtin_prefetch(table->slab + table->terms[order[ahead - TERMS_AHEAD / 2]].head);
    }
    const struct csa_term *term = &table->terms[order[cursor->next_term++]];
    cursor->text = csa_term_text(table, term, cursor->room);
    cursor->p = cursor->buffer;
    if (term->head == 0) {
        size_t size = csa_varint_encode(cursor->buffer, (uint64_t)term->position << 1 | 1);
        size += csa_varint_encode(cursor->buffer + size, (uint64_t)term->document + 1);
        cursor->end = cursor->buffer + size;
        cursor->stream_rest = 0;
        return;
    }
    cursor->end = cursor->buffer;
    cursor->stream_rest = 1;
    cursor->slice = term->head;
    cursor->level = 0;
    cursor->slice_left = csa_slice_size(0) - CSA_SLICE_LINK;
    cursor->stream_write = term->write;
}

static enum csa_status next_term_in_file(struct csa_run_cursor *cursor, struct csa_error *error)
{
    enum csa_status status = load(cursor, TERM_HEAD_MAXIMUM, error);
    if (status != CSA_OK) {
        return status;
    }
    const uint8_t *end = cursor->buffer + cursor->loaded;
    if (cursor->p == end) {
        return damaged(cursor, error);
    }
    size_t size = *cursor->p++;
    cursor->has_term = size != 0;
    if (size == 0) {
        return CSA_OK;
    }
    if (size > CSA_TERM_KEY_MAXIMUM || size > (size_t)(end - cursor->p)) {
        return damaged(cursor, error);
    }
    memcpy(cursor->room, cursor->p, size);
    cursor->text = csa_view_make(cursor->room, size);
    uint64_t stream_size;
    const uint8_t *next = csa_varint_decode(cursor->p + size, end, &stream_size);
    if (next == NULL) {
        return damaged(cursor, error);
    }
    cursor->p = next;
    set_end(cursor, stream_size);
    return CSA_OK;
}

enum csa_status csa_run_cursor_next_term(struct csa_run_cursor *cursor, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    if (cursor->run->inverter != NULL) {
        next_term_in_memory(cursor);
    } else {
        status = next_term_in_file(cursor, error);
    }
    if (status != CSA_OK || !cursor->has_term) {
        return status;
    }
    cursor->prefix = text_prefix(cursor->text);
    cursor->local_document = UINT32_MAX; /* distances count from here */
    cursor->piece = 0;
    cursor->piece_end = 0;
    status = need(cursor, error);
    uint32_t value;
    const uint8_t *next = status == CSA_OK ? csa_varint_decode_u32(cursor->p, cursor->end, &value) : NULL;
    if (next == NULL) {
        return status != CSA_OK ? status : damaged(cursor, error);
    }
    cursor->p = next;
    return begin_posting(cursor, value, error);
}

enum csa_status csa_run_cursor_open(struct csa_run_cursor *cursor, const struct csa_run *run,
                                    enum csa_run_table table, size_t buffer, struct csa_error *error)
{
    *cursor = (struct csa_run_cursor){.run = run, .table = table, .file_next = run->offsets[table]};
    cursor->capacity =
        run->inverter != NULL || buffer < CSA_RUN_BUFFER_MINIMUM ? CSA_RUN_BUFFER_MINIMUM : buffer;
    cursor->buffer = csa_malloc(cursor->capacity);
    if (cursor->buffer == NULL) {
        return csa_error_set_memory(error, "reading back a part of the index");
    }
    cursor->p = cursor->buffer;
    cursor->end = cursor->buffer;
    return csa_run_cursor_next_term(cursor, error);
}

void csa_run_cursor_close(struct csa_run_cursor *cursor)
{
    csa_free(cursor->buffer);
    *cursor = (struct csa_run_cursor){0};
}
