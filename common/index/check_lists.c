/* The check of one postings list: that its documents ascend, its counts, arrays and bounds are true, and its
 * blocks and positions lie where the arrays say and fill the list; part of csa_segment_check(). */
#include "common/base/memory.h"
#include "common/index/check_private.h"

static void fault(struct csa_list_check *check, enum csa_section section, uint32_t block, const char *what)
{
    const struct csa_dictionary_cursor *term = check->term;
    csa_check_fault(check->check, section, "%s \"%.*s\": block %u: %s", csa_term_kind_name(term->kind),
                    (int)term->text.size, term->text.data, block, what);
}

static bool is_title(const struct csa_list_check *check)
{
    return check->term->kind == CSA_TERM_TITLE_WORD || check->term->kind == CSA_TERM_TITLE_STEM;
}

/* ---- where blocks lie ---- */

/* Bytes of the positions of a block with n of them, read from p; SIZE_MAX when they run past end. */
static size_t positions_size(const uint8_t *p, const uint8_t *end, uint64_t n)
{
    const uint8_t *begin = p;
    for (; n != 0;) {
        size_t part = n < CSA_BLOCK ? (size_t)n : CSA_BLOCK;
        if (p >= end || *p > 32 || csa_packed_size(part, *p) > (size_t)(end - p) - 1) {
            return SIZE_MAX;
        }
        p += 1 + csa_packed_size(part, *p);
        n -= part;
    }
    return (size_t)(p - begin);
}

/* Running places while the blocks of a list are gone through. */
struct places {
    uint64_t documents, positions;
};

/* Compares the arrays' offsets of a block with where the blocks before it ended. */
static bool check_offsets(struct csa_list_check *check, const struct csa_postings *list, uint32_t block,
                          const struct places *places)
{
    size_t super = block / CSA_SUPER_BLOCK;
    uint64_t documents = (uint64_t)csa_load_u32(list->super_documents + 4 * super) +
                         csa_load_u16(list->block_documents + 2 * (size_t)block);
    bool begins = block % CSA_SUPER_BLOCK == 0;
    if (documents != places->documents ||
        (begins && csa_load_u16(list->block_documents + 2 * (size_t)block) != 0)) {
        fault(check, CSA_SECTION_POSTINGS, block, "is not where the block before it ends");
        return false;
    }
    if (list->has_positions) {
        uint64_t positions = csa_load_u64(list->super_positions + 8 * super) +
                             csa_load_u32(list->block_positions + 4 * (size_t)block);
        if (positions != places->positions ||
            (begins && csa_load_u32(list->block_positions + 4 * (size_t)block) != 0)) {
            fault(check, CSA_SECTION_POSITIONS, block, "is not where the block before it ends");
            return false;
        }
    }
    return true;
}

static void step_documents(const struct csa_postings *list, uint32_t block, unsigned n, struct places *places)
{
    uint32_t previous = block == 0 ? UINT32_MAX : csa_postings_block_last(list, block - 1);
    uint32_t last = csa_postings_block_last(list, block);
    unsigned width = list->document_encoding[block];
    places->documents += width == CSA_ENCODING_BITMAP ? ((uint64_t)(uint32_t)(last - previous) + 7) / 8
                                                      : csa_packed_size(n, width);
    places->documents += csa_packed_size(n, list->frequency_encoding[block]);
}

/* The arrays of super-blocks against those of their blocks. */
static void check_supers(struct csa_list_check *check, const struct csa_postings *list)
{
    for (uint32_t super = 0; super < list->super_count; super++) {
        uint32_t begin = super * CSA_SUPER_BLOCK;
        uint32_t end =
            begin + CSA_SUPER_BLOCK < list->block_count ? begin + CSA_SUPER_BLOCK : list->block_count;
        uint8_t bound = 0;
        for (uint32_t block = begin; block < end; block++) {
            bound = list->block_bound[block] > bound ? list->block_bound[block] : bound;
        }
        if (csa_postings_super_last(list, super) != csa_postings_block_last(list, end - 1)) {
            fault(check, CSA_SECTION_POSTINGS, begin, "its super-block ends elsewhere");
        }
        if (list->super_bound[super] != bound) {
            fault(check, CSA_SECTION_POSTINGS, begin, "its super-block has another bound");
        }
    }
}

/* ---- what is in a block ---- */

static void check_bound(struct csa_list_check *check, const struct csa_postings *list, uint32_t block,
                        unsigned n, const uint32_t *documents, const uint32_t *frequencies)
{
    if (is_title(check)) {
        if (list->block_bound[block] != UINT8_MAX) {
            fault(check, CSA_SECTION_POSTINGS, block, "its bound is not 255");
        }
        return;
    }
    const struct csa_segment *segment = check->check->segment;
    float bound = (float)list->block_bound[block] / 255.0F + 1e-6F;
    for (unsigned i = 0; i < n; i++) {
        if (csa_saturation_value(segment->saturation, frequencies[i],
                                 csa_segment_length(segment, documents[i])) > bound) {
            fault(check, CSA_SECTION_POSTINGS, block, "a posting is above its bound");
            return;
        }
    }
}

