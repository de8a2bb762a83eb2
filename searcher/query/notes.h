/* What is said of a query beside its results: what had to be read in another way than it may have been meant,
 * and what was left out. Each note is of one kind and about one text or number at most, so that whoever shows
 * it can say it in another language. */
#ifndef CSA_SEARCHER_QUERY_NOTES_H
#define CSA_SEARCHER_QUERY_NOTES_H

#include "common/base/arena.h"
#include "searcher/query/syntax.h"

#include <stdbool.h>
#include <stddef.h>

/* Adds a note about a text, which is copied (empty: about none), unless it is there already or
 * CSA_QUERY_NOTES are; false when out of memory. */
bool csa_query_note(struct csa_query *query, struct csa_arena *arena, enum csa_note_kind kind,
                    struct csa_view value);
bool csa_query_note_number(struct csa_query *query, struct csa_arena *arena, enum csa_note_kind kind,
                           size_t number);
/* Takes the notes of a kind away: what they say is not true any more. */
void csa_query_drop_notes(struct csa_query *query, enum csa_note_kind kind);

/* "near.sides": of lower-case letters and dots, as the site's words have it behind "note.". */
const char *csa_note_name(enum csa_note_kind kind);

#endif
