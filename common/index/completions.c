/* The walk over terms and titles, best first; see completions.h. Its heap lives in the caller's arena. */
#include "common/index/completions.h"

#include "common/index/peak.h"
#include "common/index/segment_private.h"

enum { GROUP = 64 }; /* blocks that are bounded together at first */

enum node_kind { NODE_GROUP, NODE_BLOCK, NODE_ENTRY };

struct csa_completion_node {
    uint64_t bound; /* an entry's count */
    uint64_t order; /* among equal bounds: what can still hold entries first, then entries as they are sorted
                     */
    const char *text;    /* of an entry */
    uint32_t first, end; /* blocks; of an entry: its article, and its text's size */
    enum node_kind kind;
};

/* ---- the heap ---- */

static bool comes_before(const struct csa_completion_node *a, const struct csa_completion_node *b)
{
    return a->bound != b->bound ? a->bound > b->bound : a->order < b->order;
}

static enum csa_status push(struct csa_completion_walk *walk, const struct csa_completion_node *node,
                            struct csa_error *error)
{
    if (walk->count == walk->room) {
        size_t room = walk->room == 0 ? 256 : 2 * walk->room;
        struct csa_completion_node *larger = csa_arena_alloc(walk->arena, room, sizeof *larger);
        if (larger == NULL) {
            return csa_error_set_memory(error, "completions");
        }
        if (walk->count != 0) {
            memcpy(larger, walk->nodes, walk->count * sizeof *larger);
        }
        walk->nodes = larger;
        walk->room = room;
    }
    size_t at = walk->count++;
    while (at != 0 && comes_before(node, &walk->nodes[(at - 1) / 2])) {
        walk->nodes[at] = walk->nodes[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    walk->nodes[at] = *node;
    return CSA_OK;
}

static struct csa_completion_node pop(struct csa_completion_walk *walk)
{
    struct csa_completion_node top = walk->nodes[0];
    struct csa_completion_node moving = walk->nodes[--walk->count];
    size_t at = 0;
    for (size_t child = 1; child < walk->count; child = 2 * at + 1) {
        child += child + 1 < walk->count && comes_before(&walk->nodes[child + 1], &walk->nodes[child]);
        if (!comes_before(&walk->nodes[child], &moving)) {
            break;
        }
        walk->nodes[at] = walk->nodes[child];
        at = child;
    }
    walk->nodes[at] = moving;
    return top;
}

/* ---- blocks ---- */

static uint8_t peak_of(const struct csa_completion_walk *walk, uint32_t block)
{
    return walk->titles ? csa_titles_peak(walk->segment, block)
                        : (uint8_t)walk->segment->sections[CSA_SECTION_TERM_PEAKS].data[block];
}

static enum csa_status push_blocks(struct csa_completion_walk *walk, enum node_kind kind, uint32_t first,
                                   uint32_t end, struct csa_error *error)
{
    uint8_t most = 0;
    for (uint32_t block = first; block < end; block++) {
        uint8_t peak = peak_of(walk, block);
        most = peak > most ? peak : most;
    }
    const struct csa_completion_node node = {
        .bound = csa_peak_bound(most), .order = first, .first = first, .end = end, .kind = kind};
    return most == 0 ? CSA_OK : push(walk, &node, error);
}

static enum csa_status open_group(struct csa_completion_walk *walk, const struct csa_completion_node *group,
                                  struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (uint32_t block = group->first; block < group->end && status == CSA_OK; block++) {
        status = push_blocks(walk, NODE_BLOCK, block, block + 1, error);
    }
    return status;
}

static enum csa_status push_entry(struct csa_completion_walk *walk, uint64_t order, struct csa_view text,
                                  uint64_t count, uint32_t article, struct csa_error *error)
{
    struct csa_view kept = csa_arena_copy(walk->arena, text);
    if (kept.data == NULL) {
        return csa_error_set_memory(error, "completions");
    }
    const struct csa_completion_node node = {.bound = count,
                                             .order = UINT64_C(1) << 63 | order,
                                             .text = kept.data,
                                             .first = article,
                                             .end = (uint32_t)kept.size,
                                             .kind = NODE_ENTRY};
    return push(walk, &node, error);
}

static enum csa_status open_terms(struct csa_completion_walk *walk, uint32_t block, struct csa_error *error)
{
    struct csa_dictionary_cursor cursor;
    struct csa_error inner = {0};
    csa_dictionary_seek_block(&walk->segment->dictionary, block, &cursor);
    for (uint64_t i = 0; i == 0 || cursor.left != 0; i++) {
        bool more;
        enum csa_status status = csa_dictionary_next(&cursor, &more, &inner);
        if (status != CSA_OK) {
            return csa_error_set(error, status, "%s: %s", walk->segment->path, inner.message);
        }
        if (cursor.kind == walk->kind && csa_view_starts_with(cursor.text, walk->prefix)) {
            status = push_entry(walk, (uint64_t)block * CSA_DICTIONARY_BLOCK + i, cursor.text,
                                cursor.entry.document_count, 0, error);
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    return CSA_OK;
}

static enum csa_status open_titles(struct csa_completion_walk *walk, uint32_t block, struct csa_error *error)
{
    struct csa_title_cursor cursor;
    bool more = true;
    csa_title_cursor_init(&cursor, walk->segment, block);
    for (uint64_t i = 0; more; i++) {
        enum csa_status status = csa_title_cursor_next(&cursor, &more, error);
        if (status == CSA_OK && more && csa_view_starts_with(cursor.key, walk->prefix)) {
            uint32_t first = csa_segment_first_passage(walk->segment, cursor.article);
            uint32_t end = csa_segment_first_passage(walk->segment, cursor.article + 1);
            status = push_entry(walk, (uint64_t)block * CSA_TITLE_BLOCK + i, cursor.key,
                                end > first ? end - first : 0, cursor.article, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

/* ---- walks ---- */

static enum csa_status start(struct csa_completion_walk *walk, uint32_t first, uint32_t end,
                             struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    for (uint32_t at = first; at < end && status == CSA_OK; at += GROUP) {
        status = push_blocks(walk, NODE_GROUP, at, end - at < GROUP ? end : at + GROUP, error);
    }
    return status;
}

enum csa_status csa_completion_walk_terms(struct csa_completion_walk *walk, const struct csa_segment *segment,
                                          enum csa_term_kind kind, struct csa_view prefix,
                                          struct csa_arena *arena, struct csa_error *error)
{
    *walk = (struct csa_completion_walk){.segment = segment, .kind = kind, .prefix = prefix, .arena = arena};
    if (segment->sections[CSA_SECTION_TERM_PEAKS].size == 0) {
        return CSA_OK;
    }
    uint32_t first;
    uint32_t end;
    enum csa_status status =
        csa_dictionary_find_blocks(&segment->dictionary, kind, prefix, &first, &end, error);
    return status == CSA_OK ? start(walk, first, end, error) : csa_error_prefix(error, segment->path);
}

/* The first block whose first key is not less than the prefix (behind: neither begins with it). */
static enum csa_status find_title_block(const struct csa_completion_walk *walk, bool behind, uint32_t *found,
                                        struct csa_error *error)
{
    uint32_t low = 0;
    uint32_t high = csa_titles_blocks(walk->segment);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct csa_title_cursor cursor;
        bool more;
        csa_title_cursor_init(&cursor, walk->segment, middle);
        enum csa_status status = csa_title_cursor_next(&cursor, &more, error);
        if (status != CSA_OK) {
            return status;
        }
        bool before = csa_view_compare(cursor.key, walk->prefix) < 0 ||
                      (behind && csa_view_starts_with(cursor.key, walk->prefix));
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    *found = low;
    return CSA_OK;
}

enum csa_status csa_completion_walk_titles(struct csa_completion_walk *walk,
                                           const struct csa_segment *segment, struct csa_view prefix,
                                           struct csa_arena *arena, struct csa_error *error)
{
    prefix.size = csa_title_key_size(prefix);
    *walk =
        (struct csa_completion_walk){.segment = segment, .titles = true, .prefix = prefix, .arena = arena};
    uint32_t first = 0;
    uint32_t end = 0;
    enum csa_status status = find_title_block(walk, false, &first, error);
    if (status == CSA_OK) {
        status = find_title_block(walk, true, &end, error);
    }
    /* The block before can end with what begins so. */
    return status == CSA_OK ? start(walk, first == 0 ? 0 : first - 1, end, error) : status;
}

uint64_t csa_completion_walk_bound(const struct csa_completion_walk *walk)
{
    return walk->count == 0 ? 0 : walk->nodes[0].bound;
}

enum csa_status csa_completion_walk_next(struct csa_completion_walk *walk, struct csa_completion *completion,
                                         bool *more, struct csa_error *error)
{
    *more = false;
    while (walk->count != 0) {
        struct csa_completion_node node = pop(walk);
        enum csa_status status = CSA_OK;
        if (node.kind == NODE_ENTRY) {
            *completion = (struct csa_completion){csa_view_make(node.text, node.end), node.bound, node.first};
            *more = true;
            return CSA_OK;
        }
        if (node.kind == NODE_GROUP) {
            status = open_group(walk, &node, error);
        } else {
            status =
                walk->titles ? open_titles(walk, node.first, error) : open_terms(walk, node.first, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}
