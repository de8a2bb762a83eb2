/* libxapian for C programs: a thin binding, without any search logic of its own.
 *
 * libxapian is C++ and GPL-2-or-later, so it is reached through a module that is loaded when
 * csa_xapian_load() is first called, and through one table of functions, struct csa_xapian. No exception and
 * no C++ type crosses it: a function that can fail returns a status and fills the csa_error with Xapian's own
 * words. What the classes of Xapian::Error become stands in error.cc.
 *
 * Threads: one thread at a time uses a handle. A database, those joined from it, its matches and documents
 * share one state: all of them together count as one handle. Different databases are independent, and may be
 * opened side by side.
 *
 * Bytes in are views, which need to live during the call only. Bytes out are views into memory of the handle
 * that was asked; each function says how long they live. A visitor's views live until it returns; it returns
 * false to stop, which is no error, and may not use the handle that called it.
 *
 * Numbers: document ids and counts have 32 bits (ids from 1; the collection as a whole too: shard s of n
 * gives its document d the id (d - 1) * n + s + 1), and so have positions and frequencies. */
#ifndef CSA_XAPIAN_CSA_XAPIAN_H
#define CSA_XAPIAN_CSA_XAPIAN_H

#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CSA_XAPIAN_INTERFACE = 1,      /* the version of the table; load.c refuses another */
    CSA_XAPIAN_TERM_MAXIMUM = 245, /* bytes of a term, where a zero byte counts as two; 1 at least */
    CSA_XAPIAN_KEY_MAXIMUM = 245,  /* the same for a key of metadata */
    CSA_XAPIAN_NO_SLOT = -1,       /* slots are 0 .. 2^32 - 2 */
};

struct csa_xapian_database;
struct csa_xapian_writer;
struct csa_xapian_document;
struct csa_xapian_query;
struct csa_xapian_match;

/* ---- documents ---- */

/* One term of a document. The same term may come several times: frequencies add up, positions are united. */
struct csa_xapian_term {
    struct csa_view term;
    uint32_t wdf;              /* added to the term's frequency in the document, which its positions do not
                                  change; 0 for boolean terms */
    const uint32_t *positions; /* in any order, fastest if ascending */
    size_t position_count;     /* 0: none */
};

/* A document to be written, or one that was read. */
struct csa_xapian_document_functions {
    enum csa_status (*make)(struct csa_xapian_document **document, struct csa_error *error);
    void (*free)(struct csa_xapian_document *document); /* null is fine, here and below */
    /* Empties it, for the next. */
    enum csa_status (*clear)(struct csa_xapian_document *document, struct csa_error *error);
    /* Adds terms. CSA_ERROR_LIMIT names a term that is too long; those before it were added. */
    enum csa_status (*add_terms)(struct csa_xapian_document *document, const struct csa_xapian_term *terms,
                                 size_t count, struct csa_error *error);
    /* Empty bytes take the value away. */
    enum csa_status (*set_value)(struct csa_xapian_document *document, uint32_t slot, struct csa_view value,
                                 struct csa_error *error);
    enum csa_status (*set_data)(struct csa_xapian_document *document, struct csa_view data,
                                struct csa_error *error);
    /* Empty where there is none. Live until this function is called again, or the document is cleared, read
     * anew or freed. */
    enum csa_status (*value)(struct csa_xapian_document *document, uint32_t slot, struct csa_view *value,
                             struct csa_error *error);
    enum csa_status (*data)(struct csa_xapian_document *document, struct csa_view *data,
                            struct csa_error *error);
};

/* ---- reading ---- */

struct csa_xapian_statistics {
    uint32_t documents;
    uint32_t last_document; /* the highest id ever used */
    uint64_t total_length;  /* sum of all lengths, in terms (of wdf) */
    double average_length;
    uint32_t least_length, greatest_length; /* bounds of a document's length; empty documents aside */
    bool has_positions;
    size_t shards;
    size_t remote_shards;
};

/* A database to read, as it was at one commit. A writer's second commit after that may take it away:
 * CSA_ERROR_BUSY then says so, from any function; reopen() and ask again. */
