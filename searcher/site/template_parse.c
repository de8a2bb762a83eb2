/* Reads templates: template.h. Finds the {{tags}} of a source, feeds the bytes between them to the HTML
 * machine (template_context.c), and writes operations for template_render.c. A tag of a section, comment or
 * partial that stands alone on its line takes the line with it, as Mustache's specification has it. Each
 * partial is read once, from between tags to between tags, however often it is used. Owns the parsed
 * template's memory. */
#include "searcher/site/template_parts.h"

#include "common/base/memory.h"
#include "common/text/unicode.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAXIMUM = 8, TAG_MAXIMUM = 128 };

/* A section that is open. */
struct section {
    size_t operation;
    struct csa_view name;
    size_t at; /* in the source, for messages */
    struct csa_html_state state;
};

/* One source on its way. */
struct parser {
    const struct csa_template_source *sources;
    size_t source_count;
    struct csa_template *parsed;
    struct csa_error *error;
    const struct csa_template_source *source;
    struct csa_template_program *program;
    struct csa_html_state state;
    struct section sections[CSA_TEMPLATE_DEPTH];
    unsigned section_count;
};

/* A tag's bytes: {{ at begin, behind }} at end; kind '#', '^', '/', '>', '!' or 0 for a value. */
struct tag {
    size_t begin, end;
    char kind;
    struct csa_view name;
};

static enum csa_status parse_program(const struct parser *parent, size_t index, struct csa_error *error);

static size_t line_of(const struct parser *parser, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < parser->source->text.size; i++) {
        line += parser->source->text.data[i] == '\n';
    }
    return line;
}

static enum csa_status fail(const struct parser *parser, size_t at, const char *why)
{
    return csa_error_set(parser->error, CSA_ERROR_DAMAGED, "%s:%zu: %s", parser->source->origin,
                         line_of(parser, at), why);
}

static enum csa_status fail_tag(const struct parser *parser, const struct tag *tag, const char *why)
{
    char sign[2] = {tag->kind, '\0'};
    return csa_error_set(parser->error, CSA_ERROR_DAMAGED, "%s:%zu: {{%s%.*s}}: %s", parser->source->origin,
                         line_of(parser, tag->begin), sign, (int)tag->name.size, tag->name.data, why);
}

static struct csa_template_operation *add_operation(struct parser *parser,
                                                    enum csa_template_operation_kind kind)
{
    struct csa_template_program *program = parser->program;
    struct csa_template_operation *operations =
        csa_grow(program->operations, &program->capacity, program->count + 1, sizeof *operations);
    if (operations == NULL) {
        csa_error_set_memory(parser->error, "a template");
        return NULL;
    }
    program->operations = operations;
    struct csa_template_operation *operation = &operations[program->count++];
    *operation = (struct csa_template_operation){.kind = kind};
    return operation;
}

/* The source's bytes from begin to before end, as they are. */
static enum csa_status put_literal(struct parser *parser, size_t begin, size_t end)
{
    if (begin >= end) {
        return CSA_OK;
    }
    const char *text = parser->source->text.data;
    for (size_t i = begin; i < end; i++) {
        if (parser->state.place == CSA_HTML_TEXT && text[i] != '<') {
            continue;
        }
        const char *trouble = csa_html_read(&parser->state, text[i]);
        if (trouble != NULL) {
            return fail(parser, i, trouble);
        }
    }
    struct csa_template_operation *operation = add_operation(parser, CSA_TEMPLATE_LITERAL);
    if (operation == NULL) {
        return CSA_ERROR_MEMORY;
    }
    operation->text = csa_view_make(text + begin, end - begin);
    return CSA_OK;
}

/* ---- tags ---- */

static bool is_name(struct csa_view name)
{
    if (name.size == 1 && name.data[0] == '.') {
        return true;
    }
    bool begun = false; /* a part has a letter */
    size_t parts = 1;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
        if (!letter && (byte != '.' || !begun)) {
            return false;
        }
        begun = letter;
        parts += byte == '.';
    }
    return begun && parts <= PATH_MAXIMUM;
}

