/* Building and changing syntax trees: what the parser and the synonyms share. Nodes live in the query's
 * arena; a null pointer is "out of memory". */
#ifndef CSA_SEARCHER_QUERY_TREE_H
#define CSA_SEARCHER_QUERY_TREE_H

#include "searcher/query/syntax.h"

/* A node without children, with boost 1. */
struct csa_node *csa_node_new(struct csa_arena *arena, enum csa_node_kind kind, struct csa_view source);

/* Puts a child behind the others; false when out of memory. */
bool csa_node_push(struct csa_arena *arena, struct csa_node *parent, struct csa_node *child);

/* Multiplies or sets a boost: between 0 and CSA_QUERY_BOOST_MAXIMUM, rounded to four decimal places, so that
 * it can be printed and read again. */
float csa_boost_round(double boost);

/* A filter, or a group in which all leaves are filters: it says where to search and not for what. */
bool csa_node_is_filter(const struct csa_node *node);

/* Whether it is a filter that stands beside others of its field for any of them, when all are required for
 * want of a sign: an article has one language, site, source, id and date. (Of authors it may have several,
 * and an open end of time is a bound.) Likewise for a group of such filters of one field, each optional. */
bool csa_node_is_choice(const struct csa_node *node, enum csa_field *field);

/* Whether all children have this occurrence; false without children. */
bool csa_node_children_are(const struct csa_node *group, enum csa_occurrence occurrence);

/* Same kind, field, text, distance, slop, dates, `whole` and children; occurrence and boost of the two may
 * differ. */
bool csa_node_equal(const struct csa_node *a, const struct csa_node *b);

#endif
