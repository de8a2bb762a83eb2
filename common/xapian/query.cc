/* Queries: nodes made out of nodes, and the first failure kept. */
#include "common/xapian/border.hpp"

#include <cmath>

namespace
{

void start(struct csa_xapian_query &query)
{
    query.nodes.clear();
    query.failure = {};
    query.nodes.push_back(Xapian::Query());
    query.nodes.push_back(Xapian::Query(std::string()));
}

enum csa_status make(struct csa_xapian_query **query, struct csa_error *error)
{
    *query = nullptr;
    return csa::guard(error, [&] {
        auto made = std::make_unique<csa_xapian_query>();
        start(*made);
        *query = made.release();
    });
}

void free_query(struct csa_xapian_query *query)
{
    delete query;
}

void clear(struct csa_xapian_query *query)
{
    query->failure = {};
    query->nodes.resize(2); /* which only ever shrinks it */
}

enum csa_status check(const struct csa_xapian_query *query, struct csa_error *error)
{
    if (query->failure.status != CSA_OK && error != nullptr) {
        *error = query->failure;
    }
    return query->failure.status;
}

/* Puts what body makes behind the other nodes. */
template <typename Body> csa_xapian_node put(struct csa_xapian_query *query, Body &&body)
{
    if (query->failure.status != CSA_OK) {
        return CSA_XAPIAN_NOTHING;
    }
    if (csa::guard(&query->failure, [&] { query->nodes.push_back(body()); }) != CSA_OK) {
        return CSA_XAPIAN_NOTHING;
    }
    return static_cast<csa_xapian_node>(query->nodes.size() - 1);
}

const Xapian::Query &node_at(const struct csa_xapian_query *query, csa_xapian_node node)
{
    if (node >= query->nodes.size()) {
        throw csa::failure{CSA_ERROR_MISUSE, "the query has no node " + std::to_string(node)};
    }
    return query->nodes[node];
}

Xapian::Query::op operator_of(enum csa_xapian_operator operation)
{
    switch (operation) {
    case CSA_XAPIAN_AND:
        return Xapian::Query::OP_AND;
    case CSA_XAPIAN_OR:
        return Xapian::Query::OP_OR;
    case CSA_XAPIAN_AND_NOT:
        return Xapian::Query::OP_AND_NOT;
    case CSA_XAPIAN_XOR:
        return Xapian::Query::OP_XOR;
    case CSA_XAPIAN_AND_MAYBE:
        return Xapian::Query::OP_AND_MAYBE;
    case CSA_XAPIAN_FILTER:
        return Xapian::Query::OP_FILTER;
    case CSA_XAPIAN_NEAR:
        return Xapian::Query::OP_NEAR;
    case CSA_XAPIAN_PHRASE:
        return Xapian::Query::OP_PHRASE;
    case CSA_XAPIAN_SYNONYM:
        return Xapian::Query::OP_SYNONYM;
    case CSA_XAPIAN_MAX:
        return Xapian::Query::OP_MAX;
    case CSA_XAPIAN_ELITE:
        return Xapian::Query::OP_ELITE_SET;
    }
    throw csa::failure{CSA_ERROR_MISUSE, "no such operator of a query"};
}

csa_xapian_node term(struct csa_xapian_query *query, struct csa_view text, uint32_t wqf)
{
    return put(query, [&] {
        if (text.size == 0) {
            throw csa::failure{CSA_ERROR_MISUSE, "an empty term"};
        }
        if (csa::stored_size(text) > CSA_XAPIAN_TERM_MAXIMUM) {
            return Xapian::Query();
        }
        return Xapian::Query(csa::text_of(text), wqf);
    });
}

csa_xapian_node group(struct csa_xapian_query *query, enum csa_xapian_operator operation,
                      const csa_xapian_node *children, size_t count, uint32_t number)
{
    return put(query, [&] {
        std::vector<Xapian::Query> parts;
        parts.reserve(count);
        for (size_t i = 0; i < count; i++) {
            parts.push_back(node_at(query, children[i]));
        }
        bool window = operation == CSA_XAPIAN_NEAR || operation == CSA_XAPIAN_PHRASE;
        Xapian::termcount parameter = window || operation == CSA_XAPIAN_ELITE ? number : 0;
        if (window && parameter < count) {
            parameter = static_cast<Xapian::termcount>(count);
        }
        return Xapian::Query(operator_of(operation), parts.begin(), parts.end(), parameter);
    });
}

csa_xapian_node range(struct csa_xapian_query *query, uint32_t slot, const struct csa_view *first,
                      const struct csa_view *last)
{
    return put(query, [&] {
        if (first == nullptr && last == nullptr) {
            return Xapian::Query(std::string());
        }
        if (first == nullptr) {
            return Xapian::Query(Xapian::Query::OP_VALUE_LE, slot, csa::text_of(*last));
        }
        if (last == nullptr) {
            return Xapian::Query(Xapian::Query::OP_VALUE_GE, slot, csa::text_of(*first));
        }
        return Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot, csa::text_of(*first), csa::text_of(*last));
    });
}

int excess_of(enum csa_xapian_excess excess)
{
    switch (excess) {
    case CSA_XAPIAN_EXCESS_FIRST:
        return Xapian::Query::WILDCARD_LIMIT_FIRST;
    case CSA_XAPIAN_EXCESS_FREQUENT:
        return Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT;
    case CSA_XAPIAN_EXCESS_ERROR:
        break;
    }
    return Xapian::Query::WILDCARD_LIMIT_ERROR;
}

csa_xapian_node prefix(struct csa_xapian_query *query, struct csa_view begin, uint32_t limit,
                       enum csa_xapian_excess excess, enum csa_xapian_operator operation)
{
    return put(query, [&] {
        return Xapian::Query(Xapian::Query::OP_WILDCARD, csa::text_of(begin), limit, excess_of(excess),
                             operator_of(operation));
    });
}

csa_xapian_node scale(struct csa_xapian_query *query, csa_xapian_node node, double factor)
{
    return put(query, [&] {
        if (!std::isfinite(factor) || factor < 0) {
            throw csa::failure{CSA_ERROR_MISUSE, "a weight can only be scaled by a number of 0 or more"};
        }
        return Xapian::Query(factor, node_at(query, node));
    });
}

enum csa_status describe(struct csa_xapian_query *query, csa_xapian_node node, struct csa_view *text,
                         struct csa_error *error)
{
    return csa::guard(error, [&] {
        query->text = node_at(query, node).get_description();
        *text = csa::view_of(query->text);
    });
}

} // namespace

const struct csa_xapian_query_functions csa::query_functions = {
    make, free_query, clear, check, term, group, range, prefix, scale, describe,
};