/* Finds the next {{ from `from` on; *found is false when there is none. */
static enum csa_status read_tag(const struct parser *parser, size_t from, struct tag *tag, bool *found)
{
    struct csa_view text = parser->source->text;
    const char *open = from == text.size ? NULL : memmem(text.data + from, text.size - from, "{{", 2);
    *found = open != NULL;
    if (open == NULL) {
        return CSA_OK;
    }
    *tag = (struct tag){.begin = (size_t)(open - text.data)};
    size_t inside = tag->begin + 2;
    const char *close = memmem(text.data + inside, text.size - inside, "}}", 2);
    if (close == NULL) {
        return fail(parser, tag->begin, "{{ without }}");
    }
    tag->end = (size_t)(close - text.data) + 2;
    struct csa_view body = csa_view_make(text.data + inside, (size_t)(close - text.data) - inside);
    if (body.size != 0 && strchr("#^/>!", body.data[0]) != NULL) {
        tag->kind = body.data[0];
        body = csa_view_make(body.data + 1, body.size - 1);
    }
    if (tag->kind == '!') {
        return CSA_OK;
    }
    if (tag->kind == 0 && body.size != 0 && (body.data[0] == '{' || body.data[0] == '&')) {
        return fail(parser, tag->begin, "there is no form without escaping: write {{name}}");
    }
    tag->name = csa_view_trim(body);
    if (!is_name(tag->name) || tag->name.size > TAG_MAXIMUM) {
        return fail(parser, tag->begin,
                    "between {{ and }} a name must stand: letters, digits, - and _, parts joined by dots");
    }
    return CSA_OK;
}

/* Whether nothing but blanks stands beside the tag on its line. Then *begin and *end are where its line does,
 * the line's end included; else they stay. */
static void take_line(struct csa_view text, size_t *begin, size_t *end)
{
    size_t first = *begin;
    while (first > 0 && (text.data[first - 1] == ' ' || text.data[first - 1] == '\t')) {
        first--;
    }
    size_t last = *end;
    while (last < text.size && (text.data[last] == ' ' || text.data[last] == '\t')) {
        last++;
    }
    if (first > 0 && text.data[first - 1] != '\n') {
        return;
    }
    if (last < text.size && text.data[last] == '\r') {
        last++;
    }
    if (last < text.size && text.data[last] != '\n') {
        return;
    }
    *begin = first;
    *end = last < text.size ? last + 1 : last;
}

/* The parts of a dotted name, in the template's arena. */
static enum csa_status put_path(struct parser *parser, struct csa_template_operation *operation,
                                struct csa_view name)
{
    if (name.size == 1 && name.data[0] == '.') {
        return CSA_OK;
    }
    struct csa_view parts[PATH_MAXIMUM];
    size_t count = 0;
    while (count < PATH_MAXIMUM) {
        const char *dot = memchr(name.data, '.', name.size);
        size_t size = dot == NULL ? name.size : (size_t)(dot - name.data);
        parts[count++] = csa_view_make(name.data, size);
        if (dot == NULL) {
            break;
        }
        name = csa_view_make(dot + 1, name.size - size - 1);
    }
    struct csa_view *path = csa_arena_alloc(&parser->parsed->arena, count, sizeof *path);
    if (path == NULL) {
        return csa_error_set_memory(parser->error, "a template");
    }
    memcpy(path, parts, count * sizeof *path);
    operation->path = path;
    operation->path_count = count;
    return CSA_OK;
}

static enum csa_status put_value(struct parser *parser, const struct tag *tag)
{
    enum csa_template_escape escape;
    const char *trouble = csa_html_value(&parser->state, &escape);
    if (trouble != NULL) {
        return fail_tag(parser, tag, trouble);
    }
    struct csa_template_operation *operation = add_operation(parser, CSA_TEMPLATE_VALUE);
    if (operation == NULL) {
        return CSA_ERROR_MEMORY;
    }
    operation->escape = escape;
    return put_path(parser, operation, tag->name);
}

/* ---- sections and partials ---- */

