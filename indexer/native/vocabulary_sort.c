/* The order of a table's terms: eight bytes of the key at a time, by radix; see vocabulary.h.
 *
 * Items carry the next eight bytes of their key as a number whose order is that of the bytes. Large groups
 * are sorted by eight counting passes (those whose byte is the same everywhere are left out), small ones by
 * insertion; then each group of equal numbers goes on with the next eight bytes. No input makes it slow or
 * deep: keys have at most 128 bytes. */
#include "indexer/native/vocabulary.h"

#include "common/base/memory.h"

#include <string.h>

struct item {
    uint64_t bytes; /* of the key at the current depth, big-endian, zero-padded */
    uint32_t term;
};

struct sorter {
    const struct csa_vocabulary *table;
    struct item *spare; /* as many as there are terms */
};

enum { INSERTION_MAXIMUM = 48 };

static uint64_t key_bytes(const struct csa_vocabulary *table, uint32_t term, size_t depth)
{
    struct csa_term_key key = table->terms[term].key;
    if (depth == 0) {
        return __builtin_bswap64(key.words[0]);
    }
    if (!csa_term_key_is_long(key)) { /* bytes 8 to 14; the last one, a size, gives way to a zero */
        return depth == 8 ? __builtin_bswap64(key.words[1] & (UINT64_MAX >> 8)) : 0;
    }
    char room[CSA_TERM_KEY_INLINE + 1];
    struct csa_view text = csa_term_text(table, &table->terms[term], room);
    uint64_t bytes = 0;
    if (depth < text.size) {
        size_t left = text.size - depth;
        memcpy(&bytes, text.data + depth, left < 8 ? left : 8);
    }
    return __builtin_bswap64(bytes);
}

static bool comes_before(const struct sorter *sorter, const struct item *a, const struct item *b)
{
    if (a->bytes != b->bytes) {
        return a->bytes < b->bytes;
    }
    char rooms[2][CSA_TERM_KEY_INLINE + 1];
    return csa_view_compare(csa_term_text(sorter->table, &sorter->table->terms[a->term], rooms[0]),
                            csa_term_text(sorter->table, &sorter->table->terms[b->term], rooms[1])) < 0;
}

/* Sorts wholly, whatever the depth: the bytes before it are equal. */
static void sort_by_insertion(const struct sorter *sorter, struct item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct item item = items[i];
        size_t place = i;
        for (; place > 0 && comes_before(sorter, &item, &items[place - 1]); place--) {
            items[place] = items[place - 1];
        }
        items[place] = item;
    }
}

static void sort_by_radix(const struct sorter *sorter, struct item *items, size_t count)
{
    struct item *from = items;
    struct item *to = sorter->spare;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t places[256] = {0};
        for (size_t i = 0; i < count; i++) {
            places[from[i].bytes >> shift & 0xFF]++;
        }
        if (places[from[0].bytes >> shift & 0xFF] == count) {
            continue;
        }
        size_t place = 0;
        for (size_t i = 0; i < 256; i++) {
            size_t here = places[i];
            places[i] = place;
            place += here;
        }
        for (size_t i = 0; i < count; i++) {
            to[places[from[i].bytes >> shift & 0xFF]++] = from[i];
        }
        struct item *other = from;
        from = to;
        to = other;
    }
    if (from != items) {
        memcpy(items, from, count * sizeof *items);
    }
}

/* At most CSA_TERM_KEY_MAXIMUM / 8 levels deep. */
static void sort_items(const struct sorter *sorter, struct item *items, size_t count, size_t depth)
{
    if (count <= INSERTION_MAXIMUM || depth >= CSA_TERM_KEY_MAXIMUM) {
        sort_by_insertion(sorter, items, count);
        return;
    }
    sort_by_radix(sorter, items, count);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && items[end].bytes == items[i].bytes) {
            end++;
        }
        if (end - i > 1) {
            for (size_t j = i; j < end; j++) {
                items[j].bytes = key_bytes(sorter->table, items[j].term, depth + 8);
            }
            sort_items(sorter, items + i, end - i, depth + 8);
        }
        i = end;
    }
}

enum csa_status csa_vocabulary_sort(struct csa_vocabulary *table, uint32_t **order, struct csa_error *error)
{
    csa_vocabulary_drop_slots(table);
    *order = NULL;
    size_t count = table->term_count;
    struct item *items = csa_malloc(count * sizeof *items);
    struct item *spare = csa_malloc(count * sizeof *spare);
    if (items != NULL && spare != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            items[i] = (struct item){key_bytes(table, i, 0), i};
        }
        sort_items(&(struct sorter){table, spare}, items, count, 0);
        *order = csa_malloc(count * sizeof **order);
    }
    for (size_t i = 0; *order != NULL && i < count; i++) {
        (*order)[i] = items[i].term;
    }
    csa_free(items);
    csa_free(spare);
    return *order != NULL ? CSA_OK : csa_error_set_memory(error, "sorting the terms of an index");
}
