/* Links, filled texts, marked texts and an article's head as values. Owns nothing: all is in the request's
 * arena. Called by view.c and the other view_*.c. */
#include "searcher/site/view_parts.h"

#include "searcher/output/escape.h"
#include "searcher/output/link.h"

#include <string.h>

enum { LINK_MAXIMUM = 64 * 1024, LANGUAGE_MAXIMUM = 35 };

struct csa_view csa_view_maker_keep(struct csa_view_maker *maker, struct csa_buffer *text)
{
    struct csa_view kept = {0};
    if (text->failed) {
        maker->builder.failed = maker->builder.failed || !text->limited;
    } else {
        kept = csa_arena_copy(maker->context->arena, csa_buffer_view(text));
        maker->builder.failed = maker->builder.failed || kept.data == NULL;
    }
    csa_buffer_release(text);
    return kept;
}

struct csa_site_parameters csa_view_maker_parameters(const struct csa_view_maker *maker)
{
    struct csa_site_parameters wanted = *maker->parameters;
    wanted.page = 1;
    wanted.format = CSA_FORMAT_HTML;
    wanted.article = (struct csa_view){0};
    wanted.passage = 0;
    return wanted;
}

struct csa_view csa_view_maker_link(struct csa_view_maker *maker, const struct csa_site_parameters *wanted,
                                    uint32_t passage)
{
    struct csa_buffer link;
    csa_buffer_init(&link, LINK_MAXIMUM);
    csa_site_parameters_link(&link, wanted);
    if (passage != 0) {
        csa_buffer_append_format(&link, "#p%u", passage);
    }
    return csa_view_maker_keep(maker, &link);
}

struct csa_view csa_view_maker_bare_link(struct csa_view_maker *maker, struct csa_view id)
{
    struct csa_site_parameters wanted = {.page = 1, .article = id};
    bool shown = maker->context->config->viewer && id.size != 0;
    return shown ? csa_view_maker_link(maker, &wanted, 0) : (struct csa_view){0};
}

struct csa_view csa_view_maker_article_link(struct csa_view_maker *maker, struct csa_view id,
                                            uint32_t passage)
{
    if (!maker->context->config->viewer || id.size == 0) {
        return (struct csa_view){0};
    }
    struct csa_site_parameters wanted = csa_view_maker_parameters(maker);
    wanted.page = maker->parameters->page; /* for the way back */
    wanted.article = id;
    wanted.passage = passage > CSA_SITE_ARTICLE_PASSAGES ? passage : 0; /* the first part needs no number */
    return csa_view_maker_link(maker, &wanted, passage);
}

bool csa_view_maker_has(const struct csa_view_maker *maker, enum csa_view_part part)
{
    return (maker->room->parts & part) != 0;
}

bool csa_view_maker_spend(struct csa_view_maker *maker, size_t bytes)
{
    bool enough = bytes <= maker->spare;
    maker->spare -= enough ? bytes : 0;
    maker->spent += enough ? bytes : 0;
    return enough;
}

size_t csa_view_link_size(const struct csa_site_parameters *parameters)
{
    size_t size = strlen("?q=") + parameters->query.size + parameters->like.size + parameters->date.size;
    for (unsigned filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        for (size_t i = 0; i < parameters->filters[filter].count; i++) {
            size += strlen("&amp;source=") + parameters->filters[filter].items[i].size;
        }
    }
    return size;
}

struct csa_view csa_view_maker_isolate(struct csa_view_maker *maker, struct csa_view text)
{
    static const char first_strong[] = "\xE2\x81\xA8", end[] = "\xE2\x81\xA9"; /* U+2068, U+2069 */
    struct csa_buffer isolated;
    csa_buffer_init(&isolated, LINK_MAXIMUM);
    csa_buffer_append_view(&isolated, csa_view_of(first_strong));
    csa_buffer_append_view(&isolated, text);
    csa_buffer_append_view(&isolated, csa_view_of(end));
    return csa_view_maker_keep(maker, &isolated);
}

/* ---- words ---- */

struct csa_view csa_view_maker_words(const struct csa_view_maker *maker, const char *key)
{
    return csa_words_get(maker->context->words, key);
}

static struct csa_view checked(struct csa_view_maker *maker, struct csa_view text)
{
    maker->builder.failed = maker->builder.failed || text.data == NULL;
    return text;
}

struct csa_view csa_view_maker_fill(struct csa_view_maker *maker, const char *key, struct csa_view value)
{
    const struct csa_site_context *context = maker->context;
    return checked(maker, csa_words_fill(context->words, key, &value, 1, context->arena));
}

struct csa_view csa_view_maker_fill_two(struct csa_view_maker *maker, const char *key, struct csa_view first,
                                        struct csa_view second)
{
    const struct csa_site_context *context = maker->context;
    const struct csa_view values[] = {first, second};
    return checked(maker, csa_words_fill(context->words, key, values, 2, context->arena));
}

struct csa_view csa_view_maker_count(struct csa_view_maker *maker, const char *key, uint64_t n)
{
    const struct csa_site_context *context = maker->context;
    return checked(maker, csa_words_count(context->words, key, n, NULL, 0, context->arena));
}

