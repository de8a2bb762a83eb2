/* Simplified forms of traditional Chinese characters, asked by generate_rules.c; build time only. */
#ifndef CSA_TEXT_GENERATE_CHINESE_H
#define CSA_TEXT_GENERATE_CHINESE_H

#include <stdbool.h>
#include <stdint.h>

/* Reads ICU's transliterator; false, with a message on stderr, when it cannot. Call it before the next. */
bool csa_chinese_open(void);
void csa_chinese_close(void);

/* The simplified form of a Han character, or the character itself when it has no other. Asked again about
 * what it gave, it gives the same. */
uint32_t csa_chinese_simplify(uint32_t character);

#endif
