/* The page of results as JSON, straight into a buffer; objects are written in the contract's order. */
#include "searcher/output/json.h"

#include "searcher/output/contrast.h"
#include "searcher/output/diagnosis.h"
#include "searcher/output/escape.h"
#include "searcher/output/facets.h"
#include "searcher/output/link.h"
#include "searcher/output/timeline.h"

#include <math.h>

/* A finite number in the shortest form that keeps a float. */
static void json_number(struct csa_buffer *out, double value)
{
    csa_buffer_append_format(out, "%.9g", isfinite(value) ? value : 0.0);
}

static void json_date(struct csa_buffer *out, uint32_t date)
{
    if (date / 10000 == 0) {
        csa_buffer_append_view(out, csa_view_of("null"));
        return;
    }
    csa_buffer_append_byte(out, '"');
    csa_date_append(out, date);
    csa_buffer_append_byte(out, '"');
}

/* What was made in a buffer of its own, as a string; releases that buffer and passes its failure on. */
static void json_made(struct csa_buffer *out, struct csa_buffer *made)
{
    csa_json_string(out, csa_buffer_view(made));
    out->failed = out->failed || made->failed;
    out->limited = out->limited || made->limited;
    csa_buffer_release(made);
}

static void snippet_part(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct csa_buffer *html = context;
    switch (part) {
    case CSA_SNIPPET_PLAIN:
        csa_html_escape(html, text);
        break;
    case CSA_SNIPPET_MARKED:
        csa_buffer_append_view(html, csa_view_of("<mark>"));
        csa_html_escape(html, text);
        csa_buffer_append_view(html, csa_view_of("</mark>"));
        break;
    case CSA_SNIPPET_GAP:
        csa_buffer_append_view(html, csa_view_of(html->size == 0 ? "... " : " ... "));
        break;
    }
}

/* Null where the article has no URL to the web. */
static void json_fragment(struct csa_buffer *out, struct csa_view url, const struct csa_page_passage *passage)
{
    struct csa_buffer link;
    csa_buffer_init(&link, out->maximum);
    csa_link_passage(&link, url, passage);
    if (link.size == 0 && !link.failed) {
        csa_buffer_append_view(out, csa_view_of("null"));
    } else {
        json_made(out, &link);
    }
}

static void json_snippet(struct csa_buffer *out, const struct csa_page_passage *passage)
{
    struct csa_buffer html;
    csa_buffer_init(&html, out->maximum);
    csa_snippet_render(passage->info.text, &passage->marked, &passage->snippet, snippet_part, &html);
    while (html.size > 0 && html.data[html.size - 1] == ' ') {
        html.size--;
    }
    json_made(out, &html);
}

static void json_article(struct csa_buffer *out, const struct csa_article_info *article)
{
    csa_buffer_append_view(out, csa_view_of("{\"id\": "));
    csa_json_string(out, article->id);
    csa_buffer_append_view(out, csa_view_of(", \"title\": "));
    csa_json_string_or_null(out, article->title);
    csa_buffer_append_view(out, csa_view_of(", \"date\": "));
    json_date(out, article->date);
    csa_buffer_append_view(out, csa_view_of(", \"url\": "));
    csa_json_string_or_null(out, article->url);
    csa_buffer_append_view(out, csa_view_of(", \"author\": "));
    csa_json_string_or_null(out, article->author);
    csa_buffer_append_view(out, csa_view_of(", \"source\": "));
    csa_json_string_or_null(out, article->source);
    csa_buffer_append_view(out, csa_view_of(", \"language\": "));
    csa_json_string_or_null(out, csa_view_of(article->language));
    if (article->extra_count != 0) {
        csa_buffer_append_view(out, csa_view_of(", \"fields\": {"));
        for (size_t i = 0; i < article->extra_count; i++) {
            csa_buffer_append_view(out, csa_view_of(i == 0 ? "" : ", "));
            csa_json_string(out, article->extra[i].name);
            csa_buffer_append_view(out, csa_view_of(": "));
            csa_json_string(out, article->extra[i].value);
        }
        csa_buffer_append_byte(out, '}');
    }
    csa_buffer_append_byte(out, '}');
}

static void json_explanation(struct csa_buffer *out, const struct csa_explanation *explanation)
{
    csa_buffer_append_view(out, csa_view_of(", \"explanation\": ["));
    for (size_t i = 0; i < explanation->count; i++) {
        const struct csa_explanation_line *line = &explanation->lines[i];
        csa_buffer_append_format(out, "%s{\"depth\": %u, \"value\": ", i == 0 ? "" : ", ", line->depth);
        json_number(out, line->value);
        csa_buffer_append_view(out, csa_view_of(", \"what\": "));
        csa_json_string(out, line->text);
        csa_buffer_append_byte(out, '}');
    }
    csa_buffer_append_byte(out, ']');
}

