/* What was thrown, as a csa_status with the words that came with it. Every class of Xapian::Error has its
 * line in kinds[], told by its name since the classes have no virtual functions; one that a later libxapian
 * adds is CSA_ERROR_IO. */
#include "common/xapian/border.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>

namespace
{

bool ends_with(const std::string &text, const char *end)
{
    size_t size = std::strlen(end);
    return text.size() >= size && text.compare(text.size() - size, size, end) == 0;
}

/* For failures that may come from a system call: Xapian keeps its reason as words only. */
enum csa_status system_status(const Xapian::Error &error, enum csa_status otherwise)
{
    const char *reason = error.get_error_string();
    if (reason == nullptr) {
        return otherwise;
    }
    if (std::strcmp(reason, std::strerror(ENOENT)) == 0) {
        return CSA_ERROR_NOT_FOUND;
    }
    return std::strcmp(reason, std::strerror(ENOMEM)) == 0 ? CSA_ERROR_MEMORY : CSA_ERROR_IO;
}

/* Three more depend on their words: see status_of(). */
const struct {
    const char *type;
    enum csa_status status;
} kinds[] = {
    {"AssertionError", CSA_ERROR_DAMAGED},
    {"InvalidArgumentError", CSA_ERROR_MISUSE},
    {"InvalidOperationError", CSA_ERROR_MISUSE},
    {"UnimplementedError", CSA_ERROR_UNSUPPORTED},
    {"DatabaseError", CSA_ERROR_IO},
    {"DatabaseCorruptError", CSA_ERROR_DAMAGED},
    {"DatabaseModifiedError", CSA_ERROR_BUSY},
    {"DatabaseVersionError", CSA_ERROR_UNSUPPORTED},
    {"DatabaseNotFoundError", CSA_ERROR_NOT_FOUND},
    {"DatabaseClosedError", CSA_ERROR_MISUSE},
    {"DocNotFoundError", CSA_ERROR_NOT_FOUND},
    {"FeatureUnavailableError", CSA_ERROR_UNSUPPORTED},
    {"InternalError", CSA_ERROR_DAMAGED},
    {"NetworkError", CSA_ERROR_IO},
    {"NetworkTimeoutError", CSA_ERROR_IO},
    {"QueryParserError", CSA_ERROR_MISUSE},
    {"SerialisationError", CSA_ERROR_DAMAGED},
    {"RangeError", CSA_ERROR_MISUSE},
    {"WildcardError", CSA_ERROR_LIMIT},
};

enum csa_status status_of(const Xapian::Error &error)
{
    const std::string type = error.get_type();
    if (type == "DatabaseLockError") {
        /* "already locked", or why the lock file could not be had */
        return ends_with(error.get_msg(), "already locked") ? CSA_ERROR_BUSY
                                                            : system_status(error, CSA_ERROR_IO);
    }
    if (type == "DatabaseOpeningError") {
        return system_status(error, CSA_ERROR_DAMAGED);
    }
    if (type == "DatabaseCreateError") {
        return system_status(error, CSA_ERROR_MISUSE); /* without a reason: it is there already */
    }
    for (const auto &kind : kinds) {
        if (type == kind.type) {
            return kind.status;
        }
    }
    return CSA_ERROR_IO;
}

/* Xapian's words: the message, then what it is about and the system's reason, where they say more. */
std::string words_of(const Xapian::Error &error)
{
    std::string words = error.get_msg();
    if (words.empty()) {
        words = error.get_type();
    }
    const std::string &context = error.get_context();
    if (!context.empty() && words.find(context) == std::string::npos) {
        words.insert(0, context + ": ");
    }
    const char *reason = error.get_error_string();
    if (reason != nullptr && words.find(reason) == std::string::npos) {
        words += ": ";
        words += reason;
    }
    return words;
}

} // namespace

enum csa_status csa::fail(struct csa_error *error, enum csa_status status, const std::string &words) noexcept
{
    if (error == nullptr) {
        return status;
    }
    size_t size = words.size();
    if (size >= sizeof error->message) {
        size = sizeof error->message - 1;
        while (size != 0 && (static_cast<unsigned char>(words[size]) & 0xC0) == 0x80) {
            size--; /* not inside a character */
        }
    }
    error->status = status;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = static_cast<unsigned char>(words[i]);
        error->message[i] = byte < ' ' || byte == 0x7F ? ' ' : words[i];
    }
    error->message[size] = '\0';
    return status;
}

enum csa_status csa::report(struct csa_error *error, std::string *context) noexcept
{
    try {
        try {
            throw;
        } catch (const Xapian::Error &thrown) {
            if (context != nullptr) {
                *context = thrown.get_context();
            }
            return fail(error, status_of(thrown), words_of(thrown));
        } catch (const failure &thrown) {
            return fail(error, thrown.status, thrown.words);
        } catch (const std::length_error &) {
            return fail(error, CSA_ERROR_LIMIT, "more bytes than memory can have");
        } catch (const std::bad_alloc &) {
            throw;
        } catch (const std::exception &thrown) {
            return fail(error, CSA_ERROR_DAMAGED, std::string("libxapian: ") + thrown.what());
        }
    } catch (const std::bad_alloc &) {
        if (error != nullptr) { /* nothing here may need memory */
            error->status = CSA_ERROR_MEMORY;
            std::snprintf(error->message, sizeof error->message, "out of memory: libxapian");
        }
        return CSA_ERROR_MEMORY;
    } catch (...) {
        if (error != nullptr) {
            error->status = CSA_ERROR_DAMAGED;
            std::snprintf(error->message, sizeof error->message, "libxapian: threw what is no error");
        }
        return CSA_ERROR_DAMAGED;
    }
}

enum csa_status csa::name(struct csa_error *error, enum csa_status status, const char *what) noexcept
{
    if (status == CSA_OK || error == nullptr || status == CSA_ERROR_MEMORY ||
        std::strstr(error->message, what) != nullptr) {
        return status;
    }
    try {
        return fail(error, status, std::string(what) + ": " + error->message);
    } catch (const std::bad_alloc &) {
        return status; /* without the name */
    }
}

void csa::note_failure(struct csa_xapian_database &database, const std::string &context) noexcept
{
    for (size_t i = 0; i < database.servers.size(); i++) {
        if (!context.empty() && database.servers[i] == context) {
            database.failed = static_cast<int>(i);
            return;
        }
    }
}

size_t csa::stored_size(struct csa_view term) noexcept
{
    size_t size = term.size;
    for (size_t i = 0; i < term.size; i++) {
        size += term.data[i] == '\0';
    }
    return size;
}
