/* The page as text: wrapped to the terminal's width, with marks and titles in colour where that is wanted. No
 * byte of stored text reaches a terminal as an escape sequence. */
#include "searcher/output/text.h"

#include "searcher/output/contrast.h"
#include "searcher/output/diagnosis.h"
#include "searcher/output/escape.h"
#include "searcher/output/facets.h"
#include "searcher/output/link.h"
#include "searcher/output/timeline.h"
#include "searcher/output/wrap.h"

#include <stdio.h>

enum { INDENT = 4, LINK_MAXIMUM = 2000 /* terminals take no longer ones */ };

static void snippet_part(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct csa_wrapper *wrapper = context;
    if (part == CSA_SNIPPET_GAP) {
        wrapper->blank_pending = wrapper->column > wrapper->indent;
        csa_wrap_text(wrapper, csa_view_of("..."));
        wrapper->blank_pending = true;
        return;
    }
    wrapper->goes_on = true;
    csa_wrap_coloured(wrapper, text, part == CSA_SNIPPET_MARKED ? csa_colour_mark : NULL);
    wrapper->goes_on = false;
}

/* "2023-08-11 · Caspian Ledger · A. Author · energy/pipelines.txt"; an id that serves as the title is not
 * repeated. */
static void put_origin(struct csa_wrapper *wrapper, const struct csa_article_info *article,
                       struct csa_view link)
{
    char digits[16];
    struct csa_buffer date; /* never larger than the digits */
    csa_buffer_init(&date, sizeof digits);
    csa_date_append(&date, article->date);
    size_t size = date.size;
    memcpy(digits, size == 0 ? "" : date.data, size);
    csa_buffer_release(&date);
    const struct csa_view nothing = {0};
    bool same = csa_view_equal(article->id, article->url);
    const struct csa_view parts[] = {csa_view_make(digits, size), article->source, article->author,
                                     article->title.size == 0 ? nothing : article->id,
                                     same && article->title.size != 0 ? nothing : article->url};
    bool first = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size == 0) {
            continue;
        }
        if (first) {
            csa_wrap_line(wrapper);
        }
        wrapper->wanted = csa_colour_dim;
        csa_wrap_text(wrapper, csa_view_of(first ? "" : " · "));
        wrapper->link = i == sizeof parts / sizeof *parts - 1 ? link : nothing;
        csa_wrap_text(wrapper, parts[i]);
        first = false;
    }
    csa_wrap_coloured(wrapper, nothing, NULL);
}

static void put_explanation(struct csa_wrapper *wrapper, const struct csa_explanation *explanation)
{
    for (size_t i = 0; i < explanation->count; i++) {
        const struct csa_explanation_line *line = &explanation->lines[i];
        char value[32];
        int size = snprintf(value, sizeof value, "%.6g ", line->value);
        wrapper->indent = INDENT + 2 + 2 * (size_t)line->depth;
        csa_wrap_line(wrapper);
        csa_wrap_text(wrapper, csa_view_make(value, (size_t)size));
        csa_wrap_text(wrapper, line->text);
    }
    wrapper->indent = INDENT;
}

/* A link that is too long is none. */
static struct csa_view link_view(const struct csa_buffer *link)
{
    return link->failed ? (struct csa_view){0} : csa_buffer_view(link);
}

static void put_hit(struct csa_buffer *out, const struct csa_page_hit *hit,
                    const struct csa_explanation *explanation, const struct csa_text_style *style)
{
    struct csa_wrapper wrapper = {.out = out, .style = style, .indent = INDENT};
    struct csa_buffer link;
    csa_buffer_init(&link, LINK_MAXIMUM);
    size_t before = out->size;
    csa_buffer_append_format(out, "%2u. ", hit->rank);
    wrapper.column = out->size - before;
    if (style->links && csa_link_is_safe(hit->article.url)) {
        csa_link_url(&link, hit->article.url);
    }
    csa_wrap_linked(&wrapper, hit->article.title.size != 0 ? hit->article.title : hit->article.id,
                    csa_colour_title, link_view(&link));
    put_origin(&wrapper, &hit->article, link_view(&link));
    for (size_t i = 0; i < hit->passage_count; i++) {
        const struct csa_page_passage *passage = &hit->passages[i];
        char label[32];
        int size = snprintf(label, sizeof label, "[%u]", passage->info.number);
        csa_wrap_line(&wrapper);
        csa_buffer_clear(&link);
        if (style->links) {
            csa_link_passage(&link, hit->article.url, passage);
        }
        csa_wrap_linked(&wrapper, csa_view_make(label, (size_t)size), csa_colour_dim, link_view(&link));
        wrapper.blank_pending = true;
        if (passage->info.text.size == 0) {
            csa_wrap_text(&wrapper, csa_view_of("(text not stored)"));
        }
        csa_snippet_render(passage->info.text, &passage->marked, &passage->snippet, snippet_part, &wrapper);
        wrapper.blank_pending = false;
    }
    if (explanation != NULL) {
        put_explanation(&wrapper, explanation);
    }
    csa_buffer_release(&link);
    csa_buffer_append_view(out, csa_view_of("\n\n"));
}

