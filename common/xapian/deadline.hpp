/* A deadline for a match, which libxapian 1.4 has none of: a source of all documents that is at its end when
 * the time is. As a filter it is asked for each document that the rest of a query proposes, and a match that
 * runs out of documents ends with the best so far. */
#ifndef CSA_XAPIAN_DEADLINE_HPP
#define CSA_XAPIAN_DEADLINE_HPP

#include <xapian.h>

#include <cstdint>

namespace csa
{

class deadline_source : public Xapian::PostingSource
{
  public:
    /* Monotonic nanoseconds; *passed becomes true when they are over, and outlives the source. */
    deadline_source(uint64_t deadline, bool *passed);

    Xapian::PostingSource *clone() const override;
    void init(const Xapian::Database &database) override;
    Xapian::doccount get_termfreq_min() const override;
    Xapian::doccount get_termfreq_est() const override;
    Xapian::doccount get_termfreq_max() const override;
    void next(double least_weight) override;
    void skip_to(Xapian::docid document, double least_weight) override;
    bool at_end() const override;
    Xapian::docid get_docid() const override;
    std::string get_description() const override;

  private:
    uint64_t deadline;
    bool *passed;
    Xapian::doccount documents = 0;
    Xapian::docid current = 0, last = 0;
    unsigned until_look = 0; /* documents until the clock is looked at again */

    void look();
};

} // namespace csa

#endif
