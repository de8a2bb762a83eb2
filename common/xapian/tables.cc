/* The lists of a database, given to visitors: terms, postings, values, and what one document holds. */
#include "common/xapian/border.hpp"

namespace
{

bool begins_with(const std::string &text, const std::string &prefix)
{
    return text.compare(0, prefix.size(), prefix) == 0;
}

} // namespace

enum csa_status csa::list_metadata_keys(struct csa_xapian_database *database, struct csa_view prefix,
                                        void *context, bool (*visit)(void *context, struct csa_view key),
                                        struct csa_error *error)
{
    return guard(*database, error, [&] {
        std::string begin = text_of(prefix);
        auto end = database->database.metadata_keys_end(begin);
        for (auto i = database->database.metadata_keys_begin(begin); i != end; ++i) {
            const std::string key = *i;
            if (!visit(context, view_of(key))) {
                break;
            }
        }
    });
}

enum csa_status csa::list_terms(struct csa_xapian_database *database, struct csa_view prefix,
                                struct csa_view from, void *context,
                                bool (*visit)(void *context, struct csa_view term, uint32_t documents),
                                struct csa_error *error)
{
    return guard(*database, error, [&] {
        std::string begin = text_of(prefix);
        auto end = database->database.allterms_end(begin);
        auto i = database->database.allterms_begin(begin);
        if (csa_view_compare(from, prefix) > 0 && i != end) {
            i.skip_to(text_of(from));
        }
        for (; i != end; ++i) {
            const std::string term = *i;
            if (!visit(context, view_of(term), i.get_termfreq())) {
                break;
            }
        }
    });
}

enum csa_status csa::list_postings(struct csa_xapian_database *database, struct csa_view term, uint32_t first,
                                   void *context,
                                   bool (*visit)(void *context, uint32_t document, uint32_t wdf),
                                   struct csa_error *error)
{
    return guard(*database, error, [&] {
        std::string name = text_of(term);
        auto end = database->database.postlist_end(name);
        auto i = database->database.postlist_begin(name);
        if (first > 1 && i != end) {
            i.skip_to(first);
        }
        for (; i != end; ++i) {
            if (!visit(context, *i, i.get_wdf())) {
                break;
            }
        }
    });
}

enum csa_status csa::list_values(struct csa_xapian_database *database, uint32_t slot, void *context,
                                 bool (*visit)(void *context, uint32_t document, struct csa_view value),
                                 struct csa_error *error)
{
    return guard(*database, error, [&] {
        auto end = database->database.valuestream_end(slot);
        for (auto i = database->database.valuestream_begin(slot); i != end; ++i) {
            const std::string value = *i;
            if (!visit(context, i.get_docid(), view_of(value))) {
                break;
            }
        }
    });
}

enum csa_status csa::list_document_terms(struct csa_xapian_database *database, uint32_t document,
                                         struct csa_view prefix, void *context,
                                         bool (*visit)(void *context, struct csa_view term, uint32_t wdf),
                                         struct csa_error *error)
{
    return guard(*database, error, [&] {
        std::string begin = text_of(prefix);
        auto end = database->database.termlist_end(document);
        auto i = database->database.termlist_begin(document);
        if (!begin.empty() && i != end) {
            i.skip_to(begin);
        }
        for (; i != end; ++i) {
            const std::string term = *i;
            if (!begins_with(term, begin) || !visit(context, view_of(term), i.get_wdf())) {
                break;
            }
        }
    });
}

enum csa_status csa::list_positions(struct csa_xapian_database *database, uint32_t document,
                                    struct csa_view term, const uint32_t **positions, size_t *count,
                                    struct csa_error *error)
{
    return guard(*database, error, [&] {
        std::string name = text_of(term);
        database->positions.clear();
        auto end = database->database.positionlist_end(document, name);
        for (auto i = database->database.positionlist_begin(document, name); i != end; ++i) {
            database->positions.push_back(*i);
        }
        *positions = database->positions.data();
        *count = database->positions.size();
    });
}
