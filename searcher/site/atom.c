/* Results as a feed: Atom (RFC 4287) with the response elements of OpenSearch 1.1 and the paging links of RFC
 * 5005; formats.h. Owns no state; called by the site for format=atom.
 *
 * What the standard leaves open is done so: an entry's id is the address of the article's page in the viewer,
 * which is there for every article, differs for each, and stays while the site's address does. `updated` is
 * the article's date; one that has none says 1970, because a day that changes from request to request would
 * make readers show the entry as new each time. The feed's is the index's commit: then, and never
 * between, it may have changed. A summary is HTML
 * with the passages as paragraphs and the words found in <mark>: readers show it, or strip it to the text. An
 * article without a URL is linked to the viewer; where the site has none the summary becomes the content,
 * since an entry needs the one or the other. The feed has the site as its author, for entries without one. */
#include "searcher/output/escape.h"
#include "searcher/output/link.h"
#include "searcher/site/feed.h"
#include "searcher/site/formats.h"

#include <string.h>

enum { LANGUAGE_MAXIMUM = 35 };

/* A copy of the answer's parameters, for a link to another page or format of the same search. */
static struct csa_site_parameters parameters_for(const struct csa_site_answer *answer,
                                                 enum csa_site_format format, size_t page)
{
    struct csa_site_parameters parameters = *answer->parameters;
    parameters.format = format;
    parameters.page = page;
    return parameters;
}

static void put_link(struct csa_buffer *out, const struct csa_site_context *context, const char *relation,
                     const char *type, const struct csa_site_parameters *parameters)
{
    csa_buffer_append_format(out, "<link rel=\"%s\" type=\"%s\" href=\"", relation, type);
    csa_feed_url(out, context, parameters);
    csa_buffer_append_view(out, csa_view_of("\"/>\n"));
}

static void put_links(struct csa_buffer *out, const struct csa_site_context *context,
                      const struct csa_site_answer *answer)
{
    static const char atom[] = "application/atom+xml";
    size_t number = answer->parameters->page == 0 ? 1 : answer->parameters->page;
    size_t pages = answer->searched ? answer->page.pages : 0;
    struct csa_site_parameters to = parameters_for(answer, CSA_FORMAT_ATOM, number);
    put_link(out, context, "self", atom, &to);
    to = parameters_for(answer, CSA_FORMAT_HTML, number);
    put_link(out, context, "alternate", "text/html", &to);
    to = parameters_for(answer, CSA_FORMAT_ATOM, 1);
    put_link(out, context, "first", atom, &to);
    if (number > 1) {
        to.page = number - 1;
        put_link(out, context, "previous", atom, &to);
    }
    if (number < pages) {
        to.page = number + 1;
        put_link(out, context, "next", atom, &to);
    }
    to.page = pages == 0 ? 1 : pages;
    put_link(out, context, "last", atom, &to);
    struct csa_site_parameters description = {.format = CSA_FORMAT_OPENSEARCH, .page = 1};
    put_link(out, context, "search", "application/opensearchdescription+xml", &description);
}

/* " xml:lang=..." when the code can be one. */
static void put_language(struct csa_buffer *out, const char *code)
{
    size_t size = code == NULL ? 0 : strlen(code);
    bool good = size != 0 && size <= LANGUAGE_MAXIMUM;
    for (size_t i = 0; i < size && good; i++) {
        char byte = code[i];
        good = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
               (i != 0 && ((byte >= '0' && byte <= '9') || byte == '-'));
    }
    if (good) {
        csa_buffer_append_format(out, " xml:lang=\"%s\"", code);
    }
}

static void put_snippet_part(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct csa_buffer *html = context;
    switch (part) {
    case CSA_SNIPPET_PLAIN:
        csa_escape_text(html, text);
        break;
    case CSA_SNIPPET_MARKED:
        csa_buffer_append_view(html, csa_view_of("<mark>"));
        csa_escape_text(html, text);
        csa_buffer_append_view(html, csa_view_of("</mark>"));
        break;
    case CSA_SNIPPET_GAP:
        csa_buffer_append_view(html, csa_view_of(" \xE2\x80\xA6 "));
        break;
    }
}

/* The passages as HTML, escaped once more for XML; element: "summary" or "content". */
static void put_passages(struct csa_buffer *out, const struct csa_page_hit *hit, const char *element)
{
    struct csa_buffer html;
    csa_buffer_init(&html, out->maximum);
    for (size_t i = 0; i < hit->passage_count; i++) {
        const struct csa_page_passage *passage = &hit->passages[i];
        if (passage->snippet.count != 0) {
            csa_buffer_append_view(&html, csa_view_of("<p>"));
            csa_snippet_render(passage->info.text, &passage->marked, &passage->snippet, put_snippet_part,
                               &html);
            csa_buffer_append_view(&html, csa_view_of("</p>"));
        }
    }
    if (html.size != 0 || strcmp(element, "content") == 0) {
        csa_buffer_append_format(out, "<%s type=\"html\"", element);
        put_language(out, hit->article.language);
        csa_buffer_append_byte(out, '>');
        csa_escape_xml(out, csa_buffer_view(&html));
        csa_buffer_append_format(out, "</%s>\n", element);
    }
    out->failed = out->failed || html.failed;
    out->limited = out->limited || html.limited;
    csa_buffer_release(&html);
}