static void json_hit(struct csa_buffer *out, const struct csa_page_hit *hit,
                     const struct csa_explanation *explanation)
{
    csa_buffer_append_format(out, "{\"rank\": %u, \"score\": ", hit->rank);
    json_number(out, (double)hit->score);
    csa_buffer_append_view(out, csa_view_of(", \"article\": "));
    json_article(out, &hit->article);
    csa_buffer_append_view(out, csa_view_of(", \"passages\": ["));
    for (size_t i = 0; i < hit->passage_count; i++) {
        const struct csa_page_passage *passage = &hit->passages[i];
        csa_buffer_append_format(out, "%s{\"number\": %u, \"score\": ", i == 0 ? "" : ", ",
                                 passage->info.number);
        json_number(out, (double)passage->score);
        csa_buffer_append_format(out, ", \"offset\": %u, \"text\": ", passage->info.offset);
        csa_json_string(out, passage->info.text);
        csa_buffer_append_view(out, csa_view_of(", \"snippet\": "));
        json_snippet(out, passage);
        csa_buffer_append_view(out, csa_view_of(", \"fragment\": "));
        json_fragment(out, hit->article.url, passage);
        csa_buffer_append_byte(out, '}');
    }
    csa_buffer_append_byte(out, ']');
    if (explanation != NULL) {
        json_explanation(out, explanation);
    }
    csa_buffer_append_byte(out, '}');
}

static void json_terms(struct csa_buffer *out, const struct csa_search_result *result)
{
    csa_buffer_append_format(
        out, ", \"strategy\": \"%s\", \"blocks_read\": %llu, \"passages_scored\": %llu, \"terms\": [",
        result->strategy == NULL ? "" : result->strategy, (unsigned long long)result->blocks_read,
        (unsigned long long)result->passages_scored);
    for (size_t i = 0; i < result->term_count; i++) {
        const struct csa_term_report *term = &result->terms[i];
        csa_buffer_append_format(out, "%s{\"kind\": \"%s\", \"term\": ", i == 0 ? "" : ", ", term->kind);
        csa_json_string(out, term->text);
        if (term->counted) {
            csa_buffer_append_format(
                out, ", \"%s\": %llu, \"occurrences\": %llu", term->title ? "articles" : "passages",
                (unsigned long long)term->passages, (unsigned long long)term->occurrences);
        }
        csa_buffer_append_view(out, csa_view_of(", \"idf\": "));
        json_number(out, term->idf);
        if (term->pattern) {
            csa_buffer_append_format(out, ", \"words\": %zu, \"cut\": %s", term->words,
                                     term->cut ? "true" : "false");
        }
        csa_buffer_append_byte(out, '}');
    }
    csa_buffer_append_byte(out, ']');
}

/* Notes of the parser and limits of the engine: lists of strings, left out when empty. */
static void json_remarks(struct csa_buffer *out, const struct csa_page *page)
{
    if (page->query->note_count != 0) {
        csa_buffer_append_view(out, csa_view_of(", \"notes\": ["));
        for (size_t i = 0; i < page->query->note_count; i++) {
            csa_buffer_append_view(out, csa_view_of(i == 0 ? "" : ", "));
            csa_json_string(out, page->query->notes[i].message);
        }
        csa_buffer_append_byte(out, ']');
    }
    if (page->result.limit_count != 0) {
        csa_buffer_append_view(out, csa_view_of(", \"limits\": ["));
        for (size_t i = 0; i < page->result.limit_count; i++) {
            csa_buffer_append_view(out, csa_view_of(i == 0 ? "" : ", "));
            csa_json_string(out, csa_view_of(page->result.limits[i]));
        }
        csa_buffer_append_byte(out, ']');
    }
}

void csa_json_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, struct csa_view query_id)
{
    csa_buffer_append_byte(out, '{');
    if (query_id.size != 0) {
        csa_buffer_append_view(out, csa_view_of("\"id\": "));
        csa_json_string(out, query_id);
        csa_buffer_append_view(out, csa_view_of(", "));
    }
    csa_buffer_append_view(out, csa_view_of("\"query\": "));
    csa_json_string(out, page->query->text);
    csa_buffer_append_view(out, csa_view_of(", \"parsed\": "));
    struct csa_buffer parsed;
    csa_buffer_init(&parsed, out->maximum);
    csa_query_print(page->query, &parsed);
    json_made(out, &parsed);
    csa_buffer_append_format(
        out, ", \"articles\": %llu, \"passages\": %llu, \"exact\": %s, \"took_ms\": %.2f",
        (unsigned long long)page->result.articles_matched, (unsigned long long)page->result.passages_matched,
        page->result.exact ? "true" : "false", (double)page->nanoseconds / 1e6);
    csa_buffer_append_view(out, csa_view_of(", \"suggestion\": "));
    csa_json_string_or_null(out, diagnosis == NULL ? (struct csa_view){0} : diagnosis->suggestion.query);
    csa_buffer_append_format(out, ", \"sort\": \"%s\", \"page\": %zu, \"pages\": %zu",
                             csa_sort_name(page->sort), page->number, page->pages);
    json_remarks(out, page);
    if (page->result.facet_count != 0) {
        csa_buffer_append_view(out, csa_view_of(", \"facets\": "));
        csa_facets_json(out, page);
    }
    if (page->has_dates) {
        csa_buffer_append_view(out, csa_view_of(", \"timeline\": "));
        csa_timeline_json(out, page);
    }
    if (page->contrast != NULL) {
        csa_buffer_append_view(out, csa_view_of(", \"terms\": "));
        csa_contrast_json(out, page);
    }
    if (explanations != NULL) {
        json_terms(out, &page->result);
    }
    if (diagnosis != NULL) {
        csa_diagnosis_json(out, diagnosis);
    }
    csa_buffer_append_view(out, csa_view_of(", \"hits\": ["));
    for (size_t i = 0; i < page->hit_count; i++) {
        csa_buffer_append_view(out, csa_view_of(i == 0 ? "" : ", "));
        json_hit(out, &page->hits[i], explanations == NULL ? NULL : &explanations[i]);
    }
    csa_buffer_append_view(out, csa_view_of("]}\n"));
}
