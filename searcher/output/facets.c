/* Facets: "source    Caspian Ledger (44) · Test Wire (3) · 12 more · unknown (5)". */
#include "searcher/output/facets.h"

#include "common/text/unicode.h"
#include "searcher/output/escape.h"
#include "searcher/output/wrap.h"

#include <stdio.h>

enum { VALUE_COLUMN = 10 };

const char *csa_facet_name(enum csa_facet facet)
{
    static const char *const names[] = {"source", "language", "author", "year", "month"};
    return facet < CSA_FACET_COUNT ? names[facet] : "";
}

/* A value with its count, which stay on one line where they fit; between values a dot, where it fits. */
static void put_value(struct csa_wrapper *wrapper, struct csa_view value, uint64_t count, const char *colour,
                      bool *first)
{
    char digits[32];
    int size = snprintf(digits, sizeof digits, "(%llu)", (unsigned long long)count);
    if (!*first && wrapper->column + 2 <= wrapper->style->width) {
        csa_wrap_coloured(wrapper, csa_view_of(" ·"), csa_colour_dim);
    }
    size_t columns = csa_utf8_columns(value) + 2 + (size_t)size;
    if (!*first && wrapper->column + columns > wrapper->style->width) {
        csa_wrap_line(wrapper);
    }
    wrapper->blank_pending = wrapper->column > wrapper->indent;
    csa_wrap_coloured(wrapper, value, colour);
    if (count != 0) {
        wrapper->blank_pending = true;
        csa_wrap_coloured(wrapper, csa_view_make(digits, (size_t)size), csa_colour_dim);
    }
    *first = false;
}

/* Whether fewer than CSA_FACET_VALUES_SHOWN values have a higher count, or the same and come before. */
static bool is_shown(const struct csa_facet_counts *counts, size_t place)
{
    if (counts->count <= CSA_FACET_VALUES_SHOWN) {
        return true;
    }
    size_t before = 0;
    for (size_t i = 0; i < counts->count; i++) {
        uint64_t articles = counts->values[i].articles;
        before += articles > counts->values[place].articles ||
                  (articles == counts->values[place].articles && i < place);
    }
    return before < CSA_FACET_VALUES_SHOWN;
}

static void put_facet(struct csa_wrapper *wrapper, const struct csa_facet_counts *counts)
{
    bool first = true;
    size_t shown = 0;
    for (size_t i = 0; i < counts->count; i++) {
        if (is_shown(counts, i)) {
            put_value(wrapper, counts->values[i].value, counts->values[i].articles, NULL, &first);
            shown++;
        }
    }
    size_t more = counts->more + counts->count - shown;
    if (more != 0) {
        char text[48];
        int size = snprintf(text, sizeof text, "%zu more", more);
        put_value(wrapper, csa_view_make(text, (size_t)size), 0, csa_colour_dim, &first);
    }
    if (counts->unknown != 0) {
        put_value(wrapper, csa_view_of("unknown"), counts->unknown, csa_colour_dim, &first);
    }
}

void csa_facets_text(struct csa_buffer *out, const struct csa_page *page, const struct csa_text_style *style)
{
    for (size_t i = 0; i < page->result.facet_count; i++) {
        const struct csa_facet_counts *counts = &page->result.facets[i];
        struct csa_wrapper wrapper = {.out = out, .style = style};
        csa_wrap_coloured(&wrapper, csa_view_of(csa_facet_name(counts->facet)), csa_colour_title);
        for (; wrapper.column < VALUE_COLUMN; wrapper.column++) {
            csa_buffer_append_byte(out, ' ');
        }
        wrapper.indent = VALUE_COLUMN;
        put_facet(&wrapper, counts);
        csa_buffer_append_byte(out, '\n');
    }
    if (page->result.facet_count != 0) {
        csa_buffer_append_byte(out, '\n');
    }
}

void csa_facets_json(struct csa_buffer *out, const struct csa_page *page)
{
    csa_buffer_append_byte(out, '[');
    for (size_t i = 0; i < page->result.facet_count; i++) {
        const struct csa_facet_counts *counts = &page->result.facets[i];
        csa_buffer_append_format(out, "%s{\"field\": \"%s\", \"values\": [", i == 0 ? "" : ", ",
                                 csa_facet_name(counts->facet));
        for (size_t v = 0; v < counts->count; v++) {
            csa_buffer_append_view(out, csa_view_of(v == 0 ? "{\"value\": " : ", {\"value\": "));
            csa_json_string(out, counts->values[v].value);
            csa_buffer_append_format(out, ", \"articles\": %llu}",
                                     (unsigned long long)counts->values[v].articles);
        }
        csa_buffer_append_format(out, "], \"unknown\": %llu, \"more\": %zu}",
                                 (unsigned long long)counts->unknown, counts->more);
    }
    csa_buffer_append_byte(out, ']');
}
