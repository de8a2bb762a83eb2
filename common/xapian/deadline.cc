/* The source of deadline.hpp. It may propose numbers of deleted documents: what it filters does not have
 * them. */
#include "common/xapian/deadline.hpp"

#include "common/base/clock.h"

namespace
{

constexpr unsigned BETWEEN_LOOKS = 64; /* documents */

} // namespace

csa::deadline_source::deadline_source(uint64_t deadline_, bool *passed_)
    : deadline(deadline_), passed(passed_)
{
}

Xapian::PostingSource *csa::deadline_source::clone() const
{
    return new deadline_source(deadline, passed);
}

void csa::deadline_source::init(const Xapian::Database &database)
{
    documents = database.get_doccount();
    last = database.get_lastdocid();
    current = 0;
    until_look = 0;
}

Xapian::doccount csa::deadline_source::get_termfreq_min() const
{
    return documents;
}

Xapian::doccount csa::deadline_source::get_termfreq_est() const
{
    return documents;
}

Xapian::doccount csa::deadline_source::get_termfreq_max() const
{
    return documents;
}

void csa::deadline_source::look()
{
    if (until_look == 0) {
        until_look = BETWEEN_LOOKS;
        *passed = *passed || csa_clock_nanoseconds() >= deadline;
    }
    until_look--;
}

void csa::deadline_source::next(double)
{
    current++;
    look();
}

void csa::deadline_source::skip_to(Xapian::docid document, double)
{
    if (document > current) {
        current = document;
    }
    look();
}

bool csa::deadline_source::at_end() const
{
    return *passed || current > last;
}

Xapian::docid csa::deadline_source::get_docid() const
{
    return current;
}

std::string csa::deadline_source::get_description() const
{
    return "deadline";
}
