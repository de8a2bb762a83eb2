/* How far an occurrence may reach: from the passage in which it starts into those behind it, in the same
 * article. Called by phrase.c and near.c. */
#include "searcher/match/phrase.h"

/* Those strictly inside it are shorter than it. */
uint32_t csa_phrase_reach(const struct csa_segment *segment, uint32_t span)
{
    if (segment->first_passages == NULL || span == 0) {
        return 0;
    }
    uint32_t shortest = segment->meta.shortest > 1 ? segment->meta.shortest : 1;
    uint32_t reach = 1 + (span - 1) / shortest;
    return reach < CSA_PHRASE_REACH ? reach : CSA_PHRASE_REACH;
}

/* The number of positions that a passage takes up in its article. */
static uint32_t extent_of(const struct csa_segment *segment, uint32_t passage)
{
    uint32_t extent = csa_segment_length(segment, passage);
    bool titled = csa_segment_starts_article(segment, passage) &&
                  csa_column_get(&segment->title_tokens, csa_segment_article_of(segment, passage)) != 0;
    return titled ? extent + CSA_TITLE_GAP : extent;
}

struct csa_phrase_area csa_phrase_area_of(const struct csa_segment *segment, uint32_t passage, uint32_t reach,
                                          uint32_t passages)
{
    struct csa_phrase_area area = {passage, passage, UINT32_MAX, reach, UINT32_MAX};
    if (passages != 0) {
        uint32_t behind = segment->meta.passages - passage;
        uint32_t limit = behind - 1 > passages ? passage + passages + 1 : passage + behind;
        area.last = csa_segment_article_end(segment, passage, limit) - 1;
    }
    return area;
}

void csa_phrase_area_measure(const struct csa_segment *segment, struct csa_phrase_area *area)
{
    if (area->last != area->passage) {
        area->extent = extent_of(segment, area->passage);
    }
}

struct csa_phrase_area csa_phrase_area_of_title(const struct csa_segment *segment, uint32_t passage)
{
    uint32_t article = csa_segment_article_of(segment, passage);
    return (struct csa_phrase_area){passage, passage, UINT32_MAX, 0,
                                    csa_column_get(&segment->title_tokens, article)};
}
