/* One heap of cursors, ordered by term and then by document; see run_merge.h.
 *
 * The cursor on top gives its postings up to the end of its piece, where another run may have documents in
 * between; then it finds its new place. A single run thus passes straight through. */
#include "indexer/native/run_merge.h"

#include "common/base/heap.h"
#include "common/base/memory.h"
#include "common/base/signals.h"

enum { BUFFER_LARGEST = 256 * 1024, TERMS_BETWEEN_LOOKS = 1024 };

struct merge {
    const struct csa_posting_receiver *receiver;
    enum csa_run_table table;
    struct csa_run_cursor *cursors;
    struct csa_heap heap; /* of cursor numbers; owned */
    struct csa_positions positions;
    char text[CSA_TERM_KEY_MAXIMUM]; /* of the term that is open */
    size_t text_size;                /* 0: none */
    uint64_t terms;
};

static int compare_texts(const struct csa_run_cursor *a, const struct csa_run_cursor *b)
{
    if (a->prefix != b->prefix) {
        return a->prefix < b->prefix ? -1 : 1;
    }
    return csa_view_compare(a->text, b->text);
}

static inline bool comes_first(const void *context, uint64_t a, uint64_t b)
{
    const struct merge *merge = context;
    int order = compare_texts(&merge->cursors[a], &merge->cursors[b]);
    return order != 0 ? order < 0 : merge->cursors[a].document < merge->cursors[b].document;
}

static enum csa_status end_term(struct merge *merge, struct csa_error *error)
{
    if (merge->text_size == 0) {
        return CSA_OK;
    }
    merge->text_size = 0;
    if (++merge->terms % TERMS_BETWEEN_LOOKS == 0 && csa_interrupted()) {
        return csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
    }
    return merge->receiver->end(merge->receiver->context, error);
}

/* Opens the cursor's term unless it is open already. */
static enum csa_status begin_term(struct merge *merge, const struct csa_run_cursor *cursor,
                                  struct csa_error *error)
{
    if (csa_view_equal(cursor->text, csa_view_make(merge->text, merge->text_size))) {
        return CSA_OK;
    }
    enum csa_status status = end_term(merge, error);
    if (status == CSA_OK) {
        memcpy(merge->text, cursor->text.data, cursor->text.size);
        merge->text_size = cursor->text.size;
        merge->receiver->begin(merge->receiver->context, merge->table, cursor->text);
    }
    return status;
}

/* The postings of the cursor's term up to the end of the piece that the first one is in. */
static enum csa_status give_piece(struct merge *merge, struct csa_run_cursor *cursor, struct csa_error *error)
{
    const struct csa_posting_receiver *receiver = merge->receiver;
    uint32_t end = cursor->piece_end;
    while (cursor->has_posting && cursor->local_document < end) {
        uint32_t document = cursor->document;
        enum csa_status status = csa_run_cursor_take(cursor, &merge->positions, error);
        if (status != CSA_OK) {
            return status;
        }
        receiver->add(receiver->context, document, (uint32_t)merge->positions.count,
                      merge->table == CSA_RUN_WORDS ? merge->positions.values : NULL);
    }
    return CSA_OK;
}

static enum csa_status merge_heap(struct merge *merge, struct csa_error *error)
{
    while (merge->heap.size != 0) {
        struct csa_run_cursor *cursor = &merge->cursors[merge->heap.items[0]];
        enum csa_status status = begin_term(merge, cursor, error);
        if (status == CSA_OK) {
            status = give_piece(merge, cursor, error);
        }
        if (status == CSA_OK && !cursor->has_posting) {
            status = csa_run_cursor_next_term(cursor, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        csa_heap_update_first(&merge->heap, cursor->has_term, comes_first, merge);
    }
    return end_term(merge, error);
}

static enum csa_status merge_table(struct merge *merge, const struct csa_run *runs, size_t count,
                                   size_t buffer, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    size_t opened = 0;
    merge->heap.size = 0;
    for (; opened < count && status == CSA_OK; opened++) {
        status = csa_run_cursor_open(&merge->cursors[opened], &runs[opened], merge->table, buffer, error);
        if (status == CSA_OK && merge->cursors[opened].has_term) {
            merge->heap.items[merge->heap.size++] = opened;
        }
    }
    if (status == CSA_OK) {
        csa_heap_build(&merge->heap, comes_first, merge);
        status = merge_heap(merge, error);
    }
    for (size_t i = 0; i < opened; i++) {
        csa_run_cursor_close(&merge->cursors[i]);
    }
    return status;
}

enum csa_status csa_runs_merge(const struct csa_run *runs, size_t count, size_t memory,
                               const struct csa_posting_receiver *receiver, struct csa_error *error)
{
    size_t buffer = count == 0 ? 0 : memory / count;
    buffer = buffer > BUFFER_LARGEST ? BUFFER_LARGEST : buffer;
    struct merge merge = {.receiver = receiver};
    merge.cursors = csa_calloc(count, sizeof *merge.cursors);
    merge.heap.items = csa_calloc(count, sizeof *merge.heap.items);
    enum csa_status status = CSA_OK;
    if (merge.cursors == NULL || merge.heap.items == NULL) {
        status = csa_error_set_memory(error, "merging the parts of an index");
    }
    for (int table = 0; table < CSA_RUN_TABLES && status == CSA_OK; table++) {
        merge.table = (enum csa_run_table)table;
        status = merge_table(&merge, runs, count, buffer, error);
    }
    csa_free(merge.cursors);
    csa_free(merge.heap.items);
    csa_positions_release(&merge.positions);
    return status;
}
