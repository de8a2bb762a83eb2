/* Escaping: escape.h. Owns no state; called by json.c and text.c. */
#include "searcher/output/escape.h"

#include "common/text/unicode.h"

void csa_json_string(struct csa_buffer *out, struct csa_view text)
{
    csa_buffer_append_byte(out, '"');
    const char *p = text.size == 0 ? "" : text.data;
    const char *end = p + text.size;
    while (p < end) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        if (character == '"' || character == '\\') {
            csa_buffer_append_byte(out, '\\');
            csa_buffer_append_byte(out, (uint8_t)character);
        } else if (character == '\n') {
            csa_buffer_append(out, "\\n", 2);
        } else if (character < 0x20 || character == 0x7F || character == 0x2028 || character == 0x2029) {
            csa_buffer_append_format(out, "\\u%04x", character);
        } else {
            char bytes[4];
            csa_buffer_append(out, bytes, csa_utf8_encode(bytes, character));
        }
        p = next;
    }
    csa_buffer_append_byte(out, '"');
}

void csa_json_string_or_null(struct csa_buffer *out, struct csa_view text)
{
    if (text.size == 0) {
        csa_buffer_append(out, "null", 4);
    } else {
        csa_json_string(out, text);
    }
}

void csa_html_escape(struct csa_buffer *out, struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        const char *entity = NULL;
        switch (text.data[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            csa_buffer_append_byte(out, (uint8_t)text.data[i]);
            continue;
        }
        csa_buffer_append_view(out, csa_view_of(entity));
    }
}

void csa_date_append(struct csa_buffer *out, uint32_t date)
{
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    if (year == 0) {
        return;
    }
    csa_buffer_append_format(out, "%04u", year);
    if (month != 0) {
        csa_buffer_append_format(out, "-%02u", month);
    }
    if (month != 0 && day != 0) {
        csa_buffer_append_format(out, "-%02u", day);
    }
}
