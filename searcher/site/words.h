/* The words of the site's pages in one language: plain texts by key, counted ones with the plural forms of
 * the language (CLDR's categories one, few, many, other), dates and numbers as the language writes them.
 *
 * A language's file has lines `key = text`; # begins a comment line. In a text {n}, {0}, {1} are filled in. A
 * counted key has one line a form: `found.one = ...`, `found.few = ...`; so no plain key ends in a form's
 * name. No key is another one with a dot and more behind it: {{words.sort.newest}} leaves no place for a
 * {{words.sort}}. English, Russian, Chinese and German are built in (assets/words/); a site's own file
 * replaces keys, and what it lacks is taken from its base language. With the keys `code`, `direction` and
 * `plural` such a file can bring a further language: `plural` names how it counts, as one of these does: none
 * (zh, ja, ko, tr, fa)  one (en, de, es, it, ...)  french (0 is one too)  slavic (ru, uk, be) polish  czech
 */
#ifndef CSA_SEARCHER_SITE_WORDS_H
#define CSA_SEARCHER_SITE_WORDS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/site/value.h"

#include <stdbool.h>
#include <stdint.h>

enum { CSA_WORDS_FILE_MAXIMUM = 256 * 1024 };

struct csa_words;

/* language: "en", "ru", "zh", "de". text: of a site's own file, may be empty; origin names it in messages. A
 * key in it that the built-in English does not have is CSA_ERROR_DAMAGED "ORIGIN:LINE: no such key". */
enum csa_status csa_words_open(const char *language, struct csa_view text, const char *origin,
                               struct csa_words **words, struct csa_error *error);
void csa_words_close(struct csa_words *words);
/* Whether there is a built-in language of this name. */
bool csa_words_has_language(const char *language);

/* The text of a key, unfilled; false when there is none. */
bool csa_words_find(const struct csa_words *words, struct csa_view key, struct csa_view *text);
/* The same; the key itself when there is none. */
struct csa_view csa_words_get(const struct csa_words *words, const char *key);
/* A text with {0}, {1}, ... replaced. In the arena; .data null without memory. */
struct csa_view csa_words_fill(const struct csa_words *words, const char *key, const struct csa_view *values,
                               size_t count, struct csa_arena *arena);
/* A counted text: the form for n is chosen, {n} is n with the language's digit groups, {0}... as above. */
struct csa_view csa_words_count(const struct csa_words *words, const char *key, uint64_t n,
                                const struct csa_view *values, size_t count, struct csa_arena *arena);
/* A number with the language's digit groups. */
struct csa_view csa_words_number(const struct csa_words *words, uint64_t n, struct csa_arena *arena);
/* yyyymmdd, parts may be 0, as the language writes it: "11 August 2023", "August 2023", "2023"; empty for 0.
 */
struct csa_view csa_words_date(const struct csa_words *words, uint32_t date, struct csa_arena *arena);
/* The name of a language (code as "ru") in this one: "Russian"; the code itself when it is not known. */
struct csa_view csa_words_language(const struct csa_words *words, struct csa_view code);
/* All plain keys as one object, for templates: {{words.search}}. Texts live as long as the words. */
struct csa_value *csa_words_values(const struct csa_words *words, struct csa_value_builder *builder);

#endif
