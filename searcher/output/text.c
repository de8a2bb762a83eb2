/* The page as text: wrapped to the terminal's width, with marks and titles in colour where that is wanted. No
 * byte of stored text reaches a terminal as an escape sequence. */
#include "searcher/output/text.h"

#include "common/text/unicode.h"
#include "searcher/output/escape.h"

#include <stdio.h>

enum { INDENT = 4 };

/* What colours are used for; each ends with the reset. */
static const char *const COLOUR_TITLE = "\033[1m";
static const char *const COLOUR_DIM = "\033[2m";
static const char *const COLOUR_MARK = "\033[1;33m";
static const char *const COLOUR_RESET = "\033[0m";

/* Text being wrapped: words go to the next line when they do not fit. */
struct wrapper {
    struct csa_buffer *out;
    const struct csa_text_style *style;
    size_t indent;
    size_t column;      /* of the line so far */
    bool blank_pending; /* a space is due before the next word */
    const char *colour; /* in force, null: none */
    const char *wanted; /* for the words to come */
};

static void set_colour(struct wrapper *wrapper, const char *colour)
{
    if (wrapper->style->colour && colour != wrapper->colour) {
        csa_buffer_append_view(wrapper->out, csa_view_of(colour == NULL ? COLOUR_RESET : colour));
        wrapper->colour = colour;
    }
}

static void break_line(struct wrapper *wrapper)
{
    const char *colour = wrapper->colour;
    set_colour(wrapper, NULL);
    csa_buffer_append_byte(wrapper->out, '\n');
    for (size_t i = 0; i < wrapper->indent; i++) {
        csa_buffer_append_byte(wrapper->out, ' ');
    }
    wrapper->column = wrapper->indent;
    wrapper->blank_pending = false;
    set_colour(wrapper, colour);
}

/* Escape and control characters of stored text and of queries never reach the terminal. */
static bool is_printable(uint32_t character)
{
    return character >= 0x20 && character != 0x7F && !(character >= 0x80 && character < 0xA0);
}

static void put_printable(struct csa_buffer *out, struct csa_view text)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        char bytes[4];
        csa_buffer_append(out, bytes, csa_utf8_encode(bytes, is_printable(character) ? character : ' '));
    }
}

static void put_word(struct wrapper *wrapper, struct csa_view word)
{
    size_t columns = csa_utf8_columns(word);
    size_t blank = wrapper->blank_pending ? 1 : 0;
    bool fits_a_line =
        wrapper->indent + columns <= wrapper->style->width; /* else it is cut wherever it stands */
    if (fits_a_line && wrapper->column > wrapper->indent &&
        wrapper->column + blank + columns > wrapper->style->width) {
        break_line(wrapper);
    } else if (blank != 0) {
        csa_buffer_append_byte(wrapper->out, ' ');
        wrapper->column++;
    }
    wrapper->blank_pending = false;
    set_colour(wrapper, wrapper->wanted);
    const char *end = word.data + word.size;
    for (const char *p = word.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        size_t wide = csa_utf8_columns(csa_view_make(p, (size_t)(next - p)));
        if (wrapper->column + wide > wrapper->style->width && wide > 0 && wrapper->column > wrapper->indent) {
            break_line(wrapper); /* text without spaces wraps between characters */
        }
        if (is_printable(character)) {
            char bytes[4];
            csa_buffer_append(wrapper->out, bytes, csa_utf8_encode(bytes, character));
        }
        wrapper->column += wide;
        p = next;
    }
}

static void put_text(struct wrapper *wrapper, struct csa_view text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.size; i++) {
        bool blank = i == text.size || text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '\t';
        if (!blank) {
            continue;
        }
        if (i > start) {
            put_word(wrapper, csa_view_make(text.data + start, i - start));
        }
        if (i < text.size && wrapper->column > wrapper->indent) {
            wrapper->blank_pending = true;
        }
        start = i + 1;
    }
}

static void put_coloured(struct wrapper *wrapper, struct csa_view text, const char *colour)
{
    wrapper->wanted = colour;
    put_text(wrapper, text);
    wrapper->wanted = NULL;
    set_colour(wrapper, NULL);
}

static void snippet_part(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct wrapper *wrapper = context;
    if (part == CSA_SNIPPET_GAP) {
        wrapper->blank_pending = wrapper->column > wrapper->indent;
        put_text(wrapper, csa_view_of("..."));
        wrapper->blank_pending = true;
        return;
    }
    put_coloured(wrapper, text, part == CSA_SNIPPET_MARKED ? COLOUR_MARK : NULL);
}

/* "2023-08-11 · Caspian Ledger · A. Author · energy/pipelines.txt"; an id that serves as the title is not
 * repeated. */
static void put_origin(struct wrapper *wrapper, const struct csa_article_info *article)
{
    char digits[16];
    struct csa_buffer date; /* never larger than the digits */
    csa_buffer_init(&date, sizeof digits);
    csa_date_append(&date, article->date);
    size_t size = date.size;
    memcpy(digits, size == 0 ? "" : date.data, size);
    csa_buffer_release(&date);
    bool same = csa_view_equal(article->id, article->url);
    const struct csa_view parts[] = {csa_view_make(digits, size), article->source, article->author,
                                     article->id, same ? (struct csa_view){0} : article->url};
    bool first = true;
    break_line(wrapper);
    wrapper->wanted = COLOUR_DIM;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size != 0) {
            put_text(wrapper, csa_view_of(first ? "" : " · "));
            put_text(wrapper, parts[i]);
            first = false;
        }
    }
    put_coloured(wrapper, (struct csa_view){0}, NULL);
}

