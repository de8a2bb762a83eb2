/* The viewer's page of one article as values: its head, its passages in reading order with marks, the way
 * from one marked passage to the next, and from one part of a long article to another. Called by view.c. */
#include "searcher/output/link.h"
#include "searcher/site/narrow.h"
#include "searcher/site/view_parts.h"

enum { TITLE_LONG = 150 /* letters; a longer one is set smaller */ };

/* The passage number of the nearest marked passage in one direction; 0: none. */
static uint32_t next_match(const struct csa_site_article *article, size_t from, int direction)
{
    for (size_t i = from; direction > 0 ? i + 1 < article->passage_count : i > 0;) {
        i = direction > 0 ? i + 1 : i - 1;
        if (article->passages[i].marked.count != 0) {
            return article->passages[i].info.number;
        }
    }
    return 0;
}

static void set_match(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                      uint32_t number)
{
    if (number != 0) {
        csa_value_set_number(&maker->builder, object, name, number);
    }
}

/* `paragraphs`: the lines of a passage that are not empty. */
static void set_paragraphs(struct csa_view_maker *maker, struct csa_value *shown,
                           const struct csa_site_article_passage *passage)
{
    struct csa_view text = passage->info.text;
    struct csa_value *paragraphs = csa_value_set_list(&maker->builder, shown, "paragraphs");
    for (uint32_t begin = 0, end; begin < text.size; begin = end + 1) {
        for (end = begin; end < text.size && text.data[end] != '\n';) {
            end++;
        }
        if (begin < end) {
            struct csa_value *paragraph = csa_value_add_object(&maker->builder, paragraphs);
            csa_view_maker_set_marked_part(maker, paragraph, "text", text, &passage->marked,
                                           (struct csa_fragment){begin, end});
        }
    }
}

static void add_passage(struct csa_view_maker *maker, struct csa_value *list,
                        const struct csa_site_article *article, size_t i)
{
    const struct csa_site_article_passage *passage = &article->passages[i];
    struct csa_value *shown = csa_value_add_object(&maker->builder, list);
    csa_value_set_number(&maker->builder, shown, "number", passage->info.number);
    set_paragraphs(maker, shown, passage);
    if (passage->marked.count == 0) {
        return;
    }
    struct csa_value *matches = csa_value_set_object(&maker->builder, shown, "matches");
    set_match(maker, matches, "previous", next_match(article, i, -1));
    set_match(maker, matches, "next", next_match(article, i, 1));
}

/* A link to the part that holds this passage, from 1: to its beginning, or to the passage itself. */
static void set_part_link(struct csa_view_maker *maker, struct csa_value *shown, const char *name,
                          uint32_t passage, bool to_passage)
{
    struct csa_site_parameters wanted = *maker->parameters;
    wanted.passage = passage;
    csa_view_maker_set(maker, shown, name, csa_view_maker_link(maker, &wanted, to_passage ? passage : 0));
}

/* Of an article that is shown in parts: `part`, which passages of how many, `earlier` and `later`. */
static void set_part(struct csa_view_maker *maker, struct csa_value *shown,
                     const struct csa_site_article *article)
{
    uint32_t end = article->before + (uint32_t)article->passage_count;
    const uint64_t numbers[] = {article->before + 1, end, article->info.passage_count};
    struct csa_view texts[sizeof numbers / sizeof *numbers];
    const struct csa_site_context *context = maker->context;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        texts[i] = csa_words_number(context->words, numbers[i], context->arena);
        maker->builder.failed = maker->builder.failed || texts[i].data == NULL;
    }
    struct csa_view part = csa_words_fill(context->words, "article.part", texts, 3, context->arena);
    maker->builder.failed = maker->builder.failed || part.data == NULL;
    csa_view_maker_set(maker, shown, "part", part);
    if (article->before != 0) {
        set_part_link(maker, shown, "earlier", article->before, false);
    }
    if (end < article->info.passage_count) {
        set_part_link(maker, shown, "later", end + 1, true);
    }
}

void csa_view_maker_set_whole(struct csa_view_maker *maker, struct csa_value *shown,
                              const struct csa_site_article *article)
{
    const struct csa_article_info *info = &article->info;
    csa_view_maker_set_article(maker, shown, info, &article->title_marks);
    struct csa_view name = csa_value_text(csa_value_find(shown, csa_view_of("name")));
    csa_value_set_flag(&maker->builder, shown, "long", csa_view_maker_cut(name, TITLE_LONG) < name.size);
    if (csa_link_is_safe(info->url)) {
        csa_view_maker_set(maker, shown, "original", info->url);
    }
    struct csa_site_parameters back = csa_view_maker_parameters(maker);
    back.page = maker->parameters->page;
    csa_view_maker_set(maker, shown, "back", csa_view_maker_link(maker, &back, 0));
    bool searched = back.query.size != 0 || back.like.size != 0 || csa_site_has_filters(&back);
    csa_view_maker_set(maker, shown, "back_label",
                       csa_view_maker_words(maker, searched ? "article.back" : "error.back"));
    if (info->id.size != 0) {
        struct csa_site_parameters like = {.page = 1, .hits = maker->parameters->hits, .like = info->id};
        csa_view_maker_set(maker, shown, "like", csa_view_maker_link(maker, &like, 0));
    }
    bool whole = article->passage_count == info->passage_count;
    if (!whole) {
        set_part(maker, shown, article);
    }
    csa_value_set_flag(&maker->builder, shown, "textless", !article->has_text);
    struct csa_value *passages = csa_value_set_list(&maker->builder, shown, "passages");
    size_t matches = 0;
    for (size_t i = 0; i < article->passage_count; i++) {
        matches += article->passages[i].marked.count != 0;
        add_passage(maker, passages, article, i);
    }
    if (matches != 0) {
        bool here = article->passages[0].marked.count != 0;
        uint32_t first = here ? article->passages[0].info.number : next_match(article, 0, 1);
        csa_view_maker_set(maker, shown, "matching",
                           csa_view_maker_count(maker, whole ? "article.matches" : "article.here", matches));
        csa_value_set_number(&maker->builder, shown, "first", first);
    }
}