struct csa_xapian_database_functions {
    /* A folder or a single file. CSA_ERROR_NOT_FOUND where there is no database. A stub (a file that names
     * databases, or a folder with one) is CSA_ERROR_MISUSE: place.h reads it, since it may name programs to
     * be run and servers to be waited for. */
    enum csa_status (*open)(const char *path, struct csa_xapian_database **database, struct csa_error *error);
    /* What xapian-tcpsrv serves. Milliseconds: to connect (looking up the host's name has no limit), and for
     * each answer; 0 for an answer: no limit. A server that is not there or does not answer is CSA_ERROR_IO.
     * After an error the connection, and in a match those of all servers that were joined, may wait for an
     * answer to something else: close them and open new ones. Makes the process ignore SIGPIPE, as libxapian
     * does. */
    enum csa_status (*open_remote)(const char *host, uint16_t port, uint32_t connect_timeout,
                                   uint32_t answer_timeout, struct csa_xapian_database **database,
                                   struct csa_error *error);
    /* Several as one, with statistics over all. The shards stay the caller's and can still be asked alone;
     * they may be closed before or after. At least one; none of them joined already. */
    enum csa_status (*join)(struct csa_xapian_database *const *shards, size_t count,
                            struct csa_xapian_database **database, struct csa_error *error);
    /* The shard that the last error of this handle or of a match in it was about, by its place in join(); -1
     * where it is not known. Known of servers only. */
    int (*failed_shard)(const struct csa_xapian_database *database);
    void (*close)(struct csa_xapian_database *database);

    /* To the newest commit. *changed (null: not asked) is false when there certainly was none since. */
    enum csa_status (*reopen)(struct csa_xapian_database *database, bool *changed, struct csa_error *error);
    /* Keeps servers from hanging up on a client that is silent (after 60 seconds by default). */
    enum csa_status (*keep_alive)(struct csa_xapian_database *database, struct csa_error *error);

    enum csa_status (*statistics)(struct csa_xapian_database *database,
                                  struct csa_xapian_statistics *statistics, struct csa_error *error);
    /* The same for a database and its copies; empty of joined shards that have none. Lives until the next
     * call that gives bytes. */
    enum csa_status (*uuid)(struct csa_xapian_database *database, struct csa_view *uuid,
                            struct csa_error *error);
    /* Grows with each commit. One local shard only, else CSA_ERROR_UNSUPPORTED or CSA_ERROR_MISUSE. */
    enum csa_status (*revision)(struct csa_xapian_database *database, uint64_t *revision,
                                struct csa_error *error);
    /* Empty where the key is not set; of joined databases, the first one's. Lives until the next call that
     * gives bytes. */
    enum csa_status (*metadata)(struct csa_xapian_database *database, struct csa_view key,
                                struct csa_view *value, struct csa_error *error);
    enum csa_status (*metadata_keys)(struct csa_xapian_database *database, struct csa_view prefix,
                                     void *context, bool (*visit)(void *context, struct csa_view key),
                                     struct csa_error *error);

    /* Terms that begin with prefix, in the order of their bytes, from the first that is not below `from`. */
    enum csa_status (*terms)(struct csa_xapian_database *database, struct csa_view prefix,
                             struct csa_view from, void *context,
                             bool (*visit)(void *context, struct csa_view term, uint32_t documents),
                             struct csa_error *error);
    /* In how many documents a term stands and how often in all; null: not asked. An empty term: all
     * documents. */
    enum csa_status (*frequency)(struct csa_xapian_database *database, struct csa_view term,
                                 uint32_t *documents, uint64_t *occurrences, struct csa_error *error);
    /* The documents with a term (empty: all, with wdf 1), ascending, from `first` on. From a server the whole
     * list comes at once, however early the visitor stops. */
    enum csa_status (*postings)(struct csa_xapian_database *database, struct csa_view term, uint32_t first,
                                void *context, bool (*visit)(void *context, uint32_t document, uint32_t wdf),
                                struct csa_error *error);
    /* The documents with a value in this slot, ascending. Slow from a server. */
    enum csa_status (*values)(struct csa_xapian_database *database, uint32_t slot, void *context,
                              bool (*visit)(void *context, uint32_t document, struct csa_view value),
                              struct csa_error *error);

    /* Of one document; CSA_ERROR_NOT_FOUND when it is not there. */
    enum csa_status (*length)(struct csa_xapian_database *database, uint32_t document, uint32_t *length,
                              struct csa_error *error);
    enum csa_status (*document_terms)(struct csa_xapian_database *database, uint32_t document,
                                      struct csa_view prefix, void *context,
                                      bool (*visit)(void *context, struct csa_view term, uint32_t wdf),
                                      struct csa_error *error);
    /* The positions of a term in a document, ascending; none where it is not in it. Live until the next call
     * of this function with this handle. */
    enum csa_status (*positions)(struct csa_xapian_database *database, uint32_t document,
                                 struct csa_view term, const uint32_t **positions, size_t *count,
                                 struct csa_error *error);
    /* Reads a document's data and values into *document, which forgets what it held. It may outlive the
     * database's handle. */
    enum csa_status (*read)(struct csa_xapian_database *database, uint32_t id,
                            struct csa_xapian_document *document, struct csa_error *error);
};

