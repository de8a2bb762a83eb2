/* The site as a whole, from a request to its response: formats, filters, statuses, headers, caching, an index
 * that changes, goes and is damaged under it, hostile values, and every allocation failing once. */
#include "sink_support.h"

#include "common/text/unicode.h"
#include "searcher/site/parameters.h"
#include "searcher/site/site.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

struct article {
    const char *id, *title, *text, *source, *author;
    uint32_t date;
    csa_language language;
};

static const struct article articles[] = {
    {"gas-1", "Gas & pipelines", "The <b>power</b> of Siberia is a gas pipeline.|It runs to the river Amur.",
     "Road Review", "Li Wei", 20230811, CSA_LANGUAGE_ENGLISH},
    {"gas-2", "Winter gas", "Gas is sold in winter; a pipeline is built.", "Belt Times", "Anna Meier",
     20240102, CSA_LANGUAGE_ENGLISH},
    {"coal \"3\"", "Kohle", "Kohle wird mit dem Zug gefahren, und gas auch.", "Belt Times", "Jo & Co",
     20220000, CSA_LANGUAGE_GERMAN},
    {"undated", "Rail", "Rails without a date lead to the harbour.", NULL, NULL, 0, CSA_LANGUAGE_ENGLISH},
};
enum { ARTICLES = sizeof articles / sizeof *articles };

struct fixture {
    char *folder;
    struct csa_site_config config;
    struct csa_site *site;
    struct csa_site_response response;
    struct csa_error trouble;
    char headers[8192]; /* of the last response, with a null byte */
    char *body;
};

static void write_index(const char *folder, const struct article *added, size_t count, bool store_text)
{
    struct csa_sink_options options = sink_defaults(folder);
    options.store_text = store_text;
    options.store_text_given = true;
    struct csa_sink *sink = sink_open(&options);
    sink_begin(sink, 0, 0);
    for (size_t i = 0; i < count; i++) {
        struct csa_passage passages[4];
        size_t passage_count = 0;
        const char *text = added[i].text;
        for (const char *start = text, *end = text;; end++) {
            if (*end == '|' || *end == '\0') {
                passages[passage_count++] = (struct csa_passage){csa_view_make(start, (size_t)(end - start)),
                                                                 (uint32_t)(start - text)};
                start = end + 1;
            }
            if (*end == '\0') {
                break;
            }
        }
        const struct csa_article article = {.id = csa_view_of(added[i].id),
                                            .title = csa_view_of(added[i].title),
                                            .url = csa_view_of("https://example.org/a"),
                                            .source = csa_view_of(added[i].source),
                                            .author = csa_view_of(added[i].author),
                                            .date = added[i].date,
                                            .language = added[i].language};
        const struct csa_prepared_article prepared = {&article, passages, passage_count, added[i].language};
        assert_int_equal(sink->operations->add(sink, 0, &prepared, NULL), CSA_OK);
    }
    sink_end(sink, 0);
    sink_commit(sink);
}

static void empty_folder(const char *folder)
{
    char **names;
    size_t count;
    assert_int_equal(csa_file_list_folder(folder, &names, &count, NULL), CSA_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = csa_file_join(folder, names[i]);
        csa_file_remove(path, NULL);
        csa_free(path);
    }
    csa_file_names_free(names, count);
}

static void open_site(struct fixture *fixture)
{
    struct csa_error error = {0};
    if (csa_site_open(&fixture->config, &fixture->site, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
}

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    fixture->folder = folder_make();
    write_index(fixture->folder, articles, ARTICLES, true);
    csa_site_config_default(&fixture->config);
    fixture->config.index = fixture->folder;
    fixture->config.deadline_ms = 600000; /* what is tested must not depend on the machine */
    fixture->config.cache_memory = 0;     /* nor on what was asked before */
    csa_site_response_init(&fixture->response);
    open_site(fixture);
    *state = fixture;
    return 0;
}

static int set_up_keeping(void **state)
{
    set_up(state);
    struct fixture *fixture = *state;
    fixture->config.cache_memory = 1 << 20;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->site != NULL) {
        csa_site_close(fixture->site);
    }
    csa_site_response_release(&fixture->response);
    free(fixture->body);
    folder_remove(fixture->folder);
    test_free(fixture);
    return 0;
}

/* ---- asking ---- */

static unsigned respond(struct fixture *fixture, const struct csa_site_request *request)
{
    struct csa_site_response *response = &fixture->response;
    csa_site_respond(fixture->site, request, response, &fixture->trouble);
    assert_false(response->headers.failed || response->body.failed);
    assert_true(response->headers.size < sizeof fixture->headers);
    snprintf(fixture->headers, sizeof fixture->headers, "%.*s", (int)response->headers.size,
             response->headers.data);
    free(fixture->body);
    fixture->body = malloc(response->body.size + 1);
    memcpy(fixture->body, response->body.data, response->body.size);
    fixture->body[response->body.size] = '\0';
    return response->status;
}

static unsigned get(struct fixture *fixture, const char *query)
{
    const struct csa_site_request request = {.query_string = csa_view_of(query),
                                             .path = csa_view_of("/search"),
                                             .host = csa_view_of("www.example")};
    return respond(fixture, &request);
}

/* The value of a header of the last response; null: it has none. Each stands once at most. */
static const char *header(const struct fixture *fixture, const char *name)
{
    static char value[4096];
    size_t size = strlen(name);
    const char *found = NULL;
    for (const char *line = fixture->headers; *line != '\0'; line = strstr(line, "\r\n") + 2) {
        if (strncmp(line, name, size) == 0 && strncmp(line + size, ": ", 2) == 0) {
            assert_null(found);
            found = line + size + 2;
            snprintf(value, sizeof value, "%.*s", (int)strcspn(found, "\r"), found);
        }
        assert_non_null(strstr(line, "\r\n"));
    }
    return found == NULL ? NULL : value;
}

static void expect_header(const struct fixture *fixture, const char *name, const char *value)
{
    const char *found = header(fixture, name);
    if (found == NULL || strcmp(found, value) != 0) {
        fail_msg("%s: \"%s\" is not \"%s\"", name, found == NULL ? "(none)" : found, value);
    }
}

static void expect_body(const struct fixture *fixture, const char *part)
{
    if (strstr(fixture->body, part) == NULL) {
        fail_msg("\"%s\" is not in: %s", part, fixture->body);
    }
}

static void expect_no_body(const struct fixture *fixture, const char *part)
{
    if (strstr(fixture->body, part) != NULL) {
        fail_msg("\"%s\" is in: %s", part, fixture->body);
    }
}