/* ---- values ---- */

void csa_view_maker_set(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                        struct csa_view text)
{
    csa_value_set_text(&maker->builder, object, name, text);
}

void csa_view_maker_set_date(struct csa_view_maker *maker, struct csa_value *object, uint32_t date)
{
    if (date == 0) {
        return;
    }
    struct csa_buffer machine;
    csa_buffer_init(&machine, 32);
    csa_date_append(&machine, date);
    csa_view_maker_set(maker, object, "datetime", csa_view_maker_keep(maker, &machine));
    csa_view_maker_set(maker, object, "date",
                       checked(maker, csa_words_date(maker->context->words, date, maker->context->arena)));
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

void csa_view_maker_set_language(struct csa_view_maker *maker, struct csa_value *object,
                                 struct csa_view language)
{
    size_t letters = 0;
    while (letters < language.size && is_letter(language.data[letters])) {
        letters++;
    }
    bool plain = (letters == 2 || letters == 3) && language.size <= LANGUAGE_MAXIMUM;
    for (size_t i = letters; i < language.size && plain; i++) {
        char byte = language.data[i];
        bool dash = byte == '-' && i + 1 < language.size && language.data[i + 1] != '-';
        plain = dash || (i > letters && (is_letter(byte) || (byte >= '0' && byte <= '9')));
    }
    bool same = csa_view_equal(language, csa_view_maker_words(maker, "code"));
    csa_view_maker_set(maker, object, "lang", plain && !same ? language : (struct csa_view){0});
}

struct runs {
    struct csa_view_maker *maker;
    struct csa_value *list;
    bool part; /* that something is left out goes without saying */
};

static void add_run(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct runs *runs = context;
    if (part == CSA_SNIPPET_GAP && runs->part) {
        return;
    }
    struct csa_value *run = csa_value_add_object(&runs->maker->builder, runs->list);
    if (part == CSA_SNIPPET_GAP) {
        text = csa_view_of(" … ");
    }
    csa_view_maker_set(runs->maker, run, part == CSA_SNIPPET_MARKED ? "mark" : "plain", text);
}

void csa_view_maker_set_marked(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                               struct csa_view text, const struct csa_marked *marked,
                               const struct csa_snippet *snippet)
{
    struct csa_snippet whole = {.fragments[0] = {0, (uint32_t)text.size}, .count = text.size != 0};
    struct runs runs = {maker, csa_value_set_list(&maker->builder, object, name), false};
    csa_snippet_render(text, marked, snippet == NULL ? &whole : snippet, add_run, &runs);
}

void csa_view_maker_set_marked_part(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                                    struct csa_view text, const struct csa_marked *marked,
                                    struct csa_fragment part)
{
    struct csa_snippet snippet = {.fragments[0] = part, .count = part.begin < part.end};
    struct runs runs = {maker, csa_value_set_list(&maker->builder, object, name), true};
    csa_snippet_render(text, marked, &snippet, add_run, &runs);
}

size_t csa_view_maker_cut(struct csa_view text, size_t letters)
{
    size_t end = 0, word = 0;
    for (; end < text.size && letters != 0; letters--) {
        word = text.data[end] == ' ' ? end : word;
        end++;
        while (end < text.size && ((unsigned char)text.data[end] & 0xC0) == 0x80) {
            end++;
        }
    }
    bool within = end < text.size && text.data[end] != ' ';
    return within && word > end / 2 ? word : end;
}

struct csa_view csa_view_maker_shorten(struct csa_view_maker *maker, struct csa_view text, size_t letters)
{
    size_t size = csa_view_maker_cut(text, letters);
    if (size == text.size || letters == 0) {
        return letters == 0 ? (struct csa_view){0} : text;
    }
    struct csa_buffer shortened;
    csa_buffer_init(&shortened, LINK_MAXIMUM);
    csa_buffer_append(&shortened, text.data, size);
    csa_buffer_append_view(&shortened, csa_view_of("…"));
    return csa_view_maker_keep(maker, &shortened);
}

void csa_view_maker_set_article(struct csa_view_maker *maker, struct csa_value *object,
                                const struct csa_article_info *article, const struct csa_marked *title_marks)
{
    const struct csa_view_room *room = maker->room;
    const struct csa_marked unmarked = {0};
    bool titled = article->title.size != 0;
    struct csa_view name = titled                  ? article->title
                           : article->id.size != 0 ? article->id
                                                   : csa_view_maker_words(maker, "hit.untitled");
    csa_view_maker_set(maker, object, "name", name);
    const struct csa_snippet beginning = {
        .fragments[0] = {0, (uint32_t)csa_view_maker_cut(name, room->title)}, .count = 1};
    csa_view_maker_set_marked(maker, object, "title", name, titled ? title_marks : &unmarked, &beginning);
    csa_view_maker_set(maker, object, "source", csa_view_maker_shorten(maker, article->source, room->name));
    csa_view_maker_set(maker, object, "author", csa_view_maker_shorten(maker, article->author, room->name));
    csa_view_maker_set_language(maker, object, csa_view_of(article->language));
    csa_view_maker_set_date(maker, object, article->date);
}
