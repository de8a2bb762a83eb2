/* CSA's rules for characters, asked by generate_tables.c for each one; build time only. */
#ifndef CSA_TEXT_GENERATE_RULES_H
#define CSA_TEXT_GENERATE_RULES_H

#include "common/text/unicode_tables.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSA_RULES_MAXIMUM = 32 }; /* characters that one character can fold to */

struct csa_rules_sequence {
    size_t size;
    uint32_t at[CSA_RULES_MAXIMUM];
    bool failed; /* it did not fit, or the character cannot be decomposed */
};

bool csa_rules_is_mark(uint32_t character);
bool csa_rules_is_surrogate(uint32_t character);

/* What the character folds to when it stands alone. */
struct csa_rules_sequence csa_rules_fold(uint32_t character);

/* The character's record; folded is what csa_rules_fold() gave. */
struct csa_character csa_rules_character(uint32_t character, const struct csa_rules_sequence *folded);

/* The first and second character that compose to this one by Unicode's rules, or 0 when there are none. */
uint32_t csa_rules_split(uint32_t character, uint32_t *second);

#endif
