/* What was found, as values: in how many articles, in which order, the articles with their passages, the
 * pages. Called by view.c; filters, timeline and diagnosis have files of their own. */
#include "common/text/unicode.h"
#include "searcher/output/link.h"
#include "searcher/query/notes.h"
#include "searcher/site/view_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    LESS_COLUMNS = 140,    /* of an article's best passage where little room is left */
    FURTHER_COLUMNS = 100, /* and of one beside it */
    FIRST_HITS = 3,        /* of a page; those below show fewer passages */
    PASSAGES_BELOW = 2,
    LINK_LONG = 240,          /* bytes: a longer link of a further passage gives way to the viewer's */
    PAGES_AROUND = 2,         /* numbers shown on either side of this page */
    LINK_MAXIMUM = 64 * 1024, /* bytes of a link to a passage */
    /* Bytes, guessed before the page is made (what it really has is measured in fit.c): what a page
     * should have beside style and script, what of it is little to have left, what is the same on every page,
     * how often the query stands in links, and what is around an article's and a passage's texts. */
    PAGE_ROOM = 19150,
    ROOM_LITTLE = 1000,
    PAGE_FRAME = 5700,
    PAGE_LINKS = 50,
    HIT_FRAME = 450,
    PASSAGE_FRAME = 110,
    KEY_MAXIMUM = 64,
};

/* ---- how much is shown ---- */

/* About the bytes of so many columns of a passage, one each of Latin, nearly two of Cyrillic, and of the
 * marks in them. */
static size_t bytes_of_columns(const struct csa_page_passage *passage, size_t columns)
{
    size_t all = csa_utf8_columns(passage->info.text);
    size_t bytes = passage->info.text.size + passage->marked.count * strlen("<mark></mark>");
    return all <= columns ? bytes : (size_t)((double)bytes / (double)all * (double)columns);
}

/* What a page spares when each article has its best passage only, so many columns of it. */
static size_t spare_bytes(const struct csa_view_maker *maker, const struct csa_page *page, size_t columns)
{
    size_t link = csa_view_link_size(maker->parameters);
    size_t taken = PAGE_FRAME + PAGE_LINKS * link;
    for (size_t i = 0; i < page->hit_count; i++) {
        const struct csa_article_info *article = &page->hits[i].article;
        taken += HIT_FRAME + article->title.size + article->source.size + article->author.size +
                 2 * (article->id.size + article->url.size);
        if (page->hits[i].passage_count != 0) {
            taken += bytes_of_columns(&page->hits[i].passages[0], columns);
        }
    }
    return taken < PAGE_ROOM ? PAGE_ROOM - taken : 0;
}

static void share_room(struct csa_view_maker *maker, const struct csa_page *page)
{
    const struct csa_view_room *room = maker->room;
    maker->columns = room->columns;
    if (page->hit_count > CSA_SITE_USUAL_HITS) { /* a long page was asked for */
        maker->spare = SIZE_MAX;
        return;
    }
    maker->spare = spare_bytes(maker, page, maker->columns);
    if (maker->spare < ROOM_LITTLE && maker->columns > LESS_COLUMNS) {
        maker->columns = LESS_COLUMNS;
        maker->spare = spare_bytes(maker, page, LESS_COLUMNS);
    }
    maker->spare = room->further < maker->spare ? room->further : maker->spare;
}

/* ---- passages ---- */

/* Where a passage is read: at its place on the article's own page, else in the viewer. Text in the fragment
 * of a link takes six bytes a letter in most scripts: the page stays small when only the best passage has
 * one. */
static struct csa_view passage_link(struct csa_view_maker *maker, const struct csa_page_hit *hit,
                                    const struct csa_page_passage *passage, bool best)
{
    if (!csa_view_maker_has(maker, CSA_PART_PASSAGES)) {
        return (struct csa_view){0};
    }
    struct csa_view viewer = csa_view_maker_article_link(maker, hit->article.id, passage->info.number);
    struct csa_buffer link;
    size_t longest = best || viewer.size == 0 ? LINK_MAXIMUM : LINK_LONG;
    csa_buffer_init(&link, maker->room->link < longest ? maker->room->link : longest);
    csa_link_passage_briefly(&link, hit->article.url, passage);
    if (link.size != 0 && !link.failed) {
        return csa_view_maker_keep(maker, &link);
    }
    csa_buffer_release(&link);
    return viewer;
}