/* Name: value lines of printable ASCII, each with CR LF, the guards among them. */
static void expect_sound_headers(struct fixture *fixture)
{
    const char *line = fixture->headers;
    while (*line != '\0') {
        size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
        assert_true(name != 0);
        assert_memory_equal(line + name, ": ", 2);
        size_t size = strcspn(line, "\r\n");
        for (size_t i = 0; i < size; i++) {
            assert_true(line[i] >= ' ' && line[i] < 0x7F);
        }
        assert_memory_equal(line + size, "\r\n", 2);
        line += size + 2;
    }
    expect_header(fixture, "X-Content-Type-Options", "nosniff");
    expect_header(fixture, "X-Frame-Options", "DENY");
    expect_header(fixture, "Referrer-Policy", "same-origin");
    assert_non_null(strstr(header(fixture, "Content-Security-Policy"), "default-src 'none'"));
    assert_null(header(fixture, "Set-Cookie"));
}

/* The ids of the hits of a JSON answer, in their order, each behind a blank. */
static const char *ids(struct fixture *fixture, const char *query)
{
    static char out[1024];
    char text[1024];
    snprintf(text, sizeof text, "%s&format=json", query);
    if (get(fixture, text) != 200) {
        fail_msg("%s: %u %s", query, fixture->response.status, fixture->body);
    }
    out[0] = '\0';
    for (const char *p = fixture->body; (p = strstr(p, "\"article\": {\"id\": \"")) != NULL;) {
        p += strlen("\"article\": {\"id\": \"");
        snprintf(out + strlen(out), sizeof out - strlen(out), " %.*s", (int)strcspn(p, ","), p);
        out[strlen(out) - 1] = '\0'; /* the quotation mark */
    }
    return out;
}

/* ---- answers ---- */

static void test_page(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, "q=pipeline"), 200);
    assert_int_equal(fixture->trouble.status, CSA_OK);
    expect_header(fixture, "Content-Type", "text/html; charset=utf-8");
    expect_header(fixture, "Vary", "Accept-Encoding");
    expect_header(fixture, "Cache-Control", "max-age=60");
    expect_header(fixture, "Cross-Origin-Resource-Policy", "same-origin");
    assert_null(header(fixture, "Access-Control-Allow-Origin"));
    assert_null(header(fixture, "Content-Encoding"));
    assert_int_equal(strtoul(header(fixture, "Content-Length"), NULL, 10), fixture->response.body.size);
    expect_header(fixture, "Link",
                  "</search?format=opensearch>; rel=search; type=\"application/opensearchdescription+xml\", "
                  "</search?q=pipeline&format=json>; rel=alternate; type=\"application/json\", "
                  "</search?q=pipeline&format=atom>; rel=alternate; type=\"application/atom+xml\"");
    expect_sound_headers(fixture);
    expect_body(fixture, "Gas &amp;");
    expect_body(fixture, "&lt;b&gt;");
    expect_no_body(fixture, "<b>");
}

static void test_formats(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, "q=gas&format=json"), 200);
    expect_header(fixture, "Content-Type", "application/json; charset=utf-8");
    assert_null(header(fixture, "Access-Control-Allow-Origin"));
    expect_header(fixture, "Cross-Origin-Resource-Policy", "same-origin");
    expect_body(fixture, "\"articles\": 3");
    assert_int_equal(get(fixture, "q=gas&format=atom"), 200);
    expect_header(fixture, "Content-Type", "application/atom+xml; charset=utf-8");
    assert_int_equal(get(fixture, "format=opensearch"), 200);
    expect_header(fixture, "Content-Type", "application/opensearchdescription+xml; charset=utf-8");
    assert_int_equal(get(fixture, "q=pip&format=suggest"), 200);
    expect_header(fixture, "Content-Type", "application/x-suggestions+json; charset=utf-8");
    assert_int_equal(get(fixture, "format=style"), 200);
    expect_header(fixture, "Content-Type", "text/css; charset=utf-8");
    assert_int_equal(get(fixture, "format=script"), 200);
    expect_header(fixture, "Content-Type", "text/javascript; charset=utf-8");
    fixture->config.suggestions = false;
    assert_int_equal(get(fixture, "q=pip&format=suggest"), 404);
    expect_body(fixture, "{\"error\": {\"status\": 404, \"message\": \"Not Found\"}}\n");
}

/* Nothing asked for, and nothing found: both are answers. */
static void test_empty(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, ""), 200);
    expect_body(fixture, "<form");
    assert_int_equal(get(fixture, "format=json"), 200);
    expect_body(fixture, "\"hits\": []");
    assert_int_equal(get(fixture, "format=atom"), 200);
    assert_int_equal(get(fixture, "q=zeppelin"), 200);
    assert_int_equal(get(fixture, "q=%3F%3F"), 200);
    assert_string_equal(ids(fixture, "q=zeppelin"), "");
    expect_body(fixture, "\"articles\": 0");
}

static void test_filters(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(ids(fixture, "q=gas&source=Belt+Times&sort=newest"), " gas-2 coal \\\"3\\\"");
    assert_string_equal(ids(fixture, "q=gas&source=Belt+Times&lang=en"), " gas-2");
    assert_string_equal(ids(fixture, "q=gas&source=Belt+Times&source=Road+Review&lang=en&sort=oldest"),
                        " gas-1 gas-2");
    assert_string_equal(ids(fixture, "q=gas&year=2023&year=2022&sort=newest"), " gas-1 coal \\\"3\\\"");
    assert_string_equal(ids(fixture, "q=gas&author=Li+Wei"), " gas-1");
    assert_string_equal(ids(fixture, "q=gas&date=2023-08..2023-09"), " gas-1");
    assert_string_equal(ids(fixture, "q=gas&date=2023..2024&sort=newest"), " gas-2 gas-1");
    assert_string_equal(ids(fixture, "q=gas&source=Nowhere"), "");
    /* a filter is a value and no query */
    assert_string_equal(ids(fixture, "q=gas&source=Belt+Times%22+OR+source:%22Road+Review"), "");
    assert_string_equal(ids(fixture, "q=gas&author=Li+Wei)+OR+(gas"), "");
    /* one of optional words has to match; required and excluded ones count as ever */
    assert_string_equal(ids(fixture, "q=river+zeppelin&lang=en"), " gas-1");
    assert_string_equal(ids(fixture, "q=%2Bwinter+river&lang=en"), " gas-2");
    assert_string_equal(ids(fixture, "q=gas+-winter&lang=en"), " gas-1");
    assert_string_equal(ids(fixture, "q=%22gas+pipeline%22&year=2024"), "");
    assert_string_equal(ids(fixture, "q=gas+lang:de&lang=en"), "");
    assert_string_equal(ids(fixture, "q=lang:en+OR+lang:de&year=2022"), " coal \\\"3\\\"");
}

