/* The border between C++ and C: what every file of the module shares.
 *
 * guard() runs a function's body and turns whatever is thrown into a status (error.cc says which), so that no
 * exception crosses. The handles are the structs that csa_xapian.h declares; each file owns the functions of
 * one group and hands its table to module.cc. */
#ifndef CSA_XAPIAN_BORDER_HPP
#define CSA_XAPIAN_BORDER_HPP

#include "common/xapian/csa_xapian.h"

#include <xapian.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

struct csa_xapian_document {
    Xapian::Document document;
    std::string value, data; /* what the last views show */
};

struct csa_xapian_database {
    Xapian::Database database;
    std::vector<std::string> servers; /* one a shard: how errors of a server call it; empty: a local shard */
    size_t remote = 0;                /* how many are served */
    int failed = -1;
    std::string text; /* what the last view shows */
    std::vector<uint32_t> positions;
};

struct csa_xapian_query {
    std::vector<Xapian::Query> nodes;
    struct csa_error failure;
    std::string text;
};

namespace csa
{

/* Fills *error from a status and words; the words may hold any bytes. */
enum csa_status fail(struct csa_error *error, enum csa_status status, const std::string &words) noexcept;

/* Puts "name: " before the words of an error that do not say it. Returns status. */
enum csa_status name(struct csa_error *error, enum csa_status status, const char *what) noexcept;

/* Inside a catch block: what was thrown, as a status. Of a server's error *context (if not null) becomes what
 * Xapian calls the server. */
enum csa_status report(struct csa_error *error, std::string *context) noexcept;

/* Runs body, which throws or returns nothing. */
template <typename Body> enum csa_status guard(struct csa_error *error, Body &&body) noexcept
{
    try {
        std::forward<Body>(body)();
        return CSA_OK;
    } catch (...) {
        return report(error, nullptr);
    }
}

/* Remembers in the database which shard an error came from. */
void note_failure(struct csa_xapian_database &database, const std::string &context) noexcept;

/* The same, for what may fail because of one shard. */
template <typename Body>
enum csa_status guard(struct csa_xapian_database &database, struct csa_error *error, Body &&body) noexcept
{
    database.failed = -1;
    try {
        std::forward<Body>(body)();
        return CSA_OK;
    } catch (...) {
        std::string context;
        enum csa_status status = report(error, &context);
        note_failure(database, context);
        return status;
    }
}

/* A status of our own, thrown to the border. */
struct failure {
    enum csa_status status;
    std::string words;
};

inline std::string text_of(struct csa_view view)
{
    return view.size == 0 ? std::string() : std::string(view.data, view.size);
}

inline struct csa_view view_of(const std::string &text)
{
    return csa_view_make(text.data(), text.size());
}

/* What a term takes in a key, where a zero byte counts as two. */
size_t stored_size(struct csa_view term) noexcept;

extern const struct csa_xapian_document_functions document_functions;
extern const struct csa_xapian_database_functions database_functions;
extern const struct csa_xapian_writer_functions writer_functions;
extern const struct csa_xapian_query_functions query_functions;
extern const struct csa_xapian_match_functions match_functions;
extern const struct csa_xapian_tool_functions tool_functions;

/* The parts of database_functions that tables.cc has: terms, postings, values, what one document holds. */
enum csa_status list_metadata_keys(struct csa_xapian_database *database, struct csa_view prefix,
                                   void *context, bool (*visit)(void *context, struct csa_view key),
                                   struct csa_error *error);
enum csa_status list_terms(struct csa_xapian_database *database, struct csa_view prefix, struct csa_view from,
                           void *context,
                           bool (*visit)(void *context, struct csa_view term, uint32_t documents),
                           struct csa_error *error);
enum csa_status list_postings(struct csa_xapian_database *database, struct csa_view term, uint32_t first,
                              void *context, bool (*visit)(void *context, uint32_t document, uint32_t wdf),
                              struct csa_error *error);
enum csa_status list_values(struct csa_xapian_database *database, uint32_t slot, void *context,
                            bool (*visit)(void *context, uint32_t document, struct csa_view value),
                            struct csa_error *error);
enum csa_status list_document_terms(struct csa_xapian_database *database, uint32_t document,
                                    struct csa_view prefix, void *context,
                                    bool (*visit)(void *context, struct csa_view term, uint32_t wdf),
                                    struct csa_error *error);
enum csa_status list_positions(struct csa_xapian_database *database, uint32_t document, struct csa_view term,
                               const uint32_t **positions, size_t *count, struct csa_error *error);

} // namespace csa

#endif
