/* What a template is filled from: a tree of objects, lists and texts, all in one arena. Built by the page's
 * view, read by template.c. Texts are what they are, never escaped: the template knows where they will stand.
 */
#ifndef CSA_SEARCHER_SITE_VALUE_H
#define CSA_SEARCHER_SITE_VALUE_H

#include "common/base/arena.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csa_value_kind { CSA_VALUE_TEXT, CSA_VALUE_FLAG, CSA_VALUE_OBJECT, CSA_VALUE_LIST };

struct csa_value; /* value.c and template.c know its inside */

/* Builds values; `failed` sticks when there is no memory, and what is built then is not to be used. */
struct csa_value_builder {
    struct csa_arena *arena;
    bool failed;
};

/* Null only when the builder failed; each of the functions below takes null for an object or a list and then
 * does nothing. Names are literals or live as long as the arena; texts are not copied. A name set again
 * replaces the former value. */
struct csa_value *csa_value_new_object(struct csa_value_builder *builder);
void csa_value_set_text(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                        struct csa_view text);
void csa_value_set_number(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                          uint64_t number); /* as digits */
void csa_value_set_flag(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                        bool flag);
struct csa_value *csa_value_set_object(struct csa_value_builder *builder, struct csa_value *object,
                                       const char *name);
struct csa_value *csa_value_set_list(struct csa_value_builder *builder, struct csa_value *object,
                                     const char *name);
/* Puts a value that was built apart under the name. */
void csa_value_set(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                   struct csa_value *value);
struct csa_value *csa_value_add_object(struct csa_value_builder *builder, struct csa_value *list);
void csa_value_add_text(struct csa_value_builder *builder, struct csa_value *list, struct csa_view text);

/* ---- reading ---- */

/* The value of this name in an object; null: none, or not an object. */
const struct csa_value *csa_value_find(const struct csa_value *object, struct csa_view name);
enum csa_value_kind csa_value_kind_of(const struct csa_value *value);
struct csa_view csa_value_text(const struct csa_value *value); /* empty unless a text */
size_t csa_value_count(const struct csa_value *value);         /* items of a list, else 0 */
const struct csa_value *csa_value_item(const struct csa_value *list, size_t i);
/* What a section asks: a text that is not empty, a true flag, an object, a list with items. */
bool csa_value_is_true(const struct csa_value *value);

#endif
