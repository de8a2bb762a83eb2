/* What is done to whole databases: compact copies, and the search for damage. */
#include "common/xapian/border.hpp"

#include <ostream>
#include <streambuf>
#include <sys/stat.h>

namespace
{

/* Cuts what is written to it into lines for a function of C. */
class line_buffer : public std::streambuf
{
  public:
    line_buffer(void *context_, void (*say_)(void *context, struct csa_view line))
        : context(context_), say(say_)
    {
    }
    void finish()
    {
        if (!line.empty()) {
            end_line();
        }
    }

  protected:
    int_type overflow(int_type byte) override
    {
        if (byte == '\n' || line.size() == LINE_MAXIMUM) {
            end_line();
        }
        if (byte != traits_type::eof() && byte != '\n') {
            line.push_back(traits_type::to_char_type(byte));
        }
        return traits_type::not_eof(byte);
    }

  private:
    static constexpr size_t LINE_MAXIMUM = 4096;
    void *context;
    void (*say)(void *context, struct csa_view line);
    std::string line;

    void end_line()
    {
        if (say != nullptr) {
            say(context, csa::view_of(line));
        }
        line.clear();
    }
};

enum csa_status compact(struct csa_xapian_database *database, const char *path,
                        const struct csa_xapian_compaction *options, struct csa_error *error)
{
    enum csa_status done = csa::guard(error, [&] {
        struct stat status;
        if (lstat(path, &status) == 0) {
            throw csa::failure{CSA_ERROR_MISUSE, std::string(path) + ": is there already"};
        }
        unsigned flags = options->single_file ? unsigned{Xapian::DBCOMPACT_SINGLE_FILE} : 0;
        flags |= options->keep_ids ? unsigned{Xapian::DBCOMPACT_NO_RENUMBER} : 0;
        database->database.compact(path, flags, static_cast<int>(options->block_size));
    });
    return csa::name(error, done, path);
}

enum csa_status check(const char *path, void *context, void (*say)(void *context, struct csa_view line),
                      uint64_t *faults, struct csa_error *error)
{
    *faults = 0;
    enum csa_status done = csa::guard(error, [&] {
        line_buffer lines(context, say);
        std::ostream out(&lines);
        *faults = Xapian::Database::check(path, 0, &out);
        lines.finish();
    });
    return csa::name(error, done, path);
}

} // namespace

const struct csa_xapian_tool_functions csa::tool_functions = {compact, check};
