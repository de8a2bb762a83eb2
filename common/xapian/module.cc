/* The module's only exported symbol: the table of csa_xapian.h. load.c looks it up. */
#include "common/xapian/border.hpp"

extern "C" __attribute__((visibility("default"))) const struct csa_xapian *csa_xapian_functions(void);

const struct csa_xapian *csa_xapian_functions(void)
{
    static const struct csa_xapian table = {
        CSA_XAPIAN_INTERFACE,  Xapian::version_string(), csa::document_functions, csa::database_functions,
        csa::writer_functions, csa::query_functions,     csa::match_functions,    csa::tool_functions,
    };
    return &table;
}
