/* All of some lists, or a phrase of them, where no article is cut: the rarest list leads, block by block; the
 * others are searched for its documents only, the rarer first. Frequencies are read for documents that are in
 * all lists, positions for those that may still become hits or are to be counted. Called by match.c. */
#include "searcher/match/match.h"
#include "searcher/match/phrase.h"

#include <stdlib.h>
#include <string.h>

enum {
    INDEX_UNKNOWN = 255,
    LOCATED_AHEAD = 2, /* lists of a phrase whose positions are asked for ahead */
    STEPS_OF_A_BLOCK = 512,
};

struct list {
    struct csa_reader *reader;
    float weight;               /* of a conjunction's word */
    uint32_t offset;            /* in the phrase */
    uint32_t bound_block;       /* where the last search for bounds ended */
    float bound;                /* its largest saturated part beside the lead's block */
    uint32_t blocks[CSA_BLOCK]; /* by place in the lead's block: where the document was found */
    uint8_t indexes[CSA_BLOCK]; /* within that block; INDEX_UNKNOWN in a bitmap until asked */
    uint32_t frequency;         /* of the document at hand */
    uint32_t frequencies[CSA_BLOCK], befores[CSA_BLOCK]; /* by place, once located: how many positions, behind
                                                            how many of the block */
    uint32_t *positions;
    uint32_t position_room;
};

struct join {
    struct csa_match *match;
    struct list *lists; /* the rarest first */
    size_t count;
    bool phrase;
    bool pruning;                   /* nothing is counted */
    bool hopeful;                   /* a document of the lead's block may become a hit */
    bool failed;                    /* out of memory */
    float weight;                   /* of the phrase */
    uint32_t documents[CSA_BLOCK];  /* still in question */
    uint8_t places[CSA_BLOCK_ROOM]; /* their places in the lead's block */
    unsigned size;
    uint32_t *starts; /* of the phrase */
    uint32_t start_room;
};

static int by_documents(const void *a, const void *b)
{
    uint32_t x = ((const struct list *)a)->reader->list.document_count;
    uint32_t y = ((const struct list *)b)->reader->list.document_count;
    return (x > y) - (x < y);
}

/* ---- bounds ---- */

/* The largest score of a document in the lead's block `block`; keeps each list's bound. */
static double block_bound(struct join *j, uint32_t block)
{
    const struct csa_postings *lead = &j->lists[0].reader->list;
    uint32_t first = block == 0 ? 0 : csa_postings_block_last(lead, block - 1) + 1;
    uint32_t last = csa_postings_block_last(lead, block);
    double sum = 0;
    float least = 1;
    for (size_t i = 0; i < j->count; i++) {
        struct list *list = &j->lists[i];
        uint8_t byte = i == 0 ? csa_postings_block_bound(lead, block)
                              : csa_reader_range_bound(&list->reader->list, &list->bound_block, first, last);
        list->bound = j->match->bounds[byte];
        least = list->bound < least ? list->bound : least;
        sum += (double)(list->weight * list->bound);
    }
    return j->phrase ? (double)(j->weight * least) : sum;
}

/* ---- intersecting ---- */

static void start_block(struct join *j, uint32_t block)
{
    struct list *lead = &j->lists[0];
    csa_reader_place(lead->reader, block);
    j->size = csa_reader_unpack(lead->reader);
    memcpy(j->documents, lead->reader->documents, j->size * sizeof j->documents[0]);
    for (unsigned i = 0; i < j->size; i++) {
        j->places[i] = (uint8_t)i;
        lead->blocks[i] = block;
        lead->indexes[i] = (uint8_t)i;
    }
}

/* Drops documents whose part in the lead, with all that the others may add, stays below the bar. */
static void drop_hopeless(struct join *j)
{
    struct list *lead = &j->lists[0];
    double others = 0;
    for (size_t i = 1; i < j->count; i++) {
        others += (double)(j->lists[i].weight * j->lists[i].bound);
    }
    if (j->size == 0 || others >= csa_match_bar(j->match) || !csa_reader_unpack_frequencies(lead->reader)) {
        return;
    }
    float parts[CSA_BLOCK_ROOM];
    csa_match_parts(j->match, lead->weight, lead->reader->documents, lead->reader->frequencies, j->size,
                    parts);
    j->size = csa_match_above(j->match, parts, j->size, csa_match_bar(j->match) - others, j->places);
    for (unsigned i = 0; i < j->size; i++) {
        j->documents[i] = lead->reader->documents[j->places[i]];
    }
}

/* Keeps document i, found in the block that the reader stands in, as the kept-th. */
static inline void keep(struct join *j, struct list *list, unsigned i, unsigned kept, uint8_t index)
{
    uint8_t place = j->places[i];
    list->blocks[place] = list->reader->block;
    list->indexes[place] = index;
    j->documents[kept] = j->documents[i];
    j->places[kept] = place;
}

