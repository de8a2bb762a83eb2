/* The notes of a query: their kinds and what they say in English. Called by the parser, synonyms, and those
 * who put filters or terms beside a query. */
#include "searcher/query/notes.h"

#include "common/text/unicode.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAXIMUM = 255 /* bytes */ };

static const struct {
    const char *name, *words; /* {0} is the value */
} kinds[CSA_NOTE_COUNT] = {
    [CSA_NOTE_DEEP] = {"deep", "parentheses nested deeper than {0} were left out"},
    [CSA_NOTE_UNCLOSED] = {"unclosed", "a parenthesis was not closed"},
    [CSA_NOTE_UNOPENED] = {"unopened", "a parenthesis was not opened"},
    [CSA_NOTE_QUOTE] = {"quote", "a quotation mark was not closed"},
    [CSA_NOTE_FIELD] = {"field",
                        "{0} was searched as a word: what a field holds stands right behind its colon"},
    [CSA_NOTE_OPERATOR] = {"operator", "{0} was searched as a word"},
    [CSA_NOTE_NEAR_NUMBER] = {"near.number",
                              "{0} was searched as words: NEAR/ goes with a whole number, as in NEAR/5"},
    [CSA_NOTE_NEAR_SIDES] = {"near.sides",
                             "NEAR stands between words or phrases of one field: it was read as AND"},
    [CSA_NOTE_DISTANCE_SIGN] = {"distance.sign",
                                "{0} was searched as words: ~ goes with 0, 1 or 2 or nothing behind it"},
    [CSA_NOTE_DISTANCE_FAR] = {"distance.far", "an edit distance above 2 was read as 2"},
    [CSA_NOTE_DISTANCE_FRACTION] = {"distance.fraction",
                                    "an edit distance is 0, 1 or 2: the number behind ~ was not used"},
    [CSA_NOTE_DISTANCE_SHORT] =
        {"distance.short",
         "a word of one or two characters has no edit distance: it was searched as written"},
    [CSA_NOTE_DISTANCE_PAIRS] = {"distance.pairs",
                                 "there is no edit distance in Chinese, Japanese, Korean and the like"},
    [CSA_NOTE_WEIGHT_SIGN] = {"weight.sign", "{0} was searched as words: ^ goes with a number behind it"},
    [CSA_NOTE_WEIGHT_BELOW] = {"weight.below", "a weight is 0 or more: the one below 0 was left out"},
    [CSA_NOTE_LARGE] = {"large", "slop and weights go up to {0}"},
    [CSA_NOTE_PATTERN] = {"pattern", "* and ? without a letter or digit beside them were left out"},
    [CSA_NOTE_NAME_PATTERN] = {"name.pattern",
                               "there are no patterns in author: and source: the * of {0} was left out"},
    [CSA_NOTE_VALUE] = {"value", "{0} was not understood and searched as words"},
    [CSA_NOTE_SWAPPED] = {"swapped", "the ends of {0} were swapped"},
    [CSA_NOTE_WORDLESS] = {"wordless", "there is no word in the query"},
    [CSA_NOTE_EXCLUDES] = {"excludes", "the query only excludes words: nothing can be found"},
    [CSA_NOTE_BYTES] = {"bytes", "only the first {0} bytes of the query were read"},
    [CSA_NOTE_WORDS] = {"words", "only the first {0} words of the query were searched"},
    [CSA_NOTE_SYNONYMS] = {"synonyms", "more synonyms than fit: only the first {0} words were added"},
};

const char *csa_note_name(enum csa_note_kind kind)
{
    return kinds[kind].name;
}

/* The words with the value in its place, in the arena; .data null without memory. */
static struct csa_view say(enum csa_note_kind kind, struct csa_view value, struct csa_arena *arena)
{
    char message[MESSAGE_MAXIMUM + 1];
    const char *words = kinds[kind].words, *place = strstr(words, "{0}");
    int before = place == NULL ? (int)strlen(words) : (int)(place - words);
    int size = snprintf(message, sizeof message, "%.*s%.*s%s", before, words, (int)value.size,
                        value.size == 0 ? "" : value.data, place == NULL ? "" : place + strlen("{0}"));
    size_t kept = size < 0 ? 0 : (size_t)size < sizeof message ? (size_t)size : sizeof message - 1;
    struct csa_view whole = csa_view_make(message, kept);
    whole.size = csa_utf8_truncate(whole, kept);
    return csa_arena_copy(arena, whole);
}

bool csa_query_note(struct csa_query *query, struct csa_arena *arena, enum csa_note_kind kind,
                    struct csa_view value)
{
    if (query->note_count == CSA_QUERY_NOTES) {
        return true;
    }
    value.size = value.size > MESSAGE_MAXIMUM ? csa_utf8_truncate(value, MESSAGE_MAXIMUM) : value.size;
    for (size_t i = 0; i < query->note_count; i++) {
        if (query->notes[i].kind == kind && csa_view_equal(query->notes[i].value, value)) {
            return true;
        }
    }
    if (query->notes == NULL) {
        query->notes = csa_arena_alloc(arena, CSA_QUERY_NOTES, sizeof *query->notes);
    }
    struct csa_note note = {kind, csa_arena_copy(arena, value), say(kind, value, arena)};
    if (query->notes == NULL || note.value.data == NULL || note.message.data == NULL) {
        return false;
    }
    query->notes[query->note_count++] = note;
    return true;
}

bool csa_query_note_number(struct csa_query *query, struct csa_arena *arena, enum csa_note_kind kind,
                           size_t number)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%zu", number);
    return csa_query_note(query, arena, kind, csa_view_make(digits, (size_t)size));
}

void csa_query_drop_notes(struct csa_query *query, enum csa_note_kind kind)
{
    size_t kept = 0;
    for (size_t i = 0; i < query->note_count; i++) {
        if (query->notes[i].kind != kind) {
            query->notes[kept++] = query->notes[i];
        }
    }
    query->note_count = kept;
}
