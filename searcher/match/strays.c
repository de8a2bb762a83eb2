#include "searcher/match/strays.h"

#include "common/base/memory.h"
#include "searcher/match/reader.h"

#include <string.h>

enum {
    FEW_SHARE = 32,  /* strays are at most one article in so many */
    SAMPLES = 256,   /* articles that say which language most are in */
    KEPT_MOST = 512, /* postings kept one by one */
    CHUNK = 8,       /* articles that are looked at at once */
    UNSTEMMED = 0,
};

/* ---- finding them ---- */

static uint8_t most_frequent(const struct csa_segment *segment)
{
    uint32_t counts[256] = {0};
    uint32_t articles = segment->meta.articles;
    uint32_t step = articles / SAMPLES + 1;
    uint8_t best = 0;
    for (uint32_t a = 0; a < articles; a += step) {
        counts[csa_column_get(&segment->stemmer, a) & 0xFF]++;
    }
    for (unsigned i = 1; i < 256; i++) {
        best = counts[i] > counts[best] ? (uint8_t)i : best;
    }
    return best;
}

/* The first stray from `from` on; `articles` when there is none. */
static uint32_t skip_others(const uint8_t *values, uint32_t from, uint32_t articles, uint8_t stemmer)
{
    uint64_t pattern = UINT64_C(0x0101010101010101) * stemmer;
    uint32_t at = from;
    while (articles - at >= CHUNK) {
        uint64_t difference = csa_load_u64(values + at) ^ pattern;
        if (difference != 0) {
            return at + (uint32_t)__builtin_ctzll(difference) / 8;
        }
        at += CHUNK;
    }
    while (at < articles && values[at] == stemmer) {
        at++;
    }
    return at;
}

enum csa_status csa_strays_find(const struct csa_segment *segment, struct csa_strays *strays,
                                struct csa_error *error)
{
    *strays = (struct csa_strays){.found = true, .stemmer = most_frequent(segment)};
    const struct csa_column *column = &segment->stemmer;
    uint32_t articles = segment->meta.articles, room = articles / FEW_SHARE;
    if (column->width > 1 || strays->stemmer == UNSTEMMED) {
        return CSA_OK;
    }
    if (column->width == 0) {
        strays->few = true;
        return CSA_OK;
    }
    strays->articles = csa_calloc((size_t)room + 1, sizeof *strays->articles);
    if (strays->articles == NULL) {
        return csa_error_set_memory(error, "index");
    }
    for (uint32_t a = 0; (a = skip_others(column->values, a, articles, strays->stemmer)) < articles; a++) {
        if (strays->count == room) {
            csa_strays_release(strays);
            strays->found = true;
            return CSA_OK;
        }
        strays->articles[strays->count++] = a;
    }
    strays->few = true;
    return CSA_OK;
}

void csa_strays_release(struct csa_strays *strays)
{
    csa_free(strays->articles);
    *strays = (struct csa_strays){0};
}

/* ---- their postings ---- */

struct keeping {
    const struct csa_segment *segment;
    const struct csa_strays *strays;
    struct csa_reader reader;
    uint64_t stemmers;
    bool title;
    struct csa_postings *items; /* room for KEPT_MOST + 1 */
    uint32_t count;
};

static bool is_theirs(const struct keeping *k, uint32_t article)
{
    unsigned stemmer = csa_column_get(&k->segment->stemmer, article);
    return stemmer < 64 && (k->stemmers >> stemmer & 1) != 0;
}

static void keep(struct keeping *k, uint32_t document, uint32_t frequency)
{
    if (k->count <= KEPT_MOST) {
        k->items[k->count] = (struct csa_postings){
            .document_count = 1,
            .occurrence_count = frequency,
            .block_count = 1,
            .document_limit = k->reader.list.document_limit,
            .first = document,
            .last = document,
            .single_frequency = frequency - 1,
            .bound = UINT8_MAX,
        };
    }
    k->count++;
}

/* Goes through the list. */
static void keep_of_list(struct keeping *k)
{
    struct csa_reader *reader = &k->reader;
    for (uint32_t block = 0; block < reader->list.block_count; block++) {
        csa_reader_place(reader, block);
        unsigned n = csa_reader_unpack(reader);
        for (unsigned i = 0; i < n; i++) {
            uint32_t document = reader->documents[i];
            if (is_theirs(k, k->title ? document : csa_segment_article_of(k->segment, document))) {
                keep(k, document, csa_reader_frequency(reader, block, i));
            }
        }
    }
}

/* Goes through the strays. */
static void keep_of_strays(struct keeping *k)
{
    for (uint32_t i = 0; i < k->strays->count; i++) {
        uint32_t article = k->strays->articles[i];
        if (!is_theirs(k, article)) {
            continue;
        }
        uint32_t document = k->title ? article : csa_segment_first_passage(k->segment, article);
        uint32_t end = k->title ? article + 1 : csa_segment_first_passage(k->segment, article + 1);
        for (; document < end; document++) {
            uint32_t frequency = csa_reader_lookup(&k->reader, document);
            if (frequency != 0) {
                keep(k, document, frequency);
            }
        }
    }
}

enum csa_status csa_strays_keep(const struct csa_strays *strays, const struct csa_segment *segment,
                                const struct csa_postings *list, uint64_t stemmers, bool title,
                                struct csa_arena *arena, struct csa_postings **items, uint32_t *count,
                                bool *whole, struct csa_error *error)
{
    *count = 0;
    bool of_most = strays->stemmer < 64 && (stemmers >> strays->stemmer & 1) != 0; /* damage: any number */
    *whole = !strays->few || of_most;
    if (*whole) {
        return CSA_OK;
    }
    struct keeping *k = csa_arena_zalloc(arena, 1, sizeof *k);
    *items = csa_arena_alloc(arena, KEPT_MOST + 1, sizeof **items);
    if (k == NULL || *items == NULL) {
        return csa_error_set_memory(error, "the query's plan");
    }
    *k = (struct keeping){
        .segment = segment, .strays = strays, .stemmers = stemmers, .title = title, .items = *items};
    csa_reader_init(&k->reader, list, csa_match_kernels());
    if (list->document_count <= strays->count) {
        keep_of_list(k);
    } else {
        keep_of_strays(k);
    }
    if (k->reader.damaged) {
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: POSTINGS or POSITIONS: a block is damaged",
                             segment->path);
    }
    *whole = k->count == list->document_count || k->count > KEPT_MOST;
    *count = *whole ? 0 : k->count;
    return CSA_OK;
}
