/* Matching: a request becomes a Xapian::Enquire, its answer arrays of hits and counts. */
#include "common/xapian/border.hpp"
#include "common/xapian/deadline.hpp"

#include <deque>

struct csa_xapian_match {
    struct csa_xapian_database *database;
    Xapian::MSet found;
    bool cut = false;
    std::vector<std::unique_ptr<Xapian::ValueCountMatchSpy>> spies; /* one a slot whose values are counted */
    std::vector<struct csa_xapian_hit> hits;
    std::deque<std::string> keys; /* the hits' collapse keys, which stay where they are */
    struct csa_xapian_result result = {};
};

namespace
{

Xapian::valueno slot_of(int64_t slot)
{
    if (slot < 0 || slot >= static_cast<int64_t>(Xapian::BAD_VALUENO)) {
        throw csa::failure{CSA_ERROR_MISUSE, "no such value slot: " + std::to_string(slot)};
    }
    return static_cast<Xapian::valueno>(slot);
}

void set_order(Xapian::Enquire &enquire, const struct csa_xapian_request &request)
{
    bool descending = request.order_descending;
    switch (request.order) {
    case CSA_XAPIAN_BY_WEIGHT:
        break;
    case CSA_XAPIAN_BY_VALUE:
        enquire.set_sort_by_value(slot_of(request.order_slot), descending);
        break;
    case CSA_XAPIAN_BY_VALUE_THEN_WEIGHT:
        enquire.set_sort_by_value_then_relevance(slot_of(request.order_slot), descending);
        break;
    case CSA_XAPIAN_BY_WEIGHT_THEN_VALUE:
        enquire.set_sort_by_relevance_then_value(slot_of(request.order_slot), descending);
        break;
    }
    enquire.set_docid_order(request.newest_first ? Xapian::Enquire::DESCENDING : Xapian::Enquire::ASCENDING);
    if (request.collapse_slot != CSA_XAPIAN_NO_SLOT && request.collapse != 0) {
        enquire.set_collapse_key(slot_of(request.collapse_slot), request.collapse);
    }
}

void set_weight(Xapian::Enquire &enquire, const struct csa_xapian_bm25 *bm25)
{
    if (bm25 == nullptr) {
        enquire.set_weighting_scheme(Xapian::BoolWeight());
    } else {
        enquire.set_weighting_scheme(
            Xapian::BM25Weight(bm25->k1, bm25->k2, bm25->k3, bm25->b, bm25->least_length));
    }
}

Xapian::Query query_of(const struct csa_xapian_request &request, bool *cut)
{
    if (request.query->failure.status != CSA_OK) {
        throw csa::failure{request.query->failure.status, request.query->failure.message};
    }
    if (request.node >= request.query->nodes.size()) {
        throw csa::failure{CSA_ERROR_MISUSE, "the query has no node " + std::to_string(request.node)};
    }
    const Xapian::Query &query = request.query->nodes[request.node];
    if (request.deadline == 0 || request.database->remote != 0 || query.empty()) {
        return query;
    }
    auto *source = new csa::deadline_source(request.deadline, cut);
    return Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(source->release()));
}

void take_hits(struct csa_xapian_match &match)
{
    match.hits.reserve(match.found.size());
    for (auto i = match.found.begin(); i != match.found.end(); ++i) {
        match.keys.push_back(i.get_collapse_key());
        match.hits.push_back({*i, i.get_collapse_count(), i.get_weight(), csa::view_of(match.keys.back())});
    }
    const Xapian::MSet &found = match.found;
    match.result = {match.hits.data(),
                    match.hits.size(),
                    found.get_matches_lower_bound(),
                    found.get_matches_estimated(),
                    found.get_matches_upper_bound(),
                    found.get_uncollapsed_matches_lower_bound(),
                    found.get_uncollapsed_matches_estimated(),
                    found.get_uncollapsed_matches_upper_bound(),
                    found.get_max_possible(),
                    found.get_max_attained(),
                    match.cut};
}

enum csa_status run(const struct csa_xapian_request *request, struct csa_xapian_match **match,
                    struct csa_error *error)
{
    *match = nullptr;
    return csa::guard(*request->database, error, [&] {
        auto made = std::make_unique<csa_xapian_match>();
        made->database = request->database;
        Xapian::Enquire enquire(request->database->database);
        enquire.set_query(query_of(*request, &made->cut));
        set_weight(enquire, request->bm25);
        set_order(enquire, *request);
        for (size_t i = 0; i < request->count_slot_count; i++) {
            made->spies.push_back(
                std::make_unique<Xapian::ValueCountMatchSpy>(slot_of(request->count_slots[i])));
            enquire.add_matchspy(made->spies.back().get());
        }
        made->found = enquire.get_mset(request->first, request->hits, request->check);
        take_hits(*made);
        *match = made.release();
    });
}

void free_match(struct csa_xapian_match *match)
{
    delete match;
}

const struct csa_xapian_result *result_of(const struct csa_xapian_match *match)
{
    return &match->result;
}

enum csa_status counts(const struct csa_xapian_match *match, size_t index, void *context,
                       bool (*visit)(void *context, struct csa_view value, uint32_t matches),
                       uint64_t *counted, struct csa_error *error)
{
    return csa::guard(error, [&] {
        if (index >= match->spies.size()) {
            throw csa::failure{CSA_ERROR_MISUSE, "values of no such slot were counted"};
        }
        const Xapian::ValueCountMatchSpy &spy = *match->spies[index];
        if (counted != nullptr) {
            *counted = spy.get_total();
        }
        for (auto i = spy.values_begin(); i != spy.values_end(); ++i) {
            const std::string value = *i;
            if (!visit(context, csa::view_of(value), i.get_termfreq())) {
                break;
            }
        }
    });
}

enum csa_status read_hit(struct csa_xapian_match *match, size_t index, struct csa_xapian_document *document,
                         struct csa_error *error)
{
    return csa::guard(error, [&] {
        if (index >= match->hits.size()) {
            throw csa::failure{CSA_ERROR_MISUSE, "the match has no hit " + std::to_string(index)};
        }
        document->document = match->found[static_cast<Xapian::doccount>(index)].get_document();
    });
}

enum csa_status frequency(const struct csa_xapian_match *match, struct csa_view term, uint32_t *documents,
                          struct csa_error *error)
{
    return csa::guard(error, [&] { *documents = match->found.get_termfreq(csa::text_of(term)); });
}

} // namespace

const struct csa_xapian_match_functions csa::match_functions = {
    run, free_match, result_of, counts, read_hit, frequency,
};
