/* Text fragments: the shown sentence is named by its first and its last words, or whole when it is short.
 *
 * A browser looks for each of the two within one block of the page (a paragraph, a heading), and only for
 * whole words: so words are taken up to a line break, and of text without spaces up to a punctuation mark. */
#include "searcher/output/link.h"

#include "common/text/unicode.h"

/* How much names a text. */
struct measure {
    size_t edge_words;   /* of the beginning and of the end */
    size_t edge_letters; /* two words of so many letters will do, too */
    size_t edge_bytes;   /* of either, at most: for text without spaces */
    size_t whole_words;  /* a text of no more words is named whole */
    size_t whole_bytes;
};

static bool starts_without_case(struct csa_view text, const char *prefix)
{
    for (size_t i = 0; prefix[i] != '\0'; i++) {
        char byte = i < text.size ? text.data[i] : '\0';
        if ((byte >= 'A' && byte <= 'Z' ? byte + 32 : byte) != prefix[i]) {
            return false;
        }
    }
    return true;
}

bool csa_link_is_safe(struct csa_view url)
{
    return starts_without_case(url, "http://") || starts_without_case(url, "https://");
}

void csa_link_url(struct csa_buffer *out, struct csa_view url)
{
    for (size_t i = 0; i < url.size; i++) {
        unsigned char byte = (unsigned char)url.data[i];
        if (byte <= ' ' || byte >= 0x7F || byte == '"' || byte == '<' || byte == '>' || byte == '\\') {
            csa_buffer_append_format(out, "%%%02X", byte);
        } else {
            csa_buffer_append_byte(out, byte);
        }
    }
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* A term of the directive: `-`, `,` and `&` have a meaning there, and all else that is not plain is encoded
 * too. Blanks in a row are one. */
static void put_term(struct csa_buffer *out, struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '~';
        if (plain) {
            csa_buffer_append_byte(out, byte);
        } else if (!is_blank((char)byte)) {
            csa_buffer_append_format(out, "%%%02X", byte);
        } else if (i + 1 < text.size && !is_blank(text.data[i + 1])) {
            csa_buffer_append_view(out, csa_view_of("%20"));
        }
    }
}

/* Marks between clauses in scripts that do not separate words. */
static bool is_stop(uint32_t character)
{
    return (character >= 0x3001 && character <= 0x3003) || character == 0xFF0C || character == 0xFF0E ||
           character == 0xFF1A || character == 0xFF1B || character == 0xFF1F || character == 0xFF01;
}

/* Whether so many words, of so many characters with the blanks between them, name an edge. */
static bool is_enough(const struct measure *measure, size_t words, size_t characters)
{
    return words == measure->edge_words || (words >= 2 && characters >= measure->edge_letters + words);
}

/* The first words of a text, of its first line. */
static struct csa_view first_words(struct csa_view text, const struct measure *measure)
{
    size_t words = 0;
    size_t characters = 0;
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        size_t size = (size_t)(p - text.data);
        if (*p == '\n' || (is_stop(character) && size != 0) ||
            (is_blank(*p) && !is_blank(p[-1]) && is_enough(measure, ++words, characters))) {
            return csa_view_make(text.data, size);
        }
        if ((size_t)(next - text.data) > measure->edge_bytes) {
            return csa_view_make(text.data, size);
        }
        p = next;
        characters++;
    }
    return text;
}

/* The last words of a text, of its last line. */
static struct csa_view last_words(struct csa_view text, const struct measure *measure)
{
    size_t words = 0;
    size_t characters = 0;
    size_t at = text.size;
    while (at > 0) {
        size_t before = at - 1;
        while (before > 0 && ((unsigned char)text.data[before] & 0xC0) == 0x80) {
            before--;
        }
        uint32_t character;
        csa_utf8_decode(text.data + before, text.data + at, &character);
        char byte = text.data[before];
        if (byte == '\n' || (is_stop(character) && at != text.size) ||
            (is_blank(byte) && !is_blank(text.data[at]) && is_enough(measure, ++words, characters)) ||
            text.size - before > measure->edge_bytes) {
            break;
        }
        at = before;
        characters++;
    }
    return csa_view_make(text.data + at, text.size - at);
}

static bool is_short(struct csa_view text, const struct measure *measure)
{
    size_t words = 1;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n') {
            return false;
        }
        words += i != 0 && is_blank(text.data[i]) && !is_blank(text.data[i - 1]);
    }
    return words <= measure->whole_words && text.size <= measure->whole_bytes;
}

/* The first shown fragment with a mark in it, else the first. */
static struct csa_view shown_text(const struct csa_page_passage *passage)
{
    const struct csa_snippet *snippet = &passage->snippet;
    const struct csa_fragment *chosen = snippet->count == 0 ? NULL : &snippet->fragments[0];
    bool found = false;
    for (size_t f = 0; f < snippet->count && !found; f++) {
        for (size_t m = 0; m < passage->marked.count && !found; m++) {
            const struct csa_mark *mark = &passage->marked.marks[m];
            found = mark->begin >= snippet->fragments[f].begin && mark->end <= snippet->fragments[f].end;
        }
        chosen = found ? &snippet->fragments[f] : chosen;
    }
    if (chosen == NULL || chosen->end > passage->info.text.size) {
        return (struct csa_view){0};
    }
    return csa_view_trim(csa_view_make(passage->info.text.data + chosen->begin, chosen->end - chosen->begin));
}

/* The URL up to where the directive goes; *has_fragment: it has a `#`. */
static struct csa_view without_directive(struct csa_view url, bool *has_fragment)
{
    *has_fragment = false;
    for (size_t i = 0; i < url.size; i++) {
        *has_fragment = *has_fragment || url.data[i] == '#';
        if (*has_fragment && i + 3 <= url.size && memcmp(url.data + i, ":~:", 3) == 0) {
            return csa_view_make(url.data, i);
        }
    }
    return url;
}

static void put_passage(struct csa_buffer *out, struct csa_view url, const struct csa_page_passage *passage,
                        const struct measure *measure)
{
    struct csa_view text = shown_text(passage);
    if (!csa_link_is_safe(url) || text.size == 0) {
        return;
    }
    bool has_fragment;
    csa_link_url(out, without_directive(url, &has_fragment));
    csa_buffer_append_view(out, csa_view_of(has_fragment ? ":~:text=" : "#:~:text="));
    if (is_short(text, measure)) {
        put_term(out, text);
        return;
    }
    struct csa_view first = csa_view_trim(first_words(text, measure));
    struct csa_view rest =
        csa_view_make(first.data + first.size, (size_t)(text.data + text.size - (first.data + first.size)));
    struct csa_view last = csa_view_trim(last_words(rest, measure));
    put_term(out, first);
    if (last.size != 0) {
        csa_buffer_append_byte(out, ',');
        put_term(out, last);
    }
}

void csa_link_passage(struct csa_buffer *out, struct csa_view url, const struct csa_page_passage *passage)
{
    static const struct measure measure = {4, SIZE_MAX / 2, 120, 10, 240};
    put_passage(out, url, passage, &measure);
}

void csa_link_passage_briefly(struct csa_buffer *out, struct csa_view url,
                              const struct csa_page_passage *passage)
{
    static const struct measure measure = {3, 16, 90, 5, 150};
    put_passage(out, url, passage, &measure);
}