/* Reads the positions of every posting of a block. */
static enum csa_status check_positions(struct csa_list_check *check, const struct csa_postings *list,
                                       uint32_t block, unsigned n, const uint32_t *frequencies, bool *sound,
                                       struct csa_error *error)
{
    uint32_t before = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t count = frequencies[i];
        if (count > check->position_room) {
            uint32_t *larger = csa_realloc(check->positions, count, sizeof *larger);
            if (larger == NULL) {
                return csa_error_set_memory(error, "checking positions");
            }
            check->positions = larger;
            check->position_room = count;
        }
        if (!csa_postings_read_positions(list, block, before, count, check->positions) ||
            check->positions[count - 1] >= CSA_PASSAGE_TOKENS_MAXIMUM + CSA_TITLE_GAP) {
            fault(check, CSA_SECTION_POSITIONS, block, "positions are broken");
            *sound = false;
            return CSA_OK;
        }
        before += count;
    }
    return CSA_OK;
}

/* Reads a block; *n is 0 when it is broken, which is then reported. */
static void read_block(struct csa_list_check *check, const struct csa_postings *list, uint32_t block,
                       uint32_t previous, uint32_t *documents, uint32_t *frequencies, unsigned *n)
{
    *n = csa_postings_read_documents(list, block, documents);
    if (*n == 0) {
        fault(check, CSA_SECTION_POSTINGS, block, "its documents are broken");
        return;
    }
    if (csa_postings_read_frequencies(list, block, frequencies) != *n) {
        fault(check, CSA_SECTION_POSTINGS, block, "its frequencies are broken");
        *n = 0;
        return;
    }
    for (unsigned i = 0; i < *n; i++) {
        uint32_t before = i == 0 ? previous : documents[i - 1];
        const char *what = NULL;
        if (before != UINT32_MAX && documents[i] <= before) {
            what = "documents do not ascend";
        } else if (documents[i] >= list->document_limit) {
            what = "a document that is not there";
        } else if (frequencies[i] == 0 || frequencies[i] > CSA_PASSAGE_TOKENS_MAXIMUM) {
            what = "an impossible frequency";
        }
        if (what != NULL) {
            fault(check, CSA_SECTION_POSTINGS, block, what);
            *n = 0;
            return;
        }
    }
}

/* ---- the list ---- */

/* Bytes behind the arrays (or, of a short list, in all) that the list has beyond its blocks. */
static void check_end(struct csa_list_check *check, const struct csa_postings *list,
                      const struct places *places)
{
    bool ends = true;
    if (list->document_count > 1 && list->super_count == 0) {
        size_t size = csa_packed_size(list->document_count, list->single_frequency_encoding);
        ends = list->single_frequencies + size == list->data_end;
    } else if (list->super_count != 0) {
        ends = places->documents == (uint64_t)(list->data_end - list->data);
    }
    if (!ends) {
        fault(check, CSA_SECTION_POSTINGS, list->block_count - 1, "the list goes on behind it");
    }
    if (list->positions != NULL && places->positions != (uint64_t)(list->positions_end - list->positions)) {
        fault(check, CSA_SECTION_POSITIONS, list->block_count - 1, "the list goes on behind it");
    }
}

/* Goes through the blocks; false when one is broken, which ends the check of this list. */
static enum csa_status check_blocks(struct csa_list_check *check, const struct csa_postings *list,
                                    bool *sound, struct csa_error *error)
{
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t frequencies[CSA_BLOCK_ROOM];
    struct places places = {0, 0};
    uint32_t previous = UINT32_MAX;
    uint64_t occurrences = 0;
    bool own = !check->term->entry.shared; /* a shared list is checked with the word that has it */
    *sound = false;
    for (uint32_t block = 0; block < list->block_count; block++) {
        unsigned n;
        if (own && list->super_count != 0 && !check_offsets(check, list, block, &places)) {
            return CSA_OK;
        }
        read_block(check, list, block, previous, documents, frequencies, &n);
        if (n == 0) {
            return CSA_OK;
        }
        previous = documents[n - 1];
        uint64_t in_block = 0;
        for (unsigned i = 0; i < n; i++) {
            in_block += frequencies[i];
            check->sums[documents[i]] += frequencies[i];
        }
        occurrences += in_block;
        if (!own) {
            continue;
        }
        if (list->super_count != 0) {
            check_bound(check, list, block, n, documents, frequencies);
            step_documents(list, block, n, &places);
        }
        if (list->positions != NULL && in_block <= UINT32_MAX) {
            bool whole = true;
            enum csa_status status = check_positions(check, list, block, n, frequencies, &whole, error);
            if (status != CSA_OK || !whole) {
                return status;
            }
            size_t left = (size_t)(list->positions_end - list->positions) - (size_t)places.positions;
            size_t size = places.positions > (uint64_t)(list->positions_end - list->positions)
                              ? SIZE_MAX
                              : positions_size(list->positions + places.positions,
                                               list->positions + places.positions + left, in_block);
            if (size == SIZE_MAX) {
                fault(check, CSA_SECTION_POSITIONS, block, "positions are broken");
                return CSA_OK;
            }
            places.positions += size;
        }
    }
    if (occurrences != list->occurrence_count) {
        fault(check, CSA_SECTION_POSTINGS, list->block_count - 1,
              "the frequencies up to it are not as many as the dictionary says");
    }
    if (own) {
        check_end(check, list, &places);
        check_supers(check, list);
    }
    *sound = true;
    return CSA_OK;
}

enum csa_status csa_check_list(struct csa_list_check *check, struct csa_error *error)
{
    struct csa_postings list;
    struct csa_error inner = {0};
    enum csa_status status = csa_segment_postings(check->check->segment, &check->term->entry, &list, &inner);
    if (status != CSA_OK) {
        fault(check, CSA_SECTION_POSTINGS, 0, inner.message);
        return CSA_OK;
    }
    bool sound;
    return check_blocks(check, &list, &sound, error);
}
