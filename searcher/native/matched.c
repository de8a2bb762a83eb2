/* Sets of passages and the articles in them; see matched.h. */
#include "searcher/native/matched.h"

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

void csa_article_walk_init(struct csa_article_walk *walk, const struct csa_segment *segment,
                           const uint64_t *bits)
{
    *walk = (struct csa_article_walk){.segment = segment, .bits = bits, .last = UINT32_MAX};
}

/* The articles of one word of bits; out has room for 64. An article's number is that of the articles that
 * begin up to its passage, less one: no table is searched. */
static size_t read_word(struct csa_article_walk *walk, uint64_t left, uint64_t starts, uint32_t *out)
{
    size_t count = 0;
    uint32_t article = walk->starts - 1;
    uint64_t before = 0; /* the bits of the articles gone by */
    for (;; starts &= starts - 1, article++) {
        uint64_t up_to = starts == 0 ? UINT64_MAX : (starts & -starts) - 1;
        bool taken = (left & up_to & ~before) != 0 && article != walk->last;
        out[count] = article;
        count += taken;
        walk->last = taken ? article : walk->last;
        before = up_to;
        if (starts == 0) {
            break;
        }
    }
    walk->starts = article + 1;
    return count;
}

/* Where no article has a second passage, an article has its passage's number. */
static size_t read_lone_passages(struct csa_article_walk *walk, uint32_t words, uint32_t *out)
{
    size_t count = 0;
    for (; walk->word < words && CSA_WALK_ROOM - count >= 64; walk->word++) {
        uint64_t left = walk->bits[walk->word];
        uint32_t first = 64 * walk->word;
        if (left == UINT64_MAX) {
            for (uint32_t i = 0; i < 64; i++) {
                out[count + i] = first + i;
            }
            count += 64;
            continue;
        }
        for (; left != 0; left &= left - 1) {
            out[count++] = first + (uint32_t)__builtin_ctzll(left);
        }
    }
    return count;
}

size_t csa_article_walk_next(struct csa_article_walk *walk, uint32_t articles[CSA_WALK_ROOM])
{
    const struct csa_segment *segment = walk->segment;
    uint32_t words = segment->meta.passages / 64 + (segment->meta.passages % 64 != 0);
    if (segment->meta.passages == segment->meta.articles) {
        return read_lone_passages(walk, words, articles);
    }
    size_t count = 0;
    for (; walk->word < words && CSA_WALK_ROOM - count > 64; walk->word++) {
        uint64_t starts = csa_segment_article_starts(segment, walk->word);
        uint64_t left = walk->bits[walk->word];
        if (left == 0) {
            walk->starts += (uint32_t)__builtin_popcountll(starts);
        } else {
            count += read_word(walk, left, starts, articles + count);
        }
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
