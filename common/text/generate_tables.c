/* Writes unicode_tables.c, the tables that unicode_tables.h describes; runs at build time only.
 *
 * Asks generate_rules.c about every character, checks that the answers keep the rules which the tokenizer
 * builds on (else it stops with a message), and writes them in two stages. */
#include "common/text/generate_chinese.h"
#include "common/text/generate_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    CHARACTERS = 0x110000,
    BLOCK = 1 << CSA_BLOCK_BITS,
    BLOCKS = CHARACTERS / BLOCK,
    RECORD_MAXIMUM = 256,
    BYTES_MAXIMUM = 65535,
};

static struct csa_character characters[CHARACTERS];
static uint16_t fold_offsets[CHARACTERS];
static struct csa_character records[RECORD_MAXIMUM];
static size_t record_count;
static uint8_t bytes[BYTES_MAXIMUM + 64];
static size_t byte_count = 1; /* offset 0 means "itself" */

static void fail(const char *why, uint32_t character)
{
    fprintf(stderr, "generate_tables: U+%04X: %s\n", (unsigned)character, why);
    exit(1);
}

/* ---- collecting ---- */

static uint16_t add_fold_bytes(const struct csa_rules_sequence *folded)
{
    uint8_t text[1 + 4 * CSA_RULES_MAXIMUM];
    size_t size = 1;
    for (size_t i = 0; i < folded->size; i++) {
        size += (size_t)utf8proc_encode_char((utf8proc_int32_t)folded->at[i], text + size);
    }
    if (size > 64) {
        fail("folds to too many bytes", folded->at[0]);
    }
    text[0] = (uint8_t)(size - 1);
    for (size_t at = 1; at < byte_count; at += 1U + bytes[at]) {
        if (memcmp(bytes + at, text, size) == 0) {
            return (uint16_t)at;
        }
    }
    if (byte_count + size > BYTES_MAXIMUM) {
        fail("the foldings do not fit in 64 KiB", folded->at[0]);
    }
    memcpy(bytes + byte_count, text, size);
    byte_count += size;
    return (uint16_t)(byte_count - size);
}

static void collect(void)
{
    for (uint32_t c = 0; c < CHARACTERS; c++) {
        struct csa_rules_sequence folded = csa_rules_fold(c);
        if (folded.failed) {
            fail("cannot be folded", c);
        }
        characters[c] = csa_rules_character(c, &folded);
        /* What a word cannot end or begin with must not come out of an extending character. */
        if (characters[c].word_class == CSA_WORD_EXTEND && folded.size > 0 &&
            !csa_rules_is_mark(folded.at[0])) {
            folded.size = 0;
        }
        if (folded.size != 1 || folded.at[0] != c) {
            fold_offsets[c] = add_fold_bytes(&folded);
        }
    }
}

static bool is_letter_class(uint8_t word_class)
{
    return word_class == CSA_WORD_LETTER || word_class == CSA_WORD_HEBREW || word_class == CSA_WORD_NUMERIC;
}

/* ---- the rules that the tokenizer builds on ---- */

static void check_folded(uint32_t from, uint32_t to, size_t place)
{
    uint8_t class_from = characters[from].word_class;
    uint8_t class_to = characters[to].word_class;
    bool good = true;
    if (is_letter_class(class_from)) {
        good = is_letter_class(class_to) || (place > 0 && class_to == CSA_WORD_EXTEND);
    } else if (class_from == CSA_WORD_MID_LETTER || class_from == CSA_WORD_MID_BOTH ||
               class_from == CSA_WORD_APOSTROPHE || class_from == CSA_WORD_DOUBLE_QUOTE) {
        good = class_from == class_to;
    } else if (class_from == CSA_WORD_MID_NUMBER) {
        good = class_to == CSA_WORD_MID_NUMBER || class_to == CSA_WORD_MID_BOTH;
    } else if (class_from == CSA_WORD_RUN) {
        good = class_to == CSA_WORD_RUN;
    }
    if (!good) {
        fprintf(stderr, "U+%04X (class %u) -> U+%04X (class %u)\n", (unsigned)from, class_from, (unsigned)to,
                class_to);
        fail("folds out of its word class", from);
    }
    if (fold_offsets[to] != 0 && class_from != CSA_WORD_OTHER) {
        fail("its folding is not folded", from);
    }
}

static void check(void)
{
    for (uint32_t c = 0; c < CHARACTERS; c++) {
        if (fold_offsets[c] == 0) {
            continue;
        }
        const uint8_t *p = bytes + fold_offsets[c] + 1;
        utf8proc_ssize_t left = p[-1];
        for (size_t place = 0; left > 0; place++) {
            utf8proc_int32_t to;
            utf8proc_ssize_t size = utf8proc_iterate(p, left, &to);
            check_folded(c, (uint32_t)to, place);
            p += size;
            left -= size;
        }
    }
}