/* Filters alone list all that passes, the newest first. */
static void test_filters_alone(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(ids(fixture, "lang=en"), " gas-2 gas-1 undated");
    assert_string_equal(ids(fixture, "lang=en&sort=oldest"), " gas-1 gas-2 undated");
    assert_string_equal(ids(fixture, "q=-winter&lang=en"), " gas-1 undated");
    expect_no_body(fixture, "only excludes");
    assert_string_equal(ids(fixture, "date=2022.."), " gas-2 gas-1 coal \\\"3\\\"");
    assert_string_equal(ids(fixture, "year=1999"), "");
}

/* A filter counts in the query's parsed form as if it had been typed. */
static void test_parsed(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(ids(fixture, "q=gas+river&lang=en&source=Road+Review&source=Belt+Times&date=2023"),
                        " gas-1");
    expect_body(
        fixture,
        "\"parsed\": \"gas river +date:2023 +(source:=\\\"Road Review\\\" OR source:=\\\"Belt Times\\\")"
        " +lang:en\"");
}

/* What may have been meant is only suggested where it is found beside the filters. */
static void test_suggestion(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, "q=pipelime&format=json"), 200);
    expect_body(fixture, "\"suggestion\": \"pipeline\"");
    assert_int_equal(get(fixture, "q=pipelime&format=json&lang=en"), 200);
    expect_body(fixture, "\"suggestion\": \"pipeline\"");
    assert_int_equal(get(fixture, "q=pipelime&format=json&lang=de"), 200);
    expect_body(fixture, "\"suggestion\": null");
}

static void test_like(void **state)
{
    struct fixture *fixture = *state;
    const char *found = ids(fixture, "like=gas-1");
    assert_non_null(strstr(found, "gas-2"));
    assert_null(strstr(found, "gas-1"));
    assert_string_equal(ids(fixture, "like=gas-1&year=2024"), " gas-2");
    assert_string_equal(ids(fixture, "like=gas-1&q=-winter&lang=de"), " coal \\\"3\\\"");
    assert_int_equal(get(fixture, "like=nowhere"), 404);
    expect_no_body(fixture, "--like");
    assert_int_equal(get(fixture, "like=nowhere&format=json"), 404);
    expect_body(fixture, "{\"error\": {\"status\": 404, \"message\": \"Not Found\"}}");
}

static void test_pages(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(ids(fixture, "q=gas&sort=newest&n=1&page=2"), " gas-1");
    assert_non_null(strstr(header(fixture, "Link"), "</search?q=gas&sort=newest&n=1&format=json>; rel=prev"));
    assert_non_null(
        strstr(header(fixture, "Link"), "</search?q=gas&sort=newest&n=1&page=3&format=json>; rel=next"));
    assert_string_equal(ids(fixture, "q=gas&n=1&page=100"), "");
    assert_non_null(strstr(header(fixture, "Link"), "</search?q=gas&n=1&page=3&format=json>; rel=prev"));
    assert_null(strstr(header(fixture, "Link"), "rel=next"));
    fixture->config.hits_maximum = 2; /* more is not given, and no error */
    assert_string_equal(ids(fixture, "q=gas&sort=newest&n=100"), " gas-2 gas-1");
    assert_int_equal(get(fixture, "q=gas&n=100&page=101"), 200);
    assert_int_equal(get(fixture, "q=gas|pipeline|coal|rails&n=100"), 200); /* links say what is shown */
    assert_non_null(strstr(header(fixture, "Link"), "&n=2"));
    assert_null(strstr(header(fixture, "Link"), "n=100"));
    expect_no_body(fixture, "n=100");
    fixture->config.hits_maximum = 100;
    fixture->config.hits = 100;
    assert_int_equal(get(fixture, "q=gas&page=100"), 200);
    assert_int_equal(get(fixture, "q=gas&page=101&format=json"), 400);
    expect_body(fixture, "page: only the first 10000 results can be shown");
}

static void test_article(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, "article=gas-1&q=siberia"), 200);
    expect_body(fixture, "river Amur");
    expect_body(fixture, "<mark>Siberia</mark>");
    expect_no_body(fixture, "is not stored in the index");
    assert_int_equal(get(fixture, "article=coal+%223%22"), 200);
    expect_body(fixture, "Kohle");
    assert_int_equal(get(fixture, "article=..%2F..%2Fetc%2Fpasswd"), 404);
    assert_int_equal(get(fixture, "article=gas"), 404);
    expect_header(fixture, "Cache-Control", "no-store");
    assert_int_equal(get(fixture, "article=gas-1&format=json"), 400);
    fixture->config.viewer = false;
    assert_int_equal(get(fixture, "article=gas-1"), 404);
}

/* An index without stored text still finds, and says what it cannot show. */
static void test_no_text(void **state)
{
    struct fixture *fixture = *state;
    empty_folder(fixture->folder);
    write_index(fixture->folder, articles, ARTICLES, false);
    assert_string_equal(ids(fixture, "q=winter"), " gas-2");
    assert_int_equal(get(fixture, "article=gas-2&q=winter"), 200);
    expect_body(fixture, "is not stored in the index");
    assert_int_equal(get(fixture, "like=gas-2&format=json"), 400);
    expect_body(fixture, "like: this collection stores no text");
}

/* ---- requests that are refused ---- */

static void test_methods(void **state)
{
    struct fixture *fixture = *state;
    struct csa_site_request request = {.method = CSA_METHOD_OTHER};
    assert_int_equal(respond(fixture, &request), 405);
    expect_header(fixture, "Allow", "GET, HEAD, POST");
    expect_sound_headers(fixture);
    request.method = CSA_METHOD_OPTIONS;
    assert_int_equal(respond(fixture, &request), 405);
    request.method = CSA_METHOD_POST;
    request.content_type = csa_view_of("application/x-www-form-urlencoded");
    request.body = csa_view_of("q=winter&format=json");
    assert_int_equal(respond(fixture, &request), 200);
    expect_body(fixture, "gas-2");
    expect_header(fixture, "Cache-Control", "no-store");
    assert_null(header(fixture, "ETag"));
    request.content_type = csa_view_of("text/plain");
    assert_int_equal(respond(fixture, &request), 415);
    request.body_too_long = true;
    assert_int_equal(respond(fixture, &request), 413);
    request.body_too_long = false;
    char *large = test_calloc(1, CSA_SITE_BODY_MAXIMUM + 1);
    request.body = csa_view_make(large, CSA_SITE_BODY_MAXIMUM + 1);
    assert_int_equal(respond(fixture, &request), 413);
    test_free(large);
}

