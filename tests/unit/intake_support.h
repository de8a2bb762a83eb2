/* For the tests of intake: a folder for sample files, and a receiver that keeps copies of what it is given.
 */
#ifndef CSA_TESTS_INTAKE_SUPPORT_H
#define CSA_TESTS_INTAKE_SUPPORT_H

#include "common/base/buffer.h"
#include "indexer/intake/intake.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { KEPT_MAXIMUM = 64, KEPT_BLOCKS = 64, KEPT_EXTRA = 16 };

/* One article with its strings null-terminated; blocks beyond KEPT_BLOCKS are only counted. */
struct kept_article {
    char *id, *title, *url, *author, *source, *description;
    uint32_t date;
    csa_language language;
    uint64_t replaced;
    size_t block_count;
    char *blocks[KEPT_BLOCKS];
    enum csa_block_kind kinds[KEPT_BLOCKS];
    size_t extra_count;
    char *names[KEPT_EXTRA];
    char *values[KEPT_EXTRA];
};

struct kept {
    struct kept_article articles[KEPT_MAXIMUM];
    size_t count;
    char *skipped[KEPT_MAXIMUM];
    size_t skipped_count;
};

static inline char *keep_view(struct csa_view text)
{
    char *copy = malloc(text.size + 1);
    assert_non_null(copy);
    if (text.size != 0) {
        memcpy(copy, text.data, text.size);
    }
    copy[text.size] = '\0';
    return copy;
}

static inline enum csa_status keep_article(void *context, const struct csa_article *article,
                                           struct csa_error *error)
{
    (void)error;
    struct kept *kept = context;
    assert_true(kept->count < KEPT_MAXIMUM);
    struct kept_article *copy = &kept->articles[kept->count++];
    copy->id = keep_view(article->id);
    copy->title = keep_view(article->title);
    copy->url = keep_view(article->url);
    copy->author = keep_view(article->author);
    copy->source = keep_view(article->source);
    copy->description = keep_view(article->description);
    copy->date = article->date;
    copy->language = article->language;
    copy->replaced = article->replaced;
    copy->block_count = article->block_count;
    for (size_t i = 0; i < article->block_count && i < KEPT_BLOCKS; i++) {
        copy->blocks[i] = keep_view(article->blocks[i].text);
        copy->kinds[i] = article->blocks[i].kind;
    }
    copy->extra_count = article->extra_count;
    for (size_t i = 0; i < article->extra_count && i < KEPT_EXTRA; i++) {
        copy->names[i] = keep_view(article->extra[i].name);
        copy->values[i] = keep_view(article->extra[i].value);
    }
    return CSA_OK;
}

static inline void keep_skipped(void *context, const char *message)
{
    struct kept *kept = context;
    assert_true(kept->skipped_count < KEPT_MAXIMUM);
    kept->skipped[kept->skipped_count++] = keep_view(csa_view_of(message));
}

static inline void kept_release(struct kept *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        struct kept_article *article = &kept->articles[i];
        free(article->id);
        free(article->title);
        free(article->url);
        free(article->author);
        free(article->source);
        free(article->description);
        for (size_t b = 0; b < KEPT_BLOCKS; b++) {
            free(article->blocks[b]);
        }
        for (size_t e = 0; e < KEPT_EXTRA; e++) {
            free(article->names[e]);
            free(article->values[e]);
        }
    }
    for (size_t i = 0; i < kept->skipped_count; i++) {
        free(kept->skipped[i]);
    }
    memset(kept, 0, sizeof *kept);
}

static char sample_folder[] = "csa-test-intake-XXXXXX";

static inline int make_sample_folder(void **state)
{
    (void)state;
    return mkdtemp(sample_folder) == NULL ? -1 : 0;
}

static inline int remove_sample_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", sample_folder, sample_folder);
    return system(command);
}

/* folder/name; valid until the next call. */
static inline const char *sample_path(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", sample_folder, name);
    return path;
}

static inline void write_sample(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(sample_path(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline struct csa_intake_receiver receiver_for(struct kept *kept)
{
    return (struct csa_intake_receiver){kept, keep_article, keep_skipped};
}

/* Reads the sample of that name; the status must be CSA_OK. */
static inline void read_sample(const char *name, enum csa_format format, struct kept *kept)
{
    char path[512];
    snprintf(path, sizeof path, "%s", sample_path(name));
    const struct csa_source source = {path, name};
    const struct csa_intake_options options = {.format = format};
    struct csa_intake_receiver receiver = receiver_for(kept);
    struct csa_error error = {0};
    assert_int_equal(csa_intake_read(&source, &options, &receiver, &error), CSA_OK);
}

/* Writes the bytes to a file of that name and reads it. */
static inline void take_in_bytes(const char *name, const void *bytes, size_t size, struct kept *kept)
{
    write_sample(name, bytes, size);
    read_sample(name, CSA_FORMAT_AUTO, kept);
}

static inline void take_in(const char *name, const char *text, struct kept *kept)
{
    take_in_bytes(name, text, strlen(text), kept);
}

/* The same; exactly one article must come of it. */
static inline struct kept_article *take_in_one(const char *name, const char *text, struct kept *kept)
{
    take_in(name, text, kept);
    assert_int_equal(kept->skipped_count, 0);
    assert_int_equal(kept->count, 1);
    return &kept->articles[0];
}

#endif
