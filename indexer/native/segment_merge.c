/* Articles segment after segment, then terms from all dictionaries at once; see segment_merge.h. */
#include "indexer/native/segment_merge.h"

#include "common/base/heap.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/index/postings.h"
#include "common/index/segment_writer.h"
#include "indexer/native/live_set.h"
#include "indexer/native/segment_copy.h"
#include "indexer/native/stemmers.h"
#include "indexer/native/title_fold.h"

#include <stdlib.h>

enum { TERMS_BETWEEN_LOOKS = 1024 };

/* One of the segments. */
struct part {
    const struct csa_segment *segment;
    struct csa_live_set passages, articles;
    uint32_t passage_base; /* live ones in the parts before */
    uint32_t article_base;
    struct csa_dictionary_cursor cursor;
    bool more; /* the cursor stands at a term of the kind being merged */
};

struct merge {
    struct part *parts;
    size_t count;
    struct csa_segment_writer *writer;
    enum csa_term_kind kind;
    struct csa_heap heap; /* of parts with a term, by term, then by part; owned */
    uint32_t *positions;  /* owned */
    size_t positions_capacity;
    bool term_open;
};

static inline bool comes_first(const void *context, uint64_t a, uint64_t b)
{
    const struct merge *merge = context;
    int order = csa_view_compare(merge->parts[a].cursor.text, merge->parts[b].cursor.text);
    return order != 0 ? order < 0 : a < b;
}

/* ---- postings ---- */

static enum csa_status damaged_list(const struct part *part, struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: the list of '%.*s' is broken", part->segment->path,
                         (int)part->cursor.text.size, part->cursor.text.data);
}

static enum csa_status read_positions(struct merge *merge, const struct part *part,
                                      const struct csa_postings *list, uint32_t block, uint32_t before,
                                      uint32_t frequency, struct csa_error *error)
{
    if (frequency > CSA_PASSAGE_TOKENS_MAXIMUM) {
        return damaged_list(part, error);
    }
    if (frequency > merge->positions_capacity) {
        uint32_t *positions =
            csa_grow(merge->positions, &merge->positions_capacity, frequency, sizeof *positions);
        if (positions == NULL) {
            return csa_error_set_memory(error, "positions");
        }
        merge->positions = positions;
    }
    return csa_postings_read_positions(list, block, before, frequency, merge->positions)
               ? CSA_OK
               : damaged_list(part, error);
}

/* The live postings of one block. The term is opened with the first of all. */
static enum csa_status merge_block(struct merge *merge, const struct part *part,
                                   const struct csa_postings *list, uint32_t block, struct csa_error *error)
{
    bool title = merge->kind == CSA_TERM_TITLE_WORD;
    const struct csa_live_set *live = title ? &part->articles : &part->passages;
    uint32_t base = title ? part->article_base : part->passage_base;
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
    unsigned count = csa_postings_read_documents(list, block, documents);
    if (count == 0 || csa_postings_read_frequencies(list, block, frequencies) != count) {
        return damaged_list(part, error);
    }
    uint32_t before = 0;
    for (unsigned i = 0; i < count; i++) {
        if (documents[i] >= live->documents) {
            return damaged_list(part, error);
        }
        if (csa_live_set_has(live, documents[i])) {
            enum csa_status status =
                title ? CSA_OK : read_positions(merge, part, list, block, before, frequencies[i], error);
            if (status != CSA_OK) {
                return status;
            }
            if (!merge->term_open) {
                csa_segment_writer_begin_term(merge->writer, merge->kind, part->cursor.text);
                merge->term_open = true;
            }
            csa_segment_writer_add_posting(merge->writer, base + csa_live_set_rank(live, documents[i]),
                                           frequencies[i], title ? NULL : merge->positions);
        }
        before += frequencies[i];
    }
    return CSA_OK;
}

static enum csa_status merge_list(struct merge *merge, const struct part *part, struct csa_error *error)
{
    struct csa_postings list;
    enum csa_status status = csa_segment_postings(part->segment, &part->cursor.entry, &list, error);
    for (uint32_t block = 0; status == CSA_OK && block < list.block_count; block++) {
        status = merge_block(merge, part, &list, block, error);
    }
    return status;
}

/* ---- terms ---- */

static enum csa_status step(struct merge *merge, struct part *part, struct csa_error *error)
{
    enum csa_status status = csa_dictionary_next(&part->cursor, &part->more, error);
    part->more = part->more && part->cursor.kind == merge->kind;
    return status;
}

