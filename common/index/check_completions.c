/* The check of TERM_PEAKS and TITLES: that each peak is that of its block, and that the titles are in order,
 * each article's at most once; part of csa_segment_check(). That a key is its title folded is not checked:
 * the rules of folding are not the index's. */
#include "common/base/memory.h"
#include "common/index/check_private.h"
#include "common/index/completions.h"
#include "common/index/peak.h"

static void check_peaks(struct csa_check *check)
{
    const struct csa_segment *segment = check->segment;
    struct csa_view peaks = segment->sections[CSA_SECTION_TERM_PEAKS];
    for (uint32_t block = 0; block < peaks.size; block++) {
        struct csa_dictionary_cursor cursor;
        struct csa_error error;
        uint32_t most = 0;
        csa_dictionary_seek_block(&segment->dictionary, block, &cursor);
        for (bool more = true; more;) {
            if (csa_dictionary_next(&cursor, &more, &error) != CSA_OK) {
                return; /* reported where terms are checked */
            }
            bool word = cursor.kind == CSA_TERM_WORD || cursor.kind == CSA_TERM_TITLE_WORD;
            most = word && cursor.entry.document_count > most ? cursor.entry.document_count : most;
            more = more && cursor.left != 0;
        }
        if ((uint8_t)peaks.data[block] != csa_peak_of(most)) {
            csa_check_fault(check, CSA_SECTION_TERM_PEAKS, "block %u: peak %u, its words have %u", block,
                            (unsigned)(uint8_t)peaks.data[block], csa_peak_of(most));
            return;
        }
    }
}

struct title_check {
    struct csa_check *check;
    uint8_t *seen; /* a bit an article */
    char last[CSA_TITLE_KEY_MAXIMUM];
    size_t last_size;
    uint32_t last_article;
};

/* False when a fault was found. */
static bool check_title(struct title_check *titles, const struct csa_title_cursor *cursor)
{
    int order = csa_view_compare(csa_view_make(titles->last, titles->last_size), cursor->key);
    uint8_t bit = (uint8_t)(1U << (cursor->article % 8));
    const char *fault = NULL;
    if (order > 0 || (order == 0 && titles->last_article >= cursor->article)) {
        fault = "is out of order";
    } else if ((titles->seen[cursor->article / 8] & bit) != 0) {
        fault = "is there twice";
    }
    titles->seen[cursor->article / 8] |= bit;
    memcpy(titles->last, cursor->key.data, cursor->key.size);
    titles->last_size = cursor->key.size;
    titles->last_article = cursor->article;
    if (fault != NULL) {
        csa_check_fault(titles->check, CSA_SECTION_TITLES, "the title of article %u %s", cursor->article,
                        fault);
    }
    return fault == NULL;
}

static bool check_block(struct title_check *titles, uint32_t block)
{
    const struct csa_segment *segment = titles->check->segment;
    struct csa_title_cursor cursor;
    struct csa_error error;
    uint32_t most = 0;
    csa_title_cursor_init(&cursor, segment, block);
    for (bool more = true; more;) {
        if (csa_title_cursor_next(&cursor, &more, &error) != CSA_OK) {
            csa_check_fault(titles->check, CSA_SECTION_TITLES, "block %u is broken", block);
            return false;
        }
        if (more && !check_title(titles, &cursor)) {
            return false;
        }
        if (more) {
            uint32_t first = csa_segment_first_passage(segment, cursor.article);
            uint32_t end = csa_segment_first_passage(segment, cursor.article + 1);
            most = end > first && end - first > most ? end - first : most;
        }
    }
    if (csa_titles_peak(segment, block) != csa_peak_of(most)) {
        csa_check_fault(titles->check, CSA_SECTION_TITLES, "block %u: peak %u, its articles have %u", block,
                        csa_titles_peak(segment, block), csa_peak_of(most));
        return false;
    }
    return true;
}

enum csa_status csa_check_completions(struct csa_check *check, struct csa_error *error)
{
    check_peaks(check);
    uint32_t blocks = csa_titles_blocks(check->segment);
    struct title_check titles = {.check = check};
    titles.seen = csa_calloc((size_t)check->segment->meta.articles / 8 + 1, 1);
    if (titles.seen == NULL) {
        return csa_error_set_memory(error, "checking titles");
    }
    for (uint32_t block = 0; block < blocks && check_block(&titles, block); block++) {
    }
    csa_free(titles.seen);
    return CSA_OK;
}