static void intersect(struct join *j, struct list *list)
{
    struct csa_reader *reader = list->reader;
    unsigned kept = 0, i = 0;
    while (i < j->size && csa_reader_seek(reader, j->documents[i])) {
        uint32_t last = reader->last;
        if (!csa_reader_load(reader)) {
            break; /* damaged: said at the end */
        }
        if (reader->form == CSA_FORM_BITS) {
            for (; i < j->size && j->documents[i] <= last; i++) {
                uint32_t bit = j->documents[i] - reader->bits_first;
                keep(j, list, i, kept, INDEX_UNKNOWN);
                kept += bit < reader->bits_size && (reader->bits[bit / 8] >> (bit % 8) & 1) != 0;
            }
            continue;
        }
        for (; i < j->size && j->documents[i] <= last; i++) {
            unsigned at = reader->kernels->count_less(reader->documents, j->documents[i]);
            if (at < CSA_BLOCK && reader->documents[at] == j->documents[i]) {
                keep(j, list, i, kept++, (uint8_t)at);
            }
        }
    }
    j->size = kept;
}

static unsigned index_in(const struct join *j, struct list *list, unsigned i)
{
    unsigned place = j->places[i];
    if (list->indexes[place] == INDEX_UNKNOWN) {
        csa_reader_place(list->reader, list->blocks[place]);
        if (!csa_reader_load(list->reader)) {
            return 0;
        }
        list->indexes[place] = (uint8_t)csa_reader_index(list->reader, j->documents[i]);
    }
    return list->indexes[place];
}

static void read_frequency(const struct join *j, struct list *list, unsigned i)
{
    list->frequency = csa_reader_frequency(list->reader, list->blocks[j->places[i]], index_in(j, list, i));
}

/* ---- a conjunction's documents ---- */

static void score_all(struct join *j)
{
    struct csa_match *match = j->match;
    double most = 0; /* of the lists behind the lead */
    for (size_t l = 1; l < j->count; l++) {
        most += (double)(j->lists[l].weight * j->lists[l].bound);
    }
    if (most + (double)(j->lists[0].weight * j->lists[0].bound) < csa_match_bar(match)) {
        return;
    }
    for (unsigned i = 0; i < j->size; i++) {
        uint32_t document = j->documents[i];
        double score = 0;
        double rest = most + (double)(j->lists[0].weight * j->lists[0].bound); /* that is still to come */
        size_t l = 0;
        for (; l < j->count && score + rest >= csa_match_bar(match); l++) {
            struct list *list = &j->lists[l];
            rest -= (double)(list->weight * list->bound);
            read_frequency(j, list, i);
            score += (double)csa_match_part(match, list->weight, list->frequency, document);
        }
        if (l == j->count) {
            csa_match_offer(match, document, score);
        }
    }
}

/* ---- a phrase's documents ---- */

/* Finds out where document i's positions are. */
static void locate(const struct join *j, struct list *list, unsigned i)
{
    unsigned place = j->places[i];
    unsigned index = index_in(j, list, i);
    struct csa_reader *reader = list->reader;
    list->frequencies[place] = 1;
    list->befores[place] = index;
    if (reader->list.occurrence_count != reader->list.document_count &&
        (reader->summed_block == list->blocks[place] || csa_reader_sum_up(reader, list->blocks[place]))) {
        list->frequencies[place] = reader->ends[index + 1] - reader->ends[index];
        list->befores[place] = reader->ends[index];
    }
}

static bool read_positions(struct join *j, struct list *list, unsigned i)
{
    unsigned place = j->places[i];
    list->frequency = list->frequencies[place];
    if (list->frequency + CSA_UNPACK_SLACK > list->position_room) {
        if (list->frequency > csa_segment_length(j->match->segment, j->documents[i])) {
            list->reader->damaged = true;
            return false;
        }
        uint32_t room = 2 * list->frequency + 2 * CSA_UNPACK_SLACK;
        list->positions = csa_arena_alloc(j->match->arena, room, sizeof *list->positions);
        list->position_room = list->positions == NULL ? 0 : room;
        if (list->positions == NULL) {
            j->failed = true;
            return false;
        }
    }
    if (!csa_postings_read_positions(&list->reader->list, list->blocks[place], list->befores[place],
                                     list->frequency, list->positions)) {
        list->reader->damaged = true;
        return false;
    }
    return true;
}

/* The starts that this word allows, from its positions. */
static uint32_t first_starts(struct join *j, const struct list *list)
{
    if (list->frequency > j->start_room) {
        uint32_t room = 2 * list->frequency + CSA_BLOCK;
        j->starts = csa_arena_alloc(j->match->arena, room, sizeof *j->starts);
        j->start_room = j->starts == NULL ? 0 : room;
        if (j->starts == NULL) {
            j->failed = true;
            return 0;
        }
    }
    return csa_phrase_first_starts(list->positions, list->frequency, list->offset, j->starts);
}

