/* Fills a template with values: template.h, template_parts.h. The operations are walked with a stack of
 * scopes, no deeper than the parser allows; every value goes through the escaping that the parser found for
 * its place. Owns no state; called by the site for its pages. */
#include "searcher/site/template_parts.h"

#include "searcher/output/escape.h"

/* Operations run in one rendering. Sections of one list in each other, or partials that use each other many
 * times, could otherwise take for ever; a page of 100 hits takes some ten thousand. */
enum { STEPS_MAXIMUM = 4 * 1000 * 1000 };

struct renderer {
    const struct csa_template *parsed;
    struct csa_buffer *out;
    const struct csa_value *scopes[1 + CSA_TEMPLATE_DEPTH]; /* the innermost last */
    unsigned scope_count;
    unsigned steps;
};

/* The value of a dotted name: its first part from the innermost scope that has it, the others below that. */
static const struct csa_value *find(const struct renderer *renderer,
                                    const struct csa_template_operation *operation)
{
    if (operation->path_count == 0) {
        return renderer->scopes[renderer->scope_count - 1];
    }
    const struct csa_value *value = NULL;
    for (unsigned i = renderer->scope_count; i > 0 && value == NULL; i--) {
        value = csa_value_find(renderer->scopes[i - 1], operation->path[0]);
    }
    for (size_t i = 1; i < operation->path_count; i++) {
        value = csa_value_find(value, operation->path[i]);
    }
    return value;
}

static void put_value(struct csa_buffer *out, enum csa_template_escape escape, struct csa_view text)
{
    switch (escape) {
    case CSA_ESCAPE_TEXT:
        csa_escape_text(out, text);
        break;
    case CSA_ESCAPE_ATTRIBUTE:
        csa_escape_attribute(out, text);
        break;
    case CSA_ESCAPE_LINK:
        csa_escape_iri(out, text, CSA_URL_LINK);
        break;
    case CSA_ESCAPE_LOCAL:
        csa_escape_url(out, text, CSA_URL_LOCAL);
        break;
    case CSA_ESCAPE_PART:
        csa_escape_url_component(out, text);
        break;
    }
}

static void run(struct renderer *renderer, const struct csa_template_program *program, size_t begin,
                size_t end);

static void run_with(struct renderer *renderer, const struct csa_template_program *program, size_t begin,
                     const struct csa_value *scope)
{
    renderer->scopes[renderer->scope_count++] = scope;
    run(renderer, program, begin + 1, program->operations[begin].end);
    renderer->scope_count--;
}

static void run_section(struct renderer *renderer, const struct csa_template_program *program, size_t at)
{
    const struct csa_template_operation *operation = &program->operations[at];
    const struct csa_value *value = find(renderer, operation);
    bool is_true = csa_value_is_true(value);
    if (operation->kind == CSA_TEMPLATE_INVERTED) {
        if (!is_true) {
            run(renderer, program, at + 1, operation->end);
        }
    } else if (is_true && csa_value_kind_of(value) == CSA_VALUE_LIST) {
        for (size_t i = 0; i < csa_value_count(value) && !renderer->out->failed; i++) {
            run_with(renderer, program, at, csa_value_item(value, i));
        }
    } else if (is_true) {
        run_with(renderer, program, at, value);
    }
}

/* Runs the operations from begin to before end. As deep as sections and partials stand in each other. */
static void run(struct renderer *renderer, const struct csa_template_program *program, size_t begin,
                size_t end)
{
    size_t at = begin;
    while (at < end && !renderer->out->failed) {
        const struct csa_template_operation *operation = &program->operations[at];
        if (++renderer->steps > STEPS_MAXIMUM) {
            renderer->out->failed = true;
            renderer->out->limited = true;
            return;
        }
        switch (operation->kind) {
        case CSA_TEMPLATE_LITERAL:
            csa_buffer_append_view(renderer->out, operation->text);
            break;
        case CSA_TEMPLATE_VALUE:
            put_value(renderer->out, operation->escape, csa_value_text(find(renderer, operation)));
            break;
        case CSA_TEMPLATE_SECTION:
        case CSA_TEMPLATE_INVERTED:
            run_section(renderer, program, at);
            at = operation->end;
            continue;
        case CSA_TEMPLATE_PARTIAL: {
            const struct csa_template_program *partial = &renderer->parsed->programs[operation->program];
            run(renderer, partial, 0, partial->count);
            break;
        }
        }
        at++;
    }
}

void csa_template_render(const struct csa_template *parsed, const struct csa_value *values,
                         struct csa_buffer *out)
{
    struct renderer renderer = {.parsed = parsed, .out = out, .scopes = {values}, .scope_count = 1};
    run(&renderer, &parsed->programs[0], 0, parsed->programs[0].count);
}
