/* Sorting (stem, word) pairs in runs; see stem_sorter.h. Owns the run in memory and the temporary file of
 * those before it. In the file a pair is word u64, languages u64, flags u8, size u8, bytes. */
#include "common/index/stem_sorter.h"

#include "common/base/buffer.h"
#include "common/base/file.h"
#include "common/base/heap.h"
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/format.h"

#include <stdlib.h>

enum {
    DEFAULT_RUN = 128 * 1024, /* pairs; with their texts and qsort's copy about 10 MiB */
    HEAD = 18,                /* bytes of a pair in the file before its text */
    WINDOW = 16 * 1024,       /* bytes of a run being merged that are in memory */
};

struct item {
    uint64_t prefix; /* the stem's first eight bytes, big-endian */
    uint64_t languages;
    uint32_t text; /* offset in texts */
    uint32_t word;
    uint8_t size;
    uint8_t flags;
};

/* A sorted run in the file, being read. */
struct run {
    uint64_t next, end; /* what is not in the window */
    uint32_t used, size;
    struct csa_stem_pair pair; /* the current one */
    uint8_t window[WINDOW];
};

struct csa_stem_sorter {
    const char *folder;
    struct item *items;
    uint32_t count, capacity;
    struct csa_buffer texts;
    uint32_t next;

    struct csa_output file;   /* opened with the first spill */
    struct csa_buffer starts; /* u64: where each run in the file begins, then its end */
    struct run *runs;
    struct csa_heap heap; /* runs with pairs left, least pair first; owned */
    uint8_t text[CSA_TERM_MAXIMUM];
};

enum csa_status csa_stem_sorter_new(struct csa_stem_sorter **sorter, const char *folder, uint32_t run,
                                    struct csa_error *error)
{
    *sorter = NULL;
    struct csa_stem_sorter *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "sorting stems");
    }
    made->folder = folder;
    made->capacity = run == 0 ? DEFAULT_RUN : run;
    csa_buffer_init(&made->texts, (size_t)made->capacity * CSA_TERM_MAXIMUM);
    csa_buffer_init(&made->starts, SIZE_MAX / 2);
    *sorter = made;
    return CSA_OK;
}

void csa_stem_sorter_free(struct csa_stem_sorter *sorter)
{
    if (sorter != NULL) {
        csa_free(sorter->items);
        csa_buffer_release(&sorter->texts);
        csa_output_abandon(&sorter->file, false);
        csa_buffer_release(&sorter->starts);
        csa_free(sorter->runs);
        csa_free(sorter->heap.items);
        csa_free(sorter);
    }
}

/* ---- a run in memory ---- */

static int compare_items(const void *a, const void *b, void *context)
{
    const struct item *one = a;
    const struct item *other = b;
    const char *texts = context;
    if (one->prefix != other->prefix) {
        return one->prefix < other->prefix ? -1 : 1;
    }
    if (one->size > sizeof one->prefix || other->size > sizeof other->prefix) {
        int order = csa_view_compare(csa_view_make(texts + one->text, one->size),
                                     csa_view_make(texts + other->text, other->size));
        if (order != 0) {
            return order;
        }
    } else if (one->size != other->size) { /* zero bytes: the prefix does not tell */
        return one->size < other->size ? -1 : 1;
    }
    return (one->word > other->word) - (one->word < other->word);
}

static void sort_run(struct csa_stem_sorter *sorter)
{
    if (sorter->count != 0) {
        qsort_r(sorter->items, sorter->count, sizeof *sorter->items, compare_items, sorter->texts.data);
    }
}

static struct csa_stem_pair item_pair(const struct csa_stem_sorter *sorter, const struct item *item)
{
    return (struct csa_stem_pair){
        .stem = csa_view_make(sorter->texts.data + item->text, item->size),
        .word = item->word,
        .languages = item->languages,
        .same = (item->flags & 1) != 0,
        .covered = (item->flags & 2) != 0,
    };
}

static enum csa_status spill(struct csa_stem_sorter *sorter, struct csa_error *error)
{
    if (sorter->starts.size == 0) {
        enum csa_status status = csa_output_open_temporary(&sorter->file, sorter->folder, error);
        if (status != CSA_OK) {
            return status;
        }
        csa_buffer_append_u64(&sorter->starts, 0);
    }
    sort_run(sorter);
    for (uint32_t i = 0; i < sorter->count; i++) {
        const struct item *item = &sorter->items[i];
        uint8_t head[HEAD];
        csa_store_u64(head, item->word);
        csa_store_u64(head + 8, item->languages);
        head[16] = item->flags;
        head[17] = item->size;
        csa_output_write(&sorter->file, head, sizeof head);
        csa_output_write(&sorter->file, sorter->texts.data + item->text, item->size);
    }
    csa_buffer_append_u64(&sorter->starts, sorter->file.offset);
    sorter->count = 0;
    csa_buffer_clear(&sorter->texts);
    return csa_buffer_check(&sorter->starts, "sorting stems", error);
}