/* ---- writing ---- */

enum csa_xapian_creation {
    CSA_XAPIAN_OPEN_OR_CREATE,
    CSA_XAPIAN_OPEN,   /* CSA_ERROR_NOT_FOUND where there is none */
    CSA_XAPIAN_CREATE, /* CSA_ERROR_MISUSE where there is one */
    CSA_XAPIAN_OVERWRITE,
};

struct csa_xapian_writer_options {
    enum csa_xapian_creation creation;
    bool wait;           /* for another writer to end, however long, instead of CSA_ERROR_BUSY */
    bool no_sync;        /* commits are not forced to the disk */
    uint32_t block_size; /* of a new database: 2048 .. 65536, a power of two; libxapian takes any other for
                            8192 */
    uint32_t flush;      /* documents after which what was gathered in memory is written out, and, outside a
                            transaction, committed; 0: 10,000. libxapian reads it from the environment:
                            while open() runs no other thread may look at or change that */
};

/* A database to write, by one writer at a time: a lock that dies with the process. */
struct csa_xapian_writer_functions {
    /* A folder, made if it is missing (not those above it). */
    enum csa_status (*open)(const char *path, const struct csa_xapian_writer_options *options,
                            struct csa_xapian_writer **writer, struct csa_error *error);
    /* Gives up what was not committed, ends the lock. */
    void (*close)(struct csa_xapian_writer *writer);
    /* The same database with what was written so far, committed or not. Owned by the writer; not to be
     * closed, and not to be joined. */
    struct csa_xapian_database *(*database)(struct csa_xapian_writer *writer);

    /* The document's id, a new one, in *id (null: not asked). */
    enum csa_status (*add)(struct csa_xapian_writer *writer, const struct csa_xapian_document *document,
                           uint32_t *id, struct csa_error *error);
    /* In place of every document with this term, with the id of the first of them; a new one if there is
     * none. */
    enum csa_status (*replace)(struct csa_xapian_writer *writer, struct csa_view term,
                               const struct csa_xapian_document *document, uint32_t *id,
                               struct csa_error *error);
    /* In place of the document with this id, which need not be there. */
    enum csa_status (*replace_at)(struct csa_xapian_writer *writer, uint32_t id,
                                  const struct csa_xapian_document *document, struct csa_error *error);
    /* Every document with this term; no error where there is none. */
    enum csa_status (*remove)(struct csa_xapian_writer *writer, struct csa_view term,
                              struct csa_error *error);
    enum csa_status (*remove_at)(struct csa_xapian_writer *writer, uint32_t id, struct csa_error *error);
    /* Empty bytes take the key away. */
    enum csa_status (*set_metadata)(struct csa_xapian_writer *writer, struct csa_view key,
                                    struct csa_view value, struct csa_error *error);

    /* Makes what was written durable and visible at once. Not inside a transaction. libxapian syncs the
     * files, not the folder that they stand in. */
    enum csa_status (*commit)(struct csa_xapian_writer *writer, struct csa_error *error);
    /* Between them nothing is committed by itself, however much is written. Each of the first two commits;
     * after the last, all is as at begin(). */
    enum csa_status (*begin)(struct csa_xapian_writer *writer, struct csa_error *error);
    enum csa_status (*end)(struct csa_xapian_writer *writer, struct csa_error *error);
    enum csa_status (*cancel)(struct csa_xapian_writer *writer, struct csa_error *error);
};

/* ---- queries ---- */

/* A node of a query, named by its number. Two are always there. */
typedef uint32_t csa_xapian_node;
enum { CSA_XAPIAN_NOTHING = 0, CSA_XAPIAN_EVERYTHING = 1 };

enum csa_xapian_operator {
    CSA_XAPIAN_AND,
    CSA_XAPIAN_OR,
    CSA_XAPIAN_AND_NOT,   /* the first without the others */
    CSA_XAPIAN_XOR,       /* an odd number of them */
    CSA_XAPIAN_AND_MAYBE, /* the first; the others only add weight */
    CSA_XAPIAN_FILTER,    /* as AND; only the first gives weight */
    CSA_XAPIAN_NEAR,      /* `number`: the window, in positions; children are terms, or ORs of terms */
    CSA_XAPIAN_PHRASE, /* the same, in the order of the children; a window of as many positions as children is
                          the exact phrase */
    CSA_XAPIAN_SYNONYM, /* as OR, weighted as one term with about the united statistics; of several shards
                           each unites those of the terms that it has itself, so weights differ */
    CSA_XAPIAN_MAX,     /* as OR, weight of the greatest */
    CSA_XAPIAN_ELITE, /* the `number` children that can give the greatest weight, chosen in each shard, as OR
                       */
};