/* The term on top, from all parts that have it. */
static enum csa_status merge_term(struct merge *merge, struct csa_error *error)
{
    char room[CSA_TERM_MAXIMUM];
    struct csa_view text = merge->parts[merge->heap.items[0]].cursor.text;
    memcpy(room, text.data, text.size);
    text.data = room;
    merge->term_open = false;
    while (merge->heap.size != 0 && csa_view_equal(merge->parts[merge->heap.items[0]].cursor.text, text)) {
        struct part *part = &merge->parts[merge->heap.items[0]];
        enum csa_status status = merge_list(merge, part, error);
        if (status == CSA_OK) {
            status = step(merge, part, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        csa_heap_update_first(&merge->heap, part->more, comes_first, merge);
    }
    return merge->term_open ? csa_segment_writer_end_term(merge->writer, error) : CSA_OK;
}

static enum csa_status merge_kind(struct merge *merge, enum csa_term_kind kind, struct csa_error *error)
{
    merge->kind = kind;
    merge->heap.size = 0;
    for (size_t i = 0; i < merge->count; i++) {
        struct part *part = &merge->parts[i];
        enum csa_status status =
            csa_dictionary_seek(&part->segment->dictionary, kind, csa_view_of(""), &part->cursor, error);
        if (status == CSA_OK) {
            status = step(merge, part, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        if (part->more) {
            merge->heap.items[merge->heap.size++] = i;
        }
    }
    csa_heap_build(&merge->heap, comes_first, merge);
    for (uint64_t terms = 1; merge->heap.size != 0; terms++) {
        if (terms % TERMS_BETWEEN_LOOKS == 0 && csa_interrupted()) {
            return csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
        }
        enum csa_status status = merge_term(merge, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

/* ---- the whole ---- */

static enum csa_status open_parts(struct merge *merge, const struct csa_merge_source *sources,
                                  struct csa_error *error)
{
    uint32_t passages = 0;
    uint32_t articles = 0;
    for (size_t i = 0; i < merge->count; i++) {
        struct part *part = &merge->parts[i];
        part->segment = sources[i].segment;
        enum csa_status status = csa_live_set_init_passages(&part->passages, sources[i].deletes, error);
        if (status == CSA_OK) {
            status = csa_live_set_init_articles(&part->articles, part->segment, sources[i].deletes, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        if (part->passages.live > CSA_DOCUMENTS_MAXIMUM - passages) {
            return csa_error_set(error, CSA_ERROR_LIMIT, "more than %u passages in a segment",
                                 CSA_DOCUMENTS_MAXIMUM);
        }
        part->passage_base = passages;
        part->article_base = articles;
        passages += part->passages.live;
        articles += part->articles.live;
    }
    return CSA_OK;
}

static enum csa_status copy_articles(struct merge *merge, struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < merge->count && status == CSA_OK; i++) {
        status = csa_segment_copy_articles(merge->parts[i].segment, &merge->parts[i].articles, merge->writer,
                                           error);
    }
    if (status != CSA_OK || !merge->parts[0].segment->meta.has_text) {
        return status;
    }
    struct csa_chunk_builder *builder;
    status = csa_chunk_builder_new(&builder, CSA_PASSAGE_CHUNK, error);
    for (size_t i = 0; i < merge->count && status == CSA_OK; i++) {
        status = csa_segment_copy_text(merge->parts[i].segment, &merge->parts[i].passages, builder,
                                       merge->writer, error);
    }
    if (status == CSA_OK) {
        status = csa_segment_copy_flush(builder, merge->writer, error);
    }
    csa_chunk_builder_free(builder);
    return status;
}

static enum csa_status finish(struct merge *merge, struct csa_commit_segment *entry, struct csa_error *error)
{
    uint64_t languages = 0;
    for (size_t i = 0; i < merge->count; i++) {
        languages |= merge->parts[i].segment->meta.stemmers;
    }
    struct csa_stemmers stemmers;
    enum csa_status status = csa_stemmers_init(&stemmers, languages, error);
    if (status == CSA_OK) {
        struct csa_stem_callback stem = csa_stemmers_callback(&stemmers);
        status = csa_segment_writer_finish(merge->writer, &stem, &entry->file_size, &entry->table_crc, error);
        csa_stemmers_release(&stemmers);
    }
    return status;
}

static enum csa_status merge_all(struct merge *merge, const struct csa_merge_source *sources,
                                 const char *folder, struct csa_commit_segment *entry,
                                 struct csa_error *error)
{
    const struct csa_segment_meta *meta = &sources[0].segment->meta;
    const struct csa_segment_options options = {
        .passage_words = meta->passage_words,
        .store_text = meta->has_text,
        .store_positions = meta->has_positions,
    };
    enum csa_status status = open_parts(merge, sources, error);
    if (status == CSA_OK) {
        status = csa_segment_writer_new(&merge->writer, folder, entry->number, &options, error);
    }
    if (status == CSA_OK) {
        csa_segment_writer_fold_titles(merge->writer, csa_title_fold);
        status = copy_articles(merge, error);
    }
    if (status == CSA_OK) {
        status = csa_segment_writer_begin_terms(merge->writer, error);
    }
    if (status == CSA_OK) {
        status = merge_kind(merge, CSA_TERM_WORD, error);
    }
    if (status == CSA_OK) {
        status = merge_kind(merge, CSA_TERM_TITLE_WORD, error);
    }
    return status == CSA_OK ? finish(merge, entry, error) : status;
}

enum csa_status csa_segments_merge(const char *folder, const struct csa_merge_source *sources, size_t count,
                                   struct csa_commit_segment *entry, struct csa_error *error)
{
    struct merge merge = {.count = count};
    merge.parts = csa_calloc(count, sizeof *merge.parts);
    merge.heap.items = csa_calloc(count, sizeof *merge.heap.items);
    enum csa_status status = merge.parts == NULL || merge.heap.items == NULL
                                 ? csa_error_set_memory(error, "merging segments")
                                 : merge_all(&merge, sources, folder, entry, error);
    csa_segment_writer_free(merge.writer);
    for (size_t i = 0; merge.parts != NULL && i < count; i++) {
        csa_live_set_release(&merge.parts[i].passages);
        csa_live_set_release(&merge.parts[i].articles);
    }
    csa_free(merge.parts);
    csa_free(merge.heap.items);
    csa_free(merge.positions);
    return status;
}