static const struct csa_page_passage *best_passage(const struct csa_page_hit *hit)
{
    const struct csa_page_passage *best = hit->passages;
    for (size_t i = 1; i < hit->passage_count; i++) {
        best = hit->passages[i].score > best->score ? &hit->passages[i] : best;
    }
    return best;
}

static void add_passage(struct csa_view_maker *maker, struct csa_value *list, const struct csa_page_hit *hit,
                        const struct csa_page_passage *passage, bool best)
{
    if (passage->info.text.size == 0) {
        return;
    }
    struct csa_value *shown = csa_value_add_object(&maker->builder, list);
    struct csa_page_passage cut = *passage; /* shorter than in a terminal: pages are read on phones */
    csa_snippet_choose(cut.info.text, &cut.marked, best ? maker->columns : FURTHER_COLUMNS, &cut.snippet);
    csa_view_maker_set_marked(maker, shown, "text", cut.info.text, &cut.marked, &cut.snippet);
    csa_view_maker_set(maker, shown, "link", passage_link(maker, hit, &cut, best));
    csa_value_set_number(&maker->builder, shown, "number", passage->info.number);
    struct csa_view number = csa_value_text(csa_value_find(shown, csa_view_of("number")));
    csa_view_maker_set(maker, shown, "label", csa_view_maker_fill(maker, "hit.number", number));
}

static void add_passages(struct csa_view_maker *maker, struct csa_value *object,
                         const struct csa_page_hit *hit, bool among_first)
{
    struct csa_value *passages = csa_value_set_list(&maker->builder, object, "passages");
    const struct csa_page_passage *best = best_passage(hit);
    size_t room = among_first ? hit->passage_count : PASSAGES_BELOW;
    for (size_t i = 0; i < hit->passage_count && room != 0; i++) {
        const struct csa_page_passage *passage = &hit->passages[i];
        bool shown = passage == best;
        if (!shown && (room > 1 || best < passage)) {
            size_t bytes = PASSAGE_FRAME + bytes_of_columns(passage, FURTHER_COLUMNS) +
                           csa_view_link_size(maker->parameters);
            shown = csa_view_maker_spend(maker, bytes);
        }
        if (shown) {
            add_passage(maker, passages, hit, passage, passage == best);
            room--;
        }
    }
}

/* The article's own page, or where there is none, or its address is too long to be repeated, the viewer's. */
static struct csa_view hit_link(struct csa_view_maker *maker, const struct csa_article_info *article)
{
    size_t longest = maker->room->link;
    if (csa_link_is_safe(article->url) && article->url.size <= longest) {
        return article->url;
    }
    struct csa_view viewer = {0};
    if (csa_view_maker_has(maker, CSA_PART_BACK)) {
        viewer = csa_view_maker_article_link(maker, article->id, 0);
    }
    if (viewer.size == 0 || viewer.size > longest) {
        viewer = csa_view_maker_bare_link(maker, article->id);
    }
    return viewer.size <= longest ? viewer : (struct csa_view){0};
}

static void add_hit(struct csa_view_maker *maker, struct csa_value *list, const struct csa_page_hit *hit,
                    bool among_first)
{
    struct csa_value *shown = csa_value_add_object(&maker->builder, list);
    const struct csa_article_info *article = &hit->article;
    csa_view_maker_set_article(maker, shown, article, &hit->title_marks);
    csa_view_maker_set(maker, shown, "link", hit_link(maker, article));
    csa_value_set_number(&maker->builder, shown, "rank", hit->rank);
    bool further = csa_view_maker_has(maker, CSA_PART_PASSAGES);
    if (further && csa_link_is_safe(article->url) && article->passage_count > 1) {
        csa_view_maker_set(maker, shown, "more", csa_view_maker_article_link(maker, article->id, 0));
    }
    if (further && article->id.size != 0) {
        struct csa_site_parameters like = {.page = 1, .hits = maker->parameters->hits, .like = article->id};
        csa_view_maker_set(maker, shown, "like", csa_view_maker_link(maker, &like, 0));
    }
    if (maker->columns != 0) {
        add_passages(maker, shown, hit, among_first);
    }
}

/* ---- heading ---- */

