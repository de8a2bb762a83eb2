/* The values of the three kinds of pages: what every page has (words, the form, links to style and script),
 * and then results, an article or an error. The parts of a results page are made by view_*.c. Owns nothing:
 * all of it is in the request's arena. */
#include "searcher/site/view.h"

#include "common/text/unicode.h"
#include "searcher/site/view_parts.h"

#include <stdio.h>

enum {
    ASSET_LINK_MAXIMUM = 256,
    TITLE_MAXIMUM = 64 * 1024,
    SHOWN_MAXIMUM = 1000,    /* bytes of the window's title */
    REPEATED_MAXIMUM = 2000, /* bytes of a query that an error's page repeats */
};

static const struct csa_view_room everything = {
    .parts = CSA_PARTS_ALL,
    .columns = SIZE_MAX,
    .title = SIZE_MAX,
    .name = SIZE_MAX,
    .query = SIZE_MAX,
    .values = SIZE_MAX,
    .link = SIZE_MAX,
    .clauses = SIZE_MAX,
};

static void set_asset(struct csa_view_maker *maker, const char *name, struct csa_view tag)
{
    struct csa_buffer link;
    csa_buffer_init(&link, ASSET_LINK_MAXIMUM);
    csa_buffer_append_format(&link, "?format=%s&v=", name);
    csa_buffer_append_view(&link, tag);
    csa_view_maker_set(maker, maker->page, name, csa_view_maker_keep(maker, &link));
}

/* What every page has. Null parameters: those of an empty request. */
static struct csa_view_maker start(const struct csa_site_context *context,
                                   const struct csa_site_parameters *parameters,
                                   struct csa_site_parameters *none)
{
    *none = (struct csa_site_parameters){.page = 1};
    struct csa_view_maker maker = {.context = context,
                                   .room = &everything,
                                   .parameters = parameters == NULL ? none : parameters,
                                   .builder = {.arena = context->arena}};
    struct csa_value_builder *builder = &maker.builder;
    maker.page = csa_value_new_object(builder);
    const struct csa_site_config *config = context->config;
    struct csa_view title =
        config->title == NULL ? csa_view_maker_words(&maker, "title") : csa_view_of(config->title);
    csa_view_maker_set(&maker, maker.page, "site", title);
    csa_view_maker_set(&maker, maker.page, "heading", title);
    csa_view_maker_set(&maker, maker.page, "action",
                       context->path.size == 0 ? csa_view_of("?") : context->path);
    csa_view_maker_set(&maker, maker.page, "home", csa_view_of("?"));
    csa_view_maker_set(&maker, maker.page, "query", maker.parameters->query);
    csa_value_set_flag(builder, maker.page, "suggestions", config->suggestions);
    set_asset(&maker, "style", context->style_tag);
    set_asset(&maker, "script", context->script_tag);
    csa_value_set(builder, maker.page, "words", csa_words_values(context->words, builder));
    return maker;
}

static struct csa_value *finish(const struct csa_view_maker *maker)
{
    return maker->builder.failed ? NULL : maker->page;
}

/* "Title of it - where in it - name of the site", for the window; both parts before the last may be empty. */
static void set_window_title(struct csa_view_maker *maker, struct csa_view text, struct csa_view place)
{
    struct csa_buffer title;
    csa_buffer_init(&title, TITLE_MAXIMUM);
    text = csa_view_maker_shorten(maker, text, maker->room->query);
    csa_buffer_append(&title, text.data, csa_utf8_truncate(text, SHOWN_MAXIMUM));
    csa_buffer_append_view(&title, csa_view_of(text.size == 0 ? "" : " – "));
    csa_buffer_append_view(&title, place);
    csa_buffer_append_view(&title, csa_view_of(place.size == 0 ? "" : " – "));
    csa_buffer_append_view(&title, csa_value_text(csa_value_find(maker->page, csa_view_of("site"))));
    csa_view_maker_set(maker, maker->page, "heading", csa_view_maker_keep(maker, &title));
}

struct csa_value *csa_site_view_results(const struct csa_site_context *context,
                                        const struct csa_site_answer *answer,
                                        const struct csa_view_room *room, size_t *spent)
{
    struct csa_site_parameters none;
    struct csa_view_maker maker = start(context, answer->parameters, &none);
    maker.room = room;
    *spent = 0;
    csa_view_maker_set_kept(&maker);
    struct csa_site_parameters feed = csa_view_maker_parameters(&maker);
    if (!answer->searched) {
        struct csa_value *welcome = csa_value_set_object(&maker.builder, maker.page, "start");
        csa_view_maker_set(&maker, welcome, "heading",
                           csa_view_maker_count(&maker, "start.articles", context->engine->articles));
        return finish(&maker);
    }
    if (csa_view_maker_has(&maker, CSA_PART_FEED)) {
        feed.format = CSA_FORMAT_ATOM;
        csa_view_maker_set(&maker, maker.page, "feed", csa_view_maker_link(&maker, &feed, 0));
    }
    csa_view_maker_set_results(&maker, answer);
    *spent = maker.spent;
    struct csa_view query = answer->parameters->query;
    const struct csa_value *results = csa_value_find(maker.page, csa_view_of("results"));
    bool found = answer->page.result.articles_matched != 0;
    set_window_title(
        &maker, query.size != 0 ? query : csa_value_text(csa_value_find(results, csa_view_of("heading"))),
        csa_value_text(csa_value_find(results, csa_view_of(found ? "place" : "count"))));
    return finish(&maker);
}

struct csa_value *csa_site_view_article(const struct csa_site_context *context,
                                        const struct csa_site_parameters *parameters,
                                        const struct csa_site_article *article)
{
    struct csa_site_parameters none;
    struct csa_view_maker maker = start(context, parameters, &none);
    csa_view_maker_set_kept(&maker);
    struct csa_value *shown = csa_value_set_object(&maker.builder, maker.page, "article");
    csa_view_maker_set_whole(&maker, shown, article);
    set_window_title(&maker, csa_value_text(csa_value_find(shown, csa_view_of("name"))),
                     csa_value_text(csa_value_find(shown, csa_view_of("part"))));
    return finish(&maker);
}

struct csa_value *csa_site_view_error(const struct csa_site_context *context,
                                      const struct csa_site_parameters *parameters, unsigned status,
                                      struct csa_view message)
{
    struct csa_site_parameters none;
    struct csa_view_maker maker = start(context, parameters, &none);
    struct csa_value *shown = csa_value_set_object(&maker.builder, maker.page, "error");
    char key[32];
    snprintf(key, sizeof key, "error.%u", status);
    struct csa_view words = csa_view_maker_words(&maker, key);
    if (csa_view_equal(words, csa_view_of(key))) { /* a status without words of its own */
        words = csa_view_maker_words(&maker, "error.500");
    }
    if (status == 414 || maker.parameters->query.size > REPEATED_MAXIMUM) {
        csa_view_maker_set(&maker, maker.page, "query", (struct csa_view){0});
    }
    csa_value_set_number(&maker.builder, shown, "status", status);
    csa_view_maker_set(&maker, shown, "heading", words);
    csa_view_maker_set(&maker, shown, "message", message);
    if (status == 503) { /* the same again is worth a try */
        struct csa_site_parameters again = *maker.parameters;
        again.format = CSA_FORMAT_HTML;
        csa_view_maker_set(&maker, shown, "again", csa_view_maker_link(&maker, &again, 0));
    }
    set_window_title(&maker, words, (struct csa_view){0});
    return finish(&maker);
}