/* ---- writing ---- */

static size_t record_number(const struct csa_character *character)
{
    for (size_t i = 0; i < record_count; i++) {
        if (memcmp(&records[i], character, sizeof *character) == 0) {
            return i;
        }
    }
    if (record_count == RECORD_MAXIMUM) {
        fail("more kinds of characters than a byte can number", 0);
    }
    records[record_count] = *character;
    return record_count++;
}

static void write_numbers(FILE *file, const char *declaration, const uint16_t *numbers, size_t count)
{
    fprintf(file, "%s[] = {", declaration);
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "%s%u,", i % 16 == 0 ? "\n    " : " ", numbers[i]);
    }
    fprintf(file, "\n};\n\n");
}

/* Two stages: equal blocks of values are written once. */
static void write_stages(FILE *file, const char *blocks_declaration, const char *values_declaration,
                         const uint16_t *values)
{
    static uint16_t unique[CHARACTERS];
    static uint16_t blocks[BLOCKS];
    size_t count = 0;
    for (size_t block = 0; block < BLOCKS; block++) {
        size_t found = 0;
        while (found < count &&
               memcmp(unique + found * BLOCK, values + block * BLOCK, BLOCK * sizeof values[0]) != 0) {
            found++;
        }
        if (found == count) {
            memcpy(unique + count * BLOCK, values + block * BLOCK, BLOCK * sizeof values[0]);
            count++;
        }
        blocks[block] = (uint16_t)found;
    }
    write_numbers(file, blocks_declaration, blocks, BLOCKS);
    write_numbers(file, values_declaration, unique, count * BLOCK);
}

static void write_properties(FILE *file)
{
    static uint16_t numbers[CHARACTERS];
    for (size_t c = 0; c < CHARACTERS; c++) {
        numbers[c] = (uint16_t)record_number(&characters[c]);
    }
    fprintf(file, "const struct csa_character csa_character_records[] = {\n");
    for (size_t i = 0; i < record_count; i++) {
        const struct csa_character *r = &records[i];
        fprintf(file, "    {%u, %u, %u, %u, %u},\n", r->word_class, r->script, r->flags, r->combining,
                r->width);
    }
    fprintf(file, "};\n\n");
    write_stages(file, "const uint16_t csa_character_blocks", "const uint8_t csa_character_index", numbers);
}

static int compare_compositions(const void *a, const void *b)
{
    const struct csa_composition *x = a;
    const struct csa_composition *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return (x->second > y->second) - (x->second < y->second);
}

/* The pairs that compose to a character that is its own folding; Hangul composes by arithmetic. */
static void write_compositions(FILE *file)
{
    static struct csa_composition found[4096];
    size_t count = 0;
    for (uint32_t c = 0; c < CHARACTERS; c++) {
        if (csa_rules_is_surrogate(c) || fold_offsets[c] != 0 || (c >= 0xAC00 && c <= 0xD7A3)) {
            continue;
        }
        uint32_t second = 0;
        uint32_t first = csa_rules_split(c, &second);
        if (first == 0 || !csa_rules_is_mark(second)) {
            continue;
        }
        if (count == sizeof found / sizeof found[0]) {
            fail("too many compositions", c);
        }
        found[count++] = (struct csa_composition){first, second, c};
    }
    qsort(found, count, sizeof found[0], compare_compositions);
    fprintf(file, "const struct csa_composition csa_compositions[] = {\n");
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "    {0x%04X, 0x%04X, 0x%04X},\n", (unsigned)found[i].first, (unsigned)found[i].second,
                (unsigned)found[i].composed);
    }
    fprintf(file, "};\nconst size_t csa_composition_count = %zu;\n\n", count);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: generate_tables FILE\n");
        return 2;
    }
    if (!csa_chinese_open()) {
        return 1;
    }
    collect();
    csa_chinese_close();
    check();
    FILE *file = fopen(argv[1], "w");
    if (file == NULL) {
        perror(argv[1]);
        return 1;
    }
    fprintf(file,
            "/* Made by generate_tables.c from utf8proc %s (Unicode %s), libunistring and ICU. */\n"
            "#include \"common/text/unicode_tables.h\"\n\n",
            utf8proc_version(), utf8proc_unicode_version());
    write_properties(file);
    write_stages(file, "const uint16_t csa_fold_blocks", "const uint16_t csa_fold_index", fold_offsets);
    fprintf(file, "const uint8_t csa_fold_bytes[] = {");
    for (size_t i = 0; i < byte_count + 64; i++) {
        fprintf(file, "%s%u,", i % 20 == 0 ? "\n    " : " ", bytes[i]);
    }
    fprintf(file, "\n};\n\n");
    write_compositions(file);
    if (fclose(file) != 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
