/* The words that set a result apart: "words     Gazprom (34) · pipeline (28)", the passages that hold each.
 */
#include "searcher/output/contrast.h"

#include "common/text/unicode.h"
#include "searcher/feedback/contrast.h"
#include "searcher/output/escape.h"
#include "searcher/output/wrap.h"

#include <stdio.h>

enum { WORD_COLUMN = 10 };

static void put_word(struct csa_wrapper *wrapper, const struct csa_contrast_word *word, bool first)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "(%u)", word->passages);
    if (!first && wrapper->column + 2 <= wrapper->style->width) {
        csa_wrap_coloured(wrapper, csa_view_of(" ·"), csa_colour_dim);
    }
    size_t columns = csa_utf8_columns(word->word) + 2 + (size_t)size;
    if (!first && wrapper->column + columns > wrapper->style->width) {
        csa_wrap_line(wrapper);
    }
    wrapper->blank_pending = wrapper->column > wrapper->indent;
    csa_wrap_coloured(wrapper, word->word, NULL);
    wrapper->blank_pending = true;
    csa_wrap_coloured(wrapper, csa_view_make(digits, (size_t)size), csa_colour_dim);
}

void csa_contrast_text(struct csa_buffer *out, const struct csa_page *page,
                       const struct csa_text_style *style)
{
    const struct csa_contrast *contrast = page->contrast;
    if (contrast == NULL || contrast->count == 0) {
        return;
    }
    struct csa_wrapper wrapper = {.out = out, .style = style};
    csa_wrap_coloured(&wrapper, csa_view_of("words"), csa_colour_title);
    for (; wrapper.column < WORD_COLUMN; wrapper.column++) {
        csa_buffer_append_byte(out, ' ');
    }
    wrapper.indent = WORD_COLUMN;
    for (size_t i = 0; i < contrast->count; i++) {
        put_word(&wrapper, &contrast->words[i], i == 0);
    }
    csa_buffer_append_view(out, csa_view_of("\n\n"));
}

void csa_contrast_json(struct csa_buffer *out, const struct csa_page *page)
{
    const struct csa_contrast *contrast = page->contrast;
    csa_buffer_append_byte(out, '[');
    for (size_t i = 0; i < contrast->count; i++) {
        const struct csa_contrast_word *word = &contrast->words[i];
        csa_buffer_append_view(out, csa_view_of(i == 0 ? "{\"word\": " : ", {\"word\": "));
        csa_json_string(out, word->word);
        csa_buffer_append_format(out, ", \"weight\": %.6g, \"passages\": %u}", word->weight, word->passages);
    }
    csa_buffer_append_byte(out, ']');
}
