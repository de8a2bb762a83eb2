/* Traditional Chinese characters and their simplified forms, from ICU's transliterator Traditional-Simplified
 * (CLDR's data). Runs at build time only, for generate_rules.c; owns the open transliterator.
 *
 * Where several traditional characters became one (the two of fa: to send out, hair), all fold to that one,
 * so that either spelling finds the other. Forms that only Japanese has are no part of the data and stay. */
#include "common/text/generate_chinese.h"

#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/utrans.h>
#include <unicode/utypes.h>

enum { STEPS_MAXIMUM = 8, UNITS = 8 };

static UTransliterator *transliterator;

bool csa_chinese_open(void)
{
    static const UChar name[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    transliterator = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status)) {
        fprintf(stderr, "generate_tables: ICU's transliterator Traditional-Simplified: %s\n",
                u_errorName(status));
        return false;
    }
    return true;
}

void csa_chinese_close(void)
{
    utrans_close(transliterator);
    transliterator = NULL;
}

/* One step of the transliterator; the character itself where it gives nothing, or more than one. */
static uint32_t step(uint32_t character)
{
    UChar text[UNITS];
    int32_t size = 0;
    U16_APPEND_UNSAFE(text, size, (UChar32)character);
    int32_t limit = size;
    UErrorCode status = U_ZERO_ERROR;
    utrans_transUChars(transliterator, text, &size, UNITS, 0, &limit, &status);
    if (U_FAILURE(status) || size == 0) {
        return character;
    }
    UChar32 first;
    int32_t used = 0;
    U16_NEXT(text, used, size, first);
    return used == size ? (uint32_t)first : character;
}

uint32_t csa_chinese_simplify(uint32_t character)
{
    if (!u_hasBinaryProperty((UChar32)character, UCHAR_IDEOGRAPHIC)) {
        return character;
    }
    for (unsigned i = 0; i < STEPS_MAXIMUM; i++) {
        uint32_t next = step(character);
        if (next == character) {
            break;
        }
        /* A pair of forms that the data turn into each other is one character: the lower code. */
        if (step(next) == character) {
            return next < character ? next : character;
        }
        character = next;
    }
    return character;
}