static void test_head(void **state)
{
    struct fixture *fixture = *state;
    static const char *const queries[] = {"q=gas&format=atom", "format=style", "q=%", "article=none",
                                          "q=gas&page=2"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        for (unsigned gzip = 0; gzip < 2; gzip++) {
            struct csa_site_request request = {.query_string = csa_view_of(queries[i]),
                                               .accept_encoding = csa_view_of(gzip ? "gzip" : "")};
            char headers[sizeof fixture->headers];
            unsigned status = respond(fixture, &request);
            assert_true(fixture->response.body.size != 0);
            memcpy(headers, fixture->headers, sizeof headers);
            request.method = CSA_METHOD_HEAD;
            assert_int_equal(respond(fixture, &request), status);
            assert_int_equal(fixture->response.body.size, 0);
            assert_string_equal(fixture->headers, headers);
        }
    }
}

static void test_refused(void **state)
{
    struct fixture *fixture = *state;
    struct csa_site_request request = {.rest = csa_view_of("/x")};
    assert_int_equal(respond(fixture, &request), 404);
    request.rest = csa_view_of("/../../etc/passwd");
    assert_int_equal(respond(fixture, &request), 404);
    request.rest = csa_view_of("/");
    assert_int_equal(respond(fixture, &request), 200);
    char *large = test_malloc(CSA_SITE_URL_MAXIMUM + 1);
    memset(large, 'a', CSA_SITE_URL_MAXIMUM + 1);
    memcpy(large, "q=gas+", 6);
    request.query_string = csa_view_make(large, CSA_SITE_URL_MAXIMUM + 1);
    assert_int_equal(respond(fixture, &request), 414);
    request.query_string.size = CSA_SITE_VALUE + 3;
    assert_int_equal(respond(fixture, &request), 414);
    request.query_string.size = CSA_SITE_VALUE + 2;
    assert_int_equal(respond(fixture, &request), 200);
    /* links to so long a query are left out */
    expect_header(fixture, "Link",
                  "<?format=opensearch>; rel=search; type=\"application/opensearchdescription+xml\"");
    test_free(large);
    assert_int_equal(get(fixture, "page=0"), 400);
    expect_header(fixture, "Content-Type", "text/html; charset=utf-8");
    expect_body(fixture, "page: must be a whole number from 1 to 10000");
    expect_sound_headers(fixture);
    assert_int_equal(get(fixture, "page=0&format=json"), 400);
    expect_header(fixture, "Content-Type", "application/json; charset=utf-8");
    expect_header(fixture, "Cache-Control", "no-store");
    assert_string_equal(
        fixture->body,
        "{\"error\": {\"status\": 400, \"message\": \"page: must be a whole number from 1 to 10000\"}}\n");
    assert_int_equal(fixture->trouble.status, CSA_OK);
}

static void test_cors(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.cors = "https://a.example";
    static const char *const shared[] = {"q=gas&format=json", "q=gas&format=atom", "q=g&format=suggest",
                                         "page=0&format=json"};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        get(fixture, shared[i]);
        expect_header(fixture, "Access-Control-Allow-Origin", "https://a.example");
        expect_header(fixture, "Cross-Origin-Resource-Policy", "cross-origin");
        expect_sound_headers(fixture);
    }
    static const char *const own[] = {"q=gas", "format=style", "format=script", "format=opensearch", "q=%"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        get(fixture, own[i]);
        assert_null(header(fixture, "Access-Control-Allow-Origin"));
        expect_header(fixture, "Cross-Origin-Resource-Policy", "same-origin");
    }
    const struct csa_site_request request = {.method = CSA_METHOD_OPTIONS};
    assert_int_equal(respond(fixture, &request), 204);
    expect_header(fixture, "Access-Control-Allow-Methods", "GET, HEAD, POST");
    expect_header(fixture, "Access-Control-Allow-Origin", "https://a.example");
    assert_int_equal(fixture->response.body.size, 0);
    expect_sound_headers(fixture);
}

/* ---- copies ---- */

static unsigned ask_again(struct fixture *fixture, const char *query, const char *encoding, const char *tag)
{
    const struct csa_site_request request = {.query_string = csa_view_of(query),
                                             .host = csa_view_of("www.example"),
                                             .accept_encoding = csa_view_of(encoding),
                                             .if_none_match = csa_view_of(tag)};
    return respond(fixture, &request);
}

static void test_tags(void **state)
{
    struct fixture *fixture = *state;
    char plain[128], packed[128];
    static const char *const queries[] = {"q=gas",
                                          "",
                                          "q=gas&format=json",
                                          "q=gas&format=atom",
                                          "article=gas-1",
                                          "format=opensearch",
                                          "format=style",
                                          "q=g&format=suggest"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_int_equal(ask_again(fixture, queries[i], "", ""), 200);
        snprintf(plain, sizeof plain, "%s", header(fixture, "ETag"));
        assert_int_equal(ask_again(fixture, queries[i], "gzip", ""), 200);
        snprintf(packed, sizeof packed, "%s", header(fixture, "ETag"));
        assert_string_not_equal(plain, packed);
        assert_int_equal(ask_again(fixture, queries[i], "gzip", plain), 200);
        assert_int_equal(ask_again(fixture, queries[i], "", packed), 200);
        assert_int_equal(ask_again(fixture, queries[i], "gzip", packed), 304);
        expect_header(fixture, "ETag", packed);
        assert_int_equal(ask_again(fixture, queries[i], "", plain), 304);
        expect_header(fixture, "ETag", plain);
        assert_int_equal(fixture->response.body.size, 0);
        assert_null(header(fixture, "Content-Length"));
        assert_non_null(header(fixture, "Cache-Control"));
        expect_header(fixture, "Vary", "Accept-Encoding");
        expect_sound_headers(fixture);
    }
    assert_int_equal(ask_again(fixture, "q=%", "", "*"), 400);
}

