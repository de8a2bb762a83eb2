/* Documents: terms, values and data of one, to be written or as read. */
#include "common/xapian/border.hpp"

namespace
{

enum csa_status make(struct csa_xapian_document **document, struct csa_error *error)
{
    *document = nullptr;
    return csa::guard(error, [&] { *document = new csa_xapian_document(); });
}

void free_document(struct csa_xapian_document *document)
{
    delete document;
}

enum csa_status clear(struct csa_xapian_document *document, struct csa_error *error)
{
    return csa::guard(error, [&] {
        document->value.clear();
        document->data.clear();
        document->document = Xapian::Document();
    });
}

[[noreturn]] void refuse_term(struct csa_view term)
{
    if (term.size == 0) {
        throw csa::failure{CSA_ERROR_MISUSE, "an empty term cannot be indexed"};
    }
    throw csa::failure{CSA_ERROR_LIMIT,
                       "a term of more than " + std::to_string(CSA_XAPIAN_TERM_MAXIMUM) +
                           " bytes: " + std::string(term.data, term.size < 60 ? term.size : 60)};
}

enum csa_status add_terms(struct csa_xapian_document *document, const struct csa_xapian_term *terms,
                          size_t count, struct csa_error *error)
{
    return csa::guard(error, [&] {
        std::string name;
        for (size_t i = 0; i < count; i++) {
            const struct csa_xapian_term &term = terms[i];
            if (term.term.size == 0 || csa::stored_size(term.term) > CSA_XAPIAN_TERM_MAXIMUM) {
                refuse_term(term.term);
            }
            name.assign(term.term.data, term.term.size);
            if (term.position_count == 0) {
                document->document.add_term(name, term.wdf);
                continue;
            }
            document->document.add_posting(name, term.positions[0], term.wdf);
            for (size_t j = 1; j < term.position_count; j++) {
                document->document.add_posting(name, term.positions[j], 0);
            }
        }
    });
}

enum csa_status set_value(struct csa_xapian_document *document, uint32_t slot, struct csa_view value,
                          struct csa_error *error)
{
    return csa::guard(error, [&] {
        if (slot == Xapian::BAD_VALUENO) {
            throw csa::failure{CSA_ERROR_MISUSE, "no such value slot: 4294967295"};
        }
        document->document.add_value(slot, csa::text_of(value));
    });
}

enum csa_status set_data(struct csa_xapian_document *document, struct csa_view data, struct csa_error *error)
{
    return csa::guard(error, [&] { document->document.set_data(csa::text_of(data)); });
}

enum csa_status get_value(struct csa_xapian_document *document, uint32_t slot, struct csa_view *value,
                          struct csa_error *error)
{
    return csa::guard(error, [&] {
        document->value = document->document.get_value(slot);
        *value = csa::view_of(document->value);
    });
}

enum csa_status get_data(struct csa_xapian_document *document, struct csa_view *data, struct csa_error *error)
{
    return csa::guard(error, [&] {
        document->data = document->document.get_data();
        *data = csa::view_of(document->data);
    });
}

} // namespace

const struct csa_xapian_document_functions csa::document_functions = {
    make, free_document, clear, add_terms, set_value, set_data, get_value, get_data,
};
