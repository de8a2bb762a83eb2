/* What the makers of a page's values (view_*.c) share: links, texts that are filled in, marked texts. All of
 * it lives in the request's arena; without memory the builder's `failed` sticks and view.c gives no page. */
#ifndef CSA_SEARCHER_SITE_VIEW_PARTS_H
#define CSA_SEARCHER_SITE_VIEW_PARTS_H

#include "searcher/site/view.h"

struct csa_view_maker {
    const struct csa_site_context *context;
    const struct csa_view_room *room;
    const struct csa_site_parameters *parameters; /* of the request; never null */
    struct csa_value_builder builder;
    struct csa_value *page; /* the whole; what every page has is in it already */
    size_t columns;         /* of an article's best passage */
    size_t spare, spent;    /* bytes left for what a page of results can do without, and taken of them */
};

/* Whether there is room for this part. */
bool csa_view_maker_has(const struct csa_view_maker *maker, enum csa_view_part part);
/* Takes so many bytes of the spare ones; false, and none are taken, when there are not so many. Further
 * passages and values behind a fold ask: a page whose letters and links are long has fewer of them. */
bool csa_view_maker_spend(struct csa_view_maker *maker, size_t bytes);
/* What the request adds to every link of the page, in bytes, before anything of it is escaped. */
size_t csa_view_link_size(const struct csa_site_parameters *parameters);

/* Parameters that a link changes: the request's, from page 1, as a page. */
struct csa_site_parameters csa_view_maker_parameters(const struct csa_view_maker *maker);
/* "?q=...", with an anchor ("p14") behind it unless that is 0 ("p" and the number). */
struct csa_view csa_view_maker_link(struct csa_view_maker *maker, const struct csa_site_parameters *wanted,
                                    uint32_t passage);
/* The viewer's page of an article; empty when the site has none or the article no id. */
struct csa_view csa_view_maker_article_link(struct csa_view_maker *maker, struct csa_view id,
                                            uint32_t passage);
/* The same without what was searched for: no words are marked there, and no way leads back. */
struct csa_view csa_view_maker_bare_link(struct csa_view_maker *maker, struct csa_view id);

/* Keeps what was written into a buffer, and releases that. What is longer than the buffer may be is left out:
 * empty. */
struct csa_view csa_view_maker_keep(struct csa_view_maker *maker, struct csa_buffer *text);
/* Between Unicode's isolating marks, so that a text of the other direction leaves the words around it alone.
 */
struct csa_view csa_view_maker_isolate(struct csa_view_maker *maker, struct csa_view text);

/* A text's first so many letters and an ellipsis; all of a text that has no more. No letters: empty. */
struct csa_view csa_view_maker_shorten(struct csa_view_maker *maker, struct csa_view text, size_t letters);

/* Words of the page's language; as in words.h, but a failure fails the page. */
struct csa_view csa_view_maker_words(const struct csa_view_maker *maker, const char *key);
struct csa_view csa_view_maker_fill(struct csa_view_maker *maker, const char *key, struct csa_view value);
struct csa_view csa_view_maker_fill_two(struct csa_view_maker *maker, const char *key, struct csa_view first,
                                        struct csa_view second);
struct csa_view csa_view_maker_count(struct csa_view_maker *maker, const char *key, uint64_t n);

/* Sets a text of an object. */
void csa_view_maker_set(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                        struct csa_view text);
/* `date` as the language writes it and `datetime` as machines do; neither for an unknown date. */
void csa_view_maker_set_date(struct csa_view_maker *maker, struct csa_value *object, uint32_t date);
/* `lang`, when it is one (two or three letters, parts behind a dash) and not the page's. */
void csa_view_maker_set_language(struct csa_view_maker *maker, struct csa_value *object,
                                 struct csa_view language);
/* A list `name` of runs, each {plain} or {mark}. A null snippet takes the whole text. */
void csa_view_maker_set_marked(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                               struct csa_view text, const struct csa_marked *marked,
                               const struct csa_snippet *snippet);
/* The same of a part of the text, from begin to before end. */
void csa_view_maker_set_marked_part(struct csa_view_maker *maker, struct csa_value *object, const char *name,
                                    struct csa_view text, const struct csa_marked *marked,
                                    struct csa_fragment part);
/* What results and the viewer say of an article: source, author, date, lang, title (a list of runs; the id
 * where there is no title; of a longer one its first letters), name (the whole as one text). */
void csa_view_maker_set_article(struct csa_view_maker *maker, struct csa_value *object,
                                const struct csa_article_info *article, const struct csa_marked *title_marks);
/* Bytes of a text's first so many letters, whole words of it where there are blanks; all of a shorter one. */
size_t csa_view_maker_cut(struct csa_view text, size_t letters);

/* ---- the parts of a page ---- */

/* `results`: all that was found. view_results.c */
void csa_view_maker_set_results(struct csa_view_maker *maker, const struct csa_site_answer *answer);
/* The viewer's page: the article's head and its passages. view_article.c */
void csa_view_maker_set_whole(struct csa_view_maker *maker, struct csa_value *shown,
                              const struct csa_site_article *article);
/* `facets`, `chips` and `clear`, and `kept` for the form. view_filters.c */
void csa_view_maker_set_kept(struct csa_view_maker *maker);
void csa_view_maker_set_filters(struct csa_view_maker *maker, struct csa_value *results,
                                const struct csa_page *page);
/* `timeline`, where the dates spread over more than one span. view_timeline.c */
void csa_view_maker_set_timeline(struct csa_view_maker *maker, struct csa_value *results,
                                 const struct csa_page *page);
/* `suggestion`; and when nothing was found `nothing`. view_diagnosis.c */
void csa_view_maker_set_diagnosis(struct csa_view_maker *maker, struct csa_value *results,
                                  const struct csa_site_answer *answer);
/* What a filter is called: "Source". kind: enum csa_site_filter, or CSA_FILTER_COUNT for the date. */
struct csa_view csa_view_maker_filter_name(const struct csa_view_maker *maker, unsigned kind);
/* A filter's value as people read it: a language's name, else the value itself. */
struct csa_view csa_view_maker_filter_label(const struct csa_view_maker *maker, enum csa_site_filter filter,
                                            struct csa_view value);
/* "2023-08" or "2023..2024", as people read it; the value itself when it is none of these. */
struct csa_view csa_view_maker_date_label(struct csa_view_maker *maker, struct csa_view date);
/* The parameters without one value of a filter. */
void csa_site_parameters_drop(struct csa_site_parameters *parameters, enum csa_site_filter filter, size_t i);

#endif