/* 304 is said for what would be 200, and for nothing else. */
static void test_no_such_copy(void **state)
{
    struct fixture *fixture = *state;
    static const char future[] = "Fri, 06 Nov 2993 08:49:37 GMT";
    static const struct {
        const char *query;
        unsigned status;
    } asked[] = {{"article=none", 404},      {"like=none", 404}, {"q=gas&page=2000", 400},
                 {"q=gas&format=rss", 400},  {"q=gas", 200},     {"article=gas-1", 200},
                 {"q=g&format=suggest", 200}};
    char tag[128];
    assert_int_equal(get(fixture, "q=pipeline"), 200);
    snprintf(tag, sizeof tag, "%s", header(fixture, "ETag"));
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        unsigned again = asked[i].status == 200 ? 304 : asked[i].status;
        assert_int_equal(ask_again(fixture, asked[i].query, "", "*"), again);
        assert_int_equal(fixture->response.body.size == 0, again == 304);
        assert_int_equal(ask_again(fixture, asked[i].query, "", tag), asked[i].status);
        const struct csa_site_request dated = {.query_string = csa_view_of(asked[i].query),
                                               .host = csa_view_of("www.example"),
                                               .if_modified_since = csa_view_of(future)};
        assert_int_equal(respond(fixture, &dated), again);
    }
}

/* What is for one visitor is not kept for others. */
static void test_restricted(void **state)
{
    struct fixture *fixture = *state;
    const struct csa_site_request request = {
        .query_string = csa_view_of("q=gas"), .host = csa_view_of("www.example"), .restricted = true};
    assert_int_equal(respond(fixture, &request), 200);
    expect_header(fixture, "Cache-Control", "private, max-age=60");
    fixture->config.cache_seconds = 0;
    assert_int_equal(respond(fixture, &request), 200);
    expect_header(fixture, "Cache-Control", "private, no-cache");
}

/* A program gets an error in a form that it can read, whatever the error is, and may read it from elsewhere.
 */
static void test_errors_for_programs(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.cors = "*";
    static const char *const formats[] = {"json", "suggest", "atom"};
    static char longest[CSA_SITE_URL_MAXIMUM + 64];
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char query[64];
        snprintf(query, sizeof query, "q=gas&format=%s", formats[i]);
        int size = snprintf(longest, sizeof longest, "format=%s&q=", formats[i]);
        memset(longest + size, 'a', sizeof longest - 1 - (size_t)size);
        const struct {
            unsigned status;
            struct csa_site_request request;
        } refused[] = {
            {405, {.method = CSA_METHOD_OTHER, .query_string = csa_view_of(query)}},
            {404, {.rest = csa_view_of("/x"), .query_string = csa_view_of(query)}},
            {413, {.method = CSA_METHOD_POST, .body_too_long = true, .query_string = csa_view_of(query)}},
            {414, {.query_string = csa_view_make(longest, sizeof longest - 1)}}};
        for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
            assert_int_equal(respond(fixture, &refused[k].request), refused[k].status);
            expect_header(fixture, "Content-Type",
                          i < 2 ? "application/json; charset=utf-8" : "text/plain; charset=utf-8");
            expect_header(fixture, "Access-Control-Allow-Origin", "*");
            expect_sound_headers(fixture);
        }
    }
    const struct csa_site_request other = {.method = CSA_METHOD_OTHER, .query_string = csa_view_of("q=a")};
    assert_int_equal(respond(fixture, &other), 405);
    expect_header(fixture, "Content-Type", "text/html; charset=utf-8");
}

/* What must be absolute is not given where nobody says what the site is called. */
static void test_nameless(void **state)
{
    struct fixture *fixture = *state;
    static const char *const queries[] = {"q=gas&format=atom", "format=opensearch"};
    for (size_t i = 0; i < 2; i++) {
        struct csa_site_request request = {.query_string = csa_view_of(queries[i]),
                                           .host = csa_view_of("a/b")};
        assert_int_equal(respond(fixture, &request), 400);
        request.server = csa_view_of("www.example");
        request.port = csa_view_of("8080");
        assert_int_equal(respond(fixture, &request), 200);
        expect_body(fixture, "http://www.example:8080/?");
    }
}

static void test_modified(void **state)
{
    struct fixture *fixture = *state;
    char date[64];
    assert_int_equal(get(fixture, "q=gas"), 200);
    snprintf(date, sizeof date, "%s", header(fixture, "Last-Modified"));
    struct csa_site_request request = {.query_string = csa_view_of("q=gas"),
                                       .if_modified_since = csa_view_of(date)};
    assert_int_equal(respond(fixture, &request), 304);
    request.if_modified_since = csa_view_of("Sun, 06 Nov 1994 08:49:37 GMT");
    assert_int_equal(respond(fixture, &request), 200);
}

/* What the time ran out for is no version of anything: the next answer may be better. */
static void test_out_of_time(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.deadline_ms = 0;
    assert_int_equal(get(fixture, "q=gas+pipeline&format=json"), 200);
    expect_body(fixture, "\"exact\": false");
    expect_header(fixture, "Cache-Control", "no-store");
    assert_null(header(fixture, "ETag"));
    assert_null(header(fixture, "Last-Modified"));
}

/* A style or script under its tag never changes; under another it is as fresh as a page. */
static void test_files(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, "q=gas"), 200);
    const char *link = strstr(fixture->body, "?format=style&amp;v=");
    assert_non_null(link);
    char query[64];
    snprintf(query, sizeof query, "format=style&v=%.12s", link + strlen("?format=style&amp;v="));
    assert_int_equal(get(fixture, query), 200);
    expect_header(fixture, "Cache-Control", "public, max-age=31536000, immutable");
    assert_true(header(fixture, "ETag")[0] == '"');
    assert_int_equal(get(fixture, "format=style&v=000000000000"), 200);
    expect_header(fixture, "Cache-Control", "max-age=60");
    fixture->config.cache_seconds = 0;
    assert_int_equal(get(fixture, "q=gas"), 200);
    expect_header(fixture, "Cache-Control", "no-cache");
}