static enum csa_status fail_depth(const struct parser *parser, const struct tag *tag)
{
    return csa_error_set(parser->error, CSA_ERROR_LIMIT,
                         "%s:%zu: more than %d sections and partials in each other", parser->source->origin,
                         line_of(parser, tag->begin), CSA_TEMPLATE_DEPTH);
}

static enum csa_status begin_section(struct parser *parser, const struct tag *tag)
{
    if (parser->section_count == CSA_TEMPLATE_DEPTH) {
        return fail_depth(parser, tag);
    }
    const char *trouble = csa_html_section_begin(&parser->state);
    if (trouble != NULL) {
        return fail_tag(parser, tag, trouble);
    }
    parser->sections[parser->section_count++] = (struct section){
        .operation = parser->program->count, .name = tag->name, .at = tag->begin, .state = parser->state};
    if (parser->section_count > parser->program->depth) {
        parser->program->depth = parser->section_count;
    }
    struct csa_template_operation *operation =
        add_operation(parser, tag->kind == '#' ? CSA_TEMPLATE_SECTION : CSA_TEMPLATE_INVERTED);
    return operation == NULL ? CSA_ERROR_MEMORY : put_path(parser, operation, tag->name);
}

static enum csa_status end_section(struct parser *parser, const struct tag *tag)
{
    if (parser->section_count == 0) {
        return fail_tag(parser, tag, "no section is open");
    }
    const struct section *section = &parser->sections[--parser->section_count];
    if (!csa_view_equal(section->name, tag->name)) {
        char why[TAG_MAXIMUM + 64];
        snprintf(why, sizeof why, "the section open here is %.*s, of line %zu", (int)section->name.size,
                 section->name.data, line_of(parser, section->at));
        return fail_tag(parser, tag, why);
    }
    bool blank = false;
    const char *trouble = csa_html_section_end(&section->state, &parser->state, &blank);
    if (trouble != NULL) {
        return fail_tag(parser, tag, trouble);
    }
    if (blank) {
        struct csa_template_operation *operation = add_operation(parser, CSA_TEMPLATE_LITERAL);
        if (operation == NULL) {
            return CSA_ERROR_MEMORY;
        }
        operation->text = csa_view_of(" ");
    }
    parser->program->operations[section->operation].end = parser->program->count;
    return CSA_OK;
}

static enum csa_status put_partial(struct parser *parser, const struct tag *tag)
{
    size_t index = 0;
    while (index < parser->source_count &&
           !csa_view_equal(csa_view_of(parser->sources[index].name), tag->name)) {
        index++;
    }
    if (index == parser->source_count) {
        return fail_tag(parser, tag, "there is no template of this name");
    }
    const char *trouble = csa_html_whole(&parser->state);
    if (trouble != NULL) {
        char why[160];
        snprintf(why, sizeof why, "a template cannot stand %s", trouble);
        return fail_tag(parser, tag, why);
    }
    const struct csa_template_program *program = &parser->parsed->programs[index];
    if (program->progress == CSA_PROGRAM_BEGUN) {
        return fail_tag(parser, tag, "a template that uses itself would never end");
    }
    if (program->progress == CSA_PROGRAM_NEW) {
        enum csa_status status = parse_program(parser, index, parser->error);
        if (status != CSA_OK) {
            return status;
        }
    }
    unsigned depth = parser->section_count + 1 + program->depth;
    if (depth > CSA_TEMPLATE_DEPTH) {
        return fail_depth(parser, tag);
    }
    if (depth > parser->program->depth) {
        parser->program->depth = depth;
    }
    struct csa_template_operation *operation = add_operation(parser, CSA_TEMPLATE_PARTIAL);
    if (operation == NULL) {
        return CSA_ERROR_MEMORY;
    }
    operation->program = index;
    return CSA_OK;
}

static enum csa_status put_tag(struct parser *parser, const struct tag *tag)
{
    switch (tag->kind) {
    case '#':
    case '^':
        return begin_section(parser, tag);
    case '/':
        return end_section(parser, tag);
    case '>':
        return put_partial(parser, tag);
    case '!':
        return CSA_OK;
    default:
        return put_value(parser, tag);
    }
}

/* ---- sources ---- */

