/* Databases to read: opening folders, files and servers, joining them, what holds for a database as a whole,
 * and fetching a document. tables.cc has the lists. */
#include "common/xapian/border.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

bool is_file(const std::string &path)
{
    struct stat status;
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

[[noreturn]] void refuse_path(const std::string &path, int number)
{
    throw csa::failure{number == ENOENT || number == ENOTDIR ? CSA_ERROR_NOT_FOUND : CSA_ERROR_IO,
                       path + ": " + std::strerror(number)};
}

/* A database in a single file, through a descriptor that Xapian then owns. (The module stands alone and has
 * no part of common/base/ linked to it.) The first bytes tell it from a stub.
 */
Xapian::Database open_file(const std::string &path)
{
    static const char magic[] = "\x0F\x0DXapian Glass";
    char start[sizeof magic - 1];
    int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        refuse_path(path, errno);
    }
    if (pread(descriptor, start, sizeof start, 0) != static_cast<ssize_t>(sizeof start) ||
        std::memcmp(start, magic, sizeof start) != 0) {
        close(descriptor);
        throw csa::failure{CSA_ERROR_MISUSE,
                           path + ": is no Xapian database; as a stub file it names others"};
    }
    return Xapian::Database(descriptor);
}

/* Only what is said to be asked for: left to itself, libxapian follows stubs, which may run programs. */
Xapian::Database open_path(const std::string &path)
{
    struct stat status;
    if (stat(path.c_str(), &status) != 0) {
        refuse_path(path, errno);
    }
    if (S_ISREG(status.st_mode)) {
        return open_file(path);
    }
    if (is_file(path + "/iamglass")) {
        return Xapian::Database(path, Xapian::DB_BACKEND_GLASS);
    }
    if (is_file(path + "/iamchert")) {
        return Xapian::Database(path, Xapian::DB_BACKEND_CHERT);
    }
    if (is_file(path + "/XAPIANDB")) {
        throw csa::failure{CSA_ERROR_MISUSE, path + ": is a stub, which names other databases"};
    }
    throw csa::failure{CSA_ERROR_NOT_FOUND, path + ": no Xapian database is here"};
}

enum csa_status open_database(const char *path, struct csa_xapian_database **database,
                              struct csa_error *error)
{
    *database = nullptr;
    enum csa_status status = csa::guard(error, [&] {
        auto made = std::make_unique<csa_xapian_database>();
        made->database = open_path(path);
        made->servers.emplace_back();
        *database = made.release();
    });
    return csa::name(error, status, path);
}

enum csa_status open_remote(const char *host, uint16_t port, uint32_t connect_timeout,
                            uint32_t answer_timeout, struct csa_xapian_database **database,
                            struct csa_error *error)
{
    *database = nullptr;
    return csa::guard(error, [&] {
        auto made = std::make_unique<csa_xapian_database>();
        made->servers.push_back("remote:tcp(" + std::string(host) + ":" + std::to_string(port) + ")");
        made->remote = 1;
        made->database = Xapian::Remote::open(host, port, answer_timeout, connect_timeout);
        *database = made.release();
    });
}

enum csa_status join(struct csa_xapian_database *const *shards, size_t count,
                     struct csa_xapian_database **database, struct csa_error *error)
{
    *database = nullptr;
    return csa::guard(error, [&] {
        if (count == 0) {
            throw csa::failure{CSA_ERROR_MISUSE, "no databases to join"};
        }
        auto made = std::make_unique<csa_xapian_database>();
        for (size_t i = 0; i < count; i++) {
            if (shards[i]->database.size() != 1) {
                throw csa::failure{CSA_ERROR_MISUSE,
                                   "a database that is joined already cannot be joined again"};
            }
            made->database.add_database(shards[i]->database);
            made->servers.push_back(shards[i]->servers[0]);
            made->remote += shards[i]->remote;
        }
        *database = made.release();
    });
}

int failed_shard(const struct csa_xapian_database *database)
{
    return database->failed;
}

void close_database(struct csa_xapian_database *database)
{
    delete database;
}

enum csa_status reopen(struct csa_xapian_database *database, bool *changed, struct csa_error *error)
{
    return csa::guard(*database, error, [&] {
        bool may_have_changed = database->database.reopen();
        if (changed != nullptr) {
            *changed = may_have_changed;
        }
    });
}

enum csa_status keep_alive(struct csa_xapian_database *database, struct csa_error *error)
{
    return csa::guard(*database, error, [&] { database->database.keep_alive(); });
}

enum csa_status get_statistics(struct csa_xapian_database *database, struct csa_xapian_statistics *statistics,
                               struct csa_error *error)
{
    return csa::guard(*database, error, [&] {
        const Xapian::Database &from = database->database;
        statistics->documents = from.get_doccount();
        statistics->last_document = from.get_lastdocid();
        statistics->total_length = from.get_total_length();
        statistics->average_length = from.get_average_length();
        statistics->least_length = from.get_doclength_lower_bound();
        statistics->greatest_length = from.get_doclength_upper_bound();
        statistics->has_positions = from.has_positions();
        statistics->shards = from.size();
        statistics->remote_shards = database->remote;
    });
}

enum csa_status get_uuid(struct csa_xapian_database *database, struct csa_view *uuid, struct csa_error *error)
{
    return csa::guard(*database, error, [&] {
        database->text = database->database.get_uuid();
        *uuid = csa::view_of(database->text);
    });
}

enum csa_status get_revision(struct csa_xapian_database *database, uint64_t *revision,
                             struct csa_error *error)
{
    return csa::guard(*database, error, [&] { *revision = database->database.get_revision(); });
}

enum csa_status get_metadata(struct csa_xapian_database *database, struct csa_view key,
                             struct csa_view *value, struct csa_error *error)
{
    return csa::guard(*database, error, [&] {
        database->text = database->database.get_metadata(csa::text_of(key));
        *value = csa::view_of(database->text);
    });
}

enum csa_status get_frequency(struct csa_xapian_database *database, struct csa_view term, uint32_t *documents,
                              uint64_t *occurrences, struct csa_error *error)
{
    return csa::guard(*database, error, [&] {
        std::string name = csa::text_of(term);
        if (documents != nullptr) {
            *documents = database->database.get_termfreq(name);
        }
        if (occurrences != nullptr) {
            *occurrences = database->database.get_collection_freq(name);
        }
    });
}

enum csa_status get_length(struct csa_xapian_database *database, uint32_t document, uint32_t *length,
                           struct csa_error *error)
{
    return csa::guard(*database, error, [&] { *length = database->database.get_doclength(document); });
}

enum csa_status read_document(struct csa_xapian_database *database, uint32_t id,
                              struct csa_xapian_document *document, struct csa_error *error)
{
    return csa::guard(*database, error, [&] { document->document = database->database.get_document(id); });
}

} // namespace

const struct csa_xapian_database_functions csa::database_functions = {
    open_database,       open_remote,    join,
    failed_shard,        close_database, reopen,
    keep_alive,          get_statistics, get_uuid,
    get_revision,        get_metadata,   csa::list_metadata_keys,
    csa::list_terms,     get_frequency,  csa::list_postings,
    csa::list_values,    get_length,     csa::list_document_terms,
    csa::list_positions, read_document,
};
