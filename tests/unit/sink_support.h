/* What the tests of the native sink and of merging share: a folder that goes away, articles from strings, and
 * an index written down as text. */
#ifndef CSA_TESTS_UNIT_SINK_SUPPORT_H
#define CSA_TESTS_UNIT_SINK_SUPPORT_H

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/index/index.h"
#include "indexer/dump.h"
#include "indexer/sink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a folder ---- */

static inline char *folder_make(void)
{
    char *folder = strdup("sink-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static inline size_t folder_count(const char *folder, const char *prefix)
{
    char **names;
    size_t count;
    size_t found = 0;
    assert_int_equal(csa_file_list_folder(folder, &names, &count, NULL), CSA_OK);
    for (size_t i = 0; i < count; i++) {
        found += strncmp(names[i], prefix, strlen(prefix)) == 0;
    }
    csa_file_names_free(names, count);
    return found;
}

static inline void folder_remove(char *folder)
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
    assert_int_equal(rmdir(folder), 0);
    free(folder);
}

/* ---- a sink ---- */

static inline struct csa_sink_options sink_defaults(const char *folder)
{
    return (struct csa_sink_options){
        .folder = folder, .threads = 1, .memory = 64 << 20, .passage_words = 120, .store_text = true};
}

static inline struct csa_sink *sink_open(const struct csa_sink_options *options)
{
    struct csa_sink *sink;
    struct csa_error error = {0};
    enum csa_status status = csa_sink_native_open(options, &sink, &error);
    if (status != CSA_OK) {
        fail_msg("%s", error.message);
    }
    return sink;
}

static inline void sink_begin(struct csa_sink *sink, unsigned worker, uint64_t batch)
{
    assert_int_equal(sink->operations->begin(sink, worker, batch, NULL), CSA_OK);
}

static inline void sink_end(struct csa_sink *sink, unsigned worker)
{
    assert_int_equal(sink->operations->end(sink, worker, NULL), CSA_OK);
}

/* An article whose passages are the parts of text between '|'. */
static inline void sink_add(struct csa_sink *sink, unsigned worker, const char *id, const char *title,
                            const char *text)
{
    struct csa_passage passages[64];
    size_t count = 0;
    const char *start = text;
    for (const char *end = text;; end++) {
        if (*end == '|' || *end == '\0') {
            passages[count++] =
                (struct csa_passage){csa_view_make(start, (size_t)(end - start)), (uint32_t)(start - text)};
            start = end + 1;
        }
        if (*end == '\0') {
            break;
        }
    }
    struct csa_extra_field extra = {csa_view_of("color"), csa_view_of("red")};
    const struct csa_article article = {
        .id = csa_view_of(id),
        .title = csa_view_of(title),
        .url = csa_view_of("https://example.org/"),
        .source = csa_view_of("a source"),
        .date = 20230811,
        .language = CSA_LANGUAGE_ENGLISH,
        .extra = &extra,
        .extra_count = 1,
    };
    const struct csa_prepared_article prepared = {&article, passages, count, CSA_LANGUAGE_ENGLISH};
    struct csa_error error = {0};
    if (sink->operations->add(sink, worker, &prepared, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
}

static inline struct csa_sink_counts sink_commit(struct csa_sink *sink)
{
    struct csa_sink_counts counts;
    struct csa_error error = {0};
    if (sink->operations->commit(sink, &counts, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    sink->operations->close(sink);
    return counts;
}

/* ---- an index as text ---- */

static inline void check_report(void *context, const char *message)
{
    (void)context;
    fail_msg("%s", message);
}

static inline struct csa_index *index_open_checked(const char *folder)
{
    struct csa_index *index;
    struct csa_error error = {0};
    if (csa_index_open(folder, &index, &error) != CSA_OK) {
        fail_msg("%s", error.message);
    }
    for (uint32_t i = 0; i < index->segment_count; i++) {
        assert_int_equal(csa_segment_check(index->segments[i].segment, check_report, NULL, NULL), CSA_OK);
    }
    return index;
}

/* One dump; free(). */
static inline char *index_dump(const char *folder, const char *what)
{
    struct csa_index *index = index_open_checked(folder);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct csa_error error = {0};
    enum csa_status status = csa_dump_print(index, what, out, &error);
    if (status == CSA_ERROR_NOT_FOUND) {
        fputs("none\n", out);
    } else if (status != CSA_OK) {
        fail_msg("%s", error.message);
    }
    fclose(out);
    csa_index_close(index);
    return text;
}

static inline void assert_dump(const char *folder, const char *what, const char *expected)
{
    char *text = index_dump(folder, what);
    assert_string_equal(text, expected);
    free(text);
}

#endif
