/* The merge of postings lists; see list_merger.h. Owns a mapping of the file, which is made anew every so
 * often so that the pages of lists long merged do not count against the process, and a decoded block for each
 * list. */
#include "common/index/list_merger.h"

#include "common/base/heap.h"
#include "common/base/memory.h"
#include "common/index/format.h"

enum {
    REMAP_AFTER = 16 * 1024 * 1024, /* bytes of lists read through one mapping */
    FIRST_LISTS = 16,
};

struct cursor {
    struct csa_postings list;
    uint64_t languages;
    uint8_t *copy; /* owned; a list at the very end of the file, which vector loads would run past */
    uint32_t block;
    unsigned count, next; /* of the decoded block */
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
};

struct csa_list_merger {
    struct csa_list_source source;
    struct csa_mapping file;
    uint64_t read; /* bytes of lists since the file was mapped */
    struct cursor *cursors;
    struct csa_heap heap; /* document << 32 | cursor, least first; owned */
    uint32_t count, capacity;
};

enum csa_status csa_list_merger_new(struct csa_list_merger **merger, const struct csa_list_source *source,
                                    struct csa_error *error)
{
    *merger = csa_calloc(1, sizeof **merger);
    if (*merger == NULL) {
        return csa_error_set_memory(error, "merging lists");
    }
    (*merger)->source = *source;
    return CSA_OK;
}

static void forget_lists(struct csa_list_merger *merger)
{
    for (uint32_t i = 0; i < merger->count; i++) {
        csa_free(merger->cursors[i].copy);
        merger->cursors[i].copy = NULL;
    }
    merger->count = 0;
}

void csa_list_merger_free(struct csa_list_merger *merger)
{
    if (merger != NULL) {
        forget_lists(merger);
        csa_mapping_close(&merger->file);
        csa_free(merger->cursors);
        csa_free(merger->heap.items);
        csa_free(merger);
    }
}

static enum csa_status damaged(const struct csa_list_merger *merger, struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: POSTINGS: what was just written reads back wrong",
                         merger->source.path);
}

/* Pages are needed again when no list is open. */
static enum csa_status map_file(struct csa_list_merger *merger, struct csa_error *error)
{
    if (merger->file.data != NULL && (merger->read < REMAP_AFTER || merger->count != 0)) {
        return CSA_OK;
    }
    csa_mapping_close(&merger->file);
    merger->read = 0;
    enum csa_status status = csa_mapping_open(&merger->file, merger->source.path, error);
    if (status == CSA_OK && merger->file.size < merger->source.start + merger->source.size) {
        status = damaged(merger, error);
    }
    return status;
}

static enum csa_status grow(struct csa_list_merger *merger, struct csa_error *error)
{
    if (merger->count < merger->capacity) {
        return CSA_OK;
    }
    uint32_t capacity = merger->capacity == 0 ? FIRST_LISTS : merger->capacity * 2;
    struct cursor *cursors = csa_realloc(merger->cursors, capacity, sizeof *cursors);
    if (cursors == NULL) {
        return csa_error_set_memory(error, "merging lists");
    }
    merger->cursors = cursors;
    uint64_t *heap = csa_realloc(merger->heap.items, capacity, sizeof *heap);
    if (heap == NULL) {
        return csa_error_set_memory(error, "merging lists");
    }
    merger->heap.items = heap;
    merger->capacity = capacity;
    return CSA_OK;
}

/* Opens the list of an entry as a stem shares it: without positions. */
static enum csa_status open_list(struct csa_list_merger *merger, struct cursor *cursor,
                                 struct csa_term_entry *entry, struct csa_error *error)
{
    const struct csa_list_source *source = &merger->source;
    uint64_t size = source->size;
    struct csa_view postings = {NULL, 0};
    if (entry->document_count > 1) {
        if (entry->documents_offset > size || entry->documents_size > size - entry->documents_offset) {
            return damaged(merger, error);
        }
        postings = csa_view_make((const char *)merger->file.data + source->start, (size_t)size);
        size_t list_size = (size_t)entry->documents_size;
        if (size - entry->documents_offset - list_size < CSA_SECTION_SLACK) {
            cursor->copy = csa_calloc(list_size + CSA_SECTION_SLACK, 1);
            if (cursor->copy == NULL) {
                return csa_error_set_memory(error, "merging lists");
            }
            memcpy(cursor->copy, postings.data + entry->documents_offset, list_size);
            postings = csa_view_make((const char *)cursor->copy, list_size);
            entry->documents_offset = 0;
        }
        merger->read += list_size;
    }
    bool title = entry->kind == CSA_TERM_TITLE_WORD;
    entry->kind = title ? CSA_TERM_TITLE_STEM : CSA_TERM_STEM;
    entry->shared = true;
    struct csa_view positions = csa_view_make("", source->has_positions ? 1 : 0);
    return csa_postings_open(&cursor->list, entry, postings, positions, source->document_limit, error);
}