static void test_gzip(void **state)
{
    struct fixture *fixture = *state;
    static const char *const queries[] = {
        "q=gas&format=atom",     "format=opensearch", "format=json", "format=script", "q=gas",
        "q=zeppelin&format=json"};
    size_t packed = 0;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_int_equal(get(fixture, queries[i]), 200);
        size_t size = fixture->response.body.size;
        assert_int_equal(ask_again(fixture, queries[i], "gzip", ""), 200);
        assert_true((header(fixture, "Content-Encoding") != NULL) == (size >= 1024));
        assert_int_equal(strtoul(header(fixture, "Content-Length"), NULL, 10), fixture->response.body.size);
        packed += size >= 1024;
    }
    assert_true(packed != 0 && packed != sizeof queries / sizeof *queries);
    for (unsigned round = 0; round < 3; round++) { /* the buffers change places each time */
        assert_int_equal(ask_again(fixture, "format=style", "gzip", ""), 200);
        expect_header(fixture, "Content-Encoding", "gzip");
        char *back = test_malloc(1 << 20);
        z_stream stream = {.next_in = (Bytef *)fixture->response.body.data,
                           .avail_in = (uInt)fixture->response.body.size,
                           .next_out = (Bytef *)back,
                           .avail_out = 1 << 20};
        assert_int_equal(inflateInit2(&stream, 31), Z_OK);
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        inflateEnd(&stream);
        assert_int_equal(ask_again(fixture, "format=style", "gzip;q=0", ""), 200);
        assert_null(header(fixture, "Content-Encoding"));
        assert_int_equal(stream.total_out, fixture->response.body.size);
        assert_memory_equal(back, fixture->body, stream.total_out);
        test_free(back);
    }
    assert_int_equal(ask_again(fixture, "format=json&page=0", "gzip", ""), 400);
    assert_null(header(fixture, "Content-Encoding")); /* too short */
}

/* A response is kept for who asks the same, and for nobody else. */
static void test_kept(void **state)
{
    struct fixture *fixture = *state;
    struct csa_site_request request = {.query_string = csa_view_of("q=gas"),
                                       .path = csa_view_of("/search"),
                                       .host = csa_view_of("www.example"),
                                       .accept_encoding = csa_view_of("gzip")};
    struct csa_site_request others[6];
    for (size_t i = 0; i < 6; i++) {
        others[i] = request;
    }
    others[0].host = csa_view_of("other.example");
    others[1].path = csa_view_of("/other");
    others[2].query_string = csa_view_of("q=gas&hits=9");
    others[3].accept_encoding = csa_view_of("");
    others[4].restricted = true;
    others[5].method = CSA_METHOD_POST;
    assert_int_equal(respond(fixture, &request), 200);
    char *headers = test_malloc(sizeof fixture->headers);
    strcpy(headers, fixture->headers);
    size_t size = fixture->response.body.size;
    char *body = test_malloc(size);
    memcpy(body, fixture->body, size);
    fixture->config.hits = 1; /* what is made from now on is another page */
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(respond(fixture, &others[i]), 200);
        assert_true(strcmp(fixture->headers, headers) != 0 || fixture->response.body.size != size ||
                    memcmp(fixture->body, body, size) != 0);
    }
    for (unsigned round = 0; round < 3; round++) {
        request.method = CSA_METHOD_GET;
        assert_int_equal(respond(fixture, &request), 200);
        assert_string_equal(fixture->headers, headers);
        assert_int_equal(fixture->response.body.size, size);
        assert_memory_equal(fixture->body, body, size);
        request.method = CSA_METHOD_HEAD;
        assert_int_equal(respond(fixture, &request), 200);
        assert_string_equal(fixture->headers, headers);
        assert_int_equal(fixture->response.body.size, 0);
    }
    request.method = CSA_METHOD_GET;
    request.if_none_match = csa_view_of("*");
    assert_int_equal(respond(fixture, &request), 304);
    request.if_none_match = csa_view_of("\"other\"");
    assert_int_equal(respond(fixture, &request), 200);
    write_index(fixture->folder, articles, 1, true); /* the same articles: another commit all the same */
    assert_int_equal(respond(fixture, &request), 200);
    assert_true(fixture->response.body.size != size || memcmp(fixture->body, body, size) != 0);
    test_free(headers);
    test_free(body);
}

/* Neither errors nor what time cut short are kept. */
static void test_not_kept(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.viewer = false;
    assert_int_equal(get(fixture, "article=gas-1"), 404);
    fixture->config.viewer = true;
    assert_int_equal(get(fixture, "article=gas-1"), 200);
    fixture->config.deadline_ms = 0;
    assert_int_equal(get(fixture, "q=gas&format=json"), 200);
    expect_body(fixture, "\"exact\": false");
    fixture->config.deadline_ms = 600000;
    assert_int_equal(get(fixture, "q=gas&format=json"), 200);
    expect_body(fixture, "\"exact\": true");
}

/* ---- an index that changes ---- */

static void test_changed_index(void **state)
{
    struct fixture *fixture = *state;
    char tag[128];
    assert_int_equal(ask_again(fixture, "q=zeppelin&format=json", "", ""), 200);
    expect_body(fixture, "\"articles\": 0");
    snprintf(tag, sizeof tag, "%s", header(fixture, "ETag"));
    const struct article added = {"z", "Zeppelin", "A zeppelin.", "S", "A", 20250101, CSA_LANGUAGE_ENGLISH};
    write_index(fixture->folder, &added, 1, true);
    assert_int_equal(ask_again(fixture, "q=zeppelin&format=json", "", tag), 200);
    expect_body(fixture, "\"articles\": 1");
    assert_string_not_equal(header(fixture, "ETag"), tag);
    snprintf(tag, sizeof tag, "%s", header(fixture, "ETag"));
    assert_int_equal(ask_again(fixture, "q=zeppelin&format=json", "", tag), 304);
    /* made anew at the same place: its first generation again */
    empty_folder(fixture->folder);
    write_index(fixture->folder, articles, ARTICLES, true);
    assert_int_equal(ask_again(fixture, "q=zeppelin&format=json", "", tag), 200);
    expect_body(fixture, "\"articles\": 0");
}

static void test_missing_index(void **state)
{
    struct fixture *fixture = *state;
    csa_site_close(fixture->site);
    empty_folder(fixture->folder);
    open_site(fixture);
    static const char *const queries[] = {
        "q=gas", "", "q=gas&format=json", "q=gas&format=atom", "q=g&format=suggest", "article=gas-1"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_int_equal(get(fixture, queries[i]), 503);
        expect_header(fixture, "Retry-After", "10");
        expect_header(fixture, "Cache-Control", "no-store");
        assert_null(header(fixture, "ETag"));
        expect_sound_headers(fixture);
        expect_no_body(fixture, fixture->folder);
        expect_no_body(fixture, "csa-index");
        assert_int_equal(fixture->trouble.status, CSA_ERROR_NOT_FOUND);
        assert_non_null(strstr(fixture->trouble.message, fixture->folder));
    }
    assert_int_equal(get(fixture, "format=style"), 200); /* the page that says so needs it */
    assert_int_equal(get(fixture, "format=opensearch"), 200);
    write_index(fixture->folder, articles, ARTICLES, true);
    assert_int_equal(get(fixture, "q=gas"), 200);
    assert_int_equal(fixture->trouble.status, CSA_OK);
}

