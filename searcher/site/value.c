/* The values of a page: value.h. A value is a small tagged block in the arena; objects and lists keep their
 * members in arrays that double. An object is searched from its beginning to its end: it has some dozens of
 * names at most. Built by the view, read by template_render.c. */
#include "searcher/site/value.h"

#include <stdio.h>
#include <string.h>

struct member {
    struct csa_view name; /* of an object's member */
    struct csa_value *value;
};

struct csa_value {
    enum csa_value_kind kind;
    bool flag;
    struct csa_view text;
    struct member *members; /* of an object or a list */
    size_t count, capacity;
};

static struct csa_value *new_value(struct csa_value_builder *builder, enum csa_value_kind kind)
{
    struct csa_value *value = builder->failed ? NULL : csa_arena_zalloc(builder->arena, 1, sizeof *value);
    if (value == NULL) {
        builder->failed = true;
        return NULL;
    }
    value->kind = kind;
    return value;
}

/* A place behind the last member; null when there is no memory. */
static struct member *add_member(struct csa_value_builder *builder, struct csa_value *parent)
{
    if (parent->count == parent->capacity) {
        size_t capacity = parent->capacity == 0 ? 8 : parent->capacity * 2;
        struct member *members =
            builder->failed ? NULL : csa_arena_alloc(builder->arena, capacity, sizeof *members);
        if (members == NULL) {
            builder->failed = true;
            return NULL;
        }
        if (parent->count != 0) {
            memcpy(members, parent->members, parent->count * sizeof *members);
        }
        parent->members = members;
        parent->capacity = capacity;
    }
    return &parent->members[parent->count];
}

static struct member *find_member(const struct csa_value *object, struct csa_view name)
{
    for (size_t i = 0; i < object->count; i++) {
        if (csa_view_equal(object->members[i].name, name)) {
            return &object->members[i];
        }
    }
    return NULL;
}

void csa_value_set(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                   struct csa_value *value)
{
    if (object == NULL || object->kind != CSA_VALUE_OBJECT || value == NULL) {
        return;
    }
    struct member *member = find_member(object, csa_view_of(name));
    if (member == NULL) {
        member = add_member(builder, object);
        if (member == NULL) {
            return;
        }
        member->name = csa_view_of(name);
        object->count++;
    }
    member->value = value;
}

/* Puts a new value of this kind under the name; null when the parent is not of the kind or memory is short.
 */
static struct csa_value *set_value(struct csa_value_builder *builder, struct csa_value *object,
                                   const char *name, enum csa_value_kind kind)
{
    if (object == NULL || object->kind != CSA_VALUE_OBJECT) {
        return NULL;
    }
    struct csa_value *value = new_value(builder, kind);
    csa_value_set(builder, object, name, value);
    return builder->failed ? NULL : value;
}

static struct csa_value *add_value(struct csa_value_builder *builder, struct csa_value *list,
                                   enum csa_value_kind kind)
{
    if (list == NULL || list->kind != CSA_VALUE_LIST) {
        return NULL;
    }
    struct csa_value *value = new_value(builder, kind);
    struct member *member = value == NULL ? NULL : add_member(builder, list);
    if (member == NULL) {
        return NULL;
    }
    *member = (struct member){.value = value};
    list->count++;
    return value;
}

struct csa_value *csa_value_new_object(struct csa_value_builder *builder)
{
    return new_value(builder, CSA_VALUE_OBJECT);
}

void csa_value_set_text(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                        struct csa_view text)
{
    struct csa_value *value = set_value(builder, object, name, CSA_VALUE_TEXT);
    if (value != NULL) {
        value->text = text;
    }
}

void csa_value_set_number(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                          uint64_t number)
{
    struct csa_value *value = set_value(builder, object, name, CSA_VALUE_TEXT);
    if (value == NULL) {
        return;
    }
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    value->text = csa_arena_copy(builder->arena, csa_view_make(digits, (size_t)size));
    builder->failed = builder->failed || value->text.data == NULL;
}

void csa_value_set_flag(struct csa_value_builder *builder, struct csa_value *object, const char *name,
                        bool flag)
{
    struct csa_value *value = set_value(builder, object, name, CSA_VALUE_FLAG);
    if (value != NULL) {
        value->flag = flag;
    }
}

struct csa_value *csa_value_set_object(struct csa_value_builder *builder, struct csa_value *object,
                                       const char *name)
{
    return set_value(builder, object, name, CSA_VALUE_OBJECT);
}

struct csa_value *csa_value_set_list(struct csa_value_builder *builder, struct csa_value *object,
                                     const char *name)
{
    return set_value(builder, object, name, CSA_VALUE_LIST);
}

struct csa_value *csa_value_add_object(struct csa_value_builder *builder, struct csa_value *list)
{
    return add_value(builder, list, CSA_VALUE_OBJECT);
}

void csa_value_add_text(struct csa_value_builder *builder, struct csa_value *list, struct csa_view text)
{
    struct csa_value *value = add_value(builder, list, CSA_VALUE_TEXT);
    if (value != NULL) {
        value->text = text;
    }
}

const struct csa_value *csa_value_find(const struct csa_value *object, struct csa_view name)
{
    if (object == NULL || object->kind != CSA_VALUE_OBJECT) {
        return NULL;
    }
    const struct member *member = find_member(object, name);
    return member == NULL ? NULL : member->value;
}

enum csa_value_kind csa_value_kind_of(const struct csa_value *value)
{
    return value->kind;
}

struct csa_view csa_value_text(const struct csa_value *value)
{
    return value == NULL || value->kind != CSA_VALUE_TEXT ? (struct csa_view){0} : value->text;
}

size_t csa_value_count(const struct csa_value *value)
{
    return value == NULL || value->kind != CSA_VALUE_LIST ? 0 : value->count;
}

const struct csa_value *csa_value_item(const struct csa_value *list, size_t i)
{
    return i < csa_value_count(list) ? list->members[i].value : NULL;
}

bool csa_value_is_true(const struct csa_value *value)
{
    if (value == NULL) {
        return false;
    }
    switch (value->kind) {
    case CSA_VALUE_TEXT:
        return value->text.size != 0;
    case CSA_VALUE_FLAG:
        return value->flag;
    case CSA_VALUE_LIST:
        return value->count != 0;
    case CSA_VALUE_OBJECT:
        break;
    }
    return true;
}
