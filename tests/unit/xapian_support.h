/* What the tests of the Xapian shim share: the module's table, and small databases. Each test program
 * includes it once and works in a temporary folder. */
#ifndef CSA_TESTS_XAPIAN_SUPPORT_H
#define CSA_TESTS_XAPIAN_SUPPORT_H

#include "common/base/config.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "common/xapian/csa_xapian.h"
#include "tests/unit/temporary_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct csa_xapian *xapian;
static struct csa_error error; /* of the last call */

/* What AddressSanitizer may see of libxapian's own: Database::check() deletes an object by its parent's type,
 * and a few bytes are lost when a prefix has too many terms; it is built without frame pointers. One test
 * asks for more memory than there is. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "new_delete_type_mismatch=0:fast_unwind_on_malloc=0:allocator_may_return_null=1";
}

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:Xapian::BM25Weight::clone\n";
}

/* A call that succeeds; one that fails with a status, and words in its message. */
#define check_ok(call)                                                                                       \
    do {                                                                                                     \
        enum csa_status check_status = (call);                                                               \
        if (check_status != CSA_OK) {                                                                        \
            fail_msg("%s: status %d: %s", #call, (int)check_status, error.message);                          \
        }                                                                                                    \
    } while (0)
#define check_fails(call, status_wanted, words)                                                              \
    do {                                                                                                     \
        error = (struct csa_error){0};                                                                       \
        enum csa_status check_status = (call);                                                               \
        if (check_status != (status_wanted) || error.status != check_status ||                               \
            strstr(error.message, (words)) == NULL) {                                                        \
            fail_msg("%s: status %d: \"%s\", not %d: \"%s\"", #call, (int)check_status, error.message,       \
                     (int)(status_wanted), (words));                                                         \
        }                                                                                                    \
    } while (0)
#define check_view(found, wanted)                                                                            \
    do {                                                                                                     \
        struct csa_view check_found = (found), check_wanted = csa_view_of(wanted);                           \
        if (!csa_view_equal(check_found, check_wanted)) {                                                    \
            fail_msg("\"%.*s\", not \"%s\"", (int)check_found.size, check_found.data, (wanted));             \
        }                                                                                                    \
    } while (0)

static inline int load_xapian(void **state)
{
    if (temporary_folder_enter(state) != 0) {
        return -1;
    }
    if (csa_xapian_load(&xapian, &error) != CSA_OK) {
        print_error("%s\n", error.message);
        return -1;
    }
    return 0;
}

/* For main(): Meson's sign for a test that cannot run in this build. */
enum { SKIPPED = 77 };

static inline struct csa_xapian_writer *open_writer(const char *path)
{
    struct csa_xapian_writer *writer;
    check_ok(xapian->writer.open(path, &(struct csa_xapian_writer_options){0}, &writer, &error));
    return writer;
}

/* Adds the words of a text to a document at positions 1, 2, ... */
static inline void add_words(struct csa_xapian_document *document, const char *text)
{
    uint32_t position = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        position++;
        struct csa_xapian_term term = {csa_view_make(text, size), 1, &position, 1};
        check_ok(xapian->document.add_terms(document, &term, 1, &error));
        text += size + (text[size] == ' ');
    }
}

struct sample {
    const char *id;    /* becomes the term Q... and the data */
    const char *words; /* at positions 1, 2, ... */
    const char *date;  /* slot 0; null: none */
    const char *group; /* slot 1 */
};

static inline uint32_t add_sample(struct csa_xapian_writer *writer, const struct sample *sample)
{
    struct csa_xapian_document *document;
    char unique[100];
    uint32_t id;
    snprintf(unique, sizeof unique, "Q%s", sample->id);
    check_ok(xapian->document.make(&document, &error));
    add_words(document, sample->words);
    struct csa_xapian_term term = {csa_view_of(unique), 0, NULL, 0};
    check_ok(xapian->document.add_terms(document, &term, 1, &error));
    check_ok(xapian->document.set_data(document, csa_view_of(sample->id), &error));
    check_ok(xapian->document.set_value(document, 0, csa_view_of(sample->date), &error));
    check_ok(xapian->document.set_value(document, 1, csa_view_of(sample->group), &error));
    check_ok(xapian->writer.replace(writer, csa_view_of(unique), document, &id, &error));
    xapian->document.free(document);
    return id;
}

/* Every step-th of the samples from `first` on, committed to a new database. */
static inline void make_samples(const char *path, const struct sample *samples, size_t count, size_t first,
                                size_t step)
{
    struct csa_xapian_writer *writer = open_writer(path);
    for (size_t i = first; i < count; i += step) {
        add_sample(writer, &samples[i]);
    }
    check_ok(xapian->writer.commit(writer, &error));
    xapian->writer.close(writer);
}

static inline struct csa_xapian_database *open_database(const char *path)
{
    struct csa_xapian_database *database;
    check_ok(xapian->database.open(path, &database, &error));
    return database;
}

static inline uint32_t count_documents(struct csa_xapian_database *database)
{
    struct csa_xapian_statistics statistics;
    check_ok(xapian->database.statistics(database, &statistics, &error));
    return statistics.documents;
}

/* Visitors that write what they see one behind the other, each followed by a space; they stop at `room`. */
struct listing {
    char text[4000];
    size_t room; /* visits left */
};

static inline bool list_view(struct listing *listing, struct csa_view view, uint32_t number)
{
    size_t size = strlen(listing->text);
    int more = snprintf(listing->text + size, sizeof listing->text - size, "%.*s:%u ", (int)view.size,
                        view.size == 0 ? "" : view.data, number);
    assert_true(more > 0 && size + (size_t)more < sizeof listing->text);
    return --listing->room != 0;
}

static inline bool list_counted(void *context, struct csa_view view, uint32_t number)
{
    return list_view(context, view, number);
}

static inline bool list_key(void *context, struct csa_view key)
{
    return list_view(context, key, 0);
}

static inline bool list_value(void *context, uint32_t document, struct csa_view value)
{
    return list_view(context, value, document);
}

static inline bool list_posting(void *context, uint32_t document, uint32_t wdf)
{
    char number[20];
    snprintf(number, sizeof number, "%u", document);
    return list_view(context, csa_view_of(number), wdf);
}

#endif