/* Whether document i can still reach the bar: the phrase is no more frequent than its rarest word. */
static bool may_reach(struct join *j, unsigned i)
{
    uint32_t least = UINT32_MAX;
    for (size_t l = 0; l < j->count; l++) {
        locate(j, &j->lists[l], i);
        uint32_t frequency = j->lists[l].frequencies[j->places[i]];
        if (frequency < least) {
            least = frequency;
            if ((double)csa_match_part(j->match, j->weight, least, j->documents[i]) <
                csa_match_bar(j->match)) {
                return false;
            }
        }
    }
    return true;
}

/* Locates the positions of all documents in the lists that are looked at first, so that they are on their way
 * from memory when they are read. When pruning, drops documents that cannot reach the bar. */
static void locate_all(struct join *j)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < j->size; i++) {
        if (j->pruning && !may_reach(j, i)) {
            continue;
        }
        for (size_t l = 0; l < LOCATED_AHEAD && l < j->count; l++) {
            struct list *list = &j->lists[l];
            unsigned place = j->places[i];
            if (!j->pruning) {
                locate(j, list, i);
            }
            csa_reader_prefetch(list->reader, list->blocks[place], list->befores[place]);
        }
        j->documents[kept] = j->documents[i];
        j->places[kept++] = j->places[i];
    }
    j->size = kept;
}

/* Occurrences of the phrase in document i. */
static uint32_t count_phrase(struct join *j, unsigned i)
{
    uint32_t count = 0;
    for (size_t l = 0; l < j->count; l++) {
        struct list *list = &j->lists[l];
        if (!j->pruning && l >= LOCATED_AHEAD) {
            locate(j, list, i);
        }
        if (!read_positions(j, list, i)) {
            return 0;
        }
        count =
            l == 0 ? first_starts(j, list)
                   : csa_phrase_keep_starts(j->starts, count, list->positions, list->frequency, list->offset);
        if (count == 0) {
            return 0;
        }
    }
    return count;
}

static void verify_all(struct join *j)
{
    struct csa_match *match = j->match;
    unsigned kept = 0;
    locate_all(j);
    for (unsigned i = 0; i < j->size; i++) {
        uint32_t frequency = count_phrase(j, i);
        if (frequency == 0) {
            continue;
        }
        if (j->hopeful) {
            csa_match_offer(match, j->documents[i],
                            (double)csa_match_part(match, j->weight, frequency, j->documents[i]));
        }
        j->documents[kept++] = j->documents[i];
    }
    j->size = kept;
}

/* ---- all blocks of the lead ---- */

/* Whether a document of the lead's block can become a hit. */
static bool is_hopeful(struct join *j, uint32_t block)
{
    double bar = csa_match_bar(j->match);
    return j->match->collector->room != 0 && (bar <= 0 || block_bound(j, block) >= bar);
}

static void run(struct join *j)
{
    struct csa_match *match = j->match;
    uint32_t blocks = j->lists[0].reader->list.block_count;
    for (uint32_t block = 0; block < blocks && !csa_match_spend(match, STEPS_OF_A_BLOCK) && !j->failed;
         block++) {
        j->hopeful = is_hopeful(j, block);
        if (j->pruning && !j->hopeful) {
            continue;
        }
        start_block(j, block);
        if (j->pruning && !j->phrase) {
            drop_hopeless(j);
        }
        for (size_t l = 1; l < j->count && j->size != 0; l++) {
            intersect(j, &j->lists[l]);
        }
        if (j->phrase) {
            verify_all(j);
        } else if (j->hopeful) {
            score_all(j);
        }
        if (match->count) {
            csa_match_take(match, j->documents, j->size);
        }
    }
}

enum csa_status csa_match_join(struct csa_match *match, struct csa_error *error)
{
    const struct csa_plan_node *root = match->plan->root;
    struct join *j = csa_arena_alloc(match->arena, 1, sizeof *j);
    struct list *lists = csa_arena_alloc(match->arena, root->child_count, sizeof *lists);
    if (j == NULL || lists == NULL) {
        return csa_error_set_memory(error, "the query's evaluation");
    }
    j->match = match;
    j->lists = lists;
    j->count = 0;
    j->phrase = root->kind == CSA_PLAN_PHRASE;
    j->pruning = !match->count;
    j->failed = false;
    j->weight = root->weight;
    j->starts = NULL;
    j->start_room = 0;
    for (size_t i = 0; i < root->child_count; i++) {
        const struct csa_plan_node *child = root->children[i];
        if (child->lists[match->number].count == 0) {
            return CSA_OK;
        }
        struct list *list = &lists[j->count++];
        list->reader = csa_match_readers(match, &child->lists[match->number]);
        if (list->reader == NULL) {
            return csa_error_set_memory(error, "a list");
        }
        list->weight = child->weight;
        list->offset = child->offset;
        list->bound_block = 0;
        list->bound = match->bounds[list->reader->list.bound];
        list->positions = NULL;
        list->position_room = 0;
    }
    qsort(lists, j->count, sizeof *lists, by_documents);
    run(j);
    for (size_t i = 0; i < j->count; i++) {
        enum csa_status status = csa_match_settle(match, lists[i].reader, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return j->failed ? csa_error_set_memory(error, "a phrase's positions") : CSA_OK;
}
