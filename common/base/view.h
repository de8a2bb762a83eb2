/* A view: bytes that somebody else owns. Not null-terminated; may hold any byte. */
#ifndef CSA_BASE_VIEW_H
#define CSA_BASE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct csa_view {
    const char *data; /* may be null when size is 0 */
    size_t size;      /* bytes */
};

static inline struct csa_view csa_view_make(const char *data, size_t size)
{
    return (struct csa_view){data, size};
}

static inline struct csa_view csa_view_of(const char *text)
{
    return (struct csa_view){text, text == NULL ? 0 : strlen(text)};
}

static inline bool csa_view_equal(struct csa_view a, struct csa_view b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Order by bytes, a prefix first: negative, 0 or positive, as memcmp. */
static inline int csa_view_compare(struct csa_view a, struct csa_view b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* How many bytes both begin with. */
static inline size_t csa_view_common_prefix(struct csa_view a, struct csa_view b)
{
    size_t n = 0;
    while (n < a.size && n < b.size && a.data[n] == b.data[n]) {
        n++;
    }
    return n;
}

static inline bool csa_view_starts_with(struct csa_view text, struct csa_view prefix)
{
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

/* ASCII white space. */
static inline bool csa_byte_is_white(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The part of a text between its leading and trailing ASCII white space. */
static inline struct csa_view csa_view_trim(struct csa_view text)
{
    while (text.size != 0 && csa_byte_is_white(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size != 0 && csa_byte_is_white(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

#endif
