/* Runs: holding, spilling, and final numbers; reading is in run_cursor.c. See run.h. */
#include "indexer/native/run.h"

#include "common/base/memory.h"

void csa_run_init(struct csa_run *run)
{
    *run = (struct csa_run){0};
}

void csa_run_release(struct csa_run *run)
{
    csa_free(run->ranges);
    for (int i = 0; i < CSA_RUN_TABLES; i++) {
        csa_free(run->pieces[i]);
        csa_free(run->orders[i]);
    }
    csa_run_init(run);
}

enum csa_status csa_run_add_range(struct csa_run *run, const struct csa_run_range *range,
                                  struct csa_error *error)
{
    struct csa_run_range *ranges =
        csa_grow(run->ranges, &run->range_capacity, run->range_count + 1, sizeof *ranges);
    if (ranges == NULL) {
        return csa_error_set_memory(error, "the batches of an index");
    }
    run->ranges = ranges;
    run->ranges[run->range_count++] = *range;
    return CSA_OK;
}

enum csa_status csa_run_hold(struct csa_run *run, struct csa_inverter *inverter, struct csa_error *error)
{
    run->inverter = inverter;
    enum csa_status status = csa_vocabulary_sort(&inverter->words, &run->orders[CSA_RUN_WORDS], error);
    return status != CSA_OK ? status
                            : csa_vocabulary_sort(&inverter->titles, &run->orders[CSA_RUN_TITLES], error);
}

/* ---- spilling ---- */

static uint64_t stream_size(const struct csa_vocabulary *table, const struct csa_term *term)
{
    uint64_t size = 0;
    uint32_t slice = term->head;
    for (unsigned level = 0;; level++) {
        uint32_t room = csa_slice_size(level) - CSA_SLICE_LINK;
        if (term->write >= slice && term->write - slice <= room) {
            return size + (term->write - slice);
        }
        size += room;
        slice = csa_load_u32(table->slab + slice + room);
    }
}

static void write_stream(struct csa_output *file, const struct csa_vocabulary *table,
                         const struct csa_term *term, uint64_t size)
{
    uint32_t slice = term->head;
    for (unsigned level = 0; size != 0; level++) {
        uint32_t room = csa_slice_size(level) - CSA_SLICE_LINK;
        uint32_t part = size < room ? (uint32_t)size : room;
        csa_output_write(file, table->slab + slice, part);
        size -= part;
        if (size != 0) {
            slice = csa_load_u32(table->slab + slice + room);
        }
    }
}

static void write_term(struct csa_output *file, const struct csa_vocabulary *table,
                       const struct csa_term *term)
{
    char room[CSA_TERM_KEY_INLINE + 1];
    struct csa_view text = csa_term_text(table, term, room);
    uint8_t head[1 + CSA_TERM_KEY_MAXIMUM + 4 * CSA_VARINT_MAXIMUM];
    size_t used = 0;
    head[used++] = (uint8_t)text.size;
    memcpy(head + used, text.data, text.size);
    used += text.size;
    if (term->head != 0) {
        uint64_t size = stream_size(table, term);
        used += csa_varint_encode(head + used, size);
        csa_output_write(file, head, used);
        write_stream(file, table, term, size);
        return;
    }
    uint8_t stream[2 * CSA_VARINT_MAXIMUM];
    size_t size = csa_varint_encode(stream, (uint64_t)term->position << 1 | 1);
    size += csa_varint_encode(stream + size, (uint64_t)term->document + 1);
    used += csa_varint_encode(head + used, size);
    memcpy(head + used, stream, size);
    csa_output_write(file, head, used + size);
}

enum csa_status csa_run_spill(struct csa_run *run, struct csa_inverter *inverter, struct csa_output *file,
                              struct csa_error *error)
{
    struct csa_vocabulary *tables[CSA_RUN_TABLES] = {&inverter->words, &inverter->titles};
    run->file = file;
    for (int i = 0; i < CSA_RUN_TABLES; i++) {
        uint32_t *order;
        enum csa_status status = csa_vocabulary_sort(tables[i], &order, error);
        if (status != CSA_OK) {
            return status;
        }
        run->offsets[i] = file->offset;
        for (uint32_t term = 0; term < tables[i]->term_count; term++) {
            write_term(file, tables[i], &tables[i]->terms[order[term]]);
        }
        csa_output_write(file, "", 1);
        run->ends[i] = file->offset;
        csa_free(order);
    }
    return csa_output_flush(file, error);
}

/* ---- final numbers ---- */

/* Joins pieces that go on where the one before ended, so that most runs have few. */
static void add_piece(struct csa_run *run, enum csa_run_table table, uint32_t first, uint32_t count,
                      uint32_t final)
{
    struct csa_run_piece *pieces = run->pieces[table];
    size_t *used = &run->piece_counts[table];
    if (count == 0) {
        return;
    }
    if (*used != 0) {
        struct csa_run_piece *last = &pieces[*used - 1];
        if (last->final + (last->end - last->first) == final) {
            last->end = first + count;
            return;
        }
    }
    pieces[(*used)++] = (struct csa_run_piece){first, first + count, final};
}

enum csa_status csa_run_resolve(struct csa_run *run, const struct csa_batch_base *bases, size_t base_count,
                                struct csa_error *error)
{
    for (int i = 0; i < CSA_RUN_TABLES; i++) {
        csa_free(run->pieces[i]);
        run->piece_counts[i] = 0;
        run->pieces[i] = csa_malloc(run->range_count * sizeof *run->pieces[i]);
        if (run->pieces[i] == NULL) {
            return csa_error_set_memory(error, "the batches of an index");
        }
    }
    uint32_t passage = 0;
    uint32_t article = 0;
    for (size_t i = 0; i < run->range_count; i++) {
        const struct csa_run_range *range = &run->ranges[i];
        if (range->batch >= base_count) {
            return csa_error_set(error, CSA_ERROR_MISUSE, "batch %llu was never ended",
                                 (unsigned long long)range->batch);
        }
        const struct csa_batch_base *base = &bases[range->batch];
        add_piece(run, CSA_RUN_WORDS, passage, range->passages, base->passage + range->passages_before);
        add_piece(run, CSA_RUN_TITLES, article, range->articles, base->article + range->articles_before);
        passage += range->passages;
        article += range->articles;
    }
    return CSA_OK;
}