static void put_entry(struct csa_buffer *out, const struct csa_site_context *context,
                      const struct csa_page_hit *hit)
{
    const struct csa_article_info *article = &hit->article;
    struct csa_site_parameters viewer = {.article = article->id, .page = 1};
    bool has_url = csa_link_is_safe(article->url);
    csa_buffer_append_view(out, csa_view_of("<entry>\n<title"));
    put_language(out, article->language);
    csa_buffer_append_byte(out, '>');
    csa_escape_xml(out,
                   article->title.size != 0 ? article->title : csa_words_get(context->words, "hit.untitled"));
    csa_buffer_append_view(out, csa_view_of("</title>\n<id>"));
    csa_feed_url(out, context, &viewer);
    csa_buffer_append_view(out, csa_view_of("</id>\n<updated>"));
    csa_feed_date(out, article->date);
    csa_buffer_append_view(out, csa_view_of("</updated>\n"));
    if (article->date / 10000 != 0) {
        csa_buffer_append_view(out, csa_view_of("<published>"));
        csa_feed_date(out, article->date);
        csa_buffer_append_view(out, csa_view_of("</published>\n"));
    }
    if (article->author.size != 0) {
        csa_buffer_append_view(out, csa_view_of("<author>"));
        csa_feed_element(out, "name", article->author);
        csa_buffer_append_view(out, csa_view_of("</author>\n"));
    }
    if (has_url) {
        csa_buffer_append_view(out, csa_view_of("<link rel=\"alternate\" href=\""));
        csa_escape_url(out, article->url, CSA_URL_LINK);
        csa_buffer_append_view(out, csa_view_of("\"/>\n"));
    } else if (context->config->viewer) {
        put_link(out, context, "alternate", "text/html", &viewer);
    }
    put_passages(out, hit, has_url || context->config->viewer ? "summary" : "content");
    csa_buffer_append_view(out, csa_view_of("</entry>\n"));
}

static void put_counts(struct csa_buffer *out, const struct csa_site_context *context,
                       const struct csa_site_answer *answer)
{
    size_t hits = answer->parameters->hits != 0 ? answer->parameters->hits : context->config->hits;
    size_t number = answer->parameters->page == 0 ? 1 : answer->parameters->page;
    csa_buffer_append_format(
        out,
        "<opensearch:totalResults>%llu</opensearch:totalResults>\n"
        "<opensearch:startIndex>%zu</opensearch:startIndex>\n"
        "<opensearch:itemsPerPage>%zu</opensearch:itemsPerPage>\n",
        (unsigned long long)(answer->searched ? answer->page.result.articles_matched : 0),
        (number - 1) * hits + 1, hits);
    csa_buffer_append_format(out, "<opensearch:Query role=\"request\" startPage=\"%zu\" searchTerms=\"",
                             number);
    csa_escape_xml(out, answer->parameters->query);
    csa_buffer_append_view(out, csa_view_of("\"/>\n"));
}

void csa_site_atom(struct csa_buffer *out, const struct csa_site_context *context,
                   const struct csa_site_answer *answer)
{
    struct csa_view site = context->config->title != NULL ? csa_view_of(context->config->title)
                                                          : csa_words_get(context->words, "title");
    struct csa_view query = answer->parameters->query;
    struct csa_view title =
        query.size == 0 ? site : csa_words_fill(context->words, "feed.title", &query, 1, context->arena);
    size_t count = answer->searched ? answer->page.hit_count : 0;
    csa_buffer_append_view(out, csa_view_of("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                                            "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
                                            "xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\""));
    put_language(out, context->config->language);
    csa_buffer_append_view(out, csa_view_of(">\n"));
    csa_feed_element(out, "title", title);
    csa_buffer_append_view(out, csa_view_of("<id>"));
    struct csa_site_parameters whole = parameters_for(answer, CSA_FORMAT_ATOM, 1);
    csa_feed_url(out, context, &whole);
    csa_buffer_append_view(out, csa_view_of("</id>\n<updated>"));
    csa_feed_time(out, context->committed);
    csa_buffer_append_view(out, csa_view_of("</updated>\n<author>"));
    csa_feed_element(out, "name", site);
    csa_buffer_append_view(out, csa_view_of("</author>\n<generator>CSA</generator>\n"));
    put_links(out, context, answer);
    put_counts(out, context, answer);
    for (size_t i = 0; i < count; i++) {
        put_entry(out, context, &answer->page.hits[i]);
    }
    csa_buffer_append_view(out, csa_view_of("</feed>\n"));
}
