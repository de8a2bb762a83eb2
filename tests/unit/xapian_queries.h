/* What the tests of the Xapian shim's queries share: a few documents in the database "db", a query, and what
 * a match finds. Each test program includes it once. */
#ifndef CSA_TESTS_XAPIAN_QUERIES_H
#define CSA_TESTS_XAPIAN_QUERIES_H

#include "xapian_support.h"

static const struct sample samples[] = {
    {"1", "gas flows through the gas pipeline", "20230811", "a"},
    {"2", "a pipeline of siberia", "20240101", "a"},
    {"3", "gas and oil and gas and more gas", NULL, "b"},
    {"4", "the power of siberia is a pipeline for gas", "20240101", "b"},
    {"5", "power station", "20221231", NULL},
    {"6", "powerful powers of the state", "20250505", NULL},
    {"7", "oil", "20210101", "a"},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static const struct csa_xapian_bm25 bm25 = {1.2, 0, 1, 0.75, 0};
static struct csa_xapian_query *query;
static struct csa_xapian_database *database;

static inline int start(void **state)
{
    (void)state;
    make_samples("db", samples, SAMPLES, 0, 1);
    database = open_database("db");
    check_ok(xapian->query.make(&query, &error));
    return 0;
}

static inline int stop(void **state)
{
    (void)state;
    xapian->query.free(query);
    xapian->database.close(database);
    query = NULL;
    database = NULL;
    return 0;
}

static inline csa_xapian_node word(const char *text)
{
    return xapian->query.term(query, csa_view_of(text), 1);
}

/* The words of a text, separated by spaces, as one group. */
static inline csa_xapian_node words(enum csa_xapian_operator operation, const char *text, uint32_t number)
{
    csa_xapian_node children[20];
    size_t count = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        children[count++] = xapian->query.term(query, csa_view_make(text, size), 1);
        text += size + (text[size] == ' ');
    }
    return xapian->query.group(query, operation, children, count, number);
}

static inline csa_xapian_node pair(enum csa_xapian_operator operation, csa_xapian_node a, csa_xapian_node b)
{
    return xapian->query.group(query, operation, (csa_xapian_node[]){a, b}, 2, 0);
}

static inline struct csa_xapian_request request_of(struct csa_xapian_database *from, csa_xapian_node node)
{
    return (struct csa_xapian_request){
        .database = from,
        .query = query,
        .node = node,
        .bm25 = &bm25,
        .hits = 100,
        .check = UINT32_MAX,
        .collapse_slot = CSA_XAPIAN_NO_SLOT,
    };
}

static inline struct csa_xapian_match *run(const struct csa_xapian_request *request)
{
    struct csa_xapian_match *match = NULL;
    check_ok(xapian->match.run(request, &match, &error));
    return match;
}

/* The ids (as data) of the hits, in their order, as one string. */
static inline const char *hits_of(struct csa_xapian_match *match)
{
    static char text[200];
    struct csa_xapian_document *document;
    const struct csa_xapian_result *result = xapian->match.result(match);
    check_ok(xapian->document.make(&document, &error));
    text[0] = '\0';
    for (size_t i = 0; i < result->hit_count; i++) {
        struct csa_view data;
        check_ok(xapian->match.read(match, i, document, &error));
        check_ok(xapian->document.data(document, &data, &error));
        strncat(text, data.data, data.size);
    }
    xapian->document.free(document);
    return text;
}

#endif
