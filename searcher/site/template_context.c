/* Where a value of a template stands in HTML, and so how it must be escaped: template_parts.h. A state
 * machine over the template's own bytes, after the tokenizer of the HTML standard; values never change its
 * place, because they are escaped so that they cannot. Where the standard repairs bad markup in ways that are
 * hard to follow, this machine reports an error: it must never think itself in another place than the browser
 * is. URLs
 * are template_url.c's. Owns no state; called by template_parse.c. */
#include "searcher/site/template_parts.h"

#include <string.h>

enum element_flag {
    ELEMENT_RAW = 1,      /* its content is no markup */
    ELEMENT_TEXT = 2,     /* but takes values, as text (RCDATA) */
    ELEMENT_LOADS = 4,    /* its URL runs with the page's rights */
    ELEMENT_CLOSED = 8,   /* no attribute takes a value: it would change the page's other links */
    ELEMENT_ENDLESS = 16, /* nothing ends it */
    ELEMENT_META = 32,
};

/* csa_html_state.dashes right behind <!--; one more behind another dash. */
enum { COMMENT_BEGUN = 3 };

/* Index 0 stands for every other element. */
static const struct element {
    const char *name;
    unsigned flags;
} elements[] = {
    {"", 0},
    {"script", ELEMENT_RAW | ELEMENT_LOADS},
    {"style", ELEMENT_RAW},
    {"title", ELEMENT_RAW | ELEMENT_TEXT},
    {"textarea", ELEMENT_RAW | ELEMENT_TEXT},
    {"xmp", ELEMENT_RAW},
    {"iframe", ELEMENT_RAW | ELEMENT_LOADS},
    {"noembed", ELEMENT_RAW},
    {"noframes", ELEMENT_RAW},
    {"plaintext", ELEMENT_ENDLESS},
    {"frame", ELEMENT_LOADS},
    {"embed", ELEMENT_LOADS},
    {"object", ELEMENT_LOADS},
    {"applet", ELEMENT_LOADS},
    {"use", ELEMENT_LOADS},
    {"base", ELEMENT_CLOSED},
    {"animate", ELEMENT_CLOSED},
    {"animatemotion", ELEMENT_CLOSED},
    {"animatetransform", ELEMENT_CLOSED},
    {"set", ELEMENT_CLOSED},
    {"meta", ELEMENT_META},
};

static const char *const url_attributes[] = {
    "action",   "background", "cite",     "data",   "formaction", "href", "icon",   "itemid",     "itemtype",
    "longdesc", "lowsrc",     "manifest", "poster", "profile",    "src",  "usemap", "xlink:href",
};

static const char *const unsafe_attributes[] = {
    "accept-charset", "archive",  "attributename", "attributionsrc", "charset",
    "classid",        "codebase", "http-equiv",    "imagesrcset",    "ping",
    "sandbox",        "srcdoc",   "srcset",        "style",          "xml:base",
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Of a tag's or an attribute's name. HTML allows more; parsers do not agree on it. */
static bool is_name_byte(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || strchr("-_:.@", byte) != NULL;
}

/* ---- names ---- */

static bool name_is_among(const struct csa_html_state *state, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (csa_html_name_is(state, names[i])) {
            return true;
        }
    }
    return false;
}

static const char *finish_tag_name(struct csa_html_state *state)
{
    state->element = 0;
    for (unsigned i = 1; i < sizeof elements / sizeof *elements; i++) {
        if (csa_html_name_is(state, elements[i].name)) {
            state->element = i;
        }
    }
    csa_html_name_clear(state);
    bool endless = (elements[state->element].flags & ELEMENT_ENDLESS) != 0;
    return endless ? "<plaintext> never ends" : NULL;
}

static const char *finish_attribute_name(struct csa_html_state *state)
{
    unsigned flags = elements[state->element].flags;
    bool handler = state->name_size >= 2 && state->name[0] == 'o' && state->name[1] == 'n';
    bool colon = memchr(state->name, ':', sizeof state->name) != NULL &&
                 !csa_html_name_is(state, "xlink:href") && !csa_html_name_is(state, "xml:lang") &&
                 !csa_html_name_is(state, "xml:space");
    state->attribute = CSA_HTML_PLAIN;
    state->url = CSA_HTML_URL_START;
    if ((flags & ELEMENT_META) != 0 && csa_html_name_is(state, "http-equiv")) {
        state->refresh = true;
        if (state->content_value) {
            return "a <meta> with http-equiv takes no value in content";
        }
    }
    if (handler || colon || !is_letter(state->name[0]) || (flags & ELEMENT_CLOSED) != 0 || state->end_tag ||
        name_is_among(state, unsafe_attributes, sizeof unsafe_attributes / sizeof *unsafe_attributes)) {
        state->attribute = CSA_HTML_UNSAFE;
    } else if (name_is_among(state, url_attributes, sizeof url_attributes / sizeof *url_attributes)) {
        state->attribute = (flags & ELEMENT_LOADS) != 0 ? CSA_HTML_URL_LOCAL : CSA_HTML_URL;
    } else if ((flags & ELEMENT_META) != 0 && csa_html_name_is(state, "content")) {
        state->attribute = CSA_HTML_CONTENT;
    }
    csa_html_name_clear(state);
    state->place = CSA_HTML_BEFORE_VALUE;
    return NULL;
}

