/* Words that have several lists, of which all but one are short: the passages in the short ones are scored
 * apart, before all others, so that the strategies need to look at one list a word. Called by match.c. */
#include "searcher/match/match.h"

#include <stdlib.h>
#include <string.h>

enum { APART_MOST = 1024 }; /* postings in short lists, of all words */

static size_t leaf_count(const struct csa_plan_node *root)
{
    return root->kind == CSA_PLAN_GROUP ? root->child_count : 1;
}

static const struct csa_plan_node *leaf_of(const struct csa_plan_node *root, size_t i)
{
    return root->kind == CSA_PLAN_GROUP ? root->children[i] : root;
}

/* Postings in short lists; more than APART_MOST when the plan is no flat one of words. */
static uint64_t count_postings(const struct csa_match *match)
{
    const struct csa_plan_node *root = match->plan->root;
    uint64_t count = 0;
    for (size_t i = 0; i < leaf_count(root); i++) {
        const struct csa_plan_node *leaf = leaf_of(root, i);
        if (leaf->kind != CSA_PLAN_TERM || leaf->occurrence == CSA_MUST_NOT ||
            leaf->occurrence != leaf_of(root, 0)->occurrence) {
            return (uint64_t)APART_MOST + 1;
        }
        const struct csa_lists *lists = &leaf->lists[match->number];
        for (uint32_t l = 1; l < lists->count; l++) {
            count += lists->items[l].document_count;
        }
    }
    return count;
}

bool csa_match_can_part(const struct csa_match *match)
{
    uint64_t postings = count_postings(match);
    return postings != 0 && postings <= APART_MOST;
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The passages of the short lists, ascending, each once. */
static uint32_t take_passages(struct csa_match *match, struct csa_reader *const *readers)
{
    const struct csa_plan_node *root = match->plan->root;
    uint32_t count = 0;
    for (size_t i = 0; i < leaf_count(root); i++) {
        for (uint32_t l = 1; l < leaf_of(root, i)->lists[match->number].count; l++) {
            struct csa_reader *reader = &readers[i][l];
            for (uint32_t block = 0; block < reader->list.block_count; block++) {
                csa_reader_place(reader, block);
                unsigned n = csa_reader_unpack(reader);
                memcpy(match->apart + count, reader->documents, n * sizeof *match->apart);
                count += n;
            }
        }
    }
    qsort(match->apart, count, sizeof *match->apart, compare);
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || match->apart[i] != match->apart[i - 1]) {
            match->apart[distinct++] = match->apart[i];
        }
    }
    return distinct;
}

/* Scores a passage as any strategy does; false when a word that must be there is not. */
static bool score(const struct csa_match *match, struct csa_reader *const *readers, uint32_t passage,
                  double *sum)
{
    const struct csa_plan_node *root = match->plan->root;
    *sum = 0;
    for (size_t i = 0; i < leaf_count(root); i++) {
        const struct csa_plan_node *leaf = leaf_of(root, i);
        uint32_t frequency = 0;
        for (uint32_t l = 0; l < leaf->lists[match->number].count; l++) {
            frequency += csa_reader_lookup(&readers[i][l], passage);
        }
        if (frequency == 0 && leaf->occurrence == CSA_MUST) {
            return false;
        }
        if (frequency != 0) {
            *sum += (double)csa_match_part(match, leaf->weight, frequency, passage);
        }
    }
    return true;
}

enum csa_status csa_match_apart(struct csa_match *match, struct csa_error *error)
{
    const struct csa_plan_node *root = match->plan->root;
    uint64_t postings = count_postings(match);
    size_t leaves = leaf_count(root);
    struct csa_reader **readers = csa_arena_alloc(match->arena, leaves, sizeof(struct csa_reader *));
    match->apart = csa_arena_alloc(match->arena, (size_t)postings, sizeof *match->apart);
    bool ok = readers != NULL && match->apart != NULL;
    for (size_t i = 0; i < leaves && ok; i++) {
        readers[i] = csa_match_readers(match, &leaf_of(root, i)->lists[match->number]);
        ok = readers[i] != NULL;
    }
    if (!ok) {
        return csa_error_set_memory(error, "the query's evaluation");
    }
    uint32_t count = take_passages(match, readers);
    for (uint32_t i = 0; i < count; i++) {
        double sum;
        if (score(match, readers, match->apart[i], &sum)) {
            csa_match_offer(match, match->apart[i], sum);
        }
    }
    match->apart_count = count;
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < leaves; i++) {
        for (uint32_t l = 0; l < leaf_of(root, i)->lists[match->number].count && status == CSA_OK; l++) {
            status = csa_match_settle(match, &readers[i][l], error);
        }
    }
    return status;
}
