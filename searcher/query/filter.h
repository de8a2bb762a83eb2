/* What stands behind author: source: lang: site: id: and date:, made into a FILTER node, and printed again.
 */
#ifndef CSA_SEARCHER_QUERY_FILTER_H
#define CSA_SEARCHER_QUERY_FILTER_H

#include "searcher/query/syntax.h"

/* Fills the text, or the dates, of a node of kind FILTER whose field is set, and `whole` where the whole
 * value is meant (it is cleared where that says nothing). `quoted`: the value stood in quotation marks.
 * *understood is false when the value makes no sense for the field; the node is then not to be used.
 * *swapped: the two ends of a date range stood the wrong way round. CSA_ERROR_MEMORY only. */
enum csa_status csa_filter_read(struct csa_node *node, struct csa_view value, bool quoted,
                                struct csa_arena *arena, bool *understood, bool *swapped,
                                struct csa_error *error);

/* Whether the field is a name, AUTHOR or SOURCE, of which the whole value can be meant. */
bool csa_filter_is_name(enum csa_field field);

/* Whether the words of both are the same: spellings of one value, as the facets count them. Of texts without
 * words the bytes are compared. */
bool csa_filter_same_name(struct csa_view one, struct csa_view other);

/* The value as it is read again: en, "li wei", ="Li Wei", 2023-03..2024. */
struct csa_buffer;
void csa_filter_print(const struct csa_node *node, struct csa_buffer *out);

/* One end of a date range as a person writes it: 2023, 2023-05 or 2023-05-07. */
void csa_filter_print_date(uint32_t date, bool last, struct csa_buffer *out);

#endif
