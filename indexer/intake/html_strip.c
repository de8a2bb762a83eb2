/* Takes tags off; see html_strip.h. Owns nothing; called by html.c and markdown.c. */
#include "indexer/intake/html_strip.h"

#include "common/text/unicode.h"
#include "indexer/intake/html_elements.h"

#include <strings.h>

enum { REFERENCE_MAXIMUM = 10 };

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The name in a tag: `<div class=x>`, `</p>`. */
static struct csa_view tag_name(struct csa_view tag)
{
    size_t start = tag.size > 1 && tag.data[1] == '/' ? 2 : 1;
    size_t end = start;
    while (end < tag.size && (is_letter(tag.data[end]) || (tag.data[end] >= '0' && tag.data[end] <= '9') ||
                              tag.data[end] == '-')) {
        end++;
    }
    return csa_view_make(tag.data + start, end < start ? 0 : end - start);
}

/* Decodes the reference at p (a `&`); 0 when it is none that is known. */
static size_t decode_reference(struct csa_view text, uint32_t *character)
{
    static const struct {
        const char *name;
        uint32_t character;
    } names[] = {{"&amp;", '&'},      {"&lt;", '<'},       {"&gt;", '>'},        {"&quot;", '"'},
                 {"&apos;", '\''},    {"&nbsp;", ' '},     {"&ndash;", 0x2013},  {"&mdash;", 0x2014},
                 {"&lsquo;", 0x2018}, {"&rsquo;", 0x2019}, {"&ldquo;", 0x201C},  {"&rdquo;", 0x201D},
                 {"&laquo;", 0xAB},   {"&raquo;", 0xBB},   {"&hellip;", 0x2026}, {"&euro;", 0x20AC}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (csa_view_starts_with(text, csa_view_of(names[i].name))) {
            *character = names[i].character;
            return strlen(names[i].name);
        }
    }
    if (text.size < 4 || text.data[1] != '#') {
        return 0;
    }
    bool hex = text.data[2] == 'x' || text.data[2] == 'X';
    *character = 0;
    for (size_t i = hex ? 3 : 2; i < text.size && i < REFERENCE_MAXIMUM; i++) {
        char byte = text.data[i];
        char small = (char)(byte | 0x20);
        if (byte == ';' && i > (hex ? 3U : 2U)) {
            return *character == 0 || *character > 0x10FFFF ? 0 : i + 1;
        }
        bool digit = byte >= '0' && byte <= '9';
        if (!digit && !(hex && small >= 'a' && small <= 'f')) {
            return 0;
        }
        *character = *character * (hex ? 16 : 10) + (uint32_t)(digit ? byte - '0' : small - 'a' + 10);
    }
    return 0;
}

static void put_text(struct csa_view text, struct csa_block_writer *writer)
{
    while (text.size != 0) {
        const char *mark = memchr(text.data, '&', text.size);
        size_t plain = mark == NULL ? text.size : (size_t)(mark - text.data);
        csa_block_writer_put(writer, csa_view_make(text.data, plain));
        text = csa_view_make(text.data + plain, text.size - plain);
        if (text.size == 0) {
            return;
        }
        uint32_t character;
        size_t used = decode_reference(text, &character);
        char utf8[4];
        if (used != 0) {
            csa_block_writer_put(writer, csa_view_make(utf8, csa_utf8_encode(utf8, character)));
        } else {
            csa_block_writer_put(writer, csa_view_make("&", 1));
            used = 1;
        }
        text = csa_view_make(text.data + used, text.size - used);
    }
}

void csa_html_strip_inline(struct csa_view tag, struct csa_block_writer *writer)
{
    enum csa_html_effect effect = csa_html_element_find(tag_name(tag))->effect;
    if (effect != CSA_HTML_INLINE && effect != CSA_HTML_INVISIBLE) {
        csa_block_writer_space(writer);
    }
}

/* Whether the text starts with the closing tag of that element. */
static bool closes(struct csa_view text, struct csa_view name)
{
    return text.size > name.size + 2 && text.data[1] == '/' &&
           strncasecmp(text.data + 2, name.data, name.size) == 0 && !is_letter(text.data[name.size + 2]);
}

/* Bytes of what follows an opening script or style tag, up to its closing tag. */
static size_t hidden_size(struct csa_view rest, struct csa_view name)
{
    for (size_t at = 0; at < rest.size;) {
        const char *mark = memchr(rest.data + at, '<', rest.size - at);
        if (mark == NULL) {
            break;
        }
        at = (size_t)(mark - rest.data);
        if (closes(csa_view_make(mark, rest.size - at), name)) {
            return at;
        }
        at++;
    }
    return rest.size;
}

/* What the tag or comment at a `<` takes; 0 when the `<` is text. */
static size_t markup_size(struct csa_view text)
{
    if (text.size < 3) {
        return 0;
    }
    bool comment = csa_view_starts_with(text, csa_view_of("<!--"));
    if (!comment && !is_letter(text.data[1]) && text.data[1] != '!' && text.data[1] != '?' &&
        (text.data[1] != '/' || !is_letter(text.data[2]))) {
        return 0;
    }
    const char *closing = comment ? "-->" : ">";
    const char *end = memmem(text.data, text.size, closing, strlen(closing));
    return end == NULL ? text.size : (size_t)(end - text.data) + strlen(closing);
}

void csa_html_strip(struct csa_view html, enum csa_block_kind kind, struct csa_block_writer *writer)
{
    for (size_t at = 0; at < html.size;) {
        const char *mark = memchr(html.data + at, '<', html.size - at);
        size_t next = mark == NULL ? html.size : (size_t)(mark - html.data);
        put_text(csa_view_make(html.data + at, next - at), writer);
        at = next;
        if (at == html.size) {
            return;
        }
        struct csa_view tag = csa_view_make(html.data + at, html.size - at);
        tag.size = markup_size(tag);
        if (tag.size == 0) {
            put_text(csa_view_make(html.data + at, 1), writer);
            at++;
            continue;
        }
        at += tag.size;
        struct csa_view name = tag_name(tag);
        const struct csa_html_element *element = csa_html_element_find(name);
        bool hides = csa_view_equal(csa_view_of(element->name), csa_view_of("script")) ||
                     csa_view_equal(csa_view_of(element->name), csa_view_of("style"));
        if (hides && tag.data[1] != '/') {
            at += hidden_size(csa_view_make(html.data + at, html.size - at), name);
        } else if (element->effect == CSA_HTML_BLOCK || element->effect == CSA_HTML_LEFT_OUT) {
            csa_block_writer_end(writer, kind);
        } else if (element->effect != CSA_HTML_INLINE && tag.data[1] != '!') {
            csa_block_writer_space(writer);
        }
    }
}