static void put_explanation(struct wrapper *wrapper, const struct csa_explanation *explanation)
{
    for (size_t i = 0; i < explanation->count; i++) {
        const struct csa_explanation_line *line = &explanation->lines[i];
        char value[32];
        int size = snprintf(value, sizeof value, "%.6g ", line->value);
        wrapper->indent = INDENT + 2 + 2 * (size_t)line->depth;
        break_line(wrapper);
        put_text(wrapper, csa_view_make(value, (size_t)size));
        put_text(wrapper, line->text);
    }
    wrapper->indent = INDENT;
}

static void put_hit(struct csa_buffer *out, const struct csa_page_hit *hit,
                    const struct csa_explanation *explanation, const struct csa_text_style *style)
{
    struct wrapper wrapper = {.out = out, .style = style, .indent = INDENT};
    size_t before = out->size;
    csa_buffer_append_format(out, "%2u. ", hit->rank);
    wrapper.column = out->size - before;
    put_coloured(&wrapper, hit->article.title.size != 0 ? hit->article.title : hit->article.id, COLOUR_TITLE);
    put_origin(&wrapper, &hit->article);
    for (size_t i = 0; i < hit->passage_count; i++) {
        const struct csa_page_passage *passage = &hit->passages[i];
        char label[32];
        int size = snprintf(label, sizeof label, "[%u]", passage->info.number);
        break_line(&wrapper);
        put_coloured(&wrapper, csa_view_make(label, (size_t)size), COLOUR_DIM);
        wrapper.blank_pending = true;
        if (passage->info.text.size == 0) {
            put_text(&wrapper, csa_view_of("(text not stored)"));
        }
        csa_snippet_render(passage->info.text, &passage->marked, &passage->snippet, snippet_part, &wrapper);
        wrapper.blank_pending = false;
    }
    if (explanation != NULL) {
        put_explanation(&wrapper, explanation);
    }
    csa_buffer_append_view(out, csa_view_of("\n\n"));
}

static void put_terms(struct csa_buffer *out, const struct csa_search_result *result)
{
    for (size_t i = 0; i < result->term_count; i++) {
        const struct csa_term_report *term = &result->terms[i];
        csa_buffer_append_format(out, "  %s ", term->kind);
        put_printable(out, term->text);
        csa_buffer_append_format(out, ": in %llu passages, %llu times, idf %.4f\n",
                                 (unsigned long long)term->passages, (unsigned long long)term->occurrences,
                                 term->idf);
    }
    csa_buffer_append_format(out, "  strategy: %s; %llu blocks read, %llu passages scored\n\n",
                             result->strategy == NULL ? "none" : result->strategy,
                             (unsigned long long)result->blocks_read,
                             (unsigned long long)result->passages_scored);
}

static void put_diagnosis(struct csa_buffer *out, const struct csa_diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct csa_clause_report *clause = &diagnosis->clauses[i];
        csa_buffer_append_view(out, csa_view_of("  "));
        put_printable(out, clause->clause);
        csa_buffer_append_format(out, ": in %llu passage%s", (unsigned long long)clause->passages,
                                 clause->passages == 1 ? "" : "s");
        csa_buffer_append_view(out, csa_view_of(clause->emptied ? "; leaves nothing over\n" : "\n"));
        for (size_t j = 0; j < clause->near_count; j++) {
            csa_buffer_append_view(out, csa_view_of(j == 0 ? "    like it: " : ", "));
            put_printable(out, clause->near[j].word);
            csa_buffer_append_format(out, " (%llu)", (unsigned long long)clause->near[j].passages);
        }
        csa_buffer_append_view(out, csa_view_of(clause->near_count == 0 ? "" : "\n"));
    }
    if (diagnosis->suggestion.size != 0) {
        csa_buffer_append_view(out, csa_view_of("Did you mean: "));
        put_printable(out, diagnosis->suggestion);
        csa_buffer_append_byte(out, '\n');
    }
}

void csa_text_page(struct csa_buffer *out, const struct csa_page *page, const struct csa_diagnosis *diagnosis,
                   const struct csa_explanation *explanations, struct csa_view query_id,
                   const struct csa_text_style *style)
{
    const struct csa_search_result *result = &page->result;
    if (query_id.size != 0) {
        csa_buffer_append_view(out, csa_view_of("== "));
        put_printable(out, query_id);
        csa_buffer_append_view(out, csa_view_of(": "));
        put_printable(out, page->query->text);
        csa_buffer_append_byte(out, '\n');
    }
    for (size_t i = 0; i < page->query->note_count; i++) {
        csa_buffer_append_view(out, csa_view_of("Note: "));
        put_printable(out, page->query->notes[i].message);
        csa_buffer_append_byte(out, '\n');
    }
    for (size_t i = 0; i < result->limit_count; i++) {
        csa_buffer_append_format(out, "Note: %s\n", result->limits[i]);
    }
    if (result->passages_matched == 0) {
        csa_buffer_append_view(
            out, csa_view_of(result->exact ? "Nothing found.\n" : "Nothing found within this limit.\n"));
    } else {
        csa_buffer_append_format(
            out, "%s%llu article%s, %llu passage%s (%.1f ms)\n\n", result->exact ? "" : "at least ",
            (unsigned long long)result->articles_matched, result->articles_matched == 1 ? "" : "s",
            (unsigned long long)result->passages_matched, result->passages_matched == 1 ? "" : "s",
            (double)page->nanoseconds / 1e6);
    }
    if (explanations != NULL) {
        put_terms(out, result);
    }
    if (diagnosis != NULL) {
        put_diagnosis(out, diagnosis);
    }
    for (size_t i = 0; i < page->hit_count; i++) {
        put_hit(out, &page->hits[i], explanations == NULL ? NULL : &explanations[i], style);
    }
}
