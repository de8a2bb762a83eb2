/* A diagnosis as lines and as JSON. Owns no state. */
#include "searcher/output/diagnosis.h"

#include "searcher/output/escape.h"
#include "searcher/output/wrap.h"

enum { NEAR_SHOWN = 5, TRIED_SHOWN = 4 };

static void put_passages(struct csa_buffer *out, uint64_t passages)
{
    csa_buffer_append_format(out, "%llu passage%s", (unsigned long long)passages, passages == 1 ? "" : "s");
}

/* What a clause that is met by nothing lacks. */
static const char *nothing_of(const struct csa_node *node)
{
    if (node->kind != CSA_NODE_FILTER) {
        return "in 0 passages";
    }
    switch (node->field) {
    case CSA_FIELD_DATE:
        return "no article of that time";
    case CSA_FIELD_AUTHOR:
        return "no article by that author";
    case CSA_FIELD_LANGUAGE:
        return "no article in that language";
    case CSA_FIELD_ID:
        return "no article with that id";
    default:
        return "no article from there";
    }
}

static void put_clause(struct csa_buffer *out, const struct csa_clause_report *clause)
{
    csa_buffer_append_view(out, csa_view_of(clause->depth == 0 ? "  " : "    "));
    csa_text_printable(out, clause->clause);
    csa_buffer_append_view(out, csa_view_of(": "));
    if (clause->passages == 0) {
        csa_buffer_append_view(out, csa_view_of(nothing_of(clause->node)));
    } else {
        csa_buffer_append_view(out, csa_view_of("in "));
        put_passages(out, clause->passages);
    }
    csa_buffer_append_view(out, csa_view_of(clause->emptied ? "; leaves nothing over" : ""));
    if (clause->required && clause->without != 0) {
        csa_buffer_append_view(out, csa_view_of("; without it "));
        put_passages(out, clause->without);
    }
    csa_buffer_append_byte(out, '\n');
    for (size_t i = 0; i < clause->near_count && i < NEAR_SHOWN; i++) {
        csa_buffer_append_view(out, csa_view_of(i == 0 ? "    like it: " : ", "));
        csa_text_printable(out, clause->near[i].text);
        csa_buffer_append_format(out, " (%llu)", (unsigned long long)clause->near[i].passages);
    }
    csa_buffer_append_view(out, csa_view_of(clause->near_count == 0 ? "" : "\n"));
}

void csa_diagnosis_text(struct csa_buffer *out, const struct csa_diagnosis *diagnosis)
{
    const struct csa_suggestion *suggestion = &diagnosis->suggestion;
    for (size_t i = 0; i < diagnosis->count; i++) {
        put_clause(out, &diagnosis->clauses[i]);
    }
    if (suggestion->query.size != 0) {
        csa_buffer_append_view(out, csa_view_of("Did you mean: "));
        csa_text_printable(out, suggestion->query);
        csa_buffer_append_view(out, csa_view_of(" ("));
        put_passages(out, suggestion->passages);
        csa_buffer_append_view(out, csa_view_of(diagnosis->nothing_found ? ")\n" : ")\n\n"));
    } else if (diagnosis->nothing_found && suggestion->tried_count != 0) {
        csa_buffer_append_view(out, csa_view_of("Tried, and found nothing: "));
        for (size_t i = 0; i < suggestion->tried_count && i < TRIED_SHOWN; i++) {
            csa_buffer_append_view(out, csa_view_of(i == 0 ? "" : "; "));
            csa_text_printable(out, suggestion->tried[i].query);
        }
        csa_buffer_append_byte(out, '\n');
    }
}

/* ---- JSON ---- */

static const char *kind_of(const struct csa_node *node)
{
    switch (node->kind) {
    case CSA_NODE_GROUP:
        return "group";
    case CSA_NODE_WORD:
        return "word";
    case CSA_NODE_EXACT:
        return "exact";
    case CSA_NODE_PREFIX:
        return "prefix";
    case CSA_NODE_WILDCARD:
        return "wildcard";
    case CSA_NODE_FUZZY:
        return "fuzzy";
    case CSA_NODE_PHRASE:
        return "phrase";
    case CSA_NODE_NEAR:
        return "near";
    case CSA_NODE_FILTER:
        return "filter";
    }
    return "";
}

/* {"NAME": TEXT, "passages": N}, with a comma before it behind the first. */
static void json_counted(struct csa_buffer *out, bool first, const char *name, struct csa_view text,
                         uint64_t passages)
{
    csa_buffer_append_format(out, "%s{\"%s\": ", first ? "" : ", ", name);
    csa_json_string(out, text);
    csa_buffer_append_format(out, ", \"passages\": %llu}", (unsigned long long)passages);
}

static void json_clause(struct csa_buffer *out, const struct csa_clause_report *clause)
{
    csa_buffer_append_view(out, csa_view_of("{\"clause\": "));
    csa_json_string(out, clause->clause);
    csa_buffer_append_format(out, ", \"kind\": \"%s\", \"part\": %s, \"passages\": %llu, \"emptied\": %s",
                             kind_of(clause->node), clause->depth == 0 ? "false" : "true",
                             (unsigned long long)clause->passages, clause->emptied ? "true" : "false");
    if (clause->required) {
        csa_buffer_append_format(out, ", \"without\": %llu", (unsigned long long)clause->without);
    }
    csa_buffer_append_view(out, csa_view_of(", \"near\": ["));
    for (size_t i = 0; i < clause->near_count; i++) {
        json_counted(out, i == 0, "word", clause->near[i].text, clause->near[i].passages);
    }
    csa_buffer_append_view(out, csa_view_of("]}"));
}

void csa_diagnosis_json(struct csa_buffer *out, const struct csa_diagnosis *diagnosis)
{
    const struct csa_suggestion *suggestion = &diagnosis->suggestion;
    if (!diagnosis->nothing_found && suggestion->query.size == 0 && suggestion->tried_count == 0) {
        return;
    }
    csa_buffer_append_view(out, csa_view_of(", \"diagnosis\": {\"clauses\": ["));
    for (size_t i = 0; i < diagnosis->count; i++) {
        csa_buffer_append_view(out, csa_view_of(i == 0 ? "" : ", "));
        json_clause(out, &diagnosis->clauses[i]);
    }
    csa_buffer_append_format(out, "], \"suggestion_passages\": %llu, \"tried\": [",
                             (unsigned long long)suggestion->passages);
    for (size_t i = 0; i < suggestion->tried_count; i++) {
        json_counted(out, i == 0, "query", suggestion->tried[i].query, suggestion->tried[i].passages);
    }
    csa_buffer_append_view(out, csa_view_of("]}"));
}