/* What is done where there are more terms than the limit. */
enum csa_xapian_excess {
    CSA_XAPIAN_EXCESS_ERROR,    /* CSA_ERROR_LIMIT when the query is run */
    CSA_XAPIAN_EXCESS_FIRST,    /* the first by their bytes are taken */
    CSA_XAPIAN_EXCESS_FREQUENT, /* the most frequent */
};

/* A workshop for queries: each call makes a node out of those made before. The first failure is kept: nodes
 * made from then on match nothing, check() tells it, and so does a match. */
struct csa_xapian_query_functions {
    enum csa_status (*make)(struct csa_xapian_query **query, struct csa_error *error);
    void (*free)(struct csa_xapian_query *query);
    /* Forgets all nodes and the failure. */
    void (*clear)(struct csa_xapian_query *query);
    enum csa_status (*check)(const struct csa_xapian_query *query, struct csa_error *error);

    /* wqf: how often the query has it, usually 1. A term that is too long for any database matches nothing.
     */
    csa_xapian_node (*term)(struct csa_xapian_query *query, struct csa_view term, uint32_t wqf);
    csa_xapian_node (*group)(struct csa_xapian_query *query, enum csa_xapian_operator operation,
                             const csa_xapian_node *children, size_t count, uint32_t number);
    /* Documents with a value from *first to *last, both included, by bytes; null: no bound. Those without a
     * value match only where both are null. Gives no weight. */
    csa_xapian_node (*range)(struct csa_xapian_query *query, uint32_t slot, const struct csa_view *first,
                             const struct csa_view *last);
    /* The terms that begin so, at most `limit` of a shard (0: no limit), as `operation`: SYNONYM, OR or MAX.
     * Weights are by the statistics of the shard, not of all. libxapian 1.4 knows no other pattern and no
     * edit distance: list terms() and make a group of them, which has neither fault. */
    csa_xapian_node (*prefix)(struct csa_xapian_query *query, struct csa_view prefix, uint32_t limit,
                              enum csa_xapian_excess excess, enum csa_xapian_operator operation);
    /* The node's weight times factor, which is not negative; 0: no weight. */
    csa_xapian_node (*scale)(struct csa_xapian_query *query, csa_xapian_node node, double factor);
    /* How Xapian shows it. Lives until the next call of this function. */
    enum csa_status (*describe)(struct csa_xapian_query *query, csa_xapian_node node, struct csa_view *text,
                                struct csa_error *error);
};

/* ---- matching ---- */

enum csa_xapian_order {
    CSA_XAPIAN_BY_WEIGHT,
    CSA_XAPIAN_BY_VALUE, /* of order_slot; then by id */
    CSA_XAPIAN_BY_VALUE_THEN_WEIGHT,
    CSA_XAPIAN_BY_WEIGHT_THEN_VALUE,
};

/* BM25 as Xapian::BM25Weight computes it. A term in n of N documents that a query has q times (wqf) gives one
 * that has it f times (wdf), with k2 = 0,
 *
 *   idf * (k1 + 1) f / (f + k1 (1 - b + b max(length / average length, least_length))) * (k3 + 1) q / (k3 +
 * q)
 *
 * where idf = ln(x), x = (N - n + 0.5) / (n + 0.5) (Robertson and Sparck Jones 1976), and ln(1 + x / 2) where
 * x < 2, so that it never falls below 0. The numbers are those of all joined shards. */
struct csa_xapian_bm25 {
    double k1, k2, k3, b, least_length; /* Xapian's own: 1, 0, 1, 0.5, 0.5; the last is min_normlen */
};

struct csa_xapian_request {
    struct csa_xapian_database *database;
    const struct csa_xapian_query *query;
    csa_xapian_node node;
    const struct csa_xapian_bm25 *bm25; /* null: all weights are 0, which is fastest */
    uint32_t first, hits;               /* hits first .. first + hits - 1, best first */
    uint32_t
        check; /* look at so many matches at least before pruning: UINT32_MAX for exact counts and facets */
    enum csa_xapian_order order;
    int64_t order_slot;
    bool order_descending; /* by value: the highest first */
    bool newest_first;     /* of equals, the higher id first; otherwise the lower */
    int64_t collapse_slot; /* keep the best `collapse` hits of those with the same value, or
                              CSA_XAPIAN_NO_SLOT; documents without a value stand alone */
    uint32_t collapse;
    const uint32_t *count_slots; /* count the values that matches have in each of these slots */
    size_t count_slot_count;
    /* Monotonic nanoseconds (clock.h); 0: none. The match then ends, with the best so far, and `cut` is set.
     * Looked at when a document is, so one clause's long search for its next is not cut short. Local shards
     * only: for servers, their timeouts. */
    uint64_t deadline;
};