static void put_terms(struct csa_buffer *out, const struct csa_search_result *result)
{
    for (size_t i = 0; i < result->term_count; i++) {
        const struct csa_term_report *term = &result->terms[i];
        csa_buffer_append_format(out, "  %s ", term->kind);
        csa_text_printable(out, term->text);
        if (term->pattern) {
            csa_buffer_append_format(out, " (%zu word%s%s)", term->words, term->words == 1 ? "" : "s",
                                     term->cut ? " of more" : "");
        }
        const char *separator = ": ";
        if (term->counted) {
            csa_buffer_append_format(out, ": in %llu %s%s", (unsigned long long)term->passages,
                                     term->title ? "article" : "passage", term->passages == 1 ? "" : "s");
            separator = ", ";
        }
        if (term->occurrences != 0) {
            csa_buffer_append_format(out, "%s%llu time%s", separator, (unsigned long long)term->occurrences,
                                     term->occurrences == 1 ? "" : "s");
        }
        if (term->idf > 0) {
            csa_buffer_append_format(out, "%sidf %.4f", separator, term->idf);
        }
        csa_buffer_append_byte(out, '\n');
    }
    csa_buffer_append_format(out, "  strategy: %s; %llu blocks read, %llu passages scored\n\n",
                             result->strategy == NULL ? "none" : result->strategy,
                             (unsigned long long)result->blocks_read,
                             (unsigned long long)result->passages_scored);
}

/* "12 articles, 30 passages, newest first, page 2 of 3 (1.2 ms)" */
static void put_counts(struct csa_buffer *out, const struct csa_page *page)
{
    static const char *const orders[] = {"", ", newest first", ", oldest first"};
    const struct csa_search_result *result = &page->result;
    csa_buffer_append_format(out, "%s%llu article%s, %llu passage%s%s", result->exact ? "" : "at least ",
                             (unsigned long long)result->articles_matched,
                             result->articles_matched == 1 ? "" : "s",
                             (unsigned long long)result->passages_matched,
                             result->passages_matched == 1 ? "" : "s", orders[page->sort]);
    if (page->number > page->pages) {
        csa_buffer_append_format(out, ", no page %zu: there %s %zu", page->number,
                                 page->pages == 1 ? "is" : "are", page->pages);
    } else if (page->number > 1) {
        csa_buffer_append_format(out, ", page %zu of %zu", page->number, page->pages);
    }
    csa_buffer_append_format(out, " (%.1f ms)\n\n", (double)page->nanoseconds / 1e6);
}

void csa_text_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, struct csa_view query_id,
                   const struct csa_text_style *style)
{
    const struct csa_search_result *result = &page->result;
    if (query_id.size != 0) {
        csa_buffer_append_view(out, csa_view_of("== "));
        csa_text_printable(out, query_id);
        csa_buffer_append_view(out, csa_view_of(": "));
        csa_text_printable(out, page->query->text);
        csa_buffer_append_byte(out, '\n');
    }
    for (size_t i = 0; i < page->query->note_count; i++) {
        csa_buffer_append_view(out, csa_view_of("Note: "));
        csa_text_printable(out, page->query->notes[i].message);
        csa_buffer_append_byte(out, '\n');
    }
    for (size_t i = 0; i < result->limit_count; i++) {
        csa_buffer_append_format(out, "Note: %s\n", result->limits[i]);
    }
    if (result->passages_matched == 0) {
        csa_buffer_append_view(
            out, csa_view_of(result->exact ? "Nothing found.\n" : "Nothing found within this limit.\n"));
    } else {
        put_counts(out, page);
    }
    if (explanations != NULL) {
        put_terms(out, result);
    }
    if (diagnosis != NULL) {
        csa_diagnosis_text(out, diagnosis);
    }
    for (size_t i = 0; i < page->hit_count; i++) {
        put_hit(out, &page->hits[i], explanations == NULL ? NULL : &explanations[i], style);
    }
    if (result->passages_matched != 0) {
        csa_facets_text(out, page, style);
        csa_timeline_text(out, page, style);
        csa_contrast_text(out, page, style);
    }
}
