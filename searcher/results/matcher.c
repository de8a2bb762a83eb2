/* Comparing a token with a word of the query: matcher.h. */
#include "searcher/results/matcher.h"

enum csa_status csa_matcher_init(struct csa_matcher *matcher, const struct csa_node *node,
                                 struct csa_arena *arena, struct csa_error *error)
{
    *matcher = (struct csa_matcher){.node = node};
    bool pattern = node->kind == CSA_NODE_WILDCARD;
    if (!pattern && node->kind != CSA_NODE_FUZZY) {
        return CSA_OK;
    }
    matcher->acceptors = csa_arena_alloc(arena, node->variant_count + 1, sizeof *matcher->acceptors);
    for (size_t i = 0; matcher->acceptors != NULL && i <= node->variant_count; i++) {
        struct csa_view text = i == 0 ? node->text : node->variants[i - 1];
        matcher->acceptors[i] = pattern ? csa_acceptor_of_pattern(text, arena)
                                        : csa_acceptor_of_edits(text, node->distance, arena);
        if (matcher->acceptors[i].states == NULL) {
            return csa_error_set_memory(error, "marks");
        }
    }
    return matcher->acceptors == NULL ? csa_error_set_memory(error, "marks") : CSA_OK;
}

enum csa_status csa_matcher_prepare(struct csa_matcher *matcher, struct csa_stemmer *stemmer,
                                    struct csa_arena *arena, bool stem_begins[256], struct csa_error *error)
{
    const struct csa_node *node = matcher->node;
    matcher->stem_count = 0;
    if (node->kind != CSA_NODE_WORD) {
        return CSA_OK;
    }
    matcher->stems = csa_arena_alloc(arena, node->variant_count + 1, sizeof *matcher->stems);
    if (matcher->stems == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    for (size_t i = 0; i <= node->variant_count; i++) {
        struct csa_view word = i == 0 ? node->text : node->variants[i - 1];
        struct csa_view stem = csa_arena_copy(arena, csa_stemmer_stem(stemmer, word));
        if (stem.data == NULL) {
            return csa_error_set_memory(error, "marks");
        }
        if (stem.size != 0) {
            stem_begins[(unsigned char)stem.data[0]] = true;
        }
        matcher->stems[matcher->stem_count++] = stem;
    }
    return CSA_OK;
}

static bool is_one_of(struct csa_view text, const struct csa_view *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (csa_view_equal(all[i], text)) {
            return true;
        }
    }
    return false;
}

static bool fits_pattern(const struct csa_matcher *matcher, struct csa_view surface)
{
    const struct csa_node *node = matcher->node;
    unsigned distance;
    for (size_t i = 0; i <= node->variant_count; i++) {
        struct csa_view text = i == 0 ? node->text : node->variants[i - 1];
        if (node->kind == CSA_NODE_PREFIX
                ? csa_view_starts_with(surface, text)
                : csa_acceptor_accepts(&matcher->acceptors[i], surface, &distance)) {
            return true;
        }
    }
    return false;
}

bool csa_matcher_matches(const struct csa_matcher *matcher, struct csa_view surface, struct csa_view stem)
{
    const struct csa_node *node = matcher->node;
    switch (node->kind) {
    case CSA_NODE_WORD:
        return is_one_of(stem, matcher->stems, matcher->stem_count);
    case CSA_NODE_EXACT:
        return csa_view_equal(surface, node->text) || is_one_of(surface, node->variants, node->variant_count);
    case CSA_NODE_PREFIX:
    case CSA_NODE_WILDCARD:
    case CSA_NODE_FUZZY:
        return fits_pattern(matcher, surface);
    default:
        return false;
    }
}