struct csa_xapian_hit {
    uint32_t document;
    uint32_t collapsed; /* further matches with the same collapse key, at least; 0: none, or none looked at */
    double weight;
    struct csa_view collapse_key; /* lives as long as the match */
};

struct csa_xapian_result {
    const struct csa_xapian_hit *hits; /* live as long as the match */
    size_t hit_count;
    /* How many documents match, after collapsing and before; equal bounds are the exact number. */
    uint32_t least, estimate, most;
    uint32_t all_least, all_estimate, all_most;
    double greatest_possible, greatest; /* weights: that a document could have, that one had */
    bool cut; /* by the deadline: all the counts are of what was looked at until then */
};

struct csa_xapian_match_functions {
    /* *match is freed by the caller. On an error, database.failed_shard() may tell whose it is. */
    enum csa_status (*run)(const struct csa_xapian_request *request, struct csa_xapian_match **match,
                           struct csa_error *error);
    void (*free)(struct csa_xapian_match *match);
    const struct csa_xapian_result *(*result)(const struct csa_xapian_match *match);
    /* The values of count_slots[index], by bytes, with the number of matches that have them; *counted (null:
     * not asked): how many matches were looked at, those without a value included. */
    enum csa_status (*counts)(const struct csa_xapian_match *match, size_t index, void *context,
                              bool (*visit)(void *context, struct csa_view value, uint32_t matches),
                              uint64_t *counted, struct csa_error *error);
    /* Reads the document of hit `index` as database.read() does; one round trip from a server. (MSet::fetch()
     * saves none in libxapian 1.4, and reads outside its array when `first` is not 0.) */
    enum csa_status (*read)(struct csa_xapian_match *match, size_t index,
                            struct csa_xapian_document *document, struct csa_error *error);
    /* The statistics that weights were made of, over all shards: in how many documents a term of the query
     * is. */
    enum csa_status (*frequency)(const struct csa_xapian_match *match, struct csa_view term,
                                 uint32_t *documents, struct csa_error *error);
};

/* ---- whole databases ---- */

struct csa_xapian_compaction {
    bool single_file;    /* instead of a folder; read-only */
    bool keep_ids;       /* else ids may change to close gaps between several databases */
    uint32_t block_size; /* 0: 8192 */
};

struct csa_xapian_tool_functions {
    /* Writes a smallest copy of what `database` holds (committed things only) to a path that is not there
     * yet; local shards only. Nothing is synced. */
    enum csa_status (*compact)(struct csa_xapian_database *database, const char *path,
                               const struct csa_xapian_compaction *options, struct csa_error *error);
    /* Looks for damage as xapian-check does; every line of what it says goes to `say` (null: nowhere), whose
     * views live until it returns. *faults is their number; CSA_OK also when there are some. */
    enum csa_status (*check)(const char *path, void *context,
                             void (*say)(void *context, struct csa_view line), uint64_t *faults,
                             struct csa_error *error);
};

/* ---- the table ---- */

struct csa_xapian {
    uint32_t interface;  /* CSA_XAPIAN_INTERFACE */
    const char *version; /* of libxapian: "1.4.22" */
    struct csa_xapian_document_functions document;
    struct csa_xapian_database_functions database;
    struct csa_xapian_writer_functions writer;
    struct csa_xapian_query_functions query;
    struct csa_xapian_match_functions match;
    struct csa_xapian_tool_functions tool;
};

/* The module's table. The first call loads it, later ones are quick; any thread may call.
 * CSA_ERROR_UNSUPPORTED with what to install when the module or libxapian is not there, or this build has
 * none. It is never unloaded. */
enum csa_status csa_xapian_load(const struct csa_xapian **xapian, struct csa_error *error);
/* The same from a file of one's own choice, if nothing was loaded before. */
enum csa_status csa_xapian_load_file(const char *path, const struct csa_xapian **xapian,
                                     struct csa_error *error);

/* The one symbol that the module exports. */
#define CSA_XAPIAN_SYMBOL "csa_xapian_functions"
typedef const struct csa_xapian *csa_xapian_functions_type(void);

#ifdef __cplusplus
}
#endif

#endif
