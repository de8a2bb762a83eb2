/* The OpenSearch 1.1 description document, by which a browser takes the site up as a search engine;
 * formats.h. Owns no state; called by the site for format=opensearch. */
#include "searcher/output/escape.h"
#include "searcher/site/feed.h"
#include "searcher/site/formats.h"

#include "common/text/unicode.h"

/* In characters; the specification's limits. */
enum { SHORT_NAME_MAXIMUM = 16, LONG_NAME_MAXIMUM = 48 };

/* The text's beginning of at most so many characters. */
static struct csa_view cut(struct csa_view text, size_t characters)
{
    const char *p = text.data;
    const char *end = p + text.size;
    for (size_t i = 0; i < characters && p < end; i++) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
    }
    return csa_view_make(text.data, (size_t)(p - text.data));
}

/* One way to ask. The braces are the specification's, so the URL's own are escaped before they come. */
static void put_url(struct csa_buffer *out, const struct csa_site_context *context, const char *type,
                    const char *attributes, const char *query)
{
    csa_buffer_append_format(out, "<Url type=\"%s\"%s template=\"", type, attributes);
    csa_escape_url(out, context->absolute, CSA_URL_LINK);
    csa_escape_xml(out, csa_view_of(query));
    csa_buffer_append_view(out, csa_view_of("\"/>\n"));
}

void csa_site_opensearch(struct csa_buffer *out, const struct csa_site_context *context)
{
    struct csa_view title = context->config->title != NULL ? csa_view_of(context->config->title)
                                                           : csa_words_get(context->words, "title");
    csa_buffer_append_view(
        out, csa_view_of("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                         "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n"));
    csa_feed_element(out, "ShortName", cut(title, SHORT_NAME_MAXIMUM));
    csa_feed_element(out, "LongName", cut(title, LONG_NAME_MAXIMUM));
    csa_feed_element(out, "Description", csa_words_get(context->words, "opensearch.description"));
    put_url(out, context, "text/html", "", "?q={searchTerms}&n={count?}&page={startPage?}");
    put_url(out, context, "application/atom+xml", "",
            "?q={searchTerms}&n={count?}&page={startPage?}&format=atom");
    if (context->config->suggestions) {
        put_url(out, context, "application/x-suggestions+json", " rel=\"suggestions\"",
                "?q={searchTerms}&format=suggest");
    }
    put_url(out, context, "application/opensearchdescription+xml", " rel=\"self\"", "?format=opensearch");
    csa_feed_element(out, "Language", csa_view_of(context->config->language));
    csa_feed_element(out, "InputEncoding", csa_view_of("UTF-8"));
    csa_feed_element(out, "OutputEncoding", csa_view_of("UTF-8"));
    csa_buffer_append_view(out, csa_view_of("</OpenSearchDescription>\n"));
}