/* The title of the article that others are likened to; its id when it cannot be read. */
static struct csa_view like_title(const struct csa_view_maker *maker)
{
    const struct csa_site_context *context = maker->context;
    struct csa_view id = maker->parameters->like;
    struct csa_article_info info;
    uint32_t number;
    bool found = false;
    struct csa_engine *engine = context->engine;
    bool read = engine->operations->find_article(engine, id, &number, &found, NULL) == CSA_OK && found &&
                engine->operations->article(engine, number, context->arena, &info, NULL) == CSA_OK;
    return read && info.title.size != 0 ? info.title : id;
}

static void set_heading(struct csa_view_maker *maker, struct csa_value *results)
{
    const struct csa_site_parameters *parameters = maker->parameters;
    struct csa_view heading = csa_view_maker_words(maker, "found.all");
    if (parameters->like.size != 0) {
        struct csa_view title = csa_view_maker_shorten(maker, like_title(maker), maker->room->query);
        title = csa_view_maker_isolate(maker, title);
        heading = csa_view_maker_fill(maker, "found.like", title);
    } else if (parameters->query.size != 0) {
        struct csa_view query = csa_view_maker_shorten(maker, parameters->query, maker->room->query);
        query = csa_view_maker_isolate(maker, query);
        heading = csa_view_maker_fill(maker, "found.for", query);
    }
    csa_view_maker_set(maker, results, "heading", heading);
}

static struct csa_view digits_of(struct csa_view_maker *maker, uint64_t n)
{
    struct csa_view digits = csa_words_number(maker->context->words, n, maker->context->arena);
    maker->builder.failed = maker->builder.failed || digits.data == NULL;
    return digits;
}

/* `count` in words; `place` among the pages, beyond the first; `past`, when there is no such page. */
static void set_count(struct csa_view_maker *maker, struct csa_value *results, const struct csa_page *page)
{
    const struct csa_search_result *found = &page->result;
    const char *key = found->exact ? "found.articles" : "found.least";
    struct csa_view count = csa_view_maker_words(maker, "found.nothing");
    if (found->articles_matched != 0) {
        count = csa_view_maker_count(maker, key, found->articles_matched);
    }
    csa_view_maker_set(maker, results, "count", count);
    csa_value_set_flag(&maker->builder, results, "cut", !found->exact);
    struct csa_view number = digits_of(maker, page->number);
    if (page->pages != 0 && page->number > page->pages) {
        struct csa_site_parameters first = csa_view_maker_parameters(maker);
        csa_view_maker_set(maker, results, "past", csa_view_maker_fill(maker, "found.past", number));
        csa_view_maker_set(maker, results, "first", csa_view_maker_link(maker, &first, 0));
    } else if (page->number > 1) {
        struct csa_view place =
            csa_view_maker_fill_two(maker, "pages.of", number, digits_of(maker, page->pages));
        csa_view_maker_set(maker, results, "place", place);
    }
}

/* `notes`, how the query was read, and `limits`, what was not searched, in English. */
static void set_notes(struct csa_view_maker *maker, struct csa_value *results,
                      const struct csa_site_answer *answer)
{
    struct csa_value *notes = csa_value_set_list(&maker->builder, results, "notes");
    for (size_t i = 0; i < answer->query.note_count; i++) {
        const struct csa_note *note = &answer->query.notes[i];
        char key[KEY_MAXIMUM];
        snprintf(key, sizeof key, "note.%s", csa_note_name(note->kind));
        struct csa_view about = csa_view_maker_shorten(maker, note->value, maker->room->title);
        about = csa_view_maker_isolate(maker, about);
        csa_value_add_text(&maker->builder, notes, csa_view_maker_fill(maker, key, about));
    }
    struct csa_value *limits = csa_value_set_list(&maker->builder, results, "limits");
    for (size_t i = 0; i < answer->page.result.limit_count; i++) {
        csa_value_add_text(&maker->builder, limits, csa_view_of(answer->page.result.limits[i]));
    }
}

/* Where nothing was asked for, nothing is more relevant than another. */
static void set_sorts(struct csa_view_maker *maker, struct csa_value *results, enum csa_sort current)
{
    static const char *const keys[] = {"sort.relevance", "sort.newest", "sort.oldest"};
    struct csa_value *sorts = csa_value_set_object(&maker->builder, results, "sorts");
    struct csa_value *list = csa_value_set_list(&maker->builder, sorts, "items");
    bool asked = maker->parameters->query.size != 0 || maker->parameters->like.size != 0;
    for (unsigned i = asked ? CSA_SORT_RELEVANCE : CSA_SORT_NEWEST; i < sizeof keys / sizeof *keys; i++) {
        struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
        struct csa_value *sort = csa_value_add_object(&maker->builder, list);
        wanted.sort = (enum csa_sort)i;
        csa_view_maker_set(maker, sort, "label", csa_view_maker_words(maker, keys[i]));
        csa_view_maker_set(maker, sort, "link", csa_view_maker_link(maker, &wanted, 0));
        csa_value_set_flag(&maker->builder, sort, "current", wanted.sort == current);
    }
}

