/* A hash table of responses and a ring of them in the order of their last use (LRU); owns their copies. Keys
 * are compared byte for byte: who finds two queries of one hash gains nothing. Called by respond.c. */
#include "searcher/site/response_cache.h"

#include "common/base/memory.h"
#include "common/index/hash.h"

#include <stdint.h>
#include <string.h>

enum {
    LEAST_BUCKETS = 64,
    MOST_BUCKETS = 1 << 16,
    USUAL = 8192, /* bytes of a response, about */
    SHARE = 8,    /* no response takes more than this part of the limit */
};

/* A place in the ring of all entries and the cache's own, which is newer than the newest. */
struct place {
    struct place *newer, *older;
};

struct entry {
    struct place place; /* first: a place leads to its entry */
    struct entry *next; /* of the same bucket */
    uint64_t hash;
    size_t key, headers, body; /* sizes of what stands in `bytes`, in this order */
    char bytes[];
};

struct csa_response_cache {
    size_t limit, used;
    struct place ring; /* its `older` is the newest entry, its `newer` the oldest */
    size_t buckets;    /* a power of two */
    struct entry *table[];
};

struct csa_response_cache *csa_response_cache_new(size_t limit)
{
    size_t buckets = LEAST_BUCKETS;
    while (buckets < MOST_BUCKETS && buckets < limit / USUAL) {
        buckets *= 2;
    }
    struct csa_response_cache *cache =
        csa_calloc(1, sizeof *cache + buckets * sizeof(struct entry *)); /* < 1 MiB */
    if (cache != NULL) {
        cache->limit = limit;
        cache->buckets = buckets;
        cache->ring.newer = cache->ring.older = &cache->ring;
    }
    return cache;
}

static size_t size_of(const struct entry *entry)
{
    return sizeof *entry + entry->key + entry->headers + entry->body;
}

static struct entry **bucket_of(struct csa_response_cache *cache, uint64_t hash)
{
    return &cache->table[hash & (cache->buckets - 1)];
}

static void take_out_of_ring(struct place *place)
{
    place->newer->older = place->older;
    place->older->newer = place->newer;
}

static void put_first(struct csa_response_cache *cache, struct place *place)
{
    place->newer = &cache->ring;
    place->older = cache->ring.older;
    place->older->newer = place;
    cache->ring.older = place;
}

static void drop_oldest(struct csa_response_cache *cache)
{
    struct entry *entry = (struct entry *)cache->ring.newer;
    struct entry **place = bucket_of(cache, entry->hash);
    while (*place != entry) {
        place = &(*place)->next;
    }
    *place = entry->next;
    take_out_of_ring(&entry->place);
    cache->used -= size_of(entry);
    csa_free(entry);
}

void csa_response_cache_free(struct csa_response_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    while (cache->ring.newer != &cache->ring) {
        drop_oldest(cache);
    }
    csa_free(cache);
}

bool csa_response_cache_find(struct csa_response_cache *cache, struct csa_view key,
                             struct csa_kept_response *kept)
{
    uint64_t hash = csa_hash(key);
    struct entry *entry = *bucket_of(cache, hash);
    while (entry != NULL &&
           (entry->hash != hash || !csa_view_equal(csa_view_make(entry->bytes, entry->key), key))) {
        entry = entry->next;
    }
    if (entry == NULL) {
        return false;
    }
    take_out_of_ring(&entry->place);
    put_first(cache, &entry->place);
    kept->headers = csa_view_make(entry->bytes + entry->key, entry->headers);
    kept->body = csa_view_make(entry->bytes + entry->key + entry->headers, entry->body);
    return true;
}

static char *copy(char *to, struct csa_view text)
{
    if (text.size != 0) {
        memcpy(to, text.data, text.size);
    }
    return to + text.size;
}

void csa_response_cache_add(struct csa_response_cache *cache, struct csa_view key,
                            const struct csa_kept_response *response)
{
    /* none of the three is near the end of the address space */
    size_t size = sizeof(struct entry) + key.size + response->headers.size + response->body.size;
    if (size > cache->limit / SHARE) {
        return;
    }
    while (cache->used > cache->limit - size) {
        drop_oldest(cache);
    }
    struct entry *entry = csa_malloc(size);
    if (entry == NULL) {
        return;
    }
    *entry = (struct entry){.hash = csa_hash(key),
                            .key = key.size,
                            .headers = response->headers.size,
                            .body = response->body.size};
    copy(copy(copy(entry->bytes, key), response->headers), response->body);
    struct entry **place = bucket_of(cache, entry->hash);
    entry->next = *place;
    *place = entry;
    put_first(cache, &entry->place);
    cache->used += size;
}