/* Behind an attribute's value: in the tag again. */
static void leave_attribute(struct csa_html_state *state, enum csa_html_place place)
{
    csa_html_name_clear(state);
    state->attribute = CSA_HTML_PLAIN;
    state->url = CSA_HTML_URL_START;
    state->place = place;
}

/* Behind the > of a tag. */
static void leave_tag(struct csa_html_state *state)
{
    unsigned element = state->element;
    bool raw = !state->end_tag && (elements[element].flags & ELEMENT_RAW) != 0;
    *state =
        (struct csa_html_state){.place = raw ? CSA_HTML_RAW : CSA_HTML_TEXT, .element = raw ? element : 0};
}

/* ---- the template's own bytes ---- */

static const char *read_open(struct csa_html_state *state, char byte)
{
    if (is_letter(byte)) {
        state->place = CSA_HTML_NAME;
        csa_html_name_add(state, byte);
    } else if (byte == '/') {
        state->place = CSA_HTML_END_OPEN;
    } else if (byte == '!') {
        state->place = CSA_HTML_MARKUP;
    } else if (byte == '?') {
        return "<? is not HTML";
    } else if (byte != '<') {
        state->place = CSA_HTML_TEXT;
    }
    return NULL;
}

static const char *read_tag(struct csa_html_state *state, char byte)
{
    if (byte == '>') {
        leave_tag(state);
        return NULL;
    }
    if (state->place == CSA_HTML_SLASH) {
        return "a slash in a tag that does not end it";
    }
    if (is_blank(byte)) {
        state->place = CSA_HTML_TAG;
        return NULL;
    }
    if (state->place == CSA_HTML_BREAK) {
        return "a name goes on behind a section: a blank must stand between";
    }
    if (byte == '/') {
        state->place = CSA_HTML_SLASH;
        return NULL;
    }
    if (!is_name_byte(byte)) {
        return "an attribute's name must stand here: is a quote or a > missing before?";
    }
    csa_html_name_clear(state);
    csa_html_name_add(state, byte);
    state->place = CSA_HTML_ATTRIBUTE;
    return NULL;
}

static const char *read_name(struct csa_html_state *state, char byte)
{
    if (is_blank(byte) || byte == '/' || byte == '>') {
        const char *trouble = finish_tag_name(state);
        state->place = CSA_HTML_TAG;
        return trouble != NULL ? trouble : read_tag(state, byte);
    }
    if (!is_name_byte(byte)) {
        return "a character that does not belong in a tag's name";
    }
    csa_html_name_add(state, byte);
    return NULL;
}

static const char *read_attribute_name(struct csa_html_state *state, char byte)
{
    if (byte == '=') {
        return finish_attribute_name(state);
    }
    if (is_blank(byte)) {
        state->place = CSA_HTML_AFTER_ATTRIBUTE;
        return NULL;
    }
    if (byte == '/' || byte == '>' || state->place == CSA_HTML_AFTER_ATTRIBUTE) {
        leave_attribute(state, CSA_HTML_TAG);
        return read_tag(state, byte);
    }
    if (!is_name_byte(byte)) {
        return "a character that does not belong in an attribute's name: is a quote missing before?";
    }
    csa_html_name_add(state, byte);
    return NULL;
}

static const char *read_value(struct csa_html_state *state, char byte)
{
    switch (state->place) {
    case CSA_HTML_BEFORE_VALUE:
        if (is_blank(byte)) {
            return NULL;
        }
        if (byte == '"' || byte == '\'') {
            state->place = byte == '"' ? CSA_HTML_DOUBLE : CSA_HTML_SINGLE;
            return NULL;
        }
        if (byte == '>') {
            return "an attribute's value is missing";
        }
        state->place = CSA_HTML_UNQUOTED;
        break;
    case CSA_HTML_DOUBLE:
    case CSA_HTML_SINGLE:
        if (byte == (state->place == CSA_HTML_DOUBLE ? '"' : '\'')) {
            leave_attribute(state, CSA_HTML_TAG);
            return NULL;
        }
        return state->attribute == CSA_HTML_URL || state->attribute == CSA_HTML_URL_LOCAL
                   ? csa_html_url_read(state, byte)
                   : NULL;
    default:
        break;
    }
    if (is_blank(byte)) {
        leave_attribute(state, CSA_HTML_TAG);
    } else if (byte == '>') {
        leave_tag(state);
    } else if (strchr("\"'<=`", byte) != NULL) {
        return "an attribute's value without quotes holds a quote, < or =";
    }
    return NULL;
}

