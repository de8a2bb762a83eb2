/* A sink: where analysed articles go. Two implementations stand behind this header: the native index
 * (native/sink_native.c) and, later, Xapian.
 *
 * Articles arrive in batches that several threads prepare side by side. Batch numbers are 0, 1, 2, ...
 * without gaps, in the order of the sources; each is begun, filled and ended by one worker, in any order that
 * keeps at most a few batches open. What is written depends on the batches' numbers and contents alone, not
 * on threads or memory. */
#ifndef CSA_INDEXER_SINK_H
#define CSA_INDEXER_SINK_H

#include "common/base/error.h"
#include "common/base/view.h"
#include "indexer/article.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An article with its passages, ready for a sink. Valid during add() only. */
struct csa_prepared_article {
    const struct csa_article *article;
    const struct csa_passage *passages; /* at least one, each of at most CSA_PASSAGE_BYTES_MAXIMUM */
    size_t passage_count;
    csa_language stemmer; /* NONE: not stemmed */
};

/* A passage has at most 2^24 tokens, and a token takes at least two bytes with what separates it from the
 * next; the difference is for the title. */
enum { CSA_PASSAGE_BYTES_MAXIMUM = (32 << 20) - (64 << 10) };

enum { CSA_SINK_ID_SHOWN = 256 };

struct csa_sink_counts {
    uint64_t added;                         /* articles */
    uint64_t replaced;                      /* of these, how many took the place of one with the same id */
    uint64_t repeated;                      /* of these, of one of the same run */
    char first_repeated[CSA_SINK_ID_SHOWN]; /* its id, cut to fit */
    uint64_t deleted;                       /* by remove() */
    uint64_t passages;
    uint64_t tokens;
    /* the index after the commit */
    uint64_t index_articles; /* without the deleted */
    uint64_t index_bytes;
};

struct csa_sink;
struct csa_sink_operations {
    /* `worker` is 0 .. threads-1; one thread a worker. After an error the sink can only be closed. */
    enum csa_status (*begin)(struct csa_sink *sink, unsigned worker, uint64_t batch, struct csa_error *error);
    enum csa_status (*add)(struct csa_sink *sink, unsigned worker, const struct csa_prepared_article *article,
                           struct csa_error *error);
    enum csa_status (*end)(struct csa_sink *sink, unsigned worker, struct csa_error *error);
    /* Deletes the article with this id that an earlier commit holds; CSA_ERROR_NOT_FOUND when there is none.
     * Before the first begin(), from one thread. */
    enum csa_status (*remove)(struct csa_sink *sink, struct csa_view id, struct csa_error *error);
    /* Makes everything durable and visible at once, when all batches have ended. Nothing is visible before;
     * after an error the old state stays. CSA_ERROR_INTERRUPTED when asked to stop. */
    enum csa_status (*commit)(struct csa_sink *sink, struct csa_sink_counts *counts, struct csa_error *error);
    /* Gives up what was not committed, leaves no litter, frees the sink. */
    void (*close)(struct csa_sink *sink);
};

/* The first member of every sink. */
struct csa_sink {
    const struct csa_sink_operations *operations;
    unsigned threads; /* how many workers there may be: those asked for, or as many as fit in the memory */
    unsigned passage_words; /* as the index has them */
    bool store_text;
};

struct csa_sink_options {
    const char *folder;
    unsigned threads;         /* 1..64 */
    uint64_t memory;          /* bytes, -m */
    unsigned passage_words;   /* of a new index; */
    bool passage_words_given; /* an existing one keeps its own, and another one given is CSA_ERROR_MISUSE */
    bool store_text;          /* the same */
    bool store_text_given;
    bool must_exist; /* no new index is made: CSA_ERROR_NOT_FOUND */
    bool optimize;   /* commit() leaves one segment without deletes */
};

/* Opens the native sink: takes the writer's lock, reads the newest commit. CSA_ERROR_BUSY when another holds
 * it. */
enum csa_status csa_sink_native_open(const struct csa_sink_options *options, struct csa_sink **sink,
                                     struct csa_error *error);

#endif