/* ---- pages ---- */

static struct csa_view page_link(struct csa_view_maker *maker, size_t number)
{
    struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
    wanted.page = number;
    return csa_view_maker_link(maker, &wanted, 0);
}

static void add_page(struct csa_view_maker *maker, struct csa_value *list, size_t number, size_t current)
{
    struct csa_value *item = csa_value_add_object(&maker->builder, list);
    struct csa_view digits = digits_of(maker, number);
    csa_view_maker_set(maker, item, "number", digits);
    csa_view_maker_set(maker, item, "label", csa_view_maker_fill(maker, "pages.number", digits));
    csa_view_maker_set(maker, item, "link", page_link(maker, number));
    csa_value_set_flag(&maker->builder, item, "current", number == current);
}

static void add_gap(struct csa_view_maker *maker, struct csa_value *list)
{
    struct csa_value *item = csa_value_add_object(&maker->builder, list);
    csa_value_set_flag(&maker->builder, item, "gap", true);
}

/* `pages`: the first one, those around this one, the last one. */
static void set_pages(struct csa_view_maker *maker, struct csa_value *results, const struct csa_page *page)
{
    if (page->pages < 2 || page->number > page->pages || !csa_view_maker_has(maker, CSA_PART_TURN)) {
        return;
    }
    struct csa_value *pages = csa_value_set_object(&maker->builder, results, "pages");
    if (page->number > 1) {
        csa_view_maker_set(maker, pages, "previous", page_link(maker, page->number - 1));
    }
    if (page->number < page->pages) {
        csa_view_maker_set(maker, pages, "next", page_link(maker, page->number + 1));
    }
    if (!csa_view_maker_has(maker, CSA_PART_NUMBERS)) {
        return;
    }
    size_t from = page->number > PAGES_AROUND + 1 ? page->number - PAGES_AROUND : 1;
    size_t to = page->pages - page->number > PAGES_AROUND ? page->number + PAGES_AROUND : page->pages;
    struct csa_value *list = csa_value_set_list(&maker->builder, pages, "numbers");
    if (from > 1) {
        add_page(maker, list, 1, page->number);
    }
    if (from > 2) {
        add_gap(maker, list);
    }
    for (size_t number = from; number <= to; number++) {
        add_page(maker, list, number, page->number);
    }
    if (to + 1 < page->pages) {
        add_gap(maker, list);
    }
    if (to < page->pages) {
        add_page(maker, list, page->pages, page->number);
    }
}

void csa_view_maker_set_results(struct csa_view_maker *maker, const struct csa_site_answer *answer)
{
    const struct csa_page *page = &answer->page;
    struct csa_value *results = csa_value_set_object(&maker->builder, maker->page, "results");
    set_heading(maker, results);
    set_count(maker, results, page);
    set_notes(maker, results, answer);
    csa_view_maker_set_diagnosis(maker, results, answer);
    share_room(maker, page);
    csa_view_maker_set_filters(maker, results, page);
    if (page->result.articles_matched == 0) {
        return;
    }
    if (page->result.articles_matched > 1 && csa_view_maker_has(maker, CSA_PART_SORTS)) {
        set_sorts(maker, results, page->sort);
    }
    csa_value_set_number(&maker->builder, results, "from", page->hit_count == 0 ? 1 : page->hits[0].rank);
    struct csa_value *hits = csa_value_set_list(&maker->builder, results, "hits");
    for (size_t i = 0; i < page->hit_count; i++) {
        add_hit(maker, hits, &page->hits[i], i < FIRST_HITS);
    }
    set_pages(maker, results, page);
    if (csa_view_maker_has(maker, CSA_PART_TIMELINE)) {
        csa_view_maker_set_timeline(maker, results, page);
    }
    csa_value_set_flag(&maker->builder, results, "side",
                       csa_value_is_true(csa_value_find(results, csa_view_of("facets"))) ||
                           csa_value_find(results, csa_view_of("timeline")) != NULL);
}