static const char *read_markup(struct csa_html_state *state, char byte)
{
    if (state->place == CSA_HTML_DECLARATION) {
        state->place = byte == '>' ? CSA_HTML_TEXT : CSA_HTML_DECLARATION;
        return NULL;
    }
    if (state->place == CSA_HTML_MARKUP && is_letter(byte)) {
        state->place = CSA_HTML_DECLARATION;
        return NULL;
    }
    if (byte != '-') {
        return "<! begins a comment (<!--) or <!doctype html>, nothing else";
    }
    state->dashes = state->place == CSA_HTML_MARKUP ? 0 : COMMENT_BEGUN;
    state->place = state->place == CSA_HTML_MARKUP ? CSA_HTML_MARKUP_DASH : CSA_HTML_COMMENT;
    return NULL;
}

static const char *read_comment(struct csa_html_state *state, char byte)
{
    if (state->dashes >= COMMENT_BEGUN && byte == '>') {
        return "<!--> and <!---> are no comments";
    }
    if (state->dashes == 2 && byte == '>') {
        state->dashes = 0;
        state->place = CSA_HTML_TEXT;
    } else if (state->dashes == 2 && byte == '!') {
        return "--! in a comment";
    } else if (byte != '-') {
        state->dashes = 0;
    } else {
        state->dashes = state->dashes == COMMENT_BEGUN ? COMMENT_BEGUN + 1 : state->dashes == 0 ? 1 : 2;
    }
    return NULL;
}

static const char *read_raw(struct csa_html_state *state, char byte)
{
    static const char *const inner =
        "in script, style, title, textarea and the like no tag, comment or other "
        "end tag may stand; put a blank behind <";
    switch (state->place) {
    case CSA_HTML_RAW:
        state->place = byte == '<' ? CSA_HTML_RAW_OPEN : CSA_HTML_RAW;
        return NULL;
    case CSA_HTML_RAW_OPEN:
        if (is_letter(byte) || byte == '!' || byte == '?') {
            return inner;
        }
        state->place = byte == '/' ? CSA_HTML_RAW_END : byte == '<' ? CSA_HTML_RAW_OPEN : CSA_HTML_RAW;
        return NULL;
    default:
        break;
    }
    if (is_letter(byte)) {
        csa_html_name_add(state, byte);
        return NULL;
    }
    if (!csa_html_name_is(state, elements[state->element].name) ||
        (!is_blank(byte) && byte != '/' && byte != '>')) {
        return inner;
    }
    csa_html_name_clear(state);
    state->end_tag = true;
    state->place = CSA_HTML_TAG;
    return read_tag(state, byte);
}

const char *csa_html_read(struct csa_html_state *state, char byte)
{
    switch (state->place) {
    case CSA_HTML_TEXT:
        state->place = byte == '<' ? CSA_HTML_OPEN : CSA_HTML_TEXT;
        return NULL;
    case CSA_HTML_OPEN:
        return read_open(state, byte);
    case CSA_HTML_END_OPEN:
        if (!is_letter(byte)) {
            return "</ without a tag's name";
        }
        state->end_tag = true;
        state->place = CSA_HTML_NAME;
        csa_html_name_add(state, byte);
        return NULL;
    case CSA_HTML_NAME:
        return read_name(state, byte);
    case CSA_HTML_TAG:
    case CSA_HTML_BREAK:
    case CSA_HTML_SLASH:
        return read_tag(state, byte);
    case CSA_HTML_ATTRIBUTE:
    case CSA_HTML_AFTER_ATTRIBUTE:
        return read_attribute_name(state, byte);
    case CSA_HTML_BEFORE_VALUE:
    case CSA_HTML_DOUBLE:
    case CSA_HTML_SINGLE:
    case CSA_HTML_UNQUOTED:
        return read_value(state, byte);
    case CSA_HTML_MARKUP:
    case CSA_HTML_MARKUP_DASH:
    case CSA_HTML_DECLARATION:
        return read_markup(state, byte);
    case CSA_HTML_COMMENT:
        return read_comment(state, byte);
    case CSA_HTML_RAW:
    case CSA_HTML_RAW_OPEN:
    case CSA_HTML_RAW_END:
        break;
    }
    return read_raw(state, byte);
}