static void write_commit(const struct fixture *fixture, const char *text)
{
    char *path = csa_file_join(fixture->folder, CSA_COMMIT_NAME);
    csa_file_remove(path, NULL); /* a new file, as a rename would bring; the former one stays mapped */
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    csa_free(path);
}

/* What was open goes on being served. */
static void test_damaged_index(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(get(fixture, "q=gas"), 200);
    write_commit(fixture, "damaged");
    assert_int_equal(get(fixture, "q=gas"), 200);
    assert_int_equal(fixture->trouble.status, CSA_ERROR_DAMAGED);
    assert_int_equal(get(fixture, "q=gas"), 200);
    assert_int_equal(fixture->trouble.status, CSA_OK); /* said once a second, not at each request */
    empty_folder(fixture->folder);
    assert_int_equal(get(fixture, "q=gas"), 200);
    assert_int_equal(fixture->trouble.status, CSA_ERROR_NOT_FOUND);
    /* without anything open it is out of service */
    csa_site_close(fixture->site);
    open_site(fixture);
    write_commit(fixture, "damaged");
    assert_int_equal(get(fixture, "q=gas"), 503);
    assert_int_equal(fixture->trouble.status, CSA_ERROR_DAMAGED);
    empty_folder(fixture->folder);
    write_index(fixture->folder, articles, ARTICLES, true);
    assert_int_equal(get(fixture, "q=gas"), 200);
}

/* ---- opening ---- */

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* The commit becomes one of 2001. */
static void age_commit(const struct fixture *fixture)
{
    const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    char *path = csa_file_join(fixture->folder, CSA_COMMIT_NAME);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    csa_free(path);
}

static void test_last_modified_of_commit(void **state)
{
    struct fixture *fixture = *state;
    age_commit(fixture);
    assert_int_equal(get(fixture, "q=gas"), 200);
    expect_header(fixture, "Last-Modified", "Sun, 09 Sep 2001 01:46:40 GMT");
}

static void test_own_files(void **state)
{
    struct fixture *fixture = *state;
    char tag[128];
    get(fixture, "q=gas");
    snprintf(tag, sizeof tag, "%s", header(fixture, "ETag"));
    csa_site_close(fixture->site);
    fixture->site = NULL;
    write_file("csa-test-page.html", "<!DOCTYPE html><title>mine</title>{{> footer}}");
    write_file("csa-test-footer.html", "<p>my footer</p>");
    write_file("csa-test-style.css", "p{color:red}");
    write_file("csa-test-synonyms.txt", "zeppelin => pipeline\n");
    fixture->config.page = "csa-test-page.html";
    fixture->config.footer = "csa-test-footer.html";
    fixture->config.style = "csa-test-style.css";
    fixture->config.synonyms = "csa-test-synonyms.txt";
    age_commit(fixture);
    open_site(fixture);
    assert_int_equal(get(fixture, "q=gas"), 200);
    assert_string_not_equal(header(fixture, "ETag"), tag);
    assert_string_not_equal(header(fixture, "Last-Modified"), "Sun, 09 Sep 2001 01:46:40 GMT");
    expect_body(fixture, "<title>mine</title><p>my footer</p>");
    assert_int_equal(get(fixture, "format=style"), 200);
    expect_body(fixture, "\np{color:red}");
    assert_non_null(strstr(ids(fixture, "q=zeppelin"), "gas-2"));
    csa_site_close(fixture->site);
    fixture->site = NULL;

    struct csa_error error = {0};
    write_file("csa-test-page.html", "<p>{{#a}}");
    assert_int_equal(csa_site_open(&fixture->config, &fixture->site, &error), CSA_ERROR_DAMAGED);
    assert_non_null(strstr(error.message, "csa-test-page.html"));
    fixture->config.page = "csa-test-none.html";
    assert_int_equal(csa_site_open(&fixture->config, &fixture->site, &error), CSA_ERROR_NOT_FOUND);
    assert_null(fixture->site);
    fixture->config.page = NULL;
    fixture->config.index = NULL;
    assert_int_equal(csa_site_open(&fixture->config, &fixture->site, &error), CSA_ERROR_MISUSE);
    unlink("csa-test-page.html");
    unlink("csa-test-footer.html");
    unlink("csa-test-style.css");
    unlink("csa-test-synonyms.txt");
}

/* ---- hostile values ---- */

static void encode(const char *text, char *out)
{
    for (; *text != '\0'; text++) {
        out += sprintf(out, "%%%02X", (unsigned char)*text);
    }
    *out = '\0';
}

static void test_hostile_values(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.cors = "*";
    static const char *const names[] = {"q",    "page",   "n",    "format",  "sort", "source", "lang",
                                        "year", "author", "date", "article", "like", "v",      "unknown"};
    static const char *const values[] = {"a\r\nSet-Cookie: evil=1\r\n\r\n<script>",
                                         "\r",
                                         "\n",
                                         "\r\n\r\n",
                                         "<script>alert(1)</script>",
                                         "\"><img src=x onerror=alert(1)>",
                                         "'\"`{{q}}{{> page}}",
                                         "javascript:alert(1)",
                                         "//evil.example/",
                                         "../../../etc/passwd",
                                         "a>; rel=stylesheet",
                                         "%s%n%d",
                                         "\xE2\x80\xAE\xE2\x81\xA6",
                                         "-1",
                                         "9999999999999999999",
                                         "\xEF\xBB\xBF",
                                         "]]><x>",
                                         "&amp;&#x3C;",
                                         "a\\\"b",
                                         "\xE2\x80\xA8"};
    static const char *const formats[] = {"", "&format=json", "&format=atom", "&format=suggest",
                                          "&format=opensearch"};
    char encoded[512], query[1024];
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
                encode(values[v], encoded);
                snprintf(query, sizeof query, "q=gas&%s=%s%s", names[n], encoded, formats[f]);
                unsigned status = get(fixture, query);
                assert_true(status == 200 || status == 400 || status == 404);
                assert_int_equal(fixture->trouble.status, CSA_OK);
                expect_sound_headers(fixture);
                if (strstr(header(fixture, "Content-Type"), "json") == NULL) {
                    expect_no_body(fixture, "<script>");
                    expect_no_body(fixture, "<img src=x");
                    expect_no_body(fixture, "href=\"javascript:");
                }
                assert_true(csa_utf8_is_valid(csa_buffer_view(&fixture->response.body)));
                assert_int_equal(strlen(fixture->body), fixture->response.body.size);
            }
        }
    }
    for (size_t v = 0; v < sizeof values / sizeof *values;
         v++) { /* and where a server puts what it was sent */
        const struct csa_view value = csa_view_of(values[v]);
        for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
            const struct csa_site_request request = {.query_string = csa_view_of(formats[f]),
                                                     .path = value,
                                                     .host = value,
                                                     .accept_encoding = value,
                                                     .if_none_match = value,
                                                     .if_modified_since = value,
                                                     .address = value};
            respond(fixture, &request);
            expect_sound_headers(fixture);
            expect_no_body(fixture, "evil");
            expect_no_body(fixture, "<script>");
        }
    }
}

