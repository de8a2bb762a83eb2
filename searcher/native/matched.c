/* Sets of passages and the articles in them; see matched.h. */
#include "searcher/native/matched.h"

struct csa_found *csa_native_found(struct csa_native *native)
{
    const struct csa_index *index = native->index;
    struct csa_found *found = csa_arena_alloc(&native->work, index->segment_count + (size_t)1, sizeof *found);
    for (uint32_t s = 0; found != NULL && s < index->segment_count; s++) {
        csa_found_init(&found[s], &native->work, index->segments[s].segment->meta.passages);
    }
    return found;
}

uint64_t **csa_native_sets(struct csa_native *native)
{
    const struct csa_index *index = native->index;
    uint64_t **sets = csa_arena_alloc(&native->work, index->segment_count + (size_t)1, sizeof(uint64_t *));
    for (uint32_t s = 0; sets != NULL && s < index->segment_count; s++) {
        size_t words = (size_t)index->segments[s].segment->meta.passages / 64 + 1;
        sets[s] = csa_arena_zalloc(&native->work, words, sizeof(uint64_t));
        if (sets[s] == NULL) {
            return NULL;
        }
    }
    return sets;
}

uint64_t **csa_native_found_sets(struct csa_native *native)
{
    const struct csa_index *index = native->index;
    uint64_t **sets = csa_arena_alloc(&native->work, index->segment_count + (size_t)1, sizeof(uint64_t *));
    for (uint32_t s = 0; sets != NULL && s < index->segment_count; s++) {
        sets[s] = csa_found_bits(&native->found[s]);
        if (sets[s] == NULL) {
            return NULL;
        }
    }
    return sets;
}

void csa_article_walk_init(struct csa_article_walk *walk, const struct csa_segment *segment,
                           const uint64_t *bits)
{
    *walk = (struct csa_article_walk){
        .segment = segment, .kernels = csa_match_kernels(), .bits = bits, .last = UINT32_MAX};
}

void csa_article_walk_init_found(struct csa_article_walk *walk, const struct csa_segment *segment,
                                 const struct csa_found *found)
{
    csa_article_walk_init(walk, segment, found->bits);
    walk->list = found->list;
    walk->list_count = found->count;
}

/* The articles of one word of bits; out has room for 64 and slack. An article's number is that of the
 * articles that begin up to its passage, less one: no table is searched. */
static size_t read_word(struct csa_article_walk *walk, uint64_t left, uint64_t starts, uint32_t *out)
{
    /* One bit for each article of the word, at its last passage: adding ones below carries into it when any
     * of the article's passages is set. */
    uint64_t lasts = starts >> 1 | UINT64_C(1) << 63;
    uint64_t any = (((left & ~lasts) + ~lasts) | left) & lasts;
    unsigned articles;
    uint64_t found = walk->kernels->extract(any, lasts, &articles);
    bool goes_on = (starts & 1) == 0; /* the word begins within an article */
    uint32_t first = walk->starts - goes_on;
    if (first == walk->last) {
        found &= ~UINT64_C(1);
    }
    walk->starts = first + articles;
    if (found == 0) {
        return 0;
    }
    size_t count = csa_bitmap_count((const uint8_t *)&found, 64);
    csa_bitmap_documents((const uint8_t *)&found, 64, first, (unsigned)count, out);
    walk->last = out[count - 1];
    return count;
}

/* Where no article has a second passage, an article has its passage's number. */
static size_t read_lone_passages(struct csa_article_walk *walk, uint32_t words, uint32_t *out)
{
    enum { WORDS = 4 }; /* read together */
    size_t count = 0;
    while (walk->word < words && CSA_WALK_ROOM - count >= WORDS * 64) {
        uint32_t size = words - walk->word < WORDS ? words - walk->word : WORDS;
        const uint8_t *bits = (const uint8_t *)(walk->bits + walk->word);
        unsigned set = csa_bitmap_count(bits, 64 * size);
        if (set != 0) {
            csa_bitmap_documents(bits, 64 * size, 64 * walk->word, set, out + count);
        }
        count += set;
        walk->word += size;
    }
    return count;
}

/* The same from a list. */
static size_t copy_lone_passages(struct csa_article_walk *walk, uint32_t *out)
{
    uint32_t left = walk->list_count - walk->list_at;
    uint32_t count = left < CSA_WALK_ROOM ? left : CSA_WALK_ROOM;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = walk->list[walk->list_at + i];
    }
    walk->list_at += count;
    return count;
}

/* Moves on to the next word below `words` with a passage. */
static void skip_empty_words(struct csa_article_walk *walk, uint32_t words)
{
    enum { WORDS_AT_ONCE = 1 << 16 };
    uint32_t next = walk->word;
    if (walk->bits == NULL) {
        next = walk->list_at < walk->list_count ? walk->list[walk->list_at] / 64 : words;
    } else {
        while (next < words && walk->bits[next] == 0) {
            next++;
        }
    }
    while (walk->word < next) {
        uint32_t count = next - walk->word < WORDS_AT_ONCE ? next - walk->word : WORDS_AT_ONCE;
        walk->starts += csa_bitmap_count(walk->segment->article_starts + 8 * (size_t)walk->word, 64 * count);
        walk->word += count;
    }
}

/* The bits of the walk's word, in which there is a passage. */
static uint64_t take_word(struct csa_article_walk *walk)
{
    if (walk->bits != NULL) {
        return walk->bits[walk->word];
    }
    uint64_t word = 0;
    for (; walk->list_at < walk->list_count && walk->list[walk->list_at] / 64 == walk->word;
         walk->list_at++) {
        word |= UINT64_C(1) << (walk->list[walk->list_at] % 64);
    }
    return word;
}

size_t csa_article_walk_next(struct csa_article_walk *walk, uint32_t articles[CSA_WALK_ROOM + CSA_WALK_SLACK])
{
    const struct csa_segment *segment = walk->segment;
    uint32_t words = segment->meta.passages / 64 + (segment->meta.passages % 64 != 0);
    if (segment->meta.passages == segment->meta.articles) {
        return walk->bits == NULL ? copy_lone_passages(walk, articles)
                                  : read_lone_passages(walk, words, articles);
    }
    size_t count = 0;
    while (CSA_WALK_ROOM - count > 64) {
        skip_empty_words(walk, words);
        if (walk->word >= words) {
            break;
        }
        uint64_t starts = csa_segment_article_starts(segment, walk->word);
        count += read_word(walk, take_word(walk), starts, articles + count);
        walk->word++;
    }
    /* In a damaged segment numbers can be any. */
    while (count != 0 && articles[count - 1] >= segment->meta.articles) {
        count--;
    }
    return count;
}

void csa_article_walk_read(const struct csa_column *column, const uint32_t *articles, size_t count,
                           uint32_t *values)
{
    switch (column->width) {
    case 0:
        for (size_t i = 0; i < count; i++) {
            values[i] = column->constant;
        }
        break;
    case 1:
        for (size_t i = 0; i < count; i++) {
            values[i] = column->values[articles[i]];
        }
        break;
    case 2:
        for (size_t i = 0; i < count; i++) {
            values[i] = csa_load_u16(column->values + 2 * (size_t)articles[i]);
        }
        break;
    default:
        for (size_t i = 0; i < count; i++) {
            values[i] = csa_load_u32(column->values + 4 * (size_t)articles[i]);
        }
        break;
    }
}
