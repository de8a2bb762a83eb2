/* A database that is written: opening with its lock, documents in and out, commits and transactions. */
#include "common/xapian/border.hpp"

#include <cstdlib>

struct csa_xapian_writer {
    Xapian::WritableDatabase database;
    struct csa_xapian_database reader; /* the same, to be read */
};

namespace
{

constexpr const char *FLUSH_VARIABLE = "XAPIAN_FLUSH_THRESHOLD"; /* the only way to tell libxapian 1.4 */

/* Sets the variable and puts it back. */
class flush_setting
{
  public:
    explicit flush_setting(uint32_t documents) : set(documents != 0)
    {
        if (set) {
            const char *now = std::getenv(FLUSH_VARIABLE);
            had = now != nullptr;
            before = had ? now : "";
            if (setenv(FLUSH_VARIABLE, std::to_string(documents).c_str(), 1) != 0) {
                throw std::bad_alloc();
            }
        }
    }
    ~flush_setting()
    {
        if (set && had) {
            (void)setenv(FLUSH_VARIABLE, before.c_str(), 1);
        } else if (set) {
            (void)unsetenv(FLUSH_VARIABLE);
        }
    }
    flush_setting(const flush_setting &) = delete;
    flush_setting &operator=(const flush_setting &) = delete;

  private:
    bool set, had = false;
    std::string before;
};

int action_of(enum csa_xapian_creation creation)
{
    switch (creation) {
    case CSA_XAPIAN_OPEN:
        return Xapian::DB_OPEN;
    case CSA_XAPIAN_CREATE:
        return Xapian::DB_CREATE;
    case CSA_XAPIAN_OVERWRITE:
        return Xapian::DB_CREATE_OR_OVERWRITE;
    case CSA_XAPIAN_OPEN_OR_CREATE:
        break;
    }
    return Xapian::DB_CREATE_OR_OPEN;
}

enum csa_status open_writer(const char *path, const struct csa_xapian_writer_options *options,
                            struct csa_xapian_writer **writer, struct csa_error *error)
{
    *writer = nullptr;
    enum csa_status status = csa::guard(error, [&] {
        int flags = action_of(options->creation) | Xapian::DB_BACKEND_GLASS;
        flags |= options->wait ? Xapian::DB_RETRY_LOCK : 0;
        flags |= options->no_sync ? Xapian::DB_NO_SYNC : 0;
        auto made = std::make_unique<csa_xapian_writer>();
        {
            flush_setting setting(options->flush);
            made->database = Xapian::WritableDatabase(path, flags, static_cast<int>(options->block_size));
        }
        made->reader.database = made->database;
        made->reader.servers.emplace_back();
        *writer = made.release();
    });
    return csa::name(error, status, path);
}

void close_writer(struct csa_xapian_writer *writer)
{
    if (writer == nullptr) {
        return;
    }
    /* Xapian commits when a database is closed, unless inside a transaction. An error here is one of being
     * inside one already. */
    (void)csa::guard(nullptr, [&] { writer->database.begin_transaction(false); });
    (void)csa::guard(nullptr, [&] { writer->database.close(); });
    delete writer;
}

struct csa_xapian_database *reader_of(struct csa_xapian_writer *writer)
{
    return &writer->reader;
}

void put_id(uint32_t *id, Xapian::docid made)
{
    if (id != nullptr) {
        *id = made;
    }
}

std::string unique_term(struct csa_view term)
{
    if (term.size == 0 || csa::stored_size(term) > CSA_XAPIAN_TERM_MAXIMUM) {
        throw csa::failure{term.size == 0 ? CSA_ERROR_MISUSE : CSA_ERROR_LIMIT,
                           "a document's own term has 1 to " + std::to_string(CSA_XAPIAN_TERM_MAXIMUM) +
                               " bytes, not " + std::to_string(term.size)};
    }
    return csa::text_of(term);
}

enum csa_status add(struct csa_xapian_writer *writer, const struct csa_xapian_document *document,
                    uint32_t *id, struct csa_error *error)
{
    return csa::guard(error, [&] { put_id(id, writer->database.add_document(document->document)); });
}

enum csa_status replace(struct csa_xapian_writer *writer, struct csa_view term,
                        const struct csa_xapian_document *document, uint32_t *id, struct csa_error *error)
{
    return csa::guard(
        error, [&] { put_id(id, writer->database.replace_document(unique_term(term), document->document)); });
}

enum csa_status replace_at(struct csa_xapian_writer *writer, uint32_t id,
                           const struct csa_xapian_document *document, struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.replace_document(id, document->document); });
}

enum csa_status remove_documents(struct csa_xapian_writer *writer, struct csa_view term,
                                 struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.delete_document(unique_term(term)); });
}

enum csa_status remove_at(struct csa_xapian_writer *writer, uint32_t id, struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.delete_document(id); });
}

enum csa_status set_metadata(struct csa_xapian_writer *writer, struct csa_view key, struct csa_view value,
                             struct csa_error *error)
{
    return csa::guard(error, [&] {
        if (csa::stored_size(key) > CSA_XAPIAN_KEY_MAXIMUM) {
            throw csa::failure{CSA_ERROR_LIMIT, "a metadata key of more than " +
                                                    std::to_string(CSA_XAPIAN_KEY_MAXIMUM) + " bytes"};
        }
        writer->database.set_metadata(csa::text_of(key), csa::text_of(value));
    });
}

enum csa_status commit(struct csa_xapian_writer *writer, struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.commit(); });
}

enum csa_status begin(struct csa_xapian_writer *writer, struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.begin_transaction(true); });
}

enum csa_status end(struct csa_xapian_writer *writer, struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.commit_transaction(); });
}

enum csa_status cancel(struct csa_xapian_writer *writer, struct csa_error *error)
{
    return csa::guard(error, [&] { writer->database.cancel_transaction(); });
}

} // namespace

const struct csa_xapian_writer_functions csa::writer_functions = {
    open_writer, close_writer, reader_of, add,   replace, replace_at, remove_documents,
    remove_at,   set_metadata, commit,    begin, end,     cancel,
};