/* Decodes a block; count 0 at the end. */
static enum csa_status load_block(struct csa_list_merger *merger, struct cursor *cursor,
                                  struct csa_error *error)
{
    cursor->next = 0;
    cursor->count = 0;
    if (cursor->block == cursor->list.block_count) {
        return CSA_OK;
    }
    cursor->count = csa_postings_read_documents(&cursor->list, cursor->block, cursor->documents);
    if (cursor->count == 0 ||
        csa_postings_read_frequencies(&cursor->list, cursor->block, cursor->frequencies) != cursor->count) {
        return damaged(merger, error);
    }
    cursor->block++;
    return CSA_OK;
}

/* Steps over documents of other languages and ends of blocks; *more false at the list's end. */
static enum csa_status settle(struct csa_list_merger *merger, struct cursor *cursor, bool *more,
                              struct csa_error *error)
{
    const uint8_t *stemmer_of = merger->source.stemmer_of;
    for (;;) {
        if (cursor->next == cursor->count) {
            enum csa_status status = load_block(merger, cursor, error);
            if (status != CSA_OK) {
                return status;
            }
            if (cursor->count == 0) {
                *more = false;
                return CSA_OK;
            }
        }
        if (stemmer_of == NULL ||
            (cursor->languages >> stemmer_of[cursor->documents[cursor->next]] & 1) != 0) {
            *more = true;
            return CSA_OK;
        }
        cursor->next++;
    }
}

enum csa_status csa_list_merger_add(struct csa_list_merger *merger, const struct csa_term_entry *entry,
                                    uint64_t languages, struct csa_error *error)
{
    enum csa_status status = map_file(merger, error);
    if (status == CSA_OK) {
        status = grow(merger, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    struct cursor *cursor = &merger->cursors[merger->count++];
    cursor->languages = languages;
    cursor->copy = NULL;
    cursor->block = 0;
    cursor->count = cursor->next = 0;
    struct csa_term_entry place = *entry;
    return open_list(merger, cursor, &place, error);
}

static inline bool is_less(const void *context, uint64_t a, uint64_t b)
{
    (void)context;
    return a < b;
}

/* The document where a cursor stands, as the heap orders it. */
static uint64_t heap_item(const struct csa_list_merger *merger, uint32_t number)
{
    const struct cursor *cursor = &merger->cursors[number];
    return (uint64_t)cursor->documents[cursor->next] << 32 | number;
}

/* Fills the heap with the first document of each list. */
static enum csa_status start(struct csa_list_merger *merger, struct csa_error *error)
{
    merger->heap.size = 0;
    for (uint32_t i = 0; i < merger->count; i++) {
        bool more;
        enum csa_status status = settle(merger, &merger->cursors[i], &more, error);
        if (status != CSA_OK) {
            return status;
        }
        if (more) {
            merger->heap.items[merger->heap.size++] = heap_item(merger, i);
        }
    }
    csa_heap_build(&merger->heap, is_less, NULL);
    return CSA_OK;
}

static enum csa_status merge(struct csa_list_merger *merger, struct csa_postings_writer *writer,
                             struct csa_error *error)
{
    struct csa_heap *heap = &merger->heap;
    enum csa_status status = start(merger, error);
    while (status == CSA_OK && heap->size != 0) {
        uint32_t document = (uint32_t)(heap->items[0] >> 32);
        uint64_t frequency = 0;
        while (heap->size != 0 && (uint32_t)(heap->items[0] >> 32) == document) {
            uint32_t number = (uint32_t)heap->items[0];
            struct cursor *cursor = &merger->cursors[number];
            frequency += cursor->frequencies[cursor->next++];
            bool more;
            status = settle(merger, cursor, &more, error);
            if (status != CSA_OK) {
                return status;
            }
            if (more) {
                heap->items[0] = heap_item(merger, number);
            }
            csa_heap_update_first(heap, more, is_less, NULL);
        }
        if (frequency > CSA_PASSAGE_TOKENS_MAXIMUM) {
            frequency = CSA_PASSAGE_TOKENS_MAXIMUM;
        }
        csa_postings_writer_add(writer, document, (uint32_t)frequency, NULL);
    }
    return status;
}

enum csa_status csa_list_merger_run(struct csa_list_merger *merger, struct csa_postings_writer *writer,
                                    struct csa_error *error)
{
    enum csa_status status = merge(merger, writer, error);
    forget_lists(merger);
    return status;
}