enum csa_status csa_stem_sorter_add(struct csa_stem_sorter *sorter, const struct csa_stem_pair *pair,
                                    struct csa_error *error)
{
    if (sorter->items == NULL) {
        sorter->items = csa_malloc(sorter->capacity * sizeof *sorter->items);
        if (sorter->items == NULL) {
            return csa_error_set_memory(error, "sorting stems");
        }
    }
    if (sorter->count == sorter->capacity) {
        enum csa_status status = spill(sorter, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    struct item *item = &sorter->items[sorter->count];
    *item = (struct item){
        .languages = pair->languages,
        .text = (uint32_t)sorter->texts.size,
        .word = (uint32_t)pair->word,
        .size = (uint8_t)pair->stem.size,
        .flags = (uint8_t)(pair->same | pair->covered << 1),
    };
    for (size_t i = 0; i < sizeof item->prefix; i++) {
        item->prefix = item->prefix << 8 | (i < pair->stem.size ? (uint8_t)pair->stem.data[i] : 0);
    }
    csa_buffer_append_view(&sorter->texts, pair->stem);
    sorter->count++;
    return csa_buffer_check(&sorter->texts, "sorting stems", error);
}

/* ---- merging runs ---- */

/* Makes `size` bytes of the run readable at its window; false at its end. */
static enum csa_status fill(struct csa_stem_sorter *sorter, struct run *run, uint32_t size,
                            struct csa_error *error)
{
    if (run->size - run->used >= size) {
        return CSA_OK;
    }
    memmove(run->window, run->window + run->used, run->size - run->used);
    run->size -= run->used;
    run->used = 0;
    uint64_t left = run->end - run->next;
    uint32_t part = left < WINDOW - run->size ? (uint32_t)left : WINDOW - run->size;
    enum csa_status status =
        csa_output_read_at(&sorter->file, run->next, run->window + run->size, part, error);
    run->next += part;
    run->size += part;
    return status;
}

/* Steps a run to its next pair; *more false when it has none. */
static enum csa_status run_next(struct csa_stem_sorter *sorter, struct run *run, bool *more,
                                struct csa_error *error)
{
    *more = run->used != run->size || run->next != run->end;
    if (!*more) {
        return CSA_OK;
    }
    enum csa_status status = fill(sorter, run, HEAD + CSA_TERM_MAXIMUM, error);
    if (status != CSA_OK) {
        return status;
    }
    const uint8_t *p = run->window + run->used;
    run->pair = (struct csa_stem_pair){
        .stem = csa_view_make((const char *)p + HEAD, p[17]),
        .word = csa_load_u64(p),
        .languages = csa_load_u64(p + 8),
        .same = (p[16] & 1) != 0,
        .covered = (p[16] & 2) != 0,
    };
    run->used += HEAD + p[17];
    return CSA_OK;
}

static inline bool run_before(const void *context, uint64_t a, uint64_t b)
{
    const struct csa_stem_sorter *sorter = context;
    const struct csa_stem_pair *one = &sorter->runs[a].pair;
    const struct csa_stem_pair *other = &sorter->runs[b].pair;
    int order = csa_view_compare(one->stem, other->stem);
    return order != 0 ? order < 0 : one->word < other->word;
}

static enum csa_status start_merge(struct csa_stem_sorter *sorter, struct csa_error *error)
{
    enum csa_status status = spill(sorter, error);
    if (status == CSA_OK) {
        status = csa_output_flush(&sorter->file, error);
    }
    csa_free(sorter->items);
    sorter->items = NULL;
    if (status != CSA_OK) {
        return status;
    }
    uint32_t count = (uint32_t)(sorter->starts.size / 8 - 1);
    sorter->runs = csa_calloc(count, sizeof *sorter->runs);
    sorter->heap.items = csa_calloc(count, sizeof *sorter->heap.items);
    if (sorter->runs == NULL || sorter->heap.items == NULL) {
        return csa_error_set_memory(error, "sorting stems");
    }
    for (uint32_t i = 0; i < count; i++) {
        struct run *run = &sorter->runs[i];
        run->next = csa_load_u64(sorter->starts.data + 8 * (size_t)i);
        run->end = csa_load_u64(sorter->starts.data + 8 * (size_t)i + 8);
        bool more;
        status = run_next(sorter, run, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        if (more) {
            sorter->heap.items[sorter->heap.size++] = i;
        }
    }
    csa_heap_build(&sorter->heap, run_before, sorter);
    return CSA_OK;
}

enum csa_status csa_stem_sorter_sort(struct csa_stem_sorter *sorter, struct csa_error *error)
{
    if (sorter->starts.size != 0) {
        return start_merge(sorter, error);
    }
    sort_run(sorter);
    return CSA_OK;
}

enum csa_status csa_stem_sorter_next(struct csa_stem_sorter *sorter, struct csa_stem_pair *pair, bool *more,
                                     struct csa_error *error)
{
    if (sorter->runs == NULL) {
        *more = sorter->next < sorter->count;
        if (*more) {
            *pair = item_pair(sorter, &sorter->items[sorter->next++]);
        }
        return CSA_OK;
    }
    *more = sorter->heap.size != 0;
    if (!*more) {
        return CSA_OK;
    }
    uint64_t least = sorter->heap.items[0];
    *pair = sorter->runs[least].pair;
    memcpy(sorter->text, pair->stem.data, pair->stem.size); /* stepping the run on moves its window */
    pair->stem.data = (const char *)sorter->text;
    bool left;
    enum csa_status status = run_next(sorter, &sorter->runs[least], &left, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_heap_update_first(&sorter->heap, left, run_before, sorter);
    return CSA_OK;
}