static struct csa_view random_bytes(uint64_t *random, char *out, size_t room)
{
    static const char *const pieces[] = {"q=",
                                         "&",
                                         "gas",
                                         "%",
                                         "+",
                                         "\"",
                                         "(",
                                         "%FF",
                                         "source=",
                                         "lang=en",
                                         "page=2",
                                         "n=3",
                                         "date=2023..",
                                         "like=gas-1",
                                         "*",
                                         "article=gas-1",
                                         "format=json",
                                         "format=atom",
                                         "%00",
                                         "%0D%0A",
                                         "/",
                                         ":",
                                         "W/\"a\",",
                                         "gzip;q=0.5,",
                                         "\xE4\xB8\x80",
                                         "\r\n",
                                         "<",
                                         "year=2023",
                                         "format=suggest",
                                         "sort=newest",
                                         "~",
                                         "AND",
                                         "author=Li",
                                         "[::1]"};
    size_t size = 0;
    for (;;) {
        *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407U;
        const char *piece = pieces[(*random >> 33) % (sizeof pieces / sizeof *pieces)];
        if ((*random >> 60) < 2 || size + strlen(piece) > room) {
            return csa_view_make(out, size);
        }
        memcpy(out + size, piece, strlen(piece));
        size += strlen(piece);
    }
}

static void test_any_request(void **state)
{
    struct fixture *fixture = *state;
    uint64_t random = 1;
    char bytes[6][200];
    for (unsigned round = 0; round < 2000; round++) {
        struct csa_view any[6];
        for (unsigned i = 0; i < 6; i++) {
            any[i] = random_bytes(&random, bytes[i], sizeof bytes[i]);
        }
        const struct csa_site_request request = {.method = (enum csa_site_method)(round % 5),
                                                 .query_string = any[0],
                                                 .body = any[1],
                                                 .content_type =
                                                     csa_view_of("application/x-www-form-urlencoded"),
                                                 .path = any[2],
                                                 .host = any[3],
                                                 .accept_encoding = any[4],
                                                 .if_none_match = any[5]};
        unsigned status = respond(fixture, &request);
        assert_true(status == 200 || status == 304 || status == 400 || status == 404 || status == 405);
        assert_int_equal(fixture->trouble.status, CSA_OK);
        expect_sound_headers(fixture);
    }
}

/* ---- no memory ---- */

/* Answers with the n-th allocation failing, from a site and an index that are opened anew. Whether it came to
 * that allocation, when it fails for ever. */
static bool respond_without_memory(struct fixture *fixture, const struct csa_site_request *request, size_t n,
                                   int for_ever)
{
    csa_site_close(fixture->site);
    fixture->site = NULL;
    open_site(fixture);
    csa_memory_fail_at(n, for_ever);
    csa_site_respond(fixture->site, request, &fixture->response, &fixture->trouble);
    void *probe = for_ever ? csa_malloc(1) : NULL;
    csa_memory_fail_at(0, 0);
    bool reached = probe == NULL;
    csa_free(probe);
    unsigned status = fixture->response.status;
    assert_true(status == 200 || status == 400 || status == 500 || status == 503);
    assert_true(status < 500 || fixture->trouble.status != CSA_OK);
    assert_false(fixture->response.headers.failed || fixture->response.body.failed);
    return reached;
}

static void test_no_memory(void **state)
{
    struct fixture *fixture = *state;
    static const char *const queries[] = {"q=gas&lang=en&source=Belt+Times",
                                          "q=zeppelim",
                                          "article=gas-1&q=siberia",
                                          "q=gas&format=json",
                                          "format=style",
                                          "q=g&format=suggest",
                                          "q=gas&format=atom",
                                          "like=gas-1",
                                          "format=opensearch",
                                          "page=0"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const struct csa_site_request request = {.query_string = csa_view_of(queries[i]),
                                                 .path = csa_view_of("/search"),
                                                 .host = csa_view_of("www.example"),
                                                 .accept_encoding = csa_view_of("gzip")};
        size_t count = 1;
        size_t refused = 0;
        while (respond_without_memory(fixture, &request, count, 1)) {
            refused += fixture->response.status >= 500;
            count++;
            assert_true(count < 10000);
        }
        assert_true(count > 1 && refused != 0);
        assert_true(fixture->response.status == 200 || fixture->response.status == 400);
        for (size_t n = 1; n < count; n++) {
            respond_without_memory(fixture, &request, n, 0);
        }
    }
}

static void test_no_memory_at_opening(void **state)
{
    struct fixture *fixture = *state;
    csa_site_close(fixture->site);
    enum csa_status status = CSA_ERROR_MEMORY;
    for (size_t n = 1; status != CSA_OK; n++) {
        struct csa_error error = {0};
        csa_memory_fail_at(n, 0);
        status = csa_site_open(&fixture->config, &fixture->site, &error);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
        assert_true(n < 10000);
    }
}

/* The same request again and again takes no more memory: what a buffer has grown to, it keeps. */
static void test_repeated(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(ask_again(fixture, i % 2 == 0 ? "q=gas" : "q=zeppelin", "gzip", ""), 200);
    }
    assert_true(fixture->response.body.capacity < 1 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_formats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_filters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_filters_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parsed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_suggestion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_like, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_article, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_methods, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_head, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tags, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_no_such_copy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_restricted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errors_for_programs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nameless, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_modified, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_out_of_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gzip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kept, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_not_kept, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_changed_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_changed_index, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_missing_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_last_modified_of_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hostile_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_request, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up_keeping, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory_at_opening, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_repeated, set_up_keeping, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