/* ---- values and sections ---- */

static const char *put_attribute_value(struct csa_html_state *state, enum csa_template_escape *escape)
{
    *escape = CSA_ESCAPE_ATTRIBUTE;
    switch (state->attribute) {
    case CSA_HTML_PLAIN:
        break;
    case CSA_HTML_URL:
    case CSA_HTML_URL_LOCAL:
        return csa_html_url_value(state, escape);
    case CSA_HTML_CONTENT:
        state->content_value = true;
        return state->refresh ? "a <meta> with http-equiv takes no value in content" : NULL;
    case CSA_HTML_UNSAFE:
        return "this attribute takes no value: what it holds is code, a style or a list of URLs, or it would "
               "change what the page's other links mean";
    }
    return NULL;
}

const char *csa_html_value(struct csa_html_state *state, enum csa_template_escape *escape)
{
    *escape = CSA_ESCAPE_TEXT;
    switch (state->place) {
    case CSA_HTML_TEXT:
        return NULL;
    case CSA_HTML_DOUBLE:
    case CSA_HTML_SINGLE:
        return put_attribute_value(state, escape);
    case CSA_HTML_RAW:
        return (elements[state->element].flags & ELEMENT_TEXT) != 0
                   ? NULL
                   : "no value may stand in a script, a style sheet or the like";
    case CSA_HTML_OPEN:
    case CSA_HTML_END_OPEN:
    case CSA_HTML_NAME:
        return "no value may stand in a tag's name";
    case CSA_HTML_TAG:
    case CSA_HTML_BREAK:
    case CSA_HTML_SLASH:
    case CSA_HTML_ATTRIBUTE:
    case CSA_HTML_AFTER_ATTRIBUTE:
        return "no value may stand in an attribute's name";
    case CSA_HTML_BEFORE_VALUE:
    case CSA_HTML_UNQUOTED:
        return "a value in an attribute needs quotes around it";
    case CSA_HTML_MARKUP:
    case CSA_HTML_MARKUP_DASH:
    case CSA_HTML_DECLARATION:
    case CSA_HTML_COMMENT:
        return "no value may stand in an HTML comment or declaration";
    case CSA_HTML_RAW_OPEN:
    case CSA_HTML_RAW_END:
        break;
    }
    return "no value may stand behind < here";
}

const char *csa_html_section_begin(struct csa_html_state *state)
{
    const char *trouble = NULL;
    switch (state->place) {
    case CSA_HTML_NAME:
        trouble = finish_tag_name(state);
        state->place = CSA_HTML_BREAK;
        break;
    case CSA_HTML_ATTRIBUTE:
    case CSA_HTML_UNQUOTED:
        leave_attribute(state, CSA_HTML_BREAK);
        break;
    case CSA_HTML_AFTER_ATTRIBUTE:
        leave_attribute(state, CSA_HTML_TAG);
        break;
    default:
        break;
    }
    return trouble;
}

const char *csa_html_section_end(const struct csa_html_state *begin, struct csa_html_state *state,
                                 bool *blank)
{
    const char *trouble = csa_html_section_begin(state);
    if (trouble != NULL) {
        return trouble;
    }
    *blank = begin->place == CSA_HTML_TAG && state->place == CSA_HTML_BREAK;
    if (*blank) {
        state->place = CSA_HTML_TAG;
    } else if (begin->place == CSA_HTML_BREAK && state->place == CSA_HTML_TAG) {
        state->place = CSA_HTML_BREAK;
    }
    if (begin->place != state->place || begin->element != state->element ||
        begin->end_tag != state->end_tag || begin->attribute != state->attribute ||
        begin->dashes != state->dashes) {
        return "ends in another place of HTML than it begins: tags and quotes that it opens must be closed "
               "in it";
    }
    state->refresh = state->refresh || begin->refresh;
    state->content_value = state->content_value || begin->content_value;
    if (state->refresh && state->content_value) {
        return "a <meta> with http-equiv takes no value in content";
    }
    if (state->attribute == CSA_HTML_URL || state->attribute == CSA_HTML_URL_LOCAL) {
        return csa_html_url_join(begin, state);
    }
    return begin->name_size == state->name_size && memcmp(begin->name, state->name, sizeof state->name) == 0
               ? NULL
               : "begins or ends inside a name";
}

const char *csa_html_whole(const struct csa_html_state *state)
{
    return state->place == CSA_HTML_TEXT
               ? NULL
               : "inside a tag, an attribute, a comment, or an element such as title "
                 "or script";
}