static enum csa_status check_source(const struct parser *parser)
{
    struct csa_view text = parser->source->text;
    if (text.size > CSA_TEMPLATE_MAXIMUM) {
        return csa_error_set(parser->error, CSA_ERROR_LIMIT, "%s: a template has at most %d bytes",
                             parser->source->origin, CSA_TEMPLATE_MAXIMUM);
    }
    const char *null = text.size == 0 ? NULL : memchr(text.data, '\0', text.size);
    if (null != NULL) {
        return fail(parser, (size_t)(null - text.data), "a null byte");
    }
    if (csa_utf8_is_valid(text)) {
        return CSA_OK;
    }
    const char *p = text.data;
    const char *next = p;
    uint32_t character;
    do { /* to the character that is none */
        p = next;
        next = csa_utf8_decode(p, text.data + text.size, &character);
    } while (csa_utf8_is_valid(csa_view_make(p, (size_t)(next - p))));
    return fail(parser, (size_t)(p - text.data), "not UTF-8");
}

static enum csa_status parse_tags(struct parser *parser)
{
    struct csa_view text = parser->source->text;
    size_t at = csa_view_starts_with(text, csa_view_of("\xEF\xBB\xBF")) ? 3 : 0; /* byte order mark */
    for (;;) {
        struct tag tag;
        bool found;
        enum csa_status status = read_tag(parser, at, &tag, &found);
        if (status != CSA_OK) {
            return status;
        }
        if (!found) {
            return put_literal(parser, at, text.size);
        }
        size_t begin = tag.begin;
        size_t end = tag.end;
        if (tag.kind != 0) {
            take_line(text, &begin, &end);
        }
        status = put_literal(parser, at, begin);
        if (status == CSA_OK) {
            status = put_tag(parser, &tag);
        }
        if (status != CSA_OK) {
            return status;
        }
        at = end;
    }
}

/* Parses one source; its partials on the way, as deep as there are sources. */
static enum csa_status parse_program(const struct parser *parent, size_t index, struct csa_error *error)
{
    struct parser parser = {.sources = parent->sources,
                            .source_count = parent->source_count,
                            .parsed = parent->parsed,
                            .error = error,
                            .source = &parent->sources[index],
                            .program = &parent->parsed->programs[index]};
    parser.program->progress = CSA_PROGRAM_BEGUN;
    enum csa_status status = check_source(&parser);
    if (status == CSA_OK) {
        status = parse_tags(&parser);
    }
    if (status != CSA_OK) {
        return status;
    }
    if (parser.section_count != 0) {
        const struct section *section = &parser.sections[parser.section_count - 1];
        struct tag tag = {.begin = section->at, .kind = '#', .name = section->name};
        return fail_tag(&parser, &tag, "this section is not closed");
    }
    const char *trouble = csa_html_whole(&parser.state);
    if (trouble != NULL) {
        char why[160];
        snprintf(why, sizeof why, "the template ends %s", trouble);
        return fail(&parser, parser.source->text.size, why);
    }
    parser.program->progress = CSA_PROGRAM_DONE;
    return CSA_OK;
}

enum csa_status csa_template_parse(const struct csa_template_source *sources, size_t count,
                                   struct csa_template **parsed, struct csa_error *error)
{
    *parsed = NULL;
    if (count == 0 || count > 1 + CSA_TEMPLATE_PARTIALS) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "templates: at most %d partials", CSA_TEMPLATE_PARTIALS);
    }
    struct csa_template *made = csa_calloc(1, sizeof *made);
    if (made == NULL) {
        return csa_error_set_memory(error, "a template");
    }
    csa_arena_init(&made->arena, 0);
    struct parser parent = {.sources = sources, .source_count = count, .parsed = made};
    enum csa_status status = parse_program(&parent, 0, error);
    if (status != CSA_OK) {
        csa_template_free(made);
        return status;
    }
    *parsed = made;
    return CSA_OK;
}

void csa_template_free(struct csa_template *parsed)
{
    if (parsed == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof parsed->programs / sizeof *parsed->programs; i++) {
        csa_free(parsed->programs[i].operations);
    }
    csa_arena_release(&parsed->arena);
    csa_free(parsed);
}
