/* What csa-index --dump knows to print: one record a line, fields separated by tabs. */
#ifndef CSA_INDEXER_DUMP_H
#define CSA_INDEXER_DUMP_H

#include "common/base/error.h"
#include "common/index/index.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether `what` names something: "terms", "postings:TERM", ... */
bool csa_dump_knows(const char *what);

/* Prints it. Numbers of articles and passages count through all segments; what is deleted is left out, but in
 * `terms` and its kin, whose counts are those of the lists as they are. In texts tab, newline and backslash
 * are written \t, \n, \\. CSA_ERROR_NOT_FOUND: no such term or article. Failures to write are left in `out`.
 *
 *   terms, stems, title-words, title-stems   segment term documents occurrences
 *   postings:TERM                            passage frequency positions (comma-separated)
 *   title-postings:TERM                      article frequency
 *   articles                                 number id date language stemmer passages title-tokens source
 *                                            author url title
 *   passages:ID                              passage offset-in-the-body tokens text
 *   lengths                                  passage tokens
 *   meta                                     segment name value
 */
enum csa_status csa_dump_print(const struct csa_index *index, const char *what, FILE *out,
                               struct csa_error *error);

#endif
