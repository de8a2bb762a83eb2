/* The search page, held within its bytes: it is made with all there is to say, measured, and made again with
 * less for as long as it is too long. What goes first is what a visitor misses least:
 *
 *   1. further passages, and values of a facet behind a fold: as many as the page is too long for
 *   2. all of those, the numbers of pages, some values of a facet; long texts are cut sooner
 *   3. the timeline
 *   4. words like one that is nowhere; what the viewer has of the search: marks, and a way back
 *   5. links to passages, to more of an article and to similar ones
 *   6. facets, sorting, single filters' chips, the feed
 *   7. passages, sources and authors, "did you mean"
 *   8. links to the pages beside this one, long addresses
 *
 * Most pages are made once, and each further time takes as long; what cannot fit, since its links alone are
 * too long, is not tried. Called by respond.c. Owns nothing. */
#include "searcher/site/assets.h"
#include "searcher/site/state.h"
#include "searcher/site/view_parts.h"

enum {
    MARGIN = 100, /* bytes by which what is further is less than it need be: how long it is is a guess */
    NUMBERS = 5,  /* of pages, at least where there are so many */
    SORTS = 3,
    FEEDS = 2,
    SPANS = 12, /* of the timeline, mostly */
    UNNUMBERED = CSA_PARTS_ALL & ~CSA_PART_NUMBERS,
    TIMELESS = UNNUMBERED & ~CSA_PART_TIMELINE,
    ONWARD = TIMELESS & ~(CSA_PART_BACK | CSA_PART_NEAR),
    PLAIN = ONWARD & ~CSA_PART_PASSAGES,
    BARE = PLAIN & ~(CSA_PART_SORTS | CSA_PART_CHIPS | CSA_PART_FEED),
    LEAST = BARE & ~CSA_PART_MEANT,
    LAST = LEAST & ~(CSA_PART_TURN | CSA_PART_CLEAR),
};

static const struct csa_view_room rooms[] = {
    {CSA_PARTS_ALL, 180, 200, 200, SIZE_MAX, 6, SIZE_MAX, SIZE_MAX, SIZE_MAX},
    {UNNUMBERED, 110, 120, 60, 200, 4, 1000, 12, 0},
    {TIMELESS, 110, 120, 60, 200, 4, 1000, 12, 0},
    {ONWARD, 100, 100, 50, 120, 3, 500, 6, 0},
    {PLAIN, 80, 80, 40, 100, 3, 400, 6, 0},
    {BARE, 60, 60, 30, 80, 0, 300, 4, 0},
    {LEAST, 0, 40, 0, 40, 0, 120, 2, 0},
    {LAST, 0, 24, 0, 24, 0, 60, 0, 0},
};

enum { ROOMS = sizeof rooms / sizeof *rooms };

/* The bytes that a page may have, so that it has at most CSA_SITE_FIRST_PAGE together with the built-in style
 * and script. A site's own parts are not counted; its own page is not measured at all. */
static size_t limit_of(const struct csa_site *site)
{
    size_t limit =
        CSA_SITE_FIRST_PAGE - csa_site_asset("style.css").text.size - csa_site_asset("script.js").text.size;
    for (size_t i = 0; i < CSA_SITE_TEMPLATES; i++) {
        limit += site->texts[i].size;
    }
    return site->config->page == NULL ? limit : SIZE_MAX;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* About how often a page repeats what was asked for, in its links. */
static size_t links_of(const struct csa_site_context *context, const struct csa_site_answer *answer,
                       const struct csa_view_room *room)
{
    const struct csa_page *page = &answer->page;
    size_t links = 0;
    links += (room->parts & CSA_PART_NUMBERS) != 0 && page->pages > 1 ? least(page->pages, NUMBERS) : 0;
    links += (room->parts & CSA_PART_TIMELINE) != 0 ? least(page->result.date_count / 2, SPANS) : 0;
    links += (room->parts & CSA_PART_BACK) != 0 && context->config->viewer ? page->hit_count : 0;
    links += (room->parts & CSA_PART_SORTS) != 0 && page->hit_count > 1 ? SORTS : 0;
    links += (room->parts & CSA_PART_FEED) != 0 ? FEEDS : 0;
    for (size_t i = 0; i < page->result.facet_count; i++) {
        links += least(page->result.facets[i].count, room->values);
    }
    return links;
}

/* Puts the page behind the buffer's first `begin` bytes, returns how many it has: SIZE_MAX when there are
 * more than the buffer may hold, 0 when the page could not be made; the buffer failed in both cases. *spent:
 * bytes for what is further. */
static size_t write_page(const struct csa_site *site, const struct csa_site_context *context,
                         const struct csa_site_answer *answer, const struct csa_view_room *room,
                         struct csa_buffer *out, size_t begin, size_t *spent)
{
    const struct csa_value *values = csa_site_view_results(context, answer, room, spent);
    out->size = begin;
    out->limited = false;
    out->failed = values == NULL;
    if (values != NULL) {
        csa_template_render(site->page, values, out);
    }
    return out->limited ? SIZE_MAX : out->failed ? 0 : out->size - begin;
}

bool csa_site_page_write(const struct csa_site *site, const struct csa_site_context *context,
                         const struct csa_site_answer *answer, struct csa_buffer *out)
{
    bool bounded = answer->page.hit_count <= CSA_SITE_USUAL_HITS;
    size_t begin = out->size, limit = bounded ? limit_of(site) : SIZE_MAX;
    size_t link = csa_view_link_size(answer->parameters), size = SIZE_MAX, spent = 0;
    for (size_t i = 0; i < ROOMS && (i == 0 || size > limit); i++) {
        struct csa_view_room room = rooms[i];
        if (i + 1 < ROOMS && links_of(context, answer, &room) * link > limit) {
            continue;
        }
        size = write_page(site, context, answer, &room, out, begin, &spent);
        while (size > limit && size - limit < spent) {
            room.further = spent - least(spent, size - limit + MARGIN);
            size = write_page(site, context, answer, &room, out, begin, &spent);
        }
    }
    out->size = size <= limit ? out->size : begin;
    return size <= limit;
}
